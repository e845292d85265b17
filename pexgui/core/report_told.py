"""What a report tells in any form: the chosen differences with their names, and the comparison in sentences."""

import math
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from . import layout, text
from .model import Stamp
from .model_compare import (
    Aspect,
    Difference,
    DifferenceRequest,
    Pair,
    Pairing,
    Part,
    ReportRequest,
    SideInfo,
    State,
    Subject,
    Tolerance,
    Wanted,
)
from .patterns import Patterns

SIGNS = {
    State.CHANGED: ("≠", "changed"),
    State.ONLY_A: (text.MINUS, "only in A"),
    State.ONLY_B: ("+", "only in B"),
    State.UNREADABLE: ("!", "cannot be read"),
    State.EQUAL: ("=", "equal"),
    State.ABSENT: ("–", "on neither side"),
}
"""A sign and a word for every state: what differs is never told by colour alone."""


_PLACES = (layout.RUN_WILDCARD.decode(), layout.SET_WILDCARD.decode())


class Entry(NamedTuple):
    """A difference with what it is of; ``number`` is its position, ``pair`` None outside of runs."""

    number: int
    difference: Difference
    subject: Subject
    pair: Pair | None


class Told:
    """One of the comparisons of a request, as far as it is to be told."""

    def __init__(self, request: ReportRequest) -> None:
        self.comparison = request.comparison
        self.wanted = request.comparison.request.wanted
        self.against = request.comparison.against[request.of]
        self.a = self.comparison.sides[self.comparison.request.baseline]
        self.b = self.comparison.sides[self.against.side]
        total = len(self.against.differences)
        chosen = range(total) if request.shown is None else dict.fromkeys(request.shown)
        self.numbers = [number for number in chosen if 0 <= number < total]
        self.filtered = len(self.numbers) < total
        self._tolerance = lru_cache(maxsize=10_000)(_tolerances(self.wanted))

    def entries(self) -> Iterator[Entry]:
        """The chosen differences in their order."""
        for number in self.numbers:
            found = self.against.differences[number]
            pair = self.against.pairs[found.pair] if 0 <= found.pair < len(self.against.pairs) else None
            yield Entry(number, found, self.against.subjects[found.subject], pair)

    def one_sided(self, in_a: bool) -> list[Pair]:
        """The runs that only one side has."""
        return [pair for pair in self.against.pairs if bool(pair.a) == in_a and bool(pair.b) != in_a]

    def request_for(self, entry: Entry) -> DifferenceRequest:
        """How to ask for a difference in full."""
        a, b = self.a.side, self.b.side
        if entry.pair is not None:
            a = replace(a, run=entry.pair.a.encode("utf-8", "surrogateescape"))
            b = replace(b, run=entry.pair.b.encode("utf-8", "surrogateescape"))
        return DifferenceRequest(a, b, entry.difference, self._tolerance(entry.subject.name))

    # --- sentences ------------------------------------------------------------------------------------------------

    def settings(self) -> str:
        """How was compared."""
        by = "parameter point" if self.wanted.pairing is Pairing.POINT else "number"
        named = [f"{each.pattern}: {_within(each.tolerance)}" for each in self.wanted.tolerances]
        special = f" Other tolerances: {'; '.join(named)}." if named else ""
        nan = "NaN equals NaN" if self.wanted.tolerance.nan_equal else "NaN equals nothing"
        return f"Runs paired by {by}. Numbers equal {_within(self.wanted.tolerance)}; {nan}.{special}"

    def left_out(self) -> str:
        """What was not compared or is not told; empty when nothing is left out."""
        parts = [part.value for part in Part if part not in self.wanted.parts]
        said = []
        if parts:
            said.append(f"Not compared: {', '.join(parts)}.")
        if self.wanted.only:
            said.append(f"Only compared: {', '.join(self.wanted.only)}.")
        if self.wanted.ignore:
            said.append(f"Ignored: {', '.join(self.wanted.ignore)}.")
        if self.filtered:
            said.append(f"Of {len(self.against.differences):,} differences {len(self.numbers):,} are in this report.")
        if self.against.more:
            said.append(f"{text.count(self.against.more, 'more difference')} found, but not listed.")
        return " ".join(said)

    def counts(self) -> list[tuple[str, str]]:
        """Numbers with what they count."""
        equal = sum(subject.states.count(list(State).index(State.EQUAL)) for subject in self.against.subjects)
        both = sum(bool(pair.a and pair.b) for pair in self.against.pairs)
        found = [(len(self.numbers), "difference", "differences"), (equal, "equal (folded)", "equal (folded)")]
        if self.against.pairs:
            found.append((both, "pair of runs", "pairs of runs"))
        found += [
            (len(self.one_sided(in_a)), f"run only in {side}", f"runs only in {side}")
            for in_a, side in ((True, "A"), (False, "B"))
        ]
        return [(f"{number:,}", one if number == 1 else many) for number, one, many in found]


def _tolerances(wanted: Wanted) -> "_ToleranceOf":
    return _ToleranceOf(wanted)


class _ToleranceOf:
    """The tolerance of a name: of the patterns that fit the first counts."""

    def __init__(self, wanted: Wanted) -> None:
        self._named = [(Patterns((each.pattern,)), each.tolerance) for each in wanted.tolerances]
        self._other = wanted.tolerance

    def __call__(self, name: str) -> Tolerance:
        return next((tolerance for patterns, tolerance in self._named if patterns.match(name)), self._other)


def _within(tolerance: Tolerance) -> str:
    if tolerance.exact:
        return "only when they are the same"
    ways = []
    if tolerance.relative:
        ways.append(f"{_short(tolerance.relative)} relative")
    if tolerance.absolute:
        ways.append(f"{_short(tolerance.absolute)} absolute")
    if tolerance.ulp:
        ways.append(f"{tolerance.ulp:,} ULP")
    return f"within {' or '.join(ways)}"


def _short(number: float) -> str:
    """A tolerance as people write it: ``1e-9``."""
    return f"{number:g}".replace("e-0", "e-").replace("e+0", "e+")


def file_name(side: SideInfo) -> str:
    """The name of the file of a side."""
    return text.printable(os.path.basename(side.side.file))


def about(side: SideInfo) -> str:
    """A side in a line: ``1,000 runs · 9.6 MB · 12 Mar 2025, 18:04``."""
    stamp: Stamp = side.stamp
    said = [text.count(side.runs, "run"), text.size(stamp.size)]
    if when := text.when(side.created):
        said.append(f"created {when}")
    return " · ".join(said)


def title_of(entry: Entry) -> str:
    """What differs: the name, and what of it."""
    found, name = entry.difference, _short_name(entry.subject)
    if found.aspect is Aspect.VALUE or found.aspect is Aspect.TYPE:
        last = name.rsplit(".", 1)[-1]
        what = "" if found.item in ("", "value", last) else f" › {found.item}"
        return name + what
    what = {Aspect.ANNOTATION: f"annotation {found.item}"}.get(found.aspect, found.aspect.value)
    return name if what == name else f"{name} › {what}"


def _short_name(subject: Subject) -> str:
    """A name without what the headings say already: the branch, and where the run's group is."""
    parts = subject.name.split(".")
    if len(parts) > 1 and parts[0].replace("_", " ") == subject.part.value:
        parts = parts[1:]
    kept = [part for at, part in enumerate(parts) if part not in _PLACES and not _before_run(parts, at)]
    return ".".join(kept) or subject.name


def _before_run(parts: Sequence[str], at: int) -> bool:
    return parts[at].encode() == layout.RUNS and any(part in _PLACES for part in parts[at + 1 : at + 2])


def runs_of(pair: Pair) -> str:
    """Which runs a pair is of: ``Run 412 in A, run 408 in B``."""
    said = [f"run {number:,} in {side}" for number, side in ((pair.number_a, "A"), (pair.number_b, "B")) if number >= 0]
    return ", ".join(said).capitalize().replace("in a", "in A").replace("in b", "in B")


def number_text(value: float | int | None) -> str:
    """A number for a machine; empty when there is none."""
    if value is None:
        return ""
    return "inf" if isinstance(value, float) and math.isinf(value) else repr(value)


def point_names(pairs: Sequence[Pair]) -> list[str]:
    """The names of the explored parameters."""
    return list(dict.fromkeys(fact.name for pair in pairs for fact in pair.point))
