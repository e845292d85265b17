"""Many trajectories merged into one: first the plan, in every detail, then exactly that."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np

from . import files, text
from .compare_sides import OpenSide
from .errors import PexError
from .merge_names import new_names
from .merge_outside import Outside
from .merge_parameters import Parameter, gather, trouble_of
from .merge_points import Selection, point_in_words, possible_trials, select, values_of_all
from .merge_ranges import trouble_with
from .model import Fact
from .model_compare import Side
from .model_merge import (
    Choice,
    Dropped,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeWork,
    PlannedParameter,
    PlannedSource,
)
from .patterns import Patterns
from .progress import Progress, silent
from .replacing import SLACK

MOST_TOLD = 1000
"""So many dropped runs are told one by one; the others are counted."""

_RUNS_PER_SECOND = 2000
_BYTES_PER_SECOND = 150e6


class Open(NamedTuple):
    """The sources of a merge, open, and all that is decided."""

    sides: list[OpenSide]
    parameters: list[Parameter]
    values: dict[str, list[list[Any]]]
    selection: Selection
    names: list[dict[bytes, bytes]]
    outside: Outside


def plan_merge(request: MergeRequest, progress: Progress = silent) -> MergePlan:
    """What merging would do: runs, parameters, conflicts, and everything that is not taken over.

    What has to be decided first is in ``problem``. Raises `NotReadable` when a source cannot be read, and `PexError`
    when the request itself makes no sense, such as a trajectory that is to be merged with itself.
    """
    with opened(request, progress) as found:
        return _plan(request, found, *_missing_of(request, found))


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
        handles = {path: stack.enter_context(files.reading(path, whole=True)) for path in paths}
        sides = [OpenSide(handles[one.file], Side(one.file, one.trajectory)) for one in request.sources]
        _check_different(sides)
        yield decide(request, sides, progress)


def decide(request: MergeRequest, sides: list[OpenSide], progress: Progress) -> Open:
    """Everything that follows from the request and what is in the sources."""
    ignored = Patterns(request.ignore)
    parameters, _ = gather(sides, request.fills, ignored)
    explored = [one for one in parameters if one.explored]
    trial = request.trial if request.trial in possible_trials(explored, sides) else ""
    values = values_of_all(explored, sides, trial)
    selection = select(values, sides, request.once and not trial)
    names = new_names(sides, selection.numbers)
    choices = {one.name: one.choice for one in request.choices}
    outside = Outside(
        sides,
        names,
        frozenset(one.name for one in parameters),
        ignored,
        lambda name: choices.get(name, request.conflict),
        request.merge_config,
        progress,
    )
    outside.decide()
    return Open(sides, parameters, values, selection, names, outside)


def _missing_of(request: MergeRequest, found: Open) -> tuple[Any, ...]:
    return (gather(found.sides, request.fills, Patterns(request.ignore))[1],)


def _check(request: MergeRequest) -> None:
    if len(request.sources) < 2:
        raise PexError("A merge needs at least two trajectories.", "Add another file.")


def _check_different(sides: Sequence[OpenSide]) -> None:
    """Refuse a trajectory that is there twice, whatever names its file has."""
    seen: dict[tuple[int, int, bytes], OpenSide] = {}
    for side in sides:
        status = os.stat(side.file.path)
        key = (status.st_dev, status.st_ino, side.trajectory.path)
        if key in seen:
            title = f"“{side.info.name}” in {side.file.name} is there twice."
            raise PexError(title, "A trajectory cannot be merged with itself. Take one of them off the list.")
        seen[key] = side


def _plan(request: MergeRequest, found: Open, missing: list[Any]) -> MergePlan:
    sides, selection = found.sides, found.selection
    explored = [one for one in found.parameters if one.explored]
    needed = _needed(sides)
    target = request.target or request.sources[0].file
    return MergePlan(
        request=request,
        name=sides[0].info.name,
        sources=tuple(_source(number, found, request) for number in range(len(sides))),
        runs=selection.runs,
        shared=selection.shared,
        surplus=selection.surplus,
        parameters=tuple(_explored(one, found) for one in explored),
        trials=possible_trials(explored, sides),
        conflicts=tuple(found.outside.conflicts),
        missing=tuple(missing),
        left_out=tuple(_left_out(request, found)),
        notes=tuple(_notes(request, found)),
        needed=needed,
        free=shutil.disk_usage(os.path.dirname(target) or b".").free if os.path.isdir(os.path.dirname(target)) else 0,
        seconds=selection.runs / _RUNS_PER_SECOND + needed / _BYTES_PER_SECOND,
        problem=_problem(request, found, missing),
    )


def _needed(sides: Sequence[OpenSide]) -> int:
    sizes = {side.file.path: side.file.stamp.size for side in sides}
    return int(1.1 * sum(sizes.values())) + SLACK


def _source(number: int, found: Open, request: MergeRequest) -> PlannedSource:
    side, own = found.sides[number], found.selection.numbers[number]
    dropped = [run for run, new in enumerate(own) if new < 0]
    problems = list(dict.fromkeys(side.warnings))
    return PlannedSource(
        source=type(request.sources[number])(side.file.path, side.trajectory.path),
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
    )


def _dropped(source: int, run: int, found: Open) -> Dropped:
    other, instead = found.selection.instead[source, run]
    side = found.sides[other]
    name = text.printable(side.names[instead])
    why = f"{name} of {side.file.name} has the same point"
    if side.finished[instead] and not found.sides[source].finished[run]:
        why += " and is finished"
    return Dropped(text.printable(found.sides[source].names[run]), point_in_words(found.values, source, run), why)


def _explored(one: Parameter, found: Open) -> PlannedParameter:
    from .compare_sides import key_of

    values = [value for each in found.values[one.name] for value in each]
    kinds = sorted({type(value).__name__ for value in values})
    return PlannedParameter(one.name, " and ".join(kinds), len({key_of(value) for value in values}), one.why)


def _left_out(request: MergeRequest, found: Open) -> Iterator[Fact]:
    yield from found.outside.left_out
    ignored = Patterns(request.ignore)
    for one in found.parameters:
        there = [number for number, leaf in enumerate(one.leaves) if leaf is not None]
        if ignored.match(one.name):
            for number in there[1:]:
                side = found.sides[number]
                yield Fact(one.name, f"it is on the list of what to leave out ({side.file.name})")
    for side in found.sides[1:]:
        if side.info.comment and side.info.comment != found.sides[0].info.comment:
            yield Fact("comment of the trajectory", f"the first trajectory's comment is kept ({side.file.name})")


def _notes(request: MergeRequest, found: Open) -> Iterator[str]:
    unfinished = sum(len(side.names) - sum(side.finished) for side in found.sides)
    if unfinished:
        yield f"{text.count(unfinished, 'run of the sources is', 'runs of the sources are')} not marked finished."
    versions = sorted({side.info.version for side in found.sides if side.info.version})
    if len(versions) > 1:
        yield f"The sources were written by pypet {', '.join(versions)}; that is no obstacle."
    if not request.target:
        yield f"The merged trajectory takes the place of “{found.sides[0].info.name}” in {found.sides[0].file.name}."


def _problem(request: MergeRequest, found: Open, missing: list[Any]) -> str:
    """What has to be decided or mended before the merge can be done."""
    for one in missing:
        for number, filled in zip(one.sources, one.fills, strict=True):
            if not filled:
                return f"Choose a value of “{one.name}” for {found.sides[number].file.name}, which does not have it."
    ignored = Patterns(request.ignore)
    for parameter in found.parameters:
        if ignored.match(parameter.name):
            if any(parameter.ranged):
                return f"“{parameter.name}” is explored and cannot be left out."
            continue
        trouble = trouble_of(parameter, found.sides)
        if not trouble and parameter.explored:
            trouble = trouble_with(parameter, found.values[parameter.name])
        if trouble:
            return trouble
    if request.trial and request.trial not in possible_trials([p for p in found.parameters if p.explored], found.sides):
        return f"“{request.trial}” does not count trials from 0 on in every source."
    open_ones = [one for one in found.outside.conflicts if one.choice is Choice.ASK]
    if open_ones:
        return f"Choose what becomes of “{open_ones[0].name}”, which differs between the sources."
    if not found.selection.runs:
        return "No run is left to be taken."
    return ""
