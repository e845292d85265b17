"""A merge under way in the wizard: progress, Cancel, closing it, and what fails."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from pexgui.core import MergeResult, MergeWork, PexError, Progress, Recovered, Recovery
from pexgui.ui.merge import DONE, PROGRESS, SUMMARY, MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import NEW, Start, begin, drop, order, settle
from tests.ui.merges import CLUSTER, LAPTOP, THIRD, Merges


def test_progress_says_the_phase_how_far_it_is_and_what_cancel_does(wizard: MergeWizard, worker: InlineWorker) -> None:
    begin(wizard, worker)
    page = wizard.progress
    assert wizard.at() == PROGRESS
    assert "Every file is then as it was before." in page.cancel.words.text()
    page.advance("Copying the runs of a.hdf5", 500, 1000)
    assert (page.words.text(), page.bar.value()) == ("Copying the runs of a.hdf5 · 500 of 1,000", 500)
    page.advance("Checking the runs of a.hdf5", 10, 1000)
    assert [phase.state() for phase in page.phases] == ["done", "now", "waiting"]
    assert not wizard.footer.next.isVisible()
    assert not any(step.isEnabled() for step in wizard.steps.steps)


def test_exactly_the_plan_that_was_shown_is_carried_out(wizard: MergeWizard, worker: InlineWorker) -> None:
    plan = wizard.planning.plan
    begin(wizard, worker)
    assert [request for name, request in worker.asked if name == "merge"] == [MergeWork(plan)]  # type: ignore[arg-type]
    wizard.merge()
    assert sum(name == "merge" for name, _request in worker.asked) == 1


def test_cancel_stops_and_leads_back_to_the_summary(wizard: MergeWizard, worker: InlineWorker) -> None:
    begin(wizard, worker)
    wizard.footer.cancel.click()
    assert wizard.job.stopping()
    assert not wizard.footer.cancel.isEnabled()
    assert wizard.progress.words.text() == "Stopping…"
    worker.deliver()
    assert wizard.at() == SUMMARY
    assert wizard.summary.told.words.text() == "Stopped. Every file is as it was before."
    assert wizard.footer.next.isEnabled()
    wizard.footer.next.click()
    assert wizard.at() == PROGRESS


def test_what_was_cut_off_by_cancel_is_finished_or_undone_and_told(
    wizard: MergeWizard, world: Merges, worker: InlineWorker
) -> None:
    told = Recovery((Recovered(NEW, ("The merge into “x.hdf5” was finished.",)),))
    worker.answers["recover_files"] = lambda _request, _progress: told
    begin(wizard, worker)
    wizard.cancel()
    worker.deliver()
    assert wizard.summary.told.words.text() == "The merge into “x.hdf5” was finished."


def test_when_the_result_takes_its_place_there_is_nothing_to_cancel_any_more(
    wizard: MergeWizard, worker: InlineWorker
) -> None:
    begin(wizard, worker)
    wizard.job.progressed.emit("Putting the result into its place", 0, 0)
    assert not wizard.footer.cancel.isEnabled()
    wizard.cancel()
    assert not wizard.job.stopping()
    worker.deliver()
    assert wizard.at() == DONE


def test_escape_while_merging_cancels(wizard: MergeWizard, worker: InlineWorker, qtbot: QtBot) -> None:
    begin(wizard, worker)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    worker.deliver()
    assert wizard.at() == SUMMARY


class Listener:
    """Hears what a wizard tells the main window."""

    def __init__(self, wizard: MergeWizard) -> None:
        self.told: list[tuple[str, object]] = []
        self.failed: list[PexError] = []
        self.written: list[list[bytes]] = []
        self.gone = 0
        wizard.told.connect(lambda sentence, result: self.told.append((sentence, result)))
        wizard.failed.connect(self.failed.append)
        wizard.written.connect(self.written.append)
        wizard.gone.connect(self._leave)

    def _leave(self, _wizard: object) -> None:
        self.gone += 1


def test_closing_while_it_merges_stops_it_and_says_how_everything_is(wizard: MergeWizard, worker: InlineWorker) -> None:
    listener = Listener(wizard)
    begin(wizard, worker)
    wizard.close()
    assert wizard.job.stopping()
    assert (wizard.isVisible(), listener.gone) == (False, 0)
    worker.deliver()
    assert listener.told == [("Stopped. Every file is as it was before.", None)]
    assert listener.gone == 1


def test_closing_when_it_is_too_late_to_stop_tells_of_the_result(wizard: MergeWizard, worker: InlineWorker) -> None:
    listener = Listener(wizard)
    begin(wizard, worker)
    wizard.job.progressed.emit("Putting the result into its place", 0, 0)
    wizard.close()
    worker.deliver()
    ((sentence, result),) = listener.told
    assert sentence == "The merge is complete: “lif_sweep_laptop merged.hdf5” is there, checked."
    assert isinstance(result, MergeResult)
    assert NEW in listener.written[0]
    assert listener.gone == 1


def test_what_fails_after_the_wizard_was_closed_reaches_the_main_window(
    wizard: MergeWizard, world: Merges, worker: InlineWorker
) -> None:
    def refuse(_work: MergeWork, _progress: Progress) -> MergeResult:
        raise PexError("The disk is gone.")

    world.merging = refuse
    listener = Listener(wizard)
    begin(wizard, worker)
    wizard.job.progressed.emit("Putting the result into its place", 0, 0)
    wizard.close()
    worker.deliver()
    assert [problem.title for problem in listener.failed] == ["The disk is gone."]
    assert (listener.told, listener.gone) == ([], 1)


def test_closing_while_files_are_read_and_planned_leaves_nothing_behind(start: Start, worker: InlineWorker) -> None:
    wizard = start(LAPTOP, CLUSTER)
    worker.held = True
    wizard.files.read_again()
    wizard.planning.again()
    wizard.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    worker.deliver()


def test_what_changed_between_summary_and_button_is_shown_before_it_counts(
    wizard: MergeWizard, worker: InlineWorker, there: set[bytes]
) -> None:
    wizard.where.write_to(b"/lab/all.hdf5")
    settle(wizard, worker)
    wizard.go_to(SUMMARY)
    there.add(b"/lab/all.hdf5")
    wizard.footer.next.click()
    assert wizard.at() == SUMMARY
    assert wizard.summary.told.words.text().startswith("Something has changed meanwhile.")
    assert "A backup is kept" in [line.claim for line in wizard.summary.lines]
    wizard.footer.next.click()
    assert wizard.at() == PROGRESS


def test_a_merge_that_fails_says_why_and_leads_back(wizard: MergeWizard, world: Merges, worker: InlineWorker) -> None:
    def refuse(_work: MergeWork, _progress: Progress) -> MergeResult:
        raise PexError("lif_sweep_laptop.hdf5 has changed since the plan was made.", "Nothing was changed.")

    world.merging = refuse
    begin(wizard, worker)
    worker.deliver()
    dialog = wizard.problems.open_dialog()
    assert dialog is not None
    assert "has changed since the plan was made" in dialog.details()
    assert wizard.at() == SUMMARY
    assert wizard.planning.settled()
    assert wizard.footer.next.isEnabled()


def test_while_it_merges_nothing_can_be_dropped(wizard: MergeWizard, worker: InlineWorker) -> None:
    begin(wizard, worker)
    drop(wizard, THIRD)
    assert order(wizard) == [LAPTOP, CLUSTER]
