"""Whatever has rows and columns, in one form: so many rows, named columns, and the cells of some of them."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import content, frames, items, layout, parameters, text, values
from .brief import brief
from .cells import is_plain
from .errors import NotReadable
from .items import Item, TableColumn
from .sparse import Sparse

MOST_ALIGNED = 200_000
"""Of more rows than this the labels are not read: they are aligned by position."""

_BY_POSITION = "Rows stand beside one another by position, because there are so many."


class Part(NamedTuple):
    """Cells of a column with the name of their type: an array of numbers or times, or a list of any values."""

    type: str
    values: "NDArray[Any] | list[Any]"


Read: TypeAlias = Callable[[slice, Collection[str]], dict[str, Part]]


class Rows(NamedTuple):
    """Something with rows. ``labels`` are what its rows are called, None where they only have a number.

    ``note`` is a sentence when they have labels that were not read.
    """

    length: int
    columns: tuple[str, ...]
    read: Read
    labels: list[Any] | None = None
    note: str = ""


# --- in files -----------------------------------------------------------------------------------------------------


def of_table(item: Item, encoding: str) -> Rows:
    """A table, also one that is spread over several datasets."""
    columns = {column.name: column for column in items.table_columns(item)}

    def read(part: slice, names: Collection[str]) -> dict[str, Part]:
        chosen = [column for name, column in columns.items() if name in names]
        cells = items.read_columns(chosen, part) if chosen else {}
        return {column.name: _part(column, cells[column.name], encoding) for column in chosen}

    return Rows(items.table_rows(item), tuple(columns), read)


def _part(column: TableColumn, cells: NDArray[Any], encoding: str) -> Part:
    """The cells of a column as what they were, numbers as one array."""
    scalar = layout.type_name(column.scalar)
    plain = column.coll in ("", layout.COLL_SCALAR, layout.COLL_NDARRAY) and cells.ndim == 1 and is_plain(cells.dtype)
    if plain and scalar not in ("str", "bytes", "bytes_", "complex"):
        return Part(scalar or content.type_name(cells.dtype), cells)
    if not column.coll and not column.scalar:
        return Part(content.type_name(cells.dtype), list(cells) if cells.ndim > 1 else cells.tolist())
    decoded = [values.decode_cell(cell, column.coll, column.scalar, encoding) for cell in cells]
    kind = {layout.COLL_LIST: "list", layout.COLL_TUPLE: "tuple", layout.COLL_MATRIX: "matrix"}.get(column.coll, scalar)
    return Part(kind or content.type_name(cells.dtype), decoded)


def of_frame(node: Any) -> Rows:
    """A frame or series of pandas, whose rows are called by its index."""
    head = frames.read_frame(node, 0, 0)
    names = _unique([_label(column.label) for column in head.columns])

    def read(part: slice, wanted: Collection[str]) -> dict[str, Part]:
        most = 1 + max((place for place, name in enumerate(names) if name in wanted), default=-1)
        frame = frames.read_frame(node, part.start, part.stop - part.start, most)
        found = zip(names, frame.columns, strict=False)
        return {name: _frame_part(column) for name, column in found if name in wanted}

    if head.rows > MOST_ALIGNED:
        return Rows(
            head.rows, names, read, note="Rows stand beside one another by position, because there are so many."
        )
    levels = [_level(level.values) for level in frames.read_frame(node, 0, None, 0).levels]
    return Rows(head.rows, names, read, list(zip(*levels, strict=True)) if len(levels) != 1 else levels[0])


def _frame_part(column: frames.FrameColumn) -> Part:
    if column.values.dtype.kind in "biufmM":
        return Part(column.type, column.values)
    return Part(column.type, column.values.tolist())


def _level(found: NDArray[Any]) -> list[Any]:
    """The labels of an index, so that equal ones are equal: times as text, all NaN the same."""
    if found.dtype.kind in "mM":
        return list(getattr(content.cells(found), "items", ()))
    return ["NaN" if isinstance(label, float) and label != label else label for label in found.tolist()]


def _label(label: Any) -> str:
    if label is None:
        return "value"
    if isinstance(label, tuple):
        return ", ".join(text.printable(str(part), 60) for part in label)
    return text.printable(str(label))


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names made different where one occurs more than once."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def of_range(found: parameters.Range, encoding: str) -> Rows:
    """The range of a parameter: one row per run, in the order of the runs."""

    def read(part: slice, _names: Collection[str]) -> dict[str, Part]:
        if found.kind == "values":
            cells = parameters.range_cells(found, part)
            return {"value": _part(found.column, cells, encoding)}
        decoded = [_bare(value) for value in parameters.range_values(found, part, encoding)]
        return {"value": Part(_common_type(decoded), decoded)}

    return Rows(found.length, ("value",), read)


def _bare(value: Any) -> Any:
    """A value of a range; of one that is missing the sentence that says so."""
    if isinstance(value, NotReadable):
        return value.title
    return value.value if isinstance(value, values.Pickle) and not value.refusal else value


def _common_type(decoded: Sequence[Any]) -> str:
    kinds = {type(value).__name__ for value in decoded}
    return kinds.pop() if len(kinds) == 1 else "mixed"


# --- in memory ----------------------------------------------------------------------------------------------------


def of_value(value: Any) -> Rows | None:
    """A decoded value that has rows: a dict of single values, a sparse matrix, texts, records; else None."""
    if isinstance(value, dict) and value and all(map(_is_single, value.values())):
        keys = _unique([text.printable(key) if isinstance(key, str) else brief(key) for key in value])
        return _held({"value": list(value.values())}, list(keys))
    if isinstance(value, Sparse):
        return _held({"value": value.values}, list(zip(value.rows.tolist(), value.columns.tolist(), strict=True)))
    if isinstance(value, values.ObjectTable):
        return _held(value.columns)
    if not isinstance(value, np.ndarray):
        return None
    if value.dtype.names is not None and value.ndim == 1:
        return _held({name: value[name] for name in value.dtype.names})
    if value.dtype.kind not in "USO" or value.ndim not in (1, 2):
        return None
    columns = {"value": value} if value.ndim == 1 else {str(at): value[:, at] for at in range(value.shape[1])}
    return _held(columns) if columns else None


def _is_single(value: Any) -> bool:
    single = (str, bytes, bool, int, float, complex, np.generic)
    return value is None or (isinstance(value, single) and not isinstance(value, np.void))


def _held(columns: "dict[str, Any]", labels: list[Any] | None = None) -> Rows:
    kept = {name: _held_part(cells) for name, cells in columns.items()}

    def read(part: slice, names: Collection[str]) -> dict[str, Part]:
        return {name: Part(cells.type, cells.values[part]) for name, cells in kept.items() if name in names}

    return Rows(max((len(part.values) for part in kept.values()), default=0), tuple(kept), read, labels)


def _held_part(cells: Any) -> Part:
    if not isinstance(cells, np.ndarray):
        return Part(_common_type(cells), list(cells))
    kind = content.type_name(cells.dtype)
    if cells.ndim == 1 and cells.dtype.kind in "biufmM" and cells.dtype.itemsize <= 8:
        return Part(kind, cells)
    return Part(kind, list(cells) if cells.ndim > 1 or cells.dtype.kind == "V" else cells.tolist())


def pieces(rows: Rows, wanted: "NDArray[np.int64]", names: Collection[str], block: int) -> dict[str, Part]:
    """The cells of ``wanted`` rows, in this order. Of rows that lie apart not more than ``block`` are read at once."""
    ordered, back = np.unique(wanted, return_inverse=True)
    found: dict[str, list[Part]] = {name: [] for name in names}
    at = 0
    while at < len(ordered):
        first = int(ordered[at])
        end = int(np.searchsorted(ordered, first + block))
        last = int(ordered[end - 1])
        for name, part in rows.read(slice(first, last + 1), names).items():
            found[name].append(_picked(part, ordered[at:end] - first))
        at = end
    return {name: _picked(_together(parts), back) for name, parts in found.items() if parts}


def _picked(part: Part, places: NDArray[Any]) -> Part:
    if isinstance(part.values, np.ndarray):
        return Part(part.type, part.values[places])
    return Part(part.type, [part.values[place] for place in places.tolist()])


def _together(parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    arrays = [part.values for part in parts if isinstance(part.values, np.ndarray)]
    if len(arrays) == len(parts):
        return Part(parts[0].type, np.concatenate(arrays))
    return Part(parts[0].type, [cell for part in parts for cell in part.values])


def words(label: Any) -> str:
    """What a row is called, as people read it."""
    if isinstance(label, tuple):
        return ", ".join(brief(part, 60) for part in label)
    return brief(label)
