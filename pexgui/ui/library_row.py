"""How a row of the library is told and drawn."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pexgui.core import FileState, TrajectorySummary, text

from . import icons, theme
from .library_model import ROW, Row, RowKind, RowState, shown_name
from .widgets import plain_tooltip

PAGE = 1000
"""So many entries of a folder are read at once."""

_SIGNS = {
    FileState.TRAJECTORIES: ("file-trajectory", "muted"),
    FileState.NO_TRAJECTORY: ("file", "muted"),
    FileState.NOT_HDF5: ("file", "muted"),
    FileState.DAMAGED: ("warning", "bad"),
    FileState.BEING_WRITTEN: ("file-trajectory", "accent"),
    FileState.UNREADABLE: ("warning", "warn"),
}


def second_line(row: Row) -> tuple[str, str]:
    """What a row says below its name, and the colour of the theme in which."""
    if row.kind is RowKind.MORE:
        return "", "muted"
    if row.state is RowState.GONE:
        return "No longer there", "warn"
    if row.kind is RowKind.FOLDER:
        return _of_folder(row)
    if row.trajectory is not None:
        return runs(row.trajectory), "muted"
    if row.state is RowState.WAITING and row.summary is None:
        return "Reading…", "muted"
    if row.summary is None:
        return ("Not read yet", "muted") if row.state is RowState.STOPPED else (row.sentence, "warn")
    return _of_file(row)


def _of_folder(row: Row) -> tuple[str, str]:
    if row.state is RowState.REFUSED:
        return ("Not reachable" if row.parent is None else row.sentence), "warn"
    if row.parent is None and not row.files and all(below.state is RowState.READ for below in row.walk()):
        return "No HDF5 files in it", "muted"
    return "", "muted"


def _of_file(row: Row) -> tuple[str, str]:
    assert row.summary is not None
    state, found = row.summary.state, row.summary.trajectories
    if state is FileState.TRAJECTORIES:
        words = runs(found[0]) if len(found) == 1 else text.count(len(found), "trajectory", "trajectories")
        return f"{words} · {text.size(row.bytes())}", "muted"
    if state is FileState.BEING_WRITTEN:
        return ("Being written · " + runs(found[0]) if len(found) == 1 else "Being written"), "accent"
    if state is FileState.NO_TRAJECTORY:
        return "No trajectory in this file", "muted"
    if state is FileState.NOT_HDF5:
        return "Empty file" if not row.bytes() else "Not an HDF5 file", "muted"
    if state is FileState.DAMAGED:
        return _short(row) or "Damaged", "bad"
    return _short(row) or "Cannot be read", "warn"


def _short(row: Row) -> str:
    """The sentence about a file without the file's name, which stands above it."""
    words = row.sentence
    for beginning in (f"“{row.name}” is ", f"“{row.name}” "):
        words = words.removeprefix(beginning)
    return (words[:1].upper() + words[1:]).rstrip(".")


def runs(trajectory: TrajectorySummary) -> str:
    """``988 of 1,000 runs``."""
    if not trajectory.runs:
        return "No runs"
    return f"{trajectory.finished:,} of {text.count(trajectory.runs, 'run')}"


def tooltip(row: Row) -> str:
    """All that is known of a row, in lines."""
    if row.kind is RowKind.MORE:
        return ""
    lines = [text.printable(row.path, 1000)]
    lines.append(row.sentence or second_line(row)[0])
    trajectories = row.summary.trajectories if row.summary is not None else ()
    for trajectory in (row.trajectory,) if row.trajectory is not None else trajectories[:1]:
        lines.append(text.printable(trajectory.comment, 300))
        if trajectory.explored:
            lines.append("Explored: " + text.printable(", ".join(trajectory.explored), 300))
    if row.summary is not None and row.summary.reclaimable:
        lines.append(f"{text.size(row.summary.reclaimable)} reclaimable")
    if row.modified:
        lines.append(f"Changed {text.when(row.modified)}")
    return plain_tooltip("\n".join(line for line in lines if line))


def describe(row: Row, role: int) -> Any:
    """The texts of a row for the roles of Qt."""
    if role == Qt.ItemDataRole.DisplayRole:
        return more_words(row) if row.kind is RowKind.MORE else shown_name(row)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return ", ".join(part for part in (describe(row, Qt.ItemDataRole.DisplayRole), second_line(row)[0]) if part)
    if role == Qt.ItemDataRole.ToolTipRole:
        return tooltip(row)
    return None


def more_words(row: Row) -> str:
    """What the row for the rest of a folder says."""
    assert row.parent is not None
    rest = row.parent.total - row.parent.reached
    return f"Show more ({rest:,} left)" if rest > PAGE else f"Show {rest:,} more"


def count_words(row: Row) -> str:
    """The count at the right of a folder."""
    if row.state is RowState.WAITING and row.total < 0:
        return "…"
    return f"{row.files:,}+" if row.more() is not None else f"{row.files:,}" if row.files else ""


def sign(row: Row) -> tuple[str, str]:
    """The icon of a row and its colour in the theme."""
    if row.kind is RowKind.MORE:
        return "chevron-down", "muted"
    if row.state in (RowState.GONE, RowState.REFUSED):
        return "warning", "warn"
    if row.kind is RowKind.FOLDER:
        return "folder", "muted"
    if row.kind is RowKind.TRAJECTORY:
        return "runs", "muted"
    if row.summary is None:
        return "file", "muted"
    return _SIGNS[row.summary.state]


def chevron(row: Row, rect: QRect) -> QRect | None:
    """Where the sign that opens ``row`` is drawn when the row fills ``rect``."""
    if row.opens():
        left = _left(row) + (0 if row.kind is RowKind.FOLDER or row.parent is None else -14)
        return QRect(rect.left() + left, rect.top(), 16, 26 if row.kind is RowKind.FOLDER else 24)
    return None


def _left(row: Row) -> int:
    return 8 + 14 * row.depth()


def _icon_left(row: Row) -> int:
    if row.kind is RowKind.FOLDER or (row.children and row.parent is None):
        return _left(row) + 18
    return max(16, _left(row) + 4)


class LibraryRows(QStyledItemDelegate):
    """Draws folders in one line of 26 px, files and trajectories in two lines of 40 px."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name_font = theme.font()
        self._chosen_font = theme.font(weight=500)
        self._root_font = theme.font(weight=500)
        self._small_font = theme.number_font(11)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row: Row = index.data(ROW)
        flat = row.kind is RowKind.MORE or (row.kind is RowKind.FOLDER and not second_line(row)[0])
        return QSize(100, 26 if flat else 40)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW)
        state: Any = option.state
        rect: QRect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._back(painter, rect, chosen, bool(state & QStyle.StateFlag.State_MouseOver))
        opener = chevron(row, rect)
        if opener is not None:
            name = "chevron-down" if state & QStyle.StateFlag.State_Open else "chevron-right"
            top = opener.top() + (opener.height() - 14) / 2
            icons.paint(painter, QRectF(opener.left() + 1, top, 14, 14), name, theme.colors().muted)
        self._content(painter, rect, row, chosen)
        painter.restore()

    def _back(self, painter: QPainter, rect: QRect, chosen: bool, hovered: bool) -> None:
        if not (chosen or hovered):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colors().accent_soft if chosen else theme.colors().hover)
        painter.drawRoundedRect(QRectF(rect.adjusted(8, 0, -8, 0)), 6, 6)

    def _content(self, painter: QPainter, rect: QRect, row: Row, chosen: bool) -> None:
        name, role = sign(row)
        icon_left = rect.left() + _icon_left(row)
        line = QRect(rect.left(), rect.top(), rect.width(), 26)
        flat = rect.height() < 40
        if not flat:
            line.translate(0, -1)
        color = _color("accent" if chosen and role == "muted" else role)
        icons.paint(painter, QRectF(icon_left, line.top() + (5 if flat else 6), 16, 16), name, color)
        left, right = icon_left + 24, rect.right() - 15
        words, tone = second_line(row)
        if row.kind is RowKind.FOLDER and flat:
            painter.setFont(self._small_font)
            painter.setPen(_color("muted"))
            count = count_words(row)
            painter.drawText(QRect(left, line.top(), right - left, 26), _RIGHT, count)
            right -= QFontMetrics(self._small_font).horizontalAdvance(count) + 8
        font = self._chosen_font if chosen else self._root_font if row.parent is None else self._name_font
        quiet = row.kind is RowKind.MORE or row.state is RowState.GONE or _quiet(row)
        title = str(describe(row, Qt.ItemDataRole.DisplayRole))
        _write(painter, QRect(left, line.top(), right - left, 26), title, font, _color("muted" if quiet else "text"))
        if words:
            _write(painter, QRect(left, rect.top() + 20, right - left, 16), words, self._small_font, _color(tone))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _quiet(row: Row) -> bool:
    """Whether there is nothing to look at in a file, so that its name steps back."""
    return row.summary is not None and row.summary.state in (FileState.NO_TRAJECTORY, FileState.NOT_HDF5)


def _color(role: str) -> QColor:
    color: QColor = getattr(theme.colors(), role)
    return color


def _write(painter: QPainter, rect: QRect, words: str, font: QFont, color: QColor) -> None:
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT | Qt.TextFlag.TextSingleLine, shown)
