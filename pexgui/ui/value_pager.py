"""Which part of a long value is shown, and ways to the other parts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from . import theme, widgets


class Pager(QWidget):
    """``Showing 1–10,000 of 1,342,177,280``, with previous, next and a field to go to an index.

    Positions count from 0, as the labels of rows and axes do; ``wanted`` says where the next part should begin.
    Invisible while everything is shown.
    """

    wanted = Signal(object)

    def __init__(self, roomy: bool = False, paged: bool = True) -> None:
        super().__init__()
        self._start = self._count = self._total = 0
        self._label = widgets.ElidedLabel("", "small")
        self._back = widgets.icon_button("chevron-left", "Previous part", lambda: self._go(self._start - self._count))
        self._on = widgets.icon_button("chevron-right", "Next part", lambda: self._go(self._start + self._count))
        self._field = QLineEdit()
        self._field.setFont(theme.number_font(12))
        self._field.setPlaceholderText("Go to index")
        self._field.setAccessibleName("Go to part")
        self._field.setMaximumWidth(160)
        self._field.returnPressed.connect(self._typed)
        self._field.textEdited.connect(lambda _text: widgets.restyle(self._field, "wrong", False))
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self._label, 1)
        if roomy:
            first.addWidget(self._field)
        first.addWidget(self._back)
        first.addWidget(self._on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(first)
        if not roomy:
            layout.addWidget(self._field)
        for widget in () if paged else (self._back, self._on, self._field):
            widget.hide()
        self.hide()

    def set_span(self, start: int, count: int, total: int, what: str = "") -> None:
        """Say that ``count`` of ``total`` (``rows``, ``columns``, …) are shown, from ``start`` on."""
        self._start, self._count, self._total = start, count, total
        self._back.setEnabled(start > 0)
        self._on.setEnabled(start + count < total)
        span = f"{start + 1:,}–{start + count:,}" if count > 1 else f"{start + count:,}"
        self._label.setText(f"{what.capitalize() or 'Showing'} {span} of {total:,}")
        for widget, name in ((self._back, "Previous"), (self._on, "Next"), (self._field, "Go to")):
            widget.setAccessibleName(f"{name} {what or 'part'}")
        self.setVisible(count < total)

    def text(self) -> str:
        return self._label.text()

    def _go(self, start: int) -> None:
        last = max(self._total - max(self._count, 1), 0)
        start = max(0, min(start, last))
        if start != self._start:
            self.wanted.emit(start)

    def _typed(self) -> None:
        words = self._field.text().replace(",", "").replace(" ", "")
        if words.isascii() and words.isdecimal() and int(words[:20]) < self._total:
            self._go(int(words))
            self._field.clear()
        else:
            widgets.restyle(self._field, "wrong", True)
            self._field.setToolTip(f"A whole number from 0 to {self._total - 1:,}")
