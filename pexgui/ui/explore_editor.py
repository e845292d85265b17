"""The card below the table: what the chosen parameter is, and the values that it takes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import DesignedValues, text

from . import explore_words as words
from . import theme, widgets
from .compact_labels import ColorLabel
from .explore_chips import Chips
from .explore_design import TYPES, Line
from .explore_fields import FormFields
from .explore_forms import TEXTS, Form, Kind, converted
from .explore_segments import Segments
from .merge_page import Field, Picker

_KINDS = tuple(Kind)


class EditorCard(QFrame):
    """``put(Line, Form)``: a person gives a parameter other values, ``described(Line)``: another name, type, default
    value or comment, ``pasted(Line, text)``: cells of a spreadsheet as values."""

    put = Signal(object, object)
    described = Signal(object)
    pasted = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._line: Line | None = None
        self._known: DesignedValues | None = None
        self.name = widgets.ElidedLabel()
        self.about = widgets.ElidedLabel("", "muted")
        self.change = widgets.button("Change…", self._change, "link")
        self.name_field, self.default_field = Field("Name"), Field("Default value")
        self.comment_field = Field("Comment")
        self.type_picker = Picker("Type")
        self.kinds = Segments([kind.value for kind in _KINDS], "How the values are put")
        self.fields = FormFields()
        self.formula = widgets.ElidedLabel("", "muted")
        self.chips = Chips()
        self.problem = ColorLabel("bad")
        self.nothing = widgets.label(words.NOTHING_CHOSEN, "muted")
        self._build()
        self._connect()
        self.show_line(None, None, False)

    def line(self) -> Line | None:
        return self._line

    def show_line(self, line: Line | None, known: DesignedValues | None, changeable: bool, missing: str = "") -> None:
        """Show a parameter and what is known of its values; ``changeable``: what it is can be another,
        ``missing``: what has to be put yet, in a sentence."""
        self._line, self._known = line, known
        self.nothing.setVisible(line is None)
        self._whole.setVisible(line is not None)
        if line is None:
            return
        self._head.setCurrentIndex(0 if line.kept else 1)
        if line.kept:
            self.name.setText(text.printable(line.short()))
            default = f"default {words.signed(text.printable(line.default, 80))}" if line.default else ""
            self.about.setText("  ·  ".join(filter(None, (line.type, default, text.printable(line.comment, 300)))))
            self.change.setVisible(changeable and line.type in TYPES)
        else:
            self._show_fields(line)
        self.kinds.show_current(_KINDS.index(line.form.kind))
        self.fields.show_form(line.form)
        self.formula.setText("" if line.form.kind in TEXTS else text.printable(line.values()))
        self.formula.setVisible(bool(self.formula.text()))
        self._show_values(line, known, missing)

    def edit(self) -> None:
        """Go to where something can be put: the name of a parameter without one, else its values."""
        line = self._line
        if line is None:
            return
        target: QWidget = self.fields.first() if line.explored() else self.kinds
        if not line.kept and not line.short():
            target = self.name_field
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(target, Field) and target is not self.name_field:
            target.selectAll()

    def _show_fields(self, line: Line) -> None:
        fields = (self.name_field, self.default_field, self.comment_field)
        for field, said in zip(fields, (line.name, line.default, line.comment), strict=True):
            if field.text() != said:
                field.setText(said)
        self.type_picker.setCurrentIndex(TYPES.index(line.type) if line.type in TYPES else 0)

    def _show_values(self, line: Line, known: DesignedValues | None, missing: str) -> None:
        """Show the values, what is wrong with them, or calmly what is ``missing`` yet."""
        explored = line.explored()
        wrong = known.problem if known is not None and explored and not missing else ""
        self.fields.set_wrong(bool(wrong))
        self.problem.set_role("bad" if wrong else "muted")
        self.problem.setText(widgets.breakable(wrong or missing))
        shown = known if known is not None and explored and not wrong and not missing else None
        self.chips.setVisible(not wrong and not missing)
        if shown is not None:
            self.chips.show_values(shown.shown, shown.count)
        elif not explored:
            self.chips.show_values((text.printable(line.default, 60),) if line.default else (), 1)
        else:
            self.chips.show_values((), 0)

    # --- how it is built

    def _build(self) -> None:
        font = theme.mono(13)
        font.setWeight(font.Weight.DemiBold)
        self.name.setLabelFont(font)
        self.formula.setLabelFont(theme.mono())
        self._head = QStackedWidget()
        for part in (self._kept_head(), self._new_head()):
            self._head.addWidget(part)
        self._head.setFixedHeight(28)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.fields, 1)
        row.addWidget(self.formula)
        self.formula.setMaximumWidth(300)
        self._whole = QWidget()
        inner = QVBoxLayout(self._whole)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(9)
        inner.addWidget(self._head)
        inner.addWidget(self.kinds)
        inner.addLayout(row)
        inner.addWidget(self.chips)
        inner.addWidget(self.problem)
        inner.addStretch(1)
        self.problem.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 10)
        column.addWidget(self.nothing)
        column.addWidget(self._whole, 1)
        self.setFixedHeight(158)

    def _kept_head(self) -> QWidget:
        result = QWidget()
        row = QHBoxLayout(result)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.about, 1)
        row.addWidget(self.change)
        self.change.setAccessibleName("Change what the parameter is")
        return result

    def _new_head(self) -> QWidget:
        result = QWidget()
        row = QHBoxLayout(result)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.name_field.setPlaceholderText("Name, such as network.g_exc")
        self.name_field.setFont(theme.mono())
        self.default_field.setPlaceholderText("Default")
        self.default_field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.default_field.setFixedWidth(100)
        self.comment_field.setPlaceholderText("Comment")
        for name in TYPES:
            self.type_picker.addItem(name, name)
        self.type_picker.setMinimumContentsLength(7)
        row.addWidget(self.name_field, 3)
        row.addWidget(self.type_picker)
        row.addWidget(self.default_field)
        row.addWidget(self.comment_field, 4)
        return result

    def _connect(self) -> None:
        for field in (self.name_field, self.default_field, self.comment_field):
            field.textEdited.connect(lambda _text: self._describe())
        self.type_picker.activated.connect(lambda _row: self._describe())
        self.kinds.chosen.connect(self._choose_kind)
        self.fields.edited.connect(self._put)
        self.fields.pasted.connect(lambda cells: self.pasted.emit(self._line, cells))

    # --- what the person does

    def _describe(self) -> None:
        line = self._line
        if line is not None:
            line.name, line.type = self.name_field.text(), self.type_picker.currentData()
            line.default, line.comment = self.default_field.text(), self.comment_field.text()
            self.described.emit(line)

    def _change(self) -> None:
        """Have a parameter of the source be another one than there."""
        if self._line is not None:
            self._line.kept = False
            self.described.emit(self._line)
            self.default_field.setFocus()
            self.default_field.selectAll()

    def _put(self, form: Form) -> None:
        if self._line is not None:
            self.put.emit(self._line, form)

    def _choose_kind(self, number: int) -> None:
        line, kind = self._line, _KINDS[number]
        if line is None:
            return
        known = self._known if self._known is not None and line.explored() else None
        form = line.last if line.last.kind is kind and not line.explored() else None
        shown, count = (known.shown, known.count) if known is not None else ((), 0)
        self._put(form or converted(line.form, kind, shown, count, line.default, line.whole()))
