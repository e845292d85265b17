"""The two sides of a comparison in its head: file, trajectory and runs, to be exchanged by a drop or a menu."""

import os

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import FileSummary, Side, SideInfo, text

from . import widgets
from .asking import ask_for_file
from .compare_text import Badge


class SideCard(QFrame):
    """``replaced(Side)``: another file, or another trajectory of the file, is to stand on this side."""

    replaced = Signal(object)

    def __init__(self, letter: str) -> None:
        super().__init__()
        self.letter = letter
        self.side = Side(b"")
        self._summary: FileSummary | None = None
        self.setProperty("role", "card")
        self.setFixedHeight(50)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.file = widgets.ElidedLabel("", "section", Qt.TextElideMode.ElideMiddle)
        self.trajectory = widgets.ElidedLabel("")
        self._colons = widgets.label("::", "muted")
        self.line = widgets.ElidedLabel("", "small")
        self.menu_button = widgets.icon_button("chevron-down", f"Choose what stands on side {letter}", self._show_menu)
        first = QHBoxLayout()
        first.setSpacing(7)
        for part in (self.file, self._colons, self.trajectory):
            first.addWidget(part)
        first.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addLayout(first)
        words.addWidget(self.line)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(12)
        row.addWidget(Badge(letter))
        row.addLayout(words, 1)
        row.addWidget(self.menu_button)

    def show_side(self, side: Side) -> None:
        """Show what is known of a side before it is read."""
        if side.file != self.side.file:
            self._summary = None
        self.side = side
        self._say(text.printable(os.path.basename(side.file)), text.printable(side.trajectory.lstrip(b"/")), "")

    def show_info(self, info: SideInfo) -> None:
        """Show what a side turned out to be."""
        part = info.what if self.side.run or self.side.path else ""
        parts = [part, text.count(info.runs, "run") if not self.side.run and not self.side.path else "",
                 text.size(info.stamp.size), text.when(info.created)]  # fmt: skip
        self._say(text.printable(os.path.basename(self.side.file)), info.name, " · ".join(p for p in parts if p))

    def show_summary(self, summary: FileSummary) -> None:
        """Know the other trajectories of the file."""
        if summary.file == self.side.file:
            self._summary = summary

    def menu(self) -> QMenu:
        """What else can stand on this side."""
        menu = QMenu(self)
        menu.setAccessibleName(f"Side {self.letter}")
        found = self._summary.trajectories if self._summary is not None else ()
        for trajectory in found if len(found) > 1 else ():
            words = f"{trajectory.name}   {text.count(trajectory.runs, 'run')}"
            entry = menu.addAction(words.replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(trajectory.path == self.side.trajectory)
            entry.triggered.connect(
                lambda _on=False, path=trajectory.path: self.replaced.emit(Side(self.side.file, path))
            )
        if len(found) > 1:
            menu.addSeparator()
        menu.addAction("Choose another file…", self._ask)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_menu()
        else:
            super().mousePressEvent(event)

    def _say(self, file: str, trajectory: str, line: str) -> None:
        self.file.setText(file)
        self.trajectory.setText(trajectory)
        self._colons.setVisible(bool(trajectory))
        self.line.setText(line)
        self.setAccessibleName(f"Side {self.letter}: {file} {trajectory}".strip())
        self.setAccessibleDescription(line)

    def _show_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _ask(self) -> None:
        ask_for_file(self.window(), "Compare with", lambda path: self.replaced.emit(Side(path)))


class SidesHead(QWidget):
    """Both sides with a button between them that swaps them; ``replaced(number, Side)`` and ``swapped()``."""

    replaced = Signal(int, object)
    swapped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cards = (SideCard("A"), SideCard("B"))
        self.swap = widgets.button("", self.swapped.emit, "", "swap")
        self.swap.setText("")
        self.swap.setAccessibleName("Swap sides")
        self.swap.setToolTip("Swap sides")
        self.swap.setFixedSize(34, 34)
        self.swap.setStyleSheet("padding: 0;")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.cards[0], 1)
        row.addWidget(self.swap)
        row.addWidget(self.cards[1], 1)
        for number, card in enumerate(self.cards):
            card.replaced.connect(lambda side, number=number: self.replaced.emit(number, side))

    def under(self, point: QPoint, window: QWidget) -> tuple[int, QRect] | None:
        """The card at a point of ``window``, and where it is in it."""
        for number, card in enumerate(self.cards):
            place = QRect(card.mapTo(window, QPoint(0, 0)), card.size())
            if card.isVisible() and place.contains(point):
                return number, place
        return None
