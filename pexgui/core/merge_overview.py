"""The bookkeeping of a merged trajectory: what it is, its runs, its settings and what is explored, all made anew."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import encode_overview, layout, stored
from .bookkeeping import read_settings, table
from .compare_sides import OpenSide
from .encode import NumpyArray

_KEPT = ("time", "timestamp", "finish_timestamp", "runtime", "short_environment_hexsha")


def write_overview(
    group: Any,
    sides: Sequence[OpenSide],
    names: Sequence[dict[bytes, bytes]],
    numbers: Sequence[Sequence[int]],
    values: dict[str, list[list[Any]]],
) -> None:
    """Put the overview of the merged trajectory into its group. The optional tables, which pypet only ever appends to,
    are left out, and the settings say so; a comment that repeats is then kept with each."""
    count = sum(number >= 0 for own in numbers for number in own)
    filters = stored.Filters()
    overview = stored.create_group(group, layout.OVERVIEW, layout.OVERVIEW.decode())
    tables = {
        layout.INFO: _info(sides[0], count),
        layout.RUNS: run_rows(sides, names, numbers, values, count),
        layout.SETTINGS: _settings(sides[0], filters),
    }
    if values:
        tables[layout.EXPLORATIONS] = encode_overview.explorations(values)
    for name, rows in tables.items():
        stored.write(overview, name, stored.Table(rows, {}, name.decode()), filters)


def _info(side: OpenSide, count: int) -> NumpyArray:
    """The row of the first trajectory, with the new length."""
    made = encode_overview.info(encode_overview.Head(side.info.name, side.info.created or 0.0), count)
    rows = table(side.trajectory, layout.INFO, layout.INFO_COLUMNS, [])
    if rows is not None and len(rows):
        for column in rows.dtype.names or ():
            if column != "length":
                made[column] = rows[column][0]
    return made


def _settings(side: OpenSide, filters: stored.Filters) -> NumpyArray:
    made = encode_overview.settings(filters)
    found = read_settings(side.trajectory, [])
    for column in ("complib", "complevel", "shuffle", "fletcher32", "pandas_format", "encoding"):
        if column in found:
            value = found[column]
            made[column] = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return made


def run_rows(
    sides: Sequence[OpenSide],
    names: Sequence[dict[bytes, bytes]],
    numbers: Sequence[Sequence[int]],
    values: dict[str, list[list[Any]]],
    count: int,
) -> NumpyArray:
    """The rows of all runs that are taken, with their new names and numbers and what was varied."""
    rows = encode_overview.runs(count, {}, {})
    for source, (side, own) in enumerate(zip(sides, numbers, strict=True)):
        taken = np.asarray([run for run, number in enumerate(own) if number >= 0], np.intp)
        places = np.asarray([number for number in own if number >= 0], np.intp)
        known = table(side.trajectory, layout.RUNS, None, [])
        with_row = taken < (0 if known is None else len(known))
        for column in _KEPT:
            if known is not None and column in (known.dtype.names or ()):
                rows[column][places[with_row]] = known[column][taken[with_row]]
        done = np.asarray(side.finished, np.bool_)[taken]
        rows["completed"][places] = done
        new = [names[source][side.names[run]] for run in taken]
        rows["name"][places] = new if len(max(new, default=b"")) <= 128 else [name[:128] for name in new]
        explored = [(name, each[source]) for name, each in values.items()]
        rows["parameter_summary"][places[done]] = [
            encode_overview.summary_text([(name, of_runs[run]) for name, of_runs in explored])
            for run in taken[done].tolist()
        ]
    return rows
