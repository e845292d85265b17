"""Two tables cell by cell: what differs marked, with the difference beside it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import NestedPair, TablePair, text

from . import theme, widgets
from .compare_lanes import EQUAL, Lane, lanes_of, nested_lanes
from .models import LEFT, NOWHERE, RIGHT, Index
from .value_pager import Pager

ROW_HEIGHT = 26
_MOST = 12
_MEASURED = 40
_BAR = 160


class PairModel(QAbstractTableModel):
    """The cells of `Lane`s, in memory."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: Sequence[Lane] = ()
        self._rows = 0

    def set_lanes(self, lanes: Sequence[Lane], rows: int) -> None:
        self.beginResetModel()
        self._lanes, self._rows = lanes, rows
        self.endResetModel()

    def lane(self, column: int) -> Lane:
        return self._lanes[column]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lanes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        lane = self._lanes[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return lane.text(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return widgets.plain_tooltip(lane.text(index.row()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return lane.text(index.row()) + (", differs" if lane.look == "side" and lane.marks[index.row()] else "")
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Vertical or not 0 <= section < len(self._lanes):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._lanes[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._lanes[section].right else LEFT
        return None


class PairDelegate(QStyledItemDelegate):
    """Writes a cell: amber and semibold where the sides differ, muted where they do not, or a bar around zero."""

    def __init__(self, model: PairModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._cells = model

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        lane, rect, c = self._cells.lane(index.column()), QRect(option.rect), theme.colors()
        if lane.share is not None:
            self._bar(painter, rect, float(lane.share[index.row()]))
            return
        differs = bool(lane.marks[index.row()])
        words, font = lane.text(index.row()), theme.number_font()
        quiet = lane.look == "quiet" or words == EQUAL or (lane.look in ("name", "side") and not differs)
        if lane.look == "side" and differs:
            painter.fillRect(rect.adjusted(0, 1, -2, -1), c.warn_soft)
            font = theme.number_font(13, 600)
        inner = rect.adjusted(8, 0, -10, 0)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.setFont(font)
        painter.setPen(c.muted if quiet else c.text)
        painter.drawText(inner, RIGHT if lane.right else LEFT, shown)

    def _bar(self, painter: QPainter, rect: QRect, share: float) -> None:
        c = theme.colors()
        middle = rect.left() + rect.width() / 2
        painter.fillRect(QRectF(middle - 0.5, rect.top(), 1, rect.height()), c.border)
        if share:
            width = max(1.0, (rect.width() / 2 - 8) * abs(share))
            bar = QRectF(middle if share > 0 else middle - width, rect.center().y() - 3.5, width, 8)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_bar_color())
            painter.drawRoundedRect(bar, 1.5, 1.5)
            painter.restore()


def _bar_color() -> QColor:
    c = theme.colors()
    return theme.mix(c.warn, c.surface, 0.75)


class PairHeader(QHeaderView):
    """Titles, and above a bar what its ends stand for."""

    def __init__(self, model: PairModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._cells = model
        self.setFixedHeight(28)
        self.setHighlightSections(False)
        self.setAccessibleName("Titles of the table")

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        c, lane = theme.colors(), self._cells.lane(logicalIndex)
        painter.save()
        painter.fillRect(rect, c.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, c.border)
        painter.setFont(theme.number_font(11, 500))
        painter.setPen(c.muted)
        inner = rect.adjusted(8, 0, -10, 0)
        if lane.share is not None and lane.reach:
            painter.drawText(inner, LEFT, f"{text.MINUS}{lane.reach}")
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "0")
            painter.drawText(inner, RIGHT, f"+{lane.reach}")
        else:
            shown = painter.fontMetrics().elidedText(lane.title, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, RIGHT if lane.right else LEFT, shown)
        painter.restore()


class PairTable(QTableView):
    """A table of lanes, as high as its rows up to a limit."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.cells = PairModel(self)
        self.setModel(self.cells)
        self.setItemDelegate(PairDelegate(self.cells, self))
        self.setHorizontalHeader(PairHeader(self.cells, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down = self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(ROW_HEIGHT)
        down.setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalScrollBar().rangeChanged.connect(lambda _least, _most: self._fit_height())
        theme.changed.connect(self.viewport().update)

    def set_lanes(self, lanes: Sequence[Lane], rows: int) -> None:
        """Show other cells, every column as wide as it needs."""
        self.cells.set_lanes(lanes, rows)
        bar = False
        for number, lane in enumerate(lanes[:_MEASURED]):
            bar = bar or lane.share is not None
            self.setColumnWidth(number, _BAR if lane.share is not None else _needed(lane, rows))
        self.horizontalHeader().setStretchLastSection(bar or not lanes or not lanes[-1].right)
        self._fit_height()

    def _fit_height(self) -> None:
        """Be as high as the rows, and the bar below them where the columns find no room."""
        wide = self.horizontalScrollBar().maximum() > 0
        shown = max(1, min(self.cells.rowCount(), _MOST))
        height = 28 + shown * ROW_HEIGHT + (self.horizontalScrollBar().sizeHint().height() if wide else 0) + 2
        if self.height() != height:
            self.setFixedHeight(height)


def _needed(lane: Lane, rows: int) -> int:
    metrics, head = QFontMetrics(theme.number_font(13, 600)), QFontMetrics(theme.number_font(11, 500))
    widest = max((metrics.horizontalAdvance(lane.text(row)[:60]) for row in range(min(rows, _MEASURED))), default=0)
    least = 120 if lane.right else 48 if lane.look == "name" else 90
    return max(least, min(320, max(widest, head.horizontalAdvance(lane.title)) + 26))


class TablePairView(QWidget):
    """Two tables, cell by cell; ``wanted(start)`` asks for other rows."""

    wanted = Signal(object)

    def __init__(self, view: TablePair) -> None:
        super().__init__()
        lanes, rows = lanes_of(view.labels, view.columns, view.start)
        self.table, self.pager, self.note = table_of(lanes, rows, "Both tables", self)
        self.pager.wanted.connect(self.wanted)
        self.pager.set_span(view.start, rows, view.rows, "rows")
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))


class NestedPairView(QWidget):
    """What differs inside of two lists, dicts or objects."""

    def __init__(self, view: NestedPair) -> None:
        super().__init__()
        self.table, _pager, note = table_of(nested_lanes(view.inner), len(view.inner), "Places that differ", self)
        note.setText(f"and {text.count(view.more, 'more place')}" if view.more else "")
        note.setVisible(bool(view.more))


def table_of(lanes: Sequence[Lane], rows: int, name: str, parent: QWidget) -> tuple[PairTable, Pager, QLabel]:
    """Fill ``parent`` with a table, a pager and a note below."""
    table, pager, note = PairTable(name), Pager(roomy=True), widgets.label("", "small", wrap=True)
    table.set_lanes(lanes, rows)
    column = QVBoxLayout(parent)
    column.setContentsMargins(6, 0, 6, 2)
    column.setSpacing(2)
    for part in (table, pager, note):
        column.addWidget(part)
    pager.setContentsMargins(8, 0, 8, 4)
    note.setContentsMargins(8, 0, 8, 4)
    return table, pager, note
