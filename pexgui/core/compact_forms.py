"""Objects that are alike by the thousand are made by having HDF5 copy one that was made before, which is quicker."""

from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5g, h5o, h5p, h5s, h5t

from .verify import bytes_of

_OFTEN = 4
"""As soon as so many objects were alike, the next are copies."""
_MOST = 1000
_NAMES = b"forms"


class _Form(NamedTuple):
    """A form that is kept: its name and, of a dataset, how its data are written."""

    name: bytes
    kind: h5t.TypeID | None
    shape: tuple[int, ...]


class Forms:
    """The forms met so far; they are kept in ``room``, a group for the time being. What is alike is told by keys."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._counts: dict[Any, int] = {}
        self._forms: dict[Any, _Form] = {}

    def fill(self, key: Any, target: h5g.GroupID, name: bytes, lcpl: h5p.PropLCID | None) -> bool:
        """Make an object with its attributes under ``name``, if one like it is kept."""
        form = self._forms.get(key)
        if form is None:
            return False
        h5o.copy(self._room.group(), form.name, target, name, None, lcpl)
        return True

    def write(self, key: Any, dataset: h5d.DatasetID, content: bytes) -> None:
        """Write the data of a dataset that was made."""
        kind, shape = self._forms[key].kind, self._forms[key].shape
        if kind is None:
            raise ValueError("it is the form of a group")
        dataset.write(h5s.ALL, h5s.ALL, np.ndarray(shape, bytes_of(kind.get_size()), content), kind)

    def take(self, key: Any, target: h5g.GroupID, name: bytes, made: Any) -> None:
        """An object was made anew; when it has been done often, it is kept as a form, without what is below it."""
        is_data = isinstance(made, h5d.DatasetID)
        if key is None or (is_data and made.shape is None):
            return
        if len(self._counts) >= _MOST:
            self._counts.clear()
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count == _OFTEN and len(self._forms) < _MOST:
            kept = b"form %d" % len(self._forms)
            h5o.copy(target, name, self._room.group(), kept)
            kind, shape = (made.get_type(), tuple(made.shape)) if is_data else (None, ())
            self._forms[key] = _Form(kept, kind, shape)


class Room:
    """A group in a file that is being made for what is needed only meanwhile."""

    def __init__(self, root: h5g.GroupID, name: bytes) -> None:
        self._root = root
        self._name = name
        self._group: h5g.GroupID | None = None

    def group(self) -> h5g.GroupID:
        """The group, which is made when it is needed."""
        if self._group is None:
            self._group = h5g.create(self._root, self._name)
        return self._group

    def clear(self) -> None:
        """Take it away with what is in it."""
        if self._group is not None:
            self._group = None
            self._root.unlink(self._name)
