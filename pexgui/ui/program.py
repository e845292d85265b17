"""The window, the processes that work for it, and what happens when something fails or the person wants to leave."""

import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtCore import QObject, QSize, QSocketNotifier, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from pexgui import __version__, resources
from pexgui.core import PexError
from pexgui.log import Log

from . import theme
from .jobs import Worker
from .window import MainWindow

FRAME = QSize(2, 40)
"""About what a window manager puts around a window, so that a small screen holds all of it."""


class Program(QObject):
    """One window with its workers: a reader for what is looked at, a scanner for folders, a writer for new files,
    a comparer for what takes long and is only looked at, a merger, a compacter, and a recoverer, which a dead network
    drive may hold up, for what was cut off before."""

    mistaken = Signal(object)

    def __init__(self, app: QApplication, log: Log) -> None:
        super().__init__(app)
        self._app = app
        self._log = log
        self._mistakes: set[str] = set()
        _introduce(app)
        theme.apply(app)
        self.reader, self.scanner = Worker(parent=self), Worker(parent=self)
        self.writer = Worker(parent=self, prewarm=False)
        self.comparer = Worker(parent=self, prewarm=False)
        self.merger = Worker(parent=self, prewarm=False)
        self.compacter = Worker(parent=self, prewarm=False)
        self.recoverer = Worker(parent=self, prewarm=False)
        self._workers = (
            *(self.reader, self.scanner, self.writer),
            *(self.comparer, self.merger, self.compacter, self.recoverer),
        )
        try:
            self.window = MainWindow(
                self.reader.submit,
                self.scanner.submit,
                self.writer.submit,
                self._forget,
                comparer=self.comparer.submit,
                merger=self.merger.submit,
                recoverer=self.recoverer.submit,
                compacter=self.compacter.submit,
            )
        except Exception:
            for worker in self._workers:
                worker.stop()
            raise
        for worker in self._workers:
            worker.problem.connect(self.window.show_problem)
        self.mistaken.connect(self.window.show_problem)
        self._catch_mistakes()
        self._leave_on_signals()

    def open(self, paths: Sequence[bytes], demo: bool = False) -> None:
        """Show the window with ``paths`` and, made first where it is not there yet, the demo folder."""
        room = self.window.screen().availableSize() - FRAME
        self.window.resize(self.window.size().boundedTo(room))
        self.window.show()
        if paths:
            self.window.open_paths(list(paths))
        if demo:
            self.window.open_demo()

    def welcome(self, paths: list[bytes], token: str) -> None:
        """Another start asks this window to come to the front and to show ``paths``."""
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        if paths:
            self.window.open_paths(paths)

    def busy(self) -> bool:
        """Whether anything is under way."""
        return any(worker.busy() for worker in self._workers)

    def leave(self) -> None:
        """Close the window and end, whatever is under way."""
        self.window.close()
        self._app.exit(0)

    def _forget(self, file: bytes) -> None:
        for worker in (self.reader, self.scanner, self.comparer, self.merger, self.compacter):
            worker.forget(file)

    # --- mistakes of our own

    def _catch_mistakes(self) -> None:
        sys.excepthook = self._mistake
        threading.excepthook = lambda found: self._mistake(found.exc_type, found.exc_value, found.exc_traceback)

    def _mistake(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Log an exception that nobody handled, in any thread, and show it: each mistake once."""
        if isinstance(error, PexError):
            self.mistaken.emit(error)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        known = details in self._mistakes
        self._mistakes.add(details)
        kept = self._log.write(details)
        if sys.stderr is not None:
            sys.stderr.write(f"pexgui made a mistake of its own; see {self._log.file}.\n" if kept else details)
        if not known:
            where = f" It is also in {self._log.file}." if kept else ""
            self.mistaken.emit(
                PexError(
                    "pexgui made a mistake of its own.",
                    f"Your files are as they were. Please send the details to whoever gave you pexgui.{where}",
                    details,
                )
            )

    # --- the way out

    def _leave_on_signals(self) -> None:
        """Have SIGINT and SIGTERM close the window: Python alone would hear them only while it runs."""
        self._near, far = socket.socketpair()
        self._far = far
        for end in (self._near, far):
            end.setblocking(False)
        signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)
        notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._hear_signal)

    def _hear_signal(self) -> None:
        if self._near.recv(64):
            self.leave()


def _introduce(app: QApplication) -> None:
    """Tell Qt and the desktop who this is: for settings, for the window's icon and for its entry in the menu."""
    app.setOrganizationName("pexgui")
    app.setApplicationName("pexgui")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("pexgui")
    app.setWindowIcon(QIcon(str(resources.folder() / "pexgui.svg")))
