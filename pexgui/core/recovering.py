"""What was cut off, finished or undone by whoever comes after: only files that a journal of ours names beside it."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress

from . import text
from .change_log import LOG, Foreign, InUse, target_of_log
from .commit import MARK, SUFFIX, moment, shown, token_of
from .finishing import confirm, digest_or_nothing, end, give_up, put_away, replace_target, roll_back
from .journal import JOURNAL, UNDO, NotOurs, OpenJournal, found_in, opened
from .locks import Lock, hold
from .model_write import Phase, PutAway, Recovered, RecoverRequest, Recovery
from .progress import Progress, silent
from .settling import Left, settle_left
from .undoing import take_back


def recover_files(request: RecoverRequest, progress: Progress) -> Recovery:
    """Finish or undo what was cut off in the folders that are asked for."""
    return Recovery(recover(request.folders, progress))


def recover(folders: Sequence[bytes], progress: Progress = silent) -> tuple[Recovered, ...]:
    """Finish or undo what was cut off in ``folders``, and clear away what was half written. What is not understood, not
    ours or in use is left alone, and said."""
    found: list[Recovered] = []
    for folder in dict.fromkeys(map(os.path.realpath, folders)):
        # What is half written goes first: as long as its journal is there, this says what became of the whole.
        cleared = list(_cleared(folder))
        settled = [one for name in found_in(folder) for one in _recovered(folder, name, progress)]
        targets = {one.target for one in settled}
        found += [*settled, *(one for one in cleared if one.target not in targets), *_changes(folder)]
        _forget_records(folder)
    return tuple(found)


def _recovered(folder: bytes, name: bytes, progress: Progress) -> Iterator[Recovered]:
    try:
        journal = opened(folder, name)
    except FileNotFoundError:  # Who was at work on it has finished meanwhile.
        return
    except (NotOurs, OSError) as error:
        reason = str(error) if isinstance(error, NotOurs) else text.printable(error.strerror or str(error))
        sentence = f"The journal “{shown(name)}” was left alone: {reason}."
        yield Recovered(os.path.join(folder, name), (sentence,), settled=False, ours=False)
        return
    try:
        yield _settled(journal, progress)
    except OSError as error:
        reason = text.printable(error.strerror or str(error))
        sentence = f"What was begun with “{shown(journal.target)}” could not be finished: {reason}."
        yield Recovered(journal.target, (sentence, "It is tried again at the next start of pexgui."), settled=False)
    finally:
        journal.close()


def _settled(journal: OpenJournal, progress: Progress) -> Recovered:
    phase = journal.record.phase
    if phase is Phase.PREPARE:
        return _undone(journal)
    if phase is Phase.COMMIT:
        return _committed(journal, progress)
    if phase is Phase.REPLACED:
        return _replaced(journal, [], progress)
    if phase is Phase.UNDO:
        return Recovered(journal.target, take_back(journal, begun_here=False))
    moment("rename the journal")
    journal.rename(journal.path, journal.undo)
    return Recovered(journal.target, (f"“{shown(journal.target)}” had been written completely.",))


def _undone(journal: OpenJournal) -> Recovered:
    """Nothing had been replaced yet: the result goes, and that is all."""
    moment("remove the result")
    with suppress(FileNotFoundError):
        os.unlink(journal.temporary)
    moment("remove what is left")
    give_up(journal)
    name = shown(journal.target)
    return Recovered(journal.target, (f"Writing “{name}” had been cut off and was undone; your files are unchanged.",))


def _committed(journal: OpenJournal, progress: Progress) -> Recovered:
    """Decide by what the files are, not by what was said when it was cut off."""
    record = journal.record
    result = digest_or_nothing(journal.temporary, progress)
    there = digest_or_nothing(journal.target, progress)
    if result == record.new and there == record.old:
        replace_target(journal, progress)
    elif result == there == record.new:
        moment("remove the second name")
        os.unlink(journal.temporary)
    elif not result and there == record.old:
        moment("roll back")
        roll_back(journal)
        return _undone(journal)
    elif result or there != record.new:
        return _left(journal, bool(result))
    return _replaced(journal, confirm(journal, None, progress), progress)


def _left(journal: OpenJournal, result: bool) -> Recovered:
    """Somebody changed the target in between. Nothing of it is touched, and what there is is named."""
    name, kept = shown(journal.target), shown(journal.backup)
    told = [f"“{name}” was being replaced when pexgui was cut off, and another program changed it since."]
    if journal.record.backup and os.path.lexists(journal.backup):
        told.append(f"Its old version is “{kept}”.")
    if result:
        told.append(f"The new version is “{shown(journal.temporary)}”; nothing was touched.")
    else:
        moment("remove what is left")
        journal.remove()
    return Recovered(journal.target, tuple(told), settled=not result)


def _replaced(journal: OpenJournal, notes: list[str], progress: Progress) -> Recovered:
    """The result is in its place: the sources follow, unless it has gone since."""
    record = journal.record
    there = os.path.lexists(journal.target)
    if record.put_away is PutAway.DELETE and there:
        there = digest_or_nothing(journal.target, progress) == record.new
    if there:
        notes = notes + put_away(journal, begun_here=False)
    else:
        notes = [*notes, "The sources stayed in place: the result is not what was written."]
    ended = end(journal, notes)
    sentences = (f"Writing “{shown(journal.target)}” had been cut off and was finished.", *ended.notes)
    return Recovered(journal.target, sentences)


# --- changes in place ----------------------------------------------------------------------------------------------


def _changes(folder: bytes) -> Iterator[Recovered]:
    """Finish or undo what was cut off while a file was changed in place."""
    for name in found_in(folder, LOG):
        target = target_of_log(folder, name)
        if target:
            yield from _change(target, name)


def _change(target: bytes, name: bytes) -> Iterator[Recovered]:
    try:
        left = settle_left(target)
    except InUse as error:
        yield Recovered(target, (f"A change of “{shown(target)}” was cut off. {error.title}",), False, ours=False)
    except Foreign as error:
        yield Recovered(target, (error.title, error.hint))
    except (NotOurs, OSError) as error:
        reason = str(error) if isinstance(error, NotOurs) else text.printable(error.strerror or str(error))
        sentence = f"An interrupted change of “{shown(target)}”, “{shown(name)}”, was left alone: {reason}."
        yield Recovered(target, (sentence,), False, ours=not isinstance(error, NotOurs))
    else:
        if left is Left.FINISHED:
            yield Recovered(target, (f"An interrupted change of “{shown(target)}” was finished.",))
        elif left is Left.UNDONE:
            yield Recovered(target, (f"An interrupted change of “{shown(target)}” was undone; it is as before.",))


# --- what was left behind without a journal -----------------------------------------------------------------------


def _cleared(folder: bytes) -> Iterator[Recovered]:
    """Remove files that were half written when their writer ended."""
    names = found_in(folder, SUFFIX)  # Before the journals: a result that has one is never there without it.
    journals = {token_of(name, JOURNAL) for name in found_in(folder)}
    for name in names:
        if name.startswith(b".") and token_of(name, SUFFIX) not in journals and _clear(os.path.join(folder, name)):
            target = name[1 : name.rindex(MARK)]
            sentence = f"A “{shown(target)}” that had been cut off half written was cleared away."
            yield Recovered(os.path.join(folder, target), (sentence,))


def _clear(path: bytes) -> bool:
    """Remove a temporary file of ours, unless its writer lives, which keeps it locked."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        if not own or not stat.S_ISREG(status.st_mode) or hold(descriptor) is not Lock.HELD:
            return False
        moment("clear a file away")
        os.unlink(path)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _forget_records(folder: bytes) -> None:
    """Remove records by which nothing can be undone any more, because the files of which they speak are gone."""
    for name in found_in(folder, UNDO):
        with suppress(NotOurs, OSError):
            journal = opened(folder, name, UNDO)
            journal.close()
            record = journal.record
            if not os.path.lexists(journal.target) or (record.backup and not os.path.lexists(journal.backup)):
                moment("remove a record")
                os.unlink(journal.undo)
