"""A merge wizard over files of a lab that is only made up."""

import os
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import MergeSource
from pexgui.ui import merge_choices
from pexgui.ui.merge import MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import Start, settle
from tests.ui.merges import CLUSTER, LAPTOP, Merges


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch) -> set[bytes]:
    """The files that are there besides the sources; the folders of the lab are."""
    found: set[bytes] = set()
    real = os.path.isdir
    folders = (b"/lab", b"/lab/laptop", b"/lab/cluster")
    monkeypatch.setattr(merge_choices.os.path, "isdir", lambda path: path in folders or real(path))
    monkeypatch.setattr(merge_choices.os.path, "lexists", lambda path: path in found)
    allowed = os.access
    monkeypatch.setattr(merge_choices.os, "access", lambda path, mode: path in folders or allowed(path, mode))
    return found


@pytest.fixture
def world() -> Merges:
    return Merges()


@pytest.fixture
def answers(world: Merges) -> dict[str, Any]:
    return world.answers()


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> Start:
    holder = QWidget()
    qtbot.addWidget(holder)

    def start(*files: bytes) -> MergeWizard:
        sources = [MergeSource(file) for file in files]
        wizard = MergeWizard(worker.submit, worker.submit, worker.submit, sources, holder)
        wizard.show()
        worker.deliver()
        settle(wizard, worker)
        return wizard

    return start


@pytest.fixture
def wizard(start: Start) -> MergeWizard:
    return start(LAPTOP, CLUSTER)
