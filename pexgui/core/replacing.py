"""Writes that replace or use up files the user has: at every moment all of the old or all of the new is there.

The result is written beside its place, made durable and verified; then the files are locked and looked at once more,
the journal says that from here on it only goes forward, the old file gets a second name, and the result takes its
place. Whoever finds the journal later, see `recovering`, finishes or undoes what was cut off.
"""

import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from io import FileIO

import msgspec

from . import text
from .change_log import is_under_way
from .commit import (
    NOTHING_CHANGED,
    as_input,
    create_temporary,
    digest_of_file,
    moment,
    name_beside,
    refusing,
    shown,
    stamp_of,
    token_of,
)
from .errors import PexError
from .finishing import confirm, end, give_up, put_away, replace_target, roll_back, to_the_end, unconfirmed
from .journal import JOURNAL, OpenJournal, begin, found_in, moved_names
from .locks import Lock, hold, make_durable
from .model_write import Done, FileStamp, Input, Phase, PutAway, Work
from .progress import Cancelled, Progress, silent

SLACK = 64 << 20
"""Bytes that have to stay free on a disk."""
_RECENT = 600
_MOMENT = 0.1
_NS = 10**9


def carry_out(
    work: Work, write: Callable[[bytes], None], verify: Callable[[bytes], None], progress: Progress = silent
) -> Done:
    """Have ``write(path)`` write the result and ``verify(path)`` look at it, then put it into its place and the sources
    away. Raises `PexError`, or whatever the two raise, and then nothing was changed unless the sentence says so.

    A person can stop it until the result was verified; from then on it takes a moment.
    """
    work = msgspec.structs.replace(work, target=os.path.realpath(work.target))
    preflight(work)
    notes = list(_other_names(work))
    with ExitStack() as held:
        journal = _begun(work, held)
        made = _prepared(journal, work, write, verify, progress, held)
        notes += _forward(journal, made, held, to_the_end(progress))
        notes += put_away(journal, begun_here=True)
        done = end(journal, notes)
    return Done(work.target, made.size, done.backup, done.folder, done.notes, done.undo)


def _begun(work: Work, held: ExitStack) -> OpenJournal:
    with refusing(work.target):
        paths = [(os.path.abspath(one.path), one.stamp) for one in _others(work)]
        sources = moved_names(paths, os.path.dirname(work.target)) if work.put_away is not PutAway.KEEP else ()
        journal = begin(work, sources)
    held.callback(journal.close)
    return journal


def _prepared(
    journal: OpenJournal,
    work: Work,
    write: Callable[[bytes], None],
    verify: Callable[[bytes], None],
    progress: Progress,
    held: ExitStack,
) -> FileStamp:
    """Everything until it only goes forward; what the result is then. If anything is raised, nothing is left."""
    try:
        with refusing(work.target):
            was = stamp_of(os.stat(work.target)) if work.replaces else None
            path, kept = create_temporary(work.target, journal.temporary)
            held.callback(kept.close)
            with _digests(progress) as digests:
                old_digest = digests.begin(work.target) if work.replaces else None
                moment("write the result")
                write(path)
                _check_own(path, kept.fileno())
                moment("flush the result")
                make_durable(kept.fileno())
                new_digest = digests.begin(path)
                moment("verify the result")
                verify(path)
                _check_own(path, kept.fileno())
                moment("read what was written")
                new, old = digests.of(new_digest), digests.of(old_digest) if old_digest else ""
            moment("lock the files")
            _lock(work, held)
            _check_still(work, was)
            moment("commit")
            made = stamp_of(os.fstat(kept.fileno()))
            journal.write(phase=Phase.COMMIT, old=old, new=new, was=was)
            return made
    except BaseException:
        give_up(journal)
        raise


def _check_own(path: bytes, descriptor: int) -> None:
    """Only what is in the file that was made here is made durable and checked."""
    if not os.path.samestat(os.stat(path), os.fstat(descriptor)):
        raise PexError(f"“{shown(path)}” was replaced by another program.", f"{NOTHING_CHANGED} Try again.")


def _forward(journal: OpenJournal, made: FileStamp, held: ExitStack, progress: Progress) -> list[str]:
    """Put the result into its place. If that fails, everything is as it was, or the sentence says that it is not."""
    if os.name == "nt":
        held.close()  # There a file cannot be replaced while it is open.
    try:
        with refusing(journal.target):
            replace_target(journal, progress)
    except BaseException as error:
        if not _arrived(journal, made):
            roll_back(journal)
            raise
        if not isinstance(error, Exception):
            raise
    try:
        return confirm(journal, made, progress)
    except OSError as error:
        raise unconfirmed(journal, error) from error


def _arrived(journal: OpenJournal, made: FileStamp) -> bool:
    """Whether the result is in its place, whatever the system said: some drives report a failure after a success."""
    try:
        there = os.stat(journal.target)
        if (there.st_dev, there.st_ino) == (made.device, made.inode):
            return True
        if os.path.lexists(journal.temporary):
            return False
        return digest_of_file(journal.target) == journal.record.new
    except OSError:
        return False


class _Digests:
    """Digests of files that are made beside everything else."""

    def __init__(self, threads: ThreadPoolExecutor, progress: Progress) -> None:
        self._threads = threads
        self._progress = progress
        self.stopped = threading.Event()

    def begin(self, path: bytes) -> "Future[str]":
        """Have the digest of a file made."""
        return self._threads.submit(digest_of_file, path, self._unless_stopped)

    def of(self, digest: "Future[str]") -> str:
        """The digest, when it is done."""
        self._progress("Reading what was written", 0, 0)
        while wait([digest], _MOMENT).not_done:
            self._progress("Reading what was written", 0, 0)
        return digest.result()

    def _unless_stopped(self, *_: object) -> None:
        if self.stopped.is_set():
            raise Cancelled


@contextmanager
def _digests(progress: Progress) -> Iterator[_Digests]:
    with ThreadPoolExecutor(2) as threads:
        digests = _Digests(threads, progress)
        try:
            yield digests
        finally:
            digests.stopped.set()


# --- the files that are used --------------------------------------------------------------------------------------


def _others(work: Work) -> list[Input]:
    """The sources that are not the target, each once."""
    found = {os.path.realpath(one.path): one for one in reversed(work.sources)}
    found.pop(work.target, None)
    return list(reversed(found.values()))


def _lock(work: Work, held: ExitStack) -> None:
    """Lock the files for the moment in which they are replaced and put away; those that stay only against writers."""
    kept = work.put_away is PutAway.KEEP
    files = [(work.target, False)] if work.replaces else []
    for path, shared in [*files, *((one.path, kept) for one in _others(work))]:
        with _in_sight(path):
            file = held.enter_context(FileIO(path))
        if hold(file.fileno(), shared) is Lock.TAKEN:
            raise PexError(
                f"“{shown(path)}” is in use by another program.",
                f"{NOTHING_CHANGED} Try again when that program has closed it.",
            )


@contextmanager
def _in_sight(path: bytes) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = "is not there any more" if isinstance(error, FileNotFoundError) else "cannot be opened any more"
        title = f"“{shown(path)}” {reason}."
        raise PexError(title, f"{NOTHING_CHANGED} Look where the file is now.", str(error)) from error


def _check_still(work: Work, was: FileStamp | None) -> None:
    """Raise `PexError` unless every file is what it was when it was looked at, and nothing is where nothing was."""
    for one in _others(work):
        _check_same(one.path, one.stamp, "while it was read")
    if was is not None:
        _check_same(work.target, was, "meanwhile")
    elif os.path.lexists(work.target):
        raise _taken(work.target)


def _check_same(path: bytes, stamp: FileStamp, when: str) -> None:
    with _in_sight(path):
        there = stamp_of(os.stat(path))
    if there != stamp:
        raise PexError(
            f"“{shown(path)}” was changed by another program {when}.",
            f"{NOTHING_CHANGED} Try again when that program has finished.",
        )


def _taken(target: bytes) -> PexError:
    return PexError(f"“{shown(target)}” is there already.", f"{NOTHING_CHANGED} Choose another name.")


# --- before anything begins ---------------------------------------------------------------------------------------


def preflight(work: Work) -> tuple[str, ...]:
    """Sentences about what a person should know before ``work`` begins. Raises `PexError` when it cannot be done."""
    work = msgspec.structs.replace(work, target=os.path.realpath(work.target))
    others = _others(work)
    _check_folder(work)
    _check_target(work)
    _check_changes(work, others)
    for one in others:
        if as_input(one.path).stamp != one.stamp:
            raise PexError(
                f"“{shown(one.path)}” has changed since it was looked at.", f"{NOTHING_CHANGED} Look at it again first."
            )
    _check_aliases(work, others)
    _check_going(work, others)
    _check_room(work)
    return (*_other_names(work), *_recent(work, others))


def _check_folder(work: Work) -> None:
    folder, name = os.path.split(work.target)
    if not os.path.isdir(folder):
        title = f"The folder “{shown(folder)}” is not there."
        raise PexError(title, f"{NOTHING_CHANGED} Choose another folder for “{shown(work.target)}”.")
    if not os.access(folder, os.W_OK | os.X_OK):
        title = f"Nothing can be written into the folder “{shown(folder)}”."
        raise PexError(title, f"{NOTHING_CHANGED} Choose another folder for “{shown(work.target)}”.")
    for found in found_in(folder):
        if name_beside(name, token_of(found, JOURNAL), JOURNAL) == found:
            raise PexError(
                f"“{shown(work.target)}” is being written, or was when pexgui was cut off.",
                f"{NOTHING_CHANGED} Wait until that is over, then try again.",
            )


def _check_target(work: Work) -> None:
    if not work.replaces:
        if os.path.lexists(work.target):
            raise _taken(work.target)
        return
    there = as_input(work.target).stamp
    given = [one.stamp for one in work.sources if os.path.realpath(one.path) == work.target]
    for stamp in (*given, *([work.was] if work.was else [])):
        if there != stamp:
            raise PexError(
                f"“{shown(work.target)}” has changed since it was looked at.",
                f"{NOTHING_CHANGED} Look at it again first.",
            )


def _check_changes(work: Work, others: Sequence[Input]) -> None:
    """Refuse files of which a change was cut off: what is read of them may be neither the old nor the new."""
    for path in (work.target, *(one.path for one in (*work.sources, *others))):
        if is_under_way(path):
            raise PexError(
                f"“{shown(path)}” is being changed, or was when a program was cut off.",
                f"{NOTHING_CHANGED} Open its folder, or run pexgui-cli recover on that, then try again.",
            )


def _check_aliases(work: Work, others: Sequence[Input]) -> None:
    """Refuse files that are one and the same under several names: one could be put away as the other is replaced."""
    seen: dict[tuple[int, int], bytes] = {}
    for path in [*([work.target] if work.replaces else []), *(one.path for one in others)]:
        status = os.stat(path)
        first = seen.setdefault((status.st_dev, status.st_ino), path)
        if first is not path:
            raise PexError(
                f"“{shown(first)}” and “{shown(path)}” are two names of the same file.",
                f"{NOTHING_CHANGED} Take one of them off the list.",
            )


def _check_going(work: Work, others: Sequence[Input]) -> None:
    if work.put_away is PutAway.KEEP:
        return
    for one in others:
        if not os.access(os.path.dirname(os.path.abspath(one.path)), os.W_OK | os.X_OK):
            raise PexError(
                f"“{shown(one.path)}” cannot be put away: its folder does not allow it.",
                f"{NOTHING_CHANGED} Let the sources stay where they are.",
            )


def _check_room(work: Work) -> None:
    free = shutil.disk_usage(os.path.dirname(work.target)).free
    if free < work.needed + SLACK:
        raise PexError(
            f"There is too little room for “{shown(work.target)}”: {text.size(work.needed + SLACK)} are needed, "
            f"{text.size(free)} are free.",
            f"{NOTHING_CHANGED} Make room or choose another disk.",
        )


def _other_names(work: Work) -> Iterator[str]:
    if work.replaces:
        status = os.stat(work.target)
        if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            yield f"“{shown(work.target)}” has another name (a hard link), under which the old version stays."


def _recent(work: Work, others: Sequence[Input]) -> Iterator[str]:
    now = time.time_ns()
    for path in [*([work.target] if work.replaces else []), *(one.path for one in others)]:
        age = (now - os.stat(path).st_mtime_ns) / _NS
        if 0 <= age < _RECENT:
            yield f"“{shown(path)}” was changed {text.duration(round(age) or 1)} ago; make sure that nothing writes it."
