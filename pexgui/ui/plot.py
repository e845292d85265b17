"""Arrays drawn with pyqtgraph. Importing this module imports pyqtgraph: do so only where an array is shown."""

import math
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from . import cells, sampling, theme

POINTS = 60
"""Up to so many values of a line are drawn with a point each."""

_PIXELS_PER_STEP = 0.1


class Canvas(QWidget):
    """A plot without menus and buttons that is moved by mouse and keys.

    The wheel zooms while Ctrl is held, or always with ``eager``; otherwise it scrolls what is around. ``+``, ``-``
    and the arrows zoom and move, Home shows all. ``pointed`` says what is under the pointer, empty when nothing.
    """

    pointed = Signal(str)
    opened = Signal()

    def __init__(self, name: str, eager: bool) -> None:
        super().__init__()
        self._eager = eager
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # No PlotItem: it makes menus that belong to nobody. When the garbage collector finds such a widget while Qt
        # connects or disconnects signals, Qt waits for its own lock for ever.
        self.plot: Any = pyqtgraph.GraphicsLayoutWidget()
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setAccessibleName(name)
        self.view: Any = self.plot.addViewBox(0, 1, enableMenu=False)
        self.view.setDefaultPadding(0)
        self.view.disableAutoRange()
        self.plot.viewport().installEventFilter(self)
        self.plot.scene().sigMouseMoved.connect(self._point)
        self.left: Any = pyqtgraph.AxisItem("left")
        self.bottom: Any = pyqtgraph.AxisItem("bottom")
        self.plot.addItem(self.left, 0, 0)
        self.plot.addItem(self.bottom, 1, 1)
        self.plot.ci.setSpacing(0)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.view)
            axis.setStyle(tickLength=0, maxTickLevel=0, tickFont=theme.number_font(11), tickTextOffset=6)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(hideOverlappingLabels=18)
            axis.setZValue(-1000)
        self.plot.ci.setContentsMargins(0, 6, 18, 0)
        self._moved = False
        self.view.sigRangeChangedManually.connect(self._note_moved)
        self.view.sigResized.connect(self._resized)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.plot)
        theme.changed.connect(self.dress)

    def dress(self) -> None:
        """Take the colours of the theme."""
        c = theme.colors()
        self.plot.setBackground(c.surface)
        for axis in (self.left, self.bottom):
            axis.setTextPen(QPen(c.muted))

    def fit(self) -> None:
        """Show all."""
        self._moved = False
        self._show_all()

    def _show_all(self) -> None:
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw what is in view, as finely as it can be seen."""
        raise NotImplementedError

    def described(self, x: float, y: float) -> str:
        """What is at a place of the plot, in a few words."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(264, 196)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self._eager:
            modifiers: Any = event
            if not modifiers.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
                return True
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.opened.emit()
            return True
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit("")
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        across = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        along = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key, 0)
        zoom = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}.get(key)
        wide, high = (1.0 if on else 0.0 for on in self.view.state["mouseEnabled"])
        if key == Qt.Key.Key_Home:
            self.fit()
        elif zoom:
            self._moved = True
            self.view.scaleBy(x=zoom if wide else None, y=zoom if high else None)
        elif (across and wide) or (along and high):
            (left, right), (low, top) = self.view.viewRange()
            up = -1 if self.view.yInverted() else 1
            step = _PIXELS_PER_STEP
            self._moved = True
            self.view.translateBy(x=across * wide * step * (right - left), y=along * high * up * step * (top - low))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme.colors().accent)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.end()

    def _note_moved(self, _axes: object) -> None:
        self._moved = True

    def _resized(self, _view: object) -> None:
        if self._moved:
            self.redraw()
        else:
            self._show_all()

    def _point(self, place: QPointF) -> None:
        if self.view.sceneBoundingRect().contains(place):
            spot = self.view.mapSceneToView(place)
            self.pointed.emit(self.described(spot.x(), spot.y()))
        else:
            self.pointed.emit("")


class LinePlot(Canvas):
    """The values of an array along one axis as a line; its x is the position in the array."""

    def __init__(self, name: str, eager: bool = False) -> None:
        super().__init__(name, eager)
        self._values = np.zeros(0)
        self._drawn: NDArray[Any] = np.zeros(0)
        self._start = 0
        self._scale = sampling.Scale(0.0, 1.0)
        self._low = self._high = 0.0
        self._curve: Any = pyqtgraph.PlotCurveItem(connect="finite", antialias=True)
        self._points: Any = pyqtgraph.ScatterPlotItem(size=5, antialias=True)
        self.view.addItem(self._curve)
        self.view.addItem(self._points)
        self.view.setMouseEnabled(x=True, y=False)
        self.left.setGrid(255)
        self.left.tickStrings = self._y_texts
        self.bottom.setStyle(tickAlpha=0)
        self.bottom.tickStrings = self._x_texts
        self.bottom.tickSpacing = self._x_spacing
        self.view.sigXRangeChanged.connect(self.redraw)
        self.dress()

    def set_values(self, values: NDArray[Any], start: int, within: sampling.Extent) -> str:
        """Draw real numbers that stand at ``start …`` in their array; answers what a caption has to say of the scale.

        ``within`` is the extent of ``values``, which must have a finite one.
        """
        how = sampling.scale(within.low, within.high)
        same = len(values) == len(self._values) and start == self._start
        self._values, self._drawn = values, sampling.without_infinity(values, within)
        self._start, self._scale = start, how
        self._low, self._high = sampling.drawable(np.array([within.low, within.high]), how)
        end = max(len(values) - 1, 1)
        margin = 0.01 * end
        self.view.setLimits(xMin=-margin, xMax=end + margin, minXRange=min(3.0, end), maxXRange=end + 2 * margin)
        if same:
            self.redraw()
        else:
            self.fit()
        return how.caption()

    def _show_all(self) -> None:
        end = max(len(self._drawn) - 1, 1)
        margin = 0.01 * end
        self.view.setXRange(-margin, end + margin, padding=0)
        self.redraw()

    def described(self, x: float, _y: float) -> str:
        position = round(x)
        if not 0 <= position < len(self._values):
            return ""
        shown = cells.exact(self._values.dtype)(self._values[position])
        return f"{position + self._start:,}: {shown.replace('-', '−')}"

    def dress(self) -> None:
        super().dress()
        c = theme.colors()
        self.left.setPen(QPen(Qt.PenStyle.NoPen))
        self.left.setTickPen(QPen(theme.faint(c.border, 0.8), 1))
        self.bottom.setPen(QPen(c.border, 1))
        self._points.setBrush(c.accent)
        self._points.setPen(QPen(Qt.PenStyle.NoPen))
        self.redraw()

    def redraw(self, *_: object) -> None:
        first, last = self.view.viewRange()[0]
        bins = max(50, round(self.view.width()))
        begin, end = math.floor(first) - 1, math.ceil(last) + 2
        x, y = sampling.envelope(self._drawn, begin, end, bins)
        y = sampling.drawable(y, self._scale)
        self._curve.setData(x, y)
        self._curve.setPen(pyqtgraph.mkPen(theme.colors().accent, width=1.5 if len(y) <= 4 * POINTS else 1))
        step = 2 if len(x) > 1 and x[0] == x[1] else 1  # lowest and highest of a bin stand at the same place
        alone = np.isfinite(y[::step]) if len(y) <= POINTS else sampling.lonely(y[::step])
        self._points.setData(x[::step][alone], y[::step][alone])
        self._fit_height(y, everything=begin <= 0 and end >= len(self._drawn))

    def _fit_height(self, seen: sampling.Floats, everything: bool) -> None:
        low, high = self._low, self._high
        if not everything and np.isfinite(seen).any():
            low, high = float(np.nanmin(seen)), float(np.nanmax(seen))
        room = (high - low) * 0.06 or abs(high) * 0.5 or 1.0
        self.view.setYRange(low - room, high + room, padding=0)

    def _x_texts(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return _index_texts(values, self._start, len(self._values) + 1)

    def _x_spacing(self, low: float, high: float, size: float) -> list[tuple[int, int]]:
        return _index_spacing(high - low, size, _label_width(self._start + len(self._values)))

    def _y_texts(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return _axis_texts(values)


class ImagePlot(Canvas):
    """A two-dimensional array as an image, rows downwards, positions in the array along the sides."""

    def __init__(self, name: str, eager: bool = False) -> None:
        super().__init__(name, eager)
        self._values: NDArray[Any] = np.zeros((1, 1))
        self._shades: NDArray[np.uint8] = np.zeros((1, 1), np.uint8)
        self._start = (0, 0)
        self._image: Any = pyqtgraph.ImageItem(axisOrder="row-major")
        self.view.addItem(self._image)
        self.view.invertY(True)
        self.plot.ci.setContentsMargins(0, 6, 6, 0)
        for axis in (self.left, self.bottom):
            axis.setStyle(tickAlpha=0)
        self.left.tickStrings = self._row_texts
        self.left.tickSpacing = self._row_spacing
        self.bottom.tickStrings = self._column_texts
        self.bottom.tickSpacing = self._column_spacing
        self.view.sigRangeChanged.connect(self.redraw)
        self._shown: tuple[int, ...] = ()
        self.dress()

    def set_values(self, values: NDArray[Any], start: tuple[int, int], within: sampling.Extent) -> None:
        """Draw real numbers or booleans whose first row and column stand at ``start`` in their array."""
        same = values.shape == self._values.shape and start == self._start
        self._values, self._start = values, start
        self._shades = sampling.shades(values, within.low, within.high)
        self._shown = ()
        rows, columns = values.shape
        self.view.setAspectLocked(lock=max(rows, columns) <= sampling.OBLONG * min(rows, columns))
        self.view.setLimits(
            xMin=-0.5 - columns, xMax=2 * columns - 0.5, yMin=-0.5 - rows, yMax=2 * rows - 0.5, minXRange=2, minYRange=2
        )
        if same:
            self.redraw()
        else:
            self.fit()

    def _show_all(self) -> None:
        rows, columns = self._values.shape
        self.view.setRange(QRectF(-0.5, -0.5, columns, rows), padding=0)
        self.redraw()

    def described(self, x: float, y: float) -> str:
        row, column = round(y), round(x)
        rows, columns = self._values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return ""
        shown = cells.exact(self._values.dtype)(self._values[row, column]).replace("-", "−")
        return f"{row + self._start[0]:,}, {column + self._start[1]:,}: {shown}"

    def sizeHint(self) -> QSize:
        return QSize(264, 264)

    def dress(self) -> None:
        super().dress()
        for axis in (self.left, self.bottom):
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTickPen(QPen(Qt.PenStyle.NoPen))
        self._image.setLookupTable(table())

    def redraw(self, *_: object) -> None:
        (left, right), (top, bottom) = self.view.viewRange()
        rows, columns = self._values.shape
        tall = _step((bottom - top) / max(self.view.height(), 1), rows)
        wide = _step((right - left) / max(self.view.width(), 1), columns)
        first_row, last_row = _blocks(top, bottom, rows, tall)
        first_column, last_column = _blocks(left, right, columns, wide)
        part = (first_row, last_row, first_column, last_column, tall, wide)
        if part == self._shown:
            return
        self._shown = part
        tall, wide = min(tall, last_row - first_row), min(wide, last_column - first_column)
        seen = self._shades[first_row:last_row, first_column:last_column]
        if tall > 1 or wide > 1:
            seen = sampling.thin(seen, tall, wide)
        self._image.setImage(seen, autoLevels=False, levels=(0, 255), lut=table())
        self._image.setRect(QRectF(first_column - 0.5, first_row - 0.5, seen.shape[1] * wide, seen.shape[0] * tall))

    def _row_texts(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return _index_texts(values, self._start[0], self._values.shape[0])

    def _row_spacing(self, low: float, high: float, size: float) -> list[tuple[int, int]]:
        return _index_spacing(high - low, size, 30)

    def _column_spacing(self, low: float, high: float, size: float) -> list[tuple[int, int]]:
        return _index_spacing(high - low, size, _label_width(self._start[1] + self._values.shape[1]))

    def _column_texts(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return _index_texts(values, self._start[1], self._values.shape[1])


class ColorBar(QWidget):
    """Which colour stands for which value: a bar of 8 px with its lowest, middle and highest value below."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ["", "", ""]
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour scale")
        theme.changed.connect(self.update)

    def set_extent(self, within: sampling.Extent) -> None:
        middle = within.low / 2 + within.high / 2
        self._words = cells.alike([within.low, middle, within.high])
        if within.low == within.high:
            self._words = ["", self._words[1], ""]
        self.setAccessibleDescription(" to ".join(word for word in self._words[::2] if word) or self._words[1])
        self.update()

    def words(self) -> list[str]:
        """The labels at the left, in the middle and at the right."""
        return self._words

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = np.ascontiguousarray(table()[: sampling.HOLE])
        bar = QImage(colors.data, len(colors), 1, 4 * len(colors), QImage.Format.Format_RGBA8888)
        painter.drawImage(QRectF(0, 2, self.width(), 8), bar)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.colors().muted)
        below = QRectF(0, 13, self.width(), 15)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for word, side in zip(self._words, sides, strict=True):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, word)
        painter.end()


_ramp: list[NDArray[np.uint8]] = []


def table() -> NDArray[np.uint8]:
    """The 256 colours (RGBA) of the shades of `sampling.shades`; holes have the colour of borders."""
    if not _ramp:
        _ramp.append(pyqtgraph.colormap.get("viridis").getLookupTable(nPts=sampling.HOLE, alpha=True))
    hole: QColor = theme.colors().border
    return np.vstack((_ramp[0], np.array([hole.getRgb()], np.uint8)))


def _axis_texts(values: list[float]) -> list[str]:
    shown = cells.alike(values)
    while shown and all(word.endswith("0") and "." in word and "e" not in word for word in shown):
        shown = [word[:-1].removesuffix(".") for word in shown]
    return shown


def _index_texts(values: list[float], start: int, length: int) -> list[str]:
    whole = (round(value) for value in values)
    return [
        f"{start + place:,}" if abs(value - place) < 1e-6 and 0 <= place < length else ""
        for value, place in zip(values, whole, strict=True)
    ]


def _label_width(largest: int) -> int:
    """Pixels that the label of an index needs, with room to the next one."""
    return QFontMetrics(theme.number_font(11)).horizontalAdvance(f"{largest:,}") + 14


def _index_spacing(span: float, pixels: float, needed: int) -> list[tuple[int, int]]:
    """Labels at whole indices, 1, 2 or 5 times a power of ten apart, each with the pixels it needs."""
    least = max(1.0, span * needed / max(pixels, 1.0))
    power = 10 ** math.floor(math.log10(least))
    return [(next(step * power for step in (1, 2, 5, 10) if step * power >= least), 0)]


def _step(elements_per_pixel: float, length: int) -> int:
    if not elements_per_pixel > 1:
        return 1
    return min(1 << math.floor(math.log2(elements_per_pixel)), length)


def _blocks(low: float, high: float, length: int, step: int) -> tuple[int, int]:
    first = max(0, math.floor(low) // step * step)
    last = min(length, (math.ceil(high) // step + 2) * step)
    return (first, last) if first < last else (0, length)
