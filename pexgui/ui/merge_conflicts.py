"""What differs between the files as a table with a choice per line, and the chosen line in full below it."""

from functools import partial

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import Choice, Conflict, Part, text

from . import icons, theme, widgets
from .cells import MISSING
from .merge_choices import MergeChoices
from .merge_page import links, paint_box

Index = QModelIndex | QPersistentModelIndex
CHOICES = (Choice.KEEP_FIRST, Choice.KEEP_LAST, Choice.RENAME)
WORDS = {
    Choice.KEEP_FIRST: "Keep first",
    Choice.KEEP_LAST: "Keep last",
    Choice.RENAME: "Keep both",
}
_MEANS = {
    Choice.KEEP_FIRST: "The value of the first file that has it is kept; the others are not taken over.",
    Choice.KEEP_LAST: "The value of the last file that has it is kept; the others are not taken over.",
    Choice.RENAME: "Both are kept, the later one under its name with that of its trajectory behind it.",
}
_SETTING = "What pypet notes about itself is always that of the first file that has it."
_ROW, _MOST = 26, 8
_RESULT = 3
_CHOICE = 122


class ConflictModel(QAbstractTableModel):
    """A line per conflict: its name, the first and the last value, and what becomes of them."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts: tuple[Conflict, ...] = ()
        self.titles = ("", "")

    def set_conflicts(self, conflicts: tuple[Conflict, ...], titles: tuple[str, str]) -> None:
        """Show these; while they are the same things as before, lines and selection stay."""
        same = [one.name for one in conflicts] == [one.name for one in self.conflicts]
        if not same:
            self.beginResetModel()
        self.conflicts, self.titles = conflicts, titles
        if not same:
            self.endResetModel()
        elif conflicts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(conflicts) - 1, _RESULT))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, _RESULT)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.conflicts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return ("What differs", *self.titles, "In the result")[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.conflicts[index.row()]
        if role == Qt.ItemDataRole.FontRole and index.column() == 0:
            return theme.mono()
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and index.column() == _RESULT and not fixed(one):
            return "Press Space to choose"
        if role == Qt.ItemDataRole.ToolTipRole and index.column() < _RESULT:
            return widgets.plain_tooltip(self._words(one, index.column()))
        return self._words(one, index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _words(self, one: Conflict, column: int) -> str:
        there = [value for value in one.values if value]
        if column in (1, 2):
            return there[0 if column == 1 else -1] if there else MISSING
        return one.name if column == 0 else WORDS[one.choice]


class ConflictView(QTableView):
    """``wanted(row)``: a choice is to be made for a line, by a click, Space or Enter."""

    wanted = Signal(int)

    def __init__(self, model: ConflictModel) -> None:
        super().__init__()
        self.setAccessibleName("Where the files disagree")
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(30)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(24)
        head.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """Be as high as the lines, up to some of them."""
        rows = self.model().rowCount()
        self.setFixedHeight(30 + _ROW * max(1, min(rows, _MOST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        widths = [int((room - _CHOICE) * share) for share in (0.4, 0.3, 0.3)]
        for column, width in enumerate([*widths, room - sum(widths)]):
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.wanted.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == _RESULT and event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit(index.row())


class Padded(QStyledItemDelegate):
    """Leaves 8 px at the left of every cell, as headers do; names lose their middle and not their end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colors().accent_soft)
        if index.column() == 0:
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        whole = option.rect
        option.rect = whole.adjusted(5, 0, 0, 0)
        super().paint(painter, option, index)
        option.rect = whole


class _Delegate(Padded):
    """Draws an arrow beside a choice that can be another."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        assert isinstance(model, ConflictModel)
        one = model.conflicts[index.row()]
        if index.column() != _RESULT or fixed(one):
            return
        place: QRect = option.rect
        c = theme.colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, QRect(place.right() - 26, place.center().y() - 7, 14, 14), "chevron-down", c.muted)
        painter.restore()


class Conflicts(QWidget):
    """``changed()``: another choice was made; ``compare_wanted(Conflict)``: its values are to be seen in full."""

    changed = Signal()
    compare_wanted = Signal(object)

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__()
        self._choices = choices
        self._names: list[str] = []
        self.model = ConflictModel()
        self.view = ConflictView(self.model)
        self.count = widgets.label()
        self.shown = Shown()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.count)
        head.addStretch()
        head.addWidget(widgets.label("For all:", "muted"))
        every = ((WORDS[choice], f"For all: {WORDS[choice]}", partial(self.choose_all, choice)) for choice in CHOICES)
        row, self.every = links(*every)
        head.addLayout(row)
        frame = _Frame(self.view)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(frame)
        column.addWidget(self.shown)
        self.view.wanted.connect(self._ask)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_line())
        self.shown.whole.clicked.connect(lambda _on: self.wanted_whole())

    def show_conflicts(self, conflicts: tuple[Conflict, ...], names: list[str]) -> None:
        """Show what differs between sources of these names."""
        titles = (names[0], names[1]) if len(names) == 2 else ("One file", "Another file")
        self._names = names
        self.model.set_conflicts(conflicts, titles)
        self.view.fit()
        self.count.setText(text.count(len(conflicts), "difference"))
        for link in self.every:
            link.setEnabled(not all(map(fixed, conflicts)))
        if conflicts and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))
        self._show_line()

    def choose(self, row: int, choice: Choice) -> None:
        """Make the choice for one line."""
        self._choices.each[self.model.conflicts[row].name] = choice
        self.changed.emit()

    def choose_all(self, choice: Choice) -> None:
        """Make one choice for all lines, also for what comes with more files."""
        self._choices.each.clear()
        self._choices.conflict = choice
        self.changed.emit()

    def menu(self, row: int) -> QMenu:
        """The choices for a line."""
        menu = QMenu(self)
        menu.setAccessibleName(f"What becomes of {self.model.conflicts[row].name}")
        for choice in CHOICES:
            entry = menu.addAction(WORDS[choice])
            entry.setCheckable(True)
            if self.model.conflicts[row].choice is choice:
                entry.setChecked(True)
                menu.setActiveAction(entry)
            entry.triggered.connect(lambda _on=False, choice=choice: self.choose(row, choice))
        return menu

    def _ask(self, row: int) -> None:
        if fixed(self.model.conflicts[row]):
            return
        menu = self.menu(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        below = self.view.visualRect(self.model.index(row, _RESULT)).bottomLeft()
        menu.popup(self.view.viewport().mapToGlobal(below))

    def _show_line(self) -> None:
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.conflicts):
            self.shown.show_conflict(self.model.conflicts[row], self._names)

    def wanted_whole(self) -> None:
        """Have the values of the chosen line compared in full."""
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.conflicts):
            self.compare_wanted.emit(self.model.conflicts[row])


class Shown(QWidget):
    """The chosen line in full: what every file has, and what becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.name = widgets.label("", wrap=True)
        self.name.setFont(theme.mono())
        self._values = QHBoxLayout()
        self._values.setSpacing(24)
        self.words = widgets.label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        self.whole = widgets.button("Compare in full…", lambda: None, "link")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.name, 1)
        head.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addLayout(self._values)
        column.addWidget(self.words)
        self.setAccessibleName("The chosen difference")
        widgets.repaint_on_theme(self)

    def show_conflict(self, one: Conflict, names: list[str]) -> None:
        """Show what the sources of these names have."""
        self.name.setText(widgets.breakable(one.name))
        while (item := self._values.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        there = [(name, value) for name, value in zip(names, one.values, strict=False) if value]
        for name, value in there[:3]:
            self._values.addWidget(_value(name, value), 1)
        more = f"And {text.count(len(there) - 3, 'more file')}. " if len(there) > 3 else ""
        self.words.setText(more + (_SETTING if fixed(one) else _MEANS[one.choice]))
        values = "; ".join(f"{name}: {value}" for name, value in there)
        self.setAccessibleDescription(f"{one.name}. {values}. {self.words.text()}")

    def paintEvent(self, _event: object) -> None:
        paint_box(self, theme.colors().sunken, theme.colors().sunken, 8)


class _Frame(QWidget):
    """The border of the table, which shows whether keys go to it."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        self._table = table
        table.installEventFilter(self)
        widgets.repaint_on_theme(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: object) -> None:
        c = theme.colors()
        paint_box(self, c.surface, c.accent if self._table.hasFocus() else c.border, 8)


def fixed(one: Conflict) -> bool:
    """Whether nothing is to be chosen: settings are those of the first source."""
    return one.part is Part.CONFIG


def _value(name: str, value: str) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(widgets.ElidedLabel(name, "small", Qt.TextElideMode.ElideMiddle))
    words = widgets.label(widgets.breakable(value), wrap=True)
    words.setFont(theme.mono())
    column.addWidget(words)
    column.addStretch()
    return whole
