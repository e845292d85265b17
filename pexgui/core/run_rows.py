"""The table of runs; and what can be said of the runs where that table is missing."""

import re
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, layout, text
from .bookkeeping import Trajectory, flags, floats, read_info, row_count, strings, table, without_runs
from .errors import FAILURES, NotReadable
from .explored import explored_parameters

MAX_TOLD = 100_000
"""Without their table not more runs than this are shown."""

_TIMEDELTA = re.compile(rb"(?:(-?\d{1,9}) days?, )?(\d{1,2}):(\d\d):(\d\d(?:\.\d*)?)")


class RunRows(NamedTuple):
    """The table of runs: one element per row; times in seconds, NaN where a run has none."""

    names: list[bytes]
    completed: NDArray[np.bool_]
    started: NDArray[np.float64]
    runtime: NDArray[np.float64]


def rows_of_runs(trajectory: Trajectory, warnings: list[str]) -> RunRows:
    """One row per run; without a table of runs, what can be told from explored parameters and groups of results."""
    rows = read_run_rows(trajectory, warnings)
    if rows is not None:
        return rows
    count = row_count(trajectory, layout.RUNS)
    if count is None:
        warnings.append(without_runs(trajectory))
    names = _told_names(trajectory, count)
    nothing = np.full(len(names), np.nan)
    return RunRows(names, np.zeros(len(names), np.bool_), nothing, nothing)


def run_names(trajectory: Trajectory) -> list[bytes]:
    """The names of the runs, in the order of their index."""
    return rows_of_runs(trajectory, []).names


def _told_names(trajectory: Trajectory, count: int | None) -> list[bytes]:
    """The names of the runs when their table cannot be read; ``count`` is how many there are, if that is known."""
    groups = _run_groups(trajectory)
    numbers = [index for name in groups if (index := layout.run_index(name)) is not None]
    if groups and not numbers:
        groups.sort(key=text.natural)
    else:
        groups = []
    if count is None:
        length = read_info(trajectory, []).length or 0
        count = max(length, _longest_range(trajectory), len(groups), *(index + 1 for index in numbers), 0)
    count = min(count, MAX_TOLD)
    return (groups + [layout.run_name(index) for index in range(len(groups), count)])[:count]


def _run_groups(trajectory: Trajectory) -> list[bytes]:
    """The names of the groups of runs where pypet puts them unless told otherwise."""
    found: dict[bytes, None] = {}
    for branch in (layout.RESULTS, layout.DERIVED_PARAMETERS):
        try:
            group = files.open_node(trajectory.group, layout.join(branch, layout.RUNS))
            names = files.names(group) if files.is_group(group) else []
        except NotReadable:
            continue
        found.update(dict.fromkeys(name for name in names if name != layout.RUN_ALL))
    return list(found)


def _longest_range(trajectory: Trajectory) -> int:
    longest = 0
    for parameter in explored_parameters(trajectory, []):
        if parameter.leaf is not None:
            longest = max(longest, range_length(parameter.leaf) or 0)
    return longest


def range_length(leaf: Any) -> int | None:
    """For how many runs an explored parameter has a value; None when that cannot be told."""
    try:
        for name in files.names(leaf):
            if not name.startswith(layout.EXPLORED_DATA):
                continue
            item = files.open_child(leaf, name)
            shape = files.extent_of(item).shape if files.is_dataset(item) else None
            if shape:
                return shape[0]
    except (NotReadable, *FAILURES):
        return None
    return None


def range_warning(name: str, leaf: Any, runs: int) -> str:
    """A sentence when the range of an explored parameter has not one value for every run; else nothing."""
    length = range_length(leaf)
    if length is None or length == runs:
        return ""
    return f"“{name}” has {text.count(length, 'value')} for {text.count(runs, 'run')}."


def read_run_rows(trajectory: Trajectory, warnings: list[str]) -> RunRows | None:
    """The table of runs; None when there is none that can be read. Placeholders of runs not run are missing."""
    columns = ("idx", "name", "time", "timestamp", "finish_timestamp", "runtime", "completed")
    rows = table(trajectory, layout.RUNS, columns, warnings)
    if rows is None:
        return None
    count = len(rows)
    if count and row_count(trajectory, layout.RUNS) != count:
        warnings.append(f"Only the first {count:,} runs are shown.")
    started = _times(rows, "timestamp", layout.NO_TIMESTAMP)
    finished = _times(rows, "finish_timestamp", layout.NO_FINISH)
    index = floats(rows, "idx")
    if count and not np.isnan(index).any() and not np.array_equal(index, np.arange(count)):
        warnings.append("The numbers in the table of runs do not follow its rows; runs are counted by their rows.")
    return RunRows(_names(rows, warnings), flags(rows, "completed"), started, _runtimes(rows, started, finished))


def _names(rows: "NDArray[Any]", warnings: list[str]) -> list[bytes]:
    """The names of the runs; a run without a name gets the one that pypet would give it."""
    names = strings(rows, "name")
    if names is None:
        warnings.append("The table of runs holds no names; runs are called as pypet calls them.")
        return [layout.run_name(index) for index in range(len(rows))]
    return [name or layout.run_name(index) for index, name in enumerate(names)]


def _runtimes(rows: "NDArray[Any]", started: NDArray[np.float64], finished: NDArray[np.float64]) -> NDArray[np.float64]:
    runtime: NDArray[np.float64] = finished - started
    if not np.isnan(runtime).all():
        return runtime
    texts = strings(rows, "runtime")
    if texts is None:
        return runtime
    return np.array([_seconds(raw) for raw in texts], dtype=np.float64)


def _seconds(raw: bytes) -> float:
    """What ``str`` made of a timedelta, perhaps cut at its end; NaN for anything else."""
    match = _TIMEDELTA.match(raw)
    if match is None:
        return float("nan")
    days, hours, minutes, seconds = match.groups()
    return int(days or 0) * 86400.0 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _times(rows: "NDArray[Any]", column: str, placeholder: float) -> NDArray[np.float64]:
    values = floats(rows, column)
    values[(values == placeholder) | ~np.isfinite(values)] = np.nan
    return values
