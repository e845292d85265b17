"""The columns of the run table, whole, as numpy arrays: what a cell shows, what is copied, how they sort."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from pexgui.core import Column, ColumnChoice, Numbers, RunStatus, RunTable, text

from . import cells, columns, sorting
from .filter import Operand

Group = Literal["", "Parameters", "Results"]
Form = Literal["run", "status", "number", "truth", "text", "moment", "duration"]

STATUS = tuple(RunStatus)
DIGITS = 4
"""So many digits of measured numbers are shown; all of them stand in the value panel and in what is copied."""


@dataclass
class RunColumn:
    """A column of the run table over all runs, whether shown or not.

    ``values`` is None until they were read; ``progress`` then tells how much of it is, from 0 to 1, and ``problem`` why
    it could not be. ``key`` says which column it is, the same in the next start.
    """

    key: str
    title: str
    full: str
    group: Group
    form: Form
    type: str = ""
    comment: str = ""
    values: NDArray[Any] | None = None
    missing: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    progress: float = 0.0
    problem: str = ""
    bar: bool = False
    _ranks: NDArray[np.int64] | None = None
    _write: Callable[[Any], str] | None = None
    _exactly: Callable[[Any], str] | None = None

    @property
    def right(self) -> bool:
        """Whether its cells stand at the right, as numbers do."""
        return self.form in ("number", "duration")

    @property
    def measured(self) -> bool:
        """Whether its cells can be drawn as bars."""
        return self.form == "number" and self.values is not None and self.values.dtype.kind in "iuf"

    def fill(self, values: NDArray[Any], missing: NDArray[np.bool_]) -> None:
        """Give it its values, one per run."""
        lost = missing
        if values.dtype.kind == "f" and self.form != "number":
            lost = missing | ~np.isfinite(values)
        self.values, self.missing = values, lost
        self.progress, self.problem = 1.0, ""
        self._ranks = self._write = self._exactly = None

    def take(self, column: Column, runs: int) -> None:
        """Take over what was read; runs beyond it have no value."""
        if isinstance(column.cells, Numbers):
            values, missing = columns.array(column.cells), columns.mask(column.cells)
            self.form = "truth" if values.dtype.kind == "b" else "number"
        else:
            values = np.array(column.cells.items, object)
            missing = np.array([item is None for item in column.cells.items], np.bool_)
            self.form = "text"
        self.type = column.type or self.type
        self.fill(*_fitted(values, missing, runs))

    def fit(self, runs: int) -> None:
        """Hold as many values as there are runs now."""
        if self.values is not None and len(self.values) != runs:
            self.fill(*_fitted(self.values, self.missing, runs))

    def text(self, run: int) -> str:
        """The cell of a run as it is shown."""
        if self.values is None:
            return cells.MISSING if self.problem else "…"
        if self.missing[run]:
            return cells.MISSING
        if self._write is None:
            self._write = _writer(self)
        return str(self._write(self.values[run]))

    def exact(self, run: int) -> str:
        """The cell of a run as it is copied."""
        if self.values is None or self.missing[run]:
            return ""
        if self._exactly is None:
            self._exactly = _exact_writer(self)
        return self._exactly(self.values[run]).replace("\t", " ").replace("\n", " ")

    def ranks(self) -> NDArray[np.int64]:
        """What its runs sort by."""
        if self._ranks is None:
            if self.values is None:
                return np.full(len(self.missing), sorting.MISSING, np.int64)
            values = np.arange(len(self.values)) if self.form == "run" else self.values
            self._ranks = sorting.ranks(values, self.missing)
        return self._ranks

    def share(self, run: int, reach: float) -> float:
        """How long the bar of a run is, from 0 to 1; ``reach`` is the largest magnitude of the runs shown."""
        if self.values is None or self.missing[run] or not reach:
            return 0.0
        value = abs(float(self.values[run]))
        return min(1.0, value / reach) if math.isfinite(value) else 0.0

    def reach(self, runs: NDArray[np.intp]) -> float:
        """The largest magnitude among ``runs``."""
        if self.values is None or not self.measured or not len(runs):
            return 0.0
        chosen = np.abs(self.values[runs].astype(np.float64))
        chosen = chosen[np.isfinite(chosen) & ~self.missing[runs]]
        return float(chosen.max()) if len(chosen) else 0.0

    def extremes(self, runs: int) -> list[int]:
        """Some runs among whose cells the widest is found."""
        if self.values is None or not runs:
            return []
        some = list(range(0, runs, max(1, runs // 40)))
        if self.form == "status":
            some += np.unique(self.values, return_index=True)[1].tolist()
        elif self.measured:
            known = np.flatnonzero(~self.missing)
            if len(known):
                some += [int(known[np.nanargmax(side)]) for side in _sides(self.values[known])]
        elif self.form == "text":
            lengths = [len(value) if isinstance(value, str) else 0 for value in self.values.tolist()]
            some.append(int(np.argmax(lengths)))
        return some

    def operand(self) -> Operand | None:
        """The column for the filter; None while it has no values."""
        if self.values is None:
            return None
        if self.form == "status":
            words = np.array([status.value for status in STATUS], object)
            return Operand("text", words[self.values], self.missing, tuple(words), self.title.lower())
        if self.form in ("run", "text"):
            return Operand("text", self.values, self.missing, (), self.title)
        if self.values.dtype.kind in "mM":
            return Operand("number", columns.floats(_seconds(self.values)), self.missing, (), self.title)
        return Operand("moment" if self.form == "moment" else "number", self.values, self.missing, (), self.title)


def _sides(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    numbers = values.astype(np.float64)
    numbers[~np.isfinite(numbers)] = 0
    return numbers, -numbers


def _seconds(values: NDArray[Any]) -> Numbers:
    return Numbers(dtype=values.dtype.str, data=values.tobytes())


def _fitted(values: NDArray[Any], missing: NDArray[np.bool_], runs: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    if len(values) == runs:
        return values, missing
    kept = min(len(values), runs)
    result, lost = np.zeros(runs, values.dtype), np.ones(runs, np.bool_)
    if values.dtype == object:
        result = np.full(runs, None, object)
    result[:kept], lost[:kept] = values[:kept], missing[:kept]
    return result, lost


def _writer(column: RunColumn) -> Callable[[Any], str]:
    values = column.values
    assert values is not None
    if column.form == "status":
        return lambda value: STATUS[value].value
    if column.form == "moment":
        return text.when
    if column.form == "duration":
        return cells.durations(values[~column.missing])
    if values.dtype.kind == "f" and column.group == "Results":
        return _decimals(values[~column.missing])
    known = values[~column.missing]
    return cells.formatter(known if len(known) else values) if values.dtype != object else str


def _exact_writer(column: RunColumn) -> Callable[[Any], str]:
    assert column.values is not None
    if column.form == "status":
        return lambda value: STATUS[value].value
    if column.form == "moment":
        return _moment
    return str if column.values.dtype == object else cells.exact(column.values.dtype)


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds).isoformat(" ", "seconds")
    except (OverflowError, ValueError, OSError):
        return ""


def _decimals(values: NDArray[Any]) -> Callable[[Any], str]:
    """How to write measured numbers: all with the same decimals, as few as show them, by the power of ten only where
    they would vanish otherwise."""
    known = np.abs(values[np.isfinite(values)].astype(np.float64))
    largest = float(known.max()) if len(known) else 0.0
    for decimals in range(1, DIGITS - 1):
        if largest < 1e9 and np.array_equal(np.round(known, decimals), known):
            return _fixed(decimals)
    decimals = max(1, DIGITS - 1 - math.floor(math.log10(largest))) if largest else 1
    vanishing = np.count_nonzero((known > 0) & (known < 0.5 * 10.0**-decimals))
    if largest >= 1e9 or decimals > 7 or vanishing > 0.05 * len(known):
        return lambda value: f"{value:.{DIGITS - 1}e}".replace("-", text.MINUS)
    return _fixed(decimals)


def _fixed(decimals: int) -> Callable[[Any], str]:
    nothing = f"{0:.{decimals}f}"

    def write(value: Any) -> str:
        shown = f"{value:,.{decimals}f}" if math.isfinite(value) else str(value)
        return nothing if shown == "-" + nothing else shown.replace("-", text.MINUS).replace("nan", "NaN")

    return write


def short_names(names: Sequence[str]) -> list[str]:
    """The last parts of dotted names, with as many parts before them as tell the names apart."""
    result = []
    for name in names:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            short = ".".join(parts[-count:])
            if sum(other == short or other.endswith("." + short) for other in names) == 1:
                break
        result.append(short)
    return result


def of_table(table: RunTable) -> list[RunColumn]:
    """The columns that every trajectory has, in their order: run, status, explored parameters, start, runtime."""
    runs = len(table.names)
    nothing = np.zeros(runs, np.bool_)
    run = RunColumn("run", "Run", "run", "", "run")
    run.fill(np.array(table.names, object), nothing)
    status = RunColumn("status", "Status", "status", "", "status")
    status.fill(np.frombuffer(table.status, np.uint8), nothing)
    parameters = []
    for column, title in zip(table.parameters, short_names([c.name for c in table.parameters]), strict=True):
        parameter = RunColumn(f"parameter:{column.name}", title, column.name, "Parameters", "text", column.type)
        parameter.take(column, runs)
        parameters.append(parameter)
    started = RunColumn("started", "Started", "started", "", "moment")
    started.fill(*_fitted(columns.array(table.started), columns.mask(table.started), runs))
    runtime = RunColumn("runtime", "Runtime", "runtime", "", "duration")
    runtime.fill(*_fitted(columns.array(table.runtime), columns.mask(table.runtime), runs))
    return [run, status, *parameters, started, runtime]


def of_choice(choice: ColumnChoice, runs: int) -> RunColumn:
    """The column of a result, without values yet."""
    column = RunColumn(
        result_key(choice.key), choice.name, choice.name, "Results", "number", choice.type, choice.comment
    )
    column.missing = np.ones(runs, np.bool_)
    return column


def result_key(key: bytes) -> str:
    """The key of the column of a result, printable whatever its path."""
    return "result:" + quote_from_bytes(key, safe="/$")


def result_path(key: str) -> bytes | None:
    """The result that a column key stands for, see `ColumnChoice`; None for other columns."""
    return unquote_to_bytes(key.removeprefix("result:")) if key.startswith("result:") else None
