"""The one place that knows which view shows which kind of value."""

from collections.abc import Iterator
from typing import Protocol, TypeAlias, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pexgui.core import (
    ArrayWindow,
    Content,
    Mapping,
    Nothing,
    Numbers,
    Pickled,
    Scalar,
    Selection,
    Sequence,
    TableWindow,
    Text,
    Unreadable,
    text,
)

from . import cells, columns, widgets
from .value_array import ArrayView
from .value_content import NumberView, Place, SentenceView, TextView, sentence
from .value_frame import FrameView
from .value_tree import NestedView


class Copied(Protocol):
    """What every view can do: give what it shows as the pieces of a text."""

    def pieces(self) -> Iterator[str]: ...


class PickledView(QWidget):
    """A pickled object: how large it is, and what is in it if that could be told without running anything."""

    def __init__(self, content: Pickled, place: Place) -> None:
        super().__init__()
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(widgets.label(f"Pickled object, {text.size(content.size)}"))
        if content.note:
            layout.addWidget(widgets.label(content.note, "muted", wrap=True))
        self.inner = view(content.content, inside(place)) if content.content is not None else None
        if self.inner is not None:
            layout.addWidget(self.inner)

    def pieces(self) -> Iterator[str]:
        if self.inner is not None:
            return cast(Copied, self.inner).pieces()
        return iter([self._content.note])


class ListView(QWidget):
    """A list or dict as a tree, and below it the chosen item when it is an array, a table or a long text."""

    wanted = Signal(Selection)

    def __init__(self, content: Sequence | Mapping, place: Place) -> None:
        super().__init__()
        self._place = place
        self.nested = NestedView(content, place.start, place.roomy, place.paged)
        self.nested.wanted.connect(self.wanted)
        self.nested.chosen.connect(self._show)
        self.inner: QWidget | None = None
        self._line = widgets.hairline()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(self.nested, 1)
        self._layout.addWidget(self._line)
        self._line.hide()

    def pieces(self) -> Iterator[str]:
        return self.nested.pieces()

    def _show(self, content: Content | None) -> None:
        if self.inner is not None:
            self.inner.hide()
            self.inner.deleteLater()
        self.inner = view(content, inside(self._place)) if content is not None else None
        self._line.setVisible(self.inner is not None)
        if self.inner is not None:
            self._layout.addWidget(self.inner, 1)


def inside(place: Place) -> Place:
    """The place of a value within another: it cannot ask for its other parts."""
    return Place(name="the chosen item", roomy=place.roomy, paged=False)


def view(content: Content, place: Place) -> QWidget:
    """A new view of ``content``. Raises ValueError when the content is not what it says it is."""
    match content:
        case ArrayWindow() if not content.shape:
            return NumberView(_single(content), place)
        case ArrayWindow():
            array = ArrayView(place)
            array.show_window(content, place, keep=False)
            return array
        case TableWindow():
            frame = FrameView(place)
            frame.show_window(content, place)
            return frame
        case Scalar():
            return NumberView(content, place)
        case Text():
            return TextView(content, place)
        case Sequence() | Mapping():
            if not (content.items if isinstance(content, Sequence) else content.entries) and not content.length:
                return SentenceView(f"Empty {content.type}")
            return ListView(content, place)
        case Pickled():
            return PickledView(content, place)
        case Nothing() | Unreadable():
            return sentence(content)


Wanting: TypeAlias = ArrayView | FrameView | ListView
"""The views that can ask for another part of their value."""


def wants(shown: QObject | None) -> Wanting | None:
    """``shown`` when it is a view that can ask for another part."""
    return shown if isinstance(shown, ArrayView | FrameView | ListView) else None


def _single(window: ArrayWindow) -> Scalar:
    if isinstance(window.cells, Numbers):
        values = columns.array(window.cells)
        if len(values) != 1:
            raise ValueError(f"{len(values)} values for one number")
        return Scalar(window.type, cells.exact(values.dtype)(values[0]).replace("-", text.MINUS))
    return Scalar(window.type, window.cells.items[0] or "" if window.cells.items else "")
