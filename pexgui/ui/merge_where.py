"""The fourth page of the merge wizard: where the result goes, and what becomes of the files that were merged."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import MergePlan, Sources, text

from . import theme, widgets
from .asking import ask_where_to_save
from .checks import Check
from .merge_choices import MergeChoices, cut, shown_path
from .merge_page import ChoiceCard, MergePage, SpaceBar, Strip

_KINDS = "HDF5 files (*.hdf5);;HDF5 files (*.h5);;All files (*)"


class WherePage(MergePage):
    """A new file or the first one, with a backup; the sources stay, are put away or deleted; and the space needed."""

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Where", choices)
        self.path = widgets.ElidedLabel("", "", Qt.TextElideMode.ElideMiddle)
        self.path.setLabelFont(theme.mono())
        self.choose = widgets.button("Choose…", self._ask)
        self.choose.setAccessibleName("Choose where the new file goes")
        self.there = Strip("warning", "warn")
        self.keep_there = Check("Keep that file as a backup beside it")
        self.keep_first = Check("Keep the file as it is now as a backup beside it")
        self.new = ChoiceCard(
            "Into a new file", "Beside the first file, unless you choose another place.", self._place()
        )
        self.first = ChoiceCard("Into the first file", "", self.keep_first)
        self.delete = Check("Delete them instead; that cannot be undone")
        self.stay = ChoiceCard("The merged files stay where they are", "They are only read, never changed.")
        self.away = ChoiceCard("The merged files are put away", "", self.delete)
        self.bar, self.space = SpaceBar(), widgets.label("", "small")
        self.full = Strip("warning", "bad")
        self._build()
        self._connect()
        self.show_plan(None)

    def show_plan(self, plan: MergePlan | None) -> None:
        choices = self.choices
        name = cut(choices.sources[0].name()) if choices.sources else "the first file"
        result = choices.result()
        self.say("Where should the result go?", "It takes its place only after it has been read back and checked.")
        self.path.setText(shown_path(result) if not choices.in_place else shown_path(choices.proposed()))
        self.first.say(f"{name} is replaced by the result, and the trajectory in it has all the runs then.")
        exists = not choices.in_place and os.path.lexists(result)
        sentence = f"“{text.printable(os.path.basename(result), 80)}” is there already. The result takes its place."
        self.there.say(sentence if exists else "")
        self.keep_there.setVisible(exists)
        for check in (self.keep_there, self.keep_first):
            check.setChecked(choices.backup)
        others = "All but the first" if choices.in_place else "They"
        if choices.after is Sources.DELETE:
            self.away.say(f"{others} are deleted once the result has been checked. Nothing brings them back.")
        else:
            self.away.say(f"{others} are moved into a folder beside the result. Undo brings them back.")
        self._show_space(plan)

    def trouble(self) -> str:
        found = self.choices.where_trouble()
        if not found and _too_much(self.plan):
            return "There is not enough room. Choose another place to continue."
        return found

    def note(self) -> str:
        if self.choices.in_place:
            return "Into the first file"
        return text.printable(os.path.basename(self.choices.result()), 120)

    # --- how it is built

    def _place(self) -> QWidget:
        """The path of the new file, and what is said about it."""
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(self.choose)
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.there)
        column.addWidget(self.keep_there)
        return place

    def _build(self) -> None:
        self.targets, self.afters = QButtonGroup(self), QButtonGroup(self)
        for group, cards in ((self.targets, (self.new, self.first)), (self.afters, (self.stay, self.away))):
            for card in cards:
                group.addButton(card.radio)
                self.column.addWidget(card)
            if group is self.targets:
                self.column.addSpacing(6)
                self.column.addWidget(widgets.section_title("Afterwards"))
        self.new.radio.setChecked(True)
        self.stay.radio.setChecked(True)
        space = QHBoxLayout()
        space.setSpacing(12)
        space.addWidget(self.bar)
        space.addWidget(self.space, 1)
        self.column.addSpacing(4)
        self.column.addLayout(space)
        self.column.addWidget(self.full)
        self.column.addStretch(1)

    def _connect(self) -> None:
        for group in (self.targets, self.afters):
            group.buttonClicked.connect(lambda _button: self._chosen())
        self.delete.clicked.connect(lambda _on: self._chosen())
        for check in (self.keep_there, self.keep_first):
            check.clicked.connect(self._keep)

    # --- within

    def _show_space(self, plan: MergePlan | None) -> None:
        known = plan is not None and plan.free > 0
        for part in (self.bar, self.space):
            part.setVisible(known)
        self.full.say("")
        if plan is None or not known:
            return
        self.bar.show_space(plan.needed, plan.free)
        self.space.setText(f"{text.size(plan.needed)} needed of {text.size(plan.free)} free")
        if _too_much(plan):
            missing = text.size(plan.needed - plan.free)
            self.full.say(f"There is not enough room: {missing} are missing. Choose another place.")

    def _chosen(self) -> None:
        self.choices.in_place = self.first.radio.isChecked()
        away = Sources.DELETE if self.delete.isChecked() else Sources.PUT_AWAY
        self.choices.after = away if self.away.radio.isChecked() else Sources.KEEP
        self.changed.emit()

    def _keep(self, on: bool) -> None:
        self.choices.backup = on
        self.changed.emit()

    def _ask(self) -> None:
        path = os.fsdecode(self.choices.target or self.choices.proposed())
        ask_where_to_save(self.window(), "Where the result goes", path, _KINDS, self.write_to)

    def write_to(self, path: bytes) -> None:
        """Have the result written to ``path``."""
        self.choices.target = path
        self.changed.emit()


def _too_much(plan: MergePlan | None) -> bool:
    return plan is not None and 0 < plan.free < plan.needed
