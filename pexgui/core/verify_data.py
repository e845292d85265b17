"""Whether the data of two datasets are the same: stored pieces as they are, everything else in bounded portions."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z
from numpy.typing import NDArray

from . import datasets
from .files import in_memory
from .verify import Ticker, alike, bytes_of, differs, is_raw, same_space, same_type

PORTION = 8 << 20
"""Bytes that are read of each dataset at once."""
VARIABLE = 20_000
"""Elements of any length that are read at once."""


def same_dataset(
    source: h5d.DatasetID, target: h5d.DatasetID, storage: bool, ticker: Ticker, rewritten: bytes | None = None
) -> None:
    """Raise `PexError` unless two datasets have the same type, shape and data and, with ``storage``, store them in the
    same way. ``rewritten`` are the data that the second has to have instead."""
    kind = source.get_type()
    if not same_type(kind, target.get_type()):
        raise differs(source, "its type differs")
    space = source.get_space()
    if not same_space(space, target.get_space()):
        raise differs(source, "its shape differs")
    plist, other = source.get_create_plist(), target.get_create_plist()
    problem = _unlike(source, plist, other, storage)
    if problem:
        raise differs(source, f"its {problem} differs")
    if space.get_simple_extent_type() == h5s.NULL or _is_elsewhere(plist):
        return
    if rewritten is not None:
        if portion_of(target, (0,) * len(target.shape), tuple(target.shape), kind).tobytes() != rewritten:
            raise differs(source, "its new data are not what they should be")
        return
    raw = is_raw(kind)
    if raw and plist.get_layout() == h5d.CHUNKED and _same_pipeline(plist, other):
        _same_chunks(source, target, ticker)
    else:
        _same_values(source, target, kind if raw else None, ticker)


def _unlike(source: h5d.DatasetID, one: h5p.PropDCID, other: h5p.PropDCID, storage: bool) -> str:
    """What differs in how two datasets are stored; empty when nothing does.

    HDF5's own comparison of such properties takes pieces of different sizes for equal.
    """
    problem = _stored_unlike(one, other) if storage else ""
    if problem:
        return problem
    if _external(one) != _external(other):
        return "place outside of the file"
    if _virtual(one) != _virtual(other):
        return "composition of other files"
    return "" if _fill(source, one) == _fill(source, other) else "fill value"


def _stored_unlike(one: h5p.PropDCID, other: h5p.PropDCID) -> str:
    if one.get_layout() != other.get_layout():
        return "layout"
    if one.get_layout() == h5d.CHUNKED:
        if one.get_chunk() != other.get_chunk():
            return "size of pieces"
        if _filters(one) != _filters(other):
            return "compression"
    return "" if one.get_fill_time() == other.get_fill_time() else "time of filling"


def _external(plist: h5p.PropDCID) -> list[Any]:
    count = plist.get_external_count() if plist.get_layout() == h5d.CONTIGUOUS else 0
    return [plist.get_external(number) for number in range(count)]


def _virtual(plist: h5p.PropDCID) -> list[Any]:
    count = plist.get_virtual_count() if plist.get_layout() == h5d.VIRTUAL else 0
    return [
        (
            plist.get_virtual_filename(number),
            plist.get_virtual_dsetname(number),
            plist.get_virtual_vspace(number).encode(),
            plist.get_virtual_srcspace(number).encode(),
        )
        for number in range(count)
    ]


def _is_elsewhere(plist: h5p.PropDCID) -> bool:
    """Whether the data are in other files, of which the places are all there is to compare."""
    return plist.get_layout() == h5d.VIRTUAL or bool(_external(plist))


def _fill(source: h5d.DatasetID, plist: h5p.PropDCID) -> tuple[int, bytes]:
    defined = plist.fill_value_defined()
    if defined != h5d.FILL_VALUE_USER_DEFINED:
        return defined, b""
    kind = source.get_type()
    if not is_raw(kind):
        return defined, _variable_fill(source, plist)
    value = np.zeros((), source.dtype)
    plist.get_fill_value(value)
    return defined, value.tobytes()


def _variable_fill(source: h5d.DatasetID, plist: h5p.PropDCID) -> bytes:
    """A fill value of any length, for which h5py gives memory that is no longer its own: what a dataset has that was
    never written."""
    bare = plist.copy()
    bare.set_layout(h5d.CONTIGUOUS)
    for code, _, _ in _filters(bare):
        bare.remove_filter(code)
    value = np.empty((1,), source.dtype)
    with in_memory() as file:
        made = h5d.create(file, b"fill", source.get_type().copy(), h5s.create_simple((1,)), bare)
        made.read(h5s.ALL, h5s.ALL, value)
    return repr(value.tolist()).encode()


def _filters(plist: h5p.PropDCID) -> list[Any]:
    return [plist.get_filter(number)[:3] for number in range(plist.get_nfilters())]


def _same_pipeline(one: h5p.PropDCID, other: h5p.PropDCID) -> bool:
    """Whether stored pieces of both mean the same."""
    if other.get_layout() != h5d.CHUNKED or one.get_chunk() != other.get_chunk():
        return False
    return _filters(one) == _filters(other)


def _same_chunks(source: h5d.DatasetID, target: h5d.DatasetID, ticker: Ticker) -> None:
    """Compare pieces as they are stored; nothing is decompressed."""
    pieces, copied = _chunks(source), _chunks(target)
    if pieces != copied:
        raise differs(source, "other pieces of its data are stored")
    room = 8 * (max((size for _, size in pieces.values()), default=0) // 8 + 1)
    ours, theirs = (np.zeros(room, "u1") for _ in range(2))
    for place, (mask, size) in pieces.items():
        found = [each.read_direct_chunk(place, None, room) for each, room in ((source, ours), (target, theirs))]
        if [(told, len(piece)) for told, piece in found] != [(mask, size)] * 2 or not _same_bytes(ours, theirs, size):
            raise differs(source, f"its data differ in the piece at {', '.join(map(str, place))}")
        ticker.tick()


def _same_bytes(one: NDArray[np.uint8], other: NDArray[np.uint8], size: int) -> bool:
    """Whether the first so many bytes are the same."""
    words = size // 8
    end = slice(8 * words, size)
    return bool((one.view("u8")[:words] == other.view("u8")[:words]).all() and (one[end] == other[end]).all())


def _chunks(dataset: h5d.DatasetID) -> dict[tuple[int, ...], tuple[int, int]]:
    found: dict[tuple[int, ...], tuple[int, int]] = {}

    def note(info: Any) -> None:
        found[info.chunk_offset] = info.filter_mask, info.size

    dataset.chunk_iter(note)
    return found


def _same_values(source: h5d.DatasetID, target: h5d.DatasetID, kind: h5t.TypeID | None, ticker: Ticker) -> None:
    """Compare values as they are in memory, to the bit; ``kind`` is their type when their bytes say all."""
    shape = tuple(source.shape)
    size = max(1, kind.get_size() if kind is not None else PORTION // VARIABLE)
    chunk = datasets.chunk_of(source) or datasets.chunk_of(target) or (1,) * len(shape)
    for start, count in portions(shape, chunk, size):
        one, other = (portion_of(dataset, start, count, kind) for dataset in (source, target))
        if not (one.tobytes() == other.tobytes() if kind is not None else alike(one, other, source, target)):
            where = f" from {', '.join(map(str, start))} on" if count != shape else ""
            raise differs(source, f"its data differ{where}")
        ticker.tick()


def portion_of(dataset: h5d.DatasetID, start: tuple[int, ...], count: tuple[int, ...], kind: h5t.TypeID | None) -> Any:
    _check_codecs(dataset)
    memory = file = h5s.ALL
    if count:
        file, memory = dataset.get_space(), h5s.create_simple(count)
        file.select_hyperslab(start, count)
    if kind is None:
        values = np.empty(count, dataset.dtype)
        dataset.read(memory, file, values)
    else:
        values = np.zeros(count, bytes_of(kind.get_size()))
        dataset.read(memory, file, values, kind)
    return values


def _check_codecs(dataset: h5d.DatasetID) -> None:
    plist = dataset.get_create_plist()
    for code, _, _ in _filters(plist):
        if not h5z.filter_avail(code):
            raise differs(dataset, "it was written with a codec that is not available here")


def portions(
    shape: tuple[int, ...], chunk: tuple[int, ...], size: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Cut a shape into portions of bounded size that follow its pieces: where each begins, and how large it is."""
    block = [max(1, length) for length in chunk]
    room = PORTION // size
    for axis in reversed(range(len(shape))):
        taken = 1
        for length in block:
            taken *= length
        block[axis] = min(max(1, shape[axis]), block[axis] * max(1, room // taken))
    for start in product(*(range(0, length, step) for length, step in zip(shape, block, strict=True))):
        yield start, tuple(min(b, n - s) for b, n, s in zip(block, shape, start, strict=True))
