"""The parameters of a design as a list in groups: chosen, dragged into another order, and dropped on each other."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractListModel, QItemSelectionModel, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView

from . import theme
from .explore_design import Line
from .explore_rows import Group, RowDelegate, Shown, paint_link
from .models import NOWHERE, ROW, Index

Row = Group | Shown
_SCROLL = 24


class ParameterModel(QAbstractListModel):
    """Groups and parameters, as they are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these; what is shown already of the same parameters stays chosen."""
        same = len(rows) == len(self._rows) and all(map(_same, rows, self._rows))
        if not same:
            self.beginResetModel()
        changed = [number for number, row in enumerate(rows) if same and row != self._rows[number]]
        self._rows = list(rows)
        if not same:
            self.endResetModel()
        elif changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def rows(self) -> list[Row]:
        return self._rows

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.title() if isinstance(row, Group) else row.words
        return None

    def place_of(self, line: Line) -> int:
        """The number of the row of a parameter, -1 if it is not shown."""
        found = (number for number, row in enumerate(self._rows) if isinstance(row, Shown) and row.line is line)
        return next(found, -1)


class ParameterTable(QListView):
    """``current_changed()``: another parameter is the current one, ``linked(line, onto)`` and ``moved(line, before)``:
    one was dropped on another or between two (``before`` None: at the end), ``stepped(line, by)``, ``toggled(line)``,
    ``removed()``, ``folded(group name)``, ``edit_wanted()`` and ``menu_wanted(point)``: by keys and clicks."""

    current_changed = Signal()
    linked = Signal(object, object)
    moved = Signal(object, object)
    stepped = Signal(object, int)
    toggled = Signal(object)
    removed = Signal()
    folded = Signal(int)
    edit_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.rows = ParameterModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName("Parameters")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.selectionModel().currentChanged.connect(lambda _now, _before: self.current_changed.emit())
        self._pressed: tuple[QPoint, Line] | None = None
        self._dragged: Line | None = None
        self._onto: Line | None = None
        self._gap: tuple[int, Line | None] | None = None
        theme.changed.connect(self.viewport().update)

    # --- what is chosen

    def current(self) -> Line | None:
        """The parameter that keys and the card below mean."""
        return _line(self.currentIndex().data(ROW))

    def chosen(self) -> list[Line]:
        """The selected parameters, from above."""
        found = sorted(self.selectedIndexes(), key=lambda index: index.row())
        return [line for line in (_line(index.data(ROW)) for index in found) if line is not None]

    def choose(self, line: Line | None) -> None:
        """Have a parameter chosen, and in sight."""
        place = self.rows.place_of(line) if line is not None else -1
        index = self.rows.index(place) if place >= 0 else QModelIndex()
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        if index.isValid():
            self.scrollTo(index)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; the current parameter stays the current one."""
        now, chosen, head = self.current(), self.chosen(), self.currentIndex()
        group, at = head.data(ROW), head.row()
        self.rows.set_rows(rows)
        if isinstance(group, Group) and at < len(rows) and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(at))
        if now is not None and self.current() is not now and self.rows.place_of(now) >= 0:
            self.choose(now)
            for line in chosen:
                index = self.rows.index(self.rows.place_of(line))
                self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        self.viewport().update()

    def content_height(self) -> int:
        """So high are all rows."""
        return sum(self.sizeHintForRow(number) for number in range(self.rows.rowCount()))

    # --- dragging

    def dragging(self) -> bool:
        return self._dragged is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW)
        if event.button() == Qt.MouseButton.LeftButton and isinstance(row, Group):
            self.setCurrentIndex(index)
            self.folded.emit(index.row())
            return
        super().mousePressEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == Qt.MouseButton.LeftButton and isinstance(row, Shown) and plain:
            self._pressed = (event.position().toPoint(), row.line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._dragged is None and self._pressed is not None:
            far = (place - self._pressed[0]).manhattanLength() >= QApplication.startDragDistance()
            if far:
                self._dragged = self._pressed[1]
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragged is not None:
            self._hold(place)
        elif self._pressed is None:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        line, onto, gap = self._dragged, self._onto, self._gap
        self._let_go()
        if line is None:
            super().mouseReleaseEvent(event)
        elif onto is not None:
            self.linked.emit(line, onto)
        elif gap is not None:
            self.moved.emit(line, gap[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if _line(self.indexAt(event.position().toPoint()).data(ROW)) is not None:
            self.edit_wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_go()
        super().focusOutEvent(event)

    def _let_go(self) -> None:
        self._pressed = self._dragged = self._onto = self._gap = None
        self.viewport().unsetCursor()
        self.viewport().update()

    def _hold(self, place: QPoint) -> None:
        """Something is held over ``place``: find out whether it would come between rows or on one."""
        bar = self.verticalScrollBar()
        if place.y() < _SCROLL or place.y() > self.viewport().height() - _SCROLL:
            bar.setValue(bar.value() + (-6 if place.y() < _SCROLL else 6))
        self._onto = self._gap = None
        index = self.indexAt(QPoint(10, max(0, min(place.y(), self.viewport().height() - 1))))
        row = index.data(ROW)
        rect = self.visualRect(index)
        share = (place.y() - rect.top()) / max(1, rect.height())
        if not index.isValid():
            self._gap = (self.rows.rowCount(), None)
        elif isinstance(row, Shown) and row.line is not self._dragged and 0.27 < share < 0.73:
            self._onto = row.line
        else:
            number = index.row() + (share >= 0.5 and not isinstance(row, Group))
            self._gap = (number, self._next(number))
        self.viewport().update()

    def _next(self, number: int) -> Line | None:
        """The first parameter at or below a row."""
        return next((line for line in map(_line, self.rows.rows()[number:]) if line is not None), None)

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, key = self.current(), event.key()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if key == Qt.Key.Key_Escape and self.dragging():
            self._let_go()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) or (key == Qt.Key.Key_Space and line is None):
            self._fold(key)
        elif line is None:
            super().keyPressEvent(event)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(line, -1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Space:
            self.toggled.emit(line)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _fold(self, key: int) -> None:
        """Left folds the group that the current row is in, Right opens it, Space does either."""
        rows = self.rows.rows()
        at = self.currentIndex().row()
        while at >= 0 and not isinstance(rows[at], Group):
            at -= 1
        head = rows[at] if at >= 0 else None
        wanted = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(Qt.Key(key))
        if isinstance(head, Group) and wanted in (None, head.folded):
            self.folded.emit(at)
            self.setCurrentIndex(self.rows.index(at))

    def _ask_for_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not self.viewport().rect().contains(place):
            index = self.currentIndex()
            place = self.visualRect(index).center()
        if _line(index.data(ROW)) is not None:
            self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for rect, rows in self._links():
            paint_link(painter, rect, rows)
        self._paint_drop(painter)
        painter.end()

    def _links(self) -> list[tuple[QRect, list[tuple[QRect, int | None]]]]:
        """The linked rows that are in sight: where they are together, and each with the number of its values."""
        found = []
        numbered = enumerate(self.rows.rows())
        shown = [(number, row) for number, row in numbered if isinstance(row, Shown) and row.linked]
        for _link, members in groupby(shown, lambda each: each[1].line.link):
            rows = [(self.visualRect(self.rows.index(number)), row.count) for number, row in members]
            rect = rows[0][0].united(rows[-1][0])
            if rect.intersects(self.viewport().rect()):
                found.append((rect, rows))
        return found

    def _paint_drop(self, painter: QPainter) -> None:
        if self._dragged is None:
            return
        c, width = theme.colors(), self.viewport().width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._onto is not None:
            rect = self.visualRect(self.rows.index(self.rows.place_of(self._onto)))
            painter.setPen(QPen(c.accent, 1.5))
            painter.setBrush(theme.faint(c.accent_soft, 0.5))
            painter.drawRoundedRect(rect.adjusted(6, 1, -6, -2), 6, 6)
            self._say(painter, rect, "Move in step")
        elif self._gap is not None:
            number = self._gap[0]
            last = self.visualRect(self.rows.index(self.rows.rowCount() - 1)).bottom()
            top = self.visualRect(self.rows.index(number)).top() if number < self.rows.rowCount() else last
            painter.setPen(QPen(c.accent, 2))
            painter.drawLine(14, top, width - 8, top)
            painter.setBrush(c.surface)
            painter.drawEllipse(QPoint(11, top), 3, 3)

    def _say(self, painter: QPainter, rect: QRect, said: str) -> None:
        c = theme.colors()
        painter.setFont(theme.font(11, 600))
        width = painter.fontMetrics().horizontalAdvance(said) + 20
        pill = QRect(rect.right() - width - 12, rect.top() + 2, width, rect.height() - 5)
        painter.setPen(c.accent)
        painter.setBrush(c.surface)
        painter.drawRoundedRect(pill, 6, 6)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, said)


def _line(row: Any) -> Line | None:
    return row.line if isinstance(row, Shown) else None


def _same(one: Row, other: Row) -> bool:
    """Whether two rows are of the same thing."""
    if isinstance(one, Shown) and isinstance(other, Shown):
        return one.line is other.line
    return isinstance(one, Group) and one == other


def rows_of(lines: Sequence[Line], folded: Callable[[str], bool], shown: Callable[[Line], Shown]) -> list[Row]:
    """Parameters as rows, below the head of their group, a new one wherever the group is another."""
    rows: list[Row] = []
    for name, members in groupby(lines, Line.group):
        some, closed = list(members), folded(name)
        rows.append(Group(name, len(some), closed))
        if not closed:
            rows += [shown(line) for line in some]
    return rows
