"""Cuts writes off at every named moment and looks at what is left.

As a program, ``python -m tests.core.cutting CAMPAIGN SCENARIO FOLDER [COUNT SEED]``, it does so in children of its own
(it forks, which a process with threads should not), and prints how many cuts there were and what was wrong, as JSON.
"""

import errno
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from pexgui.core import PexError, commit, finishing, journal, recovering, replacing, undoing
from pexgui.core.model_write import Done, PutAway, Work

MODULES: tuple[ModuleType, ...] = (commit, journal, finishing, replacing, recovering, undoing)
OLD = {b"a.hdf5": b"A" * 5000, b"b.hdf5": b"B" * 6000, b"c.hdf5": b"C" * 7000}
NEW = b"merged" * 3000
SCENARIOS = ("new", "replace", "bare", "move", "delete")
FAULTS = {"kill": 0, "full": errno.ENOSPC, "broken": errno.EIO, "denied": errno.EACCES}
Files = dict[bytes, bytes]


def filled(folder: bytes) -> bytes:
    """A fresh folder with the files that people have."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, content in OLD.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    return folder


def work_in(folder: bytes, scenario: str) -> Work:
    replaces = scenario in ("replace", "bare", "move")
    put_away = {"move": PutAway.MOVE, "delete": PutAway.DELETE}.get(scenario, PutAway.KEEP)
    return Work(
        os.path.join(folder, b"a.hdf5" if replaces else b"out.hdf5"),
        tuple(commit.as_input(os.path.join(folder, name)) for name in OLD),
        replaces=replaces,
        backup=scenario != "bare",
        put_away=put_away,
    )


def write(path: bytes) -> None:
    with open(path, "r+b") as file:
        file.write(NEW[:7000])
        commit.moment("half written")
        file.write(NEW[7000:])


def verify(path: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != NEW:
            raise PexError("The copy is not identical.", "Nothing was changed.")


def carry_out(folder: bytes, scenario: str) -> Done:
    return replacing.carry_out(work_in(folder, scenario), write, verify)


def tree(folder: bytes) -> Files:
    """The content of every file below a folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
        found.update({os.path.relpath(os.path.join(place, name), folder) + b"/": b"" for name in folders})
    return found


def problems(files: Files, scenario: str) -> Iterator[str]:
    """What is wrong with a folder after everything is over: neither as before nor complete, or not tidy."""
    target = b"a.hdf5" if scenario in ("replace", "bare", "move") else b"out.hdf5"
    there = files.get(target)
    yield from (f"litter: {name!r}" for name in files if name.endswith((b".tmp", b".journal")))
    if there == OLD.get(target):
        if files != OLD:
            yield f"not as before: {sorted(files)}"
        return
    if there != NEW:
        yield "the target is neither old nor new"
        return
    yield from lost(files, scenario, target)
    others = {name for name in files if not name.endswith((b".undo", b".bak")) and b".merged/" not in name}
    if others - set(OLD) - {target}:
        yield f"what is this: {sorted(others)}"


def lost(files: Files, scenario: str, target: bytes) -> Iterator[str]:
    backups = [content for name, content in files.items() if name.endswith(b".bak")]
    if backups != ([OLD[target]] if scenario in ("replace", "move") else []):
        yield f"{len(backups)} backups, or a wrong one"
    for name, content in OLD.items():
        places = [there for path, there in files.items() if os.path.basename(path) == name]
        if name != target and places != [content] and not (scenario == "delete" and not places):
            yield f"{name!r} is lost"


# --- children that are cut off ------------------------------------------------------------------------------------


class Cut:
    """Counts the named moments, and at one of them ends this process or raises an error of the disk."""

    def __init__(self, at: int = -1, fault: str = "kill") -> None:
        self.at = at
        self.fault = fault
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at + 1:
            if self.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(FAULTS[self.fault], os.strerror(FAULTS[self.fault]))

    def install(self) -> "Cut":
        for module in MODULES:
            module.moment = self  # type: ignore[attr-defined]
        return self


def in_child(do: Callable[[], Any], cut: Cut) -> dict[str, Any]:
    """What ``do`` came to in a process of its own: the moments it passed, the error if there was one, and a list."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        told: dict[str, Any] = {"error": "", "hint": ""}
        try:
            cut.install()
            result = do()
            told["result"] = result if isinstance(result, list) else None
        except PexError as error:
            told.update(error=error.title, hint=error.hint)
        except BaseException as error:
            told.update(error=f"{type(error).__name__}: {error}", wild=True)
        os.write(writer, json.dumps({**told, "names": cut.names}).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"killed": True, "error": ""}


def recovered(folder: bytes, cut: Cut) -> dict[str, Any]:
    return in_child(lambda: recovering.recover([folder]), cut)


def undone(folder: bytes) -> Any:
    (record,) = (name for name in os.listdir(folder) if name.endswith(b".undo"))
    return undoing.undo(os.path.join(folder, record))


class Campaign:
    """Cuts of one scenario; ``wrong`` is what should not have been."""

    def __init__(self, scenario: str, folder: bytes) -> None:
        self.undoing = scenario.startswith("undo ")
        self.scenario = scenario.removeprefix("undo ")
        self.folder = folder
        self.wrong: list[str] = []
        self.cuts = self.complete = 0

    def prepared(self) -> Callable[[], Any]:
        """The files as they are before, and what is to be cut off."""
        filled(self.folder)
        if not self.undoing:
            return lambda: carry_out(self.folder, self.scenario)
        told = in_child(lambda: carry_out(self.folder, self.scenario), Cut())
        assert not told["error"], told
        return lambda: undone(self.folder)

    def judge(self, what: str) -> None:
        files = tree(self.folder)
        self.cuts += 1
        self.complete += files != OLD
        self.wrong += [f"{what}: {problem}" for problem in problems(files, self.scenario)]

    def moments(self) -> list[str]:
        told = in_child(self.prepared(), Cut())
        assert not told["error"], told
        self.judge("uncut")
        names: list[str] = told["names"]
        return names

    def every_moment(self) -> None:
        for place, name in enumerate(self.moments()):
            for fault in FAULTS:
                what = f"{fault} at {place} {name}"
                told = in_child(self.prepared(), Cut(place, fault))
                if told.get("wild"):
                    self.wrong.append(f"{what}: {told['error']}")
                elif told["error"] and not (told["error"].endswith(".") and told["hint"].endswith(".")):
                    self.wrong.append(f"{what}: said {told}")
                elif told["error"] and told["hint"].startswith(commit.NOTHING_CHANGED) and not self.undoing:
                    self.wrong += [f"{what}: changed" for _ in range(tree(self.folder) != OLD)]
                self.settle(what)

    def settle(self, what: str) -> None:
        told = recovered(self.folder, Cut())
        if told["error"]:
            self.wrong.append(f"{what}: recovery raised {told['error']}")
        self.judge(what)

    def every_recovery(self) -> None:
        for place, name in enumerate(self.moments()):
            second = 0
            while True:
                in_child(self.prepared(), Cut(place))
                if "killed" not in recovered(self.folder, Cut(second)):
                    break
                self.settle(f"kill at {place} {name}, recovery killed at {second}")
                second += 1

    def once(self, name: str) -> None:
        """Cut off at the first moment of this name, and leave everything as it is then."""
        names = self.moments()
        told = in_child(self.prepared(), Cut(names.index(name)))
        assert told.get("killed"), told

    def by_the_clock(self, count: int, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(count):
            do = self.prepared()
            child = os.fork()
            if child == 0:
                do()
                os._exit(0)
            time.sleep(chance.random() * 0.007)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self.settle(f"seed {seed}, kill {number}")


def main() -> None:
    name, scenario, folder = sys.argv[1:4]
    campaign = Campaign(scenario, os.fsencode(folder))
    if name == "clock":
        campaign.by_the_clock(int(sys.argv[4]), int(sys.argv[5]))
    elif name == "once":
        campaign.once(sys.argv[4])
    else:
        {"moments": campaign.every_moment, "recovery": campaign.every_recovery}[name]()
    told = {"cuts": campaign.cuts, "complete": campaign.complete, "wrong": campaign.wrong}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
