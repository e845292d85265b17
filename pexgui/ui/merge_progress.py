"""A merge under way: what is done, how far it is, how long it still takes, and what Cancel would do."""

from time import monotonic

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pexgui.core import MergePlan, text

from . import icons, theme, widgets
from .merge_choices import MergeChoices
from .merge_page import MergePage, Strip
from .tasks import left_words

PHASES = ("Writing the result beside its place", "Checking it against the files", "Putting it into its place")
_CANCEL = "Cancel stops at once and removes what was written so far. Every file is then as it was before."
_LATE = "The result has been checked and takes its place now."


class ProgressPage(MergePage):
    """Three phases with their signs, a bar for the one under way, and the promise about Cancel."""

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Progress", choices)
        self._phase = 0
        self._began = 0.0
        self._what = ""
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the merge")
        self.words = widgets.ElidedLabel("", "muted")
        self.left = widgets.label("", "muted")
        self.phases = [Phase(words) for words in PHASES]
        self.cancel = Strip("info")
        below = QHBoxLayout()
        below.addWidget(self.words, 1)
        below.addWidget(self.left)
        bars = QVBoxLayout()
        bars.setSpacing(6)
        bars.addWidget(self.bar)
        bars.addLayout(below)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for phase in self.phases:
            rows.addWidget(phase)
        self.column.addSpacing(4)
        self.column.addLayout(bars)
        self.column.addSpacing(4)
        self.column.addLayout(rows)
        self.column.addSpacing(4)
        self.column.addWidget(self.cancel)
        self.column.addStretch(1)

    def begin(self, plan: MergePlan) -> None:
        """A merge begins."""
        files = text.count(len(plan.sources), "file")
        self.say(f"Merging {files}", "You can go on looking at files in the main window meanwhile.")
        self.cancel.say(_CANCEL)
        self.words.setText("Beginning")
        self._what = ""
        self._enter(0)

    def advance(self, what: str, done: int, total: int) -> None:
        """Show how far it is."""
        number = 1 if what.startswith("Checking") else 2 if what.startswith("Putting") else 0
        if number > self._phase:
            self._enter(number)
        if what != self._what:
            self._what, self._began = what, monotonic()
        share = min(1.0, done / total) if total > 0 else 0.0
        self.bar.setRange(0, 1000 if total > 0 else 0)
        self.bar.setValue(round(share * 1000))
        counted = f" · {min(done, total):,} of {total:,}" if total > 0 else ""
        self.words.setText(text.printable(what) + counted)
        self.left.setText(left_words(monotonic() - self._began, share))
        if number == 2:
            self.cancel.say(_LATE)

    def stopping(self) -> None:
        """Cancel was pressed."""
        self.words.setText("Stopping…")
        self.left.setText("")
        self.bar.setRange(0, 0)

    def late(self) -> bool:
        """Whether the result is taking its place, so that nothing is to be stopped any more."""
        return self._phase == 2

    def _enter(self, number: int) -> None:
        self._phase, self._began = number, monotonic()
        self.bar.setRange(0, 0)
        self.left.setText("")
        for each, phase in enumerate(self.phases):
            phase.show_state("done" if each < number else "now" if each == number else "waiting")


class Phase(QWidget):
    """A phase with a check when it is done, a ring while it is under way, and an empty circle before."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words, self._state = words, "waiting"
        self.setFixedHeight(34)
        widgets.repaint_on_theme(self)

    def show_state(self, state: str) -> None:
        self._state = state
        self.setAccessibleName(f"{self._words}: {state}")
        self.update()

    def state(self) -> str:
        return self._state

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(0, 0, 20, 20)
        circle.moveCenter(QPointF(10, self.height() / 2))
        if self._state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.ok_soft)
            painter.drawEllipse(circle)
            icons.paint(painter, circle.adjusted(3, 3, -3, -3), "check", c.ok)
        else:
            now = self._state == "now"
            painter.setPen(QPen(c.accent if now else theme.mix(c.muted, c.surface, 0.45), 2 if now else 1))
            painter.drawEllipse(circle.adjusted(2, 2, -2, -2))
        painter.setFont(theme.font(weight=600 if self._state == "now" else 400))
        painter.setPen(c.muted if self._state == "waiting" else c.text)
        painter.drawText(self.rect().adjusted(32, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()
