"""The first points of a design and the last one, as a table."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import Column as Values
from pexgui.core import ExplorePlan, Numbers, PointState, Texts, text

from . import cells, columns, theme, widgets
from .models import ROW, Column, Index, RowModel

ROW_HEIGHT, HEAD = 26, 27
_MOST, _LEAST, _WIDEST, _NARROWEST, _STATE = 9, 4, 150, 44, 78
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignAbsolute
_TITLE = "state"
_WORDS = {PointState.EXISTS: "exists", PointState.NEW: "new"}


class Point(NamedTuple):
    """A point: its position, its values as they stand in the table, and whether it exists."""

    number: int
    values: tuple[str, ...]
    state: PointState


class PointsTable(QFrame):
    """A white card with the table, the last point below it where there are more points than shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.muted = False
        self.view = _View(self)
        self.last = LastPoint(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 5)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.last)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._shape: tuple[object, ...] = ()

    def show_plan(self, plan: ExplorePlan, muted: bool) -> None:
        """Show the points of a plan."""
        self.muted = muted
        points = points_of(plan)
        more = plan.points > len(points) and len(points) > 1
        first = points[:-1] if more else points
        names = [name.rpartition(".")[2] for group in plan.groups for name in group]
        if len(names) != len(plan.columns):
            names = [column.name.rpartition(".")[2] for column in plan.columns]
        last = points[-1] if more else None
        self.view.show_points(names, first, last, plan.request.extend)
        self.last.show_point(last, muted)
        self.updateGeometry()
        self.view.viewport().update()

    def rows_high(self) -> int:
        """The rows of the table that are in sight when there is room."""
        return min(_MOST, self.view.points.rowCount())

    def sizeHint(self) -> QSize:
        return QSize(300, self._height(self.rows_high()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(min(_LEAST, self.rows_high())))

    def _height(self, rows: int) -> int:
        bar = self.view.horizontalScrollBar()
        across = bar.sizeHint().height() if bar.maximum() > 0 else 0
        below = self.last.height() if not self.last.isHidden() else 0
        return HEAD + rows * ROW_HEIGHT + below + across + 11


def points_of(plan: ExplorePlan) -> list[Point]:
    """The points that a plan shows."""
    shown = [_texts(column) for column in plan.columns]
    values = zip(*shown, strict=True) if shown else (() for _number in plan.numbers)
    return [Point(*each) for each in zip(plan.numbers, values, plan.states, strict=False)]


def _texts(column: Values) -> list[str]:
    """The cells of a column as they are shown, the same decimals in all of them."""
    if isinstance(column.cells, Texts):
        return [cells.MISSING if item is None else text.printable(item, 120) for item in column.cells.items]
    assert isinstance(column.cells, Numbers)
    values, lost = columns.array(column.cells), columns.mask(column.cells)
    write: Callable[[Any], str] = cells.formatter(values)
    if values.dtype.kind == "f" and len(values):
        sizes = np.abs(values[np.isfinite(values) & (values != 0)])
        if len(sizes) and (sizes.min() < 1e-4 or sizes.max() >= 1e9):
            write = lambda value: f"{value:.6g}".replace("-", text.MINUS)  # noqa: E731
    return [cells.MISSING if gone else write(value) for value, gone in zip(values, lost, strict=True)]


class _View(QTableView):
    """The first points, each as a row."""

    def __init__(self, card: PointsTable) -> None:
        super().__init__()
        self.card = card
        self.points: RowModel[Point] = RowModel((), self)
        self.setModel(self.points)
        self.setAccessibleName("Points")
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalHeader(_Head(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.setTabKeyNavigation(False)
        self._names: list[str] = []
        self._states = True
        self._wanted: list[int] = []
        theme.changed.connect(self.viewport().update)

    def show_points(self, names: Sequence[str], points: Sequence[Point], last: Point | None, states: bool) -> None:
        """Show these; columns are as wide as what stands in them, ``last`` included. Without ``states`` all are new,
        and it is not said of each."""
        if (list(names), states) != (self._names, self._states):
            self._names, self._states = list(names), states
            self.points = RowModel(_columns(names)[: None if states else -1], self)
            self.setModel(self.points)
        self.points.set_rows(points)
        widths = _widths(names, [*points[:60], *([last] if last is not None else [])])
        self._wanted = widths if states else widths[:-1]
        self.fit()

    def fit(self) -> None:
        """Give columns their widths, and what is left to all of them."""
        room = self.viewport().width() - sum(self._wanted)
        share = max(0, room // len(self._wanted)) if self._wanted else 0
        for column, width in enumerate(self._wanted):
            self.horizontalHeader().resizeSection(column, width + share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _Head(QHeaderView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Titles of the points")
        self.setFixedHeight(HEAD)
        self.setMinimumSectionSize(20)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        c, model = theme.colors(), self.model()
        painter.save()
        painter.fillRect(rect, c.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, c.border)
        painter.setFont(theme.font(11, 500))
        painter.setPen(c.muted)
        title = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        left = title == _TITLE and logicalIndex == model.columnCount() - 1
        inner = _inner(rect, left)
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, (Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight) | _MIDDLE, shown)
        painter.restore()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: _View) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        _paint_cell(painter, option.rect, index.data(ROW), index.column(), self._view.card.muted)


class LastPoint(QWidget):
    """The last point, below the table and in its columns, with a sign that some are left out."""

    def __init__(self, view: _View) -> None:
        super().__init__()
        self._view = view
        self._point: Point | None = None
        self._muted = False
        self.setFixedHeight(2 * ROW_HEIGHT - 4)
        view.horizontalScrollBar().valueChanged.connect(lambda _at: self.update())
        view.horizontalHeader().sectionResized.connect(lambda *_sizes: self.update())
        widgets.repaint_on_theme(self)
        self.hide()

    def point(self) -> Point | None:
        return self._point

    def show_point(self, point: Point | None, muted: bool) -> None:
        self._point, self._muted = point, muted
        self.setVisible(point is not None)
        if point is not None:
            said = ", ".join(point.values)
            self.setAccessibleName(f"Last point, number {point.number:,}: {said}, {_WORDS[point.state]}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._point is None:
            return
        painter = QPainter(self)
        painter.setClipRect(0, 0, self._view.viewport().width(), self.height())
        header = self._view.horizontalHeader()
        for column in range(header.count()):
            left, width = header.sectionViewportPosition(column), header.sectionSize(column)
            if column == 0:
                painter.setPen(theme.colors().muted)
                painter.setFont(theme.number_font())
                inner = _inner(QRect(left, -4, width, ROW_HEIGHT), False)
                painter.drawText(inner, Qt.AlignmentFlag.AlignRight | _MIDDLE, "…")
            place = QRect(left, ROW_HEIGHT - 4, width, ROW_HEIGHT)
            _paint_cell(painter, place, self._point, column, self._muted)
        painter.end()


def _paint_cell(painter: QPainter, rect: QRect, point: Point, column: int, muted: bool) -> None:
    c = theme.colors()
    painter.setFont(theme.number_font())
    if column > len(point.values):
        _paint_state(painter, _inner(rect, True), point.state, muted)
        return
    words = f"{point.number:,}" if column == 0 else point.values[column - 1]
    painter.setPen(c.muted if column == 0 or muted else c.text)
    inner = _inner(rect, False)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, Qt.AlignmentFlag.AlignRight | _MIDDLE, shown)


def _paint_state(painter: QPainter, rect: QRect, state: PointState, muted: bool) -> None:
    c = theme.colors()
    exists = state is PointState.EXISTS
    color = c.muted if muted or not exists else c.ok
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(color)
    painter.setBrush(color if exists else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRect(rect.left() + 1, rect.center().y() - 3, 7, 7))
    painter.setPen(color)
    painter.drawText(rect.adjusted(17, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | _MIDDLE, _WORDS[state])
    painter.restore()


def _inner(rect: QRect, state: bool) -> QRect:
    return rect.adjusted(14 if state else 4, 0, -4 if state else -8, 0)


def _columns(names: Sequence[str]) -> list[Column[Point]]:
    def value(at: int) -> Callable[[Point], str]:
        return lambda point: point.values[at]

    first: Column[Point] = Column("#", lambda point: f"{point.number:,}", None, True)
    state: Column[Point] = Column(_TITLE, lambda point: _WORDS[point.state])
    return [first, *(Column(name, value(at), None, True) for at, name in enumerate(names)), state]


def _widths(names: Sequence[str], points: Sequence[Point]) -> list[int]:
    head, body = QFontMetrics(theme.font(11, 500)), QFontMetrics(theme.number_font())

    def wide(title: str, found: Sequence[str]) -> int:
        longest = max((body.horizontalAdvance(words) for words in found), default=0)
        return min(_WIDEST, max(_NARROWEST, max(head.horizontalAdvance(title), longest) + 14))

    number = wide("#", [f"{points[-1].number:,}"] if points else [])
    values = [wide(name, [point.values[at] for point in points]) for at, name in enumerate(names)]
    return [number, *values, _STATE]
