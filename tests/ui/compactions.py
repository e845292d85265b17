"""Compactions made by hand, as an engine would plan and carry them out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pexgui.core import (
    CompactedFile,
    CompactPlan,
    CompactRequest,
    CompactResult,
    CompactWork,
    Fact,
    Mode,
    PexError,
    PlannedFile,
    Progress,
    RecoverRequest,
    Recovery,
    Stamp,
    UndoWriteRequest,
    WriteUndone,
)

LAPTOP, CLUSTER = b"/lab/lif/laptop/lif_sweep_laptop.hdf5", b"/lab/lif/cluster/lif_sweep_cluster.hdf5"
GRID, LONG, PILOT = b"/lab/izh/izhikevich_grid.hdf5", b"/lab/stdp/stdp_long.hdf5", b"/lab/stdp/stdp_pilot.hdf5"
BROKEN, PLAIN = b"/lab/old/broken.hdf5", b"/lab/old/notes.hdf5"
EVERY = (LAPTOP, CLUSTER, GRID, LONG, PILOT)

Answers = dict[str, Callable[[Any, Progress], Any]]


@dataclass(frozen=True)
class Known:
    """A file of the lab: its size, and what it has after each mode."""

    size: int
    small: int
    fast: int
    trajectories: tuple[str, ...] = ("lif_sweep",)
    codec: str = "zlib, level 9"
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    damaged: bool = False


LAB = {
    LAPTOP: Known(9_560_000, 3_770_000, 5_740_000),
    CLUSTER: Known(9_610_000, 4_130_000, 5_800_000),
    GRID: Known(17_600_000, 6_900_000, 11_000_000, ("izhikevich_grid",)),
    LONG: Known(24_300_000, 9_800_000, 14_000_000, ("stdp", "stdp_control"), "blosc:zstd, level 5"),
    PILOT: Known(412_000, 411_000, 412_000, ("pilot",), ""),
    BROKEN: Known(3_000_000, 0, 0, problem="“broken.hdf5” is damaged: it ends in the middle.",
                  hint="What can be read can be saved to a copy.", damaged=True),
    PLAIN: Known(0, 0, 0, (), problem="“notes.hdf5” is no HDF5 file.", hint="Take it off the list."),
}  # fmt: skip


class Compactions:
    """Plans and carries out compactions in memory; what may differ from one test to another is a field."""

    def __init__(self) -> None:
        self.lab = dict(LAB)
        self.free = 212_000_000_000
        self.refusals: dict[bytes, PexError] = {}
        self.lost: tuple[Fact, ...] = ()
        self.compacting: Callable[[CompactWork, Progress], CompactResult] = self.compacted

    def answers(self) -> Answers:
        return {
            "plan_compact": self.plan,
            "compact": lambda work, progress: self.compacting(work, progress),
            "undo_write": self.undo,
            "recover_files": self.recover,
        }

    def plan(self, request: CompactRequest, _progress: Progress) -> CompactPlan:
        (file,) = request.files
        if file in self.refusals:
            raise self.refusals[file]
        known = self.lab.get(file, Known(5_000_000, 2_000_000, 3_000_000))
        expected = known.small if request.mode is Mode.SMALL else known.fast
        if request.codec != "keep":
            expected = expected * 9 // 10
        gains = not known.problem and known.size - expected > known.size // 50
        planned = PlannedFile(
            file, Stamp(known.size, 1, 2), known.size, expected, gains, known.trajectories, known.codec, expected,
            notes=known.notes, problem=known.problem, hint=known.hint, damaged=known.damaged,
        )  # fmt: skip
        if request.rescue:
            planned = PlannedFile(file, Stamp(known.size, 1, 2), known.size, known.size // 2, True, needed=known.size)
        return CompactPlan(
            request,
            (planned,),
            expected,
            self.free,
            known.size / (500_000 if request.mode is Mode.SMALL else 5_000_000),
        )

    def compacted(self, work: CompactWork, progress: Progress) -> CompactResult:
        request, (planned,) = work.plan.request, work.plan.files
        for what in ("Copying the objects", "Checking the copy"):
            progress(what, 500, 1000)
        backup = planned.file.replace(b".", b"_backup.") if request.backup and not request.target else b""
        target = request.target or planned.file
        undo = target + b".undo"
        one = CompactedFile(
            planned.file, target, planned.size, planned.expected, 41_000, backup, undo,
            lost=self.lost if request.rescue else (),
        )  # fmt: skip
        return CompactResult((one,))

    def undo(self, request: UndoWriteRequest, _progress: Progress) -> WriteUndone:
        return WriteUndone((f"“{request.record.decode().split('/')[-1].removesuffix('.undo')}” is as it was before.",))

    def recover(self, _request: RecoverRequest, _progress: Progress) -> Recovery:
        return Recovery()
