"""Lines and images are drawn whatever the numbers are, and can be moved by mouse and keys."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.ui import plot, sampling, theme

from .test_sampling import NASTY


def line(qtbot: QtBot, values: Any, start: int = 0, eager: bool = False) -> plot.LinePlot:
    result = plot.LinePlot("values", eager)
    qtbot.addWidget(result)
    result.resize(300, 200)
    result.show()
    result.set_values(values, start, sampling.extent(values))
    return result


def image(qtbot: QtBot, values: Any, start: tuple[int, int] = (0, 0)) -> plot.ImagePlot:
    result = plot.ImagePlot("values")
    qtbot.addWidget(result)
    result.resize(300, 260)
    result.show()
    result.set_values(values, start, sampling.extent(values))
    return result


def seen(view: plot.Canvas) -> tuple[float, float]:
    low, high = view.view.viewRange()[0]
    return low, high


def colors(view: plot.Canvas) -> set[str]:
    picture: QImage = view.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


@pytest.mark.parametrize("name", [name for name, array in NASTY.items() if sampling.extent(array).finite])
def test_any_numbers_are_drawn_as_a_line_and_as_an_image(qtbot: QtBot, name: str) -> None:
    values = NASTY[name]
    assert not line(qtbot, values).grab().isNull()
    assert not image(qtbot, values.reshape(1, -1)).grab().isNull()


def test_a_line_is_really_there(qtbot: QtBot) -> None:
    assert theme.colors().accent.name() in colors(line(qtbot, np.tile([0.0, 1.0], 10)))


def test_single_values_between_gaps_are_drawn_as_points(qtbot: QtBot) -> None:
    values = np.full(1000, np.nan)
    values[[100, 500]] = 1, 2
    view = line(qtbot, values)
    assert len(view._points.getData()[0]) == 2


def test_of_a_long_line_only_what_the_screen_can_show_is_drawn(qtbot: QtBot) -> None:
    view = line(qtbot, np.random.default_rng(0).random(2_000_000))
    assert len(view._curve.getData()[0]) <= 2 * 300


def test_zooming_in_shows_every_value(qtbot: QtBot) -> None:
    view = line(qtbot, np.arange(100_000.0))
    view.view.setXRange(500, 520, padding=0)
    x, y = view._curve.getData()
    assert set(range(500, 521)) <= set(x.tolist())
    assert x.tolist() == y.tolist()


def test_positions_count_from_where_the_window_starts(qtbot: QtBot) -> None:
    start = 10**15
    view = line(qtbot, np.arange(100.0), start)
    low, high = seen(view)
    spacing = view._x_spacing(low, high, 250)
    assert spacing[0][0] >= 50, "labels of 21 characters need room"
    assert view._x_texts([0, 50, 0.5], 1, 1) == ["1,000,000,000,000,000", "1,000,000,000,000,050", ""]
    assert view.described(7.2, 0) == "1,000,000,000,000,007: 7.0"
    assert view.described(-3, 0) == view.described(200, 0) == ""


def test_numbers_too_alike_for_the_screen_are_told_apart(qtbot: QtBot) -> None:
    values = 1e16 + np.arange(8.0) * 2
    view = plot.LinePlot("values")
    qtbot.addWidget(view)
    assert view.set_values(values, 0, sampling.extent(values)) == "+ 1e+16"
    assert view._curve.getData()[1].tolist() == [0, 2, 4, 6, 8, 10, 12, 14]
    assert view.described(1, 0) == "1: 1.0000000000000002e+16"


def test_the_view_stays_when_an_array_like_it_follows(qtbot: QtBot) -> None:
    view = line(qtbot, np.arange(1000.0))
    view.view.setXRange(100, 200, padding=0)
    view.set_values(np.arange(1000.0) * 2, 0, sampling.extent(np.arange(1000.0) * 2))
    assert seen(view) == pytest.approx((100, 200))
    view.set_values(np.arange(50.0), 0, sampling.extent(np.arange(50.0)))
    assert seen(view)[1] < 60


@pytest.mark.parametrize(
    ("key", "change"),
    [
        (Qt.Key.Key_Plus, lambda low, high: high - low < 600),
        (Qt.Key.Key_Right, lambda low, high: low > 400),
        (Qt.Key.Key_Left, lambda low, high: high < 600),
        (Qt.Key.Key_Home, lambda low, high: low < 1 and high > 998),
    ],
)
def test_keys_move_and_zoom(qtbot: QtBot, key: Qt.Key, change: Any) -> None:
    view = line(qtbot, np.arange(1000.0))
    view.view.setXRange(400, 600, padding=0)
    qtbot.keyClick(view, key)
    assert change(*seen(view))
    assert seen(view) != pytest.approx((400, 600))


def wheel(view: plot.Canvas, modifiers: Qt.KeyboardModifier) -> bool:
    """Turn the wheel over the plot; True when the plot took the event."""
    place = QPointF(view.plot.viewport().rect().center())
    event = QWheelEvent(
        place,
        place,
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.plot.viewport(), event)
    return event.isAccepted()


def test_the_wheel_scrolls_the_panel_unless_ctrl_is_held(qtbot: QtBot) -> None:
    view = line(qtbot, np.arange(1000.0))
    before = seen(view)
    assert not wheel(view, Qt.KeyboardModifier.NoModifier)
    assert seen(view) == before
    wheel(view, Qt.KeyboardModifier.ControlModifier)
    assert seen(view)[1] - seen(view)[0] < before[1] - before[0]


def test_in_a_window_of_its_own_the_wheel_zooms(qtbot: QtBot) -> None:
    view = line(qtbot, np.arange(1000.0), eager=True)
    before = seen(view)
    wheel(view, Qt.KeyboardModifier.NoModifier)
    assert seen(view)[1] - seen(view)[0] < before[1] - before[0]


def test_a_double_click_wants_a_larger_view(qtbot: QtBot) -> None:
    view = line(qtbot, np.arange(10.0))
    with qtbot.waitSignal(view.opened):
        qtbot.mouseDClick(view.plot.viewport(), Qt.MouseButton.LeftButton)


def test_an_image_has_its_first_row_on_top(qtbot: QtBot) -> None:
    values = np.zeros((4, 4))
    values[0] = 1
    view = image(qtbot, values)
    lowest, highest = (plot.table()[shade][:3].tolist() for shade in (0, 254))
    picture = view.grab().toImage()

    def color(row: int, column: int) -> list[int]:
        place = view.view.mapViewToScene(QPointF(column, row))
        spot = view.plot.viewport().mapTo(view, view.plot.mapFromScene(place))
        found = picture.pixelColor(spot)
        return [found.red(), found.green(), found.blue()]

    assert color(0, 2) == highest
    assert color(3, 2) == lowest


def test_a_place_of_an_image_is_described_by_its_indices_and_exact_value(qtbot: QtBot) -> None:
    view = image(qtbot, np.array([[1, 2], [3, -4]]) / 8, (100, 2000))
    assert view.described(1.2, 0.9) == "101, 2,001: −0.5"
    assert view.described(5, 0) == ""


def test_a_large_image_is_thinned_to_the_screen_and_refined_on_zooming_in(qtbot: QtBot) -> None:
    values = np.zeros((3000, 3000), np.float32)
    values[1500, 1500] = 1
    view = image(qtbot, values)
    assert view._image.image.size < 1_000_000
    assert view._image.image.max() == 254, "one value of nine million is still seen"
    view.view.setRange(xRange=(1495, 1505), yRange=(1495, 1505), padding=0)
    assert view._shown[4:] == (1, 1)
    assert view._image.image[1500 - view._shown[0], 1500 - view._shown[2]] == 254


def test_numbers_that_are_none_are_holes_in_an_image(qtbot: QtBot) -> None:
    view = image(qtbot, np.array([[np.nan, 1], [2, np.inf]]))
    assert view._image.image.tolist() == [[sampling.HOLE, 0], [254, sampling.HOLE]]


def test_the_color_scale_names_lowest_middle_and_highest(qtbot: QtBot) -> None:
    bar = plot.ColorBar()
    qtbot.addWidget(bar)
    bar.set_extent(sampling.Extent(0.0, 1.0, 0.3, 10, 10))
    assert bar.words() == ["0.00", "0.50", "1.00"]
    assert bar.accessibleDescription() == "0.00 to 1.00"
    bar.set_extent(sampling.Extent(5.0, 5.0, 5.0, 10, 10))
    assert bar.words() == ["", "5.00", ""]
    assert not bar.grab().isNull()


@pytest.mark.usefixtures("dressed")
def test_a_plot_follows_the_theme(qtbot: QtBot) -> None:
    view = line(qtbot, np.tile([0.0, 1.0], 10))
    theme.use("dark")
    assert {theme.DARK.surface.name(), theme.DARK.accent.name()} <= colors(view)
    theme.use("light")
    assert {theme.LIGHT.surface.name(), theme.LIGHT.accent.name()} <= colors(view)


def test_labels_of_an_axis_drop_the_zeros_they_share() -> None:
    assert plot._axis_texts([0.0, 0.5, 1.0]) == ["0.0", "0.5", "1.0"]
    assert plot._axis_texts([0.0, 20.0, 40.0]) == ["0", "20", "40"]
    assert plot._axis_texts([]) == []


SCRIPT = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
hooks = sys.excepthook
app = QApplication(["pexgui"])
from pexgui.ui import drawing, value
assert "pyqtgraph" not in sys.modules
class Panel(QWidget):
    def draw(self):
        import numpy
        from pexgui.ui import sampling
        assert sys.excepthook is hooks, "errors stay the application's"
        self.view = drawing.plots().LinePlot("values")
        self.view.set_values(numpy.arange(9.0), 0, sampling.Extent(0.0, 8.0, 4.0, 9, 9))
        self.view.show()
        self.view.grab()
        app.quit()
panel, gone = Panel(), Panel()
drawing.wait(gone.draw)
drawing.wait(panel.draw)
assert drawing.plots() is None
from shiboken6 import Shiboken
Shiboken.delete(gone)
sys.exit(app.exec())
"""


def test_the_library_comes_late_leaves_errors_alone_and_goes_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.replace("This plugin does not support propagateSizeHints()\n", "") == ""
