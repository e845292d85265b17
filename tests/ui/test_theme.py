"""The theme: colours that can be read, in light and in dark, and everything that follows when it changes."""

import dataclasses

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pexgui.ui import theme, widgets


def contrast(front: QColor, back: QColor) -> float:
    """The contrast of two colours as the accessibility guidelines reckon it, 1 to 21."""

    def luminance(color: QColor) -> float:
        parts = []
        for part in (color.redF(), color.greenF(), color.blueF()):
            parts.append(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_surface_it_stands_on(colors: theme.Colors) -> None:
    for ground in (colors.window, colors.surface, colors.sunken, colors.accent_soft, colors.hover):
        for words in (colors.text, colors.muted, colors.accent):
            assert contrast(words, ground) >= 4.3, (words.name(), ground.name())
    for words, ground in (
        (colors.ok, colors.ok_soft),
        (colors.warn, colors.warn_soft),
        (colors.bad, colors.bad_soft),
        (colors.warn, colors.window),
        (colors.bad, colors.window),
        (colors.on_accent, colors.accent),
    ):
        assert contrast(words, ground) >= 4.5, (words.name(), ground.name())


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_curves_stand_out_from_the_surface_they_are_drawn_on(colors: theme.Colors) -> None:
    assert len({color.name() for color in colors.series}) == len(colors.series)
    for color in colors.series:
        assert contrast(color, colors.surface) >= 2.5, color.name()


def test_a_change_of_theme_reaches_palette_style_sheet_and_listeners(dressed: QApplication, qtbot: QtBot) -> None:
    light_sheet = dressed.styleSheet()
    with qtbot.waitSignal(theme.changed):
        theme.use("dark")
    assert theme.colors() is theme.DARK
    assert dressed.palette().color(QPalette.ColorRole.Base) == theme.DARK.surface
    assert dressed.styleSheet() != light_sheet
    assert theme.DARK.accent.name() in dressed.styleSheet()
    assert theme.choice() == "dark"


def test_no_token_is_left_unfilled_in_the_style_sheet(dressed: QApplication) -> None:
    assert "@" not in dressed.styleSheet()


def test_following_the_system_takes_the_colours_of_the_system(dressed: QApplication) -> None:
    theme.use("dark")
    theme.use("system")
    system_is_dark = dressed.styleHints().colorScheme().name == "Dark"
    assert theme.colors().dark == system_is_dark


def test_digits_of_the_number_font_are_all_of_one_width(dressed: QApplication) -> None:
    metrics = QFontMetrics(theme.number_font())
    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


def test_colours_cannot_be_changed_by_accident() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        theme.LIGHT.text = QColor("red")  # type: ignore[misc]


def test_mixing_gives_the_colours_between() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert theme.mix(black, white, 1) == black
    assert theme.mix(black, white, 0) == white
    assert theme.mix(black, white, 0.5).lightness() in (127, 128)


def test_the_role_of_a_label_decides_its_size_and_colour(dressed: QApplication, qtbot: QtBot) -> None:
    small, title = widgets.label("a", "small"), widgets.label("a", "title")
    for one in (small, title):
        qtbot.addWidget(one)
        one.ensurePolished()
    assert small.font().pixelSize() == 11
    assert title.font().pixelSize() == 17
    assert small.palette().color(small.foregroundRole()) == theme.LIGHT.muted


def test_a_label_shows_markup_as_the_characters_it_is(dressed: QApplication, qtbot: QtBot) -> None:
    one = widgets.label("<b>x</b>")
    qtbot.addWidget(one)
    assert one.textFormat().name == "PlainText"
    plain = QLabel("xxxxxxxx")
    qtbot.addWidget(plain)
    assert one.sizeHint().width() > plain.sizeHint().width() * 0.7


def test_a_tooltip_with_markup_shows_it_as_characters() -> None:
    assert widgets.plain_tooltip("plain & simple") == "plain & simple"
    assert "<img" not in widgets.plain_tooltip("<img src=x>")


def test_an_elided_label_keeps_the_whole_text_in_reach(dressed: QApplication, qtbot: QtBot) -> None:
    one = widgets.ElidedLabel("a name that is much longer than the room for it", "muted")
    qtbot.addWidget(one)
    one.resize(80, 20)
    one.show()
    shown = one.findChild(QLabel)
    assert isinstance(shown, QLabel)
    assert shown.text().endswith("…")
    assert one.toolTip() == one.text() == one.accessibleName()
    one.resize(800, 20)
    assert shown.text() == one.text()
    assert one.toolTip() == ""


def test_an_elided_label_keeps_its_own_font_wherever_it_is_put(dressed: QApplication, qtbot: QtBot) -> None:
    one = widgets.ElidedLabel("/a/path", "muted")
    one.setLabelFont(theme.mono(11))
    holder = QWidget()
    qtbot.addWidget(holder)
    QVBoxLayout(holder).addWidget(one)
    holder.show()
    shown = one.findChild(QLabel)
    assert isinstance(shown, QLabel)
    assert shown.font().pixelSize() == 11
    theme.use("dark")
    assert shown.font().families() == theme.mono(11).families()


def test_segmented_tabs_work_with_the_keys_and_say_once_what_was_chosen(dressed: QApplication, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    tabs = widgets.SegmentedTabs(["Overview", "Runs", "Tree"], "Views")
    qtbot.addWidget(tabs)
    chosen: list[int] = []
    tabs.chosen.connect(chosen.append)
    tabs.show()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(tabs, key)
    assert chosen == [1, 2]
    assert tabs.accessibleDescription() == "Tree"


def test_a_search_box_is_cleared_by_its_cross_and_by_escape(dressed: QApplication, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    box = widgets.SearchBox("Filter files", "Filter files")
    qtbot.addWidget(box)
    box.setText("tau")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    box.setText("tau")
    cross = next(action for action in box.actions() if action.text() == "Clear")
    assert cross.isVisible()
    cross.trigger()
    assert box.text() == ""
    assert not cross.isVisible()
