"""A merge carried out: built beside its target, verified from the disk, put into its place, the sources put away."""

import os
import time
from typing import Any

from . import files, recovering, replacing, text
from .commit import as_input
from .errors import PexError
from .merge_building import Builder, begun
from .merge_checking import check
from .merging import opened, taken_out
from .model_merge import MergePlan, MergeResult, Sources
from .model_write import PutAway, Work
from .progress import Progress

_PUT_AWAY = {Sources.KEEP: PutAway.KEEP, Sources.PUT_AWAY: PutAway.MOVE, Sources.DELETE: PutAway.DELETE}


def carry_out(plan: MergePlan, progress: Progress) -> MergeResult:
    """See `merging.merge`. What an earlier write into the same folder left behind is finished or undone first."""
    if plan.problem:
        raise PexError(plan.problem, "Nothing was changed. Change the plan, then merge.")
    request = plan.request
    target = os.path.realpath(request.target or request.sources[0].file)
    started = time.time()
    found_before = recovering.recover((os.path.dirname(target),), progress)
    with opened(request, progress) as found:
        _check_stamps(plan, found)
        _check_target(plan, target)
        verified = 0

        def write(path: bytes) -> None:
            with begun(path, found.sides[0], not request.target) as root:
                Builder(root, found, request, started, progress).build()
                for side in taken_out(request, found.sides):
                    root.unlink(side.trajectory.path.strip(b"/"))

        def verify(path: bytes) -> None:
            nonlocal verified
            try:
                verified = check(path, found, request, progress)
            finally:
                _check_stamps(plan, found)  # A source that was changed explains whatever else is found.
            progress("Putting the result into its place", 0, 0)

        work = Work(
            target,
            tuple(as_input(path) for path in dict.fromkeys(source.source.file for source in plan.sources)),
            replaces=os.path.lexists(target),
            backup=request.backup,
            put_away=_PUT_AWAY[request.after],
            needed=plan.needed - replacing.SLACK,
        )
        done = replacing.carry_out(work, write, verify, progress)
    return MergeResult(
        done.target,
        found.sides[0].trajectory.path,
        plan.name,
        plan.runs,
        done.size,
        verified,
        done.backup,
        done.folder,
        (*(sentence for one in found_before if one.ours for sentence in one.sentences), *done.notes),
        done.undo,
    )


def _check_target(plan: MergePlan, target: bytes) -> None:
    """Refuse what would use up a file that is to stay."""
    inputs = [os.path.realpath(source.source.file) for source in plan.sources]
    if plan.request.target and target in inputs:
        name = text.printable(os.path.basename(target))
        raise PexError(
            f"“{name}” is one of the files to be merged.",
            "Nothing was changed. Choose another name, or merge into the first file.",
        )
    if plan.request.after is Sources.DELETE:
        _check_deletable(plan, target)


def _check_deletable(plan: MergePlan, target: bytes) -> None:
    """A file that holds more than what is merged is not deleted."""
    merged: dict[bytes, set[bytes]] = {}
    for source in plan.sources:
        merged.setdefault(source.source.file, set()).add(source.source.trajectory.strip(b"/"))
    for path, names in merged.items():
        if os.path.realpath(path) == target:
            continue
        with files.reading(path) as file:
            others = set(files.names(file.root)) - names
        if others:
            kept = text.printable(min(others))
            title = f"{files.shown(path)} holds more than what is merged, such as “{kept}”, and would be deleted."
            raise PexError(title, "Nothing was changed. Put the files away instead, or keep them.")


def _check_stamps(plan: MergePlan, found: Any) -> None:
    """Refuse when a source is not, or no longer, what it was when the plan was made."""
    for planned, side in zip(plan.sources, found.sides, strict=True):
        if planned.stamp != side.file.stamp or side.file.changed():
            raise PexError(
                f"{side.file.name} has changed since the plan was made.",
                "Nothing was changed. Look at the plan again, then merge.",
            )
