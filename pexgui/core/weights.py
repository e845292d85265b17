"""The bytes that objects take in a file, by HDF5's own account; and from them, cheaply, the holes of a file.

What HDF5 tells of every object (header, index, attribute storage, data) adds up exactly to a file without holes, plus
its superblock. Only data of variable length lie elsewhere, in heaps that the whole file shares.
"""

import os
import re
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5o, h5t

from . import files
from .errors import FAILURES, NotReadable
from .progress import Progress, silent

SAMPLE = 16
"""Of so many children at most, in a group of many, the weight is taken and the rest reckoned from it."""

BUDGET = 500
"""So many objects are looked at for an estimate, about 10 ms."""

_DEPTH = 60
_SURE = 0.05
_SMALL = 8 << 20
_PIECE = 1 << 20
_HEAP = re.compile(rb"GCOL\x01\x00\x00\x00(.{8})", re.DOTALL)
_HEAP_HEAD = 16


class Weight(NamedTuple):
    """Bytes of the user's data and of what HDF5 keeps around them. ``variable``: more may lie in the heaps."""

    data: int
    overhead: int
    variable: bool = False


class _Sum(NamedTuple):
    """The reckoned bytes of a subtree and the variance of that number."""

    total: float = 0.0
    variance: float = 0.0
    variable: bool = False


def weight_of(node: Any) -> Weight:
    """The bytes of one object alone. Raises `NotReadable` when its header is damaged."""
    try:
        info = h5o.get_info(node)
        sizes = info.meta_size
        overhead = info.hdr.space.total
        overhead += sizes.obj.index_size + sizes.obj.heap_size + sizes.attr.index_size + sizes.attr.heap_size
        if not files.is_dataset(node) or _is_elsewhere(node):
            return Weight(0, int(overhead))
        stored, kind = files.stored_size(node), node.get_type()
        if _is_variable(kind):
            return Weight(stored, int(overhead), True)
        data = min(stored, node.get_space().get_simple_extent_npoints() * kind.get_size())
    except FAILURES as error:
        raise NotReadable("The header of an object is damaged.", details=str(error)) from error
    return Weight(data, int(overhead) + stored - data)


def _is_variable(kind: h5t.TypeID) -> bool:
    """Whether elements of this type lie in a heap."""
    if kind.get_class() == h5t.STRING:
        return bool(kind.is_variable_str())
    if kind.detect_class(h5t.VLEN):
        return True
    if kind.get_class() == h5t.COMPOUND and kind.detect_class(h5t.STRING):
        members = map(kind.get_member_type, range(min(kind.get_nmembers(), 10_000)))
        return any(member.get_class() == h5t.STRING and member.is_variable_str() for member in members)
    return False


def _is_elsewhere(dataset: h5d.DatasetID) -> bool:
    """Whether the data lie in another file."""
    properties = dataset.get_create_plist()
    return bool(properties.get_layout() == h5d.CONTIGUOUS and properties.get_external_count() > 0)


def head_size(file: files.OpenFile) -> int:
    """The bytes before the first object: the user's block, if there is one, and the superblock."""
    properties = file.id.get_create_plist()
    superblock = 96 if properties.get_version()[0] < 2 else 48
    return int(properties.get_userblock()) + superblock


def heaps_size(path: bytes, progress: Progress = silent) -> int:
    """The bytes of all heaps of variable-length data, found by their signature all through the file."""
    size, total, place, end, rest = os.path.getsize(path), 0, 0, 0, b""
    with open(path, "rb") as raw:
        while piece := raw.read(_PIECE):
            progress("Looking for heaps", place, size)
            seen = rest + piece
            for head in _HEAP.finditer(seen):
                start, length = place - len(rest) + head.start(), int.from_bytes(head[1], "little")
                if start >= end and len(head[0]) <= length <= size - start:
                    total += length
                    end = start + length
            place += len(piece)
            rest = seen[1 - _HEAP_HEAD :]
    return total


def estimate_free(file: files.OpenFile) -> int | None:
    """The bytes of holes in a file, from at most about `BUDGET` of its objects; None when that cannot be known so.

    Of groups of many children `SAMPLE` are weighed, spread evenly, and stand for the rest. The result is the lower
    end of what is likely (two standard errors), so that no one is promised space that is not there.
    """
    size = file.stamp.size
    try:
        found = _weigh(file.root, BUDGET, 0, set())
    except NotReadable:
        return None
    error = 2 * found.variance**0.5
    if error > _SURE * size or (found.variable and size > _SMALL):
        return None
    heaps = heaps_size(file.path) if found.variable else 0
    return max(0, int(size - head_size(file) - heaps - found.total - error))


def _weigh(node: Any, budget: int, depth: int, seen: set[int]) -> _Sum:
    """The bytes of everything at and below ``node``, each object once. Raises `NotReadable`."""
    own = weight_of(node)
    whole = _Sum(own.data + own.overhead, 0.0, own.variable)
    if not files.is_group(node):
        return whole
    place = files.address(node)
    if place in seen or depth > _DEPTH:
        return _Sum()
    seen.add(place)
    names = files.names(node)
    chosen = names
    if len(names) > max(budget, 4):
        step = len(names) / min(len(names), SAMPLE)
        chosen = [names[int(step * (i + 0.5))] for i in range(min(len(names), SAMPLE))]
    hard = [name for name in chosen if files.link(node, name).kind is files.LinkKind.HARD]
    part = max(0, budget - len(chosen)) // max(1, len(chosen))
    sums = [_weigh(files.open_child(node, name), part, depth + 1, seen) for name in hard]
    sums += [_Sum()] * (len(chosen) - len(hard))
    below = _reckon(sums, len(names))
    return _Sum(whole.total + below.total, below.variance, own.variable or below.variable)


def _reckon(sums: list[_Sum], count: int) -> _Sum:
    """The sum over ``count`` children of which some were weighed."""
    if not sums:
        return _Sum()
    totals = np.array([one.total for one in sums])
    scale = count / len(sums)
    variance = scale * sum(one.variance for one in sums)
    if count > len(sums):
        variance += count * (count - len(sums)) * float(np.var(totals, ddof=1)) / len(sums)
    return _Sum(scale * float(totals.sum()), variance, any(one.variable for one in sums))
