"""Comparing: two sweeps beside pypet, shuffled copies, and two arrays of 2 GB that differ in one element."""

import os
import random
import shutil
import tempfile
from pathlib import Path

import h5py
import numpy as np

from benchmarks.made import FOLDER, another_by_pypet, pypet, sweep_by_pypet
from benchmarks.row import Row, peak, seconds, spread, timed
from pexgui.core import Against, CompareRequest, Comparison, FileRequest, Side, compare, summarize_file
from pexgui.core.host import Engine
from tests.core.compared import grid, sweep

RUNS = 1000
ROUNDS = 7
ELEMENTS = 250_000_000
CHUNK = 1_000_000
CHANGED = 187_654_321


def measure() -> list[Row]:
    return [equal(), *shuffled(), *large()]


def request(a: Path, b: Path) -> CompareRequest:
    return CompareRequest((Side(os.fsencode(a)), Side(os.fsencode(b))))


def equal() -> Row:
    a, b = sweep_by_pypet(RUNS), another_by_pypet(RUNS)
    assert compare(request(a, b)).same
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(timed(lambda: compare(request(a, b))))
        theirs.append(float(pypet("compare", a, b)))
    ratio = sorted(theirs)[ROUNDS // 2] / sorted(ours)[ROUNDS // 2]
    what = f"two equal trajectories of {RUNS:,} runs, 2 results each: compare"
    return Row(what, "≥ 20 × faster", f"{spread(ours)}: {ratio:.1f} × faster", f"pypet {spread(theirs)}")


def shuffled() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        points = grid(RUNS)
        mixed = points[:]
        random.Random(1).shuffle(mixed)  # noqa: S311
        a = sweep(Path(folder) / "a.hdf5", points)
        for removed, goal in ((0, "1,000 pairs, 0 differences"), (10, 'exactly 10 "only in"')):
            b = sweep(Path(folder) / "b.hdf5", mixed[removed:])
            taken = timed(lambda b=b: rows.append(compare(request(a, b)).against[0]))
            rows[-1] = Row(f"two shuffled copies of a sweep of {RUNS:,} runs, {removed} points removed", goal,
                           f"{told(rows[-1])} in {seconds(taken)}", "–")  # fmt: skip
    return rows


def told(against: Against) -> str:
    both = sum(bool(pair.a and pair.b) for pair in against.pairs)
    return f"{both:,} pairs, {len(against.differences)} differences, {len(against.pairs) - both} only in one"


def large() -> list[Row]:
    rows = []
    a = array("array_a.hdf5", -1, 1)
    for level, words in ((1, "same codec"), (2, "other codec, all is decoded")):
        b = array(f"array_b{level}.hdf5", CHANGED, level)
        with Engine() as engine:
            for path in (a, b):
                engine.call(summarize_file, FileRequest(os.fsencode(path)))
            before = peak(engine.pid or 0)
            found: list[Comparison] = []
            taken = timed(lambda e=engine, b=b, to=found: to.append(e.call(compare, request(a, b))))
            more = peak(engine.pid or 0)
        (difference,) = found[0].against[0].differences
        assert difference.magnitude is not None and difference.magnitude.first == (CHANGED,)
        reading = timed(lambda b=b: [read(path) for path in (a, b)])
        rows.append(
            Row(
                f"two arrays of 2 GB, compressed, that differ in one element ({words})",
                "found; ≤ 300 MB; ≤ 1.2 × reading both once",
                f"found; {more / 1e6:.0f} MB (+ {(more - before) / 1e6:.0f}); {seconds(taken)}: "
                f"{taken / reading:.2f} ×",
                f"h5py reads both in {seconds(reading)}",
            )
        )
    return rows


def array(name: str, changed: int, level: int) -> Path:
    """A trajectory with one compressed array of 2 GB."""
    path = FOLDER / name
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished_{name}")
    sweep(unfinished, grid(1), lambda made: made.result("big", {}))
    wave = np.round(np.sin(np.arange(CHUNK) / 997.0), 3)
    with h5py.File(unfinished, "r+", libver=("earliest", "v110")) as file:
        made = file["sweep/results/big"].create_dataset(
            "big", (ELEMENTS,), "<f8", chunks=(CHUNK,), compression="gzip", compression_opts=level, shuffle=True
        )
        for start in range(0, ELEMENTS, CHUNK):
            made[start : start + CHUNK] = wave + start // CHUNK
        if changed >= 0:
            made[changed] += 1.0
    shutil.move(unfinished, path)
    return path


def read(path: Path) -> None:
    with h5py.File(path, "r", locking=False) as file:
        data = file["sweep/results/big/big"]
        for start in range(0, ELEMENTS, CHUNK):
            data[start : start + CHUNK]
