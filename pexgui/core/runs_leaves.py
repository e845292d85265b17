"""The leaves of runs, wherever they are in a trajectory, each with the run and a name that fits all runs."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from . import files, layout, text
from .bookkeeping import Trajectory
from .errors import FAILURES, NotReadable
from .items import is_leaf
from .places import Place, patterns, run_places
from .progress import Progress, silent

MAX_SEARCHED = 100_000
"""So many groups are opened at most to look for groups of runs."""

MAX_DEPTH = 200

_WILDCARDS = (layout.RUN_WILDCARD, layout.SET_WILDCARD, b"crun", b"crunset")
"""As pypet has them in names."""


class Where(NamedTuple):
    """The group in which there is the group of a run, and the address of the latter."""

    group: Any
    address: int


class Home(NamedTuple):
    """Groups of runs that belong together, in the order of the runs. ``key`` is their path below the trajectory with
    wildcards: ``b"results/runs/$"``."""

    key: bytes
    runs: dict[bytes, Where]


class RunLeaf(NamedTuple):
    """A leaf of a run, opened. ``key`` is its path with wildcards: ``b"results/runs/$/group/z"``."""

    run: bytes
    key: bytes
    group: Any


class Troubles:
    """What could not be read, by its key: the runs and the sentence of the first of them."""

    def __init__(self) -> None:
        self._found: dict[bytes, tuple[list[bytes], str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, key: bytes, run: bytes, error: Exception) -> None:
        """Note what was raised where the value ``key`` of a run was read; without a run, where a group was."""
        title = error.title if isinstance(error, NotReadable) else f"It is damaged ({type(error).__name__})."
        self._found.setdefault(key, ([], title))[0].append(run)

    def sentences(self, labels: dict[bytes, str]) -> list[str]:
        """One sentence for each key, in which it is called by its label, if it has one, or by its path."""
        return [self._sentence(labels.get(key, _dotted(key)), *found) for key, found in self._found.items()]

    def _sentence(self, label: str, runs: Sequence[bytes], title: str) -> str:
        first = text.printable(runs[0])
        if not first:
            return f"What is in “{label}” is missing: {title}"
        where = first if len(runs) == 1 else f"{text.count(len(runs), 'run')}, the first of them {first}"
        return f"“{label}” is missing in {where}: {title}"


def _dotted(key: bytes) -> str:
    return text.printable(key.replace(b"/", b"."))


def run_homes(
    trajectory: Trajectory,
    names: Sequence[bytes],
    branches: Collection[bytes],
    troubles: Troubles,
    progress: Progress = silent,
) -> Iterator[Home]:
    """Where below these branches there is anything of the runs ``names``, the usual place first.

    Links are not followed; what is damaged is added to ``troubles``. What is stored for all runs is not among it.
    """
    order = {name: index for index, name in reversed(list(enumerate(names)))}
    places = [
        place
        for place in run_places(trajectory, order.keys(), progress, MAX_SEARCHED)
        if place.path.strip(b"/").partition(b"/")[0] in branches
    ]
    for pattern, alike in patterns(places).items():
        found = {run: where for place in alike for run, where in _groups_of(place, troubles)}
        runs = {run: found[run] for run in sorted(found, key=order.__getitem__)}
        yield Home(layout.join(pattern, layout.RUN_WILDCARD).lstrip(b"/"), runs)
    _tell_unseen(trajectory, branches, places, order.keys(), troubles)


def _groups_of(place: Place, troubles: Troubles) -> Iterator[tuple[bytes, Where]]:
    """The runs in a place to which no link leads."""
    try:
        for child in files.listed(place.group):
            if child.hard and child.name in place.runs:
                yield child.name, Where(place.group, child.address)
    except NotReadable as problem:
        troubles.add(place.path.strip(b"/"), b"", problem)


def leaves_of(home: Home, run: bytes, troubles: Troubles) -> Iterator[RunLeaf]:
    """The leaves at and below the group of one run, in name order."""
    waiting: list[tuple[bytes, Any, bytes, int]] = [(home.key, home.runs[run].group, run, 0)]
    seen: set[int] = set()
    while waiting:
        path, parent, name, depth = waiting.pop()
        try:
            node = files.open_listed(parent, name)
            if not files.is_group(node):
                continue
            below = None if is_leaf(node) else files.listed(node)
        except (NotReadable, *FAILURES) as error:
            troubles.add(path, run, error)
            continue
        if below is None:
            yield RunLeaf(run, path, node)
            continue
        for child in reversed(below):
            if child.hard and child.address not in seen and depth < MAX_DEPTH:
                waiting.append((layout.join(path, generic(child.name, run)), node, child.name, depth + 1))
        seen.update(child.address for child in below if child.hard)


def generic(name: bytes, run: bytes) -> bytes:
    """A name, or the wildcard if it is that of the run."""
    return layout.RUN_WILDCARD if name == run else name


def item_key(leaf: bytes, item: str, run: bytes) -> bytes:
    """The path with wildcards of an item of the leaf with the key ``leaf``."""
    parts = item.replace(".", "/").encode("utf-8", "surrogateescape").split(b"/")
    return b"/".join((leaf, *(generic(part, run) for part in parts)))


def _tell_unseen(
    trajectory: Trajectory,
    branches: Collection[bytes],
    places: Sequence[Place],
    runs: Collection[bytes],
    troubles: Troubles,
) -> None:
    """Tell of the groups beside those of runs, and of whole branches, that cannot be read: runs may be in them."""
    known = {place.path.strip(b"/") for place in places}
    parents = [*branches, *(path.rpartition(b"/")[0] for path in known)]
    for path in dict.fromkeys(path for path in parents if path):
        try:
            if path in branches and path not in files.hard_names(trajectory.group):
                continue
            group = files.open_node(trajectory.group, path)
            names = files.hard_names(group) if files.is_group(group) else []
        except (NotReadable, *FAILURES) as error:
            troubles.add(path, b"", error)
            continue
        for name in names:
            if name not in runs and layout.join(path, name) not in known:
                _tell_if_damaged(group, path, name, troubles)


def _tell_if_damaged(group: Any, path: bytes, name: bytes, troubles: Troubles) -> None:
    try:
        node = files.open_listed(group, name)
        if files.is_group(node):
            files.names(node)
    except (NotReadable, *FAILURES) as error:
        troubles.add(layout.join(path, name), b"", error)


class Choice:
    """Which of the results are wanted, by name; all if none is named.

    A name chooses every leaf and every item whose path ends with it, wildcards aside: ``z``, ``group.z``,
    ``runs.$.group.z`` and ``results.runs.$.group.z`` all choose the last.
    """

    def __init__(self, names: Sequence[str] | None) -> None:
        self._wanted = None if names is None else {name: _steps_of_name(name) for name in names}
        self._known: dict[bytes, bool] = {}
        self._chosen: set[str] = set()

    def __call__(self, key: bytes, leaf: bytes) -> bool:
        """Whether what has the path ``key``, and is the leaf ``leaf`` or in it, is wanted."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._is_wanted(key, leaf)
        return known

    def _is_wanted(self, key: bytes, leaf: bytes) -> bool:
        if self._wanted is None:
            return True
        ways = [_steps(key), _steps(leaf)]
        ways += [(way[0], *way[2:]) for way in ways if way[1:2] == (layout.RUNS,)]
        chosen = {name for name, steps in self._wanted.items() if any(way[-len(steps) :] == steps for way in ways)}
        self._chosen |= chosen
        return bool(chosen)

    def unknown(self) -> list[str]:
        """The names by which nothing was chosen."""
        return [name for name in self._wanted or () if name not in self._chosen]

    def seen(self) -> list[bytes]:
        """All paths that were asked about."""
        return list(self._known)


def _steps_of_name(name: str) -> tuple[bytes, ...]:
    return _steps(name.replace(".", "/").encode("utf-8", "surrogateescape"))


def _steps(path: bytes) -> tuple[bytes, ...]:
    return tuple(part for part in path.split(b"/") if part and part not in _WILDCARDS)
