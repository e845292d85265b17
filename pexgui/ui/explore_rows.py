"""The rows of the parameter table: groups, and what each parameter is and takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pexgui.core import text

from . import explore_words as words
from . import icons, theme, widgets
from .explore_design import Line
from .models import ROW, Index

ROW_HEIGHT, GROUP_HEIGHT, HEAD = 26, 28, 31
NAME, EDGE = 40, 3
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignAbsolute
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft | _MIDDLE, Qt.AlignmentFlag.AlignRight | _MIDDLE


@dataclass(frozen=True)
class Group:
    """The head of some rows: the group that the parameters are in, how many of it follow, and whether it is folded."""

    name: str
    count: int
    folded: bool

    def title(self) -> str:
        return text.printable(self.name, 300) or "parameters"


@dataclass(frozen=True)
class Shown:
    """A parameter with what its row shows: how many values it has (None: not known), what is wrong with them, and
    whether its count stands for a whole group of linked ones. ``form`` is what the parameter was when it was made."""

    line: Line
    count: int | None
    problem: str
    linked: bool
    words: str
    form: tuple[object, ...] = ()


class Places(NamedTuple):
    """Where the columns are: left edges of type, values and bracket, right edges of default and count."""

    type: int
    default: int
    values: int
    bracket: int
    end: int


def places(width: int) -> Places:
    """The columns of a table ``width`` px wide."""
    kind = max(150, round(width * 0.276))
    default = kind + max(96, round(width * 0.168))
    return Places(kind, default, default + 26, width - 178, width - 17)


class HeadRow(QWidget):
    """What the columns are."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEAD)
        widgets.repaint_on_theme(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c, at = theme.colors(), places(self.contentsRect().width())
        painter = QPainter(self)
        painter.fillRect(0, HEAD - 1, self.width(), 1, c.border)
        painter.setFont(theme.font(11, 500))
        painter.setPen(c.muted)
        for left, title in ((NAME, "Parameter"), (at.type, "Type"), (at.values, "Values to run")):
            painter.drawText(QRectF(left, 0, 200, HEAD), _LEFT, title)
        for right, title in ((at.default, "Default"), (at.end, "Count")):
            painter.drawText(QRectF(right - 100, 0, 100, HEAD), _RIGHT, title)
        painter.end()


class RowDelegate(QStyledItemDelegate):
    """Paints a group or a parameter; what reaches over several rows is the view's."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, GROUP_HEIGHT if isinstance(index.data(ROW), Group) else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = index.data(ROW)
        c, rect = theme.colors(), option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected and isinstance(shown, Shown):
            painter.fillRect(rect, c.accent_soft)
        elif option.state & QStyle.StateFlag.State_MouseOver and isinstance(shown, Shown):
            painter.fillRect(rect, c.hover)
        if isinstance(shown, Group):
            _paint_group(painter, rect, shown, bool(option.state & QStyle.StateFlag.State_HasFocus))
        elif isinstance(shown, Shown):
            _paint_line(painter, rect, shown)
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(rect.left(), rect.top(), EDGE, rect.height(), c.accent)


def _paint_group(painter: QPainter, rect: QRect, group: Group, focused: bool) -> None:
    c = theme.colors()
    middle = rect.center().y() + 1
    sign = "chevron-right" if group.folded else "chevron-down"
    icons.paint(painter, QRect(12, middle - 7, 14, 14), sign, c.accent if focused else c.muted)
    font = theme.font(weight=600)
    used = _write(painter, QRect(32, rect.top(), rect.width() - 120, rect.height()), group.title(), c.text, font)
    if group.folded:
        place = QRect(32 + used + 10, rect.top(), 80, rect.height())
        _write(painter, place, f"{group.count:,}", c.muted, theme.number_font(11))


def _paint_line(painter: QPainter, rect: QRect, shown: Shown) -> None:
    c, at, line = theme.colors(), places(rect.width()), shown.line
    explored = line.explored()
    ink = c.text if explored else c.muted
    top, height = rect.top(), rect.height()
    named = bool(line.short())
    name = text.printable(line.short()) if named else "no name yet"
    _write(painter, QRect(NAME, top, at.type - NAME - 10, height), name, ink if named else c.muted, theme.mono())
    default_left = at.type + min(90, _width(line.type)) + 14
    _write(painter, QRect(at.type, top, default_left - 10 - at.type, height), line.type, c.muted)
    default = words.signed(text.printable(line.default)) or ("" if line.default == "" and not line.kept else "–")
    _write(painter, QRect(default_left, top, at.default - default_left, height), default, ink, right=True)
    left, right = at.values, at.bracket - 8 if shown.linked else at.end - 64
    if shown.problem:
        icons.paint(painter, QRect(left, rect.center().y() - 7, 15, 15), "warning", c.bad)
        left += 21
    color = c.bad if shown.problem else ink
    _write(painter, QRect(left, top, right - left, height), words.values(line), color)
    if explored and not shown.linked and shown.count is not None and not shown.problem:
        count = QRect(at.end - 80, top, 80, height)
        _write(painter, count, f"{shown.count:,}", c.text, theme.number_font(weight=600), right=True)


def paint_link(painter: QPainter, rect: QRect, rows: Sequence[tuple[QRect, int | None]]) -> None:
    """What linked rows have in common, over all of them at ``rect``: a bracket, words and one count; each its own, and
    that they are not in step, where the counts differ."""
    c, at = theme.colors(), places(rect.width())
    uneven = len({count for _rect, count in rows if count is not None}) > 1
    color = c.bad if uneven else c.accent
    middle = rect.center().y() + 1
    painter.setPen(color)
    x, top, bottom = at.bracket, rect.top() + 5, rect.bottom() - 5
    for y in (top, bottom):
        painter.drawLine(x, y, x + 6, y)
    painter.drawLine(x + 6, top, x + 6, bottom)
    icons.paint(painter, QRect(x + 15, middle - 7, 14, 14), "link-broken" if uneven else "link", color)
    place = QRect(x + 36, middle - 13, 90, 26)
    _write(painter, place, "not in step" if uneven else "in step", color if uneven else c.muted, theme.font(11))
    shown = rows if uneven else [(QRect(0, middle - 13, rect.width(), 26), rows[0][1])]
    for each, count in shown:
        place = QRect(at.end - 80, each.top(), 80, each.height())
        ink = c.bad if uneven else c.text
        words_ = f"{count:,}" if count is not None and (uneven or None not in [one for _rect, one in rows]) else ""
        _write(painter, place, words_, ink, theme.number_font(weight=600), right=True)


def _width(words_: str) -> int:
    return QFontMetrics(theme.number_font()).horizontalAdvance(words_)


def _write(
    painter: QPainter, place: QRect, said: str, color: QColor, font: QFont | None = None, right: bool = False
) -> int:
    """Write a line, cut with an ellipsis where there is no room; answers the width it takes."""
    painter.setFont(font or theme.number_font())
    painter.setPen(color)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, max(0, place.width()))
    painter.drawText(place, _RIGHT if right else _LEFT, shown)
    return metrics.horizontalAdvance(shown)
