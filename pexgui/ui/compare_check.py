"""A check box in the colours of the theme."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from . import icons, theme, widgets

_BOX, _GAP = 16, 8


class Check(QCheckBox):
    """A box of 16 px, filled and ticked when it is on."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        widgets.repaint_on_theme(self)

    def sizeHint(self) -> QSize:
        return QSize(_BOX + _GAP + QFontMetrics(theme.number_font()).horizontalAdvance(self.text()) + 6, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1 if self.isEnabled() else 0.55)
        on = self.isChecked()
        box = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = c.accent if on or self.hasFocus() or self.underMouse() else theme.mix(c.muted, c.surface, 0.6)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(c.accent if on else c.surface)
        painter.drawRoundedRect(box, 4, 4)
        if on:
            icons.paint(painter, box.adjusted(1.5, 1.5, -1.5, -1.5), "check", c.on_accent)
        words = self.rect().adjusted(1 + _BOX + _GAP, 0, 0, 0)
        painter.setFont(theme.number_font())
        painter.setPen(c.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
        if self.hasFocus():
            painter.setPen(QPen(c.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), 5, 5)
        painter.end()
