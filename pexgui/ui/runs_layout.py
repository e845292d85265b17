"""Which columns of the run table stand where: order, width, pinned at the left, hidden."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontMetrics

from . import theme
from .run_columns import RunColumn
from .runs_half import BAR, SIGN, Half
from .runs_header import FIRST, PADDING, group_width, title_width
from .runs_model import RunsModel

WIDEST = 260
ALWAYS_PINNED = "run"


class ColumnLayout(QObject):
    """Keeps the columns of both halves of the table in step. ``changed()``: the person laid them out otherwise."""

    changed = Signal()

    def __init__(self, model: RunsModel, left: Half, right: Half) -> None:
        super().__init__(left)
        self._model = model
        self._left, self._right = left, right
        self._pinned: set[str] = {ALWAYS_PINNED}
        self._hidden: set[str] = set()
        self._widths: dict[str, int] = {}
        self._arranged: list[str] = []
        self._quiet = 0
        for half, other in ((left, right), (right, left)):
            half.heading.sectionMoved.connect(lambda _place, old, new, other=other: self._moved(other, old, new))
            half.heading.sectionResized.connect(lambda place, _old, new, other=other: self._resized(other, place, new))
        model.columnsInserted.connect(lambda *_: self.arrange())
        model.columnsRemoved.connect(lambda *_: self.arrange())

    # --- what is asked ---

    def is_pinned(self, key: str) -> bool:
        return key in self._pinned

    def is_hidden(self, key: str) -> bool:
        return key in self._hidden

    def order(self) -> list[str]:
        """The keys of all columns from left to right, hidden ones too."""
        heading = self._right.heading
        return [self._model.columns[heading.logicalIndex(visual)].key for visual in range(heading.count())]

    def visible(self) -> list[RunColumn]:
        """The columns as they stand on screen."""
        return [self._model.columns[place] for half in (self._left, self._right) for place in half.visible_places()]

    def state(self) -> dict[str, Any]:
        """What the person made of the columns, for `set_state`."""
        return {
            "order": self.order(),
            "pinned": sorted(self._pinned),
            "hidden": sorted(self._hidden),
            "widths": dict(self._widths),
        }

    # --- what is done ---

    def pin(self, key: str, pinned: bool) -> None:
        """Keep a column at the left, where it does not scroll away."""
        if key != ALWAYS_PINNED:
            (self._pinned.add if pinned else self._pinned.discard)(key)
            self.arrange()
            self.changed.emit()

    def hide(self, key: str, hidden: bool) -> None:
        """Hide a column or show it again; the run's name stays."""
        if key != ALWAYS_PINNED:
            (self._hidden.add if hidden else self._hidden.discard)(key)
            self.arrange()
            self.changed.emit()

    def move(self, key: str, step: int) -> None:
        """Move a column one place to the left or right among those it stands with."""
        half = self._left if key in self._pinned else self._right
        places = half.visible_places()
        keys = [self._model.columns[place].key for place in places]
        if key in keys and 0 <= keys.index(key) + step < len(keys):
            heading, at = half.heading, keys.index(key)
            heading.moveSection(heading.visualIndex(places[at]), heading.visualIndex(places[at + step]))

    def set_state(self, state: dict[str, Any]) -> None:
        """Lay the columns out as before; what ``state`` does not name stays beside its neighbour."""
        self._pinned = {ALWAYS_PINNED, *_strings(state.get("pinned"))}
        self._hidden = set(_strings(state.get("hidden"))) - {ALWAYS_PINNED}
        widths = state.get("widths")
        self._widths = {
            key: min(max(width, 40), 2000)
            for key, width in (widths.items() if isinstance(widths, dict) else ())
            if isinstance(key, str) and isinstance(width, int)
        }
        order = [key for key in dict.fromkeys(_strings(state.get("order"))) if self._model.place(key) is not None]
        for place, column in enumerate(self._model.columns):
            if column.key not in order:
                order.insert(order.index(self._model.columns[place - 1].key) + 1 if place else 0, column.key)
        self._arranged = []
        self.arrange(order)

    def forget(self) -> None:
        """Other columns come: their widths are found anew."""
        self._arranged = []

    def arrange(self, order: Iterable[str] = ()) -> None:
        """Hide, pin and order the columns of both halves as they should be."""
        if not self._model.columns:
            return
        with self._silence():
            places = [place for key in order if (place := self._model.place(key)) is not None]
            for half in (self._left, self._right):
                for visual, place in enumerate(places):
                    half.heading.moveSection(half.heading.visualIndex(place), visual)
                for place, column in enumerate(self._model.columns):
                    elsewhere = (column.key in self._pinned) != (half is self._left)
                    half.setColumnHidden(place, elsewhere or column.key in self._hidden)
        known = set(self._arranged)
        for column in self._model.columns:
            if column.key not in known:
                self.fit(column.key)
        self._arranged = [column.key for column in self._model.columns]
        self._settle()

    def arrange_again(self) -> None:
        """The model was reset: lay its columns out if they are others than before."""
        if self._arranged != [column.key for column in self._model.columns]:
            self.arrange()

    def fit(self, key: str) -> None:
        """Make a column as wide as its title and cells, unless the person gave it a width."""
        place = self._model.place(key)
        if place is None:
            return
        column = self._model.columns[place]
        metrics = QFontMetrics(theme.number_font())
        texts = {column.text(run) for run in column.extremes(self._model.runs())}
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        widest += PADDING + (FIRST if column.form == "run" else PADDING) + (SIGN + 8 if column.form == "status" else 0)
        widest += BAR + 8 if column.bar and column.measured else 0
        width = self._widths.get(key, min(WIDEST, max(widest + 4, title_width(column), self._share(column))))
        with self._silence():
            for half in (self._left, self._right):
                half.heading.resizeSection(place, width)
        self._settle()

    # --- within ---

    def _share(self, column: RunColumn) -> int:
        """What a column has to give so that the title of its group has room above."""
        together = sum(other.group == column.group for other in self._model.columns)
        return group_width(column.group) // together if column.group else 0

    @contextmanager
    def _silence(self) -> Iterator[None]:
        """What the program does to the columns is not taken for what the person does."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def _moved(self, other: Half, old: int, new: int) -> None:
        if self._quiet == 0:
            with self._silence():
                other.heading.moveSection(old, new)
            self._settle()
            self.changed.emit()

    def _resized(self, other: Half, place: int, width: int) -> None:
        if self._quiet == 0 and width > 0:
            with self._silence():
                other.heading.resizeSection(place, width)
            self._widths[self._model.columns[place].key] = width
            self._settle()
            self.changed.emit()

    def _settle(self) -> None:
        self._left.setFixedWidth(sum(self._left.columnWidth(place) for place in self._left.visible_places()))
        for half in (self._left, self._right):
            half.viewport().update()
            half.heading.viewport().update()


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
