"""The third page of the merge wizard: where the files disagree, what to leave out, and what is not taken over."""

from collections.abc import Iterator

from PySide6.QtCore import Signal

from pexgui.core import Conflict, Fact, MergePlan, Side, text

from . import widgets
from .merge_choices import MergeChoices
from .merge_conflicts import Conflicts, fixed
from .merge_ignore import IgnoreList
from .merge_left_out import LeftOut
from .merge_page import MergePage
from .merge_problem import Where, trouble_on
from .merge_words import by_name, source_names
from .notices import WarningStrip

_ALL = "Everything outside of the runs is taken over"


class DetailsPage(MergePage):
    """Conflicts, the ignore list, problems of the files, everything left out, and notes.

    ``compare_wanted(sides)``: what differs is to be seen in full.
    """

    compare_wanted = Signal(object)

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Details", choices)
        self.conflicts = Conflicts(choices)
        self.problems = WarningStrip("Problems found in the files")
        self.ignore = IgnoreList(choices)
        self.runs = LeftOut(("run is left out", "runs are left out"))
        self.left_out = LeftOut(("thing is not taken over", "things are not taken over"), _ALL)
        self.notes = widgets.label("", "muted", wrap=True)
        self._parts = (self.problems, self.conflicts, self.ignore, self.runs, self.left_out, self.notes)
        for part in self._parts:
            self.column.addWidget(part)
        self.column.addStretch(1)
        for each in (self.conflicts, self.ignore):
            each.changed.connect(self.changed)
        self.conflicts.compare_wanted.connect(self._compare)
        self.show_plan(None)

    def show_plan(self, plan: MergePlan | None) -> None:
        if plan is None:
            for part in self._parts:
                part.hide()
            self.say("Looking through the files", "Which points they have, and where they disagree.")
            return
        conflicts, names = by_name(plan.conflicts), source_names(plan)
        if conflicts:
            self.say("Where the files disagree", _usual(conflicts))
        else:
            self.say("The files do not disagree", "Nothing outside of the runs differs between them.")
        self.conflicts.setVisible(bool(conflicts))
        self.conflicts.show_conflicts(conflicts, source_names(plan, endings=False))
        self.ignore.show()
        self.ignore.show_list()
        named = zip(names, plan.sources, strict=True)
        self.problems.set_sentences([f"{name}: {words}" for name, source in named for words in source.problems])
        self.runs.show_facts(tuple(_dropped(plan)), sum(source.runs - source.taken for source in plan.sources))
        self.left_out.show_facts(plan.left_out, len(plan.left_out))
        self.notes.setText(widgets.breakable("\n".join(plan.notes)))
        self.notes.setVisible(bool(plan.notes))

    def trouble(self) -> str:
        return trouble_on(Where.DETAILS, self.plan)

    def note(self) -> str:
        count = len(by_name(self.plan.conflicts)) if self.plan is not None else 0
        return f"{count:,} settled" if count else "No differences"

    def _compare(self, one: Conflict) -> None:
        """Compare something where it is different, in at most as many files as fit beside each other."""
        below = one.name.encode("utf-8", "surrogateescape").replace(b".", b"/")
        assert self.plan is not None
        found = (source.source for source, value in zip(self.plan.sources, one.values, strict=True) if value)
        sides = [Side(each.file, each.trajectory, b"", each.trajectory + b"/" + below) for each in found]
        self.compare_wanted.emit(sides)


def _usual(conflicts: tuple[Conflict, ...]) -> str:
    if all(map(fixed, conflicts)):
        return "What pypet notes about itself is that of the first file. Everything else is taken over."
    them = "it" if len(conflicts) == 1 else "any of them"
    return f"{text.count(len(conflicts), 'line is', 'lines are')} settled. Change {them}."


def _dropped(plan: MergePlan) -> Iterator[Fact]:
    """Runs that are not taken; of very many only those that a plan tells of."""
    for name, source in zip(source_names(plan), plan.sources, strict=True):
        for one in source.dropped:
            yield Fact(f"{one.run} of {name}", f"{one.why} ({one.point})" if one.point else one.why)
        more = source.runs - source.taken - len(source.dropped)
        if more > 0:
            yield Fact(f"{more:,} more of {name}", "for the same reasons")
