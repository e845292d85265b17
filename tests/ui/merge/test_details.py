"""The details page of the merge wizard: conflicts, what to leave out, and what is not taken over."""

import msgspec
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pexgui.core import Choice, NamedChoice, Side
from pexgui.ui.merge import DETAILS, MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import Start, plans, settle
from tests.ui.merges import CLUSTER, CONFLICTS, LAPTOP, THIRD, Merges


def test_conflicts_are_chosen_line_by_line_and_for_all(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(DETAILS)
    conflicts = wizard.details.conflicts
    assert conflicts.count.text() == "4 differences"
    menu = conflicts.menu(0)
    next(entry for entry in menu.actions() if entry.text() == "Keep last").trigger()
    settle(wizard, worker)
    assert plans(worker)[-1].choices == (NamedChoice("results.summary", Choice.KEEP_LAST),)
    assert conflicts.model.index(0, 3).data() == "Keep last"
    conflicts.choose_all(Choice.RENAME)
    settle(wizard, worker)
    assert (plans(worker)[-1].choices, plans(worker)[-1].conflict) == ((), Choice.RENAME)
    assert [conflicts.model.index(row, 3).data() for row in range(4)] == ["Keep both"] * 3 + ["Keep first"]


def test_the_selected_conflict_is_shown_in_full_with_every_value(wizard: MergeWizard) -> None:
    wizard.go_to(DETAILS)
    conflicts = wizard.details.conflicts
    conflicts.view.setCurrentIndex(conflicts.model.index(1, 0))
    words = conflicts.shown.accessibleDescription()
    assert "lif_sweep_laptop: g_exc scan, low conductances only" in words
    assert "lif_sweep_cluster: g_exc scan" in words
    conflicts.view.setCurrentIndex(conflicts.model.index(3, 0))
    assert "always that of the first file" in conflicts.shown.words.text()


def test_space_on_a_line_opens_its_choices(wizard: MergeWizard, qtbot: QtBot) -> None:
    wizard.go_to(DETAILS)
    asked: list[int] = []
    wizard.details.conflicts.view.wanted.connect(asked.append)
    view = wizard.details.conflicts.view
    view.wanted.disconnect(wizard.details.conflicts._ask)
    view.setCurrentIndex(view.model().index(2, 0))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert asked == [2]


def test_what_pypet_notes_about_itself_is_nothing_to_choose(start: Start, world: Merges) -> None:
    world.conflicts = CONFLICTS[3:]
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(DETAILS)
    conflicts = wizard.details.conflicts
    assert not any(link.isEnabled() for link in conflicts.every)
    assert "that of the first file" in wizard.details.sentence.text()
    assert conflicts.model.index(0, 3).data() == "Keep first"


def test_of_three_files_that_differ_in_the_same_thing_there_is_one_line(
    start: Start, world: Merges, worker: InlineWorker
) -> None:
    one = CONFLICTS[0]
    world.conflicts = (
        msgspec.structs.replace(one, values=("12 rows", "14 rows", "")),
        msgspec.structs.replace(one, values=("12 rows", "", "16 rows")),
    )
    wizard = start(LAPTOP, CLUSTER, THIRD)
    wizard.go_to(DETAILS)
    conflicts = wizard.details.conflicts
    assert conflicts.count.text() == "1 difference"
    assert conflicts.model.conflicts[0].values == ("12 rows", "14 rows", "16 rows")
    assert wizard.details.note() == "1 settled"
    conflicts.choose(0, Choice.RENAME)
    settle(wizard, worker)
    assert plans(worker)[-1].choices == (NamedChoice("results.summary", Choice.RENAME),)


def test_what_is_shown_in_short_is_compared_in_full(wizard: MergeWizard) -> None:
    wanted: list[object] = []
    wizard.compare_wanted.connect(wanted.append)
    wizard.go_to(DETAILS)
    conflicts = wizard.details.conflicts
    conflicts.view.setCurrentIndex(conflicts.model.index(1, 0))
    conflicts.shown.whole.click()
    path = b"/lif_sweep/results/notes"
    assert wanted == [[Side(LAPTOP, b"/lif_sweep", b"", path), Side(CLUSTER, b"/lif_sweep", b"", path)]]


def test_runs_that_are_left_out_are_told_one_by_one(wizard: MergeWizard, worker: InlineWorker) -> None:
    assert wizard.details.runs.isHidden()
    wizard.runs.once.radio.click()
    settle(wizard, worker)
    wizard.go_to(DETAILS)
    runs = wizard.details.runs
    assert runs.title.text() == "12 runs are left out"
    runs.fold.click()
    cells = [[runs.table.item(row, column) for column in range(2)] for row in range(2)]
    assert [[cell.text() for cell in line if cell is not None] for line in cells] == [
        ["run_00000007 of lif_sweep_cluster.hdf5", "run_00000003 has the same point (g_exc 0.40 · rate 12)"],
        ["11 more of lif_sweep_cluster.hdf5", "for the same reasons"],
    ]


def test_names_and_patterns_to_leave_out_become_chips_that_can_be_taken_away(
    wizard: MergeWizard, worker: InlineWorker, qtbot: QtBot
) -> None:
    wizard.go_to(DETAILS)
    ignore = wizard.details.ignore
    ignore.field.setText("results.*.trace")
    qtbot.keyClick(ignore.field, Qt.Key.Key_Return)
    assert wizard.at() == DETAILS
    settle(wizard, worker)
    assert plans(worker)[-1].ignore == ("results.*.trace",)
    ignore.remove("results.*.trace")
    settle(wizard, worker)
    assert plans(worker)[-1].ignore == ()


def test_everything_left_out_problems_and_notes_are_there(start: Start, world: Merges) -> None:
    world.problems = ("The range of “g_exc” is too short.",)
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(DETAILS)
    details = wizard.details
    assert details.left_out.title.text() == "1 thing is not taken over"
    details.left_out.fold.click()
    item = details.left_out.table.item(0, 0)
    assert item is not None
    assert item.text() == "config.git.commit_4f1c"
    assert details.problems.sentences() == ("lif_sweep_cluster.hdf5: The range of “g_exc” is too short.",)
    assert details.notes.text() == "3 runs of the sources are not marked finished."
    assert world.problems[0] in wizard.files.cards[1].warnings.sentences()


def test_without_differences_the_page_says_that(start: Start, world: Merges) -> None:
    world.conflicts, world.left_out = (), ()
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(DETAILS)
    assert wizard.details.title.text() == "The files do not disagree"
    assert not wizard.details.conflicts.isVisible()
    assert wizard.details.left_out.title.text() == "Everything outside of the runs is taken over"
