"""Sparse matrices as pypet stores them: a NumPy archive as hexadecimal text, or, before 0.6, in parts."""

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import layout
from .errors import NotReadable

MAX_TEXT = 256 << 20
MAX_PART = 256 << 20
_FORMATS = ("csr", "csc", "bsr", "dia", "coo")
_MAGIC = b"\x93NUMPY"


class Sparse(NamedTuple):
    """A sparse matrix: the row, column and value of every stored element, in the order of storage."""

    format: str
    shape: tuple[int, int]
    dtype: "np.dtype[Any]"
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[Any]


def _malformed(what: str) -> NotReadable:
    return NotReadable(f"The sparse matrix is damaged: {what}.", "The rest of the file can still be read.")


def from_text(raw: bytes) -> Sparse:
    """The matrix in the hexadecimal text of a ``.npz`` archive. Raises `NotReadable`."""
    if len(raw) > MAX_TEXT:
        raise _malformed("its text is too long")
    try:
        archive = zipfile.ZipFile(io.BytesIO(bytes.fromhex(raw.decode("ascii"))))
        listed = archive.infolist()[:20]
        if sum(info.file_size for info in listed) > MAX_PART:
            raise _malformed("it is too large")
        parts = {info.filename.removesuffix(".npy"): _array(archive, info) for info in listed}
    except NotReadable:
        raise
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise _malformed(str(error) or "its archive cannot be read") from error
    return from_parts(parts)


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    """One array of the archive, by our own reading of numpy's format: no pickles, no more than it should hold."""
    with archive.open(info) as stream:
        raw = stream.read(MAX_PART + 1)
    if len(raw) > MAX_PART or not raw.startswith(_MAGIC) or len(raw) < 12:
        raise _malformed("a part of it is no array")
    width, size = ("<H", 2) if raw[6] == 1 else ("<I", 4)
    length = struct.unpack_from(width, raw, 8)[0]
    dtype, fortran, shape = _header(raw[8 + size : 8 + size + length].decode("latin-1"))
    data = raw[8 + size + length :]
    if math.prod(shape) * dtype.itemsize != len(data):
        raise _malformed("a part of it has the wrong length")
    array = np.frombuffer(data, dtype) if data else np.empty(shape, dtype)
    return array.reshape(shape, order="F" if fortran else "C")


def _header(text: str) -> tuple["np.dtype[Any]", bool, tuple[int, ...]]:
    """The three entries of the header, which is a Python literal: picked out, not evaluated."""
    kind = re.search(r"'descr': '([<>|=][biufcSU]\d{1,6})'", text)
    fortran = re.search(r"'fortran_order': (True|False)", text)
    shape = re.search(r"'shape': \(([\d, ]*)\)", text)
    if kind is None or fortran is None or shape is None:
        raise _malformed("a part of it has an unknown type")
    lengths = tuple(int(length) for length in shape[1].split(",") if length.strip())
    if len(lengths) > 8:
        raise _malformed("a part of it has too many axes")
    return np.dtype(kind[1]), fortran[1] == "True", lengths


def from_parts(parts: Mapping[str, Any]) -> Sparse:
    """The matrix with these parts: ``format, shape, data`` and ``indices, indptr`` or ``offsets`` or ``row, col``."""
    form = _form(parts.get("format"))
    try:
        shape = tuple(int(length) for length in np.asarray(parts["shape"]).reshape(-1))
        if len(shape) != 2 or min(shape) < 0:
            raise _malformed("its shape is impossible")
        data = _data(parts["data"])
        if not data.size:
            empty = np.empty(0, np.int64)
            return Sparse(form, (shape[0], shape[1]), data.dtype, empty, empty, data.reshape(-1))
        rows, columns, values = _placed(form, data, parts, (shape[0], shape[1]))
    except KeyError as error:
        raise _malformed(f"its part {error} is missing") from error
    except (ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
        raise _malformed("its parts do not fit together") from error
    if rows.size and (min(rows.min(), columns.min()) < 0 or rows.max() >= shape[0] or columns.max() >= shape[1]):
        raise _malformed("its parts do not fit together")
    return Sparse(form, (shape[0], shape[1]), data.dtype, rows, columns, values)


def _form(stored: Any) -> str:
    if isinstance(stored, np.ndarray):
        stored = stored.reshape(-1)[0] if stored.size else b""
    name = stored.decode("ascii", "replace") if isinstance(stored, bytes) else str(stored)
    if name not in _FORMATS:
        raise _malformed("its format is unknown")
    return name


def _data(stored: Any) -> NDArray[Any]:
    data = np.asarray(stored)
    if data.dtype.kind == "S":
        if data.size == 1 and data.reshape(-1)[0] == layout.EMPTY_SPARSE.encode():
            return np.empty(0)
        raise _malformed("its data are a text")
    return data


def _placed(
    form: str, data: NDArray[Any], parts: Mapping[str, Any], shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """The row, column and value of each stored element."""
    if form == "dia":
        return _diagonals(data, _whole(parts["offsets"]), shape)
    if form == "coo":
        return _whole(parts["row"]), _whole(parts["col"]), data
    indices, indptr = _whole(parts["indices"]), _whole(parts["indptr"])
    counts = np.diff(indptr)
    if counts.size and counts.min() < 0:
        raise ValueError("pointers go back")
    if counts.sum() != len(indices) or len(indices) != len(data):
        raise ValueError("lengths differ")
    major = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    if form != "bsr":
        return (major, indices, data) if form == "csr" else (indices, major, data)
    _, height, width = data.shape
    rows = np.broadcast_to((major * height)[:, None, None] + np.arange(height)[None, :, None], data.shape)
    columns = np.broadcast_to((indices * width)[:, None, None] + np.arange(width)[None, None, :], data.shape)
    return rows.reshape(-1), columns.reshape(-1), data.reshape(-1)


def _whole(part: Any) -> NDArray[np.int64]:
    array = np.asarray(part)
    if array.dtype.kind not in "iu" and array.size:
        raise ValueError("indices are no whole numbers")
    return array.reshape(-1).astype(np.int64)


def _diagonals(
    data: NDArray[Any], offsets: NDArray[np.int64], shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """Diagonal ``k`` holds element (j − offset k, j) in place j; what lies outside the matrix is padding."""
    count, width = data.shape
    if count != len(offsets):
        raise ValueError("lengths differ")
    columns = np.broadcast_to(np.arange(width, dtype=np.int64), (count, width))
    rows = columns - offsets[:, None]
    inside = (rows >= 0) & (rows < shape[0]) & (columns < shape[1]) & (data != 0)
    return rows[inside], columns[inside], data[inside]
