"""A file on the list of the merge wizard: what is in it, which trajectory is meant, and what to know about it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import Fact, text

from . import theme, widgets
from .checks import Check
from .merge_choices import Source
from .merge_page import Picker, Strip, paint_box
from .notices import WarningStrip

_EDGE = 74
"""Where the second line begins, below the name."""


class SourceCard(QWidget):
    """``chosen(Source, group)``: another trajectory of the file is meant; ``repaired(Source, on)``: what is damaged in
    it is to be repaired, or not; ``removed(Source)``; ``dragged(Source, y)``: it is dragged to a height of the screen,
    and ``let_go(Source)``."""

    chosen = Signal(object, object)
    repaired = Signal(object, bool)
    removed = Signal(object)
    dragged = Signal(object, int)
    let_go = Signal(object)

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Drag, or press Alt+Up or Alt+Down, to change the order")
        self.number = widgets.label("", "muted")
        self.number.setFont(theme.number_font(weight=600))
        self.number.setFixedWidth(16)
        self.name = widgets.ElidedLabel(source.name(), "section", Qt.TextElideMode.ElideMiddle)
        self.folder = widgets.ElidedLabel(source.folder(), "small", Qt.TextElideMode.ElideMiddle)
        self.bytes = widgets.label("", "muted")
        self.remove = widgets.icon_button("close", f"Take {source.name()} off the list", self._remove)
        self.trajectory = Picker(f"Trajectory of {source.name()}")
        self.trajectory.setFixedWidth(168)
        self.trajectory.activated.connect(self._choose)
        self.runs, self.word, self.explores = widgets.label(), widgets.label("", "muted"), widgets.label("", "small")
        self.runs.setFont(theme.number_font(weight=600))
        self.explored = widgets.ElidedLabel("")
        self.explored.setLabelFont(theme.mono())
        self.caption = widgets.label("Trajectory", "small")
        self.warnings = WarningStrip(f"About {source.name()}")
        self.trouble = Strip("warning", "bad")
        self.damage = Strip("warning", "warn")
        self.repair = Check("Repair this in the result; the file stays as it is")
        self.repair.clicked.connect(lambda on: self.repaired.emit(self.source, on))
        self._shown: tuple[object, ...] = ()
        self._build()
        widgets.repaint_on_theme(self)

    def show_source(self, number: int, trouble: str, warnings: Sequence[str], damage: Sequence[Fact]) -> None:
        """Show what is known of the file, its number on the list and what is to be said about it."""
        source, summary = self.source, self.source.summary
        shown = (number, trouble, warnings, damage, summary, source.trajectory, source.repair)
        if shown == self._shown:
            return
        self._shown = shown
        trajectory, found = source.chosen(), source.found()
        self.number.setText(str(number))
        self.bytes.setText(text.size(summary.stamp.size) if summary is not None and summary.stamp is not None else "")
        if [self.trajectory.itemData(row) for row in range(self.trajectory.count())] != [one.path for one in found]:
            self.trajectory.clear()
            for one in found:
                self.trajectory.addItem(one.name, one.path)
        self.trajectory.setCurrentIndex(found.index(trajectory) if trajectory is not None else -1)
        self.trajectory.setVisible(len(found) > 1)
        self.caption.setVisible(len(found) > 1)
        runs = trajectory.runs if trajectory is not None else 0
        self.runs.setText(f"{runs:,}" if trajectory is not None else "")
        self.word.setText(("run" if runs == 1 else "runs") if trajectory is not None else "")
        self.explores.setText("explores" if trajectory is not None and trajectory.explored else "")
        names = [name.rpartition(".")[2] for name in trajectory.explored] if trajectory is not None else []
        self.explored.setText(", ".join(names))
        self._second.setVisible(summary is None or trajectory is not None)
        if summary is None:
            self.word.setText("Reading…")
        self.warnings.set_sentences(warnings)
        self.trouble.say(trouble)
        self._show_damage(damage)
        words = [f"{number}. {source.name()}", source.folder(), f"{self.runs.text()} {self.word.text()}".strip()]
        self.setAccessibleName(", ".join(word for word in words if word))
        said = [trouble, self.damage.words.text(), *warnings, "Alt+Up and Alt+Down change the order."]
        self.setAccessibleDescription(" ".join(filter(None, said)))

    def _show_damage(self, damage: Sequence[Fact]) -> None:
        what, repair = "; ".join(one.name for one in damage), " ".join(one.text for one in damage)
        doing = "Repaired" if self.source.repair else "If it is repaired"
        self.damage.say(f"Damaged: {what}. {doing}: {repair}" if damage else "")
        self.repair.setVisible(bool(damage))
        self.repair.setAccessibleName(f"Repair in the result what is damaged in {self.source.name()}")
        self.repair.setChecked(self.source.repair)

    def by_keys(self) -> tuple[QWidget, ...]:
        """What keys lead to, in their order."""
        return (self, self.remove, self.trajectory, self.repair, self.warnings.more)

    def set_dragging(self, dragging: bool) -> None:
        self._dragging = dragging
        self.update()

    def _build(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.name)
        names.addWidget(self.folder)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addSpacing(18)  # the grip is painted there
        first.addWidget(self.number)
        first.addWidget(widgets.Picture("file-trajectory", 20, "accent"))
        first.addLayout(names, 1)
        first.addWidget(self.bytes)
        first.addWidget(self.remove)
        second = QHBoxLayout()
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(6)
        for part in (self.caption, self.trajectory):
            second.addWidget(part)
        second.addWidget(self.runs)
        second.addWidget(self.word)
        second.addSpacing(14)
        second.addWidget(self.explores)
        second.addWidget(self.explored, 1)
        self._second = QWidget()
        self._second.setLayout(second)
        below = QVBoxLayout()
        below.setContentsMargins(_EDGE, 0, 4, 0)
        below.setSpacing(8)
        for each in (self._second, self.trouble, self.damage, self.repair, self.warnings):
            below.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(below)

    # --- keys and dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.set_dragging(True)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.dragged.emit(self.source, round(event.globalPosition().y()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._dragging:
            self.set_dragging(False)
            self.unsetCursor()
            self.let_go.emit(self.source)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        marked = self._dragging or self.hasFocus()
        paint_box(self, c.accent_soft if self._dragging else c.surface, c.accent if marked else c.border, 8)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mix(c.muted, c.surface, 0.6))
        middle = self.name.y() + self.name.height() - 1
        for column in range(2):
            for row in range(3):
                dot = QRectF(0, 0, 2.4, 2.4)
                dot.moveCenter(QPointF(16 + 5 * column, middle + 5 * (row - 1)))
                painter.drawEllipse(dot)
        painter.end()

    def _choose(self, row: int) -> None:
        self.chosen.emit(self.source, self.trajectory.itemData(row))

    def _remove(self) -> None:
        self.removed.emit(self.source)
