"""The open runs as a table: states, order, the same runs selected after looking again, and very many of them."""

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import RunStatus, RunToDo
from pexgui.ui.to_do_table import STATE, WORDS, StateColumn, ToDoTable, state_of
from tests.ui.to_dos import points, to_do

FEW = to_do(open_runs=20, runs=60, failed=(45, 47))


@pytest.fixture
def table(dressed: QApplication, qtbot: QtBot) -> ToDoTable:
    table = ToDoTable()
    table.resize(760, 300)
    qtbot.addWidget(table)
    table.show()
    table.show_found(FEW)
    return table


def column(table: ToDoTable, key: str) -> list[str]:
    place = table.model.place(key)
    assert place is not None
    return [table.model.index(row, place).data() for row in range(table.model.rowCount())]


def names(table: ToDoTable) -> list[str]:
    return [table.model.columns[0].text(run) for run in table.selected_runs()]


def test_the_columns_are_run_state_and_the_explored_parameters(table: ToDoTable) -> None:
    titles = [column.title for column in table.columns.visible()]
    assert titles == ["Run", "State", "g_exc", "v_rest", "seed", "kind"]
    assert table.columns.is_pinned(STATE)
    row = [table.model.index(3, place).data() for place in range(6)]
    assert row == ["run_00000043", "not run", "0.3", "\N{MINUS SIGN}67.0", "0", "regular"]
    rights = [column.right for column in table.model.columns]
    assert rights == [False, False, True, True, True, False]


@pytest.mark.parametrize(
    ("status", "failed", "word"),
    [
        (RunStatus.NOT_RUN, False, "not run"),
        (RunStatus.HAS_DATA, False, "has data"),
        (RunStatus.NOT_RUN, True, "failed"),
        (RunStatus.HAS_DATA, True, "failed"),
    ],
)
def test_a_run_that_was_begun_counts_as_failed_with_or_without_data(status: RunStatus, failed: bool, word: str) -> None:
    assert WORDS[state_of(RunToDo(0, "run_00000000", status, failed))] == word


def test_failed_runs_come_first_when_sorted_by_state_and_each_kind_in_the_order_of_runs(table: ToDoTable) -> None:
    table.model.arrange(STATE, False)
    assert column(table, STATE)[:4] == ["failed", "failed", "has data", "not run"]
    assert column(table, "run")[:4] == ["run_00000045", "run_00000047", "run_00000050", "run_00000040"]
    table.show_found(to_do(open_runs=15, runs=60, failed=(47,)))
    assert column(table, "run")[0] == "run_00000047"


def test_the_selected_runs_are_the_same_ones_after_looking_again(table: ToDoTable) -> None:
    table.select_run(5)
    table._go(9, True)
    assert names(table) == [f"run_{run:08d}" for run in range(45, 50)]
    table.show_found(to_do(open_runs=13, runs=60, failed=()))
    assert names(table) == ["run_00000047", "run_00000048", "run_00000049"]
    here = table.current_run()
    assert here is not None
    assert table.model.columns[0].text(here) == "run_00000049"


def test_runs_that_finished_are_selected_no_more(table: ToDoTable) -> None:
    table.select_run(0)
    table.show_found(to_do(open_runs=4, runs=60, failed=()))
    assert table.selected_runs() == []
    table.show_found(to_do(open_runs=0, runs=60))
    assert table.model.rowCount() == 0


def test_sorting_keeps_the_selected_runs(table: ToDoTable) -> None:
    table.select_run(5)
    table.model.arrange("run", True)
    assert names(table) == ["run_00000045"]


def test_the_selected_runs_are_copied_with_their_titles_and_exact_values(table: ToDoTable) -> None:
    table.select_run(5)
    table.copy()
    assert QGuiApplication.clipboard().text().splitlines() == [
        "Run\tState\tparameters.network.g_exc\tparameters.network.v_rest\tparameters.simulation.seed"
        "\tparameters.stimulus.kind",
        "run_00000045\tfailed\t0.5\t-67.0\t0\tpoisson",
    ]


def test_a_trajectory_without_explored_parameters_shows_runs_and_states(table: ToDoTable) -> None:
    table.show_found(to_do(open_runs=3, parameters=()))
    assert [column.title for column in table.columns.visible()] == ["Run", "State"]
    table.grab()


def test_every_state_is_painted_in_both_themes_and_where_there_is_little_room(table: ToDoTable) -> None:
    table.model.arrange(STATE, False)
    wide = table.grab().toImage()
    for half in (table.left, table.right):
        half.heading.resizeSection(1, 50)
    assert table.grab().toImage() != wide


def test_the_menus_copy_and_sort(table: ToDoTable) -> None:
    (copy,) = table.menu("").actions()
    assert (copy.text(), copy.isEnabled()) == ("Copy", False)
    table.select_run(1)
    (copy,) = table.menu("").actions()
    copy.trigger()
    assert "run_00000041" in QGuiApplication.clipboard().text()
    ascending, descending = table.menu("run").actions()
    descending.trigger()
    assert column(table, "run")[0] == "run_00000059"
    ascending.trigger()
    assert column(table, "run")[0] == "run_00000040"


def test_the_model_keeps_the_rules_of_qt(table: ToDoTable) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(table.model, mode, table)
    table.show_found(to_do(open_runs=7, runs=60))
    table.model.arrange(STATE, True)
    table.show_found(to_do(open_runs=0, runs=60))
    tester.setParent(None)


def test_of_a_hundred_thousand_open_runs_only_those_on_screen_are_written(
    table: ToDoTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = np.arange(100_000)
    table.show_found(to_do(open_runs=100_000, runs=100_000, failed=(), parameters=points(index)))
    written: list[int] = []
    text = StateColumn.text
    monkeypatch.setattr(StateColumn, "text", lambda column, run: (written.append(run), text(column, run))[1])
    table._go(99_999, extend=False)
    table.grab()
    assert names(table) == ["run_00099999"]
    assert 99_999 in written
    assert min(written) > 99_900
