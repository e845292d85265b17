"""The compact dialog with its real workers: how long the event loop is blocked, and how soon Cancel has stopped."""

import os
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.real_window import open_window, rest, wait_for
from benchmarks.row import Row, seconds, spread
from pexgui.ui.compact import CompactDialog
from pexgui.ui.jobs import Worker
from tests.core.compared import sweep
from tests.ui.instruments import Heartbeat

RUNS = 4000
FILES = 200
ROUNDS = 3
LONG = 600
"""So many seconds a slow machine may take."""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, open_window() as window:
        workers = [Worker() for _ in range(2)]
        try:
            return [*large(Path(folder), workers), many(Path(folder), workers)]
        finally:
            for worker in workers:
                worker.stop()
            window.close_file()


def opened(files: list[Path], workers: list[Worker]) -> CompactDialog:
    planner, writer = (worker.submit for worker in workers)
    dialog = CompactDialog(planner, writer, [os.fsencode(file) for file in files])
    dialog.show()
    wait_for(lambda: not (dialog.choices.waiting() or dialog.planning.under_way() or dialog.files.waits()), LONG)
    return dialog


def large(folder: Path, workers: list[Worker]) -> list[Row]:
    path = sweep(folder / "large.hdf5", [(run, run % 3) for run in range(RUNS)])
    dialog = opened([path], workers)
    times = []
    with Heartbeat() as heartbeat:
        for _ in range(ROUNDS):
            dialog.footer.next.click()
            wait_for(lambda: dialog.job.items[0].reached > 0)
            rest(0.3 * len(times))
            dialog.footer.cancel.click()
            times.append(wait_for(lambda: not dialog.job.busy()))
            dialog.footer.back.click()
            wait_for(dialog.footer.next.isEnabled, LONG)
        dialog.footer.next.click()
        taken = wait_for(lambda: not dialog.job.busy(), LONG)
        rest(0.5)
    assert dialog.job.items[0].result is not None
    dialog.close()
    what = f"{RUNS:,} runs in the compact dialog"
    blocked = f"{seconds(heartbeat.longest)} (compacted in {seconds(taken)})"
    return [
        Row(f"longest block of the event loop: {what}, stopped {ROUNDS} times and compacted", "≤ 100 ms", blocked, "–"),
        Row(f"from Cancel to stopped, with every file as before: {what}", "≤ 1 s", spread(times), "–"),
    ]


def many(folder: Path, workers: list[Worker]) -> Row:
    files = [sweep(folder / f"small{number:03d}.hdf5", [(number, run) for run in range(3)]) for number in range(FILES)]
    longest = []
    for _ in range(ROUNDS):
        with Heartbeat() as heartbeat:
            dialog = opened(files, workers)
            rest(0.3)
        longest.append(heartbeat.longest)
        dialog.close()
        rest(0.2)
    what = f"longest block of the event loop: the compact dialog opened with {FILES} files, all measured"
    return Row(what, "≤ 100 ms", seconds(median(longest)), "–")
