"""Whatever pypet's format can hold is stored and comes back; whatever it cannot is refused before a byte is written."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pexgui import ObjectTable, PickleParameter, PickleResult, Trajectory, load_trajectory, nested_equal

VALUES: dict[str, Any] = {
    "int": -(2**62),
    "large": 2**63 + 5,
    "bool": True,
    "float": 2.5,
    "inf": float("-inf"),
    "nan": float("nan"),
    "complex": 1 - 2j,
    "text": "plain",
    "empty_text": "",
    "foreign": "Größe 数 🙂",
    "bytes": b"raw",
    "int8": np.int8(-3),
    "uint16": np.uint16(7),
    "float32": np.float32(0.5),
    "list": [1, 2, 3],
    "one": [7],
    "one_tuple": (1.5,),
    "texts": ("a", "bß"),
    "array": np.arange(6.0).reshape(2, 3),
    "bools": np.array([True, False]),
    "words": np.array(["ä", "bc"]),
    "none_of_them": np.zeros((0, 3)),
    "big_endian": np.arange(3, dtype=">i4"),
}
OF_RESULTS: dict[str, Any] = {
    "dict": {"a": 1, "b": "ü", "c": 2.5},
    "empty_dict": {},
    "empty_list": [],
    "empty_tuple": (),
    "table": ObjectTable({"x": [1, 2], "y": ["a", "b"]}),
    "frame": pd.DataFrame({"x": [1, 2], "y": [0.5, 1.5], "z": ["a", "b"]}),
    "series": pd.Series([1.0, 2.0], index=["p", "q"]),
    "wide": {f"k{number:03d}": number for number in range(600)},
}
REFUSED = {
    "nothing": (None, TypeError),
    "object": (object(), TypeError),
    "moment": (datetime.datetime(2020, 1, 1), TypeError),
    "nested": ([[1], [2]], TypeError),
    "point": (np.array(3.0), TypeError),
    "huge": (2**70, OverflowError),
    "mixed": ([1, "a"], TypeError),
    "records": (np.zeros(2, dtype=[("a", int)]), TypeError),
}


def new(tmp_path: Path) -> Trajectory:
    return Trajectory("types", filename=str(tmp_path / "types.hdf5"))


def same(found: Any, wanted: Any) -> bool:
    alike = type(found) is type(wanted) or isinstance(wanted, np.ndarray | pd.Series | pd.DataFrame)
    return alike and bool(nested_equal(found, wanted))


@pytest.mark.parametrize("name", VALUES)
def test_a_parameter_comes_back_with_its_value_and_its_range(name: str, tmp_path: Path) -> None:
    value = VALUES[name]
    trajectory = new(tmp_path)
    trajectory.f_add_parameter("group.value", value, comment="Größe")
    trajectory.f_add_derived_parameter("derived", value)
    trajectory.f_add_config("setting", value)
    trajectory.f_explore({"group.value": [value, value, value]})
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    parameter = again.f_get("parameters.group.value")
    assert parameter.v_comment == "Größe"
    assert same(parameter.f_get_default(), value)
    assert len(again) == 3
    assert all(same(one, value) for one in parameter.f_get_range())
    assert same(again.f_get("derived_parameters.derived").f_get(), value)
    assert same(again.f_get("config.setting").f_get(), value)


@pytest.mark.parametrize("name", [*VALUES, *OF_RESULTS])
def test_a_result_comes_back(name: str, tmp_path: Path) -> None:
    value = {**VALUES, **OF_RESULTS}[name]
    trajectory = new(tmp_path)
    trajectory.f_add_result("found", value, named=value, comment="What was found")
    trajectory.f_store()
    result = load_trajectory(trajectory.v_filename).f_get("results.found")
    assert same(result.f_get("found"), value)
    assert same(result.named, value)
    assert result.v_comment == "What was found"


def test_what_is_pickled_comes_back_where_no_code_is_needed_for_it(tmp_path: Path) -> None:
    trajectory = new(tmp_path)
    value = {"a": [1, None, (2.5, "x")], "b": {3}}
    trajectory.f_add_parameter(PickleParameter, "anything", value)
    trajectory.f_explore({"anything": [value, [None], value]})
    trajectory.f_add_result(PickleResult, "found", first=value, second=None)
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    assert again.f_get("anything").f_get_range() == [value, [None], value]
    assert again.f_get("found").f_to_dict() == {"first": value, "second": None}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_stored_is_named_before_anything_is_written(name: str, tmp_path: Path) -> None:
    value, kind = REFUSED[name]
    trajectory = new(tmp_path)
    trajectory.f_add_parameter("x", 1)
    trajectory.f_store()
    file = Path(trajectory.v_filename)
    before = file.read_bytes()
    trajectory.f_add_result("good", 1)
    trajectory.f_add_result("group.bad", value)
    with pytest.raises(kind, match=r"results\.group\.bad"):
        trajectory.f_store()
    assert file.read_bytes() == before
    trajectory.results.group.f_remove_child("bad")
    trajectory.f_store()
    assert load_trajectory(file).results.good == 1


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "nothing"])
def test_a_parameter_that_cannot_be_stored_is_refused_when_it_is_added(name: str, tmp_path: Path) -> None:
    value, kind = REFUSED[name]
    with pytest.raises(kind, match="bad"):
        new(tmp_path).f_add_parameter("group.bad", value)
