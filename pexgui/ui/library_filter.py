"""Which rows of the library are shown, and what the library counts."""

from PySide6.QtWidgets import QTreeView

from pexgui.core import text

from .library_model import DEPTH, LibraryModel, Row, RowKind, RowState, shown_name
from .library_row import second_line


class LibraryFilter:
    """Hides rows in the view, so that selection and what is expanded stay as they are."""

    def __init__(self, view: QTreeView, model: LibraryModel) -> None:
        self._view = view
        self._model = model
        self._words: list[str] = []

    def apply(self, wanted: str) -> bool:
        """Show the rows that have every word of ``wanted``, what is around and below them, and no folder without
        files. Answers whether any row is shown."""
        words = wanted.casefold().split()
        # Without words files stay as they are shown, unless words just went.
        quick = not words and not self._words
        self._words = words
        shown = [self._show(root, words, False, quick) for root in self._model.roots]
        return any(shown)

    def hide_empty(self, folder: Row) -> None:
        """Hide the folders in ``folder`` in which nothing was found yet, before anyone sees them."""
        for child in folder.folders():
            if not child.files:
                self._show(child, [], True, True)

    def _show(self, row: Row, words: list[str], inside: bool, quick: bool) -> bool:
        matches = inside or not words or all(word in _searched(row) for word in words)
        below = row.folders() if quick else row.children
        shown = [self._show(child, words, matches, quick) for child in below]
        if row.kind is RowKind.FOLDER and not any(shown) and not (quick and row.files):
            here = matches and (row.parent is None or _worth_showing(row))
        else:
            here = matches or any(shown)
        if here == row.hidden:
            row.hidden = not here
            self._view.setRowHidden(row.number, self._model.parent(self._model.index_of(row)), row.hidden)
        return here


def _worth_showing(row: Row) -> bool:
    """Whether a folder in which nothing was found so far is a row all the same."""
    return row.state in (RowState.REFUSED, RowState.GONE) or row.depth() > DEPTH or row.reached < row.total


def _searched(row: Row) -> str:
    if not row.searched:
        trajectories = row.summary.trajectories if row.summary is not None else ()
        one = (row.trajectory,) if row.trajectory is not None else trajectories
        names = [name for trajectory in one for name in (trajectory.name, *trajectory.explored)]
        row.searched = "\n".join((shown_name(row), row.name, second_line(row)[0], *names)).casefold()
    return row.searched


def summary_words(model: LibraryModel) -> tuple[str, str]:
    """``12 files in 4 folders`` and ``301 MB``; empty without files."""
    files = sum(root.files for root in model.roots)
    if not files:
        return "", ""
    folders = sum(_with_files(root) for root in model.roots)
    place = f" in {text.count(folders, 'folder')}" if folders else ""
    return text.count(files, "file") + place, text.size(model.bytes)


def _with_files(folder: Row) -> int:
    """How many folders have files directly in them."""
    if folder.kind is not RowKind.FOLDER:
        return 0
    below = [_with_files(child) for child in folder.folders()]
    inside = folder.files - sum(child.files for child in folder.folders())
    return sum(below) + (1 if inside else 0)
