"""Where the bytes of a file are: one bar of parts, and what each part is."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pexgui.core import Storage, text

from . import theme

BAR = 12
LINE = 24
GAP = 12


@dataclass(frozen=True)
class Part:
    """A part of the bar: ``color`` is the place in the theme's series, None for what is free."""

    name: str
    size: int
    remark: str
    color: int | None


def parts(storage: Storage) -> list[Part]:
    """The parts from the largest to the smallest, then what else there is, then what is free."""
    found = sorted(storage.parts, key=lambda part: part.data + part.overhead, reverse=True)
    result = [
        Part(part.name, part.data + part.overhead, _of_which(part.overhead), number)
        for number, part in enumerate(found)
        if part.data + part.overhead
    ]
    if storage.other:
        result.append(Part("Other", storage.other, "", len(result)))
    if storage.free:
        result.append(Part("Free", storage.free, "compacting gives it back", None))
    return result


def _of_which(overhead: int) -> str:
    return f"of which {text.size(overhead)} bookkeeping" if overhead else ""


class StorageBar(QWidget):
    """The bar with its legend."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[Part] = []
        self._size = 0
        self.setAccessibleName("Where the bytes are")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_storage(self, storage: Storage) -> None:
        self._parts, self._size = parts(storage), max(storage.size, 1)
        self.setAccessibleDescription(
            ", ".join(f"{part.name} {text.size(part.size)} {part.remark}".strip() for part in self._parts)
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, BAR + GAP + LINE * len(self._parts))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bar(painter)
        for number, part in enumerate(self._parts):
            self._paint_line(painter, QRectF(0, BAR + GAP + LINE * number, self.width(), LINE), part)
        painter.end()

    def _paint_bar(self, painter: QPainter) -> None:
        c = theme.colors()
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(0, 0, self.width(), BAR), 4, 4)
        painter.save()
        painter.setClipPath(frame)
        painter.fillRect(QRectF(0, 0, self.width(), BAR), c.sunken)
        left, total = 0.0, max(self._size, sum(part.size for part in self._parts))
        for part in self._parts:
            width = self.width() * part.size / total
            if part.color is not None:
                painter.fillRect(QRectF(left, 0, width, BAR), _color(part))
            left += width
            painter.fillRect(QRectF(left - 1, 0, 1, BAR), c.surface)
        painter.restore()

    def _paint_line(self, painter: QPainter, line: QRectF, part: Part) -> None:
        c = theme.colors()
        painter.setPen(c.border if part.color is None else Qt.PenStyle.NoPen)
        painter.setBrush(_color(part))
        painter.drawRoundedRect(QRectF(line.left() + 0.5, line.center().y() - 4.5, 9, 9), 2, 2)
        numbers = theme.number_font()
        metrics = QFontMetrics(numbers)
        painter.setFont(numbers)
        painter.setPen(c.text)
        middle = Qt.AlignmentFlag.AlignVCenter
        size = text.size(part.size)
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, size)
        room = line.adjusted(18, 0, -metrics.horizontalAdvance(size) - 12, 0)
        name = metrics.elidedText(part.name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + 10)
        remark = metrics.elidedText(part.remark, Qt.TextElideMode.ElideRight, int(max(room.width(), 0)))
        painter.setPen(c.muted)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, remark)


def _color(part: Part) -> QColor:
    c = theme.colors()
    return c.sunken if part.color is None else c.series[part.color % len(c.series)]
