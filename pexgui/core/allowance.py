"""Which folders a request needs, and which an engine was given: real folders, links resolved, recognised again."""

import os
from collections.abc import Iterable
from typing import TypeAlias

from .model import Request

Identity: TypeAlias = tuple[int, int]


def needed(request: Request) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The existing folders that ``request`` reads, and those it writes.

    A file that is a link is read where it really is. A folder to be made is written by its nearest existing parent.
    """
    reads = [_real(folder) for folder in request.reads()]
    file = getattr(request, "file", b"")
    if file:
        reads.append(os.path.dirname(_real(file)))
    writes = [_existing(_real(folder)) for folder in request.writes()]
    return tuple(dict.fromkeys(filter(os.path.isdir, reads))), tuple(dict.fromkeys(writes))


def _real(path: bytes) -> bytes:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # a NUL in it, for example: the operation will say what is wrong
        return path


def _existing(folder: bytes) -> bytes:
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


class Allowance:
    """The folders that may be read. It grows, so that going back to a folder costs nothing."""

    def __init__(self) -> None:
        self._given: dict[bytes, Identity] = {}

    def covers(self, folders: Iterable[bytes]) -> bool:
        """Whether each of ``folders`` is one that was given, or below one, and that one is still the same folder."""
        return all(any(_within(folder, given) and self._same(given) for given in self._given) for folder in folders)

    def grow(self, folders: Iterable[bytes]) -> tuple[bytes, ...]:
        """Add ``folders``; all that is given now."""
        for folder in (*self._given, *folders):
            identity = _identity(folder)
            if identity is None:
                self._given.pop(folder, None)
            else:
                self._given[folder] = identity
        return tuple(self._given)

    def _same(self, folder: bytes) -> bool:
        return _identity(folder) == self._given[folder]


def _within(folder: bytes, given: bytes) -> bool:
    return folder == given or folder.startswith(given.rstrip(b"/") + b"/")


def _identity(folder: bytes) -> Identity | None:
    """Device and inode: a folder deleted and made again is another one, to which no right was given."""
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino
