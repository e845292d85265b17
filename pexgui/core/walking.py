"""Two nested values walked side by side, without recursion: whatever is unlike in them is found and located."""

import types
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from functools import partial
from itertools import islice, zip_longest
from numbers import Number
from typing import Any

import numpy as np

from .measures import apart, measure_numbers
from .model_compare import Tolerance
from .unlike import Unlike, Way, Words, missing, shown, unlike
from .values import Pickle
from .walking_keys import NAN, Partners, is_nan, parts, sign
from .walking_tables import Tables, is_frame, is_sparse
from .walking_things import asked, can_be_looked_into, compares_fields, inside

_NOTHING = object()
_DO = object()
"""Stands where the second value would, for something to do in its turn."""

_AT_ONCE = 1000
"""So many items of a long sequence are laid out before they are compared."""

_PLAIN = frozenset({int, float, bool, complex, str, bytes, type(None)})
"""Types whose values C compares item by item within lists and dicts without asking any code of ours."""

_BY_IDENTITY = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)
_ELEMENTS = (np.datetime64, np.timedelta64, np.void)
"""Elements of arrays that no type of Python stands for."""


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
        if b is _DO:
            a()
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
        if is_nan(one) or is_nan(other):
            if self.tolerance.nan_equal and all(map(_same_part, parts(one), parts(other))):
                return
        elif one == other:
            return
        if np.asarray(a).dtype.hasobject or np.asarray(b).dtype.hasobject:
            size = apart(one, other, self.tolerance)
        else:
            size = measure_numbers(a, b, self.tolerance)
        if size is not None or self.tolerance.exact:
            self.add(unlike(way, a, b, size))

    def text(self, a: Any, b: Any, way: Way | None) -> None:
        """Two texts, or two of bytes."""
        if a != b:
            self.add(unlike(way, a, b))

    # --- containers

    def sequence(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sequences: item by item, and what only the longer one has."""
        if self.met(a, b) or self.plainly_equal(a, b):
            return
        names = getattr(type(a), "_fields", ()) if type(a) is type(b) and isinstance(a, tuple) else ()
        self._items(enumerate(zip_longest(a, b, fillvalue=_NOTHING)), way, names)

    def _items(self, items: Iterator[tuple[int, tuple[Any, Any]]], way: Way | None, names: tuple[str, ...]) -> None:
        """The next items of two sequences; the rest has its turn when those are compared."""
        pairs: list[tuple[Any, Any, Way | None]] = []
        place = 0
        for place, (one, other) in islice(items, _AT_ONCE):
            if self._same_at_once(one, other):
                continue
            step = Way(way, names[place], ".") if place < len(names) else Way(way, place)
            if one is _NOTHING or other is _NOTHING:
                self._after(pairs, missing(step, one if other is _NOTHING else other, other is _NOTHING))
                place = 0
                break
            pairs.append((one, other, step))
        if place % _AT_ONCE == _AT_ONCE - 1:
            pairs.append((partial(self._items, items, way, names), _DO, None))
        self.later(pairs)

    def _same_at_once(self, one: Any, other: Any) -> bool:
        """Whether two items are the same beyond doubt, without looking for how they are compared."""
        if one is other:
            return self.tolerance.nan_equal
        return type(one) is type(other) and type(one) in _PLAIN and one == other

    def _after(self, pairs: "list[tuple[Any, Any, Way | None]]", difference: Unlike) -> None:
        """A difference that comes after all in ``pairs``."""
        pairs.append((partial(self.add, difference), _DO, None))

    def plainly_equal(self, a: Any, b: Any) -> bool:
        """Whether two lists or tuples of plain values (or ranges) are equal, seen at one glance."""
        if type(a) is range and type(b) is range:
            return a == b
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
        """Two mappings: key by key. Several keys that are not a number are paired in their order."""
        if self.met(a, b):
            return
        if self.strict and hasattr(type(a), "move_to_end") and list(a) != list(b):
            self.add(unlike(way, list(a), list(b)))
        pairs: list[tuple[Any, Any, Way | None]] = []
        names = {key: key for key in b} if self.strict else {}
        partners = Partners((key for key in b if key not in a), self.strict)
        for key, one in a.items():
            known = key if key in b else partners.take(key, _NOTHING)
            if known is _NOTHING or (self.strict and type(names[known]) is not type(key)):
                self._after(pairs, missing(Way(way, key), one, True))
                continue
            other = b[known]
            if not self._same_at_once(one, other):
                pairs.append((one, other, Way(way, key)))
        for key in partners.left():
            self._after(pairs, missing(Way(way, key), b[key], False))
        self.later(pairs)

    def set(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sets: what only one of them has. All that are not a number count as one, but for how many they are."""
        nans = (NAN, NAN) if self.tolerance.nan_equal else (object(), object())
        left, right = (
            {sign(item, self.strict, nan): item for item in each} for each, nan in zip((a, b), nans, strict=True)
        )
        for name, item in left.items():
            if name not in right:
                self.add(missing(Way(way, item), item, True))
        for name, item in right.items():
            if name not in left:
                self.add(missing(Way(way, item), item, False))
        if len(a) != len(b) and left.keys() == right.keys():
            self.add(unlike(way, a, b))

    def pickle(self, a: Pickle, b: Pickle, way: Way | None) -> None:
        """Two pickles: by their bytes or else, where both can be decoded, by what is in them."""
        if a.data == b.data and self.tolerance.nan_equal:
            return
        if a.refusal or b.refusal:
            self.add(unlike(way, _unshown(a), _unshown(b)))
        else:
            self.later([(a.value, b.value, way)])

    def array(self, a: Any, b: Any, way: Way | None) -> None:
        """Two arrays."""
        self._tables.arrays(a, b, way)

    def frame(self, a: Any, b: Any, way: Way | None) -> None:
        """Two Series, DataFrames or indices of pandas."""
        self._tables.frames(a, b, way)

    def sparse(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sparse matrices of scipy."""
        self._tables.sparse(a, b, way)

    # --- objects

    def thing(self, a: Any, b: Any, way: Way | None) -> None:
        """Two objects of any other kind."""
        if a is b:
            return
        if isinstance(a, _ELEMENTS) and isinstance(b, _ELEMENTS):
            self._tables.arrays(np.asarray(a), np.asarray(b), way)
            return
        answer = None if type(a) is type(b) and compares_fields(type(a)) else asked(a, b)
        if answer is not None:
            if not answer:
                self.add(unlike(way, a, b))
            return
        if type(a) is not type(b) or isinstance(a, _BY_IDENTITY) or not can_be_looked_into(a):
            self.add(unlike(way, a, b))
            return
        if self.met(a, b):
            return
        left, right = inside(a), inside(b)
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
    np.timedelta64: Walk.thing,  # numpy counts it among the whole numbers, whatever its unit
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


def _same_part(one: Any, other: Any) -> bool:
    return is_nan(one) and is_nan(other) if is_nan(one) or is_nan(other) else bool(one == other)


def _unshown(pickle: Pickle) -> Any:
    return Words(f"{shown(pickle)}, contents not shown") if pickle.refusal else pickle
