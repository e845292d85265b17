"""The fields in which the values of a parameter are put: some numbers, or one text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from . import explore_words as words
from . import theme, widgets
from .explore_forms import FIELDS, TEXTS, Form, Kind
from .merge_page import Field

_NUMBER, _MOST = 78, 4
_LONGEST, _SHOWN = 20_000, 400
"""A line to write in holds 32,767 characters, and is slow long before."""


class ValuesField(Field):
    """A line for values; cells that come from a spreadsheet are not put into it, but ``pasted(text)`` has them."""

    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (event.matches(QKeySequence.StandardKey.Paste) and self._take()):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(lambda _on=False: self._paste())
        menu.popup(event.globalPos())

    def _paste(self) -> None:
        if not self._take():
            self.paste()

    def _take(self) -> bool:
        """Hand on what is in the clipboard, if that are cells."""
        cells = QGuiApplication.clipboard().text()
        if not any(sign in cells.strip("\r\n") for sign in "\n\r\t"):
            return False
        self.pasted.emit(cells)
        return True


class FormFields(QWidget):
    """``edited(Form)``: a person put something else; ``pasted(text)``: cells of a spreadsheet."""

    edited = Signal(object)
    pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kind = Kind.DEFAULT
        self.numbers = tuple(Field("Value") for _each in range(_MOST))
        self.text = ValuesField("Values")
        self.before = tuple(widgets.label("", "muted") for _each in range(_MOST))
        self.after = tuple(widgets.label("", "muted") for _each in range(_MOST))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for before, field, after in zip(self.before, self.numbers, self.after, strict=True):
            field.setFixedWidth(_NUMBER)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFont(theme.number_font())
            field.textEdited.connect(lambda _text: self._edited())
            for part in (before, field, after):
                row.addWidget(part)
        row.addWidget(self.text, 1)
        self._gap = QWidget()
        row.addWidget(self._gap, 1)
        self.text.setFont(theme.mono())
        self.text.textEdited.connect(lambda _text: self._edited())
        self.text.pasted.connect(self.pasted)
        self.show_form(Form())

    def show_form(self, form: Form) -> None:
        """Show what was put; a field that shows it already is left alone, with its cursor."""
        self._kind = form.kind
        fields = FIELDS[form.kind] if form.kind not in TEXTS else ()
        for number in range(_MOST):
            there = number < len(fields)
            self.numbers[number].setVisible(there)
            if there:
                self.numbers[number].setAccessibleName(fields[number].name)
                _fill(self.numbers[number], form.parts[number])
            _say(self.before[number], fields[number].before if there else "")
            _say(self.after[number], fields[number].after if there else "")
        self.text.setVisible(form.kind in TEXTS)
        self._gap.setVisible(form.kind not in TEXTS)
        if form.kind in TEXTS:
            self.text.setAccessibleName(FIELDS[form.kind][0].name)
            self.text.setPlaceholderText(_EXAMPLES[form.kind])
            self._show_text(form.parts[0])

    def _show_text(self, said: str) -> None:
        """Show a text; of a very long one only the beginning, so that it cannot be edited."""
        long = len(said) > _LONGEST
        self.text.setReadOnly(long)
        self.text.setToolTip(words.TOO_MANY if long else "")
        self.text.setAccessibleDescription(words.TOO_MANY if long else "")
        _fill(self.text, f"{said[:_SHOWN]} …" if long else said)

    def first(self) -> QWidget:
        """The field in which to begin."""
        return self.text if self._kind in TEXTS else self.numbers[0]

    def set_wrong(self, wrong: bool) -> None:
        """Mark what is put as something that cannot be."""
        for field in (*self.numbers, self.text):
            field.set_wrong(wrong and field.isVisibleTo(self))

    def _edited(self) -> None:
        if self._kind in TEXTS:
            self.edited.emit(Form(self._kind, (self.text.text(),)))
        else:
            count = len(FIELDS[self._kind])
            self.edited.emit(Form(self._kind, tuple(field.text() for field in self.numbers[:count])))


_EXAMPLES = {
    Kind.LIST: "Such as 0.2, 0.4, 0.8, or a column pasted from a spreadsheet",
    Kind.EXPRESSION: "Such as linspace(0, 1, 11), logspace(-3, 0, 4), range(1, 11)",
}


def _fill(field: Field, said: str) -> None:
    if field.text() != said:
        field.setText(said)
        field.setCursorPosition(0)


def _say(label: QLabel, said: str) -> None:
    label.setText(said)
    label.setVisible(bool(said))
