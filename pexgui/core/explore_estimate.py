"""What a run of a trajectory takes: its time, and its bytes on the disk, from some of those that are finished."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import files
from .bookkeeping import Trajectory
from .errors import FAILURES, NotReadable
from .nodes import VisitKind
from .places import run_places
from .progress import Progress
from .weights import weight_of

_SAMPLE = 12
"""So many finished runs are weighed."""

_MOST_PLACES = 300
_MOST_OBJECTS = 400
"""So many objects of a run at most; one with more is not weighed to its end."""


def seconds_of_run(runtime: "NDArray[np.float64]", finished: "NDArray[np.bool_]") -> float | None:
    """The median of the times that finished runs took, in seconds; None when none is known."""
    known = runtime[finished]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else None


def size_of_run(
    trajectory: Trajectory, names: Sequence[bytes], finished: "NDArray[np.bool_]", progress: Progress
) -> float | None:
    """The bytes that a finished run takes on the disk, on average; None when no run has anything stored."""
    done = np.flatnonzero(finished).tolist()
    if not done:
        return None
    step = len(done) / min(len(done), _SAMPLE)
    chosen = [names[done[int(step * (place + 0.5))]] for place in range(min(len(done), _SAMPLE))]
    sizes = dict.fromkeys(chosen, 0)
    for place in run_places(trajectory, names, progress, _MOST_PLACES):
        for name in place.runs.intersection(sizes):
            sizes[name] += _size(place.group, name)
    weighed = [size for size in sizes.values() if size]
    return sum(weighed) / len(weighed) if weighed else None


def _size(group: Any, name: bytes) -> int:
    """The bytes of the group of a run with all that is in it."""
    total = 0
    try:
        run = files.group_at(group, name)
        if run is None:
            return 0
        total += sum(weight_of(run)[:2])
        for done, visit in enumerate(files.walk(run)):
            if done >= _MOST_OBJECTS:
                break
            if visit.kind in (VisitKind.GROUP, VisitKind.DATASET):
                total += sum(weight_of(visit.node)[:2])
    except (NotReadable, *FAILURES):
        return total
    return total
