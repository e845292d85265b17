"""One side of a comparison: an open trajectory, its runs, and the points they stand for."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from . import files, layout, parameters, text
from .bookkeeping import Info, open_trajectory_group, read_info, text_encoding, trajectories
from .comments import listed_comments
from .errors import FAILURES, NotReadable
from .explored import explored_parameters
from .model_compare import Part, Side, SideInfo
from .places import Place, patterns, run_places
from .run_rows import rows_of_runs
from .values import Pickle

MISSING = object()
"""Stands for the value of a parameter that a side does not have, or whose value cannot be read."""


class OpenSide:
    """A `Side` that is open for reading. Raises `NotReadable` when it is not there."""

    def __init__(self, file: files.OpenFile, side: Side) -> None:
        self.file = file
        self.side = side
        self.warnings: list[str] = []
        self.trajectory = open_trajectory_group(file, side.trajectory or _last_trajectory(file))
        self.encoding = text_encoding(self.trajectory)
        self.info: Info = read_info(self.trajectory, self.warnings)
        rows = rows_of_runs(self.trajectory, self.warnings)
        self.names: list[bytes] = rows.names
        self.finished: list[bool] = rows.completed.tolist()
        self._comments: dict[Part, frozenset[str]] = {}
        self._values: dict[str, list[Any]] = {}
        self.numbers = {name: number for number, name in enumerate(rows.names)}
        if side.run and side.run not in self.numbers:
            title = f"{file.name} has no run “{text.printable(side.run)}”."
            raise NotReadable(title, "Refresh the view, or choose another run.")

    @cached_property
    def explored(self) -> dict[str, Any]:
        """The groups of the explored parameters by their full names."""
        found = explored_parameters(self.trajectory, self.warnings)
        return {text.printable(one.name): one.leaf for one in found if one.leaf is not None}

    @cached_property
    def places(self) -> dict[bytes, list[Place]]:
        """Where groups of runs are, by their path with ``$set`` for the run set."""
        return patterns(list(run_places(self.trajectory, self.numbers.keys())))

    @cached_property
    def homes(self) -> dict[bytes, dict[bytes, Any]]:
        """By the path of such a place, for each run there the group in which its group is."""
        return {
            key: {run: one.group for one in found for run in one.runs.intersection(files.hard_names(one.group))}
            for key, found in self.places.items()
        }

    @cached_property
    def addresses(self) -> dict[bytes, dict[bytes, int]]:
        """Like `homes`, but with where in the file the group of each run is."""
        found: dict[bytes, dict[bytes, int]] = {}
        for key, places in self.places.items():
            known = found.setdefault(key, {})
            for place in places:
                known.update((one.name, one.address) for one in files.listed(place.group) if one.hard)
        return found

    def listed_comments(self, part: Part) -> frozenset[str]:
        """The comments of which pypet keeps only one copy, as the bookkeeping lists them."""
        if part not in self._comments:
            branch = {Part.RESULTS: layout.RESULTS, Part.DERIVED_PARAMETERS: layout.DERIVED_PARAMETERS}.get(part, b"")
            self._comments[part] = frozenset(listed_comments(self.trajectory, branch))
        return self._comments[part]

    def values_of(self, name: str) -> list[Any]:
        """The value of a parameter in every run: from its range or, if it is not explored, its default everywhere."""
        if name not in self._values:
            self._values[name] = self._read_values(name)
        return self._values[name]

    def _read_values(self, name: str) -> list[Any]:
        count = len(self.names)
        leaf = self.explored.get(name)
        try:
            if leaf is not None:
                found = parameters.range_of(leaf, files.names(leaf), self.encoding)
                if found is not None:
                    values = parameters.range_values(found, slice(0, count), self.encoding)
                    values = [MISSING if isinstance(value, NotReadable) else value for value in values]
                    return values + [MISSING] * (count - len(values))
            leaf = files.open_node(self.trajectory.group, name.encode("utf-8", "surrogateescape").replace(b".", b"/"))
            return [parameters.default(leaf, files.names(leaf), self.encoding)] * count
        except (NotReadable, *FAILURES):
            return [MISSING] * count

    def chosen(self) -> Sequence[int]:
        """The numbers of the runs that are compared."""
        return [self.numbers[self.side.run]] if self.side.run else range(len(self.names))

    def what(self) -> str:
        """The run, group or leaf that the side is; empty for a whole trajectory."""
        if self.side.run:
            return text.printable(self.side.run)
        return text.printable(layout.full_name(self.side.path)) if self.side.path else ""

    def told(self) -> SideInfo:
        """What the side turned out to be."""
        side = Side(self.side.file, self.trajectory.path, self.side.run, self.side.path)
        return SideInfo(
            side, self.info.name, self.what(), len(self.names), self.info.created, self.file.stamp, tuple(self.warnings)
        )


def _last_trajectory(file: files.OpenFile) -> bytes:
    """The last trajectory by name, as pypet's index −1 means it."""
    found = trajectories(file, [])
    if not found:
        raise NotReadable(f"{file.name} holds no trajectory.", "Choose a file that pypet wrote.")
    return max(one.path for one in found)


def key_of(value: Any) -> Any:
    """Something that is hashable and equal for equal values: by it runs of the same point find each other.

    Numbers of different types are equal when their values are; not a number is itself.
    """
    if type(value) is int or (type(value) is float and value == value):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, int, float, complex)):
        if value == value:
            return value
        return ("complex", key_of(value.real), key_of(value.imag)) if isinstance(value, complex) else "nan"
    if isinstance(value, (str, bytes)) or value is None or value is MISSING:
        return (type(value), value)
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject or value.dtype.names is not None:
            return (value.shape, key_of(value.tolist()))
        if value.dtype.kind in "biufc":
            return (value.shape, tuple(key_of(item) for item in value.ravel().tolist()))
        return (value.shape, value.dtype.kind, value.tobytes())
    if isinstance(value, Pickle):
        return ("pickle", value.data)
    if isinstance(value, np.dtype):
        return ("dtype", value.newbyteorder("<").str)
    if isinstance(value, dict):
        return ("dict", frozenset((key_of(key), key_of(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, tuple(key_of(item) for item in value))
    return (type(value).__name__, repr(value))
