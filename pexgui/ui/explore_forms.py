"""The values of a parameter as a person puts them: evenly spaced, in steps, as a list …; and as the text they mean."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """In which way the values of a parameter are put, and what that is called."""

    DEFAULT = "Default only"
    EVEN = "Evenly spaced"
    STEPS = "Steps"
    LOG = "Logarithmic"
    RANDOM = "Random"
    LIST = "List"
    EXPRESSION = "Expression"


class Field(NamedTuple):
    """A number that a way of putting values asks for: the word before it, what it is, and the word after it."""

    before: str
    name: str
    after: str = ""


FROM, TO = Field("from", "First value"), Field("to", "Last value")
COUNT = Field("", "Number of values", "values")
FIELDS = {
    Kind.DEFAULT: (),
    Kind.EVEN: (FROM, TO, COUNT),
    Kind.STEPS: (FROM, TO, Field("in steps of", "Step")),
    Kind.LOG: (FROM, TO, COUNT),
    Kind.RANDOM: (
        Field("between", "Smallest value"),
        Field("and", "Largest value"),
        COUNT,
        Field("seed", "Seed of the random numbers"),
    ),
    Kind.LIST: (Field("", "Values"),),
    Kind.EXPRESSION: (Field("", "Expression"),),
}
"""What each way asks for; lists and expressions are one text."""
TEXTS = (Kind.LIST, Kind.EXPRESSION)

_CALLS = {
    "linspace": Kind.EVEN,
    "steps": Kind.STEPS,
    "geomspace": Kind.LOG,
    "random": Kind.RANDOM,
    "randint": Kind.RANDOM,
}
_NAMES = {Kind.EVEN: "linspace", Kind.STEPS: "steps", Kind.LOG: "geomspace", Kind.RANDOM: "random"}
_CALL = re.compile(r"\s*([a-z]+)\s*\(([^()\[\]\"']*)\)\s*")
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_CALLED = re.compile(r"[A-Za-z_]\w*\s*\(")


class Form(NamedTuple):
    """A way of putting values with what was put; ``parts`` are the fields of `FIELDS`."""

    kind: Kind = Kind.DEFAULT
    parts: tuple[str, ...] = ()

    def text(self, whole: bool = False) -> str:
        """What it means as a text of the grammar; ``whole`` for random whole numbers."""
        if self.kind is Kind.DEFAULT:
            return ""
        if self.kind in TEXTS:
            return self.parts[0] if self.parts[0].strip() else ""
        parts = [part.strip() for part in self.parts]
        name = "randint" if whole and self.kind is Kind.RANDOM else _NAMES[self.kind]
        return f"{name}({', '.join(parts)})"

    def missing(self) -> str:
        """What has to be put yet, as a sentence; empty when nothing."""
        for field, part in zip(FIELDS[self.kind], self.parts, strict=True):
            if not part.strip():
                return "Put at least one value." if self.kind in TEXTS else f"The {field.name.lower()} is missing."
        return ""


def read(values: str) -> Form:
    """The form that a text of the grammar has."""
    if not values.strip():
        return Form()
    called = _CALL.fullmatch(values)
    kind = _CALLS.get(called[1]) if called else None
    if called is not None and kind is not None:
        parts = tuple(part.strip() for part in called[2].split(","))
        if len(parts) == len(FIELDS[kind]) and all(map(_NUMBER.fullmatch, parts)):
            return Form(kind, parts)
    if called is not None and called[1] == "range":
        steps = _range_as_steps(called[2])
        if steps is not None:
            return steps
    expression = _CALLED.search(_QUOTED.sub("", values)) is not None
    return Form(Kind.EXPRESSION if expression else Kind.LIST, (values,))


def _range_as_steps(arguments: str) -> Form | None:
    """A ``range`` of whole numbers as the steps that it makes, the last one named."""
    parts = [part.strip() for part in arguments.split(",")]
    if not 0 < len(parts) < 4 or not all(re.fullmatch(r"[+-]?\d{1,15}", part) for part in parts):
        return None
    given = [int(part) for part in parts]
    if len(given) > 2 and not given[2]:
        return None
    made = range(*given)
    return Form(Kind.STEPS, (str(made[0]), str(made[-1]), str(made.step))) if made else None


def converted(form: Form, kind: Kind, shown: Sequence[str], count: int, default: str, whole: bool) -> Form:
    """``form`` put in another way, as near to it as may be. ``shown`` are its first values and ``count`` how many it
    has, as far as known; ``default`` is the value of a parameter that is not explored yet."""
    if kind is Kind.DEFAULT:
        return Form()
    if kind in TEXTS:
        return Form(kind, (_as_text(form, kind, shown, count, default, whole),))
    low, high = _ends(form, shown, count, default)
    number = str(count if count > 1 else 10)
    if kind is Kind.STEPS:
        return Form(kind, (low, high, _step(low, high, max(1, count - 1) if count > 1 else 9, whole)))
    if kind is Kind.LOG and not _positive(low):
        low = _positive(default) or ("1" if whole else "0.1")
        high = _positive(high) or ("100" if whole else "10")
    return Form(kind, (low, high, number, "1") if kind is Kind.RANDOM else (low, high, number))


def _as_text(form: Form, kind: Kind, shown: Sequence[str], count: int, default: str, whole: bool) -> str:
    if kind is Kind.LIST and form.kind is not Kind.DEFAULT and 0 < count <= len(shown):
        return ", ".join(shown)
    if form.kind is Kind.DEFAULT or (kind is Kind.LIST and form.kind not in TEXTS):
        return default
    return form.text(whole)


def _ends(form: Form, shown: Sequence[str], count: int, default: str) -> tuple[str, str]:
    """Where a form begins and ends; from the default value to twice that, where nothing is known."""
    if form.kind not in (Kind.DEFAULT, *TEXTS):
        return form.parts[0], form.parts[1]
    if len(shown) > 1 and count <= len(shown) and _NUMBER.fullmatch(shown[0]) and _NUMBER.fullmatch(shown[-1]):
        return shown[0], shown[-1]
    found = _NUMBER.fullmatch(shown[0] if shown else default)
    if found is None:
        return "0", "1"
    value = float(found[1])
    return found[1], f"{2 * value:.12g}" if value else "1"


def _step(low: str, high: str, parts: int, whole: bool) -> str:
    """The step that leads from one number to another in so many."""
    try:
        step = (float(high) - float(low)) / parts
    except ValueError:
        return "1"
    if whole:
        return str(max(1, round(abs(step))) * (-1 if step < 0 else 1))
    return f"{step:.12g}" if step else "1"


def _positive(part: str) -> str:
    found = _NUMBER.fullmatch(part)
    return found[1] if found is not None and float(found[1]) > 0 else ""
