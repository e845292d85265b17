"""A trajectory made longer in an open file: more runs, and values of its explored parameters for them.

What is there stays as it is: runs and their results, comments, annotations, default values and the values of old runs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from h5py import h5g

from . import encode_overview, files, layout, stored, text
from .bookkeeping import Trajectory, text_encoding
from .errors import PexError
from .explored import explored_parameters
from .extending_ranges import Longer, lengthen
from .extending_runs import added_names
from .extending_tables import change_row, longer_rows, read_rows_of, write_rows
from .items import is_leaf

_NOTHING = "Nothing was changed."


def extend(trajectory: h5g.GroupID, ranges: Mapping[str, Sequence[Any]], runs: int) -> None:
    """Make the trajectory ``trajectory``, a group of a file that is open for writing, ``runs`` runs long.

    ``ranges`` has by full name (``parameters.x``) the values of explored parameters in the new runs, in their order:
    one for each. A parameter that was not explored becomes so, with its default value in the old runs; an explored one
    that is not named has its default value in the new ones. The new runs are not run.

    Raises `PexError` when something in the file does not allow it, and `TypeError`, `ValueError` or `OverflowError`
    with a sentence that names the parameter when its values cannot be stored beside those that are there. Something may
    have been written by then: the file is to be thrown away.
    """
    found = Trajectory(files.path_of(trajectory), trajectory, files.group_at(trajectory, layout.OVERVIEW))
    before = count_of_runs(found)
    added = runs - before
    if added < 0:
        raise ValueError(f"There are {text.count(before, 'run')} already, more than {runs:,}.")
    for name, values in ranges.items():
        if len(values) != added:
            raise ValueError(f"“{name}” has {text.count(len(values), 'value')} for {text.count(added, 'new run')}.")
    leaves = explored_leaves(found)
    encoding = text_encoding(found)
    for name in dict.fromkeys((*leaves, *ranges)):
        leaf = leaves[name] if name in leaves else leaf_of(trajectory, name)
        lengthen(leaf, Longer(name, before, added, ranges.get(name), encoding))
    list_explored(found, dict.fromkeys((*leaves, *ranges)))
    add_runs(found, added)


def count_of_runs(trajectory: Trajectory) -> int:
    """How many rows the table of runs has. Raises `PexError` when there is none."""
    if trajectory.overview is None or layout.RUNS not in files.names(trajectory.overview):
        name = text.printable(trajectory.path.strip(b"/"))
        raise PexError(f"The table of runs of “{name}” is missing, so that no runs can be added.", _NOTHING)
    return len(read_rows_of(trajectory.overview, layout.RUNS))


def explored_leaves(trajectory: Trajectory) -> dict[str, Any]:
    """The leaves of the explored parameters by full name. Raises `PexError` when one is missing or has no values."""
    leaves: dict[str, Any] = {}
    for one in explored_parameters(trajectory, []):
        if one.leaf is None:
            title = f"“{text.printable(one.name)}” is explored, but its values are not in the file."
            raise PexError(title, f"{_NOTHING} Have pypet store the trajectory as a whole first.")
        leaves[one.name.decode("utf-8", "surrogateescape")] = one.leaf
    return leaves


def leaf_of(trajectory: h5g.GroupID, name: str) -> Any:
    """The leaf with a full name. Raises `PexError` when there is none."""
    node = trajectory
    for part in name.encode("utf-8", "surrogateescape").split(b"."):
        node = files.group_at(node, part) if node is not None else None
    if node is None or not is_leaf(node):
        raise PexError(f"There is no parameter “{text.printable(name)}”.", f"{_NOTHING} Look at the trajectory again.")
    return node


def add_runs(trajectory: Trajectory, added: int) -> None:
    """Append rows of runs that are not run, called as the others are, and note the new length."""
    overview = trajectory.overview
    rows = read_rows_of(overview, layout.RUNS)
    made = encode_overview.runs(len(rows) + added, {}, {})[len(rows) :]
    names = added_names(rows["name"].tolist() if "name" in (rows.dtype.names or ()) else [], len(rows), added)
    longest = max(map(len, names), default=1)
    made = made.astype([(name, f"S{longest}" if name == "name" else made.dtype[name]) for name in made.dtype.names])
    made["name"] = names
    write_rows(overview, layout.RUNS, longer_rows(rows, made, widened=("name",)))
    if layout.INFO in files.names(overview):
        change_row(overview, layout.INFO, {"length": len(rows) + added})


def list_explored(trajectory: Trajectory, names: Iterable[str]) -> None:
    """Write the list of explored parameters, and take away pypet's table of them, which would be wrong."""
    overview = trajectory.overview
    there = files.names(overview)
    wanted = list(names)
    if layout.EXPLORATIONS in there:
        overview.unlink(layout.EXPLORATIONS)
    if wanted:
        rows = encode_overview.explorations(wanted)
        title = layout.EXPLORATIONS.decode()
        stored.write(overview, layout.EXPLORATIONS, stored.Table(rows, {}, title), stored.Filters())
    if layout.EXPLORED_OVERVIEW in there:
        overview.unlink(layout.EXPLORED_OVERVIEW)
    if layout.SETTINGS in there:
        change_row(overview, layout.SETTINGS, {layout.EXPLORED_OVERVIEW.decode(): False})
