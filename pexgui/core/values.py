"""Stored arrays and what pypet notes beside them become Python and numpy values; no file is touched here."""

import codecs
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import layout

DEFAULT_ENCODING = "utf-8"
_ENCODINGS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})

_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_NUMPY = frozenset({"bool_", "bytes_", "float16", "float32", "float64", "complex64", "complex128", *_INTEGERS})


class ObjectTable(NamedTuple):
    """pypet's table of objects: its columns in name order, each a list of one value per row."""

    columns: dict[str, list[Any]]

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return max(map(len, self.columns.values()), default=0)


class Quantity(NamedTuple):
    """A value with a unit, as Brian stores it; the unit is text and never evaluated."""

    value: Any
    unit: str


class Pickle(NamedTuple):
    """A pickled object: its bytes, and its value if it could be decoded, else ``refusal`` says why not."""

    data: bytes
    value: Any = None
    refusal: str = ""


def encoding_of(name: str) -> str:
    """The encoding that the settings of a trajectory name, if it is one for text; else UTF-8."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return DEFAULT_ENCODING
    return found if found in _ENCODINGS else DEFAULT_ENCODING


def decode_text(raw: Any, encoding: str = DEFAULT_ENCODING) -> str:
    """Stored bytes as text; what the encoding does not know stays recognisable as surrogates."""
    if isinstance(raw, str):
        return str(raw)
    if isinstance(raw, bytes):
        return bytes(raw).decode(encoding, "surrogateescape")
    return str(raw)


def decode_texts(array: NDArray[Any], encoding: str = DEFAULT_ENCODING) -> NDArray[Any]:
    """An array of stored bytes as an array of text."""
    if array.dtype.kind != "S":
        return array
    flat = [decode_text(item, encoding) for item in array.reshape(-1).tolist()]
    return np.array(flat, dtype=str).reshape(array.shape) if flat else np.empty(array.shape, "U1")


def convert(raw: Any, scalar: str, encoding: str = DEFAULT_ENCODING) -> Any:
    """One stored element as the type that it had. What does not fit that type stays what is stored."""
    name = layout.type_name(scalar)
    if name == "str":
        return decode_text(raw, encoding)
    try:
        if name in _CONVERTERS:
            return _CONVERTERS[name](raw)
        if name in _NUMPY:
            return np.dtype(name.rstrip("_") if name != "bytes_" else "S").type(raw)
    except (TypeError, ValueError, OverflowError):
        return decode_text(raw, encoding) if isinstance(raw, bytes) else _plain(raw)
    return raw


def _whole(raw: Any) -> int | float:
    """Lists of mixed numbers are stored as floats and noted as the type of the first: the stored value counts."""
    if isinstance(raw, (float, np.floating)):
        number = float(raw)
        return int(number) if math.isfinite(number) and number.is_integer() else number
    return int(raw)


def _plain(raw: Any) -> Any:
    return raw.item() if isinstance(raw, np.generic) else raw


def _bytes(raw: Any) -> bytes:
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else bytes(raw)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "int": _whole,
    "float": float,
    "complex": complex,
    "bool": bool,
    "bytes": _bytes,
}


def decode_array(raw: NDArray[Any], coll: str, scalar: str, encoding: str = DEFAULT_ENCODING) -> Any:
    """A stored array with its collection and element type (both empty when nothing is noted) as the value it was."""
    if coll == layout.COLL_EMPTY_DICT:
        return {}
    if coll == layout.COLL_SCALAR and raw.size == 1:
        return convert(raw.reshape(-1)[0], scalar, encoding)
    if coll in (layout.COLL_LIST, layout.COLL_TUPLE):
        items = [_nested(item, scalar, encoding) for item in np.atleast_1d(raw)]
        return tuple(items) if coll == layout.COLL_TUPLE else items
    if layout.type_name(scalar) == "str":
        raw = decode_texts(raw, encoding)
    if coll == layout.COLL_MATRIX:
        return np.atleast_2d(raw).view(np.matrix)
    return raw if raw.ndim or coll else raw[()]


def _nested(item: Any, scalar: str, encoding: str) -> Any:
    if isinstance(item, np.ndarray):
        return [_nested(part, scalar, encoding) for part in item]
    return convert(item, scalar, encoding)


def decode_cell(cell: Any, coll: str, scalar: str, encoding: str = DEFAULT_ENCODING) -> Any:
    """One cell of a table. A list or tuple of one element is stored as that element alone."""
    if isinstance(cell, np.ndarray) and cell.ndim:
        return decode_array(cell, coll if coll != layout.COLL_SCALAR else "", scalar, encoding)
    if coll in (layout.COLL_LIST, layout.COLL_TUPLE):
        item = convert(cell, scalar, encoding)
        return (item,) if coll == layout.COLL_TUPLE else [item]
    if coll == layout.COLL_MATRIX:
        return np.atleast_2d(np.asarray(cell)).view(np.matrix)
    return convert(cell, scalar, encoding)


def decode_column(column: NDArray[Any], coll: str, scalar: str, encoding: str = DEFAULT_ENCODING) -> list[Any]:
    """All cells of a table's column."""
    if column.ndim == 1 and coll not in (layout.COLL_LIST, layout.COLL_TUPLE, layout.COLL_MATRIX):
        name = layout.type_name(scalar)
        if (name == "int" and column.dtype.kind in "iu") or (name == "float" and column.dtype.kind == "f"):
            return list(column.tolist())
    return [decode_cell(cell, coll, scalar, encoding) for cell in column]
