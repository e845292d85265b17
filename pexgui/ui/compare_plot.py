"""Two arrays drawn over one another, and what lies between them. Importing this module imports pyqtgraph."""

from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from . import cells, sampling, theme
from .plot import ImagePlot, LinePlot

_LEFT = 48
"""Pixels for the labels at the left: the same in both plots, so that their x axes stand below each other."""


class _Stepped(LinePlot):
    """A line of which every point may stand for several elements, with what follows the first difference shaded."""

    _shade: Any = None

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._each = 1
        self._first = -1
        self._shade = pyqtgraph.LinearRegionItem(movable=False)
        self._shade.setZValue(-2000)
        for line in self._shade.lines:
            line.setPen(QPen(Qt.PenStyle.NoPen))
        self.view.addItem(self._shade, ignoreBounds=True)
        self.left.setWidth(_LEFT)
        self.dress()

    def set_step(self, each: int, first: int) -> None:
        """One point stands for ``each`` elements; the sides differ from the point ``first`` on (−1: nowhere)."""
        self._each, self._first = max(each, 1), first
        self._shade.setVisible(first >= 0)

    def described(self, x: float, y: float) -> str:
        words = super().described(x, y)
        _place, colon, value = words.partition(":")
        return f"{self._start + round(x) * self._each:,}{colon}{value}" if colon and self._each > 1 else words

    def dress(self) -> None:
        super().dress()
        if self._shade is not None:
            self._shade.setBrush(theme.faint(theme.colors().warn_soft, 0.6))

    def redraw(self, *arguments: object) -> None:
        super().redraw(*arguments)
        if self._shade is not None and self._first >= 0:
            self._shade.setRegion((self._first - 0.5, 1.02 * max(len(self._values), 2)))

    def _x_texts(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._each == 1:
            return super()._x_texts(values, scale, spacing)
        return [
            f"{self._start + round(value) * self._each:,}" if 0 <= value <= len(self._values) else ""
            for value in values
        ]  # fmt: skip


class OverlayPlot(_Stepped):
    """A as a solid line in the accent's colour, B dashed in the colour of text."""

    _second: Any = None

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._other: NDArray[Any] = np.zeros(0)
        self._second = pyqtgraph.PlotCurveItem(connect="finite", antialias=True)
        self.view.addItem(self._second)
        self.bottom.setStyle(showValues=False)

    def set_pair(self, a: NDArray[Any], b: NDArray[Any], start: int, within: sampling.Extent) -> str:
        """Draw two arrays; answers what a caption has to say of the scale."""
        self._other = sampling.without_infinity(b, within)
        return self.set_values(a, start, within)

    def redraw(self, *arguments: object) -> None:
        super().redraw(*arguments)
        if self._second is None:
            return
        first, last = self.view.viewRange()[0]
        x, y = sampling.envelope(self._other, int(first) - 1, int(last) + 3, max(50, round(self.view.width())))
        self._second.setData(x, sampling.drawable(y, self._scale))
        width = 1.6 if len(y) <= 4000 else 1.0
        self._curve.setPen(pyqtgraph.mkPen(theme.colors().accent, width=width))
        pen = QPen(theme.colors().text, width * 0.85)
        pen.setCosmetic(True)
        pen.setDashPattern([4, 2])
        self._second.setPen(pen)

    def described(self, x: float, y: float) -> str:
        words = super().described(x, y)
        place = round(x)
        if not words or not 0 <= place < len(self._other):
            return words
        other = cells.exact(self._other.dtype)(self._other[place]).replace("-", "−")
        return f"{words} in A, {other} in B"


class DeltaPlot(_Stepped):
    """B − A in amber, over the same positions as the plot above."""

    def dress(self) -> None:
        super().dress()
        self._points.setBrush(theme.colors().warn)

    def redraw(self, *arguments: object) -> None:
        super().redraw(*arguments)
        self._curve.setPen(pyqtgraph.mkPen(theme.colors().warn, width=1.3))


class DeltaImage(ImagePlot):
    """B − A as an image whose colours run to both sides from that of the surface."""

    def redraw(self, *arguments: object) -> None:
        super().redraw(*arguments)
        self._image.setLookupTable(diverging())

    def dress(self) -> None:
        super().dress()
        self._image.setLookupTable(diverging())


class DeltaBar(QWidget):
    """Which colour stands for which difference: from −most over 0 to +most."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self._words = [word if number else "0" for number, word in enumerate(cells.alike([0.0, most, -most]))]
        self._words = [self._words[2], "0", f"+{self._words[1]}"]
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour scale of the difference")
        self.setAccessibleDescription(f"{self._words[0]} to {self._words[2]}")
        theme.changed.connect(self.update)

    def words(self) -> list[str]:
        return self._words

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = np.ascontiguousarray(diverging()[: sampling.HOLE])
        bar = QImage(colors.data, len(colors), 1, 4 * len(colors), QImage.Format.Format_RGBA8888)
        painter.drawImage(QRectF(0, 2, self.width(), 8), bar)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.colors().muted)
        below = QRectF(0, 13, self.width(), 15)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for word, side in zip(self._words, sides, strict=True):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, word)
        painter.end()


def diverging() -> NDArray[np.uint8]:
    """256 colours (RGBA): violet for less, the colour of paper for the same, amber for more, and one for holes."""
    c = theme.colors()
    less, more = (QColor("#B49BFF"), c.warn) if c.dark else (QColor("#5B3FA8"), QColor("#B86A00"))
    ends = np.array([(color.red(), color.green(), color.blue()) for color in (less, c.sunken, more)], np.float64)
    share = np.linspace(-1, 1, sampling.HOLE)[:, None]
    less_or_same, same_or_more = ends[1] + (ends[0] - ends[1]) * -share, ends[1] + (ends[2] - ends[1]) * share
    mixed: NDArray[np.float64] = np.where(share < 0, less_or_same, same_or_more)
    table = np.full((256, 4), 255, np.uint8)
    table[: sampling.HOLE, :3] = mixed.round().astype(np.uint8)
    table[sampling.HOLE, :3] = (c.border.red(), c.border.green(), c.border.blue())
    return table
