"""What a difference is called and how it is told: kinds of values, and verdicts such as ``3 of 5 differ``."""

import math
from typing import Any

import numpy as np

from . import text
from .items import Form
from .model_compare import Magnitude
from .values import ObjectTable, Pickle, Quantity

FORMS = {
    Form.ARRAY: "array",
    Form.TABLE: "table",
    Form.DICT: "dict",
    Form.FRAME: "table",
    Form.OBJECTS: "list",
    Form.PICKLE: "pickled object",
    Form.SPARSE: "sparse matrix",
    Form.PARTS: "sparse matrix",
    Form.QUANTITY: "quantity",
    Form.UNREADABLE: "unreadable",
}


def kind_of(value: Any) -> str:
    """What a decoded value is, in a word that people know."""
    if isinstance(value, Pickle):
        return "pickled object" if value.refusal else kind_of(value.value)
    if value is None:
        return "nothing"
    if isinstance(value, (str, bytes, np.str_, np.bytes_)):
        return "text"
    if isinstance(value, (bool, np.bool_)):
        return "truth value"
    if isinstance(value, (int, float, complex, np.number)):
        return "number"
    if isinstance(value, np.ndarray):
        return "array" if value.ndim else "number"
    if isinstance(value, ObjectTable) or hasattr(value, "iloc"):
        return "table"
    if isinstance(value, Quantity):
        return "quantity"
    if isinstance(value, dict):
        return "dict"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "list"
    return "sparse matrix" if type(value).__name__ == "Sparse" else "object"


def share(number: float) -> str:
    """A relative difference: ``2.5 %``, ``0.0017 %``, ``1e−12``."""
    if not math.isfinite(number):
        return "∞"
    if 1e-6 <= number < 1e4:
        return f"{number * 100:.3g} %".replace("e+", "e")
    return f"{number:.2g}".replace("-", text.MINUS)


def amount(number: float) -> str:
    """An absolute difference with three digits: ``0.0147``, ``86,000``, ``3.2e−09``."""
    if not math.isfinite(number):
        return "∞"
    if 1000 <= number < 1e9:
        return f"{float(f'{number:.3g}'):,.0f}"
    return f"{number:.3g}".replace("-", text.MINUS)


def verdict_of_numbers(a: Any, b: Any, magnitude: Magnitude | None) -> str:
    """``+0.02, +2.5 %``: how far B is from A, and that relative to A."""
    if magnitude is None or magnitude.absolute is None:
        return ""
    if not math.isfinite(magnitude.absolute):
        return "not finite on one side"
    try:
        sign, size = ("+" if b > a else text.MINUS), abs(float(a))
    except (TypeError, ValueError, OverflowError):
        sign, size = "", abs(complex(a)) if isinstance(a, (complex, np.complexfloating)) else 0.0
    relative = f", {sign}{share(magnitude.absolute / size)}" if size else ""
    return f"{sign}{amount(magnitude.absolute)}{relative}"


def verdict_of_many(magnitude: Magnitude, one: str = "") -> str:
    """``486 of 900 differ, largest 91``: of elements, or of what ``one`` names."""
    word = f"{one}s " if one else ""
    said = f"{magnitude.differing:,} of {magnitude.compared:,} {word}differ"
    if magnitude.differing == 1:
        said += "s"
    if magnitude.absolute is None:
        return said
    return f"{said}, largest {amount(magnitude.absolute)}"
