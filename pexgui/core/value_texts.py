"""Values as people write them: texts to plain values of one type, and back.

The grammar: numbers, ``True`` and ``False``, texts in quotes, complex numbers as ``1+2j``, lists in brackets; ``+ - * /
**`` and parentheses, ``pi``, ``e``, ``inf`` and ``nan``; ``linspace(start, stop, number)``, ``geomspace`` alike,
``logspace`` with the exponents of 10, ``steps(start, stop, step)`` with the last one, ``arange`` and ``range`` without
it, ``random(low, high, number, seed)`` and ``randint`` alike with whole numbers of which both ends may occur. Values
are separated by commas, semicolons, tabs or line breaks. `value_grammar` reads it.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .value_grammar import BITS, items_of, unquoted, words_of

_KINDS = {int: "int", float: "float", bool: "bool", complex: "complex", str: "text", list: "list"}
_NUMBERS = ("int", "float", "complex")
"""The types of numbers; one of an earlier type can be one of a later type."""

_WHOLE = 2.0**53
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_CONVERTED = {"int": int, "float": float, "complex": complex}


def values_of(text: str, kind: str = "") -> list[Any]:
    """The values that ``text`` writes, at least one, all of one type.

    ``kind`` is a type as `kind_of` names it, to which they are converted: whole numbers to floats, words without quotes
    to texts. Without it whole numbers among floats become floats. One pair of brackets around all may be left out; for
    lists, ``[1, 2]`` is one value and ``[[1, 2], [3]]`` are two.

    Raises `ValueError` with a sentence that says what is wrong.

    >>> values_of("0, linspace(1, 2, 3), 10")
    [0.0, 1.0, 1.5, 2.0, 10.0]
    >>> values_of("low, high", "text")
    ['low', 'high']
    """
    _check_kind(kind)
    if kind == "text":
        items: list[Any] = list(words_of(text))
    else:
        items = items_of(text)
        only = items[0] if len(items) == 1 else None
        if isinstance(only, list) and (kind != "list" or (only and all(isinstance(item, list) for item in only))):
            items = only
    if not items:
        raise ValueError("There are no values.")
    return _of_one_type(items, kind)


def value_of(text: str, kind: str = "") -> Any:
    """The one value that ``text`` writes, a list included; of type ``kind`` if that is said.

    Raises `ValueError` with a sentence that says what is wrong.

    >>> value_of("3", "float")
    3.0
    """
    _check_kind(kind)
    if not text.strip():
        raise ValueError("There is no value.")
    if kind == "text" and text.strip()[0] not in "\"'":
        return text.strip()
    items: list[Any] = list(words_of(text)) if kind == "text" else items_of(text)
    if len(items) != 1:
        raise ValueError(f"One value is needed, not {len(items):,}." if items else "There is no value.")
    return _of_one_type(items, kind)[0]


def kind_of(value: Any) -> str:
    """The type of a value: ``int``, ``float``, ``bool``, ``complex``, ``text``, ``list``, or else the type's name."""
    return _KINDS.get(type(value), type(value).__name__)


def as_text(value: Any) -> str:
    """The text from which `value_of` makes this very value, and `values_of` the values if it is a list of such.

    Raises `ValueError` if it is none that can be written.

    >>> as_text([0.5, 1.0])
    '[0.5, 1.0]'
    """
    return _written(value, 0)


def values_text(values: Sequence[Any]) -> str:
    """The text from which `values_of`, with their type, makes these very values; as short as people write it.

    Raises `ValueError` if there are such as cannot be written.

    >>> values_text([1, 2, 3])
    '1, 2, 3'
    """
    text = ", ".join([_written(value, 1) for value in values])
    nested = len(values) == 1 and isinstance(values[0], list) and all(isinstance(item, list) for item in values[0])
    return f"[{text}]" if nested else text


def spacing_of(values: Sequence[Any]) -> str:
    """``linspace(…)``, ``range(…)`` or the like if that gives exactly these values, else an empty text.

    Three values at least are needed to tell.

    >>> spacing_of([0.0, 0.25, 0.5])
    'linspace(0.0, 0.5, 3)'
    """
    kinds = {type(value) for value in values}
    if len(values) < 3 or kinds not in ({int}, {float}):
        return ""
    if kinds == {float} and not all(map(math.isfinite, values)):
        return ""
    for spaced in _ranges(values) if kinds == {int} else _spacings(values):
        if _gives(spaced, values):
            return spaced
    return ""


# --- one type for all


def _check_kind(kind: str) -> None:
    if kind and kind not in _KINDS.values():
        raise ValueError(f"Values of type {kind} cannot be written as text.")


def _of_one_type(items: list[Any], kind: str) -> list[Any]:
    kinds = {_KINDS[type(item)] for item in items}
    wanted = kind or _common(kinds, items)
    if wanted == "list":
        return [_list(item) for item in items]
    if kinds == {wanted}:
        return items
    return [_converted(item, wanted) for item in items]


def _common(kinds: set[str], items: list[Any]) -> str:
    """The type that values of all these types can have."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= set(_NUMBERS):
        return max(kinds, key=_NUMBERS.index)
    other = next(item for item in items if kind_of(item) != kind_of(items[0]))
    first = items[0]
    raise ValueError(
        f"All values must have the same type: {_shown(first)} is {_name(first)}, {_shown(other)} is {_name(other)}."
    )


def _list(item: Any) -> list[Any]:
    """A list that is a value, and those within it, each with elements of one type."""
    if not isinstance(item, list):
        raise ValueError(f"{_shown(item)} is no list. Lists stand in brackets, such as [1, 2].")
    return _of_one_type(item, "") if item else []


def _converted(item: Any, kind: str) -> Any:
    found = kind_of(item)
    if found == kind:
        return item
    if kind == "int" and found == "float" and item.is_integer() and abs(item) <= _WHOLE:
        return int(item)
    if kind == "bool" and found == "int" and item in (0, 1):
        return bool(item)
    if kind in _NUMBERS and found in _NUMBERS[: _NUMBERS.index(kind)]:
        try:
            return _CONVERTED[kind](item)
        except OverflowError:
            raise ValueError(f"{_shown(item)} is too large.") from None
    raise ValueError(f"{_shown(item)} is {_name(item)}, not {_NAMES[kind]}.")


_NAMES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "complex": "a complex number",
    "text": "a text",
    "list": "a list",
}


def _name(item: Any) -> str:
    return "a number with decimals" if type(item) is float else _NAMES[kind_of(item)]


def _shown(item: Any) -> str:
    shown = as_text(item)
    return f"“{item[:30]}”" if isinstance(item, str) else (shown if len(shown) <= 40 else shown[:39] + "…")


# --- values to texts


def _written(value: Any, depth: int) -> str:
    kind = _KINDS.get(type(value))
    if kind is None or depth > 40:
        raise ValueError(f"Values of type {type(value).__name__} cannot be written as text.")
    if kind == "list":
        return f"[{', '.join([_written(item, depth + 1) for item in value])}]"
    if kind == "text":
        return _quoted(value)
    if kind == "complex":
        return _complex(value)
    if kind == "int" and value.bit_length() > BITS:
        raise ValueError("A number is too large to be written.")
    return repr(value)


def _complex(value: complex) -> str:
    plain = f"{value.real!r}{'' if repr(value.imag).startswith('-') else '+'}{value.imag!r}j"
    if math.isfinite(value.real) and math.isfinite(value.imag) and repr(items_of(plain)[0]) == repr(value):
        return plain
    return f"complex({value.real!r}, {value.imag!r})"


def _quoted(text: str) -> str:
    """The text in quotes, with escapes for all that cannot be seen."""
    if text.isprintable() and "\\" not in text and '"' not in text:
        return f'"{text}"'
    shown = "".join(_ESCAPES.get(letter) or (letter if letter.isprintable() else _escape(letter)) for letter in text)
    quoted = f'"{shown}"'
    assert unquoted(quoted) == text
    return quoted


def _escape(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- spacings


def _gives(spaced: str, values: Sequence[Any]) -> bool:
    """Whether a text gives these very values, zeros with their signs."""
    try:
        made = values_of(spaced)
    except ValueError:
        return False
    return len(made) == len(values) and list(map(repr, made)) == list(map(repr, values))


def _ranges(values: Sequence[int]) -> list[str]:
    start, step = values[0], values[1] - values[0]
    if not step:
        return []
    stop = values[-1] + (1 if step > 0 else -1)
    if step == 1:
        return [f"range({stop})" if start == 0 else f"range({start}, {stop})"]
    return [f"steps({start}, {values[-1]}, {step})"]


def _spacings(values: Sequence[float]) -> list[str]:
    first, second, last, number = values[0], values[1], values[-1], len(values)
    if first == second:
        return []
    found = [f"linspace({first!r}, {last!r}, {number})"]
    step = float(Fraction(repr(second)) - Fraction(repr(first)))
    found.append(f"steps({first!r}, {last!r}, {step!r})")
    if number < 4:
        return found  # Three numbers have a common factor by chance.
    if first > 0 and last > 0:
        low, high = (float(f"{math.log10(value):.12g}") for value in (first, last))
        found.append(f"logspace({low!r}, {high!r}, {number})")
    if first * last > 0:
        found.append(f"geomspace({first!r}, {last!r}, {number})")
    return found
