"""The place where numbers are drawn as a line or an image, once the drawing library is there."""

from typing import Any, Literal

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pexgui.core import text

from . import drawing, sampling, widgets

Way = Literal["line", "image"]
_LINE_HEIGHT = 196
_LEAST, _MOST = 120, 520
_AXES = QSize(40, 28)
"""What the labels beside an image take."""
_UNLIMITED = (1 << 24) - 1


class Picture(QWidget):
    """Shows real numbers as a line or an image; a sentence says so when there is nothing to draw.

    ``pointed`` says what is under the pointer, ``opened`` that a larger view is wanted, ``drawn`` that the picture
    is there. A ``roomy`` picture fills its place, another is as high as it needs.
    """

    pointed = Signal(str)
    opened = Signal()
    drawn = Signal()

    def __init__(self, roomy: bool = False, height: int = _LINE_HEIGHT) -> None:
        super().__init__()
        self._roomy = roomy
        self._height = height
        self._plots: dict[Way, Any] = {}
        self._bar: Any = None
        self._asked: tuple[Way, NDArray[Any], tuple[int, ...], str, sampling.Extent | None] | None = None
        self._way: Way = "line"
        self._shape: tuple[int, ...] = (1, 1)
        self._note = ""
        self._sentence = widgets.label("", "muted", wrap=True)
        self._sentence.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._sentence)

    def show_values(
        self,
        way: Way,
        values: NDArray[Any],
        start: tuple[int, ...],
        name: str,
        extent: sampling.Extent | None = None,
    ) -> None:
        """Draw numbers of one dimension as a line or of two as an image; they stand at ``start`` in their array.

        ``extent`` is theirs, when it is known.
        """
        self._asked = (way, values, start, name, extent)
        self._draw()

    def plot(self) -> Any:
        """The plot on show; None while there is none."""
        return self._plots.get(self._way) if self._sentence.isHidden() else None

    def bar(self) -> Any:
        """The colour scale of the image; None while there is none."""
        return self._bar

    def note(self) -> str:
        """What has to be said about the scale of the values; empty when they are drawn as they are."""
        return self._note

    def sentence(self) -> str:
        """Why nothing is drawn; empty when something is."""
        return self._sentence.text() if not self._sentence.isHidden() else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _draw(self) -> None:
        if self._asked is None:
            return
        plots = drawing.plots()
        if plots is None:
            self.setMinimumHeight(0 if self._roomy else self._height)
            if drawing.problem():
                self._say(drawing.problem())
            else:
                drawing.wait(self._draw)
            return
        (way, values, start, name, known), self._asked = self._asked, None
        self._way, self._shape = way, values.shape
        extent = known or sampling.extent(values)
        self._note = ""
        if not extent.finite:
            self._say("There are no finite values to draw.")
            return
        self._say("")
        plot = self._plots.get(way) or self._make(way, plots)
        if way == "line":
            self._note = plot.set_values(values, start[0], extent)
        else:
            plot.set_values(values, (start[0], start[1]), extent)
            self._bar.set_extent(extent)
        words = text.count(extent.size, "value")
        plot.setAccessibleName(f"{'Line plot' if way == 'line' else 'Image'} of {name}, {words}")
        plot.setAccessibleDescription(f"from {extent.low:.6g} to {extent.high:.6g}, mean {extent.mean:.6g}")
        self._fit()
        self.drawn.emit()

    def _make(self, way: Way, plots: Any) -> Any:
        plot = plots.LinePlot(way, self._roomy) if way == "line" else plots.ImagePlot(way, self._roomy)
        plot.pointed.connect(self.pointed)
        plot.opened.connect(self.opened)
        self._layout.addWidget(plot, 1 if self._roomy else 0)
        self._plots[way] = plot
        if way == "image":
            self._bar = plots.ColorBar()
            self._layout.addWidget(self._bar)
        return plot

    def _say(self, sentence: str) -> None:
        self.setMinimumHeight(0)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        for way, plot in self._plots.items():
            plot.setVisible(not sentence and way == self._way)
        if self._bar is not None:
            self._bar.setVisible(not sentence and self._way == "image")
        if sentence:
            self.drawn.emit()

    def _fit(self) -> None:
        """Give the plot the height it needs, and in a window an image the size that its shape allows."""
        plot = self._plots.get(self._way)
        if plot is None:
            return
        rows, columns = self._shape if self._way == "image" else (1, 1)
        oblong = max(rows, columns) > sampling.OBLONG * min(rows, columns)
        if not self._roomy:
            tall = round((self.width() - _AXES.width()) * (0.8 if oblong else rows / columns)) + _AXES.height()
            height = max(_LEAST, min(_MOST, tall)) if self._way == "image" else self._height
            if plot.height() != height:
                plot.setFixedHeight(height)
        elif self._way == "image" and not oblong:
            room = max(self.height() - self._bar.height() - self._layout.spacing() - _AXES.height(), 1)
            width = round(min(self.width() - _AXES.width(), room * columns / rows)) + _AXES.width()
            for widget in (plot, self._bar):
                widget.setMaximumWidth(max(width, _LEAST))
        elif self._way == "image":
            for widget in (plot, self._bar):
                widget.setMaximumWidth(_UNLIMITED)
