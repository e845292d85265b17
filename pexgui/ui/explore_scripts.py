"""The scripts for a design, copied or saved."""

import os

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pexgui.core import ExploreRequest, SaveScriptRequest, ScriptRequest, Scripts, save_script, write_scripts

from .asking import ask_where_to_save
from .explore_footer import PYPET
from .jobs import Submit

_KINDS = "Python scripts (*.py);;All files (*)"


class ScriptsWanted(QObject):
    """``copied()`` and ``saved(path)`` say what was done with a script, ``failed(PexError)`` that there is none."""

    copied = Signal()
    saved = Signal(bytes)
    failed = Signal(object)

    def __init__(self, planner: Submit, writer: Submit, window: QWidget) -> None:
        super().__init__(window)
        self._planner, self._writer, self._window = planner, writer, window

    def get(self, request: ExploreRequest, which: str, save: bool) -> None:
        """Copy a script, or ask where it is to be saved."""

        def take(scripts: Scripts) -> None:
            script, name = (scripts.pypet, scripts.pypet_name) if which == PYPET else (scripts.run, scripts.run_name)
            if save:
                folder = os.path.dirname(request.source or request.target)
                path = os.path.join(os.fsdecode(folder), name)
                ask_where_to_save(self._window, "Save the script", path, _KINDS, lambda to: self.save(to, script))
            else:
                QGuiApplication.clipboard().setText(script)
                self.copied.emit()

        self._planner(write_scripts, ScriptRequest(request), take, self.failed.emit)

    def save(self, target: bytes, script: str) -> None:
        """Save a script."""
        request = SaveScriptRequest(target, script)
        self._writer(save_script, request, lambda saved: self.saved.emit(saved.file), self.failed.emit)
