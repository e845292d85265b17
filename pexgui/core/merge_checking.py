"""What was merged, read back from the disk and held against the sources: every run, value, range and name."""

from typing import Any

from . import files, layout, text
from .compare_findings import Findings
from .compare_sides import OpenSide, key_of
from .compare_tree import TreeComparer
from .merge_ignored import general_name
from .merge_names import Names, translated
from .merge_outside import at, full_name, things_of
from .merge_raw import Images, RawRuns, wrong
from .model_compare import Side, State, Wanted
from .progress import Progress
from .twins_image import image_of
from .twins_many import ManyTwins
from .verify_trees import MOST, Proof, compare_trees, mapped

_REPORT_EVERY = 50


def check(part: bytes, found: Any, request: Any, progress: Progress) -> int:
    """How many things were compared with the sources and found to be as the plan says. Raises `PexError` for the first
    that is not."""
    with mapped(part) as image, files.reading(part, whole=image is None) as file:
        merged = OpenSide(file, Side(part, found.sides[0].trajectory.path))
        _check_runs(found, merged)
        counted = _check_parameters(found, merged)
        counted += _check_outside(found, merged, request)
        origins = _origins(found)
        for source, side in enumerate(found.sides):
            own = image_of(_content(side.file)) if image is not None else None
            images = None if own is None or image is None else (own, image)
            counted += _check_source(source, found, merged, images, progress)
            counted += _check_taken(origins[source], merged, images, progress)
        return counted


def _content(source: files.OpenFile) -> bytes | None:
    """The bytes of a source; None when they are too many to be compared by them. That it did not change is looked at
    when all is compared."""
    if source.at_once or source.stamp.size > MOST:
        return source.image()
    with open(source.path, "rb") as file:
        return file.read(MOST + 1)


def _check_runs(found: Any, merged: OpenSide) -> None:
    """The table of runs: names, in the order of their numbers, and which are finished."""
    expected: dict[int, tuple[bytes, bool]] = {}
    for side, names, numbers in zip(found.sides, found.names, found.selection.numbers, strict=True):
        for run, number in enumerate(numbers):
            if number >= 0:
                expected[number] = (names[side.names[run]], side.finished[run])
    told = [expected[number] for number in range(len(expected))]
    if merged.names != [name for name, _ in told] or merged.finished != [done for _, done in told]:
        raise wrong("its table of runs differs")


def _check_parameters(found: Any, merged: OpenSide) -> int:
    """The values of every explored parameter over all runs."""
    counted = 0
    for name, keys in found.keys.items():
        expected: dict[int, Any] = {}
        for own, numbers in zip(keys, found.selection.numbers, strict=True):
            expected.update((number, key) for key, number in zip(own, numbers, strict=True) if number >= 0)
        there = merged.values_of(name) if name in merged.explored else []
        if [key_of(value) for value in there] != [expected[number] for number in range(len(expected))]:
            raise wrong(f"“{text.printable(name)}” has other values")
        counted += len(there)
    if set(merged.explored) != set(found.keys):
        raise wrong("other parameters are explored")
    return counted


def _check_source(source: int, found: Any, merged: OpenSide, images: Images, progress: Progress) -> int:
    """All that the runs of a source hold, beside what they hold in the merged trajectory."""
    side, names = found.sides[source], found.names[source]
    taken = [(name, names[name]) for name in side.names if name in names]
    findings = Findings(len(taken))
    tree = TreeComparer(side, merged, Wanted(), findings, progress, ManyTwins(*images) if images is not None else None)
    tree.foresee(taken)
    raw = RawRuns(source, found, merged, images, progress)
    for place, (name, new) in enumerate(taken):
        if place % _REPORT_EVERY == 0:
            progress(f"Checking the runs of {side.file.name}", place, len(taken))
        if not tree.runs(place, name, new, found.spoken[source], found.meant[source]):
            raw.check(name)
    expected = _expected_links(source, found) | _expected_gaps(source, found)
    for one in findings.differences():
        name = findings.subjects()[one.subject].name
        if (one.pair, name) in expected or one.state is State.UNREADABLE:
            continue
        raise wrong(f"“{name}” differs in {text.printable(taken[one.pair][1])}")
    return sum(len(subject.states) - subject.states.count(0) for subject in findings.subjects())


def _expected_links(source: int, found: Any) -> set[tuple[int, str]]:
    """What runs get besides: a copy of, or links to, what was meant for all runs of their source."""
    side, names = found.sides[source], found.names[source]
    place_of = {names[name]: place for place, name in enumerate(name for name in side.names if name in names)}
    expected = set()
    for copy in found.outside.copies:
        for target in (copy.target, *((*place, copy.target[-1]) for place in copy.links)):
            run = next((part for part in target if part in place_of), None)
            if run is not None and copy.source == source and run not in copy.path:
                general = tuple(layout.RUN_WILDCARD if part == run else part for part in target)
                expected.add((place_of[run], full_name(tuple(_set(part) for part in general))))
    return expected


def _expected_gaps(source: int, found: Any) -> set[tuple[int, str]]:
    """What runs lack, as it is on the list of what to leave out."""
    side, names, spoken = found.sides[source], found.names[source], found.spoken[source]
    place_of = {name: place for place, name in enumerate(name for name in side.names if name in names)}
    expected = set()
    for path in found.omitted[source].paths:
        run = next(part for part in path if part in place_of)
        general = general_name(tuple(part if part == run else spoken.get(part, part) for part in path), run)
        expected.add((place_of[run], general))
    return expected


def _set(part: bytes) -> bytes:
    return layout.SET_WILDCARD if layout.is_run_set(part) and part != layout.SET_ALL else part


def _check_outside(found: Any, merged: OpenSide, request: Any) -> int:
    """What belongs to no run: the names that should be there are there, and no others."""
    parameters = frozenset(one.name for one in found.parameters)
    there = {path for path, thing in things_of(merged, parameters) if thing.kind != "group"}
    expected = {
        translated(path, found.spoken[0]) if thing.kind == "link" else path
        for path, thing in things_of(found.sides[0], parameters)
        if thing.kind != "group"
    }
    for copy in found.outside.copies:
        in_run = any(part in merged.numbers for part in copy.target)
        if copy.thing.kind == "link" or (copy.thing.kind != "group" and not in_run):
            expected.add(copy.target)
    missing = expected - there
    if missing:
        raise wrong(f"“{full_name(min(missing))}” is missing")
    surplus = {path for path in there - expected if path[:2] != (layout.CONFIG, b"merge") or not request.keep_info}
    if surplus:
        raise wrong(f"“{full_name(min(surplus))}” should not be there")
    for one in found.parameters:
        path = tuple(part.encode("utf-8", "surrogateescape") for part in one.name.split("."))
        files.open_node(merged.trajectory.group, b"/".join(path))
    return len(expected)


def _origins(found: Any) -> list[dict[Names, Any]]:
    """By source, what is taken from it outside of runs: leaves, data and parameters, by their path when merged."""
    origin: dict[Names, tuple[int, Any]] = {}
    parameters = frozenset(one.name for one in found.parameters)
    for path, thing in things_of(found.sides[0], parameters):
        if thing.kind in ("leaf", "dataset"):
            origin[path] = 0, thing.node
    for copy in found.outside.copies:
        if copy.replaces:
            origin = {path: one for path, one in origin.items() if path[: len(copy.target)] != copy.target}
        if copy.thing.kind in ("leaf", "dataset"):
            origin[copy.target] = copy.source, copy.thing.node
    for one in found.parameters:
        if not one.explored:
            path = tuple(part.encode("utf-8", "surrogateescape") for part in one.name.split("."))
            origin[path] = next((source, leaf) for source, leaf in enumerate(one.leaves) if leaf is not None)
    return [{path: node for path, (own, node) in origin.items() if own == source} for source in range(len(found.sides))]


def _check_taken(taken: dict[Names, Any], merged: OpenSide, images: Images, progress: Progress) -> int:
    """What lies outside of runs is to the byte what it is in the source from which it was taken."""
    proof = Proof(*images) if images is not None else None
    counted = 0
    for path, node in taken.items():
        there = at(merged.trajectory.group, path)
        if there is None:
            raise wrong(f"“{full_name(path)}” is missing")
        counted += compare_trees(node, there, proof, progress)
    return counted
