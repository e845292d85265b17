"""Datasets created anew and their data carried over, in bounded portions."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

from . import datasets, nodes
from .errors import NotReadable
from .verify import bytes_of, is_raw
from .verify_data import PORTION, VARIABLE, portion_of, portions

if TYPE_CHECKING:
    from .compact_chunks import Pipeline

IN_HEADER = 2048
"""Data of up to so many bytes find room in the header of their dataset."""
MOST_ATTRIBUTES = 10_000
"""So many attributes stay in the header of their object, where they take the least room."""
_PLAIN_FILTERS = (h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32)

Added = Callable[[int], None]


def check(dataset: h5d.DatasetID, plist: h5p.PropDCID) -> None:
    """Refuse data outside of the file. Raises `NotReadable`."""
    outside = plist.get_layout() == h5d.CONTIGUOUS and plist.get_external_count()
    if outside or plist.get_layout() == h5d.VIRTUAL:
        raise NotReadable(
            f"{nodes.place(dataset)} has its data in other files.",
            "Nothing was changed. Such a file is not compacted, since the other files belong to it.",
        )


def is_left_to_hdf5(kind: h5t.TypeID, plist: h5p.PropDCID) -> bool:
    """Whether a dataset is copied by HDF5 as it is: values of any length, codecs that would set themselves anew. Not
    one with references, which would lead nowhere, one of a named type, which would not be the same any more, or one
    with a fill value of any length, of which HDF5 only copies where it was."""
    if kind.committed() or kind.detect_class(h5t.REFERENCE):
        return False
    if not is_raw(kind) and plist.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        return False
    if plist.get_layout() == h5d.CHUNKED and any(code not in _PLAIN_FILTERS for code in _codes(plist)):
        return True
    return not is_raw(kind)


def _codes(plist: h5p.PropDCID) -> list[int]:
    return [plist.get_filter(number)[0] for number in range(plist.get_nfilters())]


def prepare(source: h5d.DatasetID, plist: h5p.PropDCID, kind: h5t.TypeID, small: bool) -> None:
    """Have datasets created with ``plist`` take little room; ``small`` gives small data a place in their header."""
    plist.set_obj_track_times(False)
    if small:
        plist.set_attr_phase_change(MOST_ATTRIBUTES, MOST_ATTRIBUTES)
    space = source.get_space()
    if small and plist.get_layout() == h5d.CONTIGUOUS and is_raw(kind):
        size = space.get_simple_extent_npoints() * kind.get_size()
        if 0 < size <= IN_HEADER and source.get_storage_size() and not _may_grow(space):
            plist.set_layout(h5d.COMPACT)
            plist.set_alloc_time(h5d.ALLOC_TIME_EARLY)


def recompressed(plist: h5p.PropDCID, pipeline: "Pipeline") -> None:
    """Have datasets created with ``plist`` compressed anew."""
    for code in _codes(plist):
        plist.remove_filter(code)
    for code, flags, values in pipeline.filters:
        plist.set_filter(code, flags, values)


def _may_grow(space: h5s.SpaceID) -> bool:
    return bool(space.get_simple_extent_dims() != space.get_simple_extent_dims(True))


def copy(source: h5d.DatasetID, target: h5d.DatasetID, kind: h5t.TypeID, added: Added) -> None:
    """Carry over the data as they are stored. ``added(bytes)`` is told how many were."""
    if not is_raw(kind):
        for start, values in decoded(source):
            write(target, start, values)
            added(values.nbytes)
    elif target.get_create_plist().get_layout() == h5d.CHUNKED:
        _copy_chunks(source, target, added)
    elif source.get_storage_size():
        _copy_values(source, target, kind, added)


def _copy_chunks(source: h5d.DatasetID, target: h5d.DatasetID, added: Added) -> None:
    places: list[tuple[tuple[int, ...], int]] = []
    source.chunk_iter(lambda info: places.append((info.chunk_offset, info.size)))
    room = bytearray(max((size for _, size in places), default=0))
    for place, _ in places:
        mask, piece = source.read_direct_chunk(place, None, room)
        target.write_direct_chunk(place, piece, mask)
        added(len(piece))


def _copy_values(source: h5d.DatasetID, target: h5d.DatasetID, kind: h5t.TypeID, added: Added) -> None:
    size = kind.get_size()
    shape = tuple(source.shape)
    if source.get_storage_size() <= IN_HEADER:
        values = np.empty(shape, bytes_of(size))
        source.read(h5s.ALL, h5s.ALL, values, kind)
        target.write(h5s.ALL, h5s.ALL, values, kind)
        added(values.nbytes)
        return
    for start, count in portions(shape, (1,) * len(shape), size):
        values = portion_of(source, start, count, kind)
        write(target, start, values, kind)
        added(values.nbytes)


def decoded(dataset: h5d.DatasetID) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Values that mean something only in their file, in bounded portions, and where each begins; none if none were ever
    written."""
    if dataset.get_space().get_simple_extent_type() == h5s.NULL or not dataset.get_storage_size():
        return
    shape = tuple(dataset.shape)
    for start, count in portions(shape, datasets.chunk_of(dataset) or (1,) * len(shape), PORTION // VARIABLE):
        yield start, portion_of(dataset, start, count, None)


def write(dataset: h5d.DatasetID, start: tuple[int, ...], values: Any, kind: h5t.TypeID | None = None) -> None:
    """Write a portion of the data of a dataset; ``kind`` is the type of values of which only the bytes count."""
    memory = file = h5s.ALL
    if start:
        file, memory = dataset.get_space(), h5s.create_simple(values.shape)
        file.select_hyperslab(start, values.shape)
    dataset.write(memory, file, values, kind)
