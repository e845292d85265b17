"""The file of a new sweep: parameters that are taken over are copied as they are, others written, no run is run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from h5py import h5g, h5o

from . import files, layout, parameters, stored
from .bookkeeping import Trajectory, open_trajectory_group, text_encoding
from .design_source import BRANCH
from .encode_overview import Head
from .errors import PexError
from .explore_keys import Held
from .explore_planning import Look
from .extending import leaf_of, list_explored
from .extending_ranges import Longer, lengthen
from .extending_tables import write_rows
from .progress import Progress
from .stored import Filters
from .writer import FileWriter

_OF_RANGES = (b"explored_", b"xa__", b"xp", b"xspm")
"""So begins the name of what holds the values of a range."""


def build(path: bytes, found: Look, values: Mapping[str, Sequence[Any]], created: float, progress: Progress) -> None:
    """Write the file ``path``. ``values`` are those of the explored parameters in all runs, by full name."""
    request = found.plan.request
    with files.creating(path) as root:
        file = FileWriter(root, Filters())
        made = file.trajectory(Head(request.name, created, request.comment), found.plan.runs)
        for done, one in enumerate(request.design.parameters):
            progress("Writing the parameters", done, len(request.design.parameters))
            if not one.kept:
                own = values.get(BRANCH + one.name)
                made.parameter(one.name, found.drawn.defaults[one.name], own, one.comment)
        file.finish()
        group = files.open_node(root, request.name.encode())
        kept = [BRANCH + one.name for one in request.design.parameters if one.kept]
        if kept:
            _take_over(group, kept, values, found, progress)
        list_explored(Trajectory(b"", group, files.group_at(group, layout.OVERVIEW)), values)


def _take_over(
    group: h5g.GroupID, names: Sequence[str], values: Mapping[str, Sequence[Any]], found: Look, progress: Progress
) -> None:
    """Copy parameters of the source, and give the explored ones their new values."""
    assert found.source is not None
    with files.reading(found.source.file) as file:
        if file.stamp != found.source.stamp:
            raise PexError(
                f"{file.name} has changed since the plan was made.", "Nothing was changed. Look at it again."
            )
        source = open_trajectory_group(file, found.source.path)
        encoding = text_encoding(source)
        for done, name in enumerate(names):
            progress("Taking parameters over", done, len(names))
            leaf = _copied(group, source.group, name)
            _explore(leaf, Longer(name, 0, found.plan.runs, values.get(name), encoding), name in values)


def _copied(group: h5g.GroupID, source: h5g.GroupID, name: str) -> Any:
    """The copy of a leaf, in groups that are described as those it comes from."""
    *above, last = name.encode("utf-8", "surrogateescape").split(b".")
    model = source
    for part in above:
        model, inner = files.open_child(model, part), files.group_at(group, part)
        if inner is None:
            inner = h5g.create(group, part)
            files.copy_attributes(model, inner)
        group = inner
    h5o.copy(leaf_of(source, name), b".", group, last)
    return files.open_child(group, last)


def _explore(leaf: Any, longer: Longer, explored: bool) -> None:
    """Take away the old range of a leaf, and give it the new one if it is to be explored."""
    names = files.names(leaf)
    old = parameters.range_of(leaf, names, longer.encoding)
    own = longer.values or ()
    if explored and old is not None and all(isinstance(value, Held) and value.place >= 0 for value in own):
        rows = np.zeros(len(own), dtype=[(old.column.name, np.int64)])
        rows[old.column.name] = [value.place for value in own]
        write_rows(leaf, old.table.path, rows)
        _note_length(leaf, len(own))
        return
    for name in names:
        if name.startswith(_OF_RANGES):
            leaf.unlink(name)
    if explored:
        lengthen(leaf, longer)
    else:
        files.delete_attribute(leaf, layout.SRVC_INIT_LENGTH)


def _note_length(leaf: Any, length: int) -> None:
    if files.attribute(leaf, layout.SRVC_INIT_LENGTH) is not None:
        files.delete_attribute(leaf, layout.SRVC_INIT_LENGTH)
        stored.set_attributes(leaf, {layout.SRVC_INIT_LENGTH: np.int64(length)})
