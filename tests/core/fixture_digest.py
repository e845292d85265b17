"""Values of our reader in the words of the ``EXPECTED.json`` files beside the shared fixtures."""

import hashlib
import json
from typing import Any

import numpy as np

from pexgui.core import values
from pexgui.core.sparse import Sparse
from tests.oracle.digest import plain

INLINE = 48


def fixture_digest(value: Any) -> Any:
    """The description of a value that the makers of the fixtures noted for it."""
    match value:
        case values.Pickle():
            assert value.refusal == ""
            return fixture_digest(value.value)
        case values.ObjectTable():
            columns = {name: [fixture_digest(cell) for cell in cells] for name, cells in value.columns.items()}
            return {"t": "ObjectTable", "nrows": value.rows, "columns": columns}
        case Sparse():
            return _sparse(value)
        case None:
            return {"t": "none"}
        case np.generic():
            return {"t": "npscalar", "dtype": _type(value.dtype), "v": plain(value)}
        case np.ndarray():
            return _array(value)
        case bytes():
            return _bytes(value)
        case bool() | int() | float() | complex() | str():
            return {"t": type(value).__name__, "v": plain(value)}
        case list() | tuple():
            return _sequence(value)
        case dict():
            return {"t": "dict", "items": {str(key): fixture_digest(each) for key, each in value.items()}}
        case set() | frozenset():
            return {
                "t": type(value).__name__,
                "items": sorted((fixture_digest(each) for each in value), key=json.dumps),
            }
    return _pandas(value)


def _type(dtype: "np.dtype[Any]") -> str:
    return dtype.kind if dtype.kind in "SU" else dtype.name


def _bytes(value: bytes) -> Any:
    if len(value) <= 256:
        return {"t": "bytes", "hex": value.hex()}
    return {"t": "bytes", "n": len(value), "sha256": hashlib.sha256(value).hexdigest()}


def _array(value: "np.ndarray[Any, Any]") -> Any:
    if value.dtype.names is not None:
        return {"columns": {name: fixture_digest(value[name]) for name in value.dtype.names}}
    array = np.asarray(value)
    if array.dtype.kind in "SU":
        raw = b"\0".join(each.encode() if isinstance(each, str) else each for each in array.ravel().tolist())
    else:
        raw = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes()
    made = {
        "t": "matrix" if isinstance(value, np.matrix) else "ndarray",
        "dtype": _type(array.dtype),
        "shape": [int(length) for length in array.shape],
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    if array.size <= INLINE:
        made["v"] = plain(array.tolist())
    return made


def _sequence(value: Any) -> Any:
    items = [fixture_digest(each) for each in value]
    made: dict[str, Any] = {"t": type(value).__name__, "n": len(value)}
    return made | ({"items": items} if len(value) <= INLINE else {"sha256": list_hash(items)})


def list_hash(items: list[Any]) -> str:
    """How a list too long to be noted was noted."""
    return hashlib.sha256(json.dumps(items, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _sparse(value: Sparse) -> Any:
    cells = zip(value.rows, value.columns, value.values, strict=True)
    coo = sorted([int(row), int(column), plain(each)] for row, column, each in cells if each != 0)
    shape = [int(length) for length in value.shape]
    made = {"t": "sparse", "format": value.format, "shape": shape, "dtype": value.dtype.name}
    return made | {"nnz": len(coo), "coo": coo[:200]}


def _pandas(value: Any) -> Any:
    if type(value).__name__ == "Series":
        made = {"t": "Series", "name": plain(value.name), "dtype": str(value.dtype)}
        return made | {"index": [plain(each) for each in value.index], "data": [_cell(each) for each in value]}
    assert type(value).__name__ == "DataFrame", type(value)
    return {
        "t": "DataFrame",
        "shape": [int(length) for length in value.shape],
        "columns": [plain(label) for label in value.columns],
        "dtypes": [str(dtype) for dtype in value.dtypes],
        "index": [plain(each) for each in value.index],
        "index_names": [plain(name) for name in value.index.names],
        "data": [[_cell(each) for each in value.iloc[:, number]] for number in range(value.shape[1])],
    }


def _cell(value: Any) -> Any:
    return repr(value) if isinstance(value, dict) else plain(value)


def without_numpy_words(found: Any) -> Any:
    """Attributes of text come from PyTables as numpy's own kind of text, from us as Python's."""
    if isinstance(found, dict) and found.get("t") == "npscalar" and found["dtype"] in ("U", "S"):
        kind = found["dtype"]
        return {"t": "str", "v": found["v"]} if kind == "U" else {"t": "bytes", "hex": found["v"]["hex"]}
    return found
