"""Runs benchmarks, each in a process of its own, and prints one Markdown table."""

import json
import os
import platform
import subprocess
import sys
from importlib import import_module

from benchmarks.row import Row

NAMES = (
    "start",
    "walk",
    "runs",
    "tree",
    "array",
    "reading",
    "writer",
    "equality",
    "compare",
    "comparator",
    "merge",
    "merge_window",
    "compact",
    "compact_codec",
    "compact_window",
    "designs",
    "storing",
    "runs_frame",
)


def table(rows: list[Row]) -> str:
    lines = ["| what | goal | pexgui | peer, same run |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.goal} | {row.ours} | {row.peer} |" for row in rows]
    return "\n".join(lines)


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(import_module(f"benchmarks.bench_{sys.argv[2]}").measure()))
        return 0
    wanted = sys.argv[1:] or NAMES
    rows: list[Row] = []
    for name in wanted:
        print(f"measuring {name} …", file=sys.stderr)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "--one", name], stdout=subprocess.PIPE, check=True, env=surroundings()
        )
        rows.extend(Row(*row) for row in json.loads(done.stdout.splitlines()[-1]))
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(table(rows))
    return 0


def surroundings() -> dict[str, str]:
    """Without a display the window is drawn off screen."""
    return {"QT_QPA_PLATFORM": "offscreen" if not os.environ.get("DISPLAY") else "xcb", **os.environ}


if __name__ == "__main__":
    sys.exit(main())
