"""The window shows one dialog of runs to do per trajectory."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import NotReadable, TrajectoryRequest
from pexgui.ui.to_do_opening import ToDoing
from pexgui.ui.window import MainWindow
from tests.ui import sweeps
from tests.ui.instruments import InlineWorker
from tests.ui.to_dos import FILE, REQUEST, World

OTHER = TrajectoryRequest(FILE, b"/other")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def answers(world: World) -> dict[str, Any]:
    return {**sweeps.answers(), **world.answers()}


@pytest.fixture
def opening(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> ToDoing:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    window.show()
    worker.deliver()
    return ToDoing(window, worker.submit, worker.forget)


def looks(worker: InlineWorker) -> list[TrajectoryRequest]:
    return [request for name, request in worker.asked if name == "find_runs_to_do"]


def test_a_dialog_is_a_window_of_its_own_until_it_is_closed(opening: ToDoing, worker: InlineWorker) -> None:
    dialog = opening.open(REQUEST)
    worker.deliver()
    assert dialog.isVisible()
    assert dialog.isWindow()
    assert not dialog.isModal()
    assert opening.windows == [dialog]
    dialog.close()
    assert opening.windows == []


def test_the_same_trajectory_is_looked_at_again_in_its_dialog(opening: ToDoing, worker: InlineWorker) -> None:
    first = opening.open(REQUEST)
    worker.deliver()
    assert opening.open(REQUEST) is first
    worker.deliver()
    assert looks(worker) == [REQUEST, REQUEST]
    second = opening.open(OTHER)
    assert second is not first
    assert opening.windows == [first, second]


def test_trying_again_opens_a_file_that_made_trouble(opening: ToDoing, worker: InlineWorker, world: World) -> None:
    world.problem = NotReadable("“lif_sweep.hdf5” cannot be read.")
    dialog = opening.open(REQUEST)
    worker.deliver()
    dialog.message.retried.emit()
    assert ("forget", FILE) in worker.asked


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    window.show()
    worker.deliver()
    return window


def test_the_command_shows_the_open_runs_of_the_trajectory_that_is_shown(
    window: MainWindow, worker: InlineWorker
) -> None:
    assert not window.commands.to_do.isEnabled()
    assert window.show_to_do() is None
    window.show_trajectory(sweeps.REQUEST)
    worker.deliver()
    window.commands.to_do.trigger()
    (dialog,) = window._to_do.windows
    assert dialog.request == sweeps.REQUEST


def test_an_exploration_that_was_made_leads_to_its_open_runs(window: MainWindow) -> None:
    window._exploring.to_do_wanted.emit(REQUEST)
    (dialog,) = window._to_do.windows
    assert dialog.request == REQUEST
