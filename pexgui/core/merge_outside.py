"""What several trajectories hold outside of runs: which of it is taken over, what is in conflict, what is left out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from . import files, layout, leaves, text
from .compare_leaf import LeafComparer, compare_leaves, one_sided
from .compare_sides import OpenSide
from .errors import FAILURES, NotReadable
from .items import is_leaf
from .measures import EXACT
from .merge_names import Names, translated
from .model import Fact
from .model_compare import Aspect, Part
from .model_merge import Choice, Conflict
from .nodes import MAX_DEPTH
from .patterns import Patterns
from .progress import Progress

TAKEN_CONFIG = (b"environment", b"git", b"merge")
_BESIDE = frozenset({Aspect.COMMENT, Aspect.ANNOTATION})
_ALL = frozenset(Part)


class Thing(NamedTuple):
    """Something outside of runs: ``leaf``, ``dataset``, ``group`` or ``link``; its object, or where a link points."""

    kind: str
    node: Any = None
    target: bytes = b""


class Copy(NamedTuple):
    """Something that is taken over from a source: from ``path`` to ``target``, both below the trajectory.

    ``replaces``: what is at the target goes before. ``links``: in these groups links to it are made under its name.
    """

    source: int
    thing: Thing
    path: Names
    target: Names
    replaces: bool = False
    links: tuple[Names, ...] = ()


class Outside:
    """Decides about everything outside of runs but parameters, source by source."""

    def __init__(
        self,
        sides: Sequence[OpenSide],
        names: Sequence[dict[bytes, bytes]],
        spoken: Sequence[dict[bytes, bytes]],
        meant: Sequence[dict[bytes, bytes]],
        parameters: frozenset[str],
        ignored: Patterns,
        choose: Any,
        merge_config: bool,
        progress: Progress,
    ) -> None:
        self._sides = sides
        self._names = names
        self._spoken = spoken
        self._meant = meant
        self._parameters = parameters
        self._ignored = ignored
        self._choose = choose
        self._merge_config = merge_config
        self._progress = progress
        self._there: dict[Names, tuple[int, Thing]] = {}
        self.copies: list[Copy] = []
        self.conflicts: list[Conflict] = []
        self._left_out: list[Iterable[Fact]] = []
        self.seen: set[str] = set()
        """The names of all that the list of what to leave out could mean."""

    def decide(self) -> None:
        """Go through all sources."""
        for source, side in enumerate(self._sides):
            self._progress(f"Looking through {side.file.name}", source, len(self._sides))
            for path, thing in things_of(side, self._parameters):
                self._one(source, path, thing)

    @cached_property
    def left_out(self) -> list[Fact]:
        """What is not taken over, and why. Much of it is looked for only when somebody asks."""
        return list(chain.from_iterable(self._left_out))

    def _one(self, source: int, path: Names, thing: Thing) -> None:
        if thing.kind == "link":
            path = translated(path, self._spoken[source])
        name = full_name(path)
        if source == 0:
            self._there[path] = (0, thing)
        elif thing.kind == "group" and layout.is_run_set(path[-1]) and self._holds_runs(source, thing.node):
            return  # made anew with the runs that it is for
        elif thing.kind != "group" and self._is_ignored(name):
            self._leave(source, name, "it is on the list of what to leave out")
        elif path[0] == layout.CONFIG and not (self._merge_config and path[1:2] and path[1] in TAKEN_CONFIG):
            self._left_out.append(self._setting(source, path, self._there.get(path), thing))
        elif layout.RUN_ALL in path or layout.SET_ALL in path:
            self._for_all_runs(source, path, thing)
        elif path not in self._there:
            self._take(source, path, thing, path)
        else:
            self._met(source, path, thing)

    def _is_ignored(self, name: str) -> bool:
        self.seen.add(name)
        return self._ignored.match(name)

    def _holds_runs(self, source: int, group: Any) -> bool:
        return not self._sides[source].numbers.keys().isdisjoint(files.names(group))

    def _take(self, source: int, path: Names, thing: Thing, target: Names, replaces: bool = False) -> None:
        self._there[target] = (source, thing)
        self.copies.append(Copy(source, thing, path, target, replaces))

    def _leave(self, source: int, name: str, why: str) -> None:
        self._left_out.append([self._fact(source, name, why)])

    def _fact(self, source: int, name: str, why: str) -> Fact:
        return Fact(name, f"{why} ({self._sides[source].file.name})")

    def _setting(self, source: int, path: Names, known: tuple[int, Thing] | None, thing: Thing) -> Iterator[Fact]:
        if thing.kind == "group":
            return
        if known is None or self._differences(known, source, thing, path):
            yield self._fact(source, full_name(path), "settings of the other trajectories are not taken over")

    def _met(self, source: int, path: Names, thing: Thing) -> None:
        """Something that an earlier source has too."""
        known = self._there[path]
        if thing.kind == "group" and known[1].kind == "group":
            self._left_out.append(self._group(source, path, known, thing))
            return
        found = self._differences(known, source, thing, path)
        if not found:
            return
        if all(one.aspect in _BESIDE for one in found):
            words = " and ".join(sorted({one.aspect.value for one in found}))
            self._leave(source, full_name(path), f"its value is the same, its {words} is that of the first source")
            return
        self._conflict(source, path, known, thing)

    def _conflict(self, source: int, path: Names, known: tuple[int, Thing], thing: Thing) -> None:
        name = full_name(path)
        choice = self._choose(name)
        if path[0] == layout.CONFIG:
            choice = Choice.KEEP_FIRST
        values = [""] * len(self._sides)
        values[known[0]] = self._in_short(known[1], self._sides[known[0]])
        values[source] = self._in_short(thing, self._sides[source])
        self.conflicts.append(Conflict(_part(path), name, tuple(values), choice, choice is Choice.ASK))
        if choice is Choice.KEEP_LAST:
            self._leave(known[0], name, "another source has another value, which is kept")
            self._take(source, path, thing, path, replaces=True)
        elif choice is Choice.RENAME:
            self._take(source, path, thing, self._free(path, source))
        else:
            self._leave(source, name, "an earlier source has another value, which is kept")

    def _free(self, path: Names, source: int) -> Names:
        """A name for the second of two things of one name: with the name of its trajectory."""
        own = self._sides[source].trajectory.path.strip(b"/")
        wanted = (*path[:-1], path[-1] + b"_" + own)
        number = 2
        while wanted in self._there:
            wanted = (*path[:-1], path[-1] + b"_" + own + b"_%d" % number)
            number += 1
        return wanted

    def _group(self, source: int, path: Names, known: tuple[int, Thing], thing: Thing) -> Iterator[Fact]:
        """Groups of one name become one; the first source describes it."""
        first, second = (described(node) for node in (known[1].node, thing.node))
        for what, left, right in zip(("comment", "annotations"), first, second, strict=True):
            if right and repr(left) != repr(right):
                yield self._fact(source, full_name(path), f"a group has the {what} of the first source")

    def _for_all_runs(self, source: int, path: Names, thing: Thing) -> None:
        """What is meant for all runs of its source: it goes to the first of them, the others get links to it."""
        known = self._there.get(path)
        if thing.kind in ("group", "link"):
            if thing.kind == "link" and known is None:
                self._leave(source, full_name(path), "links for all runs of a source are not taken over")
            return
        if known is not None and not self._differences(known, source, thing, path):
            return
        runs = list(self._names[source].values())
        if not runs:
            self._leave(source, full_name(path), "no run of its source is taken")
            return
        targets = [_of_run(self._beside(source, path), run) for run in runs]
        links = tuple(target[:-1] for target in targets[1:])
        self.copies.append(Copy(source, thing, path, targets[0], links=links))

    def _beside(self, source: int, path: Names) -> Names:
        """``path``, or another name where a run has something of its own there."""
        names = self._names[source]
        own = [_of_run(path, run) for run in names]
        if any(at(self._sides[source].trajectory.group, place) is not None for place in own):
            return (*path[:-1], path[-1] + b"_of_all_runs")
        return path

    # --- comparing

    def _differences(self, known: tuple[int, Thing], source: int, thing: Thing, path: Names) -> list[Any]:
        """How something differs from what an earlier source has under its name; empty if it does not."""
        a, b = known[1], thing
        if a.kind != b.kind:
            return [_Other()]
        if a.kind == "group":
            return []
        sides = self._sides[known[0]], self._sides[source]
        if a.kind == "link":
            targets = [
                link_target(each.target, side, self._meant[number])
                for each, side, number in ((a, sides[0], known[0]), (b, sides[1], source))
            ]
            return [] if targets[0] == targets[1] else [_Other()]
        comparer = LeafComparer(*sides, self._progress)
        if a.kind == "dataset":
            return comparer.datasets(a.node, b.node, EXACT)
        absolute = b"/" + b"/".join((sides[0].trajectory.path.strip(b"/"), *path))
        found: list[Any] = [*compare_leaves(comparer, a.node, b.node, absolute, EXACT, _ALL)]
        comments = [files.text_attribute(each.node, layout.SRVC_INIT_COMMENT) for each in (a, b)]
        if comments[1] and comments[0] != comments[1]:
            found.append(_Comment())
        return found

    def _in_short(self, thing: Thing, side: OpenSide) -> str:
        if thing.kind == "link":
            return f"a link to {text.printable(thing.target)}"
        if thing.kind == "leaf":
            return one_sided(thing.node, side, in_a=True).a
        return thing.kind


class _Other(NamedTuple):
    aspect: Aspect = Aspect.TYPE


class _Comment(NamedTuple):
    aspect: Aspect = Aspect.COMMENT


def full_name(path: Names) -> str:
    """pypet's name of a path below the trajectory."""
    return text.printable(b".".join(path), 4096)


def things_of(side: OpenSide, parameters: frozenset[str]) -> Iterator[tuple[Names, Thing]]:
    """Everything outside of runs but parameters and the overview, a group before what is in it; and links called like
    runs."""
    waiting: list[tuple[Names, Any]] = [((), side.trajectory.group)]
    seen: set[int] = set()
    while waiting:
        path, group = waiting.pop()
        address = files.address(group)
        if address in seen or len(path) > MAX_DEPTH:
            continue
        seen.add(address)
        below: list[tuple[Names, Any]] = []
        for child in files.listed(group):
            inner = (*path, child.name)
            if (child.name in side.numbers and child.hard) or (not path and child.name == layout.OVERVIEW):
                continue
            found = _thing(group, child)
            if found.kind == "leaf" and full_name(inner) in parameters:
                continue
            yield inner, found
            if found.kind == "group":
                below.append((inner, found.node))
        waiting.extend(reversed(below))


def _thing(group: Any, child: Any) -> Thing:
    if not child.hard:
        return Thing("link", None, files.link(group, child.name).target)
    node = files.open_listed(group, child.name)
    if not files.is_group(node):
        return Thing("dataset", node)
    return Thing("leaf" if is_leaf(node) else "group", node)


def at(group: Any, path: Sequence[bytes]) -> Any:
    """The object at a path of names, None where there is none."""
    for name in path:
        if not files.is_group(group) or name not in files.names(group):
            return None
        if files.link(group, name).kind is not files.LinkKind.HARD:
            return None
        group = files.open_listed(group, name)
    return group


def link_target(target: bytes, side: OpenSide, names: dict[bytes, bytes]) -> Names:
    """Where a link of a source points in the merged trajectory, below it; outside of its trajectory: as it is."""
    own = side.trajectory.path + b"/"
    if not target.startswith(own):
        return (target,)
    return translated(layout.components(target[len(own) :]), names)


def described(node: Any) -> tuple[str, dict[str, Any]]:
    """The comment and the annotations of a leaf or a group, as far as they can be read."""
    try:
        return files.text_attribute(node, layout.SRVC_INIT_COMMENT), leaves.annotations(node)
    except (NotReadable, *FAILURES):
        return "", {}


def _of_run(path: Names, run: bytes) -> Names:
    """The place of a run for what is in that of all runs."""
    index = layout.run_index(run)
    set_name = layout.run_set_name(index) if index is not None else layout.SET_ALL
    names = {layout.RUN_ALL: run, layout.SET_ALL: set_name}
    return tuple(names.get(part, part) for part in path)


def _part(path: Names) -> Part:
    parts = {layout.CONFIG: Part.CONFIG, layout.DERIVED_PARAMETERS: Part.DERIVED_PARAMETERS}
    return parts.get(path[0], Part.RESULTS)
