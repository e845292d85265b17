"""All results of 1,000 runs as a DataFrame, beside pypet, which loads them and gathers each with `f_get_from_runs`."""

import os
import statistics
import subprocess
from pathlib import Path

import numpy as np

from benchmarks.made import FOLDER, ORACLE
from benchmarks.row import Row, spread, timed
from pexgui.core.runs_frame import runs_frame

PEER = Path(__file__).with_name("runs_frame_peer.py")
RUNS, ROUNDS = 1000, 5
CASES = {
    "mixed": "all results of 1,000 runs (a number, an array of 100 numbers) as a DataFrame",
    "scalars": "the same, five numbers",
}
GOAL = "≥ 20 × faster than pypet"


def peer(*arguments: object) -> str:
    """What the real pypet's interpreter prints."""
    command = [str(part) for part in (ORACLE, PEER, *arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def made(case: str) -> Path:
    """The sweep, written by the real pypet, and kept."""
    path = FOLDER / f"runs_frame_{case}_{RUNS}.hdf5"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"unfinished_{path.name}")
        peer("write", unfinished, case, RUNS)
        unfinished.replace(path)
    return path


def check(path: bytes, case: str) -> None:
    """That there is what was stored; it also imports pandas, which is not reading."""
    frame = runs_frame(path, b"/sweep")
    assert frame.attrs["problems"] == ()
    assert frame["x"].tolist() == [run / 10 for run in range(RUNS)]
    if case == "mixed":
        assert frame["z"].tolist() == frame["x"].tolist()
        assert all(
            np.array_equal(trace, np.arange(100) * x) for trace, x in zip(frame["trace"], frame["x"], strict=True)
        )
    else:
        assert frame["gain"].tolist() == (frame["x"] + 4).tolist()


def measure() -> list[Row]:
    rows = []
    for case, what in CASES.items():
        file = made(case)
        path = os.fsencode(file)
        check(path, case)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            seconds, count = peer("read", file, case).split()
            assert int(count) == RUNS
            theirs.append(float(seconds))
            ours.append(timed(lambda path=path: runs_frame(path, b"/sweep")))
        ratio = statistics.median(theirs) / statistics.median(ours)
        rows.append(Row(what, GOAL, f"{spread(ours)}: {ratio:.0f} × faster", f"pypet {spread(theirs)}"))
    return rows
