"""Parameters that some files of a merge do not have: a line for each, with a field for the value."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import MergePlan, Missing, text

from . import theme, widgets
from .merge_choices import MergeChoices, Source
from .merge_page import Field
from .merge_problem import refused_values
from .merge_words import source_names

_MOST = 60
"""So many lines with a field are shown; the others are counted."""


class MissingList(QWidget):
    """Parameters that some files do not have: a line for each file without one, with a field for the value.

    ``changed()``: a value was given. The fields stay as long as the same values are missing, so that nobody who types
    is interrupted.
    """

    changed = Signal()

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__()
        self._choices = choices
        self._shown: list[tuple[str, Source]] = []
        self._defaults: list[str] = []
        self._names: dict[Source | None, str] = {}
        self.fields: list[Field] = []
        self.title = widgets.section_title("")
        words = "Runs of such a file need a value, as if it had been set there. Nothing is invented: choose it."
        self.all = widgets.button("Use the values of the other files", self.use_all, "link")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 10, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        self._column.addWidget(widgets.label(words, "muted", wrap=True))
        self._grid: QWidget | None = None
        self.hide()

    def show_plan(self, plan: MergePlan | None) -> None:
        """Show what is missing according to a plan."""
        if plan is None:
            return
        sources = self._choices.meant_by(one.source for one in plan.sources)
        told = [(one, sources[number]) for one in plan.missing for number in one.sources]
        lines = [(one, source) for one, source in told if source is not None]
        shown = [(one.name, source) for one, source in lines]
        self._names = dict(zip(sources, source_names(plan), strict=True))
        self._defaults = [one.value for one, _source in lines]
        if shown != self._shown:
            self._shown = shown
            self._fill(lines)
        self._mark(plan)
        count = len(plan.missing)
        self.title.setText(f"{text.count(count, 'parameter is', 'parameters are')} missing in some files")
        self.setVisible(bool(count))

    def _mark(self, plan: MergePlan) -> None:
        """Mark the fields of which the value is none that the parameter can have."""
        refused = refused_values(plan)
        for (name, source), field in zip(self._shown, self.fields, strict=False):
            given = bool(self._choices.fills.get((name, source)))
            field.set_wrong(given and name in refused and source.name() in plan.problem)

    def _fill(self, lines: list[tuple[Missing, Source]]) -> None:
        old = self._grid
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 3)
        self.fields = []
        keys: list[QWidget] = [self.all]
        for row, (one, source) in enumerate(lines[:_MOST]):
            name = widgets.ElidedLabel(one.name, "", Qt.TextElideMode.ElideMiddle)
            name.setLabelFont(theme.mono())
            grid.addWidget(name, row, 0)
            without = widgets.ElidedLabel(f"not in {self._names[source]}", "muted", Qt.TextElideMode.ElideMiddle)
            grid.addWidget(without, row, 1)
            field = self._field(row, one, source)
            grid.addWidget(field, row, 2)
            use = widgets.button("Use it", lambda row=row: self._use(row), "link")  # type: ignore[misc]
            use.setAccessibleName(f"Use {one.value} for {one.name} in {self._names[source]}")
            grid.addWidget(use, row, 3)
            keys += [field, use]
        more = len(lines) - _MOST
        if more > 0:
            grid.addWidget(widgets.label(f"And {more:,} more, which the link above is for.", "muted"), _MOST, 0, 1, 4)
        self._column.addWidget(self._grid)
        for before, after in pairwise(keys):
            self.setTabOrder(before, after)

    def _field(self, row: int, one: Missing, source: Source) -> Field:
        field = Field(f"Value of {one.name} for {self._names[source]}")
        field.setFixedWidth(170)
        field.setPlaceholderText(f"{text.printable(one.value, 20)} elsewhere")
        known = self._choices.fills.get((one.name, source))
        if known is not None:
            field.setText(known or one.value)
        field.textEdited.connect(lambda words: self._give(row, words))
        self.fields.append(field)
        return field

    def _give(self, row: int, words: str) -> None:
        """A value was typed; without one there is none."""
        key = self._shown[row]
        if words.strip():
            self._choices.fills[key] = words
        else:
            self._choices.fills.pop(key, None)
        self.changed.emit()

    def _use(self, row: int) -> None:
        """Take the value of the first file that has it, exactly and not as it is shown."""
        self._choices.fills[self._shown[row]] = ""
        self._show_default(row)
        self.changed.emit()

    def use_all(self) -> None:
        """Take the values of the other files wherever none was given."""
        for row, key in enumerate(self._shown):
            if key not in self._choices.fills:
                self._choices.fills[key] = ""
                self._show_default(row)
        self.changed.emit()

    def _show_default(self, row: int) -> None:
        if row < len(self.fields):
            self.fields[row].setText(self._defaults[row])
