"""Sweeps that are killed while they are stored: the file opens, and every run that is finished is whole."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pexgui import load_trajectory
from tests.core.merge_cutting import in_system_calls
from tests.core.test_replacing import quick as quick
from tests.core.test_replacing import told
from tests.core.trajectory_cutting import BEFORE, NAME, SCENARIOS, VALUES, Campaign, made, run_open
from tests.oracle import ask

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are cut off by fork")


def tell(name: str, found: dict[str, Any]) -> None:
    """What the campaign is run for; pytest shows it when asked to."""
    words = f"{found['kills']} kills, {found['complete']} complete afterwards, {found['untouched']} as before"
    sys.stdout.write(f"{name}: {words}\n")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_named_moment(quick: str, scenario: str) -> None:
    found = told("trajectory_cutting", "moments", scenario, quick, 0, 0)
    tell(f"{scenario}, every named moment", found)
    assert found["wrong"] == []
    assert found["kills"] > 3
    assert found["untouched"] > 0 and (found["untouched"] < found["kills"] or scenario == "first")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_any_time(quick: str, scenario: str, request: pytest.FixtureRequest) -> None:
    seeds, count = ((0, 1, 2, 3), 100) if request.config.getoption("--everything") else ((0,), 5)
    for seed in seeds:
        found = told("trajectory_cutting", "clock", scenario, quick, count, seed)
        tell(f"{scenario}, by the clock, seed {seed}", found)
        assert found["wrong"] == []
        assert found["kills"] == count


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are counted as Linux does it")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_in_any_system_call(quick: str, scenario: str, request: pytest.FixtureRequest) -> None:
    if in_system_calls(lambda: None) < 0:
        pytest.skip("nobody may count system calls here")
    seeds, count = ((0, 1, 2, 3), 100) if request.config.getoption("--everything") else ((0,), 8)
    for seed in seeds:
        found = told("trajectory_cutting", "calls", scenario, quick, count, seed)
        tell(f"{scenario}, system calls chosen by seed {seed}", found)
        assert found["wrong"] == []
        assert found["kills"] == count


def test_pypet_goes_on_with_what_is_left_after_a_kill(quick: str, oracle: Path, tmp_path: Path) -> None:
    told("trajectory_cutting", "moments", "runs", quick, 1, 3)
    survivor = tmp_path / NAME
    survivor.write_bytes(Path(quick).with_name("survivor.hdf5").read_bytes())
    open_runs = [run for run, done in enumerate(completed(survivor)) if not done]
    assert open_runs and set(open_runs).isdisjoint(BEFORE)
    described, resumed = ask(
        oracle,
        [
            {"do": "describe", "file": str(survivor)},
            {"do": "resume", "file": str(survivor), "name": "sweep"},
        ],
        tmp_path,
    )
    assert "results.runs.run_00000000.z" in json.dumps(described)
    assert resumed == open_runs
    assert completed(survivor) == [1] * len(VALUES)


def completed(path: Path) -> list[int]:
    trajectory = load_trajectory(str(path))
    return [int(trajectory.f_is_completed(run)) for run in range(len(trajectory))]


@pytest.mark.parametrize("spoilt", ["a run", "a value", "a time", "litter"])
def test_whoever_judges_would_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    campaign = Campaign("runs", tmp_path / "campaign")
    assert list(campaign.problems()) == []
    campaign.prepared()
    if spoilt == "litter":
        (campaign.folder / ".sweep.hdf5.pexgui-12345678.tmp").touch()
    else:
        trajectory = load_trajectory(str(campaign.file))
        if spoilt == "a run":
            trajectory.f_delete_item("results.runs.run_00000000.z")
        elif spoilt == "a time":
            trajectory.f_get_run_information(0, copy=False)["timestamp"] += 5
            trajectory._runs.dirty.add(0)
            trajectory.f_store()
        else:
            trajectory.f_delete_item("results.runs.run_00000000.z")
            trajectory.f_add_result("results.runs.run_00000000.other", 5)
            trajectory.f_store()
    assert list(campaign.problems()) != []


def test_a_sweep_that_is_not_killed_is_complete(tmp_path: Path) -> None:
    trajectory = made(tmp_path / NAME)
    trajectory.f_store()
    run_open(trajectory)
    assert os.listdir(tmp_path) == [NAME]
    assert completed(tmp_path / NAME) == [1] * len(VALUES)
