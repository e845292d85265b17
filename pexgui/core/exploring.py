"""Designing sweeps: what a design means, and the trajectory that is made or extended by it."""

from .explore_doing import carry_out
from .explore_planning import look
from .model_explore import ExplorePlan, ExploreRequest, ExploreResult, ExploreWork
from .progress import Progress, silent


def plan_explore(request: ExploreRequest, progress: Progress = silent) -> ExplorePlan:
    """What a design means; nothing is changed. What is wrong with the design is in the plan. Raises `NotReadable` when
    the source cannot be read.

    The points of a new trajectory are all those of the design, with those that are repeated. With ``extend`` they are
    those that no run has yet, each once: of a run count the values of all parameters that are explored in the
    trajectory or in the design. Values are equal as `nested_equal` says. Runs that are not finished count too.
    """
    return look(request, progress).plan


def explore(work: ExploreWork, progress: Progress = silent) -> ExploreResult:
    """Carry out a plan. What is written is read back before it counts; when anything is raised, nothing was changed.

    Raises `PexError`.
    """
    return carry_out(work, progress)
