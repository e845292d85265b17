"""``pexgui-cli compare``: what is different, for the eye, as JSON and as a report."""

import argparse
import os
from collections.abc import Iterator, Sequence
from typing import Any

from . import cli_ask, cli_json, core
from .cli_cells import plain
from .core import (
    Against,
    Aspect,
    CompareRequest,
    Comparison,
    Difference,
    NamedTolerance,
    Pair,
    Pairing,
    Part,
    ReportRequest,
    Side,
    SideInfo,
    State,
    Tolerance,
    Wanted,
    text,
)

SAME, DIFFERENT, TROUBLE = 0, 1, 2
"""The exit status, as that of ``diff``."""

SIGNS = {State.CHANGED: "≠", State.ONLY_A: "−", State.ONLY_B: "+", State.UNREADABLE: "!"}
NAMES = {part.value.replace(" ", "-"): part for part in Part}
_STATES = list(State)

NOTE = f"""What is compared is FILE, FILE::TRAJECTORY or FILE::TRAJECTORY::RUN; of more than two, each with the first.
NAME is a pattern with * and ?: a part of a full name such as results.runs.$.rate ($ stands for the run), as in
"rate" or "neuron.*"; or one of
{", ".join(NAMES)}.
Exit status: 0 the same, 1 different, 2 trouble."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked."""
    parser.add_argument("sides", nargs="+", metavar="FILE[::TRAJECTORY[::RUN]]", help="what to compare, two or more")
    add = parser.add_argument
    add("--rtol", type=_tolerance, default=0.0, metavar="X", help="numbers are equal within X times the larger one")
    add("--atol", type=_tolerance, default=0.0, metavar="X", help="numbers are equal within X")
    add("--ulp", type=_count, default=0, metavar="N", help="floats are equal when at most N floats apart")
    which = "tolerances of what NAME means: rtol, atol or ulp as in rate:rtol=1e-3"
    add("--tolerance", action="append", default=[], type=_named_tolerance, metavar="NAME:KEY=X", help=which)
    add("--nan-differs", action="store_true", help="not a number is not equal to itself")
    add("--only", nargs="+", action="extend", default=[], metavar="NAME", help="compare only this")
    add("--ignore", nargs="+", action="extend", default=[], metavar="NAME", help="leave this out")
    pairing = [each.value for each in Pairing]
    add(
        "--by",
        choices=pairing,
        default=pairing[0],
        help="pair runs by the values of the explored parameters, or number",
    )
    add("--report", type=_path, metavar="FILE", help="write a report too: FILE.html, or FILE.csv")


def _tolerance(argument: str) -> float:
    found = float(argument)
    if not 0 <= found < float("inf"):
        raise argparse.ArgumentTypeError(f"{argument} is no tolerance")
    return found


def _count(argument: str) -> int:
    if (found := int(argument)) < 0:
        raise argparse.ArgumentTypeError(f"{found} is less than 0")
    return found


def _named_tolerance(argument: str) -> NamedTolerance:
    pattern, _, rest = argument.rpartition(":")
    key, sign, number = rest.partition("=")
    makes: dict[str, Any] = {
        "rtol": lambda: Tolerance(relative=_tolerance(number)),
        "atol": lambda: Tolerance(absolute=_tolerance(number)),
        "ulp": lambda: Tolerance(ulp=_count(number)),
    }
    if not pattern or not sign or key not in makes:
        raise argparse.ArgumentTypeError(f"{argument} is not like rate:rtol=1e-3")
    return NamedTolerance(pattern, makes[key]())


def _path(argument: str) -> bytes:
    return os.path.abspath(os.fsencode(argument))


def compare(options: argparse.Namespace) -> tuple[int, dict[str, Any], Iterator[str]]:
    """The exit status, what to print as JSON, and the lines to print. Raises `PexError`."""
    request = CompareRequest(tuple(_side(each) for each in options.sides), 0, _wanted(options))
    found = core.compare(request)
    if options.report is not None:
        core.save_report(ReportRequest(found, options.report))
    return SAME if found.same else DIFFERENT, _plain(found), _lines(found)


def _side(argument: str) -> Side:
    """A file that has such a name is meant, whatever stands in the name."""
    if os.path.exists(argument):
        return Side(_path(argument))
    name, _, run = argument.partition("::")[2].partition("::")
    file = _path(argument.partition("::")[0])
    trajectory = cli_ask.choose(cli_ask.look(file), name).path if name else b""
    return Side(file, trajectory, os.fsencode(run))


def _wanted(options: argparse.Namespace) -> Wanted:
    nan_equal = not options.nan_differs
    kept = [NAMES[name] for name in options.only if name in NAMES] or list(Part)
    details = (Part.RANGES, Part.COMMENTS, Part.ANNOTATIONS)
    if options.only and not any(part in details for part in kept):
        kept += details
    parts = tuple(part for part in Part if part in kept and part.value.replace(" ", "-") not in options.ignore)
    return Wanted(
        parts,
        tuple(name for name in options.only if name not in NAMES),
        tuple(name for name in options.ignore if name not in NAMES),
        Pairing(options.by),
        Tolerance(options.rtol, options.atol, options.ulp, nan_equal),
        tuple(options.tolerance),
    )


# --- for the eye


def _lines(found: Comparison) -> Iterator[str]:
    for against in found.against:
        yield from _told(found, against)
        yield ""
    for name in found.changed:
        yield f"{name} changed while it was compared; this is how it was then."


def _told(found: Comparison, against: Against) -> Iterator[str]:
    yield f"A  {_source(found.sides[found.request.baseline])}"
    yield f"B  {_source(found.sides[against.side])}"
    if against.note:
        yield against.note
    before = None
    for one in against.differences:
        subject = against.subjects[one.subject]
        if (subject.part, one.pair) != before:
            yield ""
            pair = f", {_point(against.pairs[one.pair])}" if one.pair >= 0 else ""
            yield f"{subject.part.value[0].upper()}{subject.part.value[1:]}{pair}"
            before = (subject.part, one.pair)
        yield f"  {SIGNS[one.state]} {_line(subject.name, one)}"
    yield from _runs(against.pairs)
    yield ""
    yield _summary(against)


def _source(side: SideInfo) -> str:
    run = f" :: {side.what}" if side.what else ""
    runs = text.count(side.runs, "run")
    return f"{text.printable(os.fsdecode(side.side.file))} :: {side.name}{run} ({runs})"


def _point(pair: Pair) -> str:
    return f"{pair.title} ({pair.a or '–'} / {pair.b or '–'})" if pair.title not in (pair.a, pair.b) else pair.title


def _line(name: str, one: Difference) -> str:
    aspect = "" if one.aspect is Aspect.VALUE else f" [{one.aspect.value}]"
    item = f" {one.item}" if one.item and one.item != name.rpartition(".")[2] else ""
    if one.state in (State.ONLY_A, State.ONLY_B):
        shown = one.a or one.b
        return f"{name}{item}{aspect}: {one.state.value}{f', {shown}' if shown else ''}"
    if one.state is State.UNREADABLE:
        return f"{name}{item}: cannot be read: {one.verdict}"
    first, second = (text.first_line(shown) or "nothing" for shown in (one.a, one.b))
    verdict = f"  ({one.verdict})" if one.verdict else ""
    return f"{name}{item}{aspect}: {first} → {second}{verdict}"


def _runs(pairs: Sequence[Pair]) -> Iterator[str]:
    for title, sign, alone in (
        ("Runs only in A", "−", [pair for pair in pairs if not pair.b]),
        ("Runs only in B", "+", [pair for pair in pairs if not pair.a]),
    ):
        if alone:
            yield ""
            yield title
            yield from (f"  {sign} {pair.a or pair.b}: {pair.title}" for pair in alone)


def _summary(against: Against) -> str:
    differing = len(against.differences) + against.more
    said = [text.count(differing, "difference") if differing else "no difference"]
    if against.more:
        said.append(f"the first {len(against.differences):,} shown")
    said.append(f"{_count_of(against, State.EQUAL):,} equal")
    for state, alone in (
        (State.ONLY_A, sum(not pair.b for pair in against.pairs)),
        (State.ONLY_B, sum(not pair.a for pair in against.pairs)),
    ):
        if alone:
            said.append(f"{text.count(alone, 'run')} {state.value}")
    return ", ".join(said)[0].upper() + ", ".join(said)[1:] + "."


def _count_of(against: Against, state: State) -> int:
    code = _STATES.index(state)
    return sum(subject.states.count(code) for subject in against.subjects)


# --- as JSON


def _plain(found: Comparison) -> dict[str, Any]:
    return {
        "same": found.same,
        "sides": [
            {
                "file": cli_json.path(side.side.file),
                "trajectory": side.name,
                "what": side.what or None,
                "runs": side.runs,
                "warnings": list(side.warnings),
            }
            for side in found.sides
        ],
        "baseline": found.request.baseline,
        "changed_meanwhile": list(found.changed),
        "against": [_plain_against(against) for against in found.against],
    }


def _plain_against(against: Against) -> dict[str, Any]:
    return {
        "side": against.side,
        "note": against.note or None,
        "counts": {state.value: _count_of(against, state) for state in State if state is not State.ABSENT},
        "runs_only_in_a": [pair.a for pair in against.pairs if not pair.b],
        "runs_only_in_b": [pair.b for pair in against.pairs if not pair.a],
        "paired_runs": sum(bool(pair.a and pair.b) for pair in against.pairs),
        "more_differences": against.more,
        "differences": [_plain_difference(against, one) for one in against.differences],
    }


def _plain_difference(against: Against, one: Difference) -> dict[str, Any]:
    subject = against.subjects[one.subject]
    pair = against.pairs[one.pair] if one.pair >= 0 else None
    magnitude = one.magnitude
    return {
        "part": subject.part.value,
        "name": subject.name,
        "state": one.state.value,
        "aspect": one.aspect.value,
        "item": one.item or None,
        "kind": one.kind,
        "point": None if pair is None else {fact.name: fact.text for fact in pair.point},
        "run_a": None if pair is None else pair.a or None,
        "run_b": None if pair is None else pair.b or None,
        "a": one.a,
        "b": one.b,
        "verdict": one.verdict,
        "differing": None if magnitude is None else magnitude.differing,
        "compared": None if magnitude is None else magnitude.compared,
        "first": None if magnitude is None else list(magnitude.first),
        "max_absolute": None if magnitude is None else plain(magnitude.absolute),
        "max_relative": None if magnitude is None else plain(magnitude.relative),
        "max_ulp": None if magnitude is None else magnitude.ulp,
    }
