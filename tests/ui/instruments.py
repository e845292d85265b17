"""What tests and benchmarks of the window measure and drive it with."""

import gc
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from pexgui.core import Cancelled, Operation, PexError, Progress
from pexgui.ui.jobs import Job

Request = TypeVar("Request")
Result = TypeVar("Result")


class Heartbeat:
    """How long the event loop was blocked while the ``with`` block ran.

    ``with Heartbeat() as heartbeat: …`` and then ``heartbeat.longest``, in seconds. A beat is due every millisecond;
    a block is the time from one beat to the next. What the block itself does without turning the loop counts too.
    What was there before, such as thousands of tests, is kept from the garbage collector meanwhile: going through it
    takes half a second at the end of a long suite, and no window of the program has that much.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.beats = 0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def __enter__(self) -> Self:
        gc.collect()
        gc.freeze()
        self._last = time.perf_counter()
        self._timer.start(1)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._timer.stop()
        self._beat()
        gc.unfreeze()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self.beats += 1
        self._last = now


class InlineWorker(QObject):
    """A worker without thread and process: ``submit`` runs the operation at once, in place.

    The answer takes the same hop through the event loop as a real one; ``deliver()`` delivers all that is under way.
    ``answers`` replaces operations by name, ``{"read_children": lambda request, progress: …}``. While ``held`` is
    true, jobs wait until ``deliver()``, as they do behind a slow disk. ``asked`` lists every (name, request).
    """

    problem = Signal(object)

    def __init__(self, answers: Mapping[str, Callable[[Any, Progress], Any]] | None = None, held: bool = False) -> None:
        super().__init__()
        self.answers = dict(answers or {})
        self.held = held
        self.asked: list[tuple[str, Any]] = []
        self._waiting: list[tuple[Job, Callable[[], object]]] = []
        self._open: dict[Job, str] = {}

    def submit(
        self,
        operation: Operation[Request, Result],
        request: Request,
        then: Callable[[Result], object],
        otherwise: Callable[[PexError], object] | None = None,
        topic: str = "",
    ) -> Job:
        self.asked.append((operation.name, request))
        for older in [job for job, its_topic in self._open.items() if topic and its_topic == topic]:
            older.cancel()
        job = Job(then, otherwise or self.problem.emit, closed=self._open.pop)
        self._open[job] = topic
        perform = self.answers.get(operation.name, operation)

        def progress(what: str, done: int, total: int) -> None:
            if job.cancelled():
                raise Cancelled
            job.advance(what, done, total)

        self._waiting.append((job, lambda: perform(request, progress)))
        if not self.held:
            self._perform()
        return job

    def deliver(self) -> None:
        """Deliver every answer, and the answers to what is asked while they arrive."""
        while self._open:
            self._perform()
            QCoreApplication.sendPostedEvents()

    def forget(self, file: bytes) -> None:
        self.asked.append(("forget", file))

    def stop(self) -> None:
        for job in list(self._open):
            job.cancel()
        self.deliver()

    def _perform(self) -> None:
        waiting, self._waiting = self._waiting, []
        for job, perform in waiting:
            job.settle(perform if not job.cancelled() else _nothing)


def _nothing() -> None:
    raise Cancelled
