"""The data of a trajectory's leaves as they are stored, and what a script gets of what was stored."""

import pickle
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from . import encode, encode_parameters, layout
from .encode import SparseMatrix
from .encode_parameters import ARRAY, PARAMETER, SPARSE, EncodedParameter
from .errors import NotReadable
from .sparse import Sparse
from .stored import Stored
from .values import Pickle, Quantity

PICKLE_PARAMETER = "PickleParameter"
PICKLE_RESULT = "PickleResult"
BRIAN_PARAMETER = "Brian2Parameter"
BRIAN_RESULT = "Brian2Result"
_BRIAN = layout.BRIAN_MARKS[0]
_PARAMETER_PROTOCOL = 2
_RESULT_PROTOCOL = 0
"""What pypet takes for pickles if nobody chooses."""


def parameter_kind(wanted: str, value: Any) -> str:
    """The class of a parameter with this value: pickled if that is ``wanted``, else what fits the value."""
    if wanted == PICKLE_PARAMETER:
        return wanted
    if isinstance(value, Quantity):
        return BRIAN_PARAMETER
    if _is_sparse(value):
        return SPARSE
    return ARRAY if isinstance(value, np.ndarray | list | tuple) else PARAMETER


def parameter(value: Any, values: Sequence[Any] | None, where: str, kind: str) -> EncodedParameter:
    """A parameter as `encode_parameters.parameter` makes it, also of pickles and of scipy's matrices.

    Raises `TypeError`, `ValueError` or `OverflowError` with its name, ``where``.
    """
    if kind == PICKLE_PARAMETER:
        return EncodedParameter(kind, _pickled_parameter(value, values, where))
    if kind == BRIAN_PARAMETER:
        return EncodedParameter(kind, _quantities(value, values, where))
    sparse = [_matrix(one, where) for one in values] if values is not None else None
    return encode_parameters.parameter(_matrix(value, where), sparse, where, kind)


def for_extending(values: Sequence[Any], where: str, kind: str) -> list[Any]:
    """More values for the range of a parameter that is stored, as `extending.extend` takes them."""
    if kind == PICKLE_PARAMETER:
        return [Pickle(_stream(value, where, _PARAMETER_PROTOCOL)) for value in values]
    return [_matrix(value, where) for value in values]


def result_kind(items: Mapping[str, Any]) -> str:
    """The class of a result with these values, unless they are to be pickled."""
    if any(isinstance(value, Quantity) for value in items.values()):
        return BRIAN_RESULT
    return "SparseResult" if any(map(_is_sparse, items.values())) else "Result"


def result(items: Mapping[str, Any], where: str, kind: str) -> dict[bytes, Stored]:
    """The values of a result. Raises `TypeError`, `ValueError` or `OverflowError` with its name, ``where``."""
    if kind != PICKLE_RESULT:
        needed = _kinds_needed(items.values())
        if needed - {kind}:
            told = " and ".join(sorted(needed))
            raise TypeError(f"{where}: these values need to be in a {told}, and it is a {kind}.")
        return encode.items(_spread({name: _matrix(value, where) for name, value in items.items()}), where)
    if not items:
        return {}
    streams = {name: _stream(value, f"{where}.{name}", _RESULT_PROTOCOL) for name, value in items.items()}
    return encode.items({**streams, layout.PROTOCOL.decode(): _RESULT_PROTOCOL}, where)


def given(value: Any) -> Any:
    """What a script gets: of a pickle its value, where no code has to be run for that; of a sparse matrix one of scipy,
    where that is installed. Raises `NotReadable` for what could not be read."""
    if isinstance(value, NotReadable):
        raise value
    if isinstance(value, Pickle):
        return value if value.refusal else value.value
    return _of_scipy(value) if isinstance(value, Sparse) else value


def _kinds_needed(values: Iterable[Any]) -> set[str]:
    return {result_kind({"": value}) for value in values} - {"Result"}


def _spread(items: Mapping[str, Any]) -> dict[str, Any]:
    """Items with those that have a unit as two, the value and the unit."""
    spread: dict[str, Any] = {}
    for name, value in items.items():
        if isinstance(value, Quantity):
            mark = name + _BRIAN.decode()
            spread |= {mark + layout.BRIAN_VALUE: value.value, mark + layout.BRIAN_UNIT: value.unit}
        else:
            spread[name] = value
    return spread


def _quantities(value: Quantity, values: Sequence[Any] | None, where: str) -> dict[bytes, Stored]:
    for one in values or ():
        if not isinstance(one, Quantity) or one.unit != value.unit:
            raise TypeError(f"{where}: {one!r} does not have the unit {value.unit}.")
    both = {layout.BRIAN_VALUE: [value.value], layout.BRIAN_UNIT: [value.unit]}
    children: dict[bytes, Stored] = {layout.DATA + _BRIAN: encode.table("", both, where)}
    if values is not None:
        ranged = {layout.BRIAN_VALUE: [one.value for one in values]}
        children[layout.EXPLORED_DATA + _BRIAN] = encode.table("", ranged, where)
    return children


def _pickled_parameter(value: Any, values: Sequence[Any] | None, where: str) -> dict[bytes, Stored]:
    children: dict[bytes, Stored] = {layout.PROTOCOL: encode.item("", _PARAMETER_PROTOCOL, where)}
    if value is not None:
        children[layout.DATA] = encode.item("", _stream(value, where, _PARAMETER_PROTOCOL), where)
    if values is not None:
        positions: dict[bytes, int] = {}
        indices = []
        for one in values:
            stream = _stream(one, where, _PARAMETER_PROTOCOL)
            indices.append(positions.setdefault(stream, len(positions)))
        for stream, position in positions.items():
            children[layout.pickle_value_paths(position)[0]] = encode.item("", stream, where)
        children[layout.EXPLORED_DATA] = encode_parameters.indices_table(layout.EXPLORED_DATA, indices)
    return children


def _stream(value: Any, where: str, protocol: int) -> bytes:
    if isinstance(value, Pickle):
        return value.data
    try:
        return pickle.dumps(value, protocol=protocol)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise TypeError(f"{where}: {type(value).__name__} cannot be pickled ({error}).") from error


# --- matrices of scipy, which is not needed here: what there is of it comes with the script


def _is_sparse(value: Any) -> bool:
    return isinstance(value, SparseMatrix | Sparse) or _is_of_scipy(value)


def _is_of_scipy(value: Any) -> bool:
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocsr")


def _matrix(value: Any, where: str) -> Any:
    if isinstance(value, Sparse):
        return _read_before(value)
    if not _is_of_scipy(value):
        return value
    if value.format not in ("csr", "csc", "bsr", "dia"):
        raise TypeError(f"{where}: a sparse matrix in the format {value.format} cannot be stored; take its tocsr().")
    if value.format == "dia":
        return SparseMatrix("dia", value.shape, value.data, offsets=value.offsets)
    return SparseMatrix(value.format, value.shape, value.data, value.indices, value.indptr)


def _read_before(matrix: Sparse) -> SparseMatrix:
    """A matrix that was read, to be stored by its columns if it was so, else by its rows."""
    by_columns = matrix.format == "csc"
    outer, inner = (matrix.columns, matrix.rows) if by_columns else (matrix.rows, matrix.columns)
    order = np.lexsort((inner, outer))
    counts = np.bincount(outer, minlength=matrix.shape[1 if by_columns else 0])
    pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    kind = "csc" if by_columns else "csr"
    return SparseMatrix(kind, matrix.shape, matrix.values[order], inner[order].astype(np.int32), pointers)


def _of_scipy(matrix: Sparse) -> Any:
    try:
        scipy: Any = import_module("scipy.sparse")
    except ImportError:
        return matrix
    made = scipy.coo_matrix((matrix.values, (matrix.rows, matrix.columns)), shape=matrix.shape)
    return made.asformat(matrix.format)
