"""The runs of a trajectory: a table to sort and filter, with results as columns, and the value of the run chosen."""

from functools import partial

from PySide6.QtCore import QPoint, QSettings, Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from pexgui.core import (
    Column,
    ColumnChoice,
    ColumnChoices,
    ColumnRequest,
    PexError,
    RunTable,
    Side,
    TrajectoryRequest,
    ValueRequest,
    list_columns,
    read_column,
    read_runs,
    text,
)

from . import runs_memory, widgets
from .column_chooser import Choice, ColumnChooser
from .context import ValueContext
from .filter_box import FilterBox
from .filter_text import Mistake
from .jobs import Job, Submit
from .notices import Bar, Message
from .run_columns import RunColumn, of_choice, result_key, result_path
from .runs_menu import column_menu
from .runs_model import RunsModel
from .runs_table import RunsTable

SIDES = 100
"""So many runs can be compared at once."""
NAMED = 6
"""So many parameters of a run are named below its name."""


class RunsPanel(QWidget):
    """``value_wanted(ValueRequest, ValueContext)``: the result of a run is to be shown; ``noticed()``: the panel has
    other `sentences` than before; ``insisted()``: the person wants the file read again, whatever trouble it made;
    ``compare_wanted(sides)``: the selected runs are to be compared; ``selected()``: other runs are selected."""

    value_wanted = Signal(object, object)
    noticed = Signal()
    insisted = Signal()
    compare_wanted = Signal(object)
    selected = Signal()

    def __init__(self, submit: Submit, settings: QSettings) -> None:
        super().__init__()
        self._submit = submit
        self._settings = settings
        self._request: TrajectoryRequest | None = None
        self._shape = ""
        self._choices: tuple[ColumnChoice, ...] = ()
        self._shown_too: tuple[ColumnChoice, ...] = ()
        self._choices_state = ""
        self._part = ""
        self._item: bytes | None = None
        self._awaiting: int | None = None
        self._jobs: dict[str, Job] = {}
        self._warnings: tuple[str, ...] = ()
        self._problem = ""
        self.model = RunsModel(self)
        self.table = RunsTable(self.model)
        self._build()
        self.table.run_chosen.connect(self._run_chosen)
        self.table.opened.connect(self._open_current)
        self.table.columns.changed.connect(self._save_layout)
        self.table.menu_wanted.connect(self._show_menu)
        self.table.selected.connect(self.selected)
        self.model.arranged.connect(self._count)

    def _build(self) -> None:
        self.mistake = widgets.ElidedLabel("", "small")
        self.filter = FilterBox(self.mistake)
        self.filter.textChanged.connect(lambda _text: self._apply_filter())
        self.count = widgets.label("", "muted")
        self.columns_button = widgets.button("Columns", self._show_chooser, icon="columns")
        self.chooser = ColumnChooser(self)
        self.chooser.switched.connect(self.switch_column)
        self.message = Message("Runs")
        self.message.retried.connect(self.insisted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bar(self.filter, self.count, self.columns_button, below=self.mistake))
        column.addWidget(widgets.hairline())
        column.addWidget(self._stack, 1)

    # --- what the window calls ---

    def show_trajectory(self, request: TrajectoryRequest) -> None:
        """Show the runs of another trajectory."""
        self.clear()
        self._request = request
        self.message.say("Reading the runs")
        self._stack.setCurrentWidget(self.message)
        self._read()

    def refresh(self) -> None:
        """Read everything again; sorting, filter, selection and scroll position stay."""
        if self._request is not None:
            self._read()

    def clear(self) -> None:
        """Show no runs."""
        for job in list(self._jobs.values()):
            job.cancel()
        self._jobs = {}
        self._request = None
        self._choices, self._shown_too, self._choices_state = (), (), ""
        self._awaiting = None
        self._warnings, self._problem = (), ""
        self.table.forget()
        self.model.clear()
        self.filter.clear()
        self.message.say("")
        self._stack.setCurrentWidget(self.message)
        self._count()

    def step(self, runs: int) -> None:
        """Go to the next run (or back) and ask for the same result of it."""
        self.table.step(runs)

    def show_item(self, request: ValueRequest) -> None:
        """The person looks at another result of the run: the next runs are to show it too."""
        run = self.table.current_run()
        if run is not None:
            for choice in self._results():
                if self._path(choice.key, run) == request.path:
                    self._item, self._part = choice.key, request.item

    def context_of(self, path: bytes) -> ValueContext | None:
        """The run that a value at ``path`` belongs to; None when it belongs to no run."""
        names = {text.printable(part) for part in path.split(b"/")}
        run = self.model.run_named(names)
        return None if run is None else ValueContext(*self._describe(run))

    def sides(self) -> list[Side]:
        """The selected runs as sides of a comparison; none when there are more than can stand beside each other."""
        runs = self.table.selected_runs()
        if self._request is None or len(runs) > SIDES:
            return []
        names = (self.model.columns[0].text(run).encode() for run in runs)
        return [Side(self._request.file, self._request.path, name) for name in names]

    def compare_selected(self) -> None:
        """Have the selected runs compared."""
        if len(self.sides()) > 1:
            self.compare_wanted.emit(self.sides())

    def focus_filter(self) -> None:
        self.filter.setFocus()
        self.filter.selectAll()

    def sentences(self) -> list[str]:
        """What is missing or odd."""
        problems = [f"{column.title}: {column.problem}" for column in self.model.columns if column.problem]
        return [sentence for sentence in (self._problem, *self._warnings, *problems) if sentence]

    # --- reading ---

    def _read(self) -> None:
        assert self._request is not None
        job = self._submit(read_runs, self._request, self._take_runs, self._fail, topic="runs")
        job.progressed.connect(self.message.advance)
        self._jobs["runs"] = job
        self._choices_state = "Looking for results"
        self._jobs["choices"] = self._submit(
            list_columns, self._request, self._take_choices, self._no_choices, topic="result columns"
        )

    def _take_runs(self, table: RunTable) -> None:
        first = not self.model.columns
        self._problem = ""
        self._warnings = table.warnings
        self.model.set_table(table)
        if first:
            self._shape = runs_memory.shape(table)
            runs_memory.recall(self._settings, self._shape, self.model, self.table.columns)
        self._apply_filter()
        if table.names:
            self._stack.setCurrentWidget(self.table)
        else:
            self.message.say("This trajectory has no runs.")
            self._stack.setCurrentWidget(self.message)
        for column in self.model.columns:
            if column.group == "Results":
                self._read_column(column)
        self._count()
        self.noticed.emit()

    def _fail(self, problem: PexError) -> None:
        if self.model.columns:
            self._problem = " ".join(part for part in (problem.title, problem.hint) if part)
            self.noticed.emit()
        else:
            self.message.say_problem(problem)

    def _take_choices(self, found: ColumnChoices) -> None:
        self._choices, self._shown_too = found.choices, found.others
        self._choices_state = "" if found.choices else "No results that could be columns were found in the first runs."
        self._fill_chooser()
        if self._awaiting is not None and self._awaiting == self.table.current_run():
            self._open_current()

    def _no_choices(self, problem: PexError) -> None:
        self._choices_state = f"{problem.title} {problem.hint}".strip()
        self._fill_chooser()

    def _read_column(self, column: RunColumn) -> None:
        key = result_path(column.key)
        if self._request is None or key is None:
            return
        request = ColumnRequest(self._request.file, self._request.path, key)
        job = self._submit(
            read_column,
            request,
            partial(self._take_column, column),
            partial(self._lose_column, column),
            topic=f"column {column.key}",
        )
        job.progressed.connect(partial(self._advance_column, column))
        self._jobs[column.key] = job

    def _take_column(self, column: RunColumn, read: Column) -> None:
        column.take(read, self.model.runs())
        self.model.renew(column.key)
        self.table.columns.fit(column.key)
        self._apply_filter()
        self.noticed.emit()

    def _lose_column(self, column: RunColumn, problem: PexError) -> None:
        column.problem = f"{problem.title} {problem.hint}".strip()
        self.model.renew(column.key)
        self.noticed.emit()

    def _advance_column(self, column: RunColumn, _what: str, done: int, total: int) -> None:
        column.progress = done / total if total else 0.0
        self.table.show_progress()

    # --- filter and count ---

    def _apply_filter(self) -> None:
        sentence = ""
        try:
            self.model.choose(self.filter.text())
        except Mistake as mistake:
            sentence = mistake.sentence
        self.filter.set_names(frozenset(self.model.operands()))
        self.filter.set_mistake(sentence)
        self._count()

    def _count(self) -> None:
        shown, total = self.model.rowCount(), self.model.runs()
        words = text.count(total, "run")
        self.count.setText(words if shown == total else f"{shown:,} of {words}")
        if total and self._stack.currentWidget() is self.table:
            self.table.say("" if shown else "No run matches the filter.")

    # --- columns ---

    def switch_column(self, key: str, on: bool) -> None:
        """Show a column or not: results are read when they are added and forgotten when they are removed."""
        path = result_path(key)
        if path is None:
            self.table.columns.hide(key, not on)
            return
        if not on:
            self._remove_result(key)
        elif self.model.place(key) is None:
            choice = next((c for c in self._choices if c.key == path), None)
            if choice is not None:
                self._add_result(choice)
        self._save_layout()

    def show_bar(self, key: str, on: bool) -> None:
        """Draw a bar beside each number of a column, or not."""
        column = self.model.column(key)
        if column is not None:
            column.bar = on
            self.model.renew(key)
            self.table.columns.fit(key)
            self._save_layout()

    def _add_result(self, choice: ColumnChoice) -> None:
        column = of_choice(choice, self.model.runs())
        self.model.add(column)
        self.table.columns.fit(column.key)
        self.table.reveal(column.key)
        self._read_column(column)

    def _remove_result(self, key: str) -> None:
        job = self._jobs.pop(key, None)
        if job is not None:
            job.cancel()
        self.model.remove(key)
        self._apply_filter()
        self.noticed.emit()

    def _show_chooser(self) -> None:
        self._fill_chooser()
        self.chooser.open_below(self.columns_button)

    def _fill_chooser(self) -> None:
        shown = {column.key for column in self.model.columns}
        results = [
            Choice(key, choice.name, choice.type, choice.comment, key in shown)
            for choice in self._choices
            if (key := result_key(choice.key))
        ]
        others = [
            Choice(column.key, column.title, column.type, _what(column), not self.table.columns.is_hidden(column.key))
            for column in self.model.columns
            if column.group != "Results" and column.form != "run"
        ]
        self.chooser.set_choices([*results, *others], self._choices_state)

    def _show_menu(self, key: str, place: QPoint) -> None:
        menu: QMenu = column_menu(self, key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _save_layout(self) -> None:
        if self._shape:
            runs_memory.keep(self._settings, self._shape, self.model, self.table.columns)

    # --- the value beside ---

    def _run_chosen(self, run: int, key: str) -> None:
        path = result_path(key)
        if path is not None:
            self._item, self._part = path, ""
        self._want(run)

    def _open_current(self) -> None:
        run = self.table.current_run()
        if run is not None:
            self._want(run)

    def _want(self, run: int) -> None:
        self._awaiting = run
        if self._request is None or not self._results():
            return
        self._awaiting = None
        results = self._results()
        key = next((choice.key for choice in results if choice.key == self._item), results[0].key)
        choices = tuple((choice.name, self._value(choice.key, run)) for choice in results)
        name, subtitle = self._describe(run)
        wanted = self._value(key, run, self._part if key == self._item else "")
        self.value_wanted.emit(wanted, ValueContext(name, subtitle, True, choices))

    def _results(self) -> tuple[ColumnChoice, ...]:
        """What every run may have: single values, that make columns too, and larger ones."""
        return self._choices + self._shown_too

    def _describe(self, run: int) -> tuple[str, str]:
        """The name of a run, and its point."""
        parameters = [column for column in self.model.columns if column.group == "Parameters"]
        point = " · ".join(f"{column.title} {column.text(run)}" for column in parameters[:NAMED])
        return self.model.columns[0].text(run), point + (" …" if len(parameters) > NAMED else "")

    def _value(self, key: bytes, run: int, part: str = "") -> ValueRequest:
        assert self._request is not None
        return ValueRequest(self._request.file, self._path(key, run), trajectory=self._request.path, item=part)

    def _path(self, key: bytes, run: int) -> bytes:
        assert self._request is not None
        stands_for = {b"$": self.model.columns[0].text(run).encode(), b"$set": b"run_set_%05d" % (run // 1000)}
        return b"/".join([self._request.path, *(stands_for.get(part, part) for part in key.split(b"/"))])


def _what(column: RunColumn) -> str:
    return column.full if column.group == "Parameters" else ""
