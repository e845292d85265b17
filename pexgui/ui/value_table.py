"""Columns of a window of a table or an array, as an item model and as a view."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from pexgui.core import Column, Numbers

from . import cells, columns, theme, widgets
from .value_copy import Copying

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_MEASURED = 40
_MEASURED_ALIKE = 8
_LONG_TEXT = 300
_TALLEST = 10
_MADE = 5000
_PIECE = 500


class Lane(Protocol):
    """A column of cells: ``shown`` (None where there is no value) to look at and ``exact`` to copy."""

    title: str
    type: str
    numeric: bool

    def shown(self, row: int) -> str | None: ...
    def exact(self, row: int) -> str: ...


class NumberLane:
    """Numbers of an array, written by ``write``; ``lost`` marks the missing ones, if there are any."""

    def __init__(
        self, title: str, values: NDArray[Any], write: Callable[[Any], str], lost: NDArray[Any] | None = None
    ) -> None:
        self.title = title
        self.type = str(values.dtype)
        self.numeric = values.dtype.kind != "b"
        self._values = values
        self._write = write
        self._exact = cells.exact(values.dtype)
        self._lost = lost

    def shown(self, row: int) -> str | None:
        return None if self._lost is not None and self._lost[row] else self._write(self._values[row])

    def exact(self, row: int) -> str:
        return "" if self._lost is not None and self._lost[row] else self._exact(self._values[row])


class TextLane:
    """Texts, None where there is none."""

    numeric = False

    def __init__(self, title: str, kind: str, items: Sequence[str | None]) -> None:
        self.title = title
        self.type = kind
        self._items = items

    def shown(self, row: int) -> str | None:
        item = self._items[row]
        return item if item is None or len(item) <= _LONG_TEXT else item[:_LONG_TEXT] + "…"

    def exact(self, row: int) -> str:
        return self._items[row] or ""


def lane(column: Column) -> Lane:
    """The lane that shows ``column``."""
    if isinstance(column.cells, Numbers):
        values = columns.array(column.cells)
        lost = columns.mask(column.cells) if column.cells.missing else None
        result = NumberLane(column.name, values, cells.formatter(values if lost is None else values[~lost]), lost)
        result.type = column.type
        return result
    return TextLane(column.name, column.type, column.cells.items)


class Grid:
    """The columns of a window: ``index`` of them name the rows; without one, rows count from ``start``.

    ``lanes`` may be made only when asked for; there are ``rows`` rows in the window. Copies begin with the columns'
    titles where they are ``titled``.
    """

    def __init__(self, lanes: Sequence[Lane], rows: int, start: int = 0, index: int = 0, titled: bool = True) -> None:
        self.lanes = lanes
        self.rows = rows
        self.start = start
        self.index = index
        self.titled = titled

    def pieces(self) -> Iterator[str]:
        """The window as a text of tab-separated lines, names first, exact values."""
        if self.titled:
            yield "\t".join(_field(lane.title) for lane in self.lanes)
        yield from _pieces(self.lanes, range(self.rows), below=self.titled)


def _pieces(lanes: Sequence[Lane], rows: range, below: bool = False) -> Iterator[str]:
    made = list(lanes) if len(lanes) <= _MADE else lanes
    for row in rows:
        for first in range(0, len(made), _PIECE):
            begin = "\t" if first else "\n" if below or row > rows.start else ""
            yield begin + "\t".join(_field(lane.exact(row)) for lane in made[first : first + _PIECE])


def _field(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if any(sign in word for sign in '\t\n\r"') else word


class TableModel(QAbstractTableModel):
    """A `Grid` in memory."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid = Grid((), 0)

    def set_grid(self, grid: Grid) -> None:
        self.beginResetModel()
        self._grid = grid
        self.endResetModel()

    def grid(self) -> Grid:
        return self._grid

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._grid.rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._grid.lanes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        lane = self._grid.lanes[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            shown = lane.shown(index.row())
            return cells.MISSING if shown is None else shown.replace("\n", " ")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if lane.numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            muted = index.column() < self._grid.index or lane.shown(index.row()) is None
            return theme.colors().muted if muted else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return widgets.plain_tooltip(lane.exact(index.row())[:2000])
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole:
                return f"{self._grid.start + section:,}"
            return None
        if not 0 <= section < len(self._grid.lanes):
            return None
        lane = self._grid.lanes[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return lane.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return widgets.plain_tooltip(f"{lane.title}\n{lane.type}".strip())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if lane.numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class TableView(QTableView):
    """A table of values: 26 px rows, hairlines below them, nothing to edit; Ctrl+C copies the chosen cells."""

    def __init__(self, name: str, roomy: bool = False) -> None:
        super().__init__()
        self._roomy = roomy
        self._model = TableModel(self)
        self.copying = Copying(self)
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.number_font())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header, size in ((self.verticalHeader(), 26), (self.horizontalHeader(), 80)):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(24)
            header.setDefaultSectionSize(size)
            header.setHighlightSections(False)
            header.setFont(theme.number_font(11))
        self.horizontalHeader().setFixedHeight(28)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.verticalHeader().setStyleSheet("QHeaderView::section { border: none; }")
        theme.changed.connect(self._dress)
        self._dress()

    def set_grid(self, grid: Grid) -> None:
        """Show another window; the column widths stay when the columns are the same."""
        before = [lane.title for lane in self._model.grid().lanes[:_MEASURED]] if self.grid().titled else []
        self._model.set_grid(grid)
        self.verticalHeader().setVisible(grid.index == 0)
        self.verticalHeader().setFixedWidth(self._label_width(grid))
        if not grid.titled:
            self._fit_alike(grid)
        elif before != [lane.title for lane in grid.lanes[:_MEASURED]]:
            self._fit_columns(grid)
        self.horizontalHeader().setVisible(any(lane.title for lane in grid.lanes[:1]))
        self.scrollToTop()
        self._fit_height()

    def grid(self) -> Grid:
        return self._model.grid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copying.start(self.chosen())
            event.accept()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> Iterator[str]:
        """The smallest rectangle around the chosen cells as a text of tab-separated lines of exact values."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        if not parts:
            return iter(())
        lanes = self.grid().lanes[min(part.left() for part in parts) : max(part.right() for part in parts) + 1]
        return _pieces(lanes, range(min(part.top() for part in parts), max(part.bottom() for part in parts) + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        if self._roomy:
            return
        across, down = self.horizontalHeader(), self.verticalHeader()
        wide = across.length() + (down.width() if down.isVisibleTo(self) else 0) > self.width()
        head = 28 if across.isVisibleTo(self) else 0
        rows = max(1, min(self._model.rowCount(), _TALLEST))
        self.setFixedHeight(head + 26 * rows + (13 if wide else 1))

    def _dress(self) -> None:
        c = theme.colors()
        rule = theme.mix(c.border, c.surface, 0.45).name()
        self.setStyleSheet(
            f"QTableView::item {{ padding: 0 8px; border-bottom: 1px solid {rule}; }}"
            f"QTableView::item:selected {{ background: {c.accent_soft.name()}; color: {c.text.name()}; }}"
            "QAbstractScrollArea::corner { background: transparent; border: none; }"
        )

    def _label_width(self, grid: Grid) -> int:
        last = f"{grid.start + max(grid.rows - 1, 0):,}"
        return QFontMetrics(self.verticalHeader().font()).horizontalAdvance(last) + 18

    def _fit_alike(self, grid: Grid) -> None:
        """One width for the columns of an array."""
        shown = grid.lanes[:_MEASURED_ALIKE]
        width = max((self._needed(lane, grid.rows) for lane in shown), default=0)
        self.horizontalHeader().setDefaultSectionSize(width or 80)

    def _fit_columns(self, grid: Grid) -> None:
        for number, lane in enumerate(grid.lanes[:_MEASURED]):
            self.setColumnWidth(number, self._needed(lane, grid.rows))

    def _needed(self, lane: Lane, rows: int) -> int:
        metrics, head = QFontMetrics(self.font()), QFontMetrics(theme.font(11, 500))
        words = ((lane.shown(row) or "")[:60] for row in range(min(rows, _MEASURED)))
        widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
        return max(44, min(240, max(widest, head.horizontalAdvance(lane.title)) + 28))
