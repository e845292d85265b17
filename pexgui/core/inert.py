"""Pickle bytes become plain values, and nothing in them is ever imported, called or looked up."""

import io
from typing import Any

import numpy as np

from .pickle_machine import Machine
from .rebuild import ArrayShell, TypeShell
from .rebuild import Refused as Refused
from .undecoded import Inert as Inert
from .undecoded import Name as Name
from .undecoded import Offset as Offset

MAX_SIZE = 64 << 20
MAX_DEPTH = 200


def decode(data: bytes, limit: int = MAX_SIZE) -> Any:
    """The value of the pickle ``data``. Raises `Refused`, and nothing else, when it is not decoded."""
    return _decode(data, limit)[0]


def is_pickle(data: bytes) -> bool:
    """Whether ``data`` is a whole pickle and not, say, a sentence that ends in a full stop."""
    if data.startswith(b"\x80") and data.endswith(b"."):
        return True
    try:
        return _decode(data, MAX_SIZE)[1]
    except Refused:
        return False


def _decode(data: bytes, limit: int) -> tuple[Any, bool]:
    if len(data) > limit:
        raise Refused("the pickle is too large to be decoded")
    stream = io.BytesIO(data)
    try:
        value = _settled(Machine(stream).load())
        _check_depth(value)
        return value, stream.tell() == len(data)
    except Refused:
        raise
    except Exception as error:  # the machine is fed by strangers: whatever it stumbles over is a refusal
        raise Refused(f"the pickle is malformed ({type(error).__name__})") from error


def _settled(value: Any) -> Any:
    if isinstance(value, TypeShell):
        return value.build()
    return Inert("numpy.ndarray") if isinstance(value, ArrayShell) else value


def _check_depth(value: Any) -> None:
    """Refuse what is nested deeper than 200 levels; each object is entered once, so that sharing costs nothing."""
    depths: dict[int, int] = {}
    stack: list[tuple[Any, bool]] = [(value, False)]
    while stack:
        item, done = stack.pop()
        if not done and id(item) in depths:
            continue
        inner = _inside(item)
        if inner is None:
            continue
        if done:
            depth = 1 + max((depths.get(id(part), 0) for part in inner), default=0)
            if depth > MAX_DEPTH:
                raise Refused(f"the pickle is nested more than {MAX_DEPTH} levels deep")
            depths[id(item)] = depth
        else:
            depths[id(item)] = 0
            stack.append((item, True))
            stack.extend((part, False) for part in inner)


def _inside(value: Any) -> list[Any] | None:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if isinstance(value, Inert):
        return [*value.arguments, value.state, *value.items, *(part for pair in value.entries for part in pair)]
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return list(value.reshape(-1))
    return None
