"""HDF5 element types as numpy types, exactly: nothing cut, nothing converted, bit fields as booleans."""

from collections.abc import Collection
from typing import Any, NamedTuple

import h5py
import numpy as np
from h5py import h5t
from numpy.typing import NDArray

MAX_DEPTH = 32
MAX_MEMBERS = 10_000


class Element(NamedTuple):
    """What one element of a dataset or attribute is.

    ``dtype`` is what `finish` gives. ``raw``: the file's bytes are read as they are; otherwise HDF5 converts.
    ``variable``: elements are Python objects of any length. ``name`` is the type as people write it.
    """

    dtype: "np.dtype[Any]"
    size: int
    raw: bool
    variable: bool
    name: str

    def buffer(self, shape: tuple[int, ...]) -> NDArray[Any]:
        """An array that the raw read fills."""
        if self.raw:
            return np.zeros(shape, f"V{self.size}")
        if self.dtype.subdtype is None:
            return np.empty(shape, self.dtype)
        base, inner = self.dtype.subdtype
        return np.empty(shape + inner, base)

    def finish(self, buffer: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """The filled buffer with the type it really has."""
        if not self.raw or (self.dtype.kind == "V" and self.dtype.names is None and self.dtype.subdtype is None):
            return buffer
        base, inner = self.dtype.subdtype or (self.dtype, ())
        flat = buffer.reshape(-1)
        if _has_bool(base):
            _make_bool(flat.view(_without_bool(base)).reshape(-1), base)
        return flat.view(base).reshape(shape + inner)


_known: dict[bytes, Element] = {}
_MOST_KNOWN = 1000


def element_of(kind: h5t.TypeID) -> Element:
    """The element that HDF5 type is. What was found out of a type is kept: datasets by the thousand share a few."""
    try:
        code = kind.encode()
    except (RuntimeError, ValueError, TypeError, OSError):
        return _element_of(kind)
    found = _known.get(code)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[code] = _element_of(kind)
    return found


def _element_of(kind: h5t.TypeID) -> Element:
    size = int(kind.get_size())
    dtype = _dtype(kind, 0) if _countable(kind) else None
    if dtype is not None and dtype.itemsize == size:
        return Element(dtype, size, True, False, name_of(dtype))
    try:
        converted = kind.dtype
    except (TypeError, ValueError, KeyError, RuntimeError, NotImplementedError):
        return Element(np.dtype(f"V{size}"), size, True, False, f"{size} bytes")
    variable = _has_object(converted)
    return Element(converted, max(size, converted.itemsize), False, variable, name_of(converted))


def members(kind: h5t.TypeID, labels: Collection[str]) -> h5t.TypeID:
    """The compound type of those members of ``kind`` that have these names; ``kind`` itself when none has."""
    if kind.get_class() != h5t.COMPOUND:
        return kind
    every = [(kind.get_member_name(i), i) for i in range(min(kind.get_nmembers(), MAX_MEMBERS))]
    chosen = [(name, kind.get_member_type(i)) for name, i in every if _label(name) in labels]
    if not chosen:
        return kind
    made = h5t.create(h5t.COMPOUND, sum(member.get_size() for _, member in chosen))
    offset = 0
    for name, member in chosen:
        made.insert(name, offset, member)
        offset += member.get_size()
    return made


def _countable(kind: h5t.TypeID) -> bool:
    """Whether the type is small and flat enough to be looked at."""
    stack, members = [(kind, 0)], 0
    while stack:
        part, depth = stack.pop()
        members += 1
        if depth > MAX_DEPTH or members > MAX_MEMBERS:
            return False
        if part.get_class() == h5t.COMPOUND:
            count = part.get_nmembers()
            if count > MAX_MEMBERS:
                return False
            stack.extend((part.get_member_type(i), depth + 1) for i in range(count))
        elif part.get_class() == h5t.ARRAY:
            stack.append((part.get_super(), depth + 1))
    return True


def _dtype(kind: h5t.TypeID, depth: int) -> "np.dtype[Any] | None":
    """The numpy type with the very same bytes; None where there is none."""
    code, size = kind.get_class(), int(kind.get_size())
    if code == h5t.STRING:
        return None if kind.is_variable_str() else np.dtype(f"S{size}")
    if code == h5t.BITFIELD:
        return np.dtype("?") if size == 1 else np.dtype(f"u{size}") if size in (2, 4, 8) else None
    if code == h5t.ARRAY:
        base = _dtype(kind.get_super(), depth + 1)
        return None if base is None else np.dtype((base, kind.get_array_dims()))
    if code == h5t.COMPOUND:
        return _compound(kind, size, depth)
    if code == h5t.OPAQUE:
        return np.dtype(f"V{size}")
    if code in (h5t.INTEGER, h5t.ENUM) and _base(kind).get_precision() != 8 * size:
        return None
    if code not in (h5t.INTEGER, h5t.FLOAT, h5t.ENUM, h5t.COMPLEX):
        return None
    try:
        found: np.dtype[Any] = kind.dtype
    except (TypeError, ValueError, KeyError, RuntimeError, NotImplementedError):
        return None
    return found if found.itemsize == size else None


def _base(kind: h5t.TypeID) -> h5t.TypeID:
    return kind.get_super() if kind.get_class() == h5t.ENUM else kind


def _compound(kind: h5t.TypeID, size: int, depth: int) -> "np.dtype[Any] | None":
    count = kind.get_nmembers()
    members = [_dtype(kind.get_member_type(i), depth + 1) for i in range(count)]
    if any(member is None for member in members):
        return None
    labels = [_label(kind.get_member_name(i)) for i in range(count)]
    offsets = [kind.get_member_offset(i) for i in range(count)]
    if labels == ["r", "i"] and members[0] == members[1] and members[0] is not None:
        half = members[0]
        if half.kind == "f" and half.itemsize in (4, 8, 16) and offsets == [0, half.itemsize] == [0, size // 2]:
            return np.dtype(f"{half.byteorder}c{size}")
    if len(set(labels)) != count:
        return None
    return np.dtype({"names": labels, "formats": members, "offsets": offsets, "itemsize": size})


def _label(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _has_bool(dtype: "np.dtype[Any]") -> bool:
    if dtype.names is not None:
        return any(_has_bool(dtype[name]) for name in dtype.names)
    return dtype.base.kind == "b" if dtype.subdtype is None else _has_bool(dtype.base)


def _has_object(dtype: "np.dtype[Any]") -> bool:
    return bool(dtype.hasobject)


def _without_bool(dtype: "np.dtype[Any]") -> "np.dtype[Any]":
    if dtype.names is not None:
        fields = [dtype.fields[name] for name in dtype.names] if dtype.fields else []
        return np.dtype(
            {
                "names": list(dtype.names),
                "formats": [_without_bool(field[0]) for field in fields],
                "offsets": [field[1] for field in fields],
                "itemsize": dtype.itemsize,
            }
        )
    if dtype.subdtype is not None:
        return np.dtype((_without_bool(dtype.base), dtype.shape))
    return np.dtype("u1") if dtype.kind == "b" else dtype


def _make_bool(array: NDArray[Any], dtype: "np.dtype[Any]") -> None:
    """Make every byte that is a truth value 0 or 1; numpy expects nothing else."""
    if dtype.names is not None:
        for name in dtype.names:
            if _has_bool(dtype[name]):
                _make_bool(array[name], dtype[name])
    elif dtype.subdtype is not None:
        _make_bool(array, dtype.base)
    else:
        np.minimum(array, 1, out=array)


def name_of(dtype: "np.dtype[Any]") -> str:
    """The type as people of the field write it: ``float64``, ``bool``, ``bytes``, ``str``, ``compound``, ``enum``."""
    if dtype.subdtype is not None:
        return name_of(dtype.base)
    if h5py.check_enum_dtype(dtype) is not None:
        return "enum"
    if h5py.check_string_dtype(dtype) is not None:
        return "str" if dtype.kind == "O" else "bytes"
    if h5py.check_ref_dtype(dtype) is not None:
        return "reference"
    inner = h5py.check_vlen_dtype(dtype)
    if inner is not None:
        return f"lists of {name_of(np.dtype(inner))}"
    if dtype.kind == "V":
        return "compound" if dtype.names is not None else "opaque"
    return str(dtype.name)
