"""The rows of the library: opened folders and files, what is in them, and how far it is read. In memory only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import takewhile
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from pexgui.core import FileState, FileSummary, FolderEntry, Side, TrajectorySummary

from .drops import URI_LIST, files_as_mime

Index: TypeAlias = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = Qt.ItemDataRole.UserRole
"""The role that answers with the row itself."""
DEPTH = 24
"""Folders deeper than this are listed only when the person opens them."""
_EXTENSIONS = ("h5", "hdf5", "hdf", "h4", "hdf4", "he2", "he5")


class RowKind(Enum):
    """What a row stands for; ``MORE`` are the entries of a folder that were not asked for yet."""

    FOLDER = auto()
    FILE = auto()
    TRAJECTORY = auto()
    MORE = auto()


class RowState(Enum):
    """How far a row is read. ``REFUSED`` means that it cannot be, ``GONE`` that it was there before."""

    WAITING = auto()
    READ = auto()
    STOPPED = auto()
    REFUSED = auto()
    GONE = auto()


_FILES = (RowKind.FILE, RowKind.TRAJECTORY)


@dataclass(eq=False, slots=True)
class Row:
    """A line of the library.

    ``size`` and ``modified`` are the folder's word on a file when it was listed. ``total`` counts the entries of a
    listed folder, -1 before, of which the first ``reached`` were asked for; ``files`` counts the files known below.
    ``twin``: another file of the folder differs in the extension only. ``searched`` is what a filter looks at, as
    long as nothing changed.
    """

    kind: RowKind
    path: bytes
    name: str
    parent: "Row | None" = None
    size: int = 0
    modified: float = 0.0
    state: RowState = RowState.WAITING
    summary: FileSummary | None = None
    trajectory: TrajectorySummary | None = None
    sentence: str = ""
    total: int = -1
    reached: int = 0
    files: int = 0
    twin: bool = False
    hidden: bool = False
    searched: str = ""
    number: int = 0
    key: int = 0
    children: list["Row"] = field(default_factory=list)

    def depth(self) -> int:
        return 0 if self.parent is None else 1 + self.parent.depth()

    def root(self) -> "Row":
        return self if self.parent is None else self.parent.root()

    def opens(self) -> bool:
        """Whether there is something below it, or may be."""
        return bool(self.children) or (self.kind is RowKind.FOLDER and self.total < 0 and self.depth() > DEPTH)

    def bytes(self) -> int:
        """The size of a file as last seen."""
        stamp = self.summary.stamp if self.summary is not None else None
        return stamp.size if stamp is not None else self.size

    def side(self) -> Side | None:
        """What is compared when this row is: its trajectory, of several the last one; None when it has none."""
        if self.trajectory is not None:
            return Side(self.path, self.trajectory.path)
        found = self.summary.trajectories if self.summary is not None else ()
        if self.kind is not RowKind.FILE or not found or self.state is RowState.GONE:
            return None
        return Side(self.path, found[0].path if len(found) == 1 else b"")

    def more(self) -> "Row | None":
        """The row that stands for entries not asked for yet."""
        last = self.children[-1] if self.children else None
        return last if last is not None and last.kind is RowKind.MORE else None

    def folders(self) -> Iterator["Row"]:
        """The folders directly in it, which stand before its files."""
        return takewhile(lambda child: child.kind is RowKind.FOLDER, self.children)

    def walk(self) -> Iterator["Row"]:
        """The row and all below it, in the order in which they stand."""
        yield self
        for child in self.children:
            yield from child.walk()


class LibraryModel(QAbstractItemModel):
    """A tree of `Row`. ``describe`` gives the texts of a row for each role of Qt."""

    def __init__(self, describe: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._roots: list[Row] = []
        self._rows: dict[int, Row] = {}
        self._keys = 0
        self.bytes = 0
        """The size of all files."""

    # --- what Qt asks

    def index(self, row: int, column: int = 0, parent: Index = NOWHERE) -> QModelIndex:
        siblings = self._below(parent)
        if column != 0 or not 0 <= row < len(siblings):
            return QModelIndex()
        return self.createIndex(row, 0, siblings[row].key)

    def parent(self, index: Index = NOWHERE) -> Any:
        row = self.row(index)
        return QModelIndex() if row is None or row.parent is None else self.index_of(row.parent)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._below(parent))

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return 1

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        row = self.row(parent)
        return bool(self._roots) if row is None else parent.column() == 0 and row.opens()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW:
            return row
        return self._describe(row, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if row.kind in _FILES else flags

    def mimeTypes(self) -> list[str]:
        return [URI_LIST]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files of some rows, as other windows and other programs take them."""
        rows = [self.row(index) for index in indexes]
        return files_as_mime(list(dict.fromkeys(row.path for row in rows if row is not None and row.kind in _FILES)))

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    # --- finding

    @property
    def roots(self) -> tuple[Row, ...]:
        return tuple(self._roots)

    def row(self, index: Index) -> Row | None:
        return self._rows.get(index.internalId()) if index.isValid() else None

    def index_of(self, row: Row) -> QModelIndex:
        return self.createIndex(row.number, 0, row.key) if row.key in self._rows else QModelIndex()

    def walk(self) -> Iterator[Row]:
        """All rows."""
        for root in self._roots:
            yield from root.walk()

    def find(self, path: bytes, group: bytes = b"") -> Row | None:
        """The first row of the folder or file ``path``, or of the trajectory ``group`` in it."""
        found = next(
            (row for row in self.walk() if row.path == path and row.kind in (RowKind.FOLDER, RowKind.FILE)), None
        )
        if found is not None and group:
            inside = (row for row in found.children if row.trajectory is not None and row.trajectory.path == group)
            return next(inside, found)
        return found

    def holds(self, row: Row) -> bool:
        """Whether ``row`` is still in the library."""
        return row.key in self._rows

    # --- changing

    def add_root(self, row: Row, at: int | None = None) -> None:
        """Add an opened folder or file behind the others, or as number ``at``."""
        self._insert(None, len(self._roots) if at is None else at, [row])

    def remove(self, row: Row) -> None:
        siblings = self._siblings(row.parent)
        parent = QModelIndex() if row.parent is None else self.index_of(row.parent)
        self.beginRemoveRows(parent, row.number, row.number)
        del siblings[row.number]
        for number in range(row.number, len(siblings)):
            siblings[number].number = number
        for gone in row.walk():
            del self._rows[gone.key]
            self.bytes -= gone.bytes() if gone.kind is RowKind.FILE else 0
        self._count(row.parent, -row.files)
        self.endRemoveRows()

    def changed(self, row: Row) -> None:
        """Say that ``row`` looks different now."""
        row.searched = ""
        index = self.index_of(row)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def set_state(self, row: Row, state: RowState, sentence: str = "") -> None:
        row.state = state
        row.sentence = sentence
        self.changed(row)

    def set_summary(self, row: Row, summary: FileSummary) -> None:
        """What was found in a file; several trajectories become rows below it."""
        self.bytes -= row.bytes()
        row.summary = summary
        self.bytes += row.bytes()
        row.state = RowState.READ
        row.sentence = summary.sentence
        wanted = summary.trajectories if len(summary.trajectories) > 1 else ()
        kept = {child.trajectory.path: child for child in row.children if child.trajectory is not None}
        for path, child in kept.items():
            if path not in {trajectory.path for trajectory in wanted}:
                self.remove(child)
        for number, trajectory in enumerate(wanted):
            old = kept.get(trajectory.path)
            if old is None:
                new = Row(RowKind.TRAJECTORY, row.path, trajectory.name, state=RowState.READ, trajectory=trajectory)
                self._insert(row, min(number, len(row.children)), [new])
            else:
                old.trajectory, old.name = trajectory, trajectory.name
                self.changed(old)
        self.changed(row)

    def set_entries(self, row: Row, entries: list[FolderEntry], start: int, reached: int, total: int) -> list[Row]:
        """The entries ``start`` to ``reached`` of a folder, in order: new ones become rows, known ones stay.

        From ``start`` 0 they are all that the folder's rows should stand for, and whatever else is there is gone: it
        stays as a row that says so until the next time. Answers with the rows to be read (again).
        """
        more = row.more()
        if more is not None:
            self.remove(more)
        row.total, row.reached = total, min(reached, total)
        row.state, row.sentence = RowState.READ, ""
        if start == 0:
            self._mark_gone(row, {(entry.path, entry.is_folder) for entry in entries})
        unread = self._take(row, entries, 0 if start == 0 else len(row.children))
        if row.reached < total:
            self._insert(row, len(row.children), [Row(RowKind.MORE, row.path, "", state=RowState.READ)])
        self._tell_twins_apart(row)
        self.changed(row)
        return unread

    def _take(self, row: Row, entries: list[FolderEntry], at: int) -> list[Row]:
        known = {(child.path, child.kind is RowKind.FOLDER): child for child in row.children}
        unread: list[Row] = []
        fresh: list[Row] = []
        for entry in entries:
            child = known.get((entry.path, entry.is_folder))
            if child is None:
                fresh.append(_row_of(entry))
                continue
            if fresh:
                self._insert(row, min(at, child.number), fresh)
                unread += fresh
                fresh = []
            at = child.number + 1
            if _outdated(child, entry):
                self.bytes -= child.bytes()
                child.size, child.modified, child.state = entry.size, entry.modified, RowState.WAITING
                self.bytes += child.bytes()
                self.changed(child)
                unread.append(child)
        if fresh:
            self._insert(row, min(at, len(row.children)), fresh)
        return unread + fresh

    def _mark_gone(self, row: Row, present: set[tuple[bytes, bool]]) -> None:
        for child in list(row.children):
            if (child.path, child.kind is RowKind.FOLDER) in present:
                continue
            if child.state is RowState.GONE or (child.kind is RowKind.FOLDER and not child.files):
                self.remove(child)
                continue
            for below in child.walk():
                self.set_state(below, RowState.GONE)

    def _tell_twins_apart(self, row: Row) -> None:
        """Names stand without their extension, except where that would make two of them equal."""
        short: dict[str, int] = {}
        files = [child for child in row.children if child.kind is RowKind.FILE]
        for child in files:
            stem = short_name(child.name)
            short[stem] = short.get(stem, 0) + 1
        for child in files:
            twin = short[short_name(child.name)] > 1
            if twin != child.twin:
                child.twin = twin
                self.changed(child)

    def _insert(self, parent: Row | None, at: int, rows: list[Row]) -> None:
        siblings = self._siblings(parent)
        index = QModelIndex() if parent is None else self.index_of(parent)
        self.beginInsertRows(index, at, at + len(rows) - 1)
        siblings[at:at] = rows
        for row in rows:
            self._keys += 1
            row.parent, row.key = parent, self._keys
            row.files = 1 if row.kind is RowKind.FILE else 0
            self._rows[row.key] = row
            self.bytes += row.size
        for number in range(at, len(siblings)):
            siblings[number].number = number
        self._count(parent, sum(row.files for row in rows))
        self.endInsertRows()

    def _count(self, row: Row | None, files: int) -> None:
        while row is not None and files and row.kind is RowKind.FOLDER:
            row.files += files
            row = row.parent

    def _siblings(self, parent: Row | None) -> list[Row]:
        return self._roots if parent is None else parent.children

    def _below(self, parent: Index) -> list[Row]:
        if not parent.isValid():
            return self._roots
        row = self.row(parent)
        return [] if row is None else row.children


def short_name(name: str) -> str:
    """The name of a file without the extension that says that it is HDF5."""
    stem, dot, extension = name.rpartition(".")
    return stem if dot and stem and extension.lower() in _EXTENSIONS else name


def shown_name(row: Row) -> str:
    """The name to show for a row."""
    return short_name(row.name) if row.kind is RowKind.FILE and not row.twin else row.name


def _row_of(entry: FolderEntry) -> Row:
    kind = RowKind.FOLDER if entry.is_folder else RowKind.FILE
    return Row(kind, entry.path, entry.name, size=entry.size, modified=entry.modified)


def _outdated(row: Row, entry: FolderEntry) -> bool:
    """Whether what is known of a row no longer stands."""
    if entry.is_folder or row.state is not RowState.READ or row.summary is None:
        return True
    if row.summary.state in (FileState.BEING_WRITTEN, FileState.UNREADABLE):
        return True
    return (row.size, row.modified) != (entry.size, entry.modified)
