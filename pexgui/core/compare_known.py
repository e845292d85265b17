"""Values of parameters whose datasets are described alike: what is noted of one of them is read once and holds of all.

A sweep has hundreds of parameters, each in a table of its own with the same type, storage and attributes. That two
datasets are described alike is seen from the bytes of their headers, as `twins` sees it; what is not proved so is read
in full.
"""

import struct
from typing import Any, NamedTuple

from . import files, items, layout, parameters, values
from .datasets import Way, read_along, way_of_rows
from .items import Form, Item
from .twins_headers import Unknown
from .twins_image import Image

_HEADER = 16
_LENGTH = struct.Struct("<I").unpack_from
_PLACES = struct.Struct("<QQ").unpack_from
_MOST_BLOCKS = 50
_NOT_PROVED = (Unknown, struct.error, ValueError, IndexError, OverflowError)
_FIRST = slice(0, 1)

Description = tuple[object, ...]


class _Known(NamedTuple):
    """How the value is read, and of what types it was."""

    way: Way
    coll: str
    scalar: str


class KnownValues:
    """Reads the values of parameters of one file. ``image``: its bytes; without them each is read in full."""

    def __init__(self, image: Image | None, encoding: str) -> None:
        self._image = image
        self._encoding = encoding
        self._known: dict[Description, _Known | None] = {}

    def value_of(self, item: Item) -> Any:
        """See `parameters.value_of`."""
        known = self._look_up(item)
        if known is None:
            return parameters.value_of(item, self._encoding)
        cell = read_along(item.node, known.way)[layout.DATA_COLUMN][0]
        return values.decode_cell(cell, known.coll, known.scalar, self._encoding)

    def _look_up(self, item: Item) -> _Known | None:
        if self._image is None or item.form is not Form.TABLE or item.path != layout.DATA:
            return None
        described = description(self._image, files.address(item.node))
        if described is None:
            return None
        if described not in self._known:
            self._known[described] = _look_at(item)
        return self._known[described]


def description(image: Image, place: int) -> Description | None:
    """What the header of the object at ``place`` says, but for its title, for times and for where things are; None
    where it is laid out in an unknown way. Those of objects with the same type, storage and attributes are equal."""
    content = image.content
    try:
        if content[place] != 1:
            return None
        found: list[object] = [content[place : place + 4]]
        waiting = [(place + _HEADER, _LENGTH(content, place + 8)[0])]
        for start, size in waiting:
            block = content[start : start + size]
            if len(block) != size or len(waiting) > _MOST_BLOCKS:
                return None
            sign, told = image.block(block)
            found += [size, sign]
            waiting += [_PLACES(content, start + at) for at in told.continued]
    except _NOT_PROVED:
        return None
    return tuple(found)


def _look_at(item: Item) -> _Known | None:
    """What is noted of a table with one row and one column; None for others."""
    columns = items.table_columns(item)
    if [column.name for column in columns] != [layout.DATA_COLUMN]:
        return None
    way = way_of_rows(item.node, _FIRST, [layout.DATA_COLUMN])
    if way is None or len(way.shape) != 1:
        return None
    return _Known(way, columns[0].coll, columns[0].scalar)
