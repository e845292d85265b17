"""What of the differences between two sides is looked at again and again, as arrays."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pexgui.core import Against, Aspect, Difference, Pair, Part, State

Codes: TypeAlias = NDArray[np.int64]
Marks: TypeAlias = NDArray[np.bool_]

OUTSIDE = -1
"""The pair of what is not part of runs."""
LAST = 1 << 40
"""What is not part of runs stands behind all pairs of them."""

TITLES = {
    Part.PARAMETERS: "Parameters",
    Part.DERIVED_PARAMETERS: "Derived parameters",
    Part.RESULTS: "Results",
    Part.RANGES: "Ranges",
    Part.COMMENTS: "Comments",
    Part.ANNOTATIONS: "Annotations",
    Part.CONFIG: "Config",
    Part.PROVENANCE: "Provenance",
    Part.STATUS: "Run status",
}
"""The parts as they are called on screen, in the order in which they stand."""
PARTS = tuple(TITLES)
_RANKS = {part: rank for rank, part in enumerate(PARTS)}
_ROOTS = ("parameters", "derived_parameters", "results", "config")
_EQUAL = tuple(State).index(State.EQUAL)


class Wish(NamedTuple):
    """Which differences are to be listed: those with these words in their names, of one kind (empty: of all), and
    whether what is equal is listed too."""

    words: str = ""
    kind: str = ""
    equal: bool = False

    def narrows(self) -> bool:
        """Whether it leaves any difference out."""
        return bool(self.words.strip() or self.kind)

    def sought(self) -> list[str]:
        """The words, whatever their case."""
        return self.words.casefold().split()


class Facts:
    """One comparison of two sides; ``order`` are its differences part by part and pair by pair."""

    def __init__(self, against: Against) -> None:
        self.against = against
        found = against.differences
        self.subject = _codes([each.subject for each in found])
        self.pair = _codes([each.pair for each in found])
        ranks = _codes([_RANKS[subject.part] for subject in against.subjects])
        self.subject_part = ranks
        self.part: Codes = ranks[self.subject] if len(found) else self.subject
        words = [each.kind or "value" for each in found]
        for number, each in enumerate(found):
            if each.aspect is not Aspect.VALUE:
                words[number] = each.aspect.value
        self.kinds = tuple(dict.fromkeys(words))
        numbers = {word: number for number, word in enumerate(self.kinds)}
        self.kind = _codes([numbers[word] for word in words])
        self.place = self.part * (2 * LAST) + np.where(self.pair < 0, LAST, self.pair)
        self.order: Codes = np.argsort(self.place, kind="stable")
        lost = ([not pair.b for pair in against.pairs], [not pair.a for pair in against.pairs])
        self.one_sided = [np.flatnonzero(np.array(each, np.bool_)) for each in lost]

    @cached_property
    def equal_count(self) -> int:
        """How many items are equal in all."""
        return sum(subject.states.count(_EQUAL) for subject in self.against.subjects)

    def equal_in(self, pair: int, part: Part | None = None) -> Codes:
        """The subjects, of a part, that are equal in a pair of runs, or outside of them."""
        subjects, states = self._states[pair != OUTSIDE]
        equal = subjects[states[:, max(pair, 0)] == _EQUAL] if states.shape[1] > max(pair, 0) else subjects[:0]
        return equal if part is None else equal[self.subject_part[equal] == _RANKS[part]]

    def equal_pairs(self, part: Part, words: Sequence[str]) -> Codes:
        """The pairs of runs in which something of a part with these words in its name, or theirs, is equal."""
        subjects, states = self._states[True]
        mine = self.subject_part[subjects] == _RANKS[part]
        fits = self.in_names(words)[subjects]
        result = (states[mine & fits] == _EQUAL).any(axis=0)
        if words:
            result |= (states[mine] == _EQUAL).any(axis=0) & self._in(self._titles, words)[: len(result)]
        return np.flatnonzero(result)

    def of(self, subject: int, pair: int) -> Codes:
        """The differences of one subject in one pair."""
        return np.flatnonzero((self.subject == subject) & (self.pair == pair))

    def fitting(self, wish: Wish) -> Codes:
        """The differences that are wished for, in the order in which they stand."""
        fits = np.ones(len(self.order), np.bool_)
        if wish.kind:
            fits &= self.kind == (self.kinds.index(wish.kind) if wish.kind in self.kinds else -1)
        for word in wish.sought():
            here = self.in_names([word])[self.subject]
            if len(self._titles):
                here |= self._in(self._titles, [word])[self.pair] & (self.pair >= 0)
            places, codes = self._items
            here |= self._in(places, [word])[codes]
            fits &= here
        return self.order[fits[self.order]]

    def in_names(self, words: Sequence[str]) -> Marks:
        """The subjects that have these words in their names."""
        return self._in(self._names, words)

    def in_titles(self, words: Sequence[str]) -> Marks:
        """The pairs of runs that have these words in their titles."""
        return self._in(self._titles, words)

    @staticmethod
    def _in(texts: Sequence[str], words: Sequence[str]) -> Marks:
        result = np.ones(len(texts), np.bool_)
        for word in words:
            result &= np.array([word in text for text in texts], np.bool_)
        return result

    @cached_property
    def _names(self) -> list[str]:
        return [subject.name.casefold() for subject in self.against.subjects]

    @cached_property
    def _titles(self) -> list[str]:
        return [pair.title.casefold() for pair in self.against.pairs]

    @cached_property
    def _items(self) -> tuple[list[str], Codes]:
        """The items that differ, and which of them each difference is of."""
        items = [each.item for each in self.against.differences]
        numbers = {item: number for number, item in enumerate(dict.fromkeys(items))}
        return [item.casefold() for item in numbers], _codes([numbers[item] for item in items])

    @cached_property
    def _states(self) -> tuple[tuple[Codes, NDArray[np.uint8]], tuple[Codes, NDArray[np.uint8]]]:
        """The subjects outside of runs and those in them, with a row of states each."""
        inside = np.array([subject.in_runs for subject in self.against.subjects], np.bool_)
        widths = (1, len(self.against.pairs))
        result = []
        for within, width in zip((False, True), widths, strict=True):
            chosen = np.flatnonzero(inside == within)
            rows = [subject.states for subject in self.against.subjects if subject.in_runs == within]
            if any(len(row) != width for row in rows):
                rows = [row[:width].ljust(width, b"\0") for row in rows]
            result.append((chosen, np.frombuffer(b"".join(rows), np.uint8).reshape(len(chosen), width)))
        return result[0], result[1]


def _codes(numbers: list[int]) -> Codes:
    return np.fromiter(numbers, np.int64, len(numbers))


def what(difference: Difference) -> str:
    """What differs, in a word: the kind of value, or the aspect when it is not the value."""
    return difference.kind or "value" if difference.aspect is Aspect.VALUE else difference.aspect.value


def short_name(name: str) -> str:
    """The name of something below its run or its part of the trajectory."""
    if "$" in name:
        return name.rpartition("$")[2].lstrip(".") or name
    first, dot, rest = name.partition(".")
    return rest if dot and first in _ROOTS else name


def name_of(against: Against, difference: Difference) -> str:
    """The name of what differs, with the item of it."""
    name = short_name(against.subjects[difference.subject].name)
    item = difference.item
    said = (name.rpartition(".")[2], difference.aspect.value)
    return name if not item or item in said else f"{name} · {item}"


def pair_title(pair: Pair) -> str:
    """A pair of runs in short."""
    return pair.title or pair.a or pair.b


def point_title(pair: Pair, most: int = 4) -> str:
    """The point of a pair, ``g_exc = 0.40, rate = 12``."""
    facts = [f"{fact.name.rpartition('.')[2]} = {fact.text}" for fact in pair.point]
    return ", ".join(facts[:most]) + (" …" if len(facts) > most else "") if facts else pair_title(pair)


def same_as(before: Against, difference: Difference) -> Callable[[Facts], list[int]]:
    """How to find ``difference`` of one comparison in another: by name, runs, item and aspect."""
    name = before.subjects[difference.subject].name
    pair = before.pairs[difference.pair] if difference.pair >= 0 else None

    def find(after: Facts) -> list[int]:
        against = after.against
        subjects = [number for number, subject in enumerate(against.subjects) if subject.name == name]
        pairs = [OUTSIDE] if pair is None else same_runs(against, pair)
        found = np.flatnonzero(np.isin(after.subject, subjects) & np.isin(after.pair, pairs)).tolist()
        wanted = (difference.item, difference.aspect)
        return [n for n in found if (against.differences[n].item, against.differences[n].aspect) == wanted]

    return find


def same_runs(against: Against, pair: Pair) -> list[int]:
    """The pairs of a comparison that have the runs of ``pair``, on whichever side."""
    runs = _runs(pair)
    return [number for number, each in enumerate(against.pairs) if _runs(each) == runs]


def path_of(name: str, trajectory: bytes, run: str) -> bytes:
    """Where the leaf or group with this full name is, ``$`` being ``run``; empty when the name is of neither."""
    parts = [run if part == "$" else part for part in name.split(".")]
    if parts[0] not in _ROOTS or not all(parts):
        return b""
    return b"/".join((trajectory.rstrip(b"/"), *(part.encode("utf-8", "surrogateescape") for part in parts)))


def _runs(pair: Pair) -> frozenset[str]:
    """The runs of a pair, on whichever side."""
    return frozenset((pair.a, pair.b))
