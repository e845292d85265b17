"""Run by the real pypet's interpreter: writes a sweep of many runs, and makes a DataFrame of all its results."""

import logging
import os
import sys
import time

import numpy as np
import pandas
from pypet import Trajectory

CASES = {"mixed": ("z", "trace"), "scalars": ("rate", "spikes", "energy", "delay", "gain")}


def write(path, case, runs):
    """A trajectory of so many finished runs: a number and an array of 100 numbers per run, or five numbers."""
    trajectory = Trajectory("sweep", filename=path, overwrite_file=True, add_time=False)
    trajectory.f_add_parameter("x", 0.0)
    trajectory.f_explore({"x": [run / 10 for run in range(runs)]})
    trajectory.f_store()
    for name in trajectory.f_iter_runs():
        trajectory.f_start_run(name)
        for number, result in enumerate(CASES[case]):
            value = np.arange(100) * trajectory.x if result == "trace" else trajectory.x + number
            trajectory.f_add_result(result, value)
        trajectory.f_store()
        trajectory.f_finalize_run()


def read(path, case):
    """Seconds that pypet needs to load everything and put every result of every run into a DataFrame; its rows."""
    began = time.perf_counter()
    trajectory = Trajectory(filename=path)
    trajectory.f_load(name="sweep", load_parameters=2, load_results=2, force=True)
    columns = {"x": trajectory.f_get("parameters.x").f_get_range()}
    for name in CASES[case]:
        found = trajectory.f_get_from_runs(name, use_indices=True, fast_access=True)
        columns[name] = [found[index] for index in range(len(trajectory))]
    frame = pandas.DataFrame(columns)
    return time.perf_counter() - began, len(frame)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    path, case = os.path.abspath(sys.argv[2]), sys.argv[3]
    if sys.argv[1] == "write":
        write(path, case, int(sys.argv[4]))
    else:
        print(*read(path, case))
