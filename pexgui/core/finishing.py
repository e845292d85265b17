"""A write from the moment on from which it is finished rather than undone: by who began it, or whoever comes after."""

import errno
import os
import stat
from contextlib import suppress
from typing import NamedTuple

from . import text
from .commit import (
    digest_of_file,
    discard,
    moment,
    place_anew,
    replace,
    same_mode,
    same_owner,
    shown,
    stamp_of,
    sync_folder,
    temporary,
)
from .errors import PexError
from .journal import OpenJournal, is_plain
from .locks import make_durable
from .model_write import FileStamp, Moving, Phase, PutAway
from .progress import Cancelled, Progress

_PIECE = 4 << 20


class Ended(NamedTuple):
    """What a write left: see `Done`."""

    backup: bytes
    folder: bytes
    undo: bytes
    notes: tuple[str, ...]


def to_the_end(progress: Progress) -> Progress:
    """A progress that reports and no longer stops anything."""

    def told(what: str, done: int, total: int) -> None:
        with suppress(Cancelled):
            progress(what, done, total)

    return told


def digest_or_nothing(path: bytes, progress: Progress) -> str:
    """The digest of a file; empty when there is none."""
    try:
        return digest_of_file(path, progress) if stat.S_ISREG(os.lstat(path).st_mode) else "no file"
    except FileNotFoundError:
        return ""


def same_file(one: bytes, other: bytes) -> bool:
    """Whether two names are those of one file."""
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except OSError:
        return False


# --- the target ---------------------------------------------------------------------------------------------------


def replace_target(journal: OpenJournal, progress: Progress) -> None:
    """Keep the old file under its second name and put the result in its place."""
    if not journal.record.replaces:
        same_mode(journal.temporary, journal.target)
        moment("place the result")
        place_anew(journal.temporary, journal.target)
        return
    _back_up(journal, progress)
    same_mode(journal.temporary, journal.target)
    same_owner(journal.temporary, journal.target)
    moment("replace the target")
    replace(journal.temporary, journal.target)


def _back_up(journal: OpenJournal, progress: Progress) -> None:
    """Give the old file its second name, before it loses its first. Without a wish for a backup it is only for the
    moment in which somebody could still be writing into the old file."""
    target, backup = journal.target, journal.backup
    if same_file(target, backup):
        return
    discard(backup)  # the beginning of a copy
    moment("link the backup")
    try:
        os.link(target, backup)
    except OSError:
        if not journal.record.keep_backup:
            return
        _copy(journal, progress)
    moment("make the backup durable")
    sync_folder(journal.folder)


def _copy(journal: OpenJournal, progress: Progress) -> None:
    """A backup where a file cannot have two names: a copy, checked from the disk."""
    with temporary(journal.target) as (path, kept):
        with open(journal.target, "rb", buffering=0) as source, open(path, "wb", buffering=0) as copy:
            while piece := source.read(_PIECE):
                copy.write(piece)
                progress(f"Keeping “{shown(journal.target)}”", copy.tell(), os.fstat(source.fileno()).st_size)
        make_durable(kept.fileno())
        if digest_of_file(path, progress) != journal.record.old:
            raise OSError(errno.EIO, "the backup is not what it should be")
        same_mode(path, journal.target)
        moment("name the backup")
        os.rename(path, journal.backup)


def confirm(journal: OpenJournal, made: FileStamp | None, progress: Progress) -> list[str]:
    """Make sure that the result is in its place for good. ``made`` is what it was before it was moved there (None: only
    its digest is known). Raises `OSError` when that cannot be confirmed."""
    moment("make the new name durable")
    sync_folder(journal.folder)
    there = stamp_of(os.stat(journal.target))
    proved = made is not None and (there.device, there.inode, there.size) == (made.device, made.inode, made.size)
    if not proved and digest_of_file(journal.target, progress) != journal.record.new:
        raise OSError(errno.EIO, "it is not what was written")
    was = journal.record.was
    if was is None or not journal.record.replaces:
        return []
    try:
        old = stamp_of(os.lstat(journal.backup))
    except OSError:
        return []
    if old.inode != was.inode or (old.size, old.mtime_ns) == (was.size, was.mtime_ns):
        return []
    journal.write(keep_backup=True, old=digest_of_file(journal.backup, progress))
    kept = shown(journal.backup)
    return [f"Another program wrote to the old “{shown(journal.target)}” meanwhile: it is kept as “{kept}”."]


def unconfirmed(journal: OpenJournal, error: BaseException) -> PexError:
    """What to say when the result is in its place, and the disk refused afterwards."""
    kept = f" The old version is “{shown(journal.backup)}”." if os.path.lexists(journal.backup) else ""
    return PexError(
        f"“{shown(journal.target)}” was written, but the disk did not confirm it.",
        f"Check the disk.{kept} The rest is done at the next start of pexgui.",
        str(error),
    )


def roll_back(journal: OpenJournal) -> None:
    """Take everything of ours away while the target is still what it was."""
    if same_file(journal.target, journal.backup):
        discard(journal.backup)
    with suppress(OSError):
        sync_folder(journal.folder)
    give_up(journal)


def give_up(journal: OpenJournal) -> None:
    """Take the result and then the journal away, as far as the disk allows; whatever is left is cleared at the next
    start."""
    discard(journal.temporary)
    journal.close()
    if not os.path.lexists(journal.temporary):
        with suppress(OSError):
            journal.remove()


# --- the sources --------------------------------------------------------------------------------------------------


def put_away(journal: OpenJournal, begun_here: bool) -> list[str]:
    """Move or delete the sources that are what they were; a sentence about each that stays. ``begun_here`` is whether
    this process began the write, so that it need not believe a file about what is elsewhere."""
    record = journal.record
    if record.put_away is PutAway.KEEP:
        return []
    try:
        if record.phase is not Phase.REPLACED:
            journal.write(phase=Phase.REPLACED)
        if record.folder:
            moment("make the folder")
            with suppress(FileExistsError):
                os.mkdir(journal.merged)
            sync_folder(journal.folder)
    except OSError as error:
        return [_stayed(one, _reason(error)) for one in record.sources]
    notes = [_put_one_away(journal, one, begun_here) for one in record.sources]
    with suppress(OSError):
        _settle(journal)
    return [sentence for sentence in notes if sentence]


def _put_one_away(journal: OpenJournal, one: Moving, begun_here: bool) -> str:
    path, place = journal.at(one.path), os.path.join(journal.merged, one.name)
    try:
        status = os.lstat(path)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        if gone and (not journal.record.folder or os.path.lexists(place)):
            return ""
        return f"“{shown(path)}” was not put away: {'it is not there any more' if gone else _reason(error)}."
    if stat.S_ISLNK(status.st_mode):
        return _stayed(one, "it is a link")
    if not begun_here and not is_plain(one.path):
        return _stayed(one, "the write had been cut off before")
    if not is_still(stamp_of(status), one.stamp, begun_here):
        return _stayed(one, "it changed afterwards")
    try:
        moment("put a source away")
        if journal.record.folder:
            os.rename(path, place)
        else:
            os.unlink(path)
    except OSError as error:
        return _stayed(one, "it is on another disk" if error.errno == errno.EXDEV else _reason(error))
    return ""


def is_still(there: FileStamp, was: FileStamp, same_start: bool) -> bool:
    """Devices may be numbered otherwise after the computer was started again."""
    if same_start and there.device != was.device:
        return False
    return (there.inode, there.size, there.mtime_ns, there.ctime_ns) == (
        was.inode,
        was.size,
        was.mtime_ns,
        was.ctime_ns,
    )


def _stayed(one: Moving, why: str) -> str:
    return f"“{shown(one.path)}” stayed in place: {why}."


def _reason(error: OSError) -> str:
    return text.printable(error.strerror or str(error))


def _settle(journal: OpenJournal) -> None:
    """Make durable where the sources are now; a folder into which nothing was moved goes again."""
    if journal.record.folder:
        with suppress(OSError):
            os.rmdir(journal.merged)
        if os.path.isdir(journal.merged):
            sync_folder(journal.merged)
    folders = {os.path.dirname(journal.at(one.path)) for one in journal.record.sources}
    for folder in sorted(folders | {journal.folder}):
        moment("make the folders durable")
        sync_folder(folder)


# --- the end ------------------------------------------------------------------------------------------------------


def end(journal: OpenJournal, notes: list[str]) -> Ended:
    """Turn the journal into the record by which the write can be undone, or remove it where nothing can be."""
    record = journal.record
    moved = tuple(_moved(journal, one) for one in record.sources if _is_moved(journal, one))
    deleted = record.put_away is PutAway.DELETE and not all(
        os.path.lexists(journal.at(one.path)) for one in record.sources
    )
    folder = journal.merged if moved else b""
    undo = b""
    try:
        if record.replaces and not record.keep_backup:
            moment("remove the second name")
            discard(journal.backup)
            sync_folder(journal.folder)
        if deleted or (record.replaces and not record.keep_backup):
            journal.remove()
        else:
            journal.write(
                phase=Phase.DONE, sources=moved, folder=record.folder if moved else b"", put_away=_kept(moved)
            )
            journal.rename(journal.path, journal.undo)
            undo = journal.undo
    except OSError:
        notes = [*notes, "The journal could not be removed; that is done at the next start of pexgui."]
    journal.close()
    backup = journal.backup if record.keep_backup and os.path.lexists(journal.backup) else b""
    return Ended(backup, folder, undo, tuple(notes))


def _kept(moved: tuple[Moving, ...]) -> PutAway:
    return PutAway.MOVE if moved else PutAway.KEEP


def _is_moved(journal: OpenJournal, one: Moving) -> bool:
    return bool(journal.record.folder) and os.path.lexists(os.path.join(journal.merged, one.name))


def _moved(journal: OpenJournal, one: Moving) -> Moving:
    """A source that was moved, as it is now: moving it counts as a change of it."""
    stamp = stamp_of(os.lstat(os.path.join(journal.merged, one.name)))
    return Moving(one.path, stamp, one.name)
