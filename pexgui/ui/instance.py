"""One window per person and display: a second start hands its files to the first and ends."""

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE = 3000
"""Milliseconds a second start waits for the first one, before it opens a window of its own."""
LONGEST = 16_000_000
"""Bytes of a message: more than any command line holds."""
_RECEIVED = b"\x06"
_ENV_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


class Instance(QObject):
    """The place where starts of pexgui meet: the first `claim` succeeds, the others `hand_over`.

    ``asked`` carries the paths (a list of ``bytes``) of a later start, which may be none, and the token by which
    the desktop allows the window to come to the front.
    """

    asked = Signal(object, str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = _address(folder or _private_folder())
        self._lock: QLockFile | None = None
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the one that later starts hand over to. False when there is one already, or no place to meet."""
        if not self._address:
            return False
        lock = self._new_lock()
        if not lock.tryLock(0):
            return False
        # Holding the lock: a socket that lies here was left behind by a start that crashed.
        QLocalServer.removeServer(self._address)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._listen)
        if not server.listen(self._address):
            lock.unlock()
            return False
        self._lock, self._server = lock, server
        return True

    def hand_over(self, paths: Sequence[bytes], patience: int = PATIENCE) -> bool:
        """Give ``paths`` to the window that is open. False when there is none or it does not answer."""
        if not self._address:
            return False
        socket = QLocalSocket()
        for _attempt in range(20):
            socket.connectToServer(self._address)
            if socket.waitForConnected(patience):
                break
            lock = self._new_lock()
            if lock.tryLock(10):  # nobody is there; otherwise somebody may be about to listen
                lock.unlock()
                return False
        else:
            return False
        body = b"\0".join([_token().encode(), *paths])
        socket.write(len(body).to_bytes(4, "big") + body)
        while not socket.bytesAvailable():
            if not socket.waitForReadyRead(patience):
                return False
        return bytes(socket.readAll().data()) == _RECEIVED

    def close(self) -> None:
        """Let the next start be the first."""
        if self._server is not None and self._lock is not None:
            self._server.close()
            self._lock.unlock()
            self._server = self._lock = None

    def _new_lock(self) -> QLockFile:
        lock = QLockFile(f"{self._address}.lock")
        lock.setStaleLockTime(0)  # however long a window is open; what a dead process holds is free all the same
        return lock

    def _listen(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            _Caller(self._server.nextPendingConnection(), self)


class _Caller(QObject):
    """Another start that is calling: what came of its message so far."""

    def __init__(self, socket: QLocalSocket, instance: Instance) -> None:
        super().__init__(socket)
        self._socket = socket
        self._instance = instance
        self._message = b""
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)
        self._read()

    def _read(self) -> None:
        self._message += bytes(self._socket.readAll().data())
        if len(self._message) < 4:
            return
        length = int.from_bytes(self._message[:4], "big")
        if length > LONGEST or len(self._message) > 4 + length:
            self._socket.abort()
        elif len(self._message) == 4 + length:
            token, *paths = self._message[4:].split(b"\0")
            self._socket.write(_RECEIVED)
            self._socket.flush()
            self._instance.asked.emit(paths, token.decode("ascii", "replace"))


def _token() -> str:
    return next((os.environ[name] for name in _ENV_TOKENS if os.environ.get(name)), "")


def _private_folder() -> Path | None:
    """A folder that only this person may enter, or None."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    cache = os.environ.get("XDG_CACHE_HOME", "")
    for folder in (Path(runtime), (Path(cache) if os.path.isabs(cache) else Path.home() / ".cache") / "pexgui"):
        if not folder.is_absolute():
            continue
        try:
            if folder.name == "pexgui":
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
        except OSError:
            continue
        if os.name == "posix" and found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077:
            return folder
    return None


def _address(folder: Path | None) -> str:
    """The socket of this display in ``folder``; empty where a socket cannot be."""
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    name = re.sub(r"[^A-Za-z0-9.]+", "-", f"pexgui-{display}").strip("-")
    if folder is None or len(os.fsencode(folder)) + len(name) > 90 or not str(folder).isprintable():
        return ""
    return str(folder / name)
