"""What two tables say cell by cell: the columns of a comparison, with the difference beside what differs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pexgui.core import Cells, Inner, Numbers, PairedColumn, text

from . import cells, columns

EQUAL = "="

Texts = Callable[[int], str]


@dataclass(frozen=True)
class Lane:
    """A column on screen: title, what it says in each row, in which rows the sides differ, and how it looks.

    ``share`` is what a bar shows, from −1 to 1, and ``reach`` what 1 stands for.
    """

    title: str
    text: Texts
    marks: NDArray[np.bool_]
    right: bool = False
    look: Literal["name", "side", "between", "quiet"] = "between"
    share: NDArray[np.float64] | None = None
    reach: str = ""


def lanes_of(labels: Sequence[str], pairs: Sequence[PairedColumn], start: int = 0) -> tuple[list[Lane], int]:
    """The columns for two tables, and how many rows they have.

    Raises ValueError when a column is not what it says it is.
    """
    rows = max([len(labels), *(_length(each) for pair in pairs for each in (pair.a, pair.b))])
    differs = [_marks(pair, rows) for pair in pairs]
    any_differs = np.any(differs, axis=0) if differs else np.zeros(rows, np.bool_)
    named: Texts = labels.__getitem__ if labels else lambda row: f"{start + row:,}"
    result = [Lane("", named, any_differs, look="name")]
    only = sum(bool(marks.any()) for marks in differs) <= 1
    for pair, marks in zip(pairs, differs, strict=True):
        result += _paired(pair, marks, alone=len(pairs) == 1 or (only and bool(marks.any())))
    return result, rows


def nested_lanes(inner: Sequence[Inner]) -> list[Lane]:
    """The columns for what differs inside of two values."""
    every, none = np.ones(len(inner), np.bool_), np.zeros(len(inner), np.bool_)
    return [
        Lane("Place", lambda row: inner[row].place or "the whole value", every, look="name"),
        Lane("A", lambda row: inner[row].a or cells.MISSING, every, look="side"),
        Lane("B", lambda row: inner[row].b or cells.MISSING, every, look="side"),
        Lane("", lambda row: inner[row].verdict, none, look="quiet"),
    ]


def _length(values: Cells) -> int:
    return len(columns.array(values)) if isinstance(values, Numbers) else len(values.items)


def _marks(pair: PairedColumn, rows: int) -> NDArray[np.bool_]:
    result = np.zeros(rows, np.bool_)
    marks = np.frombuffer(pair.differs, np.uint8)[:rows] != 0
    result[: len(marks)] = marks
    return result


def _paired(pair: PairedColumn, marks: NDArray[np.bool_], alone: bool) -> list[Lane]:
    name = f" {pair.name}" if pair.name else ""
    numeric = isinstance(pair.a, Numbers) and isinstance(pair.b, Numbers)
    write = _writer(pair)
    if not marks.any() and not alone:
        return [Lane(pair.name, _shown(pair.a, write), marks, numeric, "quiet")]
    result = [
        Lane(f"A {name}".rstrip(), _shown(pair.a, write), marks, numeric, "side"),
        Lane(f"B {name}".rstrip(), _shown(pair.b, write), marks, numeric, "side"),
    ]
    if isinstance(pair.a, Numbers) and isinstance(pair.b, Numbers) and _measured(pair.a) and _measured(pair.b):
        result += _deltas(columns.floats(pair.a), columns.floats(pair.b), marks, write, alone)
    return result


def _measured(values: Numbers) -> bool:
    return columns.array(values).dtype.kind in "biuf"


def _deltas(
    a: NDArray[Any], b: NDArray[Any], marks: NDArray[np.bool_], write: Callable[[Any], str], alone: bool
) -> list[Lane]:
    if len(a) != len(b):
        return []
    with np.errstate(all="ignore"):
        delta = b - a
        relative = np.where(a != 0, 100 * delta / np.abs(a), np.nan)
    share, reach = _shares(relative if np.isfinite(relative[marks]).all() else delta, marks)
    none = np.zeros(len(a), np.bool_)
    result = [
        Lane("Δ B − A", lambda row: _signed(write, delta[row]) if marks[row] else EQUAL, none, right=True),
        Lane("relative Δ", lambda row: _percent(relative[row]) if marks[row] else EQUAL, none, right=True),
    ]
    if alone and reach:
        unit = " %" if np.isfinite(relative[marks]).all() else ""
        result.append(Lane("", lambda _row: "", none, share=share, reach=f"{reach}{unit}"))
    return result


def _shares(values: NDArray[Any], marks: NDArray[np.bool_]) -> tuple[NDArray[np.float64], str]:
    known = np.where(marks & np.isfinite(values), values, 0.0)
    most = float(np.abs(known).max()) if len(known) else 0.0
    return (known / most if most else known), (f"{most:.2g}" if most else "")


def _writer(pair: PairedColumn) -> Callable[[Any], str]:
    known = [columns.array(each)[~columns.mask(each)] for each in (pair.a, pair.b) if isinstance(each, Numbers)]
    if len(known) == 2 and known[0].dtype == known[1].dtype:
        return cells.formatter(np.concatenate(known)) if known[0].size or known[1].size else str
    return cells.formatter(known[0]) if known and known[0].size else str


def _shown(values: Cells, write: Callable[[Any], str]) -> Texts:
    if not isinstance(values, Numbers):
        items = values.items
        return lambda row: (items[row] or "")[:300].replace("\n", " ") if row < len(items) else cells.MISSING
    numbers, lost = columns.array(values), columns.mask(values)
    if numbers.dtype.kind == "f" and not numbers.size:
        return lambda _row: cells.MISSING
    return lambda row: cells.MISSING if row >= len(numbers) or lost[row] else write(numbers[row])


def _signed(write: Callable[[Any], str], value: float) -> str:
    if not np.isfinite(value):
        return cells.MISSING
    words = write(value)
    if value and words.strip(f"0.,{text.MINUS}") == "":
        words = f"{value:.2e}".replace("-", text.MINUS)
    return f"+{words}" if value > 0 else words


def _percent(value: float) -> str:
    if abs(value) >= 1e5:
        return f"{value:+.2e} %".replace("-", text.MINUS).replace("e+0", "e")
    return f"{_signed(_four, value)} %" if np.isfinite(value) else cells.MISSING


def _four(value: float) -> str:
    return f"{value:,.4f}".replace("-", text.MINUS)
