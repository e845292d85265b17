"""What stands in a file, as PyTables writes it, and its creation through h5py's low-level calls.

Everything made here carries PyTables' attributes, so that PyTables, and with it pypet, opens, reads and extends it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from h5py import h5a, h5d, h5g, h5p, h5s, h5t, vlen_dtype

from . import layout
from .model import Record

Attributes: TypeAlias = Mapping[bytes, Any]

ATTRIBUTE_LIMIT = 64_000
"""Bytes of an attribute, a little less than what HDF5 can put into an object header."""

_SMALL_CHUNK = 16_384
_LARGE_CHUNK = 131_072
_ARRAY_CHUNK = 524_288
_SCALAR = h5s.create(h5s.SCALAR)


class Filters(Record, frozen=True):
    """How chunked data is compressed: zlib with ``level`` 0 (not at all) to 9, after shuffling the bytes."""

    level: int = 5
    shuffle: bool = True
    fletcher32: bool = False


class Array(Record, frozen=True):
    """A plain (contiguous) or a chunked and compressed array. ``python``: PyTables gives it back as a Python value."""

    data: "np.ndarray[Any, Any]"
    attributes: Attributes
    chunked: bool = False
    python: bool = False


class Table(Record, frozen=True):
    """A table of which more rows can be appended; ``rows`` is a structured array."""

    rows: "np.ndarray[Any, Any]"
    attributes: Attributes
    title: str = ""


class Objects(Record, frozen=True):
    """A variable-length array of one row, which holds one pickle ``stream``."""

    stream: bytes
    attributes: Attributes


class Group(Record, frozen=True):
    """A group and what is in it."""

    children: "Mapping[bytes, Stored]"
    attributes: Attributes


Stored: TypeAlias = Array | Table | Objects | Group


def create_group(parent: Any, name: bytes, title: str = "", attributes: Attributes | None = None) -> Any:
    """Create a group and return its low-level identifier."""
    group = h5g.create(parent, name)
    _system(group, "GROUP", "1.0", title)
    set_attributes(group, attributes or {})
    return group


def open_group(parent: Any, name: bytes) -> Any:
    """The low-level identifier of a group made before."""
    return h5g.open(parent, name)


def finish_root(root: Any, title: str, filters: Filters) -> None:
    """Write the attributes of the root group, by which PyTables knows its own files."""
    _system(root, "GROUP", "1.0", title)
    _set_text(root, layout.PYTABLES_FORMAT, b"2.1")
    set_attributes(root, {layout.PYTABLES_FILTERS: packed(filters)})


def packed(filters: Filters) -> "np.int64":
    """Filters in the form in which PyTables keeps them as an attribute: level, library (zlib is 1), flags."""
    checked = 2 * filters.fletcher32
    return np.int64(filters.level | 0x100 | (filters.shuffle + checked) << 16 if filters.level else checked << 16)


def write(parent: Any, name: bytes, stored: Stored, filters: Filters) -> None:
    """Write ``stored`` as the child ``name`` of the group ``parent``."""
    if isinstance(stored, Array):
        _write_array(parent, name, stored, filters)
    elif isinstance(stored, Table):
        _write_table(parent, name, stored, filters)
    elif isinstance(stored, Objects):
        _write_objects(parent, name, stored, filters)
    else:
        group = create_group(parent, name, attributes=stored.attributes)
        for child, content in stored.children.items():
            write(group, child, content, filters)


def set_attributes(target: Any, attributes: Attributes) -> None:
    """Write attributes: text as UTF-8, bytes as ASCII strings, numbers and arrays as they are."""
    for name, value in attributes.items():
        if type(value) is str:
            _set_text(target, name, value.encode("utf-8", "surrogateescape"))
        elif type(value) is bytes:
            _set_string(target, name, value, string_type(len(value)))
        else:
            _set_numbers(target, name, np.asarray(value))


@lru_cache(maxsize=512)
def string_type(length: int, utf8: bool = False) -> Any:
    """The fixed-length, null-terminated string type."""
    made = h5t.C_S1.copy()
    made.set_size(max(1, length))
    made.set_strpad(h5t.STR_NULLTERM)
    made.set_cset(h5t.CSET_UTF8 if utf8 else h5t.CSET_ASCII)
    return made


@lru_cache(maxsize=512)
def file_type(dtype: "np.dtype[Any]") -> Any:
    """The HDF5 type that PyTables uses for a numpy type; memory and file have the same."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return h5t.array_create(file_type(base), shape)
    if dtype.fields is not None:
        made = h5t.create(h5t.COMPOUND, dtype.itemsize)
        for name in dtype.names or ():
            field, offset = dtype.fields[name][:2]
            made.insert(name.encode("utf-8"), offset, file_type(field))
        return made
    if dtype.kind == "b":
        return h5t.STD_B8LE
    if dtype.kind == "S":
        return string_type(dtype.itemsize)
    return h5t.py_create(dtype)


def _system(target: Any, kind: str, version: str, title: str) -> None:
    _set_text(target, layout.PYTABLES_CLASS, kind.encode())
    _set_text(target, layout.PYTABLES_TITLE, title.encode("utf-8", "surrogateescape"))
    _set_text(target, layout.PYTABLES_VERSION, version.encode())


def _set_text(target: Any, name: bytes, raw: bytes) -> None:
    _set_string(target, name, raw, string_type(len(raw), utf8=True))


def _set_string(target: Any, name: bytes, raw: bytes, kind: Any) -> None:
    if not raw:
        h5a.create(target, name, kind, h5s.create(h5s.NULL))
        return
    h5a.create(target, name, kind, _SCALAR).write(np.frombuffer(raw, dtype=f"V{len(raw)}")[0:1].reshape(()), kind)


def _set_numbers(target: Any, name: bytes, value: "np.ndarray[Any, Any]") -> None:
    little = _little(value)
    kind = file_type(little.dtype)
    space = h5s.create_simple(little.shape) if little.ndim else _SCALAR
    made = h5a.create(target, name, kind, space)
    if little.size:
        made.write(little, kind)


def _little(value: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    kind = value.dtype.newbyteorder("<")
    if kind.kind == "S" and kind.itemsize == 0:
        kind = np.dtype("S1")
    return np.require(value, kind, ["C"])


def _write_array(parent: Any, name: bytes, array: Array, filters: Filters) -> None:
    data = _little(array.data)
    kind = file_type(data.dtype)
    space = h5s.create_simple(data.shape) if data.ndim else _SCALAR
    if array.chunked:
        made = h5d.create(parent, name, kind, space, _chunked(_array_chunk(data), filters))
        _system(made, layout.CARRAY, "1.1", "")
    else:
        made = h5d.create(parent, name, kind, space, _untimed())
        _system(made, layout.ARRAY, "2.4", "")
        _set_text(made, layout.PYTABLES_FLAVOR, b"python" if array.python else b"numpy")
    set_attributes(made, array.attributes)
    if data.size:
        made.write(h5s.ALL, h5s.ALL, data, kind)


def _write_table(parent: Any, name: bytes, table: Table, filters: Filters) -> None:
    rows = _little(table.rows)
    kind = file_type(rows.dtype)
    target = _SMALL_CHUNK if rows.nbytes < 8 * _LARGE_CHUNK else _LARGE_CHUNK
    chunk = (max(1, target // rows.dtype.itemsize),)
    made = h5d.create(parent, name, kind, h5s.create_simple((len(rows),), (h5s.UNLIMITED,)), _chunked(chunk, filters))
    _system(made, "TABLE", "2.7", table.title)
    for position, column in enumerate(rows.dtype.names or ()):
        _set_text(made, b"FIELD_%d_NAME" % position, column.encode("utf-8"))
    _set_numbers(made, b"NROWS", np.asarray(len(rows), dtype=np.int64))
    set_attributes(made, table.attributes)
    if len(rows):
        made.write(h5s.ALL, h5s.ALL, rows, kind)


def _write_objects(parent: Any, name: bytes, objects: Objects, filters: Filters) -> None:
    row = np.empty(1, dtype=vlen_dtype(np.uint8))
    row[0] = np.frombuffer(objects.stream, dtype=np.uint8)
    kind = h5t.vlen_create(h5t.STD_U8LE)
    made = h5d.create(parent, name, kind, h5s.create_simple((1,), (h5s.UNLIMITED,)), _chunked((64,), filters))
    _system(made, layout.VLARRAY, "1.4", "")
    _set_text(made, layout.PYTABLES_PSEUDOATOM, layout.OBJECT_ATOM.encode())
    set_attributes(made, objects.attributes)
    made.write(h5s.ALL, h5s.ALL, row)


def _array_chunk(data: "np.ndarray[Any, Any]") -> tuple[int, ...]:
    chunk = list(data.shape)
    for axis in range(len(chunk)):
        rest = int(np.prod(chunk[axis + 1 :], dtype=np.int64)) * data.dtype.itemsize
        chunk[axis] = max(1, min(chunk[axis], _ARRAY_CHUNK // max(1, rest)))
        if chunk[axis] > 1:
            break
    return tuple(chunk)


def _untimed() -> Any:
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_obj_track_times(False)
    return properties


def _chunked(chunk: tuple[int, ...], filters: Filters) -> Any:
    properties = _untimed()
    properties.set_chunk(chunk)
    if filters.fletcher32:
        properties.set_fletcher32()
    if filters.level:
        if filters.shuffle:
            properties.set_shuffle()
        properties.set_deflate(filters.level)
    return properties
