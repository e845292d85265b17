"""How two sides are compared, in one line that reads as a sentence, and what is less often asked for below More."""

import math

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pexgui.core import EVERY_PART, Pairing, Part, Tolerance, Wanted

from . import theme, widgets
from .checks import Check
from .compare_facts import TITLES
from .filter_box import PAUSE as JUDGED_AFTER

PAUSE = 250
"""Milliseconds without a change after which it is compared again."""
_PAIRINGS = ((Pairing.POINT, "By parameter point"), (Pairing.NUMBER, "By number"))


class Limit(QLineEdit):
    """A number that is not negative; ``number()`` is the last one that could be read, and Escape goes back to it.

    What is no number is marked when the person pauses: half a number is often none. ``judged()``: ``wrong()`` may
    have changed.
    """

    judged = Signal()

    def __init__(self, name: str) -> None:
        super().__init__("0")
        self._number = 0.0
        self._wrong = False
        self._pause = QTimer(self, singleShot=True, interval=JUDGED_AFTER)
        self._pause.timeout.connect(self.judge)
        self.setAcceptDrops(False)
        self.setAccessibleName(name)
        self.setFont(theme.number_font())
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(60)
        self.textChanged.connect(self._read)

    def number(self) -> float:
        return self._number

    def set_number(self, number: float) -> None:
        self.setText(f"{number:g}".replace("e-0", "e-"))

    def wrong(self) -> bool:
        """Whether what is typed is no such number."""
        return self._wrong

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.set_number(self._number)
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def judge(self) -> None:
        """Mark what is typed if it is no such number."""
        self._pause.stop()
        self._wrong = _number(self.text()) is None
        widgets.restyle(self, "wrong", self._wrong)
        self.judged.emit()

    def _read(self, words: str) -> None:
        number = _number(words)
        if number is None:
            self._pause.start()
        else:
            self._number = number
            self.judge()


def _number(words: str) -> float | None:
    """The number that was typed; None when it is none, or negative."""
    try:
        number = float(words.replace("−", "-").replace(",", ".") or "0")
    except ValueError:
        return None
    return number if number >= 0 and math.isfinite(number) else None


class CompareSettings(QWidget):
    """``changed(Wanted)``: something else is wanted, and nothing was changed for a moment."""

    changed = Signal(object)

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._base = self._told = wanted
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._tell)
        self._build()
        self.set_wanted(wanted)
        self._connect()

    def set_wanted(self, wanted: Wanted) -> None:
        """Show these settings."""
        self._base = self._told = wanted
        self.pairing.setCurrentIndex([pairing for pairing, _words in _PAIRINGS].index(wanted.pairing))
        self.relative.set_number(wanted.tolerance.relative)
        self.absolute.set_number(wanted.tolerance.absolute)
        self.nan.setChecked(wanted.tolerance.nan_equal)
        self.more.ulp.setValue(wanted.tolerance.ulp)
        for part, box in self.more.parts.items():
            box.setChecked(part in wanted.parts)
        self._pause.stop()

    def wanted(self) -> Wanted:
        """What is asked for now."""
        tolerance = Tolerance(
            self.relative.number(), self.absolute.number(), self.more.ulp.value(), self.nan.isChecked()
        )
        parts = tuple(part for part in EVERY_PART if self.more.parts[part].isChecked())
        pairing = _PAIRINGS[self.pairing.currentIndex()][0]
        base = self._base
        return Wanted(parts, base.only, base.ignore, pairing, tolerance, base.tolerances)

    def show_pairing(self, shown: bool) -> None:
        """Offer how runs are paired, or not, where single runs are compared."""
        self._paired.setVisible(shown)

    def hurry(self) -> None:
        """Tell at once what has changed, and what cannot be read."""
        for field in (self.relative, self.absolute):
            field.judge()
        self._pause.stop()
        self._tell()

    def _build(self) -> None:
        self.pairing = QComboBox()
        self.pairing.setAccessibleName("Pair runs")
        self.pairing.addItems([words for _pairing, words in _PAIRINGS])
        self.relative, self.absolute = Limit("Relative tolerance"), Limit("Absolute tolerance")
        self.nan = Check("NaN equals NaN")
        self.more = MoreSettings(self)
        self.more_button = widgets.button("More", self._show_more, "flat", "sliders")
        self.mistake = widgets.ElidedLabel("", "small")
        self.mistake.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.mistake)
        paired = QHBoxLayout()
        paired.setContentsMargins(0, 0, 0, 0)
        paired.setSpacing(8)
        paired.addWidget(widgets.label("Pair runs", "muted"))
        paired.addWidget(self.pairing)
        paired.addWidget(_gap(16))
        self._paired = QWidget()
        self._paired.setLayout(paired)
        row.addWidget(self._paired)
        row.addWidget(widgets.ElidedLabel("Numbers equal within", "muted"))
        row.addWidget(self.relative)
        row.addWidget(widgets.label("relative or", "muted"))
        row.addWidget(self.absolute)
        row.addWidget(widgets.label("absolute", "muted"))
        row.addWidget(_gap(16))
        row.addWidget(self.nan)
        row.addWidget(_gap(8))
        row.addWidget(self.more_button)
        row.addStretch(1)

    def _connect(self) -> None:
        self.pairing.currentIndexChanged.connect(self._soon)
        self.nan.toggled.connect(self._soon)
        self.more.ulp.valueChanged.connect(self._soon)
        for field in (self.relative, self.absolute):
            field.textChanged.connect(self._soon)
            field.returnPressed.connect(self.hurry)
            field.judged.connect(self._judge)
        for box in self.more.parts.values():
            box.toggled.connect(self._soon)

    def _soon(self, *_: object) -> None:
        self._pause.start()

    def _tell(self) -> None:
        wanted = self.wanted()
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

    def _judge(self) -> None:
        """Say which number cannot be read, and what counts instead."""
        wrong = [field for field in (self.relative, self.absolute) if field.wrong()]
        self.mistake.setVisible(bool(wrong))
        if wrong:
            name, counts = wrong[0].accessibleName(), f"{wrong[0].number():g}"
            self.mistake.setText(f"{name}: a number from 0 on, such as 1e-9. Until then {counts} counts.")

    def _show_more(self) -> None:
        self.more.open_below(self.more_button)


def _gap(width: int) -> QWidget:
    """Room between two parts, which a narrow window does without."""
    result = QWidget()
    result.setMaximumSize(width, 1)
    result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return result


class MoreSettings(QFrame):
    """A pop-up: the tolerance in floating-point numbers, and which parts are compared."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAccessibleName("More about how it is compared")
        self.ulp = QSpinBox()
        self.ulp.setRange(0, 1_000_000)
        self.ulp.setAccessibleName("Floating-point numbers apart")
        self.ulp.setFixedWidth(96)
        self.parts: dict[Part, Check] = {part: Check(words) for part, words in TITLES.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(widgets.section_title("Numbers are also equal"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(widgets.label("up to", "muted"))
        row.addWidget(self.ulp)
        row.addWidget(widgets.label("floating-point numbers apart (ULP)", "muted"))
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(widgets.section_title("Compared are"))
        for box in self.parts.values():
            column.addWidget(box)

    def open_below(self, button: QWidget) -> None:
        """Show the pop-up below ``button``."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(0, button.height() + 4))
        screen = button.screen().availableGeometry()
        corner.setX(max(screen.left() + 8, min(corner.x(), screen.right() - self.width() - 8)))
        self.move(corner)
        self.show()
        self.ulp.setFocus()
