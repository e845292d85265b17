"""Small widgets that several panels share."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from . import icons, theme


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text; ``role`` is title, section, muted, small, number or nothing."""
    result = QLabel()
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setText(text)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    return result


def section_title(text: str) -> QLabel:
    """The semibold title of a section."""
    return label(text, "section")


def hairline(upright: bool = False) -> QFrame:
    """A line of one pixel, lying or ``upright``."""
    result = QFrame()
    result.setProperty("role", "line")
    if upright:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def button(text: str, clicked: Callable[[], object], role: str = "", icon: str = "") -> QPushButton:
    """A push button; ``role`` is primary, link, quiet (a muted link), flat or nothing."""
    result = QPushButton(f" {text}" if icon else text)
    result.setAccessibleName(text.rstrip("…"))
    if role:
        result.setProperty("role", role)
    if role in ("link", "quiet"):
        result.setCursor(Qt.CursorShape.PointingHandCursor)
        result.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if icon:
        result.setIcon(icons.icon(icon))
        result.setIconSize(QSize(16, 16))
    result.clicked.connect(lambda _checked=False: clicked())
    return result


def icon_button(icon: str, name: str, clicked: Callable[[], object] | None = None, role: str = "muted") -> QToolButton:
    """A flat button of 24 px with only an icon; ``name`` is its tooltip and accessible name."""
    result = QToolButton()
    result.setProperty("role", "icon")
    result.setIcon(icons.icon(icon, role))
    result.setIconSize(QSize(16, 16))
    result.setToolTip(name)
    result.setAccessibleName(name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        result.clicked.connect(lambda _checked=False: clicked())
    return result


def tool_button(action: QAction) -> QToolButton:
    """A flat button with icon and word for the toolbar, 30 px high."""
    result = QToolButton()
    result.setDefaultAction(action)
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    result.setIconSize(QSize(16, 16))
    result.setFixedHeight(30)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAccessibleName(action.text().replace("&", "").rstrip("…"))
    return result


class ElidedLabel(QWidget):
    """One line of plain text that ends in an ellipsis where there is no room; the tooltip then has all of it.

    ``role`` is title, section, muted, small or nothing; ``mode`` says where the ellipsis stands.
    """

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._label = label("", role)
        # Absolute: what is written from right to left begins at the left too, where everything else does.
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
        self._label.setAlignment(left | Qt.AlignmentFlag.AlignVCenter)
        self._label.setParent(self)
        self._text = ""
        self._mode = mode
        self._font: QFont | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._fit()
        self.updateGeometry()

    def setRole(self, role: str) -> None:
        """Change the role after the fact, such as to mark a state."""
        self._label.setProperty("role", role)
        self._label.style().unpolish(self._label)
        self._label.style().polish(self._label)
        self._fit()

    def setLabelFont(self, font: QFont) -> None:
        """Use another font, such as `theme.mono`."""
        if self._font is None:
            theme.changed.connect(self._fit)
        self._font = font
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        self._label.ensurePolished()
        metrics = QFontMetrics(self._label.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        self._label.ensurePolished()
        if self._font is not None and self._label.font() != self._font:
            self._label.setFont(self._font)  # Qt drops it when a style sheet meets a widget that moves into a layout
        shown, whole = self._shown(QFontMetrics(self._label.font()))
        self._label.setText(shown)
        self._label.setGeometry(self.rect())
        self.setToolTip("" if whole else plain_tooltip(self._text))

    def _shown(self, metrics: QFontMetrics) -> tuple[str, bool]:
        """What there is room for, and whether that is all."""
        shown = metrics.elidedText(self._text, self._mode, self.width())
        return shown, shown == self._text


def plain_tooltip(text: str) -> str:
    """``text`` so that a tooltip shows it as it is: Qt takes what looks like HTML for HTML."""
    if "<" not in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<p style="white-space: pre-wrap">{escaped}</p>'


def window_title(text: str) -> str:
    """``text`` so that the title of a window shows it as it is: Qt takes ``[*]`` for a mark of changes."""
    return text.replace("[*]", "[*][*]")


def breakable(text: str) -> str:
    """``text`` so that a label also breaks its lines inside very long words, such as paths."""
    return re.sub(r"(\S{40})(?=\S)", "\\1\N{ZERO WIDTH SPACE}", text)


class SearchBox(QLineEdit):
    """A line to type what is looked for, with an icon at its left and a cross that clears it; Escape clears it too."""

    def __init__(self, placeholder: str, name: str, icon: str = "search") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAcceptDrops(False)
        self.setAccessibleName(name)
        self.addAction(icons.icon(icon, "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(icons.icon("close", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText("Clear")
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        for child, word in zip(self.findChildren(QToolButton), (name, "Clear"), strict=False):
            child.setAccessibleName(word)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class SegmentedTabs(QWidget):
    """Tabs as one track with a pill on the current one; arrow keys move, ``chosen(int)`` says which."""

    chosen = Signal(int)
    HEIGHT = 30

    def __init__(self, titles: Sequence[str], name: str) -> None:
        super().__init__()
        self._titles = list(titles)
        self._current = 0
        self._under = -1
        self.setAccessibleName(name)
        self.setAccessibleDescription(self._titles[0])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font())

    def current(self) -> int:
        return self._current

    def show_current(self, index: int) -> None:
        """Make ``index`` the current tab, without saying so."""
        self._current = index
        self.setAccessibleDescription(self._titles[index])
        self.update()

    def choose(self, index: int) -> None:
        """Make ``index`` the current tab and say so when it was another."""
        if index == self._current or not 0 <= index < len(self._titles):
            return
        self.show_current(index)
        self.chosen.emit(index)

    def place_of(self, index: int) -> QRectF:
        """Where a tab is."""
        widths = self.widths()
        return QRectF(2 + sum(widths[:index]), 2, widths[index], self.HEIGHT - 4)

    def widths(self) -> list[int]:
        """How wide each tab is: all alike."""
        metrics = QFontMetrics(theme.font(weight=600))
        widest = max(metrics.horizontalAdvance(title) for title in self._titles)
        return [max(92, widest + 24)] * len(self._titles)

    def sizeHint(self) -> QSize:
        return QSize(sum(self.widths()) + 4, self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.choose(self._current + step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(-1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.sunken)
        painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
        for index, title in enumerate(self._titles):
            pill, here = self.place_of(index), index == self._current
            if here:
                painter.setPen(QPen(c.accent if self.hasFocus() else c.border, 1))
                painter.setBrush(c.surface)
                painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setFont(theme.font(weight=600 if here else 400))
            painter.setPen(c.text if here or index == self._under else c.muted)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, title)
        painter.end()

    def _at(self, x: float) -> int:
        found = (index for index in range(len(self._titles)) if x < self.place_of(index).right())
        return next(found, len(self._titles) - 1)

    def _hover(self, index: int) -> None:
        if index != self._under:
            self._under = index
            self.update()


def repaint_on_theme(widget: QWidget) -> None:
    """Have ``widget`` painted again whenever the theme changes."""
    theme.changed.connect(widget.update)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet looks at, and make it count."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Picture(QWidget):
    """An icon that stands by itself, in the muted colour."""

    def __init__(self, name: str, size: int, role: str = "muted") -> None:
        super().__init__()
        self._name, self._size, self._role = name, size, role
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self.rect(), self._name, getattr(theme.colors(), self._role))
        painter.end()
