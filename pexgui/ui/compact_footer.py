"""The foot of the compact dialog: what is saved at the left, what can be done at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from pexgui.core import text

from . import widgets
from .compact_choices import Total
from .compact_labels import ColorLabel


class Footer(QWidget):
    """A total or a sentence, and the buttons, the one that leads on last."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(54)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.before, self.after = ColorLabel("muted"), ColorLabel("text", 600)
        self.saves = ColorLabel("ok")
        self.words = widgets.label("", "muted", wrap=True)
        self.back = widgets.button("Back", lambda: None)
        self.hide_button = widgets.button("Hide", lambda: None)
        self.cancel = widgets.button("Cancel", lambda: None)
        self.go_on = widgets.button("Go on", lambda: None)
        self.stop = widgets.button("Stop", lambda: None)
        self.next = widgets.button("Compact", lambda: None, "primary")
        self.buttons: tuple[QPushButton, ...] = (
            self.back, self.hide_button, self.cancel, self.go_on, self.stop, self.next)  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(8)
        for part in (self.before, self.after, self.saves):
            row.addWidget(part)
        row.addWidget(self.words, 1)
        row.addSpacing(6)
        for button in self.buttons:
            row.addWidget(button)

    def show_files(self, total: Total, trouble: str) -> None:
        """The files are being chosen: what they save together, or why nothing can be done."""
        self._show(self.cancel, self.next)
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(True)
        _name(self.next, f"Compact {text.count(total.files, 'file')}" if total.files else "Compact")
        self.next.setEnabled(not trouble)
        self.next.setAccessibleDescription(trouble)
        self._say(trouble)
        self._total(None if trouble else total)

    def show_running(self, saved: str, stopping: bool) -> None:
        """Files are being compacted."""
        self._show(self.hide_button, self.cancel)
        _name(self.cancel, "Cancel")
        self.cancel.setEnabled(not stopping)
        self._say("")
        self._total(None)
        self.saves.setText(saved)

    def ask(self, left: int) -> None:
        """Somebody wants to leave while files are being compacted."""
        self._show(self.hide_button, self.go_on, self.stop)
        rest = f" {text.count(left, 'file is', 'files are')} not begun then." if left else ""
        self._say(f"Stop now? The file in work stays as it was.{rest}")
        self._total(None)

    def show_done(self, total: Total, busy: bool) -> None:
        """All is over."""
        self._show(self.back, self.cancel)
        _name(self.cancel, "Close")
        for button in (self.back, self.cancel):
            button.setEnabled(not busy)
        self._say("Putting the file back…" if busy else "")
        self._total(total if total.files and not busy else None)

    def _show(self, *shown: QPushButton) -> None:
        for button in self.buttons:
            button.setVisible(button in shown)

    def _say(self, sentence: str) -> None:
        right = self.next.isVisibleTo(self)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.words.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.words.setText(widgets.breakable(sentence))

    def _total(self, total: Total | None) -> None:
        known = total is not None and total.files > 0
        self.before.setText(f"{text.size(total.before)}  →" if total is not None and known else "")
        self.after.setText(text.size(total.after) if total is not None and known else "")
        self.saves.setText(_saves(total) if total is not None and known else "")


def _saves(total: Total) -> str:
    return f"saves {text.size(max(0, total.before - total.after))} in {text.count(total.files, 'file')}"


def _name(button: QPushButton, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words)
