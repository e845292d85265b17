"""Two rows selected anywhere, or dropped on each other, are compared in a window of their own."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from pexgui.core import (
    CompareRequest,
    FileRequest,
    FileState,
    FileSummary,
    PexError,
    Progress,
    Side,
    Stamp,
    TrajectorySummary,
    Value,
    ValueRequest,
)
from pexgui.ui.drops import DropOverlay, dropped_paths, files_as_mime
from pexgui.ui.models import ROW
from pexgui.ui.runs_menu import column_menu
from pexgui.ui.window import MainWindow
from tests.ui import comparisons, sweeps
from tests.ui.instruments import InlineWorker

ONE, TWO, BOTH, PLAIN = (b"/lab/" + name for name in (b"one.hdf5", b"two.hdf5", b"both.hdf5", b"plain.hdf5"))
SELECT = QItemSelectionModel.SelectionFlag.Select


def summarize(request: FileRequest, _progress: Progress) -> FileSummary:
    names = {ONE: ("one",), TWO: ("two",), BOTH: ("first", "second")}.get(request.file, ())
    found = tuple(TrajectorySummary(f"/{n}".encode(), n, 9, 9, (), 0.0, "", "", "") for n in names)
    state = FileState.TRAJECTORIES if found else FileState.NO_TRAJECTORY
    return FileSummary(request.file, state, "", Stamp(9, 1, 2), found)


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[InlineWorker]:
    def no_value(_request: ValueRequest, _progress: Progress) -> Value:
        raise PexError("The value cannot be read.")

    answers = {**sweeps.answers(), **comparisons.answers(), "summarize_file": summarize, "read_value": no_value}
    worker = InlineWorker(answers)
    yield worker
    worker.stop()


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_paths([ONE, TWO, BOTH, PLAIN])
    worker.deliver()
    window.library._settle()
    return window


def row(window: MainWindow, path: bytes, group: bytes = b"") -> QModelIndex:
    model = window.library.model
    found = model.find(path, group)
    assert found is not None
    return model.index_of(found)


def select(window: MainWindow, *rows: QModelIndex) -> None:
    window.library.view.setCurrentIndex(rows[0])
    for index in rows[1:]:
        window.library.view.selectionModel().select(index, SELECT)


def asked(worker: InlineWorker) -> list[CompareRequest]:
    return [request for name, request in worker.asked if name == "compare"]


def entry(menu: QMenu, *words: str) -> object:
    return next((action for action in menu.actions() if action.text() in words), None)


def at(window: MainWindow, index: QModelIndex) -> QPoint:
    view = window.library.view
    return view.viewport().mapTo(window, view.visualRect(index).center())


def drop(window: MainWindow, point: QPoint, *paths: bytes, only_hold: bool = False) -> None:
    how = (Qt.DropAction.CopyAction, files_as_mime(list(paths)), Qt.MouseButton.LeftButton,
           Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(window, QDragEnterEvent(point, *how))
    if not only_hold:
        QApplication.sendEvent(window, QDropEvent(QPointF(point), *how))


# --- the library


def test_two_selected_files_are_compared_from_the_menu_of_a_row(window: MainWindow, worker: InlineWorker) -> None:
    select(window, row(window, TWO), row(window, ONE))
    found = window.library.model.find(TWO)
    assert found is not None
    menu = window.library.menu_for(found)
    next(action for action in menu.actions() if action.text() == "Compare").trigger()
    assert asked(worker)[-1].sides == (Side(ONE, b"/one"), Side(TWO, b"/two"))
    assert len(window._comparing.windows) == 1
    window._comparing.windows[0].close()
    assert window._comparing.windows == []


def test_ctrl_d_compares_two_selected_rows(window: MainWindow, worker: InlineWorker, qtbot: QtBot) -> None:
    command = window.commands.compare
    assert command.shortcut() == QKeySequence("Ctrl+D")
    select(window, row(window, ONE), row(window, BOTH, b"/second"))
    assert command.isEnabled()
    command.trigger()
    assert asked(worker)[-1].sides == (Side(ONE, b"/one"), Side(BOTH, b"/second"))


def test_three_selected_rows_stand_beside_the_first(window: MainWindow, worker: InlineWorker) -> None:
    select(window, row(window, ONE), row(window, TWO), row(window, BOTH, b"/first"))
    window.commands.compare.trigger()
    assert len(asked(worker)[-1].sides) == 3


def test_a_single_row_asks_for_the_other_file(window: MainWindow, worker: InlineWorker) -> None:
    select(window, row(window, ONE))
    window.commands.compare.trigger()
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([TWO.decode()])
    assert asked(worker)[-1].sides == (Side(ONE, b"/one"), Side(TWO))
    dialog.close()


def test_what_holds_no_trajectory_cannot_be_compared(window: MainWindow) -> None:
    select(window, row(window, PLAIN))
    assert not window.commands.compare.isEnabled()
    found = window.library.model.find(PLAIN)
    assert found is not None
    assert entry(window.library.menu_for(found), "Compare", "Compare with…") is None


def test_selecting_another_row_with_ctrl_shows_it_and_keeps_the_first(
    window: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    view = window.library.view
    for path, modifier in ((ONE, Qt.KeyboardModifier.NoModifier), (TWO, Qt.KeyboardModifier.ControlModifier)):
        place = view.visualRect(row(window, path)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    worker.deliver()
    shown = window.trajectory.request()
    assert shown is not None
    assert shown.file == TWO
    assert window.library.sides() == [Side(ONE, b"/one"), Side(TWO, b"/two")]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(row(window, ONE)).center())
    assert window.library.sides() == [Side(ONE, b"/one")]


# --- dropping on each other


def test_a_file_dropped_on_a_row_is_compared_with_it(window: MainWindow, worker: InlineWorker) -> None:
    drop(window, at(window, row(window, ONE)), b"/desktop/new.hdf5", only_hold=True)
    overlay = window.findChild(DropOverlay)
    assert isinstance(overlay, DropOverlay)
    assert overlay.words() == "Drop to compare with “one”"
    drop(window, at(window, row(window, ONE)), b"/desktop/new.hdf5")
    assert asked(worker)[-1].sides == (Side(ONE, b"/one"), Side(b"/desktop/new.hdf5"))
    assert b"/desktop/new.hdf5" not in dict(window.library.roots())
    assert not overlay.isVisible()


def test_a_row_is_dragged_as_a_file_and_can_be_dropped_on_another(window: MainWindow, worker: InlineWorker) -> None:
    model = window.library.model
    index = row(window, TWO)
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    paths = dropped_paths(model.mimeData([index]))
    assert paths == [TWO]
    drop(window, at(window, row(window, ONE)), *paths)
    assert asked(worker)[-1].sides == (Side(ONE, b"/one"), Side(TWO))


def test_dropped_elsewhere_a_file_is_opened_as_ever(window: MainWindow, worker: InlineWorker) -> None:
    drop(window, QPoint(900, 500), b"/desktop/new.hdf5")
    drop(window, at(window, row(window, PLAIN)), b"/desktop/newer.hdf5")
    drop(window, at(window, row(window, ONE)), b"/desktop/a.hdf5", b"/desktop/b.hdf5")
    drop(window, at(window, row(window, TWO)), TWO)
    assert asked(worker) == []
    assert {b"/desktop/new.hdf5", b"/desktop/newer.hdf5", b"/desktop/a.hdf5"} <= set(dict(window.library.roots()))


@pytest.mark.parametrize("path", [b"/a b/c#d?.hdf5", "/lab/größe.hdf5".encode(), b"/lab/latin\xe9.hdf5"])
def test_dragged_paths_arrive_as_the_bytes_they_are(path: bytes, qapp: QApplication) -> None:
    assert dropped_paths(files_as_mime([path])) == [path]


# --- runs and lines of the tree


@pytest.fixture
def looking(window: MainWindow, worker: InlineWorker) -> MainWindow:
    window.show_trajectory(sweeps.REQUEST)
    worker.deliver()
    return window


def select_runs(window: MainWindow, *rows: int) -> None:
    table = window.trajectory.runs.table
    table.right.setCurrentIndex(table.model.index(rows[0], 0))
    for number in rows[1:]:
        whole = SELECT | QItemSelectionModel.SelectionFlag.Rows
        table.right.selectionModel().select(table.model.index(number, 0), whole)


def run(number: int) -> Side:
    return Side(sweeps.FILE, sweeps.REQUEST.path, f"run_{number:08d}".encode())


def test_two_selected_runs_are_compared_from_their_menu(looking: MainWindow, worker: InlineWorker) -> None:
    select_runs(looking, 3, 7)
    menu = column_menu(looking.trajectory.runs, "")
    next(action for action in menu.actions() if action.text() == "Compare runs").trigger()
    assert asked(worker)[-1].sides == (run(3), run(7))


def test_more_runs_stand_beside_each_other(looking: MainWindow, worker: InlineWorker) -> None:
    select_runs(looking, 1, 2, 3)
    menu = column_menu(looking.trajectory.runs, "")
    next(action for action in menu.actions() if action.text() == "Compare 3 runs").trigger()
    assert asked(worker)[-1].sides == (run(1), run(2), run(3))


def test_a_single_run_and_very_many_cannot_be_compared(looking: MainWindow) -> None:
    runs = looking.trajectory.runs
    select_runs(looking, 1)
    menu = column_menu(runs, "")
    assert not next(action for action in menu.actions() if action.text() == "Compare runs").isEnabled()
    select_runs(looking, *range(200))
    assert runs.sides() == []


def test_ctrl_d_compares_the_runs_when_the_person_is_in_their_table(
    looking: MainWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    select_runs(looking, 3, 7)
    looking.activateWindow()
    looking.trajectory.runs.table.right.setFocus()
    qtbot.waitUntil(looking.trajectory.runs.table.right.hasFocus)
    looking.commands.compare.trigger()
    assert asked(worker)[-1].sides == (run(3), run(7))


def test_the_run_whose_value_is_shown_is_the_current_one_of_several(looking: MainWindow, worker: InlineWorker) -> None:
    select_runs(looking, 3, 7)
    assert looking.trajectory.runs.table.current_run() == 3


def test_two_lines_of_the_tree_are_compared(looking: MainWindow, worker: InlineWorker) -> None:
    looking.choose_tab(2)
    worker.deliver()
    tree = looking.trajectory.tree
    lines = [tree.model.index(number, 0) for number in range(2)]
    tree.view.setCurrentIndex(lines[0])
    tree.view.selectionModel().select(lines[1], SELECT | QItemSelectionModel.SelectionFlag.Rows)
    menu = tree.menu_for(tree.view)
    menu.actions()[0].trigger()
    paths = [line.data(ROW).path for line in lines]
    assert asked(worker)[-1].sides == tuple(Side(sweeps.FILE, sweeps.REQUEST.path, path=path) for path in paths)


def test_the_keys_of_a_comparison_are_in_the_list_of_shortcuts(window: MainWindow) -> None:
    keys = dict(window.commands.keys())
    assert keys["Compare"] == "Ctrl+D"
    assert keys["Previous difference, when comparing"] == "F7"
    assert keys["Next difference, when comparing"] == "F8"


def test_comparing_has_a_worker_of_its_own(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> None:
    own = InlineWorker(comparisons.answers())
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False, comparer=own.submit)
    qtbot.addWidget(window)
    window.compare_sides([comparisons.A, comparisons.B])
    own.deliver()
    worker.deliver()
    assert asked(own)[-1].sides == (comparisons.A, comparisons.B)
    assert asked(worker) == []
    own.stop()
