"""Two datasets compared piece by piece: what is the same on disk is not decoded, and never much is in memory."""

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d

from . import files, text
from .measures import Measure
from .model_compare import Magnitude, Tolerance
from .progress import Progress

PIECE = 8 << 20
"""So many bytes of each side are in memory at once, unless a chunk of the file is larger."""

_COMPARABLE = "biufcmMSU"


class Layout(NamedTuple):
    """What a dataset is, from its header: shape, element, and the shape of the chunks it is stored in."""

    shape: tuple[int, ...]
    element: Any
    chunk: tuple[int, ...] | None


def layout_of(dataset: Any) -> Layout | None:
    """The layout of a dataset; None when it holds nothing."""
    extent = files.extent_of(dataset)
    return None if extent.shape is None else Layout(extent.shape, extent.element, files.chunk_of(dataset))


def comparable(a: Layout, b: Layout) -> bool:
    """Whether both can be laid over one another element by element."""
    return (
        a.shape == b.shape
        and not a.element.variable
        and not b.element.variable
        and _alike(a.element.dtype, b.element.dtype)
    )


def _alike(a: "np.dtype[Any]", b: "np.dtype[Any]") -> bool:
    """Whether elements of these types can be compared one by one, without going back to Python objects."""
    if a.subdtype is not None or b.subdtype is not None:
        same = a.shape == b.shape
        return same and a.base.subdtype is None and b.base.subdtype is None and _alike(a.base, b.base)
    if a.names is not None or b.names is not None:
        return a.names == b.names and all(_alike(a[name], b[name]) for name in a.names or ())
    if a.hasobject or b.hasobject or a.kind not in _COMPARABLE or b.kind not in _COMPARABLE:
        return False
    numbers = "biufc"
    return a.kind == b.kind or (a.kind in numbers and b.kind in numbers)


def same_on_disk(a: Any, b: Any) -> bool:
    """Whether two datasets hold the same bytes in the same type and shape, without decoding anything.

    Data of variable length, of which only a reference is in the dataset, and more than `PIECE` bytes never are.
    """
    if not a.get_type().equal(b.get_type()) or files.element_type(a).variable:
        return False
    shapes = [each.get_space().get_simple_extent_dims() for each in (a, b)]
    sizes = [files.stored_size(each) for each in (a, b)]
    if shapes[0] != shapes[1] or max(sizes) > PIECE:
        return False
    if files.chunk_of(a) == files.chunk_of(b) and _same_pipeline(a, b):
        known = _chunks(a), _chunks(b)
        return known[0] == known[1] and all(_same_chunk(a, b, known, place) for place in known[0])
    if files.chunk_of(a) is not None or files.chunk_of(b) is not None:
        return False
    return bool(np.array_equal(_bytes(a), _bytes(b)))


def _bytes(dataset: Any) -> Any:
    return np.ascontiguousarray(files.read(dataset)).reshape(-1).view(np.uint8)


def measure_datasets(a: Any, b: Any, tolerance: Tolerance, progress: Progress) -> Magnitude | None:
    """How far two comparable datasets are apart; None when they are equal. Raises `NotReadable`."""
    first, second = layout_of(a), layout_of(b)
    assert first is not None and second is not None
    found = Measure(first.shape, tolerance)
    chunk = first.chunk if first.chunk == second.chunk and _same_pipeline(a, b) else None
    skip = chunk is not None and (tolerance.nan_equal or first.element.dtype.kind not in "fc")
    what = f"Comparing {text.printable(files.path_of(a))}"
    known = (_chunks(a), _chunks(b)) if skip else ({}, {})
    size = max(first.element.size, second.element.size)
    for done, (total, start, count) in enumerate(_pieces(first.shape, chunk or first.chunk, size)):
        progress(what, done, total)
        if skip and chunk is not None and _same_chunks(a, b, known, start, count, chunk):
            continue
        part = [slice(s, s + c) for s, c in zip(start, count, strict=True)]
        found.add(files.read(a, part), files.read(b, part), start)
    return found.result()


def _same_pipeline(a: Any, b: Any) -> bool:
    """Whether equal chunks of bytes mean equal data: same type, same filters."""
    one, other = a.get_create_plist(), b.get_create_plist()
    if (
        one.get_layout() != h5d.CHUNKED
        or other.get_layout() != h5d.CHUNKED
        or one.get_nfilters() != other.get_nfilters()
    ):
        return False
    filters = [[each.get_filter(i)[::2] for i in range(each.get_nfilters())] for each in (one, other)]
    if filters[0] != filters[1] or not a.get_type().equal(b.get_type()):
        return False
    fills = [np.zeros((), files.element_type(a).dtype) for _ in range(2)]
    for plist, fill in zip((one, other), fills, strict=True):
        plist.get_fill_value(fill)
    return bool(fills[0].tobytes() == fills[1].tobytes())


def _chunks(dataset: Any) -> dict[tuple[int, ...], int]:
    """The stored size of every chunk by where it begins."""
    found: dict[tuple[int, ...], int] = {}

    def note(info: Any) -> None:
        found[tuple(info.chunk_offset)] = info.size if not info.filter_mask else -1

    dataset.chunk_iter(note)
    return found


def _same_chunks(
    a: Any,
    b: Any,
    known: tuple[dict[tuple[int, ...], int], dict[tuple[int, ...], int]],
    start: tuple[int, ...],
    count: tuple[int, ...],
    chunk: tuple[int, ...],
) -> bool:
    """Whether all chunks of a piece hold the same bytes on both sides."""
    ranges = [range(s, s + c, length) for s, c, length in zip(start, count, chunk, strict=True)]
    return all(_same_chunk(a, b, known, place) for place in product(*ranges))


def _same_chunk(
    a: Any, b: Any, known: tuple[dict[tuple[int, ...], int], dict[tuple[int, ...], int]], place: tuple[int, ...]
) -> bool:
    sizes = known[0].get(place), known[1].get(place)
    if sizes[0] != sizes[1] or sizes[0] == -1:
        return False
    return sizes[0] is None or a.read_direct_chunk(place)[1] == b.read_direct_chunk(place)[1]


def _pieces(
    shape: tuple[int, ...], chunk: Sequence[int] | None, size: int
) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    """How many pieces there are, and where each begins and how long it is; pieces are made of whole chunks."""
    if not shape:
        yield 1, (), ()
    if not math.prod(shape) or not shape:
        return
    lengths = list(chunk) if chunk else [1] * len(shape)
    for axis in reversed(range(len(shape))):
        others = math.prod(lengths[:axis]) * math.prod(lengths[axis + 1 :]) * max(1, size)
        fitting = PIECE // max(1, others) // lengths[axis] * lengths[axis]
        lengths[axis] = min(shape[axis], max(lengths[axis], fitting))
        if lengths[axis] < shape[axis]:
            break
    ranges = [range(0, length, step) for length, step in zip(shape, lengths, strict=True)]
    total = math.prod(len(each) for each in ranges)
    for start in product(*ranges):
        yield total, start, tuple(min(n, whole - s) for n, whole, s in zip(lengths, shape, start, strict=True))
