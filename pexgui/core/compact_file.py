"""Compacting for scripts, by pypet's name and arguments."""

import os

from .bookkeeping import trajectories
from .commit import discard, place_anew
from .compact_settings import Settings, settings_of
from .compacting import compact, plan_compact
from .errors import PexError
from .files import reading, shown
from .model_compact import CODECS, CompactRequest, CompactWork
from .register import noted
from .text import printable

Place = str | bytes | os.PathLike[str]
_BACKUP = b"_backup"


def compact_hdf5_file(
    filename: Place, name: str | None = None, index: int | None = None, keep_backup: bool = True
) -> int:
    """Make a file smaller: everything in it is written anew, read back from the disk and compared, and only then takes
    the place of the file.

    Large arrays and tables are compressed as the settings of one of its trajectories say, where that saves something:
    that called ``name`` or at ``index`` in the order of names, by default the last. The file as it was is kept as
    ``<filename>_backup<extension>``, or under the next free name after that, unless ``keep_backup`` is False.

    Returns 0. Raises `ValueError` when there is no such trajectory, and `PexError` when the file cannot be read or
    written; nothing was changed then.
    """
    path = os.path.abspath(os.fsencode(filename))
    if name is not None and index is not None:
        raise ValueError("Give the name of a trajectory or its index, not both.")
    settings = _settings(path, name, -1 if index is None else index)
    known = settings.complevel > 0 and settings.complib in CODECS
    request = CompactRequest(
        (path,),
        codec=settings.complib if known else "keep",
        level=settings.complevel if known else 0,
        backup=keep_backup,
    )
    with noted(request.writes()):
        (done,) = compact(CompactWork(plan_compact(request))).files
        if done.problem:
            raise PexError(done.problem, done.hint)
        if done.backup:
            discard(done.undo)  # it would not find the backup under its new name
            _rename(done.backup, done.target)
    return 0


def _settings(path: bytes, name: str | None, index: int) -> Settings:
    with reading(path) as file:
        known = {os.fsdecode(one.path[1:]): settings_of(one) for one in trajectories(file, [])}
    names = list(known)
    there = f"there are {', '.join(f'“{printable(each)}”' for each in names)}" if names else "there is none"
    if name is not None and name not in known:
        raise ValueError(f"There is no trajectory “{printable(name)}” in {shown(path)}; {there}.")
    if not names:
        return Settings()
    if name is None and not -len(names) <= index < len(names):
        raise ValueError(f"There is no trajectory with the index {index} in {shown(path)}; {there}.")
    return known[names[index] if name is None else name]


def _rename(backup: bytes, target: bytes) -> None:
    """Give the backup the name that pypet gives it; a backup that is there already is never replaced."""
    stem, extension = os.path.splitext(target)
    number = 1
    while True:
        try:
            place_anew(backup, stem + _BACKUP + (b"_%d" % number if number > 1 else b"") + extension)
            return
        except FileExistsError:
            number += 1
