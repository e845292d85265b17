"""The plan of what is chosen in the merge wizard: asked for anew after every change, the last one kept meanwhile."""

from PySide6.QtCore import QObject, QTimer, Signal

from pexgui.core import MergePlan, MergeRequest, PexError, plan_merge, text

from .jobs import Job, Submit

LOOKING = "Looking through the files…"
_PAUSE = 250
"""Milliseconds without another change after which the plan is asked for."""


class Planning(QObject):
    """``changed()``: the plan, or what is wrong, is another one than before, or is asked for. ``plan`` may be that of
    what was chosen before, see `settled`; ``problem`` is why there is none, ``words`` what is done meanwhile, of which
    ``advanced()`` tells."""

    changed = Signal()
    advanced = Signal()

    def __init__(self, submit: Submit, topic: str, parent: QObject) -> None:
        super().__init__(parent)
        self._submit, self._topic = submit, topic
        self._wanted: MergeRequest | None = None
        self._job: Job | None = None
        self.plan: MergePlan | None = None
        self.problem: PexError | None = None
        self.words = LOOKING
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.ask)

    def want(self, request: MergeRequest | None) -> None:
        """Have the plan for ``request`` soon; None when nothing can be planned."""
        if request == self._wanted:
            return
        self._wanted = request
        self.problem = None
        self.stop()
        if request is not None and not self.settled():
            self._pause.start()
        self.changed.emit()

    def again(self) -> None:
        """Have the plan anew: the files may have changed."""
        self.plan = None
        self.ask()

    def ask(self) -> None:
        """Ask for the plan now."""
        self._pause.stop()
        if self._wanted is None:
            return
        self.problem, self.words = None, LOOKING
        self._job = self._submit(plan_merge, self._wanted, self._take, self._refuse, topic=self._topic)
        self._job.progressed.connect(self._advance)
        self.changed.emit()

    def settled(self) -> bool:
        """Whether the plan is that of what is chosen now."""
        return self.plan is not None and self.plan.request == self._wanted

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._pause.stop()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _take(self, plan: MergePlan) -> None:
        self._job = None
        self.plan, self.problem = plan, None
        self.changed.emit()

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self.problem = problem
        self.changed.emit()

    def _advance(self, what: str, _done: int, _total: int) -> None:
        self.words = f"{text.printable(what)}…"
        self.advanced.emit()
