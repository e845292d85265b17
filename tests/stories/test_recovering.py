"""A merge was cut off; the next window finishes or undoes it by itself, says so in a line, and disturbs nobody."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pexgui.core import unfinished_folders
from tests.core.compared import sweep
from tests.core.merge_cutting import POINTS, digests
from tests.core.test_replacing import mounted
from tests.stories.person import Person

UNDONE = "Writing “a.hdf5” had been cut off and was undone; your files are unchanged."
FINISHED = "Writing “a.hdf5” had been cut off and was finished."
MERGING = """
import os, signal, sys
from pexgui import merge_all_in_folder
from pexgui.core import finishing, replacing

def meet(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), getattr(signal, sys.argv[3]))

finishing.moment = replacing.moment = meet
merge_all_in_folder(sys.argv[1])
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "pexgui" / "writing"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "files")


def filled(folder: Path) -> Path:
    folder.mkdir()
    for name, points in zip("ab", POINTS, strict=True):
        sweep(folder / f"{name}.hdf5", points)
    return folder


def merging(folder: Path, moment: str, what: str) -> "subprocess.Popen[bytes]":
    """A script that merges, and at a moment gets a signal."""
    return subprocess.Popen([sys.executable, "-c", MERGING, folder, moment, what])


def killed(folder: Path, moment: str) -> None:
    assert merging(folder, moment, "SIGKILL").wait() == -signal.SIGKILL


def told(person: Person) -> str:
    """What the line says, if it is shown."""
    return person.window.told.words.text() if person.window.told.isVisible() else ""


def test_wherever_it_was_the_next_start_undoes_it_and_says_so(arrives: Callable[..., Person], folder: Path) -> None:
    before = digests(folder)
    killed(folder, "verify the result")
    assert digests(folder) != before
    person = arrives()
    person.calm()
    assert told(person) == UNDONE
    assert (digests(folder), unfinished_folders()) == (before, ())
    person.clicks_named("Put this away")
    assert told(person) == ""
    again = arrives()
    again.calm()
    assert told(again) == ""
    assert person.problems == again.problems == []


@pytest.mark.parametrize("below", [False, True])
def test_a_folder_that_is_opened_is_settled_and_shows_what_it_holds_then(
    person: Person, folder: Path, state: Path, below: bool
) -> None:
    killed(folder, "make the new name durable")
    for note in state.iterdir():
        note.unlink()
    person.opens(folder.parent if below else folder)
    assert told(person) == FINISHED
    assert sorted(os.path.basename(path) for path in person.files()) == [b"a.hdf5", b"b.hdf5"]
    summary = person.row(folder / "a.hdf5").summary
    assert summary is not None and summary.trajectories[0].runs == 5
    assert person.problems == []


def test_what_another_program_is_just_writing_is_left_alone(person: Person, folder: Path) -> None:
    child = merging(folder, "verify the result", "SIGSTOP")
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    during = digests(folder)
    person.opens(folder)
    person.refreshes()
    assert told(person) == ""
    assert digests(folder) == during
    assert sorted(os.path.basename(path) for path in person.files()) == [b"a.hdf5", b"b.hdf5"]
    child.send_signal(signal.SIGCONT)
    assert child.wait() == 0
    person.refreshes()
    summary = person.row(folder / "a.hdf5").summary
    assert summary is not None and summary.trajectories[0].runs == 5
    assert told(person) == "" and person.problems == []


def test_two_windows_that_start_at_once_settle_it_once(arrives: Callable[..., Person], folder: Path) -> None:
    before = digests(folder)
    killed(folder, "verify the result")
    people = [arrives(), arrives()]
    for person in people:
        person.calm()
    assert sorted(map(told, people)) == ["", UNDONE]
    assert (digests(folder), unfinished_folders()) == (before, ())
    assert [person.problems for person in people] == [[], []]


def test_a_disk_that_can_only_be_read_is_a_sentence_and_tried_again(
    arrives: Callable[..., Person], tmp_path: Path
) -> None:
    with mounted(tmp_path / "disk", "size=200m") as disk:
        folder = filled(disk / "files")
        before = digests(folder)
        killed(folder, "verify the result")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        person = arrives()
        person.opens(folder)
        person.refreshes()
        reason = "What was begun with “a.hdf5” could not be finished: Read-only file system."
        assert told(person) == f"{reason} It is tried again at the next start of pexgui."
        assert person.problems == []
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        again = arrives()
        again.calm()
        assert told(again) == UNDONE
        assert digests(folder) == before


def test_a_folder_that_is_away_and_notes_that_are_none_disturb_nobody(
    arrives: Callable[..., Person], folder: Path, state: Path
) -> None:
    before = digests(folder)
    killed(folder, "verify the result")
    folder.rename(folder.with_name("away"))
    (state / ".folder.pexgui-00000001.tmp").write_bytes(b"\0\xff")
    (state / ".folder.pexgui-00000002.tmp").mkdir()
    person = arrives()
    person.calm()
    assert told(person) == "" and person.problems == []
    folder.with_name("away").rename(folder)
    again = arrives()
    again.calm()
    assert told(again) == UNDONE
    assert digests(folder) == before
