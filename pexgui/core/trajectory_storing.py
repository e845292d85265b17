"""How a trajectory comes into its file: what is new is made ready first, then written wholly or not at all."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from h5py import h5g

from . import files, stored, trajectory_rows
from . import trajectory_names as names
from .appending import appending
from .errors import PexError
from .extending import extend
from .files import shown
from .folders_made import racedirs
from .register import noted
from .trajectory_file import OpenTrajectory, PreparedGroup, PreparedLeaf, PreparedLink, begin, described
from .trajectory_group import Group
from .trajectory_leaves import Leaf, Parameter, Result
from .trajectory_loading import Loading
from .trajectory_nodes import Node

STORE_NOTHING, STORE_DATA_SKIPPING, STORE_DATA, OVERWRITE_DATA = 0, 1, 2, 3

Prepared = PreparedGroup | PreparedLeaf | PreparedLink


class Storing(Loading):
    """The part of a trajectory that writes its file."""

    _title: str
    _anew: list[Parameter]

    def f_store(self, only_init: bool = False, store_data: int = STORE_DATA, max_depth: int | None = None) -> None:
        """Store what is not in the file yet: at any moment the file has all of it or nothing.

        ``only_init`` stores only what is known of the trajectory and its runs, no parameters and results. In a run only
        what belongs to the run is stored. ``store_data`` 0 stores nothing, 3 replaces leaves that are in the file.
        Raises `TypeError`, `ValueError` or `OverflowError` that names the parameter or result that cannot be stored,
        before anything is written, and `PexError` when the file cannot be written.
        """
        if store_data == STORE_NOTHING:
            return
        wanted: list[Node] = [] if only_init else list(self._fresh.values())
        if only_init and not self._stored:
            wanted = _with_above(self.f_get_explored_parameters().values())
        links = [] if only_init else list(self._fresh_links.values())
        if self._is_run:
            ours = set(map(id, self._of_run))
            wanted = [node for node in wanted if id(node) in ours]
            links = [link for link in links if link in self._links_of_run]
        self._write(wanted, links, store_data == OVERWRITE_DATA, max_depth)

    def f_store_items(self, items: Iterable[Any], store_data: int = STORE_DATA) -> None:
        """Store these leaves and groups, given by name or themselves, with the groups on the way to them."""
        nodes = [self.f_get(item) if isinstance(item, str) else item for item in items]
        self._write(_with_above(nodes), [], store_data == OVERWRITE_DATA)

    def f_store_item(self, item: Any, store_data: int = STORE_DATA) -> None:
        """Store a leaf or group, given by name or itself."""
        self.f_store_items([item], store_data)

    def f_delete_items(
        self, items: Iterable[Any], recursive: bool = False, remove_from_trajectory: bool = False
    ) -> None:
        """Take groups and leaves, given by name or themselves, out of the file; a group that holds something only with
        ``recursive``. They stay in memory unless ``remove_from_trajectory``."""
        nodes = [self.f_get(item) if isinstance(item, str) else item for item in items]
        for node in nodes:
            if isinstance(node, Group) and node.f_has_children() and not recursive:
                raise TypeError(f"“{node.v_full_name}” holds other nodes; recursive=True deletes them too.")
        with self._changing() as opened:
            for node in nodes:
                opened.remove(tuple(node.v_full_name.split(".")))
        for node in nodes:
            if remove_from_trajectory:
                node._parent.f_remove_child(node.v_name, recursive=True)
            else:
                self._not_stored(node)

    def f_delete_item(self, item: Any, recursive: bool = False, remove_from_trajectory: bool = False) -> None:
        """Take a group or leaf, given by name or itself, out of the file."""
        self.f_delete_items([item], recursive, remove_from_trajectory)

    def f_clear_run(self, name: str) -> None:
        """Mark a run unfinished, and take away what it stored, from memory and file. Raises `PexError` if somebody else
        ran it meanwhile."""
        index = self._runs.index(name)
        row = trajectory_rows.reset(self._runs.row(index))
        if self._stored:
            with self._changing() as opened:
                self._refuse_others(opened, [index])
                for path in self._places(opened.group, name):
                    opened.remove(path)
                opened.put_rows({index: row})
        self._runs.row(index).update(row)
        self._runs.now_stored([index])
        for node in [node for node in self._walk() if node.v_name == name and node.v_branch in names.OF_RUNS]:
            if node._parent is not None and node._root() is self:
                node._parent.f_remove_child(name, recursive=True)
        self._known.clear()

    # --- writing

    def _write(
        self,
        nodes: list[Node],
        links: list[tuple[Group, str]],
        instead: bool = False,
        max_depth: int | None = None,
    ) -> None:
        if max_depth is not None:
            nodes = [node for node in nodes if node.v_depth <= max_depth]
        new = {id(node) for node in nodes}
        nodes += _with_above(one for one in self._anew if id(one) not in new)
        prepared = self._prepared(nodes, links, instead)
        rows = self._runs.to_store()
        if not self._stored:
            self._make(prepared)
        elif prepared or rows or self._anew:
            with self._changing() as opened:
                if not self._anew:
                    self._refuse_others(opened, {*rows, self._index} if self._run_started else rows)
                    opened.put_rows(rows)
                self._put(opened, prepared)
                if self._anew:
                    opened.set_runs(self._runs.array(), self._explored, rows)
        self._runs.now_stored()
        self._anew = []
        for node in nodes:
            object.__setattr__(node, "_stored", True)
            self._fresh.pop(node.v_full_name, None)
            if isinstance(node, Result):
                node._in_file.update(node._data)
        for group, name in links:
            self._fresh_links.pop(f"{group.v_full_name}.{name}" if group.v_full_name else name, None)

    def _refuse_others(self, opened: OpenTrajectory, indices: Iterable[int]) -> None:
        """Raises `PexError` if somebody else ran one of the runs since they were read here."""
        for index, there in opened.read_rows(indices).items():
            if trajectory_rows.differ(there, self._runs.in_file(index)):
                self._runs.yield_to(index, there)
                title = f"“{self._runs.names[index]}” was begun or finished by another program meanwhile."
                raise PexError(title, f"What it stored in {shown(self._file)} stays. f_load() shows how it is now.")

    def _prepared(self, nodes: list[Node], links: list[tuple[Group, str]], instead: bool) -> list[Prepared]:
        """Everything that is to be written, checked. Groups come before what is in them."""
        groups: list[Prepared] = []
        leaves: list[Prepared] = []
        for node in nodes:
            full = node.v_full_name
            path = tuple(full.split("."))
            if isinstance(node, Leaf):
                leaves.append(self._prepared_leaf(node, path, instead))
            else:
                groups.append(PreparedGroup(path, described(node.v_comment, node._notes(), full)))
        linked: list[Prepared] = [
            PreparedLink(
                (*group.v_full_name.split("."), name) if group.v_full_name else (name,), self._target(group, name)
            )
            for group, name in links
        ]
        return [*groups, *leaves, *linked]

    def _prepared_leaf(self, leaf: Leaf, path: tuple[str, ...], instead: bool) -> PreparedLeaf:
        again = instead or (isinstance(leaf, Parameter) and leaf._stored)
        if again:
            leaf._load()
        if again and isinstance(leaf, Result):
            leaf._in_file.clear()
        children = leaf._encoded()
        attributes = described(leaf.v_comment, leaf._notes(), leaf.v_full_name)
        more = leaf._stored and not again
        return PreparedLeaf(path, leaf.f_get_class_name(), children, attributes, more, instead=again)

    def _target(self, group: Group, name: str) -> tuple[str, ...]:
        return tuple(group._links[name].v_full_name.split("."))

    def _put(self, opened: OpenTrajectory, prepared: list[Prepared]) -> None:
        for one in prepared:
            try:
                if isinstance(one, PreparedLeaf):
                    opened.put_leaf(one)
                elif isinstance(one, PreparedGroup):
                    opened.put_group(one)
                else:
                    opened.put_link(one)
            except FileExistsError as error:
                raise ValueError(f"{error} Nothing was stored.") from error

    @contextmanager
    def _changing(self) -> Iterator[OpenTrajectory]:
        """The trajectory in its file, which is changed when the block ends, or not at all."""
        with appending(self._file) as root:
            name = self._name.encode()
            if not root.links.exists(name):
                title = f"The trajectory “{self._name}” is not in {shown(self._file)} any more."
                raise PexError(title, "Nothing was changed. Look where it is now.")
            yield OpenTrajectory(files.open_child(root, name), self._filters)

    def _make(self, prepared: list[Prepared]) -> None:
        """Store a trajectory for the first time: in a new file, or beside others in one that is there."""
        if not self._file:
            raise ValueError("The trajectory has no file: Trajectory(name, filename=…).")
        racedirs(os.path.dirname(self._file))
        attributes = described(self.v_comment, self._notes(), self._name)
        head = self._head_now()

        def write(root: h5g.GroupID) -> None:
            try:
                group = begin(root, head, self._runs.array(), attributes, self._filters)
            except FileExistsError as error:
                hint = "Load it, take another name, or replace the file with overwrite_file=True."
                raise PexError(f"There is a trajectory “{self._name}” in {shown(self._file)} already.", hint) from error
            opened = OpenTrajectory(group, self._filters)
            self._put(opened, prepared)
            if self._explored:
                opened.set_runs(self._runs.array(), self._explored)

        if os.path.exists(self._file) and not self._replaces:
            with appending(self._file) as root:
                write(root)
        else:
            with (
                noted((os.path.dirname(self._file),)),
                files.writing(self._file, self._check) as part,
                files.creating(part) as root,
            ):
                write(root)
                stored.finish_root(root, self._title or self._name, self._filters)
        self._replaces = False
        object.__setattr__(self, "_stored", True)

    def _check(self, part: bytes) -> None:
        """Look at what was written, from the disk. Raises `PexError`."""
        from .bookkeeping import completed_runs, open_trajectory_group

        with files.reading(part) as file:
            done = completed_runs(open_trajectory_group(file, b"/" + self._name.encode()), [])
        if done is None or len(done) != len(self._runs):
            raise PexError(f"What was written to {shown(self._file)} could not be read again.", "Nothing was changed.")

    # --- exploring

    def _explored_anew(self, parameters: Iterable[Parameter]) -> None:
        if self._stored:
            self._anew += [one for one in parameters if one not in self._anew]

    def _write_exploration(self) -> None:
        if self._stored:
            self._write([], [])

    def _write_expansion(self, ranges: Mapping[Parameter, list[Any]]) -> None:
        if not self._stored:
            return
        fresh = _with_above([one for one in ranges if not one._stored])
        prepared = self._prepared(fresh, [], instead=False)
        with self._changing() as opened:
            before = len(self) - len(next(iter(ranges.values())))
            opened.refuse_more_runs(before)
            self._put(opened, prepared)
            extend(opened.group, {one.v_full_name: one._for_file(values) for one, values in ranges.items()}, len(self))
            if self._names_runs():
                opened.put_rows({index: {"name": self._runs.names[index]} for index in range(before, len(self))})
        for node in fresh:
            object.__setattr__(node, "_stored", True)
            self._fresh.pop(node.v_full_name, None)

    # --- taking away

    def _places(self, group: h5g.GroupID, run: str) -> list[tuple[str, ...]]:
        """The paths of all groups and leaves with the name of a run, outside of other runs."""
        from .items import is_leaf

        found: list[tuple[str, ...]] = []
        waiting: list[tuple[tuple[str, ...], Any]] = [((), group)]
        while waiting:
            path, node = waiting.pop()
            children = names.OF_RUNS if not path else [one.decode("utf-8", "replace") for one in files.hard_names(node)]
            for name in children:
                if not node.links.exists(name.encode()):
                    continue
                if name == run:
                    found.append((*path, name))
                elif not self._runs.has(name):
                    child = files.open_child(node, name.encode())
                    if files.is_group(child) and not is_leaf(child):
                        waiting.append(((*path, name), child))
        return found

    def _not_stored(self, node: Node) -> None:
        for one in [node, *(node._walk() if isinstance(node, Group) else ())]:
            if isinstance(one, Leaf) and not one._loaded:
                continue
            object.__setattr__(one, "_stored", False)
            self._fresh[one.v_full_name] = one
            if isinstance(one, Result):
                one._in_file.clear()

    def _head_now(self) -> Any:
        import msgspec

        return msgspec.structs.replace(self._head, name=self._name, comment=self.v_comment)


def _with_above(nodes: Iterable[Node]) -> list[Node]:
    """Nodes, each after the groups in which it is and that are not stored yet."""
    found: dict[int, Node] = {}
    for node in nodes:
        above: list[Node] = []
        place = node._parent
        while place is not None and place._parent is not None:
            above.append(place)
            place = place._parent
        found |= {id(one): one for one in reversed(above) if not one._stored}
        found[id(node)] = node
    return list(found.values())
