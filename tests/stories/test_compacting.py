"""A person makes files smaller: sees what that would save, does it, browses meanwhile, and puts a file back."""

import hashlib
import os
from pathlib import Path

import h5py
import numpy as np
import pytest
from PySide6.QtCore import Qt

from pexgui.core import FileRequest, summarize_file
from pexgui.core.writer import TrajectoryWriter
from pexgui.ui.compact import FILES, WORK, CompactDialog
from pexgui.ui.compact_job import State
from pexgui.ui.compact_row import FileRow
from pexgui.ui.compact_work_row import WorkRow
from tests.core.compared import grid, sweep
from tests.stories.person import Person
from tests.stories.test_merging import broken, drops, gone, text
from tests.ui.instruments import Heartbeat

BLOCKED = 0.25


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Two sweeps as pypet would write them."""
    folder = tmp_path / "lab"
    folder.mkdir()

    def more(made: TrajectoryWriter) -> None:
        made.result("note", "from the laptop")

    for name, runs in (("a.hdf5", 60), ("b.hdf5", 30)):
        sweep(folder / name, [(run / 7, run % 3) for run in range(runs)], more)
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opens(person: Person, *paths: Path) -> CompactDialog:
    dialog = person.window.compact([os.fsencode(path) for path in paths])
    settled(person, dialog)
    return dialog


def settled(person: Person, dialog: CompactDialog) -> None:
    """Wait until it is known of every file what would be gained."""
    person.until(lambda: not dialog.choices.waiting() and not dialog.planning.under_way() and not dialog.files.waits())
    person.calm()


def row(dialog: CompactDialog, path: Path) -> FileRow:
    return next(row for row in dialog.files.rows.each() if row.entry.file == os.fsencode(path))


def work_row(dialog: CompactDialog, path: Path) -> WorkRow:
    return next(row for row in dialog.work.rows.each() if row.item.file == os.fsencode(path))


def compacts(person: Person, dialog: CompactDialog) -> None:
    assert dialog.footer.next.isEnabled(), dialog.footer.words.text()
    person.clicks(dialog.footer.next.text(), dialog)
    person.until(lambda: dialog.at() == WORK and not dialog.job.busy())
    person.calm()


def test_from_the_library_to_smaller_files_and_one_of_them_back(person: Person, lab: Path) -> None:
    a, b = lab / "a.hdf5", lab / "b.hdf5"
    before = {path: (path.stat().st_size, digest(path)) for path in (a, b)}
    person.opens(lab)
    person.chooses(a)
    person.window.library.view.selectAll()
    person.window.commands.compact.trigger()
    (dialog,) = person.window._compacting.windows
    settled(person, dialog)
    assert [row.check.isChecked() for row in dialog.files.rows.each()] == [True, True]
    assert "sweep" in row(dialog, a).detail()
    compacts(person, dialog)
    assert [item.state for item in dialog.job.items] == [State.DONE, State.DONE]
    for path in (a, b):
        result = work_row(dialog, path).item.result
        assert result is not None
        assert result.before == before[path][0]
        assert path.stat().st_size == result.after < result.before
        assert digest(Path(os.fsdecode(result.backup))) == before[path][1]
        assert result.verified > 100
    assert summarize_file(FileRequest(os.fsencode(a))).trajectories[0].runs == 60
    assert dialog.work.title.text().startswith("2 files are ")
    assert person.row(a).bytes() == a.stat().st_size
    button = work_row(dialog, a).restore_button
    assert button is not None
    person.bot.mouseClick(button, Qt.MouseButton.LeftButton)
    person.until(lambda: work_row(dialog, a).item.state is State.RESTORED)
    person.calm()
    assert digest(a) == before[a][1]
    assert digest(b) != before[b][1]
    assert person.row(a).bytes() == before[a][0]
    assert person.problems == []


def test_what_was_compacted_is_compact_already(person: Person, lab: Path) -> None:
    dialog = opens(person, lab / "a.hdf5")
    compacts(person, dialog)
    person.clicks("Back", dialog)
    settled(person, dialog)
    assert dialog.at() == FILES
    assert row(dialog, lab / "a.hdf5").result() == "already compact"
    assert dialog.footer.words.text() == "There is nothing to gain: these files are compact already."


@pytest.mark.parametrize("make", [broken, text, gone])
def test_what_cannot_be_compacted_says_so_and_is_no_obstacle(person: Person, lab: Path, make: object) -> None:
    assert callable(make)
    dialog = opens(person, lab / "a.hdf5", make(lab / "odd.hdf5"))
    assert row(dialog, lab / "odd.hdf5").words()
    assert dialog.footer.next.text() == "Compact 1 file"
    compacts(person, dialog)
    assert [item.state for item in dialog.job.items] == [State.DONE]
    assert person.problems == []


def test_a_file_that_changes_after_it_was_looked_at_stays_as_it_is(person: Person, lab: Path) -> None:
    dialog = opens(person, lab / "a.hdf5", lab / "b.hdf5")
    with h5py.File(lab / "a.hdf5", "r+") as file:
        file["more"] = np.arange(1000.0)
    changed = digest(lab / "a.hdf5")
    compacts(person, dialog)
    assert [item.state for item in dialog.job.items] == [State.PROBLEM, State.DONE]
    assert "has changed since" in work_row(dialog, lab / "a.hdf5").more()
    assert digest(lab / "a.hdf5") == changed


def test_another_mode_and_codec_are_planned_and_done(person: Person, lab: Path) -> None:
    dialog = opens(person, lab / "a.hdf5")
    dialog.files.codec.setCurrentIndex(dialog.files.codec.findData("blosc:zstd"))
    dialog.files.codec.activated.emit(0)
    settled(person, dialog)
    small = row(dialog, lab / "a.hdf5").entry.shown(dialog.choices.how())
    dialog.files.fast.radio.click()
    settled(person, dialog)
    fast = row(dialog, lab / "a.hdf5").entry.shown(dialog.choices.how())
    assert small is not None
    assert fast is not None
    assert small.expected < fast.expected
    dialog.files.small.radio.click()
    settled(person, dialog)
    compacts(person, dialog)
    assert [item.state for item in dialog.job.items] == [State.DONE]


def test_without_a_backup_nothing_is_left_beside_the_file(person: Person, lab: Path) -> None:
    (lab / "b.hdf5").unlink()
    dialog = opens(person, lab / "a.hdf5")
    dialog.files.backup.click()
    compacts(person, dialog)
    assert [path.name for path in lab.iterdir() if path.suffix == ".hdf5"] == ["a.hdf5"]
    assert not dialog.work.promise.isVisible()


def test_while_it_compacts_the_window_answers_and_cancel_leaves_the_file_as_it_was(person: Person, lab: Path) -> None:
    large = [sweep(lab / f"large{n}.hdf5", [(run / 4000, run % 3) for run in range(3000)]) for n in range(2)]
    before = {path: digest(path) for path in large}
    dialog = opens(person, *large)
    with Heartbeat() as heartbeat:
        dialog.footer.next.click()
        person.until(lambda: dialog.job.items[0].reached > 0 or dialog.job.items[0].over())
        person.chooses(lab / "a.hdf5") if person.window.library.roots() else None
        dialog.footer.cancel.click()
        person.until(lambda: not dialog.job.busy())
    assert heartbeat.longest < BLOCKED
    for item in dialog.job.items:
        assert item.state in (State.STOPPED, State.LEFT, State.DONE)
        if item.state is not State.DONE:
            assert digest(Path(os.fsdecode(item.file))) == before[Path(os.fsdecode(item.file))]
    person.presses(dialog, Qt.Key.Key_Escape)
    assert person.window._compacting.windows == []
    assert person.problems == []


@pytest.mark.parametrize(
    "name",
    [b"x" * 190, b"two\nlines", "مرحبا\u202eevil".encode(), "🧠".encode(), b"\xff\xfe", b"<b>&amp; 100 %"],
    ids=["long", "newline", "rtl", "emoji", "bytes", "html"],
)
def test_files_of_any_name_are_compacted_and_given_back(person: Person, lab: Path, name: bytes) -> None:
    file = Path(os.fsdecode(os.path.join(os.fsencode(lab), name + b".hdf5")))
    os.rename(sweep(lab / "odd.hdf5", grid(6)), file)
    before = digest(file)
    dialog = opens(person)
    drops(person, dialog, file)
    settled(person, dialog)
    compacts(person, dialog)
    assert digest(file) != before
    button = work_row(dialog, file).restore_button
    assert button is not None
    button.click()
    person.until(lambda: work_row(dialog, file).item.state is State.RESTORED)
    assert digest(file) == before
    assert person.problems == []


def test_leaving_while_it_compacts_leaves_every_file_whole(person: Person, lab: Path) -> None:
    large = sweep(lab / "large.hdf5", [(run / 4000, run % 3) for run in range(3000)])
    before = digest(large)
    dialog = opens(person, large)
    dialog.footer.next.click()
    person.until(lambda: dialog.job.items[0].reached > 0 or dialog.job.items[0].over())
    done = dialog.job.items[0].over()
    person.leave()
    assert done or digest(large) == before
    assert summarize_file(FileRequest(os.fsencode(large))).trajectories[0].runs == 3000


def test_a_damaged_file_is_rescued_to_a_copy(person: Person, lab: Path) -> None:
    """The list of the members of a group is overwritten; everything else can be read."""
    damaged = lab / "a.hdf5"
    content = bytearray(damaged.read_bytes())
    place = content.rindex(b"SNOD")
    content[place : place + 4] = b"DONS"
    damaged.write_bytes(content)
    before = digest(damaged)
    dialog = opens(person, damaged)
    shown = row(dialog, damaged)
    assert shown.rescue is not None
    assert "damaged" in shown.words()
    dialog.rescue(shown.entry, os.fsencode(lab / "rescued.hdf5"))
    person.until(lambda: not dialog.job.busy())
    result = work_row(dialog, damaged).item.result
    assert result is not None
    assert result.lost
    assert (lab / "rescued.hdf5").exists()
    assert digest(damaged) == before
    assert person.problems == []
