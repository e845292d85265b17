"""Starts that meet: real processes and real sockets."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pexgui.ui.instance import Instance

LATER_START = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from pexgui.ui.instance import Instance
application = QCoreApplication([])
paths = [os.fsencode(path) for path in sys.argv[3:]]
raise SystemExit(0 if Instance(Path(sys.argv[1])).hand_over(paths, int(sys.argv[2])) else 7)
"""
FIRST_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from pexgui.ui.instance import Instance
application = QCoreApplication([])
first = Instance(Path(sys.argv[1]))
print(first.claim(), flush=True)
application.exec()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder where starts meet, with a path short enough for a socket."""
    folder = tmp_path / "p"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def first(place: Path, qapp: object) -> Iterator[Instance]:
    instance = Instance(place)
    assert instance.claim()
    yield instance
    instance.close()


@pytest.fixture
def other_first(place: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that came first."""
    process = subprocess.Popen([sys.executable, "-c", FIRST_START, str(place)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"True\n"
    yield process
    process.kill()
    process.communicate()


def later_start(place: Path, *paths: bytes, patience: int = 20000, **environment: str) -> "subprocess.Popen[bytes]":
    command: list[str | bytes] = [sys.executable, "-c", LATER_START, str(place), str(patience), *paths]
    return subprocess.Popen(command, env=os.environ | environment)


def test_a_later_start_hands_over_names_that_are_not_text(first: Instance, place: Path, qtbot: QtBot) -> None:
    paths = [b"/data/plain.hdf5", "/data/ä.hdf5".encode(), b"/data/\xff\xfe\n<b>.hdf5"]
    with qtbot.waitSignal(first.asked, timeout=30000) as asked:
        later = later_start(place, *paths)
    assert asked.args is not None
    assert asked.args[0] == paths
    assert later.wait(30) == 0


def test_a_later_start_without_files_still_asks_and_brings_the_token_of_the_desktop(
    first: Instance, place: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(first.asked, timeout=30000) as asked:
        later = later_start(place, XDG_ACTIVATION_TOKEN="token-1")
    assert asked.args == [[], "token-1"]
    assert later.wait(30) == 0


def test_a_hundred_thousand_bytes_of_names_arrive_whole(first: Instance, place: Path, qtbot: QtBot) -> None:
    paths = [b"/data/" + b"%04d" % number + b"x" * 90 for number in range(1000)]
    with qtbot.waitSignal(first.asked, timeout=30000) as asked:
        later = later_start(place, *paths)
    assert asked.args is not None
    assert asked.args[0] == paths
    assert later.wait(30) == 0


def test_only_one_start_is_the_first(first: Instance, place: Path) -> None:
    assert not Instance(place).claim()


def test_when_the_first_has_closed_the_next_one_is_the_first(place: Path, qapp: object) -> None:
    first, second = Instance(place), Instance(place)
    assert first.claim()
    first.close()
    assert second.claim()
    second.close()


def test_what_a_killed_first_start_left_behind_is_in_nobodys_way(
    other_first: "subprocess.Popen[bytes]", place: Path, qapp: object
) -> None:
    other_first.send_signal(signal.SIGKILL)
    other_first.wait(30)
    assert any(stat.S_ISSOCK(file.stat().st_mode) for file in place.iterdir())
    heir = Instance(place)
    assert not heir.hand_over([b"/x"])
    assert heir.claim()
    heir.close()


def test_a_first_start_that_hangs_does_not_keep_the_next_from_opening_a_window(
    other_first: "subprocess.Popen[bytes]", place: Path, qapp: object
) -> None:
    other_first.send_signal(signal.SIGSTOP)
    later = Instance(place)
    assert not later.claim()
    assert not later.hand_over([b"/x"], patience=200)
    other_first.send_signal(signal.SIGCONT)


def test_only_its_owner_can_reach_the_socket(first: Instance, place: Path) -> None:
    (found,) = [file for file in place.iterdir() if stat.S_ISSOCK(file.stat().st_mode)]
    assert not stat.S_IMODE(found.stat().st_mode) & 0o077


def test_nonsense_on_the_socket_is_hung_up_on_and_the_next_caller_is_heard(
    first: Instance, place: Path, qtbot: QtBot
) -> None:
    (found,) = [file for file in place.iterdir() if stat.S_ISSOCK(file.stat().st_mode)]
    with socket.socket(socket.AF_UNIX) as stranger, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(found))
        stranger.connect(str(found))
        stranger.sendall(b"\xff\xff\xff\xffGET / HTTP/1.1\r\n")
        with qtbot.waitSignal(first.asked, timeout=30000) as asked:
            later = later_start(place, b"/data/a.hdf5")
        stranger.settimeout(30)
        assert stranger.recv(1) == b""
    assert asked.args is not None
    assert asked.args[0] == [b"/data/a.hdf5"]
    assert later.wait(30) == 0


def test_a_folder_that_others_may_enter_is_no_place_to_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    tmp_path.chmod(0o755)
    (tmp_path / "pexgui").mkdir(mode=0o755)
    (tmp_path / "pexgui").chmod(0o755)
    alone = Instance()
    assert not alone.claim()
    assert not alone.hand_over([b"/x"])


def test_two_displays_have_two_windows(place: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":1")
    left = Instance(place)
    monkeypatch.setenv("DISPLAY", ":2")
    right = Instance(place)
    assert left.claim()
    assert right.claim()
    left.close()
    right.close()
