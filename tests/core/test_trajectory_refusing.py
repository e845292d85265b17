"""What cannot be stored is named before anything is written: no byte of the file is changed, and it goes on without."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from pexgui import ObjectTable, Trajectory, load_trajectory
from pexgui.core.equality import explain_difference
from pexgui.core.values import Pickle
from tests.values import CSR

OBJECT = object()
HALF = "half \ud800"
NEVER: dict[str, tuple[Any, str]] = {
    "none": (None, "NoneType"),
    "object": (OBJECT, "object"),
    "time": (datetime.datetime(2020, 1, 1), "datetime"),
    "np_time": (np.datetime64("2020-01-01"), "datetime64"),
    "nested": ([[1], [2]], "list"),
    "mixed": ([1, "a"], "int and str"),
    "without_dimensions": (np.array(3), "array without dimensions"),
    "too_large": (2**64, "64 bits"),
    "too_small": ([-(2**63) - 1], "64 bits"),
    "too_far_apart": ([-1, 2**63], "64 bits"),
    "not_exact": ([2**53 + 1, 0.5], "too large"),
    "structured": (np.zeros(2, [("a", "i4")]), "void"),
    "objects": (np.array([1, "a"], dtype=object), "object"),
    "times": (np.array(["2020-01-01"], "M8[s]"), "datetime64"),
    "np_float16": (np.float16(1), "float16"),
    "longdouble": (np.longdouble(1), "longdouble"),
    "set": ({1}, "set"),
    "nul_at_the_end": ("a\0", "NUL"),
    "half": (HALF, "surrogate"),
    "halves": (np.array(["a", HALF]), "surrogate"),
}
NOT_IN_RESULTS: dict[str, tuple[Any, str]] = {
    **NEVER,
    "dict_nested": ({"a": {"b": 1}}, "dict"),
    "dict_of_nothing": ({"a": None}, "NoneType"),
    "dict_of_numbers": ({1: 2}, "1 of type int"),
    "dict_of_slashes": ({"a/b": 2}, "a/b"),
    "categories": (pandas.Series(["a"], dtype="category"), "category"),
    "index": (pandas.Index([1]), "Index"),
    "columns_of_two_lengths": (ObjectTable({"a": [1], "b": [1, 2]}), "same length"),
}
NOT_IN_PARAMETERS: dict[str, tuple[Any, str]] = {
    **{name: pair for name, pair in NEVER.items() if name != "none"},
    "dict": ({"a": 1}, "dict"),
    "table": (ObjectTable({"a": [1]}), "ObjectTable"),
    "frame": (pandas.DataFrame({"a": [1]}), "DataFrame"),
    "not_understood": (Pickle(b"."), "NoneType and bytes and str"),
}


@pytest.fixture
def sweep(tmp_path: Path) -> Trajectory:
    """A trajectory of two runs that is stored, and in which something is not stored yet."""
    trajectory = Trajectory("sweep", filename=tmp_path / "sweep.hdf5")
    trajectory.f_add_parameter("x", 1)
    trajectory.f_explore({"x": [1, 2]})
    trajectory.f_store()
    trajectory.f_add_result("before", 1)
    return trajectory


def refused(trajectory: Trajectory, does: Callable[[], Any], name: str, told: str) -> None:
    """``does`` raises an error that names the leaf and says why, and no byte of the file is changed."""
    path = Path(trajectory.v_filename)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())
    with pytest.raises((TypeError, ValueError, OverflowError)) as raised:
        does()
    assert name in str(raised.value)
    assert told in str(raised.value)
    assert before == (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir()))


def stored_without(trajectory: Trajectory, name: str) -> Trajectory:
    """The trajectory as it is in the file after the offender was taken away and the rest was stored."""
    trajectory.f_add_result("after", 2)
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    assert (again.before, again.after) == (1, 2)
    assert name not in again
    return again


@pytest.mark.parametrize("kind", NOT_IN_RESULTS)
def test_a_result_that_cannot_be_stored_is_named_and_nothing_is_written(sweep: Trajectory, kind: str) -> None:
    value, told = NOT_IN_RESULTS[kind]
    sweep.f_add_result("group.offender", item=value, good=1)
    refused(sweep, sweep.f_store, "results.group.offender", told)
    sweep.f_get("offender").f_remove("item")
    sweep.f_store()
    assert load_trajectory(sweep.v_filename).offender["good"] == 1
    stored_without(sweep, "results.group.offender.item")


def test_a_result_of_a_run_that_cannot_be_stored_leaves_the_run_as_it_was(sweep: Trajectory) -> None:
    sweep.f_store()
    sweep.f_start_run(1)
    sweep.f_add_result("z", 1)
    sweep.f_add_result("offender", OBJECT)
    refused(sweep, sweep.f_store, "results.runs.run_00000001.offender", "object")
    sweep.results.runs.run_00000001.f_remove_child("offender")
    sweep.f_store()
    sweep.f_finalize_run()
    again = stored_without(sweep, "results.runs.run_00000001.offender")
    assert (again.results.runs.run_00000001.z, again.f_is_completed(1)) == (1, 1)


@pytest.mark.parametrize("kind", NOT_IN_PARAMETERS)
@pytest.mark.parametrize("branch", ["parameter", "derived_parameter", "config"])
def test_a_parameter_that_cannot_be_stored_is_not_even_added(sweep: Trajectory, branch: str, kind: str) -> None:
    value, told = NOT_IN_PARAMETERS[kind]
    refused(sweep, lambda: getattr(sweep, f"f_add_{branch}")("group.offender", value), "group.offender", told)
    stored_without(sweep, f"{branch}s.group.offender")


@pytest.mark.parametrize(
    ("value", "values", "told"),
    [
        (1, ["a", "b"], "str"),
        (1, [1.5, 2.5], "float"),
        (True, [1, 0], "int"),
        ("a", ["a", b"b"], "bytes"),
        (1, [2, 2**64], "64 bits"),
        (1, [-1, 2**63], "64 bits"),
        (1, [None, None], "NoneType"),
        ([1], [[1], [[1]]], "list"),
        ([1], [[1], {"a": 1}], "dict"),
        (np.int8(1), [1, 2], "int"),
    ],
    ids=str,
)
def test_a_range_that_cannot_be_stored_is_named_and_nothing_is_changed(
    sweep: Trajectory, value: Any, values: list[Any], told: str
) -> None:
    sweep.f_add_parameter("group.p", value)
    sweep.f_store()
    refused(sweep, lambda: sweep.f_explore({"p": values}), "parameters.group.p", told)
    refused(sweep, lambda: sweep.f_expand({"x": [3, 4], "p": values}), "parameters.group.p", told)
    assert (len(sweep), sweep.f_get("p").f_has_range()) == (2, False)
    again = stored_without(sweep, "offender")
    assert (len(again), again.f_get("p").f_has_range(), explain_difference(again.p, value, strict=True)) == (
        2,
        False,
        [],
    )


def test_a_comment_or_annotation_that_cannot_be_stored_is_named_and_nothing_is_written(sweep: Trajectory) -> None:
    leaf = sweep.f_add_result("offender", 1, comment="ä" * 40_000)
    refused(sweep, sweep.f_store, "results.offender", "64 kB")
    leaf.v_comment = HALF
    refused(sweep, sweep.f_store, "results.offender", "surrogate")
    leaf.v_comment = ""
    for value, told in (
        (OBJECT, "object"),
        (2**64, "64 bits"),
        ("a" * 70_000, "64 kB"),
        (np.zeros(10_000), "64 kB"),
        ([OBJECT], "list"),
        ("a\0", "NUL"),
        (b"a\0", "NUL"),
    ):
        leaf.f_set_annotations(note=value)
        refused(sweep, sweep.f_store, "results.offender, annotation note", told)
    del leaf.v_annotations.note
    leaf.f_set_annotations(**{"a/b": 1})
    refused(sweep, sweep.f_store, "results.offender", "a/b")
    sweep.results.f_remove_child("offender")
    group = sweep.f_add_result_group("bad", comment="ä" * 40_000)
    refused(sweep, sweep.f_store, "results.bad", "64 kB")
    group.f_remove()
    stored_without(sweep, "results.offender")


def test_a_new_file_is_not_even_begun_for_what_cannot_be_stored(tmp_path: Path) -> None:
    trajectory = Trajectory("sweep", filename=tmp_path / "new" / "sweep.hdf5")
    trajectory.f_add_result("offender", OBJECT)
    with pytest.raises(TypeError, match=r"results\.offender\.offender: object"):
        trajectory.f_store()
    assert list(tmp_path.iterdir()) == []
    trajectory.results.f_remove_child("offender")
    trajectory.f_add_result("good", 1)
    trajectory.f_store()
    assert load_trajectory(trajectory.v_filename).good == 1


def test_what_needs_another_class_is_not_added_to_a_result_that_is_stored(sweep: Trajectory) -> None:
    sweep.f_store()
    sweep.f_get("before").f_set(matrix=CSR)
    refused(sweep, sweep.f_store, "results.before", "SparseResult")
    sweep.f_get("before").f_remove("matrix")
    sweep.f_get("before").f_set(more=2)
    sweep.f_store()
    assert load_trajectory(sweep.v_filename).f_get("before").f_to_dict() == {"before": 1, "more": 2}
