"""One half of the run table on screen: its pinned columns, or the others beside them."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pexgui.core import RunStatus

from . import cells, theme
from .runs_header import FIRST, PADDING, RunsHeader, tint
from .runs_model import RunsModel

ROW_HEIGHT = 26
EDGE = 3
SIGN = 7
BAR = 80


class RunDelegate(QStyledItemDelegate):
    """Writes the cells; what lies behind them is painted by the view, row by row."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = model
        self._number = theme.number_font()
        self._metrics = QFontMetrics(self._number)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        column = self._runs.columns[index.column()]
        run = self._runs.run(index.row())
        rect: QRect = option.rect
        c = theme.colors()
        text = column.text(run)
        color = c.muted if text in (cells.MISSING, "…") else c.text
        inner = rect.adjusted(FIRST if column.form == "run" else PADDING, 0, -PADDING, 0)
        if column.form == "status":
            inner, color = self._status(painter, inner, RunStatus(text))
        painter.setFont(self._number)
        painter.setPen(color)
        width = self._metrics.horizontalAdvance(text)
        if width > inner.width():
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        elif column.bar and column.measured:
            self._bar(painter, inner, width, column.share(run, self._runs.reach(column)))
            painter.setPen(color)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)

    def _bar(self, painter: QPainter, inner: QRect, width: int, share: float) -> None:
        c = theme.colors()
        room = min(BAR, inner.width() - width - 8)
        if room <= 4 or share <= 0:
            return
        bar = QRectF(inner.left(), inner.center().y() - 1, max(2.0, room * share), 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.faint(c.accent, 0.5 if c.dark else 0.28))
        painter.drawRoundedRect(bar, 2, 2)
        painter.restore()

    def _status(self, painter: QPainter, inner: QRect, status: RunStatus) -> tuple[QRect, QColor]:
        c = theme.colors()
        color = {RunStatus.FINISHED: c.ok, RunStatus.HAS_DATA: c.warn}.get(status, c.muted)
        circle = QRectF(inner.left() + 0.5, inner.center().y() - SIGN / 2 + 0.5, SIGN, SIGN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(color if status is RunStatus.FINISHED else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if status is RunStatus.HAS_DATA:
            painter.setBrush(color)
            painter.drawPie(circle, 90 * 16, 180 * 16)
        painter.restore()
        return inner.adjusted(SIGN + 8, 0, 0, 0), c.text if status is RunStatus.FINISHED else color


class Half(QTableView):
    """One of the two halves of the table; both show the same rows, each its own columns."""

    hovered = Signal(int)
    key_taken = Signal(QKeyEvent)

    def __init__(self, model: RunsModel, name: str, pinned: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = model
        self._pinned = pinned
        self._under = -1
        self.parted = False
        self.sentence = ""
        self.setModel(model)
        self.heading = RunsHeader(model, f"{name}, titles", self)
        self.setHorizontalHeader(self.heading)
        self.setItemDelegate(RunDelegate(model, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)

    def set_under(self, row: int) -> None:
        """Mark the row that the mouse is over, in whichever half."""
        if row != self._under:
            self._under = row
            self.viewport().update()

    def visible_places(self) -> list[int]:
        """The columns shown in this half, from left to right."""
        order = (self.heading.logicalIndex(visual) for visual in range(self.heading.count()))
        return [place for place in order if not self.isColumnHidden(place)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.key_taken.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._paint_behind(painter)
        painter.end()
        super().paintEvent(event)
        if self._pinned:
            self._paint_edges()
        if self.sentence:
            self._paint_sentence()

    def _paint_edges(self) -> None:
        """Mark the selected rows at the left, and where the columns at the right slide below."""
        c = theme.colors()
        painter = QPainter(self.viewport())
        for row in self._rows():
            if self.selectionModel().isSelected(self._runs.index(row, 0)):
                painter.fillRect(0, self.rowViewportPosition(row), EDGE, ROW_HEIGHT, c.accent)
        if self.parted:
            painter.fillRect(self.viewport().width() - 1, 0, 1, self.viewport().height(), c.border)
        painter.end()

    def _rows(self) -> range:
        """The rows on screen."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return range(0) if first < 0 else range(first, (self._runs.rowCount() if last < 0 else last + 1))

    def _paint_sentence(self) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(theme.font())
        painter.setPen(theme.colors().muted)
        room = self.viewport().rect().adjusted(24, 0, -24, 0)
        room.setHeight(min(room.height(), 160))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.sentence)
        painter.end()

    def _paint_behind(self, painter: QPainter) -> None:
        c = theme.colors()
        width, rows = self.viewport().width(), self._rows()
        bottom = self.rowViewportPosition(rows[-1]) + ROW_HEIGHT if rows else 0
        places = self.visible_places()
        for place in places:
            if self._runs.columns[place].group == "Parameters":
                painter.fillRect(self._strip(place, bottom), tint(self._runs.columns[place]))
        rule = theme.mix(c.border, c.surface, 0.45)
        for row in rows:
            band = QRect(0, self.rowViewportPosition(row), width, ROW_HEIGHT)
            selected = self.selectionModel().isSelected(self._runs.index(row, 0))
            if selected or row == self._under:
                painter.fillRect(band, c.accent_soft if selected else c.hover)
            painter.fillRect(0, band.bottom(), width, 1, rule)
        for place in places:
            if self.heading.opens_group(place):
                painter.fillRect(self.columnViewportPosition(place), 0, 1, bottom, c.border)

    def _strip(self, place: int, bottom: int) -> QRect:
        return QRect(self.columnViewportPosition(place), 0, self.columnWidth(place), bottom)
