"""Any value as a few words: for a cell, for a line of the tree."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np

from . import text
from .sparse import Sparse
from .values import ObjectTable, Pickle, Quantity

LIMIT = 80
_ITEMS = 8
_DEPTH = 3


def brief(value: Any, limit: int = LIMIT) -> str:
    """A value in at most ``limit`` printable characters: numbers exactly, of larger things the beginning or shape."""
    return text.printable(_words(value, limit, 0), limit)


def _words(value: Any, limit: int, depth: int) -> str:
    if isinstance(value, (str, bytes)):
        shown = text.printable(value, limit)
        return f"'{shown}'" if depth else shown
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (np.floating, np.complexfloating)) or type(value) is complex:
        return str(value).strip("()").replace("-", text.MINUS)
    if isinstance(value, np.timedelta64):
        return str(value)  # numpy counts it among the whole numbers, but it may be none
    if isinstance(value, (int, float, np.integer)):
        return text.number(value if isinstance(value, float) else int(value))
    if depth >= _DEPTH:
        return "…"
    return _thing(value, limit, depth)


def _thing(value: Any, limit: int, depth: int) -> str:
    if isinstance(value, ObjectTable):
        return f"{text.count(value.rows, 'row')}, {text.count(len(value.columns), 'column')}"
    if isinstance(value, Quantity):
        return f"{_words(value.value, limit, depth + 1)} {text.printable(value.unit, limit)}"
    if isinstance(value, Pickle):
        return f"pickled object, {text.size(len(value.data))}" if value.refusal else _words(value.value, limit, depth)
    if isinstance(value, Sparse):
        return f"{text.shape(value.shape)}, {len(value.values):,} stored"
    if isinstance(value, np.ndarray):
        return _array(value, limit, depth)
    if isinstance(value, Mapping):
        pairs = (f"{_words(k, limit, depth + 1)}: {_words(v, limit, depth + 1)}" for k, v in value.items())
        return "{" + _joined(pairs, len(value)) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        brackets = {list: "[]", tuple: "()"}.get(type(value), "{}")
        alone = "," if isinstance(value, tuple) and len(value) == 1 else ""
        items = _joined((_words(item, limit, depth + 1) for item in value), len(value))
        return brackets[0] + items + alone + brackets[1]
    return text.printable(repr(value), limit)


def _array(value: "np.ndarray[Any, Any]", limit: int, depth: int) -> str:
    if value.ndim == 0:
        return _words(value[()], limit, depth + 1)
    if value.size == 0:
        return f"empty, {text.shape(value.shape)}"
    if value.ndim == 1 and value.size <= _ITEMS and value.dtype.names is None:
        return "[" + _joined((_words(item, limit, depth + 1) for item in value), value.size) + "]"
    return text.extent(value.shape)


def _joined(words: Any, count: int) -> str:
    return ", ".join(islice(words, _ITEMS)) + (", …" if count > _ITEMS else "")
