"""What is chosen in a comparison: its title, the way to the previous and the next difference, and a card for each."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import text

from . import icons, theme, widgets
from .compare_card import Card, DifferenceCard
from .compare_keys import NEXT, PREVIOUS

FIRST = 8
"""So many cards are made at once; more follow as they come into sight."""
_EDGE = 20
_GOING = 2
"""So many cards are deleted at once: a plot takes its time to go, and meanwhile the window answers."""


class Page(NamedTuple):
    """What is to be shown: a title, a muted line, the differences, and how the card of one is made.

    ``others`` makes the cards of what is no difference: of equal items, or of a run that only one side has.
    """

    title: str
    line: str
    differences: Sequence[int]
    make: Callable[[int], DifferenceCard]
    others: Callable[[], Sequence[Card]] = tuple


class KeyButton(QPushButton):
    """A button with an icon, a word and the key that does the same."""

    def __init__(self, words: str, key: str, icon: str, name: str, act: Callable[[], object]) -> None:
        super().__init__()
        self._words, self._key, self._icon = words, key, icon
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({key})")
        self.setFixedSize(QSize(128, 32))
        self.clicked.connect(lambda _checked=False: act())
        widgets.repaint_on_theme(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1 if self.isEnabled() else 0.55)
        icons.paint(painter, self.rect().adjusted(11, 9, 11 + 14 - self.width(), -9), self._icon, c.text)
        painter.setPen(c.text)
        painter.setFont(theme.font())
        painter.drawText(self.rect().adjusted(31, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)
        cap = self.rect().adjusted(self.width() - 36, 8, -9, -8)
        painter.setPen(c.border)
        painter.setBrush(c.sunken)
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(c.muted)
        painter.setFont(theme.font(11))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.end()


class DifferencePage(QWidget):
    """``stepped(by)``: the previous or the next difference is wanted."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._cards: list[Card] = []
        self._by_difference: dict[int, DifferenceCard] = {}
        self._first = self._end = 0
        self._current = -1
        self._following = False
        self._build()
        self._looking = QTimer(self, singleShot=True, interval=0)
        self._looking.timeout.connect(self._look)
        self._leaving: list[Card] = []
        self._gone: Callable[[], object] | None = None
        self._deleting = QTimer(self, interval=0)
        self._deleting.timeout.connect(self._delete)

    def show_page(self, page: Page, current: int = -1) -> None:
        """Show what is chosen; the card of the difference ``current`` is brought into sight."""
        self._forget()
        self._page = page
        self.title.setText(page.title)
        self.line.setText(page.line)
        number = page.differences.index(current) if current in page.differences else 0
        self._first = self._end = max(0, number - 1) if number >= FIRST else 0
        for card in page.others():
            self._add(card)
        self._more()
        self.go_to(current)

    def go_to(self, current: int) -> None:
        """Mark the card of a difference of this page and bring it into sight."""
        for number, card in self._by_difference.items():
            card.set_current(number == current and self._page is not None and len(self._page.differences) > 1)
        self._current = current
        self._following = current in self._by_difference
        self._looking.start()

    def holds(self, difference: int) -> bool:
        """Whether the card of a difference is made."""
        return difference in self._by_difference

    def cards(self) -> list[Card]:
        """The cards that are made, from top to bottom."""
        return list(self._cards)

    def set_position(self, number: int, total: int, before: int = 0) -> None:
        """Say the how-manieth difference this is; 0 when it is none of them, and then ``before`` stand before it."""
        if not total:
            self.position.setText("")
        else:
            self.position.setText(f"{number:,} of {total:,}" if number else text.count(total, "difference"))
        self.previous.setEnabled(number > 1 if number else before > 0)
        self.next.setEnabled(number < total if number else before < total)

    def stop(self) -> None:
        """Wait for nothing any more."""
        for card in self._cards:
            card.stop()

    def leave(self, then: Callable[[], object]) -> None:
        """Give up what is shown, a little at a time, and call ``then`` when nothing is left."""
        self._page, self._gone = None, then
        self._forget()
        self._deleting.start()

    # --- within

    def _build(self) -> None:
        self.title = widgets.ElidedLabel("", "title")
        self.line = widgets.ElidedLabel("", "muted")
        self.position = widgets.label("", "muted")
        self.previous = KeyButton(
            "Previous", PREVIOUS, "chevron-up", "Previous difference", lambda: self.stepped.emit(-1)
        )
        self.next = KeyButton("Next", NEXT, "chevron-down", "Next difference", lambda: self.stepped.emit(1))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.line)
        head = QHBoxLayout()
        head.setContentsMargins(_EDGE, 12, 16, 10)
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addSpacing(8)
        head.addWidget(self.position)
        head.addSpacing(8)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        self._earlier = widgets.button("Show earlier", self._show_earlier, "link")
        self._inner = QWidget()
        self._inner.setProperty("role", "window")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(_EDGE, 0, 16, 16)
        self._column.setSpacing(10)
        self._column.addWidget(self._earlier)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._inner)
        bar = self.area.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: self._looking.start())
        bar.rangeChanged.connect(lambda _least, most: self._column.setContentsMargins(_EDGE, 0, 5 if most else 16, 16))
        bar.rangeChanged.connect(lambda _least, _most: self._looking.start())
        bar.actionTriggered.connect(lambda _action: self._let_go())
        self.area.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def eventFilter(self, _viewport: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            self._let_go()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._looking.start()
        return False

    def _let_go(self) -> None:
        """The person scrolls: nothing is brought into sight any more."""
        self._following = False

    def _forget(self) -> None:
        self.stop()
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
        self._leaving += self._cards
        self._cards, self._by_difference = [], {}
        if self._leaving:
            self._deleting.start()
        self.area.verticalScrollBar().setValue(0)

    def _delete(self) -> None:
        for card in self._leaving[-_GOING:]:
            card.deleteLater()
        del self._leaving[-_GOING:]
        if not self._leaving:
            self._deleting.stop()
            if self._gone is not None:
                self._gone()

    def _add(self, card: Card, at: int | None = None) -> None:
        place = len(self._cards) if at is None else at
        self._cards.insert(place, card)
        card.shown.connect(self._looking.start)
        self._column.insertWidget(place + 1, card)

    def _make(self, number: int) -> DifferenceCard:
        assert self._page is not None
        difference = self._page.differences[number]
        card = self._page.make(difference)
        self._by_difference[difference] = card
        return card

    def _more(self) -> None:
        """Make the next cards."""
        assert self._page is not None
        end = min(self._end + FIRST, len(self._page.differences))
        for number in range(self._end, end):
            self._add(self._make(number))
        self._end = end
        self._earlier.setVisible(self._first > 0)
        self._earlier.setText(f"Show {text.count(min(self._first, FIRST), 'earlier difference')}")

    def _show_earlier(self) -> None:
        start = max(0, self._first - FIRST)
        for place, number in enumerate(range(start, self._first)):
            self._add(self._make(number), place)
        self._first = start
        self._following = False
        self._earlier.setVisible(start > 0)
        self._looking.start()

    def _look(self) -> None:
        """Ask for the cards in sight, make more where the last one is near, stay at the current one.

        They are asked for one after another: each takes its time to be built, and between two the window answers.
        """
        if self._page is None or not self.isVisible():
            return
        self._column.activate()
        bar, height = self.area.verticalScrollBar(), self.area.viewport().height()
        if self._following and self._current in self._by_difference:
            card = self._by_difference[self._current]
            if card.y() < bar.value() or card.geometry().bottom() > bar.value() + height:
                bar.setValue(max(0, card.y() - 10))
        top, bottom = bar.value(), bar.value() + height
        for each in self._cards:
            if each.y() < bottom and each.geometry().bottom() > top:
                each.ask()
                if each.waits():
                    break
        if self._end < len(self._page.differences) and self._column.sizeHint().height() - bottom < height // 2:
            self._more()
            self._looking.start()
