"""The values of many runs at once, from the bytes of the file.

Runs of a sweep are mostly laid out alike (see `twins_many`). Where the headers of one run's results are those of many
others to the byte, it is enough to look at that one with HDF5: of the others only the data have to be fetched. Each
way of fetching is tried on that one run first and must give what HDF5 gives. What is stored in any other way than as
plain arrays, in one piece or one chunk, is left to be read run by run.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, items, layout, values
from .errors import FAILURES, NotReadable
from .leaves import Leaf, read_leaf
from .runs_chunks import Rows, form_of, unpacked
from .runs_leaves import Home, Troubles, item_key, leaves_of
from .twins_headers import Unknown
from .twins_image import Data, Image
from .twins_many import FEW
from .twins_many import _Layout as Layout

_MOST_KINDS = 64
_MOST_MISSES = 8
_MOST_BYTES = 64 << 20
_NODE = 24
"""So many bytes a node of an index has before its first key."""

_NOT_KNOWN = (Unknown, struct.error, ValueError, IndexError, OverflowError)
_TO_PYTHON = {("int", "i"), ("int", "u"), ("float", "f"), ("bool", "b")}


class AlikeLeaf(NamedTuple):
    """A leaf that many runs have: as it is in the first of them, and for its items a value per run.

    ``complete`` says whether all items that are wanted are there.
    """

    first: Leaf
    items: dict[str, list[Any]]
    complete: bool


class Alike(NamedTuple):
    """Runs that are laid out alike, and their leaves by key."""

    runs: list[bytes]
    leaves: dict[bytes, AlikeLeaf]

    @property
    def complete(self) -> bool:
        """Whether all that is wanted of these runs is there."""
        return all(leaf.complete for leaf in self.leaves.values())


Wanted = Callable[[bytes, bytes], bool]
"""Whether what has the one path, and is in the leaf with the other, is wanted."""


def runs_alike(image: Image | None, home: Home, path: bytes, encoding: str, wanted: Wanted) -> Iterator[Alike]:
    """The values of those runs that are alike; of others, and of what cannot be fetched so, nothing is said.

    ``path`` is that of the trajectory.
    """
    waiting, misses = list(home.runs), 0
    for _ in range(_MOST_KINDS):
        if image is None or len(waiting) < FEW or misses == _MOST_MISSES:
            return
        places = np.array([home.runs[run].address for run in waiting], np.uint64)
        try:
            found = Layout(image, places)
        except _NOT_KNOWN:
            found = None
        alike = np.arange(len(waiting)) == 0 if found is None else found.alike
        if found is not None and alike.sum() >= FEW:
            runs = [run for run, same in zip(waiting, alike, strict=True) if same]
            kind = _alike(found, runs, home, path, encoding, wanted)
            if kind is not None:
                yield kind
        else:
            misses += 1
        waiting = [run for run, same in zip(waiting, alike, strict=True) if not same]


def _alike(found: Layout, runs: list[bytes], home: Home, path: bytes, encoding: str, wanted: Wanted) -> Alike | None:
    """The values of runs that are laid out as the first of them; None if that is laid out oddly."""
    troubles = Troubles()
    leaves: dict[bytes, AlikeLeaf] = {}
    try:
        order = _datasets(home, runs[0])
        if len(order) != len(found.data):
            return None
        for leaf in leaves_of(home, runs[0], troubles):
            first = read_leaf(leaf.group, layout.join(path, leaf.key), encoding)
            made: dict[str, list[Any] | None] = {}
            for item in () if first.is_parameter else items.items_of(leaf.group):
                if not wanted(item_key(leaf.key, item.name, leaf.run), leaf.key):
                    continue
                made[item.name] = None
                if item.form is items.Form.ARRAY and item.name not in first.problems:
                    data, places = found.data[order[files.address(item.node)]]
                    made[item.name] = _values(found, data, places[found.alike], item.node, encoding)
            fetched = {name: values for name, values in made.items() if values is not None}
            complete = len(fetched) == len(made) and not first.is_parameter
            leaves[leaf.key] = AlikeLeaf(first, fetched, complete)
    except (NotReadable, *FAILURES):
        return None
    return None if troubles else Alike(runs, leaves)


def _datasets(home: Home, run: bytes) -> dict[int, int]:
    """The datasets of a run by their address, counted in the order of the layout; none if there is anything odd."""
    order: dict[int, int] = {}
    for visit in files.walk(files.open_listed(home.runs[run].group, run)):
        if visit.kind is files.VisitKind.DATASET:
            order[visit.address] = len(order)
        elif visit.kind is not files.VisitKind.GROUP:
            return {}
    return order


def _values(found: Layout, data: Data, places: NDArray[np.uint64], node: Any, encoding: str) -> list[Any] | None:
    """The value of an array in each run; None if they cannot be fetched."""
    try:
        shape, element, size = files.extent_of(node)
        if shape is None or not element.raw or element.variable or size * len(places) > _MOST_BYTES:
            return None
        if files.attribute(node, layout.EMPTY_ARRAY) is not None:
            return None
        first = files.read(node)
        if not size:
            rows: Rows | None = np.empty((len(places), 0), np.uint8)
        elif data.pieces:
            rows = _chunks(found, data, places, node)
        else:
            rows = _pieces(found, data, places, size)
        if rows is None:
            return None
        stack = element.finish(rows.reshape(-1).view(f"V{element.size}"), (len(places), *shape))
        same = stack[0].tobytes() == first.tobytes()
        return _decoded(stack, *items.types_of(node), encoding) if same else None
    except (NotReadable, zlib.error, *_NOT_KNOWN, *FAILURES):
        return None


def _decoded(stack: NDArray[Any], coll: str, scalar: str, encoding: str) -> list[Any]:
    """What `values.decode_array` makes of each."""
    name = layout.type_name(scalar)
    known = (name, stack.dtype.kind) in _TO_PYTHON and stack.dtype.itemsize <= 8
    if coll == layout.COLL_SCALAR and known and stack.size == len(stack):
        numbers: list[Any] = stack.reshape(-1).tolist()
        return numbers
    if coll == layout.COLL_NDARRAY and name != "str":
        return [stack[run, ...].copy() for run in range(len(stack))]
    return [values.decode_array(stack[run, ...].copy(), coll, scalar, encoding) for run in range(len(stack))]


def _pieces(found: Layout, data: Data, places: NDArray[np.uint64], size: int) -> Rows | None:
    """The bytes of data that are in one piece."""
    rows, inside = found.gather(places, size)
    return rows if data.size == size and inside.all() else None


def _chunks(found: Layout, data: Data, places: NDArray[np.uint64], node: Any) -> Rows | None:
    """The bytes of data that are in one chunk each."""
    form = form_of(node)
    if form is None or data.pieces != len(form.chunk) + 1:
        return None
    key = 8 + 8 * data.pieces
    if len(found.image.pieces(data)) != 2:
        return None
    index, inside = found.gather(places, _NODE + key + 8 + key)
    own, after = index[:, _NODE : _NODE + key], index[:, -key:]
    same = (index[:, :_NODE] == index[0, :_NODE]).all() and (after[:, 4:] == after[0, 4:]).all()
    if not inside.all() or not same or own[:, 4:].any():
        return None  # several chunks, one that was stored without its filters, or not the first
    sizes = np.ascontiguousarray(own[:, :4]).view("<u4")[:, 0].tolist()
    starts = np.ascontiguousarray(index[:, _NODE + key : -key]).view("<u8")[:, 0].tolist()
    content = found.image.content
    return unpacked([content[start : start + size] for start, size in zip(starts, sizes, strict=True)], form)
