"""Whether copied objects are what they were copied from: raw, to the byte, wherever bytes mean the same in both files.

`same_objects` compares objects one by one, `same_trees` all that is below two groups. The first difference is raised.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from h5py import h5a, h5d, h5f, h5g, h5i, h5o, h5r, h5s, h5t

from . import nodes, text
from .attributes import attribute_names, is_variable
from .errors import FAILURES, PexError
from .nodes import Child, LinkKind
from .progress import Progress, silent

INTERVAL = 0.1
"""Seconds between two reports of progress."""
Changes = Mapping[bytes, bytes | None]
"""Attributes that were changed on purpose: the bytes that each has to have now, or None for whatever it has, even if
it is not there any more."""
_NONE: Changes = {}


class Pair(NamedTuple):
    """An object and its copy. ``changes`` are attributes that are not as they were.

    ``rewritten`` are the data that a dataset has instead. ``children`` says whether groups have to have the same names
    in them, ``storage`` whether data have to be stored in the same way; otherwise only what they are is compared.
    """

    source: Any
    target: Any
    changes: Changes = _NONE
    children: bool = True
    storage: bool = True
    rewritten: bytes | None = None


class Ticker:
    """Reports now and then how many objects were compared."""

    def __init__(self, progress: Progress, total: int = 0) -> None:
        self._progress = progress
        self._total = total
        self._last = 0.0
        self.done = 0

    def tick(self, objects: int = 0) -> None:
        self.done += objects
        now = time.monotonic()
        if now - self._last >= INTERVAL:
            self._last = now
            self._progress("Checking the copy", self.done, self._total)


def same_objects(pairs: Iterable[Pair | tuple[Any, Any, Changes]], progress: Progress = silent) -> int:
    """Compare pairs of opened objects, each without what is below it, and give how many there were.

    Raises `PexError` naming the first difference.
    """
    ticker = Ticker(progress)
    for pair in pairs:
        compare(pair if isinstance(pair, Pair) else Pair(*pair), ticker)
        ticker.tick(1)
    return ticker.done


def compare(pair: Pair, ticker: Ticker) -> None:
    """Compare two objects. Raises `PexError` when they are not the same, or when one cannot be read."""
    with _compared(pair.source):
        _compare(pair, ticker)


class Different(PexError):
    """A copy is not what it should be, or cannot be read as it should be."""


@contextmanager
def _compared(node: Any) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        title = f"{nodes.place(node)} cannot be compared with its copy."
        hint = "The copy was thrown away and nothing was changed. The file or the disk may be damaged."
        raise Different(title, hint, f"{type(error).__name__}: {error}") from error


def differs(node: Any, what: str, details: str = "") -> PexError:
    """The error for a copy that is not what it should be."""
    return Different(
        f"The copy of {nodes.place(node)} is not identical: {what}.",
        "It was thrown away and nothing was changed. The disk may be full or damaged; try another folder.",
        details,
    )


def _compare(pair: Pair, ticker: Ticker) -> None:
    source, target = pair.source, pair.target
    if type(source) is not type(target):
        raise differs(source, f"it is {_kind(target)} instead of {_kind(source)}")
    _same_attributes(source, target, pair.changes)
    if isinstance(source, h5g.GroupID):
        if pair.children:
            same_links(source, target)
    elif isinstance(source, h5d.DatasetID):
        from .verify_data import same_dataset

        same_dataset(source, target, pair.storage, ticker, pair.rewritten)
    elif not same_type(source, target):
        raise differs(source, "its type differs")


def _kind(node: Any) -> str:
    kinds: dict[type, str] = {h5g.GroupID: "a group", h5d.DatasetID: "a dataset"}
    return kinds.get(type(node), "a named type")


def linked(source: h5g.GroupID, target: h5g.GroupID) -> list[tuple[Child, Child]]:
    """`same_links`, where a failure to read is a `PexError`."""
    with _compared(source):
        return same_links(source, target)


def same_links(source: h5g.GroupID, target: h5g.GroupID) -> list[tuple[Child, Child]]:
    """Raise `PexError` unless two groups have the same names, each leading on in the same way; give all of them."""
    ours, theirs = nodes.listed(source), nodes.listed(target)
    names, copied = [child.name for child in ours], [child.name for child in theirs]
    if names != copied:
        lost, more = set(names) - set(copied), set(copied) - set(names)
        word = f"“{text.printable(min(lost or more))}”"
        raise differs(source, f"{word} is missing in it" if lost else f"{word} should not be in it")
    both = list(zip(ours, theirs, strict=True))
    for child, other in both:
        if child.hard and other.hard:
            continue
        link, copy = nodes.link(source, child.name), nodes.link(target, child.name)
        if link.kind is not copy.kind or (link.kind is not LinkKind.HARD and link.target != copy.target):
            raise differs(source, f"“{text.printable(child.name)}” leads somewhere else")
    return both


# --- attributes ---------------------------------------------------------------------------------------------------


def _same_attributes(source: Any, target: Any, changes: Changes) -> None:
    names, copied = attribute_names(source), attribute_names(target)
    if changes:
        _check_changed(source, target, changes)
        names = [name for name in names if name not in changes]
        copied = [name for name in copied if name not in changes]
    if names != copied:
        lost, more = set(names) - set(copied), set(copied) - set(names)
        word = f"the attribute “{text.printable(min(lost or more))}”"
        raise differs(source, f"{word} is missing" if lost else f"{word} should not be there")
    for name in names:
        problem = unlike(source, target, h5a.open(source, name), h5a.open(target, name))
        if problem:
            raise differs(source, f"the {problem} of the attribute “{text.printable(name)}” differs")


def _check_changed(source: Any, target: Any, changes: Changes) -> None:
    for name, expected in changes.items():
        if expected is None:
            continue
        if not h5a.exists(target, name):
            raise differs(source, f"the attribute “{text.printable(name)}” is missing")
        found = h5a.open(target, name)
        if _raw(found, found.get_type(), found.shape) != expected:
            raise differs(source, f"the value of the attribute “{text.printable(name)}” is not what it should be")


def unlike(source: Any, target: Any, one: h5a.AttrID, other: h5a.AttrID) -> str:
    """What differs between two attributes; empty when nothing does."""
    kind, other_kind = one.get_type(), other.get_type()
    if not same_type(kind, other_kind):
        return "type"
    shape = one.shape  # None for nothing at all, () for a single value
    if shape != other.shape:
        return "shape"
    if shape is None:
        return ""
    if is_raw(kind):
        return "" if _raw(one, kind, shape) == _raw(other, other_kind, shape) else "value"
    values, others = np.empty(shape, one.dtype), np.empty(shape, other.dtype)
    one.read(values)
    other.read(others)
    return "" if alike(values, others, source, target) else "value"


def _raw(found: h5a.AttrID, kind: h5t.TypeID, shape: tuple[int, ...] | None) -> bytes:
    """The value as it is stored."""
    if shape is None:
        return b""
    buffer = np.empty(shape, bytes_of(kind.get_size()))
    found.read(buffer, kind)
    return buffer.tobytes()


@lru_cache(1000)
def bytes_of(size: int) -> np.dtype[np.void]:
    """The type of an element of which only the bytes count."""
    return np.dtype(f"V{size}")


# --- types, shapes and values -------------------------------------------------------------------------------------


def same_type(one: h5t.TypeID, other: h5t.TypeID) -> bool:
    """Whether two types are the same to the bit, padding and character sets of texts included."""
    return bool(one.equal(other)) and one.committed() == other.committed()


def same_space(one: h5s.SpaceID, other: h5s.SpaceID) -> bool:
    """Whether two shapes are the same, with how far they may grow."""
    kind = one.get_simple_extent_type()
    if kind != other.get_simple_extent_type():
        return False
    if kind != h5s.SIMPLE:
        return True
    dims, other_dims = one.get_simple_extent_dims(), other.get_simple_extent_dims()
    return bool(dims == other_dims and one.get_simple_extent_dims(True) == other.get_simple_extent_dims(True))


def is_raw(kind: h5t.TypeID) -> bool:
    """Whether the bytes of a value mean the same in every file."""
    code = kind.get_class()
    if code in (h5t.INTEGER, h5t.FLOAT, h5t.BITFIELD, h5t.ENUM, h5t.OPAQUE):
        return True
    if code == h5t.STRING:
        return not kind.is_variable_str()
    if code == h5t.COMPOUND:
        return all(is_raw(kind.get_member_type(number)) for number in range(kind.get_nmembers()))
    if code == h5t.ARRAY:
        return is_raw(kind.get_super())
    return not is_variable(kind) and code != h5t.REFERENCE


def alike(one: Any, other: Any, source: Any, target: Any) -> bool:
    """Whether decoded values are the same to the bit; references are the same when they lead to the same path."""
    if isinstance(one, np.ndarray | np.void) and isinstance(other, np.ndarray | np.void):
        return _arrays_alike(one, other, source, target)
    if isinstance(one, h5r.Reference) and isinstance(other, h5r.Reference):
        return _same_lead(one, other, source, target)
    if isinstance(one, np.generic) and isinstance(other, np.generic):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    return type(one) is type(other) and bool(one == other)


def _arrays_alike(one: Any, other: Any, source: Any, target: Any) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if not one.dtype.hasobject:
        return bool(one.tobytes() == other.tobytes())
    if one.dtype.names:
        return all(alike(one[name], other[name], source, target) for name in one.dtype.names)
    if not one.shape:
        return alike(one[()], other[()], source, target)
    return all(map(lambda a, b: alike(a, b, source, target), one.flat, other.flat))


def _same_lead(one: Any, other: Any, source: Any, target: Any) -> bool:
    """Whether references lead to the same path. What has several names may be told by another one in the copy."""
    if not one or not other or type(one) is not type(other):
        return not one and not other
    path = h5r.get_name(one, source)
    if not path:
        return False
    try:
        there = nodes.open_node(h5g.open(target, b"/"), path)
    except PexError:
        return False
    if nodes.address(there) != nodes.address(h5r.dereference(other, target)):
        return False
    if not isinstance(one, h5r.RegionReference):
        return True
    return _selected(h5r.get_region(one, source)) == _selected(h5r.get_region(other, target))


def _selected(space: h5s.SpaceID) -> tuple[Any, ...]:
    """What is chosen of a shape. Files of different versions encode the same in different ways."""
    kind, dims = space.get_select_type(), space.get_simple_extent_dims()
    if kind == h5s.SEL_HYPERSLABS:
        return kind, dims, space.get_select_hyper_blocklist().tobytes()
    return kind, dims, space.get_select_elem_pointlist().tobytes() if kind == h5s.SEL_POINTS else b""


def file_of(node: Any) -> tuple[bytes, int, bool]:
    """The path of the file that an object is in, HDF5's number of it, and whether it is open for reading only."""
    identifier = h5i.get_file_id(node)
    return h5f.get_name(node), h5o.get_info(node).fileno, identifier.get_intent() == h5f.ACC_RDONLY
