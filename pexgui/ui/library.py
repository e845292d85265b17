"""The library: the folders and files that are open, and what is in each of them."""

import os

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from pexgui.core import FileRequest, FileState, FileSummary, Side, TrajectoryRequest, text

from . import places, theme
from .jobs import Submit
from .library_filter import LibraryFilter, summary_words
from .library_model import LibraryModel, Row, RowKind, RowState, short_name, shown_name
from .library_row import describe
from .library_scan import LibraryScan
from .library_view import LibraryView
from .widgets import ElidedLabel, SearchBox, hairline, icon_button, label, section_title

_SETTLE = 150
"""Milliseconds in which answers are gathered before counts and filter follow them."""
_MANY = 2000
"""In a library with more files, folders inside the opened ones stay closed until the person opens them."""
_FEW = 50
"""With so few files found in it, an opened folder shows all of them at once."""


class LibraryPanel(QWidget):
    """Folders and files at the left of the window.

    ``trajectory_chosen(TrajectoryRequest)`` when a row is chosen that is one trajectory, ``file_chosen(FileSummary)``
    for a file that is none or several, ``awaited(name)`` for one not read yet, ``raw_chosen(FileRequest)`` when
    plain HDF5 is wanted, ``chosen_again()`` for a click on what is chosen already, ``roots_changed()`` when something
    was opened or removed, ``compare_wanted(sides)`` and ``merge_wanted(sides)`` when one side or several are to
    be compared or merged, ``compact_wanted(files)`` when files are to become smaller, ``selected()`` when other rows
    are selected.
    """

    trajectory_chosen = Signal(object)
    file_chosen = Signal(object)
    raw_chosen = Signal(object)
    awaited = Signal(str)
    chosen_again = Signal()
    roots_changed = Signal()
    compare_wanted = Signal(object)
    merge_wanted = Signal(object)
    compact_wanted = Signal(object)
    selected = Signal()

    def __init__(self, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LibraryModel(describe, self)
        # Connected before the view, which would choose a neighbour of the row that goes.
        self.model.rowsAboutToBeRemoved.connect(self._rows_going)
        self.scan = LibraryScan(self.model, submit, self)
        self.scan.prefer = self._on_the_way
        self.view = LibraryView(self.model)
        self.filter = LibraryFilter(self.view, self.model)
        self._wanted: tuple[bytes, bytes] | None = None
        self._first_of = b""
        self._announced: object = None
        self._guessed: dict[int, bool] = {}
        self._opened: set[int] = set()
        self._restored: set[int] = set()
        self._expanded: set[bytes] = set()
        self._busy = False
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settling.timeout.connect(self._settle)
        self._build()
        self.scan.found.connect(self._found)
        self.scan.moved.connect(self._soon)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        self.view.more_wanted.connect(self.scan.more)
        self.view.menu_wanted.connect(self._show_menu)
        self.view.chosen_again.connect(lambda _row: self.chosen_again.emit())
        self.view.expanded.connect(self._row_expanded)
        self._settle()

    # --- what the window asks for

    def add(self, paths: list[bytes]) -> None:
        """Open files and folders; what is already there is chosen instead. The first file is shown when it is read."""
        for number, given in enumerate(paths):
            path = given.rstrip(b"/") or b"/"
            row = self.model.find(path)
            if row is None:
                looks_like_file = short_name(text.printable(path)) != text.printable(path)
                row = self._add_root(path, RowKind.FILE if looks_like_file else RowKind.FOLDER)
                self._guessed[row.key] = False
            self.scan.read(row, first=True)
            if number == 0:
                self.choose(path)
        self.roots_changed.emit()

    def restore(self, roots: list[tuple[bytes, bool]], expanded: set[bytes]) -> None:
        """Open what was open last time: paths, each with whether it is a folder, and the folders that were open."""
        self._expanded = expanded
        for path, is_folder in roots:
            row = self._add_root(path, RowKind.FOLDER if is_folder else RowKind.FILE)
            self._restored.add(row.key)
            self.scan.read(row)
        self.roots_changed.emit()

    def roots(self) -> list[tuple[bytes, bool]]:
        """What is open: paths, each with whether it is a folder."""
        return [(row.path, row.kind is RowKind.FOLDER) for row in self.model.roots]

    def expanded(self) -> list[bytes]:
        """The folders that are open."""
        folders = (row for row in self.model.walk() if row.kind is RowKind.FOLDER)
        return [row.path for row in folders if self.view.isExpanded(self.model.index_of(row))]

    def choose(self, path: bytes, group: bytes = b"") -> None:
        """Choose a file, or the trajectory ``group`` in it, as soon as it is there."""
        self._wanted = (path, group)
        self._choose_wanted()

    def choose_first(self, folder: bytes) -> None:
        """Choose the first trajectory in an opened folder as soon as there is one, unless the person is faster."""
        self._first_of = folder
        self._choose_first()

    def chosen(self) -> Row | None:
        """The row that is chosen."""
        return self.model.row(self.view.currentIndex())

    def sides(self) -> list[Side]:
        """What is selected and can be compared, from top to bottom."""
        found = (row.side() for row in self.view.selected())
        return list(dict.fromkeys(side for side in found if side is not None))

    def files(self) -> list[bytes]:
        """The files that are selected or in selected folders, as far as they are read, from top to bottom."""
        return _files_in(self.view.selected())

    def under(self, point: QPoint, window: QWidget) -> tuple[Row, QRect] | None:
        """The row at a point of ``window`` that can be compared, and where it is in it."""
        port = self.view.viewport()
        index = self.view.indexAt(port.mapFrom(window, point))
        row = self.model.row(index)
        if not port.isVisible() or row is None or row.side() is None:
            return None
        place = self.view.visualRect(index)
        if not place.intersects(port.rect()) or not port.rect().contains(port.mapFrom(window, point)):
            return None
        return row, QRect(port.mapTo(window, place.topLeft()), place.size()).adjusted(8, 0, -8, 0)

    def clear_choice(self) -> None:
        """Choose nothing."""
        self._wanted = None
        self._first_of = b""
        self._announced = None
        self.view.setCurrentIndex(QModelIndex())

    def announce_again(self) -> None:
        """Tell again what is chosen."""
        self._announced = None
        row = self.chosen()
        if row is not None:
            self._announce(row)

    def refresh(self) -> None:
        """Look at everything again; files that did not change are not read."""
        for row in self.model.roots:
            self.scan.read(row)

    def read_again(self, path: bytes) -> None:
        """Read one file or folder again now."""
        row = self.model.find(path)
        if row is not None:
            self._announced = None
            self.scan.read(row, first=True)

    def remove(self, row: Row) -> None:
        """Take an opened folder or file out of the library. On disk nothing changes."""
        if row.parent is None and self.model.holds(row):
            self.model.remove(row)
            self._soon()
            self.roots_changed.emit()

    def set_add_menu(self, menu: QMenu) -> None:
        """What the button with the plus offers."""
        self.add_button.setMenu(menu)
        self.add_button.setPopupMode(self.add_button.ToolButtonPopupMode.InstantPopup)

    # --- how it is built

    def _build(self) -> None:
        self.add_button = icon_button("plus", "Open files or a folder")
        self.more_button = icon_button("more", "More for the library")
        self.more_button.setMenu(self._more_menu())
        self.more_button.setPopupMode(self.more_button.ToolButtonPopupMode.InstantPopup)
        self.search = SearchBox("Filter files", "Filter files", "filter")
        self.search.textChanged.connect(lambda _text: self._settle())
        title = QHBoxLayout()
        title.setContentsMargins(16, 0, 11, 0)
        title.addWidget(section_title("Library"), 1)
        title.addWidget(self.add_button)
        title.addWidget(self.more_button)
        box = QHBoxLayout()
        box.setContentsMargins(12, 0, 12, 0)
        box.addWidget(self.search)
        self._middle = QStackedLayout()
        self._middle.addWidget(self.view)
        self._middle.addWidget(self._build_hint())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        column.addLayout(title)
        column.addSpacing(5)
        column.addLayout(box)
        column.addSpacing(7)
        column.addLayout(self._middle, 1)
        column.addWidget(hairline())
        column.addWidget(self._build_footer())

    def _build_hint(self) -> QWidget:
        hint = QWidget()
        self._hint_title = label("No folders yet")
        self._hint_title.setFont(theme.font(weight=500))
        self._hint_text = label("", "muted", wrap=True)
        column = QVBoxLayout(hint)
        column.setContentsMargins(24, 0, 24, 160)
        column.setSpacing(4)
        column.addStretch()
        for part in (self._hint_title, self._hint_text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addStretch()
        return hint

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        footer.setFixedHeight(27)
        self.counts = ElidedLabel("", "small")
        self.sizes = label("", "small")
        self.stop_button = icon_button("close", "Stop reading", self.scan.stop)
        row = QHBoxLayout(footer)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(4)
        row.addWidget(self.counts, 1)
        row.addWidget(self.sizes)
        row.addWidget(self.stop_button)
        return footer

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("Read everything again", self.refresh)
        menu.addAction("Expand all", self.view.expandAll)
        menu.addAction("Collapse all", self.view.collapseAll)
        menu.addSeparator()
        menu.addAction("Remove all from library", self._remove_all)
        return menu

    # --- choosing

    def _add_root(self, path: bytes, kind: RowKind, at: int | None = None) -> Row:
        name = text.printable(os.path.basename(path) or path)
        row = Row(kind, path, name)
        self.model.add_root(row, at)
        return row

    def _on_the_way(self, row: Row) -> bool:
        wanted = self._wanted[0] if self._wanted is not None else b""
        return wanted == row.path or wanted.startswith(row.path.rstrip(b"/") + b"/")

    def _choose_wanted(self) -> None:
        if self._wanted is None:
            return
        path, group = self._wanted
        row = self.model.find(path, group)
        if row is None:
            return
        settled = row.kind is not RowKind.FILE or row.summary is not None
        self.view.setCurrentIndex(self.model.index_of(row))
        if not settled:
            self._wanted = (path, group)

    def _choose_first(self) -> None:
        folder = self.model.find(self._first_of) if self._first_of else None
        for row in folder.walk() if folder is not None else ():
            if row.kind is RowKind.FILE and row.summary is not None and row.summary.trajectories:
                self._first_of = b""
                self.choose(row.path)
                return

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._wanted = None
        row = self.model.row(index)
        if row is not None and row.path != self._first_of:
            self._first_of = b""
        if row is not None:
            self._announce(row)

    def _announce(self, row: Row) -> None:
        """Tell the window what is chosen, unless that is what it was told last."""
        if row.kind is RowKind.FILE and row.summary is None and row.state in (RowState.WAITING, RowState.STOPPED):
            if row.state is RowState.STOPPED or self._announced != row.path:
                self.scan.read(row, first=True)
            self._tell(row.path, lambda: self.awaited.emit(shown_name(row)))
            return
        if row.kind not in (RowKind.FILE, RowKind.TRAJECTORY):
            return
        found = row.summary.trajectories if row.summary is not None else ()
        trajectory = row.trajectory or (found[0] if len(found) == 1 else None)
        if row.state is RowState.GONE or trajectory is None:
            summary = _gone(row) if row.state is RowState.GONE or row.summary is None else row.summary
            self._tell(summary, lambda: self.file_chosen.emit(summary))
            return
        request = TrajectoryRequest(row.path, trajectory.path)
        self._tell(request, lambda: self.trajectory_chosen.emit(request))

    def _tell(self, news: object, tell: object) -> None:
        if news != self._announced:
            self._announced = news
            assert callable(tell)
            tell()

    def _rows_going(self, parent: QModelIndex, first: int, last: int) -> None:
        row = self.chosen()
        while row is not None:
            if self.model.index_of(row).parent() == parent and first <= row.number <= last:
                self.clear_choice()
                return
            row = row.parent

    # --- while it is read

    def _found(self, row: Row) -> None:
        row = self._correct_guess(row)
        if row.kind is RowKind.FOLDER:
            self.filter.hide_empty(row)
            self._open_first_time(row)
            if row.parent is None or row.state is RowState.REFUSED:
                self.view.scheduleDelayedItemsLayout()
        self._choose_wanted()
        self._choose_first()
        current = self.chosen()
        if current is not None:
            self._announce(current)
        self._soon()

    def _correct_guess(self, row: Row) -> Row:
        """A path given without saying whether it is a folder: when it was not what it looked like, try the other, and
        when it was not that either, leave it at what it looked like."""
        if row.key not in self._guessed:
            return row
        second = self._guessed.pop(row.key)
        unreadable = row.summary is not None and row.summary.state is FileState.UNREADABLE
        if row.state is not RowState.REFUSED and not unreadable:
            return row
        chosen = self.chosen() is row
        at = row.number
        self.model.remove(row)
        other = self._add_root(row.path, RowKind.FILE if row.kind is RowKind.FOLDER else RowKind.FOLDER, at)
        if not second:
            self._guessed[other.key] = True
        self.scan.read(other, first=True)
        if chosen:
            self.choose(row.path)
        return other

    def _open_first_time(self, row: Row) -> None:
        if row.key in self._opened or row.state is not RowState.READ:
            return
        self._opened.add(row.key)
        root = row.root()
        if root.key in self._restored:
            wide = row.path in self._expanded
        else:
            few = sum(each.files for each in self.model.roots) <= _MANY
            wide = root.files <= _FEW or row.depth() <= int(few)
        if wide or self._on_the_way(row):
            self.view.expand(self.model.index_of(row))

    def _row_expanded(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None and row.kind is RowKind.FOLDER and row.total < 0:
            self.scan.read(row, first=True)

    def _soon(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    def _settle(self) -> None:
        """Let counts, filter and hints follow what was found."""
        shown = self.filter.apply(self.search.text())
        left = self.scan.left()
        counts, sizes = summary_words(self.model)
        self.counts.setText(f"Reading, {left:,} left" if left and self._busy else counts)
        self.sizes.setText(sizes)
        self.sizes.setVisible(not (left and self._busy))
        self.stop_button.setVisible(bool(left) and self._busy)
        self._busy = bool(left)
        if self.model.roots and not shown:
            self._hint_title.setText("Nothing matches")
            self._hint_text.setText("No file has these words in its name, its state or its explored parameters.")
        else:
            self._hint_title.setText("No folders yet")
            self._hint_text.setText("Folders you open stay here, with every trajectory in them.")
        self._middle.setCurrentIndex(0 if shown else 1)
        if left:
            self._soon()

    # --- what can be done with a row

    def _show_menu(self, row: Row, at: QPoint) -> None:
        menu = self.menu_for(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_for(self, row: Row) -> QMenu:
        """What can be done with ``row``."""
        menu = QMenu(self)
        own = row.side()
        if own is not None:
            sides = self.sides() if own in self.sides() else [own]
            words = f"Compare {len(sides)} trajectories" if len(sides) > 2 else "Compare"
            menu.addAction(words if len(sides) > 1 else "Compare with…", lambda: self.compare_wanted.emit(sides))
            words = f"Merge {len(sides)} trajectories…" if len(sides) > 1 else "Merge with…"
            menu.addAction(words, lambda: self.merge_wanted.emit(sides))
        files = self.files() if row in self.view.selected() else _files_in([row])
        if files:
            words = f"Compact {len(files):,} files…" if len(files) > 1 else "Compact…"
            menu.addAction(words, lambda: self.compact_wanted.emit(files))
            menu.addSeparator()
        if row.kind in (RowKind.FILE, RowKind.TRAJECTORY):
            menu.addAction("Show raw HDF5", lambda: self.raw_chosen.emit(FileRequest(row.path)))
            menu.addSeparator()
        menu.addAction("Copy path", lambda: places.copy_path(row.path))
        menu.addAction("Show in folder", lambda: places.show_in_folder(row.path, row.kind is RowKind.FOLDER))
        menu.addAction("Read again", lambda: self.read_again(row.path))
        if row.parent is None:
            menu.addSeparator()
            menu.addAction("Remove from library", lambda: self.remove(row))
        return menu

    def _remove_all(self) -> None:
        self.scan.stop()
        for row in self.model.roots:
            self.remove(row)


def _files_in(rows: list[Row]) -> list[bytes]:
    """The HDF5 files among rows and below them, each once."""
    found = (row for above in rows for row in above.walk() if row.kind in (RowKind.FILE, RowKind.TRAJECTORY))
    there = (row.path for row in found if row.state is not RowState.GONE and _is_hdf5(row))
    return list(dict.fromkeys(there))


def _is_hdf5(row: Row) -> bool:
    return row.summary is None or row.summary.state is not FileState.NOT_HDF5


def _gone(row: Row) -> FileSummary:
    sentence = f"“{row.name}” is not there any more. It may have been moved, renamed or deleted."
    return FileSummary(row.path, FileState.UNREADABLE, row.sentence or sentence, None)
