"""Trajectories merged: nothing is lost, nothing falsified, everything that is left out is said."""

import hashlib
import math
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui import nested_equal
from pexgui.core import (
    Cancelled,
    Choice,
    CompareRequest,
    Fill,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    NamedChoice,
    Pairing,
    PexError,
    RecoverRequest,
    Side,
    Sources,
    TrajectoryRequest,
    UndoWriteRequest,
    Wanted,
    compare,
    files,
    finishing,
    leaves,
    merge,
    plan_merge,
    read_runs,
    recover_files,
    replacing,
    undo_write,
    writer,
)
from pexgui.core.writer import Head, TrajectoryWriter
from tests.builders import CREATED, several_trajectories
from tests.core.compared import grid, sweep
from tests.core.expected import fixture

Fill_ = Callable[[TrajectoryWriter], object]


def source(path: Path, trajectory: str = "") -> MergeSource:
    return MergeSource(os.fsencode(path), f"/{trajectory}".encode() if trajectory else b"")


def planned(paths: list[Path], target: Path | None = None, **more: Any) -> MergePlan:
    target_path = b"" if target is None else os.fsencode(target)
    return plan_merge(MergeRequest(tuple(map(source, paths)), target_path, **more))


def merged(paths: list[Path], target: Path | None = None, **more: Any) -> MergeResult:
    plan = planned(paths, target, **more)
    assert plan.problem == ""
    return merge(MergeWork(plan))


def leaf(path: Path, name: str, trajectory: str = "sweep") -> leaves.Leaf:
    with files.reading(os.fsencode(path)) as file:
        return leaves.load_leaf(file, f"/{trajectory}/{name.replace('.', '/')}".encode())


def value(path: Path, name: str, trajectory: str = "sweep") -> Any:
    (found,) = leaf(path, name, trajectory).items.values()
    return found


def ranges(path: Path, name: str, trajectory: str = "sweep") -> list[Any]:
    found = leaf(path, name, trajectory).range
    assert found is not None
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def left_out(plan: MergePlan) -> dict[str, str]:
    return {fact.name: fact.text for fact in plan.left_out}


def explored(path: Path, values: list[Any], name: str = "sweep", more: Fill_ | None = None) -> Path:
    """A trajectory with one explored parameter ``p`` and a result ``z`` per run: the number of the run."""
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head(name, CREATED), len(values))
        made.parameter("p", values[0], values)
        for run in range(len(values)):
            made.result("z", float(run), run=run)
            made.run(run, CREATED, CREATED + 1)
        if more is not None:
            more(made)
    return path


def unexplored(path: Path, value: Any, more: Fill_ | None = None) -> Path:
    """A trajectory of one run with one parameter ``p``."""
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 1)
        made.parameter("p", value)
        made.result("z", 1.0, run=0)
        made.run(0, CREATED, CREATED + 1)
        if more is not None:
            more(made)
    return path


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


# --- parameters


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 0.5, [1.0, 0.5]),
        (1, 2**40, [1, 2**40]),
        (np.int32(1), np.float64(0.5), [1.0, 0.5]),
        ("run", "run_long", ["run", "run_long"]),
        ("grüße", "ä", ["grüße", "ä"]),
        (np.array([1, 2, 3]), np.array([0.5, 1.5, 2.5]), [[1, 2, 3], [0.5, 1.5, 2.5]]),
        (np.arange(3), np.arange(4), [[0, 1, 2], [0, 1, 2, 3]]),
        ([1, 2], [1, 2, 3], [[1, 2], [1, 2, 3]]),
        (True, False, [True, False]),
        (float("nan"), 1.0, [float("nan"), 1.0]),
    ],
    ids=repr,
)
def test_values_that_differ_become_explored_without_loss(
    tmp_path: Path, one: Any, other: Any, expected: list[Any]
) -> None:
    """pypet writes 0.5 as 0 beside whole numbers, refuses other shapes after it has deleted the old values, takes
    [1, 2] for [1, 2, 3] and cannot store what int32 cannot hold."""
    a, b = unexplored(tmp_path / "a.hdf5", one), unexplored(tmp_path / "b.hdf5", other)
    merged([a, b], tmp_path / "out.hdf5")
    found = ranges(tmp_path / "out.hdf5", "parameters.p")
    assert len(found) == 2
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(np.asarray(got), np.asarray(wanted))
        assert np.asarray(got).shape == np.asarray(wanted).shape
    np.testing.assert_array_equal(np.asarray(leaf(tmp_path / "out.hdf5", "parameters.p").value), np.asarray(one))


def test_values_that_cannot_stand_side_by_side_are_refused_with_a_sentence(tmp_path: Path) -> None:
    a, b = unexplored(tmp_path / "a.hdf5", 1), unexplored(tmp_path / "b.hdf5", "text")
    assert "cannot stand side by side" in planned([a, b], tmp_path / "out.hdf5").problem


def test_equal_values_stay_unexplored_whatever_the_order_of_sources(tmp_path: Path) -> None:
    """pypet takes NaN for different from NaN and explores it."""
    for number, same in enumerate((float("nan"), "text", [1, 2], np.array([1.0, np.nan]))):
        folder = tmp_path / str(number)
        folder.mkdir()
        a, b = unexplored(folder / "a.hdf5", same), unexplored(folder / "b.hdf5", same)
        assert planned([a, b], folder / "out.hdf5").parameters == ()


def test_a_parameter_explored_in_one_source_is_explored_in_the_result(tmp_path: Path) -> None:
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), unexplored(tmp_path / "b.hdf5", 7.0)
    merged([a, b], tmp_path / "out.hdf5")
    assert ranges(tmp_path / "out.hdf5", "parameters.p") == [1.0, 2.0, 7.0]
    merged([b, a], tmp_path / "back.hdf5")
    assert ranges(tmp_path / "back.hdf5", "parameters.p") == [7.0, 1.0, 2.0]


def test_a_parameter_that_a_source_lacks_is_asked_for_and_can_be_filled(tmp_path: Path) -> None:
    """pypet refuses; here it is a question."""
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    b = unexplored(tmp_path / "b.hdf5", 1.0, lambda made: made.parameter("extra", 5))
    plan = planned([a, b], tmp_path / "out.hdf5")
    (missing,) = plan.missing
    assert (missing.name, missing.sources, missing.value, missing.fills) == ("parameters.extra", (0,), "5", ("",))
    assert plan.problem == "Choose a value of “parameters.extra” for “a.hdf5”, which does not have it."
    with pytest.raises(PexError, match="Choose a value"):
        merge(MergeWork(plan))
    merged([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, "7"),))
    assert ranges(tmp_path / "out.hdf5", "parameters.extra") == [7, 5]
    merged([a, b], tmp_path / "same.hdf5", fills=(Fill("parameters.extra", 0),))
    assert leaf(tmp_path / "same.hdf5", "parameters.extra").value == 5
    assert planned([a, b], tmp_path / "o.hdf5", ignore=("extra",)).problem == ""


@pytest.mark.parametrize(
    ("like", "wrong", "right", "value"),
    [
        (5, "abc", "7", 7),
        (5, "2.7", "-1", -1),
        (5, "True", "2", 2),
        (0.5, "abc", "nan", math.nan),
        (0.5, "[1.0]", "1e-3", 0.001),
        (True, "1", "False", False),
        (np.int8(1), "300", "-3", np.int8(-3)),
        (np.arange(3), "[1.5]", "[4, 5]", np.array([4, 5])),
        (np.arange(3), "none", "[[1], [2]]", np.array([[1], [2]])),
        ([1, 2], "abc", "[3]", [3]),
    ],
)
def test_what_a_parameter_cannot_be_is_refused_and_never_dropped(
    tmp_path: Path, like: Any, wrong: str, right: str, value: Any
) -> None:
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    b = unexplored(tmp_path / "b.hdf5", 1.0, lambda made: made.parameter("extra", like))
    plan = planned([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, wrong),))
    assert plan.problem == "What was given for “a.hdf5” is no value that “parameters.extra” can have."
    with pytest.raises(PexError, match="is no value that"):
        merge(MergeWork(plan))
    merged([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, right),))
    assert nested_equal(ranges(tmp_path / "out.hdf5", "parameters.extra"), [value, like])


def test_a_parameter_that_cannot_be_read_in_one_source_is_not_taken_for_that_of_the_other(tmp_path: Path) -> None:
    a, b = unexplored(tmp_path / "a.hdf5", 1.0), unexplored(tmp_path / "b.hdf5", 2.0)
    with h5py.File(b, "r+", libver=("earliest", "v110")) as file:
        del file["sweep/parameters/p/data"]
        file["sweep/parameters/p"].create_group("data")
    plan = planned([a, b], tmp_path / "out.hdf5")
    assert plan.problem == "“parameters.p” has not one readable value for every run of “b.hdf5”."


def test_an_explored_parameter_cannot_be_left_out(tmp_path: Path) -> None:
    """pypet begins, and leaves the target without its other parameters."""
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), explored(tmp_path / "b.hdf5", [3.0])
    plan = planned([a, b], tmp_path / "out.hdf5", ignore=("p",))
    assert plan.problem == "“parameters.p” is explored and cannot be left out."


# --- outside of runs


def outside(changed: bool) -> Fill_:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.group("results.described", "What it is", {"unit": "mV"} if changed else {})
        trajectory.group("results.empty_b" if changed else "results.empty_a", "Nothing in it")
        trajectory.result("same", 5.0)
        trajectory.result("differs", 2.0 if changed else 1.0)
        trajectory.result("only_b" if changed else "only_a", "here", "A comment", {"unit": "s"})
        trajectory.result("runs.run_ALL.common", 2.0 if changed else 1.0)
        trajectory.config("mine", 2 if changed else 1)
        trajectory.config("git.commit_abc_2021.hexsha", "b" if changed else "a")
        trajectory.config("environment.env_b.name" if changed else "environment.env_a.name", "x")

    return fill


def test_what_belongs_to_no_run_is_taken_over_or_named(tmp_path: Path) -> None:
    """pypet drops empty groups, comments and annotations of groups, and everything of run_ALL without a word."""
    a, b = sweep(tmp_path / "a.hdf5", [(1.0, 0)], outside(False)), sweep(tmp_path / "b.hdf5", [(2.0, 0)], outside(True))
    plan = planned([a, b], tmp_path / "out.hdf5")
    merge(MergeWork(plan))
    out = tmp_path / "out.hdf5"
    assert value(out, "results.only_a") == value(out, "results.only_b") == "here"
    assert leaf(out, "results.only_b").comment == "A comment"
    assert leaf(out, "results.only_b").annotations == {"unit": "s"}
    assert (value(out, "results.same"), value(out, "results.differs")) == (5.0, 1.0)
    assert value(out, "results.runs.run_ALL.common") == 1.0
    assert value(out, "results.runs.run_00000001.common") == 2.0
    assert leaf(out, "config.environment.env_b.name").value == "x"
    assert leaf(out, "config.git.commit_abc_2021.hexsha").value == "a"
    with h5py.File(out) as file:
        assert {"empty_a", "empty_b"} <= set(file["sweep/results"])
        assert file["sweep/results/empty_b"].attrs["SRVC_INIT_COMMENT"] == b"Nothing in it"
    said = left_out(plan)
    assert set(said) == {
        "results.differs", "config.mine", "config.git.commit_abc_2021.hexsha", "results.described",
    }  # fmt: skip
    assert [(one.name, one.values) for one in plan.conflicts] == [
        ("config.git.commit_abc_2021.hexsha", ("a", "b")),
        ("results.differs", ("1.0", "2.0")),
    ]


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        (Choice.KEEP_FIRST, {"differs": 1.0}),
        (Choice.KEEP_LAST, {"differs": 2.0}),
        (Choice.RENAME, {"differs": 1.0, "differs_sweep": 2.0}),
    ],
)
def test_conflicts_are_choices(tmp_path: Path, choice: Choice, values: dict[str, float]) -> None:
    """pypet keeps A's with one line in a log."""
    a, b = sweep(tmp_path / "a.hdf5", [(1.0, 0)], outside(False)), sweep(tmp_path / "b.hdf5", [(2.0, 0)], outside(True))
    merged([a, b], tmp_path / "all.hdf5", conflict=choice)
    merged([a, b], tmp_path / "one.hdf5", choices=(NamedChoice("results.differs", choice),))
    for name in ("all.hdf5", "one.hdf5"):
        assert {key: value(tmp_path / name, f"results.{key}") for key in values} == values
    asked = planned([a, b], tmp_path / "o.hdf5", conflict=Choice.ASK)
    assert asked.problem == "Choose what becomes of “results.differs”, which differs between the sources."


def test_the_merge_is_noted_with_the_right_numbers(tmp_path: Path) -> None:
    """pypet notes the length after the merge, and the length of B for the trial parameter."""
    a, b = explored(tmp_path / "a.hdf5", [0, 1]), explored(tmp_path / "b.hdf5", [0, 1, 2], "other")
    merged([a, b], tmp_path / "out.hdf5", trial="parameters.p", ignore=("something",))
    with h5py.File(tmp_path / "out.hdf5") as file:
        (name,) = file["sweep/config/merge"]
    place = f"config.merge.{name}"
    noted = {
        key: leaf(tmp_path / "out.hdf5", f"{place}.{key}").value
        for key in ("merged_runs", "length_before_merge", "trial_parameter", "remove_duplicates", "ignore_data",
                    "other_trajectory.name", "other_trajectory.length")
    }  # fmt: skip
    assert noted == {
        "merged_runs": 3,
        "length_before_merge": 2,
        "trial_parameter": "parameters.p",
        "remove_duplicates": False,
        "ignore_data": ("something",),
        "other_trajectory.name": "other",
        "other_trajectory.length": 3,
    }
    quiet = merged([a, b], tmp_path / "quiet.hdf5", keep_info=False)
    with h5py.File(os.fsdecode(quiet.target)) as file:
        assert "merge" not in file["sweep"].get("config", {})


def test_no_table_is_stale(tmp_path: Path) -> None:
    """pypet leaves rows of before in its overview, and summaries without what was explored later."""
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), explored(tmp_path / "b.hdf5", [3.0])
    merged([a, b], tmp_path / "out.hdf5")
    with h5py.File(tmp_path / "out.hdf5") as file:
        overview = file["sweep/overview"]
        assert set(overview) == {"info", "runs", "explorations", "hdf5_settings"}
        assert overview["info"]["length"][0] == 3
        assert overview["runs"]["parameter_summary"].tolist() == [b"p: 1.0", b"p: 2.0", b"p: 3.0"]
        assert not any(overview["hdf5_settings"][name][0] for name in ("results_summary", "purge_duplicate_comments"))


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
