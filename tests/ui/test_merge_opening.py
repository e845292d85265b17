"""The merge wizard opens from the menu, the toolbar, a row of the library, and after several files were dropped."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from pexgui.core import FolderPage, FolderRequest, Progress
from pexgui.ui.drops import files_as_mime
from pexgui.ui.merge import DONE, SUMMARY, MergeWizard
from pexgui.ui.window import MainWindow
from tests.ui import sweeps
from tests.ui.instruments import InlineWorker
from tests.ui.merges import CLUSTER, LAPTOP, THIRD, Merges
from tests.ui.test_accessible_names import nameless

SELECT = QItemSelectionModel.SelectionFlag.Select


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[InlineWorker]:
    def no_folder(request: FolderRequest, _progress: Progress) -> FolderPage:
        return FolderPage(request.folder, (), 0, 0)

    worker = InlineWorker({**sweeps.answers(), **Merges().answers(), "list_folder": no_folder})
    yield worker
    worker.stop()


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False, merger=worker.submit)
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


def only_wizard(window: MainWindow) -> MergeWizard:
    assert len(window._merging.windows) == 1
    return window._merging.windows[0]


def files(wizard: MergeWizard) -> list[bytes]:
    return [source.file for source in wizard.choices.sources]


def drop(window: MainWindow, *paths: bytes) -> None:
    how = (Qt.DropAction.CopyAction, files_as_mime(list(paths)), Qt.MouseButton.LeftButton,
           Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(900, 500), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(900, 500), *how))


def test_the_command_has_a_key_stands_in_the_toolbar_and_takes_the_selected_rows(
    window: MainWindow, worker: InlineWorker
) -> None:
    assert window.commands.merge.shortcut() == QKeySequence("Ctrl+M")
    assert any(button.defaultAction() is window.commands.merge for button in window.findChildren(QToolButton))
    select(window, CLUSTER, LAPTOP)
    window.commands.merge.trigger()
    worker.deliver()
    wizard = only_wizard(window)
    assert wizard.isWindow()
    assert files(wizard) == [LAPTOP, CLUSTER]
    wizard.close()
    assert window._merging.windows == []


def test_selected_rows_are_merged_from_the_menu_of_a_row(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP, CLUSTER)
    row = window.library.model.find(LAPTOP)
    assert row is not None
    menu = window.library.menu_for(row)
    next(entry for entry in menu.actions() if entry.text() == "Merge 2 trajectories…").trigger()
    worker.deliver()
    assert files(only_wizard(window)) == [LAPTOP, CLUSTER]


def test_a_single_row_begins_a_merge_to_which_others_are_added(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP)
    row = window.library.model.find(LAPTOP)
    assert row is not None
    menu = window.library.menu_for(row)
    next(entry for entry in menu.actions() if entry.text() == "Merge with…").trigger()
    worker.deliver()
    assert files(only_wizard(window)) == [LAPTOP]


def test_several_files_dropped_at_once_are_opened_and_merging_them_is_offered(
    window: MainWindow, worker: InlineWorker
) -> None:
    drop(window, THIRD)
    assert not window.offer.isVisible()
    drop(window, THIRD, LAPTOP)
    worker.deliver()
    assert window.offer.isVisible()
    assert window.offer.link.text() == "Merge these 2 files…"
    assert THIRD in dict(window.library.roots())
    assert nameless(window) == []
    window.offer.link.click()
    worker.deliver()
    assert files(only_wizard(window)) == [THIRD, LAPTOP]
    assert not window.offer.isVisible()


def test_the_offer_can_be_put_away(window: MainWindow) -> None:
    drop(window, THIRD, LAPTOP)
    window.offer.close_button.click()
    assert not window.offer.isVisible()
    assert window._merging.windows == []


def at_the_summary(window: MainWindow, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch) -> MergeWizard:
    """The wizard for two files that are selected, before the last button."""
    select(window, LAPTOP, CLUSTER)
    window.commands.merge.trigger()
    wizard = only_wizard(window)
    monkeypatch.setattr(wizard.choices, "where_trouble", lambda: "")
    worker.deliver()
    wizard.planning.ask()
    worker.deliver()
    wizard.go_to(SUMMARY)
    return wizard


def test_the_result_is_opened_and_chosen_in_the_library(
    window: MainWindow, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = at_the_summary(window, worker, monkeypatch)
    wizard.footer.next.click()
    worker.deliver()
    assert wizard.at() == DONE
    result = wizard.result
    assert result is not None
    wizard.footer.next.click()
    worker.deliver()
    chosen = window.library.chosen()
    assert chosen is not None
    assert chosen.path == result.target
    shown = window.trajectory.request()
    assert shown is not None
    assert shown.file == result.target


def test_what_became_of_a_merge_whose_wizard_was_closed_is_told_with_a_way_to_the_result(
    window: MainWindow, worker: InlineWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = at_the_summary(window, worker, monkeypatch)
    worker.held = True
    wizard.footer.next.click()
    wizard.job.progressed.emit("Putting the result into its place", 0, 0)
    wizard.close()
    worker.held = False
    worker.deliver()
    assert window._merging.windows == []
    assert "is there, checked." in window.told.words.text()
    window.told.link.click()
    worker.deliver()
    chosen = window.library.chosen()
    assert chosen is not None
    assert chosen.path == LAPTOP.replace(b".hdf5", b" merged.hdf5")


def test_a_difference_is_compared_in_a_window_of_its_own(window: MainWindow, worker: InlineWorker) -> None:
    select(window, LAPTOP, CLUSTER)
    window.commands.merge.trigger()
    wizard = only_wizard(window)
    worker.deliver()
    wizard.planning.ask()
    worker.deliver()
    wizard.details.conflicts.shown.whole.click()
    assert len(window._comparing.windows) == 1
    worker.deliver()
