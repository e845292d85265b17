"""The actions of the window, its menu bar and its toolbar."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QWidget

from pexgui.core import text

from . import explore_keys, icons, theme
from .compare_keys import KEYS
from .widgets import hairline, tool_button

if TYPE_CHECKING:
    from .window import MainWindow

_APPEARANCES: tuple[tuple[str, theme.Choice], ...] = (
    ("As the system", "system"),
    ("Light", "light"),
    ("Dark", "dark"),
)


class Commands:
    """Everything that can be done from the menu bar, each with its shortcut."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._all: list[QAction] = []
        make = self._make
        self.open_files = make("Open &files…", window.ask_for_files, "Ctrl+O", "file-trajectory")
        self.open_folder = make("Open f&older…", window.ask_for_folder, "Ctrl+Shift+O", "folder")
        self.open_demo = make("Open &demo", window.open_demo, icon="play")
        self.compare = make("Com&pare…", window.compare_chosen, "Ctrl+D", "compare")
        self.merge = make("&Merge…", window.merge_chosen, "Ctrl+M", "merge")
        self.compact = make("C&ompact…", window.compact_chosen, "Ctrl+Shift+M", "compact")
        self.explore = make("New e&xploration…", window.explore_chosen, "Ctrl+N", "explore")
        self.extend = make("E&xtend this exploration…", window.extend_chosen, "Ctrl+Shift+N", "plus")
        self.to_do = make("Runs &to do…", window.show_to_do, "Ctrl+T", "list")
        self.refresh = make("&Refresh", window.refresh, "F5", "refresh")
        self.close_file = make("&Close file", window.close_file, "Ctrl+W")
        self.quit = make("&Quit", window.close, "Ctrl+Q")
        # Whoever has the focus hears this key himself; here it only stands beside the word.
        self.copy = make("&Copy\tCtrl+C", _copy, icon="copy")
        self.find = make("F&ind", window.go_to_search, "Ctrl+F", "search")
        self.filter = make("&Filter files", window.filter_files, "Ctrl+L", "filter")
        self.show_library = self._switch("&Library", window.show_library, "Ctrl+Shift+L")
        self.show_value = self._switch("&Value", window.show_value, "Ctrl+Shift+V")
        self.raw = make("Raw &HDF5", lambda: window.show_raw(self.raw.isChecked()), "Ctrl+Shift+H", "hdf5")
        self.raw.setCheckable(True)
        self.previous_run = make("&Previous run", lambda: window.step(-1), "Alt+Up", "chevron-up")
        self.next_run = make("&Next run", lambda: window.step(1), "Alt+Down", "chevron-down")
        self.tabs = tuple(
            make(f"&{words}", partial(window.choose_tab, tab), f"Ctrl+{tab + 1}", icon)
            for tab, (words, icon) in enumerate((("Overview", "overview"), ("Runs", "runs"), ("Tree", "tree")))
        )
        self.of_trajectory = (*self.tabs, self.previous_run, self.next_run, self.extend, self.to_do)
        self.shortcuts = make("&Keyboard shortcuts", window.show_shortcuts, "F1", "help")
        self.about = make("&About pexgui", window.show_about, icon="info")
        self.appearance = QActionGroup(window)
        for words, choice in _APPEARANCES:
            action = QAction(words, self.appearance, checkable=True)
            action.setData(choice)
            action.triggered.connect(lambda _checked=False, choice=choice: window.use_appearance(choice))
        self.recent = QMenu("&Recent", window)
        self.recent.aboutToShow.connect(self._fill_recent)

    def fill_menu_bar(self) -> None:
        """Put the actions into the menu bar of the window."""
        add = self._add_menu
        add("&File", self.open_files, self.open_folder, self.open_demo, self.recent, None,
            self.compare, self.merge, self.compact, None, self.explore, None,
            self.refresh, self.close_file, None, self.quit)  # fmt: skip
        add("&Edit", self.copy, None, self.find, self.filter)
        view = add("&View", self.show_library, self.show_value, None, self.raw, None)
        appearance = view.addMenu("&Appearance")
        appearance.addActions(self.appearance.actions())
        add("&Trajectory", *self.tabs, None, self.previous_run, self.next_run, None, self.extend, self.to_do)
        add("&Help", self.shortcuts, self.about)

    def toolbar(self) -> QWidget:
        """The row of tools below the menu bar."""
        bar = QWidget()
        bar.setFixedHeight(44)
        row = QHBoxLayout(bar)
        row.setContentsMargins(6, 0, 12, 0)
        row.setSpacing(8)
        opener = QAction(icons.icon("folder"), "Open", self._window)
        opener.setIconText(" Open")
        opener.setToolTip("Open files, a folder or the demo")
        self.open_button = tool_button(opener)
        self.open_button.setMenu(self.add_menu(self._window))
        self.open_button.setPopupMode(self.open_button.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self.open_button)
        for action in (self.refresh, self.compare, self.merge, self.compact):
            row.addWidget(tool_button(action))
        line = hairline(upright=True)
        line.setFixedHeight(20)
        row.addWidget(line)
        row.addWidget(tool_button(self.explore))
        row.addStretch()
        return bar

    def add_menu(self, parent: QWidget) -> QMenu:
        """What can be opened."""
        menu = QMenu(parent)
        menu.addActions([self.open_files, self.open_folder, self.open_demo])
        menu.addMenu(self.recent)
        return menu

    def keys(self) -> list[tuple[str, str]]:
        """What has a shortcut, and which, in the order of the menus."""
        found: list[tuple[str, str]] = []
        for action in self._all:
            words, _tab, keys = action.text().replace("&", "").partition("\t")
            keys = keys or action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            if keys:
                found.append((words.rstrip("…"), keys))
        return [*found, *KEYS, *explore_keys.KEYS]

    def set_raw(self, raw: bool) -> None:
        """Let the switch for raw HDF5 say how it is, without switching."""
        self.raw.setChecked(raw)

    def mark_appearance(self, choice: theme.Choice) -> None:
        """Mark the appearance that is in use."""
        for action in self.appearance.actions():
            action.setChecked(action.data() == choice)

    def _make(self, words: str, act: Callable[[], object], shortcut: str = "", icon: str = "") -> QAction:
        action = QAction(words, self._window)
        self._all.append(action)
        action.setIconText(" " + words.replace("&", ""))  # the style leaves hardly a gap between icon and word
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if icon:
            action.setIcon(icons.icon(icon))
        action.triggered.connect(lambda _checked=False: act())
        tip = words.partition("\t")[0].replace("&", "").rstrip("…")
        action.setToolTip(f"{tip} ({shortcut})" if shortcut else tip)
        return action

    def _switch(self, words: str, act: Callable[[bool], object], shortcut: str) -> QAction:
        action = self._make(words, lambda: None, shortcut)
        action.setCheckable(True)
        action.toggled.connect(act)
        return action

    def _add_menu(self, title: str, *entries: QAction | QMenu | None) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(entry)
        return menu

    def _fill_recent(self) -> None:
        self.recent.clear()
        for recent in self._window.session.recent():
            words = text.printable(recent.path, 120).replace("&", "&&")
            action = self.recent.addAction(words)
            action.setIcon(icons.icon("folder" if recent.is_folder else "file-trajectory"))
            action.triggered.connect(lambda _checked=False, path=recent.path: self._window.open_paths([path]))
        if self.recent.isEmpty():
            self.recent.addAction("Nothing yet").setEnabled(False)
            return
        self.recent.addSeparator()
        self.recent.addAction("Clear list", self._window.recent.forget)


def _copy() -> None:
    """Have the part of the window with the focus copy what is chosen in it, as if its key had been pressed."""
    widget = QApplication.focusWidget()
    if widget is not None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
            QApplication.postEvent(widget, key)
