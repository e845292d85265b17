"""Where something is being written is noted, so that what is cut off is found at the next start wherever it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pexgui.core import (
    DemoRequest,
    Engine,
    EngineDied,
    Operation,
    PexError,
    RecoverRequest,
    UndoWriteRequest,
    make_demo,
    recover_files,
    register,
    undo_write,
    unfinished_folders,
)
from pexgui.core.register import noted
from tests.core.cutting import OLD, filled, tree, work_in
from tests.core.misbehaving import Ask, Told
from tests.core.raw_files import raw
from tests.core.test_recovering import cut_off

LEFT = b".a.hdf5.pexgui-12345678.tmp"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "pexgui" / "writing"


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return filled(raw(tmp_path / "files"))


def notes(state: Path) -> list[str]:
    return os.listdir(state) if state.is_dir() else []


KILLED = """
import os, signal, sys
from pexgui.core.register import noted

with noted((os.fsencode(sys.argv[1]),)):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_while_writing(folder: bytes) -> None:
    """Leave a note behind as a process does that is killed."""
    done = subprocess.run([sys.executable, "-c", KILLED, folder], check=False)
    assert done.returncode == -signal.SIGKILL


def test_it_is_in_the_persons_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert register.place() == b"/var/state/pexgui/writing"


def test_a_note_is_there_while_something_is_written_and_goes_afterwards(folder: bytes, state: Path) -> None:
    with noted((folder,)):
        assert len(notes(state)) == 1
        assert unfinished_folders() == (), "whoever wrote it lives"
    assert notes(state) == []
    with pytest.raises(ValueError, match="no"), noted((folder,)):
        raise ValueError("no")
    assert notes(state) == []


def test_a_note_stays_as_long_as_something_is_unfinished(folder: bytes, state: Path) -> None:
    left = Path(os.fsdecode(os.path.join(folder, LEFT)))
    with noted((folder,)):
        left.write_bytes(b"half")
    assert unfinished_folders() == (folder,)
    (found,) = recover_files(RecoverRequest((folder,))).found
    assert found.settled
    assert (unfinished_folders(), notes(state), tree(folder)) == ((), [], OLD)


def test_what_was_killed_is_found_and_settled_by_the_next_start(folder: bytes, state: Path) -> None:
    killed_while_writing(folder)
    cut_off(folder, "move", "replace the target")
    assert unfinished_folders() == (folder,)
    (found,) = recover_files(RecoverRequest(unfinished_folders())).found
    assert found.sentences == ("Writing “a.hdf5” had been cut off and was finished.",)
    assert notes(state) == []


def test_a_note_of_somebody_who_works_in_the_same_folder_is_not_taken_away(folder: bytes, state: Path) -> None:
    killed_while_writing(folder)
    with noted((folder,)):
        with noted((folder,)):
            assert len(notes(state)) == 3
        assert len(notes(state)) == 1


def test_every_operation_that_writes_is_noted_and_no_other(folder: bytes, state: Path) -> None:
    list_files = Operation("list_files", "tests.core.misbehaving", Ask, Told)
    state.mkdir(parents=True)
    assert list_files(Ask(path=raw(state))).paths == ()
    assert len(list_files(Ask(path=raw(state), writable=(folder,))).paths) == 1
    assert notes(state) == []


def test_an_engine_that_dies_while_it_writes_leaves_the_note(folder: bytes, state: Path) -> None:
    left = Path(os.fsdecode(os.path.join(folder, LEFT)))
    with Engine() as engine:

        def die(*_: object) -> None:
            if not left.exists() and engine.pid is not None:
                left.write_bytes(b"half")
                os.kill(engine.pid, signal.SIGKILL)

        with pytest.raises(EngineDied):
            engine.call(make_demo, DemoRequest(folder), die)
        assert unfinished_folders() == (folder,)
        engine.call(recover_files, RecoverRequest((folder,)))
    assert notes(state) == [] and not left.exists()


def test_what_is_no_note_is_left_alone_or_goes(folder: bytes, state: Path) -> None:
    killed_while_writing(folder)
    name = ".folder.pexgui-%08x.tmp"
    (state / (name % 1)).write_bytes(b"")
    (state / (name % 2)).write_bytes(b"\0\xff" * 50_000)
    (state / (name % 3)).write_bytes(b"relative/path")
    (state / (name % 4)).symlink_to("/etc/passwd")
    (state / (name % 5)).mkdir()
    os.mkfifo(state / (name % 6))
    (state / "something.else").write_bytes(b"mine")
    assert unfinished_folders() == (folder,)
    kept = {name % number for number in (4, 5, 6)} | {"something.else"}
    assert kept <= set(notes(state)) and len(notes(state)) == len(kept) + 1


def test_a_note_out_of_date_goes(folder: bytes, state: Path) -> None:
    killed_while_writing(folder)
    (note,) = state.iterdir()
    os.utime(note, (1e9, 1e9))
    assert unfinished_folders() == ()
    assert notes(state) == []


def test_a_folder_that_is_gone_keeps_its_note_and_is_no_problem(folder: bytes, state: Path) -> None:
    killed_while_writing(folder)
    os.rename(folder, folder + b".away")
    assert recover_files(RecoverRequest(unfinished_folders())).found == ()
    assert unfinished_folders() == (folder,)
    os.rename(folder + b".away", folder)
    recover_files(RecoverRequest(unfinished_folders()))
    assert notes(state) == []


@pytest.mark.parametrize("broken", ["a file in its place", "no folder"])
def test_without_a_register_everything_works(
    folder: bytes, state: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "no folder":
        monkeypatch.setenv("XDG_STATE_HOME", "/proc/1/nothing")
    else:
        state.parent.mkdir(parents=True)
        state.write_bytes(b"no folder")
    make_demo(DemoRequest(folder + b"/demo"))
    assert unfinished_folders() == ()
    with pytest.raises(PexError):
        undo_write(UndoWriteRequest(target=work_in(folder, "new").target))


def test_starting_to_look_needs_neither_hdf5_nor_numpy() -> None:
    """The window looks before it is shown."""
    code = "import sys; from pexgui.core import unfinished_folders; unfinished_folders(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"h5py", "numpy", "pandas", "tables"} & set(done.stdout.split())
