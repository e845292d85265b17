"""An array as a line, an image or a table, with ways to its other slices and parts."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from pexgui.core import ArrayWindow, Selection

from . import sampling, value_lanes, widgets
from .value_content import Place
from .value_pager import Pager
from .value_picture import Picture
from .value_slices import AxisChooser, Slices
from .value_table import TableView

Mode = Literal["line", "image", "table"]
_MODES: tuple[tuple[Mode, str, str], ...] = (
    ("line", "chart", "Show as line"),
    ("image", "image", "Show as image"),
    ("table", "table", "Show as table"),
)
_PARTS = ("Magnitude", "Real part", "Imaginary part", "Phase")
_FEW = (8, 25)
"""A line or an image of so few elements is a table until someone asks for a picture."""
_PAUSE = 40
"""Milliseconds in which several wishes for another slice become one."""


class ArrayView(QWidget):
    """A window of an array of rank one or more.

    ``wanted`` asks for another window, ``opened`` for a larger view; ``drawn`` says that everything is on show. The
    kind of picture stays from one array to the next when `show_window` is told to keep it and they are alike.
    """

    wanted = Signal(Selection)
    opened = Signal()
    drawn = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._window = ArrayWindow("", (0,), (0,), (0,), (0,), (0,), value_lanes.NO_CELLS)
        self._values: NDArray[Any] = np.zeros(0)
        self._lost: value_lanes.Lost = None
        self._extent: sampling.Extent | None = None
        self._mode: Mode = "table"
        self._asked: Selection | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        self._build()

    def show_window(self, window: ArrayWindow, place: Place, keep: bool) -> None:
        """Show ``window``; with ``keep`` as the same kind of picture as before, if that is possible.

        Raises ValueError when the window is not what it says it is.
        """
        values, lost = value_lanes.decoded(window)
        alike = keep and len(self._window.shape) == len(window.shape)
        self._window, self._values, self._lost, self._place = window, values, lost, place
        self._extent = None
        if not (alike and self._fits(self._mode)):
            self._mode = self._natural()
        for mode, button in self._buttons.items():
            button.setVisible(mode in self._possible() and len(self._possible()) > 1)
            button.setChecked(mode == self._mode)
        rank = len(window.shape)
        self._chooser.setVisible(place.paged and (rank > 2 or (rank == 2 and len(window.axes) == 1)))
        self._chooser.set_axes(window.axes, window.shape)
        if self._asked is None:
            self._slices.set_position(window.axes, window.index, window.shape)
        self._slices.setEnabled(place.paged)
        self._set_pagers(window)
        self._draw()

    def mode(self) -> Mode:
        """How the array is shown."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Show the array in another way; where that needs another window, ask for it."""
        if mode not in self._possible():
            return
        self._mode = mode
        self._buttons[mode].setChecked(True)
        axes, rank = self._window.axes, len(self._window.shape)
        if self._fits(mode):
            self._draw()
        elif mode == "line":
            self._want_axes(axes[1:])
        else:
            self._want_axes(tuple(sorted((axes[0], next(axis for axis in range(rank) if axis != axes[0])))))

    def selection(self) -> Selection:
        """What to ask for to see the same part of an array like this one, all of it where all of this is shown."""
        window = self._window
        lengths = [window.shape[axis] for axis in window.axes]
        count = tuple(0 if part == whole else part for part, whole in zip(window.window, lengths, strict=True))
        return Selection(axes=window.axes, index=window.index, start=window.start, count=count)

    def picture(self) -> Picture:
        return self._picture

    def table(self) -> TableView:
        return self._table

    def caption(self) -> str:
        """The words above the picture."""
        return self._head.text()

    def extent(self) -> sampling.Extent | None:
        """What lies in the window, of numbers that have an order."""
        if self._extent is None and self._values.dtype.kind in "iuf":
            self._extent = sampling.extent(self._real())
        return self._extent

    def pieces(self) -> Iterator[str]:
        return value_lanes.grid(self._values, self._lost, self._window.start).pieces()

    # --- parts ---

    def _build(self) -> None:
        self._head = widgets.ElidedLabel("", "small")
        self._buttons: dict[Mode, QToolButton] = {}
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._head, 1)
        group = QButtonGroup(self)
        for mode, icon, name in _MODES:
            self._buttons[mode] = widgets.icon_button(icon, name)
            self._buttons[mode].setCheckable(True)
            self._buttons[mode].clicked.connect(lambda _checked=False, mode=mode: self.set_mode(mode))
            group.addButton(self._buttons[mode])
            head.addWidget(self._buttons[mode])
        roomy = self._place.roomy
        self._picture = Picture(roomy)
        self._picture.pointed.connect(lambda words: self._head.setText(words or self._words()))
        self._picture.opened.connect(self.opened)
        self._picture.drawn.connect(self._drawn)
        self._table = TableView("Values of the array", roomy)
        self._part = QComboBox()
        self._part.addItems(_PARTS)
        self._part.setAccessibleName("Part of the complex numbers")
        self._part.activated.connect(lambda _index: self._draw())
        self._chooser = AxisChooser()
        self._chooser.chosen.connect(self._want_axes)
        self._slices = Slices()
        self._slices.moved.connect(self._want_index)
        self._pagers = [Pager(roomy, self._place.paged), Pager(roomy, self._place.paged)]
        for number, pager in enumerate(self._pagers):
            pager.wanted.connect(lambda start, number=number: self._want_start(number, start))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._picture, 1)
        layout.addWidget(self._table, 1)
        for widget in (self._part, self._chooser, self._slices, *self._pagers):
            layout.addWidget(widget)

    def _set_pagers(self, window: ArrayWindow) -> None:
        words = ("",) if len(window.shape) == 1 else ("rows", "columns") if len(window.axes) == 2 else ("elements",)
        for number, pager in enumerate(self._pagers):
            if number < len(window.axes):
                total = window.shape[window.axes[number]]
                pager.set_span(window.start[number], window.window[number], total, words[number])
            else:
                pager.hide()

    # --- what can be shown ---

    def _possible(self) -> tuple[Mode, ...]:
        if self._values.dtype.kind not in "biufc" or not self._values.size:
            return ("table",)
        if len(self._window.shape) < 2:
            return ("line", "table")
        if self._place.paged:
            return ("line", "image", "table")
        return ("line", "table") if self._values.ndim == 1 else ("image", "table")

    def _fits(self, mode: Mode) -> bool:
        """Whether the window that is here is what this way of showing needs."""
        if not self._place.paged or len(self._window.shape) == 1:
            return mode in self._possible()
        return mode in self._possible() and self._values.ndim == (1 if mode == "line" else 2)

    def _natural(self) -> Mode:
        way: Mode = "image" if self._values.ndim == 2 else "line"
        many = self._values.size > _FEW[way == "image"]
        return way if many and way in self._possible() else "table"

    def _real(self) -> NDArray[Any]:
        """The values, or the chosen part of complex ones; not a number where a value is missing."""
        values = self._values
        with np.errstate(all="ignore"):
            if values.dtype.kind == "c":
                chosen = (np.abs, np.real, np.imag, np.angle)[self._part.currentIndex()]
                values = chosen(values)
            return values if self._lost is None else np.where(self._lost, np.nan, values)

    # --- asking ---

    def _want(
        self, axes: tuple[int, ...], index: tuple[int, ...], start: tuple[int, ...], count: tuple[int, ...]
    ) -> None:
        self._asked = Selection(axes=axes, index=index, start=start, count=count)
        if not self._pause.isActive():
            self._pause.start()

    def _ask(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self.wanted.emit(asked)

    def _index(self) -> tuple[int, ...]:
        return self._asked.index if self._asked is not None else self._window.index

    def _want_axes(self, axes: tuple[int, ...]) -> None:
        index = list(self._index())
        for number, axis in enumerate(self._window.axes):
            index[axis] = self._window.start[number]
        self._want(axes, tuple(index), (), ())

    def _want_index(self, index: tuple[int, ...]) -> None:
        self._want(self._window.axes, index, self._window.start, self._window.window)

    def _want_start(self, number: int, start: int) -> None:
        starts = list(self._window.start)
        starts[number] = start
        self._want(self._window.axes, self._index(), tuple(starts), self._window.window)

    # --- drawing ---

    def _draw(self) -> None:
        table = self._mode == "table"
        self._part.setVisible(self._values.dtype.kind == "c" and not table)
        self._picture.setVisible(not table)
        self._table.setVisible(table and self._values.size > 0)
        if table:
            self._table.set_grid(value_lanes.grid(self._values, self._lost, self._window.start))
            self._drawn()
        else:
            way: Literal["line", "image"] = "line" if self._mode == "line" else "image"
            self._picture.show_values(way, self._real(), self._window.start, self._place.name, self.extent())

    def _drawn(self) -> None:
        self._head.setText(self._words())
        self.drawn.emit()

    def _words(self) -> str:
        axes, place = self._window.axes, self._place
        if not self._values.size:
            return "Empty array"
        named = f"{place.name} ({place.unit})" if place.unit else place.name
        if len(axes) == 2:
            words = f"Axis {axes[0]} down, axis {axes[1]} across"
        elif len(self._window.shape) > 1:
            words = f"{named} along axis {axes[0]}"
        else:
            words = named
        note = self._picture.note() if self._mode == "line" else ""
        return f"{words}, values {note}" if note else words
