"""A person opens folders and files: each is a row that says what it is, and the window stays usable."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pexgui.core import FileState
from pexgui.ui.library_model import RowKind, RowState
from pexgui.ui.library_row import second_line, tooltip
from tests.builders import several_trajectories, small_trajectory
from tests.core.expected import fixtures, names, trajectories
from tests.stories.person import Person, open_files
from tests.ui.instruments import Heartbeat

BLOCKED = 0.25
"""Seconds that the event loop may be blocked: the goal is 0.1, the rest is for a machine that does other things too."""


def test_every_file_of_a_folder_is_a_row_with_its_state_and_one_sentence(
    person: Person, library: Path, shared: Path
) -> None:
    person.opens(library)
    rows = person.files()
    looked_at = 0
    for file, known in fixtures(shared):
        row = rows.get(os.fsencode(library / file.name))
        if file.parent.name != "pypet-0.6.1" or file.suffix == ".dat":
            continue
        assert row is not None, file.name
        assert row.state is RowState.READ
        assert row.summary is not None
        assert [trajectory.name for trajectory in row.summary.trajectories] == names(file, known), file.name
        words, _ = second_line(row)
        assert words, file.name
        sentence = row.summary.sentence
        assert "\n" not in sentence
        assert not sentence or sentence.endswith("."), file.name
        if row.summary.state is not FileState.TRAJECTORIES:
            assert sentence, file.name
        looked_at += 1
    assert looked_at == len(rows) > 60
    assert person.problems == []


def test_the_rows_count_the_runs_as_pypet_does(person: Person, library: Path, shared: Path) -> None:
    person.opens(library)
    rows = person.files()
    alone = 0
    for file, known in trajectories(shared):
        row = rows.get(os.fsencode(library / file.name))
        if file.parent.name != "pypet-0.6.1" or row is None:
            continue
        assert row.summary is not None
        words = f"{known['n_completed']:,} of {known['length']:,} run" if known["length"] else "No runs"
        if len(row.summary.trajectories) == 1:
            assert second_line(row)[0].startswith(words), file.name
            alone += 1
        else:
            (below,) = [child for child in row.children if child.name == known["name"]]
            assert second_line(below)[0].startswith(words), file.name
    assert alone > 40


@pytest.mark.parametrize(
    ("name", "state", "line", "advice"),
    [
        ("41_text.hdf5", FileState.NOT_HDF5, "Not an HDF5 file", "Perhaps a copy or a download broke off"),
        ("41_zero_bytes.hdf5", FileState.NOT_HDF5, "Empty file", "Perhaps a copy or a download broke off"),
        ("41_truncated_half.hdf5", FileState.DAMAGED, "Truncated: its end is missing", "If there is another copy"),
        ("40_plain.h5", FileState.NO_TRAJECTORY, "No trajectory in this file", "Either pypet did not write this file"),
        ("42_no_info.hdf5", FileState.NO_TRAJECTORY, "No trajectory in this file", "Either pypet did not write"),
    ],
)
def test_a_file_that_is_no_trajectory_says_so_in_the_row_and_on_its_page(
    person: Person, library: Path, name: str, state: FileState, line: str, advice: str
) -> None:
    person.opens(library)
    row = person.row(library / name)
    assert row.summary is not None
    assert row.summary.state is state
    assert second_line(row)[0] == line
    person.chooses(library / name)
    page = person.window.page
    assert person.window.centre.currentWidget() is page
    assert page.sentences[0].startswith(advice)
    assert person.window.windowTitle() == f"{name} – pexgui"
    assert person.window.problems.open_dialog() is None


def test_a_file_without_trajectory_can_be_looked_at_as_plain_hdf5_from_its_page(person: Person, library: Path) -> None:
    person.opens(library / "40_plain.h5")
    person.clicks("Show raw HDF5", person.window.page)
    tree = person.window.trajectory.tree
    assert person.window.centre.currentWidget() is person.window.trajectory
    assert tree.stack.currentWidget() is tree.view
    assert tree.model.rowCount() > 0


def test_the_first_file_that_is_opened_is_shown(person: Person, library: Path) -> None:
    person.opens(library / "41_valid_wrong_extension.dat", library / "01_simple.hdf5")
    assert person.window.windowTitle() == "41_valid_wrong_extension.dat – pexgui"
    assert person.window.centre.currentWidget() is person.window.trajectory
    assert [row.path for row in person.window.library.model.roots] == [
        os.fsencode(library / "41_valid_wrong_extension.dat"),
        os.fsencode(library / "01_simple.hdf5"),
    ]


def test_500_files_fill_in_while_the_window_stays_usable(person: Person, library: Path, tmp_path: Path) -> None:
    originals = [file for file in sorted(library.iterdir()) if file.suffix == ".hdf5"]
    for number in range(500):
        folder = tmp_path / f"day {number // 50}"
        folder.mkdir(exist_ok=True)
        os.link(originals[number % len(originals)], folder / f"{number:03d}.hdf5")
    person.calm()
    with Heartbeat() as heartbeat:
        person.window.open_paths([os.fsencode(tmp_path)])
        person.until(lambda: person.window.library.scan.left() > 100)
        reading = person.window.library.scan.left()
        person.until(lambda: person.window.library.scan.left() == 0)
    assert reading > 100
    person.calm()
    assert heartbeat.longest <= BLOCKED
    assert len(person.files()) == 500
    assert person.read()
    assert person.window.library.counts.text().startswith("500 files")


def test_a_person_can_look_at_one_file_while_hundreds_are_read(person: Person, library: Path, tmp_path: Path) -> None:
    for number in range(300):
        os.link(library / "01_simple.hdf5", tmp_path / f"{number:03d}.hdf5")
    person.window.open_paths([os.fsencode(tmp_path)])
    last = os.fsencode(tmp_path / "299.hdf5")
    person.until(lambda: person.window.library.model.find(last) is not None)
    person.window.library.choose(last)
    person.until(lambda: person.window.trajectory.runs.model.runs() == 9)
    assert person.window.library.scan.left() > 100


def test_no_process_keeps_a_file_open_that_was_looked_at(person: Person, library: Path) -> None:
    person.opens(library)
    for name in ("01_simple.hdf5", "02_result_types.hdf5", "41_truncated_tail.hdf5", "42_corrupt_chunk.hdf5"):
        person.chooses(library / name)
        for tab in range(3):
            person.window.choose_tab(tab)
            person.calm()
    processes = [os.getpid(), *(engine.pid for engine in person.engines if engine.pid)]
    assert len(processes) == 3
    for process in processes:
        assert not [file for file in open_files(process) if file.startswith(str(library))]


def test_a_folder_that_is_not_there_and_an_unknown_file_say_so(person: Person, tmp_path: Path) -> None:
    person.opens(tmp_path / "nowhere", tmp_path / "gone.hdf5")
    folder, file = person.window.library.model.roots
    words = tooltip(folder) + tooltip(file)
    assert "“nowhere”" in words or f"{tmp_path}/nowhere" in words
    assert "not there" in tooltip(folder)
    assert "“gone.hdf5” is not there any more." in tooltip(file)
    assert person.problems == []


def test_several_trajectories_in_a_file_are_rows_of_their_own(person: Person, tmp_path: Path) -> None:
    file = several_trajectories(tmp_path / "several.hdf5", ("alpha", "beta"))
    person.opens(file)
    assert [row.name for row in person.row(file).children] == ["alpha", "beta"]
    page = person.window.page
    assert page.title == "“several.hdf5” holds 2 trajectories"
    person.clicks("beta", page)
    request = person.window.trajectory.request()
    assert request is not None
    assert (request.file, getattr(request, "path", b"")) == (os.fsencode(file), b"/beta")
    assert person.window.library.chosen() is person.row(file, b"/beta")


@pytest.mark.skipif(os.geteuid() == 0 or os.name == "nt", reason="permissions do not stop this user")
def test_a_file_that_may_not_be_read_says_so(person: Person, tmp_path: Path) -> None:
    small_trajectory(tmp_path / "secret.hdf5").chmod(0)
    person.opens(tmp_path)
    assert "no permission" in tooltip(person.row(tmp_path / "secret.hdf5"))


def test_a_pipe_and_a_device_are_refused_at_once(person: Person, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.hdf5")
    os.symlink("/dev/zero", tmp_path / "device.hdf5")
    person.opens(tmp_path / "pipe.hdf5", tmp_path / "device.hdf5")
    for row in person.window.library.model.roots:
        assert row.kind is RowKind.FILE
        assert "is a device or a pipe, not a file." in tooltip(row)


def test_a_folder_of_more_files_than_a_page_is_shown_page_by_page(person: Person, tmp_path: Path) -> None:
    for number in range(1300):
        (tmp_path / f"{number:04d}.hdf5").write_bytes(b"")
    person.window.open_paths([os.fsencode(tmp_path)])
    person.until(lambda: len(person.files()) == 1000)
    person.window.library.scan.stop()
    person.calm()
    folder = person.window.library.model.roots[0]
    more = folder.more()
    assert more is not None
    view = person.window.library.view
    view.setCurrentIndex(person.window.library.model.index_of(more))
    assert view.currentIndex().data() == "Show 300 more"
    person.bot.keyClick(view, Qt.Key.Key_Return)
    person.until(lambda: len(person.files()) == 1300)
    person.calm()
    assert folder.more() is None


def test_reading_a_folder_can_be_stopped_and_taken_up_again(
    arrives: Callable[..., Person], library: Path, tmp_path: Path
) -> None:
    person = arrives()
    for number in range(200):
        os.link(library / "20b_one_point.hdf5", tmp_path / f"{number:03d}.hdf5")
    person.window.open_paths([os.fsencode(tmp_path)])
    person.until(lambda: 50 < person.window.library.scan.left() < 180)

    person.bot.mouseClick(person.window.library.stop_button, Qt.MouseButton.LeftButton)
    person.calm()

    stopped = [row for row in person.files().values() if row.state is RowState.STOPPED]
    assert len(stopped) > 40
    assert second_line(stopped[0])[0] == "Not read yet"
    person.refreshes()
    assert person.read()
