"""What comes back at the next start: the window's shape, what was open, what was open before."""

import json
import math
import time
from typing import cast
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QByteArray, QSettings

from . import theme
from .empty import Recent

_MOST_RECENT = 8


class Session:
    """The values kept for the next start. Paths are bytes and are written in percent encoding."""

    def __init__(self) -> None:
        self._kept = QSettings()

    def shape(self, name: str) -> QByteArray:
        """The kept geometry of a window or the sizes of a splitter; empty when there is none."""
        kept = self._kept.value(f"shape/{name}")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    def keep_shape(self, name: str, shape: QByteArray) -> None:
        self._kept.setValue(f"shape/{name}", shape)

    def appearance(self) -> theme.Choice:
        kept = self._kept.value("appearance")
        return cast(theme.Choice, kept) if kept in ("light", "dark") else "system"

    def keep_appearance(self, choice: theme.Choice) -> None:
        self._kept.setValue("appearance", choice)

    def switch(self, name: str) -> bool:
        """Whether a panel is shown; it is unless it was hidden."""
        return self._kept.value(f"shown/{name}") not in (False, "false")

    def keep_switch(self, name: str, on: bool) -> None:
        self._kept.setValue(f"shown/{name}", on)

    def roots(self) -> list[tuple[bytes, bool]]:
        """What was open: paths, each with whether it is a folder."""
        return [(_path(entry["path"]), bool(entry["folder"])) for entry in self._list("roots")]

    def keep_roots(self, roots: list[tuple[bytes, bool]]) -> None:
        self._keep_list("roots", [{"path": quote_from_bytes(path), "folder": folder} for path, folder in roots])

    def expanded(self) -> set[bytes]:
        """The folders that were expanded in the library."""
        return {_path(entry["path"]) for entry in self._list("expanded")}

    def keep_expanded(self, folders: list[bytes]) -> None:
        self._keep_list("expanded", [{"path": quote_from_bytes(folder)} for folder in folders[:500]])

    def last(self) -> tuple[bytes, bytes] | None:
        """The file that was looked at, and the trajectory in it."""
        for entry in self._list("last"):
            return _path(entry["path"]), _path(entry["group"])
        return None

    def keep_last(self, file: bytes, group: bytes) -> None:
        entry = {"path": quote_from_bytes(file), "group": quote_from_bytes(group)}
        self._keep_list("last", [entry] if file else [])

    def recent(self) -> list[Recent]:
        """What was open before, the latest first."""
        return [
            Recent(_path(entry["path"]), bool(entry["folder"]), _number(entry["opened"]), int(_number(entry["files"])))
            for entry in self._list("recent", ("path", "folder", "opened", "files"))
        ]

    def keep_recent(self, path: bytes, is_folder: bool, files: int) -> None:
        """Remember that ``path`` was opened just now."""
        others = [one for one in self.recent() if one.path != path]
        self._write_recent([Recent(path, is_folder, time.time(), files), *others])

    def count_recent(self, path: bytes, files: int) -> None:
        """Remember how many files are in ``path``."""
        self._write_recent(
            [Recent(r.path, r.is_folder, r.opened, files if r.path == path else r.files) for r in self.recent()]
        )

    def forget_recent(self) -> None:
        self._write_recent([])

    def _write_recent(self, recent: list[Recent]) -> None:
        entries = [
            {"path": quote_from_bytes(one.path), "folder": one.is_folder, "opened": one.opened, "files": one.files}
            for one in recent[:_MOST_RECENT]
        ]
        self._keep_list("recent", entries)

    def _list(self, name: str, fields: tuple[str, ...] = ("path",)) -> list[dict[str, object]]:
        """A kept list; what cannot be understood, from another version or another hand, is as if it were not there."""
        kept = self._kept.value(f"kept/{name}")
        try:
            found = json.loads(kept) if isinstance(kept, str) else []
        except ValueError:
            found = []
        needed = {"roots": ("path", "folder"), "last": ("path", "group")}.get(name, fields)
        if not isinstance(found, list):
            return []
        return [entry for entry in found if isinstance(entry, dict) and all(field in entry for field in needed)]

    def _keep_list(self, name: str, entries: list[dict[str, object]] | list[dict[str, str]]) -> None:
        self._kept.setValue(f"kept/{name}", json.dumps(entries))


def _path(kept: object) -> bytes:
    return unquote_to_bytes(str(kept))


def _number(kept: object) -> float:
    return float(kept) if isinstance(kept, int | float) and math.isfinite(kept) else 0.0
