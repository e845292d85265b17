"""Leaves that no fixture has: quantities of Brian, empty arrays of old PyTables, things that do not belong there."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tables

from pexgui.core import NotReadable, files, leaves, parameters, read_value, values
from pexgui.core.model import Mapping, ValueRequest


def leaf(file: Any, place: str, kind: str) -> Any:
    group = file.create_group(*place.rsplit("/", 1), createparents=True)
    group._v_attrs.SRVC_LEAF = True
    group._v_attrs.SRVC_INIT_CLASS_NAME = kind
    return group


def table(file: Any, group: Any, name: str, rows: Any, **types: str) -> None:
    made = file.create_table(group, name, rows)
    made.attrs.SRVC_STORE = "TABLE"
    for column in rows.dtype.names:
        made.attrs[f"SRVC_COLUMN_{column}_COLL_TYPE"] = "COLL_SCALAR"
        made.attrs[f"SRVC_COLUMN_{column}_SCALAR_TYPE"] = types[column]


def array(file: Any, group: Any, name: str, value: Any, **attributes: str) -> None:
    made = file.create_array(group, name, value)
    for key, word in ({"SRVC_STORE": "ARRAY"} | attributes).items():
        made.attrs[key] = word


def loaded(path: Path, place: str) -> leaves.Leaf:
    with files.reading(os.fsencode(path)) as file:
        return leaves.load_leaf(file, place.encode())


@pytest.mark.parametrize("mark", ["__brn2__", "__brn__"])
def test_quantities_of_brian_are_a_value_and_the_text_of_its_unit(tmp_path: Path, mark: str) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        result = leaf(file, "/T/results/r", "Brian2Result")
        scalar = {"SRVC_DATA_COLL_TYPE": "COLL_SCALAR"}
        array(file, result, f"v{mark}value", 2.5, SRVC_DATA_SCALAR_TYPE="float", **scalar)
        array(file, result, f"v{mark}unit", b"1. * volt", SRVC_DATA_SCALAR_TYPE="str", **scalar)
        group = leaf(file, "/T/parameters/p", "Brian2Parameter")
        both = np.array([(5.0, b"1. * amp")], [("value", "f8"), ("unit", "S9")])
        table(file, group, f"data{mark}", both, value="float", unit="str")
        table(file, group, f"explored_data{mark}", np.array([(1.0,), (2.0,)], [("value", "f8")]), value="float")
    assert loaded(tmp_path / "a.h5", "/T/results/r").items == {"v": values.Quantity(2.5, "1. * volt")}
    parameter = loaded(tmp_path / "a.h5", "/T/parameters/p")
    assert parameter.value == values.Quantity(5.0, "1. * amp")
    assert parameter.range == [values.Quantity(1.0, "1. * amp"), values.Quantity(2.0, "1. * amp")]
    shown = read_value(ValueRequest(os.fsencode(tmp_path / "a.h5"), b"/T/results/r"))
    assert isinstance(shown.content, Mapping)
    assert [entry.key for entry in shown.content.entries] == ["value", "unit"]


def test_empty_arrays_of_old_pytables_are_empty(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        group = leaf(file, "/T/results/r", "Result")
        array(file, group, "x", np.zeros(1), PTCOMPAT__empty__dtype="float64", SRVC_DATA_COLL_TYPE="COLL_NDARRAY")
    found = loaded(tmp_path / "a.h5", "/T/results/r")
    assert found.items["x"].shape == (0,)


def test_what_does_not_belong_into_a_leaf_hides_nothing_else(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        group = leaf(file, "/T/results/r", "SomebodysOwnResult")
        array(file, group, "fine", 3, SRVC_DATA_COLL_TYPE="COLL_SCALAR", SRVC_DATA_SCALAR_TYPE="int")
        file.create_soft_link(group, "elsewhere", "/T/results/r/fine")
        file.create_array(group, "foreign", np.arange(3))
        inner = file.create_group(group, "folder")
        file.create_array(inner, "inside", 1.5)
        table(file, group, "indexed", np.zeros(3, [("a", "i4")]), a="int")
        group.indexed.cols.a.create_index()
    found = loaded(tmp_path / "a.h5", "/T/results/r")
    assert set(found.items) == {"fine", "foreign", "folder.inside", "indexed"}
    assert found.items["fine"] == 3
    assert list(found.problems) == ["elsewhere"]
    assert "is a link" in found.problems["elsewhere"]


def test_a_missing_value_of_a_range_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        group = leaf(file, "/T/parameters/p", "ArrayParameter")
        array(file, group, "data__rr__", np.arange(2), SRVC_DATA_COLL_TYPE="COLL_NDARRAY")
        table(file, group, "explored_data__rr__", np.array([(0,), (1,), (0,)], [("idx", "i4")]), idx="int")
        array(file, group, "xa__rr__00000000", np.arange(3), SRVC_DATA_COLL_TYPE="COLL_NDARRAY")
    found = loaded(tmp_path / "a.h5", "/T/parameters/p")
    assert found.range is not None
    assert [isinstance(value, NotReadable) for value in found.range] == [False, True, False]
    assert found.range[0] is found.range[2]
    assert list(found.problems) == ["range"]
    shown: Any = read_value(ValueRequest(os.fsencode(tmp_path / "a.h5"), b"/T/parameters/p", item="range")).content
    assert shown.columns[1].cells.items[0] == "[0, 1, 2]"
    assert "cannot be found" in shown.columns[1].cells.items[1]


def test_whether_a_leaf_is_explored_is_told_by_its_items() -> None:
    assert parameters.has_range([b"data", b"explored_data"])
    assert parameters.has_range([b"explored_data__spsp__"])
    assert not parameters.has_range([b"data", b"explored_datum"])
    assert parameters.has_data([b"data__spsp__format"])
    assert not parameters.has_data([b"value"])
