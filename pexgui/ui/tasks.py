"""The strip at the bottom of the window: what takes longer than a moment, how far it is, and a way to stop it."""

import os
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pexgui.core import Operation, PexError, text

from . import icons
from .jobs import Job, Submit
from .widgets import ElidedLabel, Picture, button, hairline, icon_button, label

Request = TypeVar("Request")
Result = TypeVar("Result")

MOMENT = 0.5
"""Seconds after which a job that still runs is shown."""
HEIGHT = 36
_LOOK = 100
_WORK = {
    "list_folder": "Reading a folder",
    "summarize_file": "Reading a file",
    "open_trajectory": "Opening a trajectory",
    "measure_storage": "Measuring the file",
    "read_runs": "Reading the runs",
    "list_columns": "Looking for results",
    "read_column": "Reading a column",
    "read_children": "Opening a group",
    "search_tree": "Searching",
    "read_value": "Reading a value",
    "compare": "Comparing",
    "read_difference": "Reading a difference",
    "save_report": "Writing the report",
    "recover_files": "Finishing what was cut off",
    "make_demo": "Making the demo",
}


class Tasks(QWidget):
    """The jobs under way, the newest first. Takes no room while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched: dict[Job, tuple[str, float, list[tuple[str, int, int]]]] = {}
        self._tasks: dict[Job, Task] = {}
        self._unfolded = False
        self._looking = QTimer(self, interval=_LOOK)
        self._looking.timeout.connect(self._look)
        self._count = label("", "small")
        self.fold_button = icon_button("chevron-up", "Show all tasks", self._fold)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        side = QHBoxLayout()
        side.setContentsMargins(0, 0, 16, 0)
        side.setSpacing(8)
        side.addWidget(self._count)
        side.addWidget(self.fold_button)
        self._side = QWidget()
        self._side.setLayout(side)
        self._side.setFixedHeight(HEIGHT)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addLayout(self._rows, 1)
        below.addWidget(self._side, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(below)
        self.hide()

    def watched(self, submit: Submit, present: Callable[[PexError], object]) -> Submit:
        """``submit``, with every job watched and every problem that nobody else takes given to ``present``."""

        def watched(
            operation: Operation[Request, Result],
            request: Request,
            then: Callable[[Result], object],
            otherwise: Callable[[PexError], object] | None = None,
            topic: str = "",
        ) -> Job:
            job = submit(operation, request, then, otherwise or present, topic)
            self.watch(job, _title(operation, request))
            return job

        return watched

    def watch(self, job: Job, title: str) -> None:
        """Show ``job`` under ``title`` when it is still running after a moment, until it is finished."""
        progress: list[tuple[str, int, int]] = []
        self._watched[job] = (title, monotonic(), progress)
        job.progressed.connect(lambda what, done, total: self._advance(job, what, done, total))
        job.finished.connect(lambda: self._end(job))
        if not self._looking.isActive():
            self._looking.start()

    def tasks(self) -> list["Task"]:
        """What is shown, or would be if the strip were unfolded; the newest first."""
        return list(reversed(self._tasks.values()))

    def _look(self) -> None:
        """Show the jobs that have run for a moment by now."""
        now = monotonic()
        for job, (title, began, progress) in self._watched.items():
            if job not in self._tasks and now - began >= MOMENT:
                task = Task(job, title, began)
                if progress:
                    task.advance(*progress[-1])
                self._tasks[job] = task
                self._rows.insertWidget(0, task)
                self._arrange()
        if not self._watched:
            self._looking.stop()

    def _advance(self, job: Job, what: str, done: int, total: int) -> None:
        if job in self._tasks:
            self._tasks[job].advance(what, done, total)
        elif job in self._watched:
            self._watched[job][2][:] = [(what, done, total)]

    def _end(self, job: Job) -> None:
        self._watched.pop(job, None)
        task = self._tasks.pop(job, None)
        if task is not None:
            self._rows.removeWidget(task)
            task.hide()
            task.deleteLater()
            self._arrange()

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._arrange()

    def _arrange(self) -> None:
        for number, task in enumerate(self.tasks()):
            task.setVisible(number == 0 or self._unfolded)
        self._count.setText(f"{text.count(len(self._tasks), 'task')} running")
        self._side.setVisible(len(self._tasks) > 1)
        self.fold_button.setIcon(icons.icon("chevron-down" if self._unfolded else "chevron-up", "muted"))
        name = "Show one task" if self._unfolded else "Show all tasks"
        self.fold_button.setAccessibleName(name)
        self.fold_button.setToolTip(name)
        self.setVisible(bool(self._tasks))


class Task(QWidget):
    """One job: its title, what it does now, how long it still takes, and Cancel."""

    def __init__(self, job: Job, title: str, began: float) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(title)
        self._began = began
        self._title = ElidedLabel(title, "section")
        self._title.setMaximumWidth(420)
        self.words = ElidedLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(f"Progress: {title}")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setRange(0, 0)
        self.cancel_button = button("Cancel", self._cancel)
        self.cancel_button.setAccessibleName(f"Cancel: {title}")
        self._job = job
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        for part in (Picture("clock", 16, "accent"), self._title, self.words, self.bar, self.cancel_button):
            row.addWidget(part)
        row.addStretch(1)

    def advance(self, what: str, done: int, total: int) -> None:
        """Show how far the job is."""
        share = done / total if total > 0 else 0.0
        self.bar.setRange(0, 1000 if total > 0 else 0)
        self.bar.setValue(round(min(1.0, share) * 1000))
        parts = [text.printable(what)]
        if total > 0:
            parts.append(f"{min(done, total):,} of {total:,}")
        remaining = left_words(monotonic() - self._began, share)
        self.words.setText(" · ".join(part for part in (*parts, remaining) if part))

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.words.setText("Stopping…")
        self._job.cancel()


def left_words(passed: float, share: float) -> str:
    """``12 s left`` after ``passed`` seconds for ``share`` of the work; empty as long as that would be a guess."""
    if passed < 1 or not 0.02 <= share <= 1:
        return ""
    left = passed * (1 - share) / share
    if left < 1:
        return "about 1 s left"
    whole = round(left) if left < 10 else round(left / 5) * 5 if left < 60 else round(left / 60) * 60
    return f"about {text.duration(whole)} left"


def _title(operation: Operation[Any, Any], request: Any) -> str:
    work = _WORK.get(operation.name, "Working")
    path = getattr(request, "file", b"") or getattr(request, "folder", b"")
    name = text.printable(os.path.basename(path), 60)
    return f"{work}: {name}" if name else work
