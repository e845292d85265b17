"""The box in which runs are chosen by a filter, with names, values and signs told apart."""

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QWidget

from . import theme, widgets
from .filter_text import Mistake, read

PAUSE = 500
"""Milliseconds without typing after which a mistake is worth saying."""


class FilterBox(widgets.SearchBox):
    """A filter as it is typed. Whoever applies it says with `set_mistake` what is wrong with it.

    The mistake is marked when the person pauses or presses Enter: half a filter is always wrong.
    """

    def __init__(self, mistake_line: widgets.ElidedLabel, parent: QWidget | None = None) -> None:
        super().__init__("Filter runs, such as x > 3 and status == finished", "Filter runs", icon="filter")
        self.setParent(parent)
        self.setFont(theme.mono(12))
        self.names: frozenset[str] = frozenset()
        self._line = mistake_line
        self._sentence = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.mark)
        self.textChanged.connect(self._colour)
        self.returnPressed.connect(self.mark)
        theme.changed.connect(self._colour)
        self.mark()

    def set_mistake(self, sentence: str) -> None:
        """Say what is wrong with the filter; nothing, when it is understood."""
        self._sentence = sentence
        if sentence and not self._line.isVisible():
            self._pause.start()
        else:
            self.mark()

    def set_names(self, names: frozenset[str]) -> None:
        """The names that the filter knows."""
        self.names = names
        self._colour()

    def mark(self) -> None:
        """Show the mistake, or that there is none."""
        self._pause.stop()
        wrong = bool(self._sentence)
        widgets.restyle(self, "wrong", "true" if wrong else "false")
        self.setAccessibleDescription(self._sentence)
        self._line.setText(self._sentence)
        self._line.setVisible(wrong)

    def _colour(self) -> None:
        """Colour the words. A line edit has no rich text, but it takes formats the way an input method gives them."""
        c = theme.colors()
        colors = {"name": c.accent, "sign": c.muted}
        kind = QInputMethodEvent.AttributeType.TextFormat
        attributes = []
        try:
            tokens = read(self.text(), self.names)
        except Mistake:
            tokens = []
        for token in tokens:
            if token.kind in colors and (token.kind == "sign" or token.text in self.names):
                form = QTextCharFormat()
                form.setForeground(colors[token.kind])
                start = token.start - self.cursorPosition()
                attributes.append(QInputMethodEvent.Attribute(kind, start, token.length, form))
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))
