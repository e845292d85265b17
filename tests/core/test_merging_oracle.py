"""What the real pypet wrote is merged, and what was merged the real pypet loads, expands and runs further."""

import os
import shutil
from pathlib import Path
from typing import Any

import h5py
import pytest

from pexgui.core import MergeRequest, MergeSource, MergeWork, merge, plan_merge
from pexgui.core.writer import TrajectoryWriter
from tests.core.compared import grid, sweep
from tests.oracle import ask


def merged(target: Path, *sources: Path, repair: bool = False, **more: Any) -> Path:
    chosen = tuple(MergeSource(os.fsencode(path), repair=repair) for path in sources)
    request = MergeRequest(chosen, os.fsencode(target), **more)
    plan = plan_merge(request)
    assert plan.problem == ""
    assert merge(MergeWork(plan)).runs == plan.runs
    return target


def described(file: Path) -> dict[str, Any]:
    return {"do": "describe", "file": str(file)}


@pytest.fixture(scope="module")
def answers(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What pypet says of merged files, before and after it went on with them."""
    folder = tmp_path_factory.mktemp("merged")
    ask(oracle, [{"do": "make", "folder": str(folder)}], folder)

    def more(trajectory: TrajectoryWriter) -> None:
        trajectory.result("$set.$.y", 1.5, run=0)
        trajectory.link("results.runs.run_00000000.short", "results.runs.run_00000000.z")

    a = sweep(folder / "a.hdf5", grid(3), more)
    b = sweep(folder / "b.hdf5", [(x + 10, seed) for x, seed in grid(3)], more)
    ours = merged(folder / "ours.hdf5", a, b)
    half = merged(folder / "half.hdf5", b, sweep(folder / "c.hdf5", grid(2), finished=[True, False]))
    theirs, again = folder / "sweep.hdf5", Path(shutil.copy(folder / "sweep.hdf5", folder / "again.hdf5"))
    points = {"parameters.group.x": [50.0, 51.0], "parameters.seed": [7, 8]}
    damaged = sweep(folder / "damaged.hdf5", grid(4))
    with h5py.File(damaged, "r+", libver=("earliest", "v110")) as file:
        file["sweep/overview/runs"].resize((2,))
        file["sweep/parameters/seed/explored_data"].resize((3,))
    repaired = merged(folder / "repaired.hdf5", b, damaged, repair=True, ignore=("trace",))
    jobs = {
        "theirs": described(theirs),
        "both": described(merged(folder / "both.hdf5", theirs, again)),
        "once": described(merged(folder / "once.hdf5", theirs, again, once=True)),
        "ours": described(ours),
        "extended": {"do": "extend", "file": str(ours), "name": "sweep", "points": points},
        "after": described(ours),
        "resumed": {"do": "resume", "file": str(half), "name": "sweep"},
        "whole": described(half),
        "mended": {"do": "resume", "file": str(repaired), "name": "sweep"},
        "repaired": described(repaired),
    }
    return dict(zip(jobs, ask(oracle, list(jobs.values()), folder), strict=True))


def of_runs(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Per run the leaves or links that are in it, by their names with ``$`` for the run and its set."""
    names = [run[1] for run in found["runs"]]
    runs: list[dict[str, Any]] = [{} for _ in names]
    for full, value in found[kind].items():
        parts = full.split(".")
        mine = [number for number, name in enumerate(names) if name in parts]
        if len(mine) == 1:
            general = ["$" if part == names[mine[0]] else part for part in parts]
            runs[mine[0]][".".join(general)] = value
    return runs


def test_pypet_finds_every_leaf_of_every_run(answers: dict[str, Any]) -> None:
    theirs, both = answers["theirs"]["sweep"], answers["both"]["sweep"]
    before, after = of_runs(theirs, "leaves"), of_runs(both, "leaves")
    assert len(after) == 2 * len(before)
    assert any(before)
    for number, leaves in enumerate(after):
        origin = before[number % len(before)]
        assert {name: leaf["items"] for name, leaf in leaves.items() if "items" in leaf} == {
            name: leaf["items"] for name, leaf in origin.items() if "items" in leaf
        }
        assert leaves == origin or number >= len(before)
    assert both["explored"] == theirs["explored"]
    for name in theirs["explored"]:
        assert both["leaves"][name]["range"] == theirs["leaves"][name]["range"] * 2


def test_pypet_finds_the_same_trajectory_where_every_point_is_taken_once(answers: dict[str, Any]) -> None:
    theirs, once = answers["theirs"]["sweep"], answers["once"]["sweep"]
    assert once["runs"] == theirs["runs"]
    assert (once["links"], once["annotations"]) == (theirs["links"], theirs["annotations"])
    merge_info = {name for name in once["leaves"] if name.startswith("config.merge.")}
    assert merge_info
    assert {name: leaf for name, leaf in once["leaves"].items() if name not in merge_info} == theirs["leaves"]


def test_links_that_pypet_follows_lead_to_the_same_run(answers: dict[str, Any]) -> None:
    links = answers["ours"]["sweep"]["links"]
    assert links == {
        f"results.runs.run_0000000{run}.short": f"results.runs.run_0000000{run}.z" for run in (0, 3)
    }  # fmt: skip


def test_pypet_expands_what_was_merged_and_runs_it_further(answers: dict[str, Any]) -> None:
    assert (answers["extended"]["before"], answers["extended"]["after"]) == (6, 8)
    before, after = answers["ours"]["sweep"], answers["after"]["sweep"]
    assert [run[2] for run in after["runs"]] == [1] * 7 + [0]
    assert after["runs"][:6] == before["runs"]
    x = [value["v"] for value in after["leaves"]["parameters.group.x"]["range"]]
    assert x[-2:] == [50.0, 51.0]
    assert after["leaves"].items() >= {
        name: leaf for name, leaf in before["leaves"].items() if name.startswith("results")
    }.items()  # fmt: skip


def test_an_environment_of_pypet_runs_what_no_source_had_finished(answers: dict[str, Any]) -> None:
    assert answers["resumed"] == [4]
    assert [run[2] for run in answers["whole"]["sweep"]["runs"]] == [1] * 5


def test_pypet_runs_what_was_repaired_and_reads_what_was_left_out(answers: dict[str, Any]) -> None:
    """Two runs without a row: one has a point and is run again, the other is left out."""
    repaired = answers["repaired"]["sweep"]
    assert answers["mended"] == [5]
    assert [run[2] for run in repaired["runs"]] == [1] * 6
    assert "results.runs.run_00000005.z" in repaired["leaves"]
    assert sorted(name for name in repaired["leaves"] if name.endswith(".trace")) == [
        f"results.runs.run_0000000{run}.trace" for run in range(3)
    ]
    (ignored,) = [leaf["value"] for name, leaf in repaired["leaves"].items() if name.endswith(".ignore_data")]
    assert ignored == {"t": "tuple", "n": 1, "items": [{"t": "str", "v": "trace"}]}
