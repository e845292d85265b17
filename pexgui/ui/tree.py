"""Everything in a trajectory as a tree, decoded or as plain HDF5, read line by line as it is opened."""

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    Children,
    ChildrenRequest,
    FileRequest,
    Found,
    Kind,
    Node,
    PexError,
    SearchRequest,
    Side,
    Span,
    TrajectoryRequest,
    ValueRequest,
    read_children,
    search_tree,
    text,
)

from . import widgets
from .context import ValueContext
from .jobs import Submit
from .models import ROW, Column, RowModel
from .notices import Bar, Message
from .tree_model import Place, Shown, TreeModel
from .tree_view import TreeView

PAUSE = 200
"""Milliseconds without typing after which the search begins."""

_SEARCH = "Find a name, type or comment"
_FIRST = (b"parameters", b"results")
"""The groups of a trajectory that open by themselves, for they are what people come for."""
_FEW = 30
"""With more lines in it a group stays closed until the person opens it."""

SIDES = 20
"""So many lines can be compared at once."""
_COMPARED = {Kind.GROUP, Kind.CONFIG, Kind.PARAMETER, Kind.DERIVED_PARAMETER, Kind.RESULT}
VALUES = {
    Kind.CONFIG: "Setting",
    Kind.PARAMETER: "Parameter",
    Kind.DERIVED_PARAMETER: "Derived parameter",
    Kind.RESULT: "Result",
    Kind.ITEM: "Item",
    Kind.RAW_DATASET: "HDF5 dataset",
    Kind.UNREADABLE: "Unreadable",
}
"""The lines that have a value, and what it is called."""


def _name(shown: Shown) -> str:
    return f"{shown.first} – {shown.last}" if isinstance(shown, Span) else shown.name


def _type(shown: Shown) -> str:
    return "" if isinstance(shown, Span) else shown.type


def _value(shown: Shown) -> str:
    return text.count(shown.count, "item") if isinstance(shown, Span) else shown.value


def _size(shown: Shown) -> str:
    return "" if isinstance(shown, Span) or shown.size is None else text.size(shown.size)


def _columns(name: Column[Shown]) -> tuple[Column[Shown], ...]:
    return (
        name,
        Column("Type", _type),
        Column("Value or shape", _value),
        Column("On disk", _size, right=True),
    )


class TreePanel(QWidget):
    """``value_wanted(ValueRequest, ValueContext)``: the value of a line is to be shown; ``insisted()``: the person
    wants the file read again, whatever trouble it made; ``compare_wanted(sides)``: the selected lines are to be
    compared."""

    value_wanted = Signal(object, object)
    insisted = Signal()
    compare_wanted = Signal(object)

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self._submit = submit
        self._file = b""
        self._trajectory = b""
        self._generation = 0
        self._totals: dict[bytes, int] = {}
        self._opening: set[Place] = set()
        self.model = TreeModel(_columns(Column("Name", _name)), self)
        self.model.children_wanted.connect(self._read)
        self.found = RowModel(_columns(Column("Name", self._full_name)), self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.search = widgets.SearchBox(_SEARCH, "Find in the tree")
        self.count = widgets.label("", "muted")
        self.raw = widgets.button("Raw HDF5", lambda: None)
        self.raw.setCheckable(True)
        self.collapse = widgets.button("Collapse all", self._collapse)
        self.view = TreeView("Tree")
        self.view.setModel(self.model)
        self.view.fit_columns()
        self.results = TreeView("Found in the tree", flat=True)
        self.results.setModel(self.found)
        self.results.fit_columns()
        for view in (self.view, self.results):
            view.setSelectionMode(TreeView.SelectionMode.ExtendedSelection)
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._show_menu, view))
        self.message = Message("Tree")
        self.stack = QStackedWidget()
        for page in (self.view, self.results, self.message):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bar(self.search, self.count, self.raw, self.collapse))
        column.addWidget(widgets.hairline())
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.raw.toggled.connect(lambda _on: self._start())
        self.message.retried.connect(self.insisted)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._search)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._search_entered)
        for view in (self.view, self.results):
            view.selectionModel().currentChanged.connect(self._went)
        self.view.entered.connect(self._entered)
        self.results.entered.connect(lambda index: self._went(index, index))
        self.results.escaped.connect(self._leave_search)

    # --- what the window calls ---

    def show_trajectory(self, request: TrajectoryRequest) -> None:
        """Show the tree of a trajectory."""
        self._open(request.file, request.path)
        self.raw.setEnabled(True)
        self._set_raw(False)
        self._start()

    def show_raw(self, request: FileRequest) -> None:
        """Show a file as plain HDF5, because there is nothing else in it."""
        self._open(request.file, b"")
        self.raw.setEnabled(False)
        self._set_raw(True)
        self._start()

    def refresh(self) -> None:
        """Read what stands open again; what is open, selected and scrolled to stays."""
        if not self._file:
            return
        if self.stack.currentWidget() is self.message:
            self._start()
        else:
            self.model.refresh(self.view.isExpanded)
            if self.stack.currentWidget() is self.results:
                self._search()

    def clear(self) -> None:
        """Show nothing."""
        self._open(b"", b"")
        self.model.clear()
        self.message.say("")
        self.stack.setCurrentWidget(self.message)
        self.count.setText("")

    def focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # --- reading ---

    def _open(self, file: bytes, trajectory: bytes) -> None:
        self._file, self._trajectory = file, trajectory
        self._leave_search()

    def _root(self) -> bytes:
        return b"/" if self.raw.isChecked() or not self._trajectory else self._trajectory

    def _set_raw(self, raw: bool) -> None:
        self.raw.blockSignals(True)
        self.raw.setChecked(raw)
        self.raw.blockSignals(False)

    def _start(self) -> None:
        self._generation += 1
        self._totals = {}
        self._opening = set()
        if not self.raw.isChecked():
            self._opening = {(self._root().rstrip(b"/") + b"/" + name, 0, 0) for name in _FIRST}
        self._leave_search()
        self.search.setEnabled(not self.raw.isChecked())
        self.search.setPlaceholderText(_SEARCH if self.search.isEnabled() else "Plain HDF5 cannot be searched")
        self.message.say("Reading")
        self.stack.setCurrentWidget(self.message)
        self.model.set_root(self._root())

    def _read(self, path: bytes, start: int, count: int) -> None:
        place = (path, start, count)
        self._submit(
            read_children,
            ChildrenRequest(self._file, path, raw=self.raw.isChecked(), start=start, count=count),
            partial(self._take, self._generation, place),
            partial(self._fail, self._generation, place),
            topic=f"children {path!r} {start} {count}",
        )

    def _take(self, generation: int, place: Place, children: Children) -> None:
        if generation != self._generation:
            return
        self._totals[children.path] = children.total
        self.model.set_children(place, children)
        if place == (self._root(), 0, 0):
            if children.total == 0 and not self.model.rowCount():
                self.message.say(children.warning or "There is nothing in it.")
            elif self.stack.currentWidget() is self.message:
                self.stack.setCurrentWidget(self.view)
            for first in tuple(self._opening):
                self.model.fetchMore(self.model.index_of(first))
        elif place in self._opening:
            self._opening.discard(place)
            if children.total <= _FEW:
                self.view.expand(self.model.index_of(place))
        self._count()

    def _fail(self, generation: int, place: Place, problem: PexError) -> None:
        if generation != self._generation:
            return
        self.model.set_problem(place, " ".join(part for part in (problem.title, problem.hint) if part))
        index = self.model.index_of(place)
        if index.isValid():
            self.view.collapse(index)
        elif not self.model.rowCount():
            self.message.say_problem(problem)
            self.stack.setCurrentWidget(self.message)

    # --- search ---

    def _typed(self) -> None:
        if self.search.text().strip():
            self._pause.start()
        else:
            self._leave_search()

    def _search_entered(self) -> None:
        if self.stack.currentWidget() is self.results and not self._pause.isActive():
            if self.found.rowCount():
                self.results.setFocus()
                self.results.setCurrentIndex(self.found.index(0, 0))
        else:
            self._search()

    def _search(self) -> None:
        self._pause.stop()
        words = self.search.text().strip()
        if words and self._file:
            self._submit(
                search_tree,
                SearchRequest(self._file, self._root(), words),
                partial(self._take_found, words),
                self._fail_search,
                topic="tree search",
            )

    def _take_found(self, words: str, found: Found) -> None:
        if words != self.search.text().strip():
            return
        self.found.set_rows(found.nodes)
        self.count.setText(f"{len(found.nodes):,} found" if found.complete else f"first {len(found.nodes):,} found")
        if found.nodes:
            self.stack.setCurrentWidget(self.results)
        else:
            self.message.say(f"Nothing is called like “{text.printable(words)}”.")
            self.stack.setCurrentWidget(self.message)

    def _fail_search(self, problem: PexError) -> None:
        self.message.say(problem.title, problem.hint)
        self.stack.setCurrentWidget(self.message)

    def _leave_search(self) -> None:
        self._pause.stop()
        if self.search.text():
            self.search.clear()
        if self.found.rowCount():
            self.found.set_rows(())
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.view)
        self._count()

    def _full_name(self, node: Shown) -> str:
        if isinstance(node, Span):
            return _name(node)
        below = node.path.removeprefix(self._trajectory).lstrip(b"/")
        return text.printable(below.replace(b"/", b".")) or node.name

    # --- lines ---

    def _went(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._count()
        node = now.data(ROW)
        if isinstance(node, Node) and node.kind in VALUES:
            request = ValueRequest(self._file, node.path, trajectory=self._trajectory)
            self.value_wanted.emit(request, ValueContext(VALUES[node.kind], self._full_name(node)))

    def _entered(self, index: QModelIndex) -> None:
        line = index.siblingAtColumn(0)
        if self.model.hasChildren(line):
            self.view.setExpanded(line, not self.view.isExpanded(line))
        else:
            self._went(index, index)

    def sides(self, view: TreeView) -> list[Side]:
        """The selected lines as sides of a comparison, from top to bottom."""
        rows = sorted(view.selectionModel().selectedRows(), key=lambda index: view.visualRect(index).top())
        nodes = [index.data(ROW) for index in rows]
        if self.raw.isChecked():
            return []
        paths = [node.path for node in nodes if isinstance(node, Node) and node.kind in _COMPARED]
        return [Side(self._file, self._trajectory, path=path) for path in paths[:SIDES]]

    def menu_for(self, view: TreeView) -> QMenu:
        """What can be done with the selected lines."""
        menu = QMenu(self)
        menu.setAccessibleName("Tree")
        sides = self.sides(view)
        entry = menu.addAction(f"Compare {len(sides)} items" if len(sides) > 2 else "Compare")
        entry.setEnabled(len(sides) > 1)
        entry.triggered.connect(lambda _on=False: self.compare_wanted.emit(sides))
        return menu

    def _show_menu(self, view: TreeView, place: QPoint) -> None:
        menu = self.menu_for(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(view.viewport().mapToGlobal(place))

    def _collapse(self) -> None:
        self._opening.clear()
        self.view.collapseAll()

    def _count(self) -> None:
        if self.stack.currentWidget() is self.results:
            return
        index = self.view.currentIndex().siblingAtColumn(0)
        while index.isValid():
            node = index.data(ROW)
            if isinstance(node, Node) and node.path in self._totals:
                self.count.setText(f"{text.count(self._totals[node.path], 'item')} in {node.name}")
                return
            index = index.parent()
        total = self._totals.get(self._root())
        self.count.setText("" if total is None else text.count(total, "item"))
