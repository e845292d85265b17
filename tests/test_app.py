"""The program as it is started: by real processes, off screen."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from pexgui import app, display
from pexgui.log import LARGEST, Log

PEXGUI = [sys.executable, "-m", "pexgui"]
PATIENCE = 120

# The real program, which tells when its window is open and what it is asked to show.
WATCHED = """
import sys
from PySide6.QtCore import QTimer
from pexgui import app
from pexgui.ui.program import Program
from pexgui.ui.window import MainWindow

def tell(*words):
    print(*words, flush=True)

def opened(program, *arguments, really=Program.open):
    really(program, *arguments)
    QTimer.singleShot(0, lambda: (tell("open", program.window.isVisible()), after(program)))

def asked(window, paths, really=MainWindow.open_paths):
    tell("asked", paths)
    really(window, paths)

def after(program):
    pass

Program.open, MainWindow.open_paths = opened, asked
"""
START = "\nsys.exit(app.main(sys.argv[1:]))\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person who starts pexgui for the first time, off screen."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)
    return os.environ | folders | {"XDG_RUNTIME_DIR": str(runtime), "QT_QPA_PLATFORM": "offscreen"}


def run(arguments: list[str | bytes], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [*PEXGUI, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)


class Running:
    """A pexgui under way."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._told = b""

    def hear(self) -> str:
        """The next line that it tells."""
        assert self.process.stdout is not None
        while b"\n" not in self._told:
            assert select.select([self.process.stdout], [], [], PATIENCE)[0], "nothing was told"
            more = os.read(self.process.stdout.fileno(), 10_000)
            assert more, "it ended"
            self._told += more
        line, _, self._told = self._told.partition(b"\n")
        return line.decode()

    def children(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and wait; the exit status and what was said on the error output, but by the platform."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, re.sub(r"This plugin does not support \w+\(\)\n", "", said)


@contextmanager
def running(environment: dict[str, str], *arguments: str | bytes, code: str = "") -> Iterator[Running]:
    command: list[str | bytes] = [sys.executable, "-c", WATCHED + code + START, *arguments]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


# --- the command line


def test_wrong_usage_is_status_2_and_the_version_status_0(environment: dict[str, str]) -> None:
    wrong = run(["--nonsense"], environment)
    assert wrong.returncode == 2
    assert "usage: pexgui" in wrong.stderr
    version = run(["--version"], environment)
    assert version.returncode == 0
    assert version.stdout.startswith("pexgui ")


@pytest.mark.parametrize("named", ["", ":54321", "nowhere.invalid:1"])
def test_without_a_display_a_sentence_says_so(environment: dict[str, str], named: str) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        environment.pop(name, None)
    if named:
        environment["DISPLAY"] = named
    done = run(["--demo"], environment)
    assert (done.returncode, done.stdout) == (app.NO_DISPLAY, "")
    assert done.stderr.startswith("There is no display here")
    assert "Traceback" not in done.stderr


def test_a_compositor_that_is_gone_is_no_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert not display.reachable()


# --- one window


def test_names_that_are_not_text_reach_the_window_as_the_bytes_they_are(
    environment: dict[str, str], tmp_path: Path
) -> None:
    strange = os.fsencode(tmp_path) + b"/\xff\xfe <b>\n.hdf5"
    with running(environment, strange, b"--", b"-platform") as first:
        assert first.hear() == f"asked {[strange, os.fsencode(Path.cwd() / '-platform')]}"
        assert first.hear() == "open True"
        assert first.end() == (0, "")


def test_a_second_start_opens_in_the_running_window_and_ends(environment: dict[str, str], tmp_path: Path) -> None:
    strange = os.fsencode(tmp_path) + b"/\xff.hdf5"
    with running(environment) as first:
        assert first.hear() == "open True"
        second = run([b"a.hdf5", strange], environment)
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert first.hear() == f"asked {[os.fsencode(Path.cwd() / 'a.hdf5'), strange]}"
        assert first.end() == (0, "")


def test_a_new_window_is_a_program_of_its_own(environment: dict[str, str]) -> None:
    with running(environment) as first, running(environment, "--new-window", "b.hdf5") as second:
        assert first.hear() == "open True"
        assert second.hear().startswith("asked ")
        assert second.hear() == "open True"
        assert second.end() == (0, "")
        assert first.end() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_and_ends_every_process(environment: dict[str, str], number: int) -> None:
    with running(environment) as first:
        assert first.hear() == "open True"
        children = first.children()
        assert children
        assert first.end(number) == (0, "")
        assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_the_demo_is_made_on_the_spot_and_opened(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "data" / "pexgui" / "demo"
    with running(environment, "--demo") as first:
        assert first.hear() == "open True"
        assert first.hear() == f"asked {[os.fsencode(folder)]}"
        assert len(list(folder.rglob("*.hdf5"))) >= 3
        assert first.end() == (0, "")


def test_what_was_open_is_open_again_at_the_next_start(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    with running(environment, str(tmp_path / "lab")) as first:
        assert first.hear() == f"asked {[os.fsencode(tmp_path / 'lab')]}"
        assert first.hear() == "open True"
        assert first.end() == (0, "")
    code = "def after(program): tell([path for path, _ in program.window.library.roots()])\n"
    with running(environment, code=code) as again:
        assert again.hear() == "open True"
        assert again.hear() == f"{[os.fsencode(tmp_path / 'lab')]}"
        assert again.end() == (0, "")


# --- the tour


def test_the_tour_goes_through_the_demo_and_leaves_a_picture_of_every_stop(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = run(["--tour", str(tmp_path / "pictures")], environment)
    assert (done.returncode, done.stderr) == (0, "")
    told = [Path(line.rsplit(": ", 1)[1]) for line in done.stdout.splitlines()[1:]]
    assert told == sorted((tmp_path / "pictures").iterdir(), key=lambda file: int(file.name.split("-")[0]))
    stops = [
        "folder",
        "trajectory",
        "column",
        "value",
        "tree",
        "groups",
        "search",
        "array",
        "runs",
        "overview",
        "merge",
        "plan",
        "exploration",
        "points",
    ]
    assert [file.stem.split("-")[1] for file in told] == stops
    pictures = [QImage(str(file)) for file in told]
    sizes = [(picture.width(), picture.height()) for picture in pictures]
    assert all(size >= (1440, 900) for size in sizes[:-4])
    assert all(size >= (700, 440) for size in sizes[-4:])
    assert all(one != other for one, other in pairwise(pictures)), "every stop shows something else"


def test_the_tour_leaves_no_trace_in_the_settings_of_the_person(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(["--tour", str(tmp_path / "pictures")], environment)
    assert done.returncode == 0
    assert not (tmp_path / "config").exists()


def test_a_tour_that_cannot_go_on_says_so_with_status_1(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data" / "pexgui" / "demo").mkdir(parents=True)
    done = run(["--tour", str(tmp_path / "pictures")], environment)
    assert done.returncode == app.PROBLEM
    assert done.stderr.startswith("The tour found no firing rates in the demo folder.")
    assert "Traceback" not in done.stderr


# --- mistakes of our own

MISTAKE_IN_A_SLOT = """
def after(program):
    QTimer.singleShot(0, lambda: (QTimer.singleShot(0, lambda: tell_problem(program)), 1 / 0))
"""
MISTAKE_IN_A_THREAD = """
def after(program):
    import threading
    program.mistaken.connect(lambda: QTimer.singleShot(0, lambda: tell_problem(program)))
    threading.Thread(target=lambda: 1 / 0).start()
"""
TELL_PROBLEM = """
def tell_problem(program):
    dialog = program.window.problems.open_dialog()
    tell(dialog is not None and dialog.isVisible(), "ZeroDivisionError" in dialog.details())
"""


@pytest.mark.parametrize("mistake", [MISTAKE_IN_A_SLOT, MISTAKE_IN_A_THREAD])
def test_a_mistake_of_our_own_is_shown_with_details_logged_and_the_window_lives(
    environment: dict[str, str], tmp_path: Path, mistake: str
) -> None:
    with running(environment, code=TELL_PROBLEM + mistake) as first:
        assert first.hear() == "open True"
        assert first.hear() == "True True"
        status, said = first.end()
        assert status == 0
        assert said == f"pexgui made a mistake of its own; see {tmp_path / 'state' / 'pexgui' / 'pexgui.log'}.\n"
    assert "ZeroDivisionError" in (tmp_path / "state" / "pexgui" / "pexgui.log").read_text()


def test_the_log_keeps_what_is_no_text_and_does_not_grow_without_end(tmp_path: Path) -> None:
    log = Log(tmp_path / "new" / "pexgui.log")
    assert log.write("a name \udcff")
    assert "a name \\udcff" in log.file.read_text("utf-8")
    assert log.write("x" * LARGEST)
    assert log.write("after")
    assert "xxx" not in log.file.read_text("utf-8")
    assert log.file.with_suffix(".old.log").stat().st_size > LARGEST


def test_a_log_that_cannot_be_written_says_so_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = Log(tmp_path / "file" / "pexgui.log")
    assert not log.write("text")
    log.catch_crashes()
