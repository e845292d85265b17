"""The tree on screen: 26 px lines with hairline guides, icons, tags and full-width selection."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from pexgui.core import Kind, Node, Span

from . import icons, theme
from .models import RIGHT, ROW, Index
from .tree_model import READING, STATE, Shown

ROW_HEIGHT = 26
INDENT = 18
FLAT_SHIFT = 24
SHIFT = 16
"""So far the tree is moved from the edge, that it begins where everything in the centre begins."""
EDGE = 3
TAG_HEIGHT = 16
NAME, TYPE, VALUE, SIZE = range(4)

KIND_ICONS = {
    Kind.TRAJECTORY: "file-trajectory",
    Kind.GROUP: "folder",
    Kind.CONFIG: "settings",
    Kind.PARAMETER: "sliders",
    Kind.DERIVED_PARAMETER: "sliders",
    Kind.LINK: "link",
    Kind.RAW_GROUP: "folder",
    Kind.RAW_DATASET: "array",
    Kind.UNREADABLE: "damaged",
}
TYPE_ICONS = (
    ("str", "text"),
    ("text", "text"),
    ("bytes", "text"),
    ("dict", "mapping"),
    ("list", "list"),
    ("tuple", "list"),
    ("DataFrame", "table"),
    ("Series", "table"),
    ("table", "table"),
    ("object table", "table"),
    ("sparse", "array"),
    ("pickle", "object"),
)


def icon_name(shown: Shown) -> str:
    """The icon of a line."""
    if isinstance(shown, Span):
        return "list"
    if shown.kind in KIND_ICONS:
        return KIND_ICONS[shown.kind]
    if shown.value.startswith(("[", "empty")) or "×" in shown.value:
        return "array" if shown.type not in ("DataFrame", "Series", "table") else "table"
    return next((name for start, name in TYPE_ICONS if shown.type.startswith(start)), "number")


class TreeDelegate(QStyledItemDelegate):
    """Writes one cell of a line; the line's background is the view's."""

    def __init__(self, view: "TreeView") -> None:
        super().__init__(view)
        self._view = view
        self._font = theme.number_font()
        self._metrics = QFontMetrics(self._font)
        self._small = theme.font(11)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        shown: Shown = index.data(ROW)
        rect: QRect = option.rect
        if index.column() == NAME:
            self._paint_name(painter, rect.adjusted(self._view.shift(), 0, -6, 0), shown, index)
            return
        c = theme.colors()
        words, color = str(index.data() or ""), c.muted
        if index.column() == VALUE:
            words, color = self._value(shown, words, str(index.data(STATE) or ""))
            if not index.sibling(index.row(), SIZE).data():
                rect = QRect(rect.left(), rect.top(), self._view.viewport().width() - rect.left() - 12, rect.height())
        inner = rect.adjusted(0, 0, -24 if index.column() == SIZE else -12, 0)
        side = index.data(Qt.ItemDataRole.TextAlignmentRole) == RIGHT
        self._write(painter, inner, words, color, Qt.AlignmentFlag.AlignRight if side else Qt.AlignmentFlag.AlignLeft)

    def _value(self, shown: Shown, words: str, state: str) -> tuple[str, QColor]:
        c = theme.colors()
        if state:
            return state, c.muted if state == READING else c.warn
        if isinstance(shown, Span):
            return words, c.muted
        if shown.warning:
            return shown.warning, c.warn
        return words, c.muted if shown.kind in (Kind.GROUP, Kind.RAW_GROUP, Kind.TRAJECTORY) else c.text

    def _paint_name(self, painter: QPainter, rect: QRect, shown: Shown, index: Index) -> None:
        c = theme.colors()
        node = shown if isinstance(shown, Node) else None
        color = c.muted if node is None else c.text
        sign = c.accent if node is not None and node.explored else c.muted
        name = icon_name(shown)
        if node is not None and node.warning:
            sign, name = c.warn, name if node.kind is not Kind.UNREADABLE else "damaged"
        icons.paint(painter, QRect(rect.left(), rect.top() + 5, 16, 16), name, sign)
        inner = rect.adjusted(23, 0, 0, 0)
        cut = Qt.TextElideMode.ElideMiddle if self._view.flat else Qt.TextElideMode.ElideRight
        tag_width = self._tag_width("explored") + 8 if node is not None and node.explored else 0
        used = self._write(painter, inner.adjusted(0, 0, -tag_width, 0), str(index.data() or ""), color, cut=cut)
        inner.setLeft(inner.left() + used + 8)
        if tag_width:
            self._tag(painter, inner, "explored", self._view.selectionModel().isSelected(index))
        if node is not None and node.target:
            self._write(painter, inner, f"→ {node.target}", c.muted)

    def _write(
        self,
        painter: QPainter,
        rect: QRect,
        words: str,
        color: QColor,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        """Write ``words``, cut with an ellipsis; returns the width they take."""
        width = self._metrics.horizontalAdvance(words)
        if width > rect.width():
            words = self._metrics.elidedText(words, cut, max(rect.width(), 0))
            width = rect.width()
        painter.setFont(self._font)
        painter.setPen(color)
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        return width

    def _tag_width(self, word: str) -> int:
        return QFontMetrics(self._small).horizontalAdvance(word) + 12

    def _tag(self, painter: QPainter, rect: QRect, word: str, selected: bool) -> None:
        c = theme.colors()
        box = QRectF(rect.left(), rect.center().y() - TAG_HEIGHT / 2 + 1, self._tag_width(word), TAG_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.surface if selected else c.accent_soft)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._small)
        painter.setPen(c.accent)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
        painter.restore()


class TreeHeader(QHeaderView):
    """Titles that begin where the tree begins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Titles of the tree")
        self.setFixedHeight(28)
        self.setSectionsMovable(False)
        self.setMinimumSectionSize(60)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        c = theme.colors()
        painter.save()
        painter.fillRect(rect, c.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, c.border)
        painter.setFont(theme.font(11, 500))
        painter.setPen(c.muted)
        right = logicalIndex == SIZE
        inner = rect.adjusted(24 if logicalIndex == NAME else 0, 0, -24 if right else -12, 0)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        title = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()


class TreeView(QTreeView):
    """``entered(index)``: Enter was pressed on a line, or it was double-clicked; ``escaped()``: Escape."""

    entered = Signal(QModelIndex)
    escaped = Signal()

    def __init__(self, name: str, flat: bool = False) -> None:
        super().__init__()
        self.flat = flat
        self.setAccessibleName(name)
        self.setHeader(TreeHeader(self))
        self.setItemDelegate(TreeDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(0 if flat else INDENT)
        self.setRootIsDecorated(not flat)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self.entered)
        theme.changed.connect(self.viewport().update)

    def shift(self) -> int:
        """How far names stand from where Qt would begin them."""
        return FLAT_SHIFT if self.flat else SHIFT

    def fit_columns(self) -> None:
        """Name as wide as there is room, the other columns as wide as what stands in them."""
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((TYPE, 110), (VALUE, 210), (SIZE, 96)):
            header.resizeSection(column, width)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        c = theme.colors()
        band = QRect(0, options.rect.top(), self.viewport().width(), options.rect.height())
        selected = self.selectionModel().isSelected(index)
        if selected:
            painter.fillRect(band, c.accent_soft)
        elif self._under(band):
            painter.fillRect(band, c.hover)
        super().drawRow(painter, options, index)
        if selected:
            painter.fillRect(0, band.top(), EDGE, band.height(), c.accent)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if self.flat:
            return
        c = theme.colors()
        guide = theme.mix(c.border, c.surface, 0.7)
        levels = max(rect.width() // INDENT, 1)
        for level in range(levels - 1):
            painter.fillRect(level * INDENT + SHIFT + 16, rect.top(), 1, rect.height(), guide)
        if self.model().hasChildren(index):
            name = "chevron-down" if self.isExpanded(index) else "chevron-right"
            icons.paint(painter, self._chevron(rect.right() + 1, rect.top()), name, c.muted)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._toggled(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._toggled(event):
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def _chevron(self, right: int, top: int) -> QRect:
        return QRect(right - INDENT + SHIFT + 2, top + 6, 14, 14)

    def _toggled(self, event: QMouseEvent) -> bool:
        """Open or close the line whose chevron was pressed. The tree is drawn beside where Qt looks for it."""
        place = event.position().toPoint()
        index = self.indexAt(QPoint(self.viewport().width() - 1, place.y())).siblingAtColumn(NAME)
        if self.flat or event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return False
        line = self.visualRect(index)
        if self.model().hasChildren(index) and self._chevron(line.left(), line.top()).adjusted(-4, -6, 2, 6).contains(
            place
        ):
            self.setExpanded(index, not self.isExpanded(index))
            return True
        if place.x() < line.left():
            self.setCurrentIndex(index)
            return True
        return False

    def _under(self, band: QRect) -> bool:
        return self.underMouse() and band.contains(self.viewport().mapFromGlobal(self.cursor().pos()))
