"""The columns of a table of text: which parameter takes which of them as its values."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from pexgui.core import TableColumn, TableColumns, text

from . import explore_words as words
from . import theme, widgets
from .explore_design import Line
from .merge_page import Picker, Strip

_NOT, _NEW = "Not used", "A new parameter"
_ROW, _NAME, _VALUES = 40, 120, 80


class ColumnsDialog(QDialog):
    """``chosen(found)``: pairs of a column and the parameter that takes it, None for a new one."""

    chosen = Signal(object)

    def __init__(self, table: TableColumns, lines: Sequence[Line], extend: bool, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Values from a table")
        self.setAccessibleName("Values from a table")
        self.setModal(True)
        self._lines = list(lines)
        self._extend = extend
        self.rows = [(column, self._picker(column)) for column in table.columns]
        self.notes = Strip("info")
        self.cancel = widgets.button("Cancel", self.reject)
        self.use = widgets.button("Use", self._use, "primary")
        self._build(title)
        self.notes.say("\n".join(table.notes[:4]))
        self._show()

    def _picker(self, column: TableColumn) -> Picker:
        """A box with the parameters, that of the same name being chosen."""
        picker = Picker(f"What takes the column {column.name}")
        picker.addItem(_NOT)
        if not self._extend:
            picker.addItem(_NEW)
        first = picker.count()
        wanted = 0
        for line in self._lines:
            picker.addItem(text.printable(line.name, 80), line)
            if column.name.strip().casefold() in (line.name.casefold(), line.short().casefold()):
                wanted = picker.count() - 1
        if not wanted and not self._extend:
            wanted = 1 if not self._lines else 0
        picker.setCurrentIndex(wanted or min(0, first))
        picker.setMinimumContentsLength(22)
        picker.activated.connect(lambda _row: self._show())
        return picker

    def pairs(self) -> list[tuple[TableColumn, Line | None]]:
        """The columns that are used, each with the parameter that takes it."""
        return [(column, picker.currentData()) for column, picker in self.rows if picker.currentText() != _NOT]

    def _show(self) -> None:
        pairs = self.pairs()
        taken = [line for _column, line in pairs if line is not None]
        twice = next((line for line in taken if taken.count(line) > 1), None)
        even = len(pairs) > 1 and len({column.count for column, _line in pairs}) == 1
        said = words.IN_STEP if even else ""
        self.problem.setText(f"Only one column can be the values of {twice.short()}." if twice is not None else said)
        ready = bool(pairs) and twice is None
        self.use.setText(f"Use {text.count(len(pairs), 'column')}" if pairs else "Use")
        self.use.setAccessibleName(self.use.text())
        self.use.setEnabled(ready)
        widgets.restyle(self.use, "role", "primary" if ready else "")

    def _use(self) -> None:
        pairs = self.pairs()
        self.accept()
        self.chosen.emit(pairs)

    def _build(self, title: str) -> None:
        self.problem = widgets.label("", "muted", wrap=True)
        listed = QWidget()
        listed.setProperty("role", "surface")
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, (each, picker) in enumerate(self.rows):
            if number:
                column.addWidget(widgets.hairline())
            column.addWidget(_row(each, picker))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(listed)
        surface = QWidget()
        surface.setProperty("role", "surface")
        surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body = QVBoxLayout(surface)
        body.setContentsMargins(24, 20, 24, 12)
        body.setSpacing(4)
        body.addWidget(widgets.label("Values from a table", "title"))
        body.addWidget(widgets.ElidedLabel(title, "muted", Qt.TextElideMode.ElideMiddle))
        body.addSpacing(6)
        body.addWidget(area, 1)
        body.addWidget(self.notes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(surface, 1)
        whole.addWidget(widgets.hairline())
        whole.addLayout(self._foot())
        self.setMinimumSize(560, 240)
        self.resize(640, min(520, 190 + len(self.rows) * (_ROW + 1)))

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 12)
        foot.setSpacing(8)
        foot.addWidget(self.problem, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        self.use.setDefault(True)
        return foot


def _row(column: TableColumn, picker: Picker) -> QWidget:
    result = QWidget()
    result.setFixedHeight(_ROW)
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 0, 8, 0)
    row.setSpacing(10)
    name = widgets.ElidedLabel(text.printable(column.name, 200), "section")
    name.setFixedWidth(_NAME)
    values = widgets.ElidedLabel(words.signed(text.printable(column.values[:400], 300)), "muted")
    values.setMinimumWidth(_VALUES)
    count: QLabel = widgets.label(text.count(column.count, "value"), "muted")
    count.setFont(theme.number_font())
    for part, stretch in ((name, 0), (values, 1), (count, 0), (picker, 0)):
        row.addWidget(part, stretch)
    return result
