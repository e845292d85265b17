"""A value in a window of its own, as large as one likes."""

from itertools import count

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import Value, ValueRequest, text

from . import value_words, widgets
from .context import ValueContext
from .jobs import Submit
from .value_array import ArrayView
from .value_card import ValueCard
from .value_content import mono_style
from .value_copy import Copying

_numbers = count(1)


class ValueWindow(QWidget):
    """Shows one value, with ways to all its parts; ``gone`` says that it was closed."""

    gone = Signal(object)

    def __init__(
        self, submit: Submit, request: ValueRequest, value: Value, context: ValueContext, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = " – ".join(part for part in (value.full_name, context.title) if part)
        self.setWindowTitle(widgets.window_title(words))
        self.card = ValueCard(submit, f"value window {next(_numbers)}", roomy=True)
        self._copying = Copying(self)
        title = widgets.ElidedLabel(value.full_name, "", Qt.TextElideMode.ElideMiddle)
        title.setStyleSheet(f"QLabel {{ {mono_style()} }}")
        where = " · ".join(part for part in (context.title, context.subtitle) if part)
        copy = widgets.button("Copy values", lambda: self._copying.start(self.card.pieces()), icon="copy")
        foot = QHBoxLayout()
        foot.addWidget(widgets.ElidedLabel(_in_words(value), "small"), 1)
        foot.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(widgets.ElidedLabel(where, "small"))
        layout.addWidget(self.card, 1)
        layout.addLayout(foot)
        self.resize(900, 640)
        self.card.show_value(request, value)
        self.setFocus()

    def show_as(self, view: ArrayView) -> None:
        """Show the array as ``view`` does."""
        own = self.card.view()
        if isinstance(own, ArrayView):
            own.set_mode(view.mode())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.card.stop()
        self._copying.stop()
        self.gone.emit(self)
        super().closeEvent(event)


def _in_words(value: Value) -> str:
    item = next((each for each in value.items if each.name == value.chosen), None)
    words = [value_words.kind(value.content), text.shape(item.shape) if item is not None else ""]
    words.append(f"{text.size(item.stored)} on disk" if item is not None and item.stored else "")
    return " · ".join(word for word in words if word)
