"""An exploration dialog over designs that are only made up."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.ui.explore import ExploreDialog
from pexgui.ui.explore_head import Begin, Mode
from tests.ui.explorations import REQUEST, Explorations
from tests.ui.explore.dialogs import Start, settle
from tests.ui.instruments import InlineWorker


@pytest.fixture
def world() -> Explorations:
    return Explorations()


@pytest.fixture
def answers(world: Explorations) -> dict[str, Any]:
    return world.answers()


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> Start:
    holder = QWidget()
    qtbot.addWidget(holder)

    def start(begin: Begin | None = None) -> ExploreDialog:
        dialog = ExploreDialog(worker.submit, worker.submit, begin, holder)
        dialog.resize(1200, 760)
        dialog.show()
        settle(dialog, worker, qtbot)
        return dialog

    return start


@pytest.fixture
def dialog(start: Start) -> ExploreDialog:
    """More runs for a trajectory."""
    return start(Begin(Mode.EXTEND, REQUEST))
