"""pandas frames and series, both layouts of every pandas, read with h5py: rows and columns as asked, no pandas needed.

"Fixed": one dataset per block of columns of one type, stored as rows × columns. "Table": one table of rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, layout
from .errors import NotReadable
from .inert import Inert, Refused, decode
from .values import encoding_of

MAX_LABELS = 100_000


class FrameColumn(NamedTuple):
    """A column or a level of the index: label (any value), pandas' name of its type, one value per row.

    Text is an array of objects, ``str`` or None; a category is expanded; points in time are ``datetime64``.
    """

    label: Any
    type: str
    values: NDArray[Any]


class Frame(NamedTuple):
    """Rows ``start …`` of a frame of ``rows`` rows and ``total`` columns; a series is a frame of one column.

    ``levels`` are those of the index.

    ``modern``: written by pandas 3 or later, whose text columns have the type ``str``.
    """

    series: bool
    rows: int
    total: int
    start: int
    levels: tuple[FrameColumn, ...]
    columns: tuple[FrameColumn, ...]
    column_names: tuple[Any, ...] = (None,)
    modern: bool = False


class _Group(NamedTuple):
    """A group that pandas wrote, with what its attributes say."""

    node: Any
    encoding: str
    modern: bool


def read_frame(node: Any, start: int = 0, count: int | None = None, most: int | None = None) -> Frame:
    """Rows ``start … start + count - 1`` and the first ``most`` columns (None: all). Raises `NotReadable`."""
    group = _group(node)
    kind = _plain(node, layout.PANDAS_TYPE)
    try:
        if kind in ("frame", "series"):
            return _fixed(group, kind == "series", start, count, most)
        if kind in ("frame_table", "series_table"):
            return _table(group, kind == "series_table", start, count, most)
    except NotReadable:
        raise
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise _problem("is not laid out as pandas does it", str(error)) from error
    raise _problem("has a layout that is not known")


def frame_shape(node: Any) -> tuple[int, ...]:
    """Rows and columns (a frame) or rows (a series) from the headers alone."""
    frame = read_frame(node, 0, 0, 0)
    return (frame.rows,) if frame.series else (frame.rows, frame.total)


def _group(node: Any) -> _Group:
    encoding = _plain(node, layout.PANDAS_ENCODING)
    modern = files.attribute(node, layout.PANDAS_VERSION) is None
    return _Group(node, encoding_of(encoding if isinstance(encoding, str) else "utf-8"), modern)


def _problem(what: str, details: str = "") -> NotReadable:
    return NotReadable(f"The frame {what}.", "The rest of the file can still be read.", details)


def _plain(node: Any, name: bytes) -> Any:
    """An attribute as a plain value; pickled ones are decoded inertly."""
    value = files.attribute(node, name)
    if isinstance(value, files.RawPickle):
        try:
            value = decode(value.data)
        except Refused as error:
            raise _problem("says things about itself that cannot be decoded", str(error)) from error
    if isinstance(value, bytes):
        return files.text_of(value)
    return value.item() if isinstance(value, np.generic) else value


def _child(node: Any, name: bytes) -> Any:
    return files.open_child(node, name)


# --- the fixed layout ---------------------------------------------------------------------------------------------


def _fixed(group: _Group, series: bool, start: int, count: int | None, most: int | None) -> Frame:
    rows = _axis_length(group, b"index" if series else b"axis1")
    part = _part(rows, start, count)
    index = tuple(_axis(group, b"index" if series else b"axis1", part))
    if series:
        values, kind = _block(_child(group.node, b"values"), part)
        label = _plain(group.node, b"name")
        column = _typed(group, label, kind, values.reshape(-1))
        return Frame(True, rows, 1, part.start, index, (column,), modern=group.modern)
    levels = list(_axis(group, b"axis0", slice(0, MAX_LABELS)))
    labels = _labels(levels)
    wanted = range(len(labels) if most is None else min(most, len(labels)))
    found: dict[int, FrameColumn] = {}
    free: dict[Any, list[int]] = {}
    for place in range(len(labels) - 1, -1, -1):
        free.setdefault(_key(labels[place]), []).append(place)
    for number in range(int(_plain(group.node, b"nblocks") or 0)):
        items = _labels(list(_axis(group, b"block%d_items" % number, slice(0, MAX_LABELS))))
        places = [free[_key(item)].pop() for item in items]
        if any(place in wanted for place in places):
            values, kind = _block(_child(group.node, b"block%d_values" % number), part)
            for at, place in enumerate(places):
                if place in wanted:
                    found[place] = _typed(group, labels[place], kind, values[:, at])
    columns = tuple(found[place] for place in wanted)
    names = tuple(level.label for level in levels)
    return Frame(False, rows, len(labels), part.start, index, columns, names, group.modern)


def _part(rows: int, start: int, count: int | None) -> slice:
    start = min(max(start, 0), rows)
    return slice(start, rows if count is None else min(rows, start + max(count, 0)))


def _key(label: Any) -> Any:
    """A label as a key: NaN is equal to NaN here."""
    return "\0nan" if isinstance(label, float) and label != label else label


def _labels(levels: Sequence[FrameColumn]) -> list[Any]:
    if len(levels) == 1:
        return list(levels[0].values.tolist())
    return list(zip(*(level.values.tolist() for level in levels), strict=True))


def _axis_length(group: _Group, key: bytes) -> int:
    multi = _plain(group.node, key + b"_variety") == "multi"
    node = _child(group.node, key + b"_label0" if multi else key)
    empty = _plain(node, b"shape")
    if isinstance(empty, tuple):
        return 0
    if _plain(node, b"kind") == "object":
        return len(_objects(node))
    shape = files.extent_of(node).shape
    return shape[0] if shape else 0


def _axis(group: _Group, key: bytes, part: slice) -> Iterator[FrameColumn]:
    """The levels of an axis: one, or several of a MultiIndex."""
    if _plain(group.node, key + b"_variety") != "multi":
        yield _index(group, _child(group.node, key), part)
        return
    for number in range(int(_plain(group.node, key + b"_nlevels"))):
        level = _index(group, _child(group.node, key + b"_level%d" % number), slice(0, None))
        codes = files.read(_child(group.node, key + b"_label%d" % number), [part])
        yield level._replace(values=_chosen(level.values, codes))


def _chosen(values: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """``values[codes]``, where a negative code stands for a missing value."""
    codes = codes.reshape(-1).astype(np.int64)
    if codes.size and (codes.max() >= len(values)):
        raise ValueError("a code points nowhere")
    if codes.size and codes.min() < 0:
        filled = np.empty(len(values) + 1, object)
        filled[:-1] = values
        filled[-1] = None
        values, codes = filled, np.where(codes < 0, len(values), codes)
    found: NDArray[Any] = values[codes]
    return found


def _index(group: _Group, node: Any, part: slice) -> FrameColumn:
    label, kind = _plain(node, b"name"), str(_plain(node, b"kind"))
    if isinstance(_plain(node, b"shape"), tuple):
        stored = _plain(node, b"value_type")
        return FrameColumn(label, str(stored), np.empty(0, object))
    if kind == "category":
        categories = next(_axis(group, files.path_of(node).rsplit(b"/", 1)[-1] + b"_categories", slice(0, None)))
        return FrameColumn(label, "category", _chosen(categories.values, files.read(node, [part])))
    if kind == "object":
        return FrameColumn(label, "object", _objects(node)[part])
    raw = files.read(node, [part])
    missing = files.text_attribute(node, b"nan_rep", "nan") if kind == "string" else ""
    zone = _plain(node, b"tz")
    return _converted(group, label, kind, raw, missing, zone)


def _converted(group: _Group, label: Any, kind: str, raw: NDArray[Any], missing: str, zone: Any) -> FrameColumn:
    """Stored values of an index or of a table's column with what they stand for."""
    if kind == "string":
        return FrameColumn(label, "str" if group.modern else "object", _texts(raw, group.encoding, missing))
    if kind.startswith(("datetime64", "timedelta64")):
        return FrameColumn(label, _zoned(kind, zone), _times(raw, kind))
    if kind == "date":
        return FrameColumn(label, "object", np.array(raw.astype(np.int64) - 719163, "M8[D]").astype(object))
    return FrameColumn(label, raw.dtype.name, raw)


def _times(raw: NDArray[Any], kind: str) -> NDArray[Any]:
    unit = kind if "[" in kind else f"{kind}[ns]"
    return np.ascontiguousarray(raw).astype("i8").view(unit)


def _zoned(kind: str, zone: Any) -> str:
    unit = kind if "[" in kind else f"{kind}[ns]"
    return f"{unit[:-1]}, {zone}]" if isinstance(zone, str) else unit


def _texts(raw: NDArray[Any], encoding: str, missing: str) -> NDArray[Any]:
    """Stored bytes as text; ``missing`` is what stands for a missing value, empty when nothing does."""
    flat = np.empty(raw.size, object)
    for position, item in enumerate(raw.reshape(-1).tolist()):
        text = item.decode(encoding, "surrogateescape") if isinstance(item, bytes) else str(item)
        flat[position] = None if missing and text == missing else text
    return flat.reshape(raw.shape)


def _objects(node: Any) -> NDArray[Any]:
    """The one pickled array of an object block."""
    rows = files.read(node, [slice(0, 1)])
    if not len(rows):
        return np.empty(0, object)
    try:
        value = decode(np.asarray(rows[0], np.uint8).tobytes())
    except Refused as error:
        raise _problem("holds objects that cannot be decoded", str(error)) from error
    if isinstance(value, np.ndarray):
        return value
    found = np.empty(1, object)
    found[0] = value
    return found


def _block(node: Any, part: slice) -> tuple[NDArray[Any], str]:
    """The values of a block as rows × columns, and what type they stand for."""
    shape = _plain(node, b"shape")
    kind = _plain(node, b"value_type")
    if isinstance(shape, tuple):
        return np.empty((shape[-1], shape[0]) if len(shape) > 1 else (0, 1), object), str(kind)
    stands = bool(_plain(node, b"transposed"))
    if files.element_type(node).variable:
        values = _objects(node)
        values = values if stands or values.ndim < 2 else values.T
        return _columnwise(values[part]), str(kind or "object")
    rank = len(files.extent_of(node).shape or ())
    whole = [slice(None)] * (rank - 1)
    values = files.read(node, [part, *whole] if stands or rank < 2 else [*whole, part])
    if not stands and rank > 1:
        values = values.T
    return _columnwise(values), str(kind or values.dtype.name)


def _columnwise(values: NDArray[Any]) -> NDArray[Any]:
    """Values of one or two axes as rows × columns."""
    return values if values.ndim == 2 else values.reshape(-1, 1)


def _typed(group: _Group, label: Any, kind: str, values: NDArray[Any]) -> FrameColumn:
    if kind.startswith(("datetime64", "timedelta64")) and values.dtype.kind in "iu":
        return FrameColumn(label, kind if "[" in kind else f"{kind}[ns]", _times(values, kind))
    if values.dtype.kind == "O" and kind in ("object", "str", "string"):
        texts = bool(values.size) and all(isinstance(v, str) or v is None or v != v for v in values if _simple(v))
        texts = texts and all(_simple(v) for v in values)
        return FrameColumn(label, "str" if texts and group.modern else "object", values)
    return FrameColumn(label, kind, values)


def _simple(value: Any) -> bool:
    return value is None or isinstance(value, (str, float))


# --- the table layout ---------------------------------------------------------------------------------------------


class _Column(NamedTuple):
    """A column of the stored table: which labels its cells are for, and what they stand for."""

    name: str
    labels: list[Any]
    dtype: str
    meta: Any
    missing: str
    zone: Any


def _table(group: _Group, series: bool, start: int, count: int | None, most: int | None) -> Frame:
    table = _child(group.node, b"table")
    shape = files.extent_of(table).shape
    part = _part(shape[0] if shape else 0, start, count)
    described = _plain(group.node, b"info")
    info: dict[Any, Any] = described if isinstance(described, dict) else {}
    stored = {column.name: column for column in _columns(group, table)}
    axis, order = _order(group)
    levels = _plain(group.node, b"levels")
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


def _order(group: _Group) -> tuple[Any, list[Any]]:
    axes = _plain(group.node, b"non_index_axes")
    if not isinstance(axes, list) or not axes:
        raise ValueError("the order of the columns is missing")
    axis, labels = axes[0][:2]
    return axis, [tuple(label) if isinstance(label, list) else label for label in labels]


def _columns(group: _Group, table: Any) -> Iterator[_Column]:
    names = _plain(group.node, b"values_cols")
    own = bool(_plain(group.node, b"data_col_nan_rep"))
    common = _plain(group.node, b"nan_rep")
    for name in names if isinstance(names, list) else ():
        key = str(name).encode("utf-8", "surrogateescape")
        kind = _plain(table, key + b"_kind")
        labels = kind if isinstance(kind, list) else [kind if kind is not None else name]
        stored = _plain(table, key + b"_nan_rep")
        missing = (stored or "") if own else (common if isinstance(common, str) else "nan")
        labels = [tuple(label) if isinstance(label, list) else label for label in labels]
        dtype = str(_plain(table, key + b"_dtype") or "")
        yield _Column(str(name), labels, dtype, _plain(table, key + b"_meta"), missing, _plain(table, key + b"_tz"))


def _unpacked(group: _Group, column: _Column, values: NDArray[Any]) -> Iterator[tuple[Any, FrameColumn]]:
    """The columns of a frame in one column of the table."""
    values = _columnwise(values)
    for position, label in enumerate(column.labels):
        cells = values[:, position]
        if column.meta == "category":
            yield label, FrameColumn(label, "category", _chosen(_categories(group, column.name), cells))
        else:
            kind = "string" if column.dtype.startswith(("bytes", "string")) else column.dtype
            yield label, _converted(group, label, kind, cells, column.missing, column.zone)


def _categories(group: _Group, name: str) -> NDArray[Any]:
    path = b"meta/" + name.encode("utf-8", "surrogateescape") + b"/meta"
    try:
        return read_frame(files.open_node(group.node, path)).columns[0].values
    except NotReadable:
        return np.empty(0, object)


def _table_index(group: _Group, table: Any, rows: NDArray[Any], info: dict[Any, Any]) -> FrameColumn:
    described = info.get("index")
    name = described.get("index_name") if isinstance(described, dict) else None
    zone = described.get("tz") if isinstance(described, dict) else None
    kind = str(_plain(table, b"index_kind") or "")
    if _plain(table, b"index_meta") == "category":
        return FrameColumn(name, "category", _chosen(_categories(group, "index"), rows["index"]))
    missing = files.text_attribute(table, b"index_nan_rep", "nan")
    found = _converted(group, name, kind, rows["index"], missing, zone)
    return found._replace(label=None) if isinstance(name, Inert) else found


# --- for pandas ---------------------------------------------------------------------------------------------------


def to_pandas(frame: Frame) -> Any:
    """The frame as a ``pandas.DataFrame`` or ``Series``."""
    import pandas

    index = _pandas_index(pandas, frame.levels)
    made = [_pandas_series(pandas, column, index) for column in frame.columns]
    if frame.series:
        return made[0].rename(frame.columns[0].label)
    table = pandas.concat(made, axis=1) if made else pandas.DataFrame(index=index)
    labels = [column.label for column in frame.columns]
    if labels and all(isinstance(label, tuple) for label in labels) and len(frame.column_names) > 1:
        table.columns = pandas.MultiIndex.from_tuples(labels, names=frame.column_names)
    else:
        table.columns = pandas.Index(labels, name=frame.column_names[0] if frame.column_names else None)
    return table


def _pandas_index(pandas: Any, levels: tuple[FrameColumn, ...]) -> Any:
    if len(levels) == 1:
        return pandas.Index(_pandas_values(pandas, levels[0]), name=levels[0].label)
    return pandas.MultiIndex.from_arrays(
        [_pandas_values(pandas, level) for level in levels], names=[level.label for level in levels]
    )


def _pandas_series(pandas: Any, column: FrameColumn, index: Any) -> Any:
    values = _pandas_values(pandas, column)
    plain = isinstance(values, np.ndarray) and values.dtype.kind == "O"
    return pandas.Series(values, index=index, dtype=object if plain else None)


def _pandas_values(pandas: Any, column: FrameColumn) -> Any:
    if column.type == "category":
        return pandas.Categorical(column.values)
    if column.type == "str":
        return pandas.array(column.values, dtype="str")
    if "[" in column.type and ", " in column.type:
        zone = column.type.partition(", ")[2].rstrip("]")
        return pandas.DatetimeIndex(column.values).tz_localize("UTC").tz_convert(zone)
    if column.values.dtype.kind == "O" and column.values.size == 0 and column.type not in ("object", "None", ""):
        return pandas.array([], dtype=column.type)
    return (
        column.values if column.values.dtype.isnative else column.values.astype(column.values.dtype.newbyteorder("="))
    )
