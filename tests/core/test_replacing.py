"""Writes that replace or use up files: at every moment all of the old or all of the new is there."""

import errno
import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pexgui.core import Cancelled, PexError, commit, finishing, replacing
from pexgui.core.change_log import path_of_log
from pexgui.core.model_write import Done, PutAway, Work
from pexgui.core.replacing import carry_out, preflight
from pexgui.core.undoing import undo
from tests.core.cutting import NEW, OLD, SCENARIOS, filled, tree, verify, work_in, write
from tests.core.raw_files import raw

ROOT = Path(__file__).resolve().parents[2]
UNDOING = ("undo new", "undo replace", "undo move")


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return filled(raw(tmp_path / "files"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A folder in memory where there is one: flushing to a disk proves nothing when only processes end."""
    memory = Path("/dev/shm")
    place = tmp_path_factory.mktemp("cut") if not os.access(memory, os.W_OK) else memory / f"pexgui-{os.getpid()}"
    yield str(place / "files")
    shutil.rmtree(place, ignore_errors=True)


def told(module: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", f"tests.core.{module}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refusal(work: Work, do: Callable[[bytes], None] = write) -> PexError:
    """The error that a work ends with; nothing was changed by it, and it says so."""
    before = tree(os.path.dirname(work.target))
    with pytest.raises(PexError) as problem:
        carry_out(work, do, verify)
    assert tree(os.path.dirname(work.target)) == before
    assert "Nothing was changed." in problem.value.hint
    return problem.value


# --- what comes of it ------------------------------------------------------------------------------------------------


def test_a_new_file_comes_into_being_and_the_sources_stay(folder: bytes) -> None:
    done = carry_out(work_in(folder, "new"), write, verify)
    assert (done.target, done.size, done.backup, done.folder) == (folder + b"/out.hdf5", len(NEW), b"", b"")
    files = tree(folder)
    assert files.pop(b"out.hdf5") == NEW
    assert files.pop(os.path.basename(done.undo)) and files == OLD
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(os.stat(done.target).st_mode) == 0o666 & ~umask


def test_a_replaced_file_keeps_its_mode_and_leaves_a_dated_backup(folder: bytes) -> None:
    os.chmod(folder + b"/a.hdf5", 0o640)
    os.setxattr(folder + b"/a.hdf5", b"user.note", b"mine")
    done = carry_out(work_in(folder, "replace"), write, verify)
    assert Path(os.fsdecode(done.target)).read_bytes() == NEW
    assert Path(os.fsdecode(done.backup)).read_bytes() == OLD[b"a.hdf5"]
    name = os.path.basename(done.backup)
    assert name.startswith(b"a.20") and name.endswith(b".bak") and b".pexgui-" in name
    assert stat.S_IMODE(os.stat(done.target).st_mode) == 0o640
    assert os.getxattr(done.target, b"user.note") == b"mine"


def test_sources_are_moved_into_a_folder_of_their_own(folder: bytes) -> None:
    done = carry_out(work_in(folder, "move"), write, verify)
    assert tree(done.folder) == {name: OLD[name] for name in (b"b.hdf5", b"c.hdf5")}
    assert not os.path.exists(folder + b"/b.hdf5")
    assert os.path.basename(done.folder).startswith(b"a.hdf5.pexgui-") and done.folder.endswith(b".merged")


def test_deleted_sources_cannot_come_back_so_that_no_undo_is_offered(folder: bytes) -> None:
    done = carry_out(work_in(folder, "delete"), write, verify)
    assert tree(folder) == {b"out.hdf5": NEW}
    assert done.undo == b""


def test_without_a_backup_nothing_else_stays(folder: bytes) -> None:
    done = carry_out(work_in(folder, "bare"), write, verify)
    assert tree(folder) == OLD | {b"a.hdf5": NEW}
    assert (done.backup, done.undo) == (b"", b"")


def test_equal_names_from_several_folders_all_fit_into_the_folder(folder: bytes, tmp_path: Path) -> None:
    other = filled(raw(tmp_path / "other"))
    sources = (commit.as_input(folder + b"/b.hdf5"), commit.as_input(other + b"/b.hdf5"))
    done = carry_out(Work(folder + b"/out.hdf5", sources, put_away=PutAway.MOVE), write, verify)
    assert tree(done.folder) == {b"b.hdf5": OLD[b"b.hdf5"], b"b (2).hdf5": OLD[b"b.hdf5"]}
    assert len(undo(done.undo)) == 3
    assert tree(folder) == OLD and tree(other) == OLD


def test_a_source_on_another_disk_stays_and_that_is_said(folder: bytes, quick: str) -> None:
    other = filled(os.fsencode(quick))
    if os.stat(other).st_dev == os.stat(folder).st_dev:
        pytest.skip("there is no second file system here")
    sources = (commit.as_input(other + b"/b.hdf5"),)
    done = carry_out(Work(folder + b"/out.hdf5", sources, put_away=PutAway.MOVE), write, verify)
    assert "“b.hdf5” stayed in place: it is on another disk." in done.notes
    assert tree(other) == OLD and done.folder == b""


def test_a_copy_is_the_backup_where_files_cannot_have_two_names(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    done = carry_out(work_in(folder, "move"), write, verify)
    assert Path(os.fsdecode(done.backup)).read_bytes() == OLD[b"a.hdf5"]
    undo(done.undo)
    assert tree(folder) == OLD


# --- refused before or while it is done ------------------------------------------------------------------------------


def test_a_file_in_use_is_not_replaced(folder: bytes) -> None:
    for name in (b"a.hdf5", b"b.hdf5"):
        with open(os.path.join(folder, name), "rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert refusal(work_in(folder, "move")).title == f"“{name.decode()}” is in use by another program."


def test_another_reader_is_no_obstacle_for_sources_that_stay(folder: bytes) -> None:
    with open(os.path.join(folder, b"b.hdf5"), "rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        carry_out(work_in(folder, "new"), write, verify)


@pytest.mark.parametrize("name", [b"a.hdf5", b"b.hdf5"])
@pytest.mark.parametrize("change", ["append", "delete", "replace", "touch"])
def test_a_file_that_changes_meanwhile_stays_what_it_became(folder: bytes, name: bytes, change: str) -> None:
    path = os.path.join(folder, name)

    def busy(part: bytes) -> None:
        write(part)
        if change == "append":
            with open(path, "ab") as file:
                file.write(b"more")
        elif change == "delete":
            os.unlink(path)
        elif change == "touch":
            os.utime(path)
        else:
            shutil.copy(path, path + b".new")
            os.replace(path + b".new", path)

    with pytest.raises(PexError) as problem:
        carry_out(work_in(folder, "move"), busy, verify)
    assert f"“{name.decode()}”" in problem.value.title and "Nothing was changed." in problem.value.hint
    files = tree(folder)
    files.pop(name, None)
    assert files == {other: content for other, content in OLD.items() if other != name}


def test_a_target_that_appears_meanwhile_is_not_overwritten(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def appear(*_: object) -> None:
        Path(os.fsdecode(folder + b"/out.hdf5")).write_bytes(b"theirs")

    for moment in ("half written", "commit", "place the result"):
        for module in (finishing, replacing, commit):
            monkeypatch.setattr(module, "moment", lambda name, moment=moment: appear() if name == moment else None)
        with pytest.raises(PexError) as problem:
            carry_out(work_in(filled(folder), "new"), write, verify)
        assert "Nothing was changed." in problem.value.hint
        assert tree(folder) == OLD | {b"out.hdf5": b"theirs"}


def test_a_file_that_changed_since_it_was_looked_at_is_refused_at_once(folder: bytes) -> None:
    work = work_in(folder, "move")
    os.utime(folder + b"/b.hdf5")
    assert refusal(work, pytest.fail).title == "“b.hdf5” has changed since it was looked at."


@pytest.mark.parametrize("name", [b"a.hdf5", b"b.hdf5"])
def test_a_file_of_which_a_change_was_cut_off_is_refused_at_once(folder: bytes, name: bytes) -> None:
    work = work_in(folder, "move")
    log = path_of_log(os.path.join(folder, name))
    with open(log, "wb") as file:
        file.write(b"a change")
    told = f"“{name.decode()}” is being changed, or was when a program was cut off."
    assert refusal(work, pytest.fail).title == told
    os.truncate(log, 0)
    preflight(work)


def test_what_is_written_into_the_old_file_at_the_last_moment_is_kept(
    folder: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(name: str) -> None:
        if name == "replace the target":
            with open(folder + b"/a.hdf5", "ab") as file:
                file.write(b"late")

    monkeypatch.setattr(finishing, "moment", late)
    done = carry_out(work_in(folder, "bare"), write, verify)
    assert any("Another program wrote to the old “a.hdf5”" in note for note in done.notes)
    assert Path(os.fsdecode(done.backup)).read_bytes() == OLD[b"a.hdf5"] + b"late"


def test_a_source_that_changes_after_the_result_is_in_place_stays(
    folder: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(name: str) -> None:
        if name == "make the folder":
            os.utime(folder + b"/b.hdf5")

    monkeypatch.setattr(finishing, "moment", late)
    done = carry_out(work_in(folder, "move"), write, verify)
    assert "“b.hdf5” stayed in place: it changed afterwards." in done.notes
    assert tree(done.folder) == {b"c.hdf5": OLD[b"c.hdf5"]}


def test_two_names_of_one_file_are_refused_and_one_name_twice_counts_once(folder: bytes) -> None:
    os.link(folder + b"/b.hdf5", folder + b"/alias.hdf5")
    both = (commit.as_input(folder + b"/b.hdf5"), commit.as_input(folder + b"/alias.hdf5"))
    assert "are two names of the same file" in refusal(Work(folder + b"/out.hdf5", both), pytest.fail).title
    os.symlink(b"b.hdf5", folder + b"/link.hdf5")
    twice = (both[0], both[0], commit.as_input(folder + b"/link.hdf5"))
    os.unlink(folder + b"/alias.hdf5")
    twice = tuple(commit.as_input(one.path) for one in twice)
    carry_out(Work(folder + b"/out.hdf5", twice), write, verify)


def test_a_link_stays_and_what_it_points_to_is_replaced(folder: bytes, tmp_path: Path) -> None:
    link = tmp_path / "link.hdf5"
    link.symlink_to(os.fsdecode(folder + b"/a.hdf5"))
    done = carry_out(Work(raw(link), replaces=True), write, verify)
    assert link.is_symlink() and link.read_bytes() == NEW
    assert done.target == folder + b"/a.hdf5" and os.path.dirname(done.backup) == folder


def test_a_source_that_is_a_link_is_not_moved(folder: bytes) -> None:
    os.symlink(b"b.hdf5", folder + b"/link.hdf5")
    work = Work(folder + b"/out.hdf5", (commit.as_input(folder + b"/link.hdf5"),), put_away=PutAway.MOVE)
    assert "“link.hdf5” stayed in place: it is a link." in carry_out(work, write, verify).notes


def test_hard_links_and_recent_changes_are_told_beforehand(folder: bytes) -> None:
    os.link(folder + b"/a.hdf5", folder + b"/other.hdf5")
    os.utime(folder + b"/b.hdf5", (1e9, 1e9))
    notes = preflight(work_in(folder, "replace"))
    assert notes[0] == "“a.hdf5” has another name (a hard link), under which the old version stays."
    assert any("“c.hdf5” was changed" in note for note in notes) and not any("“b.hdf5”" in note for note in notes)


def test_what_cannot_be_is_refused_before_anything_begins(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is there already" in refusal(Work(folder + b"/a.hdf5"), pytest.fail).title
    assert "cannot be used" in refusal(Work(folder + b"/no.hdf5", replaces=True), pytest.fail).title
    os.mkfifo(folder + b"/pipe")
    with pytest.raises(PexError, match="is no regular file"):
        carry_out(Work(folder + b"/pipe", replaces=True), pytest.fail, pytest.fail)
    with pytest.raises(PexError, match="The folder “no” is not there"):
        carry_out(Work(folder + b"/no/a.hdf5"), pytest.fail, pytest.fail)
    os.unlink(folder + b"/pipe")
    assert "too little room" in refusal(Work(folder + b"/x", needed=1 << 60), pytest.fail).title
    Path(os.fsdecode(folder + b"/.out.hdf5.pexgui-12345678.journal")).touch()
    assert "is being written, or was" in refusal(work_in(folder, "new"), pytest.fail).title


def test_a_folder_that_is_not_there_any_more(folder: bytes, tmp_path: Path) -> None:
    def gone(part: bytes) -> None:
        write(part)
        os.rename(folder, folder + b".away")

    with pytest.raises(PexError, match="was not written") as problem:
        carry_out(work_in(folder, "new"), gone, verify)
    assert "Nothing was changed." in problem.value.hint
    assert {name: tree(folder + b".away")[name] for name in OLD} == OLD


def test_a_read_only_disk_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "mounted"
    with mounted(target, "size=4m"):
        files = filled(raw(target / "files"))
        work = work_in(files, "new")
        subprocess.run(["mount", "-o", "remount,ro", target], check=True)
        with pytest.raises(PexError, match="Nothing can be written into the folder “files”"):
            carry_out(work, write, verify)


class Stopped(BaseException):
    """What stops everything, as Ctrl+C does."""


@pytest.mark.parametrize("error", [ValueError("no"), Stopped(), PexError("no"), Cancelled()], ids=repr)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whatever_is_raised_leaves_the_disk_as_it_was(folder: bytes, scenario: str, error: BaseException) -> None:
    def fail(part: bytes) -> None:
        write(part)
        raise error

    with pytest.raises(type(error)):
        carry_out(work_in(folder, scenario), fail, verify)
    assert tree(folder) == OLD
    with pytest.raises(type(error)):
        carry_out(work_in(folder, scenario), write, fail)
    assert tree(folder) == OLD


def test_a_wish_to_stop_counts_until_it_only_goes_forward(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(what: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        carry_out(work_in(folder, "move"), write, verify, stop)
    assert tree(folder) == OLD

    monkeypatch.setattr(replacing._Digests, "of", lambda _, digest: digest.result())
    carry_out(work_in(folder, "move"), write, verify, stop)
    assert tree(folder)[b"a.hdf5"] == NEW


# --- undone again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["new", "replace", "move"])
def test_undo_puts_every_file_back(folder: bytes, scenario: str) -> None:
    inodes = {name: os.stat(os.path.join(folder, name)).st_ino for name in OLD}
    done = carry_out(work_in(folder, scenario), write, verify)
    sentences = undo(done.undo)
    assert tree(folder) == OLD
    assert inodes == {name: os.stat(os.path.join(folder, name)).st_ino for name in OLD}
    assert sentences[-1] in ("“a.hdf5” is as it was before.", "“out.hdf5” was removed again.")
    with pytest.raises(PexError, match="its record is not there any more"):
        undo(done.undo)


@pytest.mark.parametrize("spoilt", ["target", "backup", "source", "place", "lock"])
def test_undo_refuses_when_files_changed_since(folder: bytes, spoilt: str) -> None:
    done = carry_out(work_in(folder, "move"), write, verify)
    path = {"target": done.target, "backup": done.backup, "source": done.folder + b"/b.hdf5"}.get(spoilt, b"")
    if path:
        with open(path, "ab") as file:
            file.write(b"!")
    if spoilt == "place":
        Path(os.fsdecode(folder + b"/c.hdf5")).write_bytes(b"another")
    before = tree(folder)
    with open(done.target, "rb") as other, pytest.raises(PexError) as problem:
        if spoilt == "lock":
            fcntl.flock(other, fcntl.LOCK_EX)
        undo(done.undo)
    assert "Nothing was changed." in problem.value.hint
    assert tree(folder) == before


# --- cut off at every moment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [*SCENARIOS, *UNDOING])
def test_cut_off_or_failing_at_every_moment_nothing_is_lost(quick: str, scenario: str) -> None:
    found = told("cutting", "moments", scenario, quick)
    assert found["wrong"] == []
    assert found["cuts"] > (80 if scenario in SCENARIOS else 30)
    assert 0 < found["complete"] < found["cuts"]


@pytest.mark.parametrize("scenario", [*SCENARIOS, *UNDOING])
def test_whatever_state_the_disk_is_in_after_a_power_failure_nothing_is_lost(quick: str, scenario: str) -> None:
    found = told("power", scenario, quick, "")
    assert found["wrong"] == []
    assert found["states"] > 6


@pytest.mark.parametrize(
    "sabotage", ["result not durable", "names not durable", "removed before renamed", "sources first"]
)
def test_a_protocol_that_is_wrong_is_found_out(quick: str, sabotage: str) -> None:
    assert told("power", "move", quick, sabotage)["wrong"]


def test_killed_at_any_time_nothing_is_lost(quick: str, request: pytest.FixtureRequest) -> None:
    count = 200 if request.config.getoption("--everything") else 20
    for seed, scenario in enumerate(SCENARIOS):
        found = told("cutting", "clock", scenario, quick, count // len(SCENARIOS), seed)
        assert found["wrong"] == []


# --- a disk that is really full --------------------------------------------------------------------------------------


class mounted:  # noqa: N801
    """A small disk in memory."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder = folder
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("nothing can be mounted here")

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


def test_a_disk_that_is_really_full_is_a_sentence_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "SLACK", 0)
    refused = []
    with mounted(tmp_path / "small", "size=160k") as small:
        for scenario in SCENARIOS:
            for free in range(0, 60, 4):
                folder = filled(raw(small / "files"))
                (small / "ballast").write_bytes(b"")
                room = os.statvfs(small).f_bavail * os.statvfs(small).f_frsize
                (small / "ballast").write_bytes(b"x" * max(0, room - free * 1024))
                outcome = attempt(folder, scenario)
                refused.append("full" in outcome or "too little room" in outcome)
                files = tree(folder)
                assert files == OLD if outcome else NEW in files.values()
                assert not [name for name in files if name.endswith((b".tmp", b".journal"))]
    assert 10 < sum(refused) < len(refused)


def attempt(folder: bytes, scenario: str) -> str:
    """The title of the error that a work ends with; empty when it is done."""
    try:
        done: Done = carry_out(work_in(folder, scenario), write, verify)
    except PexError as error:
        assert "Nothing was changed." in error.hint
        return error.title
    assert done.size == len(NEW)
    return ""
