"""Changing an HDF5 file in place, wholly or not at all, while others may want to do the same.

The change is collected in memory, noted in a log beside the file, and only then made; whoever comes after somebody who
was killed finishes it from the log, or finds that nothing had been changed yet. See `change_log`.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from h5py import h5g

from . import text
from .change_log import Change, OpenLog, Part, in_the_way, own_log, path_of_log
from .commit import NOTHING_CHANGED, moment, refused, refusing, shown, stamp_of
from .errors import PexError
from .files import OpenFile, changing, reading, stamp
from .in_place import Room, carry_out, held, take_back
from .journal import NotOurs
from .model_write import FileStamp
from .overlay import Overlay, read_at
from .settling import PATIENCE, finish
from .settling import settle as settle

_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def appending(path: bytes, patience: float = PATIENCE) -> Iterator[h5g.GroupID]:
    """Change an existing HDF5 file, wholly or not at all: gives its root group, open for reading and writing.

    The change is made when the block ends; when it raises anything, nothing is changed. Others, in other processes or
    threads, who change the same file wait for each other, and for programs that lock it, at most ``patience`` seconds.
    A symbolic link stays, what it points to is changed. Raises `NotReadable` for what is no HDF5 file, and `PexError`
    when it is in use for longer than that, when the disk refuses, and when the file was changed by somebody who does
    not lock it.
    """
    until = time.monotonic() + patience
    stamp(path)
    target = os.path.realpath(path)
    with refusing(target), _alone(target, until) as log, held(target, until) as descriptor:
        finish(log, descriptor)
        opened = stamp_of(os.fstat(descriptor))
        overlay = Overlay(descriptor, opened.size)
        with changing(target, overlay) as root:
            yield root
        if not _is_still(target, opened):
            raise _changed_meanwhile(target)
        _commit(log, descriptor, overlay)


@contextmanager
def settled(path: bytes, patience: float = PATIENCE) -> Iterator[OpenFile]:
    """Open a file for reading as `reading` does, while nobody changes it with `appending`, and after what was cut off
    is finished. Others are waited for as there. Where no log can be made, because the folder is read-only, nobody makes
    changes either."""
    until = time.monotonic() + patience
    stamp(path)
    target = os.path.realpath(path)
    with ExitStack() as kept:
        try:
            log = kept.enter_context(_alone(target, until))
            if log.size:
                with held(target, until) as descriptor:
                    finish(log, descriptor)
        except OSError as error:
            if error.errno not in _UNWRITABLE or os.path.lexists(path_of_log(target)):
                raise refused(target, error) from error
        yield kept.enter_context(reading(path))


@contextmanager
def _alone(target: bytes, until: float) -> Iterator[OpenLog]:
    """The log beside a file; nobody else changes the file while it is open."""
    try:
        log = own_log(target, until)
        try:
            yield log
        finally:
            log.close()
    except NotOurs as error:
        raise in_the_way(target, error) from error


def _commit(log: OpenLog, descriptor: int, overlay: Overlay) -> None:
    """Note what was collected, and make it. If that fails, the file is as before."""
    parts = list(_parts(descriptor, overlay))
    if not parts and overlay.size == overlay.before:
        return
    extents = tuple((part.offset, len(part.new)) for part in parts)
    change = Change(os.path.basename(log.target), overlay.before, overlay.size, extents)
    room = Room(descriptor, change.before, change.after)
    try:
        log.write(change, parts, room.make)
    except BaseException:
        with suppress(OSError):
            room.give_back()
            log.clear()
        raise
    try:
        carry_out(descriptor, change, parts)
    except BaseException as error:
        _take_back(log, descriptor, change, parts, error)
        raise
    with suppress(OSError):  # The change is made; made once more, it is the same.
        log.clear()


def _parts(descriptor: int, overlay: Overlay) -> Iterator[Part]:
    """What was really changed."""
    for offset, new in overlay.changes():
        old = read_at(descriptor, offset, len(new)) if offset < overlay.before else b""
        if old != new:
            yield Part(offset, old, new)


def _take_back(log: OpenLog, descriptor: int, change: Change, parts: list[Part], error: BaseException) -> None:
    try:
        moment("take the change back")
        take_back(descriptor, change, parts)
        log.clear()
    except OSError as second:
        raise PexError(
            f"“{shown(log.target)}” could not be changed completely: {text.printable(second.strerror or str(second))}.",
            "Check the disk. The change is finished as soon as the file is opened here again.",
            f"{error}\n{second}",
        ) from error


def _is_still(target: bytes, opened: FileStamp) -> bool:
    try:
        return stamp_of(os.stat(target)) == opened
    except OSError:
        return False


def _changed_meanwhile(target: bytes) -> PexError:
    hint = f"{NOTHING_CHANGED} Try again when that program has finished."
    return PexError(f"“{shown(target)}” was changed by another program meanwhile.", hint)
