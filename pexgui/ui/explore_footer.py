"""The foot of the exploration dialog: values from a file at the left, what can be done at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from . import widgets

PYPET, RUN = "pypet", "run"
"""The script that makes the exploration with pypet, and the one that runs it here."""


class ExploreFooter(QWidget):
    """``script_wanted(which, save)``: a script is to be copied, or saved."""

    script_wanted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(54)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.load = widgets.button("Load values from file…", lambda: None, "flat", "folder")
        self.words = widgets.label("", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = widgets.button("Cancel", lambda: None)
        self.script = widgets.button("Copy as script", lambda: None, "", "copy")
        self.menu = self._menu()
        self.script.setMenu(self.menu)
        self.go_on = widgets.button("Go on", lambda: None)
        self.stop = widgets.button("Stop", lambda: None)
        self.folder = widgets.button("Show in folder", lambda: None)
        self.to_do = widgets.button("Runs to do…", lambda: None)
        self.next = widgets.button("Create…", lambda: None, "primary")
        self.buttons: tuple[QPushButton, ...] = (
            self.cancel, self.go_on, self.stop, self.script, self.folder, self.to_do, self.next)  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 24, 8)
        row.setSpacing(8)
        row.addWidget(self.load)
        row.addWidget(self.words, 1)
        row.addSpacing(6)
        for button in self.buttons:
            row.addWidget(button)

    def show_design(self, accent: str, reason: str, ready: bool, some: bool) -> None:
        """A design is being made: what the last button does, or why it cannot be done yet."""
        self._show(self.cancel, self.script, self.next)
        self.load.show()
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(True)
        _name(self.next, accent)
        self.next.setEnabled(ready)
        self.next.setAccessibleDescription(reason)
        self.script.setEnabled(ready or some)
        self._say(reason)

    def show_running(self, stopping: bool) -> None:
        """Runs are being made."""
        self._show(self.cancel)
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(not stopping)
        self._say("Stopping…" if stopping else "")

    def ask(self, extend: bool) -> None:
        """Somebody wants to leave while runs are being made."""
        self._show(self.go_on, self.stop)
        self._say(f"Stop now? {'The file stays as it was.' if extend else 'No file is left behind.'}")

    def show_done(self) -> None:
        """All is over."""
        self._show(self.cancel, self.folder, self.to_do, self.next)
        _name(self.cancel, "Close")
        self.cancel.setEnabled(True)
        _name(self.next, "Open")
        self.next.setEnabled(True)
        self.next.setAccessibleDescription("")
        self._say("")

    def tell(self, sentence: str) -> None:
        """Say what was done."""
        self._say(sentence)

    def _show(self, *shown: QPushButton) -> None:
        self.load.setVisible(False)
        for button in self.buttons:
            button.setVisible(button in shown)

    def _say(self, sentence: str) -> None:
        self.words.setText(widgets.breakable(sentence))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for words, which, save in (
            ("Copy script for pypet", PYPET, False),
            ("Save script for pypet…", PYPET, True),
            ("Copy script that runs it here", RUN, False),
            ("Save script that runs it here…", RUN, True),
        ):
            if words.startswith("Copy script that"):
                menu.addSeparator()
            action = menu.addAction(words)
            action.triggered.connect(lambda _on=False, which=which, save=save: self.script_wanted.emit(which, save))
        return menu


def _name(button: QPushButton, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words.rstrip("…"))
