"""The tree as a person uses it: opened line by line, searched, as plain HDF5, and never holding up the window."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QWidget

from pexgui.core import Children, ChildrenRequest, FileRequest, Found, Kind, Node, NotReadable, ValueRequest
from pexgui.ui.models import ROW
from pexgui.ui.tree import TreePanel
from pexgui.ui.tree_model import STATE
from pexgui.ui.tree_view import icon_name
from tests.ui import sweeps
from tests.ui.instruments import Heartbeat, InlineWorker

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
T = sweeps.T


class Screen:
    """A tree on screen with what answers it."""

    def __init__(self, qtbot: Any, answers: sweeps.Answers | None = None) -> None:
        self.bot = qtbot
        self.worker = InlineWorker(answers or sweeps.answers())
        self.panel = TreePanel(self.worker.submit)
        self.values: list[tuple[ValueRequest, Any]] = []
        self.panel.value_wanted.connect(lambda request, context: self.values.append((request, context)))
        self.panel.resize(900, 600)
        qtbot.addWidget(self.panel)
        self.panel.show()
        self.panel.show_trajectory(sweeps.REQUEST)
        self.settle()

    def settle(self) -> None:
        for view in (self.panel.view, self.panel.results):
            view.executeDelayedItemsLayout()
        self.worker.deliver()

    def line(self, *rows: int) -> QModelIndex:
        index = QModelIndex()
        for row in rows:
            index = self.panel.model.index(row, 0, index)
        return index

    def open(self, *rows: int) -> None:
        """Open the lines on the way, the last one too."""
        for depth in range(1, len(rows) + 1):
            self.panel.view.expand(self.line(*rows[:depth]))
            self.settle()

    def names(self, *rows: int) -> list[str]:
        index = self.line(*rows)
        return [self.panel.model.index(row, 0, index).data() for row in range(self.panel.model.rowCount(index))]

    def requests(self) -> list[ChildrenRequest]:
        return [request for name, request in self.worker.asked if name == "read_children"]

    def search(self, words: str) -> None:
        self.panel.search.setText(words)
        self.bot.keyClick(self.panel.search, Key.Key_Return)
        self.settle()

    def found(self) -> list[str]:
        model = self.panel.found
        return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def screen(qtbot: Any) -> Iterator[Screen]:
    yield Screen(qtbot)


# --- opening lines ---


def test_only_what_is_opened_is_read(screen: Screen) -> None:
    assert screen.names() == ["parameters", "derived_parameters", "config", "results"]
    known = [T, T + b"/parameters", T + b"/results"]
    assert sorted(request.path for request in screen.requests()) == known
    screen.open(2)
    assert [request.path for request in screen.requests()][3:] == [T + b"/config"]


def test_parameters_and_results_are_open_from_the_beginning(screen: Screen) -> None:
    assert [screen.panel.view.isExpanded(screen.line(row)) for row in range(4)] == [True, False, False, True]
    assert screen.names(0) == ["neuron", "seed", "alias"]


def test_a_first_group_with_many_lines_stays_closed(qtbot: Any) -> None:
    answers = sweeps.answers()
    read = answers["read_children"]

    def many(request: ChildrenRequest, progress: Any) -> Any:
        if request.path != T + b"/results":
            return read(request, progress)
        nodes = tuple(Node(request.path + b"/r%d" % n, f"r{n}", Kind.GROUP) for n in range(40))
        return Children(request.path, 0, 40, nodes)

    screen = Screen(qtbot, {**answers, "read_children": many})
    assert screen.panel.view.isExpanded(screen.line(0))
    assert not screen.panel.view.isExpanded(screen.line(3))


def test_refreshing_leaves_closed_what_was_closed(screen: Screen) -> None:
    screen.panel.view.collapse(screen.line(0))
    screen.panel.refresh()
    screen.settle()
    assert not screen.panel.view.isExpanded(screen.line(0))
    assert screen.panel.view.isExpanded(screen.line(3))


def test_a_click_on_the_sign_before_a_name_opens_and_closes_it(screen: Screen) -> None:
    view = screen.panel.view
    view.collapse(screen.line(0))
    line = view.visualRect(screen.line(0))
    sign = QPoint(32, line.center().y())
    screen.bot.mouseClick(view.viewport(), LEFT, pos=sign)
    screen.settle()
    assert view.isExpanded(screen.line(0))
    assert screen.names(0) == ["neuron", "seed", "alias"]
    assert not view.currentIndex().isValid()
    screen.bot.mouseClick(view.viewport(), LEFT, pos=sign)
    assert not view.isExpanded(screen.line(0))


def test_a_click_at_the_edge_chooses_the_line(screen: Screen) -> None:
    view = screen.panel.view
    screen.bot.mouseClick(view.viewport(), LEFT, pos=QPoint(6, view.visualRect(screen.line(2)).center().y()))
    assert view.currentIndex().data() == "config"


def test_the_keyboard_opens_lines_and_enter_too(screen: Screen) -> None:
    view = screen.panel.view
    view.collapse(screen.line(0))
    view.setCurrentIndex(screen.line(0))
    screen.bot.keyClick(view, Key.Key_Right)
    screen.settle()
    assert view.isExpanded(screen.line(0))
    screen.bot.keyClick(view, Key.Key_Down)
    screen.bot.keyClick(view, Key.Key_Return)
    screen.settle()
    assert screen.names(0, 0) == ["tau", "v_rest", "broken"]


def test_a_line_shows_type_value_and_size(screen: Screen) -> None:
    screen.open(0, 0)
    line = screen.line(0, 0, 0)
    shown = [line.siblingAtColumn(column).data() for column in range(4)]
    assert shown == ["tau", "float64", "8 values, 0.5 to 4.0", "1.2 kB"]


def test_a_large_group_opens_in_stretches_that_say_what_is_in_them(screen: Screen) -> None:
    screen.open(3, 1)
    assert screen.panel.model.rowCount(screen.line(3, 1)) == 50
    screen.open(3, 1, 2)
    assert screen.requests()[-1] == ChildrenRequest(sweeps.FILE, T + b"/results/runs", start=2000, count=1000)
    page = screen.line(3, 1, 2)
    assert [page.siblingAtColumn(column).data() for column in range(4)] == [
        *("run_00002000 – run_00002999", "", "1,000 items", ""),
    ]
    screen.open(3, 1, 2, 5)
    assert screen.names(3, 1, 2, 5)[0] == "run_00002500"


def test_a_group_that_cannot_be_read_says_so_on_its_line_and_can_be_opened_again(qtbot: Any) -> None:
    whole = sweeps.tree(sweeps.TREE)
    broken = [True]

    def answer(request: ChildrenRequest, progress: Any) -> Children:
        if request.path == T + b"/parameters" and broken[0]:
            raise NotReadable("sweep.hdf5 cannot be read here.", "The rest is readable.")
        return whole(request, progress)

    screen = Screen(qtbot, {**sweeps.answers(), "read_children": answer})
    screen.open(0)
    assert screen.line(0).data(STATE) == "sweep.hdf5 cannot be read here. The rest is readable."
    assert not screen.panel.view.isExpanded(screen.line(0))
    broken[0] = False
    screen.open(0)
    assert screen.names(0) == ["neuron", "seed", "alias"]


def test_collapse_all_closes_every_line(screen: Screen) -> None:
    screen.open(0, 0)
    screen.bot.mouseClick(screen.panel.collapse, LEFT)
    assert not screen.panel.view.isExpanded(screen.line(0))


# --- values ---


def test_choosing_a_leaf_asks_for_its_value(screen: Screen) -> None:
    screen.open(0, 0)
    screen.panel.view.setCurrentIndex(screen.line(0, 0, 0))
    request, context = screen.values[-1]
    assert request == ValueRequest(sweeps.FILE, T + b"/parameters/neuron/tau", trajectory=T)
    assert (context.title, context.subtitle, context.can_step) == ("Parameter", "parameters.neuron.tau", False)


@pytest.mark.parametrize("rows", [(0,), (0, 2), (3, 1)])
def test_groups_and_links_have_no_value(screen: Screen, rows: tuple[int, ...]) -> None:
    screen.open(*rows[:-1])
    screen.panel.view.setCurrentIndex(screen.line(*rows))
    assert screen.values == []


def test_enter_on_a_leaf_asks_for_its_value_again(screen: Screen) -> None:
    screen.open(0)
    screen.panel.view.setCurrentIndex(screen.line(0, 1))
    screen.bot.keyClick(screen.panel.view, Key.Key_Return)
    assert [request.path for request, _context in screen.values] == [T + b"/parameters/seed"] * 2


@pytest.mark.parametrize(
    ("kind", "type_", "value", "icon"),
    [
        (Kind.PARAMETER, "float64", "1.0", "sliders"),
        (Kind.RESULT, "float64", "1.0", "number"),
        (Kind.RESULT, "float64", "3 × 4", "array"),
        (Kind.RESULT, "str", "abc", "text"),
        (Kind.ITEM, "DataFrame", "3 × 4", "table"),
        (Kind.LINK, "", "", "link"),
        (Kind.UNREADABLE, "", "", "damaged"),
        (Kind.RAW_GROUP, "", "", "folder"),
    ],
)
def test_a_line_has_the_icon_of_what_it_is(kind: Kind, type_: str, value: str, icon: str) -> None:
    assert icon_name(Node(b"/x", "x", kind, type_, value)) == icon


# --- searching ---


def test_what_is_found_stands_in_a_flat_list_with_full_names(screen: Screen) -> None:
    screen.search("time constant")
    assert screen.found() == ["parameters.neuron.tau"]
    assert screen.panel.stack.currentWidget() is screen.panel.results
    assert screen.panel.count.text() == "1 found"


def test_enter_goes_to_what_was_found_and_shows_its_value_and_escape_goes_back(screen: Screen) -> None:
    screen.open(0)
    screen.search("tau")
    screen.bot.keyClick(screen.panel.search, Key.Key_Return)
    assert screen.values[-1][0].path == T + b"/parameters/neuron/tau"
    screen.bot.keyClick(screen.panel.results, Key.Key_Escape)
    assert screen.panel.stack.currentWidget() is screen.panel.view
    assert screen.panel.search.text() == ""
    assert screen.panel.view.isExpanded(screen.line(0))


def test_typing_alone_searches_too(screen: Screen) -> None:
    screen.bot.keyClicks(screen.panel.search, "seed")
    screen.bot.waitUntil(lambda: any(name == "search_tree" for name, _request in screen.worker.asked))
    screen.settle()
    assert screen.found() == ["parameters.seed"]


def test_nothing_found_is_said_in_words(screen: Screen) -> None:
    screen.search("<b>nothing")
    assert screen.panel.message.text() == "Nothing is called like “<b>nothing”."
    screen.panel.search.clear()
    assert screen.panel.stack.currentWidget() is screen.panel.view


def test_more_than_the_limit_is_said_so(qtbot: Any) -> None:
    many = tuple(sweeps.leaf(T + b"/r/x%d" % i, Kind.RESULT, "int", "1") for i in range(200))
    answers = {**sweeps.answers(), "search_tree": lambda _request, _progress: Found(many, False)}
    screen = Screen(qtbot, answers)
    screen.search("x")
    assert screen.panel.count.text() == "first 200 found"


def test_an_answer_to_an_older_search_is_left_aside(screen: Screen) -> None:
    screen.worker.held = True
    screen.panel.search.setText("tau")
    screen.bot.keyClick(screen.panel.search, Key.Key_Return)
    screen.panel.search.setText("seed")
    screen.worker.deliver()
    assert screen.panel.found.rowCount() == 0


# --- plain HDF5 ---


def test_the_raw_view_shows_the_whole_file_as_plain_hdf5(screen: Screen) -> None:
    raw = Children(
        b"/",
        0,
        2,
        nodes=(Node(b"/T", "T", Kind.RAW_GROUP, expandable=True), Node(b"/d", "d", Kind.RAW_DATASET, "int8")),
    )
    screen.worker.answers["read_children"] = lambda _request, _progress: raw
    screen.bot.mouseClick(screen.panel.raw, LEFT)
    screen.settle()
    assert screen.requests()[-1] == ChildrenRequest(sweeps.FILE, b"/", raw=True)
    assert screen.names() == ["T", "d"]
    screen.panel.view.setCurrentIndex(screen.line(1))
    assert screen.values[-1][0].path == b"/d"
    assert screen.values[-1][1].title == "HDF5 dataset"


def test_a_file_without_trajectories_is_shown_raw_only(screen: Screen) -> None:
    screen.panel.show_raw(FileRequest(b"/plain.h5"))
    screen.settle()
    assert screen.requests()[-1] == ChildrenRequest(b"/plain.h5", b"/", raw=True)
    assert screen.panel.raw.isChecked()
    assert not screen.panel.raw.isEnabled()


def test_answers_for_the_file_before_are_left_aside(screen: Screen) -> None:
    screen.worker.held = True
    screen.panel.view.expand(screen.line(0))
    screen.panel.view.executeDelayedItemsLayout()
    same = Children(b"/", 0, 1, nodes=(sweeps.group(T + b"/parameters"),))
    screen.worker.answers["read_children"] = lambda _request, _progress: same
    screen.panel.show_raw(FileRequest(b"/plain.h5"))
    screen.worker.deliver()
    assert screen.names() == ["parameters"]
    assert screen.panel.model.rowCount(screen.line(0)) == 0


def test_an_empty_file_says_so(qtbot: Any) -> None:
    answers = {**sweeps.answers(), "read_children": lambda request, _progress: Children(request.path, 0, 0)}
    screen = Screen(qtbot, answers)
    assert screen.panel.message.text() == "There is nothing in it."


def test_a_tree_that_cannot_be_read_says_why_and_can_be_tried_again(qtbot: Any) -> None:
    def fail(_request: Any, _progress: Any) -> Children:
        raise NotReadable("sweep.hdf5 is cut off.", "Copy it again.")

    screen = Screen(qtbot, {**sweeps.answers(), "read_children": fail})
    assert screen.panel.message.text() == "sweep.hdf5 is cut off."
    screen.worker.answers["read_children"] = sweeps.tree(sweeps.TREE)
    screen.panel.insisted.connect(screen.panel.refresh)
    screen.panel.message.retried.emit()
    screen.settle()
    assert screen.names()[0] == "parameters"


# --- refreshing and counting ---


def test_refreshing_keeps_open_lines_selection_and_scroll_position(screen: Screen) -> None:
    screen.open(0, 0)
    screen.open(3, 1, 0, 0)
    view = screen.panel.view
    view.setCurrentIndex(screen.line(0, 0, 1))
    view.verticalScrollBar().setValue(130)
    screen.panel.refresh()
    screen.settle()
    assert view.isExpanded(screen.line(0, 0))
    assert view.isExpanded(screen.line(3, 1, 0, 0))
    assert view.currentIndex().data(ROW).name == "v_rest"
    assert view.verticalScrollBar().value() == 130


def test_the_count_is_that_of_the_group_in_which_one_is(screen: Screen) -> None:
    assert screen.panel.count.text() == "4 items"
    screen.open(3, 1)
    screen.panel.view.setCurrentIndex(screen.line(3, 1, 0))
    assert screen.panel.count.text() == "50,000 items in runs"


def test_every_control_has_a_name(screen: Screen) -> None:
    for widget in screen.panel.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName(), widget


def test_opening_fifty_thousand_children_leaves_the_event_loop_free(screen: Screen) -> None:
    screen.open(3)
    with Heartbeat() as heartbeat:
        screen.panel.view.expand(screen.line(3, 1))
        screen.settle()
        screen.bot.wait(1)
        screen.panel.view.expand(screen.line(3, 1, 0))
        screen.settle()
        screen.bot.wait(1)
    assert screen.panel.model.rowCount(screen.line(3, 1)) == 50
    assert heartbeat.longest < 0.3
