"""A screen of its own for tests: Xvfb with a window manager, and the windows on it as a person would find them."""

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = ("Xvfb", "openbox", "xdotool")
PATIENCE = 60


@contextmanager
def screen(home: Path, *also: str) -> Iterator[dict[str, str]]:
    """The environment of a person who sits at a screen of their own with an empty home folder."""
    for program in (*PROGRAMS, *also):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    with _server() as display:
        environment = _environment(home, display)
        with _window_manager(home, environment):
            yield environment


@contextmanager
def _server() -> Iterator[str]:
    """An X server on a display that is free: it chooses the number itself and tells it through a pipe."""
    told, telling = os.pipe()
    command = ["Xvfb", "-displayfd", str(telling), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[telling], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(telling)
    try:
        assert select.select([told], [], [], PATIENCE)[0], "Xvfb did not start"
        number = os.read(told, 20).decode().strip()
        assert number, "Xvfb ended at once"
        yield f":{number}"
    finally:
        os.close(told)
        _end(server)


@contextmanager
def _window_manager(home: Path, environment: dict[str, str]) -> Iterator[None]:
    ready = home / "ready"
    os.mkfifo(ready)
    started = home / "started"
    started.write_text(f'#!/bin/sh\necho > "{ready}"\n')
    started.chmod(0o755)
    listening = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
    manager = subprocess.Popen(
        ["openbox", "--startup", str(started)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert select.select([listening], [], [], PATIENCE)[0], "openbox did not start"
        yield
    finally:
        os.close(listening)
        _end(manager)


def _environment(home: Path, display: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "WAYLAND", "DBUS"))
    }
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    return kept | folders | {"DISPLAY": display, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(home)}


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def window_named(name: str, environment: dict[str, str]) -> str:
    """The id of the visible window whose title has ``name``; waits until there is one."""
    return _found(["--sync", "--onlyvisible", "--name", name], environment)[0]


def windows_of(kind: str, environment: dict[str, str]) -> list[str]:
    """The ids of the visible windows of the program that calls itself ``kind``."""
    return _found(["--onlyvisible", "--class", kind], environment)


def process_of(window: str, environment: dict[str, str]) -> int:
    """The id of the process that a window says it belongs to."""
    done = subprocess.run(
        ["xdotool", "getwindowpid", window], env=environment, check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def _found(what: list[str], environment: dict[str, str]) -> list[str]:
    command = ["xdotool", "search", *what]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout.split()
