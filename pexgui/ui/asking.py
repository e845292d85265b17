"""The dialogs of the system in which files and folders are picked."""

import os
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_FILTER = "HDF5 files (*.hdf5 *.h5 *.hdf *.he5 *.h4 *.hdf4 *.he2);;All files (*)"

Then = Callable[[list[bytes]], object]


def ask_for_files(parent: QWidget, then: Then, folder: bytes = b"") -> None:
    """Let the person pick files, ``folder`` being shown at first; ``then`` gets their paths."""
    dialog = QFileDialog(parent, "Open files", os.fsdecode(folder), _FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _ask(dialog, then)


def ask_for_folder(parent: QWidget, then: Then) -> None:
    """Let the person pick a folder; ``then`` gets its path."""
    dialog = QFileDialog(parent, "Open folder")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _ask(dialog, then)


def ask_for_file(parent: QWidget, title: str, then: Callable[[bytes], object]) -> None:
    """Let the person pick one file; ``then`` gets its path."""
    dialog = QFileDialog(parent, title, "", _FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _ask(dialog, lambda paths: then(paths[0]))


def ask_where_to_save(parent: QWidget, title: str, name: str, kinds: str, then: Callable[[bytes], object]) -> None:
    """Let the person name a file to write, ``name`` being proposed; ``then`` gets its path.

    ``kinds`` are the endings as the dialog shows them; the first one is added where none was typed.
    """
    dialog = QFileDialog(parent, title, name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectNameFilter(kinds.partition(";;")[0])
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(chosen)))
    _ask(dialog, lambda paths: then(paths[0]))


def _ending(kind: str) -> str:
    """``html`` of ``HTML page (*.html)``."""
    return kind.partition("*.")[2].rstrip(")").partition(" ")[0]


def _ask(dialog: QFileDialog, then: Then) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([os.path.abspath(os.fsencode(name)) for name in names]))
    dialog.open()
