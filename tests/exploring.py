"""Looks at a file as a person would who opens everything: every operation, every node, every value."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pexgui import core
from pexgui.core import (
    ChildrenRequest,
    ColumnRequest,
    FileRequest,
    FileState,
    Node,
    Operation,
    PexError,
    SearchRequest,
    TrajectoryRequest,
    Unreadable,
    ValueRequest,
)

Ask = Callable[[Operation[Any, Any], Any], Any]
"""Runs an operation somewhere: in this process, in an engine, or through the window's worker."""


@dataclass
class Seen:
    """What came of it: all answers as bytes, the sentences of all problems, and what was shown or refused."""

    answers: list[bytes] = field(default_factory=list)
    problems: list[PexError] = field(default_factory=list)
    nodes: int = 0
    values: int = 0
    unreadable: int = 0
    listed: bool = False
    state: FileState | None = None

    def holds(self, secret: bytes) -> bool:
        """Whether ``secret`` stands anywhere in what a person could see."""
        texts = [f"{p.title}\n{p.hint}\n{p.details}".encode() for p in self.problems]
        return any(secret in answer for answer in (*self.answers, *texts))

    @property
    def refused(self) -> bool:
        """Whether the file, or a node of it, was refused with a sentence."""
        bad_states = (FileState.NOT_HDF5, FileState.DAMAGED, FileState.UNREADABLE)
        return bool(self.problems) or self.unreadable > 0 or self.state in bad_states


def explore(ask: Ask, file: bytes, most_nodes: int = 400) -> Seen:
    """Ask everything about ``file``; at most ``most_nodes`` nodes each of the decoded and the raw tree."""
    seen = Seen()

    def question(operation: Operation[Any, Any], request: Any) -> Any:
        try:
            answer = ask(operation, request)
        except PexError as problem:
            assert problem.title, f"{operation} gave a problem without a sentence"
            seen.problems.append(problem)
            return None
        seen.answers.append(msgspec.msgpack.encode(answer))
        return answer

    summary = question(core.summarize_file, FileRequest(file))
    if summary is not None:
        seen.state = summary.state
        for trajectory in summary.trajectories:
            look_at_trajectory(question, TrajectoryRequest(file, trajectory.path))
            question(core.read_value, ValueRequest(file, trajectory.path, trajectory.path))
            for node in nodes_below(question, file, trajectory.path, False, most_nodes):
                look_at_node(question, seen, file, node, trajectory.path)
    seen.listed = question(core.read_children, ChildrenRequest(file, b"/", raw=True)) is not None
    question(core.read_value, ValueRequest(file, b"/"))
    for node in nodes_below(question, file, b"/", True, most_nodes):
        look_at_node(question, seen, file, node, b"")
    return seen


def look_at_trajectory(question: Ask, request: TrajectoryRequest) -> None:
    question(core.open_trajectory, request)
    question(core.read_runs, request)
    question(core.measure_storage, request)
    choices = question(core.list_columns, request)
    for choice in choices.choices[:5] if choices else ():
        question(core.read_column, ColumnRequest(request.file, request.path, choice.key))
    question(core.search_tree, SearchRequest(request.file, request.path, "a"))


def look_at_node(question: Ask, seen: Seen, file: bytes, node: Node, trajectory: bytes) -> None:
    seen.nodes += 1
    seen.unreadable += bool(node.warning)
    value = question(core.read_value, ValueRequest(file, node.path, trajectory))
    if value is not None:
        seen.values += 1
        seen.unreadable += isinstance(value.content, Unreadable)


def nodes_below(question: Ask, file: bytes, path: bytes, raw: bool, most: int) -> Iterator[Node]:
    """Nodes of the tree, breadth first, as the tree panel asks for them: spans first where a group is large."""
    waiting = [(path, 0, 0)]
    count = 0
    while waiting and count < most:
        group, start, size = waiting.pop(0)
        page = question(core.read_children, ChildrenRequest(file, group, raw, start, size))
        if page is None:
            continue
        waiting.extend((group, span.start, span.count) for span in page.spans[:2])
        for node in page.nodes:
            count += 1
            if count > most:
                return
            yield node
            if node.expandable:
                waiting.append((node.path, 0, 0))


def listing(folder: bytes) -> dict[bytes, tuple[int, int]]:
    """Size and time of change of every entry below ``folder``, to see that looking changed nothing."""
    found = {}
    for here, folders, files in os.walk(folder):
        for name in folders + files:
            entry = os.path.join(here, name)
            status = os.lstat(entry)
            found[entry] = (status.st_size, status.st_mtime_ns)
    return found
