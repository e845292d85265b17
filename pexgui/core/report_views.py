"""The views of differences as HTML: marked texts, tables cell by cell, plots; all that comes from files escaped."""

import math

import numpy as np
from numpy.typing import NDArray

from . import compare_array, report_plots, text
from .model import (
    ArrayWindow,
    Cells,
    Content,
    Mapping,
    Nothing,
    Numbers,
    Pickled,
    Scalar,
    TableWindow,
    Text,
    Texts,
    Unreadable,
)
from .model import Sequence as SequenceContent
from .model_compare import (
    ArrayPair,
    ContentPair,
    DifferenceView,
    NestedPair,
    NumberPair,
    PairedColumn,
    Stretch,
    TablePair,
    TextPair,
)
from .report_marks import array_of, badge, cell, escaped, note, words_of
from .report_table import ROWS, table

CHARACTERS = 20_000
LIST = 12
"""Arrays of so few elements are tables."""

_KEPT = 250


def view(shown: DifferenceView) -> str:
    """The body of a difference."""
    match shown:
        case TextPair():
            return _texts(shown)
        case NumberPair():
            return _numbers(shown)
        case ArrayPair():
            return _array(shown)
        case TablePair():
            return table(shown)
        case NestedPair():
            return _nested(shown)
        case ContentPair():
            return _two(*(_content(side) for side in (shown.a, shown.b)))


def _two(a: str, b: str) -> str:
    """Both sides beside one another with their letters."""
    sides = ((letter, inner) for letter, inner in (("a", a), ("b", b)))
    return '<div class="two">' + "".join(f"<div>{badge(letter)}{inner}</div>" for letter, inner in sides) + "</div>"


# --- texts and numbers --------------------------------------------------------------------------------------------


def _texts(pair: TextPair) -> str:
    sides: tuple[list[str], list[str]] = ([], [])
    left = CHARACTERS
    for stretch in pair.stretches:
        if left <= 0:
            break
        for side, tag, words in ((sides[0], "del", stretch.a), (sides[1], "ins", stretch.b)):
            side.append(_stretch(stretch, tag, words, left))
        left -= min(max(len(stretch.a), len(stretch.b)), left if stretch.changed else 2 * _KEPT)
    said = "The texts are longer than what is shown here." if pair.cut or left <= 0 else ""
    a, b = (f'<div class="text">{"".join(side)}</div>' for side in sides)
    return _two(a, b) + (f'<div class="body">{note(said)}</div>' if said else "")


def _stretch(stretch: Stretch, tag: str, words: str, left: int) -> str:
    if stretch.changed:
        return f"<{tag}>{escaped(words[:left])}</{tag}>" if words else ""
    if len(words) <= 3 * _KEPT:
        return escaped(words)
    gap = f'<span class="gap"> … {len(words) - 2 * _KEPT:,} equal characters … </span>'
    return escaped(words[:_KEPT]) + gap + escaped(words[-_KEPT:])


def _numbers(pair: NumberPair) -> str:
    cells = [(f"{badge('a')}", pair.a), (f"{badge('b')}", pair.b)]
    cells += [(f"Δ B {text.MINUS} A", pair.delta), ("relative Δ", pair.relative), ("ULP", pair.ulp)]
    cells = [(head, value) for place, (head, value) in enumerate(cells) if value or place < 2]
    head = "".join(f"<th>{name}</th>" for name, _ in cells)
    marks = ["differs", "differs", *[""] * 3]
    row = "".join(cell(value, mark) for (_, value), mark in zip(cells, marks, strict=False))
    return f'<div class="body"><table><tr>{head}</tr><tr>{row}</tr></table></div>'


# --- arrays -------------------------------------------------------------------------------------------------------


def _array(pair: ArrayPair) -> str:
    a, b = array_of(pair.a), array_of(pair.b)
    if (len(pair.window) == 1 and pair.window[0] <= LIST and max(pair.step) == 1) or a is None or b is None:
        return _as_table(pair)
    kind = "absolute values" if "c" in (a.dtype.kind, b.dtype.kind) else ""
    left, right = _floats(a), _floats(b)
    mask = np.frombuffer(pair.differs, np.uint8).astype(np.bool_)
    if len(pair.window) == 1:
        inner = _line(pair, left, right, mask, kind)
    else:
        inner = _images(pair, left.reshape(pair.window), right.reshape(pair.window), mask.reshape(pair.window))
    step = ""
    if max(pair.step) > 1:
        by = f" {text.TIMES} ".join(f"{each:,}" for each in pair.step)
        step = f"Each point stands for {by} elements and shows the one that differs most."
    others = [f"axis {axis} at {at:,}" for axis, at in enumerate(pair.index) if axis not in pair.axes]
    where = f"{pair.type}, {text.extent(pair.shape)}" + (f", {', '.join(others)}" if others else "")
    return f'<div class="body">{inner}{note(f"{where}. {step}".strip())}</div>'


def _as_table(pair: ArrayPair) -> str:
    """Few elements, or elements with names, as a table with their numbers."""
    count = min(math.prod(pair.window), 1_000)
    start = pair.start[0] if len(pair.start) == 1 else 0
    labels = tuple(f"{start + place:,}" for place in range(count))
    column = PairedColumn("value", pair.type, _few(pair.a, count), _few(pair.b, count), pair.differs[:count])
    return table(TablePair(max(count, math.prod(pair.window)), start, labels, (column,)))


def _few(cells: Cells, count: int) -> Cells:
    if isinstance(cells, Texts):
        return Texts(cells.items[:count])
    return Numbers(cells.dtype, cells.data[: count * np.dtype(cells.dtype).itemsize], cells.missing[:count])


def _floats(array: "NDArray[np.generic]") -> NDArray[np.float64]:
    plain = np.abs(array) if array.dtype.kind == "c" else array
    return np.asarray(plain, np.float64)


def _line(pair: ArrayPair, a: NDArray[np.float64], b: NDArray[np.float64], mask: NDArray[np.bool_], kind: str) -> str:
    first = int(np.argmax(mask)) if mask.any() else None
    start, step = pair.start[0], pair.step[0]
    where = ""
    if first is not None:
        where = f'<span class="warn">first difference at {"about " if step > 1 else ""}{start + first * step:,}</span>'
    legend = f"<span>{report_plots.key('a')} A</span><span>{report_plots.key('b')} B</span><span>{kind}</span>{where}"
    return f'<div class="legend">{legend}</div>{report_plots.line_plot(a, b, start, step, first)}'


def _images(pair: ArrayPair, a: NDArray[np.float64], b: NDArray[np.float64], mask: NDArray[np.bool_]) -> str:
    step = tuple(-(-length // report_plots.PIXELS) for length in pair.window)
    at = compare_array.most_apart(a, b, mask, (step[0], step[1]))
    a, b, mask = a[at], b[at], mask[at]
    finite = np.concatenate([side[np.isfinite(side)] for side in (a, b)])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    with np.errstate(all="ignore"):
        delta = b - a
    known = np.abs(delta[mask & np.isfinite(delta)])
    most = report_plots.short(float(known.max())) if known.size else "not finite"
    span = f"{report_plots.short(low)} to {report_plots.short(high)}"
    shown = (
        ("A", report_plots.image(a, low, high), f"A, {span}"),
        ("B", report_plots.image(b, low, high), f"B, {span}"),
        ("Δ", report_plots.image_of_difference(delta, mask), f"Δ B {text.MINUS} A, up to {most}"),
    )
    figures = "".join(
        f'<figure><img src="{source}" alt="{name}"><figcaption>{caption}</figcaption></figure>'
        for name, source, caption in shown
    )
    return f'<div class="images">{figures}</div>'


# --- the rest -----------------------------------------------------------------------------------------------------


def _nested(pair: NestedPair) -> str:
    rows = "".join(
        f"<tr>{cell(inner.place)}{cell(inner.a, 'differs')}{cell(inner.b, 'differs')}{cell(inner.verdict)}</tr>"
        for inner in pair.inner[:ROWS]
    )
    more = pair.more + max(0, len(pair.inner) - ROWS)
    said = note(f"{text.count(more, 'more place')} not shown.") if more else ""
    head = f"<tr><th>place</th><th>{badge('a')}</th><th>{badge('b')}</th><th></th></tr>"
    return f'<div class="body"><table class="left">{head}{rows}</table>{said}</div>'


def _content(shown: Content | None) -> str:
    if shown is None:
        return '<div class="muted">nothing here</div>'
    mark = " warn" if isinstance(shown, Unreadable) else ""
    return f'<div class="text{mark}">{escaped(_words(shown, 0), 2_000)}</div>'


def _words(shown: Content, depth: int) -> str:
    """A value by itself in a few lines."""
    match shown:
        case Scalar() | Text():
            return shown.text
        case Nothing() | Unreadable():
            return shown.reason
        case Pickled():
            inner = "" if shown.content is None else f"\n{_words(shown.content, depth)}"
            return f"pickled object, {text.size(shown.size)}. {shown.note}{inner}"
        case ArrayWindow():
            return f"{shown.type}, {text.shape(shown.shape)}{_few_words(shown)}"
        case TableWindow():
            return f"{shown.type}, {text.count(shown.rows, 'row')}: {', '.join(c.name for c in shown.columns[:20])}"
        case SequenceContent() | Mapping():
            return _listed(shown, depth)


def _few_words(shown: ArrayWindow) -> str:
    array = array_of(shown.cells)
    count = min(8, math.prod(shown.window))
    if not count:
        return ""
    more = ", …" if math.prod(shown.shape) > count else ""
    return "\n" + ", ".join(words_of(shown.cells, array, row) for row in range(count)) + more


def _listed(shown: SequenceContent | Mapping, depth: int) -> str:
    head = f"{shown.type}, {text.count(shown.length, 'item')}"
    if depth > 1:
        return head
    if isinstance(shown, Mapping):
        lines = [f"{entry.key}: {_words(entry.value, depth + 1)}" for entry in shown.entries[:20]]
    else:
        lines = [_words(item, depth + 1) for item in shown.items[:20]]
    return "\n".join([head, *lines, *(["…"] if shown.length > len(lines) else [])])
