"""Writing trajectories that pypet 0.6.1 and 0.7.0 load, expand and run further.

    with create(b"sweep.hdf5") as file:
        sweep = file.trajectory(Head("sweep", created=time.time()), runs=3)
        sweep.parameter("neuron.tau", 10.0, values=[10.0, 20.0, 30.0], comment="Time constant")
        sweep.result("rate", 4.2, run=0)
        sweep.run(0, started=1.7e9, finished=1.7e9 + 2)

The optional overview tables of pypet are not written, and the settings say so.
"""

import platform
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np

from . import encode, encode_parameters, files, layout, stored
from .encode import ObjectTable as ObjectTable
from .encode import SparseMatrix as SparseMatrix
from .model import Record
from .stored import Filters as Filters

_NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,126}\Z")
_SETTINGS = (
    ("complib", "S7"),
    ("complevel", "<i4"),
    ("shuffle", "?"),
    ("fletcher32", "?"),
    ("pandas_format", "S7"),
    ("encoding", "S11"),
    *((name.decode(), "?") for name in layout.OVERVIEW_TABLES),
    ("purge_duplicate_comments", "?"),
    ("results_per_run", "<i4"),
    ("derived_parameters_per_run", "<i4"),
)
_INFO = (
    ("name", "S512"),
    ("time", "S20"),
    ("length", "<i4"),
    ("timestamp", "<f8"),
    ("comment", "S512"),
    ("python", "S128"),
    ("version", "S128"),
)
_RUNS = (
    ("idx", "<i4"),
    ("name", "S128"),
    ("time", "S20"),
    ("timestamp", "<f8"),
    ("finish_timestamp", "<f8"),
    ("runtime", "S18"),
    ("parameter_summary", "S512"),
    ("short_environment_hexsha", "S7"),
    ("completed", "<i4"),
)


class Head(Record, frozen=True):
    """What a trajectory says of itself. ``created`` in seconds since the epoch.

    pypet loads a trajectory without ``force`` only where ``version`` and ``python`` are its own.
    """

    name: str
    created: float
    comment: str = ""
    version: str = "0.6.1"
    python: str = platform.python_version()


class _Run(Record, frozen=True):
    """The row of a run that was run."""

    started: float
    finished: float
    completed: bool
    environment: str


@contextmanager
def create(target: bytes, filters: Filters | None = None) -> Iterator["FileWriter"]:
    """Write a new file, which takes its place under the name ``target`` when all went well, and not before."""
    with files.writing(target) as part, files.creating(part) as root:
        writer = FileWriter(root, filters or Filters())
        yield writer
        writer.finish()


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
        self._runs: dict[int, _Run] = {}
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
        self._runs[index] = _Run(started, finished, completed, environment or layout.NO_ENVIRONMENT)

    def finish(self) -> None:
        """Write the overview."""
        self._open.clear()
        overview = stored.create_group(self._group, layout.OVERVIEW, layout.OVERVIEW.decode())
        tables = {layout.INFO: self._info(), layout.RUNS: self._run_rows(), layout.SETTINGS: self._settings()}
        if self._explored:
            raw = [name.encode() for name in self._explored]
            width = max(int(1.5 * len(name)) for name in raw)
            tables[layout.EXPLORATIONS] = np.asarray(raw, dtype=[(layout.EXPLORATIONS_COLUMN, f"S{width}")])
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

    def _info(self) -> encode.NumpyArray:
        head = self._head
        row = (
            head.name.encode(),
            _time(head.created),
            self._length,
            head.created,
            _cut(head.comment, 512),
            head.python.encode(),
            head.version.encode(),
        )
        return np.asarray([row], dtype=list(_INFO))

    def _settings(self) -> encode.NumpyArray:
        rows = np.zeros(1, dtype=list(_SETTINGS))
        rows["complib"], rows["complevel"] = b"zlib", self._filters.level
        rows["shuffle"], rows["fletcher32"] = self._filters.shuffle, self._filters.fletcher32
        rows["pandas_format"], rows["encoding"] = b"fixed", b"utf8"
        return rows

    def _run_rows(self) -> encode.NumpyArray:
        rows = np.zeros(self._length, dtype=list(_RUNS))
        rows["idx"] = np.arange(self._length)
        rows["name"] = [layout.run_name(index) for index in range(self._length)]
        rows["time"], rows["timestamp"] = layout.NO_TIME.encode(), layout.NO_TIMESTAMP
        rows["finish_timestamp"], rows["runtime"] = layout.NO_FINISH, layout.NO_RUNTIME.encode()
        rows["parameter_summary"] = layout.NO_SUMMARY.encode()
        rows["short_environment_hexsha"] = layout.NO_ENVIRONMENT.encode()
        for index, run in self._runs.items():
            row = rows[index]
            row["time"], row["timestamp"], row["finish_timestamp"] = _time(run.started), run.started, run.finished
            row["runtime"] = str(timedelta(seconds=run.finished - run.started)).encode()
            row["parameter_summary"] = _cut(self._summary(index), 512)
            row["short_environment_hexsha"] = run.environment.encode()
            row["completed"] = run.completed
        return rows

    def _summary(self, index: int) -> str:
        text = ""
        for full in sorted(self._explored, key=lambda name: name.rpartition(".")[::-1]):
            short = full.rpartition(".")[2]
            text += (
                f"{',   ' if text else ''}{full if short in text else short}: {_in_short(self._explored[full][index])}"
            )
        return text


def _described(comment: str, annotations: Mapping[str, Any], where: str) -> dict[bytes, Any]:
    return encode.comment(comment, where) | encode.annotations(annotations, where)


def _check_name(part: str, where: str) -> None:
    if not _NAME.match(part):
        raise ValueError(f"{where}: {part!r} cannot be a name in pypet; letters, digits, _ and - can be in it.")


def _in_short(value: Any) -> str:
    if isinstance(value, SparseMatrix):
        return f"{value.format} matrix, {value.shape[0]} x {value.shape[1]}"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _time(seconds: float) -> bytes:
    return time.strftime(layout.TIME_FORMAT, time.localtime(seconds)).encode()


def _cut(text: str, limit: int) -> bytes:
    """Text that fits into a column, never cut inside a character, which pypet could not load."""
    raw = text.encode()
    if len(raw) <= limit - 1:
        return raw
    return raw[: limit - 4].decode(errors="ignore").encode() + b"..."
