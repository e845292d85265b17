"""Choices in one track, each as wide as its words."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from . import theme, widgets

_PADDING = 11
_HEIGHT = 28


class Segments(QWidget):
    """One of several words is chosen; arrow keys move, ``chosen(int)`` says which when a person does."""

    chosen = Signal(int)

    def __init__(self, titles: Sequence[str], name: str) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._current, self._under = 0, -1
        self.setAccessibleName(name)
        self.setAccessibleDescription(self._titles[0])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font())
        widgets.repaint_on_theme(self)

    def current(self) -> int:
        return self._current

    def show_current(self, index: int) -> None:
        """Mark one, without saying so."""
        self._current = index
        self.setAccessibleDescription(self._titles[index])
        self.update()

    def choose(self, index: int) -> None:
        """Choose one, and say so when it was another."""
        if 0 <= index < len(self._titles) and index != self._current:
            self.show_current(index)
            self.chosen.emit(index)

    def place_of(self, index: int) -> QRectF:
        """Where a word is."""
        widths = self._widths()
        return QRectF(2 + sum(widths[:index]), 2, widths[index], _HEIGHT - 4)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 4, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.choose(self._current + step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(-1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.sunken)
        painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
        for index, title in enumerate(self._titles):
            pill, here = self.place_of(index), index == self._current
            if here:
                painter.setPen(QPen(c.accent if self.hasFocus() else c.border, 1))
                painter.setBrush(c.surface)
                painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setFont(theme.font(weight=600 if here else 400))
            painter.setPen(c.text if here or index == self._under else c.muted)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, title)
        painter.end()

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(theme.font(weight=600))
        return [metrics.horizontalAdvance(title) + 2 * _PADDING for title in self._titles]

    def _at(self, x: float) -> int:
        found = (index for index in range(len(self._titles)) if x < self.place_of(index).right())
        return next(found, len(self._titles) - 1)

    def _hover(self, index: int) -> None:
        if index != self._under:
            self._under = index
            self.update()
