"""Whether all that is below two groups is the same: from the bytes of both files where these prove it, which is quick,
and object by object where they do not."""

import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from struct import error as struct_error
from typing import Any, NamedTuple, cast

from . import nodes
from .errors import FAILURES
from .progress import Progress, silent
from .twins import Twins
from .twins_headers import Unknown
from .twins_image import Image, image_of
from .verify import Changes, Pair, Ticker, compare, differs, file_of, linked
from .verify_headers import Headers

MOST = 96 << 20
"""Up to so many bytes a file of the person is read into memory to be compared by its bytes."""
_LARGE = 1 << 20
_BEGINNING = 64
_NOT_PROVED = (Unknown, struct_error, ValueError, IndexError, OverflowError, RecursionError)
_MOST_BLOCKS = 50
_NONE: Changes = {}
_UNCHANGED: Mapping[bytes, bytes] = {}


def same_trees(
    source: Any,
    target: Any,
    progress: Progress = silent,
    changes: Mapping[bytes, Changes] | None = None,
    storage: bool = True,
    headers: Headers | None = None,
    rewritten: Mapping[bytes, bytes] | None = None,
    total: int = 0,
) -> int:
    """Compare two objects and all that is below them, and give how many there were; see `verify.Pair`.

    ``total`` is about how many there are. ``headers`` are those of both files where the target is stored in another
    way. ``changes`` has the attributes that were changed on purpose by the path, relative to ``source``, of their
    object; ``rewritten`` the data of datasets that were. The files may not change meanwhile, and ``target`` is in a
    file of our own. Raises `PexError` naming the first difference.
    """
    with ExitStack() as held:
        proof = _proof(source, target, held) if storage else None
        return _Trees(
            source, target, proof, changes or {}, storage, Ticker(progress, total), headers, rewritten or {}
        ).compare()


def compare_trees(
    source: Any,
    target: Any,
    proof: "Proof | None",
    progress: Progress = silent,
    changes: Mapping[bytes, Changes] | None = None,
    storage: bool = True,
) -> int:
    """`same_trees` for whoever compares many parts of two files; ``proof`` is
    made once for all of them, or None."""
    return _Trees(source, target, proof, changes or {}, storage, Ticker(progress)).compare()


class _Place(NamedTuple):
    """Two objects at the same path: the addresses of their headers and, if they are open, the groups they are in."""

    path: bytes
    source: int
    target: int
    groups: tuple[Any, Any] | None = None


class _Trees:
    """A comparison of two trees that is under way."""

    def __init__(
        self,
        source: Any,
        target: Any,
        proof: "Proof | None",
        changes: Mapping[bytes, Changes],
        storage: bool,
        ticker: Ticker,
        headers: Headers | None = None,
        rewritten: Mapping[bytes, bytes] = _UNCHANGED,
    ) -> None:
        self._headers = headers
        self._rewritten = rewritten
        self._roots = source, target
        self._proof = proof
        self._changes = changes
        self._storage = storage
        self._ticker = ticker
        self._copies: dict[int, int] = {}
        self._sources: dict[int, int] = {}
        self._waiting: list[_Place] = []

    def compare(self) -> int:
        source, target = self._roots
        self._meet(_Place(b"", nodes.address(source), nodes.address(target)))
        while self._waiting:
            place = self._waiting.pop()
            if not self._proved(place):
                self._compare(place)
            self._ticker.tick(1)
        return self._ticker.done

    def _meet(self, place: _Place) -> None:
        """Come upon two objects: the first time they are compared; what is shared has to be shared in the copy."""
        if place.source not in self._copies and place.target not in self._sources:
            self._copies[place.source], self._sources[place.target] = place.target, place.source
            self._waiting.append(place)
        elif self._copies.get(place.source) != place.target:
            raise differs(self._open(place)[0], "what is one object under several names is not one in the copy")

    def _proved(self, place: _Place) -> bool:
        """Whether the bytes prove that two objects are the same; then what is below them is met."""
        if self._proof is None or self._changes.get(place.path) or place.path in self._rewritten:
            return False
        try:
            below = self._proof.below(place.source, place.target)
        except _NOT_PROVED:
            return False
        for name, source, target in below:
            self._meet(_Place(place.path + b"/" + name if place.path else name, source, target))
        return True

    def _compare(self, place: _Place) -> None:
        source, target = self._open(place)
        changes = self._changes.get(place.path, _NONE)
        rewritten = self._rewritten.get(place.path)
        headers = None if changes or rewritten is not None else self._headers
        if headers is None or not headers.same(source, target, place.source, place.target):
            compare(Pair(source, target, changes, False, self._storage, rewritten), self._ticker)
        if not nodes.is_group(source):
            return
        for child, copy in linked(source, target):
            if child.hard:
                path = place.path + b"/" + child.name if place.path else child.name
                self._meet(_Place(path, child.address, copy.address, (source, target)))

    def _open(self, place: _Place) -> tuple[Any, Any]:
        if not place.path:
            return self._roots
        if place.groups is None:
            source, target = (nodes.open_node(root, place.path) for root in self._roots)
            return source, target
        name = place.path.rsplit(b"/", 1)[-1]
        source, target = (nodes.open_listed(group, name) for group in place.groups)
        return source, target


# --- by the bytes -------------------------------------------------------------------------------------------------


class Proof(Twins):
    """Proves objects to be the same, titles included, from the bytes of two files."""

    def __init__(self, source: Image, target: Image) -> None:
        super().__init__(source, target)
        self._images = source, target

    def below(self, source: int, target: int) -> list[tuple[bytes, int, int]]:
        """The names in two groups, with the addresses of what they lead to; nothing for datasets. Raises what says that
        it is not proved that the two objects are the same."""
        tables, data, _, _ = self._header(source, target)
        ours, theirs = self._images
        if _titles(ours, source) != _titles(theirs, target):
            raise Unknown
        if tables is not None:
            return _joined(ours.children(tables[0]), theirs.children(tables[1]))
        if data is None or (not data[0].pieces and data[0].size > _LARGE):
            raise Unknown
        if ours.pieces(data[0]) != theirs.pieces(data[1]):
            raise Unknown
        return []


def _joined(ours: list[tuple[bytes, int]], theirs: list[tuple[bytes, int]]) -> list[tuple[bytes, int, int]]:
    if [name for name, _ in ours] != [name for name, _ in theirs]:
        raise Unknown
    return [(name, place, copy) for (name, place), (_, copy) in zip(ours, theirs, strict=True)]


def _titles(image: Image, place: int) -> list[bytes]:
    """The titles in a header, about which twins do not care."""
    return [block[start:end] for block, places in _blocks(image, place) for start, end in places]


def _blocks(image: Image, place: int) -> Iterator[tuple[bytes, tuple[tuple[int, int], ...]]]:
    content = image.content
    waiting = [(place + 16, int.from_bytes(content[place + 8 : place + 12], "little"))]
    for start, size in waiting:
        block = content[start : start + size]
        if len(block) != size or len(waiting) > _MOST_BLOCKS:
            raise Unknown
        told = image.block(block)[1]
        yield block, told.titles
        for at in told.continued:
            further = start + at
            below, length = content[further : further + 8], content[further + 8 : further + 16]
            waiting.append((int.from_bytes(below, "little"), int.from_bytes(length, "little")))


class _Mapped(mmap.mmap):
    """A file of ours as bytes, without reading it. Not for files of the person: one that became shorter meanwhile would
    end the process."""

    def index(self, what: bytes, start: int = 0) -> int:
        found = self.find(what, start)
        if found < 0:
            raise ValueError
        return found


@contextmanager
def mapped(path: bytes) -> Iterator[Image | None]:
    """The image of a file of ours, of which only what is looked at is read; None when it proves nothing."""
    if not os.path.getsize(path):
        yield None
        return
    with open(path, "rb") as file:
        content = _Mapped(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        yield image_of(cast(bytes, content))
    finally:
        with suppress(BufferError):  # it is closed with the last view of it
            content.close()


def _proof(source: Any, target: Any, held: ExitStack) -> Proof | None:
    """The bytes of both files, unless they are too many or laid out in another way."""
    try:
        (path, _, plain), (copy, _, plain_copy) = file_of(source), file_of(target)
        if not plain or not plain_copy or not 0 < os.path.getsize(path) <= MOST or not os.path.getsize(copy):
            return None
        with open(path, "rb") as file, open(copy, "rb") as other:
            Image(file.read(_BEGINNING)), Image(other.read(_BEGINNING))  # whether it is worth reading on
            file.seek(0)
            ours = Image(file.read(MOST + 1))
            mapped = held.enter_context(_Mapped(other.fileno(), 0, access=mmap.ACCESS_READ))
        return Proof(ours, Image(cast(bytes, mapped)))
    except (Unknown, *FAILURES):
        return None
