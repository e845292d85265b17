"""Two trajectories, runs, groups or leaves compared; or several with one of them."""

from collections.abc import Sequence
from contextlib import ExitStack

from . import files, layout, text
from .compare_findings import Findings, Found, Place
from .compare_sides import OpenSide
from .compare_tree import TreeComparer
from .errors import BeingWritten, NotReadable, PexError
from .model_compare import (
    Against,
    Aspect,
    CompareRequest,
    Comparison,
    Pair,
    Pairing,
    Part,
    State,
    Subject,
    Wanted,
)
from .pairing import Match, Paired, pair_runs, told_pairs
from .progress import Progress, silent

STATUS = "run status"
MOST_RUNS = 200_000
_SHORT = 160
_REPORT_EVERY = 10


def compare(request: CompareRequest, progress: Progress = silent) -> Comparison:
    """What is different on each side beside the baseline.

    Runs are paired by their point or number, everything else by its name. Numbers are the same within the tolerance,
    types and shapes have to be the same; texts, comments and annotations are compared exactly. A comment that pypet
    keeps only once for all runs counts for each. A leaf that cannot be read is said to be so, and the rest is
    compared. Raises `NotReadable` when a side cannot be opened, and `PexError` for fewer than two sides.
    """
    if len(request.sides) < 2 or not 0 <= request.baseline < len(request.sides):
        raise PexError("A comparison needs two things to compare.", "Choose two trajectories, or two runs of one.")
    try:
        return _compare(request, progress)
    except BeingWritten:
        return _compare(request, progress)


def _compare(request: CompareRequest, progress: Progress) -> Comparison:
    with ExitStack() as stack:
        opened = {path: stack.enter_context(files.reading(path, whole=True)) for path in _paths(request)}
        sides = [OpenSide(opened[side.file], side) for side in request.sides]
        baseline = sides[request.baseline]
        against = tuple(
            _against(number, baseline, side, request.wanted, progress)
            for number, side in enumerate(sides)
            if number != request.baseline
        )
        changed = tuple(file.name for file in opened.values() if file.changed())
        return Comparison(request, tuple(side.told() for side in sides), against, changed)


def _paths(request: CompareRequest) -> Sequence[bytes]:
    return list(dict.fromkeys(side.file for side in request.sides))


def _against(number: int, a: OpenSide, b: OpenSide, wanted: Wanted, progress: Progress) -> Against:
    progress(f"Comparing {a.file.name} and {b.file.name}", 0, 0)
    if a.side.path or b.side.path:
        return _parts(number, a, b, wanted, progress)
    for side in (a, b):
        if len(side.names) > MOST_RUNS and not side.side.run:
            title = (
                f"“{side.info.name}” in {side.file.name} has {len(side.names):,} runs, too many to be compared at once."
            )
            raise PexError(title, "Compare single runs of it.")
    paired = pair_runs(a, b, wanted.pairing)
    pairs = told_pairs(a, b, paired, by_number=wanted.pairing is Pairing.NUMBER)
    findings = Findings(len(pairs))
    tree = TreeComparer(a, b, wanted, findings, progress)
    two_runs = bool(a.side.run and b.side.run)
    if two_runs and a.file is b.file and a.trajectory.path == b.trajectory.path:
        _run_values(a, paired, tree, findings)
    else:
        _heads(a, b, wanted, tree, findings)
        tree.branches()
        _ranges(a, b, paired, tree, findings, wanted)
    both = [(match.a, match.b) for match in paired.matches if match.a is not None and match.b is not None]
    tree.foresee([(a.names[one], b.names[other]) for one, other in both])
    for place, match in enumerate(paired.matches):
        if place % _REPORT_EVERY == 0:
            progress(f"Comparing {a.file.name} and {b.file.name}", place, len(pairs))
        if match.a is not None and match.b is not None:
            tree.runs(place, a.names[match.a], b.names[match.b])
            _status(place, match, a, b, tree, findings)
    return _told(number, pairs, findings, a, b)


def _told(number: int, pairs: tuple[Pair, ...], findings: Findings, a: OpenSide, b: OpenSide) -> Against:
    findings.settle(lambda part, side: (a, b)[side].listed_comments(part))
    subjects = findings.subjects()
    note = _note(pairs, subjects)
    return Against(number, pairs, subjects, findings.differences(), findings.more, note)


def _note(pairs: tuple[Pair, ...], subjects: tuple[Subject, ...]) -> str:
    """A sentence when the sides have next to nothing in common."""
    told = list(State)
    own = (Part.PARAMETERS, Part.DERIVED_PARAMETERS, Part.RESULTS)
    states = {told[state] for subject in subjects if subject.part in own for state in subject.states}
    both = states & {State.EQUAL, State.CHANGED, State.UNREADABLE}
    shared = any(pair.a and pair.b for pair in pairs)
    if not both and states - {State.ABSENT}:
        return "The two have nothing in common: no parameter and no result of one is also in the other."
    if pairs and not shared:
        return "No run of one has the same point as a run of the other. Runs can also be paired by their number."
    return ""


# --- what is no leaf


def _heads(a: OpenSide, b: OpenSide, wanted: Wanted, tree: TreeComparer, findings: Findings) -> None:
    """What the trajectories say of themselves."""
    paths = a.trajectory.path, b.trajectory.path
    for part, name, left, right in (
        (Part.COMMENTS, "comment of the trajectory", a.info.comment, b.info.comment),
        (Part.PROVENANCE, "pypet version", a.info.version, b.info.version),
        (Part.PROVENANCE, "Python version", a.info.python, b.info.python),
    ):
        if Part.PROVENANCE in wanted.parts and tree.chosen(part, name):
            aspect = Aspect.COMMENT if part is Part.COMMENTS else Aspect.VALUE
            shown = [text.printable(each, _SHORT) for each in (left, right)]
            found = [Found(aspect, "", "text", shown[0], shown[1], "")] if left != right else []
            findings.note(Place(part, name, -1, *paths), found)
    if Part.PROVENANCE in wanted.parts and tree.chosen(Part.ANNOTATIONS, "annotations of the trajectory"):
        found = tree.leaves().annotations(a.trajectory.group, b.trajectory.group)
        if found:
            findings.note(Place(Part.ANNOTATIONS, "annotations of the trajectory", -1, *paths), found)


def _status(place: int, match: Match, a: OpenSide, b: OpenSide, tree: TreeComparer, findings: Findings) -> None:
    if not tree.chosen(Part.STATUS, STATUS):
        return
    assert match.a is not None and match.b is not None
    done = a.finished[match.a], b.finished[match.b]
    words = tuple("finished" if one else "not finished" for one in done)
    found = [Found(Aspect.STATUS, "", "run status", words[0], words[1], "")] if done[0] != done[1] else []
    findings.note(Place(Part.STATUS, STATUS, place), found)


def _path(side: OpenSide, name: str) -> bytes:
    """Where the parameter with this full name is."""
    return layout.join(side.trajectory.path, name.encode("utf-8", "surrogateescape").replace(b".", b"/"))


def _ranges(a: OpenSide, b: OpenSide, paired: Paired, tree: TreeComparer, findings: Findings, wanted: Wanted) -> None:
    """The values of explored parameters where runs are not paired by them."""
    if wanted.pairing is Pairing.POINT and not (a.side.run and b.side.run):
        return
    both = [match for match in paired.matches if match.a is not None and match.b is not None]
    for name, (left, right) in paired.values.items():
        part = Part.DERIVED_PARAMETERS if name.startswith("derived_parameters.") else Part.PARAMETERS
        if not tree.chosen(part, name) or Part.RANGES not in wanted.parts:
            continue
        one = [left[match.a] for match in both if match.a is not None]
        other = [right[match.b] for match in both if match.b is not None]
        found = tree.leaves().ranges(one, other, tree.tolerance_of(name))
        findings.note(Place(part, name, -1, *(_path(side, name) for side in (a, b))), found)


def _run_values(a: OpenSide, paired: Paired, tree: TreeComparer, findings: Findings) -> None:
    """The values that the explored parameters of one trajectory have in two of its runs."""
    match = paired.matches[0]
    assert match.a is not None and match.b is not None
    for name, (left, right) in paired.values.items():
        part = Part.DERIVED_PARAMETERS if name.startswith("derived_parameters.") else Part.PARAMETERS
        if tree.chosen(part, name):
            path = _path(a, name)
            found = tree.leaves().run_value(left[match.a], right[match.b], tree.tolerance_of(name))
            findings.note(Place(part, name, -1, path, path), found)


def _parts(number: int, a: OpenSide, b: OpenSide, wanted: Wanted, progress: Progress) -> Against:
    """Two groups or leaves, under the name of the first."""
    findings = Findings(0)
    tree = TreeComparer(a, b, wanted, findings, progress)
    paths = [side.side.path or side.trajectory.path for side in (a, b)]
    nodes = [files.open_path(side.file, path) for side, path in zip((a, b), paths, strict=True)]
    for side, node, path in zip((a, b), nodes, paths, strict=True):
        if not files.is_group(node):
            title = f"“{text.printable(layout.full_name(path))}” in {side.file.name} is a part of a value."
            raise NotReadable(title, "Choose the parameter or result that it belongs to.")
    parts = {layout.Branch.CONFIG: Part.CONFIG, layout.Branch.PARAMETERS: Part.PARAMETERS}
    part = parts.get(layout.branch_kind(paths[0]), Part.RESULTS)
    name = text.printable(layout.full_name(paths[0]), 4096) or text.printable(paths[0])
    tree.below(Place(part, name, -1, *paths), nodes[0], nodes[1])
    return _told(number, (), findings, a, b)
