"""The dialogs of the system in which files and folders are picked."""

import os
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_FILTER = "HDF5 files (*.hdf5 *.h5 *.hdf *.he5 *.h4 *.hdf4 *.he2);;All files (*)"

Then = Callable[[list[bytes]], object]


def ask_for_files(parent: QWidget, then: Then) -> None:
    """Let the person pick files; ``then`` gets their paths."""
    dialog = QFileDialog(parent, "Open files", "", _FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _ask(dialog, then)


def ask_for_folder(parent: QWidget, then: Then) -> None:
    """Let the person pick a folder; ``then`` gets its path."""
    dialog = QFileDialog(parent, "Open folder")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _ask(dialog, then)


def _ask(dialog: QFileDialog, then: Then) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([os.path.abspath(os.fsencode(name)) for name in names]))
    dialog.open()
