"""A person compares: drops files on each other, selects runs, sets a tolerance, saves what is seen."""

import csv
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication
from shiboken6 import Shiboken

from pexgui.core import Cancelled, Side
from pexgui.core.host import Engine
from pexgui.core.writer import TrajectoryWriter
from pexgui.ui.compare import CompareWindow
from pexgui.ui.compare_array import ArrayPairView
from pexgui.ui.compare_card import DifferenceCard, EqualCard
from pexgui.ui.compare_leaf import LeafView
from pexgui.ui.compare_outline import Line
from pexgui.ui.compare_text import NumberPairView, TextPairView
from pexgui.ui.jobs import Worker
from tests.core.compared import grid, sweep
from tests.core.expected import fixtures
from tests.stories.person import Person, open_files
from tests.stories.test_dropping import COPY, LEFT, NO_KEY, carried
from tests.stories.test_hostile_files import NAKED
from tests.ui.instruments import Heartbeat

BLOCKED = 0.25


def changed(x: float, seed: int) -> float:
    return x * 10 + seed + 0.001 * (x == 1.0)


class Watched(Engine):
    """An engine that notes how each question ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[tuple[str, str]] = []

    def call(self, operation: Any, *rest: Any, **more: Any) -> Any:
        try:
            result = super().call(operation, *rest, **more)
        except Cancelled:
            self.ended.append((operation.name, "cancelled"))
            raise
        self.ended.append((operation.name, "answered"))
        return result


def comparer_of(person: Person) -> Worker:
    """A worker that only compares, as the program has one."""
    worker = Worker()
    person.workers.append(worker)
    person.window._comparing._comparer = worker.submit
    return worker


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    sweep(folder / "a.hdf5", grid(6))
    sweep(folder / "b.hdf5", [*grid(5), (9.0, 1)], lambda made: made.result("note", "new"), changed)
    return folder


def drops_on(person: Person, target: Path, path: Path) -> CompareWindow:
    """Drop a file onto the row of another in the library."""
    view = person.window.library.view
    index = person.window.library.model.index_of(person.row(target))
    view.scrollTo(index)
    inside = view.viewport().mapTo(person.window, view.visualRect(index).center())
    mime = carried(os.fsencode(path))
    QApplication.sendEvent(person.window, QDragEnterEvent(QPoint(inside), COPY, mime, LEFT, NO_KEY))
    QApplication.sendEvent(person.window, QDropEvent(QPointF(inside), COPY, mime, LEFT, NO_KEY))
    return shown(person)


def compares(person: Person, *sides: Side) -> CompareWindow:
    person.window._comparing.compare(list(sides))
    return shown(person)


def shown(person: Person) -> CompareWindow:
    """The newest comparison, when it is complete."""
    window = person.window._comparing.windows[-1]
    person.until(lambda: window.comparison is not None)
    person.calm()
    return window


def listed(window: CompareWindow) -> list[str]:
    """The names of what differs."""
    against = window.pane.against()
    assert against is not None
    return [against.subjects[one.subject].name for one in against.differences]


def line(window: CompareWindow, *titles: str) -> Line:
    """The line of the outline with these titles from the top."""
    outline = window.pane.list.outline
    assert outline is not None
    lines = outline.roots
    for title in titles:
        (found,) = [each for each in lines if each.title == title]
        lines = outline.below(found)
    return found


def side(path: Path, run: bytes = b"") -> Side:
    return Side(os.fsencode(path), b"/sweep", run)


def test_two_files_dropped_on_each_other_show_what_differs(person: Person, lab: Path) -> None:
    person.opens(lab)
    window = drops_on(person, lab / "a.hdf5", lab / "b.hdf5")
    assert listed(window) == ["results.note", "results.runs.$.z"]
    words = person.words()
    assert "2 differences" in words
    assert "1 run only in A · 1 run only in B" in words
    assert "+0.001" in words
    window.pane.step(1)
    person.calm()
    assert "Not in A" in person.words()
    assert person.problems == []


def test_two_runs_of_the_run_table_are_compared(person: Person, lab: Path) -> None:
    person.opens(lab / "a.hdf5")
    runs = person.window.trajectory.runs
    table = runs.table.right
    model = table.selectionModel()
    for row in (1, 4):
        model.select(table.model().index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    assert [one.run for one in runs.sides()] == [b"run_00000001", b"run_00000004"]
    runs.compare_selected()
    window = shown(person)
    assert set(listed(window)) == {"parameters.group.x", "results.runs.$.z", "results.runs.$.trace"}
    assert "run_00000001 and run_00000004" in person.words()


def test_a_tolerance_takes_a_difference_away_while_one_looks_on(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    assert len(listed(window)) == 2
    window.settings.absolute.set_number(0.01)
    window.settings.hurry()
    person.until(lambda: listed(window) == ["results.note"])
    window.settings.absolute.set_number(0)
    window.settings.hurry()
    person.until(lambda: len(listed(window)) == 2)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_report_says_what_the_window_shows(person: Person, lab: Path, tmp_path: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    for name in ("report.html", "report.csv"):
        window.write_report(os.fsencode(tmp_path / name))
        person.until(lambda name=name: (tmp_path / name).exists())
        person.calm()
    page = Page()
    page.feed((tmp_path / "report.html").read_text())
    words = " ".join(page.words)
    for shown_word in ("a.hdf5", "b.hdf5", "note", "11.001", "x 9.0"):
        assert shown_word in words
    with open(tmp_path / "report.csv", encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["state"] == "changed"]
    assert names == [name for name in listed(window) if name != "results.note"]
    assert sorted(os.listdir(tmp_path)) == ["lab", "report.csv", "report.html"]
    assert person.problems == []


def test_a_file_that_is_gone_is_said_and_the_window_can_go_on(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    (lab / "b.hdf5").rename(lab / "c.hdf5")
    window.compare()
    person.until(lambda: window.comparison is None)
    person.calm()
    assert "“b.hdf5” is not there any more." in person.words()
    window.replace(1, side(lab / "c.hdf5"))
    shown(person)
    assert listed(window) == ["results.note", "results.runs.$.z"]


def test_what_is_no_trajectory_is_a_sentence(person: Person, lab: Path) -> None:
    (lab / "text.hdf5").write_text("no HDF5")
    shutil.copy(lab / "a.hdf5", lab / "cut.hdf5")
    os.truncate(lab / "cut.hdf5", 3000)
    for name, sentence in (("text.hdf5", "is not an HDF5 file"), ("cut.hdf5", "is truncated")):
        person.window._comparing.compare([side(lab / "a.hdf5"), Side(os.fsencode(lab / name))])
        person.calm()
        assert sentence in person.words()
        person.window._comparing.windows[-1].close()
    assert "mistake" not in person.words()


def test_comparing_pickles_leaves_no_mark_even_without_any_barrier(
    arrives: Callable[..., Person], shared: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    command = (sys.executable, "-I", "-c", NAKED.format(mark=str(mark)))
    person = arrives(engines=[Engine(command) for _ in range(3)])
    canaries = [file for file, _ in fixtures(shared, "50_canary_*") if "0.6.1" in str(file)]
    assert len(canaries) > 8
    for one, other in zip(canaries, [*canaries[1:], canaries[0]], strict=True):
        window = compares(person, Side(os.fsencode(one)), Side(os.fsencode(other)))
        for _ in range(min(len(listed(window)), 12)):
            window.pane.step(1)
            person.calm()
        assert "mistake" not in person.words()
        window.write_report(os.fsencode(tmp_path / "report.html"))
        person.calm()
        window.close()
        assert not mark.exists(), (one, other)
    assert (tmp_path / "report.html").exists()


def alike_but(folder: Path, runs: int) -> tuple[Path, Path]:
    """Two sweeps in which every run differs."""
    a, b = (
        sweep(folder / f"{name}.hdf5", grid(runs), result=lambda x, seed, more=more: x + seed + more)
        for name, more in (("a", 0.0), ("b", 0.5))
    )
    return a, b


def test_a_long_comparison_leaves_the_windows_usable(person: Person, tmp_path: Path) -> None:
    a, b = alike_but(tmp_path, 1000)
    c = sweep(tmp_path / "c.hdf5", grid(3))
    comparer = comparer_of(person)
    person.opens(a)
    person.opens(c)
    with Heartbeat() as heartbeat:
        person.window._comparing.compare([side(a), side(b)])
        window = person.window._comparing.windows[-1]
        person.window.library.choose(os.fsencode(c))
        person.window.choose_tab(1)
        person.until(lambda: person.window.trajectory.runs.model.runs() == 3 and not person.reader.busy())
        assert comparer.busy(), "the other file was only shown when the comparison was complete"
        person.until(lambda: window.comparison is not None)
        for _ in range(10):
            window.pane.step(1)
            person.until(lambda: not person.reader.busy())
    assert len(listed(window)) == 1000
    assert heartbeat.longest <= BLOCKED


def many_kinds(more: float) -> Callable[[TrajectoryWriter], object]:
    def fill(trajectory: TrajectoryWriter) -> None:
        for number in range(100):
            values = (number + more, f"text {number + more}", np.arange(200.0) + more, np.arange(5.0) + more)
            trajectory.result(f"many.r{number:03d}", values[number % 4])

    return fill


def test_a_hundred_cards_scroll_by_without_holding_up_the_window(person: Person, tmp_path: Path) -> None:
    files = [sweep(tmp_path / f"{more}.hdf5", grid(1), many_kinds(more)) for more in (0.0, 0.5)]
    window = compares(person, *(side(file) for file in files))
    bar = window.pane.page.area.verticalScrollBar()

    def at_the_end() -> bool:
        return len(window.pane.page.cards()) == 100 and bar.value() == bar.maximum()

    with Heartbeat() as heartbeat:
        window.pane.list.go_to(line(window, "Results"))
        for _ in range(200):
            bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
            person.calm()
            if at_the_end():
                break
    assert at_the_end()
    assert heartbeat.longest <= BLOCKED
    bodies = Counter(type(card.body()) for card in window.pane.page.cards())
    assert bodies == {NumberPairView: 25, TextPairView: 25, ArrayPairView: 50}
    with Heartbeat() as heartbeat:
        window.close()
        person.until(lambda: not Shiboken.isValid(window))
    assert heartbeat.longest <= BLOCKED


def test_closing_the_window_ends_the_work_and_no_file_stays_open(
    arrives: Callable[..., Person], tmp_path: Path
) -> None:
    a, b = alike_but(tmp_path, 1000)
    engines = [Watched() for _ in range(3)]
    person = arrives(engines=list(engines))
    person.window._comparing.compare([side(a), side(b)])
    window = person.window._comparing.windows[-1]
    assert window._job is not None
    told: list[int] = []
    window._job.progressed.connect(lambda _what, done, _total: told.append(done))
    person.until(lambda: any(told))
    window.close()
    person.calm()
    assert ("compare", "cancelled") in engines[0].ended
    assert person.window._comparing.windows == []
    processes = [os.getpid(), *(engine.pid for engine in person.engines if engine.pid)]
    names = {os.fspath(a), os.fspath(b)}
    assert not any(names & open_files(process) for process in processes)
    assert person.problems == []


def test_what_is_equal_unfolds_with_its_value(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    window.pane.list.equal.setChecked(True)
    for titles, value in ((("Parameters", "fixed"), "7"), (("Results", "x 0.25 · seed 1", "z"), "3.5")):
        window.pane.list.go_to(line(window, *titles))
        person.calm()
        card = window.pane.page.cards()[0]
        assert isinstance(card, EqualCard)
        assert "".join(card.leaf.pieces()) == value
    window.pane.step(1)
    assert window.pane.page.position.text() == "1 of 2"


def test_an_equal_parameter_of_two_runs_has_the_value_of_those_runs(person: Person, lab: Path) -> None:
    runs = (side(lab / "a.hdf5", b"run_00000001"), side(lab / "a.hdf5", b"run_00000004"))
    window = compares(person, *runs)
    window.pane.list.equal.setChecked(True)
    window.pane.list.go_to(line(window, "Parameters", "seed"))
    person.calm()
    (card,) = window.pane.page.cards()
    assert isinstance(card, EqualCard)
    assert "".join(card.leaf.pieces()) == "1"


def test_a_result_that_only_one_side_has_shows_each_of_its_items(person: Person, lab: Path) -> None:
    c = sweep(lab / "c.hdf5", grid(6), lambda made: made.result("more", {"first": 1.5, "second": "words"}))
    window = compares(person, side(lab / "a.hdf5"), side(c))
    (card,) = window.pane.page.cards()
    assert isinstance(card, DifferenceCard)
    (leaf,) = card.findChildren(LeafView)
    assert [leaf.items.itemText(number) for number in range(leaf.items.count())] == ["first", "second"]
    assert "".join(leaf.pieces()) == "1.5"
    leaf.items.setCurrentText("second")
    leaf.items.textActivated.emit("second")
    person.calm()
    assert "".join(leaf.pieces()) == "words"
    assert "Not in A" in person.words()


def test_several_runs_stand_beside_a_baseline_and_the_report_says_of_which(
    person: Person, lab: Path, tmp_path: Path
) -> None:
    sides = [side(lab / "a.hdf5", f"run_{run:08d}".encode()) for run in (0, 2, 4)]
    window = compares(person, *sides)
    person.until(lambda: window.several.model.rowCount())
    words = person.words()
    assert "3 runs, A is the baseline" in words
    assert window.save_button.text().strip() == "Save report on B…"
    window.several.table.setCurrentIndex(window.several.model.index(0, 5))
    assert window.save_button.text().strip() == "Save report on C…"
    window.write_report(os.fsencode(tmp_path / "report.csv"))
    person.calm()
    with open(tmp_path / "report.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run in B"] for row in rows if row["run in B"]} == {"run_00000004"}


def test_a_file_beside_itself_and_one_with_nothing_in_common_are_said(person: Person, lab: Path) -> None:
    alien = sweep(lab / "alien.hdf5", [(50.0, 0)], name="alien")
    window = compares(person, side(lab / "a.hdf5"), side(lab / "a.hdf5"))
    assert listed(window) == []
    assert "A and B are the same." in person.words()
    window.replace(1, Side(os.fsencode(alien)))
    shown(person)
    assert "No run of one has the same point as a run of the other." in person.words()


def test_keys_go_from_difference_to_difference(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    window.activateWindow()
    for key, position in ((Qt.Key.Key_F8, "2 of 2"), (Qt.Key.Key_F7, "1 of 2")):
        person.bot.keyClick(window, key)
        person.calm()
        assert position in person.words()
