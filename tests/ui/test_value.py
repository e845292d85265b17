"""The value panel asks for what somebody wants to see, and shows it without ever losing the thread."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from pexgui.core import ArrayWindow, ItemInfo, NotReadable, Selection, TableWindow, Value, ValueRequest
from pexgui.ui import drawing, value_card
from pexgui.ui.context import ValueContext
from pexgui.ui.jobs import Job
from pexgui.ui.value import ValuePanel, alike
from pexgui.ui.value_array import ArrayView

from .contents import EVERY, PICTURE, WAVE, column, request, value, window
from .instruments import Heartbeat, InlineWorker

RUN = ValueContext("run_00000075", "tau 4.0 · sigma 0.1", can_step=True)


class File:
    """What stands in for a file: it answers a request with ``content``, as ``read_value`` would."""

    def __init__(self) -> None:
        self.content: Any = WAVE
        self.more: dict[str, Any] = {}
        self.problem: Exception | None = None

    def read_value(self, asked: ValueRequest, _progress: Any) -> Value:
        if self.problem is not None:
            raise self.problem
        content = self.content(asked) if callable(self.content) else self.content
        return value(content, asked.path.decode().rpartition("/")[2], **self.more)


@pytest.fixture
def file() -> File:
    return File()


@pytest.fixture
def panel(qtbot: QtBot, worker: InlineWorker, file: File, dressed: object) -> Iterator[ValuePanel]:
    qtbot.waitUntil(lambda: drawing.plots() is not None)
    worker.answers["read_value"] = file.read_value
    made = ValuePanel(worker.submit)
    qtbot.addWidget(made)
    made.resize(320, 800)
    made.show()
    yield made


def words(shown: QWidget) -> str:
    return "\n".join(label.text() for label in shown.findChildren(QLabel) if label.isVisible())


def show(panel: ValuePanel, worker: InlineWorker, asked: ValueRequest, context: ValueContext = RUN) -> None:
    panel.show_value(asked, context)
    worker.deliver()


def selections(worker: InlineWorker) -> list[Selection]:
    return [asked.selection for _, asked in worker.asked]


def array_view(panel: ValuePanel) -> ArrayView:
    shown = panel.card().view()
    assert isinstance(shown, ArrayView)
    return shown


def test_an_empty_panel_says_what_it_is_for(panel: ValuePanel) -> None:
    assert "Choose a run or an item to see its value here." in words(panel)
    assert not panel._foot.isVisible()
    assert not panel._larger.isEnabled()
    assert panel.open_window() is None


def test_a_value_is_shown_with_its_place_and_what_is_known(panel: ValuePanel, worker: InlineWorker) -> None:
    show(panel, worker, request())
    assert panel._path.text() == "results.trace"
    for word in ("run_00000075", "tau 4.0 · sigma 0.1", "Membrane potential of one neuron.", "array, float64", "mV"):
        assert word in words(panel)
    assert panel.about().shown_facts()["Range"].startswith("−1.00 to 1.00")


@pytest.mark.parametrize("name", list(EVERY))
def test_every_kind_of_value_can_be_shown_after_every_other(
    panel: ValuePanel, worker: InlineWorker, file: File, name: str
) -> None:
    for other in ("line", "frame", "dict", "pickle", "nothing"):
        for each in (other, name):
            file.content = EVERY[each]
            show(panel, worker, request(name=each.replace(" ", "_")))
            shown = panel.value()
            assert shown is not None
            assert shown.content == EVERY[each]
    assert not panel.grab().isNull()


def test_a_problem_is_told_in_the_panel_and_the_next_value_is_shown(
    panel: ValuePanel, worker: InlineWorker, file: File
) -> None:
    show(panel, worker, request())
    file.problem = NotReadable("a.hdf5 is no longer there.", "Refresh the library.")
    show(panel, worker, request(76))
    assert "a.hdf5 is no longer there." in words(panel)
    assert "Refresh the library." in words(panel)
    assert "Facts" not in words(panel)
    assert not panel._foot.isVisible()
    file.problem = None
    show(panel, worker, request(77))
    assert "Facts" in words(panel)


def test_a_value_that_contradicts_itself_is_a_sentence(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = ArrayWindow("float64", (9,), (0,), (0,), (9,), (0,), WAVE.cells)
    show(panel, worker, request())
    assert "This value cannot be shown" in words(panel)
    file.content = TableWindow("table", 3, 0, (column("a", np.arange(3)), column("b", np.arange(2))))
    show(panel, worker, request(name="other"))
    assert "This value cannot be shown" in words(panel)


# --- waiting ---------------------------------------------------------------------------------------------------


def test_the_old_value_stays_until_the_new_one_is_there(
    qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File
) -> None:
    show(panel, worker, request())
    before = panel.card().view()
    worker.held = True
    file.content = EVERY["number"]
    panel.show_value(request(76), replace(RUN, title="run_00000076"))
    assert "run_00000076" in words(panel)
    assert panel.card().view() is before
    veil = panel.card()._veil
    assert veil.isHidden(), "a quick answer does not flicker"
    qtbot.waitUntil(lambda: not veil.isHidden())
    assert veil.words == ""
    qtbot.waitUntil(lambda: veil.words == "Reading")
    worker.deliver()
    assert veil.isHidden()
    assert panel.card().view() is not before


def test_only_the_newest_question_is_answered(panel: ValuePanel, worker: InlineWorker) -> None:
    worker.held = True
    for run in (1, 2, 3):
        panel.show_value(request(run), RUN)
    answered: list[bytes] = []
    panel.card().answered.connect(lambda shown: answered.append(panel.card().request().path))
    worker.deliver()
    assert answered == [request(3).path]


def test_clearing_forgets_what_was_asked(panel: ValuePanel, worker: InlineWorker) -> None:
    worker.held = True
    panel.show_value(request(), RUN)
    panel.clear()
    worker.deliver()
    assert panel.value() is None
    assert "Choose a run" in words(panel)
    assert not panel.card()._dim.isActive()


def test_a_panel_that_is_gone_is_told_nothing(qtbot: QtBot, worker: InlineWorker, file: File) -> None:
    worker.answers["read_value"] = file.read_value
    worker.held = True
    gone = ValuePanel(worker.submit)
    gone.show_value(request(), RUN)
    with qtbot.waitSignal(gone.destroyed):
        gone.deleteLater()
    worker.deliver()


# --- stepping and choosing -------------------------------------------------------------------------------------


def test_steps_to_other_runs_are_asked_for(qtbot: QtBot, panel: ValuePanel, worker: InlineWorker) -> None:
    show(panel, worker, request())
    for button, step in ((panel._back, -1), (panel._on, 1)):
        with qtbot.waitSignal(panel.step_wanted) as asked:
            qtbot.keyClick(button, Qt.Key.Key_Space)
        assert asked.args == [step]
    show(panel, worker, request(), ValueContext("One value for all runs"))
    assert not panel._back.isVisible()


def test_the_part_and_the_form_stay_while_stepping_runs(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = EVERY["volume"]
    show(panel, worker, request(75))
    array_view(panel).set_mode("table")
    show(panel, worker, request(76))
    assert selections(worker)[-1] == Selection((0, 1), (0, 0, 36), (0, 0), (0, 0))
    assert array_view(panel).mode() == "table"


def test_they_stay_across_a_run_that_has_no_value(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = EVERY["volume"]
    show(panel, worker, request(75))
    array_view(panel).set_mode("table")
    file.content = EVERY["nothing"]
    show(panel, worker, request(76))
    file.problem = NotReadable("Not there.")
    show(panel, worker, request(77))
    file.content, file.problem = EVERY["volume"], None
    show(panel, worker, request(78))
    assert selections(worker)[-1].index == (0, 0, 36)
    assert array_view(panel).mode() == "table"


def test_another_value_begins_with_its_first_screen(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = EVERY["volume"]
    show(panel, worker, request(75))
    array_view(panel).set_mode("table")
    show(panel, worker, request(75, "other"))
    assert selections(worker)[-1] == Selection()
    assert array_view(panel).mode() == "image"


@pytest.mark.parametrize(
    ("path", "same"),
    [
        (b"/T/results/runs/run_00000076/trace", True),
        (b"/T/results/runs/run_00000076/other", False),
        (b"/T/results/trace", False),
        (b"/T/parameters/a/b/trace", False),
    ],
)
def test_the_same_value_of_another_run_is_told_by_its_path(path: bytes, same: bool) -> None:
    assert alike(request(), msgspec.structs.replace(request(), path=path)) is same
    assert not alike(request(), msgspec.structs.replace(request(), path=path, file=b"/other.hdf5"))
    assert not alike(request(), msgspec.structs.replace(request(), path=path, item="z"))


def test_another_slice_is_asked_for_and_shown(
    qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File
) -> None:
    def answer(asked: ValueRequest) -> ArrayWindow:
        index = asked.selection.index or (0, 0, 0)
        return window(np.full((20, 30), float(index[2])), (20, 30, 120), (0, 1), index=index)

    file.content = answer
    show(panel, worker, request())
    array_view(panel)._slices.sliders()[2].setValue(77)
    qtbot.waitUntil(lambda: len(worker.asked) == 2)
    worker.deliver()
    extent = array_view(panel).extent()
    assert extent is not None
    assert extent.low == 77
    assert worker.asked[-1][1].path == request().path


def test_the_items_of_a_result_and_other_values_can_be_picked(
    qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File
) -> None:
    file.more = {"items": tuple(ItemInfo(name, "float64", (3,), "", 0, 0) for name in ("trace", "a & b"))}
    other = request(name="rate")
    show(panel, worker, request(), replace(RUN, choices=(("results.rate", other),)))
    assert panel._pick.isVisible()
    panel._menu.aboutToShow.emit()
    actions = {action.text(): action for action in panel._menu.actions() if action.text()}
    assert list(actions) == ["trace", "a && b", "results.rate"]
    assert actions["trace"].isChecked()
    actions["a && b"].trigger()
    worker.deliver()
    assert worker.asked[-1][1].item == "a & b"
    actions["results.rate"].trigger()
    worker.deliver()
    assert worker.asked[-1][1] == other
    assert panel._path.text() == "results.rate.rate"


def test_a_single_value_offers_no_choice(panel: ValuePanel, worker: InlineWorker) -> None:
    show(panel, worker, request())
    assert not panel._pick.isVisible()


@pytest.mark.parametrize(
    ("full_name", "run", "shown"),
    [
        ("results.runs.run_00000075.a.z", "run_00000075", "results.a.z"),
        ("results.sets.run_set_00000.run_00000075.z", "run_00000075", "results.sets.z"),
        ("results.cells.trial_7.z", "trial_7", "results.cells.z"),
        ("parameters.tau", "run_00000075", "parameters.tau"),
    ],
)
def test_the_run_is_not_said_twice(
    panel: ValuePanel, worker: InlineWorker, file: File, full_name: str, run: str, shown: str
) -> None:
    file.more = {"full_name": full_name}
    show(panel, worker, request(), ValueContext(run))
    assert panel._path.text() == shown


# --- copying, larger views -------------------------------------------------------------------------------------


def test_what_is_shown_can_be_copied(qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = window(np.array([[1.5, 2.0], [0.1, -4.0]]))
    show(panel, worker, request())
    with qtbot.waitSignal(panel._copying.finished):
        qtbot.mouseClick(panel._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "1.5\t2.0\n0.1\t-4.0"
    assert panel._copy.text() == "Copied"
    qtbot.waitUntil(lambda: panel._copy.text() == "Copy values")


def test_copying_can_be_stopped(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = window(np.arange(2_000_000.0))
    show(panel, worker, request())
    QGuiApplication.clipboard().setText("kept")
    panel._copy.click()
    assert panel._copy.text() == "Stop copying"
    panel._copy.click()
    assert panel._copy.text() == "Copy values"
    assert QGuiApplication.clipboard().text() == "kept"


def test_a_larger_view_shows_the_same_in_the_same_form(panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = PICTURE
    show(panel, worker, request())
    array_view(panel).set_mode("table")
    larger = panel.open_window()
    assert larger is not None
    assert larger.isVisible()
    assert not larger.isModal()
    assert larger.windowTitle() == "results.runs.run_00000075.trace – run_00000075"
    shown = larger.card.view()
    assert isinstance(shown, ArrayView)
    assert shown.mode() == "table"
    assert len(worker.asked) == 1, "what is known need not be read again"


def test_a_larger_view_goes_its_own_way(qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File) -> None:
    file.content = EVERY["volume"]
    show(panel, worker, request())
    larger = panel.open_window()
    assert larger is not None
    show(panel, worker, request(76))
    shown = larger.card.view()
    assert isinstance(shown, ArrayView)
    worker.held = True
    panel.show_value(request(77), RUN)
    shown._slices.sliders()[2].setValue(5)
    qtbot.waitUntil(lambda: len(worker.asked) == 4)
    assert worker.asked[-1][1].path == request(75).path
    assert panel.card().waiting(), "a window does not take away what the panel waits for"
    worker.deliver()
    assert not larger.card.waiting()


def test_closed_larger_views_are_forgotten(qtbot: QtBot, panel: ValuePanel, worker: InlineWorker) -> None:
    show(panel, worker, request())
    larger = panel.open_window()
    assert larger is not None
    assert panel.windows() == (larger,)
    with qtbot.waitSignal(larger.destroyed):
        qtbot.keyClick(larger, Qt.Key.Key_Escape)
    assert panel.windows() == ()


def test_a_double_click_on_the_picture_opens_a_larger_view(
    qtbot: QtBot, panel: ValuePanel, worker: InlineWorker
) -> None:
    show(panel, worker, request())
    plot = array_view(panel).picture().plot()
    qtbot.mouseDClick(plot.plot.viewport(), Qt.MouseButton.LeftButton)
    assert len(panel.windows()) == 1


def own_objects() -> dict[int, QObject]:
    """The objects of Qt that live and that only Python holds."""
    found = (each for each in gc.get_objects() if isinstance(each, QObject))
    return {id(each): each for each in found if Shiboken.isValid(each) and Shiboken.ownedByPython(each)}


def test_what_is_gone_leaves_no_object_of_qt_to_the_garbage_collector(
    qtbot: QtBot, worker: InlineWorker, file: File
) -> None:
    """Where the collector destroys one while Qt connects or disconnects a signal, Qt waits for its own lock."""
    worker.answers["read_value"] = file.read_value
    gc.collect()
    gc.disable()
    try:
        before = own_objects()
        gone = ValuePanel(worker.submit)
        gone.show()
        for name in EVERY:
            file.content = EVERY[name]
            show(gone, worker, request(name=name.replace(" ", "_")))
            gone.open_window()
        gone.close()
        with qtbot.waitSignal(gone.destroyed):
            gone.deleteLater()
        del gone
        left = [each for key, each in own_objects().items() if key not in before and not isinstance(each, Job)]
        assert left == []
    finally:
        gc.enable()


# --- large windows ---------------------------------------------------------------------------------------------

LARGE = {
    "line": window(np.random.default_rng(1).random(2**21)),
    "image": window(np.random.default_rng(1).random((1024, 2048))),
    "bytes": window(np.random.default_rng(1).integers(0, 255, (4096, 4096)).astype(np.uint8)),
}


@pytest.mark.parametrize("name", list(LARGE))
def test_sixteen_megabytes_do_not_hold_up_the_window(
    qtbot: QtBot, panel: ValuePanel, worker: InlineWorker, file: File, name: str
) -> None:
    file.content = LARGE[name]
    with Heartbeat() as heartbeat:
        panel.show_value(request(), RUN)
        qtbot.waitUntil(lambda: panel.value() is not None)
        panel.grab()
        array_view(panel).set_mode("table")
        qtbot.waitUntil(lambda: array_view(panel).table().isVisible())
    assert heartbeat.longest < 0.5


def test_the_times_of_waiting_are_those_promised() -> None:
    assert value_card.DIM_AFTER < value_card.SAY_AFTER == 500
