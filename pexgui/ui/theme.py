"""Colours, type and the small style sheet of the whole program, in light and in dark."""

import sys
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from pexgui import resources

Choice = Literal["light", "dark", "system"]


@dataclass(frozen=True, slots=True)
class Colors:
    """The colours of one theme; ``series`` run from the first to the last curve of a plot.

    ``hover`` lies between ``accent_soft`` and the surface, ``on_accent`` is text on an accent-coloured button.
    """

    dark: bool
    window: QColor
    surface: QColor
    sunken: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_soft: QColor
    on_accent: QColor
    hover: QColor
    ok: QColor
    ok_soft: QColor
    warn: QColor
    warn_soft: QColor
    bad: QColor
    bad_soft: QColor
    series: tuple[QColor, ...]


LIGHT = Colors(
    dark=False,
    window=QColor("#F6F7F9"),
    surface=QColor("#FFFFFF"),
    sunken=QColor("#EEF0F3"),
    border=QColor("#DDE1E7"),
    text=QColor("#1B2028"),
    muted=QColor("#586171"),
    accent=QColor("#2463D1"),
    accent_soft=QColor("#E5EEFC"),
    on_accent=QColor("#FFFFFF"),
    hover=QColor("#EEF3FB"),
    ok=QColor("#17733D"),
    ok_soft=QColor("#E4F5EA"),
    warn=QColor("#8A5A00"),
    warn_soft=QColor("#FFF3D1"),
    bad=QColor("#B3261E"),
    bad_soft=QColor("#FCE9E7"),
    series=tuple(QColor(name) for name in ("#2B2E83", "#2463D1", "#168AA3", "#35A06B", "#A3A31E")),
)
DARK = Colors(
    dark=True,
    window=QColor("#1A1C20"),
    surface=QColor("#222529"),
    sunken=QColor("#15171A"),
    border=QColor("#343941"),
    text=QColor("#E7E9ED"),
    muted=QColor("#A2AAB8"),
    accent=QColor("#7AA8FF"),
    accent_soft=QColor("#22314C"),
    on_accent=QColor("#10151F"),
    hover=QColor("#222B3A"),
    ok=QColor("#6FD08C"),
    ok_soft=QColor("#17301F"),
    warn=QColor("#F0C061"),
    warn_soft=QColor("#362B12"),
    bad=QColor("#FF8F86"),
    bad_soft=QColor("#3A1C1A"),
    series=tuple(QColor(name) for name in ("#A79BFF", "#7AA8FF", "#4FC3DB", "#6FD08C", "#D6CF5E")),
)


class _Theme(QObject):
    """The theme in use, and the signal that it changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice: Choice = "system"
        self.colors = LIGHT
        self.followed: QObject | None = None
        self.applied = False


_theme = _Theme()
changed = _theme.changed
"""Emitted after the colours changed: whoever painted or stored one does so again."""


def apply(app: QApplication) -> None:
    """Give the application its style, palette, fonts and style sheet, and follow the system's light and dark."""
    app.setStyle("Fusion")
    app.setFont(font())
    hints = app.styleHints()
    if _theme.followed is not hints:
        _theme.followed = hints
        hints.colorSchemeChanged.connect(_follow)
    _theme.applied = True
    _dress(app)


def use(choice: Choice) -> None:
    """Use the light or the dark theme, or the one that the system asks for."""
    _theme.choice = choice
    _follow()


def choice() -> Choice:
    """What was asked for with `use`."""
    return _theme.choice


def colors() -> Colors:
    """The colours in use now."""
    return _theme.colors


def mix(front: QColor, back: QColor, share: float) -> QColor:
    """The opaque colour that ``front`` at the opacity ``share`` makes over ``back``."""
    rest = 1 - share
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * rest,
        front.greenF() * share + back.greenF() * rest,
        front.blueF() * share + back.blueF() * rest,
    )


def faint(color: QColor, share: float) -> QColor:
    """``color`` at the opacity ``share``."""
    result = QColor(color)
    result.setAlphaF(share)
    return result


def font(pixel_size: int = 13, weight: int = 400) -> QFont:
    """The font of the window."""
    result = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    if sys.platform.startswith("linux"):
        result.setFamilies(["Inter", "Noto Sans", *result.families()])
    return _sized(result, pixel_size, weight)


def number_font(pixel_size: int = 13, weight: int = 400) -> QFont:
    """The font of the window with digits of one width, for numbers that stand below each other."""
    result = font(pixel_size, weight)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mono(size: int = 12) -> QFont:
    """The font for paths and code."""
    return _sized(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), size, 400)


def _sized(result: QFont, pixel_size: int, weight: int) -> QFont:
    result.setPixelSize(pixel_size)
    result.setWeight(QFont.Weight(weight))
    return result


def _follow() -> None:
    """Dress the application anew if it should look different now."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and _theme.applied and _wanted() is not _theme.colors:
        _dress(app)


def _wanted() -> Colors:
    dark = _theme.choice == "dark"
    if _theme.choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def _dress(app: QApplication) -> None:
    _theme.colors = _wanted()
    app.setPalette(_palette(_theme.colors))
    app.setStyleSheet(_sheet(_theme.colors))
    _theme.changed.emit()


def _palette(c: Colors) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for name, color in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.window),
        (role.Text, c.text),
        (role.Button, c.surface),
        (role.ButtonText, c.text),
        (role.BrightText, c.bad),
        (role.ToolTipBase, c.surface),
        (role.ToolTipText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Highlight, c.accent_soft),
        (role.HighlightedText, c.text),
        (role.Accent, c.accent),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.Light, c.surface),
        (role.Midlight, c.sunken),
        (role.Mid, c.border),
        (role.Dark, c.border),
        (role.Shadow, c.border),
    ):
        palette.setColor(name, color)
    faded = mix(c.muted, c.window, 0.7)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, name, faded)
    return palette


_SHEET = """
QMenuBar { background: @window; padding: 0 7px; }
QMenuBar::item { padding: 5px 9px; margin: 1px 0; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: @accent_soft; }
QMenu { background: @surface; border: 1px solid @border; padding: 5px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: @accent_soft; color: @text; }
QMenu::item:disabled { color: @faded; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @border; margin: 5px 4px; }
QToolTip { background: @surface; color: @text; border: 1px solid @border; padding: 5px 7px; }
QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="section"] { font-weight: 600; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: 11px; }
QLabel[role="number"] { font-size: 22px; font-weight: 600; }
QFrame[role="card"] { background: @surface; border: 1px solid @border; border-radius: 8px; }
QFrame[role="line"] { background: @border; border: none; }
QFrame[role="surface"], QWidget[role="surface"] { background: @surface; }
QFrame[role="window"], QWidget[role="window"] { background: @window; }
QPushButton { background: @surface; border: 1px solid @border; border-radius: 6px; padding: 0 13px; min-height: 28px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @accent_soft; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faded; background: @window; }
QPushButton[role="primary"] { background: @accent; border-color: @accent; color: @on_accent; font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed { background: @accent_hover; }
QPushButton[role="primary"]:focus { border-color: @text; }
QPushButton[role="primary"]:disabled { background: @sunken; border-color: @border; color: @faded; }
QPushButton[role="link"], QPushButton[role="flat"] { background: transparent; border: 1px solid transparent; }
QPushButton[role="link"] { color: @accent; padding: 0 1px; min-height: 18px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="quiet"] { background: transparent; border: 1px solid transparent; color: @muted; padding: 0 1px;
  min-height: 18px; }
QPushButton[role="quiet"]:hover { color: @text; text-decoration: underline; }
QPushButton[role="flat"] { padding: 0 8px; text-align: left; }
QPushButton[role="flat"]:hover { background: @hover; }
QPushButton[role="link"]:focus, QPushButton[role="flat"]:focus { border-color: @accent; border-radius: 4px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0 9px; }
QToolButton:hover, QToolButton:checked { background: @hover; }
QToolButton:pressed, QToolButton:open { background: @accent_soft; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @faded; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="icon"] { padding: 0; min-width: 24px; min-height: 24px; max-width: 24px; max-height: 24px; }
QLineEdit, QAbstractSpinBox, QComboBox {
  background: @surface; border: 1px solid @border; border-radius: 6px; padding: 0 8px; min-height: 26px;
  selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit[wrong="true"] { border-color: @bad; }
QLineEdit > QToolButton { border: none; padding: 0; min-width: 0; min-height: 0; max-width: 64px; max-height: 64px; }
QComboBox::drop-down, QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 20px; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {
  image: url("@controls/arrow-down.svg"); width: 14px; height: 14px; }
QAbstractSpinBox::up-arrow { image: url("@controls/arrow-up.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { border: 1px solid @border; padding: 4px; }
QPlainTextEdit, QTextEdit { background: @surface; border: 1px solid @border; border-radius: 6px;
  selection-background-color: @selection; selection-color: @text; }
QAbstractItemView { background: @surface; border: none; outline: none;
  selection-background-color: @accent_soft; selection-color: @text; }
QAbstractItemView[role="library"] { background: @window; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; font-size: 11px; font-weight: 500; border: none;
  border-bottom: 1px solid @border; padding: 0 8px; }
QTableCornerButton::section { background: @surface; border: none; }
QSplitter::handle { background: @border; }
QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px 3px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @muted; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  width: 0; height: 0; background: transparent; }
QProgressBar { background: @border; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QSlider::groove:horizontal { background: @border; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background: @surface; border: 1px solid @muted; width: 12px; height: 12px;
  margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: @accent; }
"""


def _sheet(c: Colors) -> str:
    tokens = {
        "accent_soft": c.accent_soft,
        "accent_hover": mix(c.text, c.accent, 0.12),
        "on_accent": c.on_accent,
        "accent": c.accent,
        "window": c.window,
        "surface": c.surface,
        "sunken": c.sunken,
        "border": c.border,
        "text": c.text,
        "muted": c.muted,
        "hover": c.hover,
        "faded": mix(c.muted, c.window, 0.7),
        "selection": mix(c.accent, c.surface, 0.3),
        "scroll": mix(c.muted, c.window, 0.35),
        "bad": c.bad,
    }
    sheet = _SHEET.replace("@controls", (resources.folder() / "controls").as_posix())
    for name, color in tokens.items():
        sheet = sheet.replace("@" + name, color.name())
    return sheet
