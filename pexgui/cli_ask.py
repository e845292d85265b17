"""What ``pexgui-cli`` asks the core: which trajectory, which path, which column a person means, and walks."""

import os
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from . import core
from .core import (
    Children,
    ChildrenRequest,
    ColumnChoice,
    FileRequest,
    FileState,
    FileSummary,
    Node,
    NotReadable,
    TrajectoryRequest,
    TrajectorySummary,
    Value,
    text,
)

PAGE = 1000
SHOWN = 30
"""How many names a hint lists at most."""


class Branch(NamedTuple):
    """A node and, when it was opened, the first of its ``total`` children."""

    node: Node
    opened: bool = False
    total: int = 0
    below: tuple["Branch", ...] = ()
    warning: str = ""


def named(file: bytes) -> str:
    """A file as sentences name it."""
    return f"“{text.printable(os.path.basename(file) or file)}”"


def look(file: bytes) -> FileSummary:
    """The file in a line. Raises the `NotReadable` or `BeingWritten` of a file that cannot be read."""
    summary = core.summarize_file(FileRequest(file))
    if summary.state not in (FileState.TRAJECTORIES, FileState.NO_TRAJECTORY) and not summary.trajectories:
        _fail_to_read(summary)
    return summary


def _fail_to_read(summary: FileSummary) -> NoReturn:
    """Reading its root fails as the summary did, but also says what to do."""
    core.read_children(ChildrenRequest(summary.file, b"/", raw=True))
    raise NotReadable(summary.sentence, "Try again.", state=summary.state)


def choose(summary: FileSummary, name: str | None) -> TrajectorySummary:
    """The trajectory of that name, else the last by name. Raises `NotReadable` when there is none."""
    known = sorted(summary.trajectories, key=lambda one: one.path)
    if not known:
        raise NotReadable(f"{named(summary.file)} holds no trajectory.", "Look at it as plain HDF5 with tree --raw.")
    if name is None:
        return known[-1]
    for one in known:
        if name in (one.name, os.fsdecode(one.path.lstrip(b"/"))):
            return one
    title = f"{named(summary.file)} has no trajectory “{text.printable(name)}”."
    raise NotReadable(title, _listed("It has", [one.name for one in known]))


def locate(summary: FileSummary, place: str, name: str | None) -> tuple[TrajectorySummary, bytes]:
    """The trajectory and the path in the file that ``place`` means.

    ``results.runs.run_00000000.z`` and ``results/runs/run_00000000/z`` mean the same, with or without the name of a
    trajectory in front. A path with a slash in it may have dots in its names.
    """
    separator = "/" if "/" in place else "."
    parts = [part for part in place.split(separator) if part]
    chosen = choose(summary, name)
    groups = {os.fsdecode(one.path.lstrip(b"/")): one for one in summary.trajectories}
    if parts and parts[0] in groups and (name is None or groups[parts[0]] == chosen):
        chosen = groups[parts.pop(0)]
    return chosen, b"/".join([chosen.path, *map(os.fsencode, parts)])


def raw_path(place: str) -> bytes:
    """A path of plain HDF5, where a dot is part of a name."""
    return b"/" + os.fsencode(place).strip(b"/")


def check_item(value: Value, name: str) -> None:
    """Raise `NotReadable` when an item was asked for and ``value``, which is the best there is, is not of it."""
    if name and value.chosen != text.printable(name):
        title = f"“{value.name}” has no item “{text.printable(name)}”."
        names = [item.name for item in value.items]
        raise NotReadable(title, _listed("It has", names) if names else "Leave --item out.")


def grow(file: bytes, node: Node, raw: bool, depth: int, limit: int) -> Branch:
    """The node with ``depth`` levels below it, of each group the first ``limit`` children (0: all).

    A part that cannot be read becomes a warning where it is.
    """
    if depth < 1:
        return Branch(node)
    try:
        page = _children(file, node.path, raw, limit)
    except NotReadable as problem:
        return Branch(node, warning=problem.title)
    below = tuple(
        grow(file, child, raw, depth - 1, limit) if child.expandable else Branch(child) for child in page.nodes
    )
    return Branch(node, True, page.total, below, page.warning)


def _children(file: bytes, path: bytes, raw: bool, limit: int) -> Children:
    page = core.read_children(ChildrenRequest(file, path, raw, 0, limit or PAGE))
    nodes, warnings = list(page.nodes), [page.warning]
    while not limit and page.nodes and len(nodes) < page.total:
        page = core.read_children(ChildrenRequest(file, path, raw, len(nodes), PAGE))
        nodes += page.nodes
        warnings.append(page.warning)
    return Children(path, 0, page.total, tuple(nodes), warning=" ".join(dict.fromkeys(filter(None, warnings))))


def choose_columns(file: bytes, trajectory: TrajectorySummary, names: Sequence[str]) -> list[ColumnChoice]:
    """The results that ``names`` mean: ``rate``, ``group.rate`` or ``results.runs.$.rate``.

    Raises `NotReadable` with the choices for a name that means none of them, or more than one.
    """
    if not names:
        return []
    choices = core.list_columns(TrajectoryRequest(file, trajectory.path)).choices
    return [_choose_column(choices, name, trajectory) for name in names]


def _choose_column(choices: Sequence[ColumnChoice], name: str, trajectory: TrajectorySummary) -> ColumnChoice:
    wanted = name.replace("/", ".").strip(".").removeprefix(f"{trajectory.name}.")
    exact = [choice for choice in choices if wanted in _spellings(choice)]
    found = exact or [c for c in choices if any(spelling.endswith(f".{wanted}") for spelling in _spellings(c))]
    if len(found) == 1:
        return found[0]
    shown = text.printable(name)
    if found:
        title = f"“{shown}” names {len(found)} results of the runs of “{trajectory.name}”."
        raise NotReadable(title, _listed("Choose one", [dotted(choice) for choice in found]))
    title = f"The runs of “{trajectory.name}” have no result “{shown}”."
    names = [choice.name for choice in choices]
    if not names:
        raise NotReadable(title, "No run has a result that is a single value.")
    unique = len(set(names)) == len(names)
    raise NotReadable(title, _listed("Choose from", names if unique else [dotted(choice) for choice in choices]))


def dotted(choice: ColumnChoice) -> str:
    """The whole name of a result, ``results.runs.$.rate.rate``."""
    return choice.key.decode("utf-8", "backslashreplace").replace("/", ".")


def _spellings(choice: ColumnChoice) -> tuple[str, ...]:
    """How a result may be named: as it is listed, in full, and in full without its item."""
    whole = dotted(choice)
    return choice.name, whole, whole.rpartition(".")[0]


def _listed(before: str, names: Sequence[str]) -> str:
    shown = [text.printable(name) for name in names[:SHOWN]]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{before}: {', '.join(shown)}{more}."
