"""The card below the table: values put in several ways, new parameters described, cells pasted."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pexgui.core import TableColumn, TableColumns
from pexgui.ui.explore import ExploreDialog
from pexgui.ui.explore_forms import Form, Kind
from pexgui.ui.explore_head import Begin, Mode
from tests.ui.explorations import REQUEST, Explorations
from tests.ui.explore.dialogs import (
    Start,
    choose_kind,
    line,
    names,
    numbers,
    plans,
    rows,
    settle,
    shown,
    write,
)
from tests.ui.instruments import InlineWorker


def values(dialog: ExploreDialog, worker: InlineWorker, name: str) -> str:
    """What was asked for last as the values of a parameter."""
    return next(one.values for one in plans(worker)[-1].design.parameters if one.name.endswith(name))


def test_the_card_shows_fields_the_text_and_the_first_values(dialog: ExploreDialog) -> None:
    editor = dialog.left.editor
    assert editor.name.text() == "g_exc"
    assert editor.about.text() == "float  ·  default 0.50  ·  excitatory conductance"
    assert numbers(dialog) == ["0", "0.9", "10"]
    assert editor.formula.text() == "linspace(0, 0.9, 10)"
    assert editor.chips.shown()[:3] == ["0", "0.1", "0.2"]


def test_another_number_is_another_design(dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    count = dialog.left.editor.fields.numbers[2]
    count.selectAll()
    QTest.keyClicks(count, "20")
    settle(dialog, worker, qtbot)
    assert values(dialog, worker, "g_exc") == "linspace(0, 0.9, 20)"
    assert dialog.right.number.text() == "2,000 points"
    assert shown(dialog, "g_exc").count == 20
    assert dialog.left.editor.chips.shown()[-1] == "… 20 values"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.STEPS, "steps(0, 0.9, 0.1)"),
        (Kind.LOG, "geomspace(0.50, 0.9, 10)"),
        (Kind.RANDOM, "random(0, 0.9, 10, 1)"),
        (Kind.LIST, "0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9"),
        (Kind.EXPRESSION, "linspace(0, 0.9, 10)"),
    ],
)
def test_the_way_of_putting_values_is_chosen_by_a_click(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot, kind: Kind, text: str
) -> None:
    choose_kind(dialog, kind)
    settle(dialog, worker, qtbot)
    assert values(dialog, worker, "g_exc") == text
    assert dialog.right.number.text() == "1,000 points"


def test_default_only_takes_a_parameter_out_and_its_values_come_back(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    choose_kind(dialog, Kind.DEFAULT)
    settle(dialog, worker, qtbot)
    assert dialog.right.number.text() == "100 points"
    assert dialog.left.editor.chips.shown() == ["0.50"]
    choose_kind(dialog, Kind.EVEN)
    settle(dialog, worker, qtbot)
    assert values(dialog, worker, "g_exc") == "linspace(0, 0.9, 10)"


def test_a_mistake_is_said_below_the_field_and_the_last_good_numbers_stay_muted(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    choose_kind(dialog, Kind.EXPRESSION)
    write(dialog, "linspace(0,")
    settle(dialog, worker, qtbot)
    editor, right = dialog.left.editor, dialog.right
    assert "linspace" in editor.problem.text()
    assert editor.problem.role() == "bad"
    assert editor.fields.text.property("wrong")
    assert not editor.chips.isVisible()
    assert shown(dialog, "g_exc").problem
    assert (right.number.text(), right.number.muted()) == ("1,000 points", True)
    assert right.before.isVisible()
    assert dialog.footer.words.text() == editor.problem.text()
    assert not dialog.footer.next.isEnabled()
    write(dialog, "linspace(0, 1, 4)")
    settle(dialog, worker, qtbot)
    assert (right.number.text(), right.number.muted()) == ("400 points", False)
    assert not editor.problem.isVisible()
    assert not right.before.isVisible()


def test_an_empty_field_is_asked_for_calmly_and_nothing_is_asked_of_the_engine(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    asked = len(plans(worker))
    dialog.left.editor.fields.numbers[1].selectAll()
    QTest.keyClick(dialog.left.editor.fields.numbers[1], Qt.Key.Key_Backspace)
    settle(dialog, worker, qtbot)
    assert len(plans(worker)) == asked
    assert dialog.footer.words.text() == "g_exc: The last value is missing."
    assert dialog.left.editor.problem.role() == "muted"
    assert dialog.right.number.muted()


def test_typing_asks_only_for_what_it_comes_to(dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    choose_kind(dialog, Kind.LIST)
    settle(dialog, worker, qtbot)
    asked = len(plans(worker))
    write(dialog, "1, 2, 3")
    settle(dialog, worker, qtbot)
    assert len(plans(worker)) == asked + 1
    assert values(dialog, worker, "g_exc") == "1, 2, 3"


def test_a_new_parameter_is_named_described_and_explored(start: Start, worker: InlineWorker, qtbot: QtBot) -> None:
    dialog = start()
    dialog.left.invitation.button.click()
    editor = dialog.left.editor
    assert dialog.focusWidget() is editor.name_field
    assert editor.problem.text() == "Give the new parameter a name."
    assert editor.problem.role() == "muted"
    for field, said in (
        (editor.name_field, "network.tau"), (editor.default_field, "10"), (editor.comment_field, "in ms")):  # fmt: skip
        field.setFocus()
        QTest.keyClicks(field, said)
    assert rows(dialog) == ["network:", "tau"]
    choose_kind(dialog, Kind.EVEN)
    settle(dialog, worker, qtbot)
    (made,) = plans(worker)[-1].design.parameters
    assert (made.name, made.type, made.default, made.comment) == ("network.tau", "float", "10", "in ms")
    assert (made.values, made.kept) == ("linspace(10, 20, 10)", False)
    assert dialog.right.number.text() == "10 points"
    dialog.left.more.click()
    assert editor.name_field.text() == "network."


def test_what_a_parameter_of_the_source_is_can_be_changed_for_a_new_trajectory_only(
    dialog: ExploreDialog, start: Start
) -> None:
    assert not dialog.left.editor.change.isVisible()
    new = start(Begin(Mode.COPY, REQUEST))
    editor = new.left.editor
    editor.change.click()
    assert editor.default_field.isVisible()
    editor.default_field.selectAll()
    QTest.keyClicks(editor.default_field, "0.7")
    record = next(one for one in new.beginning.state.record().parameters if one.name == "network.g_exc")
    assert (record.default, record.kept) == ("0.7", False)


def test_a_pasted_column_becomes_the_values(dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    choose_kind(dialog, Kind.LIST)
    QGuiApplication.clipboard().setText("0.1\n0.2\n0.3\n")
    field = dialog.left.editor.fields.text
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(dialog, worker, qtbot)
    (request,) = [request for name, request in worker.asked if name == "read_table_columns"]
    assert request.pasted == "0.1\n0.2\n0.3\n"
    assert values(dialog, worker, "g_exc") == "0.1, 0.2, 0.3"


def test_a_single_pasted_cell_is_text_like_any_other(dialog: ExploreDialog, worker: InlineWorker) -> None:
    choose_kind(dialog, Kind.LIST)
    QGuiApplication.clipboard().setText("0.7\n")
    field = dialog.left.editor.fields.text
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text().strip() == "0.7"
    assert "read_table_columns" not in [name for name, _request in worker.asked]


def test_pasted_columns_are_given_to_parameters(
    dialog: ExploreDialog, worker: InlineWorker, world: Explorations, qtbot: QtBot
) -> None:
    world.table = TableColumns(
        (
            TableColumn("g_exc", "1, 2", 2, "int"),
            TableColumn("rate", "5, 6", 2, "int"),
            TableColumn("x", "a, b", 2, "text"),
        )
    )
    dialog.tables.paste("…\t…\n…", line(dialog, "g_exc"), dialog.beginning.state, True)
    worker.deliver()
    chooser = dialog.tables.dialog
    assert chooser is not None
    assert [picker.currentText() for _column, picker in chooser.rows] == ["network.g_exc", "stimulus.rate", "Not used"]
    assert chooser.use.text() == "Use 2 columns"
    assert chooser.problem.text() == "They have equally many values and will move in step."
    chooser.use.click()
    settle(dialog, worker, qtbot)
    assert names(dialog)[0] == ["g_exc", "rate", "weight"]
    assert values(dialog, worker, "rate") == "5, 6"


def test_the_arrow_keys_choose_the_way_of_putting_values(dialog: ExploreDialog) -> None:
    kinds = dialog.left.editor.kinds
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Right)
    assert line(dialog, "g_exc").form.kind is Kind.STEPS
    QTest.keyClick(kinds, Qt.Key.Key_Left)
    assert line(dialog, "g_exc").form.kind is Kind.EVEN


def test_a_list_too_long_for_a_field_is_kept_whole_and_not_edited(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    listed = ", ".join(map(str, range(50_000)))
    dialog.left.put(line(dialog, "g_exc"), Form(Kind.LIST, (listed,)))
    settle(dialog, worker, qtbot)
    field = dialog.left.editor.fields.text
    assert field.isReadOnly()
    QTest.keyClicks(field, "7")
    assert values(dialog, worker, "g_exc") == listed
    assert shown(dialog, "g_exc").count == 50_000
    choose_kind(dialog, Kind.EVEN)
    choose_kind(dialog, Kind.LIST)
    assert not field.isReadOnly()
