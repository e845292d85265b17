"""The files page of the merge wizard: which files become one, and in which order."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from pexgui.core import Fact, MergeSource
from pexgui.ui.drops import DropOverlay
from pexgui.ui.merge import FILES, RUNS, MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import Start, drop, order, plans, settle
from tests.ui.merges import CLUSTER, LAPTOP, PLAIN, SEVERAL, THIRD, Merges


def test_an_empty_wizard_says_what_to_add(start: Start) -> None:
    wizard = start()
    assert not wizard.footer.next.isEnabled()
    assert wizard.footer.words.text() == "Add two files to continue."
    assert not wizard.footer.back.isEnabled()


def test_every_file_tells_its_runs_what_it_explores_and_what_is_odd(wizard: MergeWizard) -> None:
    first, second = wizard.files.cards
    assert (first.runs.text(), first.explored.text()) == ("1,000", "g_exc, rate")
    assert first.warnings.sentences() == ()
    assert second.warnings.sentences() == ("3 runs are not marked finished. They are kept as they are.",)
    assert wizard.files.total.text() == "2,000 runs in 2 files, 19 MB. Both explore the same parameters."
    assert wizard.footer.next.isEnabled()


def test_files_dropped_anywhere_come_to_the_end_of_the_list(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(RUNS)
    drop(wizard, THIRD)
    settle(wizard, worker)
    assert wizard.at() == FILES
    assert order(wizard) == [LAPTOP, CLUSTER, THIRD]
    overlay = wizard.findChild(DropOverlay)
    assert isinstance(overlay, DropOverlay)
    assert not overlay.isVisible()


def test_files_are_added_through_the_dialog(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.files.more.button.click()
    dialog = wizard.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([THIRD.decode()])
    worker.deliver()
    dialog.close()
    assert order(wizard) == [LAPTOP, CLUSTER, THIRD]


def test_the_order_is_changed_by_keyboard_and_the_plan_follows(
    wizard: MergeWizard, worker: InlineWorker, qtbot: QtBot
) -> None:
    wizard.activateWindow()
    card = wizard.files.cards[1]
    card.setFocus()
    qtbot.waitUntil(card.hasFocus)
    qtbot.keyClick(card, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(wizard) == [CLUSTER, LAPTOP]
    assert card.hasFocus()
    assert [card.number.text() for card in wizard.files.cards] == ["1", "2"]
    settle(wizard, worker)
    assert [source.file for source in plans(worker)[-1].sources] == [CLUSTER, LAPTOP]
    qtbot.keyClick(card, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(card, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(wizard) == [LAPTOP, CLUSTER]


def test_the_order_is_changed_by_dragging(wizard: MergeWizard, qtbot: QtBot) -> None:
    first, second = wizard.files.cards
    grip = QPoint(16, 20)
    qtbot.mousePress(first, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(first, first.mapFromGlobal(second.mapToGlobal(QPoint(16, second.height() - 4))))
    assert order(wizard) == [CLUSTER, LAPTOP]
    qtbot.mouseRelease(first, Qt.MouseButton.LeftButton, pos=grip)
    assert wizard.files.cards == [second, first]


def test_a_file_is_taken_off_the_list_by_its_cross_and_by_the_delete_key(
    start: Start, worker: InlineWorker, qtbot: QtBot
) -> None:
    wizard = start(LAPTOP, CLUSTER, THIRD)
    wizard.files.cards[1].remove.click()
    assert order(wizard) == [LAPTOP, THIRD]
    qtbot.keyClick(wizard.files.cards[1], Qt.Key.Key_Delete)
    assert order(wizard) == [LAPTOP]
    assert wizard.footer.words.text() == "Add another file to continue."


def test_of_several_trajectories_one_is_chosen(start: Start, worker: InlineWorker) -> None:
    wizard = start(LAPTOP, SEVERAL)
    card = wizard.files.cards[1]
    assert card.trajectory.isVisible()
    assert card.trajectory.currentText() == "second"
    card.trajectory.setCurrentIndex(0)
    card.trajectory.activated.emit(0)
    settle(wizard, worker)
    assert plans(worker)[-1].sources[1] == MergeSource(SEVERAL, b"/first")
    assert not wizard.files.cards[0].trajectory.isVisible()


def test_a_file_that_cannot_be_merged_says_why_and_stops(start: Start) -> None:
    wizard = start(LAPTOP, PLAIN)
    assert wizard.files.cards[1].trouble.words.text() == "There is no trajectory in “plain.hdf5”."
    assert not wizard.footer.next.isEnabled()
    assert wizard.footer.words.text() == "Take “plain.hdf5” off the list to continue: it cannot be merged."


def test_the_same_trajectory_twice_is_refused_with_a_sentence(wizard: MergeWizard, worker: InlineWorker) -> None:
    drop(wizard, LAPTOP)
    assert order(wizard) == [LAPTOP, CLUSTER]
    assert "is on the list already" in wizard.files.notice.words.text()


def test_another_trajectory_of_the_same_file_is_not(start: Start, worker: InlineWorker) -> None:
    wizard = start(SEVERAL, LAPTOP)
    drop(wizard, SEVERAL)
    settle(wizard, worker)
    assert [source.trajectory for source in wizard.choices.sources] == [b"/second", b"/lif_sweep", b"/first"]
    card = wizard.files.cards[2]
    card.trajectory.activated.emit(1)
    assert card.trouble.words.text() == "This trajectory is on the list already, as number 1."
    assert "Choose another trajectory of “several.hdf5”" in wizard.footer.words.text()


def test_what_is_damaged_stops_until_it_is_to_be_repaired(start: Start, world: Merges, worker: InlineWorker) -> None:
    world.damage = (Fact("2 runs have no readable value of “g_exc”", "2 runs are left out."),)
    wizard = start(LAPTOP, CLUSTER)
    first, second = wizard.files.cards
    assert not first.repair.isVisible()
    assert "2 runs have no readable value" in second.damage.words.text()
    assert "If it is repaired: 2 runs are left out." in second.damage.words.text()
    assert "is damaged" in wizard.footer.words.text()
    assert not wizard.footer.next.isEnabled()
    second.repair.click()
    settle(wizard, worker)
    assert [source.repair for source in plans(worker)[-1].sources] == [False, True]
    assert wizard.footer.next.isEnabled()


def test_of_many_files_all_get_a_card_a_few_at_a_time(start: Start, qtbot: QtBot, worker: InlineWorker) -> None:
    wizard = start(*(b"/lab/%d.hdf5" % number for number in range(30)))
    qtbot.waitUntil(lambda: len(wizard.files.cards) == 30)
    worker.deliver()
    settle(wizard, worker)
    assert [card.number.text() for card in wizard.files.cards] == [str(number) for number in range(1, 31)]
    assert wizard.footer.next.isEnabled()
    wizard.files.cards[7].remove.click()
    assert [card.source for card in wizard.files.cards] == wizard.choices.sources
