"""The tables of ``overview`` that pypet needs: what a trajectory is, its runs, its settings, what is explored."""

import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from . import layout
from .encode import NumpyArray, SparseMatrix
from .model import Record
from .stored import Filters

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


class RunTimes(Record, frozen=True):
    """The row of a run that was run."""

    started: float
    finished: float
    completed: bool
    environment: str


def info(head: Head, length: int) -> NumpyArray:
    """The one row of ``info``."""
    row = (
        head.name.encode(),
        _time(head.created),
        length,
        head.created,
        _cut(head.comment, 512),
        head.python.encode(),
        head.version.encode(),
    )
    return np.asarray([row], dtype=list(_INFO))


def settings(filters: Filters) -> NumpyArray:
    """The one row of ``hdf5_settings``: no optional table is there, repeated comments are kept."""
    rows = np.zeros(1, dtype=list(_SETTINGS))
    rows["complib"], rows["complevel"] = b"zlib", filters.level
    rows["shuffle"], rows["fletcher32"] = filters.shuffle, filters.fletcher32
    rows["pandas_format"], rows["encoding"] = b"fixed", b"utf8"
    return rows


def explorations(names: Iterable[str]) -> NumpyArray:
    """The full names of the explored parameters."""
    raw = [name.encode() for name in names]
    return np.asarray(raw, dtype=[(layout.EXPLORATIONS_COLUMN, f"S{max(int(1.5 * len(name)) for name in raw)}")])


def runs(length: int, run: Mapping[int, RunTimes], explored: Mapping[str, Sequence[Any]]) -> NumpyArray:
    """One row per run; ``run`` holds those that were run, by index."""
    rows = np.zeros(length, dtype=list(_RUNS))
    rows["idx"] = np.arange(length)
    rows["name"] = [layout.run_name(index) for index in range(length)]
    rows["time"], rows["timestamp"] = layout.NO_TIME.encode(), layout.NO_TIMESTAMP
    rows["finish_timestamp"], rows["runtime"] = layout.NO_FINISH, layout.NO_RUNTIME.encode()
    rows["parameter_summary"] = layout.NO_SUMMARY.encode()
    rows["short_environment_hexsha"] = layout.NO_ENVIRONMENT.encode()
    names = sorted(explored, key=lambda name: name.rpartition(".")[::-1])
    for index, times in run.items():
        row = rows[index]
        row["time"], row["timestamp"], row["finish_timestamp"] = _time(times.started), times.started, times.finished
        row["runtime"] = str(timedelta(seconds=times.finished - times.started)).encode()
        row["parameter_summary"] = summary_text([(name, explored[name][index]) for name in names])
        row["short_environment_hexsha"] = times.environment.encode()
        row["completed"] = times.completed
    return rows


def summary_text(point: Iterable[tuple[str, Any]]) -> bytes:
    """What was varied in a run, as pypet writes it into the run's row."""
    return _cut(_summary(point), 512)


def _summary(point: Iterable[tuple[str, Any]]) -> str:
    text = ""
    for full, value in point:
        short = full.rpartition(".")[2]
        text += f"{',   ' if text else ''}{full if short in text else short}: {_in_short(value)}"
    return text


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
