"""Where something is being written: noted in a folder of the person's own, so that whatever is cut off is found again
at the next start, wherever it was."""

import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO

from .change_log import is_unfinished_log
from .commit import SUFFIX, create_temporary, discard
from .journal import found_in, is_unfinished
from .locks import Lock, hold

_MOST = 1000
_LONGEST = 1 << 16
_KEPT = 30 * 24 * 3600
"""Seconds after which a note is out of date: its folder is gone for good, or else looked at when it is opened."""


def place() -> bytes:
    """The folder in which the notes are."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "") or os.path.expanduser("~")
    else:
        base = given if os.path.isabs(given) else os.path.expanduser("~/.local/state")
    return os.fsencode(os.path.join(base, "pexgui", "writing"))


@contextmanager
def noted(folders: Iterable[bytes]) -> Iterator[None]:
    """Have a note of each of ``folders`` while something is written there, and for as long as it is unfinished.

    A note that cannot be made is no obstacle: what is cut off is then found when its folder is opened.
    """
    places = [os.path.realpath(folder) for folder in folders if os.path.isdir(folder)]
    with ExitStack() as held:
        held.callback(_forget, places)
        for folder in places:
            _note(folder, held)
        yield


def unfinished_folders() -> tuple[bytes, ...]:
    """The folders into which somebody wrote who did not come to the end and does not live any more."""
    return tuple(dict.fromkeys(folder for _, folder in _left()))


def _note(folder: bytes, held: ExitStack) -> None:
    """Like any file of ours it is locked as long as its writer lives."""
    with suppress(OSError):
        os.makedirs(place(), mode=0o700, exist_ok=True)
        _, kept = create_temporary(os.path.join(place(), b"folder"))
        held.callback(kept.close)
        kept.write(folder)


def _forget(folders: list[bytes]) -> None:
    """Remove the notes of folders in which nothing is unfinished any more."""
    finished = [folder for folder in folders if not _has_unfinished(folder)]
    for path, folder in _left() if finished else ():
        if folder in finished:
            discard(path)


def _has_unfinished(folder: bytes) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(is_unfinished(entry.name) or is_unfinished_log(entry) for entry in entries)
    except OSError:
        return True


def _left() -> Iterator[tuple[bytes, bytes]]:
    """The notes whose writers do not live any more, each with its folder. What is no note, or out of date, goes."""
    for name in found_in(place(), SUFFIX)[:_MOST]:
        path = os.path.join(place(), name)
        with suppress(OSError):
            folder = _read(path)
            if folder is None:
                continue
            if os.path.isabs(folder) and b"\0" not in folder:
                yield path, folder
            else:
                discard(path)


def _read(path: bytes) -> bytes | None:
    """What a note says; nothing when it is out of date, and None while its writer lives or when it is no file."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with FileIO(os.open(path, flags)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or hold(file.fileno()) is Lock.TAKEN:
            return None
        return file.read(_LONGEST) if time.time() - status.st_mtime < _KEPT else b""
