"""Two tables row by row: aligned by the labels of their rows or by position, and a screen of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import compare_nested, content, measures, text
from .cells import numbers_of
from .compare_rows import Part, Rows, pieces, words
from .model import Cells, Numbers, Texts
from .model_compare import PairedColumn, TablePair, Tolerance
from .progress import Progress

ROWS = 1_000
COLUMNS = 200
BEFORE = 5
BLOCK = 200_000
"""About so many cells of each side are in memory at a time."""


class _Aligned:
    """Which row of A stands beside which row of B; −1 where a side has none."""

    def __init__(self, a: Rows, b: Rows) -> None:
        self.note = a.note or b.note
        self.rows: list[tuple[int, int]] | None = None
        self._a, self._b = a, b
        if a.labels is not None and b.labels is not None and a.labels != b.labels:
            self.rows = _by_label(a.labels, b.labels)
            if self.rows is None:
                self.note = "Rows stand beside one another by position, because a label occurs more than once."
        self.length = max(a.length, b.length) if self.rows is None else len(self.rows)

    def part(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of both sides at these places."""
        if self.rows is not None:
            both = np.array(self.rows[start:stop], np.int64).reshape(-1, 2)
            return both[:, 0], both[:, 1]
        places = np.arange(start, stop, dtype=np.int64)
        return np.where(places < self._a.length, places, -1), np.where(places < self._b.length, places, -1)

    def labels(self, start: int, stop: int) -> tuple[str, ...]:
        """What the rows at these places are called."""
        found = []
        for place, (left, right) in enumerate(zip(*self.part(start, stop), strict=True), start):
            side, row = (self._a, left) if left >= 0 else (self._b, right)
            found.append(str(place) if side.labels is None else words(side.labels[row]))
        return tuple(found)


def _by_label(a: list[object], b: list[object]) -> list[tuple[int, int]] | None:
    """Rows of the same label beside one another, what only B has after what it follows there; None if not unique."""
    try:
        in_a = {label: row for row, label in enumerate(a)}
        in_b = {label: row for row, label in enumerate(b)}
    except TypeError:
        return None
    if len(in_a) < len(a) or len(in_b) < len(b):
        return None
    after: dict[int, list[int]] = {}
    last = -1
    for row, label in enumerate(b):
        if label in in_a:
            last = in_a[label]
        else:
            after.setdefault(last, []).append(row)
    found = [(-1, row) for row in after.get(-1, ())]
    for row, label in enumerate(a):
        found.append((row, in_b.get(label, -1)))
        found.extend((-1, other) for other in after.get(row, ()))
    return found


class _Window(NamedTuple):
    """Rows of both sides beside one another: for each column its cells where a side has the row, and what differs."""

    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    a: dict[str, Part]
    b: dict[str, Part]
    differs: dict[str, NDArray[np.bool_]]


class _Tables:
    """Two tables, their alignment and the columns of both."""

    def __init__(self, a: Rows, b: Rows, tolerance: Tolerance) -> None:
        self.a, self.b, self.tolerance = a, b, tolerance
        self.aligned = _Aligned(a, b)
        self.columns = tuple(dict.fromkeys((*a.columns, *b.columns)))
        self.block = max(1, BLOCK // max(1, len(self.columns)))

    def window(self, start: int, stop: int, names: Sequence[str]) -> _Window:
        rows = self.aligned.part(start, stop)
        a, b = (
            pieces(side, found[found >= 0], [name for name in names if name in side.columns], self.block)
            for side, found in zip((self.a, self.b), rows, strict=True)
        )
        both = (rows[0] >= 0) & (rows[1] >= 0)
        differs = {}
        for name in names:
            mask = np.ones(len(both), np.bool_)
            if name in a and name in b:
                mask[both] = _differing(_only(a[name], rows[0], both), _only(b[name], rows[1], both), self.tolerance)
            differs[name] = mask
        return _Window(rows, a, b, differs)

    def scan(self, progress: Progress) -> Iterator[tuple[int, _Window]]:
        """All rows in pieces, with the place where each begins."""
        for start in range(0, self.aligned.length, self.block):
            progress("Looking for the differences", start, self.aligned.length)
            yield start, self.window(start, min(start + self.block, self.aligned.length), self.columns)


def _only(part: Part, rows: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Part:
    """The cells of the rows that are wanted, of those that a side has."""
    places = np.flatnonzero(wanted[rows >= 0])
    if isinstance(part.values, np.ndarray):
        return Part(part.type, part.values[places])
    return Part(part.type, [part.values[place] for place in places.tolist()])


def _differing(a: Part, b: Part, tolerance: Tolerance) -> NDArray[np.bool_]:
    """For every cell whether it differs."""
    if isinstance(a.values, np.ndarray) and isinstance(b.values, np.ndarray):
        return measures.differs(a.values, b.values, tolerance)
    pairs = zip(list(a.values), list(b.values), strict=True)
    return np.array([not compare_nested.same(x, y, tolerance) for x, y in pairs], np.bool_)


def table_pair(
    a: Rows, b: Rows, tolerance: Tolerance, hint: tuple[int, ...], start: int | None, progress: Progress
) -> TablePair:
    """The rows from ``start`` on, or from a little before the first that differs, which may be at ``hint``."""
    tables = _Tables(a, b, tolerance)
    columns = tables.columns
    if len(columns) > COLUMNS:
        columns, first = _kept(tables, progress)
    else:
        first = 0 if start is not None else _first(tables, hint, progress)
    begin = max(0, first - BEFORE) if start is None else max(0, min(start, tables.aligned.length - 1))
    end = min(tables.aligned.length, begin + ROWS)
    window = tables.window(begin, end, columns)
    notes = [tables.aligned.note] if tables.aligned.note else []
    if len(columns) < len(tables.columns):
        left_out = text.count(len(tables.columns) - len(columns), "more column")
        notes.append(f"{left_out} of the tables not shown; those that differ come first.")
    return TablePair(
        rows=tables.aligned.length,
        start=begin,
        labels=tables.aligned.labels(begin, end),
        columns=tuple(_paired(name, window) for name in columns),
        note=" ".join(notes),
    )


def _first(tables: _Tables, hint: tuple[int, ...], progress: Progress) -> int:
    """The first row in which something differs; 0 when there is none. A hint that is right saves looking."""
    if hint and tables.aligned.rows is None and hint[0] < tables.aligned.length:
        window = tables.window(hint[0], hint[0] + 1, tables.columns)
        if any(mask.any() for mask in window.differs.values()):
            return hint[0]
    for start, window in tables.scan(progress):
        row = _first_row(window)
        if row is not None:
            return start + row
    return 0


def _first_row(window: _Window) -> int | None:
    found = [int(np.argmax(mask)) for mask in window.differs.values() if mask.any()]
    return min(found, default=None)


def _kept(tables: _Tables, progress: Progress) -> tuple[tuple[str, ...], int]:
    """The columns to show of too many, those that differ before the others, and the first row that differs."""
    differing: dict[str, None] = {}
    first: int | None = None
    for start, window in tables.scan(progress):
        differing.update((name, None) for name, mask in window.differs.items() if mask.any())
        row = _first_row(window)
        if first is None and row is not None:
            first = start + row
    chosen = set([*differing, *(name for name in tables.columns if name not in differing)][:COLUMNS])
    return tuple(name for name in tables.columns if name in chosen), first or 0


def _paired(name: str, window: _Window) -> PairedColumn:
    a, b = window.a.get(name), window.b.get(name)
    kinds = list(dict.fromkeys(part.type for part in (a, b) if part is not None and part.type))
    return PairedColumn(
        text.printable(name),
        " / ".join(kinds),
        _cells(a, window.rows[0]),
        _cells(b, window.rows[1]),
        window.differs[name].astype(np.uint8).tobytes(),
    )


def _cells(part: Part | None, rows: NDArray[np.int64]) -> Cells:
    """The cells of a side, empty where it has no such row or column."""
    if part is None:
        return Texts((None,) * len(rows))
    there = rows >= 0
    if isinstance(part.values, np.ndarray):
        cells = content.column("", part.values, part.type).cells
    else:
        cells = content.list_column("", part.values, part.type).cells
    if there.all():
        return cells
    if isinstance(cells, Texts):
        found = iter(cells.items)
        return Texts(tuple(next(found) if present else None for present in there.tolist()))
    return _spread(cells, there)


def _spread(cells: Numbers, there: NDArray[np.bool_]) -> Numbers:
    array = np.zeros(len(there), cells.dtype)
    array[there] = np.frombuffer(cells.data, cells.dtype)
    return numbers_of(array, ~there)
