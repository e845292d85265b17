"""Open runs made by hand, as the core would find them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pexgui.core import (
    Column,
    PexError,
    Progress,
    RunStatus,
    RunsToDo,
    RunToDo,
    Saved,
    SaveScriptRequest,
    Texts,
    TrajectoryRequest,
)
from tests.ui.sweeps import numbers

FILE = b"/lab/lif/lif_sweep.hdf5"
BESIDE = b"/lab/lif/lif_sweep_runs.py"
REQUEST = TrajectoryRequest(FILE, b"/lif_sweep")

HERE = "cd /lab/lif && seq 0 3 | xargs -P 4 -I{} python lif_sweep_runs.py --part {} --parts 4"
ARRAY = """#!/bin/bash
#SBATCH --job-name=lif_sweep
#SBATCH --array=0-19
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00

cd /lab/lif
python lif_sweep_runs.py --part "$SLURM_ARRAY_TASK_ID" --parts 20
"""
SCRIPT = "from pexgui import load_trajectory, manual_run\n"

Answers = dict[str, Callable[[Any, Progress], Any]]


def to_do(open_runs: int = 588, runs: int = 1000, failed: tuple[int, ...] = (412, 415, 733), **more: Any) -> RunsToDo:
    """The last ``open_runs`` of ``runs`` runs are open; those in ``failed`` were begun; one of 100 has data."""
    index = np.arange(runs - open_runs, runs)
    return RunsToDo(
        request=more.pop("request", REQUEST),
        name=more.pop("name", "lif_sweep"),
        runs=runs,
        open=tuple(run_to_do(int(i), int(i) in failed) for i in index),
        parameters=more.pop("parameters", points(index)),
        script=more.pop("script", SCRIPT),
        script_name=more.pop("script_name", "lif_sweep_runs.py"),
        here=more.pop("here", HERE),
        array=more.pop("array", ARRAY),
        **more,
    )


def run_to_do(index: int, failed: bool) -> RunToDo:
    status = RunStatus.HAS_DATA if index % 100 == 50 else RunStatus.NOT_RUN
    return RunToDo(index, f"run_{index:08d}", status, failed)


def points(index: Any) -> tuple[Column, ...]:
    kinds = ("poisson", "regular", "bursting")
    return (
        Column("parameters.network.g_exc", "float64", numbers(np.round(0.1 * (index % 10), 1))),
        Column("parameters.network.v_rest", "float64", numbers(-65.0 - 0.5 * (index // 10 % 5))),
        Column("parameters.simulation.seed", "int64", numbers(index // 50 * 1000)),
        Column("parameters.stimulus.kind", "str", Texts(tuple(kinds[i % 3] for i in index))),
    )


class World:
    """Finds open runs and saves scripts in memory; what may differ from one test to another is a field."""

    def __init__(self) -> None:
        self.found = to_do()
        self.problem: PexError | None = None
        self.refusal: PexError | None = None
        self.written: dict[bytes, str] = {}

    def answers(self) -> Answers:
        return {"find_runs_to_do": self.find, "save_script": self.save}

    def find(self, _request: TrajectoryRequest, progress: Progress) -> RunsToDo:
        progress("Reading the runs", 1, 2)
        if self.problem is not None:
            raise self.problem
        return self.found

    def save(self, request: SaveScriptRequest, _progress: Progress) -> Saved:
        if self.refusal is not None:
            raise self.refusal
        self.written[request.target] = request.script
        return Saved(request.target)
