"""Equality of nested values, and of parameters and results: sane, symmetric, located; nothing inside is too odd."""

import copy
import json
import math
import subprocess
import sys
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import pexgui
from pexgui import get_all_attributes, nested_equal, parameters_equal, results_equal
from pexgui.core import Tolerance
from pexgui.core.equality import explain_difference
from pexgui.core.values import ObjectTable, Pickle, Quantity
from tests.conftest import ROOT
from tests.oracle import FOLDER

NAN = float("nan")
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=5))
ARRAYS = hnp.arrays(st.sampled_from([np.float64, np.int32, np.bool_]), hnp.array_shapes(max_dims=2, max_side=4))
FRAMES = st.builds(
    lambda rows: pd.DataFrame({"x": rows, "y": [str(row) for row in rows]}), st.lists(st.floats(), max_size=4)
)
NESTED = st.recursive(
    st.one_of(SCALARS, ARRAYS, FRAMES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=4),
    ),
    max_leaves=12,
)
MARK = "changed, and nowhere else"


@given(NESTED)
def test_anything_equals_itself_and_a_copy(value: Any) -> None:
    for other in (value, copy.deepcopy(value)):
        assert nested_equal(value, other) is True
        assert explain_difference(value, other, strict=True) == []


@given(NESTED, NESTED)
def test_equality_does_not_depend_on_the_order(a: Any, b: Any) -> None:
    assert nested_equal(a, b) is nested_equal(b, a)
    assert bool(explain_difference(a, b, strict=True)) is bool(explain_difference(b, a, strict=True))
    assert nested_equal(a, b) is not bool(explain_difference(a, b))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all items of lists and dicts inside of a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(*path, key) for key in keys] + [deeper for key in keys for deeper in places(value[key], (*path, key))]


@given(NESTED, st.data())
def test_any_one_changed_item_is_found_and_located(value: Any, data: st.DataObject) -> None:
    known = places(value)
    if not known:
        return
    path = data.draw(st.sampled_from(known))
    changed = copy.deepcopy(value)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = MARK
    for a, b in ((value, changed), (changed, value)):
        assert not nested_equal(a, b)
        (found,) = explain_difference(a, b)
        assert found.path == path
        assert MARK in (found.a, found.b)


@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e9, 1e9)), st.data())
def test_a_changed_element_of_an_array_deep_inside_is_measured(array: Any, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(array) - 1))
    changed = array.copy()
    changed[place] += 1 + abs(changed[place])
    (found,) = explain_difference({"a": [array]}, {"a": [changed]})
    assert (found.path, found.place) == (("a", 0), "['a'][0]")
    assert found.magnitude is not None
    assert (found.magnitude.first, found.magnitude.differing) == ((place,), 1)
    assert found.magnitude.absolute == pytest.approx(abs(changed[place] - array[place]))


@given(st.lists(st.tuples(st.floats(), st.text(max_size=3)), min_size=1, max_size=6), st.data())
def test_a_changed_cell_of_a_frame_deep_inside_is_located(rows: list[tuple[float, str]], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(["x", "y"]))
    frame = pd.DataFrame(rows, columns=["x", "y"])
    changed = frame.copy()
    old = changed.loc[row, column]
    new: Any = MARK if column == "y" else data.draw(st.floats().filter(lambda x: x != old and (x == x or old == old)))
    changed.loc[row, column] = new
    for a, b in ((frame, changed), (changed, frame)):
        assert not nested_equal({"f": (1, a)}, {"f": (1, b)})
        (found,) = explain_difference({"f": (1, a)}, {"f": (1, b)})
        if column == "y":
            assert found.path == ("f", 1, "y", row)
        else:
            assert (found.path, found.magnitude and found.magnitude.first) == (("f", 1, "x"), (row,))


def deep(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


def test_nesting_of_any_depth_does_not_exhaust_the_stack() -> None:
    assert nested_equal(deep(100_000), deep(100_000))
    other = deep(99_999)
    other = [other, 1]
    assert not nested_equal(deep(100_000), other)
    chain: dict[str, Any] = {}
    for _ in range(20_000):
        chain = {"k": chain, "n": 1}
    assert nested_equal(chain, copy_of_chain(chain))


def copy_of_chain(chain: dict[str, Any]) -> dict[str, Any]:
    count = 0
    while chain:
        chain, count = chain["k"], count + 1
    made: dict[str, Any] = {}
    for _ in range(count):
        made = {"k": made, "n": 1}
    return made


def test_values_that_contain_themselves_end() -> None:
    a: list[Any] = [1]
    a.append(a)
    b: list[Any] = [1]
    b.append(b)
    assert nested_equal(a, b)
    b[0] = 2
    (found,) = explain_difference(a, b)
    assert found.path == (0,)
    crossed: list[Any] = [1, None]
    other: list[Any] = [1, crossed]
    crossed[1] = other
    assert nested_equal(crossed, other)


@dataclass
class Point:
    x: Any
    y: Any


class Plain:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Slotted:
    __slots__ = ("__hidden", "never", "shown")

    def __init__(self, shown: Any, hidden: Any) -> None:
        self.shown = shown
        self.__hidden = hidden


class Raising(Plain):
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise KeyError("no")


Two = namedtuple("Two", "a b")


@pytest.mark.parametrize(
    ("a", "b", "place"),
    [
        (Point(1, [1, 2]), Point(1, [1, 3]), ".y[1]"),
        (Point(NAN, np.zeros(2)), Point(NAN, np.ones(2)), ".y"),
        (Plain(a={"k": 1}), Plain(a={"k": 2}), ".a['k']"),
        (Plain(a=1), Plain(a=1, b=2), ".b"),
        (Slotted(1, [1]), Slotted(1, [2]), "._Slotted__hidden[0]"),
        (Raising(a=1), Raising(a=2), ".a"),
        (Two(1, 2), Two(1, 3), ".b"),
        (deque([1, 2]), deque([1, 2, 3]), "[2]"),
        ({"a": {"b": [0, (1, 2)]}}, {"a": {"b": [0, (1, 5)]}}, "['a']['b'][1][1]"),
        ({1: "x"}, {1: "x", 2: "y"}, "[2]"),
        (ValueError("a", 1), ValueError("a", 2), ".args[1]"),
        (pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 3]}), "['a']"),
        (pd.DataFrame({"a": ["x", "y"]}), pd.DataFrame({"a": ["x", "z"]}), "['a'][1]"),
        (pd.Series([1], index=[0]), pd.Series([1], index=[1]), ".index"),
        (pd.Series([1], name="a"), pd.Series([1], name="b"), ".name"),
        (ObjectTable({"a": [1, 2]}), ObjectTable({"a": [1, 3]}), ".columns['a'][1]"),
        (Quantity(1.0, "volt"), Quantity(1.0, "amp"), ".unit"),
        (Pickle(b"1", {"a": 1}), Pickle(b"2", {"a": 2}), "['a']"),
        (Pickle(b"1", None, "refused"), Pickle(b"2", {"a": 2}), ""),
    ],
    ids=repr,
)
def test_a_difference_inside_of_anything_is_located(a: Any, b: Any, place: str) -> None:
    for one, other in ((a, b), (b, a)):
        assert [found.place for found in explain_difference(one, other)] == [place]
    assert nested_equal(a, copy.deepcopy(a))


def test_a_pickle_of_the_same_bytes_is_equal_whatever_is_in_it() -> None:
    assert nested_equal(Pickle(b"1", None, "refused"), Pickle(b"1", None, "refused"))
    assert nested_equal(Pickle(b"1", [1]), Pickle(b"2", [1]))


def test_types_count_only_when_asked() -> None:
    pairs: list[tuple[Any, Any]] = [
        (1, 1.0),
        (True, 1),
        (Fraction(1, 2), 0.5),
        ([1], (1,)),
        ([1, 2], [1.0, 2]),
        (np.arange(3), np.arange(3.0)),
        ({1: 2}, {1.0: 2}),
        (OrderedDict(a=1, b=2), OrderedDict(b=2, a=1)),
        (pd.Series([1, 2]), pd.Series([1.0, 2.0])),
    ]
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            assert nested_equal(one, other)
            assert explain_difference(one, other, strict=True), (one, other)


def test_at_most_as_many_differences_as_wanted_in_their_order() -> None:
    a, b = list(range(100)), [number + 1 for number in range(100)]
    assert [found.path for found in explain_difference(a, b, most=3)] == [(0,), (1,), (2,)]
    assert len(explain_difference(a, b)) == 100
    assert [found.path for found in explain_difference([1, [2], 3], [0, [0], 0, 4])] == [(0,), (1, 0), (2,), (3,)]


def test_a_tolerance_applies_to_numbers_everywhere() -> None:
    a = {"n": 1.0, "l": [1, 2.0], "a": np.array([1.0, 2.0]), "f": pd.DataFrame({"x": [1.0]}), "big": 10**40}
    b = {"n": 1.1, "l": [1, 2.1], "a": np.array([1.0, 2.1]), "f": pd.DataFrame({"x": [1.1]}), "big": 10**40 + 1}
    assert len(explain_difference(a, b)) == 5
    assert explain_difference(a, b, tolerance=Tolerance(relative=0.2)) == []
    assert [found.path for found in explain_difference(a, b, tolerance=Tolerance(absolute=0.2))] == [("big",)]
    assert explain_difference([NAN], [NAN], tolerance=Tolerance(nan_equal=False))
    same = [NAN]
    assert explain_difference(same, same, tolerance=Tolerance(nan_equal=False))


def test_iterators_and_functions_are_equal_only_to_themselves() -> None:
    for thing in (iter([1]), (n for n in (1,)), len, math, test_values_that_contain_themselves_end, Plain):
        assert nested_equal(thing, thing)
    assert not nested_equal(iter([1]), iter([1]))
    assert not nested_equal(lambda: 1, lambda: 1)


def test_attributes_are_those_of_the_instance_and_of_all_slots() -> None:
    assert get_all_attributes(Slotted(1, 2)) == {"shown": 1, "_Slotted__hidden": 2}
    assert get_all_attributes(Plain(a=1)) == {"a": 1}
    assert get_all_attributes(5) == {}


# --- parameters and results: whatever has pypet's attributes


class Leaf:
    def __init__(self, name: str, **more: Any) -> None:
        self.v_full_name = name
        self.v_is_parameter = False
        self._data = more

    v_comment = ""


class Parameter(Leaf):
    def __init__(self, name: str, value: Any = None, values: list[Any] | None = None) -> None:
        super().__init__(name)
        self.v_is_parameter = True
        self._value, self._values = value, values
        self.set_to = -1

    def f_is_empty(self) -> bool:
        return self._value is None

    def f_get(self) -> Any:
        return self._value if self.set_to < 0 or self._values is None else self._values[self.set_to]

    def f_get_default(self) -> Any:
        return self._value

    def f_has_range(self) -> bool:
        return self._values is not None

    def f_get_range(self) -> list[Any]:
        assert self._values is not None
        return self._values


def test_parameters_are_compared_by_name_type_value_and_range() -> None:
    def made(**more: Any) -> Parameter:
        return Parameter(**{"name": "p.x", "value": 1, "values": [1, 2, NAN], **more})

    assert parameters_equal(made(), made())
    for other in (
        made(name="p.y"),
        made(value=2),
        made(value=1.0),
        made(values=[1, 2]),
        made(values=[1, 2.0, NAN]),
        made(values=None),
    ):
        assert not parameters_equal(made(), other)
        assert not parameters_equal(other, made())
    assert parameters_equal(Parameter("p"), Parameter("p"))
    assert not parameters_equal(Parameter("p"), Parameter("p", 1))


def test_a_parameter_that_is_set_to_a_run_still_equals_itself() -> None:
    a, b = (Parameter("p.x", 1, [5, 6]) for _ in range(2))
    b.set_to = 1
    assert a.f_get() != b.f_get()
    assert parameters_equal(a, b)


def test_results_are_compared_by_name_and_data() -> None:
    a = Leaf("r", x=np.arange(3), y="text")
    assert results_equal(a, Leaf("r", x=np.arange(3), y="text"))
    b = Leaf("r", x=np.arange(3), y="text")
    b.v_comment = "another"
    assert results_equal(a, b)
    for other in (Leaf("q", x=np.arange(3), y="text"), Leaf("r", x=np.arange(3)), Leaf("r", x=np.arange(3), y="tex")):
        assert not results_equal(a, other)
        assert not results_equal(other, a)


class Behind(Leaf):
    """Keeps its data as pypet does, in a slot behind a property, and may keep something else beside them."""

    def __init__(self, name: str, beside: Any = None, **more: Any) -> None:
        super().__init__(name)
        del self.__dict__["_data"]
        self._data_ = more
        self._beside = beside

    def __getattr__(self, name: str) -> Any:
        if name == "_data":
            return self.__dict__["_data_"]
        raise AttributeError(name)


def test_what_a_result_keeps_beside_its_data_counts_and_how_it_pickles_them_does_not() -> None:
    assert results_equal(Behind("r", [1], x=1), Behind("r", [1], x=1))
    for more in ({}, {"x": 1}):
        assert not results_equal(Behind("r", 1, **more), Behind("r", 2, **more))
    a, b = Behind("r", x=1), Behind("r", x=1)
    b._protocol = 2
    assert results_equal(a, b)
    a._data_, b._data_ = np.arange(3), np.arange(3)  # type: ignore[assignment]
    assert results_equal(a, b)
    b._data_ = np.arange(4)  # type: ignore[assignment]
    assert not results_equal(a, b)


def test_leaves_of_the_real_pypet_are_compared_by_all_their_data_in_any_class_and_at_any_run(
    oracle: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [str(oracle), str(FOLDER / "leaf_pairs.py"), str(ROOT)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads(done.stdout) == {
        "results of two classes": [True, True, True],
        "results of two pickle protocols": [True, True, True],
        "one result in a trajectory, one not": [True, True, True],
        "a result never filled, one emptied": [True, True, True],
        "results with something beside their data": [False, False, True],  # pypet does not look there
        "results with something beside no data": [False, False, True],
        "results with the same beside their data": [True, True, True],
        "a parameter at two run indices": [True, True, False],  # pypet compares the current value
        "an array parameter at two run indices": [True, True, False],
    }


def test_what_is_not_of_the_kind_is_refused_in_a_sentence() -> None:
    result, parameter = Leaf("x"), Parameter("x", 1)
    assert parameters_equal(parameter, result) is False
    assert results_equal(parameter, result) is False
    for compare, a, b in (
        (parameters_equal, result, result),
        (results_equal, parameter, parameter),
        (parameters_equal, parameter, 5),
        (parameters_equal, 5, parameter),
        (results_equal, result, None),
    ):
        with pytest.raises(ValueError, match="parameter"):
            compare(a, b)


def test_the_names_can_be_imported_from_pexgui_and_nothing_else_is_there() -> None:
    for name in ("nested_equal", "parameters_equal", "results_equal", "get_all_attributes", "explain_difference"):
        assert callable(getattr(pexgui, name))
        assert name in pexgui.__all__
        assert name in dir(pexgui)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        pexgui.nothing  # noqa: B018  (asking is the point)


LAZILY = """
import sys
import pexgui
print(sorted({"numpy", "pandas", "h5py", "tables", "scipy", "msgspec"} & set(sys.modules)))
from pexgui import nested_equal
assert nested_equal([1, {"a": 2}], [1, {"a": 2}]) and not nested_equal([1], ["1"])
print(sorted({"pandas", "h5py", "tables", "scipy"} & set(sys.modules)))
"""


def test_importing_pexgui_imports_no_library_and_comparing_none_that_is_not_there_already() -> None:
    done = subprocess.run([sys.executable, "-c", LAZILY], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.split("\n"), done.stderr) == (["[]", "[]", ""], "")
