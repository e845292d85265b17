"""What was cut off before, finished or undone behind the window, and told in a line."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from pexgui.core import PexError, Recovered, RecoverRequest, Recovery, recover_files, unfinished_folders

from .jobs import Submit
from .notices import Offer


class Recovering(QObject):
    """Settles what was cut off, wherever that is noted and in any folder of which it is seen.

    ``changed(paths)`` when files and folders are other ones now.
    """

    changed = Signal(object)

    def __init__(self, submit: Submit, line: Offer, parent: QObject) -> None:
        super().__init__(parent)
        self._submit = submit
        self._line = line
        self._under_way: set[bytes] = set()
        self._waiting: list[Recovered] = []

    def begin(self) -> None:
        """Settle what earlier starts left behind anywhere."""
        for folder in unfinished_folders():
            self.settle(folder)

    def settle(self, folder: bytes) -> None:
        """Settle what was cut off in ``folder``."""
        if folder in self._under_way:
            return
        self._under_way.add(folder)
        # Nobody asked for it, and where it fails it is tried again, so that a problem is nothing to be told of.
        job = self._submit(recover_files, RecoverRequest((folder,)), partial(self._tell, folder), _pass_over)
        job.finished.connect(lambda: self._under_way.discard(folder))

    def _tell(self, folder: bytes, recovery: Recovery) -> None:
        news = [one for one in recovery.found if one.ours and one not in self._waiting]
        self._waiting += [one for one in news if not one.settled]
        if news:
            shown = [] if self._line.isHidden() else [self._line.words.text()]
            self._line.say(" ".join([*shown, *(sentence for one in news for sentence in one.sentences)]))
        settled = [one.target for one in news if one.settled]
        if settled:
            self.changed.emit([folder, *settled])


def _pass_over(_problem: PexError) -> None:
    pass
