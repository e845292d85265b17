"""All results of all runs as a pandas DataFrame, and leaves of all runs, straight from the file."""

import copy
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from . import files, layout, text
from .bookkeeping import open_trajectory_group, text_encoding
from .cells import cells_of
from .errors import FAILURES, NotReadable, PexError
from .explored import Explored, explored_parameters
from .items import item_value, items_of, leaf_class
from .leaves import Leaf, is_parameter, read_leaf
from .model import Numbers
from .parameters import range_values
from .progress import Progress, silent
from .ranges import open_range
from .run_columns import column_names
from .run_rows import range_warning, rows_of_runs, run_names
from .runs_alike import Alike, runs_alike
from .runs_leaves import Choice, Home, RunLeaf, Troubles, item_key, leaves_of, run_homes
from .twins_image import image_of

FINISHED = "finished"
PROBLEMS = "problems"
_REPORT_EVERY = 100
_MOST_NAMED = 20


def runs_frame(
    file: bytes,
    path: bytes,
    results: Sequence[str] | str | None = None,
    parameters: bool = True,
    progress: Progress = silent,
) -> Any:
    """The runs of the trajectory at ``path`` as a `pandas.DataFrame`: one row per run, by the run's index (``run``).

    First come the explored parameters (unless ``parameters`` is False), then ``finished``, then a column for each item
    of the results of runs, called by as much of its name as tells it from the others. A single number, truth value or
    text stands as such; everything else (arrays, lists, frames, sparse matrices …) as the whole value, pickles as
    `Pickle`, of which nothing is run.

    ``results`` chooses by name, short or full, with or without wildcard, leaves or items: ``"z"``, ``"runs.$.z"``,
    ``"results.runs.$.group.z"``; by default it is all there is below ``results``, wherever runs have groups of their
    own. Derived parameters of runs can be named too. Results that are stored for all runs are not in the table.

    Where a run has no such value, it is NaN in a column of floats, ``pandas.NA`` in one of whole numbers or truth
    values (then of pandas' types ``Int64``, ``boolean`` …), and None in all others. So it is where a value cannot be
    read: ``frame.attrs["problems"]`` is a tuple of sentences that say which. Links are not followed.

    Raises `PexError` for a name by which there is nothing, and `NotReadable` for a file that cannot be read.
    """
    wanted = [results] if isinstance(results, str) else None if results is None else list(results)
    return files.steadily(file, lambda opened: _Frame(opened, path, wanted, progress).made(parameters), whole=True)


def from_runs(
    file: bytes, path: bytes, names: Sequence[str], runs: Sequence[bytes], progress: Progress = silent
) -> dict[bytes, dict[bytes, Leaf]]:
    """The leaves with these names in each of the ``runs`` of the trajectory at ``path``, with all their values.

    ``names`` are as in `runs_frame`, and name leaves. Of each run that has any there is a dict of its leaves by their
    path with wildcards: ``{b"run_00000000": {b"results/runs/$/z": Leaf(…)}}``. Runs are in the order in which they are
    given, leaves below ``results`` come before derived parameters. What cannot be read is not there, or is among the
    problems of its leaf. Raises `NotReadable` for a file that cannot be read.
    """
    return files.steadily(file, lambda opened: _leaves(opened, path, list(names), runs, progress), whole=True)


class _Frame:
    """A table in the making."""

    def __init__(
        self, file: files.OpenFile, path: bytes, wanted: Sequence[str] | None, progress: Progress = silent
    ) -> None:
        self._file = file
        self._trajectory = open_trajectory_group(file, path)
        self._encoding = text_encoding(self._trajectory)
        self._image = image_of(file.image())
        self._wanted = wanted
        self._progress = progress
        self._problems: list[str] = []
        self._rows = rows_of_runs(self._trajectory, self._problems)
        self._count = len(self._rows.names)
        self._order = {name: index for index, name in enumerate(self._rows.names)}
        self._troubles = Troubles()
        self._columns: dict[bytes, list[Any]] = {}

    def made(self, with_parameters: bool) -> Any:
        """The table."""
        import pandas

        explored = explored_parameters(self._trajectory, self._problems) if with_parameters else []
        ranges = [self._range(one) for one in explored]
        self._read()
        keys = [*(one.name.replace(b".", b"/") for one in explored), FINISHED.encode(), *self._columns]
        names = column_names(keys)
        index = pandas.RangeIndex(self._count, name="run")
        columns = [*map(_cells, ranges), self._rows.completed, *map(_cells, self._columns.values())]
        frame = pandas.DataFrame(
            {at: pandas.Series(cells, index, copy=False, dtype=cells.dtype) for at, cells in enumerate(columns)}, index
        )
        frame.columns = pandas.Index(names, dtype=object)
        self._problems += self._troubles.sentences(dict(zip(keys, names, strict=True)))
        if self._problems and self._file.changed():
            raise files.being_written(self._file.path)  # what cannot be read in such a file is not damage
        frame.attrs[PROBLEMS] = tuple(self._problems)
        return frame

    def _range(self, one: Explored) -> list[Any]:
        """The value of an explored parameter in every run."""
        name = text.printable(one.name)
        values: list[Any] = []
        if one.leaf is not None:
            try:
                values = range_values(open_range(one.leaf, self._encoding), slice(0, self._count), self._encoding)
            except NotReadable as problem:
                self._problems.append(f"“{name}” is missing: {problem.title}")
            except FAILURES as error:
                self._problems.append(f"“{name}” is missing: it is damaged ({type(error).__name__}).")
            else:
                self._problems += filter(None, [range_warning(name, one.leaf, self._count)])
        for run, value in enumerate(values):
            if isinstance(value, NotReadable):
                self._troubles.add(one.name.replace(b".", b"/"), self._rows.names[run], value)
                values[run] = None
        return values + [None] * (self._count - len(values))

    def _read(self) -> None:
        """Read what is wanted of the results; what is not among them is looked for among derived parameters."""
        choice = Choice(self._wanted)
        self._read_below(layout.RESULTS, choice)
        unknown = choice.unknown()
        if unknown:
            others = Choice(unknown)
            self._read_below(layout.DERIVED_PARAMETERS, others)
            unknown = others.unknown()
            if unknown:
                raise self._no_result(unknown[0], [*choice.seen(), *others.seen()])
        if len(self._order) < self._count:
            rows = [self._order[name] for name in self._rows.names]  # runs of the same name have the same results
            self._columns = {key: [column[row] for row in rows] for key, column in self._columns.items()}

    def _no_result(self, name: str, seen: Sequence[bytes]) -> PexError:
        there = column_names(seen)
        told = ", ".join(f"“{one}”" for one in there[:_MOST_NAMED])
        others = f" and {text.count(len(there) - _MOST_NAMED, 'other')}" if len(there) > _MOST_NAMED else ""
        is_there = f"there is {told}{others}" if there else "there are none"
        where = f"“{text.printable(self._trajectory.path.strip(b'/'))}” in {self._file.name}"
        return PexError(f"No result of the runs of {where} is called “{text.printable(name)}”; {is_there}.")

    def _read_below(self, branch: bytes, choice: Choice) -> None:
        if self._wanted == []:
            return
        for home in run_homes(self._trajectory, list(self._order), (branch,), self._troubles, self._progress):
            before = self._columns
            self._columns = {}
            known: dict[bytes, Alike] = {}
            for kind in runs_alike(self._image, home, self._trajectory.path, self._encoding, choice):
                self._take(kind)
                known.update(dict.fromkeys(kind.runs, kind))
            for done, run in enumerate(home.runs):
                if done % _REPORT_EVERY == 0:
                    self._progress("Reading results of runs", done, len(home.runs))
                self._read_run(home, run, choice, known.get(run))
            self._columns = before | {key: self._columns[key] for key in sorted(self._columns)}

    def _column(self, key: bytes) -> list[Any]:
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = [None] * self._count
        return column

    def _take(self, kind: Alike) -> None:
        """The values of runs that are alike."""
        rows = [self._order[run] for run in kind.runs]
        for leaf, alike in kind.leaves.items():
            for name, values in alike.items.items():
                column = self._column(item_key(leaf, name, kind.runs[0]))
                for row, value in zip(rows, values, strict=True):
                    column[row] = value

    def _read_run(self, home: Home, run: bytes, choice: Choice, kind: Alike | None) -> None:
        """The values of one run, but for those that are known as it is alike others."""
        if kind is not None and kind.complete:
            return
        for leaf in leaves_of(home, run, self._troubles):
            known = None if kind is None else kind.leaves.get(leaf.key)
            if known is not None and known.complete:
                continue
            try:
                self._read_leaf(leaf, choice, known.items if known is not None else ())
            except (NotReadable, *FAILURES) as error:
                self._troubles.add(leaf.key, run, error)

    def _read_leaf(self, leaf: RunLeaf, choice: Choice, known: Collection[str]) -> None:
        path = layout.join(self._trajectory.path, leaf.key)
        if is_parameter(path, leaf_class(leaf.group)):
            self._read_parameter(leaf, path, choice)
            return
        row = self._order[leaf.run]
        for item in items_of(leaf.group):
            key = item_key(leaf.key, item.name, leaf.run)
            if item.name in known or not choice(key, leaf.key):
                continue
            column = self._column(key)
            try:
                column[row] = item_value(item, self._encoding)
            except (NotReadable, *FAILURES) as error:
                self._troubles.add(key, leaf.run, error)

    def _read_parameter(self, leaf: RunLeaf, path: bytes, choice: Choice) -> None:
        if not choice(leaf.key, leaf.key):
            return
        found = read_leaf(leaf.group, path, self._encoding)
        values = found.items if found.value is None else {layout.DATA.decode(): found.value}
        for name, value in values.items():
            self._column(item_key(leaf.key, name, leaf.run))[self._order[leaf.run]] = value
        for title in found.problems.values():
            self._troubles.add(leaf.key, leaf.run, NotReadable(title))


def _cells(values: list[Any]) -> Any:
    """Values, of which None stands for none, as numpy or pandas has a column of them."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)) for value in there):
        cells = cells_of(values)[1]
        if isinstance(cells, Numbers):
            return _numbers(cells)
    if there and all(isinstance(value, (complex, np.complexfloating)) for value in there):
        return np.array([np.nan if value is None else value for value in values], np.complex128)
    objects = np.empty(len(values), object)
    for row, value in enumerate(values):
        objects[row] = value
    return objects


def _numbers(cells: Numbers) -> Any:
    import pandas

    array = np.frombuffer(cells.data, cells.dtype).astype(np.dtype(cells.dtype).newbyteorder("="))
    if not cells.missing:
        return array
    missing = np.frombuffer(cells.missing, np.bool_).copy()
    if array.dtype.kind == "f":
        array[missing] = np.nan
        return array
    return (pandas.arrays.BooleanArray if array.dtype.kind == "b" else pandas.arrays.IntegerArray)(array, missing)


def _leaves(
    file: files.OpenFile, path: bytes, names: Sequence[str], runs: Sequence[bytes], progress: Progress
) -> dict[bytes, dict[bytes, Leaf]]:
    trajectory = open_trajectory_group(file, path)
    encoding, image = text_encoding(trajectory), image_of(file.image())
    choice, troubles = Choice(names), Troubles()
    found: dict[bytes, dict[bytes, Leaf]] = {run: {} for run in runs}
    every = list(dict.fromkeys([*runs, *run_names(trajectory)]))
    for branch in (layout.RESULTS, layout.DERIVED_PARAMETERS):
        for home in run_homes(trajectory, every, (branch,), troubles, progress):
            wanted = home._replace(runs={run: where for run, where in home.runs.items() if run in found})
            known: dict[bytes, Alike] = {}
            for kind in runs_alike(image, wanted, trajectory.path, encoding, lambda _, leaf: choice(leaf, leaf)):
                known.update(dict.fromkeys(kind.runs, kind))
                for run, key, leaf in _leaves_alike(kind, choice):
                    found[run][key] = leaf
            for run in wanted.runs:
                if run in known and known[run].complete:
                    continue
                for one in leaves_of(wanted, run, troubles):
                    if one.key not in found[run] and choice(one.key, one.key):
                        found[run][one.key] = read_leaf(one.group, layout.join(trajectory.path, one.key), encoding)
    if troubles and file.changed():
        raise files.being_written(file.path)
    return {run: leaves for run, leaves in found.items() if leaves}


def _leaves_alike(kind: Alike, choice: Choice) -> Iterator[tuple[bytes, bytes, Leaf]]:
    """The leaves that are wanted of runs that are alike."""
    for key, alike in kind.leaves.items():
        if not alike.complete or not choice(key, key):
            continue
        for number, run in enumerate(kind.runs):
            items = {name: values[number] for name, values in alike.items.items()}
            yield run, key, alike.first._replace(annotations=copy.deepcopy(alike.first.annotations), items=items)
