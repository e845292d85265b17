"""Tables of an open file written anew with more rows, or with other values; what is there stays as it is."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from . import files, layout, stored
from .encode import NumpyArray

_FILL = re.compile(rb"FIELD_\d+_FILL\Z")
_ROWS = b"NROWS"
_NEW = b"new rows"


def read_rows_of(group: Any, name: bytes) -> NumpyArray:
    """All rows of a table."""
    return np.atleast_1d(files.read(files.open_child(group, name)))


def write_rows(group: Any, name: bytes, rows: NumpyArray, like: bytes = b"") -> None:
    """Put a table with these rows into the place of the one called ``name``, or, with ``like``, beside that one.

    All that is noted about the columns stays, except values to fill empty cells with.
    """
    model = files.open_child(group, like or name)
    stored.write(group, _NEW, stored.Table(rows, {}, ""), stored.Filters())
    made = files.open_child(group, _NEW)
    files.copy_attributes(model, made)
    for attribute in files.attributes(made):
        if _FILL.match(attribute) or attribute in (_ROWS, layout.PYTABLES_TITLE):
            files.delete_attribute(made, attribute)
    title = name.decode("utf-8", "surrogateescape")
    stored.set_attributes(made, {_ROWS: np.int64(len(rows)), layout.PYTABLES_TITLE: title})
    if not like:
        group.unlink(name)
    group.move(_NEW, name)


def longer_rows(rows: NumpyArray, added: NumpyArray, widened: Collection[str]) -> NumpyArray:
    """The rows and, after them, what ``added`` has for their columns; those ``widened`` become wide enough for it."""
    names = rows.dtype.names or ()
    kinds = [
        (name, max(rows.dtype[name], added.dtype[name], key=_size) if name in widened else rows.dtype[name])
        for name in names
    ]
    made = np.zeros(len(rows) + len(added), dtype=kinds)
    for name in names:
        made[name][: len(rows)] = rows[name]
        if name in (added.dtype.names or ()):
            made[name][len(rows) :] = added[name]
    return made


def change_row(group: Any, name: bytes, values: Mapping[str, Any]) -> None:
    """Write values into columns of the rows of a table, as far as it has these columns."""
    rows = read_rows_of(group, name).copy()
    known = [column for column in values if column in (rows.dtype.names or ())]
    for column in known:
        rows[column] = values[column]
    if known:
        write_rows(group, name, rows)


def _size(kind: "np.dtype[Any]") -> int:
    return kind.itemsize
