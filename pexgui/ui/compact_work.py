"""The second page of the compact dialog: how far each file is, and then what came of it."""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import text

from . import compact_words as words
from . import theme, widgets
from .compact_job import Item, State
from .compact_list import RowList, Rows
from .compact_work_row import WorkRow
from .merge_page import paint_box
from .merge_words import file_names
from .notices import IconLabel
from .tasks import left_words

_AT_ONCE = 20
"""So many rows are shown anew before the window answers again."""
_BACKUPS = "The file in work stays as it was. Finished files stay small; as they were, they are kept beside them."
_NO_BACKUPS = "The file in work stays as it was. Finished files stay small."
_RESCUE = "The damaged file is only read. What was written so far is removed."


class WorkPage(QWidget):
    """``restore_wanted(Item)``: a file is to be put back as it was."""

    restore_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._items: tuple[Item, ...] = ()
        self._names: dict[bytes, str] = {}
        self._began = 0.0
        self._outdated: list[Item] = []
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._show_some)
        self.title = widgets.label("", "title", wrap=True)
        self.count = widgets.label("", "muted", wrap=True)
        self.left = widgets.label("", "muted")
        self.bar = ThinBar("Progress of all files")
        self.list = RowList("Files")
        self.rows: Rows[Item, WorkRow] = Rows(self.list, self._row, lambda: None, self)
        self.promise = Promise()
        below = QHBoxLayout()
        below.addWidget(self.count, 1)
        below.addWidget(self.left)
        head = QVBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title)
        head.addLayout(below)
        head.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addSpacing(2)
        column.addWidget(self.list)
        column.addWidget(self.promise)
        column.addStretch(1)

    def begin(self, items: Sequence[Item], backup: bool) -> None:
        """Files are going to be compacted."""
        self._items, self._began = tuple(items), monotonic()
        self._names = file_names(item.file for item in items)
        self.rows.show(self._items)
        rescue = any(item.rescue is not None for item in items)
        self.title.setText("Rescuing what can be read" if rescue else "Making files smaller")
        self.bar.show()
        self.promise.say("You can cancel at any time", _RESCUE if rescue else _BACKUPS if backup else _NO_BACKUPS)
        self._show_overall()

    def show_item(self, item: Item) -> None:
        """Something about a file is another than before."""
        row = self.rows.made.get(item)
        if row is not None:
            row.show_item()
            if item.state is State.RUNNING and item.reached == 0:
                self.list.area.ensureWidgetVisible(row)
        if self.bar.isVisibleTo(self):
            self._show_overall()
        else:
            self.show_end()

    def show_left(self, items: Sequence[Item]) -> None:
        """These will not be begun any more."""
        self._outdated = list(items)
        self._show_some()

    def stop(self) -> None:
        """Show nothing new any more."""
        self._rest.stop()
        self.rows.stop()

    def show_end(self) -> None:
        """Nothing is left to do: say what came of it."""
        self.bar.hide()
        self.left.setText("")
        title, sentence = words.ending(self._items)
        self.title.setText(title)
        self.count.setText(sentence)
        self.promise.say(*words.afterwards(self._items))

    def look_at_trouble(self) -> None:
        """Have the first file that has a problem in sight, or the first one of all."""
        rows = self.rows.each()
        for row in [row for row in rows if row.item.state is State.PROBLEM] or rows[:1]:
            self.list.area.ensureWidgetVisible(row)
            return

    def _row(self, item: Item) -> WorkRow:
        row = WorkRow(item, self._names[item.file])
        row.restore_wanted.connect(self.restore_wanted)
        return row

    def _show_some(self) -> None:
        """Show some of the rows that are other ones now, and the rest when the window has answered."""
        now, self._outdated = self._outdated[:_AT_ONCE], self._outdated[_AT_ONCE:]
        for item in now:
            row = self.rows.made.get(item)
            if row is not None:
                row.show_item()
        if self._outdated:
            self._rest.start()

    def _show_overall(self) -> None:
        items = self._items
        over = sum(item.over() and item.state is not State.LEFT for item in items)
        self.count.setText(f"{over:,} of {text.count(len(items), 'file')} done")
        whole = sum(max(1, item.size) for item in items)
        share = sum(item.share() * max(1, item.size) for item in items) / max(1, whole)
        self.bar.set_share(share)
        stopping = any(item.state is State.STOPPING for item in items)
        self.left.setText("Stopping…" if stopping else left_words(monotonic() - self._began, share))


class ThinBar(QWidget):
    """A bar of 6 px over the whole width."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(6)
        self.setAccessibleName(name)
        widgets.repaint_on_theme(self)

    def share(self) -> float:
        return self._share

    def set_share(self, share: float) -> None:
        self._share = max(0.0, min(1.0, share))
        self.setAccessibleDescription(f"{self._share * 100:.0f} %")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.sunken)
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        if self._share:
            painter.setBrush(c.accent)
            painter.drawRoundedRect(QRectF(0, 0, max(6.0, self._share * self.width()), 6), 3, 3)
        painter.end()


class Promise(QWidget):
    """What is certain, in a calm box: a claim and a sentence below it."""

    def __init__(self) -> None:
        super().__init__()
        self.claim = widgets.label("", "section", wrap=True)
        self.sentence = widgets.label("", "muted", wrap=True)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.claim)
        lines.addWidget(self.sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        row.addWidget(IconLabel("shield", "muted"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        widgets.repaint_on_theme(self)

    def say(self, claim: str, sentence: str) -> None:
        """Show a claim and what it means; without any it is hidden."""
        self.claim.setText(claim)
        self.sentence.setText(widgets.breakable(sentence))
        self.setVisible(bool(claim or sentence))

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = theme.colors().sunken
        paint_box(self, color, color, 6)
