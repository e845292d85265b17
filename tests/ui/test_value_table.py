"""Tables of values are complete, aligned and exact."""

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pexgui.core import Column, Texts
from pexgui.ui import theme, value_lanes
from pexgui.ui.value_table import Grid, TableModel, TableView, lane

from .contents import column, frame, window


def grid() -> Grid:
    shown = frame(3)
    return Grid([lane(each) for each in shown.columns], 3, 0, shown.index_columns)


def shown(model: TableModel, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> list[list[object]]:
    return [
        [model.index(row, place).data(role) for place in range(model.columnCount())] for row in range(model.rowCount())
    ]


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = TableModel()
    model.set_grid(grid())
    qtmodeltester.check(model, force_py=True)
    model.set_grid(Grid((), 0))
    qtmodeltester.check(model, force_py=True)


def test_every_cell_has_its_text_and_what_is_missing_a_dash() -> None:
    model = TableModel()
    model.set_grid(grid())
    assert shown(model) == [["0", "0.0", "cell 0"], ["1", "–", "–"], ["2", "0.5", "cell 2"]]
    assert [model.headerData(place, Qt.Orientation.Horizontal) for place in range(3)] == ["index", "rate", "label"]


def test_numbers_stand_at_the_right_and_texts_at_the_left() -> None:
    model = TableModel()
    model.set_grid(grid())
    sides = [Qt.AlignmentFlag(side) & Qt.AlignmentFlag.AlignRight for side in shown(model, Qt.ItemDataRole(7))[0]]
    assert [bool(side) for side in sides] == [True, True, False]


def test_the_index_and_what_is_missing_are_muted() -> None:
    model = TableModel()
    model.set_grid(grid())
    muted = theme.colors().muted
    assert shown(model, Qt.ItemDataRole.ForegroundRole)[1] == [muted, muted, muted]
    assert shown(model, Qt.ItemDataRole.ForegroundRole)[0] == [muted, None, None]


def test_rows_of_a_later_part_are_numbered_on() -> None:
    model = TableModel()
    model.set_grid(Grid([lane(column("a", np.arange(3)))], 3, 41_000))
    assert model.headerData(2, Qt.Orientation.Vertical) == "41,002"


def test_markup_in_a_cell_or_a_name_stays_text() -> None:
    model = TableModel()
    model.set_grid(Grid([lane(Column("<i>n</i>", "str", Texts(("<b>x</b>\ny",))))], 1))
    assert model.index(0, 0).data() == "<b>x</b> y"
    assert "&lt;b&gt;" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;i&gt;" in model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_a_copy_has_names_exact_values_and_quotes_where_a_spreadsheet_needs_them() -> None:
    lanes = [lane(column("a", np.array([0.1 + 0.2, -1.0]))), lane(Column("b", "str", Texts(('x\ty"', None))))]
    assert "".join(Grid(lanes, 2).pieces()) == 'a\tb\n0.30000000000000004\t"x\ty"""\n-1.0\t'


def test_a_copied_array_has_no_made_up_names() -> None:
    values, lost = value_lanes.decoded(window(np.arange(6).reshape(2, 3)))
    assert "".join(value_lanes.grid(values, lost, (0, 0)).pieces()) == "0\t1\t2\n3\t4\t5"


def test_a_very_wide_row_is_copied_in_pieces_that_make_one_line() -> None:
    values, lost = value_lanes.decoded(window(np.arange(12_000).reshape(2, 6000)))
    pieces = list(value_lanes.grid(values, lost, (0, 0)).pieces())
    assert len(pieces) == 24
    assert "".join(pieces).split("\n")[1].split("\t") == [str(number) for number in range(6000, 12_000)]


def test_columns_of_an_array_are_made_when_they_are_looked_at() -> None:
    values, lost = value_lanes.decoded(window(np.arange(4.0).reshape(2, 2), start=(10, 1000)))
    lanes = value_lanes.grid(values, lost, (10, 1000)).lanes
    assert [each.title for each in lanes] == ["1,000", "1,001"]
    assert [each.title for each in lanes[1:]] == ["1,001"]
    with pytest.raises(IndexError):
        lanes[2]


def test_missing_numbers_of_an_array_are_missing_in_its_table() -> None:
    values, lost = value_lanes.decoded(window(np.arange(2.0)))
    lost = np.array([False, True])
    first = value_lanes.grid(values, lost, (0,)).lanes[0]
    assert [first.shown(0), first.shown(1), first.exact(1)] == ["0.0", None, ""]


def test_a_window_that_is_not_what_it_says_is_refused() -> None:
    good = window(np.arange(6.0))
    wrong = type(good)(good.type, (9,), (0,), (0,), (9,), (0,), good.cells)
    with pytest.raises(ValueError, match="reshape"):
        value_lanes.decoded(wrong)


def test_ctrl_c_copies_the_chosen_cells(qtbot: QtBot) -> None:
    view = TableView("values")
    qtbot.addWidget(view)
    view.set_grid(grid())
    for row, place in ((0, 1), (2, 2)):
        view.selectionModel().select(view.model().index(row, place), QItemSelectionModel.SelectionFlag.Select)
    with qtbot.waitSignal(view.copying.finished):
        qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0.0\tcell 0\n\t\n0.5\tcell 2"


def test_without_chosen_cells_ctrl_c_leaves_the_clipboard_alone(qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("kept")
    view = TableView("values")
    qtbot.addWidget(view)
    view.set_grid(grid())
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "kept"


def test_widths_stay_while_the_columns_are_the_same(qtbot: QtBot) -> None:
    view = TableView("values")
    qtbot.addWidget(view)
    view.set_grid(grid())
    view.setColumnWidth(1, 177)
    view.set_grid(grid())
    assert view.columnWidth(1) == 177
    view.set_grid(Grid([lane(column("other", np.arange(2))), lane(column("more", np.arange(2)))], 2))
    assert view.columnWidth(1) != 177


def test_every_shown_number_has_room(qtbot: QtBot) -> None:
    view = TableView("values")
    qtbot.addWidget(view)
    view.set_grid(Grid([lane(column("a", np.array([1234567.25, 1.5])))], 2))
    assert view.columnWidth(0) >= view.fontMetrics().horizontalAdvance("1,234,567.25") + 16
