"""Run by the real pypet's interpreter: writes a sweep of many runs, and reads one result of every run back."""

import logging
import os
import sys
import time

from pypet import Trajectory

RESULTS = ("rate", "spikes")


def write(path, runs):
    """A trajectory of ``runs`` finished runs with two explored parameters and two scalar results."""
    trajectory = Trajectory("sweep", filename=path, overwrite_file=True, add_time=False)
    trajectory.f_add_parameter("x", 0.0)
    trajectory.f_add_parameter("seed", 0)
    trajectory.f_explore({"x": [run / 10 for run in range(runs)], "seed": [run % 25 for run in range(runs)]})
    trajectory.f_store()
    for name in trajectory.f_iter_runs():
        trajectory.f_start_run(name)
        for number, result in enumerate(RESULTS):
            trajectory.f_add_result(result, trajectory.x + number, comment="A number")
        trajectory.f_store()
        trajectory.f_finalize_run()


def read(path):
    """Seconds that pypet needs to load the skeleton, and to load and give one result of every run."""
    began = time.perf_counter()
    trajectory = Trajectory(filename=path)
    trajectory.f_load(name="sweep", load_results=1, load_parameters=2, load_derived_parameters=0, force=True)
    skeleton = time.perf_counter() - began
    for name in trajectory.f_get_run_names():
        trajectory.f_load_item(f"results.runs.{name}.rate")
    values = [trajectory.f_get(f"results.runs.{name}.rate").f_get() for name in trajectory.f_get_run_names()]
    assert len(values) == len(trajectory)
    return skeleton, time.perf_counter() - began


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    path = os.path.abspath(sys.argv[2])
    if sys.argv[1] == "write":
        write(path, int(sys.argv[3]))
    else:
        print(*read(path))
