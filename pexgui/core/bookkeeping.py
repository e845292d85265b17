"""The bookkeeping tables of a trajectory, read tolerantly: what is missing or odd in them becomes a warning."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files, layout, text
from .errors import FAILURES, NotReadable
from .values import DEFAULT_ENCODING, encoding_of

MAX_ROWS = 1_000_000
"""Of a table of runs not more rows than this are shown."""


class Trajectory(NamedTuple):
    """A trajectory of an open file: its path, its group and, if it has one, its group of bookkeeping tables."""

    path: bytes
    group: Any
    overview: Any


class Info(NamedTuple):
    """What a trajectory says of itself; ``length`` is None and texts are empty when it does not."""

    name: str
    created: float
    length: int | None
    comment: str
    python: str
    version: str


def trajectories(file: files.OpenFile, warnings: list[str]) -> list[Trajectory]:
    """All trajectories of a file; what only looks like one, or cannot be opened, becomes a warning."""
    found = []
    for name in files.names(file.root):
        if files.link(file.root, name).kind is not files.LinkKind.HARD:
            continue
        try:
            group = files.open_child(file.root, name)
            if not files.is_group(group):
                continue
            children = set(files.names(group))
            overview = _overview(group, children)
            tables = set() if overview is None else set(files.names(overview))
            if layout.is_trajectory(children, tables):
                found.append(Trajectory(b"/" + name, group, overview))
            elif layout.RUNS in tables:
                warnings.append(f"“{text.printable(name)}” is no trajectory: its general information is missing.")
            elif overview is None and {layout.PARAMETERS, layout.RESULTS} <= children:
                warnings.append(f"“{text.printable(name)}” is no trajectory: its overview is missing.")
        except NotReadable as problem:
            warnings.append(problem.title)
        except FAILURES:
            warnings.append(f"“{text.printable(name)}” is damaged and cannot be opened.")
    return found


def open_trajectory_group(file: files.OpenFile, path: bytes) -> Trajectory:
    """The trajectory at ``path``, complete or not. Raises `NotReadable` when no group is there."""
    group = files.open_path(file, path)
    if not files.is_group(group):
        raise NotReadable(f"“{text.printable(path)}” in {file.name} is no trajectory.", "Look at it as plain HDF5.")
    return Trajectory(b"/" + path.strip(b"/"), group, _overview(group, set(files.names(group))))


def _overview(group: Any, children: set[bytes]) -> Any:
    if layout.OVERVIEW not in children or files.link(group, layout.OVERVIEW).kind is not files.LinkKind.HARD:
        return None
    overview = files.open_child(group, layout.OVERVIEW)
    return overview if files.is_group(overview) else None


def table(
    trajectory: Trajectory, name: bytes, columns: Sequence[str] | None, warnings: list[str]
) -> "NDArray[Any] | None":
    """Those of ``columns`` (None: all) that the overview table has.

    None, with a warning unless there simply is no such table, when it cannot be read.
    """
    overview = trajectory.overview
    try:
        if overview is None or name not in files.names(overview):
            return None
        dataset = files.open_child(overview, name)
        if not _is_table(dataset):
            warnings.append(f"“{text.printable(name)}” in the overview is not a table.")
            return None
        return files.read(dataset, [slice(0, MAX_ROWS)], columns=columns)
    except NotReadable as problem:
        warnings.append(problem.title)
    except FAILURES:
        warnings.append(f"“{text.printable(name)}” in the overview is damaged and cannot be read.")
    return None


def _is_table(dataset: Any) -> bool:
    if not files.is_dataset(dataset):
        return False
    extent = files.extent_of(dataset)
    return extent.element.dtype.names is not None and extent.shape is not None and len(extent.shape) == 1


def row_count(trajectory: Trajectory, name: bytes) -> int | None:
    """The number of rows of an overview table, known even when the rows cannot be read; None when there is none."""
    try:
        if trajectory.overview is None or name not in files.names(trajectory.overview):
            return None
        dataset = files.open_child(trajectory.overview, name)
        shape = files.extent_of(dataset).shape if _is_table(dataset) else None
    except (NotReadable, *FAILURES):
        return None
    return shape[0] if shape is not None else None


def without_runs(trajectory: Trajectory) -> str:
    """The sentence for a trajectory that has no table of runs."""
    name = text.printable(trajectory.path.rsplit(b"/", 1)[-1])
    return f"The table of runs of “{name}” is missing; its runs are told from its ranges and results."


def read_info(trajectory: Trajectory, warnings: list[str]) -> Info:
    """What the trajectory says of itself. The comment is the full one, where the table has only its beginning."""
    rows = table(trajectory, layout.INFO, layout.INFO_COLUMNS, warnings)
    group_name = text.printable(trajectory.path.rsplit(b"/", 1)[-1])
    comment = _full_comment(trajectory, warnings)
    if rows is None or len(rows) == 0:
        return Info(group_name, 0.0, None, comment, "", "")
    if len(rows) > 1:
        warnings.append(f"The general information has {len(rows):,} rows; the first is shown.")
    row = rows[0]
    name = text.printable(_text(row, "name"))
    if name and name != group_name:
        warnings.append(
            f"The group is called “{group_name}”, but the trajectory calls itself “{name}”; pypet cannot load its data."
        )
    short = _bytes(row, "comment")
    if _is_cut_inside_character(short):
        warnings.append("The comment in the overview is cut inside a character; pypet cannot load this trajectory.")
    created = _number(row, "timestamp")
    length = _number(row, "length")
    return Info(
        name or group_name,
        created if np.isfinite(created) else 0.0,
        int(length) if np.isfinite(length) else None,
        comment or text.paragraphs(short.decode("utf-8", "replace")),
        text.printable(_text(row, "python")),
        text.printable(_text(row, "version")),
    )


def _full_comment(trajectory: Trajectory, warnings: list[str]) -> str:
    try:
        return text.paragraphs(files.text_attribute(trajectory.group, layout.SRVC_INIT_COMMENT))
    except NotReadable as problem:
        warnings.append(problem.title)
        return ""


def _is_cut_inside_character(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def completed_runs(trajectory: Trajectory, warnings: list[str]) -> "NDArray[np.bool_] | None":
    """For every row of the table of runs whether the run is finished; None without the table."""
    rows = table(trajectory, layout.RUNS, ("completed",), warnings)
    return None if rows is None else flags(rows, "completed")


def read_settings(trajectory: Trajectory, warnings: list[str]) -> dict[str, Any]:
    """The storage settings by name, empty when the trajectory has none: texts, numbers and truth values."""
    rows = table(trajectory, layout.SETTINGS, None, warnings)
    if rows is None or len(rows) == 0:
        return {}
    cells = {name: rows[name][0] for name in rows.dtype.names or ()}
    return {name: files.text_of(cell) if isinstance(cell, bytes) else cell for name, cell in cells.items()}


def text_encoding(trajectory: Trajectory) -> str:
    """The encoding in which the trajectory stores texts."""
    return encoding_of(str(read_settings(trajectory, []).get("encoding", "")))


def encoding_at(file: files.OpenFile, path: bytes) -> str:
    """The encoding of texts at a path: that of the trajectory in which it lies, if it lies in one."""
    parts = layout.components(path)
    try:
        return text_encoding(open_trajectory_group(file, b"/" + parts[0])) if parts else DEFAULT_ENCODING
    except NotReadable:
        return DEFAULT_ENCODING


def has(rows: "NDArray[Any]", column: str) -> bool:
    return rows.dtype.names is not None and column in rows.dtype.names and rows[column].ndim == rows.ndim


def strings(rows: "NDArray[Any]", column: str) -> list[bytes] | None:
    if not has(rows, column) or rows.dtype[column].kind not in "SO":
        return None
    values = rows[column].tolist()
    return [value if isinstance(value, bytes) else str(value).encode("utf-8", "replace") for value in values]


def floats(rows: "NDArray[Any]", column: str) -> NDArray[np.float64]:
    """A column as float64; NaN where the table has no such column of numbers."""
    if not has(rows, column) or rows.dtype[column].kind not in "biuf":
        return np.full(len(rows), np.nan)
    return rows[column].astype(np.float64)


def flags(rows: "NDArray[Any]", column: str) -> NDArray[np.bool_]:
    values = floats(rows, column)
    return np.asarray((values != 0) & ~np.isnan(values), dtype=np.bool_)


def _bytes(row: Any, column: str) -> bytes:
    names = row.dtype.names or ()
    value = row[column] if column in names else b""
    return bytes(value) if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def _text(row: Any, column: str) -> str:
    return _bytes(row, column).decode("utf-8", "replace")


def _number(row: Any, column: str) -> float:
    names = row.dtype.names or ()
    if column not in names or row.dtype[column].kind not in "biuf":
        return float("nan")
    return float(row[column])
