"""States that a disk may be in after the power failed while a file was changed in place.

What two changes ask of the system is recorded; then, for every point of it, what no `fsync` has made durable is there
or not, in any selection and partly. ``python -m tests.core.append_power FOLDER SABOTAGE`` prints how many states there
were and what was wrong, as JSON.
"""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pexgui.core import PexError, change_log, in_place
from pexgui.core.appending import settle
from tests.core.append_cutting import NAME, Campaign, change

Contents = dict[int, bytes]
Names = dict[bytes, int]
_SELECTIONS = 12


class Recorder:
    """What is asked of the system, in order. Files are numbers; the one that is changed is 0."""

    def __init__(self, folder: bytes) -> None:
        self.folder = folder
        self.names: Names = {NAME.encode(): 0}
        self.opened: dict[int, int] = {}
        self.count = 1
        self.steps: list[tuple[str, int, Any]] = []

    def local(self, path: Any) -> bytes:
        return os.path.relpath(os.fsencode(path), self.folder)

    def install(self) -> None:
        real = {
            name: getattr(os, name) for name in ("open", "pwrite", "ftruncate", "posix_fallocate", "fsync", "unlink")
        }

        def opened(path: Any, flags: int, mode: int = 0o777) -> int:
            descriptor: int = real["open"](path, flags, mode)
            name = self.local(path)
            if flags & os.O_CREAT and name not in self.names:
                self.names[name] = self.count
                self.steps.append(("name", self.count, name))
                self.count += 1
            self.opened[descriptor] = self.names.get(name, -1)
            return descriptor

        def recorded(name: str, told: Callable[..., Any]) -> Callable[..., Any]:
            def do(descriptor: int, *arguments: Any) -> Any:
                self.steps.append((name, self.opened[descriptor], told(*arguments)))
                return real[name](descriptor, *arguments)

            return do

        def unlinked(path: Any) -> None:
            real["unlink"](path)
            self.steps.append(("gone", self.names.pop(self.local(path)), self.local(path)))

        changed: dict[str, Any] = {
            "open": opened,
            "unlink": unlinked,
            "pwrite": recorded("pwrite", lambda content, offset: (offset, bytes(content))),
            "ftruncate": recorded("ftruncate", lambda size: size),
            "posix_fallocate": recorded("posix_fallocate", lambda offset, size: offset + size),
            "fsync": recorded("fsync", lambda: None),
        }
        for name, function in changed.items():
            setattr(os, name, function)


def after(content: bytes, step: tuple[str, int, Any], share: float = 1.0) -> bytes:
    """A file after a step that may have been made partly only."""
    kind, _, what = step
    if kind == "ftruncate":
        return content[:what].ljust(what, b"\0")
    if kind == "posix_fallocate":
        return content.ljust(what, b"\0")
    offset, written = what[0], bytes(what[1])
    written = written[: int(len(written) * share)]
    return content[:offset].ljust(offset, b"\0") + written + content[offset + len(written) :]


def renamed(names: Names, step: tuple[str, int, Any]) -> Names:
    kind, file, name = step
    rest = {one: number for one, number in names.items() if one != name}
    return rest | {name: file} if kind == "name" else rest


def states(recorder: Recorder, old: bytes, chance: random.Random) -> Iterator[tuple[int, Contents, Names]]:
    """For every number of steps, some selections of what is not durable then."""
    contents: Contents = {number: old if number == 0 else b"" for number in range(recorder.count)}
    names: Names = {NAME.encode(): 0}
    waiting: list[tuple[str, int, Any]] = []
    for number, step in enumerate([*recorder.steps, ("end", 0, None)]):
        for selection in range(_SELECTIONS):
            share = (0.0, 1.0, 0.5)[min(selection, 2)]
            found, called = dict(contents), dict(names)
            for one in waiting:
                if chance.random() >= share:
                    continue
                if one[0] in ("name", "gone"):
                    called = renamed(called, one)
                else:
                    part = 1.0 if selection == 1 or chance.random() < 0.5 else chance.random()
                    found[one[1]] = after(found[one[1]], one, part)
            yield number, found, called
        kind, file, _ = step
        if kind == "fsync":
            durable = [one for one in waiting if (one[0] in ("name", "gone")) == (file < 0) and file in (-1, one[1])]
            for one in durable:
                if file < 0:
                    names = renamed(names, one)
                else:
                    contents[file] = after(contents[file], one)
            waiting = [one for one in waiting if one not in durable]
        else:
            waiting.append(step)


def sabotage(name: str) -> None:
    """Make the product do what must be found out."""

    def nothing(*_: Any) -> None:
        pass

    module: Any = {"log": change_log, "file": in_place, "names": change_log}.get(name)
    if module is not None:
        setattr(module, "sync_folder" if name == "names" else "make_durable", nothing)


def recorded(folder: Path, sabotaged: str) -> tuple[Recorder, list[bytes], int]:
    """Two changes, recorded; what the file was before and after each, and how many steps the first one took."""
    campaign = Campaign("add", folder)
    campaign.prepared()
    recorder = Recorder(os.fsencode(folder))
    kept = {name: getattr(os, name) for name in dir(os)}
    modules = [dict(vars(module)) for module in (change_log, in_place)]
    sabotage(sabotaged)
    recorder.install()
    contents, first = [campaign.old], 0
    for scenario in ("add", "overwrite"):
        change(campaign.path, scenario)
        contents.append(Path(folder / NAME).read_bytes())
        first = first or len(recorder.steps)
    for name, value in kept.items():
        setattr(os, name, value)
    for module, variables in zip((change_log, in_place), modules, strict=True):
        vars(module).update(variables)
    return recorder, contents, first


def judged(folder: Path, contents: list[bytes], after_first: bool, done: bool) -> str:
    """Have somebody settle what is there; what is wrong then."""
    path = os.fsencode(folder / NAME)
    try:
        settle(path)
    except PexError as error:
        return error.title
    there = (folder / NAME).read_bytes()
    expected = contents[2:] if done else contents[1:] if after_first else contents
    if not any(there[: len(one)] == one and not any(there[len(one) :]) for one in expected):
        return "neither old nor new"
    return "" if not settle(path) else "it is not settled"


def main() -> None:
    folder, sabotaged = Path(sys.argv[1]), sys.argv[2]
    recorder, contents, first = recorded(folder, sabotaged)
    wrong, count = [], 0
    for number, files, names in states(recorder, contents[0], random.Random(1)):
        for name in os.listdir(folder):
            os.unlink(folder / name)
        for called, file in names.items():
            (folder / os.fsdecode(called)).write_bytes(files[file])
        problem = judged(folder, contents, number >= first, number == len(recorder.steps))
        wrong += [f"after {number} of {len(recorder.steps)}: {problem}"] if problem else []
        count += 1
    sys.stdout.write(json.dumps({"states": count, "wrong": wrong}))


if __name__ == "__main__":
    main()
