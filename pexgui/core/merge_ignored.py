"""What is inside of runs and on the list of what to leave out of a merge."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import files, layout
from .items import is_leaf
from .merge_names import Names
from .merge_outside import full_name
from .merge_repair import MergeSide
from .patterns import Patterns


class Omitted(NamedTuple):
    """What is left out of the runs of a source: the paths below its trajectory, the paths of the groups above them, and
    in how many runs each is, by its name with ``$`` for the run."""

    paths: frozenset[Names]
    above: frozenset[Names]
    counts: dict[str, int]


NOTHING = Omitted(frozenset(), frozenset(), {})


def omitted(side: MergeSide, taken: dict[bytes, bytes], ignored: Patterns) -> Omitted:
    """What the patterns mean in those runs of a source that are taken, by its name there or with ``$`` for the run."""
    if not ignored:
        return NOTHING
    found: list[Names] = []
    counts: Counter[str] = Counter()
    for homes in side.homes.values():
        for run, home in homes.items():
            if run not in taken:
                continue
            own = len(layout.components(side.trajectory.path))
            path = (*layout.components(files.path_of(home))[own:], run)
            for inner in _below(files.group_at(home, run)):
                whole = (*path, *inner)
                general = general_name(whole, run)
                if ignored.match(full_name(whole)) or ignored.match(general):
                    found.append(whole)
                    counts[general] += 1
    above = frozenset(path[:length] for path in found for length in range(1, len(path)))
    return Omitted(frozenset(found), above, counts)


def general_name(path: Names, run: bytes) -> str:
    """The full name of something in a run, with ``$`` for the run and ``$set`` for its set."""
    sets = (layout.SET_WILDCARD if layout.is_run_set(part) and part != layout.SET_ALL else part for part in path)
    return full_name(tuple(layout.RUN_WILDCARD if part == run else part for part in sets))


def _below(group: Any) -> Iterator[Names]:
    """The paths of leaves, links and what else holds data below a group."""
    waiting: list[tuple[Names, Any]] = [((), group)]
    while waiting:
        path, here = waiting.pop()
        for child in files.listed(here):
            inner = (*path, child.name)
            node = files.open_listed(here, child.name) if child.hard else None
            if node is not None and files.is_group(node) and not is_leaf(node):
                waiting.append((inner, node))
            else:
                yield inner
