"""Values that are odd, misleading or large: compared by what is in them, in either order, and never with a raise."""

import collections
import functools
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pexgui.core import Tolerance
from pexgui.core.equality import explain_difference, get_all_attributes, nested_equal
from pexgui.core.values import Pickle


def nan() -> float:
    """Not a number, another object each time."""
    return float("nan")


class Lax(dict[str, Any]):
    """Has any attribute that it is asked for."""

    __getattr__ = dict.get


class Refusing:
    """Raises for an attribute that it does not have, and has no words for itself."""

    def __init__(self, a: Any) -> None:
        self.a = a

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)

    def __repr__(self) -> str:
        raise RuntimeError


class Slotted:
    __slots__ = ("a",)

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)


class Less:
    """Takes itself for equal to whatever is larger."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, a: int) -> None:
        self.a = a

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Less) and self.a <= other.a


@dataclass
class Point:
    x: Any
    note: Any = field(default=None, compare=False)


@dataclass
class Never:
    x: Any

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return False


STRUCTURED = [("a", "i4"), ("b", "f8")]

EQUAL: list[tuple[Any, Any]] = [
    ({nan(): 1, nan(): 2}, {nan(): 1, nan(): 2}),
    ({(1, nan()): 1}, {(1, nan()): 1}),
    ({(1, nan())}, {(1, nan())}),
    ({frozenset([nan()])}, {frozenset([nan()])}),
    (complex(1, nan()), complex(1, nan())),
    (Decimal("sNaN"), Decimal("sNaN")),
    (np.timedelta64("NaT"), np.timedelta64("NaT")),
    (np.timedelta64(1, "s"), np.timedelta64(1000, "ms")),
    (np.array([(1, nan())], STRUCTURED)[0], np.array([(1, nan())], STRUCTURED)[0]),
    (np.array(["a"], np.dtypes.StringDType()), np.array(["a"], np.dtypes.StringDType())),
    (np.array(["a"], np.dtypes.StringDType()), np.array(["a"])),
    (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"])),
    (pd.array([1, None]), pd.array([1, None])),
    (Lax(a=1), Lax(a=1)),
    (Refusing(1), Refusing(1)),
    (Point(nan(), 1), Point(nan(), 2)),
    (range(10**9), range(10**9)),
]

UNEQUAL: list[tuple[Any, Any]] = [
    ({nan(): 1, nan(): 2}, {nan(): 1}),
    ({nan(): 1}, {nan(): 2}),
    ({nan(), float("-nan")}, {nan()}),
    (complex(1, nan()), complex(2, nan())),
    (Decimal("sNaN"), 1),
    (np.timedelta64(1, "ns"), np.timedelta64(1, "ps")),
    (np.timedelta64(1, "Y"), np.timedelta64(1, "M")),
    (np.timedelta64(1, "ns"), 1),
    (np.timedelta64("NaT"), np.datetime64("NaT")),
    (np.array([1], "m8[Y]"), np.array([365], "m8[D]")),
    (pd.Categorical(["a", "b"]), pd.Categorical(["a", "a"], categories=["a", "b"])),
    (pd.Index([1, 2]), pd.array([1, 2])),
    (pd.Timestamp("2020"), pd.Timestamp("2020", tz="UTC")),
    (functools.partial(print), functools.partial(repr)),
    (random.Random(1), random.Random(2)),
    (Lax(a=1), Lax(a=2)),
    (Refusing(1), Refusing(2)),
    (Refusing(1), [1]),
    (Less(1), Less(2)),
    (Never(1), Never(1)),
    (range(10**9), range(1, 10**9 + 1)),
    ([0.5] * 2000, [0.5] * 1999 + [1.5]),
    ([0.5, "x"] * 1000, [0.5, "x"] * 1000 + [None]),
    ([None] * 1000 + [[1]], [None] * 1000 + [[2]]),
]

BY_TYPE: list[tuple[Any, Any]] = [
    ({1}, {1.0}),
    ({(1, 2)}, {(1, 2.0)}),
    (Point(1), Point(1.0)),
    (np.timedelta64(1, "s"), np.timedelta64(1000, "ms")),
    (np.array(["a"], np.dtypes.StringDType()), np.array(["a"])),
]


@pytest.mark.parametrize("pair", EQUAL, ids=range(len(EQUAL)))
def test_what_holds_the_same_is_equal(pair: tuple[Any, Any]) -> None:
    a, b = pair
    assert (nested_equal(a, b), nested_equal(b, a)) == (True, True)
    assert (nested_equal([a], [b]), nested_equal({"k": b}, {"k": a})) == (True, True)
    assert explain_difference(a, a, strict=True) == []


@pytest.mark.parametrize("pair", UNEQUAL, ids=range(len(UNEQUAL)))
def test_what_holds_something_else_is_not(pair: tuple[Any, Any]) -> None:
    for a, b in (pair, pair[::-1]):
        assert nested_equal(a, b) is False
        assert nested_equal({"k": [a]}, {"k": [b]}) is False
        assert explain_difference(a, b, most=1)


@pytest.mark.parametrize("pair", BY_TYPE, ids=range(len(BY_TYPE)))
def test_types_count_inside_of_sets_fields_and_times_when_asked(pair: tuple[Any, Any]) -> None:
    for a, b in (pair, pair[::-1]):
        assert nested_equal(a, b)
        assert explain_difference(a, b, strict=True)


def test_attributes_are_not_those_that_a_class_makes_up() -> None:
    a, b = Slotted(), Slotted()
    a.a = 1
    assert (get_all_attributes(a), get_all_attributes(b)) == ({"a": 1}, {})
    (found,) = explain_difference(a, b)
    assert found.place == ".a"


def test_keys_that_are_not_a_number_are_reported_one_by_one() -> None:
    found = explain_difference({nan(): 1, nan(): 2, "k": 3}, {nan(): 1, nan(): 5})
    assert [(each.a, each.b) for each in found] == [("2", "5"), ("3", "")]


def test_far_items_of_a_long_sequence_are_located() -> None:
    a: list[Any] = [[number] for number in range(5000)]
    b: list[Any] = [[number] for number in range(5000)]
    b[17], b[999], b[1000], b[4321] = [-1], [-1], [-1], [-1]
    b.append("more")
    assert [each.path for each in explain_difference(a, b)] == [(17, 0), (999, 0), (1000, 0), (4321, 0), (5000,)]


def test_a_pickle_that_cannot_be_decoded_says_that_its_contents_are_not_shown() -> None:
    (found,) = explain_difference([Pickle(b"1", None, "refused")], [Pickle(b"2", [7])])
    assert found.a.endswith("contents not shown")
    assert found.b == "[7]"


def test_values_without_words_of_their_own_are_named_by_their_class() -> None:
    (found,) = explain_difference([Refusing(1)], [5])
    assert (found.a, found.b) == ("Refusing, which cannot be shown", "5")
    chain: Any = None
    for _ in range(100_000):
        chain = Point(chain)
    deep: Any = 1
    for _ in range(100_000):
        deep = collections.deque([deep])
    for value in (chain, deep):
        (found,) = explain_difference(value, 5)
        assert found.b == "5"


def test_durations_are_shown_with_their_unit() -> None:
    (found,) = explain_difference([np.array([1], "m8[Y]")], [np.array([365], "m8[D]")])
    assert (found.a, found.b) == ("[1 years]", "[365 days]")
    (found,) = explain_difference(np.timedelta64(1, "ns"), np.timedelta64("NaT"))
    assert (found.a, found.b) == ("1 nanoseconds", "NaT")


def test_a_tolerance_is_exact_for_numbers_that_no_array_holds() -> None:
    assert explain_difference(10**400, 1, tolerance=Tolerance(relative=0.1))
    assert explain_difference([10**40], [10**40 + 1], tolerance=Tolerance(absolute=0.5))
    assert explain_difference([10**40], [10**40 + 1], tolerance=Tolerance(absolute=1.0)) == []
    assert explain_difference(Decimal("sNaN"), 1, tolerance=Tolerance(relative=0.1))
    assert explain_difference({nan()}, {nan()}, tolerance=Tolerance(nan_equal=False))
