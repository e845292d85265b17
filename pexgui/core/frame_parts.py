"""What both layouts of pandas frames have in common: attributes, texts, times, categories, pickled objects."""

from datetime import timezone
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, layout
from .errors import NotReadable
from .inert import Refused, decode
from .values import encoding_of


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


class Group(NamedTuple):
    """A group that pandas wrote, with what its attributes say."""

    node: Any
    encoding: str
    modern: bool


def group_of(node: Any) -> Group:
    encoding = plain(node, layout.PANDAS_ENCODING)
    modern = files.attribute(node, layout.PANDAS_VERSION) is None
    return Group(node, encoding_of(encoding if isinstance(encoding, str) else "utf-8"), modern)


def problem(what: str, details: str = "") -> NotReadable:
    return NotReadable(f"The frame {what}.", "The rest of the file can still be read.", details)


def plain(node: Any, name: bytes) -> Any:
    """An attribute as a plain value; pickled ones are decoded inertly."""
    value = files.attribute(node, name)
    if isinstance(value, files.RawPickle):
        try:
            value = decode(value.data)
        except Refused as error:
            raise problem("says things about itself that cannot be decoded", str(error)) from error
    if isinstance(value, bytes):
        return files.text_of(value)
    return value.item() if isinstance(value, np.generic) else value


def child(node: Any, name: bytes) -> Any:
    return files.open_child(node, name)


def part_of(rows: int, start: int, count: int | None) -> slice:
    start = min(max(start, 0), rows)
    return slice(start, rows if count is None else min(rows, start + max(count, 0)))


def by_code(values: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
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


def converted(group: Group, label: Any, kind: str, raw: NDArray[Any], missing: str, zone: Any) -> FrameColumn:
    """Stored values of an index or of a table's column with what they stand for."""
    if kind == "string":
        return FrameColumn(label, "str" if group.modern else "object", texts(raw, group.encoding, missing))
    if kind.startswith(("datetime64", "timedelta64")):
        return FrameColumn(label, zoned(kind, zone), times(raw, kind))
    if kind == "date":
        return FrameColumn(label, "object", np.array(raw.astype(np.int64) - 719163, "M8[D]").astype(object))
    return FrameColumn(label, raw.dtype.name, raw)


def times(raw: NDArray[Any], kind: str) -> NDArray[Any]:
    unit = kind if "[" in kind else f"{kind}[ns]"
    return np.ascontiguousarray(raw).astype("i8").view(unit)


def zoned(kind: str, zone: Any) -> str:
    unit = kind if "[" in kind else f"{kind}[ns]"
    return f"{unit[:-1]}, {zone}]" if isinstance(zone, (str, timezone)) else unit


def texts(raw: NDArray[Any], encoding: str, missing: str) -> NDArray[Any]:
    """Stored bytes as text; ``missing`` is what stands for a missing value, empty when nothing does."""
    flat = np.empty(raw.size, object)
    for position, item in enumerate(raw.reshape(-1).tolist()):
        text = item.decode(encoding, "surrogateescape") if isinstance(item, bytes) else str(item)
        flat[position] = None if missing and text == missing else text
    return flat.reshape(raw.shape)


def objects(node: Any) -> NDArray[Any]:
    """The one pickled array of an object block."""
    rows = files.read(node, [slice(0, 1)])
    if not len(rows):
        return np.empty(0, object)
    try:
        value = decode(np.asarray(rows[0], np.uint8).tobytes())
    except Refused as error:
        raise problem("holds objects that cannot be decoded", str(error)) from error
    if isinstance(value, np.ndarray):
        return value
    found = np.empty(1, object)
    found[0] = value
    return found


def columnwise(values: NDArray[Any]) -> NDArray[Any]:
    """Values of one or two axes as rows × columns."""
    return values if values.ndim == 2 else values.reshape(-1, 1)
