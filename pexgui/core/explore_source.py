"""A trajectory from which a design begins, or which it extends, as it was read: parameters, their values, the runs.

What was read of the last one is kept, since it is asked for at every keystroke.
"""

from collections.abc import Hashable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from . import files, items, layout, parameters, sparse, text
from .bookkeeping import Trajectory, open_trajectory_group, read_info, row_count, text_encoding, without_runs
from .errors import FAILURES, NotReadable, PexError
from .explore_estimate import seconds_of_run, size_of_run
from .explore_keys import Held, Keys, different
from .explored import explored_parameters, leaves_below
from .extending_objects import KINDS
from .extending_ranges import kind_of_leaf
from .model import Stamp
from .progress import Progress
from .run_rows import rows_of_runs

_MOST_PARAMETERS = 100_000
_LARGE = 64 << 10
"""Of values that are objects of their own those of more bytes are not read, but told apart by what is stored."""

MISSING = object()
"""Stands for a value that cannot be read."""


class SourceParameter(NamedTuple):
    """A parameter: its full name, how its values are stored (see `parameters.Range`; empty: no values can be added),
    its default value and comment. ``values`` are the different ones of its range, ``keys`` those of all runs; both
    empty if it is not explored."""

    name: str
    kind: str
    default: Any
    key: Hashable
    comment: str
    values: Sequence[Any]
    keys: Sequence[Hashable]


class Source(NamedTuple):
    """A trajectory. ``parameters`` are those of the branch of that name, and others that are explored. ``started`` says
    which runs were begun, ``blocked`` in a sentence why no runs can be added (empty: they can)."""

    file: bytes
    path: bytes
    name: str
    stamp: Stamp
    parameters: dict[str, SourceParameter]
    finished: "np.ndarray[Any, np.dtype[np.bool_]]"
    started: "np.ndarray[Any, np.dtype[np.bool_]]"
    seconds: float | None
    size: float | None
    keys: Keys
    warnings: tuple[str, ...]
    blocked: str

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.finished)


_last: dict[tuple[bytes, bytes], Source] = {}
"""The source that was read last."""


def read_source(file: bytes, path: bytes, progress: Progress) -> Source:
    """What there is in a trajectory. Raises `NotReadable`."""
    known = _last.get((file, path))
    if known is not None and known.stamp == files.stamp(file):
        return known
    found = files.steadily(file, lambda opened: _read(opened, path, progress))
    _last.clear()
    _last[file, path] = found
    return found


def _read(file: files.OpenFile, path: bytes, progress: Progress) -> Source:
    warnings: list[str] = []
    trajectory = open_trajectory_group(file, path)
    progress(f"Reading {file.name}", 0, 0)
    rows = rows_of_runs(trajectory, warnings)
    keys, encoding = Keys(), text_encoding(trajectory)
    explored = {one.name: one.leaf for one in explored_parameters(trajectory, warnings)}
    found: dict[str, SourceParameter] = {}
    blocked = without_runs(trajectory) if row_count(trajectory, layout.RUNS) is None else ""
    for done, (name, leaf) in enumerate(_leaves(trajectory, explored).items()):
        progress(f"Reading the parameters of {file.name}", done, 0)
        shown = text.printable(name)
        if leaf is None:
            blocked = blocked or f"“{shown}” is explored, but its values are not in the file."
            continue
        try:
            one = read_parameter(name, leaf, keys, encoding)
        except (NotReadable, *FAILURES) as problem:
            reason = problem.title if isinstance(problem, PexError) else "It is damaged and cannot be read."
            warnings.append(f"“{shown}”: {reason}")
            one = SourceParameter(_text(name), "", MISSING, MISSING, "", (), ())
            blocked = blocked or (f"“{shown}” is explored, but cannot be read." if name in explored else "")
        if one.keys and len(one.keys) != len(rows.names):
            blocked = blocked or (
                f"“{shown}” has {text.count(len(one.keys), 'value')} for {text.count(len(rows.names), 'run')}."
            )
        found[one.name] = one
    return Source(
        file=file.path,
        path=trajectory.path,
        name=read_info(trajectory, []).name,
        stamp=file.stamp,
        parameters=found,
        finished=rows.completed,
        started=np.isfinite(rows.started),
        seconds=seconds_of_run(rows.runtime, rows.completed),
        size=size_of_run(trajectory, rows.names, rows.completed, progress),
        keys=keys,
        warnings=tuple(dict.fromkeys(warnings)),
        blocked=blocked,
    )


def _leaves(trajectory: Trajectory, explored: dict[bytes, Any]) -> dict[bytes, Any]:
    """The parameters, and what else is explored, by full name; the explored ones in their order first."""
    found = dict(explored)
    top = files.group_at(trajectory.group, layout.PARAMETERS)
    if top is not None:
        for path, leaf in leaves_below(top, layout.join(trajectory.path, layout.PARAMETERS), _MOST_PARAMETERS):
            found.setdefault(layout.full_name(path), leaf)
    return found


def read_parameter(name: bytes, leaf: Any, keys: Keys, encoding: str) -> SourceParameter:
    """What a parameter is, from its leaf. Raises `NotReadable` and what h5py raises."""
    names = files.names(leaf)
    kind = kind_of_leaf(leaf, names)
    default = _default(leaf, names, kind, encoding)
    found = parameters.range_of(leaf, names, encoding)
    values: Sequence[Any] = ()
    of_runs: Sequence[Hashable] = ()
    if found is not None:
        if found.kind in KINDS:
            cells = parameters.range_cells(found).tolist()
            held = {place: _held(leaf, found.kind, place, encoding) for place in dict.fromkeys(cells)}
            known = {place: keys.of(value) for place, value in held.items()}
            of_runs = [known[place] for place in cells]
            values = [held[place] for place in cells]
        else:
            values = parameters.range_values(found, encoding=encoding)
            of_runs = keys.of_all(values)
        values = different(values, of_runs)
    comment = files.text_attribute(leaf, layout.SRVC_INIT_COMMENT)
    key = MISSING if default is MISSING else keys.of(default)
    return SourceParameter(_text(name), kind, default, key, comment, values, of_runs)


def _default(leaf: Any, names: Sequence[bytes], kind: str, encoding: str) -> Any:
    if kind in KINDS:
        return _held(leaf, kind, -1, encoding) if KINDS[kind].default in names else MISSING
    return parameters.default(leaf, names, encoding) if parameters.has_data(names) else MISSING


def _held(leaf: Any, kind: str, place: int, encoding: str) -> Held:
    """A value that is an object of its own. Raises `NotReadable`."""
    node = _node(leaf, kind, place)
    digest = blake2b(files.read(node).tobytes(), digest_size=20).digest()
    if files.extent_of(node).logical > _LARGE:
        return Held(place, None, digest)
    if kind == "array":
        return Held(place, items.array_value(node, encoding), digest)
    raw = items.pickle_bytes(node)
    return Held(place, sparse.from_text(raw) if kind == "sparse" else items.unpickled(raw), digest)


def _node(leaf: Any, kind: str, place: int) -> Any:
    problem = None
    for path in KINDS[kind].paths(place) if place >= 0 else (KINDS[kind].default,):
        try:
            return files.open_node(leaf, path)
        except NotReadable as error:
            problem = problem or error
    raise problem or NotReadable("A value of the range is missing.")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
