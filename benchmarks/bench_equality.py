"""``nested_equal`` beside pypet's own, on a long list of numbers and on nested dicts."""

import random
from typing import Any

from benchmarks.made import pypet
from benchmarks.row import Row, spread, timed
from pexgui import nested_equal

NUMBERS = 1_000_000
LEAVES = 100_000
ROUNDS = 5


def floats() -> list[float]:
    return [random.Random(number).random() for number in range(1000)] * (NUMBERS // 1000)  # noqa: S311


def dicts() -> dict[str, Any]:
    width = 100
    return {f"g{i}": {f"k{j}": float(i * j) for j in range(width)} for i in range(LEAVES // width)}


def measure() -> list[Row]:
    rows = []
    for what, make, key in (
        (f"two equal lists of {NUMBERS:,} floats: nested_equal", floats, "floats"),
        (f"two equal nested dicts of {LEAVES:,} leaves: nested_equal", dicts, "dicts"),
    ):
        a, b = make(), [float(repr(x)) for x in make()] if key == "floats" else make()
        ours = [timed(lambda a=a, b=b: nested_equal(a, b)) for _ in range(ROUNDS)]
        theirs = [float(pypet("nested", key, NUMBERS if key == "floats" else LEAVES)) for _ in range(ROUNDS)]
        ratio = sorted(theirs)[ROUNDS // 2] / sorted(ours)[ROUNDS // 2]
        rows.append(Row(what, "faster than pypet", f"{spread(ours)}: {ratio:.0f} × faster", f"pypet {spread(theirs)}"))
    return rows
