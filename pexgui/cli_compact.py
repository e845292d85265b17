"""``pexgui-cli compact``: what compacting files would save, and doing it."""

import argparse
import os
from collections.abc import Iterator
from typing import Any

from . import cli_ask, cli_json, cli_merge, core
from .core import (
    CODECS,
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactResult,
    CompactWork,
    Mode,
    NotReadable,
    PexError,
    PlannedFile,
    text,
)

NOTE = """Each file is written anew, read back from the disk and compared in every detail; only then it takes the place
of the original, which is kept as a backup beside it.
Exit status: 0 when all files were compacted (or, with --dry-run, could be), 1 when not; those are as they were."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked."""
    add = parser.add_argument
    add("files", nargs="*", type=_path, metavar="FILE", help="what to compact")
    add("--folder", type=_path, metavar="DIR", help="all HDF5 files directly in DIR")
    what = "small: write everything anew; fast: only take away the holes (%(default)s)"
    add("--mode", choices=[mode.value for mode in Mode], default=Mode.SMALL.value, help=what)
    what = "how large arrays and tables are compressed, where that saves something (%(default)s); zstd is blosc:zstd"
    add("--codec", choices=[*CODECS, "zstd"], default="keep", metavar="CODEC", help=f"{what}: {', '.join(CODECS)}")
    add("--level", type=int, default=0, metavar="N", help="the codec's level, 1 to 9 (that of the trajectory)")
    add("--no-backup", action="store_true", help="keep no copy of the file as it was")
    add("--to", type=_path, metavar="FILE", help="write the compacted file there and leave the original")
    add("--rescue", action="store_true", help="with --to: copy what can be read of a damaged file")
    add("--all", action="store_true", help="also files where there is nothing to gain")
    add("--dry-run", action="store_true", help="only print what it would save")
    add("--undo", type=_path, metavar="FILE", help="compact nothing, but put FILE back as it was before")


def _path(argument: str) -> bytes:
    return os.path.abspath(os.fsencode(argument))


def compact(options: argparse.Namespace) -> tuple[bool, dict[str, Any], Iterator[str]]:
    """Whether all went well, what to print as JSON, and the lines to print. Raises `PexError`."""
    if options.undo is not None:
        sentences = cli_merge.undone(options.undo)
        return True, {"undone": list(sentences)}, iter(sentences)
    plan = core.plan_compact(_request(options))
    able = not any(one.problem for one in plan.files) or options.rescue
    if options.dry_run:
        return able, {"plan": _plain(plan), "result": None}, _lines(plan)
    everything = options.all or options.to is not None
    chosen = tuple(one for one in plan.files if one.gains or one.problem or everything)
    result = core.compact(CompactWork(_only(plan, chosen))) if chosen else CompactResult(())
    done = not any(one.problem for one in result.files)
    return done, {"plan": _plain(plan), "result": _plain_result(result)}, _done(plan, result)


def _only(plan: CompactPlan, chosen: tuple[PlannedFile, ...]) -> CompactPlan:
    return CompactPlan(plan.request, chosen, plan.needed, plan.free, plan.seconds)


def _request(options: argparse.Namespace) -> CompactRequest:
    paths = list(options.files)
    if options.folder is not None:
        page = core.list_folder(core.FolderRequest(options.folder, 0, 100_000))
        paths += sorted(entry.path for entry in page.entries if not entry.is_folder)
        if not paths:
            raise NotReadable(f"There is no HDF5 file in {cli_ask.named(options.folder)}.", "Choose another folder.")
    if not paths:
        raise PexError("Say which files to compact.", "Name them, or a folder with --folder.")
    return CompactRequest(
        tuple(paths),
        Mode(options.mode),
        "blosc:zstd" if options.codec == "zstd" else options.codec,
        options.level,
        not options.no_backup,
        options.to or b"",
        options.rescue,
    )


# --- for the eye


def _lines(plan: CompactPlan) -> Iterator[str]:
    for one in plan.files:
        name = cli_ask.named(one.file)
        if one.problem:
            yield f"{name}: {one.problem} {one.hint}"
        elif one.gains:
            yield f"{name}: {text.size(one.size)} → about {text.size(one.expected)}, {_saved(one.size, one.expected)}"
        else:
            yield f"{name}: {text.size(one.size)}, already compact"
        yield from (f"  {note}" for note in one.notes)
    able = [one for one in plan.files if not one.problem]
    if len(able) > 1:
        before, after = sum(one.size for one in able), sum(one.expected for one in able)
        yield f"All: {text.size(before)} → about {text.size(after)}, {_saved(before, after)}"
    yield f"Needed meanwhile: {text.size(plan.needed)}; free: {text.size(plan.free)}"


def _saved(before: int, after: int) -> str:
    return f"−{100 * (before - after) / before:.0f} %" if before > after else "nothing saved"


def _done(plan: CompactPlan, result: CompactResult) -> Iterator[str]:
    done = {one.file: one for one in result.files}
    for planned in plan.files:
        name = cli_ask.named(planned.file)
        one = done.get(planned.file)
        if one is None:
            yield f"{name}: {text.size(planned.size)}, already compact; left as it is"
        elif one.problem:
            yield f"{name}: {one.problem} {one.hint}"
        else:
            yield from _told(name, one)


def _told(name: str, one: CompactedFile) -> Iterator[str]:
    if one.verified:
        saved = _saved(one.before, one.after)
        yield f"{name}: {text.size(one.before)} → {text.size(one.after)}, {saved}; {one.verified:,} objects verified"
    else:
        yield f"{name}: {text.size(one.before)}"
    if one.backup:
        yield f"  The file as it was is {cli_ask.named(one.backup)}."
    yield from (f"  {note}" for note in one.notes)
    yield from (f"  Not rescued: {fact.name}: {fact.text}" for fact in one.lost)


# --- for programs


def _plain(plan: CompactPlan) -> dict[str, Any]:
    return {
        "files": [
            {
                "file": cli_json.path(one.file),
                "size": one.size,
                "expected": one.expected,
                "gains": one.gains,
                "trajectories": list(one.trajectories),
                "codec": one.codec,
                "notes": list(one.notes),
                "problem": one.problem,
            }
            for one in plan.files
        ],
        "needed": plan.needed,
        "free": plan.free,
    }


def _plain_result(result: CompactResult) -> dict[str, Any]:
    return {
        "files": [
            {
                "file": cli_json.path(one.file),
                "target": cli_json.path(one.target),
                "before": one.before,
                "after": one.after,
                "verified": one.verified,
                "backup": cli_json.path(one.backup) if one.backup else None,
                "notes": list(one.notes),
                "lost": [{"name": fact.name, "reason": fact.text} for fact in one.lost],
                "problem": one.problem,
            }
            for one in result.files
        ],
        "stopped": result.stopped,
    }
