"""Files when trajectories are merged: what becomes of the sources, and what is left when something goes wrong."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import pytest

from pexgui.core import (
    Cancelled,
    MergeRequest,
    MergeWork,
    PexError,
    RecoverRequest,
    Sources,
    UndoWriteRequest,
    finishing,
    merge,
    plan_merge,
    recover_files,
    replacing,
    undo_write,
)
from pexgui.core.writer import TrajectoryWriter
from tests.builders import several_trajectories
from tests.core.compared import grid, sweep
from tests.core.merges import digest, merged, planned, ranges, source

# --- into the first source, put away, undone


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    def more(made: TrajectoryWriter) -> None:
        made.result("only_b", 1.0)

    return [sweep(tmp_path / "a.hdf5", grid(3)), sweep(tmp_path / "b.hdf5", [(x + 10, s) for x, s in grid(2)], more)]


def test_into_the_first_source_keeps_what_else_is_in_its_file_and_a_backup(tmp_path: Path) -> None:
    a = several_trajectories(tmp_path / "a.hdf5", ("other", "second"))
    before = digest(a)
    request = MergeRequest((source(a, "second"), source(several_trajectories(tmp_path / "b.hdf5"), "first")))
    result = merge(MergeWork(plan_merge(request)))
    assert result.target == os.fsencode(a)
    with h5py.File(a) as file:
        assert set(file) == {"other", "second"}
        assert len(file["second/overview/runs"]) == 4
        assert len(file["other/overview/runs"]) == 2
    backup = Path(os.fsdecode(result.backup))
    assert digest(backup) == before
    assert backup.suffix == ".bak"
    again = merge(MergeWork(plan_merge(request)))
    assert again.backup != result.backup
    assert digest(backup) == before


@pytest.mark.parametrize("after", Sources)
def test_what_becomes_of_the_sources(pair: list[Path], tmp_path: Path, after: Sources) -> None:
    before = digest(pair[1])
    result = merged(pair, after=after)
    there = {Sources.KEEP: True, Sources.PUT_AWAY: False, Sources.DELETE: False}[after]
    assert pair[1].exists() is there
    if after is Sources.PUT_AWAY:
        assert digest(Path(os.fsdecode(result.folder)) / "b.hdf5") == before


def test_a_file_that_holds_more_is_not_deleted(pair: list[Path], tmp_path: Path) -> None:
    """pypet deletes the other trajectories of the file with it."""
    other = several_trajectories(tmp_path / "c.hdf5")
    with h5py.File(other, "r+", libver=("earliest", "v110")) as file:
        file.copy(h5py.File(pair[1])["sweep"], "zz")
    plan = planned([pair[0], pair[1]], after=Sources.DELETE)
    request = MergeRequest((source(pair[0]), source(other, "zz")), after=Sources.DELETE)
    with pytest.raises(PexError, match="holds more than what is merged"):
        merge(MergeWork(plan_merge(request)))
    assert plan.problem == ""
    assert other.exists()


@pytest.mark.parametrize("after", [Sources.KEEP, Sources.PUT_AWAY])
@pytest.mark.parametrize("in_place", [True, False])
def test_undo_puts_every_file_back_as_it_was(pair: list[Path], tmp_path: Path, after: Sources, in_place: bool) -> None:
    before = {path.name: digest(path) for path in tmp_path.iterdir()}
    result = merged(pair, None if in_place else tmp_path / "out.hdf5", after=after)
    undo_write(UndoWriteRequest(result.undo))
    assert {path.name: digest(path) for path in tmp_path.iterdir()} == before
    again = merged(pair, tmp_path / "out.hdf5")
    with open(tmp_path / "out.hdf5", "ab") as file:
        file.write(b"more")
    with pytest.raises(PexError, match="has been changed or removed since"):
        undo_write(UndoWriteRequest(again.undo))


# --- what goes wrong


def test_a_source_that_changed_since_the_plan_is_refused(pair: list[Path], tmp_path: Path) -> None:
    plan = planned(pair, tmp_path / "out.hdf5")
    os.utime(pair[1], ns=(1, 1))
    with pytest.raises(PexError, match=r"“b\.hdf5” has changed since the plan was made"):
        merge(MergeWork(plan))
    assert not (tmp_path / "out.hdf5").exists()


def test_targets_that_cannot_be_are_refused_before_anything_is_written(
    pair: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for target, sentence in (
        (tmp_path / "gone" / "out.hdf5", "is not there"),
        (pair[1], "is one of the files to be merged"),
    ):
        with pytest.raises(PexError, match=sentence):
            merged(pair, target)
    plan = planned(pair, tmp_path / "out.hdf5")
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(replacing.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(PexError, match="There is too little room"):
        merge(MergeWork(plan))
    assert sorted(os.listdir(tmp_path)) == ["a.hdf5", "b.hdf5"]


def test_cancelling_leaves_everything_as_it_was(pair: list[Path], tmp_path: Path) -> None:
    before = {path.name: digest(path) for path in tmp_path.iterdir()}
    plan = planned(pair)
    told: list[str] = []
    merge(MergeWork(planned(pair, tmp_path / "o.hdf5")), lambda what, _done, _total: told.append(what))
    for path in (path for path in tmp_path.iterdir() if path.name not in before):
        path.unlink()
    stopped = 0
    for stop in range(len(told)):
        left = iter(range(stop))

        def stopping(_what: str, _done: int, _total: int, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        try:
            result = merge(MergeWork(plan), stopping)
        except Cancelled:
            stopped += 1
        else:  # it was verified by then
            undo_write(UndoWriteRequest(result.undo))
        assert {path.name: digest(path) for path in tmp_path.iterdir()} == before
    assert stopped > 4


@pytest.mark.parametrize("sabotage", ["a value", "a run", "a range", "a name", "a copy", "a row"])
def test_a_result_that_is_not_as_the_plan_says_is_thrown_away(
    pair: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sabotage: str
) -> None:
    """pypet never reads back what it wrote, and PyTables reports no full disk."""
    target = tmp_path / "out.hdf5"

    def spoil(name: str) -> None:
        if name != "verify the result":
            return
        (part,) = [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]
        with h5py.File(part, "r+", libver=("earliest", "v110"), locking=False) as file:
            sweep_ = file["sweep"]
            if sabotage == "a value":
                sweep_["results/runs/run_00000004/z/z"][()] = 0.5
            elif sabotage == "a run":
                del sweep_["results/runs/run_00000003"]
            elif sabotage == "a range":
                sweep_["parameters/group/x/explored_data"][2] = (99.0,)
            elif sabotage == "a copy":
                sweep_["results/only_b/only_b"][()] = 0.5
            elif sabotage == "a name":
                sweep_["results"].create_group("surplus").attrs["SRVC_LEAF"] = True
            else:
                rows = sweep_["overview/runs"][:]
                rows["completed"][4] = 0
                sweep_["overview/runs"][:] = rows

    monkeypatch.setattr(replacing, "moment", spoil)
    with pytest.raises(PexError, match=r"is not what it should be|is not identical"):
        merged(pair, target)
    assert sorted(os.listdir(tmp_path)) == ["a.hdf5", "b.hdf5"]


MOMENTS = {
    replacing: ("write the result", "verify the result", "commit"),
    finishing: ("make the new name durable",),
}
"""Of every kind one: `test_replacing` has them all."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are cut off by fork")
@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("after", [Sources.KEEP, Sources.PUT_AWAY])
@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in MOMENTS.items() for name in names])
def test_killed_at_any_moment_every_original_is_there_or_the_merge_is_complete(
    pair: list[Path], tmp_path: Path, module: ModuleType, name: str, after: Sources, in_place: bool
) -> None:
    """pypet leaves A with the rows of B's runs, a part of their results and without the explored parameters, and, if B
    was to be deleted, B's results nowhere."""
    before = {path.name: digest(path) for path in pair}
    plan = planned(pair, None if in_place else tmp_path / "out.hdf5", after=after)
    killed_in_child(lambda: merge(MergeWork(plan)), module, name)
    (found,) = recover_files(RecoverRequest((os.fsencode(tmp_path),))).found
    assert found.settled
    originals = {digest(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert set(before.values()) <= originals, "every original is still there, under one name or another"
    target = pair[0] if in_place else tmp_path / "out.hdf5"
    if module is finishing:
        assert len(ranges(target, "parameters.group.x")) == 5
        assert pair[1].exists() is (after is Sources.KEEP)
    else:
        assert {path.name: digest(path) for path in tmp_path.iterdir()} == before


def killed_in_child(work: Callable[[], object], module: ModuleType, name: str) -> None:
    """Do something in a process that is killed at a named moment."""
    child = os.fork()
    if child == 0:
        vars(module)["moment"] = lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == name else None
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{name} was not reached"
