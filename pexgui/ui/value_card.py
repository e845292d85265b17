"""The card in which a value is asked for and shown."""

from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import PexError, Selection, Value, ValueRequest, read_value

from . import theme, value_view
from .jobs import Job, Submit
from .value_content import Place, SentenceView

DIM_AFTER = 150
"""Milliseconds after which an old value is dimmed while the new one is on its way."""
SAY_AFTER = 500
"""Milliseconds after which the waiting is put into words."""


class _Veil(QWidget):
    """Lies over a value that is no longer the one asked for; lets the mouse through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.faint(c.surface, 0.6))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
        if self.words:
            painter.setPen(c.text)
            painter.setFont(theme.font(13, 500))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()


class ValueCard(QFrame):
    """Asks for a value and shows it; of several questions only the newest is answered.

    ``answered`` tells the value that is now on show, ``failed`` that none is; ``opened`` asks for a larger view.
    """

    answered = Signal(Value)
    failed = Signal(PexError)
    opened = Signal()

    def __init__(self, submit: Submit, topic: str, roomy: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._submit = submit
        self._topic = topic
        self._roomy = roomy
        self._request: ValueRequest | None = None
        self._value: Value | None = None
        self._job: Job | None = None
        self._waiting = False
        self._keep = False
        self._shown = value_view.ContentView()
        self._shown.wanted.connect(self._part)
        self._shown.opened.connect(self.opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self._shown)
        if not roomy:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self.setMinimumHeight(46)
        self._veil = _Veil(self)
        self._dim = self._timer(DIM_AFTER, self._veil_over)
        self._say = self._timer(SAY_AFTER, self._put_into_words)

    def ask(self, request: ValueRequest, keep: bool = False) -> None:
        """Ask for a value; with ``keep`` the same part of it, shown in the same way, as the one on show."""
        selection = self._shown.selection() if keep and request.selection == Selection() else request.selection
        self._keep = keep
        self._ask(msgspec.structs.replace(request, selection=selection))

    def clear(self, sentence: str) -> None:
        """Show nothing but a sentence."""
        self.stop()
        self._request = self._value = None
        self._keep = False
        self._say_instead(SentenceView(sentence))

    def show_value(self, request: ValueRequest, value: Value) -> None:
        """Show a value that was read before."""
        self._request = request
        self._show(value)

    def request(self) -> ValueRequest | None:
        """What was asked last, with the part that was asked for."""
        return self._request

    def value(self) -> Value | None:
        """What is on show, None while nothing is."""
        return self._value

    def view(self) -> QWidget | None:
        """The view on show; of a pickled object the one inside it."""
        return self._shown.inner()

    def waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._waiting

    def pieces(self) -> Iterator[str]:
        """What is on show, as the pieces of a text."""
        return self._shown.pieces()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._value is not None:
            self.opened.emit()

    # --- asking ---

    def _timer(self, wait: int, then: object) -> QTimer:
        result = QTimer(self)
        result.setSingleShot(True)
        result.setInterval(wait)
        result.timeout.connect(then)
        return result

    def _ask(self, request: ValueRequest) -> None:
        self._request = request
        if not self._dim.isActive() and self._veil.isHidden():
            self._dim.start()
            self._say.start()
        self._waiting = True
        job = self._submit(read_value, request, self._answer, self._refuse, topic=self._topic)
        self._job = job if self._waiting else None

    def _answer(self, value: Value) -> None:
        self._show(value)

    def _refuse(self, problem: PexError) -> None:
        self._settle()
        self._value = None
        self._say_instead(SentenceView(problem.title, "warning", "bad", problem.hint))
        self.failed.emit(problem)

    def _part(self, selection: Selection) -> None:
        if self._request is not None:
            self._keep = True
            self._ask(msgspec.structs.replace(self._request, selection=selection))

    def _say_instead(self, sentence: SentenceView) -> None:
        self._shown.put(sentence, forget=not self._keep)

    def stop(self) -> None:
        """Wait for nothing any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._settle()

    def _settle(self) -> None:
        self._job = None
        self._waiting = False
        self._dim.stop()
        self._say.stop()
        self._veil.hide()
        self._veil.words = ""

    def _veil_over(self) -> None:
        self._veil.setGeometry(self.rect())
        self._veil.raise_()
        self._veil.show()

    def _put_into_words(self) -> None:
        self._veil.words = "Reading"
        self._veil.update()

    # --- showing ---

    def _show(self, value: Value) -> None:
        self._settle()
        self._value = value
        try:
            self._shown.show_content(value.content, self._place(value), self._keep)
        except ValueError as error:
            self._say_instead(SentenceView(f"This value cannot be shown: {error}.", "warning", "bad"))
        self._keep = True
        self.answered.emit(value)

    def _place(self, value: Value) -> Place:
        unit = next((fact.text for fact in value.annotations if fact.name in ("unit", "units")), "")
        start = (*self._request.selection.start, 0, 0) if self._request is not None else (0, 0)
        name = value.name if len(value.items) < 2 or not value.chosen else value.chosen
        return Place(name, unit if len(unit) <= 12 else "", start[0], start[1], self._roomy)
