"""Compacting, as the main window offers it: what is selected, the dialogs open, and what became of those put aside."""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from .compact import CompactDialog
from .jobs import Submit

if TYPE_CHECKING:
    from .window import MainWindow


class Compacting(QObject):
    """Opens the compact dialog for what is selected in ``window``."""

    def __init__(self, window: "MainWindow", planner: Submit, writer: Submit) -> None:
        super().__init__(window)
        self._window = window
        self._planner, self._writer = planner, writer
        self.windows: list[CompactDialog] = []

    def compact_chosen(self) -> None:
        """Compact what is selected in the library, with what the person adds."""
        self.open(self._window.library.files())

    def open(self, files: Sequence[bytes]) -> CompactDialog:
        """Show the dialog for these; those that were put aside come back too."""
        for aside in self.windows:
            if not aside.isVisible():
                aside.come_back()
        dialog = CompactDialog(self._planner, self._writer, files, self._window)
        self.windows.append(dialog)
        dialog.gone.connect(self.windows.remove)
        dialog.written.connect(self._read_again)
        dialog.hidden.connect(self._put_aside)
        dialog.told.connect(self._tell)
        dialog.show()
        return dialog

    def _put_aside(self, dialog: CompactDialog) -> None:
        """Say that the work goes on, and how to see it again."""
        self._tell(dialog, f"{dialog.work.title.text()}…")

    def _tell(self, dialog: CompactDialog, sentence: str) -> None:
        self._window.told.say(sentence, "Show", partial(self._show, dialog))

    def _show(self, dialog: CompactDialog) -> None:
        if dialog in self.windows:
            dialog.come_back()

    def _read_again(self, paths: Sequence[bytes]) -> None:
        """Have the library look at files and folders that are other ones now."""
        for path in dict.fromkeys(os.path.normpath(path) for path in paths):
            self._window.library.read_again(path)
