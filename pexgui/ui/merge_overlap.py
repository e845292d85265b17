"""How the points of two files overlap: two bars, and a stretch through both for what they share."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pexgui.core import text

from . import theme, widgets

_NAMES, _HIGH, _GAP, _LEAST = 136, 22, 10, 22


class OverlapPicture(QWidget):
    """Not to scale where a part would be too small to be seen: the numbers are the truth."""

    def __init__(self) -> None:
        super().__init__()
        self._names = ("", "")
        self._runs = (0, 0)
        self._shared = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        widgets.repaint_on_theme(self)

    def show_overlap(self, names: tuple[str, str], runs: tuple[int, int], shared: int) -> None:
        """Show two files by their names and runs, and how many points they share."""
        self._names, self._runs, self._shared = names, runs, shared
        only = (f"{count - shared:,} only in {name}" for name, count in zip(names, runs, strict=True))
        self.setAccessibleName("How the points overlap")
        self.setAccessibleDescription(f"{', '.join(only)}, {shared:,} in both")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 2 * _HIGH + _GAP + 6 + 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, shared, right = self._parts()
        rows = (6, 6 + _HIGH + _GAP)
        if self._shared:
            around = QRectF(shared[0], 0, shared[1] - shared[0], rows[1] + _HIGH + 6)
            painter.fillRect(around, c.warn_soft)
        pale = theme.mix(c.accent, c.surface, 0.3)
        for row, (top, color, start, end) in enumerate(
            ((rows[0], c.accent, left[0], shared[1]), (rows[1], pale, shared[0], right[1]))
        ):
            self._bar(painter, QRectF(start, top, end - start, _HIGH), color)
            own = (left[0], shared[0]) if row == 0 else (shared[1], right[1])
            self._words_on(painter, row, top, own, c.on_accent if row == 0 else c.text)
            if self._shared:
                painter.fillRect(QRectF(shared[0], top, shared[1] - shared[0], _HIGH), c.warn)
            painter.setPen(c.text)
            painter.setFont(theme.font())
            name = painter.fontMetrics().elidedText(self._names[row], Qt.TextElideMode.ElideMiddle, _NAMES - 12)
            painter.drawText(QRectF(0, top, _NAMES, _HIGH), Qt.AlignmentFlag.AlignVCenter, name)
        self._counts(painter, left, shared, right, rows[1] + _HIGH + 8)
        painter.end()

    def _parts(self) -> tuple[tuple[float, float], ...]:
        """Where the parts begin and end: only in the first, in both, only in the second."""
        counts = (self._runs[0] - self._shared, self._shared, self._runs[1] - self._shared)
        wide = float(self.width() - _NAMES)
        least = [_LEAST if count else 0 for count in counts]
        total = sum(counts) or 1
        widths = [max(floor, wide * count / total) for floor, count in zip(least, counts, strict=True)]
        excess = sum(widths) - wide
        for _ in range(3):
            loose = sum(width - floor for width, floor in zip(widths, least, strict=True)) or 1.0
            widths = [w - excess * (w - floor) / loose for w, floor in zip(widths, least, strict=True)]
            excess = sum(widths) - wide
        edges = [float(_NAMES)]
        for width in widths:
            edges.append(edges[-1] + width)
        return tuple((edges[part], edges[part + 1]) for part in range(3))

    def _bar(self, painter: QPainter, place: QRectF, color: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(place, 3, 3)

    def _words_on(self, painter: QPainter, row: int, top: float, own: tuple[float, float], color: QColor) -> None:
        """The number of runs on the part of a bar that is its own, if it fits there."""
        words = text.count(self._runs[row], "run")
        painter.setFont(theme.number_font(11, 600))
        if painter.fontMetrics().horizontalAdvance(words) + 20 > own[1] - own[0]:
            return
        side = Qt.AlignmentFlag.AlignRight if row else Qt.AlignmentFlag.AlignLeft
        painter.setPen(color)
        place = QRectF(own[0] + 10, top, own[1] - own[0] - 20, _HIGH)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _counts(
        self, painter: QPainter, left: tuple[float, float], shared: tuple[float, float], right: tuple[float, float],
        top: float,
    ) -> None:  # fmt: skip
        c = theme.colors()
        ends = (self._runs[0] - self._shared, self._runs[1] - self._shared)
        words = [f"{ends[0]:,} only here", f"{self._shared:,} in both", f"{ends[1]:,} only here"]
        painter.setFont(theme.number_font(11))
        sizes = [painter.fontMetrics().horizontalAdvance(each) + 4 for each in words]
        places = [left[0], (shared[0] + shared[1] - sizes[1]) / 2, right[1] - sizes[2]]
        places[1] = max(places[0] + (sizes[0] + 12) * bool(ends[0]), places[1])
        places[1] = min(places[2] - 12 if ends[1] else right[1], places[1] + sizes[1]) - sizes[1]
        for part, count in enumerate((ends[0], self._shared, ends[1])):
            if count:
                painter.setFont(theme.number_font(11, 600 if part == 1 else 400))
                painter.setPen(c.warn if part == 1 else c.muted)
                place = QRectF(places[part], top, sizes[part] + 8, 16)
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft, words[part])
