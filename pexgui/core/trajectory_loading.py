"""What a trajectory finds in its file: names first, data when they are asked for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from . import files, layout
from . import trajectory_names as names
from .appending import settled
from .bookkeeping import Trajectory as Bookkeeping
from .bookkeeping import open_trajectory_group, read_info, table, text_encoding, trajectories
from .encode_overview import Head
from .errors import PexError
from .explored import explored_names
from .items import is_leaf, items_of, leaf_class
from .leaves import annotations, is_parameter, read_leaf
from .model import Stamp
from .run_rows import run_names
from .trajectory_group import Group
from .trajectory_leaves import CLASSES, Leaf, Parameter, Result
from .trajectory_nodes import Node
from .trajectory_rows import RunRows, fresh_rows
from .trajectory_runs import Runs

LOAD_NOTHING, LOAD_SKELETON, LOAD_DATA = 0, 1, 2


class _Opened:
    """The file of a trajectory while it is open for reading."""

    def __init__(self, file: files.OpenFile, path: bytes) -> None:
        self.stamp: Stamp = file.stamp
        self.bookkeeping: Bookkeeping = open_trajectory_group(file, path)
        self.encoding = text_encoding(self.bookkeeping)

    def node(self, full_name: str) -> Any:
        """The group with the full name. Raises `NotReadable`."""
        path = full_name.replace(".", "/").encode("utf-8", "surrogateescape")
        return files.open_node(self.bookkeeping.group, path) if path else self.bookkeeping.group

    def find(self, full_name: str) -> Any:
        """The group with the full name; None if there is none."""
        node = self.bookkeeping.group
        for part in layout.components(full_name.replace(".", "/").encode("utf-8", "surrogateescape")):
            node = files.group_at(node, part) if node is not None else None
        return node


class Loading(Runs):
    """The part of a trajectory that reads its file."""

    if TYPE_CHECKING:
        _opened: _Opened | None

    # --- the file

    @contextmanager
    def _reading(self) -> Iterator[_Opened | None]:
        """The file open for reading, while nobody writes; the one that is open already. None if it is not stored."""
        if self._opened is not None or not self._stored:
            yield self._opened
            return
        with settled(self._file) as file:
            self._opened = _Opened(file, b"/" + self._name.encode())
            try:
                yield self._opened
            finally:
                self._opened = None

    # --- names

    def _know(self, start: Group, recursive: bool) -> bool:
        """Learn what the file has below a group. Whether there may be anything new."""
        if not self._stored or (start is not self and not start._stored):
            return False
        key = (start.v_full_name, recursive, self.v_crun)
        if self._opened is None and self._known.get(key) == files.stamp(self._file):
            return False
        with self._reading() as opened:
            assert opened is not None
            if self._known.get(key) == opened.stamp:
                return False
            node = opened.find(start.v_full_name)
            if node is not None:
                self._list(start, node, recursive)
            self._known[key] = opened.stamp
        return True

    def _has_looked_below(self, start: Group) -> bool:
        """Whether all that lies below a group in the file is known, but for other runs than that to which it is set."""
        looked = ((place, True, run) for place in ("", start.v_full_name) for run in (None, self.v_crun))
        return not self._stored or any(key in self._known for key in looked)

    def _list(self, start: Group, node: Any, recursive: bool) -> None:
        """Take over what is in an opened group, and below it; of other runs only if the trajectory is set to none."""
        waiting = [(start, node)]
        links: list[tuple[Group, str, bytes]] = []
        while waiting:
            group, node = waiting.pop()
            for child in files.listed(node):
                name = child.name.decode("utf-8", "surrogateescape")
                if group is self and child.name == layout.OVERVIEW:
                    continue
                if name in group._children or name in group._links:
                    known = group._children.get(name)
                    if recursive and child.hard and isinstance(known, Group) and known._stored:
                        waiting.append((known, files.open_listed(node, child.name)))
                    continue
                if not child.hard:
                    links.append((group, name, files.link(node, child.name).target))
                    continue
                if recursive and group is not start and self._is_of_other_run(name):
                    continue
                opened = files.open_listed(node, child.name)
                if files.is_group(opened):
                    made = self._take(group, name, opened)
                    if recursive and isinstance(made, Group):
                        waiting.append((made, opened))
        for group, name, target in links:
            self._take_link(group, name, target)

    def _is_of_other_run(self, name: str) -> bool:
        return self._index >= 0 and name != self.v_crun and self._runs.has(name)

    def _take(self, group: Group, name: str, opened: Any) -> Node:
        """A group or leaf that is in the file, as a node."""
        comment = files.text_attribute(opened, layout.SRVC_INIT_COMMENT)
        made: Node
        if is_leaf(opened):
            made = self._leaf_of(group, name, opened)
            made.v_comment = comment
        else:
            made = Group(name, comment)
        if notes := annotations(opened):
            made.f_set_annotations(**notes)
        object.__setattr__(made, "_parent", group)
        object.__setattr__(made, "_stored", True)
        group._children[name] = made
        return made

    def _leaf_of(self, group: Group, name: str, opened: Any) -> Leaf:
        class_name = leaf_class(opened)
        above = group.v_full_name.replace(".", "/")
        path = f"/{self._name}/{above}/{name}".encode("utf-8", "surrogateescape")
        generic = Parameter if is_parameter(path, class_name) else Result
        made = CLASSES.get(class_name, generic)(name)
        made._class_name = class_name
        made._loaded = False
        return made

    def _take_link(self, group: Group, name: str, target: bytes) -> None:
        """A link in the file, if it leads to something in this trajectory."""
        parts = [part.decode("utf-8", "surrogateescape") for part in layout.components(target)]
        node: Node | None = self if parts[:1] == [self._name] else None
        for part in parts[1:]:
            if isinstance(node, Group) and part not in node._children:
                self._know(node, recursive=False)
            node = node._children.get(part) if isinstance(node, Group) else None
        if node is not None and node is not self:
            group._links[name] = node
            self._linking[id(group)] = group

    # --- data

    def f_load(
        self,
        name: str | None = None,
        index: int | None = None,
        load_parameters: int = LOAD_DATA,
        load_derived_parameters: int = LOAD_SKELETON,
        load_results: int = LOAD_SKELETON,
        load_other_data: int = LOAD_SKELETON,
        load_data: int | None = None,
        force: bool = False,
        filename: Any = None,
        **ignored: Any,
    ) -> None:
        """Load a trajectory from the file: that with the ``name``, or with the ``index`` among those of the file in the
        order of their names (-1 is the last), or this one again, with what others stored meanwhile.

        2 loads data, 1 only what there is, so that data come when they are asked for; ``load_data`` is for all
        branches.
        ``force`` and others of pypet's arguments change nothing: the version of pypet is no reason to refuse.
        Raises `PexError` for a file that cannot be read, `ValueError` for a trajectory that is not in it.
        """
        from .trajectory_state import file_of

        unknown = ignored.keys() - _IGNORED
        if unknown:
            raise TypeError(f"f_load() has no argument “{min(unknown)}”.")
        self._refuse_in_run()
        if filename is not None:
            self._file = file_of(filename, name or self._name)
        if not self._stored or name is not None or index is not None:
            self._become(name, index)
        else:
            self._refresh()
        branches = {
            names.PARAMETERS: load_parameters,
            names.CONFIG: load_parameters,
            names.DERIVED_PARAMETERS: load_derived_parameters,
            names.RESULTS: load_results,
        }
        with self._reading():
            self._know(self, recursive=False)
            for child in list(self._children.values()):
                wanted = branches.get(child.v_name, load_other_data) if load_data is None else load_data
                if wanted >= LOAD_DATA or (wanted and child.v_name in (names.PARAMETERS, names.CONFIG)):
                    self._load_all(child, wanted)

    def _load_all(self, node: Node, how: int) -> None:
        for leaf in [node] if isinstance(node, Leaf) else list(node.f_iter_leaves()) if isinstance(node, Group) else ():
            if how >= LOAD_DATA and isinstance(leaf, Leaf):
                leaf._load()

    def f_load_skeleton(self) -> None:
        """Learn what there is, without data."""
        self.f_load(load_parameters=LOAD_SKELETON)
        self._know_all()

    def f_load_items(self, items: Iterable[Any], only_empties: bool = False) -> None:
        """Load the data of leaves, given by name or themselves, anew."""
        leaves = [self.f_get(item) if isinstance(item, str) else item for item in items]
        for leaf in leaves:
            if not isinstance(leaf, Leaf):
                raise TypeError(f"“{getattr(leaf, 'v_full_name', leaf)}” is no leaf, which could have data.")
        with self._reading():
            for leaf in leaves:
                if leaf._stored and (not only_empties or leaf.f_is_empty()):
                    leaf._loaded = False
                    if isinstance(leaf, Result):
                        leaf._data = {}
                    self._load_leaf(leaf)

    def f_load_item(self, item: Any) -> None:
        """Load the data of a leaf, given by name or itself, anew."""
        self.f_load_items([item])

    def _load_leaf(self, leaf: Leaf) -> None:
        """Read the data of a leaf."""
        with self._reading() as opened:
            if opened is None:
                return
            full = leaf.v_full_name
            path = f"/{self._name}/{full.replace('.', '/')}".encode("utf-8", "surrogateescape")
            found = read_leaf(opened.node(full), path, opened.encoding)
        leaf.v_comment = found.comment
        leaf.f_set_annotations(**found.annotations)
        leaf._fill(found)

    def _load_single(self, leaf: Node) -> None:
        """Read the data of a leaf if the trajectory gives its value rather than itself."""
        if not isinstance(leaf, Leaf) or leaf._loaded:
            return
        if isinstance(leaf, Result):
            with self._reading() as opened:
                if opened is None or [one.name for one in items_of(opened.node(leaf.v_full_name))] != [leaf.v_name]:
                    return
                self._load_leaf(leaf)
        else:
            self._load_leaf(leaf)

    # --- the trajectory itself

    def _become(self, name: str | None, index: int | None) -> None:
        """Be the trajectory of the file that is meant."""
        if not self._file:
            raise ValueError("The trajectory has no file; pass filename=…")
        with settled(self._file) as file:
            found = [one.path[1:].decode("utf-8", "surrogateescape") for one in trajectories(file, [])]
        chosen = _chosen(found, name, index, file.name)
        put = object.__setattr__
        put(self, "_name", chosen)
        put(self, "_stored", True)
        self._children.clear()
        self._links.clear()
        self._make_branches()
        for held in (self._fresh, self._fresh_links, self._known):
            held.clear()
        self._refresh()

    def _refresh(self) -> None:
        """Read the runs, and what the trajectory says of itself."""
        self._known.clear()
        with self._reading() as opened:
            assert opened is not None
            info = read_info(opened.bookkeeping, [])
            self._head = Head(self._name, info.created, info.comment, info.version, info.python)
            self.v_comment = info.comment
            self.f_set_annotations(**annotations(opened.bookkeeping.group))
            self._runs = _rows(opened.bookkeeping)
            listed = explored_names(opened.bookkeeping, [])
            self._explored = dict.fromkeys(one.decode("utf-8", "surrogateescape") for one in listed)
        for leaf in list(self._walk()):
            if isinstance(leaf, Parameter) and leaf._stored and leaf.v_full_name in self._explored:
                leaf._loaded = False
        self.f_restore_default()


_IGNORED = frozenset({"recursive", "max_depth", "dynamic_imports", "with_run_information", "with_meta_data"})


def _chosen(found: list[str], name: str | None, index: int | None, file: str) -> str:
    if name is not None and index is not None:
        raise ValueError("Give either a name or an index, not both.")
    if not found:
        raise PexError(f"There is no trajectory in {file}.", "Choose another file.")
    told = ", ".join(f"“{one}”" for one in found[:10])
    if name is not None:
        if name not in found:
            raise ValueError(f"There is no trajectory “{name}” in {file}; there is {told}.")
        return name
    if index is None:
        if len(found) > 1:
            raise ValueError(f"There are {len(found)} trajectories in {file}, {told}; say which by name or index.")
        index = 0
    if not -len(found) <= index < len(found):
        raise ValueError(f"There is no trajectory with the index {index} in {file}; there are {len(found)}, {told}.")
    return found[index]


def _rows(bookkeeping: Bookkeeping) -> RunRows:
    """The table of runs; where that is missing, what can be told of the runs otherwise."""
    found = table(bookkeeping, layout.RUNS, None, [])
    if found is None:
        told = [name.decode("utf-8", "surrogateescape") for name in run_names(bookkeeping)]
        return RunRows.fresh(len(told), told.__getitem__)
    rows = fresh_rows(range(len(found)))
    for name in set(rows.dtype.names or ()) & set(found.dtype.names or ()):
        rows[name] = found[name].astype(rows.dtype[name], copy=False)
    empty = np.flatnonzero(rows["name"] == b"")
    rows["name"][empty] = [layout.run_name(index) for index in empty.tolist()]
    return RunRows(rows)
