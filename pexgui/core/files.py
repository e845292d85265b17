"""The only opener of HDF5 files: for reading, without any lock, and for our own writing, whole or not at all.

What is needed of an open file stands here under one name: `reading`, `names`, `link`, `open_path`, `walk`,
`attribute`, `read` …
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import hdf5plugin  # noqa: F401  (importing it makes every codec readable)
from h5py import h5f, h5fd, h5g, h5p, h5pl

from . import text
from .attributes import RawPickle as RawPickle
from .attributes import Unread as Unread
from .attributes import attribute as attribute
from .attributes import attributes as attributes
from .attributes import copy_attributes as copy_attributes
from .attributes import delete_attribute as delete_attribute
from .attributes import text_attribute as text_attribute
from .attributes import text_of as text_of
from .change_log import is_under_way
from .commit import writing as writing
from .datasets import Extent as Extent
from .datasets import chunk_of as chunk_of
from .datasets import codec as codec
from .datasets import element_type as element_type
from .datasets import extent_of as extent_of
from .datasets import read as read
from .datasets import stored_size as stored_size
from .errors import BeingWritten, NotReadable, PexError
from .model import FileState, Stamp
from .nodes import Child as Child
from .nodes import Link as Link
from .nodes import LinkKind as LinkKind
from .nodes import Visit as Visit
from .nodes import VisitKind as VisitKind
from .nodes import address as address
from .nodes import group_at as group_at
from .nodes import hard_names as hard_names
from .nodes import is_dataset as is_dataset
from .nodes import is_group as is_group
from .nodes import link as link
from .nodes import listed as listed
from .nodes import names as names
from .nodes import open_child as open_child
from .nodes import open_listed as open_listed
from .nodes import open_node as open_node
from .nodes import path_of as path_of
from .nodes import walk as walk
from .overlay import Overlay

Result = TypeVar("Result")

_INDEX_CACHE = 2 << 20
_GROWTH = 16
AT_ONCE = 64 * 2**20
"""Up to so many bytes a file is read into memory before it is walked over wholly."""

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, NotImplementedError, MemoryError)

# HDF5 loads every library it finds in these folders as soon as a file names an unknown codec.
while h5pl.size():
    h5pl.remove(0)


class OpenFile:
    """A file open for reading: ``id`` is h5py's low-level identifier, ``stamp`` what the file was when opened."""

    def __init__(self, path: bytes, identifier: h5f.FileID, opened: Stamp, at_once: bool = False) -> None:
        self.path = path
        self.id = identifier
        self.stamp = opened
        self.at_once = at_once
        self.root = h5g.open(identifier, b"/")

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return shown(self.path)

    def image(self) -> bytes | None:
        """The bytes of a file that was read at once; None of one that is read piece by piece."""
        return bytes(self.id.get_file_image()) if self.at_once else None

    def changed(self) -> bool:
        """Whether the file on disk is no longer what was opened."""
        return _changed(self.path, self.stamp)


def shown(path: bytes) -> str:
    """The last part of a path in quotation marks, as sentences name a file."""
    return f"“{text.printable(os.path.basename(path) or path)}”"


def stamp(path: bytes) -> Stamp:
    """By what a change of the file is noticed. Raises `NotReadable` when it is not there or no regular file."""
    return _stamp(_regular(path))


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(size=status.st_size, mtime_ns=status.st_mtime_ns, inode=status.st_ino)


def _changed(path: bytes, opened: Stamp) -> bool:
    try:
        return _stamp(os.stat(path)) != opened
    except OSError:
        return True


def _was_being_written(path: bytes, opened: Stamp) -> bool:
    """Whether what could not be read may only be half written: in this order, because a change that is made in place
    shows in the stamp before it is over."""
    return is_under_way(path) or _changed(path, opened)


def _regular(path: bytes) -> os.stat_result:
    """The status of a regular file: opening anything else could wait for ever or have side effects."""
    if b"\0" in path:
        raise NotReadable(f"{shown(path)} is not a possible file name.")
    try:
        status = os.stat(path)
    except OSError as error:
        raise _refused(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise NotReadable(f"{shown(path)} is a folder, not a file.", "Open it as a folder.")
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable(f"{shown(path)} is a device or a pipe, not a file.", "Choose an HDF5 file.")
    return status


def _refused(path: bytes, error: OSError) -> NotReadable:
    """The sentence for a file that the operating system does not give."""
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return NotReadable(f"{shown(path)} is a link to a file that is not there.", "Look where that file was moved.")
    if isinstance(error, FileNotFoundError):
        return NotReadable(f"{shown(path)} is not there any more.", "Refresh the list, or look where it was moved.")
    if isinstance(error, PermissionError):
        return NotReadable(f"You have no permission to read {shown(path)}.", "Ask its owner to let you read it.")
    if error.errno == errno.ELOOP:
        return NotReadable(f"{shown(path)} is a link that only leads to itself.", "Delete the link.")
    reason = error.strerror or str(error)
    return NotReadable(f"{shown(path)} cannot be opened: {reason}.", "Check the drive it is on.", str(error))


def _check_signature(path: bytes, size: int) -> None:
    """Raise unless HDF5's signature is at one of the places where it may be: 0, 512, 1024, 2048 …"""
    if size == 0:
        raise NotReadable(
            f"{shown(path)} is empty (zero bytes).",
            "Nothing was ever written into it. It can be deleted.",
            state=FileState.NOT_HDF5,
        )
    place = 0
    try:
        with open(path, "rb") as raw:
            while place < size:
                raw.seek(place)
                if raw.read(len(SIGNATURE)) == SIGNATURE:
                    return
                place = place * 2 or 512
    except OSError as error:
        raise _refused(path, error) from error
    raise NotReadable(
        f"{shown(path)} is not an HDF5 file.",
        "Whatever its name says, its content is something else.",
        state=FileState.NOT_HDF5,
    )


def _access() -> h5p.PropFAID:
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fclose_degree(h5f.CLOSE_STRONG)
    access.set_file_locking(False, True)
    return access


def _reading_access(at_once: bool) -> h5p.PropFAID:
    """Many small objects are read once each: a cache that grows with them only takes long to clear. It still makes
    room for a single large index. ``at_once`` reads the whole file into memory."""
    access = _access()
    if at_once:
        access.set_fapl_core(backing_store=False)
    cache = access.get_mdc_config()
    cache.set_initial_size, cache.initial_size, cache.incr_mode = True, _INDEX_CACHE, 0
    access.set_mdc_config(cache)
    return access


def _not_opened(path: bytes, opened: Stamp, error: Exception) -> PexError:
    """The sentence for a regular file with HDF5's signature that HDF5 does not open."""
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.EACCES, errno.EPERM):
        refused = type(error)(error.errno, os.strerror(error.errno))
        return _refused(path, refused)
    if _was_being_written(path, opened):
        return being_written(path)
    reason = str(error)
    if "unable to lock" in reason:
        return NotReadable(
            f"{shown(path)} is in use by another program.",
            "Try again when that program has closed it.",
            reason,
            FileState.BEING_WRITTEN,
        )
    if "truncated file" in reason:
        return NotReadable(
            f"{shown(path)} is truncated: its end is missing.",
            "If a program is still writing it, refresh in a moment. Otherwise get a complete copy.",
            reason,
            FileState.DAMAGED,
        )
    return NotReadable(
        f"{shown(path)} is damaged and cannot be opened.", "Get another copy of it.", reason, FileState.DAMAGED
    )


def _damaged(path: bytes, error: Exception) -> NotReadable:
    """The error for what h5py raises of a part of an opened file."""
    return NotReadable(
        f"A part of {shown(path)} cannot be read.",
        "It may be damaged. Get another copy of it.",
        f"{type(error).__name__}: {error}",
        FileState.DAMAGED,
    )


def being_written(path: bytes) -> BeingWritten:
    """The error for a file that changed under our eyes."""
    return BeingWritten(f"{shown(path)} is being written by another program.", "Refresh in a moment.")


@contextmanager
def reading(path: bytes, whole: bool = False) -> Iterator[OpenFile]:
    """Open a file for reading, without a lock, and close it with everything that was opened in it.

    ``whole`` is for a walk over all of it: up to `AT_ONCE` bytes it is read at once, which is faster, and nobody can
    change it on the way.
    Raises `NotReadable` (its ``state`` says what the file is), and `BeingWritten` when reading failed and the file
    changed meanwhile. What h5py raises inside the block becomes a `NotReadable` about the file.
    """
    opened = stamp(path)
    _check_signature(path, opened.size)
    try:
        at_once = whole and opened.size <= AT_ONCE
        file = OpenFile(path, h5f.open(path, h5f.ACC_RDONLY, _reading_access(at_once)), opened, at_once)
    except _DAMAGE as error:
        raise _not_opened(path, opened, error) from error
    try:
        yield file
    except PexError as error:
        if _was_being_written(path, opened):
            raise being_written(path) from error
        raise
    except _DAMAGE as error:
        if _was_being_written(path, opened):
            raise being_written(path) from error
        raise _damaged(path, error) from error
    finally:
        file.id.close()


@contextmanager
def creating(
    path: bytes, anew: bool = True, small: bool = False, like: h5f.FileID | None = None
) -> Iterator[h5g.GroupID]:
    """Write a new HDF5 file, one that HDF5 1.10 and PyTables read, from its root group on; close it afterwards.

    Whatever is at ``path`` is overwritten or, with ``anew`` False, is a copy that is written on: it is a path that
    `writing` gave, never a file of the person. ``small`` takes the form of HDF5 1.8 for headers and links, which needs
    much less space. That of 1.10 would save 2 % more, and marks a file that is open for writing: nobody could look at
    it meanwhile, or at all after the writer was killed. ``like`` is the file that is to be copied: as many bytes at the
    beginning are not HDF5's, and forms of a newer HDF5 that are in it may be copied. What the disk refuses is an
    `OSError`.
    """
    access = _access()
    access.set_libver_bounds(*_bounds(small, like is not None))
    if anew:
        creation = h5p.create(h5p.FILE_CREATE)
        if like is not None:
            creation.set_userblock(like.get_create_plist().get_userblock())
            root = h5g.open(like, b"/").get_create_plist()
            creation.set_link_creation_order(root.get_link_creation_order())
            creation.set_attr_creation_order(root.get_attr_creation_order())
        identifier = h5f.create(path, h5f.ACC_TRUNC, creation, access)
    else:
        identifier = h5f.open(path, h5f.ACC_RDWR, access)
    try:
        try:
            yield h5g.open(identifier, b"/")
            h5f.flush(identifier)
        finally:
            identifier.close()
    except (OSError, RuntimeError) as error:
        code = re.search(r"errno = (\d+)", str(error))
        if code is None:
            raise
        raise OSError(int(code[1]), os.strerror(int(code[1]))) from error


@contextmanager
def changing(path: bytes, content: Overlay) -> Iterator[h5g.GroupID]:
    """Change an HDF5 file, from its root group on, in the form that HDF5 1.10 and PyTables read. All that is written
    goes into ``content``, which stands for the file ``path``; nothing is written to that.

    Raises `NotReadable` when HDF5 does not open it, when a part of it is damaged, and when the disk refuses to be read.
    """
    opened = stamp(path)
    _check_signature(path, opened.size)
    access = _access()
    access.set_libver_bounds(*_bounds(small=False, copied=False))
    access.set_fileobj_driver(h5fd.fileobj_driver, content)
    try:
        try:
            identifier = h5f.open(hex(id(content)).encode(), h5f.ACC_RDWR, access)
        except _DAMAGE as error:
            raise _not_opened(path, opened, error) from error
        try:
            yield h5g.open(identifier, b"/")
            h5f.flush(identifier)
        finally:
            identifier.close()
    except Exception as error:
        if content.trouble is not None:
            raise _troubled(path, content.trouble) from error
        if isinstance(error, RuntimeError | KeyError) or (isinstance(error, OSError) and error.errno is None):
            raise _damaged(path, error) from error
        raise
    finally:
        access.close()  # It holds the content, which HDF5 must not want to let go when there is no Python any more.
    if content.trouble is not None:
        raise _troubled(path, content.trouble)


def _troubled(path: bytes, trouble: BaseException) -> BaseException:
    return _refused(path, trouble) if isinstance(trouble, OSError) else trouble


def _bounds(small: bool, copied: bool) -> tuple[int, int]:
    """The oldest and the newest version of HDF5 in the form of which anything is written."""
    return h5f.LIBVER_V18 if small else h5f.LIBVER_EARLIEST, h5f.LIBVER_LATEST if copied else h5f.LIBVER_V110


@contextmanager
def in_memory(small: bool = False) -> Iterator[h5f.FileID]:
    """A new file that only exists in memory, of which the size says to the byte what is in it; ``small`` is as in
    `creating`."""
    access = _access()
    access.set_fapl_core(_GROWTH, backing_store=False)
    access.set_libver_bounds(*_bounds(small, True))
    access.set_meta_block_size(1)
    file = h5f.create(b"in memory", h5f.ACC_TRUNC, None, access)
    try:
        yield file
    finally:
        file.close()


@contextmanager
def pytables(path: bytes) -> Iterator[Any]:
    """A file that we wrote, opened for reading by PyTables, the library that pypet reads with. Nothing is unpickled."""
    import tables
    from tables import atom, attributeset

    kept = atom.pickle, attributeset.pickle
    atom.pickle = attributeset.pickle = _Pickles
    try:
        with tables.open_file(**_pytables_source(path), mode="r") as opened:
            yield opened
    finally:
        atom.pickle, attributeset.pickle = kept


def _pytables_source(path: bytes) -> dict[str, Any]:
    """The path, or for a name that is no text, which PyTables does not open, the content."""
    try:
        return {"filename": path.decode()}
    except UnicodeDecodeError:
        with open(path, "rb") as raw:
            image = raw.read()
        return {
            "filename": "image",
            "driver": "H5FD_CORE",
            "driver_core_image": image,
            "driver_core_backing_store": 0,
        }


class _Pickles:
    """Stands where PyTables has the module pickle; PyTables gives the bytes when they cannot be loaded."""

    @staticmethod
    def loads(_data: bytes) -> NoReturn:
        raise ValueError("pickles are not loaded")


def steadily(path: bytes, answer: Callable[[OpenFile], Result], whole: bool = False) -> Result:
    """``answer(file)`` of an opened file; once more, a moment later, when the file was being written meanwhile. An
    answer with ``warnings`` of such a file is none: what seems damaged may only be half written."""
    try:
        return _believed(path, answer, whole)
    except BeingWritten:
        return _believed(path, answer, whole)


def _believed(path: bytes, answer: Callable[[OpenFile], Result], whole: bool) -> Result:
    with reading(path, whole) as file:
        found = answer(file)
    if getattr(found, "warnings", ()) and _was_being_written(path, file.stamp):
        raise being_written(path)
    return found


def open_path(file: OpenFile, path: bytes) -> Any:
    """The object at an absolute path, component by component along hard links only.

    Raises `NotReadable` when there is none, or when a link or an impossible name is on the way.
    """
    return open_node(file.root, path)
