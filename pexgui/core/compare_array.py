"""A window of two arrays of numbers of one shape: a large one thinned so that what differs most stays visible."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import content, files, items, layout, measures, selecting
from .elements import name_of
from .model_compare import ArrayPair, Tolerance
from .progress import Progress

LINE = 100_000
IMAGE = 1_000_000
PIECE = 1 << 20
MOST_THINNED = 1 << 33
"""Of more elements than this only a window is shown, not the whole thinned."""

_NUMBERS = "biufc"
Two: TypeAlias = tuple[int, int]

_WHAT = "Looking for the differences"


class Source(NamedTuple):
    """An array of numbers, in a file or in memory: ``read`` gives what is at one slice per axis."""

    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"
    type: str
    chunk: tuple[int, ...] | None
    read: Callable[[tuple[slice, ...]], NDArray[Any]]


def held(array: NDArray[Any]) -> Source | None:
    """An array in memory; None when it is none of numbers."""
    if array.ndim == 0 or array.dtype.kind not in _NUMBERS:
        return None
    return Source(array.shape, array.dtype, content.type_name(array.dtype), None, lambda part: array[part])


def stored(node: Any) -> Source | None:
    """An array in a file; None when it is none of numbers. An element type that is an array adds its axes."""
    extent = files.extent_of(node)
    base, inner = extent.element.dtype.base, extent.element.dtype.shape
    outer = extent.shape or ()
    scalar = layout.type_name(items.types_of(node)[1])
    if not outer + inner or extent.element.variable or base.kind not in _NUMBERS or scalar in ("str", "bytes"):
        return None
    if outer == (1,) and files.attribute(node, layout.EMPTY_ARRAY) is not None:
        return None
    chunk = files.chunk_of(node)

    def read(part: tuple[slice, ...]) -> NDArray[Any]:
        raw = files.read(node, part[: len(outer)])
        found: NDArray[Any] = raw[(slice(None),) * len(outer) + part[len(outer) :]]
        return found

    return Source(outer + inner, base, name_of(base), None if chunk is None else chunk + inner, read)


class _Plane(NamedTuple):
    """The one or two axes that are shown, as rows and columns; ``place`` is where they are on all axes."""

    a: Source
    b: Source
    axes: tuple[int, ...]
    place: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns; a line is one row."""
        lengths = tuple(self.a.shape[axis] for axis in self.axes)
        return (1, lengths[0]) if len(lengths) == 1 else (lengths[0], lengths[1])

    def chunk(self) -> tuple[int, int] | None:
        """How large the pieces are in which it is stored."""
        if self.a.chunk is None:
            return None
        lengths = tuple(self.a.chunk[axis] for axis in self.axes)
        return (1, lengths[0]) if len(lengths) == 1 else (lengths[0], lengths[1])

    def read(self, rows: slice, columns: slice) -> tuple[NDArray[Any], NDArray[Any]]:
        """Both sides at these rows and columns."""
        part = [slice(at, at + 1) for at in self.place]
        for axis, wanted in zip(self.axes, (rows, columns)[-len(self.axes) :], strict=True):
            part[axis] = wanted
        size = (rows.stop - rows.start, columns.stop - columns.start)
        return self.a.read(tuple(part)).reshape(size), self.b.read(tuple(part)).reshape(size)


def array_pair(
    a: Source, b: Source, tolerance: Tolerance, first: tuple[int, ...], start: int | None, progress: Progress
) -> ArrayPair:
    """The window of two arrays that shows the ``first`` difference (empty: look for it), or begins at ``start``."""
    axes = selecting.plan(a.shape, most=1).axes
    if len(first) != len(a.shape) or any(i >= n for i, n in zip(first, a.shape, strict=True)):
        alone = all(axis in axes or length == 1 for axis, length in enumerate(a.shape))
        first = (0,) * len(a.shape) if alone else _first_difference(a, b, tolerance, progress)
    plane = _Plane(a, b, axes, first)
    corner, window, step = _window(plane, start)
    if max(step) == 1:
        left, right = plane.read(*(slice(at, at + n) for at, n in zip(corner, window, strict=True)))
        mask = measures.differs(left, right, tolerance)
    else:
        left, right, mask = _thinned(plane, window, step, tolerance, progress)
    return ArrayPair(
        type=a.type if a.type == b.type else f"{a.type} / {b.type}",
        shape=a.shape,
        axes=axes,
        start=_along(axes, corner),
        window=_along(axes, window),
        step=_along(axes, step),
        index=first,
        a=content.cells(left),
        b=content.cells(right),
        differs=mask.astype(np.uint8).tobytes(),
    )


def _along(axes: tuple[int, ...], plane: Two) -> tuple[int, ...]:
    """What is known of rows and columns, for the axes: a line is one row."""
    return plane[1:] if len(axes) == 1 else plane


def _window(plane: _Plane, start: int | None) -> tuple[Two, Two, Two]:
    """Where the window begins, how many elements it shows along both axes and how many each of them stands for."""
    rows, columns = plane.shape
    limit = LINE if rows == 1 and len(plane.axes) == 1 else IMAGE
    if rows * columns <= limit:
        return (0, 0), (rows, columns), (1, 1)
    if start is None and rows * columns <= MOST_THINNED:
        step = _steps(rows, columns, limit)
        return (0, 0), (-(-rows // step[0]), -(-columns // step[1])), step
    before = [0 if len(plane.axes) == 1 else plane.place[plane.axes[0]], plane.place[plane.axes[-1]]]
    wide = min(columns, limit)
    if len(plane.axes) == 1:
        left = min(max(0, before[1] - wide // 10 if start is None else start), columns - 1)
        return (0, left), (1, min(wide, columns - left)), (1, 1)
    wide = min(columns, max(math.isqrt(limit), limit // rows))
    high = min(rows, max(1, limit // wide))
    top = min(max(0, before[0] - high // 10 if start is None else start), rows - 1)
    left = min(max(0, before[1] - wide // 10), columns - 1)
    return (top, left), (min(high, rows - top), min(wide, columns - left)), (1, 1)


def _steps(rows: int, columns: int, limit: int) -> Two:
    """By how much to thin both axes: as evenly as their lengths allow."""
    side = math.isqrt(limit)
    if rows <= side:
        return 1, -(-columns // (limit // rows))
    if columns <= side:
        return -(-rows // (limit // columns)), 1
    return -(-rows // side), -(-columns // side)


def _thinned(
    plane: _Plane, window: Two, step: Two, tolerance: Tolerance, progress: Progress
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Of every block of the plane the element that differs most; read in tiles that hold whole blocks."""
    shown = np.zeros(window, plane.a.dtype), np.zeros(window, plane.b.dtype)
    mask = np.zeros(window, np.bool_)
    tiles = list(_tiles(plane, step))
    for done, (rows, columns) in enumerate(tiles):
        progress(_WHAT, done, len(tiles))
        a, b = plane.read(rows, columns)
        differs = measures.differs(a, b, tolerance)
        at = most_apart(a, b, differs, step)
        top, left = rows.start // step[0], columns.start // step[1]
        place = slice(top, top + at[0].shape[0]), slice(left, left + at[0].shape[1])
        shown[0][place], shown[1][place], mask[place] = a[at], b[at], differs[at]
    return shown[0], shown[1], mask


def _tiles(plane: _Plane, step: Two) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of tiles of about `PIECE` elements, which follow the pieces in which the data are stored."""
    rows, columns = plane.shape
    stored_rows, stored_columns = plane.chunk() or (1, columns)
    high = max(step[0], stored_rows if stored_rows <= PIECE else 1)
    wide = min(columns, max(PIECE // high, 1))
    if wide < columns and stored_columns < wide:
        wide -= wide % stored_columns
    wide = max(wide - wide % step[1], step[1])
    high = max(high, PIECE // wide)
    high = max(high - high % step[0], step[0])
    for top in range(0, rows, high):
        for left in range(0, columns, wide):
            yield slice(top, min(rows, top + high)), slice(left, min(columns, left + wide))


def most_apart(
    a: NDArray[Any], b: NDArray[Any], differs: NDArray[np.bool_], step: Two
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The row and the column of the element in each block that differs most, the first one where none does."""
    score = np.where(differs, _apart(a, b), -1.0)
    high, wide = (-(-length // by) for length, by in zip(score.shape, step, strict=True))
    padding = (high * step[0] - score.shape[0], wide * step[1] - score.shape[1])
    if any(padding):
        score = np.pad(score, ((0, padding[0]), (0, padding[1])), constant_values=-2.0)
    blocks = score.reshape(high, step[0], wide, step[1]).swapaxes(1, 2).reshape(high, wide, step[0] * step[1])
    best = blocks.argmax(axis=2)
    row = np.arange(high)[:, None] * step[0] + best // step[1]
    column = np.arange(wide)[None, :] * step[1] + best % step[1]
    return row, column


def _apart(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """How far the elements are apart; infinitely where one is not finite."""
    kind = np.complex128 if "c" in (a.dtype.kind, b.dtype.kind) else np.float64
    with np.errstate(all="ignore"):
        apart = np.abs(a.astype(kind) - b.astype(kind))
    return np.where(np.isnan(apart), np.inf, apart).astype(np.float64)


def _first_difference(a: Source, b: Source, tolerance: Tolerance, progress: Progress) -> tuple[int, ...]:
    """The index of the first element that differs; 0 everywhere when none does."""
    pieces = math.ceil(math.prod(a.shape) / PIECE)
    for done, part in enumerate(_pieces(a.shape)):
        progress(_WHAT, min(done, pieces), pieces)
        mask = measures.differs(a.read(part), b.read(part), tolerance)
        if mask.any():
            place = np.unravel_index(int(np.argmax(mask)), mask.shape)
            return tuple(int(i) + each.start for i, each in zip(place, part, strict=True))
    return (0,) * len(a.shape)


def _pieces(shape: Sequence[int]) -> Iterator[tuple[slice, ...]]:
    """Slices of at most about `PIECE` elements that together are the whole array, in the order of its elements."""
    if not shape:
        yield ()
        return
    rest = math.prod(shape[1:])
    if rest <= PIECE:
        by = max(1, PIECE // max(rest, 1))
        whole = tuple(slice(0, length) for length in shape[1:])
        yield from ((slice(at, min(shape[0], at + by)), *whole) for at in range(0, shape[0], by))
        return
    for at in range(shape[0]):
        yield from ((slice(at, at + 1), *inner) for inner in _pieces(shape[1:]))
