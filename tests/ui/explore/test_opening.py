"""The exploration dialog opens from the menus and the toolbar, and what it makes is shown in the window."""

from typing import Any

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from pexgui.core import TrajectoryRequest
from pexgui.ui.explore import ExploreDialog
from pexgui.ui.explore_head import Mode
from pexgui.ui.window import MainWindow
from tests.ui import sweeps
from tests.ui.explorations import IZH, Explorations
from tests.ui.explore.dialogs import settle
from tests.ui.instruments import InlineWorker


@pytest.fixture
def answers() -> dict[str, Any]:
    world = Explorations()
    world.designs[sweeps.REQUEST] = IZH
    world.existing = 1
    return {**world.answers(), **sweeps.answers()}


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    worker.deliver()
    return window


def only_dialog(window: MainWindow) -> ExploreDialog:
    (dialog,) = window._exploring.windows
    return dialog


def menu(window: MainWindow, title: str) -> QMenu:
    (found,) = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == title]
    return found


def test_the_command_has_a_key_and_stands_in_the_file_menu_and_the_toolbar(window: MainWindow) -> None:
    command = window.commands.explore
    assert command.shortcut() == QKeySequence("Ctrl+N")
    assert command in menu(window, "&File").actions()
    assert command in [button.defaultAction() for button in window.findChildren(QToolButton)]
    found = window.commands.keys()
    keys = [key for _words, key in found]
    assert len(keys) == len(set(keys))


def test_with_nothing_shown_a_design_begins_from_nothing(window: MainWindow, worker: InlineWorker) -> None:
    window.commands.explore.trigger()
    dialog = only_dialog(window)
    assert dialog.isWindow()
    assert not dialog.isModal()
    assert dialog.beginning.begin.mode is Mode.NEW
    assert not window.commands.extend.isEnabled()
    dialog.close()
    assert window._exploring.windows == []


def test_what_is_shown_is_where_a_design_begins(window: MainWindow, worker: InlineWorker, qtbot: QtBot) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    window.commands.explore.trigger()
    dialog = only_dialog(window)
    settle(dialog, worker, qtbot)
    assert dialog.head.picker.currentText() == "New, with the parameters of tau_sigma_sweep"


def test_runs_are_added_to_what_is_shown_and_it_is_read_again(
    window: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    assert window.commands.extend in menu(window, "&Trajectory").actions()
    window.commands.extend.trigger()
    dialog = only_dialog(window)
    settle(dialog, worker, qtbot)
    assert dialog.footer.next.text() == "Add 1 run"
    worker.asked.clear()
    dialog.footer.next.click()
    worker.deliver()
    asked = [(name, request.file) for name, request in worker.asked if hasattr(request, "file")]
    assert ("summarize_file", sweeps.FILE) in asked
    wanted: list[TrajectoryRequest] = []
    window._exploring.to_do_wanted.connect(wanted.append)
    dialog.footer.to_do.click()
    assert wanted == [sweeps.REQUEST]
    dialog.footer.next.click()
    worker.deliver()
    assert window._exploring.windows == []
    assert window._request == sweeps.REQUEST
