"""Tables of text, from a file or pasted, of which columns become values of parameters."""

import csv
import io
import math
import os
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from . import files, text
from .errors import NotReadable
from .model_explore import TableColumn, TableColumns, TableRequest
from .progress import Progress, silent
from .value_sequences import MOST
from .value_texts import kind_of, spacing_of, values_text

_LARGEST = 100_000_000
_MOST_COLUMNS = 1000
_LONGEST_CELL = 1_000_000
_REPORT_EVERY = 10_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_WHOLE = re.compile(r"[+-]?[0-9]{1,300}\Z")
_WORDS = {
    **dict.fromkeys(("nan", "NaN", "NAN"), math.nan),
    **dict.fromkeys(("inf", "Inf", "INF", "+inf", "Infinity"), math.inf),
    **dict.fromkeys(("-inf", "-Inf", "-INF", "-Infinity"), -math.inf),
}
_TRUTH = {**dict.fromkeys(("true", "yes"), True), **dict.fromkeys(("false", "no"), False)}

Rows = list[list[str]]


def read_table_columns(request: TableRequest, progress: Progress = silent) -> TableColumns:
    """The columns of a table, as values.

    Cells are separated by tabs, semicolons or commas, whichever makes a table; the first row is the heading if it has
    texts above what is no text. With tabs and semicolons a number may have a decimal comma. Empty cells at the end of a
    column are left out; a column with other empty cells is told in the notes. Raises `NotReadable` for a file that is
    too large or cannot be read, and for a table without rows.
    """
    whole = _read(request.file) if request.file else request.pasted
    what = f"“{text.printable(os.path.basename(request.file))}”" if request.file else "What was pasted"
    progress("Reading the table", 0, 0)
    rows, separator = _rows(whole, what, progress)
    if not rows:
        raise NotReadable(f"{what} has no rows.", "Choose a table with at least one column of values.")
    notes: list[str] = []
    if max(map(len, rows)) > _MOST_COLUMNS:
        notes.append(f"Only the first {_MOST_COLUMNS:,} columns are shown.")
    columns = list(zip_longest(*(row[:_MOST_COLUMNS] for row in rows), fillvalue=""))
    commas = separator in ";\t"
    heading = _has_heading(columns, commas)
    found = []
    for number, cells in enumerate(columns, 1):
        name = (cells[0].strip() if heading else "") or f"Column {number}"
        column = _column(text.printable(name), cells[1:] if heading else cells, commas, notes)
        if column is not None:
            found.append(column)
    return TableColumns(tuple(found), tuple(notes))


# --- the text


def _read(file: bytes) -> str:
    name = files.shown(file)
    try:
        if not os.path.isfile(file):
            raise NotReadable(f"{name} is no file.", "Choose a table of text.")
        with open(file, "rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except OSError as error:
        raise NotReadable(f"{name} cannot be read.", "Check that it is there and may be read.", str(error)) from error
    if len(raw) > _LARGEST:
        raise NotReadable(f"{name} is larger than {text.size(_LARGEST)}.", "Choose a smaller table.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise NotReadable(f"{name} is no table of text.", "Save the table as CSV, and choose that file.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _rows(whole: str, what: str, progress: Progress) -> tuple[Rows, str]:
    """The rows that are not empty, and what separates their cells."""
    whole = whole.lstrip("\ufeff").replace("\0", "")
    separator = _separator(whole)
    rows: Rows = []
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(whole, newline=""), delimiter=separator, skipinitialspace=True):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > MOST + 1:
                raise NotReadable(f"{what} has more than {MOST:,} rows.", "Choose a smaller table.")
            if len(rows) % _REPORT_EVERY == 0:
                progress("Reading the table", len(rows), 0)
    except csv.Error as error:
        raise NotReadable(f"{what} is no table that can be read.", "Save it as CSV once more.", str(error)) from error
    finally:
        csv.field_size_limit(limit)
    return rows, separator


def _separator(whole: str) -> str:
    """What separates cells: that of which the first lines have equally many, the most; a tab before all others."""
    lines = [re.sub(r'"[^"]*"', '""', line) for line in whole[:100_000].splitlines()[:50] if line.strip()]
    if len(whole) > 100_000:
        lines = lines[:-1] or lines
    for separator in "\t;":
        if lines and all(separator in line for line in lines):
            return separator
    counts = {separator: [line.count(separator) for line in lines] for separator in ",\t;"}
    return max(counts, key=lambda one: (min(counts[one], default=0), sum(counts[one])))


# --- columns


def _has_heading(columns: Sequence[Sequence[str]], commas: bool) -> bool:
    """Whether the first row names the columns: all of it is text, and something below it is not, or it is unlike all
    that is below it in a table of texts that are repeated."""
    first = [cells[0].strip() for cells in columns]
    if len(columns[0]) < 2 or not any(first) or any(_value(cell, commas) is not None for cell in first if cell):
        return False
    return any(_value(cell.strip(), commas) is not None for cells in columns for cell in cells[1:] if cell.strip())


def _column(name: str, cells: Sequence[str], commas: bool, notes: list[str]) -> TableColumn | None:
    """A column; None, and a note, if it has none or gaps."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    if not stripped:
        notes.append(f"“{name}” has no values.")
        return None
    gaps = stripped.count("")
    if gaps:
        notes.append(f"“{name}” has {text.count(gaps, 'empty cell')} among its values.")
        return None
    values = _values(stripped, commas)
    written = spacing_of(values) or values_text(values)
    return TableColumn(name, written, len(values), kind_of(values[0]))


def _values(cells: list[str], commas: bool) -> list[Any]:
    """The cells as values of one type: whole numbers, numbers, truth values, or texts."""
    values = [_value(cell, commas) for cell in cells]
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return [float(value) for value in values]
    return values if len(kinds) == 1 and type(None) not in kinds else list(cells)


def _value(cell: str, commas: bool) -> Any:
    """A number or truth value; None for any other text."""
    if commas and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    cell = cell.replace(text.MINUS, "-")
    if _WHOLE.match(cell):
        return int(cell)
    if _NUMBER.match(cell):
        value = float(cell)
        return value if math.isfinite(value) else None
    return _TRUTH.get(cell.lower(), _WORDS.get(cell))
