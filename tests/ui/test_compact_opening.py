"""The compact dialog opens from the menu, a row of the library and the head of a trajectory."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from pexgui.core import FolderPage, FolderRequest, Progress
from pexgui.ui.compact import CompactDialog
from pexgui.ui.window import MainWindow
from tests.ui import sweeps
from tests.ui.compactions import Compactions
from tests.ui.instruments import InlineWorker
from tests.ui.merges import CLUSTER, LAPTOP, summarize

SELECT = QItemSelectionModel.SelectionFlag.Select


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[InlineWorker]:
    def no_folder(request: FolderRequest, _progress: Progress) -> FolderPage:
        return FolderPage(request.folder, (), 0, 0)

    answers = {**sweeps.answers(), **Compactions().answers(), "list_folder": no_folder, "summarize_file": summarize}
    worker = InlineWorker(answers)
    yield worker
    worker.stop()


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False, compacter=worker.submit)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.open_paths([LAPTOP, CLUSTER])
    worker.deliver()
    window.library._settle()
    return window


def select(window: MainWindow, *paths: bytes) -> None:
    model = window.library.model
    rows = [model.find(path) for path in paths]
    indexes = [model.index_of(row) for row in rows if row is not None]
    window.library.view.setCurrentIndex(indexes[0])
    for index in indexes[1:]:
        window.library.view.selectionModel().select(index, SELECT)


def only_dialog(window: MainWindow) -> CompactDialog:
    (dialog,) = window._compacting.windows
    return dialog


def files(dialog: CompactDialog) -> list[bytes]:
    return [entry.file for entry in dialog.choices.entries]


def test_the_command_has_a_key_stands_in_the_file_menu_and_takes_the_selected_rows(
    window: MainWindow, worker: InlineWorker
) -> None:
    assert window.commands.compact.shortcut() == QKeySequence("Ctrl+Shift+M")
    (menu,) = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&File"]
    assert window.commands.compact in menu.actions()
    select(window, CLUSTER, LAPTOP)
    window.commands.compact.trigger()
    worker.deliver()
    dialog = only_dialog(window)
    assert dialog.isWindow()
    assert not dialog.isModal()
    assert files(dialog) == [LAPTOP, CLUSTER]
    dialog.close()
    assert window._compacting.windows == []


def test_no_two_commands_have_the_same_key(window: MainWindow) -> None:
    keys = dict(window.commands.keys())
    assert [words for words, key in keys.items() if key == keys["Compact"]] == ["Compact"]


def test_selected_files_are_compacted_from_the_menu_of_a_row(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP, CLUSTER)
    row = window.library.model.find(LAPTOP)
    assert row is not None
    menu = window.library.menu_for(row)
    next(entry for entry in menu.actions() if entry.text() == "Compact 2 files…").trigger()
    worker.deliver()
    assert files(only_dialog(window)) == [LAPTOP, CLUSTER]


def test_a_row_that_is_not_selected_is_compacted_alone(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP)
    row = window.library.model.find(CLUSTER)
    assert row is not None
    next(entry for entry in window.library.menu_for(row).actions() if entry.text() == "Compact…").trigger()
    worker.deliver()
    assert files(only_dialog(window)) == [CLUSTER]


def test_the_head_of_a_trajectory_has_a_link_for_its_file(window: MainWindow, worker: InlineWorker) -> None:
    select(window, CLUSTER)
    worker.deliver()
    link = window.trajectory.heading.compact
    assert link.isVisible()
    link.click()
    worker.deliver()
    assert files(only_dialog(window)) == [CLUSTER]


def test_an_open_file_that_was_compacted_is_read_again(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP)
    worker.deliver()
    window.commands.compact.trigger()
    worker.deliver()
    worker.asked.clear()
    only_dialog(window).footer.next.click()
    worker.deliver()
    asked = [(name, request.file) for name, request in worker.asked if hasattr(request, "file")]
    assert ("summarize_file", LAPTOP) in asked
    assert ("open_trajectory", LAPTOP) in asked


def test_what_was_put_aside_is_told_in_the_window_and_comes_back_by_a_link(
    window: MainWindow, worker: InlineWorker
) -> None:
    select(window, LAPTOP, CLUSTER)
    window.commands.compact.trigger()
    worker.deliver()
    dialog = only_dialog(window)
    worker.held = True
    dialog.footer.next.click()
    dialog.footer.hide_button.click()
    assert window.told.words.text() == "Making files smaller…"
    worker.held = False
    worker.deliver()
    assert window.told.words.text() == "2 files are 6.0 MB smaller."
    window.told.link.click()
    assert dialog.isVisible()


def test_what_was_put_aside_comes_back_when_another_dialog_is_opened(window: MainWindow, worker: InlineWorker) -> None:
    first = window.compact([LAPTOP])
    worker.deliver()
    worker.held = True
    first.footer.next.click()
    first.footer.hide_button.click()
    assert not first.isVisible()
    second = window.compact([CLUSTER])
    assert first.isVisible()
    assert window._compacting.windows == [first, second]
