"""What merging takes and gives: what is to be merged, the plan of it in every detail, and what came of it."""

import os
from enum import Enum

from .model import Fact, Record, Request, Stamp, folder_of
from .model_compare import Part


class MergeSource(Record, frozen=True):
    """A trajectory to be merged: its group, such as ``b"/T"``; empty means the last one of the file by name.

    ``repair``: what is damaged in it is repaired in the merge, as `PlannedSource` says. The file stays as it is.
    """

    file: bytes
    trajectory: bytes = b""
    repair: bool = False


class Choice(Enum):
    """What becomes of something outside of runs that several sources have, each another."""

    KEEP_FIRST = "keep first"
    KEEP_LAST = "keep last"
    RENAME = "keep both"
    ASK = "ask"


class NamedChoice(Record, frozen=True):
    """The choice for what has this full name."""

    name: str
    choice: Choice


class Fill(Record, frozen=True):
    """The value of a parameter for a source (by its position) that does not have it, as Python writes it; empty: the
    default value of the first source that has it."""

    name: str
    source: int
    value: str = ""


class Sources(Enum):
    """What becomes of the files that were merged, once the result has been verified."""

    KEEP = "keep"
    PUT_AWAY = "put away"
    DELETE = "delete"


class MergeRequest(Request, frozen=True):
    """Merge ``sources`` in this order into the new file ``target``, or, if that is empty, into the first of them.

    ``once``: of runs with equal points only one is taken. ``trial`` names a parameter of whole numbers that tells
    trials of the same point apart: every source's values are shifted by those of the sources before it. ``conflict``
    is the choice wherever ``choices`` has none. ``ignore`` are patterns of full names to leave out, see `Wanted`.
    """

    sources: tuple[MergeSource, ...]
    target: bytes = b""
    once: bool = False
    trial: str = ""
    conflict: Choice = Choice.KEEP_FIRST
    choices: tuple[NamedChoice, ...] = ()
    ignore: tuple[str, ...] = ()
    fills: tuple[Fill, ...] = ()
    keep_info: bool = True
    keep_other_info: bool = True
    merge_config: bool = True
    backup: bool = True
    after: Sources = Sources.KEEP

    def reads(self) -> tuple[bytes, ...]:
        folders = [folder_of(source.file) for source in self.sources]
        return tuple(dict.fromkeys([*folders, *self.writes()]))

    def writes(self) -> tuple[bytes, ...]:
        target = self.target or (self.sources[0].file if self.sources else b"")
        return (folder_of(target),) if target else ()


class Dropped(Record, frozen=True):
    """A run that is not taken: its name, its point in words, and why."""

    run: str
    point: str
    why: str


class PlannedSource(Record, frozen=True):
    """What is taken from a source.

    ``numbers`` holds the new number of each of its runs as int64 (little-endian), −1 for one that is dropped; the first
    ones of these are told in ``dropped``. ``problems`` are sentences about what is wrong in the file and what is done
    about it. ``damage`` has what can be repaired in the merge, if ``source.repair`` is chosen: the name of each is what
    is damaged, the text a sentence about what repairing it comes to. ``points`` counts the different points of its
    runs; there are fewer of them than runs where it has a point more than once.
    """

    source: MergeSource
    name: str
    runs: int
    finished: int
    taken: int
    explored: tuple[str, ...]
    created: float
    version: str
    stamp: Stamp
    numbers: bytes
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[str, ...] = ()
    damage: tuple[Fact, ...] = ()
    points: int = 0


class PlannedParameter(Record, frozen=True):
    """An explored parameter of the result: its full name, type, how many different values, and why it is explored."""

    name: str
    type: str
    distinct: int
    why: str


class Conflict(Record, frozen=True):
    """Something outside of runs that differs: its value in short in every source (empty where it is not there) and
    what becomes of it. ``open`` says that a choice has to be made before the merge."""

    part: Part
    name: str
    values: tuple[str, ...]
    choice: Choice
    open: bool = False


class Missing(Record, frozen=True):
    """A parameter that some sources (by their positions) do not have; ``value`` is that of the first source which has
    it, ``fills`` what stands for it in each of the others, empty as long as nothing was chosen."""

    name: str
    sources: tuple[int, ...]
    value: str
    fills: tuple[str, ...]


class MergePlan(Record, frozen=True):
    """What would happen, in every detail; `merge` does exactly this.

    ``name`` is the merged trajectory's. ``runs`` counts its runs; ``shared`` the points that are in more than one run,
    ``surplus`` the runs that go if each point is taken once, with trials as they are in the sources. ``left_out`` names
    everything that is not taken over, with the reason. ``problem`` says in a sentence what is missing before it can be
    done; empty when nothing is.
    """

    request: MergeRequest
    name: str
    sources: tuple[PlannedSource, ...]
    runs: int
    shared: int
    surplus: int
    parameters: tuple[PlannedParameter, ...]
    trials: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    missing: tuple[Missing, ...]
    left_out: tuple[Fact, ...]
    notes: tuple[str, ...]
    needed: int
    free: int
    seconds: float
    problem: str = ""


class MergeWork(Request, frozen=True):
    """Carry out ``plan``."""

    plan: MergePlan

    def reads(self) -> tuple[bytes, ...]:
        return self.plan.request.reads()

    def writes(self) -> tuple[bytes, ...]:
        folders = self.plan.request.writes()
        if self.plan.request.after is not Sources.KEEP:
            folders += tuple(os.path.dirname(source.source.file) for source in self.plan.sources)
        return tuple(dict.fromkeys(folders))


class MergeResult(Record, frozen=True):
    """What came of it: the file and the trajectory in it, how many runs and bytes, and how many values were verified.

    ``backup`` is the file as it was before (empty: there was none), ``folder`` where the merged files were put away,
    ``notes`` are sentences about what a person should know. ``undo`` is the record by which `undo_write` puts
    everything back as it was; empty when nothing can be.
    """

    target: bytes
    trajectory: bytes
    name: str
    runs: int
    size: int
    verified: int
    backup: bytes = b""
    folder: bytes = b""
    notes: tuple[str, ...] = ()
    undo: bytes = b""
