"""Bytes, dates, shapes, counts and numbers as people write them; and foreign text made safe to show."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"

_DIGITS = re.compile("([0-9]{1,18})")


def size(count: int | None) -> str:
    """A number of bytes, ``9.6 MB``; decimal units, as disks are sold and file managers count."""
    if count is None:
        return "–"
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        value /= 1000
        if value < 999.5 or unit == "PB":
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def count(number: int, one: str, many: str = "") -> str:
    """``1 run``, ``1,000 runs``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shape(lengths: Iterable[int]) -> str:
    """``64 × 64 × 120``; empty for a scalar."""
    return f" {TIMES} ".join(f"{n:,}" for n in lengths)


def extent(lengths: Sequence[int]) -> str:
    """A shape that nobody takes for a number: ``1,000 values``, ``64 × 64``; empty for a scalar."""
    return count(lengths[0], "value") if len(lengths) == 1 else shape(lengths)


def first_line(words: str) -> str:
    """The first line of a text that is not blank, with ``…`` when there are more."""
    lines = words.strip().splitlines()
    return f"{lines[0].rstrip()} …" if len(lines) > 1 else words.strip()


def when(seconds: float) -> str:
    """A point in time (seconds since the epoch) in local time, ``14 Mar 2026, 09:41``; empty when there is none."""
    if not seconds or not math.isfinite(seconds):
        return ""
    try:
        moment = datetime.fromtimestamp(seconds)
    except (OverflowError, ValueError, OSError):
        return ""
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def duration(seconds: float) -> str:
    """``2.5 s``, ``3 min 12 s``, ``2 h 5 min``, ``3 d 4 h``."""
    if not math.isfinite(seconds):
        return ""
    if seconds < 0:
        return MINUS + duration(-seconds)
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms" if seconds else "0 s"
    if seconds < 59.95:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    for large, small, unit, part in ((86400, 3600, "d", "h"), (3600, 60, "h", "min"), (60, 1, "min", "s")):
        if whole >= large:
            rest = whole % large // small
            return f"{whole // large:,} {unit} {rest} {part}" if rest else f"{whole // large:,} {unit}"
    return f"{whole} s"


def number(value: float | int | complex) -> str:
    """A number in full precision, with a real minus sign and, for whole numbers, thousands separators."""
    if isinstance(value, complex):
        return repr(value).strip("()").replace("-", MINUS)
    if isinstance(value, int):
        return f"{value:,}".replace("-", MINUS)
    return repr(float(value)).replace("-", MINUS)


def natural(name: bytes) -> list[str | int]:
    """By what names are sorted as people count, whatever their case: ``run_9`` before ``Run_10``."""
    parts: list[str | int] = [*_DIGITS.split(name.decode("utf-8", "surrogateescape").casefold())]
    parts[1::2] = map(int, parts[1::2])
    return parts


def printable(raw: bytes | str, limit: int = 200) -> str:
    """Foreign text in one line: what is not UTF-8, controls and invisible or direction-changing characters
    appear as escapes, and what is longer than ``limit`` characters is cut."""
    return _shown(raw, limit, "")


def paragraphs(raw: bytes | str, limit: int = 100_000) -> str:
    """Like `printable`, but line breaks and tabs stay."""
    return _shown(raw, limit, "\n\t")


def _shown(raw: bytes | str, limit: int, keep: str) -> str:
    decoded = raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else raw
    cut = decoded[: limit + 1]
    plain = cut.isascii() and cut.isprintable()
    shown = cut if plain else "".join(_visible(character, keep) for character in cut)
    return shown if len(decoded) <= limit else shown[: limit - 1] + "…"


def _visible(character: str, keep: str) -> str:
    if character in keep:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        if code < 0x100:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
