"""More than two sides: one column each, beside a baseline that can be chosen."""

from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import CompareRequest, Comparison
from pexgui.ui.compare import CompareWindow
from tests.ui import comparisons
from tests.ui.instruments import Heartbeat, InlineWorker
from tests.ui.test_accessible_names import nameless


@pytest.fixture
def answers() -> dict[str, Any]:
    return {**comparisons.answers(), "compare": lambda _request, _progress: comparisons.several()}


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, worker: InlineWorker) -> CompareWindow:
    window = CompareWindow(worker.submit, worker.submit, comparisons.several().request, None)
    window.resize(1440, 900)
    qtbot.addWidget(window)
    window.show()
    worker.deliver()
    return window


def cells(window: CompareWindow) -> list[list[str]]:
    model = window.several.model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def test_each_side_is_a_column_and_what_differs_in_any_is_a_row(window: CompareWindow) -> None:
    assert window.body.currentWidget() is window.several
    assert cells(window) == [
        ["neuron.model", "", "text", "12.5", "12.75", "12.75"],
        ["stim.onset", "", "number", "12.5", "=", "12.75"],
    ]
    titles = [window.several.model.headerData(column, window.several.table.horizontalHeader().orientation())
              for column in range(3, 6)]  # fmt: skip
    assert titles == ["A  run_00000000 (baseline)", "B  run_00000001", "C  run_00000002"]
    assert window.several.title.text() == "3 runs, A is the baseline"
    assert window.several.line.text().startswith("2 items differ in any of them")


def test_runs_are_one_row_per_item_however_the_pairs_are_called(window: CompareWindow, worker: InlineWorker) -> None:
    one = comparisons.several()
    trace = comparisons.differences()[4]
    both = tuple(
        msgspec.structs.replace(
            each,
            pairs=(comparisons.pair(0.1 * number, 5, 0, number),),
            differences=(msgspec.structs.replace(trace, pair=0, a="float64, 900 values", b="float64, 900 values"),),
        )
        for number, each in enumerate(one.against)
    )
    worker.answers["compare"] = lambda _request, _progress: msgspec.structs.replace(one, against=both)
    window.compare()
    worker.deliver()
    verdict = "486 of 900 differ, largest 91 mV"
    assert cells(window) == [["v_trace", "", "array", "float64, 900 values", verdict, verdict]]


def test_another_side_can_be_the_baseline(window: CompareWindow, worker: InlineWorker) -> None:
    window.several.baseline.activated.emit(2)
    assert worker.asked[-1][1].baseline == 2
    assert worker.asked[-1][1].sides == comparisons.several().request.sides


def test_a_double_click_opens_that_side_beside_the_baseline(window: CompareWindow) -> None:
    wanted: list[CompareRequest] = []
    window.wanted.connect(wanted.append)
    table = window.several.table
    table.doubleClicked.emit(window.several.model.index(0, 5))
    table.doubleClicked.emit(window.several.model.index(0, 3))
    sides = comparisons.several().request.sides
    assert [request.sides for request in wanted] == [(sides[0], sides[2])]


def test_the_report_is_of_the_column_that_is_current(window: CompareWindow, worker: InlineWorker) -> None:
    window.several.table.setCurrentIndex(window.several.model.index(0, 5))
    window.write_report(b"/lab/report.html")
    worker.deliver()
    assert worker.asked[-1][1].of == 1


def test_every_control_has_a_name(window: CompareWindow) -> None:
    assert nameless(window) == []


def test_very_many_differences_are_gathered_bit_by_bit(
    window: CompareWindow, worker: InlineWorker, qtbot: QtBot
) -> None:
    big = comparisons.many(60_000)
    three: Any = (comparisons.A, comparisons.B, comparisons.B)
    answer = Comparison(CompareRequest(three), tuple(comparisons.info(side) for side in three), big.against)
    worker.answers["compare"] = lambda _request, _progress: answer
    window.compare()
    with Heartbeat() as heartbeat:
        worker.deliver()
        qtbot.waitUntil(lambda: window.several.model.rowCount() == 60_000, timeout=20_000)
    assert heartbeat.longest < 0.5
