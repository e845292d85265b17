"""Comparing, as the main window offers it: what is selected, what is dropped on each other, and the windows open."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from pexgui.core import CompareRequest, Side, text

from .asking import ask_for_file
from .compare import CompareWindow
from .drops import Target
from .jobs import Submit
from .library_model import shown_name

if TYPE_CHECKING:
    from .window import MainWindow


class Comparing(QObject):
    """Opens windows that compare what is selected in ``window``."""

    def __init__(self, window: "MainWindow", comparer: Submit, reader: Submit) -> None:
        super().__init__(window)
        self._window = window
        self._comparer, self._reader = comparer, reader
        self.windows: list[CompareWindow] = []

    def chosen(self) -> list[Side]:
        """What is selected: the runs when the person is in their table and selected several, else the library."""
        runs = self._window.trajectory.runs
        several = runs.isVisible() and runs.isAncestorOf(self._window.focusWidget() or self._window)
        sides = runs.sides() if several else []
        return sides if len(sides) > 1 else self._window.library.sides()

    def look(self) -> None:
        """Offer to compare when something is selected that can be."""
        runs = self._window.trajectory.runs
        possible = bool(self._window.library.sides()) or (runs.isVisible() and len(runs.sides()) > 1)
        self._window.commands.compare.setEnabled(possible)

    def compare_chosen(self) -> None:
        """Compare what is selected."""
        self.compare(self.chosen())

    def compare(self, sides: Sequence[Side]) -> None:
        """Compare some sides; of a single one the person picks the other."""
        if len(sides) == 1:
            only = sides[0]
            ask_for_file(self._window, "Compare with", lambda path: self.compare([only, Side(path)]))
        elif sides:
            self.open(CompareRequest(tuple(sides)))

    def open(self, request: CompareRequest) -> None:
        """Show a comparison in a window of its own."""
        window = CompareWindow(self._comparer, self._reader, request, self._window)
        self.windows.append(window)
        window.gone.connect(self.windows.remove)
        window.wanted.connect(self.open)
        window.show()

    def target(self, point: QPoint, paths: list[bytes]) -> Target | None:
        """The row of the library at a point of the window, when a single file is held over it."""
        under = self._window.library.under(point, self._window) if len(paths) == 1 else None
        if under is None:
            return None
        row, place = under
        side = row.side()
        if side is None or row.path == paths[0]:
            return None
        words = f"Drop to compare with “{text.printable(shown_name(row), 60)}”"
        return Target(place, words, partial(self.compare, [side, Side(paths[0])]), beside=True)
