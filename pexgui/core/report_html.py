"""A report as one HTML page that stands for itself: no scripts, nothing from elsewhere, all from files escaped."""

import base64
import hashlib
import time
from collections.abc import Iterator
from itertools import groupby

from . import text
from .compare_view import read_difference
from .errors import FAILURES, PexError
from .model_compare import Pair, Part
from .progress import Progress
from .report_marks import badge, escaped, note
from .report_style import STYLE
from .report_told import SIGNS, Entry, Told, about, file_name, runs_of, title_of
from .report_views import view

DETAILS = 500
SIZE = 40_000_000
"""Of so many differences, and up to so many characters, both sides are shown; of the others a line."""

LINES = 20_000
"""Not more lines than this; a report as CSV has all."""

LINKS = 60
"""Of so many pairs of runs in each part the contents name those with differences."""

_EVERY = 500
_RUNS = 1_000


def pieces(told: Told, progress: Progress) -> Iterator[bytes]:
    """The page in pieces, none of which is large."""
    entries = list(told.entries())
    for piece in _begin(told, entries):
        yield _bytes(piece)
    for piece in _Body(told, entries, progress).sections():
        yield _bytes(piece)
    yield _bytes("</main></body></html>\n")


def _bytes(piece: str) -> bytes:
    return piece.encode("utf-8", "backslashreplace")


# --- the head -----------------------------------------------------------------------------------------------------


def _begin(told: Told, entries: list[Entry]) -> Iterator[str]:
    title = escaped(f"{file_name(told.a)} and {file_name(told.b)} compared", 400)
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
    )
    yield f'<div class="head"><h1>{title}</h1><div class="sides">'
    yield "".join(_source(told, letter) for letter in ("a", "b"))
    yield f'</div><p class="settings">{escaped(told.settings())}</p>{note(told.left_out())}{note(told.against.note)}'
    changed = ", ".join(told.comparison.changed)
    if changed:
        yield f'<p class="warn">Changed while it was compared: {escaped(changed, 2_000)}.</p>'
    counts = "".join(f"<li><b>{number}</b> {escaped(what)}</li>" for number, what in told.counts())
    yield f'<ul class="counts">{counts}</ul>{note(f"Report written {text.when(time.time())}.")}</div><main>'
    yield _contents(told, entries)


def _source(told: Told, letter: str) -> str:
    side = told.a if letter == "a" else told.b
    name = f"<b>{escaped(file_name(side))}</b> :: {escaped(side.name)}"
    what = f" :: {escaped(side.what)}" if side.what else ""
    warnings = "".join(f'<div class="muted">{escaped(warning, 1_000)}</div>' for warning in side.warnings[:20])
    inner = f'<div>{name}{what}<div class="muted">{escaped(about(side))}</div>{warnings}</div>'
    return f'<div class="source">{badge(letter)}{inner}</div>'


def _contents(told: Told, entries: list[Entry]) -> str:
    """What is where, with how many differences there are."""
    lines, place = [], 0
    for part, found in _by_part(entries):
        lines.append(_link("part", _anchor(part), part.value.capitalize(), len(found)))
        pairs = 0
        for pair, inside in _by_pair(found):
            pairs += pair is not None
            if pair is not None and pairs <= LINKS and place < DETAILS + LINES:
                lines.append(_link("inner", f"d{inside[0].number}", pair.title, len(inside)))
            place += len(inside)
        if pairs > LINKS:
            lines.append(f'<li class="inner muted">… and {pairs - LINKS:,} more</li>')
    for in_a, side in ((True, "A"), (False, "B")):
        runs = told.one_sided(in_a)
        if runs:
            lines.append(_link("part", f"only-{side.lower()}", f"Runs only in {side}", len(runs)))
    said = "" if lines else note("No difference was found.")
    return f"<nav><ul>{''.join(lines)}</ul>{said}</nav>"


def _link(kind: str, anchor: str, words: str, count: int) -> str:
    pill = f'<span class="pill">{count:,}</span>'
    return f'<li class="{kind}"><a href="#{anchor}">{escaped(words, 120)}</a>{pill}</li>'


def _anchor(part: Part) -> str:
    return part.name.lower().replace("_", "-")


def _by_part(entries: list[Entry]) -> Iterator[tuple[Part, list[Entry]]]:
    for part in Part:
        found = [entry for entry in entries if entry.subject.part is part]
        if found:
            yield part, found


def _by_pair(entries: list[Entry]) -> Iterator[tuple[Pair | None, list[Entry]]]:
    """What is outside of runs, then pair by pair."""
    ordered = sorted(entries, key=lambda entry: entry.difference.pair)
    for _, group in groupby(ordered, key=lambda entry: entry.difference.pair):
        inside = list(group)
        yield inside[0].pair, inside


# --- the differences ----------------------------------------------------------------------------------------------


class _Body:
    """The sections of the page, and how much may still be shown in full."""

    def __init__(self, told: Told, entries: list[Entry], progress: Progress) -> None:
        self._told = told
        self._entries = entries
        self._progress = progress
        self._done = 0
        self._left = SIZE
        self._lines = 0

    def sections(self) -> Iterator[str]:
        """Part by part and pair by pair, then the runs that only one side has."""
        for part, found in _by_part(self._entries):
            yield f'<section><h2 id="{_anchor(part)}">{part.value.capitalize()}</h2>'
            lines: list[str] = []
            for pair, inside in _by_pair(found):
                yield from self._differences(pair, inside, lines)
            if lines:
                yield '<div class="card"><div class="body"><table class="lines left">'
                yield "<tr><th></th><th>point</th><th>name</th><th>kind</th><th>A</th><th>B</th><th></th></tr>"
                yield from lines
                yield "</table></div></div>"
            yield "</section>"
        for in_a, side in ((True, "A"), (False, "B")):
            yield from self._runs(side, self._told.one_sided(in_a), in_a)
        if self._lines > LINES:
            more = text.count(self._lines - LINES, "more difference")
            yield note(f"{more} not listed here. A report as CSV has all of them.")

    def _differences(self, pair: Pair | None, entries: list[Entry], lines: list[str]) -> Iterator[str]:
        """Both sides of each as long as there is room; the others as ``lines``."""
        for place, entry in enumerate(entries):
            if self._done <= DETAILS or self._done % _EVERY == 0:
                self._progress("Writing the report", self._done, len(self._entries))
            self._done += 1
            if self._done > DETAILS or self._left <= 0:
                self._lines += 1
                if self._lines <= LINES:
                    lines.append(_line(entry))
                continue
            if pair is not None and place == 0:
                runs = " · ".join(filter(None, (runs_of(pair), text.count(len(entries), "difference"))))
                yield f"<h3>{escaped(pair.title, 300)}</h3>{note(runs)}"
            card = self._card(entry)
            self._left -= len(card)
            yield card

    def _card(self, entry: Entry) -> str:
        found = entry.difference
        sign, word = SIGNS[found.state]
        verdict = found.verdict or (word if sign != "≠" else "")
        return (
            f'<article class="card" id="d{entry.number}"><header>'
            f'<span class="sign" title="{word}">{sign}</span><h4>{escaped(title_of(entry), 500)}</h4>'
            f'<span class="muted">{escaped(found.kind)}</span>'
            f'<span class="muted verdict">{escaped(verdict, 500)}</span></header>{self._shown(entry)}</article>'
        )

    def _shown(self, entry: Entry) -> str:
        """Both sides; a sentence where they can no longer be read."""

        def progress(_what: str, _done: int, _total: int) -> None:
            self._progress("Writing the report", self._done, len(self._entries))

        try:
            return view(read_difference(self._told.request_for(entry), progress).view)
        except PexError as problem:
            said = problem.title
        except FAILURES as error:
            said = f"This can no longer be read ({text.printable(str(error))})."
        short = " → ".join(filter(None, (entry.difference.a, entry.difference.b)))
        return f'<div class="body"><p class="warn">{escaped(said, 1_000)}</p>{note(short)}</div>'

    @staticmethod
    def _runs(side: str, runs: list[Pair], in_a: bool) -> Iterator[str]:
        if not runs:
            return
        sign = text.MINUS if in_a else "+"
        yield f'<section><h2 id="only-{side.lower()}">Runs only in {side}</h2>'
        yield '<div class="card"><div class="body"><table class="left">'
        for pair in runs[:_RUNS]:
            number = pair.number_a if in_a else pair.number_b
            said = f"run {number:,}" if number >= 0 else pair.a or pair.b
            yield f'<tr><td><span class="sign">{sign}</span></td><td>{escaped(pair.title, 300)}</td>'
            yield f"<td>{escaped(said)}</td></tr>"
        yield f"</table>{note(f'{len(runs) - _RUNS:,} more runs.' if len(runs) > _RUNS else '')}</div></div></section>"


def _line(entry: Entry) -> str:
    found = entry.difference
    sign, word = SIGNS[found.state]
    point = "" if entry.pair is None else entry.pair.title
    cells = (point, title_of(entry), found.kind, found.a, found.b, found.verdict)
    inner = "".join(f"<td>{escaped(cell, 300)}</td>" for cell in cells)
    return f'<tr id="d{entry.number}"><td><span class="sign" title="{word}">{sign}</span></td>{inner}</tr>'
