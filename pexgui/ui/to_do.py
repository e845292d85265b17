"""The dialog of the runs to do: which runs of a trajectory are open, and the commands that run them."""

import os
from functools import partial
from itertools import count

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    PexError,
    RunsToDo,
    Saved,
    SaveScriptRequest,
    TrajectoryRequest,
    find_runs_to_do,
    save_script,
)

from . import to_do_words as words
from . import widgets
from .asking import ask_where_to_save
from .jobs import Job, Submit
from .merge_choices import shown_path
from .merge_done import Badge
from .notices import Message, WarningStrip
from .problems import Problems
from .to_do_commands import Commands
from .to_do_table import ToDoTable

SIZE = QSize(760, 600)
LEAST = QSize(600, 520)
FRAME = QSize(2, 40)
_KINDS = "Python scripts (*.py);;All files (*)"
_numbers = count(1)


class RunsToDoDialog(QWidget):
    """Shows the open runs of a trajectory and the commands that run them.

    ``gone(dialog)`` says that it was closed, ``saved(paths)`` that a script was written, and ``insisted()`` that the
    person wants the file looked at again, whatever trouble it made.
    """

    gone = Signal(object)
    saved = Signal(object)
    insisted = Signal()

    def __init__(self, submit: Submit, request: TrajectoryRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.TITLE)
        self.request = request
        self.found: RunsToDo | None = None
        self.problems = Problems(self)
        self._submit = submit
        self._topic = f"runs to do {next(_numbers)}"
        self._job: Job | None = None
        self._script = ""
        self._written: tuple[str, bytes] | None = None
        self._build()
        self._connect()
        self.setMinimumSize(LEAST)
        self.resize(SIZE.boundedTo(_room()))
        self.setFocus()
        self.look()

    # --- how it is built

    def _build(self) -> None:
        self.table, self.commands = ToDoTable(), Commands()
        self.message = Message("Runs to do")
        self.finished = Finished()
        self.open_runs = QWidget()
        column = QVBoxLayout(self.open_runs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (widgets.hairline(), self.table, widgets.hairline(), self.commands):
            column.addWidget(part, int(part is self.table))
        self.stack = QStackedWidget()
        for page in (self.message, self.open_runs, self.finished):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._build_body(), 1)
        whole.addWidget(widgets.hairline())
        whole.addWidget(self._build_footer())

    def _build_body(self) -> QWidget:
        self.sentence = widgets.label("", "muted", wrap=True)
        self.warnings = WarningStrip("What is odd about the runs")
        below = QVBoxLayout()
        below.setContentsMargins(0, 6, 0, 0)
        below.addWidget(self.warnings)
        head = QVBoxLayout()
        head.setContentsMargins(24, 20, 24, 12)
        head.setSpacing(4)
        head.addWidget(widgets.label(words.TITLE, "title"))
        head.addWidget(self.sentence)
        head.addLayout(below)
        body = QWidget()
        body.setProperty("role", "surface")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        return body

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        footer.setProperty("role", "window")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.refresh_button = widgets.button("Refresh", self.look, "flat", "refresh")
        self.refresh_button.setToolTip("F5")
        self.looking = widgets.label("", "muted")
        self.close_button = widgets.button("Close", self.close)
        row = QHBoxLayout(footer)
        row.setContentsMargins(12, 12, 24, 12)
        row.setSpacing(8)
        row.addWidget(self.refresh_button)
        row.addWidget(self.looking)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return footer

    def _connect(self) -> None:
        self.table.menu_wanted.connect(self._show_menu)
        self.commands.save_wanted.connect(self.ask_where_to_save)
        self.message.retried.connect(self._insist)
        for keys, act in (("F5", self.look), ("Ctrl+W", self.close)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # --- looking

    def look(self) -> None:
        """Look for open runs, again when some are shown."""
        if self.found is None:
            self.sentence.setText(widgets.breakable(shown_path(self.request.file)))
            self.message.say(words.LOOKING)
            self._turn_to(self.message)
        else:
            self.looking.setText("Looking again…")
        job = self._submit(find_runs_to_do, self.request, self._take, self._fail, self._topic)
        job.progressed.connect(self._advance)
        job.finished.connect(partial(self._ended, job))
        self._job = job

    def _advance(self, what: str, done: int, total: int) -> None:
        if self.found is None:
            self.message.advance(what, done, total)

    def _ended(self, job: Job) -> None:
        """Nothing is looked for any more; when nothing came of it, the person stopped it."""
        if job is not self._job:
            return
        self._job = None
        self.looking.setText("")
        if self.found is None and job.cancelled():
            self.message.say("Stopped.", button=True)

    def _take(self, found: RunsToDo) -> None:
        first, self.found = self.found is None, found
        self.setWindowTitle(widgets.window_title(words.window_title(found)))
        self.sentence.setText(widgets.breakable(words.sentence(found)))
        self.warnings.set_sentences(found.warnings)
        self.table.show_found(found)
        self.commands.show_found(found)
        if self._written is not None and self._written[0] == found.script:
            self.commands.show_saved(self._written[1])
        if not found.open:
            self.finished.say(words.nothing_to_do(found), bool(found.runs))
        self._turn_to(self.open_runs if found.open else self.finished)
        if first:
            (self.table if found.open else self.close_button).setFocus()

    def _fail(self, problem: PexError) -> None:
        if self.found is None:
            self.message.say_problem(problem)
        else:
            self.problems.present(problem)

    def _insist(self) -> None:
        self.insisted.emit()
        self.look()

    def _turn_to(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)

    # --- the script

    def ask_where_to_save(self) -> None:
        """Let the person say where the script goes; beside the file is proposed."""
        if self.found is not None:
            path = self._written[1] if self._written is not None else words.proposed(self.found)
            ask_where_to_save(self, "Where the script goes", os.fsdecode(path), _KINDS, self.save)

    def save(self, target: bytes) -> None:
        """Save the script as ``target``."""
        if self.found is not None:
            self._script = self.found.script
            self.commands.show_saving(True)
            self._submit(save_script, SaveScriptRequest(target, self._script), self._saved, self._not_saved)

    def _saved(self, saved: Saved) -> None:
        self._written = (self._script, saved.file)
        self.commands.show_saving(False)
        if self.found is not None and self.found.script == self._script:
            self.commands.show_saved(saved.file)
        self.saved.emit([saved.file])

    def _not_saved(self, problem: PexError) -> None:
        self.commands.show_saving(False)
        self.problems.present(problem)

    # --- within

    def _show_menu(self, key: str, place: QPoint) -> None:
        menu = self.table.menu(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.table.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QPushButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self.table.copying.stop()
        self.gone.emit(self)
        super().closeEvent(event)


class Finished(QWidget):
    """What stands in place of the runs when there is nothing to do."""

    def __init__(self) -> None:
        super().__init__()
        self.badge = Badge()
        self.title = widgets.label("", "section", wrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)
        column.addStretch(3)

    def say(self, title: str, finished: bool) -> None:
        """Say that all runs are finished, or that there are none."""
        self.badge.set_icon("check" if finished else "info", "ok" if finished else "accent")
        self.title.setText(title)


def _room() -> QSize:
    """What a window manager leaves of the screen for a window."""
    screen = QGuiApplication.primaryScreen()
    return screen.availableSize() - FRAME if screen is not None else SIZE
