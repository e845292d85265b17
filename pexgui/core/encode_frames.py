"""pandas frames and series in the layout that pandas calls "fixed", readable by every pandas from 1 to 3."""

import pickle
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from . import layout
from .encode import NumpyArray
from .stored import Array, Group, Objects, Stored

_NONE = b"N."
_PLAIN = (str, bytes, bool, int, float, type(None))


def frame(value: Any, where: str) -> Group:
    """A `DataFrame` or `Series` as a group. The frequency of a time index is not kept, its values are."""
    if isinstance(value, pd.Series):
        return _series(value, where)
    if isinstance(value, pd.DataFrame):
        return _frame(value, where)
    raise TypeError(f"{where}: {type(value).__name__} of pandas cannot be stored; store a DataFrame or a Series.")


def _series(series: Any, where: str) -> Group:
    attributes = _described(layout.SERIES, "series")
    children: dict[bytes, Stored] = {}
    _index("index", series.index, children, attributes, where)
    children[b"values"] = _values(_block(series, where))
    attributes[b"name"] = _name(series.name, where)
    return Group(children, attributes)


def _frame(table: Any, where: str) -> Group:
    if not table.columns.is_unique:
        raise ValueError(f"{where}: the columns of a frame must have different names.")
    attributes = _described(layout.FRAME, "frame")
    attributes[b"ndim"] = np.int64(2)
    children: dict[bytes, Stored] = {}
    _index("axis0", table.columns, children, attributes, where)
    _index("axis1", table.index, children, attributes, where)
    blocks: dict[str, list[tuple[int, NumpyArray]]] = {}
    for position in range(table.shape[1]):
        values = _block(table.iloc[:, position], where)
        blocks.setdefault(str(values.dtype), []).append((position, values))
    for number, columns in enumerate(blocks.values()):
        names = table.columns[[position for position, _values in columns]]
        _index(f"block{number}_items", names, children, attributes, where)
        together = np.stack([values for _position, values in columns])
        children[b"block%d_values" % number] = _values(together)
    attributes[b"nblocks"] = np.int64(len(blocks))
    return Group(children, attributes)


def _described(store: str, kind: str) -> dict[bytes, Any]:
    return {
        layout.SRVC_STORE: store,
        layout.PANDAS_TYPE: kind,
        layout.PANDAS_VERSION: "0.15.2",
        layout.PANDAS_ENCODING: "utf8",
        b"errors": "strict",
    }


def _block(column: Any, where: str) -> NumpyArray:
    kind = column.dtype
    if isinstance(kind, pd.StringDtype):
        return np.asarray(column.to_numpy(dtype=object, na_value=np.nan))
    if isinstance(kind, np.dtype) and kind.kind == "O":
        cells = [cell.item() if isinstance(cell, np.generic) else cell for cell in column]
        if not all(type(cell) in _PLAIN for cell in cells):
            raise TypeError(f"{where}: a column of a frame holds objects that are neither text nor numbers.")
        objects = np.empty(len(cells), dtype=object)
        objects[:] = cells
        return objects
    if isinstance(kind, np.dtype) and kind.kind in "biufcmM":
        return np.asarray(column.to_numpy())
    raise TypeError(f"{where}: a column of type {kind} cannot be stored by pypet.")


def _values(values: NumpyArray) -> Array | Objects:
    """An array of a frame, stored transposed: rows first."""
    attributes: dict[bytes, Any] = {}
    if values.dtype.kind in "mM":
        unit = "datetime64[ns]" if values.dtype.kind == "M" else "timedelta64[ns]"
        attributes[b"value_type"] = unit if values.dtype.kind == "M" else "timedelta64"
        values = values.astype(unit).view(np.int64)
        if values.size:
            return Array(values.T, attributes | {b"transposed": np.bool_(True)})
    if values.size == 0:
        attributes.setdefault(b"value_type", str(values.dtype))
        attributes[b"shape"] = pickle.dumps(values.shape, protocol=0)
        return Array(np.zeros((1,) * values.ndim), attributes | {b"transposed": np.bool_(False)})
    attributes[b"transposed"] = np.bool_(True)
    if values.dtype == object:
        return Objects(_pickled(np.ascontiguousarray(values.T)), attributes)
    return Array(values.T, attributes, chunked=True)


def _index(key: str, index: Any, children: dict[bytes, Stored], attributes: dict[bytes, Any], where: str) -> None:
    if not isinstance(index, pd.MultiIndex):
        attributes[f"{key}_variety".encode()] = "regular"
        children[key.encode()] = _labels(index, _name(index.name, where), where)
        return
    attributes[f"{key}_variety".encode()] = "multi"
    attributes[f"{key}_nlevels".encode()] = np.int64(index.nlevels)
    for number, (level, codes, name) in enumerate(zip(index.levels, index.codes, index.names, strict=True)):
        children[f"{key}_level{number}".encode()] = _labels(level, _name(name, where), where)
        children[f"{key}_label{number}".encode()] = _values(np.asarray(codes))


def _labels(index: Any, name: Any, where: str) -> Stored:
    attributes: dict[bytes, Any] = {b"name": name}
    if isinstance(index, pd.DatetimeIndex):
        if index.tz is not None:
            raise TypeError(f"{where}: a time index with a time zone cannot be stored; convert it to UTC without zone.")
        attributes |= {b"kind": "datetime64[ns]", b"index_class": "datetime", b"freq": _NONE}
        values = index.to_numpy().astype("datetime64[ns]").view(np.int64)
    elif isinstance(index, pd.TimedeltaIndex):
        attributes |= {b"kind": "timedelta64", b"freq": _NONE}
        values = index.to_numpy().astype("timedelta64[ns]").view(np.int64)
    elif isinstance(index.dtype, np.dtype) and index.dtype.kind in "biuf":
        attributes[b"kind"] = {"b": "bool", "f": "float"}.get(index.dtype.kind, "integer")
        values = index.to_numpy()
    elif len(index) and all(type(label) is str for label in index):
        attributes[b"kind"] = "string"
        values = np.asarray([label.encode() for label in index], dtype="S")
    else:
        attributes[b"kind"] = "object"
        values = _block(index.to_series(), where)
    stored = _values(values)
    return msgspec.structs.replace(stored, attributes={**stored.attributes, **attributes})


def _name(name: Any, where: str) -> Any:
    if name is None:
        return _NONE
    if isinstance(name, str | int | float):
        return name
    raise TypeError(f"{where}: {type(name).__name__} cannot be the name of a series or an index.")


def _pickled(values: NumpyArray) -> bytes:
    """A pickle of an array of objects in which numpy has the name that all its versions know."""
    stream = pickle.dumps(values, protocol=2)
    return stream.replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n", 1)
