"""The desktop entry: valid, put in place for one person, and taken away without a trace."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pexgui import app, desktop
from pexgui.core import PexError

from . import screen

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def files_in(folder: Path) -> set[str]:
    """The files below a folder, but for the index that update-desktop-database keeps for all programs."""
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    return found - {"applications/mimeinfo.cache"}


def exec_line(entry: Path) -> str:
    return next(line for line in entry.read_text("utf-8").splitlines() if line.startswith("Exec="))


def test_desktop_file_validate_says_nothing_about_the_entry_that_ships() -> None:
    entry = ROOT / "packaging" / "linux" / "pexgui.desktop"
    done = subprocess.run([program("desktop-file-validate"), entry], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "Exec=pexgui %F" in entry.read_text("utf-8").splitlines()


def test_the_description_for_software_centres_is_valid() -> None:
    command = [program("appstreamcli"), "validate", "--no-net", ROOT / "packaging" / "linux" / "pexgui.metainfo.xml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("launcher", ["/opt/pexgui/bin/pexgui", "/home/Ann O'Neill/$x `y` 100%/a\"b\\c/pexgui"])
def test_desktop_file_validate_says_nothing_about_the_entry_that_is_installed(data: Path, launcher: str) -> None:
    entry, _ = desktop.install(Path(launcher))
    done = subprocess.run([program("desktop-file-validate"), entry], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_installing_writes_an_entry_that_starts_this_very_program_and_its_icon(data: Path) -> None:
    written = desktop.install(Path("/opt/pexgui/bin/pexgui"))
    assert {str(file.relative_to(data)) for file in written} == files_in(data)
    entry, icon = written
    assert exec_line(entry) == 'Exec="/opt/pexgui/bin/pexgui" %F'
    assert icon.read_bytes() == (ROOT / "resources" / "pexgui.svg").read_bytes()
    assert icon == data / "icons" / "hicolor" / "scalable" / "apps" / "pexgui.svg"


def test_removing_takes_away_exactly_what_was_installed(data: Path) -> None:
    for name in ("applications/other.desktop", "icons/hicolor/scalable/apps/other.svg"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("[Desktop Entry]\n")
    before = files_in(data)
    written = desktop.install(Path("/opt/pexgui/bin/pexgui"))
    assert files_in(data) > before
    assert desktop.remove() == written
    assert files_in(data) == before
    assert desktop.remove() == ()


def test_installing_again_from_another_place_replaces_the_entry(data: Path) -> None:
    desktop.install(Path("/old/pexgui"))
    entry, _ = desktop.install(Path("/new/pexgui"))
    assert exec_line(entry) == 'Exec="/new/pexgui" %F'


@pytest.mark.parametrize("launcher", ["/opt/line\nbreak/pexgui", os.fsdecode(b"/opt/\xff/pexgui")])
def test_a_path_that_no_entry_can_hold_is_refused_in_a_sentence(data: Path, launcher: str) -> None:
    with pytest.raises(PexError, match="The desktop cannot start") as refused:
        desktop.install(Path(launcher))
    assert refused.value.title.isprintable()
    assert files_in(data) == set()


def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert app.main(["--install-desktop"]) == app.PROBLEM
    out, err = capfd.readouterr()
    assert out == ""
    assert "could not be written" in err
    assert "Traceback" not in err


def test_gio_starts_the_program_wherever_it_is_and_hands_it_the_file(data: Path, tmp_path: Path) -> None:
    launcher = tmp_path / "O'Neill $HOME `id` \"b\\c" / "pexgui"  # GLib itself cannot start a path with a percent sign
    launcher.parent.mkdir()
    told = tmp_path / "told"
    os.mkfifo(told)
    launcher.write_text(f'#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "{told}"\n')
    launcher.chmod(0o755)
    entry, _ = desktop.install(launcher)
    file = tmp_path / "a b%41 ä.hdf5"
    file.write_text("")
    listening = os.open(told, os.O_RDONLY | os.O_NONBLOCK)
    try:
        subprocess.run([program("gio"), "launch", entry, file], check=True, timeout=60)
        assert select.select([listening], [], [], 60)[0], "the program was never started"
        assert os.read(listening, 10_000).decode().splitlines() == [str(launcher), str(file)]
    finally:
        os.close(listening)


# --- on a screen


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A person at a screen, who has pexgui in the menu."""
    with screen.screen(tmp_path, "gtk-launch") as environment:
        launcher = Path(sys.executable).parent / "pexgui"
        subprocess.run([launcher, "--install-desktop"], env=environment, check=True, capture_output=True)
        yield environment


def launch(file: Path, environment: dict[str, str]) -> None:
    """What a file manager does when the file is double-clicked and pexgui is its program."""
    silent = subprocess.DEVNULL  # a pipe would be inherited by the program that is launched
    command = ["gtk-launch", "pexgui", file]
    subprocess.run(command, env=environment, check=True, stdin=silent, stdout=silent, stderr=silent, timeout=60)


def made(file: Path) -> Path:
    """A small trajectory."""
    call = "from pexgui.core import DemoRequest, make_demo; import sys; make_demo(DemoRequest(sys.argv[1].encode()))"
    subprocess.run([sys.executable, "-c", call, file.parent / "demo"], check=True)
    shutil.copy(file.parent / "demo" / "mechanics" / "damped_oscillator.hdf5", file)
    return file


@contextmanager
def ended_after(window: str, environment: dict[str, str]) -> Iterator[None]:
    """The process of ``window`` is not ours; it is asked to end, and has to."""
    process = screen.process_of(window, environment)
    ending = os.pidfd_open(process)
    try:
        yield
    finally:
        os.kill(process, signal.SIGTERM)
        assert select.select([ending], [], [], 60)[0], "pexgui did not end"
        os.close(ending)


@pytest.mark.desktop
def test_a_double_click_opens_the_file_and_the_next_one_opens_in_the_same_window(
    desk: dict[str, str], tmp_path: Path
) -> None:
    first, second = made(tmp_path / "first sweep.hdf5"), tmp_path / "ünd % second.hdf5"
    shutil.copy(first, second)
    launch(first, desk)
    window = screen.window_named(re.escape(first.name), desk)
    with ended_after(window, desk):
        launch(second, desk)
        assert screen.window_named("second.hdf5", desk) == window
        assert screen.windows_of("pexgui", desk) == [window]
