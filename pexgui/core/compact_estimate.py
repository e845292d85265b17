"""How large a file will be once it is compacted: found by copying a sample of it into memory.

Small objects are really copied, of groups with many alike only some; large data are not, since it is known how many
bytes are stored of them.
"""

from collections.abc import Iterator
from math import ceil, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from h5py import h5d, h5f, h5g, h5p, h5t

from . import datasets
from .compact_at_once import copy_at_once
from .compact_copy import OBJECT, Child, Level, Load, TreeCopier, takes_new_form
from .files import in_memory
from .verify import Different, is_raw
from .verify_data import portion_of

if TYPE_CHECKING:
    from .compact_chunks import Pipeline

_ALL, _FIRST, _MORE = 256, 8, 40
"""Of more children than `_ALL`, some are copied: the first ones, which are not yet alike, and others from all over."""
_INDEXED = 57
"""So many pieces are in one node of the index of a dataset, when they were written in order."""
_COPIED = 64 << 10
_SAMPLE = 1000


class Estimate(NamedTuple):
    """Bytes of the compacted file, the load of compacting it as `OBJECT` counts it, and how most of the large data are
    compressed, in words."""

    size: int
    load: int
    codec: str


def estimate(source: h5g.GroupID, load: Load, at_once: bool = False) -> Estimate:
    """What compacting everything below the root ``source`` of a file would give. Raises `PexError` when a part that is
    looked at cannot be read. ``at_once``: HDF5 will copy it in one step, and it is small enough to try that."""
    exact = _at_once(source) if at_once else None
    with in_memory(takes_new_form(source, load.small)) as file:
        trial = _Trial(file, source, load)
        size = trial.measure()
        return Estimate(round(size) if exact is None else exact, round(trial.amount), trial.codec)


def _at_once(source: h5g.GroupID) -> int | None:
    """The bytes that everything takes when it is copied in one step; None when that is not possible."""
    with in_memory(takes_new_form(source, False)) as file:
        try:
            copy_at_once(source, h5g.open(file, b"/"))
        except Different:
            return None
        return int(file.get_filesize())


class _Trial(TreeCopier):
    """Copies a sample and counts what the whole would take."""

    def __init__(self, file: h5f.FileID, source: h5g.GroupID, load: Load) -> None:
        super().__init__(source, h5g.open(file, b"/"), load)
        self._file = file
        self._apart = 0.0
        self._stored = 0
        self._largest = 0
        self.amount = 0.0
        self.codec = ""

    def measure(self) -> float:
        """The bytes of the whole file."""
        self.copy_root()
        return float(self._file.get_filesize()) + self._within(self.root, 1.0)

    def _within(self, level: Level, weight: float) -> float:
        """The bytes of everything in a group, links included; there are ``weight`` groups like it."""
        total = 0.0
        for child, times in _sampled(self.children(level)):
            self._apart, self._stored = 0.0, 0
            before = self._file.get_filesize()
            below = self.child(level, child)
            grown = self._file.get_filesize() - before + self._apart
            self.amount += (OBJECT + self._stored) * weight * times
            if below is not None:
                grown += self._within(below, weight * times)
            total += grown * times
        return total

    def by_hdf5(self, node: h5d.DatasetID, level: Level, name: bytes, lcpl: Any) -> h5d.DatasetID:
        """A dataset that HDF5 copies; many data are only counted."""
        self._note(node)
        if self._stored <= _COPIED:
            return super().by_hdf5(node, level, name, lcpl)
        self._apart = float(self._stored + _index(node) + _elsewhere(node))
        return h5d.create(level.target, name, node.get_type(), node.get_space(), _bare(node), lcpl)

    def carry(self, node: h5d.DatasetID, made: h5d.DatasetID, kind: h5t.TypeID, pipeline: "Pipeline | None") -> None:
        """The data of a dataset; many are only counted."""
        self._note(node)
        if self._stored <= _COPIED and pipeline is None:
            super().carry(node, made, kind, pipeline)
        else:
            self._apart = self._stored * self._ratio(node, pipeline) + _index(node)

    def _note(self, node: h5d.DatasetID) -> None:
        self._stored = int(node.get_storage_size())
        if self._stored > self._largest and datasets.chunk_of(node) is not None:
            self._largest, self.codec = self._stored, datasets.codec(node)

    def _ratio(self, node: h5d.DatasetID, pipeline: "Pipeline | None") -> float:
        if pipeline is None:
            return 1.0
        from .compact_chunks import worth

        return float(worth(node, pipeline, self.load.progress))


def _sampled(children: list[Child]) -> Iterator[tuple[Child, float]]:
    """The children to be copied, and for how many each stands."""
    rest = len(children) - _FIRST
    if len(children) <= _ALL:
        yield from ((child, 1.0) for child in children)
        return
    yield from ((child, 1.0) for child in children[:_FIRST])
    for number in range(_MORE):
        yield children[_FIRST + (2 * number + 1) * rest // (2 * _MORE)], rest / _MORE


def _bare(node: h5d.DatasetID) -> h5p.PropDCID:
    """How to create a dataset like another that takes no room for its data."""
    plist = h5p.create(h5p.DATASET_CREATE)
    chunk = datasets.chunk_of(node)
    if chunk is not None:
        plist.set_chunk(chunk)
    return plist


def _index(node: h5d.DatasetID) -> int:
    """The bytes of the index of the pieces of a dataset; 0 when it is in one piece."""
    chunk = datasets.chunk_of(node)
    if chunk is None:
        return 0
    key = 8 + 8 * (len(chunk) + 1)
    size = 24 + 64 * (8 + key) + key
    count, total = int(node.get_num_chunks()), 0
    while count > 1:
        count = ceil(count / _INDEXED)
        total += count * size
    return total


def _elsewhere(node: h5d.DatasetID) -> int:
    """The bytes of values of any length, of which the dataset only says where they are."""
    kind, count = node.get_type(), int(prod(node.shape))
    if is_raw(kind) or not count or len(node.shape) != 1:
        return 0
    sample = min(count, _SAMPLE)
    values = portion_of(node, (0,), (sample,), None)
    return sum(memoryview(value).nbytes if value is not None else 0 for value in values.flat) * count // sample
