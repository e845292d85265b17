"""Datasets read raw, with the file's own type, bounded; what lies outside the file or cannot be decoded is refused."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5f, h5i, h5p, h5s, h5t, h5z
from numpy.typing import NDArray

from . import text
from .elements import Element, element_of, members
from .errors import FAILURES, NotReadable
from .model import FileState

BUDGET = 256 << 20
MAX_CHUNK = 512 << 20
MAX_VARIABLE = 1_000_000

BLOSC2 = 32026
USER_CODEC = 6
_CODECS = {
    h5z.FILTER_DEFLATE: "zlib",
    h5z.FILTER_SZIP: "szip",
    305: "LZO",
    307: "bzip2",
    32000: "LZF",
    32001: "blosc",
    32004: "LZ4",
    32008: "bitshuffle",
    32013: "ZFP",
    32015: "Zstandard",
    32017: "SZ",
    32024: "SZ3",
    BLOSC2: "blosc2",
}
_BLOSC_CODECS = ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd")
_UNREADABLE_HINT = "The rest of the file can still be read."


class Extent(NamedTuple):
    """A dataset from its header alone: shape (None: holds nothing), element, and bytes it takes in memory."""

    shape: tuple[int, ...] | None
    element: Element
    logical: int


def extent_of(dataset: h5d.DatasetID) -> Extent:
    """Shape and element type of a dataset; nothing is read."""
    return _extent(dataset, element_of(dataset.get_type()))


def _extent(dataset: h5d.DatasetID, element: Element) -> Extent:
    space = dataset.get_space()
    if space.get_simple_extent_type() == h5s.NULL:
        return Extent(None, element, 0)
    shape = tuple(map(int, space.get_simple_extent_dims()))
    count = 1
    for length in shape:
        count *= length
    return Extent(shape, element, count * element.size)


def element_type(dataset: h5d.DatasetID) -> Element:
    """What one element of a dataset is."""
    return element_of(dataset.get_type())


def chunk_of(dataset: h5d.DatasetID) -> tuple[int, ...] | None:
    """The shape of the pieces in which the data are stored; None when they are in one piece."""
    plist = dataset.get_create_plist()
    return tuple(plist.get_chunk()) if plist.get_layout() == h5d.CHUNKED else None


def stored_size(dataset: h5d.DatasetID) -> int:
    """The bytes that the dataset's data take in the file."""
    return int(dataset.get_storage_size())


def _filters(plist: h5p.PropDCID) -> list[tuple[int, tuple[int, ...], bytes]]:
    return [(found[0], found[2], found[3]) for found in map(plist.get_filter, range(plist.get_nfilters()))]


def codec(dataset: h5d.DatasetID) -> str:
    """How the data are compressed: ``zlib, level 9, shuffled``, ``blosc:zstd, level 5``, ``not compressed``."""
    name, notes = "", []
    for code, values, label in _filters(dataset.get_create_plist()):
        if code == h5z.FILTER_SHUFFLE:
            notes.append("shuffled")
        elif code == h5z.FILTER_FLETCHER32:
            notes.append("with checksums")
        elif code in (32001, BLOSC2) and len(values) > 4:
            inner = values[6] if len(values) > 6 else 0
            name = _CODECS[code] + (f":{_BLOSC_CODECS[inner]}" if 0 < inner < len(_BLOSC_CODECS) else "")
            name += f", level {values[4]}"
            if len(values) > 5 and values[5]:
                notes.append("shuffled")
        else:
            name = _CODECS.get(code) or text.printable(label) or f"filter {code}"
            if values and code in (h5z.FILTER_DEFLATE, 305, 307, 32015):
                name += f", level {values[0]}"
    return ", ".join([name or "not compressed", *notes])


def read(
    dataset: h5d.DatasetID,
    selection: Sequence[slice] | None = None,
    budget: int = BUDGET,
    columns: Collection[str] | None = None,
) -> NDArray[Any]:
    """The elements of ``selection`` (one slice per axis; None: all) as an array of the file's own type.

    Of a table only those of ``columns`` are read that it has (None: all). Bit fields become booleans. Raises
    `NotReadable` for data outside this file, data larger than ``budget`` bytes, a codec that is missing, damaged
    data, and a dataset that holds nothing.
    """
    return _read_along(dataset, _way(dataset, selection, budget, columns))


class Way(NamedTuple):
    """How a part of a dataset is read: its type in the file, its shape and element, the part, how it is stored."""

    kind: h5t.TypeID
    shape: tuple[int, ...]
    element: Element
    start: tuple[int, ...]
    lengths: tuple[int, ...]
    step: tuple[int, ...]
    plist: h5p.PropDCID


def read_rows(dataset: h5d.DatasetID, rows: slice, columns: Collection[str]) -> NDArray[Any]:
    """Like `read`, of these rows; of a dataset that has none, which holds one value, that value."""
    return _read_along(dataset, _way(dataset, rows, BUDGET, columns))


def way_of_rows(dataset: h5d.DatasetID, rows: slice, columns: Collection[str]) -> Way | None:
    """How `read_rows` reads every dataset with the same header; None where each has to be looked at. Raises what it
    raises."""
    way = _way(dataset, rows, BUDGET, columns)
    if 0 in way.lengths or not dataset.get_storage_size() or any(code == BLOSC2 for code, _, _ in _filters(way.plist)):
        return None
    _check_codecs(dataset, way.plist, way.start, way.lengths, way.step)
    return way


def read_along(dataset: h5d.DatasetID, way: Way) -> NDArray[Any]:
    """Read a dataset with the same header as the one of which `way_of_rows` gave ``way``."""
    return _read(dataset, way)


def _read_along(dataset: h5d.DatasetID, way: Way) -> NDArray[Any]:
    if 0 in way.lengths:
        return np.empty(way.lengths, way.element.dtype)
    _check_codecs(dataset, way.plist, way.start, way.lengths, way.step)
    return _read(dataset, way)


def _way(
    dataset: h5d.DatasetID, selection: slice | Sequence[slice] | None, budget: int, columns: Collection[str] | None
) -> Way:
    kind = dataset.get_type()
    shape, element, _ = _extent(dataset, element_of(kind))
    if shape is None:
        raise _problem(dataset, "holds no value")
    plist = dataset.get_create_plist()
    _check_storage(dataset, plist)
    if columns is not None and not _has_only(element, columns):
        kind = members(kind, columns)
        element = element_of(kind)
    if isinstance(selection, slice):
        selection = [selection] if shape else None
    start, count, step = _hyperslab(shape, selection)
    _check_size(dataset, plist, element, count, budget)
    return Way(kind, shape, element, start, count, step, plist)


def _has_only(element: Element, columns: Collection[str]) -> bool:
    """Whether all columns of a table without gaps are asked for, so that its type need not be put together anew."""
    names = element.dtype.names if element.raw else None
    if not names or not all(name in columns for name in names):
        return False
    return element.size == sum(element.dtype[name].itemsize for name in names)


def _problem(dataset: h5d.DatasetID, what: str, hint: str = _UNREADABLE_HINT, details: str = "") -> NotReadable:
    file = text.printable(h5f.get_name(dataset).rsplit(b"/", 1)[-1])
    path = text.printable(h5i.get_name(dataset) or b"")
    return NotReadable(f"“{path}” in “{file}” {what}.", hint, details, FileState.DAMAGED)


def _check_storage(dataset: h5d.DatasetID, plist: h5p.PropDCID) -> None:
    if plist.get_layout() == h5d.VIRTUAL:
        raise _problem(dataset, "is put together from other files, which are not read", "Open those files themselves.")
    if plist.get_layout() == h5d.CONTIGUOUS and plist.get_external_count() > 0:
        raise _problem(dataset, "is stored outside this file and is not read", "Ask whoever made the file.")


def _hyperslab(
    shape: tuple[int, ...], selection: Sequence[slice] | None
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    if selection is None:
        return (0,) * len(shape), shape, (1,) * len(shape)
    if len(selection) != len(shape):
        raise ValueError(f"{len(selection)} slices for {len(shape)} axes")
    ranges = [range(*part.indices(length)) for part, length in zip(selection, shape, strict=True)]
    if any(part.step < 1 for part in ranges):
        raise ValueError("slices must go forward")
    return tuple(r.start for r in ranges), tuple(len(r) for r in ranges), tuple(r.step for r in ranges)


def _check_size(
    dataset: h5d.DatasetID, plist: h5p.PropDCID, element: Element, count: tuple[int, ...], budget: int
) -> None:
    total = 1
    for length in count:
        total *= length
    if total * element.size > budget:
        size = text.size(total * element.size)
        raise _problem(dataset, f"is too large to be read at once ({size})", "Look at a part of it.")
    if element.variable and total > MAX_VARIABLE:
        raise _problem(dataset, f"has too many elements to be read at once ({total:,})", "Look at a part of it.")
    if plist.get_layout() == h5d.CHUNKED:
        chunk = element.size
        for length in plist.get_chunk():
            chunk *= length
        if chunk > MAX_CHUNK:
            raise _problem(dataset, f"is stored in pieces of {text.size(chunk)}, which is too large to be read")


def _check_codecs(
    dataset: h5d.DatasetID,
    plist: h5p.PropDCID,
    start: tuple[int, ...],
    count: tuple[int, ...],
    step: tuple[int, ...],
) -> None:
    if plist.get_layout() != h5d.CHUNKED or not dataset.get_storage_size():
        return
    for code, _, label in _filters(plist):
        if not h5z.filter_avail(code):
            name = _CODECS.get(code) or text.printable(label) or f"number {code}"
            raise _problem(
                dataset,
                f"was written with the {name} codec, which is not available here",
                f"Rewrite the file with zlib on a computer that has {name}. " + _UNREADABLE_HINT,
            )
        if code == BLOSC2:
            _check_blosc2(dataset, start, count, step)


def _check_blosc2(
    dataset: h5d.DatasetID, start: tuple[int, ...], count: tuple[int, ...], step: tuple[int, ...]
) -> None:
    """Refuse pieces that ask for a plug-in codec: Blosc2 would look for a program of that name and start it."""
    chunk = dataset.get_create_plist().get_chunk()
    last = tuple(s + (c - 1) * p for s, c, p in zip(start, count, step, strict=True))
    places: list[tuple[int, ...]] = []

    def note(info: Any) -> None:
        place = info.chunk_offset
        if all(p <= e and p + c > s for p, c, s, e in zip(place, chunk, start, last, strict=True)):
            places.append(place)

    dataset.chunk_iter(note)
    for place in places:
        if asks_for_plugin(dataset.read_direct_chunk(place)[1]):
            raise _problem(dataset, "asks for a plug-in codec of Blosc2, which is never loaded")


def asks_for_plugin(piece: bytes) -> bool:
    """Whether a Blosc2 chunk, bare or in a frame, names a user-defined codec in a header.

    A frame begins with its length, codec and the length of its chunks; they and an index chunk follow one another.
    """
    position, end = 0, 1
    if piece[2:10] == b"b2frame\0" and len(piece) > 47:
        if piece[27] & 0x0F == USER_CODEC:
            return True
        position = int.from_bytes(piece[11:15], "big")
        end = position + int.from_bytes(piece[39:47], "big") + 1
    while position < min(end, len(piece) - 16):
        if piece[position + 2] >> 5 == USER_CODEC:
            return True
        position += max(int.from_bytes(piece[position + 12 : position + 16], "little"), 16)
    return False


@contextmanager
def no_programs() -> Iterator[None]:
    """Blosc2 starts ``python`` for a plug-in codec it finds in the data; here it finds no program to start."""
    kept = {name: os.environ.get(name) for name in ("PATH", "PYTHONSAFEPATH")}
    os.environ.update(PATH=os.devnull, PYTHONSAFEPATH="1")
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _read(dataset: h5d.DatasetID, way: Way) -> NDArray[Any]:
    element, count = way.element, way.lengths
    try:
        memory = file = h5s.ALL
        if count != way.shape:
            file = dataset.get_space()
            file.select_hyperslab(way.start, count, way.step)
            memory = h5s.create_simple(count)
        buffer = element.buffer(count)
        wanted = way.kind if element.raw else None
        if any(code == BLOSC2 for code, _, _ in _filters(way.plist)):
            with no_programs():
                dataset.read(memory, file, buffer, wanted)
        else:
            dataset.read(memory, file, buffer, wanted)
    except FAILURES as error:
        details = f"{type(error).__name__}: {error}"
        raise _problem(dataset, "is damaged and cannot be read", details=details) from error
    return element.finish(buffer, count)
