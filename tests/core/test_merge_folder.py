"""Merging for scripts, by pypet's names: what comes back, what is taken for input, and what goes afterwards."""

import inspect
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import pexgui
from pexgui import merge, merge_all_in_folder, merge_many
from pexgui.core import MergeRequest, MergeSource, PexError, Sources, plan_merge, replacing
from pexgui.core.writer import TrajectoryWriter
from tests.builders import several_trajectories
from tests.core.compared import grid, sweep
from tests.oracle import ask


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate("cab"):
        sweep(tmp_path / f"{name}.hdf5", [(x + 10 * number, seed) for x, seed in grid(2)])
    sweep(tmp_path / "other.h5", grid(5))
    (tmp_path / "below").mkdir()
    sweep(tmp_path / "below" / "d.hdf5", grid(5))
    return tmp_path


def hdf5(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".hdf5")


def test_the_arguments_are_those_of_pypet_in_its_order(oracle: Path, tmp_path: Path) -> None:
    """But ``consecutive_merge`` and ``slow_merge``, which say how pypet works; more of ours come after pypet's."""
    (theirs,) = ask(oracle, [{"do": "signatures"}], tmp_path)
    for ours, name in ((merge_all_in_folder, "merge_all_in_folder"), (merge_many, "f_merge_many"), (merge, "f_merge")):
        wanted = [[one, default] for one, default in theirs[name] if one not in ("consecutive_merge", "slow_merge")]
        found = [[one.name, repr(one.default)] for one in inspect.signature(ours).parameters.values()]
        named = 0 if ours is merge_all_in_folder else 2  # the trajectories themselves
        assert found[named : len(wanted)] == wanted[named:]
        assert [default for _, default in found[:named]] == [default for _, default in wanted[:named]]
    assert len(inspect.signature(merge_all_in_folder).parameters) == len(theirs["merge_all_in_folder"])
    assert {"merge", "merge_all_in_folder", "merge_many"} <= set(pexgui.__all__)


def test_the_files_of_a_folder_end_in_the_first_by_name(folder: Path) -> None:
    """pypet takes its own backup of an earlier merge for an input."""
    made = merge_all_in_folder(folder)
    assert made.file == bytes(folder / "a.hdf5")
    assert (made.name, len(made)) == ("sweep", 6)
    assert made.parameters == {"parameters.group.x": 0.0, "parameters.seed": 0, "parameters.fixed": 7}
    assert [name for name in made.results if name.endswith(".z")] == [
        f"results.runs.run_0000000{run}.z" for run in range(6)
    ]
    z = [made.get(f"results.runs.{name}.z").items["z"] for name in made.runs.names]
    assert z == [100.0, 103.5, 200.0, 203.5, 0.0, 3.5]
    assert "6 runs" in repr(made)
    assert hdf5(folder) == ["a.hdf5", "b.hdf5", "c.hdf5"]
    assert [path.name for path in folder.glob("*.bak")] != []
    assert len(merge_all_in_folder(folder)) == 10


def test_the_others_go_only_when_that_is_said(folder: Path) -> None:
    merge_all_in_folder(folder, move_data=True)
    assert hdf5(folder) == ["a.hdf5"]
    (away,) = [path for path in folder.iterdir() if path.is_dir() and path.name != "below"]
    assert hdf5(away) == ["b.hdf5", "c.hdf5"]
    sweep(folder / "e.hdf5", grid(2))
    assert len(merge_all_in_folder(folder, delete_other_files=True, backup=False)) == 8
    assert hdf5(folder) == ["a.hdf5"]


def test_trajectories_of_one_file_and_by_name(tmp_path: Path) -> None:
    path = several_trajectories(tmp_path / "a.hdf5", ("one", "two", "zzz"))
    made = merge(f"{path}::one", f"{path}::two")
    assert (made.name, len(made)) == ("one", 4)
    assert len(merge_many(path, [f"{path}::two"])) == 4


def test_duplicates_trials_and_what_is_left_out(tmp_path: Path) -> None:
    a = sweep(tmp_path / "a.hdf5", [(1.0, 0), (1.0, 1)], lambda made: made.result("note", np.arange(3)))
    b = sweep(tmp_path / "b.hdf5", [(1.0, 0), (1.0, 1)], lambda made: made.result("more", 1))
    assert len(merge(a, b, remove_duplicates=True, ignore_data=["results.more"])) == 2
    made = merge(a, b, trial_parameter="parameters.seed", ignore_data="results.more")
    assert [made.get("parameters.seed").range, "results.more" in made.results] == [[0, 1, 2, 3], False]


def test_nothing_to_merge_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PexError, match="at least two"):
        merge_all_in_folder(tmp_path)
    sweep(tmp_path / "a.hdf5", grid(2))
    with pytest.raises(PexError, match="at least two"):
        merge_all_in_folder(tmp_path)
    (tmp_path / "b.hdf5").write_bytes(b"no HDF5")
    before = (tmp_path / "a.hdf5").read_bytes()
    with pytest.raises(PexError, match=r"“b\.hdf5”"):
        merge_all_in_folder(tmp_path)
    assert (tmp_path / "a.hdf5").read_bytes() == before


# --- every argument


def names(path: Path, place: str = "") -> list[str]:
    with h5py.File(path) as file:
        return list(file[place] if place else file)


def merges(path: Path) -> list[str]:
    return [name for name in names(path, "sweep/config/merge") if name.startswith("merge_")]


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    """Two sweeps in a folder of their own, the second with settings of each kind and results of its own."""

    def more(made: TrajectoryWriter) -> None:
        made.config("environment.env.name", "e")
        made.config("git.commit_abc.hexsha", "g")
        made.config("merge.merge_abc.hexsha", "m")
        made.config("mine", 1)
        made.result("one", 1)
        made.result("two", 2)

    return [sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", [(50.0, 1), (51.0, 2)], more)]


def test_only_the_extension_that_is_asked_for_counts(tmp_path: Path) -> None:
    for name in ("a.h5", "b.h5", "c.H5", "d.hdf5"):
        sweep(tmp_path / name, grid(2))
    assert merge_all_in_folder(tmp_path, ".h5").file == bytes(tmp_path / "a.h5")
    assert sorted(path.name for path in tmp_path.glob("[!.]*.*5")) == ["a.h5", "b.h5", "c.H5", "d.hdf5"]
    assert len(merge_all_in_folder(tmp_path, ".h5")) == 6


def test_of_each_file_the_last_trajectory_by_name_is_merged(tmp_path: Path) -> None:
    for name in "ab":
        several_trajectories(tmp_path / f"{name}.hdf5", ("Zz", "Aa"))
    made = merge_all_in_folder(tmp_path)
    assert (made.name, len(made)) == ("Zz", 4)
    assert set(names(tmp_path / "a.hdf5")) == {"Zz", "Aa"}
    with h5py.File(tmp_path / "a.hdf5") as file:
        assert len(file["Aa/overview/runs"]) == 2


def test_what_means_nothing_here_is_taken_and_changes_nothing(pair: list[Path], tmp_path: Path) -> None:
    """pypet imports the classes of the file, and refuses other versions even if it is forced."""
    assert len(merge_all_in_folder(tmp_path, ".hdf5", ["os.path"], object(), True)) == 4


@pytest.mark.parametrize("pattern", ["results.one", ["results.one"], ("one",)])
def test_what_is_ignored_is_left_out_and_nothing_else(pair: list[Path], tmp_path: Path, pattern: Any) -> None:
    """pypet takes a plain text apart into its letters, and knows full names only."""
    made = merge_all_in_folder(tmp_path, ignore_data=pattern)
    assert "results.two" in made.results
    assert "results.one" not in made.results


@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("other", [True, False])
def test_what_is_noted_of_the_merge(pair: list[Path], keep: bool, other: bool, many: bool) -> None:
    if many:
        merge_many(pair[0], pair[1:], keep_info=keep, keep_other_trajectory_info=other, merge_config=False)
    else:
        merge(*pair, keep_info=keep, keep_other_trajectory_info=other, merge_config=False)
    noted = merges(pair[0]) if "config" in names(pair[0], "sweep") and keep else []
    assert len(noted) == keep
    for name in noted:
        assert ("other_trajectory" in names(pair[0], f"sweep/config/merge/{name}")) is other
    assert keep or "merge" not in names(pair[0], "sweep/config")


@pytest.mark.parametrize("taken", [True, False])
def test_settings_that_are_taken_over(pair: list[Path], taken: bool) -> None:
    """As pypet: only environments, git and merges; other settings of the other trajectory never."""
    merge(*pair, merge_config=taken, keep_info=False)
    expected = {"hdf5", *(("environment", "git", "merge") if taken else ())}
    assert set(names(pair[0], "sweep/config")) == expected


def test_backups_never_collide_and_are_never_taken_for_input(pair: list[Path], tmp_path: Path) -> None:
    """pypet calls all of them backup_NAME.hdf5: the second is refused, and the next merge of the folder takes it in."""
    seen = {pair[0].read_bytes()}
    for merged in range(2, 5):
        assert len(merge_all_in_folder(tmp_path)) == 2 * merged
        seen.add(pair[0].read_bytes())
    backups = list(tmp_path.glob("*.bak"))
    assert {path.read_bytes() for path in backups} == seen - {pair[0].read_bytes()}
    assert hdf5(tmp_path) == ["a.hdf5", "b.hdf5"]
    before = len(backups)
    merge(*pair, backup=False)
    assert len(list(tmp_path.glob("*.bak"))) == before
    with pytest.raises(PexError, match="at least two"):
        merge_all_in_folder(tmp_path, ".bak")


@pytest.mark.parametrize(
    "flags",
    [{"move_data": True}, {"delete_other_trajectory": True}, {"move_data": True, "delete_other_trajectory": True}],
)
@pytest.mark.parametrize("backup", [True, False])
def test_nothing_goes_from_a_source_before_the_result_is_verified(
    pair: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: dict[str, bool], backup: bool
) -> None:
    """pypet moves between two files into the wrong one, and deletes before it has written the target."""
    before = [path.read_bytes() for path in pair]

    def look(name: str) -> None:
        if name in ("verify the result", "commit"):
            assert [path.read_bytes() for path in pair] == before
        if name == "verify the result" and spoil:
            (part,) = tmp_path.glob(".*.tmp")
            with h5py.File(part, "r+", libver=("earliest", "v110"), locking=False) as file:
                file["sweep/results/runs/run_00000003/z/z"][()] = -1.0

    monkeypatch.setattr(replacing, "moment", look)
    spoil = True
    with pytest.raises(PexError, match="is not"):
        merge(*pair, backup=backup, **flags)
    assert [path.read_bytes() for path in pair] == before
    spoil = False
    made = merge(*pair, backup=backup, **flags)
    assert [made.get(f"results.runs.{name}.z").items["z"] for name in made.runs.names] == [0.0, 3.5, 501.0, 512.0]
    assert not pair[1].exists()
    away = [path for path in tmp_path.rglob("b.hdf5") if path.read_bytes() == before[1]]
    assert len(away) == ("delete_other_trajectory" not in flags)


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        ({}, {"one", "two", "zzz"}),
        ({"move_data": True}, {"one", "zzz"}),
        ({"move_data": True, "backup": False}, {"one", "two", "zzz"}),
        ({"delete_other_trajectory": True, "backup": False}, {"one", "zzz"}),
    ],
)
def test_what_goes_from_a_file_with_both_trajectories(tmp_path: Path, flags: dict[str, bool], left: set[str]) -> None:
    path = several_trajectories(tmp_path / "a.hdf5", ("one", "two", "zzz"))
    before = path.read_bytes()
    made = merge(f"{path}::one", f"{path}::two", **flags)
    assert (len(made), set(names(path))) == (4, left)
    assert [each.read_bytes() for each in tmp_path.glob("*.bak")] == ([] if "backup" in flags else [before])


@pytest.mark.parametrize("function", ["folder", "many", "merge"])
def test_a_file_with_other_trajectories_is_not_deleted(tmp_path: Path, function: str) -> None:
    """pypet deletes them with the file."""
    paths = [several_trajectories(tmp_path / f"{name}.hdf5", ("one", "two")) for name in "ab"]
    before = [path.read_bytes() for path in paths]
    with pytest.raises(PexError, match=r"“b\.hdf5” holds more than what is merged, such as “one”"):
        if function == "folder":
            merge_all_in_folder(tmp_path, delete_other_files=True)
        elif function == "many":
            merge_many(paths[0], paths[1:], delete_other_trajectory=True)
        else:
            merge(*paths, delete_other_trajectory=True)
    assert [path.read_bytes() for path in paths] == before
    assert sorted(os.listdir(tmp_path)) == ["a.hdf5", "b.hdf5"]


def test_the_plan_says_which_files_hold_more_than_what_is_merged(tmp_path: Path) -> None:
    """pypet takes the last one by name and says nothing."""
    paths = [several_trajectories(tmp_path / f"{name}.hdf5", ("one", "two")) for name in "ab"]
    for after, words in ((Sources.KEEP, ""), (Sources.PUT_AWAY, ", which the file is put away with")):
        plan = plan_merge(MergeRequest(tuple(MergeSource(bytes(path)) for path in paths), after=after))
        assert [source.source.trajectory for source in plan.sources] == [b"/two", b"/two"]
        assert "“a.hdf5” holds 1 other trajectory, such as “one”." in plan.notes
        assert f"“b.hdf5” holds 1 other trajectory, such as “one”{words}." in plan.notes


def test_what_comes_back_can_be_asked(pair: list[Path]) -> None:
    made = merge(*pair)
    assert (made.name, len(made), made.file) == ("sweep", 4, os.fsencode(pair[0]))
    assert made.runs.names == tuple(f"run_{number:08d}" for number in range(4))
    assert [column.name for column in made.runs.parameters] == ["parameters.group.x", "parameters.seed"]
    assert made.parameters == {"parameters.group.x": 0.0, "parameters.seed": 0, "parameters.fixed": 7}
    assert {"results.one", "results.two", "results.runs.run_00000003.trace"} <= set(made.results)
    assert made.get("parameters.group.x").range == [0.0, 0.25, 50.0, 51.0]
    with pytest.raises(PexError):
        made.get("results.none")
