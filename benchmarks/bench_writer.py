"""A program that writes a file with PyTables while pexgui reads the same file over and over."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.row import Row
from pexgui.core import (
    ChildrenRequest,
    FileRequest,
    PexError,
    TrajectoryRequest,
    ValueRequest,
    read_children,
    read_runs,
    read_value,
    summarize_file,
)
from pexgui.core.host import Engine
from tests.builders import small_trajectory

REFRESHES = 1000
WRITES = 100

WRITER = """
import sys, numpy, tables
path, writes = sys.argv[1], int(sys.argv[2])
done = number = 0
print("ready", flush=True)
while sys.stdin.readline():
    with tables.open_file(path, "a") as file:
        group = file.create_group("/small/results/runs/run_00000000", f"w{number}")
        file.create_carray(group, "data", obj=numpy.arange(2000.0) + number)
        file.root.small.overview.info.cols.length[0] = 3
        file.flush()
    number += 1
    print(number, flush=True)
"""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, Engine() as engine:
        path = small_trajectory(Path(folder) / "live.hdf5")
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, path, str(WRITES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdin and writer.stdout and writer.stdout.readline() == "ready\n"
        outcomes: Counter[str] = Counter()
        engine.call(summarize_file, FileRequest(os.fsencode(path)))
        pid = engine.pid
        for refresh in range(REFRESHES):
            if refresh % (REFRESHES // WRITES) == 0:
                writer.stdin.write("write\n")
                writer.stdin.flush()
            outcomes[refreshed(engine, os.fsencode(path))] += 1
        writer.stdin.close()
        written = [line for line in writer.stdout if line.strip().isdigit()]
        writer.wait(60)
        same = engine.pid == pid
    said = ", ".join(f"{count} × {what}" for what, count in outcomes.most_common())
    crash = "no crash" if same else "the engine died"
    return [
        Row(
            "a PyTables writer while pexgui reads its file",
            f"{WRITES} of {WRITES}",
            f"{len(written)} of {WRITES} writes succeeded",
            "–",
        ),
        Row(f"{REFRESHES:,} refreshes meanwhile", "no crash, at most a sentence", f"{crash}: {said}", "–"),
    ]


def refreshed(engine: Engine, path: bytes) -> str:
    """What a refresh of everything on screen ends with: shown, or the name of a problem."""
    group = b"/small/results/runs/run_00000000"
    try:
        engine.call(summarize_file, FileRequest(path))
        engine.call(read_runs, TrajectoryRequest(path, b"/small"))
        engine.call(read_children, ChildrenRequest(path, group))
        engine.call(read_value, ValueRequest(path, group + b"/trace", b"/small"))
    except PexError as problem:
        return type(problem).__name__
    return "shown"
