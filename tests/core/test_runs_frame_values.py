"""Frames of files as they are: what stands where, what is missing, and what is told."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

from pexgui.core import BeingWritten, Cancelled, NotReadable, PexError, files, layout, leaves
from pexgui.core.bookkeeping import encoding_at
from pexgui.core.runs_frame import from_runs, runs_frame
from pexgui.core.values import Pickle
from pexgui.core.writer import Head, TrajectoryWriter, create
from tests.builders import CREATED, many_runs, small_trajectory
from tests.core.expected import fixture
from tests.core.fixture_digest import fixture_digest
from tests.core.test_run_columns import damage
from tests.core.test_runs import group_of, runs_of, whole
from tests.oracle import ask
from tests.oracle.digest import digest

NAN = float("nan")


def frame(file: Path, name: str = "T", *results: str, **how: Any) -> pd.DataFrame:
    made: pd.DataFrame = runs_frame(os.fsencode(file), b"/" + name.encode(), list(results) or None, **how)
    return made


def made(file: Path, runs: int, fill: Callable[[TrajectoryWriter], None]) -> Path:
    with create(os.fsencode(file)) as writer:
        trajectory = writer.trajectory(Head("T", CREATED), runs)
        fill(trajectory)
    return file


def cells(column: pd.Series) -> list[Any]:
    """What is in a column, None where there is nothing."""
    return [None if isinstance(cell, float | None | type(pd.NA)) and pd.isna(cell) else cell for cell in column]


# --- real files


def test_every_result_of_every_run_of_every_fixture_is_in_the_frame(shared: Path) -> None:
    compared = 0
    for file, known in whole(shared):
        if file.name.startswith("50_"):
            continue
        name = group_of(file, known)
        names = runs_of(file, name).names
        for item, wanted in wanted_cells(file, name, known, names).items():
            found = frame(file, name, item)
            column = found.columns[-1]
            assert found.index.tolist() == list(range(known["length"]))
            for run, value in zip(names, found[column].astype(object), strict=True):
                if run in wanted:
                    assert fixture_digest(plain(value)) == fixture_digest(plain(wanted[run])), (file, item, run)
                    compared += 1
                else:
                    assert value is None or value is pd.NA or pd.isna(value), (file, item, run)
    assert compared > 400


def plain(value: Any) -> Any:
    """Numbers as Python has them: those of a column have the type of the column."""
    return value.item() if isinstance(value, np.generic) and value.dtype.kind in "biufc" else value


def wanted_cells(file: Path, name: str, known: dict[str, Any], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What `load_leaf` gives of every run, by the name of the item with wildcards."""
    found: dict[str, dict[str, Any]] = {}
    with files.reading(os.fsencode(file)) as opened:
        encoding = encoding_at(opened, b"/" + name.encode())
        for full in known["results"]:
            parts = full.split(".")
            runs = [part for part in parts if part in names]
            if len(runs) != 1:
                continue
            leaf = leaves.load_leaf(opened, f"/{name}/{full.replace('.', '/')}".encode(), encoding)
            shown = [
                "$" if part in runs else "$set" if part.startswith(("run_set_", "batch_")) else part for part in parts
            ]
            for item, value in leaf.items.items():
                found.setdefault(".".join((*shown, item)), {})[runs[0]] = value
    return found


def test_results_in_places_of_the_users_own_and_in_run_sets_are_columns_too(shared: Path) -> None:
    wildcards = frame(fixture(shared, "19_wildcards.hdf5"), "Wildcards")
    assert list(wildcards.columns[2:]) == ["z5", "z2", "z", "z3", "z4"]
    custom = frame(fixture(shared, "25_custom_run_names.hdf5"), "CustomRuns")
    assert cells(custom["w"]) == [10.0, 20.0, 30.0, None, 50.0]
    many = frame(fixture(shared, "10_many_runs.hdf5"), "Many")
    assert list(many.columns) == ["i", "x", "finished", "z"]
    assert cells(many["z"]) == [2 * run if run % 100 == 0 or run in (999, 1999) else None for run in range(2000)]


def test_a_trajectory_that_is_not_explored_has_one_run(shared: Path) -> None:
    ((file, known),) = [each for each in whole(shared) if each[0].match("pypet-0.6.1/20_unexplored.hdf5")]
    found = frame(file, known["name"])
    assert found.index.tolist() == [0]
    assert found["finished"].sum() == known["n_completed"]
    assert "parameters" not in " ".join(found.columns)


def test_runs_that_are_not_finished_are_told_apart_and_their_data_are_there(shared: Path) -> None:
    for file, known in whole(shared):
        if file.name in ("06_unfinished.hdf5", "07_crashed.hdf5"):
            found = frame(file, group_of(file, known))
            assert found["finished"].sum() == known["n_completed"]
            assert found["finished"].dtype == bool
            assert found["z"].notna().sum() > known["n_completed"]


@pytest.mark.parametrize("name", ["sweep", "unfinished"])
def test_the_values_are_those_that_pypet_reads(oracle: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.hdf5"
    jobs = [{"do": "make", "folder": str(tmp_path)}, {"do": "describe", "file": str(file)}]
    known = ask(oracle, jobs, tmp_path)[1][name]
    found, compared = frame(file, name), 0
    for full, leaf in known["leaves"].items():
        parts = full.split(".")
        runs = [index for index, run in enumerate(known["runs"]) if run[1] in parts]
        if parts[0] == "results" and runs:
            for item, wanted in leaf["items"].items():
                value = plain(found[item][runs[0]])
                if wanted["t"] == "int":
                    assert value == int(value)
                    value = int(value)
                assert digest(value) == wanted
                compared += 1
    assert compared >= 2
    assert all(found[explored.rpartition(".")[2]].notna().all() for explored in known["explored"])


# --- columns


@pytest.mark.parametrize(
    ("stored", "dtype", "wanted"),
    [
        ([1, 2, 3, 4], "int64", [1, 2, 3, 4]),
        ([1, None, 2**60, 4], "Int64", [1, None, 2**60, 4]),
        ([1.5, 2.0, NAN, 0.0], "float64", [1.5, 2.0, None, 0.0]),
        ([1.5, None, 2.5, 0.0], "float64", [1.5, None, 2.5, 0.0]),
        ([1, 2.5, 3, None], "float64", [1.0, 2.5, 3.0, None]),
        ([True, False, True, True], "bool", [True, False, True, True]),
        ([True, None, True, False], "boolean", [True, None, True, False]),
        ([np.int8(1), None, np.int8(2), np.int8(3)], "Int8", [1, None, 2, 3]),
        ([np.float32(1.5), np.float32(0.5), None, None], "float32", [1.5, 0.5, None, None]),
        ([2**64 - 1, 1, 2, None], "UInt64", [2**64 - 1, 1, 2, None]),
        (["ä", "b", "", None], "object", ["ä", "b", "", None]),
        ([1, "a", True, None], "object", [1, "a", True, None]),
        ([1j, 2 + 1j, 0j, -1j], "complex128", [1j, 2 + 1j, 0j, -1j]),
        ([[1], [2, 3], [], None], "object", [[1], [2, 3], [], None]),
        ([{"a": 1}, {"b": (1, 2)}, {}, None], "object", [{"a": 1}, {"b": (1, 2)}, {}, None]),
        ([(1,), 2, "x", None], "object", [(1,), 2, "x", None]),
        ([b"\xff", b"a", None, b"c"], "object", [b"\xff", b"a", None, b"c"]),
    ],
)
def test_a_column_has_the_type_that_fits_its_values(
    tmp_path: Path, stored: list[Any], dtype: str, wanted: list[Any]
) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run, value in enumerate(stored):
            if value is not None:
                trajectory.result("z", {"z": value}, run=run)

    found = frame(made(tmp_path / "a.hdf5", len(stored), fill))
    assert found.attrs["problems"] == ()
    assert str(found["z"].dtype) == dtype
    assert cells(found["z"]) == wanted


def test_arrays_of_one_shape_stand_in_one_column_as_they_are(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.parameter("shape", np.zeros(2), [np.arange(2) + run for run in range(3)])
        for run in range(3):
            trajectory.result("trace", np.arange(3.0) * run, run=run)
            trajectory.result("frame", pd.DataFrame({"a": [run]}), run=run)

    found = frame(made(tmp_path / "a.hdf5", 3, fill))
    assert list(found.columns) == ["shape", "finished", "frame", "trace"]
    assert [cell.tolist() for cell in found["trace"]] == [[0, 0, 0], [0, 1, 2], [0, 2, 4]]
    assert [cell["a"].tolist() for cell in found["frame"]] == [[0], [1], [2]]
    assert [cell.tolist() for cell in found["shape"]] == [[0, 1], [1, 2], [2, 3]]


def test_items_nested_items_and_groups_are_columns_with_short_names(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.parameter("net.x", 0, [1, 2])
        for run in range(2):
            trajectory.result("stats", {"mean": run, "std": run + 1, "deep.inner.most": run + 2}, run=run)
            trajectory.result("left.z", run + 3, run=run)
            trajectory.result("right.z", run + 4, run=run)
            trajectory.result("x", run + 5, run=run)
            trajectory.result("finished", run + 6, run=run)
            trajectory.result("mine.$", {"only": run + 7}, run=run)
            trajectory.result("own.$", run + 8, run=run)
            trajectory.result("empty", {}, run=run)

    found = frame(made(tmp_path / "a.hdf5", 2, fill))
    first = {name: cells(found[name])[0] for name in found}
    assert first == {
        "net.x": 1,
        "finished": False,
        "results.finished": 6,
        "left.z": 3,
        "right.z": 4,
        "mean": 0,
        "std": 1,
        "most": 2,
        "results.x": 5,
        "only": 7,
        "own": 8,
    }


def test_a_thousand_runs_stored_in_any_order_are_in_the_order_of_their_index(tmp_path: Path) -> None:
    count = 1200
    order = np.random.default_rng(3).permutation(count).tolist()

    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.parameter("x", 0.0, [run / 2 for run in range(count)])
        for run in order:
            trajectory.result("z", run**2, run=run)
            trajectory.result("sets.$set.$.trace", np.arange(5) * run, run=run)
            if run % 3 == 0:
                trajectory.result("text", "word " * (run % 7), run=run)

    found = frame(made(tmp_path / "a.hdf5", count, fill))
    assert found.attrs["problems"] == ()
    assert found["x"].tolist() == [run / 2 for run in range(count)]
    assert found["z"].tolist() == [run**2 for run in range(count)]
    assert [cell.tolist() for cell in found["trace"]] == [[0, run, 2 * run, 3 * run, 4 * run] for run in range(count)]
    assert cells(found["text"]) == ["word " * (run % 7) if run % 3 == 0 else None for run in range(count)]


def test_names_of_runs_say_nothing_of_their_order(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 30)
    with h5py.File(file, "r+") as opened:
        rows = opened["many/overview/runs"][:]
        for run in range(30):
            rows["name"][run] = f"trial_{99 - run}".encode()
            opened["many/results/runs"].move(f"run_{run:08d}", f"trial_{99 - run}")
        opened["many/overview/runs"][:] = rows
    assert frame(file, "many")["rate"].tolist() == [run * 0.5 for run in range(30)]


def test_runs_of_the_same_name_have_the_same_results(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 4)
    with h5py.File(file, "r+") as opened:
        rows = opened["many/overview/runs"][:]
        rows["name"][1] = rows["name"][3]
        opened["many/overview/runs"][:] = rows
    assert frame(file, "many")["rate"].tolist() == [0.0, 1.5, 1.0, 1.5]


def test_a_leaf_that_cannot_be_read_does_not_hide_those_of_other_runs(tmp_path: Path) -> None:
    file = made(tmp_path / "a.hdf5", 3, lambda trajectory: [trajectory.result("z", run, run=run) for run in range(3)])
    damage(file, "T/results/runs/run_00000001/z")
    assert list(loaded(file, "z")) == [b"run_00000000", b"run_00000002"]


# --- choosing


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.parameter("x", 0, [4, 5, 6])
        for run in range(3):
            trajectory.result("z", run, run=run)
            trajectory.result("group.z", run + 0.5, run=run)
            trajectory.result("group.stats", {"mean": run, "std": -run}, run=run)
            trajectory.result("sets.$set.$.trace", np.arange(3) + run, run=run)
            trajectory.derived_parameter("d", run * 2, run=run)
            trajectory.derived_parameter("z", run * 3, run=run)
        trajectory.result("note", "for all runs")

    return made(tmp_path / "sweep.hdf5", 3, fill)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("z", ["group.z", "results.z"]),
        ("group.z", ["z"]),
        ("runs.$.group.z", ["z"]),
        ("runs.crun.group.z", ["z"]),
        ("results.runs.$.group.z", ["z"]),
        ("results.group.z", ["z"]),
        ("runs/$/group/z", ["z"]),
        ("runs.$.z", ["z"]),
        ("results.z", ["z"]),
        ("results.runs.$.z.z", ["z"]),
        ("stats", ["mean", "std"]),
        ("stats.mean", ["mean"]),
        ("mean", ["mean"]),
        ("trace", ["trace"]),
        ("sets.$set.$.trace", ["trace"]),
        ("sets.crunset.crun.trace", ["trace"]),
        ("d", ["d"]),
        ("derived_parameters.runs.$.d", ["d"]),
        ("derived_parameters.z", ["z"]),
    ],
)
def test_a_name_chooses_what_ends_with_it(sweep: Path, name: str, columns: list[str]) -> None:
    found = runs_frame(os.fsencode(sweep), b"/T", name, parameters=False)
    assert list(found.columns[1:]) == columns


def test_all_results_are_there_without_derived_parameters_and_what_is_for_all_runs(sweep: Path) -> None:
    found = frame(sweep)
    assert list(found.columns[:2]) == ["x", "finished"]
    assert {"mean", "std", "trace"} < set(found.columns)
    assert len(found.columns) == 7
    assert list(frame(sweep, parameters=False).columns) == list(found.columns[1:])
    assert list(runs_frame(os.fsencode(sweep), b"/T", []).columns) == ["x", "finished"]


def test_several_names_choose_all_of_them_and_derived_parameters_only_when_nothing_else_is_meant(sweep: Path) -> None:
    found = frame(sweep, "T", "mean", "d", "runs.$.group.z")
    assert set(found.columns) == {"x", "finished", "mean", "z", "d"}
    assert found["d"].tolist() == [0, 2, 4]
    assert found["z"].tolist() == [0.5, 1.5, 2.5]


def test_a_name_by_which_there_is_nothing_is_told_with_what_there_is(sweep: Path) -> None:
    with pytest.raises(PexError) as problem:
        frame(sweep, "T", "mean", "nothing")
    assert "“nothing”" in problem.value.title
    assert "“sweep.hdf5”" in problem.value.title
    assert "“trace”" in problem.value.title
    with pytest.raises(PexError, match="there are none"):
        frame(many_runs(sweep.with_name("b.hdf5"), 2, ()), "many", "z")


# --- what is missing


def test_links_are_not_followed(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run in range(3):
            trajectory.result("z", run, run=run)
            trajectory.link(f"results.runs.run_{run:08d}.same", f"results.runs.run_{run:08d}.z")
        trajectory.link("results.first.run_00000000", "results.runs.run_00000000")
        trajectory.link("results.runs.run_00000004", "results.runs.run_00000001")

    found = frame(made(tmp_path / "a.hdf5", 5, fill))
    assert list(found.columns) == ["finished", "z"]
    assert cells(found["z"]) == [0, 1, 2, None, None]
    assert found.attrs["problems"] == ()


def test_a_group_that_holds_itself_is_gone_through_once(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        run = opened["small/results/runs/run_00000001"]
        inner = run.create_group("inner")
        inner["again"] = inner
        run["inner/runs"] = run
    assert set(frame(file, "small").columns) >= {"y", "trace"}


def test_what_is_damaged_is_missing_and_told_and_the_rest_is_there(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 20, ("rate", "spikes"))
    damage(file, "many/results/runs/run_00000003/rate/rate")
    damage(file, "many/results/runs/run_00000004/rate/rate")
    damage(file, "many/results/runs/run_00000005/spikes")
    damage(file, "many/results/runs/run_00000006")
    found = frame(file, "many")
    assert [run for run, cell in enumerate(found["rate"]) if pd.isna(cell)] == [3, 4, 6]
    assert [run for run, cell in enumerate(found["spikes"]) if pd.isna(cell)] == [5, 6]
    told = sorted(found.attrs["problems"])
    assert len(told) == 3
    assert told[0].startswith("“rate” is missing in 2 runs, the first of them run_00000003: ")
    assert told[1].startswith("“results.runs.$.spikes” is missing in run_00000005: ")
    assert told[2].startswith("“results.runs.$” is missing in run_00000006: ")


@pytest.mark.parametrize("path", ["many/results/runs", "many/results"])
def test_a_branch_that_is_damaged_is_told(tmp_path: Path, path: str) -> None:
    file = many_runs(tmp_path / "a.hdf5", 10)
    damage(file, path)
    found = frame(file, "many")
    assert list(found.columns) == ["x", "seed", "finished"]
    (problem,) = found.attrs["problems"]
    assert problem.startswith(f"What is in “{path.replace('many/', '').replace('/', '.')}” is missing: ")


def test_a_run_set_that_is_damaged_is_told(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run in (0, 1000):
            trajectory.result("$set.$.z", float(run), run=run)

    file = made(tmp_path / "a.hdf5", 1001, fill)
    assert frame(file)["z"].notna().sum() == 2
    damage(file, "T/results/run_set_00001")
    found = frame(file)
    assert found["z"].notna().sum() == 1
    assert any("“results.run_set_00001”" in problem for problem in found.attrs["problems"])


def test_a_range_that_is_damaged_or_too_short_is_told(tmp_path: Path, shared: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 10)
    damage(file, "many/parameters/x/explored_data")
    found = frame(file, "many")
    assert cells(found["x"]) == [None] * 10
    assert found["seed"].tolist() == list(range(10))
    assert any("“parameters.x”" in problem for problem in found.attrs["problems"])
    short = frame(fixture(shared, "42_short_range.hdf5"), "Small")
    assert any("value" in problem for problem in short.attrs["problems"])


def test_pickles_stay_what_they_are(tmp_path: Path) -> None:
    hostile = b"cos\nsystem\n(S'true'\ntR."

    def fill(trajectory: TrajectoryWriter) -> None:
        for run in range(2):
            items = {"p": (b"I7\n.", hostile)[run]}
            trajectory.leaf(f"results.runs.run_{run:08d}.kept", "PickleResult", items)

    found = frame(made(tmp_path / "a.hdf5", 2, fill))
    first, second = found["p"]
    assert first == Pickle(b"I7\n.", 7)
    assert isinstance(second, Pickle)
    assert second.data == hostile
    assert repr(second.value) == "<os.system>", "it is only named, and not run"


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, sweep: Path) -> None:
    with pytest.raises(NotReadable):
        frame(tmp_path / "nothing.hdf5")
    with pytest.raises(NotReadable):
        frame(sweep, "other")


def test_what_cannot_be_read_while_the_file_is_written_is_not_called_damaged(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 3)
    damage(file, "many/results/runs/run_00000001/rate/rate")
    moments = iter(range(1, 1000))

    def write_meanwhile(what: str, done: int, total: int) -> None:
        moment = next(moments)
        os.utime(file, ns=(moment, moment))

    with pytest.raises(BeingWritten):
        frame(file, "many", progress=write_meanwhile)


def test_reading_can_be_cancelled(sweep: Path) -> None:
    def cancel(what: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        frame(sweep, progress=cancel)


# --- leaves of runs


def loaded(file: Path, *names: str, runs: list[bytes] | None = None) -> dict[bytes, dict[bytes, leaves.Leaf]]:
    return from_runs(os.fsencode(file), b"/T", names, runs or [layout.run_name(run) for run in range(3)])


def test_the_leaves_of_runs_are_those_that_are_loaded_one_by_one(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run in range(20):
            trajectory.result("z", {"v": run, "w": np.arange(3) + run}, "A comment", {"unit": ["mV", run]}, run=run)
            trajectory.result("odd", {"d": {"a": run}}, run=run)
            trajectory.result("empty", {}, run=run)
            trajectory.result("other", 1, run=run)
            trajectory.derived_parameter("d", run, run=run)

    file = made(tmp_path / "a.hdf5", 20, fill)
    runs = [layout.run_name(run) for run in (3, *range(3), *range(4, 20))]
    found = loaded(file, "z", "odd", "empty", "d", runs=runs)
    assert list(found) == runs
    places = [*(b"results/runs/$/" + name for name in (b"empty", b"odd", b"z")), b"derived_parameters/runs/$/d"]
    with files.reading(os.fsencode(file)) as opened:
        for run, known in found.items():
            assert sorted(known) == sorted(places)
            for key, leaf in known.items():
                wanted = leaves.load_leaf(opened, b"/T/" + key.replace(b"$", run))
                assert leaf._replace(items={}) == wanted._replace(items={})
                assert fixture_digest(leaf.items) == fixture_digest(wanted.items)


def test_only_runs_that_were_asked_for_and_have_the_leaf_are_given(sweep: Path) -> None:
    assert set(loaded(sweep, "trace", runs=[b"run_00000002", b"run_00000007"])) == {b"run_00000002"}
    assert loaded(sweep, "nothing") == {}
    found = loaded(sweep, "d")
    assert [leaf.value for known in found.values() for leaf in known.values()] == [0, 2, 4]


def test_leaves_for_all_runs_can_be_asked_for_by_name(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("runs.run_ALL.z", 7)
        trajectory.result("z", 1, run=0)

    file = made(tmp_path / "a.hdf5", 2, fill)
    found = loaded(file, "z", runs=[b"run_00000000", b"run_00000001", layout.RUN_ALL])
    assert {run: known[b"results/runs/$/z"].items for run, known in found.items()} == {
        b"run_00000000": {"z": 1},
        layout.RUN_ALL: {"z": 7},
    }
