"""How far arrays are apart, element by element: nothing rounded, nothing overlooked."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pexgui.core import Tolerance
from pexgui.core.measures import EXACT, Measure, apart, differs, measure, measure_numbers, same_bytes

FLOATS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6), elements=st.floats())


@given(FLOATS)
def test_an_array_is_the_same_as_itself_and_its_copy(array: Any) -> None:
    assert measure(array, array.copy()) is None
    assert not differs(array, array.copy()).any()


@given(FLOATS, st.data())
def test_any_one_changed_element_is_found_and_located(array: Any, data: st.DataObject) -> None:
    place = tuple(data.draw(st.integers(0, length - 1)) for length in array.shape)
    changed = array.copy()
    changed[place] = data.draw(
        st.floats().filter(lambda x: not (x == array[place] or (x != x and array[place] != array[place])))
    )
    for a, b in ((array, changed), (changed, array)):
        found = measure(a, b)
        assert found is not None
        assert (found.differing, found.compared, found.first) == (1, array.size, place)


@given(FLOATS, st.integers(1, 7))
def test_pieces_say_what_the_whole_says(array: Any, step: int) -> None:
    other = np.where(np.arange(array.size).reshape(array.shape) % 3 == 0, array, array + 1)
    whole = measure(array, other)
    gathered = Measure(array.shape)
    for start in range(0, array.shape[0], step):
        part = slice(start, start + step)
        gathered.add(array[part], other[part], (start, *(0 for _ in array.shape[1:])))
    assert gathered.result() == whole


@pytest.mark.parametrize(
    ("a", "b", "differing"),
    [
        (np.array([2**63 + 1], np.uint64), np.array([2.0**63]), 1),
        (np.array([2**63], np.uint64), np.array([2.0**63]), 0),
        (np.array([2**53 + 1]), np.array([2.0**53]), 1),
        (np.array([2**53 + 1], np.uint64), np.array([2**53], np.int64), 1),
        (np.array([2**63], np.uint64), np.array([-(2**63)], np.int64), 1),
        (np.array([1, 2], np.int8), np.array([1.0, 2.5], np.float32), 1),
        (np.array([1, 2]), np.array([1 + 0j, 2 + 1j]), 1),
        (np.array([True, False]), np.array([1, 0]), 0),
        (np.array([0.0]), np.array([-0.0]), 0),
        (np.array([complex("nan+1j")]), np.array([complex("nan+1j")]), 0),
        (np.array([complex("nan+1j")]), np.array([complex("nan+2j")]), 1),
        (np.array(["NaT", "2020"], "M8[s]"), np.array(["NaT", "2021"], "M8[s]"), 1),
        (np.array([1, 2, "NaT"], "m8[Y]"), np.array([365, 2, "NaT"], "m8[D]"), 2),
        (np.array([1, 2], "m8[s]"), np.array([1000, 2], "m8[ms]"), 1),
        (np.array(["a", "b"]), np.array(["a", "bc"]), 1),
        (np.array([(1, np.nan)], "i4,f8"), np.array([(1, np.nan)], "i4,f8"), 0),
        (np.array([(1, np.nan)], "i4,f8"), np.array([(2, np.nan)], "i4,f8"), 1),
        (np.array([(1,)], [("a", "i4", (2,))]), np.array([(2,)], [("a", "i4", (2,))]), 1),
        (np.array(5), np.array(6), 1),
    ],
    ids=repr,
)
def test_elements_are_compared_as_what_they_are(a: Any, b: Any, differing: int) -> None:
    for one, other in ((a, b), (b, a)):
        found = measure(one, other)
        assert (0 if found is None else found.differing) == differing


def test_not_a_number_is_itself_only_if_the_tolerance_says_so() -> None:
    array = np.array([1.0, np.nan, np.inf])
    assert measure(array, array) is None
    found = measure(array, array, Tolerance(nan_equal=False))
    assert found is not None
    assert (found.differing, found.first) == (1, (1,))


@pytest.mark.parametrize(
    ("tolerance", "near"),
    [
        (Tolerance(), []),
        (Tolerance(absolute=0.01), [0, 1]),
        (Tolerance(relative=1e-3), [0, 2]),
        (Tolerance(ulp=1), [0]),
        (Tolerance(absolute=1e300), [0, 1, 2]),
    ],
)
def test_a_tolerance_lets_through_what_is_near_and_never_what_is_infinite(
    tolerance: Tolerance, near: list[int]
) -> None:
    a = np.array([1.0, 0.001, 1000.0, np.inf, 1.0])
    b = np.array([np.nextafter(1.0, 2), 0.002, 1000.5, 1.0, np.nan])
    assert [place for place, bad in enumerate(differs(a, b, tolerance)) if not bad] == near


def test_distances_are_exact_where_they_can_be() -> None:
    found = measure(np.array([-(2**63), 5]), np.array([2**63 - 1, 5]))
    assert found is not None
    assert found.absolute == 2.0**64
    found = measure(np.array([1.0, 4.0]), np.array([np.nextafter(1.0, 2), 5.0]))
    assert found is not None
    assert (found.absolute, found.relative, found.differing) == (1.0, 0.2, 2)
    tiny = measure(np.array([-5e-324]), np.array([5e-324]))
    assert tiny is not None
    assert tiny.ulp == 2
    single = measure(np.array([1.0], np.float32), np.array([np.nextafter(np.float32(1), np.float32(2))]))
    assert single is not None
    assert single.ulp == 1


def test_what_is_infinitely_far_says_so() -> None:
    found = measure(np.array([1.0, 2.0]), np.array([np.inf, 2.5]))
    assert found is not None
    assert (found.absolute, found.relative, found.ulp) == (math.inf, math.inf, None)


def test_the_same_bytes_are_seen_without_looking_at_elements() -> None:
    array = np.arange(24.0).reshape(4, 6)
    assert same_bytes(array, array.copy())
    assert not same_bytes(array, array.astype(np.int64))
    assert not same_bytes(array[:, ::2], array[:, ::2])
    assert same_bytes(np.zeros(3, np.uint8), np.zeros(3, np.uint8))
    assert same_bytes(np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.parametrize(
    ("a", "b", "tolerance", "near"),
    [
        (10**40, 10**40 + 1, Tolerance(absolute=0.5), False),
        (10**40, 10**40 + 1, Tolerance(absolute=1.0), True),
        (10**40, 10**40 + 1, Tolerance(relative=1e-30), True),
        (10**400, 1, Tolerance(relative=0.5), False),
        (10**400, 2 * 10**400, Tolerance(relative=0.5), True),
        (-(10**400), 10**400, Tolerance(absolute=math.inf), True),
        (Fraction(1, 3), 1 / 3, Tolerance(relative=1e-9), True),
        (Fraction(1, 3), 1 / 3, Tolerance(), False),
        (Decimal("0.1"), 0.1, Tolerance(absolute=1e-9), True),
        (Decimal("1e999999999"), 1, Tolerance(relative=0.5), False),
        (Decimal("sNaN"), 1, Tolerance(relative=0.5), False),
        (10**400, math.inf, Tolerance(absolute=1.0), False),
        (10**400, 1j, Tolerance(absolute=1.0), False),
    ],
    ids=repr,
)
def test_numbers_that_no_array_holds_are_measured_exactly(a: Any, b: Any, tolerance: Tolerance, near: bool) -> None:
    assert (apart(a, b, tolerance) is None, apart(b, a, tolerance) is None) == (near, near)


def test_the_distance_of_numbers_that_no_array_holds_is_told_as_far_as_a_float_can() -> None:
    found = apart(10**40, 10**40 + 2)
    assert found is not None
    assert (found.differing, found.absolute, found.relative) == (1, 2.0, pytest.approx(2e-40))
    far = apart(10**400, 1)
    assert far is not None
    assert (far.absolute, far.relative) == (math.inf, 1.0)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        *((0.1, 0.3), (-0.0, 5e-324), (1e308, -1e308), (math.inf, 1.0), (math.inf, -math.inf), (math.nan, 1.0)),
        *((math.nan, math.nan), (2.0, 2.0), (0.0, -0.0), (1, 3), (2**63 - 1, -(2**63)), (2**53, 2**53 + 1), (0, -7)),
        *((2**63, 1), (True, False), (1, 1.5), (1 + 2j, 2.0), (np.float32(1), np.float32(2)), (np.int8(1), np.int8(3))),
    ],
)
@pytest.mark.parametrize("tolerance", [EXACT, Tolerance(nan_equal=False), Tolerance(relative=0.5), Tolerance(ulp=2)])
def test_single_numbers_are_measured_as_arrays_are(a: Any, b: Any, tolerance: Tolerance) -> None:
    found = measure_numbers(a, b, tolerance)
    assert found == measure(np.asarray(a), np.asarray(b), tolerance)
    assert found is None or type(found.absolute) is type(found.relative) is float
