"""Values of a design as values of the type that a parameter has."""

from typing import Any

import numpy as np

from .explore_keys import Held
from .value_texts import kind_of, value_of, values_of

_NAMES = {"i": "int", "u": "int", "f": "float", "b": "bool", "c": "complex", "U": "text"}
_WORDS = {
    "int": "whole numbers",
    "float": "numbers",
    "bool": "True or False",
    "complex": "complex numbers",
    "text": "texts",
    "list": "lists",
}


def type_of(value: Any) -> str:
    """The name of a value's type, for `DesignedParameter.type`."""
    if isinstance(value, np.ndarray):
        return "array"
    return type(value).__name__ if isinstance(value, np.generic) else kind_of(value)


def grammar_of(like: Any) -> str:
    """The type, in the grammar of `value_texts`, of what is written for a parameter with such a value; empty if nothing
    can be written for it."""
    if isinstance(like, np.ndarray) or type(like) is tuple:
        return "list"
    if isinstance(like, np.generic):
        return _NAMES.get(like.dtype.kind, "")
    found = kind_of(like)
    return found if found in _WORDS else ""


def written(text: str, like: Any) -> list[Any]:
    """The values that ``text`` writes, of the type of ``like``. Raises `ValueError` with what is wrong."""
    kind = grammar_of(like)
    if not kind:
        raise ValueError(f"no values of the type {type_of(like)} can be written.")
    return [as_type(value, like) for value in values_of(text, kind)]


def written_one(text: str, like: Any) -> Any:
    """Like `written`, of one value."""
    kind = grammar_of(like)
    if not kind:
        raise ValueError(f"no value of the type {type_of(like)} can be written.")
    return as_type(value_of(text, kind), like)


def as_type(value: Any, like: Any) -> Any:
    """A value, of Python's types, as one of the type of ``like``. Raises `ValueError` where that has no such value."""
    if isinstance(value, Held) or type(value) is type(like):
        return value
    try:
        if isinstance(like, np.ndarray):
            turned: Any = np.array(value, like.dtype)
            exact = like.dtype.kind in "fcSU" or np.array_equal(turned, np.array(value))
        elif type(like) is tuple:
            turned, exact = tuple(value), True
        else:
            with np.errstate(over="ignore"):
                turned = type(like)(value)
            rounds = isinstance(like, np.inexact) and (np.isfinite(turned) or not np.isfinite(value))
            exact = rounds or turned == value or turned != turned
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact:
        kind = _WORDS.get(grammar_of(like), type_of(like))
        raise ValueError(f"{value!r} is none of its values, which are {kind} of the type {type_of(like)}.")
    return turned
