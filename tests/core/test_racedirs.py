"""Making folders: alone, with many others at the same time, and where something else is."""

import doctest
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pexgui import racedirs
from pexgui.core import folders_made
from tests.conftest import ROOT


def test_the_example_in_the_description_is_right() -> None:
    found = doctest.testmod(folders_made)
    assert found.failed == 0
    assert found.attempted > 1


@pytest.mark.parametrize("kind", [Path, str, os.fsencode])
def test_a_folder_is_made_with_all_above_it_and_may_be_there(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "a" / "b" / "ähm"
    for _ in range(2):
        racedirs(kind(path))
        assert path.is_dir()


def test_a_link_to_a_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    racedirs(tmp_path / "link")
    racedirs(tmp_path / "link" / "a")
    assert (tmp_path / "a").is_dir()


def test_a_file_in_its_place_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(FileExistsError, match="It is a file, not a folder") as error:
        racedirs(path)
    assert error.value.filename == str(path)
    assert str(path) in str(error.value)
    with pytest.raises(NotADirectoryError, match="file"):
        racedirs(path / "below")


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError, match="It is a link that leads nowhere") as error:
        racedirs(link)
    assert error.value.filename == str(link)
    with pytest.raises(FileNotFoundError, match="link"):
        racedirs(link / "below")
    assert not os.path.lexists(tmp_path / "nowhere")


def test_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(FileExistsError, match="leads nowhere"):
        racedirs(link)


def test_what_the_system_refuses_is_told_as_it_is() -> None:
    with pytest.raises(FileNotFoundError):
        racedirs("")
    with pytest.raises(OSError, match="null") as error:
        racedirs("/dev/null/x")
    assert error.value.errno == errno.ENOTDIR


MADE = """
import sys
from pexgui import racedirs
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    racedirs(f"{sys.argv[1]}/{number}/a/b/c")
"""


def test_many_processes_may_make_the_same_folders(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MADE, str(tmp_path)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, told
    assert all((tmp_path / str(number) / "a" / "b" / "c").is_dir() for number in range(200))
