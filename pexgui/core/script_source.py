"""Values, names and texts as source of Python, correct for whatever is in them."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .explore_keys import Held
from .value_texts import spacing_of

_WIDTH = 110
_SHORT = 40
"""So many values are written one by one, even where they are evenly spaced."""

_MOST_ELEMENTS = 10_000
"""Arrays with more elements are no text that a person would want to read."""


class NoSource(Exception):
    """A value cannot be written as source."""


def safe_word(name: str) -> str:
    """A name as it can stand in a comment and be part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:100] or "trajectory"


def literal(value: Any) -> str:
    """The source of a value; that of numpy's types needs ``numpy``. Raises `NoSource`."""
    if isinstance(value, Held):
        value = value.value
    kind = type(value)
    if kind in (bool, int, str, bytes):
        return repr(value)
    if kind is float:
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if kind is complex:
        return f"complex({literal(value.real)}, {literal(value.imag)})"
    if kind in (list, tuple):
        inner = ", ".join(map(literal, value))
        return f"[{inner}]" if kind is list else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, np.generic):
        return f"numpy.{_numpy_type(value.dtype)}({literal(value.item())})"
    if kind is np.ndarray and value.size <= _MOST_ELEMENTS and value.size:
        name = _numpy_type(value.dtype)
        return f"numpy.array({literal(value.tolist())}, dtype={'str' if name == 'str_' else f'numpy.{name}'})"
    raise NoSource


def _numpy_type(dtype: "np.dtype[Any]") -> str:
    if dtype.kind == "U":
        return "str_"
    if dtype.kind == "b":
        return "bool_"
    if dtype.kind in "iufc" and dtype.itemsize <= (16 if dtype.kind == "c" else 8) and dtype.isnative:
        return dtype.name
    raise NoSource


def listed(values: Sequence[Any]) -> str:
    """The source of a list of values, in one line. Raises `NoSource`."""
    if len(values) > _SHORT:
        spacing = spacing_of(values)
        name, _, inner = spacing.rstrip(")").partition("(")
        if name == "linspace":
            return f"numpy.{spacing}.tolist()"
        if name == "range":
            return f"list({spacing})"
        if name == "steps" and type(values[0]) is int:
            start, stop, step = map(int, inner.split(", "))
            return f"list(range({start}, {stop + (1 if step > 0 else -1)}, {step}))"
    return f"[{', '.join(map(literal, values))}]"


def wrapped(source: str, before: int, indent: int = 0) -> str:
    """A list in several lines if it is too long for one, broken only between values. ``before`` is the number of
    characters that stand before it in its line, which is indented by ``indent``."""
    if len(source) + before <= _WIDTH or not source.startswith("["):
        return source
    room = _WIDTH - indent - 4
    lines = [""]
    for piece in _pieces(source[1:-1]):
        if lines[-1] and len(lines[-1]) + len(piece) + 2 > room:
            lines.append("")
        lines[-1] += f"{piece}, "
    inner = "\n".join(f"{' ' * (indent + 4)}{line.rstrip()}" for line in lines)
    return f"[\n{inner}\n{' ' * indent}]"


_PIECE = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|[\[({]|[\])}]|, |[^'"\[({\])},]+|,""", re.DOTALL)


def _pieces(source: str) -> list[str]:
    """The parts of a source between commas that are in no brackets and no text."""
    pieces = [""]
    depth = 0
    for match in _PIECE.finditer(source):
        piece = match.group()
        if piece == ", " and not depth:
            pieces.append("")
            continue
        depth += (piece in "[({") - (piece in "])}")
        pieces[-1] += piece
    return pieces
