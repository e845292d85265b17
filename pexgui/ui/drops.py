"""Files and folders dropped on the window: which they are, and what the window shows while they are held over it."""

import os
import socket
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from . import theme

URI_LIST = "text/uri-list"


def dropped_paths(mime: QMimeData) -> list[bytes]:
    """The local files and folders in a list of addresses, as the bytes that the file system has."""
    if not mime.hasFormat(URI_LIST):
        return []
    lines = bytes(mime.data(URI_LIST).data()).splitlines()
    found = (_local_path(line.strip()) for line in lines)
    return [path for path in dict.fromkeys(found) if path]


def accept_copy(event: QDropEvent) -> bool:
    """Take ``event`` as a copy if it brings files and its source allows that: never as a move, which deletes."""
    if not event.possibleActions() & Qt.DropAction.CopyAction or not dropped_paths(event.mimeData()):
        return False
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
    return True


def _local_path(address: bytes) -> bytes:
    if not address.lower().startswith(b"file:"):
        return b""
    path = address[5:]
    if path.startswith(b"//"):
        host, slash, rest = path[2:].partition(b"/")
        if host.lower() not in (b"", b"localhost", socket.gethostname().lower().encode()):
            return b""
        path = slash + rest
    path = unquote_to_bytes(path)
    if os.name == "nt":
        path = path.lstrip(b"/")
    if not path or b"\0" in path:
        return b""
    return path.rstrip(b"/") or b"/"


class Drops(QObject):
    """Takes the files and folders that are dropped on ``window``.

    ``hold(held)`` is told when files are held over the window and when no longer; where it answers False, something
    is laid over the window that says so.
    """

    def __init__(self, window: QWidget, dropped: Callable[[list[bytes]], object], hold: Callable[[bool], bool]) -> None:
        super().__init__(window)
        self._overlay = DropOverlay(window)
        self._dropped = dropped
        self._hold = hold
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # a drag that enters and moves is one too
            held = event.type() != QEvent.Type.Drop
            if accept_copy(event):
                self._show(held)
                if not held:
                    self._dropped(dropped_paths(event.mimeData()))
            else:
                event.ignore()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._show(False)
        return False

    def _show(self, held: bool) -> None:
        if self._hold(held) or not held:
            self._overlay.hide()
        else:
            self._overlay.cover()


class DropOverlay(QWidget):
    """Lies over the window while files are held over it. The window itself takes the drop."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.faint(c.accent_soft, 0.7))
        pen = QPen(c.accent, 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(12, 12, -12, -12), 8, 8)
        pill = QRectF(0, 0, 200, 56)
        pill.moveCenter(QRectF(self.rect()).center())
        painter.setPen(c.border)
        painter.setBrush(c.surface)
        painter.drawRoundedRect(pill, 8, 8)
        painter.setFont(theme.font(17, 600))
        painter.setPen(c.text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, "Drop to open")
        painter.end()
