"""A compact dialog over files of a lab that is only made up."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.ui.compact import CompactDialog
from tests.ui.compact.dialogs import Start
from tests.ui.compactions import EVERY, Compactions
from tests.ui.instruments import InlineWorker


@pytest.fixture
def world() -> Compactions:
    return Compactions()


@pytest.fixture
def answers(world: Compactions) -> dict[str, Any]:
    return world.answers()


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> Start:
    holder = QWidget()
    qtbot.addWidget(holder)

    def start(*files: bytes) -> CompactDialog:
        dialog = CompactDialog(worker.submit, worker.submit, files, holder)
        dialog.show()
        qtbot.waitUntil(lambda: len(dialog.files.rows.made) == len(dialog.choices.entries))
        worker.deliver()
        qtbot.waitUntil(lambda: not dialog.files.waits())
        return dialog

    return start


@pytest.fixture
def dialog(start: Start) -> CompactDialog:
    return start(*EVERY)
