"""Our icons, drawn in the colours of the theme at any size and device pixel ratio."""

from functools import cache
from typing import Any

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from pexgui import resources

from . import theme

_DISABLED = 0.55


def names() -> list[str]:
    """The names of all icons."""
    return sorted(path.stem for path in (resources.folder() / "icons").glob("*.svg"))


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """The icon ``name`` in the colour ``role`` of the theme (a field of `theme.Colors`); it follows the theme."""
    engine = _Engine(name, role)
    _engines.append(engine)
    return QIcon(engine)


def paint(painter: QPainter, rect: QRect | QRectF, name: str, color: QColor) -> None:
    """Draw the icon ``name`` into the square ``rect`` in any colour; for delegates."""
    ratio = painter.device().devicePixelRatio()
    side = round(rect.width() * ratio)
    painter.drawPixmap(QRectF(rect), _picture(name, color.name(), side), QRectF(0, 0, side, side))


def pixmap(name: str, size: int, role: str = "text", ratio: float = 1.0) -> QPixmap:
    """The icon ``name`` as a picture of ``size`` logical pixels."""
    result = QPixmap(_picture(name, getattr(theme.colors(), role).name(), round(size * ratio)))
    result.setDevicePixelRatio(ratio)
    return result


class _Engine(QIconEngine):
    """Draws one icon; asked anew at every paint, so that it has the colours of the moment."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        _source(name)
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRect(0, 0, side, side)
        square.moveCenter(rect.center())
        painter.save()
        painter.setOpacity(painter.opacity() * (_DISABLED if mode == QIcon.Mode.Disabled else 1))
        paint(painter, square, self._name, self._color(mode))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        engine = _Engine(self._name, self._role)
        _engines.append(engine)
        return engine

    def _color(self, mode: QIcon.Mode) -> QColor:
        colors: Any = theme.colors()
        if mode == QIcon.Mode.Disabled:
            return theme.colors().muted
        color: QColor = getattr(colors, self._role)
        return color


# An engine that only Qt holds would lose its Python half.
_engines: list[_Engine] = []


@cache
def _source(name: str) -> str:
    return (resources.folder() / "icons" / f"{name}.svg").read_text("utf-8")


@cache
def _picture(name: str, color: str, side: int) -> QPixmap:
    """``name`` drawn in ``color`` on ``side`` × ``side`` device pixels."""
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode())).render(painter)
    painter.end()
    return result
