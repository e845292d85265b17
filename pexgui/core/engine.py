"""The child process that opens files: ``python -I -m pexgui.core.engine``.

It reads calls from its standard input and answers on what was its standard output. All HDF5 is done in the main
thread; a second thread only listens, so that a cancel reaches an operation that is under way.
"""

import faulthandler
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from queue import SimpleQueue
from typing import Any, BinaryIO, NoReturn

from . import protocol
from .errors import PexError
from .model import Request
from .operation import Operation
from .progress import Cancelled
from .protocol import Call, Cancel, Confine, Confined, Order, Progressed, Ready, Succeeded, TooLarge
from .sandbox import confine, die_with_parent
from .text import printable

INTERVAL = 0.1
"""Seconds between two reports of progress that are passed on."""


class Pipe:
    """Messages from and to the parent, on descriptors that nothing else in this process knows."""

    def __init__(self) -> None:
        self._orders = _taken(0, os.O_RDONLY)
        self._answers = _taken(1, os.O_WRONLY)
        os.dup2(2, 1)  # What a C library prints goes where errors go, not between the messages.

    def receive(self) -> Order | None:
        order: Order | None = protocol.receive(self._orders.read, Order)
        return order

    def send(self, message: protocol.Event) -> None:
        self.write(protocol.frame(message))

    def write(self, framed: bytes) -> None:
        rest = memoryview(framed)
        while rest:
            rest = rest[self._answers.write(rest) :]


def _taken(descriptor: int, flags: int) -> BinaryIO:
    """The open file behind a standard descriptor, which afterwards leads nowhere."""
    own = os.fdopen(os.dup(descriptor), "rb" if flags == os.O_RDONLY else "wb", buffering=0)
    nowhere = os.open(os.devnull, flags)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return own


class Calls:
    """The calls that came in and have to be answered, and up to which of them the person asked to stop."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._waiting: SimpleQueue[Call] = SimpleQueue()
        self._stopped = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Call:
        return self._waiting.get()

    def stopped(self, number: int) -> bool:
        return number <= self._stopped

    def _listen(self) -> NoReturn:
        """Runs until the parent closes the pipe or ends; then there is nobody left to work for."""
        try:
            while isinstance(order := self._pipe.receive(), Call | Cancel):
                if isinstance(order, Call):
                    self._waiting.put(order)
                else:
                    self._stopped = max(self._stopped, order.number)
        finally:
            os._exit(0)


class Reporter:
    """The `Progress` of one call."""

    def __init__(self, number: int, calls: Calls, pipe: Pipe) -> None:
        self._number = number
        self._calls = calls
        self._pipe = pipe
        self._last = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._calls.stopped(self._number):
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= INTERVAL:
            self._last = now
            self._pipe.send(Progressed(self._number, printable(what), int(done), int(total)))


def serve(operations: Mapping[str, Operation[Any, Any]]) -> NoReturn:
    """Answer calls of these operations until the parent goes away. The process id of the parent is ``sys.argv[1]``."""
    die_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Pipe()
    faulthandler.enable(all_threads=False)
    _warm(operations)
    pipe.send(Ready())
    order = pipe.receive()
    if not isinstance(order, Confine):
        os._exit(0)
    confinement = confine(order.reads, order.writes)
    pipe.send(Confined(confinement.landlock, confinement.note))
    calls = Calls(pipe)
    while True:
        call = calls.next()
        _answer(call, operations, pipe, Reporter(call.number, calls, pipe))


def _warm(operations: Mapping[str, Operation[Any, Any]]) -> None:
    """Import what reading needs, so that the first question is answered as fast as the second."""
    import h5py  # noqa: F401
    import hdf5plugin  # noqa: F401

    for operation in operations.values():
        if operation.request.writes is Request.writes:
            with suppress(Exception):  # The call of this operation will fail the same way, and say so.
                import_module(operation.module)


def _answer(call: Call, operations: Mapping[str, Operation[Any, Any]], pipe: Pipe, progress: Reporter) -> None:
    request: object = None
    try:
        operation = operations.get(call.operation)
        if operation is None:
            raise PexError(f"pexgui does not know the operation {printable(call.operation)}.")
        request = protocol.unpack(call.request, operation.request)
        result = operation.perform(request, progress)
        try:
            answer = protocol.frame(Succeeded(call.number, protocol.pack(result)))
        except TooLarge as problem:
            raise _too_large(request, problem) from problem
        pipe.write(answer)
    except (PexError, Cancelled) as problem:
        pipe.send(protocol.failure(call.number, problem))
    except Exception as problem:
        pipe.send(protocol.failure(call.number, _sentence(problem, request)))


def _too_large(request: object, problem: TooLarge) -> PexError:
    title = f"The answer{_about(request)} is too large or too deeply nested to be shown."
    return PexError(title, "Look at a smaller part of it.", str(problem))


def _about(request: object) -> str:
    name = protocol.subject(request)
    return f" about {name}" if name else ""


def _sentence(problem: Exception, request: object) -> PexError:
    """What to tell the person about an exception that no operation should raise."""
    if isinstance(problem, MemoryError):
        title = f"The answer{_about(request)} needs more memory than pexgui allows itself."
        hint = "Look at a smaller part of it, or close other programs that need much memory."
    else:
        title = f"pexgui made a mistake and has no answer{_about(request)}."
        hint = "Nothing was changed. The details say where it happened; please report them."
    return PexError(title, hint, "".join(traceback.format_exception(problem)))


def main() -> NoReturn:
    """Serve the operations of the face, and no others."""
    from pexgui.core import OPERATIONS

    serve(OPERATIONS)


if __name__ == "__main__":
    main()
