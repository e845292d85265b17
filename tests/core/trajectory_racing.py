"""A process that runs some runs of a trajectory while others run others: it begins as soon as a line comes in.

``python -m tests.core.trajectory_racing FILE FIRST STEP`` runs every so manieth run from the first on, and prints what
was raised, as JSON.
"""

import json
import sys
from typing import Any

import numpy as np

from pexgui import load_trajectory, manual_run


def numbers(x: int) -> Any:
    return np.arange(x % 50 + 1) * x


@manual_run
def work(trajectory: Any) -> None:
    x = trajectory.x
    trajectory.f_add_result("z", x * x, comment="The square")
    trajectory.f_add_result("group.array", numbers(x))
    trajectory.f_store()


def run(trajectory: Any, first: int, step: int) -> list[str]:
    """Run runs; the sentences of what was raised."""
    told = []
    for _ in trajectory.f_iter_runs(first, step=step):
        try:
            work(trajectory)
        except Exception as error:
            told.append(f"{type(error).__name__}: {error}")
    return told


def main() -> None:
    file, first, step = sys.argv[1:]
    trajectory = load_trajectory(file)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(run(trajectory, int(first), int(step))))


if __name__ == "__main__":
    main()
