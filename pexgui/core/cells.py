"""Values of a column as `Numbers` where they are numbers of one kind, and as `Texts` where they are not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .brief import brief
from .model import Cells, Numbers, Texts

MIXED = "mixed"
_EXACT = 2**53


def numbers_of(array: NDArray[Any], missing: "NDArray[np.bool_] | None" = None) -> Numbers:
    """An array of numbers or truth values as it travels, little-endian and in C order."""
    little = np.require(array, array.dtype.newbyteorder("<"), ["C"])
    mask = b"" if missing is None or not missing.any() else missing.astype(np.uint8).tobytes()
    return Numbers(little.dtype.str, little.tobytes(), mask)


def is_plain(dtype: "np.dtype[Any]") -> bool:
    """Whether the type is one of those that a column of numbers can have."""
    return dtype.kind in "biuf" and dtype.itemsize <= 8


def cells_of(values: Sequence[Any]) -> tuple[str, Cells]:
    """The type's name and the cells for these values, of which None stands for no value.

    Whole numbers and floats together become floats if no digit is lost; every other mixture becomes texts.
    """
    there = [value for value in values if value is not None]
    kinds = {_kind(value) for value in there}
    if None not in kinds and there:
        dtype = _common([kind for kind in kinds if kind is not None], there)
        if dtype is not None:
            array = np.zeros(len(values), dtype)
            missing = np.array([value is None for value in values], dtype=np.bool_)
            array[~missing] = there
            return dtype.name, numbers_of(array, missing)
    return _text_type(there), Texts(tuple(None if value is None else brief(value) for value in values))


def _kind(value: Any) -> "np.dtype[Any] | None":
    """The number type of a value; None when it is no number for a column."""
    if isinstance(value, (bool, np.bool_)):
        return np.dtype(np.bool_)
    if isinstance(value, (np.integer, np.floating)):
        return value.dtype if is_plain(value.dtype) else None
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return np.dtype(np.int64)
        return np.dtype(np.uint64) if 0 <= value < 2**64 else None
    return np.dtype(np.float64) if isinstance(value, float) else None


def _common(kinds: list["np.dtype[Any]"], values: list[Any]) -> "np.dtype[Any] | None":
    """The type that holds all values without loss; None when there is none."""
    if len(kinds) == 1:
        return kinds[0].newbyteorder("<")
    letters = {kind.kind for kind in kinds}
    if "b" in letters:
        return None
    if "f" not in letters:
        if all(-(2**63) <= int(value) < 2**63 for value in values):
            return np.dtype(np.int64)
        return np.dtype(np.uint64) if all(value >= 0 for value in values) else None
    whole = (int(value) for value in values if isinstance(value, (int, np.integer)))
    return np.dtype(np.float64) if all(abs(value) <= _EXACT for value in whole) else None


def _text_type(values: list[Any]) -> str:
    kinds = {"str" if isinstance(value, str) else type(value).__name__ for value in values}
    return kinds.pop() if len(kinds) == 1 else MIXED if kinds else ""
