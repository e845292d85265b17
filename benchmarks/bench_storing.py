"""Running runs by hand, each of which stores two results, beside pypet's own trajectory."""

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.made import ORACLE
from benchmarks.row import Row, spread
from pexgui import Trajectory, load_trajectory, manual_run

PEER = Path(__file__).with_name("storing_peer.py")
RUNS, ROUNDS = 1000, 3


@manual_run
def run(trajectory: Trajectory) -> None:
    trajectory.f_add_result("z", trajectory.x**2, comment="The square")
    trajectory.f_add_result("trace", np.arange(100) * trajectory.x)
    trajectory.f_store()


def ours(folder: str, count: int) -> tuple[float, int]:
    """Seconds for so many runs, and the bytes of the file."""
    path = os.path.join(folder, f"ours{time.monotonic_ns()}.hdf5")
    trajectory = Trajectory("sweep", filename=path)
    trajectory.f_add_parameter("x", 0.0, comment="What is squared")
    trajectory.f_explore({"x": [float(index) for index in range(count)]})
    trajectory.f_store()
    began = time.perf_counter()
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    seconds = time.perf_counter() - began
    found = load_trajectory(path).f_get_from_runs("z", fast_access=True, use_indices=True)
    assert found == {index: float(index) ** 2 for index in range(count)}
    return seconds, os.path.getsize(path)


def theirs(folder: str, count: int) -> tuple[float, int]:
    command = [str(ORACLE), str(PEER), str(count), os.path.join(folder, "theirs.hdf5")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds, size = done.stdout.split()
    return float(seconds), int(size)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        made = [ours(folder, RUNS) for _ in range(ROUNDS)]
        slow, large = theirs(folder, RUNS)
        short = [ours(folder, RUNS // 4)[0] * 4 for _ in range(ROUNDS)]
    seconds = [taken for taken, _ in made]
    ratio = slow / statistics.median(seconds)
    growth = statistics.median(seconds) / statistics.median(short)
    return [
        Row(
            "manual_run, 1,000 runs × 2 results, each stored when it ends",
            "≥ 5 × faster than pypet",
            f"{spread(seconds)}: {ratio:.1f} × faster; {made[0][1] / 2**20:.1f} MB",
            f"pypet {slow:.1f} s, {large / 2**20:.1f} MB",
        ),
        Row(
            "the same, time per run of 1,000 runs beside that of 250",
            "does not grow",
            f"{growth:.2f} ×",
            "the first 250 runs",
        ),
    ]
