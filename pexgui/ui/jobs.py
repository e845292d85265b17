"""Work outside the window: an operation is submitted, runs in an engine process, and answers through the event loop."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from pexgui.core import Operation, PexError

Request = TypeVar("Request")
Result = TypeVar("Result")


class Job(QObject):
    """An operation under way. Its signals arrive in the thread it lives in, the window's.

    After ``succeeded`` or ``failed`` or, when it was cancelled or superseded, neither of them, comes ``finished``.
    """

    progressed = Signal(str, int, int)
    succeeded = Signal(object)
    failed = Signal(PexError)
    finished = Signal()

    def cancel(self) -> None:
        """Ask the operation to stop; neither ``succeeded`` nor ``failed`` follows."""
        raise NotImplementedError


class Submit(Protocol):
    """How every panel gets work done.

    ``then(result)`` is called on success; ``otherwise(problem)`` on failure, and without it the problem goes to the
    application's presenter. Of the jobs of one ``topic`` only the newest counts: it overtakes and cancels older ones.
    """

    def __call__(
        self,
        operation: Operation[Request, Result],
        request: Request,
        then: Callable[[Result], object],
        otherwise: Callable[[PexError], object] | None = None,
        topic: str = "",
    ) -> Job: ...
