"""A person compares: drops files on each other, selects runs, sets a tolerance, saves what is seen."""

import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from pexgui.core import Side
from pexgui.ui.compare import CompareWindow
from pexgui.ui.compare_equal import EqualCard
from tests.core.compared import grid, sweep
from tests.core.expected import fixtures
from tests.stories.person import Person, open_files
from tests.stories.test_dropping import COPY, LEFT, NO_KEY, carried
from tests.ui.instruments import Heartbeat

BLOCKED = 0.25


def changed(x: float, seed: int) -> float:
    return x * 10 + seed + 0.001 * (x == 1.0)


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


def test_what_is_equal_is_unfolded_and_looked_at(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    assert "The same on both sides" not in person.words()
    window.pane.list.equal.click()
    outline = window.pane.list.outline
    assert outline is not None
    (fixed,) = [line for root in outline.roots for line in outline.below(root) if line.title == "fixed"]
    window.pane.list.go_to(fixed)
    person.until(lambda: any(isinstance(card, EqualCard) for card in window.pane.page.cards()))
    person.calm()
    (card,) = window.pane.page.cards()
    assert isinstance(card, EqualCard)
    assert "the same on both sides" in person.words()
    assert [label.text() for label in card.findChildren(QLabel) if label.text() == "7"]
    assert person.problems == []


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


def test_comparing_pickles_that_would_leave_a_mark_leaves_none(
    person: Person, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setenv("PEXGUI_CANARY", str(mark))
    canaries = [file for file, _ in fixtures(shared, "50_canary_*")]
    for one, other in ((canaries[0], canaries[1]), (canaries[-1], canaries[-2])):
        window = compares(person, Side(os.fsencode(one)), Side(os.fsencode(other)))
        for _ in range(5):
            window.pane.step(1)
            person.calm()
        window.close()
    assert not mark.exists()


def test_a_long_comparison_leaves_the_windows_usable(person: Person, tmp_path: Path) -> None:
    a, b = (
        sweep(tmp_path / f"{name}.hdf5", grid(1000), result=lambda x, seed, more=more: x + seed + more)
        for name, more in (("a", 0.0), ("b", 0.5))
    )
    person.opens(a)
    person.calm()
    with Heartbeat() as heartbeat:
        person.window._comparing.compare([side(a), side(b)])
        window = person.window._comparing.windows[-1]
        person.window.choose_tab(2)
        person.until(lambda: window.comparison is not None)
        for _ in range(10):
            window.pane.step(1)
            person.until(lambda: not person.reader.busy())
    assert len(listed(window)) == 1000
    assert heartbeat.longest <= BLOCKED


def test_closing_the_window_ends_the_work_and_no_file_stays_open(person: Person, tmp_path: Path) -> None:
    a, b = (sweep(tmp_path / f"{name}.hdf5", grid(400), result=lambda x, s: x) for name in "ab")
    person.window._comparing.compare([side(a), side(b)])
    window = person.window._comparing.windows[-1]
    window.close()
    person.calm()
    assert person.window._comparing.windows == []
    processes = [os.getpid(), *(engine.pid for engine in person.engines if engine.pid)]
    names = {os.fspath(a), os.fspath(b)}
    assert not any(names & open_files(process) for process in processes)
    assert person.problems == []


def test_keys_go_from_difference_to_difference(person: Person, lab: Path) -> None:
    window = compares(person, side(lab / "a.hdf5"), side(lab / "b.hdf5"))
    window.activateWindow()
    for key, position in ((Qt.Key.Key_F8, "2 of 2"), (Qt.Key.Key_F7, "1 of 2")):
        person.bot.keyClick(window, key)
        person.calm()
        assert position in person.words()
