"""A plan for a sweep carried out: a new file is made, or missing points are appended to a trajectory."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from . import files, recovering, replacing, text
from .appending import appending
from .commit import as_input
from .design_source import BRANCH
from .errors import PexError
from .explore_building import build
from .explore_checking import check_extended, check_new
from .explore_planning import Look, look
from .extending import extend
from .model_explore import ExplorePlan, ExploreResult, ExploreWork
from .model_write import Work
from .progress import Progress

_NOTHING = "Nothing was changed."
_PER_RUN = 2_000
"""About so many bytes a run takes in the tables of a new trajectory, before they are compressed."""


def carry_out(work: ExploreWork, progress: Progress) -> ExploreResult:
    """See `exploring.explore`."""
    if work.plan.trouble:
        raise PexError(work.plan.trouble, f"{_NOTHING} Change the design.")
    found = look(work.plan.request, progress)
    _check_plan(work.plan, found)
    return _extended(found, progress) if work.plan.request.extend else _made(work, found, progress)


def _check_plan(plan: ExplorePlan, found: Look) -> None:
    """Refuse when the plan is not, or no longer, what would be done."""
    if plan.stamp != found.plan.stamp:
        title = f"{files.shown(plan.request.source)} has changed since the plan was made."
        raise PexError(title, f"{_NOTHING} Look at the plan again, then go on.")
    if found.plan.trouble:
        raise PexError(found.plan.trouble, f"{_NOTHING} Look at the plan again.")
    if (plan.points, plan.runs) != (found.plan.points, found.plan.runs):
        raise PexError("The plan does not fit the design any more.", f"{_NOTHING} Look at the plan again.")


# --- a new trajectory


def _made(work: ExploreWork, found: Look, progress: Progress) -> ExploreResult:
    request = work.plan.request
    target = os.path.realpath(request.target)
    before = recovering.recover((os.path.dirname(target),), progress)
    is_there = os.path.lexists(target)
    if is_there and not work.replace:
        raise PexError(f"{files.shown(target)} is there already.", f"{_NOTHING} Choose another name, or replace it.")
    progress("Choosing the points", 0, 0)
    values = {BRANCH + name: own for name, own in found.points.over(list(found.points.all())).items()}
    created = time.time()

    def write(path: bytes) -> None:
        with _as_problem():
            build(path, found, values, created, progress)

    def verify(path: bytes) -> None:
        progress("Reading what was written", 0, 0)
        with files.reading(path) as opened:
            check_new(opened, values, found)

    sources = (as_input(request.source),) if request.source else ()
    needed = work.plan.runs * (_PER_RUN + 16 * len(values))
    wanted = Work(target, sources, replaces=is_there, backup=False, needed=needed)
    done = replacing.carry_out(wanted, write, verify, progress)
    told = (sentence for one in before if one.ours for sentence in one.sentences)
    return ExploreResult(done.target, f"/{request.name}".encode(), work.plan.runs, work.plan.runs, (*told, *done.notes))


@contextmanager
def _as_problem() -> Iterator[None]:
    """What cannot be stored becomes a sentence."""
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        raise PexError(text.printable(str(error), 500), f"{_NOTHING} Change the values.") from error


# --- more runs


def _extended(found: Look, progress: Progress) -> ExploreResult:
    source = found.source
    assert source is not None
    progress("Choosing the points", 0, 0)
    missing = found.points.over(list(found.points.missing(found.there)))
    values = {BRANCH + name: own for name, own in missing.items()}
    runs = source.runs + found.plan.runs
    with appending(source.file) as root:
        if files.stamp(source.file) != source.stamp:
            title = f"{files.shown(source.file)} has changed since the plan was made."
            raise PexError(title, f"{_NOTHING} Look at the plan again, then go on.")
        progress(f"Adding runs to {files.shown(source.file)}", 0, 0)
        trajectory = files.open_node(root, source.path)
        with _as_problem():
            extend(trajectory, values, runs)
        progress("Reading what was written", 0, 0)
        check_extended(trajectory, values, found)
        progress("Putting the result into its place", 0, 0)
    return ExploreResult(source.file, source.path, runs, found.plan.runs)
