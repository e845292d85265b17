"""What was written of a sweep, read back and held against what it should be."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from . import files, layout, text
from .bookkeeping import Trajectory, open_trajectory_group, text_encoding
from .design_source import BRANCH
from .errors import PexError
from .explore_keys import Keys
from .explore_planning import Look
from .explore_source import SourceParameter, read_parameter
from .explored import explored_parameters
from .extending import leaf_of
from .run_rows import rows_of_runs


def check_new(file: files.OpenFile, values: Mapping[str, Sequence[Any]], found: Look) -> None:
    """Raise `PexError` unless a new file has the trajectory that was designed, with all parameters, none of them
    explored that is not to be, and the values of the others in every run. PyTables has to open it as well."""
    request = found.plan.request
    path = f"/{request.name}".encode()
    trajectory = open_trajectory_group(file, path)
    keys = _keys(found)
    for one in request.design.parameters:
        name = BRANCH + one.name
        there = _check_values(trajectory, name, keys.of_all(values.get(name, ())), keys)
        if not one.kept and _differ(there.key, keys.of(found.drawn.defaults[one.name])):
            raise _wrong(f"the default value of “{text.printable(name)}”")
    _check_runs(trajectory, [False] * found.plan.runs, values)
    with files.pytables(file.path) as opened:
        runs = opened.get_node(f"/{request.name}/{layout.OVERVIEW.decode()}/{layout.RUNS.decode()}")
        if len(runs.read()) != found.plan.runs:
            raise _wrong("the table of runs")


def check_extended(group: Any, values: Mapping[str, Sequence[Any]], found: Look) -> None:
    """Raise `PexError` unless an extended trajectory has its old runs and values as before, and the new ones."""
    source = found.source
    assert source is not None
    trajectory = Trajectory(source.path, group, files.group_at(group, layout.OVERVIEW))
    keys = _keys(found)
    added = found.plan.runs
    explored = set(values)
    for one in source.parameters.values():
        if one.keys or one.name in values:
            explored.add(one.name)
            old = list(one.keys) or [one.key] * source.runs
            new = keys.of_all(values[one.name]) if one.name in values else [one.key] * added
            _check_values(trajectory, one.name, [*old, *new], keys)
    _check_runs(trajectory, [*source.finished.tolist(), *[False] * added], explored)


def _keys(found: Look) -> Keys:
    return found.source.keys if found.source is not None else Keys()


def _check_values(trajectory: Trajectory, name: str, wanted: Sequence[Hashable], keys: Keys) -> SourceParameter:
    leaf = leaf_of(trajectory.group, name)
    there = read_parameter(name.encode("utf-8", "surrogateescape"), leaf, keys, text_encoding(trajectory))
    if len(there.keys) != len(wanted) or any(map(_differ, there.keys, wanted)):
        raise _wrong(f"“{text.printable(name)}”")
    return there


def _differ(there: Hashable, wanted: Hashable) -> bool:
    """Whether two keys are different; of a large value only one that was stored before is known."""
    if there == wanted:
        return False
    return _is_stored(there) is _is_stored(wanted)


def _is_stored(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] == "stored"


def _check_runs(trajectory: Trajectory, finished: Sequence[bool], explored: Any) -> None:
    rows = rows_of_runs(trajectory, [])
    if rows.completed.tolist() != list(finished) or len(set(rows.names)) != len(finished):
        raise _wrong("the table of runs")
    names = {one.name.decode("utf-8", "surrogateescape") for one in explored_parameters(trajectory, [])}
    if names != set(explored):
        raise _wrong("the list of explored parameters")


def _wrong(what: str) -> PexError:
    return PexError(
        f"What was written is not what it should be: {what}.",
        "It was thrown away and nothing was changed. The disk may be full or damaged; try another folder.",
    )
