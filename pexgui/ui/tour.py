"""A guided tour without a person: the demo is opened and looked at, and a picture is left of every stop."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from pexgui.core import MergeSource, PexError

from . import drawing
from .explore import SIZE as EXPLORE_SIZE
from .explore import ExploreDialog
from .explore_forms import Form, Kind
from .merge import RUNS as MERGE_RUNS
from .merge import SUMMARY, MergeWizard
from .run_columns import result_path
from .trajectory import OVERVIEW, RUNS, TREE
from .window import MainWindow

LOOK = 50
"""Milliseconds between two looks whether all work is done."""
CALM = 8
"""So many looks in a row must find nothing under way before a picture is taken: counts and layout follow answers."""
PATIENCE = 2400
"""Looks after which a stop is given up: two minutes."""

TRAJECTORY = b"neurons/firing_rate.hdf5"
ARRAY = "potential"
SESSIONS = (b"to merge/session_1.hdf5", b"to merge/session_2.hdf5")
"""What the tour looks at in the demo: not the trajectory that is shown as soon as the demo is open."""
DENSER = Form(Kind.STEPS, ("0.8", "2.4", "0.1"))
"""More values for what varies slowest in that trajectory."""

Stop = tuple[str, str, Callable[[], object]]
"""A stop of the tour: its name, what is done there in words, and the doing."""


class Tour(QObject):
    """Goes through ``window`` while ``busy()`` tells whether anything is under way, and saves pictures in ``folder``.

    ``stopped(words, picture)`` at every stop, ``failed(PexError)`` when one is not as it should be, and at the
    end ``ended(status)``, 0 when all went well.
    """

    stopped = Signal(str, str)
    failed = Signal(object)
    ended = Signal(int)

    def __init__(self, window: MainWindow, folder: Path, busy: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._busy = busy
        self._calm = 0
        self._looks = 0
        self._number = -1
        self._shown: QWidget = window
        self._stops: Sequence[Stop] = (
            ("folder", "The demo folder, opened", window.open_demo),
            ("trajectory", "A trajectory, opened: one line per run", self._open_trajectory),
            ("column", "Results, added as columns", self._add_column),
            ("value", "The value of a run, opened", self._open_value),
            ("tree", "The same trajectory as a tree", self._open_tree),
            ("groups", "Its groups, opened", self._open_groups),
            ("search", "A search in it", self._search),
            ("array", "An array, opened as a plot", self._open_array),
            ("runs", "The runs beside it", self._open_runs),
            ("overview", "What the trajectory is about", self._open_overview),
            ("merge", "Two files, about to become one", self._open_merge),
            ("plan", "What merging them would do", self._open_plan),
            ("exploration", "What a trajectory explores", self._open_exploration),
            ("points", "More values, and the points that are missing", self._put_values),
        )
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Show the window and go."""
        self._window.show()
        self._next()

    def _next(self) -> None:
        self._number += 1
        self._calm = self._looks = 0
        if self._number == len(self._stops):
            self._end(0)
            return
        try:
            self._stops[self._number][2]()
        except PexError as problem:
            self._give_up(problem)
            return
        self._timer.start()

    def _look(self) -> None:
        self._looks += 1
        self._calm = 0 if self._busy() or drawing.on_its_way() else self._calm + 1
        if self._calm >= CALM:
            self._timer.stop()
            self._arrive()
        elif self._looks >= PATIENCE:
            self._give_up(
                PexError("The tour waited two minutes for an answer.", "Start it again with the machine idle.")
            )

    def _arrive(self) -> None:
        name, words, _ = self._stops[self._number]
        dialog = self._window.problems.open_dialog()
        if dialog is not None:
            self._give_up(PexError("The tour met a problem.", details=dialog.details()))
            return
        picture = self._folder / f"{self._number + 1}-{name}.png"
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._shown.grab().save(str(picture)):
            self._give_up(
                PexError(f"The picture {picture} could not be saved.", "Choose a folder in which you may write.")
            )
            return
        self.stopped.emit(words, str(picture))
        self._next()

    def _give_up(self, problem: PexError) -> None:
        self.failed.emit(problem)
        self._end(1)

    def _end(self, status: int) -> None:
        self._timer.stop()
        self.ended.emit(status)

    # --- what is done at the stops

    def _open_trajectory(self) -> None:
        wanted = [row for row in self._window.library.model.walk() if row.path.endswith(b"/" + TRAJECTORY)]
        if not wanted:
            raise PexError("The tour found no firing rates in the demo folder.", "Remove that folder and start again.")
        self._window.library.choose(wanted[0].path)

    def _add_column(self) -> None:
        runs = self._window.trajectory.runs
        results = [row for row in runs.chooser.model.rows() if not row.on and result_path(row.key)]
        if not results:
            raise PexError("The tour found no result that could be a column.")
        for result in results[:2]:
            runs.switch_column(result.key, True)

    def _open_value(self) -> None:
        if not self._window.trajectory.runs.table.select_run(0):
            raise PexError("The tour found no run to look at.")

    def _open_tree(self) -> None:
        self._window.trajectory.choose_tab(TREE)

    def _open_groups(self) -> None:
        tree = self._window.trajectory.tree
        for row in range(tree.model.rowCount()):
            tree.view.expand(tree.model.index(row, 0))

    def _search(self) -> None:
        self._window.trajectory.tree.search.setText(ARRAY)

    def _open_array(self) -> None:
        tree = self._window.trajectory.tree
        if not tree.found.rowCount():
            raise PexError(f"The tour found no {ARRAY} in the tree.")
        tree.results.setCurrentIndex(tree.found.index(0, 0))

    def _open_runs(self) -> None:
        self._window.trajectory.choose_tab(RUNS)

    def _open_overview(self) -> None:
        self._window.trajectory.choose_tab(OVERVIEW)

    def _open_merge(self) -> None:
        files = [row.path for end in SESSIONS for row in self._window.library.model.walk() if row.path.endswith(end)]
        wizard = self._window.merge([MergeSource(path) for path in files])
        wizard.go_to(MERGE_RUNS)
        self._shown = wizard

    def _open_plan(self) -> None:
        assert isinstance(self._shown, MergeWizard)
        self._shown.go_to(SUMMARY)

    def _open_exploration(self) -> None:
        dialog = self._window.extend_chosen()
        if dialog is None:
            raise PexError("The tour found no trajectory to add runs to.")
        dialog.resize(EXPLORE_SIZE)  # off screen there is less room than on any screen
        self._shown = dialog

    def _put_values(self) -> None:
        assert isinstance(self._shown, ExploreDialog)
        explored = self._shown.beginning.state.explored()
        if not explored:
            raise PexError("The tour found no parameter that is explored.")
        self._shown.left.put(explored[0], DENSER)
