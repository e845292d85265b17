"""The leaf of a parameter that is explored in the merged trajectory: its default, and its values over all runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from h5py import h5g, h5o

from . import encode_parameters, files, items, layout, parameters, stored
from .compare_sides import OpenSide
from .errors import NotReadable
from .merge_parameters import Parameter
from .sparse import Sparse
from .values import Pickle, Quantity

_PLAIN = (str, bytes, bool, int, float, complex, list, tuple, np.ndarray, np.generic)


def trouble_with(parameter: Parameter, values: Sequence[Sequence[Any]]) -> str:
    """A sentence when the values of several sources cannot be values of one parameter; empty when all is well."""
    flat = [value for own in values for value in own]
    if all(isinstance(value, Pickle) for value in flat) or all(isinstance(value, Sparse) for value in flat):
        return ""
    if any(isinstance(value, Quantity) for value in flat):
        return f"“{parameter.name}” holds quantities with units, which cannot be put together."
    try:
        encoded(parameter, values)
    except (TypeError, ValueError, OverflowError):
        kinds = sorted({type(value).__name__ for value in flat})
        return f"“{parameter.name}” has values that cannot stand side by side: {' and '.join(kinds)}."
    return ""


def encoded(parameter: Parameter, values: Sequence[Sequence[Any]]) -> encode_parameters.EncodedParameter:
    """The class and the content of the leaf. Raises `TypeError`, `ValueError` or `OverflowError` when the values do not
    fit together."""
    flat = common([value for own in values for value in own])
    default = next(value for value, leaf in zip(parameter.defaults, parameter.leaves, strict=True) if leaf is not None)
    default, *rest = common([default if isinstance(default, _PLAIN) else flat[0], *flat])
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
    names = files.names(leaf)
    sparse = layout.SPARSE_DATA in names
    old = [name for name in names if name.startswith((b"xp", b"xspm", layout.EXPLORED_DATA))]
    fresh: list[tuple[Any, bytes]] = []
    indices: list[int] = []
    for source, new in enumerate(numbers):
        own = parameter.leaves[source]
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
    for place, (group, name) in enumerate(fresh):
        h5o.copy(group, name, held, _value_name(place, sparse))
    for name in old:
        leaf.unlink(name)
    for place in range(len(fresh)):
        leaf.move(b"new values/" + _value_name(place, sparse), _value_name(place, sparse))
    leaf.unlink(b"new values")
    name = layout.SPARSE_RANGE if sparse else layout.EXPLORED_DATA
    stored.write(leaf, name, encode_parameters.indices_table(name, indices), stored.Filters())


def _cells(leaf: Any, ranged: bool, side: OpenSide, count: int) -> list[int]:
    """The index of each run's value; −1 for the default value."""
    if not ranged:
        return [-1] * count
    found = parameters.range_of(leaf, files.names(leaf), side.encoding)
    assert found is not None
    return [int(cell) for cell in parameters.range_cells(found)[:count]]


def _stored_at(leaf: Any, cell: int, sparse: bool) -> tuple[Any, bytes]:
    """The group and the name of a value that is an object of its own."""
    names = files.names(leaf)
    if cell < 0:
        return leaf, layout.SPARSE_DATA if sparse else layout.DATA
    paths = (layout.sparse_value_path(cell),) if sparse else layout.pickle_value_paths(cell)
    for path in paths:
        if path in names:
            return leaf, path
    hint = "Load it with the pypet that wrote it."
    raise NotReadable("A value of the range is missing or is stored in an old way.", hint)


def _value_name(place: int, sparse: bool) -> bytes:
    return layout.sparse_value_path(place) if sparse else layout.pickle_value_paths(place)[0]
