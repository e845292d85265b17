"""Values in cells are aligned to look at and exact to copy."""

from typing import Any

import numpy as np
import pytest

from pexgui.ui import cells


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.1, 0.25, -3.0], ["0.10", "0.25", "−3.00"]),
        ([1.0, 2.0], ["1.0", "2.0"]),
        ([1234.5, 0.5], ["1,234.5", "0.5"]),
        ([1 / 3, 200 / 3], ["0.3333", "66.6667"]),
        ([1e-9, 2e-9], ["1.00000e−9", "2.00000e−9"]),
        ([1e12, 0.1], ["1.00000e12", "1.00000e−1"]),
        ([0.5, np.nan, np.inf, -np.inf], ["0.5", "NaN", "inf", "−inf"]),
        ([-0.0, 1.5], ["0.0", "1.5"]),
    ],
)
def test_floats_of_a_column_have_the_same_decimals(values: list[float], shown: list[str]) -> None:
    array = np.array(values)
    assert [cells.formatter(array)(value) for value in array] == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        ([1.4, 1.43], ["1.40 s", "1.43 s"]),
        ([2.0, 15.0], ["2 s", "15 s"]),
        ([0.01234, 0.5], ["12 ms", "500 ms"]),
        ([192.0, 58.34, 7500.0], ["3 min 12 s", "58 s", "2 h 5 min"]),
        ([0.002, 45.0], ["2 ms", "45 s"]),
        ([0.0, 0.0], ["0 s", "0 s"]),
    ],
)
def test_durations_of_a_column_have_the_same_decimals(seconds: list[float], shown: list[str]) -> None:
    write = cells.durations(np.array(seconds))
    assert [write(value) for value in seconds] == shown


def test_single_precision_shows_what_was_meant() -> None:
    array = np.array([0.1, 0.2], np.float32)
    assert cells.formatter(array)(array[0]) == "0.1"
    assert cells.exact(array.dtype)(array[0]) == "0.1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.int64(-1234567), "−1,234,567"),
        (np.uint64(2**64 - 1), "18,446,744,073,709,551,615"),
        (np.bool_(True), "True"),
        (np.complex128(3 - 4j), "3 − 4j"),
        (np.complex128(complex(np.nan, np.inf)), "nan + infj"),
        (np.timedelta64(90, "s"), "0:01:30"),
        (np.timedelta64("NaT", "s"), cells.MISSING),
        (np.timedelta64(7), "7 generic time units"),
    ],
)
def test_other_kinds_have_a_form_of_their_own(value: Any, shown: str) -> None:
    array = np.array([value])
    assert cells.formatter(array)(array[0]) == shown


@pytest.mark.parametrize(
    ("moments", "shown"),
    [
        (["2026-03-14T00:00:00.000000000", "NaT"], ["2026-03-14", cells.MISSING]),
        (["2026-03-14T09:41:00.000000000"], ["2026-03-14 09:41"]),
        (["2026-03-14T09:41:00.500000000"], ["2026-03-14 09:41:00.500"]),
        (["2026-03-14T09:41:00.000000001"], ["2026-03-14 09:41:00.000000001"]),
    ],
)
def test_moments_show_no_more_than_they_have(moments: list[str], shown: list[str]) -> None:
    array = np.array(moments, "<M8[ns]")
    assert [cells.formatter(array)(value) for value in array] == shown


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.1 + 0.2, 1e300, -0.0]),
        np.array([0.1], np.float32),
        np.array([0.1], np.float16),
        np.array([2**63 - 1]),
        np.array([1 + 2j, -1.5e-300j]),
    ],
)
def test_what_is_copied_reads_back_as_the_same_number(array: Any) -> None:
    write = cells.exact(array.dtype)
    back = np.array([array.dtype.type(complex(write(v)) if array.dtype.kind == "c" else write(v)) for v in array])
    assert back.tobytes() == array.tobytes()


def test_a_copied_moment_that_is_none_is_empty() -> None:
    array = np.array(["NaT"], "<M8[s]")
    assert cells.exact(array.dtype)(array[0]) == ""


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([-71.2, 22.0, -59.84], ["−71.2", "22.0", "−59.8"]),
        ([0, 0.5, 1], ["0.00", "0.50", "1.00"]),
        ([0, 50_000], ["0", "50,000"]),
        ([1e9, 2e9], ["1.00e9", "2.00e9"]),
        ([0, 1e-9], ["0", "1.00e−9"]),
        ([5, 5], ["5.00", "5.00"]),
        ([0, 0], ["0.00", "0.00"]),
        ([float("nan"), 1], ["NaN", "1.00"]),
        ([], []),
    ],
)
def test_numbers_side_by_side_have_the_same_decimals(values: list[float], shown: list[str]) -> None:
    assert cells.alike(values) == shown
