"""Values that come from elsewhere: a table of text in a file, or cells pasted from a spreadsheet."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from pexgui.core import PexError, TableColumn, TableColumns, TableRequest, read_table_columns, text

from .explore_columns import ColumnsDialog
from .explore_design import TYPES, DesignState, Line
from .explore_forms import read
from .jobs import Submit

_KINDS = "Tables of text (*.csv *.tsv *.txt *.dat);;All files (*)"
_PASTED = "Pasted cells"


class Tables(QObject):
    """``taken(Line)``: a parameter has other values now, ``failed(PexError)``: a table could not be read."""

    taken = Signal(object)
    failed = Signal(object)

    def __init__(self, submit: Submit, topic: str, window: QWidget) -> None:
        super().__init__(window)
        self._submit, self._topic, self._window = submit, f"{topic} table", window
        self.dialog: ColumnsDialog | None = None

    def ask(self) -> None:
        """Let the person pick a file with values."""
        dialog = QFileDialog(self._window, "Load values from file", "", _KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setObjectName("values")
        dialog.fileSelected.connect(lambda name: self.wanted.emit(os.path.abspath(os.fsencode(name))))
        dialog.open()

    wanted = Signal(bytes)

    def load(self, file: bytes, state: DesignState, extend: bool) -> None:
        """Read a file, and let the person choose which parameter takes which column."""
        title = text.printable(os.path.basename(file), 120)
        self._read(TableRequest(file), state, extend, title, None)

    def paste(self, cells: str, line: Line, state: DesignState, extend: bool) -> None:
        """Take one pasted column as the values of a parameter; of several ones let the person choose."""
        self._read(TableRequest(pasted=cells), state, extend, _PASTED, line)

    def _read(self, request: TableRequest, state: DesignState, extend: bool, title: str, line: Line | None) -> None:
        def take(found: TableColumns) -> None:
            if line is not None and len(found.columns) == 1:
                state.put(line, read(found.columns[0].values))
                self.taken.emit(line)
            elif found.columns:
                self._choose(found, state, extend, title)
            else:
                what = title if title == _PASTED else f"“{title}”"
                self.failed.emit(PexError(f"{what} has no column of values.", " ".join(found.notes[:3])))

        self._submit(read_table_columns, request, take, self.failed.emit, topic=self._topic)

    def _choose(self, found: TableColumns, state: DesignState, extend: bool, title: str) -> None:
        dialog = ColumnsDialog(found, state.lines, extend, title, self._window)
        dialog.chosen.connect(lambda pairs: self._take(pairs, state))
        dialog.finished.connect(lambda _how: self._closed())
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _take(self, pairs: Sequence[tuple[TableColumn, Line | None]], state: DesignState) -> None:
        """Give the parameters their columns; several of the same length are meant to be in step."""
        lines = [line if line is not None else _new(column, state) for column, line in pairs]
        for (column, _line), line in zip(pairs, lines, strict=True):
            state.put(line, read(column.values))
        if len(lines) > 1 and len({column.count for column, _line in pairs}) == 1:
            state.link(lines)
        self.taken.emit(lines[0])


def _new(column: TableColumn, state: DesignState) -> Line:
    line = state.add(column.name.strip().replace(" ", "_"))
    line.type = column.type if column.type in TYPES else "float"
    line.default = column.values.partition(",")[0].strip()
    return line
