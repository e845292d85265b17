"""Runs being made: begun, followed and stopped."""

from PySide6.QtCore import QObject, Signal

from pexgui.core import ExploreResult, ExploreWork, explore

from .jobs import Job, Submit


class Making(QObject):
    """``advanced(what, done, total)`` while runs are made, ``made(ExploreWork, ExploreResult)`` when they are there,
    ``failed(PexError)`` when they are not, and ``ended()`` in the end, also when it was stopped."""

    advanced = Signal(str, object, object)
    made = Signal(object, object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, submit: Submit, parent: QObject) -> None:
        super().__init__(parent)
        self._submit = submit
        self._job: Job | None = None
        self._stopping = False
        self.result: ExploreResult | None = None

    def busy(self) -> bool:
        return self._job is not None

    def stopping(self) -> bool:
        return self._stopping

    def begin(self, work: ExploreWork) -> None:
        """Make the runs of a plan."""

        def take(result: ExploreResult) -> None:
            self.result = result
            self.made.emit(work, result)

        self._stopping = False
        job = self._job = self._submit(explore, work, take, self.failed.emit)
        job.progressed.connect(self.advanced)
        job.finished.connect(self._end)

    def stop(self) -> None:
        """Make none: all stays as it was."""
        if self._job is not None:
            self._stopping = True
            self._job.cancel()

    def _end(self) -> None:
        self._job, self._stopping = None, False
        self.ended.emit()
