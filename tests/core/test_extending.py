"""Trajectories made longer: more runs and values, and all that was there as it was."""

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.core import PexError, files, layout, leaves, writer
from pexgui.core.bookkeeping import open_trajectory_group, read_info, read_settings
from pexgui.core.encode import SparseMatrix
from pexgui.core.equality import nested_equal
from pexgui.core.explored import explored_parameters
from pexgui.core.extending import extend
from pexgui.core.extending_runs import added_names
from pexgui.core.run_rows import rows_of_runs
from pexgui.core.writer import Head
from tests.builders import CREATED, small_trajectory
from tests.oracle import ask

FIXTURES = ("01_simple", "05_several", "08_expanded", "25_custom_run_names", "31a_merged_ab", "13_no_overview")


def extended(path: Path, name: str, ranges: dict[str, Any], runs: int) -> Path:
    with files.creating(os.fsencode(path), anew=False) as root:
        extend(files.open_node(root, name.encode()), ranges, runs)
    return path


def ranges_of(path: Path, name: str) -> dict[str, list[Any]]:
    """The values of all explored parameters."""
    with files.reading(os.fsencode(path)) as file:
        trajectory = open_trajectory_group(file, f"/{name}".encode())
        found = {one.name.decode(): one.path for one in explored_parameters(trajectory, [])}
        return {one: leaves.load_leaf(file, place).range or [] for one, place in found.items()}


def names_of(path: Path, name: str) -> list[bytes]:
    with files.reading(os.fsencode(path)) as file:
        return rows_of_runs(open_trajectory_group(file, f"/{name}".encode()), []).names


def sweep(path: Path, ranges: dict[str, list[Any]], defaults: dict[str, Any]) -> Path:
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), len(next(iter(ranges.values()))))
        for name, value in defaults.items():
            made.parameter(name, value, ranges.get(name))
    return path


def test_runs_are_added_and_what_was_there_stays(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 3)
    before = path.read_bytes()
    extended(path, "small", {"parameters.group.x": [7.5, 8.5]}, 5)
    assert ranges_of(path, "small") == {
        "parameters.group.x": [0.0, 1.0, 2.0, 7.5, 8.5],
        "parameters.mode": ["slow", "fast", "slow", "fast", "fast"],
    }
    assert names_of(path, "small") == [layout.run_name(run) for run in range(5)]
    assert before != path.read_bytes()
    with files.reading(os.fsencode(path)) as file:
        trajectory = open_trajectory_group(file, b"/small")
        assert read_info(trajectory, []).length == 5
        rows = rows_of_runs(trajectory, [])
        assert rows.completed.tolist() == [True] * 3 + [False] * 2
        leaf = leaves.load_leaf(file, b"/small/parameters/group/x")
        assert (leaf.comment, leaf.annotations, leaf.value) == ("First", {"unit": "mV"}, 0.0)
        assert leaves.load_leaf(file, b"/small/results/runs/run_00000001/y").items == {"y": 1.5}


def test_a_parameter_becomes_explored_with_its_default_in_old_runs(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 2)
    extended(path, "small", {"parameters.fixed": [2**40]}, 3)
    assert ranges_of(path, "small")["parameters.fixed"] == [7, 7, 2**40]
    assert list(ranges_of(path, "small")) == ["parameters.group.x", "parameters.mode", "parameters.fixed"]


VALUES: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "texts": ("a", ["a", "ü"], ["a long text", "ü"]),
    "numbers": (1.5, [0.25, np.nan], [3, np.nan, 1e300]),
    "single": (np.float32(1.5), [np.float32(0.1), np.float32(2)], [np.float32(0.3)]),
    "whole": (1, [1, 2], [2**40, -5]),
    "truth": (True, [True, False], [False, False]),
    "complex": (1j, [1j, 2 + 1j], [3.0, 1j]),
    "arrays": (np.array([1, 2]), [np.array([1, 2]), np.array([3])], [np.array([3]), np.zeros((2, 2)), np.array([4])]),
    "lists": ([1], [[1], [2, 3]], [[2, 3], ["a"]]),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("ranged", [True, False])
def test_values_of_every_kind_are_appended(tmp_path: Path, kind: str, ranged: bool) -> None:
    default, old, new = VALUES[kind]
    ranges: dict[str, list[Any]] = {"x": list(range(len(old))), **({"p": old} if ranged else {})}
    path = sweep(tmp_path / "a.hdf5", ranges, {"x": 0, "p": default})
    extended(path, "sweep", {"parameters.p": new}, len(old) + len(new))
    wanted = [*(old if ranged else [default] * len(old)), *new]
    found = ranges_of(path, "sweep")["parameters.p"]
    assert nested_equal(found, wanted)
    assert {type(value) for value in found} == {type(default)}
    assert ranges_of(path, "sweep")["parameters.x"] == [*range(len(old)), *[0] * len(new)]


def test_equal_arrays_and_matrices_are_stored_once(tmp_path: Path) -> None:
    def matrix(number: float) -> SparseMatrix:
        return SparseMatrix("csr", (1, 2), np.array([number]), np.array([0]), np.array([0, 1]))

    ranges: dict[str, list[Any]] = {"a": [np.array([1]), np.array([2])], "m": [matrix(1), matrix(2)]}
    path = sweep(tmp_path / "a.hdf5", ranges, {"a": np.array([2]), "m": matrix(3)})
    values = {"parameters.a": [np.array([2]), np.array([5])], "parameters.m": [matrix(1), matrix(4)]}
    extended(path, "sweep", values, 4)
    extended(path, "sweep", {}, 6)
    with files.reading(os.fsencode(path)) as file:
        arrays = files.open_path(file, b"/sweep/parameters/a/explored__rr__/set_00000")
        assert len(files.names(arrays)) == 3
        matrices = [
            name for name in files.names(files.open_path(file, b"/sweep/parameters/m")) if name.startswith(b"xspm")
        ]
        assert len(matrices) == 4
    found = ranges_of(path, "sweep")
    assert [value.tolist() for value in found["parameters.a"]] == [[1], [2], [2], [5], [2], [2]]
    assert [value.values.tolist() for value in found["parameters.m"]] == [[1], [2], [1], [4], [3], [3]]


@pytest.mark.parametrize(
    ("default", "value"),
    [(1, 1.5), (1.5, "a"), ("a", 1), (True, 2), (np.int8(1), 300), (np.array([1]), 1), (1, [1])],
    ids=str,
)
def test_values_of_another_type_are_refused_by_name(tmp_path: Path, default: Any, value: Any) -> None:
    path = sweep(tmp_path / "a.hdf5", {"p": [default]}, {"p": default})
    with pytest.raises((TypeError, ValueError, OverflowError), match=r"parameters\.p"):
        extended(path, "sweep", {"parameters.p": [value]}, 2)


def test_what_cannot_be_extended_is_said(tmp_path: Path, shared: Path) -> None:
    folder = shared / "fixtures" / "pypet-0.6.1"
    for fixture, name, sentence in (
        ("07_crashed", "Crashed", "“parameters.x” is explored, but its values are not in the file."),
        ("42_no_runs", "Small", "The table of runs of “Small” is missing, so that no runs can be added."),
        ("42_short_range", "Small", "“parameters.x” has 1 value for 2 runs."),
    ):
        path = Path(shutil.copy(folder / f"{fixture}.hdf5", tmp_path))
        with pytest.raises(PexError) as raised:
            extended(path, name, {}, 9)
        assert raised.value.title == sentence
    path = small_trajectory(tmp_path / "a.hdf5", 3)
    with pytest.raises(PexError, match=r"There is no parameter “parameters\.nothing”"):
        extended(path, "small", {"parameters.nothing": [1]}, 4)
    with pytest.raises(ValueError, match=r"“parameters\.mode” has 1 value for 2 new runs"):
        extended(path, "small", {"parameters.mode": ["a"]}, 5)
    with pytest.raises(ValueError, match="There are 3 runs already, more than 2"):
        extended(path, "small", {}, 2)


def test_new_runs_are_called_as_the_others_are() -> None:
    assert added_names([b"trial_0000", b"trial_0001"], 2, 2) == [b"trial_0002", b"trial_0003"]
    assert added_names([b"run1", b"run2"], 2, 1) == [b"run3"]
    assert added_names([b"a", b"b"], 2, 1) == [b"run_00000002"]
    assert added_names([b"a", b"run_00000002"], 2, 1) == [b"run_00000002_"]
    assert added_names([], 0, 1) == [b"run_00000000"]


def test_tables_that_would_be_wrong_are_taken_away(tmp_path: Path, shared: Path) -> None:
    path = Path(shutil.copy(shared / "fixtures" / "pypet-0.6.1" / "08_expanded.hdf5", tmp_path))
    extended(path, "Expanded", {}, 6)
    with files.reading(os.fsencode(path)) as file:
        trajectory = open_trajectory_group(file, b"/Expanded")
        assert layout.EXPLORED_OVERVIEW not in files.names(trajectory.overview)
        settings = read_settings(trajectory, [])
        assert not settings[layout.EXPLORED_OVERVIEW.decode()]
        assert settings["parameters_overview"]


def test_all_types_that_pypet_wrote_are_extended_by_their_defaults(tmp_path: Path, shared: Path) -> None:
    source = shared / "fixtures" / "pypet-0.6.1" / "03_parameter_types.hdf5"
    path = Path(shutil.copy(source, tmp_path))
    before = ranges_of(source, "ptypes")
    extended(path, "ptypes", {}, 5)
    after = ranges_of(path, "ptypes")
    assert list(after) == list(before)
    for name, values in after.items():
        with files.reading(os.fsencode(source)) as file:
            default = leaves.load_leaf(file, f"/ptypes/{name.replace('.', '/')}".encode()).value
        assert nested_equal(values[:3], before[name]), name
        assert nested_equal(values[3:], [default] * 2), name


def test_pypet_loads_expands_and_runs_what_was_extended(tmp_path: Path, shared: Path, oracle: Path) -> None:
    folder = shared / "fixtures" / "pypet-0.6.1"
    jobs: list[dict[str, Any]] = []
    names = ["Multiplication", "alpha", "Expanded", "CustomRuns", "merge_a", "NoOverview"]
    for fixture, name in zip(FIXTURES, names, strict=True):
        path = Path(shutil.copy(folder / f"{fixture}.hdf5", tmp_path))
        jobs.append({"do": "describe", "file": str(path)})
        path = Path(shutil.copy(path, tmp_path / f"{fixture}_longer.hdf5"))
        extended(path, name, {}, len(names_of(path, name)) + 2)
        jobs.append({"do": "describe", "file": str(path)})
        jobs.append({"do": "repeat", "file": str(path), "name": name})
        jobs.append({"do": "describe", "file": str(path)})
    answers = ask(oracle, jobs, tmp_path)
    for place, name in enumerate(names):
        before, longer, repeated, after = (answers[4 * place + step] for step in range(4))
        runs = len(before[name]["runs"])
        assert longer[name]["runs"][:runs] == before[name]["runs"]
        assert [run[2] for run in longer[name]["runs"][runs:]] == [0, 0]
        assert longer[name]["explored"] == before[name]["explored"]
        assert longer[name]["leaves"].keys() == before[name]["leaves"].keys()
        for leaf, told in longer[name]["leaves"].items():
            was = before[name]["leaves"][leaf]
            values = told.pop("range", None)
            assert values == (was["range"] + [was["value"]] * 2 if "range" in was else None)
            assert told == {key: value for key, value in was.items() if key != "range"}
        assert (repeated["before"], repeated["after"]) == (runs + 2, runs + 4)
        assert after[name]["runs"][runs + 2][2] == 1
