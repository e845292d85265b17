"""The run table on screen: pinned columns at the left, the others beside them; one selection, one scroll position."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from . import theme
from .run_columns import RunColumn
from .runs_half import ROW_HEIGHT, Half
from .runs_layout import ColumnLayout
from .runs_model import RunsModel
from .value_copy import Copying, lines


class RunsTable(QWidget):
    """``run_chosen(run, key)``: the person went to a run, in the column ``key``; ``opened()``: pressed Enter on it.

    ``menu_wanted(key, place)``: the menu of a column, or with an empty key that of the rows. ``selected()``: other
    runs are selected.
    """

    run_chosen = Signal(int, str)
    opened = Signal()
    menu_wanted = Signal(str, QPoint)
    selected = Signal()

    def __init__(self, model: RunsModel) -> None:
        super().__init__()
        self.model = model
        self._quiet = 0
        self._kept = _Kept()
        self._forgetting = False
        self._anchor = -1
        self.copying = Copying(self)
        model.modelAboutToBeReset.connect(self._remember)
        self.left = Half(model, "Runs, pinned columns", True, self)
        self.right = Half(model, "Runs", False, self)
        model.modelReset.connect(self._restore)
        self.columns = ColumnLayout(model, self.left, self.right)
        self._join()
        self._lay_out()

    # --- what is asked and done ---

    def reveal(self, key: str) -> None:
        """Scroll to a column."""
        place = self.model.place(key)
        if place is not None and not self.right.isColumnHidden(place):
            bar, left = self.right.horizontalScrollBar(), self.right.columnViewportPosition(place)
            beyond = left + self.right.columnWidth(place) - self.right.viewport().width()
            if left < 0 or beyond > 0:
                bar.setValue(bar.value() + (left if left < 0 else beyond))

    def show_progress(self) -> None:
        """Columns that are being read are further than before."""
        self.left.heading.viewport().update()
        self.right.heading.viewport().update()

    def say(self, sentence: str) -> None:
        """Say why there are no rows, where they would be."""
        self.right.sentence = sentence
        self.right.setAccessibleDescription(sentence)
        self._repaint()

    def current_run(self) -> int | None:
        """The run the person is at, None when there is none."""
        row = self.right.currentIndex().row()
        return self.model.run(row) if 0 <= row < self.model.rowCount() else None

    def selected_runs(self) -> list[int]:
        """The selected runs, in the order shown."""
        parts = self._selection().selection()
        rows = {row for n in range(parts.count()) for row in range(parts.at(n).top(), parts.at(n).bottom() + 1)}
        return [self.model.run(row) for row in sorted(rows)]

    def select_run(self, run: int) -> bool:
        """Go to a run, if it is shown."""
        rows = self.model.rows_of([run])
        if rows:
            self._go(rows[0], extend=False)
        return bool(rows)

    def step(self, rows: int) -> bool:
        """Go ``rows`` lines down (or up); False at the end."""
        row = self.right.currentIndex().row() + rows
        if not 0 <= row < self.model.rowCount():
            return False
        self._go(row, extend=False)
        return True

    def copied(self) -> Iterator[str]:
        """The selected runs as tab-separated lines under their titles, with exact values."""
        columns = self.columns.visible()
        runs = self.selected_runs()
        yield "\t".join(_title(column) for column in columns)
        for run in runs:
            yield "\t".join(column.exact(run) for column in columns)

    def copy(self) -> None:
        """Put the selected runs on the clipboard."""
        if self.selected_runs():
            self.copying.start(lines(self.copied()))

    # --- within ---

    def _lay_out(self) -> None:
        self.left.setFocusProxy(self.right)
        self.setFocusProxy(self.right)
        self.left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.left.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._foot = QWidget()
        self._foot.setFixedHeight(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.left, 1)
        column.addWidget(self._foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column)
        row.addWidget(self.right, 1)

    def _join(self) -> None:
        """Make two views one: selection, scrolling, hovering, moved and resized columns."""
        self.left.setSelectionModel(self.right.selectionModel())
        self._selection().currentChanged.connect(self._went)
        self._selection().selectionChanged.connect(lambda *_: self._repaint())
        self._selection().selectionChanged.connect(lambda *_: self.selected.emit())
        bars = self.left.verticalScrollBar(), self.right.verticalScrollBar()
        for one, other in (bars, bars[::-1]):
            one.valueChanged.connect(other.setValue)
        across = self.right.horizontalScrollBar()
        across.valueChanged.connect(self._slid)
        across.rangeChanged.connect(lambda *_: self._footed())
        for half in (self.left, self.right):
            half.hovered.connect(self._hover)
            half.key_taken.connect(self._key)
            half.doubleClicked.connect(lambda _index: self.opened.emit())
            half.heading.clicked_on.connect(self._sort_by)
            half.heading.menu_wanted.connect(self.menu_wanted)
        theme.changed.connect(self._repaint)

    def _selection(self) -> QItemSelectionModel:
        return self.right.selectionModel()

    def _footed(self) -> None:
        bar = self.right.horizontalScrollBar()
        self._foot.setFixedHeight(bar.sizeHint().height() if bar.maximum() > 0 else 0)

    def _slid(self, value: int) -> None:
        self.left.parted = value > 0
        self._repaint()

    def _hover(self, row: int) -> None:
        self.left.set_under(row)
        self.right.set_under(row)

    def _repaint(self) -> None:
        for half in (self.left, self.right):
            half.viewport().update()
            half.heading.viewport().update()

    def _sort_by(self, key: str) -> None:
        self.model.arrange(key, key == self.model.sorted_by and not self.model.descending)

    def _went(self, now: QModelIndex, before: QModelIndex) -> None:
        self._anchor = now.row()
        if self._quiet == 0 and now.isValid() and (now.row(), now.column()) != (before.row(), before.column()):
            self.run_chosen.emit(self.model.run(now.row()), self.model.columns[now.column()].key)

    def _key(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif (row := self._target(Qt.Key(key))) is not None:
            self._go(row, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            bar = self.right.horizontalScrollBar()
            bar.setValue(bar.value() + (60 if key == Qt.Key.Key_Right else -60))
        else:
            return
        event.accept()

    def _target(self, key: Qt.Key) -> int | None:
        """The row that a key goes to. Qt would lose the way where the current column is pinned to the other half."""
        row, last = self.right.currentIndex().row(), self.model.rowCount() - 1
        page = max(self.right.viewport().height() // ROW_HEIGHT - 1, 1)
        targets = {
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_Up: row - 1,
            Qt.Key.Key_Down: row + 1,
            Qt.Key.Key_PageUp: row - page,
            Qt.Key.Key_PageDown: row + page,
        }
        return None if key not in targets or last < 0 else max(0, min(targets[key], last))

    def _go(self, row: int, extend: bool) -> None:
        index = self.model.index(row, max(self.right.currentIndex().column(), 0))
        if not extend:
            self.right.setCurrentIndex(index)
            self._reveal_row(row)
            return
        anchor = row if self._anchor < 0 else self._anchor
        first, last = min(anchor, row), max(anchor, row)
        whole = QItemSelection(self.model.index(first, 0), self.model.index(last, self.model.columnCount() - 1))
        self._selection().select(whole, _ROWS)
        self._selection().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._anchor = anchor
        self._reveal_row(row)

    def _reveal_row(self, row: int) -> None:
        """Scroll to a row. Qt does not where the current column is pinned to the other half."""
        bar, top, height = self.right.verticalScrollBar(), row * ROW_HEIGHT, self.right.viewport().height()
        bar.setValue(max(min(bar.value(), top), top + ROW_HEIGHT - height))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit("", event.globalPos())

    # --- what stays when the rows change ---

    def forget(self) -> None:
        """Other runs come: nothing of the selection and the scroll position is to stay."""
        self._kept = _Kept()
        self._forgetting = True
        self.columns.forget()

    def _remember(self) -> None:
        self._quiet += 1
        run, selected = self.current_run(), tuple(self.selected_runs())
        scrolled = self.right.verticalScrollBar().value()
        if self._forgetting or (run is None and not selected):
            self._kept = replace(self._kept, scrolled=0 if self._forgetting else scrolled, y=None)
            self._forgetting = False
            return
        here = self.right.currentIndex()
        y = self.right.rowViewportPosition(here.row())
        seen = run is not None and -ROW_HEIGHT < y < self.right.viewport().height()
        row, run = here.row(), -1 if run is None else run
        self._kept = _Kept(run, row, here.column(), selected, scrolled, y if seen else None)

    def _restore(self) -> None:
        kept = self._kept
        selection = QItemSelection()
        last = self.model.columnCount() - 1
        for top, bottom in _stretches(self.model.rows_of(kept.selected)):
            selection.select(self.model.index(top, 0), self.model.index(bottom, last))
        self._selection().select(selection, _ROWS)
        for half in (self.left, self.right):
            half.doItemsLayout()
        rows = self.model.rows_of([kept.run]) if kept.run >= 0 else []
        bar = self.right.verticalScrollBar()
        if rows:
            index = self.model.index(rows[0], max(0, min(kept.column, last)))
            self._selection().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if rows and kept.y is not None:
            bar.setValue(rows[0] * ROW_HEIGHT - kept.y)
        elif rows and rows[0] != kept.row:
            self._reveal_row(rows[0])
        else:
            bar.setValue(kept.scrolled)
        self._quiet -= 1
        self.columns.arrange_again()


@dataclass(frozen=True)
class _Kept:
    """Where the person was: at which run and column, with which runs selected, and where that stood on screen."""

    run: int = -1
    row: int = -1
    column: int = 0
    selected: tuple[int, ...] = ()
    scrolled: int = 0
    y: int | None = None


def _title(column: RunColumn) -> str:
    return "Runtime in s" if column.form == "duration" else column.full if column.group else column.title


def _stretches(rows: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of rows that follow each other."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[start], rows[place - 1]
            start = place


_ROWS = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
