"""Proves from the bytes of two files in memory that groups in them hold the same, without asking HDF5 for each object.

It knows the oldest and simplest of HDF5's layouts, in which pypet's files are: superblock 0, object headers of
version 1, symbol tables, data in one piece. Facts are from the HDF5 File Format Specification, version 3. Whatever it
does not know, or finds damaged, is not proved to be the same, and has to be compared the long way.
"""

import struct
from struct import unpack_from
from typing import NamedTuple

from .twins_headers import Unknown, without
from .twins_image import Data, Image

_LENGTH = struct.Struct("<I").unpack_from
_PLACES = struct.Struct("<QQ").unpack_from
_HEADER = 16
_MOST_BLOCKS = 50
_MOST_OBJECTS = 2_000_000
_MOST_DEPTH = 50


class Twin(NamedTuple):
    """A leaf that is the same on both sides: its path below what was compared, and its comment."""

    path: tuple[bytes, ...]
    comment: str


class Twins:
    """Compares objects of two files by their bytes."""

    def __init__(self, a: Image, b: Image) -> None:
        self._a = a
        self._b = b
        self._left = _MOST_OBJECTS

    def leaves(self, place_a: int, place_b: int) -> list[Twin] | None:
        """The leaves at and below two objects if all is the same; None when that is not proved."""
        found: list[Twin] = []
        try:
            return found if self._same(place_a, place_b, (), found, 0) else None
        except (Unknown, struct.error, ValueError, IndexError, OverflowError, RecursionError):
            return None

    def described_alike(self, place_a: int, place_b: int) -> str | None:
        """The comment of two groups if all that is noted of them is the same; None when that is not proved."""
        try:
            return self._header(place_a, place_b)[2]
        except (Unknown, struct.error, ValueError, IndexError, OverflowError, RecursionError):
            return None

    def _same(self, place_a: int, place_b: int, path: tuple[bytes, ...], found: list[Twin], depth: int) -> bool:
        """Whether two objects and all that is below them are the same; their leaves are added to ``found``."""
        tables, data, comment, is_leaf = self._header(place_a, place_b)
        self._left -= 1
        if depth > _MOST_DEPTH or self._left < 0:
            raise Unknown
        if tables is None:
            if data is None:
                raise Unknown
            return self._a.pieces(data[0]) == self._b.pieces(data[1])
        leaf = comment if is_leaf else None
        if leaf is not None:
            found.append(Twin(path, leaf))
        left, right = self._a.children(tables[0]), self._b.children(tables[1])
        if len(left) != len(right):
            return False
        for (name, one), (name_b, other) in zip(left, right, strict=True):
            before = len(found)
            below = path if leaf is not None else (*path, name)
            if name != name_b or not self._same(one, other, below, found, depth + 1):
                return False
            if leaf is None and len(found) == before:
                return False  # an empty group, or data outside of leaves: nothing that is compared under a name
        return True

    def _header(self, place_a: int, place_b: int) -> "_Both":
        """Where the children or the data of two objects with the same header are, their comment, and whether they are
        leaves.

        Raises `Unknown` when the headers are not the same.
        """
        a, b = self._a.content, self._b.content
        size = _LENGTH(a, place_a + 8)[0]
        if a[place_a] != 1 or b[place_b] != 1:
            raise Unknown
        if _LENGTH(b, place_b + 8)[0] != size or a[place_a : place_a + 4] != b[place_b : place_b + 4]:
            return self._loosely(place_a, place_b)
        tables: tuple[tuple[int, int], tuple[int, int]] | None = None
        data: tuple[Data, Data] | None = None
        is_leaf, comment = False, ""
        waiting = [(place_a + _HEADER, place_b + _HEADER, size)]
        for start_a, start_b, size in waiting:
            block = a[start_a : start_a + size]
            sign, told = self._a.block(block)
            if len(block) != size:
                raise Unknown
            if without(b[start_b : start_b + size], told.places) != sign:
                return self._loosely(place_a, place_b)
            is_leaf = is_leaf or told.is_leaf
            comment = comment or told.comment
            if (told.table >= 0 and tables is not None) or (told.data >= 0 and data is not None):
                raise Unknown
            if told.table >= 0:
                (tree_a, heap_a), (tree_b, heap_b) = _PLACES(a, start_a + told.table), _PLACES(b, start_b + told.table)
                tables = (tree_a, heap_a), (tree_b, heap_b)
            if told.data >= 0:
                place, size_a = _PLACES(a, start_a + told.data)
                place_other, size_b = _PLACES(b, start_b + told.data)
                data = Data(told.pieces, place, size_a), Data(told.pieces, place_other, size_b)
            for at in told.continued:
                (next_a, length), (next_b, length_b) = _PLACES(a, start_a + at), _PLACES(b, start_b + at)
                if length != length_b:
                    return self._loosely(place_a, place_b)
                if len(waiting) > _MOST_BLOCKS:
                    raise Unknown
                waiting.append((next_a, next_b, length))
        return tables, data, comment, is_leaf

    def _loosely(self, place_a: int, place_b: int) -> "_Both":
        """Like `_header`, for headers with the same messages in other blocks, as copying leaves them."""
        a, b = _whole(self._a, place_a), _whole(self._b, place_b)
        if a.messages != b.messages:
            raise Unknown
        tables = (a.table, b.table) if a.table is not None and b.table is not None else None
        data = (a.data, b.data) if a.data is not None and b.data is not None else None
        return tables, data, a.comment, a.is_leaf


_Both = tuple["tuple[tuple[int, int], tuple[int, int]] | None", "tuple[Data, Data] | None", str, bool]


class _Whole(NamedTuple):
    """All that the blocks of one header say."""

    messages: list[bytes]
    table: tuple[int, int] | None
    data: Data | None
    is_leaf: bool
    comment: str


def _whole(image: Image, place: int) -> _Whole:
    content = image.content
    messages: list[bytes] = []
    table: tuple[int, int] | None = None
    data: Data | None = None
    is_leaf, comment, count = False, "", 0
    waiting = [(place + _HEADER, _LENGTH(content, place + 8)[0])]
    for start, size in waiting:
        block = content[start : start + size]
        if len(block) != size or len(waiting) > _MOST_BLOCKS:
            raise Unknown
        _, told = image.block(block)
        messages += told.messages
        is_leaf = is_leaf or told.is_leaf
        comment = comment or told.comment
        count += told.number
        if (told.table >= 0 and table is not None) or (told.data >= 0 and data is not None):
            raise Unknown
        if told.table >= 0:
            tree, heap = _PLACES(content, start + told.table)
            table = (tree, heap)
        if told.data >= 0:
            data = Data(told.pieces, *_PLACES(content, start + told.data))
        waiting += [_PLACES(content, start + at) for at in told.continued]
    if count != unpack_from("<H", content, place + 2)[0]:
        raise Unknown
    messages.sort()
    return _Whole(messages, table, data, is_leaf, comment)
