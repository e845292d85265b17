"""Trajectories made by hand, as the core would answer about them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pexgui.core import (
    Children,
    ChildrenRequest,
    Column,
    ColumnChoice,
    ColumnChoices,
    ColumnRequest,
    ExploredParameter,
    Fact,
    FileRequest,
    FileState,
    FileSummary,
    Found,
    Kind,
    Node,
    Numbers,
    Progress,
    RunTable,
    SearchRequest,
    Span,
    Stamp,
    Storage,
    StoragePart,
    Texts,
    TrajectoryInfo,
    TrajectoryRequest,
    TrajectorySummary,
)

FILE = b"/sweeps/tau_sigma_sweep.hdf5"
REQUEST = TrajectoryRequest(FILE, b"/tau_sigma_sweep")
MORNING = 1_773_477_660.0
FINISHED, HAS_DATA, NOT_RUN = 0, 1, 2

Answers = dict[str, Callable[[Any, Progress], Any]]


def numbers(values: Any, missing: Any = ()) -> Numbers:
    array = np.asarray(values)
    mask = np.zeros(len(array), np.uint8)
    mask[list(missing)] = 1
    return Numbers(array.dtype.str, array.tobytes(), mask.tobytes() if len(missing) else b"")


def run_table(runs: int = 1000, unfinished: bool = True, warnings: tuple[str, ...] = ()) -> RunTable:
    """``runs`` runs over tau, sigma and seed; of 100 runs one has data without being finished and one was not run."""
    index = np.arange(runs)
    status = np.zeros(runs, np.uint8)
    if unfinished:
        status[72::100] = HAS_DATA
        status[77::100] = NOT_RUN
    gone = np.flatnonzero(status == NOT_RUN).tolist()
    tau = 0.5 * (1 + index // 5 % 8)
    sigma = np.array([0.1, 0.2, 0.4, 0.8, 1.6])[index % 5]
    return RunTable(
        names=tuple(f"run_{i:08d}" for i in range(runs)),
        status=status.tobytes(),
        started=numbers(MORNING + 2.5 * index, gone),
        runtime=numbers(2.5 + np.sin(index), gone),
        parameters=(
            Column("parameters.neuron.tau", "float64", numbers(tau)),
            Column("parameters.neuron.sigma", "float64", numbers(sigma)),
            Column("parameters.seed", "int64", numbers(index // 40 + 1)),
        ),
        warnings=warnings,
    )


CHOICES = (
    ColumnChoice(b"results/runs/$/firing_rate/firing_rate", "firing_rate", "float64", "Mean rate in Hz"),
    ColumnChoice(b"results/runs/$/spikes/spikes", "spikes", "int64", ""),
    ColumnChoice(b"results/runs/$/energy/energy", "energy", "float64", "Energy at the end"),
    ColumnChoice(b"results/runs/$/label/label", "label", "str", ""),
)

OTHERS = (ColumnChoice(b"results/runs/$/trace", "trace", "float64", "Membrane potential"),)


def result(request: ColumnRequest, table: RunTable) -> Column:
    """What every run has for the results in `CHOICES`."""
    runs = len(table.names)
    gone = [run for run, status in enumerate(table.status) if status == NOT_RUN]
    index = np.arange(runs)
    rate = 20 + 19.37 * np.sin(index * 0.7)
    if b"spikes" in request.key:
        return Column("spikes", "int64", numbers((rate * 400.3).astype(np.int64), gone))
    if b"energy" in request.key:
        return Column("energy", "float64", numbers(-18 + 3.14159 * np.cos(index), gone))
    if b"label" in request.key:
        return Column("label", "str", Texts(tuple(None if i in gone else f"trial {i % 12}" for i in range(runs))))
    return Column("firing_rate", "float64", numbers(rate, gone))


def trajectory_info(table: RunTable, warnings: tuple[str, ...] = (), comment: str = "") -> TrajectoryInfo:
    runs = len(table.names)
    finished = table.status.count(FINISHED)
    return TrajectoryInfo(
        summary=TrajectorySummary(
            path=REQUEST.path,
            name="tau_sigma_sweep",
            runs=runs,
            finished=finished,
            explored=("parameters.neuron.tau", "parameters.neuron.sigma", "parameters.seed"),
            created=MORNING,
            version="0.6.1",
            python="3.11.7",
            comment=comment or "Firing rate against time constant and noise, L4 model",
        ),
        stamp=Stamp(9_600_000, 1, 2),
        explored=(
            ExploredParameter("parameters.neuron.tau", b"/t/parameters/neuron/tau", "float64", runs, 8, _half(8)),
            ExploredParameter(
                "parameters.neuron.sigma", b"/t/parameters/neuron/sigma", "float64", runs, 5, ("0.1", "0.2", "0.4")
            ),
            ExploredParameter(
                "parameters.seed", b"/t/parameters/seed", "int64", runs, 62, tuple(str(i) for i in range(1, 21))
            ),
        ),
        results_per_run=5,
        annotations=(Fact("recorded_by", "rig 2"), Fact("reviewed", "True")),
        settings=(Fact("complib", "zlib"), Fact("complevel", "9"), Fact("shuffle", "True")),
        environment=(Fact("script", "sweep.py"), Fact("numpy", "1.26.4"), Fact("hexsha", "9f3a1c0")),
        git=(Fact("commit", "6c1f2ab90d"), Fact("message", "Use the measured time constants")),
        warnings=warnings,
    )


def _half(count: int) -> tuple[str, ...]:
    return tuple(f"{0.5 * (1 + i)}" for i in range(count))


STORAGE = Storage(
    size=9_600_000,
    free=5_800_000,
    other=120_000,
    parts=(
        StoragePart("Results", 2_100_000, 900_000, 5_000),
        StoragePart("Parameters", 40_000, 60_000, 12),
        StoragePart("Config", 20_000, 160_000, 80),
        StoragePart("Overview", 300_000, 100_000, 14),
    ),
)


def group(path: bytes, value: str = "", **more: Any) -> Node:
    return Node(path, path.rsplit(b"/", 1)[-1].decode(), Kind.GROUP, "", value, expandable=True, **more)


def tree(children: dict[bytes, Children]) -> Callable[[ChildrenRequest, Progress], Children]:
    """Answers `read_children` from a dict; the groups that are not in it are large, with 50,000 children."""

    def answer(request: ChildrenRequest, _progress: Progress) -> Children:
        return children.get(request.path) or large(request)

    return answer


def large(request: ChildrenRequest, total: int = 50_000) -> Children:
    """A group of ``total`` children: in spans, or the ones asked for."""
    if request.count == 0 and total > 1000:
        starts = range(0, total, 1000)
        spans = [(start, min(1000, total - start)) for start in starts]
        return Children(
            request.path,
            0,
            total,
            spans=tuple(Span(a, n, f"run_{a:08d}", f"run_{a + n - 1:08d}") for a, n in spans),
        )
    stop = min(total, request.start + (request.count or total))
    nodes = tuple(group(request.path + b"/run_%08d" % i, "5 results", size=6_700) for i in range(request.start, stop))
    return Children(request.path, request.start, total, nodes=nodes)


def leaf(path: bytes, kind: Kind, type_: str, value: str, **more: Any) -> Node:
    return Node(path, path.rsplit(b"/", 1)[-1].decode(), kind, type_, value, **more)


T = b"/tau_sigma_sweep"
TREE = {
    T: Children(
        T,
        0,
        4,
        nodes=(
            group(T + b"/parameters", "3 explored, 8 in all", size=4_000),
            group(T + b"/derived_parameters", "2 parameters", size=600),
            group(T + b"/config", "12 settings", size=3_800),
            group(T + b"/results", "5 per run", size=8_300_000),
        ),
    ),
    T + b"/parameters": Children(
        T + b"/parameters",
        0,
        3,
        nodes=(
            group(T + b"/parameters/neuron", "3 parameters"),
            leaf(T + b"/parameters/seed", Kind.PARAMETER, "int64", "25 values, 1 to 25", size=1_200, explored=True),
            leaf(T + b"/parameters/alias", Kind.LINK, "link", "", target="/tau_sigma_sweep/parameters/seed"),
        ),
    ),
    T + b"/parameters/neuron": Children(
        T + b"/parameters/neuron",
        0,
        3,
        nodes=(
            leaf(
                T + b"/parameters/neuron/tau",
                Kind.PARAMETER,
                "float64",
                "8 values, 0.5 to 4.0",
                size=1_200,
                explored=True,
                comment="Time constant of the membrane",
            ),
            leaf(T + b"/parameters/neuron/v_rest", Kind.PARAMETER, "float64", "−65.0", size=300),
            leaf(
                T + b"/parameters/neuron/broken",
                Kind.UNREADABLE,
                "",
                "",
                warning="This cannot be read: its data is damaged.",
            ),
        ),
    ),
    T + b"/derived_parameters": Children(T + b"/derived_parameters", 0, 0),
    T + b"/config": Children(T + b"/config", 0, 0),
    T + b"/results": Children(
        T + b"/results",
        0,
        2,
        nodes=(
            leaf(T + b"/results/activity", Kind.RESULT, "float32", "64 × 64 × 120", size=1_600_000),
            group(T + b"/results/runs", "50,000 groups", size=6_700_000),
        ),
    ),
}


def search(request: SearchRequest, _progress: Progress) -> Found:
    every = [node for children in TREE.values() for node in children.nodes]
    found = [node for node in every if request.text.casefold() in f"{node.name} {node.comment}".casefold()]
    return Found(tuple(found[: request.limit]), len(found) <= request.limit)


def summary(table: RunTable, others: int = 0) -> FileSummary:
    first = trajectory_info(table).summary
    more = [
        TrajectorySummary(b"/other_%d" % i, f"other_{i}", 3, 3, (), MORNING, "0.6.1", "3.11.7", "")
        for i in range(others)
    ]
    return FileSummary(FILE, FileState.TRAJECTORIES, "", Stamp(9_600_000, 1, 2), (first, *more), reclaimable=5_800_000)


def answers(table: RunTable | None = None, others: int = 0, **more: Any) -> Answers:
    """What the operations answer about the trajectory at `REQUEST`."""
    runs = run_table() if table is None else table

    def trajectory(_request: TrajectoryRequest, _progress: Progress) -> TrajectoryInfo:
        return trajectory_info(runs, **more)

    def file(_request: FileRequest, _progress: Progress) -> FileSummary:
        return summary(runs, others)

    return {
        "open_trajectory": trajectory,
        "summarize_file": file,
        "read_runs": lambda _request, _progress: runs,
        "list_columns": lambda _request, _progress: ColumnChoices(CHOICES, OTHERS),
        "read_column": lambda request, _progress: result(request, runs),
        "read_children": tree(TREE),
        "search_tree": search,
        "measure_storage": lambda _request, _progress: STORAGE,
    }
