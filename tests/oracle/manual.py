"""Pypet's own trajectories, run by hand by functions that our ``manual_run`` decorates."""

import asyncio
import doctest
import functools
import sys

from describe import load
from pypet import Environment, Trajectory

RUNS = 4


def manual(root, folder, cases):
    """The answers of the ``cases``, functions below; each has a file of its own in ``folder``."""
    sys.path.insert(0, root)
    return {case: globals()[case](f"{folder}/{case}.hdf5") for case in cases}


def decorated(function, *arguments, **keywords):
    from pexgui import manual_run

    return manual_run(*arguments, **keywords)(function)


def made(file, stored=True):
    trajectory = Trajectory("sweep", filename=file, add_time=False)
    trajectory.f_add_parameter("x", 0)
    trajectory.f_explore({"x": [10 * (index + 1) for index in range(RUNS)]})
    if stored:
        trajectory.f_store()
    return trajectory


def square(trajectory, factor=1):
    """The square of x, times factor."""
    trajectory.f_add_result("z", factor * trajectory.x**2)
    trajectory.f_store()
    return factor * trajectory.x**2


def state(trajectory):
    """The run it is set to, whether it is a run, a started one, and which runs are finished."""
    finished = [trajectory._is_completed(run) for run in range(len(trajectory))]
    return [trajectory.v_crun, trajectory.v_is_run, trajectory._run_started, finished]


def values(trajectory):
    """The result of each run, under whatever name it has, None without one."""
    found = []
    for run in range(len(trajectory)):
        name = f"results.runs.{trajectory.f_idx_to_run(run)}.z"
        found.append(trajectory.f_get(name).f_get() if name in trajectory else None)
    return found


def rows(trajectory):
    """Of each run whether it is finished, and whether it has its times."""
    infos = [trajectory.f_get_run_information(run) for run in range(len(trajectory))]
    return [
        [one["completed"], one["timestamp"] > 42, one["finish_timestamp"] >= one["timestamp"], ":" in one["runtime"]]
        for one in infos
    ]


def in_file(file):
    loaded = load(file, "sweep")
    return {"rows": rows(loaded), "values": values(loaded), "summaries": summaries(loaded)}


def summaries(trajectory):
    return [trajectory.f_get_run_information(run)["parameter_summary"] for run in range(len(trajectory))]


def raised(function, *arguments, **keywords):
    try:
        return ["returned", function(*arguments, **keywords)]
    except BaseException as error:
        return [type(error).__name__, str(error), *getattr(error, "__notes__", [])]


def loop(file):
    trajectory = made(file)
    run = decorated(square)
    returned = [run(trajectory) for _ in trajectory.f_iter_runs()]
    after = state(trajectory)
    trajectory.f_store()
    return {"returned": returned, "state": after, "left": values(trajectory), **in_file(file)}


def copies(file):
    trajectory = made(file)
    run = decorated(square)
    returned = [run(copy) for copy in trajectory.f_iter_runs(yields="copy")]
    trajectory.f_store()
    return {"returned": returned, "state": state(trajectory), **in_file(file)}


def not_turned(file):
    trajectory = made(file)
    seen = []

    def explicit(trajectory):
        seen.append(trajectory.v_is_run)
        trajectory.f_add_result("runs.$.z", trajectory.x)
        trajectory.f_store()

    run = decorated(explicit, turn_into_run=False)
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    return {"seen": seen, "left": values(trajectory), **in_file(file)}


def not_stored(file):
    trajectory = made(file)
    run = decorated(square, store_meta_data=False)
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    before = in_file(file)
    trajectory.f_store()
    return {"state": state(trajectory), "before": before, "after": in_file(file)}


def not_cleaned(file):
    trajectory = made(file)
    run = decorated(square, clean_up=False)
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    left = values(trajectory)
    trajectory.f_set_crun(1)
    again = run(trajectory, 3, overwrite=True)
    return {"left": left, "again": again, "after": values(trajectory), **in_file(file)}


def failing(trajectory, fail=True):
    trajectory.f_add_result("z", -trajectory.x if fail else trajectory.x)
    trajectory.f_store()
    if fail and trajectory.v_idx == 1:
        raise KeyError("second")
    return trajectory.v_idx


def failed(file, **way):
    trajectory = made(file)
    run = decorated(failing, **way)
    told, states = [], []
    for _ in trajectory.f_iter_runs():
        told.append(raised(run, trajectory))
        states.append(state(trajectory))
    result = {"told": told, "states": states, "rows_in_memory": rows(trajectory), **in_file(file)}
    trajectory.f_set_crun(1)
    return result | {"retried": raised(run, trajectory, fail=False), "after": in_file(file)}


def failed_once(file):
    trajectory = made(file)
    for _ in trajectory.f_iter_runs():
        raised(decorated(failing), trajectory)
    return in_file(file)


def failed_not_cleaned(file):
    return failed(file, clean_up=False)


def failed_not_turned(file):
    trajectory = made(file)

    def wandering(trajectory, fail):
        trajectory.f_add_result("runs.$.z", 1 if fail else 2)
        trajectory.f_store()
        for _ in trajectory.f_iter_runs():
            pass
        if fail:
            raise KeyboardInterrupt

    run = decorated(wandering, turn_into_run=False)
    trajectory.f_set_crun(2)
    told = raised(run, trajectory, True)
    after = [state(trajectory), in_file(file)]
    trajectory.f_set_crun(2)
    run(trajectory, False)
    return {"told": told, "after": after, "state": state(trajectory), **in_file(file)}


def failed_without_storing(file):
    trajectory = made(file, stored=False)

    def wrong(trajectory):
        raise OSError("no")

    trajectory.f_set_crun(0)
    told = raised(decorated(wrong, store_meta_data=False), trajectory)
    trajectory.v_storage_service = None
    trajectory.f_set_crun(1)
    return {"told": [told, raised(decorated(wrong), trajectory)], "rows": rows(trajectory), "state": state(trajectory)}


def finalized_by_itself(file):
    trajectory = made(file)

    def hasty(trajectory):
        trajectory.f_finalize_run()
        raise ValueError("after all")

    trajectory.f_set_crun(0)
    return {"told": raised(decorated(hasty), trajectory), "state": state(trajectory), **in_file(file)}


def unstorable(file):
    """The run itself goes well, but its times cannot be stored."""
    trajectory = made(file)
    service = trajectory.v_storage_service

    def cut_off(trajectory):
        value = square(trajectory)
        trajectory.v_storage_service.store = full
        return value

    def full(*arguments, **keywords):
        raise OSError("disk full")

    trajectory.f_set_crun(0)
    told = raised(decorated(cut_off), trajectory)
    after = state(trajectory)
    del service.store
    trajectory.f_set_crun(0)
    return {"told": told, "state": after, "retried": decorated(square)(trajectory, 2), **in_file(file)}


def again(file):
    trajectory = made(file)
    run = decorated(square)
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    first = [trajectory.f_get_run_information(run)["timestamp"] for run in range(RUNS)]
    trajectory.f_set_crun(2)
    refused = [raised(run, trajectory), raised(run, trajectory, overwrite=False), state(trajectory)]
    kept = in_file(file)
    replaced = raised(run, trajectory, 5, overwrite=True)
    second = [load(file, "sweep").f_get_run_information(run)["timestamp"] for run in range(RUNS)]
    newer = [new > old for new, old in zip(second, first, strict=True)]
    return {"refused": refused, "kept": kept, "replaced": replaced, "newer": newer, **in_file(file)}


def again_elsewhere(file):
    """In another session, in which nothing of the results is loaded; the first run had more of them."""
    trajectory = made(file)

    def much(trajectory):
        trajectory.f_add_result("other.$.deep.y", 1)
        trajectory.f_add_result("more", 1)
        trajectory.f_add_derived_parameter("d", 1)
        return square(trajectory)

    for _ in trajectory.f_iter_runs():
        decorated(much)(trajectory)
    later = Trajectory(filename=file)
    later.f_load(name="sweep", load_results=0, load_derived_parameters=0, load_parameters=2)
    later.f_set_crun(1)
    decorated(square)(later, 7, overwrite=True)
    memory = sorted(node.v_full_name for node in later.f_iter_nodes() if "run_" in node.v_full_name)
    loaded = load(file, "sweep")
    names = sorted(node.v_full_name for node in loaded.f_iter_leaves() if "run_00000001" in node.v_full_name)
    kept = sorted(node.v_full_name for node in loaded.f_iter_leaves() if "run_00000002" in node.v_full_name)
    return {"memory": memory, "names": names, "kept": kept, **in_file(file)}


def again_and_failed(file):
    trajectory = made(file)
    for _ in trajectory.f_iter_runs():
        decorated(square)(trajectory)

    def wrong(trajectory):
        raise ValueError("no")

    trajectory.f_set_crun(0)
    told = raised(decorated(wrong), trajectory, overwrite=True)
    return {"told": told, "state": state(trajectory), **in_file(file)}


def in_no_run(file):
    trajectory = made(file)
    return {"told": raised(decorated(square), trajectory), "state": state(trajectory)}


def ways_of_passing(file):
    trajectory = made(file)

    def told(traj, /, a, *rest, b=2, **more):
        return [a, list(rest), b, more]

    def taking(traj, overwrite="default"):
        return overwrite

    def anything(*everything):
        return len(everything)

    calls = [
        lambda: decorated(told)(trajectory, 1, 5, b=3, c=4),
        lambda: decorated(told)(trajectory, 1, overwrite=True),
        lambda: decorated(square, True, True, True)(trajectory=trajectory, factor=2, overwrite=True),
        lambda: decorated(taking)(trajectory, overwrite=True),
        lambda: decorated(taking)(traj=trajectory, overwrite=True),
        lambda: decorated(anything)(trajectory, 1, overwrite=True),
        lambda: decorated(functools.partial(square, factor=3))(trajectory, overwrite=True),
    ]
    trajectory.f_set_crun(0)
    return [raised(call) for call in calls]


def nested(file):
    trajectory = made(file)
    inner = decorated(square, store_meta_data=False)
    outer = decorated(lambda trajectory: [inner(trajectory), state(trajectory)])
    twice = decorated(inner)
    trajectory.f_set_crun(0)
    returned = outer(trajectory)
    trajectory.f_set_crun(1)
    return {"returned": returned, "twice": twice(trajectory, factor=2), "doc": twice.__doc__, **in_file(file)}


def started_by_hand(file):
    trajectory = made(file)
    trajectory.f_start_run(3)
    value = decorated(square)(trajectory)
    during = [trajectory.v_crun, trajectory._run_started]
    trajectory.f_finalize_run()
    return {"value": value, "during": during, "state": state(trajectory)}


def environment(file):
    environment = Environment("sweep", filename=file, add_time=False, log_config=None)
    environment.trajectory.f_add_parameter("x", 0)
    environment.trajectory.f_explore({"x": [1, 2]})
    ran = environment.run(decorated(square), 3)
    environment.disable_logging()
    return ran


def works_later(file):
    trajectory = made(file)
    trajectory.f_set_crun(0)

    async def coroutine(trajectory):
        return 1

    def generator(trajectory):
        yield 1

    returning = {
        "coroutine": lambda trajectory: coroutine(trajectory),
        "generator": lambda trajectory: generator(trajectory),
        "future": lambda trajectory: asyncio.Future(loop=asyncio.new_event_loop()),
    }
    told = {}
    for name, function in returning.items():
        trajectory.f_set_crun(0)
        told[name] = raised(decorated(function), trajectory)[0:2] + state(trajectory)
    return told


def example(file):
    """The example in the description, in which the trajectory stands already for what makes it in another folder."""
    from pexgui.core import manual as ours

    trajectory = Trajectory("sweep", filename=file, add_time=False)
    found = doctest.testmod(ours, extraglobs={"trajectory": trajectory})
    return [found.failed, found.attempted]
