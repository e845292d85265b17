"""The open runs as a table: run, what became of it, and its point."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem

from pexgui.core import Numbers, RunStatus, RunsToDo, RunTable, RunToDo

from . import theme
from .run_columns import RunColumn, of_table
from .runs_half import RunDelegate
from .runs_header import PADDING
from .runs_model import RunsModel
from .runs_table import RunsTable

STATE = "state"
WORDS = ("failed", "has data", "not run")
_FAILED, _HAS_DATA, _NOT_RUN = range(3)
_SIGNS = (RunStatus.HAS_DATA, RunStatus.HAS_DATA, RunStatus.NOT_RUN)
_NONE = Numbers("<f8", b"")


class StateColumn(RunColumn):
    """What became of each run; its values are places in `WORDS`, so that it sorts failed runs to the top."""

    def text(self, run: int) -> str:
        return WORDS[self.values[run]] if self.values is not None else ""

    def exact(self, run: int) -> str:
        return self.text(run)


def state_of(run: RunToDo) -> int:
    """The place in `WORDS` of what became of a run."""
    if run.failed:
        return _FAILED
    return _NOT_RUN if run.status is RunStatus.NOT_RUN else _HAS_DATA


def columns_of(found: RunsToDo) -> list[RunColumn]:
    """The columns of the table, one value per open run."""
    states = np.array([state_of(run) for run in found.open], np.uint8)
    names = tuple(run.name for run in found.open)
    run, _, *parameters = of_table(RunTable(names, states.tobytes(), _NONE, _NONE, found.parameters))[:-2]
    state = StateColumn(STATE, "State", STATE, "", "status")
    state.fill(states, np.zeros(len(states), np.bool_))
    return [run, state, *parameters]


class ToDoModel(RunsModel):
    """The open runs as an item model; the role `ROW` answers with the place of a run among the open ones."""

    def show_columns(self, columns: list[RunColumn], runs: int) -> None:
        """Show these columns over so many open runs, sorted as before."""
        self.beginResetModel()
        self._runs = runs
        self.columns = columns
        if self.place(self.sorted_by) is None:
            self.sorted_by, self.descending = "run", False
        self._shown = self._order()
        self._reach = {}
        self.endResetModel()


class ToDoDelegate(RunDelegate):
    """Writes the state of an open run with its sign; all other cells as in the run table."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        column = self._runs.columns[index.column()]
        if not isinstance(column, StateColumn) or column.values is None:
            super().paint(painter, option, index)
            return
        run = self._runs.run(index.row())
        rect: QRect = option.rect
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        inner, color = self._status(painter, inner, _SIGNS[column.values[run]])
        font = theme.font()
        words = QFontMetrics(font).elidedText(column.text(run), Qt.TextElideMode.ElideRight, max(inner.width(), 0))
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


class ToDoTable(RunsTable):
    """The open runs on screen; run and state stay at the left."""

    _places: dict[int, int] | None = None
    _numbers: tuple[int, ...] = ()

    def __init__(self) -> None:
        super().__init__(ToDoModel())
        self.model.setParent(self)
        for half in (self.left, self.right):
            half.setItemDelegate(ToDoDelegate(self.model, half))
        self.columns.pin(STATE, True)

    def show_found(self, found: RunsToDo) -> None:
        """Show these runs; sorting and place stay, and so do the selected runs that are still open."""
        numbers = tuple(run.index for run in found.open)
        now = {number: place for place, number in enumerate(numbers)}
        self._places = {place: now.get(number, -1) for place, number in enumerate(self._numbers)}
        self._numbers = numbers
        assert isinstance(self.model, ToDoModel)
        self.model.show_columns(columns_of(found), len(numbers))
        self._places = None

    def menu(self, key: str) -> QMenu:
        """What can be done with the column ``key``, or with an empty key, with the selected runs."""
        menu = QMenu(self)
        column = self.model.column(key)
        if column is None:
            menu.setAccessibleName("Runs")
            menu.addAction("Copy", self.copy).setEnabled(bool(self.selected_runs()))
            return menu
        menu.setAccessibleName(f"Column {column.title}")
        menu.addAction("Sort ascending", lambda: self.model.arrange(key, False))
        menu.addAction("Sort descending", lambda: self.model.arrange(key, True))
        return menu

    def _remember(self) -> None:
        """The runs kept are the same ones afterwards, wherever they stand then."""
        super()._remember()
        places = self._places
        if places is not None:
            kept = self._kept
            selected = tuple(place for run in kept.selected if (place := places[run]) >= 0)
            self._kept = replace(kept, run=places.get(kept.run, -1), selected=selected)
