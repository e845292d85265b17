"""Kills whole merges, at named moments and in system calls, has a new process recover, and looks at what is there.

As a program, ``python -m tests.core.merge_cutting KIND SCENARIO FOLDER COUNT SEED``, it kills at so many of the named
moments (0: at all) or system calls, chosen by the seed, and prints what came of it and what was wrong, as JSON.
"""

import ctypes
import hashlib
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from pexgui.core import (
    MergeRequest,
    MergeSource,
    MergeWork,
    PexError,
    RecoverRequest,
    Sources,
    TrajectoryRequest,
    UndoWriteRequest,
    merge,
    merge_checking,
    merging,
    plan_merge,
    read_runs,
    recover_files,
    register,
    silent,
    undo_write,
    unfinished_folders,
)
from tests.core.compared import grid, sweep
from tests.core.cutting import Cut, in_child

SCENARIOS = {
    "new": (False, Sources.KEEP),
    "first": (True, Sources.KEEP),
    "away": (True, Sources.PUT_AWAY),
    "delete": (False, Sources.DELETE),
}
"""Whether the result takes the first source's place, and what becomes of the others."""
POINTS = grid(3), [(x + 10, seed) for x, seed in grid(2)]
UNDONE = ("was undone; your files are unchanged.", "was cleared away.")
FINISHED = ("was finished.", "had been written completely.")
_TRACE_ME, _GO_ON = 0, 24
_libc = ctypes.CDLL(None)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def in_system_calls(do: Callable[[], object], last: int = -1) -> int:
    """Do something in a process that is killed at the ``last`` of the times at which it enters or leaves a system
    call; how many there were. -1 where the system lets nobody count them."""
    child = os.fork()
    if child == 0:
        if _libc.ptrace(_TRACE_ME, 0, 0, 0) == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            do()
        os._exit(0)
    count, passed_on = -1, 0
    while True:
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            return count
        if os.WSTOPSIG(status) not in (signal.SIGSTOP, signal.SIGTRAP):
            passed_on = os.WSTOPSIG(status)
        count += 1
        if count == last:
            os.kill(child, signal.SIGKILL)
        else:
            _libc.ptrace(_GO_ON, child, 0, passed_on)
        passed_on = 0


class Campaign:
    """Merges of one scenario that are killed; ``wrong`` is what should not have been."""

    def __init__(self, scenario: str, folder: Path) -> None:
        self.choose(scenario)
        self.folder, self.kept = folder / "files", folder / "kept"
        shutil.rmtree(folder, ignore_errors=True)
        self.kept.mkdir(parents=True)
        for name, points in zip(("a.hdf5", "b.hdf5"), POINTS, strict=True):
            sweep(self.kept / name, points)
        self.before = digests(self.kept)
        self.wrong: list[str] = []
        self.kills = self.complete = 0
        self.prepared()()  # whatever is imported later would count

    def choose(self, scenario: str) -> None:
        self.in_place, self.after = SCENARIOS[scenario]

    def request(self, sources: Path) -> MergeRequest:
        files = tuple(MergeSource(os.fsencode(sources / name)) for name in self.before)
        target = b"" if self.in_place else os.fsencode(self.folder / "out.hdf5")
        return MergeRequest(files, target, after=self.after)

    def prepared(self) -> Callable[[], object]:
        """The files as they are before, and what is to be killed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.folder)
        return self.work

    def work(self) -> object:
        return merge(MergeWork(plan_merge(self.request(self.folder))))

    # --- what is killed

    def moments(self, count: int, chance: random.Random) -> None:
        """Kill at named moments, each time it is passed."""
        told = in_child(self.prepared(), Cut())
        places = list(enumerate(told["names"]))
        for place, name in sorted(chance.sample(places, count)) if count else places:
            told = in_child(self.prepared(), Cut(place))
            self.settle(f"killed at {place}, {name}", killed="killed" in told)

    def calls(self, count: int, chance: random.Random) -> None:
        """Kill in system calls, rather late than early, and every other time those who recover as well."""
        total = in_system_calls(self.prepared())
        for number in range(count):
            last = int(total * chance.random() ** 0.5)
            in_system_calls(self.prepared(), last)
            again = chance.randrange(400) if number % 2 else -1
            if again >= 0:
                in_system_calls(self.recovered, again)
            self.settle(f"killed at {last} of {total}, recovery at {again}", killed=True, once=again < 0)

    # --- what is there then

    def recovered(self) -> list[list[str]]:
        found = recover_files(RecoverRequest(unfinished_folders())).found
        return [list(one.sentences) if one.ours and one.settled else ["not settled"] for one in found]

    def settle(self, what: str, killed: bool, once: bool = True) -> None:
        """Have a new process recover, and judge. ``once``: it is the first to do so, so that it tells all."""
        self.kills += 1
        clean = not any(name.startswith(".") and not name.endswith(".undo") for name in digests(self.folder))
        told = in_child(self.recovered, Cut())
        found = list(self.problems(told, clean, once)) if killed else ["it was not killed"]
        self.wrong += [f"{what}: {problem}" for problem in found]

    def problems(self, told: dict[str, Any], clean: bool, once: bool) -> Iterator[str]:
        if told["error"]:
            yield f"recovery raised {told['error']}"
            return
        files = digests(self.folder)
        as_before = files == self.before
        sentences = [one[0] for one in told["result"]]
        if len(sentences) != int(not clean) and once:
            yield f"told {sentences}"
        if sentences and not sentences[0].endswith(UNDONE if as_before else FINISHED):
            yield f"told {sentences} when {'all is as before' if as_before else 'the result is complete'}"
        if os.listdir(register.place()):
            yield "a note is left"
        if not as_before:
            self.complete += 1
            try:
                yield from self.incomplete(files)
            except PexError as error:
                yield error.title

    def incomplete(self, files: dict[str, str]) -> Iterator[str]:
        """What is wrong with a result that is said to be complete."""
        target = "a.hdf5" if self.in_place else "out.hdf5"
        if target not in files:
            yield f"there is no result: {sorted(files)}"
            return
        yield from self.lost(files, target)
        path = os.fsencode(self.folder / target)
        table = read_runs(TrajectoryRequest(path, b"/sweep"))
        if len(table.names) != sum(map(len, POINTS)):
            yield f"{len(table.names)} runs"
        request = self.request(self.kept)
        with merging.opened(request, silent) as found:
            merge_checking.check(path, found, request, silent)
        if self.after is not Sources.DELETE:
            undo_write(UndoWriteRequest(target=path))
            if digests(self.folder) != self.before:
                yield "undone, it is not as before"

    def lost(self, files: dict[str, str], target: str) -> Iterator[str]:
        expected = {target: files[target]}
        for name, digest in self.before.items():
            if name == target:
                expected[next((one for one in files if one.endswith(".bak")), "a backup")] = digest
            elif self.after is Sources.PUT_AWAY:
                expected[next((one for one in files if ".merged/" in one), "put away")] = digest
            elif self.after is Sources.KEEP:
                expected[name] = digest
        there = {name: digest for name, digest in files.items() if not name.endswith(".undo")}
        if there != expected:
            yield f"{sorted(there)} instead of {sorted(expected)}"


def main(made: "Callable[[str, Path], Campaign]" = Campaign) -> None:
    kind, scenario, folder, count, seed = sys.argv[1:]
    os.environ["XDG_STATE_HOME"] = os.path.join(os.path.dirname(folder), "state")
    campaign = made(scenario, Path(folder))
    {"moments": campaign.moments, "calls": campaign.calls}[kind](int(count), random.Random(f"{scenario} {seed}"))
    told = {"kills": campaign.kills, "complete": campaign.complete, "wrong": campaign.wrong}
    sys.stdout.write(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main()
