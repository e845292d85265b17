"""``pexgui-cli merge``: the plan of a merge, and the merge."""

import argparse
import os
import shlex
from collections.abc import Iterator
from typing import Any

import msgspec

from . import cli_ask, cli_json, core
from .core import (
    Choice,
    Fill,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    NotReadable,
    PexError,
    PlannedSource,
    RecoverRequest,
    Sources,
    UndoWriteRequest,
    text,
)

NOTE = """The sources are FILE or FILE::TRAJECTORY, in this order; the result has the name of the first.
They are only read, and the result takes its place when it has been read back and found to be as the plan says.
Exit status: 0 merged (or, with --dry-run, could be), 1 for a problem: then nothing was changed."""

_CHOICES = {
    "keep-first": Choice.KEEP_FIRST,
    "keep-last": Choice.KEEP_LAST,
    "rename": Choice.RENAME,
    "ask-fails": Choice.ASK,
}
_SHOWN = 20
"""So many lines of each kind are printed; JSON has all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked."""
    add = parser.add_argument
    add("sources", nargs="*", metavar="FILE[::TRAJECTORY]", help="what to merge, two or more")
    add("--folder", type=_path, metavar="DIR", help="all HDF5 files directly in DIR, in the order of their names")
    add("-o", "--output", type=_path, metavar="FILE", help="the new file for the result")
    add("--in-place", action="store_true", help="put the result into the first file instead")
    add("--no-backup", action="store_true", help="keep no copy of a file that is replaced")
    add("--remove-duplicates", action="store_true", help="take each point only once; a finished run goes first")
    add("--trial", default="", metavar="NAME", help="a parameter that counts trials, to go on counting")
    what = "what becomes of something outside of runs that differs (%(default)s)"
    add("--on-conflict", choices=list(_CHOICES), default="keep-first", help=what)
    add("--ignore", nargs="+", action="extend", default=[], metavar="NAME", help="leave out what these patterns mean")
    fill = "the value of a parameter for sources that do not have it; empty: that of the first which does"
    add("--fill", action="append", default=[], metavar="NAME=VALUE", help=fill)
    what = "repair in the result what is damaged in a source, as the plan says; the source stays as it is"
    add("--repair", action="store_true", help=what)
    add("--put-away", action="store_true", help="move the merged files into a folder beside the result")
    add("--delete-sources", action="store_true", help="delete the merged files once the result is verified")
    add("--dry-run", action="store_true", help="only print the plan")
    what = "merge nothing, but put every file back as it was before the merge into FILE"
    add("--undo", type=_path, metavar="FILE", help=what)


def _path(argument: str) -> bytes:
    return os.path.abspath(os.fsencode(argument))


def merge(options: argparse.Namespace) -> tuple[dict[str, Any], Iterator[str]]:
    """What to print as JSON, and the lines to print. Raises `PexError`."""
    if options.undo is not None:
        sentences = undone(options.undo)
        return {"undone": list(sentences)}, iter(sentences)
    plan = core.plan_merge(_request(options))
    if options.dry_run:
        return {"plan": _plain(plan), "result": None}, _lines(plan)
    if plan.problem:
        raise PexError(plan.problem, "Nothing was changed. Look at the plan with --dry-run.")
    result = core.merge(MergeWork(plan))
    return {"plan": _plain(plan), "result": _plain_result(result)}, iter([*_lines(plan), "", *_done(result)])


def undone(target: bytes) -> tuple[str, ...]:
    """Undo the last write into ``target``. Where that, or an undo, had been cut off, only this is settled: what else
    there is to undo is for the person to say."""
    real = os.path.realpath(target)
    for one in core.recover_files(RecoverRequest((os.path.dirname(real),))).found:
        if one.ours and one.target == real:
            return one.sentences
    return core.undo_write(UndoWriteRequest(target=target)).sentences


def _request(options: argparse.Namespace) -> MergeRequest:
    if options.in_place == (options.output is not None):
        raise PexError("Say where the result goes.", "Either -o FILE or --in-place.")
    if options.put_away and options.delete_sources:
        raise PexError("The merged files can be put away or deleted, not both.", "Leave one of the two out.")
    sources = [_source(each, options.repair) for each in options.sources]
    if options.folder is not None:
        sources += _in_folder(options.folder, options.output, options.repair)
    after = Sources.PUT_AWAY if options.put_away else Sources.DELETE if options.delete_sources else Sources.KEEP
    request = MergeRequest(
        tuple(sources),
        options.output or b"",
        options.remove_duplicates,
        options.trial,
        _CHOICES[options.on_conflict],
        ignore=tuple(options.ignore),
        backup=not options.no_backup,
        after=after,
    )
    return _filled(request, options.fill) if options.fill else request


def _source(argument: str, repair: bool) -> MergeSource:
    if os.path.exists(argument):
        return MergeSource(_path(argument), repair=repair)
    name = argument.partition("::")[2]
    file = _path(argument.partition("::")[0])
    return MergeSource(file, cli_ask.choose(cli_ask.look(file), name).path if name else b"", repair)


def _in_folder(folder: bytes, output: bytes | None, repair: bool) -> list[MergeSource]:
    page = core.list_folder(core.FolderRequest(folder, 0, 100_000))
    found = sorted(entry.path for entry in page.entries if not entry.is_folder and entry.path != output)
    if not found:
        raise NotReadable(f"There is no HDF5 file in {cli_ask.named(folder)}.", "Choose another folder.")
    return [MergeSource(path, repair=repair) for path in found]


def _filled(request: MergeRequest, fills: list[str]) -> MergeRequest:
    """The request with values for every source that lacks one of these parameters."""
    missing = {one.name: one for one in core.plan_merge(request).missing}
    found = []
    for fill in fills:
        name, _, value = fill.partition("=")
        if name not in missing:
            raise PexError(f"No source lacks “{text.printable(name)}”.", "Look at the plan with --dry-run.")
        found += [Fill(name, source, value) for source in missing[name].sources]
    return msgspec.structs.replace(request, fills=tuple(found))


# --- for the eye


def _lines(plan: MergePlan) -> Iterator[str]:
    yield f"{plan.name}: {text.count(plan.runs, 'run')} from {text.count(len(plan.sources), 'source')}"
    for source in plan.sources:
        yield from _about(source)
    if plan.shared:
        taken = "each is taken once" if plan.request.once and not plan.request.trial else "all of their runs are taken"
        points = text.count(plan.shared, "point is", "points are")
        yield f"{points} in more than one run: {taken} ({plan.surplus:,} runs more than points)."
    explored = [f"{one.name}: {one.distinct:,} values of {one.type}, {one.why}" for one in plan.parameters]
    yield from _some("Explored", explored)
    yield from _some(
        "Missing", [f"{one.name}: {', '.join(fill or 'no value yet' for fill in one.fills)}" for one in plan.missing]
    )
    differing = [
        f"{one.name}: {' / '.join(value or '–' for value in one.values)} → {one.choice.value}" for one in plan.conflicts
    ]
    yield from _some("In conflict", differing)
    yield from _some("Not taken over", [f"{fact.name}: {fact.text}" for fact in plan.left_out])
    yield from plan.notes
    yield f"{text.size(plan.needed)} needed, {text.size(plan.free)} free."
    if plan.problem:
        yield f"This cannot be done yet: {plan.problem}"


def _about(source: PlannedSource) -> Iterator[str]:
    taken = "all" if source.taken == source.runs else f"{source.taken:,}"
    file = text.printable(os.fsdecode(source.source.file))
    yield f"  {file} :: {source.name}, {taken} of {text.count(source.runs, 'run')}"
    for run in source.dropped[:_SHOWN]:
        yield f"    − {run.run}{f' ({run.point})' if run.point else ''}: {run.why}"
    if source.runs - source.taken > _SHOWN:
        yield f"    … {source.runs - source.taken:,} in all"
    yield from (f"    ! {problem}" for problem in source.problems)
    for damage in source.damage:
        choice = "" if source.source.repair else "With --repair: "
        yield f"    ! Damaged: {damage.name}. {choice}{damage.text}"


def _some(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"  … {len(lines):,} in all"


def _done(result: MergeResult) -> Iterator[str]:
    where, runs = text.printable(os.fsdecode(result.target)), text.count(result.runs, "run")
    yield f"Merged into {where}: {runs}, {text.size(result.size)}."
    yield f"{result.verified:,} things were read back and are as they were in the sources."
    if result.backup:
        yield f"The file as it was before: {text.printable(os.fsdecode(result.backup))}"
    if result.folder:
        yield f"The merged files are in {text.printable(os.fsdecode(result.folder))}"
    yield from result.notes
    if result.undo:
        again = shlex.quote(os.fsdecode(result.target))
        yield f"To put everything back: pexgui-cli merge --undo {text.printable(again, 4096)}"


# --- as JSON


def _plain(plan: MergePlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "runs": plan.runs,
        "shared_points": plan.shared,
        "surplus_runs": plan.surplus,
        "sources": [_plain_source(source) for source in plan.sources],
        "explored": [{"name": p.name, "type": p.type, "distinct": p.distinct, "why": p.why} for p in plan.parameters],
        "trial_parameters": list(plan.trials),
        "conflicts": [{"name": c.name, "values": list(c.values), "choice": c.choice.value} for c in plan.conflicts],
        "missing": [{"name": m.name, "sources": list(m.sources), "fills": list(m.fills)} for m in plan.missing],
        "not_taken_over": cli_json.facts(plan.left_out),
        "notes": list(plan.notes),
        "needed": plan.needed,
        "free": plan.free,
        "problem": plan.problem or None,
    }


def _plain_source(source: PlannedSource) -> dict[str, Any]:
    return {
        "file": cli_json.path(source.source.file),
        "trajectory": source.name,
        "runs": source.runs,
        "taken": source.taken,
        "points": source.points,
        "dropped": [{"run": one.run, "point": one.point, "why": one.why} for one in source.dropped],
        "problems": list(source.problems),
        "damage": [{"what": one.name, "repair": one.text} for one in source.damage],
        "repaired": source.source.repair,
    }


def _plain_result(result: MergeResult) -> dict[str, Any]:
    return {
        "file": cli_json.path(result.target),
        "trajectory": result.name,
        "runs": result.runs,
        "size": result.size,
        "verified": result.verified,
        "backup": cli_json.path(result.backup) or None,
        "put_away": cli_json.path(result.folder) or None,
        "notes": list(result.notes),
        "undo": cli_json.path(result.undo) or None,
    }
