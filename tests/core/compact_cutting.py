"""Kills whole compactions as `merge_cutting` kills merges; run in the same way."""

import os
from collections.abc import Iterator

from pexgui.core import (
    CompactRequest,
    CompactWork,
    Mode,
    PexError,
    UndoWriteRequest,
    compact,
    files,
    plan_compact,
    undo_write,
    verify_trees,
)
from tests.core.merge_cutting import Campaign, digests, main

SCENARIOS = {"small": (Mode.SMALL, True), "fast": (Mode.FAST, True), "bare": (Mode.SMALL, False)}
"""How is compacted, and whether with a backup."""


class Compactions(Campaign):
    """Compactions of a file beside another that are killed."""

    def choose(self, scenario: str) -> None:
        self.mode, self.backup = SCENARIOS[scenario]

    def work(self) -> object:
        request = CompactRequest((os.fsencode(self.folder / "a.hdf5"),), self.mode, backup=self.backup)
        (done,) = compact(CompactWork(plan_compact(request))).files
        if done.problem:
            raise PexError(done.problem, done.hint)
        return done

    def incomplete(self, there: dict[str, str]) -> Iterator[str]:
        """What is wrong with a file that is said to be compacted."""
        old, new = os.fsencode(self.kept / "a.hdf5"), os.fsencode(self.folder / "a.hdf5")
        with files.reading(old) as source, files.reading(new) as copy:
            verify_trees.same_trees(source.root, copy.root, storage=False)
        kept = [digest for name, digest in there.items() if name.endswith(".bak")]
        if kept != ([self.before["a.hdf5"]] if self.backup else []):
            yield f"there are {len(kept)} backups"
        if {name for name in there if not name.endswith((".bak", ".undo"))} != set(self.before):
            yield f"there are {sorted(there)}"
        if there["b.hdf5"] != self.before["b.hdf5"]:
            yield "another file was changed"
        if self.backup:
            undo_write(UndoWriteRequest(target=new))
            if digests(self.folder) != self.before:
                yield "undone, it is not as before"


if __name__ == "__main__":
    main(Compactions)
