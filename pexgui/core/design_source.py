"""A trajectory as the beginning of a design: its parameters, how their values were combined, what its runs took."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from . import layout, text
from .brief import brief
from .explore_keys import Held
from .explore_source import MISSING, SourceParameter, read_source
from .explore_types import grammar_of, type_of
from .glance import value_type
from .model import TrajectoryRequest
from .model_explore import Design, DesignedParameter, DesignSource
from .progress import Progress, silent
from .value_texts import as_text, spacing_of, values_text

BRANCH = layout.PARAMETERS.decode() + "."
_LONGEST = 10_000
"""Values that would make a longer text are only shown in short."""

_SHOWN = 4


def read_design(request: TrajectoryRequest, progress: Progress = silent) -> DesignSource:
    """The parameters of a trajectory as a design that has all of its points, if they are all combinations of values.

    Values that cannot be written are told in short; as long as their text stays as it is, they are meant. Raises
    `NotReadable`.
    """
    source = read_source(request.file, request.path, progress)
    ours = [one for one in source.parameters.values() if one.name.startswith(BRANCH)]
    others = [one.name for one in source.parameters.values() if not one.name.startswith(BRANCH)]
    warnings = list(source.warnings)
    if others:
        named = ", ".join(f"“{text.printable(name)}”" for name in others)
        verb = "is" if len(others) == 1 else "are"
        warnings.append(f"{named} {verb} explored, but cannot be part of a design.")
    designed = tuple(map(designed_of, sorted(ours, key=lambda one: one.name)))
    order = () if others else _order([one for one in ours if one.keys], source.runs)
    return DesignSource(
        file=source.file,
        path=source.path,
        name=source.name,
        stamp=source.stamp,
        design=Design(designed, tuple(tuple(name.removeprefix(BRANCH) for name in group) for group in order)),
        runs=source.runs,
        finished=int(source.finished.sum()),
        failed=int((source.started & ~source.finished).sum()),
        seconds=source.seconds,
        size=source.size,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def designed_of(one: SourceParameter) -> DesignedParameter:
    """A parameter of a trajectory as one of a design."""
    value = _plain(one.default)
    return DesignedParameter(
        name=one.name.removeprefix(BRANCH),
        type=_type(one),
        default="cannot be read" if value is MISSING else _one_in_words(value),
        comment=one.comment,
        values=text_of_values(one),
        kept=True,
    )


def text_of_values(one: SourceParameter) -> str:
    """The text that stands for the values of a parameter of a trajectory; empty if it is not explored."""
    if not one.values:
        return ""
    values = [_simple(_plain(value)) for value in one.values]
    try:
        if grammar_of(_plain(one.values[0])):
            found = spacing_of(values) or values_text(values)
            if len(found) <= _LONGEST:
                return found
    except ValueError:
        pass
    words = ", ".join(_one_in_short(value) for value in one.values[:_SHOWN])
    return f"{text.count(len(values), 'value')}: {words}{', …' if len(values) > _SHOWN else ''}"


def _type(one: SourceParameter) -> str:
    value = _plain(one.default)
    if value is MISSING or value is None:
        kinds = {"sparse": "sparse matrix", "pickle": "pickled object", "array": "array"}
        return kinds.get(one.kind, "")
    return type_of(value) if grammar_of(value) else value_type(value)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Held) else value


def _simple(value: Any) -> Any:
    """A value as one of Python's types where it can be."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return list(value) if type(value) is tuple else value


def _one_in_words(value: Any) -> str:
    try:
        found = as_text(_simple(value)) if grammar_of(value) else ""
    except ValueError:
        found = ""
    return found if found and len(found) <= _LONGEST else brief(value)


def _one_in_short(value: Any) -> str:
    plain = _plain(value)
    return "…" if plain is None else brief(plain, 40)


# --- how values were combined


def _order(explored: Sequence[SourceParameter], runs: int) -> tuple[tuple[str, ...], ...]:
    """Groups of linked parameters, slowest first, of which the runs are the product; empty if they are none."""
    if not explored or any(len(one.keys) != runs for one in explored):
        return ()
    groups = sorted(_linked(explored), key=lambda group: _steps(group[1]))
    inner = 1
    for _, column in groups:
        if _steps(column) != inner or not _repeats(column, inner):
            return ()
        inner *= len(set(column))
    return tuple(tuple(names) for names, _ in reversed(groups)) if inner == runs else ()


def _linked(explored: Sequence[SourceParameter]) -> list[tuple[list[str], Sequence[Hashable]]]:
    """Parameters that change together: each value of one goes with one value of the other."""
    groups: list[tuple[list[str], Sequence[Hashable]]] = []
    for one in explored:
        own = len(set(one.keys))
        for names, column in groups:
            if 1 < own == len(set(column)) == len(set(zip(one.keys, column, strict=True))):
                names.append(one.name)
                break
        else:
            groups.append(([one.name], one.keys))
    return groups


def _steps(column: Sequence[Hashable]) -> int:
    """In how many runs from the first on the value is the same."""
    first = column[0]
    return next((run for run, key in enumerate(column) if key != first), len(column))


def _repeats(column: Sequence[Hashable], inner: int) -> bool:
    """Whether the different values follow each other, each ``inner`` times, over and over."""
    order = {key: place for place, key in enumerate(dict.fromkeys(column))}
    return all(order[key] == run // inner % len(order) for run, key in enumerate(column))


# --- the different points of a trajectory


def unique_points_of(file: bytes, path: bytes, progress: Progress = silent) -> list[tuple[dict[str, Any], list[int]]]:
    """The different points of a trajectory in the order in which they occur first, each with the indices of its runs.

    A point has the values of the explored parameters by full name. Of values that are objects of their own large ones
    are not read: None stands for them. Raises `NotReadable`.
    """
    source = read_source(file, path, progress)
    explored = [one for one in source.parameters.values() if one.keys]
    if not explored:
        return [({}, list(range(source.runs)))] if source.runs else []
    known = [dict(zip(dict.fromkeys(one.keys), one.values, strict=True)) for one in explored]
    length = min(len(one.keys) for one in explored)
    found: dict[tuple[Hashable, ...], list[int]] = {}
    for run, point in enumerate(zip(*(one.keys[:length] for one in explored), strict=True)):
        found.setdefault(point, []).append(run)
    return [
        ({one.name: _plain(values[key]) for one, values, key in zip(explored, known, point, strict=True)}, runs)
        for point, runs in found.items()
    ]
