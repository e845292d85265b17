"""What was open before, and whether it is still there."""

import os

from pexgui.core import FolderRequest, list_folder

from .empty import EmptyPanel, Recent
from .jobs import Submit
from .session import Session


class RecentList:
    """The list on the start screen; whether its entries can be reached is found out in the background."""

    def __init__(self, session: Session, panel: EmptyPanel, submit: Submit) -> None:
        self._session = session
        self._panel = panel
        self._submit = submit
        self._reachable: dict[bytes, bool] = {}

    def look(self) -> None:
        """Show the list, and look again for what is in it."""
        self._show()
        for one in self._session.recent():
            folder = one.path if one.is_folder else os.path.dirname(one.path)
            self._submit(
                list_folder,
                FolderRequest(folder, 0, 0),
                lambda _page, path=one.path: self._found(path, True),  # type: ignore[misc]
                lambda _problem, path=one.path: self._found(path, False),  # type: ignore[misc]
            )

    def forget(self) -> None:
        """Clear the list."""
        self._session.forget_recent()
        self._show()

    def _found(self, path: bytes, reachable: bool) -> None:
        self._reachable[path] = reachable
        self._show()

    def _show(self) -> None:
        self._panel.set_recent(
            [
                Recent(one.path, one.is_folder, one.opened, one.files, self._reachable.get(one.path))
                for one in self._session.recent()
            ]
        )
