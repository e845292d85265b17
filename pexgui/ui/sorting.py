"""The order of values of any kind, as numbers that sort fast: numbers by size, texts as people count, nothing last."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = re.compile(r"(\d{1,300})")
MISSING = -1


def ranks(values: Sequence[Any] | NDArray[Any], missing: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """The place of each value among the distinct ones, equal values sharing it; -1 for what is missing.

    ``None``, not a number and what ``missing`` marks count as missing.
    """
    if isinstance(values, np.ndarray) and values.dtype != object:
        return _number_ranks(values, missing)
    lost = [value is None or value != value for value in values]
    if missing is not None:
        lost = [a or bool(b) for a, b in zip(lost, missing, strict=True)]
    known = {value for value, gone in zip(values, lost, strict=True) if not gone}
    texts = all(isinstance(value, str) for value in known)
    order = {value: place for place, value in enumerate(sorted(known, key=natural if texts else None))}
    return np.array([MISSING if gone else order[value] for value, gone in zip(values, lost, strict=True)], np.int64)


def _number_ranks(values: NDArray[Any], missing: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    lost = np.zeros(len(values), np.bool_) if missing is None else missing.copy()
    if values.dtype.kind in "fc":
        lost |= np.isnan(values)
    result = np.full(len(values), MISSING, np.int64)
    result[~lost] = np.unique(values[~lost], return_inverse=True)[1]
    return result


def arrange(places: NDArray[np.int64], descending: bool = False) -> NDArray[np.intp]:
    """The order of the rows by their `ranks`: stable, and what is missing last in both directions."""
    key = -places if descending else places.copy()
    key[places == MISSING] = np.iinfo(np.int64).max
    return np.argsort(key, kind="stable")


def natural(text: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key by which ``trial 2`` comes before ``trial 10``, and capitals do not matter until all else is equal."""
    parts = DIGITS.split(text.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part), text
