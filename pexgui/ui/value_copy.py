"""Long texts brought to the clipboard without holding up the window."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_TURN = 0.015
"""Seconds of work between two turns of the event loop."""


class Copying(QObject):
    """Gathers lines in small turns and puts them on the clipboard; a new start drops what was not finished."""

    finished = Signal(int)
    """The number of lines that are on the clipboard now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: Iterator[str] = iter(())
        self._gathered: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)

    def start(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._gathered = []
        self._timer.start(0)
        self._turn()

    def under_way(self) -> bool:
        return self._timer.isActive()

    def stop(self) -> None:
        """Drop what was not finished; the clipboard stays as it was."""
        self._timer.stop()
        self._lines = iter(())

    def _turn(self) -> None:
        until = time.monotonic() + _TURN
        for line in self._lines:
            self._gathered.append(line)
            if time.monotonic() > until:
                return
        self._timer.stop()
        if self._gathered:
            QGuiApplication.clipboard().setText("\n".join(self._gathered))
        self.finished.emit(len(self._gathered))
