"""The pop-up in which columns of the run table are chosen: results to add, and columns to hide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from . import icons, theme, widgets
from .models import Column, Index, RowModel

WIDTH = 460
HEIGHT = 400


@dataclass(frozen=True)
class Choice:
    """A column that can be shown, and whether it is."""

    key: str
    name: str
    type: str
    comment: str
    on: bool


class ChoiceModel(RowModel[Choice]):
    """Columns with a check mark."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("Column", lambda choice: choice.name),
                Column("Type", lambda choice: choice.type),
                Column("Comment", lambda choice: choice.comment),
            )
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if self.row(index.row()).on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole and index.column() > 0:
            return theme.colors().muted
        if role == Qt.ItemDataRole.ToolTipRole:
            choice = self.row(index.row())
            return widgets.plain_tooltip(f"{choice.name}\n{choice.comment}".strip())
        return super().data(index, role)


class ChoiceDelegate(QStyledItemDelegate):
    """Draws the check mark, in the colours of the theme, before the name."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        c = theme.colors()
        rect: QRect = option.rect
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, c.accent_soft)
        box = QRect(rect.left() + 6, rect.center().y() - 6, 14, 14)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(c.accent if on else c.muted)
        painter.setBrush(c.accent if on else c.surface)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.restore()
        if on:
            icons.paint(painter, box.adjusted(1, 1, -1, -1), "check", c.on_accent)
        words = rect.adjusted(28, 0, -8, 0)
        name = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, words.width())
        painter.setPen(c.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)


class ColumnChooser(QFrame):
    """``switched(key, on)``: a column is to be shown or not."""

    switched = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAccessibleName("Columns")
        self._choices: list[Choice] = []
        self.search = widgets.SearchBox("Find a column", "Find a column")
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._switch_first)
        self.search.installEventFilter(self)
        self.model = ChoiceModel()
        self.list = _list(self.model)
        self.list.clicked.connect(self._switch)
        self.list.installEventFilter(self)
        self._state = widgets.label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._state)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def set_choices(self, choices: Sequence[Choice], state: str = "") -> None:
        """Offer these columns; ``state`` says what is still missing."""
        self._choices = list(choices)
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self._fill()

    def open_below(self, button: QWidget) -> None:
        """Show the pop-up below ``button``, their right edges in line."""
        self.search.clear()
        self.resize(self.sizeHint())
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        screen = button.screen().availableGeometry()
        corner.setX(max(screen.left() + 8, min(corner.x(), screen.right() - self.width() - 8)))
        corner.setY(max(screen.top() + 8, min(corner.y(), screen.bottom() - self.height() - 8)))
        self.move(corner)
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if watched is self.search and key == Qt.Key.Key_Down and self.model.rowCount():
                self.list.setFocus()
                self.list.setCurrentIndex(self.model.index(0, 0))
                return True
            if watched is self.search and key == Qt.Key.Key_Escape and not self.search.text():
                self.close()
                return True
            if watched is self.list and key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._switch(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        words = self.search.text().casefold().split()
        self.model.set_rows(
            [
                choice
                for choice in self._choices
                if all(word in f"{choice.name} {choice.type} {choice.comment}".casefold() for word in words)
            ]
        )

    def _switch_first(self) -> None:
        if self.model.rowCount():
            self._switch(self.model.index(0, 0))

    def _switch(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        old = self.model.row(index.row())
        new = replace(old, on=not old.on)
        self._choices = [new if choice.key == old.key else choice for choice in self._choices]
        self.model.replace(index.row(), new)
        self.switched.emit(new.key, new.on)


def _list(model: ChoiceModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setItemDelegateForColumn(0, ChoiceDelegate(view))
    view.setAccessibleName("Columns to show")
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(26)
    across = view.horizontalHeader()
    across.hide()
    across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    across.resizeSection(0, 200)
    across.resizeSection(1, 84)
    across.setStretchLastSection(True)
    return view
