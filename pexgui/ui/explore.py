"""The dialog in which an exploration is designed: parameters at the left, what becomes of them at the right."""

import os
from itertools import count

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    ExploreRequest,
    ExploreResult,
    ExploreWork,
    PexError,
    TrajectoryRequest,
)

from . import explore_words as words
from . import places, widgets
from .asking import ask_for_file
from .drops import Drops
from .explore_begin import Beginning
from .explore_footer import ExploreFooter
from .explore_head import Begin, ExploreHead
from .explore_making import Making
from .explore_page import ParametersHalf
from .explore_planning import ExplorePlanning
from .explore_points import PointsHalf
from .explore_reason import outdated, why_not
from .explore_scripts import ScriptsWanted
from .explore_tables import Tables
from .explore_where import WhereDialog
from .explore_work import WorkPage
from .jobs import Submit
from .problems import Problems

SIZE = QSize(1200, 760)
LEAST = QSize(1020, 600)
FRAME = QSize(2, 40)
DESIGN, WORK = range(2)
_TABLES = (b".csv", b".tsv", b".txt", b".dat")
_numbers = count(1)


class ExploreDialog(QWidget):
    """Designs an exploration, which begins as ``begin`` says.

    ``planner`` answers what a design means, ``writer`` makes the runs. ``gone(dialog)`` says that it was closed,
    ``written(paths)`` that files and folders are other ones now, ``open_wanted(file, path)`` that a trajectory is to
    be shown, and ``to_do_wanted(TrajectoryRequest)`` that its open runs are.
    """

    gone = Signal(object)
    written = Signal(object)
    open_wanted = Signal(bytes, bytes)
    to_do_wanted = Signal(object)

    def __init__(
        self, planner: Submit, writer: Submit, begin: Begin | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.TITLE)
        topic = f"exploration {next(_numbers)}"
        self.problems = Problems(self)
        self.beginning = Beginning(planner, topic, self)
        self.planning = ExplorePlanning(planner, f"{topic} plan", self.request, self)
        self.tables = Tables(planner, topic, self)
        self.scripts = ScriptsWanted(planner, writer, self)
        self.where: WhereDialog | None = None
        self.making = Making(writer, self)
        self._asking = self._touched = False
        self._build()
        self._connect()
        Drops(self, self.take_files, lambda _held: self.at() != DESIGN, words="Drop to take its parameters or values")
        for edit in self.findChildren(QLineEdit):
            edit.setAcceptDrops(False)
        self.setMinimumSize(LEAST.boundedTo(_room()))
        self.resize(SIZE.boundedTo(_room()))
        if begin is not None and begin.request is not None:
            self.head.offer([begin.request])
        self.begin(begin or Begin())
        self.setFocus()

    # --- what is designed

    def at(self) -> int:
        """The page that is shown."""
        return self.stack.currentIndex()

    def begin(self, begin: Begin) -> None:
        """Begin a design elsewhere."""
        self.beginning.choose(begin)

    def request(self) -> ExploreRequest | None:
        """What the design asks for; None as long as it is none."""
        begin, state = self.beginning, self.beginning.state
        if self.beginning.busy() or not state.lines or not state.explored() or state.trouble()[1]:
            return None
        source = begin.begin.request
        file, path = (source.file, source.path) if source is not None else (b"", b"")
        where = self.where
        target, name, comment = (
            (where.target(), where.name(), where.comment()) if where is not None else (*self.beginning.proposed(), "")
        )
        return ExploreRequest(state.record(), target, name, comment, file, path, begin.extend())

    def take_files(self, paths: list[bytes]) -> None:
        """Take the trajectory of an HDF5 file as the beginning, or columns of a table as values."""
        if self.at() != DESIGN or not paths:
            return
        path = paths[0]
        if os.path.isdir(path):
            self.problems.present(PexError("A folder has no parameters.", "Drop a file of pypet, or a table of text."))
        elif path.lower().endswith(_TABLES):
            self.load(path)
        else:
            self.beginning.look(path)

    def load(self, file: bytes) -> None:
        """Take columns of a table of text as values."""
        self.tables.load(file, self.beginning.state, self.beginning.extend())

    def _begun(self) -> None:
        """Another design is there."""
        self.planning.forget()
        self.head.show_begin(self.beginning.begin)
        source = self.beginning.source if self.beginning.begin.request is not None else None
        warnings = source.warnings if source is not None else ()
        self.left.show_state(self.beginning.state, self.beginning.extend(), warnings)
        self.right.show_plan(None, False)
        self._changed()

    def _reading(self) -> None:
        self.head.show_begin(self.beginning.wanted)
        self._show()

    def _not_begun(self, problem: PexError) -> None:
        self.head.show_begin(self.beginning.begin)
        self.problems.present(problem)
        self._show()

    def _touch(self) -> None:
        """A person changed the design, which Escape must not throw away any more."""
        self._touched = True
        self._changed()

    def _changed(self) -> None:
        self.planning.look()
        self._show()

    def _planned(self) -> None:
        plan = self.planning.plan
        if plan is not None:
            self.left.show_known({one.name: one for one in plan.values})
        self._show()

    def _show(self) -> None:
        plan, state = self.planning.plan, self.beginning.state
        trouble = why_not(self.beginning, self.planning)
        if self.at() == DESIGN:
            shown = plan if plan is not None and plan.points else self.planning.good
            self.right.show_plan(shown if state.explored() else None, outdated(trouble, self.planning))
            ready = plan is not None and not trouble and plan.runs > 0 and not self.planning.waits()
            accent = words.accent(shown if state.explored() else None, self.beginning.extend())
            self.footer.show_design(accent, trouble, ready, self.request() is not None)
        if self.where is not None:
            self.where.show_plan(None if self.planning.waits() else plan, trouble)

    # --- making the runs

    def go(self) -> None:
        """Make the runs as they are shown; for a new trajectory ask first where it goes."""
        plan = self.planning.plan
        if plan is None or not self.footer.next.isEnabled() or self.at() != DESIGN:
            return
        if self.beginning.extend():
            self._begin(ExploreWork(plan))
        else:
            self._ask_where()

    def _ask_where(self) -> None:
        target, name = self.beginning.proposed()
        self.where = where = WhereDialog(name, "", os.path.dirname(target), self)
        where.changed.connect(self._changed)
        where.create_wanted.connect(self._create)
        where.finished.connect(lambda _how: self._forget_where())
        where.open()
        self._changed()

    def _forget_where(self) -> None:
        if self.where is not None:
            self.where.deleteLater()
            self.where = None
            if self.at() == DESIGN:
                self._changed()

    def _create(self) -> None:
        plan, where = self.planning.plan, self.where
        if plan is not None and where is not None and not self.planning.waits():
            work = ExploreWork(plan, where.replaces())
            self._begin(work)
            where.accept()

    def _begin(self, work: ExploreWork) -> None:
        self.planning.stop()
        self.work.begin(work.plan)
        self.stack.setCurrentIndex(WORK)
        self.head.show_design(False)
        self.footer.show_running(False)
        self.making.begin(work)
        self.setFocus()

    def _made(self, work: ExploreWork, result: ExploreResult) -> None:
        self.work.show_result(work.plan, result)
        self.written.emit([result.file, os.path.dirname(result.file)])

    def _ended(self) -> None:
        """Nothing is under way any more: the runs were made, or they were not and can be designed on."""
        self._asking = False
        self.head.show_design(self.making.result is None)
        if self.making.result is not None:
            self.footer.show_done()
            self.footer.next.setFocus()
            return
        self.stack.setCurrentIndex(DESIGN)
        self._changed()

    # --- the buttons

    def _next(self) -> None:
        result = self.making.result
        if result is None:
            self.go()
        else:
            self.open_wanted.emit(result.file, result.path)
            self.close()

    def _ask_for_file(self) -> None:
        ask_for_file(self, "Take the parameters of a file", self.beginning.look)

    def _to_do(self) -> None:
        result = self.making.result
        if result is not None:
            self.to_do_wanted.emit(TrajectoryRequest(result.file, result.path))

    def _show_folder(self) -> None:
        if self.making.result is not None:
            places.show_in_folder(self.making.result.file, False)

    def _script(self, which: str, save: bool) -> None:
        request = self.request()
        if request is not None:
            self.scripts.get(request, which, save)

    def cancel(self) -> None:
        """Stop what is under way; close the dialog when nothing is."""
        if self.making.busy():
            self.stop()
        else:
            self.close()

    def stop(self) -> None:
        """Make no runs: all stays as it was."""
        self._asking = False
        self.footer.show_running(True)
        self.making.stop()

    def _go_on(self) -> None:
        self._asking = False
        self.footer.show_running(self.making.stopping())

    # --- how it is built

    def _build(self) -> None:
        self.head, self.left, self.right = ExploreHead(), ParametersHalf(), PointsHalf(words.cores())
        self.work, self.footer = WorkPage(), ExploreFooter()
        halves = QWidget()
        row = QHBoxLayout(halves)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left, 1)
        row.addWidget(widgets.hairline(upright=True))
        row.addWidget(self.right)
        self.stack = QStackedWidget()
        for page in (halves, self.work):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, widgets.hairline(), self.stack, widgets.hairline(), self.footer):
            column.addWidget(part, 1 if part is self.stack else 0)

    def _connect(self) -> None:
        self.head.chosen.connect(self.begin)
        self.head.file_wanted.connect(self._ask_for_file)
        self.left.invitation.taken.connect(self._ask_for_file)
        self.beginning.changed.connect(self._begun)
        self.beginning.reading.connect(self._reading)
        self.beginning.offered.connect(self.head.offer)
        self.beginning.failed.connect(self._not_begun)
        self.left.changed.connect(self._touch)
        self.left.pasted.connect(
            lambda line, cells: self.tables.paste(cells, line, self.beginning.state, self.beginning.extend())
        )
        self.tables.wanted.connect(self.load)
        self.tables.taken.connect(self._taken)
        self.planning.changed.connect(self._planned)
        self.making.advanced.connect(self.work.advance)
        self.making.made.connect(self._made)
        self.making.ended.connect(self._ended)
        for part in (self.tables, self.scripts, self.making):
            part.failed.connect(self.problems.present)
        foot = self.footer
        foot.script_wanted.connect(self._script)
        self.scripts.copied.connect(lambda: foot.tell(words.COPIED))
        self.scripts.saved.connect(lambda _path: foot.tell(words.SAVED))
        for button, act in (
            (foot.load, self.tables.ask), (foot.cancel, self.cancel), (foot.next, self._next), (foot.stop, self.stop),
            (foot.go_on, self._go_on), (foot.to_do, self._to_do), (foot.folder, self._show_folder)):  # fmt: skip
            button.clicked.connect(lambda _on=False, act=act: act())
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)

    def _taken(self, line: object) -> None:
        """Values came from a table."""
        self.left.show_rows()
        self.left.table.choose(line)  # type: ignore[arg-type]
        self.left.show_known({})
        self._touch()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._asking:
                self._go_on()
            elif not self._touched or self.at() != DESIGN:
                self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.right.fit(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.making.busy():
            event.ignore()
            if not self.making.stopping():
                self._asking = True
                self.footer.ask(self.beginning.extend())
                self.footer.go_on.setFocus()
            return
        self.planning.stop()
        self.beginning.stop()
        self.gone.emit(self)
        super().closeEvent(event)


def _room() -> QSize:
    """What a window manager leaves of the screen for a window."""
    screen = QGuiApplication.primaryScreen()
    return screen.availableSize() - FRAME if screen is not None else SIZE
