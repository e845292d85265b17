"""Fills the library in the background: one small question at a time, so that it can stop between any two."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from pexgui.core import (
    FileRequest,
    FileState,
    FileSummary,
    FolderEntry,
    FolderPage,
    FolderRequest,
    PexError,
    list_folder,
    summarize_file,
)

from .jobs import Job, Submit
from .library_model import DEPTH, LibraryModel, Row, RowKind, RowState
from .library_row import PAGE


class LibraryScan(QObject):
    """Lists folders and reads files breadth first; what the person looks at comes first.

    ``found(Row)`` follows every answer about a row; ``moved()`` every change of how much is left.
    ``unfinished(folder)`` when something in a folder is being written, or was when that was cut off.
    """

    found = Signal(object)
    unfinished = Signal(object)
    moved = Signal()

    def __init__(self, model: LibraryModel, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._submit = submit
        self._queue: deque[Row] = deque()
        self._queued: set[int] = set()
        self._current: Row | None = None
        self._job: Job | None = None
        self.prefer: Callable[[Row], bool] = lambda _row: False
        """Which rows are to be read before others, such as those on the way to a file that is to be shown."""

    def left(self) -> int:
        """How many rows are still to be read."""
        return len(self._queued) + (1 if self._current is not None else 0)

    def read(self, row: Row, first: bool = False) -> None:
        """Read a folder or file (again) when it is its turn, or ``first``."""
        if row.kind not in (RowKind.FOLDER, RowKind.FILE):
            return
        if row.key in self._queued:
            if not first:
                return
            self._queue.remove(row)
        self._queued.add(row.key)
        if row.state is not RowState.READ or row.kind is RowKind.FILE:
            self._model.set_state(row, RowState.WAITING)
        if first or self.prefer(row):
            self._queue.appendleft(row)
        else:
            self._queue.append(row)
        self._next()

    def more(self, row: Row) -> None:
        """Read the next page of a folder of which only the first entries are shown."""
        job = self._submit(
            list_folder,
            FolderRequest(row.path, row.reached, PAGE),
            lambda page: self._listed(row, list(page.entries), page.start, page.start + PAGE, page.total),
            lambda problem: self._refused(row, problem),
            topic="library page",
        )
        job.finished.connect(self.moved)

    def stop(self) -> None:
        """Read nothing more; what waits says that it was not read."""
        waiting, self._queue = list(self._queue), deque()
        self._queued.clear()
        if self._job is not None:
            self._job.cancel()
        for row in waiting:
            if self._model.holds(row):
                self._model.set_state(row, RowState.STOPPED if row.summary is None else RowState.READ)
        self.moved.emit()

    def _next(self) -> None:
        if self._current is not None:
            return
        while self._queue:
            row = self._queue.popleft()
            self._queued.discard(row.key)
            if self._model.holds(row):
                self._current = row
                self._ask(row)
                break
        self.moved.emit()

    def _ask(self, row: Row) -> None:
        if row.kind is RowKind.FOLDER:
            self._list(row, [], 0, max(PAGE, row.reached))
            return
        job = self._submit(
            summarize_file,
            FileRequest(row.path),
            lambda summary: self._summarized(row, summary),
            lambda problem: self._summarized(row, _problem_summary(row.path, problem)),
        )
        self._follow(job)

    def _list(self, row: Row, so_far: list[FolderEntry], start: int, wanted: int) -> None:
        """List a folder from ``start`` on, page by page, until all that is ``wanted`` is there; then show it."""

        def then(page: FolderPage) -> None:
            entries, reached = so_far + list(page.entries), start + PAGE
            if page.unfinished and start == 0:
                self.unfinished.emit(row.path)
            if reached < min(wanted, page.total):
                self._list(row, entries, reached, wanted)
            else:
                self._listed(row, entries, 0, reached, page.total)

        request = FolderRequest(row.path, start, PAGE)
        self._follow(self._submit(list_folder, request, then, lambda problem: self._refused(row, problem)))

    def _follow(self, job: Job) -> None:
        self._job = job
        job.finished.connect(lambda: self._finished(job))

    def _finished(self, job: Job) -> None:
        """Whatever became of it, the next one is due; unless the same folder goes on with another page."""
        if job is not self._job:
            return
        row, self._current, self._job = self._current, None, None
        if row is not None and self._model.holds(row) and row.state is RowState.WAITING:
            self._model.set_state(row, RowState.STOPPED)
        self._next()

    def _listed(self, row: Row, entries: list[FolderEntry], start: int, reached: int, total: int) -> None:
        if not self._model.holds(row):
            return
        for unread in self._model.set_entries(row, entries, start, reached, total):
            if unread.kind is RowKind.FILE or unread.depth() <= DEPTH:
                self.read(unread)
        self.found.emit(row)

    def _refused(self, row: Row, problem: PexError) -> None:
        if not self._model.holds(row):
            return
        for child in list(row.children):
            for below in child.walk():
                self._model.set_state(below, RowState.GONE)
        self._model.set_state(row, RowState.REFUSED, problem.title)
        self.found.emit(row)

    def _summarized(self, row: Row, summary: FileSummary) -> None:
        if self._model.holds(row):
            self._model.set_summary(row, summary)
            self.found.emit(row)


def _problem_summary(file: bytes, problem: PexError) -> FileSummary:
    return FileSummary(file, FileState.UNREADABLE, f"{problem.title} {problem.hint}".strip(), None)
