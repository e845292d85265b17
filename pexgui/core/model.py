"""What operations take and give: frozen records that also travel between processes as they are.

Paths, of files and inside files, are ``bytes``: that is what the file system and HDF5 have, and not every such
path is text. Whatever is meant for a person's eye is ``str`` and already printable.
"""

import os
from enum import Enum
from typing import TypeAlias

import msgspec


def folder_of(file: bytes) -> bytes:
    """The folder in which a file really is, also when it is a link."""
    try:
        return os.path.dirname(os.path.realpath(file))
    except (OSError, ValueError):  # no path at all: the operation will say what is wrong
        return os.path.dirname(file)


class Record(msgspec.Struct, frozen=True):
    """Base of everything that is asked or answered."""


class Variant(msgspec.Struct, frozen=True, tag=True, tag_field="variant"):
    """Base of records of which one of several kinds can stand in a place."""


class Request(Record, frozen=True):
    """What is asked. ``reads`` and ``writes`` name the folders that the operation needs."""

    def reads(self) -> tuple[bytes, ...]:
        return ()

    def writes(self) -> tuple[bytes, ...]:
        return ()


class Fact(Record, frozen=True):
    """One named line of text about something."""

    name: str
    text: str


# --- data in columns -------------------------------------------------------------------------------------------


class Numbers(Variant, frozen=True):
    """Numbers or booleans as one buffer: ``dtype`` as numpy writes it (little-endian), C order.

    ``missing`` holds one byte per element, 1 where there is no value; empty when nothing is missing.
    """

    dtype: str
    data: bytes
    missing: bytes = b""


class Texts(Variant, frozen=True):
    """Texts; ``None`` where there is no value."""

    items: tuple[str | None, ...]


Cells: TypeAlias = Numbers | Texts


class Column(Record, frozen=True):
    """A named column of cells; ``type`` is the type's name as people of the field write it (``float64``, ``str``).

    ``note`` is a sentence about cells that are missing although something is stored for them; empty when all is well.
    """

    name: str
    type: str
    cells: Cells
    note: str = ""


# --- folders and files -----------------------------------------------------------------------------------------


class FolderRequest(Request, frozen=True):
    """The entries ``start … start + count - 1`` of a folder, folders first, then by name."""

    folder: bytes
    start: int = 0
    count: int = 1000

    def reads(self) -> tuple[bytes, ...]:
        return (self.folder,)


class FolderEntry(Record, frozen=True):
    """A folder, or a file that may hold trajectories. ``modified`` in seconds since the epoch."""

    path: bytes
    name: str
    is_folder: bool
    size: int = 0
    modified: float = 0.0


class FolderPage(Record, frozen=True):
    """Some entries of a folder and how many there are in all. ``unfinished`` says that something is being written in
    it, or was when that was cut off, see `recover_files`."""

    folder: bytes
    entries: tuple[FolderEntry, ...]
    start: int
    total: int
    unfinished: bool = False


class Stamp(Record, frozen=True):
    """By what a change of a file is noticed."""

    size: int
    mtime_ns: int
    inode: int


class FileRequest(Request, frozen=True):
    """A file as a whole."""

    file: bytes

    def reads(self) -> tuple[bytes, ...]:
        return (os.path.dirname(self.file),)


class FileState(Enum):
    """What a file turned out to be."""

    TRAJECTORIES = "trajectories"
    NO_TRAJECTORY = "no trajectory"
    NOT_HDF5 = "not HDF5"
    DAMAGED = "damaged"
    BEING_WRITTEN = "being written"
    UNREADABLE = "unreadable"


class TrajectorySummary(Record, frozen=True):
    """One trajectory of a file, in a line. ``path`` is its group, ``created`` seconds since the epoch."""

    path: bytes
    name: str
    runs: int
    finished: int
    explored: tuple[str, ...]
    created: float
    version: str
    python: str
    comment: str


class FileSummary(Record, frozen=True):
    """A file in a line. ``sentence`` says what is wrong or special; empty when all is well.

    ``reclaimable`` is a cheap estimate, in bytes, of what compacting would give back; None when not known.
    """

    file: bytes
    state: FileState
    sentence: str
    stamp: Stamp | None
    trajectories: tuple[TrajectorySummary, ...] = ()
    reclaimable: int | None = None


# --- a trajectory ----------------------------------------------------------------------------------------------


class TrajectoryRequest(FileRequest, frozen=True):
    """A trajectory: the group ``path`` (such as ``b"/T"``) of ``file``."""

    path: bytes


class ExploredParameter(Record, frozen=True):
    """An explored parameter: full name, type, and its distinct values in order of first occurrence (bounded)."""

    name: str
    path: bytes
    type: str
    length: int
    distinct: int
    values: tuple[str, ...]


class TrajectoryInfo(Record, frozen=True):
    """What the overview shows of one trajectory. ``warnings`` are sentences about what is missing or odd in it."""

    summary: TrajectorySummary
    stamp: Stamp
    explored: tuple[ExploredParameter, ...]
    results_per_run: int
    annotations: tuple[Fact, ...]
    settings: tuple[Fact, ...]
    environment: tuple[Fact, ...]
    git: tuple[Fact, ...]
    warnings: tuple[str, ...]


class StoragePart(Record, frozen=True):
    """The bytes that one part of a trajectory takes: data of the user, and bookkeeping around it."""

    name: str
    data: int
    overhead: int
    objects: int


class Storage(Record, frozen=True):
    """Where the bytes of a file are. ``free`` are holes; parts, free and other add up to ``size``."""

    size: int
    free: int
    other: int
    parts: tuple[StoragePart, ...]


# --- runs ------------------------------------------------------------------------------------------------------


class RunStatus(Enum):
    """How far a run is."""

    FINISHED = "finished"
    HAS_DATA = "not marked finished"
    NOT_RUN = "not run"


class RunTable(Record, frozen=True):
    """One row per run, in the order of their index.

    ``status`` holds one byte per run: the position in ``RunStatus``. ``parameters`` has one column per explored
    parameter. ``started`` is float64 seconds since the epoch and ``runtime`` float64 seconds, both missing where a
    run was not run.
    """

    names: tuple[str, ...]
    status: bytes
    started: Numbers
    runtime: Numbers
    parameters: tuple[Column, ...]
    warnings: tuple[str, ...] = ()


class ColumnChoice(Record, frozen=True):
    """A result that can be shown as a column of the run table.

    ``key`` is its item's path below the trajectory with the run's name replaced by ``$`` and the run set's by
    ``$set``, pypet's own wildcards: ``b"results/runs/$/rate/rate"``.
    """

    key: bytes
    name: str
    type: str
    comment: str


class ColumnChoices(Record, frozen=True):
    """The results found in the first runs that have data.

    ``others`` are leaves that hold something else than single values, such as arrays: they make no column, but can
    be shown run by run. Their ``key`` is the leaf's.
    """

    choices: tuple[ColumnChoice, ...]
    others: tuple[ColumnChoice, ...] = ()


class ColumnRequest(TrajectoryRequest, frozen=True):
    """One result of every run, see `ColumnChoice`."""

    key: bytes


# --- the tree --------------------------------------------------------------------------------------------------


class Kind(Enum):
    """What a line of the tree is."""

    TRAJECTORY = "trajectory"
    GROUP = "group"
    CONFIG = "config"
    PARAMETER = "parameter"
    DERIVED_PARAMETER = "derived parameter"
    RESULT = "result"
    ITEM = "item"
    LINK = "link"
    RAW_GROUP = "HDF5 group"
    RAW_DATASET = "HDF5 dataset"
    UNREADABLE = "unreadable"


class Node(Record, frozen=True):
    """A line of the tree.

    ``value`` is the value or the shape in short, or what a group holds; ``size`` bytes on disk, None when not known
    cheaply; ``target`` where a link points (shown, never followed); ``warning`` a sentence when something is wrong.
    """

    path: bytes
    name: str
    kind: Kind
    type: str = ""
    value: str = ""
    size: int | None = None
    expandable: bool = False
    explored: bool = False
    comment: str = ""
    target: str = ""
    warning: str = ""


class Span(Record, frozen=True):
    """A stretch of a large group: ``count`` children from ``start`` on, with the names of the first and the last."""

    start: int
    count: int
    first: str
    last: str


class ChildrenRequest(FileRequest, frozen=True):
    """Children of the group ``path``; ``raw`` shows plain HDF5. With ``count`` 0 a large group answers in spans."""

    path: bytes
    raw: bool = False
    start: int = 0
    count: int = 0


class Children(Record, frozen=True):
    """The children asked for: either ``nodes`` or, for a group of more than 1,000 children, ``spans``."""

    path: bytes
    start: int
    total: int
    nodes: tuple[Node, ...] = ()
    spans: tuple[Span, ...] = ()
    warning: str = ""


class SearchRequest(FileRequest, frozen=True):
    """Nodes below ``path`` whose name, type or comment contains ``text``, ignoring case."""

    path: bytes
    text: str
    limit: int = 200


class Found(Record, frozen=True):
    """What a search found; ``complete`` is False when there was more than the limit."""

    nodes: tuple[Node, ...]
    complete: bool


# --- values ----------------------------------------------------------------------------------------------------


class Scalar(Variant, frozen=True):
    """One number, truth value or nothing: ``text`` shows it exactly, ``number`` is set where JSON knows it."""

    type: str
    text: str
    number: bool | int | float | None = None


class Text(Variant, frozen=True):
    """A text or bytes (``type``), cut after ``len(text)`` of ``length`` characters."""

    type: str
    text: str
    length: int


class Sequence(Variant, frozen=True):
    """The first items of a list, tuple or set of ``length`` items."""

    type: str
    items: tuple["Content", ...]
    length: int


class Entry(Record, frozen=True):
    """A key and its value."""

    key: str
    value: "Content"


class Mapping(Variant, frozen=True):
    """The first entries of a dict of ``length`` entries."""

    entries: tuple[Entry, ...]
    length: int
    type: str = "dict"


class ArrayWindow(Variant, frozen=True):
    """A window of an array.

    ``shape`` is the whole array's. ``cells`` holds the window in C order: its length along ``axes`` (none, one or
    two axes of the array, rows first) is ``window``, it begins at ``start`` there, and stands at ``index`` on all
    axes (the entries for ``axes`` are ignored). Complex numbers travel as ``complex64/128``, texts as `Texts`.
    """

    type: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    start: tuple[int, ...]
    window: tuple[int, ...]
    index: tuple[int, ...]
    cells: Cells


class TableWindow(Variant, frozen=True):
    """Rows ``start …`` of a table of ``rows`` rows; the first ``index_columns`` columns are the index.

    ``type``: ``table`` (object table), ``DataFrame``, ``Series``, ``range`` (values of an explored parameter),
    ``sparse`` (row, column, value of each stored element).
    ``columns_total`` counts the columns of the whole table, of which the window may hold only the first ones.
    """

    type: str
    rows: int
    start: int
    columns: tuple[Column, ...]
    index_columns: int = 0
    columns_total: int = 0
    note: str = ""


class Pickled(Variant, frozen=True):
    """A pickled object of ``size`` bytes; ``content`` when it could be decoded without running anything."""

    size: int
    content: "Content | None" = None
    note: str = ""


class Nothing(Variant, frozen=True):
    """There is no value, and why."""

    reason: str


class Unreadable(Variant, frozen=True):
    """The value cannot be read; ``reason`` is a sentence."""

    reason: str


Content: TypeAlias = Scalar | Text | Sequence | Mapping | ArrayWindow | TableWindow | Pickled | Nothing | Unreadable


class Selection(Record, frozen=True):
    """Which part of a large value is wanted.

    For arrays ``axes`` (none, one or two; empty means choose), ``index`` on the other axes, and ``start``/``count``
    along ``axes``; for tables and sequences ``start[0]``/``count[0]`` are rows. Empty means the first screen.
    """

    axes: tuple[int, ...] = ()
    index: tuple[int, ...] = ()
    start: tuple[int, ...] = ()
    count: tuple[int, ...] = ()


class ValueRequest(FileRequest, frozen=True):
    """The value of the leaf, item or dataset ``path``; ``item`` picks one item of a leaf by name, also when ``path`` is
    another item of it.

    ``trajectory`` is the group of the trajectory it is shown with (for text encoding and run names).
    """

    path: bytes
    trajectory: bytes = b""
    item: str = ""
    selection: Selection = Selection()


class ItemInfo(Record, frozen=True):
    """An item of a leaf: its form, how it is stored, its bytes on disk and in memory."""

    name: str
    type: str
    shape: tuple[int, ...]
    codec: str
    stored: int
    logical: int


class Value(Record, frozen=True):
    """What the value panel shows.

    ``items`` are all items of the leaf, ``chosen`` the name of the one whose ``content`` is here. ``comment_note``
    says when the comment is only a guess (pypet removes repeated comments).
    """

    path: bytes
    name: str
    full_name: str
    kind: Kind
    type: str
    comment: str
    comment_note: str
    annotations: tuple[Fact, ...]
    items: tuple[ItemInfo, ...]
    chosen: str
    content: Content
    explored: bool = False
    warnings: tuple[str, ...] = ()


# --- the demo --------------------------------------------------------------------------------------------------


class DemoRequest(Request, frozen=True):
    """Make the demo folder at ``folder``."""

    folder: bytes

    def writes(self) -> tuple[bytes, ...]:
        return (self.folder,)


class Demo(Record, frozen=True):
    """The demo folder and its files."""

    folder: bytes
    files: tuple[bytes, ...]
