"""Sweeps that differ where a test wants it, and what comparing them says."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pexgui.core import Against, CompareRequest, Comparison, Difference, Side, State, Wanted, compare, writer
from pexgui.core.writer import Head, TrajectoryWriter
from tests.builders import CREATED

Point = tuple[float, int]
STATES = list(State)


def grid(runs: int) -> list[Point]:
    """``runs`` different points of ``x`` and ``seed``."""
    return [(run / 4, run % 3) for run in range(runs)]


def sweep(
    path: Path,
    points: Sequence[Point],
    change: Callable[[TrajectoryWriter], object] | None = None,
    result: Callable[[float, int], Any] = lambda x, seed: x * 10 + seed,
    name: str = "sweep",
    finished: Sequence[bool] | None = None,
    every_comment: bool = False,
) -> Path:
    """A trajectory with a run per point: a scalar ``z`` and an array ``trace`` that depend on the point only.

    As pypet does, only the first run keeps the comment of ``z``, unless ``every_comment``.
    """
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head(name, CREATED, "A sweep"), len(points), {"owner": "tests"})
        trajectory.parameter("group.x", 0.0, [x for x, _ in points], "First", {"unit": "mV"})
        trajectory.parameter("seed", 0, [seed for _, seed in points])
        trajectory.parameter("fixed", 7, comment="Not explored")
        trajectory.config("hdf5.complib", "zlib")
        for run, (x, seed) in enumerate(points):
            comment = "A number" if run == 0 or every_comment else ""
            trajectory.result("z", result(x, seed), comment, {"unit": "Hz"}, run=run)
            trajectory.result("trace", np.arange(20.0) + x, run=run)
            if finished is None or finished[run]:
                trajectory.run(run, CREATED + run, CREATED + run + 1)
        if change is not None:
            change(trajectory)
    return path


def compared(a: Path | Side, b: Path | Side, wanted: Wanted | None = None) -> Comparison:
    """What comparing two files or sides says."""
    sides = tuple(each if isinstance(each, Side) else Side(os.fsencode(each)) for each in (a, b))
    return compare(CompareRequest(sides, wanted=wanted or Wanted()))


def only(found: Comparison) -> Against:
    """The comparison of two sides."""
    (against,) = found.against
    return against


def names(against: Against) -> list[tuple[str, str]]:
    """Name and state of every difference."""
    return [(against.subjects[one.subject].name, one.state.value) for one in against.differences]


def difference(against: Against, name: str) -> Difference:
    """The only difference of what has this name."""
    (found,) = [one for one in against.differences if against.subjects[one.subject].name == name]
    return found


def states(against: Against, name: str) -> list[State]:
    """The state of what has this name in every pair."""
    (subject,) = [subject for subject in against.subjects if subject.name == name]
    return [STATES[code] for code in subject.states]
