"""A merge in plain words: what will happen, line by line, and what has happened."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from pexgui.core import Choice, Conflict, MergePlan, MergeResult, Sources, text

from .merge_choices import MergeChoices, cut, shown_path


class Line(NamedTuple):
    """A line of the summary: its icon, what is claimed, and the fact below it."""

    icon: str
    claim: str
    fact: str


def listed(names: Iterable[str]) -> str:
    """``a, b and c``; of many the first two and how many more."""
    found = list(dict.fromkeys(names))
    if len(found) > 3:
        return f"{', '.join(found[:2])} and {len(found) - 2:,} more"
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def source_names(plan: MergePlan, endings: bool = True) -> list[str]:
    """The sources by the names of their files, with the trajectory where several are of one file; for narrow places
    without ``endings``."""
    names = file_names((source.source.file for source in plan.sources), endings)
    several = Counter(source.source.file for source in plan.sources)
    return [
        names[file] if several[file] == 1 else f"{names[file]}, {source.name}"
        for source in plan.sources
        for file in (source.source.file,)
    ]


def file_names(files: Iterable[bytes], endings: bool = True) -> dict[bytes, str]:
    """The names of files, with as much of the folder as tells them apart."""
    parts = {file: file.split(b"/") for file in files}
    ends = Counter(b"/".join(one[-n:]) for one in parts.values() for n in range(1, len(one) + 1))
    found = {}
    for file, one in parts.items():
        longer = (b"/".join(one[-n:]) for n in range(1, len(one) + 1))
        name = next((end for end in longer if ends[end] == 1), file)
        found[file] = text.printable(name if endings else name.rpartition(b".")[0] or name)
    return found


def by_name(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """One conflict for each name, with the values of all sources: the plan has one for each source that differs."""
    found: dict[str, Conflict] = {}
    for one in conflicts:
        known = found.get(one.name)
        if known is not None:
            values = tuple(a or b for a, b in zip(known.values, one.values, strict=True))
            one = msgspec.structs.replace(known, values=values)
        found[one.name] = one
    return tuple(found.values())


def title(plan: MergePlan) -> str:
    """What comes of it, in numbers."""
    files = len({source.source.file for source in plan.sources})
    what = text.count(files, "file") if files > 1 else text.count(len(plan.sources), "trajectory", "trajectories")
    return f"{text.count(plan.runs, 'run')} from {what}"


def time_needed(plan: MergePlan) -> str:
    """How long it will take."""
    if plan.seconds < 2:
        return "This takes a moment."
    whole = round(plan.seconds) if plan.seconds < 10 else round(plan.seconds / 5) * 5
    return f"This takes about {text.duration(whole)}."


def lines(plan: MergePlan, choices: MergeChoices) -> list[Line]:
    """Everything that will happen."""
    found = [_target(plan, choices), _sources(plan, choices)]
    backup = _backup(choices)
    if backup is not None:
        found.append(backup)
    found.append(Line("runs", _runs_claim(plan), _numbers(plan)))
    found.append(Line("sliders", "Your choices", choices_made(plan)))
    if plan.left_out:
        count = len(plan.left_out)
        names = listed(cut(fact.name) for fact in plan.left_out)
        found.append(Line("minus", f"{text.count(count, 'thing is', 'things are')} not taken over", names))
    return found


def _runs_claim(plan: MergePlan) -> str:
    left = sum(source.runs - source.taken for source in plan.sources)
    taken = text.count(plan.runs, "run gets a new number", "runs get new numbers")
    return f"{taken}, {left:,} left out" if left else taken


def _numbers(plan: MergePlan) -> str:
    """Which numbers the runs of each source get."""
    found, first = [], 0
    for name, source in zip(source_names(plan), plan.sources, strict=True):
        last = first + source.taken - 1
        numbers = f"{first:,} to {last:,}" if source.taken > 1 else f"{first:,}" if source.taken else "none"
        found.append(f"{numbers} from {cut(name)}")
        first = last + 1
    return f"{listed(found)}."


def _target(plan: MergePlan, choices: MergeChoices) -> Line:
    result = choices.result()
    name, folder = text.printable(os.path.basename(result)), cut(shown_path(os.path.dirname(result)), 60)
    holds = f"Holds the trajectory {cut(plan.name)} with {text.count(plan.runs, 'run')}."
    if choices.in_place:
        return Line("file-trajectory", f"Into the first file: {name}", f"In {folder}. {holds}")
    return Line("file-trajectory", f"New file: {name}", f"In {folder}. {holds}")


def _sources(plan: MergePlan, choices: MergeChoices) -> Line:
    first = plan.sources[0].source.file
    files = list(dict.fromkeys(source.source.file for source in plan.sources))
    used = [file for file in files if not (choices.in_place and file == first)]
    told = file_names(files)
    names = listed(cut(told[file]) for file in used)
    many = "Both source files" if len(used) == 2 else text.count(len(used), "source file")
    are, them = ("is", "it") if len(used) == 1 else ("are", "them")
    if choices.after is Sources.DELETE:
        gone = f"{names} {are} deleted after the check. No undo brings {them} back."
        return Line("warning", f"{many} {are} deleted", gone)
    if choices.after is Sources.PUT_AWAY:
        folder = "a folder beside the result. Undo brings"
        return Line("folder", f"{many} {are} put away", f"{names} {are} moved into {folder} {them} back.")
    stay = "stays" if len(used) == 1 else "stay"
    return Line("lock", f"{many} {stay}", f"{names} {are} only read, never changed.")


def _backup(choices: MergeChoices) -> Line | None:
    if not choices.replaces():
        return None
    name = cut(text.printable(os.path.basename(choices.result())))
    if choices.backup:
        return Line("copy", "A backup is kept", f"{name} as it is now stays beside the result. Undo brings it back.")
    return Line("warning", "No backup is kept", f"{name} as it is now is gone then. It cannot be brought back.")


def choices_made(plan: MergePlan) -> str:
    """What was chosen about runs, differences and missing values."""
    request, parts = plan.request, []
    if request.trial:
        parts.append(f"Equal points are trials, counted by {request.trial}.")
    elif request.once and plan.surplus:
        left = sum(source.runs - source.taken for source in plan.sources)
        fewer = text.count(left, "run is", "runs are")
        parts.append(f"{text.count(plan.shared, 'point')} taken once; {fewer} left out.")
    else:
        parts.append("Every run is taken.")
    if plan.conflicts:
        parts.append(_settled(plan))
    if plan.missing:
        parts.append(f"{text.count(len(plan.missing), 'missing parameter')} filled in.")
    if request.ignore:
        parts.append(f"Left out by name: {listed(request.ignore)}.")
    return " ".join(parts)


def _settled(plan: MergePlan) -> str:
    """How differences are settled, counted."""
    words = ((Choice.KEEP_FIRST, "the first value"), (Choice.KEEP_LAST, "the last"), (Choice.RENAME, "both"))
    conflicts = by_name(plan.conflicts)
    counts = [(sum(one.choice is choice for one in conflicts), word) for choice, word in words]
    kept = [(count, word) for count, word in counts if count]
    total = text.count(len(conflicts), "difference")
    if len(kept) == 1:
        return f"{total}: {kept[0][1]} {'are' if kept[0][1] == 'both' else 'is'} kept."
    return f"{total}: {', '.join(f'{word} in {count:,}' for count, word in kept)}."


def facts(plan: MergePlan, result: MergeResult, seconds: float) -> list[tuple[str, str, str, bytes]]:
    """What has happened: icon, key, value, and the path to be shown in its folder (empty: none)."""
    all_of = "The run" if result.runs == 1 else f"All {result.runs:,} runs"
    checked = f"{all_of} read back, equal to {'its source' if result.runs == 1 else 'their sources'}"
    found = [("check", "Checked", checked, b"")]
    target, after = os.path.realpath(result.target), plan.request.after
    others = {s.source.file for s in plan.sources if os.path.realpath(s.source.file) != target}
    if after is Sources.KEEP:
        unchanged = "Both files unchanged" if len(others) == 2 else f"{text.count(len(others), 'file')} unchanged"
        found.append(("lock", "Sources", unchanged, b""))
    if after is Sources.DELETE:
        found.append(("lock", "Sources", f"{text.count(len(others), 'file')} deleted", b""))
    found.append(("file-trajectory", "Result", shown_path(result.target), result.target))
    if result.backup:
        found.append(("copy", "Backup", shown_path(result.backup), result.backup))
    if result.folder:
        found.append(("folder", "Put away", shown_path(result.folder), result.folder))
    time = text.duration(seconds) if seconds >= 1 else "Less than a second"
    found.append(("clock", "Time", time, b""))
    return found
