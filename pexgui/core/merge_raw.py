"""Runs of the merged trajectory held against their source, raw and object by object: those of which the bytes of the
files do not prove at once that all is the same."""

from typing import Any

from . import files, layout
from .compare_sides import OpenSide
from .errors import PexError
from .items import is_leaf
from .merge_names import Names, translated
from .merge_outside import at, full_name
from .progress import Progress
from .twins_image import Image
from .verify import Pair, same_objects
from .verify_trees import Proof, compare_trees

Images = tuple[Image, Image] | None
"""The bytes of a source and of the merged file, where they prove something."""


def wrong(what: str) -> PexError:
    """The error for a merged trajectory that is not as the plan says."""
    return PexError(
        f"The merged trajectory is not what it should be: {what}.",
        "It was thrown away and nothing was changed. The disk may be full or damaged; try another folder.",
    )


class RawRuns:
    """Holds the runs of a source against the merged trajectory: groups, and leaves with all that is in them.

    Links are not looked at, nor what is left out, nor comments where runs that were dropped leave theirs to others.
    """

    def __init__(self, source: int, found: Any, merged: OpenSide, images: Images, progress: Progress) -> None:
        self._side: OpenSide = found.sides[source]
        self._names: dict[bytes, bytes] = found.names[source]
        self._spoken: dict[bytes, bytes] = found.spoken[source]
        self._omitted = found.omitted[source]
        self._merged = merged
        self._proof = Proof(*images) if images is not None else None
        dropped = len(self._names) < len(self._side.names)
        self._changes = {layout.SRVC_INIT_COMMENT: None} if dropped else {}
        self._progress = progress
        self._seen: set[int] = set()

    def check(self, run: bytes) -> None:
        """Compare all that a run holds, wherever it is. Raises `PexError` for the first thing that is not the same."""
        own = len(layout.components(self._side.trajectory.path))
        for homes in self._side.homes.values():
            group = files.group_at(homes[run], run) if run in homes else None
            if group is not None:
                path = (*layout.components(files.path_of(homes[run]))[own:], run)
                self._groups(path, group, at(self._merged.trajectory.group, translated(path, self._names)))

    def _groups(self, path: Names, group: Any, there: Any) -> None:
        if not files.is_group(there):
            raise wrong(f"“{full_name(path)}” is missing")
        if files.address(group) in self._seen:
            return
        self._seen.add(files.address(group))
        same_objects([Pair(group, there, children=False)], self._progress)
        for child in files.listed(group):
            inner = (*path, child.name)
            if not child.hard or inner in self._omitted.paths:
                continue
            node = files.open_listed(group, child.name)
            copy = at(there, (self._spoken.get(child.name, child.name),))
            if files.is_group(node) and (not is_leaf(node) or inner in self._omitted.above):
                self._groups(inner, node, copy)
            elif copy is None:
                raise wrong(f"“{full_name(inner)}” is missing")
            else:
                compare_trees(node, copy, self._proof, self._progress, {b"": self._changes})
