"""Compacting in plain words: modes, codecs, sizes and what came of it."""

import os
from collections.abc import Sequence

from pexgui.core import CODECS, CompactedFile, PlannedFile, text

from .compact_choices import Total
from .compact_job import Item, State
from .merge_choices import shown_path

TITLE = "Make files smaller"
SENTENCE = "All runs, results and names stay the same. Only the way they are stored changes."
SMALL = "Smallest – rewrites everything"
FAST = "Fast – only removes holes"
_SMALL_PRICE = "Takes longer."
_FAST_PRICE = "Takes seconds."
_CODECS = {
    "keep": "Keep as it is",
    "zlib": "zlib – readable everywhere",
    "blosc:zstd": "blosc:zstd – faster and smaller",
    "blosc:lz4": "blosc:lz4 – opens fastest, a little larger",
    "blosc:lz4hc": "blosc:lz4hc – opens fastest, slow to write",
    "blosc:zlib": "blosc:zlib – as small as zlib, faster",
    "blosc": "blosc – fast, a little larger",
    "bzip2": "bzip2 – small, slow to open",
    "none": "Not compressed – largest",
}
_SHOWN = 5
NOTHING_GAINED = "was compact already"


def codecs() -> list[tuple[str, str]]:
    """Each codec with what it means, those first that most people want."""
    known = [name for name in _CODECS if name in CODECS]
    return [(name, _CODECS.get(name, name)) for name in (*known, *(name for name in CODECS if name not in _CODECS))]


def levels() -> list[tuple[int, str]]:
    """Each level with what it means; 0 is that of the file."""
    remarks = {1: "Level 1 – fastest", 9: "Level 9 – smallest"}
    return [(0, "Level as in the file"), *((level, remarks.get(level, f"Level {level}")) for level in range(1, 10))]


def percent(before: int, after: int) -> str:
    """``−60 %``, with one decimal where it would be none otherwise; ``+2 %`` when it grew."""
    if before <= 0 or before == after:
        return "0 %"
    share = 100 * (after - before) / before
    whole = f"{abs(share):.0f}" if abs(share) >= 1 else f"{abs(share):.1f}"
    if whole == "0.0":
        return f"{text.MINUS}0.1 %" if share < 0 else "+0.1 %"
    return f"{text.MINUS if share < 0 else '+'}{whole} %"


def gain(total: Total | None, small: bool) -> str:
    """What a mode does to the ticked files, and its price."""
    if total is None or not total.before:
        return _SMALL_PRICE if small else _FAST_PRICE
    price = _takes(total.seconds)
    saved = total.before - total.after
    if saved <= 0 or 100 * saved / total.before < 1:
        return f"Hardly less. {price}"
    return f"About {100 * saved / total.before:.0f} % less. {price}"


def _takes(seconds: float) -> str:
    """About how long it takes."""
    if seconds < 2:
        return "Takes a moment."
    step = 1 if seconds < 10 else 5 if seconds < 60 else 60
    return f"Takes about {text.duration(round(seconds / step) * step)}."


def about(planned: PlannedFile | None) -> str:
    """What is in a file: its trajectories and how its large data are compressed."""
    if planned is None:
        return ""
    names = [text.printable(name, 60) for name in planned.trajectories]
    some = ", ".join(names) if len(names) < 3 else f"{', '.join(names[:2])} and {len(names) - 2:,} more"
    return " · ".join(filter(None, (some, text.printable(planned.codec, 60))))


def sizes(before: int, after: int) -> str:
    return f"{text.size(before)} → {text.size(after)}"


def done(one: CompactedFile) -> str:
    """What came of a file, in a line."""
    if one.target and os.path.basename(one.target) != os.path.basename(one.file):
        return f"{sizes(one.before, one.after)}, as a copy"
    if one.after >= one.before:
        return f"{text.size(one.before)}, {NOTHING_GAINED}"
    return f"{sizes(one.before, one.after)}, checked"


def details(one: CompactedFile) -> str:
    """How it was checked, and where the file is as it was before."""
    parts = [f"{text.count(one.verified, 'object')} verified" if one.verified else ""]
    if one.backup:
        beside = os.path.dirname(one.backup) == os.path.dirname(one.target or one.file)
        place = text.printable(os.path.basename(one.backup), 300) if beside else shown_path(one.backup)
        parts.append(f"backup at {place}")
    elif one.target and one.target != one.file:
        parts.append(f"at {shown_path(one.target)}")
    elif one.after < one.before:
        parts.append("no backup was kept")
    return " · ".join(filter(None, parts))


def lost(one: CompactedFile) -> str:
    """What a rescue could not read."""
    if not one.lost:
        return ""
    head = (
        f"{text.count(len(one.lost), 'thing')} could not be read and {'is' if len(one.lost) == 1 else 'are'} not in it:"
    )
    shown = [": ".join(filter(None, (text.printable(fact.name, 300), fact.text))) for fact in one.lost[:_SHOWN]]
    more = len(one.lost) - _SHOWN
    return "\n".join([head, *shown, *([f"And {more:,} more."] if more > 0 else [])])


def notes(found: tuple[str, ...]) -> str:
    """Some sentences, of many the first ones."""
    more = len(found) - _SHOWN
    return "\n".join([*found[:_SHOWN], *([f"And {text.count(more, 'more note')} like these."] if more > 0 else [])])


def ending(items: Sequence[Item]) -> tuple[str, str]:
    """What came of all files: a title, and a sentence."""
    if any(item.rescue is not None for item in items):
        return _rescued(items)
    made = [item for item in items if item.state in (State.DONE, State.RESTORING)]
    smaller = [item for item in made if item.saved()]
    saved = sum(item.saved() for item in smaller)
    title = (
        f"{text.count(len(smaller), 'file is', 'files are')} {text.size(saved)} smaller"
        if saved
        else "Nothing was gained"
    )
    if not made:
        title = "Every file is as it was"
    counts = (
        (sum(item.saved() == 0 for item in made) if saved else 0, "was compact already", "were compact already"),
        (_count(items, State.RESTORED), "was put back", "were put back"),
        (_count(items, State.PROBLEM), "could not be compacted", "could not be compacted"),
        (_count(items, State.STOPPED, State.LEFT), "was not compacted", "were not compacted"),
    )
    checked = "Each was read back and compared with its original." if len(smaller) > 1 else ""
    checked = checked or ("It was read back and compared with its original." if smaller else "")
    if made and not saved:
        checked = "Nothing could be taken away; the files stay as they are."
    rest = [text.count(number, f"file {one}", f"files {many}") for number, one, many in counts if number]
    return title, " ".join(filter(None, (checked, f"{', '.join(rest)}." if rest else "")))


def _rescued(items: Sequence[Item]) -> tuple[str, str]:
    """What came of a rescue."""
    item = items[0]
    if item.state is not State.DONE or item.result is None:
        stopped = item.state is State.STOPPED
        return "Stopped" if stopped else "Nothing could be rescued", "The damaged file is as it was."
    name = text.printable(os.path.basename(item.result.target or item.file), 80)
    missing = "Everything in it could be read." if not item.result.lost else "Not everything could be read."
    return "What could be read is in a copy", f"“{name}” was written. {missing} The damaged file is as it was."


def afterwards(items: Sequence[Item]) -> tuple[str, str]:
    """What is certain afterwards: where the files are as they were before."""
    kept = [item for item in items if item.state is State.DONE and item.result is not None and item.result.backup]
    if not kept:
        return "", ""
    size = text.size(sum(item.result.before for item in kept if item.result is not None))
    if len(kept) == 1:
        return "The file as it was is beside it", f"It takes {size} until you delete it. Restore backup puts it back."
    return (
        "The files as they were are beside them",
        f"They take {size} until you delete them. Restore backup puts one back.",
    )


def so_far(items: Sequence[Item]) -> str:
    """What is saved up to now."""
    saved = sum(item.saved() for item in items)
    return f"{text.size(saved)} saved so far" if saved else ""


def _count(items: Sequence[Item], *states: State) -> int:
    return sum(item.state in states for item in items)
