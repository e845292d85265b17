"""Cuts changes of a file in place off, at named moments and in system calls, and looks at what is left.

As a program, ``python -m tests.core.append_cutting KIND SCENARIO FOLDER COUNT SEED``, it does so in children of its own
and prints how many cuts there were, how many changes were complete afterwards, and what was wrong, as JSON.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from pexgui.core import appending, change_log, commit, in_place, recovering, settling
from pexgui.core.appending import settle
from tests.core import cutting
from tests.core.cutting import FAULTS, Cut, in_child
from tests.core.merge_cutting import in_system_calls
from tests.core.raw_files import made

MODULES = (commit, appending, change_log, in_place, settling, recovering)
NAME = "sweep.hdf5"
ROOT = Path(__file__).resolve().parents[2]


def fill(file: h5py.File) -> None:
    """Runs as they are stored, and at the very end something large."""
    runs = file.create_group("sweep/results/runs")
    for number in range(20):
        run = runs.create_group(f"run_{number:08d}")
        run["z"] = np.arange(50.0) + number
        run.attrs["done"] = number
    file["sweep/table"] = np.zeros(300)
    file["last"] = np.ones(5000)


def add(root: h5py.Group) -> None:
    """One more run, as a sweep stores it."""
    run = root["sweep/results/runs"].create_group("run_00000020")
    run["z"] = np.arange(50.0) * 2
    run["text"] = "as new"
    root["sweep/table"][20:30] = 7.0
    root["sweep"].attrs["length"] = 21


def overwrite(root: h5py.Group) -> None:
    """Only what is there already; the file does not grow."""
    root["sweep/table"][:] = 3.0
    root["sweep/results/runs/run_00000003"].attrs.modify("done", 100)


def remove(root: h5py.Group) -> None:
    """The file becomes shorter."""
    del root["last"]
    root["sweep/table"][5] = 1.0


SCENARIOS = {"add": add, "overwrite": overwrite, "remove": remove}


def change(path: bytes, scenario: str) -> None:
    with appending.appending(path) as root:
        SCENARIOS[scenario](h5py.Group(root))


class Campaign:
    """Changes of one scenario that are cut off; ``wrong`` is what should not have been."""

    def __init__(self, scenario: str, folder: Path) -> None:
        self.scenario, self.folder = scenario, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.path = made(folder / NAME, fill)
        self.old = (folder / NAME).read_bytes()
        self.work()
        self.new = (folder / NAME).read_bytes()
        assert self.new != self.old
        self.wrong: list[str] = []
        self.cuts = self.complete = 0

    def work(self) -> None:
        change(self.path, self.scenario)

    def prepared(self) -> Callable[[], Any]:
        """The file as it is before, alone in its folder, and what is to be cut off."""
        for name in os.listdir(self.folder):
            os.unlink(self.folder / name)
        (self.folder / NAME).write_bytes(self.old)
        return self.work

    # --- what is cut off

    def moments(self, count: int, chance: random.Random) -> None:
        """At every named moment, every fault."""
        for place, name in enumerate(in_child(self.prepared(), Cut())["names"]):
            for fault in FAULTS:
                told = in_child(self.prepared(), Cut(place, fault))
                what = f"{fault} at {place} {name}"
                self.wrong += [f"{what}: {problem}" for problem in self.said(told, name)]
                self.settle(what)

    def said(self, told: dict[str, Any], name: str) -> Iterator[str]:
        """What is wrong with what a person reads, and with what is there without anybody settling it."""
        there = (self.folder / NAME).read_bytes()
        if told.get("wild") or (told["error"] and not (told["error"].endswith(".") and told["hint"].endswith("."))):
            yield f"said {told}"
        elif told["error"] and told["hint"].startswith(commit.NOTHING_CHANGED) and there != self.old:
            yield "changed, and said that it was not"
        elif not told["error"] and not told.get("killed") and there != self.new:
            yield "not changed, and nothing said"
        # It is made then, and a log that stays is no harm; or it is said that it will be finished.
        ended = name in ("clear the log", "remove the log") or "is finished as soon as" in told.get("hint", "")
        if not told.get("killed") and not ended and self.litter():
            yield f"litter: {self.litter()}"

    def recoveries(self, count: int, chance: random.Random) -> None:
        """At every named moment, and then those who settle it at every one of theirs."""
        for place, name in enumerate(in_child(self.prepared(), Cut())["names"]):
            second = 0
            while True:
                in_child(self.prepared(), Cut(place))
                if "killed" not in in_child(self.recovered, Cut(second)):
                    break
                self.settle(f"killed at {place} {name}, recovery at {second}")
                second += 1

    def calls(self, count: int, chance: random.Random) -> None:
        """Rather late than early, and every other time those who settle it as well."""
        total = in_system_calls(self.prepared())
        for number in range(count):
            last = int(total * chance.random() ** 0.5)
            in_system_calls(self.prepared(), last)
            again = chance.randrange(120) if number % 2 else -1
            if again >= 0:
                in_system_calls(self.recovered, again)
            self.settle(f"killed at {last} of {total}, recovery at {again}")

    # --- what is there then

    def recovered(self) -> list[list[str]]:
        return [list(one.sentences) for one in recovering.recover([os.fsencode(self.folder)])]

    def litter(self) -> list[str]:
        return sorted(name for name in os.listdir(self.folder) if name != NAME)

    def settle(self, what: str) -> None:
        self.cuts += 1
        left = [name for name in self.litter() if (self.folder / name).stat().st_size]
        if self.cuts % 2:
            told = in_child(lambda: [str(settle(self.path))], Cut())
            expected: list[Any] = [str(bool(left))]
        else:
            told = in_child(self.recovered, Cut())
            end = "finished." if (self.folder / NAME).read_bytes() == self.new else "undone; it is as before."
            expected = [[f"An interrupted change of “{NAME}” was {end}"]] if left else []
        if told["error"] or told["result"] != expected:
            self.wrong.append(f"{what}: {told} instead of {expected}")
        if told["error"] or self.cuts % 2:
            in_child(self.recovered, Cut())
        there = (self.folder / NAME).read_bytes()
        self.complete += there == self.new
        if there not in (self.old, self.new):
            self.wrong.append(f"{what}: neither old nor new")
        if self.litter():
            self.wrong.append(f"{what}: litter: {self.litter()}")


def cut_off(folder: Path, scenario: str, moment: str) -> Campaign:
    """A change of a file in ``folder``, cut off at the first moment of this name in a process of its own."""
    campaign = Campaign(scenario, folder)
    campaign.prepared()
    code = f"""
import os, signal, sys
from tests.core import append_cutting
def killed(name):
    if name == {moment!r}:
        os.kill(os.getpid(), signal.SIGKILL)
for module in append_cutting.MODULES:
    module.moment = killed
append_cutting.change({campaign.path!r}, {scenario!r})
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert campaign.litter()
    return campaign


def main() -> None:
    kind, scenario, folder, count, seed = sys.argv[1:]
    cutting.MODULES = MODULES
    campaign = Campaign(scenario, Path(folder))
    do = {one.__name__: one for one in (campaign.moments, campaign.recoveries, campaign.calls)}[kind]
    do(int(count), random.Random(f"{scenario} {seed}"))
    told = {"cuts": campaign.cuts, "complete": campaign.complete, "wrong": campaign.wrong}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
