"""The page in the centre for a file that is not one trajectory: what it is instead, and what can be done."""

import os
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import FileRequest, FileState, FileSummary, TrajectoryRequest, text

from . import theme
from .library_row import runs
from .widgets import ElidedLabel, Picture, breakable, button, label

_ADVICE = {
    FileState.NO_TRAJECTORY: "Either pypet did not write this file, or the trajectory in it was never stored.",
    FileState.NOT_HDF5: "Perhaps a copy or a download broke off, or only its name says HDF5.",
    FileState.DAMAGED: "If there is another copy or a backup, open that one. "
    "If a program is still writing the file, try again in a moment.",
    FileState.BEING_WRITTEN: "Wait until the program has written what it is writing, then try again. "
    "Looking at the file does not disturb it.",
    FileState.UNREADABLE: "Check that the file is where it was, that its disk is connected, and that you may read it.",
}
_RAW = (FileState.TRAJECTORIES, FileState.NO_TRAJECTORY, FileState.DAMAGED, FileState.BEING_WRITTEN)
_SIGNS = {FileState.DAMAGED: ("warning", "bad"), FileState.UNREADABLE: ("warning", "warn")}
_MOST = 12


class FilePage(QWidget):
    """A calm page: sign, title, sentences, ways on.

    ``raw_wanted(FileRequest)``, ``again_wanted(path)`` and ``trajectory_wanted(TrajectoryRequest)`` are its buttons.
    """

    raw_wanted = Signal(object)
    again_wanted = Signal(object)
    trajectory_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._content: QWidget | None = None
        self.title = ""
        self.sentences: tuple[str, ...] = ()

    def show_summary(self, summary: FileSummary) -> None:
        """Say what ``summary`` found."""
        count = len(summary.trajectories)
        name = f"“{text.printable(os.path.basename(summary.file))}”"
        title = f"{name} holds {count} trajectories" if count > 1 else summary.sentence or f"{name} cannot be shown"
        sentences = (_ADVICE.get(summary.state, "") if count < 2 else summary.sentence,)
        column = self._begin(*_SIGNS.get(summary.state, ("file", "muted")), title, summary.file, sentences)
        for trajectory in summary.trajectories[:_MOST] if count > 1 else ():
            request = TrajectoryRequest(summary.file, trajectory.path)
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(button(trajectory.name, _emitter(self.trajectory_wanted, request), "link"))
            row.addWidget(label(runs(trajectory), "muted"))
            row.addStretch()
            column.addLayout(row)
        if count > _MOST:
            column.addWidget(label(f"and {count - _MOST} more, below the file in the library", "muted"))
        ways = QHBoxLayout()
        ways.setSpacing(8)
        if count < 2:
            ways.addWidget(button("Try again", _emitter(self.again_wanted, summary.file)))
        if summary.state in _RAW:
            ways.addWidget(button("Show raw HDF5", _emitter(self.raw_wanted, FileRequest(summary.file))))
        ways.addStretch()
        column.addSpacing(14)
        column.addLayout(ways)
        self._present()

    def show_waiting(self, name: str) -> None:
        """Say that a file is still to be read."""
        self._begin("file", "muted", f"Reading “{name}”", b"", ())
        self._present()

    def show_nothing_chosen(self) -> None:
        """Say how to begin when something is open but nothing chosen."""
        sentences = ("Choose a file in the library at the left.", "More files and folders can be dropped anywhere.")
        self._begin("file-trajectory", "muted", "Nothing is chosen", b"", sentences)
        self._present()

    def _begin(self, icon: str, role: str, title: str, path: bytes, sentences: tuple[str, ...]) -> QVBoxLayout:
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self.title, self.sentences = title.rstrip("."), tuple(sentence for sentence in sentences if sentence)
        self._content = QWidget()
        inner = QWidget()
        inner.setMaximumWidth(520)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 60)
        column.setSpacing(6)
        column.addStretch()
        column.addWidget(Picture(icon, 32, role))
        column.addSpacing(8)
        column.addWidget(label(breakable(self.title), "title", wrap=True))
        if path:
            place = ElidedLabel(text.printable(path, 1000), "muted", Qt.TextElideMode.ElideMiddle)
            place.setLabelFont(theme.mono(11))
            column.addWidget(place)
            column.addSpacing(6)
        for sentence in self.sentences:
            column.addWidget(label(breakable(sentence), "muted", wrap=True))
        rest = QVBoxLayout()
        rest.setSpacing(6)
        column.addLayout(rest)
        column.addStretch()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        self._content.setLayout(row)
        return rest

    def _present(self) -> None:
        """Put what was built in the place of what was shown before."""
        if self._content is not None:
            self._column.addWidget(self._content)
            self._content.show()


def _emitter(signal: SignalInstance, value: object) -> Callable[[], None]:
    return lambda: signal.emit(value)
