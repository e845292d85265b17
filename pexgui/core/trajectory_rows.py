"""What a trajectory knows of its runs: their names, when they were run, and whether they are finished."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from . import encode_overview, layout
from .encode import NumpyArray
from .extending_runs import added_names

Row = dict[str, Any]
_OF_ATTEMPT = ("timestamp", "finish_timestamp", "completed")
_TEXTS = ("name", "time", "runtime", "parameter_summary", "short_environment_hexsha")


class RunRows:
    """One row per run. A row that is asked for becomes a dict, and that is the row from then on."""

    def __init__(self, rows: NumpyArray) -> None:
        self._rows = rows
        self._live: dict[int, Row] = {}
        self.names: list[str] = [name.decode("utf-8", "replace") for name in rows["name"].tolist()]
        self._index = {name: index for index, name in enumerate(self.names)}
        self.dirty: set[int] = set()
        """The runs of which the file does not know what is known here."""
        self._of_others: set[int] = set()

    @classmethod
    def fresh(cls, count: int, name_of: Callable[[int], str] | None = None) -> "RunRows":
        """Runs that are not run."""
        return cls(fresh_rows(range(count), name_of))

    def __len__(self) -> int:
        return len(self.names)

    def has(self, name: str) -> bool:
        """Whether a run has the name."""
        return name in self._index

    def index(self, name_or_index: str | int) -> int:
        """The index of a run. Raises `KeyError` if there is no such run."""
        if isinstance(name_or_index, str):
            if name_or_index not in self._index:
                raise KeyError(f"There is no run “{name_or_index}”.")
            return self._index[name_or_index]
        index = int(name_or_index)
        if not 0 <= index < len(self):
            raise KeyError(f"There is no run {index}; there are {len(self):,}.")
        return index

    def row(self, index: int) -> Row:
        """What is known of a run, as pypet's ``f_get_run_information`` tells it; a change of it counts."""
        if index not in self._live:
            cells = self._rows[index]
            row = {name: cells[name].item() for name in self._rows.dtype.names or ()}
            for name in _TEXTS:
                row[name] = row[name].decode("utf-8", "replace")
            self._live[index] = row
        return self._live[index]

    def completed(self, index: int) -> int:
        """Whether a run is finished, 0 or 1."""
        live = self._live.get(index)
        return int(live["completed"] if live is not None else self._rows["completed"][index])

    def all_completed(self) -> bool:
        """Whether all are finished."""
        done = self._rows["completed"] != 0
        for index, row in self._live.items():
            done[index] = row["completed"]
        return bool(done.all())

    def extend(self, count: int, name_of: Callable[[int], str] | None = None) -> None:
        """Have ``count`` runs in all, the new ones not run. Without ``name_of`` their names go on as those before."""
        more = fresh_rows(range(len(self), count), name_of)
        if name_of is None:
            more["name"] = added_names([name.encode() for name in self.names], len(self), len(more))
        self._rows = np.concatenate([self._rows, more])
        for index, name in enumerate(more["name"].tolist(), len(self)):
            self.names.append(name.decode())
            self._index[self.names[-1]] = index

    def shrink(self, count: int) -> None:
        """Have only the first ``count`` runs."""
        self._rows = self._rows[:count]
        for name in self.names[count:]:
            del self._index[name]
        del self.names[count:]
        self._live = {index: row for index, row in self._live.items() if index < count}
        self.dirty = {index for index in self.dirty if index < count}

    def to_store(self) -> dict[int, Row]:
        """What is known of the runs of which the file does not know it. Of those that somebody else ran, it is
        forgotten what was known here."""
        for index in self.dirty & self._of_others:
            self._live.pop(index, None)
            self.dirty.discard(index)
        return {index: self.row(index) for index in self.dirty}

    def yield_to(self, index: int, there: NumpyArray) -> None:
        """Somebody else ran a run: what the file says of it counts, until it is begun here anew."""
        for name in set(there.dtype.names or ()) & set(self._rows.dtype.names or ()):
            self._rows[name][index] = there[name][0]
        self._of_others.add(index)
        self.dirty.add(index)

    def begin(self, index: int) -> None:
        """Note that a run begins now."""
        start(self.row(index))
        self.dirty.add(index)
        self._of_others.discard(index)

    def in_file(self, index: int) -> NumpyArray:
        """The row of a run as it was when the file was last read or written, in an array of one."""
        return self._rows[index : index + 1]

    def now_stored(self, indices: Iterable[int] | None = None) -> None:
        """The file knows of these runs, or of all, what is known here."""
        for index in list(self.dirty if indices is None else indices):
            fill(self._rows[index : index + 1], self.row(index))
            self.dirty.discard(index)

    def array(self) -> NumpyArray:
        """All rows as the table of a file has them."""
        rows = self._rows.copy()
        for index, row in self._live.items():
            fill(rows[index : index + 1], row)
        return rows


def fresh_rows(indices: Sequence[int], name_of: Callable[[int], str] | None = None) -> NumpyArray:
    """The rows of runs that are not run."""
    rows = encode_overview.runs(len(indices), {}, {})
    rows["idx"] = indices
    rows["name"] = [name_of(i).encode() if name_of is not None else layout.run_name(i) for i in indices]
    return rows


def fill(rows: NumpyArray, row: Row) -> None:
    """Write what is known of a run into the one row of ``rows``, cut to what fits there."""
    for name in rows.dtype.names or ():
        if name not in row:
            continue
        value = row[name]
        if isinstance(value, str):
            limit = rows.dtype[name].itemsize
            raw = value.encode("utf-8", "replace")
            value = raw if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore").encode()
        rows[name] = value


def differ(one: NumpyArray, other: NumpyArray) -> bool:
    """Whether two rows of a run, in arrays of one, speak of different attempts to run it."""
    return any(name in (one.dtype.names or ()) and one[name][0] != other[name][0] for name in _OF_ATTEMPT)


def start(row: Row) -> None:
    """Note that a run begins now."""
    row["timestamp"] = time.time()
    row["time"] = time.strftime(layout.TIME_FORMAT, time.localtime(row["timestamp"]))


def finish(row: Row, point: Iterable[tuple[str, Any]]) -> None:
    """Note that a run with this ``point`` has ended now."""
    row["completed"] = 1
    row["finish_timestamp"] = time.time()
    row["runtime"] = str(timedelta(seconds=row["finish_timestamp"] - row["timestamp"]))
    row["parameter_summary"] = encode_overview.summary_text(point).decode("utf-8", "replace")


def reset(row: Row) -> Row:
    """The row of a run that is not finished any more."""
    return {**row, "completed": 0, "finish_timestamp": layout.NO_FINISH, "runtime": layout.NO_RUNTIME}
