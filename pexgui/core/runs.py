"""The run table."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import files, layout, text
from .bookkeeping import Trajectory, open_trajectory_group, text_encoding
from .cells import numbers_of
from .errors import FAILURES, NotReadable
from .explored import explored_parameters
from .model import Column, Numbers, RunStatus, RunTable, TrajectoryRequest
from .places import BRANCHES, run_places
from .progress import Progress, silent
from .ranges import column_of_range, empty_column
from .run_rows import range_warning, rows_of_runs

_ORDER = list(RunStatus)
_REPORT_EVERY = 500


def read_runs(request: TrajectoryRequest, progress: Progress = silent) -> RunTable:
    """One row per run, in the order of their index, with the explored parameters by their full names.

    A cell of a parameter is missing where its range has no value for that run; its default value does not stand in.
    Runs that are not marked finished are looked for in the results. Raises `NotReadable`.
    """
    return files.steadily(request.file, lambda file: _read(file, request.path, progress))


def _read(file: files.OpenFile, path: bytes, progress: Progress) -> RunTable:
    warnings: list[str] = []
    trajectory = open_trajectory_group(file, path)
    progress(f"Reading the runs of {file.name}", 0, 0)
    rows = rows_of_runs(trajectory, warnings)
    count = len(rows.names)
    parameters = _parameters(trajectory, count, warnings, progress)
    status = np.full(count, _ORDER.index(RunStatus.NOT_RUN), dtype=np.uint8)
    status[rows.completed] = _ORDER.index(RunStatus.FINISHED)
    unfinished = {rows.names[index]: int(index) for index in np.flatnonzero(~rows.completed)}
    for name in runs_with_data(trajectory, unfinished.keys(), rows.names, progress):
        status[unfinished[name]] = _ORDER.index(RunStatus.HAS_DATA)
    return RunTable(
        names=tuple(text.printable(name) for name in rows.names),
        status=status.tobytes(),
        started=_times(rows.started),
        runtime=_times(rows.runtime),
        parameters=parameters,
        warnings=tuple(warnings),
    )


def _times(seconds: NDArray[np.float64]) -> Numbers:
    missing = np.isnan(seconds)
    return numbers_of(np.where(missing, 0.0, seconds), missing)


def _parameters(trajectory: Trajectory, runs: int, warnings: list[str], progress: Progress) -> tuple[Column, ...]:
    encoding = text_encoding(trajectory)
    columns = []
    for parameter in explored_parameters(trajectory, warnings):
        name = text.printable(parameter.name)
        if parameter.leaf is None:
            columns.append(empty_column(name, runs, f"The values of “{name}” are not in the file."))
            continue
        columns.append(column_of_range(name, parameter.leaf, runs, encoding, progress))
        mismatch = range_warning(name, parameter.leaf, runs)
        warnings.extend(sentence for sentence in (columns[-1].note, mismatch) if sentence)
    return tuple(columns)


def runs_with_data(
    trajectory: Trajectory, wanted: Collection[bytes], names: Collection[bytes], progress: Progress = silent
) -> set[bytes]:
    """Those of the runs ``wanted`` for which something is stored below ``results`` or ``derived_parameters``.

    First where pypet puts results unless told otherwise; for what is not found there, wherever groups named like
    runs (all of them: ``names``) are.
    """
    found: set[bytes] = set()
    rest = set(wanted)
    for branch in BRANCHES if rest else ():
        try:
            home = files.open_node(trajectory.group, layout.join(branch, layout.RUNS))
            found |= _filled(home, rest - found, progress)
        except NotReadable:
            continue
    rest -= found
    if rest:
        for place in run_places(trajectory, frozenset(names), progress):
            found |= _filled(place.group, place.runs & rest, progress)
            rest -= found
            if not rest:
                break
    return found


def _filled(home: Any, wanted: Collection[bytes], progress: Progress) -> set[bytes]:
    """Those of the runs ``wanted`` whose group in ``home`` is not empty."""
    found = set()
    for done, name in enumerate(set(files.hard_names(home)).intersection(wanted) if files.is_group(home) else ()):
        if done % _REPORT_EVERY == 0:
            progress("Looking for results of unfinished runs", done, len(wanted))
        try:
            group = files.open_child(home, name)
            if files.is_group(group) and group.get_num_objs():
                found.add(name)
        except (NotReadable, *FAILURES):
            found.add(name)
    return found
