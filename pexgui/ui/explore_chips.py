"""The first values of a parameter, each in a small box, and how many there are."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pexgui.core import text

from . import explore_words as words
from . import theme, widgets

_HEIGHT, _GAP, _PADDING, _WIDEST = 24, 6, 10, 160


class Chips(QWidget):
    """As many values as there is room for in a line."""

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[str, ...] = ()
        self._count = 0
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Values")
        widgets.repaint_on_theme(self)

    def show_values(self, values: Sequence[str], count: int) -> None:
        """Show the first of ``count`` values."""
        self._values, self._count = tuple(words.signed(text.printable(value, 60)) for value in values), count
        more = f", … {text.count(count, 'value')}" if count > len(values) else ""
        self.setAccessibleDescription(f"{', '.join(self._values)}{more}")
        self.update()

    def shown(self) -> list[str]:
        """The words in the boxes, and what is said behind them."""
        found, rest = self._fitting()
        return [*(word for word, _width in found), *([rest] if rest else [])]

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.number_font())
        found, rest = self._fitting()
        left = 0.5
        for word, width in found:
            box = QRectF(left, 0.5, width, _HEIGHT - 1)
            painter.setPen(c.border)
            painter.setBrush(c.sunken)
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(c.text)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, word)
            left += width + _GAP
        painter.setPen(c.muted)
        painter.drawText(QRectF(left + 4, 0, 300, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, rest)
        painter.end()

    def _fitting(self) -> tuple[list[tuple[str, int]], str]:
        """The values that there is room for with their widths, and words for the others."""
        metrics = QFontMetrics(theme.number_font())
        rest = f"… {text.count(self._count, 'value')}"
        boxes = [(metrics.elidedText(value, Qt.TextElideMode.ElideRight, _WIDEST), 0) for value in self._values]
        boxes = [(word, metrics.horizontalAdvance(word) + 2 * _PADDING) for word, _none in boxes]
        total = sum(width + _GAP for _word, width in boxes)
        if len(boxes) == self._count and total <= self.width():
            return boxes, ""
        room, found = self.width() - metrics.horizontalAdvance(rest) - 12, []
        for word, width in boxes:
            room -= width + _GAP
            if room < 0:
                break
            found.append((word, width))
        return found, rest if self._count else ""
