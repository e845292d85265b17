"""Which page belongs to a line of a comparison: its title, its muted line, and its cards."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pexgui.core import Pair, State, text

from .compare_card import Card, DifferenceCard, FactsCard
from .compare_facts import pair_title, point_title, short_name
from .compare_outline import Line, LineKind, Outline
from .compare_page import Page

_MOST = 50
"""So many runs that only one side has are shown with their points."""


class Made(NamedTuple):
    """A page, and a key by which it is known whether it is on show already."""

    key: object
    page: Page


class PageMaker:
    """Makes pages out of the lines of an outline; ``make`` makes the card of a difference, ``equal`` that of what is
    equal: a subject in a pair.

    Pairs of runs are titled by their ``point`` where both have the same.
    """

    def __init__(
        self,
        outline: Outline,
        make: Callable[[int], DifferenceCard],
        equal: Callable[[int, int], Card],
        point: bool = True,
    ) -> None:
        self._point = point
        self._outline = outline
        self._against = outline.facts.against
        self._make, self._make_equal = make, equal

    def page(self, line: Line) -> Made:
        """The page of ``line``."""
        if line.kind is LineKind.RUN or (line.kind is LineKind.BRANCH and line.part is None):
            return self._of_runs(line)
        if line.pair >= 0:
            return self._of_pair(line)
        if line.kind is LineKind.DIFFERENCE:
            return self._of_subject(line)
        if line.kind is LineKind.EQUAL:
            page = Page(line.title, self._full(line.subject), (), self._make, partial(self._equal, line))
            return Made(("equal", line.subject), page)
        return self._of_branch(line)

    def _of_pair(self, line: Line) -> Made:
        pair = self._against.pairs[line.pair]
        whole = Line(LineKind.PAIR, "", part=line.part, pair=line.pair)
        below = self._outline.differences_below(line if line.kind is LineKind.SPAN else whole)
        equal = len(self._outline.facts.equal_in(line.pair))
        line_words = [_runs(pair), text.count(len(below), "difference"), _folded(equal, self._outline)]
        others = partial(self._equal, line) if line.kind is LineKind.EQUAL else tuple
        key = ("pair", line.part, line.pair, line.subject if line.kind is LineKind.EQUAL else -1, len(below))
        words = " · ".join(word for word in line_words if word)
        return Made(key, Page(point_title(pair) if self._point else pair_title(pair), words, below, self._make, others))

    def _of_subject(self, line: Line) -> Made:
        facts = self._outline.facts
        mine = [int(each) for each in facts.of(line.subject, line.pair) if self._outline.place(int(each)) >= 0]
        title = short_name(self._against.subjects[line.subject].name)
        return Made(("subject", line.subject), Page(title, self._full(line.subject), mine, self._make))

    def _of_branch(self, line: Line) -> Made:
        below = self._outline.differences_below(line)
        return Made(
            ("branch", line.part, line.title),
            Page(line.title, text.count(len(below), "difference"), below, self._make),
        )

    def _of_runs(self, line: Line) -> Made:
        side = "A" if line.state is State.ONLY_A else "B"
        pairs = [line.pair] if line.kind is LineKind.RUN else [int(code) for code in line.codes]
        title = line.title
        words = f"Only in {side}" if line.kind is LineKind.RUN else text.count(len(pairs), "run")
        if len(pairs) > _MOST:
            words += f", the first {_MOST} of them below"
        cards = partial(self._run_cards, pairs[:_MOST], line.state)
        return Made(("runs", line.state, *pairs[:1], len(pairs)), Page(title, words, (), self._make, cards))

    def _run_cards(self, pairs: Sequence[int], state: State) -> list[Card]:
        result: list[Card] = []
        for number in pairs:
            pair = self._against.pairs[number]
            run = pair.number_a if state is State.ONLY_A else pair.number_b
            kind = f"run {run:,}" if run >= 0 else ""
            facts = [(fact.name, fact.text, "") for fact in pair.point]
            result.append(FactsCard(state, pair.a or pair.b, kind, state.value, facts))
        return result

    def _equal(self, line: Line) -> list[Card]:
        return [self._make_equal(line.subject, line.pair)]

    def _full(self, subject: int) -> str:
        return self._against.subjects[subject].name


def _runs(pair: Pair) -> str:
    if pair.number_a >= 0 and pair.number_b >= 0:
        return f"Run {pair.number_a:,} in A, run {pair.number_b:,} in B"
    return " and ".join(dict.fromkeys(name for name in (pair.a, pair.b) if name))


def _folded(equal: int, outline: Outline) -> str:
    if not equal:
        return ""
    return f"{equal:,} equal" if outline.wish.equal else f"{equal:,} equal (folded)"
