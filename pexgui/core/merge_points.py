"""The runs of several trajectories by their points: which are in more than one of them, and which are taken."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from .brief import brief
from .compare_sides import MISSING, key_of
from .merge_parameters import Parameter, values_over
from .merge_repair import MergeSide
from .pairing import labels_of

Keys = dict[str, list[list[Any]]]
"""For every explored parameter what is equal for equal values, over the runs of each source."""


class Selection(NamedTuple):
    """Per source the new number of every run (−1: dropped), and for dropped ones the (source, run) taken instead.

    ``points`` counts the different points of each source, ``shared`` those that are in more than one run.
    """

    numbers: list[list[int]]
    instead: dict[tuple[int, int], tuple[int, int]]
    runs: int
    shared: int
    surplus: int
    points: list[int]


def values_of_all(explored: Sequence[Parameter], sides: Sequence[MergeSide], trial: str) -> dict[str, list[list[Any]]]:
    """For every explored parameter its values over the runs of each source, trials shifted."""
    found = {one.name: [values_over(one, side, number) for number, side in enumerate(sides)] for one in explored}
    if trial and trial in found:
        found[trial] = _shifted(found[trial])
    return found


def _shifted(trials: list[list[Any]]) -> list[list[Any]]:
    """Every source's trials after those of the sources before it."""
    shifted, offset = [], 0
    for values in trials:
        shifted.append([value if value is MISSING else _plus(value, offset) for value in values])
        offset += int(max((value for value in values if value is not MISSING), default=-1)) + 1
    return shifted


def _plus(value: Any, offset: int) -> Any:
    """A whole number plus another, of its own type if that can hold it."""
    try:
        return type(value)(int(value) + offset)
    except OverflowError:
        return int(value) + offset


def kept(values: Sequence[list[Any]], sides: Sequence[MergeSide]) -> list[list[Any]]:
    """What each source has for its runs, such as their values, without what is of runs that are left out."""
    return [
        [value for run, value in enumerate(own) if run not in side.left_out] if side.left_out else own
        for own, side in zip(values, sides, strict=True)
    ]


def possible_trials(explored: Sequence[Parameter], sides: Sequence[MergeSide]) -> tuple[str, ...]:
    """The parameters that count trials in every source: whole numbers, all from 0 to the largest."""
    return tuple(
        one.name
        for one in explored
        if all(map(_counts, kept([values_over(one, side, number) for number, side in enumerate(sides)], sides)))
    )


def trial_of(wanted: str, parameters: Sequence[Parameter], sides: Sequence[MergeSide]) -> str:
    """The full name of the parameter that is ``wanted`` for counting trials, by its full name or the end of it; empty
    when there is none that counts them."""
    named = [one for one in parameters if f".{one.name}".endswith(f".{wanted}")] if wanted else []
    exact = [one for one in named if one.name == wanted] or named
    return exact[0].name if len(exact) == 1 and possible_trials(exact, sides) else ""


def _counts(values: list[Any]) -> bool:
    whole = all(isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)) for value in values)
    if not whole or not values:
        return False
    different = {int(value) for value in values}
    return min(different) == 0 and max(different) == len(different) - 1


def keys_of(values: dict[str, list[list[Any]]]) -> Keys:
    """The values of parameters as something that can be counted and looked up, see `key_of`."""
    return {name: [list(map(key_of, own)) for own in each] for name, each in values.items()}


def select(keys: Keys, sides: Sequence[MergeSide], once: bool) -> Selection:
    """Which runs are taken, in the order of the sources; with ``once`` of equal points one that is finished, or else
    the first."""
    points_of = _points(keys, sides)
    best = _best(points_of, sides) if once else {}
    instead: dict[tuple[int, int], tuple[int, int]] = {}
    numbers: list[list[int]] = []
    total = 0
    for source, points in enumerate(points_of):
        numbers.append([])
        for run, point in enumerate(points):
            if run in sides[source].left_out:
                numbers[-1].append(-1)
            elif once and best[point] != (source, run):
                instead[source, run] = best[point]
                numbers[-1].append(-1)
            else:
                numbers[-1].append(total)
                total += 1
    there = kept(points_of, sides)
    counts = Counter(chain.from_iterable(there))
    shared = sum(count > 1 for count in counts.values())
    return Selection(numbers, instead, total, shared, counts.total() - len(counts), [len(set(own)) for own in there])


def _points(keys: Keys, sides: Sequence[MergeSide]) -> list[list[Any]]:
    """The points of the runs of each source."""
    columns = [[each[source] for each in keys.values()] for source in range(len(sides))]
    return [
        list(zip(*own, strict=True)) if own else [()] * len(side.names)
        for own, side in zip(columns, sides, strict=True)
    ]


def _best(points_of: list[list[Any]], sides: Sequence[MergeSide]) -> dict[Any, tuple[int, int]]:
    """For every point the (source, run) that is taken of all that have it."""
    best: dict[Any, tuple[int, int]] = {}
    for source, (points, side) in enumerate(zip(points_of, sides, strict=True)):
        for run, point in enumerate(points):
            if run in side.left_out:
                continue
            known = best.get(point)
            if known is None or (side.finished[run] and not sides[known[0]].finished[known[1]]):
                best[point] = (source, run)
    return best


def point_in_words(values: dict[str, list[list[Any]]], source: int, run: int) -> str:
    """``x 1.0 · seed 2``."""
    labels = labels_of(list(values))
    return " · ".join(f"{labels[name]} {brief(each[source][run], 40)}" for name, each in values.items())
