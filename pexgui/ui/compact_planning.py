"""What compacting would save, asked for one file after the other, so that each says so as soon as it is known."""

from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from pexgui.core import CompactPlan, Mode, PexError, plan_compact

from .compact_choices import CompactChoices, Entry, How
from .jobs import Job, Submit

QUICK = 5.0
"""Where looking at all files took no more seconds, what the other mode would save is looked at too."""


class CompactPlanning(QObject):
    """``changed(Entry)`` when an answer has come, ``advanced(Entry, share)`` while it is looked at."""

    changed = Signal(object)
    advanced = Signal(object, float)

    def __init__(self, submit: Submit, topic: str, choices: CompactChoices, parent: QObject) -> None:
        super().__init__(parent)
        self._submit, self._topic, self._choices = submit, topic, choices
        self._job: Job | None = None
        self._asked: tuple[Entry, How] | None = None
        self._began = 0.0
        self._spent: dict[How, float] = {}

    def look(self) -> None:
        """Ask for what is not known yet in the way that is chosen now; an older question does not matter any more."""
        wanted = self._wanted()
        if self._asked is not None and self._asked in wanted[:1]:
            return
        self.stop()
        if wanted:
            self._ask(*wanted[0])

    def again(self) -> None:
        """Ask for everything anew: the files may have changed."""
        self.stop()
        self._spent.clear()
        for entry in self._choices.entries:
            entry.found.clear()
        self.look()

    def under_way(self) -> bool:
        """Whether an answer is still to come."""
        return self._asked is not None

    def stop(self) -> None:
        """Wait for nothing any more."""
        job, self._job, self._asked = self._job, None, None
        if job is not None:
            job.cancel()

    def _wanted(self) -> list[tuple[Entry, How]]:
        choices = self._choices
        how = choices.how()
        missing = [(entry, how) for entry in choices.waiting()]
        if missing or self._spent.get(how, QUICK + 1) > QUICK:
            return missing
        other = choices.how(Mode.FAST if how.mode is Mode.SMALL else Mode.SMALL)
        return [(entry, other) for entry in choices.entries if entry.ticked(how) and other not in entry.found]

    def _ask(self, entry: Entry, how: How) -> None:
        self._asked, self._began = (entry, how), monotonic()
        request = self._choices.request(entry, how)
        take, refuse = partial(self._take, entry, how), partial(self._take, entry, how)
        job = self._job = self._submit(plan_compact, request, take, refuse, topic=self._topic)
        job.progressed.connect(partial(self._advance, entry, how))

    def _take(self, entry: Entry, how: How, answer: CompactPlan | PexError) -> None:
        self._job = self._asked = None
        self._spent[how] = self._spent.get(how, 0.0) + monotonic() - self._began
        last = entry.last
        entry.take(how, answer)
        if how != self._choices.how():
            entry.last = last
        self.changed.emit(entry)
        self.look()

    def _advance(self, entry: Entry, how: How, _what: str, done: int, total: int) -> None:
        if self._asked == (entry, how) and how == self._choices.how():
            self.advanced.emit(entry, min(1.0, done / total) if total > 0 else 0.0)
