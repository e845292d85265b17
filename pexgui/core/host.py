"""The engine process from the outside: ask, be told how far it is, cancel; it is ended when it hangs, and started
again when it died. No Qt here; `Engine.call` waits, so a window calls it from a thread."""

import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

from . import protocol
from .allowance import Allowance, needed
from .child import Child, Ended
from .errors import EngineDied, NotReadable
from .model import Request
from .operation import Operation
from .progress import Cancelled, Progress, silent
from .protocol import Call, Cancel, Confine, Confined, Event, Failed, Garbage, Progressed, Ready, Succeeded
from .register import noted
from .text import duration

AnyRequest = TypeVar("AnyRequest", bound=Request)
Result = TypeVar("Result")

COMMAND = (sys.executable, "-I", "-m", "pexgui.core.engine")
DEADLINE = 10.0
"""Seconds without a sign of life after which an engine is ended."""
BIRTH = 60.0
"""Seconds that an engine may need to start, on a slow disk under a busy virus scanner."""
GRACE = 1.0
"""Seconds that an operation has to stop by itself after a cancel."""
STRIKES = 3
"""How often a file may make the engine die before it is not opened again by itself."""
POLL = 0.02

DAMAGED = "The file is probably damaged. Nothing was changed, and other files are not affected."
SILENT = "The file may be damaged, or its disk does not answer. Other files are not affected."
INSTALL = "Install pexgui again; if that does not help, the details say what went wrong."


class Engine:
    """One engine process, started when it is first needed, restarted when it died. One call at a time.

    It may read only the folders that requests named so far, and write only those that the present one names.
    """

    def __init__(
        self, command: tuple[str, ...] = COMMAND, deadline: float = DEADLINE, grace: float = GRACE, birth: float = BIRTH
    ) -> None:
        self._command = command
        self._deadline = deadline
        self._grace = grace
        self._birth = birth
        self._allowance = Allowance()
        self._strikes: dict[bytes, int] = {}
        self._number = 0
        self._calling = threading.Lock()
        self._swapping = threading.Lock()
        self._closing = threading.Event()
        self._writing = False
        self._child: Child | None = None
        self._finalize: weakref.finalize[..., Engine] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the engine while there is one."""
        child = self._child
        return child.pid if child is not None and child.alive() else None

    @property
    def confinement(self) -> Confined | None:
        """Which barriers hold around the engine; None before its first call."""
        child = self._child
        return child.confined if child is not None else None

    def prewarm(self) -> None:
        """Start the process without waiting for it, so that the first question is answered at once."""
        with suppress(_Lost, Cancelled):  # The first call will say so.
            self._start()

    def call(
        self,
        operation: Operation[AnyRequest, Result],
        request: AnyRequest,
        progress: Progress = silent,
        cancelled: threading.Event | Callable[[], bool] = lambda: False,
    ) -> Result:
        """Do the operation in the engine process and give its result.

        ``cancelled`` is asked all the time; `Cancelled` is raised then, and when the engine was stopped, within a
        second or so. Raises the `PexError` of the operation, or `EngineDied` when the process crashed or hung.
        """
        asked = cancelled.is_set if isinstance(cancelled, threading.Event) else cancelled
        wish = _Wish(lambda: asked() or self._closing.is_set())
        with self._calling, noted(request.writes()):
            self._refuse(request)
            try:
                child = self._ready(request, wish)
                return self._converse(child, operation, request, progress, wish)
            except _Lost as lost:
                if wish.to_stop():
                    self._end()
                    self.prewarm()
                    raise Cancelled from None
                raise self._mourn(lost, operation.name, request) from None
            finally:
                self._writing = False

    def forget(self, file: bytes) -> None:
        """Open ``file`` again although it made the engine die three times: the person insists."""
        self._strikes.pop(file, None)

    def stop(self) -> None:
        """End the process, and the call under way with `Cancelled`, in bounded time. From any thread, for good.

        An operation that writes gets the time of a cancel to clear up after itself.
        """
        self._closing.set()
        if not self._writing:
            self._end()
        free = self._calling.acquire(timeout=self._grace + 1.0)
        self._end()
        if free:
            self._calling.release()

    # --- one call ---------------------------------------------------------------------------------------------

    def _refuse(self, request: Request) -> None:
        if self._strikes.get(_file(request), 0) >= STRIKES:
            name = protocol.subject(request)
            title = f"{name} made the reader fail {STRIKES} times and is not opened again by itself."
            raise NotReadable(title, "It is probably damaged. Choose “Try again” or refresh to open it once more.")

    def _ready(self, request: Request, wish: "_Wish") -> Child:
        """A running child that may use the folders that ``request`` names."""
        reads, writes = needed(request)
        child = self._child
        if child is not None and not self._suits(child, reads, writes):
            self._end()
        child = self._start()
        if child.confined is None:
            event = self._hear(child, wish, self._birth)
            if not isinstance(event, Ready):
                raise _Lost.senseless(event)
            child.send(Confine(self._allowance.grow(reads), writes))
            event = self._hear(child, wish, self._deadline)
            if not isinstance(event, Confined):
                raise _Lost.senseless(event)
            child.confined, child.writes = event, writes
        self._writing = bool(writes)
        return child

    def _suits(self, child: Child, reads: tuple[bytes, ...], writes: tuple[bytes, ...]) -> bool:
        if not child.alive():
            return False
        if child.confined is None:
            return True
        return child.writes == writes and (not child.confined.landlock or self._allowance.covers(reads))

    def _converse(
        self, child: Child, operation: Operation[Any, Result], request: Request, progress: Progress, wish: "_Wish"
    ) -> Result:
        if wish.to_stop():
            raise Cancelled
        self._number += 1
        child.send(Call(self._number, operation.name, protocol.pack(request)))
        event = self._hear(child, wish, self._deadline, self._number, progress)
        if not isinstance(event, Succeeded | Failed | protocol.Cancelled) or event.number != self._number:
            raise _Lost.senseless(event)
        if wish.to_stop() or isinstance(event, protocol.Cancelled):
            raise Cancelled
        try:
            if isinstance(event, Failed):
                raise protocol.raised(event)
            result: Result = protocol.unpack(event.result, operation.result)
        except Garbage as problem:
            raise _Lost.senseless(problem) from problem
        return result

    def _hear(
        self, child: Child, wish: "_Wish", patience: float, number: int = 0, progress: Progress = silent
    ) -> Event:
        """The next message that is no progress. With a ``number``, that call is cancelled as soon as this is wished."""
        heard = time.monotonic()
        told = number == 0
        while True:
            event = child.hear(POLL)
            if wish.to_stop() and not told:
                child.send(Cancel(number))
                told = True
            if isinstance(event, Ended):
                raise _Lost.ended(event, born=bool(number))
            if isinstance(event, Progressed) and event.number == number:
                heard = time.monotonic()
                self._report(event, progress, wish)
            elif event is not None:
                return event
            if wish.age() > self._grace:
                raise _Lost.hung(self._grace)
            if time.monotonic() - heard > patience:
                raise _Lost.hung(patience)

    def _report(self, event: Progressed, progress: Progress, wish: "_Wish") -> None:
        if not wish.to_stop():
            try:
                progress(event.what, event.done, event.total)
            except Cancelled:
                wish.come_true()

    # --- the process ------------------------------------------------------------------------------------------

    def _start(self) -> Child:
        with self._swapping:
            if self._child is None:
                if self._closing.is_set():
                    raise Cancelled
                try:
                    self._child = Child(self._command)
                except OSError as problem:
                    raise _Lost("The reader could not be started.", INSTALL, str(problem)) from problem
                self._finalize = weakref.finalize(self, self._child.end)
            return self._child

    def _end(self) -> None:
        with self._swapping:
            child, self._child = self._child, None
            if self._finalize is not None:
                self._finalize.detach()
        if child is not None:
            child.end()

    def _mourn(self, lost: "_Lost", operation: str, request: Request) -> EngineDied:
        """What is said about the death of the child, which is replaced."""
        child = self._child
        if child is not None and lost.silent:
            child.abort()
        self._end()
        self.prewarm()
        file = _file(request)
        if file and lost.guilty:
            self._strikes[file] = self._strikes.get(file, 0) + 1
        doing = "Writing" if request.writes() else "Reading"
        title = lost.title.format(doing=f"{doing} {protocol.subject(request)}".rstrip())
        printed = child.printed() if child is not None else ""
        return EngineDied(title, lost.hint, f"Operation: {operation}\n{lost.reason}\n{printed}".strip())


class _Wish:
    """Whether, and since when, the person wants the call to stop."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked
        self._since = 0.0

    def to_stop(self) -> bool:
        if not self._since and self._asked():
            self.come_true()
        return self._since > 0

    def come_true(self) -> None:
        self._since = self._since or time.monotonic()

    def age(self) -> float:
        return time.monotonic() - self._since if self._since else 0.0


class _Lost(Exception):
    """The child is dead or has to be ended. ``silent`` when it may still say where it was, ``guilty`` when the file
    that was read may be the cause."""

    def __init__(self, title: str, hint: str, reason: str, silent: bool = False, guilty: bool = False) -> None:
        super().__init__(reason)
        self.title = title
        self.hint = hint
        self.reason = reason
        self.silent = silent
        self.guilty = guilty

    @classmethod
    def hung(cls, patience: float) -> Self:
        title = f"{{doing}} was ended: there was no sign of life for {duration(patience)}."
        return cls(title, SILENT, "It hung.", silent=True, guilty=True)

    @classmethod
    def ended(cls, event: Ended, born: bool) -> Self:
        if not born:
            return cls("The reader could not be started.", INSTALL, event.reason)
        if event.garbled:
            return cls.senseless(Garbage(event.reason))
        return cls("{doing} ended unexpectedly.", DAMAGED, event.reason, guilty=True)

    @classmethod
    def senseless(cls, what: object) -> Self:
        reason = str(what) if isinstance(what, Garbage) else f"An unexpected {type(what).__name__} came."
        return cls("{doing} was ended: the answer made no sense.", DAMAGED, reason, guilty=True)


def _file(request: Request) -> bytes:
    file = getattr(request, "file", b"")
    return file if isinstance(file, bytes) else b""
