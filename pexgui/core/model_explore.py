"""What designing sweeps takes and gives: parameters and their values, the points these make, and which are missing."""

import os
from enum import Enum

from .model import Column, Record, Request, RunStatus, Stamp, TrajectoryRequest, folder_of


class DesignedParameter(Record, frozen=True):
    """A parameter of a design. ``name`` is its full name without ``parameters``, such as ``network.g_exc``.

    ``type`` is ``int``, ``float``, ``bool``, ``complex``, ``text``, ``list`` (of one of these) or, for what is only
    taken over from a trajectory, whatever that has. ``default`` and ``values`` are texts in the grammar of
    `value_texts`; ``values`` is empty for a parameter that is not explored, which then only has its default value.
    ``kept``: type, default value and comment are those of the source, and copied from there.
    """

    name: str
    type: str
    default: str
    comment: str = ""
    values: str = ""
    kept: bool = False


class Design(Record, frozen=True):
    """Parameters and how their values are combined.

    ``order`` has the explored parameters by name: groups of linked ones, which take their values in step; the values of
    the first group vary slowest. Explored parameters that are not named in it follow as groups of their own.
    """

    parameters: tuple[DesignedParameter, ...]
    order: tuple[tuple[str, ...], ...] = ()


# --- a trajectory as the beginning of a design ---------------------------------------------------------------------


class DesignSource(Record, frozen=True):
    """A trajectory from which a design begins, or which it extends.

    ``design`` has its parameters; the ``values`` of an explored one are the different values of its range. ``runs``,
    ``finished`` and ``failed`` (begun, not finished) are counts. ``seconds`` and ``size`` say what a finished run took
    and needs on the disk, in seconds and bytes; None if that is not known.
    """

    file: bytes
    path: bytes
    name: str
    stamp: Stamp
    design: Design
    runs: int
    finished: int
    failed: int
    seconds: float | None = None
    size: float | None = None
    warnings: tuple[str, ...] = ()


# --- the plan ------------------------------------------------------------------------------------------------------


class ExploreRequest(Request, frozen=True):
    """Make a trajectory ``name`` in the new file ``target`` with the runs of ``design``; or, with ``extend``, add those
    of its points that are missing to the trajectory ``path`` of ``source``.

    Without ``extend``, ``source`` and ``path`` are where parameters that are ``kept`` come from; both are empty for a
    design from nothing. ``shown`` is how many points the plan shows.
    """

    design: Design
    target: bytes = b""
    name: str = ""
    comment: str = ""
    source: bytes = b""
    path: bytes = b""
    extend: bool = False
    shown: int = 100

    def reads(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys(map(folder_of, filter(None, (self.source, self.target)))))


class DesignedValues(Record, frozen=True):
    """What became of the ``values`` of a parameter: how many they are, the first ones as texts, or what is wrong with
    them in a sentence (with its name; empty when all is well)."""

    name: str
    count: int = 0
    shown: tuple[str, ...] = ()
    problem: str = ""


class PointState(Enum):
    """Whether a point of a design is a run of the extended trajectory already."""

    EXISTS = "exists"
    NEW = "new"


class ExplorePlan(Record, frozen=True):
    """What a design means.

    ``groups`` are the explored parameters in their order, linked ones together, each group with its number of values in
    ``counts``; ``points`` is the product of these. ``existing`` of them are runs of the extended trajectory, and
    ``repeated`` occur again, which happens when a range has a value twice; ``runs`` is how many will be added.

    ``columns`` shows the first points, one column per explored parameter, and the last one as the last row when there
    are more; ``numbers`` are their positions, ``states`` whether they exist.

    ``trouble`` says in a sentence why it cannot be done as it is (empty: it can); ``values`` tells of each explored
    parameter. ``seconds`` and ``size`` are what one run takes in time and on the disk, None when not known, ``free``
    the bytes that are free where it is written. ``stamp`` is what the source was.
    """

    request: ExploreRequest
    groups: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]
    points: int
    existing: int
    repeated: int
    runs: int
    columns: tuple[Column, ...]
    numbers: tuple[int, ...]
    states: tuple[PointState, ...]
    values: tuple[DesignedValues, ...]
    trouble: str = ""
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    size: float | None = None
    free: int = 0
    stamp: Stamp | None = None


class ExploreWork(Request, frozen=True):
    """Carry out a plan as it was shown. Refused if the source changed since. An existing target is only replaced with
    ``replace``."""

    plan: ExplorePlan
    replace: bool = False

    def reads(self) -> tuple[bytes, ...]:
        return self.plan.request.reads()

    def writes(self) -> tuple[bytes, ...]:
        request = self.plan.request
        return (folder_of(request.source if request.extend else request.target),)


class ExploreResult(Record, frozen=True):
    """What was made: the trajectory, how many runs it has, and how many of these were added."""

    file: bytes
    path: bytes
    runs: int
    added: int
    notes: tuple[str, ...] = ()


# --- scripts -------------------------------------------------------------------------------------------------------


class ScriptRequest(Request, frozen=True):
    """The scripts for a design: one that makes the same exploration with pypet, one that runs the open runs here."""

    request: ExploreRequest

    def reads(self) -> tuple[bytes, ...]:
        return self.request.reads()


class Scripts(Record, frozen=True):
    """Two scripts in Python. ``pypet`` makes the exploration with pypet, ``run`` runs what is to do with `manual_run`;
    a name for each file."""

    pypet: str
    run: str
    pypet_name: str
    run_name: str


class SaveScriptRequest(Request, frozen=True):
    """Save a script."""

    target: bytes
    script: str

    def writes(self) -> tuple[bytes, ...]:
        return (folder_of(self.target),)


class Saved(Record, frozen=True):
    """A file that was written."""

    file: bytes


class TableRequest(Request, frozen=True):
    """Read a table of text (CSV, TSV), or the ``pasted`` one, to take columns of it as values."""

    file: bytes = b""
    pasted: str = ""

    def reads(self) -> tuple[bytes, ...]:
        return (os.path.dirname(self.file),) if self.file else ()


class TableColumn(Record, frozen=True):
    """A column of a table: its heading (or “Column 1”), its values as a text in the grammar of `value_texts`, how many
    they are and of which type."""

    name: str
    values: str
    count: int
    type: str


class TableColumns(Record, frozen=True):
    """All columns that can be values, and sentences about those that cannot."""

    columns: tuple[TableColumn, ...]
    notes: tuple[str, ...] = ()


# --- runs to do ----------------------------------------------------------------------------------------------------


class RunToDo(Record, frozen=True):
    """A run that is not finished. ``failed``: it was begun."""

    index: int
    name: str
    status: RunStatus
    failed: bool


class RunsToDo(Record, frozen=True):
    """The open runs of a trajectory in their order, with the values of the explored parameters, one row per open run.

    ``here`` is the command that runs them on this computer, on several cores at once, ``array`` a script for an array
    job; both need the ``script``, which is to be saved as ``script_name`` beside the file.
    """

    request: TrajectoryRequest
    name: str
    runs: int
    open: tuple[RunToDo, ...]
    parameters: tuple[Column, ...]
    script: str
    script_name: str
    here: str
    array: str
    warnings: tuple[str, ...] = ()
