"""Choices in one track, each as wide as its words."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from . import theme, widgets

_PADDING = 11


class Segments(widgets.SegmentedTabs):
    """One of several words is chosen; arrow keys move, ``chosen(int)`` says which when a person does."""

    HEIGHT = 28

    def __init__(self, titles: Sequence[str], name: str) -> None:
        super().__init__(titles, name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widgets.repaint_on_theme(self)

    def widths(self) -> list[int]:
        """How wide each word is."""
        metrics = QFontMetrics(theme.font(weight=600))
        return [metrics.horizontalAdvance(title) + 2 * _PADDING for title in self._titles]
