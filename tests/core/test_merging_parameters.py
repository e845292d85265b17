"""Parameters of merged trajectories: what they become, and what is refused."""

import math
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui import nested_equal
from pexgui.core import (
    Fill,
    MergeWork,
    PexError,
    merge,
)
from tests.core.merges import explored, leaf, merged, planned, ranges, unexplored


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 0.5, [1.0, 0.5]),
        (1, 2**40, [1, 2**40]),
        (np.int32(1), np.float64(0.5), [1.0, 0.5]),
        ("run", "run_long", ["run", "run_long"]),
        ("grüße", "ä", ["grüße", "ä"]),
        (np.array([1, 2, 3]), np.array([0.5, 1.5, 2.5]), [[1, 2, 3], [0.5, 1.5, 2.5]]),
        (np.arange(3), np.arange(4), [[0, 1, 2], [0, 1, 2, 3]]),
        ([1, 2], [1, 2, 3], [[1, 2], [1, 2, 3]]),
        (True, False, [True, False]),
        (float("nan"), 1.0, [float("nan"), 1.0]),
    ],
    ids=repr,
)
def test_values_that_differ_become_explored_without_loss(
    tmp_path: Path, one: Any, other: Any, expected: list[Any]
) -> None:
    """pypet writes 0.5 as 0 beside whole numbers, refuses other shapes after it has deleted the old values, takes
    [1, 2] for [1, 2, 3] and cannot store what int32 cannot hold."""
    a, b = unexplored(tmp_path / "a.hdf5", one), unexplored(tmp_path / "b.hdf5", other)
    merged([a, b], tmp_path / "out.hdf5")
    found = ranges(tmp_path / "out.hdf5", "parameters.p")
    assert len(found) == 2
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(np.asarray(got), np.asarray(wanted))
        assert np.asarray(got).shape == np.asarray(wanted).shape
    np.testing.assert_array_equal(np.asarray(leaf(tmp_path / "out.hdf5", "parameters.p").value), np.asarray(one))


def test_values_that_cannot_stand_side_by_side_are_refused_with_a_sentence(tmp_path: Path) -> None:
    a, b = unexplored(tmp_path / "a.hdf5", 1), unexplored(tmp_path / "b.hdf5", "text")
    assert "cannot stand side by side" in planned([a, b], tmp_path / "out.hdf5").problem


def test_equal_values_stay_unexplored_whatever_the_order_of_sources(tmp_path: Path) -> None:
    """pypet takes NaN for different from NaN and explores it."""
    for number, same in enumerate((float("nan"), "text", [1, 2], np.array([1.0, np.nan]))):
        folder = tmp_path / str(number)
        folder.mkdir()
        a, b = unexplored(folder / "a.hdf5", same), unexplored(folder / "b.hdf5", same)
        assert planned([a, b], folder / "out.hdf5").parameters == ()


def test_a_parameter_explored_in_one_source_is_explored_in_the_result(tmp_path: Path) -> None:
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), unexplored(tmp_path / "b.hdf5", 7.0)
    merged([a, b], tmp_path / "out.hdf5")
    assert ranges(tmp_path / "out.hdf5", "parameters.p") == [1.0, 2.0, 7.0]
    merged([b, a], tmp_path / "back.hdf5")
    assert ranges(tmp_path / "back.hdf5", "parameters.p") == [7.0, 1.0, 2.0]


def test_a_parameter_that_a_source_lacks_is_asked_for_and_can_be_filled(tmp_path: Path) -> None:
    """pypet refuses; here it is a question."""
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    b = unexplored(tmp_path / "b.hdf5", 1.0, lambda made: made.parameter("extra", 5))
    plan = planned([a, b], tmp_path / "out.hdf5")
    (missing,) = plan.missing
    assert (missing.name, missing.sources, missing.value, missing.fills) == ("parameters.extra", (0,), "5", ("",))
    assert plan.problem == "Choose a value of “parameters.extra” for “a.hdf5”, which does not have it."
    with pytest.raises(PexError, match="Choose a value"):
        merge(MergeWork(plan))
    merged([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, "7"),))
    assert ranges(tmp_path / "out.hdf5", "parameters.extra") == [7, 5]
    merged([a, b], tmp_path / "same.hdf5", fills=(Fill("parameters.extra", 0),))
    assert leaf(tmp_path / "same.hdf5", "parameters.extra").value == 5
    assert planned([a, b], tmp_path / "o.hdf5", ignore=("extra",)).problem == ""


@pytest.mark.parametrize(
    ("like", "wrong", "right", "value"),
    [
        (5, "abc", "7", 7),
        (5, "2.7", "-1", -1),
        (5, "True", "2", 2),
        (0.5, "abc", "nan", math.nan),
        (0.5, "[1.0]", "1e-3", 0.001),
        (True, "1", "False", False),
        (np.int8(1), "300", "-3", np.int8(-3)),
        (np.arange(3), "[1.5]", "[4, 5]", np.array([4, 5])),
        (np.arange(3), "none", "[[1], [2]]", np.array([[1], [2]])),
        ([1, 2], "abc", "[3]", [3]),
    ],
)
def test_what_a_parameter_cannot_be_is_refused_and_never_dropped(
    tmp_path: Path, like: Any, wrong: str, right: str, value: Any
) -> None:
    a = unexplored(tmp_path / "a.hdf5", 1.0)
    b = unexplored(tmp_path / "b.hdf5", 1.0, lambda made: made.parameter("extra", like))
    plan = planned([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, wrong),))
    assert plan.problem == "What was given for “a.hdf5” is no value that “parameters.extra” can have."
    with pytest.raises(PexError, match="is no value that"):
        merge(MergeWork(plan))
    merged([a, b], tmp_path / "out.hdf5", fills=(Fill("parameters.extra", 0, right),))
    assert nested_equal(ranges(tmp_path / "out.hdf5", "parameters.extra"), [value, like])


def test_a_parameter_that_cannot_be_read_in_one_source_is_not_taken_for_that_of_the_other(tmp_path: Path) -> None:
    a, b = unexplored(tmp_path / "a.hdf5", 1.0), unexplored(tmp_path / "b.hdf5", 2.0)
    with h5py.File(b, "r+", libver=("earliest", "v110")) as file:
        del file["sweep/parameters/p/data"]
        file["sweep/parameters/p"].create_group("data")
    plan = planned([a, b], tmp_path / "out.hdf5")
    assert plan.problem == "“parameters.p” has not one readable value for every run of “b.hdf5”."


def test_an_explored_parameter_cannot_be_left_out(tmp_path: Path) -> None:
    """pypet begins, and leaves the target without its other parameters."""
    a, b = explored(tmp_path / "a.hdf5", [1.0, 2.0]), explored(tmp_path / "b.hdf5", [3.0])
    plan = planned([a, b], tmp_path / "out.hdf5", ignore=("p",))
    assert plan.problem == "“parameters.p” is explored and cannot be left out."
