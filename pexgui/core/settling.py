"""Changes of files in place that were cut off: finished, or discarded, by whoever comes after."""

import os
import time
from enum import Enum

from .change_log import Foreign, OpenLog, in_the_way, left_log
from .commit import NOTHING_CHANGED, moment, refusing, shown
from .in_place import Room, carry_out, held, is_done, is_empty_behind, is_of
from .journal import NotOurs
from .locks import make_durable

PATIENCE = 60.0
"""Seconds for which others are waited for who change the same file or have it open."""


class Left(Enum):
    """What became of a change that had been cut off: there was none, it was finished, or discarded."""

    NOTHING = "nothing"
    FINISHED = "finished"
    UNDONE = "undone"


def settle(path: bytes) -> bool:
    """Finish or discard what somebody who was killed left beside ``path``; tells whether there was something.

    Raises `PexError` as `appending` does.
    """
    target = os.path.realpath(path)
    with refusing(target):
        try:
            return settle_left(target, time.monotonic() + PATIENCE) is not Left.NOTHING
        except NotOurs as error:
            raise in_the_way(target, error) from error


def settle_left(target: bytes, until: float = 0.0) -> Left:
    """What became of what was left beside ``target``, a path without links. What somebody is at work on is left alone,
    and so is the log of a file that is not there. Raises `PexError`, `NotOurs` and `OSError`."""
    log = left_log(target)
    if log is None:
        return Left.NOTHING
    try:
        if not log.size:
            return Left.NOTHING
        with held(target, until) as descriptor:
            return finish(log, descriptor)
    except FileNotFoundError:
        return Left.NOTHING
    finally:
        log.close()


def finish(log: OpenLog, descriptor: int) -> Left:
    """Finish what a log that is ours says of an open file, or discard it if it is not complete.

    Raises `Foreign`, after putting the log aside, `NotOurs` and `OSError`.
    """
    if not log.size:
        return Left.NOTHING
    found = log.read()
    if found is None:
        log.clear()
        return Left.UNDONE
    change, parts = found
    if parts is None:
        if is_empty_behind(descriptor, change):
            moment("give room back")
            Room(descriptor, change.before, change.after).give_back()
        log.clear()
        return Left.UNDONE
    if not is_done(descriptor, change, parts):
        if not is_of(descriptor, change, parts):
            raise _foreign(log)
        carry_out(descriptor, change, parts)
    else:
        moment("flush the file")
        make_durable(descriptor)
    log.clear()
    return Left.FINISHED


def _foreign(log: OpenLog) -> Foreign:
    aside = log.put_aside()
    return Foreign(
        f"“{shown(log.target)}” was being changed when pexgui was cut off, and another program changed it since.",
        f"{NOTHING_CHANGED} What was to be written is kept as “{shown(aside)}”. Look whether the file is complete.",
    )
