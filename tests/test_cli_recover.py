"""``pexgui-cli recover``: what was cut off is settled and told, by that command and by those that write."""

import os
from pathlib import Path
from typing import Any

import pytest

from pexgui.core import commit
from tests.core.cutting import NEW, OLD, filled, tree
from tests.core.raw_files import raw
from tests.core.test_recovering import cut_off, planted
from tests.core.test_register import killed_while_writing
from tests.test_cli import Answer, cli

__all__ = ["cli"]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return filled(raw(tmp_path / "files"))


def test_where_nothing_was_cut_off_this_is_said(cli: Any, folder: bytes) -> None:
    for arguments in ((), (folder,)):
        answer: Answer = cli("recover", *arguments)
        assert (answer.status, answer.out, answer.err) == (0, "Nothing was cut off.\n", "")
    assert tree(folder) == OLD


def test_a_folder_is_settled(cli: Any, folder: bytes) -> None:
    cut_off(folder, "move", "half written")
    answer: Answer = cli("recover", folder)
    sentence = "Writing “a.hdf5” had been cut off and was undone; your files are unchanged."
    assert (answer.status, answer.out, answer.err) == (0, f"{sentence}\n", "")
    assert tree(folder) == OLD


def test_without_a_folder_all_that_is_noted_is_settled(cli: Any, folder: bytes) -> None:
    killed_while_writing(folder)
    cut_off(folder, "move", "replace the target")
    (found,) = cli("recover", "--json").json["found"]
    assert found["settled"] and found["file"] == os.fsdecode(folder + b"/a.hdf5")
    assert found["sentences"] == ["Writing “a.hdf5” had been cut off and was finished."]
    assert tree(folder)[b"a.hdf5"] == NEW
    assert cli("recover").out == "Nothing was cut off.\n"


def test_what_cannot_be_settled_is_told_and_is_the_status(cli: Any, folder: bytes) -> None:
    planted(folder, version=2)
    answer: Answer = cli("recover", folder)
    assert answer.status == 1
    assert "was left alone: another version of pexgui wrote it." in answer.out
    gone: Answer = cli("recover", folder + b"/gone")
    assert (gone.status, gone.out) == (1, "")
    assert gone.err.startswith("The folder “gone” is not there.")


def test_an_undo_that_was_cut_off_is_finished_and_no_other_begun(cli: Any, folder: bytes) -> None:
    cut_off(folder, "undo move", "remove the folder")
    answer: Answer = cli("merge", "--undo", folder + b"/a.hdf5")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines()[-1] == "“a.hdf5” is as it was before."
    assert tree(folder) == OLD


def test_half_written_files_are_cleared_before_an_undo_goes_on(cli: Any, folder: bytes) -> None:
    Path(os.fsdecode(commit.temporary_path(folder + b"/other.hdf5"))).touch()
    assert "Nothing is known" in cli("merge", "--undo", folder + b"/a.hdf5").err
    assert tree(folder) == OLD
