"""What a panel says about itself: a calm strip of warnings, and a sentence where there is nothing to show."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import PexError

from . import icons, theme, widgets

_MOST_LINES = 3
_FIRST_LINE = 26


class IconLabel(QWidget):
    """An icon of 16 px that follows the theme."""

    def __init__(self, name: str, role: str = "text") -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(16, 16)
        widgets.repaint_on_theme(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self.rect(), self._name, getattr(theme.colors(), self._role))
        painter.end()


class WarningStrip(QWidget):
    """Sentences about what is missing or odd, the first one shown and the others one click away; hidden without any."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._sentences: tuple[str, ...] = ()
        self._open = False
        self.setAccessibleName(name)
        self._text = widgets.label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = widgets.button("Show all", self._turn, "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(8)
        row.addWidget(IconLabel("warning", "warn"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        widgets.repaint_on_theme(self)
        self.set_sentences(())

    def set_sentences(self, sentences: Sequence[str]) -> None:
        """Show these sentences, each once."""
        self._sentences = tuple(dict.fromkeys(sentence for sentence in sentences if sentence))
        self._fill()

    def sentences(self) -> tuple[str, ...]:
        return self._sentences

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colors().warn_soft)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.end()

    def _turn(self) -> None:
        self._open = not self._open
        self._fill()

    def _fill(self) -> None:
        count = len(self._sentences)
        shown = self._sentences if self._open else self._sentences[:1]
        self._text.setText("\n".join(shown[:20]))
        self.setAccessibleDescription(" ".join(self._sentences[:20]))
        word = "Show less" if self._open else f"Show {count - 1} more"
        self.more.setText(word)
        self.more.setAccessibleName(word)
        self.more.setVisible(count > 1)
        self.setVisible(count > 0)


class Message(QWidget):
    """A sentence in the middle of an empty panel, what can be done about it, and how far the work is.

    ``retried()``: the person wants to try again.
    """

    retried = Signal()

    def __init__(self, name: str, button: str = "Try again") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._title = _centred(widgets.label("", wrap=True))
        self._hint = _centred(widgets.label("", "muted", wrap=True))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._bar.setFixedWidth(160)
        self._button = widgets.button(button, self.retried.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.say("")

    def text(self) -> str:
        return self._title.text()

    def say(self, title: str, hint: str = "", button: bool = False) -> None:
        """Show a sentence, what to do about it, and the button if it helps."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._bar.hide()
        self._button.setVisible(button)
        self.setAccessibleDescription(f"{title} {hint}".strip())

    def say_problem(self, problem: PexError) -> None:
        self.say(problem.title, problem.hint, button=True)

    def advance(self, what: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if what:
            self._title.setText(what)
        if total > 0:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * min(done / total, 1)))
            self._bar.show()


def _centred(label: QLabel) -> QLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


class Bar(QWidget):
    """The bar that belongs to a tab: controls of one height, 12 px apart, the first one as wide as there is room;
    ``below`` it stands what is wrong with them."""

    def __init__(self, *parts: QWidget, below: QWidget | None = None) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(12)
        for number, part in enumerate(parts):
            row.addWidget(part, int(number == 0))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 9)
        column.setSpacing(4)
        column.addLayout(row)
        if below is not None:
            column.addWidget(below)


class Words(widgets.ElidedLabel):
    """Plain text that goes on in a second and a third line where it needs them; only then it ends in an ellipsis.

    Its first line is as high as the buttons beside it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._label.ensurePolished()
        font = self._label.font()
        count = max(1, min(len(_lines(self._text, font, width)), _MOST_LINES))
        return _FIRST_LINE + (count - 1) * QFontMetrics(font).lineSpacing()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _FIRST_LINE)

    def _shown(self, metrics: QFontMetrics) -> tuple[str, bool]:
        lines = _lines(self._text, self._label.font(), self.width())
        shown = [line.rstrip() for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            rest = "".join(lines[_MOST_LINES - 1 :])
            shown[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        return "\n".join(shown), len(lines) <= _MOST_LINES


def _lines(text: str, font: QFont, width: int) -> list[str]:
    """A text as it is broken into lines of at most this width: between words, and inside of one that is longer."""
    text = re.sub(r"\S{80,}", lambda word: widgets.breakable(word[0]), text)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found = []
    units = text.encode("utf-16-le", "surrogatepass")  # Qt counts in these
    line = layout.createLine()
    while line.isValid():
        line.setLineWidth(max(width, 1))
        start, end = 2 * line.textStart(), 2 * (line.textStart() + line.textLength())
        found.append(units[start:end].decode("utf-16-le", "surrogatepass"))
        line = layout.createLine()
    layout.endLayout()
    return found


def _beside_first_line(widget: QWidget, height: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, (_FIRST_LINE - height) // 2, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return column


class Offer(QWidget):
    """A calm line that tells or offers something and can be put away: words, perhaps a link, and a cross."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._act: Callable[[], object] = lambda: None
        self.setAccessibleName(name)
        self.words = Words()
        self.link = widgets.button("Do it", self._take, "link")
        self.close_button = widgets.icon_button("close", "Put this away", self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 12, 5)
        row.setSpacing(8)
        row.addLayout(_beside_first_line(IconLabel("info", "accent"), 16))
        row.addWidget(self.words)
        row.addLayout(_beside_first_line(self.link, 20))
        row.addStretch(1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        widgets.repaint_on_theme(self)
        self.hide()

    def say(self, words: str, link: str = "", act: Callable[[], object] = lambda: None) -> None:
        """Tell ``words``, and offer ``act`` behind those of ``link``."""
        self.words.setText(words)
        self.link.setVisible(bool(link))
        self.link.setText(link)
        self.link.setAccessibleName(link.rstrip("…"))
        self._act = act
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colors().accent_soft)
        painter.end()

    def _take(self) -> None:
        self.hide()
        self._act()
