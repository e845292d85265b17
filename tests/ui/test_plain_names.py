"""Names out of files are shown as they are, also where Qt gives some characters a meaning of their own."""

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import FileState, FileSummary
from pexgui.ui import widgets
from pexgui.ui.window import MainWindow
from tests.ui.instruments import InlineWorker

NAMES = ("plain", "<b>bold</b>", "a & b", "&amp;", "[*]", "a[*]b[*][*]", "%1 %n", "größe ☃", "<?xml?>")


def title_on_screen(window: QWidget) -> str:
    handle = window.windowHandle()
    assert handle is not None
    return handle.title()


@pytest.mark.parametrize("name", NAMES)
def test_a_title_of_a_window_is_on_screen_as_it_is(qtbot: QtBot, name: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setWindowTitle(widgets.window_title(name))
    window.show()
    assert title_on_screen(window) == name


@pytest.mark.parametrize("name", NAMES)
def test_the_window_names_its_file_as_it_is_called(dressed: QApplication, qtbot: QtBot, name: str) -> None:
    worker = InlineWorker()
    window = MainWindow(worker.submit, worker.submit, worker.submit, remember=False)
    qtbot.addWidget(window)
    window.show()
    window.show_file(FileSummary(b"/lab/" + name.encode().replace(b"/", b"|"), FileState.NO_TRAJECTORY, "Odd.", None))
    assert title_on_screen(window) == f"{name.replace('/', '|')} – pexgui"
    worker.stop()


@pytest.mark.parametrize("name", NAMES)
def test_no_tooltip_of_a_name_is_taken_for_markup(name: str) -> None:
    shown = widgets.plain_tooltip(name)
    document = QTextDocument()
    if "<" in shown:  # what Qt may take for markup
        document.setHtml(shown)
    else:
        document.setPlainText(shown)
    assert document.toPlainText() == name
