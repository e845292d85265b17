"""Sources as pypet leaves them when it is cut off: what is damaged is named, and repaired by choice or refused."""

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import (
    Fill,
    MergePlan,
    MergeRequest,
    MergeSource,
    MergeWork,
    PexError,
    RunStatus,
    TrajectoryRequest,
    files,
    leaves,
    merge,
    plan_merge,
    read_runs,
    writer,
)
from pexgui.core.writer import Head
from tests.builders import CREATED
from tests.core.expected import fixture
from tests.values import CSC, CSR


def sweep(path: Path, values: list[Any], first: float = 0.0) -> Path:
    """``p`` explored, a result ``z`` per run that counts from ``first``, and one in a run set."""
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), len(values))
        made.parameter("p", values[0], values)
        for run in range(len(values)):
            made.result("z", first + run, run=run)
            made.result("$set.$.y", first + run, run=run)
            made.run(run, CREATED + run, CREATED + run + 1)
    return path


def planned(target: Path, *paths: Path, repair: bool = False, **more: Any) -> MergePlan:
    sources = tuple(MergeSource(os.fsencode(path), repair=repair) for path in paths)
    return plan_merge(MergeRequest(sources, os.fsencode(target), **more))


def edited(path: Path) -> h5py.File:
    return h5py.File(path, "r+", libver=("earliest", "v110"))


def found(path: Path) -> tuple[list[Any], list[float | None], list[RunStatus]]:
    """Of every run the value of ``p``, the result ``z``, and the status."""
    table = read_runs(TrajectoryRequest(os.fsencode(path), b"/sweep"))
    with files.reading(os.fsencode(path)) as file:
        values = leaves.load_leaf(file, b"/sweep/parameters/p").range
    with h5py.File(path) as file:
        runs = [file.get(f"sweep/results/runs/{name}/z/z") for name in table.names]
        results = [None if each is None else each[()] for each in runs]
        assert set(file["sweep/results/runs"]) <= set(table.names)
    assert values is not None
    return list(values), results, [list(RunStatus)[code] for code in table.status]


FINISHED, HAS_DATA, NOT_RUN = RunStatus.FINISHED, RunStatus.HAS_DATA, RunStatus.NOT_RUN


def cut_range(path: Path, length: int) -> None:
    with edited(path) as file:
        tables = [each for each in file["sweep/parameters/p"].values() if getattr(each, "dtype", np.dtype("i8")).names]
        max(tables, key=len).resize((length,))


def cut_rows(path: Path, length: int) -> None:
    with edited(path) as file:
        file["sweep/overview/runs"].resize((length,))
        info = file["sweep/overview/info"][:]
        info["length"] = length
        file["sweep/overview/info"][:] = info


def check_refused_then_repaired(tmp_path: Path, paths: list[Path], damage: str, repair: str, **more: Any) -> MergePlan:
    """The plan of the repaired merge, which is carried out into ``out.hdf5``."""
    refused = planned(tmp_path / "out.hdf5", *paths, **more)
    assert refused.problem == f"“a.hdf5” is damaged: {damage}. Choose to repair it, or take it off the list."
    assert [(fact.name, fact.text) for fact in refused.sources[0].damage] == [(damage, repair)]
    with pytest.raises(PexError, match="is damaged"):
        merge(MergeWork(refused))
    before = [path.read_bytes() for path in paths]
    plan = planned(tmp_path / "out.hdf5", *paths, repair=True, **more)
    assert plan.problem == ""
    assert plan.sources[0].source.repair
    assert merge(MergeWork(plan)).runs == plan.runs
    assert [path.read_bytes() for path in paths] == before
    return plan


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0, 4.0], ["a", "b", "c", "d"], [np.full(2, n) for n in range(4)]])
@pytest.mark.parametrize("first", [True, False])
def test_runs_for_which_a_range_is_too_short_are_left_out(tmp_path: Path, values: list[Any], first: bool) -> None:
    """pypet enlarges the table of runs long before it writes the ranges, and refuses to load what it left behind."""
    a, b = sweep(tmp_path / "a.hdf5", values), sweep(tmp_path / "b.hdf5", values[:1], 50.0)
    cut_range(a, 3)
    plan = check_refused_then_repaired(
        tmp_path, [a, b], "1 run has no readable value of “parameters.p”", "1 run is left out."
    )
    assert (plan.runs, plan.sources[0].taken, plan.sources[0].runs) == (4, 3, 4)
    assert [(one.run, one.why) for one in plan.sources[0].dropped] == [("run_00000003", "its point is not known")]
    order = (a, b) if first else (b, a)
    merge(MergeWork(planned(tmp_path / "order.hdf5", *order, repair=True)))
    points, results, status = found(tmp_path / "order.hdf5")
    np.testing.assert_equal(points, [*values[:3], values[0]] if first else [values[0], *values[:3]])
    assert results == ([0.0, 1.0, 2.0, 50.0] if first else [50.0, 0.0, 1.0, 2.0])
    assert status == [FINISHED] * 4


def test_matrices_for_which_a_range_is_too_short_are_copied_but_for_the_runs_left_out(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", [CSR, CSC, CSR]), sweep(tmp_path / "b.hdf5", [CSC], 50.0)
    cut_range(a, 2)
    assert "is damaged: 1 run has no readable value" in planned(tmp_path / "out.hdf5", a, b).problem
    merge(MergeWork(planned(tmp_path / "out.hdf5", a, b, repair=True)))
    points, results, _ = found(tmp_path / "out.hdf5")
    assert [one.format for one in points] == ["csr", "csc", "csc"]
    assert results == [0.0, 1.0, 50.0]


def test_results_without_a_row_get_one_if_their_point_is_known(tmp_path: Path) -> None:
    """pypet does not see them at all, and the next merge gives their names to other runs."""
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0, 3.0, 4.0]), sweep(tmp_path / "b.hdf5", [9.0], 50.0)
    cut_rows(a, 2)
    check_refused_then_repaired(
        tmp_path,
        [a, b],
        "2 runs have results, but no row in the table of runs",
        "2 runs get a row and are taken as not finished.",
    )
    points, results, status = found(tmp_path / "out.hdf5")
    assert points == [1.0, 2.0, 3.0, 4.0, 9.0]
    assert results == [0.0, 1.0, 2.0, 3.0, 50.0]
    assert status == [FINISHED, FINISHED, HAS_DATA, HAS_DATA, FINISHED]
    with h5py.File(tmp_path / "out.hdf5") as file:
        rows = file["sweep/overview/runs"][:]
        assert rows["timestamp"][:2].tolist() == [CREATED, CREATED + 1]
        assert rows["timestamp"][2] == rows["timestamp"][3] == 42.0
        assert file["sweep/results/run_set_00000/run_00000003/y/y"][()] == 3.0
        assert file["sweep/results/run_set_00000/run_00000004/y/y"][()] == 50.0


def test_results_without_a_row_and_without_a_point_are_left_out_and_named(tmp_path: Path) -> None:
    """pypet keeps them under their old name, which then is that of another run."""
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0, 3.0, 4.0]), sweep(tmp_path / "b.hdf5", [9.0, 8.0], 50.0)
    cut_rows(a, 2)
    cut_range(a, 3)
    plan = check_refused_then_repaired(
        tmp_path,
        [a, b],
        "2 runs have results, but no row in the table of runs",
        "1 run gets a row and is taken as not finished. 1 run is left out, since its point is not known.",
    )
    assert [(one.run, one.why) for one in plan.sources[0].dropped] == [("run_00000003", "its point is not known")]
    points, results, status = found(tmp_path / "out.hdf5")
    assert (points, results) == ([1.0, 2.0, 3.0, 9.0, 8.0], [0.0, 1.0, 2.0, 50.0, 51.0])
    assert status == [FINISHED, FINISHED, HAS_DATA, FINISHED, FINISHED]


def test_a_table_of_runs_that_is_gone(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0]), sweep(tmp_path / "b.hdf5", [9.0], 50.0)
    with edited(a) as file:
        del file["sweep/overview/runs"]
    check_refused_then_repaired(
        tmp_path,
        [a, b],
        "its table of runs is missing or cannot be read",
        "Its runs are told from its ranges and results and taken as not finished.",
    )
    assert found(tmp_path / "out.hdf5") == ([1.0, 2.0, 9.0], [0.0, 1.0, 50.0], [HAS_DATA, HAS_DATA, FINISHED])


def test_finished_runs_without_results_are_named_and_by_choice_no_longer_finished(tmp_path: Path) -> None:
    """After moving between two files pypet has the rows of runs whose results are elsewhere, marked finished."""
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0, 3.0]), sweep(tmp_path / "b.hdf5", [3.0, 4.0], 50.0)
    with edited(a) as file:
        del file["sweep/results/runs/run_00000002"]
        del file["sweep/results/run_set_00000/run_00000002"]
    plan = planned(tmp_path / "asis.hdf5", a, b, once=True)
    assert plan.problem == ""
    assert [(fact.name, fact.text) for fact in plan.sources[0].damage] == [
        ("1 run is marked finished, without anything stored", "1 run is taken as not finished.")
    ]
    merge(MergeWork(plan))
    assert found(tmp_path / "asis.hdf5")[1:] == ([0.0, 1.0, None, 51.0], [FINISHED] * 4)
    merge(MergeWork(planned(tmp_path / "once.hdf5", a, b, once=True, repair=True)))
    assert found(tmp_path / "once.hdf5")[1] == [0.0, 1.0, 50.0, 51.0]
    merge(MergeWork(planned(tmp_path / "all.hdf5", a, b, repair=True)))
    assert found(tmp_path / "all.hdf5")[2] == [FINISHED, FINISHED, NOT_RUN, FINISHED, FINISHED]


@pytest.mark.parametrize("all_of_it", [True, False])
def test_an_explored_parameter_that_lost_its_range_is_asked_for(tmp_path: Path, all_of_it: bool) -> None:
    """pypet deletes the explored parameters of its target before it copies, and writes them at the very end."""
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0]), sweep(tmp_path / "b.hdf5", [9.0], 50.0)
    with edited(a) as file:
        del file["sweep/parameters/p" if all_of_it else "sweep/parameters/p/explored_data"]
    plan = planned(tmp_path / "out.hdf5", a, b)
    assert plan.problem == "Choose a value of “parameters.p” for “a.hdf5”, which has lost its values."
    assert any("parameters.p" in problem for problem in plan.sources[0].problems)
    merge(MergeWork(planned(tmp_path / "out.hdf5", a, b, fills=(Fill("parameters.p", 0, "7.5"),))))
    assert found(tmp_path / "out.hdf5")[0] == [7.5, 7.5, 9.0]
    with files.reading(os.fsencode(tmp_path / "out.hdf5")) as file:
        assert leaves.load_leaf(file, b"/sweep/parameters/p").value == (9.0 if all_of_it else 1.0)


def test_an_explored_parameter_that_is_nowhere_is_refused_unless_repaired(tmp_path: Path, shared: Path) -> None:
    crashed = fixture(shared, "07_crashed.hdf5")
    a, b = tmp_path / "a.hdf5", tmp_path / "b.hdf5"
    a.write_bytes(crashed.read_bytes())
    b.write_bytes(crashed.read_bytes())
    check_refused_then_repaired(
        tmp_path,
        [a, b],
        "“parameters.x” is explored, but no source has it",
        "The merged trajectory does not have it.",
    )


def test_what_a_merge_of_pypet_that_was_cut_off_left_behind_is_repaired(tmp_path: Path) -> None:
    """pypet cannot repair it: four rows, three results, no explored parameter, no note of the merge."""
    a, b = sweep(tmp_path / "a.hdf5", [1.0, 2.0, 3.0, 4.0]), sweep(tmp_path / "b.hdf5", [3.0, 4.0], 50.0)
    with edited(a) as file:
        del file["sweep/parameters/p"]
        for place in ("runs", "run_set_00000"):
            del file[f"sweep/results/{place}/run_00000003"]
    plan = planned(tmp_path / "out.hdf5", a, b, repair=True, fills=(Fill("parameters.p", 0, "0.5"),))
    assert plan.problem == ""
    merge(MergeWork(plan))
    points, results, status = found(tmp_path / "out.hdf5")
    assert points == [0.5] * 4 + [3.0, 4.0]
    assert results == [0.0, 1.0, 2.0, None, 50.0, 51.0]
    assert status == [FINISHED, FINISHED, FINISHED, NOT_RUN, FINISHED, FINISHED]
