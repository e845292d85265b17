"""Names in a trajectory: those that nodes may have, the short words for branches, and the wildcards for runs."""

import re
from collections.abc import Callable

from . import layout

PARAMETERS = layout.PARAMETERS.decode()
DERIVED_PARAMETERS = layout.DERIVED_PARAMETERS.decode()
RESULTS = layout.RESULTS.decode()
CONFIG = layout.CONFIG.decode()
RUNS = layout.RUNS.decode()
OF_RUNS = (RESULTS, DERIVED_PARAMETERS)
"""The branches in which runs leave their data."""

BRANCHES = {
    "par": PARAMETERS,
    "param": PARAMETERS,
    "dpar": DERIVED_PARAMETERS,
    "dparam": DERIVED_PARAMETERS,
    "res": RESULTS,
    "conf": CONFIG,
}
RUN_WILDCARDS = frozenset({layout.RUN_WILDCARD.decode(), "crun"})
SET_WILDCARDS = frozenset({layout.SET_WILDCARD.decode(), "crunset"})
WILDCARDS = RUN_WILDCARDS | SET_WILDCARDS
_NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,126}\Z")
_SHORT_RUN = re.compile(r"(?:r|run)_(\d{1,7}|A)\Z")
_SHORT_SET = re.compile(r"(?:rs|runset)_(\d{1,4})\Z")
_SET_OF_RUN = re.compile(r"(?:rts|runtoset)_(\d{1,7}|A)\Z")


def checked(name: str, what: str = "") -> str:
    """``name`` if a node can have it. Raises `ValueError`."""
    if not _NAME.match(name):
        place = f" in “{what}”" if what and what != name else ""
        raise ValueError(f"“{name}”{place} cannot be a name in a trajectory; letters, digits, _ and - can be in it.")
    return name


def split(name: str) -> list[str]:
    """The components of a full name. Raises `ValueError` where one is empty."""
    parts = name.split(".")
    if not all(parts):
        raise ValueError(f"“{name}” has an empty part.")
    return parts


def translated(part: str, run: str | None, run_set: str | None) -> str:
    """A component with the wildcards replaced: by ``run`` and ``run_set``, or, without a run, by what is for all."""
    if part in RUN_WILDCARDS:
        return run or layout.RUN_ALL.decode()
    if part in SET_WILDCARDS:
        return run_set or layout.SET_ALL.decode()
    return part


def in_short(part: str, wildcard: Callable[[str, int], str] | None = None) -> str:
    """What a short word for a branch, a run (``r_3``, ``r_A`` for all) or a set of runs (``rs_0``, or ``rts_3`` for
    that of run 3) stands for; else itself. ``wildcard`` says what a wildcard stands for in a run."""
    if part in BRANCHES:
        return BRANCHES[part]
    means = wildcard or _by_default
    if found := _SHORT_RUN.match(part):
        return means("$", _index(found[1]))
    if found := _SHORT_SET.match(part):
        return means("$set", int(found[1]) * layout.RUNS_PER_SET)
    if found := _SET_OF_RUN.match(part):
        return means("$set", _index(found[1]))
    return part


def _index(digits: str) -> int:
    return -1 if digits == "A" else int(digits)


def _by_default(wildcard: str, index: int) -> str:
    if index < 0:
        return translated(wildcard, None, None)
    return translated(wildcard, layout.run_name(index).decode(), run_set_of(index))


def run_set_of(index: int) -> str:
    """The name of the set of runs in which a run is."""
    return layout.run_set_name(index).decode()
