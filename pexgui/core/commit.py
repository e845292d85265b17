"""How a file that the user keeps comes to be: written beside its place, checked, made durable, moved into it."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from . import text
from .errors import PexError

MARK = b".pexgui-"
SUFFIX = b".tmp"
_LONGEST_NAME = 255


def temporary_path(target: bytes) -> bytes:
    """A fresh name beside ``target`` that shows whose it is: ``.NAME.pexgui-XXXXXXXX.tmp``."""
    folder, name = os.path.split(target)
    tail = MARK + secrets.token_hex(4).encode() + SUFFIX
    return os.path.join(folder, b"." + name[: _LONGEST_NAME - 1 - len(tail)] + tail)


@contextmanager
def writing(target: bytes, check: Callable[[bytes], None] | None = None) -> Iterator[bytes]:
    """Give a path to write to; afterwards it becomes ``target``, or, if anything is raised, never existed.

    ``check(path)`` looks at what was written, from disk, before it takes its place; it raises when it is not right.
    A symbolic link at ``target`` stays, what it points to is replaced. Raises `PexError` when the disk refuses.
    """
    target = os.path.realpath(target)
    path = temporary_path(target)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise _refused(target, error) from error
    try:
        yield path
        os.fsync(descriptor)
        if check is not None:
            check(path)
        _same_mode(path, target)
        os.replace(path, target)
    except OSError as error:
        _discard(path)
        raise _refused(target, error) from error
    except BaseException:
        _discard(path)
        raise
    finally:
        os.close(descriptor)
    _sync_folder(os.path.dirname(target))


def _discard(path: bytes) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def _same_mode(path: bytes, target: bytes) -> None:
    """The permissions of the file that is replaced, or those that any new file gets."""
    try:
        mode = os.stat(target).st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    os.chmod(path, mode)


def _sync_folder(folder: bytes) -> None:
    """Make the new name itself durable. The file is in place already, so that a refusal changes nothing."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refused(target: bytes, error: OSError) -> PexError:
    name = text.printable(os.path.basename(target))
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PexError(f"“{name}” was not written: the disk is full.", "Nothing was changed. Make room and try again.")
    if isinstance(error, PermissionError):
        return PexError(
            f"“{name}” was not written: its folder does not allow it.", "Nothing was changed. Choose another folder."
        )
    reason = text.printable(error.strerror or str(error))
    return PexError(f"“{name}” was not written: {reason}.", "Nothing was changed.", str(error))
