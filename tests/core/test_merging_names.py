"""Names of runs inside of what is merged, and links between runs: they stand for the same runs as before."""

from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from pexgui.core.writer import TrajectoryWriter
from tests.core.compared import grid, sweep
from tests.core.merges import leaf, merged, planned, value


def pairs(runs: int) -> Callable[[TrajectoryWriter], None]:
    """A result for every pair of runs, in the first and outside of both, and links from each run to every other."""

    def add(made: TrajectoryWriter) -> None:
        for a in range(runs):
            for b in range(runs):
                made.result(f"pair.run_{a:08d}.run_{b:08d}.q", 10.0 * a + b)
                if a != b:
                    made.link(f"results.runs.run_{a:08d}.run_{b:08d}", f"results.runs.run_{b:08d}.z")
        made.link("results.best", f"results.runs.run_{runs - 1:08d}.z")

    return add


def test_every_name_is_translated_also_where_the_new_one_is_the_old_one_of_another(tmp_path: Path) -> None:
    """pypet renames the results too, but all links lead to the runs of A with the same number."""
    a = sweep(tmp_path / "a.hdf5", grid(2), pairs(2))
    b = sweep(tmp_path / "b.hdf5", [(x + 10, seed) for x, seed in grid(4)], pairs(4))
    merged([a, b], tmp_path / "out.hdf5")
    out = tmp_path / "out.hdf5"
    with h5py.File(out) as file:
        results = file["sweep/results"]
        for first in range(4):
            pair, run = results[f"pair/run_{first + 2:08d}"], results[f"runs/run_{first + 2:08d}"]
            assert sorted(pair) == [f"run_{second + 2:08d}" for second in range(4)]
            for second in range(4):
                assert pair[f"run_{second + 2:08d}/q/q"][()] == 10.0 * first + second
                if first != second:
                    link = run.get(f"run_{second + 2:08d}", getlink=True)
                    assert link.path == f"/sweep/results/runs/run_{second + 2:08d}/z"


def test_a_run_that_is_dropped_is_the_one_that_is_taken_for_it(tmp_path: Path) -> None:
    """pypet leaves results named after a dropped run out, and leads links to it into whatever run has its number."""
    a = sweep(tmp_path / "a.hdf5", [(7.0, 0), (8.0, 0), (1.0, 0)])
    b = sweep(tmp_path / "b.hdf5", [(2.0, 0), (1.0, 0)], pairs(2))
    merged([a, b], tmp_path / "out.hdf5", once=True)
    out = tmp_path / "out.hdf5"
    with h5py.File(out) as file:
        results = file["sweep/results"]
        assert sorted(results["runs"]) == [f"run_{run:08d}" for run in range(4)]
        assert (
            results["runs/run_00000003"].get("run_00000002", getlink=True).path == "/sweep/results/runs/run_00000002/z"
        )
        assert results.get("best", getlink=True).path == "/sweep/results/runs/run_00000002/z"
        assert sorted(results["pair/run_00000003"]) == ["run_00000002", "run_00000003"]
        assert results["pair/run_00000003/run_00000002/q/q"][()] == 1.0


def test_so_it_is_when_a_run_of_the_first_source_is_dropped(tmp_path: Path) -> None:
    a = sweep(tmp_path / "a.hdf5", [(1.0, 0), (2.0, 0), (3.0, 0)], pairs(3), finished=[False, True, True])
    b = sweep(tmp_path / "b.hdf5", [(5.0, 0), (1.0, 0)], pairs(2))
    merged([a, b], tmp_path / "out.hdf5", once=True)
    # 2.0, 3.0 of the first; 5.0, 1.0 of the second
    with h5py.File(tmp_path / "out.hdf5") as file:
        results = file["sweep/results"]
        first = results["runs/run_00000000"]
        assert {name: first.get(name, getlink=True).path for name in first if name.startswith("run_")} == {
            "run_00000001": "/sweep/results/runs/run_00000001/z",
            "run_00000003": "/sweep/results/runs/run_00000003/z",
        }
        assert results.get("best", getlink=True).path == "/sweep/results/runs/run_00000001/z"
        assert {name: results[f"pair/run_00000000/{name}/q/q"][()] for name in results["pair/run_00000000"]} == {
            "run_00000000": 11.0, "run_00000001": 12.0, "run_00000003": 10.0,
        }  # fmt: skip


def test_links_to_a_run_that_is_there_twice_lead_to_the_one_that_is_taken(tmp_path: Path) -> None:
    """pypet keeps runs that are twice within one source, and leads links to them into runs of the other."""
    a, b = sweep(tmp_path / "a.hdf5", [(7.0, 0)]), sweep(tmp_path / "b.hdf5", [(2.0, 0), (1.0, 0), (1.0, 0)], pairs(3))
    merged([a, b], tmp_path / "out.hdf5", once=True)
    with h5py.File(tmp_path / "out.hdf5") as file:
        results = file["sweep/results"]
        run, pair = results["runs/run_00000001"], results["pair/run_00000001"]
        links = [run.get(name, getlink=True).path for name in run if name.startswith("run_")]
        assert links == ["/sweep/results/runs/run_00000002/z"] * 2
        assert results.get("best", getlink=True).path == "/sweep/results/runs/run_00000002/z"
        assert {name: pair[f"{name}/q/q"][()] for name in pair} == {
            "run_00000001": 0.0, "run_00000002": 1.0, "run_00000002_": 2.0,
        }  # fmt: skip


@pytest.mark.parametrize("once", [True, False])
def test_links_to_what_only_the_second_has_and_links_called_like_runs(tmp_path: Path, once: bool) -> None:
    """pypet writes an error into its log and goes on without the first kind."""

    def add(made: TrajectoryWriter) -> None:
        made.result("only_b", 5.0)
        made.link("results.alias", "results.only_b")
        made.link("results.chosen.run_00000001", "results.runs.run_00000001")

    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", [(9.0, 0), (8.0, 0)], add)
    plan = planned([a, b], tmp_path / "out.hdf5", once=once)
    assert plan.left_out == ()
    merged([a, b], tmp_path / "out.hdf5", once=once)
    with h5py.File(tmp_path / "out.hdf5") as file:
        results = file["sweep/results"]
        assert results["alias/only_b"][()] == 5.0
        assert results["chosen"].get("run_00000003", getlink=True).path == "/sweep/results/runs/run_00000003"
        assert list(results["chosen"]) == ["run_00000003"]


def test_what_is_meant_for_all_runs_of_a_source_is_with_each_of_them(tmp_path: Path) -> None:
    """As pypet: one copy at the first of the new runs, links in the others; but results under run_ALL pypet drops."""

    def add(shift: float) -> Callable[[TrajectoryWriter], None]:
        def fill(made: TrajectoryWriter) -> None:
            made.derived_parameter("runs.run_ALL.dd", 1.0 + shift)
            made.derived_parameter("runs.run_ALL.same", 3.0)
            made.result("runs.run_ALL.common", 2.0 + shift)

        return fill

    a, b = sweep(tmp_path / "a.hdf5", grid(2), add(0)), sweep(tmp_path / "b.hdf5", [(9.0, 0), (8.0, 0)], add(0.5))
    merged([a, b], tmp_path / "out.hdf5")
    out = tmp_path / "out.hdf5"
    assert leaf(out, "derived_parameters.runs.run_ALL.dd").value == 1.0
    assert leaf(out, "derived_parameters.runs.run_00000002.dd").value == 1.5
    assert value(out, "results.runs.run_00000002.common") == 2.5
    with h5py.File(out) as file:
        assert "same" not in file["sweep/derived_parameters/runs/run_00000002"]
        for place, name in (("derived_parameters", "dd"), ("results", "common")):
            link = file[f"sweep/{place}/runs/run_00000003"].get(name, getlink=True)
            assert link.path == f"/sweep/{place}/runs/run_00000002/{name}"
