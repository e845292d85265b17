"""Merging: two sweeps beside pypet, ten sweeps, many points, and large arrays beside a plain copy."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import h5py
import numpy as np

from benchmarks.made import FOLDER, another_by_pypet, pypet, sweep_by_pypet
from benchmarks.row import Row, peak, seconds, spread, timed
from pexgui.core import (
    FileRequest,
    MergeRequest,
    MergeSource,
    MergeWork,
    merge,
    merge_checking,
    merge_doing,
    plan_merge,
    summarize_file,
    writer,
)
from pexgui.core.host import Engine
from pexgui.core.writer import Head
from tests.builders import CREATED
from tests.core.compared import sweep

RUNS = 1000
ROUNDS = 5
POINTS = 10_000
ELEMENTS = 125_000_000
CHUNK = 1_000_000


def measure() -> list[Row]:
    return [*small(), duplicates(), large()]


def request(target: Path, sources: Sequence[Path], once: bool = False) -> MergeRequest:
    return MergeRequest(tuple(MergeSource(os.fsencode(path)) for path in sources), os.fsencode(target), once)


def merged(target: Path, sources: Sequence[Path]) -> float:
    """Planned, carried out and verified; how many seconds of it the verification took."""
    spent = []

    def verified(*arguments: Any) -> int:
        counted = []
        spent.append(timed(lambda: counted.append(merge_checking.check(*arguments))))
        return counted[0]

    with mock.patch.object(merge_doing, "check", verified):
        merge(MergeWork(plan_merge(request(target, sources))))
    return sum(spent)


def small() -> list[Row]:
    both = [sweep_by_pypet(RUNS), another_by_pypet(RUNS)]
    ours, verifying, theirs, ten = [], [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(timed(lambda to=folder: verifying.append(merged(Path(to, "out.hdf5"), both))))
        with tempfile.TemporaryDirectory() as folder:
            for number, path in enumerate(both):
                shutil.copy(path, Path(folder, f"{number}.hdf5"))
            theirs.append(float(pypet("merge", folder)))
        with tempfile.TemporaryDirectory() as folder:
            copies = [Path(shutil.copy(both[number % 2], Path(folder, f"{number}.hdf5"))) for number in range(10)]
            ten.append(timed(lambda to=folder, copies=copies: merged(Path(to, "out.hdf5"), copies)))
    writing = [whole - part for whole, part in zip(ours, verifying, strict=True)]
    growth = median(ten) / 10 / (median(ours) / 2)
    return [
        Row(
            f"2 × {RUNS:,} runs, 2 results each: merged and verified",
            "≥ 15 × faster",
            f"{spread(ours)}: {median(theirs) / median(ours):.1f} × faster",
            f"pypet, which verifies nothing, {spread(theirs)}",
        ),
        Row(
            "the same, without counting the verification",
            "≥ 25 × faster",
            f"{spread(writing)}: {median(theirs) / median(writing):.1f} × faster",
            "the same",
        ),
        Row(f"10 × {RUNS:,} runs: time per run, against 2 files", "≤ 1.3 ×", f"{spread(ten)}: {growth:.2f} ×", "–"),
    ]


def duplicates() -> Row:
    with tempfile.TemporaryDirectory() as folder:
        paths = [points(Path(folder, f"{number}.hdf5"), number * POINTS // 2) for number in range(2)]
        plans = []
        taken = timed(lambda: plans.append(plan_merge(request(Path(folder, "out.hdf5"), paths, once=True))))
    what = f"{POINTS:,} + {POINTS:,} points with arrays, half of them in both: plan"
    return Row(what, "≤ 5 s", f"{plans[0].runs:,} runs, {plans[0].surplus:,} dropped in {seconds(taken)}", "–")


def points(path: Path, first: int) -> Path:
    """A sweep that was never run, with arrays among its parameters."""
    numbers = range(first, first + POINTS)
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), POINTS)
        made.parameter("x", 0.0, [number / 8 for number in numbers])
        made.parameter("weights", np.zeros(4), [np.arange(4.0) + number for number in numbers])
    return path


def large() -> Row:
    sources = [array("merge_a.hdf5", 0), array("merge_b.hdf5", 1)]
    ours, theirs, memory = [], [], 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            target = Path(folder, "out.hdf5")
            theirs.append(timed(lambda to=folder: [copy(path, Path(to, path.name)) for path in sources]))
            for path in sources:
                Path(folder, path.name).unlink()
            with Engine() as engine:
                for path in sources:
                    engine.call(summarize_file, FileRequest(os.fsencode(path)))
                plan = engine.call(plan_merge, request(target, sources))
                ours.append(timed(lambda to=engine, plan=plan: to.call(merge, MergeWork(plan))))
                memory = max(memory, peak(engine.pid or 0))
    return Row(
        "2 × 1 GB of compressed arrays: merged and verified",
        "≤ 3 × copying; ≤ 300 MB",
        f"{spread(ours)}: {median(ours) / median(theirs):.1f} ×; {memory / 1e6:.0f} MB",
        f"cp with fsync {spread(theirs)}",
    )


def array(name: str, seed: int) -> Path:
    """A trajectory with one compressed array of noise, which takes about 1 GB."""
    path = FOLDER / name
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished_{name}")
    sweep(unfinished, [(seed + 1.0, seed)], lambda made: made.result(f"big_{seed}", {}))
    random = np.random.default_rng(seed)
    with h5py.File(unfinished, "r+", libver=("earliest", "v110")) as file:
        made = file[f"sweep/results/big_{seed}"].create_dataset(
            "big", (ELEMENTS,), "f8", chunks=(CHUNK,), compression="gzip", compression_opts=1
        )
        for start in range(0, ELEMENTS, CHUNK):
            made[start : start + CHUNK] = random.random(CHUNK)
        for key, value in (("CLASS", "CARRAY"), ("VERSION", "1.1"), ("TITLE", "")):
            made.attrs[key] = np.bytes_(value)
    unfinished.replace(path)
    return path


def copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("r+b") as file:
        os.fsync(file.fileno())
