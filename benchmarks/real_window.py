"""The real window with its real workers, driven from a benchmark."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from pexgui.ui import theme
from pexgui.ui.jobs import Worker
from pexgui.ui.window import MainWindow

PATIENCE = 60.0


@contextmanager
def open_window() -> Iterator[MainWindow]:
    """A window that remembers nothing, painted once and with warm workers; its settings are those of a benchmark."""
    app = QApplication.instance() or QApplication(["benchmark"])
    QCoreApplication.setOrganizationName("pexgui-benchmark")
    QCoreApplication.setApplicationName("pexgui-benchmark")
    QSettings().clear()
    assert isinstance(app, QApplication)
    theme.apply(app)
    workers = [Worker() for _ in range(3)]
    window = MainWindow(*(worker.submit for worker in workers), remember=False)
    window.resize(1440, 900)
    with Painted(window) as painted:
        window.show()
        wait_for(lambda: painted.count > 0)
    rest(1.0)
    yield window
    window.close()
    for worker in workers:
        worker.stop()


class Painted(QObject):
    """Counts the paints of a widget while the ``with`` block runs, and notes when the first ended."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._widget = widget
        self.count = 0

    def __enter__(self) -> "Painted":
        self._widget.installEventFilter(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._widget.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._after)
        return False

    def _after(self) -> None:
        self.count += 1


def wait_for(condition: Callable[[], object], patience: float = PATIENCE) -> float:
    """Turn the event loop until ``condition()``, at most ``patience`` seconds; the seconds it took."""
    began = time.perf_counter()
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if condition() or time.perf_counter() - began > patience else None)
    timer.start(1)
    loop.exec()
    taken = time.perf_counter() - began
    assert condition(), f"waited {taken:.0f} s in vain"
    return taken


def rest(seconds: float) -> None:
    """Let the event loop turn for a while."""
    began = time.perf_counter()
    wait_for(lambda: time.perf_counter() - began > seconds)
