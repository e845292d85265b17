"""A report as CSV: one line per difference, which a spreadsheet shows and never calculates."""

import csv
import io
import re
from collections.abc import Iterator

from . import text
from .model_compare import Magnitude, Pair
from .progress import Progress
from .report_told import Entry, Told, number_text, point_names

MARK = b"\xef\xbb\xbf"
"""By which spreadsheets know that a file is UTF-8."""

POINTS = 20
"""Of more explored parameters than this the point is one column."""

_EVERY = 500
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")

_BEFORE = ("part", "name")
_AFTER = ("run in A", "run in B", "state", "aspect", "item", "kind", "a", "b")
_SIZES = ("verdict", "max absolute", "max relative", "ulp", "differing", "compared")


def pieces(told: Told, progress: Progress) -> Iterator[bytes]:
    """The lines of the report."""
    names = point_names(told.against.pairs)
    names = names if len(names) <= POINTS else []
    points = [f"point {name}" for name in names] or (["point"] if told.against.pairs else [])
    yield MARK + _line([*_BEFORE, *points, *_AFTER, *_SIZES])
    for done, entry in enumerate(told.entries()):
        if done % _EVERY == 0:
            progress("Writing the report", done, len(told.numbers))
        yield _line(_difference(entry, names, len(points)))
    if not told.filtered:
        for in_a in (True, False):
            yield from (_line(_run(pair, names, in_a)) for pair in told.one_sided(in_a))


def _difference(entry: Entry, names: list[str], points: int) -> list[str]:
    found, pair = entry.difference, entry.pair
    return [
        entry.subject.part.value,
        entry.subject.name,
        *(_point(pair, names) if pair is not None else [""] * points),
        pair.a if pair is not None else "",
        pair.b if pair is not None else "",
        found.state.value,
        found.aspect.value,
        found.item,
        found.kind,
        found.a,
        found.b,
        found.verdict,
        *(_sizes(found.magnitude) if found.magnitude is not None else [""] * 5),
    ]


def _sizes(size: Magnitude) -> list[str]:
    return [number_text(each) for each in (size.absolute, size.relative, size.ulp, size.differing, size.compared)]


def _run(pair: Pair, names: list[str], in_a: bool) -> list[str]:
    state = "only in A" if in_a else "only in B"
    return ["runs", "", *_point(pair, names), pair.a, pair.b, state, "run", "", "", pair.a, pair.b, *[""] * len(_SIZES)]


def _point(pair: Pair, names: list[str]) -> list[str]:
    if not names:
        return [pair.title]
    values = {fact.name: fact.text for fact in pair.point}
    return [values.get(name, "") for name in names]


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "backslashreplace")


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe comes before what could begin one."""
    shown = text.paragraphs(cell, max(len(cell), 1))
    return f"'{shown}" if shown.startswith(_RISKY) and not _NUMBER.match(shown) else shown
