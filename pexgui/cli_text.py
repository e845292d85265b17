"""What ``pexgui-cli`` prints for the eye: aligned lines, in which nothing from a file can control the terminal."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from .cli_ask import Branch, named
from .cli_cells import MISSING, shown, values
from .core import (
    Column,
    ExploredParameter,
    Fact,
    FileSummary,
    Node,
    Numbers,
    RunStatus,
    RunTable,
    Storage,
    TrajectoryInfo,
    TrajectorySummary,
    text,
)

SIGNS = {RunStatus.FINISHED: "●", RunStatus.HAS_DATA: "◐", RunStatus.NOT_RUN: "○"}
GAP = "  "
CELL = 48
"""Characters of a value in the tree."""
WORTH = 100
"""What could be given back is mentioned from one part in so many on."""


def width(cell: str) -> int:
    """Columns of a terminal that a text takes: wide characters two, combining ones none."""
    if cell.isascii():
        return len(cell)
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in cell
    )


def grid(rows: Sequence[Sequence[str]], right: Iterable[int] = (), indent: str = "") -> Iterator[str]:
    """Rows of cells as aligned lines; the columns ``right`` are aligned to the right, the last one is not padded."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    to_the_right = frozenset(right)
    for row in rows:
        padded = (
            " " * (most - width(cell)) + cell if number in to_the_right else cell + " " * (most - width(cell))
            for number, (cell, most) in enumerate(zip(row, widths, strict=True))
        )
        yield (indent + GAP.join(padded)).rstrip()


def facts(found: Iterable[tuple[str, str]], indent: str = GAP) -> Iterator[str]:
    """Names and texts as two columns; a text of several lines stays in its column, an empty one is left out."""
    rows: list[tuple[str, str]] = []
    for name, said in found:
        lines = text.paragraphs(said).splitlines()
        rows += [(text.printable(name) if number == 0 else "", line) for number, line in enumerate(lines)]
    return grid(rows, indent=indent) if rows else iter(())


def about_file(summary: FileSummary, chosen: TrajectorySummary | None) -> Iterator[str]:
    stamp = summary.stamp
    gain = summary.reclaimable or 0
    worth = stamp is not None and gain * WORTH >= stamp.size > 0
    spare = f", of which about {text.size(gain)} can be given back" if worth else ""
    names = [one.name for one in sorted(summary.trajectories, key=lambda one: one.path)]
    which = f"{len(names)}: {', '.join(names)}" if len(names) > 1 else "".join(names) or "none"
    yield text.printable(summary.file, 4096)
    yield from facts(
        [
            ("Size", f"{text.size(stamp.size)}{spare}" if stamp else ""),
            ("Changed", text.when(stamp.mtime_ns / 1e9) if stamp else ""),
            ("Trajectories" if len(names) > 1 else "Trajectory", which),
            ("Shown here", chosen.name if chosen and len(names) > 1 else ""),
            ("Note", summary.sentence),
        ]
    )


def about_trajectory(info: TrajectoryInfo, storage: Storage) -> Iterator[str]:
    summary = info.summary
    made = [f"pypet {summary.version}" if summary.version else "", f"Python {summary.python}" if summary.python else ""]
    yield ""
    yield summary.name
    yield from facts(
        [
            ("Comment", summary.comment),
            ("Created", text.when(summary.created)),
            ("By", " on ".join(filter(None, made))),
            ("Runs", f"{summary.finished:,} of {text.count(summary.runs, 'run')} finished"),
            ("Results per run", f"{info.results_per_run:,}" if info.results_per_run else ""),
        ]
    )
    yield from _explored(info.explored)
    for title, found in _sections(info):
        if found:
            yield from ("", title)
            yield from facts((fact.name, fact.text) for fact in found)
    yield from _storage(storage)
    if info.warnings:
        yield from ("", "Warnings")
        yield from (f"{GAP}{text.printable(warning, 1000)}" for warning in info.warnings)


def _sections(info: TrajectoryInfo) -> list[tuple[str, tuple[Fact, ...]]]:
    return [
        ("Annotations", info.annotations),
        ("Settings", info.settings),
        ("Environment", info.environment),
        ("Git", info.git),
    ]


def _explored(explored: Sequence[ExploredParameter]) -> Iterator[str]:
    if explored:
        yield from ("", "Explored parameters")
        rows = [
            (
                text.printable(one.name),
                text.printable(one.type),
                text.count(one.distinct, "value"),
                ", ".join(map(text.printable, one.values)) + (", …" if one.distinct > len(one.values) else ""),
            )
            for one in explored
        ]
        yield from grid(rows, right=[2], indent=GAP)


def _storage(storage: Storage) -> Iterator[str]:
    yield from ("", "Where the bytes are")
    rows = [("", "data", "overhead", "objects")]
    rows += [(p.name, text.size(p.data), text.size(p.overhead), f"{p.objects:,}") for p in storage.parts]
    rows += [("other", "", text.size(storage.other), ""), ("free", "", text.size(storage.free), "")]
    yield from grid(rows, right=[1, 2, 3], indent=GAP)


def tree(root: Branch) -> Iterator[str]:
    rows = [("Name", "Type", "Value or shape", "On disk", ""), *_branch(root, 0)]
    return grid(rows, right=[3])


def _branch(branch: Branch, depth: int) -> Iterator[tuple[str, str, str, str, str]]:
    node = branch.node
    size = "" if node.size is None else text.size(node.size)
    name = text.printable(node.name) + ("/" if node.expandable and not branch.opened else "")
    kind = text.printable(node.type or node.kind.value)
    yield GAP * depth + name, kind, text.printable(node.value, CELL), size, _remarks(node, branch.warning)
    for child in branch.below:
        yield from _branch(child, depth + 1)
    left = branch.total - len(branch.below)
    if branch.opened and left > 0:
        yield f"{GAP * (depth + 1)}… {left:,} more", "", "", "", ""


def _remarks(node: Node, warning: str) -> str:
    target = f"→ {text.printable(node.target)}" if node.target else ""
    marks = ("explored" if node.explored else "", target, text.printable(node.comment), node.warning, warning)
    return " · ".join(filter(None, marks))


def runs(file: bytes, trajectory: str, several: bool, table: RunTable, results: Sequence[Column]) -> Iterator[str]:
    whose = (
        f"{trajectory}, the trajectory shown here, in {named(file)}" if several else f"{trajectory} in {named(file)}"
    )
    finished = table.status.count(list(RunStatus).index(RunStatus.FINISHED))
    yield f"{whose}: {finished:,} of {text.count(len(table.names), 'run')} finished"
    yield from (text.printable(warning, 1000) for warning in table.warnings)
    yield ""
    statuses = list(RunStatus)
    columns: list[list[str]] = [
        ["Run", *map(text.printable, table.names)],
        ["Status", *(f"{SIGNS[statuses[one]]} {statuses[one].value}" for one in table.status)],
        *(_column(one, one.name.removeprefix("parameters.")) for one in table.parameters),
        *(_column(one, one.name) for one in results),
        ["Started", *_times(table.started, text.when)],
        ["Runtime", *_times(table.runtime, text.duration)],
    ]
    numeric = [isinstance(one.cells, Numbers) for one in (*table.parameters, *results)]
    right = [number + 2 for number, is_number in enumerate(numeric) if is_number] + [len(columns) - 1]
    yield from grid(list(zip(*columns, strict=True)), right)


def _column(column: Column, title: str) -> list[str]:
    return [text.printable(title), *shown(column.cells)]


def _times(times: Numbers, say: Callable[[float], str]) -> list[str]:
    return [MISSING if one is None else say(one) or MISSING for one in values(times)]
