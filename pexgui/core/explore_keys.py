"""Values of parameters as something that can be looked up: equal values, as `nested_equal` says, have equal keys."""

from collections.abc import Hashable, Sequence
from operator import ne
from typing import Any, NamedTuple

import numpy as np

from .equality import nested_equal
from .likeness import likeness

_PLAIN = frozenset({int, bool, str, bytes, float, type(None)})
"""Values of these types are keys themselves."""

_NAN = ("not a number",)


class Held(NamedTuple):
    """A value that is an object of its own in the file: which one of its leaf it is, −1 for the default value; itself,
    None if it is too large to be read; a digest of what is stored."""

    place: int
    value: Any
    digest: bytes


class Keys:
    """Gives keys. Values that are no keys themselves are compared with those that were met before."""

    def __init__(self) -> None:
        self._alike: dict[int, list[tuple[Any, Hashable]]] = {}
        self._count = 0

    def of_all(self, values: Sequence[Any]) -> Sequence[Hashable]:
        """A key for each value."""
        kinds = set(map(type, values))
        if kinds <= _PLAIN and not (float in kinds and any(map(ne, values, values))):
            return values
        return list(map(self.of, values))

    def of(self, value: Any) -> Hashable:
        """The key of a value."""
        if isinstance(value, Held):
            return ("stored", value.digest) if value.value is None else self.of(value.value)
        if isinstance(value, np.generic):
            value = value.item()
        if type(value) in _PLAIN:
            return _NAN if value != value else value
        alike = self._alike.setdefault(likeness(value), [])
        for other, key in alike:
            if nested_equal(other, value):
                return key
        self._count += 1
        alike.append((value, ("compared", self._count)))
        return alike[-1][1]


def different(values: Sequence[Any], keys: Sequence[Hashable]) -> list[Any]:
    """The different ones of values with these keys, in the order in which they occur first."""
    first: dict[Hashable, Any] = {}
    for key, value in zip(keys, values, strict=True):
        first.setdefault(key, value)
    return list(first.values())


def firsts(keys: Sequence[Hashable]) -> Sequence[int]:
    """For each key the position at which it occurs first."""
    if len(set(keys)) == len(keys):
        return range(len(keys))
    seen: dict[Hashable, int] = {}
    return [seen.setdefault(key, place) for place, key in enumerate(keys)]


def side_by_side(columns: Sequence[Sequence[Hashable]]) -> Sequence[Hashable]:
    """One key for what stands side by side in several columns."""
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
