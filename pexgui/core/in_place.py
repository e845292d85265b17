"""A change of a file in place: what is done to the file itself, forwards and back. `change_log` has what is noted."""

import errno
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .change_log import Change, Part, in_use
from .commit import NOTHING_CHANGED, moment, shown
from .errors import PexError
from .locks import Lock, make_durable, wait_for
from .overlay import read_at, write_at

_NO_ROOM_AHEAD = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)
"""What file systems answer that give room only as it is written."""
_PIECE = 1 << 20
_ANY = bytes([0]) + bytes([1]) * 255


class Room:
    """The space that a file needs to become ``after`` bytes long."""

    def __init__(self, descriptor: int, before: int, after: int) -> None:
        self._descriptor = descriptor
        self.before = before
        self.after = after

    def make(self) -> None:
        """Have the disk refuse now if it is full, before anything is written over."""
        if self.after > self.before and sys.platform == "linux":
            try:
                os.posix_fallocate(self._descriptor, self.before, self.after - self.before)
            except OSError as error:
                if error.errno not in _NO_ROOM_AHEAD:
                    raise

    def give_back(self) -> None:
        if os.fstat(self._descriptor).st_size > self.before:
            os.ftruncate(self._descriptor, self.before)


@contextmanager
def held(target: bytes, until: float) -> Iterator[int]:
    """The file opened for reading and writing, once no program that locks what it uses has it open."""
    while True:
        descriptor = _opened(target)
        try:
            if sys.platform != "win32" and wait_for(descriptor, until) is Lock.TAKEN:
                raise in_use(target)
            if not os.path.samestat(os.stat(target), os.fstat(descriptor)):
                continue
            yield descriptor
            return
        finally:
            os.close(descriptor)


def _opened(target: bytes) -> int:
    try:
        return os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except PermissionError as error:
        title = f"You have no permission to change “{shown(target)}”."
        raise PexError(title, f"{NOTHING_CHANGED} Ask its owner to let you write it.") from error


def carry_out(descriptor: int, change: Change, parts: Sequence[Part]) -> None:
    """Write what is new behind the old end, then over the old content, and make it durable."""
    for part in parts:
        if part.offset >= change.before:
            moment("write behind the end")
            write_at(descriptor, part.offset, part.new)
    for part in parts:
        if part.offset < change.before:
            moment("write over the file")
            write_at(descriptor, part.offset, part.new)
    if os.fstat(descriptor).st_size != change.after:
        moment("cut the file")
        os.ftruncate(descriptor, change.after)
    _touch(descriptor)
    moment("flush the file")
    make_durable(descriptor)


def take_back(descriptor: int, change: Change, parts: Sequence[Part]) -> None:
    """Make the file what it was before. Raises `OSError` when that does not succeed."""
    if os.fstat(descriptor).st_size < change.before:
        raise OSError("the file became shorter")
    for part in parts:
        write_at(descriptor, part.offset, part.old)
    Room(descriptor, change.before, change.after).give_back()
    _touch(descriptor)
    make_durable(descriptor)


def _touch(descriptor: int) -> None:
    """Have the file a time that it did not have while it was written. The clock of the system's own times is so coarse
    that who looked in the middle of it could not see that anything changed since."""
    if os.utime in os.supports_fd:
        now = time.time_ns()
        os.utime(descriptor, ns=(now, now))


def is_done(descriptor: int, change: Change, parts: Sequence[Part]) -> bool:
    """Whether a change was made completely, so that there is nothing to write; the file may be longer by now."""
    if change.after < change.before or os.fstat(descriptor).st_size < change.after:
        return False
    return all(read_at(descriptor, part.offset, len(part.new)) == part.new for part in parts)


def is_of(descriptor: int, change: Change, parts: Sequence[Part]) -> bool:
    """Whether a file is the one that a change was begun on: all that is written over is old or new still, byte by
    byte."""
    size = os.fstat(descriptor).st_size
    if not min(change.before, change.after) <= size <= max(change.before, change.after):
        return False
    return all(_is_mixed(read_at(descriptor, part.offset, len(part.old)), part) for part in parts if part.old)


def _is_mixed(there: bytes, part: Part) -> bool:
    if there == part.old or there == part.new:
        return True
    return len(there) == len(part.old) and not _differing(there, part.old) & _differing(there, part.new)


def _differing(one: bytes, other: bytes | memoryview) -> int:
    """A number with a byte that is not zero wherever the bytes of two contents differ."""
    difference = int.from_bytes(one) ^ int.from_bytes(other)
    return int.from_bytes(difference.to_bytes(len(one)).translate(_ANY))


def is_empty_behind(descriptor: int, change: Change) -> bool:
    """Whether what a file has beyond its old end is only room that was made for a change."""
    size = os.fstat(descriptor).st_size
    if not change.before < size <= change.after:
        return False
    places = range(change.before, size, _PIECE)
    pieces = (read_at(descriptor, place, min(_PIECE, size - place)) for place in places)
    return not any(piece.strip(b"\0") for piece in pieces)
