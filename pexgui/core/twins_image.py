"""The bytes of a file of HDF5's oldest and simplest layout: what stands in its headers, groups and data.

It knows superblock 0, object headers of version 1, symbol tables, data in one piece and chunks. Facts are from the HDF5
File Format Specification, version 3. Whatever it does not know, or finds damaged, is `Unknown`.
"""

import struct
from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple

from .twins_headers import Block, Unknown, read_block, without

_LENGTH = struct.Struct("<I").unpack_from
_ENTRIES = struct.Struct("<QQI20x").iter_unpack
_PLACES = struct.Struct("<QQ").unpack_from
_NOWHERE = 2**64 - 1
_NO_GAP = 1
_ENTRY = 40
_SOFT = 2
_MOST_CHILDREN = 100_000
_MOST_GAPS = 1_000
_MOST_PIECES = 64
_MOST_NODES = 10_000
_MOST_KINDS = 8


class Data(NamedTuple):
    """Where a dataset's data are: in one piece of ``size`` bytes or, of chunks, the index at ``place``; ``pieces`` is
    then the number of axes the index has, else 0."""

    pieces: int
    place: int
    size: int


class Image:
    """The bytes of a file."""

    def __init__(self, content: bytes) -> None:
        if content[:8] != b"\x89HDF\r\n\x1a\n" or content[8] != 0 or content[13:15] != b"\x08\x08":
            raise Unknown
        if content[24:32] != b"\0" * 8:
            raise Unknown
        self.content = content
        most, inner = unpack_from("<HH", content, 16)
        self._most_entries, self._most_nodes = 2 * most, 2 * inner
        self._kinds: dict[tuple[int, bytes], list[tuple[tuple[tuple[int, int], ...], dict[bytes, Block]]]] = {}

    def block(self, content: bytes) -> tuple[bytes, Block]:
        """The bytes of a block of a header without those that tell places and times, and what it says."""
        for places, known in self._kinds.get((len(content), content[:4]), ()):
            sign = without(content, places)
            found = known.get(sign)
            if found is not None:
                return sign, found
        return self._learn(content)

    def _learn(self, content: bytes) -> tuple[bytes, Block]:
        """Go through a block of a kind that was not met yet, and know it from now on."""
        found = read_block(content)
        sign = without(content, found.places)
        kinds = self._kinds.setdefault((len(content), content[:4]), [])
        for places, known in kinds:
            if places == found.places:
                known[sign] = found
                return sign, found
        if len(kinds) < _MOST_KINDS:
            kinds.append((found.places, {sign: found}))
        return sign, found

    def pieces(self, data: Data) -> list[bytes]:
        """The stored bytes of a dataset: in one piece, or its chunks, each led by what its index says of it, and where
        they end."""
        content = self.content
        if not data.pieces:
            found = content[data.place : data.place + data.size]
            if len(found) != data.size or (data.place > len(content) and data.place != _NOWHERE):
                raise Unknown
            return [found]
        return self._chunks(data)

    def _chunks(self, data: Data) -> list[bytes]:
        content = self.content
        if data.place == _NOWHERE:
            return []
        found: list[bytes] = []
        room, end = len(content), b""
        order = struct.Struct(f"<8x{data.pieces}Q").unpack
        for key, place, after in self._index(data.place, 1, 8 + 8 * data.pieces, 8, _MOST_PIECES):
            (size,) = _LENGTH(key)
            found.append(key + content[place : place + size])
            room -= len(found[-1])
            if len(found[-1]) != len(key) + size or room < 0 or order(key) >= order(after):
                raise Unknown
            end = after[8:]
        return [*found, end]

    def _index(self, place: int, wanted: int, size: int, skipped: int, most: int) -> Iterator[tuple[bytes, int, bytes]]:
        """What an index leads to, in its order, with the keys of ``size`` bytes before and after it.

        Raises `Unknown` where the keys of a node, but for what is ``skipped`` of each, are not those around it in the
        node above, or where nodes do not stand beside one another: HDF5 would not find what is there.
        """
        content, step = self.content, size + 8
        waiting: list[tuple[int, tuple[bytes, bytes] | None]] = [(place, None)]
        beside: dict[int, tuple[int, int]] = {}
        levels: dict[int, int] = {}
        for _ in range(_MOST_NODES):
            if not waiting:
                break
            node, around = waiting.pop()
            kind, level, used, left, right = unpack_from("<BBHQQ", content, node + 4)
            if content[node : node + 4] != b"TREE" or kind != wanted or used > most:
                raise Unknown
            if beside.get(level, (_NOWHERE, node)) != (left, node) or level != levels.setdefault(node, level):
                raise Unknown
            beside[level] = (node, right)
            start, end = node + 24, node + 24 + used * step
            keys = [content[at : at + size] for at in range(start, end + 1, step)]
            if around is not None and around != (keys[0][skipped:], keys[-1][skipped:]):
                raise Unknown
            places = [unpack_from("<Q", content, at)[0] for at in range(start + size, end, step)]
            entries = zip(keys, places, keys[1:], strict=False)
            if level:
                below = [(at, (key[skipped:], after[skipped:])) for key, at, after in entries]
                waiting.extend(reversed(below))
                levels.update((at, level - 1) for at in places)
            else:
                yield from entries
        if waiting or any(right != _NOWHERE for _, right in beside.values()):
            raise Unknown

    def children(self, table: tuple[int, int]) -> list[tuple[bytes, int]]:
        """The names in a group with the places of what they lead to, in name order. Raises `Unknown` for links, and
        where HDF5 would not find a name."""
        tree, heap = table
        start, size = self._names(heap)
        found: list[tuple[bytes, int]] = []
        for key, node, key_after in self._index(tree, 0, 8, 0, self._most_nodes):
            entries = self._entries(node, start, size)
            names = [name for name, _ in entries]
            before, after = (self._name(start, size, int.from_bytes(each, "little")) for each in (key, key_after))
            if names != sorted(set(names)) or not names or not before < names[0] or names[-1] > after:
                raise Unknown
            found += entries
            if len(found) > _MOST_CHILDREN:
                raise Unknown
        return found

    def _entries(self, node: int, start: int, size: int) -> list[tuple[bytes, int]]:
        content = self.content
        (count,) = unpack_from("<H", content, node + 6)
        if content[node : node + 5] != b"SNOD\x01" or count > self._most_entries:
            raise Unknown
        found: list[tuple[bytes, int]] = []
        for offset, target, kind in _ENTRIES(content[node + 8 : node + 8 + _ENTRY * count]):
            if kind >= _SOFT:
                raise Unknown
            found.append((self._name(start, size, offset), target))
        if len(found) != count:
            raise Unknown
        return found

    def _names(self, heap: int) -> tuple[int, int]:
        """Where the names of a group begin, and how many bytes they take, with gaps that are known to be in order."""
        content = self.content
        size, gap, start = unpack_from("<QQQ", content, heap + 8)
        if content[heap : heap + 5] != b"HEAP\0" or start + size > len(content):
            raise Unknown
        for _ in range(_MOST_GAPS):
            if gap == _NO_GAP:
                return start, size
            if gap + 16 > size:
                raise Unknown
            after, length = _PLACES(content, start + gap)
            if not 0 < length <= size - gap:
                raise Unknown
            gap = after
        raise Unknown

    def _name(self, start: int, size: int, offset: int) -> bytes:
        if offset >= size:
            raise Unknown
        end = self.content.index(b"\0", start + offset)
        if end >= start + size:
            raise Unknown
        return self.content[start + offset : end]


def image_of(content: bytes | None) -> Image | None:
    """The image of a file with this content; None when there is none, or when it is laid out in an unknown way."""
    try:
        return None if content is None else Image(content)
    except (Unknown, IndexError):
        return None
