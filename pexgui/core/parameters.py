"""Parameters: the default value and the range, by what is stored, not by the name of the class."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, items, layout, sparse, values
from .errors import NotReadable
from .items import Form, Item, TableColumn

_DATA_ITEMS = (layout.DATA, layout.ARRAY_DATA, layout.SPARSE_DATA, *(layout.DATA + m for m in layout.BRIAN_MARKS))
_RANGE_ITEMS = (
    layout.EXPLORED_DATA,
    layout.ARRAY_RANGE,
    layout.SPARSE_RANGE,
    *(layout.EXPLORED_DATA + mark for mark in layout.BRIAN_MARKS),
)
_OLD_SPARSE = layout.SPARSE_DATA + b"format"


class Range(NamedTuple):
    """The range of an explored parameter: one row per run in ``table``, whose ``column`` holds values or indices.

    ``kind``: ``values``, or where the values are that the indices mean: ``array``, ``sparse``, ``pickle``, ``brian``.
    """

    leaf: Any
    table: Item
    column: TableColumn
    length: int
    kind: str
    unit: str = ""


def has_data(names: Sequence[bytes]) -> bool:
    """Whether a leaf with these items holds the default value of a parameter."""
    return any(name in names for name in (*_DATA_ITEMS, _OLD_SPARSE))


def has_range(names: Sequence[bytes]) -> bool:
    """Whether a leaf with these items is an explored parameter."""
    return any(name in names for name in _RANGE_ITEMS)


def value_item(leaf: Any, names: Sequence[bytes]) -> Item:
    """The item that holds the default value. Raises `NotReadable` when there is none."""
    pickles = items.holds_pickles(items.leaf_class(leaf), list(names))
    if _OLD_SPARSE in names:
        parts = {
            part.decode(): files.open_child(leaf, layout.SPARSE_DATA + part)
            for part in layout.SPARSE_PARTS
            if layout.SPARSE_DATA + part in names
        }
        return Item("value", Form.PARTS, layout.SPARSE_DATA, next(iter(parts.values())), parts)
    for name in _DATA_ITEMS:
        if name not in names:
            continue
        node = files.open_child(leaf, name)
        if not files.is_dataset(node):
            raise NotReadable("The value of the parameter is no dataset.")
        if name == layout.SPARSE_DATA:
            return Item("value", Form.SPARSE, name, node)
        if name == layout.DATA and pickles and files.element_type(node).dtype.kind == "S":
            return Item("value", Form.PICKLE, name, node)
        form = Form.TABLE if files.element_type(node).dtype.names is not None else Form.ARRAY
        return Item("value", form, name, node)
    raise NotReadable("The parameter has no value.")


def default(leaf: Any, names: Sequence[bytes], encoding: str = values.DEFAULT_ENCODING) -> Any:
    """The default value of a parameter; pickled ones as `values.Pickle`. Raises `NotReadable`."""
    return value_of(value_item(leaf, names), encoding)


def value_of(item: Item, encoding: str = values.DEFAULT_ENCODING) -> Any:
    """The default value that `value_item` found, as `default` gives it. Raises `NotReadable`."""
    if item.form is not Form.TABLE:
        return items.item_value(item, encoding)
    columns = items.table_columns(item)
    cells = items.read_columns(columns, slice(0, 1))
    if any(not len(column) for column in cells.values()):
        raise NotReadable("The table of the parameter's value has no row.")
    found = {c.name: values.decode_cell(cells[c.name][0], c.coll, c.scalar, encoding) for c in columns}
    if item.path.endswith(layout.BRIAN_MARKS) and layout.BRIAN_VALUE in found:
        return values.Quantity(found[layout.BRIAN_VALUE], str(found.get(layout.BRIAN_UNIT, "")))
    return found.get(layout.DATA_COLUMN, next(iter(found.values())))


def range_of(leaf: Any, names: Sequence[bytes], encoding: str = values.DEFAULT_ENCODING) -> Range | None:
    """The range of a parameter; None when it is not explored. Raises `NotReadable`."""
    name = next((name for name in _RANGE_ITEMS if name in names), None)
    if name is None:
        return None
    table = Item("range", Form.TABLE, name, files.open_child(leaf, name))
    columns = {column.name: column for column in items.table_columns(table)}
    if not columns:
        raise NotReadable("The range of the parameter is no table.")
    kind = {layout.ARRAY_RANGE: "array", layout.SPARSE_RANGE: "sparse"}.get(name, "values")
    if name == layout.EXPLORED_DATA and layout.DATA_COLUMN not in columns and layout.INDEX_COLUMN in columns:
        kind = "pickle"
    unit = ""
    if name.endswith(layout.BRIAN_MARKS):
        kind = "brian" if layout.BRIAN_VALUE in columns else "values"
        value = default(leaf, names, encoding) if kind == "brian" else None
        unit = value.unit if isinstance(value, values.Quantity) else ""
    wanted = {"values": layout.DATA_COLUMN, "brian": layout.BRIAN_VALUE}.get(kind, layout.INDEX_COLUMN)
    column = columns.get(wanted) or next(iter(columns.values()))
    return Range(leaf, table, column, items.table_rows(table), kind, unit)


def range_cells(found: Range, part: slice = slice(None)) -> NDArray[Any]:
    """The stored cells of some rows of a range."""
    return items.read_columns([found.column], part)[found.column.name]


def range_values(found: Range, part: slice = slice(None), encoding: str = values.DEFAULT_ENCODING) -> list[Any]:
    """The values of some rows of a range; what cannot be read stands as the `NotReadable` that says why."""
    cells = range_cells(found, part)
    if found.kind in ("values", "brian"):
        decoded = values.decode_column(cells, found.column.coll, found.column.scalar, encoding)
        return [values.Quantity(value, found.unit) for value in decoded] if found.kind == "brian" else decoded
    known: dict[int, Any] = {}
    for index in np.unique(cells).tolist():
        try:
            known[index] = _indexed(found, int(index), encoding)
        except NotReadable as problem:
            known[index] = problem
    return [known[index] for index in cells.tolist()]


def _indexed(found: Range, index: int, encoding: str) -> Any:
    if found.kind == "array":
        return items.array_value(_first(found.leaf, layout.array_value_paths(index)), encoding)
    if found.kind == "pickle":
        return items.unpickled(items.pickle_bytes(_first(found.leaf, layout.pickle_value_paths(index))))
    try:
        node = files.open_node(found.leaf, layout.sparse_value_path(index))
    except NotReadable:
        return sparse.from_parts(sparse_parts(found.leaf, index))
    return sparse.from_text(items.pickle_bytes(node))


def sparse_parts(leaf: Any, index: int) -> dict[str, Any]:
    """The parts of a matrix of a range as pypet stored it before 0.6; −1 means the default. Raises `NotReadable`."""
    parts = {}
    for part in layout.SPARSE_PARTS:
        try:
            parts[part.decode()] = files.read(_first(leaf, layout.sparse_part_paths(part, index)))
        except NotReadable:
            if part in (b"format", b"data", b"shape"):
                raise
    return parts


def _first(leaf: Any, paths: Sequence[bytes]) -> Any:
    """What is at the first of these paths that exists."""
    problem: NotReadable | None = None
    for path in paths:
        try:
            return files.open_node(leaf, path)
        except NotReadable as error:
            problem = problem or error
    raise problem or NotReadable("A value of the range is missing.")


def protocol(leaf: Any, names: Sequence[bytes]) -> int | None:
    """The pickle protocol of a leaf of pickles, when it is noted."""
    if layout.PROTOCOL not in names:
        return None
    value = items.array_value(files.open_child(leaf, layout.PROTOCOL))
    return value if isinstance(value, int) else None
