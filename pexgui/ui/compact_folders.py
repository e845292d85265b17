"""The files of folders that were dropped on the compact dialog."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from pexgui.core import FolderPage, FolderRequest, PexError, list_folder

from .jobs import Job, Submit

Told = Callable[[PexError], object]


class FolderFiles(QObject):
    """``found(files)``: these are in a folder, itself and not below; it may come several times for a large one.
    ``empty(folder)``: there are none."""

    found = Signal(object)
    empty = Signal(object)

    def __init__(self, submit: Submit, refused: Told, parent: QObject) -> None:
        super().__init__(parent)
        self._submit, self._refused = submit, refused
        self._jobs: dict[bytes, Job] = {}

    def look(self, folder: bytes) -> None:
        """Find the files of a folder."""
        self._ask(FolderRequest(folder), False)

    def stop(self) -> None:
        """Wait for nothing any more."""
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()

    def _ask(self, request: FolderRequest, some: bool) -> None:
        self._jobs[request.folder] = self._submit(
            list_folder, request, partial(self._take, request, some), self._refused
        )

    def _take(self, request: FolderRequest, some: bool, page: FolderPage) -> None:
        self._jobs.pop(request.folder, None)
        files = [entry.path for entry in page.entries if not entry.is_folder]
        reached = page.start + len(page.entries)
        if files:
            self.found.emit(files)
        if page.entries and reached < page.total:
            self._ask(FolderRequest(request.folder, reached, request.count), some or bool(files))
        elif not some and not files:
            self.empty.emit(request.folder)
