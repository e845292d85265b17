"""References in a copy lead to the copies of what they led to."""

from typing import Any, NamedTuple

import numpy as np
from h5py import h5a, h5r

from . import compact_data, nodes
from .compact_lost import Lost, unreadable
from .errors import FAILURES


class _Place(NamedTuple):
    """Where references are: the path of the object, and the name of the attribute; empty for the data themselves."""

    path: bytes
    name: bytes


class References:
    """The references of a file that is being copied. ``paths`` says where in the copy each object is, by its address in
    the source."""

    def __init__(self, source: Any, target: Any, paths: dict[int, bytes], lost: Lost) -> None:
        self._source = source
        self._target = target
        self._known = paths
        self._lost = lost
        self._places: list[_Place] = []

    def note(self, path: bytes, name: bytes = b"") -> None:
        """There are references in the object at ``path``, in its attribute ``name`` or, without one, its data."""
        self._places.append(_Place(path, name))

    def write(self) -> None:
        """Write all of them; everything they may lead to has to be there."""
        for place in self._places:
            node = nodes.open_node(self._source, place.path)
            try:
                self._write(node, nodes.open_node(self._target, place.path), place.name)
            except FAILURES as error:
                self._lost(node, unreadable(node, "A reference", error), place.name)

    def _write(self, node: Any, copy: Any, name: bytes) -> None:
        if name:
            attribute = h5a.open(node, name)
            values = np.empty(attribute.shape, attribute.dtype)
            attribute.read(values)
            h5a.open(copy, name).write(self._translated(values, node))
        else:
            for start, values in compact_data.decoded(node):
                compact_data.write(copy, start, self._translated(values, node))

    def _translated(self, values: Any, node: Any) -> Any:
        """The values with every reference leading to the same path in the new file."""
        if values.dtype.names:
            rows = values.copy()
            for name in values.dtype.names:
                if values.dtype[name].hasobject:
                    rows[name] = self._translated(values[name], node)
            return rows
        made = np.empty(values.size, values.dtype)
        for number, value in enumerate(values.flat):
            made[number] = self._lead(value, node)
        return made.reshape(values.shape)

    def _lead(self, value: Any, node: Any) -> Any:
        if isinstance(value, np.ndarray):
            return self._translated(value, node)
        if not isinstance(value, h5r.Reference) or not value:
            return value
        path = self._known.get(nodes.address(h5r.dereference(value, node)))
        if path is None:
            raise ValueError("it leads nowhere")
        if not isinstance(value, h5r.RegionReference):
            return h5r.create(self._target, path, h5r.OBJECT)
        region = h5r.get_region(value, node)
        return h5r.create(self._target, path, h5r.DATASET_REGION, region)
