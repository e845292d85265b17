"""Going through the pages of the merge wizard, forth and back, up to the summary."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pexgui.core import Choice, PexError
from pexgui.ui.merge import DETAILS, FILES, RUNS, SUMMARY, WHERE, MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import settle
from tests.ui.merges import Merges


def test_back_loses_no_choice_and_done_steps_are_a_way_back(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_on()
    wizard.runs.once.radio.click()
    wizard.go_on()
    wizard.details.conflicts.choose(0, Choice.RENAME)
    wizard.go_on()
    wizard.where.first.radio.click()
    wizard.where.away.radio.click()
    settle(wizard, worker)
    wizard.go_on()
    settle(wizard, worker)
    chosen = wizard.choices.request()
    assert wizard.at() == SUMMARY
    for _ in range(4):
        wizard.footer.back.click()
    assert wizard.at() == FILES
    assert not wizard.footer.back.isEnabled()
    steps = wizard.steps.steps
    assert [step.note() for step in steps[:4]] == ["", "Each point once", "4 settled", "Into the first file"]
    steps[WHERE].click()
    assert wizard.at() == WHERE
    assert wizard.choices.request() == chosen
    assert wizard.where.first.radio.isChecked()
    assert wizard.runs.once.radio.isChecked()


def test_steps_not_reached_yet_cannot_be_gone_to(wizard: MergeWizard) -> None:
    assert not wizard.steps.steps[RUNS].isEnabled()
    wizard.go_on()
    assert wizard.steps.steps[FILES].isEnabled()
    assert not wizard.steps.steps[DETAILS].isEnabled()


def test_the_keyboard_leads_on_back_and_out(wizard: MergeWizard, qtbot: QtBot) -> None:
    gone: list[object] = []
    wizard.gone.connect(gone.append)
    wizard.activateWindow()
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    assert wizard.at() == RUNS
    qtbot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.at() == FILES
    qtbot.keyClick(wizard, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert wizard.at() == RUNS
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert gone == [wizard]


def test_a_problem_is_a_sentence_and_the_wizard_goes_on_when_it_is_gone(
    wizard: MergeWizard, world: Merges, worker: InlineWorker
) -> None:
    world.refusal = PexError("“lif_sweep” is there twice.", "Take one of them off the list.")
    wizard.go_to(RUNS)
    wizard.runs.once.radio.click()
    settle(wizard, worker)
    assert wizard.strip.isVisible()
    assert wizard.strip.words.text() == "“lif_sweep” is there twice. Take one of them off the list."
    assert wizard.footer.words.text() == "“lif_sweep” is there twice."
    assert not wizard.footer.next.isEnabled()
    assert wizard.runs.title.text() == "12 points are in both files"
    world.refusal = None
    wizard.strip.link.click()
    worker.deliver()
    assert not wizard.strip.isVisible()
    assert wizard.footer.next.isEnabled()


def test_the_summary_says_in_plain_words_what_will_happen(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.runs.once.radio.click()
    settle(wizard, worker)
    wizard.go_to(SUMMARY)
    assert wizard.summary.title.text() == "1,988 runs from 2 files"
    assert wizard.summary.sentence.text() == "Nothing has been written yet. This takes about 20 s."
    told = {line.claim: line.fact for line in wizard.summary.lines}
    assert list(told) == [
        "New file: lif_sweep_laptop merged.hdf5",
        "Both source files stay",
        "1,988 runs get new numbers, 12 left out",
        "Your choices",
        "1 thing is not taken over",
    ]
    numbers = "0 to 999 from lif_sweep_laptop.hdf5 and 1,000 to 1,987 from lif_sweep_cluster.hdf5."
    assert told["1,988 runs get new numbers, 12 left out"] == numbers
    assert told["Your choices"].startswith("12 points taken once; 12 runs are left out.")
    assert wizard.footer.next.text() == "Merge 2 files"
