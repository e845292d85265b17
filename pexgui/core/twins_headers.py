"""What the header of an object says in HDF5's oldest layout, in which pypet's files are: version 1, block by block.

Facts are from the HDF5 File Format Specification, version 3.
"""

import struct
from struct import unpack_from
from typing import NamedTuple

from . import layout

_LENGTH = struct.Struct("<I").unpack_from
_MESSAGE = 8
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


def read_block(block: bytes) -> Block:
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
