"""The entry in the desktop's menu and among the programs for HDF5 files: put there for one person, and taken away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import resources
from .core.errors import PexError
from .core.text import printable


def install(launcher: Path | None = None) -> tuple[Path, ...]:
    """Write the desktop entry, starting ``launcher``, and the icon; return the files written.

    Raises `PexError` when there is no folder for them or the launcher's path cannot stand in a desktop entry.
    """
    entry, icon = _places()
    text = _entry_for(command(launcher))
    try:
        for folder in (entry.parent, icon.parent):
            folder.mkdir(parents=True, exist_ok=True)
        icon.write_bytes((resources.folder() / "pexgui.svg").read_bytes())
        entry.write_text(text, "utf-8")
    except OSError as error:
        raise _refused(error, "written") from error
    _tell_desktop(entry, icon)
    return entry, icon


def remove() -> tuple[Path, ...]:
    """Take away what `install` wrote, and nothing else; return the files that were there."""
    entry, icon = _places()
    removed = []
    try:
        for file in (entry, icon):
            if file.exists():
                file.unlink()
                removed.append(file)
    except OSError as error:
        raise _refused(error, "removed") from error
    if removed:
        _tell_desktop(entry, icon)
    return tuple(removed)


def command(launcher: Path | None = None) -> list[str]:
    """The absolute command that starts pexgui as it runs now."""
    if launcher is not None:
        return [str(launcher)]
    started = Path(shutil.which(sys.argv[0]) or sys.argv[0]).absolute()
    if started.stem == "pexgui" and os.access(started, os.X_OK):
        return [str(started)]
    return [sys.executable, "-m", "pexgui"]


def _places() -> tuple[Path, Path]:
    given = os.environ.get("XDG_DATA_HOME", "")
    data = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"
    return data / "applications" / "pexgui.desktop", data / "icons" / "hicolor" / "scalable" / "apps" / "pexgui.svg"


def _entry_for(words: list[str]) -> str:
    """The desktop entry with its command replaced by ``words``."""
    for word in words:
        if not word.isprintable():
            raise PexError(
                f"The desktop cannot start {printable(word)}, because of a character in its path.",
                "Put pexgui into a folder with a plainer name and run this again.",
            )
    lines = resources.desktop_entry().read_text("utf-8").splitlines()
    execute = " ".join(_quoted(word) for word in words)
    start = f"TryExec={words[0].replace(chr(92), chr(92) * 2)}\nExec={execute} %F"
    return "\n".join(start if line.startswith("Exec=") else line for line in lines) + "\n"


def _quoted(word: str) -> str:
    """One argument of ``Exec``: quoted as for a shell, then escaped as a string of the file, with ``%`` doubled."""
    for sign in '\\"`$':
        word = word.replace(sign, "\\" + sign)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _tell_desktop(entry: Path, icon: Path) -> None:
    """Have the desktop read its folders again; where it lacks the means, it does so at the next log-in."""
    hicolor = icon.parents[2]
    if hicolor.is_dir():
        os.utime(hicolor)
    update = shutil.which("update-desktop-database")
    if update and entry.parent.is_dir():
        subprocess.run([update, str(entry.parent)], stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603  (the desktop's own program)


def _refused(error: OSError, done: str) -> PexError:
    name = printable(os.fsencode(error.filename)) if error.filename else "The desktop entry"
    return PexError(f"{name} could not be {done}: {error.strerror}.", "Check who may write there, then run this again.")
