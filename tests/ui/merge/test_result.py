"""The last page of the merge wizard: what came of it, and Undo."""

from typing import Any

from pexgui.core import PexError, Progress, UndoWriteRequest
from pexgui.ui.merge import DONE, MergeWizard
from pexgui.ui.widgets import ElidedLabel
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import NEW, begin, settle


def test_the_result_says_checked_shows_before_and_now_and_leads_to_the_file(
    wizard: MergeWizard, worker: InlineWorker
) -> None:
    begin(wizard, worker)
    worker.deliver()
    assert wizard.at() == DONE
    assert wizard.done.title.text() == "2,000 runs, merged and checked"
    assert "Before: lif_sweep_laptop.hdf5, 1,000 runs" in wizard.done.picture.accessibleDescription()
    assert "Now: lif_sweep_laptop merged.hdf5, 2,000 runs" in wizard.done.picture.accessibleDescription()
    foot = wizard.footer
    assert all(each.isVisible() for each in (foot.undo, foot.show_in_folder, foot.cancel, foot.next))
    assert (foot.cancel.text(), foot.next.text()) == ("Close", "Open")
    wanted: list[tuple[Any, ...]] = []
    wizard.open_wanted.connect(lambda *what: wanted.append(what))
    foot.next.click()
    assert wanted == [(NEW, b"/lif_sweep")]
    assert not wizard.isVisible()


def test_undo_puts_everything_back_and_says_so(wizard: MergeWizard, worker: InlineWorker) -> None:
    begin(wizard, worker)
    worker.deliver()
    wizard.footer.undo.click()
    worker.deliver()
    assert worker.asked[-1] == ("undo_write", UndoWriteRequest(NEW + b".undo", (b"/lab/cluster",)))
    assert wizard.done.title.text() == "Undone: every file is as it was"
    words = [each.text() for each in wizard.done.card.findChildren(ElidedLabel)]
    assert "“lif_sweep_laptop merged.hdf5” was removed again." in words
    assert not wizard.footer.undo.isVisible()
    assert not wizard.footer.next.isVisible()


def test_what_cannot_be_undone_says_so_and_has_no_button(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.where.away.radio.click()
    wizard.where.delete.click()
    settle(wizard, worker)
    begin(wizard, worker)
    worker.deliver()
    assert not wizard.footer.undo.isVisible()
    assert "cannot be undone" in wizard.done.sentence.text()


def test_an_undo_that_fails_is_told_and_can_be_tried_again(wizard: MergeWizard, worker: InlineWorker) -> None:
    def refuse(_request: UndoWriteRequest, _progress: Progress) -> None:
        raise PexError("It was changed since.")

    begin(wizard, worker)
    worker.deliver()
    worker.answers["undo_write"] = refuse
    wizard.footer.undo.click()
    worker.deliver()
    assert wizard.problems.open_dialog() is not None
    assert wizard.footer.undo.isEnabled()
    assert wizard.at() == DONE
