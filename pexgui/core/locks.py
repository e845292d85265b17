"""Locks on whole files, as other programs that use HDF5 take and respect them."""

import errno
import os
import sys
import threading
import time
from enum import Enum

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


_FIRST_PAUSE = 0.0005
_LONGEST_PAUSE = 0.01
"""Seconds between attempts to get a lock that somebody else has."""


class Lock(Enum):
    """What asking for a lock gave; ``NONE`` where the system has no locks, so that nobody can tell."""

    HELD = "held"
    TAKEN = "taken"
    NONE = "none"


def hold(descriptor: int, shared: bool = False) -> Lock:
    """Lock an open file until the descriptor is closed; ``shared`` with whoever else only reads it."""
    if sys.platform == "win32":
        return _hold_on_windows(descriptor)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return Lock.TAKEN
    except OSError:
        return Lock.NONE
    return Lock.HELD


def _hold_on_windows(descriptor: int) -> Lock:
    """There a lock keeps others from reading too, so that it is only tried and given back at once."""
    if sys.platform == "win32":
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        except OSError:
            return Lock.TAKEN
    return Lock.NONE


def wait_for(descriptor: int, until: float) -> Lock:
    """Lock an open file alone, until it is closed. While somebody else has it locked, wait,
    but not beyond ``until`` (of `time.monotonic`).

    On Windows nobody else can read the first byte meanwhile.
    """
    pause = _FIRST_PAUSE
    while True:
        held = _keep_on_windows(descriptor) if sys.platform == "win32" else hold(descriptor)
        left = until - time.monotonic()
        if held is not Lock.TAKEN or left <= 0:
            return held
        threading.Event().wait(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _keep_on_windows(descriptor: int) -> Lock:
    if sys.platform == "win32":
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return Lock.TAKEN
    return Lock.HELD


def alive(process: int) -> bool:
    """Whether there is a process with this number on this computer."""
    if sys.platform == "win32" or process <= 0:
        return process > 0
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def make_durable(descriptor: int) -> None:
    """Have the disk itself hold what was written. An error is final: asking again may lie."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise  # otherwise the drive has no such command
    os.fsync(descriptor)
