"""Run by the real pypet's interpreter: writes a sweep of many runs, reads a result of every run, compares, merges."""

import logging
import os
import sys
import time

from pypet import Trajectory, merge_all_in_folder
from pypet.pypetconstants import LOAD_DATA
from pypet.utils.comparisons import nested_equal, parameters_equal, results_equal

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


def compare(path, other):
    """Seconds that pypet needs to load two equal trajectories and to compare every leaf."""
    began = time.perf_counter()
    left, right = (Trajectory(filename=each) for each in (path, other))
    for trajectory in (left, right):
        trajectory.f_load(name="sweep", load_all=LOAD_DATA, force=True)
    for leaf in left.f_iter_leaves():
        equal = parameters_equal if leaf.v_is_parameter else results_equal
        assert equal(leaf, right.f_get(leaf.v_full_name))
    return time.perf_counter() - began


def merge(folder):
    """Seconds that pypet needs to merge the files of a folder into the first of them, without a backup."""
    began = time.perf_counter()
    merge_all_in_folder(folder, backup=False)
    return time.perf_counter() - began


def nested(key, count):
    """Seconds that pypet needs to see that two lists of floats, or two nested dicts of floats, are equal."""

    def made():
        if key == "floats":
            return [float(repr(number / 7)) for number in range(count)]
        return {f"g{i}": {f"k{j}": float(i * j) for j in range(100)} for i in range(count // 100)}

    a, b = made(), made()
    began = time.perf_counter()
    assert nested_equal(a, b)
    return time.perf_counter() - began


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if sys.argv[1] == "nested":
        print(nested(sys.argv[2], int(sys.argv[3])))
        sys.exit()
    path = os.path.abspath(sys.argv[2])
    if sys.argv[1] == "write":
        write(path, int(sys.argv[3]))
    elif sys.argv[1] == "compare":
        print(compare(path, os.path.abspath(sys.argv[3])))
    elif sys.argv[1] == "merge":
        print(merge(path))
    else:
        print(*read(path))
