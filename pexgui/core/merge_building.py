"""The merged trajectory put together: objects are copied as they are, only pypet's bookkeeping is made anew."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from h5py import h5g, h5i, h5o

from . import files, layout, stored
from .compare_sides import OpenSide
from .items import is_leaf
from .merge_ignored import Omitted
from .merge_info import write_info
from .merge_names import Names, translated
from .merge_outside import Copy, at, link_target
from .merge_overview import write_overview
from .merge_plain import PlainRuns
from .merge_ranges import write_range
from .progress import Progress

_REPORT_EVERY = 20
_CACHE = 128 << 10
"""Bytes of HDF5's cache of a file while runs are copied from or into it: each object is met once, and the more of them
are kept, the longer it takes to let go of them."""


class Builder:
    """Builds the merged trajectory in an open group of a new file."""

    def __init__(self, root: Any, found: Any, request: Any, started: float, progress: Progress) -> None:
        self._found = found
        self._request = request
        self._started = started
        self._progress = progress
        self._group = files.open_node(root, found.sides[0].trajectory.path)
        self._known: dict[Names, Any] = {(): self._group}

    def build(self) -> None:
        """All of it, beginning with what the first source is."""
        found = self._found
        self._renumber_first()
        runs = frozenset(new for names in found.names for new in names.values())
        within = [copy for copy in found.outside.copies if not runs.isdisjoint(copy.target)]
        for copy in found.outside.copies:
            if copy not in within:
                self._copy(copy)
        for source in range(1, len(found.sides)):
            self._runs(source)
        for copy in within:
            self._copy(copy)
        self._parameters()
        self._comments()
        self._progress("Writing the tables", 0, 0)
        if layout.OVERVIEW in files.names(self._group):
            self._group.unlink(layout.OVERVIEW)
        write_overview(self._group, found.sides, found.names, found.selection.numbers, found.values)
        if self._request.keep_info:
            write_info(self._enter((layout.CONFIG,)), found, self._request, self._started)

    # --- the first source, which is there already

    def _renumber_first(self) -> None:
        """Take away runs of the first source that are dropped, and give the others their new names."""
        side, names = self._found.sides[0], self._found.names[0]
        if all(name == new for name, new in names.items()) and len(names) == len(side.names):
            return
        for _, home, name in self._run_groups(0):
            path = self._below(side, home)
            group = self._open(path)
            if name not in names:
                group.unlink(name)
                continue
            target = translated((*path, name), names)
            if target != (*path, name):
                self._move(group, name, target)
            self._fix(self._open(target), 0)
        self._fix(self._group, 0, runs=False)

    def _move(self, group: Any, name: bytes, target: Names) -> None:
        parent = self._enter(target[:-1])
        group.links.move(name, parent, target[-1])

    def _run_groups(self, source: int) -> Iterator[tuple[bytes, Any, bytes]]:
        """The groups of all runs of a source in the order of the runs: the place (see `OpenSide.homes`), the group they
        are in and their name."""
        side = self._found.sides[source]
        for place, homes in side.homes.items():
            for name in sorted(homes, key=side.numbers.__getitem__):
                yield place, homes[name], name

    # --- what belongs to no run

    def _copy(self, copy: Copy) -> None:
        parent = self._enter(copy.target[:-1], copy)
        name = copy.target[-1]
        if copy.replaces:
            parent.unlink(name)
            self._known = {
                path: group for path, group in self._known.items() if path[: len(copy.target)] != copy.target
            }
        if copy.thing.kind == "link":
            side = self._found.sides[copy.source]
            self._link(parent, name, link_target(copy.thing.target, side, self._found.meant[copy.source]))
        elif copy.thing.kind == "group":
            if name not in files.names(parent):
                self._make(parent, name, copy.thing.node)
        else:
            h5o.copy(copy.thing.node, b".", parent, name)
        for place in copy.links:
            group = self._enter(place)
            if name not in files.names(group):
                self._link(group, name, copy.target)

    def _link(self, parent: Any, name: bytes, target: Names) -> None:
        own = self._found.sides[0].trajectory.path
        path = target[0] if len(target) == 1 and target[0].startswith(b"/") else b"/".join((own, *target))
        parent.links.create_soft(name, path)

    # --- runs

    def _runs(self, source: int) -> None:
        side, names = self._found.sides[source], self._found.names[source]
        what = f"Copying the runs of {side.file.name}"
        total = sum(map(len, side.homes.values()))
        plain, omitted = PlainRuns(side), self._found.omitted[source]
        _keep_little(side.file.root)
        home: Any = None
        path: Names = ()
        for done, (place, group, name) in enumerate(self._run_groups(source)):
            if done % _REPORT_EVERY == 0:
                self._progress(what, done, total)
            if name not in names:
                continue
            if group is not home:
                home, path = group, self._below(side, group)
            target = translated((*path, name), names)
            parent = self._enter_like(target[:-1], path, source)
            self._copy_run(group, name, parent, target[-1], (*path, name), omitted)
            if (place, name) in plain:
                continue
            if not self._fix(files.open_listed(parent, target[-1]), source) and (*path, name) not in omitted.above:
                plain.add(place, name)

    def _copy_run(self, group: Any, name: bytes, parent: Any, new: bytes, path: Names, omitted: Omitted) -> None:
        """Copy a run, or something in it, without what is left out of it."""
        if path not in omitted.above:
            h5o.copy(group, name, parent, new)
            return
        node = files.open_listed(group, name)
        made = self._make(parent, new, node)
        for child in files.listed(node):
            inner = (*path, child.name)
            if inner in omitted.paths:
                continue
            if child.hard:
                self._copy_run(node, child.name, made, child.name, inner, omitted)
                continue
            found = files.link(node, child.name)
            if found.kind is files.LinkKind.SOFT:
                made.links.create_soft(child.name, found.target)

    def _fix(self, group: Any, source: int, runs: bool = True) -> bool:
        """Translate names of runs and targets of links inside of a group that was copied or moved. Whether there were
        any."""
        names, meant, side = self._found.spoken[source], self._found.meant[source], self._found.sides[source]
        own = self._found.sides[0].trajectory.path
        taken = frozenset(self._found.names[source].values())
        found = False
        waiting = [group]
        while waiting:
            here = waiting.pop()
            found = _rename(here, names, links_only=not runs) or found
            for child in files.listed(here):
                if not child.hard:
                    found = True
                    self._retarget(here, child.name, side, meant, own)
                    continue
                if not runs and (child.name in taken or child.name == layout.OVERVIEW):
                    continue
                node = files.open_listed(here, child.name)
                if files.is_group(node) and not is_leaf(node):
                    waiting.append(node)
        return found

    def _retarget(self, group: Any, name: bytes, side: OpenSide, names: dict[bytes, bytes], own: bytes) -> None:
        found = files.link(group, name)
        if found.kind is not files.LinkKind.SOFT:
            return
        target = link_target(found.target, side, names)
        path = target[0] if len(target) == 1 and target[0].startswith(b"/") else b"/".join((own, *target))
        if path != found.target:
            group.unlink(name)
            group.links.create_soft(name, path)

    # --- parameters

    def _parameters(self) -> None:
        found = self._found
        for done, one in enumerate(found.parameters):
            self._progress("Writing the parameters", done, len(found.parameters))
            path = tuple(part.encode("utf-8", "surrogateescape") for part in one.name.split("."))
            source = next(number for number, leaf in enumerate(one.leaves) if leaf is not None)
            if one.leaves[0] is None:
                parent = self._enter_like(path[:-1], path[:-1], source)
                h5o.copy(one.leaves[source], b".", parent, path[-1])
            if one.explored:
                leaf = files.open_node(self._group, b"/".join(path))
                write_range(leaf, one, found.values[one.name], found.sides, found.selection.numbers)

    # --- comments of runs that are gone

    def _comments(self) -> None:
        """A comment that repeats is only with the first run: if that is dropped, the next one that stays gets it."""
        for side, names in zip(self._found.sides, self._found.names, strict=True):
            if len(names) == len(side.names):
                continue
            for homes in side.homes.values():
                wanted: dict[Names, str] = {}
                for name in sorted(homes, key=side.numbers.__getitem__):
                    if name not in names:
                        for inner, comment in _comments_below(files.group_at(homes[name], name)):
                            wanted.setdefault(inner, comment)
                    elif wanted:
                        place = (*self._below(side, homes[name]), name)
                        self._restore(at(self._group, translated(place, names)), wanted)

    def _restore(self, run: Any, wanted: dict[Names, str]) -> None:
        """Give the leaves of a run the comments that are wanted, if they have none; they are wanted no more then."""
        for inner in list(wanted):
            leaf = at(run, inner)
            if leaf is not None:
                comment = wanted.pop(inner)
                if not files.text_attribute(leaf, layout.SRVC_INIT_COMMENT):
                    stored.set_attributes(leaf, {layout.SRVC_INIT_COMMENT: comment})

    # --- groups

    def _below(self, side: OpenSide, group: Any) -> Names:
        """The path of a group of a source below its trajectory."""
        own = layout.components(side.trajectory.path)
        return layout.components(files.path_of(group))[len(own) :]

    def _open(self, path: Names) -> Any:
        return files.open_node(self._group, b"/".join(path))

    def _enter(self, path: Names, copy: Copy | None = None) -> Any:
        """The group at ``path`` of the merged trajectory, made where it is not there."""
        if copy is not None:
            return self._enter_like(path, copy.path[: len(path)], copy.source)
        return self._enter_like(path, path, 0)

    def _enter_like(self, path: Names, like: Names, source: int) -> Any:
        """The group at ``path``; what is not there yet is described as the group ``like`` of a source is."""
        known = self._known.get(path)
        if known is not None:
            return known
        parent = self._enter_like(path[:-1], like[:-1], source)
        name = path[-1]
        group = files.group_at(parent, name)
        if group is None:
            model = at(self._found.sides[source].trajectory.group, like)
            group = self._make(parent, name, model)
        self._known[path] = group
        return group

    def _make(self, parent: Any, name: bytes, model: Any) -> Any:
        if model is None or not files.is_group(model):
            return stored.create_group(parent, name, name.decode("utf-8", "surrogateescape"))
        group = h5g.create(parent, name)
        files.copy_attributes(model, group)
        return group


def _rename(group: Any, names: dict[bytes, bytes], links_only: bool) -> bool:
    """Translate the names of runs in a group, of links only or of all that is in it. Whether there were any."""
    known = [child for child in files.listed(group) if child.name in names and not (links_only and child.hard)]
    turned = [(child.name, names[child.name]) for child in known if names[child.name] != child.name]
    for old, new in turned:  # twice, as the new name of one may be the old one of another
        group.move(old, new + b" to be")
    for _, new in turned:
        group.move(new + b" to be", new)
    return bool(known)


def _comments_below(group: Any) -> Iterator[tuple[Names, str]]:
    """The leaves below a group that have a comment."""
    waiting: list[tuple[Names, Any]] = [((), group)] if group is not None else []
    while waiting:
        path, here = waiting.pop()
        for child in files.listed(here):
            if not child.hard:
                continue
            node = files.open_listed(here, child.name)
            if not files.is_group(node):
                continue
            if is_leaf(node):
                comment = files.text_attribute(node, layout.SRVC_INIT_COMMENT)
                if comment:
                    yield (*path, child.name), comment
            else:
                waiting.append(((*path, child.name), node))


@contextmanager
def begun(part: bytes, side: OpenSide, in_place: bool) -> Iterator[Any]:
    """The root group of the file in which to build, with all that the first source is.

    A file that holds nothing but its trajectory is copied to the byte, and so is one in which the result takes its
    place; of others only the trajectory is copied.
    """
    name = side.trajectory.path.strip(b"/")
    if in_place or files.names(side.file.root) == [name]:
        shutil.copyfile(side.file.path, part)
        with files.creating(part, anew=False) as root:
            _keep_little(root)
            yield root
        return
    with files.creating(part) as root:
        stored.finish_root(root, name.decode("utf-8", "surrogateescape"), stored.Filters())
        h5o.copy(side.file.root, name, root, name)
        _keep_little(root)
        yield root


def _keep_little(root: Any) -> None:
    """Have HDF5 keep little of a file in its cache; a single large index still finds room."""
    file = h5i.get_file_id(root)
    cache = file.get_mdc_config()
    cache.set_initial_size, cache.initial_size, cache.min_size, cache.incr_mode = True, _CACHE, _CACHE, 0
    file.set_mdc_config(cache)
