"""What ``pexgui-cli --json`` prints: plain dictionaries, lists, texts and numbers.

* Paths, of files and in files, are text; bytes in them that are no UTF-8 appear as ``\\xff``.
* ``null`` is a value that is missing. A number that JSON does not know is text: ``"NaN"``, ``"Infinity"``,
  ``"-Infinity"``, and complex numbers as Python writes them, ``"(1+2j)"``.
* Times are seconds since the epoch, durations seconds, sizes bytes.
* A value has a ``form``: scalar, text, sequence, mapping, array, table, pickled, nothing, unreadable. What is longer
  than what is here says so in ``length``, ``rows`` or ``shape``.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from .cli_ask import Branch
from .cli_cells import plain, values
from .core import (
    ArrayWindow,
    Column,
    Content,
    Fact,
    FileSummary,
    Mapping,
    Node,
    Nothing,
    Pickled,
    RunStatus,
    RunTable,
    Scalar,
    Sequence,
    Storage,
    TableWindow,
    Text,
    TrajectoryInfo,
    TrajectorySummary,
    Value,
)

Plain: TypeAlias = dict[str, Any]


def path(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def facts(found: Iterable[Fact]) -> list[Plain]:
    return [{"name": fact.name, "text": fact.text} for fact in found]


def file(summary: FileSummary) -> Plain:
    """A file in a line; ``state`` is one of the values of `FileState`."""
    stamp = summary.stamp
    return {
        "file": path(summary.file),
        "state": summary.state.value,
        "sentence": summary.sentence,
        "size": None if stamp is None else stamp.size,
        "modified": None if stamp is None else stamp.mtime_ns / 1e9,
        "reclaimable": summary.reclaimable,
        "trajectories": [trajectory(one) for one in summary.trajectories],
    }


def trajectory(summary: TrajectorySummary) -> Plain:
    return {
        "path": path(summary.path),
        "name": summary.name,
        "runs": summary.runs,
        "finished": summary.finished,
        "explored": list(summary.explored),
        "created": plain(summary.created) or None,
        "version": summary.version,
        "python": summary.python,
        "comment": summary.comment,
    }


def overview(info: TrajectoryInfo, storage: Storage) -> Plain:
    """One trajectory and where the bytes of its file are; ``explored`` here has the distinct values, as text."""
    explored = [
        {
            "name": one.name,
            "path": path(one.path),
            "type": one.type,
            "length": one.length,
            "distinct": one.distinct,
            "values": list(one.values),
        }
        for one in info.explored
    ]
    parts = [
        {"name": part.name, "data": part.data, "overhead": part.overhead, "objects": part.objects}
        for part in storage.parts
    ]
    return {
        **trajectory(info.summary),
        "explored": explored,
        "results_per_run": info.results_per_run,
        "annotations": facts(info.annotations),
        "settings": facts(info.settings),
        "environment": facts(info.environment),
        "git": facts(info.git),
        "storage": {"size": storage.size, "free": storage.free, "other": storage.other, "parts": parts},
        "warnings": list(info.warnings),
    }


def branch(found: Branch) -> Plain:
    """A node; with ``total`` and ``children`` when it was opened. There are ``total`` children, of which the first are
    here."""
    below: Plain = {}
    if found.opened:
        below = {"total": found.total, "children": [branch(child) for child in found.below]}
    warning = " ".join(filter(None, (found.node.warning, found.warning)))
    return {**node(found.node), "warning": warning, **below}


def node(found: Node) -> Plain:
    """``kind`` is one of the values of `Kind`; ``value`` is the value or what a group holds, in short."""
    return {
        "path": path(found.path),
        "name": found.name,
        "kind": found.kind.value,
        "type": found.type,
        "value": found.value,
        "size": found.size,
        "explored": found.explored,
        "comment": found.comment,
        "target": found.target,
    }


def runs(table: RunTable, results: Iterable[Column]) -> Plain:
    """One entry per run; ``status`` is one of the values of `RunStatus`."""
    statuses = [status.value for status in RunStatus]
    parameters, columns = _by_name(table.parameters), _by_name(results)
    started, runtime = values(table.started), values(table.runtime)
    entries = [
        {
            "name": name,
            "status": statuses[table.status[row]],
            "started": plain(started[row]),
            "runtime": plain(runtime[row]),
            "parameters": {title: cells[row] for title, cells in parameters.items()},
            "results": {title: cells[row] for title, cells in columns.items()},
        }
        for row, name in enumerate(table.names)
    ]
    return {"runs": entries, "warnings": list(table.warnings)}


def _by_name(columns: Iterable[Column]) -> dict[str, list[Any]]:
    """The cells of each column under its name; a name that comes again is numbered."""
    found: dict[str, list[Any]] = {}
    for column in columns:
        name, number = column.name, 1
        while name in found:
            number += 1
            name = f"{column.name} ({number})"
        found[name] = [plain(value) for value in values(column.cells)]
    return found


def value(shown: Value) -> Plain:
    """A leaf, item or dataset; ``items`` are all its items, ``chosen`` the one whose ``content`` is here."""
    items = [
        {
            "name": item.name,
            "type": item.type,
            "shape": list(item.shape),
            "codec": item.codec,
            "stored": item.stored,
            "logical": item.logical,
        }
        for item in shown.items
    ]
    return {
        "path": path(shown.path),
        "name": shown.name,
        "full_name": shown.full_name,
        "kind": shown.kind.value,
        "type": shown.type,
        "explored": shown.explored,
        "comment": shown.comment,
        "comment_note": shown.comment_note,
        "annotations": facts(shown.annotations),
        "items": items,
        "chosen": shown.chosen,
        "content": content(shown.content),
        "warnings": list(shown.warnings),
    }


def content(shown: Content) -> Plain:
    if isinstance(shown, Scalar):
        return {"form": "scalar", "type": shown.type, "text": shown.text, "value": plain(shown.number)}
    if isinstance(shown, Text):
        return {"form": "text", "type": shown.type, "text": shown.text, "length": shown.length}
    if isinstance(shown, Sequence):
        items = [content(item) for item in shown.items]
        return {"form": "sequence", "type": shown.type, "items": items, "length": shown.length}
    if isinstance(shown, Mapping):
        entries = [{"key": entry.key, "value": content(entry.value)} for entry in shown.entries]
        return {"form": "mapping", "type": shown.type, "entries": entries, "length": shown.length}
    if isinstance(shown, ArrayWindow):
        return _array(shown)
    if isinstance(shown, TableWindow):
        return _table(shown)
    if isinstance(shown, Pickled):
        inner = None if shown.content is None else content(shown.content)
        return {"form": "pickled", "size": shown.size, "content": inner, "note": shown.note}
    return {"form": "nothing" if isinstance(shown, Nothing) else "unreadable", "reason": shown.reason}


def _array(shown: ArrayWindow) -> Plain:
    found: Any = [plain(one) for one in values(shown.cells)]
    if not shown.window:
        found = found[0]
    elif len(shown.window) == 2:
        rows, wide = shown.window
        found = [found[row * wide : (row + 1) * wide] for row in range(rows)]
    return {
        "form": "array",
        "type": shown.type,
        "shape": list(shown.shape),
        "axes": list(shown.axes),
        "start": list(shown.start),
        "window": list(shown.window),
        "index": list(shown.index),
        "values": found,
    }


def _table(shown: TableWindow) -> Plain:
    columns = [
        {"name": column.name, "type": column.type, "values": [plain(one) for one in values(column.cells)]}
        for column in shown.columns
    ]
    return {
        "form": "table",
        "type": shown.type,
        "rows": shown.rows,
        "start": shown.start,
        "columns": columns,
        "index_columns": shown.index_columns,
        "columns_total": shown.columns_total or len(columns),
        "note": shown.note,
    }
