"""Files change while they are looked at: they grow, vanish, are replaced, cut off and written by others."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QLabel

from pexgui.core import FileState, Scalar
from pexgui.ui.library_model import RowState
from pexgui.ui.library_row import second_line
from pexgui.ui.trajectory import OVERVIEW, RUNS, TREE
from tests.builders import many_runs, small_trajectory
from tests.stories.person import Person, children, shown_value

WRITER = """
import itertools, select, sys, tables
file = sys.argv[1]
for turn in itertools.count():
    if turn == 1:
        print("begun", flush=True)
    if select.select([sys.stdin], [], [], 0)[0]:
        break
    with tables.open_file(file, "a") as opened:
        group = opened.create_group("/small/results", f"written_{turn:04d}")
        opened.create_array(group, "numbers", list(range(100)))
        opened.root.small.overview._v_attrs[f"turn_{turn}"] = turn
        opened.flush()
print(turn - 1)
"""

REFRESHES = 12


def opens(person: Person, file: Path, tab: int) -> None:
    person.opens(file)
    person.window.choose_tab(tab)
    person.calm()


def warnings(person: Person) -> tuple[str, ...]:
    return person.window.trajectory.strip.sentences()


def card_words(person: Person) -> list[str]:
    return [label.text() for label in person.window.value.card().findChildren(QLabel) if label.isVisible()]


def no_dialog(person: Person) -> bool:
    return person.problems == [] and person.window.problems.open_dialog() is None


# --- F5 ---


def test_refresh_keeps_selection_filter_sorting_and_scroll_position_of_the_runs(person: Person, tmp_path: Path) -> None:
    opens(person, many_runs(tmp_path / "many.hdf5", 400), RUNS)
    runs = person.window.trajectory.runs
    runs.model.arrange("parameters.x", True)
    runs.filter.setText("seed > 3")
    runs.table.select_run(205)
    bar = runs.table.right.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    person.calm()
    before = (bar.value(), runs.table.selected_runs(), runs.model.shown().tolist(), runs.filter.text())
    assert before[0] > 0
    assert before[1] == [205]
    person.refreshes()
    assert (bar.value(), runs.table.selected_runs(), runs.model.shown().tolist(), runs.filter.text()) == before
    assert shown_value(person).full_name == "results.runs.run_00000205.rate"


def test_refresh_keeps_what_is_open_chosen_and_scrolled_to_in_the_tree(person: Person, tmp_path: Path) -> None:
    opens(person, many_runs(tmp_path / "many.hdf5", 60), TREE)
    view = person.window.trajectory.tree.view
    person.looks_at("results", "runs", "run_00000040", "rate")
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + 26)
    before = (bar.value(), view.currentIndex().data(), opened(person))
    assert {"results", "runs", "run_00000040"} <= set(before[2])
    person.refreshes()
    assert (bar.value(), view.currentIndex().data(), opened(person)) == before


def opened(person: Person) -> list[str]:
    """The lines of the tree that stand open."""
    tree = person.window.trajectory.tree

    def walk(parent: QModelIndex) -> list[str]:
        found = []
        for index in children(tree.model, parent):
            if tree.view.isExpanded(index):
                found += [index.data(), *walk(index)]
        return found

    return walk(QModelIndex())


def test_refresh_keeps_the_library_and_finds_what_is_new_and_gone(person: Person, tmp_path: Path) -> None:
    for day in range(6):
        (tmp_path / f"day {day}").mkdir()
        for number in range(8):
            small_trajectory(tmp_path / f"day {day}" / f"{number}.hdf5", runs=2)
    person.opens(tmp_path)
    library = person.window.library
    closed = library.model.index_of(library.model.find(os.fsencode(tmp_path / "day 1")))  # type: ignore[arg-type]
    library.view.collapse(closed)
    person.chooses(tmp_path / "day 4" / "3.hdf5")
    bar = library.view.verticalScrollBar()
    before = (bar.value(), library.expanded(), library.chosen())
    assert before[0] > 0
    small_trajectory(tmp_path / "day 5" / "new.hdf5", runs=7)
    (tmp_path / "day 5" / "6.hdf5").unlink()
    person.refreshes()
    assert (bar.value(), library.expanded(), library.chosen()) == before
    assert second_line(person.row(tmp_path / "day 5" / "new.hdf5"))[0].startswith("7 of 7 runs")
    assert person.row(tmp_path / "day 5" / "6.hdf5").state is RowState.GONE
    assert no_dialog(person)


def test_refresh_shows_what_a_simulation_added_meanwhile(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5", runs=4, finished=1)
    opens(person, file, RUNS)
    runs = person.window.trajectory.runs
    (key,) = [row.key for row in runs.chooser.model.rows() if row.name == "y"]
    runs.switch_column(key, True)
    person.calm()
    place = runs.model.place(key)
    assert place is not None
    assert [runs.model.index(row, place).data() for row in range(4)] == ["0.0", "–", "–", "–"]
    small_trajectory(tmp_path / "b.hdf5", runs=4, finished=3)
    os.replace(tmp_path / "b.hdf5", file)
    person.refreshes()
    assert [runs.model.index(row, place).data() for row in range(4)] == ["0.0", "1.5", "3.0", "–"]
    assert second_line(person.row(file))[0].startswith("3 of 4 runs")


def test_refresh_shows_the_value_that_is_in_the_file_now(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    opens(person, file, TREE)
    person.looks_at("results", "runs", "run_00000001", "y")
    assert shown_value(person).content == Scalar("float", "1.5", 1.5)
    with h5py.File(file, "r+") as changed:
        changed["small/results/runs/run_00000001/y/y"][...] = 99.25
    person.refreshes()
    assert shown_value(person).content == Scalar("float", "99.25", 99.25)


# --- gone, cut off, replaced ---


@pytest.mark.parametrize("tab", [OVERVIEW, RUNS, TREE])
def test_a_file_that_vanishes_while_it_is_shown_says_so(person: Person, tmp_path: Path, tab: int) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    opens(person, tmp_path, tab)
    person.chooses(file)
    person.window.choose_tab(tab)
    person.calm()
    file.unlink()
    person.refreshes()
    assert person.row(file).state is RowState.GONE
    assert second_line(person.row(file))[0] == "No longer there"
    words = (person.window.page.title, *person.window.page.sentences, *warnings(person))
    assert any("is not there any more" in sentence for sentence in words)
    assert no_dialog(person)
    small_trajectory(file, runs=6)
    person.refreshes()
    assert person.window.centre.currentWidget() is person.window.trajectory
    assert person.window.trajectory.runs.model.runs() == 6


def test_a_value_of_a_file_that_vanished_is_a_sentence(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    opens(person, file, TREE)
    index = person.node("results", "note")
    file.unlink()
    person.window.trajectory.tree.view.setCurrentIndex(index)
    person.calm()
    assert any("“a.hdf5” is not there any more." in words for words in card_words(person))
    assert no_dialog(person)


def test_a_file_cut_off_while_it_is_shown_says_so_and_comes_back(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    shutil.copy(file, tmp_path / "whole.backup")
    opens(person, file, TREE)
    person.looks_at("results", "runs", "run_00000001", "y")
    os.truncate(file, file.stat().st_size // 2)
    person.looks_at("results", "note")
    assert any("“a.hdf5” is truncated" in words for words in card_words(person))
    person.refreshes()
    row = person.row(file)
    assert row.summary is not None
    assert row.summary.state is FileState.DAMAGED
    assert person.window.page.title.startswith("“a.hdf5” is truncated")
    assert no_dialog(person)
    os.replace(tmp_path / "whole.backup", file)
    person.refreshes()
    assert person.window.centre.currentWidget() is person.window.trajectory


def test_a_file_replaced_by_something_else_is_shown_as_that(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    person.opens(file)
    (tmp_path / "text").write_text("not HDF5 at all\n" * 30)
    os.replace(tmp_path / "text", file)
    person.refreshes()
    assert person.window.page.title == "“a.hdf5” is not an HDF5 file"
    os.replace(small_trajectory(tmp_path / "b.hdf5", name="other", runs=5), file)
    person.refreshes()
    request = person.window.trajectory.request()
    assert getattr(request, "path", b"") == b"/other"
    assert person.window.trajectory.runs.model.runs() == 5
    assert no_dialog(person)


# --- being written ---


@pytest.mark.parametrize("tab", [OVERVIEW, RUNS, TREE])
def test_a_writer_always_succeeds_and_the_window_says_at_most_a_sentence(
    person: Person, tmp_path: Path, tab: int
) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    opens(person, file, tab)
    if tab == TREE:
        person.looks_at("results", "runs", "run_00000001", "trace")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "begun\n"
    said: set[str] = set()
    for _ in range(REFRESHES):
        person.refreshes()
        said.update(warnings(person))
    last, errors = writer.communicate("stop")
    assert (writer.returncode, errors) == (0, "")
    assert int(last) > REFRESHES
    assert all("written" in sentence or "truncated" in sentence or "cannot" in sentence for sentence in said), said
    assert no_dialog(person)
    person.refreshes()
    row = person.row(file)
    assert row.summary is not None
    assert row.summary.state is FileState.TRAJECTORIES
    assert warnings(person) == ()
    person.window.choose_tab(TREE)
    person.calm()
    assert person.node("results", f"written_{int(last):04d}").isValid()


def test_a_file_that_is_open_in_a_writer_is_shown_and_stays_writable(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+", locking=True) as writing:
        opens(person, file, TREE)
        person.looks_at("results", "runs", "run_00000002", "y")
        assert shown_value(person).content == Scalar("float", "3.0", 3.0)
        writing["small/results/runs/run_00000002/y/y"][...] = 7.0
        writing.flush()
        person.refreshes()
        assert shown_value(person).content == Scalar("float", "7.0", 7.0)
    assert no_dialog(person)
