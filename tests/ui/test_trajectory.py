"""The open trajectory: name and facts stay in place, tabs change below, warnings are one calm strip."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt

from pexgui.core import FileRequest, FileState, FileSummary, NotReadable, Stamp, TrajectoryInfo, TrajectoryRequest
from pexgui.ui.trajectory import OVERVIEW, RUNS, TREE, TrajectoryPanel
from tests.ui import sweeps
from tests.ui.instruments import InlineWorker

T = sweeps.T


class Screen:
    """A trajectory on screen with what answers it."""

    def __init__(self, qtbot: Any, settings: QSettings, answers: sweeps.Answers | None = None) -> None:
        self.bot = qtbot
        self.worker = InlineWorker(answers or sweeps.answers())
        self.panel = TrajectoryPanel(self.worker.submit, settings)
        self.values: list[tuple[Any, Any]] = []
        self.panel.value_wanted.connect(lambda request, context: self.values.append((request, context)))
        self.panel.resize(900, 760)
        qtbot.addWidget(self.panel)
        self.panel.show()
        self.panel.show_trajectory(sweeps.REQUEST)
        self.worker.deliver()

    def asked(self, name: str) -> int:
        return sum(operation == name for operation, _request in self.worker.asked)

    def tab(self, tab: int) -> None:
        self.bot.mouseClick(self.panel.tabs, Qt.MouseButton.LeftButton, pos=QPoint(48 + 92 * tab, 15))
        self.worker.deliver()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def screen(qtbot: Any, settings: QSettings) -> Iterator[Screen]:
    yield Screen(qtbot, settings)


def fact(screen: Screen, name: str) -> str:
    return str(getattr(screen.panel.heading, name).accessibleDescription())


def test_the_runs_are_what_one_sees_first(screen: Screen) -> None:
    assert screen.panel.stack.currentWidget() is screen.panel.runs
    assert screen.panel.runs.model.rowCount() == 1000
    assert screen.asked("read_children") == screen.asked("measure_storage") == 0


def test_name_line_and_facts_say_what_it_is(screen: Screen) -> None:
    heading = screen.panel.heading
    assert heading._name.text() == "tau_sigma_sweep"
    line = heading._line.text()
    assert "14 Mar 2026" in line
    assert "  ·  pypet 0.6.1, Python 3.11  ·  Firing rate against time constant and noise, L4 model" in line
    assert fact(screen, "runs") == "1,000 980 finished"
    assert fact(screen, "explored") == "3 parameters"
    assert fact(screen, "results") == "5 per run"
    assert fact(screen, "bytes") == "9.6 MB 5.8 MB reclaimable"


def test_nothing_above_the_tabs_moves_when_the_tab_changes(screen: Screen) -> None:
    places = []
    for tab in (RUNS, OVERVIEW, TREE):
        screen.tab(tab)
        heading = screen.panel.heading
        places.append((heading.geometry(), screen.panel.tabs.geometry(), screen.panel.stack.geometry()))
    assert places[0] == places[1] == places[2]


def test_nothing_above_the_tabs_moves_when_the_answers_come(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers(others=2))
    screen.worker.held = True
    screen.panel.show_trajectory(sweeps.REQUEST)
    screen.panel.grab()
    before = screen.panel.tabs.geometry()
    screen.worker.deliver()
    screen.panel.grab()
    assert screen.panel.tabs.geometry() == before


def test_each_tab_shows_its_view_and_reads_only_then(screen: Screen) -> None:
    screen.tab(TREE)
    assert screen.panel.tree.model.rowCount() == 4
    assert screen.asked("measure_storage") == 0
    screen.tab(OVERVIEW)
    assert screen.asked("measure_storage") == 1
    asked = screen.asked("read_children")
    screen.tab(TREE)
    assert screen.asked("read_children") == asked > 0


def test_the_next_trajectory_opens_in_the_tab_that_is_open(screen: Screen) -> None:
    screen.tab(TREE)
    screen.panel.show_trajectory(TrajectoryRequest(sweeps.FILE, b"/other"))
    screen.worker.deliver()
    assert screen.panel.stack.currentWidget() is screen.panel.tree
    requests = [request for name, request in screen.worker.asked if name == "read_children"]
    assert requests[-1].path == b"/other"


def test_warnings_stand_in_one_strip_and_open_on_request(qtbot: Any, settings: QSettings) -> None:
    table = sweeps.run_table(5, warnings=("The run table is shorter than the explored parameters.",))
    answers = sweeps.answers(table, warnings=("The settings are missing.",))
    screen = Screen(qtbot, settings, answers)
    assert screen.panel.strip.isVisible()
    assert screen.panel.strip.sentences() == (
        "The settings are missing.",
        "The run table is shorter than the explored parameters.",
    )
    assert "run table" not in screen.panel.strip._text.text()
    screen.bot.mouseClick(screen.panel.strip.more, Qt.MouseButton.LeftButton)
    assert "run table" in screen.panel.strip._text.text()


def test_without_warnings_there_is_no_strip(screen: Screen) -> None:
    assert not screen.panel.strip.isVisible()


def test_a_trajectory_that_cannot_be_opened_says_so(qtbot: Any, settings: QSettings) -> None:
    def fail(_request: Any, _progress: Any) -> TrajectoryInfo:
        raise NotReadable("sweep.hdf5 is damaged.", "Copy it again.")

    screen = Screen(qtbot, settings, {**sweeps.answers(), "open_trajectory": fail})
    assert screen.panel.strip.sentences() == ("sweep.hdf5 is damaged. Copy it again.",)
    assert screen.panel.heading._name.text() == "tau_sigma_sweep"


def test_other_trajectories_of_the_file_can_be_asked_for(qtbot: Any, settings: QSettings) -> None:
    screen = Screen(qtbot, settings, sweeps.answers(others=2))
    wanted: list[TrajectoryRequest] = []
    screen.panel.trajectory_wanted.connect(wanted.append)
    heading = screen.panel.heading
    assert heading._others.isVisible()
    assert heading._others.text() == "1 of 3 in this file"
    entries = heading._menu.actions()
    assert [entry.isChecked() for entry in entries] == [True, False, False]
    entries[2].trigger()
    assert wanted == [TrajectoryRequest(sweeps.FILE, b"/other_1")]


def test_a_single_trajectory_has_no_choice_of_others(screen: Screen) -> None:
    assert not screen.panel.heading._others.isVisible()


def test_stepping_goes_to_the_next_run_with_the_same_result(screen: Screen) -> None:
    screen.panel.runs.table.select_run(75)
    screen.panel.show_item(screen.values[-1][1].choices[1][1])
    screen.panel.step(1)
    request, context = screen.values[-1]
    assert context.title == "run_00000076"
    assert request.path == T + b"/results/runs/run_00000076/spikes/spikes"


def test_a_value_found_in_the_tree_is_named_by_its_run(screen: Screen) -> None:
    screen.worker.answers["read_children"] = lambda request, _progress: sweeps.Children(
        request.path, 0, 1, nodes=(sweeps.leaf(T + b"/results/runs/run_00000075/z", sweeps.Kind.RESULT, "int", "3"),)
    )
    screen.tab(TREE)
    screen.panel.tree.view.setCurrentIndex(screen.panel.tree.model.index(0, 0))
    context = screen.values[-1][1]
    assert (context.title, context.subtitle) == ("run_00000075", "tau 4.0 · sigma 0.1 · seed 2")
    assert not context.can_step


def test_a_file_without_trajectory_is_shown_as_plain_hdf5(screen: Screen) -> None:
    summary = FileSummary(b"/x/plain.h5", FileState.NO_TRAJECTORY, "No trajectory in this file.", Stamp(2_000, 1, 2))
    screen.worker.answers["summarize_file"] = lambda _request, _progress: summary
    screen.panel.show_raw(FileRequest(b"/x/plain.h5"))
    screen.worker.deliver()
    heading = screen.panel.heading
    assert heading._name.text() == "plain.h5"
    assert heading._line.text() == "No trajectory in this file."
    assert fact(screen, "bytes") == "2.0 kB"
    assert not heading.runs.isVisible()
    assert not screen.panel.tabs.isVisible()
    assert screen.panel.stack.currentWidget() is screen.panel.tree
    screen.panel.show_trajectory(sweeps.REQUEST)
    screen.worker.deliver()
    assert screen.panel.tabs.isVisible()
    assert heading.runs.isVisible()
    assert screen.panel.stack.currentWidget() is screen.panel.runs


def test_refreshing_keeps_the_tab_and_reads_what_was_looked_at(screen: Screen) -> None:
    screen.tab(TREE)
    screen.worker.asked.clear()
    screen.panel.refresh()
    screen.worker.deliver()
    assert screen.panel.stack.currentWidget() is screen.panel.tree
    assert {name for name, _request in screen.worker.asked} == {
        *("open_trajectory", "read_runs", "list_columns", "summarize_file", "read_children"),
    }


def test_clearing_leaves_nothing(screen: Screen) -> None:
    screen.panel.clear()
    assert screen.panel.request() is None
    assert screen.panel.runs.model.rowCount() == 0
    assert screen.panel.heading._name.text() == ""
    screen.panel.refresh()
    screen.panel.step(1)
    assert screen.values == []


def test_search_goes_to_the_box_of_the_tab(screen: Screen) -> None:
    screen.panel.activateWindow()
    screen.panel.go_to_search()
    screen.bot.waitUntil(screen.panel.runs.filter.hasFocus)
    screen.tab(TREE)
    screen.panel.go_to_search()
    screen.bot.waitUntil(screen.panel.tree.search.hasFocus)
