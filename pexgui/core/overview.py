"""A trajectory as a whole: what it says of itself, what was explored, where and with what it was made."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import files, layout, leaves, parameters, text
from .bookkeeping import Trajectory, open_trajectory_group, read_info, read_settings, row_count, text_encoding
from .brief import brief
from .errors import FAILURES, NotReadable
from .explored import Explored, explored_parameters, leaves_below
from .library import summarize_trajectory
from .model import ExploredParameter, Fact, FileState, TrajectoryInfo, TrajectoryRequest
from .places import run_places
from .progress import Progress, silent
from .ranges import distinct_values
from .run_rows import range_warning, rows_of_runs

SHOWN_VALUES = 50
"""Of the distinct values of an explored parameter the first so many are listed."""

_LONGEST = 300
_MOST_FACTS = 300
_MOST_LEAVES = 1_000
_SEARCHED = 500
_TIMES = frozenset({"timestamp", "start_timestamp", "finish_timestamp", "committed_date"})
_CUT_COMPLIB = 7


def open_trajectory(request: TrajectoryRequest, progress: Progress = silent) -> TrajectoryInfo:
    """Everything the overview shows. What is missing or odd becomes a warning. Raises `NotReadable`."""
    return files.steadily(request.file, lambda file: _open(file, request.path, progress))


def _open(file: files.OpenFile, path: bytes, progress: Progress) -> TrajectoryInfo:
    warnings: list[str] = []
    trajectory = open_trajectory_group(file, path)
    progress(f"Opening {text.printable(path.strip(b'/'))}", 0, 0)
    if trajectory.overview is None:
        warnings.append("The overview of this trajectory is missing; what can be told without it is shown.")
    encoding = text_encoding(trajectory)
    summary = summarize_trajectory(trajectory, warnings)
    names = rows_of_runs(trajectory, warnings).names
    found = explored_parameters(trajectory, warnings)
    explored = tuple(_explored(one, len(names), encoding, warnings) for one in found)
    annotations = _annotations(trajectory, warnings)
    settings = _settings(trajectory, warnings)
    _check_lengths(trajectory, len(names), found, warnings)
    return TrajectoryInfo(
        summary=summary,
        stamp=file.stamp,
        explored=explored,
        results_per_run=_results_per_run(trajectory, names, progress),
        annotations=annotations,
        settings=settings,
        environment=_newest(trajectory, b"environment", "earlier environments", encoding, progress),
        git=_newest(trajectory, b"git", "earlier commits", encoding, progress),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _explored(one: Explored, runs: int, encoding: str, warnings: list[str]) -> ExploredParameter:
    name = text.printable(one.name)
    nothing = ExploredParameter(name, one.path, "", 0, 0, ())
    if one.leaf is None:
        return nothing
    mismatch = range_warning(name, one.leaf, runs)
    if mismatch:
        warnings.append(mismatch)
    try:
        found = distinct_values(one.leaf, encoding, SHOWN_VALUES)
    except NotReadable as problem:
        warnings.append(f"“{name}”: {problem.title}")
        return nothing
    return ExploredParameter(name, one.path, found.type, found.length, found.different, found.values)


def _check_lengths(trajectory: Trajectory, runs: int, explored: list[Explored], warnings: list[str]) -> None:
    length = read_info(trajectory, []).length
    rows = row_count(trajectory, layout.RUNS)
    if length is not None and rows is not None and length != rows:
        said = text.count(length, "run")
        warnings.append(f"The general information says {said}, the table of runs has {rows:,}; the table counts.")
    listed = row_count(trajectory, layout.EXPLORED_OVERVIEW)
    stored = sum(one.leaf is not None for one in explored)
    if listed is not None and runs and listed != stored:
        warnings.append("The overview tables that pypet wrote are out of date. They are not used here.")


def _results_per_run(trajectory: Trajectory, names: list[bytes], progress: Progress) -> int:
    """How many results the first run that has any has, wherever they are."""
    counts: dict[bytes, int] = {}
    order = {name: index for index, name in enumerate(names)}
    for place in run_places(trajectory, order.keys(), progress, _SEARCHED):
        if layout.components(place.path)[0] != layout.RESULTS:
            continue
        first = min(place.runs, key=order.__getitem__)
        try:
            group = files.open_child(place.group, first)
        except NotReadable:
            continue
        if files.is_group(group):
            path = layout.join(layout.join(trajectory.path, place.path), first)
            counts[first] = counts.get(first, 0) + sum(1 for _ in leaves_below(group, path, _MOST_LEAVES))
    return counts[min(counts, key=order.__getitem__)] if counts else 0


def _annotations(trajectory: Trajectory, warnings: list[str]) -> tuple[Fact, ...]:
    try:
        found = leaves.annotations(trajectory.group)
    except (NotReadable, *FAILURES) as problem:
        warnings.append(f"The annotations cannot be read: {text.printable(str(problem))}")
        return ()
    return tuple(Fact(text.printable(name), annotation_words(value)) for name, value in found.items())


def annotation_words(value: Any) -> str:
    """An annotation as a line of text."""
    if isinstance(value, files.RawPickle):
        return f"pickled object, {text.size(len(value.data))}"
    if isinstance(value, files.Unread):
        return value.reason
    return brief(value, _LONGEST)


def _settings(trajectory: Trajectory, warnings: list[str]) -> tuple[Fact, ...]:
    """How pypet was told to store this trajectory, in words."""
    found = read_settings(trajectory, warnings)
    if not found:
        if trajectory.overview is not None and row_count(trajectory, layout.SETTINGS) is None:
            warnings.append("The storage settings are missing; pypet will use its own.")
        return ()
    facts = [Fact("Compression", _compression(found, warnings))]
    for name, label in (("encoding", "Text encoding"), ("pandas_format", "Format of frames")):
        if name in found:
            facts.append(Fact(label, text.printable(str(found[name]))))
    for name, label in (("fletcher32", "Checksums"), ("purge_duplicate_comments", "Repeated comments left out")):
        if name in found:
            facts.append(Fact(label, "yes" if found[name] else "no"))
    tables = [name for name in map(bytes.decode, layout.OVERVIEW_TABLES) if found.get(name)]
    facts.append(Fact("Overview tables", ", ".join(tables) or "none"))
    return tuple(facts)


def _compression(found: dict[str, Any], warnings: list[str]) -> str:
    library, level = str(found.get("complib", "")), found.get("complevel", 0)
    if library.startswith("blosc:") and len(library) == _CUT_COMPLIB:
        warnings.append(f"The settings name the codec “{text.printable(library)}”, which is cut; pypet cannot use it.")
    if not level:
        return "none"
    shuffled = ", shuffled" if found.get("shuffle") else ""
    return f"{text.printable(library)}, level {level}{shuffled}"


def _newest(trajectory: Trajectory, name: bytes, earlier: str, encoding: str, progress: Progress) -> tuple[Fact, ...]:
    """The facts in the newest group below ``config.<name>``, and the names of the earlier ones."""
    try:
        parent = files.open_node(trajectory.group, layout.join(layout.CONFIG, name))
        groups = sorted(files.hard_names(parent), key=_time_in_name) if files.is_group(parent) else []
        if not groups:
            return ()
        group = files.open_child(parent, groups[-1])
    except NotReadable as problem:
        if problem.state is not FileState.DAMAGED:
            return ()
        return (Fact("name", text.printable(f"cannot be read: {problem.title}", _LONGEST)),)
    progress(f"Reading {text.printable(groups[-1])}", 0, 0)
    path = b"/".join((trajectory.path, layout.CONFIG, name, groups[-1]))
    facts = [Fact("name", text.printable(groups[-1])), *_facts(group, path, encoding)]
    if len(groups) > 1:
        facts.append(Fact(earlier, text.printable(b", ".join(reversed(groups[:-1])), _LONGEST)))
    return tuple(facts)


def _time_in_name(name: bytes) -> tuple[bytes, bytes]:
    """The time at the end of names such as ``environment_8e32df7_2023_11_14_22h13m20s``."""
    return name.split(b"_", 2)[-1], name


def _facts(group: Any, top: bytes, encoding: str) -> Iterator[Fact]:
    """The values of all leaves below a group of ``config``, named by their path below it."""
    if not files.is_group(group):
        return
    for path, leaf in leaves_below(group, top, _MOST_FACTS):
        name = text.printable(path[len(top) :].strip(b"/").replace(b"/", b"."))
        try:
            value = parameters.default(leaf, files.names(leaf), encoding)
        except (NotReadable, *FAILURES) as problem:
            yield Fact(name, text.printable(f"cannot be read: {problem}", _LONGEST))
            continue
        is_time = name.rpartition(".")[2] in _TIMES and isinstance(value, (int, float, np.integer, np.floating))
        shown = text.when(float(value)) if is_time else ""
        whole = text.first_line(value) if isinstance(value, str) else value
        yield Fact(name, shown or brief(whole, _LONGEST))
