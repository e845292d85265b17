"""From which trajectory a design begins: read, kept while one goes back and forth, and taken over."""

import os
from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from pexgui.core import (
    Design,
    DesignSource,
    FileRequest,
    FileSummary,
    Operation,
    PexError,
    TrajectoryRequest,
    read_design,
    summarize_file,
    text,
)

from .explore_design import DesignState
from .explore_head import Begin, Mode
from .explore_where import free_name
from .jobs import Job, Submit


class Beginning(QObject):
    """``changed()``: another design was begun, ``reading()``: a trajectory is being read for one, ``offered(requests)``
    has the trajectories of a file that was named, ``failed(PexError)``: nothing came of it, and all is as it was."""

    changed = Signal()
    reading = Signal()
    offered = Signal(object)
    failed = Signal(object)

    def __init__(self, submit: Submit, topic: str, parent: QObject) -> None:
        super().__init__(parent)
        self._submit, self._topic = submit, topic
        self._job: Job | None = None
        self._fresh = DesignState()
        self.begin, self.state = Begin(), self._fresh
        self.wanted = self.begin
        self.source: DesignSource | None = None
        self._known: tuple[Mode, DesignState] | None = None

    def extend(self) -> bool:
        return self.begin.mode is Mode.EXTEND

    def proposed(self) -> tuple[bytes, str]:
        """A file and a name for the trajectory, for a beginning; no file when one is extended."""
        source = self.source
        if self.begin.request is None or source is None:
            return free_name(os.fsencode(os.path.expanduser("~")), "exploration")
        if self.extend():
            return b"", source.name
        return free_name(os.path.dirname(source.file), source.name, 2)

    def choose(self, begin: Begin) -> None:
        """Begin elsewhere; what was chosen for the same trajectory is kept."""
        self.stop()
        self.wanted = begin
        if begin.request is None:
            self._take(begin, None, self._fresh)
        elif self.source is not None and self._known is not None and self.source_request() == begin.request:
            mode, state = self._known
            same = state if mode is begin.mode else DesignState(_taken_over(self.source, state))
            self._take(begin, self.source, same)
        else:
            self._read(begin, begin.request)

    def look(self, file: bytes) -> None:
        """Find out which trajectories a file has, and begin with the parameters of its last one."""
        self.stop()

        def take(summary: FileSummary) -> None:
            self._job = None
            found = [TrajectoryRequest(file, one.path) for one in summary.trajectories]
            if not found:
                name = text.printable(os.path.basename(file), 80)
                sentence = summary.sentence or "Choose a file that pypet wrote."
                self._refuse(PexError(f"There is no trajectory in “{name}”.", sentence))
                return
            self.offered.emit(found)
            mode = Mode.EXTEND if self.extend() else Mode.COPY
            self.choose(Begin(mode, found[-1]))

        self._job = self._ask(summarize_file, FileRequest(file), take)

    def busy(self) -> bool:
        """Whether a trajectory is being read."""
        return self._job is not None

    def stop(self) -> None:
        """Wait for nothing any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def source_request(self) -> TrajectoryRequest | None:
        """The trajectory that was read."""
        return TrajectoryRequest(self.source.file, self.source.path) if self.source is not None else None

    def _read(self, begin: Begin, request: TrajectoryRequest) -> None:
        def take(source: DesignSource) -> None:
            self._job = None
            self._take(begin, source, DesignState(source.design))

        self._job = self._ask(read_design, request, take)
        self.reading.emit()

    def _ask(self, operation: Operation[Any, Any], request: object, take: Callable[..., object]) -> Job:
        return self._submit(operation, request, take, self._refuse, topic=f"{self._topic} begin")

    def _take(self, begin: Begin, source: DesignSource | None, state: DesignState) -> None:
        if source is not None:
            self.source, self._known = source, (begin.mode, state)
        self.begin, self.wanted, self.state = begin, begin, state
        self.changed.emit()

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self.wanted = self.begin
        self.failed.emit(problem)


def _taken_over(source: DesignSource, state: DesignState) -> Design:
    """The parameters of a trajectory with the values that were chosen for them."""
    known = {line.name: line.values() for line in state.lines}
    parameters = [
        msgspec.structs.replace(one, values=known[one.name]) if one.name in known else one
        for one in source.design.parameters
    ]
    explored = {one.name for one in parameters if one.values}
    order = [tuple(name for name in group if name in explored) for group in state.record().order]
    return Design(tuple(parameters), tuple(filter(None, order)))
