"""What a design comes to: how many points, which of them are there, what is added. Nothing is written."""

import os
import shutil
from typing import Any, NamedTuple

from . import files, layout, text, trajectory_names
from .cells import cells_of
from .design_source import BRANCH
from .explore_drawn import Drawn, draw
from .explore_keys import Held, Keys
from .explore_points import Places, Points
from .explore_source import MISSING, Source, read_source
from .model import Column
from .model_explore import ExplorePlan, ExploreRequest, PointState
from .progress import Progress

_MOST_INT = 2**31
"""Whole numbers from here on pypet 0.6.1 cannot store, though it reads them."""


class Look(NamedTuple):
    """A plan and all that it was made from. ``there`` are the points that are runs already."""

    plan: ExplorePlan
    source: Source | None
    drawn: Drawn
    points: Points
    there: set[Places]


def look(request: ExploreRequest, progress: Progress) -> Look:
    """The plan for a request. Raises `NotReadable` when the source cannot be read."""
    source = read_source(request.source, request.path, progress) if request.source else None
    drawn = draw(request, source)
    whole = bool(drawn.counts) and all(drawn.counts)
    groups = drawn.groups if whole else ()
    values = {name: drawn.values[name] for group in groups for name in group}
    keys = (source.keys if source is not None else Keys()).of_all
    points = Points(groups, values, {name: keys(own) for name, own in values.items()})
    there = _there(points, values, source) if request.extend and source is not None and whole else set()
    repeated = points.total - points.different
    runs = points.different - len(there) if request.extend else points.total
    trouble = _trouble(request, source, drawn) or (
        "All of these points are runs already." if request.extend and whole and not runs else ""
    )
    numbers = _numbers(points.total, request.shown)
    shown = [points.at(number) for number in numbers]
    plan = ExplorePlan(
        request=request,
        groups=drawn.groups,
        counts=drawn.counts,
        points=points.total,
        existing=len(there),
        repeated=repeated,
        runs=runs,
        columns=_columns(drawn, points, shown),
        numbers=numbers,
        states=tuple(PointState.EXISTS if points.first(place) in there else PointState.NEW for place in shown),
        values=drawn.told,
        trouble=trouble,
        notes=tuple(_notes(request, source, drawn, repeated)),
        seconds=None if source is None else source.seconds,
        size=None if source is None else source.size,
        free=_free(request.source if request.extend else request.target),
        stamp=None if source is None else source.stamp,
    )
    return Look(plan, source, drawn, points, there)


def _there(points: Points, values: dict[str, Any], source: Source) -> set[Places]:
    """The points that are runs: what the design does not explore has its default value in them."""
    taken = [True] * source.runs
    columns: dict[str, Any] = {}
    for one in source.parameters.values():
        name = one.name.removeprefix(BRANCH) if one.name.startswith(BRANCH) else ""
        if name in values:
            columns[name] = one.keys or [one.key] * source.runs
        elif one.keys:
            taken = [counts and key == one.key for counts, key in zip(taken, one.keys, strict=False)]
    if any(name not in columns or len(columns[name]) != source.runs for name in values):
        return set()
    return points.there(columns, [*taken, *[False] * (source.runs - len(taken))])


def _numbers(total: int, shown: int) -> tuple[int, ...]:
    first = range(min(total, max(shown, 0)))
    return (*first, total - 1) if total > len(first) else tuple(first)


def _columns(drawn: Drawn, points: Points, shown: list[Places]) -> tuple[Column, ...]:
    if not points.counts:
        return tuple(Column(name, "", cells_of([])[1]) for group in drawn.groups for name in group)
    found = points.over(shown)
    return tuple(Column(name, *cells_of(list(map(_plain, own)))) for name, own in found.items())


def _plain(value: Any) -> Any:
    if isinstance(value, Held):
        return "…" if value.value is None else value.value
    return value


# --- what is in the way


def _trouble(request: ExploreRequest, source: Source | None, drawn: Drawn) -> str:
    """The first thing that is in the way; empty when nothing is."""
    if request.extend:
        if source is None:
            return "Choose the trajectory that is to be extended."
        return drawn.trouble or _not_extended(request, source, drawn)
    return drawn.trouble or _name_trouble(request) or _target_trouble(request)


def _not_extended(request: ExploreRequest, source: Source, drawn: Drawn) -> str:
    if source.blocked:
        return source.blocked
    for one in source.parameters.values():
        if one.keys and one.name.removeprefix(BRANCH) not in drawn.values:
            shown = text.printable(one.name.removeprefix(BRANCH))
            if not one.kind:
                return f"“{shown}” is explored, and has values of a kind to which none can be added."
            if one.default is MISSING:
                return f"“{shown}” needs a value in the new runs, and its default value cannot be read."
    if not os.access(request.source, os.W_OK):
        return f"{files.shown(request.source)} is protected from being written."
    return ""


def _name_trouble(request: ExploreRequest) -> str:
    if not request.name:
        return "Give the trajectory a name."
    try:
        trajectory_names.checked(request.name)
    except ValueError as error:
        return str(error)
    return ""


def _target_trouble(request: ExploreRequest) -> str:
    if not request.target:
        return "Choose a file for the new trajectory."
    target = os.path.realpath(request.target)
    if os.path.isdir(target):
        return f"{files.shown(target)} is a folder; choose a file."
    if not os.path.isdir(os.path.dirname(target)):
        return f"The folder {files.shown(os.path.dirname(target))} is not there."
    if request.source and os.path.realpath(request.source) == target:
        return f"{files.shown(target)} is where the parameters come from; choose another file."
    return ""


def _notes(request: ExploreRequest, source: Source | None, drawn: Drawn, repeated: int) -> list[str]:
    notes = []
    if repeated:
        what = text.count(repeated, "point is", "points are")
        notes.append(
            f"{what} in the design more than once, and will be added only once."
            if request.extend
            else f"{what} repeated, and will be run each time."
        )
    if not request.extend and request.target:
        if os.path.lexists(request.target):
            notes.append(f"{files.shown(request.target)} is there already, and will be replaced if you say so.")
        if os.path.splitext(request.target)[1].lower() not in layout.EXTENSIONS:
            notes.append("pypet opens only files that end in .hdf5 or the like.")
    for name, own in drawn.values.items():
        shown = text.printable(name)
        kind = type(own[0]) if own else None
        if kind is str and not all(map(str.isascii, own)):
            notes.append(
                f"“{shown}” has texts with letters beyond ASCII, with which pypet cannot mark runs as finished."
            )
        elif kind is int and not -_MOST_INT <= min(own) <= max(own) < _MOST_INT:
            notes.append(
                f"“{shown}” has whole numbers of more than 32 bits, which pypet reads, but cannot store itself."
            )
    if request.extend and source is not None:
        begun = int((~source.finished).sum())
        if begun:
            notes.append(
                f"{text.count(begun, 'run')} of the trajectory {'is' if begun == 1 else 'are'} not finished yet."
            )
    return notes


def _free(path: bytes) -> int:
    folder = os.path.dirname(os.path.realpath(path)) if path else b""
    return shutil.disk_usage(folder).free if os.path.isdir(folder) else 0
