"""Writing trajectories that pypet 0.6.1 and 0.7.0 load, expand and run further.

    with create(b"sweep.hdf5") as file:
        sweep = file.trajectory(Head("sweep", created=time.time()), runs=3)
        sweep.parameter("neuron.tau", 10.0, values=[10.0, 20.0, 30.0], comment="Time constant")
        sweep.result("rate", 4.2, run=0)
        sweep.run(0, started=1.7e9, finished=1.7e9 + 2)

The optional overview tables of pypet are not written, and the settings say so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from . import encode, encode_overview, encode_parameters, files, layout, stored
from .encode import SparseMatrix as SparseMatrix
from .encode_overview import Head as Head
from .encode_overview import RunTimes
from .errors import FAILURES, PexError
from .stored import Filters as Filters
from .values import ObjectTable as ObjectTable

_NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,126}\Z")


@contextmanager
def create(target: bytes, filters: Filters | None = None) -> Iterator["FileWriter"]:
    """Write a new file, which takes its place under the name ``target`` when all went well, and not before.

    Before that it is read from the disk by PyTables, as pypet would. Raises `PexError` when the disk refuses or when
    PyTables does not find in it what was written.
    """
    made: list[FileWriter] = []
    with files.writing(target, lambda part: _check(part, made[0])) as part, files.creating(part) as root:
        made.append(FileWriter(root, filters or Filters()))
        yield made[0]
        made[0].finish()


def _check(part: bytes, made: "FileWriter") -> None:
    """Have PyTables read the tables by which pypet finds its way. Raises `PexError`."""
    try:
        with files.pytables(part) as opened:
            for trajectory in made.trajectories():
                trajectory.compare(opened.get_node(f"/{trajectory.name}"))
    except (LookupError, ValueError, *FAILURES) as error:
        raise PexError(
            "What was written could not be read again, so that it was thrown away.",
            "Nothing was changed. The disk may be full or damaged; try another folder.",
            f"{type(error).__name__}: {error}",
        ) from error


class FileWriter:
    """A file under construction, below the low-level identifier of its root group."""

    def __init__(self, root: Any, filters: Filters) -> None:
        self._root = root
        self._filters = filters
        self._trajectories: dict[str, TrajectoryWriter] = {}

    def trajectory(self, head: Head, runs: int = 1, annotations: Mapping[str, Any] | None = None) -> "TrajectoryWriter":
        """Begin a trajectory with this number of runs, none of which is run."""
        if head.name in self._trajectories:
            raise ValueError(f"The file has the trajectory {head.name} already.")
        made = TrajectoryWriter(self._root, head, runs, self._filters, annotations or {})
        self._trajectories[head.name] = made
        return made

    def trajectories(self) -> tuple["TrajectoryWriter", ...]:
        """Those that were begun."""
        return tuple(self._trajectories.values())

    def finish(self) -> None:
        """Write what is known only at the end: the overview of every trajectory and the title of the file."""
        for trajectory in self._trajectories.values():
            trajectory.finish()
        stored.finish_root(self._root, next(reversed(self._trajectories), "Experiments"), self._filters)


class TrajectoryWriter:
    """A trajectory under construction. Names are pypet's: components with dots between them."""

    def __init__(self, root: Any, head: Head, runs: int, filters: Filters, annotations: Mapping[str, Any]) -> None:
        _check_name(head.name, head.name)
        if runs < 1:
            raise ValueError(f"{head.name}: a trajectory has at least one run.")
        attributes = {
            layout.PYTABLES_FILTERS: stored.packed(filters),
            **_described(head.comment, annotations, head.name),
        }
        self._group = stored.create_group(root, head.name.encode(), head.name, attributes)
        self._head = head
        self._length = runs
        self._filters = filters
        self._explored: dict[str, Sequence[Any]] = {}
        self._runs: dict[int, RunTimes] = {}
        self._groups: set[tuple[str, ...]] = {()}
        self._leaves: set[tuple[str, ...]] = set()
        self._open: list[tuple[str, Any]] = []

    def config(self, name: str, value: Any, comment: str = "") -> None:
        """A leaf of the branch ``config``."""
        self._parameter("config", name, value, None, comment, {}, "")

    def parameter(
        self,
        name: str,
        value: Any,
        values: Sequence[Any] | None = None,
        comment: str = "",
        annotations: Mapping[str, Any] | None = None,
        kind: str = "",
    ) -> None:
        """A parameter with the default ``value``; with ``values``, one per run, it is explored.

        ``kind`` chooses pypet's class (``Parameter``, ``ArrayParameter``, ``SparseParameter``), which otherwise
        follows from the value.
        """
        self._parameter("parameters", name, value, values, comment, annotations or {}, kind)

    def derived_parameter(
        self,
        name: str,
        value: Any,
        values: Sequence[Any] | None = None,
        comment: str = "",
        annotations: Mapping[str, Any] | None = None,
        kind: str = "",
        run: int | None = None,
    ) -> None:
        """A derived parameter; one of a ``run`` is placed as `result` says."""
        placed = self._placed(name, run)
        self._parameter("derived_parameters", placed, value, values, comment, annotations or {}, kind)

    def result(
        self,
        name: str,
        items: Any,
        comment: str = "",
        annotations: Mapping[str, Any] | None = None,
        kind: str = "",
        run: int | None = None,
    ) -> None:
        """A result: a mapping of names to values, or one value, which then has the name of the leaf.

        The result of a ``run`` goes below ``runs`` and the run's name, unless its own name says where, with ``$`` for
        the run and ``$set`` for its set of 1,000 runs. ``kind`` is pypet's class, ``Result`` or ``SparseResult`` if
        not given. An empty mapping makes a result without data.
        """
        path = self._path(f"results.{self._placed(name, run)}")
        full = ".".join(path)
        values = items if isinstance(items, Mapping) else {path[-1]: items}
        sparse = any(isinstance(value, SparseMatrix) for value in values.values())
        children = encode.items(values, full)
        chosen = kind or ("SparseResult" if sparse else "Result")
        self._leaf(path, chosen, children, _described(comment, annotations or {}, full))

    def leaf(
        self,
        name: str,
        class_name: str,
        items: Mapping[str, Any],
        comment: str = "",
        annotations: Mapping[str, Any] | None = None,
    ) -> None:
        """A leaf of any class anywhere, its items stored as those of a result."""
        path = self._path(name)
        self._leaf(path, class_name, encode.items(items, name), _described(comment, annotations or {}, name))

    def group(self, name: str, comment: str = "", annotations: Mapping[str, Any] | None = None) -> None:
        """A group with a comment or annotations; groups without come into being with their leaves."""
        path = self._path(name)
        if path in self._groups:
            raise ValueError(f"{name} is there already; describe a group before its leaves are written.")
        stored.set_attributes(self._enter(path), _described(comment, annotations or {}, name))

    def link(self, name: str, target: str) -> None:
        """A link with the full name ``name`` to the group or leaf with the full name ``target``."""
        path = self._path(name)
        self._claim(path)
        goal = "/".join((self._head.name, *self._path(target)))
        self._enter(path[:-1]).links.create_soft(path[-1].encode(), b"/" + goal.encode())

    def run(self, index: int, started: float, finished: float, completed: bool = True, environment: str = "") -> None:
        """Say that a run was run, between two moments in seconds since the epoch."""
        if not 0 <= index < self._length:
            raise IndexError(f"{self._head.name} has {self._length} runs; there is none with the index {index}.")
        self._runs[index] = RunTimes(started, finished, completed, environment or layout.NO_ENVIRONMENT)

    @property
    def name(self) -> str:
        """The trajectory's name, which is that of its group."""
        return self._head.name

    def compare(self, written: Any) -> None:
        """Raise `ValueError` unless PyTables finds the runs and explored parameters in the group ``written``."""
        overview = written._f_get_child(layout.OVERVIEW.decode())
        if len(overview._f_get_child(layout.INFO.decode()).read()) != 1:
            raise ValueError("the table of the trajectory itself")
        if overview._f_get_child(layout.RUNS.decode()).read()["idx"].tolist() != list(range(self._length)):
            raise ValueError("the table of runs")
        for parameter in self._explored:
            written._v_file.get_node(written, parameter.replace(".", "/"))

    def finish(self) -> None:
        """Write the overview."""
        self._open.clear()
        overview = stored.create_group(self._group, layout.OVERVIEW, layout.OVERVIEW.decode())
        tables = {
            layout.INFO: encode_overview.info(self._head, self._length),
            layout.RUNS: encode_overview.runs(self._length, self._runs, self._explored),
            layout.SETTINGS: encode_overview.settings(self._filters),
        }
        if self._explored:
            tables[layout.EXPLORATIONS] = encode_overview.explorations(self._explored)
        for name, rows in tables.items():
            stored.write(overview, name, stored.Table(rows, {}, name.decode()), self._filters)

    def _parameter(
        self,
        branch: str,
        name: str,
        value: Any,
        values: Sequence[Any] | None,
        comment: str,
        annotations: Mapping[str, Any],
        kind: str,
    ) -> None:
        path = self._path(f"{branch}.{name}")
        full = ".".join(path)
        if values is not None and len(values) != self._length:
            raise ValueError(f"{full} has {len(values)} values, but there are {self._length} runs.")
        encoded = encode_parameters.parameter(value, values, full, kind)
        self._leaf(path, encoded.class_name, encoded.children, _described(comment, annotations, full))
        if values is not None:
            self._explored[full] = values

    def _leaf(
        self,
        path: tuple[str, ...],
        class_name: str,
        children: Mapping[bytes, stored.Stored],
        attributes: Mapping[bytes, Any],
    ) -> None:
        self._claim(path)
        own = {layout.SRVC_INIT_CLASS_NAME: class_name, layout.SRVC_LEAF: np.bool_(True), **attributes}
        group = stored.create_group(self._enter(path[:-1]), path[-1].encode(), path[-1], own)
        for name, content in children.items():
            stored.write(group, name, content, self._filters)

    def _claim(self, path: tuple[str, ...]) -> None:
        """Take ``path`` for a leaf or a link."""
        if path in self._leaves or path in self._groups:
            raise ValueError(f"{'.'.join(path)} is there already.")
        self._leaves.add(path)

    def _enter(self, path: tuple[str, ...]) -> Any:
        """The group at ``path``, created with those above it where they are not there."""
        kept = 0
        while kept < min(len(path), len(self._open)) and self._open[kept][0] == path[kept]:
            kept += 1
        del self._open[kept:]
        group = self._open[-1][1] if self._open else self._group
        for depth in range(kept, len(path)):
            group = self._step(group, path[: depth + 1])
            self._open.append((path[depth], group))
        return group

    def _step(self, parent: Any, path: tuple[str, ...]) -> Any:
        if path in self._leaves:
            raise ValueError(f"{'.'.join(path)} is a leaf; nothing can lie below it.")
        name = path[-1]
        if path in self._groups:
            return stored.open_group(parent, name.encode())
        self._groups.add(path)
        return stored.create_group(parent, name.encode(), name)

    def _path(self, name: str) -> tuple[str, ...]:
        path = tuple(name.split("."))
        for part in path:
            _check_name(part, name)
        if path[0] == layout.OVERVIEW.decode():
            raise ValueError(f"{name}: the branch overview belongs to pypet.")
        return path

    def _placed(self, name: str, run: int | None) -> str:
        """The name below its branch of something that belongs to a run, or to none."""
        if run is None:
            return name
        if not 0 <= run < self._length:
            raise IndexError(f"{self._head.name} has {self._length} runs; there is none with the index {run}.")
        names = {"$": layout.run_name(run).decode(), "$set": layout.run_set_name(run).decode()}
        parts = name.split(".")
        if not any(part in names for part in parts):
            parts = ["runs", "$", *parts]
        return ".".join(names.get(part, part) for part in parts)


def _described(comment: str, annotations: Mapping[str, Any], where: str) -> dict[bytes, Any]:
    return encode.comment(comment, where) | encode.annotations(annotations, where)


def _check_name(part: str, where: str) -> None:
    if not _NAME.match(part):
        raise ValueError(f"{where}: {part!r} cannot be a name in pypet; letters, digits, _ and - can be in it.")
