"""A person before the real window, with real engines and real files: what he does, what he reads, what he waits for."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pexgui.core import PexError
from pexgui.core.host import Engine
from pexgui.ui import drawing
from pexgui.ui.jobs import Worker
from pexgui.ui.library_model import Row, RowKind, RowState
from pexgui.ui.window import MainWindow

PATIENCE = 60_000
"""Milliseconds after which a test stops waiting; what is waited for decides, this only ends a test that fails."""


class Person:
    """Sits before a window built as the program builds it, except that nothing is remembered."""

    def __init__(self, qtbot: QtBot, deadline: float = 10.0, engines: list[Engine] | None = None) -> None:
        self.bot = qtbot
        self.engines = engines or [Engine(deadline=deadline) for _ in range(3)]
        reader, scanner, writer = self.engines
        self.workers = [Worker(reader), Worker(scanner), Worker(writer, prewarm=False)]
        self.reader, self.scanner, self.writer = self.workers
        self.problems: list[PexError] = []
        self.window = MainWindow(*(worker.submit for worker in self.workers), forget=self._forget, remember=False)
        for worker in self.workers:
            worker.problem.connect(self.problems.append)
            worker.problem.connect(self.window.show_problem)
        self.window.show()

    def _forget(self, file: bytes) -> None:
        self.reader.forget(file)
        self.scanner.forget(file)

    def leave(self) -> None:
        self.window.library.scan.stop()
        for worker in self.workers:
            worker.stop()
        QCoreApplication.sendPostedEvents()
        self.window.close()
        self.window.deleteLater()

    # --- waiting

    def until(self, true: Callable[[], object]) -> None:
        """Wait until something is as it should be."""
        self.bot.waitUntil(lambda: bool(true()), timeout=PATIENCE)

    def calm(self) -> None:
        """Wait until no work is under way and nothing follows from its answers."""
        looks = 0

        def nothing_more() -> bool:
            nonlocal looks
            looks = 0 if self.busy() else looks + 1
            return looks > 3

        self.until(nothing_more)

    def busy(self) -> bool:
        window = self.window
        waits = (window.library._settling, window.trajectory.tree._pause)
        return (
            any(worker.busy() for worker in self.workers)
            or window.library.scan.left() > 0
            or any(timer.isActive() for timer in waits)
            or drawing.on_its_way()
        )

    # --- doing

    def opens(self, *paths: Path | bytes) -> None:
        """Open files and folders, and wait until all is read."""
        self.window.open_paths([os.fsencode(path) for path in paths])
        self.calm()

    def chooses(self, file: Path | bytes, group: bytes = b"") -> None:
        """Click on a file of the library, and wait until it is shown."""
        row = self.row(file, group)
        view = self.window.library.view
        index = self.window.library.model.index_of(row)
        view.scrollTo(index)
        place = view.visualRect(index).center()
        self.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.calm()

    def refreshes(self) -> None:
        """Press F5, and wait."""
        self.window.commands.refresh.trigger()
        self.calm()

    def presses(self, widget: QWidget, key: Qt.Key) -> None:
        self.bot.keyClick(widget, key)
        self.calm()

    def clicks(self, words: str, inside: QWidget) -> None:
        """Click the visible button with these words."""
        (found,) = [b for b in inside.findChildren(QAbstractButton) if b.text() == words and b.isVisibleTo(self.window)]
        self.bot.mouseClick(found, Qt.MouseButton.LeftButton)
        self.calm()

    def clicks_named(self, name: str) -> None:
        """Click the visible button of this accessible name."""
        (found,) = [
            b for b in self.window.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()
        ]
        self.bot.mouseClick(found, Qt.MouseButton.LeftButton)
        self.calm()

    # --- what is there

    def row(self, path: Path | bytes, group: bytes = b"") -> Row:
        found = self.window.library.model.find(os.fsencode(path), group)
        assert found is not None, path
        return found

    def files(self) -> dict[bytes, Row]:
        """The rows of files, by path."""
        return {row.path: row for row in self.window.library.model.walk() if row.kind is RowKind.FILE}

    def read(self) -> bool:
        """Whether every row of the library is read."""
        return all(row.state is RowState.READ for row in self.window.library.model.walk())

    def node(self, *names: str) -> QModelIndex:
        """The line of the tree with these names from the top, each of them opened on the way."""
        tree = self.window.trajectory.tree
        index = QModelIndex()
        for depth, name in enumerate(names):
            found = [child for child in children(tree.model, index) if child.data() == name]
            assert found, f"{name} is not among {[child.data() for child in children(tree.model, index)]}"
            index = found[0]
            if depth < len(names) - 1:
                self.expands(tree.view, index)
        return index

    def expands(self, view: QTreeView, index: QModelIndex) -> None:
        view.setExpanded(index, True)
        self.calm()

    def looks_at(self, *names: str) -> None:
        """Go to a line of the tree, and wait until its value is shown."""
        view = self.window.trajectory.tree.view
        view.setCurrentIndex(self.node(*names))
        self.calm()

    def words(self) -> str:
        """Everything there is to read in all windows, hidden or not."""
        return "\n".join(text for window in QApplication.topLevelWidgets() for text in said(window))


def children(model: QAbstractItemModel, parent: QModelIndex) -> list[QModelIndex]:
    return [model.index(row, 0, parent) for row in range(model.rowCount(parent))]


def said(window: QWidget) -> Iterator[str]:
    """The texts of a window and of everything in it."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from texts(widget.model())


def texts(model: QAbstractItemModel, parent: QModelIndex | None = None, most: int = 200) -> Iterator[str]:
    """What a model says in its cells, at most ``most`` rows of each group of rows."""
    above = parent or QModelIndex()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    for row in range(min(model.rowCount(above), most)):
        for column in range(min(model.columnCount(above), 50)):
            cell = model.index(row, column, above)
            yield from (str(answer) for role in roles if (answer := cell.data(role)) is not None)
        if model.rowCount(model.index(row, 0, above)):
            yield from texts(model, model.index(row, 0, above), most)


def open_files(process: int) -> set[str]:
    """What the descriptors of a process lead to."""
    folder = f"/proc/{process}/fd"
    found = set()
    for name in os.listdir(folder):
        try:
            found.add(os.readlink(f"{folder}/{name}"))
        except FileNotFoundError:  # the descriptor with which the folder itself was listed
            continue
    return found


def shown_value(person: Person) -> Any:
    """The value in the value panel."""
    value = person.window.value.value()
    assert value is not None, person.words()
    return value


def nothing() -> None:
    """What a person does at each line who only looks."""


def looks_at_everything(
    person: Person, file: Path | bytes, most: int = 40, each: Callable[[], object] = nothing
) -> int:
    """Open a file, every tab, every line and every value of it, decoded and raw; returns how many lines there were.

    ``each`` is called when the value of a line is shown.
    """
    person.opens(file)
    window = person.window
    seen = 0
    if window.centre.currentWidget() is window.trajectory:
        for tab in range(3):
            window.choose_tab(tab)
            person.calm()
        seen += looks_at_lines(person, most, each)
    if window.commands.raw.isEnabled():
        window.commands.raw.setChecked(True)
        window.show_raw(True)
        person.calm()
        seen += looks_at_lines(person, most, each)
    return seen


def looks_at_lines(person: Person, most: int, each: Callable[[], object]) -> int:
    """Open the lines of the tree, breadth first, and look at the value of each."""
    tree = person.window.trajectory.tree
    waiting = children(tree.model, QModelIndex())
    seen = 0
    while waiting and seen < most:
        index = waiting.pop(0)
        seen += 1
        tree.view.setCurrentIndex(index)
        person.until(lambda: not person.window.value.card().waiting())
        each()
        if tree.model.hasChildren(index):
            tree.view.setExpanded(index, True)
            person.until(lambda: not person.reader.busy())
            waiting += children(tree.model, index)
    return seen
