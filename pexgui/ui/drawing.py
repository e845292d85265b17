"""The drawing library, imported when the first array is shown, without holding up the window."""

import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from types import MethodType, ModuleType

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import Shiboken


class _Library(QObject):
    """Imports pyqtgraph in a thread of its own and tells the window when it is there."""

    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.waiting: deque[MethodType] = deque()
        self.ready.connect(self._next)
        self.thread_: Thread | None = None
        self.loaded = False
        self.problem = ""

    def load(self) -> None:
        hooks = sys.excepthook
        try:
            exceptions = import_module("pyqtgraph.exceptionHandling")
        except Exception as error:
            self.problem = f"Plots cannot be drawn: {error}."
        else:
            if sys.excepthook is not hooks:
                exceptions.handler.remove()  # errors are the application's to present
            self.loaded = True
        self.ready.emit()

    def _next(self) -> None:
        """Let one draw in each turn of the event loop: a plot takes its time, and between two the window answers."""
        if self.waiting:
            draw = self.waiting.popleft()
            if Shiboken.isValid(draw.__self__):
                draw()
            QTimer.singleShot(0, self._next)


_library = _Library()


def wait(draw: Callable[[], object]) -> None:
    """Call the method ``draw`` of a widget, if that still exists, once `plots` or `problem` has an answer."""
    assert isinstance(draw, MethodType)
    _library.waiting.append(draw)


def plots() -> ModuleType | None:
    """The module ``plot``; None while its library is on its way, for which to `wait`, or when there is a `problem`."""
    if _library.thread_ is None:
        _library.thread_ = Thread(target=_library.load, name="import of the drawing library")
        _library.thread_.start()
    return import_module("pexgui.ui.plot") if _library.loaded else None


def on_its_way() -> bool:
    """Whether the library is being imported, and what is to be drawn waits for it."""
    return _library.thread_ is not None and not _library.loaded and not _library.problem


def problem() -> str:
    """A sentence when nothing can be drawn, else nothing."""
    return _library.problem
