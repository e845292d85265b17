"""A file's objects written anew into another file, one by one: all that is in them is kept, the space around goes."""

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from h5py import h5, h5d, h5g, h5i, h5l, h5o, h5p, h5t

from . import compact_data, nodes, text
from .compact_attributes import AttributeCopier
from .compact_forms import Forms, Room
from .compact_lost import unreadable
from .compact_references import References
from .errors import FAILURES, PexError
from .headers import NOT_PROVED, TABLE, TYPE, Header, Raw, data_of, header
from .model import Fact
from .progress import Progress, silent

if TYPE_CHECKING:
    from .compact_chunks import Pipeline

OBJECT = 2_000
"""An object counts as much as so many bytes of data, to say how far one is."""
_INTERVAL = 0.1
_ROOM = b".pexgui-copying"
_PLAIN_TYPES = (0, 1, 3, 4, 8)
"""Whole numbers, floats, texts of one length, bit fields, enums: types of which the bytes of a value say all."""
_TRACKED = h5p.CRT_ORDER_TRACKED
_NEW_FORM = 2


class Load(NamedTuple):
    """How a tree is copied.

    ``small`` gives small data a place in the header of their object. ``recode`` says how data are compressed anew.
    ``lost`` collects what cannot be read; None to raise it. ``total`` is what there is to do, as `OBJECT` counts it.
    ``content`` are the bytes of the file, if they are at hand.
    """

    progress: Progress = silent
    what: str = ""
    small: bool = True
    recode: "Callable[[h5d.DatasetID], Pipeline | None] | None" = None
    lost: list[Fact] | None = None
    total: int = 0
    content: Raw | None = None


class Child(NamedTuple):
    """A name in a group, its character set, and where a hard link leads to (−1: it is another link)."""

    name: bytes
    address: int
    unicode: bool


class Level(NamedTuple):
    """A group, its copy, and the path of both."""

    source: Any
    target: Any
    path: bytes


class TreeCopier:
    """Copies what is below a group into another group, which is new. ``objects`` counts what was copied, ``without``
    has the attributes that were lost by the path of their object."""

    def __init__(self, source: h5g.GroupID, target: h5g.GroupID, load: Load) -> None:
        self.root = Level(source, target, b"")
        self.load = load
        self._paths: dict[int, bytes] = {nodes.address(source): b"/"}
        self._references = References(source, target, self._paths, self._lost)
        self._attributes = AttributeCopier(self._type_for, self._lost)
        self._room = Room(target, _unused(_ROOM, source))
        self._forms = Forms(self._room)
        self._types: dict[int, h5t.TypeID] = {}
        self.objects = 1
        self.without: dict[bytes, dict[bytes, bytes | None]] = {}
        self._done = 0
        self._last = 0.0

    def copy(self) -> int:
        """Copy everything, the attributes of the two groups included, and give how many objects there were. Raises
        `PexError` when a part cannot be read, and `OSError` when the disk refuses."""
        self.copy_root()
        stack = [self._below(self.root)]
        while stack:
            level = next(stack[-1], None)
            if level is None:
                stack.pop()
            else:
                stack.append(self._below(level))
        self._references.write()
        self._room.clear()
        return self.objects

    def copy_root(self) -> None:
        """Copy the attributes of the two groups."""
        source, target, _ = self.root
        self._copy_attributes(source, target, b"", None, source.get_create_plist())

    def _below(self, level: Level) -> Iterator[Level]:
        """Copy the children of a group; those that are groups are given, to go on below them."""
        for child in self.children(level):
            below = self.child(level, child)
            if below is not None:
                yield below

    def children(self, level: Level) -> list[Child]:
        """What is in a group; nothing when that is lost."""
        try:
            return children_of(level.source)
        except PexError as error:
            self._lost(level.source, error, b"")
            return []

    def child(self, level: Level, child: Child) -> Level | None:
        """Copy what is under one name; what is given is a group of which the children are to be copied."""
        try:
            return self._child(level, child)
        except FAILURES as error:
            problem = unreadable(level.source, f"“{text.printable(child.name)}”", error)
        except PexError as error:
            problem = error
        self._lost(level.source, problem, b"")
        self._paths.pop(child.address, None)
        if level.target.links.exists(child.name):
            level.target.unlink(child.name)
        return None

    def _child(self, level: Level, child: Child) -> Level | None:
        source, target, path = level
        lcpl = UNICODE if child.unicode else None
        if child.address < 0:
            _copy_link(source, target, child.name, lcpl)
            return None
        where = path + b"/" + child.name
        first = self._paths.setdefault(child.address, where)
        if first is not where:
            target.links.create_hard(child.name, self.root.target, first, lcpl)
            return None
        node = nodes.open_listed(source, child.name)
        self._add(1, OBJECT)
        if isinstance(node, h5g.GroupID):
            return self._group(node, target, child, where, lcpl)
        if isinstance(node, h5d.DatasetID):
            self._dataset(node, level, child, where, lcpl)
        else:
            self._named_type(node, target, child.name, where, lcpl)
        return None

    def _group(self, node: Any, target: Any, child: Child, where: bytes, lcpl: h5p.PropLCID | None) -> Level:
        told = self._told(child.address)
        key = _group_key(told)
        if self._forms.fill(key, target, child.name, lcpl):
            return Level(node, h5g.open(target, child.name), where)
        plist = node.get_create_plist()
        made = h5g.create(target, child.name, lcpl, _group_plist(plist.get_link_creation_order(), _order(plist)))
        self._copy_attributes(node, made, where, told, plist)
        self._keep(key, target, child.name, told, made)
        return Level(node, made, where)

    def _dataset(self, node: h5d.DatasetID, level: Level, child: Child, where: bytes, lcpl: Any) -> None:
        told, target, name = self._told(child.address), level.target, child.name
        key, content = self._data_key(told)
        if self._forms.fill(key, target, name, lcpl):
            self._forms.write(key, h5d.open(target, name), content)
            return
        plist = node.get_create_plist()
        compact_data.check(node, plist)
        pipeline = self.load.recode(node) if self.load.recode else None
        try:
            made = self._copied(node, plist, pipeline, level, name, where, lcpl)
        except FAILURES as error:
            if target.links.exists(name):
                target.unlink(name)
            raise unreadable(node, "The data", error) from error
        self._copy_attributes(node, made, where, told, plist)
        self._keep(key, target, name, told, made)

    def _keep(self, key: Any, target: Any, name: bytes, told: Header | None, made: Any) -> None:
        if key is not None and told is not None and self._attributes.are_raw(told.attributes):
            self._forms.take(key, target, name, made)

    def _data_key(self, told: Header | None) -> tuple[Any, bytes]:
        """By what datasets alike are known, and the data; no key for one that is not all in its own bytes."""
        content = self.load.content
        if told is None or content is None:
            return None, b""
        if any(kind == TYPE and body[0] & 0x0F not in _PLAIN_TYPES for kind, body in told.messages):
            return None, b""
        try:
            data = data_of(content, told, compact_data.IN_HEADER)
        except NOT_PROVED:
            return None, b""
        return (data.described, tuple(told.attributes)), data.content

    def _copied(
        self,
        node: h5d.DatasetID,
        plist: h5p.PropDCID,
        pipeline: "Pipeline | None",
        level: Level,
        name: bytes,
        where: bytes,
        lcpl: Any,
    ) -> Any:
        kind = node.get_type()
        if pipeline is None and compact_data.is_left_to_hdf5(kind, plist):
            return self.by_hdf5(node, level, name, lcpl)
        compact_data.prepare(node, plist, kind, self.load.small)
        if pipeline is not None:
            compact_data.recompressed(plist, pipeline)
        made = h5d.create(level.target, name, self._type_for(kind), node.get_space(), plist, lcpl)
        if kind.detect_class(h5t.REFERENCE):
            self._references.note(where)
        else:
            self.carry(node, made, kind, pipeline)
        return made

    def by_hdf5(self, node: h5d.DatasetID, level: Level, name: bytes, lcpl: Any) -> h5d.DatasetID:
        """Copy a dataset as it is, without its attributes."""
        h5o.copy(level.source, name, level.target, name, _without_attributes(), lcpl)
        self._add(0, node.get_storage_size())
        return h5d.open(level.target, name)

    def carry(self, node: h5d.DatasetID, made: h5d.DatasetID, kind: h5t.TypeID, pipeline: "Pipeline | None") -> None:
        """Carry the data of a dataset over into the one that was made for them, compressed anew with a pipeline."""
        if pipeline is None:
            compact_data.copy(node, made, kind, lambda amount: self._add(0, amount))
            return
        from .compact_chunks import recompress

        before = self._done
        recompress(node, made, pipeline, lambda _, done, __: self._tell(before + done), self.load.what)
        self._add(0, node.get_storage_size())

    def _named_type(self, node: h5t.TypeID, target: Any, name: bytes, where: bytes, lcpl: Any) -> None:
        made = self._type_for(node)
        target.links.create_hard(name, self.root.target, h5i.get_name(made), lcpl)
        self._attributes.copy(node, made, lambda attribute: self._references.note(where, attribute), False)

    def _type_for(self, kind: h5t.TypeID) -> h5t.TypeID:
        """The type in the new file that stands for a type of the old one. A named type gets a name for the time being,
        which goes when the name that it has in the file has come."""
        if not kind.committed():
            return kind
        address = nodes.address(kind)
        made = self._types.get(address)
        if made is None:
            made = self._types[address] = kind.copy()
            made.commit(self._room.group(), b"type %d" % address)
        return made

    def _copy_attributes(self, source: Any, target: Any, where: bytes, told: Header | None, plist: Any) -> None:
        ordered = bool(_order(plist) & _TRACKED)
        known = told.attributes if told else None
        self._attributes.copy(source, target, lambda name: self._references.note(where, name), ordered, known)

    def _told(self, address: int) -> Header | None:
        """The header of the object at ``address``; None when it is not understood."""
        if self.load.content is None:
            return None
        try:
            return header(self.load.content, address)
        except NOT_PROVED:
            return None

    def _add(self, objects: int, amount: int) -> None:
        self.objects += objects
        self._done += amount
        now = time.monotonic()
        if now - self._last >= _INTERVAL:
            self._last = now
            self._tell(self._done)

    def _tell(self, done: int) -> None:
        self.load.progress(self.load.what, min(done, self.load.total), self.load.total)

    def _lost(self, node: Any, error: PexError, attribute: bytes) -> None:
        """Note what cannot be read, or raise it."""
        if self.load.lost is None:
            raise error
        path = nodes.path_of(node)
        self.without.setdefault(path.strip(b"/"), {})[attribute] = None
        self.load.lost.append(Fact(text.printable(path), error.title))


def takes_new_form(source: h5g.GroupID, small: bool) -> bool:
    """Whether a copy takes the form of HDF5 1.8 for headers and links: also when the file has it already, since some
    attributes have no room in the older form."""
    return small or h5i.get_file_id(source).get_create_plist().get_version()[0] >= _NEW_FORM


UNICODE = h5p.create(h5p.LINK_CREATE)
UNICODE.set_char_encoding(h5t.CSET_UTF8)


def _unused(name: bytes, group: h5g.GroupID) -> bytes:
    """A name that nothing in a group has."""
    while group.links.exists(name):
        name += b"_"
    return name


def _group_key(told: Header | None) -> Any:
    """By what groups alike are known, of the old form, which does not remember in which order they were filled."""
    if told is None or [kind for kind, _ in told.messages] != [TABLE]:
        return None
    return tuple(told.attributes)


def _order(plist: Any) -> int:
    return int(plist.get_attr_creation_order())


@lru_cache(16)
def _group_plist(links: int, attributes: int) -> h5p.PropGCID:
    plist = h5p.create(h5p.GROUP_CREATE)
    plist.set_obj_track_times(False)
    plist.set_attr_phase_change(compact_data.MOST_ATTRIBUTES, compact_data.MOST_ATTRIBUTES)
    plist.set_link_creation_order(links)
    plist.set_attr_creation_order(attributes)
    return plist


@lru_cache(1)
def _without_attributes() -> h5p.PropCopyID:
    plist = h5p.create(h5p.OBJECT_COPY)
    plist.set_copy_object(h5o.COPY_WITHOUT_ATTR_FLAG)
    return plist


def children_of(group: h5g.GroupID) -> list[Child]:
    """All names in a group, in the order in which they were made if that is remembered, else by name."""
    found: list[Child] = []
    hard, utf8 = h5l.TYPE_HARD, h5t.CSET_UTF8

    def note(name: bytes, info: h5l.LinkInfo) -> None:
        found.append(Child(name, info.u if info.type == hard else -1, info.cset == utf8))

    ordered = group.get_create_plist().get_link_creation_order() & _TRACKED
    try:
        group.links.iterate(note, info=True, idx_type=h5.INDEX_CRT_ORDER if ordered else h5.INDEX_NAME)
        complete = len(found) == group.get_num_objs()
    except FAILURES as error:
        raise unreadable(group, "The list of what is in a group", error) from error
    if not complete:
        raise unreadable(group, "The list of what is in a group", ValueError(f"{len(found)} names"))
    return found


def _copy_link(source: h5g.GroupID, target: h5g.GroupID, name: bytes, lcpl: h5p.PropLCID | None) -> None:
    """Copy a link that is not hard, wherever it leads. Raises `PexError` for a kind of link that is not HDF5's own."""
    kind = source.links.get_info(name).type
    if kind == h5l.TYPE_SOFT:
        target.links.create_soft(name, source.links.get_val(name), lcpl)
    elif kind == h5l.TYPE_EXTERNAL:
        file, path = source.links.get_val(name)
        target.links.create_external(name, file, path, lcpl)
    else:
        raise unreadable(source, f"The link “{text.printable(name)}”", ValueError(f"a link of kind {kind}"))
