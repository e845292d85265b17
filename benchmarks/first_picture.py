"""Starts the program, or an empty window, and prints the seconds from the start of this process to its first paint."""

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget


def since_start() -> float:
    with open("/proc/self/stat") as stat:
        began = int(stat.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began


class Watch(QObject):
    """Notes the first paint of a widget and ends the program."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.done)
        return False

    def done(self) -> None:
        print(since_start(), flush=True)
        QApplication.exit(0)


def main() -> None:
    app = QApplication([sys.argv[0]])
    if sys.argv[1] == "pexgui":
        from pexgui.log import Log
        from pexgui.ui.program import Program

        program = Program(app, Log())
        window: QWidget = program.window
    else:
        window = QWidget()
    watch = Watch()
    window.installEventFilter(watch)
    window.show()
    app.exec()
    window.close()


main()
