"""A part of an item straight from the file, as large as a screen, whatever the size of the whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import content, files, frames, items, layout, parameters, selecting, text, values
from .cells import is_plain, numbers_of
from .errors import NotReadable
from .items import Form, Item, TableColumn
from .model import Column, Content, Mapping, Nothing, Pickled, Selection, TableWindow, Texts
from .model import Sequence as SequenceContent

BUDGET = 64 << 20
PICKLES = 100


def item_content(item: Item, selection: Selection, encoding: str = values.DEFAULT_ENCODING) -> Content:
    """What of an item fits a screen. Raises `NotReadable`."""
    match item.form:
        case Form.ARRAY:
            return array_content(item.node, selection, encoding)
        case Form.TABLE:
            return table_content(item, selection, encoding)
        case Form.DICT:
            return _dict(item, encoding)
        case Form.FRAME:
            return frame_content(item.node, selection)
        case Form.OBJECTS:
            return _objects(item.node, selection)
        case Form.PICKLE:
            return _pickle(item.node, selection)
        case Form.SPARSE | Form.PARTS | Form.QUANTITY:
            return content.content_of(items.item_value(item, encoding), selection)
    raise NotReadable(item.reason or f"“{text.printable(item.name)}” cannot be read.")


# --- arrays -------------------------------------------------------------------------------------------------------


def array_content(node: Any, selection: Selection, encoding: str = values.DEFAULT_ENCODING) -> Content:
    """A dataset that is no table: a single value, a list, or a window of an array."""
    extent = files.extent_of(node)
    if extent.shape is None:
        return Nothing("Nothing is stored here: the dataset has no elements at all.")
    coll, scalar = items.types_of(node)
    single = not extent.shape and extent.element.dtype.subdtype is None
    if single or coll in (layout.COLL_SCALAR, layout.COLL_EMPTY_DICT) or _is_empty(node, extent):
        if single and not coll:
            return content.content_of(_scalar(files.read(node, budget=BUDGET), encoding))
        return content.content_of(items.array_value(node, encoding))
    if coll in (layout.COLL_LIST, layout.COLL_TUPLE) and len(extent.shape) == 1:
        return _list(node, extent.shape[0], coll, scalar, selection, encoding)
    return _window(node, extent, scalar, selection, encoding)


def _is_empty(node: Any, extent: files.Extent) -> bool:
    return extent.shape == (1,) and files.attribute(node, layout.EMPTY_ARRAY) is not None


def _scalar(raw: NDArray[Any], encoding: str) -> Any:
    value = raw[()]
    if isinstance(value, np.ndarray) and value.dtype == np.uint8:
        return value
    return values.decode_text(value, encoding) if isinstance(value, bytes) and raw.dtype.kind == "O" else value


def _list(node: Any, length: int, coll: str, scalar: str, selection: Selection, encoding: str) -> Content:
    start, count = selecting.rows(selection, length, content.ITEMS, content.ITEMS)
    raw = files.read(node, [slice(start, start + count)], budget=BUDGET)
    allowance = content.Allowance()
    part = values.decode_array(raw, layout.COLL_LIST, scalar, encoding)
    shown = tuple(content.content_of(item, allowance=allowance) for item in part)
    return SequenceContent("tuple" if coll == layout.COLL_TUPLE else "list", shown, length)


def _window(node: Any, extent: files.Extent, scalar: str, selection: Selection, encoding: str) -> Content:
    """A window of an array. An element type that is an array itself adds its axes to those of the dataset."""
    outer = extent.shape or ()
    inner = extent.element.dtype.shape
    chunk = files.chunk_of(node)
    size = max(extent.element.dtype.base.itemsize, 1)
    plan = selecting.plan(outer + inner, selection, None if chunk is None else chunk + inner, size)
    slices = plan.slices()
    raw = files.read(node, slices[: len(outer)], budget=BUDGET)
    part = raw[(slice(None),) * len(outer) + slices[len(outer) :]]
    if layout.type_name(scalar) == "str":
        return content.array_window(plan, values.decode_texts(part, encoding), "str")
    return content.array_window(plan, part, extent.element.name)


# --- tables -------------------------------------------------------------------------------------------------------


def table_content(item: Item, selection: Selection, encoding: str = values.DEFAULT_ENCODING) -> Content:
    """Rows of a table, also of one that is spread over several datasets; a single record as its fields."""
    if files.is_dataset(item.node):
        shape = files.extent_of(item.node).shape
        if shape is None:
            return Nothing("Nothing is stored here: the dataset has no elements at all.")
        if len(shape) != 1:
            return _records(item.node, shape, selection)
    columns = items.table_columns(item)
    total = items.table_rows(item)
    start, count = selecting.rows(selection, total, content.ROWS, content.MOST_ROWS)
    first, most = selecting.columns(selection, len(columns), content.COLUMNS)
    chosen = columns[first : first + most]
    cells = items.read_columns(chosen, slice(start, start + count))
    shown = tuple(_column(column, cells[column.name], encoding) for column in chosen)
    return TableWindow("table", total, start, shown, columns_total=len(columns))


def _records(node: Any, shape: tuple[int, ...], selection: Selection) -> Content:
    if not shape:
        return content.content_of(files.read(node, budget=BUDGET)[()])
    plan = selecting.plan(shape, selection, None, most=content.MOST_ROWS)
    return content.array_window(plan, files.read(node, plan.slices(), budget=BUDGET), "compound")


def _column(column: TableColumn, cells: NDArray[Any], encoding: str) -> Column:
    """A column of a table with its cells as what they were."""
    scalar = layout.type_name(column.scalar)
    plain = column.coll in ("", layout.COLL_SCALAR, layout.COLL_NDARRAY)
    if plain and cells.ndim == 1 and is_plain(cells.dtype) and _is_number(scalar):
        return content.column(column.name, cells, scalar)
    if plain and cells.ndim == 1 and cells.dtype.kind == "S" and scalar in ("", "bytes", "bytes_"):
        return content.column(column.name, cells, scalar)
    if not column.coll and not column.scalar:
        return content.column(column.name, cells)
    decoded = [values.decode_cell(cell, column.coll, column.scalar, encoding) for cell in cells]
    kind = {layout.COLL_LIST: "list", layout.COLL_TUPLE: "tuple", layout.COLL_MATRIX: "matrix"}.get(column.coll, scalar)
    return content.list_column(column.name, decoded, kind or content.type_name(cells.dtype))


def _is_number(scalar: str) -> bool:
    return scalar not in ("str", "bytes", "bytes_", "complex")


def _dict(item: Item, encoding: str) -> Content:
    columns = items.table_columns(item)
    chosen = columns[: content.ITEMS]
    cells = items.read_columns(chosen, slice(0, 1))
    if any(not len(part) for part in cells.values()):
        return Mapping((), 0)
    pairs = [(c.name, values.decode_cell(cells[c.name][0], c.coll, c.scalar, encoding)) for c in chosen]
    return content.mapping(pairs, len(columns), "dict", content.Allowance())


# --- frames -------------------------------------------------------------------------------------------------------


def frame_content(node: Any, selection: Selection) -> Content:
    """Rows of a frame or series."""
    start, count = selecting.rows(selection, 1 << 62, content.ROWS, content.MOST_ROWS)
    first, most = selecting.columns(selection, 1 << 31, content.COLUMNS)
    frame = frames.read_frame(node, start, count, first + most)
    levels = [
        content.column(
            _label(level.label, f"level {number}" if len(frame.levels) > 1 else "index"), level.values, level.type
        )
        for number, level in enumerate(frame.levels)
    ]
    shown = [content.column(_label(part.label, "value"), part.values, part.type) for part in frame.columns[first:]]
    kind = "Series" if frame.series else "DataFrame"
    return TableWindow(kind, frame.rows, frame.start, (*levels, *shown), len(levels), frame.total + len(levels))


def _label(label: Any, unnamed: str) -> str:
    if label is None:
        return unnamed
    if isinstance(label, tuple):
        return ", ".join(text.printable(str(part), 60) for part in label)
    return str(label)


# --- pickles ------------------------------------------------------------------------------------------------------


def _pickle(node: Any, selection: Selection) -> Content:
    size = files.extent_of(node).logical
    if size > BUDGET:
        return Pickled(size, None, "It is too large to be decoded.")
    return content.pickled(items.unpickled(items.pickle_bytes(node)), selection, content.Allowance())


def _objects(node: Any, selection: Selection) -> Content:
    shape = files.extent_of(node).shape
    if not shape:
        return content.content_of(_scalar(files.read(node, budget=BUDGET), values.DEFAULT_ENCODING))
    if len(shape) > 1:
        return _window(node, files.extent_of(node), "", selection, values.DEFAULT_ENCODING)
    pickles = files.text_attribute(node, layout.PYTABLES_PSEUDOATOM) == layout.OBJECT_ATOM
    usual = PICKLES if pickles else content.ITEMS
    start, count = selecting.rows(selection, shape[0], usual, usual)
    allowance = content.Allowance()
    rows = items.objects(node, slice(start, start + count))
    shown = tuple(content.content_of(row, allowance=allowance) for row in rows)
    return SequenceContent("list", shown, shape[0])


# --- ranges -------------------------------------------------------------------------------------------------------


def range_content(
    found: parameters.Range, names: Any, selection: Selection, encoding: str = values.DEFAULT_ENCODING
) -> Content:
    """Rows of the range of a parameter; ``names(part)`` gives the names of the runs of these rows, or None."""
    usual = content.MOST_ROWS if found.kind == "values" else content.ROWS
    start, count = selecting.rows(selection, found.length, usual, content.MOST_ROWS)
    part = slice(start, start + count)
    shown = _range_column(found, part, encoding)
    runs = names(part)
    if runs is None or len(runs) != count:
        run = Column("run", "int64", numbers_of(np.arange(start, start + count)))
    else:
        run = Column("run", "str", Texts(tuple(text.printable(name) for name in runs)))
    return TableWindow("range", found.length, start, (run, shown), 1, 2, found.unit)


def _range_column(found: parameters.Range, part: slice, encoding: str) -> Column:
    if found.kind == "values":
        cells = parameters.range_cells(found, part)
        return _column(found.column._replace(name="value"), cells, encoding)
    decoded = parameters.range_values(found, part, encoding)
    shown = [_bare(value) for value in decoded]
    return content.list_column("value", shown, _type_of(shown))


def _bare(value: Any) -> Any:
    """A value of a range without what its column says already, or the sentence that says why it is missing."""
    if isinstance(value, NotReadable):
        return value.title
    if isinstance(value, values.Quantity) or (isinstance(value, values.Pickle) and not value.refusal):
        return value.value
    return value


def _type_of(shown: list[Any]) -> str:
    kinds = {type(value).__name__ for value in shown}
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else ""
