"""What is damaged in a source of a merge, as pypet leaves it when it is cut off, and what repairing it comes to.

Nothing is invented: runs whose point is not known are left out, runs without a row are taken as not finished, and so
are runs that are said to be finished and have no results.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from . import files, layout, parameters, text
from .bookkeeping import table
from .compare_sides import MISSING, OpenSide
from .errors import FAILURES, NotReadable
from .explored import explored_parameters
from .model_compare import Side
from .places import BRANCHES

_NO_POINT = "its point is not known"


class Damage(NamedTuple):
    """Something that is damaged: what it is, what repairing does about it, and whether nothing is merged before."""

    what: str
    repair: str
    blocks: bool = True


class MergeSide(OpenSide):
    """A source of a merge, repaired if that was chosen; ``left_out`` tells of runs that are then not taken why.

    ``lost`` are the full names of parameters that are listed as explored, but whose ranges are not there.
    """

    def __init__(self, file: files.OpenFile, side: Side, repair: bool) -> None:
        super().__init__(file, side)
        self.repair = repair
        self.left_out: dict[int, str] = {}
        self.lost = frozenset(
            text.printable(one.name) for one in explored_parameters(self.trajectory, []) if one.leaf is None
        )
        self._unknown: list[Damage] = []
        if repair:
            self.damage()

    def damage(self) -> list[Damage]:
        """All that is damaged."""
        return [*self._damage, *self._unknown]

    @cached_property
    def _damage(self) -> list[Damage]:
        """What is damaged in the file. Looking for it repairs it, if that was chosen; else only a plan asks for it."""
        return [*self._rows(), *self._without_row(), *self._without_point(), *self._without_results()]

    def knows_nothing_of(self, known: Iterable[str]) -> None:
        """Add to the damage what is explored here and is not among the parameters ``known`` of all sources."""
        for name in sorted(self.lost.difference(known)):
            what = f"“{name}” is explored, but no source has it"
            self._unknown.append(Damage(what, "The merged trajectory does not have it."))

    def _rows(self) -> Iterator[Damage]:
        if table(self.trajectory, layout.RUNS, ("name",), []) is None:
            what = "its table of runs is missing or cannot be read"
            yield Damage(what, "Its runs are told from its ranges and results and taken as not finished.")

    def _without_row(self) -> Iterator[Damage]:
        """Groups of results called like runs that are not in the table of runs."""
        orphans = sorted(_orphans(self))
        if not orphans:
            return
        count = len(self.names)
        regular = all(name == layout.run_name(number) for number, name in enumerate(self.names))
        known = [name for name in orphans if regular and count <= _index(name) < self._points()]
        told = range(count, max(map(_index, known)) + 1) if known else range(0)
        rest = [name for name in orphans if name not in known]
        if self.repair:
            self._add([layout.run_name(number) for number in told], "")
            self._add(rest, _NO_POINT)
            self.__dict__.pop("places", None)
            self.__dict__.pop("homes", None)
        what = f"{text.count(len(orphans), 'run has', 'runs have')} results, but no row in the table of runs"
        repair = []
        if told:
            gets = text.count(len(told), "run gets a row and is", "runs get a row and are")
            repair.append(f"{gets} taken as not finished.")
        if rest:
            repair.append(f"{text.count(len(rest), 'run is', 'runs are')} left out, since {_NO_POINT}.")
        yield Damage(what, " ".join(repair))

    def _add(self, names: list[bytes], left_out: str) -> None:
        for name in names:
            if left_out:
                self.left_out[len(self.names)] = left_out
            self.numbers[name] = len(self.names)
            self.names.append(name)
            self.finished.append(False)

    def _points(self) -> int:
        """For how many runs every explored parameter has a value."""
        lengths = [self._length(leaf) for leaf in self.explored.values()]
        return 0 if self.lost else min(lengths, default=0)

    def _length(self, leaf: Any) -> int:
        try:
            found = parameters.range_of(leaf, files.names(leaf), self.encoding)
        except (NotReadable, *FAILURES):
            return 0
        return 0 if found is None else found.length

    def _without_point(self) -> Iterator[Damage]:
        lacking: dict[int, str] = {}
        for name in self.explored:
            for run, value in enumerate(self.values_of(name)):
                if value is MISSING and run not in self.left_out:
                    lacking.setdefault(run, name)
        if not lacking:
            return
        if self.repair:
            self.left_out.update(dict.fromkeys(lacking, _NO_POINT))
        names = ", ".join(f"“{name}”" for name in dict.fromkeys(lacking.values()))
        what = f"{text.count(len(lacking), 'run has', 'runs have')} no readable value of {names}"
        yield Damage(what, f"{text.count(len(lacking), 'run is', 'runs are')} left out.")

    def _without_results(self) -> Iterator[Damage]:
        """Runs that are said to be finished, of which nothing is there: perhaps they had none, so that they are taken
        as they are unless it is chosen to repair them."""
        there = {name for homes in self.homes.values() for name in homes}
        empty = [run for run, name in enumerate(self.names) if self.finished[run] and name not in there]
        if not empty:
            return
        if self.repair:
            for run in empty:
                self.finished[run] = False
        what = f"{text.count(len(empty), 'run is', 'runs are')} marked finished, without anything stored"
        yield Damage(what, f"{text.count(len(empty), 'run is', 'runs are')} taken as not finished.", blocks=False)


def _index(name: bytes) -> int:
    found = layout.run_index(name)
    return -1 if found is None else found


def _orphans(side: OpenSide) -> set[bytes]:
    """The names of groups that are called as pypet calls runs and stand where runs do, but are none."""
    found = {name for group in _homes(side) for name in files.names(group)} - side.numbers.keys()
    return {name for name in found if layout.run_index(name) is not None}


def _homes(side: OpenSide) -> Iterator[Any]:
    """The groups in which groups of runs are, or may be."""
    usual = [layout.join(branch, layout.RUNS) for branch in BRANCHES]
    for path in usual:
        group = _group_at(side, path)
        if group is not None:
            yield group
    for path, found in side.places.items():
        yield from (place.group for place in found if place.path not in usual)
        parent, _, last = path.rpartition(b"/")
        group = _group_at(side, parent) if last == layout.SET_WILDCARD else None
        for name in files.names(group) if group is not None else ():
            below = files.group_at(group, name) if layout.is_run_set(name) and name != layout.SET_ALL else None
            if below is not None:
                yield below


def _group_at(side: OpenSide, path: bytes) -> Any:
    try:
        group = files.open_node(side.trajectory.group, path)
    except NotReadable:
        return None
    return group if files.is_group(group) else None
