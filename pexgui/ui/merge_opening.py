"""Merging, as the main window offers it: what is selected, what was dropped together, and the wizards open."""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pexgui.core import MergeResult, MergeSource, Side, text

from .jobs import Submit
from .library_model import short_name
from .merge import MergeWizard

if TYPE_CHECKING:
    from .window import MainWindow


class Merging(QObject):
    """Opens the merge wizard for what is selected in ``window``."""

    def __init__(self, window: "MainWindow", reader: Submit, planner: Submit, writer: Submit) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._planner, self._writer = reader, planner, writer
        self.windows: list[MergeWizard] = []

    def merge_chosen(self) -> None:
        """Merge what is selected in the library, with what the person adds."""
        self.merge(self._window.library.sides())

    def merge(self, sides: Sequence[Side]) -> None:
        """Begin a merge of some trajectories."""
        self.open([MergeSource(side.file, side.trajectory) for side in sides])

    def open(self, sources: Sequence[MergeSource]) -> MergeWizard:
        """Show the wizard for these."""
        wizard = MergeWizard(self._reader, self._planner, self._writer, sources, self._window)
        self.windows.append(wizard)
        wizard.gone.connect(self.windows.remove)
        wizard.open_wanted.connect(self.show_result)
        wizard.compare_wanted.connect(self._window.compare_sides)
        wizard.written.connect(self.read_again)
        wizard.told.connect(self._tell)
        wizard.failed.connect(self._window.show_problem)
        wizard.show()
        return wizard

    def offer(self, paths: Sequence[bytes]) -> None:
        """When several files were opened at once, offer to merge them."""
        files = [path for path in paths if short_name(text.printable(path)) != text.printable(path)]
        offer = self._window.offer
        if len(files) < 2:
            offer.hide()
            return
        words = f"{len(files):,} files were opened."
        sources = [MergeSource(path) for path in files]
        offer.say(words, f"Merge these {len(files):,} files…", lambda: self.open(sources))

    def _tell(self, sentence: str, result: MergeResult | None) -> None:
        """Say what became of a merge whose wizard was closed while it was at work."""
        if result is None:
            self._window.told.say(sentence)
        else:
            self._window.told.say(sentence, "Open", partial(self.show_result, result.target, result.trajectory))

    def show_result(self, file: bytes, group: bytes) -> None:
        """Show what came of a merge in the main window."""
        library = self._window.library
        if library.model.find(file) is None:
            folder = library.model.find(os.path.dirname(file))
            if folder is None:
                self._window.open_paths([file])
        library.choose(file, group)
        self._window.activateWindow()

    def read_again(self, paths: Sequence[bytes]) -> None:
        """Have the library look at files and folders that are other ones now."""
        for path in dict.fromkeys(paths):
            self._window.library.read_again(path)
