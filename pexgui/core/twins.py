"""Proves from the bytes of two files in memory that groups in them hold the same, without asking HDF5 for each object.

It knows the oldest and simplest of HDF5's layouts, in which pypet's files are: superblock 0, object headers of
version 1, symbol tables, data in one piece. Facts are from the HDF5 File Format Specification, version 3. Whatever it
does not know, or finds damaged, is not proved to be the same, and has to be compared the long way.
"""

import struct
from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple

from . import layout

_LENGTH = struct.Struct("<I").unpack_from
_ENTRIES = struct.Struct("<QQI20x").iter_unpack
_PLACES = struct.Struct("<QQ").unpack_from
_NOWHERE = 2**64 - 1
_NO_GAP = 1
_HEADER = 16
_MESSAGE = 8
_ENTRY = 40
_SOFT = 2
_MOST_CHILDREN = 100_000
_MOST_GAPS = 1_000
_MOST_PIECES = 64
_MOST_BLOCKS = 50
_MOST_NODES = 10_000
_MOST_OBJECTS = 2_000_000
_MOST_KINDS = 8
_MOST_DEPTH = 50
_NIL, _SPACE, _TYPE, _LAYOUT, _ATTRIBUTE, _CONTINUED, _TABLE = 0x00, 0x01, 0x03, 0x08, 0x0C, 0x10, 0x11
_TIME = 0x12
_LINK_INFO, _ATTRIBUTE_INFO, _EXTERNAL = 0x02, 0x15, 0x07
_NEVER_KNOWN = frozenset({_LINK_INFO, _ATTRIBUTE_INFO, _EXTERNAL, _TABLE, _LAYOUT})
"""Of tables and layouts only the first in a header is known."""
_FLAGS = 0x05
"""That a message never changes, and is never shared; of one that is shared a header says only where it is."""
_NO_CONTENT = frozenset({_NIL, _CONTINUED, _TIME})
_TEXT, _COMPOUND, _ENUM, _ARRAY = 3, 6, 8, 10
_PLAIN_TYPES = {0: 4, 1: 12, _TEXT: 0, 4: 4}
"""Whole numbers, floats, texts of fixed length and bit fields, with how many bytes their descriptions have beyond 8."""


class Unknown(Exception):
    """The bytes are laid out in a way that is not known here."""


class Block(NamedTuple):
    """What a block of a header says.

    ``places`` are the bytes in it that are not the same for the same object in another place; ``table``, ``data`` and
    ``continued`` where in it the places of its children, its data and its further blocks stand (−1: nowhere).
    ``pieces`` is the number of axes the index of chunks has, 0 for data in one piece. ``is_leaf`` and ``comment`` are
    from pypet's attributes. ``messages`` are its messages one by one, without ``places`` and without gaps, ``number``
    is how many they are with the gaps. ``titles`` are those of ``places`` with the title of an object: PyTables notes a
    group's name in it, which differs between runs and says nothing.
    """

    places: tuple[tuple[int, int], ...]
    table: int = -1
    data: int = -1
    pieces: int = 0
    continued: tuple[int, ...] = ()
    is_leaf: bool = False
    comment: str = ""
    messages: tuple[bytes, ...] = ()
    number: int = 0
    titles: tuple[tuple[int, int], ...] = ()


class Attribute(NamedTuple):
    """An attribute in a block: its name, the class and the size of its type, and where its value begins."""

    name: bytes
    kind: int
    size: int
    value: int


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
        found = _read_block(content)
        sign = without(content, found.places)
        kinds = self._kinds.setdefault((len(content), content[:4]), [])
        for places, known in kinds:
            if places == found.places:
                known[sign] = found
                return sign, found
        if len(kinds) < _MOST_KINDS:
            kinds.append((found.places, {sign: found}))
        return sign, found

    def pieces(self, data: "Data") -> list[bytes]:
        """The stored bytes of a dataset: in one piece, or its chunks, each led by what its index says of it, and where
        they end."""
        content = self.content
        if not data.pieces:
            found = content[data.place : data.place + data.size]
            if len(found) != data.size or (data.place > len(content) and data.place != _NOWHERE):
                raise Unknown
            return [found]
        return self._chunks(data)

    def _chunks(self, data: "Data") -> list[bytes]:
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


def without(block: bytes, places: tuple[tuple[int, int], ...]) -> bytes:
    """The bytes of a block that are not in these places."""
    if not places:
        return block
    if len(places) == 1:
        ((start, end),) = places
        return block[:start] + block[end:]
    kept, before = [], 0
    for start, end in places:
        kept.append(block[before:start])
        before = end
    kept.append(block[before:])
    return b"".join(kept)


def _read_block(block: bytes) -> Block:
    """Go through the messages of a block. Raises `Unknown` for one that says more than its bytes."""
    places: list[tuple[int, int]] = []
    titles: list[tuple[int, int]] = []
    table = data = -1
    pieces = at = count = 0
    continued: list[int] = []
    messages: list[bytes] = []
    is_leaf, comment = False, ""
    while at + _MESSAGE <= len(block):
        kind, size, flags = unpack_from("<HHB", block, at)
        body, end = at + _MESSAGE, at + _MESSAGE + size
        if flags & ~_FLAGS or size % 8 or end > len(block):
            raise Unknown
        before = len(places)
        if kind == _TABLE and table < 0:
            table = body
            places.append((body, body + 16))
        elif kind == _CONTINUED:
            continued.append(body)
            places.append((body, body + 16))
        elif kind in (_TIME, _NIL):
            places.append((body if kind == _NIL else body + 4, end))
        elif kind == _LAYOUT and data < 0:
            if block[body] != 3 or block[body + 1] not in (1, 2):
                raise Unknown
            pieces = block[body + 2] if block[body + 1] == 2 else 0
            data = body + (3 if pieces else 2)
            places.append((data, data + 8))
        elif kind == _TYPE:
            _check_type(block, body)
        elif kind == _ATTRIBUTE:
            found = _attribute(block, body)
            if found.name == layout.PYTABLES_TITLE:
                places.append((found.value, end))
                titles.append((found.value, end))
            elif found.name == layout.SRVC_LEAF:
                is_leaf = bool(block[found.value : end].strip(b"\0"))
            elif found.name == layout.SRVC_INIT_COMMENT:
                comment = _text_of(block[found.value : end], found)
        elif kind in _NEVER_KNOWN:
            raise Unknown
        if kind not in _NO_CONTENT:
            gone = tuple((first - at, last - at) for first, last in places[before:])
            messages.append(without(block[at:end], gone))
        at, count = end, count + 1
    if at != len(block):
        raise Unknown
    told = tuple(messages)
    return Block(tuple(places), table, data, pieces, tuple(continued), is_leaf, comment, told, count, tuple(titles))


def _check_type(block: bytes, at: int) -> int:
    """Where the description of a type that begins at ``at`` ends. Raises `Unknown` for a type whose values are not all
    in their bytes, such as texts of any length, and for one that is not known here."""
    kind, version = block[at] & 0x0F, block[at] >> 4
    if version not in (1, 2, 3):
        raise Unknown
    (bits,) = unpack_from("<H", block, at + 1)
    if kind in _PLAIN_TYPES:
        return at + 8 + _PLAIN_TYPES[kind]
    if kind == _ARRAY and version >= 2:
        axes = block[at + 8]
        return _check_type(block, at + 8 + (4 + 8 * axes if version == 2 else 1 + 4 * axes))
    if kind == _ENUM:
        return _enum_end(block, at, version, bits)
    if kind != _COMPOUND:
        raise Unknown
    (size,) = _LENGTH(block, at + 4)
    at += 8
    for _ in range(bits):
        end = block.index(b"\0", at) + 1
        if version < 3:
            at += (end - at + 7) // 8 * 8 + (32 if version == 1 else 4)
        else:
            at = end + next(width for width in (1, 2, 3, 4) if size < 1 << (8 * width))
        at = _check_type(block, at)
    return at


def _enum_end(block: bytes, at: int, version: int, members: int) -> int:
    (size,) = _LENGTH(block, at + 4)
    at = _check_type(block, at + 8)
    for _ in range(members):
        end = block.index(b"\0", at) + 1
        at = end if version == 3 else at + (end - at + 7) // 8 * 8
    end_of_values: int = at + size * members
    return end_of_values


def _attribute(block: bytes, at: int) -> Attribute:
    """The attribute in the message that begins at ``at``. Raises `Unknown` unless its value is in the message."""
    version, flags, *sizes = unpack_from("<BBHHH", block, at)
    if version == 1:
        start, parts = at + 8, [(size + 7) // 8 * 8 for size in sizes]
    elif version in (2, 3) and not flags:
        start, parts = at + (8 if version == 2 else 9), sizes
    else:
        raise Unknown
    described = start + parts[0]
    _check_type(block, described)
    name = block[start : start + sizes[0]].partition(b"\0")[0]
    return Attribute(name, block[described] & 0x0F, _LENGTH(block, described + 4)[0], start + sum(parts))


def _text_of(value: bytes, attribute: Attribute) -> str:
    """The value of an attribute that is one text."""
    if attribute.kind != _TEXT or not attribute.size <= len(value) < 2 * attribute.size + 8:
        raise Unknown
    return value[: attribute.size].rstrip(b"\0").decode("utf-8", "surrogateescape")


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
