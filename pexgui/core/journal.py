"""The journal of a write: a small file beside its target that says how far it is, for whoever comes after a crash."""

import os
import socket
import sys
import time
from contextlib import suppress
from io import FileIO
from typing import Any

import msgspec

from .commit import MARK, SUFFIX, create_temporary, discard, fresh_token, moment, name_beside, sync_folder, token_of
from .locks import Lock, alive, hold, make_durable
from .model_write import FileStamp, Journal, Moving, Phase, PutAway, Work

JOURNAL = b".journal"
BACKUP = b".bak"
FOLDER = b".merged"
UNDO = b".undo"
VERSION = 1
_LARGEST = 16 << 20


class NotOurs(Exception):
    """A file that looks like a journal and must be left alone; the text says why."""


class OpenJournal:
    """A journal that is in use: whoever finds it on disk sees that somebody is at work."""

    def __init__(self, folder: bytes, token: bytes, record: Journal, kept: FileIO | None = None) -> None:
        self.folder = folder
        self.token = token
        self.record = record
        self._kept = kept

    def at(self, name: bytes) -> bytes:
        """The path of something that the journal names."""
        return os.path.join(self.folder, name)

    @property
    def path(self) -> bytes:
        return self.at(name_beside(self.record.target, self.token, JOURNAL))

    @property
    def target(self) -> bytes:
        return self.at(self.record.target)

    @property
    def temporary(self) -> bytes:
        return self.at(self.record.temporary)

    @property
    def backup(self) -> bytes:
        return self.at(self.record.backup)

    @property
    def merged(self) -> bytes:
        """The folder into which sources are moved."""
        return self.at(self.record.folder)

    @property
    def undo(self) -> bytes:
        return self.at(name_beside(self.record.target, self.token, UNDO))

    def write(self, **changes: Any) -> None:
        """Note ``changes``, whole and durably, or not at all."""
        record = msgspec.structs.replace(self.record, **changes)
        path, kept = create_temporary(self.target)
        try:
            rest = memoryview(msgspec.json.encode(record))
            while rest:
                rest = rest[kept.write(rest) :]
            moment("flush the journal")
            make_durable(kept.fileno())
            if sys.platform == "win32":  # There nobody may have open what is moved.
                kept.close()
                self.close()
            moment("name the journal")
            os.replace(path, self.path)
        except BaseException:
            kept.close()
            discard(path)
            raise
        self.close()
        self.record, self._kept = record, kept
        moment("make the journal durable")
        sync_folder(self.folder)

    def remove(self) -> None:
        """Take the journal away: the write is over."""
        self.close()
        moment("remove the journal")
        with suppress(FileNotFoundError):
            os.unlink(self.path)
        sync_folder(self.folder)

    def rename(self, source: bytes, target: bytes) -> None:
        """Make a record of what can be undone out of the journal, or a journal out of the record."""
        if sys.platform == "win32":
            self.close()
        moment("rename the journal")
        os.replace(source, target)
        sync_folder(self.folder)

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()


def begin(work: Work, sources: tuple[Moving, ...]) -> OpenJournal:
    """Note that ``work`` begins. ``sources`` are those to be put away."""
    folder, name = os.path.split(work.target)
    token = fresh_token()
    stem, now = os.path.splitext(name)[0], time.strftime(".%Y-%m-%d %Hh%Mm%Ss").encode()
    record = Journal(
        target=name,
        temporary=name_beside(name, token, SUFFIX),
        backup=name_beside(stem, token, BACKUP, hidden=False, note=now) if work.replaces else b"",
        keep_backup=work.backup and work.replaces,
        folder=name_beside(name, token, FOLDER, hidden=False) if work.put_away is PutAway.MOVE and sources else b"",
        put_away=work.put_away if sources else PutAway.KEEP,
        sources=sources,
        replaces=work.replaces,
        process=os.getpid(),
        host=socket.gethostname(),
        version=VERSION,
    )
    found = OpenJournal(folder, token, record)
    try:
        found.write()
    except BaseException:
        found.close()
        discard(found.path)
        raise
    return found


def is_unfinished(name: bytes) -> bool:
    """Whether a file of this name is only there while something is written, or because that was cut off."""
    return name.startswith(b".") and MARK in name and bool(token_of(name, JOURNAL) or token_of(name, SUFFIX))


def found_in(folder: bytes, suffix: bytes = JOURNAL) -> list[bytes]:
    """The names in a folder that could be those of journals, in order."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if MARK in entry.name and token_of(entry.name, suffix))
    return []


def opened(folder: bytes, name: bytes, suffix: bytes = JOURNAL) -> OpenJournal:
    """A journal that was left behind, now ours. Raises `NotOurs`, and `OSError` when it cannot be read."""
    path = os.path.join(folder, name)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    kept = FileIO(os.open(path, flags))
    try:
        status = os.fstat(kept.fileno())
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            raise NotOurs("it belongs to somebody else")
        held = hold(kept.fileno())
        if held is Lock.TAKEN or not os.path.samestat(os.stat(path, follow_symlinks=False), status):
            raise NotOurs("another pexgui is at work on it")
        if status.st_size > _LARGEST:
            raise NotOurs("it is too large")
        record = _decoded(kept.readall(), name, suffix)
        if held is Lock.NONE and record.host != socket.gethostname():
            raise NotOurs("a pexgui on another computer may be at work on it")
        if held is Lock.NONE and _another(record.process):
            raise NotOurs("another pexgui is at work on it")
    except BaseException:
        kept.close()
        raise
    return OpenJournal(folder, token_of(name, suffix), record, kept)


def _another(process: int) -> bool:
    return process != os.getpid() and alive(process)


def _decoded(content: bytes, name: bytes, suffix: bytes) -> Journal:
    """The journal if it is one that we wrote under this name. Raises `NotOurs`."""
    try:
        record = msgspec.json.decode(content, type=Journal)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotOurs("it cannot be understood") from error
    token = token_of(name, suffix)
    own = ((record.temporary, SUFFIX), (record.backup, BACKUP), (record.folder, FOLDER))
    names = [record.target, *(source.name for source in record.sources if source.name)]
    if record.version != VERSION:
        raise NotOurs("another version of pexgui wrote it")
    if name_beside(record.target, token, suffix) != name or not all(map(is_plain, names)):
        raise NotOurs("it names files that are not its own")
    if any(one and token_of(one, kind) != token for one, kind in own) or not record.temporary:
        raise NotOurs("it names files that are not its own")
    if not _is_sensible(record):
        raise NotOurs("it cannot be understood")
    if not all(map(_is_possible, record.sources)):
        raise NotOurs("it names files that are not its own")
    return record


def _is_sensible(record: Journal) -> bool:
    """Whether what it says of backups and sources goes together."""
    if record.replaces and not record.backup:
        return False
    if record.put_away is PutAway.DELETE:
        return not record.folder and record.phase not in (Phase.DONE, Phase.UNDO)
    return bool(record.folder) or not (record.sources or record.put_away is PutAway.MOVE)


def is_plain(name: bytes) -> bool:
    """Whether this can only name something in the folder itself."""
    separators = {b"/", b"\0", os.sep.encode(), *([os.altsep.encode()] if os.altsep else [])}
    return name not in (b"", b".", b"..") and not any(one in name for one in separators)


def _is_possible(source: Moving) -> bool:
    return (is_plain(source.path) or os.path.isabs(source.path)) and b"\0" not in source.path


def moved_names(paths: list[tuple[bytes, FileStamp]], folder: bytes) -> tuple[Moving, ...]:
    """Sources as a journal names them, each with a name of its own in the folder that they may be moved to."""
    taken: set[bytes] = set()
    found = []
    for path, stamp in paths:
        parent, name = os.path.split(path)
        stem, extension = os.path.splitext(name)
        own, number = name, 2
        while own.lower() in taken:
            own, number = stem + b" (%d)" % number + extension, number + 1
        taken.add(own.lower())
        found.append(Moving(name if parent == folder else path, stamp, own))
    return tuple(found)
