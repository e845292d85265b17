"""Two nested values walked side by side, without recursion: whatever is unlike in them is found and located."""

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Decimal
from itertools import zip_longest
from numbers import Number
from typing import Any

import numpy as np

from .attributes_of import get_all_attributes
from .measures import measure
from .model_compare import Tolerance
from .unlike import Unlike, Way, missing, unlike
from .values import Pickle
from .walking_tables import Tables, is_frame, is_sparse

_NOTHING = object()
_PLAIN = frozenset({int, float, bool, complex, str, bytes, type(None)})
"""Types whose values C compares item by item within lists and dicts without asking any code of ours."""

_BY_IDENTITY = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)


class Walk:
    """One comparison; see `equality.explain_difference`."""

    def __init__(self, strict: bool, tolerance: Tolerance, most: int) -> None:
        self.strict = strict
        self.tolerance = tolerance
        self._most = most
        self._found: list[Unlike] = []
        self._waiting: list[tuple[Any, Any, Way | None]] = []
        self._seen: dict[tuple[int, int], tuple[Any, Any]] = {}
        self._tables = Tables(self)

    def compare(self, a: Any, b: Any) -> list[Unlike]:
        """All differences, the first ones first."""
        self.later([(a, b, None)])
        while self._waiting and len(self._found) < self._most:
            self._one(*self._waiting.pop())
        return self._found

    # --- for all kinds of values

    def later(self, pairs: "Sequence[tuple[Any, Any, Way | None]]") -> None:
        """Compare these next, in this order."""
        self._waiting.extend(reversed(pairs))

    def add(self, difference: Unlike) -> None:
        """Take in a difference, unless there are enough."""
        if len(self._found) < self._most:
            self._found.append(difference)

    def full(self) -> bool:
        """Whether no more differences are wanted."""
        return len(self._found) >= self._most

    def _one(self, a: Any, b: Any, way: Way | None) -> None:
        if b is _NOTHING:
            self.add(a)
            return
        if a is b and self.tolerance.nan_equal:
            return
        if a is None or b is None:
            if a is not b:
                self.add(unlike(way, a, b))
            return
        left, right = kind_of(a), kind_of(b)
        other_type = self.strict and type(a) is not type(b) and left not in (Walk.array, Walk.frame)
        if left is not right or other_type:
            self.add(unlike(way, a, b))
        else:
            left(self, a, b, way)

    def met(self, a: Any, b: Any) -> bool:
        """Whether this pair of containers was met before: then it is on its way or done. They are kept until the end,
        so that no other object gets the identity of one."""
        key = (id(a), id(b))
        if key in self._seen:
            return True
        self._seen[key] = (a, b)
        return False

    # --- single values

    def number(self, a: Any, b: Any, way: Way | None) -> None:
        """Two numbers of any types."""
        one, other = _exact(a), _exact(b)
        if self.tolerance.nan_equal if one != one and other != other else one == other:
            return
        arrays = np.asarray(a), np.asarray(b)
        if arrays[0].dtype.hasobject or arrays[1].dtype.hasobject:
            size = _size_of_large(one, other, self.tolerance)
        else:
            size = measure(*arrays, self.tolerance)
        if size is not None or self.tolerance.exact:
            self.add(unlike(way, a, b, size))

    def text(self, a: Any, b: Any, way: Way | None) -> None:
        """Two texts, or two of bytes."""
        if a != b:
            self.add(unlike(way, a, b))

    # --- containers

    def sequence(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sequences: item by item, and what only the longer one has."""
        if self.met(a, b) or self._plainly_equal(a, b):
            return
        names = getattr(a, "_fields", ()) if type(a) is type(b) else ()
        pairs: list[tuple[Any, Any, Way | None]] = []
        for place, (one, other) in enumerate(zip_longest(a, b, fillvalue=_NOTHING)):
            step = Way(way, names[place], ".") if place < len(names) else Way(way, place)
            if one is _NOTHING or other is _NOTHING:
                self._after(pairs, missing(step, one if other is _NOTHING else other, other is _NOTHING))
                break
            if one is not other or not self.tolerance.nan_equal:
                pairs.append((one, other, step))
        self.later(pairs)

    def _after(self, pairs: "list[tuple[Any, Any, Way | None]]", difference: Unlike) -> None:
        """A difference that comes after all in ``pairs``."""
        pairs.append((difference, _NOTHING, None))

    def _plainly_equal(self, a: Any, b: Any) -> bool:
        """Whether two lists or tuples of plain values are equal, seen at one glance."""
        if type(a) not in (list, tuple) or type(b) not in (list, tuple) or len(a) != len(b):
            return False
        kinds = set(map(type, a))
        if not kinds <= _PLAIN or not set(map(type, b)) <= _PLAIN:
            return False
        if not self.tolerance.nan_equal and kinds & {float, complex}:
            return False
        if self.strict and list(map(type, a)) != list(map(type, b)):
            return False
        if type(a) is type(b):
            return bool(a == b)
        return list(a) == list(b)

    def mapping(self, a: Any, b: Any, way: Way | None) -> None:
        """Two mappings: key by key."""
        if self.met(a, b):
            return
        if self.strict and hasattr(a, "move_to_end") and list(a) != list(b):
            self.add(unlike(way, list(a), list(b)))
        pairs: list[tuple[Any, Any, Way | None]] = []
        names = {key: key for key in b} if self.strict else {}
        for key, one in a.items():
            other = b[key] if key in b else _same_key(key, b)
            step = Way(way, key)
            if other is _NOTHING or (self.strict and type(names.get(key, key)) is not type(key)):
                self._after(pairs, missing(step, one, True))
            elif one is not other or not self.tolerance.nan_equal:
                if type(one) is type(other) and type(one) in _PLAIN and one == other:
                    continue
                pairs.append((one, other, step))
        for key, other in b.items():
            if key not in a and _same_key(key, a) is _NOTHING:
                self._after(pairs, missing(Way(way, key), other, False))
        self.later(pairs)

    def set(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sets: what only one of them has. All that are not a number count as one."""
        numbers = [{item for item in each if item == item} for each in (a, b)]
        odd = [len(each) - len(clean) for each, clean in zip((a, b), numbers, strict=True)]
        if odd[0] != odd[1] or (odd[0] and not self.tolerance.nan_equal):
            self.add(unlike(way, a, b))
        for item in numbers[0] - numbers[1]:
            self.add(missing(Way(way, item), item, True))
        for item in numbers[1] - numbers[0]:
            self.add(missing(Way(way, item), item, False))

    def pickle(self, a: Pickle, b: Pickle, way: Way | None) -> None:
        """Two pickles: by their bytes or else, where both can be decoded, by what is in them."""
        if a.data == b.data and self.tolerance.nan_equal:
            return
        if a.refusal or b.refusal:
            self.add(unlike(way, a, b))
        else:
            self.later([(a.value, b.value, way)])

    def array(self, a: Any, b: Any, way: Way | None) -> None:
        """Two arrays."""
        self._tables.arrays(a, b, way)

    def frame(self, a: Any, b: Any, way: Way | None) -> None:
        """Two Series, DataFrames or indices of pandas."""
        if type(a).__name__ != type(b).__name__ and not _both_indices(a, b):
            self.add(unlike(way, a, b))
        else:
            self._tables.frames(a, b, way)

    def sparse(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sparse matrices of scipy."""
        self._tables.sparse(a, b, way)

    # --- objects

    def thing(self, a: Any, b: Any, way: Way | None) -> None:
        """Two objects of any other kind."""
        if a is b:
            return
        answer = _asked(a, b)
        if answer is not None and (answer or not dataclasses.is_dataclass(a)):
            if not answer:
                self.add(unlike(way, a, b))
            return
        if type(a) is not type(b) or isinstance(a, _BY_IDENTITY) or not _can_be_looked_into(a):
            self.add(unlike(way, a, b))
            return
        if self.met(a, b):
            return
        left, right = _inside(a), _inside(b)
        pairs: list[tuple[Any, Any, Way | None]] = []
        for name in [*left, *(name for name in right if name not in left)]:
            step = Way(way, name, ".")
            if name in left and name in right:
                pairs.append((left[name], right[name], step))
            else:
                self._after(pairs, missing(step, left.get(name, right.get(name)), name in left))
        self.later(pairs)


Compare = Callable[[Walk, Any, Any, "Way | None"], None]
_KINDS: dict[type, Compare] = {
    **dict.fromkeys((int, float, bool, complex), Walk.number),
    **dict.fromkeys((list, tuple, range), Walk.sequence),
    dict: Walk.mapping,
    str: Walk.text,
}


def _bytes(walk: Walk, a: Any, b: Any, way: Way | None) -> None:
    """Bytes are compared as texts are, but no bytes are equal to a text."""
    walk.text(a, b, way)


def kind_of(value: Any) -> Compare:
    """What compares values of this kind; values of two kinds are never equal."""
    known = _KINDS.get(type(value))
    if known is not None:
        return known
    if isinstance(value, np.ndarray):
        return Walk.array
    if isinstance(value, str):
        return Walk.text
    if isinstance(value, (bytes, bytearray)):
        return _bytes
    if isinstance(value, (np.bool_, np.number, Number, Decimal)):
        return Walk.number
    if is_frame(value):
        return Walk.frame
    if is_sparse(value):
        return Walk.sparse
    if isinstance(value, Pickle):
        return Walk.pickle
    for abstract, compare in ((Mapping, Walk.mapping), (Set, Walk.set), (Sequence, Walk.sequence)):
        if isinstance(value, abstract) and not isinstance(value, memoryview):
            return compare
    return Walk.thing


def _exact(number: Any) -> Any:
    """A number of numpy as one of Python, which compares whole numbers and floats without rounding."""
    return number.item() if isinstance(number, np.generic) and not isinstance(number, np.longdouble) else number


def _size_of_large(a: Any, b: Any, tolerance: Tolerance) -> Any:
    """How far numbers are apart that no array holds."""
    try:
        return measure(np.asarray(float(a)), np.asarray(float(b)), tolerance)
    except (TypeError, ValueError, OverflowError):
        return None


def _same_key(key: Any, mapping: Any) -> Any:
    """The value of a key that is not a number, which no dict finds unless it is the same object."""
    if isinstance(key, (float, complex, np.floating)) and key != key:
        return next((value for other, value in mapping.items() if other != other), _NOTHING)
    return _NOTHING


def _asked(a: Any, b: Any) -> bool | None:
    """What the objects' own idea of equality says; None when they have none, or when it is no truth value."""
    if (
        isinstance(a, np.generic)
        and isinstance(b, np.generic)
        and a.dtype.kind == b.dtype.kind
        and a.dtype.kind in "mM"
    ):
        return bool(a == b or (np.isnat(a) and np.isnat(b)))
    answers = (_answer(one, other) for one, other in ((a, b), (b, a)))
    return next((answer for answer in answers if answer is not None), None)


def _answer(one: Any, other: Any) -> bool | None:
    own: Any = type(one).__eq__
    if own is object.__eq__:
        return None
    try:
        answer = own(one, other)
    except Exception:  # whatever somebody's class raises: it has no answer then
        return None
    return bool(answer) if isinstance(answer, (bool, np.bool_)) else None


def _can_be_looked_into(value: Any) -> bool:
    """Whether all there is to an object are its attributes; not so for iterators and for whatever C keeps inside."""
    if type(value) is object or isinstance(value, BaseException):
        return True
    return hasattr(value, "__dict__") or any("__slots__" in kind.__dict__ for kind in type(value).__mro__[:-1])


def _inside(value: Any) -> dict[str, Any]:
    found = get_all_attributes(value)
    if isinstance(value, BaseException):
        found["args"] = value.args
    return found


def _both_indices(a: Any, b: Any) -> bool:
    return not hasattr(a, "iloc") and not hasattr(b, "iloc")
