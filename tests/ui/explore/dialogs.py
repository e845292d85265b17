"""Handling the exploration dialog as tests do."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import ExploreRequest, ExploreWork
from pexgui.ui.drops import files_as_mime
from pexgui.ui.explore import ExploreDialog
from pexgui.ui.explore_design import Line
from pexgui.ui.explore_forms import Kind
from pexgui.ui.explore_rows import Group, Shown
from tests.ui.instruments import InlineWorker

Start = Callable[..., ExploreDialog]
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
KINDS = tuple(Kind)


def settle(dialog: ExploreDialog, worker: InlineWorker, qtbot: QtBot) -> None:
    """Wait until it is known what the design means."""

    def quiet() -> bool:
        worker.deliver()
        return not dialog.planning.waits() and not dialog.beginning.busy()

    qtbot.waitUntil(quiet)


def line(dialog: ExploreDialog, name: str) -> Line:
    """A parameter by the last part of its name."""
    return next(one for one in dialog.beginning.state.lines if one.short() == name)


def names(dialog: ExploreDialog) -> list[list[str]]:
    """The explored parameters in their order, linked ones together."""
    return [[one.short() for one in group] for group in dialog.beginning.state.groups()]


def rows(dialog: ExploreDialog) -> list[str]:
    """The rows of the table: groups with a colon, parameters."""
    found = dialog.left.table.rows.rows()
    return [f"{row.title()}:" if isinstance(row, Group) else row.line.short() for row in found]


def shown(dialog: ExploreDialog, name: str) -> Shown:
    """What the row of a parameter shows."""
    table = dialog.left.table
    row = table.rows.rows()[table.rows.place_of(line(dialog, name))]
    assert isinstance(row, Shown)
    return row


def place(dialog: ExploreDialog, name: str, share: float = 0.5) -> QPoint:
    """A point on the row of a parameter, ``share`` of its height from above."""
    table = dialog.left.table
    rect = table.visualRect(table.rows.index(table.rows.place_of(line(dialog, name))))
    return QPoint(rect.left() + 80, round(rect.top() + share * rect.height()))


def drag(dialog: ExploreDialog, name: str, to: QPoint, let_go: bool = True) -> None:
    """Drag the row of a parameter to a point."""
    view = dialog.left.table.viewport()
    begin = place(dialog, name)
    QTest.mousePress(view, LEFT, PLAIN, begin)
    QTest.mouseMove(view, begin + QPoint(0, QApplication.startDragDistance() + 2))
    QTest.mouseMove(view, to)
    if let_go:
        QTest.mouseRelease(view, LEFT, PLAIN, to)


def choose_kind(dialog: ExploreDialog, kind: Kind) -> None:
    """Click on a way of putting values."""
    segments = dialog.left.editor.kinds
    QTest.mouseClick(segments, LEFT, PLAIN, segments.place_of(KINDS.index(kind)).center().toPoint())


def write(dialog: ExploreDialog, text: str) -> None:
    """Put a list or an expression."""
    field = dialog.left.editor.fields.text
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def numbers(dialog: ExploreDialog) -> list[str]:
    """What stands in the fields for numbers."""
    fields = dialog.left.editor.fields
    return [field.text() for field in fields.numbers if field.isVisibleTo(fields)]


def plans(worker: InlineWorker) -> list[ExploreRequest]:
    return [request for name, request in worker.asked if name == "plan_explore"]


def works(worker: InlineWorker) -> list[ExploreWork]:
    return [request for name, request in worker.asked if name == "explore"]


def drop(dialog: ExploreDialog, *paths: bytes) -> None:
    how = (Qt.DropAction.CopyAction, files_as_mime(list(paths)), LEFT, PLAIN)
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(400, 300), *how))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(400, 300), *how))
