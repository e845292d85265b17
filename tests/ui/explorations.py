"""Designs made by hand, as an engine would read, plan and carry them out."""

import os
from collections.abc import Callable
from itertools import islice, product
from typing import Any

import numpy as np

from pexgui.core import (
    Cells,
    Column,
    Design,
    DesignedParameter,
    DesignedValues,
    DesignSource,
    ExplorePlan,
    ExploreRequest,
    ExploreResult,
    ExploreWork,
    FileRequest,
    FileState,
    FileSummary,
    Numbers,
    PexError,
    PointState,
    Progress,
    Saved,
    SaveScriptRequest,
    ScriptRequest,
    Scripts,
    Stamp,
    TableColumn,
    TableColumns,
    Texts,
    TrajectoryRequest,
    TrajectorySummary,
)
from pexgui.core.value_texts import values_of

FILE = b"/lab/lif/lif_sweep.hdf5"
REQUEST = TrajectoryRequest(FILE, b"/lif_sweep")
OTHER = TrajectoryRequest(b"/lab/izh/izhikevich.hdf5", b"/izhikevich")
STAMP = Stamp(5_600_000, 1, 2)


def parameter(name: str, kind: str, default: str, comment: str = "", values: str = "") -> DesignedParameter:
    return DesignedParameter(name, kind, default, comment, values, kept=True)


LIF = Design(
    (
        parameter("network.g_exc", "float", "0.50", "excitatory conductance", "linspace(0, 0.9, 10)"),
        parameter("network.g_inh", "float", "0.20", "inhibitory conductance", "0.2, 0.4"),
        parameter("network.delay", "float", "1.5", "in milliseconds"),
        parameter("stimulus.rate", "float", "12", "in Hz", "steps(5, 25, 5)"),
        parameter("stimulus.weight", "float", "0.80", "", "1.2, 1.0, 0.8, 0.6, 0.4"),
        parameter("stimulus.kind", "text", "poisson"),
        parameter("simulation.seed", "int", "42", "of the noise", "range(1, 11)"),
        parameter("simulation.dt", "float", "0.1", "in milliseconds"),
        parameter("simulation.duration", "float", "2"),
    ),
    (("network.g_exc",), ("network.g_inh",), ("stimulus.rate", "stimulus.weight"), ("simulation.seed",)),
)
IZH = Design((parameter("a", "float", "0.02"), parameter("b", "float", "0.2", "", "0.2, 0.25")), (("b",),))
Answers = dict[str, Callable[[Any, Progress], Any]]


class Explorations:
    """Reads, plans and carries out designs in memory; what may differ from one test to another is a field."""

    def __init__(self) -> None:
        self.existing = 412
        self.seconds: float | None = 5.0
        self.size: float | None = 9_500.0
        self.free = 212_000_000_000
        self.trouble = ""
        self.notes: tuple[str, ...] = ()
        self.designs = {REQUEST: LIF, OTHER: IZH}
        self.table = TableColumns((TableColumn("g_exc", "0.1, 0.2, 0.3", 3, "float"),))
        self.making: Callable[[ExploreWork, Progress], ExploreResult] = self.made
        self.saved: list[tuple[bytes, str]] = []

    def answers(self) -> Answers:
        return {
            "read_design": self.read,
            "plan_explore": self.plan,
            "explore": lambda work, progress: self.making(work, progress),
            "write_scripts": self.scripts,
            "save_script": self.save,
            "read_table_columns": lambda _request, _progress: self.table,
            "summarize_file": self.summarize,
        }

    def read(self, request: TrajectoryRequest, _progress: Progress) -> DesignSource:
        name = request.path[1:].decode()
        if request not in self.designs:
            raise PexError(f"“{name}” cannot be read.", "Choose another one.")
        return DesignSource(
            request.file, request.path, name, STAMP, self.designs[request], 412, 412, 0, self.seconds, self.size
        )

    def summarize(self, request: FileRequest, _progress: Progress) -> FileSummary:
        found = tuple(
            TrajectorySummary(one.path, one.path[1:].decode(), 2, 2, (), 0.0, "0.6.1", "3.11", "")
            for one in self.designs
            if one.file == request.file
        )
        state = FileState.TRAJECTORIES if found else FileState.NO_TRAJECTORY
        return FileSummary(request.file, state, "", STAMP, found)

    def plan(self, request: ExploreRequest, _progress: Progress) -> ExplorePlan:
        kinds = {one.name: one.type for one in request.design.parameters}
        values: dict[str, list[Any]] = {}
        told: list[DesignedValues] = []
        for one in request.design.parameters:
            if not one.values:
                continue
            try:
                values[one.name] = values_of(one.values, one.type)
                shown = tuple(f"{value:.12g}" if isinstance(value, float) else str(value) for value in values[one.name])
                told.append(DesignedValues(one.name, len(shown), shown[:100]))
            except ValueError as error:
                told.append(DesignedValues(one.name, 0, (), f"{one.name}: {error}"))
        groups = request.design.order
        counts = tuple(min(len(values.get(name, ())) for name in group) for group in groups)
        trouble = self.trouble or next((one.problem for one in told if one.problem), "")
        for group in groups:
            sizes = {name: len(values.get(name, ())) for name in group}
            if len(set(sizes.values())) > 1 and not trouble:
                trouble = "Linked parameters need equally many values: " + ", ".join(
                    f"“{name}” has {size}" for name, size in sizes.items()
                ) + "."  # fmt: skip
        points = 0 if trouble or not groups else int(np.prod(counts))
        existing = min(self.existing, points) if request.extend else 0
        numbers, rows = _points(groups, counts, values, points, request.shown)
        names = [name for group in groups for name in group]
        columns = tuple(_column(name, kinds[name], [row[at] for row in rows]) for at, name in enumerate(names))
        states = tuple(PointState.EXISTS if number < existing else PointState.NEW for number in numbers)
        return ExplorePlan(
            request, groups, counts, points, existing, 0, points - existing, columns, numbers, states, tuple(told),
            trouble, self.notes, self.seconds, self.size, self.free, STAMP,
        )  # fmt: skip

    def made(self, work: ExploreWork, progress: Progress) -> ExploreResult:
        for done in range(0, work.plan.runs, 100):
            progress("Writing the runs", done, work.plan.runs)
        request, added = work.plan.request, work.plan.runs
        if request.extend:
            return ExploreResult(request.source, request.path, work.plan.existing + added, added)
        return ExploreResult(request.target, b"/" + request.name.encode(), added, added)

    def scripts(self, request: ScriptRequest, _progress: Progress) -> Scripts:
        name = request.request.name
        return Scripts(f"# pypet {name}\n", f"# run {name}\n", f"{name}_pypet.py", f"run_{name}.py")

    def save(self, request: SaveScriptRequest, _progress: Progress) -> Saved:
        self.saved.append((request.target, request.script))
        return Saved(request.target)


def _points(
    groups: tuple[tuple[str, ...], ...], counts: tuple[int, ...], values: dict[str, list[Any]], points: int, shown: int
) -> tuple[tuple[int, ...], list[tuple[Any, ...]]]:
    if not points:
        return (), []

    def row(places: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(values[name][at] for group, at in zip(groups, places, strict=True) for name in group)

    rows = [row(places) for places in islice(product(*map(range, counts)), shown)]
    numbers = list(range(len(rows)))
    if points > shown:
        rows.append(row(tuple(count - 1 for count in counts)))
        numbers.append(points - 1)
    return tuple(numbers), rows


def _column(name: str, kind: str, items: list[Any]) -> Column:
    cells: Cells
    if kind in ("float", "int"):
        array = np.asarray(items, "<f8" if kind == "float" else "<i8")
        cells = Numbers(array.dtype.str, array.tobytes())
    else:
        cells = Texts(tuple(map(str, items)))
    return Column(name, kind, cells)


def long_names(parameters: int = 12) -> Design:
    """Parameters whose names, groups and comments are much longer than there is room for."""
    made = [
        parameter(
            f"a_group_of_parameters.with_another_one_in_it.and_a_parameter_with_a_very_long_name_{number:02d}",
            "float" if number % 3 else "numpy.ndarray",
            "0.123456789012345678901234567890",
            "A comment that says at great length what this parameter is, in which unit it is, and who chose it. " * 3,
            "0.1234567890123, 0.2345678901234, 0.3456789012345, 0.456789012345" if number % 3 == 1 else "",
        )
        for number in range(parameters)
    ]
    return Design(tuple(made), tuple((one.name,) for one in made if one.values))


def many(parameters: int = 1000) -> Design:
    """A great many parameters in ten groups, a few of them explored."""
    made = [
        parameter(f"group_{number // 100}.p_{number:04d}", "float", str(number), "", "1, 2" if not number % 250 else "")
        for number in range(parameters)
    ]
    return Design(tuple(made), tuple((one.name,) for one in made if one.values))


def home() -> bytes:
    return os.fsencode(os.path.expanduser("~"))
