"""The open trajectory: its name and facts, and the tabs Overview, Runs and Tree."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from pexgui.core import (
    FileRequest,
    FileSummary,
    PexError,
    TrajectoryInfo,
    TrajectoryRequest,
    TrajectorySummary,
    ValueRequest,
    open_trajectory,
    summarize_file,
    text,
)

from . import icons, widgets
from .context import ValueContext as ValueContext
from .jobs import Submit
from .notices import WarningStrip
from .overview import OverviewPanel
from .runs import RunsPanel
from .tree import TreePanel

OVERVIEW, RUNS, TREE = range(3)
EDGE = 24
_FACT = 20
"""How high the line of a fact is, with a link in it or without."""


class Fact(QWidget):
    """A number with its label above it and the rest of the sentence, muted, beside it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._value = widgets.label()
        self._value.setProperty("role", "section")
        self._value.setMinimumHeight(_FACT)
        self._rest = widgets.label("", "muted")
        self.line = line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._value)
        line.addWidget(self._rest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(widgets.label(name, "small"))
        column.addLayout(line)

    def say(self, value: str, rest: str = "") -> None:
        self._value.setText(value or "–")
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
        self.setAccessibleDescription(f"{value} {rest}".strip())


class Heading(QWidget):
    """Name, one line about it, and the facts; it takes the same room whatever it says.

    ``other_chosen(TrajectorySummary)``: another trajectory of the same file is to be shown; ``compact_wanted()``: the
    file is to become smaller.
    """

    other_chosen = Signal(object)
    compact_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name = widgets.ElidedLabel("", "title")
        self._line = widgets.ElidedLabel("", "muted")
        self._others = QToolButton()
        self._others.setIcon(icons.icon("chevron-down", "muted"))
        self._others.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._others.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._others.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._others.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._others.setFixedHeight(24)
        self._others.setAccessibleName("Other trajectories of this file")
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Trajectories of this file")
        self._others.setMenu(self._menu)
        self.runs, self.explored, self.results, self.bytes = (
            Fact(name) for name in ("Runs", "Explored", "Results", "Size")
        )
        self.compact = widgets.button("Compact…", self.compact_wanted.emit, "link")
        self._build()

    def _build(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(12)
        title.addWidget(self._name)
        title.addWidget(self._others)
        title.addStretch(1)
        facts = QHBoxLayout()
        facts.setSpacing(20)
        self._rules = []
        self._facts = (self.runs, self.explored, self.results, self.bytes)
        for number, fact in enumerate(self._facts):
            if number:
                rule = widgets.hairline(upright=True)
                rule.setFixedHeight(28)
                self._rules.append(rule)
                facts.addWidget(rule)
            facts.addWidget(fact)
        self.bytes.line.addWidget(self.compact)
        facts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, 16, EDGE, 0)
        column.setSpacing(4)
        column.addLayout(title)
        column.addWidget(self._line)
        column.addSpacing(8)
        column.addLayout(facts)

    def clear(self, name: str, file_only: bool = False) -> None:
        """A name of which nothing else is known yet; a file that is no trajectory has only a size."""
        self._name.setText(name)
        self._line.setText("")
        self._others.hide()
        for number, fact in enumerate(self._facts):
            fact.say("")
            fact.setVisible(fact is self.bytes or not file_only)
            if number:
                self._rules[number - 1].setVisible(not file_only)

    def show_line(self, line: str) -> None:
        self._line.setText(line)

    def show_info(self, info: TrajectoryInfo) -> None:
        summary = info.summary
        python = ".".join(summary.python.split(".")[:2])
        versions = [f"pypet {summary.version}" if summary.version else "", f"Python {python}" if python else ""]
        created = text.when(summary.created)
        parts = [
            f"Created {created}" if created else "",
            ", ".join(part for part in versions if part),
            " ".join(summary.comment.split()),
        ]
        self._name.setText(summary.name)
        self._line.setText("  ·  ".join(part for part in parts if part))
        finished = "all finished" if summary.finished == summary.runs else f"{summary.finished:,} finished"
        self.runs.say(f"{summary.runs:,}", finished)
        self.explored.say(f"{len(info.explored):,}", "parameter" if len(info.explored) == 1 else "parameters")
        self.results.say(f"{info.results_per_run:,}", "per run")
        self.bytes.say(text.size(info.stamp.size))

    def show_summary(self, summary: FileSummary, shown: bytes) -> None:
        """What is known of the whole file: its size, what could be reclaimed, its other trajectories."""
        if summary.stamp is not None:
            free = f"{text.size(summary.reclaimable)} reclaimable" if summary.reclaimable else ""
            self.bytes.say(text.size(summary.stamp.size), free)
        several = len(summary.trajectories) > 1
        self._others.setVisible(several)
        self._menu.clear()
        for place, trajectory in enumerate(summary.trajectories if several else ()):
            words = f"{trajectory.name}   {text.count(trajectory.runs, 'run')}"
            entry = self._menu.addAction(words.replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(trajectory.path == shown)
            entry.triggered.connect(lambda _on=False, chosen=trajectory: self.other_chosen.emit(chosen))
            if trajectory.path == shown:
                self._others.setText(f"{place + 1} of {len(summary.trajectories)} in this file")


class TrajectoryPanel(QWidget):
    """``value_wanted(ValueRequest, ValueContext)``: a value is to be shown; ``trajectory_wanted(TrajectoryRequest)``:
    the person asks for another trajectory of the same file; ``insisted()``: the person wants the file read again,
    whatever trouble it made; ``compact_wanted(file)``: the file is to become smaller."""

    value_wanted = Signal(object, object)
    trajectory_wanted = Signal(object)
    insisted = Signal()
    compact_wanted = Signal(object)

    def __init__(self, submit: Submit, settings: QSettings | None = None) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._submit = submit
        self._request: FileRequest | None = None
        self._warnings: tuple[str, ...] = ()
        self._problem = ""
        self._tree_shown = False
        self.heading = Heading()
        self.tabs = widgets.SegmentedTabs(("Overview", "Runs", "Tree"), "Views of the trajectory")
        self.overview = OverviewPanel(submit)
        self.runs = RunsPanel(submit, settings if settings is not None else QSettings())
        self.tree = TreePanel(submit)
        self.strip = WarningStrip("Warnings about the trajectory")
        self.stack = QStackedWidget()
        self._build()
        self.heading.other_chosen.connect(self._show_other)
        self.heading.compact_wanted.connect(self._compact)
        self.tabs.chosen.connect(self._tab_chosen)
        self.runs.value_wanted.connect(self.value_wanted)
        self.runs.noticed.connect(self._warn)
        for panel in (self.runs, self.tree):
            panel.insisted.connect(self.insisted)
        self.tree.value_wanted.connect(self._tree_value)
        self.tabs.choose(RUNS)
        self.clear()

    def _build(self) -> None:
        for page in (self.overview, self.runs, self.tree):
            self.stack.addWidget(page)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(EDGE, 0, EDGE, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        strip = QHBoxLayout()
        strip.setContentsMargins(EDGE, 8, EDGE, 8)
        strip.addWidget(self.strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addSpacing(16)
        column.addLayout(tabs)
        column.addSpacing(12)
        column.addWidget(self.stack, 1)
        self._strip_place = QWidget()
        self._strip_place.setLayout(strip)
        column.addWidget(self._strip_place)

    # --- what the window calls ---

    def show_trajectory(self, request: TrajectoryRequest) -> None:
        """Show a trajectory, in the tab that is open."""
        self._begin(request, text.printable(request.path.lstrip(b"/")))
        self.tabs.show()
        self.overview.show_trajectory(request)
        self._submit(open_trajectory, request, self._take_info, self._fail_info, topic="trajectory")
        self.runs.show_trajectory(request)
        self._summarize()
        self._tab_chosen(self.tabs.current())

    def show_raw(self, request: FileRequest) -> None:
        """Show a file that has no trajectory as plain HDF5."""
        self._begin(request, text.printable(request.file.rsplit(b"/", 1)[-1]), file_only=True)
        self.tabs.hide()
        self.overview.clear()
        self.runs.clear()
        self._summarize()
        self._show_tree()
        self.stack.setCurrentWidget(self.tree)

    def refresh(self) -> None:
        """Read everything again; tab, sorting, filter, selection and scroll positions stay."""
        if self._request is None:
            return
        if isinstance(self._request, TrajectoryRequest):
            self.overview.refresh()
            self._submit(open_trajectory, self._request, self._take_info, self._fail_info, topic="trajectory")
            self.runs.refresh()
        self._summarize()
        if self._tree_shown:
            self.tree.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._request = None
        self._tree_shown = False
        self._warnings, self._problem = (), ""
        self.heading.clear("")
        self.overview.clear()
        self.runs.clear()
        self.tree.clear()
        self._warn()

    def request(self) -> FileRequest | None:
        """What is shown: a trajectory, or a file as plain HDF5."""
        return self._request

    def step(self, runs: int) -> None:
        """Go to the next run (or back) and ask for the same result of it."""
        self.runs.step(runs)

    def show_item(self, request: ValueRequest) -> None:
        """The person looks at another result of the chosen run: stepping is to keep to it."""
        self.runs.show_item(request)

    def choose_tab(self, tab: int) -> None:
        """Show Overview (0), Runs (1) or Tree (2)."""
        if self.tabs.isVisibleTo(self):
            self.tabs.choose(tab)

    def go_to_search(self) -> None:
        """Go to the box that filters or searches what is shown."""
        if self.stack.currentWidget() is self.tree:
            self.tree.focus_search()
        else:
            self.choose_tab(RUNS)
            self.runs.focus_filter()

    # --- within ---

    def _begin(self, request: FileRequest, name: str, file_only: bool = False) -> None:
        self._request = request
        self._tree_shown = False
        self._warnings, self._problem = (), ""
        self.tree.clear()
        self.heading.clear(name, file_only)
        self._warn()

    def _summarize(self) -> None:
        assert self._request is not None
        self._submit(
            summarize_file,
            FileRequest(self._request.file),
            self._take_summary,
            self._no_summary,
            topic="summary of the file",
        )

    def _take_info(self, info: TrajectoryInfo) -> None:
        self._warnings, self._problem = info.warnings, ""
        self.heading.show_info(info)
        self.overview.show_info(info)
        self._warn()

    def _fail_info(self, problem: PexError) -> None:
        self._problem = f"{problem.title} {problem.hint}".strip()
        self._warn()

    def _take_summary(self, summary: FileSummary) -> None:
        shown = self._request.path if isinstance(self._request, TrajectoryRequest) else b""
        self.heading.show_summary(summary, shown)
        if not shown:
            self.heading.show_line(summary.sentence)

    def _no_summary(self, problem: PexError) -> None:
        if not isinstance(self._request, TrajectoryRequest):
            self._fail_info(problem)

    def _compact(self) -> None:
        if self._request is not None:
            self.compact_wanted.emit(self._request.file)

    def _show_other(self, trajectory: TrajectorySummary) -> None:
        if self._request is not None:
            self.trajectory_wanted.emit(TrajectoryRequest(self._request.file, trajectory.path))

    def _tab_chosen(self, tab: int) -> None:
        page = (self.overview, self.runs, self.tree)[tab]
        if page is not self.overview:
            self.overview.pause()
        self.stack.setCurrentWidget(page)
        if page is self.tree and not self._tree_shown:
            self._show_tree()

    def _show_tree(self) -> None:
        self._tree_shown = self._request is not None
        if isinstance(self._request, TrajectoryRequest):
            self.tree.show_trajectory(self._request)
        elif self._request is not None:
            self.tree.show_raw(self._request)

    def _tree_value(self, request: ValueRequest, context: ValueContext) -> None:
        """A value of a run is named by the run, wherever it was found."""
        self.value_wanted.emit(request, self.runs.context_of(request.path) or context)

    def _warn(self) -> None:
        self.strip.set_sentences([self._problem, *self._warnings, *self.runs.sentences()])
        self._strip_place.setVisible(bool(self.strip.sentences()))
