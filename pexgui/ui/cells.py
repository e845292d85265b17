"""Single values as they stand in a cell: short and aligned to look at, exact to copy."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pexgui.core import text

MISSING = "–"
"""What stands where there is no value."""

_SAMPLE = 1000


def exact(dtype: np.dtype[Any]) -> Callable[[Any], str]:
    """How to write the elements of an array so that Python and spreadsheets read the same values back."""
    if dtype.kind in "mM":
        return lambda value: "" if np.isnat(value) else str(value)
    if dtype.kind == "c":
        return lambda value: str(value).strip("()")
    if dtype.kind == "f" and dtype.itemsize != 8:
        return str
    return lambda value: repr(value.item())


def alike(values: Sequence[float], digits: int = 3) -> list[str]:
    """Some numbers with the same number of decimals, so many that their differences show ``digits`` digits."""
    finite = [value for value in values if math.isfinite(value)]
    largest = max((abs(value) for value in finite), default=0.0)
    span = max(finite) - min(finite) if finite else 0.0
    if largest and (largest >= 1e7 or largest < 1e-3 or 0 < span < 1e-6):
        return [_exponent(value, digits if span > 1e-3 * largest else 2 * digits) for value in values]
    scale = math.floor(math.log10(span or largest or 1.0) + 0.02)
    decimals = max(0, min(9, digits - 1 - scale))
    return [_fixed(value, decimals) for value in values]


def formatter(values: NDArray[Any]) -> Callable[[Any], str]:
    """How to write each of ``values`` (of one column) so that the decimals stand below each other."""
    kind = values.dtype.kind
    if kind == "f":
        return _decimals(values)
    if kind in "iu":
        return lambda value: text.number(int(value))
    if kind == "c":
        return _complex
    if kind == "M":
        return _moments(values)
    if kind == "m":
        return _stretch
    return str


def durations(seconds: NDArray[Any]) -> Callable[[float], str]:
    """How to write durations of one column: in the same unit with the same decimals, unless the short ones would
    vanish beside the long ones."""
    known = np.abs(seconds[np.isfinite(seconds)].astype(np.float64))
    largest = float(known.max()) if len(known) else 0.0
    if not largest:
        return text.duration
    if largest >= 59.95:
        few = np.count_nonzero((known > 0) & (known < 1)) <= 0.05 * len(known)
        return _whole_duration if few else text.duration
    scale, unit = (1, "s") if largest >= 1 else (1000, "ms")
    known, largest = known * scale, largest * scale
    decimals = min(6, max(0, 2 - math.floor(math.log10(largest))))
    vanishing = np.count_nonzero((known > 0) & (known < 0.5 * 10.0**-decimals))
    if vanishing > 0.05 * len(known):
        return text.duration
    for fewer in range(decimals):
        if np.array_equal(np.round(known, fewer), known):
            decimals = fewer
            break
    return lambda value: f"{_fixed(float(value) * scale, decimals)} {unit}"


def _whole_duration(seconds: float) -> str:
    """A duration among some of minutes or more: without a fraction of a second."""
    if abs(seconds) >= 59.5:
        return text.duration(float(seconds))
    return "< 1 s" if 0 < seconds < 0.5 else f"{_fixed(float(seconds), 0)} s"


def _decimals(values: NDArray[Any]) -> Callable[[Any], str]:
    sample = values.ravel()[:_SAMPLE]
    with np.errstate(all="ignore"):
        sample = sample[np.isfinite(sample)]
        largest = float(np.abs(sample).max()) if sample.size else 0.0
        for decimals in range(1, 7):
            if largest < 1e9 and np.array_equal(np.round(sample, decimals), sample):
                return lambda value: _fixed(float(value), decimals)
        nonzero = np.abs(sample[sample != 0])
    if largest < 1e7 and float(nonzero.min()) >= 1e-4:
        decimals = max(1, min(9, 5 - math.floor(math.log10(largest))))
        return lambda value: _fixed(float(value), decimals)
    return lambda value: _exponent(float(value), 6)


def _moments(values: NDArray[Any]) -> Callable[[Any], str]:
    sample = values.ravel()[:_SAMPLE]
    sample = sample[~np.isnat(sample)]
    generic = np.datetime_data(values.dtype)[0] == "generic"
    for unit in () if generic else ("D", "m", "s", "ms", "us"):
        if np.array_equal(sample.astype(f"M8[{unit}]").astype(sample.dtype), sample):
            return lambda value: _moment(value, unit)
    return lambda value: _moment(value, "")


def _moment(value: Any, unit: str) -> str:
    if np.isnat(value):
        return MISSING
    return str(value.astype(f"M8[{unit}]") if unit else value).replace("T", " ")


def _stretch(value: Any) -> str:
    if np.isnat(value):
        return MISSING
    if np.datetime_data(value.dtype)[0] == "generic":
        return str(value)
    micro = value.astype("m8[us]").item()
    return str(micro).replace("-", text.MINUS) if isinstance(micro, timedelta) else str(value)


def _complex(value: Any) -> str:
    real, imaginary = float(value.real), float(value.imag)
    sign = text.MINUS if math.copysign(1, imaginary) < 0 else "+"
    return f"{_general(real)} {sign} {_general(abs(imaginary))}j"


def _general(value: float) -> str:
    return _short_exponent(f"{value:.6g}")


def _fixed(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return _special(value)
    shown = f"{value:,.{decimals}f}"
    if shown.strip("-0.,") == "":
        shown = shown.lstrip("-")
    return shown.replace("-", text.MINUS)


def _exponent(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return _special(value)
    if value == 0:
        return "0"
    return _short_exponent(f"{value:.{digits - 1}e}")


def _short_exponent(shown: str) -> str:
    return re.sub(r"e([+-])0*(\d)", lambda found: f"e{found[1].strip('+')}{found[2]}", shown).replace("-", text.MINUS)


def _special(value: float) -> str:
    return "NaN" if math.isnan(value) else str(value).replace("-", text.MINUS)
