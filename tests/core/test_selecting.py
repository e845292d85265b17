"""What part of something large is read: what was asked for, made possible, and small."""

import math

import numpy as np
import pytest

from pexgui.core import Selection, content, selecting


@pytest.mark.parametrize(
    ("shape", "axes", "window"),
    [
        ((), (), ()),
        ((5,), (0,), (5,)),
        ((1_000_000,), (0,), (10_000,)),
        ((3, 4), (0, 1), (3, 4)),
        ((100_000, 100_000), (0, 1), (512, 512)),
        ((64, 64, 120), (0, 1), (64, 64)),
        ((120, 64, 64), (1, 2), (64, 64)),
        ((2, 3, 4), (1, 2), (3, 4)),
        ((1000, 1), (0,), (1000,)),
        ((1, 1, 7, 1), (2,), (7,)),
        ((5, 1, 7), (0, 2), (5, 7)),
        ((1, 1), (0, 1), (1, 1)),
        ((0, 3), (0, 1), (0, 0)),
        ((4, 0, 4), (1, 2), (0, 0)),
        ((1,) * 32, (30, 31), (1, 1)),
    ],
)
def test_the_first_screen_of_an_array(shape: tuple[int, ...], axes: tuple[int, ...], window: tuple[int, ...]) -> None:
    plan = selecting.plan(shape)
    assert (plan.axes, plan.window) == (axes, window)
    assert plan.index == (0,) * len(shape)
    assert np.empty(shape, "V0")[plan.slices()].size == math.prod(window)


def test_what_is_asked_for_is_what_is_read() -> None:
    plan = selecting.plan((10, 20, 30), Selection(axes=(0, 2), index=(0, 7, 0), start=(2, 5), count=(3, 4)))
    assert plan.slices() == (slice(2, 5), slice(7, 8), slice(5, 9))
    turned = selecting.plan((10, 20), Selection(axes=(1, 0), count=(5, 2)))
    assert (turned.axes, turned.window, turned.slices()) == ((1, 0), (5, 2), (slice(0, 2), slice(0, 5)))
    assert not turned.ordered()


@pytest.mark.parametrize(
    "selection",
    [
        Selection(axes=(7, -1, 0, 0)),
        Selection(index=(99, -5, 3)),
        Selection(start=(10**12, -3), count=(10**12, -1)),
        Selection(axes=(2,), start=(29,), count=(100,)),
        Selection(axes=(0, 1, 2), index=(1,), start=(1, 1, 1), count=(2, 2, 2)),
    ],
)
def test_what_is_impossible_is_made_possible(selection: Selection) -> None:
    shape = (10, 20, 30)
    plan = selecting.plan(shape, selection)
    assert 1 <= len(plan.axes) <= 2
    assert np.empty(shape)[plan.slices()].size == math.prod(plan.window) > 0


def test_a_window_never_holds_more_than_a_million_cells() -> None:
    for count in ((10**9,), (10**9, 10**9)):
        plan = selecting.plan((10**9, 10**9), Selection(axes=tuple(range(len(count))), count=count))
        assert 0 < math.prod(plan.window) <= selecting.MOST_CELLS
    assert math.prod(selecting.plan((1000, 1000), most=100).window) <= 100


def test_a_window_touches_few_pieces() -> None:
    piece = 16 << 20
    plan = selecting.plan((1000, 1000, 1000), chunk=(1, 1, 1000), size=piece // 1000)
    assert math.prod(plan.window) * piece / 1000 <= selecting.TOUCHED * 1000
    assert plan.window == (4, 512) or plan.window[0] * piece <= selecting.TOUCHED
    whole = selecting.plan((10, 10), chunk=(10, 10), size=1 << 30)
    assert whole.window == (10, 10)
    small = selecting.plan((100_000, 10), chunk=(1, 10), size=8)
    assert small.window == (512, 10)


def test_rows_and_columns_stay_within_the_table() -> None:
    assert selecting.rows(Selection(), 50, 1000, 10_000) == (0, 50)
    assert selecting.rows(Selection(start=(40,), count=(20,)), 50, 1000, 10_000) == (40, 10)
    assert selecting.rows(Selection(count=(10**9,)), 10**9, 1000, 10_000) == (0, 10_000)
    assert selecting.rows(Selection(start=(5,)), 0, 1000, 10_000) == (0, 0)
    assert selecting.columns(Selection(start=(0, 90)), 120, 100) == (90, 30)


def test_turned_windows_hold_the_turned_cells() -> None:
    array = np.arange(6).reshape(2, 3)
    shown = content.content_of(array, Selection(axes=(1, 0)))
    assert (shown.axes, shown.window) == ((1, 0), (3, 2))
    assert np.frombuffer(shown.cells.data, shown.cells.dtype).reshape(3, 2).tolist() == array.T.tolist()
