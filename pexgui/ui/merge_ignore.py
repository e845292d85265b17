"""What is left out of a merge by its name: a field for names and patterns, and a chip for each."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import text

from . import theme, widgets
from .merge_choices import MergeChoices
from .merge_flow import Flow
from .merge_page import Field


class IgnoreList(QWidget):
    """Names and patterns of what is left out, as chips that can be taken away. ``changed()``."""

    changed = Signal()

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__()
        self._choices = choices
        self._shown: list[str] | None = None
        self.field = Field("Name or pattern to leave out")
        self.field.setPlaceholderText("results.scratch, or results.*.trace")
        self.field.returnPressed.connect(self.add)
        self.button = widgets.button("Leave out", self.add)
        self.field.textChanged.connect(lambda words: self.button.setEnabled(bool(words.strip())))
        self.button.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.chips = QWidget()
        self._flow = Flow(self.chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(widgets.section_title("Leave out"))
        column.addWidget(widgets.label("Names, or patterns with *, of what is not wanted in the result.", "muted"))
        column.addLayout(row)
        column.addWidget(self.chips)

    def add(self) -> None:
        """Leave out what the field says."""
        word = self.field.text().strip()
        self.field.clear()
        if word and word not in self._choices.ignore:
            self._choices.ignore.append(word)
            self.show_list()
            self.changed.emit()

    def remove(self, word: str) -> None:
        """Take something off the list."""
        self._choices.ignore.remove(word)
        self.show_list()
        self.field.setFocus()
        self.changed.emit()

    def show_list(self) -> None:
        """Show what is on the list."""
        if self._shown == self._choices.ignore:
            return
        self._shown = list(self._choices.ignore)
        self._flow.clear()
        before = self.button
        for word in self._shown:
            name = text.printable(word, 60)
            chip = widgets.button(name, lambda word=word: self.remove(word), "", "close")  # type: ignore[misc]
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            chip.setText(f"{name} ")
            chip.setFont(theme.mono())
            chip.setAccessibleName(f"Do not leave out {name} any more")
            self._flow.addWidget(chip)
            self.setTabOrder(before, chip)
            before = chip
        self.chips.setVisible(bool(self._shown))
