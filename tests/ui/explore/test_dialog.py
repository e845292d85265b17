"""The dialog as a whole: where a design begins, what it says of the points, and making the runs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from pexgui.core import ExploreResult, ExploreWork, PexError, Progress, TrajectoryRequest
from pexgui.ui import theme
from pexgui.ui.explore import DESIGN, WORK, ExploreDialog
from pexgui.ui.explore_footer import PYPET, RUN
from pexgui.ui.explore_forms import Form, Kind
from pexgui.ui.explore_head import Begin, Mode
from pexgui.ui.explore_points_table import points_of
from pexgui.ui.explore_where import free_name
from tests.ui.explorations import FILE, OTHER, REQUEST, Explorations
from tests.ui.explore.dialogs import Start, choose_kind, drop, line, names, plans, rows, settle, works
from tests.ui.instruments import InlineWorker
from tests.ui.test_accessible_names import nameless

EXTEND, COPY = Begin(Mode.EXTEND, REQUEST), Begin(Mode.COPY, REQUEST)


def offered(dialog: ExploreDialog) -> list[str]:
    picker = dialog.head.picker
    return [picker.itemText(row) for row in range(picker.count()) if picker.itemText(row)]


def choose(dialog: ExploreDialog, words: str) -> None:
    """Choose where to begin, as a person does."""
    picker = dialog.head.picker
    row = next(row for row in range(picker.count()) if picker.itemText(row).startswith(words))
    picker.setCurrentIndex(row)
    picker.activated.emit(row)


@pytest.fixture
def again(worker: InlineWorker, qtbot: QtBot) -> Callable[[ExploreDialog], None]:
    return lambda dialog: settle(dialog, worker, qtbot)


# --- the points


def test_what_is_missing_of_a_trajectory_is_shown_and_nothing_else_is_added(dialog: ExploreDialog) -> None:
    right = dialog.right
    assert right.number.text() == "1,000 points"
    assert right.product.text() == "10 g_exc × 2 g_inh × 5 rate and weight × 10 seed"
    assert (right.existing.there.text(), right.existing.missing.text()) == ("412", "588 missing")
    assert right.repeated.value.text() == "0"
    assert right.space.value.text() == "5.6 MB more, 212 GB free"
    assert "5 s per run" in right.time.value.text()
    assert dialog.footer.next.text() == "Add 588 runs"
    assert dialog.footer.next.isEnabled()


def test_the_first_points_and_the_last_one_are_shown(dialog: ExploreDialog) -> None:
    table = dialog.right.table
    first, last = table.view.points.row(0), table.last.point()
    assert first.values == ("0.0", "0.2", "5.0", "1.2", "1")
    assert last is not None
    assert (last.number, last.values) == (999, ("0.9", "0.4", "25.0", "0.4", "10"))
    assert table.view.points.rowCount() == 100
    assert table.last.accessibleName() == "Last point, number 999: 0.9, 0.4, 25.0, 0.4, 10, new"
    plan = dialog.planning.plan
    assert plan is not None
    assert len(points_of(plan)) == 101


def test_where_nothing_is_missing_that_is_said_and_the_numbers_are_not_muted(start: Start, world: Explorations) -> None:
    world.existing = 5000
    dialog = start(EXTEND)
    assert dialog.footer.words.text() == "Every point is there already: there is nothing to add."
    assert not dialog.footer.next.isEnabled()
    assert not dialog.right.number.muted()
    assert dialog.right.existing.missing.text() == "none is missing"


def test_what_is_not_known_of_time_and_size_is_said(start: Start, world: Explorations) -> None:
    world.seconds = world.size = None
    right = start(COPY).right
    assert right.time.value.text() == "not known before a run is finished"
    assert right.space.value.text() == "not known yet, 212 GB free"


def test_more_than_is_free_is_marked(start: Start, world: Explorations) -> None:
    world.free = 1_000
    assert start(COPY).right.space.value.role() == "bad"


def test_a_plan_that_cannot_be_made_says_why_and_the_dialog_goes_on(
    dialog: ExploreDialog, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    def broken(_request: object, _progress: Progress) -> None:
        raise PexError("“lif_sweep.hdf5” cannot be read.", "Look whether it is there.")

    worker.answers["plan_explore"] = broken
    choose_kind(dialog, Kind.STEPS)
    again(dialog)
    assert dialog.footer.words.text() == "“lif_sweep.hdf5” cannot be read. Look whether it is there."
    assert dialog.right.number.muted()


def test_only_the_newest_answer_counts(
    dialog: ExploreDialog, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    worker.held = True
    for number in ("2", "3"):
        dialog.left.put(line(dialog, "g_exc"), Form(Kind.EVEN, ("0", "1", number)))
        dialog.planning.ask()
    assert dialog.right.number.text() == "1,000 points"
    worker.held = False
    again(dialog)
    assert dialog.right.number.text() == "300 points"


# --- where a design begins


def test_a_shown_trajectory_is_offered_to_begin_with_and_to_be_extended(dialog: ExploreDialog) -> None:
    assert offered(dialog) == [
        "New trajectory", "New, with the parameters of lif_sweep", "Add to lif_sweep (extend)", "Choose a file…",
    ]  # fmt: skip
    assert dialog.head.picker.currentText() == "Add to lif_sweep (extend)"


def test_values_stay_when_the_same_trajectory_is_to_be_a_new_one(
    dialog: ExploreDialog, again: Callable[[ExploreDialog], None]
) -> None:
    dialog.left.put(line(dialog, "g_exc"), Form(Kind.EVEN, ("0", "1", "4")))
    choose(dialog, "New, with")
    again(dialog)
    assert dialog.right.number.text() == "400 points"
    assert not dialog.right.existing.isVisible()
    assert dialog.footer.next.text() == "Create 400 runs…"
    choose(dialog, "New trajectory")
    again(dialog)
    assert rows(dialog) == []
    choose(dialog, "New, with")
    again(dialog)
    assert line(dialog, "g_exc").values() == "linspace(0, 1, 4)"
    assert names(dialog)[2] == ["rate", "weight"]


def test_a_new_parameter_is_not_carried_into_a_trajectory_that_is_extended(
    start: Start, again: Callable[[ExploreDialog], None]
) -> None:
    dialog = start(COPY)
    dialog.beginning.state.add("network.new")
    choose(dialog, "Add to")
    again(dialog)
    assert "new" not in rows(dialog)
    choose(dialog, "New, with")
    again(dialog)
    assert names(dialog) == [["g_exc"], ["g_inh"], ["rate", "weight"], ["seed"]]


def test_an_empty_design_says_how_to_begin(start: Start, worker: InlineWorker) -> None:
    dialog = start()
    assert dialog.left.invitation.isVisible()
    assert dialog.footer.words.text() == "Add a parameter to begin."
    assert dialog.right.number.text() == "0 points"
    assert plans(worker) == []


def test_a_dropped_file_gives_its_parameters(start: Start, again: Callable[[ExploreDialog], None]) -> None:
    dialog = start()
    drop(dialog, OTHER.file)
    again(dialog)
    assert dialog.head.picker.currentText() == "New, with the parameters of izhikevich"
    assert rows(dialog) == ["parameters:", "b", "a"]
    assert dialog.right.number.text() == "2 points"


def test_a_dropped_table_asks_which_parameter_takes_which_column(
    dialog: ExploreDialog, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    drop(dialog, b"/lab/values.CSV")
    worker.deliver()
    assert dialog.tables.dialog is not None
    assert nameless(dialog.tables.dialog) == []
    dialog.tables.dialog.use.click()
    again(dialog)
    assert line(dialog, "g_exc").values() == "0.1, 0.2, 0.3"
    assert dialog.tables.dialog is None


def test_a_file_without_a_trajectory_is_refused_and_the_design_stays(
    dialog: ExploreDialog, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    drop(dialog, b"/lab/other.hdf5")
    again(dialog)
    problem = dialog.problems.open_dialog()
    assert problem is not None
    assert "There is no trajectory in “other.hdf5”" in problem.details()
    assert len(rows(dialog)) == 12
    assert dialog.head.picker.currentText() == "Add to lif_sweep (extend)"


def test_a_trajectory_that_cannot_be_read_leaves_the_design_as_it_was(
    dialog: ExploreDialog, again: Callable[[ExploreDialog], None]
) -> None:
    dialog.begin(Begin(Mode.COPY, TrajectoryRequest(FILE, b"/gone")))
    again(dialog)
    assert dialog.problems.open_dialog() is not None
    assert dialog.head.picker.currentText() == "Add to lif_sweep (extend)"
    assert dialog.footer.next.isEnabled()


# --- making the runs


def test_missing_runs_are_added_and_what_came_of_it_is_said(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    written: list[list[bytes]] = []
    dialog.written.connect(written.append)
    dialog.footer.next.click()
    worker.deliver()
    (work,) = works(worker)
    assert work.plan.runs == 588
    assert work.plan.request.extend
    assert (work.plan.request.source, work.plan.request.path) == (FILE, b"/lif_sweep")
    assert dialog.work.claim.text() == "588 runs added to lif_sweep"
    assert written == [[FILE, os.path.dirname(FILE)]]
    foot = dialog.footer
    assert foot.next.text() == "Open"
    assert foot.focusWidget() is foot.next
    with qtbot.waitSignal(dialog.to_do_wanted) as asked:
        foot.to_do.click()
    assert asked.args == [REQUEST]
    with qtbot.waitSignals([dialog.open_wanted, dialog.gone]):
        foot.next.click()


def test_a_new_trajectory_is_asked_a_name_and_a_file(
    start: Start, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    dialog = start(COPY)
    dialog.footer.next.click()
    where = dialog.where
    assert where is not None
    assert where.target() == b"/lab/lif/lif_sweep_2.hdf5"
    assert nameless(where) == []
    where.name_field.selectAll()
    QTest.keyClicks(where.name_field, "denser")
    again(dialog)
    assert plans(worker)[-1].name == "denser"
    assert plans(worker)[-1].target == b"/lab/lif/denser.hdf5"
    assert where.create_button.text() == "Create 1,000 runs"
    where.write_to(b"/lab/results/other.hdf5")
    assert not where.create_button.isEnabled()
    again(dialog)
    QTest.keyClicks(where.comment_field, "with more points")
    again(dialog)
    where.create_button.click()
    worker.deliver()
    (work,) = works(worker)
    request = work.plan.request
    assert (request.target, request.name, request.comment) == (b"/lab/results/other.hdf5", "denser", "with more points")
    assert not work.replace
    assert dialog.where is None
    assert dialog.work.claim.text() == "1,000 runs are ready to be run"


def test_a_file_that_is_there_already_is_named_before_it_is_replaced(
    start: Start, worker: InlineWorker, again: Callable[[ExploreDialog], None], tmp_path: Path
) -> None:
    there = tmp_path / "there.hdf5"
    there.write_bytes(b"old")
    dialog = start(COPY)
    dialog.footer.next.click()
    assert dialog.where is not None
    dialog.where.write_to(os.fsencode(there))
    again(dialog)
    assert dialog.where.there.words.text() == "“there.hdf5” is there already. The new file takes its place."
    dialog.where.create_button.click()
    worker.deliver()
    assert works(worker)[0].replace


def test_a_name_that_is_taken_is_not_proposed(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    assert free_name(folder, "sweep") == (folder + b"/sweep.hdf5", "sweep")
    for name in ("sweep.hdf5", "sweep_2.hdf5"):
        (tmp_path / name).write_bytes(b"")
    assert free_name(folder, "sweep") == (folder + b"/sweep_3.hdf5", "sweep_3")
    assert free_name(folder, "a/b", 2) == (folder + b"/a_b_2.hdf5", "a/b_2")


def test_without_a_name_or_with_trouble_nothing_is_created(
    start: Start, world: Explorations, again: Callable[[ExploreDialog], None]
) -> None:
    dialog = start(COPY)
    dialog.footer.next.click()
    where = dialog.where
    assert where is not None
    where.name_field.selectAll()
    QTest.keyClick(where.name_field, Qt.Key.Key_Backspace)
    again(dialog)
    assert where.trouble.words.text() == "Give the trajectory a name."
    assert not where.create_button.isEnabled()
    world.trouble = "“a b” is no name of a trajectory."
    QTest.keyClicks(where.name_field, "a b")
    again(dialog)
    assert where.trouble.words.text() == world.trouble
    where.reject()
    assert dialog.where is None
    world.trouble = ""
    again(dialog)
    assert dialog.footer.next.isEnabled()


def test_when_the_runs_cannot_be_made_the_design_is_there_as_before(
    dialog: ExploreDialog, worker: InlineWorker, world: Explorations, again: Callable[[ExploreDialog], None]
) -> None:
    def refuse(_work: ExploreWork, _progress: Progress) -> ExploreResult:
        raise PexError("“lif_sweep.hdf5” was changed since.", "Look at the plan again.")

    world.making = refuse
    dialog.footer.next.click()
    worker.deliver()
    problem = dialog.problems.open_dialog()
    assert problem is not None
    problem.reject()
    assert dialog.at() == DESIGN
    again(dialog)
    assert dialog.footer.next.text() == "Add 588 runs"
    assert dialog.footer.next.isEnabled()


def test_what_is_under_way_can_be_stopped_and_nothing_has_happened(
    dialog: ExploreDialog, worker: InlineWorker, again: Callable[[ExploreDialog], None]
) -> None:
    worker.held = True
    dialog.footer.next.click()
    assert dialog.at() == WORK
    assert dialog.work.claim.text() == "Adding 588 runs"
    dialog.close()
    assert dialog.isVisible()
    assert dialog.footer.words.text() == "Stop now? The file stays as it was."
    dialog.footer.go_on.click()
    assert dialog.footer.cancel.isVisible()
    dialog.footer.cancel.click()
    worker.held = False
    worker.deliver()
    assert dialog.at() == DESIGN
    again(dialog)
    assert dialog.footer.next.isEnabled()


def test_progress_is_shown(dialog: ExploreDialog, worker: InlineWorker) -> None:
    dialog.footer.next.click()
    seen: list[str] = []
    dialog.making.advanced.connect(lambda what, _done, _total: seen.append(dialog.work.sentence.text()))
    worker.deliver()
    assert seen
    assert seen[0] == "Writing the runs…"


# --- scripts, keys and closing


def test_scripts_are_copied_and_saved(
    dialog: ExploreDialog, worker: InlineWorker, world: Explorations, qtbot: QtBot
) -> None:
    foot = dialog.footer
    assert [action.text() for action in foot.menu.actions() if action.text()] == [
        "Copy script for pypet", "Save script for pypet…",
        "Copy script that runs it here", "Save script that runs it here…",
    ]  # fmt: skip
    foot.script_wanted.emit(PYPET, False)
    worker.deliver()
    assert QGuiApplication.clipboard().text() == "# pypet lif_sweep\n"
    assert foot.words.text() == "The script was copied."
    foot.script_wanted.emit(RUN, True)
    worker.deliver()
    (asking,) = dialog.findChildren(QFileDialog)
    asking.filesSelected.emit(["/lab/lif/run_lif_sweep.py"])
    worker.deliver()
    assert world.saved == [(b"/lab/lif/run_lif_sweep.py", "# run lif_sweep\n")]
    asking.reject()


def test_every_control_says_what_it_is(dialog: ExploreDialog, start: Start, worker: InlineWorker) -> None:
    assert nameless(dialog) == []
    choose_kind(dialog, Kind.RANDOM)
    assert nameless(dialog) == []
    new = start()
    assert nameless(new) == []
    new.left.add()
    assert nameless(new) == []
    dialog.footer.next.click()
    worker.deliver()
    assert nameless(dialog) == []


def test_escape_and_its_key_close_the_dialog(start: Start, qtbot: QtBot) -> None:
    for press in (Qt.Key.Key_Escape, Qt.Key.Key_W):
        dialog = start(EXTEND)
        modifier = Qt.KeyboardModifier.ControlModifier if press == Qt.Key.Key_W else Qt.KeyboardModifier.NoModifier
        with qtbot.waitSignal(dialog.gone):
            QTest.keyClick(dialog, press, modifier)


def test_escape_does_not_throw_away_what_was_designed(dialog: ExploreDialog, qtbot: QtBot) -> None:
    choose_kind(dialog, Kind.STEPS)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.gone):
        dialog.footer.cancel.click()


def test_closing_while_a_plan_and_a_trajectory_are_under_way_waits_for_nothing(
    start: Start, worker: InlineWorker, qtbot: QtBot
) -> None:
    dialog = start(EXTEND)
    worker.held = True
    choose_kind(dialog, Kind.LIST)
    dialog.planning.ask()
    dialog.begin(Begin(Mode.COPY, OTHER))
    with qtbot.waitSignal(dialog.gone):
        dialog.close()
    worker.held = False
    worker.deliver()


def test_both_themes_are_painted_in_their_own_colours(dialog: ExploreDialog) -> None:
    light = dialog.grab().toImage()
    theme.use("dark")
    dark = dialog.grab().toImage()
    assert light.pixelColor(1000, 690).lightness() > 200
    assert dark.pixelColor(1000, 690).lightness() < 80


def test_a_narrower_dialog_leaves_room_for_both_halves(dialog: ExploreDialog) -> None:
    dialog.resize(dialog.minimumSize())
    assert dialog.right.width() < 432
    assert not dialog.grab().isNull()
    dialog.resize(1400, 900)
    assert dialog.right.width() == 432


def test_tab_goes_through_the_dialog_as_one_reads_it(start: Start) -> None:
    dialog = start(COPY)
    dialog.left.search.setFocus()
    seen: list[str] = []
    while len(seen) < 14:
        focus = dialog.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [
        "Filter parameters", "Add parameter", "Parameters", "Change what the parameter is", "How the values are put",
        "First value", "Last value", "Number of values", "Points", "Load values from file", "Cancel",
        "Copy as script", "Create 1,000 runs", "Trajectory",
    ]  # fmt: skip


def test_a_design_that_is_none_yet_has_no_script(dialog: ExploreDialog, again: Callable[[ExploreDialog], None]) -> None:
    assert dialog.footer.script.isEnabled()
    dialog.left.put(line(dialog, "seed"), Form(Kind.LIST, ("",)))
    again(dialog)
    assert not dialog.footer.script.isEnabled()
