"""The merge wizard with its real workers: how long the event loop is blocked, and how soon Cancel has stopped."""

import os
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.real_window import open_window, rest, wait_for
from benchmarks.row import Row, seconds, spread
from pexgui.core import MergeSource
from pexgui.ui.jobs import Worker
from pexgui.ui.merge import DONE, SUMMARY, MergeWizard
from tests.core.compared import sweep
from tests.ui.instruments import Heartbeat

RUNS = 4000
FILES = 100
ROUNDS = 3
LONG = 600
"""So many seconds a slow machine may take to merge 2 × 4,000 runs."""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, open_window() as window:
        workers = [Worker() for _ in range(3)]
        try:
            here = Path(folder)
            return [*large(here, workers), many(here, workers)]
        finally:
            for worker in workers:
                worker.stop()
            window.close_file()


def opened(files: list[Path], workers: list[Worker]) -> MergeWizard:
    reader, planner, writer = (worker.submit for worker in workers)
    wizard = MergeWizard(reader, planner, writer, [MergeSource(os.fsencode(file)) for file in files])
    wizard.show()
    wait_for(lambda: wizard.planning.settled() and len(wizard.files.cards) == len(files), patience=LONG)
    return wizard


def large(folder: Path, workers: list[Worker]) -> list[Row]:
    files = [
        sweep(folder / f"large{number}.hdf5", [(number * RUNS + run, run % 3) for run in range(RUNS)])
        for number in range(2)
    ]
    wizard = opened(files, workers)
    wizard.go_to(SUMMARY)
    times = []
    with Heartbeat() as heartbeat:
        for _ in range(ROUNDS):
            wait_for(wizard.footer.next.isEnabled, patience=LONG)
            wizard.footer.next.click()
            wait_for(lambda: wizard.progress.bar.value() > 0)
            rest(0.3 * len(times))
            wizard.footer.cancel.click()
            times.append(wait_for(lambda: wizard.at() == SUMMARY))
        wait_for(wizard.footer.next.isEnabled, patience=LONG)
        wizard.footer.next.click()
        taken = wait_for(lambda: wizard.at() == DONE, patience=LONG)
        rest(0.5)
    wizard.close()
    what = f"2 × {RUNS:,} runs in the merge wizard"
    blocked = f"{seconds(heartbeat.longest)} (merged in {seconds(taken)})"
    return [
        Row(f"longest block of the event loop: {what}, stopped {ROUNDS} times and merged", "≤ 100 ms", blocked, "–"),
        Row(f"from Cancel to stopped, with every file as before: {what}", "≤ 1 s", spread(times), "–"),
    ]


def many(folder: Path, workers: list[Worker]) -> Row:
    files = [sweep(folder / f"small{number:03d}.hdf5", [(number, run) for run in range(5)]) for number in range(FILES)]
    longest = []
    for _ in range(ROUNDS):
        with Heartbeat() as heartbeat:
            wizard = opened(files, workers)
            wizard.go_to(SUMMARY)
            rest(0.3)
        longest.append(heartbeat.longest)
        wizard.close()
        rest(0.2)
    what = f"longest block of the event loop: the merge wizard opened with {FILES} files, up to its summary"
    return Row(what, "≤ 100 ms", seconds(median(longest)), "–")
