"""A person opens a trajectory, adds a result as a column, sorts, filters, and goes from run to run."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from pexgui.core import Nothing, Scalar
from pexgui.ui.library_row import second_line
from pexgui.ui.trajectory import RUNS
from tests.builders import small_trajectory
from tests.core.expected import trajectories
from tests.stories.person import Person, shown_value

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)


def column(person: Person, title: str) -> list[str]:
    """What a column of the run table says, from top to bottom."""
    model = person.window.trajectory.runs.model
    titles = [each.title for each in model.columns]
    place = titles.index(title)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def adds(person: Person, name: str) -> None:
    """Choose a column in the pop-up below the button, by its name."""
    runs = person.window.trajectory.runs
    person.bot.mouseClick(runs.columns_button, LEFT)
    person.bot.keyClicks(runs.chooser.search, name)
    person.bot.keyClick(runs.chooser.search, Key.Key_Return)
    runs.chooser.close()
    person.calm()


def sorts_by(person: Person, title: str) -> None:
    """Click on the title of a column."""
    runs = person.window.trajectory.runs
    place = [each.title for each in runs.model.columns].index(title)
    half = next(half for half in (runs.table.left, runs.table.right) if not half.isColumnHidden(place))
    heading = half.heading
    at = QPoint(heading.sectionViewportPosition(place) + heading.sectionSize(place) // 2, heading.height() - 8)
    person.bot.mouseClick(heading.viewport(), LEFT, pos=at)
    person.calm()


def filters(person: Person, words: str) -> None:
    person.window.trajectory.runs.filter.setText(words)
    person.calm()


@pytest.mark.parametrize("way", ["click", "double-click", "enter"])
def test_a_trajectory_is_opened_by_mouse_and_keyboard_and_its_runs_are_shown(
    person: Person, library: Path, way: str
) -> None:
    person.opens(library)
    view = person.window.library.view
    index = person.window.library.model.index_of(person.row(library / "01_simple.hdf5"))
    view.scrollTo(index)
    place = view.visualRect(index).center()
    if way == "click":
        person.bot.mouseClick(view.viewport(), LEFT, pos=place)
    elif way == "double-click":
        person.bot.mouseDClick(view.viewport(), LEFT, pos=place)
    else:
        view.setFocus()
        view.keyboardSearch("01_simple")
        person.bot.keyClick(view, Key.Key_Return)
    person.calm()
    panel = person.window.trajectory
    assert person.window.centre.currentWidget() is panel
    assert panel.tabs.current() == RUNS
    assert panel.stack.currentWidget() is panel.runs
    assert person.window.windowTitle() == "01_simple.hdf5 – pexgui"
    assert panel.runs.count.text() == "9 runs"
    assert column(person, "Status") == ["finished"] * 9
    assert column(person, "x") == ["1.0"] * 3 + ["2.0"] * 3 + ["3.0"] * 3
    assert column(person, "y") == ["6.0", "7.0", "8.0"] * 3
    assert column(person, "Runtime") == ["1.5 s"] * 9


def test_a_result_is_added_sorted_by_filtered_and_shown_run_by_run(person: Person, library: Path) -> None:
    person.opens(library / "01_simple.hdf5")
    runs = person.window.trajectory.runs
    adds(person, "z")
    assert column(person, "z") == ["6.0", "7.0", "8.0", "12.0", "14.0", "16.0", "18.0", "21.0", "24.0"]
    sorts_by(person, "z")
    sorts_by(person, "z")
    assert column(person, "z") == ["24.0", "21.0", "18.0", "16.0", "14.0", "12.0", "8.0", "7.0", "6.0"]
    filters(person, "z > 10 and y == 7")
    assert column(person, "z") == ["21.0", "14.0"]
    assert runs.count.text() == "2 of 9 runs"
    person.bot.mouseClick(
        runs.table.right.viewport(), LEFT, pos=runs.table.right.visualRect(runs.model.index(0, 3)).center()
    )
    person.calm()
    assert runs.table.current_run() == 7
    value = shown_value(person)
    assert value.full_name == "results.runs.run_00000007.z"
    assert value.content == Scalar("float", "21.0", 21.0)
    person.clicks_named("Next run")
    assert runs.table.current_run() == 4
    assert shown_value(person).content == Scalar("float", "14.0", 14.0)
    person.window.commands.previous_run.trigger()
    person.calm()
    assert shown_value(person).full_name == "results.runs.run_00000007.z"
    filters(person, "")
    assert runs.table.current_run() == 7
    adds(person, "z")
    assert "z" not in [each.title for each in runs.model.columns]
    assert column(person, "Run")[:2] == ["run_00000000", "run_00000001"]


def test_a_filter_that_is_wrong_says_why_and_keeps_the_runs(person: Person, library: Path) -> None:
    person.opens(library / "01_simple.hdf5")
    filters(person, "zzz > 3")
    person.presses(person.window.trajectory.runs.filter, Key.Key_Return)
    assert "zzz" in person.window.trajectory.runs.mistake.text()
    assert person.window.trajectory.runs.count.text() == "9 runs"


def test_the_run_tables_of_all_files_say_what_pypet_says(person: Person, library: Path, shared: Path) -> None:
    person.opens(library)
    looked_at = 0
    for file, known in trajectories(shared):
        if file.parent.name != "pypet-0.6.1" or known["length"] > 100:
            continue
        row = person.window.library.model.find(os.fsencode(library / file.name))
        if row is None:
            continue
        group = b"/" + known["name"].encode() if len(row.children) > 1 else b""
        person.chooses(library / file.name, group)
        runs = person.window.trajectory.runs
        assert runs.model.runs() == known["length"], file.name
        if not known["length"]:
            continue
        assert column(person, "Run") == [run[1] for run in known["runs"]], file.name
        assert column(person, "Status").count("finished") == known["n_completed"], file.name
        assert second_line(row)[0]
        looked_at += 1
    assert looked_at > 30
    assert person.problems == []
    assert person.window.problems.open_dialog() is None


def test_a_run_without_the_result_says_so_and_the_next_one_has_it(person: Person, tmp_path: Path) -> None:
    person.opens(small_trajectory(tmp_path / "half.hdf5", runs=4, finished=1, with_data=2))
    runs = person.window.trajectory.runs
    assert column(person, "Status") == ["finished", "not marked finished", "not run", "not run"]
    adds(person, "y")
    assert column(person, "y") == ["0.0", "1.5", "–", "–"]
    runs.table.select_run(2)
    person.calm()
    assert person.window.value.value() is None or isinstance(shown_value(person).content, Nothing)
    assert person.problems == []
    runs.table.select_run(1)
    person.calm()
    assert shown_value(person).full_name == "results.runs.run_00000001.y"


def test_2000_runs_with_run_sets_have_their_column(person: Person, library: Path) -> None:
    person.opens(library / "10_many_runs.hdf5")
    adds(person, "z")
    values = column(person, "z")
    assert len(values) == 2000
    assert sum(value != "–" for value in values) == 22
    person.window.trajectory.runs.table.select_run(1999)
    person.calm()
    assert shown_value(person).full_name == "results.run_set_00001.run_00001999.z"
