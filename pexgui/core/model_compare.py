"""What comparing takes and gives, as records like those of `model`."""

from enum import Enum
from typing import TypeAlias

from .model import Cells, Content, Fact, Record, Request, Stamp, Variant, folder_of

# --- what is asked ---------------------------------------------------------------------------------------------


class Tolerance(Record, frozen=True):
    """When two numbers count as equal: within ``absolute``, or within ``relative`` of the larger one, or at most
    ``ulp`` floating-point numbers apart. All 0: only when they are the same."""

    relative: float = 0.0
    absolute: float = 0.0
    ulp: int = 0
    nan_equal: bool = True

    @property
    def exact(self) -> bool:
        """Whether only the same numbers are equal."""
        return not (self.relative or self.absolute or self.ulp)


class NamedTolerance(Record, frozen=True):
    """The tolerance of what ``pattern`` names, see `Wanted`."""

    pattern: str
    tolerance: Tolerance


class Pairing(Enum):
    """By what the runs of two trajectories are paired."""

    POINT = "point"
    NUMBER = "number"


class Part(Enum):
    """A part of a trajectory that is compared, or left out."""

    PARAMETERS = "parameters"
    DERIVED_PARAMETERS = "derived parameters"
    RESULTS = "results"
    CONFIG = "config"
    PROVENANCE = "provenance"
    RANGES = "ranges"
    COMMENTS = "comments"
    ANNOTATIONS = "annotations"
    STATUS = "run status"


EVERY_PART = tuple(Part)


class Wanted(Record, frozen=True):
    """What is compared, and how.

    ``only`` and ``ignore`` are patterns of names with ``*`` and ``?``, matched against any stretch of the full
    name's components: ``z``, ``results.*.rate``, ``config``. Of ``tolerances`` the first whose pattern fits counts.
    """

    parts: tuple[Part, ...] = EVERY_PART
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    pairing: Pairing = Pairing.POINT
    tolerance: Tolerance = Tolerance()
    tolerances: tuple[NamedTolerance, ...] = ()


class Side(Record, frozen=True):
    """A trajectory (its group, such as ``b"/T"``; empty: the last one of the file), one of its runs by name, or the
    group or leaf at ``path``."""

    file: bytes
    trajectory: bytes = b""
    run: bytes = b""
    path: bytes = b""


class CompareRequest(Request, frozen=True):
    """Each of ``sides`` is compared with the one of index ``baseline``."""

    sides: tuple[Side, ...]
    baseline: int = 0
    wanted: Wanted = Wanted()

    def reads(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys(folder_of(side.file) for side in self.sides))


# --- what is answered ------------------------------------------------------------------------------------------


class State(Enum):
    """How something is on the two sides; its position is the byte in `Subject.states`."""

    ABSENT = "on neither side"
    EQUAL = "equal"
    CHANGED = "changed"
    ONLY_A = "only in A"
    ONLY_B = "only in B"
    UNREADABLE = "cannot be read"


class SideInfo(Record, frozen=True):
    """What a side turned out to be. ``name`` is the trajectory's, ``what`` names a run, group or leaf of it."""

    side: Side
    name: str
    what: str
    runs: int
    created: float
    stamp: Stamp
    warnings: tuple[str, ...] = ()


class Pair(Record, frozen=True):
    """Two runs with the same point; a name is empty, and the number -1, where a side has no such run.

    ``point`` holds a name and a value per parameter that is explored on either side, ``title`` the same in short.
    """

    point: tuple[Fact, ...]
    title: str
    a: str = ""
    b: str = ""
    number_a: int = -1
    number_b: int = -1


class Subject(Record, frozen=True):
    """Something that is compared under one name: a leaf, a group, a link or a fact about the trajectory.

    ``name`` is its full name; ``$`` stands in it for the run, and ``states`` then holds one byte per pair, otherwise
    a single one: the position in `State`.
    """

    part: Part
    name: str
    states: bytes
    in_runs: bool = False


class Aspect(Enum):
    """What of a leaf or group differs."""

    VALUE = "value"
    RANGE = "range"
    COMMENT = "comment"
    ANNOTATION = "annotation"
    TYPE = "type"
    STATUS = "run status"
    TARGET = "target of a link"


class Magnitude(Record, frozen=True):
    """How far numbers are apart. ``differing`` of ``compared`` elements differ, the first of them at ``first``.

    ``absolute``, ``relative`` and ``ulp`` are the largest of each, infinite where nothing finite can be said, None
    where the elements are no numbers.
    """

    differing: int
    compared: int
    first: tuple[int, ...] = ()
    absolute: float | None = None
    relative: float | None = None
    ulp: int | None = None


class Difference(Record, frozen=True):
    """One difference: of ``subject`` and ``pair`` (positions in `Against`; ``pair`` is -1 outside of runs).

    ``item`` names the item of a leaf, the annotation, or the place inside of a value; ``kind`` what is there
    (``text``, ``number``, ``array``, ``table``, …). ``a`` and ``b`` show both sides in short, empty where there is
    nothing; ``verdict`` says how much differs. ``path_a`` and ``path_b`` are the leaves or groups in the files.
    """

    subject: int
    pair: int
    state: State
    aspect: Aspect
    item: str
    kind: str
    a: str
    b: str
    verdict: str
    magnitude: Magnitude | None = None
    path_a: bytes = b""
    path_b: bytes = b""


class Against(Record, frozen=True):
    """The comparison of one side, B, with the baseline, A.

    ``more`` counts differences beyond those listed. ``note`` is a sentence about the whole, such as that nothing in
    common was found; empty when there is nothing to say.
    """

    side: int
    pairs: tuple[Pair, ...]
    subjects: tuple[Subject, ...]
    differences: tuple[Difference, ...]
    more: int = 0
    note: str = ""


class Comparison(Record, frozen=True):
    """All sides, and what each but the baseline is beside it. ``changed`` names the sides that changed meanwhile."""

    request: CompareRequest
    sides: tuple[SideInfo, ...]
    against: tuple[Against, ...]
    changed: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no difference was found."""
        one_sided = any(not pair.a or not pair.b for each in self.against for pair in each.pairs)
        return not one_sided and not any(each.differences or each.more for each in self.against)


# --- one difference in its natural form ------------------------------------------------------------------------


class DifferenceRequest(Request, frozen=True):
    """Both sides of ``difference`` in full, by ``tolerance``; ``start`` is the first row or element to show."""

    a: Side
    b: Side
    difference: Difference
    tolerance: Tolerance = Tolerance()
    start: int | None = None

    def reads(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys(folder_of(side.file) for side in (self.a, self.b)))


class Stretch(Record, frozen=True):
    """A piece of a text: on both sides (``changed`` False: ``a`` is ``b``), or what stands there on each."""

    a: str
    b: str
    changed: bool


class TextPair(Variant, frozen=True):
    """Two texts in stretches; ``cut`` says that one was too long to be shown whole."""

    stretches: tuple[Stretch, ...]
    cut: bool = False


class NumberPair(Variant, frozen=True):
    """Two numbers exactly, their difference B − A and that relative to A; empty where it cannot be said."""

    a: str
    b: str
    delta: str
    relative: str
    ulp: str


class ArrayPair(Variant, frozen=True):
    """A window of two arrays of one shape, in C order.

    ``axes`` are the one or two axes of the window, which begins at ``start`` along them and is ``window`` long, at
    ``index`` on the others. ``step`` is how many elements one of the window stands for along each axis: above 1
    each shows the one that differs most. ``differs`` has one byte per element.
    """

    type: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    start: tuple[int, ...]
    window: tuple[int, ...]
    step: tuple[int, ...]
    index: tuple[int, ...]
    a: Cells
    b: Cells
    differs: bytes


class PairedColumn(Record, frozen=True):
    """A column of two tables: empty cells where a side has no such column or row; ``differs`` has a byte per row."""

    name: str
    type: str
    a: Cells
    b: Cells
    differs: bytes


class TablePair(Variant, frozen=True):
    """Rows ``start …`` of two tables, aligned; ``labels`` name the rows. ``note`` tells of columns left out."""

    rows: int
    start: int
    labels: tuple[str, ...]
    columns: tuple[PairedColumn, ...]
    note: str = ""


class Inner(Record, frozen=True):
    """A difference inside of two nested values: where (keys and indices), and what is there."""

    place: str
    a: str
    b: str
    verdict: str


class NestedPair(Variant, frozen=True):
    """Lists, dicts and objects: each place that differs. ``more`` counts those beyond."""

    inner: tuple[Inner, ...]
    more: int = 0


class ContentPair(Variant, frozen=True):
    """Two values that cannot be laid over one another, each by itself; None where a side has none."""

    a: Content | None
    b: Content | None


DifferenceView: TypeAlias = TextPair | NumberPair | ArrayPair | TablePair | NestedPair | ContentPair


class DifferenceShown(Record, frozen=True):
    """A difference in its natural form."""

    view: DifferenceView


# --- the report ------------------------------------------------------------------------------------------------


class ReportRequest(Request, frozen=True):
    """Write what ``comparison`` found, as far as ``shown`` (positions in ``against[of].differences``) goes, to
    ``target``: an HTML page for ``.html`` and ``.htm``, else CSV."""

    comparison: Comparison
    target: bytes
    of: int = 0
    shown: tuple[int, ...] | None = None

    def reads(self) -> tuple[bytes, ...]:
        return self.comparison.request.reads()

    def writes(self) -> tuple[bytes, ...]:
        return (folder_of(self.target),)


class Report(Record, frozen=True):
    """The report that was written."""

    target: bytes
    size: int
