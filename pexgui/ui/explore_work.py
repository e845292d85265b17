"""The page of the dialog on which runs are being made, and what came of it."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import ExplorePlan, ExploreResult, text

from . import explore_words as words
from . import theme, widgets
from .compact_work import ThinBar
from .merge_choices import shown_path
from .merge_done import Badge
from .merge_page import Strip, card

_WIDEST = 640


class WorkPage(QWidget):
    """How far it is, and then the claim, with the facts below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.badge = Badge()
        self.claim = widgets.label("", "number", wrap=True)
        self.sentence = widgets.label("", "muted", wrap=True)
        self.bar = ThinBar("Progress")
        self.notes = Strip("info")
        self._facts = QVBoxLayout()
        self._facts.setContentsMargins(16, 4, 16, 4)
        self._facts.setSpacing(0)
        self.card = card(self._facts)
        self._shown: list[QWidget] = []
        self._build()

    def begin(self, plan: ExplorePlan) -> None:
        """Runs are going to be made."""
        runs = text.count(plan.runs, "run")
        self.claim.setText(f"Adding {runs}" if plan.request.extend else f"Creating {runs}")
        self.sentence.setText(words.PATIENCE)
        self.bar.set_share(0)
        self._show(busy=True)

    def advance(self, what: str, done: int, total: int) -> None:
        """Say how far it is."""
        self.sentence.setText(f"{what}…" if what else words.PATIENCE)
        self.bar.set_share(done / total if total > 0 else 0)

    def show_result(self, plan: ExplorePlan, result: ExploreResult) -> None:
        """Say what came of it."""
        claim, sentence = words.told(plan, result)
        self.claim.setText(claim)
        self.sentence.setText(widgets.breakable(sentence))
        trajectory = text.printable(result.path.rpartition(b"/")[2], 120)
        folder = shown_path(os.path.dirname(result.file))
        rows = (
            ("File", text.printable(os.path.basename(result.file), 120), True),
            ("Folder", folder, True),
            ("Trajectory", trajectory, False),
            ("Runs", words.runs_there(result), False),
        )
        self._fill([_fact(*row) for row in rows])
        self.notes.say("\n".join(result.notes[:4]))
        self._show(busy=False)

    def _show(self, busy: bool) -> None:
        self.badge.setVisible(not busy)
        self.bar.setVisible(busy)
        self.card.setVisible(not busy)
        if busy:
            self.notes.say("")

    def _fill(self, rows: list[QWidget]) -> None:
        for old in self._shown:
            self._facts.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
        for number, row in enumerate(rows):
            for part in ([widgets.hairline()] if number else []) + [row]:
                self._facts.addWidget(part)
                self._shown.append(part)

    def _build(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        lines.addWidget(self.claim)
        lines.addWidget(self.sentence)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(lines, 1)
        block = QWidget()
        block.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        for part in (self.bar, self.card, self.notes):
            column.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 56, 24, 24)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(block, 8)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(1)


def _fact(key: str, value: str, path: bool) -> QWidget:
    result = QWidget()
    result.setFixedHeight(32)
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    name = widgets.label(key, "muted")
    name.setFixedWidth(84)
    row.addWidget(name)
    said = widgets.ElidedLabel(value, "", Qt.TextElideMode.ElideMiddle)
    if path:
        said.setLabelFont(theme.mono())
    row.addWidget(said, 1)
    return result
