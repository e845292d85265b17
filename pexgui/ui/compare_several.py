"""More than two sides against a baseline: a row for everything that differs in any of them, a column per side."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import Against, Comparison, Difference, SideInfo, State, text

from . import cells, theme, widgets
from .compare_facts import name_of, pair_title, what
from .compare_outline import EQUAL_SIGN
from .models import LEFT, ROW, Column, RowModel

_SLICE = 2000
"""So many differences are taken at once; between them the window answers."""
_NAMES = 3
_EDGE = 16
_MEASURED = 40
_LEAST, _MOST = 140, 300
"""The column of a side is at least and at most so wide."""


@dataclass(eq=False, slots=True)
class Found:
    """Something that differs in any side: what, in which runs, and its difference on each side."""

    name: str
    run: str
    kind: str
    base: str
    differences: dict[int, Difference] = field(default_factory=dict)


def letter(number: int) -> str:
    """The letter of a side: A to Z, then by number."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def title_of(infos: tuple[SideInfo, ...], number: int) -> str:
    """A side in a few words: what sets it apart from the others."""
    info = infos[number]
    file = text.printable(os.path.basename(info.side.file), 60)
    run = text.printable(info.side.run or info.side.path, 60)
    several = len({each.side.file for each in infos}) > 1
    trajectories = len({(each.side.file, each.name) for each in infos}) > len({each.side.file for each in infos})
    parts = [file if several or not (run or trajectories) else "", info.name if trajectories else "", run]
    return " · ".join(part for part in parts if part) or info.name


def cell(found: Found, side: int, baseline: int) -> str:
    """What a side has."""
    if side == baseline:
        return found.base or cells.MISSING
    difference = found.differences.get(side)
    if difference is None:
        return EQUAL_SIGN
    if difference.state is State.UNREADABLE:
        return State.UNREADABLE.value
    if difference.state is State.ONLY_A:
        return cells.MISSING
    alike = not difference.b or difference.b == found.base
    return difference.verdict or difference.b or "≠" if alike else difference.b


def gather(comparison: Comparison, found: dict[tuple[object, ...], Found]) -> Iterator[None]:
    """Put into ``found`` what differs, one difference at a time."""
    single = any(side.run or side.path for side in comparison.request.sides)
    for against in comparison.against:
        for difference in against.differences:
            key = _key(against, difference, single)
            here = found.get(key)
            if here is None:
                run = pair_title(against.pairs[difference.pair]) if difference.pair >= 0 and not single else ""
                here = Found(name_of(against, difference), run, what(difference), difference.a)
                found[key] = here
            here.base = here.base or difference.a
            here.differences[against.side] = difference
            yield


def _key(against: Against, difference: Difference, single: bool) -> tuple[object, ...]:
    """By what the same thing is known on every side; where ``single`` runs are compared they need not be told apart."""
    pair = against.pairs[difference.pair] if difference.pair >= 0 and not single else None
    whole = against.subjects[difference.subject].name
    return whole, pair.a if pair else "", pair.title if pair else "", difference.item, difference.aspect


class SeveralPanel(QWidget):
    """``baseline_wanted(number)``: another side is to be the baseline; ``pair_wanted(number)``: that side beside it;
    ``moved()``: another side is current."""

    moved = Signal()
    baseline_wanted = Signal(int)
    pair_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._found: dict[tuple[object, ...], Found] = {}
        self._rest: Iterator[None] = iter(())
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._take)
        self.model: RowModel[Found] = RowModel((), self)
        self._build()

    def show_comparison(self, comparison: Comparison) -> None:
        """Show all sides beside the baseline."""
        self._comparison = comparison
        self._found = {}
        self._rest = gather(comparison, self._found)
        infos, baseline = comparison.sides, comparison.request.baseline
        self.baseline.blockSignals(True)
        self.baseline.clear()
        self.baseline.addItems([f"{letter(n)}  {title_of(infos, n)}" for n in range(len(infos))])
        self.baseline.setCurrentIndex(baseline)
        self.baseline.blockSignals(False)
        word = "run" if all(info.side.run for info in infos) else "side"
        self.title.setText(f"{text.count(len(infos), word)}, {letter(baseline)} is the baseline")
        self.line.setText("Gathering the differences")
        self._slices.start()
        self._take()

    def current_side(self) -> int:
        """The side of the column that is current; the first one that is not the baseline when none is."""
        side = self.table.currentIndex().column() - _NAMES
        if self._comparison is None or side < 0 or side == self._comparison.request.baseline:
            return self._comparison.against[0].side if self._comparison and self._comparison.against else 0
        return side

    # --- within

    def _build(self) -> None:
        self.title = widgets.ElidedLabel("", "title")
        self.line = widgets.ElidedLabel("", "muted")
        self.baseline = QComboBox()
        self.baseline.setAccessibleName("Baseline")
        self.baseline.setMaximumWidth(320)
        self.baseline.activated.connect(self.baseline_wanted)
        self.table = SeveralTable()
        self.table.wanted.connect(self._want)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.line)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(widgets.label("Baseline", "muted"))
        head.addWidget(self.baseline)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(widgets.hairline())
        column.addWidget(self.table, 1)

    def _take(self) -> None:
        """Take some more differences; when all are there show them."""
        if sum(1 for _each in islice(self._rest, _SLICE)) == _SLICE:
            return
        self._slices.stop()
        comparison = self._comparison
        assert comparison is not None
        infos, baseline = comparison.sides, comparison.request.baseline
        shown: list[Column[Found]] = [
            Column("Name", lambda found: found.name),
            Column("Run", lambda found: found.run),
            Column("Kind", lambda found: found.kind),
        ]
        for side in range(len(infos)):
            mark = " (baseline)" if side == baseline else ""
            shown.append(
                Column(f"{letter(side)}  {title_of(infos, side)}{mark}", lambda f, s=side: cell(f, s, baseline))  # type: ignore[misc]
            )
        self.model = RowModel(shown, self)
        rows = list(self._found.values())
        self.model.set_rows(rows)
        self.table.show_model(self.model, _NAMES + baseline, any(row.run for row in rows[:1000]))
        self.table.selectionModel().currentChanged.connect(lambda _now, _before: self.moved.emit())
        self.moved.emit()
        self.line.setText(self._words(comparison, len(rows)))

    def _words(self, comparison: Comparison, rows: int) -> str:
        more = sum(each.more for each in comparison.against)
        words = f"{text.count(rows, 'item')} {'differs' if rows == 1 else 'differ'} in any of them"
        only = sum(1 for each in comparison.against for pair in each.pairs if not pair.a or not pair.b)
        beyond = f"{text.count(more, 'more difference')} not listed" if more else ""
        parts = [words if rows else "No difference", beyond]
        parts.append(f"{text.count(only, 'run')} without a partner" if only else "")
        return " · ".join([*(part for part in parts if part), "Double-click a cell to see both sides"])

    def _want(self, column: int) -> None:
        side = column - _NAMES
        if self._comparison is not None and side != self._comparison.request.baseline:
            self.pair_wanted.emit(side if side >= 0 else self.current_side())


class SeveralTable(QTableView):
    """The table; ``wanted(column)``: a cell was double-clicked, or Enter pressed on it."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What differs on any side")
        self.setItemDelegate(SeveralDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalHeader(SeveralHeader(self))
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(26)
        down.setDefaultSectionSize(26)
        across.setFixedHeight(28)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(60)
        self.doubleClicked.connect(lambda index: self.wanted.emit(index.column()))
        theme.changed.connect(self.viewport().update)
        self.baseline = 0
        self._wanted: list[int] = []

    def show_model(self, model: RowModel[Found], baseline: int, runs: bool) -> None:
        """Show these rows; ``baseline`` is the column to compare with."""
        old = self.model()
        self.baseline = baseline
        self.setModel(model)
        if isinstance(old, RowModel):
            old.deleteLater()
        self.setColumnHidden(1, not runs)
        metrics = QFontMetrics(theme.number_font(13, 600))
        for column, width in enumerate((220, 150, 80)):
            self.setColumnWidth(column, width)
        self._wanted = []
        for column in range(_NAMES, model.columnCount()):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            head = QFontMetrics(theme.font(11, 500)).horizontalAdvance(title)
            shown = (str(model.index(row, column).data())[:60] for row in range(min(model.rowCount(), _MEASURED)))
            widest = max((metrics.horizontalAdvance(words) for words in shown), default=0)
            self._wanted.append(max(head, widest) + 24)
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each side what it needs, as far as there is room for all of them."""
        names = sum(self.columnWidth(column) for column in range(_NAMES) if not self.isColumnHidden(column))
        most = max(_LEAST, min(_MOST, (self.viewport().width() - names) // max(len(self._wanted), 1)))
        for column, wanted in enumerate(self._wanted, _NAMES):
            self.setColumnWidth(column, max(_LEAST, min(most, wanted)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.wanted.emit(self.currentIndex().column())
        else:
            super().keyPressEvent(event)


class SeveralHeader(QHeaderView):
    """The names of the sides, each with its letter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Sides")

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        c = theme.colors()
        painter.save()
        painter.fillRect(rect, c.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, c.border)
        painter.setFont(theme.font(11, 500))
        painter.setPen(c.muted)
        inner = rect.adjusted(_EDGE if logicalIndex == 0 else 8, 0, -8, 0)
        title = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        painter.drawText(
            inner, LEFT, painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, inner.width())
        )
        painter.restore()


class SeveralDelegate(QStyledItemDelegate):
    """Writes a cell: amber and semibold where a side differs from the baseline, muted ``=`` where it does not."""

    def __init__(self, table: SeveralTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        c, rect, column = theme.colors(), QRect(option.rect), index.column()
        found: Found = index.data(ROW)
        words = str(index.data() or "").replace("\n", " ")
        differs = column >= _NAMES and (column - _NAMES) in found.differences
        if differs:
            painter.fillRect(rect.adjusted(1, 1, -2, -1), c.warn_soft)
        if self._table.currentIndex() == index:
            painter.setPen(c.accent)
            painter.drawRect(rect.adjusted(0, 0, -2, -1))
        font = theme.number_font(13, 600 if differs else 400)
        quiet = words in (EQUAL_SIGN, cells.MISSING) or 0 < column < _NAMES
        inner = rect.adjusted(_EDGE if column == 0 else 8, 0, -8, 0)
        painter.setFont(font)
        painter.setPen(c.muted if quiet else c.text)
        painter.drawText(inner, LEFT, QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inner.width()))
