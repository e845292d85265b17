"""The script that runs the open runs of a trajectory, on several cores or as an array job."""

import os
import shlex

from .script_source import safe_word

_MOST_TASKS = 50

_SCRIPT = '''"""Run the open runs of {word}.

Write what one run does into `run` below, then start this script:

    python {script} --processes 4

In an array job every task takes its share of the runs; --task and --tasks say which, and are known from Slurm.
Runs that are finished are left alone. A run that fails stays open, and is run again the next time.
"""

import argparse
import multiprocessing
import os
import random
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor

from pexgui import load_trajectory, manual_run

FILE = {file}
NAME = {name}


def run(trajectory):
    # Write your model here: read the parameters, add the results. Then remove the line with NotImplementedError.
    #
    #     x = trajectory.parameters.x
    #     trajectory.f_add_result("z", x**2, comment="What came of it")
    #
    raise NotImplementedError


@manual_run
def run_and_store(trajectory):
    run(trajectory)
    trajectory.f_store()


def run_all(file, names):
    """Run these runs, one after the other. Return the names of those that failed."""
    trajectory = load_trajectory(file, name=NAME)
    failed = []
    for name in names:
        trajectory.f_set_crun(name)
        try:
            run_and_store(trajectory)
        except Exception:
            traceback.print_exc()
            failed.append(name)
    trajectory.f_restore_default()
    return failed


def open_runs(file, task, tasks):
    """The names of the open runs that are for this task. All tasks of a job shuffle them alike and share them out."""
    trajectory = load_trajectory(file, name=NAME)
    names = list(trajectory.f_get_run_names())
    if tasks > 1:
        random.Random(os.environ.get("SLURM_ARRAY_JOB_ID", "")).shuffle(names)
    return sorted(name for name in names[task % tasks :: tasks] if not trajectory.f_is_completed(name))


def main():
    parser = argparse.ArgumentParser(description="Run the open runs of a trajectory.")
    parser.add_argument("--file", default=FILE, help="the file of the trajectory (%(default)s)")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="how many runs are run at once")
    parser.add_argument("--task", type=int, default=os.environ.get("SLURM_ARRAY_TASK_ID", "0"), metavar="I")
    parser.add_argument("--tasks", type=int, default=os.environ.get("SLURM_ARRAY_TASK_COUNT", "1"), metavar="N")
    options = parser.parse_args()
    if options.processes < 1 or options.tasks < 1 or options.task < 0:
        parser.error("there is at least one process and one task, and tasks are counted from 0")
    if "NotImplementedError" in run.__code__.co_names:
        sys.exit("No run was started: write your model into the function “run” of this script first.")
    names = open_runs(options.file, options.task, options.tasks)
    processes = min(options.processes, len(names))
    if processes > 1:
        parts = [names[part::processes] for part in range(processes)]
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            answers = list(pool.map(run_all, [options.file] * processes, parts))
        failed = sorted(name for answer in answers for name in answer)
    else:
        failed = run_all(options.file, names) if names else []
    print(f"{{len(names) - len(failed)}} of {{len(names)}} open runs are finished now.")
    if failed:
        sys.exit(f"These failed and stay open: {{', '.join(failed)}}")


if __name__ == "__main__":
    main()
'''

_ARRAY = """#!/bin/sh
#SBATCH --job-name={word}
#SBATCH --array=0-{last}
#SBATCH --cpus-per-task=1

cd {folder} || exit 1
exec python {script}
"""


def run_script(file: bytes, name: str) -> str:
    """The script for the trajectory ``name`` in ``file``."""
    word = safe_word(name)
    return _SCRIPT.format(word=word, script=run_script_name(name), file=repr(os.fsdecode(file)), name=repr(name))


def run_script_name(name: str) -> str:
    """The name of its file."""
    return f"run_{safe_word(name)}.py"


def command_here(file: bytes, name: str, runs: int) -> str:
    """The command that runs ``runs`` open runs on the cores of this computer."""
    processes = max(1, min(os.cpu_count() or 1, runs))
    folder = shlex.quote(os.fsdecode(os.path.dirname(file) or b"."))
    return f"cd {folder} && python {shlex.quote(run_script_name(name))} --processes {processes}"


def array_script(file: bytes, name: str, runs: int) -> str:
    """A script for ``sbatch`` that runs ``runs`` open runs as tasks of an array job."""
    folder = shlex.quote(os.fsdecode(os.path.dirname(file) or b"."))
    last = max(1, min(runs, _MOST_TASKS)) - 1
    return _ARRAY.format(word=safe_word(name), last=last, folder=folder, script=shlex.quote(run_script_name(name)))
