"""Explorations from the first click to the file, with the operations themselves behind the dialog."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pexgui.core import Column, Numbers, RunTable, TrajectoryRequest, read_runs
from pexgui.core.demo_sweeps import oscillator
from pexgui.core.progress import silent
from pexgui.core.writer import create
from pexgui.ui.explore_forms import Form, Kind
from pexgui.ui.explore_head import Begin, Mode
from tests.ui.explore.dialogs import Start, choose_kind, drop, line, settle, write
from tests.ui.instruments import InlineWorker


@pytest.fixture
def answers() -> dict[str, Any]:
    return {}


@pytest.fixture
def sweep(tmp_path: Path) -> TrajectoryRequest:
    """The damped oscillator of the demo: 8 × 6 points."""
    target = os.fsencode(tmp_path / "damped_oscillator.hdf5")
    with create(target) as file:
        oscillator(file, silent)
    return TrajectoryRequest(target, b"/damped_oscillator")


def numbers(column: Column) -> list[float]:
    assert isinstance(column.cells, Numbers)
    return list(np.frombuffer(column.cells.data, column.cells.dtype).tolist())


def runs_of(request: TrajectoryRequest) -> RunTable:
    return read_runs(request, silent)


def test_a_sweep_is_designed_from_nothing_and_read_back(
    start: Start, worker: InlineWorker, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = start()
    dialog.left.invitation.button.click()
    editor = dialog.left.editor
    for field, said in ((editor.name_field, "model.tau"), (editor.default_field, "10")):
        field.setFocus()
        QTest.keyClicks(field, said)
    choose_kind(dialog, Kind.EXPRESSION)
    write(dialog, "linspace(5, 25, 5)")
    dialog.left.more.click()
    for field, said in ((editor.name_field, "seed"), (editor.default_field, "1")):
        field.setFocus()
        QTest.keyClicks(field, said)
    editor.type_picker.setCurrentText("int")
    editor.type_picker.activated.emit(1)
    choose_kind(dialog, Kind.LIST)
    write(dialog, "1, 2, 3")
    settle(dialog, worker, qtbot)
    assert dialog.footer.next.text() == "Create 15 runs…"
    dialog.footer.next.click()
    where = dialog.where
    assert where is not None
    where.name_field.selectAll()
    QTest.keyClicks(where.name_field, "first_sweep")
    where.write_to(os.fsencode(tmp_path / "made.hdf5"))
    settle(dialog, worker, qtbot)
    where.create_button.click()
    worker.deliver()
    assert dialog.work.claim.text() == "15 runs are ready to be run"
    request = TrajectoryRequest(os.fsencode(tmp_path / "made.hdf5"), b"/first_sweep")
    table = runs_of(request)
    tau, seed = (numbers(column) for column in table.parameters)
    assert tau == np.repeat([5.0, 10.0, 15.0, 20.0, 25.0], 3).tolist()
    assert seed == [1, 2, 3] * 5
    with qtbot.waitSignal(dialog.open_wanted) as opened:
        dialog.footer.next.click()
    assert opened.args == [request.file, request.path]


def test_exactly_the_missing_points_are_added_to_a_sweep(
    start: Start, worker: InlineWorker, qtbot: QtBot, sweep: TrajectoryRequest
) -> None:
    before = runs_of(sweep)
    dialog = start(Begin(Mode.EXTEND, sweep))
    assert dialog.right.existing.there.text() == "48"
    assert not dialog.footer.next.isEnabled()
    assert not dialog.right.number.muted()
    dialog.left.put(line(dialog, "frequency"), Form(Kind.LIST, ("0.5, 0.75, 1, 1.5, 2, 3, 4",)))
    settle(dialog, worker, qtbot)
    assert dialog.right.number.text() == "56 points"
    assert dialog.right.existing.missing.text() == "8 missing"
    assert dialog.footer.next.text() == "Add 8 runs"
    dialog.footer.next.click()
    worker.deliver()
    assert dialog.work.claim.text() == "8 runs added to damped_oscillator"
    after = runs_of(sweep)
    assert after.names[:48] == before.names
    assert len(after.names) == 56
    assert [numbers(column)[:48] for column in after.parameters] == [numbers(column) for column in before.parameters]
    assert {numbers(column)[-1] for column in after.parameters} == {1.5, 4.0}


def test_the_parameters_of_a_sweep_make_a_new_one_with_a_column_of_a_table(
    start: Start, worker: InlineWorker, qtbot: QtBot, sweep: TrajectoryRequest, tmp_path: Path
) -> None:
    table = tmp_path / "values.csv"
    table.write_text("damping,remark\n0.3,low\n0.6,high\n")
    dialog = start(Begin(Mode.COPY, sweep))
    drop(dialog, os.fsencode(table))
    worker.deliver()
    chooser = dialog.tables.dialog
    assert chooser is not None
    assert [picker.currentText() for _column, picker in chooser.rows] == ["oscillator.damping", "Not used"]
    chooser.use.click()
    settle(dialog, worker, qtbot)
    assert dialog.right.number.text() == "12 points"
    dialog.footer.next.click()
    settle(dialog, worker, qtbot)
    assert dialog.where is not None
    assert dialog.where.target() == os.fsencode(tmp_path / "damped_oscillator_2.hdf5")
    dialog.where.create_button.click()
    worker.deliver()
    made = runs_of(TrajectoryRequest(os.fsencode(tmp_path / "damped_oscillator_2.hdf5"), b"/damped_oscillator_2"))
    assert set(numbers(made.parameters[0])) == {0.3, 0.6}


def test_a_mistake_in_the_values_is_told_by_the_grammar(
    start: Start, worker: InlineWorker, qtbot: QtBot, sweep: TrajectoryRequest
) -> None:
    dialog = start(Begin(Mode.EXTEND, sweep))
    dialog.left.put(line(dialog, "damping"), Form(Kind.EXPRESSION, ("linspace(0, 1",)))
    settle(dialog, worker, qtbot)
    assert "damping" in dialog.footer.words.text()
    assert dialog.left.editor.problem.role() == "bad"
    assert dialog.right.number.muted()


def test_the_scripts_of_a_design_are_copied(
    start: Start, worker: InlineWorker, qtbot: QtBot, sweep: TrajectoryRequest
) -> None:
    dialog = start(Begin(Mode.COPY, sweep))
    dialog.footer.menu.actions()[0].trigger()
    worker.deliver()
    assert "pypet" in QGuiApplication.clipboard().text()
