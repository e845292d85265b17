"""Objects of any class: their own idea of equality, and what is in them."""

import dataclasses
from typing import Any

import numpy as np

from .attributes_of import get_all_attributes, slots_of

_WORD = tuple.__itemsize__


def asked(a: Any, b: Any) -> bool | None:
    """What the objects' own ideas of equality say: no if one of them says no; None when they have none, or when it is
    no truth value."""
    answers = {_answer(a, b), _answer(b, a)}
    return False if False in answers else True if True in answers else None


def _answer(one: Any, other: Any) -> bool | None:
    own: Any = type(one).__eq__
    if own is object.__eq__:
        return None
    try:
        answer = own(one, other)
    except Exception:  # whatever somebody's class raises: it has no answer then
        return None
    return bool(answer) if isinstance(answer, (bool, np.bool_)) else None


def compares_fields(kind: type) -> bool:
    """Whether a class is equal by its fields, as `dataclasses` writes it: then those are compared as everything is."""
    written = getattr(kind.__eq__, "__code__", None)
    return dataclasses.is_dataclass(kind) and written is not None and written.co_filename == "<string>"


def can_be_looked_into(value: Any) -> bool:
    """Whether all there is to an object are its attributes; not so for whatever C keeps inside, seen or not."""
    kind = type(value)
    if isinstance(value, BaseException) or compares_fields(kind):
        return True
    known = sum(len(slots_of(each)) for each in kind.__mro__) + (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0)
    return not kind.__itemsize__ and kind.__basicsize__ <= object.__basicsize__ + _WORD * known


def inside(value: Any) -> dict[str, Any]:
    """The attributes by which an object is compared."""
    if compares_fields(type(value)):
        names = [field.name for field in dataclasses.fields(value) if field.compare]
        return {name: getattr(value, name) for name in names if hasattr(value, name)}
    found = get_all_attributes(value)
    if isinstance(value, BaseException):
        found["args"] = value.args
    return found
