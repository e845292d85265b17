"""The leaf of a parameter that is explored in the merged trajectory: its default, and its values over all runs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from h5py import h5g, h5o

from . import encode, encode_parameters, files, items, layout, parameters, stored
from .compare_sides import OpenSide
from .encode import SparseMatrix
from .errors import NotReadable
from .merge_parameters import Parameter
from .sparse import Sparse, from_parts
from .values import Pickle, Quantity

_OLD = (b"xp", b"xspm", b"explored__spsp__", layout.EXPLORED_DATA)
"""So begins the name of what holds the values of a range."""


class Copied(NamedTuple):
    """Something in a leaf of a source that is copied as it is."""

    leaf: Any
    path: bytes


_PLAIN = (str, bytes, bool, int, float, complex, list, tuple, np.ndarray, np.generic)


def trouble_with(parameter: Parameter, values: Sequence[Sequence[Any]]) -> str:
    """A sentence when the values of several sources cannot be values of one parameter; empty when all is well."""
    flat = [value for own in values for value in own]
    if all(isinstance(value, Pickle) for value in flat) or all(isinstance(value, Sparse) for value in flat):
        return ""
    if any(isinstance(value, Quantity) for value in flat):
        return f"“{parameter.name}” holds quantities with units, which cannot be put together."
    try:
        encoded(parameter, [_one_of_each(flat)])
    except (TypeError, ValueError, OverflowError):
        kinds = sorted({type(value).__name__ for value in flat})
        return f"“{parameter.name}” has values that cannot stand side by side: {' and '.join(kinds)}."
    return ""


def _one_of_each(values: list[Any]) -> list[Any]:
    """Of arrays of numbers, which may be many, one of each kind: whether they fit together does not depend on what is
    in them."""
    if all(type(value) is np.ndarray and value.dtype.kind in "biufc" for value in values):
        return list({(value.dtype, value.ndim): value for value in values}.values())
    return values


def encoded(parameter: Parameter, values: Sequence[Sequence[Any]]) -> encode_parameters.EncodedParameter:
    """The class and the content of the leaf. Raises `TypeError`, `ValueError` or `OverflowError` when the values do not
    fit together."""
    flat = common([value for own in values for value in own])
    default = parameter.default if isinstance(parameter.default, _PLAIN) else flat[0]
    default, *rest = common([default, *flat])
    arrays = any(isinstance(value, (np.ndarray, list, tuple)) for value in (default, *rest))
    kind = encode_parameters.ARRAY if arrays else encode_parameters.PARAMETER
    return encode_parameters.parameter(default, rest, parameter.name, kind)


def common(values: list[Any]) -> list[Any]:
    """Numbers of several types as ones of the type that holds all of them without loss."""
    kinds = {type(value) for value in values}
    if len(kinds) == 1 or not all(isinstance(value, (bool, int, float, complex, np.generic)) for value in values):
        return values
    if any(isinstance(value, (bool, np.bool_)) for value in values):
        if all(isinstance(value, (bool, np.bool_)) for value in values):
            return [bool(value) for value in values]
        raise TypeError("truth values and numbers")
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    widest = next(kind for kind in (complex, float, int) if any(type(value) is kind for value in plain))
    turned = [widest(value) for value in plain]
    if any(new != old and old == old for new, old in zip(turned, plain, strict=True)):
        raise ValueError("whole numbers that no float holds")
    return turned


def write_range(
    leaf: Any, parameter: Parameter, values: Sequence[Sequence[Any]], sides: Sequence[OpenSide], numbers: Sequence[Any]
) -> None:
    """Give the leaf of the merged trajectory the values over all runs that are taken."""
    taken = [
        [value for value, number in zip(own, new, strict=True) if number >= 0]
        for own, new in zip(values, numbers, strict=True)
    ]
    flat = [value for own in taken for value in own]
    if flat and all(isinstance(value, (Pickle, Sparse)) for value in flat):
        _copy_items(leaf, parameter, sides, numbers)
        return
    made = encoded(parameter, taken)
    for name in files.names(leaf):
        leaf.unlink(name)
    filters = stored.Filters()
    for name, content in made.children.items():
        stored.write(leaf, name, content, filters)
    if items.leaf_class(leaf) != made.class_name:
        files.delete_attribute(leaf, layout.SRVC_INIT_CLASS_NAME)
        stored.set_attributes(leaf, {layout.SRVC_INIT_CLASS_NAME: made.class_name})


def _copy_items(leaf: Any, parameter: Parameter, sides: Sequence[OpenSide], numbers: Sequence[Any]) -> None:
    """Values that are stored as objects of their own, one for each different value, are copied as they are."""
    sparse = items.leaf_class(leaf) == encode_parameters.SPARSE
    fresh: list[Copied | SparseMatrix] = []
    indices: list[int] = []
    first = next(each for each in parameter.leaves if each is not None)
    for source, new in enumerate(numbers):
        own = first if source in parameter.filled else parameter.leaves[source]
        known: dict[int, int] = {}
        cells = _cells(own, parameter.ranged[source], sides[source], len(new))
        for cell, number in zip(cells, new, strict=True):
            if number < 0:
                continue
            if cell not in known:
                known[cell] = len(fresh)
                fresh.append(_stored_at(own, cell, sparse))
            indices.append(known[cell])
    held = h5g.create(leaf, b"new values")
    wanted = {_value_name(place, sparse): value for place, value in enumerate(fresh)}
    if sparse and layout.SPARSE_DATA not in files.names(leaf):
        wanted[layout.SPARSE_DATA] = _stored_at(leaf, -1, sparse)
    for name, value in wanted.items():
        if isinstance(value, Copied):
            h5o.copy(value.leaf, value.path, held, name)
        else:
            stored.write(held, name, encode.item("matrix", value, parameter.name), stored.Filters())
    for name in files.names(leaf):
        if name.startswith(_OLD) or (name.startswith(layout.SPARSE_DATA) and name != layout.SPARSE_DATA):
            leaf.unlink(name)
    for name in wanted:
        leaf.move(b"new values/" + name, name)
    leaf.unlink(b"new values")
    name = layout.SPARSE_RANGE if sparse else layout.EXPLORED_DATA
    stored.write(leaf, name, encode_parameters.indices_table(name, indices), stored.Filters())


def _cells(leaf: Any, ranged: bool, side: OpenSide, count: int) -> list[int]:
    """The index of each run's value; −1 for the default value, and for runs without one, which are left out."""
    if not ranged:
        return [-1] * count
    found = parameters.range_of(leaf, files.names(leaf), side.encoding)
    assert found is not None
    cells = [int(cell) for cell in parameters.range_cells(found)[:count]]
    return cells + [-1] * (count - len(cells))


def _stored_at(leaf: Any, cell: int, sparse: bool) -> "Copied | SparseMatrix":
    """A value that is an object of its own; a matrix that is stored in parts, as before pypet 0.6, put together."""
    if cell < 0:
        paths: tuple[bytes, ...] = (layout.SPARSE_DATA if sparse else layout.DATA,)
    else:
        paths = (layout.sparse_value_path(cell),) if sparse else layout.pickle_value_paths(cell)
    for path in paths:
        if path in files.names(leaf):
            return Copied(leaf, path)
    if sparse:
        return _together(parameters.sparse_parts(leaf, cell))
    hint = "Load it with the pypet that wrote it."
    raise NotReadable("A value of the range is missing or is stored in an old way.", hint)


def _together(parts: dict[str, Any]) -> SparseMatrix:
    """A matrix from the parts in which pypet stored it before 0.6. Raises `NotReadable` when they do not fit."""
    found = from_parts(parts)
    if len(found.values) or parts["data"].dtype.kind != "S":
        further = (parts.get(name) for name in ("indices", "indptr", "offsets"))
        return SparseMatrix(found.format, found.shape, parts["data"], *further)
    empty = np.zeros(0, np.int32)
    if found.format == "dia":
        return SparseMatrix("dia", found.shape, np.zeros((1, found.shape[1])), offsets=np.zeros(1, np.int32))
    data = np.zeros((0, 1, 1)) if found.format == "bsr" else np.zeros(0)
    lines = found.shape[found.format == "csc"]
    return SparseMatrix(found.format, found.shape, data, empty, np.zeros(lines + 1, np.int32))


def _value_name(place: int, sparse: bool) -> bytes:
    return layout.sparse_value_path(place) if sparse else layout.pickle_value_paths(place)[0]
