"""One file compacted: written anew beside its place, verified from the disk, and put into its place."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from h5py import h5g

from . import compact_settings, files, headers, nodes, recovering, replacing
from .bookkeeping import trajectories
from .commit import as_input
from .compact_at_once import MOST, copy_at_once
from .compact_copy import OBJECT, Load, TreeCopier, takes_new_form
from .compact_recode import recoding
from .errors import PexError
from .headers import Raw
from .model import Fact
from .model_compact import CompactedFile, CompactRequest, Mode, PlannedFile
from .model_write import Work
from .progress import Progress
from .verify import Different, Pair, same_objects
from .verify_headers import Headers
from .verify_trees import same_trees

_PIECE = 8 << 20


class _Source(NamedTuple):
    """A file to be compacted, open, and its bytes."""

    file: files.OpenFile
    content: Raw | None


class _Copy:
    """A copy that is being made, and what is known of it afterwards."""

    def __init__(self, source: _Source, planned: PlannedFile, request: CompactRequest, progress: Progress) -> None:
        self._source = source
        self._planned = planned
        self._request = request
        self._progress = progress
        self._rewritten: dict[bytes, bytes] = {}
        self._without: Mapping[bytes, dict[bytes, bytes | None]] = {}
        self.lost: list[Fact] = []
        self.verified = 0
        self._objects = planned.load // OBJECT

    def write(self, path: bytes, at_once: bool) -> None:
        """Write the compacted file. ``at_once`` has HDF5 copy everything in one step."""
        file = self._source.file
        block = file.id.get_create_plist().get_userblock()
        small = takes_new_form(file.root, self._request.mode is Mode.SMALL)
        with files.creating(path, small=small, like=file.id) as root:
            if at_once:
                copy_at_once(file.root, root)
            else:
                self._copy(root)
            if self._request.codec != "keep":
                self._change_settings(root)
        if block:
            _copy_beginning(file.path, path, block)
        if not self._request.target and os.path.getsize(path) >= self._planned.size:
            raise _NotSmaller("It would not become smaller.")
        _same_times(file.path, path)

    def _copy(self, root: h5g.GroupID) -> None:
        request, planned = self._request, self._planned
        copier = TreeCopier(
            self._source.file.root,
            root,
            Load(
                self._progress,
                f"Writing {files.shown(planned.file)}",
                request.mode is Mode.SMALL,
                recoding(self._source.file, request),
                self.lost if request.rescue else None,
                planned.load,
                self._source.content,
            ),
        )
        self._objects = copier.copy()
        self._without = copier.without

    def _change_settings(self, root: h5g.GroupID) -> None:
        for one in trajectories(self._source.file, []):
            level = self._request.level or compact_settings.settings_of(one).complevel or compact_settings.DEFAULT_LEVEL
            self._rewritten |= compact_settings.change(root, one.path, self._request.codec, level)

    def verify(self, path: bytes) -> None:
        """Compare everything that was written with what it was copied from. Raises `PexError`."""
        file, content = self._source
        try:
            with files.reading(path) as made, headers.raw(path, made.id) as new:
                if self._request.rescue:
                    self.verified = same_objects(self._rescued(made.root), self._progress)
                else:
                    both = Headers(content, new) if content and new else None
                    fast = self._request.mode is Mode.FAST
                    self.verified = same_trees(
                        file.root, made.root, self._progress, None, fast, both, self._rewritten, self._objects
                    )
        finally:
            if file.changed():
                raise files.being_written(file.path)

    def _rescued(self, root: h5g.GroupID) -> Iterator[Pair]:
        """What was rescued, with what it was copied from."""
        nothing: dict[bytes, bytes | None] = {}
        yield Pair(self._source.file.root, root, self._without.get(b"", nothing), False, False)
        for visit in nodes.walk(root):
            if visit.node is not None:
                source = nodes.open_node(self._source.file.root, visit.path)
                yield Pair(source, visit.node, self._without.get(visit.path, nothing), False, False)


class _NotSmaller(PexError):
    """There was nothing to gain, after all."""


def carry_out(planned: PlannedFile, request: CompactRequest, progress: Progress) -> CompactedFile:
    """Compact a file as planned. Raises `PexError`, and then nothing was changed unless the sentence says so."""
    if planned.problem and not (request.rescue and planned.damaged):
        raise PexError(planned.problem, planned.hint)
    at_once = request.mode is Mode.FAST and not request.rescue and planned.size <= MOST
    try:
        if at_once:
            try:
                return _carry_out(planned, request, progress, True)
            except Different:
                pass  # Something in it has to be copied with more care, such as references.
        return _carry_out(planned, request, progress, False)
    except _NotSmaller:
        note = f"{files.shown(planned.file)} is as compact as it can be and was left as it is."
        return CompactedFile(planned.file, planned.file, planned.size, planned.size, notes=(note,))


def _carry_out(planned: PlannedFile, request: CompactRequest, progress: Progress, at_once: bool) -> CompactedFile:
    target = os.path.realpath(request.target or planned.file)
    before = recovering.recover((os.path.dirname(target),), progress)
    with _opened(planned) as source:
        copy = _Copy(source, planned, request, progress)
        work = Work(
            target,
            (as_input(planned.file),),
            replaces=os.path.lexists(target) and (request.backup or not request.target),
            backup=request.backup,
            needed=planned.needed,
        )
        done = replacing.carry_out(work, lambda path: copy.write(path, at_once), copy.verify, progress)
    return CompactedFile(
        planned.file,
        done.target,
        planned.size,
        done.size,
        copy.verified,
        done.backup,
        done.undo,
        (*(sentence for one in before if one.ours for sentence in one.sentences), *done.notes),
        tuple(copy.lost),
    )


@contextmanager
def _opened(planned: PlannedFile) -> Iterator[_Source]:
    with files.reading(planned.file, whole=True) as file, headers.raw(planned.file, file.id) as content:
        if file.stamp != planned.stamp:
            raise PexError(
                f"{file.name} has changed since the plan was made.",
                "Nothing was changed. Look at the plan again, then compact.",
            )
        yield _Source(file, content)


def _copy_beginning(source: bytes, target: bytes, size: int) -> None:
    """Copy the part of a file that is not HDF5's."""
    with open(source, "rb") as old, open(target, "r+b") as new:
        for start in range(0, size, _PIECE):
            new.write(old.read(min(_PIECE, size - start)))


def _same_times(source: bytes, target: bytes) -> None:
    """The result is as old as what is in it."""
    status = os.stat(source)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
