"""Attributes read raw, with the file's own type, and never unpickled."""

from typing import Any, NamedTuple

import numpy as np
from h5py import h5a, h5i, h5s, h5t

from . import layout, text
from .elements import Element, element_of
from .errors import FAILURES, NotReadable
from .inert import is_pickle
from .model import FileState

MAX_SIZE = 1 << 20


class RawPickle(NamedTuple):
    """A pickle as it stands in the file; nothing has looked into it."""

    data: bytes


class Unread(NamedTuple):
    """An attribute that was not read, and why."""

    reason: str


def attribute(node: Any, name: bytes, default: Any = None) -> Any:
    """The value of one attribute; ``default`` when there is none.

    Texts are ``str``; texts that Python 3 wrote from bytes are ``bytes``; numbers and truth values numpy scalars;
    everything with a shape numpy arrays; pickles `RawPickle`; nothing at all None. What is larger than 1 MiB is
    `Unread`. Raises `NotReadable` when it is damaged.
    """
    try:
        if not h5a.exists(node, name):
            return default
        return _value(node, h5a.open(node, name))
    except FAILURES as error:
        raise _damaged(node, name, error) from error


def attributes(node: Any, limit: int = 20_000) -> dict[bytes, Any]:
    """All attributes by name (at most ``limit``), as `attribute` gives them; a damaged one is `Unread`."""
    found: dict[bytes, Any] = {}
    for name in attribute_names(node)[:limit]:
        try:
            found[name] = attribute(node, name)
        except NotReadable as error:
            found[name] = Unread(error.title)
    return found


def attribute_names(node: Any) -> list[bytes]:
    """The names of all attributes in name order."""
    found: list[bytes] = []
    try:
        h5a.iterate(node, found.append)
    except FAILURES as error:
        raise _damaged(node, b"", error) from error
    return sorted(found)


def delete_attribute(node: Any, name: bytes) -> None:
    """Take an attribute away from an object of a file that is being written."""
    if h5a.exists(node, name):
        h5a.delete(node, name)


def copy_attributes(source: Any, target: Any) -> None:
    """Give an object of a file that is being written all attributes of another, to the byte."""
    for name in attribute_names(source):
        found = h5a.open(source, name)
        kind, space = found.get_type(), found.get_space()
        delete_attribute(target, name)
        made = h5a.create(target, name, kind, space)
        if space.get_simple_extent_type() == h5s.NULL:
            continue
        if is_variable(kind):
            values = np.empty(found.shape, found.dtype)
            found.read(values)
            made.write(values)
        else:
            raw = np.zeros(found.shape, f"V{kind.get_size()}")
            found.read(raw, kind)
            made.write(raw, kind)


def is_variable(kind: h5t.TypeID) -> bool:
    """Whether values of this type have any length, and so are not in their own bytes."""
    if kind.get_class() == h5t.STRING:
        return bool(kind.is_variable_str())
    return bool(kind.detect_class(h5t.VLEN))


def text_attribute(node: Any, name: bytes, default: str = "") -> str:
    """An attribute that is meant to be text, whichever way it was written; ``default`` when there is none."""
    value = attribute(node, name)
    return default if value is None else text_of(value)


def text_of(value: Any) -> str:
    """A value meant to be text as ``str``: bytes are UTF-8, what is not stays recognisable as surrogates."""
    if isinstance(value, RawPickle):
        value = value.data
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return bytes(value).decode("utf-8", "surrogateescape")
    return str(value)


def _damaged(node: Any, name: bytes, error: Exception) -> NotReadable:
    path = text.printable(h5i.get_name(node) or b"/")
    which = f"The attribute “{text.printable(name)}”" if name else "The list of attributes"
    return NotReadable(
        f"{which} of “{path}” is damaged and cannot be read.",
        "The rest of the file can still be read.",
        f"{type(error).__name__}: {error}",
        FileState.DAMAGED,
    )


class _Plain(NamedTuple):
    """A type of which a single value is quickly read: a text of fixed length, a truth value, a number.

    ``buffer`` takes its bytes, ``number`` is what they are if it is a number.
    """

    buffer: "np.dtype[Any]"
    number: "np.dtype[Any] | None" = None
    is_text: bool = False
    spaces: bool = False
    utf8: bool = False


_known: dict[bytes, _Plain | None] = {}
_MOST_KNOWN = 1000


def _plain_of(kind: h5t.TypeID) -> _Plain | None:
    """What is known of a type, kept by its bytes: attributes by the thousand share a few; None for all other types."""
    try:
        code = kind.encode()
    except FAILURES:
        return _look_at(kind)
    if code not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[code] = _look_at(kind)
    return _known[code]


def _look_at(kind: h5t.TypeID) -> _Plain | None:
    code, size = kind.get_class(), kind.get_size()
    if size > MAX_SIZE:
        return None
    buffer = np.dtype(f"V{size}")
    if code == h5t.STRING and not kind.is_variable_str():
        return _Plain(buffer, None, True, kind.get_strpad() == h5t.STR_SPACEPAD, kind.get_cset() == h5t.CSET_UTF8)
    if code == h5t.BITFIELD and size == 1:
        return _Plain(buffer)
    if code in (h5t.INTEGER, h5t.FLOAT):
        element = element_of(kind)
        if element.raw and element.dtype.kind in "iuf":
            return _Plain(buffer, element.dtype)
    return None


def _value(node: Any, found: h5a.AttrID) -> Any:
    kind, extent = found.get_type(), found.get_space().get_simple_extent_type()
    plain = _plain_of(kind) if extent == h5s.SCALAR else None
    if plain is None:
        return _any_value(node, found, kind, extent)
    buffer = np.zeros((), plain.buffer)
    found.read(buffer, kind)
    if plain.is_text:
        return _text(node, buffer.tobytes(), plain.spaces, plain.utf8)
    return np.bool_(buffer.tobytes() != b"\0") if plain.number is None else buffer.view(plain.number)[()]


def _any_value(node: Any, found: h5a.AttrID, kind: h5t.TypeID, extent: int) -> Any:
    code = kind.get_class()
    if extent == h5s.NULL:
        return "" if code == h5t.STRING else None
    shape = found.shape
    element = element_of(kind)
    size = element.size * int(np.prod(shape, dtype=object))
    if size > MAX_SIZE:
        return Unread(f"[{text.size(size)}]")
    array = _read(found, element, shape, kind)
    if shape or element.dtype.subdtype is not None:
        return array
    value = array[()]
    return _variable(node, value, kind) if element.variable else value


def _read(found: h5a.AttrID, element: Element, shape: tuple[int, ...], kind: h5t.TypeID) -> Any:
    buffer = element.buffer(shape)
    if element.raw:
        found.read(buffer, kind)
    else:
        found.read(buffer)
    return element.finish(buffer, shape)


def _variable(node: Any, value: Any, kind: h5t.TypeID) -> Any:
    if kind.get_class() != h5t.STRING:
        return value
    raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return _text(node, raw, kind.get_strpad() == h5t.STR_SPACEPAD, kind.get_cset() == h5t.CSET_UTF8)


def _text(node: Any, raw: bytes, spaces: bool, utf8: bool) -> Any:
    """Padding goes, what is inside stays; the character set says whether Python 3 wrote text, bytes or a pickle."""
    raw = raw.rstrip(b" ") if spaces else raw.rstrip(b"\0")
    if utf8:
        return raw.decode("utf-8", "surrogateescape")
    if raw.endswith(b".") and is_pickle(raw):
        return RawPickle(raw)
    return raw.decode("utf-8", "surrogateescape") if _python2(node) else raw


def _python2(node: Any) -> bool:
    """Python 2 wrote all text as ASCII, even the attribute that PyTables gives every node."""
    if not h5a.exists(node, layout.PYTABLES_CLASS):
        return False
    kind = h5a.open(node, layout.PYTABLES_CLASS).get_type()
    return bool(kind.get_class() == h5t.STRING and kind.get_cset() == h5t.CSET_ASCII)
