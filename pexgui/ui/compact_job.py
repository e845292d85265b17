"""Files made smaller one after the other: each begun, followed, stopped and put back by itself."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from time import monotonic

import msgspec
from PySide6.QtCore import QObject, Signal

from pexgui.core import (
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactResult,
    CompactWork,
    PexError,
    RecoverRequest,
    Recovery,
    UndoWriteRequest,
    WriteUndone,
    compact,
    plan_compact,
    recover_files,
    undo_write,
)

from .jobs import Job, Submit
from .merge_ending import state_of

_CHECKING = "Checking"
_WRITTEN, _LAST = 0.5, 0.99
"""How far a file is when it is written, and when it is checked."""


class State(Enum):
    """How far a file is."""

    WAITING = auto()
    RUNNING = auto()
    STOPPING = auto()
    DONE = auto()
    PROBLEM = auto()
    STOPPED = auto()
    LEFT = auto()
    RESTORING = auto()
    RESTORED = auto()


@dataclass(eq=False)
class Item:
    """A file to be compacted as ``plan`` says, or a damaged one from which ``rescue`` saves what can be read; what is
    done with it, and what came of it. ``written`` is how many seconds writing took, 0 until it is done."""

    file: bytes
    size: int
    plan: CompactPlan | None = None
    rescue: CompactRequest | None = None
    state: State = State.WAITING
    what: str = ""
    done: int = 0
    total: int = 0
    reached: float = 0.0
    began: float = 0.0
    phase_began: float = 0.0
    written: float = 0.0
    result: CompactedFile | None = None
    sentence: str = ""
    hint: str = ""

    def saved(self) -> int:
        """The bytes by which the file is smaller now."""
        there = self.result is not None and self.state in (State.DONE, State.RESTORING) and self.rescue is None
        return max(0, self.result.before - self.result.after) if there and self.result is not None else 0

    def over(self) -> bool:
        """Whether nothing is to be done with it any more."""
        return self.state not in (State.WAITING, State.RUNNING, State.STOPPING)

    def share(self) -> float:
        """How far it is, the check included."""
        return 1.0 if self.over() else self.reached

    def advance(self, what: str, done: int, total: int) -> None:
        """Take what the work says about itself; the whole never goes back when a part of it begins anew."""
        now = monotonic()
        if what != self.what:
            self.written = now - self.began if what.startswith(_CHECKING) and not self.written else self.written
            self.phase_began = now
        self.what, self.done, self.total = what, done, total
        part = self.part(now)
        self.reached = max(self.reached, _WRITTEN * part if not self.written else _WRITTEN + (_LAST - _WRITTEN) * part)

    def part(self, now: float) -> float:
        """How far what is done now is. A check that does not say how much there is takes about as long as writing."""
        if self.total > 0:
            return min(1.0, self.done / self.total)
        return min(0.95, (now - self.phase_began) / max(self.written, 0.1)) if self.written else 0.0


class CompactJob(QObject):
    """Compacts one file at a time. ``changed(Item)`` when something is another than before, ``left(items)`` when some
    will not be begun any more, ``ended()`` when nothing is left to do, ``failed(PexError)`` when a file could not be
    put back, ``touched(paths)`` when files and folders are other ones now."""

    changed = Signal(object)
    left = Signal(object)
    ended = Signal()
    failed = Signal(object)
    touched = Signal(object)

    def __init__(self, submit: Submit, parent: QObject) -> None:
        super().__init__(parent)
        self._submit = submit
        self._job: Job | None = None
        self._now: Item | None = None
        self._before: tuple[int, int, int] | None = None
        self._restoring = 0
        self._stopping = False
        self.items: tuple[Item, ...] = ()
        self.began = 0.0

    def busy(self) -> bool:
        """Whether files are being compacted, or what became of one is still to be found out."""
        return self._now is not None

    def restoring(self) -> bool:
        """Whether a file is being put back."""
        return self._restoring > 0

    def stopping(self) -> bool:
        return self._stopping

    def begin(self, items: Sequence[Item]) -> None:
        """Compact these, one after the other."""
        self.items, self._stopping, self.began = tuple(items), False, monotonic()
        self._next()

    def stop(self) -> None:
        """Stop the one that is under way, and begin no other."""
        if self._now is None or self._stopping:
            return
        self._stopping = True
        left = [item for item in self.items if item.state is State.WAITING]
        for item in left:
            item.state = State.LEFT
        self._set(self._now, State.STOPPING)
        self.left.emit(left)
        if self._job is not None:
            self._job.cancel()

    def restore(self, item: Item) -> None:
        """Put a file back as it was before."""
        if item.state is not State.DONE or item.result is None or not item.result.undo:
            return
        self._restoring += 1
        self._set(item, State.RESTORING)
        request = UndoWriteRequest(item.result.undo)
        self._submit(undo_write, request, partial(self._restored, item), partial(self._not_restored, item))

    # --- one after the other

    def _next(self) -> None:
        item = self._now = next((one for one in self.items if one.state is State.WAITING), None)
        if item is None:
            self.ended.emit()
            return
        self._before = state_of(_target(item))
        item.began = item.phase_began = monotonic()
        self._set(item, State.RUNNING)
        if item.plan is None and item.rescue is not None:
            self._follow(
                item, self._submit(plan_compact, item.rescue, partial(self._planned, item), self._refuse(item))
            )
        elif item.plan is not None:
            self._carry_out(item, item.plan)

    def _planned(self, item: Item, plan: CompactPlan) -> None:
        planned = plan.files[0]
        if planned.problem and not planned.damaged:
            self._end(item, State.PROBLEM, planned.problem, planned.hint)
        else:
            self._carry_out(item, plan)

    def _carry_out(self, item: Item, plan: CompactPlan) -> None:
        self._follow(item, self._submit(compact, CompactWork(plan), partial(self._take, item), self._refuse(item)))

    def _follow(self, item: Item, job: Job) -> None:
        self._job = job
        job.progressed.connect(partial(self._advance, item))
        job.finished.connect(partial(self._over, item, job))

    def _refuse(self, item: Item) -> "partial[None]":
        return partial(self._refused, item)

    def _advance(self, item: Item, what: str, done: int, total: int) -> None:
        if item.state is State.RUNNING:
            item.advance(what, done, total)
            self.changed.emit(item)

    def _take(self, item: Item, result: CompactResult) -> None:
        one = result.files[0] if result.files else None
        if one is None or result.stopped:
            self._end(item, State.STOPPED)
            return
        item.result = one
        if one.problem:
            self._end(item, State.PROBLEM, one.problem, one.hint)
        else:
            self._end(item, State.DONE)

    def _refused(self, item: Item, problem: PexError) -> None:
        self._end(item, State.PROBLEM, problem.title, problem.hint)

    def _end(self, item: Item, state: State, sentence: str = "", hint: str = "") -> None:
        """A file is over: say so, and go on with the next one."""
        self._job = None
        item.sentence, item.hint = sentence, hint
        self._set(item, state)
        self._tell(item)
        self._next()

    def _over(self, item: Item, job: Job) -> None:
        """The job has ended; if that is because it was stopped, it is found out how the file is."""
        if not job.cancelled() or item.over() or self._job is not job:
            return
        self._job = None
        request = RecoverRequest((os.path.dirname(os.path.realpath(_target(item))),))
        self._submit(recover_files, request, partial(self._found, item), partial(self._refused, item))

    def _found(self, item: Item, recovery: Recovery) -> None:
        told = [sentence for found in recovery.found if found.ours for sentence in found.sentences]
        after = state_of(_target(item))
        if after in (None, self._before) or item.rescue is not None:
            self._end(item, State.STOPPED, " ".join(told))
            return
        assert after is not None
        item.result = CompactedFile(item.file, item.file, item.size, after[1])
        self._end(item, State.DONE, " ".join(told) or "It was complete before it could be stopped.")

    # --- and back

    def _restored(self, item: Item, undone: WriteUndone) -> None:
        self._restoring -= 1
        item.sentence, item.hint = " ".join(undone.sentences), ""
        self._set(item, State.RESTORED)
        self._tell(item)

    def _not_restored(self, item: Item, problem: PexError) -> None:
        self._restoring -= 1
        self._set(item, State.DONE)
        self._tell(item)
        self.failed.emit(problem)

    def _set(self, item: Item, state: State) -> None:
        item.state = state
        self.changed.emit(item)

    def _tell(self, item: Item) -> None:
        """Which files and folders are other ones now."""
        result = item.result
        paths = [os.path.dirname(_target(item)), _target(item), result.backup if result is not None else b""]
        self.touched.emit([path for path in dict.fromkeys(paths) if path])


def items_of(plans: Iterable[CompactPlan]) -> list[Item]:
    """What is to be done so that these plans are carried out."""
    return [Item(plan.files[0].file, plan.files[0].size, plan) for plan in plans]


def rescue_of(request: CompactRequest, size: int) -> Item:
    """What is to be done to save what can be read of a damaged file."""
    return Item(request.files[0], size, rescue=msgspec.structs.replace(request, rescue=True))


def _target(item: Item) -> bytes:
    return item.rescue.target if item.rescue is not None else item.file
