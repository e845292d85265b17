"""The first page of the merge wizard: which files become one, and in which order."""

import os
from itertools import pairwise

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import FileRequest, FileState, FileSummary, MergePlan, PexError, summarize_file, text

from . import theme, widgets
from .asking import ask_for_files
from .jobs import Job, Submit
from .merge_card import SourceCard
from .merge_choices import MergeChoices, Source
from .merge_page import MergePage, Strip
from .merge_problem import Where, trouble_on
from .notices import IconLabel

_AT_ONCE = 4
"""So many new cards are made before the window answers again."""


class FilesPage(MergePage):
    """A card per source, in the order of the merge, and a place for more."""

    def __init__(self, choices: MergeChoices, submit: Submit, topic: str) -> None:
        super().__init__("Files", choices)
        self._submit, self._topic = submit, topic
        self._reading: dict[Source, Job] = {}
        self.cards: list[SourceCard] = []
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._fill)
        self.notice = Strip("info")
        self.more = MoreFiles()
        self.more.wanted.connect(self._ask)
        self.total = widgets.label("", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self.column.addSpacing(2)
        self.column.addLayout(self._list)
        self.column.addWidget(self.more)
        self.column.addWidget(self.notice)
        self.column.addStretch(1)
        self.column.addWidget(self.total)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self.body)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self._step(by))
        self.notice.say("")
        self._show()

    # --- what the wizard calls

    def add(self, paths: list[tuple[bytes, bytes]]) -> None:
        """Put files, each with a trajectory or without, on the list."""
        refused = [self.choices.add(file, trajectory) for file, trajectory in paths]
        self.notice.say("\n".join(dict.fromkeys(sentence for sentence in refused if sentence)))
        if len(paths) > _AT_ONCE:
            self._rest.start()
        else:
            self._fill()

    def show_plan(self, _plan: MergePlan | None) -> None:
        self._show()

    def trouble(self) -> str:
        return self.choices.files_trouble() or trouble_on(Where.FILES, self.plan)

    def note(self) -> str:
        return text.count(len(self.choices.sources), "file")

    def read_again(self) -> None:
        """Read all files again, after something has happened to them."""
        for source in self.choices.sources:
            self._read(source)

    def stop(self) -> None:
        """Wait for no file any more."""
        self._rest.stop()
        for job in self._reading.values():
            job.cancel()
        self._reading.clear()

    # --- the cards

    def _fill(self) -> None:
        """Have a card for every source, in their order; of many new ones the rest a moment later."""
        known = {card.source: card for card in self.cards}
        for source in known.keys() - set(self.choices.sources):
            card = known.pop(source)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        new = [source for source in self.choices.sources if source not in known]
        known |= {source: self._new_card(source) for source in new[:_AT_ONCE]}
        self.cards = [known[source] for source in self.choices.sources if source in known]
        for place, card in enumerate(self.cards):
            if self._list.indexOf(card) != place:
                self._list.insertWidget(place, card)
        if len(new) > _AT_ONCE:
            self._rest.start()
        self._order_keys()
        self._tell()

    def _order_keys(self) -> None:
        """Have Tab go from card to card, through what is on each of them, and then to the button for more."""
        parts = [part for card in self.cards for part in card.by_keys()]
        for before, part in pairwise([self.more.button, *parts, self.more.button]):
            QWidget.setTabOrder(before, part)

    def _new_card(self, source: Source) -> SourceCard:
        card = SourceCard(source)
        card.chosen.connect(self._choose)
        card.repaired.connect(self._repair)
        card.removed.connect(self._remove)
        card.dragged.connect(self._drag)
        card.let_go.connect(lambda _source: self.changed.emit())
        if source.summary is None:
            self._read(source)
        return card

    def _read(self, source: Source) -> None:
        def take(summary: FileSummary) -> None:
            self._reading.pop(source, None)
            source.take(summary)
            self._tell()

        def refuse(problem: PexError) -> None:
            take(FileSummary(source.file, FileState.UNREADABLE, f"{problem.title} {problem.hint}".strip(), None))

        topic = f"{self._topic} file {id(source)}"
        self._reading[source] = self._submit(summarize_file, FileRequest(source.file), take, refuse, topic)

    def _tell(self) -> None:
        """Show what is another than before, and tell the wizard."""
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        twins = self.choices.twins()
        found = self.plan.sources if self.plan is not None else ()
        planned = dict(zip(self.choices.meant_by(one.source for one in found), found, strict=True))
        for number, card in enumerate(self.cards, 1):
            source, twin = card.source, twins.get(card.source)
            same = f"This trajectory is on the list already, as number {twin}."
            one = planned.get(source)
            problems = one.problems if one is not None else ()
            damage = one.damage if one is not None else ()
            card.show_source(number, same if twin else source.trouble(), (*_warnings(source), *problems), damage)
        self.more.say(bool(self.cards))
        several = len(self.cards) > 1
        order = "Drag to change the order. Where files disagree, the first one wins, or what you choose."
        self.say("Which files should become one?", order if several else "Each file stays as it is until you merge.")
        self.total.setText(self._sum())

    def _sum(self) -> str:
        """All files together, in a sentence."""
        trajectories = [source.chosen() for source in self.choices.sources]
        if len(trajectories) < 2 or None in trajectories:
            return ""
        runs = sum(one.runs for one in trajectories if one is not None)
        stamps = {s.file: s.summary.stamp for s in self.choices.sources if s.summary is not None}
        size = sum(stamp.size for stamp in stamps.values() if stamp is not None)
        names = {frozenset(one.explored) for one in trajectories if one is not None}
        all_of = "Both" if len(trajectories) == 2 else "All"
        same = f"{all_of} explore the same parameters." if len(names) == 1 else "They explore different parameters."
        return f"{text.count(runs, 'run')} in {text.count(len(stamps), 'file')}, {text.size(size)}. {same}"

    # --- what the person does

    def _choose(self, source: Source, group: bytes) -> None:
        source.trajectory = group
        source.repair = False
        self._tell()

    def _repair(self, source: Source, on: bool) -> None:
        source.repair = on
        self._tell()

    def _remove(self, source: Source) -> None:
        at = self.choices.sources.index(source)
        self.choices.sources.remove(source)
        job = self._reading.pop(source, None)
        if job is not None:
            job.cancel()
        self.notice.say("")
        self._fill()
        if self.cards:
            self.cards[min(at, len(self.cards) - 1)].setFocus()
        else:
            self.more.button.setFocus()

    def _step(self, by: int) -> None:
        focus = self.body.focusWidget()
        if focus is None:
            return
        card = next((one for one in self.cards if one is focus or one.isAncestorOf(focus)), None)
        if card is not None and self.choices.move(card.source, self.choices.sources.index(card.source) + by):
            self._fill()
            focus.setFocus()
            self.ensureWidgetVisible(card)

    def _drag(self, source: Source, y: int) -> None:
        place = self.body.mapFromGlobal(QPoint(0, y)).y()
        to = sum(card.geometry().center().y() < place for card in self.cards if card.source is not source)
        self.ensureVisible(0, place, 0, 40)
        if self.choices.move(source, to):
            self._fill()

    def _ask(self) -> None:
        folder = os.path.dirname(self.choices.sources[-1].file) if self.choices.sources else b""
        ask_for_files(self.window(), lambda paths: self.add([(path, b"") for path in paths]), folder)


def _warnings(source: Source) -> tuple[str, ...]:
    """What is odd about a file, apart from what a plan says."""
    trajectory, summary = source.chosen(), source.summary
    if trajectory is None or summary is None:
        return ()
    left = trajectory.runs - trajectory.finished
    kept = "It is kept as it is." if left == 1 else "They are kept as they are."
    unfinished = f"{text.count(left, 'run is', 'runs are')} not marked finished. {kept}" if left > 0 else ""
    return tuple(filter(None, (summary.sentence, unfinished)))


class MoreFiles(QWidget):
    """The dashed place for more files; the whole wizard takes drops, this one says so. ``wanted()`` by its button."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = widgets.label("", "muted")
        self.button = widgets.button("Choose files…", self.wanted.emit, "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addStretch()
        row.addWidget(IconLabel("plus", "muted"))
        row.addWidget(self.words)
        row.addWidget(self.button)
        row.addStretch()
        widgets.repaint_on_theme(self)

    def say(self, some: bool) -> None:
        """Be large and inviting while there is nothing else."""
        self.words.setText("Drop more files here, or" if some else "Drop the files to merge here, or")
        self.setFixedHeight(52 if some else 180)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.mix(c.muted, c.surface, 0.5), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
