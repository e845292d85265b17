"""Every other case of merging in which pypet loses, falsifies or refuses something; what it does is said with each."""

import os
import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui import merge_all_in_folder, merge_many, nested_equal
from pexgui.core import (
    Fill,
    MergeWork,
    PexError,
    RunStatus,
    TrajectoryRequest,
    merge,
    read_runs,
    writer,
)
from pexgui.core.writer import Head, TrajectoryWriter
from tests.builders import CREATED
from tests.core.compared import grid, sweep
from tests.core.merges import explored, leaf, left_out, merged, planned, ranges, unexplored
from tests.values import CSC, CSR


def two(path: Path, x: Any, y: Any) -> Path:
    """``x`` and ``y``, each explored where it is a list of values."""
    runs = max(len(each) if isinstance(each, list) else 1 for each in (x, y))
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), runs)
        for name, values in (("x", x), ("y", y)):
            made.parameter(
                name, values[0] if isinstance(values, list) else values, values if isinstance(values, list) else None
            )
        for run in range(runs):
            made.run(run, CREATED, CREATED + 1)
    return path


# --- runs


def test_parameters_explored_in_one_source_each(tmp_path: Path) -> None:
    """As pypet: A x=[1, 2], y=1 and B x=1, y=[5, 6, 7] become x=[1, 2, 1, 1, 1], y=[1, 1, 5, 6, 7]."""
    a, b = two(tmp_path / "a.hdf5", [1, 2], 1), two(tmp_path / "b.hdf5", 1, [5, 6, 7])
    merged([a, b], tmp_path / "out.hdf5")
    assert ranges(tmp_path / "out.hdf5", "parameters.x") == [1, 2, 1, 1, 1]
    assert ranges(tmp_path / "out.hdf5", "parameters.y") == [1, 1, 5, 6, 7]


def test_two_runs_without_anything_explored_stay_two_runs(tmp_path: Path) -> None:
    """As pypet; each point once they are one, which pypet refuses if it is all of B."""
    a, b = unexplored(tmp_path / "a.hdf5", 1.0), unexplored(tmp_path / "b.hdf5", 1.0)
    assert (planned([a, b], tmp_path / "out.hdf5").parameters, merged([a, b], tmp_path / "out.hdf5").runs) == ((), 2)
    once = planned([a, b], tmp_path / "once.hdf5", once=True)
    assert (once.runs, once.sources[1].taken) == (1, 0)
    assert merge(MergeWork(once)).runs == 1


def test_runs_that_were_never_run_stay_so(tmp_path: Path) -> None:
    """As pypet: the rows are copied, with what stands for no time."""
    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", grid(3), finished=[False] * 3)
    merged([a, b], tmp_path / "out.hdf5")
    table = read_runs(TrajectoryRequest(os.fsencode(tmp_path / "out.hdf5"), b"/sweep"))
    assert [list(RunStatus)[code] for code in table.status] == [RunStatus.FINISHED] * 2 + [RunStatus.HAS_DATA] * 3
    with h5py.File(tmp_path / "out.hdf5") as out, h5py.File(b) as source:
        rows, before = out["sweep/overview/runs"][2:], source["sweep/overview/runs"][:]
        for column in ("timestamp", "finish_timestamp", "runtime", "time", "completed", "parameter_summary"):
            np.testing.assert_array_equal(rows[column], before[column])


def test_trials_that_are_not_explored_are_counted(tmp_path: Path) -> None:
    """pypet does so for one run each; with more it fails when the parameter is gone from the file already."""
    for name in "ab":
        unexplored(tmp_path / f"{name}.hdf5", 0, lambda made: made.parameter("deep.trial", 0))
    paths = [tmp_path / "a.hdf5", tmp_path / "b.hdf5"]
    merged(paths, tmp_path / "out.hdf5", trial="trial")
    assert ranges(tmp_path / "out.hdf5", "parameters.deep.trial") == [0, 1]
    more = [two(tmp_path / f"{name}.hdf5", [7, 8], 0) for name in "cd"]
    merged(more, tmp_path / "more.hdf5", trial="y")
    assert ranges(tmp_path / "more.hdf5", "parameters.y") == [0, 0, 1, 1]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, int])
def test_trials_that_their_type_cannot_hold_are_counted_with_a_larger_one(tmp_path: Path, kind: Any) -> None:
    a, b = (explored(tmp_path / f"{name}.hdf5", [kind(n) for n in range(100)]) for name in "ab")
    c = explored(tmp_path / "c.hdf5", [kind(n) for n in range(100)])
    merged([a, b, c], tmp_path / "out.hdf5", trial="p")
    assert ranges(tmp_path / "out.hdf5", "parameters.p") == list(range(300))


def test_with_trials_every_run_is_taken_and_the_plan_says_so(tmp_path: Path) -> None:
    """As pypet, which says so in its log."""
    a, b = explored(tmp_path / "a.hdf5", [0, 1]), explored(tmp_path / "b.hdf5", [0, 1])
    plan = planned([a, b], tmp_path / "out.hdf5", trial="parameters.p", once=True)
    assert plan.runs == 4
    assert any("trials of the same point are told apart" in note for note in plan.notes)


# --- parameters


def test_values_that_pypet_calls_empty(tmp_path: Path) -> None:
    """pypet refuses them even if both are."""

    def hole(path: Path) -> Path:
        with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
            del file["sweep/parameters/p/data"]
        return path

    a, b = (hole(unexplored(tmp_path / f"{name}.hdf5", 1)) for name in "ab")
    merged([a, b], tmp_path / "out.hdf5")
    assert leaf(tmp_path / "out.hdf5", "parameters.p").value is None
    plan = planned([a, unexplored(tmp_path / "c.hdf5", 1)], tmp_path / "o.hdf5")
    assert "cannot stand side by side" in plan.problem


@pytest.mark.parametrize("one", [(5,), [5], ("abc",), [1.5]], ids=repr)
@pytest.mark.parametrize("other", [(6,), [7, 8], ("x",)], ids=repr)
def test_tuples_and_lists_of_any_length_stay_what_they_are_or_are_refused(tmp_path: Path, one: Any, other: Any) -> None:
    """pypet cannot read a tuple or list of one element, and refuses tuples beside lists and of other lengths."""
    a, b = unexplored(tmp_path / "a.hdf5", one), unexplored(tmp_path / "b.hdf5", other)
    plan = planned([a, b], tmp_path / "out.hdf5")
    if plan.problem:
        assert "cannot stand side by side" in plan.problem
        return
    merge(MergeWork(plan))
    found = ranges(tmp_path / "out.hdf5", "parameters.p")
    assert nested_equal(found, [one, other])
    assert [type(value) for value in found] == [type(one), type(other)]


@pytest.mark.parametrize("values", [[CSR, CSC], [np.arange(2), np.arange(3)], ["a", "b"]])
def test_what_the_first_source_lacks_is_filled_with_the_others_default(tmp_path: Path, values: list[Any]) -> None:
    """pypet refuses."""
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    with writer.create(os.fsencode(tmp_path / "b.hdf5")) as file:
        made = file.trajectory(Head("sweep", CREATED), 2)
        made.parameter("p", 1.0)
        made.parameter("extra", values[0], values)
    merged([a, tmp_path / "b.hdf5"], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0),))
    found = ranges(tmp_path / "out.hdf5", "parameters.extra")
    if values[0] is CSR:
        assert [one.format for one in found] == ["csr", "csr", "csc"]
        assert nested_equal(found[0], found[1])
    else:
        assert nested_equal(found, [values[0], *values])


def test_matrices_cannot_be_typed(tmp_path: Path) -> None:
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    b = unexplored(tmp_path / "b.hdf5", 1.0, lambda made: made.parameter("extra", CSR))
    plan = planned([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, "1"),))
    assert plan.problem == "What was given for “a.hdf5” is no value that “parameters.extra” can have."


def described(comment: str, unit: str, default: float) -> Any:
    def fill(made: TrajectoryWriter) -> None:
        made.parameter("q", default, [default, 8.0], comment, {"unit": unit} if unit else {})
        made.derived_parameter("d", default, comment="Derived")

    return fill


def test_what_is_not_taken_over_of_a_parameter_is_said(tmp_path: Path) -> None:
    """pypet drops comment and annotations of B's parameters, and the comment of a derived one that becomes explored."""
    a = explored(tmp_path / "a.hdf5", [1.0, 2.0], more=described("Of a", "", 1.0))
    b = explored(tmp_path / "b.hdf5", [3.0, 4.0], more=described("Of b", "mV", 2.0))
    plan = planned([a, b], tmp_path / "out.hdf5")
    assert left_out(plan) == {
        "parameters.q": "it has the comment and annotations and default value of the first source (“b.hdf5”)",
        "parameters.p": "it has the default value of the first source (“b.hdf5”)",
    }
    merge(MergeWork(plan))
    kept = leaf(tmp_path / "out.hdf5", "parameters.q")
    assert (kept.comment, kept.annotations, kept.value, list(kept.range or ())) == (
        "Of a",
        {},
        1.0,
        [1.0, 8.0, 2.0, 8.0],
    )
    derived = leaf(tmp_path / "out.hdf5", "derived_parameters.d")
    assert (derived.comment, list(derived.range or ())) == ("Derived", [1.0, 1.0, 2.0, 2.0])


def test_derived_parameters_are_taken_over_as_parameters_are(tmp_path: Path) -> None:
    """As pypet: equal ones are kept once, below a run they are renamed; one that is in one source only it refuses."""

    def add(shift: float, extra: bool) -> Any:
        def fill(made: TrajectoryWriter) -> None:
            made.derived_parameter("same", 5.0)
            for run in range(2):
                made.derived_parameter("dp", run + shift, run=run)
            if extra:
                made.derived_parameter("extra", 1.0)

        return fill

    a, b = sweep(tmp_path / "a.hdf5", grid(2), add(0, False)), sweep(tmp_path / "b.hdf5", grid(2), add(0.5, True))
    assert "Choose a value of “derived_parameters.extra”" in planned([a, b], tmp_path / "out.hdf5").problem
    merged([a, b], tmp_path / "out.hdf5", fills=(Fill("derived_parameters.extra", 0),))
    out = tmp_path / "out.hdf5"
    assert leaf(out, "derived_parameters.same").range is None
    assert [leaf(out, f"derived_parameters.runs.run_{run:08d}.dp").value for run in range(4)] == [0.0, 1.0, 0.5, 1.5]


# --- what is left out


def noisy(made: TrajectoryWriter) -> None:
    for run in range(2):
        made.result("$set.$.deep.trace", np.arange(5.0) + run, run=run)
        made.link(f"results.runs.run_{run:08d}.short", f"results.runs.run_{run:08d}.z")


@pytest.mark.parametrize(
    ("pattern", "gone"),
    [
        ("trace", {"runs/run_00000003/trace", "run_set_00000/run_00000003/deep/trace"}),
        ("results.runs.$.trace", {"runs/run_00000003/trace"}),
        ("results.runs.run_00000000.trace", set()),
        ("results.runs.run_00000001.trace", {"runs/run_00000003/trace"}),
        ("results.*.deep", {"run_set_00000/run_00000003/deep/trace"}),
        ("runs.*.short", {"runs/run_00000003/short"}),
        ("results.runs", {f"runs/run_00000003/{name}" for name in ("trace", "z", "short")}),
    ],
)
def test_what_is_ignored_is_left_out_of_runs_too(tmp_path: Path, pattern: str, gone: set[str]) -> None:
    """pypet wants the full name of every single one, and takes anything else for nothing."""
    a, b = sweep(tmp_path / "a.hdf5", grid(2), noisy), sweep(tmp_path / "b.hdf5", grid(2), noisy)
    plan = planned([a, b], tmp_path / "out.hdf5", ignore=(pattern,))
    merge(MergeWork(plan))
    there = {f"{place}/run_00000003/{name}" for place, name in (
        ("runs", "trace"), ("runs", "z"), ("runs", "short"), ("run_set_00000", "deep/trace"),
    )}  # fmt: skip
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert {name for name in there if name not in file["sweep/results"]} == gone
        assert all(name.replace("3", "1") in file["sweep/results"] for name in there)
        if "runs/run_00000003/short" not in gone:
            link = file["sweep/results/runs/run_00000003"].get("short", getlink=True)
            assert link.path == "/sweep/results/runs/run_00000003/z"
    told = {name for name, why in left_out(plan).items() if "on the list of what to leave out, in" in why}
    expected = {
        "results." + re.sub("run_set_00000", "$set", name).replace("run_00000003", "$").replace("/", ".")
        for name in gone
    }
    assert told >= expected


def test_a_pattern_that_means_nothing_is_said(tmp_path: Path) -> None:
    """pypet ignores nothing then, and notes the pattern as if it had been used."""
    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", grid(2), noisy)
    notes = planned([a, b], tmp_path / "out.hdf5", ignore=("trace", "tarce", "seed_of")).notes
    words = "Nothing is called “{}”, so that nothing is left out for it."
    assert [note for note in notes if "Nothing is called" in note] == [words.format("tarce"), words.format("seed_of")]


def test_a_parameter_that_is_ignored_has_the_first_value_and_the_plan_says_so(tmp_path: Path) -> None:
    """pypet keeps A's value for the runs of B without a word."""
    a, b = two(tmp_path / "a.hdf5", [1, 2], 5), two(tmp_path / "b.hdf5", [3, 4], 6)
    plan = planned([a, b], tmp_path / "out.hdf5", ignore=("y",))
    assert left_out(plan)["parameters.y"] == "it is on the list of what to leave out (“b.hdf5”)"
    merge(MergeWork(plan))
    assert (leaf(tmp_path / "out.hdf5", "parameters.y").value, leaf(tmp_path / "out.hdf5", "parameters.y").range) == (
        5,
        None,
    )


# --- groups and the trajectory itself


def test_groups_inside_of_runs_keep_their_comments_and_annotations(tmp_path: Path) -> None:
    """pypet takes over leaves only, so that every group of B's runs is nameless."""

    def add(made: TrajectoryWriter) -> None:
        made.group("results.runs.run_00000001.g", "A group", {"unit": "mV"})
        made.result("g.y", 1.0, run=1)

    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", grid(2), add)
    merged([a, b], tmp_path / "out.hdf5")
    with h5py.File(tmp_path / "out.hdf5") as out, h5py.File(b) as source:
        group, before = out["sweep/results/runs/run_00000003/g"], source["sweep/results/runs/run_00000001/g"]
        assert dict(group.attrs) == dict(before.attrs)
        assert group.attrs["SRVC_INIT_COMMENT"] == b"A group"


def test_what_the_trajectories_themselves_say_is_said_to_be_the_first_ones(tmp_path: Path) -> None:
    """pypet drops the annotations of B's root without a word."""
    for name, owner in (("a", "x"), ("b", "y"), ("c", "x")):
        with writer.create(os.fsencode(tmp_path / f"{name}.hdf5")) as file:
            made = file.trajectory(Head("sweep", CREATED, f"Comment {owner}"), 1, {"owner": owner})
            made.parameter("p", 1)
    a, b, c = (tmp_path / f"{name}.hdf5" for name in "abc")
    assert set(left_out(planned([a, b], tmp_path / "o.hdf5"))) == {
        "comment of the trajectory", "annotations of the trajectory",
    }  # fmt: skip
    assert left_out(planned([a, c], tmp_path / "o.hdf5")) == {}


# --- several sources


def test_all_sources_are_looked_at_before_anything_is_written(tmp_path: Path) -> None:
    """pypet merges the second, refuses the third, and leaves A with two runs and without its parameter."""
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), explored(tmp_path / "b.hdf5", [3.0])
    c = explored(tmp_path / "c.hdf5", ["text"])
    (tmp_path / "d.hdf5").write_bytes(b"no HDF5")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for third, words in (
        (c, "cannot stand side by side"),
        (tmp_path / "d.hdf5", "d.hdf5"),
        (tmp_path / "gone.hdf5", "gone"),
    ):
        with pytest.raises(PexError, match=words):
            merge_many(a, [b, third])
    with pytest.raises(PexError):
        merge_all_in_folder(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_several_merges_within_a_second_are_noted_each(tmp_path: Path) -> None:
    """pypet fails when the results are copied already: “already have … merged_runs”."""
    a, b = explored(tmp_path / "a.hdf5", [1.0]), explored(tmp_path / "b.hdf5", [2.0])
    for _ in range(4):
        merged([a, b])
    with h5py.File(a) as file:
        notes = {name for name in file["sweep/config/merge"] if name.startswith("merge_")}
    assert len(notes) == 4
    assert sorted(leaf(a, f"config.merge.{name}.length_before_merge").value for name in notes) == [1, 2, 3, 4]


def test_a_folder_in_the_order_of_its_names_and_one_that_is_not_there(tmp_path: Path) -> None:
    """As pypet: letter by letter, so that f10 comes before f2, and large letters come first. Links to files count."""
    for name, first in (("f2", 0.0), ("f10", 1.0), ("F3", 2.0)):
        explored(tmp_path / f"{name}.hdf5", [first])
    (tmp_path / "g.hdf5").symlink_to(explored(tmp_path / "linked.h5", [3.0]))
    made = merge_all_in_folder(tmp_path)
    assert (made.file, made.get("parameters.p").range) == (bytes(tmp_path / "F3.hdf5"), [2.0, 1.0, 0.0, 3.0])
    with pytest.raises(PexError, match="“gone”"):
        merge_all_in_folder(tmp_path / "gone")
