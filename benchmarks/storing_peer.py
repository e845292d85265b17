"""Run by the real pypet's interpreter: seconds it needs to run runs by hand that store two results each."""

import logging
import os
import sys
import time

import numpy as np
from pypet import Trajectory, manual_run


@manual_run()
def run(trajectory):
    trajectory.f_add_result("z", trajectory.x**2, comment="The square")
    trajectory.f_add_result("trace", np.arange(100) * trajectory.x)
    trajectory.f_store()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    count, path = int(sys.argv[1]), sys.argv[2]
    trajectory = Trajectory("sweep", filename=path, add_time=False)
    trajectory.f_add_parameter("x", 0.0, comment="What is squared")
    trajectory.f_explore({"x": [float(index) for index in range(count)]})
    trajectory.f_store()
    began = time.perf_counter()
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    print(time.perf_counter() - began, os.path.getsize(path))
