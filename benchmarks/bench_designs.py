"""``find_unique_points`` and ``cartesian_product`` beside pypet's own."""

import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made import ORACLE
from benchmarks.row import Row, spread, timed
from pexgui import cartesian_product, find_unique_points

PEER = Path(__file__).with_name("designs_peer.py")


class Explored:
    """An explored parameter, as a trajectory gives it."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def f_get_range(self) -> list[Any]:
        return self._values


def arrays(count: int) -> tuple[Callable[[Any], object], Any]:
    return find_unique_points, [Explored([np.array([i, i + 0.5, 2.0]) for i in range(count)])]


def hashable(count: int) -> tuple[Callable[[Any], object], Any]:
    columns: list[list[Any]] = [[i // 2 for i in range(count)], [i % 1000 / 8 for i in range(count)]]
    columns.append(["ab"[i % 2] for i in range(count)])
    return find_unique_points, [Explored(values) for values in columns]


def product(count: int) -> tuple[Callable[[Any], object], Any]:
    side = round(count ** (1 / 3))
    return cartesian_product, {name: list(range(side)) for name in "xyz"}


CASES = (
    ("find_unique_points, 2,000 distinct arrays", "≥ 100 × faster than pypet", "arrays", arrays, 2000, 1),
    ("find_unique_points, 100,000 hashable points", "not slower than pypet", "hashable", hashable, 100_000, 5),
    ("cartesian_product, 10^6 points × 3", "not slower than pypet", "product", product, 10**6, 5),
)


def theirs(key: str, count: int, rounds: int) -> list[tuple[float, int]]:
    """The seconds that pypet needs, and how many points or names it finds, for each round."""
    command = [str(part) for part in (ORACLE, PEER, key, count, rounds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [(float(seconds), int(found)) for seconds, found in map(str.split, done.stdout.splitlines())]


def measure() -> list[Row]:
    rows = []
    for what, goal, key, make, count, rounds in CASES:
        function, argument = make(count)
        found = function(argument)
        assert isinstance(found, (list, dict))
        peer = theirs(key, count, rounds)
        assert {number for _, number in peer} == {len(found)}
        del found
        ours = [timed(lambda function=function, argument=argument: function(argument)) for _ in range(5)]
        slow = [seconds for seconds, _ in peer]
        ratio = statistics.median(slow) / statistics.median(ours)
        shown = f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
        rows.append(Row(what, goal, f"{spread(ours)}: {shown} × faster", f"pypet {spread(slow)}"))
    return rows
