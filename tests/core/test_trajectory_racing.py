"""Several processes that run runs of one file at the same time: none is lost, nothing is mixed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui import Trajectory, load_trajectory, manual_run
from pexgui.core import BeingWritten, NotReadable, PexError, read_runs, summarize_file
from pexgui.core.model import FileRequest, FileState, TrajectoryRequest
from tests.conftest import ROOT
from tests.core.trajectory_racing import numbers, run, work

PROCESSES = 4
CLEAN = (FileState.TRAJECTORIES, FileState.BEING_WRITTEN)


def made(path: Path, runs: int) -> Any:
    trajectory = Trajectory("sweep", filename=str(path))
    trajectory.f_add_parameter("x", 0)
    trajectory.f_explore({"x": list(range(runs))})
    trajectory.f_store()
    return trajectory


class Racers:
    """Processes that are ready to run runs of a file, each from its ``firsts`` on every ``step``-th."""

    def __init__(self, path: Path, firsts: list[int], step: int) -> None:
        command = [sys.executable, "-m", "tests.core.trajectory_racing", str(path)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
        self.processes = [subprocess.Popen([*command, str(first), str(step)], **pipes) for first in firsts]
        for process in self.processes:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"

    def go(self) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()

    def going(self) -> bool:
        return any(process.poll() is None for process in self.processes)

    def told(self) -> list[list[str]]:
        """What each of them was told, when all are at their end."""
        answers = [process.communicate(timeout=300)[0] for process in self.processes]
        assert [process.returncode for process in self.processes] == [0] * len(answers)
        return [json.loads(answer) for answer in answers]

    def __enter__(self) -> "Racers":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


def whole(path: Path, runs: int) -> None:
    """All runs are finished, with their own values and times, and nothing is left beside the file."""
    trajectory = load_trajectory(str(path))
    assert len(trajectory) == runs and trajectory.f_is_completed()
    assert trajectory.f_get_from_runs("z", fast_access=True, use_indices=True) == {x: x * x for x in range(runs)}
    arrays = trajectory.f_get_from_runs("group.array", fast_access=True, use_indices=True)
    assert all(np.array_equal(arrays[x], numbers(x)) for x in range(runs))
    for x, row in enumerate(trajectory.f_get_run_information().values()):
        assert row["timestamp"] <= row["finish_timestamp"] < row["timestamp"] + 100
        assert row["runtime"].startswith("0:00:") and row["parameter_summary"] == f"x: {x}"
    assert os.listdir(path.parent) == [path.name]


def test_of_a_thousand_runs_in_four_processes_none_is_lost(tmp_path: Path) -> None:
    runs = 1000
    path = tmp_path / "sweep.hdf5"
    made(path, runs)
    with Racers(path, list(range(PROCESSES)), PROCESSES) as racers:
        begun = time.monotonic()
        racers.go()
        assert racers.told() == [[]] * PROCESSES
        lasted = time.monotonic() - begun
    sys.stdout.write(f"{runs:,} runs in {PROCESSES} processes: {lasted:.1f} s, {runs / lasted:.0f} runs per second\n")
    whole(path, runs)


def test_who_reads_meanwhile_gets_a_right_answer_or_is_told_that_it_is_written(tmp_path: Path) -> None:
    runs = 200
    path = tmp_path / "sweep.hdf5"
    made(path, runs)
    finished = answers = refusals = 0
    with Racers(path, list(range(PROCESSES)), PROCESSES) as racers:
        racers.go()
        while racers.going():
            summary = summarize_file(FileRequest(os.fsencode(path)))
            assert summary.state in CLEAN, summary
            if summary.state is FileState.TRAJECTORIES:
                (one,) = summary.trajectories
                assert one.runs == runs
            told = looked_at(lambda: read_runs(TrajectoryRequest(os.fsencode(path), b"/sweep")))
            if told is None:
                refusals += 1
                continue
            answers += 1
            now = bytes(told.status).count(0)
            assert told.warnings == () and len(told.names) == runs and now >= finished
            finished = now
        assert racers.told() == [[]] * PROCESSES
    sys.stdout.write(f"a reader got {answers} answers, and {refusals} times heard that the file is being written\n")
    assert answers
    whole(path, runs)


def looked_at(look: Callable[[], Any]) -> Any:
    """What is there; None if it cannot be told now."""
    try:
        return look()
    except (BeingWritten, NotReadable) as problem:
        assert problem.title.endswith(".") and problem.hint.endswith(".")
        return None


def test_of_processes_that_run_the_same_runs_one_gets_each(tmp_path: Path) -> None:
    runs = 60
    path = tmp_path / "sweep.hdf5"
    made(path, runs)
    with Racers(path, [0] * PROCESSES, 1) as racers:
        racers.go()
        told = racers.told()
    for sentence in (one for told_one in told for one in told_one):
        assert "was begun or finished by another program meanwhile." in sentence or "is finished" in sentence
    assert sum(map(len, told)) == runs * (PROCESSES - 1)
    whole(path, runs)


def test_one_makes_it_longer_while_others_run(tmp_path: Path) -> None:
    runs = 80
    path = tmp_path / "sweep.hdf5"
    made(path, runs)
    longer = load_trajectory(str(path))
    with Racers(path, [0, 1], 2) as racers:
        racers.go()
        for more in range(20):
            longer.f_expand({"x": [runs + more]})
        assert racers.told() == [[], []]
    longer.f_load()
    assert [longer.f_is_completed(index) for index in range(len(longer))] == [1] * runs + [0] * 20
    assert run(longer, runs, 1) == []
    whole(path, runs + 20)


# --- one after the other


@manual_run
def tagged(trajectory: Any, tag: str) -> None:
    trajectory.f_add_result(f"made_by_{tag}", tag)
    trajectory.f_store()


def results_of(path: Path, name: str) -> list[str]:
    trajectory = load_trajectory(str(path))
    home = f"results.runs.{name}"
    return list(trajectory.f_get(home).f_get_children()) if home in trajectory else []


def test_who_runs_a_run_that_another_has_finished_is_refused_and_may_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    made(path, 3)
    first, second = load_trajectory(str(path)), load_trajectory(str(path))
    for one in (first, second):
        one.f_set_crun(1)
    tagged(first, "first")
    with pytest.raises(PexError, match="“run_00000001” was begun or finished by another program"):
        tagged(second, "second")
    assert results_of(path, "run_00000001") == ["made_by_first"]
    kept = load_trajectory(str(path)).f_get_run_information(1)
    assert kept["completed"] == 1 and kept == first.f_get_run_information(1)

    assert second.f_is_completed(1)
    second.f_set_crun(2)
    tagged(second, "second")
    second.f_set_crun(1)
    with pytest.raises(ValueError, match="run_00000001 is finished"):
        tagged(second, "second")
    tagged(second, "second", overwrite=True)
    assert results_of(path, "run_00000001") == results_of(path, "run_00000002") == ["made_by_second"]
    assert load_trajectory(str(path)).f_get_run_information(1)["timestamp"] > kept["timestamp"]


def test_who_is_still_at_a_run_that_another_replaces_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    made(path, 2)
    slow = load_trajectory(str(path))
    slow.f_start_run(0)
    slow.f_add_result("early", 1)
    slow.f_store()
    other = load_trajectory(str(path))
    other.f_set_crun(0)
    tagged(other, "other")
    slow.f_add_result("late", 2)
    with pytest.raises(PexError, match="“run_00000000” was begun or finished by another program"):
        slow.f_store()
    slow.f_finalize_run()
    assert results_of(path, "run_00000000") == ["made_by_other"]
    assert load_trajectory(str(path)).f_get_run_information(0) == other.f_get_run_information(0)
    assert slow.f_get_run_information(0) == other.f_get_run_information(0)


def test_of_two_who_add_runs_the_second_is_refused_until_it_looked_again(tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    made(path, 2)
    first, second = load_trajectory(str(path)), load_trajectory(str(path))
    first.f_expand({"x": [2, 3]})
    with pytest.raises(PexError, match="“sweep” has 4 runs in its file meanwhile"):
        second.f_expand({"x": [2, 3]})
    assert len(second) == 2
    second.f_load()
    second.f_expand({"x": [4, 5]})
    assert load_trajectory(str(path)).f_get("x").f_get_range() == [0, 1, 2, 3, 4, 5]


def test_who_explores_another_parameter_keeps_what_others_finished(tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    trajectory = made(path, 2)
    other = load_trajectory(str(path))
    other.f_set_crun(0)
    work(other)
    trajectory.f_add_parameter("y", 0.5)
    trajectory.f_explore({"y": [1.5, 2.5]})
    trajectory.f_store()
    found = load_trajectory(str(path))
    assert [found.f_is_completed(index) for index in (0, 1)] == [1, 0]
    assert found.f_get("y").f_get_range() == [1.5, 2.5]


def test_a_run_that_another_never_heard_of_is_none_of_its_business(tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    made(path, 2)
    first, second = load_trajectory(str(path)), load_trajectory(str(path))
    first.f_expand({"x": [2]})
    assert run(second, 0, 1) == []
    first.f_load()
    assert run(first, 2, 1) == []
    whole(path, 3)
