"""The outline of a comparison as a tree on screen: signs, names, kinds and counts."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pexgui.core import State

from . import theme
from .compare_outline import Line, LineKind, Outline
from .models import NOWHERE, ROW, Index
from .tree_view import INDENT, TreeView

PILL = QSize(26, 18)
_SIGN = 16
_INSET = 6


class OutlineModel(QAbstractItemModel):
    """Makes the lines of an `Outline` as they are looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outline: Outline | None = None
        self._lines: dict[int, Line] = {}

    def set_outline(self, outline: Outline | None) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._outline = outline
        self._lines = {}
        self.endResetModel()

    def line(self, index: Index) -> Line | None:
        return self._lines.get(index.internalId()) if index.isValid() else None

    def index_of(self, line: Line | None) -> QModelIndex:
        """Where ``line`` of the outline is."""
        if line is None:
            return QModelIndex()
        return self.index(line.row, 0, self.index_of(line.parent))

    def index(self, row: int, column: int = 0, parent: Index = NOWHERE) -> QModelIndex:
        siblings = self._below(parent)
        if column != 0 or not 0 <= row < len(siblings):
            return QModelIndex()
        line = siblings[row]
        if not line.key or line.key not in self._lines:
            line.key = len(self._lines) + 1
            self._lines[line.key] = line
        return self.createIndex(row, 0, line.key)

    def parent(self, index: Index = NOWHERE) -> Any:
        line = self.line(index)
        return QModelIndex() if line is None else self.index_of(line.parent)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if not parent.isValid():
            return len(self._outline.roots) if self._outline is not None else 0
        line = self.line(parent)
        return 0 if line is None or parent.column() > 0 else line.size()

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return 1

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        return self.rowCount(parent) > 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index)
        if line is None:
            return None
        if role == ROW:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return in_words(line)
        return None

    def _below(self, parent: Index) -> list[Line]:
        if self._outline is None:
            return []
        line = self.line(parent)
        return self._outline.roots if line is None else self._outline.below(line)


def in_words(line: Line) -> str:
    """A line as it is read out."""
    state = line.state.value if line.sign and line.state is not State.EQUAL else ""
    parts = [line.title, state, line.note if line.note != state else ""]
    if line.count >= 0:
        parts.append(f"{line.count:,}")
    return ", ".join(part for part in parts if part)


def sign_color(state: State) -> QColor:
    """The colour of the sign of a state."""
    c = theme.colors()
    return {State.ONLY_A: c.bad, State.ONLY_B: c.ok, State.EQUAL: c.muted}.get(state, c.warn)


class OutlineDelegate(QStyledItemDelegate):
    """Draws a line: sign, name, and at the right what it is or how many are in it."""

    def __init__(self, view: "OutlineView") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, 26)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: Line = index.data(ROW)
        rect: QRect = option.rect
        c = theme.colors()
        inner = rect.adjusted(self._view.shift(), 0, -16, 0)
        right = self._pill(painter, inner, line, index) if line.count >= 0 else self._note(painter, inner, line)
        inner.setRight(right - 8)
        if line.sign:
            painter.setFont(theme.font(13, 600))
            painter.setPen(sign_color(line.state))
            painter.drawText(QRect(inner.left(), inner.top(), _SIGN, inner.height()), _LEFT, line.sign)
            inner.setLeft(inner.left() + _SIGN + _INSET)
        head = line.kind is LineKind.BRANCH
        quiet = line.kind in (LineKind.EQUAL, LineKind.SPAN)
        cut = Qt.TextElideMode.ElideMiddle if line.kind is LineKind.DIFFERENCE else Qt.TextElideMode.ElideRight
        font = theme.number_font(13, 600 if head else 400)
        write(painter, inner, line.title, font, c.muted if quiet else c.text, cut)

    def _pill(self, painter: QPainter, inner: QRect, line: Line, index: Index) -> int:
        c = theme.colors()
        words = f"{line.count:,}"
        font = theme.number_font(11, 600 if line.kind is LineKind.BRANCH else 400)
        width = max(PILL.width(), QFontMetrics(font).horizontalAdvance(words) + 14)
        top = inner.top() + (inner.height() - PILL.height()) / 2
        pill = QRectF(inner.right() - width, top, width, PILL.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.surface if self._view.selectionModel().isSelected(index) else c.sunken)
        painter.drawRoundedRect(pill, 9, 9)
        painter.setFont(font)
        painter.setPen(c.text if line.count else c.muted)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()
        return round(pill.left())

    def _note(self, painter: QPainter, inner: QRect, line: Line) -> int:
        c = theme.colors()
        font = theme.number_font(11)
        width = QFontMetrics(font).horizontalAdvance(line.note)
        color = c.warn if line.state is State.UNREADABLE else c.muted
        place = QRect(inner.right() - width, inner.top(), width + 1, inner.height())
        write(painter, place, line.note, font, color)
        return place.left()


class OutlineView(TreeView):
    """The tree at the left of a comparison."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setProperty("role", "library")
        self.setHeaderHidden(True)
        self.setItemDelegate(OutlineDelegate(self))
        self.setIndentation(INDENT)
        self.setAllColumnsShowFocus(False)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def write(
    painter: QPainter,
    rect: QRect,
    words: str,
    font: QFont,
    color: QColor,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Write one line of text, cut with an ellipsis where there is no room."""
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(words, cut, max(rect.width(), 0))
    painter.drawText(rect, _LEFT, shown)
