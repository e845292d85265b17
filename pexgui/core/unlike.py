"""Places inside of nested values, and what is unlike there."""

from typing import Any, NamedTuple

from .brief import brief
from .model_compare import Magnitude

SHORT = 160


class Way(NamedTuple):
    """The way from a value to something inside of it: the way before, and the last step as it is written."""

    before: "Way | None"
    step: Any
    sign: str = "[]"

    def steps(self) -> tuple[Any, ...]:
        """All steps, the first one first: keys, indices and names of attributes."""
        return tuple(way.step for way in self._all())

    def written(self) -> str:
        """As it would be written in Python: ``["k"][3].a``."""
        return "".join(f".{way.step}" if way.sign == "." else f"[{_key(way.step)}]" for way in self._all())

    def _all(self) -> "list[Way]":
        found: list[Way] = []
        way: Way | None = self
        while way is not None:
            found.append(way)
            way = way.before
        return found[::-1]


def _key(step: Any) -> str:
    return repr(step) if isinstance(step, (str, bytes, int)) else shown(step, 40)


class Unlike(NamedTuple):
    """A difference inside of two values.

    ``path`` leads to it, key by key, index by index and attribute by attribute; ``place`` is the path in writing, empty
    for the values themselves. ``a`` and ``b`` are what is there in short, empty where there is nothing. ``magnitude``
    says how far numbers are apart.
    """

    path: tuple[Any, ...]
    place: str
    a: str
    b: str
    magnitude: Magnitude | None = None


def unlike(way: Way | None, a: Any, b: Any, magnitude: Magnitude | None = None) -> Unlike:
    """The difference of two values that stand at the end of ``way``."""
    if way is None:
        return Unlike((), "", shown(a), shown(b), magnitude)
    return Unlike(way.steps(), way.written(), shown(a), shown(b), magnitude)


def missing(way: Way, value: Any, in_a: bool) -> Unlike:
    """Something that only one side has."""
    there = shown(value)
    return Unlike(way.steps(), way.written(), *((there, "") if in_a else ("", there)))


class Words:
    """What is shown in place of a value."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return self._words


def shown(value: Any, limit: int = SHORT) -> str:
    """A value in short, whatever its class does when it is asked for words."""
    try:
        return brief(value, limit)
    except Exception:
        return f"{type(value).__name__}, which cannot be shown"
