"""All results of all runs as a frame."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui import Trajectory, load_trajectory, manual_run, nested_equal


@manual_run
def run(trajectory: Any) -> None:
    trajectory.f_add_result("z", trajectory.x**2)
    trajectory.f_add_result("spread.pair", low=float(trajectory.x), high=[1, trajectory.x])
    if trajectory.v_idx % 2:
        trajectory.f_add_result("$set.$.trace", np.arange(3) * trajectory.x)
    trajectory.f_store()


@pytest.fixture
def sweep(tmp_path: Path) -> Trajectory:
    trajectory = Trajectory("sweep", filename=str(tmp_path / "sweep.hdf5"))
    trajectory.f_add_parameter("net.x", 0)
    trajectory.f_add_parameter("name", "ä")
    trajectory.f_explore({"x": [5, 3, 4, 2], "name": ["a", "ü", "c", "d"]})
    trajectory.f_store()
    for _ in range(3):
        trajectory.f_set_crun(_)
        run(trajectory)
    trajectory.f_restore_default()
    return trajectory


def test_there_is_a_row_per_run_and_a_column_per_parameter_and_value(sweep: Trajectory) -> None:
    frame = sweep.runs_frame()
    assert frame.index.name == "run"
    assert frame.index.tolist() == [0, 1, 2, 3]
    assert frame["x"].tolist() == [5, 3, 4, 2]
    assert frame["name"].tolist() == ["a", "ü", "c", "d"]
    assert frame["finished"].tolist() == [True, True, True, False]
    assert frame["z"].tolist()[:3] == [25, 9, 16]
    assert frame["z"].isna().tolist() == [False, False, False, True]
    assert frame["low"].tolist()[:3] == [5.0, 3.0, 4.0]
    assert frame["high"].tolist()[:3] == [[1, 5], [1, 3], [1, 4]]
    traces = frame["trace"].tolist()
    assert nested_equal(traces[1], np.array([0, 3, 6]))
    assert frame["trace"].isna().tolist() == [True, False, True, True]
    assert "problems" not in frame.attrs or frame.attrs["problems"] == ()


def test_results_are_chosen_by_name_and_an_unknown_one_is_told(sweep: Trajectory) -> None:
    assert [name for name in sweep.runs_frame("z").columns if name not in ("x", "name", "finished")] == ["z"]
    with pytest.raises(Exception, match="nothing") as problem:
        sweep.runs_frame(["nothing"])
    assert "z" in f"{problem.value} {getattr(problem.value, 'hint', '')}"


def test_it_has_the_values_that_the_trajectory_gives_one_by_one(sweep: Trajectory) -> None:
    again = load_trajectory(sweep.v_filename)
    frame = again.runs_frame()
    for name in ("z", "trace"):
        found = again.f_get_from_runs(name, fast_access=True, use_indices=True)
        assert nested_equal({index: frame[name][index] for index in found}, found)
        assert frame[name].notna().sum() == len(found)


def test_a_trajectory_that_is_not_stored_has_no_frame() -> None:
    with pytest.raises(ValueError, match="not stored"):
        Trajectory("new").runs_frame()
