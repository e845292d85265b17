"""A file on the list of the compact dialog: its size now and as it is expected, and what to know about it."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from pexgui.core import PlannedFile, text

from . import icons, places, theme, widgets
from .checks import Check
from .compact_choices import Entry, How
from .compact_words import about, notes, percent

ROW, HEAD = 44, 31
LEFT, EDGE = 47, 16
_NUMBER = 70
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignRight


class Columns(NamedTuple):
    """Where the columns of a row end, and where the bar begins."""

    now: float
    bar: float
    bar_end: float
    expected: float
    saves: float


def columns(width: float) -> Columns:
    """The columns of rows that are ``width`` px wide: names and bars share what there is more, or less."""
    now = max(LEFT + 150.0, 330 + 0.5 * (width - 772))
    saves = width - EDGE
    expected = saves - 122
    return Columns(now, now + 12, expected - _NUMBER, expected, saves)


class FileRow(QWidget):
    """``ticked(Entry, on)``; ``removed(Entry)``; ``rescued(Entry)``: what can be read of it is to be saved."""

    ticked = Signal(object, bool)
    removed = Signal(object)
    rescued = Signal(object)

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self._planned: PlannedFile | None = None
        self._scale, self._share = 1, -1.0
        self._known = self._on = False
        self._problem = ""
        self._words: QLabel | None = None
        self._shown: tuple[object, ...] = ()
        self.rescue: QPushButton | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.check = Check()
        self.check.setParent(self)
        self.check.setGeometry(14, (ROW - 22) // 2, 22, 22)
        self.check.setAccessibleName(entry.name())
        self.check.clicked.connect(lambda on: self.ticked.emit(self.entry, on))
        self.check.installEventFilter(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(LEFT, ROW, EDGE, 0)
        self._column.setSpacing(6)
        self.setMinimumHeight(ROW)
        widgets.repaint_on_theme(self)

    # --- what is shown

    def show_entry(self, how: How, scale: int) -> bool:
        """Show what is known of the file; ``scale`` is the size of the largest one on the list. Whether that is
        another than before."""
        entry = self.entry
        trouble = entry.trouble(how)
        shown = (entry.shown(how), scale, how in entry.found, entry.ticked(how), trouble)
        if shown == self._shown:
            return False
        self._shown = shown
        self._planned, self._scale, self._known, self._on, (self._problem, hint) = shown
        if self._known:
            self._share = -1.0
        able = self._planned is not None and not self._problem
        self.check.setVisible(not self._problem)
        self.check.setEnabled(able)
        self.check.setChecked(self._on)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if able else Qt.FocusPolicy.StrongFocus)
        damaged = bool(self._problem) and self._planned is not None and self._planned.damaged
        told = self._planned.notes if self._planned is not None and not self._problem else ()
        self._say(f"{self._problem} {hint}".strip() if self._problem else notes(told), damaged)
        self._name()
        self.update()
        return True

    def measuring(self, share: float) -> None:
        """Show how far it is looked at."""
        self._share = share
        self.update()

    def detail(self) -> str:
        """The second line: where the file is and what is in it."""
        return " · ".join(filter(None, (self.entry.folder(), about(self._planned))))

    def result(self) -> str:
        """What is said at the right."""
        planned = self._planned
        if self._problem:
            return "stays as it is"
        if planned is None:
            return f"Measuring, {self._share:.0%}".replace("%", " %") if self._share > 0 else "Measuring…"
        return percent(planned.size, planned.expected) if planned.gains else "already compact"

    def words(self) -> str:
        """What is said below: what is wrong, or what to know."""
        return self._words.text() if self._words is not None and not self._words.isHidden() else ""

    def stale(self) -> bool:
        """Whether the numbers are those of another choice, until the new ones are known."""
        return self._planned is not None and not self._known

    def keys(self) -> list[QWidget]:
        """What keys lead to, in their order."""
        return [self, self.check, *([self.rescue] if self.rescue is not None else [])]

    def take_focus(self) -> None:
        """Be the row that keys go to."""
        (self.check if self.check.isEnabled() and not self.check.isHidden() else self).setFocus()

    def _say(self, words: str, damaged: bool) -> None:
        """Have a line below only where there is something to say: most rows have none."""
        if words and self._words is None:
            self._words = widgets.label("", "muted", wrap=True)
            self._column.addWidget(self._words)
        if damaged and self.rescue is None:
            self.rescue = widgets.button("Rescue to a copy…", lambda: self.rescued.emit(self.entry), "link")
            self.rescue.setAccessibleName(f"Rescue {self.entry.name()} to a copy")
            self._column.addWidget(self.rescue)
        if self._words is not None:
            self._words.setText(widgets.breakable(words))
            self._words.setVisible(bool(words))
        if self.rescue is not None:
            self.rescue.setVisible(damaged)
        self._column.setContentsMargins(LEFT, ROW - (2 if words else 0), EDGE, 10 if words else 0)

    def _name(self) -> None:
        planned = self._planned
        said = [self.entry.folder(), about(planned)]
        if planned is not None and not self._problem:
            said.append(f"{text.size(planned.size)} now, {text.size(planned.expected)} expected")
        said.append(self.words() if self._problem else self.result())
        for each in (self, self.check):
            each.setAccessibleName(self.entry.name())
            each.setAccessibleDescription(", ".join(filter(None, said)))
        tip = [text.printable(self.entry.file, 4096), about(planned), "Delete takes it off the list"]
        self.setToolTip(widgets.plain_tooltip("\n".join(filter(None, tip))))

    # --- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.entry)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.take_focus()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the row."""
        menu = QMenu(self)
        menu.addAction("Show in folder", lambda: places.show_in_folder(self.entry.file, False))
        menu.addAction("Copy path", lambda: places.copy_path(self.entry.file))
        menu.addSeparator()
        menu.addAction("Take off the list", lambda: self.removed.emit(self.entry))
        return menu

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    # --- how it looks

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.check.hasFocus():
            painter.fillRect(self.rect(), theme.mix(c.accent_soft, c.surface, 0.6))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.mix(c.hover, c.surface, 0.6))
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.mix(c.border, c.surface, 0.8))
        at = columns(self.width())
        quiet = not self._on or self._planned is None or self._problem != ""
        self._names(painter, c.muted if quiet and not self._problem else c.text, at)
        if self._problem:
            icons.paint(painter, QRectF(15, (ROW - 18) / 2, 18, 18), "warning", c.bad)
        if self._planned is not None and not self._problem:
            self._numbers(painter, at, quiet)
        quiet_result = quiet or self.stale() or self._planned is None or not self._planned.gains
        _write(painter, at.saves, 140, self.result(), c.muted if quiet_result else c.ok)
        painter.end()

    def _names(self, painter: QPainter, color: QColor, at: Columns) -> None:
        c = theme.colors()
        end = at.saves - 100 if self._problem else at.now - _NUMBER + 6
        mode = Qt.TextElideMode.ElideMiddle
        lines = ((self.entry.name(), theme.font(13, 500), color), (self.detail(), theme.font(11), c.muted))
        for line, (words, font, ink) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(ink)
            room = QRectF(LEFT, 4 + 18 * line, end - LEFT, 19 - line)
            mode = Qt.TextElideMode.ElideMiddle if line == 0 else Qt.TextElideMode.ElideRight
            painter.drawText(room, _MIDDLE, painter.fontMetrics().elidedText(words, mode, int(room.width())))

    def _numbers(self, painter: QPainter, at: Columns, quiet: bool) -> None:
        c, planned = theme.colors(), self._planned
        assert planned is not None
        faint = quiet or self.stale()
        _write(painter, at.now, _NUMBER, text.size(planned.size), c.muted if faint else c.text)
        whole = QRectF(at.bar, (ROW - 8) / 2, at.bar_end - at.bar, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        now = _part(whole, planned.size / max(self._scale, 1))
        painter.setBrush(c.sunken if quiet else theme.mix(c.accent, c.surface, 0.2))
        if quiet:
            painter.setBrush(theme.mix(c.muted, c.surface, 0.22))
        painter.drawRoundedRect(now, 4, 4)
        if not planned.gains:
            return
        painter.setBrush(
            theme.mix(c.muted, c.surface, 0.45) if quiet else theme.mix(c.accent, c.surface, 0.45 if faint else 1)
        )
        painter.drawRoundedRect(_part(whole, planned.expected / max(self._scale, 1)), 4, 4)
        font = theme.number_font(weight=400 if faint else 500)
        _write(painter, at.expected, _NUMBER, text.size(planned.expected), c.muted if faint else c.text, font)


class HeadRow(QWidget):
    """What the columns are."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEAD)
        widgets.repaint_on_theme(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c, at = theme.colors(), columns(self.contentsRect().width())
        painter = QPainter(self)
        font = theme.font(11, 500)
        painter.setFont(font)
        painter.setPen(QPen(c.muted))
        painter.drawText(QRectF(LEFT, 0, 200, HEAD), _MIDDLE, "File")
        for right, words in ((at.now, "Now"), (at.expected, "Expected"), (at.saves, "Saves")):
            _write(painter, right, 100, words, c.muted, font, HEAD)
        painter.end()


def _part(whole: QRectF, share: float) -> QRectF:
    return QRectF(whole.left(), whole.top(), max(6.0, min(1.0, share) * whole.width()), whole.height())


def _write(
    painter: QPainter,
    right: float,
    width: float,
    words: str,
    color: QColor,
    font: QFont | None = None,
    height: int = ROW,
) -> None:
    """Write a number so that it ends at ``right``."""
    painter.setFont(font or theme.number_font())
    painter.setPen(color)
    painter.drawText(QRectF(right - width, 0, width, height), _RIGHT, words)
