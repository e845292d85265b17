"""Merging for scripts, by pypet's names: what comes back, what is taken for input, and what goes afterwards."""

import inspect
from pathlib import Path

import numpy as np
import pytest

import pexgui
from pexgui import merge, merge_all_in_folder, merge_many
from pexgui.core import PexError
from tests.builders import several_trajectories
from tests.core.compared import grid, sweep

PYPET = (
    "folder ext dynamic_imports storage_service force ignore_data move_data delete_other_files keep_info "
    "keep_other_trajectory_info merge_config backup"
)


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


def test_the_arguments_are_those_of_pypet() -> None:
    found = inspect.signature(merge_all_in_folder).parameters
    assert " ".join(found) == PYPET
    assert [found[name].default for name in PYPET.split()[1:]] == [
        ".hdf5", None, None, False, (), False, False, True, True, True, True,
    ]  # fmt: skip
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
