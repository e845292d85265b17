"""What can go wrong around a compaction: the original stays what it is to the byte, and one sentence says why."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import h5py
import msgspec
import pytest

from pexgui.core import (
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactWork,
    Engine,
    Mode,
    PexError,
    RecoverRequest,
    compact,
    plan_compact,
    recover_files,
    replacing,
    unfinished_folders,
)
from tests.core.compared import grid, sweep
from tests.core.merge_cutting import digests
from tests.core.test_replacing import mounted

every_mode = pytest.mark.parametrize("mode", Mode)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return sweep(folder / "a.hdf5", grid(5))


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def planned(file: Path, mode: Mode, target: Path | None = None) -> CompactPlan:
    return plan_compact(CompactRequest((os.fsencode(file),), mode, target=os.fsencode(target) if target else b""))


def only(plan: CompactPlan) -> CompactedFile:
    (done,) = compact(CompactWork(plan)).files
    return done


def refused(file: Path, plan: CompactPlan) -> str:
    """The sentence with which a compaction ends that changes nothing."""
    before = digests(file.parent)
    done = only(plan)
    assert done.problem.endswith(".")
    assert "Nothing was changed." in done.hint
    assert digests(file.parent) == before
    assert unfinished_folders() == ()
    return done.problem


@every_mode
def test_a_file_that_a_program_has_open_for_writing(file: Path, mode: Mode) -> None:
    plan = planned(file, mode)
    with open(file, "r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert refused(file, plan) == "“a.hdf5” is in use by another program."
    assert not only(plan).problem


@every_mode
@pytest.mark.parametrize("change", ["longer", "touched", "another", "gone"])
def test_a_file_that_is_another_one_since_the_plan(file: Path, mode: Mode, change: str) -> None:
    plan = planned(file, mode)
    if change == "longer":
        with open(file, "ab") as more:
            more.write(b"more")
    elif change == "touched":
        os.utime(file, ns=(1, 1))
    elif change == "another":
        os.replace(sweep(file.with_name("new.hdf5"), grid(4)), file)
    else:
        file.unlink()
    before = digests(file.parent)
    done = only(plan)
    assert "“a.hdf5”" in done.problem
    assert digests(file.parent) == before


@every_mode
@pytest.mark.parametrize("when", ["write the result", "verify the result", "lock the files"])
def test_a_file_that_is_written_meanwhile(file: Path, mode: Mode, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(name: str) -> None:
        if name == when:
            with h5py.File(file, "r+", locking=False) as other:
                other.attrs["more"] = "of it"

    plan = planned(file, mode)
    monkeypatch.setattr(replacing, "moment", written)
    done = only(plan)
    assert "a.hdf5" in done.problem
    assert "changed" in done.problem or "being written" in done.problem
    assert [path.name for path in file.parent.iterdir()] == ["a.hdf5"]
    with h5py.File(file, "r") as there:
        assert there.attrs["more"] == "of it"


@every_mode
def test_a_folder_that_can_only_be_read(tmp_path: Path, mode: Mode) -> None:
    with mounted(tmp_path / "disk", "size=4m") as disk:
        file = sweep(disk / "a.hdf5", grid(5))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        (found,) = planned(file, mode).files
        assert found.problem == "Nothing can be written into the folder “disk”."
        target = tmp_path / "out.hdf5"
        done = only(planned(file, mode, target))
        assert (done.problem, done.target) == ("", os.fsencode(target))


@every_mode
def test_a_target_that_is_there_is_kept_as_a_backup(file: Path, mode: Mode, tmp_path: Path) -> None:
    target = tmp_path / "out.hdf5"
    target.write_bytes(b"something else")
    before = digests(file.parent)
    done = only(planned(file, mode, target))
    assert not done.problem
    assert Path(os.fsdecode(done.backup)).read_bytes() == b"something else"
    assert digests(file.parent) == before


@every_mode
def test_a_disk_that_is_really_full(tmp_path: Path, mode: Mode, engine: Engine) -> None:
    """HDF5 may end the process that writes when its disk is full, as a fault in C does."""
    outcomes = []
    with mounted(tmp_path / "small", "size=2m") as small:
        folder = small / "files"
        folder.mkdir()
        file = sweep(folder / "a.hdf5", grid(20))
        before = digests(folder)
        for free in range(0, 400, 40):
            plan = msgspec.structs.replace(planned(file, mode))
            (found,) = plan.files
            plan = msgspec.structs.replace(plan, files=(msgspec.structs.replace(found, problem="", needed=-(1 << 40)),))
            ballast = small / "ballast"
            ballast.write_bytes(b"")
            room = os.statvfs(small).f_bavail * os.statvfs(small).f_frsize
            ballast.write_bytes(b"x" * max(0, room - free * 1024))
            problem = attempt(engine, plan)
            recover_files(RecoverRequest(unfinished_folders()))
            assert unfinished_folders() == ()
            assert not [name for name in digests(folder) if name.endswith((".tmp", ".journal"))]
            outcomes.append(not problem)
            if not problem:
                break
            assert problem.endswith(".")
            assert digests(folder) == before, (free, problem)
    assert outcomes[-1]
    assert not outcomes[0]


def attempt(engine: Engine, plan: CompactPlan) -> str:
    try:
        (done,) = engine.call(compact, CompactWork(plan)).files
    except PexError as problem:
        return problem.title
    return done.problem


def test_too_little_room_is_said_before(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=2m") as small:
        (found,) = planned(sweep(small / "a.hdf5", grid(5)), Mode.SMALL).files
    assert found.problem.startswith("There is too little room for “a.hdf5”")


# --- damage


def damaged(file: Path) -> bytes:
    """Make the header of one run's result unreadable; its path."""
    with h5py.File(file, "r") as there:
        node = there["sweep/results/runs/run_00000002/z"]
        place, path = h5py.h5o.get_info(node.id).addr, node.name
    with open(file, "r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    return os.fsencode(path)


@every_mode
def test_a_damaged_file_is_not_replaced(file: Path, mode: Mode) -> None:
    path = damaged(file)
    before = digests(file.parent)
    (found,) = planned(file, mode).files
    assert found.damaged
    assert os.fsdecode(path.rsplit(b"/", 1)[-1]) in found.problem
    done = only(planned(file, mode))
    assert (done.problem, digests(file.parent)) == (found.problem, before)


@every_mode
def test_what_can_be_read_of_a_damaged_file_is_rescued(file: Path, mode: Mode, tmp_path: Path) -> None:
    path = damaged(file)
    before = digests(file.parent)
    target = tmp_path / "rescued.hdf5"
    request = CompactRequest((os.fsencode(file),), mode, target=os.fsencode(target), rescue=True)
    done = only(plan_compact(request))
    assert not done.problem
    assert len(done.lost) == 1
    assert "z" in done.lost[0].text
    assert digests(file.parent) == before
    with h5py.File(target, "r") as there:
        runs = there["sweep/results/runs"]
        assert sorted(runs) == [f"run_0000000{run}" for run in range(5)]
        assert "z" not in runs["run_00000002"]
        assert runs["run_00000003/z/z"][()] == 0.75 * 10
    assert path


def test_a_rescue_needs_a_file_of_its_own(file: Path) -> None:
    with pytest.raises(PexError, match="needs a file of its own"):
        plan_compact(CompactRequest((os.fsencode(file),), rescue=True))
