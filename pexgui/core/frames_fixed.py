"""pandas' "fixed" layout: one dataset per block of columns of one type, stored as rows × columns."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import files
from .frame_parts import (
    Frame,
    FrameColumn,
    Group,
    by_code,
    child,
    columnwise,
    converted,
    objects,
    part_of,
    plain,
    times,
)

MAX_LABELS = 100_000


def read_fixed(group: Group, series: bool, start: int, count: int | None, most: int | None) -> Frame:
    rows = _axis_length(group, b"index" if series else b"axis1")
    part = part_of(rows, start, count)
    index = tuple(_axis(group, b"index" if series else b"axis1", part))
    if series:
        values, kind = _block(child(group.node, b"values"), part)
        label = plain(group.node, b"name")
        column = _typed(group, label, kind, values.reshape(-1))
        return Frame(True, rows, 1, part.start, index, (column,), modern=group.modern)
    levels = list(_axis(group, b"axis0", slice(0, MAX_LABELS)))
    labels = _labels(levels)
    wanted = range(len(labels) if most is None else min(most, len(labels)))
    found: dict[int, FrameColumn] = {}
    free: dict[Any, list[int]] = {}
    for place in range(len(labels) - 1, -1, -1):
        free.setdefault(_key(labels[place]), []).append(place)
    for number in range(int(plain(group.node, b"nblocks") or 0)):
        items = _labels(list(_axis(group, b"block%d_items" % number, slice(0, MAX_LABELS))))
        places = [free[_key(item)].pop() for item in items]
        if any(place in wanted for place in places):
            values, kind = _block(child(group.node, b"block%d_values" % number), part)
            for at, place in enumerate(places):
                if place in wanted:
                    found[place] = _typed(group, labels[place], kind, values[:, at])
    columns = tuple(found[place] for place in wanted)
    names = tuple(level.label for level in levels)
    return Frame(False, rows, len(labels), part.start, index, columns, names, group.modern)


def _key(label: Any) -> Any:
    """A label as a key: NaN is equal to NaN here."""
    return "\0nan" if isinstance(label, float) and label != label else label


def _labels(levels: Sequence[FrameColumn]) -> list[Any]:
    if len(levels) == 1:
        return list(levels[0].values.tolist())
    return list(zip(*(level.values.tolist() for level in levels), strict=True))


def _axis_length(group: Group, key: bytes) -> int:
    multi = plain(group.node, key + b"_variety") == "multi"
    node = child(group.node, key + b"_label0" if multi else key)
    empty = plain(node, b"shape")
    if isinstance(empty, tuple):
        return 0
    if plain(node, b"kind") == "object":
        return len(objects(node))
    shape = files.extent_of(node).shape
    return shape[0] if shape else 0


def _axis(group: Group, key: bytes, part: slice) -> Iterator[FrameColumn]:
    """The levels of an axis: one, or several of a MultiIndex."""
    if plain(group.node, key + b"_variety") != "multi":
        yield _index(group, child(group.node, key), part)
        return
    for number in range(int(plain(group.node, key + b"_nlevels"))):
        level = _index(group, child(group.node, key + b"_level%d" % number), slice(0, None))
        codes = files.read(child(group.node, key + b"_label%d" % number), [part])
        yield level._replace(values=by_code(level.values, codes))


def _index(group: Group, node: Any, part: slice) -> FrameColumn:
    label, kind = plain(node, b"name"), str(plain(node, b"kind"))
    if isinstance(plain(node, b"shape"), tuple):
        stored = plain(node, b"value_type")
        return FrameColumn(label, str(stored), np.empty(0, object))
    if kind == "category":
        categories = next(_axis(group, files.path_of(node).rsplit(b"/", 1)[-1] + b"_categories", slice(0, None)))
        return FrameColumn(label, "category", by_code(categories.values, files.read(node, [part])))
    if kind == "object":
        return FrameColumn(label, "object", objects(node)[part])
    raw = files.read(node, [part])
    missing = files.text_attribute(node, b"nan_rep", "nan") if kind == "string" else ""
    zone = plain(node, b"tz")
    return converted(group, label, kind, raw, missing, zone)


def _block(node: Any, part: slice) -> tuple[NDArray[Any], str]:
    """The values of a block as rows × columns, and what type they stand for."""
    shape = plain(node, b"shape")
    kind = plain(node, b"value_type")
    if isinstance(shape, tuple):
        return np.empty((shape[-1], shape[0]) if len(shape) > 1 else (0, 1), object), str(kind)
    stands = bool(plain(node, b"transposed"))
    if files.element_type(node).variable:
        values = objects(node)
        values = values if stands or values.ndim < 2 else values.T
        return columnwise(values[part]), str(kind or "object")
    rank = len(files.extent_of(node).shape or ())
    whole = [slice(None)] * (rank - 1)
    values = files.read(node, [part, *whole] if stands or rank < 2 else [*whole, part])
    if not stands and rank > 1:
        values = values.T
    return columnwise(values), str(kind or values.dtype.name)


def _typed(group: Group, label: Any, kind: str, values: NDArray[Any]) -> FrameColumn:
    if kind.startswith(("datetime64", "timedelta64")) and values.dtype.kind in "iu":
        return FrameColumn(label, kind if "[" in kind else f"{kind}[ns]", times(values, kind))
    if values.dtype.kind == "O" and kind in ("object", "str", "string"):
        texts = bool(values.size) and all(isinstance(v, str) or v is None or v != v for v in values if _simple(v))
        texts = texts and all(_simple(v) for v in values)
        return FrameColumn(label, "str" if texts and group.modern else "object", values)
    return FrameColumn(label, kind, values)


def _simple(value: Any) -> bool:
    return value is None or isinstance(value, (str, float))
