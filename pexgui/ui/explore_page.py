"""The left half of the dialog: the parameters, found by a filter, and what can be done with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import DesignedValues, text

from . import explore_keys, widgets
from . import explore_words as words
from .explore_design import DesignState, Line
from .explore_editor import EditorCard
from .explore_forms import Form
from .explore_rows import HEAD, Group, HeadRow, Shown
from .explore_table import ParameterTable, rows_of
from .notices import WarningStrip

_MOST_IN_MENU = 30


class ParametersHalf(QWidget):
    """``changed()``: the design is another one, ``pasted(Line, text)``: cells of a spreadsheet as values."""

    changed = Signal()
    pasted = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.state, self.extend = DesignState(), False
        self._known: Mapping[str, DesignedValues] = {}
        self._folded: set[str] = set()
        self.search = widgets.SearchBox("Filter parameters", "Filter parameters")
        self.link = widgets.button("Link selected", self._link, "", "link")
        self.more = widgets.button("Add parameter…", self.add, "", "plus")
        self.warnings = WarningStrip("What to know about the trajectory")
        self.table = ParameterTable()
        self.invitation = Invitation(self.add)
        self.card = TableCard(self.table, self.invitation)
        self.editor = EditorCard()
        self.hint = widgets.label(words.HINT, "muted", wrap=True)
        self._build()
        self._connect()

    def show_state(self, state: DesignState, extend: bool, warnings: Sequence[str] = ()) -> None:
        """Show the parameters of a design; with ``extend`` these are of a trajectory that ``warnings`` are about."""
        self.warnings.set_sentences(warnings)
        self.state, self.extend, self._known = state, extend, {}
        self._folded.clear()
        self.search.clear()
        self.show_rows()
        first = next(iter(state.explored()), state.lines[0] if state.lines else None)
        self.table.choose(first)
        self._show_line()

    def show_known(self, known: Mapping[str, DesignedValues]) -> None:
        """Show what became of the values."""
        self._known = known
        self.show_rows()
        self._show_line()

    def show_rows(self) -> None:
        """Show the parameters that the filter leaves."""
        wanted = self.search.text().strip().casefold()
        lines = self.state.lines
        if wanted:
            lines = [line for line in lines if wanted in f"{line.name} {line.comment}".casefold()]
        folded: Callable[[str], bool] = lambda name: name in self._folded and not wanted  # noqa: E731
        self.table.show_rows(rows_of(lines, folded, self._shown))
        some = bool(self.state.lines)
        self.search.setPlaceholderText(f"Filter {text.count(len(self.state.lines), 'parameter')}")
        self.card.show_table(some)
        for part in (self.search, self.link, self.editor, self.hint):
            part.setVisible(some)
        self.more.setVisible(some)
        self.more.setEnabled(not self.extend)
        why = "An existing trajectory has its parameters already." if self.extend else ""
        self.more.setToolTip(why)
        self.more.setAccessibleDescription(why)
        self._show_link()

    def add(self) -> None:
        """Have a new parameter, in the group of the current one, and let the person name it."""
        current = self.table.current()
        group = current.group() if current is not None else ""
        line = self.state.add(f"{group}." if group else "", current)
        self._folded.discard(group)
        self.search.clear()
        self._tell()
        self.table.choose(line)
        self.editor.edit()

    # --- what can be done with parameters

    def remove(self) -> None:
        """Take away what is selected; what a trajectory has that is extended stays."""
        lines = [line for line in self.table.chosen() if not (self.extend and line.kept)]
        if not lines:
            return
        place = self.state.lines.index(lines[0])
        self.state.remove(lines)
        rest = self.state.lines
        self._tell()
        self.table.choose(rest[min(place, len(rest) - 1)] if rest else None)

    def link_lines(self, lines: list[Line]) -> None:
        """Have these take their values in step."""
        self.state.link(lines)
        self._tell()
        self.table.choose(lines[-1])

    def unlink_lines(self, lines: list[Line]) -> None:
        """Have these vary by themselves."""
        self.state.unlink(lines)
        self._tell()

    def put(self, line: Line, form: Form) -> None:
        """Give a parameter values."""
        self.state.put(line, form)
        self._tell()

    def menu_for(self, line: Line) -> QMenu:
        """What can be done with a parameter, and with others that are selected."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        act = menu.addAction
        act("Default only" if line.explored() else "Explore", lambda: self._toggle(line))
        menu.addSeparator()
        act(f"Move up\t{explore_keys.UP}", lambda: self._step(line, -1))
        act(f"Move down\t{explore_keys.DOWN}", lambda: self._step(line, 1))
        menu.addSeparator()
        chosen = self.table.chosen()
        if len(chosen) > 1:
            act("Link selected", lambda: self.link_lines(chosen))
        else:
            self._add_others(menu.addMenu("Link with"), line)
        act("Unlink", lambda: self.unlink_lines([line])).setEnabled(bool(line.link))
        menu.addSeparator()
        act("Remove\tDel", self.remove).setEnabled(not (self.extend and line.kept))
        return menu

    def _add_others(self, menu: QMenu, line: Line) -> None:
        """The parameters to which one can be linked, the explored ones first."""
        linked = self.state.linked(line)
        others = [other for other in self.state.lines if other not in linked]
        others.sort(key=lambda other: not other.explored())
        for other in others[:_MOST_IN_MENU]:
            words_ = text.printable(other.name, 80).replace("&", "&&")
            menu.addAction(words_, partial(self._drop, line, other))
        menu.setEnabled(bool(others))

    def _drop(self, line: Line, onto: Line) -> None:
        self.state.unlink([line])
        self.link_lines([onto, line])

    def _move(self, line: Line, before: Line | None) -> None:
        if self.state.move(line, before):
            self._tell()

    def _step(self, line: Line, by: int) -> None:
        if self.state.step(line, by):
            self._tell()
            self.table.choose(line)

    def _toggle(self, line: Line) -> None:
        self.state.toggle(line)
        self._tell()

    def _link(self) -> None:
        chosen = self.table.chosen()
        if self._unlinks(chosen):
            self.unlink_lines(chosen)
        else:
            self.link_lines(chosen)

    def _unlinks(self, chosen: list[Line]) -> bool:
        """Whether all that are selected are linked to each other, so that the button takes them apart."""
        return bool(chosen) and all(line.link and line.link == chosen[0].link for line in chosen)

    def _fold(self, row: int) -> None:
        group = self.table.rows.rows()[row]
        if isinstance(group, Group):
            self._folded ^= {group.name}
            self.show_rows()

    def _tell(self) -> None:
        self.show_rows()
        self._show_line()
        self.changed.emit()

    # --- showing

    def _shown(self, line: Line) -> Shown:
        known = self._known.get(line.name.strip()) if line.explored() else None
        problem = known.problem if known is not None else ""
        if line.explored() and line.form.missing():
            problem = line.form.missing()
        count = known.count if known is not None and not known.problem else None
        said = words.row(line, known, self.state.linked(line) if line.link else ())
        form = (line.name, line.type, line.default, line.form, line.kept)
        return Shown(line, count, problem, bool(line.link), said, form)

    def _show_line(self) -> None:
        line = self.table.current()
        self._show_link()
        about, sentence = self.state.trouble()
        known = self._known.get(line.name.strip()) if line is not None else None
        own = sentence if line is not None and about is line else ""
        self.editor.show_line(line, known, not self.extend, own)
        linked = line is not None and line.link
        self.hint.setText(words.LINKED if linked else words.HINT)

    def _show_link(self) -> None:
        chosen = self.table.chosen()
        name = "Unlink" if self._unlinks(chosen) else "Link selected"
        self.link.setToolTip(f"{name} ({explore_keys.LINK})")
        if self.link.text().strip() != name:
            self.link.setText(f" {name}")
            self.link.setAccessibleName(name)
        self.link.setEnabled(name == "Unlink" or len(chosen) > 1)

    # --- how it is built

    def _build(self) -> None:
        self.search.setMinimumWidth(110)
        self.search.setMaximumWidth(230)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.search, 1)
        bar.addStretch()
        bar.addWidget(self.link)
        bar.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 16, 14)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(self.warnings)
        column.addWidget(self.card)
        column.addWidget(self.editor)
        column.addStretch(1)
        column.addWidget(self.hint)

    def _connect(self) -> None:
        table = self.table
        self.search.textChanged.connect(lambda _text: self.show_rows())
        table.current_changed.connect(self._show_line)
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._show_link())
        table.linked.connect(self._drop)
        table.moved.connect(self._move)
        table.stepped.connect(self._step)
        table.toggled.connect(self._toggle)
        table.removed.connect(self.remove)
        table.folded.connect(self._fold)
        table.edit_wanted.connect(self.editor.edit)
        table.menu_wanted.connect(self._show_menu)
        self.editor.put.connect(self.put)
        self.editor.described.connect(lambda _line: self._tell())
        self.editor.pasted.connect(self.pasted)
        for keys, act in ((explore_keys.LINK, self._link), ("Ctrl+F", self.search.setFocus)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda act=act: act())

    def _show_menu(self, place: QPoint) -> None:
        line = self.table.current()
        if line is not None:
            self.menu_for(line).popup(place)


class TableCard(QFrame):
    """The white card around the table, as high as its rows where there is room for them."""

    def __init__(self, table: ParameterTable, empty: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._table, self._head, self._empty = table, HeadRow(), empty
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 5)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(table, 1)
        column.addWidget(empty)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        table.verticalScrollBar().rangeChanged.connect(self._fit)

    def _fit(self, _least: int, most: int) -> None:
        """Have the titles end where the rows do."""
        width = self._table.verticalScrollBar().sizeHint().width() if most else 0
        self._head.setContentsMargins(0, 0, width, 0)
        self._head.update()

    def show_table(self, some: bool) -> None:
        """Show the table, or what to do while there is nothing in it."""
        self._head.setVisible(some)
        self._table.setVisible(some)
        self._empty.setVisible(not some)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._table.isHidden():
            return QSize(600, self._empty.sizeHint().height() + 8)
        return QSize(600, HEAD + max(26, self._table.content_height()) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, min(HEAD + 110, self.sizeHint().height()))


class Invitation(QWidget):
    """What to do while there are no parameters; ``taken()``: they are to be those of a file."""

    taken = Signal()

    def __init__(self, add: Callable[[], object]) -> None:
        super().__init__()
        self.button = widgets.button("Add parameter…", add, "", "plus")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 44, 24, 44)
        column.setSpacing(6)
        column.addWidget(widgets.Picture("sliders", 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        for said, role in ((words.INVITATION, "section"), (words.OR_DROP, "muted")):
            label = widgets.label(said, role, wrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(10)
        self.file = widgets.button("Take those of a file…", self.taken.emit, "", "file-trajectory")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.button, self.file):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
