"""The items of a leaf: what they are called, how they are stored, and each as the value it was."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, frames, layout, sparse, text, values
from .datasets import read_rows
from .errors import FAILURES, NotReadable
from .inert import Refused, decode


class Form(Enum):
    """How an item is stored, and so how it is decoded."""

    ARRAY = "array"
    TABLE = "table"
    DICT = "dict"
    FRAME = "frame"
    OBJECTS = "variable-length array"
    PICKLE = "pickle"
    SPARSE = "sparse matrix"
    PARTS = "sparse matrix in parts"
    QUANTITY = "quantity"
    UNREADABLE = "unreadable"


class Item(NamedTuple):
    """An item: its name with dots, its form, its dataset or group, or the datasets of its ``parts``.

    ``path`` is where it is below the leaf, ``reason`` a sentence when it is unreadable. ``shared``: it has no type.
    """

    name: str
    form: Form
    path: bytes = b""
    node: Any = None
    parts: Mapping[str, Any] = MappingProxyType({})
    reason: str = ""
    shared: bool = False


class TableColumn(NamedTuple):
    """A column of a table: its name, the dataset it is in, and what is noted of its collection and element type."""

    name: str
    dataset: Any
    coll: str
    scalar: str


def leaf_class(leaf: Any) -> str:
    """The name of the leaf's class; empty when it is not noted."""
    return files.text_attribute(leaf, layout.SRVC_INIT_CLASS_NAME)


def is_leaf(group: Any) -> bool:
    """Whether a group is a leaf: its mark was a number before pypet 0.1b.9, and a truth value since."""
    value = files.attribute(group, layout.SRVC_LEAF)
    if isinstance(value, np.ndarray):
        return bool(value.size) and bool(value.reshape(-1)[0])
    return bool(value)


def holds_pickles(class_name: str, names: "list[bytes]") -> bool:
    """Whether the byte strings of a leaf of this class with these items are pickles."""
    return class_name in layout.PICKLE_CLASSES or layout.PROTOCOL in names


def items_of(leaf: Any, names: "list[bytes] | None" = None, class_name: str | None = None) -> list[Item]:
    """The items of a leaf in name order; nothing but headers is read."""
    names = files.names(leaf) if names is None else names
    pickles = holds_pickles(leaf_class(leaf) if class_name is None else class_name, names)
    found = [item for item in _items(leaf, names, b"", pickles, 0) if item.path != layout.PROTOCOL]
    return sorted(_joined(found), key=lambda item: item.name)


def raw_item(dataset: Any, name: str) -> Item:
    """A dataset on its own as an item, by what it is, not by what its attributes say."""
    element = files.element_type(dataset)
    if element.dtype.names is not None and not element.variable:
        return Item(name, Form.TABLE, name.encode("utf-8", "surrogateescape"), dataset)
    form = Form.OBJECTS if element.variable and element.name != "str" else Form.ARRAY
    return Item(name, form, name.encode("utf-8", "surrogateescape"), dataset)


def _items(group: Any, names: "list[bytes]", prefix: bytes, pickles: bool, depth: int) -> Iterator[Item]:
    present = set(names)
    for name in names:
        if name.startswith(layout.PYTABLES_INDEX) and name.removeprefix(layout.PYTABLES_INDEX) in present:
            continue
        path = prefix + name
        try:
            node = files.open_child(group, name)
            store, shared = _store(node)
            form = _form(node, store, pickles)
            if form is None and depth < 20:
                yield from _items(node, files.names(node), path + b"/", pickles, depth + 1)
            elif form is not None:
                yield Item(_name(path), form, path, node, shared=shared)
        except NotReadable as problem:
            yield Item(_name(path), Form.UNREADABLE, path, reason=problem.title)
        except FAILURES as error:
            reason = f"“{_shown(path)}” is damaged and cannot be read."
            yield Item(_name(path), Form.UNREADABLE, path, reason=f"{reason} ({type(error).__name__})")


def _name(path: bytes) -> str:
    return path.replace(b"/", b".").decode("utf-8", "surrogateescape")


def _shown(path: bytes) -> str:
    return text.printable(path.replace(b"/", b"."))


def _store(node: Any) -> tuple[str, bool]:
    """What the item says of its encoding, and whether it is shared; shared data say the former elsewhere."""
    store = files.text_attribute(node, layout.SRVC_STORE)
    if store != layout.SHARED:
        return store, False
    return files.text_attribute(node, layout.SRVC_SHARED_TYPE), True


def _form(node: Any, store: str, pickles: bool) -> Form | None:
    """The form of a dataset or group; None for a group of further items."""
    if files.is_group(node):
        if store in (layout.FRAME, layout.SERIES) or files.attribute(node, layout.PANDAS_TYPE) is not None:
            return Form.FRAME
        if files.attribute(node, layout.SPLIT_TABLE) is not None:
            return Form.DICT if store == layout.DICT else Form.TABLE
        return None
    if not files.is_dataset(node):
        raise NotReadable(f"“{_shown(files.path_of(node).strip(b'/'))}” is a type, which holds no value.")
    element = files.element_type(node)
    if element.dtype.names is not None and not element.variable:
        return Form.DICT if store == layout.DICT else Form.TABLE
    if store == layout.VLARRAY or (element.variable and element.name != "str"):
        return Form.OBJECTS
    if pickles and element.dtype.kind == "S" and not files.extent_of(node).shape:
        return Form.PICKLE
    return Form.ARRAY


def _joined(found: "list[Item]") -> Iterator[Item]:
    """Items that pypet spread over several datasets, put together again."""
    spread: dict[tuple[str, Form], dict[str, Item]] = {}
    mark = layout.SPARSE_MARK.decode()
    for item in found:
        key, sign, part = item.name.rpartition(mark)
        if sign and not part and item.form is Form.ARRAY:
            yield item._replace(name=key, form=Form.SPARSE)
        elif sign and part.encode() in layout.SPARSE_PARTS and item.form is Form.ARRAY:
            spread.setdefault((key, Form.PARTS), {})[part] = item
        elif (brian := _brian(item.name)) is not None:
            spread.setdefault((brian[0], Form.QUANTITY), {})[brian[1]] = item
        else:
            yield item
    for (key, form), parts in spread.items():
        if form is Form.QUANTITY and layout.BRIAN_VALUE not in parts:
            yield from parts.values()
        else:
            first = next(iter(parts.values()))
            yield Item(key, form, first.path, first.node, {part: item.node for part, item in parts.items()})


def _brian(name: str) -> tuple[str, str] | None:
    for mark in layout.BRIAN_MARKS:
        key, sign, part = name.rpartition(mark.decode())
        if sign and part in (layout.BRIAN_VALUE, layout.BRIAN_UNIT):
            return key, part
    return None


# --- values -------------------------------------------------------------------------------------------------------


def item_value(item: Item, encoding: str = values.DEFAULT_ENCODING) -> Any:
    """The whole value of an item as Python, numpy or pandas has it. Raises `NotReadable`."""
    match item.form:
        case Form.ARRAY:
            return array_value(item.node, encoding)
        case Form.TABLE | Form.DICT:
            return _table_value(item, encoding)
        case Form.FRAME:
            return frames.to_pandas(frames.read_frame(item.node))
        case Form.OBJECTS:
            return objects(item.node)
        case Form.PICKLE:
            return unpickled(pickle_bytes(item.node))
        case Form.SPARSE:
            return sparse.from_text(pickle_bytes(item.node))
        case Form.PARTS:
            return sparse.from_parts({part: _raw(node) for part, node in item.parts.items()})
        case Form.QUANTITY:
            unit = item.parts.get(layout.BRIAN_UNIT)
            name = values.decode_text(array_value(unit, encoding), encoding) if unit is not None else ""
            return values.Quantity(array_value(item.parts[layout.BRIAN_VALUE], encoding), name)
    raise NotReadable(item.reason or f"“{text.printable(item.name)}” cannot be read.")


def types_of(node: Any) -> tuple[str, str]:
    """What is noted of an array: its collection type and its element type, empty when nothing is."""
    coll = files.text_attribute(node, layout.SRVC_COLL_TYPE)
    return coll, files.text_attribute(node, layout.SRVC_SCALAR_TYPE)


def array_value(node: Any, encoding: str = values.DEFAULT_ENCODING) -> Any:
    """The whole value of an array item."""
    raw = files.read(node)
    if raw.shape == (1,) and files.attribute(node, layout.EMPTY_ARRAY) is not None:
        raw = raw[:0]
    return values.decode_array(raw, *types_of(node), encoding)


def _raw(node: Any) -> NDArray[Any]:
    return files.read(node)


def pickle_bytes(node: Any) -> bytes:
    """The bytes of a scalar string, whole."""
    raw = files.read(node)
    if raw.size != 1 or raw.dtype.kind not in "SO":
        raise NotReadable("A byte string is expected, but something else is stored.", "Look at it as plain HDF5.")
    value = raw.reshape(-1)[0]
    return bytes(value) if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def unpickled(data: bytes) -> values.Pickle:
    """A pickle with its value, if it can be decoded without running anything."""
    try:
        return values.Pickle(data, decode(data))
    except Refused as error:
        return values.Pickle(data, None, str(error))


def objects(node: Any, part: slice = slice(None)) -> list[Any]:
    """Rows of a variable-length array: pickled objects, texts, or arrays."""
    rows = files.read(node, [part])
    kind = files.text_attribute(node, layout.PYTABLES_PSEUDOATOM)
    return [_object(row, kind) for row in rows]


def _object(row: Any, kind: str) -> Any:
    if not isinstance(row, np.ndarray):
        return row
    if kind == layout.OBJECT_ATOM and row.dtype == np.uint8:
        found = unpickled(row.tobytes())
        return found if found.refusal else found.value
    if kind == "vlstring" and row.dtype == np.uint8:
        return row.tobytes()
    if kind == "vlunicode" and row.dtype.kind == "u" and row.dtype.itemsize == 4:
        return row.astype("<u4").tobytes().decode("utf-32-le", "replace")
    return row


# --- tables -------------------------------------------------------------------------------------------------------


def table_columns(item: Item) -> list[TableColumn]:
    """The columns of a table in the order of storage, also of one that pypet split over several tables."""
    if not files.is_group(item.node):
        return _columns(item.node, None)
    name = item.path.rsplit(b"/", 1)[-1]
    children = set(files.names(item.node))
    noted = _noted(item.node, name + layout.DATATYPE_TABLE_SUFFIX) if children else {}
    found: list[TableColumn] = []
    number, part = 0, name
    while part in children:
        found.extend(_columns(files.open_child(item.node, part), noted))
        number += 1
        part = name + b"_%d" % number
    return found


def _noted(group: Any, name: bytes) -> dict[str, str]:
    """The table that replaces the attributes of a split table."""
    rows = files.read(files.open_child(group, name))
    names = [values.decode_text(cell) for cell in rows[layout.FIELD_NAME].tolist()]
    return dict(zip(names, (values.decode_text(cell) for cell in rows[layout.DATA_TYPE].tolist()), strict=True))


def _columns(dataset: Any, noted: dict[str, str] | None) -> list[TableColumn]:
    found = []
    for name in files.element_type(dataset).dtype.names or ():
        keys = layout.column_attributes(name.encode("utf-8", "surrogateescape"))
        if noted is None:
            coll, scalar = (files.text_attribute(dataset, key) for key in keys)
        else:
            coll, scalar = (noted.get(key.decode("utf-8", "surrogateescape"), "") for key in keys)
        found.append(TableColumn(name, dataset, coll, scalar))
    return found


def table_rows(item: Item) -> int:
    """How many rows a table has."""
    node = item.node
    if files.is_group(node):
        node = files.open_child(node, item.path.rsplit(b"/", 1)[-1])
    shape = files.extent_of(node).shape
    return shape[0] if shape else 0


def read_columns(columns: "list[TableColumn]", part: slice = slice(None)) -> dict[str, NDArray[Any]]:
    """The stored cells of some columns of a table, each dataset read once."""
    by_dataset: dict[int, tuple[Any, list[str]]] = {}
    for column in columns:
        by_dataset.setdefault(id(column.dataset), (column.dataset, []))[1].append(column.name)
    found: dict[str, NDArray[Any]] = {}
    for dataset, names in by_dataset.values():
        rows = np.atleast_1d(read_rows(dataset, part, names))
        found.update((name, rows[name]) for name in names)
    return found


def _table_value(item: Item, encoding: str) -> Any:
    columns = table_columns(item)
    untyped = not any(column.coll or column.scalar for column in columns)
    if item.form is Form.TABLE and (item.shared or untyped) and files.is_dataset(item.node):
        return files.read(item.node)
    if item.form is Form.DICT:
        cells = read_columns(columns, slice(0, 1))
        return {c.name: values.decode_cell(cells[c.name][0], c.coll, c.scalar, encoding) for c in columns}
    cells = read_columns(columns)
    return values.ObjectTable(
        {c.name: values.decode_column(cells[c.name], c.coll, c.scalar, encoding) for c in columns}
    )
