"""The list of the compact dialog: what each file would save, which are ticked, and what the whole needs."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from pexgui.core import CODECS, FolderEntry, FolderPage, FolderRequest, Mode, PexError, Progress
from pexgui.ui import compact_files, theme
from pexgui.ui.compact import CompactDialog
from tests.ui.compact.dialogs import Start, drop, listed, plans, row, ticked, works
from tests.ui.compactions import BROKEN, CLUSTER, EVERY, GRID, LAPTOP, LONG, PILOT, PLAIN, Compactions, Known
from tests.ui.instruments import Heartbeat, InlineWorker
from tests.ui.test_accessible_names import nameless

MANY = [b"/lab/many/file_%03d.hdf5" % number for number in range(200)]


def test_each_row_says_what_it_would_save_and_the_foot_says_it_of_all(dialog: CompactDialog) -> None:
    first = row(dialog, LAPTOP)
    assert first.result() == "\N{MINUS SIGN}61 %"
    assert first.detail() == "/lab/lif/laptop · lif_sweep · zlib, level 9"
    assert "9.6 MB now, 3.8 MB expected" in first.check.accessibleDescription()
    foot = dialog.footer
    assert (foot.before.text(), foot.after.text()) == ("61 MB  →", "25 MB")
    assert foot.saves.text() == "saves 36 MB in 4 files"
    assert foot.next.text() == "Compact 4 files"
    assert foot.next.isEnabled()


def test_where_nothing_is_gained_the_row_says_so_and_is_not_ticked(dialog: CompactDialog) -> None:
    assert ticked(dialog) == [LAPTOP, CLUSTER, GRID, LONG]
    assert row(dialog, PILOT).result() == "already compact"
    row(dialog, PILOT).check.click()
    assert dialog.footer.next.text() == "Compact 5 files"


def test_the_total_follows_the_ticks(dialog: CompactDialog) -> None:
    for file in (LAPTOP, CLUSTER, GRID):
        row(dialog, file).check.click()
    assert dialog.footer.next.text() == "Compact 1 file"
    assert dialog.footer.saves.text() == "saves 14 MB in 1 file"
    row(dialog, LONG).check.click()
    assert not dialog.footer.next.isEnabled()
    assert dialog.footer.words.text() == "Tick the files that are to become smaller."


def test_when_nothing_can_be_gained_anywhere_that_is_said(start: Start) -> None:
    dialog = start(PILOT)
    assert dialog.footer.words.text() == "There is nothing to gain: these files are compact already."
    assert not dialog.footer.next.isEnabled()


def test_a_file_that_cannot_be_compacted_says_why_and_only_a_damaged_one_can_be_rescued(start: Start) -> None:
    dialog = start(BROKEN, PLAIN, LAPTOP)
    broken, plain = row(dialog, BROKEN), row(dialog, PLAIN)
    assert broken.words() == "“broken.hdf5” is damaged: it ends in the middle. What can be read can be saved to a copy."
    assert not broken.check.isVisible()
    assert broken.rescue is not None
    assert broken.rescue.isVisible()
    assert plain.rescue is None
    assert ticked(dialog) == [LAPTOP]
    assert nameless(dialog) == []


def test_when_no_file_can_be_compacted_that_is_said(start: Start) -> None:
    assert start(BROKEN, PLAIN).footer.words.text() == "None of these files can be compacted."


def test_a_file_that_ends_the_engine_has_its_own_sentence_and_the_others_go_on(
    start: Start, world: Compactions
) -> None:
    world.refusals[LAPTOP] = PexError("Reading “lif_sweep_laptop.hdf5” ended unexpectedly.", "It may be damaged.")
    dialog = start(LAPTOP, CLUSTER)
    assert row(dialog, LAPTOP).words() == "Reading “lif_sweep_laptop.hdf5” ended unexpectedly. It may be damaged."
    assert ticked(dialog) == [CLUSTER]
    assert dialog.footer.next.isEnabled()


def test_what_to_know_about_a_file_stands_below_it(start: Start, world: Compactions) -> None:
    world.lab[LAPTOP] = Known(9_000_000, 4_000_000, 5_000_000, notes=("It has 2 names on this disk.",))
    dialog = start(LAPTOP, CLUSTER)
    assert row(dialog, LAPTOP).words() == "It has 2 names on this disk."
    assert row(dialog, LAPTOP).height() > row(dialog, CLUSTER).height()


def test_another_mode_is_planned_again_and_both_cards_say_what_they_gain(
    dialog: CompactDialog, worker: InlineWorker
) -> None:
    files = dialog.files
    assert files.small.sentence.text().startswith("About 60 % less.")
    assert files.fast.sentence.text().startswith("About 40 % less.")
    files.fast.radio.click()
    assert row(dialog, LAPTOP).result() == "\N{MINUS SIGN}40 %"
    assert not files.codec.isEnabled()
    asked = len(plans(worker))
    files.small.radio.click()
    worker.deliver()
    assert len(plans(worker)) == asked


def test_while_it_is_planned_again_the_old_numbers_stay_muted_and_the_newest_question_wins(
    dialog: CompactDialog, worker: InlineWorker
) -> None:
    worker.held = True
    files = dialog.files
    for choice in (1, 2):
        files.codec.setCurrentIndex(choice)
        files.codec.activated.emit(choice)
    first = row(dialog, LAPTOP)
    assert first.stale()
    assert first.result() == "\N{MINUS SIGN}61 %"
    assert ticked(dialog) == [LAPTOP, CLUSTER, GRID, LONG]
    assert files.small.sentence.text().startswith("About 60 % less.")
    assert not dialog.footer.next.isEnabled()
    assert dialog.footer.words.text() == "5 files are still being looked at…"
    worker.deliver()
    assert not first.stale()
    assert first.result() == "\N{MINUS SIGN}65 %"
    assert not any(how.codec == "zlib" for entry in dialog.choices.entries for how in entry.found)


def test_the_level_is_asked_for_only_with_a_codec(dialog: CompactDialog, worker: InlineWorker) -> None:
    files = dialog.files
    assert not files.level.isEnabled()
    files.codec.setCurrentIndex(files.codec.findData("blosc:zstd"))
    files.codec.activated.emit(0)
    worker.deliver()
    assert files.level.isEnabled()
    files.level.setCurrentIndex(9)
    files.level.activated.emit(9)
    worker.deliver()
    assert (plans(worker)[-1].codec, plans(worker)[-1].level) == ("blosc:zstd", 9)
    files.codec.setCurrentIndex(files.codec.findData("keep"))
    files.codec.activated.emit(0)
    worker.deliver()
    assert not files.level.isEnabled()
    assert dialog.choices.how().level == 0


def test_every_codec_has_words(dialog: CompactDialog) -> None:
    codec = dialog.files.codec
    assert [codec.itemData(number) for number in range(3)] == ["keep", "zlib", "blosc:zstd"]
    assert codec.itemText(0) == "Keep as it is"
    assert sorted(codec.itemData(number) for number in range(codec.count())) == sorted(CODECS)


def test_what_backups_need_and_what_is_free_is_said(dialog: CompactDialog, worker: InlineWorker) -> None:
    files = dialog.files
    assert files.kept.text() == "61 MB until you delete them"
    assert files.space.text() == "Needs 25 MB of 212 GB free"
    files.backup.click()
    assert files.kept.text() == ""
    assert files.space.text() == "Needs 9.8 MB of 212 GB free"
    dialog.footer.next.click()
    worker.deliver()
    assert {work.plan.request.backup for work in works(worker)} == {False}


def test_without_enough_room_nothing_can_be_begun_and_a_sentence_says_why(start: Start, world: Compactions) -> None:
    world.free = 12_000_000
    dialog = start(*EVERY)
    assert dialog.files.space.text() == "Needs 25 MB, but only 12 MB are free"
    assert dialog.files.space.role() == "bad"
    assert not dialog.footer.next.isEnabled()
    assert dialog.footer.words.text().startswith("13 MB are missing on the disk.")
    assert dialog.footer.next.accessibleDescription() == dialog.footer.words.text()
    dialog.files.backup.click()
    assert dialog.files.space.role() == "muted"
    assert dialog.footer.next.isEnabled()


def test_files_are_added_by_dropping_and_each_only_once(start: Start, worker: InlineWorker) -> None:
    dialog = start(LAPTOP)
    drop(dialog, CLUSTER, LAPTOP)
    worker.deliver()
    assert listed(dialog) == [LAPTOP, CLUSTER]
    assert dialog.files.notice.words.text() == "“lif_sweep_laptop.hdf5” is on the list already."


def test_a_folder_that_is_dropped_brings_the_files_in_it(start: Start, worker: InlineWorker, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    found = [FolderEntry(folder + b"/below", "below", True)]
    found += [FolderEntry(folder + b"/%d.hdf5" % number, f"{number}.hdf5", False) for number in range(3)]

    def page(request: FolderRequest, _progress: Progress) -> FolderPage:
        return FolderPage(request.folder, tuple(found[request.start : request.start + 2]), request.start, len(found))

    worker.answers["list_folder"] = page
    dialog = start(LAPTOP)
    drop(dialog, folder)
    worker.deliver()
    assert listed(dialog) == [LAPTOP, *(folder + b"/%d.hdf5" % number for number in range(3))]
    del found[1:]
    drop(dialog, folder)
    worker.deliver()
    assert dialog.files.notice.words.text().startswith("There are no HDF5 files directly in")


def test_files_are_added_by_a_button(start: Start, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[bytes] = []

    def ask(_window: object, then: object, folder: bytes = b"") -> None:
        folders.append(folder)
        assert callable(then)
        then([GRID])

    monkeypatch.setattr(compact_files, "ask_for_files", ask)
    dialog = start()
    assert dialog.files.first.isVisible()
    assert not dialog.files.list.isVisible()
    dialog.files.first.button.click()
    dialog.files.more.click()
    worker.deliver()
    assert listed(dialog) == [GRID]
    assert folders == [b"", os.path.dirname(GRID)]
    assert not dialog.files.first.isVisible()


def test_delete_takes_a_file_off_the_list_and_the_next_row_is_where_the_keys_go(
    dialog: CompactDialog, qtbot: QtBot
) -> None:
    row(dialog, CLUSTER).take_focus()
    qtbot.keyClick(row(dialog, CLUSTER).check, Qt.Key.Key_Delete)
    assert listed(dialog) == [LAPTOP, GRID, LONG, PILOT]
    assert row(dialog, GRID).check.hasFocus()
    assert dialog.footer.next.text() == "Compact 3 files"


def test_the_last_file_taken_off_leaves_the_place_for_the_first_one(start: Start, qtbot: QtBot) -> None:
    dialog = start(LAPTOP)
    qtbot.keyClick(row(dialog, LAPTOP).check, Qt.Key.Key_Delete)
    assert dialog.files.first.isVisible()
    assert dialog.footer.words.text() == "Add the files that are to become smaller."


def test_rows_are_ticked_and_walked_through_by_keys(dialog: CompactDialog, qtbot: QtBot) -> None:
    first = row(dialog, LAPTOP)
    first.take_focus()
    qtbot.keyClick(first.check, Qt.Key.Key_Space)
    assert ticked(dialog) == [CLUSTER, GRID, LONG]
    qtbot.keyClick(first.check, Qt.Key.Key_Down)
    assert row(dialog, CLUSTER).check.hasFocus()


def test_a_row_offers_what_can_be_done_with_it(dialog: CompactDialog) -> None:
    menu = row(dialog, LAPTOP).menu()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["Show in folder", "Copy path", "Take off the list"]
    menu.actions()[-1].trigger()
    assert LAPTOP not in listed(dialog)


def test_while_it_is_looked_at_a_file_says_how_far_that_is(
    start: Start, worker: InlineWorker, world: Compactions
) -> None:
    dialog = start(LAPTOP)
    entry = dialog.choices.entries[0]
    entry.found.clear()
    entry.last = None
    row(dialog, LAPTOP).show_entry(dialog.choices.how(), 1)
    assert row(dialog, LAPTOP).result() == "Measuring…"
    dialog.files.advance(entry, 0.4)
    assert row(dialog, LAPTOP).result() == "Measuring, 40 %"


def test_the_exact_plan_that_was_shown_is_carried_out(dialog: CompactDialog, worker: InlineWorker) -> None:
    shown = [entry.plan(dialog.choices.how()) for entry in dialog.choices.entries][:4]
    dialog.footer.next.click()
    worker.deliver()
    assert [work.plan for work in works(worker)] == shown


def test_closing_while_files_are_looked_at_leaves_nothing_behind(start: Start, worker: InlineWorker) -> None:
    dialog = start(LAPTOP)
    worker.held = True
    dialog.planning.again()
    dialog.close()
    assert not dialog.planning.under_way()
    worker.deliver()


def test_two_hundred_files_never_hold_up_the_window(
    start: Start, worker: InlineWorker, world: Compactions, qtbot: QtBot
) -> None:
    dialog = start()
    worker.held = True
    ticking = QTimer(dialog, interval=0)
    ticking.timeout.connect(worker._perform)
    ticking.start()
    with Heartbeat() as heartbeat:
        dialog.add(MANY)
        qtbot.waitUntil(lambda: len(dialog.files.rows.made) == 200, timeout=20_000)
        qtbot.waitUntil(lambda: not dialog.choices.waiting() and not dialog.planning.under_way(), timeout=20_000)
        dialog.files.fast.radio.click()
        qtbot.waitUntil(lambda: not dialog.choices.waiting() and not dialog.files.waits(), timeout=20_000)
    ticking.stop()
    assert heartbeat.longest < 0.1
    assert dialog.footer.next.text() == "Compact 200 files"


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_every_state_of_a_row_is_painted_in_both_themes(start: Start, choice: theme.Choice) -> None:
    theme.use(choice)
    dialog = start(LAPTOP, PILOT, BROKEN, b"/lab/" + b"very_long_name_" * 12 + b".hdf5")
    assert not dialog.grab().isNull()
    for entry in dialog.choices.entries:
        entry.found.clear()
    dialog.files.show_choices()
    assert not dialog.grab().isNull()


def test_every_control_has_a_name(start: Start) -> None:
    assert nameless(start(*EVERY, BROKEN)) == []
    assert nameless(start()) == []


def test_fast_asks_for_no_codec(dialog: CompactDialog, worker: InlineWorker) -> None:
    files = dialog.files
    files.codec.setCurrentIndex(files.codec.findData("zlib"))
    files.codec.activated.emit(1)
    worker.deliver()
    files.fast.radio.click()
    worker.deliver()
    dialog.footer.next.click()
    worker.deliver()
    assert {(work.plan.request.mode, work.plan.request.codec) for work in works(worker)} == {(Mode.FAST, "keep")}


def test_a_row_follows_how_far_the_engine_is(start: Start, worker: InlineWorker, world: Compactions) -> None:
    real = world.plan

    def slowly(request: object, progress: Progress) -> object:
        progress("Looking at the objects", 1, 4)
        return real(request, progress)  # type: ignore[arg-type]

    worker.answers["plan_compact"] = slowly
    shares: list[float] = []
    dialog = start()
    dialog.planning.advanced.connect(lambda _entry, share: shares.append(share))
    dialog.add([LAPTOP])
    worker.deliver()
    assert shares == [0.25]
