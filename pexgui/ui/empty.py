"""What stands in the centre while nothing is chosen: how to begin, and what was open before."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pexgui.core import text

from . import icons, theme
from .widgets import Picture, button, label

_WIDE = 640


@dataclass(frozen=True, slots=True)
class Recent:
    """Something that was open before. ``files`` is -1 while unknown; ``reachable`` None while it is looked for."""

    path: bytes
    is_folder: bool
    opened: float
    files: int = -1
    reachable: bool | None = None


class EmptyPanel(QScrollArea):
    """The start screen.

    ``folder_wanted``, ``files_wanted`` and ``demo_wanted`` are its buttons, ``recent_wanted(path)`` a click on
    something that was open before, ``forget_wanted`` the wish to clear that list.
    """

    folder_wanted = Signal()
    files_wanted = Signal()
    demo_wanted = Signal()
    recent_wanted = Signal(object)
    forget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName("Start")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.drop_area = DropArea()
        self.buttons = (
            button("Open folder…", self.folder_wanted.emit, "primary"),
            button("Open files…", self.files_wanted.emit),
            button("Try the demo", self.demo_wanted.emit),
        )
        for one in self.buttons:
            one.setFixedHeight(34)
            self.drop_area.buttons.addWidget(one)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_title = label("Recently open", "section")
        self._forget = button("Clear list", self.forget_wanted.emit, "quiet")
        self.rows: list[RecentRow] = []
        self.setWidget(self._build())
        self.set_recent([])

    def set_recent(self, recent: list[Recent]) -> None:
        """Show what was open before, the latest first."""
        for row in self.rows:
            self._recent.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [RecentRow(one, self._open_recent(one.path)) for one in recent]
        for row in self.rows:
            self._recent.addWidget(row)
        self._recent_title.setVisible(bool(recent))
        self._forget.setVisible(bool(recent))

    def set_dragging(self, dragging: bool) -> None:
        """Show that what is held over the window can be dropped."""
        self.drop_area.dragging = dragging
        self.drop_area.update()

    def _open_recent(self, path: bytes) -> Callable[[], object]:
        return lambda: self.recent_wanted.emit(path)

    def _build(self) -> QWidget:
        column = QVBoxLayout()
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self.drop_area)
        column.addSpacing(24)
        column.addLayout(_abilities())
        column.addSpacing(28)
        title = QHBoxLayout()
        title.addWidget(self._recent_title)
        title.addStretch()
        title.addWidget(self._forget)
        column.addLayout(title)
        column.addSpacing(6)
        column.addLayout(self._recent)
        column.addStretch(3)
        centred = QHBoxLayout()
        centred.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(_WIDE + 48)
        centred.addStretch()
        centred.addWidget(inner, 100)
        centred.addStretch()
        page = QWidget()
        page.setProperty("role", "surface")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page.setLayout(centred)
        return page


class DropArea(QWidget):
    """The dashed field into which files are dropped. The whole window takes drops; this one says so."""

    def __init__(self) -> None:
        super().__init__()
        self.dragging = False
        self.setFixedHeight(256)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self._picture = label()
        title = label("Drop trajectory files or a folder here", "title")
        words = label("pexgui reads pypet files (.hdf5, .h5). Looking never changes a file.", "muted")
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(self.buttons)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addStretch()
        for part, gap in ((self._picture, 16), (title, 5), (words, 18)):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            part.setWordWrap(part is not self._picture)
            column.addWidget(part)
            column.addSpacing(gap)
        column.addLayout(row)
        column.addStretch()
        self._draw_picture()
        theme.changed.connect(self._draw_picture)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(c.accent if self.dragging else theme.mix(c.muted, c.surface, 0.5), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(c.accent_soft if self.dragging else theme.mix(c.window, c.surface, 0.6))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def _draw_picture(self) -> None:
        self._picture.setPixmap(icons.pixmap("download", 40, "muted", self.devicePixelRatioF()))


class RecentRow(QWidget):
    """Something that was open before: its name, path, how many files, when."""

    def __init__(self, recent: Recent, opened: Callable[[], object]) -> None:
        super().__init__()
        self._recent = recent
        self._opened = opened
        name = text.printable(recent.path.rstrip(b"/").rpartition(b"/")[2] or recent.path)
        self._lines = (name, text.printable(recent.path, 1000))
        self.setFixedHeight(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Open {name}, {self._lines[1]}{', not reachable' if self.lost() else ''}")

    def lost(self) -> bool:
        """Whether it was looked for and not found."""
        return self._recent.reachable is False

    def state_words(self) -> str:
        """``12 files`` or ``Not reachable``."""
        if self.lost():
            return "Not reachable"
        return text.count(self._recent.files, "file") if self._recent.is_folder and self._recent.files > 0 else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._opened()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._opened()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(c.accent, 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(c.accent_soft)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        kind = "folder" if self._recent.is_folder else "file-trajectory"
        sign, tone = ("warning", c.warn) if self.lost() else (kind, c.muted)
        icons.paint(painter, QRectF(12, 12, 16, 16), sign, tone)
        right = self.width() - 12
        when = text.when(self._recent.opened)
        painter.setFont(theme.number_font())
        painter.setPen(c.muted)
        painter.drawText(QRectF(right - 140, 0, 140, 40), _RIGHT, when)
        painter.setPen(c.warn if self.lost() else c.muted)
        painter.drawText(QRectF(right - 270, 0, 120, 40), _RIGHT, self.state_words())
        left, wide = 40, right - 280 - 40
        for words, font, color, top in (
            (self._lines[0], theme.font(weight=500), c.muted if self.lost() else c.text, 3),
            (self._lines[1], theme.mono(11), c.muted, 20),
        ):
            painter.setFont(font)
            painter.setPen(color)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, wide)
            painter.drawText(QRectF(left, top, wide, 18), _LEFT, shown)
        painter.end()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_ABILITIES = (
    ("runs", "Runs", "What was varied, what is finished."),
    ("tree", "Tree", "Every parameter and result, decoded."),
    ("chart", "Values", "Numbers, tables, curves, images."),
    ("overview", "Overview", "When, by what, and where the bytes are."),
)


def _abilities() -> QGridLayout:
    """What pexgui does: an icon, a word and a sentence for each."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(3)
    for column, (icon, word, sentence) in enumerate(_ABILITIES):
        picture = Picture(icon, 20)
        grid.addWidget(picture, 0, column, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(word, "section"), 1, column)
        words = label(sentence, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, 2, column)
        grid.setColumnStretch(column, 1)
    return grid
