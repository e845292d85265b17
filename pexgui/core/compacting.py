"""Files made smaller: first the plan of what that would save, then exactly that, verified from the disk."""

import os
import shutil
from collections.abc import Iterator

from . import compact_estimate, files, headers, replacing, text
from .bookkeeping import trajectories
from .commit import as_input, shown
from .compact_copy import Load
from .compact_recode import recoding
from .errors import NotReadable, PexError
from .model import FileState, Stamp
from .model_compact import (
    CODECS,
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactResult,
    CompactWork,
    Mode,
    PlannedFile,
)
from .model_write import Work
from .progress import Cancelled, Progress, silent

_LEAST = 2048
_LEAST_SHARE = 0.02
"""What saves fewer bytes or a smaller part of the file is not worth doing."""
_LOAD_PER_SECOND = 8e6
_HIGHEST = 9
_ROOM = 64 << 10
_TRIED = 4 << 20
"""Of files of up to so many bytes the fast copy is tried in memory."""


def plan_compact(request: CompactRequest, progress: Progress = silent) -> CompactPlan:
    """What compacting would save, file by file. A file that cannot be compacted has its problem in the plan.

    Raises `PexError` when the request itself makes no sense.
    """
    _check(request)
    found = []
    for number, path in enumerate(_different(request.files)):
        progress(f"Measuring {files.shown(path)}", number, len(request.files))
        found.append(_planned(path, request, progress))
    return plan_of(request, tuple(found))


def plan_of(request: CompactRequest, found: tuple[PlannedFile, ...]) -> CompactPlan:
    """The plan for some of the files of a request, each planned before."""
    to_do = [one for one in found if not one.problem]
    sizes = [one.needed for one in to_do]
    needed = sum(sizes) if request.backup or request.target else max(sizes, default=0)
    folders = {os.path.dirname(os.path.realpath(request.target or one.file)) for one in to_do}
    free = min((shutil.disk_usage(folder).free for folder in folders if os.path.isdir(folder)), default=0)
    return CompactPlan(request, found, needed, free, sum(one.load for one in to_do) / _LOAD_PER_SECOND)


def compact(work: CompactWork, progress: Progress = silent) -> CompactResult:
    """Do what the plan says with each file, verify it, and only then let it take its place.

    A file for which that fails is told in the result, stays as it is, and does not keep the others from being done.
    Raises `Cancelled` when the person stopped it before any file was done; otherwise the result says so.
    """
    from .compact_doing import carry_out

    done: list[CompactedFile] = []
    for planned in work.plan.files:
        try:
            done.append(carry_out(planned, work.plan.request, progress))
        except Cancelled:
            if not done:
                raise
            return CompactResult(tuple(done), True)
        except PexError as error:
            done.append(
                CompactedFile(
                    planned.file, planned.file, planned.size, planned.size, problem=error.title, hint=error.hint
                )
            )
    return CompactResult(tuple(done))


def _check(request: CompactRequest) -> None:
    if request.codec not in CODECS:
        raise PexError(f"There is no codec “{text.printable(request.codec)}”.", f"Choose one of {', '.join(CODECS)}.")
    if not 0 <= request.level <= _HIGHEST:
        raise PexError(f"There is no level {request.level}.", "Levels go from 1 to 9; 0 is that of the file.")
    if request.mode is Mode.FAST and request.codec != "keep":
        raise PexError("The fast mode compresses nothing anew.", "Leave the codec as it is, or choose the mode small.")
    if request.target and len(request.files) != 1:
        raise PexError("Several files cannot be compacted into one.", "Merge them first, or compact them one by one.")
    if request.rescue and not request.target:
        raise PexError("What is rescued needs a file of its own.", "Choose where the copy goes.")


def _different(paths: tuple[bytes, ...]) -> list[bytes]:
    """Each file once, whatever it is called, in the order in which they are named."""
    found: dict[tuple[int, int] | bytes, bytes] = {}
    for path in paths:
        try:
            status = os.stat(path)
            found.setdefault((status.st_dev, status.st_ino), path)
        except (OSError, ValueError):
            found.setdefault(path, path)
    return list(found.values())


def _planned(path: bytes, request: CompactRequest, progress: Progress) -> PlannedFile:
    opened = []

    def measured(file: files.OpenFile) -> PlannedFile:
        opened.append(True)
        return _measured(file, request, progress)

    try:
        return files.steadily(path, measured, whole=True)
    except PexError as error:
        damaged = bool(opened) and isinstance(error, NotReadable) and error.state is FileState.DAMAGED
        size = _size(path)
        return PlannedFile(path, _stamp(path), size, size, False, problem=error.title, hint=error.hint, damaged=damaged)


def _size(path: bytes) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0


def _stamp(path: bytes) -> Stamp:
    try:
        return files.stamp(path)
    except PexError:
        return Stamp(0, 0, 0)


def _measured(file: files.OpenFile, request: CompactRequest, progress: Progress) -> PlannedFile:
    small = request.mode is Mode.SMALL
    with headers.raw(file.path, file.id) as content:
        load = Load(progress, "", small, recoding(file, request), [] if request.rescue else None, 0, content)
        at_once = not small and not request.rescue and file.stamp.size <= _TRIED
        found = compact_estimate.estimate(file.root, load, at_once)
    size = file.stamp.size
    expected = found.size + file.id.get_create_plist().get_userblock()
    needed = round(1.1 * min(expected, size)) + _ROOM
    target = os.path.realpath(request.target or file.path)
    replaces = os.path.lexists(target) and (request.backup or not request.target)
    work = Work(target, (as_input(file.path),), replaces, backup=request.backup, needed=needed)
    notes = replacing.preflight(work)
    return PlannedFile(
        file.path,
        file.stamp,
        size,
        min(expected, size),
        size - expected >= max(_LEAST, _LEAST_SHARE * size),
        tuple(text.printable(one.path[1:]) for one in trajectories(file, [])),
        found.codec,
        needed,
        found.load,
        (*notes, *_links(file.path)),
    )


def _links(path: bytes) -> Iterator[str]:
    if os.path.islink(path):
        yield f"“{shown(path)}” is a link; the file it leads to is compacted."
