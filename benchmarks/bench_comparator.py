"""The comparator window with its real worker: until differences are shown, and how long the event loop is blocked."""

import os
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QAbstractSlider

from benchmarks.real_window import open_window, rest, wait_for
from benchmarks.row import Row, seconds, spread
from pexgui.core import CompareRequest, Side
from pexgui.core.writer import TrajectoryWriter
from pexgui.ui.compare import CompareWindow
from pexgui.ui.jobs import Worker
from tests.core.compared import grid, sweep
from tests.ui.instruments import Heartbeat

PARAMETERS = 117
ROUNDS = 5
STEPS = 50
CARDS = 100
LONG = 600
"""So many seconds a slow machine may take to compare 22,000 runs that all differ."""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, open_window() as window:
        workers = [Worker(), Worker()]
        try:
            here = Path(folder)
            return [many_parameters(here, workers), many_cards(here, workers), *many_runs(here, workers)]
        finally:
            for worker in workers:
                worker.stop()
            window.close_file()


def parameters(more: float) -> object:
    def fill(trajectory: TrajectoryWriter) -> None:
        for number in range(PARAMETERS):
            trajectory.parameter(f"many.p{number:03d}", number + more)

    return fill


def opened(request: CompareRequest, workers: list[Worker]) -> CompareWindow:
    window = CompareWindow(workers[0].submit, workers[1].submit, request, None)
    window.show()
    return window


def listed(window: CompareWindow) -> int:
    against = window.pane.against()
    return 0 if against is None else len(against.differences) + against.more


def many_parameters(folder: Path, workers: list[Worker]) -> Row:
    files = [sweep(folder / f"p{more}.hdf5", grid(2), parameters(more)) for more in (0.0, 0.5)]  # type: ignore[arg-type]
    request = CompareRequest(tuple(Side(os.fsencode(file)) for file in files))
    times = []
    for round_ in range(ROUNDS + 1):
        began = time.perf_counter()
        window = opened(request, workers)
        wait_for(lambda window=window: listed(window) == PARAMETERS)
        window.grab()
        if round_:
            times.append(time.perf_counter() - began)
        window.close()
        rest(0.2)
    return Row(f"{PARAMETERS} parameters × 2 trajectories: differences shown", "≤ 200 ms", spread(times), "–")


def results(more: float) -> object:
    def fill(trajectory: TrajectoryWriter) -> None:
        for number in range(CARDS):
            values = (number + more, f"text {number + more}", np.arange(900.0) + more, np.ones((40, 60)) + more)
            trajectory.result(f"many.r{number:03d}", values[number % len(values)])

    return fill


def many_cards(folder: Path, workers: list[Worker]) -> Row:
    """Numbers, texts, lines and images, scrolled through to the end."""
    files = [sweep(folder / f"c{more}.hdf5", grid(1), results(more)) for more in (0.0, 0.5)]  # type: ignore[arg-type]
    window = opened(CompareRequest(tuple(Side(os.fsencode(file)) for file in files)), workers)
    wait_for(lambda: listed(window) == CARDS)
    outline, bar = window.pane.list.outline, window.pane.page.area.verticalScrollBar()
    assert outline is not None
    with Heartbeat() as heartbeat:
        window.pane.list.go_to(next(line for line in outline.roots if line.count == CARDS))
        while len(window.pane.page.cards()) < CARDS or bar.value() < bar.maximum():
            bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
            rest(0.1)
        window.close()
        rest(1.0)
    what = f"longest block of the event loop: {CARDS} differences of four kinds scrolled through, window closed"
    return Row(what, "≤ 100 ms", seconds(heartbeat.longest), "–")


def many_runs(folder: Path, workers: list[Worker]) -> list[Row]:
    rows = []
    for runs in (1000, 22_000):
        files = [
            sweep(folder / f"r{runs}_{more}.hdf5", grid(runs), result=lambda x, seed, more=more: x + seed + more)
            for more in (0.0, 0.5)
        ]
        request = CompareRequest(tuple(Side(os.fsencode(file)) for file in files))
        with Heartbeat() as heartbeat:
            window = opened(request, workers)
            taken = wait_for(lambda window=window, runs=runs: listed(window) == runs, patience=LONG)
            for _ in range(STEPS):
                window.pane.step(1)
                rest(0.02)
        window.close()
        what = f"longest block of the event loop: two sweeps of {runs:,} runs that all differ, {STEPS} looked at"
        rows.append(Row(what, "≤ 100 ms", f"{seconds(heartbeat.longest)} (compared in {seconds(taken)})", "–"))
    return rows
