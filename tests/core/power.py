"""Every state that a disk may be in after the power failed in a write.

What the write asks of the system is recorded; then, for every point of it, the names that no `fsync` of their folder
has made durable are there or not, in order or in any selection, and a file that was not made durable holds anything.
``python -m tests.core.power SCENARIO FOLDER SABOTAGE`` prints how many states there were and what was wrong, as JSON.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from pexgui.core import finishing, recovering, replacing
from pexgui.core.journal import OpenJournal
from tests.core.cutting import MODULES, NEW, OLD, Campaign, Files, problems, tree

Names = dict[bytes, int]
Change = tuple[bytes, bytes, int]
"""A name that goes, one that comes (each may be empty), and the file that it is then the name of."""


class Recorder:
    """What is asked of the system, in order: changes of names, and what is made durable."""

    def __init__(self, folder: bytes) -> None:
        self.folder = folder
        self.steps: list[tuple[str, Any]] = []
        self.names: Names = {}
        self.contents: dict[int, bytes] = {}
        for name, content in tree(folder).items():
            self.names[name] = len(self.contents)
            self.contents[len(self.contents)] = content
        self.start = dict(self.names)
        self.files = len(self.contents)

    def local(self, path: Any) -> bytes:
        return os.path.relpath(os.fsencode(path), self.folder)

    def step(self, gone: bytes, come: bytes, file: int) -> None:
        self.names.pop(gone, None)
        if come:
            self.names[come] = file
        self.steps.append(("name", (gone, come, file)))

    def install(self) -> None:
        real_open, real_sync = os.open, os.fsync
        reals = {name: getattr(os, name) for name in ("replace", "rename", "link", "unlink", "mkdir", "rmdir")}

        def opened(path: Any, flags: int, mode: int = 0o777, **options: Any) -> int:
            descriptor: int = real_open(path, flags, mode, **options)
            if flags & os.O_CREAT:
                self.files += 1
                self.step(b"", self.local(path), self.files)
            return descriptor

        def synced(descriptor: int) -> None:
            real_sync(descriptor)
            path = os.readlink(f"/proc/self/fd/{descriptor}")
            if os.path.isdir(path):
                self.steps.append(("folder", self.local(path)))
            else:
                with open(path, "rb") as file:
                    self.steps.append(("file", (self.names[self.local(path)], file.read())))

        def moved(name: str) -> Callable[[Any, Any], None]:
            def do(source: Any, target: Any) -> None:
                reals[name](source, target)
                self.step(self.local(source), self.local(target), self.names[self.local(source)])

            return do

        def linked(source: Any, target: Any) -> None:
            reals["link"](source, target)
            self.step(b"", self.local(target), self.names[self.local(source)])

        def unlinked(path: Any) -> None:
            reals["unlink"](path)
            self.step(self.local(path), b"", 0)

        def made(path: Any, *options: Any) -> None:
            reals["mkdir"](path, *options)
            self.step(b"", self.local(path) + b"/", -1)

        def removed(path: Any) -> None:
            reals["rmdir"](path)
            self.step(self.local(path) + b"/", b"", 0)

        os.open, os.fsync = opened, synced  # type: ignore[assignment]
        os.replace, os.rename, os.link = moved("replace"), moved("rename"), linked  # type: ignore[assignment]
        os.unlink, os.mkdir, os.rmdir = unlinked, made, removed  # type: ignore[assignment]


def states(recorder: Recorder) -> Iterator[tuple[Files, Names]]:
    """A folder as it may be after the power failed: its contents, and which names are of one file; each once."""
    durable, contents = dict(recorder.start), dict(recorder.contents)
    waiting: list[Change] = []
    seen = set()
    for kind, what in [*recorder.steps, ("end", None)]:
        for chosen in selections(waiting):
            names = applied(durable, chosen)
            files = {name: contents.get(file, b"?") for name, file in names.items()}
            sign = tuple(sorted(files.items()))
            if sign not in seen:
                seen.add(sign)
                yield files, names
        if kind == "name":
            waiting.append(what)
        elif kind == "file":
            contents[what[0]] = what[1]
        elif kind == "folder":
            kept = [change for change in waiting if what not in map(os.path.dirname, named(change))]
            durable = applied(durable, [change for change in waiting if change not in kept])
            waiting = kept


def named(change: Change) -> list[bytes]:
    """The names that a change is about, such that the folder of each is its `dirname`; ``.`` is the outermost."""
    names = [name.rstrip(b"/") for name in change[:2] if name]
    return [name if b"/" in name else b"./" + name for name in names]


def selections(waiting: list[Change]) -> Iterator[list[Change]]:
    """In order: the first ones. In any order: every selection, of the last ones if there are many."""
    yield from (waiting[:count] for count in range(len(waiting) + 1))
    free = waiting[-10:]
    for count in range(len(free) + 1):
        for chosen in combinations(free, count):
            yield waiting[: -len(free)] + list(chosen) if len(free) < len(waiting) else list(chosen)


def applied(names: Names, changes: list[Change]) -> Names:
    found = dict(names)
    for gone, come, file in changes:
        if gone:
            found.pop(gone, None)
        if come:
            found[come] = file
    return found


def materialised(folder: bytes, files: Files, names: Names) -> None:
    made: dict[int, bytes] = {}
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name in sorted(files):
        path = os.path.join(folder, name)
        if name.endswith(b"/"):
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if names[name] in made:
            os.link(made[names[name]], path)
            continue
        made[names[name]] = path
        with open(path, "wb") as file:
            file.write(files[name])


def too_early(files: Files, scenario: str) -> Iterator[str]:
    """What must not be even before anybody recovers: the target neither old nor new, a source away without a result."""
    target = b"a.hdf5" if scenario in ("replace", "bare", "move") else b"out.hdf5"
    if files.get(target) not in (OLD.get(target), NEW):
        yield "the target is neither old nor new"
    if files.get(target) != NEW and any(files.get(name) != content for name, content in OLD.items()):
        yield "a source is away without a result"


# --- protocols that are wrong --------------------------------------------------------------------------------------


def sabotage(name: str) -> None:
    """Make the product do what must be found out."""

    def nothing(*_: Any) -> None:
        pass

    if name == "result not durable":
        replacing.make_durable = nothing
    elif name == "names not durable":
        for module in MODULES:
            if hasattr(module, "sync_folder"):
                module.sync_folder = nothing
    elif name == "removed before renamed":
        finishing.replace = lambda path, target: (os.unlink(target), os.rename(path, target))  # type: ignore[assignment]
    elif name == "sources first":
        replacing.replace_target = _sources_first


def _sources_first(journal: OpenJournal, progress: Any) -> None:
    os.mkdir(journal.merged)
    for one in journal.record.sources:
        os.rename(journal.at(one.path), os.path.join(journal.merged, one.name))
    finishing.replace_target(journal, progress)


def record(scenario: str, folder: bytes, sabotaged: str) -> Recorder:
    """Record a write, in a process of its own: what is sabotaged in it must not be in whoever recovers."""
    do = Campaign(scenario, folder).prepared()
    recorder = Recorder(folder)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        sabotage(sabotaged)
        recorder.install()
        do()
        with open(writer, "w") as pipe:
            pipe.write(repr(recorder.steps))
        os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    recorder.steps = eval(said)
    return recorder


def main() -> None:
    scenario, name, sabotaged = sys.argv[1:4]
    folder = os.fsencode(name)
    wrong: list[str] = []
    count = 0
    recorder = record(scenario, folder, sabotaged)
    scenario = scenario.removeprefix("undo ")
    for files, names in states(recorder):
        count += 1
        found = list(too_early(files, scenario))
        materialised(folder, files, names)
        recovering.recover([folder])
        found += problems(tree(folder), scenario)
        wrong += [f"{sorted(files)}: {problem}" for problem in found]
    sys.stdout.write(json.dumps({"states": count, "wrong": wrong}))


if __name__ == "__main__":
    main()
