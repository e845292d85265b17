"""What the pages of the merge wizard are made of: a head, choices as cards, strips and lines."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import MergePlan

from . import theme, widgets
from .checks import WORDS, Radio
from .merge_choices import MergeChoices
from .notices import IconLabel


class MergePage(QScrollArea):
    """A page of the wizard: a title, a sentence, and below them what ``column`` holds.

    ``changed()``: the person chose something else. A page reads from and writes to ``choices``.
    """

    changed = Signal()

    def __init__(self, name: str, choices: MergeChoices) -> None:
        super().__init__()
        self.choices = choices
        self.plan: MergePlan | None = None
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title = widgets.label("", "title", wrap=True)
        self.sentence = widgets.label("", "muted", wrap=True)
        self.body = QWidget()
        self.body.setProperty("role", "surface")
        self.body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(28, 24, 28, 16)
        self.column.setSpacing(10)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addWidget(self.sentence)
        self.column.addLayout(head)
        self.setWidget(self.body)
        self.body.installEventFilter(self)

    def say(self, title: str, sentence: str) -> None:
        """Give the page its title and the sentence below it."""
        self.title.setText(widgets.breakable(title))
        self.sentence.setText(widgets.breakable(sentence))
        self.sentence.setVisible(bool(sentence))

    def take(self, plan: MergePlan | None) -> None:
        """Show what a plan says; None as long as there is none."""
        self.plan = plan
        self.show_plan(plan)

    def show_plan(self, plan: MergePlan | None) -> None:
        """What a page does to show a plan."""

    def trouble(self) -> str:
        """What is missing before the next page, as a sentence."""
        return ""

    def note(self) -> str:
        """What was chosen here, in a few words."""
        return ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Be as high as wrapped words need at this width, and scroll rather than cut them."""
        self.body.setMinimumHeight(max(0, self.body.heightForWidth(self.viewport().width())))


class Picker(QComboBox):
    """A box to choose from that leaves the wheel to the page below it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Field(QLineEdit):
    """A line to write in; Enter belongs to it and does not lead to the next page."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAcceptDrops(False)

    def set_wrong(self, wrong: bool) -> None:
        """Mark what is written as something that cannot be, or no longer."""
        if wrong != bool(self.property("wrong")):
            widgets.restyle(self, "wrong", wrong)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class ChoiceCard(QWidget):
    """One of several choices: a title, a sentence, what comes of it at the right, and what depends on it below, shown
    only while it is chosen."""

    def __init__(self, title: str, sentence: str = "", more: QWidget | None = None) -> None:
        super().__init__()
        self.radio = Radio(title)
        self.radio.setAccessibleName(title)
        self.radio.toggled.connect(self._turned)
        self.result = widgets.label()
        self.sentence = widgets.label("", "muted", wrap=True)
        self.more = more
        first = QHBoxLayout()
        first.addWidget(self.radio, 1)
        first.addWidget(self.result)
        below = QVBoxLayout()
        below.setContentsMargins(WORDS, 0, 0, 0)
        below.setSpacing(8)
        below.addWidget(self.sentence)
        if more is not None:
            below.addWidget(more)
            more.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 16, 10)
        column.setSpacing(3)
        column.addLayout(first)
        column.addLayout(below)
        self.say(sentence)
        widgets.repaint_on_theme(self)

    def say(self, sentence: str, result: str = "") -> None:
        """What it means, and what comes of it."""
        self.sentence.setText(widgets.breakable(sentence))
        self.sentence.setVisible(bool(sentence))
        self.result.setText(result)
        self.radio.setAccessibleDescription(f"{sentence} {result}".strip())

    def offer(self, possible: bool) -> None:
        """Let it be chosen, or not."""
        self.radio.setEnabled(possible)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.radio.isEnabled():
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.radio.click()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c, on = theme.colors(), self.radio.isChecked()
        paint_box(self, c.accent_soft if on else c.surface, c.accent if on else c.border, 8)

    def _turned(self, on: bool) -> None:
        if self.more is not None:
            self.more.setVisible(on)
        self.result.setFont(theme.number_font(weight=600 if on else 400))
        self.update()


class Strip(QWidget):
    """A sentence in a soft colour with an icon: ``role`` is ok, warn or bad, or empty for a quiet one."""

    def __init__(self, icon: str, role: str = "", strong: bool = False) -> None:
        super().__init__()
        self._role = role
        self.link = widgets.button("Show", lambda: None, "link")
        self.link.hide()
        self.words = widgets.label("", "section" if strong else "", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(IconLabel(icon, role or "muted"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)
        widgets.repaint_on_theme(self)

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """Have a link at the right."""
        self.link.setText(words)
        self.link.setAccessibleName(words)
        self.link.clicked.connect(lambda _on: act())
        self.link.show()

    def say(self, sentence: str) -> None:
        """Show a sentence; without one the strip is hidden."""
        self.words.setText(widgets.breakable(sentence))
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = getattr(theme.colors(), f"{self._role}_soft" if self._role else "sunken")
        paint_box(self, color, color, 6)


class SpaceBar(QWidget):
    """How much of the free space is needed: a bar of 190 × 8 px."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(190, 8)
        self.setAccessibleName("Space needed")
        widgets.repaint_on_theme(self)

    def show_space(self, needed: int, free: int) -> None:
        self._share = min(1.0, needed / free) if free > 0 else 1.0
        self.setAccessibleDescription(f"{self._share:.0%} of what is free")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.border)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setBrush(c.bad if self._share >= 1 else c.accent)
        painter.drawRoundedRect(QRectF(0, 0, max(6.0, self._share * self.width()), 8), 4, 4)
        painter.end()


def paint_box(widget: QWidget, fill: QColor, edge: QColor, radius: int) -> None:
    """Paint ``widget`` as a box with round corners."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()


def links(*parts: tuple[str, str, Callable[[], object]]) -> tuple[QHBoxLayout, list[QPushButton]]:
    """Links in a row with points between them, each with its words, its full name and what it does."""
    row = QHBoxLayout()
    found: list[QPushButton] = []
    row.setSpacing(6)
    for words, name, act in parts:
        if found:
            row.addWidget(widgets.label("·", "muted"))
        link = widgets.button(words, act, "link")
        link.setAccessibleName(name)
        found.append(link)
        row.addWidget(link)
    return row, found


def card(layout: QLayout) -> QFrame:
    """A white card around ``layout``."""
    result = QFrame()
    result.setProperty("role", "card")
    result.setLayout(layout)
    return result
