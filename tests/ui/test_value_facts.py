"""Beside a value stands what is known about it, and nothing that is not."""

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from pexgui.core import ArrayWindow, Fact, ItemInfo, Pickled, Text
from pexgui.ui import sampling
from pexgui.ui.value_facts import About, FactLines, facts

from .contents import EVERY, NESTED, value, window


def known(content: Any, extent: sampling.Extent | None = None, **more: Any) -> dict[str, str]:
    return {fact.name: fact.text for fact in facts(value(content, **more), extent)}


def test_an_array_has_type_shape_range_codec_and_size() -> None:
    array = np.linspace(-71.2, 22, 1000)
    assert known(window(array), sampling.extent(array)) == {
        "Type": "array, float64",
        "Shape": "1,000",
        "Range": "−71.2 to 22.0, mean −24.6",
        "Codec": "zlib, level 9, shuffled",
        "On disk": "5.1 kB of 8.0 kB",
    }


def test_of_a_part_of_an_array_only_the_range_of_the_part_is_known() -> None:
    part = np.arange(4.0)
    assert "Range" not in known(window(part, (100,)), sampling.extent(part))
    assert known(window(part, (100,)), sampling.extent(part))["Range shown"] == "0 to 3, mean 1.50"


def test_values_that_are_not_finite_are_counted() -> None:
    array = np.array([1.0, np.nan, 3.0, np.inf])
    assert known(window(array), sampling.extent(array))["Not finite"] == "2 values"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("number", "float64"),
        ("text", "str"),
        ("list", "list, 5,000 items"),
        ("dict", "dict, 3 entries"),
        ("frame", "DataFrame"),
        ("range", "range"),
        ("no rows", "object table"),
        ("pickle", "pickled object"),
    ],
)
def test_every_kind_is_named(name: str, kind: str) -> None:
    assert known(EVERY[name])["Type"] == kind


def test_a_value_that_cannot_be_read_still_has_the_type_of_its_item() -> None:
    assert known(EVERY["damaged"])["Type"] == "float64"


def test_other_kinds_say_how_much_there_is() -> None:
    assert known(EVERY["frame"])["Shape"] == "5,000 rows, 89 columns"
    assert known(Text("str", "abc", 2_000_000))["Length"] == "2,000,000 characters"
    assert known(Pickled(10, NESTED))["Holds"] == "dict, 3 entries"


def test_what_is_stored_as_it_is_has_one_size() -> None:
    item = ItemInfo("trace", "float64", (10,), "", 80, 80)
    found = known(EVERY["line"], items=(item,))
    assert found["On disk"] == "80 B"
    assert "Codec" not in found


def test_what_takes_more_room_than_it_holds_says_so() -> None:
    item = ItemInfo("trace", "float64", (1,), "zlib", 96, 8)
    assert known(EVERY["number"], items=(item,))["On disk"] == "96 B for 8 B"


def test_comment_annotations_and_warnings_are_shown_when_there_are_any(qtbot: QtBot) -> None:
    about = About()
    qtbot.addWidget(about)
    about.show_value(value(EVERY["number"], comment_note="A guess.", warnings=("Something is odd.",)), None)
    texts = [part.text() for part in about.findChildren(type(about._comment)) if not part.isHidden()]
    assert {"Membrane potential of one neuron.", "A guess.", "mV", "0.01"} <= set(texts)
    assert "Something is odd." in texts
    about.show_value(value(EVERY["number"], comment="", annotations=()), None)
    facts_, comment, annotations = about._sections
    assert (facts_.isHidden(), comment.isHidden(), annotations.isHidden()) == (False, True, True)
    assert about._warnings.isHidden()


def test_a_long_line_ends_in_an_ellipsis_and_says_all_to_those_who_listen(qtbot: QtBot) -> None:
    shown = FactLines()
    qtbot.addWidget(shown)
    shown.resize(280, 60)
    long = "<b>word</b> " * 30
    shown.set_facts([Fact("note", long)])
    shown.show()
    line = shown._lines[0][1]
    assert line.text().endswith("…")
    assert line.accessibleName() == f"note: {long}"
    assert "&lt;b&gt;" in line.toolTip()


def test_the_kind_of_a_window_is_that_of_its_array() -> None:
    assert isinstance(EVERY["volume"], ArrayWindow)
    assert known(EVERY["volume"])["Shape"] == "20 × 30 × 120"
