"""Which parameters of a trajectory are explored: what its bookkeeping lists, and whatever has a range."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from . import files, layout, text
from .bookkeeping import Trajectory, row_count, strings, table
from .errors import FAILURES, NotReadable
from .items import is_leaf
from .parameters import has_range

MAX_SEARCHED = 20_000
"""Of the groups of a branch not more than so many are searched for explored parameters that nothing lists."""


class Explored(NamedTuple):
    """An explored parameter: full name (``b"parameters.x"``), path, and its group, or None where no range is stored."""

    name: bytes
    path: bytes
    leaf: Any


def listed_explored(trajectory: Trajectory, warnings: list[str]) -> list[bytes] | None:
    """The full names that the bookkeeping lists, in the order of exploration; None without such a table."""
    rows = table(trajectory, layout.EXPLORATIONS, (layout.EXPLORATIONS_COLUMN,), warnings)
    names = None if rows is None else strings(rows, layout.EXPLORATIONS_COLUMN)
    return None if names is None else list(dict.fromkeys(name for name in names if name))


def explored_names(trajectory: Trajectory, warnings: list[str], most: int = MAX_SEARCHED) -> list[bytes]:
    """The full names of the explored parameters, cheaply: from the bookkeeping or, without it, by a search."""
    listed = listed_explored(trajectory, warnings)
    if listed is not None:
        return listed
    return [one.name for one in _found(trajectory, warnings, most)]


def explored_parameters(trajectory: Trajectory, warnings: list[str]) -> list[Explored]:
    """All explored parameters: the listed ones in their order, then others that have a range all the same."""
    listed = listed_explored(trajectory, warnings)
    found = {one.name: one for one in _found(trajectory, warnings, MAX_SEARCHED)}
    if listed is None:
        is_missing = trajectory.overview is not None and row_count(trajectory, layout.EXPLORATIONS) is None
        if found and is_missing and not any(_notes_length(one.leaf) for one in found.values()):
            warnings.append("The list of explored parameters is missing; they were found by their ranges.")
        return list(found.values())
    result = [found[name] if name in found else _listed(trajectory, name, warnings) for name in listed]
    for name in (name for name in found if name not in set(listed)):
        warnings.append(f"“{text.printable(name)}” has a range, but is not listed as explored.")
        result.append(found[name])
    return result


def _notes_length(leaf: Any) -> bool:
    """Whether a leaf says itself that it is explored, as before pypet 0.1b.10."""
    return files.attribute(leaf, layout.SRVC_INIT_LENGTH) is not None


def _listed(trajectory: Trajectory, name: bytes, warnings: list[str]) -> Explored:
    path = b"/".join((trajectory.path, *name.split(b".")))
    try:
        leaf = files.open_node(trajectory.group, name.replace(b".", b"/"))
    except NotReadable:
        leaf = None
    if leaf is None or not files.is_group(leaf):
        warnings.append(f"“{text.printable(name)}” is explored, but its values are not in the file.")
        return Explored(name, path, None)
    if not has_range(files.names(leaf)):
        warnings.append(f"“{text.printable(name)}” is listed as explored, but has no range of values.")
        return Explored(name, path, None)
    return Explored(name, path, leaf)


def _found(trajectory: Trajectory, warnings: list[str], most: int) -> Iterator[Explored]:
    """Explored parameters found by their ranges, in the order of their paths."""
    for branch in (layout.PARAMETERS, layout.DERIVED_PARAMETERS):
        try:
            if branch not in files.hard_names(trajectory.group):
                continue
            top = files.open_child(trajectory.group, branch)
        except NotReadable as problem:
            warnings.append(problem.title)
            continue
        if not files.is_group(top):
            continue
        for path, leaf in leaves_below(top, layout.join(trajectory.path, branch), most):
            try:
                if has_range(files.names(leaf)) or _notes_length(leaf):
                    yield Explored(layout.full_name(path), path, leaf)
            except NotReadable as problem:
                warnings.append(problem.title)


def leaves_below(group: Any, path: bytes, most: int) -> Iterator[tuple[bytes, Any]]:
    """The leaves at and below a group, each once, in the order of their paths, from at most ``most`` groups.

    What is stored for single runs (below a group ``runs``) is not searched, except what is meant for all runs. What
    cannot be read is passed over.
    """
    waiting, seen = [(path, group)], set()
    while waiting and most:
        path, group = waiting.pop()
        most -= 1
        try:
            place = files.address(group)
            if place in seen:
                continue
            seen.add(place)
            if is_leaf(group):
                yield path, group
                continue
            names = files.names(group)
            if path.endswith(b"/" + layout.RUNS) and len(layout.components(path)) == 3:
                names = [name for name in names if name == layout.RUN_ALL]
            below = [(layout.join(path, name), files.group_at(group, name)) for name in names[:most]]
        except (NotReadable, *FAILURES):
            continue
        waiting.extend(pair for pair in reversed(below) if pair[1] is not None)
