"""An array is shown as a line, an image or a table, and asks for the part of it that somebody wants to see."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSlider
from pytestqt.qtbot import QtBot

from pexgui.core import ArrayWindow, Selection
from pexgui.ui import drawing
from pexgui.ui.value_array import ArrayView
from pexgui.ui.value_content import Place

from .contents import EVERY, PICTURE, WAVE, window

VOLUME = EVERY["volume"]
assert isinstance(VOLUME, ArrayWindow)


@pytest.fixture(autouse=True)
def library(qtbot: QtBot) -> Iterator[None]:
    qtbot.waitUntil(lambda: drawing.plots() is not None)
    yield


def view_of(qtbot: QtBot, shown: ArrayWindow, place: Place | None = None) -> ArrayView:
    place = place or Place("trace", "mV")
    view = ArrayView(place)
    qtbot.addWidget(view)
    view.resize(280, 400)
    view.show_window(shown, place, keep=False)
    view.show()
    return view


def slider(view: ArrayView, axis: int) -> QSlider:
    return view._slices.sliders()[axis]


@pytest.mark.parametrize(
    ("shown", "mode"),
    [
        (WAVE, "line"),
        (PICTURE, "image"),
        (window(np.arange(3.0)), "table"),
        (window(np.eye(3)), "table"),
        (EVERY["words"], "table"),
        (EVERY["moments"], "table"),
        (EVERY["no elements"], "table"),
        (EVERY["truths"], "line"),
        (EVERY["complex"], "line"),
    ],
)
def test_an_array_is_first_shown_in_its_natural_form(qtbot: QtBot, shown: ArrayWindow, mode: str) -> None:
    assert view_of(qtbot, shown).mode() == mode


def test_another_form_is_one_click_away(qtbot: QtBot) -> None:
    view = view_of(qtbot, WAVE)
    assert view.picture().isVisible()
    view._buttons["table"].click()
    assert view.mode() == "table"
    assert view.table().isVisible()
    assert not view.picture().isVisible()
    assert view.table().model().rowCount() == 200


def test_texts_offer_no_picture(qtbot: QtBot) -> None:
    words = EVERY["words"]
    assert isinstance(words, ArrayWindow)
    view = view_of(qtbot, words)
    assert not any(button.isVisible() for button in view._buttons.values())
    assert [view.table().model().index(row, 0).data() for row in range(3)] == ["a", "–", "c"]


def test_the_caption_says_what_is_drawn(qtbot: QtBot) -> None:
    assert view_of(qtbot, WAVE).caption() == "trace (mV)"
    assert view_of(qtbot, VOLUME).caption() == "Axis 0 down, axis 1 across"
    line = window(np.arange(30.0), (20, 30), (1,), index=(7, 0))
    assert view_of(qtbot, line).caption() == "trace (mV) along axis 1"
    assert view_of(qtbot, window(1e300 * np.arange(20.0))).caption() == "trace (mV), values × 10³⁰¹"


def test_what_is_under_the_pointer_stands_in_the_caption(qtbot: QtBot) -> None:
    view = view_of(qtbot, WAVE)
    view.picture().pointed.emit("3: 0.5")
    assert view.caption() == "3: 0.5"
    view.picture().pointed.emit("")
    assert view.caption() == "trace (mV)"


def test_numbers_that_cannot_be_drawn_say_so(qtbot: QtBot) -> None:
    missing = EVERY["not a number"]
    assert isinstance(missing, ArrayWindow)
    view = view_of(qtbot, missing)
    assert view.picture().sentence() == "There are no finite values to draw."
    assert view.picture().plot() is None


def test_another_slice_is_asked_for_once_while_the_slider_moves(qtbot: QtBot) -> None:
    view = view_of(qtbot, VOLUME)
    assert slider(view, 2).value() == 36
    asked: list[Selection] = []
    view.wanted.connect(asked.append)
    with qtbot.waitSignal(view.wanted):
        for step in range(40, 60):
            slider(view, 2).setValue(step)
    assert asked == [Selection(axes=(0, 1), index=(0, 0, 59), start=(0, 0), count=(20, 30))]
    assert slider(view, 2).accessibleDescription() == "60 of 120"


def test_an_answer_does_not_move_the_slider_that_somebody_holds(qtbot: QtBot) -> None:
    view = view_of(qtbot, VOLUME)
    slider(view, 2).setSliderDown(True)
    slider(view, 2).setSliderPosition(90)
    view.show_window(VOLUME, Place(), keep=True)
    assert slider(view, 2).sliderPosition() == 90


def test_a_slider_reaches_the_end_of_an_axis_of_any_length(qtbot: QtBot) -> None:
    far = window(np.zeros((2, 2)), (2, 2, 10**12), (0, 1))
    view = view_of(qtbot, far)
    with qtbot.waitSignal(view.wanted) as asked:
        slider(view, 2).setValue(slider(view, 2).maximum())
    assert asked.args[0].index == (0, 0, 10**12 - 1)


def test_a_line_through_an_image_asks_for_one_axis(qtbot: QtBot) -> None:
    view = view_of(qtbot, VOLUME)
    with qtbot.waitSignal(view.wanted) as asked:
        view.set_mode("line")
    assert asked.args[0].axes == (1,)
    assert asked.args[0].index == (0, 0, 36)
    view.show_window(window(np.arange(30.0), (20, 30, 120), (1,), index=(0, 0, 36)), Place(), keep=True)
    assert view.mode() == "line"
    assert sorted(view._slices.sliders()) == [0, 2]
    with qtbot.waitSignal(view.wanted) as asked:
        view.set_mode("image")
    assert asked.args[0].axes == (0, 1)


def test_other_axes_can_be_chosen(qtbot: QtBot) -> None:
    view = view_of(qtbot, VOLUME)
    rows, columns = view._chooser.findChildren(QComboBox)
    assert (rows.currentText(), columns.currentText()) == ("axis 0", "axis 1")
    with qtbot.waitSignal(view.wanted) as asked:
        columns.activated.emit(2)
    assert asked.args[0].axes == (0, 2)
    view.show_window(VOLUME, Place(), keep=True)
    with qtbot.waitSignal(view.wanted) as asked:
        rows.activated.emit(1)
    assert asked.args[0].axes == (1, 0), "the same axis twice swaps the two"


def test_an_image_of_two_axes_has_nothing_to_choose(qtbot: QtBot) -> None:
    view = view_of(qtbot, PICTURE)
    assert not view._chooser.isVisible()
    assert view._slices.sliders() == {}


HUGE = window(np.arange(10_000.0), (1_342_177_280,), start=(20_000,))


def test_a_part_of_a_huge_array_says_which_part_it_is(qtbot: QtBot) -> None:
    view = view_of(qtbot, HUGE)
    assert view._pagers[0].text() == "Showing 20,001–30,000 of 1,342,177,280"
    assert not view._pagers[1].isVisible()
    assert view.table().grid().start == 0, "the table is made when it is wanted"
    view.set_mode("table")
    assert view.table().model().headerData(0, Qt.Orientation.Vertical) == "20,000"


def test_previous_next_and_an_index_lead_to_other_parts(qtbot: QtBot) -> None:
    view = view_of(qtbot, HUGE)
    pager = view._pagers[0]
    starts = []
    for gesture in (pager._on.click, pager._back.click, lambda: type_index(qtbot, view, "1,342,177,279")):
        with qtbot.waitSignal(view.wanted) as asked:
            gesture()
        starts.append(asked.args[0].start)
        assert asked.args[0].count == (10_000,)
    assert starts == [(30_000,), (10_000,), (1_342_177_280 - 10_000,)]


def type_index(qtbot: QtBot, view: ArrayView, words: str) -> None:
    field = view._pagers[0]._field
    field.clear()
    qtbot.keyClicks(field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("words", ["", "abc", "-1", "1342177280", "9" * 400, "²"])
def test_an_index_that_is_none_is_marked_and_asks_for_nothing(qtbot: QtBot, words: str) -> None:
    view = view_of(qtbot, HUGE)
    asked: list[Selection] = []
    view.wanted.connect(asked.append)
    type_index(qtbot, view, words)
    assert view._pagers[0]._field.property("wrong")
    assert not view._pause.isActive()
    assert asked == []


def test_parts_along_both_axes_have_their_own_pagers(qtbot: QtBot) -> None:
    view = view_of(qtbot, window(np.zeros((512, 512)), (20_000, 3000), start=(0, 512)))
    assert [pager.text() for pager in view._pagers] == ["Rows 1–512 of 20,000", "Columns 513–1,024 of 3,000"]
    with qtbot.waitSignal(view.wanted) as asked:
        view._pagers[1]._on.click()
    assert asked.args[0].start == (0, 1024)


def test_the_form_and_the_part_stay_for_an_array_like_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, WAVE)
    view.set_mode("table")
    view.show_window(window(np.arange(300.0)), Place(), keep=True)
    assert view.mode() == "table"
    view.show_window(PICTURE, Place(), keep=True)
    assert view.mode() == "image", "an array of another rank has a form of its own"
    view.set_mode("table")
    view.show_window(PICTURE, Place(), keep=False)
    assert view.mode() == "image"


def test_what_is_asked_for_an_array_like_it_grows_with_it(qtbot: QtBot) -> None:
    assert view_of(qtbot, WAVE).selection() == Selection(axes=(0,), index=(0,), start=(0,), count=(0,))
    assert view_of(qtbot, HUGE).selection().count == (10_000,)
    assert view_of(qtbot, VOLUME).selection() == Selection((0, 1), (0, 0, 36), (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("part", "drawn"), [("Magnitude", 2.0), ("Real part", 0.0), ("Imaginary part", -2.0), ("Phase", -np.pi / 2)]
)
def test_of_complex_numbers_one_part_is_drawn(qtbot: QtBot, part: str, drawn: float) -> None:
    view = view_of(qtbot, window(np.full(20, -2j)))
    view._part.setCurrentText(part)
    view._part.activated.emit(view._part.currentIndex())
    plot = view.picture().plot()
    assert plot._curve.getData()[1][0] == pytest.approx(drawn)
    assert "".join(view.pieces()).startswith("-0-2j\n")


def test_within_another_value_no_other_part_can_be_asked_for(qtbot: QtBot) -> None:
    long = window(np.zeros((20, 30)), (2000, 3000))
    view = view_of(qtbot, long, Place(paged=False))
    assert view._pagers[0].text() == "Rows 1–20 of 2,000"
    assert not view._pagers[0]._on.isVisible()
    assert not view._buttons["line"].isVisible()
    view.set_mode("table")
    assert view.table().model().rowCount() == 20


def test_the_extent_of_what_is_shown_is_known(qtbot: QtBot) -> None:
    extent = view_of(qtbot, window(np.array([1.0, np.nan, 5.0]))).extent()
    assert extent is not None
    assert extent[:4] == (1.0, 5.0, 3.0, 2)
    words = EVERY["words"]
    assert isinstance(words, ArrayWindow)
    assert view_of(qtbot, words).extent() is None
