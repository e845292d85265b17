"""What a design means, asked for a moment after every change; only the newest answer counts."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from pexgui.core import ExplorePlan, ExploreRequest, PexError, plan_explore

from .jobs import Job, Submit

PAUSE = 120
"""Milliseconds without a change after which it is asked."""


class ExplorePlanning(QObject):
    """``changed()`` when it is known what the design means, or why that cannot be known. ``request()`` is what is asked
    for, None while there is nothing to ask."""

    changed = Signal()

    def __init__(
        self, submit: Submit, topic: str, request: Callable[[], ExploreRequest | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._submit, self._topic, self._request = submit, topic, request
        self._job: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.ask)
        self.plan: ExplorePlan | None = None
        self.good: ExplorePlan | None = None
        self.problem: PexError | None = None

    def look(self) -> None:
        """Something was changed: ask in a moment."""
        self._cancel()
        self._soon.start()

    def ask(self) -> None:
        """Ask now."""
        self.stop()
        request = self._request()
        if request is not None:
            self._job = self._submit(plan_explore, request, self._take, self._refuse, topic=self._topic)
        else:
            self.plan = self.problem = None
            self.changed.emit()

    def waits(self) -> bool:
        """Whether an answer is still to come, or a question to be asked."""
        return self._soon.isActive() or self._job is not None

    def forget(self) -> None:
        """Know nothing any more: it is another design."""
        self.stop()
        self.plan = self.good = self.problem = None

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._soon.stop()
        self._cancel()

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _take(self, plan: ExplorePlan) -> None:
        self._job = None
        self.plan, self.problem = plan, None
        if plan.points:
            self.good = plan
        self.changed.emit()

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self.plan, self.problem = None, problem
        self.changed.emit()
