"""Frames, object tables, ranges and the like: rows with named columns, read part by part."""

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pexgui.core import Numbers, Selection, TableWindow

from . import columns, value_table, widgets
from .value_content import Place
from .value_pager import Pager
from .value_picture import Picture
from .value_table import Grid, TableView

_DRAWN = ("range", "Series")


class FrameView(QWidget):
    """Rows of a table; a range or a series of numbers is drawn above its rows.

    ``wanted`` asks for other rows, ``opened`` for a larger view, ``drawn`` says that everything is on show.
    """

    wanted = Signal(Selection)
    opened = Signal()
    drawn = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._window = TableWindow("", 0, 0, ())
        self._caption = widgets.ElidedLabel("", "small")
        self._picture = Picture(place.roomy, 130)
        self._picture.pointed.connect(lambda words: self._caption.setText(words or self._place.name))
        self._picture.opened.connect(self.opened)
        self._picture.drawn.connect(self.drawn)
        self._table = TableView("Values of the table", place.roomy)
        self._pager = Pager(place.roomy, place.paged)
        self._pager.wanted.connect(self._want_rows)
        self._columns = Pager(place.roomy, place.paged)
        self._columns.wanted.connect(self._want_columns)
        self._notice = widgets.label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._caption)
        layout.addWidget(self._picture, 1)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._pager)
        layout.addWidget(self._columns)
        layout.addWidget(self._notice)

    def show_window(self, window: TableWindow, place: Place) -> None:
        """Show some rows. Raises ValueError when the columns are not of one length."""
        lanes = [value_table.lane(column) for column in window.columns]
        lengths = {_length(column.cells) for column in window.columns}
        if len(lengths) > 1:
            raise ValueError("the columns of a table have different lengths")
        rows = lengths.pop() if lengths else 0
        self._window, self._place = window, place
        self._table.setVisible(rows > 0)
        self._table.set_grid(Grid(lanes, rows, window.start, window.index_columns))
        self._pager.set_span(window.start, rows, window.rows, "rows")
        named = window.index_columns
        self._columns.set_span(place.first_column, len(lanes) - named, window.columns_total - named, "columns")
        words = [window.note] if window.note else []
        if not window.rows:
            words.append("The table has no rows")
        self._notice.setText("\n".join(words))
        self._notice.setVisible(bool(words))
        self._draw()

    def table(self) -> TableView:
        return self._table

    def picture(self) -> Picture:
        return self._picture

    def notice(self) -> str:
        """What is said below the rows."""
        return self._notice.text()

    def selection(self) -> Selection:
        """What to ask for to see the same part of a table like this one, all of it where all of this is shown."""
        rows = self._table.grid().rows
        return self._part(self._window.start, 0 if rows == self._window.rows else rows, self._place.first_column)

    def pieces(self) -> Iterator[str]:
        return self._table.grid().pieces()

    def _draw(self) -> None:
        window = self._window
        values = [column.cells for column in window.columns[window.index_columns :]]
        numbers = values[0] if window.type in _DRAWN and len(values) == 1 else None
        drawable = isinstance(numbers, Numbers) and columns.array(numbers).dtype.kind in "iufb"
        shown = drawable and self._table.grid().rows > 2
        self._picture.setVisible(shown)
        self._caption.setVisible(shown)
        if shown and isinstance(numbers, Numbers):
            named = f"{self._place.name} ({self._place.unit})" if self._place.unit else self._place.name
            self._caption.setText(named)
            self._picture.show_values("line", columns.floats(numbers), (window.start,), self._place.name)
        else:
            self.drawn.emit()

    def _want_rows(self, start: int) -> None:
        self.wanted.emit(self._part(start, self._table.grid().rows, self._place.first_column))

    def _want_columns(self, first: int) -> None:
        self.wanted.emit(self._part(self._window.start, self._table.grid().rows, first))

    def _part(self, start: int, count: int, first_column: int) -> Selection:
        if not first_column and self._window.columns_total <= len(self._window.columns):
            return Selection(start=(start,), count=(count,)) if start or count else Selection()
        shown = len(self._window.columns) - self._window.index_columns
        return Selection(start=(start, first_column), count=(count, shown))


def _length(cells: object) -> int:
    return len(columns.array(cells)) if isinstance(cells, Numbers) else len(getattr(cells, "items", ()))
