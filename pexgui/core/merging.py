"""Many trajectories merged into one: first the plan, in every detail, then exactly that."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from . import files, text
from .bookkeeping import trajectories
from .equality import nested_equal
from .errors import PexError
from .merge_ignored import NOTHING, Omitted, omitted
from .merge_names import meant_names, new_names, spoken_names
from .merge_outside import Outside, described, full_name
from .merge_parameters import Parameter, counting, gather, not_kept, trouble_of
from .merge_points import (
    Keys,
    Selection,
    kept,
    keys_of,
    point_in_words,
    possible_trials,
    select,
    trial_of,
    values_of_all,
)
from .merge_ranges import trouble_with
from .merge_repair import MergeSide
from .model import Fact
from .model_compare import Side
from .model_merge import (
    Choice,
    Dropped,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    Missing,
    PlannedParameter,
    PlannedSource,
    Sources,
)
from .patterns import Patterns
from .progress import Progress, silent
from .replacing import SLACK

MOST_TOLD = 1000
"""So many dropped runs are told one by one; the others are counted."""

_RUNS_PER_SECOND = 2000
_BYTES_PER_SECOND = 150e6
_AT_ONCE = 128 << 20
"""Up to so many bytes of all sources together are read into memory before they are walked over."""


class Open(NamedTuple):
    """The sources of a merge, open, and all that is decided.

    ``names`` are what runs that are taken are called, ``meant`` which run stands for each run, ``spoken`` what becomes
    of names of runs wherever else they are; ``trial`` is the full name of what counts trials. ``missing`` are the
    parameters that some sources do not have, ``keys`` stand for the ``values`` of those that are explored.
    """

    sides: list[MergeSide]
    parameters: list[Parameter]
    missing: list[Missing]
    values: dict[str, list[list[Any]]]
    keys: Keys
    selection: Selection
    names: list[dict[bytes, bytes]]
    meant: list[dict[bytes, bytes]]
    spoken: list[dict[bytes, bytes]]
    omitted: list[Omitted]
    outside: Outside
    trial: str


def plan_merge(request: MergeRequest, progress: Progress = silent) -> MergePlan:
    """What merging would do: runs, parameters, conflicts, and everything that is not taken over.

    What has to be decided first is in ``problem``. Raises `NotReadable` when a source cannot be read, and `PexError`
    when the request itself makes no sense, such as a trajectory that is to be merged with itself.
    """
    with opened(request, progress) as found:
        return _plan(request, found)


def merge(work: MergeWork, progress: Progress = silent) -> MergeResult:
    """Do what the plan says, verify it, and only then let it take its place.

    The sources are only read. Raises `PexError` when a source changed since the plan was made, when the plan has a
    problem, when the disk refuses, and when what was written is not what the plan says; nothing is changed then.
    """
    from .merge_doing import carry_out

    return carry_out(work.plan, progress)


@contextmanager
def opened(request: MergeRequest, progress: Progress) -> Iterator[Open]:
    """Open all sources for reading and decide everything."""
    _check(request)
    with ExitStack() as stack:
        paths = dict.fromkeys(source.file for source in request.sources)
        handles, room = {}, _AT_ONCE
        for path in paths:
            whole = files.stamp(path).size <= room
            handles[path] = stack.enter_context(files.reading(path, whole))
            room -= handles[path].stamp.size if handles[path].at_once else 0
        sides = [MergeSide(handles[one.file], Side(one.file, one.trajectory), one.repair) for one in request.sources]
        _check_different(sides)
        yield decide(request, sides, progress)


def decide(request: MergeRequest, sides: list[MergeSide], progress: Progress) -> Open:
    """Everything that follows from the request and what is in the sources."""
    ignored = Patterns(request.ignore)
    parameters, missing = gather(sides, request.fills, ignored)
    for side in sides:
        side.knows_nothing_of(one.name for one in parameters)
    trial = trial_of(request.trial, parameters, sides)
    if trial:
        parameters = [counting(one) if one.name == trial else one for one in parameters]
    explored = [one for one in parameters if one.explored]
    values = values_of_all(explored, sides, trial)
    keys = keys_of(values)
    selection = select(keys, sides, request.once and not trial)
    if trial:
        as_they_are = select(keys_of(values_of_all(explored, sides, "")), sides, False)
        selection = selection._replace(
            shared=as_they_are.shared, surplus=as_they_are.surplus, points=as_they_are.points
        )
    names = new_names(sides, selection.numbers)
    meant = meant_names(sides, names, selection.instead)
    spoken = spoken_names(names, meant)
    choices = {one.name: one.choice for one in request.choices}
    outside = Outside(
        sides,
        names,
        spoken,
        meant,
        frozenset(one.name for one in parameters),
        ignored,
        lambda name: choices.get(name, request.conflict),
        request.merge_config,
        progress,
    )
    outside.decide()
    left = [NOTHING, *(omitted(side, own, ignored) for side, own in zip(sides[1:], names[1:], strict=True))]
    return Open(sides, parameters, missing, values, keys, selection, names, meant, spoken, left, outside, trial)


def _check(request: MergeRequest) -> None:
    if len(request.sources) < 2:
        raise PexError("A merge needs at least two trajectories.", "Add another file.")


def _check_different(sides: Sequence[MergeSide]) -> None:
    """Refuse a trajectory that is there twice, whatever names its file has."""
    seen: dict[tuple[int, int, bytes], MergeSide] = {}
    for side in sides:
        status = os.stat(side.file.path)
        key = (status.st_dev, status.st_ino, side.trajectory.path)
        if key in seen:
            title = f"“{side.info.name}” in {side.file.name} is there twice."
            raise PexError(title, "A trajectory cannot be merged with itself. Take one of them off the list.")
        seen[key] = side


def _plan(request: MergeRequest, found: Open) -> MergePlan:
    sides, selection = found.sides, found.selection
    explored = [one for one in found.parameters if one.explored]
    needed = _needed(sides)
    target = request.target or request.sources[0].file
    return MergePlan(
        request=request,
        name=sides[0].info.name,
        sources=tuple(_source(number, found) for number in range(len(sides))),
        runs=selection.runs,
        shared=selection.shared,
        surplus=selection.surplus,
        parameters=tuple(_explored(one, found) for one in explored),
        trials=possible_trials(explored, sides),
        conflicts=tuple(found.outside.conflicts),
        missing=tuple(found.missing),
        left_out=tuple(_left_out(request, found)),
        notes=tuple(_notes(request, found)),
        needed=needed,
        free=shutil.disk_usage(os.path.dirname(target) or b".").free if os.path.isdir(os.path.dirname(target)) else 0,
        seconds=selection.runs / _RUNS_PER_SECOND + needed / _BYTES_PER_SECOND,
        problem=_problem(request, found),
    )


def _needed(sides: Sequence[MergeSide]) -> int:
    sizes = {side.file.path: side.file.stamp.size for side in sides}
    return int(1.1 * sum(sizes.values())) + SLACK


def _source(number: int, found: Open) -> PlannedSource:
    side, own = found.sides[number], found.selection.numbers[number]
    dropped = [run for run, new in enumerate(own) if new < 0]
    problems = list(dict.fromkeys(side.warnings))
    return PlannedSource(
        source=MergeSource(side.file.path, side.trajectory.path, side.repair),
        name=side.info.name,
        runs=len(side.names),
        finished=sum(side.finished),
        taken=len(own) - len(dropped),
        explored=tuple(side.explored),
        created=side.info.created,
        version=side.info.version,
        stamp=side.file.stamp,
        numbers=np.asarray(own, "<i8").tobytes(),
        dropped=tuple(_dropped(number, run, found) for run in dropped[:MOST_TOLD]),
        problems=tuple(problems),
        damage=tuple(Fact(one.what, one.repair) for one in side.damage()),
        points=found.selection.points[number],
    )


def _dropped(source: int, run: int, found: Open) -> Dropped:
    left_out = found.sides[source].left_out.get(run)
    if left_out:
        return Dropped(text.printable(found.sides[source].names[run]), "", left_out)
    other, instead = found.selection.instead[source, run]
    side = found.sides[other]
    name = text.printable(side.names[instead])
    why = f"{name} of {side.file.name} has the same point"
    if side.finished[instead] and not found.sides[source].finished[run]:
        why += " and is finished"
    return Dropped(text.printable(found.sides[source].names[run]), point_in_words(found.values, source, run), why)


def _explored(one: Parameter, found: Open) -> PlannedParameter:
    values, keys = (chain.from_iterable(kept(each[one.name], found.sides)) for each in (found.values, found.keys))
    kinds = sorted({type(value).__name__ for value in values})
    return PlannedParameter(one.name, " and ".join(kinds), len(set(keys)), one.why)


def _left_out(request: MergeRequest, found: Open) -> Iterator[Fact]:
    yield from found.outside.left_out
    ignored = Patterns(request.ignore)
    for side, left in zip(found.sides, found.omitted, strict=True):
        for name, count in sorted(left.counts.items()):
            why = f"it is on the list of what to leave out, in {text.count(count, 'run')}"
            yield Fact(name, f"{why} ({side.file.name})")
    for one in found.parameters:
        there = [number for number, leaf in enumerate(one.leaves) if leaf is not None]
        if ignored.match(one.name):
            for number in there[1:]:
                side = found.sides[number]
                yield Fact(one.name, f"it is on the list of what to leave out ({side.file.name})")
        else:
            yield from not_kept(one, found.sides)
    kept_annotations = described(found.sides[0].trajectory.group)[1]
    for side in found.sides[1:]:
        if side.info.comment and side.info.comment != found.sides[0].info.comment:
            yield Fact("comment of the trajectory", f"the first trajectory's comment is kept ({side.file.name})")
        own = described(side.trajectory.group)[1]
        if own and not nested_equal(own, kept_annotations):
            what = "annotations of the trajectory"
            yield Fact(what, f"the first trajectory's annotations are kept ({side.file.name})")


def _notes(request: MergeRequest, found: Open) -> Iterator[str]:
    unfinished = sum(len(side.names) - sum(side.finished) for side in found.sides)
    if unfinished:
        yield f"{text.count(unfinished, 'run of the sources is', 'runs of the sources are')} not marked finished."
    if request.once and found.trial:
        yield "All runs are taken, since trials of the same point are told apart."
    for pattern in request.ignore:
        if not _means_something(pattern, found):
            yield f"Nothing is called “{text.printable(pattern)}”, so that nothing is left out for it."
    versions = sorted({side.info.version for side in found.sides if side.info.version})
    if len(versions) > 1:
        yield f"The sources were written by pypet {', '.join(versions)}; that is no obstacle."
    merged = {(side.file.path, side.trajectory.path) for side in found.sides}
    for file in {side.file.path: side.file for side in found.sides}.values():
        others = [text.printable(one.path[1:]) for one in trajectories(file, []) if (file.path, one.path) not in merged]
        if others:
            counted = text.count(len(others), "other trajectory", "other trajectories")
            goes = request.after is Sources.PUT_AWAY and (request.target or file.path != found.sides[0].file.path)
            away = ", which the file is put away with" if goes else ""
            yield f"{file.name} holds {counted}, such as “{others[0]}”{away}."
    if not request.target:
        first = found.sides[0]
        yield f"The merged trajectory takes the place of “{first.info.name}” in {first.file.name}."
        gone = taken_out(request, found.sides)
        for side in found.sides[1:]:
            if side in gone:
                yield f"“{side.info.name}” is taken out of {side.file.name}."
            elif side.file.path == first.file.path and request.after is not Sources.KEEP:
                yield f"“{side.info.name}” stays in {side.file.name}, since no backup would have it."


def _means_something(pattern: str, found: Open) -> bool:
    """Whether something is called as a pattern of the list of what to leave out says."""
    alone = Patterns((pattern,))
    names = (one.name for one in found.parameters)
    in_runs = (full_name(path) for left in found.omitted for path in left.paths)
    general = (name for left in found.omitted for name in left.counts)
    return any(map(alone.match, chain(found.outside.seen, names, general, in_runs)))


def taken_out(request: MergeRequest, sides: Sequence[MergeSide]) -> list[MergeSide]:
    """The sources that go from the file of the first, into which is merged, with what becomes of merged files.

    They are put away with the backup of the file: without one they stay unless they are to be deleted.
    """
    goes = request.after is Sources.DELETE or (request.after is Sources.PUT_AWAY and request.backup)
    return [side for side in sides[1:] if goes and not request.target and side.file.path == sides[0].file.path]


def _problem(request: MergeRequest, found: Open) -> str:
    """What has to be decided or mended before the merge can be done."""
    for side in found.sides:
        for damage in side.damage():
            if damage.blocks and not side.repair:
                return f"{side.file.name} is damaged: {damage.what}. Choose to repair it, or take it off the list."
    for one in found.missing:
        for number, filled in zip(one.sources, one.fills, strict=True):
            if not filled:
                lost = "has lost its values" if one.name in found.sides[number].lost else "does not have it"
                return f"Choose a value of “{one.name}” for {found.sides[number].file.name}, which {lost}."
    ignored = Patterns(request.ignore)
    for parameter in found.parameters:
        if ignored.match(parameter.name):
            if any(parameter.ranged):
                return f"“{parameter.name}” is explored and cannot be left out."
            continue
        trouble = trouble_of(parameter, found.sides)
        if not trouble and parameter.explored:
            trouble = trouble_with(parameter, kept(found.values[parameter.name], found.sides))
        if trouble:
            return trouble
    if request.trial and not found.trial:
        return f"“{request.trial}” does not count trials from 0 on in every source."
    open_ones = [one for one in found.outside.conflicts if one.choice is Choice.ASK]
    if open_ones:
        return f"Choose what becomes of “{open_ones[0].name}”, which differs between the sources."
    if not found.selection.runs:
        return "No run is left to be taken."
    return ""
