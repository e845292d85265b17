"""Keys of dicts and items of sets: which of them are the same, also where they are, or hold, not a number."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np

NAN = object()
_MAY_BE_NAN = (float, complex, Decimal, np.floating, np.complexfloating, np.datetime64, np.timedelta64)


def is_nan(value: Any) -> bool:
    """Whether a number (or a time of numpy) is none. Asked of a signalling decimal, comparing would raise."""
    return value.is_nan() if isinstance(value, Decimal) else bool(value != value)


def parts(number: Any) -> tuple[Any, Any]:
    """The real and the imaginary part of any number."""
    return (number.real, number.imag) if isinstance(number, (complex, np.complexfloating)) else (number, 0)


def sign(key: Any, strict: bool, nan: Any = NAN) -> Any:
    """What is equal for equal keys; ``nan`` stands for each that is not a number, in tuples and frozen sets too."""
    made = key
    if isinstance(key, tuple):
        made = tuple(sign(item, strict, nan) for item in key)
    elif isinstance(key, frozenset):
        made = frozenset(sign(item, strict, nan) for item in key)
    elif isinstance(key, (np.datetime64, np.timedelta64)):
        made = (nan, key.dtype.kind) if is_nan(key) else key
    elif isinstance(key, _MAY_BE_NAN) and is_nan(key):
        real, imaginary = (nan if is_nan(part) else part for part in parts(key))
        made = (real, imaginary)
    return (type(key), made) if strict else made


class Partners:
    """Keys of a dict that the other dict lacks: of those with the same sign, each is given once, in their order."""

    def __init__(self, keys: Iterable[Any], strict: bool) -> None:
        self._strict = strict
        self._keys: dict[Any, list[Any]] = {}
        for key in keys:
            self._keys.setdefault(sign(key, strict), []).append(key)
        for same in self._keys.values():
            same.reverse()

    def take(self, key: Any, otherwise: Any) -> Any:
        """The next key that is the same as ``key``; each is given once."""
        same = self._keys.get(sign(key, self._strict))
        return same.pop() if same else otherwise

    def left(self) -> list[Any]:
        """The keys that were not taken."""
        return [key for same in self._keys.values() for key in reversed(same)]
