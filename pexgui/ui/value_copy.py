"""Long texts brought to the clipboard without holding up the window."""

import time
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_TURN = 0.015
"""Seconds of work between two turns of the event loop."""


def lines(each: Iterable[str]) -> Iterator[str]:
    """Lines as the pieces of one text."""
    for number, line in enumerate(each):
        yield f"\n{line}" if number else line


class Copying(QObject):
    """Gathers the pieces of a text in small turns and puts it on the clipboard; a new start drops an old one."""

    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: Iterator[str] = iter(())
        self._gathered: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)

    def start(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._gathered = []
        self._timer.start(0)
        self._turn()

    def under_way(self) -> bool:
        return self._timer.isActive()

    def stop(self) -> None:
        """Drop what was not finished; the clipboard stays as it was."""
        self._timer.stop()
        self._pieces = iter(())

    def _turn(self) -> None:
        until = time.monotonic() + _TURN
        for piece in self._pieces:
            self._gathered.append(piece)
            if time.monotonic() > until:
                return
        self.stop()
        if self._gathered:
            QGuiApplication.clipboard().setText("".join(self._gathered))
        self.finished.emit()
