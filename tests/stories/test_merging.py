"""A person merges: drops files on the window, chooses page by page, and gets every file back by Undo."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from pexgui.core import FileRequest, MergeSource, summarize_file
from pexgui.core.writer import TrajectoryWriter
from pexgui.ui.merge import DETAILS, DONE, FILES, PROGRESS, RUNS, SUMMARY, WHERE, MergeWizard
from tests.core.compared import grid, sweep
from tests.stories.person import Person
from tests.stories.test_dropping import COPY, LEFT, NO_KEY, carried
from tests.ui.instruments import Heartbeat

BLOCKED = 0.25


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Two sweeps with two points in both, in which a result and a parameter differ."""
    folder = tmp_path / "lab"
    folder.mkdir()
    sweep(folder / "a.hdf5", grid(6), lambda made: made.result("note", "from the laptop"))

    def more(made: TrajectoryWriter) -> None:
        made.result("note", "from the cluster")
        made.parameter("onset", 100)

    sweep(folder / "b.hdf5", [*grid(6)[4:], (9.0, 1), (9.5, 2)], more, finished=[True, True, True, False])
    return folder


def sums(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder, but of what is ours beside a result."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def runs_of(file: Path) -> int:
    return summarize_file(FileRequest(os.fsencode(file))).trajectories[0].runs


def drops(person: Person, on: QWidget, *paths: Path) -> None:
    place = on.rect().center()
    mime = carried(*map(os.fsencode, paths))
    QApplication.sendEvent(on, QDragEnterEvent(QPoint(place), COPY, mime, LEFT, NO_KEY))
    QApplication.sendEvent(on, QDropEvent(QPointF(place), COPY, mime, LEFT, NO_KEY))
    person.calm()


def settled(person: Person, wizard: MergeWizard) -> None:
    """Wait until the plan is that of what is chosen, or until there can be none."""
    planning = wizard.planning
    person.until(lambda: wizard.choices.request() is None or planning.settled() or planning.problem is not None)
    person.calm()


def opens(person: Person, *paths: Path) -> MergeWizard:
    person.window._merging.open([MergeSource(os.fsencode(path)) for path in paths])
    wizard = person.window._merging.windows[-1]
    settled(person, wizard)
    return wizard


def goes_to(person: Person, wizard: MergeWizard, page: int) -> None:
    """Press Continue until a page is there."""
    while wizard.at() < page:
        person.until(wizard.footer.next.isEnabled)
        person.clicks(wizard.footer.next.text(), wizard)
    settled(person, wizard)


def merges(person: Person, wizard: MergeWizard) -> None:
    goes_to(person, wizard, SUMMARY)
    person.clicks(wizard.footer.next.text(), wizard)
    person.until(lambda: wizard.at() == DONE)
    person.calm()


def test_from_the_drop_to_the_result_and_back_by_undo(person: Person, lab: Path) -> None:
    before = sums(lab)
    person.opens(lab)
    drops(person, person.window, lab / "a.hdf5", lab / "b.hdf5")
    person.clicks("Merge these 2 files…", person.window)
    (wizard,) = person.window._merging.windows
    settled(person, wizard)
    assert "1 run is not marked finished. It is kept as it is." in person.words()
    goes_to(person, wizard, RUNS)
    assert wizard.runs.title.text() == "2 points are in both files"
    assert not wizard.footer.next.isEnabled()
    assert "parameters.onset" in wizard.footer.words.text()
    person.clicks("Use it", wizard)
    wizard.runs.once.radio.click()
    settled(person, wizard)
    goes_to(person, wizard, DETAILS)
    assert [one.name for one in wizard.details.conflicts.model.conflicts] == ["results.note"]
    person.clicks("Keep both", wizard)
    settled(person, wizard)
    goes_to(person, wizard, WHERE)
    wizard.where.first.radio.click()
    wizard.where.away.radio.click()
    settled(person, wizard)
    merges(person, wizard)
    assert wizard.done.title.text() == "8 runs, merged and checked"
    assert runs_of(lab / "a.hdf5") == 8
    assert not (lab / "b.hdf5").exists()
    with h5py.File(lab / "a.hdf5") as file:
        assert {"note", "note_sweep"} <= set(file["sweep/results"])
    assert before["b.hdf5"] in sums(lab).values()
    assert before["a.hdf5"] in sums(lab).values()
    row = person.row(lab / "a.hdf5")
    assert row.summary is not None
    assert row.summary.trajectories[0].runs == 8
    person.clicks(wizard.footer.undo.text(), wizard)
    person.until(lambda: wizard.result is None)
    person.calm()
    assert wizard.done.title.text() == "Undone: every file is as it was"
    assert sums(lab) == before
    assert person.problems == []


def test_the_whole_way_by_keyboard(person: Person, lab: Path) -> None:
    sweep(lab / "c.hdf5", [(20.0, 1), (21.0, 2)])
    before = sums(lab)
    person.opens(lab)
    wizard = opens(person, lab / "a.hdf5", lab / "b.hdf5", lab / "c.hdf5")
    wizard.activateWindow()
    for row, key, way in ((1, Qt.Key.Key_Delete, NO_KEY), (1, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)):
        card = wizard.files.cards[row]
        card.setFocus()
        person.until(card.hasFocus)
        person.bot.keyClick(card, key, way)
    settled(person, wizard)
    assert [source.name() for source in wizard.choices.sources] == ["c.hdf5", "a.hdf5"]
    for page in (RUNS, DETAILS, WHERE, SUMMARY):
        person.presses(wizard, Qt.Key.Key_Return)
        settled(person, wizard)
        assert wizard.at() == page
    assert wizard.focusWidget() is wizard.footer.next
    person.bot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.at() == WHERE
    person.presses(wizard, Qt.Key.Key_Return)
    person.presses(wizard.footer.next, Qt.Key.Key_Return)
    person.until(lambda: wizard.at() == DONE)
    assert runs_of(lab / "c merged.hdf5") == 8
    person.presses(wizard.footer.undo, Qt.Key.Key_Space)
    person.until(lambda: wizard.result is None)
    assert sums(lab) == before
    person.presses(wizard, Qt.Key.Key_Escape)
    assert person.window._merging.windows == []


def test_the_result_is_opened_in_the_window(person: Person, lab: Path) -> None:
    wizard = opens(person, lab / "a.hdf5", sweep(lab / "c.hdf5", [(20.0, 1)]))
    merges(person, wizard)
    person.clicks("Open", wizard)
    request = person.window.trajectory.request()
    assert request is not None
    assert request.file == os.fsencode(lab / "a merged.hdf5")
    assert person.window._merging.windows == []


def large(lab: Path) -> list[Path]:
    return [sweep(lab / f"large{n}.hdf5", [(n + run / 4000, run % 3) for run in range(3000)]) for n in range(2)]


def test_while_it_merges_the_window_answers_and_cancel_leaves_everything_as_it_was(person: Person, lab: Path) -> None:
    files = large(lab)
    before = sums(lab)
    person.opens(lab)
    wizard = opens(person, *files)
    goes_to(person, wizard, SUMMARY)
    with Heartbeat() as heartbeat:
        wizard.footer.next.click()
        person.until(lambda: wizard.progress.bar.value() > 0)
        person.bot.mouseClick(wizard.footer.cancel, Qt.MouseButton.LeftButton)
        person.until(lambda: wizard.at() == SUMMARY)
    assert heartbeat.longest < BLOCKED
    assert wizard.summary.told.words.text() == "Stopped. Every file is as it was before."
    assert sums(lab) == before
    settled(person, wizard)
    merges(person, wizard)
    assert runs_of(lab / "large0 merged.hdf5") == 6000
    assert person.problems == []


@pytest.mark.parametrize("waits_for", [0.0, 1.0])
def test_closed_while_it_merges_it_stops_and_the_window_says_so(person: Person, lab: Path, waits_for: float) -> None:
    """Closed at once, or as soon as the first runs are copied."""
    files = large(lab)
    before = sums(lab)
    person.opens(lab)
    wizard = opens(person, *files)
    goes_to(person, wizard, SUMMARY)
    wizard.footer.next.click()
    person.until(lambda: wizard.at() == PROGRESS and wizard.progress.bar.value() >= waits_for)
    wizard.close()
    assert not wizard.isVisible()
    person.until(lambda: person.window._merging.windows == [])
    assert person.window.told.words.text() == "Stopped. Every file is as it was before."
    assert sums(lab) == before
    assert person.problems == []


def test_a_source_that_changes_before_the_button_is_pressed_is_told(person: Person, lab: Path) -> None:
    wizard = opens(person, lab / "a.hdf5", sweep(lab / "c.hdf5", [(20.0, 1)]))
    goes_to(person, wizard, SUMMARY)
    sweep(lab / "c.hdf5", [(20.0, 1), (21.0, 1)])
    before = sums(lab)
    person.clicks("Merge 2 files", wizard)
    person.until(lambda: wizard.problems.open_dialog() is not None)
    dialog = wizard.problems.open_dialog()
    assert dialog is not None
    assert "c.hdf5” has changed since" in dialog.details()
    dialog.close()
    settled(person, wizard)
    assert wizard.at() == SUMMARY
    assert wizard.summary.title.text() == "8 runs from 2 files"
    assert sums(lab) == before


def broken(path: Path) -> Path:
    content = sweep(path, grid(3)).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def text(path: Path) -> Path:
    path.write_text("This is no HDF5 file.")
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def gone(path: Path) -> Path:
    return path


@pytest.mark.parametrize("make", [broken, text, folder, gone])
def test_what_cannot_be_merged_says_so_on_its_card_and_is_no_obstacle_once_it_is_taken_off(
    person: Person, lab: Path, make: Callable[[Path], Path]
) -> None:
    wizard = opens(person, lab / "a.hdf5", make(lab / "odd.hdf5"), sweep(lab / "c.hdf5", [(20.0, 1)]))
    card = wizard.files.cards[1]
    assert card.trouble.words.text()
    assert wizard.footer.words.text() == "Take “odd.hdf5” off the list to continue: it cannot be merged."
    person.bot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    settled(person, wizard)
    assert wizard.footer.next.isEnabled()
    assert wizard.at() == FILES


@pytest.mark.parametrize(
    "name",
    [b"x" * 190, b"two\nlines", "مرحبا\u202eevil".encode(), "🧠".encode(), b"\xff\xfe", b"<b>&amp; 100 %"],
    ids=["long", "newline", "rtl", "emoji", "bytes", "html"],
)
def test_files_of_any_name_are_merged_and_given_back(person: Person, lab: Path, name: bytes) -> None:
    file = os.path.join(os.fsencode(lab), name + b".hdf5")
    os.rename(sweep(lab / "odd.hdf5", [(20.0, 1)]), file)
    before = sums(lab)
    wizard = opens(person, Path(os.fsdecode(file)), lab / "a.hdf5")
    goes_to(person, wizard, WHERE)
    wizard.where.away.radio.click()
    settled(person, wizard)
    merges(person, wizard)
    assert runs_of(Path(os.fsdecode(wizard.choices.result()))) == 7
    person.clicks(wizard.footer.undo.text(), wizard)
    person.until(lambda: wizard.result is None)
    assert sums(lab) == before
    assert person.problems == []
