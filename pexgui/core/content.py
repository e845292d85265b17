"""Values as bounded records for the eye: whatever is in a value, what is shown of it has a limit."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from . import files, model, selecting, text
from .brief import brief
from .cells import numbers_of
from .inert import Inert, Name
from .model import Content, Selection, Texts
from .sparse import Sparse
from .values import ObjectTable, Pickle, Quantity

ITEMS = 1000
DEPTH = 8
TEXT = 100_000
CELL_TEXT = 1000
ROWS = 1000
MOST_ROWS = 10_000
COLUMNS = 100
NODES = 50_000
_INNER_CELLS = 10_000


class Allowance:
    """How much may still be shown of one value, so that a value that holds itself many times has an end."""

    def __init__(self, left: int = NODES) -> None:
        self.left = left

    def take(self) -> bool:
        """Whether one more value may be shown."""
        self.left -= 1
        return self.left >= 0


def content_of(
    value: Any, selection: Selection = selecting.FIRST_SCREEN, allowance: Allowance | None = None
) -> Content:
    """A decoded value; ``selection`` says which part of a list, table or array."""
    return _content(value, allowance or Allowance(), 0, selection)


def _content(value: Any, allowance: Allowance, depth: int, selection: Selection = selecting.FIRST_SCREEN) -> Content:
    allowed = allowance.take()
    found = _scalar(value)
    if found is not None:
        return found
    if depth >= DEPTH or not allowed:
        return model.Nothing(f"Not shown: {_outline(value)}")
    if type(value) in (list, tuple, set, frozenset, range):
        return _sequence(value, allowance, depth, selection)
    if isinstance(value, dict):
        return mapping(value.items(), len(value), "dict", allowance, depth)
    if isinstance(value, np.ndarray):
        return _array(value, allowance, depth, selection)
    return _object(value, allowance, depth, selection)


def _outline(value: Any) -> str:
    """What a value is, without looking into it."""
    kind = text.printable(type(value).__name__)
    if isinstance(value, np.ndarray):
        return f"{kind}, {text.shape(value.shape)}"
    return f"{kind}, {text.count(len(value), 'item')}" if hasattr(value, "__len__") else kind


# --- single values ------------------------------------------------------------------------------------------------


def _scalar(value: Any) -> Content | None:
    """A number, truth value, text or nothing; None for everything else."""
    if isinstance(value, str):
        return model.Text("str", text.paragraphs(value, TEXT), len(value))
    if isinstance(value, (bytes, bytearray)):
        return model.Text("bytes", text.paragraphs(bytes(value[: TEXT + 1]), TEXT), len(value))
    if value is None:
        return model.Scalar("NoneType", "None")
    if isinstance(value, (bool, np.bool_)):
        return model.Scalar("bool", str(bool(value)), bool(value))
    if isinstance(value, (int, np.integer)):
        return _whole(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        shown = text.number(number) if isinstance(value, float) else str(value).replace("-", text.MINUS)
        return model.Scalar(_type(value), shown, number if math.isfinite(number) else None)
    if isinstance(value, (complex, np.complexfloating)):
        return model.Scalar(_type(value), str(value).strip("()").replace("-", text.MINUS))
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return model.Scalar(str(value.dtype), _moment(value) or "NaT")
    return None


def _whole(value: Any) -> Content:
    number = int(value)
    if number.bit_length() > 10_000:
        return model.Scalar("int", f"a whole number of {number.bit_length():,} bits")
    exact = number if -(1 << 63) <= number < 1 << 63 else None
    return model.Scalar(_type(value), text.number(number), exact)


def _type(value: Any) -> str:
    return str(value.dtype.name) if isinstance(value, np.generic) else type(value).__name__


def _moment(value: Any) -> str | None:
    """A point in time or a duration as text; None when there is none."""
    shown = str(value)
    if shown == "NaT":
        return None
    day, sign, rest = shown.partition("T")
    return day + " " + (rest.rstrip("0").rstrip(".") if "." in rest else rest) if sign else shown


# --- what holds other values --------------------------------------------------------------------------------------


def _sequence(value: Any, allowance: Allowance, depth: int, selection: Selection) -> Content:
    start, count = selecting.rows(selection, len(value), ITEMS, ITEMS)
    items = []
    for item in islice(iter(value), start, start + count):
        if allowance.left <= 0:
            break
        items.append(_content(item, allowance, depth + 1))
    return model.Sequence(type(value).__name__, tuple(items), len(value))


def mapping(pairs: Iterable[tuple[Any, Any]], length: int, kind: str, allowance: Allowance, depth: int = 0) -> Content:
    """The first of ``length`` pairs of a key and its value."""
    entries = []
    for key, value in islice(pairs, ITEMS):
        if allowance.left <= 0:
            break
        shown = text.printable(key) if isinstance(key, str) else brief(key, 200)
        entries.append(model.Entry(shown, _content(value, allowance, depth + 1)))
    return model.Mapping(tuple(entries), length, kind)


def _object(value: Any, allowance: Allowance, depth: int, selection: Selection) -> Content:
    """Tables, matrices, quantities, pickles, and what stands for objects that were not made."""
    match value:
        case ObjectTable():
            return object_table(value, selection)
        case Sparse():
            return sparse_table(value, selection)
        case Quantity():
            return mapping([("value", value.value), ("unit", value.unit)], 2, "quantity", allowance, depth)
        case Pickle():
            return pickled(value, selection, allowance, depth)
        case Inert():
            pairs = _inert(value)
            return mapping(pairs, len(pairs), text.printable(value.name), allowance, depth)
        case Name():
            return model.Scalar("name", text.printable(value.name, 500))
        case files.RawPickle():
            return model.Pickled(len(value.data), None, "The pickle cannot be decoded without running it.")
        case files.Unread():
            return model.Unreadable(value.reason)
        case np.void():
            names = value.dtype.names
            if names is None:
                return model.Text("opaque", value.tobytes()[:TEXT].hex(" "), value.nbytes)
            return mapping([(name, value[name]) for name in names], len(names), "compound", allowance, depth)
    return model.Scalar(type(value).__name__, text.printable(str(value), 500))


def _inert(value: Inert) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    if value.arguments:
        pairs.append(("arguments", value.arguments))
    if isinstance(value.state, dict):
        pairs.extend((str(key)[:200], part) for key, part in value.state.items())
    elif value.state is not None:
        pairs.append(("state", value.state))
    if value.items:
        pairs.append(("items", value.items))
    if value.entries:
        pairs.append(("entries", [list(pair) for pair in value.entries]))
    return pairs


def pickled(value: Pickle, selection: Selection, allowance: Allowance, depth: int = 0) -> Content:
    """A pickle with its decoded value, or the reason why it was not decoded."""
    if value.refusal:
        return model.Pickled(len(value.data), None, f"It is not decoded: {text.printable(value.refusal)}.")
    inner = _content(value.value, allowance, depth, selection)
    note = "Objects of classes are shown as the parts they were stored from." if _has_objects(value.value) else ""
    return model.Pickled(len(value.data), inner, note)


def _has_objects(value: Any) -> bool:
    """Whether an object that was not made is among the first parts of a value."""
    pending, looked = [value], 0
    while pending and looked < ITEMS:
        part = pending.pop()
        looked += 1
        if isinstance(part, (Inert, Name)):
            return True
        if isinstance(part, dict):
            pending.extend(islice(part.values(), 100))
        elif isinstance(part, (list, tuple)):
            pending.extend(part[:100])
    return False


# --- arrays -------------------------------------------------------------------------------------------------------


def _array(value: NDArray[Any], allowance: Allowance, depth: int, selection: Selection) -> Content:
    if value.ndim == 0:
        return _content(value[()], allowance, depth)
    if value.dtype.names is not None and value.ndim == 1:
        return records(value, selection)
    plan = selecting.plan(value.shape, selection, most=None if depth == 0 else _INNER_CELLS)
    return array_window(plan, value[plan.slices()], type_name(value.dtype))


def array_window(plan: selecting.Plan, part: NDArray[Any], kind: str) -> Content:
    """The window ``part`` of an array, as planned."""
    shown = part.reshape(plan.window) if plan.ordered() else part.reshape(plan.window[::-1]).T
    return model.ArrayWindow(
        type=kind,
        shape=plan.shape,
        axes=plan.axes,
        start=plan.start,
        window=plan.window,
        index=plan.index,
        cells=cells(shown),
    )


def type_name(dtype: "np.dtype[Any]") -> str:
    """The element type as people write it: ``float64``, ``str``, ``bytes``."""
    return {"U": "str", "S": "bytes", "O": "object"}.get(dtype.kind, dtype.name)


def cells(array: NDArray[Any], decode: Callable[[Any], Any] | None = None) -> model.Cells:
    """All elements in C order: numbers as they are, everything else as text, None where there is nothing."""
    named = h5py.check_enum_dtype(array.dtype)
    if named is not None:
        labels = {number: label for label, number in named.items()}
        flat = array.reshape(-1).tolist()
        return Texts(tuple(text.printable(str(labels.get(number, number))) for number in flat))
    if array.dtype.kind in "fc" and array.dtype.itemsize > (8 if array.dtype.kind == "f" else 16):
        array = array.astype("f8" if array.dtype.kind == "f" else "c16")
    if array.dtype.kind in "biufc":
        return numbers_of(array)
    if array.dtype.kind in "mM":
        return Texts(tuple(_moment(item) for item in array.reshape(-1)))
    if array.dtype.kind == "V" and array.dtype.names is None:
        return Texts(tuple(item.tobytes()[:CELL_TEXT].hex(" ") for item in array.reshape(-1)))
    items = array.reshape(-1) if array.dtype.kind in "OV" else array.reshape(-1).tolist()
    return Texts(tuple(_cell(item if decode is None else decode(item)) for item in items))


def _cell(item: Any) -> str | None:
    if isinstance(item, (str, bytes)):
        return text.paragraphs(item, CELL_TEXT)
    if item is None or (isinstance(item, float) and item != item):
        return None
    if isinstance(item, (np.datetime64, np.timedelta64)):
        return _moment(item)
    return brief(item)


# --- tables -------------------------------------------------------------------------------------------------------


def column(name: str, array: NDArray[Any], kind: str = "", decode: Callable[[Any], Any] | None = None) -> model.Column:
    """A column of a table; cells that are arrays themselves, or complex, become text."""
    kind = kind or type_name(array.dtype)
    if array.ndim > 1 or array.dtype.kind == "c":
        shown: model.Cells = Texts(tuple(_cell(item if decode is None else decode(item)) for item in array))
    else:
        shown = cells(array, decode)
    return model.Column(text.printable(name), kind, shown)


def list_column(name: str, values: Sequence[Any], kind: str) -> model.Column:
    """A column of decoded values, as texts unless they are numbers of one type."""
    types = {type(value) for value in values}
    if len(types) == 1 and types <= {int, float, bool} and all(_fits(value) for value in values):
        return model.Column(text.printable(name), kind, numbers_of(np.array(values)))
    return model.Column(text.printable(name), kind, Texts(tuple(_cell(value) for value in values)))


def _fits(value: Any) -> bool:
    return not isinstance(value, int) or -(1 << 63) <= value < 1 << 63


def object_table(value: ObjectTable, selection: Selection) -> Content:
    """Rows of a table of objects that is in memory."""
    start, count = selecting.rows(selection, value.rows, ROWS, MOST_ROWS)
    first, most = selecting.columns(selection, len(value.columns), COLUMNS)
    chosen = list(islice(value.columns.items(), first, first + most))
    shown = [list_column(name, part[start : start + count], _common_type(part)) for name, part in chosen]
    return model.TableWindow("table", value.rows, start, tuple(shown), columns_total=len(value.columns))


def _common_type(values: Sequence[Any]) -> str:
    return type(values[0]).__name__ if values else ""


def records(value: NDArray[Any], selection: Selection) -> Content:
    """Rows of a structured array that is in memory."""
    names = value.dtype.names or ()
    start, count = selecting.rows(selection, len(value), ROWS, MOST_ROWS)
    first, most = selecting.columns(selection, len(names), COLUMNS)
    part = value[start : start + count]
    shown = tuple(column(name, part[name]) for name in names[first : first + most])
    return model.TableWindow("table", len(value), start, shown, columns_total=len(names))


def sparse_table(value: Sparse, selection: Selection) -> Content:
    """The stored elements of a sparse matrix: row, column, value."""
    start, count = selecting.rows(selection, len(value.values), ROWS, MOST_ROWS)
    part = slice(start, start + count)
    shown = (
        column("row", value.rows[part]),
        column("column", value.columns[part]),
        column("value", value.values[part]),
    )
    elements = text.count(len(value.values), "stored element")
    note = f"{value.format}, {text.shape(value.shape)}, {value.dtype.name}, {elements}"
    return model.TableWindow("sparse", len(value.values), start, shown, 2, 3, note)
