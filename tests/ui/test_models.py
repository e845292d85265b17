"""Tables and lazy trees in memory: sorted as people expect, asked for when wanted, changed only where they differ."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTreeView

from pexgui.core import Children, Node
from pexgui.ui import sorting
from pexgui.ui.models import KEY, ROW, Column, RowModel
from pexgui.ui.tree_model import READING, STATE, STEP, Place, TreeModel
from tests.ui import sweeps
from tests.ui.instruments import Heartbeat

DOWN = Qt.SortOrder.DescendingOrder
COLUMNS = (Column("Name", lambda node: getattr(node, "name", "") or f"{node.first} – {node.last}"),)


# --- sorting ---


def order(values: Any, descending: bool = False, missing: Any = None) -> list[Any]:
    places = sorting.arrange(sorting.ranks(values, missing), descending)
    return [values[place] for place in places]


def test_texts_sort_as_people_count() -> None:
    assert order(["trial 10", "Trial 2", "trial 1", "alpha"]) == ["alpha", "trial 1", "Trial 2", "trial 10"]


def test_what_is_missing_comes_last_in_both_directions() -> None:
    assert order([2.0, None, 1.0]) == [1.0, 2.0, None]
    assert order([2.0, None, 1.0], descending=True) == [2.0, 1.0, None]
    values = np.array([2.0, np.nan, 1.0])
    assert order(values)[:2] == [1.0, 2.0]
    assert order(values, descending=True)[:2] == [2.0, 1.0]


def test_equal_values_keep_their_order_in_both_directions() -> None:
    places = sorting.ranks(np.array([1, 0, 1, 0, 1]))
    assert sorting.arrange(places).tolist() == [1, 3, 0, 2, 4]
    assert sorting.arrange(places, descending=True).tolist() == [0, 2, 4, 1, 3]


def test_large_whole_numbers_are_not_mixed_up() -> None:
    values = np.array([2**63 + 1, 2**63, 2**63 + 2], np.uint64)
    assert sorting.arrange(sorting.ranks(values)).tolist() == [1, 0, 2]


# --- rows ---


def files() -> RowModel[tuple[str, int]]:
    model = RowModel(
        (
            Column("Name", lambda row: row[0]),
            Column("Size", lambda row: f"{row[1]} B", lambda row: row[1], right=True),
        )
    )
    model.set_rows([("b", 300), ("a", 1000), ("c", 20)])
    return model


def test_the_row_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    qtmodeltester.check(files())


def test_a_column_sorts_by_its_key_and_not_by_its_text(qapp: Any) -> None:
    model = files()
    model.sort(1)
    assert [row[1] for row in model.rows()] == [20, 300, 1000]
    model.sort(1, DOWN)
    assert [row[1] for row in model.rows()] == [1000, 300, 20]
    model.sort(-1)
    assert [row[0] for row in model.rows()] == ["b", "a", "c"]


def test_what_points_at_a_row_follows_it_when_rows_are_sorted(qapp: Any) -> None:
    model = files()
    pointer = QPersistentModelIndex(model.index(0, 1))
    model.sort(0)
    assert pointer.row() == 1
    assert pointer.data(ROW) == ("b", 300)
    assert pointer.data(KEY) == 300


def test_a_row_can_be_replaced_where_it_stands(qapp: Any, qtbot: Any) -> None:
    model = files()
    model.sort(0)
    with qtbot.waitSignal(model.dataChanged):
        model.replace(0, ("a", 1))
    assert model.index(0, 1).data() == "1 B"
    model.sort(-1)
    assert model.rows()[1] == ("a", 1)


# --- the tree ---


class Owner:
    """Answers a tree model at once from prepared children."""

    def __init__(self, model: TreeModel, answer: Callable[[Place], Children]) -> None:
        self.model, self.answer = model, answer
        self.asked: list[Place] = []
        model.children_wanted.connect(lambda *place: self.read(*place))

    def read(self, path: bytes, start: int, count: int) -> None:
        self.asked.append((path, start, count))
        self.model.set_children((path, start, count), self.answer((path, start, count)))


def leaves(path: bytes, names: str) -> Children:
    nodes = tuple(sweeps.group(path + b"/" + name.encode()) for name in names.split())
    return Children(path, 0, len(nodes), nodes=nodes)


def large(place: Place, total: int = 50_000) -> Children:
    path, start, count = place
    return sweeps.large(sweeps.ChildrenRequest(b"f", path, start=start, count=count), total)


def names(model: TreeModel, parent: QModelIndex | None = None) -> list[str]:
    within = parent or QModelIndex()
    return [model.index(row, 0, within).data() for row in range(model.rowCount(within))]


def test_the_tree_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    model = TreeModel(COLUMNS)
    owner = Owner(model, lambda place: leaves(place[0], "x y") if place[0].count(b"/") < 4 else leaves(place[0], ""))
    model.set_root(b"/T")
    qtmodeltester.check(model)
    assert (b"/T/x/y", 0, 0) in owner.asked


def test_a_large_group_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    model = TreeModel(COLUMNS)
    Owner(model, lambda place: large(place, 1150) if place[0] == b"/T" else leaves(place[0], ""))
    model.set_root(b"/T")
    model.fetchMore(model.index(1, 0))
    qtmodeltester.check(model)


def test_lines_are_asked_for_once_and_only_when_wanted(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    owner = Owner(model, lambda place: leaves(place[0], "x y"))
    model.set_root(b"/T")
    assert owner.asked == [(b"/T", 0, 0)]
    first = model.index(0, 0)
    assert model.hasChildren(first)
    model.fetchMore(first)
    assert not model.canFetchMore(first)
    assert owner.asked == [(b"/T", 0, 0), (b"/T/x", 0, 0)]


def test_a_group_that_turns_out_empty_has_nothing_to_open(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    Owner(model, lambda place: leaves(place[0], "x" if place[0] == b"/T" else ""))
    model.set_root(b"/T")
    model.fetchMore(model.index(0, 0))
    assert not model.hasChildren(model.index(0, 0))


def test_a_line_says_that_it_is_read_and_why_it_cannot_be(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    model.set_root(b"/T")
    model.set_children((b"/T", 0, 0), leaves(b"/T", "x"))
    line = model.index(0, 0)
    model.fetchMore(line)
    assert line.data(STATE) == READING
    assert model.hasChildren(line)
    model.set_problem((b"/T/x", 0, 0), "It is damaged.")
    assert line.data(STATE) == "It is damaged."
    assert model.canFetchMore(line)


def test_a_large_group_shows_stretches_that_open_in_steps(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    owner = Owner(model, large)
    model.set_root(b"/T")
    assert model.rowCount() == 50
    page = model.index(49, 0)
    assert page.data() == "run_00049000 – run_00049999"
    model.fetchMore(page)
    assert owner.asked[-1] == (b"/T", 49_000, 1000)
    assert names(model, page)[:2] == ["run_00049000 – run_00049099", "run_00049100 – run_00049199"]
    step = model.index(9, 0, page)
    assert model.rowCount(step) == STEP
    assert names(model, step)[-1] == "run_00049999"
    model.fetchMore(model.index(0, 0, step))
    assert owner.asked[-1] == (b"/T/run_00049900", 0, 0)


@pytest.mark.parametrize("late", [(b"/T/old", 0, 0), (b"/T", 0, 1000)])
def test_an_answer_that_nobody_waits_for_changes_nothing(qapp: Any, late: Place) -> None:
    model = TreeModel(COLUMNS)
    Owner(model, lambda place: leaves(place[0], "x"))
    model.set_root(b"/T")
    model.set_children(late, leaves(b"/T/old", "a b c"))
    model.set_problem(late, "It is damaged.")
    assert names(model) == ["x"]


def test_refreshing_changes_only_what_differs(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    answers = {b"/T": leaves(b"/T", "a b d"), b"/T/b": leaves(b"/T/b", "x"), b"/T/a": leaves(b"/T/a", "z")}
    owner = Owner(model, lambda place: answers[place[0]])
    model.set_root(b"/T")
    for row in (0, 1):
        model.fetchMore(model.index(row, 0))
    kept = [QPersistentModelIndex(model.index(row, 0)) for row in (1, 2)]
    inside = QPersistentModelIndex(model.index(0, 0, model.index(1, 0)))
    answers[b"/T"] = leaves(b"/T", "a b c d")
    owner.asked.clear()
    model.refresh(lambda index: index.data() == "b")
    assert owner.asked == [(b"/T", 0, 0), (b"/T/b", 0, 0)]
    assert names(model) == ["a", "b", "c", "d"]
    assert [index.row() for index in kept] == [1, 3]
    assert inside.isValid()
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.canFetchMore(model.index(0, 0))


def test_refreshing_a_line_shows_its_new_value_in_place(qapp: Any) -> None:
    model = TreeModel((*COLUMNS, Column("Value", lambda node: node.value)))
    Owner(model, lambda place: Children(b"/T", 0, 1, nodes=(sweeps.group(b"/T/a", value[0]),)))
    value = ["1 item"]
    model.set_root(b"/T")
    pointer = QPersistentModelIndex(model.index(0, 1))
    value[0] = "2 items"
    model.refresh(lambda _index: False)
    assert pointer.data() == "2 items"


def test_refreshing_an_open_page_of_a_large_group_keeps_its_steps(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    Owner(model, large)
    model.set_root(b"/T")
    page = model.index(1, 0)
    model.fetchMore(page)
    inside = QPersistentModelIndex(model.index(5, 0, model.index(2, 0, page)))
    model.refresh(lambda _index: True)
    assert inside.isValid()
    assert inside.data() == "run_00001205"


def test_a_line_that_became_a_group_can_be_opened(qapp: Any) -> None:
    model = TreeModel(COLUMNS)
    now = [Node(b"/T/a", "a", sweeps.Kind.RESULT)]
    Owner(model, lambda _place: Children(b"/T", 0, 1, nodes=tuple(now)))
    model.set_root(b"/T")
    assert not model.hasChildren(model.index(0, 0))
    now[0] = sweeps.group(b"/T/a")
    model.refresh(lambda _index: False)
    assert model.hasChildren(model.index(0, 0))


def test_opening_all_of_fifty_thousand_lines_leaves_the_event_loop_free(qtbot: Any) -> None:
    model = TreeModel(COLUMNS)
    Owner(model, large)
    view = QTreeView()
    view.setUniformRowHeights(True)
    view.setModel(model)
    qtbot.addWidget(view)
    view.resize(600, 800)
    view.show()
    with Heartbeat() as heartbeat:
        model.set_root(b"/T")
        for page in range(50):
            view.expand(model.index(page, 0))
            qtbot.wait(1)
    assert model.rowCount(model.index(49, 0)) == 10
    assert heartbeat.longest < 1.0  # opening all pages at once; on a busy machine one turn took 0.4 s
