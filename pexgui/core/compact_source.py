"""The chunks of a dataset as HDF5 has them: which are stored, read one by one, and written where only HDF5 can pack."""

from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

from . import nodes
from .compact_codecs import BLOSC, CHECKSUM, FLETCHER32, SHUFFLE, Buffer, Filters, Undecodable, unpacks
from .datasets import BLOSC2, asks_for_plugin, no_programs
from .elements import element_of
from .errors import FAILURES, NotReadable, PexError
from .model import FileState
from .progress import Progress
from .verify import bytes_of

LARGEST = 32 << 20
"""Chunks of more bytes are not compressed anew: a few copies of one would take all the memory there is for it."""
_SLACK = 64 << 10
_OFTEN = 1000
_BLOSC_HEADER = 16
_LEFT = "Leave the data as they are compressed now."
_HINT = "Nothing was changed. The file is damaged; what can be read of it can be saved with “Rescue to a copy”."


class Chunk(NamedTuple):
    """Where a chunk begins, which filters were skipped for it, and its bytes. ``mask`` None: no filter was applied
    yet."""

    place: tuple[int, ...]
    mask: int | None
    content: Buffer


class Source:
    """A dataset of which the chunks are read. ``size``: bytes of a chunk, ``total``: bytes that all take in the file.
    Raises `PexError` when its chunks are too large or its filters are not known."""

    def __init__(self, dataset: h5d.DatasetID) -> None:
        plist = dataset.get_create_plist()
        self.dataset = dataset
        self.kind = dataset.get_type()
        self.size = bytes_of_chunk(plist, self.kind)
        self.filters = filters_of(plist)
        self.total = int(dataset.get_storage_size())
        self._chunk = tuple(map(int, plist.get_chunk()))
        self._shape = tuple(map(int, dataset.shape))
        self._grid = tuple(-(-length // step) for length, step in zip(self._shape, self._chunk, strict=True))
        self._codes = [code for code, _, _ in self.filters]
        self._direct = unpacks(self.filters)
        self._blank = _blank(plist, self.kind)
        if self.size > LARGEST:
            raise PexError(
                f"{nodes.place(dataset)} is stored in pieces that are too large to be compressed anew.", _LEFT
            )
        if not is_known(self.filters):
            raise PexError(f"{nodes.place(dataset)} was compressed in a way that is not known here.", _LEFT)

    def guards(self) -> ExitStack:
        """What has to hold as long as chunks are read. Entered before threads start: the environment is changed."""
        stack = ExitStack()
        if BLOSC2 in self._codes:
            stack.enter_context(no_programs())
        return stack

    def stored(self, progress: Progress, what: str) -> "array[int]":
        """The numbers of the chunks that are stored, in the order in which HDF5 has them. Raises `NotReadable`."""
        found = array("q")
        most = 2 * self.size + _SLACK

        def note(info: Any) -> None:
            if len(found) % _OFTEN == 0:
                progress(what, 0, self.total)
            if info.size > most:
                raise Undecodable(f"a chunk of {self.size} bytes is said to take {info.size}")
            number = 0
            for start, step, length in zip(info.chunk_offset, self._chunk, self._grid, strict=True):
                if start % step or start // step >= length:
                    raise Undecodable(f"a chunk is said to be at {info.chunk_offset}")
                number = number * length + start // step
            found.append(number)

        if self.total and 0 not in self._shape:
            with no_damage(self.dataset):
                self.dataset.chunk_iter(note)
        return found

    def read(self, number: int) -> tuple[Chunk, int]:
        """A chunk, as it is stored if `unpack` knows its filters, else unpacked; and the bytes that are stored. Raises
        `NotReadable`."""
        place = self._place(number)
        with no_damage(self.dataset):
            mask, piece = self.dataset.read_direct_chunk(place)
            if self._direct:
                return Chunk(place, mask, piece), len(piece)
            self._check(piece, mask)
            content = np.full(self._chunk, self._blank, bytes_of(self.kind.get_size()))
            file, memory = self._spaces(self.dataset, place)
            self.dataset.read(memory, file, content, self.kind)
        return Chunk(place, None, content.reshape(-1).view(np.uint8).data), len(piece)

    def write_by_hdf5(self, target: h5d.DatasetID, kind: h5t.TypeID, chunk: Chunk) -> None:
        """Have HDF5 pack a chunk that is unpacked."""
        values = np.frombuffer(chunk.content, bytes_of(kind.get_size())).reshape(self._chunk)
        file, memory = self._spaces(target, chunk.place)
        target.write(memory, file, values, kind)

    def _place(self, number: int) -> tuple[int, ...]:
        place = []
        for step, length in zip(reversed(self._chunk), reversed(self._grid), strict=True):
            number, index = divmod(number, length)
            place.append(index * step)
        return tuple(reversed(place))

    def _spaces(self, dataset: h5d.DatasetID, place: tuple[int, ...]) -> tuple[h5s.SpaceID, h5s.SpaceID]:
        """The part of a chunk that is within the shape: where it is in the file, and where in the chunk."""
        part = tuple(min(c, s - p) for c, s, p in zip(self._chunk, self._shape, place, strict=True))
        file, memory = dataset.get_space(), h5s.create_simple(self._chunk)
        file.select_hyperslab(place, part)
        memory.select_hyperslab((0,) * len(part), part)
        return file, memory

    def _check(self, piece: bytes, mask: int) -> None:
        """Refuse, before HDF5 sees it, what would start a program, take much more memory than the chunk, or leave a
        part of it as it happened to be in memory: HDF5 does not look at how much a codec gave it, nor Blosc at how
        much there is to read."""
        if BLOSC2 in self._codes and asks_for_plugin(piece):
            raise Undecodable("it asks for a plug-in codec of Blosc2, which is never loaded")
        length, applied = self.size, -1
        available = len(piece)
        for number, code in enumerate(self._codes):
            if mask >> number & 1:
                continue
            if code in (BLOSC, BLOSC2):
                applied = code
            elif code == FLETCHER32 and applied < 0:
                length += CHECKSUM
            elif code == FLETCHER32:
                available -= CHECKSUM
        if applied == BLOSC:
            _check_blosc(piece, available, length)
        elif applied == BLOSC2:
            _check_blosc2(piece, length, len(self._chunk))
        elif available != length:
            raise Undecodable(f"{available} bytes instead of {length}")


def is_known(filters: Filters) -> bool:
    """Whether these are filters that PyTables sets, one of which may compress, and all are there. Of other codecs
    nobody would tell when they give less than there was."""
    if unpacks(filters):
        return True
    codes = [code for code, _, _ in filters]
    if not all(map(h5z.filter_avail, codes)):
        return False
    compressing = [number for number, code in enumerate(codes) if code in (BLOSC, BLOSC2)]
    others = all(code in (SHUFFLE, FLETCHER32) for code in codes if code not in (BLOSC, BLOSC2))
    return others and len(compressing) == 1 and SHUFFLE not in codes[compressing[0] :]


def _check_blosc(piece: bytes, available: int, length: int) -> None:
    said, taken = (int.from_bytes(piece[start : start + 4], "little") for start in (4, 12))
    if available < _BLOSC_HEADER or said != length or taken > available:
        raise Undecodable(f"{available} bytes of Blosc are said to be {taken} and to hold {said} instead of {length}")


def _check_blosc2(piece: bytes, length: int, axes: int) -> None:
    """An array in blocks may be larger than the chunk, by less than the double along each axis."""
    frame = piece[2:10] == b"b2frame\0"
    said = int.from_bytes(piece[30:38], "big") if frame else int.from_bytes(piece[4:8], "little")
    if not length <= said <= (length << axes):
        raise Undecodable(f"a piece of Blosc2 is said to hold {said} bytes instead of {length}")


@contextmanager
def no_damage(dataset: h5d.DatasetID) -> Iterator[None]:
    """Say of which dataset it is when its chunks cannot be read."""
    try:
        yield
    except (Undecodable, *FAILURES) as error:
        title = f"{nodes.place(dataset)} has data that cannot be read."
        raise NotReadable(title, _HINT, f"{type(error).__name__}: {error}", FileState.DAMAGED) from error


def filters_of(plist: h5p.PropDCID) -> Filters:
    """The filters of a dataset in their order."""
    found = map(plist.get_filter, range(plist.get_nfilters()))
    return tuple((code, flags, tuple(values)) for code, flags, values, _ in found)


def bytes_of_chunk(plist: h5p.PropDCID, kind: h5t.TypeID) -> int:
    """How many bytes a chunk has when it is not compressed."""
    size = int(kind.get_size())
    for length in plist.get_chunk():
        size *= int(length)
    return size


def _blank(plist: h5p.PropDCID, kind: h5t.TypeID) -> np.void:
    """The fill value, which is also what HDF5 expects beyond the edge of a dataset that may grow."""
    size = kind.get_size()
    if plist.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        try:
            value = np.zeros((), element_of(kind).dtype)
            plist.get_fill_value(value)
            if value.nbytes == size:
                return np.void(value.tobytes())
        except FAILURES:
            pass  # of a type that numpy does not have
    return np.void(bytes(size))
