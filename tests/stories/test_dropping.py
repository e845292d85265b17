"""A person drags files and folders onto the window, whatever they are called."""

import os
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from pexgui.ui.drops import DropOverlay
from pexgui.ui.trajectory import TREE
from tests.builders import small_trajectory
from tests.stories.person import Person

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def carried(*paths: bytes) -> QMimeData:
    """Paths, as a file browser hands them over."""
    mime = QMimeData()
    lines = [b"file://" + quote_from_bytes(path).encode() for path in paths]
    mime.setData("text/uri-list", b"\r\n".join([*lines, b""]))
    return mime


def drops(person: Person, what: QMimeData) -> bool:
    """Drag something over the window and let go; answers whether it was taken."""
    enter = QDragEnterEvent(QPoint(50, 50), COPY, what, LEFT, NO_KEY)
    QApplication.sendEvent(person.window, enter)
    event = QDropEvent(QPointF(50, 50), COPY, what, LEFT, NO_KEY)
    QApplication.sendEvent(person.window, event)
    person.calm()
    return enter.isAccepted() and event.isAccepted()


@pytest.mark.parametrize(
    "name",
    [
        b"plain.hdf5",
        b"with blanks and #marks?.hdf5",
        b"100 % done %41.hdf5",
        "Über ☃ 🧪.hdf5".encode(),
        b"latin\xe9\xff.hdf5",
        b"<b>bold & so.hdf5",
        b"-h --version.hdf5",
        b"no extension",
    ],
)
def test_a_dropped_file_is_opened_whatever_it_is_called(person: Person, tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    os.rename(small_trajectory(tmp_path / "made.hdf5"), path)
    assert drops(person, carried(path))
    request = person.window.trajectory.request()
    assert request is not None
    assert request.file == path
    assert person.window.trajectory.runs.model.runs() == 3
    assert person.problems == []


def test_dropped_folders_and_files_are_all_opened(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "folder.hdf5"  # a folder may be called like a file
    folder.mkdir()
    small_trajectory(folder / "inside.hdf5")
    file = small_trajectory(tmp_path / "beside.hdf5", runs=2)
    assert drops(person, carried(os.fsencode(folder), os.fsencode(file)))
    assert set(person.files()) == {os.fsencode(folder / "inside.hdf5"), os.fsencode(file)}
    assert person.read()
    assert [row.path for row in person.window.library.model.roots] == [os.fsencode(folder), os.fsencode(file)]


def test_urls_of_qt_are_understood_too(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "ä b%20c#d.hdf5")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    assert drops(person, mime)
    assert list(person.files()) == [os.fsencode(file)]
    assert person.window.trajectory.runs.model.runs() == 3


def test_a_file_that_is_open_already_is_chosen_and_not_doubled(person: Person, tmp_path: Path) -> None:
    first, second = small_trajectory(tmp_path / "a.hdf5"), small_trajectory(tmp_path / "b.hdf5", runs=2)
    person.opens(tmp_path)
    person.chooses(first)
    assert drops(person, carried(os.fsencode(second)))
    assert len(person.files()) == 2
    assert len(person.window.library.model.roots) == 1
    assert person.window.trajectory.runs.model.runs() == 2


def test_what_is_dropped_and_gone_again_says_so(person: Person, tmp_path: Path) -> None:
    assert drops(person, carried(os.fsencode(tmp_path / "gone.hdf5")))
    assert person.window.page.title == "“gone.hdf5” is not there any more"
    assert person.problems == []


def test_a_drop_anywhere_in_the_window_is_for_the_window(person: Person, tmp_path: Path) -> None:
    """Qt offers it to the innermost widget first; a box for text would take it as words."""
    file = small_trajectory(tmp_path / "a.hdf5")
    person.opens(file)
    overlay = person.window.findChild(DropOverlay)
    assert overlay is not None
    offered = 0
    for tab in range(3):
        person.window.choose_tab(tab)
        person.calm()
        if tab == TREE:
            person.looks_at("results", "note")
        for widget in [each for each in person.window.findChildren(QWidget) if each.isVisible()]:
            what = carried(os.fsencode(file))
            QApplication.sendEvent(widget, QDragEnterEvent(QPoint(1, 1), COPY, what, LEFT, NO_KEY))
            assert overlay.isVisible(), widget
            QApplication.sendEvent(person.window, QDragLeaveEvent())
            assert not overlay.isVisible()
            offered += 1
    assert offered > 100
