"""Files that are being compacted: one after the other, stopped, put back, rescued, and what came of them."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from pytestqt.qtbot import QtBot

from pexgui.core import (
    CompactedFile,
    CompactRequest,
    CompactResult,
    CompactWork,
    Fact,
    PexError,
    Progress,
    Recovered,
    Recovery,
    UndoWriteRequest,
    WriteUndone,
)
from pexgui.ui import compact, compact_job, compact_work_row, theme
from pexgui.ui.compact import FILES, WORK, CompactDialog
from pexgui.ui.compact_job import State
from tests.ui.compact.dialogs import Start, begin, drop, listed, plans, row, work_row, works
from tests.ui.compactions import BROKEN, CLUSTER, EVERY, GRID, LAPTOP, LONG, PILOT, Compactions
from tests.ui.instruments import Heartbeat, InlineWorker
from tests.ui.test_accessible_names import nameless


def one_more(worker: InlineWorker) -> None:
    """The next answer comes, and no other."""
    worker._perform()
    QCoreApplication.sendPostedEvents()


def states(dialog: CompactDialog) -> list[State]:
    return [item.state for item in dialog.job.items]


def test_one_file_after_the_other_is_compacted_and_each_row_says_how_far_it_is(
    dialog: CompactDialog, worker: InlineWorker
) -> None:
    begin(dialog, worker)
    assert dialog.at() == WORK
    assert dialog.work.title.text() == "Making files smaller"
    assert states(dialog) == [State.RUNNING, State.WAITING, State.WAITING, State.WAITING]
    assert len(works(worker)) == 1
    one_more(worker)
    assert states(dialog) == [State.DONE, State.RUNNING, State.WAITING, State.WAITING]
    assert dialog.work.count.text() == "1 of 4 files done"
    assert dialog.footer.saves.text() == "5.8 MB saved so far"
    assert work_row(dialog, LONG).words() == "Waiting"
    assert not dialog.footer.next.isVisible()


def test_a_running_row_has_words_a_share_and_the_time_left(
    dialog: CompactDialog, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(dialog, worker)
    (item, *_) = dialog.job.items
    began = item.began
    item.advance("Writing “lif_sweep_laptop.hdf5”", 500, 1000)
    monkeypatch.setattr(compact_work_row, "monotonic", lambda: began + 12)
    monkeypatch.setattr(compact_job, "monotonic", lambda: began + 12)
    dialog.job.changed.emit(item)
    shown = work_row(dialog, LAPTOP)
    assert shown.detail() == "Writing · about 35 s left"
    assert shown.right() == "25 %"
    item.advance("Checking the copy", 500, 1000)
    dialog.job.changed.emit(item)
    assert shown.right() == "74 %"
    assert 0 < dialog.work.bar.share() < 0.2


def test_a_check_that_does_not_say_how_much_there_is_goes_on_as_fast_as_the_writing_did(
    dialog: CompactDialog, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(dialog, worker)
    (item, *_) = dialog.job.items
    item.began = item.phase_began = 100.0
    for now, what, share in (
        (104.0, "Writing", 0.45),
        (108.0, "Checking the copy", 0.5),
        (112.0, "Checking the copy", 0.745),
        (160.0, "Checking the copy", 0.9655),
    ):
        monkeypatch.setattr(compact_job, "monotonic", lambda now=now: now)
        item.advance(what, 900, 1000 if what == "Writing" else 0)
        assert item.reached == pytest.approx(share)


def test_the_truth_afterwards(dialog: CompactDialog, worker: InlineWorker) -> None:
    dialog.footer.next.click()
    worker.deliver()
    assert dialog.work.title.text() == "4 files are 36 MB smaller"
    assert dialog.work.count.text() == "Each was read back and compared with its original."
    first = work_row(dialog, LAPTOP)
    assert first.words() == "9.6 MB → 3.8 MB, checked"
    assert first.detail() == "41,000 objects verified · backup at lif_sweep_laptop_backup.hdf5"
    assert first.right() == "\N{MINUS SIGN}61 %"
    assert dialog.work.promise.sentence.text() == "They take 61 MB until you delete them. Restore backup puts one back."
    assert dialog.footer.saves.text() == "saves 36 MB in 4 files"
    assert dialog.footer.cancel.text() == "Close"
    assert nameless(dialog) == []


def test_the_folder_of_a_file_is_shown(start: Start, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bytes] = []
    monkeypatch.setattr(compact_work_row.places, "show_in_folder", lambda path, _is_folder: shown.append(path))
    dialog = start(LAPTOP)
    dialog.footer.next.click()
    worker.deliver()
    button = work_row(dialog, LAPTOP).show_button
    assert button is not None
    button.click()
    assert shown == [LAPTOP]


def test_a_backup_is_put_back_by_its_record_and_the_row_says_so(dialog: CompactDialog, worker: InlineWorker) -> None:
    dialog.footer.next.click()
    worker.deliver()
    first = work_row(dialog, LAPTOP)
    assert first.restore_button is not None
    worker.held = True
    first.restore_button.click()
    first.restore_button.click()
    assert not dialog.footer.cancel.isEnabled()
    worker.deliver()
    asked = [request for name, request in worker.asked if name == "undo_write"]
    assert asked == [UndoWriteRequest(LAPTOP + b".undo")]
    assert first.words() == "9.6 MB, as it was before"
    assert first.more() == "“lif_sweep_laptop.hdf5” is as it was before."
    assert not first.restore_button.isVisible()
    assert dialog.work.title.text() == "3 files are 31 MB smaller"
    assert "1 file was put back." in dialog.work.count.text()
    assert dialog.footer.cancel.isEnabled()


def test_a_backup_that_cannot_be_put_back_says_why_and_can_be_tried_again(start: Start, worker: InlineWorker) -> None:
    def refuse(_request: UndoWriteRequest, _progress: Progress) -> WriteUndone:
        raise PexError("The folder does not allow it.", "Allow writing in it.")

    worker.answers["undo_write"] = refuse
    dialog = start(LAPTOP)
    dialog.footer.next.click()
    worker.deliver()
    first = work_row(dialog, LAPTOP)
    assert first.restore_button is not None
    first.restore_button.click()
    worker.deliver()
    found = dialog.problems.open_dialog()
    assert found is not None
    assert "The folder does not allow it." in found.details()
    assert first.restore_button.isEnabled()


def test_a_file_that_fails_has_its_sentence_and_the_others_go_on(
    dialog: CompactDialog, worker: InlineWorker, world: Compactions
) -> None:
    def sometimes(work: CompactWork, progress: Progress) -> CompactResult:
        (planned,) = work.plan.files
        if planned.file == CLUSTER:
            raise PexError("Writing “lif_sweep_cluster.hdf5” was ended: the disk is full.", "Free some space.")
        if planned.file == GRID:
            one = CompactedFile(GRID, GRID, 1, 1, problem="“izhikevich_grid.hdf5” has changed.", hint="Look again.")
            return CompactResult((one,))
        return world.compacted(work, progress)

    world.compacting = sometimes
    dialog.footer.next.click()
    worker.deliver()
    assert states(dialog) == [State.DONE, State.PROBLEM, State.PROBLEM, State.DONE]
    assert work_row(dialog, CLUSTER).more() == (
        "Writing “lif_sweep_cluster.hdf5” was ended: the disk is full. Free some space."
    )
    assert work_row(dialog, GRID).more() == "“izhikevich_grid.hdf5” has changed. Look again."
    assert work_row(dialog, GRID).words() == "Not compacted; it is as it was"
    assert dialog.work.title.text() == "2 files are 20 MB smaller"
    assert "2 files could not be compacted." in dialog.work.count.text()


def test_when_nothing_was_gained_that_is_said(start: Start, worker: InlineWorker, world: Compactions) -> None:
    def nothing(work: CompactWork, _progress: Progress) -> CompactResult:
        return CompactResult((CompactedFile(work.plan.files[0].file, PILOT, 412_000, 412_000, 12),))

    world.compacting = nothing
    dialog = start(PILOT)
    row(dialog, PILOT).check.click()
    dialog.footer.next.click()
    worker.deliver()
    assert dialog.work.title.text() == "Nothing was gained"
    assert work_row(dialog, PILOT).words() == "412 kB, was compact already"
    assert not dialog.work.promise.isVisible()


def test_cancel_stops_the_one_that_runs_and_begins_no_other(dialog: CompactDialog, worker: InlineWorker) -> None:
    begin(dialog, worker)
    one_more(worker)
    dialog.footer.cancel.click()
    assert states(dialog) == [State.DONE, State.STOPPING, State.LEFT, State.LEFT]
    assert not dialog.footer.cancel.isEnabled()
    assert dialog.work.left.text() == "Stopping…"
    worker.deliver()
    assert states(dialog) == [State.DONE, State.STOPPED, State.LEFT, State.LEFT]
    assert len(works(worker)) == 2
    assert work_row(dialog, CLUSTER).words() == "Stopped; it is as it was"
    assert work_row(dialog, LONG).words() == "Not begun; it is as it was"
    assert dialog.work.title.text() == "1 file is 5.8 MB smaller"
    assert "3 files were not compacted." in dialog.work.count.text()


def test_what_was_cut_off_by_cancel_is_settled_and_told(start: Start, worker: InlineWorker) -> None:
    told = Recovery((Recovered(LAPTOP, ("What was written of it was removed.",)),))
    worker.answers["recover_files"] = lambda _request, _progress: told
    dialog = start(LAPTOP)
    begin(dialog, worker)
    dialog.cancel()
    worker.deliver()
    assert work_row(dialog, LAPTOP).more() == "What was written of it was removed."
    assert dialog.work.title.text() == "Every file is as it was"


def test_a_file_that_was_complete_before_it_could_be_stopped_is_told_as_compacted(
    start: Start, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [(1, 9_560_000, 1)]
    monkeypatch.setattr(compact_job, "state_of", lambda _file: now[0])
    dialog = start(LAPTOP)
    begin(dialog, worker)
    now[0] = (2, 3_770_000, 2)
    dialog.cancel()
    worker.deliver()
    assert states(dialog) == [State.DONE]
    assert work_row(dialog, LAPTOP).words() == "9.6 MB → 3.8 MB, checked"
    assert work_row(dialog, LAPTOP).more() == "It was complete before it could be stopped."


def test_escape_while_it_works_asks_first(dialog: CompactDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    begin(dialog, worker)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    foot = dialog.footer
    assert foot.words.text() == "Stop now? The file in work stays as it was. 3 files are not begun then."
    assert foot.go_on.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not foot.stop.isVisible()
    dialog.close()
    assert not dialog.job.stopping()
    foot.stop.click()
    worker.deliver()
    assert states(dialog) == [State.STOPPED, State.LEFT, State.LEFT, State.LEFT]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_closes_when_nothing_is_under_way(dialog: CompactDialog, qtbot: QtBot) -> None:
    gone: list[object] = []
    dialog.gone.connect(gone.append)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert gone == [dialog]


def test_put_aside_it_goes_on_and_tells_when_it_is_done(dialog: CompactDialog, worker: InlineWorker) -> None:
    told: list[str] = []
    dialog.told.connect(lambda _dialog, sentence: told.append(sentence))
    begin(dialog, worker)
    dialog.footer.hide_button.click()
    assert not dialog.isVisible()
    worker.deliver()
    assert told == ["4 files are 36 MB smaller."]
    dialog.come_back()
    assert dialog.isVisible()
    assert dialog.at() == WORK


def test_while_it_works_nothing_can_be_dropped(dialog: CompactDialog, worker: InlineWorker) -> None:
    begin(dialog, worker)
    drop(dialog, b"/lab/more.hdf5")
    assert [entry.file for entry in dialog.choices.entries] == list(EVERY)


def test_back_leads_to_the_list_with_every_file_looked_at_again(dialog: CompactDialog, worker: InlineWorker) -> None:
    dialog.footer.next.click()
    worker.deliver()
    asked = len(plans(worker))
    dialog.footer.back.click()
    worker.deliver()
    assert dialog.at() == FILES
    assert listed(dialog) == list(EVERY)
    assert len(plans(worker)) >= asked + 5


def test_a_damaged_file_is_rescued_to_a_copy_and_what_was_lost_is_told(
    start: Start, worker: InlineWorker, world: Compactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_window: object, _title: str, name: str, _kinds: str, then: Callable[[bytes], object]) -> None:
        then(name.encode())

    monkeypatch.setattr(compact, "ask_where_to_save", ask)
    world.lost = tuple(Fact(f"results.x_{number}", "its data cannot be read") for number in range(7))
    dialog = start(BROKEN, LAPTOP)
    rescue = row(dialog, BROKEN).rescue
    assert rescue is not None
    rescue.click()
    worker.deliver()
    request = CompactRequest((BROKEN,), target=b"/lab/old/broken rescued.hdf5", rescue=True)
    assert plans(worker)[-1] == request
    assert works(worker)[-1].plan.request == request
    assert dialog.work.title.text() == "What could be read is in a copy"
    shown = work_row(dialog, BROKEN)
    assert shown.words() == "3.0 MB → 1.5 MB, as a copy"
    assert shown.more().startswith(
        "7 things could not be read and are not in it:\nresults.x_0: its data cannot be read"
    )
    assert shown.more().endswith("And 2 more.")
    assert shown.restore_button is not None
    assert not shown.restore_button.isVisible()


def test_a_rescue_that_fails_says_why(start: Start, worker: InlineWorker, world: Compactions) -> None:
    def refuse(_work: CompactWork, _progress: Progress) -> CompactResult:
        raise PexError("Nothing in “broken.hdf5” can be read.")

    world.compacting = refuse
    dialog = start(BROKEN)
    dialog.rescue(dialog.choices.entries[0], b"/lab/old/copy.hdf5")
    worker.deliver()
    assert dialog.work.title.text() == "Nothing could be rescued"
    assert work_row(dialog, BROKEN).more() == "Nothing in “broken.hdf5” can be read."


def test_two_files_of_one_name_are_told_apart(start: Start, worker: InlineWorker) -> None:
    dialog = start(b"/lab/a/same.hdf5", b"/lab/b/same.hdf5")
    dialog.footer.next.click()
    worker.deliver()
    assert [row.accessibleName() for row in dialog.work.rows.each()] == ["a/same.hdf5", "b/same.hdf5"]


def test_which_files_are_other_ones_now_is_told(start: Start, worker: InlineWorker) -> None:
    written: list[list[bytes]] = []
    dialog = start(LAPTOP)
    dialog.written.connect(written.append)
    dialog.footer.next.click()
    worker.deliver()
    assert written == [[b"/lab/lif/laptop", LAPTOP, b"/lab/lif/laptop/lif_sweep_laptop_backup.hdf5"]]


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_every_state_of_the_work_is_painted_in_both_themes(
    dialog: CompactDialog, worker: InlineWorker, choice: theme.Choice
) -> None:
    theme.use(choice)
    begin(dialog, worker)
    one_more(worker)
    for item, state in zip(dialog.job.items, State, strict=False):
        item.state = state
        dialog.job.changed.emit(item)
        assert not dialog.grab().isNull()


def test_two_hundred_files_are_compacted_and_stopped_without_holding_up_the_window(
    start: Start, worker: InlineWorker, qtbot: QtBot
) -> None:
    dialog = start(*[b"/lab/many/file_%03d.hdf5" % number for number in range(200)])
    worker.held = True
    ticking = QTimer(dialog, interval=0)
    ticking.timeout.connect(worker._perform)
    ticking.start()
    with Heartbeat() as heartbeat:
        dialog.footer.next.click()
        qtbot.waitUntil(lambda: len(works(worker)) > 150, timeout=30_000)
        dialog.stop()
        qtbot.waitUntil(lambda: not dialog.job.busy(), timeout=30_000)
        dialog.go_back()
        qtbot.waitUntil(lambda: not dialog.choices.waiting() and not dialog.files.waits(), timeout=20_000)
        dialog.footer.next.click()
        dialog.stop()
        qtbot.waitUntil(lambda: not dialog.job.busy(), timeout=30_000)
    ticking.stop()
    assert heartbeat.longest < 0.1
    assert dialog.work.title.text() == "Every file is as it was"
