"""pandas frames and series in both layouts of every pandas, read with h5py: rows and columns as asked."""

from typing import Any

import numpy as np

from . import layout
from .errors import NotReadable
from .frame_parts import Frame as Frame
from .frame_parts import FrameColumn as FrameColumn
from .frame_parts import group_of, plain, problem
from .frames_fixed import read_fixed
from .frames_table import read_table


def read_frame(node: Any, start: int = 0, count: int | None = None, most: int | None = None) -> Frame:
    """Rows ``start … start + count - 1`` and the first ``most`` columns (None: all). Raises `NotReadable`."""
    group = group_of(node)
    kind = plain(node, layout.PANDAS_TYPE)
    try:
        if kind in ("frame", "series"):
            return read_fixed(group, kind == "series", start, count, most)
        if kind in ("frame_table", "series_table"):
            return read_table(group, kind == "series_table", start, count, most)
    except NotReadable:
        raise
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise problem("is not laid out as pandas does it", str(error)) from error
    raise problem("has a layout that is not known")


def frame_shape(node: Any) -> tuple[int, ...]:
    """Rows and columns (a frame) or rows (a series) from the headers alone."""
    frame = read_frame(node, 0, 0, 0)
    return (frame.rows,) if frame.series else (frame.rows, frame.total)


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
