"""Values of a range that are objects of their own, arrays, sparse matrices and pickles: more of them, each once."""

import pickle
from collections.abc import Callable, Hashable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from h5py import h5o

from . import encode, files, items, layout, parameters, sparse, stored, text
from .encode import NumpyArray
from .errors import PexError
from .explore_keys import Held
from .values import Pickle

_NOTHING = "Nothing was changed."
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
"""Of these types are the values that become pickles here."""


class _Kind(NamedTuple):
    """Where values of a kind are: the default value, the table of indices, the value with an index (newest first)."""

    default: bytes
    table: bytes
    paths: Callable[[int], tuple[bytes, ...]]


KINDS = {
    "array": _Kind(layout.ARRAY_DATA, layout.ARRAY_RANGE, layout.array_value_paths),
    "sparse": _Kind(layout.SPARSE_DATA, layout.SPARSE_RANGE, lambda index: (layout.sparse_value_path(index),)),
    "pickle": _Kind(layout.DATA, layout.EXPLORED_DATA, layout.pickle_value_paths),
}


class Objects:
    """The values of a range in a leaf, by their indices."""

    def __init__(self, leaf: Any, kind: str, name: str) -> None:
        self._leaf = leaf
        self._kind = kind
        self._at = KINDS[kind]
        self._name = name
        self._known: dict[Hashable, int] = {}
        self._next = 0

    def indices(self, old: NumpyArray | None, before: int, added: int, values: Sequence[Any] | None) -> NumpyArray:
        """The indices of the values of all runs: those that are there (None: the default value for each of ``before``
        runs), then those of ``values`` (None: the default value for ``added`` runs), which are written."""
        for index in () if old is None else dict.fromkeys(old.tolist()):
            self._known.setdefault(self._key(self._node(index)), index)
            self._next = max(self._next, index + 1)
        if old is None:
            old = np.full(before, self._default() if before else 0, np.int64)
        fresh = [self._default()] * added if values is None else list(map(self._index, values))
        numbers = np.asarray(fresh, np.int64)
        kind = old.dtype if not fresh or numbers.max() <= np.iinfo(old.dtype).max else np.dtype(np.int64)
        return np.concatenate([old.astype(kind), numbers.astype(kind)])

    def _node(self, index: int) -> Any:
        for path in self._at.paths(index):
            node = self._leaf
            for part in path.split(b"/"):
                node = files.open_child(node, part) if part in files.names(node) else None
                if node is None:
                    break
            if node is not None:
                return node
        title = f"A value of {self._shown()} is missing, or is stored as pypet did before version 0.6."
        raise PexError(title, f"{_NOTHING} Merge the trajectory into a new file, then extend that.")

    def _default(self) -> int:
        """The index of the default value, which is copied if it is not among the values."""
        if self._at.default not in files.names(self._leaf):
            title = f"{self._shown()} has no default value that could be a value of its range."
            raise PexError(title, f"{_NOTHING} Give it a value in every run.")
        key = self._key(files.open_child(self._leaf, self._at.default))
        if key not in self._known:
            group, name = self._place(self._next)
            h5o.copy(self._leaf, self._at.default, group, name)
            self._take(key)
        return self._known[key]

    def _index(self, value: Any) -> int:
        """The index of a value, which is written if it is not there."""
        if isinstance(value, Held):
            return value.place if value.place >= 0 else self._default()
        made = self._encoded(value)
        key = _key_of(self._kind, made.data, made.attributes)
        if key not in self._known:
            group, name = self._place(self._next)
            stored.write(group, name, made, stored.Filters())
            self._take(key)
        return self._known[key]

    def _take(self, key: Hashable) -> None:
        self._known[key] = self._next
        self._next += 1

    def _place(self, index: int) -> tuple[Any, bytes]:
        """The group for the value with an index, made where it is not there, and its name there."""
        *groups, name = self._at.paths(index)[0].split(b"/")
        group = self._leaf
        for part in groups:
            inner = files.group_at(group, part)
            group = inner or stored.create_group(group, part, attributes={layout.SRVC_STORE: layout.NESTED})
        if name in files.names(group):
            group.unlink(name)
        return group, name

    def _encoded(self, value: Any) -> stored.Array:
        if self._kind == "pickle":
            made = encode.item(layout.DATA_COLUMN, self._stream(value), self._name)
        else:
            made = encode.item(layout.DATA_COLUMN, value, self._name)
        is_sparse = isinstance(value, encode.SparseMatrix)
        is_array = isinstance(value, (np.ndarray, list, tuple))
        if not isinstance(made, stored.Array) or not {"sparse": is_sparse, "array": is_array}.get(self._kind, True):
            kind = {"sparse": "sparse matrices", "array": "arrays"}.get(self._kind, "pickled objects")
            raise TypeError(f"{self._shown()} takes other values: {kind}, not {type(value).__name__}.")
        return made

    def _stream(self, value: Any) -> bytes:
        if isinstance(value, Pickle):
            return value.data
        if type(value) not in _PLAIN:
            raise TypeError(f"{self._shown()} cannot get a value of the type {type(value).__name__}.")
        protocol = parameters.protocol(self._leaf, files.names(self._leaf))
        return pickle.dumps(value, protocol=2 if protocol is None else protocol)

    def _key(self, node: Any) -> Hashable:
        coll, scalar = items.types_of(node)
        return _key_of(self._kind, files.read(node), {layout.SRVC_COLL_TYPE: coll, layout.SRVC_SCALAR_TYPE: scalar})

    def _shown(self) -> str:
        return f"“{text.printable(self._name)}”"


def _key_of(kind: str, data: NumpyArray, attributes: stored.Attributes) -> Hashable:
    """What is the same for equal values."""
    if kind == "pickle":
        return _digest(data)
    if kind == "sparse":
        matrix = sparse.from_text(bytes(data.reshape(-1)[0]))
        parts = map(_digest, (matrix.rows, matrix.columns, matrix.values))
        return (matrix.format, matrix.shape, matrix.dtype.str, *parts)
    little = np.ascontiguousarray(data, data.dtype.newbyteorder("<"))
    types = (str(attributes.get(name) or "") for name in (layout.SRVC_COLL_TYPE, layout.SRVC_SCALAR_TYPE))
    return (little.dtype.str, data.shape, _digest(little), *types)


def _digest(data: NumpyArray) -> bytes:
    return blake2b(np.ascontiguousarray(data).tobytes(), digest_size=20).digest()
