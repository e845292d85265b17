"""A folder: its folders and the files that may hold trajectories, in pages."""

import os

from . import layout, text
from .change_log import is_unfinished_log
from .errors import NotReadable
from .journal import is_unfinished
from .model import FolderEntry, FolderPage, FolderRequest
from .progress import Progress, silent

_REPORT_EVERY = 2000


def list_folder(request: FolderRequest, progress: Progress = silent) -> FolderPage:
    """Folders first, then files, each in natural order; hidden entries, devices and pipes are left out.

    A link to a folder is shown like a folder, except that one which leads back to a folder above it is refused when
    it is to be listed itself. Raises `NotReadable`.
    """
    folder = request.folder
    _refuse_circle(folder)
    folders, files, unfinished = _sorted_names(folder, progress)
    names = [(name, True) for name in folders] + [(name, False) for name in files]
    start = max(0, request.start)
    page = names[start : start + max(0, request.count)]
    entries = tuple(entry for name, is_folder in page if (entry := _entry(folder, name, is_folder)) is not None)
    return FolderPage(folder, entries, start, len(names), unfinished)


def is_candidate(name: bytes) -> bool:
    """Whether a file of this name is shown in a folder: it is not hidden and ends as HDF5 files do."""
    return not name.startswith(b".") and os.path.splitext(name)[1].lower() in layout.EXTENSIONS


def _sorted_names(folder: bytes, progress: Progress) -> tuple[list[bytes], list[bytes], bool]:
    shown = text.printable(os.path.basename(folder.rstrip(b"/")) or folder)
    folders: list[bytes] = []
    files: list[bytes] = []
    unfinished = False
    try:
        with os.scandir(folder) as entries:
            for done, entry in enumerate(entries):
                if done % _REPORT_EVERY == 0:
                    progress(f"Listing {shown}", done, 0)
                name = entry.name
                unfinished = unfinished or is_unfinished(name) or is_unfinished_log(entry)
                if name.startswith(b"."):
                    continue
                if _is_folder(entry):
                    folders.append(name)
                elif is_candidate(name) and _is_file(entry):
                    files.append(name)
    except OSError as error:
        raise _unlisted(folder, error) from error
    progress(f"Sorting {shown}", len(folders) + len(files), 0)
    for names in (folders, files):
        names.sort()
        names.sort(key=text.natural)
    return folders, files, unfinished


def _is_folder(entry: "os.DirEntry[bytes]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: "os.DirEntry[bytes]") -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _entry(folder: bytes, name: bytes, is_folder: bool) -> FolderEntry | None:
    path = os.path.join(folder, name)
    if is_folder:
        return FolderEntry(path, text.printable(name), True)
    try:
        status = os.stat(path)
    except OSError:
        return None
    return FolderEntry(path, text.printable(name), False, status.st_size, status.st_mtime)


def _refuse_circle(folder: bytes) -> None:
    """Refuse a path that came back, through a link, to a folder it had already passed."""
    path = os.path.abspath(folder)
    if not os.path.islink(path):
        return
    target = os.path.realpath(path)
    above = os.path.dirname(path)
    while True:
        real = os.path.realpath(above)
        if real == target or real.startswith(os.path.join(target, b"")):
            raise NotReadable(
                f"“{text.printable(os.path.basename(path))}” leads back to the folder “{text.printable(target)}”.",
                "Its files are shown there.",
            )
        if above == os.path.dirname(above):
            return
        above = os.path.dirname(above)


def _unlisted(folder: bytes, error: OSError) -> NotReadable:
    shown = f"“{text.printable(folder)}”"
    if isinstance(error, FileNotFoundError):
        title = f"The folder {shown} is not there any more."
        return NotReadable(title, "It may have been moved, renamed, or its disk is not connected.")
    if isinstance(error, PermissionError):
        return NotReadable(f"You are not allowed to look into the folder {shown}.", "Ask its owner for access.")
    if isinstance(error, NotADirectoryError):
        return NotReadable(f"{shown} is not a folder.", "Open it as a file instead.")
    return NotReadable(f"The folder {shown} could not be listed.", "Try again.", str(error))
