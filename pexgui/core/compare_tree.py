"""Two trajectories walked side by side, name by name, outside of runs and then pair of runs by pair of runs."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from . import files, items, layout, text
from .compare_findings import Findings, Found, Place
from .compare_leaf import LeafComparer, compare_leaves, one_sided, unreadable
from .compare_sides import OpenSide
from .errors import FAILURES, NotReadable
from .model_compare import Aspect, Part, State, Tolerance, Wanted
from .nodes import MAX_DEPTH
from .patterns import Patterns
from .progress import Progress
from .twins import Twin
from .twins_image import Image, image_of
from .twins_many import ManyTwins

_PARTS = {
    layout.CONFIG: Part.CONFIG,
    layout.PARAMETERS: Part.PARAMETERS,
    layout.DERIVED_PARAMETERS: Part.DERIVED_PARAMETERS,
    layout.RESULTS: Part.RESULTS,
}
_WITH_RUNS = (layout.RESULTS.decode(), layout.DERIVED_PARAMETERS.decode())
"""Where the groups of runs are, which are compared pair by pair."""
_KNOWN = (*_PARTS, layout.OVERVIEW)
_PROVENANCE = (b"environment", b"git", b"merge")
_REPORT_EVERY = 20
_REPORT_IN_RUNS = 1000


class Step(NamedTuple):
    """A name in the two groups that are compared: the objects, None where a side has none, and how they differ in
    their links if they are links; ``addresses`` are those of the objects, −1 where a side has none."""

    name: str
    a: Any
    b: Any
    path_a: bytes
    path_b: bytes
    link: "tuple[str, str] | None" = None
    addresses: tuple[int, int] = (-1, -1)


class TreeComparer:
    """Compares what two sides hold and puts it into ``findings``. ``twins`` are those of their files, for whoever has
    them at hand."""

    def __init__(
        self,
        a: OpenSide,
        b: OpenSide,
        wanted: Wanted,
        findings: Findings,
        progress: Progress,
        twins: ManyTwins | None = None,
    ) -> None:
        self._a = a
        self._b = b
        self._parts = frozenset(wanted.parts)
        self._only = Patterns(wanted.only)
        self._ignore = Patterns(wanted.ignore)
        self._tolerance = wanted.tolerance
        self._tolerances = [(Patterns([one.pattern]), one.tolerance) for one in wanted.tolerances]
        self._findings = findings
        self._progress = progress
        self._seen: set[tuple[int, ...]] = set()
        self._done = 0
        exact = wanted.tolerance.nan_equal and not wanted.tolerances
        images = _images(a, b) if exact and twins is None else (None, None)
        self._twins = (twins or _twins(*images)) if exact else None
        self._leaves = LeafComparer(a, b, progress, images)
        self._alike: dict[tuple[object, ...], list[bytearray | None]] = {}
        self.translated: tuple[Mapping[bytes, bytes], Mapping[bytes, bytes]] = ({}, {})
        self._targets: Mapping[bytes, bytes] = {}

    def leaves(self) -> LeafComparer:
        """What compares single leaves."""
        return self._leaves

    def chosen(self, part: Part, name: str) -> bool:
        """Whether what has this name is to be compared."""
        if part not in self._parts or self._ignore.match(name):
            return False
        return not self._only or self._only.match(name)

    def tolerance_of(self, name: str) -> Tolerance:
        """The tolerance for what has this name."""
        return next((tolerance for patterns, tolerance in self._tolerances if patterns.match(name)), self._tolerance)

    # --- outside of runs

    def branches(self) -> None:
        """Compare all that belongs to no run."""
        for branch, part in _PARTS.items():
            if part not in self._parts and not (part is Part.CONFIG and Part.PROVENANCE in self._parts):
                continue
            groups = [files.group_at(side.trajectory.group, branch) for side in (self._a, self._b)]
            paths = [layout.join(side.trajectory.path, branch) for side in (self._a, self._b)]
            if groups[0] is not None or groups[1] is not None:
                self._groups(Place(part, branch.decode(), -1, *paths), groups[0], groups[1], 1)
        if Part.RESULTS in self._parts:
            self._others()

    def _others(self) -> None:
        """Compare what a trajectory holds beside the branches that pypet knows."""
        place = Place(Part.RESULTS, "", -1, self._a.trajectory.path, self._b.trajectory.path)
        for step in self._steps(place, self._a.trajectory.group, self._b.trajectory.group):
            if step.name.encode() not in _KNOWN:
                self._step(place, step, 1)

    def below(self, place: Place, a: Any, b: Any) -> None:
        """Compare two groups or leaves with all that is below them."""
        self._nodes(place, a, b, (files.address(a), files.address(b)), 1)

    # --- in runs

    def foresee(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        """Have pairs of runs that are going to be compared proved to be the same all at once, as far as they are."""
        if self._twins is None:
            return
        for key, left in self._a.addresses.items():
            right = self._b.addresses.get(key, {})
            self._twins.foresee([(left[a], right[b]) for a, b in pairs if a in left and b in right])

    def runs(
        self,
        pair: int,
        run_a: bytes,
        run_b: bytes,
        others: dict[bytes, bytes] | None = None,
        targets: Mapping[bytes, bytes] | None = None,
    ) -> bool:
        """Compare what two runs hold, wherever groups of runs are. ``others``: what more runs of A are called in B;
        ``targets``: into which runs of B links lead instead of them, if that is not the same. Gives whether the bytes
        of the files prove that all is the same."""
        self.translated = ChainMap({run_a: b"$"}, others or {}), {run_b: b"$"}
        self._targets = targets or {}
        self._seen.clear()
        proved = True
        keys = [*self._a.homes, *(key for key in self._b.homes if key not in self._a.homes)]
        for key in keys:
            part, name = _named_place(key)
            if part not in self._parts:
                continue
            if self._twins is not None and self._are_twins(Place(part, name, pair), key, run_a, run_b):
                continue
            nodes, paths = [], []
            for side, run in ((self._a, run_a), (self._b, run_b)):
                home = side.homes.get(key, {}).get(run)
                nodes.append(files.group_at(home, run) if home is not None else None)
                paths.append(layout.join(files.path_of(home), run) if home is not None else b"")
            if nodes[0] is not None or nodes[1] is not None:
                proved = False
                self._groups(Place(part, name, pair, *paths), nodes[0], nodes[1], 2)
        self.translated, self._targets = ({}, {}), {}
        return proved

    def _are_twins(self, place: Place, key: bytes, run_a: bytes, run_b: bytes) -> bool:
        """Whether two groups of runs are the same to the byte; what is in them then counts as equal."""
        assert self._twins is not None
        places = (
            self._a.addresses[key].get(run_a) if key in self._a.addresses else None,
            (self._b.addresses[key].get(run_b) if key in self._b.addresses else None),
        )
        if places[0] is None or places[1] is None:
            return False
        if not all(side.homes[key][run].links.exists(run) for side, run in ((self._a, run_a), (self._b, run_b))):
            return False  # it is listed, but HDF5 does not find it by its name
        leaves = self._twins.leaves(places[0], places[1])
        if leaves is None or any(map(self._is_of_a_run, {part for leaf in leaves for part in leaf.path})):
            return False
        alike = (place.name, *leaves)
        known = self._alike.get(alike)
        if known is None:
            known = self._alike[alike] = [self._take_twin(place, leaf) for leaf in leaves]
        for states in known:
            if states is not None:
                Findings.mark_equal(states, place.pair)
        return True

    def _is_of_a_run(self, name: bytes) -> bool:
        """Whether a name is that of a run: it stands for another run on the other side, though its bytes are the
        same."""
        return name in self.translated[0] or name in self.translated[1]

    def _take_twin(self, place: Place, leaf: Twin) -> bytearray | None:
        """The states of a leaf that is the same in two runs; None if it is left out."""
        name = ".".join((place.name, *(text.printable(self.translated[0].get(part, part)) for part in leaf.path)))
        if not self.chosen(place.part, name):
            return None
        self._findings.comments(Place(place.part, name, place.pair), *[text.paragraphs(leaf.comment)] * 2)
        return self._findings.subject(place.part, name, in_runs=True)[1]

    # --- walking

    def _nodes(self, place: Place, a: Any, b: Any, at: tuple[int, int], depth: int) -> None:
        """Compare two objects of the same name, of which one may be missing; ``at`` are their addresses."""
        try:
            groups = files.is_group(a), files.is_group(b)
            alike = self._described_alike(at) if all(groups) else None
            is_leaf = [groups[0] and items.is_leaf(a)]
            is_leaf.append(is_leaf[0] if alike is not None else groups[1] and items.is_leaf(b))
            if any(is_leaf):
                self._leaf(place, a, b, is_leaf, at, alike)
            elif files.is_group(a) or files.is_group(b):
                self._groups(place, a if files.is_group(a) else None, b if files.is_group(b) else None, depth)
            elif self.chosen(place.part, place.name):
                self._findings.note(place, self._leaves.datasets(a, b, self.tolerance_of(place.name)))
        except (NotReadable, *FAILURES) as error:
            if self.chosen(place.part, place.name):
                self._findings.note(place, [unreadable(error, "")])

    def _leaf(self, place: Place, a: Any, b: Any, is_leaf: list[bool], at: tuple[int, int], alike: str | None) -> None:
        if not self.chosen(place.part, place.name):
            return
        if a is None or b is None:
            self._findings.note(place, [one_sided(b if a is None else a, self._b if a is None else self._a, b is None)])
            return
        if not all(is_leaf):
            kinds = ["value" if leaf else "group" for leaf in is_leaf]
            self._findings.note(place, [Found(Aspect.TYPE, "", "group", kinds[0], kinds[1], "a group on one side")])
            return
        if self._twins is not None:
            twins = self._twins.leaves(*at)
            if twins:
                self._findings.note(place, [])
                self._findings.comments(place, *[text.paragraphs(twins[0].comment)] * 2)
                return
        tolerance = self.tolerance_of(place.name)
        parts = self._parts if alike is None else self._parts - {Part.ANNOTATIONS}
        self._findings.note(place, compare_leaves(self._leaves, a, b, place.path_a, tolerance, parts))
        self._comments(place, a, b, alike)

    def _described_alike(self, at: tuple[int, int]) -> str | None:
        """The comment of two groups if they have the same attributes to the byte; None when that is not known."""
        return None if self._twins is None else self._twins.described_alike(*at)

    def _comments(self, place: Place, a: Any, b: Any, alike: str | None) -> None:
        if alike is not None:
            self._findings.comments(place, *[text.paragraphs(alike)] * 2)
        elif Part.COMMENTS in self._parts:
            left, right = (text.paragraphs(files.text_attribute(node, layout.SRVC_INIT_COMMENT)) for node in (a, b))
            self._findings.comments(place, left, right)

    def _groups(self, place: Place, a: Any, b: Any, depth: int) -> None:
        """Compare two groups and all that is below them."""
        met = (-1 if a is None else files.address(a), -1 if b is None else files.address(b))
        if met in self._seen:
            return
        self._seen.add(met)
        if a is not None and b is not None:
            self._group(place, a, b, met)
        if depth >= MAX_DEPTH:
            raise NotReadable(f"What lies deeper than {MAX_DEPTH} groups is not compared.")
        empty = True
        for step in self._steps(place, a, b):
            empty = False
            self._step(place, step, depth + 1)
        if empty and place.pair < 0 and (a is None or b is None) and self.chosen(place.part, place.name):
            self._one_sided_group(place, a is not None, a if a is not None else b)

    def _step(self, place: Place, step: Step, depth: int) -> None:
        """Compare what has a name in two groups."""
        part, name = self._named(place, step.name)
        below = Place(part, name, place.pair, step.path_a, step.path_b)
        self._done += 1
        if self._done % (_REPORT_EVERY if place.pair < 0 else _REPORT_IN_RUNS) == 0:
            self._progress(f"Comparing {name}", self._done, 0)
        if step.link is not None:
            self._link(below, step)
        else:
            self._nodes(below, step.a, step.b, step.addresses, depth)

    def _one_sided_group(self, place: Place, in_a: bool, group: Any) -> None:
        """An empty group that only one side has; one with runs in it is told by its runs."""
        if files.names(group):
            return
        state = State.ONLY_A if in_a else State.ONLY_B
        shown = ("an empty group", "") if in_a else ("", "an empty group")
        self._findings.note(place, [Found(Aspect.VALUE, "", "group", *shown, "", state=state)])

    def _group(self, place: Place, a: Any, b: Any, at: tuple[int, int]) -> None:
        """The comments and annotations of two groups."""
        if not self.chosen(place.part, place.name):
            return
        alike = self._described_alike(at)
        self._comments(place, a, b, alike)
        found = self._leaves.annotations(a, b) if alike is None and Part.ANNOTATIONS in self._parts else []
        if found:
            self._findings.note(place, found)

    def _named(self, place: Place, name: str) -> tuple[Part, str]:
        """The part and the full name of a child."""
        part = place.part
        if part is Part.CONFIG and place.name == "config" and name.encode() in _PROVENANCE:
            part = Part.PROVENANCE
        return part, f"{place.name}.{name}" if place.name else name

    def _steps(self, place: Place, a: Any, b: Any) -> Iterator[Step]:
        left, right = (self._children(place, node, side) for side, node in ((0, a), (1, b)))
        for name in sorted({*left, *right}, key=text.natural):
            one, other = left.get(name), right.get(name)
            path_a = layout.join(place.path_a, one.name) if one is not None else b""
            path_b = layout.join(place.path_b, other.name) if other is not None else b""
            shown = text.printable(name)
            if (one is not None and not one.hard) or (other is not None and not other.hard):
                links = (self._target(a, one, 0), self._target(b, other, 1))
                yield Step(shown, None, None, path_a, path_b, links)
                continue
            try:
                nodes = [
                    None if child is None else files.open_listed(group, child.name)
                    for group, child in ((a, one), (b, other))
                ]
            except NotReadable as error:
                part, full = self._named(place, shown)
                if self.chosen(part, full):
                    self._findings.note(Place(part, full, place.pair, path_a, path_b), [unreadable(error, "")])
                continue
            at = (-1 if one is None else one.address, -1 if other is None else other.address)
            yield Step(shown, nodes[0], nodes[1], path_a, path_b, None, at)

    def _children(self, place: Place, group: Any, which: int) -> dict[bytes, Any]:
        """A group's children by the names under which they are compared."""
        if group is None:
            return {}
        children = files.listed(group)
        if place.pair >= 0:
            translated = self.translated[which]
            return {translated.get(child.name, child.name): child for child in children}
        if place.name.partition(".")[0] in _WITH_RUNS:
            runs = (self._a, self._b)[which].numbers
            children = [child for child in children if child.name not in runs]
        elif place.part is Part.PROVENANCE and place.name.count(".") == 1:
            return _volatile(children)
        return {child.name: child for child in children}

    def _target(self, group: Any, child: Any, which: int) -> str:
        """Where a link points, with the run it is in as ``$`` and without the trajectory; empty for what is no link."""
        if child is None or child.hard:
            return ""
        found = files.link(group, child.name)
        if found.kind is not files.LinkKind.SOFT:
            return text.printable(found.target) or "a link of an unknown kind"
        trajectory = (self._a, self._b)[which].trajectory.path
        target = found.target.removeprefix(trajectory + b"/")
        parts = [self._led(part, which) for part in target.split(b"/")]
        return text.printable(b".".join(parts))

    def _led(self, part: bytes, which: int) -> bytes:
        """A part of where a link points, as it is compared: with what stands for the run it leads into."""
        own, other = self.translated
        if which or not self._targets or own.get(part) == b"$":
            return self.translated[which].get(part, part)
        found = self._targets.get(part, part)
        return other.get(found, found)

    def _link(self, place: Place, step: Step) -> None:
        """Two links, or a link and something else."""
        assert step.link is not None
        if not self.chosen(place.part, place.name):
            return
        left, right = step.link
        if left == right:
            self._findings.note(place, [])
            return
        states = {(True, False): State.ONLY_A, (False, True): State.ONLY_B}
        state = states.get((bool(place.path_a), bool(place.path_b)), State.CHANGED)
        shown = (left or ("no link" if place.path_a else ""), right or ("no link" if place.path_b else ""))
        self._findings.note(place, [Found(Aspect.TARGET, "", "link", *shown, "", state=state)])


@lru_cache(64)
def _named_place(key: bytes) -> tuple[Part, str]:
    """The part and the name of a place in which runs are."""
    name = text.printable(layout.join(key, layout.RUN_WILDCARD).replace(b"/", b"."), 4096)
    return _PARTS[key.split(b"/")[0]], name


def _images(a: OpenSide, b: OpenSide) -> tuple[Image | None, Image | None]:
    """The images of two files in memory; None where they are not, or are laid out in an unknown way."""
    if not a.file.at_once or not b.file.at_once:
        return None, None
    return image_of(a.file.image()), image_of(b.file.image())


def _twins(a: Image | None, b: Image | None) -> ManyTwins | None:
    """What proves that parts of two files are the same; None where that cannot be done."""
    return None if a is None or b is None else ManyTwins(a, b)


def _volatile(children: "list[Any]") -> dict[bytes, Any]:
    """Groups named after the moment they were made are compared from the newest on."""
    newest = sorted(children, key=lambda child: child.name[-20:], reverse=True)
    return {b"last" if not place else b"last but %d" % place: child for place, child in enumerate(newest)}
