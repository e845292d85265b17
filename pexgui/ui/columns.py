"""Columns of numbers, as they travel between processes, as numpy arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pexgui.core import Numbers

PLAIN = "biufcmM"
"""The kinds of numpy types whose elements are nothing but their bytes."""


def array(numbers: Numbers) -> NDArray[Any]:
    """The elements as a flat read-only array that shares the memory of ``numbers.data``.

    Where something is missing the element is arbitrary, see `mask`. Raises ValueError for a type that is not plain
    numbers and for a buffer that is no whole number of elements.
    """
    try:
        dtype = np.dtype(numbers.dtype)
    except (TypeError, SyntaxError) as error:
        raise ValueError(f"{numbers.dtype!r} is no type of numbers") from error
    if dtype.kind not in PLAIN or dtype.itemsize == 0:
        raise ValueError(f"{numbers.dtype!r} is no type of numbers")
    return np.frombuffer(numbers.data, dtype)


def mask(numbers: Numbers) -> NDArray[np.bool_]:
    """True where there is no value; one element per element of `array`."""
    length = len(array(numbers))
    if not numbers.missing:
        return np.zeros(length, np.bool_)
    if len(numbers.missing) != length:
        raise ValueError(f"{len(numbers.missing)} marks of missing values for {length} values")
    return np.frombuffer(numbers.missing, np.uint8).astype(np.bool_)


def floats(numbers: Numbers) -> NDArray[np.float64]:
    """The elements as float64, not a number where there is no value; complex numbers by their magnitude.

    Shares memory where it can.
    """
    values = array(numbers)
    lost = mask(numbers) if numbers.missing else np.zeros(0, np.bool_)
    with np.errstate(all="ignore"):  # a longdouble may be too large, and a signalling not-a-number is none of our news
        if values.dtype.kind == "c":
            values = np.abs(values)
        if values.dtype.kind in "mM":
            lost = np.isnat(values) | lost if len(lost) else np.isnat(values)
            values = values.view(np.int64)
        result = values.astype(np.float64, copy=False)
        return np.where(lost, np.nan, result) if lost.any() else result
