"""Attributes copied to the byte into a new file."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from h5py import h5, h5a, h5s, h5t

from . import text
from .compact_lost import Lost, unreadable
from .errors import FAILURES
from .headers import Attribute
from .verify import bytes_of, is_raw

TypeFor = Callable[[h5t.TypeID], h5t.TypeID]
Refer = Callable[[bytes], None]
_SCALAR = h5s.create(h5s.SCALAR)
_NULL = h5s.create(h5s.NULL)


class _Kind(NamedTuple):
    """What is known of all attributes that are described by the same bytes: ``shape`` is None where there is no value,
    ``size`` is that of the value."""

    type: h5t.TypeID
    space: h5s.SpaceID
    shape: tuple[int, ...] | None
    element: "np.dtype[np.void]"
    size: int


class AttributeCopier:
    """``type_for`` gives the type in the new file for one of the old file."""

    def __init__(self, type_for: TypeFor, lost: Lost) -> None:
        self._type_for = type_for
        self._lost = lost
        self._kinds: dict[tuple[bytes, bytes], _Kind | None] = {}

    def copy(self, source: Any, target: Any, refer: Refer, ordered: bool, told: list[Attribute] | None = None) -> None:
        """Copy all attributes, with ``ordered`` in the order in which they were made. ``refer(name)`` is told of one
        that has references in it, which are to be written once everything is there. ``told`` are the attributes as
        they stand in the header, which is quicker than asking HDF5 for each."""
        if told is not None and not ordered and len(told) == h5a.get_num_attrs(source):
            for attribute in told:
                self._tell(source, target, attribute, refer)
            return
        found: list[bytes] = []
        try:
            h5a.iterate(source, found.append, index_type=h5.INDEX_CRT_ORDER if ordered else h5.INDEX_NAME)
        except FAILURES as error:
            self._lost(source, unreadable(source, "The list of attributes", error), b"")
        for name in found:
            self._copy_one(source, target, name, refer)

    def are_raw(self, told: list[Attribute]) -> bool:
        """Whether all values, which were copied before, are in their own bytes."""
        return all(self._kinds.get(one.described) is not None for one in told)

    def _tell(self, source: Any, target: Any, attribute: Attribute, refer: Refer) -> None:
        name, described, value = attribute
        if described not in self._kinds:
            self._kinds[described] = _kind(source, attribute)
        kind = self._kinds[described]
        if kind is None or len(value) < kind.size:
            self._copy_one(source, target, name, refer)
            return
        made = h5a.create(target, name, kind.type, kind.space)
        if kind.shape is not None:
            made.write(np.ndarray(kind.shape, kind.element, value), kind.type)

    def _copy_one(self, source: Any, target: Any, name: bytes, refer: Refer) -> None:
        try:
            self._copy(source, target, name, refer)
        except FAILURES as error:
            if h5a.exists(target, name):
                h5a.delete(target, name)
            self._lost(source, unreadable(source, f"The attribute “{text.printable(name)}”", error), name)

    def _copy(self, source: Any, target: Any, name: bytes, refer: Refer) -> None:
        found = h5a.open(source, name)
        kind, shape = found.get_type(), found.shape
        made = h5a.create(target, name, self._type_for(kind), _space_of(found, shape))
        if shape is None:
            return
        if is_raw(kind):
            values = np.empty(shape, bytes_of(kind.get_size()))
            found.read(values, kind)
            made.write(values, kind)
        elif kind.detect_class(h5t.REFERENCE):
            refer(name)
        else:
            values = np.empty(shape, found.dtype)
            found.read(values)
            made.write(values)


def _kind(source: Any, attribute: Attribute) -> _Kind | None:
    """What HDF5 says of an attribute; None unless its value is the bytes that follow its description."""
    found = h5a.open(source, attribute.name)
    kind, shape = found.get_type(), found.shape
    if kind.committed() or not is_raw(kind):
        return None
    if shape is None:
        return _Kind(kind, _NULL, None, bytes_of(1), 0)
    values = np.empty(shape, bytes_of(kind.get_size()))
    found.read(values, kind)
    if values.tobytes() != attribute.value[: values.nbytes]:
        return None
    return _Kind(kind, _space_of(found, shape), shape, values.dtype, values.nbytes)


def _space_of(found: h5a.AttrID, shape: tuple[int, ...] | None) -> h5s.SpaceID:
    if shape is None:
        return _NULL
    return found.get_space() if shape else _SCALAR
