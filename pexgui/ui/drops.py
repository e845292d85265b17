"""Files and folders dropped on the window: which they are, and what the window shows while they are held over it."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QDropEvent, QFontMetrics, QPainter, QPaintEvent, QPen
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


def files_as_mime(paths: list[bytes]) -> QMimeData:
    """Files of this computer as they are dragged."""
    mime = QMimeData()
    addresses = (b"file:///" + quote_from_bytes(path).lstrip("/").encode() for path in paths)
    mime.setData(URI_LIST, b"".join(address + b"\r\n" for address in addresses))
    return mime


@dataclass(frozen=True)
class Target:
    """A place within a window that takes files by itself: where, what it says, and what it does with them.

    ``beside`` it the words stand where what is carried would hide them.
    """

    place: QRect
    words: str
    act: Callable[[], object]
    beside: bool = False


Onto = Callable[[QPoint, list[bytes]], Target | None]


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
    is laid over the window that says so, in ``words``. ``onto(point, paths)`` answers the part of the window at a
    point that takes the files by itself.
    """

    def __init__(
        self,
        window: QWidget,
        dropped: Callable[[list[bytes]], object],
        hold: Callable[[bool], bool],
        onto: Onto = lambda _point, _paths: None,
        words: str = "Drop to open",
    ) -> None:
        super().__init__(window)
        self._overlay = DropOverlay(window)
        self._dropped = dropped
        self._hold = hold
        self._onto = onto
        self._words = words
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # a drag that enters and moves is one too
            held = event.type() != QEvent.Type.Drop
            if accept_copy(event):
                paths = dropped_paths(event.mimeData())
                target = self._onto(event.position().toPoint(), paths)
                self._show(held, target)
                if not held and target is not None:
                    target.act()
                elif not held:
                    self._dropped(paths)
            else:
                event.ignore()
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._show(False)
        return False

    def _show(self, held: bool, target: Target | None = None) -> None:
        if held and target is not None:
            self._hold(False)
            self._overlay.cover(target.words, target.place, target.beside)
        elif self._hold(held) or not held:
            self._overlay.hide()
        else:
            self._overlay.cover(self._words)


class DropOverlay(QWidget):
    """Lies over the window while files are held over it. The window itself takes the drop."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = ""
        self._place: QRect | None = None
        self._beside = False
        self.hide()

    def cover(self, words: str, place: QRect | None = None, beside: bool = False) -> None:
        """Lie over the whole window, or mark the part of it at ``place``, with the words in it or ``beside`` it."""
        self._words, self._place, self._beside = words, place, beside
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self._place or self.rect())
        margin = 12 if self._place is None else 1
        inner = area.adjusted(margin, margin, -margin, -margin)
        pen = QPen(c.accent, 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        if self._place is None:
            painter.fillRect(self.rect(), theme.faint(c.accent_soft, 0.7))
            painter.drawRoundedRect(inner, 8, 8)
        else:
            painter.setBrush(theme.faint(c.accent_soft, 0.6))
            painter.drawRoundedRect(inner, 6, 6)
        self._pill(painter, area)
        painter.end()

    def _pill(self, painter: QPainter, area: QRectF) -> None:
        c, large = theme.colors(), self._place is None
        font = theme.font(17, 600) if large else theme.font(11, 600)
        width = QFontMetrics(font).horizontalAdvance(self._words) + (72 if large else 20)
        pill = QRectF(0, 0, width, 56 if large else 22)
        pill.moveCenter(area.center())
        if self._beside:
            pill.moveLeft(min(area.right() + 16, self.width() - pill.width() - 8))
        elif not large:
            pill.moveRight(max(area.right() - 6, pill.width() + 6))
        painter.setPen(c.border)
        painter.setBrush(c.surface)
        painter.drawRoundedRect(pill, 8, 8)
        painter.setFont(font)
        painter.setPen(c.text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._words)
