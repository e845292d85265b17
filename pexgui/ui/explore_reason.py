"""Why there can be no runs of a design yet."""

from . import explore_words as words
from .explore_begin import Beginning
from .explore_planning import ExplorePlanning

_CALM = (words.NO_PARAMETERS, words.NOTHING_EXPLORED, words.NOTHING_NEW, words.READING)


def why_not(beginning: Beginning, planning: ExplorePlanning) -> str:
    """The reason as a sentence; empty when there can be runs, or as long as nobody knows."""
    state = beginning.state
    if beginning.busy():
        return words.READING
    if not state.lines:
        return words.NO_PARAMETERS
    if not state.explored():
        return words.NOTHING_EXPLORED
    if state.trouble()[1]:
        return state.trouble()[1]
    if planning.problem is not None:
        return f"{planning.problem.title} {planning.problem.hint}".strip()
    return words.reason(planning.plan) if planning.plan is not None else ""


def outdated(reason: str, planning: ExplorePlanning) -> bool:
    """Whether what is known last is not of the newest design, because that has no points."""
    return bool(reason) and reason not in _CALM and (planning.plan is None or not planning.plan.points)
