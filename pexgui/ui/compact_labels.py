"""Words in a colour of the theme."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from . import theme


class ColorLabel(QLabel):
    """A line of plain text in the colour ``role`` of the theme, with digits of one width; hidden without words."""

    def __init__(self, role: str, weight: int = 400) -> None:
        super().__init__()
        self._role, self._weight = role, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def role(self) -> str:
        return self._role

    def set_role(self, role: str) -> None:
        """Have another colour."""
        if role != self._role:
            self._role = role
            self._dress()

    def setText(self, words: str) -> None:
        super().setText(words)
        self.setVisible(bool(words))

    def _dress(self) -> None:
        self.setFont(theme.number_font(weight=self._weight))
        self.setStyleSheet(f"color: {getattr(theme.colors(), self._role).name()};")
