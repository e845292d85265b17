"""The range of an explored parameter as a column of the run table, and as its distinct values."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, layout, parameters, text
from .bookkeeping import MAX_ROWS
from .brief import brief
from .cells import is_plain, numbers_of
from .errors import FAILURES, NotReadable
from .glance import SMALL_TEXT, glance, value_type
from .items import Form, Item
from .model import Column, Texts
from .parameters import Range
from .progress import Progress, silent
from .values import DEFAULT_ENCODING, decode_cell

_REPORT_EVERY = 200


class Distinct(NamedTuple):
    """The values of a range: type, how many, how many different ones, the first of these, the extremes of numbers."""

    type: str
    length: int
    different: int
    values: tuple[str, ...]
    extremes: tuple[str, str] | None = None


def open_range(leaf: Any, encoding: str = DEFAULT_ENCODING) -> Range:
    """The range of an explored parameter. Raises `NotReadable` when it has none that can be read."""
    try:
        found = parameters.range_of(leaf, files.names(leaf), encoding)
    except FAILURES as error:
        raise NotReadable("The range is damaged and cannot be read.", details=str(error)) from error
    if found is None:
        raise NotReadable("There is no range of values.")
    return found


def cells_of_range(found: Range) -> NDArray[Any]:
    """What is stored for every run: values, or the indices of values. Raises `NotReadable`."""
    return parameters.range_cells(found, slice(0, MAX_ROWS))


def is_numbers(found: Range, cells: NDArray[Any]) -> bool:
    """Whether the stored cells are themselves the values, and numbers."""
    listed = found.column.coll in (layout.COLL_LIST, layout.COLL_TUPLE, layout.COLL_MATRIX)
    return found.kind == "values" and cells.ndim == 1 and is_plain(cells.dtype) and not listed


def column_of_range(
    name: str, leaf: Any, runs: int, encoding: str = DEFAULT_ENCODING, progress: Progress = silent
) -> Column:
    """One cell per run: numbers where the values are numbers, otherwise texts. Missing where the range is shorter.

    ``note`` says when something of it cannot be read.
    """
    try:
        found = open_range(leaf, encoding)
        cells = cells_of_range(found)[:runs]
    except NotReadable as problem:
        return empty_column(name, runs, f"“{name}”: {problem.title}")
    if is_numbers(found, cells):
        padded = np.zeros(runs, cells.dtype)
        padded[: len(cells)] = cells
        missing = np.arange(runs) >= len(cells)
        return Column(name, cells.dtype.name, numbers_of(padded, missing))
    texts: list[str | None] = [None] * runs
    keys = _keys(cells)
    words: dict[Any, str | None] = {}
    problems = 0
    for done, (row, key) in enumerate(_first_rows(keys)):
        if done % _REPORT_EVERY == 0:
            progress(f"Reading {name}", done, 0)
        try:
            words[key] = _words(found, cells, row, encoding)
        except (NotReadable, *FAILURES):
            words[key] = None
            problems += 1
    for row, key in enumerate(keys):
        texts[row] = words[key]
    note = f"{text.count(problems, 'value')} of “{name}” cannot be read." if problems else ""
    return Column(name, _type(found, cells, encoding), Texts(tuple(texts)), note)


def empty_column(name: str, runs: int, note: str) -> Column:
    """A column without any value."""
    return Column(name, "", Texts((None,) * runs), note)


def distinct_values(leaf: Any, encoding: str = DEFAULT_ENCODING, most: int = 50) -> Distinct:
    """The different values of a range, in the order in which they first occur; ``most`` of them in words.

    Raises `NotReadable`.
    """
    found = open_range(leaf, encoding)
    cells = cells_of_range(found)
    kind = _type(found, cells, encoding)
    if is_numbers(found, cells):
        different, first = np.unique(cells, return_index=True)
        ordered = cells[np.sort(first)[:most]]
        finite = different[np.isfinite(different)] if cells.dtype.kind == "f" else different
        ends = (brief(finite[0]), brief(finite[-1])) if finite.size and cells.dtype.kind != "b" else None
        return Distinct(kind, found.length, different.size, tuple(brief(value) for value in ordered), ends)
    rows = [row for row, _ in _first_rows(_keys(cells))]
    words = []
    for row in rows[:most]:
        try:
            words.append(_words(found, cells, row, encoding))
        except (NotReadable, *FAILURES):
            words.append("cannot be read")
    return Distinct(kind, found.length, len(rows), tuple(words))


def _keys(cells: NDArray[Any]) -> list[Any]:
    """For every row something that is equal where the stored values are."""
    if cells.ndim == 1 and cells.dtype.kind in "biufS":
        return list(cells.tolist())
    return [np.asarray(cell).tobytes() for cell in cells]


def _first_rows(keys: list[Any]) -> Iterator[tuple[int, Any]]:
    """The row in which each key occurs first."""
    first: dict[Any, int] = {}
    for row, key in enumerate(keys):
        first.setdefault(key, row)
    return ((row, key) for key, row in first.items())


def _type(found: Range, cells: NDArray[Any], encoding: str) -> str:
    """The type of the first value; of numbers that of the stored ones."""
    if is_numbers(found, cells):
        return str(cells.dtype.name)
    if not len(cells):
        return ""
    try:
        if found.kind == "array":
            return glance(_array_item(found, int(cells[0])), encoding).type
        if found.kind == "values" and cells.ndim == 1 and cells.dtype.kind == "c":
            return str(cells.dtype.name)
        if found.kind == "values":
            return value_type(_decoded(found, cells, 0, encoding))
        return {"sparse": "sparse matrix", "pickle": "pickled object"}.get(found.kind, "quantity")
    except (NotReadable, *FAILURES):
        return ""


def _words(found: Range, cells: NDArray[Any], row: int, encoding: str) -> str:
    """One value in words; arrays and matrices are read only if they are small. Raises `NotReadable`."""
    if found.kind == "values":
        return brief(_decoded(found, cells, row, encoding))
    if found.kind == "array":
        seen = glance(_array_item(found, int(cells[row])), encoding)
        if seen.warning:
            raise NotReadable(seen.warning)
        return seen.value
    if found.kind == "sparse" and _is_large(found, int(cells[row])):
        return "sparse matrix"
    value = parameters.range_values(found, slice(row, row + 1), encoding)[0]
    if isinstance(value, NotReadable):
        raise value
    return brief(value)


def _decoded(found: Range, cells: NDArray[Any], row: int, encoding: str) -> Any:
    return decode_cell(cells[row], found.column.coll, found.column.scalar, encoding)


def _array_item(found: Range, index: int) -> Item:
    problem: NotReadable | None = None
    for path in layout.array_value_paths(index):
        try:
            return Item("value", Form.ARRAY, path, files.open_node(found.leaf, path))
        except NotReadable as error:
            problem = problem or error
    raise problem or NotReadable("A value of the range is missing.")


def _is_large(found: Range, index: int) -> bool:
    try:
        node = files.open_node(found.leaf, layout.sparse_value_path(index))
    except NotReadable:
        return False
    return files.is_dataset(node) and files.extent_of(node).logical > SMALL_TEXT
