"""A number for any value that is the same for equal values, by which equal ones are found without comparing all."""

import datetime
import math
import types
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import Pickle
from .walking import Walk, kind_of
from .walking_keys import is_nan
from .walking_tables import cells_of, values_of
from .walking_things import can_be_looked_into, compares_fields, inside

_DEEPEST = 32
_MOST_ITEMS = 1_000_000
_UNKNOWN = hash("a value that tells nothing of itself")
_MISSING = hash("not a number")
_FINE = 2**53
"""Times of less microseconds than this are told apart by nanoseconds, which 64 bits hold then."""

_HASHED = frozenset({int, bool, str, bytes, type(None)})


def likeness(value: Any) -> int:
    """A number that is the same for all values that `equality.nested_equal` takes for equal.

    It nearly always differs for values that are not equal, so that those it is the same for are few and can be
    compared. Values may contain themselves; of what is nested deeper than 32 levels, and of the items of a sequence
    after the first million, nothing is told. Never raises for what it finds inside.
    """
    return _Likeness().of(value, 0)


class _Likeness:
    """One value looked through. What is met again at the same depth is not looked through again."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Any, int]] = {}

    def of(self, value: Any, depth: int) -> int:
        """The likeness of a value that is ``depth`` levels inside of the whole."""
        if type(value) in _HASHED:
            return hash(value)
        if type(value) is float:
            return hash(value) if value == value else _MISSING
        if depth >= _DEEPEST:
            return _UNKNOWN
        known = self._known.get((id(value), depth))
        if known is None:
            try:
                found = _KINDS.get(kind_of(value), _Likeness.text)(self, value, depth + 1)
            except Exception:  # whatever somebody's class raises: nothing is known of it then
                found = _UNKNOWN
            known = self._known[id(value), depth] = (value, found)
        return known[1]

    def number(self, value: Any, _depth: int) -> int:
        if is_nan(value):
            return _MISSING
        if isinstance(value, np.longdouble):
            with np.errstate(all="ignore"):
                return hash(float(value))
        if isinstance(value, np.clongdouble):
            with np.errstate(all="ignore"):
                return hash(complex(value))
        return hash(value.item() if isinstance(value, np.generic) else value)

    def text(self, value: Any, _depth: int) -> int:
        return hash(bytes(value) if isinstance(value, bytearray) else value)

    def sequence(self, value: Any, depth: int) -> int:
        return hash(("sequence", len(value), self._all(islice(value, _MOST_ITEMS), depth)))

    def mapping(self, value: Any, depth: int) -> int:
        return hash(frozenset((self.of(key, depth), self.of(item, depth)) for key, item in value.items()))

    def set(self, value: Any, depth: int) -> int:
        return hash(("set", frozenset(self._all(value, depth))))

    def pickle(self, value: Pickle, depth: int) -> int:
        return hash(value.data) if value.refusal else self.of(value.value, depth)

    def _all(self, items: Iterable[Any], depth: int) -> tuple[int, ...]:
        return tuple([self.of(item, depth) for item in items])

    # --- arrays and tables

    def array(self, value: Any, depth: int) -> int:
        if isinstance(value, np.ma.MaskedArray):
            hidden: Any = np.zeros((), value.dtype)[()]
            value = np.ma.filled(value, hidden)
        return hash((value.shape, self._elements(np.asarray(value), depth)))

    def _elements(self, array: NDArray[Any], depth: int) -> int:
        """The elements of an array, numbers as floats whatever their type."""
        if not array.size:
            return 0
        if array.dtype.names is not None:
            fields = [(name, self._elements(array[name], depth)) for name in array.dtype.names]
            return hash(tuple(fields))
        if array.dtype.kind in "biufc":
            return _numbers(array)
        items = list(array.ravel()) if array.dtype.kind in "mM" else array.ravel().tolist()
        if array.dtype.kind == "O":
            numbers = _as_numbers(items)
            if numbers is not None:
                return _numbers(numbers)
            items = [math.nan if _is_missing(item) else item for item in items]
        return hash(self._all(items, depth))

    def frame(self, value: Any, depth: int) -> int:
        """A Series, DataFrame, index or array of pandas: labels of rows and columns, and the values of each column."""
        if not hasattr(value, "iloc"):
            return hash(("index", self._elements(values_of(value), depth)))
        labels = self._all(value.index, depth)
        if not hasattr(value, "columns"):
            return hash(("series", labels, self._elements(values_of(value), depth)))
        columns = [self._elements(values_of(value.iloc[:, place]), depth) for place in range(value.shape[1])]
        return hash(("frame", labels, self._all(value.columns, depth), tuple(columns)))

    def sparse(self, value: Any, depth: int) -> int:
        cells = frozenset((place, self.of(item, depth)) for place, item in cells_of(value).items())
        return hash((tuple(value.shape), cells))

    # --- objects

    def thing(self, value: Any, depth: int) -> int:
        kind = type(value)
        if isinstance(value, (np.datetime64, np.timedelta64, datetime.date, datetime.timedelta)):
            return _time(value)
        if isinstance(value, np.void):
            return self.array(np.asarray(value), depth)
        own: Any = kind.__eq__
        if own is not object.__eq__ and not compares_fields(kind):
            by_value: Any = kind.__hash__
            return _UNKNOWN if by_value in (None, object.__hash__) else _value_hash(value)
        if isinstance(value, (type, types.ModuleType)) or not can_be_looked_into(value):
            return hash(("identity", id(value)))
        return hash((kind.__qualname__, self.mapping(inside(value), depth)))


def _value_hash(value: Any) -> int:
    """The hash of an object that has its own; what equals nothing, itself included, is missing."""
    return _MISSING if _is_missing(value) or (value == value) is False else hash(value)


def _is_missing(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _numbers(array: NDArray[Any]) -> int:
    """The numbers of an array of any type as floats; in one that is none only that counts."""
    with np.errstate(all="ignore"):
        if array.dtype.kind == "c":
            whole = array.astype(np.complex128).reshape(-1)
            real, imaginary = whole.real, whole.imag
            nan = np.isnan(whole)
            real[nan], imaginary[nan] = np.nan, 0
            return hash((_floats(real), _floats(imaginary)) if imaginary.any() else _floats(real))
        return hash(_floats(array.astype(np.float64)))


def _floats(array: NDArray[np.float64]) -> bytes:
    array = array.reshape(-1) + 0.0  # minus zero is zero
    array[np.isnan(array)] = np.nan
    return array.tobytes()


def _as_numbers(items: list[Any]) -> NDArray[Any] | None:
    """The items of an array of objects as an array of numbers, if they are numbers, or missing in a column of such."""
    made: list[Any] = []
    for item in items:
        if _is_missing(item):
            made.append(np.nan)
        elif kind_of(item) is Walk.number:
            made.append(np.nan if is_nan(item) else item)
        else:
            return None
    try:
        return np.array([complex(item) for item in made])
    except OverflowError:
        return None


def _time(value: Any) -> int:
    """A time or a duration of numpy, pandas or Python."""
    if getattr(value, "tzinfo", None) is not None:
        return hash(value)
    for name in ("to_datetime64", "to_timedelta64"):
        if hasattr(value, name):
            value = getattr(value, name)()
    if isinstance(value, datetime.date):
        value = np.datetime64(value)
    elif isinstance(value, datetime.timedelta):
        value = np.timedelta64(value)
    if np.isnat(value):
        return _MISSING
    letter = value.dtype.kind
    if letter == "m" and np.datetime_data(value.dtype)[0] in ("Y", "M"):
        return hash((letter, int(value.astype("m8[M]").astype(np.int64))))
    coarse = value.astype(f"{letter}8[us]")
    ticks = int(coarse.astype(np.int64))
    if abs(ticks) < _FINE:
        return hash((letter, int(value.astype(f"{letter}8[ns]").astype(np.int64))))
    return hash((letter, ticks, "us"))


_KINDS: dict[Any, Callable[[_Likeness, Any, int], int]] = {
    Walk.number: _Likeness.number,
    Walk.sequence: _Likeness.sequence,
    Walk.mapping: _Likeness.mapping,
    Walk.set: _Likeness.set,
    Walk.array: _Likeness.array,
    Walk.frame: _Likeness.frame,
    Walk.sparse: _Likeness.sparse,
    Walk.pickle: _Likeness.pickle,
    Walk.thing: _Likeness.thing,
}
"""By what compares a kind of value; all others are texts or bytes."""
