"""What is copied arrives whole, however long it is, and the window stays alive meanwhile."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from pexgui.ui.value_copy import Copying, lines

from .instruments import Heartbeat


def test_lines_become_one_text(qtbot: QtBot) -> None:
    assert "".join(lines(["a", "", "b"])) == "a\n\nb"


def test_a_long_text_arrives_whole_without_holding_up_the_window(qtbot: QtBot) -> None:
    owner = QObject()
    copying = Copying(owner)
    count = 300_000
    with qtbot.waitSignal(copying.finished, timeout=60_000), Heartbeat() as heartbeat:
        copying.start(lines(str(number) for number in range(count)))
        assert copying.under_way()
    assert heartbeat.longest < 0.5
    text = QGuiApplication.clipboard().text()
    assert text == "\n".join(str(number) for number in range(count))


def test_a_new_copy_replaces_an_unfinished_one(qtbot: QtBot) -> None:
    owner = QObject()
    copying = Copying(owner)
    copying.start(str(number) for number in range(10**9))
    with qtbot.waitSignal(copying.finished):
        copying.start(iter(["new"]))
    assert QGuiApplication.clipboard().text() == "new"


def test_a_stopped_copy_leaves_the_clipboard_alone(qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("kept")
    owner = QObject()
    copying = Copying(owner)
    copying.start(str(number) for number in range(10**9))
    copying.stop()
    assert not copying.under_way()
    assert QGuiApplication.clipboard().text() == "kept"
