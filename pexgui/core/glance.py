"""What an item is, in a few words: its type, its value or shape, its bytes on disk; only small things are read."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from . import files, frames, items, layout, sparse, text
from .brief import brief
from .errors import FAILURES, NotReadable
from .items import Form, Item
from .scalars import stored_scalar
from .values import DEFAULT_ENCODING, ObjectTable, Pickle, Quantity, decode_array

SMALL = 2_048
"""Arrays and lists of up to so many bytes are read to be shown; of larger ones the shape is."""

SMALL_TEXT = 65_536
"""Texts, pickles and sparse matrices of up to so many bytes are read; of larger ones their size is shown."""

SMALL_TABLE = 16
"""Dicts of up to so many entries are read."""


class Glance(NamedTuple):
    """Type and value in words, bytes on disk (None: not known cheaply), and a sentence when something is wrong."""

    type: str
    value: str
    size: int | None = None
    warning: str = ""


def glance(item: Item, encoding: str = DEFAULT_ENCODING) -> Glance:
    """A few words about an item. It never fails: what cannot be read becomes the warning."""
    if item.form is Form.UNREADABLE:
        return Glance("", "", None, item.reason or f"“{text.printable(item.name)}” cannot be read.")
    size = None
    try:
        size = stored_bytes(item)
        kind, value = _GLANCES[item.form](item, encoding)
        return Glance(kind, value, size)
    except NotReadable as problem:
        return Glance(_bare_type(item), "", size, problem.title)
    except FAILURES as error:
        shown = text.printable(item.name)
        reason = f"“{shown}” is damaged and cannot be read ({type(error).__name__})."
        return Glance(_bare_type(item), "", size, reason)


def stored_bytes(item: Item) -> int | None:
    """The bytes of an item's data; None for what is spread over many datasets."""
    if item.parts:
        return sum(files.stored_size(node) for node in item.parts.values())
    if files.is_dataset(item.node):
        return files.stored_size(item.node)
    if not files.is_group(item.node):
        return None
    total = 0
    for name in files.hard_names(item.node)[:100]:
        child = files.open_child(item.node, name)
        if not files.is_dataset(child):
            return None
        total += files.stored_size(child)
    return total


def _bare_type(item: Item) -> str:
    """The type from the header alone, empty when even that cannot be had."""
    try:
        return files.element_type(item.node).name if item.form is Form.ARRAY else item.form.value
    except (NotReadable, *FAILURES):
        return ""


def _array(item: Item, encoding: str) -> tuple[str, str]:
    extent = files.extent_of(item.node)
    if extent.shape is None:
        return extent.element.name, "no value"
    coll, scalar = items.types_of(item.node)
    element, shape = extent.element, extent.shape
    kind = _type_name(element.name, shape, coll, scalar)
    is_text = kind in ("text", "bytes") and shape in ((), (1,))
    if extent.logical > (SMALL_TEXT if is_text else SMALL) or (element.variable and shape):
        return kind, text.size(extent.logical) if is_text else text.extent(shape)
    if shape == () and element.dtype.subdtype is None:
        raw = np.asarray(stored_scalar(item.node, element, item.node.get_type()))
        return kind, brief(decode_array(raw, coll, scalar, encoding))
    return kind, brief(items.array_value(item.node, encoding))


def _type_name(element: str, shape: tuple[int, ...], coll: str, scalar: str) -> str:
    """``float64``, ``text``, ``list of 3``: the container where there is one, else the type of the elements."""
    length = shape[0] if shape else 1
    if coll == layout.COLL_LIST:
        return f"list of {length:,}"
    if coll == layout.COLL_TUPLE:
        return f"tuple of {length:,}"
    if coll == layout.COLL_EMPTY_DICT:
        return "dict"
    if layout.type_name(scalar) == "str" or element == "str":
        return "text"
    return element


def _table(item: Item, encoding: str) -> tuple[str, str]:
    columns, rows = items.table_columns(item), items.table_rows(item)
    if item.form is Form.DICT:
        small = len(columns) <= SMALL_TABLE and files.is_dataset(item.node) and _cell_size(item) <= SMALL
        shown = brief(items.item_value(item, encoding)) if small else ""
        return f"dict of {len(columns):,}", shown
    return "table", f"{text.count(rows, 'row')}, {text.count(len(columns), 'column')}"


def _cell_size(item: Item) -> int:
    return files.element_type(item.node).size


def _frame(item: Item, encoding: str) -> tuple[str, str]:  # noqa: ARG001  (all glances are called alike)
    shape = frames.frame_shape(item.node)
    return "Series" if len(shape) == 1 else "DataFrame", text.extent(shape)


def _objects(item: Item, encoding: str) -> tuple[str, str]:  # noqa: ARG001
    shape = files.extent_of(item.node).shape
    return "objects", text.count(shape[0] if shape else 0, "row")


def _pickle(item: Item, encoding: str) -> tuple[str, str]:  # noqa: ARG001
    size = files.extent_of(item.node).logical
    if size > SMALL_TEXT:
        return "pickled object", text.size(size)
    found = items.unpickled(items.pickle_bytes(item.node))
    return "pickled " + value_type(found.value) if not found.refusal else "pickled object", brief(found)


def _sparse(item: Item, encoding: str) -> tuple[str, str]:
    if item.form is Form.SPARSE and files.extent_of(item.node).logical > SMALL_TEXT:
        return "sparse matrix", text.size(files.extent_of(item.node).logical)
    if item.form is Form.PARTS and sum(files.extent_of(node).logical for node in item.parts.values()) > SMALL_TEXT:
        return "sparse matrix", ""
    found = items.item_value(item, encoding)
    return value_type(found), brief(found)


def _quantity(item: Item, encoding: str) -> tuple[str, str]:
    value = item.parts.get(layout.BRIAN_VALUE)
    if value is None or files.extent_of(value).logical > SMALL:
        return "quantity", ""
    return "quantity", brief(items.item_value(item, encoding))


_GLANCES: dict[Form, Callable[[Item, str], tuple[str, str]]] = {
    Form.ARRAY: _array,
    Form.TABLE: _table,
    Form.DICT: _table,
    Form.FRAME: _frame,
    Form.OBJECTS: _objects,
    Form.PICKLE: _pickle,
    Form.SPARSE: _sparse,
    Form.PARTS: _sparse,
    Form.QUANTITY: _quantity,
}


def value_type(value: Any) -> str:
    """The type of a decoded value, as `glance` names types."""
    if isinstance(value, (str, np.str_)):
        return "text"
    if isinstance(value, (np.ndarray, np.generic)):
        return "text" if value.dtype.kind == "U" else "bytes" if value.dtype.kind == "S" else value.dtype.name
    if isinstance(value, sparse.Sparse):
        return f"{value.format} matrix"
    if isinstance(value, Pickle):
        return "pickled object" if value.refusal else f"pickled {value_type(value.value)}"
    if isinstance(value, ObjectTable):
        return "table"
    if isinstance(value, Quantity):
        return "quantity"
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return f"{type(value).__name__} of {len(value):,}"
    return "nothing" if value is None else type(value).__name__
