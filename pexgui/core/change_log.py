"""The log of a change that is made to a file in place: a hidden file beside it, which whoever changes the file holds
locked, and which says, until the change is complete, what is to be where."""

import os
import stat
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import FileIO
from typing import NamedTuple

import msgspec
from xxhash import xxh3_64_digest, xxh3_128, xxh32_hexdigest

from .commit import MARK, NOTHING_CHANGED, fresh_token, moment, name_beside, shown, sync_folder, token_of
from .errors import PexError
from .journal import NotOurs, is_plain
from .locks import Lock, make_durable, wait_for
from .model import Record
from .overlay import read_at, write_at

LOG = b".log"
ASIDE = b".unfinished"
_MAGIC = b"\x89PEXLOG\n"
_HEAD = struct.Struct("<8sQ8s")
_VERSION = 1
_ENDING = 16
_LARGEST_HEADER = 1 << 26
_NO_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS = os.O_RDWR | _NO_FILE | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class InUse(PexError):
    """Somebody else does not let go of the file."""


class Foreign(PexError):
    """A change cannot be finished, because the file is not the one any more that it was begun on."""


class Change(Record, frozen=True):
    """What a log says first: the name of the file, its size ``before`` and ``after``, and of which parts, given as
    (offset, length), the old and the new bytes follow. A part does not begin before the old end and end after it."""

    target: bytes
    before: int
    after: int
    parts: tuple[tuple[int, int], ...] = ()
    version: int = _VERSION


class Part(NamedTuple):
    """Bytes to be written at ``offset``; ``old`` is what they are written over, empty behind the old end."""

    offset: int
    old: bytes
    new: bytes | memoryview


class OpenLog:
    """A log that is ours alone until it is closed."""

    def __init__(self, target: bytes, kept: FileIO) -> None:
        self.target = target
        self.path = path_of_log(target)
        self._kept = kept

    @property
    def size(self) -> int:
        return os.fstat(self._kept.fileno()).st_size

    def write(self, change: Change, parts: Sequence[Part], make_room: Callable[[], None]) -> None:
        """Note a change durably. What it says first is there before room is made for it in the file."""
        encoded = msgspec.msgpack.encode(change)
        head = _HEAD.pack(_MAGIC, len(encoded), xxh3_64_digest(encoded)) + encoded
        descriptor = self._kept.fileno()
        moment("begin the log")
        write_at(descriptor, 0, head)
        moment("make room")
        make_room()
        digest, place = xxh3_128(head), len(head)
        for piece in (piece for part in parts for piece in (part.old, part.new)):
            digest.update(piece)
            write_at(descriptor, place, piece)
            place += len(piece)
        moment("end the log")
        write_at(descriptor, place, digest.digest())
        moment("flush the log")
        make_durable(descriptor)
        sync_folder(os.path.dirname(self.path))

    def read(self) -> tuple[Change, list[Part] | None] | None:
        """What a log that was left says: None if not even its beginning is whole, no parts if it is not complete.

        Raises `NotOurs` when it is none of ours.
        """
        head = read_at(self._kept.fileno(), 0, _HEAD.size)
        if len(head) < _HEAD.size:
            return None
        magic, length, digest = _HEAD.unpack(head)
        if magic != _MAGIC or length > _LARGEST_HEADER:
            return None
        encoded = read_at(self._kept.fileno(), len(head), length)
        if xxh3_64_digest(encoded) != digest:
            return None
        change = _decoded(encoded, self.target)
        return change, self._parts(change, head + encoded)

    def _parts(self, change: Change, head: bytes) -> list[Part] | None:
        sizes = [(offset, length if offset < change.before else 0, length) for offset, length in change.parts]
        if self.size != len(head) + sum(old + new for _, old, new in sizes) + _ENDING:
            return None
        digest, place, found = xxh3_128(head), len(head), []
        for offset, old, new in sizes:
            content = memoryview(read_at(self._kept.fileno(), place, old + new))
            digest.update(content)
            found.append(Part(offset, bytes(content[:old]), content[old:]))
            place += old + new
        return found if read_at(self._kept.fileno(), place, _ENDING) == digest.digest() else None

    def clear(self) -> None:
        """Say nothing any more."""
        moment("clear the log")
        os.ftruncate(self._kept.fileno(), 0)

    def put_aside(self) -> bytes:
        """Give the log a name by which nobody carries it out any more, and tell this name."""
        folder, name = os.path.split(self.target)
        path = os.path.join(folder, name_beside(name, fresh_token(), ASIDE, hidden=False))
        if sys.platform == "win32":
            self._kept.close()
        moment("put the log aside")
        os.replace(self.path, path)
        sync_folder(folder)
        return path

    def close(self) -> None:
        """Give the log up; if it says nothing it goes."""
        if self._kept.closed:
            return
        empty = self.size == 0
        if empty and sys.platform != "win32":
            self._remove()
        self._kept.close()
        if empty and sys.platform == "win32":
            self._remove()

    def _remove(self) -> None:
        with suppress(OSError):  # An empty one is no harm, and goes the next time.
            moment("remove the log")
            os.unlink(self.path)


def path_of_log(target: bytes) -> bytes:
    """Where the log of a change of ``target``, a path without links, is. Its token is the name's own, because a long
    name does not fit whole."""
    folder, name = os.path.split(target)
    return os.path.join(folder, name_beside(name, xxh32_hexdigest(name).encode(), LOG))


def target_of_log(folder: bytes, name: bytes) -> bytes:
    """The path of the file that a log of this name belongs to; empty if the name is no such name, or is that of a
    file with a long name that is not there."""
    if not name.startswith(b".") or not token_of(name, LOG):
        return b""
    for one in (name[1 : name.rindex(MARK)], *os.listdir(folder)):
        path = os.path.join(folder, one)
        if os.path.basename(path_of_log(path)) == name:
            return path
    return b""


def is_unfinished_log(entry: "os.DirEntry[bytes]") -> bool:
    """Whether a file in a folder is there because a change is under way or was cut off."""
    if not entry.name.startswith(b".") or MARK not in entry.name or not token_of(entry.name, LOG):
        return False
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_size > 0
    return False


def is_under_way(path: bytes) -> bool:
    """Whether a change of a file is being made, or was cut off."""
    with suppress(OSError, ValueError):
        return os.stat(path_of_log(os.path.realpath(path)), follow_symlinks=False).st_size > 0
    return False


def left_log(target: bytes) -> OpenLog | None:
    """The log beside ``target`` that nobody has locked; None if there is none. Raises `OSError` and `NotOurs`."""
    try:
        kept = FileIO(os.open(path_of_log(target), _FLAGS), "r+")
        return _ours(target, kept, time.monotonic())
    except (FileNotFoundError, InUse):
        return None


def own_log(target: bytes, until: float) -> OpenLog:
    """The log beside ``target``, made if there is none, as soon as nobody else has it.

    Raises `InUse` when somebody still has it at ``until``, `NotOurs`, and `OSError`.
    """
    path = path_of_log(target)
    while True:
        kept = FileIO(os.open(path, _FLAGS | os.O_CREAT, 0o600), "r+")
        log = _ours(target, kept, until)
        if log is not None:
            return log


def in_the_way(target: bytes, error: NotOurs) -> PexError:
    """The error for a log that keeps a file from being changed, and that must be left alone."""
    log = shown(path_of_log(target))
    return PexError(
        f"“{shown(target)}” cannot be changed: “{log}” is in the way, because {error}.",
        f"{NOTHING_CHANGED} Look whose it is, and delete it if it is not needed.",
    )


def in_use(target: bytes) -> InUse:
    """The error for a file that somebody else does not let go of."""
    hint = f"{NOTHING_CHANGED} Try again when that program has closed it."
    return InUse(f"“{shown(target)}” is in use by another program.", hint)


def _ours(target: bytes, kept: FileIO, until: float) -> OpenLog | None:
    """An opened log, once it is locked; None if it went meanwhile."""
    try:
        status = os.fstat(kept.fileno())
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            raise NotOurs("it belongs to somebody else")
        if not stat.S_ISREG(status.st_mode):
            raise NotOurs("it is no file")
        if wait_for(kept.fileno(), until) is Lock.TAKEN:
            raise in_use(target)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path_of_log(target), follow_symlinks=False), status):
                return OpenLog(target, kept)
    except BaseException:
        kept.close()
        raise
    kept.close()
    return None


def _decoded(encoded: bytes, target: bytes) -> Change:
    """The change if it is one that we noted beside this file. Raises `NotOurs`."""
    try:
        change = msgspec.msgpack.decode(encoded, type=Change)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotOurs("it cannot be understood") from error
    if change.version != _VERSION:
        raise NotOurs("another version of pexgui wrote it")
    if not is_plain(change.target) or change.target != os.path.basename(target):
        raise NotOurs("it speaks of another file")
    end = 0
    for offset, length in change.parts:
        straddles = offset < change.before < offset + length
        if offset < end or length < 0 or straddles or offset + length > change.after:
            raise NotOurs("it cannot be understood")
        end = offset + length
    return change
