"""Rows of a table, in memory only; what a column shows is a value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from . import sorting

Row = TypeVar("Row")
Index: TypeAlias = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
"""The role that answers with the row itself."""
KEY = Qt.ItemDataRole.UserRole + 1
"""The role that answers with the value to sort by."""
NOWHERE = QModelIndex()
ACROSS = Qt.Orientation.Horizontal
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its title, the text of a row in it, and the value to sort by (its text, when there is none)."""

    title: str
    text: Callable[[Row], str]
    key: Callable[[Row], Any] | None = None
    right: bool = False


def header(columns: Sequence[Column[Any]], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """What a model answers about the title of a column."""
    if orientation != ACROSS or not 0 <= section < len(columns):
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section].title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return RIGHT if columns[section].right else LEFT
    return None


def cell(column: Column[Any], row: Any, role: int) -> Any:
    """What a model answers about one cell."""
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(row)
    if role == ROW:
        return row
    if role == KEY:
        return column.key(row) if column.key else column.text(row)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return RIGHT if column.right else LEFT
    return None


class RowModel(QAbstractTableModel, Generic[Row]):
    """A table of rows of any kind."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self._given: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``, in their own order."""
        self.beginResetModel()
        self._given = list(rows)
        self._rows = list(rows)
        self.endResetModel()

    def replace(self, number: int, row: Row) -> None:
        """Put ``row`` in the place of the row shown as ``number``."""
        old = self._rows[number]
        self._rows[number] = row
        self._given = [row if each is old else each for each in self._given]
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self._columns) - 1))

    def row(self, number: int) -> Row:
        return self._rows[number]

    def rows(self) -> tuple[Row, ...]:
        """The rows in the order in which they are shown."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return cell(self._columns[index.column()], self._rows[index.row()], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header(self._columns, section, orientation, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, equal rows staying in the order they were given in; column -1 gives that order back."""
        if 0 <= column < len(self._columns):
            shown = self._columns[column]
            places = sorting.ranks([(shown.key or shown.text)(row) for row in self._given])
            arranged = sorting.arrange(places, order == Qt.SortOrder.DescendingOrder)
        else:
            arranged = np.arange(len(self._given))
        self.layoutAboutToBeChanged.emit()
        new = [self._given[position] for position in arranged]
        moved = {id(row): number for number, row in enumerate(new)}
        old = self.persistentIndexList()
        now = [self.index(moved[id(self._rows[index.row()])], index.column()) for index in old]
        self._rows = new
        self.changePersistentIndexList(old, now)
        self.layoutChanged.emit()
