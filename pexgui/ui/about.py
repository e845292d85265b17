"""Two small windows of words: which shortcuts there are, and what pexgui is."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pexgui import __version__

from . import theme
from .widgets import button, hairline, label


def about_dialog(parent: QWidget) -> QDialog:
    """What pexgui is, and which version."""
    body = QVBoxLayout()
    body.setSpacing(6)
    body.addWidget(label(f"pexgui {__version__}", "title"))
    body.addWidget(label("Shows what is in the HDF5 files that pypet writes. Looking never changes a file.", wrap=True))
    versions = f"Python {platform.python_version()}, Qt {qVersion()}"
    body.addWidget(label(versions, "muted"))
    body.addWidget(label("Free software under the BSD 3-clause licence.", "muted"))
    return _dialog("About pexgui", body, parent)


def shortcuts_dialog(keys: Sequence[tuple[str, str]], parent: QWidget) -> QDialog:
    """Every shortcut and what it does."""
    body = QVBoxLayout()
    body.setSpacing(12)
    body.addWidget(label("Keyboard shortcuts", "title"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(7)
    for row, (words, pressed) in enumerate(keys):
        grid.addWidget(label(words), row, 0)
        shown = label(pressed, "muted")
        shown.setFont(theme.number_font())
        grid.addWidget(shown, row, 1)
    grid.setColumnStretch(0, 1)
    body.addLayout(grid)
    return _dialog("Keyboard shortcuts", body, parent)


def _dialog(title: str, body: QVBoxLayout, parent: QWidget) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setAccessibleName(title)
    surface = QWidget()
    surface.setProperty("role", "surface")
    surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    body.setContentsMargins(24, 20, 24, 20)
    body.addStretch()
    surface.setLayout(body)
    footer = QHBoxLayout()
    footer.setContentsMargins(24, 12, 24, 12)
    footer.addStretch()
    footer.addWidget(button("Close", dialog.accept))
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(surface, 1)
    column.addWidget(hairline())
    column.addLayout(footer)
    dialog.setMinimumWidth(420)
    return dialog
