"""A person looks into the tree of a trajectory: opens lines, sees links, searches, and turns to plain HDF5."""

from pathlib import Path

from PySide6.QtCore import Qt

from pexgui.core import Kind, Node, Nothing
from pexgui.ui.models import ROW
from pexgui.ui.trajectory import TREE
from tests.builders import wide_group
from tests.stories.person import Person, children, shown_value
from tests.ui.instruments import Heartbeat

Key = Qt.Key


def opens_tree(person: Person, file: Path) -> None:
    person.opens(file)
    person.window.choose_tab(TREE)
    person.calm()


def line(person: Person, *names: str) -> list[str]:
    """What stands in a line of the tree."""
    index = person.node(*names)
    return [index.siblingAtColumn(column).data() for column in range(3)]


def below(person: Person, *names: str) -> list[str]:
    index = person.node(*names)
    tree = person.window.trajectory.tree
    person.expands(tree.view, index)
    return [child.data() for child in children(tree.model, index)]


def test_parameters_and_results_are_opened_line_by_line(person: Person, library: Path) -> None:
    opens_tree(person, library / "04_links_annotations.hdf5")
    assert line(person, "parameters", "neuron", "vt") == ["vt", "float64", "1.0"]
    assert line(person, "parameters", "neuron", "tau") == ["tau", "float64", "3 values, 10.0 to 30.0"]
    assert below(person, "results", "runs") == ["run_00000000", "run_00000001", "run_00000002"]
    person.looks_at("results", "base", "target")
    value = shown_value(person)
    assert value.full_name == "results.base.target"
    assert value.content.number == 42


def test_links_are_shown_with_where_they_lead_and_are_not_followed(person: Person, library: Path) -> None:
    opens_tree(person, library / "04_links_annotations.hdf5")
    names = below(person, "results", "shortcuts")
    assert names == ["broken", "to_group", "to_leaf", "to_parameter"]
    for name in names:
        index = person.node("results", "shortcuts", name)
        node = index.data(ROW)
        assert isinstance(node, Node)
        assert node.kind is Kind.LINK
        assert node.target.startswith("/Links/")
        assert not person.window.trajectory.tree.model.hasChildren(index)
        person.looks_at("results", "shortcuts", name)
    assert person.problems == []


def test_an_item_that_is_a_link_says_so_in_the_raw_view(person: Person, library: Path) -> None:
    opens_tree(person, library / "04_links_annotations.hdf5")
    tree = person.window.trajectory.tree
    person.bot.mouseClick(tree.raw, Qt.MouseButton.LeftButton)
    person.calm()
    assert tree.raw.isChecked()
    assert [child.data() for child in children(tree.model, tree.model.index(-1, -1))] == ["Links"]
    assert "overview" in below(person, "Links")
    node = person.node("Links", "root_link").data(ROW)
    assert node.kind is Kind.LINK
    person.looks_at("Links", "overview", "info")
    assert shown_value(person).kind is Kind.RAW_DATASET
    person.bot.mouseClick(tree.raw, Qt.MouseButton.LeftButton)
    person.calm()
    assert "overview" not in [child.data() for child in children(tree.model, tree.model.index(-1, -1))]


def test_a_search_finds_names_and_comments_and_enter_shows_the_first(person: Person, library: Path) -> None:
    opens_tree(person, library / "04_links_annotations.hdf5")
    tree = person.window.trajectory.tree
    tree.search.setFocus()
    person.bot.keyClicks(tree.search, "time constant")
    person.calm()
    assert [tree.found.index(row, 0).data() for row in range(tree.found.rowCount())] == ["parameters.neuron.tau"]
    person.presses(tree.search, Key.Key_Return)
    assert shown_value(person).full_name == "parameters.neuron.tau"
    person.presses(tree.results, Key.Key_Escape)
    assert tree.stack.currentWidget() is tree.view
    assert tree.search.text() == ""


def test_a_group_of_20000_children_opens_without_holding_up_the_window(person: Person, tmp_path: Path) -> None:
    opens_tree(person, wide_group(tmp_path / "wide.hdf5", 20_000, leaves=False))
    index = person.node("results", "wide")
    tree = person.window.trajectory.tree
    with Heartbeat() as heartbeat:
        tree.view.setExpanded(index, True)
        person.until(lambda: tree.model.rowCount(index) == 20)
        first = tree.model.index(0, 0, index)
        tree.view.setExpanded(first, True)
        person.until(lambda: tree.model.rowCount(first) == 10)
        step = tree.model.index(0, 0, first)
        tree.view.setExpanded(step, True)
        person.until(lambda: tree.model.rowCount(step) == 100)
        person.calm()
    assert heartbeat.longest <= 0.25
    assert step.data() == "child_000000 – child_000099"
    assert tree.model.index(99, 0, step).data() == "child_000099"
    tree.view.setCurrentIndex(step)
    assert tree.count.text() == "20,000 items in wide"


def test_the_value_of_a_parameter_and_its_range_can_both_be_seen(person: Person, library: Path) -> None:
    opens_tree(person, library / "04_links_annotations.hdf5")
    person.looks_at("parameters", "neuron", "tau")
    value = shown_value(person)
    assert [item.name for item in value.items] == ["value", "range"]
    person.window.value._choose_item("range")
    person.calm()
    assert shown_value(person).content.rows == 3


def test_an_empty_group_and_a_trajectory_without_results_are_no_trouble(person: Person, library: Path) -> None:
    for name in ("07_crashed.hdf5", "20_unexplored.hdf5", "42_foreign_nodes.hdf5", "22_odd_names.hdf5"):
        opens_tree(person, library / name)
        tree = person.window.trajectory.tree
        for index in children(tree.model, tree.model.index(-1, -1)):
            person.expands(tree.view, index)
            for lower in children(tree.model, index):
                person.expands(tree.view, lower)
                tree.view.setCurrentIndex(lower)
                person.calm()
        assert person.problems == []
        shown = person.window.value.value()
        assert shown is None or not isinstance(shown.content, Nothing) or shown.content.reason
