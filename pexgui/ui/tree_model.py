"""A tree whose lines are asked for when they are wanted; it knows neither files nor threads."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal

from pexgui.core import Children, Node, Span

from .models import NOWHERE, Column, Index, cell, header

Shown: TypeAlias = Node | Span
Place: TypeAlias = tuple[bytes, int, int]

STATE = Qt.ItemDataRole.UserRole + 2
"""The role that says in a sentence what is going on with a line; empty when nothing is."""

READING = "Reading"
"""The state of a line that waits for its lines."""

STEP = 100
"""A page of a large group opens in stretches of so many lines."""


class _Line:
    """A line of the tree: what it shows, where it stands, and its own lines once they are known."""

    __slots__ = ("asked", "children", "number", "parent", "place", "position", "shown", "state")

    def __init__(self, number: int, parent: "_Line | None", shown: Shown | None, place: Place | None) -> None:
        self.number = number
        self.parent = parent
        self.shown = shown
        self.place = place
        self.position = 0
        self.children: list[_Line] = []
        self.asked = place is None
        self.state = ""


class TreeModel(QAbstractItemModel):
    """A tree that asks for the lines below a line when they are wanted.

    ``children_wanted(path, start, count)`` is answered with `set_children` of the same place (``count`` 0: the whole
    group) or with `set_problem`; when and by whom is not this model's business.
    """

    children_wanted = Signal(object, int, int)

    def __init__(self, columns: Sequence[Column[Shown]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._next = 1
        self._root = _Line(0, None, None, None)
        self._lines: dict[int, _Line] = {0: self._root}
        self._places: dict[Place, _Line] = {}

    # --- what the owner calls ---

    def set_root(self, path: bytes) -> None:
        """Begin anew with the group ``path``, whose children are the top lines."""
        self.beginResetModel()
        self._root = _Line(0, None, None, (path, 0, 0))
        self._lines = {0: self._root}
        self._places = {(path, 0, 0): self._root}
        self.endResetModel()
        self.fetchMore(NOWHERE)

    def clear(self) -> None:
        self.beginResetModel()
        self._root = _Line(0, None, None, None)
        self._lines = {0: self._root}
        self._places = {}
        self.endResetModel()

    def set_children(self, place: Place, children: Children) -> None:
        """Put the lines below ``place``, changing only what differs from what is there."""
        line = self._places.get(place)
        if line is None:
            return
        line.asked = True
        line.state = children.warning
        if children.spans:
            self._replace(line, children.spans)
        elif isinstance(line.shown, Span):
            self._replace_steps(line, children)
        else:
            self._replace(line, children.nodes)
        self._tell(line)
        if not line.children:
            self.layoutAboutToBeChanged.emit()
            self.layoutChanged.emit()

    def set_problem(self, place: Place, sentence: str) -> None:
        """Say why the lines below ``place`` could not be had; they can be asked for again."""
        line = self._places.get(place)
        if line is not None:
            line.asked = False
            line.state = sentence
            self._tell(line)

    def refresh(self, expanded: Callable[[QModelIndex], bool]) -> None:
        """Ask again for all lines that stand open; forget those that do not."""
        for line in list(self._places.values()):
            if line.number not in self._lines or not line.asked:
                continue
            if line is self._root or expanded(self._index(line)):
                assert line.place is not None
                self.children_wanted.emit(*line.place)
            else:
                self._remove(line, 0, len(line.children))
                line.asked = False

    def index_of(self, place: Place) -> QModelIndex:
        """The line whose lines are to be had at ``place``; not valid for the tree as a whole."""
        line = self._places.get(place)
        return QModelIndex() if line is None else self._index(line)

    # --- what Qt calls ---

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        children = self._line(parent).children
        if 0 <= row < len(children) and 0 <= column < len(self._columns) and parent.column() <= 0:
            return self.createIndex(row, column, children[row].number)
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        parent = self._line(index).parent
        return self._index(parent) if parent is not None else QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._line(parent).children)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        return len(self._columns)

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        if parent.column() > 0:
            return False
        line = self._line(parent)
        return bool(line.children) or not line.asked or line.state == READING

    def canFetchMore(self, parent: Index) -> bool:
        return parent.column() <= 0 and not self._line(parent).asked

    def fetchMore(self, parent: Index) -> None:
        line = self._line(parent)
        if not line.asked and line.place is not None:
            line.asked = True
            line.state = READING
            self._tell(line)
            self.children_wanted.emit(*line.place)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._line(index)
        if line.shown is None:
            return None
        if role == STATE:
            return line.state
        return cell(self._columns[index.column()], line.shown, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header(self._columns, section, orientation, role)

    # --- within ---

    def _line(self, index: Index) -> _Line:
        return self._lines.get(index.internalId(), self._root) if index.isValid() else self._root

    def _index(self, line: _Line, column: int = 0) -> QModelIndex:
        return QModelIndex() if line is self._root else self.createIndex(line.position, column, line.number)

    def _tell(self, line: _Line) -> None:
        if line is not self._root:
            self.dataChanged.emit(self._index(line), self._index(line, len(self._columns) - 1))

    def _replace(self, line: _Line, shown: Sequence[Shown], known: bool = False) -> None:
        """Make ``shown`` the lines below ``line``: those that stay at the beginning and the end are kept.

        ``known`` says that what stands below the new lines is known already.
        """
        old, new = [_name(child.shown) for child in line.children], [_name(each) for each in shown]
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        self._remove(line, head, len(old) - tail)
        self._insert(line, head, shown[head : len(new) - tail], known)
        for child, each in zip(line.children, shown, strict=True):
            if child.shown != each:
                self._renew(child, each, None if known else _place(line, each))

    def _renew(self, child: _Line, shown: Shown, place: Place | None) -> None:
        if place != child.place:
            self._remove(child, 0, len(child.children))
            self._forget_place(child)
            child.place, child.asked = place, place is None
            if place is not None:
                self._places[place] = child
        child.shown = shown
        self._tell(child)

    def _replace_steps(self, line: _Line, children: Children) -> None:
        """A page of a large group, cut into stretches that open at once."""
        nodes = children.nodes
        cuts = [nodes[first : first + STEP] for first in range(0, len(nodes), STEP)]
        if len(cuts) < 2:
            self._replace(line, nodes)
            return
        starts = range(children.start, children.start + len(nodes), STEP)
        steps = [Span(start, len(cut), cut[0].name, cut[-1].name) for start, cut in zip(starts, cuts, strict=True)]
        self._replace(line, steps, known=True)
        for child, cut in zip(line.children, cuts, strict=True):
            self._replace(child, cut)

    def _insert(self, line: _Line, at: int, shown: Sequence[Shown], known: bool) -> None:
        if not shown:
            return
        self.beginInsertRows(self._index(line), at, at + len(shown) - 1)
        new = []
        for each in shown:
            child = _Line(self._next, line, each, None if known else _place(line, each))
            self._next += 1
            self._lines[child.number] = child
            if child.place is not None:
                self._places[child.place] = child
            new.append(child)
        line.children[at:at] = new
        for position in range(at, len(line.children)):
            line.children[position].position = position
        self.endInsertRows()

    def _remove(self, line: _Line, start: int, stop: int) -> None:
        if start >= stop:
            return
        self.beginRemoveRows(self._index(line), start, stop - 1)
        gone = line.children[start:stop]
        del line.children[start:stop]
        for position in range(start, len(line.children)):
            line.children[position].position = position
        while gone:
            child = gone.pop()
            gone.extend(child.children)
            self._lines.pop(child.number, None)
            self._forget_place(child)
        self.endRemoveRows()

    def _forget_place(self, line: _Line) -> None:
        if line.place is not None and self._places.get(line.place) is line:
            del self._places[line.place]


def _name(shown: Shown | None) -> bytes | int | None:
    return shown.start if isinstance(shown, Span) else shown.path if shown is not None else None


def _place(line: _Line, shown: Shown) -> Place | None:
    """Where the lines below a new line are to be had, None when there are none."""
    if isinstance(shown, Span):
        above = line
        while isinstance(above.shown, Span) and above.parent is not None:
            above = above.parent
        group = above.shown.path if isinstance(above.shown, Node) else above.place[0] if above.place else b"/"
        return (group, shown.start, shown.count)
    return (shown.path, 0, 0) if shown.expandable else None
