"""The tree of a trajectory, or of any HDF5 file as it is: the children of a group."""

from collections.abc import Sequence
from typing import Any

from . import files, items, layout, text
from .bookkeeping import encoding_at
from .lines import item_line, line
from .model import Children, ChildrenRequest, Kind, Node, Span
from .progress import Progress, silent
from .raw_lines import raw_child_line
from .values import DEFAULT_ENCODING

PAGE = 1_000
"""No answer has more lines than this."""

_REPORT_EVERY = 200


def read_children(request: ChildrenRequest, progress: Progress = silent) -> Children:
    """The children of a group, in natural order; of a leaf its items; of anything else none.

    Without ``count`` all of them, or, when they are more than `PAGE`, spans of them. A span is asked for by its start
    and count and answers with its lines or, when it is longer than a page, with shorter spans. Raises `NotReadable`.
    """
    return files.steadily(request.file, lambda file: _children(file, request, progress))


def _children(file: files.OpenFile, request: ChildrenRequest, progress: Progress) -> Children:
    path = b"/" + b"/".join(layout.components(request.path))
    progress(f"Opening {text.printable(path)}", 0, 0)
    group = files.open_path(file, path)
    if not files.is_group(group):
        return Children(request.path, 0, 0)
    if not request.raw and items.is_leaf(group):
        return _items(file, request, group, path)
    names = in_order(files.names(group))
    if not request.raw and len(layout.components(path)) == 1:
        names = _branches_first(names)
    start = min(max(0, request.start), len(names))
    count = min(request.count or len(names), len(names) - start)
    if count > PAGE:
        return Children(request.path, start, len(names), spans=spans(names, start, count))
    encoding = DEFAULT_ENCODING if request.raw else encoding_at(file, path)
    nodes = []
    for done, name in enumerate(names[start : start + count]):
        if done % _REPORT_EVERY == 0:
            progress(f"Reading {text.printable(path)}", done, count)
        place = layout.join(path, name)
        nodes.append(raw_child_line(group, name, place) if request.raw else line(group, name, place, encoding))
    _check_unchanged(file, nodes)
    return Children(request.path, start, len(names), nodes=tuple(nodes))


def _items(file: files.OpenFile, request: ChildrenRequest, leaf: Any, path: bytes) -> Children:
    found = sorted(items.items_of(leaf), key=lambda item: text.natural(item.name.encode("utf-8", "surrogateescape")))
    names = [item.name.encode("utf-8", "surrogateescape") for item in found]
    start = min(max(0, request.start), len(found))
    count = min(request.count or len(found), len(found) - start)
    if count > PAGE:
        return Children(request.path, start, len(found), spans=spans(names, start, count))
    encoding = encoding_at(file, path)
    nodes = tuple(item_line(item, path, encoding) for item in found[start : start + count])
    _check_unchanged(file, nodes)
    return Children(request.path, start, len(found), nodes=nodes)


def _check_unchanged(file: files.OpenFile, nodes: Sequence[Node]) -> None:
    """What cannot be read in a file that is being written is not damage."""
    if any(node.kind is Kind.UNREADABLE for node in nodes) and file.changed():
        raise files.being_written(file.path)


def in_order(names: list[bytes]) -> list[bytes]:
    """Names, which come in the order of their bytes, in natural order."""
    if len(names) > 1:
        # Numbers of equal length after the same beginning are in order already, as the names of runs are.
        length = len(names[0])
        start = next(
            (place for place, pair in enumerate(zip(names[0], names[-1], strict=False)) if pair[0] != pair[1]), length
        )
        if all(len(name) == length and name[start:].isdigit() for name in names):
            return names
    return sorted(names, key=text.natural)


def _branches_first(names: Sequence[bytes]) -> list[bytes]:
    """The children of a trajectory: its branches in pypet's order, then the others, without the bookkeeping."""
    branches = [name for name in layout.BRANCHES if name in names]
    return branches + [name for name in names if name not in branches and name != layout.OVERVIEW]


def spans(names: Sequence[bytes], start: int, count: int) -> tuple[Span, ...]:
    """Stretches of `PAGE` names, or, where these would be too many for a page, of `PAGE` stretches each."""
    length = PAGE
    while count > length * PAGE:
        length *= PAGE
    end = start + count
    return tuple(
        Span(
            begin,
            min(length, end - begin),
            text.printable(names[begin]),
            text.printable(names[min(begin + length, end) - 1]),
        )
        for begin in range(start, end, length)
    )
