"""The headers of HDF5's objects read from the bytes of a file, in both forms there are of them.

The forms are those of the HDF5 file format specification, version 3.0, sections IV.A.1 and IV.A.2.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from struct import unpack_from
from typing import NamedTuple

from h5py import h5f

DATASPACE, LINK_INFO, TYPE, FILL_OLD, FILL, LINK, LAYOUT = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08
GROUP_INFO, FILTERS, ATTRIBUTE, CONTINUED, TABLE, TIME, ATTRIBUTE_INFO = 0x0A, 0x0B, 0x0C, 0x10, 0x11, 0x12, 0x15
NIL, TIME_OLD, REFERENCES = 0x00, 0x0E, 0x16
NOT_PROVED = (struct.error, ValueError, IndexError, OverflowError)
"""What reading a header raises that is not what it seems to be."""

_COMPACT, _CONTIGUOUS = 0, 1
_LAYOUT_VERSION = 3
_MOST_BLOCKS = 64
_LARGEST = 1 << 24
_WINDOW = 1 << 16
_FAR = 1 << 62
_SHARED = 0x02
_NOWHERE = b"\xff" * 8


class Unknown(ValueError):
    """A header that says more than is known here."""


class Message(NamedTuple):
    """One message of a header: what kind it is, and its content."""

    kind: int
    body: bytes


class Attribute(NamedTuple):
    """An attribute as it stands in a header: its type and shape as they are encoded, and its value with padding."""

    name: bytes
    described: tuple[bytes, bytes]
    value: bytes


class Header(NamedTuple):
    """All that a header says: its attributes in name order, and the other messages in the order in which they are."""

    attributes: list[Attribute]
    messages: list[Message]


class Data(NamedTuple):
    """What a header says of a dataset without the place of its data, and the data, which are in one piece."""

    described: tuple[bytes, ...]
    content: bytes


class Raw:
    """The bytes of an HDF5 file, read piece by piece; places are counted from ``base`` on."""

    def __init__(self, file: FileIO, base: int = 0) -> None:
        self._file = file
        self._base = base
        self._start = self._end = 0
        self._window = b""

    def read(self, start: int, size: int) -> bytes:
        """Exactly so many bytes. Raises `Unknown` where there are none."""
        if not self._start <= start <= start + size <= self._end:
            self._fetch(start, size)
        at = start - self._start
        return self._window[at : at + size]

    def _fetch(self, start: int, size: int) -> None:
        if not 0 <= start < _FAR or size > _LARGEST:
            raise Unknown
        self._file.seek(self._base + start)
        self._window = self._file.read(max(size, _WINDOW))
        self._start, self._end = start, start + len(self._window)
        if len(self._window) < size:
            raise Unknown


@contextmanager
def raw(path: bytes, identifier: h5f.FileID) -> Iterator[Raw | None]:
    """The bytes of the HDF5 file at ``path``, which is open as ``identifier``; None when places in it are noted in
    another way than in all files of pypet."""
    plist = identifier.get_create_plist()
    if plist.get_sizes() != (8, 8):
        yield None
        return
    with FileIO(path) as file:
        yield Raw(file, plist.get_userblock())


def header(content: Raw, address: int) -> Header:
    """The header at ``address``. Raises one of `NOT_PROVED` for one that is not wholly understood."""
    attributes: list[Attribute] = []
    messages: list[Message] = []
    for kind, body in _all(content, address):
        if kind == ATTRIBUTE:
            attributes.append(_attribute(body))
        elif kind == ATTRIBUTE_INFO:
            if body[-16:] != _NOWHERE * 2:
                raise Unknown
        elif kind not in (NIL, TIME, TIME_OLD, REFERENCES):
            messages.append(Message(kind, body))
    attributes.sort()
    return Header(attributes, messages)


def data_of(content: Raw, told: Header, most: int) -> Data:
    """The data of a dataset with this header. Raises `Unknown` unless they are stored in one piece of at most ``most``
    bytes, for groups too."""
    described, found = [], None
    for kind, body in told.messages:
        if kind != LAYOUT:
            described.append(bytes((kind,)) + body)
        elif found is None and body[0] == _LAYOUT_VERSION:
            described.append(body[:2])
            found = _stored(content, body, most)
        else:
            raise Unknown
    if found is None:
        raise Unknown
    return Data(tuple(described), found)


def _stored(content: Raw, layout: bytes, most: int) -> bytes:
    if layout[1] == _COMPACT:
        (size,) = unpack_from("<H", layout, 2)
        found = layout[4 : 4 + size]
        if len(found) != size or size > most:
            raise Unknown
        return found
    place, size = unpack_from("<QQ", layout, 2)
    if layout[1] != _CONTIGUOUS or size > most:
        raise Unknown
    return content.read(place, size)


def _all(content: Raw, address: int) -> list[tuple[int, bytes]]:
    start = content.read(address, 16)
    if start[0] == 1:
        return _old(content, address, start)
    if start[:5] == b"OHDR\x02":
        return _new(content, address)
    raise Unknown


def _old(content: Raw, address: int, start: bytes) -> list[tuple[int, bytes]]:
    count, size = unpack_from("<H4xI", start, 2)
    found: list[tuple[int, bytes]] = []
    met = 0
    waiting = [(address + 16, size)]
    for place, size in waiting:
        if len(waiting) > _MOST_BLOCKS:
            raise Unknown
        block, at = content.read(place, size), 0
        while at + 8 <= size:
            kind, length, flags = unpack_from("<HHB", block, at)
            at += 8
            met += 1
            if at + length > size:
                raise Unknown
            _take(kind, flags, block[at : at + length], found, waiting)
            at += length
        if at != size:
            raise Unknown
    if met != count:
        raise Unknown
    return found


def _new(content: Raw, address: int) -> list[tuple[int, bytes]]:
    start = content.read(address, 34)
    flags = start[5]
    at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(start[at : at + width], "little")
    head = 6 if flags & 0x04 else 4
    found: list[tuple[int, bytes]] = []
    waiting = [(address + at + width, size)]
    for number, (place, size) in enumerate(waiting):
        block, at = content.read(place, size), 0
        if number:
            if block[:4] != b"OCHK" or len(waiting) > _MOST_BLOCKS:
                raise Unknown
            at, size = 4, size - 4
        while at + head <= size:
            kind, length, told = unpack_from("<BHB", block, at)
            at += head
            if at + length > size:
                raise Unknown
            _take(kind, told, block[at : at + length], found, waiting)
            at += length
    return found


def _take(kind: int, flags: int, body: bytes, found: list[tuple[int, bytes]], waiting: list[tuple[int, int]]) -> None:
    if flags & _SHARED:
        raise Unknown
    if kind == CONTINUED:
        waiting.append(unpack_from("<QQ", body))
    else:
        found.append((kind, body))


def _attribute(body: bytes) -> Attribute:
    version, flags, name, kind, space = unpack_from("<BBHHH", body)
    if version == 1:
        at, sizes = 8, [(size + 7) // 8 * 8 for size in (name, kind, space)]
    elif version in (2, 3) and not flags:
        at, sizes = 8 if version == 2 else 9, [name, kind, space]
    else:
        raise Unknown
    described = at + sizes[0]
    shaped = described + sizes[1]
    value = shaped + sizes[2]
    if value > len(body):
        raise Unknown
    return Attribute(
        body[at : at + name].partition(b"\0")[0],
        (body[described : described + kind], body[shaped : shaped + space]),
        body[value:],
    )
