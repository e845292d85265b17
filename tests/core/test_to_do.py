"""Runs to do: which are open, with which values, and commands that are safe in a shell."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from pexgui.core import Numbers, RunStatus, RunsToDo, TrajectoryRequest, find_runs_to_do, writer
from pexgui.core.writer import Head
from tests.builders import CREATED, many_runs, small_trajectory


def found(path: Path, name: str) -> RunsToDo:
    return find_runs_to_do(TrajectoryRequest(os.fsencode(path), f"/{name}".encode()))


def values(cells: Any) -> list[Any]:
    return np.frombuffer(cells.data, cells.dtype).tolist() if isinstance(cells, Numbers) else list(cells.items)


def test_open_runs_are_listed_with_their_values_and_failed_ones_marked(tmp_path: Path) -> None:
    to_do = found(small_trajectory(tmp_path / "small.hdf5", 5, finished=2, with_data=3), "small")
    assert (to_do.runs, to_do.name) == (5, "small")
    assert [(run.index, run.name, run.status, run.failed) for run in to_do.open] == [
        (2, "run_00000002", RunStatus.HAS_DATA, True),
        (3, "run_00000003", RunStatus.NOT_RUN, False),
        (4, "run_00000004", RunStatus.NOT_RUN, False),
    ]
    columns = {column.name: values(column.cells) for column in to_do.parameters}
    assert columns == {"parameters.group.x": [2.0, 3.0, 4.0], "parameters.mode": ["slow", "fast", "slow"]}


def test_a_run_that_was_begun_has_failed(tmp_path: Path) -> None:
    path = tmp_path / "begun.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("begun", CREATED), 3)
        made.parameter("x", 1, [1, 2, 3])
        made.run(0, CREATED, CREATED + 1)
        made.run(1, CREATED, CREATED + 1, completed=False)
    assert [(run.index, run.status, run.failed) for run in found(path, "begun").open] == [
        (1, RunStatus.NOT_RUN, True),
        (2, RunStatus.NOT_RUN, False),
    ]


def test_nothing_is_to_do_when_all_is_finished(tmp_path: Path) -> None:
    to_do = found(many_runs(tmp_path / "many.hdf5", 4), "many")
    assert (to_do.runs, to_do.open) == (4, ())
    assert [values(column.cells) for column in to_do.parameters] == [[], []]


def test_commands_go_to_the_folder_and_start_the_script_there(tmp_path: Path) -> None:
    folder = tmp_path / "it's; echo $HOME `id`"
    folder.mkdir()
    to_do = found(small_trajectory(folder / "a b.hdf5", 80, "small", finished=1), "small")
    assert to_do.script_name == "run_small.py"
    cores = min(os.cpu_count() or 1, 79)
    assert to_do.here == f"cd {shlex.quote(str(folder))} && python run_small.py --processes {cores}"
    assert "#SBATCH --array=0-49\n" in to_do.array
    (folder / "run_small.py").write_text("import os\nprint(os.getcwd())\n")
    (tmp_path / "job.sh").write_text(to_do.array)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    for command in (["sh", "-c", to_do.here], ["sh", str(tmp_path / "job.sh")]):
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(folder)
    assert repr(str(folder / "a b.hdf5")) in to_do.script
