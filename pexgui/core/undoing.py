"""A write that is over, undone on request: sources go back where they were, the backup takes its file's place."""

import os
import stat
from contextlib import ExitStack, suppress
from io import FileIO

from .commit import (
    NOTHING_CHANGED,
    discard,
    moment,
    name_beside,
    place_anew,
    refused,
    replace,
    shown,
    stamp_of,
    sync_folder,
    token_of,
)
from .errors import PexError
from .finishing import digest_or_nothing, is_still, same_file
from .journal import UNDO, NotOurs, OpenJournal, found_in, is_plain, opened
from .locks import Lock, hold
from .model_write import Moving, Phase, UndoWriteRequest, WriteUndone
from .progress import Progress, silent


def undo_write(request: UndoWriteRequest, progress: Progress) -> WriteUndone:
    """Put everything back as it was before a write."""
    return WriteUndone(undo(request.record or record_of(request.target), progress))


def undo(record: bytes, progress: Progress = silent) -> tuple[str, ...]:
    """Put everything back as it was before the write of which ``record`` is `Done.undo`; sentences about what was done.

    Raises `PexError`, and nothing was changed, when any of the files is no longer what the write left.
    """
    folder, name = os.path.split(os.path.abspath(record))
    try:
        journal = opened(folder, name, UNDO)
    except (NotOurs, OSError) as error:
        reason = str(error) if isinstance(error, NotOurs) else "its record is not there any more"
        title = f"This cannot be undone: {reason}."
        raise PexError(title, f"{NOTHING_CHANGED} The backup can be put back by hand.", str(error)) from error
    try:
        with ExitStack() as held:
            _check(journal, held, progress)
            if os.name == "nt":
                held.close()  # There a file cannot be replaced while it is open.
            moment("begin to undo")
            journal.write(phase=Phase.UNDO)
            return take_back(journal, begun_here=True)
    except OSError as error:
        raise _cut_off(journal, error) from error
    finally:
        journal.close()


def record_of(target: bytes) -> bytes:
    """The record of the last write to ``target`` that can be undone. Raises `PexError` when there is none."""
    folder, name = os.path.split(os.path.realpath(target))
    found = [
        os.path.join(folder, one)
        for one in found_in(folder, UNDO)
        if name_beside(name, token_of(one, UNDO), UNDO) == one
    ]
    if not found:
        title = f"Nothing is known by which “{shown(target)}” could be put back."
        raise PexError(title, f"{NOTHING_CHANGED} A backup beside it can be put back by hand.")
    return max(found, key=lambda path: os.stat(path).st_mtime_ns)


def _cut_off(journal: OpenJournal, error: OSError) -> PexError:
    if not os.path.lexists(journal.path):
        return refused(journal.target, error)
    return PexError(
        f"“{shown(journal.target)}” was not put back completely.",
        "Nothing is lost, and the rest is done at the next start of pexgui.",
        str(error),
    )


def _check(journal: OpenJournal, held: ExitStack, progress: Progress) -> None:
    """Keep the target locked. Raises `PexError` unless all is as the write left it."""
    record = journal.record
    try:
        target = held.enter_context(FileIO(journal.target))
    except OSError as error:
        raise _changed(journal.target) from error
    if hold(target.fileno()) is Lock.TAKEN:
        title = f"“{shown(journal.target)}” is in use by another program."
        raise PexError(title, f"{NOTHING_CHANGED} Try again when that program has closed it.")
    if digest_or_nothing(journal.target, progress) != record.new:
        raise _changed(journal.target)
    if record.replaces and digest_or_nothing(journal.backup, progress) != record.old:
        raise _changed(journal.backup)
    for one in record.sources:
        _check_source(journal, one)


def _check_source(journal: OpenJournal, one: Moving) -> None:
    place, path = os.path.join(journal.merged, one.name), journal.at(one.path)
    try:
        status = os.lstat(place)
    except OSError as error:
        raise _changed(place) from error
    if not stat.S_ISREG(status.st_mode) or not is_still(stamp_of(status), one.stamp, same_start=False):
        raise _changed(place)
    if os.path.lexists(path):
        title = f"“{shown(path)}” cannot be put back: there is another file in its place."
        raise PexError(title, f"{NOTHING_CHANGED} Move that file, then try again.")
    if not os.access(os.path.dirname(path), os.W_OK | os.X_OK):
        title = f"“{shown(path)}” cannot be put back: its folder does not allow it."
        raise PexError(title, f"{NOTHING_CHANGED} Make that folder available, then try again.")


def _changed(path: bytes) -> PexError:
    title = f"“{shown(path)}” has been changed or removed since, so that this cannot be undone."
    return PexError(title, f"{NOTHING_CHANGED} What you need of the old files can be copied by hand.")


def take_back(journal: OpenJournal, begun_here: bool) -> tuple[str, ...]:
    """Undo from the moment on from which it is finished rather than given up, by who began it or whoever comes after.

    The target goes last, so that what the sources hold is never in one place less.
    """
    moment("remove the record")
    discard(journal.undo)
    sync_folder(journal.folder)
    sentences = [_put_back(journal, one, begun_here) for one in journal.record.sources]
    if journal.record.folder:
        moment("remove the folder")
        with suppress(OSError):
            sync_folder(journal.merged)
            os.rmdir(journal.merged)
        if not begun_here and os.path.lexists(journal.merged):
            sentences.append(f"What was not put back is in the folder “{shown(journal.merged)}”.")
    sync_folder(journal.folder)
    sentences.append(_restore(journal))
    sync_folder(journal.folder)
    journal.remove()
    return tuple(sentence for sentence in sentences if sentence)


def _put_back(journal: OpenJournal, one: Moving, begun_here: bool) -> str:
    place, path = os.path.join(journal.merged, one.name), journal.at(one.path)
    if not os.path.lexists(place):
        return ""
    if not begun_here and not is_plain(one.path):
        return f"“{shown(path)}” was not put back: its folder is another one."
    moment("put a source back")
    if same_file(place, path):
        os.unlink(place)
        return f"“{shown(path)}” is back where it was."
    try:
        place_anew(place, path)
    except FileExistsError:
        return f"“{shown(path)}” was not put back: there is another file in its place."
    except OSError as error:
        if begun_here:
            raise
        return f"“{shown(path)}” was not put back: {error.strerror}."
    return f"“{shown(path)}” is back where it was."


def _restore(journal: OpenJournal) -> str:
    """Give the target what it was, if it still is what the write made of it."""
    record, name = journal.record, shown(journal.target)
    there = digest_or_nothing(journal.target, silent)
    if there == record.old and not (record.replaces and os.path.lexists(journal.backup)):
        return f"“{name}” is as it was before." if record.replaces else f"“{name}” was removed again."
    if there != record.new:
        return f"“{name}” stayed as it is: it was changed afterwards."
    if not record.replaces:
        moment("remove the target")
        os.unlink(journal.target)
        return f"“{name}” was removed again."
    if digest_or_nothing(journal.backup, silent) != record.old:
        return f"“{name}” stayed as it is: its backup was changed."
    moment("put the backup back")
    replace(journal.backup, journal.target)
    return f"“{name}” is as it was before."
