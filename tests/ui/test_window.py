"""The main window: what is chosen is shown, what is open comes back, everything is a gesture away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from pexgui.core import (
    DemoRequest,
    FileRequest,
    FileState,
    FileSummary,
    FolderEntry,
    FolderPage,
    FolderRequest,
    NotReadable,
    PexError,
    Progress,
    TrajectoryRequest,
    Value,
    ValueRequest,
)
from pexgui.ui import theme
from pexgui.ui.context import ValueContext
from pexgui.ui.window import MainWindow
from tests.ui import sweeps
from tests.ui.instruments import InlineWorker

LAB = b"/sweeps"
BROKEN = b"/sweeps/broken.hdf5"
PLAIN = b"/sweeps/plain.hdf5"


class Lab:
    """A folder with a sweep, a broken file and a plain HDF5 file."""

    def __init__(self) -> None:
        self.there = [sweeps.FILE, BROKEN, PLAIN]
        self.broken = True
        self.reachable = True

    def list_folder(self, request: FolderRequest, _progress: Progress) -> FolderPage:
        if request.folder != LAB or not self.reachable:
            raise NotReadable(f"The folder “{request.folder.decode()}” is not there any more.", "Look for it.")
        entries = tuple(FolderEntry(path, path.rpartition(b"/")[2].decode(), False, 9, 1.0) for path in self.there)
        return FolderPage(LAB, entries[: request.count], 0, len(entries))

    def summarize_file(self, request: FileRequest, _progress: Progress) -> FileSummary:
        if request.file == BROKEN and self.broken:
            return FileSummary(BROKEN, FileState.DAMAGED, "“broken.hdf5” is truncated: its end is missing.", None)
        if request.file == PLAIN:
            return FileSummary(PLAIN, FileState.NO_TRAJECTORY, "“plain.hdf5” holds no trajectory.", None)
        if request.file not in (sweeps.FILE, BROKEN):
            return FileSummary(request.file, FileState.UNREADABLE, "It is not there any more.", None)
        return sweeps.summary(sweeps.run_table())


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def worker(lab: Lab, qapp: QApplication) -> Iterator[InlineWorker]:
    def no_value(_request: ValueRequest, _progress: Progress) -> Value:
        raise PexError("The value cannot be read.")

    answers = {
        **sweeps.answers(),
        "list_folder": lab.list_folder,
        "summarize_file": lab.summarize_file,
        "read_value": no_value,
    }
    worker = InlineWorker(answers)
    yield worker
    worker.stop()


Make = Callable[..., MainWindow]


@pytest.fixture
def make(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> Make:
    def made(forget: Callable[[bytes], object] | None = None) -> MainWindow:
        window = MainWindow(worker.submit, worker.submit, worker.submit, forget)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        worker.deliver()
        return window

    return made


@pytest.fixture
def window(make: Make) -> MainWindow:
    return make()


def opened(window: MainWindow, worker: InlineWorker, *paths: bytes) -> None:
    window.open_paths(list(paths))
    worker.deliver()


def chosen(window: MainWindow, worker: InlineWorker, path: bytes, group: bytes = b"") -> None:
    window.library.choose(path, group)
    worker.deliver()


# --- what stands in the centre


def test_without_anything_open_it_says_how_to_begin(window: MainWindow) -> None:
    assert window.centre.currentWidget() is window.empty
    assert not window.value.isVisible()
    assert not window.tasks.isVisible()
    assert not window.commands.raw.isEnabled()
    assert not window.commands.close_file.isEnabled()


def test_an_opened_file_is_shown_with_the_value_beside_it(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    assert window.centre.currentWidget() is window.trajectory
    assert window.trajectory.request() == sweeps.REQUEST
    assert window.value.isVisible()
    assert window.windowTitle() == "tau_sigma_sweep.hdf5 – pexgui"
    assert window.commands.raw.isEnabled()


def test_an_opened_folder_fills_the_library_and_asks_to_choose(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, LAB)
    assert window.centre.currentWidget() is window.page
    assert window.page.title == "Nothing is chosen"
    assert not window.value.isVisible()
    chosen(window, worker, sweeps.FILE)
    assert window.centre.currentWidget() is window.trajectory


def test_a_broken_file_shows_a_page_and_the_window_stays_alive(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, LAB)
    chosen(window, worker, BROKEN)
    assert window.centre.currentWidget() is window.page
    assert window.page.title == "“broken.hdf5” is truncated: its end is missing"
    assert window.problems.open_dialog() is None
    chosen(window, worker, sweeps.FILE)
    assert window.trajectory.request() == sweeps.REQUEST


def test_trying_again_insists_and_shows_what_is_found_now(make: Make, worker: InlineWorker, lab: Lab) -> None:
    forgotten: list[bytes] = []
    window = make(forgotten.append)
    opened(window, worker, LAB)
    chosen(window, worker, BROKEN)
    lab.broken = False
    window.page.again_wanted.emit(BROKEN)
    worker.deliver()
    assert forgotten == [BROKEN]
    assert window.centre.currentWidget() is window.trajectory


def test_the_raw_view_is_one_toggle_away_and_back(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    window.commands.raw.trigger()
    worker.deliver()
    assert type(window.trajectory.request()) is FileRequest
    assert window.commands.raw.isChecked()
    window.commands.raw.trigger()
    worker.deliver()
    assert window.trajectory.request() == sweeps.REQUEST


def test_a_click_on_the_file_in_the_library_leads_back_from_the_raw_view(
    window: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    opened(window, worker, sweeps.FILE)
    window.commands.raw.trigger()
    worker.deliver()
    view = window.library.view
    place = view.visualRect(view.currentIndex()).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    worker.deliver()
    assert window.trajectory.request() == sweeps.REQUEST
    assert not window.commands.raw.isChecked()


def test_the_raw_view_of_a_file_without_trajectory_leads_back_to_its_page(
    window: MainWindow, worker: InlineWorker
) -> None:
    opened(window, worker, LAB)
    chosen(window, worker, PLAIN)
    window.page.raw_wanted.emit(FileRequest(PLAIN))
    worker.deliver()
    assert window.centre.currentWidget() is window.trajectory
    assert window.commands.raw.isChecked()
    window.commands.raw.trigger()
    assert window.centre.currentWidget() is window.page
    chosen(window, worker, sweeps.FILE)
    assert not window.commands.raw.isChecked()


def test_the_raw_view_can_be_asked_for_in_the_library_of_a_file_that_is_not_shown(
    window: MainWindow, worker: InlineWorker
) -> None:
    opened(window, worker, LAB)
    window.library.raw_chosen.emit(FileRequest(PLAIN))
    worker.deliver()
    assert window.trajectory.request() == FileRequest(PLAIN)
    assert window.windowTitle() == "plain.hdf5 – pexgui"


def test_another_trajectory_of_the_file_is_chosen_in_the_library(window: MainWindow, worker: InlineWorker) -> None:
    worker.answers["summarize_file"] = lambda _request, _progress: sweeps.summary(sweeps.run_table(), others=2)
    opened(window, worker, sweeps.FILE)
    assert window.page.title == "“tau_sigma_sweep.hdf5” holds 3 trajectories"
    window.page.trajectory_wanted.emit(sweeps.REQUEST)
    worker.deliver()
    assert window.trajectory.request() == sweeps.REQUEST
    other = TrajectoryRequest(sweeps.FILE, b"/other_1")
    window.trajectory.trajectory_wanted.emit(other)
    worker.deliver()
    assert window.trajectory.request() == other


def test_closing_a_file_shows_the_beginning_again(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    window.commands.close_file.trigger()
    assert window.library.roots() == []
    assert window.centre.currentWidget() is window.empty
    opened(window, worker, LAB)
    chosen(window, worker, sweeps.FILE)
    window.commands.close_file.trigger()
    assert window.library.roots() == [(LAB, True)]
    assert window.centre.currentWidget() is window.page
    assert window.library.chosen() is None
    assert window.trajectory.request() is None


def test_removing_what_is_shown_from_the_library_closes_it(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    row = window.library.chosen()
    assert row is not None
    window.library.remove(row)
    assert window.centre.currentWidget() is window.empty
    assert window.trajectory.request() is None


def test_f5_reads_the_library_and_what_is_open_again(window: MainWindow, worker: InlineWorker, lab: Lab) -> None:
    opened(window, worker, LAB)
    chosen(window, worker, sweeps.FILE)
    worker.asked.clear()
    window.commands.refresh.trigger()
    worker.deliver()
    asked = [name for name, _request in worker.asked]
    assert "list_folder" in asked
    assert "open_trajectory" in asked
    assert window.trajectory.request() == sweeps.REQUEST


def test_a_file_that_vanishes_while_shown_says_so_after_refresh(
    window: MainWindow, worker: InlineWorker, lab: Lab
) -> None:
    opened(window, worker, LAB)
    chosen(window, worker, sweeps.FILE)
    lab.there.remove(sweeps.FILE)
    window.refresh()
    worker.deliver()
    assert window.centre.currentWidget() is window.page
    assert "is not there any more" in window.page.title


def test_a_wanted_value_goes_to_the_value_panel(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    request = ValueRequest(sweeps.FILE, b"/tau_sigma_sweep/results/x", b"/tau_sigma_sweep")
    window.trajectory.value_wanted.emit(request, ValueContext("run_00000000"))
    worker.deliver()
    asked = [asked for name, asked in worker.asked if name == "read_value"]
    assert [one.path for one in asked] == [request.path]


# --- opening


def test_dropped_files_and_folders_are_opened(window: MainWindow, worker: InlineWorker) -> None:
    mime = QMimeData()
    mime.setData("text/uri-list", b"file:///sweeps/tau_sigma_sweep.hdf5\r\n")
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(10, 10), *how))
    event = QDropEvent(QPointF(10, 10), *how)
    QApplication.sendEvent(window, event)
    worker.deliver()
    assert event.isAccepted()
    assert window.trajectory.request() == sweeps.REQUEST


def test_no_field_of_the_window_swallows_a_dropped_file_as_text(window: MainWindow) -> None:
    from PySide6.QtWidgets import QLineEdit

    assert [edit for edit in window.findChildren(QLineEdit) if edit.acceptDrops()] == []


def test_the_demo_is_made_once_and_then_only_opened(
    window: MainWindow, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch, lab: Lab
) -> None:
    monkeypatch.setattr("pexgui.app.demo_folder", lambda: LAB)
    lab.reachable = False
    made: list[bytes] = []

    def make_demo(request: DemoRequest, _progress: Progress) -> object:
        from pexgui.core import Demo

        lab.reachable = True
        made.append(request.folder)
        return Demo(request.folder, ())

    worker.answers["make_demo"] = make_demo
    for _ in range(2):
        window.commands.open_demo.trigger()
        worker.deliver()
    assert made == [LAB]
    assert window.library.roots() == [(LAB, True)]
    assert window.trajectory.request() is not None


def test_what_was_opened_is_in_the_list_of_recent_things(window: MainWindow, worker: InlineWorker, lab: Lab) -> None:
    opened(window, worker, LAB, b"/gone")
    for row in reversed(window.library.model.roots):
        window.library.remove(row)
    worker.deliver()
    assert window.centre.currentWidget() is window.empty
    assert [row.state_words() for row in window.empty.rows] == ["", "Not reachable"]
    window.commands.recent.aboutToShow.emit()
    assert [action.text() for action in window.commands.recent.actions()][:2] == ["/sweeps", "/gone"]
    window.empty.recent_wanted.emit(LAB)
    worker.deliver()
    assert window.library.roots() == [(LAB, True)]
    window.empty.forget_wanted.emit()
    assert window.session.recent() == []


# --- coming back


def test_at_the_next_start_everything_is_as_it_was_left(make: Make, worker: InlineWorker) -> None:
    first = make()
    opened(first, worker, LAB)
    chosen(first, worker, sweeps.FILE)
    first.commands.show_library.setChecked(False)
    first.splitter.setSizes([300, 700, 400])
    first.close()
    second = make()
    assert second.library.roots() == [(LAB, True)]
    assert second.trajectory.request() == sweeps.REQUEST
    assert second.centre.currentWidget() is second.trajectory
    assert not second.library.isVisibleTo(second)
    assert second.size() == first.size()


def test_a_folder_that_is_gone_at_the_next_start_is_shown_as_not_reachable(
    make: Make, worker: InlineWorker, lab: Lab
) -> None:
    first = make()
    opened(first, worker, LAB)
    chosen(first, worker, sweeps.FILE)
    first.close()
    lab.reachable = False
    second = make()
    index = second.library.model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "sweeps, Not reachable"
    assert second.problems.open_dialog() is None


def test_a_window_that_does_not_remember_begins_empty(
    make: Make, worker: InlineWorker, dressed: QApplication, qtbot: QtBot
) -> None:
    first = make()
    opened(first, worker, LAB)
    first.close()
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    assert window.library.roots() == []
    assert window.centre.currentWidget() is window.empty


def test_the_appearance_can_be_chosen_and_comes_back(make: Make) -> None:
    first = make()
    dark = next(action for action in first.commands.appearance.actions() if action.text() == "Dark")
    dark.trigger()
    assert theme.colors() is theme.DARK
    first.close()
    theme.use("light")
    second = make()
    assert theme.colors() is theme.DARK
    assert [action.text() for action in second.commands.appearance.actions() if action.isChecked()] == ["Dark"]


# --- menus, keys and problems


def test_a_problem_that_nobody_takes_is_shown(window: MainWindow, worker: InlineWorker) -> None:
    window.show_problem(PexError("Something went wrong.", "Do something."))
    dialog = window.problems.open_dialog()
    assert dialog is not None
    assert any("Something went wrong." in one.text() for one in dialog.findChildren(QLabel))


def every_action(window: MainWindow) -> list[QAction]:
    found: list[QAction] = []

    def walk(menu: QMenu) -> None:
        for action in menu.actions():
            below = action.menu()
            if isinstance(below, QMenu):
                walk(below)
            elif not action.isSeparator():
                found.append(action)

    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        walk(menu)
    return found


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    keys = [
        action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        for action in every_action(window)
        if not action.shortcut().isEmpty()
    ]
    assert "F5" in keys
    assert len(keys) == len(set(keys))


def test_the_menus_have_everything_there_is(window: MainWindow) -> None:
    titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Trajectory", "Help"]
    words = {action.text().replace("&", "").partition("\t")[0] for action in every_action(window)}
    assert {"Open files…", "Open folder…", "Open demo", "Refresh", "Close file", "Quit", "Copy", "Find"} <= words
    assert {"Library", "Value", "Raw HDF5", "Light", "Dark", "As the system", "Keyboard shortcuts"} <= words


def test_the_panels_at_the_sides_can_be_hidden(window: MainWindow, worker: InlineWorker) -> None:
    opened(window, worker, sweeps.FILE)
    window.commands.show_value.setChecked(False)
    window.commands.show_library.setChecked(False)
    assert not window.value.isVisible()
    assert not window.library.isVisible()
    window.filter_files()
    assert window.library.isVisible()


def test_copy_in_the_menu_does_what_the_key_does_where_the_focus_is(
    window: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    window.activateWindow()
    window.library.search.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.library.search)
    window.library.search.setText("tau")
    window.library.search.selectAll()
    QApplication.clipboard().setText("before")
    window.commands.copy.trigger()
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == "tau")


def test_ctrl_f_goes_to_the_box_of_what_is_shown_wherever_the_focus_is(
    window: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    opened(window, worker, sweeps.FILE)
    window.activateWindow()
    runs, tree = window.trajectory.runs, window.trajectory.tree
    for tab, table, box in ((1, runs.table.right, runs.filter), (2, tree.view, tree.search)):
        window.commands.tabs[tab].trigger()
        worker.deliver()
        for start in (table, window.library.view):
            start.setFocus()
            qtbot.keyClick(start, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
            qtbot.waitUntil(box.hasFocus)


def test_shortcuts_and_about_are_windows_that_stop_nothing(window: MainWindow) -> None:
    window.commands.shortcuts.trigger()
    window.commands.about.trigger()
    dialogs = window.findChildren(QDialog)
    assert {dialog.windowTitle() for dialog in dialogs} == {"Keyboard shortcuts", "About pexgui"}
    words = [one.text() for dialog in dialogs for one in dialog.findChildren(QLabel)]
    assert "Ctrl+O" in words
    assert "Ctrl+C" in words


def test_the_tabs_of_a_trajectory_are_in_the_menu(window: MainWindow, worker: InlineWorker) -> None:
    assert not window.commands.tabs[2].isEnabled()
    opened(window, worker, sweeps.FILE)
    window.commands.tabs[2].trigger()
    worker.deliver()
    assert window.trajectory.tabs.current() == 2


def test_one_pixel_lines_part_the_window_and_every_part_keeps_its_least_width(
    window: MainWindow, worker: InlineWorker
) -> None:
    opened(window, worker, sweeps.FILE)
    assert window.splitter.handleWidth() == 1
    window.resize(1000, 700)
    assert window.library.width() >= 200
    assert window.value.width() >= 280


def test_starting_imports_neither_frames_nor_plots_nor_hdf5(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication(['x']);"
        "import pexgui.ui.window; print(sorted({'pandas', 'pyqtgraph', 'h5py', 'tables'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert answer.stdout.strip() == "[]"
