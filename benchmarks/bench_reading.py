"""Reading everything there is in the demo and in a large sweep: the longest block of the event loop meanwhile."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QModelIndex

from benchmarks.made import sweep
from benchmarks.real_window import open_window, rest, wait_for
from benchmarks.row import Row, seconds
from pexgui.core import DemoRequest, FileRequest, TrajectoryRequest, make_demo, summarize_file
from pexgui.ui.models import ROW
from pexgui.ui.trajectory import OVERVIEW, RUNS, TREE
from pexgui.ui.tree import VALUES as VALUES_OF
from tests.ui.instruments import Heartbeat

VALUES = 40
GROUPS = 5


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        demo = make_demo(DemoRequest(os.fsencode(folder)))
        large = shutil.copy(sweep(10_000), Path(folder) / "large.hdf5")
        requests = [
            TrajectoryRequest(file, trajectory.path)
            for file in (*demo.files, os.fsencode(large))
            for trajectory in summarize_file(FileRequest(file)).trajectories
        ]
        with open_window() as window:
            show_a_plot_once(window, requests[0])
            with Heartbeat() as heartbeat:
                window.open_paths([os.fsencode(folder)])
                shown = sum(look_at(window, request) for request in requests)
    what = f"longest block of the event loop while a library, {len(requests)} trajectories and {shown} values are read"
    return [Row(what, "≤ 100 ms", seconds(heartbeat.longest), "–")]


def show_a_plot_once(window: object, request: TrajectoryRequest) -> None:
    """The first plot of a session imports the plotting library; that is start-up, not reading."""
    window.show_trajectory(request)
    wait_for(lambda: window.trajectory.runs.model.rowCount())
    window.trajectory.runs.table.select_run(0)
    rest(1.5)


def look_at(window: object, request: TrajectoryRequest) -> int:
    """Go through the tabs of a trajectory, open its tree, and show the first values in it; how many."""
    window.show_trajectory(request)
    wait_for(lambda: window.trajectory.runs.model.rowCount())
    for tab in (OVERVIEW, RUNS, TREE):
        window.trajectory.tabs.choose(tab)
        window.trajectory._tab_chosen(tab)
        rest(0.3)
    tree = window.trajectory.tree
    for level in range(6):
        for group in list(islice(groups_of_level(tree.model, QModelIndex(), level), GROUPS)):
            tree.view.expand(group)
            rest(0.1)
    chosen = list(islice(lines_below(tree.model, QModelIndex()), VALUES))
    for line in chosen:
        tree.view.setCurrentIndex(line)
        rest(0.1)
    return len(chosen)


def groups_of_level(model: object, parent: QModelIndex, level: int) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if level:
            yield from groups_of_level(model, index, level - 1)
        elif model.hasChildren(index):
            yield index


def lines_below(model: object, parent: QModelIndex) -> Iterator[QModelIndex]:
    """The lines of the tree that have a value."""
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if getattr(index.data(ROW), "kind", None) in VALUES_OF:
            yield index
        yield from lines_below(model, index)
