"""Boxes to check and rings to choose by, in the colours of the theme."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton

from . import icons, theme, widgets

_BOX, _GAP = 16, 8
WORDS = 1 + _BOX + _GAP
"""Where the words begin."""


class Check(QCheckBox):
    """A box of 16 px, filled and ticked when it is on."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        widgets.repaint_on_theme(self)

    def sizeHint(self) -> QSize:
        return _size(self, theme.number_font(), 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, theme.number_font(), 4, _tick)


class Radio(QRadioButton):
    """A ring of 16 px with a semibold title, which ends in an ellipsis where there is no room."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        widgets.repaint_on_theme(self)

    def sizeHint(self) -> QSize:
        return _size(self, theme.font(weight=600), 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 20)

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, theme.font(weight=600), _BOX / 2, _dot)


def _size(button: QAbstractButton, font: QFont, height: int) -> QSize:
    return QSize(WORDS + QFontMetrics(font).horizontalAdvance(button.text()) + 5, height)


def _paint(button: QAbstractButton, font: QFont, radius: float, mark: Callable[[QPainter, QRectF], None]) -> None:
    """Paint the box with its ``mark`` while it is on, the words, and what shows that it has the focus."""
    c = theme.colors()
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1 if button.isEnabled() else 0.55)
    on = button.isChecked()
    box = QRectF(1, (button.height() - _BOX) / 2, _BOX, _BOX).adjusted(0.5, 0.5, -0.5, -0.5)
    strong = on or button.hasFocus() or button.underMouse()
    painter.setPen(QPen(c.accent if strong else theme.mix(c.muted, c.surface, 0.6), 1))
    painter.setBrush(c.accent if on else c.surface)
    painter.drawRoundedRect(box, radius, radius)
    if on:
        mark(painter, box)
    place = button.rect().adjusted(WORDS, 0, 0, 0)
    painter.setFont(font)
    painter.setPen(c.text)
    words = painter.fontMetrics().elidedText(button.text(), Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
    if button.hasFocus():
        painter.setPen(QPen(c.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), radius + 1, radius + 1)
    painter.end()


def _tick(painter: QPainter, box: QRectF) -> None:
    icons.paint(painter, box.adjusted(1.5, 1.5, -1.5, -1.5), "check", theme.colors().on_accent)


def _dot(painter: QPainter, box: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colors().on_accent)
    painter.drawEllipse(box.center(), 3, 3)
