"""Groups, links and walking: by hard links only, each object once, bounded, and complete or an error."""

from collections.abc import Callable, Iterator, Sized
from enum import Enum
from typing import Any, NamedTuple

from h5py import h5, h5d, h5f, h5g, h5i, h5l, h5o

from . import text
from .errors import FAILURES, NotReadable
from .model import FileState

MAX_DEPTH = 200
MAX_NODES = 2_000_000
MAX_NAME = 4096


class LinkKind(Enum):
    """How a name leads to an object."""

    HARD = "hard"
    SOFT = "soft"
    EXTERNAL = "external"
    OTHER = "other"


class Link(NamedTuple):
    """A name in a group: its kind, where it points (soft and external links), the address of a hard link's object."""

    kind: LinkKind
    target: bytes = b""
    address: int = 0


class VisitKind(Enum):
    """What a walk came upon."""

    GROUP = "group"
    DATASET = "dataset"
    TYPE = "named type"
    AGAIN = "already visited"
    SOFT = "soft link"
    EXTERNAL = "external link"
    OTHER = "other link"
    UNREADABLE = "unreadable"


class Visit(NamedTuple):
    """One stop of a walk.

    ``path`` is relative to where the walk began, without a leading slash. ``node`` is the open object, valid until
    the next stop. ``target`` is where a link points or, for `AGAIN`, the path of the first visit. ``reason`` is a
    sentence for `UNREADABLE`.
    """

    path: bytes
    name: bytes
    kind: VisitKind
    depth: int
    node: Any = None
    address: int = 0
    target: bytes = b""
    reason: str = ""


def is_group(node: object) -> bool:
    """Whether an opened object is a group."""
    return isinstance(node, h5g.GroupID)


def is_dataset(node: object) -> bool:
    """Whether an opened object is a dataset."""
    return isinstance(node, h5d.DatasetID)


def path_of(node: object) -> bytes:
    """The path by which an object was opened."""
    return h5i.get_name(node) or b"/"


def place(node: object) -> str:
    """An object and its file as sentences name them: ``“/T/results/z” in “a.hdf5”``."""
    try:
        file = text.printable(h5f.get_name(node).rsplit(b"/", 1)[-1])
        return f"“{text.printable(path_of(node))}” in “{file}”"
    except FAILURES:
        return "A part of the file"


def address(node: object) -> int:
    """Where the object's header is in the file: the identity of the object."""
    return int(h5o.get_info(node).addr)


def names(group: h5g.GroupID) -> list[bytes]:
    """The names of all children in name order. Raises `NotReadable` when they cannot be listed completely."""
    found: list[bytes] = []
    _list(group, found, found.append)
    return found


def hard_names(group: h5g.GroupID) -> list[bytes]:
    """The names of those children to which hard links lead, in name order. Raises `NotReadable`."""
    return [name for name, kind, _ in _listed(group) if kind == h5l.TYPE_HARD]


class Child(NamedTuple):
    """A name in a group: whether a hard link leads on from it and, if so, the address of its object."""

    name: bytes
    hard: bool
    address: int


def listed(group: h5g.GroupID) -> list[Child]:
    """All children in name order, links included. Raises `NotReadable` when they cannot be listed completely."""
    return [Child(name, kind == h5l.TYPE_HARD, place) for name, kind, place in _listed(group)]


def open_listed(group: h5g.GroupID, name: bytes) -> Any:
    """Open a child that was listed as one to which a hard link leads. Raises `NotReadable`."""
    _check_name(group, name)
    return _open(group, name)


def _listed(group: h5g.GroupID) -> list[tuple[bytes, int, int]]:
    """Name, HDF5's kind of link and, for hard links, the object's address of all children, in name order."""
    found: list[tuple[bytes, int, int]] = []

    def note(name: bytes, info: h5l.LinkInfo) -> None:
        found.append((name, info.type, info.u))

    _list(group, found, note, info=True)
    return found


def _list(group: h5g.GroupID, found: Sized, note: Callable[..., None], info: bool = False) -> None:
    """``note`` every child, in name order, in ``found``. Raises `NotReadable` unless that are all there are."""
    try:
        group.links.iterate(note, info=info, idx_type=h5.INDEX_NAME, order=h5.ITER_INC)
        expected = group.get_num_objs()
    except FAILURES as error:
        raise _incomplete(group, str(error)) from error
    if len(found) != expected:
        raise _incomplete(group, f"{len(found)} of {expected} names")


def _incomplete(group: h5g.GroupID, details: str) -> NotReadable:
    return NotReadable(
        f"The group {place(group)} could not be listed completely.",
        "It is damaged. What it holds may still be in another copy of the file.",
        details,
        FileState.DAMAGED,
    )


def _check_name(group: h5g.GroupID, name: bytes) -> None:
    """HDF5 would take such a name for a path and open something else."""
    if b"/" in name or b"\0" in name or name in (b"", b".") or len(name) > 65535:
        raise NotReadable(
            f"A child of {place(group)} has the impossible name “{text.printable(name)}” and is not opened.",
            "The file is damaged or was made to mislead programs.",
            state=FileState.DAMAGED,
        )


def link(group: h5g.GroupID, name: bytes) -> Link:
    """How ``name`` leads on from ``group``; nothing is followed. Raises `NotReadable` when there is no such name."""
    _check_name(group, name)
    try:
        info = group.links.get_info(name)
        if info.type == h5l.TYPE_HARD:
            return Link(LinkKind.HARD, b"", int(info.u))
        if info.type == h5l.TYPE_SOFT:
            return Link(LinkKind.SOFT, group.links.get_val(name))
        if info.type == h5l.TYPE_EXTERNAL:
            file, path = group.links.get_val(name)
            return Link(LinkKind.EXTERNAL, file + b":" + path)
    except FAILURES as error:
        raise _missing(group, name, str(error)) from error
    return Link(LinkKind.OTHER)


def _missing(group: h5g.GroupID, name: bytes, details: str) -> NotReadable:
    return NotReadable(
        f"“{text.printable(name)}” cannot be found in {place(group)}.",
        "It may have been renamed or removed. Refresh, or look into the group again.",
        details,
    )


def open_child(group: h5g.GroupID, name: bytes) -> Any:
    """Open the child ``name``, if a hard link leads there. Raises `NotReadable`."""
    found = link(group, name)
    if found.kind is not LinkKind.HARD:
        raise NotReadable(
            f"“{text.printable(name)}” in {place(group)} is a link, which is shown but not followed.",
            "Open what it points to.",
        )
    return _open(group, name)


def _open(group: h5g.GroupID, name: bytes) -> Any:
    try:
        return h5o.open(group, name)
    except FAILURES as error:
        raise NotReadable(
            f"“{text.printable(name)}” in {place(group)} cannot be opened.",
            "It is damaged. What it holds may still be in another copy of the file.",
            str(error),
            FileState.DAMAGED,
        ) from error


def group_at(parent: h5g.GroupID, name: bytes) -> Any:
    """The child ``name`` if a hard link leads to it and it is a group that can be opened, else None."""
    try:
        if link(parent, name).kind is not LinkKind.HARD:
            return None
        child = _open(parent, name)
    except NotReadable:
        return None
    return child if is_group(child) else None


def open_node(group: h5g.GroupID, path: bytes) -> Any:
    """Open ``path`` below ``group``, component by component along hard links only. Raises `NotReadable`."""
    node: Any = group
    for name in path.split(b"/"):
        if not name:
            continue
        if not is_group(node):
            raise NotReadable(f"{place(node)} is no group, so that nothing can be below it.", "Refresh the view.")
        node = open_child(node, name)
    return node


def walk(
    group: h5g.GroupID,
    enter: Callable[[Visit], bool] | None = None,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
) -> Iterator[Visit]:
    """Visit everything below ``group`` in name order, a group before its children, each object once.

    ``enter(visit)`` says whether to go into a group (default: always). Links are reported, not followed. What cannot
    be listed or opened, or lies deeper than ``max_depth``, is reported as `UNREADABLE`; more than ``max_nodes`` raise
    `NotReadable`.
    """
    seen: dict[int, bytes] = {address(group): b""}
    stack = [_level(group, b"", 0, seen)]
    group_kind = VisitKind.GROUP  # looking a member of an enum up takes longer than anything else here
    count = 0
    while stack:
        visit = next(stack[-1], None)
        if visit is None:
            stack.pop()
            continue
        count += 1
        if count > max_nodes:
            raise NotReadable(
                f"There are more than {max_nodes:,} objects below {place(group)}.", "Look at smaller parts of it."
            )
        yield visit
        if visit.kind is group_kind and (enter is None or enter(visit)):
            if visit.depth >= max_depth:
                reason = f"What lies deeper than {max_depth} groups is not shown."
                yield visit._replace(kind=VisitKind.UNREADABLE, node=None, reason=reason)
                continue
            stack.append(_level(visit.node, visit.path + b"/", visit.depth, seen))


_LINK_VISITS = {
    LinkKind.SOFT: VisitKind.SOFT,
    LinkKind.EXTERNAL: VisitKind.EXTERNAL,
    LinkKind.OTHER: VisitKind.OTHER,
}


def _level(group: h5g.GroupID, prefix: bytes, depth: int, seen: dict[int, bytes]) -> Iterator[Visit]:
    """The children of one group. ``seen`` has the path of every object that was visited, by its address."""
    try:
        children = _listed(group)
    except NotReadable as error:
        path = prefix.rstrip(b"/")
        yield Visit(path, path.rsplit(b"/", 1)[-1], VisitKind.UNREADABLE, depth, reason=error.title)
        return
    depth += 1
    hard = h5l.TYPE_HARD
    for name, kind, place_of in children:
        path = prefix + name
        try:
            if kind != hard:
                found = link(group, name)
                yield Visit(path, name, _LINK_VISITS[found.kind], depth, target=found.target)
                continue
            _check_name(group, name)
            first = seen.get(place_of)
            if first is not None:
                yield Visit(path, name, VisitKind.AGAIN, depth, address=place_of, target=first)
                continue
            node = _open(group, name)
        except NotReadable as error:
            yield Visit(path, name, VisitKind.UNREADABLE, depth, reason=error.title)
            continue
        seen[place_of] = path
        yield Visit(path, name, _KINDS.get(type(node), VisitKind.TYPE), depth, node, place_of)


_KINDS = {h5g.GroupID: VisitKind.GROUP, h5d.DatasetID: VisitKind.DATASET}
