"""The compact dialog: what would be saved, seen beforehand; then each file made smaller, checked, and told of."""

import os
from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import CompactRequest, PexError

from . import compact_words as words
from . import widgets
from .asking import ask_where_to_save
from .compact_choices import CompactChoices, Entry, Total
from .compact_files import FilesPage
from .compact_folders import FolderFiles
from .compact_footer import Footer
from .compact_job import CompactJob, Item, State, items_of, rescue_of
from .compact_planning import CompactPlanning
from .compact_work import WorkPage
from .drops import Drops
from .jobs import Submit
from .problems import Problems

SIZE = QSize(820, 560)
LEAST = QSize(660, 460)
FRAME = QSize(2, 40)
FILES, WORK = range(2)
_KINDS = "HDF5 files (*.hdf5);;HDF5 files (*.h5);;All files (*)"
_numbers = count(1)


class CompactDialog(QWidget):
    """Makes ``files``, and whatever is dropped on it, smaller.

    ``planner`` finds out what would be saved, ``writer`` compacts and puts back. ``gone(dialog)`` says that it was
    closed, ``written(paths)`` that files and folders are other ones now, ``hidden(dialog)`` that it was put aside while
    it is at work, and ``told(dialog, sentence)``, when it is aside, what became of that.
    """

    gone = Signal(object)
    written = Signal(object)
    hidden = Signal(object)
    told = Signal(object, str)

    def __init__(
        self, planner: Submit, writer: Submit, files: Sequence[bytes] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compact files")
        self.problems = Problems(self)
        self.choices = CompactChoices()
        self.planning = CompactPlanning(planner, f"compact window {next(_numbers)}", self.choices, self)
        self.folders = FolderFiles(planner, self.problems.present, self)
        self.job = CompactJob(writer, self)
        self._asking = False
        self._build()
        self._connect()
        Drops(self, self.add, lambda _held: self.at() != FILES, words="Drop to compact")
        self.setMinimumSize(LEAST)
        self.resize(SIZE.boundedTo(_room()))
        self.add(files)
        self.setFocus()

    def _build(self) -> None:
        self.files, self.work = FilesPage(self.choices), WorkPage()
        self.stack = QStackedWidget()
        for page in (self.files, self.work):
            self.stack.addWidget(page)
        self.footer = Footer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(widgets.hairline())
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self.files.changed.connect(self._chosen)
        self.files.rescue_wanted.connect(self.ask_where_to_rescue)
        self.folders.found.connect(self.add)
        self.folders.empty.connect(self.files.tell_empty)
        self.planning.changed.connect(self._answered)
        self.planning.advanced.connect(self.files.advance)
        self.work.restore_wanted.connect(self.job.restore)
        self.job.changed.connect(self._changed)
        self.job.left.connect(self.work.show_left)
        self.job.ended.connect(self._ended)
        self.job.failed.connect(self._failed)
        self.job.touched.connect(self.written)
        foot = self.footer
        for button, act in (
            (foot.cancel, self.cancel), (foot.next, self.compact), (foot.back, self.go_back),
            (foot.hide_button, self.put_aside), (foot.go_on, self._go_on), (foot.stop, self.stop)):  # fmt: skip
            button.clicked.connect(lambda _on=False, act=act: act())
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)

    # --- the files

    def at(self) -> int:
        """The page that is shown."""
        return self.stack.currentIndex()

    def add(self, files: Sequence[bytes]) -> None:
        """Put files on the list, and those of folders."""
        if self.at() != FILES:
            return
        folders = [path for path in files if os.path.isdir(path)]
        self.files.add([path for path in files if path not in folders])
        for folder in folders:
            self.folders.look(folder)

    def _chosen(self) -> None:
        self.planning.look()
        self._show()

    def _answered(self, entry: Entry) -> None:
        self.files.show_entry(entry)
        if self.at() != FILES or not self.files.waits():
            self._show_footer()

    def _show(self) -> None:
        if self.at() == FILES:
            self.files.show_choices()
        self._show_footer()

    def _show_footer(self) -> None:
        foot = self.footer
        if self.at() == FILES:
            foot.show_files(self.choices.total(), self.choices.trouble())
        elif self._asking:
            foot.ask(sum(item.state is State.WAITING for item in self.job.items))
        elif self.job.busy():
            foot.show_running(words.so_far(self.job.items), self.job.stopping())
        else:
            foot.show_done(self._came_of_it(), self.job.restoring())

    def _came_of_it(self) -> Total:
        made = [item for item in self.job.items if item.saved()]
        results = [item.result for item in made if item.result is not None]
        return Total(len(made), sum(one.before for one in results), sum(one.after for one in results))

    # --- compacting

    def compact(self) -> None:
        """Compact the ticked files, as it was shown."""
        if self.at() == FILES and not self.choices.trouble():
            self._begin(items_of(self.choices.plans()))

    def ask_where_to_rescue(self, entry: Entry) -> None:
        """Let the person say where what can be read of a damaged file is to be saved."""
        stem, dot, ending = os.fsdecode(entry.file).rpartition(".")
        path = f"{stem} rescued.{ending}" if dot and "/" not in ending else f"{os.fsdecode(entry.file)} rescued"
        ask_where_to_save(self, "Where the copy goes", path, _KINDS, lambda target: self.rescue(entry, target))

    def rescue(self, entry: Entry, target: bytes) -> None:
        """Save what can be read of a damaged file to ``target``."""
        if self.at() != FILES:
            return
        how = self.choices.how()
        known = entry.shown(how)
        request = CompactRequest((entry.file,), how.mode, target=target, rescue=True)
        self._begin([rescue_of(request, known.size if known is not None else 0)])

    def _begin(self, items: Sequence[Item]) -> None:
        self.planning.stop()
        self.stack.setCurrentIndex(WORK)
        self.work.begin(items, self.choices.backup)
        self.job.begin(items)
        self._show_footer()
        self.setFocus()

    def _changed(self, item: Item) -> None:
        self.work.show_item(item)
        self._show_footer()

    def _ended(self) -> None:
        self._asking = False
        self.work.show_end()
        self.work.look_at_trouble()
        self._show_footer()
        if self.isVisible():
            self.footer.cancel.setFocus()
        else:
            self.told.emit(self, f"{self.work.title.text()}.")

    def _failed(self, problem: PexError) -> None:
        self._show_footer()
        self.problems.present(problem)

    def go_back(self) -> None:
        """Go back to the list, with every file looked at again."""
        if self.at() == WORK and not self.job.busy() and not self.job.restoring():
            for entry in self.choices.entries:
                entry.tick = None
            self.stack.setCurrentIndex(FILES)
            self.planning.again()
            self._show()

    # --- stopping and leaving

    def cancel(self) -> None:
        """Stop what is under way; close the dialog when nothing is."""
        if self.job.busy():
            self.stop()
        else:
            self.close()

    def stop(self) -> None:
        """Stop the file that is under way, and begin no other."""
        self._asking = False
        self.job.stop()
        self._show_footer()
        self.setFocus()

    def put_aside(self) -> None:
        """Hide the dialog; what is under way goes on."""
        self._go_on()
        self.hide()
        self.hidden.emit(self)

    def come_back(self) -> None:
        """Show the dialog again."""
        self.show()
        self.raise_()
        self.activateWindow()

    def _ask(self) -> None:
        self._asking = not self.job.stopping()
        self._show_footer()
        if self._asking:
            self.footer.go_on.setFocus()

    def _go_on(self) -> None:
        self._asking = False
        self._show_footer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._asking:
                self._go_on()
            else:
                self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            elif self.footer.next.isVisible() and self.footer.next.isEnabled():
                self.compact()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.job.busy() or self.job.restoring():
            event.ignore()
            if self.job.busy():
                self._ask()
            return
        self.planning.stop()
        self.folders.stop()
        self.files.stop()
        self.work.stop()
        self.gone.emit(self)
        super().closeEvent(event)


def _room() -> QSize:
    """What a window manager leaves of the screen for a window."""
    screen = QGuiApplication.primaryScreen()
    return screen.availableSize() - FRAME if screen is not None else SIZE
