"""A trajectory in an open file: made, and changed in the places where a sweep changes it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5g, h5s

from . import encode, encode_overview, files, layout, stored, text
from .commit import NOTHING_CHANGED
from .encode import NumpyArray
from .encode_overview import Head
from .errors import PexError
from .stored import Attributes, Filters, Stored
from .trajectory_rows import Row, fill

Path = tuple[str, ...]


class PreparedLeaf(NamedTuple):
    """A leaf as it will stand in the file: nothing of it can be refused any more. ``more`` has items for a leaf that is
    there already, ``instead`` replaces one."""

    path: Path
    class_name: str
    children: Mapping[bytes, Stored]
    attributes: Attributes
    more: bool = False
    instead: bool = False


class PreparedGroup(NamedTuple):
    """A group that is to be there, with what is said of it."""

    path: Path
    attributes: Attributes


class PreparedLink(NamedTuple):
    """A link that is to be there, and the full name of where it leads."""

    path: Path
    target: Path


def described(comment: str, notes: Mapping[str, Any], where: str) -> dict[bytes, Any]:
    """A comment and annotations as attributes."""
    return encode.comment(comment, where) | encode.annotations(notes, where)


def begin(root: h5g.GroupID, head: Head, rows: NumpyArray, attributes: Attributes, filters: Filters) -> h5g.GroupID:
    """Make a trajectory with these runs and nothing else in a file. Raises `FileExistsError` if its name is taken."""
    name = head.name.encode()
    if root.links.exists(name):
        raise FileExistsError(f"There is a trajectory {head.name} already.")
    own = {layout.PYTABLES_FILTERS: stored.packed(filters), **attributes}
    group = stored.create_group(root, name, head.name, own)
    overview = stored.create_group(group, layout.OVERVIEW, layout.OVERVIEW.decode())
    _put_table(overview, layout.INFO, encode_overview.info(head, len(rows)), filters)
    _put_table(overview, layout.RUNS, rows, filters)
    _put_table(overview, layout.SETTINGS, encode_overview.settings(filters), filters)
    return group


class OpenTrajectory:
    """The group of a trajectory in a file that is open for writing."""

    def __init__(self, group: h5g.GroupID, filters: Filters) -> None:
        self.group = group
        self.filters = filters
        self._groups: dict[Path, h5g.GroupID] = {(): group}
        self._name = files.path_of(group).strip(b"/")

    def put_leaf(self, leaf: PreparedLeaf) -> None:
        """Write a leaf. Raises `FileExistsError` if it is there, unless it is meant to be."""
        home, name = self.require(leaf.path[:-1]), leaf.path[-1].encode()
        if home.links.exists(name):
            if leaf.more:
                self._add_items(h5g.open(home, name), leaf)
                return
            if not leaf.instead:
                raise FileExistsError(f"“{'.'.join(leaf.path)}” is in the file already.")
            home.unlink(name)
        own = {layout.SRVC_INIT_CLASS_NAME: leaf.class_name, layout.SRVC_LEAF: np.bool_(True), **leaf.attributes}
        group = stored.create_group(home, name, leaf.path[-1], own)
        for child, content in leaf.children.items():
            stored.write(group, child, content, self.filters)

    def _add_items(self, group: h5g.GroupID, leaf: PreparedLeaf) -> None:
        for child, content in leaf.children.items():
            if child == layout.PROTOCOL and group.links.exists(child):
                continue
            if group.links.exists(child):
                raise FileExistsError(f"“{'.'.join(leaf.path)}” has “{child.decode()}” in the file already.")
            stored.write(group, child, content, self.filters)

    def put_group(self, group: PreparedGroup) -> None:
        """Have a group; what is said of one that is there stays."""
        if group.path not in self._groups and not self._is_there(group.path):
            stored.set_attributes(self.require(group.path), group.attributes)

    def put_link(self, link: PreparedLink) -> None:
        """Have a link; one of the name stays."""
        home, name = self.require(link.path[:-1]), link.path[-1].encode()
        if not home.links.exists(name):
            home.links.create_soft(name, b"/" + b"/".join((self._name, *(part.encode() for part in link.target))))

    def require(self, path: Path) -> h5g.GroupID:
        """A group, made with those above it where they are not there."""
        group = self._groups.get(path)
        if group is None:
            above, name = self.require(path[:-1]), path[-1].encode()
            if above.links.exists(name):
                group = files.open_child(above, name)
                if not files.is_group(group):
                    raise FileExistsError(f"“{'.'.join(path)}” in the file is no group.")
            else:
                group = stored.create_group(above, name, path[-1])
            self._groups[path] = group
        return group

    def remove(self, path: Path) -> None:
        """Take a group, leaf or link out of the file, if it is there."""
        if self._is_there(path):
            self.require(path[:-1]).unlink(path[-1].encode())
        self._groups = {known: group for known, group in self._groups.items() if known[: len(path)] != path}

    def put_rows(self, rows: Mapping[int, Row]) -> None:
        """Write what is known of some runs into the table of runs."""
        table = self._table(layout.RUNS)
        for index in sorted(rows):
            cells = _read_row(table, index)
            fill(cells, rows[index])
            _write_row(table, index, cells)

    def read_rows(self, indices: Iterable[int]) -> dict[int, NumpyArray]:
        """Some rows of the table of runs."""
        table = self._table(layout.RUNS)
        return {index: _read_row(table, index) for index in indices}

    def refuse_more_runs(self, known: int) -> None:
        """Raises `PexError` if there are other than the ``known`` runs."""
        there = int(self._table(layout.RUNS).shape[0])
        if there != known:
            raise _grown_meanwhile(self._name, there)

    def set_runs(self, rows: NumpyArray, explored: Iterable[str], changed: Iterable[int] = ()) -> None:
        """Have these runs, and these explored parameters, by their full names, instead of those that are there. What is
        there of runs stays, except of those that ``changed``. Raises `PexError` if more runs are there."""
        overview = self.require((layout.OVERVIEW.decode(),))
        if overview.links.exists(layout.RUNS):
            _keep(rows, _read_rows(self._table(layout.RUNS)), changed, self._name)
        for name in (layout.RUNS, layout.EXPLORATIONS):
            if overview.links.exists(name):
                overview.unlink(name)
        _put_table(overview, layout.RUNS, rows, self.filters)
        names = list(explored)
        if names:
            _put_table(overview, layout.EXPLORATIONS, encode_overview.explorations(names), self.filters)
        info = self._table(layout.INFO)
        cells = _read_row(info, 0)
        fill(cells, {"length": len(rows)})
        _write_row(info, 0, cells)

    def _table(self, name: bytes) -> h5d.DatasetID:
        return files.open_child(self.require((layout.OVERVIEW.decode(),)), name)

    def _is_there(self, path: Path) -> bool:
        group = self.group
        for position, part in enumerate(path):
            if not group.links.exists(part.encode()):
                return False
            if position < len(path) - 1:
                group = files.open_child(group, part.encode())
        return True


def _put_table(overview: h5g.GroupID, name: bytes, rows: NumpyArray, filters: Filters) -> None:
    stored.write(overview, name, stored.Table(rows, {}, name.decode()), filters)


def _read_row(table: h5d.DatasetID, index: int) -> NumpyArray:
    cells = np.zeros(1, table.dtype)
    table.read(_ONE, _row(table, index), cells, stored.file_type(cells.dtype))
    return cells


def _write_row(table: h5d.DatasetID, index: int, cells: NumpyArray) -> None:
    table.write(_ONE, _row(table, index), cells, stored.file_type(cells.dtype))


def _read_rows(table: h5d.DatasetID) -> NumpyArray:
    cells = np.zeros(table.shape, table.dtype)
    table.read(h5s.ALL, h5s.ALL, cells, stored.file_type(cells.dtype))
    return cells


def _keep(rows: NumpyArray, there: NumpyArray, changed: Iterable[int], name: bytes) -> None:
    """Take over into ``rows`` what is there of runs, except of those that ``changed``."""
    if len(there) > len(rows):
        raise _grown_meanwhile(name, len(there))
    kept = np.setdiff1d(np.arange(len(there)), list(changed))
    for field in set(rows.dtype.names or ()) & set(there.dtype.names or ()) - {"name"}:
        rows[field][kept] = there[field][kept]


def _grown_meanwhile(name: bytes, runs: int) -> PexError:
    """The error for a trajectory that got more runs than are known of."""
    title = f"The trajectory “{text.printable(name)}” has {text.count(runs, 'run')} in its file meanwhile."
    return PexError(title, f"{NOTHING_CHANGED} f_load() shows how it is now.")


def _row(table: h5d.DatasetID, index: int) -> h5s.SpaceID:
    space = table.get_space()
    space.select_hyperslab((index,), (1,))
    return space


_ONE = h5s.create_simple((1,))
