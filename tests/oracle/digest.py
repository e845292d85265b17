"""What a value is, as JSON that both interpreters can make and compare: its type, its shape, its content.

The words are those of the shared fixtures: ``t`` is the type, ``v`` the value, ``sha256`` the digest of an array.
"""

import hashlib
import json
import math

import numpy as np

INLINE = 48


def digest(value):
    """A JSON description that differs whenever type, shape or content of two values differ."""
    kind = type(value)
    if value is None:
        return {"t": "none"}
    if kind in (bool, int, float, complex, str):
        return {"t": kind.__name__, "v": plain(value)}
    if kind is bytes:
        return {"t": "bytes", "hex": value.hex()}
    if isinstance(value, np.generic):
        return {"t": "npscalar", "dtype": _dtype(value.dtype), "v": plain(value)}
    if isinstance(value, np.ndarray):
        return _array(value)
    if kind in (list, tuple):
        return _sequence(value)
    if isinstance(value, dict):
        return {"t": "dict", "items": {str(key): digest(each) for key, each in value.items()}}
    return _rich(value)


def plain(value):
    """One element in JSON's own types; NaN and the infinities as text, complex numbers as pairs."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _real(float(value))
    if isinstance(value, (complex, np.complexfloating)):
        return [_real(float(value.real)), _real(float(value.imag))]
    if isinstance(value, bytes):
        return {"hex": bytes(value).hex()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return str(value)
    return None if str(value) in ("NaT", "<NA>") else str(value)


def _real(value):
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def _dtype(dtype):
    return dtype.kind if dtype.kind in "SU" else dtype.name


def _array(array):
    values = np.asarray(array)
    if values.dtype.kind in "SU":
        parts = [each.encode() if isinstance(each, str) else bytes(each) for each in values.ravel().tolist()]
        raw = b"\0".join(parts)
    else:
        raw = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))).tobytes()
    made = {
        "t": "matrix" if type(array).__name__ == "matrix" else "ndarray",
        "dtype": _dtype(values.dtype),
        "shape": [int(length) for length in values.shape],
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    if values.size <= INLINE:
        made["v"] = plain(values.tolist())
    return made


def _sequence(value):
    made = {"t": type(value).__name__, "n": len(value)}
    items = [digest(each) for each in value]
    if len(value) <= INLINE:
        made["items"] = items
    else:
        made["sha256"] = hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()
    return made


def _rich(value):
    name = type(value).__name__
    if name == "ObjectTable":
        columns = {str(each): list(value[each]) for each in value.columns} if hasattr(value, "iloc") else value.columns
        rows = {column: [digest(cell) for cell in cells] for column, cells in columns.items()}
        return {"t": name, "nrows": max(map(len, rows.values()), default=0), "columns": rows}
    if name == "DataFrame":
        return {
            "t": name,
            "shape": list(value.shape),
            "columns": [plain(label) for label in value.columns],
            "index": [plain(label) for label in value.index],
            "index_names": [plain(label) for label in value.index.names],
            "kinds": [_kind(dtype) for dtype in value.dtypes],
            "data": [[plain(cell) for cell in value.iloc[:, i]] for i in range(value.shape[1])],
        }
    if name == "Series":
        return {
            "t": name,
            "name": plain(value.name),
            "kind": _kind(value.dtype),
            "index": [plain(label) for label in value.index],
            "data": [plain(cell) for cell in value],
        }
    if hasattr(value, "tocoo"):
        cells = value.tocoo()
        stored = sorted(
            [int(i), int(j), plain(each)] for i, j, each in zip(cells.row, cells.col, cells.data, strict=True) if each
        )
        return {"t": "sparse", "format": value.format, "shape": list(value.shape), "coo": stored}
    return {"t": "object", "type": name, "repr": repr(value)}


def _kind(dtype):
    """The kind of a column: versions of pandas differ in what they call text and times."""
    name = str(dtype)
    return "text" if name in ("object", "str", "string") else name.partition("[")[0]
