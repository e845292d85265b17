"""What compacting takes and gives: which files are to be made smaller, what that would save, and what came of it."""

from enum import Enum

from .model import Fact, Record, Request, Stamp, folder_of

CODECS = ("keep", "zlib", "bzip2", "blosc", "blosc:lz4", "blosc:lz4hc", "blosc:zlib", "blosc:zstd")
"""How large arrays and tables are to be compressed: as they are, or with one of pypet's codecs."""


class Mode(Enum):
    """How a file is compacted: everything is written anew in the smallest form that pypet reads, or what is there is
    copied as it is, without the holes between."""

    SMALL = "small"
    FAST = "fast"


class CompactRequest(Request, frozen=True):
    """Make ``files`` smaller. ``level`` is the codec's from 1 to 9, 0 for that of each file's trajectory.

    ``target`` is where the compacted file is written instead of replacing the original; only for a single file.
    ``rescue`` copies what can be read of a damaged file, which needs a ``target``.
    """

    files: tuple[bytes, ...]
    mode: Mode = Mode.SMALL
    codec: str = "keep"
    level: int = 0
    backup: bool = True
    target: bytes = b""
    rescue: bool = False

    def reads(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys([*map(folder_of, self.files), *self.writes()]))

    def writes(self) -> tuple[bytes, ...]:
        files = (self.target,) if self.target else self.files
        return tuple(dict.fromkeys(map(folder_of, files)))


class PlannedFile(Record, frozen=True):
    """What compacting a file would do: its size now and as it is expected, in bytes; ``gains`` says whether it is worth
    doing. ``codec`` is how its large data are compressed now, in words. ``needed`` are the bytes it takes meanwhile,
    ``load`` says how much work it is.

    ``notes`` are sentences about what a person should know. ``problem`` says in a sentence why it cannot be compacted,
    ``hint`` what to do; then the other numbers mean nothing. ``damaged``: what can be read can be rescued.
    """

    file: bytes
    stamp: Stamp
    size: int
    expected: int
    gains: bool
    trajectories: tuple[str, ...] = ()
    codec: str = ""
    needed: int = 0
    load: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    damaged: bool = False


class CompactPlan(Record, frozen=True):
    """What would happen to each file; `compact` does this for all that have no problem.

    ``needed`` is how many bytes have to be free at once with the backups, ``free`` how many are on the disk that has
    the least room. ``seconds`` is about how long it takes.
    """

    request: CompactRequest
    files: tuple[PlannedFile, ...]
    needed: int
    free: int
    seconds: float


class CompactWork(Request, frozen=True):
    """Carry out ``plan``, of which files may have been taken off."""

    plan: CompactPlan

    def reads(self) -> tuple[bytes, ...]:
        return self.plan.request.reads()

    def writes(self) -> tuple[bytes, ...]:
        return self.plan.request.writes()


class CompactedFile(Record, frozen=True):
    """What became of a file: its size before and after in bytes, and how many objects were verified.

    ``target`` is where the compacted file is. ``backup`` is the file as it was before (empty: there is none). ``undo``
    is the record by which `undo_write` puts it back. ``lost`` has what a rescue could not read. ``problem`` is the
    sentence if it was not compacted, and ``hint`` what to do; then the original is untouched.
    """

    file: bytes
    target: bytes
    before: int
    after: int
    verified: int = 0
    backup: bytes = b""
    undo: bytes = b""
    notes: tuple[str, ...] = ()
    lost: tuple[Fact, ...] = ()
    problem: str = ""
    hint: str = ""


class CompactResult(Record, frozen=True):
    """What came of it, file by file; ``stopped`` says that a person stopped it before all were done."""

    files: tuple[CompactedFile, ...]
    stopped: bool = False
