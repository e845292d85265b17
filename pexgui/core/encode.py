"""Python, numpy and pandas values as pypet stores them (items of results, parameters, annotations).

What pypet would store with a loss is stored without: integers as int64 everywhere, any text as UTF-8. What cannot be
stored raises `TypeError`, `ValueError` or `OverflowError` with a sentence that names the leaf.
"""

import io
import pickle
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from . import layout
from .model import Record
from .stored import ATTRIBUTE_LIMIT, Array, Attributes, Group, Stored, Table
from .values import ObjectTable

NumpyArray: TypeAlias = np.ndarray[Any, Any]

_PYTHON = {bool: "bool", int: "int", float: "float", complex: "complex"}
_NUMPY = frozenset({"bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}) | frozenset(
    {"float32", "float64", "complex64", "complex128"}
)
_AS_PYTHON = {np.str_: str, np.bytes_: bytes, np.bool_: bool}
_HALF = "{}: a text with half a character (a surrogate) cannot be stored."
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


class SparseMatrix(Record, frozen=True):
    """A sparse matrix in one of scipy's formats: ``csr``, ``csc``, ``bsr`` (indices, indptr) or ``dia`` (offsets)."""

    format: str
    shape: tuple[int, int]
    data: NumpyArray
    indices: NumpyArray | None = None
    indptr: NumpyArray | None = None
    offsets: NumpyArray | None = None


def items(values: Mapping[str, Any], where: str) -> dict[bytes, Stored]:
    """The children of a result's leaf; a dot in a name makes a nested group."""
    children: dict[bytes, Stored] = {}
    for name, value in values.items():
        *groups, last = check_item(name, where).split(".")
        inside = children
        for group in groups:
            nested = inside.setdefault(group.encode(), Group({}, {layout.SRVC_STORE: layout.NESTED}))
            if not isinstance(nested, Group) or not isinstance(nested.children, dict):
                raise ValueError(f"{where}: the item {name} lies inside another item.")
            inside = nested.children
        mark = layout.SPARSE_MARK.decode() if isinstance(value, SparseMatrix) else ""
        if last.encode() in inside:
            raise ValueError(f"{where}: the item {name} is there already.")
        inside[(last + mark).encode()] = item(last, value, f"{where}.{name}")
    return children


def item(name: str, value: Any, where: str) -> Stored:
    """One item of a result; ``name`` is needed for tables of more than 512 columns."""
    if isinstance(value, Mapping):
        return _dict(name, value, where)
    if isinstance(value, ObjectTable):
        return table(name, value.columns, where)
    if isinstance(value, SparseMatrix):
        return _array(np.asarray(_sparse_text(value, where).encode()), layout.COLL_SCALAR, "str")
    if isinstance(value, np.ndarray):
        return _ndarray(value, where)
    if isinstance(value, list | tuple):
        coll = layout.COLL_LIST if isinstance(value, list) else layout.COLL_TUPLE
        return _array(*_listed(value, coll, where)) if value else _array(np.zeros(0), coll, "")
    if type(value).__module__.partition(".")[0] == "pandas":
        from . import encode_frames

        return encode_frames.frame(value, where)
    elements, kind = homogeneous([value], where)
    return _array(elements.reshape(()), layout.COLL_SCALAR, kind)


def table(
    name: str, columns: Mapping[str, Sequence[Any] | NumpyArray], where: str, store: str = layout.TABLE
) -> Stored:
    """A table; one with more than 512 columns becomes a group of tables."""
    fields: dict[str, NumpyArray] = {}
    types: dict[bytes, str] = {}
    for column, cells in columns.items():
        fields[check_item(column, where)], coll, kind = column_cells(cells, f"{where}.{column}")
        for attribute, text in zip(layout.column_attributes(column.encode()), (coll, kind), strict=True):
            if text:
                types[attribute] = text
    if len({len(field) for field in fields.values()}) != 1:
        raise ValueError(f"{where}: the columns of a table must have the same length, and there must be one.")
    attributes: dict[bytes, Any] = {layout.SRVC_STORE: store}
    if store == layout.DICT:
        attributes[layout.SRVC_COLL_TYPE] = layout.COLL_DICT
    if len(fields) > layout.SPLIT_COLUMNS:
        return _split(name, fields, types, attributes)
    return Table(_rows(fields), types | attributes, name)


def column_cells(cells: Sequence[Any] | NumpyArray, where: str) -> tuple[NumpyArray, str, str]:
    """A column as an array (one row per cell), its collection type and the type of its elements."""
    if len(cells) == 0 and not isinstance(cells, np.ndarray):
        raise TypeError(f"{where}: an empty list has no type; give an empty numpy array instead.")
    if isinstance(cells, np.ndarray) and cells.ndim == 1 and cells.dtype.kind in "biufc":
        if cells.dtype.name not in _NUMPY:
            raise TypeError(f"{where}: cells of type {cells.dtype.name} cannot be stored in a table.")
        return cells, layout.COLL_SCALAR, cells.dtype.name
    first = cells[0] if len(cells) else None
    if isinstance(first, np.ndarray):
        if len({(cell.shape, cell.dtype.kind) for cell in cells}) != 1 or first.size == 0:
            raise TypeError(f"{where}: the arrays in a column must have one shape, not empty, and one type.")
        stacked, kind = _plain_array(np.stack(list(cells)), where)
        return stacked, layout.COLL_NDARRAY, kind
    if isinstance(first, list | tuple):
        if any(type(cell) is not type(first) or len(cell) != len(first) for cell in cells) or not first:
            raise TypeError(f"{where}: the lists in a column must have one length, not zero, and one type.")
        flat, kind = homogeneous([element for cell in cells for element in cell], where)
        coll = layout.COLL_LIST if isinstance(first, list) else layout.COLL_TUPLE
        return flat.reshape(len(cells), len(first)), coll, kind
    elements, kind = homogeneous(list(cells), where)
    return elements, layout.COLL_SCALAR, kind


def homogeneous(elements: Sequence[Any], where: str) -> tuple[NumpyArray, str]:
    """Scalars of one type as a 1-d array and the name of their type; Python's numbers are widened to the widest."""
    kinds = {_AS_PYTHON.get(kind, kind) for kind in map(type, elements)}
    if kinds == {str}:
        return _strings([_utf8(element, where) for element in elements], where), "str"
    if kinds == {bytes}:
        return _strings(list(elements), where), "bytes"
    if kinds <= _PYTHON.keys():
        widest = max(kinds, key=list(_PYTHON).index)
        return _numbers(elements, widest, where), _PYTHON[widest]
    if len(kinds) == 1:
        kind = next(iter(kinds))
        if issubclass(kind, np.generic) and kind.__name__ in _NUMPY:
            return np.asarray(elements, dtype=kind), kind.__name__
    names = " and ".join(sorted(kind.__name__ for kind in kinds))
    raise TypeError(f"{where}: {names} cannot be stored by pypet here.")


def annotations(values: Mapping[str, Any], where: str) -> dict[bytes, Any]:
    """The attributes that hold the annotations of a group or leaf."""
    if not values:
        return {}
    made: dict[bytes, Any] = {layout.SRVC_ANNOTATED: np.bool_(True)}
    for name, value in values.items():
        made[layout.SRVC_AN + check_item(name, where).encode()] = _annotation(value, f"{where}, annotation {name}")
    return made


def comment(text: str, where: str) -> dict[bytes, Any]:
    """The attribute that holds a comment; none when there is no comment."""
    return {layout.SRVC_INIT_COMMENT: _limited(text, where)} if text else {}


def check_item(name: str, where: str) -> str:
    """``name`` if an item, a column or an annotation can have it."""
    if not isinstance(name, str):
        raise TypeError(f"{where}: {name!r} of type {type(name).__name__} cannot be the name of an item; a text can.")
    if not name or "/" in name or "\0" in name or name.startswith(("_v_", "_f_", "_g_", "_c_", "_i_")):
        raise ValueError(f"{where}: {name!r} cannot be the name of an item.")
    _utf8(name, where)
    return name


def _annotation(value: Any, where: str) -> Any:
    if isinstance(value, str | bytes) and value[-1:] in ("\0", b"\0"):
        raise ValueError(f"{where}: a text that ends with NUL would lose it in the file.")
    if isinstance(value, str):
        return _limited(str(value), where)
    if type(value) is int and not -(2**63) <= value < 2**64:
        raise OverflowError(f"{where}: {value} does not fit into 64 bits.")
    if type(value) in (bool, int, float, complex, bytes):
        return value
    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in "biufcS" and value.dtype.name != "complex256":
        if value.nbytes > ATTRIBUTE_LIMIT:
            raise ValueError(f"{where}: more than 64 kB cannot be stored as an annotation.")
        return value
    if not _is_plain(value):
        raise TypeError(f"{where}: {type(value).__name__} cannot be stored as an annotation.")
    stream = pickle.dumps(value, protocol=0)
    if len(stream) > ATTRIBUTE_LIMIT:
        raise ValueError(f"{where}: more than 64 kB cannot be stored as an annotation.")
    return stream


def _is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(_is_plain(part) for pair in value.items() for part in pair)
    if type(value) in (list, tuple, set, frozenset):
        return all(map(_is_plain, value))
    return type(value) in _PLAIN


def _limited(text: str, where: str) -> str:
    if len(_utf8(text, where)) > ATTRIBUTE_LIMIT:
        raise ValueError(f"{where}: a text of more than 64 kB cannot be stored as a comment or annotation.")
    return text


def _array(data: NumpyArray, coll: str, kind: str, chunked: bool = False, python: bool = True) -> Array:
    attributes: Attributes = {
        layout.SRVC_STORE: layout.CARRAY if chunked else layout.ARRAY,
        layout.SRVC_COLL_TYPE: coll,
        **({layout.SRVC_SCALAR_TYPE: kind} if kind else {}),
    }
    return Array(data, attributes, chunked, python and not chunked)


def _listed(value: Sequence[Any], coll: str, where: str) -> tuple[NumpyArray, str, str]:
    elements, kind = homogeneous(value, where)
    return elements, coll, kind


def _ndarray(value: NumpyArray, where: str) -> Array:
    if value.ndim == 0:
        raise TypeError(f"{where}: pypet stores no array without dimensions; store its element, value[()].")
    data, kind = _plain_array(np.asarray(value), where)
    coll = layout.COLL_MATRIX if type(value).__name__ == "matrix" else layout.COLL_NDARRAY
    return _array(data, coll, kind, chunked=data.size > 0, python=False)


def _plain_array(value: NumpyArray, where: str) -> tuple[NumpyArray, str]:
    if value.dtype.kind == "U":
        try:
            return np.asarray(np.char.encode(value, "utf-8")), "str"
        except UnicodeEncodeError as error:
            raise ValueError(_HALF.format(where)) from error
    if value.dtype.kind not in "biufcS" or value.dtype.name == "complex256":
        raise TypeError(f"{where}: an array of {value.dtype.name} cannot be stored by pypet.")
    return value, ""


def _numbers(elements: Sequence[Any], widest: type, where: str) -> NumpyArray:
    if widest is bool:
        return np.asarray(elements, dtype=np.bool_)
    if widest is int:
        low, high = min(elements), max(elements)
        if low < -(2**63) or high >= 2**64 or (low < 0 and high >= 2**63):
            raise OverflowError(f"{where}: {low if low < -(2**63) else high} does not fit into 64 bits.")
        return np.asarray(elements, dtype=np.int64 if high < 2**63 else np.uint64)
    if any(type(element) is int and abs(element) > 2**53 and int(float(element)) != element for element in elements):
        raise OverflowError(f"{where}: a whole number is too large to stand beside numbers with a fraction.")
    return np.asarray(elements, dtype=np.float64 if widest is float else np.complex128)


def _utf8(text: str, where: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(_HALF.format(where)) from error


def _strings(raw: list[bytes], where: str) -> NumpyArray:
    if any(text.endswith(b"\0") for text in raw):
        raise ValueError(f"{where}: a text that ends with NUL would lose it in the file.")
    return np.asarray(raw, dtype=f"S{max(1, *map(len, raw))}")


def _dict(name: str, value: Mapping[str, Any], where: str) -> Stored:
    if not value:
        return _array(np.zeros(0), layout.COLL_EMPTY_DICT, "")
    return table(name, {key: [cell] for key, cell in value.items()}, where, layout.DICT)


def _rows(fields: Mapping[str, NumpyArray]) -> NumpyArray:
    length = len(next(iter(fields.values())))
    kinds = [(name, field.dtype.newbyteorder("<"), field.shape[1:]) for name, field in fields.items()]
    rows = np.zeros(length, dtype=kinds)
    for name, field in fields.items():
        rows[name] = field
    return rows


def _split(name: str, fields: dict[str, NumpyArray], types: Mapping[bytes, str], attributes: dict[bytes, Any]) -> Group:
    names = list(fields)
    children: dict[bytes, Stored] = {}
    for part, start in enumerate(range(0, len(names), layout.SPLIT_COLUMNS)):
        title = f"{name}_{part}" if part else name
        chosen = {column: fields[column] for column in names[start : start + layout.SPLIT_COLUMNS]}
        children[title.encode()] = Table(_rows(chosen), {}, title)
    described = {
        layout.FIELD_NAME: _strings(list(types), name),
        layout.DATA_TYPE: _strings([text.encode() for text in types.values()], name),
    }
    title = name + layout.DATATYPE_TABLE_SUFFIX.decode()
    children[title.encode()] = Table(_rows(described), {layout.DATATYPE_TABLE: np.int64(1)}, title)
    return Group(children, attributes | {layout.SPLIT_TABLE: np.int64(1)})


def _sparse_text(matrix: SparseMatrix, where: str) -> str:
    wanted = ("offsets",) if matrix.format == "dia" else ("indices", "indptr")
    parts = {name: getattr(matrix, name) for name in wanted}
    if matrix.format not in ("csr", "csc", "bsr", "dia") or any(part is None for part in parts.values()):
        raise TypeError(
            f"{where}: a sparse matrix must be csr, csc or bsr with indices and indptr, or dia with offsets."
        )
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        format=np.asarray(matrix.format.encode()),
        shape=np.asarray(matrix.shape),
        data=matrix.data,
        **{name: np.asarray(part) for name, part in parts.items()},
    )
    return buffer.getvalue().hex()
