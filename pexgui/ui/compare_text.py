"""Two texts and two numbers beside each other, with what differs marked on both sides."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from pexgui.core import NumberPair, Stretch, TextPair

from . import theme, widgets
from .value_content import SentenceView, selectable

_TALLEST = 280
_WIDE = 60
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
_LONG = 400
"""Of a longer stretch that is on both sides only the ends are shown, so that what differs is in sight."""


class Badge(QWidget):
    """The letter of a side: A in the colour of the accent, others in that of text."""

    def __init__(self, letter: str, size: int = 20) -> None:
        super().__init__()
        self.letter = letter
        self.setFixedSize(size, size)
        widgets.repaint_on_theme(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, self.width(), self.letter)
        painter.end()


def paint_badge(painter: QPainter, size: int, letter: str) -> None:
    """Draw the badge of a side at the origin."""
    c = theme.colors()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(c.accent_soft if letter == "A" else c.sunken if not c.dark else c.border)
    painter.drawRoundedRect(0, 0, size, size, 4, 4)
    painter.setPen(c.accent if letter == "A" else c.text)
    painter.setFont(theme.font(11, 600))
    painter.drawText(0, 0, size, size, Qt.AlignmentFlag.AlignCenter, letter)


def sided(a: QWidget, b: QWidget) -> QHBoxLayout:
    """Two parts beside each other, parted by a line, each with the badge of its side."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for letter, part in (("A", a), ("B", b)):
        if letter == "B":
            row.addWidget(widgets.hairline(upright=True))
        half = QWidget()
        within = QHBoxLayout(half)
        within.setContentsMargins(14, 10, 14, 10)
        within.setSpacing(12)
        within.addWidget(Badge(letter), 0, Qt.AlignmentFlag.AlignTop)
        within.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        half.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(half, 1)
    return row


class MarkedText(QTextEdit):
    """One side of two texts; what is not on the other side is amber, semibold and underlined."""

    def __init__(self, stretches: Sequence[Stretch], side: str) -> None:
        super().__init__()
        self._pieces = [(shortened(each, side), each.changed) for each in stretches]
        self.setAccessibleName(f"Text in {side}")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextEdit { background: transparent; border: none; padding: 0; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(theme.font())
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        theme.changed.connect(self._write)
        self._write()

    def marked(self) -> list[str]:
        """The pieces that are marked."""
        return [words for words, changed in self._pieces if changed and words]

    def sizeHint(self) -> QSize:
        return QSize(200, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _height(self) -> int:
        return min(int(self.document().size().height()) + 2, _TALLEST)

    def _grow(self) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())

    def _write(self) -> None:
        c = theme.colors()
        self.clear()
        cursor = QTextCursor(self.document())
        for words, changed in self._pieces:
            cursor.insertText(words, _changed_form() if changed else _form(c.text))
        if not any(words for words, _changed in self._pieces):
            cursor.insertText("Empty text", _form(c.muted))
        self._grow()


def shortened(stretch: Stretch, side: str) -> str:
    """The words of a stretch on one side; a long one that is the same on both keeps its beginning and its end."""
    words = stretch.a if side == "A" else stretch.b
    if stretch.changed or len(words) <= _LONG:
        return words
    return f"{words[: _LONG // 2]} … {words[-_LONG // 2 :]}"


def _form(color: QColor) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(color)
    return form


def _changed_form() -> QTextCharFormat:
    c = theme.colors()
    form = _form(c.warn)
    form.setBackground(c.warn_soft)
    form.setFontWeight(QFont.Weight.DemiBold)
    form.setFontUnderline(True)
    return form


class TextPairView(QWidget):
    """Two texts beside each other."""

    def __init__(self, view: TextPair) -> None:
        super().__init__()
        self.a, self.b = MarkedText(view.stretches, "A"), MarkedText(view.stretches, "B")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(sided(self.a, self.b))
        if view.cut:
            note = widgets.label("Only the beginning of the texts is shown.", "small")
            note.setContentsMargins(14, 0, 14, 10)
            column.addWidget(note)


class NumberPairView(QWidget):
    """Two numbers, how far they are apart, and that relative to A."""

    def __init__(self, view: NumberPair) -> None:
        super().__init__()
        self.words: dict[str, str] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(4)
        column = 0
        for name, words in (
            ("A", view.a), ("B", view.b), ("Δ B − A", view.delta),
            ("relative Δ", view.relative), ("numbers apart", view.ulp),
        ):  # fmt: skip
            if not words and len(name) > 1:
                continue
            self.words[name] = words
            grid.addWidget(_number_head(name), 0, column, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_number(name, words), 1, column, Qt.AlignmentFlag.AlignLeft)
            column += 1
        grid.setColumnStretch(column, 1)


def _number_head(name: str) -> QWidget:
    return Badge(name) if len(name) == 1 else widgets.label(name, "small")


def _number(name: str, words: str) -> QWidget:
    if len(words) > _WIDE:
        return widgets.ElidedLabel(words)
    result = Marked(words or "–") if len(name) == 1 else selectable(words, wrap=False)
    result.setFont(theme.number_font(13, 600 if len(name) == 1 else 400))
    result.setAccessibleName(f"{name} {words}")
    return result


class Marked(QLabel):
    """A value that is not the one of the other side: amber, semibold and underlined."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)
        self.setTextInteractionFlags(SELECTABLE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        c = theme.colors()
        self.setStyleSheet(
            f"color: {c.warn.name()}; background: {c.warn_soft.name()}; font-weight: 600;"
            "text-decoration: underline; border-radius: 3px; padding: 1px 5px;"
        )


def missing(side: str) -> SentenceView:
    """What stands where a side has nothing."""
    return SentenceView(f"Not in {side}")
