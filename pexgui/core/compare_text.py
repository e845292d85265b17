"""Two texts in stretches that are equal or changed, and two numbers with how far they are apart."""

import cmath
import math
import re
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Any

import numpy as np

from . import content, measures, text
from .model_compare import NumberPair, Stretch, TextPair

TEXT = 100_000
BEFORE = 1_000
STEPS = 2_000_000
_CHARACTERS = 2_000
_ISLAND = 3
_LARGEST = 2**1023

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SPACE = re.compile(r"\s*")
_TAIL = re.compile(r"\s*\w*\Z")
_WORD = re.compile(r"\s*(?:\w+|[^\w\s]|\Z)")


# --- texts --------------------------------------------------------------------------------------------------------


def text_pair(a: str, b: str, start: int | None = None) -> TextPair:
    """Two texts in stretches. Of those that are too long a part is shown, around the first difference or from
    ``start`` on."""
    longest = max(len(a), len(b))
    if longest <= TEXT:
        return TextPair(tuple(map(_shown, _stretches(a, b))))
    first = max(0, _common_start(a, b) - BEFORE) if start is None else max(0, min(start, longest - 1))
    part = slice(first, first + TEXT)
    return TextPair(tuple(map(_shown, _stretches(a[part], b[part]))), cut=True)


def _shown(stretch: Stretch) -> Stretch:
    """The stretch fit to be shown. This comes after comparing: a NUL and its escape are not the same."""
    a = text.paragraphs(stretch.a, len(stretch.a))
    return Stretch(a, text.paragraphs(stretch.b, len(stretch.b)) if stretch.changed else a, stretch.changed)


def _stretches(a: str, b: str) -> list[Stretch]:
    """Lines are compared first, then the words of lines that differ, then the characters of words that differ."""
    start = _before_word(a, _common_start(a, b))
    a, b, head = a[start:], b[start:], a[:start]
    end = _before_word(a[::-1], _common_start(a[::-1], b[::-1]))
    tail = a[len(a) - end :]
    budget = _Budget()
    found = [Stretch(head, head, False)]
    for lines in _compared(_LINE.findall(a[: len(a) - end]), _LINE.findall(b[: len(b) - end]), budget):
        words = _compared(_WORD.findall(lines.a), _WORD.findall(lines.b), budget) if lines.changed else [lines]
        for word in words:
            found.extend(_letters(word, budget) if word.changed else [word])
    return list(_joined([*found, Stretch(tail, tail, False)]))


def _common_start(a: str, b: str) -> int:
    """How many characters at the beginning are the same."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _before_word(whole: str, at: int) -> int:
    """The place before the space and the word in the middle of which ``at`` may be."""
    found = _TAIL.search(whole, max(0, at - _ISLAND * 100), at)
    return found.start() if found else at


class _Budget:
    """The steps that may still be taken for one pair of texts."""

    def __init__(self) -> None:
        self.left = STEPS


class _Bounded(SequenceMatcher[str]):
    """difflib's comparison that, when its steps are used up, finds nothing more in common instead of going on."""

    def __init__(self, a: Sequence[str], b: Sequence[str], budget: _Budget) -> None:
        super().__init__(None, a, b, autojunk=False)
        places: dict[str, list[int]] = getattr(self, "b2j")  # noqa: B009  (typeshed does not know it)
        costs = np.fromiter((1 + len(places.get(item, ())) for item in a), np.int64, len(a))
        self._costs = np.concatenate(([0], np.cumsum(costs)))
        self._budget = budget

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        ahi = len(self._costs) - 1 if ahi is None else ahi
        cost = int(self._costs[ahi] - self._costs[alo])
        if cost > self._budget.left:
            return Match(alo, blo, 0)
        self._budget.left -= cost
        return super().find_longest_match(alo, ahi, blo, bhi)


def _compared(a: Sequence[str], b: Sequence[str], budget: _Budget) -> Iterator[Stretch]:
    """Two sequences of pieces of text as stretches."""
    for tag, a0, a1, b0, b1 in _Bounded(a, b, budget).get_opcodes():
        yield Stretch("".join(a[a0:a1]), "".join(b[b0:b1]), tag != "equal")


def _letters(word: Stretch, budget: _Budget) -> Iterator[Stretch]:
    """A changed stretch by characters; what they have in common by chance is not torn out of it."""
    if not word.a or not word.b or max(len(word.a), len(word.b)) > _CHARACTERS:
        yield word
        return
    space = _SPACE.match(word.a, 0, _common_start(word.a, word.b))
    lead = space[0] if space else ""
    yield Stretch(lead, lead, False)
    a, b = word.a[len(lead) :], word.b[len(lead) :]
    parts = list(_compared(a, b, budget))
    half = min(len(a), len(b)) / 2
    for place, part in enumerate(parts):
        enough = min(half, _ISLAND) if place in (0, len(parts) - 1) else _ISLAND
        yield Stretch(part.a, part.b, part.changed or len(part.a) < enough)


def _joined(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Neighbours of one kind as one."""
    last: Stretch | None = None
    for each in stretches:
        if not each.a and not each.b:
            continue
        if last is not None and last.changed == each.changed:
            last = Stretch(last.a + each.a, last.b + each.b, last.changed)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


# --- numbers ------------------------------------------------------------------------------------------------------


def is_number(value: Any) -> bool:
    """Whether a value is a single number or truth value."""
    return isinstance(value, (bool, int, float, complex, np.number, np.bool_))


def number_pair(a: Any, b: Any) -> NumberPair:
    """Two numbers exactly and, where it can be said, how far they are apart."""
    shown = [getattr(content.content_of(value), "text", "") for value in (a, b)]
    if isinstance(a, (bool, np.bool_)) or isinstance(b, (bool, np.bool_)) or not (_finite(a) and _finite(b)):
        return NumberPair(shown[0], shown[1], "", "", "")
    with np.errstate(all="ignore"):
        apart = _plain(b) - _plain(a)
        share = relative(apart, _plain(a))
    return NumberPair(shown[0], shown[1], signed(apart), share, _steps(a, b))


def _finite(value: Any) -> bool:
    if isinstance(value, (int, np.integer)):
        return abs(int(value)) < _LARGEST
    return bool(np.isfinite(value))


def _plain(value: Any) -> Any:
    """A number of Python, which does not overflow; a number that is longer than those stays as it is."""
    if isinstance(value, (np.longdouble, np.clongdouble)):
        return value
    return value.item() if isinstance(value, np.generic) else value


def signed(apart: Any) -> str:
    """A difference with its sign, ``=`` when there is none; empty when it is not finite."""
    if isinstance(apart, int):
        return f"{apart:+,}".replace("-", text.MINUS) if apart else "="
    if isinstance(apart, (complex, np.complexfloating)):
        return f"{complex(apart):+.6g}".replace("-", text.MINUS) if cmath.isfinite(complex(apart)) else ""
    if not np.isfinite(apart):
        return ""
    return f"{float(apart):+.6g}".replace("-", text.MINUS) if apart else "="


def relative(apart: Any, a: Any) -> str:
    """A difference relative to A, in per cent; empty when A is 0 or nothing finite comes out."""
    if isinstance(apart, (complex, np.complexfloating)):
        apart, a = abs(apart), abs(a)
    if not a:
        return ""
    try:
        share = float(apart / abs(a)) * 100
    except OverflowError:
        return ""
    if not math.isfinite(share):
        return ""
    return f"{share:+.5g} %".replace("-", text.MINUS) if share else "="


def _steps(a: Any, b: Any) -> str:
    """How many floating-point numbers lie between, for floats of one type."""
    left, right = np.asarray(a), np.asarray(b)
    if left.dtype != right.dtype or left.dtype.kind != "f":
        return ""
    ulp = measures.distances(left.reshape(1), right.reshape(1))[2]
    return "" if ulp is None else f"{ulp:,}"
