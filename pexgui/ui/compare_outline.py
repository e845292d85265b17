"""The differences between two sides as an outline of branches, made only as far as somebody looks at it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from pexgui.core import Part, State

from .compare_facts import LAST, OUTSIDE, PARTS, TITLES, Codes, Facts, Wish, name_of, pair_title, short_name, what

SPAN = 500
"""A branch with more lines is shown in stretches of so many."""
SIGNS = {State.CHANGED: "≠", State.ONLY_A: "−", State.ONLY_B: "+", State.UNREADABLE: "!"}
EQUAL_SIGN = "="
_PAIRS = LAST
"""In the codes of a branch pairs of runs are counted from here, differences from 0 up, equal items from −1 down."""


class LineKind(Enum):
    """What a line of the outline is."""

    BRANCH = auto()
    PAIR = auto()
    SPAN = auto()
    DIFFERENCE = auto()
    EQUAL = auto()
    RUN = auto()


@dataclass(eq=False, slots=True)
class Line:
    """A line: its words, what stands muted at the right, how many differences are below it, and what it stands for.

    ``codes`` say what is below it and ``make`` makes that; ``children`` are made when they are looked at.
    """

    kind: LineKind
    title: str
    note: str = ""
    count: int = -1
    sign: str = ""
    state: State = State.EQUAL
    part: Part | None = None
    pair: int = OUTSIDE
    subject: int = -1
    difference: int = -1
    codes: Codes = field(default_factory=lambda: np.zeros(0, np.int64))
    make: "Callable[[int], Line] | None" = None
    parent: "Line | None" = None
    row: int = 0
    key: int = 0
    children: "list[Line] | None" = None

    def size(self) -> int:
        """How many lines are directly below it."""
        return len(self.codes) if len(self.codes) <= SPAN else -(-len(self.codes) // SPAN)


class Outline:
    """The lines of one comparison as far as they are wished for; ``order`` are its differences from first to last."""

    def __init__(self, facts: Facts, wish: Wish) -> None:
        self.facts = facts
        self.wish = wish
        self.order = facts.fitting(wish)
        self._places = facts.place[self.order]
        self._words = wish.sought()
        self._place = np.full(len(facts.order), -1, np.int64)
        self._place[self.order] = np.arange(len(self.order))
        self.roots = [*self._parts(), *self._only()]
        for row, line in enumerate(self.roots):
            line.row = row

    def place(self, difference: int) -> int:
        """The how-manieth a difference is, from 0; -1 when it is not listed."""
        return int(self._place[difference]) if 0 <= difference < len(self._place) else -1

    def before(self, line: Line) -> int:
        """How many differences stand before a line that is none of them, nor has any below it."""
        if line.part is None:
            return len(self.order)
        pair = LAST if line.pair < 0 else line.pair
        found: int = np.searchsorted(self._places, PARTS.index(line.part) * (2 * LAST) + pair, "right").item()
        return found

    def below(self, line: Line) -> list[Line]:
        """The lines directly below ``line``."""
        if line.children is None:
            line.children = self._make_below(line)
            for row, child in enumerate(line.children):
                child.parent, child.row = line, row
        return line.children

    def differences_below(self, line: Line) -> list[int]:
        """The differences that ``line`` stands for, in order."""
        if line.kind is LineKind.DIFFERENCE:
            return [line.difference]
        if line.part is None:
            return []
        mine = self._of(line.part, line.pair if line.kind is LineKind.PAIR else None)
        if line.kind is LineKind.SPAN:
            mine = mine[np.isin(mine, line.codes) | np.isin(_PAIRS + self.facts.pair[mine], line.codes)]
        found: list[int] = mine.tolist() if line.kind is not LineKind.EQUAL else []
        return found

    def find(self, difference: int) -> Line | None:
        """The line of a difference."""
        if self.place(difference) < 0:
            return None
        each = self.facts.against.differences[difference]
        part = self.facts.against.subjects[each.subject].part
        root = next((line for line in self.roots if line.part is part), None)
        if root is not None and each.pair >= 0:
            root = self._child(root, _PAIRS + each.pair)
        return None if root is None else self._child(root, difference)

    def find_pair(self, pair: int, part: Part) -> Line | None:
        """The line of a pair of runs in a part."""
        root = next((line for line in self.roots if line.part is part), None)
        return None if root is None else self._child(root, _PAIRS + pair)

    # --- making lines

    def _child(self, line: Line, code: int) -> Line | None:
        found = np.flatnonzero(line.codes == code)
        if not len(found):
            return None
        number = int(found[0])
        if len(line.codes) > SPAN:
            line, number = self.below(line)[number // SPAN], number % SPAN
        return self.below(line)[number]

    def _make_below(self, line: Line) -> list[Line]:
        make, codes = line.make, line.codes
        assert make is not None or not len(codes)
        if make is None or len(codes) <= SPAN:
            return [make(int(code)) for code in codes] if make is not None else []
        return [self._span(line, codes[start : start + SPAN]) for start in range(0, len(codes), SPAN)]

    def _span(self, line: Line, codes: Codes) -> Line:
        assert line.make is not None
        first, last = line.make(int(codes[0])).title, line.make(int(codes[-1])).title
        return Line(
            LineKind.SPAN, f"{first} – {last}", f"{len(codes):,}", part=line.part, pair=line.pair, codes=codes,
            make=line.make,
        )  # fmt: skip

    def _of(self, part: Part, pair: int | None = None) -> Codes:
        """The differences listed of a part, or of a pair of runs in it."""
        first = PARTS.index(part) * (2 * LAST)
        beyond = first + 2 * LAST
        if pair is not None:
            first += pair if pair >= 0 else LAST
            beyond = first + 1
        start, end = np.searchsorted(self._places, (first, beyond))
        return self.order[start:end]

    def _parts(self) -> list[Line]:
        facts, result = self.facts, []
        for part in PARTS:
            mine = self._of(part)
            pairs = np.unique(facts.pair[mine])
            pairs = pairs[pairs >= 0]
            if self.wish.equal and not self.wish.kind:
                pairs = np.union1d(pairs, facts.equal_pairs(part, self._words))
            codes = np.concatenate((_PAIRS + pairs, self._of(part, OUTSIDE), self._equal(OUTSIDE, part)))
            if len(codes):
                line = Line(LineKind.BRANCH, TITLES[part], count=len(mine), part=part, make=self._maker(part))
                line.codes = codes
                result.append(line)
        return result

    def _equal(self, pair: int, part: Part) -> Codes:
        """The codes of what is equal, when that is wished for."""
        if not self.wish.equal or self.wish.kind:
            return np.zeros(0, np.int64)
        equal = self.facts.equal_in(pair, part)
        if self._words:
            title = self.facts.against.pairs[pair].title.casefold() if pair >= 0 else ""
            left = [word for word in self._words if word not in title]
            equal = equal[self.facts.in_names(left)[equal]] if left else equal
        return -1 - equal

    def _maker(self, part: Part, pair: int = OUTSIDE) -> Callable[[int], Line]:
        def make(code: int) -> Line:
            if code < 0:
                name = short_name(self.facts.against.subjects[-1 - code].name)
                return Line(
                    LineKind.EQUAL, name, "equal", sign=EQUAL_SIGN, part=part, pair=pair, subject=-1 - code,
                )  # fmt: skip
            return self._pair(code - _PAIRS, part) if code >= _PAIRS else self._difference(code, part)

        return make

    def _pair(self, pair: int, part: Part) -> Line:
        mine = self._of(part, pair)
        title = pair_title(self.facts.against.pairs[pair])
        line = Line(LineKind.PAIR, title, count=len(mine), part=part, pair=pair)
        line.codes = np.concatenate((mine, self._equal(pair, part)))
        line.make = self._maker(part, pair)
        return line

    def _difference(self, number: int, part: Part) -> Line:
        each = self.facts.against.differences[number]
        words = {State.ONLY_A: "only in A", State.ONLY_B: "only in B", State.UNREADABLE: "cannot be read"}
        return Line(
            LineKind.DIFFERENCE, name_of(self.facts.against, each), words.get(each.state, what(each)),
            sign=SIGNS.get(each.state, "≠"), state=each.state, part=part, pair=each.pair, subject=each.subject,
            difference=number,
        )  # fmt: skip

    def _only(self) -> list[Line]:
        """The branches of the runs that only one side has."""
        result = []
        for name, state, pairs in zip("AB", (State.ONLY_A, State.ONLY_B), self.facts.one_sided, strict=True):
            fits = pairs[self.facts.in_titles(self._words)[pairs]] if self._words else pairs
            if len(fits) and not self.wish.kind:
                line = Line(LineKind.BRANCH, f"Runs only in {name}", count=len(fits), state=state)
                line.codes = fits
                line.make = self._run_maker(state)
                result.append(line)
        return result

    def _run_maker(self, state: State) -> Callable[[int], Line]:
        def make(number: int) -> Line:
            pair = self.facts.against.pairs[number]
            run = pair.number_a if state is State.ONLY_A else pair.number_b
            note = f"run {run:,}" if run >= 0 else ""
            return Line(LineKind.RUN, pair_title(pair), note, sign=SIGNS[state], state=state, pair=number)

        return make
