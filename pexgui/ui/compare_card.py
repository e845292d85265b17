"""The card of one difference: what differs in its head, both sides in their natural form below."""

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import (
    ArrayPair,
    Content,
    ContentPair,
    Difference,
    DifferenceRequest,
    DifferenceShown,
    NestedPair,
    NumberPair,
    PexError,
    State,
    TablePair,
    TextPair,
    read_difference,
    text,
)

from . import theme, widgets
from .compare_array import ArrayPairView
from .compare_facts import what
from .compare_leaf import LeafView
from .compare_model import sign_color
from .compare_outline import SIGNS
from .compare_table import NestedPairView, TablePairView
from .compare_text import NumberPairView, TextPairView, missing, sided
from .facts import FactsText
from .jobs import Job, Submit, under_way
from .value_content import Place, SentenceView
from .value_view import ContentView

HEAD = 34
_HEIGHTS = {"array": 380, "table": 150, "text": 60, "number": 70}
"""How high a card is about to be, so that the others stand where they will stay."""
INSET = 14


class Sign(QLabel):
    """The sign of a state, in its colour."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(SIGNS.get(state, "="))
        self.setFixedWidth(14)
        self._state = state
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setStyleSheet(f"color: {sign_color(self._state).name()}; font-weight: 600;")


class Card(QWidget):
    """A card with a head of 34 px and a body; the ``current`` one has an edge in the colour of the accent.

    ``shown()``: its height is known, or nothing will come.
    """

    shown = Signal()

    def __init__(self, state: State, name: str, kind: str, verdict: str) -> None:
        super().__init__()
        self._current = False
        self.name, self.verdict = name, verdict
        self.setAccessibleName(name)
        self.setAccessibleDescription(", ".join(word for word in (state.value, kind, verdict) if word))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        title = widgets.ElidedLabel(name, "section")
        head = QHBoxLayout()
        head.setContentsMargins(INSET, 0, INSET, 0)
        head.setSpacing(8)
        head.addWidget(Sign(state))
        head.addWidget(title)
        head.addWidget(widgets.label(kind, "small"))
        head.addStretch(1)
        words = widgets.label(text.printable(verdict, 90), "small")
        words.setToolTip(widgets.plain_tooltip(verdict) if len(verdict) > 90 else "")
        head.addWidget(words)
        top = QWidget()
        top.setFixedHeight(HEAD)
        top.setLayout(head)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(top)
        self._column.addWidget(widgets.hairline())
        self._body: QWidget | None = None
        widgets.repaint_on_theme(self)

    def ask(self) -> None:
        """Ask, once, for what is to be shown: the card came into sight."""

    def waits(self) -> bool:
        """Whether what was asked for is not there yet."""
        return False

    def stop(self) -> None:
        """Wait for nothing any more."""

    def set_current(self, current: bool) -> None:
        """Be the one that previous and next count from, or no longer."""
        if current != self._current:
            self._current = current
            self.update()

    def body(self) -> QWidget | None:
        """What stands below the head."""
        return self._body

    def put(self, body: QWidget) -> None:
        """Show ``body`` below the head."""
        old, self._body = self._body, body
        self._column.addWidget(body)
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()

    def say(self, sentence: str, sign: str = "info", role: str = "muted", hint: str = "") -> None:
        """Show a sentence below the head."""
        self.put(_inset(SentenceView(sentence, sign, role, hint)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(c.accent if self._current else c.border, 1))
        painter.setBrush(c.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()


class DifferenceCard(Card):
    """Asks for one difference in full when it comes into sight, and shows it."""

    def __init__(self, submit: Submit, request: DifferenceRequest, name: str, topic: str) -> None:
        difference = request.difference
        lost = difference.state is State.UNREADABLE  # why is said below the head
        verdict = difference.state.value if lost else difference.verdict or difference.state.value
        super().__init__(difference.state, name, "" if lost else what(difference), verdict)
        self._submit, self._request, self._topic = submit, request, topic
        self._asked = False
        self._job: Job | None = None
        self._leaf = self._one_sided()
        if self._leaf is not None:
            return
        waiting = widgets.label("", "muted")
        waiting.setContentsMargins(INSET, 8, INSET, 8)
        waiting.setFixedHeight(_HEIGHTS.get(difference.kind, 90))
        self.put(waiting)

    def ask(self) -> None:
        if self._leaf is not None:
            self._leaf.ask()
        elif not self._asked:
            self._asked = True
            self._ask(self._request)

    def waits(self) -> bool:
        return under_way(self._job) if self._leaf is None else self._leaf.waits()

    def stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        if self._leaf is not None:
            self._leaf.stop()

    def difference(self) -> Difference:
        return self._request.difference

    def _one_sided(self) -> LeafView | None:
        """A result of several items that only one side has: the items can be looked at one by one."""
        found = self._request.difference
        if found.kind != "result" or found.item or bool(found.path_a) == bool(found.path_b):
            return None
        letter, side = ("A", self._request.a) if found.path_a else ("B", self._request.b)
        leaf = LeafView(self._submit, side, found.path_a or found.path_b, f"{self.name} in {letter}", self._topic)
        leaf.shown.connect(self.shown)
        both = QWidget()
        both.setLayout(sided(leaf, missing("B")) if found.path_a else sided(missing("A"), leaf))
        self.put(both)
        return leaf

    def _ask(self, request: DifferenceRequest) -> None:
        self._job = self._submit(read_difference, request, self._answer, self._refuse, topic=self._topic)
        self._job.finished.connect(self.shown)

    def _answer(self, answer: DifferenceShown) -> None:
        self._job = None
        try:
            self.put(body(answer, self.difference(), self.name, self._part))
        except ValueError as error:
            self.say(f"This difference cannot be shown: {error}.", "warning", "warn")

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self.say(problem.title, "warning", "bad", problem.hint)

    def _part(self, start: int) -> None:
        self._ask(msgspec.structs.replace(self._request, start=start))


def body(
    answer: DifferenceShown, difference: Difference, name: str, another: Callable[[int], object] = lambda _start: None
) -> QWidget:
    """Both sides in their natural form; ``another(start)`` is called for another part of them.

    Raises ValueError when the answer is not what it says it is.
    """
    match answer.view:
        case TextPair() as view:
            return TextPairView(view)
        case NumberPair() as view:
            return NumberPairView(view)
        case ArrayPair() as view:
            array = ArrayPairView(view, name, difference.magnitude)
            array.wanted.connect(another)
            return array
        case TablePair() as view:
            table = TablePairView(view)
            table.wanted.connect(another)
            return table
        case NestedPair() as view:
            return NestedPairView(view)
        case ContentPair() as view:
            return ContentPairView(view, name)


class EqualCard(Card):
    """Shows what is the same on both sides."""

    def __init__(self, name: str, leaf: LeafView) -> None:
        super().__init__(State.EQUAL, name, "", "the same on both sides")
        self.leaf = leaf
        leaf.shown.connect(self.shown)
        self.put(_inset(leaf))

    def ask(self) -> None:
        self.leaf.ask()

    def waits(self) -> bool:
        return self.leaf.waits()

    def stop(self) -> None:
        self.leaf.stop()


class FactsCard(Card):
    """Named facts about something that only one side has."""

    def __init__(self, state: State, name: str, kind: str, verdict: str, facts: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(state, name, kind, verdict)
        words = FactsText(f"Point of {name}")
        words.set_facts(facts or [("", "Nothing is explored.", "")])
        self.put(_inset(words))


class ContentPairView(QWidget):
    """Two values that cannot be laid over one another, each by itself."""

    def __init__(self, view: ContentPair, name: str) -> None:
        super().__init__()
        layout = sided(_content(view.a, "A", name), _content(view.b, "B", name))
        self.setLayout(layout)


def _content(content: Content | None, side: str, name: str) -> QWidget:
    if content is None:
        return missing(side)
    result = ContentView()
    result.show_content(content, Place(name=f"{name} in {side}", paged=False), keep=False)
    return result


def _inset(part: QWidget) -> QWidget:
    result = QWidget()
    row = QHBoxLayout(result)
    row.setContentsMargins(INSET, 10, INSET, 10)
    row.addWidget(part)
    return result
