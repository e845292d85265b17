"""Which runs belong to each other, by properties that hold for any sweeps."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pexgui.core.compare_sides import MISSING, key_of
from tests.core.compared import compared, only, sweep

POINTS = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, float("nan")]), st.integers(0, 1)), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POINTS, POINTS)
def test_every_run_has_at_most_one_partner_with_the_same_point(
    tmp_path: Path, left: list[tuple[float, int]], right: list[tuple[float, int]]
) -> None:
    a, b = sweep(tmp_path / "a.hdf5", left), sweep(tmp_path / "b.hdf5", right)
    pairs = only(compared(a, b)).pairs
    assert sorted(pair.number_a for pair in pairs if pair.a) == list(range(len(left)))
    assert sorted(pair.number_b for pair in pairs if pair.b) == list(range(len(right)))
    for pair in pairs:
        if pair.a and pair.b:
            assert key_of(left[pair.number_a]) == key_of(right[pair.number_b])
    alone_a = {key_of(left[pair.number_a]) for pair in pairs if not pair.b}
    alone_b = {key_of(right[pair.number_b]) for pair in pairs if not pair.a}
    assert not alone_a & alone_b


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (np.int32(3), 3),
        (float("nan"), np.float32("nan")),
        (-0.0, 0.0),
        ("x", "x"),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([np.nan]), np.array([np.nan], np.float32)),
        ([1, (2, 3)], [1.0, (2, 3)]),
        ({"a": 1, "b": np.zeros(2)}, {"b": np.zeros(2), "a": 1}),
        (np.array([b"x"]), np.array([b"x"])),
    ],
    ids=repr,
)
def test_equal_values_make_the_same_point(one: Any, other: Any) -> None:
    assert key_of(one) == key_of(other)
    assert hash(key_of(one)) == hash(key_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, "1"),
        ("x", b"x"),
        (None, "None"),
        (float("nan"), "nan"),
        (np.array([1, 2]), np.array([2, 1])),
        (np.zeros((1, 2)), np.zeros((2, 1))),
        ([1], (1,)),
        (2**53 + 1, float(2**53)),
        (None, MISSING),
    ],
    ids=repr,
)
def test_different_values_make_different_points(one: Any, other: Any) -> None:
    assert key_of(one) != key_of(other)


def test_complex_numbers_that_are_partly_not_a_number_are_themselves_and_no_others() -> None:
    half = [complex(1, float("nan")), complex(2, float("nan")), complex(float("nan"), 1)]
    for place, one in enumerate(half):
        assert [key_of(one) == key_of(other) for other in half] == [place == each for each in range(3)]
        assert key_of(np.complex128(one)) == key_of(one)
    assert key_of(complex(1, 0)) == key_of(1)
