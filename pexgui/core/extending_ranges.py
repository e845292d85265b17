"""The values of an explored parameter for more runs, written into its leaf: those that are there are not touched."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from . import encode, encode_parameters, files, layout, parameters, stored, text
from .encode import NumpyArray
from .errors import PexError
from .extending_objects import KINDS, Objects
from .extending_tables import write_rows
from .items import Form, Item, table_columns
from .values import DEFAULT_ENCODING

_NOTHING = "Nothing was changed."


class Longer(NamedTuple):
    """What a parameter gets: ``values`` (None: its default value) for ``added`` runs after the first ``before``."""

    name: str
    before: int
    added: int
    values: Sequence[Any] | None
    encoding: str = DEFAULT_ENCODING


def lengthen(leaf: Any, longer: Longer) -> None:
    """Give the parameter in ``leaf`` values for the runs that are added; if it is not explored, its default value for
    those before. Raises `PexError`, `TypeError`, `ValueError` or `OverflowError`, which name the parameter."""
    names = files.names(leaf)
    found = parameters.range_of(leaf, names, longer.encoding)
    if found is not None and found.length != longer.before:
        title = f"{_shown(longer)} has {text.count(found.length, 'value')} for {text.count(longer.before, 'run')}."
        raise PexError(title, f"{_NOTHING} Merge the trajectory into a new file with repair, then extend that.")
    kind = kind_of_leaf(leaf, names)
    if kind == "values":
        _lengthen_values(leaf, found is not None, longer)
    elif kind in KINDS:
        objects = Objects(leaf, kind, longer.name)
        old = None if found is None else parameters.range_cells(found)
        indices = objects.indices(old, longer.before, longer.added, longer.values)
        table = KINDS[kind].table
        if found is None:
            stored.write(leaf, table, encode_parameters.indices_table(table, indices.tolist()), stored.Filters())
        else:
            _write_column(leaf, table, found.column.name, indices, table)
    else:
        raise PexError(f"{_shown(longer)} has values of a kind to which none can be added.", _NOTHING)
    if files.attribute(leaf, layout.SRVC_INIT_LENGTH) is not None:
        files.delete_attribute(leaf, layout.SRVC_INIT_LENGTH)
        stored.set_attributes(leaf, {layout.SRVC_INIT_LENGTH: np.int64(longer.before + longer.added)})


def kind_of_leaf(leaf: Any, names: Sequence[bytes]) -> str:
    """How the values of a parameter are stored, or would be: ``values`` or one of `KINDS`; empty when none can be added
    to it: it has none, or they have units, or are stored as pypet did before version 0.6."""
    found = parameters.range_of(leaf, names)
    if found is not None:
        return found.kind if found.kind in ("values", *KINDS) else ""
    if not parameters.has_data(names):
        return ""
    item = parameters.value_item(leaf, names)
    if item.form is Form.TABLE:
        return "values" if item.path == layout.DATA else ""
    return {Form.ARRAY: "array", Form.SPARSE: "sparse", Form.PICKLE: "pickle"}.get(item.form, "")


def _lengthen_values(leaf: Any, ranged: bool, longer: Longer) -> None:
    """Values that stand in the rows of a table themselves."""
    like = layout.EXPLORED_DATA if ranged else layout.DATA
    table = files.open_child(leaf, like)
    columns = files.element_type(table).dtype.names or ()
    if layout.DATA_COLUMN not in columns or len(columns) > 1:
        raise PexError(f"{_shown(longer)} has values of a kind to which none can be added.", _NOTHING)
    old = files.read(table)[layout.DATA_COLUMN]
    if not ranged:
        old = np.repeat(old[:1], longer.before, axis=0)
    if longer.values is None:
        fresh = np.repeat(_default_cells(leaf, longer), longer.added, axis=0)
        cells = joined(old, fresh, "int", longer.name)
    elif longer.added:
        (noted,) = table_columns(Item("range", Form.TABLE, like, table))
        fresh, coll, scalar = encode.column_cells(longer.values, longer.name)
        _check_types((noted.coll, noted.scalar), (coll, scalar), fresh, longer)
        cells = joined(old, fresh, noted.scalar, longer.name)
    else:
        cells = old
    _write_column(leaf, layout.EXPLORED_DATA, layout.DATA_COLUMN, cells, like)


def _default_cells(leaf: Any, longer: Longer) -> NumpyArray:
    if layout.DATA not in files.names(leaf):
        raise PexError(f"{_shown(longer)} has no default value that could be its value in the new runs.", _NOTHING)
    cells: NumpyArray = files.read(files.open_child(leaf, layout.DATA))[layout.DATA_COLUMN][:1]
    return cells


def _check_types(there: tuple[str, str], own: tuple[str, str], cells: NumpyArray, longer: Longer) -> None:
    """Refuse what would be read as something else than it is, since the types are noted for the whole column."""
    coll, scalar = there[0], layout.type_name(there[1])
    if coll and coll != own[0]:
        raise TypeError(f"{_shown(longer)} takes other values: {_words(there)}, not {_words(own)}.")
    texts = ("str", "bytes")
    if scalar in texts and own[1] in texts and scalar != own[1]:
        raise TypeError(f"{_shown(longer)} takes other values: {_words(there)}, not {_words(own)}.")
    foreign = own[1] == "str" and longer.encoding != DEFAULT_ENCODING
    if foreign and any(not cell.isascii() for cell in cells.ravel().tolist()):
        raise ValueError(f"{_shown(longer)} can only get values in ASCII here.")


def _words(types: tuple[str, str]) -> str:
    collection = {layout.COLL_LIST: "lists of ", layout.COLL_TUPLE: "tuples of ", layout.COLL_NDARRAY: "arrays of "}
    return collection.get(types[0], "") + (layout.type_name(types[1]) or "numbers")


def joined(old: NumpyArray, fresh: NumpyArray, scalar: str, where: str) -> NumpyArray:
    """Old and fresh cells one after the other, of the type of the old ones. Texts become as wide as is needed and
    whole numbers of Python's type ``int`` 64 bits; anything else that does not fit raises `TypeError`."""
    if fresh.shape[1:] != old.shape[1:]:
        if fresh[:1].size != old[:1].size:
            raise TypeError(f"“{where}” takes values of another shape: {old.shape[1:]}, not {fresh.shape[1:]}.")
        fresh = fresh.reshape(len(fresh), *old.shape[1:])
    if old.dtype.kind == fresh.dtype.kind == "S":
        kind = max(old.dtype, fresh.dtype, key=lambda each: each.itemsize)
    elif old.dtype.kind == "b" or fresh.dtype.kind == "b":
        kind = old.dtype
    else:
        kind = _numbers(old.dtype, fresh, scalar)
    if (old.dtype.kind in "Sb" or fresh.dtype.kind in "Sb") and old.dtype.kind != fresh.dtype.kind:
        raise TypeError(f"“{where}” takes other values: {old.dtype.name}, not {fresh.dtype.name}.")
    turned = _cast(fresh, kind)
    rounds = kind.kind == fresh.dtype.kind and kind.kind in "fc"
    if not rounds and kind.kind != "S" and not _same(_cast(turned, fresh.dtype), fresh):
        raise TypeError(f"“{where}” takes other values: {old.dtype.name}, not {fresh.dtype.name}.")
    return np.concatenate([_cast(old, kind), turned])


def _numbers(old: "np.dtype[Any]", fresh: NumpyArray, scalar: str) -> "np.dtype[Any]":
    """The type that holds old and fresh numbers."""
    whole = old.kind in "iu" and fresh.dtype.kind in "iu"
    if not whole or layout.type_name(scalar) not in ("int", "") or _same(_cast(_cast(fresh, old), fresh.dtype), fresh):
        return old
    wide = np.result_type(old, fresh.dtype)
    return wide if wide.kind in "iu" else old


def _cast(cells: NumpyArray, kind: "np.dtype[Any]") -> NumpyArray:
    with np.errstate(all="ignore"):
        if cells.dtype.kind == "c" and kind.kind in "iuf":
            return cells.real.astype(kind)
        return cells.astype(kind)


def _same(one: NumpyArray, other: NumpyArray) -> bool:
    return bool(((one == other) | ((one != one) & (other != other))).all())


def _write_column(leaf: Any, name: bytes, column: str, cells: NumpyArray, like: bytes) -> None:
    rows = np.zeros(len(cells), dtype=[(column, cells.dtype, cells.shape[1:])])
    rows[column] = cells
    write_rows(leaf, name, rows, b"" if like == name else like)


def _shown(longer: Longer) -> str:
    return f"“{text.printable(longer.name)}”"
