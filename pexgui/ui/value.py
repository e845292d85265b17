"""The value panel: one value of a trajectory in its natural form, and what is known about it."""

from functools import partial

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from pexgui.core import PexError, Selection, Value, ValueRequest, text

from . import value_words, widgets
from .context import ValueContext
from .jobs import Submit
from .value_array import ArrayView
from .value_card import ValueCard
from .value_content import Sign, mono_style
from .value_copy import Copying
from .value_facts import About
from .value_window import ValueWindow

_EMPTY = "Choose a run or an item to see its value here."
_COPY = "Copy values"
_MARGIN = 16
_LISTED = 200
"""A menu lists so many items of a leaf."""


class ValuePanel(QWidget):
    """Shows the value that was last asked for.

    ``step_wanted(-1 | 1)`` asks for the same value of the previous or next run.
    """

    step_wanted = Signal(int)

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self._submit = submit
        self._context = ValueContext("")
        self._windows: list[ValueWindow] = []
        self._copying = Copying(self)
        self._copying.finished.connect(self._copied)
        self._card = ValueCard(submit, "value")
        self._card.answered.connect(self._answered)
        self._card.failed.connect(self._failed)
        self._card.opened.connect(self.open_window)
        self._about = About()
        self.setAccessibleName("Value")
        self.setMinimumWidth(280)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_head())
        layout.addWidget(self._make_body(), 1)
        self._foot = self._make_foot()
        layout.addWidget(self._foot)
        self.clear()

    def show_value(self, request: ValueRequest, context: ValueContext) -> None:
        """Ask for a value and show it; the old one stays until it is there, and how it is shown stays while only
        the run changes."""
        last = self._card.request()
        self._set_context(context)
        self._path_row.show()
        self._path.setText(self._short(request.path[len(request.trajectory) :].strip(b"/").replace(b"/", b".")))
        self._card.ask(request, keep=last is not None and alike(last, request))

    def refresh(self) -> None:
        """Read what is on show again; which part of it is shown, and how, stays."""
        request = self._card.request()
        if request is not None:
            self._card.ask(request, keep=True)

    def clear(self) -> None:
        """Show no value."""
        self._set_context(ValueContext(""))
        self._path_row.hide()
        self._no_value()
        self._card.clear(_EMPTY)

    def value(self) -> Value | None:
        """What is on show, None while nothing is."""
        return self._card.value()

    def card(self) -> ValueCard:
        """The card with the value itself."""
        return self._card

    def about(self) -> About:
        """What is said beside the value."""
        return self._about

    def open_window(self) -> ValueWindow | None:
        """Show the value on show in a window of its own as well."""
        request, value = self._card.request(), self._card.value()
        if request is None or value is None:
            return None
        window = ValueWindow(self._submit, request, value, self._context, self)
        window.gone.connect(self._forget)
        self._windows.append(window)
        shown = self._card.view()
        if isinstance(shown, ArrayView):
            window.show_as(shown)
        window.show()
        return window

    def windows(self) -> tuple[ValueWindow, ...]:
        """The larger views that are open."""
        return tuple(self._windows)

    def copy(self) -> None:
        """Bring what is on show to the clipboard, or stop doing so."""
        if self._copying.under_way():
            self._copying.stop()
            self._copy.setText(_COPY)
        else:
            self._copy.setText("Stop copying")
            self._copying.start(self._card.pieces())

    # --- parts ---

    def _make_head(self) -> QWidget:
        self._larger = widgets.icon_button("external", "Open in window", self.open_window)
        title = QHBoxLayout()
        title.addWidget(widgets.section_title("Value"), 1)
        title.addWidget(self._larger)
        self._sign = Sign("info")
        self._path = widgets.ElidedLabel("", "", Qt.TextElideMode.ElideMiddle)
        self._path.setStyleSheet(f"QLabel {{ {mono_style()} }}")
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Other items")
        self._menu.aboutToShow.connect(self._fill_menu)
        self._pick = widgets.icon_button("chevron-down", "Choose another item")
        self._pick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._pick.setMenu(self._menu)
        self._path_row = QWidget()
        path = QHBoxLayout(self._path_row)
        path.setContentsMargins(0, 0, 0, 0)
        path.setSpacing(6)
        path.addWidget(self._sign)
        path.addWidget(self._path, 1)
        path.addWidget(self._pick)
        self._path_row.setFixedHeight(26)
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(title)
        layout.addWidget(self._path_row)
        layout.addWidget(self._make_steps())
        return head

    def _make_steps(self) -> QWidget:
        self._title = widgets.ElidedLabel()
        self._subtitle = widgets.ElidedLabel("", "small")
        self._back = widgets.icon_button("chevron-left", "Previous run", lambda: self.step_wanted.emit(-1))
        self._on = widgets.icon_button("chevron-right", "Next run", lambda: self.step_wanted.emit(1))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        self._steps = QWidget()
        self._steps.setMinimumHeight(36)
        layout = QHBoxLayout(self._steps)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(words, 1)
        layout.addWidget(self._back)
        layout.addWidget(self._on)
        return self._steps

    def _make_body(self) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 4, _MARGIN, 16)
        layout.setSpacing(16)
        layout.addWidget(self._card)
        layout.addWidget(self._about)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: _keep_width(layout, bar.sizeHint().width() if high else 0))
        return area

    def _make_foot(self) -> QWidget:
        self._copy = widgets.button(_COPY, self.copy)
        self._copy.setToolTip("Copy what is shown, as text that spreadsheets understand")
        foot = QWidget()
        layout = QHBoxLayout(foot)
        layout.setContentsMargins(16, 8, 16, 12)
        layout.addWidget(self._copy)
        layout.addStretch(1)
        return foot

    # --- what is said ---

    def _set_context(self, context: ValueContext) -> None:
        self._context = context
        self._title.setText(context.title)
        self._subtitle.setText(context.subtitle)
        self._subtitle.setVisible(bool(context.subtitle))
        self._steps.setVisible(bool(context.title))
        for button in (self._back, self._on):
            button.setVisible(context.can_step)
        self._tell_choices()

    def _short(self, name: bytes | str) -> str:
        """A full name without the run that stands below it anyway."""
        words = text.printable(name, 1000).split(".")
        if self._context.title in words[1:]:
            place = words.index(self._context.title, 1)
            before = words[place - 1] == "runs" or words[place - 1].startswith("run_set_")
            del words[place - 1 if before else place : place + 1]
        return ".".join(words)

    def _answered(self, value: Value) -> None:
        chosen = f".{value.chosen}" if len(value.items) > 1 and value.chosen else ""
        self._path.setText(self._short(value.full_name) + chosen)
        self._sign.set_icon(value_words.icon(value.content))
        self._larger.setEnabled(True)
        self._foot.show()
        self._tell_choices()
        shown = self._card.view()
        self._about.show_value(value, shown.extent() if isinstance(shown, ArrayView) else None)

    def _failed(self, _problem: PexError) -> None:
        self._no_value()

    def _no_value(self) -> None:
        self._about.clear()
        self._foot.hide()
        self._larger.setEnabled(False)

    def _copied(self) -> None:
        self._copy.setText("Copied")
        QTimer.singleShot(1500, self._copy, self._offer_copy)

    def _offer_copy(self) -> None:
        if not self._copying.under_way():
            self._copy.setText(_COPY)

    def _forget(self, window: ValueWindow) -> None:
        if window in self._windows:
            self._windows.remove(window)

    # --- other items ---

    def _tell_choices(self) -> None:
        value = self._card.value()
        self._pick.setVisible(bool(self._context.choices) or (value is not None and len(value.items) > 1))

    def _fill_menu(self) -> None:
        self._menu.clear()
        value, request = self._card.value(), self._card.request()
        if value is not None and request is not None and len(value.items) > 1:
            for item in value.items[:_LISTED]:
                action = self._add(item.name, partial(self._choose_item, item.name))
                action.setCheckable(True)
                action.setChecked(item.name == value.chosen)
            if len(value.items) > _LISTED:
                self._menu.addAction(f"{len(value.items) - _LISTED:,} more items are in the tree").setEnabled(False)
            self._menu.addSeparator()
        for name, other in self._context.choices:
            self._add(name, partial(self.show_value, other, self._context))

    def _add(self, name: str, chosen: partial[None]) -> QAction:
        action = self._menu.addAction(name.replace("&", "&&"))
        action.triggered.connect(lambda _checked=False: chosen())
        return action

    def _choose_item(self, name: str) -> None:
        request = self._card.request()
        if request is not None:
            self._card.ask(msgspec.structs.replace(request, item=name, selection=Selection()))


def _keep_width(layout: QVBoxLayout, bar: int) -> None:
    """Let a scroll bar stand in the margin, so that nothing moves when it comes and goes."""
    margins = layout.contentsMargins()
    margins.setRight(_MARGIN - bar)
    layout.setContentsMargins(margins)


def alike(one: ValueRequest, other: ValueRequest) -> bool:
    """Whether two requests ask for the same value of two runs: their paths differ in the run, and maybe its set."""
    if (one.file, one.trajectory, one.item) != (other.file, other.trajectory, other.item):
        return False
    first, second = one.path.split(b"/"), other.path.split(b"/")
    if len(first) != len(second) or first[-1] != second[-1]:
        return False
    return sum(a != b for a, b in zip(first, second, strict=True)) <= 2
