"""A file or folder handed to the rest of the desktop."""

import os
from urllib.parse import quote_from_bytes

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from pexgui.core import text


def copy_path(path: bytes) -> None:
    """Bring ``path`` to the clipboard, as it can be typed; bytes that are no text become escapes."""
    QGuiApplication.clipboard().setText(text.printable(path, 100_000))


def show_in_folder(path: bytes, is_folder: bool) -> None:
    """Open the folder ``path``, or the one that the file ``path`` is in, in the desktop's own program for folders."""
    folder = path if is_folder else os.path.dirname(path)
    QDesktopServices.openUrl(QUrl.fromEncoded(b"file://" + quote_from_bytes(folder).encode()))
