"""Engines die, hang and are killed: the person reads a sentence, and the next question is answered."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pexgui.core import Scalar
from pexgui.ui.library_row import tooltip
from pexgui.ui.trajectory import RUNS, TREE
from tests.builders import many_runs, small_trajectory, trap
from tests.stories.person import Person, shown_value
from tests.ui.instruments import Heartbeat

TRAP = ("results", "runs", "run_00000001", "trap")
GOOD = ("results", "runs", "run_00000001", "y")


def said_in_card(person: Person) -> str:
    """The sentences in the place of the value."""
    card = person.window.value.card()
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def opens_tree(person: Person, file: Path) -> None:
    person.opens(file)
    person.window.choose_tab(TREE)
    person.calm()


def looks(person: Person, *names: str) -> None:
    """Go to a line, from another one."""
    view = person.window.trajectory.tree.view
    view.setCurrentIndex(person.node("results"))
    person.looks_at(*names)


def test_engines_killed_while_they_wait_are_replaced_without_a_word(person: Person, tmp_path: Path) -> None:
    person.opens(small_trajectory(tmp_path / "a.hdf5"))
    killed = [engine.pid for engine in person.engines[:2]]
    for process in killed:
        assert process is not None
        os.kill(process, signal.SIGKILL)
    person.until(lambda: not any(engine.pid in killed for engine in person.engines[:2]))
    person.opens(small_trajectory(tmp_path / "b.hdf5", runs=5))
    assert person.window.trajectory.runs.model.runs() == 5
    assert person.problems == []
    assert person.window.problems.open_dialog() is None


def test_an_engine_killed_in_the_middle_of_a_question_is_one_sentence(person: Person, tmp_path: Path) -> None:
    opens_tree(person, trap(tmp_path / "trap.hdf5"))
    view = person.window.trajectory.tree.view
    view.setCurrentIndex(person.node(*TRAP))
    card = person.window.value.card()
    assert card.waiting()
    reader = person.engines[0].pid
    assert reader is not None
    os.kill(reader, signal.SIGKILL)
    person.until(lambda: not card.waiting())
    assert said_in_card(person).splitlines() == [
        "Reading “trap.hdf5” ended unexpectedly.",
        "The file is probably damaged. Nothing was changed, and other files are not affected.",
    ]
    looks(person, *GOOD)
    assert shown_value(person).content == Scalar("float", "1.5", 1.5)


def test_the_window_lives_while_an_engine_hangs_and_is_ended(arrives: Callable[..., Person], tmp_path: Path) -> None:
    person = arrives(deadline=1.5)
    opens_tree(person, trap(tmp_path / "trap.hdf5"))
    trapped = person.node(*TRAP)
    with Heartbeat() as heartbeat:
        person.window.trajectory.tree.view.setCurrentIndex(trapped)
        person.until(lambda: not person.window.value.card().waiting())
    assert heartbeat.longest <= 0.25
    assert "there was no sign of life" in said_in_card(person)
    assert "“trap.hdf5”" in said_in_card(person)
    looks(person, *GOOD)
    assert shown_value(person).content == Scalar("float", "1.5", 1.5)
    person.opens(small_trajectory(tmp_path / "good.hdf5", runs=4))
    assert person.window.trajectory.runs.model.runs() == 4


def test_a_file_that_hung_three_times_is_left_alone_until_the_person_insists(
    arrives: Callable[..., Person], tmp_path: Path
) -> None:
    person = arrives(deadline=1.0)
    file = trap(tmp_path / "trap.hdf5")
    opens_tree(person, file)
    for _ in range(3):
        looks(person, *TRAP)
        assert "no sign of life" in said_in_card(person)
    looks(person, *GOOD)
    assert said_in_card(person).splitlines() == [
        "“trap.hdf5” made the reader fail 3 times and is not opened again by itself.",
        "It is probably damaged. Choose “Try again” or refresh to open it once more.",
    ]
    before = person.engines[0].pid
    person.refreshes()
    assert shown_value(person).content == Scalar("float", "1.5", 1.5)
    assert person.engines[0].pid == before


def test_try_again_in_the_runs_and_in_the_tree_insists_too(arrives: Callable[..., Person], tmp_path: Path) -> None:
    person = arrives(deadline=1.0)
    file = trap(tmp_path / "trap.hdf5")
    for tab in (RUNS, TREE):  # whichever is asked, both are there again
        opens_tree(person, file)
        for _ in range(3):
            looks(person, *TRAP)
        other = small_trajectory(tmp_path / f"other {tab}.hdf5")
        person.opens(other)
        person.chooses(file)
        person.window.choose_tab(tab)
        person.calm()
        panel = person.window.trajectory
        page = (None, panel.runs, panel.tree)[tab]
        assert page is not None
        assert page.message.text() == "“trap.hdf5” made the reader fail 3 times and is not opened again by itself."
        person.clicks("Try again", page)
        assert page.message.text() != "“trap.hdf5” made the reader fail 3 times and is not opened again by itself."
        assert not page.message.isVisible()


def test_a_file_that_the_scanner_gave_up_is_opened_from_its_page(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    path = os.fsencode(file)
    person.opens(file)
    for engine in person.engines:
        engine._strikes[path] = 3
    person.window.library.read_again(path)
    person.calm()
    assert "made the reader fail 3 times" in tooltip(person.row(file))
    page = person.window.page
    assert person.window.centre.currentWidget() is page
    person.clicks("Try again", page)
    assert person.window.centre.currentWidget() is person.window.trajectory
    assert person.window.trajectory.runs.model.runs() == 3


def test_a_column_under_way_stops_when_the_person_goes_elsewhere(person: Person, tmp_path: Path) -> None:
    person.opens(many_runs(tmp_path / "many.hdf5", 1500))
    runs = person.window.trajectory.runs
    (choice,) = [row for row in runs.chooser.model.rows() if row.name == "rate"]
    runs.switch_column(choice.key, True)
    person.opens(small_trajectory(tmp_path / "a.hdf5"))
    assert runs.model.runs() == 3
    assert person.problems == []


def test_leaving_in_the_middle_of_everything_leaves_no_process(arrives: Callable[..., Person], tmp_path: Path) -> None:
    person = arrives()
    opens_tree(person, trap(tmp_path / "trap.hdf5"))
    person.window.trajectory.tree.view.setCurrentIndex(person.node(*TRAP))
    person.bot.keyClick(person.window, Qt.Key.Key_F5)
    processes = [engine.pid for engine in person.engines if engine.pid]
    assert len(processes) == 2
    for worker in person.workers:
        worker.stop()
    for process in processes:
        assert not os.path.exists(f"/proc/{process}")
