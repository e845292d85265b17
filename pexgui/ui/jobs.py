"""Work outside the window: an operation is submitted, runs in an engine process, and answers through the event loop."""

import atexit
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Condition, Event
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal
from shiboken6 import Shiboken

from pexgui.core import Cancelled, Engine, Operation, PexError

Request = TypeVar("Request")
Result = TypeVar("Result")

PATIENCE = 5000
"""Milliseconds that closing waits for a thread whose process has been ended; only a dead network drive takes longer."""

_stuck: list[QThread] = []
"""Threads that did not end in time: Qt aborts the program when such a thread object is destroyed."""


class Job(QObject):
    """An operation under way. Its signals arrive in the thread it lives in, the window's.

    After ``succeeded`` or ``failed`` or, when it was cancelled or superseded, neither of them, comes ``finished``.
    """

    progressed = Signal(str, object, object)  # what, done, total: whole numbers that may exceed Qt's int
    succeeded = Signal(object)
    failed = Signal(PexError)
    finished = Signal()
    _told = Signal(object)

    def __init__(
        self,
        then: Callable[[Any], object] | None = None,
        otherwise: Callable[[PexError], object] | None = None,
        withdrawn: Callable[["Job"], object] | None = None,
        closed: Callable[["Job"], object] | None = None,
    ) -> None:
        super().__init__()
        self._then = then
        self._otherwise = otherwise
        self._withdrawn = withdrawn
        self._closed = closed
        self._cancelled = Event()
        # The one hop: whoever connects before the event loop turns again misses nothing.
        self._told.connect(self._listen, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the operation to stop; neither ``succeeded`` nor ``failed`` follows."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            if self._withdrawn is not None:
                self._withdrawn(self)

    def cancelled(self) -> bool:
        """Whether nobody wants the answer any more. May be asked from any thread."""
        return self._cancelled.is_set()

    def advance(self, what: str, done: int, total: int) -> None:
        """Report progress, from any thread."""
        self._told.emit(partial(self._advance, what, done, total))

    def settle(self, perform: Callable[[], object]) -> None:
        """Take the outcome of ``perform()``, from any thread: what it returns or raises reaches the caller's loop."""
        answer: Callable[[], object]
        try:
            answer = partial(self._succeed, perform())
        except Cancelled:
            answer = self._finish
        except PexError as problem:
            answer = partial(self._fail, problem)
        except Exception:
            mistake = PexError("pexgui made a mistake and has no answer.", details=traceback.format_exc())
            answer = partial(self._fail, mistake)
        self._told.emit(answer)

    def _listen(self, news: Callable[[], object]) -> None:
        news()

    def _advance(self, what: str, done: int, total: int) -> None:
        if not self.cancelled():
            self.progressed.emit(what, done, total)

    def _succeed(self, result: object) -> None:
        self._close(self._then, self.succeeded.emit, result)

    def _fail(self, problem: PexError) -> None:
        self._close(self._otherwise, self.failed.emit, problem)

    def _close(self, callback: Callable[[Any], object] | None, emit: Callable[[Any], object], outcome: object) -> None:
        try:
            if not self.cancelled():
                if callback is not None and _alive(callback):
                    callback(outcome)
                emit(outcome)
        finally:
            self._finish()

    def _finish(self) -> None:
        if self._closed is not None:
            self._closed(self)
        self._then = self._otherwise = self._withdrawn = self._closed = None
        self.finished.emit()


def under_way(job: Job | None) -> bool:
    """Whether the answer of a job is still to come."""
    return job is not None and not job.cancelled()


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


@dataclass(eq=False)
class _Question:
    """A job with what it asks."""

    job: Job
    operation: Operation[Any, Any]
    request: Any
    urgent: bool


class Worker(QObject):
    """One engine process behind one thread. Answers in order, but what has a topic (somebody looks at it and waits)
    comes before what has none (work in the background).

    ``problem`` carries the `PexError` of a job that was submitted without ``otherwise``. With ``prewarm`` the process
    is started at once and not at the first job. A worker lives until `stop`, or until the program ends.
    """

    problem = Signal(object)

    def __init__(self, engine: Engine | None = None, parent: QObject | None = None, prewarm: bool = True) -> None:
        super().__init__(parent)
        self._engine = engine or Engine()
        self._turn = Condition()
        self._questions: deque[_Question] = deque()
        self._open: dict[Job, str] = {}
        self._stopping = False
        self._prewarm = prewarm
        self._thread = _WorkThread(self._work)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)
        atexit.register(self.stop)
        self._thread.start()

    def submit(
        self,
        operation: Operation[Request, Result],
        request: Request,
        then: Callable[[Result], object],
        otherwise: Callable[[PexError], object] | None = None,
        topic: str = "",
    ) -> Job:
        """See `Submit`. Called from one thread only, the window's."""
        for older in [job for job, its_topic in self._open.items() if topic and its_topic == topic]:
            older.cancel()
        job = Job(then, otherwise or self.problem.emit, self._withdraw, self._open.pop)
        self._open[job] = topic
        with self._turn:
            self._questions.append(_Question(job, operation, request, bool(topic)))
            self._turn.notify()
        if self._stopping:
            job.cancel()
        return job

    def busy(self) -> bool:
        """Whether anything that was submitted is not finished yet."""
        return bool(self._open)

    def forget(self, file: bytes) -> None:
        """Open ``file`` again at the next question although it made the engine fail before: the person insists."""
        self._engine.forget(file)

    def stop(self) -> None:
        """Cancel everything and end the process; returns when it has ended. Nothing can be submitted afterwards."""
        with self._turn:
            self._stopping = True
            self._turn.notify()
        for job in list(self._open):
            job.cancel()
        self._engine.stop()
        if not self._thread.wait(PATIENCE):
            _stuck.append(self._thread)
        atexit.unregister(self.stop)

    def _withdraw(self, job: Job) -> None:
        """A cancelled job that still waits is over at once; a running one hears of it from the engine."""
        with self._turn:
            waiting = next((question for question in self._questions if question.job is job), None)
            if waiting is None:
                return
            self._questions.remove(waiting)
        job.settle(_nothing)

    def _next(self) -> _Question | None:
        with self._turn:
            self._turn.wait_for(lambda: self._questions or self._stopping)
            if self._stopping:
                return None
            question = next((q for q in self._questions if q.urgent), self._questions[0])
            self._questions.remove(question)
            return question

    def _work(self) -> None:
        if self._prewarm:
            self._engine.prewarm()
        while self._answer():
            pass

    def _answer(self) -> bool:
        question = self._next()
        if question is None:
            return False
        job = question.job
        job.settle(partial(self._engine.call, question.operation, question.request, job.advance, job.cancelled))
        return True


class _WorkThread(QThread):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


def _nothing() -> None:
    raise Cancelled


def _alive(callback: Callable[..., object]) -> bool:
    """Whether the panel that the callback belongs to still exists."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or Shiboken.isValid(owner)
