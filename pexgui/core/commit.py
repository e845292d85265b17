"""How a file that the user keeps comes to be: written beside its place, checked, made durable, moved into it."""

import errno
import os
import re
import secrets
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from io import FileIO

from xxhash import xxh3_128

from . import text
from .errors import PexError
from .locks import Lock, hold, make_durable
from .model_write import FileStamp, Input
from .progress import Progress, silent

MARK = b".pexgui-"
SUFFIX = b".tmp"
_LONGEST_NAME = 255
_OURS = re.compile(rb"\.?.+\.pexgui-([0-9a-f]{8})(\.[a-z]+)", re.DOTALL)
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0) if sys.platform == "win32" else ()
"""Seconds between attempts to replace a file that a virus scanner or a program that synchronises folders has open."""
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)
_PIECE = 4 << 20
_DIGESTED = 32 << 20
_DIGESTED_AT_ONCE = 2
NOTHING_CHANGED = "Nothing was changed."


def moment(name: str) -> None:
    """A named point of a write, right before its next step; whoever tests writes can be told of it."""


def fresh_token() -> bytes:
    """What tells the files of one write from those of another."""
    return secrets.token_hex(4).encode()


def name_beside(name: bytes, token: bytes, suffix: bytes, hidden: bool = True, note: bytes = b"") -> bytes:
    """A name that shows whose it is, ``.NAME.pexgui-XXXXXXXX.tmp``; it fits however long ``name`` is."""
    tail = note + MARK + token + suffix
    dot = b"." if hidden else b""
    return dot + name[: _LONGEST_NAME - len(dot) - len(tail)] + tail


def token_of(name: bytes, suffix: bytes) -> bytes:
    """The token in a name that `name_beside` made with this suffix; empty for any other name."""
    found = _OURS.fullmatch(name)
    return found[1] if found and found[2] == suffix and b"/" not in name else b""


def is_own(name: bytes) -> bool:
    """Whether a name is one that we give to what a write needs or leaves, such as a backup."""
    return _OURS.fullmatch(name) is not None


def temporary_path(target: bytes) -> bytes:
    """A fresh name beside ``target`` that shows whose it is: ``.NAME.pexgui-XXXXXXXX.tmp``."""
    folder, name = os.path.split(target)
    return os.path.join(folder, name_beside(name, fresh_token(), SUFFIX))


@contextmanager
def writing(target: bytes, check: Callable[[bytes], None] | None = None) -> Iterator[bytes]:
    """Give a path to write to; afterwards it becomes ``target``, or, if anything is raised, never existed.

    ``check(path)`` looks at what was written, from disk, before it takes its place; it raises when it is not right.
    A symbolic link at ``target`` stays, what it points to is replaced. Raises `PexError` when the disk refuses.
    """
    target = os.path.realpath(target)
    with refusing(target), temporary(target) as (path, kept):
        yield path
        moment("flush the result")
        make_durable(kept.fileno())
        if check is not None:
            check(path)
        same_mode(path, target)
        if sys.platform == "win32":
            kept.close()
        moment("replace the target")
        replace(path, target)
    with suppress(OSError):  # The file is in its place already, so that a refusal changes nothing.
        sync_folder(os.path.dirname(target))


@contextmanager
def refusing(target: bytes) -> Iterator[None]:
    """What the disk refuses inside becomes a sentence about ``target``, of which nothing was changed."""
    try:
        yield
    except OSError as error:
        raise refused(target, error) from error


@contextmanager
def temporary(target: bytes) -> Iterator[tuple[bytes, FileIO]]:
    """A new, empty file beside ``target``, and itself opened. If anything is raised inside, it never existed.

    As long as it is open, nobody takes it for one that was left behind.
    """
    path, kept = create_temporary(target)
    try:
        yield path, kept
    except BaseException:
        kept.close()
        discard(path)
        raise
    finally:
        kept.close()


def create_temporary(target: bytes, path: bytes = b"") -> tuple[bytes, FileIO]:
    """A new, empty file beside ``target``, or at ``path``, that only we may use, and itself opened."""
    while True:
        made = path or temporary_path(target)
        moment("create a file")
        descriptor = os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
        kept = FileIO(descriptor, "r+")
        # Not for us alone: PyTables, which checks what we wrote, locks what it reads.
        held = hold(descriptor, shared=True)
        with suppress(OSError):
            if held is not Lock.TAKEN and os.path.samestat(os.stat(made), os.fstat(descriptor)):
                return made, kept
        kept.close()  # Somebody cleared it away, or is about to, because it was not locked yet.


def discard(path: bytes) -> None:
    """Take a file of ours away, as far as that is possible."""
    with suppress(OSError):
        os.unlink(path)


def same_mode(path: bytes, target: bytes) -> None:
    """Give a file the permissions of the one it replaces, or those that any new file gets."""
    try:
        mode = os.stat(target).st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    with suppress(PermissionError):  # FAT and its like have the permissions of their drive.
        os.chmod(path, mode)


def same_owner(path: bytes, target: bytes) -> None:
    """Give a file the owner and the extended attributes of the one it replaces, as far as the system allows."""
    there, ours = os.stat(target), os.stat(path)
    if sys.platform == "win32":
        return
    if (there.st_uid, there.st_gid) != (ours.st_uid, ours.st_gid):
        with suppress(OSError):
            os.chown(path, there.st_uid, there.st_gid)
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(path, name, os.getxattr(target, name))


def sync_folder(folder: bytes) -> None:
    """Make the names in a folder durable, where the system can do that."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        make_durable(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


def replace(path: bytes, target: bytes) -> None:
    """Put a file into the place of another, at once and whole; on Windows try again while somebody has it open."""
    for pause in _PAUSES:
        try:
            os.replace(path, target)
            return
        except PermissionError:
            threading.Event().wait(pause)
    os.replace(path, target)


def place_anew(path: bytes, target: bytes) -> None:
    """Move a file to a place where nothing is. Raises `FileExistsError` rather than replace anything."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        os.rename(path, target)
        return
    sync_folder(os.path.dirname(target))
    moment("take the old name away")
    os.unlink(path)


def stamp_of(status: os.stat_result) -> FileStamp:
    """By what a change of this file would be noticed."""
    return FileStamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def as_input(path: bytes) -> Input:
    """A file as it is now, to be named in a `Work` before it is read. Raises `PexError` unless it is a regular file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        title = f"“{shown(path)}” cannot be used: {text.printable(getattr(error, 'strerror', '') or str(error))}."
        raise PexError(title, f"{NOTHING_CHANGED} Look where the file is now.", str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise PexError(f"“{shown(path)}” is no regular file.", f"{NOTHING_CHANGED} Choose another file.")
    return Input(path, stamp_of(status))


def shown(path: bytes) -> str:
    """The last part of a path as sentences name it."""
    return text.printable(os.path.basename(path) or path)


def digest_of_file(path: bytes, progress: Progress = silent) -> str:
    """What tells the content of a file from any other that comes about by accident: the XXH3 of the XXH3 of its pieces,
    of which several are read at once."""
    found = xxh3_128()
    what = f"Checking “{shown(path)}”"
    with open(path, "rb", buffering=0) as file, ThreadPoolExecutor(_DIGESTED_AT_ONCE) as threads:
        total = os.fstat(file.fileno()).st_size
        places = range(0, max(total, 1), _DIGESTED)
        pieces = threads.map(partial(_digest_of_piece, path), places)
        try:
            for place, piece in zip(places, pieces, strict=True):
                found.update(piece)
                progress(what, min(place + _DIGESTED, total), total)
        finally:
            threads.shutdown(cancel_futures=True)
    return found.hexdigest()


def _digest_of_piece(path: bytes, place: int) -> bytes:
    found = xxh3_128()
    buffer = memoryview(bytearray(_PIECE))
    with open(path, "rb", buffering=0) as file:
        file.seek(place)
        for _ in range(0, _DIGESTED, _PIECE):
            found.update(buffer[: file.readinto(buffer)])
    return found.digest()


def refused(target: bytes, error: OSError) -> PexError:
    """The sentence for a file that was not written because the system did not allow it."""
    name = shown(target)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        title, hint = f"“{name}” was not written: the disk is full.", "Make room and try again."
    elif error.errno == errno.EROFS:
        title, hint = f"“{name}” was not written: its disk can only be read.", "Choose another folder."
    elif isinstance(error, PermissionError):
        title, hint = f"“{name}” was not written: its folder does not allow it.", "Choose another folder."
    else:
        reason = text.printable(error.strerror or str(error))
        title, hint = f"“{name}” was not written: {reason}.", "Check its folder and the disk, and try again."
    return PexError(title, f"{NOTHING_CHANGED} {hint}", str(error))
