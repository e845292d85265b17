"""Designing explorations, as the main window offers it: what is shown, the dialogs open, and what came of them."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pexgui.core import TrajectoryRequest

from .explore import ExploreDialog
from .explore_head import begin_with
from .jobs import Submit

if TYPE_CHECKING:
    from .window import MainWindow


class Exploring(QObject):
    """Opens the exploration dialog for what is shown in ``window``; ``to_do_wanted(TrajectoryRequest)``: the open runs
    of a trajectory are to be shown."""

    to_do_wanted = Signal(object)

    def __init__(self, window: "MainWindow", planner: Submit, writer: Submit) -> None:
        super().__init__(window)
        self._window = window
        self._planner, self._writer = planner, writer
        self.windows: list[ExploreDialog] = []

    def open(self, request: TrajectoryRequest | None, extend: bool = False) -> ExploreDialog:
        """Show the dialog, with the parameters of a trajectory or, with ``extend``, to add runs to it."""
        dialog = ExploreDialog(self._planner, self._writer, begin_with(request, extend), self._window)
        self.windows.append(dialog)
        dialog.gone.connect(self.windows.remove)
        dialog.open_wanted.connect(self._show_result)
        dialog.written.connect(self._read_again)
        dialog.to_do_wanted.connect(self.to_do_wanted)
        dialog.show()
        return dialog

    def _show_result(self, file: bytes, path: bytes) -> None:
        """Show a trajectory in the main window."""
        library = self._window.library
        if library.model.find(file) is None:
            self._window.open_paths([file])
        library.choose(file, path)
        self._window.activateWindow()

    def _read_again(self, paths: Sequence[bytes]) -> None:
        """Have the library look at files and folders that are other ones now."""
        for path in dict.fromkeys(os.path.normpath(path) for path in paths):
            self._window.library.read_again(path)
