"""Which rows of the library are shown, and what the library counts."""

from PySide6.QtWidgets import QTreeView

from pexgui.core import text

from .library_model import LibraryModel, Row, RowKind, RowState, shown_name
from .library_row import second_line
from .library_scan import DEPTH


class LibraryFilter:
    """Hides rows in the view, so that selection and what is expanded stay as they are."""

    def __init__(self, view: QTreeView, model: LibraryModel) -> None:
        self._view = view
        self._model = model

    def apply(self, wanted: str) -> int:
        """Show the rows that have every word of ``wanted``, what is around and below them, and no folder without
        files. Answers with how many rows are shown."""
        words = wanted.casefold().split()
        return sum(self._show(root, words, False) for root in self._model.roots)

    def hide_empty(self, folder: Row) -> None:
        """Hide the folders in ``folder`` in which nothing was found yet, before anyone sees them."""
        for child in folder.children:
            if child.kind is RowKind.FOLDER and not child.files:
                self._show(child, [], True)

    def _show(self, row: Row, words: list[str], inside: bool) -> int:
        matches = inside or not words or all(word in _searched(row) for word in words)
        shown = sum(self._show(child, words, matches) for child in row.children)
        if shown == 0 and row.kind is RowKind.FOLDER:
            here = matches and (row.parent is None or _worth_showing(row))
        else:
            here = matches or shown > 0
        if here == row.hidden:
            row.hidden = not here
            self._view.setRowHidden(row.number, self._model.parent(self._model.index_of(row)), row.hidden)
        return shown + 1 if here else 0


def _worth_showing(row: Row) -> bool:
    """Whether a folder in which nothing was found so far is a row all the same."""
    return row.state in (RowState.REFUSED, RowState.GONE) or row.depth() > DEPTH or row.reached < row.total


def _searched(row: Row) -> str:
    trajectories = row.summary.trajectories if row.summary is not None else ()
    one = (row.trajectory,) if row.trajectory is not None else trajectories
    names = [name for trajectory in one for name in (trajectory.name, *trajectory.explored)]
    return "\n".join((shown_name(row), row.name, second_line(row)[0], *names)).casefold()


def summary_words(model: LibraryModel) -> tuple[str, str]:
    """``12 files in 4 folders`` and ``301 MB``; empty without files."""
    files = folders = size = 0
    for row in model.walk():
        if row.kind is RowKind.FILE:
            files += 1
            size += row.bytes()
        elif row.kind is RowKind.FOLDER and any(child.kind is RowKind.FILE for child in row.children):
            folders += 1
    if not files:
        return "", ""
    place = f" in {text.count(folders, 'folder')}" if folders else ""
    return text.count(files, "file") + place, text.size(size)
