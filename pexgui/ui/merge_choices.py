"""What a person chose in the merge wizard so far, and the request that follows from it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from pexgui.core import (
    Choice,
    FileState,
    FileSummary,
    Fill,
    MergeRequest,
    MergeSource,
    NamedChoice,
    Sources,
    TrajectorySummary,
    text,
)


@dataclass(eq=False)
class Source:
    """A trajectory on the list: its file, its group (empty: not read yet), what is known of the file, and whether what
    is damaged in it is to be repaired."""

    file: bytes
    trajectory: bytes = b""
    summary: FileSummary | None = None
    repair: bool = False

    def name(self) -> str:
        """The name of its file."""
        return text.printable(os.path.basename(self.file))

    def folder(self) -> str:
        return shown_path(os.path.dirname(self.file))

    def found(self) -> tuple[TrajectorySummary, ...]:
        """The trajectories of the file."""
        return self.summary.trajectories if self.summary is not None else ()

    def chosen(self) -> TrajectorySummary | None:
        """The trajectory that is to be merged."""
        return next((each for each in self.found() if each.path == self.trajectory), None)

    def take(self, summary: FileSummary) -> None:
        """Know what is in the file; unless one was chosen, its last trajectory is taken."""
        self.summary = summary
        if self.found() and self.chosen() is None:
            self.trajectory = self.found()[-1].path

    def trouble(self) -> str:
        """Why the file cannot be merged; empty when it can, or as long as it is not read."""
        if self.summary is None or self.chosen() is not None:
            return ""
        return self.summary.sentence or _NOTHING.get(self.summary.state, "There is no trajectory in this file.")


_NOTHING = {
    FileState.NOT_HDF5: "This is no HDF5 file.",
    FileState.DAMAGED: "This file is damaged.",
    FileState.BEING_WRITTEN: "This file is being written by another program.",
    FileState.UNREADABLE: "This file cannot be read.",
}


@dataclass
class MergeChoices:
    """Everything that was chosen. ``target`` is empty as long as the proposed one is meant."""

    sources: list[Source] = field(default_factory=list)
    once: bool = False
    trial: str = ""
    fills: dict[tuple[str, Source], str] = field(default_factory=dict)
    conflict: Choice = Choice.KEEP_FIRST
    each: dict[str, Choice] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    in_place: bool = False
    target: bytes = b""
    backup: bool = True
    after: Sources = Sources.KEEP

    # --- the files

    def add(self, file: bytes, trajectory: bytes = b"") -> str:
        """Put a file on the list; a sentence when it is there already."""
        same = [source for source in self.sources if source.file == file]
        free = [one.path for one in same[0].found() if one.path not in {s.trajectory for s in same}] if same else []
        if same and trajectory and trajectory not in {source.trajectory for source in same}:
            free = [trajectory]
        if same and not free:
            return f"“{same[0].name()}” is on the list already. A trajectory cannot be merged with itself."
        added = Source(file, free[0] if same else trajectory)
        if same and same[0].summary is not None:
            added.take(same[0].summary)
        self.sources.append(added)
        return ""

    def move(self, source: Source, to: int) -> bool:
        """Give a source another place in the order; False when it has that already."""
        to = max(0, min(len(self.sources) - 1, to))
        if self.sources.index(source) == to:
            return False
        self.sources.remove(source)
        self.sources.insert(to, source)
        return True

    def twins(self) -> dict[Source, int]:
        """The sources that are the same trajectory as an earlier one, with the number of that."""
        seen: dict[tuple[bytes, bytes], int] = {}
        found = {}
        for number, source in enumerate(self.sources, 1):
            first = seen.setdefault((source.file, source.trajectory), number) if source.trajectory else number
            if first != number:
                found[source] = first
        return found

    def meant_by(self, planned: Iterable[MergeSource]) -> list[Source | None]:
        """The sources that a plan speaks of; None for one that is not on the list any more."""
        known = {(source.file, source.trajectory): source for source in self.sources}
        return [known.get((one.file, one.trajectory)) for one in planned]

    def files_trouble(self) -> str:
        """What is missing on the list of files, as a sentence."""
        if len(self.sources) < 2:
            missing = "two files" if not self.sources else "another file"
            return f"Add {missing} to continue."
        twins = self.twins()
        for source in self.sources:
            name = cut(source.name())
            if source in twins:
                return f"Choose another trajectory of “{name}”, or take it off the list, to continue."
            if source.trouble():
                return f"Take “{name}” off the list to continue: it cannot be merged."
        return "Reading the files…" if any(source.summary is None for source in self.sources) else ""

    # --- where to

    def proposed(self) -> bytes:
        """A name beside the first file that is free."""
        if not self.sources:
            return b""
        stem, dot, ending = os.path.basename(self.sources[0].file).rpartition(b".")
        stem, ending = (stem, dot + ending) if stem else (ending, b"")
        folder = os.path.dirname(self.sources[0].file)
        names = (stem + b" merged" + (b" %d" % number if number > 1 else b"") + ending for number in range(1, 1000))
        return next(path for name in names if not os.path.lexists(path := os.path.join(folder, name)))

    def result(self) -> bytes:
        """The file that the merge makes or replaces."""
        if self.in_place:
            return self.sources[0].file if self.sources else b""
        return self.target or self.proposed()

    def replaces(self) -> bool:
        """Whether a file is there already."""
        return self.in_place or os.path.lexists(self.result())

    def where_trouble(self) -> str:
        """What is wrong with the place of the result, or with what becomes of the sources, as a sentence."""
        result = os.path.realpath(self.result())
        name = text.printable(os.path.basename(result), 80)
        if not self.in_place and any(result == os.path.realpath(source.file) for source in self.sources):
            return f"“{name}” is one of the files to be merged. Choose another name, or merge into the first file."
        if os.path.isdir(result):
            return "There is a folder of this name. Choose another name."
        if not os.path.isdir(os.path.dirname(result)):
            return "The folder for the result is not there. Choose another one."
        if not _writable(result):
            return "Nothing can be written into the folder for the result. Choose another one."
        return self._going_trouble(result) if self.after is not Sources.KEEP else ""

    def _going_trouble(self, result: bytes) -> str:
        """Why a source cannot be put away or deleted."""
        going = [source for source in self.sources if os.path.realpath(source.file) != result]
        for source in going:
            if not _writable(source.file):
                return f"“{cut(source.name())}” cannot be put away: its folder does not allow it. Let the files stay."
        merged = {(source.file, source.trajectory) for source in going}
        for source in going if self.after is Sources.DELETE else ():
            if any((source.file, one.path) not in merged for one in source.found()):
                return f"“{cut(source.name())}” holds more than what is merged. Put the files away instead."
        return ""

    # --- all of it

    def request(self) -> MergeRequest | None:
        """What is asked for; None as long as the files are not clear."""
        if self.files_trouble():
            return None
        numbers = {source: number for number, source in enumerate(self.sources)}
        fills = [Fill(name, numbers[s], value) for (name, s), value in self.fills.items() if s in numbers]
        return MergeRequest(
            tuple(MergeSource(source.file, source.trajectory, source.repair) for source in self.sources),
            b"" if self.in_place else self.result(),
            self.once,
            self.trial,
            self.conflict,
            tuple(NamedChoice(name, choice) for name, choice in self.each.items()),
            tuple(self.ignore),
            tuple(sorted(fills, key=lambda fill: (fill.name, fill.source))),
            backup=self.backup,
            after=self.after,
        )


def _writable(file: bytes) -> bool:
    """Whether something can be put into the folder of a file, or taken out of it."""
    return os.access(os.path.dirname(file) or b".", os.W_OK | os.X_OK)


def shown_path(path: bytes) -> str:
    """A path as people write it, with ``~`` for the home folder."""
    home = os.path.expanduser(b"~").rstrip(b"/")
    inside = home and (path == home or path.startswith(home + b"/"))
    return text.printable(b"~" + path[len(home) :] if inside else path, 4096)


def cut(words: str, limit: int = 44) -> str:
    """Words for the middle of a sentence: what is too long for that loses its middle."""
    return words if len(words) <= limit else f"{words[: limit // 2]}…{words[-(limit - limit // 2 - 1) :]}"
