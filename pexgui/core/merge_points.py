"""The runs of several trajectories by their points: which are in more than one of them, and which are taken."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .brief import brief
from .compare_sides import OpenSide, key_of
from .merge_parameters import Parameter, values_over
from .pairing import labels_of

_MOST_TOLD = 1000


class Selection(NamedTuple):
    """Per source the new number of every run (−1: dropped), and for dropped ones the (source, run) taken instead."""

    numbers: list[list[int]]
    instead: dict[tuple[int, int], tuple[int, int]]
    runs: int
    shared: int
    surplus: int


def values_of_all(explored: Sequence[Parameter], sides: Sequence[OpenSide], trial: str) -> dict[str, list[list[Any]]]:
    """For every explored parameter its values over the runs of each source, trials shifted."""
    found = {one.name: [values_over(one, side, number) for number, side in enumerate(sides)] for one in explored}
    if trial and trial in found:
        found[trial] = _shifted(found[trial])
    return found


def _shifted(trials: list[list[Any]]) -> list[list[Any]]:
    """Every source's trials after those of the sources before it."""
    shifted, offset = [], 0
    for values in trials:
        shifted.append([type(value)(value + offset) for value in values])
        offset += int(max(values, default=-1)) + 1
    return shifted


def possible_trials(explored: Sequence[Parameter], sides: Sequence[OpenSide]) -> tuple[str, ...]:
    """The parameters that count trials in every source: whole numbers, all from 0 to the largest."""
    return tuple(
        one.name
        for one in explored
        if all(_counts(values_over(one, side, number)) for number, side in enumerate(sides))
    )


def _counts(values: list[Any]) -> bool:
    whole = all(isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)) for value in values)
    if not whole or not values:
        return False
    different = {int(value) for value in values}
    return min(different) == 0 and max(different) == len(different) - 1


def select(values: dict[str, list[list[Any]]], sides: Sequence[OpenSide], once: bool) -> Selection:
    """Which runs are taken, in the order of the sources; with ``once`` of equal points one that is finished, or else
    the first."""
    keys = _keys(values, sides)
    best: dict[Any, tuple[int, int]] = {}
    counts: dict[Any, int] = {}
    for source, points in enumerate(keys):
        for run, point in enumerate(points):
            counts[point] = counts.get(point, 0) + 1
            known = best.get(point)
            if known is None or (sides[source].finished[run] and not sides[known[0]].finished[known[1]]):
                best[point] = (source, run)
    instead: dict[tuple[int, int], tuple[int, int]] = {}
    numbers: list[list[int]] = []
    total = 0
    for source, points in enumerate(keys):
        numbers.append([])
        for run, point in enumerate(points):
            if once and best[point] != (source, run):
                instead[source, run] = best[point]
                numbers[-1].append(-1)
            else:
                numbers[-1].append(total)
                total += 1
    shared = sum(count > 1 for count in counts.values())
    return Selection(numbers, instead, total, shared, sum(map(len, keys)) - len(counts))


def _keys(values: dict[str, list[list[Any]]], sides: Sequence[OpenSide]) -> list[list[Any]]:
    found = []
    for source, side in enumerate(sides):
        columns = [[key_of(value) for value in each[source]] for each in values.values()]
        found.append(list(zip(*columns, strict=True)) if columns else [()] * len(side.names))
    return found


def point_in_words(values: dict[str, list[list[Any]]], source: int, run: int) -> str:
    """``x 1.0 · seed 2``."""
    labels = labels_of(list(values))
    return " · ".join(f"{labels[name]} {brief(each[source][run], 40)}" for name, each in values.items())
