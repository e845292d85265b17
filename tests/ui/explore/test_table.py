"""The parameters in groups: dragged, linked, folded, filtered, and all of that by keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pexgui.core import Design, DesignedParameter, text
from pexgui.ui.explore import ExploreDialog
from pexgui.ui.explore_head import Begin, Mode
from tests.ui.explorations import OTHER, Explorations, long_names, many
from tests.ui.explore.dialogs import LEFT, PLAIN, Start, drag, line, names, place, rows, settle, shown
from tests.ui.instruments import Heartbeat, InlineWorker

START = [["g_exc"], ["g_inh"], ["rate", "weight"], ["seed"]]


def key(dialog: ExploreDialog, which: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(dialog.left.table, which, modifier)


def menu_words(menu: QMenu) -> list[str]:
    return [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]


def trigger(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()


def test_parameters_stand_in_their_groups_and_say_what_they_are(dialog: ExploreDialog) -> None:
    assert rows(dialog) == [
        "network:", "g_exc", "g_inh", "delay", "stimulus:", "rate", "weight", "kind",
        "simulation:", "seed", "dt", "duration",
    ]  # fmt: skip
    assert shown(dialog, "g_exc").words == "network.g_exc, float, default 0.50, 0 … 0.9,  evenly spaced, 10 values"
    assert shown(dialog, "delay").words == "network.delay, float, default 1.5, default only"
    assert shown(dialog, "weight").words.endswith("5 values, in step with rate")
    assert shown(dialog, "seed").count == 10
    assert names(dialog) == START


def test_the_model_is_as_qt_wants_it(dialog: ExploreDialog) -> None:
    QAbstractItemModelTester(dialog.left.table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    line(dialog, "g_exc").comment = "another"
    dialog.left.show_rows()
    dialog.left.search.setText("rate")


def test_a_row_dropped_between_two_changes_the_order_of_nesting(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    drag(dialog, "seed", place(dialog, "g_inh", 0.1))
    assert names(dialog) == [["g_exc"], ["seed"], ["g_inh"], ["rate", "weight"]]
    assert rows(dialog)[:6] == ["network:", "g_exc", "simulation:", "seed", "network:", "g_inh"]
    settle(dialog, worker, qtbot)
    assert dialog.right.product.text() == "10 g_exc × 10 seed × 2 g_inh × 5 rate and weight"
    assert dialog.left.table.current() is line(dialog, "seed")


def test_a_row_dropped_at_the_lower_edge_of_another_comes_below_it(dialog: ExploreDialog) -> None:
    drag(dialog, "g_exc", place(dialog, "g_inh", 0.9))
    assert names(dialog) == [["g_inh"], ["g_exc"], ["rate", "weight"], ["seed"]]


def test_a_row_dropped_on_another_is_linked_to_it(dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    drag(dialog, "seed", place(dialog, "g_exc"))
    assert names(dialog) == [["g_exc", "seed"], ["g_inh"], ["rate", "weight"]]
    settle(dialog, worker, qtbot)
    assert dialog.right.number.text() == "100 points"
    assert dialog.left.hint.text().startswith("Linked parameters move in step")


def test_a_linked_row_dropped_on_another_leaves_those_it_was_linked_to(dialog: ExploreDialog) -> None:
    drag(dialog, "weight", place(dialog, "g_inh"))
    assert names(dialog) == [["g_exc"], ["g_inh", "weight"], ["rate"], ["seed"]]


def test_a_parameter_with_its_default_only_is_explored_when_it_is_dropped_on_another(
    dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot
) -> None:
    drag(dialog, "delay", place(dialog, "g_inh"))
    assert names(dialog)[1] == ["g_inh", "delay"]
    settle(dialog, worker, qtbot)
    assert dialog.footer.words.text().startswith("Linked parameters need equally many values")
    assert not dialog.footer.next.isEnabled()


def test_a_row_dropped_below_all_others_is_the_last(dialog: ExploreDialog) -> None:
    drag(dialog, "g_exc", QPoint(100, dialog.left.table.viewport().height() - 1))
    assert names(dialog)[-1] == ["g_exc"]


def test_escape_ends_a_drag_and_nothing_has_changed(dialog: ExploreDialog) -> None:
    drag(dialog, "seed", place(dialog, "g_exc"), let_go=False)
    assert dialog.left.table.dragging()
    key(dialog, Qt.Key.Key_Escape)
    assert not dialog.left.table.dragging()
    QTest.mouseRelease(dialog.left.table.viewport(), LEFT, PLAIN, place(dialog, "g_exc"))
    assert names(dialog) == START
    assert dialog.isVisible()


def test_a_click_that_does_not_move_only_chooses(dialog: ExploreDialog) -> None:
    QTest.mouseClick(dialog.left.table.viewport(), LEFT, PLAIN, place(dialog, "weight"))
    assert dialog.left.table.current() is line(dialog, "weight")
    assert dialog.left.editor.line() is line(dialog, "weight")
    assert names(dialog) == START


def test_keys_move_explore_and_edit(dialog: ExploreDialog) -> None:
    table = dialog.left.table
    table.setFocus()
    table.choose(line(dialog, "seed"))
    for _step in range(2):
        key(dialog, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(dialog) == [["g_exc"], ["g_inh"], ["seed"], ["rate", "weight"]]
    key(dialog, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(dialog) == START
    key(dialog, Qt.Key.Key_Space)
    assert names(dialog) == START[:-1]
    key(dialog, Qt.Key.Key_Space)
    assert names(dialog) == START
    key(dialog, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.left.editor.fields.numbers[0]


def test_parameters_selected_by_keys_are_linked_and_unlinked_by_a_key(dialog: ExploreDialog, qtbot: QtBot) -> None:
    table = dialog.left.table
    table.choose(line(dialog, "g_exc"))
    key(dialog, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [one.short() for one in table.chosen()] == ["g_exc", "g_inh"]
    assert dialog.left.link.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert names(dialog)[0] == ["g_exc", "g_inh"]
    assert dialog.left.link.text().strip() == "Unlink"
    dialog.left.link.click()
    assert names(dialog) == START


def test_the_menu_of_a_row_links_moves_and_unlinks(dialog: ExploreDialog) -> None:
    left = dialog.left
    left.table.choose(line(dialog, "seed"))
    menu = left.menu_for(line(dialog, "seed"))
    assert menu_words(menu) == ["Default only", "Move up", "Move down", "Link with", "Unlink", "Remove"]
    (others,) = menu.findChildren(QMenu)
    assert menu_words(others)[:4] == ["network.g_exc", "network.g_inh", "stimulus.rate", "stimulus.weight"]
    trigger(others, "network.g_inh")
    assert names(dialog)[1] == ["g_inh", "seed"]
    trigger(left.menu_for(line(dialog, "seed")), "Unlink")
    assert names(dialog)[1:3] == [["g_inh"], ["seed"]]
    trigger(left.menu_for(line(dialog, "seed")), "Move up")
    assert names(dialog)[1:3] == [["seed"], ["g_inh"]]


def test_what_a_trajectory_has_is_not_removed_when_it_is_extended(dialog: ExploreDialog, start: Start) -> None:
    dialog.left.table.choose(line(dialog, "delay"))
    key(dialog, Qt.Key.Key_Delete)
    assert "delay" in rows(dialog)
    new = start(Begin(Mode.COPY, OTHER))
    new.left.table.choose(line(new, "a"))
    key(new, Qt.Key.Key_Delete)
    assert rows(new) == ["parameters:", "b"]
    assert new.left.table.current() is line(new, "b")


def test_a_group_is_folded_by_a_click_and_by_keys(dialog: ExploreDialog) -> None:
    table = dialog.left.table
    head = table.visualRect(table.rows.index(0)).center()
    QTest.mouseClick(table.viewport(), LEFT, PLAIN, head)
    assert rows(dialog)[:2] == ["network:", "stimulus:"]
    key(dialog, Qt.Key.Key_Right)
    assert rows(dialog)[:2] == ["network:", "g_exc"]
    table.choose(line(dialog, "g_inh"))
    key(dialog, Qt.Key.Key_Left)
    assert rows(dialog)[:2] == ["network:", "stimulus:"]
    assert names(dialog) == START


def test_the_filter_finds_names_and_comments_and_escape_clears_it(dialog: ExploreDialog) -> None:
    dialog.left.search.setText("conductance")
    assert rows(dialog) == ["network:", "g_exc", "g_inh"]
    QTest.keyClick(dialog.left.search, Qt.Key.Key_Escape)
    assert len(rows(dialog)) == 12
    assert dialog.isVisible()


def test_the_current_parameter_stays_the_current_one_when_the_filter_hides_others(dialog: ExploreDialog) -> None:
    dialog.left.table.choose(line(dialog, "g_inh"))
    dialog.left.search.setText("g_")
    assert dialog.left.table.current() is line(dialog, "g_inh")


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_every_state_of_a_drag_is_painted(dialog: ExploreDialog, theme_name: str) -> None:
    from pexgui.ui import theme

    theme.use("dark" if theme_name == "dark" else "light")
    view = dialog.left.table.viewport()
    before = view.grab().toImage()
    drag(dialog, "seed", place(dialog, "g_exc"), let_go=False)
    onto = view.grab().toImage()
    QTest.mouseMove(view, place(dialog, "g_exc", 0.95))
    between = view.grab().toImage()
    assert before != onto
    assert onto != between


def test_a_thousand_parameters_are_filtered_and_painted_without_holding_up_the_window(
    start: Start, world: Explorations, worker: InlineWorker, qtbot: QtBot
) -> None:
    world.designs[OTHER] = many()
    dialog = start(Begin(Mode.COPY, OTHER))
    assert len(rows(dialog)) == 1010
    with Heartbeat() as heartbeat:
        for word in ("p_05", "p_0500", ""):
            dialog.left.search.setText(word)
            dialog.left.table.viewport().grab()
    assert heartbeat.longest < 1.0
    dialog.left.search.setText("p_0500")
    assert rows(dialog) == ["group_5:", "p_0500"]


def test_names_longer_than_there_is_room_for_are_cut_and_said_in_full(start: Start, world: Explorations) -> None:
    world.designs[OTHER] = long_names()
    dialog = start(Begin(Mode.COPY, OTHER))
    assert not dialog.grab().isNull()
    first = dialog.beginning.state.explored()[0]
    assert first.name in shown(dialog, first.short()).words
    assert dialog.width() == 1200


@pytest.mark.parametrize("name", ["<b>bold</b>", "a & b", "two\nlines", "\u202ereversed", "größe ☃"])
def test_foreign_names_and_comments_are_shown_as_plain_text_in_one_line(
    start: Start, world: Explorations, name: str
) -> None:
    one = DesignedParameter(f"group.{name}", "float", name, name, "1, 2", kept=True)
    world.designs[OTHER] = Design((one,), ((one.name,),))
    dialog = start(Begin(Mode.COPY, OTHER))
    assert text.printable(name) in shown(dialog, name).words
    assert dialog.left.editor.name.text() == text.printable(name)
    assert text.printable(name) in dialog.left.editor.about.text()
    assert not dialog.grab().isNull()
