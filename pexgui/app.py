"""The program with the window: what it was started with, and one window for each person and display."""

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from . import desktop, display
from .core import PexError
from .log import Log, versions

NO_DISPLAY = 3
"""Exit status when there is no screen to show the window on."""
PROBLEM = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Start pexgui with the arguments of a command line; return the exit status."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    try:
        return _start(options)
    except PexError as problem:
        _complain(problem.title, problem.hint)
    except Exception:
        log = Log()
        kept = log.write(traceback.format_exc())
        _complain("pexgui could not start, because of a mistake of its own.", f"See {log.file}." if kept else "")
    return PROBLEM


def _start(options: argparse.Namespace) -> int:
    if options.install_desktop:
        return _say("Written", desktop.install())
    if options.remove_desktop:
        return _say("Removed", desktop.remove())
    if options.tour is not None:
        return _tour(options.tour)
    if not display.reachable():
        _complain("There is no display here, so no window can be shown.", "pexgui-cli reads the same files as text.")
        return NO_DISPLAY
    return _run(options)


def demo_folder() -> bytes:
    """Where the demo is: in the data folder of the person."""
    given = os.environ.get("XDG_DATA_HOME", "")
    data = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"
    return os.fsencode(data / "pexgui" / "demo")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pexgui", description="See what is in the HDF5 files that pypet writes.", allow_abbrev=False
    )
    add = parser.add_argument
    add("paths", nargs="*", type=_absolute, metavar="FILE_OR_FOLDER", help="what to open; in the open window, if any")
    add("--demo", action="store_true", help="open a folder of small explorations made on the spot")
    add("--new-window", action="store_true", help="open a window of its own beside one that is open already")
    add(
        "--tour", metavar="FOLDER", type=Path, help="without a window, go through the demo and put pictures into FOLDER"
    )
    add("--install-desktop", action="store_true", help="put pexgui into the menu and among the programs for HDF5 files")
    add("--remove-desktop", action="store_true", help="take away what --install-desktop put there")
    add("--version", action="version", version=versions())
    return parser.parse_args(arguments)


def _absolute(path: str) -> bytes:
    """Any name that the file system has: bytes that are no text arrive as surrogates and become themselves again."""
    return os.path.abspath(os.fsencode(path))


def _say(what: str, files: Sequence[Path]) -> int:
    for file in files:
        sys.stdout.write(f"{what}: {file}\n")
    if not files:
        sys.stdout.write("There was nothing to remove.\n")
    return 0


def _complain(title: str, hint: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{title}\n{hint}\n" if hint else f"{title}\n")


def _run(options: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication

    app = QApplication([sys.argv[0]])  # never the arguments: Qt loads libraries that are named there
    from .ui.instance import Instance

    instance = Instance(parent=app)
    if not options.new_window and not instance.claim() and instance.hand_over(_asked(options)):
        return 0
    from .ui.program import Program

    log = Log()
    log.catch_crashes()
    program = Program(app, log)
    instance.asked.connect(program.welcome)
    app.aboutToQuit.connect(instance.close)
    program.open(options.paths, options.demo)
    return app.exec()


def _asked(options: argparse.Namespace) -> list[bytes]:
    """What the window that is open already is asked to show."""
    folder = demo_folder()
    if options.demo and os.path.isdir(folder):
        return [*options.paths, folder]
    paths: list[bytes] = options.paths
    return paths


def _tour(folder: Path) -> int:
    """Go through the demo off screen, as somebody does who starts pexgui for the first time; leave pictures."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="pexgui-tour-") as settings:
        os.environ["XDG_CONFIG_HOME"] = settings
        from PySide6.QtCore import QLoggingCategory
        from PySide6.QtWidgets import QApplication

        QLoggingCategory.setFilterRules("default.warning=false")  # what the off-screen platform cannot do
        app = QApplication([sys.argv[0]])
        from .ui.program import Program
        from .ui.tour import Tour

        program = Program(app, Log())
        tour = Tour(program.window, folder, program.busy)
        tour.stopped.connect(lambda words, picture: sys.stdout.write(f"{words}: {picture}\n"))
        tour.failed.connect(lambda problem: _complain(problem.title, problem.hint or problem.details))
        tour.ended.connect(app.exit)
        sys.stdout.write("The guided tour, off screen. Its pictures:\n")
        tour.start()
        return app.exec()
