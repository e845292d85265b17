"""The lines of the tree: a child of a group as a node, decoded as pypet means it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import files, items, layout, leaves, parameters, ranges, text
from .brief import brief
from .errors import FAILURES, NotReadable
from .glance import SMALL, Glance, glance, stored_bytes, value_type
from .items import Form, Item
from .model import Kind, Node
from .parameters import has_data, has_range
from .raw_lines import link_line, raw_line, unreadable
from .values import DEFAULT_ENCODING, decode_cell

COMMENT = 300
"""Of a comment a line shows so many characters."""

EXACT = 24
"""Groups of up to so many children are counted by kind; of larger ones as many are looked at, spread evenly."""

_RANGE_ROWS = 200_000
_BRANCH_LEAVES = 200
_KINDS = {
    layout.Branch.CONFIG: Kind.CONFIG,
    layout.Branch.PARAMETERS: Kind.PARAMETER,
    layout.Branch.DERIVED_PARAMETERS: Kind.DERIVED_PARAMETER,
}


def line(group: Any, name: bytes, path: bytes, encoding: str = DEFAULT_ENCODING) -> Node:
    """The child ``name`` of ``group`` as a line, whose path is ``path``. It never fails: a broken child says so."""
    try:
        found = files.link(group, name)
        if found.kind is not files.LinkKind.HARD:
            return link_line(name, path, found)
        child = files.open_child(group, name)
        if not files.is_group(child):
            return raw_line(child, name, path)
        return leaf_line(child, name, path, encoding) if items.is_leaf(child) else group_line(child, name, path)
    except NotReadable as problem:
        return unreadable(name, path, problem.title)
    except FAILURES as error:
        shown = text.printable(name)
        return unreadable(name, path, f"“{shown}” is damaged and cannot be read ({type(error).__name__}).")


def _comment(node: Any) -> str:
    return text.printable(files.text_attribute(node, layout.SRVC_INIT_COMMENT), COMMENT)


# --- leaves -------------------------------------------------------------------------------------------------------


def leaf_line(leaf: Any, name: bytes, path: bytes, encoding: str = DEFAULT_ENCODING) -> Node:
    """A parameter or a result. A result of one item is one line, of several it can be expanded."""
    names = files.names(leaf)
    class_name = items.leaf_class(leaf)
    is_parameter = leaves.is_parameter(path, class_name)
    explored = is_parameter and has_range(names)
    kind = _KINDS.get(layout.branch_kind(path), Kind.PARAMETER if is_parameter else Kind.RESULT)
    if is_parameter and (explored or has_data(names)):
        seen, several = _parameter(leaf, names, explored, encoding), False
    else:
        found = items.items_of(leaf, names, class_name)
        several = len(found) > 1
        seen = _items(found, encoding)
    return Node(
        path=path,
        name=text.printable(name),
        kind=kind,
        type=text.printable(seen.type),
        value=seen.value,
        size=seen.size,
        expandable=several,
        explored=explored,
        comment=_comment(leaf),
        warning=seen.warning,
    )


def _items(found: Sequence[Item], encoding: str) -> Glance:
    if not found:
        return Glance("", "empty", 0)
    if len(found) == 1:
        return glance(found[0], encoding)
    sizes = [_size(item) for item in found[:100]]
    known = [size for size in sizes if size is not None]
    words = text.printable(", ".join(item.name for item in found[:20]), 80)
    broken = next((item.reason for item in found if item.form is Form.UNREADABLE), "")
    total = sum(known) if len(known) == len(found) else None
    return Glance(text.count(len(found), "item"), words, total, broken)


def _size(item: Item) -> int | None:
    try:
        return stored_bytes(item) if item.form is not Form.UNREADABLE else None
    except (NotReadable, *FAILURES):
        return None


def _parameter(leaf: Any, names: list[bytes], explored: bool, encoding: str) -> Glance:
    """The value of a parameter or, when it is explored, what its range holds."""
    size = None
    try:
        size = _datasets_size(leaf, names)
        if explored:
            return _range(leaf, encoding, size)
        item = parameters.value_item(leaf, names)
        if item.form is not Form.TABLE:
            return glance(item, encoding)._replace(size=size)
        return _value_cell(item, encoding)._replace(size=size)
    except NotReadable as problem:
        return Glance("", "", size, problem.title)


def _value_cell(item: Item, encoding: str) -> Glance:
    """The value of a parameter that is stored as the cell of a table."""
    if item.node.get_type().get_size() > SMALL:
        column = files.element_type(item.node).dtype[0]
        return Glance(column.base.name, text.extent(column.shape))
    rows = files.read(item.node)
    if item.path != layout.DATA or layout.DATA_COLUMN not in (rows.dtype.names or ()) or not rows.size:
        value = parameters.value_of(item, encoding)
        return Glance(value_type(value), brief(value))
    cell = rows.reshape(-1)[0][layout.DATA_COLUMN]
    coll, scalar = (files.text_attribute(item.node, key) for key in layout.column_attributes(layout.DATA))
    value = decode_cell(cell, coll, scalar, encoding)
    plain = isinstance(cell, np.generic) and cell.dtype.kind in "biufc" and not isinstance(value, (list, tuple))
    return Glance(cell.dtype.name if plain else value_type(value), brief(value))


def _range(leaf: Any, encoding: str, size: int | None) -> Glance:
    """``8 values, 0.5 to 4.0``"""
    found = ranges.open_range(leaf, encoding)
    if found.length > _RANGE_ROWS:
        return Glance("", f"values for {text.count(found.length, 'run')}", size)
    values = ranges.distinct_values(leaf, encoding, 1)
    words = text.count(values.different, "value")
    if values.extremes is not None:
        low, high = values.extremes
        words += f", {low} to {high}" if low != high else f", {low}"
    return Glance(values.type, words, size)


def _datasets_size(leaf: Any, names: Sequence[bytes]) -> int | None:
    """The bytes of the data of a leaf; None when some lie deeper."""
    total = 0
    for name in names[:100]:
        child = files.open_child(leaf, name)
        if not files.is_dataset(child):
            return None
        total += files.stored_size(child)
    return total if len(names) <= 100 else None


def item_line(item: Item, path: bytes, encoding: str = DEFAULT_ENCODING) -> Node:
    """An item of a leaf, whose path is ``path``."""
    seen = glance(item, encoding)
    return Node(
        path=layout.join(path, item.path),
        name=text.printable(item.name),
        kind=Kind.UNREADABLE if item.form is Form.UNREADABLE else Kind.ITEM,
        type=text.printable(seen.type),
        value=seen.value,
        size=seen.size,
        warning=seen.warning,
    )


# --- groups -------------------------------------------------------------------------------------------------------


def group_line(group: Any, name: bytes, path: bytes) -> Node:
    """A group, and what it holds in words."""
    names = files.names(group)
    is_trajectory = layout.OVERVIEW in names and len(layout.components(path)) == 1
    return Node(
        path=path,
        name=text.printable(name),
        kind=Kind.TRAJECTORY if is_trajectory else Kind.GROUP,
        value=_branch_words(group, path) or held(group, names, path),
        expandable=bool(names),
        comment=_comment(group),
    )


def held(group: Any, names: Sequence[bytes], path: bytes) -> str:
    """What a group holds: ``3 parameters``, ``1,000 groups``, ``2 groups, 5 results``.

    In a group of more than `EXACT` children it is told from some of them, if these are alike.
    """
    if not names:
        return "empty"
    step = max(1.0, len(names) / EXACT)
    looked_at = [names[int(step * place)] for place in range(min(len(names), EXACT))]
    counts = Counter(_word(group, name, path) for name in looked_at)
    if len(names) > EXACT:
        word = next(iter(counts)) if len(counts) == 1 else "item"
        return text.count(len(names), word)
    order = sorted(counts, key=lambda word: (word != "group", word))
    return ", ".join(text.count(counts[word], word) for word in order)


def _word(group: Any, name: bytes, path: bytes) -> str:
    """What a child is called when it is counted."""
    try:
        if files.link(group, name).kind is not files.LinkKind.HARD:
            return "link"
        child = files.open_child(group, name)
        if not files.is_group(child):
            return "dataset"
        if not items.is_leaf(child):
            return "group"
    except (NotReadable, *FAILURES):
        return "unreadable item"
    branch = layout.branch_kind(layout.join(path, name))
    if branch is layout.Branch.CONFIG:
        return "setting"
    return "parameter" if branch in (layout.Branch.PARAMETERS, layout.Branch.DERIVED_PARAMETERS) else "result"


def _branch_words(group: Any, path: bytes) -> str:
    """Of the parameters as a whole how many there are and are explored: ``3 explored, 8 in all``."""
    parts = layout.components(path)
    if len(parts) != 2 or parts[1] not in (layout.PARAMETERS, layout.CONFIG):
        return ""
    total = explored = 0
    try:
        for visit in files.walk(group, lambda visit: not items.is_leaf(visit.node), max_nodes=4 * _BRANCH_LEAVES):
            if visit.kind is files.VisitKind.GROUP and items.is_leaf(visit.node):
                total += 1
                explored += has_range(files.names(visit.node))
    except NotReadable:
        return ""
    if parts[1] == layout.CONFIG:
        return text.count(total, "setting") if total else ""
    return f"{explored:,} explored, {total:,} in all" if explored else text.count(total, "parameter") if total else ""
