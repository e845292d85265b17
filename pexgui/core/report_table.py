"""Two tables in a report, cell by cell with Δ."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import report_plots, text
from .compare_text import relative, signed
from .model import Cells, Numbers
from .model_compare import PairedColumn, TablePair
from .report_marks import array_of, cell, escaped, note, words_of

ROWS, COLUMNS, AROUND = 200, 12, 2
_WIDE = 3


def table(pair: TablePair) -> str:
    """The rows that differ, cell by cell, with a few equal ones around them."""
    differing = [column for column in pair.columns if any(column.differs)]
    chosen = (differing + [column for column in pair.columns if not any(column.differs)])[:COLUMNS]
    kept = [column for column in pair.columns if any(column is each for each in chosen)]
    columns = [_Column(each, len(kept) <= _WIDE, len(kept) == 1) for each in kept]
    rows = [row for row in range(len(pair.labels)) if any(column.differs[row] for column in differing)]
    body = "".join(_table_rows(pair, columns, rows))
    said = []
    if len(kept) < len(pair.columns):
        said.append(f"{text.count(len(pair.columns) - len(kept), 'more column')} not shown.")
    if len(rows) > ROWS:
        said.append(f"Of {len(rows):,} rows that differ the first {ROWS:,} are shown.")
    if len(pair.labels) < pair.rows:
        said.append(f"Rows {pair.start:,} to {pair.start + len(pair.labels) - 1:,} of {pair.rows:,} were looked at.")
    head = "".join(column.head() for column in columns)
    notes = note(" ".join((pair.note, *said)).strip())
    return f'<div class="body"><table><tr><th></th>{head}</tr>{body}</table>{notes}</div>'


def _table_rows(pair: TablePair, columns: "Sequence[_Column]", differing: list[int]) -> "list[str]":
    """The rows that differ with a few around them, and how many equal ones lie between."""
    wanted = {row + near for row in differing[:ROWS] for near in range(-AROUND, AROUND + 1)}
    rows = sorted(row for row in wanted if 0 <= row < len(pair.labels)) or list(range(min(5, len(pair.labels))))
    width = 1 + sum(column.width for column in columns)
    found, known = [], set(differing)
    for before, row in zip([-1, *rows], rows, strict=False):
        if row - before > 1:
            gap = text.count(row - before - 1, "equal row")
            found.append(f'<tr><td class="gap" colspan="{width}">… {gap}</td></tr>')
        mark = "" if row in known else ' class="equal"'
        cells = "".join(column.cells(row) for column in columns)
        found.append(f"<tr{mark}>{cell(pair.labels[row])}{cells}</tr>")
    return found


class _Column:
    """A column of both tables: A, B and, of numbers, Δ; of few columns also the relative Δ, of one alone a bar."""

    def __init__(self, column: PairedColumn, wide: bool, alone: bool) -> None:
        self._column = column
        self._a, self._b = array_of(column.a), array_of(column.b)
        numeric = all(side is not None and side.dtype.kind in "iuf" for side in (self._a, self._b))
        self._relative, self._bar = numeric and wide, numeric and alone
        self._numeric = numeric
        self.width = 2 + numeric + self._relative + self._bar
        self._most = self._largest() if self._bar else 0.0

    def _largest(self) -> float:
        shares = [abs(self._share(row)) for row in range(len(self._column.differs)) if self._column.differs[row]]
        return max((share for share in shares if math.isfinite(share)), default=0.0)

    def head(self) -> str:
        """The names above the cells."""
        name = escaped(self._column.name)
        cells = [f"A&ensp;{name}", f"B&ensp;{name}"]
        cells += [f"Δ&ensp;B {text.MINUS} A"] if self._numeric else []
        cells += ["relative Δ"] if self._relative else []
        if self._bar:
            most = relative(self._most, 1.0) or "0 %"
            cells.append(f"{most.replace('+', text.MINUS)} &emsp; 0 &emsp; {most}")
        mark = "" if self._numeric else ' class="words"'
        return "".join(f"<th{mark}>{each}</th>" for each in cells)

    def cells(self, row: int) -> str:
        """The cells of a row."""
        differs = bool(self._column.differs[row])
        mark = ("differs" if differs else "equal") + ("" if self._numeric else " words")
        shown = cell(words_of(self._column.a, self._a, row), mark) + cell(words_of(self._column.b, self._b, row), mark)
        if self._numeric:
            a, b = _element(self._column.a, self._a, row), _element(self._column.b, self._b, row)
            apart = _minus(a, b) if a is not None and b is not None else None
            shown += cell("" if apart is None else signed(apart) if differs else "=")
            if self._relative:
                shown += cell("" if apart is None else relative(apart, a) if differs else "=")
        if self._bar:
            share = self._share(row) / self._most if self._most else 0.0
            shown += f"<td>{report_plots.bar(share if math.isfinite(share) else 0.0, differs)}</td>"
        return shown

    def _share(self, row: int) -> float:
        """How far a cell is apart, relative to A where that can be said."""
        a, b = _element(self._column.a, self._a, row), _element(self._column.b, self._b, row)
        if a is None or b is None or not a:
            return 0.0
        try:
            return float(_minus(a, b)) / abs(float(a))
        except (OverflowError, ValueError):
            return 0.0


def _minus(a: "int | float", b: "int | float") -> "int | float":
    with np.errstate(all="ignore"):
        return b - a


def _element(cells: Cells, array: "NDArray[np.generic] | None", row: int) -> "int | float | None":
    """A number of Python; None where there is none."""
    if array is None or (isinstance(cells, Numbers) and cells.missing and cells.missing[row]):
        return None
    found: int | float = array[row].item()
    return found
