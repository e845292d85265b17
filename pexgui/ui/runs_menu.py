"""What can be done with a column of the run table, or with the runs selected in it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from .run_columns import RunColumn

if TYPE_CHECKING:
    from .runs import RunsPanel


def column_menu(panel: "RunsPanel", key: str) -> QMenu:
    """The menu of a column; with an empty key the menu of the rows, which holds those of all columns."""
    menu = QMenu(panel)
    column = panel.model.column(key)
    if column is not None:
        menu.setAccessibleName(f"Column {column.title}")
        _fill(menu, panel, column)
        return menu
    menu.setAccessibleName("Runs")
    copy = _add(menu, "Copy", panel.table.copy, bool(panel.table.selected_runs()))
    copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    runs = len(panel.table.selected_runs())
    words = f"Compare {runs:,} runs" if runs > 2 else "Compare runs"
    _add(menu, words, panel.compare_selected, len(panel.sides()) > 1)
    menu.addSeparator()
    for each in panel.table.columns.visible():
        part = menu.addMenu(f"Column {_shown(each.title)}")
        part.setAccessibleName(f"Column {each.title}")
        _fill(part, panel, each)
    return menu


def _fill(menu: QMenu, panel: "RunsPanel", column: RunColumn) -> None:
    key, layout = column.key, panel.table.columns
    _add(menu, "Sort ascending", lambda: panel.model.arrange(key, False))
    _add(menu, "Sort descending", lambda: panel.model.arrange(key, True))
    if column.measured:
        menu.addSeparator()
        _add(menu, "Hide bars" if column.bar else "Show bars", lambda: panel.show_bar(key, not column.bar))
    if column.form == "run":
        return
    menu.addSeparator()
    pinned = layout.is_pinned(key)
    _add(menu, "Unpin" if pinned else "Pin at the left", lambda: layout.pin(key, not pinned))
    _add(menu, "Move left", lambda: layout.move(key, -1))
    _add(menu, "Move right", lambda: layout.move(key, 1))
    if column.group == "Results":
        _add(menu, "Remove column", lambda: panel.switch_column(key, False))
    else:
        _add(menu, "Hide column", lambda: panel.switch_column(key, False))


def _add(menu: QMenu, title: str, action: Callable[[], object], enabled: bool = True) -> QAction:
    entry = menu.addAction(title)
    entry.setEnabled(enabled)
    entry.triggered.connect(lambda _checked=False: action())
    return entry


def _shown(title: str) -> str:
    """A foreign name in a menu, where ``&`` marks a shortcut."""
    return title.replace("&", "&&")
