"""What is to be said above a comparison: what changed meanwhile, what was left out, what was written."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import Comparison

from . import theme, widgets
from .notices import IconLabel, WarningStrip


def sentences(comparison: Comparison) -> list[str]:
    """What has to be known about a comparison as a whole."""
    found = [f"“{name}” changed while it was compared; this is how it was then." for name in comparison.changed]
    sides = comparison.sides
    if len(sides) == 2 and sides[0].side == sides[1].side:
        found.append("A and B are the same.")
    elif len(sides) == 2 and _same_file(comparison):
        found.append("A and B are the same file under two names.")
    for each in comparison.against:
        found.append(each.note)
        if each.more:
            listed = f"{len(each.differences):,} of {len(each.differences) + each.more:,} differences"
            found.append(f"Only the first {listed} are listed. Comparing fewer parts may show others.")
    found += [warning for side in sides for warning in side.warnings]
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def _same_file(comparison: Comparison) -> bool:
    """Whether the same trajectory of the same file stands on both sides under two names."""
    one, other = comparison.sides
    same = bool(one.stamp.inode) and one.stamp == other.stamp and one.side.file != other.side.file
    return same and (one.name, one.what, one.side.run) == (other.name, other.what, other.side.run)


class Notice(QWidget):
    """Sentences that warn, with a way out, and below them one that tells what was done."""

    def __init__(self, again: Callable[[], object]) -> None:
        super().__init__()
        self.strip = WarningStrip("About this comparison")
        self.again = widgets.button("Compare again", again, "", "refresh")
        self.told = Told()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.strip, 1)
        row.addWidget(self.again)
        column.addLayout(row)
        column.addWidget(self.told)
        self.hide()

    def say(self, sentences: list[str], again: bool) -> None:
        """Show these sentences, with a button to compare again where that helps."""
        self.told.hide()
        self.strip.set_sentences(sentences)
        self.again.setVisible(again)
        self.setVisible(bool(sentences))

    def tell(self, sentence: str, way: str, act: Callable[[], object]) -> None:
        """Tell what was done, and offer what may follow."""
        self.told.say(sentence, way, act)
        self.told.show()
        self.show()


class Told(QWidget):
    """A green strip: what was done, and a link to what follows."""

    def __init__(self) -> None:
        super().__init__()
        self._act: Callable[[], object] = lambda: None
        self.words = widgets.ElidedLabel("")
        self.link = widgets.button("Show", lambda: self._act(), "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(8)
        row.addWidget(IconLabel("check", "ok"))
        row.addWidget(self.words, 1)
        row.addWidget(self.link)
        widgets.repaint_on_theme(self)
        self.hide()

    def say(self, sentence: str, way: str, act: Callable[[], object]) -> None:
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.link.setText(way)
        self.link.setAccessibleName(way)
        self._act = act

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colors().ok_soft)
        painter.setBrush(theme.colors().ok_soft)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.end()
