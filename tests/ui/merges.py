"""Merges made by hand, as an engine would plan and carry them out."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from pexgui.core import (
    Choice,
    Conflict,
    Dropped,
    Fact,
    FileRequest,
    FileState,
    FileSummary,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    Missing,
    Part,
    PexError,
    PlannedParameter,
    PlannedSource,
    Progress,
    RecoverRequest,
    Recovery,
    Sources,
    Stamp,
    TrajectorySummary,
    UndoWriteRequest,
    WriteUndone,
)

LAPTOP, CLUSTER = b"/lab/laptop/lif_sweep_laptop.hdf5", b"/lab/cluster/lif_sweep_cluster.hdf5"
SEVERAL, PLAIN, THIRD = b"/lab/several.hdf5", b"/lab/plain.hdf5", b"/lab/third.hdf5"
NOON = 1_741_799_040.0
EXPLORED = ("parameters.neuron.g_exc", "parameters.stim.rate")
STAMP = Stamp(9_600_000, 1, 2)

Answers = dict[str, Callable[[Any, Progress], Any]]


def trajectory(name: str, runs: int = 1000, finished: int = 1000) -> TrajectorySummary:
    return TrajectorySummary(f"/{name}".encode(), name, runs, finished, EXPLORED, NOON, "0.6.1", "3.11", "")


def summarize(request: FileRequest, _progress: Progress) -> FileSummary:
    """Most files hold ``lif_sweep``, one holds two trajectories, one none, and the one of the cluster is unfinished."""
    if request.file == PLAIN:
        return FileSummary(PLAIN, FileState.NO_TRAJECTORY, "There is no trajectory in “plain.hdf5”.", STAMP)
    if request.file == SEVERAL:
        found = (trajectory("first", 20, 20), trajectory("second", 30, 30))
        return FileSummary(SEVERAL, FileState.TRAJECTORIES, "", STAMP, found)
    finished = 997 if request.file == CLUSTER else 1000
    return FileSummary(request.file, FileState.TRAJECTORIES, "", STAMP, (trajectory("lif_sweep", 1000, finished),))


CONFLICTS = (
    Conflict(Part.RESULTS, "results.summary", ("table, 12 rows", "table, 14 rows"), Choice.KEEP_FIRST),
    Conflict(Part.RESULTS, "results.notes", ("g_exc scan, low conductances only", "g_exc scan"), Choice.KEEP_FIRST),
    Conflict(Part.DERIVED_PARAMETERS, "derived_parameters.network.size", ("400", "800"), Choice.KEEP_FIRST),
    Conflict(Part.CONFIG, "config.hdf5.complevel", ("9", "4"), Choice.KEEP_FIRST),
)
MISSING = Missing("parameters.stim.onset", (1,), "100.0", ("",))
LEFT_OUT = (Fact("config.git.commit_4f1c", "settings of the other trajectories are not taken over"),)
TRIAL = "parameters.trial"


class Merges:
    """Plans and carries out merges in memory; what may differ from one test to another is a field."""

    def __init__(self) -> None:
        self.shared = 12
        self.trials: tuple[str, ...] = (TRIAL,)
        self.conflicts: tuple[Conflict, ...] = CONFLICTS
        self.missing: tuple[Missing, ...] = ()
        self.left_out: tuple[Fact, ...] = LEFT_OUT
        self.notes: tuple[str, ...] = ("3 runs of the sources are not marked finished.",)
        self.problems: tuple[str, ...] = ()
        self.damage: tuple[Fact, ...] = ()
        self.repeated = 0
        self.refused = ""
        self.free = 212_000_000_000
        self.refusal: PexError | None = None
        self.merging: Callable[[MergeWork, Progress], MergeResult] = self.merged

    def answers(self) -> Answers:
        return {
            "summarize_file": summarize,
            "plan_merge": self.plan,
            "merge": lambda work, progress: self.merging(work, progress),
            "undo_write": self.undo,
            "recover_files": self.recover,
        }

    def plan(self, request: MergeRequest, _progress: Progress) -> MergePlan:
        if self.refusal is not None:
            raise self.refusal
        shared, surplus = self.shared, self.shared + self.repeated
        taken = [1000 - (shared if request.once and number else 0) for number in range(len(request.sources))]
        choices = {one.name: one.choice for one in request.choices}
        conflicts = [_decided(one, choices.get(one.name, request.conflict)) for one in self.conflicts]
        missing = tuple(_filled(one, request) for one in self.missing)
        return MergePlan(
            request, "lif_sweep",
            tuple(self._source(source, n, taken[n]) for n, source in enumerate(request.sources)),
            sum(taken), shared, surplus,
            tuple(PlannedParameter(name, "float", 20, "explored in every source") for name in EXPLORED),
            self.trials, tuple(conflicts), missing, self.left_out, self.notes, 18_400_000, self.free, 20.0,
            _problem(missing, conflicts) or (self.refused if request.fills else self._blocked(request)),
        )  # fmt: skip

    def _blocked(self, request: MergeRequest) -> str:
        """What is damaged and is not to be repaired."""
        blocked = self.damage and not all(source.repair for source in request.sources[1:])
        return f"A file is damaged: {self.damage[0].name}. Choose to repair it." if blocked else ""

    def _source(self, source: MergeSource, number: int, taken: int) -> PlannedSource:
        dropped = (Dropped("run_00000007", "g_exc 0.40 · rate 12", "run_00000003 has the same point"),)
        return PlannedSource(
            source, "lif_sweep", 1000, 997 if number else 1000, taken, EXPLORED, NOON, "0.6.1", STAMP,
            np.arange(1000, dtype="<i8").tobytes(), dropped if taken < 1000 else (), self.problems if number else (),
            self.damage if number else (), 1000 - self.repeated * (number == 0),
        )  # fmt: skip

    def merged(self, work: MergeWork, progress: Progress) -> MergeResult:
        for what in ("Copying the runs of lif_sweep_laptop.hdf5", "Checking the runs of lif_sweep_laptop.hdf5"):
            progress(what, 500, 1000)
        plan, request = work.plan, work.plan.request
        target = request.target or request.sources[0].file
        backup = target + b".backup" if not request.target and request.backup else b""
        folder = b"/lab/laptop/lif_sweep_laptop merged files" if request.after is Sources.PUT_AWAY else b""
        undo = b"" if request.after is Sources.DELETE else target + b".undo"
        return MergeResult(target, b"/lif_sweep", plan.name, plan.runs, 18_400_000, 41_000, backup, folder, (), undo)

    def undo(self, request: UndoWriteRequest, _progress: Progress) -> WriteUndone:
        return WriteUndone(("“lif_sweep_laptop merged.hdf5” was removed again.",))

    def recover(self, _request: RecoverRequest, _progress: Progress) -> Recovery:
        return Recovery()


def _decided(one: Conflict, choice: Choice) -> Conflict:
    if one.part is Part.CONFIG:
        return one
    return msgspec.structs.replace(one, choice=choice, open=choice is Choice.ASK)


def _filled(one: Missing, request: MergeRequest) -> Missing:
    fills = {(fill.name, fill.source): fill.value or one.value for fill in request.fills}
    return msgspec.structs.replace(one, fills=tuple(fills.get((one.name, number), "") for number in one.sources))


def _problem(missing: tuple[Missing, ...], conflicts: list[Conflict]) -> str:
    for one in missing:
        if "" in one.fills:
            return f"Choose a value of “{one.name}” for a file that does not have it."
    undecided = [one.name for one in conflicts if one.choice is Choice.ASK]
    return f"Choose what becomes of “{undecided[0]}”, which differs between the sources." if undecided else ""
