"""Every kind of value that pypet stores is shown in the value panel in its natural form, without a complaint."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QLabel

from pexgui.core import (
    ArrayWindow,
    Content,
    Kind,
    Mapping,
    Node,
    Nothing,
    Pickled,
    Scalar,
    Sequence,
    TableWindow,
    Text,
    Unreadable,
    Value,
    read_value,
)
from pexgui.ui.models import ROW
from pexgui.ui.trajectory import TREE
from pexgui.ui.value_array import ArrayView
from pexgui.ui.value_content import NumberView, TextView
from pexgui.ui.value_frame import FrameView
from pexgui.ui.value_view import ListView, PickledView
from tests.stories.person import Person, children, shown_value

VIEWS = {Text: TextView, TableWindow: FrameView}
LEAVES = (Kind.PARAMETER, Kind.DERIVED_PARAMETER, Kind.CONFIG, Kind.RESULT, Kind.ITEM, Kind.LINK)


def lines(person: Person, parent: QModelIndex | None = None) -> Iterator[QModelIndex]:
    """Every line of the tree, opened one after the other."""
    tree = person.window.trajectory.tree
    above = parent or QModelIndex()
    for index in children(tree.model, above):
        yield index
        if tree.model.hasChildren(index):
            person.expands(tree.view, index)
            yield from lines(person, index)


def looks(person: Person, index: QModelIndex) -> Value:
    """Choose a line, and wait until its value is shown."""
    person.window.trajectory.tree.view.setCurrentIndex(index)
    card = person.window.value.card()
    person.until(lambda: not card.waiting())
    value = shown_value(person)
    assert isinstance(value, Value)
    return value


def holds(person: Person, value: Value) -> None:
    """The value is what the file holds, in the view it belongs in, and can be copied."""
    card = person.window.value.card()
    request = card.request()
    assert request is not None
    assert value == read_value(request)
    content, view = value.content, card.view()
    assert not isinstance(content, Unreadable), value.full_name
    if isinstance(content, Scalar):
        assert isinstance(view, NumberView)
        assert content.text in view.label.accessibleName() or len(content.text) > 200
    elif isinstance(content, ArrayWindow):
        assert isinstance(view, ArrayView if content.shape else NumberView)
    elif isinstance(content, Sequence | Mapping):
        assert isinstance(view, ListView) or not content.length, value.full_name
    elif type(content) in VIEWS:
        assert isinstance(view, VIEWS[type(content)]), value.full_name
    elif isinstance(content, Pickled):
        assert isinstance(view, PickledView) or content.content is not None, value.full_name
    assert "".join(card.pieces()) or is_empty(content), value.full_name


def is_empty(content: Content) -> bool:
    """Whether there is nothing in a value that could be copied."""
    if isinstance(content, ArrayWindow):
        return 0 in content.shape
    return isinstance(content, Nothing) or (isinstance(content, Text) and not content.text)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("02_result_types.hdf5", {Scalar, Text, ArrayWindow, TableWindow, Sequence, Mapping, Nothing}),
        ("03_parameter_types.hdf5", {Scalar, Text, ArrayWindow, TableWindow, Sequence, Pickled}),
        ("12_shared.hdf5", {ArrayWindow, TableWindow}),
        ("18_pandas_table.hdf5", {TableWindow}),
        ("04_links_annotations.hdf5", {Scalar}),
        ("16_unicode.hdf5", {Text}),
        ("23_custom_classes.hdf5", set()),
    ],
)
def test_every_leaf_of_a_file_and_every_item_of_it_is_shown(
    person: Person, library: Path, name: str, kinds: set[type]
) -> None:
    person.opens(library / name)
    person.window.choose_tab(TREE)
    person.calm()
    seen: set[type] = set()
    leaves = 0
    for index in lines(person):
        node = index.data(ROW)
        if not isinstance(node, Node) or node.kind not in LEAVES or node.kind is Kind.LINK:
            continue
        value = looks(person, index)
        assert value.path == node.path
        holds(person, value)
        seen.add(type(value.content))
        leaves += 1
        for item in value.items[1:]:
            person.window.value._choose_item(item.name)
            person.until(lambda: not person.window.value.card().waiting())
            other = shown_value(person)
            assert other.chosen == item.name
            holds(person, other)
            seen.add(type(other.content))
    person.calm()
    assert leaves > 1
    assert kinds <= seen
    assert person.problems == []
    assert person.window.problems.open_dialog() is None


def test_comment_annotations_and_warnings_stand_beside_the_value(person: Person, library: Path) -> None:
    person.opens(library / "04_links_annotations.hdf5")
    person.window.choose_tab(TREE)
    person.calm()
    person.looks_at("parameters", "neuron", "tau")
    labels = [label.text() for label in person.window.value.about().findChildren(QLabel)]
    assert "Time constant" in labels
    facts = person.window.value.about().shown_facts()
    assert facts["Type"]
    assert "On disk" in facts


def test_a_damaged_chunk_is_said_beside_readable_neighbours(person: Person, library: Path) -> None:
    person.opens(library / "42_corrupt_chunk.hdf5")
    person.window.choose_tab(TREE)
    person.calm()
    damaged, readable = [], []
    for index in lines(person):
        node = index.data(ROW)
        if isinstance(node, Node) and node.kind in LEAVES:
            value = looks(person, index)
            (damaged if isinstance(value.content, Unreadable) else readable).append(value.full_name)
    assert damaged == ["results.bad"]
    assert readable == ["results.good"]
    assert person.problems == []


def test_a_missing_codec_is_named_and_everything_around_it_is_shown(person: Person, library: Path) -> None:
    person.opens(library / "17_comp_lzo.hdf5")
    person.window.choose_tab(TREE)
    person.calm()
    reasons = set()
    for index in lines(person):
        node = index.data(ROW)
        if isinstance(node, Node) and node.kind is Kind.RESULT:
            value = looks(person, index)
            if isinstance(value.content, Unreadable):
                reasons.add(value.content.reason)
    assert reasons
    assert all("LZO" in reason.upper() for reason in reasons)
    assert person.problems == []
