"""Where in the merge wizard something can be done about what is missing in a plan."""

from enum import Enum, auto

from pexgui.core import MergePlan


class Where(Enum):
    """The page on which a problem can be solved."""

    FILES = auto()
    RUNS = auto()
    DETAILS = auto()


def trouble_on(page: Where, plan: MergePlan | None) -> str:
    """The problem of a plan if it can be solved on ``page``, else nothing."""
    return plan.problem if plan is not None and plan.problem and where(plan) is page else ""


def where(plan: MergePlan) -> Where:
    """Damage is repaired beside its file, values are given beside the runs, what is left out is among the details."""
    damage = (one.name for source in plan.sources if not source.source.repair for one in source.damage)
    if any(what in plan.problem for what in damage):
        return Where.FILES
    trial = bool(plan.request.trial) and plan.request.trial not in plan.trials
    if lacking(plan) or trial or not plan.runs or refused_values(plan) or not plan.request.ignore:
        return Where.RUNS
    return Where.DETAILS


def lacking(plan: MergePlan) -> bool:
    """Whether a parameter has no value yet for a source without it."""
    return any(not fill for one in plan.missing for fill in one.fills)


def refused_values(plan: MergePlan) -> set[str]:
    """The parameters of which a value that was given is none that they can have; known once all are given."""
    if lacking(plan):
        return set()
    given = {fill.name for fill in plan.request.fills if fill.value}
    return {name for name in given if f"“{name}”" in plan.problem}
