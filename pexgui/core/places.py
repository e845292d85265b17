"""Where in a trajectory the results of runs are: the groups that hold groups named like runs.

They usually are ``results/runs/run_00000003``, but users may put them anywhere and call runs what they like.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from . import files, layout
from .bookkeeping import Trajectory
from .errors import FAILURES, NotReadable
from .items import is_leaf
from .model import FileState
from .progress import Progress, silent

MAX_OPENED = 5_000
"""So many groups are opened at most to look for places."""

BRANCHES = (layout.RESULTS, layout.DERIVED_PARAMETERS)


class Place(NamedTuple):
    """A group that holds groups of runs: its path below the trajectory, itself, and the runs that are there."""

    path: bytes
    group: Any
    runs: frozenset[bytes]


def run_places(
    trajectory: Trajectory, names: Collection[bytes], progress: Progress = silent, most: int = MAX_OPENED
) -> Iterator[Place]:
    """All places below ``results`` and ``derived_parameters``, found by opening at most ``most`` groups.

    ``results/runs`` comes first. Groups of runs are not opened, links not followed, damaged groups passed over.
    """
    wanted = names if isinstance(names, (set, frozenset)) else frozenset(names)
    waiting = [
        (branch, group) for branch in BRANCHES if (group := files.group_at(trajectory.group, branch)) is not None
    ]
    seen: set[int] = set()
    opened = 0
    while waiting and opened < most:
        path, group = waiting.pop(0)
        try:
            place = files.address(group)
            if place in seen or is_leaf(group):
                continue
            seen.add(place)
            children = files.names(group)
        except (NotReadable, *FAILURES):
            continue
        runs = wanted.intersection(children)
        if runs:
            yield Place(path, group, frozenset(runs))
        others = [name for name in children if name not in runs and name != layout.RUN_ALL]
        others.sort(key=lambda name: name != layout.RUNS)
        for name in others[: most - opened]:
            opened += 1
            if opened % 500 == 0:
                progress("Looking for results of runs", opened, 0)
            child = files.group_at(group, name)
            if child is not None:
                waiting.append((layout.join(path, name), child))


def patterns(places: Sequence[Place]) -> dict[bytes, list[Place]]:
    """The places by their path with the run set's name replaced by ``$set``.

    A run set is recognised by its name, or, as users may have their own, by this: beside it there are other places
    with other runs, and no run is in two of them.
    """
    siblings: dict[bytes, list[Place]] = {}
    for place in places:
        siblings.setdefault(place.path.rpartition(b"/")[0], []).append(place)
    found: dict[bytes, list[Place]] = {}
    for parent, group in siblings.items():
        named = [place for place in group if layout.is_run_set(place.path.rpartition(b"/")[2])]
        other = [
            place for place in group if parent and place not in named and not place.path.endswith(b"/" + layout.RUNS)
        ]
        runs = sum(len(place.runs) for place in other)
        are_sets = len(other) > 1 and len(frozenset().union(*(place.runs for place in other))) == runs
        for place in group:
            is_set = place in named or (are_sets and place in other)
            path = layout.join(parent, layout.SET_WILDCARD) if is_set else place.path
            found.setdefault(path.lstrip(b"/"), []).append(place)
    return found


def homes(trajectory: Trajectory, path: bytes, names: Collection[bytes], damaged: list[bytes]) -> dict[bytes, Any]:
    """For each of the runs ``names`` that is there by a hard link, the group in which its group is.

    ``path`` is that group's path below the trajectory, in which ``$set`` may stand for the run set. The
    run sets that cannot be read are added to ``damaged``. Raises `NotReadable` when there is no such group.
    """
    wanted, parts = frozenset(names), path.split(b"/")
    if layout.SET_WILDCARD not in parts:
        group = files.open_node(trajectory.group, path)
        return dict.fromkeys(wanted.intersection(files.hard_names(group)), group) if files.is_group(group) else {}
    at = parts.index(layout.SET_WILDCARD)
    parent = files.open_node(trajectory.group, b"/".join(parts[:at]))
    children = files.names(parent) if files.is_group(parent) else []
    found: dict[bytes, Any] = {}
    others = [name for name in children if name != layout.RUNS]
    for name in [name for name in others if layout.is_run_set(name)] or others[:MAX_OPENED]:
        try:
            group = files.open_node(parent, b"/".join((name, *parts[at + 1 :])))
            if files.is_group(group):
                found.update(dict.fromkeys(wanted.intersection(files.hard_names(group)), group))
        except NotReadable as problem:
            if problem.state is FileState.DAMAGED:
                damaged.append(name)
    return found
