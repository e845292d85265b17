"""Two sides beside each other: the list of differences at the left, what is chosen of them at the right."""

from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from pexgui.core import Against, Comparison, Difference, DifferenceRequest, Pairing, State, text

from .compare_card import Card, DifferenceCard, EqualCard
from .compare_facts import name_of, path_of, same_as, same_runs, short_name
from .compare_leaf import LeafView
from .compare_list import WIDTH, DifferenceList
from .compare_outline import Line, LineKind
from .compare_page import DifferencePage
from .compare_pages import PageMaker
from .jobs import Submit
from .notices import Message

_RIGHT = 1116


class ComparePane(QSplitter):
    """Shows a comparison of two sides; ``submit`` reads single differences, each with a topic that begins so."""

    def __init__(self, submit: Submit, topic: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._submit, self._topic = submit, topic
        self.comparison: Comparison | None = None
        self._current = -1
        self._shown: object = None
        self._cards = count()
        self.list = DifferenceList()
        self.page = DifferencePage()
        self.calm = Message("No difference")
        self.right = QStackedWidget()
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for pane in (self.list, self.right):
            self.addWidget(pane)
        for part in (self.page, self.calm):
            self.right.addWidget(part)
        self.list.setMinimumWidth(220)
        self.right.setMinimumWidth(480)
        self.setStretchFactor(1, 1)
        self.setSizes([WIDTH, _RIGHT])
        self.list.chosen.connect(self._show)
        self.list.wished.connect(self._wished)
        self.page.stepped.connect(self.step)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show another answer; the person stays at the difference that was looked at, if it is still one."""
        before, current, line = self.against(), self._current, self.list.current()
        self.comparison = comparison
        self.list.show_against(comparison.against[0])
        self._shown = None
        self._current = -1
        self._stay(before, current, line)

    def clear(self) -> None:
        """Show nothing and wait for nothing."""
        self.comparison = None
        self.page.stop()
        self.list.clear()

    def against(self) -> Against | None:
        """What is shown."""
        return self.comparison.against[0] if self.comparison is not None and self.comparison.against else None

    def chosen(self) -> tuple[int, ...] | None:
        """The differences that the filter leaves; None when it leaves all."""
        outline = self.list.outline
        return tuple(outline.order.tolist()) if outline is not None and self.list.narrowed() else None

    def step(self, by: int) -> None:
        """Go to the previous or the next difference."""
        outline = self.list.outline
        if outline is None or not len(outline.order):
            return
        place, line = outline.place(self._current), self.list.current()
        if place >= 0:
            place += by
        elif line is not None:
            place = outline.before(line) - (by < 0)
        if 0 <= place < len(outline.order):
            self.go_to(int(outline.order[place]))

    def go_to(self, difference: int) -> None:
        """Go to one difference."""
        outline = self.list.outline
        line = outline.find(difference) if outline is not None else None
        if line is not None:
            self.list.go_to(line, quiet=True)
            self._show(line)

    # --- within

    def _stay(self, before: Against | None, current: int, line: Line | None) -> None:
        after, outline = self.against(), self.list.outline
        assert after is not None and outline is not None
        found: list[int] = []
        if before is not None and 0 <= current < len(before.differences):
            found = [
                each for each in same_as(before, before.differences[current])(outline.facts) if outline.place(each) >= 0
            ]
        if found and line is not None and line.kind is LineKind.PAIR:
            pair = after.differences[found[0]].pair
            at = outline.find_pair(pair, line.part) if line.part is not None else None
        elif found:
            at = outline.find(found[0])
        else:
            at = self._near(before, line) or self._beginning()
        self.list.go_to(at, quiet=True)
        if at is not None:
            self._show(at)
        else:
            self._show_calm()

    def _near(self, before: Against | None, line: Line | None) -> Line | None:
        """The runs in which the person was, if they still differ."""
        after, outline = self.against(), self.list.outline
        assert after is not None and outline is not None
        if before is None or line is None or line.part is None or line.pair < 0:
            return None
        for number in same_runs(after, before.pairs[line.pair]):
            found = outline.find_pair(number, line.part)
            if found is not None and found.count:
                return found
        return None

    def _beginning(self) -> Line | None:
        """The line to begin with: the first pair of runs that differs, else the first difference."""
        outline = self.list.outline
        assert outline is not None
        if not len(outline.order):
            return outline.roots[0] if outline.roots and not self.list.equal.isChecked() else None
        facts, first = outline.facts, int(outline.order[0])
        pair = int(facts.pair[first])
        if pair < 0:
            return outline.find(first)
        return outline.find_pair(pair, facts.against.subjects[int(facts.subject[first])].part)

    def _show_calm(self) -> None:
        """There is no difference, or none that is asked for."""
        against = self.against()
        assert against is not None
        compared = sum(len(subject.states) - subject.states.count(0) for subject in against.subjects)
        if self.list.narrowed():
            self.calm.say("No difference has these words or is of this kind.", "Another filter may show some.")
        else:
            self.calm.say("No difference.", f"{text.count(compared, 'item')} were compared.")
        self.right.setCurrentWidget(self.calm)

    def _show(self, line: Line) -> None:
        """Show what is chosen at the left."""
        outline, against, comparison = self.list.outline, self.against(), self.comparison
        if outline is None or against is None or comparison is None:
            return
        below = outline.differences_below(line)
        self._current = below[0] if below else -1
        made = PageMaker(outline, self._card, self._equal, _by_point(comparison)).page(line)
        self.right.setCurrentWidget(self.page)
        if made.key == self._shown and self.page.holds(self._current):
            self.page.go_to(self._current)
        else:
            self._shown = made.key
            self.page.show_page(made.page, self._current)
        self.page.set_position(outline.place(self._current) + 1, len(outline.order), outline.before(line))

    def _card(self, number: int) -> DifferenceCard:
        comparison, against = self.comparison, self.against()
        assert comparison is not None and against is not None
        difference: Difference = against.differences[number]
        a, b = comparison.sides[comparison.request.baseline].side, comparison.sides[against.side].side
        request = DifferenceRequest(a, b, difference, comparison.request.wanted.tolerance)
        return DifferenceCard(
            self._submit, request, name_of(against, difference), f"{self._topic} card {next(self._cards)}"
        )

    def _equal(self, subject: int, pair: int) -> Card:
        """The card of what is equal: with its value, where it is a leaf."""
        comparison, against = self.comparison, self.against()
        assert comparison is not None and against is not None
        side = comparison.sides[comparison.request.baseline].side
        whole = against.subjects[subject].name
        path = path_of(whole, side.trajectory, against.pairs[pair].a if pair >= 0 else "")
        if not path:
            card = Card(State.EQUAL, short_name(whole), "", "equal")
            card.say("The same on both sides.", "check")
            return card
        topic = f"{self._topic} card {next(self._cards)}"
        name, at_run = short_name(whole), bool(side.run) and pair < 0
        return EqualCard(name, LeafView(self._submit, side, path, name, topic, at_run))

    def _wished(self) -> None:
        """Other differences are listed: stay where the person is, if that is still there."""
        outline = self.list.outline
        if outline is None:
            return
        at = outline.find(self._current) if self._current >= 0 else None
        at = at or self._beginning()
        self._shown = None
        self.list.go_to(at, quiet=True)
        if at is not None:
            self._show(at)
        else:
            self._show_calm()


def _by_point(comparison: Comparison) -> bool:
    """Whether the runs of a pair have the same point."""
    request = comparison.request
    return request.wanted.pairing is Pairing.POINT and not any(side.run for side in request.sides)
