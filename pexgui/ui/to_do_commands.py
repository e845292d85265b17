"""The commands that run the open runs, to copy, and the script they need, to save."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pexgui.core import RunsToDo

from . import theme, widgets
from . import to_do_words as words
from .compact_labels import ColorLabel
from .notices import IconLabel

HERE, ARRAY = range(2)
_LINES = 5
_MOMENT = 2000
"""Milliseconds for which it is said that something was copied."""


class CommandBox(QPlainTextEdit):
    """A text to read and copy, in a sunken box; copying without a selection takes all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.document().setDocumentMargin(8)
        self.setFont(theme.mono())
        self.setFixedHeight(_LINES * QFontMetrics(theme.mono()).lineSpacing() + 20)
        theme.changed.connect(self._dress)
        self._dress()

    def say(self, command: str, wrapped: bool) -> None:
        """Show a command; with ``wrapped`` its lines go on below where they are too long, else they scroll."""
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrapped else mode.NoWrap)
        if command != self.toPlainText():
            self.setPlainText(command)

    def copy_all(self) -> None:
        """Put the text on the clipboard, as it is."""
        QGuiApplication.clipboard().setText(self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and not self.textCursor().hasSelection():
            self.copy_all()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        c = theme.colors()
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: {c.sunken.name()}; border-color: {c.sunken.name()}; }}"
            f"QPlainTextEdit:focus {{ border-color: {c.accent.name()}; }}"
        )


class Commands(QWidget):
    """Both commands, one at a time. ``save_wanted()``: the script is to be saved."""

    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._found: RunsToDo | None = None
        self.ways = widgets.SegmentedTabs(words.WAYS, "Where the runs are to be run")
        self.box = CommandBox()
        self.copied = ColorLabel("muted")
        self.copy_button = widgets.button(words.COPY[HERE], self.copy, icon="copy")
        self.meaning = widgets.label("", "muted", wrap=True)
        self.script = widgets.label("", "muted", wrap=True)
        self._fine, self._elsewhere = IconLabel("check", "ok"), IconLabel("warning", "warn")
        self.save_button = widgets.button(words.SAVE, self.save_wanted.emit, icon="download")
        self._moment = QTimer(self, singleShot=True, interval=_MOMENT)
        self._moment.timeout.connect(lambda: self.copied.setText(""))
        self.ways.chosen.connect(lambda _way: self._show())
        self._build()

    def show_found(self, found: RunsToDo) -> None:
        """Show the commands for these runs, whose script is still to be saved."""
        self._found = found
        self.show_saved(None)
        self._show()

    def show_saved(self, file: bytes | None) -> None:
        """Say where the script was saved; None as long as it is not."""
        if self._found is None:
            return
        there = file is not None and words.in_place(self._found, file)
        self._fine.setVisible(there)
        self._elsewhere.setVisible(file is not None and not there)
        told = words.needed(self._found) if file is None else words.saved(self._found, file)
        self.script.setText(widgets.breakable(told))
        widgets.restyle(self.script, "role", "muted" if file is None else "")
        self._name_save(words.SAVE if file is None else words.SAVE_AGAIN)

    def show_saving(self, saving: bool) -> None:
        """The script is being saved, or no longer."""
        self.save_button.setEnabled(not saving)

    def copy(self) -> None:
        """Put the command that is shown on the clipboard."""
        self.box.copy_all()
        self.copied.setText("Copied")
        self._moment.start()

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.ways)
        first.addStretch(1)
        first.addWidget(self.copied)
        first.addWidget(self.copy_button)
        script = QHBoxLayout()
        script.setSpacing(6)
        for sign in (self._fine, self._elsewhere):
            script.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        script.addWidget(self.script, 1)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.meaning)
        told.addLayout(script)
        last = QHBoxLayout()
        last.setSpacing(16)
        last.addLayout(told, 1)
        last.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 14)
        column.setSpacing(10)
        column.addLayout(first)
        column.addWidget(self.box)
        column.addLayout(last)

    def _show(self) -> None:
        found, way = self._found, self.ways.current()
        if found is None:
            return
        self.box.say((found.here, found.array)[way], way == HERE)
        self.box.setAccessibleName(words.COMMANDS[way])
        self.copy_button.setText(f" {words.COPY[way]}")
        self.copy_button.setAccessibleName(words.COPY[way])
        self.copied.setText("")
        self.meaning.setText(words.MEANINGS[way])

    def _name_save(self, name: str) -> None:
        self.save_button.setText(f" {name}")
        self.save_button.setAccessibleName(name.rstrip("…"))
