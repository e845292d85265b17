"""Dropped files: the bytes that the file system has, and always a copy."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.ui.drops import DropOverlay, Drops, accept_copy, dropped_paths


def uris(*lines: bytes) -> QMimeData:
    mime = QMimeData()
    mime.setData("text/uri-list", b"\r\n".join(lines) + b"\r\n")
    return mime


def drop(mime: QMimeData, actions: Qt.DropAction = Qt.DropAction.CopyAction) -> QDropEvent:
    return QDropEvent(QPointF(10, 10), actions, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"file:///home/me/a.hdf5", b"/home/me/a.hdf5"),
        (b"file:///home/me/with%20blank%23and%3Fmarks.hdf5", b"/home/me/with blank#and?marks.hdf5"),
        (b"file:///home/me/%C3%9Cber.hdf5", "/home/me/Über.hdf5".encode()),
        (b"file:///home/me/latin%E9.hdf5", b"/home/me/latin\xe9.hdf5"),
        (b"file:///home/me/folder/", b"/home/me/folder"),
        (b"file://localhost/home/me/a.hdf5", b"/home/me/a.hdf5"),
        (b"file:///", b"/"),
    ],
)
def test_a_dropped_address_becomes_the_very_path(line: bytes, path: bytes, qapp: QApplication) -> None:
    assert dropped_paths(uris(line)) == [path]


def test_several_are_taken_once_each_and_what_is_no_local_file_is_left_out(qapp: QApplication) -> None:
    mime = uris(b"file:///a", b"https://example.org/x.hdf5", b"file://elsewhere.example/b", b"file:///c", b"file:///a")
    assert dropped_paths(mime) == [b"/a", b"/c"]


def test_text_is_no_file(qapp: QApplication) -> None:
    mime = QMimeData()
    mime.setText("file:///a")
    assert dropped_paths(mime) == []


def test_a_drop_is_taken_as_a_copy_even_when_a_move_was_proposed(qapp: QApplication) -> None:
    mime = uris(b"file:///a")
    event = drop(mime, Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)
    event.setDropAction(Qt.DropAction.MoveAction)
    assert accept_copy(event)
    assert event.dropAction() == Qt.DropAction.CopyAction
    assert event.isAccepted()


def test_a_drop_that_can_only_move_is_refused(qapp: QApplication) -> None:
    mime = uris(b"file:///a")
    assert not accept_copy(drop(mime, Qt.DropAction.MoveAction))


def test_the_window_takes_the_files_and_says_so_while_they_are_held_over_it(
    dressed: QApplication, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    taken: list[list[bytes]] = []
    drops = Drops(window, taken.append, lambda _held: False)
    overlay = window.findChild(DropOverlay)
    assert isinstance(overlay, DropOverlay)
    mime = uris(b"file:///a.hdf5", b"file:///folder")
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert overlay.isVisible()
    assert overlay.size() == window.size()
    QApplication.sendEvent(window, drop(mime))
    assert not overlay.isVisible()
    assert taken == [[b"/a.hdf5", b"/folder"]]
    assert drops.parent() is window


def test_what_is_no_file_is_not_taken(dressed: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    taken: list[list[bytes]] = []
    drops = Drops(window, taken.append, lambda _held: False)
    mime = QMimeData()
    mime.setText("words")
    event = drop(mime)
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert taken == []
    del drops
