"""The runs of a trajectory as a person uses them: sort, filter, add results, lay out, copy, walk with the keyboard."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pexgui.core import Column, ColumnChoices, NotReadable, RunTable, Texts, TrajectoryRequest, ValueRequest
from pexgui.ui.models import ROW
from pexgui.ui.run_columns import RunColumn, short_names
from pexgui.ui.runs import RunsPanel
from pexgui.ui.runs_menu import column_menu
from pexgui.ui.runs_model import RunsModel
from tests.ui import sweeps
from tests.ui.instruments import Heartbeat, InlineWorker

RATE = "result:results/runs/$/firing_rate/firing_rate"
SPIKES = "result:results/runs/$/spikes/spikes"
LABEL = "result:results/runs/$/label/label"
TAU = "parameter:parameters.neuron.tau"
SIGMA = "parameter:parameters.neuron.sigma"
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Screen:
    """A panel on screen with what answers it."""

    def __init__(self, qtbot: Any, settings: QSettings, answers: sweeps.Answers, held: bool = False) -> None:
        self.bot = qtbot
        self.worker = InlineWorker(answers, held=held)
        self.panel = RunsPanel(self.worker.submit, settings)
        self.values: list[tuple[ValueRequest, Any]] = []
        self.panel.value_wanted.connect(lambda request, context: self.values.append((request, context)))
        self.panel.resize(1100, 700)
        qtbot.addWidget(self.panel)
        self.panel.show()
        self.panel.show_trajectory(sweeps.REQUEST)
        if not held:
            self.worker.deliver()

    @property
    def model(self) -> RunsModel:
        return self.panel.model

    def column(self, key: str) -> list[str]:
        place = self.model.place(key)
        assert place is not None
        return [self.model.index(row, place).data() for row in range(self.model.rowCount())]

    def add(self, *keys: str) -> None:
        for key in keys:
            self.panel.switch_column(key, True)
        self.worker.deliver()

    def click_title(self, key: str) -> None:
        place = self.model.place(key)
        assert place is not None
        half = self.panel.table.left if self.panel.table.columns.is_pinned(key) else self.panel.table.right
        x = half.heading.sectionViewportPosition(place) + half.heading.sectionSize(place) // 2
        self.bot.mouseClick(half.heading.viewport(), LEFT, pos=QPoint(x, 30))

    def type_filter(self, text: str) -> None:
        self.panel.filter.clear()
        self.bot.keyClicks(self.panel.filter, text)
        self.bot.keyClick(self.panel.filter, Key.Key_Return)

    def press(self, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.bot.keyClick(self.panel.table.right, key, modifier)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def screen(qtbot: Any, settings: QSettings) -> Iterator[Screen]:
    yield Screen(qtbot, settings, sweeps.answers())


# --- the table ---


def test_every_run_is_a_line_with_its_status_and_its_point(screen: Screen) -> None:
    assert screen.model.rowCount() == 1000
    assert screen.column("run")[75] == "run_00000075"
    assert [screen.column("status")[row] for row in (71, 72, 77)] == ["finished", "not marked finished", "not run"]
    titles = [column.title for column in screen.panel.table.columns.visible()]
    assert titles == ["Run", "Status", "tau", "sigma", "seed", "Started", "Runtime"]
    assert screen.panel.count.text() == "1,000 runs"


def test_numbers_of_a_column_have_the_same_decimals_and_what_is_missing_is_a_dash(screen: Screen) -> None:
    screen.add(RATE, SPIKES, "result:results/runs/$/energy/energy")
    assert screen.column(TAU)[0] == "0.5"
    assert screen.column(TAU)[5] == "1.0"
    assert {len(text.split(".")[1]) for text in screen.column(RATE) if text != "–"} == {2}
    assert screen.column("result:results/runs/$/energy/energy")[1] == "−16.30"
    assert screen.column(SPIKES)[0] == "8,006"
    assert screen.column(RATE)[77] == "–"
    assert screen.column("runtime")[77] == "–"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1.0, 2.0], ["1.0", "2.0"]),
        ([0.25, 1.0], ["0.25", "1.00"]),
        ([1234.5678, 0.1], ["1,234.6", "0.1"]),
        ([0.00012345, 0.5], ["0.0001", "0.5000"]),
        ([1e-12, 3e-12], ["1.000e−12", "3.000e−12"]),
        ([1e15, -2e15], ["1.000e+15", "−2.000e+15"]),
        ([-0.001, *[40.123] * 30], ["0.00", *["40.12"] * 30]),
        ([float("nan"), float("inf"), 1.5], ["NaN", "inf", "1.5"]),
    ],
)
def test_measured_numbers_are_as_long_as_they_need(values: list[float], shown: list[str]) -> None:
    column = RunColumn("k", "x", "x", "Results", "number")
    column.take(Column("x", "float64", sweeps.numbers(values)), len(values))
    assert [column.text(run) for run in range(len(values))] == shown


def test_a_name_is_as_short_as_it_stays_clear() -> None:
    assert short_names(["parameters.a.x", "parameters.b.x", "parameters.y"]) == ["a.x", "b.x", "y"]
    assert short_names(["x", "a.x"]) == ["x", "a.x"]


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    model = RunsModel()
    model.set_table(sweeps.run_table(30))
    qtmodeltester.check(model)
    model.add(RunColumn(RATE, "rate", "rate", "Results", "number"))
    model.arrange(TAU, True)
    model.choose("tau > 1")
    model.remove(RATE)
    model.clear()


# --- sorting ---


def test_a_click_on_a_title_sorts_and_another_turns_the_order_round(screen: Screen) -> None:
    screen.click_title(SIGMA)
    assert screen.column(SIGMA) == sorted(screen.column(SIGMA))
    assert screen.column("run")[:2] == ["run_00000000", "run_00000005"]
    screen.click_title(SIGMA)
    assert screen.column(SIGMA) == sorted(screen.column(SIGMA), reverse=True)
    assert screen.column("run")[:2] == ["run_00000004", "run_00000009"]
    screen.click_title("run")
    assert screen.column("run") == sorted(screen.column("run"))


def test_runs_without_a_value_come_last_in_both_directions(screen: Screen) -> None:
    screen.add(RATE)
    for _ in range(2):
        screen.click_title(RATE)
        assert screen.column(RATE)[-10:] == ["–"] * 10
        assert "–" not in screen.column(RATE)[:-10]


def test_texts_sort_as_people_count(screen: Screen) -> None:
    screen.add(LABEL)
    screen.click_title(LABEL)
    assert list(dict.fromkeys(screen.column(LABEL)))[:4] == ["trial 0", "trial 1", "trial 2", "trial 3"]


def test_the_chosen_run_stays_chosen_when_the_order_changes(screen: Screen) -> None:
    screen.panel.table.select_run(72)
    asked = len(screen.values)
    screen.click_title(SIGMA)
    assert screen.panel.table.current_run() == 72
    assert screen.panel.table.selected_runs() == [72]
    assert len(screen.values) == asked


def test_many_selected_runs_stay_selected_when_the_order_changes(screen: Screen) -> None:
    screen.panel.table.right.selectAll()
    screen.type_filter("tau > 3")
    screen.click_title(SIGMA)
    assert len(screen.panel.table.selected_runs()) == 250


# --- the filter ---


def test_a_filter_shows_the_runs_it_describes_and_counts_them_in_words(screen: Screen) -> None:
    screen.type_filter('tau > 3 and status == "finished"')
    assert screen.panel.count.text() == "240 of 1,000 runs"
    assert set(screen.column("status")) == {"finished"}
    assert set(screen.column(TAU)) == {"3.5", "4.0"}


def test_a_mistake_keeps_the_last_good_rows_and_is_said_below(screen: Screen) -> None:
    screen.type_filter("tau > 3")
    screen.type_filter("tau > 3 and")
    assert screen.model.rowCount() == 250
    assert screen.panel.mistake.isVisible()
    assert screen.panel.mistake.text() == "Something is missing at the end."
    assert screen.panel.filter.property("wrong") == "true"
    screen.type_filter("tau > 3 and sigma > 1")
    assert not screen.panel.mistake.isVisible()
    assert screen.model.rowCount() == 50


def test_half_a_filter_is_not_called_wrong_while_it_is_typed(screen: Screen) -> None:
    screen.bot.keyClicks(screen.panel.filter, "tau >")
    assert not screen.panel.mistake.isVisible()
    screen.bot.waitUntil(screen.panel.mistake.isVisible)


def test_a_filter_that_keeps_nothing_says_so(screen: Screen) -> None:
    screen.type_filter("tau > 300")
    assert screen.panel.count.text() == "0 of 1,000 runs"
    assert screen.panel.table.right.sentence == "No run matches the filter."
    screen.type_filter("")
    assert screen.panel.table.right.sentence == ""
    assert screen.model.rowCount() == 1000


def test_a_result_can_be_filtered_by_as_soon_as_it_is_a_column(screen: Screen) -> None:
    screen.type_filter("spikes > 15000")
    assert screen.panel.mistake.text() == "There is no column “spikes”."
    screen.add(SPIKES)
    assert 0 < screen.model.rowCount() < 1000
    assert all(int(text.replace(",", "")) > 15_000 for text in screen.column(SPIKES))


def test_a_run_that_the_filter_hides_is_chosen_again_when_it_comes_back(screen: Screen) -> None:
    screen.panel.table.select_run(3)
    screen.type_filter("tau > 3")
    assert screen.panel.table.current_run() is None
    screen.type_filter("")
    assert screen.panel.table.current_run() == 3


# --- results as columns ---


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_a_result_is_added_with_its_values_and_removed_again(screen: Screen) -> None:
    screen.bot.mouseClick(screen.panel.columns_button, LEFT)
    chooser = screen.panel.chooser
    assert chooser.isVisible()
    screen.bot.keyClicks(chooser.search, "spik")
    assert [choice.name for choice in chooser.model.rows()] == ["spikes"]
    screen.bot.keyClick(chooser.search, Key.Key_Return)
    screen.worker.deliver()
    assert screen.column(SPIKES)[0] == "8,006"
    assert [column.title for column in screen.panel.table.columns.visible()][5] == "spikes"
    screen.bot.keyClick(chooser.search, Key.Key_Return)
    assert screen.model.place(SPIKES) is None
    chooser.close()


def test_a_column_says_that_it_is_read_until_it_is_complete(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers())
    screen.worker.held = True
    screen.panel.switch_column(RATE, True)
    assert set(screen.column(RATE)) == {"…"}
    job = screen.panel._jobs[RATE]
    job.progressed.emit("Reading", 500, 1000)
    column = screen.model.column(RATE)
    assert column is not None
    assert column.progress == 0.5
    screen.worker.deliver()
    assert "…" not in screen.column(RATE)


def test_a_column_that_is_removed_while_it_is_read_does_not_come_back(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers())
    screen.worker.held = True
    screen.panel.switch_column(RATE, True)
    screen.panel.switch_column(RATE, False)
    screen.worker.deliver()
    assert screen.model.place(RATE) is None


def test_a_result_that_cannot_be_read_says_why(qtbot: Any, settings: QSettings) -> None:
    def fail(_request: Any, _progress: Any) -> Column:
        raise NotReadable("sweep.hdf5 is damaged.", "The other results can be read.")

    screen = Screen(qtbot, settings, {**sweeps.answers(), "read_column": fail})
    screen.add(RATE)
    assert set(screen.column(RATE)) == {"–"}
    assert screen.panel.sentences() == ["firing_rate: sweep.hdf5 is damaged. The other results can be read."]


def test_columns_come_back_in_another_trajectory_of_the_same_experiment(
    qtbot: Any, settings: QSettings, screen: Screen
) -> None:
    screen.add(RATE, LABEL)
    screen.panel.show_bar(RATE, True)
    screen.panel.table.columns.pin("status", True)
    screen.panel.table.columns.hide("runtime", True)
    screen.panel.table.columns.move(LABEL, -1)
    again = Screen(qtbot, settings, sweeps.answers(sweeps.run_table(20)))
    titles = [column.title for column in again.panel.table.columns.visible()]
    assert titles == ["Run", "Status", "tau", "sigma", "seed", "label", "firing_rate", "Started"]
    column = again.model.column(RATE)
    assert column is not None
    assert column.bar
    assert again.column(LABEL)[3] == "trial 3"


@pytest.mark.parametrize(
    "stored", ["no json", "[1]", '{"results": [3, ["x"], [1,2,3]], "order": 3, "widths": {"a": "b"}}']
)
def test_what_was_stored_wrongly_is_left_aside(qtbot: Any, settings: QSettings, screen: Screen, stored: str) -> None:
    for key in settings.allKeys() or ["none"]:
        settings.setValue(key, stored)
    screen.panel.switch_column(RATE, True)
    for key in settings.allKeys():
        settings.setValue(key, stored)
    again = Screen(qtbot, settings, sweeps.answers(sweeps.run_table(20)))
    assert len(again.panel.table.columns.visible()) == 7


# --- laying out ---


def test_a_pinned_column_stays_where_it_is_when_the_others_scroll(screen: Screen) -> None:
    table = screen.panel.table
    screen.panel.resize(500, 500)
    table.columns.pin(TAU, True)
    place = screen.model.place(TAU)
    assert place is not None
    before = table.left.columnViewportPosition(place)
    table.right.horizontalScrollBar().setValue(100)
    assert table.left.columnViewportPosition(place) == before
    assert table.right.isColumnHidden(place)
    assert [column.title for column in table.columns.visible()][:3] == ["Run", "tau", "Status"]


def test_both_halves_scroll_together_and_share_the_selection(screen: Screen) -> None:
    table = screen.panel.table
    table.right.verticalScrollBar().setValue(2600)
    assert table.left.verticalScrollBar().value() == 2600
    assert table.left.rowAt(0) == table.right.rowAt(0) == 100
    screen.bot.mouseClick(table.left.viewport(), LEFT, pos=QPoint(40, 13))
    assert table.current_run() == 100
    assert table.right.selectionModel().isRowSelected(100)


def test_a_column_can_be_moved_by_its_title(screen: Screen) -> None:
    heading = screen.panel.table.right.heading
    tau, seed = screen.model.place(TAU), screen.model.place("parameter:parameters.seed")
    assert tau is not None
    assert seed is not None
    heading.moveSection(heading.visualIndex(seed), heading.visualIndex(tau))
    assert [column.title for column in screen.panel.table.columns.visible()][2:5] == ["seed", "tau", "sigma"]


def test_the_menu_of_a_column_sorts_pins_hides_and_draws_bars(screen: Screen) -> None:
    screen.add(RATE)
    menu = column_menu(screen.panel, RATE)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == [
        *("Sort ascending", "Sort descending", "Show bars", "Pin at the left"),
        *("Move left", "Move right", "Remove column"),
    ]
    actions["Sort descending"].trigger()
    assert (screen.model.sorted_by, screen.model.descending) == (RATE, True)
    actions["Show bars"].trigger()
    column = screen.model.column(RATE)
    assert column is not None
    assert column.bar
    actions["Pin at the left"].trigger()
    assert screen.panel.table.columns.is_pinned(RATE)
    actions["Remove column"].trigger()
    assert screen.model.place(RATE) is None
    assert screen.model.sorted_by == "run"


def test_bars_are_scaled_to_the_runs_that_are_shown(screen: Screen) -> None:
    screen.add(RATE)
    screen.panel.show_bar(RATE, True)
    column = screen.model.column(RATE)
    assert column is not None
    assert column.values is not None
    screen.type_filter("firing_rate < 10")
    shown = column.values[screen.model.shown()]
    assert screen.model.reach(column) == shown.max()
    best = int(screen.model.shown()[shown.argmax()])
    assert column.share(best, screen.model.reach(column)) == 1.0


# --- keyboard and clipboard ---


def test_the_keyboard_walks_through_the_runs(screen: Screen) -> None:
    screen.panel.table.right.setFocus()
    screen.panel.table.select_run(0)
    screen.press(Key.Key_Down)
    screen.press(Key.Key_Down)
    assert screen.panel.table.current_run() == 2
    screen.press(Key.Key_End)
    assert screen.panel.table.current_run() == 999
    assert screen.panel.table.left.rowViewportPosition(999) < screen.panel.table.left.viewport().height() - 20
    screen.press(Key.Key_Up)
    assert screen.panel.table.current_run() == 998
    screen.press(Key.Key_Home)
    assert screen.panel.table.current_run() == 0
    screen.press(Key.Key_PageDown)
    assert 10 < (screen.panel.table.current_run() or 0) < 30
    screen.press(Key.Key_PageUp)
    screen.press(Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert len(screen.panel.table.selected_runs()) == 1000
    screen.press(Key.Key_Up)
    assert screen.panel.table.selected_runs() == [998]


def test_the_keyboard_walks_on_from_a_pinned_column(screen: Screen) -> None:
    screen.bot.mouseClick(screen.panel.table.left.viewport(), LEFT, pos=QPoint(40, 13))
    screen.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    screen.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    screen.press(Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert screen.panel.table.selected_runs() == [0, 1]


def test_selected_runs_are_copied_exactly_under_their_titles(screen: Screen) -> None:
    screen.add(RATE, LABEL)
    screen.panel.table.select_run(76)
    screen.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    screen.press(Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == [
        *("Run", "Status", "parameters.neuron.tau", "parameters.neuron.sigma", "parameters.seed"),
        *("firing_rate", "label", "Started", "Runtime in s"),
    ]
    assert lines[1][:5] == ["run_00000076", "finished", "4.0", "0.2", "2"]
    assert float(lines[1][5]) == 20 + 19.37 * np.sin(76 * 0.7)
    assert lines[1][6] == "trial 4"
    assert lines[2] == ["run_00000077", "not run", "4.0", "0.4", "2", "", "", "", ""]


# --- the value beside ---


def test_going_to_a_run_asks_for_its_result(screen: Screen) -> None:
    screen.panel.table.select_run(75)
    request, context = screen.values[-1]
    assert request == ValueRequest(
        sweeps.FILE,
        b"/tau_sigma_sweep/results/runs/run_00000075/firing_rate/firing_rate",
        trajectory=b"/tau_sigma_sweep",
    )
    assert context.title == "run_00000075"
    assert context.subtitle == "tau 4.0 · sigma 0.1 · seed 2"
    assert context.can_step
    assert [name for name, _request in context.choices] == ["firing_rate", "spikes", "energy", "label", "trace"]


def test_stepping_keeps_to_the_result_that_is_shown(screen: Screen) -> None:
    screen.panel.table.select_run(75)
    _request, context = screen.values[-1]
    screen.panel.show_item(context.choices[2][1])
    screen.panel.step(1)
    assert screen.values[-1][0].path == b"/tau_sigma_sweep/results/runs/run_00000076/energy/energy"
    screen.panel.step(-1)
    assert screen.values[-1][1].title == "run_00000075"
    assert b"energy" in screen.values[-1][0].path


def test_stepping_keeps_to_a_part_of_a_large_result(screen: Screen) -> None:
    screen.panel.table.select_run(75)
    trace = screen.values[-1][1].choices[4][1]
    assert trace.path == sweeps.T + b"/results/runs/run_00000075/trace"
    screen.panel.show_item(msgspec.structs.replace(trace, item="voltage"))
    screen.panel.step(1)
    assert screen.values[-1][0].path == sweeps.T + b"/results/runs/run_00000076/trace"
    assert screen.values[-1][0].item == "voltage"
    assert screen.values[-1][1].choices[4][1].item == ""


def test_results_that_make_no_column_are_not_offered_as_one(screen: Screen) -> None:
    screen.panel._fill_chooser()
    assert "trace" not in [choice.name for choice in screen.panel.chooser.model.rows()]


def test_stepping_stops_at_the_first_and_the_last_run(screen: Screen) -> None:
    screen.panel.table.select_run(0)
    asked = len(screen.values)
    screen.panel.step(-1)
    assert len(screen.values) == asked


def test_a_click_into_a_result_column_shows_that_result(screen: Screen) -> None:
    screen.add(SPIKES)
    place = screen.model.place(SPIKES)
    assert place is not None
    right = screen.panel.table.right
    x = right.columnViewportPosition(place) + 10
    screen.bot.mouseClick(right.viewport(), LEFT, pos=QPoint(x, 40))
    assert screen.values[-1][0].path.endswith(b"run_00000001/spikes/spikes")


def test_the_run_set_of_a_run_is_filled_in(qtbot: Any, settings: QSettings) -> None:
    choice = msgspec.structs.replace(sweeps.CHOICES[0], key=b"results/sets/$set/$/z")
    answers = {
        **sweeps.answers(sweeps.run_table(1200)),
        "list_columns": lambda _request, _progress: ColumnChoices((choice,)),
    }
    screen = Screen(qtbot, settings, answers)
    screen.panel.table.select_run(1100)
    assert screen.values[-1][0].path == b"/tau_sigma_sweep/results/sets/run_set_00001/run_00001100/z"


def test_a_run_chosen_before_the_results_are_known_gets_its_value_later(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers(), held=True)
    screen.panel._take_runs(sweeps.run_table())
    screen.panel.table.select_run(5)
    assert not screen.values
    screen.worker.deliver()
    assert screen.values[-1][1].title == "run_00000005"


# --- refreshing, problems, emptiness ---


def test_refreshing_keeps_order_filter_selection_and_scroll_position(qtbot: Any, settings: QSettings) -> None:
    tables = [sweeps.run_table(1000), sweeps.run_table(1200)]
    answers = {**sweeps.answers(tables[1]), "read_runs": lambda _request, _progress: tables[0]}
    screen = Screen(qtbot, settings, answers)
    screen.add(RATE)
    screen.click_title(SIGMA)
    screen.type_filter("tau > 1")
    table = screen.panel.table
    table.select_run(615)
    table.right.verticalScrollBar().setValue(table.right.verticalScrollBar().value() + 37)
    y = table.right.rowViewportPosition(table.right.currentIndex().row())
    asked = len(screen.values)
    tables[0] = tables[1]
    screen.panel.refresh()
    screen.worker.deliver()
    assert screen.model.runs() == 1200
    assert screen.panel.count.text() == "900 of 1,200 runs"
    assert screen.model.sorted_by == SIGMA
    assert table.current_run() == 615
    assert table.right.rowViewportPosition(table.right.currentIndex().row()) == y
    assert len(screen.values) == asked
    assert "…" not in screen.column(RATE)


def test_a_refresh_that_fails_keeps_what_is_shown_and_says_so(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers())

    def fail(_request: Any, _progress: Any) -> RunTable:
        raise NotReadable("sweep.hdf5 is gone.", "Open its folder again.")

    screen.worker.answers["read_runs"] = fail
    screen.panel.refresh()
    screen.worker.deliver()
    assert screen.model.rowCount() == 1000
    assert screen.panel.sentences() == ["sweep.hdf5 is gone. Open its folder again."]


def test_runs_that_cannot_be_read_say_why_and_can_be_tried_again(qtbot: Any, settings: QSettings) -> None:
    def fail(_request: Any, _progress: Any) -> RunTable:
        raise NotReadable("sweep.hdf5 is cut off.", "Copy it again.")

    screen = Screen(qtbot, settings, {**sweeps.answers(), "read_runs": fail})
    assert screen.panel.message.isVisible()
    assert screen.panel.message.text() == "sweep.hdf5 is cut off."
    screen.worker.answers["read_runs"] = lambda _request, _progress: sweeps.run_table(3)
    screen.panel.insisted.connect(screen.panel.refresh)
    screen.panel.message.retried.emit()
    screen.worker.deliver()
    assert screen.column("run") == ["run_00000000", "run_00000001", "run_00000002"]


def test_another_trajectory_leaves_nothing_of_the_one_before(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers())
    screen.add(RATE)
    screen.type_filter("tau > 3")
    screen.panel.table.select_run(75)
    other = RunTable(("a", "b"), bytes(2), sweeps.numbers([1.0, 2.0]), sweeps.numbers([1.0, 2.0]), ())
    screen.worker.answers["read_runs"] = lambda _request, _progress: other
    screen.panel.show_trajectory(TrajectoryRequest(b"/other.hdf5", b"/other"))
    screen.worker.deliver()
    assert screen.column("run") == ["a", "b"]
    assert [column.title for column in screen.panel.table.columns.visible()] == ["Run", "Status", "Started", "Runtime"]
    assert screen.panel.filter.text() == ""
    assert screen.panel.table.selected_runs() == []


def test_a_trajectory_without_runs_says_so(qtbot: Any, settings: QSettings) -> None:
    empty = RunTable((), b"", sweeps.numbers(np.zeros(0)), sweeps.numbers(np.zeros(0)), ())
    screen = Screen(qtbot, settings, sweeps.answers(empty))
    assert screen.panel.message.text() == "This trajectory has no runs."


def test_columns_shorter_than_the_runs_are_filled_with_nothing(qtbot: Any, settings: QSettings) -> None:
    table = sweeps.run_table(5)
    short = Column("parameters.short", "str", Texts(("a", None)))
    table = msgspec.structs.replace(table, parameters=(*table.parameters, short))
    screen = Screen(qtbot, settings, sweeps.answers(table))
    assert screen.column("parameter:parameters.short") == ["a", "–", "–", "–", "–"]


def test_every_control_has_a_name(screen: Screen) -> None:
    for widget in screen.panel.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName(), widget


def test_ten_thousand_runs_with_forty_columns_leave_the_event_loop_free(qtbot: Any, settings: QSettings) -> None:
    table = sweeps.run_table(10_000)
    more = [Column(f"parameters.p{i}", "float64", sweeps.numbers(np.sin(np.arange(10_000) * i))) for i in range(33)]
    table = msgspec.structs.replace(table, parameters=(*table.parameters, *more))
    screen = Screen(qtbot, settings, sweeps.answers(table), held=True)
    with Heartbeat() as heartbeat:
        screen.worker.deliver()
        qtbot.wait(1)
        for key in (TAU, "parameter:parameters.p3", "run"):
            screen.model.arrange(key, True)
            qtbot.wait(1)
        screen.panel.filter.setText("p3 > 0.5 and tau < 2")
        qtbot.wait(1)
    assert 0 < screen.model.rowCount() < 10_000
    assert screen.model.index(0, 0).data(ROW) == screen.model.run(0)
    assert heartbeat.longest < 0.5


def test_what_is_stored_for_the_next_time_is_plain_text(screen: Screen, settings: QSettings) -> None:
    screen.add(RATE)
    key = next(key for key in settings.allKeys() if key.startswith("runs/"))
    state = json.loads(str(settings.value(key)))
    assert state["results"] == [[RATE, "firing_rate", "float64"]]
