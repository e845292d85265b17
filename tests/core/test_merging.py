"""Trajectories merged: nothing is lost, nothing falsified, everything that is left out is said."""

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import (
    CompareRequest,
    Fill,
    MergeRequest,
    MergeSource,
    MergeWork,
    Pairing,
    PexError,
    Side,
    TrajectoryRequest,
    Wanted,
    compare,
    merge,
    plan_merge,
    read_runs,
)
from pexgui.core.writer import TrajectoryWriter
from tests.builders import several_trajectories
from tests.core.compared import grid, sweep
from tests.core.expected import fixture
from tests.core.merges import digest, explored, leaf, merged, planned, ranges, value

# --- runs


def test_runs_follow_each_other_with_new_numbers_and_all_they_hold(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", grid(3)), sweep(tmp_path / "b.hdf5", [(x + 10, s) for x, s in grid(4)])
    result = merged([a, b], tmp_path / "out.hdf5")
    table = read_runs(TrajectoryRequest(result.target, b"/sweep"))
    assert result.runs == 7
    assert table.names == tuple(f"run_{run:08d}" for run in range(7))
    assert ranges(tmp_path / "out.hdf5", "parameters.group.x") == [x for x, _ in grid(3)] + [x + 10 for x, _ in grid(4)]
    for run, (x, seed) in enumerate([*grid(3), *((x + 10, s) for x, s in grid(4))]):
        assert value(tmp_path / "out.hdf5", f"results.runs.run_{run:08d}.z") == x * 10 + seed
        np.testing.assert_array_equal(
            value(tmp_path / "out.hdf5", f"results.runs.run_{run:08d}.trace"), np.arange(20.0) + x
        )
    assert result.verified == 2 * 7 + 2 * 7 + 1 + 2 * 2  # and two leaves outside of runs, with data


def test_sources_are_only_read(tmp_path: Path) -> None:
    """pypet opens B for writing: on a medium that can only be read, or if B is open elsewhere, A is damaged."""
    a, b = sweep(tmp_path / "a.hdf5", grid(3)), sweep(tmp_path / "b.hdf5", grid(4))
    before = [(digest(path), path.stat().st_mtime_ns) for path in (a, b)]
    merged([a, b], tmp_path / "out.hdf5")
    assert [(digest(path), path.stat().st_mtime_ns) for path in (a, b)] == before
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == ["a.hdf5", "b.hdf5", "out.hdf5"]


def test_each_point_is_taken_once_within_and_across_sources_and_the_finished_run_wins(tmp_path: Path) -> None:
    """pypet compares only B with A, and A's run wins even if it was never finished."""
    a = sweep(tmp_path / "a.hdf5", [(1.0, 0), (1.0, 0), (2.0, 0)], finished=[True, True, False])
    b = sweep(tmp_path / "b.hdf5", [(2.0, 0), (3.0, 0), (3.0, 0)])
    plan = planned([a, b], tmp_path / "out.hdf5", once=True)
    assert (plan.runs, plan.shared, plan.surplus) == (3, 3, 3)
    assert [source.points for source in plan.sources] == [2, 2]
    assert [one.why for one in plan.sources[0].dropped] == [
        "run_00000000 of “a.hdf5” has the same point",
        "run_00000000 of “b.hdf5” has the same point and is finished",
    ]
    merge(MergeWork(plan))
    assert ranges(tmp_path / "out.hdf5", "parameters.group.x") == [1.0, 2.0, 3.0]
    assert [value(tmp_path / "out.hdf5", f"results.runs.run_{run:08d}.z") for run in range(3)] == [10.0, 20.0, 30.0]
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert list(file["sweep/results/runs"]) == [f"run_{run:08d}" for run in range(3)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (float("nan"), float("nan"), True),
        (0.0, -0.0, True),
        ("run", "run_long", False),
        ("alpha", "beta", False),
        ([1, 2], [1, 2, 3], False),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.arange(3), np.arange(4), False),
        ("ab", "a", False),
    ],
    ids=repr,
)
def test_equal_points_are_found_by_what_they_are(tmp_path: Path, one: Any, other: Any, same: bool) -> None:
    """pypet takes “run” for “run_long” and [1, 2] for [1, 2, 3], dies on 'alpha' and 'beta', never finds NaN equal."""
    a, b = explored(tmp_path / "a.hdf5", [one]), explored(tmp_path / "b.hdf5", [other])
    plan = planned([a, b], tmp_path / "out.hdf5", once=True)
    assert plan.runs == (1 if same else 2)
    assert merge(MergeWork(plan)).runs == plan.runs


def test_names_somebody_gave_to_runs_stay_apart(tmp_path: Path) -> None:
    """pypet calls B's runs as A's are called."""
    paths = [sweep(tmp_path / f"{name}.hdf5", grid(2)) for name in "ab"]
    for path in paths:
        with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
            rows = file["sweep/overview/runs"][:]
            rows["name"] = [b"trial_0", b"trial_1"]
            file["sweep/overview/runs"][:] = rows
            for run in range(2):
                file["sweep/results/runs"].move(f"run_{run:08d}", f"trial_{run}")
    merged(paths, tmp_path / "out.hdf5")
    names = read_runs(TrajectoryRequest(os.fsencode(tmp_path / "out.hdf5"), b"/sweep")).names
    assert names == ("trial_0", "trial_1", "run_00000002", "run_00000003")
    assert value(tmp_path / "out.hdf5", "results.runs.run_00000003.z") == 0.25 * 10 + 1


def test_names_of_runs_and_sets_are_translated_at_any_depth(tmp_path: Path) -> None:
    def add(trajectory: TrajectoryWriter) -> None:
        for run in range(2):
            trajectory.result("$set.$.y", float(run), run=run)
            trajectory.result("cmp.$.q", float(run), run=run)
            trajectory.result(f"pair.run_00000000.run_0000000{run}.q{run}", float(run))

    a, b = sweep(tmp_path / "a.hdf5", grid(1000)), sweep(tmp_path / "b.hdf5", grid(2), add)
    merged([a, b], tmp_path / "out.hdf5")
    with h5py.File(tmp_path / "out.hdf5") as file:
        results = file["sweep/results"]
        assert results["run_set_00001/run_00001001/y/y"][()] == 1.0
        assert results["cmp/run_00001000/q/q"][()] == 0.0
        assert results["pair/run_00001000/run_00001001/q1/q1"][()] == 1.0
        assert "run_set_00000" not in results


def test_links_follow_their_runs(tmp_path: Path) -> None:
    """pypet leaves the target as it is: a link in a run of B then leads to the run of A with the same number."""

    def link(trajectory: TrajectoryWriter) -> None:
        for run in range(2):
            trajectory.link(f"results.runs.run_{run:08d}.short", f"results.runs.run_{run:08d}.z")
        trajectory.link("results.first", "results.runs.run_00000001.z")
        trajectory.link("results.nowhere", "results.gone")

    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", [(5.0, 0), (6.0, 0)], link, name="other")
    merged([a, b], tmp_path / "out.hdf5")
    with h5py.File(tmp_path / "out.hdf5") as file:
        targets = {name: file["sweep/results"].get(name, getlink=True).path for name in ("first", "nowhere")}
        inner = file["sweep/results/runs/run_00000003"].get("short", getlink=True).path
    assert targets == {"first": "/sweep/results/runs/run_00000003/z", "nowhere": "/sweep/results/gone"}
    assert inner == "/sweep/results/runs/run_00000003/z"


def test_a_comment_kept_only_with_a_dropped_run_goes_to_one_that_stays(tmp_path: Path) -> None:
    """pypet loses the comment when the run that keeps it is dropped."""
    a, b = sweep(tmp_path / "a.hdf5", [(1.0, 0)]), sweep(tmp_path / "b.hdf5", [(1.0, 0), (2.0, 0), (3.0, 0)])
    merged([a, b], tmp_path / "out.hdf5", once=True)
    assert [leaf(tmp_path / "out.hdf5", f"results.runs.run_{run:08d}.z").comment for run in range(3)] == [
        "A number",
        "A number",
        "",
    ]


def test_trials_go_on_counting(tmp_path: Path) -> None:
    """As pypet."""
    a, b = (explored(tmp_path / f"{name}.hdf5", values) for name, values in (("a", [0, 1, 0, 1]), ("b", [0, 1, 2])))
    plan = planned([a, b], tmp_path / "out.hdf5", trial="parameters.p")
    assert plan.trials == ("parameters.p",)
    assert (plan.runs, plan.shared, plan.surplus) == (7, 2, 4)
    assert [source.points for source in plan.sources] == [2, 3]
    merge(MergeWork(plan))
    assert ranges(tmp_path / "out.hdf5", "parameters.p") == [0, 1, 0, 1, 2, 3, 4]
    refused = planned([a, explored(tmp_path / "c.hdf5", [1, 2])], tmp_path / "o.hdf5", trial="parameters.p")
    assert "does not count trials" in refused.problem


# --- several sources, versions, damaged files


def test_any_number_of_sources_and_trajectories_of_one_file(tmp_path: Path) -> None:
    paths = [explored(tmp_path / f"{number}.hdf5", [float(number), number + 0.5]) for number in range(5)]
    merged(paths, tmp_path / "out.hdf5")
    assert ranges(tmp_path / "out.hdf5", "parameters.p") == [
        n + half for n in map(float, range(5)) for half in (0, 0.5)
    ]
    both = os.fsencode(several_trajectories(tmp_path / "several.hdf5"))
    request = MergeRequest(
        (MergeSource(both, b"/first"), MergeSource(both, b"/second")), os.fsencode(tmp_path / "o.hdf5")
    )
    assert merge(MergeWork(plan_merge(request))).runs == 4


def test_a_trajectory_is_not_merged_with_itself(tmp_path: Path) -> None:
    """pypet doubles every run."""
    a = explored(tmp_path / "a.hdf5", [1.0])
    os.link(a, tmp_path / "b.hdf5")
    for other in (a, tmp_path / "b.hdf5"):
        with pytest.raises(PexError, match="is there twice"):
            planned([a, other], tmp_path / "out.hdf5")
    with pytest.raises(PexError, match="at least two"):
        planned([a], tmp_path / "out.hdf5")


def test_ranges_that_are_missing_or_short_are_named_and_refused(tmp_path: Path, shared: Path) -> None:
    a = explored(tmp_path / "a.hdf5", [1.0, 2.0])
    with h5py.File(a, "r+", libver=("earliest", "v110")) as file:
        del file["sweep/parameters/p/explored_data"]
    plan = planned([a, explored(tmp_path / "b.hdf5", [3.0])], tmp_path / "out.hdf5")
    assert any("no range of values" in problem for problem in plan.sources[0].problems)
    crashed = fixture(shared, "07_crashed.hdf5")
    assert planned([crashed, fixture(shared, "06_unfinished.hdf5")], tmp_path / "o.hdf5").problem != ""


@pytest.mark.parametrize("name", ["01_simple.hdf5", "03_parameter_types.hdf5", "19_wildcards.hdf5"])
def test_files_of_different_versions_merge_with_each_other(shared: Path, tmp_path: Path, name: str) -> None:
    """pypet refuses two patch versions of Python, and force does not help."""
    new = fixture(shared, name)
    old = shared / "fixtures" / "pypet-0.7.0" / name
    fills = (Fill("parameters.t.p_int_big", 1),) if name == "03_parameter_types.hdf5" else ()
    result = merged([new, old], tmp_path / "out.hdf5", fills=fills)
    assert result.verified > 0
    assert result.runs == 2 * len(read_runs(TrajectoryRequest(os.fsencode(new), result.trajectory)).names)


# --- like pypet


@pytest.mark.parametrize(
    ("sources", "result", "more", "differing"),
    [
        ("ab", "31a_merged_ab.hdf5", {}, set()),
        ("ab", "31b_merged_ab_nodup.hdf5", {"once": True}, set()),
        ("ac", "31c_merged_ac.hdf5", {}, set()),
    ],
)
def test_what_pypet_merges_rightly_is_merged_alike(
    shared: Path, tmp_path: Path, sources: str, result: str, more: dict[str, Any], differing: set[str]
) -> None:
    paths = [fixture(shared, f"30_merge_{letter}.hdf5") for letter in sources]
    merged(paths, tmp_path / "out.hdf5", **more)
    assert different(fixture(shared, result), tmp_path / "out.hdf5") == differing


def test_trials_are_merged_as_pypet_does(shared: Path, tmp_path: Path) -> None:
    paths = [fixture(shared, f"32_trial_{letter}.hdf5") for letter in "ab"]
    merged(paths, tmp_path / "out.hdf5", trial="parameters.trial")
    wrong = {"config.merge.last.trial_parameter", "derived_parameters"}
    assert different(fixture(shared, "32_trial_merged.hdf5"), tmp_path / "out.hdf5") == wrong


def different(theirs: Path, ours: Path) -> set[str]:
    """What differs, but for comments in the note of the merge, its moment, and the length that pypet notes wrongly."""
    sides = (Side(os.fsencode(theirs)), Side(os.fsencode(ours)))
    (against,) = compare(CompareRequest(sides, wanted=Wanted(pairing=Pairing.NUMBER))).against
    assert all(pair.a and pair.b for pair in against.pairs)
    expected = {"config.merge.last.timestamp", "config.merge.last.length_before_merge"}
    return {
        name
        for one in against.differences
        if (name := against.subjects[one.subject].name) not in expected
        and not (name.startswith("config.merge") and one.aspect.value == "comment")
    }
