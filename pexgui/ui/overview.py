"""What a trajectory is about: when, by what and why it was made, what was varied, and where its bytes are."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pexgui.core import (
    ExploredParameter,
    Fact,
    PexError,
    Storage,
    TrajectoryInfo,
    TrajectoryRequest,
    measure_storage,
    text,
)

from . import widgets
from .facts import FactsText, Line
from .jobs import Job, Submit
from .storage_bar import StorageBar

TWO_COLUMNS = 640
"""From so many px on the cards stand in two columns."""
MANY = 20
"""So many distinct values of a parameter are shown."""


class Card(QFrame):
    """A titled card; it is hidden while it has nothing to say."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.content = content
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(widgets.section_title(title))
        column.addWidget(content)


class FactsCard(Card):
    """A card of named facts."""

    def __init__(self, title: str) -> None:
        self.facts = FactsText(title)
        super().__init__(title, self.facts)

    def fill(self, lines: Sequence[Line]) -> None:
        self.facts.set_facts(lines)
        self.setVisible(bool(lines))


class OverviewPanel(QScrollArea):
    """Cards about a trajectory; where its bytes are is measured only while somebody looks."""

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self._submit = submit
        self._request: TrajectoryRequest | None = None
        self._job: Job | None = None
        self._measured = False
        self._two = True
        self.setAccessibleName("Overview")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._build()

    def _build(self) -> None:
        self.comment = FactsCard("Comment")
        self.about = FactsCard("Trajectory")
        self.explored = FactsCard("Explored parameters")
        self.bar = StorageBar()
        self.bar_state = widgets.label("", "muted", wrap=True)
        bytes_part = QWidget()
        column = QVBoxLayout(bytes_part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(self.bar_state)
        self.bytes = Card("Where the bytes are", bytes_part)
        self.annotations = FactsCard("Annotations")
        self.environment = FactsCard("Environment")
        self.git = FactsCard("Git")
        self.settings = FactsCard("Settings of the file")
        self._left: tuple[QWidget, ...] = (self.comment, self.explored, self.bytes)
        self._right: tuple[QWidget, ...] = (
            self.about,
            self.annotations,
            self.git,
            self.environment,
            self.settings,
        )
        page = QWidget()
        page.setProperty("role", "surface")
        self._columns = QVBoxLayout(), QVBoxLayout()
        self._row = row = QHBoxLayout(page)
        row.setContentsMargins(24, 4, 24, 24)
        row.setSpacing(16)
        for part, cards in zip(self._columns, (self._left, self._right), strict=True):
            part.setSpacing(16)
            for card in cards:
                part.addWidget(card)
            part.addStretch(1)
            row.addLayout(part, 1)
        self.setWidget(page)

    # --- what the trajectory panel calls ---

    def show_trajectory(self, request: TrajectoryRequest) -> None:
        """Another trajectory comes; `show_info` says more about it."""
        self.clear()
        self._request = request

    def show_info(self, info: TrajectoryInfo) -> None:
        """Show what is known."""
        summary = info.summary
        self.comment.facts.set_text(summary.comment)
        self.comment.setVisible(bool(summary.comment))
        self.about.fill(_about(info))
        self.explored.facts.set_stacked([_explored(parameter) for parameter in info.explored])
        self.explored.setVisible(bool(info.explored))
        for card, facts in (
            (self.annotations, info.annotations),
            (self.environment, info.environment),
            (self.git, info.git),
            (self.settings, info.settings),
        ):
            card.fill(_lines(facts))
        self.bytes.show()
        if self.isVisible():
            self._measure()

    def refresh(self) -> None:
        """Where the bytes are is measured again when it is looked at."""
        self._measured = False

    def clear(self) -> None:
        """Show nothing."""
        self.pause()
        self._request = None
        self._measured = False
        self.bar.hide()
        self.bar_state.setText("")
        for card in (*self._left, *self._right):
            card.hide()
        self.verticalScrollBar().setValue(0)

    def pause(self) -> None:
        """Nobody looks: stop measuring, so that others get their answers."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # --- where the bytes are ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()

    def _measure(self) -> None:
        if self._request is None or self._measured or self._job is not None:
            return
        if not self.bar.isVisible():
            self.bar_state.setText("Measuring")
        self._job = self._submit(measure_storage, self._request, self._take, self._fail)
        self._job.progressed.connect(self._advance)

    def _advance(self, _what: str, done: int, total: int) -> None:
        if not self._measured and total > 0 and not self.bar.isVisible():
            self.bar_state.setText(f"Measuring, {min(100 * done // total, 100)} %")

    def _take(self, storage: Storage) -> None:
        self._job, self._measured = None, True
        self.bar.set_storage(storage)
        self.bar.show()
        self.bar_state.setText(f"{text.size(storage.size)} in all")

    def _fail(self, problem: PexError) -> None:
        self._job, self._measured = None, True
        self.bar_state.setText(f"{problem.title} {problem.hint}".strip())

    # --- one or two columns ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        two = self.viewport().width() >= TWO_COLUMNS
        if two != self._two:
            self._two = two
            self._row.setStretch(1, int(two))
            self._row.setSpacing(16 if two else 0)
            for number, card in enumerate(self._right):
                if two:
                    self._columns[1].insertWidget(number, card)
                else:
                    self._columns[0].insertWidget(len(self._left) + number, card)


def _about(info: TrajectoryInfo) -> list[Line]:
    summary = info.summary
    left = summary.runs - summary.finished
    lines = [
        ("Name", summary.name, ""),
        ("Created", text.when(summary.created), ""),
        ("Written by", f"pypet {summary.version}".strip() if summary.version else "", ""),
        ("Python", summary.python, ""),
        ("Runs", f"{summary.runs:,}", "all finished" if not left else f"{summary.finished:,} finished"),
        ("Results", f"{info.results_per_run:,} per run" if info.results_per_run else "", ""),
        ("Size", text.size(info.stamp.size), ""),
    ]
    return [line for line in lines if line[1]]


def _explored(parameter: ExploredParameter) -> Line:
    shown = parameter.values[:MANY]
    left = parameter.distinct - len(shown)
    values = ", ".join(shown) + (f"  … {left:,} more" if left > 0 else "")
    words = text.count(parameter.distinct, "value")
    return (parameter.name, values, f"{parameter.type}, {words}".strip(", "))


def _lines(facts: Sequence[Fact]) -> list[Line]:
    return [(fact.name, fact.text, "") for fact in facts]
