"""The header of the run table: what a group of columns is above, the columns' names below."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from . import icons, theme
from .run_columns import RunColumn
from .runs_model import RunsModel

HEIGHT = 46
PADDING = 12
FIRST = 24
"""Where the first column begins: at the left edge of everything in the centre."""
NARROWEST = 48

GROUP_ICONS = {"Parameters": "sliders", "Results": "chart"}


class RunsHeader(QHeaderView):
    """``clicked_on(key)`` asks to sort by a column; ``menu_wanted(key, place)`` what else can be done with it."""

    clicked_on = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, model: RunsModel, name: str, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._runs = model
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.setMinimumSectionSize(NARROWEST)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFirstSectionMovable(True)
        self.sectionClicked.connect(lambda place: self.clicked_on.emit(self._runs.columns[place].key))
        self.viewport().setMouseTracking(True)

    def before(self, place: int) -> int:
        """The visible column left of ``place``, -1 when there is none."""
        visual = self.visualIndex(place) - 1
        while visual >= 0 and self.isSectionHidden(self.logicalIndex(visual)):
            visual -= 1
        return self.logicalIndex(visual) if visual >= 0 else -1

    def opens_group(self, place: int) -> bool:
        """Whether a rule stands left of the column, because a group begins or ends there."""
        before = self.before(place)
        return before >= 0 and self._runs.columns[before].group != self._runs.columns[place].group

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.logicalIndexAt(event.pos())
        if place >= 0:
            self.menu_wanted.emit(self._runs.columns[place].key, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        used, rest = self.length() - self.offset(), self.viewport().rect()
        rest.setLeft(max(used, 0))
        painter.fillRect(rest, theme.colors().surface)
        painter.fillRect(rest.left(), rest.bottom(), rest.width(), 1, theme.colors().border)
        painter.end()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        if not rect.isValid() or logicalIndex >= len(self._runs.columns):
            return
        c = theme.colors()
        column = self._runs.columns[logicalIndex]
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, tint(column))
        if self.opens_group(logicalIndex):
            painter.fillRect(rect.left(), rect.top(), 1, rect.height(), c.border)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, c.border)
        if column.group:
            self._paint_group(painter, rect, logicalIndex, column)
        self._paint_title(painter, rect, column)
        if column.values is None and not column.problem:
            done = round((rect.width() - 2 * PADDING) * column.progress)
            painter.fillRect(rect.left() + PADDING, rect.bottom() - 1, max(done, 12), 2, c.accent)
        painter.restore()

    def _paint_group(self, painter: QPainter, rect: QRect, place: int, column: RunColumn) -> None:
        visual = self.visualIndex(place)
        left, right = self._edge(visual, -1, column.group), self._edge(visual, 1, column.group)
        left = max(left, 0) + PADDING
        c = theme.colors()
        icons.paint(painter, QRect(left, rect.top() + 6, 14, 14), GROUP_ICONS[column.group], c.muted)
        words = QRect(left + 20, rect.top() + 2, right - left - 24, 22)
        font = theme.font(11)
        painter.setFont(font)
        painter.setPen(c.muted)
        title = QFontMetrics(font).elidedText(column.group, Qt.TextElideMode.ElideRight, max(words.width(), 0))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _edge(self, visual: int, step: int, group: str) -> int:
        """Where the columns of a group that stand together end, to the left or to the right of ``visual``."""
        place = self.logicalIndex(visual)
        while 0 <= visual < self.count():
            here = self.logicalIndex(visual)
            if not self.isSectionHidden(here):
                if self._runs.columns[here].group != group:
                    break
                place = here
            visual += step
        return self.sectionViewportPosition(place) + (self.sectionSize(place) if step > 0 else 0)

    def _paint_title(self, painter: QPainter, rect: QRect, column: RunColumn) -> None:
        c = theme.colors()
        sorted_by = column.key == self._runs.sorted_by
        left = rect.left() + (FIRST if column.form == "run" else PADDING)
        line = QRect(left, rect.top() + 24, rect.right() - PADDING - left + 1, 18)
        font = theme.font(11, 500)
        metrics = QFontMetrics(font)
        signs = 14 * (sorted_by + bool(column.problem))
        title = metrics.elidedText(column.title, Qt.TextElideMode.ElideMiddle, max(line.width() - signs, 0))
        width = metrics.horizontalAdvance(title)
        painter.setFont(font)
        painter.setPen(c.text if sorted_by else c.muted)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, title)
        beside = line.right() - width - 13 if column.right else line.left() + width + 3
        if sorted_by:
            name = "chevron-down" if self._runs.descending else "chevron-up"
            icons.paint(painter, QRect(beside, line.top() + 4, 11, 11), name, c.text)
            beside += -14 if column.right else 14
        if column.problem:
            icons.paint(painter, QRect(beside, line.top() + 3, 12, 12), "warning", c.warn)


def tint(column: RunColumn) -> QColor:
    """What the column lies on: parameters a little apart from everything else."""
    c = theme.colors()
    if column.group != "Parameters":
        return c.surface
    return theme.mix(c.window, c.surface, 0.5) if c.dark else c.window


def group_width(group: str) -> int:
    """How much room the title of a group takes."""
    return QFontMetrics(theme.font(11)).horizontalAdvance(group) + 20 + 2 * PADDING


def title_width(column: RunColumn) -> int:
    """How much room the title takes with all that may stand beside it."""
    wide = QFontMetrics(theme.font(11, 500)).horizontalAdvance(column.title) + 14
    return wide + PADDING + (FIRST if column.form == "run" else PADDING)
