"""The steps of the merge wizard at its left: where one is, what was chosen, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from . import icons, theme, widgets

WIDTH = 188


class Step(QAbstractButton):
    """One step: its number in a circle, or a check when it is done, its name, and a note below it."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__()
        self._number, self._words, self._note = number, words, ""
        self._here = self._done = False
        self.setFixedHeight(46)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        widgets.repaint_on_theme(self)

    def show_state(self, here: bool, done: bool, note: str, clickable: bool) -> None:
        self._here, self._done, self._note = here, done, note if done and not here else ""
        self.setEnabled(clickable and not here)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor)
        state = "current" if here else "done" if done else "not yet"
        self.setAccessibleName(f"Step {self._number}, {self._words}: {self._note or state}")
        self.setToolTip(widgets.plain_tooltip(self._note))
        self.update()

    def note(self) -> str:
        """What was chosen, in a few words."""
        return self._note

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 46)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isEnabled() and (self.underMouse() or self.hasFocus()):
            painter.setPen(QPen(c.accent if self.hasFocus() else c.hover, 1))
            painter.setBrush(c.hover)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8.5, 1.5, -8.5, -1.5), 6, 6)
        self._circle(painter)
        place = QRect(52, 0, self.width() - 52 - 10, self.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(weight=600 if self._here else 400))
        painter.setPen(c.text if self._here or self._done else c.muted)
        top = place.adjusted(0, 0, 0, -16) if self._note else place
        painter.drawText(top, middle, self._words)
        if self._note:
            painter.setFont(theme.font(11))
            painter.setPen(c.muted)
            note = painter.fontMetrics().elidedText(self._note, Qt.TextElideMode.ElideMiddle, place.width())
            painter.drawText(place.adjusted(0, 17, 0, 0), middle | Qt.TextFlag.TextSingleLine, note)
        painter.end()

    def _circle(self, painter: QPainter) -> None:
        c = theme.colors()
        circle = QRectF(20, (self.height() - 20) / 2, 20, 20)
        whole = self._here or self._done
        painter.setPen(QPen(theme.mix(c.muted, c.window, 0.45), 1) if not whole else Qt.PenStyle.NoPen)
        painter.setBrush(c.accent if self._here else c.accent_soft if self._done else c.window)
        painter.drawEllipse(circle if whole else circle.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._done and not self._here:
            icons.paint(painter, circle.adjusted(3, 3, -3, -3), "check", c.accent)
            return
        painter.setFont(theme.number_font(11, 600))
        painter.setPen(c.on_accent if self._here else c.muted)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))


class StepList(QWidget):
    """``wanted(number)``: the person wants to go back to a step."""

    wanted = Signal(int)

    def __init__(self, title: str, words: Sequence[str]) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Steps")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.steps = [Step(number, word) for number, word in enumerate(words, 1)]
        heading = widgets.label(title, "section")
        heading.setContentsMargins(20, 24, 8, 0)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(heading)
        column.addSpacing(15)
        for number, step in enumerate(self.steps):
            step.clicked.connect(lambda _checked=False, number=number: self.wanted.emit(number))
            column.addWidget(step)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(widgets.hairline(upright=True))

    def show_state(self, current: int, reached: int, notes: Sequence[str], locked: bool = False) -> None:
        """Mark the current step and those that were reached; while ``locked`` none can be gone to."""
        for number, (step, note) in enumerate(zip(self.steps, notes, strict=True)):
            done = number < current or (number <= reached and number != current)
            step.show_state(number == current, done, note, done and not locked)
