"""Windows of arrays as numpy arrays, and their columns as lanes of a table."""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from pexgui.core import ArrayWindow, Numbers

from . import cells, columns
from .value_table import Grid, Lane, NumberLane, TextLane

Lost = NDArray[np.bool_] | None
"""Where values are missing; None when nothing is."""
NO_CELLS = Numbers("<f8", b"")


class ArrayLanes(Sequence[Lane]):
    """The columns of a two-dimensional array, made when they are looked at."""

    def __init__(self, values: NDArray[Any], titles: Sequence[str], lost: Lost = None) -> None:
        self._values = values
        self._titles = titles
        self._lost = lost
        self._write = cells.formatter(values) if values.dtype != object else str

    def __len__(self) -> int:
        return int(self._values.shape[1])

    @overload
    def __getitem__(self, number: int) -> Lane: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Lane]: ...
    def __getitem__(self, number: int | slice) -> Lane | Sequence[Lane]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        values = self._values[:, number]
        if values.dtype == object:
            return TextLane(self._titles[number], "str", values.tolist())
        lost = None if self._lost is None else self._lost[:, number]
        return NumberLane(self._titles[number], values, self._write, lost)


class _Titles(Sequence[str]):
    """Column numbers from ``start`` on, as they are looked at."""

    def __init__(self, start: int, count: int) -> None:
        self._numbers = range(start, start + count)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: Any) -> Any:
        part = self._numbers[number]
        return f"{part:,}" if isinstance(part, int) else [f"{each:,}" for each in part]


def decoded(window: ArrayWindow) -> tuple[NDArray[Any], Lost]:
    """The window as an array of its own shape (texts as objects), and where values are missing.

    Raises ValueError when the cells do not fill the window.
    """
    if isinstance(window.cells, Numbers):
        values = columns.array(window.cells)
        lost = columns.mask(window.cells).reshape(window.window) if window.cells.missing else None
        return values.reshape(window.window), lost
    texts = np.empty(len(window.cells.items), object)
    texts[:] = window.cells.items
    return texts.reshape(window.window), None


def grid(values: NDArray[Any], lost: Lost, start: Sequence[int]) -> Grid:
    """A window of one or two dimensions as a table; rows and columns are numbered from ``start``."""
    if values.ndim == 1:
        one = ArrayLanes(values[:, np.newaxis], ("",), None if lost is None else lost[:, np.newaxis])
        return Grid(one, len(values), start[0], titled=False)
    return Grid(ArrayLanes(values, _Titles(start[1], values.shape[1]), lost), len(values), start[0], titled=False)
