"""Arrays are made ready for drawing without losing what an eye would look for."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pexgui.ui import sampling

SIGNALLING = np.frombuffer(b"\x01\x00\x00\x00\x00\x00\xf4\x7f" * 3, "<f8")
NASTY: dict[str, NDArray[Any]] = {
    "nothing": np.zeros(0),
    "one": np.array([3.0]),
    "constant": np.full(9, 7.0),
    "nan": np.full(9, np.nan),
    "infinite": np.array([np.inf, -np.inf, 1.0]),
    "only infinite": np.array([np.inf, -np.inf]),
    "signalling": SIGNALLING,
    "huge": np.array([-1.7e308, 1.7e308]),
    "tiny": np.array([5e-324, 1e-310]),
    "alike": 1e16 + np.arange(8.0),
    "half": np.array([1, 60000, -60000], np.float16),
    "truths": np.array([True, False]),
    "whole": np.array([2**64 - 1, 0], np.uint64),
    "bytes": np.array([-128, 127], np.int8),
    "long": np.array([1e4000, 1], np.longdouble) if np.finfo(np.longdouble).max > 1e308 else np.ones(2),
}


@pytest.fixture(params=list(NASTY))
def nasty(request: pytest.FixtureRequest) -> Iterator[NDArray[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield NASTY[request.param]


def test_whatever_numbers_there_are_they_can_be_drawn(nasty: NDArray[Any]) -> None:
    extent = sampling.extent(nasty)
    if not extent.finite:
        return
    how = sampling.scale(extent.low, extent.high)
    x, y = sampling.envelope(sampling.without_infinity(nasty, extent), 0, len(nasty), 50)
    drawn = sampling.drawable(y, how)
    assert len(x) == len(drawn)
    finite = drawn[np.isfinite(drawn)]
    assert len(finite) == extent.finite
    assert np.abs(finite).max() < 1e100
    shades = sampling.shades(nasty.reshape(1, -1), extent.low, extent.high)
    assert (shades != sampling.HOLE).sum() == extent.finite


def test_the_extent_knows_only_finite_values() -> None:
    extent = sampling.extent(np.array([1.0, np.nan, 4.0, np.inf]))
    assert extent == sampling.Extent(1.0, 4.0, 2.5, 2, 4)


def test_the_mean_of_huge_values_lies_between_them() -> None:
    assert sampling.extent(np.array([1.7e308, 1.7e308, 1.6e308])).mean == pytest.approx(1.6666e308, rel=1e-3)


def test_the_mean_of_small_integers_does_not_overflow() -> None:
    assert sampling.extent(np.full(100_000, 250, np.uint8)).mean == 250


def test_no_extreme_is_lost_when_a_line_is_thinned() -> None:
    values = np.zeros(1_000_000)
    values[123_456], values[777_777] = 5, -3
    x, y = sampling.envelope(values, 0, len(values), 300)
    assert len(x) == 600
    assert (y.min(), y.max()) == (-3, 5)
    assert abs(x[np.argmax(y)] - 123_456) < 4000


def test_gaps_stay_gaps_when_a_line_is_thinned() -> None:
    values = np.ones(10_000)
    values[5000:6000] = np.nan
    x, y = sampling.envelope(values, 0, len(values), 100)
    gone = x[np.isnan(y)]
    assert gone.min() > 4900
    assert gone.max() < 6100
    assert len(gone) >= 18


def test_truth_values_can_be_thinned() -> None:
    values = np.zeros(10_000, np.bool_)
    values[50] = True
    assert sampling.envelope(values, 0, len(values), 100)[1].max() == 1


def test_a_part_that_fits_is_drawn_value_by_value() -> None:
    x, y = sampling.envelope(np.arange(100.0), 10, 20, 50)
    assert x.tolist() == y.tolist() == list(range(10, 20))


def test_values_between_gaps_are_found() -> None:
    values = np.array([1, np.nan, 2, np.nan, 3, 4])
    assert sampling.lonely(values).tolist() == [True, False, True, False, False, False]


@pytest.mark.parametrize("dtype", ["f8", "f4", "i2", "u1", "i1", "?"])
def test_shades_run_from_the_lowest_to_the_highest_value(dtype: str) -> None:
    values = np.array([[0, 1]]).astype(dtype)
    assert sampling.shades(values, 0, 1).tolist() == [[0, 254]]


def test_negative_bytes_get_their_own_shade() -> None:
    assert sampling.shades(np.array([[-128, 0, 127]], np.int8), -128, 127).tolist() == [[0, 127, 254]]


def test_a_constant_image_has_the_middle_shade() -> None:
    assert sampling.shades(np.full((2, 2), 5.0), 5, 5).tolist() == [[127, 127], [127, 127]]


def test_a_rare_event_stays_visible_in_a_thinned_image() -> None:
    picture = np.zeros((800, 800), np.uint8)
    picture[417, 23] = 254
    assert sampling.thin(picture, 8, 8).max() == 254


def test_a_dense_image_is_thinned_to_its_mean() -> None:
    picture = np.tile(np.array([[0, 200], [200, 0]], np.uint8), (50, 50))
    assert set(sampling.thin(picture, 10, 10).ravel().tolist()) == {100}


def test_holes_do_not_count_in_a_thinned_image() -> None:
    picture = np.full((4, 4), 100, np.uint8)
    picture[0, 0] = sampling.HOLE
    picture[2:, 2:] = sampling.HOLE
    assert sampling.thin(picture, 2, 2).tolist() == [[100, 100], [100, sampling.HOLE]]


@pytest.mark.parametrize(
    ("low", "high", "caption"),
    [
        (0, 1, ""),
        (-71.2, 22, ""),
        (1e300, 3e300, "× 10³⁰⁰"),
        (-2e-200, 1e-200, "× 10⁻²⁰⁰"),
        (1e16, 1e16 + 8, "+ 1e+16"),
    ],
)
def test_a_scale_that_is_not_plain_says_so(low: float, high: float, caption: str) -> None:
    assert sampling.scale(low, high).caption() == caption
