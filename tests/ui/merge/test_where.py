"""The fourth page of the merge wizard: where the result goes, and what becomes of the sources."""

import pytest

from pexgui.core import Sources
from pexgui.ui import merge_choices
from pexgui.ui.merge import SUMMARY, WHERE, MergeWizard
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import NEW, Start, drop, plans, settle
from tests.ui.merges import CLUSTER, LAPTOP, SEVERAL, Merges


def test_the_result_is_a_new_file_beside_the_first_one_unless_chosen_otherwise(
    wizard: MergeWizard, worker: InlineWorker, there: set[bytes]
) -> None:
    wizard.go_to(WHERE)
    assert plans(worker)[-1].target == NEW
    there.add(NEW)
    wizard._chosen()
    settle(wizard, worker)
    assert plans(worker)[-1].target == b"/lab/laptop/lif_sweep_laptop merged 2.hdf5"
    wizard.where.write_to(b"/lab/all.hdf5")
    settle(wizard, worker)
    assert plans(worker)[-1].target == b"/lab/all.hdf5"
    assert wizard.where.path.text() == "/lab/all.hdf5"


def test_a_file_that_is_there_is_never_replaced_without_saying_so(
    wizard: MergeWizard, worker: InlineWorker, there: set[bytes]
) -> None:
    wizard.go_to(WHERE)
    assert not wizard.where.there.isVisible()
    there.add(b"/lab/all.hdf5")
    wizard.where.write_to(b"/lab/all.hdf5")
    assert wizard.where.there.isVisible()
    assert wizard.where.there.words.text() == "“all.hdf5” is there already. The result takes its place."
    wizard.where.keep_there.click()
    settle(wizard, worker)
    assert not plans(worker)[-1].backup
    wizard.go_to(SUMMARY)
    assert "No backup is kept" in [line.claim for line in wizard.summary.lines]


def test_into_the_first_file_offers_the_backup_only_then(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(WHERE)
    assert not wizard.where.keep_first.isVisible()
    wizard.where.first.radio.click()
    assert wizard.where.keep_first.isVisible()
    settle(wizard, worker)
    assert (plans(worker)[-1].target, plans(worker)[-1].backup) == (b"", True)
    wizard.where.keep_first.click()
    settle(wizard, worker)
    assert not plans(worker)[-1].backup


def test_sources_stay_are_put_away_or_by_a_second_choice_deleted(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(WHERE)
    assert plans(worker)[-1].after is Sources.KEEP
    assert not wizard.where.delete.isVisible()
    wizard.where.away.radio.click()
    settle(wizard, worker)
    assert plans(worker)[-1].after is Sources.PUT_AWAY
    wizard.where.delete.click()
    settle(wizard, worker)
    assert plans(worker)[-1].after is Sources.DELETE
    wizard.go_to(SUMMARY)
    assert "Both source files are deleted" in [line.claim for line in wizard.summary.lines]
    wizard.go_to(WHERE)
    wizard.where.stay.radio.click()
    settle(wizard, worker)
    assert plans(worker)[-1].after is Sources.KEEP


@pytest.mark.parametrize(
    ("target", "words"),
    [(CLUSTER, "is one of the files to be merged"), (b"/gone/all.hdf5", "The folder for the result is not there.")],
)
def test_a_place_that_cannot_be_is_refused(wizard: MergeWizard, target: bytes, words: str) -> None:
    wizard.go_to(WHERE)
    wizard.where.write_to(target)
    assert words in wizard.footer.words.text()
    assert not wizard.footer.next.isEnabled()


def test_too_little_space_is_said_and_stops(start: Start, world: Merges) -> None:
    world.free = 1_000_000
    wizard = start(LAPTOP, CLUSTER)
    wizard.go_to(WHERE)
    assert wizard.where.space.text() == "18 MB needed of 1.0 MB free"
    assert "There is not enough room" in wizard.where.full.words.text()
    assert not wizard.footer.next.isEnabled()


def test_a_folder_that_cannot_be_written_is_refused(wizard: MergeWizard, monkeypatch: pytest.MonkeyPatch) -> None:
    wizard.go_to(WHERE)
    monkeypatch.setattr(merge_choices.os, "access", lambda path, _mode: path != b"/lab/cluster")
    wizard.where.write_to(b"/lab/cluster/all.hdf5")
    assert wizard.footer.words.text() == "Nothing can be written into the folder for the result. Choose another one."
    wizard.where.write_to(b"/lab/all.hdf5")
    assert wizard.where.trouble() == ""
    wizard.where.away.radio.click()
    assert "“lif_sweep_cluster.hdf5” cannot be put away" in wizard.footer.words.text()


def test_a_file_that_holds_more_is_not_deleted(start: Start, worker: InlineWorker) -> None:
    wizard = start(LAPTOP, SEVERAL)
    wizard.go_to(WHERE)
    wizard.where.away.radio.click()
    assert wizard.where.trouble() == ""
    wizard.where.delete.click()
    assert "“several.hdf5” holds more than what is merged" in wizard.footer.words.text()
    assert wizard.where.away.sentence.text().startswith("They are deleted")
    drop(wizard, SEVERAL)
    settle(wizard, worker)
    assert wizard.where.trouble() == ""
