"""Walking a file of 1,000 runs that pypet wrote, every object of it, beside PyTables' own walk."""

import os
from pathlib import Path

import tables

from benchmarks.made import sweep_by_pypet
from benchmarks.row import Row, spread, timed
from pexgui.core import files

ROUNDS = 9


def measure() -> list[Row]:
    path = sweep_by_pypet(1000)
    objects = walked(path)
    assert objects == walked_by_pytables(path)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(timed(lambda: walked(path)))
        theirs.append(timed(lambda: walked_by_pytables(path)))
    ratio = sorted(theirs)[ROUNDS // 2] / sorted(ours)[ROUNDS // 2]
    what = f"walking a file of 1,000 runs ({objects:,} objects)"
    return [
        Row(what, "≥ 10 × faster", f"{spread(ours)}: {ratio:.1f} × faster", f"PyTables walk_nodes {spread(theirs)}")
    ]


def walked(path: Path) -> int:
    with files.reading(os.fsencode(path), whole=True) as file:
        return 1 + sum(visit.node is not None for visit in files.walk(file.root))


def walked_by_pytables(path: Path) -> int:
    with tables.open_file(str(path)) as file:
        return sum(1 for _ in file.walk_nodes())
