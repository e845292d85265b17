"""A trajectory as the beginning of a design."""

import os
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.core import DesignedParameter, DesignSource, NotReadable, TrajectoryRequest, read_design, writer
from pexgui.core.design_source import unique_points_of
from pexgui.core.encode import SparseMatrix
from pexgui.core.writer import Head
from tests.builders import CREATED, many_runs, small_trajectory


def made(path: Path, ranges: dict[str, list[Any]], defaults: dict[str, Any] | None = None) -> Path:
    """A trajectory ``sweep`` that has these ranges."""
    runs = len(next(iter(ranges.values())))
    with writer.create(os.fsencode(path)) as file:
        sweep = file.trajectory(Head("sweep", CREATED), runs)
        for name, values in ranges.items():
            sweep.parameter(name, (defaults or {}).get(name, values[0]), values)
    return path


def read(path: Path, name: str = "sweep") -> DesignSource:
    return read_design(TrajectoryRequest(os.fsencode(path), f"/{name}".encode()))


def parameters(source: DesignSource) -> dict[str, DesignedParameter]:
    return {one.name: one for one in source.design.parameters}


def test_every_parameter_is_there_with_its_value_and_comment(tmp_path: Path) -> None:
    found = read(small_trajectory(tmp_path / "a.hdf5", 4, finished=3), "small")
    assert parameters(found) == {
        "group.x": DesignedParameter("group.x", "float", "0.0", "First", "linspace(0.0, 3.0, 4)", True),
        "mode": DesignedParameter("mode", "text", '"fast"', "", '"slow", "fast"', True),
        "fixed": DesignedParameter("fixed", "int", "7", "Not explored", "", True),
    }
    assert (found.runs, found.finished, found.failed) == (4, 3, 0)
    assert found.seconds == 2.5
    assert found.size is not None and 1_000 < found.size < 20_000


def test_runs_that_were_begun_and_not_finished_have_failed(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    with writer.create(os.fsencode(path)) as file:
        sweep = file.trajectory(Head("sweep", CREATED), 3)
        sweep.parameter("x", 0, [0, 1, 2])
        sweep.run(0, CREATED, CREATED + 1)
        sweep.run(1, CREATED, CREATED + 9, completed=False)
    found = read(path)
    assert (found.finished, found.failed, found.seconds) == (1, 1, 1.0)


@pytest.mark.parametrize(
    "groups",
    [
        [("x",), ("y",), ("z",)],
        [("z",), ("x", "y")],
        [("x", "y", "z")],
        [("y", "z"), ("x",)],
    ],
    ids=str,
)
def test_the_nesting_of_a_product_is_told(tmp_path: Path, groups: list[tuple[str, ...]]) -> None:
    points = list(product(*(range(place + 2) for place in range(len(groups)))))
    ranges = {
        name: [point[place] * 1.5 + len(name) + ord(name) for point in points]
        for place, group in enumerate(groups)
        for name in group
    }
    found = read(made(tmp_path / "a.hdf5", ranges))
    assert [set(group) for group in found.design.order] == [set(group) for group in groups]


def test_what_is_no_product_has_no_order(tmp_path: Path) -> None:
    assert read(made(tmp_path / "a.hdf5", {"x": [1, 1, 2], "y": [1, 2, 1]})).design.order == ()
    assert read(made(tmp_path / "b.hdf5", {"x": [1, 2, 1], "y": [1, 1, 1]})).design.order == ()


def test_a_parameter_with_one_value_is_linked_with_none(tmp_path: Path) -> None:
    found = read(made(tmp_path / "a.hdf5", {"x": [1, 2], "y": [5, 5], "z": [6, 6]}))
    assert {frozenset(group) for group in found.design.order} == {frozenset("x"), frozenset("y"), frozenset("z")}
    assert found.design.order[-1] == ("x",)


def test_numpy_types_arrays_and_matrices_are_named_and_told(tmp_path: Path) -> None:
    matrices = [
        SparseMatrix("csr", (1, 2), np.array([number]), np.array([0]), np.array([0, 1])) for number in (1.0, 2.0)
    ]
    ranges: dict[str, list[Any]] = {
        "single": [np.float32(0.5), np.float32(1.5)],
        "array": [np.array([1, 2]), np.array([3])],
        "listed": [[1.5], [2.5, 3.5]],
        "matrix": matrices,
    }
    found = parameters(read(made(tmp_path / "a.hdf5", ranges)))
    assert {name: one.type for name, one in found.items()} == {
        "single": "float32",
        "array": "array",
        "listed": "list",
        "matrix": "csr matrix",
    }
    assert found["single"].values == "0.5, 1.5"
    assert found["array"].values == "[1, 2], [3]"
    assert found["listed"].values == "[1.5], [2.5, 3.5]"
    assert found["matrix"].values.startswith("2 values: ")


def test_different_points_are_found_with_their_runs(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", {"x": [1.0, np.nan, 1.0, np.nan], "y": [[1], [2], [1], [3]]})
    points = unique_points_of(os.fsencode(path), b"/sweep")
    assert [runs for _, runs in points] == [[0, 2], [1], [3]]
    assert points[0][0] == {"parameters.x": 1.0, "parameters.y": [1]}
    assert points[2][0]["parameters.y"] == [3]


def test_ten_thousand_runs_are_read_as_a_product_or_not(tmp_path: Path) -> None:
    found = read(many_runs(tmp_path / "a.hdf5", 10_000, ()), "many")
    assert (found.runs, found.finished, found.seconds) == (10_000, 10_000, 0.5)
    assert len(unique_points_of(os.fsencode(tmp_path / "a.hdf5"), b"/many")) == 10_000


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", {"x": [1, 2]})
    assert read(path).runs == 2
    assert read(made(path, {"x": [1, 2, 3]})).runs == 3


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="is not there"):
        read(tmp_path / "a.hdf5")


def test_what_pypet_wrote_is_told(shared: Path) -> None:
    folder = shared / "fixtures" / "pypet-0.6.1"
    found = read(folder / "01_simple.hdf5", "Multiplication")
    assert found.design.order == (("x",), ("y",))
    assert {one.name: one.values for one in found.design.parameters if one.values} == {
        "x": "linspace(1.0, 3.0, 3)",
        "y": "linspace(6.0, 8.0, 3)",
    }
    assert (found.runs, found.finished, found.seconds) == (9, 9, 1.5)
    crashed = read(folder / "07_crashed.hdf5", "Crashed")
    assert crashed.warnings == ("“parameters.x” is explored, but its values are not in the file.",)
    types = parameters(read(folder / "03_parameter_types.hdf5", "ptypes"))
    assert len(types) > 20
