"""Arrays made ready for drawing: scaled to what a screen can draw, and thinned to as many points as it has pixels."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOLE = 255
"""In an image of bytes: here is no finite number. The others, 0 … 254, run from the lowest to the highest value."""

OBLONG = 2.5
"""An image whose sides differ by more than this factor fills its place; others keep their shape."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROWS_AT_ONCE = 1 << 18


class Extent(NamedTuple):
    """The finite values of an array: lowest, highest, mean, how many, and how many elements there are in all."""

    low: float
    high: float
    mean: float
    finite: int
    size: int


def extent(values: NDArray[Any]) -> Extent:
    """What lies in ``values`` (real numbers or booleans of any shape); without finite values all but size is 0."""
    flat = values.ravel()
    with np.errstate(all="ignore"):
        if flat.dtype.kind == "f":
            flat = flat.astype(np.float32) if flat.dtype.itemsize == 2 else flat
            low, high = (flat.min(), flat.max()) if flat.size else (0.0, 0.0)
            if not (np.isfinite(low) and np.isfinite(high)):
                flat = flat[np.isfinite(flat)]
        if not flat.size:
            return Extent(0.0, 0.0, 0.0, 0, values.size)
        low, high = float(flat.min()), float(flat.max())
        small = flat.dtype.kind in "biu" and flat.dtype.itemsize <= 4
        mean = float(flat.sum(dtype=np.int64)) / flat.size if small else float(flat.mean(dtype=np.float64))
    if not math.isfinite(mean):
        with np.errstate(all="ignore"):
            mean = float(np.mean(flat / flat.size, dtype=np.float64) * flat.size)
    return Extent(low, high, min(max(mean, low), high), flat.size, values.size)


class Scale(NamedTuple):
    """``drawn = (value - offset) / factor``: what a plot can draw of numbers too large, too small or too alike."""

    offset: float
    factor: float

    def caption(self) -> str:
        """What has to be said beside the axis; empty when the axis shows the values themselves."""
        words = []
        if self.factor != 1:
            words.append("× 10" + str(round(math.log10(self.factor))).translate(_RAISED))
        if self.offset:
            words.append(f"+ {self.offset:.10g}".replace("+ -", "− ").replace("e-", "e−"))
        return ", ".join(words)


def scale(low: float, high: float) -> Scale:
    """The scale on which values from ``low`` to ``high`` can be drawn without overflow or loss of all digits."""
    largest = max(abs(low), abs(high))
    if not largest:
        return Scale(0.0, 1.0)
    span = high - low
    offset = low if 0 < span < 1e-6 * largest else 0.0
    extreme = span if offset else largest
    if 1e-30 < extreme < 1e30:
        return Scale(offset, 1.0)
    return Scale(offset, 10.0 ** max(-300, math.floor(math.log10(extreme))))


def drawable(values: NDArray[Any], how: Scale) -> Floats:
    """``values`` as float64 on the scale ``how``; what is not finite becomes not a number."""
    with np.errstate(all="ignore"):
        result = values.astype(np.float64, copy=False)
        finite = np.isfinite(result)
        if how.offset:
            result = result - how.offset
        if how.factor != 1:
            result = result / how.factor
        return result if finite.all() else np.where(finite, result, np.nan)


def without_infinity(values: NDArray[Any], within: Extent) -> NDArray[Any]:
    """``values`` of their own type, real numbers, with not a number in place of what is infinite."""
    if values.dtype.kind == "f" and values.dtype.itemsize == 2:
        values = values.astype(np.float32)
    if values.dtype.kind != "f" or within.finite == within.size:
        return values
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(values), values, values.dtype.type(np.nan))


def envelope(values: NDArray[Any], first: int, last: int, bins: int) -> tuple[Floats, NDArray[Any]]:
    """Positions and values to draw of ``values[first:last]``: all of them, or the lowest and highest of each bin.

    Infinite values must not be among them; a bin without any number is a gap. At most ``2 * bins`` points.
    """
    first, last = max(0, first), min(len(values), last)
    count = last - first
    if count <= 2 * bins:
        return np.arange(first, last, dtype=np.float64), values[first:last]
    edges = first + (np.arange(bins, dtype=np.int64) * count) // bins
    part = values[:last].view(np.uint8) if values.dtype.kind == "b" else values[:last]
    with np.errstate(all="ignore"):
        low, high = np.fmin.reduceat(part, edges), np.fmax.reduceat(part, edges)
    middle = (edges + np.append(edges[1:], last) - 1) / 2
    return np.repeat(middle, 2), np.column_stack((low, high)).ravel()


def lonely(values: Floats) -> NDArray[np.bool_]:
    """Which values stand between gaps, so that no line reaches them."""
    result: NDArray[np.bool_] = np.isfinite(values)
    there = result.copy()
    result[1:] &= ~there[:-1]
    result[:-1] &= ~there[1:]
    return result


def shades(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """A two-dimensional array as bytes: 0 for ``low`` to 254 for ``high``, and `HOLE`."""
    if values.dtype.kind == "b" or values.dtype.itemsize == 1:
        turned = values.tobytes().translate(_table(values.dtype, low, high).tobytes())
        return np.frombuffer(turned, np.uint8).reshape(values.shape)
    result = np.empty(values.shape, np.uint8)
    step = max(1, _ROWS_AT_ONCE // max(1, values.shape[1]))
    for row in range(0, len(values), step):
        result[row : row + step] = _shade(values[row : row + step], low, high)
    return result


def _table(dtype: np.dtype[Any], low: float, high: float) -> NDArray[np.uint8]:
    every = np.arange(256, dtype=np.uint8)
    return _shade((every != 0) if dtype.kind == "b" else every.view(dtype), low, high)


def _shade(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(all="ignore"):
        wide = values.astype(np.float64)
        span = high / 2 - low / 2
        if span > 0:
            part = (wide / 2 - low / 2) / span if span > 1e300 or span < 1e-290 else (wide - low) * (0.5 / span)
        else:
            part = np.where(np.isfinite(wide), 0.5, np.nan)
        result = np.clip(part * 254 + 0.5, 0, 254)
        holes = ~np.isfinite(wide)
        result[holes] = HOLE
        return result.astype(np.uint8)


def thin(picture: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """A picture from `shades` with one shade per ``rows`` × ``columns`` block, cut to whole blocks.

    A block shows its mean; where hardly a block has more than one element above the lowest shade it shows its
    highest, so that rare events stay visible. Holes do not count, a block of holes is one.
    """
    peaks = np.count_nonzero(picture != 0) * rows * columns <= picture.size
    height, width = picture.shape[0] // rows, picture.shape[1] // columns
    whole = picture[: height * rows, : width * columns]
    if not picture.size or picture.max() < HOLE:
        if peaks:
            return _over_blocks(np.maximum, whole, rows, columns, np.uint8)
        return (_over_blocks(np.add, whole, rows, columns, np.uint32) // (rows * columns)).astype(np.uint8)
    there = whole != HOLE
    count = _over_blocks(np.add, there, rows, columns, np.uint32)
    filled = np.where(there, whole, np.uint8(0))
    if peaks:
        result = _over_blocks(np.maximum, filled, rows, columns, np.uint8)
    else:
        result = _over_blocks(np.add, filled, rows, columns, np.uint32) // np.maximum(count, 1)
    return np.where(count > 0, result, HOLE).astype(np.uint8)


def _over_blocks(combine: np.ufunc, whole: NDArray[Any], rows: int, columns: int, dtype: Any) -> NDArray[Any]:
    """``combine`` over each block: first downwards, which is fast because it goes along the memory."""
    height, width = whole.shape[0] // rows, whole.shape[1] // columns
    lines = combine.reduce(whole.reshape(height, rows, whole.shape[1]), axis=1, dtype=dtype)
    result: NDArray[Any] = combine.reduce(lines.reshape(height, width, columns), axis=2, dtype=dtype)
    return result
