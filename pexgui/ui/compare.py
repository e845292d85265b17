"""Two trajectories, runs or values beside each other: only what differs, aligned, each in its natural form."""

import os
from functools import cached_property, partial
from itertools import count

import msgspec
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    CompareRequest,
    Comparison,
    FileRequest,
    FileSummary,
    PexError,
    Report,
    ReportRequest,
    Side,
    Wanted,
    compare,
    save_report,
    summarize_file,
    text,
)

from . import places, widgets
from .asking import ask_where_to_save
from .compare_keys import NEXT, PREVIOUS
from .compare_notice import Notice, sentences
from .compare_pane import ComparePane
from .compare_settings import CompareSettings
from .compare_several import SeveralPanel, letter
from .compare_sides import SidesHead
from .drops import Drops, Target
from .jobs import Job, Submit
from .notices import Message
from .problems import Problems
from .tasks import Tasks

SIZE = QSize(1440, 900)
FRAME = QSize(2, 40)
_KINDS = "HTML page (*.html);;CSV table (*.csv)"
_SAVE = "Save report"
_COMPARING = "Comparing"
_numbers = count(1)


class CompareWindow(QWidget):
    """Shows what differs between the sides of ``request``.

    ``comparer`` compares and writes reports, ``reader`` reads single differences. ``gone(window)`` says that it was
    closed, ``wanted(CompareRequest)`` that another comparison is to be shown in a window of its own.
    """

    gone = Signal(object)
    wanted = Signal(object)

    def __init__(self, comparer: Submit, reader: Submit, request: CompareRequest, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tasks = Tasks()
        self.problems = Problems(self)
        self._comparer, self._reader = (self.tasks.watched(each, self.problems.present) for each in (comparer, reader))
        self._topic = f"compare window {next(_numbers)}"
        self.request = request
        self.comparison: Comparison | None = None
        self._job: Job | None = None
        self._start()  # the worker compares while the window is built
        self._build()
        self._connect()
        Drops(self, self._dropped, lambda _held: False, self._card_under, "Drop to compare")
        self.resize(SIZE.boundedTo(_room()))
        self._show_sides()
        self._say(_COMPARING)
        self.setFocus()

    # --- what can be done

    def compare(self) -> None:
        """Compare again, as it is asked for now; what is shown stays until the answer is there."""
        self.notice.hide()
        if self.comparison is None:
            self._say(_COMPARING)
        self._start()

    def _start(self) -> None:
        job = self._comparer(compare, self.request, self._take, self._refuse, topic=self._topic)
        self._job = job
        job.progressed.connect(lambda *report: self.message.advance(*report))
        job.finished.connect(lambda: self._ended(job))

    def swap(self) -> None:
        """Let A and B change places."""
        self._ask(self.request.sides[::-1])

    def replace(self, number: int, side: Side) -> None:
        """Put another file or trajectory on one side."""
        sides = list(self.request.sides)
        sides[number] = side
        self._ask(tuple(sides))

    def save_report(self) -> None:
        """Let the person say where the report goes, and write it."""
        if self.comparison is None:
            return
        first, second = self._reported()
        sides = [self.request.sides[number] for number in (first, second)]
        names = [text.printable(os.path.splitext(os.path.basename(side.file))[0], 60) for side in sides]
        if names[0] == names[1]:
            names = [" ".join((name, text.printable(s.run, 60))).strip() for name, s in zip(names, sides, strict=True)]
        title = f"Save report on {letter(second)} beside {letter(first)}" if self._several() else "Save report"
        ask_where_to_save(self, title, f"{' and '.join(dict.fromkeys(names))}.html", _KINDS, self.write_report)

    def write_report(self, target: bytes) -> None:
        """Write what is shown to ``target``."""
        comparison = self.comparison
        if comparison is None:
            return
        shown = None if self._several() else self.pane.chosen()
        side = self._reported()[1]
        of = next((number for number, each in enumerate(comparison.against) if each.side == side), 0)
        self._comparer(save_report, ReportRequest(comparison, target, of, shown), self._saved)

    def _reported(self) -> tuple[int, int]:
        """The two sides that a report is about: of several the baseline and the one whose column is current."""
        return (self.request.baseline, self.several.current_side()) if self._several() else (0, 1)

    def _name_report(self) -> None:
        """Say on the button which side the report is about."""
        words = f"{_SAVE} on {letter(self._reported()[1])}" if self._several() else _SAVE
        self.save_button.setText(f" {words}…")
        self.save_button.setAccessibleName(words)

    # --- how it is built

    def _build(self) -> None:
        """From the outside in: a widget that gets another parent is styled anew, with all that is in it."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head, line = QVBoxLayout(), QHBoxLayout()
        head.setContentsMargins(16, 14, 16, 12)
        head.setSpacing(10)
        column.addLayout(head)
        self.sides = SidesHead()
        head.addWidget(self.sides)
        head.addLayout(line)
        line.setSpacing(8)
        self.settings = CompareSettings(self.request.wanted)
        self.save_button = widgets.button(f"{_SAVE}…", self.save_report, "", "download")
        line.addWidget(self.settings, 1)
        line.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        self.notice = Notice(self.compare)
        self.body = QStackedWidget()
        column.addWidget(widgets.hairline())
        column.addWidget(self.notice)
        column.addWidget(self.body, 1)
        self.message = Message("Comparison", "Compare again")
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # names are long at times
        self.body.addWidget(self.message)
        self.pane = ComparePane(self._reader, self._topic, self.body)
        self.body.addWidget(self.pane)
        column.addWidget(self.tasks)

    def _connect(self) -> None:
        self.sides.replaced.connect(self.replace)
        self.sides.swapped.connect(self.swap)
        self.settings.changed.connect(self._settle)
        self.message.retried.connect(self.compare)
        self.pane.list.view.escaped.connect(self.close)
        for keys, act in (
            (PREVIOUS, lambda: self.pane.step(-1)), (NEXT, lambda: self.pane.step(1)),
            ("Ctrl+F", self.pane.list.focus_filter), ("F5", self.compare), ("Ctrl+W", self.close),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    @cached_property
    def several(self) -> SeveralPanel:
        """What shows more than two sides; made when it is needed, as most windows have two."""
        panel = SeveralPanel()
        panel.baseline_wanted.connect(lambda number: self._ask(self.request.sides, number))
        panel.pair_wanted.connect(self._open_pair)
        panel.moved.connect(self._name_report)
        self.body.addWidget(panel)
        return panel

    # --- asking

    def _ask(self, sides: tuple[Side, ...], baseline: int | None = None) -> None:
        number = self.request.baseline if baseline is None else baseline
        self.request = CompareRequest(sides, number, self.settings.wanted())
        self._show_sides()
        self.compare()

    def _settle(self, wanted: Wanted) -> None:
        self.request = msgspec.structs.replace(self.request, wanted=wanted)
        self.compare()

    def _several(self) -> bool:
        return len(self.request.sides) > 2

    def _show_sides(self) -> None:
        """Say which files are compared, and ask which other trajectories they have."""
        sides = self.request.sides
        self.sides.setVisible(not self._several())
        self.settings.show_pairing(not any(side.run or side.path for side in sides))
        names = dict.fromkeys(text.printable(os.path.basename(side.file), 60) for side in sides[:4])
        self.setWindowTitle(widgets.window_title(f"{' and '.join(names)} – compare"))
        if self._several():
            return
        for card, side in zip(self.sides.cards, sides, strict=False):
            card.show_side(side)
            request = FileRequest(side.file)
            topic = f"{self._topic} side {card.letter}"
            self._reader(summarize_file, request, self._summarized, lambda _problem: None, topic)

    def _show_infos(self, comparison: Comparison) -> None:
        for card, info in zip(self.sides.cards, comparison.sides, strict=False):
            card.show_info(info)

    def _summarized(self, summary: FileSummary) -> None:
        for card in self.sides.cards:
            card.show_summary(summary)

    def _ended(self, job: Job) -> None:
        """A comparison ended; when nothing came of it, the person stopped it, and what was shown before stands."""
        if job is not self._job:
            return
        self._job = None
        if self.comparison is None:
            self._say("Comparing was stopped.", button=True)
        else:
            self.request = self.comparison.request
            self.settings.set_wanted(self.request.wanted)
            self._show_sides()
            self._show_infos(self.comparison)

    def _refuse(self, problem: PexError) -> None:
        self._job = self.comparison = None
        self.pane.clear()
        self._say(problem.title, problem.hint, button=True)

    def _say(self, title: str, hint: str = "", button: bool = False) -> None:
        self.message.say(title, hint, button)
        self.body.setCurrentWidget(self.message)
        self.save_button.setEnabled(False)

    # --- showing

    def _take(self, comparison: Comparison) -> None:
        """Show an answer; the person stays at the difference that was looked at, if it is still one."""
        self._job, self.comparison = None, comparison
        self.save_button.setEnabled(True)
        self._name_report()
        self.notice.say(sentences(comparison), bool(comparison.changed))
        if len(comparison.sides) > 2:
            self.several.show_comparison(comparison)
            self.body.setCurrentWidget(self.several)
            return
        self._show_infos(comparison)
        self.body.setCurrentWidget(self.pane)
        self.pane.show_comparison(comparison)
        if self.hasFocus() or self.focusWidget() is None:
            self.pane.list.view.setFocus()

    def _open_pair(self, side: int) -> None:
        """Show one side beside the baseline, in a window of its own."""
        sides = self.request.sides
        self.wanted.emit(CompareRequest((sides[self.request.baseline], sides[side]), 0, self.request.wanted))

    def _saved(self, report: Report) -> None:
        name = text.printable(os.path.basename(report.target), 80)
        show = partial(places.show_in_folder, report.target, False)
        self.notice.tell(f"“{name}” was written, {text.size(report.size)}.", "Show in folder", show)

    # --- dropping, keys, closing

    def _dropped(self, paths: list[bytes]) -> None:
        if self._several():
            return
        if len(paths) > 1:
            self._ask((Side(paths[0]), Side(paths[1])), 0)
        else:
            self.replace(1, Side(paths[0]))

    def _card_under(self, point: QPoint, paths: list[bytes]) -> Target | None:
        under = self.sides.under(point, self) if len(paths) == 1 else None
        if under is None:
            return None
        number, place = under
        act = partial(self.replace, number, Side(paths[0]))
        return Target(place, f"Drop to compare as {letter(number)}", act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        if self.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose):
            self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
            self.pane.page.leave(self.deleteLater)
        else:
            self.pane.page.stop()
        self.gone.emit(self)
        super().closeEvent(event)


def _room() -> QSize:
    """What a window manager leaves of the screen for a window."""
    screen = QGuiApplication.primaryScreen()
    return screen.availableSize() - FRAME if screen is not None else SIZE
