"""Single values of runs as columns: which there are, and one of them for every run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from . import files, layout, text
from .bookkeeping import open_trajectory_group, text_encoding
from .cells import cells_of
from .errors import FAILURES, NotReadable
from .items import holds_pickles, is_leaf, leaf_class
from .model import Column, ColumnChoice, ColumnChoices, ColumnRequest, TrajectoryRequest
from .places import homes, patterns, run_places
from .progress import Progress, silent
from .run_rows import run_names
from .scalars import NoScalar, ScalarReader

SAMPLED = 5
"""From the first so many runs of a place that have data it is learned which values there are."""

MOST_NODES = 1_000
MOST_CHOICES = 1_000
_REPORT_EVERY = 200


class _Found(NamedTuple):
    key: bytes
    type: str
    comment: str
    single: bool = True


def list_columns(request: TrajectoryRequest, progress: Progress = silent) -> ColumnChoices:
    """The single values (numbers, truth values, short texts) that the first runs with data have, and the results
    that hold something else.

    Names are as short as they can be and still differ. Raises `NotReadable`.
    """
    return files.steadily(request.file, lambda file: _list(file, request, progress))


def _list(file: files.OpenFile, request: TrajectoryRequest, progress: Progress) -> ColumnChoices:
    trajectory = open_trajectory_group(file, request.path)
    names = run_names(trajectory)
    order = {name: index for index, name in enumerate(names)}
    reader = ScalarReader(text_encoding(trajectory))
    found: dict[bytes, _Found] = {}
    for pattern, places in patterns(list(run_places(trajectory, order.keys(), progress))).items():
        where = {name: place.group for place in places for name in place.runs}
        key = layout.join(pattern, layout.RUN_WILDCARD).lstrip(b"/")
        for name in sorted(where, key=order.__getitem__)[:SAMPLED]:
            progress("Looking for results of runs", len(found), 0)
            for one in _results_of(where[name], name, key, reader):
                known = found.get(one.key)
                if known is None or (one.comment and not known.comment):
                    found[one.key] = one
    return ColumnChoices(
        *(_choices([one for one in found.values() if one.single is single]) for single in (True, False))
    )


def _choices(found: Sequence[_Found]) -> tuple[ColumnChoice, ...]:
    kept = found[:MOST_CHOICES]
    names = column_names([one.key for one in kept])
    return tuple(ColumnChoice(one.key, name, one.type, one.comment) for one, name in zip(kept, names, strict=True))


def _results_of(home: Any, run: bytes, key: bytes, reader: ScalarReader) -> Iterator[_Found]:
    """The results below the group of one run: single values, and leaves that hold something else.

    Damaged parts are passed over, the tree shows them.
    """
    try:
        top = files.open_child(home, run)
    except NotReadable:
        return
    waiting: list[tuple[bytes, Any, bytes, str]] = [(key, top, b"", "")]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        path, node, leaf, comment = waiting.pop()
        try:
            if files.is_dataset(node):
                if leaf and _may_be_shown(path):
                    yield _Found(path, reader.describe(node), comment)
                continue
            if not files.is_group(node):
                continue
            if not leaf and is_leaf(node):
                comment = text.paragraphs(files.text_attribute(node, layout.SRVC_INIT_COMMENT))
            below = _inside(node, bool(leaf))
            if below is None:
                yield _Found(leaf or path, "", comment, single=False)
                continue
            within = (leaf or path) if below else b""
            children = [name for name in files.names(node)[:MOST_NODES] if _is_hard(node, name)]
            waiting.extend(
                (layout.join(path, name), files.open_child(node, name), within, comment) for name in reversed(children)
            )
        except NoScalar:
            yield _Found(leaf, "", comment, single=False)
        except (NotReadable, *FAILURES):
            continue


def _inside(group: Any, inside: bool) -> bool | None:
    """Whether the children of a group are items of a leaf; None when the group is of no interest."""
    if inside:
        nested = files.text_attribute(group, layout.SRVC_STORE) == layout.NESTED
        return True if nested else None
    if not is_leaf(group):
        return False
    return None if holds_pickles(leaf_class(group), files.names(group)) else True


def _is_hard(group: Any, name: bytes) -> bool:
    return files.link(group, name).kind is files.LinkKind.HARD


def _may_be_shown(path: bytes) -> bool:
    """Not for the eye: the protocol of pickles, the text of sparse matrices, the ranges of parameters."""
    name = path.rpartition(b"/")[2]
    return name != layout.PROTOCOL and layout.SPARSE_MARK not in name and not name.startswith(layout.EXPLORED_DATA)


def column_names(keys: Sequence[bytes]) -> list[str]:
    """For every key a name made of as many of its last components as tell it from the others."""
    parts = [_telling(key) for key in keys]
    counts = Counter(tuple(part[-length:]) for part in parts for length in range(1, len(part) + 1))
    names = []
    for key, part in zip(keys, parts, strict=True):
        lengths = (length for length in range(1, len(part) + 1) if counts[tuple(part[-length:])] == 1)
        length = next(lengths, None)
        chosen = part[-length:] if length is not None else key.split(b"/")
        names.append(text.printable(b".".join(chosen)))
    return names


def _telling(key: bytes) -> list[bytes]:
    """The components of a key that say something: no wildcards, and one name where leaf and item share it."""
    parts = [part for part in key.split(b"/") if part not in (layout.RUN_WILDCARD, layout.SET_WILDCARD)]
    if len(parts) > 2 and parts[1] == layout.RUNS:
        del parts[1]
    if len(parts) > 2 and (parts[-1] == parts[-2] or parts[-1] in (layout.DATA, layout.ARRAY_DATA)):
        del parts[-1]
    return parts


def read_column(request: ColumnRequest, progress: Progress = silent) -> Column:
    """One value of every run, in the order of the runs.

    Missing where a run has no such single value. ``note`` says of how many runs there is one that could not be
    read, or something else than a single value, or a link, which is not followed; and it names a damaged run set.
    Numbers of one kind (or whole numbers and floats, if no digit is lost) make a column of numbers, everything else
    one of texts. Raises `NotReadable`.
    """
    before, wildcard, after = request.key.partition(b"/" + layout.RUN_WILDCARD + b"/")
    if not wildcard or not after:
        shown = text.printable(request.key)
        raise NotReadable(f"“{shown}” names no result of the runs.", "Choose a column from the list.")
    return files.steadily(request.file, lambda file: _column(file, request, before, after.split(b"/"), progress))


def _column(
    file: files.OpenFile, request: ColumnRequest, before: bytes, steps: Sequence[bytes], progress: Progress
) -> Column:
    trajectory = open_trajectory_group(file, request.path)
    names = run_names(trajectory)
    damaged: list[bytes] = []
    where = homes(trajectory, before, names, damaged)
    reader = ScalarReader(text_encoding(trajectory))
    values: list[Any] = []
    problems: Counter[str] = Counter()
    label = column_names([request.key])[0]
    for done, name in enumerate(names):
        if done % _REPORT_EVERY == 0:
            progress(f"Reading {label}", done, len(names))
        home = where.get(name)
        values.append(None if home is None else _value(home, name, steps, reader, problems))
    if (problems or damaged) and file.changed():
        raise files.being_written(file.path)  # what cannot be read in such a file is not damage
    kind, cells = cells_of(values)
    return Column(label, kind, cells, _note(problems, damaged))


def _value(home: Any, run: bytes, steps: Sequence[bytes], reader: ScalarReader, problems: "Counter[str]") -> Any:
    """The value below the group of one run; None, counted among the problems, when there is none to be shown."""
    node, name = home, run
    try:
        for name in (run, *steps):
            if not files.is_group(node):
                return None
            node = files.open_child(node, name)
        if not files.is_dataset(node):
            raise NoScalar
        return reader.read(node)
    except NoScalar:
        problems["something else than a single value"] += 1
    except (NotReadable, *FAILURES):
        problem = _problem(node, name)
        if problem:
            problems[problem] += 1
    return None


def _problem(node: Any, name: bytes) -> str:
    """Why there was no way on from ``node`` to its child; nothing is said where there simply is no such child."""
    try:
        if not files.is_group(node) or name in files.names(node):
            is_link = files.is_group(node) and files.link(node, name).kind is not files.LinkKind.HARD
            return "a link, which is not followed" if is_link else "a damaged value"
    except (NotReadable, *FAILURES):
        return "a damaged value"
    return ""


def _note(problems: "Counter[str]", damaged: Sequence[bytes]) -> str:
    """``3 runs have a damaged value.``"""
    parts = []
    for what, count in problems.items():
        parts.append(f"{text.count(count, 'run')} {'has' if count == 1 else 'have'} {what}.")
    if damaged:
        first = text.printable(damaged[0])
        others = f" and {text.count(len(damaged) - 1, 'other group')}" if len(damaged) > 1 else ""
        parts.append(f"The values in “{first}”{others} are missing, as it cannot be read.")
    return " ".join(parts)
