"""A file that is being compacted: whether it waits, how far it is, and what came of it."""

import os
from functools import partial
from time import monotonic

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from pexgui.core import text

from . import compact_words as words
from . import icons, places, theme, widgets
from .compact_job import Item, State
from .tasks import left_words

ROW = 52
LEFT, EDGE = 47, 16
_SIGN = 20
_RIGHT = 54
_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_SAID = {
    State.WAITING: "Waiting",
    State.STOPPING: "Stopping…",
    State.STOPPED: "Stopped; it is as it was",
    State.LEFT: "Not begun; it is as it was",
    State.PROBLEM: "Not compacted; it is as it was",
    State.RESTORING: "Being put back…",
    State.RESTORED: "As it was before",
}


class WorkRow(QWidget):
    """``restore_wanted(Item)``: the file is to be put back as it was."""

    restore_wanted = Signal(object)

    def __init__(self, item: Item, name: str) -> None:
        super().__init__()
        self.item, self._name = item, name
        self._more: QLabel | None = None
        self.show_button: QPushButton | None = None
        self.restore_button: QPushButton | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(LEFT, ROW, EDGE, 0)
        self.setMinimumHeight(ROW)
        widgets.repaint_on_theme(self)
        self.show_item()

    # --- what is shown

    def show_item(self) -> None:
        """Show how far the file is."""
        item = self.item
        done = item.state in (State.DONE, State.RESTORING) and item.result is not None
        if item.state is State.DONE and self.show_button is None:
            self._make_links()
        if self.show_button is not None and self.restore_button is not None:
            self.show_button.setVisible(done or item.state is State.RESTORED)
            self.restore_button.setVisible(done and bool(item.result and item.result.undo and item.rescue is None))
            self.restore_button.setEnabled(item.state is State.DONE)
            self._place_links()
        self._say(self._below())
        self.setAccessibleName(self._name)
        said = (self.words(), self.detail(), self.right(), self.more())
        self.setAccessibleDescription(", ".join(filter(None, said)))
        backup = item.result.backup if item.result is not None else b""
        tip = (text.printable(item.file, 4096), self.detail(), text.printable(backup, 4096))
        self.setToolTip(widgets.plain_tooltip("\n".join(filter(None, tip))))
        self.update()

    def words(self) -> str:
        """What is said first; nothing while there is a bar."""
        item = self.item
        if item.state is State.DONE and item.result is not None:
            return words.done(item.result)
        if item.state is State.PROBLEM and item.rescue is not None:
            return "Nothing could be rescued"
        if item.state is State.RESTORED:
            return f"{text.size(item.size)}, as it was before"
        return _SAID.get(item.state, "")

    def detail(self) -> str:
        """The line below that."""
        item = self.item
        if item.state is State.RUNNING:
            return self._under_way()
        if item.state in (State.DONE, State.RESTORING) and item.result is not None:
            return words.details(item.result)
        return ""

    def _under_way(self) -> str:
        """What is done with the file, and how long all of it still takes."""
        item, passed = self.item, monotonic() - self.item.began
        doing = text.printable(item.what).partition(" “")[0] or "Beginning"
        return " · ".join(filter(None, (doing, left_words(passed, item.reached))))

    def right(self) -> str:
        """What is said at the right: how far it is, what it saved, or how large the file is."""
        item = self.item
        if item.state is State.RUNNING:
            return f"{item.reached * 100:.0f} %"
        if item.state is State.DONE and item.rescue is not None:
            return ""
        if item.state is State.DONE and item.result is not None:
            return (
                words.percent(item.result.before, item.result.after) if item.saved() else text.size(item.result.after)
            )
        return text.size(item.size) if item.size and item.state is not State.RESTORED else ""

    def more(self) -> str:
        """What is said below the row: what is wrong, or what to know."""
        return self._more.text() if self._more is not None and not self._more.isHidden() else ""

    def _below(self) -> str:
        item, result = self.item, self.item.result
        parts = [f"{item.sentence} {item.hint}".strip()]
        if result is not None and item.state is State.DONE:
            parts += [words.notes(result.notes), words.lost(result)]
        return "\n".join(filter(None, parts))

    def _say(self, said: str) -> None:
        if said and self._more is None:
            self._more = widgets.label("", "muted", wrap=True)
            self._more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._column.addWidget(self._more)
        if self._more is not None:
            self._more.setText(widgets.breakable(said))
            self._more.setVisible(bool(said))
        self._column.setContentsMargins(LEFT, ROW - (4 if said else 0), EDGE, 10 if said else 0)

    # --- links

    def _make_links(self) -> None:
        result = self.item.result
        target = (result.target if result is not None else b"") or self.item.file
        self.show_button = widgets.button("Show in folder", partial(places.show_in_folder, target, False), "link")
        self.show_button.setAccessibleName(f"Show {text.printable(os.path.basename(target), 80)} in its folder")
        self.restore_button = widgets.button("Restore backup", lambda: self.restore_wanted.emit(self.item), "link")
        if result is not None and not result.backup:
            self.restore_button.setText("Undo")
        self.restore_button.setAccessibleName(f"{self.restore_button.text()}: {self._name}")
        for link in (self.show_button, self.restore_button):
            link.setParent(self)
            link.adjustSize()

    def _place_links(self) -> None:
        """At the right of the words, in one line with them."""
        right = self.width() - EDGE - _RIGHT - 8
        top = 6 if self.detail() else (ROW - 20) // 2
        for link in (self.restore_button, self.show_button):
            if link is not None and not link.isHidden():
                link.move(right - link.width(), top)
                right -= link.width() + 12

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_links()

    # --- how it looks

    def paintEvent(self, _event: QPaintEvent) -> None:
        c, item = theme.colors(), self.item
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.y():
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme.mix(c.border, c.surface, 0.8))
        self._sign(painter)
        middle = max(200.0, 0.33 * self.width())
        idle = item.state in (State.WAITING, State.LEFT, State.STOPPED)
        ink = c.muted if idle else c.text
        place = QRectF(LEFT, 0, middle - LEFT - 14, ROW)
        _write(painter, place, self._name, ink, 13, 400 if idle else 500, Qt.TextElideMode.ElideMiddle)
        end = self.width() - EDGE - _RIGHT - 8
        if item.state is State.RUNNING:
            self._bar(painter, QRectF(middle, 16, end - middle - 24, 6))
            _write(painter, QRectF(middle, 26, end - middle, 17), self.detail(), c.muted, 11)
        elif self.detail():
            _write(painter, QRectF(middle, 6, self._free(end) - middle, 20), self.words(), ink)
            _write(
                painter,
                QRectF(middle, 27, end - middle, 17),
                self.detail(),
                c.muted,
                11,
                400,
                Qt.TextElideMode.ElideMiddle,
            )
        else:
            _write(painter, QRectF(middle, 0, self._free(end) - middle, ROW), self.words(), ink)
        painter.setFont(theme.number_font(weight=600 if item.saved() else 400))
        painter.setPen(c.ok if item.saved() and item.state is State.DONE else c.muted)
        painter.drawText(QRectF(end, 0, _RIGHT + 8, ROW), _LINE | Qt.AlignmentFlag.AlignRight, self.right())
        painter.end()

    def _free(self, end: float) -> float:
        """Where the links begin."""
        shown = [
            link.x() - 8.0
            for link in (self.show_button, self.restore_button)
            if link is not None and not link.isHidden()
        ]
        return min([end, *shown])

    def _sign(self, painter: QPainter) -> None:
        """A circle with what became of the file in it, by its form and its colour."""
        c, state = theme.colors(), self.item.state
        circle = QRectF(15, (ROW - _SIGN) / 2, _SIGN, _SIGN)
        filled = {State.DONE: ("check", c.ok, c.ok_soft), State.PROBLEM: ("warning", c.bad, c.bad_soft),
                  State.RESTORED: ("undo", c.muted, c.sunken), State.STOPPED: ("minus", c.muted, c.sunken),
                  State.LEFT: ("minus", c.muted, c.sunken)}.get(state)  # fmt: skip
        if filled is not None:
            icon, ink, soft = filled
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(soft)
            painter.drawEllipse(circle)
            icons.paint(painter, circle.adjusted(4, 4, -4, -4), icon, ink)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = circle.adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.mix(c.muted, c.surface, 0.45), 1.3))
        painter.drawEllipse(ring)
        if state is not State.WAITING:
            painter.setPen(QPen(c.accent, 2.2))
            part = self.item.reached if state is State.RUNNING else 0.25
            painter.drawArc(ring, 90 * 16, -round(max(0.06, part) * 360 * 16))

    def _bar(self, painter: QPainter, place: QRectF) -> None:
        c = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.sunken)
        painter.drawRoundedRect(place, 3, 3)
        painter.setBrush(c.accent)
        painter.drawRoundedRect(QRectF(place.left(), place.top(), max(6.0, self.item.reached * place.width()), 6), 3, 3)


def _write(
    painter: QPainter,
    place: QRectF,
    said: str,
    ink: QColor,
    size: int = 13,
    weight: int = 400,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    painter.setFont(theme.number_font(size, weight))
    painter.setPen(ink)
    painter.drawText(place, _LINE, painter.fontMetrics().elidedText(said, mode, int(place.width())))
