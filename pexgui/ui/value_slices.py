"""Which axes of an array are shown, and where on the others."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from . import widgets

_STEPS = 1_000_000
"""A slider has at most so many steps; a longer axis is walked in larger ones."""


class AxisChooser(QWidget):
    """Chooses one axis (``Along``) or two (``Rows`` and ``Columns``) of an array."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._axes: tuple[int, ...] = ()
        self._boxes: list[QComboBox] = []
        self._labels = [widgets.label("", "small"), widgets.label("", "small")]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for number, label in enumerate(self._labels):
            box = QComboBox()
            box.setAccessibleName("Axis")
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setMinimumWidth(54)
            box.activated.connect(lambda axis, number=number: self._choose(number, axis))
            label.setBuddy(box)
            layout.addWidget(label)
            layout.addWidget(box, 1)
            self._boxes.append(box)

    def set_axes(self, axes: tuple[int, ...], shape: Sequence[int]) -> None:
        """Show that ``axes`` of an array of this shape are chosen."""
        self._axes = axes
        words = ("Along",) if len(axes) == 1 else ("Rows", "Columns")
        for number, (label, box) in enumerate(zip(self._labels, self._boxes, strict=True)):
            label.setVisible(number < len(axes))
            box.setVisible(number < len(axes))
            if number < len(axes):
                label.setText(words[number])
                box.setAccessibleName(f"{words[number]}: axis")
                with QSignalBlocker(box):
                    box.clear()
                    box.addItems([f"axis {axis}" for axis in range(len(shape))])
                    box.setCurrentIndex(axes[number])

    def _choose(self, number: int, axis: int) -> None:
        new = list(self._axes)
        if axis in new and len(new) == 2:
            new.reverse()
        new[number] = axis
        if tuple(new) != self._axes:
            self.chosen.emit(tuple(new))


class Slices(QWidget):
    """A slider for each axis that is not shown; ``moved`` tells the position on all axes."""

    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._index: list[int] = []
        self._shape: tuple[int, ...] = ()
        self._sliders: dict[int, QSlider] = {}
        self._counts: dict[int, widgets.ElidedLabel] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def set_position(self, axes: tuple[int, ...], index: Sequence[int], shape: tuple[int, ...]) -> None:
        """Show where on the axes other than ``axes`` the window stands; a slider in someone's hand stays."""
        others = [axis for axis in range(len(shape)) if axis not in axes]
        if others != list(self._sliders) or shape != self._shape:
            self._rebuild(others, shape)
        held = any(slider.isSliderDown() for slider in self._sliders.values())
        if not held:
            self._index = list(index)
            for axis, slider in self._sliders.items():
                with QSignalBlocker(slider):
                    slider.setValue(self._step(axis, index[axis]))
                self._tell(axis)

    def sliders(self) -> dict[int, QSlider]:
        """The slider of each axis."""
        return dict(self._sliders)

    def _rebuild(self, others: list[int], shape: tuple[int, ...]) -> None:
        while self._layout.count():
            item = self._layout.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._shape, self._sliders, self._counts = shape, {}, {}
        for axis in others:
            self._layout.addWidget(self._row(axis))
        self.setVisible(bool(others))

    def _row(self, axis: int) -> QWidget:
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, min(self._shape[axis] - 1, _STEPS))
        slider.setPageStep(max(1, slider.maximum() // 10))
        slider.setAccessibleName(f"Slice of axis {axis}")
        slider.setFixedHeight(20)
        slider.valueChanged.connect(lambda step: self._move(axis, step))
        count = widgets.ElidedLabel("", "small")
        grid.addWidget(widgets.label(f"Slice of axis {axis}", "small"), 0, 0)
        grid.addWidget(count, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(slider, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._sliders[axis], self._counts[axis] = slider, count
        return row

    def _move(self, axis: int, step: int) -> None:
        last, steps = self._shape[axis] - 1, self._sliders[axis].maximum()
        self._index[axis] = step if last == steps else step * last // steps
        self._tell(axis)
        self.moved.emit(tuple(self._index))

    def _step(self, axis: int, position: int) -> int:
        last, steps = self._shape[axis] - 1, self._sliders[axis].maximum()
        return position if last == steps else position * steps // last

    def _tell(self, axis: int) -> None:
        words = f"{self._index[axis] + 1:,} of {self._shape[axis]:,}"
        self._counts[axis].setText(words)
        self._sliders[axis].setAccessibleDescription(words)
