"""The page for a file that is not one trajectory, and the start screen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import FileRequest, FileState, FileSummary, TrajectoryRequest, TrajectorySummary
from pexgui.ui.empty import EmptyPanel, Recent
from pexgui.ui.file_page import FilePage


@pytest.fixture
def page(dressed: QApplication, qtbot: QtBot) -> FilePage:
    made = FilePage()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def buttons(shown: QWidget) -> dict[str, QPushButton]:
    return {one.text(): one for one in shown.findChildren(QPushButton) if one.isVisibleTo(shown)}


def words(shown: QWidget) -> str:
    return "\n".join(one.text() for one in shown.findChildren(QLabel) if one.isVisibleTo(shown))


@pytest.mark.parametrize("state", [state for state in FileState if state is not FileState.TRAJECTORIES])
def test_every_state_says_what_is_wrong_and_what_to_do(page: FilePage, state: FileState) -> None:
    page.show_summary(FileSummary(b"/lab/x.hdf5", state, "“x.hdf5” is odd.", None))
    assert page.title == "“x.hdf5” is odd"
    assert page.title in words(page)
    assert len(page.sentences) == 1
    assert "Try again" in buttons(page)


@pytest.mark.parametrize(
    ("state", "sensible"),
    [
        (FileState.NO_TRAJECTORY, True),
        (FileState.DAMAGED, True),
        (FileState.NOT_HDF5, False),
        (FileState.UNREADABLE, False),
    ],
)
def test_raw_hdf5_is_offered_where_there_is_some(page: FilePage, state: FileState, sensible: bool) -> None:
    page.show_summary(FileSummary(b"/lab/x.hdf5", state, "Odd.", None))
    assert ("Show raw HDF5" in buttons(page)) == sensible


def test_the_ways_on_name_the_file(page: FilePage, qtbot: QtBot) -> None:
    page.show_summary(FileSummary(b"/lab/\xff.hdf5", FileState.DAMAGED, "Odd.", None))
    with qtbot.waitSignal(page.raw_wanted) as raw:
        buttons(page)["Show raw HDF5"].click()
    with qtbot.waitSignal(page.again_wanted) as again:
        buttons(page)["Try again"].click()
    assert raw.args == [FileRequest(b"/lab/\xff.hdf5")]
    assert again.args == [b"/lab/\xff.hdf5"]


def test_several_trajectories_are_offered_by_name(page: FilePage, qtbot: QtBot) -> None:
    found = tuple(
        TrajectorySummary(b"/t%d" % number, f"t{number}", 3, number, (), 0.0, "", "", "") for number in range(20)
    )
    page.show_summary(FileSummary(b"/lab/x.hdf5", FileState.TRAJECTORIES, "", None, found))
    assert page.title == "“x.hdf5” holds 20 trajectories"
    assert "2 of 3 runs" in words(page)
    assert "and 8 more" in words(page)
    with qtbot.waitSignal(page.trajectory_wanted) as told:
        buttons(page)["t2"].click()
    assert told.args == [TrajectoryRequest(b"/lab/x.hdf5", b"/t2")]


def test_a_page_takes_the_place_of_the_one_before(page: FilePage) -> None:
    page.show_summary(FileSummary(b"/lab/x.hdf5", FileState.DAMAGED, "First.", None))
    page.show_summary(FileSummary(b"/lab/y.hdf5", FileState.NOT_HDF5, "Second.", None))
    assert "First" not in words(page)
    assert "Second" in words(page)


def test_names_are_plain_text(page: FilePage) -> None:
    page.show_summary(FileSummary(b"/lab/<b>x.hdf5", FileState.DAMAGED, "“<b>x.hdf5” is damaged.", None))
    assert "“<b>x.hdf5” is damaged" in words(page)
    assert all(one.textFormat() == Qt.TextFormat.PlainText for one in page.findChildren(QLabel))


# --- the start screen


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot) -> EmptyPanel:
    made = EmptyPanel()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    return made


def test_the_start_screen_has_one_accented_button_and_each_says_what_is_wanted(start: EmptyPanel, qtbot: QtBot) -> None:
    accented = [one for one in start.buttons if one.property("role") == "primary"]
    assert [one.text() for one in accented] == ["Open folder…"]
    wanted = (start.folder_wanted, start.files_wanted, start.demo_wanted)
    for one, signal in zip(start.buttons, wanted, strict=True):
        with qtbot.waitSignal(signal):
            one.click()


def test_what_was_open_before_is_one_click_or_key_away(start: EmptyPanel, qtbot: QtBot) -> None:
    start.set_recent([Recent(b"/lab/\xff", True, 1_700_000_000.0, 12), Recent(b"/lab/x.hdf5", False, 0.0)])
    assert [row.state_words() for row in start.rows] == ["12 files", ""]
    with qtbot.waitSignal(start.recent_wanted) as told:
        qtbot.mouseClick(start.rows[0], Qt.MouseButton.LeftButton)
    assert told.args == [b"/lab/\xff"]
    with qtbot.waitSignal(start.recent_wanted) as told:
        qtbot.keyClick(start.rows[1], Qt.Key.Key_Return)
    assert told.args == [b"/lab/x.hdf5"]


def test_what_is_gone_says_so_in_words(start: EmptyPanel) -> None:
    start.set_recent([Recent(b"/media/stick", True, 0.0, 12, reachable=False)])
    assert start.rows[0].state_words() == "Not reachable"
    assert "not reachable" in start.rows[0].accessibleName()


def test_without_anything_open_before_there_is_no_list(start: EmptyPanel) -> None:
    start.set_recent([Recent(b"/a", True, 0.0)])
    assert "Clear list" in buttons(start)
    start.set_recent([])
    assert start.rows == []
    assert "Clear list" not in buttons(start)
    assert "Recently open" not in words(start)
