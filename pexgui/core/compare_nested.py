"""Lists, dicts and objects: each place inside of them that differs."""

from typing import Any

from . import text
from .compare_words import amount, share, verdict_of_many
from .equality import explain_difference
from .model_compare import Inner, Magnitude, NestedPair, Tolerance

MOST = 500
_PLAIN = (str, bytes, int, bool, type(None))


def same(a: Any, b: Any, tolerance: Tolerance) -> bool:
    """Whether two values are equal."""
    if type(a) is type(b) and isinstance(a, _PLAIN) and (a == b or not isinstance(a, int) or tolerance.exact):
        return bool(a == b)
    return not explain_difference(a, b, strict=True, tolerance=tolerance, most=1)


def nested_pair(a: Any, b: Any, tolerance: Tolerance) -> NestedPair:
    """The places at which two values differ."""
    found = explain_difference(a, b, strict=True, tolerance=tolerance, most=MOST + 1)
    return NestedPair(tuple(map(_inner, found[:MOST])), more=max(0, len(found) - MOST))


def _inner(found: Any) -> Inner:
    a, b = (text.paragraphs(side, 1_000) for side in (found.a, found.b))
    return Inner(text.printable(found.place), a, b, _verdict(found.magnitude))


def _verdict(size: Magnitude | None) -> str:
    """How far the numbers at a place are apart; empty where they are none."""
    if size is None or size.absolute is None:
        return ""
    if size.compared > 1:
        return verdict_of_many(size)
    return f"{amount(size.absolute)}, {share(size.relative)}" if size.relative else amount(size.absolute)
