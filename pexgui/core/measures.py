"""How far two arrays of one shape are apart, element by element and piece by piece."""

import math
import struct
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model_compare import Magnitude, Tolerance

EXACT = Tolerance()
_FLOATS = "fc"
_NUMBERS = "biufc"
_MOST_DIGITS = 10_000
_LOWEST = -(2**63)
_WHOLE = range(_LOWEST, 2**63)
_FLOAT, _BITS = struct.Struct("=d"), struct.Struct("=q")


class Measure:
    """Gathers the difference of two arrays of ``shape`` from pieces of them."""

    def __init__(self, shape: tuple[int, ...], tolerance: Tolerance = EXACT) -> None:
        self._shape = shape
        self._tolerance = tolerance
        self._first: tuple[int, ...] | None = None
        self._absolute: float | None = None
        self._relative: float | None = None
        self._ulp: int | None = None
        self.differing = 0

    def add(self, a: NDArray[Any], b: NDArray[Any], start: tuple[int, ...] | None = None) -> None:
        """Take in two pieces of the same shape that begin at ``start`` in the whole arrays."""
        if same_bytes(a, b) and (self._tolerance.nan_equal or a.dtype.kind not in _FLOATS):
            return
        mask = differs(a, b, self._tolerance)
        count = int(np.count_nonzero(mask))
        if not count:
            return
        self.differing += count
        place = np.unravel_index(int(np.argmax(mask)), mask.shape) if mask.ndim else ()
        first = tuple(int(i) + s for i, s in zip(place, start or (0,) * mask.ndim, strict=True))
        self._first = first if self._first is None else min(self._first, first)
        self._size(a[mask], b[mask])

    def _size(self, a: NDArray[Any], b: NDArray[Any]) -> None:
        if a.dtype.kind not in _NUMBERS or b.dtype.kind not in _NUMBERS:
            return
        absolute, relative, ulp = distances(a, b)
        self._absolute = _larger(self._absolute, absolute)
        self._relative = _larger(self._relative, relative)
        if ulp is not None:
            self._ulp = max(self._ulp or 0, ulp)

    def result(self) -> Magnitude | None:
        """What differs, None when nothing does."""
        if not self.differing:
            return None
        compared = math.prod(self._shape)
        return Magnitude(self.differing, compared, self._first or (), self._absolute, self._relative, self._ulp)


def measure(a: NDArray[Any], b: NDArray[Any], tolerance: Tolerance = EXACT) -> Magnitude | None:
    """The difference of two arrays of the same shape; None when they are equal."""
    found = Measure(a.shape, tolerance)
    found.add(a, b)
    return found.result()


def measure_numbers(a: Any, b: Any, tolerance: Tolerance = EXACT) -> Magnitude | None:
    """The difference of two single numbers that arrays can hold; None when they are equal."""
    if tolerance == EXACT and a != b:
        if type(a) is type(b) is float:
            return _floats_apart(a, b)
        if type(a) is type(b) is int and a in _WHOLE and b in _WHOLE:
            return _one(float(abs(a - b)), float(a), float(b), None)
    return measure(np.asarray(a), np.asarray(b), tolerance)


def _floats_apart(a: float, b: float) -> Magnitude | None:
    if not (math.isfinite(a) and math.isfinite(b)):
        return None if a != a and b != b else Magnitude(1, 1, (), math.inf, math.inf)
    return _one(abs(a - b), a, b, abs(_counted(a) - _counted(b)))


def _one(distance: float, a: float, b: float, ulp: int | None) -> Magnitude:
    """What `Measure` says of two unequal finite numbers, without arrays."""
    return Magnitude(1, 1, (), distance, distance / max(abs(a), abs(b)), ulp)


def _counted(number: float) -> int:
    """The bits of a float as a whole number that grows with it, see `_steps`."""
    (bits,) = _BITS.unpack(_FLOAT.pack(number))
    return int(bits) if bits >= 0 else _LOWEST - int(bits)


def apart(a: Any, b: Any, tolerance: Tolerance = EXACT) -> Magnitude | None:
    """The difference of two unequal numbers of Python that no array holds, exactly; None when they are near enough."""
    try:
        one, other = _fraction(a), _fraction(b)
    except (TypeError, ValueError, OverflowError):
        return Magnitude(1, 1, (), math.inf, math.inf)
    distance, larger = abs(one - other), max(abs(one), abs(other))
    if distance <= tolerance.absolute or distance <= Fraction(tolerance.relative) * larger:
        return None
    return Magnitude(1, 1, (), _float(distance), _float(distance / larger))


def _fraction(number: Any) -> Fraction:
    """A number exactly. Raises `OverflowError` for a decimal that would have too many digits to write."""
    if isinstance(number, Decimal) and number.is_finite() and number and abs(number.adjusted()) > _MOST_DIGITS:
        raise OverflowError
    return Fraction(number)


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def same_bytes(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether both hold the same bytes: the quick way to see that nothing differs."""
    if a.dtype != b.dtype or a.dtype.hasobject or not (a.flags.c_contiguous and b.flags.c_contiguous):
        return False
    if not a.size or not a.dtype.itemsize:
        return True
    left, right = a.reshape(-1).view(np.uint8), b.reshape(-1).view(np.uint8)
    if left.size % 8 == 0 and left.ctypes.data % 8 == 0 and right.ctypes.data % 8 == 0:
        left, right = left.view(np.uint64), right.view(np.uint64)
    return bool(np.array_equal(left, right))


def differs(a: NDArray[Any], b: NDArray[Any], tolerance: Tolerance = EXACT) -> NDArray[np.bool_]:
    """For every element whether it differs, for arrays of the same shape without Python objects.

    Whole numbers and floats are compared without rounding one to the other. Not a number (and not a time) equals
    itself if the tolerance says so. Of structured arrays an element differs when a field does.
    """
    if a.dtype.names is not None or b.dtype.names is not None:
        return _differing_rows(a, b, tolerance)
    if a.dtype.kind in "mM" and b.dtype.kind == a.dtype.kind:
        missing = np.isnat(a) & np.isnat(b)
        return np.asarray(_differing_others(a, b) & ~(missing if tolerance.nan_equal else False))
    if a.dtype.kind not in _NUMBERS or b.dtype.kind not in _NUMBERS:
        return _differing_others(a, b)
    if not a.shape:
        return differs(a[np.newaxis], b[np.newaxis], tolerance)[0:1].reshape(())
    with np.errstate(all="ignore"):
        mask = ~_equal_numbers(a, b)
        if a.dtype.kind in _FLOATS and b.dtype.kind in _FLOATS and tolerance.nan_equal and mask.any():
            mask &= ~_both_nan(a, b)
        if not tolerance.exact and mask.any():
            mask[mask] = ~_within(np.asarray(a)[mask], np.asarray(b)[mask], tolerance)
    return mask


def _both_nan(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Complex numbers are compared part by part, so that 1+nanj is not 2+nanj."""
    if a.dtype.kind == "c" or b.dtype.kind == "c":
        parts = ((np.real(a), np.real(b)), (np.imag(a), np.imag(b)))
        same = [(x == y) | (np.isnan(x) & np.isnan(y)) for x, y in parts]
        return np.asarray(same[0] & same[1])
    return np.asarray(np.isnan(a) & np.isnan(b))


def _equal_numbers(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    if {a.dtype.kind, b.dtype.kind} == {"i", "u"}:
        signed, unsigned = (a, b) if a.dtype.kind == "i" else (b, a)
        return np.asarray((signed >= 0) & (signed.astype(np.uint64) == unsigned.astype(np.uint64)))
    if {a.dtype.kind in "iu", b.dtype.kind in "iu"} == {True, False}:
        whole, other = (a, b) if a.dtype.kind in "iu" else (b, a)
        if other.dtype.kind in _FLOATS and whole.dtype.itemsize > 2:
            return _whole_equals(whole, other)
    return np.asarray(a == b)


def _whole_equals(whole: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Whole numbers beside floats: rounding a large whole number to a float may make it equal to its neighbour."""
    wide = other.dtype.itemsize > 8 and other.dtype.kind == "f"
    real: NDArray[Any] = np.real(other).astype(np.longdouble if wide else np.float64)
    limits = np.iinfo(whole.dtype)
    inside = (real >= float(limits.min)) & (real < float(limits.max) + 1) & (real == np.floor(real))
    back = np.where(inside, real, 0).astype(whole.dtype)
    same = inside & (back == whole)
    return np.asarray(same & (np.imag(other) == 0) if other.dtype.kind == "c" else same)


def _differing_rows(a: NDArray[Any], b: NDArray[Any], tolerance: Tolerance) -> NDArray[np.bool_]:
    names = a.dtype.names
    if names is None or names != b.dtype.names:
        return np.ones(a.shape, np.bool_)
    mask = np.zeros(a.shape, np.bool_)
    for name in names:
        left, right = a[name], b[name]
        if left.shape != right.shape:
            return np.ones(a.shape, np.bool_)
        one = differs(left, right, tolerance)
        mask |= one.any(axis=tuple(range(a.ndim, one.ndim))) if one.ndim > a.ndim else one
    return mask


def _differing_others(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Texts, bytes and times; what has nothing in common, such as years and days, differs everywhere."""
    try:
        return np.asarray(a != b).reshape(a.shape)
    except (TypeError, ValueError, OverflowError):
        return np.ones(a.shape, np.bool_)


def _within(a: NDArray[Any], b: NDArray[Any], tolerance: Tolerance) -> NDArray[np.bool_]:
    """Whether differing numbers are near enough; what is not finite never is."""
    finite = np.isfinite(a) & np.isfinite(b)
    apart = _apart(a, b)
    near = apart <= tolerance.absolute if tolerance.absolute else np.zeros(a.shape, np.bool_)
    if tolerance.relative:
        near = near | (apart <= tolerance.relative * np.maximum(_size_of(a), _size_of(b)))
    if tolerance.ulp and a.dtype == b.dtype and a.dtype.kind == "f" and a.dtype.itemsize <= 8:
        near = near | (_steps(a, b) <= np.uint64(tolerance.ulp))
    return np.asarray(near & finite)


def _apart(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """|a − b| as floats, of whole numbers without overflow."""
    if a.dtype.kind in "biu" and b.dtype.kind in "biu":
        common = np.result_type(a.dtype, b.dtype)
        if common.kind in "biu":
            left, right = a.astype(common), b.astype(common)
            whole: NDArray[Any] = np.maximum(left, right).astype(np.uint64) - np.minimum(left, right).astype(np.uint64)
            return whole.astype(np.float64)
        each = [abs(int(x) - int(y)) for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)]
        return np.array(each, np.float64).reshape(a.shape)
    kind = np.result_type(a.dtype, b.dtype, np.float64)
    apart: NDArray[Any] = np.abs(a.astype(kind) - b.astype(kind))
    return apart


def _size_of(a: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.abs(a.astype(np.result_type(a.dtype, np.float64))))


def _steps(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.uint64]:
    """How many floating-point numbers lie between: the bits of floats, read as whole numbers, count them."""
    bits = np.dtype(f"i{a.dtype.itemsize}")
    lowest = np.iinfo(bits).min

    def counted(x: NDArray[Any]) -> NDArray[np.int64]:
        raw = np.ascontiguousarray(x, x.dtype.newbyteorder("=")).view(bits)
        return np.asarray(np.where(raw < 0, lowest - raw, raw), np.int64)

    left, right = counted(a), counted(b)
    apart: NDArray[np.uint64] = np.maximum(left, right).astype(np.uint64) - np.minimum(left, right).astype(np.uint64)
    return apart


def distances(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float, int | None]:
    """The largest absolute and relative difference and the most floats that lie between, over flat arrays.

    Relative is to the larger of both. Infinite where one side is not finite; ULPs are None but for finite floats of
    one type.
    """
    if not a.size:
        return 0.0, 0.0, None
    with np.errstate(all="ignore"):
        finite = np.isfinite(a) & np.isfinite(b)
        if not finite.all():
            return math.inf, math.inf, None
        apart = _apart(a, b)
        larger = np.maximum(_size_of(a), _size_of(b))
        relative = np.where(larger > 0, apart / np.where(larger > 0, larger, 1), 0.0)
        ulp = None
        if a.dtype == b.dtype and a.dtype.kind == "f" and a.dtype.itemsize <= 8:
            ulp = int(_steps(a, b).max())
        return float(apart.max()), float(relative.max()), ulp


def _larger(known: float | None, found: float) -> float:
    return found if known is None else max(known, found)
