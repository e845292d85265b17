"""The second page of the merge wizard: what becomes of equal points, and of parameters that a file does not have."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from pexgui.core import MergePlan, text

from . import widgets
from .merge_choices import MergeChoices
from .merge_missing import MissingList
from .merge_overlap import OverlapPicture
from .merge_page import ChoiceCard, MergePage, Picker, Strip
from .merge_problem import Where, trouble_on
from .merge_words import listed, source_names

_FEW = 3
_NO_TRIALS = "No explored parameter counts trials from 0 on in every file."


class RunsPage(MergePage):
    """Take every run, each point once, or equal points as trials; and values for what is missing."""

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Runs", choices)
        self.overlap = OverlapPicture()
        self.quiet = Strip("info")
        self.trial = Picker("Parameter that counts the trials")
        self.trial.activated.connect(lambda _row: self._chosen())
        picker = QWidget()
        row = QHBoxLayout(picker)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(8)
        row.addWidget(widgets.label("Counted by", "muted"))
        self.trial.setMinimumWidth(220)
        row.addWidget(self.trial)
        row.addStretch()
        self.every = ChoiceCard("Take every run")
        self.once = ChoiceCard("Take each point once")
        self.trials = ChoiceCard("Keep equal points as trials", "", picker)
        self.group = QButtonGroup(self)
        self.missing = MissingList(choices)
        self.missing.changed.connect(self.changed)
        self.column.addWidget(self.overlap)
        self.column.addWidget(self.quiet)
        for card in (self.every, self.once, self.trials):
            self.group.addButton(card.radio)
            self.column.addWidget(card)
        self.column.addWidget(self.missing)
        self.column.addStretch(1)
        self.every.radio.setChecked(True)
        self.group.buttonClicked.connect(lambda _button: self._chosen())
        self.show_plan(None)

    def show_plan(self, plan: MergePlan | None) -> None:
        self.missing.show_plan(plan)
        for card in (self.every, self.once, self.trials):
            card.setVisible(plan is not None)
        if plan is None:
            self.say("Looking through the files", "Which points they have, and where they disagree.")
            self.overlap.hide()
            self.quiet.say("")
            return
        self._show_head(plan)
        self._show_cards(plan)

    def trouble(self) -> str:
        return trouble_on(Where.RUNS, self.plan)

    def note(self) -> str:
        if self.choices.trial:
            return f"Trials by {self.choices.trial.rpartition('.')[2]}"
        return "Each point once" if self.choices.once else "Every run"

    # --- within

    def _show_head(self, plan: MergePlan) -> None:
        points = [source.points for source in plan.sources]
        two, repeated = len(points) == 2, _every(plan) - sum(points)
        both = plan.surplus - repeated if two else plan.shared
        what = "in both files" if two else "in more than one run"
        title = f"{text.count(both, 'point is', 'points are')} {what}" if both else f"No point is {what}"
        self.say(title, _what_a_point_is(plan))
        self.overlap.setVisible(two)
        if two:
            names = source_names(plan, endings=False)
            self.overlap.show_overlap((names[0], names[1]), (points[0], points[1]), both)
        again = f"{text.count(repeated, 'run repeats', 'runs repeat')} a point of the same file."
        varied = [one for one in plan.parameters if one.why and "every source" not in one.why]
        told = [f"{one.name} becomes explored: it {_because(one.why)}." for one in varied[:_FEW]]
        more = len(varied) - _FEW
        rest = f"{text.count(more, 'more parameter becomes', 'more parameters become')} explored." if more > 0 else ""
        self.quiet.say(" ".join(filter(None, [again if repeated else "", *told, rest])))

    def _show_cards(self, plan: MergePlan) -> None:
        total, shared, surplus = _every(plan), plan.shared, plan.surplus
        points = "The point appears" if shared == 1 else f"The {shared:,} points appear"
        again = f"{points} more than once in the result, each run with its own number."
        self.every.say(again if shared else "All of them, under new numbers.", text.count(total, "run"))
        kept = "Of runs with equal points a finished one is kept, otherwise the first one."
        self.once.say(kept, text.count(total - surplus, "run"))
        self.once.setVisible(bool(surplus) or self.choices.once)
        names = list(plan.trials)
        if [self.trial.itemData(row) for row in range(self.trial.count())] != names:
            self.trial.clear()
            for name in names:
                self.trial.addItem(name, name)
        if self.choices.trial in names:
            self.trial.setCurrentIndex(names.index(self.choices.trial))
        goes_on = "Later files go on counting where earlier ones stopped, so that none is equal."
        self.trials.say(goes_on if names else _NO_TRIALS, text.count(total, "run") if names else "")
        self.trials.offer(bool(names) or bool(self.choices.trial))
        self.trials.setVisible(bool(surplus) or bool(names))

    def _chosen(self) -> None:
        self.choices.once = self.once.radio.isChecked()
        self.choices.trial = (self.trial.currentData() or "") if self.trials.radio.isChecked() else ""
        self.changed.emit()


def _every(plan: MergePlan) -> int:
    """How many runs there are when every run is taken."""
    return plan.runs + (plan.surplus if plan.request.once and not plan.request.trial else 0)


def _what_a_point_is(plan: MergePlan) -> str:
    example = next((one.point for source in plan.sources for one in source.dropped if one.point), "")
    if example:
        return f"A point is one combination of explored values, for example {example}."
    names = listed(one.name.rpartition(".")[2] for one in plan.parameters)
    return f"A point is one combination of the explored values: {names}." if names else ""


def _because(why: str) -> str:
    return f"is {why}" if why.startswith("explored") else why
