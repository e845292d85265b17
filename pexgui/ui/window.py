"""The main window: the library at the left, what is open in the centre, its value at the right."""

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLineEdit, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    DemoRequest,
    FileRequest,
    FileSummary,
    FolderRequest,
    MergeSource,
    PexError,
    Side,
    TrajectoryRequest,
    list_folder,
    make_demo,
    text,
)

from . import theme
from .about import about_dialog, shortcuts_dialog
from .asking import ask_for_files, ask_for_folder
from .compact import CompactDialog
from .compact_opening import Compacting
from .comparing import Comparing
from .drops import Drops
from .empty import EmptyPanel
from .explore import ExploreDialog
from .explore_opening import Exploring
from .file_page import FilePage
from .jobs import Submit
from .library import LibraryPanel
from .menus import Commands
from .merge import MergeWizard
from .merge_opening import Merging
from .notices import Offer
from .problems import Problems
from .recent import RecentList
from .recovering import Recovering
from .session import Session
from .tasks import Tasks
from .to_do import RunsToDoDialog
from .to_do_opening import ToDoing
from .trajectory import TrajectoryPanel
from .value import ValuePanel
from .widgets import hairline, window_title


class MainWindow(QMainWindow):
    """The window of pexgui.

    ``reader`` answers for what is looked at, ``scanner`` for the library, ``writer`` makes new files, ``comparer``
    compares (the reader, where there is none), ``merger`` merges, ``compacter`` compacts and ``recoverer`` settles
    what was cut off before (the writer, where there is none). ``forget`` is told of a file that is to be opened again
    although it made trouble. With ``remember`` the window comes back as it was left.
    """

    def __init__(
        self,
        reader: Submit,
        scanner: Submit,
        writer: Submit,
        forget: Callable[[bytes], object] | None = None,
        remember: bool = True,
        comparer: Submit | None = None,
        merger: Submit | None = None,
        recoverer: Submit | None = None,
        compacter: Submit | None = None,
    ) -> None:
        super().__init__()
        self._comparing = Comparing(self, comparer or reader, reader)
        self._merging = Merging(self, reader, comparer or reader, merger or writer)
        self._compacting = Compacting(self, comparer or reader, compacter or writer)
        self._exploring = Exploring(self, comparer or reader, merger or writer)
        self._to_do = ToDoing(self, comparer or reader, self._insist)
        self._exploring.to_do_wanted.connect(self._to_do.open)
        self.session = Session()
        self.problems = Problems(self)
        self.tasks = Tasks()
        reader, self._scanner, self._writer = (
            self.tasks.watched(submit, self.show_problem) for submit in (reader, scanner, writer)
        )
        self.told = Offer("What was finished or undone")
        self._recovering = Recovering(self.tasks.watched(recoverer or writer, self.show_problem), self.told, self)
        self._forget = forget
        self._file = b""
        self._request: TrajectoryRequest | None = None
        self._summary: FileSummary | None = None
        self._awaiting = False
        self.library = LibraryPanel(self._scanner)
        self.trajectory = TrajectoryPanel(reader)
        self.value = ValuePanel(reader)
        self.empty = EmptyPanel()
        self.page = FilePage()
        self.recent = RecentList(self.session, self.empty, self._scanner)
        self.commands = Commands(self)
        self._build()
        self._connect()
        self._drops = Drops(self, self._dropped, self._hold, self._comparing.target)
        self._come_back(remember)

    # --- opening

    def open_paths(self, paths: list[bytes]) -> None:
        """Open files and folders; the first file is shown."""
        if not paths:
            return
        self.library.add(paths)
        folders = dict(self.library.roots())
        for path in reversed(paths):
            if path in folders:
                self.session.keep_recent(path, folders[path], -1)

    def ask_for_files(self) -> None:
        """Let the person pick files to open."""
        ask_for_files(self, self.open_paths)

    def ask_for_folder(self) -> None:
        """Let the person pick a folder to open."""
        ask_for_folder(self, self.open_paths)

    def open_demo(self) -> None:
        """Open the demo folder, made first where it is not there yet."""
        from pexgui.app import demo_folder

        folder = demo_folder()
        self._scanner(
            list_folder,
            FolderRequest(folder, 0, 0),
            lambda _page: self._show_demo(folder),
            lambda _missing: self._make_demo(folder),
        )

    def refresh(self) -> None:
        """Look at all that is shown again, even at a file that was given up: the person insists."""
        self._insist(self._file)
        self.library.refresh()
        if self._looking():
            self.trajectory.refresh()
            self.value.refresh()

    def close_file(self) -> None:
        """Show nothing any more; a file that was opened by itself leaves the library too."""
        row = self.library.chosen()
        file, self._file = self._file, b""
        if row is not None and row.parent is None and row.path == file:
            self.library.remove(row)
        self._show_start()

    # --- showing

    def show_trajectory(self, request: TrajectoryRequest) -> None:
        """Show a trajectory in the centre."""
        self._take(request.file, request, None)
        self.trajectory.show_trajectory(request)
        self._bring_up(self.trajectory)

    def show_file(self, summary: FileSummary) -> None:
        """Say what a file is that is not one trajectory."""
        self._take(summary.file, None, summary)
        self.trajectory.clear()
        self.page.show_summary(summary)
        self._bring_up(self.page)

    def show_problem(self, problem: PexError) -> None:
        """Tell the person of a problem."""
        self.problems.present(problem)

    def show_raw(self, raw: bool) -> None:
        """Show the chosen file as plain HDF5, or as pypet means it."""
        if not self._file:
            return
        if raw:
            self.value.clear()
            self.trajectory.show_raw(FileRequest(self._file))
            self._bring_up(self.trajectory)
        elif self._request is not None:
            self.show_trajectory(self._request)
        elif self._summary is not None:
            self.show_file(self._summary)
        else:
            self.library.announce_again()

    def show_library(self, shown: bool) -> None:
        """Show or hide the library."""
        self.library.setVisible(shown)
        self.session.keep_switch("library", shown)

    def show_value(self, shown: bool) -> None:
        """Show or hide the value beside what is open."""
        self.session.keep_switch("value", shown)
        self._arrange()

    def use_appearance(self, choice: theme.Choice) -> None:
        """Be light, dark, or as the system is."""
        theme.use(choice)
        self.session.keep_appearance(choice)

    def compare_chosen(self) -> None:
        """Compare what is selected; a single trajectory with a file that the person picks."""
        self._comparing.compare_chosen()

    def compare_sides(self, sides: list[Side]) -> None:
        """Compare some trajectories or runs; a single one with a file that the person picks."""
        self._comparing.compare(sides)

    def merge_chosen(self) -> None:
        """Merge what is selected in the library with what the person adds."""
        self._merging.merge_chosen()

    def merge(self, sources: Sequence[MergeSource]) -> MergeWizard:
        """Begin a merge of these, to which the person can add."""
        return self._merging.open(sources)

    def compact_chosen(self) -> None:
        """Make smaller what is selected in the library, with what the person adds."""
        self._compacting.compact_chosen()

    def compact(self, files: Sequence[bytes]) -> CompactDialog:
        """Make files smaller, to which the person can add."""
        return self._compacting.open(files)

    def explore_chosen(self) -> ExploreDialog:
        """Design an exploration, with the parameters of the trajectory that is shown for a beginning."""
        return self._exploring.open(self._request)

    def extend_chosen(self) -> ExploreDialog | None:
        """Design more runs for the trajectory that is shown; None when none is."""
        return self._exploring.open(self._request, extend=True) if self._request is not None else None

    def show_to_do(self) -> RunsToDoDialog | None:
        """Show the open runs of the trajectory that is shown; None when none is."""
        return self._to_do.open(self._request) if self._request is not None else None

    def filter_files(self) -> None:
        """Go to the box that filters the library."""
        self.commands.show_library.setChecked(True)
        self.library.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.library.search.selectAll()

    def step(self, by: int) -> None:
        """Go to the previous or next run."""
        if self._looking():
            shown = self.value.card().request()
            if shown is not None:
                self.trajectory.show_item(shown)
            self.trajectory.step(by)

    def choose_tab(self, tab: int) -> None:
        """Show another view of what is open."""
        if self._looking():
            self.trajectory.choose_tab(tab)

    def go_to_search(self) -> None:
        """Go to the box that filters or searches what is shown."""
        if self._looking():
            self.trajectory.go_to_search()
        else:
            self.filter_files()

    def show_shortcuts(self) -> None:
        """Show which keys do what."""
        shortcuts_dialog(self.commands.keys(), self).open()

    def show_about(self) -> None:
        """Show what pexgui is."""
        about_dialog(self).open()

    # --- how it is built

    def _build(self) -> None:
        self.setWindowTitle("pexgui")
        self.commands.fill_menu_bar()
        self.library.set_add_menu(self.commands.add_menu(self))
        self.centre = QStackedWidget()
        for page in (self.empty, self.page, self.trajectory):
            self.centre.addWidget(page)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        parts: tuple[tuple[QWidget, int, int], ...] = (
            (self.library, 200, 520), (self.centre, 420, 16_000), (self.value, 280, 640))  # fmt: skip
        for part, least, most in parts:
            part.setMinimumWidth(least)
            part.setMaximumWidth(most)
            self.splitter.addWidget(part)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([260, 860, 320])
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.commands.toolbar())
        column.addWidget(hairline())
        column.addWidget(self.splitter, 1)
        self.offer = Offer("Files opened together")
        for line in (self.told, self.offer):
            column.addWidget(line)
        column.addWidget(self.tasks)
        self.setCentralWidget(whole)
        self.resize(1440, 900)
        for edit in self.findChildren(QLineEdit):
            edit.setAcceptDrops(False)

    def _connect(self) -> None:
        self.library.trajectory_chosen.connect(self.show_trajectory)
        self.library.file_chosen.connect(self.show_file)
        self.library.awaited.connect(self._show_waiting)
        self.library.raw_chosen.connect(self._show_raw_of)
        self.library.chosen_again.connect(self._leave_raw)
        self.library.roots_changed.connect(self._roots_changed)
        self.trajectory.value_wanted.connect(self.value.show_value)
        self.trajectory.trajectory_wanted.connect(self._choose)
        self.trajectory.insisted.connect(self.refresh)
        self.value.step_wanted.connect(self.step)
        self.page.raw_wanted.connect(self._show_raw_of)
        for page in (self.page, self.trajectory):
            page.trajectory_wanted.connect(lambda request: self.library.choose(request.file, request.path))
        self.page.again_wanted.connect(self._try_again)
        self.library.scan.unfinished.connect(self._recovering.settle)
        self._recovering.changed.connect(self._merging.read_again)
        self.library.compare_wanted.connect(self.compare_sides)
        self.library.merge_wanted.connect(self._merging.merge)
        self.library.compact_wanted.connect(self.compact)
        self.trajectory.compact_wanted.connect(lambda file: self.compact([file]))
        self.trajectory.runs.compare_wanted.connect(self.compare_sides)
        self.trajectory.tree.compare_wanted.connect(self.compare_sides)
        for panel in (self.library, self.trajectory.runs):
            panel.selected.connect(self._comparing.look)
        self.empty.folder_wanted.connect(self.ask_for_folder)
        self.empty.files_wanted.connect(self.ask_for_files)
        self.empty.demo_wanted.connect(self.open_demo)
        self.empty.recent_wanted.connect(lambda path: self.open_paths([path]))
        self.empty.forget_wanted.connect(self.recent.forget)

    def _come_back(self, remember: bool) -> None:
        """Look as the window did when it was left."""
        commands = self.commands
        shown = {name: not remember or self.session.switch(name) for name in ("library", "value")}
        for name, switch in (("library", commands.show_library), ("value", commands.show_value)):
            switch.setChecked(shown[name])
            switch.toggled.emit(shown[name])
        if remember:
            self.restoreGeometry(self.session.shape("window"))
            self.splitter.restoreState(self.session.shape("splitter"))
            theme.use(self.session.appearance())
            last = self.session.last()
            self.library.restore(self.session.roots(), self.session.expanded())
            if last is not None:
                self.library.choose(*last)
        self._recovering.begin()
        commands.mark_appearance(theme.choice())
        self.setFocus()
        self._show_beginning()

    # --- the centre

    def _looking(self) -> bool:
        return self.centre.currentWidget() is self.trajectory

    def _take(self, file: bytes, request: TrajectoryRequest | None, summary: FileSummary | None) -> None:
        """Remember what is chosen, and forget the value of what was."""
        self._file, self._request, self._summary, self._awaiting = file, request, summary, False
        self.commands.set_raw(False)
        self.value.clear()

    def _bring_up(self, part: QWidget) -> None:
        self.centre.setCurrentWidget(part)
        self._arrange()
        name = text.printable(os.path.basename(self._file)) if self._file else ""
        self.setWindowTitle(window_title(f"{name} – pexgui") if name else "pexgui")

    def _arrange(self) -> None:
        looking = self._looking()
        self.value.setVisible(looking and self.commands.show_value.isChecked())
        for command in (self.commands.raw, self.commands.close_file):
            command.setEnabled(bool(self._file))
        for command in self.commands.of_trajectory:
            command.setEnabled(looking)
        self._comparing.look()

    def _show_start(self) -> None:
        """Choose nothing and say how to begin."""
        self.library.clear_choice()
        self._take(b"", None, None)
        self.trajectory.clear()
        self._show_beginning()

    def _show_beginning(self) -> None:
        if self.library.roots():
            self.page.show_nothing_chosen()
            self._bring_up(self.page)
        else:
            self.recent.look()
            self._bring_up(self.empty)

    def _show_waiting(self, name: str) -> None:
        self._take(b"", None, None)
        self._awaiting = True
        self.page.show_waiting(name)
        self._bring_up(self.page)

    def _show_raw_of(self, request: FileRequest) -> None:
        if request.file != self._file:
            self._take(request.file, None, None)
        self.commands.set_raw(True)
        self.show_raw(True)

    def _leave_raw(self) -> None:
        """A click on the file in the library leads back from its plain HDF5."""
        if self.commands.raw.isChecked():
            self.commands.raw.trigger()

    def _choose(self, request: TrajectoryRequest) -> None:
        self.library.choose(request.file, request.path)

    def _try_again(self, path: bytes) -> None:
        self._insist(path)
        self.library.read_again(path)

    def _insist(self, file: bytes) -> None:
        """Have the file opened again although it made the engines fail."""
        if self._forget is not None and file:
            self._forget(file)

    def _roots_changed(self) -> None:
        self.session.keep_roots(self.library.roots())
        if self._file and self.library.model.find(self._file) is None:
            self._show_start()
        elif not self._file and not self._awaiting:
            self._show_beginning()

    def _make_demo(self, folder: bytes) -> None:
        self._writer(make_demo, DemoRequest(folder), lambda made: self._show_demo(made.folder))

    def _show_demo(self, folder: bytes) -> None:
        self.open_paths([folder])
        self.library.choose_first(folder)

    def _dropped(self, paths: list[bytes]) -> None:
        """Open what was dropped; several files at once may be meant to become one."""
        self.open_paths(paths)
        self._merging.offer(paths)

    def _hold(self, held: bool) -> bool:
        """Files are held over the window, or no longer; answers whether the start screen says so itself."""
        start = self.centre.currentWidget() is self.empty
        self.empty.set_dragging(held and start)
        return start

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write down what is to come back at the next start."""
        self.session.keep_shape("window", self.saveGeometry())
        self.session.keep_shape("splitter", self.splitter.saveState())
        self.session.keep_roots(self.library.roots())
        self.session.keep_expanded(self.library.expanded())
        self.session.keep_last(self._file, self._request.path if self._request is not None else b"")
        for row in self.library.model.roots:
            if row.files:
                self.session.count_recent(row.path, row.files)
        super().closeEvent(event)
