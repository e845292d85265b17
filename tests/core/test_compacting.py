"""Files made smaller: the plan says what that saves, and it is done all or not at all, one file by the other."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np
import pytest

from pexgui.core import (
    Cancelled,
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactWork,
    FileRequest,
    Mode,
    PexError,
    UndoWriteRequest,
    compact,
    compact_copy,
    compact_doing,
    files,
    plan_compact,
    replacing,
    summarize_file,
    undo_write,
    verify,
)
from pexgui.core.verify_trees import same_trees
from tests.builders import many_runs, several_trajectories, small_trajectory
from tests.core.raw_files import made, raw
from tests.core.test_fixtures import SIDECARS, name_of, opens

MODES = list(Mode)
SMALLEST = 2048


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return small_trajectory(tmp_path / "files" / "a.hdf5", 20)


def planned(*paths: Path, mode: Mode = Mode.SMALL, **more: Any) -> CompactPlan:
    return plan_compact(CompactRequest(tuple(map(os.fsencode, paths)), mode, **more))


def done(plan: CompactPlan) -> tuple[CompactedFile, ...]:
    return compact(CompactWork(plan)).files


def holes(path: Path) -> Path:
    """Delete half of what is in a file, which leaves holes."""
    with h5py.File(path, "r+", libver=("earliest", "v110")) as opened:
        group = opened["many/results/runs"]
        for name in list(group)[::2]:
            del group[name]
    return path


def within(estimated: int, real: int) -> bool:
    return abs(estimated - real) <= 0.05 * real


def listed(folder: Path) -> list[str]:
    """What is in a folder but for records of what can be undone."""
    return sorted(name for name in os.listdir(folder) if not name.endswith(".undo"))


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file of a folder with its content, time and permissions."""
    found = {}
    for each in folder.iterdir():
        status = each.stat()
        found[each.name] = each.read_bytes(), status.st_mtime_ns, status.st_mode
    return found


def same(before: bytes, path: Path, tmp_path: Path) -> int:
    (tmp_path / "before.hdf5").write_bytes(before)
    with files.reading(raw(tmp_path / "before.hdf5")) as one, files.reading(raw(path)) as other:
        return same_trees(one.root, other.root, storage=False)


# --- the plan ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_the_plan_says_what_is_there_and_what_it_will_be(file: Path, mode: Mode) -> None:
    plan = planned(file, mode=mode)
    (one,) = plan.files
    assert (one.problem, one.hint, one.damaged) == ("", "", False)
    assert (one.file, one.size, one.trajectories) == (os.fsencode(file), file.stat().st_size, ("small",))
    assert 0 < one.expected <= one.size
    assert one.needed <= plan.needed < plan.free
    assert one.load > 0 and plan.seconds > 0


def test_the_plan_names_every_trajectory_and_the_codec_of_most_data(tmp_path: Path) -> None:
    path = several_trajectories(tmp_path / "a.hdf5", ["first", "second"])
    with h5py.File(path, "r+") as opened:
        opened.create_dataset("plain", data=np.arange(100), chunks=(10,))
        opened.create_dataset("packed", data=np.random.default_rng(1).random(50_000), chunks=(5000,), compression=4)
    (one,) = planned(path).files
    assert one.trajectories == ("first", "second")
    assert one.codec.startswith("zlib")


def test_a_plan_changes_nothing(file: Path) -> None:
    before = state(file.parent)
    for mode in MODES:
        planned(file, mode=mode)
    assert state(file.parent) == before


def test_what_makes_no_sense_is_refused(file: Path) -> None:
    for more, sentence in (
        ({"codec": "rar"}, "There is no codec “rar”."),
        ({"level": 10}, "There is no level 10."),
        ({"mode": Mode.FAST, "codec": "zlib"}, "The fast mode compresses nothing anew."),
        ({"rescue": True}, "What is rescued needs a file of its own."),
    ):
        with pytest.raises(PexError, match=sentence):
            planned(file, **more)
    with pytest.raises(PexError, match="Several files cannot be compacted into one"):
        planned(file, file, target=b"/x")


def test_a_file_under_several_names_is_planned_once(file: Path) -> None:
    os.symlink("a.hdf5", file.with_name("link.hdf5"))
    os.link(file, file.with_name("hard.hdf5"))
    again = file.parent / ".." / "files" / "a.hdf5"
    plan = planned(file, file, again, file.with_name("link.hdf5"), file.with_name("hard.hdf5"))
    assert [one.file for one in plan.files] == [os.fsencode(file)]
    assert any("has another name (a hard link)" in note for note in plan.files[0].notes)


def test_only_what_saves_something_is_worth_doing(tmp_path: Path) -> None:
    path = many_runs(tmp_path / "a.hdf5", 30)
    (before,) = planned(path).files
    assert before.gains and before.size - before.expected >= SMALLEST
    done(planned(path, backup=False))
    (after,) = planned(path).files
    assert not after.gains
    assert after.size == path.stat().st_size < 0.5 * before.size


def test_what_would_not_become_smaller_is_left_as_it_is(tmp_path: Path) -> None:
    path = many_runs(tmp_path / "a.hdf5", 30)
    done(planned(path, backup=False))
    before = state(tmp_path)
    (one,) = done(planned(path))
    assert (one.problem, one.backup, one.after) == ("", b"", one.before)
    assert one.notes[-1] == "“a.hdf5” is as compact as it can be and was left as it is."
    assert state(tmp_path) == before


# --- the estimate -----------------------------------------------------------------------------------------------------


FIXTURES = [each for each in SIDECARS if opens(each)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sidecar", FIXTURES or [None], ids=[name_of(each) for each in FIXTURES] or ["none"])
def test_every_fixture_becomes_as_large_as_was_said(shared: Path, tmp_path: Path, sidecar: Path, mode: Mode) -> None:
    name = sidecar.name.removesuffix(".EXPECTED.json")
    path = tmp_path / name
    shutil.copyfile(sidecar.with_name(name), path)
    plan = planned(path, mode=mode, target=os.fsencode(tmp_path / "copy.hdf5"))
    (one,) = plan.files
    assert one.problem == ""
    (made_of_it,) = done(plan)
    assert made_of_it.problem == ""
    real = (tmp_path / "copy.hdf5").stat().st_size
    assert made_of_it.after == real
    assert within(one.expected, min(real, one.size)), (one.expected, real)


def arrays(path: Path) -> Path:
    """20 MB of arrays, half of them in pieces."""
    chance = np.random.default_rng(3)
    with h5py.File(path, "w", libver=("earliest", "v110")) as opened:
        for number in range(10):
            opened.create_dataset(f"g{number}/plain", data=chance.random(125_000))
            pieces = chance.integers(0, 99, 250_000)
            opened.create_dataset(f"g{number}/pieces", data=pieces, chunks=(2_000,), compression=1)
            opened.create_dataset(f"g{number}/words", data=[f"word {each}" for each in range(500)])
        del opened["g3"]
    return path


LARGE: dict[str, Callable[[Path], Path]] = {
    "many runs": lambda path: many_runs(path, 2_000),
    "arrays": arrays,
    "half deleted": lambda path: holes(many_runs(path, 1_000)),
}


@pytest.fixture(scope="module", params=LARGE)
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return LARGE[request.param](tmp_path_factory.mktemp("large") / f"{request.param}.hdf5")


@pytest.mark.parametrize("mode", MODES)
def test_larger_files_become_as_large_as_was_said(large: Path, tmp_path: Path, mode: Mode) -> None:
    plan = planned(large, mode=mode, target=os.fsencode(tmp_path / "copy.hdf5"))
    (one,) = done(plan)
    assert one.problem == ""
    assert within(plan.files[0].expected, one.after), (plan.files[0].expected, one.after)


@pytest.mark.parametrize("mode", MODES)
def test_all_space_that_was_lost_comes_back(tmp_path: Path, mode: Mode) -> None:
    """As much as if what was deleted had never been there."""
    path = holes(many_runs(tmp_path / "a.hdf5", 400))
    with h5py.File(path) as old, h5py.File(tmp_path / "never.hdf5", "w", libver=("earliest", "v110")) as new:
        for name, value in old.attrs.items():
            new.attrs[name] = value
        old.copy("many", new)
    (one,) = done(planned(path, mode=mode))
    assert one.after <= (tmp_path / "never.hdf5").stat().st_size < 0.7 * one.before


# --- doing it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["small", "fast", "at once"])
def test_a_sweep_is_smaller_and_the_same(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(compact_doing, "MOST", 1 << 60 if way == "at once" else -1)
    shutil.move(holes(many_runs(tmp_path / "many.hdf5", 20)), file)
    before, size = file.read_bytes(), file.stat().st_size
    told = summarize_file(FileRequest(raw(file))).trajectories
    (one,) = done(planned(file, mode=Mode.SMALL if way == "small" else Mode.FAST))
    assert (one.problem, one.before, one.after) == ("", size, file.stat().st_size)
    assert one.after < one.before
    assert one.verified == same(before, file, tmp_path)
    assert summarize_file(FileRequest(raw(file))).trajectories == told
    assert Path(os.fsdecode(one.backup)).read_bytes() == before
    assert listed(file.parent) == sorted(["a.hdf5", os.path.basename(os.fsdecode(one.backup))])


@pytest.mark.parametrize("mode", MODES)
def test_the_original_comes_back_byte_for_byte(file: Path, mode: Mode) -> None:
    before = state(file.parent)
    (one,) = done(planned(file, mode=mode))
    assert file.read_bytes() != before["a.hdf5"][0]
    undo_write(UndoWriteRequest(record=one.undo))
    assert state(file.parent) == before


@pytest.mark.parametrize("mode", MODES)
def test_without_a_backup_nothing_is_left_beside_it(file: Path, mode: Mode) -> None:
    (one,) = done(planned(file, mode=mode, backup=False))
    assert (one.problem, one.backup, one.undo) == ("", b"", b"")
    assert os.listdir(file.parent) == ["a.hdf5"]


@pytest.mark.parametrize("mode", MODES)
def test_permissions_and_time_stay(file: Path, mode: Mode) -> None:
    file.chmod(0o640)
    os.utime(file, ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))
    done(planned(file, mode=mode))
    status = file.stat()
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o640, 1_500_000_000_987_654_321)


def test_a_link_stays_and_what_it_leads_to_is_compacted(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.hdf5"
    os.symlink(file, link)
    plan = planned(link)
    assert "“link.hdf5” is a link; the file it leads to is compacted." in plan.files[0].notes
    (one,) = done(plan)
    assert link.is_symlink() and link.resolve() == file
    assert (one.target, one.after) == (os.fsencode(file), file.stat().st_size)
    assert os.path.dirname(one.backup) == os.fsencode(file.parent)
    assert sorted(os.listdir(tmp_path)) == ["files", "link.hdf5"]


def test_the_other_name_of_a_file_is_told_before_and_keeps_the_old_version(file: Path) -> None:
    other = file.with_name("other.hdf5")
    os.link(file, other)
    before = file.read_bytes()
    plan = planned(file, backup=False)
    assert any("has another name (a hard link), under which the old version stays" in n for n in plan.files[0].notes)
    done(plan)
    assert other.read_bytes() == before != file.read_bytes()


@pytest.mark.parametrize("mode", MODES)
def test_what_is_before_the_beginning_of_hdf5_stays(tmp_path: Path, mode: Mode) -> None:
    def fill(opened: h5py.File) -> None:
        for number in range(300):
            opened.create_dataset(f"g{number}/data", data=np.arange(100) + number)
        opened["refs"] = np.array([opened["g7/data"].ref], h5py.ref_dtype)
        for number in range(0, 300, 2):
            del opened[f"g{number}"]

    path = tmp_path / "a.hdf5"
    made(path, fill, userblock_size=1024)
    content = bytearray(path.read_bytes())
    content[:1024] = bytes(range(256)) * 4
    path.write_bytes(content)
    plan = planned(path, mode=mode)
    (one,) = done(plan)
    assert one.problem == ""
    assert path.read_bytes()[:1024] == bytes(range(256)) * 4
    assert one.verified == same(bytes(content), path, tmp_path) == 302
    assert within(plan.files[0].expected, one.after)


# --- another place ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_the_compacted_file_can_go_elsewhere(file: Path, tmp_path: Path, mode: Mode) -> None:
    before, target = state(file.parent), tmp_path / "new.hdf5"
    (one,) = done(planned(file, mode=mode, target=os.fsencode(target)))
    assert (one.problem, one.target, one.backup) == ("", os.fsencode(target), b"")
    assert one.after == target.stat().st_size
    assert state(file.parent) == before
    assert same(before["a.hdf5"][0], target, tmp_path) == one.verified


def test_another_file_in_that_place_is_never_lost(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.hdf5"
    target.write_bytes(b"something else")
    (one,) = done(planned(file, target=os.fsencode(target)))
    assert Path(os.fsdecode(one.backup)).read_bytes() == b"something else"
    target.write_bytes(b"something else again")
    (refused,) = planned(file, target=os.fsencode(target), backup=False).files
    assert refused.problem == "“new.hdf5” is there already."
    assert target.read_bytes() == b"something else again"


def test_a_file_that_came_to_that_place_after_the_plan_is_never_lost(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.hdf5"
    plan = planned(file, target=os.fsencode(target), backup=False)
    target.write_bytes(b"something else")
    (one,) = done(plan)
    assert one.problem == "“new.hdf5” is there already."
    assert target.read_bytes() == b"something else"


def test_the_folder_of_that_place_has_to_be_there(file: Path, tmp_path: Path) -> None:
    (one,) = planned(file, target=os.fsencode(tmp_path / "not there" / "a.hdf5")).files
    assert one.problem == "The folder “not there” is not there."


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_file_that_changed_since_the_plan_stays(file: Path, mode: Mode) -> None:
    plan = planned(file, mode=mode)
    with h5py.File(file, "r+") as opened:
        opened.attrs["more"] = 1
    before = state(file.parent)
    (one,) = done(plan)
    assert one.problem == "“a.hdf5” has changed since the plan was made."
    assert "Nothing was changed." in one.hint
    assert state(file.parent) == before


def test_a_folder_that_can_only_be_read_is_said_in_the_plan(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing.os, "access", lambda path, mode: not mode & os.W_OK)
    (one,) = planned(file).files
    assert one.problem == "Nothing can be written into the folder “files”."


@pytest.mark.parametrize("mode", MODES)
def test_one_bad_file_does_not_keep_the_others_from_being_done(file: Path, mode: Mode) -> None:
    text, cut, gone = (file.with_name(name) for name in ("text.hdf5", "cut.hdf5", "gone.hdf5"))
    text.write_bytes(b"no HDF5")
    cut.write_bytes(file.read_bytes()[:-4000])
    other = many_runs(file.with_name("z.hdf5"), 10)
    plan = planned(text, file, cut, gone, other, mode=mode)
    assert [bool(one.problem) for one in plan.files] == [True, False, True, True, False]
    assert [one.damaged for one in plan.files] == [False] * 5
    assert plan.needed == plan.files[1].needed + plan.files[4].needed
    found = done(plan)
    assert [one.problem for one in found] == [one.problem for one in plan.files]
    assert all(one.after < one.before for one in (found[1], found[4]))
    assert text.read_bytes() == b"no HDF5"


def test_a_difference_leaves_the_original_and_says_where(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong while it is written is found when it is read back."""
    plan, before = planned(file), state(file.parent)
    write = compact_doing._Copy.write

    def wrong(copy: Any, path: bytes, at_once: bool) -> None:
        write(copy, path, at_once)
        with h5py.File(path, "r+", locking=False) as opened:
            opened["small/results/note"].attrs["more"] = 1

    monkeypatch.setattr(compact_doing._Copy, "write", wrong)
    (one,) = done(plan)
    assert "“/small/results/note” in “a.hdf5” is not identical: the attribute “more” should not be there" in one.problem
    assert state(file.parent) == before


# --- stopped ----------------------------------------------------------------------------------------------------------


class Stop:
    """Stops at the call with a number; ``calls`` counts them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0
        self.said: list[str] = []

    def __call__(self, what: str, count: int, total: int) -> None:
        assert count >= 0 and (not total or count <= total), (what, count, total)
        self.calls += 1
        self.said.append(what)
        if self.calls == self.at:
            raise Cancelled


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Progress is reported for every object."""
    monkeypatch.setattr(compact_copy, "_INTERVAL", 0.0)
    monkeypatch.setattr(verify, "INTERVAL", 0.0)
    yield


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("mode", MODES)
def test_stopped_at_any_call_everything_is_as_it_was(file: Path, mode: Mode) -> None:
    small_trajectory(file, 2)
    before, content = state(file.parent), file.read_bytes()
    counted = Stop(-1)
    plan = plan_compact(CompactRequest((raw(file),), mode), counted)
    for at in {1, 2, counted.calls // 2, counted.calls}:
        with pytest.raises(Cancelled):
            plan_compact(CompactRequest((raw(file),), mode), Stop(at))
    at, stopped = 1, True
    while stopped:
        try:
            compact(CompactWork(plan), Stop(at))
            stopped = False
        except Cancelled:
            assert state(file.parent) == before
            at += 1 if at < 40 or mode is Mode.FAST else 7
    assert at > 10
    assert file.read_bytes() != content


def test_what_was_done_before_it_was_stopped_is_told(file: Path, tmp_path: Path) -> None:
    second = many_runs(file.with_name("b.hdf5"), 10)
    before = second.read_bytes()

    def stop(what: str, count: int, total: int) -> None:
        if "b.hdf5" in what:
            raise Cancelled

    result = compact(CompactWork(planned(file, second)), stop)
    assert result.stopped
    assert [one.file for one in result.files] == [os.fsencode(file)]
    assert second.read_bytes() == before
    assert not any("b.hdf5" in name for name in os.listdir(file.parent) if name != "b.hdf5")


def test_the_result_can_be_told_to_another_process(file: Path) -> None:
    plan = planned(file)
    for told in (plan, plan.files[0], compact(CompactWork(plan))):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=type(told)) == told
