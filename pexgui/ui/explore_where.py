"""Where a new trajectory goes: its name, a comment and its file, asked for before it is made."""

import os

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import ExplorePlan, text

from . import explore_words as words
from . import theme, widgets
from .asking import ask_where_to_save
from .compact_labels import ColorLabel
from .merge_choices import shown_path
from .merge_page import Field, Strip

_KINDS = "HDF5 files (*.hdf5);;HDF5 files (*.h5);;All files (*)"
_ENDING = b".hdf5"


class WhereDialog(QDialog):
    """``changed()``: another name, comment or file was put; ``create_wanted()``: it is to be made as it is shown.

    ``name``, ``comment`` and ``target`` are what was put. The file is named after the trajectory as long as no other
    name was chosen for it.
    """

    changed = Signal()
    create_wanted = Signal()

    def __init__(self, name: str, comment: str, folder: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Create an exploration")
        self.setAccessibleName("Create an exploration")
        self.setModal(True)
        self._folder, self._chosen = folder, b""
        self.name_field, self.comment_field = Field("Name of the trajectory"), Field("Comment")
        self.name_field.setText(name)
        self.comment_field.setText(comment)
        self.path = widgets.ElidedLabel("", "", Qt.TextElideMode.ElideMiddle)
        self.path.setLabelFont(theme.mono())
        self.choose = widgets.button("Choose…", self._ask)
        self.choose.setAccessibleName("Choose where the new file goes")
        self.there = Strip("warning", "warn")
        self.trouble = Strip("warning", "bad")
        self.space = ColorLabel("muted")
        self.cancel = widgets.button("Cancel", self.reject)
        self.create_button = widgets.button("Create", self.create_wanted.emit, "primary")
        self._build()
        for field in (self.name_field, self.comment_field):
            field.textEdited.connect(lambda _text: self._edited())
        self._edited()
        self.name_field.selectAll()

    def name(self) -> str:
        return self.name_field.text().strip()

    def comment(self) -> str:
        return self.comment_field.text()

    def target(self) -> bytes:
        """The file that is to be made."""
        if self._chosen:
            return self._chosen
        name = self.name().replace("/", "_") or "exploration"
        return os.path.join(self._folder, os.fsencode(name) + _ENDING)

    def replaces(self) -> bool:
        """Whether there is a file already that gives way."""
        return os.path.lexists(self.target())

    def write_to(self, path: bytes) -> None:
        """Have the file be this one."""
        self._chosen = path
        self._edited()

    def show_plan(self, plan: ExplorePlan | None, trouble: str) -> None:
        """Show what a plan with this name and file says; None as long as there is none."""
        known = plan is not None and plan.request.name == self.name() and plan.request.target == self.target()
        said = trouble or ("" if self.name() else "Give the trajectory a name.")
        self.trouble.say(said)
        ready = plan is not None and known and not said and plan.runs > 0
        widgets.restyle(self.create_button, "role", "primary" if ready else "")
        self.create_button.setEnabled(ready)
        if plan is not None:
            runs = text.count(plan.runs, "run")
            self.create_button.setText(f"Create {runs}")
            self.create_button.setAccessibleName(f"Create {runs}")
            self.space.setText(f"Expected size: {words.expected_size(plan)}" if plan.size is not None else "")
            self.space.set_role("bad" if words.too_large(plan) else "muted")
        self._fit()

    def _edited(self) -> None:
        self.path.setText(shown_path(self.target()))
        name = text.printable(os.path.basename(self.target()), 80)
        self.there.say(f"“{name}” is there already. The new file takes its place." if self.replaces() else "")
        self.show_plan(None, "")
        self.changed.emit()

    def _ask(self) -> None:
        ask_where_to_save(self, "Where the new file goes", os.fsdecode(self.target()), _KINDS, self.write_to)

    def _build(self) -> None:
        title = widgets.label("Create an exploration", "title")
        sentence = widgets.label(words.ONLY_WRITTEN, "muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(self.choose)
        for row, key in enumerate(("Name", "Comment", "File")):
            grid.addWidget(widgets.label(key, "muted"), row, 0)
        grid.addWidget(self.name_field, 0, 1)
        grid.addWidget(self.comment_field, 1, 1)
        grid.addLayout(line, 2, 1)
        grid.setColumnMinimumWidth(0, 72)
        surface = QWidget()
        surface.setProperty("role", "surface")
        surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(surface)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(sentence)
        column.addSpacing(4)
        column.addLayout(grid)
        for part in (self.there, self.trouble, self.space):
            column.addWidget(part)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 12)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.create_button)
        self.create_button.setDefault(True)
        self.cancel.setAutoDefault(False)
        self.choose.setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(surface, 1)
        whole.addWidget(widgets.hairline())
        whole.addLayout(foot)
        self.setMinimumWidth(560)
        self.resize(600, 300)

    def _fit(self) -> None:
        """Be as high as the words need."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(300, self.sizeHint().height(), self.heightForWidth(self.width())))


def free_name(folder: bytes, name: str, number: int = 1) -> tuple[bytes, str]:
    """A file in ``folder`` that is not there yet, and the name of the trajectory in it: ``name``, from the second one
    on with its number."""
    while True:
        proposed = f"{name}_{number}" if number > 1 else name
        target = os.path.join(folder, os.fsencode(proposed.replace("/", "_")) + _ENDING)
        if not os.path.lexists(target):
            return target, proposed
        number += 1
