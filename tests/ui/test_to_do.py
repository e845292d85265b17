"""The dialog of the runs to do: what is open, the commands to copy, the script to save, and what goes wrong."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import NotReadable, PexError, RunsToDo, SaveScriptRequest, TrajectoryRequest
from pexgui.ui.to_do import RunsToDoDialog
from tests.ui.instruments import InlineWorker
from tests.ui.test_accessible_names import nameless
from tests.ui.to_dos import ARRAY, BESIDE, HERE, REQUEST, SCRIPT, World, to_do

Key = Qt.Key
NO = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Start = Callable[[], RunsToDoDialog]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def answers(world: World) -> dict[str, Any]:
    return world.answers()


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> Start:
    holder = QWidget()
    qtbot.addWidget(holder)

    def start() -> RunsToDoDialog:
        dialog = RunsToDoDialog(worker.submit, REQUEST, holder)
        with qtbot.waitActive(dialog):
            dialog.show()
        if not worker.held:
            worker.deliver()
        return dialog

    return start


@pytest.fixture
def dialog(start: Start) -> RunsToDoDialog:
    return start()


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def shows(dialog: RunsToDoDialog) -> QWidget | None:
    return dialog.stack.currentWidget()


def press(qtbot: QtBot, dialog: RunsToDoDialog, key: Qt.Key, how: Qt.KeyboardModifier = NO) -> None:
    """Press a key where the focus is."""
    qtbot.keyClick(dialog.focusWidget() or dialog, key, how)


# --- what is open


def test_the_head_says_how_many_runs_are_open_and_how_many_of_these_were_begun(dialog: RunsToDoDialog) -> None:
    assert dialog.isWindow()
    assert dialog.windowTitle() == "Runs to do – lif_sweep"
    assert dialog.sentence.text() == (
        "588 of 1,000 runs of “lif_sweep” are open; 3 of them were begun and did not finish."
    )
    assert shows(dialog) is dialog.open_runs
    assert dialog.table.model.rowCount() == 588


def test_the_commands_are_shown_one_at_a_time_with_what_they_need(dialog: RunsToDoDialog) -> None:
    commands = dialog.commands
    assert commands.box.toPlainText() == HERE
    assert commands.script.text() == "Both commands need “lif_sweep_runs.py” beside “lif_sweep.hdf5”."
    assert commands.box.accessibleName() == "Command for this computer"
    commands.ways.choose(1)
    assert commands.box.toPlainText() == ARRAY
    assert commands.box.accessibleName() == "Script of an array job"
    assert commands.copy_button.accessibleName() == "Copy array job"


def test_copying_takes_the_command_that_is_shown_as_it_is(dialog: RunsToDoDialog) -> None:
    dialog.commands.copy_button.click()
    assert clipboard() == HERE
    assert dialog.commands.copied.text() == "Copied"
    dialog.commands.ways.choose(1)
    assert dialog.commands.copied.text() == ""
    dialog.commands.copy_button.click()
    assert clipboard() == ARRAY


def test_that_something_was_copied_is_not_said_for_ever(dialog: RunsToDoDialog) -> None:
    dialog.commands.copy_button.click()
    dialog.commands._moment.timeout.emit()
    assert dialog.commands.copied.text() == ""


def test_warnings_of_the_trajectory_stand_above_the_runs(start: Start, world: World) -> None:
    world.found = to_do(warnings=("The range of “x” is too short.", "Another one."))
    dialog = start()
    assert dialog.warnings.isVisible()
    assert dialog.warnings.sentences() == world.found.warnings


def test_nothing_to_do_is_said_calmly_and_without_commands(start: Start, world: World) -> None:
    world.found = to_do(open_runs=0)
    dialog = start()
    assert shows(dialog) is dialog.finished
    assert dialog.finished.title.text() == "All 1,000 runs are finished."
    assert dialog.sentence.text() == "Nothing is open in “lif_sweep”."
    assert not dialog.commands.isVisible()
    assert dialog.focusWidget() is dialog.close_button


def test_a_trajectory_without_runs_says_so(start: Start, world: World) -> None:
    world.found = to_do(open_runs=0, runs=0)
    assert start().finished.title.text() == "This trajectory has no runs."


# --- looking


def test_while_it_is_looked_for_runs_the_file_and_the_progress_are_shown(start: Start, worker: InlineWorker) -> None:
    worker.held = True
    dialog = start()
    assert shows(dialog) is dialog.message
    assert dialog.message.text() == "Looking for open runs"
    assert dialog.sentence.text() == "/lab/lif/lif_sweep.hdf5"
    worker.held = False
    worker.deliver()
    assert shows(dialog) is dialog.open_runs


def test_f5_looks_again_and_keeps_what_is_shown_meanwhile(
    dialog: RunsToDoDialog, qtbot: QtBot, worker: InlineWorker, world: World
) -> None:
    worker.held = True
    world.found = to_do(open_runs=2, failed=())
    press(qtbot, dialog, Key.Key_F5)
    assert dialog.looking.text() == "Looking again…"
    assert dialog.table.model.rowCount() == 588
    worker.held = False
    worker.deliver()
    assert dialog.looking.text() == ""
    assert dialog.sentence.text() == "2 of 1,000 runs of “lif_sweep” are open."
    world.found = to_do(open_runs=0)
    dialog.refresh_button.click()
    worker.deliver()
    assert shows(dialog) is dialog.finished


def test_a_file_that_cannot_be_read_is_told_of_in_the_dialog_and_can_be_tried_again(
    start: Start, world: World, worker: InlineWorker, qtbot: QtBot
) -> None:
    world.problem = NotReadable("“lif_sweep.hdf5” cannot be read.", "It is damaged.")
    dialog = start()
    assert shows(dialog) is dialog.message
    assert dialog.message.text() == "“lif_sweep.hdf5” cannot be read."
    assert dialog.problems.open_dialog() is None
    world.problem = None
    with qtbot.waitSignal(dialog.insisted):
        dialog.message.retried.emit()
    worker.deliver()
    assert shows(dialog) is dialog.open_runs


def test_when_looking_again_fails_the_runs_stay_and_the_problem_is_shown_over_them(
    dialog: RunsToDoDialog, world: World, worker: InlineWorker
) -> None:
    world.problem = PexError("“lif_sweep.hdf5” is being written.", "Refresh in a moment.")
    dialog.look()
    worker.deliver()
    assert shows(dialog) is dialog.open_runs
    assert dialog.looking.text() == ""
    problem = dialog.problems.open_dialog()
    assert problem is not None
    assert "is being written" in problem.details()
    problem.reject()


def test_what_was_stopped_from_outside_can_be_tried_again(start: Start, worker: InlineWorker) -> None:
    worker.held = True
    dialog = start()
    assert dialog._job is not None
    dialog._job.cancel()
    worker.held = False
    worker.deliver()
    assert dialog.message.text() == "Stopped."
    dialog.message.retried.emit()
    worker.deliver()
    assert shows(dialog) is dialog.open_runs


def test_only_the_newest_look_counts(dialog: RunsToDoDialog, worker: InlineWorker, world: World) -> None:
    worker.held = True
    dialog.look()
    dialog.look()
    worker.held = False
    worker.deliver()
    assert dialog.looking.text() == ""
    assert shows(dialog) is dialog.open_runs


# --- the script


def test_the_script_is_saved_and_then_said_where(
    dialog: RunsToDoDialog, qtbot: QtBot, worker: InlineWorker, world: World
) -> None:
    worker.held = True
    dialog.save(BESIDE)
    assert not dialog.commands.save_button.isEnabled()
    worker.held = False
    with qtbot.waitSignal(dialog.saved) as saved:
        worker.deliver()
    assert saved.args == [[BESIDE]]
    assert world.written == {BESIDE: SCRIPT}
    assert worker.asked[-1] == ("save_script", SaveScriptRequest(BESIDE, SCRIPT))
    assert dialog.commands.script.text() == "Saved as /lab/lif/lif_sweep_runs.py"
    assert dialog.commands.save_button.accessibleName() == "Save again"
    assert dialog.commands.save_button.isEnabled()


def test_the_place_beside_the_file_is_proposed_and_later_the_place_chosen(
    start: Start, world: World, worker: InlineWorker, tmp_path: Path
) -> None:
    world.found = to_do(request=TrajectoryRequest(os.fsencode(tmp_path / "lif_sweep.hdf5"), b"/lif_sweep"))
    dialog = start()
    assert proposed(dialog) == str(tmp_path / "lif_sweep_runs.py")
    (tmp_path / "scripts").mkdir()
    dialog.save(os.fsencode(tmp_path / "scripts" / "mine.py"))
    worker.deliver()
    assert proposed(dialog) == str(tmp_path / "scripts" / "mine.py")


def proposed(dialog: RunsToDoDialog) -> str:
    """What the system's dialog proposes."""
    dialog.commands.save_button.click()
    (asking,) = dialog.findChildren(QFileDialog)
    (chosen,) = asking.selectedFiles()
    asking.setParent(None)
    asking.deleteLater()
    return chosen


def test_a_script_saved_elsewhere_says_where_the_commands_look_for_it(
    dialog: RunsToDoDialog, worker: InlineWorker
) -> None:
    dialog.save(b"/tmp/mine.py")
    worker.deliver()
    assert dialog.commands.script.text() == (
        "Saved as /tmp/mine.py. The commands look for it as /lab/lif/lif_sweep_runs.py."
    )


def test_it_stays_saved_after_looking_again_unless_the_script_is_another_one(
    dialog: RunsToDoDialog, worker: InlineWorker, world: World
) -> None:
    dialog.save(BESIDE)
    worker.deliver()
    world.found = to_do(open_runs=5)
    dialog.look()
    worker.deliver()
    assert dialog.commands.script.text().startswith("Saved as")
    world.found = to_do(open_runs=5, script="another one")
    dialog.look()
    worker.deliver()
    assert dialog.commands.script.text().startswith("Both commands need")


def test_a_script_that_cannot_be_saved_is_a_problem_in_the_dialog(
    dialog: RunsToDoDialog, worker: InlineWorker, world: World
) -> None:
    world.refusal = PexError("“lif_sweep_runs.py” could not be saved.", "Choose another folder.")
    dialog.save(BESIDE)
    worker.deliver()
    problem = dialog.problems.open_dialog()
    assert problem is not None
    assert "could not be saved" in problem.details()
    assert dialog.commands.save_button.isEnabled()
    assert dialog.commands.script.text().startswith("Both commands need")
    problem.reject()


# --- the keyboard, and leaving


def test_ctrl_c_copies_the_selected_rows_and_in_the_box_the_command(dialog: RunsToDoDialog, qtbot: QtBot) -> None:
    assert dialog.focusWidget() is dialog.table.right
    press(qtbot, dialog, Key.Key_Home)
    press(qtbot, dialog, Key.Key_C, CTRL)
    assert clipboard().splitlines()[1].startswith("run_00000412\tfailed\t0.2\t-65.5\t8000\tregular")
    dialog.commands.box.setFocus()
    press(qtbot, dialog, Key.Key_C, CTRL)
    assert clipboard() == HERE


def test_in_the_box_a_selected_part_is_copied_alone(dialog: RunsToDoDialog, qtbot: QtBot) -> None:
    box = dialog.commands.box
    box.setFocus()
    cursor = box.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(2, cursor.MoveMode.KeepAnchor)
    box.setTextCursor(cursor)
    press(qtbot, dialog, Key.Key_C, CTRL)
    assert clipboard() == "cd"


def test_enter_presses_the_button_that_has_the_focus(dialog: RunsToDoDialog, qtbot: QtBot) -> None:
    dialog.commands.copy_button.setFocus()
    press(qtbot, dialog, Key.Key_Return)
    assert clipboard() == HERE


@pytest.mark.parametrize("how", ["Escape", "Escape in the box", "Ctrl+W", "Close"])
def test_it_closes_and_says_so(dialog: RunsToDoDialog, qtbot: QtBot, how: str) -> None:
    if how == "Escape in the box":
        dialog.commands.box.setFocus()
    with qtbot.waitSignal(dialog.gone) as gone:
        if how == "Close":
            dialog.close_button.click()
        else:
            ctrl_w = how == "Ctrl+W"
            press(qtbot, dialog, Key.Key_W if ctrl_w else Key.Key_Escape, CTRL if ctrl_w else NO)
    assert gone.args == [dialog]
    assert not dialog.isVisible()


def test_closing_while_it_looks_stops_looking(start: Start, worker: InlineWorker) -> None:
    worker.held = True
    dialog = start()
    job = dialog._job
    assert job is not None
    dialog.close()
    assert job.cancelled()
    worker.held = False
    worker.deliver()


def test_every_control_has_a_name_in_every_state(start: Start, world: World, worker: InlineWorker) -> None:
    states: list[RunsToDo] = [to_do(), to_do(open_runs=0), to_do(warnings=("Odd.",))]
    for world.found in states:
        dialog = start()
        assert nameless(dialog) == []
        dialog.save(BESIDE)
        worker.deliver()
        assert nameless(dialog) == []


def test_long_names_do_not_make_the_dialog_wider(start: Start, world: World) -> None:
    name = "a_very_long_name_" * 12
    world.found = to_do(
        name=name,
        script_name=f"{name}.py",
        here=f"cd /lab && python {name}.py",
        request=TrajectoryRequest(f"/lab/{name}.hdf5".encode(), b"/x"),
    )
    dialog = start()
    assert dialog.layout().minimumSize().width() <= dialog.minimumWidth()
    assert len(dialog.sentence.text()) < 120
