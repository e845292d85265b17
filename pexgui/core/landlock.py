"""Landlock, the Linux kernel's way for a process to give up its own rights, by its three system calls."""

import ctypes
import os
import stat
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_FOLDER = 1 << 3
_REMOVE_FOLDER = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_FOLDER = 1 << 7
_MAKE_FILE = 1 << 8
_RENAME_ACROSS = 1 << 13
_TRUNCATE = 1 << 14

_READING = _READ_FILE | _READ_FOLDER
_WRITING = (
    _READING | _WRITE_FILE | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE | _RENAME_ACROSS | _TRUNCATE
)
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# By version of the kernel's interface: everything it can deny is denied, and the rules above allow a little of it.
_FILES_BEFORE = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FILES = (1 << 16) - 1
_NETWORK_FROM, _NETWORK = 4, 0b11
_OTHERS_FROM, _OTHERS = 6, 0b11


class _Rules(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("others", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of the kernel's Landlock. Raises `OSError` where there is none."""
    return _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))


def restrict(reads: Iterable[bytes], writes: Iterable[bytes]) -> int:
    """Deny this thread, and the threads it starts, everything but reading below ``reads`` and writing below ``writes``:
    other files, executing, TCP, and signals or sockets to processes outside. Cannot be taken back.

    What does not exist is left out. Gives the version in force; raises `OSError` where there is no Landlock.
    """
    known = version()
    files = _FILES_BEFORE.get(known, _FILES)
    rules = _Rules(files, _NETWORK if known >= _NETWORK_FROM else 0, _OTHERS if known >= _OTHERS_FROM else 0)
    size = 8 if known < _NETWORK_FROM else 16 if known < _OTHERS_FROM else 24
    descriptor = _call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in reads:
            _allow(descriptor, path, _READING & files)
        for path in writes:
            _allow(descriptor, path, _WRITING & files)
        _call(_RESTRICT, ctypes.c_int(descriptor), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)
    return known


def _allow(rules: int, path: bytes, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there, or not ours to see, needs no permission; opening it will say what is wrong.
    try:
        folder = stat.S_ISDIR(os.fstat(target).st_mode)
        beneath = _Beneath(rights if folder else rights & _OF_A_FILE, target)
        _call(_ADD, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), ctypes.byref(beneath), ctypes.c_uint32(0))
    finally:
        os.close(target)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
