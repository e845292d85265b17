"""Our icons: all of one style, drawn at every size in the colours of the theme."""

import re

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication

from pexgui import resources
from pexgui.ui import icons, theme

NAMES = sorted(path.stem for path in (resources.folder() / "icons").glob("*.svg"))


def ink(image: QImage) -> list[QColor]:
    """The colours of the pixels that are fully drawn."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [color for color in pixels if color.alpha() == 255]


def near(color: QColor, wanted: QColor) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(color.getRgb()[:3], wanted.getRgb()[:3], strict=True))  # type: ignore[index]


def test_the_icons_of_the_program_are_there() -> None:
    assert icons.names() == NAMES
    for name in ("folder", "file-trajectory", "file", "warning", "damaged", "plus", "more", "search", "chart", "git"):
        assert name in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_has_the_one_style_and_takes_its_colour_from_outside(name: str) -> None:
    source = (resources.folder() / "icons" / f"{name}.svg").read_text("utf-8")
    assert 'viewBox="0 0 24 24"' in source
    assert 'stroke="currentColor"' in source
    assert 'fill="none"' in source
    assert re.search(r'stroke-width="(1\.5|2)"', source)
    assert not re.search(r"#[0-9a-fA-F]{3,6}|<script|href|<image|<style", source)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_draws_something_inside_its_square(name: str, dressed: QApplication) -> None:
    image = icons.pixmap(name, 48).toImage()
    assert ink(image)
    edge = [image.pixelColor(i, j) for i in range(48) for j in (0, 47)] + [
        image.pixelColor(j, i) for i in range(48) for j in (0, 47)
    ]
    assert all(color.alpha() == 0 for color in edge)


def test_an_icon_follows_the_theme_without_being_asked_for_again(dressed: QApplication) -> None:
    one = icons.icon("plus", "accent")
    assert all(near(color, theme.LIGHT.accent) for color in ink(one.pixmap(QSize(32, 32)).toImage()))
    theme.use("dark")
    drawn = ink(one.pixmap(QSize(32, 32)).toImage())
    assert drawn
    assert all(near(color, theme.DARK.accent) for color in drawn)


def test_an_icon_is_sharp_on_a_screen_with_more_pixels(dressed: QApplication) -> None:
    picture = icons.icon("folder").pixmap(QSize(16, 16), 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.devicePixelRatio() == 2.0
    assert ink(picture.toImage())


def test_a_disabled_icon_steps_back(dressed: QApplication) -> None:
    one = icons.icon("plus")
    image = one.pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    darkest = max(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32))
    assert 100 < darkest < 200


def test_an_icon_can_be_painted_by_a_delegate_in_any_colour(dressed: QApplication) -> None:
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.paint(painter, QRectF(8, 8, 16, 16), "plus", QColor("#ff0000"))
    painter.end()
    assert image.pixelColor(16, 16).red() > 100
    assert image.pixelColor(4, 4).alpha() == 0


def test_an_icon_that_does_not_exist_is_noticed_at_once(dressed: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no such icon")
