"""Comparisons made by hand, as an engine would send them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pexgui.core import (
    Against,
    ArrayPair,
    Aspect,
    CompareRequest,
    Comparison,
    ContentPair,
    Difference,
    DifferenceRequest,
    DifferenceShown,
    DifferenceView,
    Fact,
    FileRequest,
    FileState,
    FileSummary,
    Inner,
    Magnitude,
    NestedPair,
    NumberPair,
    Pair,
    PairedColumn,
    Part,
    Progress,
    Report,
    ReportRequest,
    Scalar,
    Side,
    SideInfo,
    Stamp,
    State,
    Stretch,
    Subject,
    TablePair,
    Text,
    TextPair,
    TrajectorySummary,
)
from tests.ui.contents import numbers

A = Side(b"/lab/lif_sweep_laptop.hdf5", b"/lif_sweep")
B = Side(b"/lab/lif_sweep_rerun.hdf5", b"/lif_sweep")
REQUEST = CompareRequest((A, B))
NOON = 1_741_799_040.0
EQUAL, CHANGED, ONLY_A, ONLY_B, UNREADABLE = (bytes([n]) for n in range(1, 6))

POINTS = ((0.40, 12, 412, 408), (0.40, 15, 413, 409), (0.45, 12, 420, 416), (0.50, 12, 428, 424))
LOST = ((0.95, 5, 996), (0.95, 10, 997), (0.95, 12, 998), (0.95, 15, 999))


def run(number: int) -> str:
    return f"run_{number:08d}" if number >= 0 else ""


def pair(exc: float, rate: int, a: int, b: int) -> Pair:
    point = (Fact("parameters.neuron.g_exc", f"{exc:.2f}"), Fact("parameters.stim.rate", str(rate)))
    return Pair(point, f"g_exc {exc:.2f} · rate {rate}", run(a), run(b), a, b)


PAIRS = (*(pair(*each) for each in POINTS), *(pair(exc, rate, a, -1) for exc, rate, a in LOST))


def info(side: Side, runs: int = 1000, what: str = "", **more: Any) -> SideInfo:
    given = {"name": "lif_sweep", "what": what, "runs": runs, "created": NOON, "stamp": Stamp(9_600_000, 1, 2)}
    return SideInfo(side, **(given | more))


def subject(part: Part, name: str, states: bytes, in_runs: bool = False) -> Subject:
    return Subject(part, name, states, in_runs)


SUBJECTS = (
    subject(Part.PARAMETERS, "parameters.neuron.model", CHANGED),
    subject(Part.PARAMETERS, "parameters.stim.onset", CHANGED),
    *(subject(Part.PARAMETERS, f"parameters.neuron.constant_{n}", EQUAL) for n in range(115)),
    subject(Part.RESULTS, "results.runs.$.notes", CHANGED * 2 + EQUAL * 2 + ONLY_A * 4, True),
    subject(Part.RESULTS, "results.runs.$.rates", CHANGED * 3 + EQUAL + ONLY_A * 4, True),
    subject(Part.RESULTS, "results.runs.$.v_trace", CHANGED * 3 + EQUAL + ONLY_A * 4, True),
    *(subject(Part.RESULTS, f"results.runs.$.spikes_{n}", EQUAL * 4 + ONLY_A * 4, True) for n in range(17)),
    subject(Part.RESULTS, "results.summary.spike_count", CHANGED),
    subject(Part.PROVENANCE, "git commit", CHANGED),
)
NAMES = {each.name: number for number, each in enumerate(SUBJECTS)}
KINDS = {"notes": "text", "rates": "table", "v_trace": "array"}


def difference(name: str, pair: int, kind: str, verdict: str = "", **more: Any) -> Difference:
    given: dict[str, Any] = {
        "subject": NAMES[name],
        "pair": pair,
        "state": State.CHANGED,
        "aspect": Aspect.VALUE,
        "item": "",
        "kind": kind,
        "a": "12.5",
        "b": "12.75",
        "verdict": verdict,
    }
    return Difference(**(given | more))


def differences() -> tuple[Difference, ...]:
    found = [
        difference("parameters.neuron.model", -1, "text", "1 place changed"),
        difference("parameters.stim.onset", -1, "number", "2 % more"),
    ]
    for number in range(3):
        for name, verdict in (
            ("notes", "4 places changed"),
            ("rates", "3 of 5 cells differ, largest 2.5 %"),
            ("v_trace", "486 of 900 differ, largest 91 mV"),
        ):
            if number < 2 or name != "notes":
                far = Magnitude(486, 900, (414,), 91.0, 2.0) if name == "v_trace" else None
                found.append(difference(f"results.runs.$.{name}", number, KINDS[name], verdict, magnitude=far))
    found.append(difference("results.summary.spike_count", -1, "dict", "2 places differ"))
    found.append(difference("git commit", -1, "text", "changed"))
    return tuple(found)


def against(**more: Any) -> Against:
    given: dict[str, Any] = {"side": 1, "pairs": PAIRS, "subjects": SUBJECTS, "differences": differences()}
    return Against(**(given | more))


def comparison(request: CompareRequest = REQUEST, changed: tuple[str, ...] = (), **more: Any) -> Comparison:
    sides = tuple(
        info(side, 1000 - 4 * number, stamp=Stamp(9_600_000 - 200_000 * number, 1, 2 + number))
        for number, side in enumerate(request.sides)
    )
    return Comparison(request, sides, (against(**more),), changed)


def none(request: CompareRequest = REQUEST) -> Comparison:
    """A comparison in which everything is equal."""
    subjects = tuple(
        subject(each.part, each.name, EQUAL * (4 if each.in_runs else 1), each.in_runs) for each in SUBJECTS
    )
    return comparison(request, differences=(), subjects=subjects, pairs=PAIRS[:4])


def many(count: int, runs: int = 1000) -> Comparison:
    """``count`` differences in ``runs`` pairs of runs."""
    pairs = tuple(pair(0.01 * n, n % 40, n, n) for n in range(runs))
    per = count // runs
    subjects = tuple(subject(Part.RESULTS, f"results.runs.$.value_{n}", CHANGED * runs, True) for n in range(per))
    found = tuple(
        Difference(n % per, n // per, State.CHANGED, Aspect.VALUE, "", "number", "1.5", "1.75", "17 % more")
        for n in range(per * runs)
    )
    return comparison(pairs=pairs, subjects=subjects, differences=found)


def several(names: tuple[str, ...] = ("run_00000000", "run_00000001", "run_00000002")) -> Comparison:
    """Some runs of one trajectory beside the first."""
    sides = tuple(Side(A.file, A.trajectory, name.encode()) for name in names)
    both = tuple(
        Against(number, (), SUBJECTS, differences()[:1] if number == 1 else differences()[:2])
        for number in range(1, len(names))
    )
    return Comparison(CompareRequest(sides), tuple(info(side, what=side.run.decode()) for side in sides), both)


# --- single differences


def notes() -> TextPair:
    return TextPair(
        (
            Stretch("LIF neuron, conductance based, Euler step ", "LIF neuron, conductance based, Euler step ", False),
            Stretch("0.1", "0.05", True),
            Stretch(" ms.\nMembrane noise ", " ms.\nMembrane noise ", False),
            Stretch("off", "on, 2 mV", True),
            Stretch(". Seeds from list 4", ". Seeds from list 4", False),
            Stretch("2", "7", True),
            Stretch(".", ".", False),
        )
    )


def rates() -> TablePair:
    a = np.array([12.4810, 11.9070, 14.2200, 31.0440, 29.5180])
    b = np.array([12.4810, 11.9072, 13.8650, 31.0440, 29.7710])
    names = ("exc_1", "exc_2", "exc_3", "inh_1", "inh_2")
    return TablePair(5, 0, names, (PairedColumn("rate (Hz)", "float64", numbers(a), numbers(b), bytes(a != b)),))


def trace(count: int = 900, first: int = 414) -> ArrayPair:
    place = np.arange(count)
    a = -68 + 18 * (1 - np.exp(-(place % 140) / 60)) + 90 * (place % 140 == 139)
    b = a.copy()
    late = place[first:] + 12
    b[first:] = -68 + 18 * (1 - np.exp(-(late % 140) / 60)) + 90 * (late % 140 == 139)
    return ArrayPair("float64", (count,), (0,), (0,), (count,), (1,), (0,), numbers(a), numbers(b), bytes(a != b))


def image() -> ArrayPair:
    y, x = np.mgrid[0:40, 0:60]
    a = np.sin(x / 9.0) + np.cos(y / 7.0)
    b = a + 0.3 * np.exp(-((x - 40) ** 2 + (y - 12) ** 2) / 60.0) - 0.2 * np.exp(-((x - 15) ** 2 + (y - 28) ** 2) / 40)
    differs = bytes((np.abs(a - b) > 1e-3).ravel())
    return ArrayPair("float64", (40, 60), (0, 1), (0, 0), (40, 60), (1, 1), (0, 0), numbers(a), numbers(b), differs)


NUMBER = NumberPair("0.1", "0.102", "+0.002", "+2 %", "")
NESTED = NestedPair((Inner("spikes[3]", "12", "14", "+2"), Inner("label", "“first”", "“second”", "")), 7)
ALONE = ContentPair(Scalar("float64", "39.91", 39.91), None)
TWO = ContentPair(Scalar("float64", "39.91", 39.91), Text("str", "thirty-nine", 11))
VIEWS: dict[str, Callable[[], DifferenceView]] = {
    "text": notes,
    "number": lambda: NUMBER,
    "array": trace,
    "image": image,
    "table": rates,
    "dict": lambda: NESTED,
    "alone": lambda: ALONE,
    "two kinds": lambda: TWO,
}


def read(request: DifferenceRequest, _progress: Progress) -> DifferenceShown:
    return DifferenceShown(VIEWS.get(request.difference.kind, notes)())


def summary(request: FileRequest, _progress: Progress) -> FileSummary:
    found = tuple(
        TrajectorySummary(path, path[1:].decode(), 1000, 1000, (), NOON, "0.6.1", "3.11", "")
        for path in (b"/lif_sweep", b"/lif_sweep_2")
    )
    return FileSummary(request.file, FileState.TRAJECTORIES, "", Stamp(9_600_000, 1, 2), found)


def answers() -> dict[str, Callable[[Any, Progress], Any]]:
    return {
        "compare": lambda request, _progress: comparison(request),
        "read_difference": read,
        "summarize_file": summary,
        "save_report": lambda request, _progress: saved(request),
    }


def saved(request: ReportRequest) -> Report:
    return Report(request.target, 120_000)
