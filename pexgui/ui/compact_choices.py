"""What a person chose in the compact dialog so far, what is known of each file, and what follows from it."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from pexgui.core import CompactPlan, CompactRequest, Mode, PexError, PlannedFile, text

from .merge_choices import cut, shown_path

_EACH = 0.1
"""About the seconds that a file takes besides, however small it is."""


class How(NamedTuple):
    """In which way files are made smaller."""

    mode: Mode = Mode.SMALL
    codec: str = "keep"
    level: int = 0


class Total(NamedTuple):
    """The files that are to be compacted: how many, their bytes now and as they are expected, and how long it takes."""

    files: int
    before: int
    after: int
    seconds: float = 0.0


@dataclass(eq=False)
class Entry:
    """A file on the list, with the answers about it: a plan for each way that was asked for, or why there is none.

    ``tick`` is what the person said about it (None: nothing yet), ``last`` the newest plan, of whatever way. ``real``
    is where the file really is, and ``disk`` tells the disks apart on which files are.
    """

    file: bytes
    real: bytes = b""
    found: dict[How, CompactPlan | PexError] = field(default_factory=dict)
    tick: bool | None = None
    last: PlannedFile | None = None
    disk: int = 0

    def name(self) -> str:
        """The name of the file."""
        return text.printable(os.path.basename(self.file))

    def folder(self) -> str:
        return shown_path(os.path.dirname(self.file))

    def take(self, how: How, answer: CompactPlan | PexError) -> None:
        """Know what compacting it in this way would do."""
        self.found[how] = answer
        if isinstance(answer, CompactPlan):
            self.last = answer.files[0]
            self.disk = _disk(self.file)

    def plan(self, how: How) -> CompactPlan | None:
        answer = self.found.get(how)
        return answer if isinstance(answer, CompactPlan) else None

    def planned(self, how: How) -> PlannedFile | None:
        plan = self.plan(how)
        return plan.files[0] if plan is not None else None

    def shown(self, how: How) -> PlannedFile | None:
        """What is shown of it: as long as this way is not planned, what was known before."""
        return self.planned(how) or (self.last if how not in self.found else None)

    def trouble(self, how: How) -> tuple[str, str]:
        """Why it cannot be compacted, and what to do; empty sentences when it can, or as long as nobody knows."""
        answer = self.found.get(how)
        if isinstance(answer, PexError):
            return answer.title, answer.hint
        known = self.shown(how)
        return (known.problem, known.hint) if known is not None else ("", "")

    def ticked(self, how: How) -> bool:
        """Whether it is to be compacted: as the person said, else where something is gained."""
        known = self.shown(how)
        if known is None or known.problem:
            return False
        return known.gains if self.tick is None else self.tick


@dataclass
class CompactChoices:
    """Everything that was chosen, for all files together."""

    entries: list[Entry] = field(default_factory=list)
    mode: Mode = Mode.SMALL
    codec: str = "keep"
    level: int = 0
    backup: bool = True

    def how(self, mode: Mode | None = None) -> How:
        """The way that is chosen, or the one of another mode; *Fast* leaves large data as they are."""
        mode = mode or self.mode
        if mode is Mode.FAST or self.codec == "keep":
            return How(mode)
        return How(mode, self.codec, 0 if self.codec == "none" else self.level)

    def add(self, file: bytes) -> str:
        """Put a file on the list; a sentence when it is there already."""
        real = os.path.realpath(file)
        if any(entry.real == real for entry in self.entries):
            return f"“{cut(text.printable(os.path.basename(file)))}” is on the list already."
        self.entries.append(Entry(file, real))
        return ""

    def request(self, entry: Entry, how: How) -> CompactRequest:
        return CompactRequest((entry.file,), how.mode, how.codec, how.level, self.backup)

    def waiting(self) -> list[Entry]:
        """The files of which it is not known yet what would be gained."""
        how = self.how()
        return [entry for entry in self.entries if how not in entry.found]

    def chosen(self) -> list[Entry]:
        """The files that are to be compacted."""
        how = self.how()
        return [entry for entry in self.entries if entry.planned(how) is not None and entry.ticked(how)]

    def plans(self) -> list[CompactPlan]:
        """The plans of the chosen files, with what was said about backups since."""
        how, replace = self.how(), msgspec.structs.replace
        plans = [plan for entry in self.chosen() if (plan := entry.plan(how)) is not None]
        return [replace(plan, request=replace(plan.request, backup=self.backup)) for plan in plans]

    def total(self, mode: Mode | None = None) -> Total:
        """What compacting the ticked files does, as far as it is known in this mode."""
        how = self.how(mode)
        known = [one for entry in self.entries if (one := entry.shown(how)) is not None and entry.ticked(self.how())]
        plans = [plan for entry in self.entries if entry.ticked(self.how()) and (plan := entry.plan(how)) is not None]
        seconds = sum(plan.seconds + _EACH for plan in plans)
        return Total(len(known), sum(one.size for one in known), sum(one.expected for one in known), seconds)

    def knows(self, mode: Mode) -> bool:
        """Whether each ticked file is planned in a mode."""
        ticked = [entry for entry in self.entries if entry.ticked(self.how())]
        return bool(ticked) and all(entry.planned(self.how(mode)) is not None for entry in ticked)

    def space(self) -> tuple[int, int]:
        """The bytes that have to be free, and that are, on the disk where it is closest: with backups every new file
        takes room of its own, without them one after the other takes it."""
        disks: dict[int, list[CompactPlan]] = defaultdict(list)
        how = self.how()
        for entry in self.chosen():
            plan = entry.plan(how)
            if plan is not None:
                disks[entry.disk].append(plan)
        found = []
        for plans in disks.values():
            needs = [plan.files[0].needed for plan in plans]
            found.append((sum(needs) if self.backup else max(needs), min(plan.free for plan in plans)))
        return max(found, key=lambda one: one[0] - one[1], default=(0, 0))

    def full(self) -> bool:
        """Whether there is not enough room."""
        needed, free = self.space()
        return 0 <= free < needed

    def trouble(self) -> str:
        """Why nothing can be compacted as things are, as a sentence; empty when it can."""
        if not self.entries:
            return "Add the files that are to become smaller."
        waiting = len(self.waiting())
        if waiting:
            return f"{text.count(waiting, 'file is', 'files are')} still being looked at…"
        if not self.chosen():
            return _nothing(self)
        if self.full():
            needed, free = self.space()
            room = " or keep no backups" if self.backup and len(self.chosen()) > 1 else ""
            return f"{text.size(needed - free)} are missing on the disk. Take files off the list{room}."
        return ""


def _nothing(choices: CompactChoices) -> str:
    """Why no file is ticked."""
    how = choices.how()
    if all(entry.trouble(how)[0] for entry in choices.entries):
        return "None of these files can be compacted."
    able = [one for entry in choices.entries if (one := entry.planned(how)) is not None and not one.problem]
    if not any(one.gains for one in able):
        return "There is nothing to gain: these files are compact already."
    return "Tick the files that are to become smaller."


def _disk(file: bytes) -> int:
    try:
        return os.stat(os.path.dirname(os.path.realpath(file))).st_dev
    except OSError:
        return 0
