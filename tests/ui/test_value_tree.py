"""Nested values are shown as keys and values, as deep as someone looks."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pexgui.core import Content, Entry, Mapping, Pickled, Scalar, Selection, Sequence, Text
from pexgui.ui.value_tree import ContentModel, NestedView

from .contents import EVERY, NESTED


def lines(model: ContentModel, parent: QModelIndex | None = None) -> list[object]:
    parent = parent or QModelIndex()
    found: list[object] = []
    for row in range(model.rowCount(parent)):
        key, shown = model.index(row, 0, parent), model.index(row, 1, parent)
        found.append((key.data(), shown.data()))
        if model.hasChildren(key):
            found.append(lines(model, key))
    return found


@pytest.mark.parametrize("content", [NESTED, EVERY["list"], Pickled(9, NESTED), Mapping((), 0)])
def test_the_model_keeps_the_rules_of_qt(qtmodeltester: ModelTester, content: Content) -> None:
    qtmodeltester.check(ContentModel(content), force_py=True)


def test_every_level_is_there() -> None:
    assert lines(ContentModel(NESTED)) == [
        ("name", "L4 model"),
        ("sizes", "list, 2 items"),
        [("0", "1"), ("1", "2")],
        ("weights", "array, float64, 3 × 4"),
    ]


def test_what_is_left_out_is_said() -> None:
    inner = Sequence("list", (Scalar("int", "1", 1),), 1001)
    assert lines(ContentModel(Mapping((Entry("a", inner),), 5))) == [
        ("a", "list, 1,001 items"),
        [("0", "1"), ("1,000 more", "")],
        ("4 more", ""),
    ]


def test_a_later_part_of_a_list_is_numbered_on() -> None:
    content = Sequence("list", (Scalar("int", "7", 7),), 5000)
    assert lines(ContentModel(content, start=4999, paged=True)) == [("4,999", "7")]


def test_lines_are_made_only_when_they_are_looked_at() -> None:
    deep: Content = Scalar("int", "1", 1)
    for _ in range(60):
        deep = Sequence("list", (deep,) * 3, 3)
    model = ContentModel(deep)
    assert model.hasChildren(model.index(0, 0))
    assert len(model._lines) == 4


def test_the_next_part_of_a_long_list_can_be_asked_for(qtbot: QtBot) -> None:
    view = NestedView(EVERY["list"], start=1000)
    qtbot.addWidget(view)
    assert view.pager.text() == "Showing 1,001–1,040 of 5,000"
    with qtbot.waitSignal(view.wanted) as asked:
        view.pager._on.click()
    assert asked.args == [Selection(start=(1040,), count=(40,))]


def test_an_item_worth_a_view_of_its_own_is_told(qtbot: QtBot) -> None:
    view = NestedView(NESTED)
    qtbot.addWidget(view)
    told: list[object] = []
    view.chosen.connect(told.append)
    for row in (2, 0):
        view.tree.setCurrentIndex(view.tree.model().index(row, 0))
    assert told == [NESTED.entries[2].value, None]


def test_ctrl_c_copies_the_value_of_the_line(qtbot: QtBot) -> None:
    view = NestedView(NESTED)
    qtbot.addWidget(view)
    view.tree.setCurrentIndex(view.tree.model().index(1, 0))
    with qtbot.waitSignal(view.tree.copying.finished):
        qtbot.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\n2"


def test_the_tree_grows_with_what_is_opened_up_to_a_limit(qtbot: QtBot) -> None:
    view = NestedView(NESTED)
    qtbot.addWidget(view)
    before = view.tree.height()
    view.tree.expand(view.tree.model().index(1, 0))
    assert view.tree.height() == before + 2 * 24
    long = NestedView(EVERY["list"])
    qtbot.addWidget(long)
    assert long.tree.height() < 320


def test_a_copy_of_a_nested_value_is_indented(qtbot: QtBot) -> None:
    view = NestedView(Mapping((Entry("a", Text("str", "x\ny", 3)), Entry("b", NESTED)), 2))
    qtbot.addWidget(view)
    assert "".join(view.pieces()).split("\n") == [
        "a\tx",
        "y",
        "b",
        "\tname\tL4 model",
        "\tsizes",
        "\t\t0\t1",
        "\t\t1\t2",
        "\tweights\tarray, float64, 3 × 4",
    ]
