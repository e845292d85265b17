"""What went wrong behind the window, kept in a file that a person can send along with a report."""

import faulthandler
import os
import platform
import sys
import time
from pathlib import Path
from typing import TextIO

from . import __version__

LARGEST = 500_000
"""Bytes after which the file is put aside, as the one old file that is kept."""


class Log:
    """A text file, written to only when there is something to say, so that a start costs nothing."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or _folder() / "pexgui.log"
        self._crashes: TextIO | None = None

    def write(self, text: str) -> bool:
        """Append ``text`` with the time. False when the file cannot be written."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if self.file.exists() and self.file.stat().st_size > LARGEST:
                self.file.replace(self.file.with_suffix(".old.log"))
            with self.file.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')}, {versions()}\n{text.rstrip()}\n")
        except OSError:
            return False
        return True

    def catch_crashes(self) -> None:
        """Have Python write where it was when the program is ended by a fault in native code."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._crashes = self.file.with_suffix(".crash.log").open("a", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._crashes)


def versions() -> str:
    """The versions a report needs, in a line."""
    return f"pexgui {__version__}, Python {platform.python_version()}, {sys.platform}"


def _folder() -> Path:
    given = os.environ.get("XDG_STATE_HOME", "")
    return (Path(given) if os.path.isabs(given) else Path.home() / ".local" / "state") / "pexgui"
