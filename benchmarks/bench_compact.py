"""Compacting: small results beside ptrepack and h5repack, linear growth, large arrays beside a plain copy, holes."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import h5py
import numpy as np
from msgspec import structs

from benchmarks.bench_compact_codec import packed
from benchmarks.bench_merge import array, copy
from benchmarks.made import FOLDER, ORACLE, sweep_by_pypet
from benchmarks.row import Row, peak, seconds, spread, timed
from pexgui.core import (
    CompactedFile,
    CompactRequest,
    CompactWork,
    FileRequest,
    Mode,
    compact,
    compact_doing,
    plan_compact,
    summarize_file,
    text,
)
from pexgui.core.host import Engine

RUNS, MANY = 1000, 10_000
ROUNDS = 5
PTREPACK = ("--complib", "zlib", "--complevel", "9", "--shuffle", "1", "--fletcher32", "0")
"""What pypet gives it."""


def measure() -> list[Row]:
    return [*small(), grown(), large(), half(), estimated()]


def compacted(path: Path, mode: Mode) -> tuple[CompactedFile, float]:
    """Planned, carried out and verified; how many seconds of it the verification took."""
    spent = []

    def verified(*arguments: Any, **options: Any) -> int:
        counted: list[int] = []
        spent.append(timed(lambda: counted.append(trees(*arguments, **options))))
        return counted[0]

    trees = compact_doing.same_trees
    with mock.patch.object(compact_doing, "same_trees", verified):
        request = CompactRequest((os.fsencode(path),), mode)
        (done,) = compact(CompactWork(plan_compact(request))).files
    assert not done.problem, done.problem
    return done, sum(spent)


def on_copy(source: Path, mode: Mode) -> tuple[float, float, CompactedFile]:
    """Seconds in all and for the verification, and what came of it, for a copy of the file."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        path = Path(shutil.copy(source, folder))
        found: list[tuple[CompactedFile, float]] = []
        taken = timed(lambda: found.append(compacted(path, mode)))
        return taken, found[0][1], found[0][0]


def peer(command: Sequence[str], source: Path) -> tuple[float, int]:
    """Seconds that a command needs to repack a file, and the bytes of what it makes."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        target = Path(folder, source.name)
        full = [*command, str(source), str(target)]
        return timed(lambda: subprocess.run(full, check=True, stdout=subprocess.DEVNULL)), target.stat().st_size


def small() -> list[Row]:
    source = sweep_by_pypet(RUNS)
    before = source.stat().st_size
    ptrepack = [str(ORACLE.with_name("ptrepack")), *PTREPACK]
    ours: dict[Mode, list[tuple[float, float, CompactedFile]]] = {mode: [] for mode in Mode}
    theirs, repack, latest = [], [], []
    for _ in range(ROUNDS):
        for mode in Mode:
            ours[mode].append(on_copy(source, mode))
        theirs.append(peer(ptrepack, source))
        repack.append(peer(["h5repack"], source))
        latest.append(peer(["h5repack", "-L"], source))
    peer_taken = median(taken for taken, _ in theirs)
    size = theirs[0][1]
    peers = [
        f"{name} {spread([taken for taken, _ in found])}, {found[0][1] / before:.2f} ×"
        for name, found in (("ptrepack", theirs), ("h5repack", repack), ("h5repack -L", latest))
    ]
    rows = [
        Row(
            f"{RUNS:,} runs, 2 results each, {mode.value}: {what}",
            goal,
            f"{spread(taken)}: {peer_taken / median(taken):.1f} × faster; {done.after / before:.3f} × the bytes",
            "; ".join(peers) if mode is Mode.SMALL else "the same",
        )
        for mode, what, goal, taken, done in _measured(ours)
    ]
    assert ours[Mode.FAST][0][2].after <= size
    return rows


def _measured(ours: dict[Mode, list[tuple[float, float, CompactedFile]]]) -> Any:
    small, fast = ours[Mode.SMALL], ours[Mode.FAST]
    goal = "≥ 4 × faster than ptrepack; ≤ 0.42 × the bytes"
    yield Mode.SMALL, "verified", goal, [taken for taken, _, _ in small], small[0][2]
    goal = "≥ 10 × faster than ptrepack; not larger than its file"
    yield Mode.FAST, "verified", goal, [taken for taken, _, _ in fast], fast[0][2]
    yield Mode.FAST, "without counting the verification", "≥ 20 ×", [a - b for a, b, _ in fast], fast[0][2]


def grown() -> Row:
    few, many = sweep_by_pypet(RUNS), sweep_by_pypet(MANY)
    taken = [[on_copy(path, Mode.SMALL)[0] for _ in range(3)] for path in (few, many)]
    growth = median(taken[1]) / median(taken[0])
    return Row(f"{MANY:,} runs, small: against {RUNS:,}", "≤ 12 ×", f"{spread(taken[1])}: {growth:.1f} ×", "–")


def large() -> Row:
    source = array("merge_a.hdf5", 0)
    ours, theirs, memory = [], [], 0
    for _ in range(3):
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            target = Path(folder, "copy.hdf5")
            theirs.append(timed(lambda to=target: copy(source, to)))
            with Engine() as engine:
                engine.call(summarize_file, FileRequest(os.fsencode(target)))
                plan = engine.call(plan_compact, CompactRequest((os.fsencode(target),), Mode.FAST))
                ours.append(timed(lambda to=engine, plan=plan: to.call(compact, CompactWork(plan))))
                memory = max(memory, peak(engine.pid or 0))
    return Row(
        "1 GB of compressed arrays, nothing to gain, fast: written and verified",
        "≤ 3 × copying; ≤ 200 MB",
        f"{spread(ours)}: {median(ours) / median(theirs):.1f} ×; {memory / 1e6:.0f} MB",
        f"cp with fsync {spread(theirs)}",
    )


def half() -> Row:
    """A file of which every second array was deleted."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        path = Path(folder, "half.hdf5")
        with h5py.File(path, "w", libver=("earliest", "v110")) as file:
            for number in range(40):
                data = np.random.default_rng(number).random(200_000)
                file.create_dataset(f"array_{number:02}", data=data, chunks=(20_000,), compression="gzip")
        whole = path.stat().st_size
        with h5py.File(path, "r+") as file:
            for number in range(0, 40, 2):
                del file[f"array_{number:02}"]
        rows = []
        for mode in Mode:
            (done,) = (on_copy(path, mode)[2],)
            rows.append(f"{mode.value}: {done.after / whole:.3f} ×")
        sizes = f"of {text.size(whole)} as it was before the deletion"
        return Row("half of the arrays deleted: bytes left", "≤ 0.51 ×", f"{'; '.join(rows)} {sizes}", "–")


def estimated() -> Row:
    """How far the estimate is from what comes of it, and how long it takes."""
    many, arrays = os.fsencode(sweep_by_pypet(MANY)), os.fsencode(packed())
    told = []
    for request in (
        CompactRequest((many,)),
        CompactRequest((many,), Mode.FAST),
        CompactRequest((arrays,), codec="blosc:zstd", level=5),
    ):
        began = time.perf_counter()
        (planned,) = plan_compact(request).files
        taken = time.perf_counter() - began
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            target = os.fsencode(Path(folder, "out.hdf5"))
            (done,) = compact(CompactWork(plan_compact(structs.replace(request, target=target)))).files
        assert not done.problem, done.problem
        off = planned.expected / done.after - 1
        told.append(f"{text.size(done.before)}, {request.mode.value}: {100 * off:+.1f} % in {seconds(taken)}")
    return Row("the estimate: how far off, how long it takes", "≤ 5 %; ≤ 1 s per 100 MB", "; ".join(told), "–")
