"""What an engine process may not do: its environment, its limits and, on Linux, Landlock.

Reading a Blosc2 chunk can start a Python in the current folder, an unknown filter makes libhdf5 open libraries, and a
damaged file can allocate without bound; so a process that opens a stranger's file gives up beforehand what it does
not need. Each of these barriers holds without the others.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from typing import NamedTuple

from . import landlock

MEMORY = 3 * 2**30
"""Address space of an engine process, in bytes."""

HDF5 = {
    # Looking at a file must never stop the simulation that writes it.
    "HDF5_USE_FILE_LOCKING": "FALSE",
    # No library is opened because a file names a filter; hdf5plugin registers its own from its package.
    "HDF5_PLUGIN_PRELOAD": "::",
}

_ALWAYS = {
    **HDF5,
    "PATH": "/nonexistent",
    "PYTHONSAFEPATH": "1",
    "LC_ALL": "C.UTF-8",
    # A thread that existed before Landlock would stay outside of it.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_KEPT = ("TZ", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "NUMBER_OF_PROCESSORS")

_PDEATHSIG = 1
_NO_NEW_PRIVS = 38

_SYSTEM = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/sys/devices/system/cpu",
    "/proc/self",
    "/proc/meminfo",
    "/proc/cpuinfo",
    "/proc/stat",
)


class Confinement(NamedTuple):
    """Which barriers hold. ``landlock`` is the version in force, 0 without it, and then ``note`` says why."""

    landlock: int
    note: str


def environment() -> dict[str, str]:
    """The whole environment of an engine process; nothing else is inherited, no ``LD_*`` and no other ``PYTHON*``."""
    return _ALWAYS | {name: os.environ[name] for name in _KEPT if name in os.environ}


def prepare() -> None:
    """Make the libraries in this process read as an engine process does. Called before h5py is first imported."""
    os.environ.update(HDF5)


def die_with_parent(parent: int) -> None:
    """End this process when ``parent`` (or its thread that started this process) ends, even in the middle of a loop
    in C. Where the system cannot do this, the end of the pipe does it."""
    if sys.platform == "linux":
        _prctl(_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def confine(reads: Iterable[bytes], writes: Iterable[bytes] = ()) -> Confinement:
    """Give up, for good, what reading below ``reads`` and writing below ``writes`` does not need.

    Folders that do not exist are left out. A system without one of the barriers is no error; the result says so.
    """
    writes = tuple(writes)
    limit(writing=bool(writes))
    if sys.platform != "linux":
        return Confinement(0, f"Landlock does not exist on {sys.platform}")
    _prctl(_NO_NEW_PRIVS, 1)
    try:
        version = landlock.restrict((*_libraries(), *reads), writes)
    except OSError as problem:
        return Confinement(0, f"Landlock is not available: {os.strerror(problem.errno or 0)}")
    return Confinement(version, "")


def limit(writing: bool) -> None:
    """Limit memory, core dumps and, for a process that only reads, files that grow."""
    if sys.platform == "win32":
        return
    import resource

    limits = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CORE: 0}
    if not writing:
        limits[resource.RLIMIT_FSIZE] = 0
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, allowed))
        except (OSError, ValueError):
            if sys.platform == "linux":
                raise
            # macOS refuses a limit on the address space.


def _libraries() -> Iterable[bytes]:
    """What Python and its packages may still load: everything on the module path but a bare checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    checkout = os.path.dirname(package)
    prefixes = {os.path.join(prefix, name) for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")}
    path = {entry for entry in sys.path if entry and (entry != checkout or entry.endswith("-packages"))}
    resources = os.path.join(checkout, "resources")
    return [os.fsencode(entry) for entry in (package, resources, *_SYSTEM, *sorted(prefixes | path))]


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(ctypes.c_int(option), *(ctypes.c_ulong(argument) for argument in (value, 0, 0, 0))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
