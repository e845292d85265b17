"""Handling the merge wizard as tests do."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from pexgui.core import MergeRequest
from pexgui.ui.drops import files_as_mime
from pexgui.ui.merge import SUMMARY, MergeWizard
from tests.ui.instruments import InlineWorker

Start = Callable[..., MergeWizard]
NEW = b"/lab/laptop/lif_sweep_laptop merged.hdf5"


def settle(wizard: MergeWizard, worker: InlineWorker) -> None:
    """Do not wait for the pause after a change."""
    worker.deliver()
    wizard.planning.ask()
    worker.deliver()


def plans(worker: InlineWorker) -> list[MergeRequest]:
    return [request for name, request in worker.asked if name == "plan_merge"]


def order(wizard: MergeWizard) -> list[bytes]:
    return [source.file for source in wizard.choices.sources]


def drop(wizard: MergeWizard, *paths: bytes) -> None:
    how = (Qt.DropAction.CopyAction, files_as_mime(list(paths)), Qt.MouseButton.LeftButton,
           Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(wizard, QDragEnterEvent(QPoint(400, 300), *how))
    QApplication.sendEvent(wizard, QDropEvent(QPointF(400, 300), *how))


def begin(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(SUMMARY)
    worker.held = True
    wizard.footer.next.click()
