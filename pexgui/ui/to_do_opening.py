"""The runs to do, as the main window offers them: one dialog per trajectory."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pexgui.core import TrajectoryRequest

from .jobs import Submit
from .to_do import RunsToDoDialog

if TYPE_CHECKING:
    from .window import MainWindow


class ToDoing(QObject):
    """Opens the dialogs of the runs to do over ``window``. ``forget`` is told of a file that is to be opened again
    although it made trouble."""

    def __init__(
        self, window: "MainWindow", submit: Submit, forget: Callable[[bytes], object] = lambda _file: None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._submit, self._forget = submit, forget
        self.windows: list[RunsToDoDialog] = []

    def open(self, request: TrajectoryRequest) -> RunsToDoDialog:
        """Show the open runs of a trajectory; where they are shown already, look again and come to the front."""
        for shown in self.windows:
            if shown.request == request:
                shown.look()
                shown.show()
                shown.raise_()
                shown.activateWindow()
                return shown
        dialog = RunsToDoDialog(self._submit, request, self._window)
        self.windows.append(dialog)
        dialog.gone.connect(self.windows.remove)
        dialog.insisted.connect(partial(self._forget, request.file))
        dialog.show()
        return dialog
