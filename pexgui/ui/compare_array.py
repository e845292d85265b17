"""Two arrays laid over one another and their difference: as lines, as images, or cell by cell when they are small."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import ArrayPair, Magnitude, Numbers, PairedColumn

from . import columns, drawing, sampling, theme, widgets
from .compare_lanes import lanes_of
from .compare_table import table_of
from .value_pager import Pager

FEW = {1: 8, 2: 25}
"""Arrays of so few elements are shown cell by cell, like tables."""
_ABOVE, _BELOW, _IMAGE = 190, 128, 240


class Legend(QWidget):
    """The line of a side: A solid in the accent's colour, B dashed in the colour of text."""

    def __init__(self, side: str) -> None:
        super().__init__()
        self._side = side
        self.setFixedSize(44, 16)
        widgets.repaint_on_theme(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        pen = QPen(c.accent if self._side == "A" else c.text, 1.6)
        if self._side == "B":
            pen.setDashPattern([4, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(0, 8.5), QPointF(24, 8.5))
        painter.setPen(c.text)
        painter.setFont(theme.font(11, 600))
        painter.drawText(self.rect().adjusted(30, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._side)
        painter.end()


class ArrayPairView(QWidget):
    """Two arrays of one shape; ``wanted(start)`` asks for another part of them."""

    wanted = Signal(object)

    def __init__(self, view: ArrayPair, name: str, magnitude: Magnitude | None = None) -> None:
        super().__init__()
        self._view, self._name = view, name
        self._first = _first(view, magnitude)
        self.plots: list[Any] = []
        numeric = isinstance(view.a, Numbers) and isinstance(view.b, Numbers)
        small = int(np.prod(view.window or (1,))) <= FEW.get(len(view.axes), 1 << 40)
        if not numeric or small or len(view.axes) not in FEW or _kind(view) not in "biufc":
            self._tabulate()
            return
        self._a, self._b = (_floats(each).reshape(view.window) for each in (view.a, view.b))
        self._build()
        self._draw()

    def sentence(self) -> str:
        """Where the difference begins."""
        return self._where.text()

    # --- parts

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(12)
        line = len(self._view.axes) == 1
        for side in "AB" if line else "":
            head.addWidget(Legend(side))
        self._caption = widgets.ElidedLabel(self._words(), "small")
        self._caption.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head.addWidget(self._caption, 1)
        self._where = widgets.label(self._first_words(), "small")
        head.addWidget(self._where)
        self._waiting = widgets.label("", "muted", wrap=True)
        self._waiting.setMinimumHeight(_ABOVE + _BELOW if line else _IMAGE)
        column.addLayout(head)
        column.addWidget(self._waiting)
        self._pager = Pager(roomy=True)
        self._pager.wanted.connect(self.wanted)
        axis, view = self._view.axes[0], self._view
        shown = view.window[0] * view.step[0]
        self._pager.set_span(view.start[0], min(shown, view.shape[axis] - view.start[0]), view.shape[axis], "elements")
        column.addWidget(self._pager)
        self._column = column
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._where.setStyleSheet(f"color: {theme.colors().warn.name()}; font-weight: 600;")

    def _words(self) -> str:
        view = self._view
        words = [self._name]
        if _kind(view) == "c":
            words.append("magnitude of complex numbers")
        if max(view.step) > 1:
            words.append(f"each point the largest difference of {int(np.prod(view.step)):,} values")
        others = [axis for axis in range(len(view.shape)) if axis not in view.axes]
        words += [f"axis {axis} at {view.index[axis]:,}" for axis in others if axis < len(view.index)]
        return " · ".join(words)

    def _first_words(self) -> str:
        if self._first is None:
            return ""
        return "first difference at " + ", ".join(f"{place:,}" for place in self._first)

    # --- as a table

    def _tabulate(self) -> None:
        view = self._view
        places = np.ndindex(*view.window) if view.window else iter([()])
        labels = tuple(
            ", ".join(f"{s + n * e:,}" for s, n, e in zip(view.start, place, view.step, strict=True))
            for place in places
        )
        lanes, rows = lanes_of(labels, [PairedColumn("", view.type, view.a, view.b, view.differs)])
        self.table, self._pager, _note = table_of(lanes, rows, f"Both values of {self._name}", self)
        _note.hide()
        self._where = widgets.label(self._first_words())
        self._where.setParent(self)
        self._where.hide()

    # --- as a picture

    def _delta(self) -> NDArray[Any]:
        """B − A; of complex numbers how far they are apart."""
        view = self._view
        with np.errstate(all="ignore"):
            if isinstance(view.a, Numbers) and isinstance(view.b, Numbers) and _kind(view) == "c":
                apart: NDArray[Any] = np.abs(columns.array(view.b) - columns.array(view.a)).reshape(view.window)
                return apart
            return self._b - self._a

    def _draw(self) -> None:
        if drawing.plots() is None:
            self._waiting.setText(drawing.problem())
            if not drawing.problem():
                drawing.wait(self._draw)
            return
        from . import compare_plot

        self._waiting.hide()
        delta = self._delta()
        both = sampling.extent(np.stack((self._a, self._b)))
        if not both.finite:
            self._waiting.setText("There are no finite values to draw.")
            self._waiting.setMinimumHeight(0)
            self._waiting.show()
        elif len(self._view.axes) == 1:
            self._draw_lines(compare_plot, delta, both)
        else:
            self._draw_images(compare_plot, delta, both)

    def _draw_lines(self, plots: Any, delta: NDArray[Any], both: sampling.Extent) -> None:
        above, below = plots.OverlayPlot("A over B"), plots.DeltaPlot("Difference B − A")
        view, within = self._view, sampling.extent(delta)
        first = -1
        if self._first is not None and view.axes[0] < len(self._first):
            first = (self._first[view.axes[0]] - view.start[0]) // view.step[0]
        for plot, height in ((above, _ABOVE), (below, _BELOW)):
            plot.set_step(view.step[0], max(first, 0) if first >= 0 or self._first is not None else -1)
            plot.pointed.connect(lambda words: self._caption.setText(words or self._words()))
            plot.setFixedHeight(height)
        above.set_pair(self._a, self._b, view.start[0], both)
        if within.finite:
            below.set_values(delta, view.start[0], within)
        above.setAccessibleName(f"Lines of {self._name} in A and B")
        below.setAccessibleName(f"Difference B − A of {self._name}")
        below.setAccessibleDescription(f"from {within.low:.6g} to {within.high:.6g}")
        below.view.setXLink(above.view)
        self._column.insertWidget(1, above)
        self._column.insertWidget(2, widgets.label("Δ B − A", "small"))
        self._column.insertWidget(3, below)
        self.plots = [above, below]

    def _draw_images(self, plots: Any, delta: NDArray[Any], both: sampling.Extent) -> None:
        from .plot import ColorBar, ImagePlot

        row = QHBoxLayout()
        row.setSpacing(16)
        view = self._view
        start = (view.start[0], view.start[1])
        known = sampling.extent(delta)
        most = max(abs(known.low), abs(known.high)) or 1.0
        for title, values, within in (("A", self._a, both), ("B", self._b, both), ("Δ B − A", delta, known)):
            between = title not in "AB"
            plot = plots.DeltaImage(title) if between else ImagePlot(title)
            plot.set_values(values, start, sampling.Extent(-most, most, 0.0, 1, 1) if between else within)
            plot.setAccessibleName(f"Image of {self._name}, {title}")
            plot.setAccessibleDescription(f"from {within.low:.6g} to {within.high:.6g}")
            plot.setFixedHeight(_IMAGE)
            plot.pointed.connect(lambda words: self._caption.setText(words or self._words()))
            scale = plots.DeltaBar(most) if between else ColorBar()
            if not between:
                scale.set_extent(both)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(widgets.label(title, "small"))
            column.addWidget(plot)
            column.addWidget(scale)
            row.addLayout(column, 1)
            self.plots.append(plot)
        self._column.insertLayout(1, row)


def _kind(view: ArrayPair) -> str:
    return np.dtype(view.a.dtype).kind if isinstance(view.a, Numbers) else "O"


def _floats(values: Any) -> NDArray[np.float64]:
    return columns.floats(values)


def _first(view: ArrayPair, magnitude: Magnitude | None) -> tuple[int, ...] | None:
    """The first place where the sides differ, as far as it is known."""
    if magnitude is not None and magnitude.first:
        return magnitude.first
    marks = np.flatnonzero(np.frombuffer(view.differs, np.uint8))
    if not len(marks) or not view.window or len(view.shape) != len(view.axes):
        return None
    place = np.unravel_index(int(marks[0]), view.window)
    return tuple(s + int(n) * e for s, n, e in zip(view.start, place, view.step, strict=True))
