"""The run table as an item model: columns over all runs, and which runs are shown in which order."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal

from pexgui.core import RunTable

from . import filter as run_filter
from . import sorting
from .models import ACROSS, KEY, LEFT, NOWHERE, RIGHT, ROW, Index
from .run_columns import RunColumn, of_table
from .widgets import plain_tooltip


class RunsModel(QAbstractTableModel):
    """The runs of a trajectory. Rows are those kept by the filter, sorted; the role `ROW` answers with the run's index.

    ``arranged`` comes after other runs, or the same in another order, are shown.
    """

    arranged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: list[RunColumn] = []
        self.sorted_by = "run"
        self.descending = False
        self._runs = 0
        self._kept: NDArray[np.bool_] | None = None
        self._shown: NDArray[np.intp] = np.zeros(0, np.intp)
        self._reach: dict[str, float] = {}

    # --- columns ---

    def set_table(self, table: RunTable) -> None:
        """Show the runs of ``table``; columns of results stay, with the values they had, and so does the filter."""
        fresh = of_table(table)
        bars = {column.key for column in self.columns if column.bar}
        results = [column for column in self.columns if column.group == "Results"]
        self.beginResetModel()
        self._runs = len(table.names)
        for column in results:
            column.fit(self._runs)
            if column.values is None:
                column.missing = np.ones(self._runs, np.bool_)
        for column in fresh:
            column.bar = column.key in bars
        self.columns = [*fresh[:-2], *results, *fresh[-2:]]
        if self.sorted_by not in {column.key for column in self.columns}:
            self.sorted_by, self.descending = "run", False
        if self._kept is not None:
            self._kept = np.concatenate((self._kept, np.ones(self._runs, np.bool_)))[: self._runs]
        self._shown = self._order()
        self._reach = {}
        self.endResetModel()

    def add(self, column: RunColumn) -> None:
        """Add the column of a result behind the others."""
        place = max(len(self.columns) - 2, 0)
        self.beginInsertColumns(NOWHERE, place, place)
        self.columns.insert(place, column)
        self.endInsertColumns()

    def remove(self, key: str) -> None:
        """Take away the column of a result; what was sorted by it goes back to the order of the runs."""
        place = self.place(key)
        if place is None:
            return
        self.beginRemoveColumns(NOWHERE, place, place)
        del self.columns[place]
        self.endRemoveColumns()
        if self.sorted_by == key:
            self.arrange("run", False)

    def renew(self, key: str) -> None:
        """A column got other values, or says how far they are: show them, and sort again when it is sorted by it."""
        place = self.place(key)
        if place is None:
            return
        self._reach.pop(key, None)
        if self._shown.size:
            self.dataChanged.emit(self.index(0, place), self.index(self.rowCount() - 1, place))
        self.headerDataChanged.emit(ACROSS, place, place)
        if self.sorted_by == key:
            self.arrange(key, self.descending)

    def place(self, key: str) -> int | None:
        """Where the column ``key`` stands."""
        return next((place for place, column in enumerate(self.columns) if column.key == key), None)

    def column(self, key: str) -> RunColumn | None:
        place = self.place(key)
        return None if place is None else self.columns[place]

    def clear(self) -> None:
        self.beginResetModel()
        self.columns = []
        self._runs = 0
        self._kept = None
        self._shown = np.zeros(0, np.intp)
        self.sorted_by, self.descending = "run", False
        self.endResetModel()

    # --- rows ---

    def runs(self) -> int:
        """How many runs there are, shown or not."""
        return self._runs

    def shown(self) -> NDArray[np.intp]:
        """The runs shown, in their order."""
        return self._shown

    def run(self, row: int) -> int:
        """The run in a row."""
        return int(self._shown[row])

    def rows_of(self, runs: Sequence[int]) -> list[int]:
        """The rows of those of ``runs`` that are shown, in the order of the rows."""
        return np.flatnonzero(np.isin(self._shown, np.asarray(runs, np.intp))).tolist()

    def run_named(self, names: Collection[str]) -> int | None:
        """The first run whose name is one of ``names``, shown or not."""
        values = self.columns[0].values if self.columns else None
        return None if values is None else next((run for run, name in enumerate(values) if name in names), None)

    def arrange(self, key: str, descending: bool) -> None:
        """Sort by a column: equal runs stay in the order of the runs, those without a value come last."""
        self.sorted_by, self.descending = key, descending
        self._show(self._order())
        self.headerDataChanged.emit(ACROSS, 0, max(len(self.columns) - 1, 0))

    def choose(self, text: str) -> None:
        """Show only the runs that the filter ``text`` keeps. Raises `filter_text.Mistake`, and then changes nothing."""
        kept = run_filter.keep(text, self.operands(), self._runs)
        self._kept = None if kept.all() else kept
        self._show(self._order())

    def operands(self) -> dict[str, run_filter.Operand]:
        """The columns by the names that a filter can call them."""
        result: dict[str, run_filter.Operand] = {}
        for column in self.columns:
            operand = column.operand()
            if operand is not None:
                for name in (column.title, column.title.lower(), column.full):
                    result.setdefault(name, operand)
        return result

    def reach(self, column: RunColumn) -> float:
        """The largest magnitude in a column among the runs shown, for bars."""
        if column.key not in self._reach:
            self._reach[column.key] = column.reach(self._shown)
        return self._reach[column.key]

    def _order(self) -> NDArray[np.intp]:
        column = self.column(self.sorted_by)
        if column is None or (column.form == "run" and not self.descending):
            order = np.arange(self._runs)
        else:
            order = sorting.arrange(column.ranks(), self.descending)
        return order if self._kept is None else order[self._kept[order]]

    def _show(self, order: NDArray[np.intp]) -> None:
        if np.array_equal(order, self._shown):
            return
        self.beginResetModel()
        self._shown = order
        self._reach = {}
        self.endResetModel()
        self.arranged.emit()

    # --- what Qt calls ---

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        column, run = self.columns[index.column()], int(self._shown[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(run)
        if role == ROW:
            return run
        if role == KEY:
            return None if column.values is None or column.missing[run] else column.values[run]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != ACROSS or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (column.full, column.type, column.comment, column.problem)
            return plain_tooltip("\n".join(line for line in lines if line))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns):
            self.arrange(self.columns[column].key, order == Qt.SortOrder.DescendingOrder)
        else:
            self.arrange("run", False)
