"""Two values beside each other, each kind in its natural form, what differs marked by more than colour."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import (
    ArrayPair,
    DifferenceShown,
    Magnitude,
    NumberPair,
    PairedColumn,
    Stretch,
    TablePair,
    TextPair,
    Texts,
)
from pexgui.ui import drawing, theme
from pexgui.ui.compare_array import ArrayPairView
from pexgui.ui.compare_card import body
from pexgui.ui.compare_lanes import EQUAL
from pexgui.ui.compare_table import NestedPairView, PairTable, TablePairView
from pexgui.ui.compare_text import MarkedText, NumberPairView, TextPairView
from tests.ui import comparisons
from tests.ui.contents import numbers


@pytest.fixture(autouse=True)
def drawn(dressed: QApplication, qtbot: QtBot) -> Iterator[None]:
    drawing.plots()
    qtbot.waitUntil(lambda: not drawing.on_its_way(), timeout=60_000)
    yield


def shown(qtbot: QtBot, view: QWidget) -> None:
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()


def rows(table: PairTable) -> list[list[str]]:
    model = table.cells
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def titles(table: PairTable) -> list[str]:
    return [table.cells.lane(column).title for column in range(table.cells.columnCount())]


# --- texts and numbers


def test_changed_characters_are_marked_on_both_sides_by_weight_line_and_colour(qtbot: QtBot) -> None:
    view = TextPairView(comparisons.notes())
    shown(qtbot, view)
    assert view.a.marked() == ["0.1", "off", "2"]
    assert view.b.marked() == ["0.05", "on, 2 mV", "7"]
    assert view.b.toPlainText().startswith("LIF neuron, conductance based, Euler step 0.05 ms.\nMembrane noise on")
    cursor = QTextCursor(view.a.document().find("off"))
    form = cursor.charFormat()
    assert form.fontUnderline()
    assert form.fontWeight() == QFont.Weight.DemiBold
    assert form.foreground().color() == theme.LIGHT.warn
    theme.use("dark")
    form = QTextCursor(view.a.document().find("off")).charFormat()
    assert form.foreground().color() == theme.DARK.warn


def test_a_long_stretch_that_is_the_same_keeps_its_ends(qtbot: QtBot) -> None:
    same = "begin" + "x" * 5000 + "end"
    text = MarkedText((Stretch(same, same, False), Stretch("a", "b", True)), "B")
    qtbot.addWidget(text)
    words = text.toPlainText()
    assert words.startswith("begin")
    assert words.endswith("endb")
    assert len(words) < 500


def test_a_text_that_was_cut_says_so(qtbot: QtBot) -> None:
    view = TextPairView(TextPair((Stretch("a", "b", True),), cut=True))
    qtbot.addWidget(view)
    assert "Only the beginning of the texts is shown." in [label.text() for label in view.findChildren(QLabel)]


def test_markup_in_a_text_is_shown_as_it_is(qtbot: QtBot) -> None:
    text = MarkedText((Stretch("<b>x</b>", "<b>x</b>", False),), "A")
    qtbot.addWidget(text)
    assert text.toPlainText() == "<b>x</b>"


def test_numbers_have_their_difference_and_that_relative_to_a(qtbot: QtBot) -> None:
    view = NumberPairView(comparisons.NUMBER)
    qtbot.addWidget(view)
    assert view.words == {"A": "0.1", "B": "0.102", "Δ B − A": "+0.002", "relative Δ": "+2 %"}
    view = NumberPairView(NumberPair("0", "NaN", "", "", ""))
    qtbot.addWidget(view)
    assert view.words == {"A": "0", "B": "NaN"}


# --- tables


def test_a_table_is_compared_cell_by_cell_with_difference_and_relative_difference(qtbot: QtBot) -> None:
    view = TablePairView(comparisons.rates())
    shown(qtbot, view)
    assert titles(view.table) == ["", "A  rate (Hz)", "B  rate (Hz)", "Δ B − A", "relative Δ", ""]
    found = rows(view.table)
    assert found[0] == ["exc_1", "12.4810", "12.4810", EQUAL, EQUAL, ""]
    assert found[2] == ["exc_3", "14.2200", "13.8650", "−0.3550", "−2.4965 %", ""]
    bars = view.table.cells.lane(5)
    assert bars.share is not None
    assert bars.share[2] == -1.0
    assert bars.share[0] == 0.0
    assert bars.reach == "2.5 %"


def test_a_cell_that_differs_is_also_read_out_as_such(qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    view = TablePairView(comparisons.rates())
    qtbot.addWidget(view)
    model = view.table.cells
    assert model.index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "11.9070, differs"
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "12.4810"


def test_columns_that_are_equal_stand_once_and_columns_of_one_side_have_dashes(qtbot: QtBot) -> None:
    same, words = numbers(np.arange(3)), Texts(("a", "b", "c"))
    columns = (
        PairedColumn("same", "int64", same, same, bytes(3)),
        PairedColumn("word", "str", words, Texts(("a", "x", "c")), b"\0\1\0"),
        PairedColumn("new", "int64", Texts(()), same, b"\1\1\1"),
    )
    view = TablePairView(TablePair(3, 0, (), columns, "Column “old” is only in A."))
    shown(qtbot, view)
    assert titles(view.table) == ["", "same", "A  word", "B  word", "A  new", "B  new"]
    assert rows(view.table)[1] == ["1", "1", "b", "x", "–", "1"]
    assert view.note.text() == "Column “old” is only in A."


def test_a_difference_too_small_for_the_decimals_does_not_vanish(qtbot: QtBot) -> None:
    a, b = np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-13])
    view = TablePairView(TablePair(2, 0, (), (PairedColumn("x", "float64", numbers(a), numbers(b), b"\0\1"),)))
    qtbot.addWidget(view)
    row = rows(view.table)[1]
    assert row[3].startswith("+9.99e−14") or row[3].startswith("+1.00e−13")
    assert row[4].endswith("e−12 %")


def test_other_rows_of_a_long_table_are_asked_for(qtbot: QtBot) -> None:
    table = comparisons.rates()
    view = TablePairView(TablePair(5000, 0, table.labels, table.columns))
    shown(qtbot, view)
    wanted: list[int] = []
    view.wanted.connect(wanted.append)
    assert view.pager.text() == "Rows 1–5 of 5,000"
    view.pager._go(100)
    assert wanted == [100]


def test_places_inside_of_nested_values_are_listed(qtbot: QtBot) -> None:
    view = NestedPairView(comparisons.NESTED)
    shown(qtbot, view)
    assert rows(view.table) == [["spikes[3]", "12", "14", "+2"], ["label", "“first”", "“second”", ""]]
    assert "and 7 more places" in [label.text() for label in view.findChildren(QLabel)]


# --- arrays


def test_two_lines_over_one_another_and_their_difference_share_their_positions(qtbot: QtBot) -> None:
    view = ArrayPairView(comparisons.trace(), "v_trace", Magnitude(486, 900, (414,)))
    shown(qtbot, view)
    above, below = view.plots
    assert view.sentence() == "first difference at 414"
    assert below.view.linkedView(0) is above.view
    assert above._first == below._first == 414
    assert above.described(0.2, 0).startswith("0: −68.0 in A, −68.0 in B")
    assert below.accessibleName() == "Difference B − A of v_trace"


def test_a_second_line_is_dashed_in_the_colour_of_text_and_the_difference_is_amber(qtbot: QtBot) -> None:
    view = ArrayPairView(comparisons.trace(), "v_trace")
    shown(qtbot, view)
    above, below = view.plots
    for name, colors in (("light", theme.LIGHT), ("dark", theme.DARK)):
        theme.use(name)  # type: ignore[arg-type]
        assert above._curve.opts["pen"].color() == colors.accent
        assert above._second.opts["pen"].color() == colors.text
        assert above._second.opts["pen"].dashPattern() == [4, 2]
        assert below._curve.opts["pen"].color() == colors.warn


def test_two_images_have_one_scale_and_their_difference_a_symmetric_one(qtbot: QtBot) -> None:
    view = ArrayPairView(comparisons.image(), "field")
    shown(qtbot, view)
    assert [plot.accessibleName() for plot in view.plots] == [
        f"Image of field, {side}" for side in ("A", "B", "Δ B − A")
    ]
    from pexgui.ui.compare_plot import DeltaBar, diverging

    bar = view.findChild(DeltaBar)
    assert isinstance(bar, DeltaBar)
    low, middle, high = bar.words()
    assert (low[0], middle, high[0]) == ("−", "0", "+")
    assert low[1:] == high[1:]
    colors = diverging().astype(int)
    assert tuple(colors[127, :3]) == (theme.LIGHT.sunken.red(), theme.LIGHT.sunken.green(), theme.LIGHT.sunken.blue())


def test_an_array_of_a_few_numbers_is_a_table(qtbot: QtBot) -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.0])
    pair = ArrayPair("float64", (3,), (0,), (0,), (3,), (1,), (0,), numbers(a), numbers(b), bytes(a != b))
    view = ArrayPairView(pair, "weights")
    shown(qtbot, view)
    assert rows(view.table)[1][:4] == ["1", "2.0", "2.5", "+0.5"]


def test_arrays_without_a_finite_number_say_so(qtbot: QtBot) -> None:
    a = np.full(60, np.nan)
    pair = ArrayPair("float64", (60,), (0,), (0,), (60,), (1,), (0,), numbers(a), numbers(-a), bytes([1] * 60))
    view = ArrayPairView(pair, "nothing")
    shown(qtbot, view)
    assert "There are no finite values to draw." in [label.text() for label in view.findChildren(QLabel)]


def test_a_thinned_window_counts_in_elements_of_the_whole_array(qtbot: QtBot) -> None:
    a = np.arange(100.0)
    pair = ArrayPair(
        "float64", (5000,), (0,), (1000,), (100,), (10,), (0,), numbers(a), numbers(a + 1), bytes([1] * 100)
    )
    view = ArrayPairView(pair, "long", Magnitude(4000, 5000, (1200,)))
    shown(qtbot, view)
    wanted: list[int] = []
    view.wanted.connect(wanted.append)
    assert view._pager.text() == "Elements 1,001–2,000 of 5,000"
    assert view.plots[0]._first == 20
    assert view.plots[0].described(5, 0).startswith("1,050: ")
    view._pager._go(2000)
    assert wanted == [2000]


def test_complex_numbers_are_drawn_by_magnitude_and_by_how_far_they_are_apart(qtbot: QtBot) -> None:
    a = np.exp(1j * np.arange(40.0))
    pair = ArrayPair("complex128", (40,), (0,), (0,), (40,), (1,), (0,), numbers(a), numbers(-a), bytes([1] * 40))
    view = ArrayPairView(pair, "phases")
    shown(qtbot, view)
    assert np.allclose(view.plots[1]._values, 2.0)


@pytest.mark.parametrize("kind", list(comparisons.VIEWS))
def test_every_kind_of_difference_is_shown(qtbot: QtBot, kind: str) -> None:
    difference = comparisons.differences()[0]
    view = body(DifferenceShown(comparisons.VIEWS[kind]()), difference, "value")
    shown(qtbot, view)
    assert view.sizeHint().height() > 20


def test_a_value_that_only_one_side_has_stands_beside_a_sentence(qtbot: QtBot) -> None:
    view = body(DifferenceShown(comparisons.ALONE), comparisons.differences()[0], "value")
    shown(qtbot, view)
    words = [label.text() for label in view.findChildren(QLabel)]
    assert "39.91" in words
    assert "Not in B" in words


def test_an_answer_that_is_not_what_it_says_is_no_traceback(qtbot: QtBot) -> None:
    short: Any = numbers(np.zeros(3))
    pair = ArrayPair("float64", (900,), (0,), (0,), (900,), (1,), (0,), short, short, b"")
    with pytest.raises(ValueError, match="reshape"):
        body(DifferenceShown(pair), comparisons.differences()[0], "value")
