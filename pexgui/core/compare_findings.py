"""Gathers what a comparison finds: a state for everything that was compared, and the differences."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from . import text
from .model_compare import Aspect, Difference, Magnitude, Part, State, Subject

MOST = 20_000
"""So many differences are listed; those beyond are counted."""

_SHORT = 160
"""So many characters of a comment are listed."""

_CODES = {state: position for position, state in enumerate(State)}
_ABSENT, _EQUAL = _CODES[State.ABSENT], _CODES[State.EQUAL]


class Place(NamedTuple):
    """What is compared at the moment: its part and full name (``$`` for the run), the pair of runs it is of (−1:
    none), and its paths in the two files."""

    part: Part
    name: str
    pair: int = -1
    path_a: bytes = b""
    path_b: bytes = b""


class Found(NamedTuple):
    """A difference before it is known whether it is listed, see `Difference`."""

    aspect: Aspect
    item: str
    kind: str
    a: str
    b: str
    verdict: str
    magnitude: Magnitude | None = None
    state: State = State.CHANGED


class _Comment(NamedTuple):
    place: Place
    a: str
    b: str


class Findings:
    """The subjects in the order in which they were met, and their differences."""

    def __init__(self, pairs: int) -> None:
        self._pairs = pairs
        self._subjects: dict[tuple[Part, str], tuple[int, bytearray, bool]] = {}
        self._differences: list[Difference] = []
        self._comments: list[_Comment] = []
        self._first: dict[tuple[Part, str], tuple[str, str]] = {}
        self.more = 0

    def subject(self, part: Part, name: str, in_runs: bool) -> tuple[int, bytearray]:
        """The position of a subject and its states, one per pair, to be filled in."""
        found = self._subjects.get((part, name))
        if found is None:
            states = bytearray(self._pairs if in_runs else 1)
            found = self._subjects[part, name] = (len(self._subjects), states, in_runs)
        return found[0], found[1]

    @staticmethod
    def mark_equal(states: bytearray, pair: int) -> None:
        """Note in the states of a subject that a pair is equal, unless something was found in it."""
        if states[pair] == _ABSENT:
            states[pair] = _EQUAL

    def note(self, place: Place, found: "list[Found]") -> None:
        """Take in that something is equal, or how it differs."""
        number, states = self.subject(place.part, place.name, place.pair >= 0)
        at = max(place.pair, 0)
        if not found:
            self.mark_equal(states, at)
            return
        worst = max((_CODES[one.state] for one in found), default=_EQUAL)
        states[at] = max(states[at], worst)
        for one in found:
            if len(self._differences) >= MOST:
                self.more += 1
                continue
            self._differences.append(
                Difference(
                    number,
                    place.pair,
                    one.state,
                    one.aspect,
                    one.item,
                    one.kind,
                    one.a,
                    one.b,
                    one.verdict,
                    one.magnitude,
                    place.path_a,
                    place.path_b,
                )
            )

    def comments(self, place: Place, a: str, b: str) -> None:
        """Take in the comments of something, of which pypet keeps one that repeats only once."""
        known = self._first.get((place.part, place.name), ("", ""))
        self._first[place.part, place.name] = (known[0] or a, known[1] or b)
        if a != b:
            self._comments.append(_Comment(place, a, b))

    def settle(self, listed: Callable[[Part, int], Collection[str]]) -> None:
        """Judge the comments, now that all are known.

        pypet keeps a comment that repeats only where it first occurs: something without a comment has that of its
        namesake in another run, and may have any of those that its side lists, ``listed(part, side)`` (0: A, 1: B).
        """
        for place, a, b in self._comments:
            told = [a, b]
            for side, other in ((0, b), (1, a)):
                if not told[side]:
                    is_listed = other in listed(place.part, side)
                    told[side] = other if is_listed else self._first[place.part, place.name][side]
            if told[0] != told[1]:
                short = [text.printable(comment, _SHORT) for comment in told]
                self.note(place, [Found(Aspect.COMMENT, "", "text", short[0], short[1], "")])
        self._comments.clear()

    def subjects(self) -> tuple[Subject, ...]:
        """All that was compared."""
        return tuple(
            Subject(part, name, bytes(states), in_runs) for (part, name), (_, states, in_runs) in self._subjects.items()
        )

    def differences(self) -> tuple[Difference, ...]:
        """The differences in the order of their subjects and, of those in runs, of their pairs first."""
        order = list(Part)
        parts = [order.index(part) for part, _ in self._subjects]
        return tuple(sorted(self._differences, key=lambda one: (parts[one.subject], one.pair, one.subject)))
