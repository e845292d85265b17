"""Spaced and random values: what ``linspace`` and its like give in the grammar of values."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

MOST = 1_000_000
"""The most values that are made."""

Number = int | float


def _linspace(start: Number, stop: Number, number: int) -> list[Any]:
    return _floats(lambda: np.linspace(start, stop, number))


def _logspace(start: Number, stop: Number, number: int) -> list[Any]:
    return _floats(lambda: np.logspace(start, stop, number))


def _geomspace(start: Number, stop: Number, number: int) -> list[Any]:
    if start * stop <= 0:
        raise ValueError("“geomspace” goes from a number to one of the same sign, neither of them zero.")
    return _floats(lambda: np.geomspace(start, stop, number))


def _arange(start: Number, stop: Number, step: Number, name: str = "arange") -> list[Any]:
    whole = _all_whole(start, stop, step)
    number = int(-((start - stop) // step)) if whole else math.ceil((stop - start) / step)
    _count(name, number)
    if whole:
        return list(range(int(start), int(stop), int(step)))
    return _floats(lambda: np.arange(start, stop, step))


def _steps(start: Number, stop: Number, step: Number) -> list[Any]:
    """From ``start`` in steps to ``stop``, which is among them if it is hit up to rounding.

    The numbers are taken as they are written in decimals: three steps of 0.1 are 0.3.
    """
    begin, end, by = (Fraction(repr(number)) for number in (start, stop, step))
    ratio = (end - begin) / by
    number = math.floor(ratio + Fraction(1, 10**9)) + 1
    _count("steps", number)
    if _all_whole(start, stop, step):
        return list(range(int(start), int(start) + int(step) * number, int(step)))
    bottom = math.lcm(begin.denominator, by.denominator)
    first, apart = int(begin * bottom), int(by * bottom)
    values: list[Any] = [(first + apart * index) / bottom for index in range(number)]
    if abs(ratio - (number - 1)) <= Fraction(1, 10**9):
        values[-1] = float(stop)
    return values


def _random(low: Number, high: Number, number: int, seed: int) -> list[Any]:
    def made() -> Any:
        return low + (high - low) * np.random.Generator(np.random.PCG64(seed)).random(number)

    return _floats(made)


def _randint(low: int, high: int, number: int, seed: int) -> list[Any]:
    """Whole numbers from ``low`` to ``high``, both of which may occur."""
    if not -(2**63) <= low <= high < 2**63:
        raise ValueError("“randint” goes from a whole number to one that is not smaller, of 64 bits at most.")
    drawn: list[Any] = np.random.Generator(np.random.PCG64(seed)).integers(low, high, number, endpoint=True).tolist()
    return drawn


def _floats(made: Callable[[], Any]) -> list[Any]:
    """The values that numpy makes, all of them finite."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            values: list[Any] = np.asarray(made(), dtype=np.float64).tolist()
    except (ArithmeticError, TypeError):
        raise ValueError("The values would be too large.") from None
    if not all(map(math.isfinite, values)):
        raise ValueError("The values would be too large.")
    return values


def _all_whole(*numbers: Number) -> bool:
    return all(type(number) is int for number in numbers)


def _count(name: str, number: int) -> None:
    if number > MOST:
        raise ValueError(f"“{name}” would give more than {MOST:,} values.")
    if number < 1:
        raise ValueError(f"“{name}” would give no values.")


_SEQUENCES: dict[str, tuple[Callable[..., list[Any]], tuple[str, ...]]] = {
    "linspace": (_linspace, ("start", "stop", "number")),
    "logspace": (_logspace, ("start", "stop", "number")),
    "geomspace": (_geomspace, ("start", "stop", "number")),
    "steps": (_steps, ("start", "stop", "step")),
    "arange": (_arange, ("start", "stop", "step")),
    "range": (partial(_arange, name="range"), ("start", "stop", "step")),
    "random": (_random, ("low", "high", "number", "seed")),
    "randint": (_randint, ("low", "high", "number", "seed")),
}


def _sequence(name: str) -> Callable[[list[Any]], list[Any]]:
    function, names = _SEQUENCES[name]

    def made(given: list[Any]) -> list[Any]:
        arguments = _arguments(name, given, names)
        try:
            return function(*arguments)
        except (OverflowError, ZeroDivisionError):
            raise ValueError(f"The numbers of “{name}” are too large or too small.") from None

    return made


SEQUENCES = {name: _sequence(name) for name in _SEQUENCES}
"""By its name, what takes the arguments of one and gives its values, or raises `ValueError`."""


def _arguments(name: str, given: list[Any], names: tuple[str, ...]) -> list[Any]:
    """The checked arguments of a sequence, those that may be left out filled in."""
    usage = f"{name}({', '.join(names)})"
    for value in given:
        if type(value) not in (int, float) or not math.isfinite(value):
            raise ValueError(f"“{name}” needs plain numbers: {usage}.")
    if name in ("range", "arange") and 1 <= len(given) < 3:
        given = [*(given if len(given) == 2 else [0, given[0]]), 1]
    if len(given) != len(names):
        raise ValueError(f"“{name}” needs {len(names)} numbers: {usage}.")
    arguments = dict(zip(names, given, strict=True))
    whole = ("number", "seed", *(("low", "high") if name == "randint" else ()))
    for part in names:
        value = arguments[part]
        if part in whole:
            if value != int(value):
                raise ValueError(f"In {usage} the {part} is whole, not {value!r}.")
            arguments[part] = int(value)
        if part == "number":
            _count(name, arguments[part])
        if part == "seed" and value < 0:
            raise ValueError(f"In {usage} the seed is not negative.")
        if part == "step" and value == 0:
            raise ValueError(f"In {usage} the step is not zero.")
    return list(arguments.values())
