"""A view for each kind of value that is neither an array nor a table: numbers, texts, sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from pexgui.core import Nothing, Scalar, Text, Unreadable

from . import icons, theme, value_words, widgets

_WORD = 1000
"""Longer words are broken anywhere: to look for a place first takes Qt most of a second."""
_ROOM = 232
"""Pixels that a number of one line may take in the panel."""
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


@dataclass(frozen=True)
class Place:
    """What a view has to know of where it stands.

    ``name`` and ``unit`` are the value's; ``start`` is where a part of a list begins, ``first_column`` where the
    columns of a table do; ``roomy`` views fill a window, others a panel; ``paged`` views can ask for other parts.
    """

    name: str = "value"
    unit: str = ""
    start: int = 0
    first_column: int = 0
    roomy: bool = False
    paged: bool = True


def selectable(text: str, role: str = "", wrap: bool = True) -> QLabel:
    """A label of plain text that can be selected and copied by mouse and keyboard."""
    result = widgets.label(text, role, wrap)
    result.setTextInteractionFlags(_SELECTABLE)
    result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    result.setCursor(Qt.CursorShape.IBeamCursor)
    return result


class Sign(QWidget):
    """An icon of 16 px that follows the theme."""

    def __init__(self, name: str, role: str = "muted") -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(16, 16)
        theme.changed.connect(self.update)

    def set_icon(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self.rect(), self._name, getattr(theme.colors(), self._role))
        painter.end()


class NumberView(QWidget):
    """A number, truth value or nothing, large and exact."""

    def __init__(self, content: Scalar, place: Place) -> None:
        super().__init__()
        self._content = content
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        room = _ROOM - (QFontMetrics(theme.font()).horizontalAdvance(place.unit) + 8 if place.unit else 0)
        size = next((size for size in (22, 17, 13) if _width(content.text, size) <= room), 0)
        self.label: QWidget
        if size:
            self.label = selectable(content.text, wrap=False)
            self.label.setStyleSheet(f"font-size: {size}px; font-weight: {600 if size > 13 else 400};")
            layout.addWidget(self.label)
        else:
            self.label = Paper(content.text, 280)
            layout.addWidget(self.label, 1)
        self.label.setAccessibleName(content.text[:200])
        if place.unit:
            layout.addWidget(widgets.label(place.unit, "muted"), 0, Qt.AlignmentFlag.AlignBottom)
        if size:
            layout.addStretch(1)

    def pieces(self) -> Iterator[str]:
        yield value_words.plain(self._content)


def _width(text: str, size: int) -> int:
    return QFontMetrics(theme.font(size, 600)).horizontalAdvance(text)


def mono_style(size: int = 13) -> str:
    """The style sheet that gives a widget the font for paths and code; a font that is set gets lost in Qt when the
    widget moves into another one."""
    return f'font-family: "{theme.mono().family()}"; font-size: {size}px;'


class Paper(QPlainTextEdit):
    """Text to read and copy, as high as it needs up to a limit."""

    def __init__(self, text: str, tallest: int) -> None:
        super().__init__()
        self._tallest = tallest
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; background: transparent; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        longest = max((len(word) for word in text.split()), default=0)
        wrap = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        self.setWordWrapMode(wrap if longest <= _WORD else QTextOption.WrapMode.WrapAnywhere)
        self.setTextInteractionFlags(_SELECTABLE)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setPlainText(text)

    def sizeHint(self) -> QSize:
        width = max(self.viewport().width(), 120)
        line = QFontMetrics(self.font()).lineSpacing()
        text = self.toPlainText()[:4000]
        metrics = QFontMetrics(self.font())
        lines = sum(1 + metrics.horizontalAdvance(part[:2000]) // width for part in text.split("\n")[:40])
        return QSize(super().sizeHint().width(), min(lines * line + 6, self._tallest))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()


class TextView(QWidget):
    """A text, wrapped; a sentence below says when it is cut."""

    def __init__(self, content: Text, place: Place) -> None:
        super().__init__()
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        if not content.text:
            layout.addWidget(widgets.label("Empty text", "muted"))
            return
        self.paper = Paper(content.text, 100_000 if place.roomy else 280)
        self.paper.setAccessibleName(f"Text of {place.name}")
        if content.type.startswith("bytes"):
            self.paper.setStyleSheet(f"{self.paper.styleSheet()} QPlainTextEdit {{ {mono_style(12)} }}")
        layout.addWidget(self.paper, 1 if place.roomy else 0)
        self.notice = widgets.label("", "small", wrap=True)
        layout.addWidget(self.notice)
        self.notice.setVisible(content.length > len(content.text))
        self.notice.setText(f"Showing {len(content.text):,} of {content.length:,} characters")

    def pieces(self) -> Iterator[str]:
        yield self._content.text


class SentenceView(QWidget):
    """A sentence with a sign, in place of a value; ``hint`` says what to do."""

    def __init__(self, sentence: str, sign: str = "info", role: str = "muted", hint: str = "") -> None:
        super().__init__()
        self._sentence = sentence
        self.setAccessibleName(sentence)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(Sign(sign, role), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.label = selectable(sentence, "muted" if role == "muted" else "")
        words.addWidget(self.label)
        if hint:
            words.addWidget(selectable(hint, "muted"))
        layout.addLayout(words, 1)

    def pieces(self) -> Iterator[str]:
        yield self._sentence


def sentence(content: Nothing | Unreadable) -> SentenceView:
    """Why there is no value to see."""
    if isinstance(content, Unreadable):
        return SentenceView(content.reason, "warning", "bad")
    return SentenceView(content.reason)
