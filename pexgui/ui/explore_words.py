"""Designing explorations in plain words: values, numbers of points, time, space and what came of it."""

import os
from collections.abc import Sequence

from pexgui.core import DesignedValues, ExplorePlan, ExploreResult, text

from .explore_design import Line
from .explore_forms import TEXTS, Kind

TITLE = "New exploration"
SENTENCE = "Choose the values each parameter takes. Every combination becomes one run."
DEFAULT_ONLY = "default only"
HINT = "Drag a row to change the order: the upper one varies slowest. Drop it on another one to have both move in step."
LINKED = "Linked parameters move in step: their first values together, then their second, and so on."
IN_STEP = "They have equally many values and will move in step."
STAYS = "Existing runs stay as they are and are not run again."
NOTHING_NEW = "Every point is there already: there is nothing to add."
READING = "Reading the trajectory…"
INVITATION = "Which parameters does your model have?"
OR_DROP = "Add them one by one, or drop a file: the parameters of an HDF5 file, or columns of values from a table."
NO_PARAMETERS = "Add a parameter to begin."
NOTHING_EXPLORED = "Choose values for at least one parameter."
NOTHING_CHOSEN = "Choose a parameter above to give it values."
ONLY_WRITTEN = "The runs are written down, not run yet. Afterwards you run them, here or with pypet."
BEFORE = "As it was before the last change."
COPIED = "The script was copied."
SAVED = "The script was saved."
TOO_MANY = "These values are too many to be edited here; others can be pasted or put in another way."
PATIENCE = "Nothing is put in place before it was written and checked."


def signed(words: str) -> str:
    """Numbers with a real minus sign, as they are shown."""
    return words.replace("-", text.MINUS)


def values(line: Line) -> str:
    """The values of a parameter in a few words."""
    kind, parts = line.form.kind, [signed(part.strip()) for part in line.form.parts]
    if kind is Kind.DEFAULT:
        return DEFAULT_ONLY
    if kind in TEXTS:
        return text.printable(line.form.parts[0].strip(), 300)
    span = f"{parts[0]} … {parts[1]}"
    more = {
        Kind.EVEN: "evenly spaced",
        Kind.STEPS: f"step {parts[2]}",
        Kind.LOG: "logarithmic",
        Kind.RANDOM: f"random, seed {parts[-1]}",
    }
    return f"{span},  {more[kind]}"


def row(line: Line, known: DesignedValues | None, linked: Sequence[Line]) -> str:
    """All that a row of the table says, for those who hear it."""
    name = text.printable(line.name) or "New parameter"
    parts = [name, line.type, f"default {text.printable(line.default, 80)}" if line.default else ""]
    parts.append(values(line))
    if known is not None and line.explored():
        parts.append(known.problem or text.count(known.count, "value"))
    others = [other.short() for other in linked if other is not line]
    if others:
        parts.append(f"in step with {listed(others)}")
    return ", ".join(filter(None, parts))


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    shown = [text.printable(name, 60) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def product(plan: ExplorePlan) -> str:
    """``10 g_exc × 2 g_inh × 5 rate and weight``."""
    parts = [
        f"{count:,} {listed([name.rpartition('.')[2] for name in group])}"
        for group, count in zip(plan.groups, plan.counts, strict=True)
    ]
    return f" {text.TIMES} ".join(parts)


def cores() -> int:
    """How many cores this machine has."""
    return os.cpu_count() or 1


def expected_time(plan: ExplorePlan, machine: int) -> str:
    """How long the new runs take on all cores of the machine."""
    if not plan.runs:
        return "nothing to run"
    if plan.seconds is None:
        return "not known before a run is finished"
    whole = plan.seconds * plan.runs / max(1, min(machine, plan.runs))
    each = f"{text.duration(plan.seconds)} per run"
    return f"about {_round(whole)} on {text.count(machine, 'core')}, {each}"


def _round(seconds: float) -> str:
    step = 1 if seconds < 60 else 60 if seconds < 7200 else 3600
    return text.duration(max(step, round(seconds / step) * step)) if seconds >= 1 else "a moment"


def expected_size(plan: ExplorePlan) -> str:
    """What the new runs need on the disk, and what is free."""
    free = f"{text.size(plan.free)} free" if plan.free else ""
    more = " more" if plan.request.extend else ""
    if not plan.runs:
        need = "nothing"
    else:
        need = "not known yet" if plan.size is None else f"{text.size(round(plan.size * plan.runs))}{more}"
    return ", ".join(filter(None, (need, free)))


def too_large(plan: ExplorePlan) -> bool:
    """Whether more is needed than is free."""
    return plan.size is not None and 0 < plan.free < plan.size * plan.runs


def reason(plan: ExplorePlan) -> str:
    """Why a plan cannot be carried out; empty when it can."""
    if plan.trouble:
        return plan.trouble
    problem = next((one.problem for one in plan.values if one.problem), "")
    if problem:
        return problem
    return NOTHING_NEW if plan.request.extend and not plan.runs else ""


def accent(plan: ExplorePlan | None, extend: bool) -> str:
    """The words on the button that leads on."""
    if plan is None or not plan.runs:
        return "Add runs" if extend else "Create…"
    return f"Add {text.count(plan.runs, 'run')}" if extend else f"Create {text.count(plan.runs, 'run')}…"


def told(plan: ExplorePlan, result: ExploreResult) -> tuple[str, str]:
    """What came of it: a claim and a sentence."""
    name = text.printable(os.path.basename(result.file), 80)
    trajectory = text.printable(result.path.rpartition(b"/")[2], 80)
    if plan.request.extend:
        claim = f"{text.count(result.added, 'run')} added to {trajectory}"
        return claim, f"“{name}” has {text.count(result.runs, 'run')} now. Runs to do says how to run the new ones."
    claim = f"{text.count(result.runs, 'run is', 'runs are')} ready to be run"
    return claim, f"“{name}” was written and checked. Runs to do says how to run them."


def runs_there(result: ExploreResult) -> str:
    """How many runs there are, and how many of them are new."""
    if result.added == result.runs:
        return f"{result.runs:,}, none of them run yet"
    return f"{result.runs:,}, of which {result.added:,} are new"
