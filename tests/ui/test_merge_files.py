"""The merge wizard over real files: from the selected files to the result, and back by Undo, to the byte."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import FileRequest, MergeSource, summarize_file
from pexgui.ui.merge import DONE, RUNS, SUMMARY, MergeWizard
from tests.ui.instruments import InlineWorker

Start = Callable[..., MergeWizard]


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    for name in "abcd":
        shutil.copy(shared / "fixtures" / "pypet-0.6.1" / f"30_merge_{name}.hdf5", tmp_path / f"{name}.hdf5")
    return tmp_path


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, worker: InlineWorker, folder: Path) -> Start:
    holder = QWidget()
    qtbot.addWidget(holder)

    def start(*names: str) -> MergeWizard:
        sources = [MergeSource(os.fsencode(folder / name)) for name in names]
        wizard = MergeWizard(worker.submit, worker.submit, worker.submit, sources, holder)
        wizard.show()
        worker.deliver()
        settle(wizard, worker)
        return wizard

    return start


def settle(wizard: MergeWizard, worker: InlineWorker) -> None:
    worker.deliver()
    wizard.planning.ask()
    worker.deliver()


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def runs_of(file: Path) -> int:
    return summarize_file(FileRequest(os.fsencode(file))).trajectories[0].runs


def merge(wizard: MergeWizard, worker: InlineWorker) -> None:
    wizard.go_to(SUMMARY)
    assert wizard.trouble() == ""
    wizard.footer.next.click()
    worker.deliver()
    assert wizard.at() == DONE


def test_each_point_once_into_a_new_file_and_undone(start: Start, worker: InlineWorker, folder: Path) -> None:
    before = sums(folder)
    wizard = start("a.hdf5", "b.hdf5")
    assert wizard.runs.title.text() == "2 points are in both files"
    wizard.runs.once.radio.click()
    settle(wizard, worker)
    merge(wizard, worker)
    assert wizard.done.title.text() == "5 runs, merged and checked"
    assert runs_of(folder / "a merged.hdf5") == 5
    assert {name: found for name, found in sums(folder).items() if name in before} == before
    wizard.footer.undo.click()
    worker.deliver()
    assert wizard.done.title.text() == "Undone: every file is as it was"
    assert sums(folder) == before


def test_into_the_first_file_with_a_missing_parameter_the_others_put_away_and_undone(
    start: Start, worker: InlineWorker, folder: Path
) -> None:
    before = sums(folder)
    wizard = start("a.hdf5", "c.hdf5", "d.hdf5")
    wizard.go_to(RUNS)
    assert not wizard.footer.next.isEnabled()
    assert "parameters.only_here" in wizard.footer.words.text()
    wizard.runs.missing.use_all()
    wizard.where.first.radio.click()
    wizard.where.away.radio.click()
    settle(wizard, worker)
    merge(wizard, worker)
    assert runs_of(folder / "a.hdf5") == 7
    assert not (folder / "c.hdf5").exists()
    wizard.footer.undo.click()
    worker.deliver()
    assert sums(folder) == before


def test_a_source_that_changes_before_the_button_is_pressed_is_told_and_nothing_is_written(
    start: Start, worker: InlineWorker, folder: Path
) -> None:
    wizard = start("a.hdf5", "b.hdf5")
    wizard.go_to(SUMMARY)
    with (folder / "b.hdf5").open("ab") as stream:
        stream.write(b"\0")
    before = sums(folder)
    wizard.footer.next.click()
    worker.deliver()
    dialog = wizard.problems.open_dialog()
    assert dialog is not None
    assert "b.hdf5" in dialog.details()
    assert wizard.at() == SUMMARY
    assert sums(folder) == before
