"""A trajectory of 10,000 runs: until the table of runs is painted, and until a result column is complete."""

import os

from benchmarks.made import pypet, sweep, sweep_by_pypet
from benchmarks.real_window import Painted, open_window, wait_for
from benchmarks.row import Row, seconds, spread
from pexgui.core import TrajectoryRequest
from tests.ui.instruments import Heartbeat

RUNS = 10_000
ROUNDS = 5


def measure() -> list[Row]:
    request = TrajectoryRequest(os.fsencode(sweep(RUNS)), b"/many")
    painted, complete, blocked = [], [], 0.0
    with open_window() as window:
        runs = window.trajectory.runs
        for _ in range(ROUNDS):
            window.close_file()
            with Heartbeat() as heartbeat, Painted(runs.table.right.viewport()) as paint:
                window.show_trajectory(request)
                painted.append(wait_for(lambda paint=paint: runs.model.rowCount() == RUNS and paint.count))
                wait_for(lambda: runs._choices)
                choice = next(choice for choice in runs._choices if choice.name == "rate")
                runs._add_result(choice)
                column = next(column for column in runs.model.columns if column.title == "rate")
                assert column.values is None
                complete.append(wait_for(lambda column=column: column.values is not None))
                runs.switch_column(column.key, False)
            blocked = max(blocked, heartbeat.longest)
    with_skeleton, with_values = (float(part) for part in pypet("read", sweep_by_pypet(1000)).split())
    peer = "pypet, 1,000 runs: "
    return [
        Row("10,000 runs: table of runs painted", "≤ 500 ms", spread(painted), peer + seconds(with_skeleton)),
        Row("10,000 runs: scalar result column complete", "≤ 1.50 s", spread(complete), peer + seconds(with_values)),
        Row("longest block of the event loop meanwhile", "≤ 100 ms", seconds(blocked), "–"),
    ]
