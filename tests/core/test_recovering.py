"""What was cut off is finished or undone by whoever comes after, and nothing else is touched."""

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pexgui.core import Engine, commit, journal, recover_files, recovering, silent, undo_write
from pexgui.core.change_log import path_of_log
from pexgui.core.folders import list_folder
from pexgui.core.locks import Lock, hold
from pexgui.core.model import FolderRequest
from pexgui.core.model_write import Journal, Moving, Phase, PutAway, RecoverRequest, UndoWriteRequest
from pexgui.core.recovering import recover
from pexgui.core.replacing import carry_out
from tests.core import append_cutting as change_cutting
from tests.core.append_cutting import NAME
from tests.core.cutting import NEW, OLD, SCENARIOS, filled, tree, verify, work_in, write
from tests.core.raw_files import raw
from tests.core.test_replacing import UNDOING, told
from tests.core.test_replacing import quick as quick


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return filled(raw(tmp_path / "files"))


def cut_off(folder: bytes, scenario: str, moment: str) -> None:
    """Cut a write off at the first of the moments of this name, in a process of its own."""
    assert told("cutting", "once", scenario, os.fsdecode(folder), moment)["wrong"] == []


def sentences(folder: bytes) -> list[str]:
    return [sentence for found in recover([folder]) for sentence in found.sentences]


# --- cut off, and cut off again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [*SCENARIOS, *UNDOING])
def test_recovery_may_be_cut_off_at_every_moment_and_begun_again(quick: str, scenario: str) -> None:
    found = told("cutting", "recovery", scenario, quick)
    assert found["wrong"] == []
    assert found["cuts"] > (60 if scenario in SCENARIOS else 10)


def test_before_the_journal_says_so_a_write_is_undone(folder: bytes) -> None:
    cut_off(folder, "move", "half written")
    assert tree(folder) != OLD
    assert sentences(folder) == ["Writing “a.hdf5” had been cut off and was undone; your files are unchanged."]
    assert tree(folder) == OLD
    assert recover([folder]) == ()


def test_a_journal_that_was_just_being_written_is_no_news_of_its_own(folder: bytes) -> None:
    cut_off(folder, "move", "half written")
    Path(os.fsdecode(commit.temporary_path(folder + b"/a.hdf5"))).write_bytes(b"{")
    assert sentences(folder) == ["Writing “a.hdf5” had been cut off and was undone; your files are unchanged."]
    assert tree(folder) == OLD


def test_from_then_on_it_is_finished(folder: bytes) -> None:
    cut_off(folder, "move", "replace the target")
    assert sentences(folder) == ["Writing “a.hdf5” had been cut off and was finished."]
    files = tree(folder)
    assert files[b"a.hdf5"] == NEW and b"b.hdf5" not in files
    assert recover([folder]) == ()


def test_what_changed_since_is_left_and_named(folder: bytes) -> None:
    cut_off(folder, "move", "replace the target")
    with open(folder + b"/a.hdf5", "ab") as file:
        file.write(b"theirs")
    before = tree(folder)
    (found,) = recover([folder])
    assert not found.settled
    assert "another program changed it since" in found.sentences[0]
    assert any(".bak" in sentence for sentence in found.sentences)
    assert tree(folder) == before


def test_a_source_that_changed_since_stays(folder: bytes) -> None:
    cut_off(folder, "move", "make the folder")
    os.utime(folder + b"/b.hdf5")
    assert "“b.hdf5” stayed in place: it changed afterwards." in sentences(folder)
    assert tree(folder)[b"b.hdf5"] == OLD[b"b.hdf5"]


def test_sources_are_not_deleted_when_the_result_is_gone_or_changed(folder: bytes) -> None:
    for spoil in (os.unlink, lambda path: os.truncate(path, 10)):
        cut_off(filled(folder), "delete", "put a source away")
        spoil(folder + b"/out.hdf5")
        assert "The sources stayed in place: the result is not what was written." in sentences(folder)
        assert {name: tree(folder)[name] for name in OLD} == OLD


# --- journals that are not ours --------------------------------------------------------------------------------------


def planted(place: bytes, **changes: Any) -> bytes:
    """A journal as an attacker would put it beside files; the result that it names is there."""
    good = Journal(
        target=b"a.hdf5",
        temporary=b".a.hdf5.pexgui-0123abcd.tmp",
        phase=Phase.PREPARE,
        backup=b"a.pexgui-0123abcd.bak",
        replaces=True,
    )
    path = os.path.join(place, b".a.hdf5.pexgui-0123abcd.journal")
    Path(os.fsdecode(path)).write_bytes(msgspec.json.encode(msgspec.structs.replace(good, **changes)))
    return path


STAMP = commit.stamp_of(os.stat("/"))
HOSTILE: list[dict[str, Any]] = [
    {"temporary": b"b.hdf5"},
    {"temporary": b"../victim"},
    {"temporary": b""},
    {"temporary": b"x/.a.hdf5.pexgui-0123abcd.tmp"},
    {"temporary": b".a.hdf5.pexgui-99999999.tmp"},
    {"backup": b"b.hdf5"},
    {"backup": b""},
    {"target": b"b.hdf5"},
    {"target": b"../victim"},
    {"target": b".."},
    {"folder": b"..", "put_away": PutAway.MOVE},
    {"folder": b"", "put_away": PutAway.MOVE},
    {"sources": (Moving(b"../victim", STAMP, b"x"),), "put_away": PutAway.DELETE},
    {"sources": (Moving(b"b.hdf5", STAMP, b"../x"),), "put_away": PutAway.DELETE},
    {"version": 2},
    {"sources": (Moving(b"b.hdf5", STAMP, b"b.hdf5"),)},
    {"sources": (Moving(b"b.hdf5", STAMP),), "put_away": PutAway.DELETE, "folder": b"a.hdf5.pexgui-0123abcd.merged"},
]


@pytest.mark.parametrize("changes", HOSTILE, ids=str)
@pytest.mark.parametrize("phase", Phase)
def test_a_journal_that_names_what_is_not_its_own_is_left_alone(
    folder: bytes, phase: Phase, changes: dict[str, Any]
) -> None:
    (Path(os.fsdecode(folder)).parent / "victim").write_bytes(b"victim")
    planted(folder, phase=phase, **changes)
    before = tree(os.path.dirname(folder))
    (found,) = recover([folder])
    assert not found.settled and "was left alone" in found.sentences[0]
    assert tree(os.path.dirname(folder)) == before


@pytest.mark.parametrize("phase", Phase)
def test_a_believable_journal_cannot_make_files_disappear(folder: bytes, tmp_path: Path, phase: Phase) -> None:
    """It may say that files are to be deleted or moved, but it does not know what they are to the nanosecond."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"victim")
    sources = (
        Moving(b"b.hdf5", msgspec.structs.replace(commit.as_input(folder + b"/b.hdf5").stamp, ctime_ns=1), b"b.hdf5"),
        Moving(raw(victim), commit.as_input(raw(victim)).stamp, b"victim"),
    )
    new = commit.digest_of_file(folder + b"/a.hdf5")
    planted(folder, phase=phase, sources=sources, put_away=PutAway.DELETE, new=new, old="?")
    recover([folder])
    assert victim.read_bytes() == b"victim"
    assert {name: tree(folder)[name] for name in OLD} == OLD


def test_what_is_no_journal_at_all_is_left_alone(folder: bytes) -> None:
    name = os.fsdecode(folder) + "/.a.hdf5.pexgui-%08x.journal"
    Path(name % 1).write_bytes(b"\0" * 100)
    Path(name % 2).write_bytes(b"[" * 100_000)
    Path(name % 3).symlink_to("a.hdf5")
    Path(name % 4).mkdir()
    os.mkfifo(name % 5)
    found = recover([folder])
    assert len(found) == 5 and not any(one.settled for one in found)
    assert {one: content for one, content in tree_of_files(folder).items() if one in OLD} == OLD


def tree_of_files(folder: bytes) -> dict[bytes, bytes]:
    regular = [entry for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    return {entry.name: Path(os.fsdecode(entry.path)).read_bytes() for entry in regular}


def test_a_journal_of_somebody_else_is_left_alone(folder: bytes) -> None:
    if os.geteuid():
        pytest.skip("only the administrator can give files away")
    os.chown(planted(folder), 65534, 65534)
    (found,) = recover([folder])
    assert "it belongs to somebody else" in found.sentences[0]


def test_a_write_that_is_under_way_is_left_alone(folder: bytes) -> None:
    def look(part: bytes) -> None:
        write(part)
        (found,) = recover([folder])
        assert not found.settled and "another pexgui is at work on it" in found.sentences[0]
        assert os.path.exists(part)

    carry_out(work_in(folder, "replace"), look, verify)
    assert recover([folder]) == ()


@pytest.mark.parametrize("host", ["elsewhere", ""])
def test_without_locks_only_what_this_computer_began_and_ended_is_settled(
    folder: bytes, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Some network drives have no locks; a journal tells then who is at work, but not whether he lives elsewhere."""
    planted(folder, host=host or socket.gethostname(), process=os.getpid())

    def no_locks(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    (found,) = recover([folder])
    if host:
        assert "a pexgui on another computer may be at work on it" in found.sentences[0]
        assert (found.ours, found.settled) == (False, False)
    else:
        assert found.settled


def test_a_write_that_ends_while_it_is_looked_at_is_nothing_to_tell(
    folder: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(folder, "move", "half written")
    names = journal.found_in(folder)

    def settled_by_another(place: bytes, suffix: bytes = journal.JOURNAL) -> list[bytes]:
        if suffix == journal.JOURNAL and recovering.found_in is settled_by_another:
            monkeypatch.setattr(recovering, "found_in", journal.found_in)
            assert recover([folder])[0].settled
            return names
        return journal.found_in(place, suffix)

    monkeypatch.setattr(recovering, "found_in", settled_by_another)
    assert recover([folder]) == ()
    assert tree(folder) == OLD


# --- what has no journal ---------------------------------------------------------------------------------------------


def test_a_half_written_file_is_cleared_away_unless_its_writer_lives(folder: bytes) -> None:
    left = commit.temporary_path(folder + b"/d.hdf5")
    Path(os.fsdecode(left)).write_bytes(b"half")
    with commit.writing(folder + b"/e.hdf5") as part:
        Path(os.fsdecode(part)).write_bytes(b"whole")
        assert sentences(folder) == ["A “d.hdf5” that had been cut off half written was cleared away."]
        assert os.path.exists(part) and not os.path.exists(left)
    assert tree(folder) == OLD | {b"e.hdf5": b"whole"}


def test_a_file_that_is_cleared_away_before_it_is_locked_is_made_again(
    folder: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared: list[int] = []

    def locked_by_who_clears(descriptor: int, shared: bool = False) -> Lock:
        """Somebody who clears away comes between making the file and locking it, and goes on after that."""
        if cleared:
            return hold(descriptor, shared)
        (name,) = journal.found_in(folder, commit.SUFFIX)
        path = os.path.join(folder, name)
        cleared.append(os.open(path, os.O_RDONLY))
        assert hold(cleared[0]) is Lock.HELD
        held = hold(descriptor, shared)
        os.unlink(path)
        return held

    monkeypatch.setattr(commit, "hold", locked_by_who_clears)
    with commit.writing(folder + b"/d.hdf5") as part:
        Path(os.fsdecode(part)).write_bytes(b"whole")
    os.close(cleared[0])
    assert tree(folder) == OLD | {b"d.hdf5": b"whole"}


def test_only_our_own_names_are_cleared_away(folder: bytes) -> None:
    names = (
        "x.tmp",
        ".x.tmp",
        ".x.pexgui-1234.tmp",
        "x.pexgui-12345678.tmp",
        ".pexgui-12345678.tmp",
        ".x.pexgui-12345678.bak",
    )
    for name in names:
        Path(os.fsdecode(folder), name).touch()
    os.symlink(b"a.hdf5", folder + b"/.x.pexgui-12345678.tmp")
    before = tree(folder)
    assert recover([folder]) == ()
    assert tree(folder) == before


def test_a_record_by_which_nothing_can_be_undone_any_more_goes(folder: bytes) -> None:
    done = carry_out(work_in(folder, "replace"), write, verify)
    recover([folder])
    assert os.path.exists(done.undo)
    os.unlink(done.backup)
    recover([folder])
    assert not os.path.exists(done.undo)


def test_a_journal_in_a_folder_that_cannot_be_written_is_said(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(folder, "move", "half written")

    def refuse(path: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "unlink", refuse)
    (found,) = recover([folder])
    assert not found.settled
    assert found.sentences[0] == "What was begun with “a.hdf5” could not be finished: Read-only file system."


def test_a_confined_engine_recovers_and_undoes(folder: bytes) -> None:
    cut_off(folder, "move", "replace the target")
    with Engine() as engine:
        found = engine.call(recover_files, RecoverRequest((folder,)))
        assert [one.settled for one in found.found] == [True]
        (record,) = (name for name in os.listdir(folder) if name.endswith(journal.UNDO))
        undone = engine.call(undo_write, UndoWriteRequest(os.path.join(folder, record)))
    assert undone.sentences[-1] == "“a.hdf5” is as it was before."
    assert tree(folder) == OLD


def test_two_who_recover_at_once_do_not_meet(folder: bytes) -> None:
    cut_off(folder, "move", "replace the target")
    (name,) = journal.found_in(folder)
    with open(os.path.join(folder, name), "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        (found,) = recover([folder], silent)
        assert "another pexgui is at work on it" in found.sentences[0]
    assert recover([folder])[0].settled


# --- changes in place ------------------------------------------------------------------------------------------------


def cut_change(folder: Path, moment: str) -> change_cutting.Campaign:
    """A change of a file in place, cut off at the first moment of this name."""
    return change_cutting.cut_off(folder / "files", "add", moment)


def test_a_change_in_place_that_was_cut_off_is_finished_or_undone_and_told(tmp_path: Path) -> None:
    for moment, finished in (("write over the file", True), ("end the log", False)):
        campaign = cut_change(tmp_path, moment)
        folder = raw(campaign.folder)
        assert list_folder(FolderRequest(folder)).unfinished
        end = "was finished." if finished else "was undone; it is as before."
        assert sentences(folder) == [f"An interrupted change of “{NAME}” {end}"]
        assert tree(folder) == {NAME.encode(): campaign.new if finished else campaign.old}
        assert not list_folder(FolderRequest(folder)).unfinished
        assert recover([folder]) == ()


def test_a_log_that_says_nothing_goes_and_one_that_is_in_use_stays(folder: bytes) -> None:
    log = path_of_log(folder + b"/a.hdf5")
    Path(os.fsdecode(log)).touch()
    assert not list_folder(FolderRequest(folder)).unfinished
    assert recover([folder]) == ()
    assert tree(folder) == OLD
    Path(os.fsdecode(log)).write_bytes(b"log")
    with open(log, "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert list_folder(FolderRequest(folder)).unfinished
        assert recover([folder]) == ()
        assert os.path.exists(log)
    assert sentences(folder) == ["An interrupted change of “a.hdf5” was undone; it is as before."]
    assert tree(folder) == OLD


def test_a_change_of_a_file_that_another_program_has_open_waits(tmp_path: Path) -> None:
    campaign = cut_change(tmp_path, "write over the file")
    folder = raw(campaign.folder)
    with open(campaign.path, "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        (found,) = recover([folder])
    assert (found.settled, found.ours, found.target) == (False, False, campaign.path)
    assert found.sentences == (f"A change of “{NAME}” was cut off. “{NAME}” is in use by another program.",)
    assert sentences(folder) == [f"An interrupted change of “{NAME}” was finished."]


def test_a_change_of_a_file_that_is_another_one_now_is_put_aside_and_told_once(tmp_path: Path) -> None:
    campaign = cut_change(tmp_path, "write over the file")
    folder = raw(campaign.folder)
    (campaign.folder / NAME).write_bytes(b"another")
    (found,) = recover([folder])
    assert found.settled and "another program changed it since" in found.sentences[0]
    assert "is kept as" in found.sentences[1]
    assert tree(folder)[NAME.encode()] == b"another" and len(tree(folder)) == 2
    assert recover([folder]) == () and not list_folder(FolderRequest(folder)).unfinished


def test_a_log_that_is_not_ours_or_has_no_file_is_left_alone(folder: bytes) -> None:
    for name in (b"a.hdf5", b"gone.hdf5", b"x" * 255):
        Path(os.fsdecode(path_of_log(os.path.join(folder, name)))).write_bytes(b"log")
    Path(os.fsdecode(folder + b"/.b.hdf5.pexgui-01234567.log")).write_bytes(b"log")
    os.unlink(path_of_log(folder + b"/a.hdf5"))
    os.mkfifo(path_of_log(folder + b"/a.hdf5"))
    (found,) = recover([folder])
    assert not found.settled and not found.ours
    assert "was left alone: it is no file." in found.sentences[0]
    assert len([name for name in os.listdir(folder) if name.endswith(b".log")]) == 4


def test_a_log_of_a_file_with_a_long_name_is_found(tmp_path: Path) -> None:
    campaign = cut_change(tmp_path, "write over the file")
    (campaign.folder / NAME).unlink()
    folder, name = raw(campaign.folder), b"y" * 250 + b".hdf5"
    Path(os.fsdecode(os.path.join(folder, name))).write_bytes(b"content")
    os.rename(path_of_log(campaign.path), path_of_log(os.path.join(folder, name)))
    (found,) = recover([folder])
    assert "it speaks of another file" in found.sentences[0] and not found.settled


def test_a_confined_engine_finishes_a_change_in_place(tmp_path: Path) -> None:
    campaign = cut_change(tmp_path, "write over the file")
    with Engine() as engine:
        (found,) = engine.call(recover_files, RecoverRequest((raw(campaign.folder),))).found
    assert found.sentences == (f"An interrupted change of “{NAME}” was finished.",)
    assert tree(raw(campaign.folder)) == {NAME.encode(): campaign.new}
