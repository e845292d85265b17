"""Runs with links or names of runs in them are translated, however many there are beside them that have none."""

from pathlib import Path

import h5py
import pytest

from tests.core.compared import grid, sweep
from tests.core.merges import merged
from tests.core.test_twins import LIBVER

RUNS = 24


@pytest.mark.parametrize("odd", [0, 1, 2, 13, RUNS - 1])
def test_one_run_among_many_that_has_something_to_translate(tmp_path: Path, odd: int) -> None:
    later = [(x + 100, seed) for x, seed in grid(RUNS)]
    a, b = sweep(tmp_path / "a.hdf5", grid(RUNS)), sweep(tmp_path / "b.hdf5", later)
    with h5py.File(b, "r+", libver=LIBVER) as file:
        runs = file["sweep/results/runs"]
        runs[f"run_{odd:08d}/link"] = h5py.SoftLink("/sweep/results/runs/run_00000003/z")
    target = tmp_path / "out.hdf5"
    assert merged([a, b], target).runs == 2 * RUNS
    with h5py.File(target, "r", locking=False) as file:
        runs = file["sweep/results/runs"]
        link = runs[f"run_{RUNS + odd:08d}"].get("link", getlink=True)
        assert link.path == f"/sweep/results/runs/run_{RUNS + 3:08d}/z"
        assert [name for name in runs if "link" in runs[name]] == [f"run_{RUNS + odd:08d}"]
        assert len(runs) == 2 * RUNS


@pytest.mark.parametrize("odd", [0, 1, 13])
def test_one_run_among_many_with_the_name_of_a_run_in_it(tmp_path: Path, odd: int) -> None:
    later = [(x + 100, seed) for x, seed in grid(RUNS)]
    a, b = sweep(tmp_path / "a.hdf5", grid(RUNS)), sweep(tmp_path / "b.hdf5", later)
    with h5py.File(b, "r+", libver=LIBVER) as file:
        run = file[f"sweep/results/runs/run_{odd:08d}"]
        run.create_group(f"sub/run_{odd:08d}").attrs["VERSION"] = "1.0"
        file.copy("sweep/results/runs/run_00000002/z", run[f"sub/run_{odd:08d}"], "z")
    target = tmp_path / "out.hdf5"
    assert merged([a, b], target).runs == 2 * RUNS
    with h5py.File(target, "r", locking=False) as file:
        sub = file[f"sweep/results/runs/run_{RUNS + odd:08d}/sub"]
        assert list(sub) == [f"run_{RUNS + odd:08d}"]
