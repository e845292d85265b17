"""What belongs to no run when trajectories are merged: taken over, in conflict, noted."""

import os
from pathlib import Path

import h5py
import pytest

from pexgui.core import (
    Choice,
    MergeWork,
    NamedChoice,
    merge,
)
from pexgui.core.writer import TrajectoryWriter
from tests.core.compared import sweep
from tests.core.merges import Fill_, explored, leaf, left_out, merged, planned, value


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
