"""An engine process as its parent sees it: started, spoken to through pipes, listened to, ended."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO, NamedTuple

if sys.platform == "linux":
    from fcntl import F_SETPIPE_SZ, fcntl

from . import protocol
from .protocol import Confined, Event, Garbage, Message
from .sandbox import environment

TAIL = 200
"""Lines of what the child printed that are kept."""

PIPE = 2**20
FOLDER = "pexgui-engine-"


class Ended(NamedTuple):
    """The child is gone. ``reason`` is for the technically minded; ``garbled`` when it was ended for what it sent."""

    reason: str
    garbled: bool


class Child:
    """One engine process. Raises `OSError` when it cannot be started.

    A thread starts it and then listens to it as long as it lives: the system ends the child with the thread that
    started it, and the thread of the caller may be a passing one. The child's folder is private, empty, and removed.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self.confined: Confined | None = None
        self.writes: tuple[bytes, ...] = ()
        self._inbox: SimpleQueue[Event | Ended] = SimpleQueue()
        self._printed: deque[str] = deque(maxlen=TAIL)
        self._ending = threading.Lock()
        born: SimpleQueue[subprocess.Popen[bytes] | OSError] = SimpleQueue()
        self._life = threading.Thread(target=self._live, args=(command, born), daemon=True)
        self._life.start()
        process = born.get()
        if isinstance(process, OSError):
            raise process
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Put a message into the pipe. If nobody is there to read it, `hear` will say so."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(protocol.frame(message))

    def hear(self, patience: float) -> Event | Ended | None:
        """The next message, or None when there is none for ``patience`` seconds."""
        try:
            return self._inbox.get(timeout=patience)
        except Empty:
            return None

    def printed(self) -> str:
        """The last lines that the child wrote to its standard error, and its libraries to their output."""
        return "".join(list(self._printed)).strip()

    def abort(self, patience: float = 0.5) -> None:
        """End it so that it prints where it was."""
        if sys.platform != "win32":
            with suppress(OSError):
                self._process.send_signal(signal.SIGABRT)
            self._life.join(patience)
        self.end()

    def end(self, patience: float = 0.0) -> None:
        """Close its input, which ends a child that listens; after ``patience`` seconds kill it. Returns when the
        process is gone. May be called from any thread and more than once."""
        with self._ending:
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
            self._process.kill()
            self._process.wait()
        self._life.join()

    def _live(self, command: tuple[str, ...], born: "SimpleQueue[subprocess.Popen[bytes] | OSError]") -> None:
        prefix = f"{FOLDER}{os.getpid()}-"
        with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
            try:
                process = _start(command, folder)
            except OSError as problem:
                born.put(problem)
                return
            born.put(process)
            assert process.stdout is not None
            assert process.stderr is not None
            _widen(process.stdout)
            overhear = threading.Thread(target=self._overhear, args=(process.stderr,), daemon=True)
            overhear.start()
            _sweep(os.path.dirname(folder))
            with process.stdout:
                complaint = self._listen(process.stdout)
            fate = _farewell(process, 0.0 if complaint else 1.0)
            overhear.join(1.0)
            self._inbox.put(Ended(complaint or fate, bool(complaint)))

    def _listen(self, answers: IO[bytes]) -> str:
        """Collect messages until the pipe ends or brings something that is no message, which is the reason given."""
        try:
            while (event := protocol.receive(answers.read, Event)) is not None:
                self._inbox.put(event)
        except Garbage as problem:
            return f"It sent something that is no message: {problem}"
        except OSError as problem:
            return f"The pipe broke: {problem}"
        return ""

    def _overhear(self, errors: IO[bytes]) -> None:
        with errors:
            while line := errors.readline(4096):
                self._printed.append(line.decode("utf-8", "backslashreplace"))


def _start(command: tuple[str, ...], folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (the command is our own Python)
        [*command, str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=folder,
        env=environment(),
        close_fds=True,
        start_new_session=True,  # Ctrl+C in a terminal is for the window, which then ends its children.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _sweep(place: str) -> None:
    """Remove the empty folders of engines whose parent was killed and could not do it."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for name in os.listdir(place):
            owner = name.removeprefix(FOLDER).partition("-")[0]
            if name.startswith(FOLDER) and owner.isdecimal() and not _running(int(owner)):
                with suppress(OSError):  # not empty, or another person's: not ours to remove
                    os.rmdir(os.path.join(place, name))


def _running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _widen(pipe: IO[bytes]) -> None:
    """Let a large answer through in fewer pieces; without it everything works, slower."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl(pipe, F_SETPIPE_SZ, PIPE)


def _farewell(process: subprocess.Popen[bytes], patience: float) -> str:
    """How it ended, after its pipe did; one that lives on is ended here."""
    try:
        code = process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "It closed its pipe."
    if code < 0:
        with suppress(ValueError):
            return f"It was ended by {signal.Signals(-code).name}."
    return f"It ended with status {code}."
