"""pandas' "table" layout: one table of rows, whose columns hold one or several columns of the frame."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files
from .errors import NotReadable
from .frame_parts import Frame, FrameColumn, Group, by_code, child, columnwise, converted, group_of, part_of, plain
from .inert import Inert


class _Column(NamedTuple):
    """A column of the stored table: which labels its cells are for, and what they stand for."""

    name: str
    labels: list[Any]
    dtype: str
    meta: Any
    missing: str
    zone: Any


def read_table(group: Group, series: bool, start: int, count: int | None, most: int | None) -> Frame:
    table = child(group.node, b"table")
    shape = files.extent_of(table).shape
    part = part_of(shape[0] if shape else 0, start, count)
    described = plain(group.node, b"info")
    info: dict[Any, Any] = described if isinstance(described, dict) else {}
    stored = {column.name: column for column in _columns(group, table, info)}
    axis, order = _order(group)
    levels = plain(group.node, b"levels")
    level_names = levels if isinstance(levels, list) else []
    shown = [label for label in order if label not in level_names]
    chosen = shown if most is None else shown[:most]
    names = {
        "index",
        *(c.name for c in stored.values() if any(label in chosen or label in level_names for label in c.labels)),
    }
    rows = files.read(table, [part], columns=names)
    by_label: dict[Any, FrameColumn] = {}
    for name in names & set(stored):
        by_label.update(_unpacked(group, stored[name], rows[name]))
    if level_names:
        index = tuple(by_label[label]._replace(label=_level_name(label)) for label in level_names)
    else:
        index = (_table_index(group, table, rows, info),)
    columns = tuple(by_label[label] for label in chosen)
    if series:
        columns = tuple(c._replace(label=None) if c.label == "values" else c for c in columns[:1])
    described_axis = info.get(axis)
    axis_names = described_axis.get("names") if isinstance(described_axis, dict) else None
    return Frame(
        series,
        shape[0] if shape else 0,
        1 if series else len(shown),
        part.start,
        index,
        columns,
        tuple(axis_names) if isinstance(axis_names, (list, tuple)) else (None,),
        group.modern,
    )


def _level_name(label: Any) -> Any:
    unnamed = isinstance(label, str) and label.startswith("level_") and label[6:].isdigit()
    return None if unnamed else label


def _order(group: Group) -> tuple[Any, list[Any]]:
    axes = plain(group.node, b"non_index_axes")
    if not isinstance(axes, list) or not axes:
        raise ValueError("the order of the columns is missing")
    axis, labels = axes[0][:2]
    return axis, [tuple(label) if isinstance(label, list) else label for label in labels]


def _columns(group: Group, table: Any, info: dict[Any, Any]) -> Iterator[_Column]:
    names = plain(group.node, b"values_cols")
    own = bool(plain(group.node, b"data_col_nan_rep"))
    common = plain(group.node, b"nan_rep")
    for name in names if isinstance(names, list) else ():
        key = str(name).encode("utf-8", "surrogateescape")
        kind = plain(table, key + b"_kind")
        labels = kind if isinstance(kind, list) else [kind if kind is not None else name]
        stored = plain(table, key + b"_nan_rep")
        missing = (stored or "") if own else (common if isinstance(common, str) else "nan")
        labels = [tuple(label) if isinstance(label, list) else label for label in labels]
        dtype = str(plain(table, key + b"_dtype") or "")
        described = info.get(name)
        zone = described.get("tz") if isinstance(described, dict) else None
        yield _Column(str(name), labels, dtype, plain(table, key + b"_meta"), missing, zone)


def _unpacked(group: Group, column: _Column, values: NDArray[Any]) -> Iterator[tuple[Any, FrameColumn]]:
    """The columns of a frame in one column of the table."""
    values = columnwise(values)
    for position, label in enumerate(column.labels):
        cells = values[:, position]
        if column.meta == "category":
            yield label, FrameColumn(label, "category", by_code(_categories(group, column.name), cells))
        else:
            kind = "string" if column.dtype.startswith(("bytes", "string")) else column.dtype
            yield label, converted(group, label, kind, cells, column.missing, column.zone)


def _categories(group: Group, name: str) -> NDArray[Any]:
    path = b"meta/" + name.encode("utf-8", "surrogateescape") + b"/meta"
    try:
        described = group_of(files.open_node(group.node, path))
    except NotReadable:
        return np.empty(0, object)
    return read_table(described, True, 0, None, None).columns[0].values


def _table_index(group: Group, table: Any, rows: NDArray[Any], info: dict[Any, Any]) -> FrameColumn:
    described = info.get("index")
    name = described.get("index_name") if isinstance(described, dict) else None
    zone = described.get("tz") if isinstance(described, dict) else None
    kind = str(plain(table, b"index_kind") or "")
    if plain(table, b"index_meta") == "category":
        return FrameColumn(name, "category", by_code(_categories(group, "index"), rows["index"]))
    missing = files.text_attribute(table, b"index_nan_rep", "nan")
    found = converted(group, name, kind, rows["index"], missing, zone)
    return found._replace(label=None) if isinstance(name, Inert) else found
