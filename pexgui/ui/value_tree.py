"""Lists and dicts, nested to any depth, as a tree of keys and values."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import ArrayWindow, Content, Mapping, Pickled, Selection, Sequence, TableWindow, Text

from . import theme, value_words, widgets
from .models import LEFT, NOWHERE, Index
from .value_copy import Copying, lines
from .value_pager import Pager

ROW = 24
_TALLEST = 12
_LONG = 60


class _Line:
    """A key and its value; its own lines are made when they are asked for."""

    __slots__ = ("content", "key", "lines", "number", "parent", "row")

    def __init__(self, number: int, parent: "_Line | None", row: int, key: str, content: Content | None) -> None:
        self.number = number
        self.parent = parent
        self.row = row
        self.key = key
        self.content = content
        self.lines: list[_Line] | None = None


def parts(content: Content | None) -> list[tuple[str, Content | None]]:
    """The keys and values inside a list, a dict or a decoded object; a last one without value says what is left."""
    match content:
        case Sequence():
            pairs: list[tuple[str, Content | None]] = [(f"{n:,}", item) for n, item in enumerate(content.items)]
            more = content.length - len(content.items)
        case Mapping():
            pairs = [(entry.key, entry.value) for entry in content.entries]
            more = content.length - len(content.entries)
        case Pickled():
            return parts(content.content)
        case _:
            return []
    return [*pairs, (f"{more:,} more", None)] if more > 0 else pairs


class ContentModel(QAbstractItemModel):
    """A nested value in memory, two columns: key and value."""

    def __init__(self, content: Content, start: int = 0, paged: bool = False) -> None:
        super().__init__()
        self._root = _Line(0, None, 0, "", content)
        self._lines = [self._root]
        pairs = parts(content)
        if paged and pairs and pairs[-1][1] is None:
            pairs.pop()
        if isinstance(content, Sequence):
            pairs = [(f"{start + n:,}" if value is not None else key, value) for n, (key, value) in enumerate(pairs)]
        self._fill(self._root, pairs)

    def content(self, index: Index) -> Content | None:
        return self._line(index).content

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        lines = self._below(self._line(parent)) if parent.column() <= 0 else []
        if 0 <= row < len(lines) and 0 <= column < 2:
            return self.createIndex(row, column, lines[row].number)
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = self._line(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above.number)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._below(self._line(parent)))

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        return 2

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        if parent.column() > 0:
            return False
        line = self._line(parent)
        return bool(line.lines) if line.lines is not None else bool(parts(line.content))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._line(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            words = line.key if index.column() == 0 else value_words.brief(line.content) if line.content else ""
            return words.replace("\n", " ") if role == Qt.ItemDataRole.DisplayRole else widgets.plain_tooltip(words)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            whole = line.content is not None and not parts(line.content)
            return None if index.column() == 1 and whole else theme.colors().muted
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and 0 <= section < 2:
            return ("Key", "Value")[section]
        return None

    def _line(self, index: Index) -> _Line:
        return self._lines[index.internalId()] if index.isValid() else self._root

    def _below(self, line: _Line) -> list[_Line]:
        return line.lines if line.lines is not None else self._fill(line, parts(line.content))

    def _fill(self, line: _Line, pairs: list[tuple[str, Content | None]]) -> list[_Line]:
        line.lines = []
        for row, (key, content) in enumerate(pairs):
            line.lines.append(_Line(len(self._lines), line, row, key, content))
            self._lines.append(line.lines[-1])
        return line.lines


class _Rows(QStyledItemDelegate):
    """Lines of one height."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)


class _ContentTree(QTreeView):
    """The tree itself; Ctrl+C copies the value of the current line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.copying = Copying(self)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setItemDelegate(_Rows(self))
        self.setIndentation(14)
        self.setFont(theme.number_font())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        content = model.content(self.currentIndex()) if isinstance(model, ContentModel) else None
        if event.matches(QKeySequence.StandardKey.Copy) and content is not None and self.currentIndex().isValid():
            self.copying.start(lines(value_words.lines(content)))
            event.accept()
        else:
            super().keyPressEvent(event)


class NestedView(QWidget):
    """A list or dict as a tree; ``chosen`` tells the value of the current line when it is worth a view of its own."""

    wanted = Signal(Selection)
    chosen = Signal(object)

    def __init__(self, content: Content, start: int = 0, roomy: bool = False, paged: bool = True) -> None:
        super().__init__()
        self._content = content
        paged = paged and isinstance(content, Sequence)
        self._model = ContentModel(content, start, paged)
        self.tree = _ContentTree(value_words.kind(content))
        self.tree.setModel(self._model)
        self._model.setParent(self.tree)
        self.tree.selectionModel().currentRowChanged.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.tree)
        self._fit(roomy)
        self.pager = Pager(roomy)
        self.pager.wanted.connect(lambda at: self.wanted.emit(Selection(start=(at,), count=(self._count(),))))
        layout.addWidget(self.pager)
        if paged and isinstance(content, Sequence):
            self.pager.set_span(start, len(content.items), content.length)

    def pieces(self) -> Iterator[str]:
        return lines(value_words.lines(self._content))

    def _count(self) -> int:
        return max(self._model.rowCount(), 1)

    def _fit(self, roomy: bool) -> None:
        rows = self._model.rowCount()
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        metrics = self.tree.fontMetrics()
        keys = (str(self._model.index(row, 0).data()) for row in range(min(rows, 100)))
        deep = any(self._model.hasChildren(self._model.index(row, 0)) for row in range(min(rows, 100)))
        self.tree.setRootIsDecorated(deep)
        widest = max((metrics.horizontalAdvance(key) for key in keys), default=0)
        header.resizeSection(0, max(40, min(140, widest + 20)) + (18 if deep else 0))
        if not roomy:
            self.tree.expanded.connect(self._fit_height)
            self.tree.collapsed.connect(self._fit_height)
            self._fit_height()

    def _fit_height(self) -> None:
        self.tree.setFixedHeight(ROW * max(1, self._open_rows(QModelIndex(), _TALLEST)) + 2)

    def _open_rows(self, below: QModelIndex, most: int) -> int:
        """How many lines stand open below a line, counted up to ``most``."""
        rows = self._model.rowCount(below)
        count = min(rows, most)
        for row in range(count):
            line = self._model.index(row, 0, below)
            if count < most and self.tree.isExpanded(line):
                count += self._open_rows(line, most - count)
        return min(count, most)

    def _choose(self, index: QModelIndex) -> None:
        content = self._model.content(index)
        own_view = isinstance(content, ArrayWindow | TableWindow) or (
            isinstance(content, Text) and (len(content.text) > _LONG or "\n" in content.text)
        )
        self.chosen.emit(content if own_view else None)
