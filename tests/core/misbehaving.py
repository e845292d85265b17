"""Operations that crash, hang, devour memory or talk nonsense, and the engine process that serves only them.

The engine of the product looks operations up in the face of the core; nothing leads from there to here.
Started as a script, ``python -I tests/core/misbehaving.py``, this is the child.
"""

# ruff: noqa: T201  (printing is one of the misbehaviours)

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pexgui.core import BeingWritten, FileState, NotReadable, Numbers, Operation, PexError, Progress
from pexgui.core.engine import serve
from pexgui.core.model import Fact, FileRequest, Record, Request

COMMAND = (sys.executable, "-I", str(Path(__file__).resolve()))


class Ask(Request, frozen=True):
    """A request that names whatever folders the test wants."""

    text: str = ""
    number: int = 0
    path: bytes = b""
    readable: tuple[bytes, ...] = ()
    writable: tuple[bytes, ...] = ()

    def reads(self) -> tuple[bytes, ...]:
        return self.readable

    def writes(self) -> tuple[bytes, ...]:
        return self.writable


class Told(Record, frozen=True):
    text: str = ""
    number: int = 0
    facts: tuple[Fact, ...] = ()
    paths: tuple[bytes, ...] = ()


def echo(request: Ask, progress: Progress) -> Told:
    return Told(request.text, request.number)


def who(request: Ask, progress: Progress) -> Told:
    """The process, its parent, its environment, its limits and where it is."""
    import resource

    kinds = {"memory": resource.RLIMIT_AS, "core": resource.RLIMIT_CORE, "file": resource.RLIMIT_FSIZE}
    facts = [Fact(name, str(resource.getrlimit(kind)[0])) for name, kind in kinds.items()]
    facts += [Fact(f"${name}", value) for name, value in os.environ.items()]
    status = Path("/proc/self/status").read_text().splitlines()
    facts += [Fact(name, value.strip()) for name, value in (line.split(":", 1) for line in status)]
    folder = os.getcwdb()
    facts.append(Fact("mode", oct(os.stat(folder).st_mode & 0o777)))
    return Told(str(os.getppid()), os.getpid(), tuple(facts), (folder,))


def count(request: Ask, progress: Progress) -> Told:
    """Report ``number`` steps, as fast as it can."""
    for done in range(request.number):
        progress("Counting", done, request.number)
    return Told("counted", request.number)


def count_until_stopped(request: Ask, progress: Progress) -> Told:
    done = 0
    while True:
        progress("Counting", done, 0)
        done += 1
        time.sleep(0.001)


def fail(request: Ask, progress: Progress) -> Told:
    if request.text == "damaged":
        raise NotReadable("It is broken.", state=FileState.DAMAGED)
    kind = {"NotReadable": NotReadable, "BeingWritten": BeingWritten}.get(request.text, PexError)
    raise kind("It is broken.", "Mend it.", "line 7")


def mistake(request: Ask, progress: Progress) -> Told:
    raise KeyError("no such thing: \udcff")


def file_mistake(request: FileRequest, progress: Progress) -> Told:
    return Told(number=1 // 0)


def crash(request: FileRequest, progress: Progress) -> Told:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Told()


def crash_unless(request: FileRequest, progress: Progress) -> Told:
    """Crash as long as the file says ``bad``."""
    if Path(os.fsdecode(request.file)).read_text() == "bad":
        os.kill(os.getpid(), signal.SIGSEGV)
    return Told("good")


def hang(request: FileRequest, progress: Progress) -> Told:
    """Hang in C without letting go of the interpreter, as libhdf5 does on a damaged heap."""
    progress("About to hang", 0, 0)
    ctypes.PyDLL(None).pause()
    return Told()


def sleep_long(request: FileRequest, progress: Progress) -> Told:
    """Take long in one piece, reporting nothing after the beginning."""
    progress("About to sleep", 0, 0)
    time.sleep(600)
    return Told()


def work_with_signs(request: Ask, progress: Progress) -> Told:
    """Take longer than the deadline of the test, but say so."""
    for done in range(request.number):
        time.sleep(0.05)
        progress("Working", done, request.number)
    return Told("done")


def exit_quietly(request: Ask, progress: Progress) -> Told:
    os._exit(3)


def print_loudly(request: Ask, progress: Progress) -> Told:
    """What C libraries and careless code print."""
    print("noise" * 1000, flush=True)
    os.write(1, b"\x00\x00\x00\x05noise" * 1000)
    sys.stderr.write("warning: noise\n")
    return Told("still here")


def last_words(request: FileRequest, progress: Progress) -> Told:
    """Die as a C library does that complains first."""
    os.write(1, b"free(): invalid pointer\n")
    os.kill(os.getpid(), signal.SIGKILL)
    return Told()


def read_input(request: Ask, progress: Progress) -> Told:
    """What code that waits for the keyboard gets."""
    return Told(sys.stdin.read())


def garbage(request: FileRequest, progress: Progress) -> Told:
    """Write what is no message onto the descriptor that leads to the parent."""
    _write_raw(b"\x00\x00\x00\x05HELLO")
    threading.Event().wait()
    return Told()


def oversized(request: FileRequest, progress: Progress) -> Told:
    _write_raw(b"\xff\xff\xff\xff")
    threading.Event().wait()
    return Told()


def other_number(request: FileRequest, progress: Progress) -> Told:
    from pexgui.core import protocol

    _write_raw(protocol.frame(protocol.Succeeded(10**6, protocol.pack(Told()))))
    threading.Event().wait()
    return Told()


def wrong_type(request: FileRequest, progress: Progress) -> Told:
    return Told(number="seven")  # type: ignore[arg-type]


def huge(request: Ask, progress: Progress) -> Numbers:
    """An answer of ``number`` bytes."""
    return Numbers("|u1", bytes(request.number))


def devour(request: FileRequest, progress: Progress) -> Told:
    return Told(number=len(bytearray(4 * 2**30)))


def surrogate(request: Ask, progress: Progress) -> Told:
    """An answer that cannot travel."""
    return Told("\udcff")


def read_file(request: Ask, progress: Progress) -> Told:
    return Told(Path(os.fsdecode(request.path)).read_text())


def write_file(request: Ask, progress: Progress) -> Told:
    Path(os.fsdecode(request.path)).write_text(request.text or "written")
    return Told("written")


def list_files(request: Ask, progress: Progress) -> Told:
    return Told(paths=tuple(sorted(os.listdir(request.path))))


def execute(request: Ask, progress: Progress) -> Told:
    return Told(subprocess.run([request.path], capture_output=True, check=True).stdout.decode())


def connect(request: Ask, progress: Progress) -> Told:
    import socket

    with socket.create_connection(("127.0.0.1", request.number), timeout=5):
        return Told("connected")


def signal_process(request: Ask, progress: Progress) -> Told:
    os.kill(request.number, 0)
    return Told("signalled")


def sum_data(request: FileRequest, progress: Progress) -> Told:
    import h5py

    with h5py.File(request.file, "r") as file:
        return Told(number=int(file["data"][...].sum()), facts=tuple(Fact(str(k), "") for k in _filters(file["data"])))


def first_bytes(request: FileRequest, progress: Progress) -> Told:
    """The first bytes of a file, by its name as it was asked for."""
    with open(request.file, "rb") as file:
        return Told(file.read(100).decode())


def import_later(request: Ask, progress: Progress) -> Told:
    """What a lazy import needs after the door is closed."""
    import decimal
    import zoneinfo

    import numpy.fft

    import pexgui.core.layout

    zone = zoneinfo.ZoneInfo("Europe/Berlin").key
    return Told(f"{decimal.Decimal(1)} {numpy.fft.__name__} {pexgui.core.layout.__name__} {zone}")


def _filters(dataset: object) -> list[int]:
    plist = dataset.id.get_create_plist()  # type: ignore[attr-defined]
    return [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]


def _write_raw(data: bytes) -> None:
    """Find the pipe to the parent the way an exploit would, among the open descriptors."""
    for descriptor in range(3, 20):
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
            writable = "1" in Path(f"/proc/self/fdinfo/{descriptor}").read_text().split("flags:")[1].split()[0][-1]
        except OSError:
            continue
        if target.startswith("pipe:") and writable:
            os.write(descriptor, data)
            return
    raise AssertionError("the pipe was not found")


def _operation(function: object, request: type, result: type = Told) -> Operation[object, object]:
    return Operation(function.__name__, __name__, request, result)  # type: ignore[attr-defined]


_ASKING = (
    *(echo, who, count, count_until_stopped, fail, mistake, work_with_signs, exit_quietly, print_loudly),
    *(read_input, surrogate, read_file, write_file, list_files, execute, connect, signal_process, import_later),
)
_OF_A_FILE = (
    *(crash, crash_unless, hang, sleep_long, garbage, oversized, other_number, wrong_type, devour, file_mistake),
    *(sum_data, first_bytes, last_words),
)

OPERATIONS = {
    **{function.__name__: _operation(function, Ask) for function in _ASKING},
    **{function.__name__: _operation(function, FileRequest) for function in _OF_A_FILE},
    "huge": _operation(huge, Ask, Numbers),
}


if __name__ == "__main__":
    serve(OPERATIONS)
