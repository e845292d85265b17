"""What came of a merge: the claim, before and now in a picture, and where everything is."""

import os
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import MergePlan, MergeResult, PlannedSource, Sources, text

from . import icons, places, theme, widgets
from .merge_choices import MergeChoices, cut
from .merge_page import MergePage, Strip, card
from .merge_words import facts, listed, source_names

_SHOWN = 3


class DonePage(MergePage):
    """The result of a merge and, once it was undone, what was put back."""

    def __init__(self, choices: MergeChoices) -> None:
        super().__init__("Result", choices)
        head = self.column.takeAt(0)
        self.badge = Badge()
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        assert head is not None
        layout = head.layout()
        assert layout is not None
        layout.setParent(None)
        row.addLayout(layout, 1)
        self.column.addLayout(row)
        self.picture = BeforeAndNow()
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(16, 4, 16, 4)
        self._rows.setSpacing(0)
        self._shown: list[QWidget] = []
        self.card = card(self._rows)
        self.notes = Strip("info")
        self.column.addSpacing(4)
        self.column.addWidget(self.picture)
        self.column.addWidget(self.card)
        self.column.addWidget(self.notes)
        self.column.addStretch(1)

    def show_result(self, plan: MergePlan, result: MergeResult, seconds: float) -> None:
        """Show what came of ``plan``."""
        self.badge.set_icon("check", "ok")
        target = text.printable(os.path.basename(result.target))
        runs = text.count(result.runs, "run")
        self.say(f"{runs}, merged and checked", f"{cut(target)} is ready. {_undo_words(plan, result)}")
        sources = [(name, _about(each)) for name, each in zip(source_names(plan), plan.sources, strict=True)]
        self.picture.show_files(sources, (target, f"{runs} · {text.size(result.size)}"))
        self.picture.show()
        self._fill([_fact(*each) for each in facts(plan, result, seconds)])
        self.notes.say(_in_short(result.notes))

    def show_undone(self, sentences: Sequence[str]) -> None:
        """Show that everything was put back."""
        self.badge.set_icon("check", "ok")
        self.say("Undone: every file is as it was", "What was merged can be merged again at any time.")
        self.picture.hide()
        self._fill([_fact("check", "", sentence, b"") for sentence in sentences])
        self.notes.say("")

    def _fill(self, rows: Sequence[QWidget]) -> None:
        for old in self._shown:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
        for number, row in enumerate(rows):
            for part in ([widgets.hairline()] if number else []) + [row]:
                self._rows.addWidget(part)
                self._shown.append(part)
        self.card.setVisible(bool(rows))


class Badge(QWidget):
    """A circle of 36 px with an icon."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._role = "check", "ok"
        self.setFixedSize(36, 36)
        widgets.repaint_on_theme(self)

    def set_icon(self, icon: str, role: str) -> None:
        self._icon, self._role = icon, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(getattr(c, f"{self._role}_soft"))
        painter.drawEllipse(self.rect())
        icons.paint(painter, self.rect().adjusted(8, 8, -8, -8), self._icon, getattr(c, self._role))
        painter.end()


class BeforeAndNow(QWidget):
    """The files before at the left, the one that came of them at the right, and lines that lead from these to it."""

    def __init__(self) -> None:
        super().__init__()
        self._before: list[tuple[str, str]] = []
        self._now = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Before and now")
        widgets.repaint_on_theme(self)

    def show_files(self, before: Sequence[tuple[str, str]], now: tuple[str, str]) -> None:
        """Show files, each with its name and a line about it; of many only some."""
        self._before, self._now = list(before), now
        if len(before) > _SHOWN + 1:
            rest = listed(name for name, _words in before[_SHOWN:])
            self._before = [*before[:_SHOWN], (f"{len(before) - _SHOWN} more files", rest)]
        was = "; ".join(f"{name}, {words}" for name, words in before)
        self.setAccessibleDescription(f"Before: {was}. Now: {now[0]}, {now[1]}.")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(500, 50 + 46 * max(2, len(self._before)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(c.border, 1))
        painter.setBrush(c.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        half = self.width() * 0.5
        right = QRectF(half + 28, 0, self.width() - half - 28 - 16, 58)
        painter.setFont(theme.font(11, 500))
        painter.setPen(c.muted)
        painter.drawText(QRectF(16, 12, 200, 18), Qt.AlignmentFlag.AlignVCenter, "Before")
        painter.drawText(QRectF(right.left(), 12, 200, 18), Qt.AlignmentFlag.AlignVCenter, "Now")
        middle = 36 + 46 * len(self._before) / 2
        right.moveTop(middle - 29)
        painter.setPen(QPen(c.accent, 1))
        painter.setBrush(c.accent_soft)
        painter.drawRoundedRect(right, 8, 8)
        self._file(painter, QRectF(right.left() + 16, right.top() + 8, right.width() - 28, 42), self._now, c.accent)
        widest = half - 88
        for number, each in enumerate(self._before):
            place = QRectF(16, 36 + 46 * number, widest, 42)
            self._file(painter, place, each, c.muted)
            self._lead(painter, QPointF(half - 60, place.center().y()), QPointF(right.left() - 8, middle))
        painter.end()

    def _file(self, painter: QPainter, place: QRectF, words: tuple[str, str], color: QColor) -> None:
        c = theme.colors()
        icons.paint(painter, QRectF(place.left(), place.center().y() - 10, 20, 20), "file-trajectory", color)
        for line, (size, weight, ink) in enumerate(((13, 600, c.text), (11, 400, c.muted))):
            painter.setFont(theme.number_font(size, weight))
            painter.setPen(ink)
            room = QRectF(place.left() + 28, place.top() + 2 + 19 * line, place.width() - 28, 20)
            shown = painter.fontMetrics().elidedText(words[line], Qt.TextElideMode.ElideMiddle, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    def _lead(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        c = theme.colors()
        path = QPainterPath(start)
        bend = QPointF(start.x() + 44, end.y())
        path.cubicTo(QPointF(start.x() + 26, start.y()), QPointF(start.x() + 18, end.y()), bend)
        path.lineTo(end)
        path.moveTo(end + QPointF(-5, -5))
        path.lineTo(end)
        path.lineTo(end + QPointF(-5, 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.mix(c.muted, c.surface, 0.5), 1.2))
        painter.drawPath(path)


def _fact(icon: str, key: str, value: str, path: bytes) -> QWidget:
    result = QWidget()
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 6, 0, 6)
    row.setSpacing(10)
    row.addWidget(widgets.Picture(icon, 16, "ok" if icon == "check" else "muted"))
    if key:
        name = widgets.label(key, "muted")
        name.setFixedWidth(84)
        row.addWidget(name)
    words = widgets.ElidedLabel(value, "", Qt.TextElideMode.ElideMiddle)
    if path:
        words.setLabelFont(theme.mono())
    row.addWidget(words, 1)
    if path:
        act: Callable[[], object] = partial(places.show_in_folder, path, icon == "folder")
        show = widgets.button("Show", act, "link")
        show.setAccessibleName(f"Show in folder: {key}")
        row.addWidget(show)
    return result


def _in_short(notes: Sequence[str]) -> str:
    """The first of some sentences, and how many there are besides."""
    more = len(notes) - _SHOWN
    return "\n".join([*notes[:_SHOWN], *([f"And {text.count(more, 'more note')} like these."] if more > 0 else [])])


def _undo_words(plan: MergePlan, result: MergeResult) -> str:
    if result.undo:
        return "Undo puts every file back as it was."
    if plan.request.after is Sources.DELETE:
        return "The merged files were deleted, so that this cannot be undone."
    return "No backup was kept, so that this cannot be undone."


def _about(source: PlannedSource) -> str:
    return f"{text.count(source.runs, 'run')} · {text.size(source.stamp.size)}"
