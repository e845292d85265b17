"""The run table on screen: pinned columns at the left, the others beside them; one selection, one scroll position."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from . import theme
from .run_columns import RunColumn
from .runs_half import BAR, ROW_HEIGHT, SIGN, Half
from .runs_header import FIRST, PADDING, title_width
from .runs_model import RunsModel

WIDEST = 260
ALWAYS_PINNED = "run"


class RunsTable(QWidget):
    """``run_chosen(run, key)``: the person went to a run, in the column ``key``; ``opened()``: pressed Enter on it.

    ``layout_changed()``: columns were moved, hidden, pinned or made wider. ``menu_wanted(key, place)``: for a column,
    or with an empty key for the rows.
    """

    run_chosen = Signal(int, str)
    opened = Signal()
    layout_changed = Signal()
    menu_wanted = Signal(str, QPoint)

    def __init__(self, model: RunsModel) -> None:
        super().__init__()
        self.model = model
        self._pinned: set[str] = {ALWAYS_PINNED}
        self._hidden: set[str] = set()
        self._widths: dict[str, int] = {}
        self._quiet = 0
        self._kept = _Kept()
        self._forgetting = False
        model.modelAboutToBeReset.connect(self._remember)
        self.left = Half(model, "Runs, pinned columns", True, self)
        self.right = Half(model, "Runs", False, self)
        model.modelReset.connect(self._restore)
        model.columnsInserted.connect(lambda *_: self._arrange_columns())
        model.columnsRemoved.connect(lambda *_: self._arrange_columns())
        self._join()
        self._lay_out()

    # --- columns ---

    def is_pinned(self, key: str) -> bool:
        return key in self._pinned

    def is_hidden(self, key: str) -> bool:
        return key in self._hidden

    def pin(self, key: str, pinned: bool) -> None:
        """Keep a column at the left, where it does not scroll away."""
        if key != ALWAYS_PINNED:
            (self._pinned.add if pinned else self._pinned.discard)(key)
            self._arrange_columns()
            self.layout_changed.emit()

    def hide_column(self, key: str, hidden: bool) -> None:
        """Hide a column or show it again; the run's name stays."""
        if key != ALWAYS_PINNED:
            (self._hidden.add if hidden else self._hidden.discard)(key)
            self._arrange_columns()
            self.layout_changed.emit()

    def move_column(self, key: str, step: int) -> None:
        """Move a column one place to the left or right among those it stands with."""
        half = self.left if key in self._pinned else self.right
        places = half.visible_places()
        keys = [self.model.columns[place].key for place in places]
        if key in keys and 0 <= keys.index(key) + step < len(keys):
            heading, at = half.heading, keys.index(key)
            heading.moveSection(heading.visualIndex(places[at]), heading.visualIndex(places[at + step]))

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

    def order(self) -> list[str]:
        """The keys of all columns from left to right, hidden ones too."""
        heading = self.right.heading
        return [self.model.columns[heading.logicalIndex(visual)].key for visual in range(heading.count())]

    def visible_columns(self) -> list[RunColumn]:
        """The columns as they stand on screen."""
        return [self.model.columns[place] for half in (self.left, self.right) for place in half.visible_places()]

    def layout_state(self) -> dict[str, Any]:
        """What the person made of the columns, for `set_layout_state`."""
        return {
            "order": self.order(),
            "pinned": sorted(self._pinned),
            "hidden": sorted(self._hidden),
            "widths": dict(self._widths),
        }

    def set_layout_state(self, state: dict[str, Any]) -> None:
        """Lay the columns out as before; what ``state`` does not name stays where it is."""
        self._pinned = {ALWAYS_PINNED, *_strings(state.get("pinned"))}
        self._hidden = set(_strings(state.get("hidden"))) - {ALWAYS_PINNED}
        widths = state.get("widths")
        self._widths = {
            key: min(max(width, 40), 2000)
            for key, width in (widths.items() if isinstance(widths, dict) else ())
            if isinstance(key, str) and isinstance(width, int)
        }
        order = [key for key in _strings(state.get("order")) if self.model.place(key) is not None]
        for place, column in enumerate(self.model.columns):
            if column.key not in order:
                order.insert(order.index(self.model.columns[place - 1].key) + 1 if place else 0, column.key)
        self._arrange_columns(order)

    def fit(self, key: str) -> None:
        """Make a column as wide as its title and cells, unless the person gave it a width."""
        place = self.model.place(key)
        if place is None:
            return
        column = self.model.columns[place]
        metrics = QFontMetrics(theme.number_font())
        texts = {column.text(run) for run in column.extremes(self.model.runs())}
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        widest += PADDING + (FIRST if column.form == "run" else PADDING) + (SIGN + 8 if column.form == "status" else 0)
        widest += BAR + 8 if column.bar and column.measured else 0
        width = self._widths.get(key, min(WIDEST, max(widest + 4, title_width(column))))
        with self._silence():
            for half in (self.left, self.right):
                half.setColumnWidth(place, width)
        self._fit_left()

    # --- rows ---

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
        if not rows:
            return False
        column = max(self.right.currentIndex().column(), 0)
        self.right.setCurrentIndex(self.model.index(rows[0], column))
        return True

    def step(self, rows: int) -> bool:
        """Go ``rows`` lines down (or up); False at the end."""
        row = self.right.currentIndex().row() + rows
        if not 0 <= row < self.model.rowCount():
            return False
        self.right.setCurrentIndex(self.model.index(row, max(self.right.currentIndex().column(), 0)))
        return True

    def copied(self) -> str:
        """The selected runs as tab-separated lines under their titles, with exact values."""
        columns = self.visible_columns()
        lines = ["\t".join(column.full if column.group else column.title for column in columns)]
        lines += ("\t".join(column.exact(run) for column in columns) for run in self.selected_runs())
        return "\n".join(lines) + "\n"

    def copy(self) -> None:
        """Put the selected runs on the clipboard."""
        QGuiApplication.clipboard().setText(self.copied())

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
        bars = self.left.verticalScrollBar(), self.right.verticalScrollBar()
        for one, other in (bars, bars[::-1]):
            one.valueChanged.connect(other.setValue)
        across = self.right.horizontalScrollBar()
        across.valueChanged.connect(self._slid)
        across.rangeChanged.connect(lambda *_: self._footed())
        for half, other_half in ((self.left, self.right), (self.right, self.left)):
            half.hovered.connect(self._hover)
            half.key_taken.connect(self._key)
            half.doubleClicked.connect(lambda _index: self.opened.emit())
            half.heading.clicked_on.connect(self._sort_by)
            half.heading.menu_wanted.connect(self.menu_wanted)
            half.heading.sectionMoved.connect(self._follow(other_half, "move"))
            half.heading.sectionResized.connect(self._follow(other_half, "resize"))
        theme.changed.connect(self._repaint)

    def _selection(self) -> QItemSelectionModel:
        return self.right.selectionModel()

    def _follow(self, other: Half, what: str) -> Callable[[int, int, int], None]:
        def moved(_place: int, old: int, new: int) -> None:
            if self._quiet == 0:
                with self._silence():
                    other.heading.moveSection(old, new)
                self._columns_changed()

        def resized(place: int, _old: int, new: int) -> None:
            if self._quiet == 0 and new > 0:
                with self._silence():
                    other.heading.resizeSection(place, new)
                self._widths[self.model.columns[place].key] = new
                self._columns_changed()

        return moved if what == "move" else resized

    def _columns_changed(self) -> None:
        self._fit_left()
        self._repaint()
        self.layout_changed.emit()

    @contextmanager
    def _silence(self) -> Iterator[None]:
        """What the program does to the table is not taken for what the person does."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def _arrange_columns(self, order: Iterable[str] = ()) -> None:
        """Hide, pin and order the columns of both halves as they should be."""
        if not self.model.columns:
            return
        with self._silence():
            places = [place for key in order if (place := self.model.place(key)) is not None]
            for half in (self.left, self.right):
                for visual, place in enumerate(places):
                    half.heading.moveSection(half.heading.visualIndex(place), visual)
                for place, column in enumerate(self.model.columns):
                    elsewhere = (column.key in self._pinned) != (half is self.left)
                    half.setColumnHidden(place, elsewhere or column.key in self._hidden)
        for column in self.model.columns:
            self.fit(column.key)
        self._repaint()

    def _fit_left(self) -> None:
        self.left.setFixedWidth(sum(self.left.columnWidth(place) for place in self.left.visible_places()))

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
        if self._quiet == 0 and now.isValid() and (now.row(), now.column()) != (before.row(), before.column()):
            self.run_chosen.emit(self.model.run(now.row()), self.model.columns[now.column()].key)

    def _key(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._to_end(key == Qt.Key.Key_End, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            bar = self.right.horizontalScrollBar()
            bar.setValue(bar.value() + (60 if key == Qt.Key.Key_Right else -60))
        else:
            return
        event.accept()

    def _to_end(self, end: bool, extend: bool) -> None:
        rows = self.model.rowCount()
        if not rows:
            return
        row = rows - 1 if end else 0
        column = max(self.right.currentIndex().column(), 0)
        target, here = self.model.index(row, column), self.right.currentIndex()
        if extend and here.isValid():
            self._selection().select(QItemSelection(here, target), _ROWS)
            self._selection().setCurrentIndex(target, QItemSelectionModel.SelectionFlag.NoUpdate)
        else:
            self.right.setCurrentIndex(target)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit("", event.globalPos())

    # --- what stays when the rows change ---

    def forget(self) -> None:
        """Other runs come: nothing of the selection and the scroll position is to stay."""
        self._kept = _Kept()
        self._forgetting = True

    def _remember(self) -> None:
        self._quiet += 1
        run = self.current_run()
        scrolled = self.right.verticalScrollBar().value()
        if self._forgetting or run is None:
            self._kept = replace(self._kept, scrolled=0 if self._forgetting else scrolled, y=None)
            self._forgetting = False
            return
        here = self.right.currentIndex()
        y = self.right.rowViewportPosition(here.row())
        seen = -ROW_HEIGHT < y < self.right.viewport().height()
        self._kept = _Kept(run, here.column(), tuple(self.selected_runs()), scrolled, y if seen else None)

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
            index = self.model.index(rows[0], min(kept.column, last))
            self._selection().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if rows and kept.y is not None:
            bar.setValue(rows[0] * ROW_HEIGHT - kept.y)
        elif rows:
            self.right.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        else:
            bar.setValue(kept.scrolled)
        self._quiet -= 1
        self._arrange_columns()


@dataclass(frozen=True)
class _Kept:
    """Where the person was: at which run and column, with which runs selected, and where that stood on screen."""

    run: int = -1
    column: int = 0
    selected: tuple[int, ...] = ()
    scrolled: int = 0
    y: int | None = None


def _stretches(rows: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of rows that follow each other."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[start], rows[place - 1]
            start = place


_ROWS = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
