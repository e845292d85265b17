"""Every kind of value has a view, and the view shows all that the value says."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import ArrayWindow, Nothing, Numbers, Pickled, Scalar, Selection, TableWindow, Text
from pexgui.ui import drawing
from pexgui.ui.value_array import ArrayView
from pexgui.ui.value_content import NumberView, Place, TextView
from pexgui.ui.value_frame import FrameView
from pexgui.ui.value_view import ContentView, ListView, PickledView, view

from .contents import EVERY, NESTED, PICTURE, WAVE, column, frame, window


@pytest.fixture(autouse=True)
def library(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: drawing.plots() is not None)


def made(qtbot: QtBot, content: Any, **place: Any) -> Any:
    result = view(content, Place(**place))
    qtbot.addWidget(result)
    result.resize(280, 400)
    result.show()
    return result


def words(shown: QWidget) -> str:
    """All text that can be read in a widget."""
    labels = [label.text() for label in shown.findChildren(QLabel) if label.isVisible()]
    papers = [paper.toPlainText() for paper in shown.findChildren(QPlainTextEdit) if paper.isVisible()]
    return "\n".join(labels + papers)


@pytest.mark.parametrize("roomy", [False, True])
@pytest.mark.parametrize("name", list(EVERY))
def test_every_kind_of_value_can_be_seen_and_copied(qtbot: QtBot, name: str, roomy: bool) -> None:
    shown = made(qtbot, EVERY[name], roomy=roomy)
    assert not shown.grab().isNull()
    assert isinstance("".join(shown.pieces()), str)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("number", "39.91"),
        ("text", "A sentence.\nAnd <b>another</b> one."),
        ("cut text", "Showing 100,000 of 2,000,000 characters"),
        ("empty text", "Empty text"),
        ("bytes", "\\x00 raw"),
        ("empty list", "Empty list"),
        ("empty dict", "Empty dict"),
        ("no elements", "Empty array"),
        ("one number", "2.5"),
        ("one text", "word"),
        ("pickle", "Pickled object, 1.2 kB"),
        ("closed pickle", "It needs the class model.Network, which pexgui does not run."),
        ("nothing", "This run has not been run."),
        ("damaged", "A chunk of the data is damaged."),
        ("no rows", "The table has no rows"),
        ("frame", "The index is not stored."),
    ],
)
def test_a_view_says_what_the_value_says(qtbot: QtBot, name: str, sentence: str) -> None:
    assert sentence in words(made(qtbot, EVERY[name]))


@pytest.mark.parametrize("text", ["39.91", "0.30000000000000004", ",".join(["123"] * 40)])
def test_a_number_of_any_length_is_shown_whole_within_the_panel(qtbot: QtBot, text: str) -> None:
    shown = made(qtbot, Scalar("int", text), unit="mV")
    assert isinstance(shown, NumberView)
    assert text in words(shown)
    assert shown.minimumSizeHint().width() <= 264


def test_a_copied_number_can_be_read_by_other_programs(qtbot: QtBot) -> None:
    for content, copied in (
        (Scalar("int", "−1,234", -1234), "-1234"),
        (Scalar("int", "−" + ",".join(["123"] * 9)), "-" + "123" * 9),
        (Scalar("complex", "1−2j"), "1-2j"),
        (Scalar("float", "−0.5", -0.5), "-0.5"),
        (Scalar("bool", "True", True), "True"),
    ):
        assert "".join(made(qtbot, content).pieces()) == copied


def test_text_from_a_file_is_never_taken_for_markup(qtbot: QtBot) -> None:
    for content in (Nothing("<b>x</b>"), Pickled(1, None, "<b>x</b>"), Text("str", "<b>x</b>", 8)):
        assert "<b>x</b>" in words(made(qtbot, content))
    shown = made(qtbot, Scalar("str", "<img src='x'>"))
    assert shown.findChild(QLabel).textFormat().name == "PlainText"


def test_a_text_can_be_read_but_not_changed(qtbot: QtBot) -> None:
    shown = made(qtbot, EVERY["text"])
    assert isinstance(shown, TextView)
    assert shown.paper.isReadOnly()


def test_an_array_within_a_dict_is_shown_below_it(qtbot: QtBot) -> None:
    shown = made(qtbot, NESTED)
    assert isinstance(shown, ListView)
    tree = shown.nested.tree
    tree.setCurrentIndex(tree.model().index(2, 0))
    assert isinstance(shown.inner, ArrayView)
    assert shown.inner.isVisible()
    tree.setCurrentIndex(tree.model().index(0, 0))
    assert shown.inner is None


def test_what_could_be_decoded_of_a_pickle_is_shown(qtbot: QtBot) -> None:
    shown = made(qtbot, Pickled(10_000_000, WAVE))
    assert isinstance(shown, PickledView)
    assert isinstance(shown.box.view(), ArrayView)
    assert "Pickled object, 10 MB" in words(shown)


def test_a_range_of_numbers_is_drawn_above_its_rows(qtbot: QtBot) -> None:
    shown = made(qtbot, EVERY["range"])
    assert shown.picture().plot()._curve.getData()[1].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]
    assert shown.table().model().rowCount() == 8


def test_a_range_with_missing_values_is_drawn_with_gaps(qtbot: QtBot) -> None:
    gaps = column("tau", np.arange(4.0), [False, True, False, False])
    shown = made(qtbot, TableWindow("range", 4, 0, (column("run", np.arange(4)), gaps), 1))
    assert np.isnan(shown.picture().plot()._curve.getData()[1]).tolist() == [False, True, False, False]


def test_a_frame_of_several_columns_is_not_drawn(qtbot: QtBot) -> None:
    assert not made(qtbot, EVERY["frame"]).picture().isVisible()


def test_other_rows_and_columns_of_a_frame_can_be_asked_for(qtbot: QtBot) -> None:
    shown = made(qtbot, frame(40, total=5000, columns_total=91), start=0, first_column=10)
    assert isinstance(shown, FrameView)
    assert (shown._pager.text(), shown._columns.text()) == ("Rows 1–40 of 5,000", "Columns 11–12 of 90")
    with qtbot.waitSignal(shown.wanted) as asked:
        shown._pager._on.click()
    assert asked.args == [Selection(start=(40, 10), count=(40, 2))]
    with qtbot.waitSignal(shown.wanted) as asked:
        shown._columns._on.click()
    assert asked.args == [Selection(start=(0, 12), count=(40, 2))]


def test_a_table_whose_columns_differ_in_length_is_refused(qtbot: QtBot) -> None:
    box = ContentView()
    qtbot.addWidget(box)
    wrong = TableWindow("table", 3, 0, (column("a", np.arange(3)), column("b", np.arange(2))))
    with pytest.raises(ValueError, match="different lengths"):
        box.show_content(wrong, Place(), keep=False)


@pytest.mark.parametrize("numbers", [Numbers("O", bytes(8)), Numbers("<f8", bytes(7)), Numbers("<f8", bytes(8), b"00")])
def test_numbers_that_are_none_are_refused(qtbot: QtBot, numbers: Numbers) -> None:
    with pytest.raises(ValueError):
        made(qtbot, ArrayWindow("float64", (1,), (0,), (0,), (1,), (0,), numbers))


def test_an_array_like_the_last_one_is_shown_in_the_same_view(qtbot: QtBot) -> None:
    box = ContentView()
    qtbot.addWidget(box)
    box.show_content(WAVE, Place(), keep=False)
    first = box.view()
    box.show_content(window(np.arange(300.0)), Place(), keep=True)
    assert box.view() is first
    box.show_content(PICTURE, Place(), keep=False)
    assert box.view() is first


def test_the_form_of_an_array_outlives_a_run_without_one(qtbot: QtBot) -> None:
    box = ContentView()
    qtbot.addWidget(box)
    box.show_content(EVERY["volume"], Place(), keep=False)
    first = box.view()
    assert isinstance(first, ArrayView)
    first.set_mode("table")
    box.show_content(EVERY["nothing"], Place(), keep=True)
    assert box.selection().index == (0, 0, 36)
    box.show_content(EVERY["volume"], Place(), keep=True)
    assert box.view() is first
    assert first.mode() == "table"


def test_the_form_of_an_array_is_forgotten_with_another_value(qtbot: QtBot) -> None:
    box = ContentView()
    qtbot.addWidget(box)
    box.show_content(EVERY["volume"], Place(), keep=False)
    box.show_content(EVERY["number"], Place(), keep=False)
    assert box.selection() == Selection()


def test_an_array_in_a_pickle_keeps_its_form_too(qtbot: QtBot) -> None:
    box = ContentView()
    qtbot.addWidget(box)
    box.show_content(Pickled(100, WAVE), Place(), keep=False)
    inner = box.inner()
    assert isinstance(inner, ArrayView)
    inner.set_mode("table")
    box.show_content(Pickled(100, WAVE), Place(), keep=True)
    assert box.inner() is inner
    assert inner.mode() == "table"
