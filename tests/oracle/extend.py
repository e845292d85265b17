"""Going on with a trajectory: new points, a run by hand, and an environment that runs the rest."""

import numpy as np
from describe import load
from digest import digest
from pypet import Environment
from pypet.pypetconstants import LOAD_DATA


def extend(file, name, points):
    """Add ``points`` to the exploration, run the first of them by hand and store everything."""
    trajectory = load(file, name)
    before = len(trajectory)
    for parameter, values in points.items():
        if isinstance(trajectory.f_get(parameter).f_get_default(), np.ndarray):
            points[parameter] = [np.array(value) for value in values]
    trajectory.f_expand(points)
    trajectory.f_store()
    trajectory.f_start_run(before)
    seen = {parameter: digest(trajectory.f_get(parameter).f_get()) for parameter in points}
    trajectory.f_add_result("added_by_pypet", before, comment="Index of the run")
    trajectory.f_store()
    trajectory.f_finalize_run()
    trajectory.f_restore_default()
    return {"before": before, "after": len(trajectory), "seen": seen}


def repeat(file, name):
    """Add the first and the last point of the exploration to it once more, and run the first of them by hand."""
    trajectory = load(file, name)
    before = len(trajectory)
    ranges = {key: one.f_get_range() for key, one in trajectory._explored_parameters.items()}
    trajectory.f_expand({key: [values[0], values[-1]] for key, values in ranges.items()})
    trajectory.f_store()
    trajectory.f_start_run(before)
    trajectory.f_add_result("runs.crun.added_by_pypet", before)
    trajectory.f_store()
    trajectory.f_finalize_run()
    trajectory.f_restore_default()
    return {"before": before, "after": len(trajectory), "ran": before}


def resume(file, name):
    """Let an environment run what is not finished, and say which runs it ran."""
    environment = Environment(trajectory=name, filename=file, log_config=None, add_time=False)
    trajectory = environment.trajectory
    trajectory.f_load(name=name, load_parameters=LOAD_DATA, load_results=0, force=True)
    ran = environment.run(_run)
    environment.disable_logging()
    return sorted(index for index, _result in ran)


def _run(trajectory):
    trajectory.f_add_result("added_by_environment", trajectory.v_idx)
    return trajectory.v_idx
