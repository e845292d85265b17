"""A merge under way: begun, followed, stopped, and undone; what became of it is told even when it was stopped."""

from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from pexgui.core import (
    MergePlan,
    MergeResult,
    MergeWork,
    PexError,
    Sources,
    UndoWriteRequest,
    WriteUndone,
    merge,
    undo_write,
)

from .jobs import Job, Submit
from .merge_ending import after_stop, folders_to_undo, state_of, target_of


class MergeJob(QObject):
    """Carries out a plan and takes it back, one at a time.

    ``progressed(what, done, total)``; then one of ``merged(MergeResult, seconds)``, ``stopped(sentence)`` and
    ``refused(PexError)``; after `undo` one of ``undone(sentences)`` and ``not_undone(PexError)``.
    """

    progressed = Signal(str, object, object)
    merged = Signal(object, float)
    stopped = Signal(str)
    refused = Signal(object)
    undone = Signal(object)
    not_undone = Signal(object)

    def __init__(self, submit: Submit, parent: QObject) -> None:
        super().__init__(parent)
        self._submit = submit
        self._job: Job | None = None
        self._stopping = False
        self._busy = False
        self._began = 0.0
        self._before: tuple[int, int, int] | None = None
        self.plan: MergePlan | None = None

    def busy(self) -> bool:
        """Whether something is under way, or what became of it is still to be found out."""
        return self._busy

    def stopping(self) -> bool:
        """Whether it is to stop."""
        return self._stopping

    def begin(self, plan: MergePlan) -> None:
        """Carry out ``plan``."""
        self.plan, self._busy, self._stopping = plan, True, False
        self._began, self._before = monotonic(), state_of(target_of(plan))
        job = self._job = self._submit(merge, MergeWork(plan), self._merged, self._refused)
        job.progressed.connect(self._advance)
        job.finished.connect(partial(self._ended, plan))

    def stop(self) -> None:
        """Stop it; how things are then follows."""
        if self._job is not None and not self._stopping:
            self._stopping = True
            self._job.cancel()

    def undo(self, result: MergeResult) -> None:
        """Put everything back as it was before."""
        assert self.plan is not None
        self._busy = True
        request = UndoWriteRequest(result.undo, folders_to_undo(self.plan, result))
        self._submit(undo_write, request, self._undone, self._not_undone)

    def touched(self) -> list[bytes]:
        """The folders and files that may be other ones than before."""
        if self.plan is None:
            return []
        moved = [source.source.file for source in self.plan.sources if self.plan.request.after is not Sources.KEEP]
        return [*MergeWork(self.plan).writes(), target_of(self.plan), *moved]

    def _advance(self, what: str, done: int, total: int) -> None:
        if not self._stopping:
            self.progressed.emit(what, done, total)

    def _merged(self, result: MergeResult) -> None:
        self._busy = False
        self.merged.emit(result, monotonic() - self._began)

    def _refused(self, problem: PexError) -> None:
        self._busy = False
        self.refused.emit(problem)

    def _ended(self, plan: MergePlan) -> None:
        self._job = None
        if self._stopping:
            after_stop(self._submit, target_of(plan), self._before, self._stopped, self._refused)

    def _stopped(self, sentence: str) -> None:
        self._busy = False
        self.stopped.emit(sentence)

    def _undone(self, undone: WriteUndone) -> None:
        self._busy = False
        self.undone.emit(undone.sentences)

    def _not_undone(self, problem: PexError) -> None:
        self._busy = False
        self.not_undone.emit(problem)
