"""Chunked datasets compressed anew, chunk by chunk, on all processor cores and in bounded memory.

HDF5 works in one thread at a time; here that is the caller's. It reads chunks as they are stored and writes them as
they are to be stored, while threads unpack and pack them. What only HDF5 can unpack, it unpacks on the way in.
"""

import os
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import NamedTuple

from h5py import h5d, h5t, h5z

from . import nodes
from .compact_codecs import (
    BLOSC,
    BZIP2,
    DEFLATE,
    FLETCHER32,
    SHUFFLE,
    Filters,
    Undecodable,
    packer,
    side_by_side,
    unpack,
)
from .compact_source import LARGEST, Chunk, Source, bytes_of_chunk, filters_of, is_known, no_damage
from .errors import PexError
from .progress import Progress
from .verify import is_raw

MEMORY = 192 << 20
"""Bytes of chunks in memory at a time."""
_COPIES = 4
"""A chunk is in memory so many times at most: as stored, between two filters, in the codec, and as it is to be."""
_PORTION = 512 << 10
_AHEAD = 4
_MOST_WORKERS = 16
_PATIENCE = 0.05
_FAREWELL = 0.5
_SAMPLE = 16
_SAMPLE_BYTES = 8 << 20
_SAMPLE_OF_A_CHUNK = 4 << 20
_ESTIMATING = "Estimating"
_TYPE_LIMIT = 255
_MAX_LEVEL = 9
_BLOSC_FORMAT = (2, 2)
_BLOSC_CODECS: dict[str, tuple[int, ...]] = {
    "blosc": (),
    "blosc:lz4": (1,),
    "blosc:lz4hc": (2,),
    "blosc:zlib": (4,),
    "blosc:zstd": (5,),
}


class Pipeline(NamedTuple):
    """The filters of a dataset in their order: code, flags and values of each, as HDF5 numbers them."""

    filters: Filters


def pipeline_of(
    codec: str, level: int, dataset: h5d.DatasetID, shuffle: bool = True, fletcher32: bool = False
) -> Pipeline | None:
    """The filters that PyTables sets for this codec of pypet and this level (0: not compressed, up to 9).

    None for a codec that is not there; for data that are not in chunks, in too large ones, or in chunks that other
    programs compressed; and for values that are not all in their own bytes: of any length, and references.
    """
    plist, kind = dataset.get_create_plist(), dataset.get_type()
    if plist.get_layout() != h5d.CHUNKED or not is_raw(kind) or not is_known(filters_of(plist)):
        return None
    if bytes_of_chunk(plist, kind) > LARGEST:
        return None
    needed = {"none": 0, "zlib": DEFLATE, "bzip2": BZIP2}.get(codec, BLOSC if codec in _BLOSC_CODECS else -1)
    if needed < 0 or (needed and not h5z.filter_avail(needed)):
        return None
    checks: Filters = ((FLETCHER32, 0, ()),) if fletcher32 else ()
    if not needed or level <= 0:
        return Pipeline(checks)
    values: tuple[int, ...] = (min(level, _MAX_LEVEL),)
    if needed == BLOSC:
        values = (*_BLOSC_FORMAT, _base_size(kind), bytes_of_chunk(plist, kind), *values, int(shuffle))
        values += _BLOSC_CODECS[codec]
    elif shuffle:
        checks = (*checks, (SHUFFLE, h5z.FLAG_OPTIONAL, (int(kind.get_size()),)))
    return Pipeline((*checks, (needed, h5z.FLAG_OPTIONAL, values)))


def _base_size(kind: h5t.TypeID) -> int:
    """The bytes that Blosc takes for one element."""
    size = int((kind.get_super() if kind.get_class() == h5t.ARRAY else kind).get_size())
    return size if size <= _TYPE_LIMIT else 1


def worth(dataset: h5d.DatasetID, pipeline: Pipeline, progress: Progress) -> float:
    """Bytes of the data after they are compressed with ``pipeline`` per byte that they take now, from a sample of
    chunks, always the same (1.0: there are none). Raises what `recompress` raises."""
    source = Source(dataset)
    places = source.stored(progress, _ESTIMATING)
    count = min(_SAMPLE, max(_SAMPLE_BYTES // source.size, 1), len(places))
    sample = array("q", (places[(2 * number + 1) * len(places) // (2 * count)] for number in range(count)))
    work = _Work(source, pipeline.filters, _SAMPLE_OF_A_CHUNK)
    seen = min(1.0, _SAMPLE_OF_A_CHUNK / source.size)
    before = after = 0
    with closing(_packed(work, sample, lambda: progress(_ESTIMATING, 0, 0))) as portions:
        for portion in portions:
            before += portion.stored
            after += sum(len(chunk.content) for chunk in portion.packed)
    return after / (before * seen) if before else 1.0


def recompress(source: h5d.DatasetID, target: h5d.DatasetID, pipeline: Pipeline, progress: Progress, what: str) -> None:
    """Copy all stored chunks of ``source`` into ``target``, which has its type, shape and chunks, and ``pipeline``.

    ``progress`` hears of the bytes that ``source`` takes in the file. Raises `PexError` when a chunk cannot be read or
    packed, `Cancelled`, and `OSError` when the disk refuses.
    """
    filters = filters_of(target.get_create_plist())
    if [code for code, _, _ in filters] != [code for code, _, _ in pipeline.filters]:
        raise ValueError(f"{nodes.place(target)} was not created with the filters that it is to have")
    origin, kind = Source(source), target.get_type()
    done = 0

    def tell() -> None:
        progress(what, done, origin.total)

    def write(chunk: Chunk) -> None:
        if chunk.mask is None:
            origin.write_by_hdf5(target, kind, chunk)
        else:
            target.write_direct_chunk(chunk.place, chunk.content, chunk.mask)

    numbers = origin.stored(progress, what)
    with closing(_packed(_Work(origin, filters), numbers, tell)) as portions:
        for portion in portions:
            while portion.packed:
                write(portion.packed.popleft())
            done += portion.stored
            tell()


class _Portion:
    """Some chunks: as they were read and, when ``ready`` is set, as they are to be written; ``error`` says why not.
    ``stored`` is how many bytes they take in the source."""

    def __init__(self, source: Source, numbers: Sequence[int]) -> None:
        self.read: deque[Chunk] = deque()
        self.packed: deque[Chunk] = deque()
        self.stored = 0
        self.error: BaseException | None = None
        self.ready = threading.Event()
        for number in numbers:
            chunk, stored = source.read(number)
            self.read.append(chunk)
            self.stored += stored


class _Work:
    """Unpacks the chunks of ``source`` and packs them with ``filters``, without HDF5. Of a chunk at most so many bytes
    are packed."""

    def __init__(self, source: Source, filters: Filters, most: int | None = None) -> None:
        self.source = source
        self.stop = False
        self._most = most
        self._pack = packer(filters)

    def do(self, portion: _Portion) -> None:
        try:
            while portion.read and not self.stop:
                portion.packed.append(self._made(portion.read.popleft()))
        except BaseException as error:
            portion.error = error
        portion.ready.set()

    def _made(self, chunk: Chunk) -> Chunk:
        content = chunk.content
        if chunk.mask is not None:
            content = unpack(content, chunk.mask, self.source.filters, self.source.size)
        if self._pack is None:
            return Chunk(chunk.place, None, content)
        if self._most is not None:
            content = memoryview(content)[: self._most]
        mask, packed = self._pack(content)
        return Chunk(chunk.place, mask, packed)


class _Crew:
    """Threads that do the work. None outlives `end` by more than the chunk it is at."""

    def __init__(self, work: _Work, workers: int) -> None:
        self._work = work
        self._queue: SimpleQueue[_Portion | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        for _ in range(workers):
            thread = threading.Thread(target=self._live, daemon=True)
            with suppress(RuntimeError):  # The system gives no more threads; then there are fewer.
                thread.start()
                self._threads.append(thread)

    def give(self, portion: _Portion) -> None:
        self._queue.put(portion)

    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        self._work.stop = True
        for _ in self._threads:
            self._queue.put(None)
        until = time.monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))

    def _live(self) -> None:
        while (portion := self._queue.get()) is not None:
            self._work.do(portion)


def _packed(work: _Work, numbers: Sequence[int], tell: Callable[[], None]) -> Generator[_Portion, None, None]:
    """The chunks of these numbers, packed, in their order. Raises `PexError` and what ``tell`` raises."""
    source = work.source
    each = max(_PORTION // source.size, 1)
    most = max(MEMORY // (_COPIES * source.size * each), 1)
    workers = min(most, _cores(), _MOST_WORKERS)
    with side_by_side(), source.guards():
        if len(numbers) * source.size <= _PORTION:
            tell()
            portion = _Portion(source, numbers)
            work.do(portion)
            yield _sound(portion, source)
            return
        crew = _Crew(work, workers)
        under_way: deque[_Portion] = deque()
        try:
            for start in range(0, len(numbers), each):
                if len(under_way) >= min(most, _AHEAD * workers):
                    yield _finished(under_way.popleft(), source, crew, tell)
                tell()
                under_way.append(_Portion(source, numbers[start : start + each]))
                crew.give(under_way[-1])
            while under_way:
                yield _finished(under_way.popleft(), source, crew, tell)
        finally:
            crew.end()


def _finished(portion: _Portion, source: Source, crew: _Crew, tell: Callable[[], None]) -> _Portion:
    while not portion.ready.wait(_PATIENCE):
        tell()
        if not crew.alive() and not portion.ready.is_set():
            portion.error = RuntimeError("the thread ended")
            break
    return _sound(portion, source)


def _sound(portion: _Portion, source: Source) -> _Portion:
    """The portion, if all went well. Raises `PexError`."""
    error = portion.error
    if isinstance(error, Undecodable):
        with no_damage(source.dataset):
            raise error
    if isinstance(error, KeyboardInterrupt):
        raise error
    if error is not None:
        title = f"{nodes.place(source.dataset)} could not be compressed anew."
        hint = "Nothing was changed. Try another codec, or leave the data as they are compressed now."
        raise PexError(title, hint, f"{type(error).__name__}: {error}") from error
    return portion


def _cores() -> int:
    """How many processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
