"""The one place that knows which view shows which kind of value."""

from collections.abc import Iterator
from typing import Protocol, cast

from PySide6.QtCore import Signal
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


class ContentView(QWidget):
    """Shows any content, in the view that is there when that can show it, so that nothing flickers.

    ``wanted`` asks for another part of it, ``opened`` for a larger view.
    """

    wanted = Signal(Selection)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._view: QWidget | None = None
        self._array: ArrayView | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_content(self, content: Content, place: Place, keep: bool) -> None:
        """Show ``content``; with ``keep`` an array in the same way as the last one, also if there was none between.

        Raises ValueError when the content is not what it says it is.
        """
        shown = self._array if self._array is not None and (keep or self._array is self._view) else self._view
        match content, shown:
            case ArrayWindow(), ArrayView() if content.shape:
                shown.show_window(content, place, keep)
                self.put(shown)
            case TableWindow(), FrameView():
                shown.show_window(content, place)
            case Pickled(content=inner), PickledView() if keep and inner is not None:
                shown.show_pickled(content, place, keep)
            case _:
                self.put(view(content, place), forget=not keep)

    def put(self, new: QWidget, forget: bool = False) -> None:
        """Put a view in the place of the old one. An array's view is kept aside unless it may be forgotten."""
        old, self._view = self._view, new
        if forget and self._array is not None and self._array is not new:
            self._drop(self._array)
            self._array = None
        if old is not None and old is not new:
            if isinstance(old, ArrayView) and old is self._array:
                old.hide()
            else:
                self._drop(old)
        if old is not new:
            self._take(new)

    def view(self) -> QWidget | None:
        """The view on show."""
        return self._view

    def inner(self) -> QWidget | None:
        """The view on show, of a pickled object the one inside it."""
        return self._view.box.inner() if isinstance(self._view, PickledView) else self._view

    def selection(self) -> Selection:
        """What to ask for to see the same part of something like it."""
        shown = self.inner()
        if not isinstance(shown, ArrayView | FrameView):
            shown = self._array
        return shown.selection() if shown is not None else Selection()

    def pieces(self) -> Iterator[str]:
        return cast(Copied, self._view).pieces() if self._view is not None else iter(())

    def _take(self, new: QWidget) -> None:
        if self._layout.indexOf(new) < 0:
            self._layout.addWidget(new)
            if isinstance(new, ArrayView | FrameView | ListView | PickledView):
                new.wanted.connect(self.wanted)
            if isinstance(new, ArrayView | FrameView | PickledView):
                new.opened.connect(self.opened)
        new.show()
        if isinstance(new, ArrayView):
            self._array = new

    def _drop(self, old: QWidget) -> None:
        self._layout.removeWidget(old)
        old.hide()
        old.deleteLater()


class PickledView(QWidget):
    """A pickled object: how large it is, and what is in it if that could be told without running anything."""

    wanted = Signal(Selection)
    opened = Signal()

    def __init__(self, content: Pickled, place: Place) -> None:
        super().__init__()
        self._content = content
        self._size = widgets.label()
        self._note = widgets.label("", "muted", wrap=True)
        self.box = ContentView()
        self.box.wanted.connect(self.wanted)
        self.box.opened.connect(self.opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._size, self._note, self.box):
            layout.addWidget(widget)
        self.show_pickled(content, place, keep=False)

    def show_pickled(self, content: Pickled, place: Place, keep: bool) -> None:
        """Show another pickled object. Raises ValueError when its content is not what it says it is."""
        self._content = content
        self._size.setText(f"Pickled object, {text.size(content.size)}")
        self._note.setText(content.note)
        self._note.setVisible(bool(content.note))
        self.box.setVisible(content.content is not None)
        if content.content is not None:
            self.box.show_content(content.content, place, keep)

    def pieces(self) -> Iterator[str]:
        return self.box.pieces() if self._content.content is not None else iter([self._content.note])


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
            self.inner.show()


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


def _single(window: ArrayWindow) -> Scalar:
    if isinstance(window.cells, Numbers):
        values = columns.array(window.cells)
        if len(values) != 1:
            raise ValueError(f"{len(values)} values for one number")
        return Scalar(window.type, cells.exact(values.dtype)(values[0]).replace("-", text.MINUS))
    return Scalar(window.type, window.cells.items[0] or "" if window.cells.items else "")
