"""Chunks unpacked and packed without HDF5, so that threads can do it side by side: HDF5 works in one at a time.

zlib and bzip2 are Python's own. Blosc is the filter that hdf5plugin brings along, called as HDF5 would call it. All of
them let go of the interpreter while they work. What is done here never calls HDF5.
"""

import bz2
import ctypes
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEFLATE = 1
SHUFFLE = 2
FLETCHER32 = 3
BZIP2 = 307
BLOSC = 32001

Filter = tuple[int, int, tuple[int, ...]]
Filters = tuple[Filter, ...]
Buffer = bytes | memoryview
Packer = Callable[[Buffer], tuple[int, bytes]]

CHECKSUM = 4
_PLANES = 16
"""Elements of up to so many bytes are shuffled byte by byte, larger ones some at a time, which is faster then."""
_ELEMENTS = 512
_BLOCK = 1 << 15
_MODULUS = 0xFFFF
_NO_LOCK = "BLOSC_NOLOCK"


class Undecodable(Exception):
    """A chunk is not what its filters would have made of so many bytes; the text says why."""


# --- unpacking ----------------------------------------------------------------------------------------------------


def unpacks(filters: Filters) -> bool:
    """Whether `unpack` knows all of these filters; at most one of them may compress."""
    codes = [code for code, _, _ in filters]
    known = all(code in (DEFLATE, SHUFFLE, FLETCHER32, BZIP2) for code in codes)
    return known and sum(code in (DEFLATE, BZIP2) for code in codes) <= 1


def unpack(piece: Buffer, mask: int, filters: Filters, size: int) -> Buffer:
    """The ``size`` bytes of a chunk from what is stored of it. Bit n of ``mask`` says that filter n was skipped.

    Never takes more memory than the chunk needs. Raises `Undecodable`.
    """
    applied = [entry for number, entry in enumerate(filters) if not mask >> number & 1]
    expected = size
    lengths = []  # of the bytes that went into each filter
    for code, _, _ in applied:
        lengths.append(expected)
        expected += CHECKSUM if code == FLETCHER32 else 0
    for (code, _, values), length in zip(reversed(applied), reversed(lengths), strict=True):
        if code == DEFLATE:
            piece = _inflated(piece, length)
        elif code == BZIP2:
            piece = _expanded(piece, length)
        elif code == SHUFFLE:
            piece = unshuffled(piece, values[0] if values else 1)
        else:
            piece = _checked(piece)
    if len(piece) != size:
        raise Undecodable(f"{len(piece)} bytes instead of {size}")
    return piece


def _inflated(piece: Buffer, length: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(piece, length) if length else b""
        if not stream.eof and stream.decompress(stream.unconsumed_tail, 1):
            raise Undecodable(f"more than {length} bytes")
    except zlib.error as error:
        raise Undecodable(str(error)) from error
    if not stream.eof or len(found) != length:
        raise Undecodable(f"{len(found)} bytes instead of {length}")
    return found


def _expanded(piece: Buffer, length: int) -> bytes:
    stream = bz2.BZ2Decompressor()
    try:
        found = stream.decompress(piece, length)
        if not stream.eof and stream.decompress(b"", 1):
            raise Undecodable(f"more than {length} bytes")
    except (OSError, ValueError, EOFError) as error:
        raise Undecodable(str(error)) from error
    if not stream.eof or len(found) != length:
        raise Undecodable(f"{len(found)} bytes instead of {length}")
    return found


def _checked(piece: Buffer) -> Buffer:
    whole = memoryview(piece)
    content, stored = whole[:-CHECKSUM], bytes(whole[-CHECKSUM:])
    right = fletcher32(content).to_bytes(CHECKSUM, "little")
    # Long ago HDF5 wrote the halves of the checksum the wrong way round on such machines, and still reads that.
    if len(whole) < CHECKSUM or stored not in (right, bytes((right[1], right[0], right[3], right[2]))):
        raise Undecodable("the checksum is wrong")
    return content


def unshuffled(piece: Buffer, size: int) -> Buffer:
    """Elements of ``size`` bytes put together from all their first bytes, all their second bytes, and so on."""
    count = len(piece) // size if size else 0
    if size <= 1 or count <= 1:
        return piece
    whole = np.frombuffer(piece, np.uint8)
    result = np.empty(len(piece), np.uint8)
    _copy(whole[: count * size].reshape(size, count), result[: count * size].reshape(count, size).T)
    result[count * size :] = whole[count * size :]
    return result.data


def shuffled(piece: Buffer, size: int) -> Buffer:
    """All first bytes of the elements of ``size`` bytes, then all second bytes, and so on; the rest at the end."""
    count = len(piece) // size if size else 0
    if size <= 1 or count <= 1:
        return piece
    whole = np.frombuffer(piece, np.uint8)
    result = np.empty(len(piece), np.uint8)
    _copy(whole[: count * size].reshape(count, size).T, result[: count * size].reshape(size, count))
    result[count * size :] = whole[count * size :]
    return result.data


def _copy(source: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
    """Copy one byte of every element after the other, or so many elements as stay in the cache of the processor."""
    size, count = source.shape
    if size <= _PLANES:
        for number in range(size):
            target[number] = source[number]
    else:
        for start in range(0, count, _ELEMENTS):
            target[:, start : start + _ELEMENTS] = source[:, start : start + _ELEMENTS]


def fletcher32(piece: Buffer) -> int:
    """The checksum of HDF5's own filter."""
    if len(piece) % 2:
        piece = bytes(piece) + b"\0"
    words = np.frombuffer(piece, ">u2")
    low = high = 0
    for start in range(0, len(words), _BLOCK):
        block = words[start : start + _BLOCK].astype(np.int64)
        high += low * len(block) + int(np.dot(block, np.arange(len(block), 0, -1)))
        low += int(block.sum())
    return _folded(high) << 16 | _folded(low)


def _folded(total: int) -> int:
    """A sum with the carry added at the other end, as it comes out however often that is done on the way."""
    return (total - 1) % _MODULUS + 1 if total else 0


# --- packing ------------------------------------------------------------------------------------------------------


def packer(filters: Filters) -> Packer | None:
    """What makes of a chunk's bytes what is stored, and the mask of the filters it skipped because they made the chunk
    no smaller; None where that takes a codec that only HDF5 has. May be used by several threads."""
    if not all(code in (DEFLATE, SHUFFLE, FLETCHER32, BZIP2, BLOSC) for code, _, _ in filters):
        return None
    blosc = blosc_filter() if any(code == BLOSC for code, _, _ in filters) else None
    if blosc is None and any(code == BLOSC for code, _, _ in filters):
        return None

    def pack(piece: Buffer) -> tuple[int, bytes]:
        mask = 0
        for number, (code, _, values) in enumerate(filters):
            if code == SHUFFLE:
                piece = shuffled(piece, values[0] if values else 1)
            elif code == FLETCHER32:
                piece = b"".join((piece, fletcher32(piece).to_bytes(CHECKSUM, "little")))
            else:
                packed = _packed(piece, code, values, blosc)
                if packed is None or len(packed) >= len(piece):
                    mask |= 1 << number
                else:
                    piece = packed
        return mask, bytes(piece)

    return pack


def _packed(piece: Buffer, code: int, values: tuple[int, ...], blosc: "BloscFilter | None") -> bytes | None:
    if code == DEFLATE:
        return zlib.compress(piece, values[0])
    if code == BZIP2:
        return bz2.compress(piece, values[0])
    assert blosc is not None
    return blosc.compress(piece, values)


_Number = ctypes.c_size_t
_Values = ctypes.POINTER(ctypes.c_uint)
_FUNCTION = ctypes.CFUNCTYPE(
    _Number, ctypes.c_uint, _Number, _Values, _Number, ctypes.POINTER(_Number), ctypes.POINTER(ctypes.c_void_p)
)


class _FilterClass(ctypes.Structure):
    """``H5Z_class2_t``: how a plug-in of HDF5 says what it does."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("code", ctypes.c_int),
        ("encodes", ctypes.c_uint),
        ("decodes", ctypes.c_uint),
        ("name", ctypes.c_char_p),
        ("can_apply", ctypes.c_void_p),
        ("set_local", ctypes.c_void_p),
        ("filter", ctypes.c_void_p),
    )


class BloscFilter:
    """The Blosc filter of hdf5plugin, for compressing only: for damaged data it would call HDF5 to note the error."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        information = self._library.H5PLget_plugin_info
        information.restype = ctypes.POINTER(_FilterClass)
        found = information().contents
        if found.code != BLOSC or not found.filter:
            raise OSError(f"{path} is no Blosc filter")
        self._filter = _FUNCTION(found.filter)
        # The filter frees what it is given and allocates what it gives.
        c: Any = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
        self._malloc, self._free = c.malloc, c.free
        self._malloc.restype, self._malloc.argtypes = ctypes.c_void_p, (_Number,)
        self._free.restype, self._free.argtypes = None, (ctypes.c_void_p,)
        self.compress(bytes(64), (2, 2, 1, 64, 1, 0))  # sets the library up, which threads must not do side by side

    def compress(self, piece: Buffer, values: tuple[int, ...]) -> bytes | None:
        """The chunk of Blosc; None when it would be no smaller. Raises `MemoryError`."""
        length = len(piece)
        buffer = ctypes.c_void_p(self._malloc(length))
        if not buffer:
            raise MemoryError
        try:
            source = np.frombuffer(piece, np.uint8)
            ctypes.memmove(buffer, source.ctypes.data, length)
            room = _Number(length)
            array = (ctypes.c_uint * len(values))(*values)
            made = self._filter(0, len(values), array, length, ctypes.byref(room), ctypes.byref(buffer))
            return ctypes.string_at(buffer, made) if made else None
        finally:
            self._free(buffer)


@lru_cache(1)
def blosc_filter() -> BloscFilter | None:
    """The Blosc filter; None where hdf5plugin does not bring one that can be called."""
    import hdf5plugin

    path = hdf5plugin.get_config().registered_filters.get("blosc", "")
    try:
        return BloscFilter(path) if os.path.isfile(path) else None
    except (OSError, AttributeError):
        return None


@contextmanager
def side_by_side() -> Iterator[None]:
    """Let threads compress with Blosc at the same time; otherwise it has one wait for the other. Entered before they
    start, since the environment must not change under them."""
    kept = os.environ.get(_NO_LOCK)
    os.environ[_NO_LOCK] = "1"
    try:
        yield
    finally:
        if kept is None:
            os.environ.pop(_NO_LOCK, None)
        else:
            os.environ[_NO_LOCK] = kept
