"""Handling the compact dialog as tests do."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from pexgui.core import CompactRequest, CompactWork
from pexgui.ui.compact import CompactDialog
from pexgui.ui.compact_row import FileRow
from pexgui.ui.compact_work_row import WorkRow
from pexgui.ui.drops import files_as_mime
from tests.ui.instruments import InlineWorker

Start = Callable[..., CompactDialog]


def row(dialog: CompactDialog, file: bytes) -> FileRow:
    """The row of a file on the list."""
    return next(row for row in dialog.files.rows.each() if row.entry.file == file)


def work_row(dialog: CompactDialog, file: bytes) -> WorkRow:
    """The row of a file that is being compacted."""
    return next(row for row in dialog.work.rows.each() if row.item.file == file)


def listed(dialog: CompactDialog) -> list[bytes]:
    return [row.entry.file for row in dialog.files.rows.each()]


def ticked(dialog: CompactDialog) -> list[bytes]:
    return [row.entry.file for row in dialog.files.rows.each() if row.check.isChecked()]


def plans(worker: InlineWorker) -> list[CompactRequest]:
    return [request for name, request in worker.asked if name == "plan_compact"]


def works(worker: InlineWorker) -> list[CompactWork]:
    return [request for name, request in worker.asked if name == "compact"]


def drop(dialog: CompactDialog, *paths: bytes) -> None:
    how = (Qt.DropAction.CopyAction, files_as_mime(list(paths)), Qt.MouseButton.LeftButton,
           Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(400, 300), *how))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(400, 300), *how))


def begin(dialog: CompactDialog, worker: InlineWorker) -> None:
    """Press the button, and let nothing be done yet."""
    worker.held = True
    dialog.footer.next.click()
