"""Every control of every window says what it is to somebody who does not see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pexgui.core import FileState, FileSummary, PexError, Value, ValueRequest
from pexgui.ui.context import ValueContext
from pexgui.ui.empty import Recent
from pexgui.ui.jobs import Job
from pexgui.ui.runs_menu import column_menu
from pexgui.ui.tasks import MOMENT
from pexgui.ui.window import MainWindow
from tests.ui import contents, sweeps
from tests.ui.instruments import InlineWorker

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
)
PARTS_OF_QT = (QLabel, QScrollBar, QHeaderView, QMenu, QMenuBar)


def is_control(widget: QWidget) -> bool:
    """Whether a person does something with ``widget`` or reads a state from it. A label is its own name."""
    if isinstance(widget, PARTS_OF_QT) or widget.objectName().startswith("qt_"):
        return False
    if isinstance(widget, MainWindow):
        return False
    above = widget.parentWidget()
    if isinstance(above, QAbstractScrollArea) and above.viewport() is widget:
        return False
    if above is not None and isinstance(above.parentWidget(), QComboBox):  # the list that Qt opens below a named box
        return False
    if isinstance(above, QAbstractSpinBox | QComboBox) or (isinstance(above, QLineEdit) and not widget.isVisible()):
        return False
    return isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def name_of(widget: QWidget) -> str:
    """What a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def nameless(window: QWidget) -> list[str]:
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if is_control(widget) and not name_of(widget):
            path = []
            above: QWidget | None = widget
            while above is not None:
                path.append(type(above).__name__)
                above = above.parentWidget()
            found.append(" in ".join(path))
    return found


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[InlineWorker]:
    def no_value(_request: ValueRequest, _progress: Any) -> Value:
        raise PexError("The value cannot be read.")

    worker = InlineWorker({**sweeps.answers(), "read_value": no_value})
    yield worker
    worker.stop()


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> MainWindow:
    window = MainWindow(worker.submit, worker.submit, worker.submit)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    worker.deliver()
    return window


def test_the_check_itself_finds_a_control_without_a_name(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    QLineEdit(holder)
    assert nameless(holder) == ["QLineEdit in QWidget"]


def test_the_start_screen(window: MainWindow) -> None:
    window.empty.set_recent([Recent(b"/lab", True, 0.0, 3)])
    assert nameless(window) == []


def test_a_trajectory_in_every_tab_with_library_and_value(window: MainWindow, worker: InlineWorker) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    window.library.search.setText("tau")
    for tab in range(3):
        window.choose_tab(tab)
        worker.deliver()
        assert nameless(window) == []


def test_a_value_that_is_asked_for(window: MainWindow, worker: InlineWorker) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    request = ValueRequest(sweeps.FILE, b"/tau_sigma_sweep/results/x", b"/tau_sigma_sweep")
    window.trajectory.value_wanted.emit(request, ValueContext("run_00000000", can_step=True))
    worker.deliver()
    assert nameless(window) == []


@pytest.mark.parametrize("state", list(FileState))
def test_the_page_of_a_file(window: MainWindow, state: FileState) -> None:
    window.show_file(FileSummary(b"/lab/x.hdf5", state, "Odd.", None))
    assert nameless(window) == []


def test_tasks_that_run(window: MainWindow, qtbot: QtBot) -> None:
    for title in ("First", "Second"):
        window.tasks.watch(Job(), title)
    qtbot.waitUntil(lambda: len(window.tasks.tasks()) == 2, timeout=round(MOMENT * 10_000))
    assert nameless(window) == []


def test_problems_shortcuts_and_about(window: MainWindow) -> None:
    window.show_problem(PexError("Broken.", "Repair it.", "Details"))
    window.show_shortcuts()
    window.show_about()
    assert nameless(window) == []


def test_every_menu_and_entry_has_words(window: MainWindow) -> None:
    menus = window.findChildren(QMenu)
    assert len(menus) > 5
    for menu in menus:
        for action in menu.actions():
            assert action.isSeparator() or action.text().strip()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_chooser_of_columns(window: MainWindow, worker: InlineWorker) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    window.trajectory.runs.columns_button.click()
    worker.deliver()
    chooser = window.trajectory.runs.chooser
    assert chooser.isVisible()
    assert chooser.model.rowCount() > 0
    assert nameless(chooser) == []
    chooser.close()


@pytest.mark.parametrize("kind", list(contents.EVERY))
def test_every_kind_of_value_in_its_panel_and_in_a_larger_window(
    window: MainWindow, worker: InlineWorker, kind: str
) -> None:
    window.show_trajectory(sweeps.REQUEST)
    worker.deliver()
    worker.answers["read_value"] = lambda _request, _progress: contents.value(contents.EVERY[kind])
    window.value.show_value(contents.request(), ValueContext("run_00000075", can_step=True))
    worker.deliver()
    larger = window.value.open_window()
    assert larger is not None
    assert nameless(window) == []
    assert nameless(larger) == []


def test_the_menus_of_columns_rows_and_the_library_have_words(window: MainWindow, worker: InlineWorker) -> None:
    window.open_paths([sweeps.FILE])
    worker.deliver()
    panel = window.trajectory.runs
    menus = [column_menu(panel, key) for key in ("", *(column.key for column in panel.table.columns.visible()))]
    menus += [window.library.menu_for(row) for row in window.library.model.walk()]
    menus += [menu for each in menus for menu in each.findChildren(QMenu)]
    assert len(menus) > 5
    for menu in menus:
        assert menu.actions()
        for action in menu.actions():
            assert action.isSeparator() or action.text().strip()
