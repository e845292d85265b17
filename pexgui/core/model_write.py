"""What writes that replace or use up files take and give, and what stays on disk of them while they are under way."""

import os
from enum import Enum

from .model import Record, Request, folder_of


class FileStamp(Record, frozen=True):
    """By what a change of a file is noticed when files are to be replaced: which file it is, and when it changed."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class Input(Record, frozen=True):
    """A file that goes into a result, and what it was when it was looked at."""

    path: bytes
    stamp: FileStamp


class PutAway(Enum):
    """What becomes of the sources, once the result is in its place: they stay, are moved into a folder beside the
    result, or are deleted."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


class Work(Record, frozen=True):
    """A file to be written from others. ``target`` may be one of the ``sources``; that one is replaced, not put away.

    ``replaces`` says whether a file is at ``target`` and is to be replaced; then ``was`` is what it was when it was
    looked at (None: whatever it is when the work begins). ``backup`` keeps it under another name beside it. ``needed``
    is how many bytes the result may take.
    """

    target: bytes
    sources: tuple[Input, ...] = ()
    replaces: bool = False
    was: FileStamp | None = None
    backup: bool = True
    put_away: PutAway = PutAway.KEEP
    needed: int = 0


class Done(Record, frozen=True):
    """What came of a `Work`.

    ``target`` is where the result really is, links resolved. ``backup`` is the file as it was before and ``folder``
    where sources were moved to, each empty when there is none. ``notes`` are sentences about what a person should know.
    ``undo`` is the record by which everything is put back as it was; empty when nothing can be.
    """

    target: bytes
    size: int
    backup: bytes = b""
    folder: bytes = b""
    notes: tuple[str, ...] = ()
    undo: bytes = b""


# --- what stays on disk while a write is under way ----------------------------------------------------------------


class Phase(Enum):
    """How far a write is. Up to `COMMIT` it can only be undone; from then on it is finished; `DONE` can be undone on
    request, which is `UNDO` while it is under way."""

    PREPARE = "prepare"
    COMMIT = "commit"
    REPLACED = "replaced"
    DONE = "done"
    UNDO = "undo"


class Moving(Record, frozen=True):
    """A source to be put away: its name beside the result, or its path when it is elsewhere; what it is; and its name
    in the folder it is moved to."""

    path: bytes
    stamp: FileStamp
    name: bytes = b""


class Journal(Record, frozen=True):
    """A write as it is noted beside its target. Files are named without their folder, which is the journal's own.

    ``old`` and ``new`` are the digests of the file that is replaced (empty: there is none) and of the result.
    ``process`` and ``host`` say who is at work.
    """

    target: bytes
    temporary: bytes
    phase: Phase = Phase.PREPARE
    backup: bytes = b""
    keep_backup: bool = False
    folder: bytes = b""
    put_away: PutAway = PutAway.KEEP
    sources: tuple[Moving, ...] = ()
    replaces: bool = False
    was: FileStamp | None = None
    old: str = ""
    new: str = ""
    process: int = 0
    host: str = ""
    version: int = 1


# --- the operations -----------------------------------------------------------------------------------------------


class RecoverRequest(Request, frozen=True):
    """Finish or undo what was cut off in ``folders``."""

    folders: tuple[bytes, ...] = ()

    def reads(self) -> tuple[bytes, ...]:
        return tuple(filter(os.path.isdir, self.folders))

    def writes(self) -> tuple[bytes, ...]:
        return self.reads()


class Recovered(Record, frozen=True):
    """A write that had been cut off: the file it was about, what became of it in sentences, and whether it is settled
    now, so that it will not be met again. What is not ``ours`` to settle, because it is still under way or another's,
    matters only to who wants to write there."""

    target: bytes
    sentences: tuple[str, ...]
    settled: bool = True
    ours: bool = True


class Recovery(Record, frozen=True):
    """All that was found."""

    found: tuple[Recovered, ...] = ()


class UndoWriteRequest(Request, frozen=True):
    """Put everything back as it was before the write of which ``record`` is the `Done.undo` or, if that is empty,
    before the last one that made ``target``. ``folders`` are those to which sources go back that were not beside it."""

    record: bytes = b""
    folders: tuple[bytes, ...] = ()
    target: bytes = b""

    def reads(self) -> tuple[bytes, ...]:
        return (folder_of(self.record or self.target), *self.folders)

    def writes(self) -> tuple[bytes, ...]:
        return self.reads()


class WriteUndone(Record, frozen=True):
    """What was put back, in sentences."""

    sentences: tuple[str, ...]
