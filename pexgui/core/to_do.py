"""The open runs of a trajectory, and the commands that run them."""

from typing import Any

import numpy as np

from . import text
from .cells import numbers_of
from .model import Column, Numbers, RunStatus, Texts, TrajectoryRequest
from .model_explore import RunsToDo, RunToDo
from .progress import Progress, silent
from .runs import read_runs
from .script_pypet import name_of
from .script_run import array_script, command_here, run_script, run_script_name


def find_runs_to_do(request: TrajectoryRequest, progress: Progress = silent) -> RunsToDo:
    """The runs that are not finished, in their order, and what runs them. A run was begun if it has a time of its
    start, or data. Raises `NotReadable`."""
    table = read_runs(request, progress)
    statuses = list(RunStatus)
    finished = statuses.index(RunStatus.FINISHED)
    begun = ~_missing(table.started, len(table.names))
    rows = [row for row, status in enumerate(table.status) if status != finished]
    found = []
    for row in rows:
        status = statuses[table.status[row]]
        failed = bool(begun[row]) or status is RunStatus.HAS_DATA
        found.append(RunToDo(row, table.names[row], status, failed))
    name = name_of(request.path)
    return RunsToDo(
        request=request,
        name=text.printable(name),
        runs=len(table.names),
        open=tuple(found),
        parameters=tuple(_chosen(column, rows) for column in table.parameters),
        script=run_script(request.file, name),
        script_name=run_script_name(name),
        here=command_here(request.file, name, len(found)),
        array=array_script(request.file, name, len(found)),
        warnings=table.warnings,
    )


def _missing(cells: Numbers, count: int) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    return np.frombuffer(cells.missing, np.bool_) if cells.missing else np.zeros(count, np.bool_)


def _chosen(column: Column, rows: list[int]) -> Column:
    """The cells of some rows."""
    cells = column.cells
    if isinstance(cells, Texts):
        return Column(column.name, column.type, Texts(tuple(cells.items[row] for row in rows)), column.note)
    values = np.frombuffer(cells.data, cells.dtype)
    missing = _missing(cells, len(values))
    return Column(column.name, column.type, numbers_of(values[rows], missing[rows]), column.note)
