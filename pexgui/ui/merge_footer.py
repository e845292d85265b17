"""The foot of the merge wizard: what is missing, and the buttons that lead on, back and out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from . import widgets


class Footer(QWidget):
    """Undo at the far left; a sentence, and the buttons at the right, the one that leads on last."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(54)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.undo = widgets.button("Undo", lambda: None, "", "undo")
        self.words = widgets.label("", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.show_in_folder = widgets.button("Show in folder", lambda: None, "", "folder")
        self.cancel = widgets.button("Cancel", lambda: None)
        self.back = widgets.button("Back", lambda: None)
        self.next = widgets.button("Continue", lambda: None, "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 24, 8)
        row.setSpacing(8)
        row.addWidget(self.undo)
        row.addWidget(self.words, 1)
        row.addSpacing(6)
        for part in (self.show_in_folder, self.cancel, self.back, self.next):
            row.addWidget(part)

    def show_step(self, words: str, back: bool, trouble: str) -> None:
        """A page on the way: what leads on, whether there is a way back, and what is missing."""
        self._show(self.cancel, self.back, self.next)
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(True)
        self.back.setEnabled(back)
        self._lead_on(words, not trouble)
        self.say(trouble)

    def show_running(self, late: bool) -> None:
        """A merge is under way, and can be stopped unless it is too late."""
        self._show(self.cancel)
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(not late)
        self.say("")

    def show_done(self, result: bool, undo: bool) -> None:
        """A merge is done, or was undone."""
        self._show(self.cancel, *((self.next, self.show_in_folder) if result else ()), *((self.undo,) if undo else ()))
        _name(self.cancel, "Close")
        self.cancel.setEnabled(True)
        for each in (self.undo, self.show_in_folder):
            each.setEnabled(True)
        self._lead_on("Open", True)
        self.say("")

    def show_undoing(self) -> None:
        """What was merged is being undone."""
        for each in (self.undo, self.next, self.show_in_folder):
            each.setEnabled(False)
        self.say("Putting everything back…")

    def say(self, sentence: str) -> None:
        """Show what is missing."""
        self.words.setText(widgets.breakable(sentence))
        self.next.setAccessibleDescription(sentence)

    def _show(self, *shown: QPushButton) -> None:
        for each in (self.undo, self.show_in_folder, self.cancel, self.back, self.next):
            each.setVisible(each in shown)

    def _lead_on(self, words: str, possible: bool) -> None:
        _name(self.next, words)
        self.next.setEnabled(possible)


def _name(button: QPushButton, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words)
