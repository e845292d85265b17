"""Columns of cells, as they come out of the core, as values of Python and as text for a terminal."""

import math
from typing import Any

import numpy as np

from .core import Cells, Numbers, text

MISSING = "–"


def values(cells: Cells) -> list[Any]:
    """Each cell as bool, int, float, complex or str, None where there is no value.

    A float of fewer than 64 bits becomes the number that one writes for it: 0.1, not 0.10000000149011612.
    """
    if not isinstance(cells, Numbers):
        return list(cells.items)
    array = np.frombuffer(cells.data, np.dtype(cells.dtype))
    found: list[Any]
    if array.dtype.kind in "mM":
        found = [str(one) for one in array]
    elif array.dtype.kind == "f" and array.dtype.itemsize != 8:
        found = [float(str(one)) for one in array]
    else:
        found = array.tolist()
    return [None if lost else one for one, lost in zip(found, cells.missing, strict=True)] if cells.missing else found


def shown(cells: Cells, digits: int = 0) -> list[str]:
    """Each cell in one printable line: exact, or floats to so many ``digits``."""
    return [_rounded(value, digits) if digits and isinstance(value, float) else word(value) for value in values(cells)]


def plain(value: Any) -> Any:
    """A value as JSON knows it; what it does not know becomes text: ``NaN``, ``Infinity``, ``(1+2j)``."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(value) if isinstance(value, complex) else value


def word(value: Any) -> str:
    """A value as Python writes it, in one printable line; complex numbers without their parentheses."""
    if value is None:
        return MISSING
    return text.printable(str(value).strip("()") if isinstance(value, complex) else str(value))


def _rounded(value: float, digits: int) -> str:
    said = f"{value:.{digits}g}"
    return said if not said.lstrip("-").isdigit() else f"{said}.0"
