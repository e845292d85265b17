"""The merge wizard: many trajectories into one, seen beforehand in plain words, and nothing ever lost."""

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import MergeResult, MergeSource, PexError, text

from . import places, widgets
from .drops import Drops
from .jobs import Submit
from .merge_choices import MergeChoices
from .merge_details import DetailsPage
from .merge_done import DonePage
from .merge_files import FilesPage
from .merge_footer import Footer
from .merge_job import MergeJob
from .merge_page import MergePage, Strip
from .merge_planning import Planning
from .merge_progress import ProgressPage
from .merge_runs import RunsPage
from .merge_steps import StepList
from .merge_summary import SummaryPage
from .merge_where import WherePage
from .merge_words import lines
from .problems import Problems

SIZE = QSize(860, 620)
LEAST = QSize(700, 440)
FRAME = QSize(2, 40)
FILES, RUNS, DETAILS, WHERE, SUMMARY, PROGRESS, DONE = range(7)
_STEPS = ("Files", "Runs", "Details", "Where", "Summary")
_CHANGED = "Something has changed meanwhile. What is said below is how it would be now."
_numbers = count(1)


class MergeWizard(QWidget):
    """Leads through a merge of ``sources`` and whatever is dropped on it.

    ``reader`` reads what is in a file, ``planner`` plans, ``writer`` merges and undoes. ``gone(window)`` says that it
    was closed, ``open_wanted(file, group)`` that the result is to be shown, ``compare_wanted(sides)`` that a difference
    is to be looked at, ``written(paths)`` that files and folders are other ones now. When it is closed while it is at
    work, it stops that and is gone when it has ended; ``told(sentence, result)`` says then what became of it, and
    ``failed(PexError)`` why nothing did.
    """

    gone = Signal(object)
    open_wanted = Signal(object, object)
    compare_wanted = Signal(object)
    written = Signal(object)
    told = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self,
        reader: Submit,
        planner: Submit,
        writer: Submit,
        sources: Sequence[MergeSource] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Merge files")
        self.problems = Problems(self)
        topic = f"merge window {next(_numbers)}"
        self.choices = MergeChoices()
        self.planning = Planning(planner, topic, self)
        self.job = MergeJob(writer, self)
        self.result: MergeResult | None = None
        self._reached = 0
        self._leaving = False
        self._build(reader, topic)
        self._connect()
        Drops(self, self.add, lambda _held: not self._may_add(), words="Drop to merge")
        self.setMinimumSize(LEAST)
        self.resize(SIZE.boundedTo(_room()))
        self.files.add([(source.file, source.trajectory) for source in sources])
        self.go_to(FILES)

    # --- how it is built

    def _build(self, reader: Submit, topic: str) -> None:
        choices = self.choices
        self.steps = StepList("Merge files", _STEPS)
        self.files = FilesPage(choices, reader, topic)
        self.runs = RunsPage(choices)
        self.details = DetailsPage(choices)
        self.where = WherePage(choices)
        self.summary = SummaryPage(choices)
        self.progress = ProgressPage(choices)
        self.done = DonePage(choices)
        self.pages: tuple[MergePage, ...] = (
            self.files, self.runs, self.details, self.where, self.summary, self.progress, self.done)  # fmt: skip
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.strip = Strip("warning", "bad")
        self.strip.offer("Try again", self._again)
        self._trouble = QWidget()
        around = QVBoxLayout(self._trouble)
        around.setContentsMargins(28, 8, 28, 12)
        around.addWidget(self.strip)
        surface = QWidget()
        surface.setProperty("role", "surface")
        surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QVBoxLayout(surface)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.stack, 1)
        inside.addWidget(self._trouble)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addWidget(surface, 1)
        self.footer = Footer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(widgets.hairline())
        column.addWidget(self.footer)

    def _connect(self) -> None:
        for page in self.pages:
            page.changed.connect(self._chosen)
        self.planning.changed.connect(self._show)
        self.planning.advanced.connect(lambda: self._show_footer(self.at()))
        self.details.compare_wanted.connect(self.compare_wanted)
        self.job.progressed.connect(self._advance)
        self.job.merged.connect(self._merged)
        self.job.stopped.connect(self._go_back)
        self.job.refused.connect(self._refused)
        self.job.undone.connect(self._undone)
        self.job.not_undone.connect(self._not_undone)
        self.steps.wanted.connect(self.go_to)
        foot = self.footer
        foot.cancel.clicked.connect(lambda _on: self.cancel())
        foot.back.clicked.connect(lambda _on: self.go_to(self.at() - 1))
        foot.next.clicked.connect(lambda _on: self.go_on())
        foot.undo.clicked.connect(lambda _on: self.undo())
        foot.show_in_folder.clicked.connect(lambda _on: self._show_in_folder())
        for keys, act in (("Alt+Left", self._back), ("Alt+Right", self._next), ("Ctrl+W", self.close)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # --- going from page to page

    def at(self) -> int:
        """The page that is shown."""
        return self.stack.currentIndex()

    def go_to(self, number: int) -> None:
        """Show a page; what was chosen on the others stays."""
        self.stack.setCurrentIndex(number)
        self._reached = max(self._reached, number)
        if number < SUMMARY:
            self.summary.tell("")
        self._show()
        self.pages[number].verticalScrollBar().setValue(0)
        (self.footer.next if number == SUMMARY and self.footer.next.isEnabled() else self).setFocus()

    def go_on(self) -> None:
        """Do what the button at the right says."""
        if self.trouble() and self.at() < PROGRESS:
            return
        if self.at() < SUMMARY:
            self.go_to(self.at() + 1)
        elif self.at() == SUMMARY:
            self.merge()
        elif self.at() == DONE and self.result is not None:
            self.open_wanted.emit(self.result.target, self.result.trajectory)
            self.close()

    def trouble(self) -> str:
        """What is missing before the next page, as a sentence."""
        page, plan = self.pages[self.at()], self.planning.plan
        found = self.choices.files_trouble() or page.trouble()
        if found or self.at() > SUMMARY:
            return found
        if self.planning.problem is not None:
            return self.planning.problem.title
        if self.at() == FILES:
            return ""
        if plan is None or (self.at() == SUMMARY and not self.planning.settled()):
            return self.planning.words
        return ""

    def add(self, paths: list[bytes]) -> None:
        """Put dropped files on the list."""
        if self._may_add():
            self.go_to(FILES)
            self.files.add([(path, b"") for path in paths])

    def _again(self) -> None:
        """Read the files again, and plan again."""
        self.files.read_again()
        self.planning.again()

    def _may_add(self) -> bool:
        return self.at() < PROGRESS

    def _back(self) -> None:
        if self.footer.back.isEnabled() and self.footer.back.isVisible():
            self.footer.back.click()

    def _next(self) -> None:
        if self.footer.next.isEnabled() and self.at() < SUMMARY:
            self.footer.next.click()

    # --- showing

    def _chosen(self) -> None:
        """Something else was chosen: the plan is asked for anew."""
        self.planning.want(self.choices.request())
        self._show()

    def _show(self) -> None:
        at, plan = self.at(), self.planning.plan
        problem = self.planning.problem if at < PROGRESS else None
        if at < PROGRESS:
            for page in self.pages[: SUMMARY + 1]:
                page.take(plan)
        self._trouble.setVisible(problem is not None)
        self.strip.say(f"{problem.title} {problem.hint}".strip() if problem is not None else "")
        notes = [page.note() for page in self.pages[: SUMMARY + 1]]
        current = min(at, SUMMARY) if at != DONE else SUMMARY + 1
        self.steps.show_state(current, self._reached, notes, locked=at > SUMMARY)
        self._show_footer(at)

    def _show_footer(self, at: int) -> None:
        if at == PROGRESS:
            self.footer.show_running(self.job.stopping() or self.progress.late())
        elif at == DONE:
            self.footer.show_done(self.result is not None, bool(self.result is not None and self.result.undo))
        else:
            files = text.count(len(self.choices.sources), "file")
            self.footer.show_step("Continue" if at < SUMMARY else f"Merge {files}", at > FILES, self.trouble())

    # --- merging

    def merge(self) -> None:
        """Carry out the plan that was shown, if everything still is as it was shown."""
        plan = self.planning.plan
        if plan is None or not self.planning.settled() or plan.problem or self.job.busy():
            return
        if lines(plan, self.choices) != self.summary.lines:
            self._show()
            self.summary.tell(_CHANGED)
            return
        self.choices.target = plan.request.target or self.choices.target
        self.summary.tell("")
        self.progress.begin(plan)
        self.job.begin(plan)
        self.go_to(PROGRESS)

    def cancel(self) -> None:
        """Stop the merge, or close the wizard when none is under way."""
        if self.at() != PROGRESS:
            self.close()
        else:
            self._stop()

    def _stop(self) -> None:
        if self.job.busy() and not self.job.stopping() and not self.progress.late():
            self.job.stop()
            self.progress.stopping()
            self._show()

    def _advance(self, what: str, done: int, total: int) -> None:
        self.progress.advance(what, done, total)
        self._show_footer(self.at())

    def _merged(self, result: MergeResult, seconds: float) -> None:
        assert self.job.plan is not None
        self.result = result
        self.written.emit(self.job.touched())
        name = text.printable(result.target.rpartition(b"/")[2], 80)
        if self._left(f"The merge is complete: “{name}” is there, checked.", result):
            return
        self.done.show_result(self.job.plan, result, seconds)
        self.go_to(DONE)
        self.footer.next.setFocus()

    def _refused(self, problem: PexError) -> None:
        if self._leaving:
            self.failed.emit(problem)
        self._go_back("")
        if not self._leaving:
            self.problems.present(problem)

    def _go_back(self, sentence: str) -> None:
        """The merge was not done: back to the summary, with the files read again."""
        self.written.emit(self.job.touched())
        if self._left(sentence):
            return
        self._again()
        self.go_to(SUMMARY)
        self.summary.tell(sentence)

    def undo(self) -> None:
        """Put everything back as it was before the merge."""
        if self.result is not None and self.result.undo and not self.job.busy():
            self.footer.show_undoing()
            self.job.undo(self.result)

    def _undone(self, sentences: tuple[str, ...]) -> None:
        self.result = None
        self.written.emit(self.job.touched())
        if self._left(" ".join(sentences)):
            return
        self.done.show_undone(sentences)
        self._show()

    def _not_undone(self, problem: PexError) -> None:
        self.written.emit(self.job.touched())
        if self._leaving:
            self.failed.emit(problem)
        if not self._left(""):
            self._show()
            self.problems.present(problem)

    def _left(self, sentence: str, result: MergeResult | None = None) -> bool:
        """Whether the wizard was closed while it was at work; it tells the main window then, and is gone."""
        if self._leaving:
            if sentence:
                self.told.emit(sentence, result)
            self.close()
        return self._leaving

    def _show_in_folder(self) -> None:
        if self.result is not None:
            places.show_in_folder(self.result.target, False)

    # --- keys and closing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """Press the button that has the focus; where nothing has it, go on."""
        focus = self.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        elif self.at() < SUMMARY and self.footer.next.isEnabled():
            self.footer.next.click()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.planning.stop()
        self.files.stop()
        if self.job.busy():
            self._leaving = True
            self._stop()
            self.hide()
            event.ignore()
            return
        self.gone.emit(self)
        super().closeEvent(event)


def _room() -> QSize:
    """What a window manager leaves of the screen for a window."""
    screen = QGuiApplication.primaryScreen()
    return screen.availableSize() - FRAME if screen is not None else SIZE
