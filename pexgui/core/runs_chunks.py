"""What the filters shuffle and deflate made of chunks, undone for many small datasets that are stored alike.

pypet's small arrays are in chunks of 64 KiB, most of which are zeros behind the data.
"""

import math
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from h5py import h5z
from numpy.typing import NDArray

from . import files
from .twins_headers import Unknown

Rows = NDArray[np.uint8]
"""The bytes of a dataset in every row."""

_PIPELINES = ((), (h5z.FILTER_SHUFFLE,), (h5z.FILTER_DEFLATE,), (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE))
_MOSTLY = 8
_MOST_CHUNK = 4 << 20
_ADLER = 65521


class Form(NamedTuple):
    """How the only chunk of a dataset is stored, and the shape of that part of it that is in the dataset."""

    chunk: tuple[int, ...]
    shape: tuple[int, ...]
    size: int
    shuffled: bool
    deflated: bool

    @property
    def whole(self) -> int:
        """The bytes of the chunk."""
        return math.prod(self.chunk) * self.size

    def places(self) -> NDArray[np.int64]:
        """Where in the chunk, as it is stored, each byte of the dataset is."""
        every, part = np.arange(self.whole), tuple(slice(length) for length in self.shape)
        if self.shuffled:
            return np.moveaxis(every.reshape(self.size, *self.chunk), 0, -1)[part].reshape(-1)
        return every.reshape(*self.chunk, self.size)[part].reshape(-1)


def form_of(dataset: Any) -> Form | None:
    """How a dataset is stored; None if it is not in one chunk, or that has other filters."""
    shape, element, _ = files.extent_of(dataset)
    chunk = files.chunk_of(dataset)
    plist = dataset.get_create_plist()
    filters = [plist.get_filter(number) for number in range(plist.get_nfilters())]
    codes = tuple(one[0] for one in filters)
    if shape is None or chunk is None or codes not in _PIPELINES:
        return None
    if any(part < length for part, length in zip(chunk, shape, strict=True)):
        return None
    if any(one[0] == h5z.FILTER_SHUFFLE and one[2][:1] != (element.size,) for one in filters):
        return None
    form = Form(chunk, shape, element.size, h5z.FILTER_SHUFFLE in codes, h5z.FILTER_DEFLATE in codes)
    return form if form.whole <= _MOST_CHUNK else None


def unpacked(stored: Sequence[bytes], form: Form) -> Rows:
    """The data of datasets from the stored bytes of their chunks. Raises `Unknown` or `zlib.error` when there is no
    chunk in some of them."""
    places = form.places()
    if form.deflated and len(places) * _MOSTLY <= form.whole:
        rows = _mostly_zeros(stored, form.whole, places)
        if rows is not None:
            return rows
    rows = np.empty((len(stored), len(places)), np.uint8)
    for row, content in zip(rows, stored, strict=True):
        inflated = _inflated(content, form.whole) if form.deflated else content
        if len(inflated) != form.whole:
            raise Unknown
        row[:] = np.frombuffer(inflated, np.uint8)[places]
    return rows


def _inflated(content: bytes, size: int) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(content, size + 1)
    if not stream.eof:
        raise Unknown
    return found


def _mostly_zeros(stored: Sequence[bytes], size: int, places: NDArray[np.int64]) -> Rows | None:
    """The data of chunks in which there are only zeros beside them; None if that is not so.

    What is behind the data need not be inflated, nor be gone through for zlib's checksum, which takes a third of the
    time: the data with zeros beside them must have the checksum that is stored at the end.
    """
    rows = np.empty((len(stored), len(places)), np.uint8)
    needed = int(places.max(initial=-1)) + 1
    sums: list[int] = []
    for row, content in zip(rows, stored, strict=True):
        if len(content) < 6 or content[0] & 15 != zlib.DEFLATED or content[1] & 32:
            return None
        found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(memoryview(content)[2:-4], needed)
        if len(found) != needed:
            return None
        sums.append(int.from_bytes(content[-4:], "big"))
        row[:] = np.frombuffer(found, np.uint8)[places]
    return rows if np.array_equal(_checksums(rows, size, places), sums) else None


def _checksums(rows: Rows, size: int, places: NDArray[np.int64]) -> NDArray[np.uint64]:
    """zlib's checksums of so many bytes each, which are those of a row in these places, and zeros."""
    left = (size - places).astype(np.uint64)
    low = (1 + rows.sum(axis=1, dtype=np.uint64)) % _ADLER
    high = (np.uint64(size) + rows.astype(np.uint64) @ left) % _ADLER
    sums: NDArray[np.uint64] = (high << np.uint64(16)) | low
    return sums
