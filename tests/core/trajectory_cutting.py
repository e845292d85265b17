"""Kills sweeps that are being stored, at named moments, at any time and in system calls, and looks at what is left.

As a program, ``python -m tests.core.trajectory_cutting KIND SCENARIO FOLDER COUNT SEED``, it kills at so many of the
named moments (0: at all), times or system calls, chosen by the seed, and prints what came of it and what was wrong, as
JSON. The file of the last kill stays, as it is after whoever comes next has settled it, as ``survivor.hdf5``.
"""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pexgui import Trajectory, load_trajectory, manual_run
from pexgui.core import RecoverRequest, read_runs, recover_files
from pexgui.core.model import TrajectoryRequest
from tests.core import cutting
from tests.core.cutting import in_child
from tests.core.merge_cutting import digests, in_system_calls

NAME = "sweep.hdf5"
VALUES = [2, 3, 5, 7]
MORE = [11, 13]
BEFORE = (0, 2)
"""The runs that are finished before anything is killed."""
SCENARIOS = ("runs", "first", "beside", "expand", "again", "clear", "delete")


class Cut(cutting.Cut):
    """As the others, at all moments that anything has."""

    def install(self) -> "Cut":
        for name, module in list(sys.modules.items()):
            if name.startswith("pexgui.core.") and hasattr(module, "moment"):
                module.moment = self  # type: ignore[attr-defined]
        return self


def expected(x: int, index: int, factor: int) -> dict[str, Any]:
    """The values that a run stores; each run's are larger than those of the run before."""
    numbers = np.arange(700 * (index + 1)) * x * factor
    return {"z": x * factor, "g.w": {"numbers": numbers, "words": ["some", "text"] * (index + 1), "x": x * 0.5}}


@manual_run
def work(trajectory: Any, factor: int = 1) -> None:
    values = expected(trajectory.x, trajectory.v_idx, factor)
    trajectory.f_add_result("z", values["z"], comment="A number")
    trajectory.f_add_result("g.w", **values["g.w"])
    trajectory.f_store()


def made(path: Path, name: str = "sweep") -> Any:
    trajectory = Trajectory(name, filename=str(path), comment="Killed")
    trajectory.f_add_parameter("a.x", 0, comment="What is multiplied")
    trajectory.f_add_parameter("rest", np.arange(5))
    trajectory.f_explore({"x": VALUES})
    return trajectory


def run_open(trajectory: Any, again: int = 1) -> None:
    """Run the runs that are not finished; the one that was ``again``, as often as it was then."""
    for index in trajectory.f_iter_runs(yields="idx"):
        if not trajectory.f_is_completed(index):
            work(trajectory, again if index in BEFORE else 1)


class Campaign:
    """Sweeps of one scenario that are killed; ``wrong`` is what should not have been."""

    def __init__(self, scenario: str, folder: Path) -> None:
        self.scenario = scenario
        self.again = 10 if scenario == "again" else 1
        self.folder, self.kept = folder, folder.with_name("kept")
        self.file = folder / NAME
        self.wrong: list[str] = []
        self.kills = self.complete = self.untouched = 0
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir(parents=True)
        if scenario != "first":
            trajectory = made(self.kept / NAME)
            trajectory.f_store()
            for index in BEFORE:
                trajectory.f_set_crun(index)
                work(trajectory)
            self.rows = load_trajectory(str(self.kept / NAME)).f_get_run_information()
        self.before = digests(self.kept)
        self.prepared()()  # whatever is imported later would count

    def prepared(self) -> Callable[[], object]:
        """The files as they are before, and what is to be killed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.folder)
        return lambda: getattr(self, f"do_{self.scenario}")()

    # --- what is killed

    def do_runs(self) -> None:
        run_open(load_trajectory(str(self.file)))

    def do_first(self) -> None:
        made(self.file).f_store()

    def do_beside(self) -> None:
        made(self.file, "other").f_store()

    def do_expand(self) -> None:
        load_trajectory(str(self.file)).f_expand({"x": MORE})

    def do_again(self) -> None:
        trajectory = load_trajectory(str(self.file))
        trajectory.f_set_crun(2)
        work(trajectory, self.again, overwrite=True)

    def do_clear(self) -> None:
        load_trajectory(str(self.file)).f_clear_run("run_00000002")

    def do_delete(self) -> None:
        load_trajectory(str(self.file)).f_delete_item("results.runs.run_00000002", recursive=True)

    # --- how

    def moments(self, count: int, chance: random.Random) -> None:
        """Kill at named moments, each time it is passed; every other time whoever settles it is killed too."""
        places = list(enumerate(self.names()))
        for place, name in sorted(chance.sample(places, count)) if count else places:
            told = in_child(self.prepared(), Cut(place))
            if "killed" not in told:
                self.wrong.append(f"at {place}, {name}: it was not killed, but said {told}")
            second = chance.randrange(6) if place % 2 else -1
            if second >= 0:
                in_child(self.settled, Cut(second))
            self.judge(f"killed at {place}, {name}, and again at {second}")

    def names(self) -> list[str]:
        told = in_child(self.prepared(), Cut())
        assert not told["error"], told
        names: list[str] = told["names"]
        return names

    def clock(self, count: int, chance: random.Random) -> None:
        """Kill at any time."""
        begun = time.monotonic()
        in_child(self.prepared(), Cut())
        lasted = time.monotonic() - begun
        for number in range(count):
            do = self.prepared()
            child = os.fork()
            if child == 0:
                do()
                os._exit(0)
            time.sleep(chance.random() * lasted)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self.judge(f"kill {number} by the clock")

    def calls(self, count: int, chance: random.Random) -> None:
        """Kill in system calls, rather late than early, and every other time whoever settles it as well."""
        total = in_system_calls(self.prepared())
        for number in range(count):
            last = max(1, int(total * chance.random() ** 0.25))
            in_system_calls(self.prepared(), last)
            second = chance.randrange(1, 200) if number % 2 else -1
            if second >= 0:
                in_system_calls(self.settled, second)
            self.judge(f"killed at {last} of {total}, and again at {second}")

    # --- what is there then

    def settled(self) -> None:
        recover_files(RecoverRequest((os.fsencode(self.folder),)))

    def judge(self, what: str) -> None:
        self.kills += 1
        try:
            found = list(self.problems())
        except Exception as error:
            found = [f"{type(error).__name__}: {error} {getattr(error, 'hint', '')}"]
        self.wrong += [f"{what}: {problem}" for problem in found]

    def problems(self) -> Iterator[str]:
        if self.scenario == "first":
            self.settled()
            if not self.file.exists():
                self.untouched += 1
                yield from self.litter(set())
                return
        trajectory = load_trajectory(str(self.file), index=-1)  # settles
        yield from self.litter({NAME})
        self.untouched += digests(self.folder) == self.before
        shutil.copy(self.file, self.folder.with_name("survivor.hdf5"))
        trajectory.f_load(load_data=2)
        yield from self.wrong_runs(trajectory)
        yield from getattr(self, f"outcome_{self.scenario}")(trajectory)
        run_open(trajectory, self.again)
        yield from self.ended()

    def litter(self, wanted: set[str]) -> Iterator[str]:
        there = set(os.listdir(self.folder))
        if there != wanted:
            yield f"there are {sorted(there)}"

    def ended(self) -> Iterator[str]:
        """What is wrong after the open runs were run to the end."""
        trajectory = load_trajectory(str(self.file), "sweep")
        if not trajectory.f_is_completed():
            yield "not all runs are finished"
        yield from self.wrong_runs(trajectory)
        yield from self.litter({NAME})
        table = read_runs(TrajectoryRequest(os.fsencode(self.file), b"/sweep"))
        if table.warnings:
            yield f"a reader warns: {table.warnings}"

    def wrong_runs(self, trajectory: Any) -> Iterator[str]:
        """What is wrong with the runs that are finished."""
        values = trajectory.f_get("x").f_get_range()
        known = trajectory.f_get_run_information()
        for index, (run, row) in enumerate(known.items()):
            own = self.scenario in ("again", "clear", "delete") and index == 2
            if index in BEFORE and self.scenario not in ("first", "beside") and not own and row != self.rows[run]:
                yield f"{run} was finished and became {row}"
            if not row["completed"] or (self.scenario == "delete" and own):
                continue
            if not row["timestamp"] <= row["finish_timestamp"] < row["timestamp"] + 100 or not row["runtime"]:
                yield f"{run} has the times {row}"
            newer = own and row["timestamp"] != self.rows[run]["timestamp"]
            factor = self.again if newer else 1
            yield from wrong_values(trajectory, run, expected(values[index], index, factor))

    def wrong_count(self, trajectory: Any, *counts: int) -> Iterator[str]:
        if len(trajectory) not in counts or trajectory.f_get("x").f_get_range_length() != len(trajectory):
            yield f"there are {len(trajectory)} runs"

    def outcome_runs(self, trajectory: Any) -> Iterator[str]:
        yield from self.wrong_count(trajectory, len(VALUES))
        self.complete += trajectory.f_is_completed()

    def outcome_first(self, trajectory: Any) -> Iterator[str]:
        self.complete += 1
        yield from self.wrong_count(trajectory, len(VALUES))
        if trajectory.v_comment != "Killed" or not np.array_equal(trajectory.rest, np.arange(5)):
            yield "a parameter is missing"

    def outcome_beside(self, trajectory: Any) -> Iterator[str]:
        if trajectory.v_name == "other":
            yield from self.outcome_first(trajectory)
        first = load_trajectory(str(self.file), "sweep")
        if first.f_get_run_information() != self.rows:
            yield "the other trajectory became another one"
        yield from self.wrong_runs(first)

    def outcome_expand(self, trajectory: Any) -> Iterator[str]:
        yield from self.wrong_count(trajectory, len(VALUES), len(VALUES) + len(MORE))
        if trajectory.f_get("x").f_get_range() != [*VALUES, *MORE][: len(trajectory)]:
            yield "the values are not right"
        self.complete += len(trajectory) > len(VALUES)

    def outcome_again(self, trajectory: Any) -> Iterator[str]:
        row = trajectory.f_get_run_information(2)
        self.complete += row["completed"] and row["timestamp"] != self.rows["run_00000002"]["timestamp"]
        yield from self.wrong_count(trajectory, len(VALUES))

    def outcome_clear(self, trajectory: Any) -> Iterator[str]:
        cleared = "results.runs.run_00000002" not in trajectory
        if cleared is bool(trajectory.f_is_completed(2)):
            yield "only half of it was cleared"
        self.complete += cleared

    def outcome_delete(self, trajectory: Any) -> Iterator[str]:
        if "results.runs.run_00000002" in trajectory:
            yield from wrong_values(trajectory, "run_00000002", expected(VALUES[2], 2, 1))
            trajectory.f_delete_item("results.runs.run_00000002", recursive=True)
        else:
            self.complete += 1


def wrong_values(trajectory: Any, run: str, values: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the results of a run."""
    home = trajectory.f_get(f"results.runs.{run}", shortcuts=False)
    if "z" not in home or "g.w" not in home:
        yield f"{run} is finished and has no results"
        return
    found = home.f_get("g.w").f_to_dict()
    wanted = values["g.w"]
    same = home.f_get("z").f_get() == values["z"] and found.keys() == wanted.keys() and found["x"] == wanted["x"]
    if not (same and np.array_equal(found["numbers"], wanted["numbers"]) and list(found["words"]) == wanted["words"]):
        yield f"{run} has other values"


def main() -> None:
    kind, scenario, folder, count, seed = sys.argv[1:]
    os.environ["XDG_STATE_HOME"] = os.path.join(os.path.dirname(folder), "state")
    campaign = Campaign(scenario, Path(folder))
    ways = {"moments": campaign.moments, "clock": campaign.clock, "calls": campaign.calls}
    ways[kind](int(count), random.Random(f"{scenario} {seed}"))
    told = {"kills": campaign.kills, "complete": campaign.complete, "untouched": campaign.untouched}
    sys.stdout.write(msgspec.json.encode({**told, "wrong": campaign.wrong}).decode())


if __name__ == "__main__":
    main()
