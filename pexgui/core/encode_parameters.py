"""Parameters as pypet stores them: a default value and, when explored, one value per run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import encode, layout
from .encode import SparseMatrix
from .model import Record
from .stored import Array, Group, Stored, Table

PARAMETER = "Parameter"
ARRAY = "ArrayParameter"
SPARSE = "SparseParameter"


class EncodedParameter(Record, frozen=True):
    """The class of a parameter's leaf and what is in the leaf."""

    class_name: str
    children: dict[bytes, Stored]


def parameter(value: Any, values: Sequence[Any] | None, where: str, kind: str = "") -> EncodedParameter:
    """A parameter with the default ``value``, explored when there are ``values``.

    Without ``kind`` scalars and text become a `Parameter`, lists and arrays an `ArrayParameter`, sparse matrices a
    `SparseParameter`. All values of a `Parameter` have one type and shape.
    """
    chosen = kind or _kind(value)
    if chosen == PARAMETER:
        return EncodedParameter(chosen, _scalars(value, values, where))
    if chosen == ARRAY:
        return EncodedParameter(chosen, _arrays(value, values, where))
    if chosen == SPARSE:
        return EncodedParameter(chosen, _matrices(value, values, where))
    raise ValueError(f"{where}: {chosen} is no class of parameters that can be written.")


def _kind(value: Any) -> str:
    if isinstance(value, SparseMatrix):
        return SPARSE
    return ARRAY if isinstance(value, np.ndarray | list | tuple) else PARAMETER


def _scalars(value: Any, values: Sequence[Any] | None, where: str) -> dict[bytes, Stored]:
    cells, coll, kind = encode.column_cells([value, *(() if values is None else values)], where)
    children: dict[bytes, Stored] = {layout.DATA: _column(layout.DATA, layout.DATA_COLUMN, cells[:1], coll, kind)}
    if values is not None:
        name = layout.EXPLORED_DATA
        children[name] = _column(name, layout.DATA_COLUMN, cells[1:], coll, kind)
    return children


def _arrays(value: Any, values: Sequence[Any] | None, where: str) -> dict[bytes, Stored]:
    children: dict[bytes, Stored] = {layout.ARRAY_DATA: _array(value, where)}
    if values is not None:
        distinct, indices = _distinct([_array(each, where) for each in values])
        for number, array in enumerate(distinct):
            _insert(children, layout.array_value_paths(number)[0], array)
        children[layout.ARRAY_RANGE] = indices_table(layout.ARRAY_RANGE, indices)
    return children


def _matrices(value: Any, values: Sequence[Any] | None, where: str) -> dict[bytes, Stored]:
    children: dict[bytes, Stored] = {layout.SPARSE_DATA: _array(value, where)}
    if values is not None:
        distinct, indices = _distinct([_array(each, where) for each in values])
        for number, matrix in enumerate(distinct):
            children[layout.sparse_value_path(number)] = matrix
        children[layout.SPARSE_RANGE] = indices_table(layout.SPARSE_RANGE, indices)
    return children


def _array(value: Any, where: str) -> Array:
    made = encode.item(layout.DATA_COLUMN, value, where)
    if not isinstance(made, Array):
        told = f"numbers, texts, lists, arrays or sparse matrices, not {type(value).__name__}"
        raise TypeError(f"{where}: a parameter holds {told}.")
    return made


def _distinct(arrays: list[Array]) -> tuple[list[Array], list[int]]:
    """The arrays that differ, in order of first occurrence, and the index among them of each."""
    seen: dict[tuple[Any, ...], int] = {}
    distinct: list[Array] = []
    indices: list[int] = []
    for array in arrays:
        key = (array.data.dtype.str, array.data.shape, array.data.tobytes(), *array.attributes.items())
        if key not in seen:
            seen[key] = len(distinct)
            distinct.append(array)
        indices.append(seen[key])
    return distinct, indices


def _insert(children: dict[bytes, Stored], path: bytes, array: Array) -> None:
    *groups, name = path.split(b"/")
    for group in groups:
        nested = children.setdefault(group, Group({}, {layout.SRVC_STORE: layout.NESTED}))
        assert isinstance(nested, Group) and isinstance(nested.children, dict)
        children = nested.children
    children[name] = array


def indices_table(name: bytes, indices: list[int]) -> Table:
    """The range of a parameter whose values are objects of their own: their indices."""
    return _column(name, layout.INDEX_COLUMN, np.asarray(indices, dtype=np.int64), layout.COLL_SCALAR, "int")


def _column(name: bytes, column: str, cells: encode.NumpyArray, coll: str, kind: str) -> Table:
    rows = np.zeros(len(cells), dtype=[(column, cells.dtype.newbyteorder("<"), cells.shape[1:])])
    rows[column] = cells
    coll_name, kind_name = layout.column_attributes(column.encode())
    attributes = {layout.SRVC_STORE: layout.TABLE, coll_name: coll, **({kind_name: kind} if kind else {})}
    return Table(rows, attributes, name.decode())
