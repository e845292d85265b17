"""A file in a line: its trajectories, or what is wrong with it."""

from . import files, text, weights
from .bookkeeping import Trajectory, completed_runs, read_info, row_count, trajectories, without_runs
from .errors import BeingWritten, NotReadable
from .explored import explored_names
from .layout import RUNS
from .model import FileRequest, FileState, FileSummary, Stamp, TrajectorySummary
from .progress import Progress, silent

_SEARCHED = 300
"""Without a list of explored parameters so many groups are searched for them; the overview searches all."""


def summarize_file(request: FileRequest, progress: Progress = silent) -> FileSummary:
    """A file in a line, in some milliseconds. It never fails: what is wrong with the file is its state and sentence.

    ``reclaimable`` is what `weights.estimate_free` finds: the holes in the file, reckoned from HDF5's own account of
    some hundred objects.
    """
    path = request.file
    progress(f"Looking at {files.shown(path)}", 0, 0)
    try:
        return files.steadily(path, _summary_of)
    except BeingWritten as problem:
        return FileSummary(path, FileState.BEING_WRITTEN, problem.title, _stamp(path))
    except NotReadable as problem:
        return FileSummary(path, problem.state, problem.title, _stamp(path))


def summarize_trajectory(trajectory: Trajectory, warnings: list[str]) -> TrajectorySummary:
    """One trajectory in a line; what is missing or odd in it is added to ``warnings``."""
    info = read_info(trajectory, warnings)
    completed = completed_runs(trajectory, warnings)
    rows = row_count(trajectory, RUNS)
    if rows is None:
        warnings.append(without_runs(trajectory))
    return TrajectorySummary(
        path=trajectory.path,
        name=info.name,
        runs=rows if rows is not None else max(0, info.length or 0),
        finished=0 if completed is None else int(completed.sum()),
        explored=tuple(text.printable(name) for name in explored_names(trajectory, warnings, _SEARCHED)),
        created=info.created,
        version=info.version,
        python=info.python,
        comment=info.comment,
    )


def _summary_of(file: files.OpenFile) -> FileSummary:
    warnings: list[str] = []
    found = tuple(summarize_trajectory(one, warnings) for one in trajectories(file, warnings))
    if not found and not warnings:
        warnings.append(f"{file.name} holds no trajectory; it can be looked at as plain HDF5.")
    return FileSummary(
        file=file.path,
        state=FileState.TRAJECTORIES if found else FileState.NO_TRAJECTORY,
        sentence=warnings[0] if warnings else "",
        stamp=file.stamp,
        trajectories=found,
        reclaimable=weights.estimate_free(file),
    )


def _stamp(path: bytes) -> Stamp | None:
    try:
        return files.stamp(path)
    except NotReadable:
        return None
