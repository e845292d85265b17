"""Products of ranges and the different points of a sweep: what pypet makes of them, and what it gets wrong."""

import datetime
import doctest
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexgui import cartesian_product, count_points, find_unique_points, nested_equal
from pexgui.core import designs
from pexgui.core.leaves import Leaf
from pexgui.core.likeness import likeness
from tests.conftest import ROOT
from tests.oracle import ask

NAN = float("nan")


def test_the_examples_in_the_descriptions_are_right() -> None:
    found = doctest.testmod(designs)
    assert found.failed == 0
    assert found.attempted > 4


# --- products


def test_the_first_parameter_varies_slowest() -> None:
    product = cartesian_product({"b": [4.0, 5.0], "a": [1, 2, 3]})
    assert list(product.items()) == [("b", [4.0] * 3 + [5.0] * 3), ("a", [1, 2, 3] * 2)]


def test_the_order_is_that_of_combined_parameters_and_the_names_keep_theirs() -> None:
    product = cartesian_product({"a": [1, 2], "b": [3, 4]}, ["b", "a"])
    assert list(product.items()) == [("a", [1, 2, 1, 2]), ("b", [3, 3, 4, 4])]


@pytest.mark.parametrize("combined", [(), [], None])
def test_nothing_combined_means_all_unlinked(combined: Any) -> None:
    assert cartesian_product({"a": [1, 2], "b": [3]}, combined) == {"a": [1, 2], "b": [3, 3]}


def test_no_parameters_have_no_points() -> None:
    assert cartesian_product({}) == {}
    assert count_points({}) == 0


def test_the_lists_are_not_shared() -> None:
    product = cartesian_product({"a": [1], "b": [1]})
    product["a"].append(2)
    assert product["b"] == [1]


def test_the_values_are_the_very_objects_that_were_given() -> None:
    values = [np.zeros(2), {"k": 1}, np.int8(3)]
    product = cartesian_product({"a": [0, 1], "b": values})
    assert [id(value) for value in product["b"]] == [id(value) for value in values] * 2


def test_generators_arrays_sets_and_dicts_give_their_items() -> None:
    given = {"g": (i * i for i in range(3)), "a": np.arange(2), "s": {7}, "d": {"k": 1}}
    product = cartesian_product(given)
    assert product == {"g": [0, 0, 1, 1, 4, 4], "a": [0, 1] * 3, "s": [7] * 6, "d": ["k"] * 6}
    assert {type(value) for value in product["a"]} == {np.int64}


WRONG = {
    "linked_of_different_length": ({"a": [1, 2, 3], "b": [1, 2]}, [("a", "b")], "“a” has 3 values, “b” has 2"),
    "twice": ({"a": [1], "b": [2]}, ["a", "b", "a"], "“a” is named twice"),
    "twice_in_one_link": ({"a": [1]}, [("a", "a")], "“a” is named twice"),
    "unknown": ({"a": [1]}, ["a", "zz"], "“zz” is in combined_parameters, but has no values"),
    "left_out": ({"a": [1], "b": [2]}, ["a"], "“b” is left out"),
    "several_left_out": ({"a": [1], "b": [2], "c": [3]}, ["b"], "“a”, “c” are left out"),
    "empty": ({"a": [], "b": [1, 2]}, (), "“a” has no values"),
    "text_as_values": ({"a": "abc"}, (), "“a” are one text, 'abc'"),
    "bytes_as_values": ({"a": b"abc"}, (), "“a” are one text"),
    "text_as_combined": ({"a": [1], "b": [2]}, "ab", "combined_parameters is one text, 'ab'"),
    "empty_link": ({"a": [1]}, [(), "a"], "neither a name nor a tuple of names"),
    "number_as_link": ({"a": [1]}, [3], "has 3, which is neither"),
}


@pytest.mark.parametrize("function", [cartesian_product, count_points])
@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(function: Any, case: str) -> None:
    values, combined, told = WRONG[case]
    with pytest.raises(ValueError, match=f".*{told}"):
        function(values, combined)


@pytest.mark.parametrize("function", [cartesian_product, count_points])
def test_what_cannot_be_iterated_over_is_a_wrong_type(function: Any) -> None:
    with pytest.raises(TypeError, match="“a” are of type int"):
        function({"a": 3})
    with pytest.raises(TypeError, match="must be a dict"):
        function(["a"])


def test_a_generator_that_has_nothing_left_has_no_values() -> None:
    used = iter([1])
    list(used)
    with pytest.raises(ValueError, match="“a” has no values"):
        cartesian_product({"a": used})


def test_two_parameters_cannot_read_one_generator() -> None:
    numbers = iter([1, 2])
    with pytest.raises(ValueError, match="“a” and “c” have the same generator"):
        cartesian_product({"a": numbers, "b": [1], "c": numbers})
    assert list(numbers) == [1, 2]


def test_points_are_counted_without_making_them() -> None:
    assert count_points({name: range(10**6) for name in "abc"}) == 10**18
    assert count_points({"a": range(3), "b": np.zeros((3, 2)), "c": {1, 2}}, ["c", ("a", "b")]) == 6


def test_counting_uses_no_generator_up() -> None:
    numbers = iter([1, 2])
    with pytest.raises(ValueError, match="“a” are a generator"):
        count_points({"a": numbers})
    assert list(numbers) == [1, 2]


def some_product(chance: random.Random) -> tuple[dict[str, list[Any]], list[Any]]:
    """Ranges of any lengths, grouped and ordered at random."""
    values: dict[str, list[Any]] = {}
    combined: list[Any] = []
    for group in range(chance.randrange(1, 5)):
        length = chance.randrange(1, 5)
        names = [f"p{group}{letter}" for letter in "abc"[: chance.randrange(1, 4)]]
        for name in names:
            values[name] = [chance.choice([1, -2.5, "x", True, None, [1, 2]]) for _ in range(length)]
        combined.append(names[0] if len(names) == 1 and chance.random() < 0.5 else names)
    chance.shuffle(combined)
    order = chance.sample(list(values), len(values))
    linked = any(len(entry) > 1 for entry in combined if isinstance(entry, list))
    return {name: values[name] for name in order}, combined if linked or chance.random() < 0.7 else []


def test_products_are_exactly_those_of_pypet(oracle: Path, tmp_path: Path) -> None:
    chance = random.Random(6)
    cases = [some_product(chance) for _ in range(300)]
    (theirs,) = ask(oracle, [{"do": "product", "cases": cases}], tmp_path)
    ours = [cartesian_product(*case) for case in cases]
    assert [json.dumps(one) for one in ours] == [json.dumps(one) for one in theirs]
    counts = [count_points(*case) for case in cases]
    assert counts == [len(next(iter(one.values()))) for one in theirs]
    assert max(counts) > 100


def test_the_products_of_the_table_are_right(shared: Path) -> None:
    table = json.loads((shared / "truth_table.json").read_text(encoding="utf-8"))["cartesian_product"]
    for case in table:
        arguments = eval(case["args"])
        if "sane" in case:
            with pytest.raises(ValueError, match=r"“(a|b|zz)”"):
                cartesian_product(*arguments)
        else:
            assert cartesian_product(*arguments) == case["pypet"]


# --- points


class Explored:
    """A parameter as far as it matters here."""

    def __init__(self, name: str, values: Any) -> None:
        self.v_full_name = name
        self._values = values

    def f_get_range(self, copy: bool = True) -> Any:
        if self._values is None:
            raise TypeError("not explored")
        return list(self._values) if copy else self._values


def test_points_come_in_the_order_in_which_they_occur_first() -> None:
    points = find_unique_points([Explored("x", [2, 1, 2]), Explored("y", ["b", "a", "b"])])
    assert points == [((2, "b"), [0, 2]), ((1, "a"), [1])]


def test_one_parameter_has_points_of_one_value_and_none_has_no_points() -> None:
    assert find_unique_points([[1, 2, 1]]) == [((1,), [0, 2]), ((2,), [1])]
    assert find_unique_points([]) == []
    assert find_unique_points([[], []]) == []


def test_ranges_may_be_a_dict_arrays_and_generators() -> None:
    assert find_unique_points({"x": np.array([1, 2, 1]), "y": (i % 2 for i in range(3))}) == [
        ((1, 0), [0, 2]),
        ((2, 1), [1]),
    ]
    assert find_unique_points(cartesian_product({"x": [1, 1], "y": [2]})) == [((1, 2), [0, 1])]
    (one, other) = find_unique_points([np.array([[1, 2], [3, 4], [1, 2]])])
    assert (one[1], other[1]) == ([0, 2], [1])


def test_a_leaf_read_from_a_file_is_a_parameter() -> None:
    leaf = Leaf("Parameter", "", {}, True, {}, {}, value=1, range=[1, 2, 1], explored=True)
    assert find_unique_points([leaf]) == [((1,), [0, 2]), ((2,), [1])]
    with pytest.raises(TypeError, match="Parameter 1 is not explored"):
        find_unique_points([leaf._replace(range=None)])


def test_ranges_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="“x” has 2 values, “y” has 3: one per run"):
        find_unique_points([Explored("x", [1, 2]), Explored("y", [1, 2, 3])])
    with pytest.raises(ValueError, match="Parameter 1 has 1 values, Parameter 3 has 2"):
        find_unique_points([[1], [1], [1, 2]])
    with pytest.raises(ValueError, match=r"“x” has 1 values, “x” \(parameter 2\) has 2"):
        find_unique_points([Explored("x", [1]), Explored("x", [1, 2])])


@pytest.mark.parametrize("wrong", ["abc", b"abc", 3, {1, 2}, {"k": 1}])
def test_what_is_neither_a_parameter_nor_a_sequence_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Parameter 1 is neither a parameter nor a sequence"):
        find_unique_points([wrong])


def test_a_parameter_that_is_not_explored_is_a_wrong_type() -> None:
    with pytest.raises(TypeError, match="not explored"):
        find_unique_points([Explored("x", None)])


def test_what_pypet_takes_for_one_point_by_mistake_is_told_apart() -> None:
    arrays = [np.zeros(3)] * 3
    assert [runs for _, runs in find_unique_points([["x", "xy", "x"], arrays])] == [[0, 2], [1]]
    assert [runs for _, runs in find_unique_points([[[1, 2], [1, 2, 3]]])] == [[0], [1]]
    assert [runs for _, runs in find_unique_points([[float("nan"), float("nan"), 1.0]])] == [[0, 1], [2]]


def test_the_same_object_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def counted(value: Any) -> int:
        seen.append(value)
        return likeness(value)

    monkeypatch.setattr(designs, "likeness", counted)
    product = cartesian_product({"a": [np.zeros(2), np.ones(2)], "b": range(100)})
    assert len(find_unique_points(product)) == 200
    assert len(seen) == 2


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 2),
        st.sampled_from([0.0, -0.0, 1.0, NAN, math.inf, 2**53, 2.0**53, 2**53 + 1, 1j, b"a", "a", "1"]),
        st.builds(
            np.full,
            st.sampled_from([(), (1,), (2,), (1, 2), (0,)]),
            st.sampled_from([0, 1, NAN]),
            st.sampled_from(["f4", "f8", "c16", object]),
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from(["a", 1, 1.0, True]), inner, max_size=2),
    ),
    max_leaves=4,
)


def columns(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[list[tuple[Any, Any]]]:
    return st.lists(st.tuples(kind, st.integers(0, 1)), max_size=8)


KINDS = [
    st.integers(-1, 1) | st.booleans() | st.sampled_from([0.0, -0.0, NAN, math.inf]) | st.just("a") | st.none(),
    st.sampled_from([0.0, NAN, 1j, complex(NAN, 1), complex(1, NAN), 1]),
    st.sampled_from([np.float32(0.5), np.float64(0.5), np.int8(1), np.uint64(2**64 - 1), np.float64(2.0**64)])
    | st.sampled_from([np.bool_(True), np.str_("a"), np.bytes_(b"a"), np.float16("nan"), np.complex64(1)]),
    st.sampled_from([np.float32(0.5), 0.5, NAN, np.float64("nan"), np.int64(2**53 + 1), 2.0**53]),
    st.lists(st.sampled_from([0, 0.0, False, "a", b"a"]), max_size=2) | st.sampled_from([(), (0,), ("a", 0)]),
    st.lists(st.sampled_from([0, 0.0, NAN, (0,)]), max_size=2),
    st.sampled_from([datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)]),
    st.sampled_from([datetime.datetime(2020, 1, 1), datetime.date(2020, 1, 1), np.datetime64("2020-01-01")]),
]
"""Columns as they occur: each has values of a few types only."""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=8) | st.sampled_from(KINDS).flatmap(columns))
def test_points_are_those_that_comparing_all_of_them_gives(points: list[tuple[Any, Any]]) -> None:
    slow: list[tuple[tuple[Any, ...], list[int]]] = []
    for run, point in enumerate(points):
        for known, runs in slow:
            if all(map(nested_equal, known, point)):
                runs.append(run)
                break
        else:
            slow.append((point, [run]))
    found = find_unique_points([[point[column] for point in points] for column in range(2)])
    assert [runs for _, runs in found] == [runs for _, runs in slow]
    assert all(map(nested_equal, [point for point, _ in found], [point for point, _ in slow]))


def some_ranges(chance: random.Random) -> list[list[Any]]:
    """Ranges of one length, each of one type; with an array among them only what pypet compares right then."""
    runs = chance.randrange(1, 12)
    kinds: list[list[Any]] = [[0, 1, -3], [0.0, -0.0, 1.5], [True, False]]
    kinds += [[[1, 2], [3, 4]], [[0.5, 1.5], [0.5, 2.5]]] if chance.random() < 0.5 else [["", "x", "xy"]]
    return [chance.choices(chance.choice(kinds), k=runs) for _ in range(chance.randrange(1, 4))]


def test_points_are_exactly_those_of_pypet(oracle: Path, tmp_path: Path) -> None:
    chance = random.Random(6)
    cases = [some_ranges(chance) for _ in range(300)]
    jobs = [{"do": "unique", "cases": cases}, {"do": "unique", "cases": cases, "root": str(ROOT)}]
    theirs, of_their_parameters = ask(oracle, jobs, tmp_path)
    ours = []
    for case in cases:
        points = find_unique_points([list(map(as_array, values)) for values in case])
        ours.append([[list(map(as_list, point)), runs] for point, runs in points])
    assert list(map(json.dumps, ours)) == list(map(json.dumps, theirs))
    assert list(map(json.dumps, of_their_parameters)) == list(map(json.dumps, theirs))


def as_array(value: Any) -> Any:
    return np.array(value) if isinstance(value, list) else value


def as_list(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
