"""The head of the exploration dialog, with the box in which is chosen where a design comes from and goes to."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import TrajectoryRequest, text

from . import explore_words as words
from . import widgets
from .merge_page import Picker

_WIDTH = 300


class Mode(Enum):
    """What a design is for."""

    NEW = "a new trajectory"
    COPY = "a new trajectory with the parameters of another one"
    EXTEND = "more runs of a trajectory"


class Begin(NamedTuple):
    """Where a design begins."""

    mode: Mode = Mode.NEW
    request: TrajectoryRequest | None = None

    def words(self) -> str:
        if self.request is None:
            return "New trajectory"
        name = text.printable(self.request.path.rpartition(b"/")[2] or self.request.path, 60)
        return f"Add to {name} (extend)" if self.mode is Mode.EXTEND else f"New, with the parameters of {name}"


class ExploreHead(QWidget):
    """``chosen(Begin)``: a person begins elsewhere, ``file_wanted()``: a file is to be chosen for that."""

    chosen = Signal(object)
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = widgets.label(words.TITLE, "title")
        self.sentence = widgets.ElidedLabel(words.SENTENCE, "muted")
        self.picker = Picker("Trajectory")
        self.picker.setMinimumWidth(_WIDTH)
        self.picker.setMaximumWidth(420)
        self._begins: list[Begin] = [Begin()]
        self._shown = Begin()
        lines = QVBoxLayout()
        lines.setSpacing(3)
        lines.addWidget(self.title)
        lines.addWidget(self.sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 15, 24, 13)
        row.setSpacing(10)
        row.addLayout(lines, 1)
        self.caption = widgets.label("Trajectory", "muted")
        row.addWidget(self.caption)
        row.addWidget(self.picker)
        self.picker.activated.connect(self._choose)
        self._fill()

    def offer(self, requests: Sequence[TrajectoryRequest]) -> None:
        """Have these trajectories in the box too, before those that are in it."""
        new = [Begin(mode, one) for one in requests for mode in (Mode.COPY, Mode.EXTEND)]
        self._begins = [self._begins[0], *new, *(one for one in self._begins[1:] if one not in new)][:41]
        self._fill()

    def show_begin(self, begin: Begin) -> None:
        """Say where the design begins."""
        self._shown = begin
        if begin not in self._begins and begin.request is not None:
            self.offer([begin.request])
        self.picker.setCurrentIndex(self._begins.index(begin))
        self.picker.setToolTip(widgets.plain_tooltip(_file(begin)))
        self.picker.setAccessibleDescription(_file(begin))

    def show_design(self, designing: bool) -> None:
        """Let it be chosen where to begin, as long as a design is being made."""
        self.sentence.setVisible(designing)
        self.caption.setVisible(designing)
        self.picker.setVisible(designing)

    def _fill(self) -> None:
        self.picker.clear()
        for begin in self._begins:
            self.picker.addItem(begin.words())
        self.picker.insertSeparator(len(self._begins))
        self.picker.addItem("Choose a file…")
        if self._shown in self._begins:
            self.picker.setCurrentIndex(self._begins.index(self._shown))

    def _choose(self, row: int) -> None:
        if row < len(self._begins):
            self.chosen.emit(self._begins[row])
        else:
            self.show_begin(self._shown)
            self.file_wanted.emit()


def _file(begin: Begin) -> str:
    return text.printable(begin.request.file, 400) if begin.request is not None else ""


def begin_with(request: TrajectoryRequest | None, extend: bool = False) -> Begin:
    """Where a design begins when ``request`` is what is looked at."""
    if request is None:
        return Begin()
    return Begin(Mode.EXTEND if extend else Mode.COPY, request)
