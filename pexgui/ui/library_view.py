"""The tree of the library, as the mouse and the keys meet it."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from . import theme
from .library_model import LibraryModel, Row, RowKind
from .library_row import LibraryRows, chevron


class LibraryView(QTreeView):
    """The rows of the library; the delegate draws all of a row, so that the view only has to know where to click."""

    more_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)
    chosen_again = Signal(object)

    def __init__(self, model: LibraryModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(LibraryRows(self))
        self.setAccessibleName("Library")
        self.setProperty("role", "library")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_at)
        self.activated.connect(self._activate)
        theme.changed.connect(self.viewport().update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._model.row(index)
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            opener = chevron(row, self.visualRect(index))
            if opener is not None and opener.adjusted(-4, 0, 2, 0).contains(event.position().toPoint()):
                self.setExpanded(index, not self.isExpanded(index))
                return
            if row.kind is RowKind.MORE:
                self.more_wanted.emit(row.parent)
                return
            if index == self.currentIndex() and not event.modifiers():
                self.chosen_again.emit(row)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._model.row(self.currentIndex())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and row is not None:
            self._activate(self.currentIndex())
            if row.kind is RowKind.FOLDER:
                self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
            return
        super().keyPressEvent(event)

    def selected(self) -> list[Row]:
        """The selected rows, from top to bottom."""
        found = [self._model.row(index) for index in self.selectedIndexes()]
        rows = [row for row in found if row is not None]
        return sorted(rows, key=lambda row: self.visualRect(self._model.index_of(row)).top())

    def _activate(self, index: QModelIndex) -> None:
        row = self._model.row(index)
        if row is not None and row.kind is RowKind.MORE:
            self.more_wanted.emit(row.parent)

    def _menu_at(self, point: QPoint) -> None:
        row = self._model.row(self.indexAt(point))
        if row is not None and row.kind is not RowKind.MORE:
            self.menu_wanted.emit(row, self.viewport().mapToGlobal(point))
