"""The last page before a merge: what will happen, in plain words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import MergePlan, text

from . import widgets
from .merge_choices import MergeChoices
from .merge_page import MergePage, SpaceBar, Strip, card
from .merge_words import Line, lines, time_needed, title

_PROMISE = "Every file stays as it is until the result has been checked."


class SummaryPage(MergePage):
    """The result as a number, a line for everything that will happen, and the promise."""

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Summary", choices)
        widgets.restyle(self.title, "role", "number")
        self.told = Strip("info")
        self.told.say("")
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(16, 4, 16, 4)
        self._rows.setSpacing(0)
        self._shown: list[QWidget] = []
        self.lines: list[Line] = []
        self._said: tuple[object, ...] = ()
        self.card = card(self._rows)
        self.promise = Strip("shield", "ok", strong=True)
        self.promise.say(_PROMISE)
        self.column.addWidget(self.told)
        self.column.addWidget(self.card)
        self.column.addWidget(self.promise)
        self.column.addStretch(1)

    def tell(self, sentence: str) -> None:
        """Say what became of a merge that was begun here; without a sentence nothing."""
        self.told.say(sentence)

    def show_plan(self, plan: MergePlan | None) -> None:
        self.card.setVisible(plan is not None)
        self.promise.setVisible(plan is not None)
        if plan is None:
            self.say("Looking through the files", "")
            return
        self.say(title(plan), f"Nothing has been written yet. {time_needed(plan)}")
        found = lines(plan, self.choices)
        shown = (found, plan.needed, plan.free)
        if shown != self._said:
            self._said, self.lines = shown, found
            self._fill(plan)

    def _fill(self, plan: MergePlan) -> None:
        for old in self._shown:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
        for line in self.lines:
            self._add(_row(line))
            self._add(widgets.hairline())
        enough = "Enough room for the result." if plan.needed <= plan.free else "There is not enough room."
        self._add(_row(Line("hdf5", "Space", enough), _space(plan)))

    def note(self) -> str:
        return "Done"

    def trouble(self) -> str:
        return self.plan.problem if self.plan is not None else ""

    def _add(self, row: QWidget) -> None:
        self._shown.append(row)
        self._rows.addWidget(row)


def _row(line: Line, right: QWidget | None = None) -> QWidget:
    claim = widgets.ElidedLabel(line.claim, "section", Qt.TextElideMode.ElideMiddle)
    fact = widgets.label(widgets.breakable(line.fact), "muted", wrap=True)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(claim)
    words.addWidget(fact)
    result = QWidget()
    row = QHBoxLayout(result)
    row.setContentsMargins(2, 9, 0, 9)
    row.setSpacing(14)
    picture = widgets.Picture(line.icon, 20)
    column = QVBoxLayout()
    column.addWidget(picture)
    column.addStretch()
    row.addLayout(column)
    row.addLayout(words, 1)
    if right is not None:
        row.addWidget(right)
    return result


def _space(plan: MergePlan) -> QWidget:
    bar = SpaceBar()
    bar.show_space(plan.needed, plan.free)
    result = QWidget()
    column = QVBoxLayout(result)
    column.setContentsMargins(0, 6, 0, 0)
    column.setSpacing(3)
    column.addWidget(bar)
    column.addWidget(widgets.label(f"{text.size(plan.needed)} of {text.size(plan.free)} free", "small"))
    return result
