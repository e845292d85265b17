"""pypet loads what our trajectory stored, runs it further, and we go on after it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui import PickleResult, Trajectory, load_trajectory, manual_run
from tests.core.test_trajectory_values import OF_RESULTS, VALUES
from tests.oracle import ask

MISREAD_BY_PYPET = {"large"}
"""What fits into the file, and pypet itself takes for something else."""


@manual_run
def run(trajectory: Any) -> None:
    trajectory.f_add_result("z", trajectory.x**2, comment="The square")
    trajectory.f_add_result("$set.$.trace", np.arange(3) * trajectory.x)
    trajectory.f_add_derived_parameter("half", trajectory.x / 2)
    trajectory.f_store()


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """A sweep of four runs, of which two were run."""
    file = tmp_path / "sweep.hdf5"
    trajectory = Trajectory("sweep", filename=str(file), comment="Half done")
    trajectory.f_add_parameter("net.x", 1, comment="What is squared")
    trajectory.f_add_parameter("y", 0.5)
    trajectory.f_add_result_group("kept", comment="A group")
    trajectory.f_add_link("short", trajectory.f_get("net.x"))
    trajectory.v_annotations.author = "a user"
    trajectory.f_explore({"x": [2, 3, 4, 5]})
    trajectory.f_store()
    for index in (0, 1):
        trajectory.f_set_crun(index)
        run(trajectory)
    return file


def test_pypet_sees_the_same_runs_it_and_we_go_on(sweep: Path, tmp_path: Path, oracle: Path) -> None:
    jobs = [
        {"do": "describe", "file": str(sweep)},
        {"do": "resume", "file": str(sweep), "name": "sweep"},
        {"do": "repeat", "file": str(sweep), "name": "sweep"},
    ]
    described, resumed, repeated = ask(oracle, jobs, tmp_path)
    told = described["sweep"]
    assert told["comment"] == "Half done"
    assert told["annotations"]
    assert told["explored"] == ["parameters.net.x"]
    assert [row[2] for row in told["runs"]] == [1, 1, 0, 0]
    assert told["links"] == {"short": "parameters.net.x"}
    assert told["groups"]["results.kept"]["comment"] == "A group"
    for leaf in ("runs.run_00000001.z", "run_set_00000.run_00000001.trace"):
        assert f"results.{leaf}" in told["leaves"]
    assert "derived_parameters.runs.run_00000000.half" in told["leaves"]
    assert resumed == [2, 3]
    trajectory = load_trajectory(sweep)
    assert len(trajectory) == repeated["after"]
    assert trajectory.f_is_completed(3)
    before = len(trajectory)
    trajectory.f_expand({"net.x": [9]})
    for index in range(before, len(trajectory)):
        trajectory.f_set_crun(index)
        run(trajectory)
    trajectory.f_restore_default()
    (described,) = ask(oracle, [{"do": "describe", "file": str(sweep)}], tmp_path)
    assert [row[2] for row in described["sweep"]["runs"]][-1] == 1
    assert trajectory.f_get_from_runs("z", fast_access=True, use_indices=True)[before] == 81


def test_pypet_loads_every_type_that_our_trajectory_stores(tmp_path: Path, oracle: Path) -> None:
    file = tmp_path / "types.hdf5"
    trajectory = Trajectory("types", filename=str(file))
    for name, value in VALUES.items():
        if name not in MISREAD_BY_PYPET:
            trajectory.f_add_parameter(f"values.{name}", value)
    for name, value in {**VALUES, **OF_RESULTS}.items():
        trajectory.f_add_result(f"values.{name}", value)
    trajectory.f_add_result(PickleResult, "pickled", {"a": None})
    trajectory.f_store()
    (described,) = ask(oracle, [{"do": "describe", "file": str(file)}], tmp_path)
    leaves = described["types"]["leaves"]
    wanted = {f"parameters.values.{name}" for name in VALUES if name not in MISREAD_BY_PYPET}
    wanted |= {f"results.values.{name}" for name in (*VALUES, *OF_RESULTS)} | {"results.pickled"}
    assert set(leaves) == wanted
    assert "Größe 数 🙂" in json.dumps(leaves["parameters.values.foreign"], ensure_ascii=False)
    assert "4611686018427387904" in json.dumps(leaves["parameters.values.int"])


FIXTURES = ["01_simple", "06_unfinished", "08_expanded", "14a_comments", "25_custom_run_names"]


def test_what_pypet_stored_is_extended_and_run_by_us(shared: Path, tmp_path: Path, oracle: Path) -> None:
    files = []
    for fixture in FIXTURES:
        found = sorted((shared / "fixtures" / "pypet-0.6.1").glob(f"{fixture.split('_')[0]}_*.hdf5"))
        assert found, fixture
        copy = tmp_path / found[0].name
        copy.write_bytes(found[0].read_bytes())
        trajectory = load_trajectory(copy)
        old = len(trajectory)
        explored = trajectory.f_get_explored_parameters()
        assert explored
        trajectory.f_expand({name: [one.f_get_range()[0]] for name, one in explored.items()})
        trajectory.f_set_crun(old)

        @manual_run
        def more(given: Any) -> None:
            given.f_add_result("added.here", 42)
            given.f_store()

        more(trajectory)
        files.append((copy, trajectory.v_name, old))
    answers = ask(oracle, [{"do": "describe", "file": str(copy)} for copy, _name, _old in files], tmp_path)
    for (copy, name, old), answer in zip(files, answers, strict=True):
        assert len(answer[name]["runs"]) == old + 1, copy.name
        assert answer[name]["runs"][old][2] == 1
        assert any(leaf.endswith("added.here") for leaf in answer[name]["leaves"])
