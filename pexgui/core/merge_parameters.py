"""The parameters of several trajectories together: which are explored in the merged one, and what their values are."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import files, layout, parameters, text
from .brief import brief
from .compare_sides import MISSING, OpenSide
from .equality import explain_difference, nested_equal
from .errors import FAILURES, NotReadable
from .explored import leaves_below
from .merge_outside import described
from .merge_repair import MergeSide
from .model import Fact
from .model_merge import Fill, Missing

_MOST_LEAVES = 1_000_000
_NOT_RUNS = frozenset({layout.RUN_ALL, layout.SET_ALL})
BRANCHES = (layout.PARAMETERS, layout.DERIVED_PARAMETERS)


class Parameter(NamedTuple):
    """A parameter of the merged trajectory: per source its leaf (None: not there), its value where it is not explored
    (`MISSING`: none) and whether it is explored there. ``default`` is that of the first source which has it, ``filled``
    are the sources for which a value is given. ``explored`` says whether it will be, and ``why``."""

    name: str
    leaves: tuple[Any, ...]
    defaults: tuple[Any, ...]
    ranged: tuple[bool, ...]
    explored: bool
    why: str
    default: Any
    filled: frozenset[int] = frozenset()


def leaves_of(side: OpenSide) -> dict[str, Any]:
    """The parameters of a trajectory that belong to no run, by their full names."""
    found: dict[str, Any] = {}
    for branch in BRANCHES:
        top = files.group_at(side.trajectory.group, branch)
        if top is None:
            continue
        for path, leaf in leaves_below(top, layout.join(side.trajectory.path, branch), _MOST_LEAVES):
            parts = layout.components(path)
            if not any(part in side.numbers or part in _NOT_RUNS for part in parts):
                found[text.printable(layout.full_name(path), 4096)] = leaf
    return found


def gather(sides: Sequence[MergeSide], fills: Sequence[Fill], ignored: Any) -> tuple[list[Parameter], list[Missing]]:
    """All parameters of the sources in name order, and which of them some sources do not have, or not the range of."""
    known = [leaves_of(side) for side in sides]
    names = sorted({name for leaves in known for name in leaves})
    chosen = {(fill.name, fill.source): fill for fill in fills}
    found, missing = [], []
    for name in names:
        leaves = tuple(leaves.get(name) for leaves in known)
        defaults = [
            _default(leaf, side) if leaf is not None else MISSING for leaf, side in zip(leaves, sides, strict=True)
        ]
        first = next(value for leaf, value in zip(leaves, defaults, strict=True) if leaf is not None)
        lacking = [number for number, leaf in enumerate(leaves) if leaf is None or name in sides[number].lost]
        if lacking and not ignored.match(name):
            filled = [_filled(chosen.get((name, number)), first) for number in lacking]
            missing.append(Missing(name, tuple(lacking), brief(first), tuple(word for word, _ in filled)))
            for number, (_, value) in zip(lacking, filled, strict=True):
                defaults[number] = value
        ranged = tuple(name in side.explored for side in sides)
        explored, why = _becomes(defaults, ranged, bool(ignored.match(name)))
        found.append(Parameter(name, leaves, tuple(defaults), ranged, explored, why, first, frozenset(lacking)))
    return found, missing


def _default(leaf: Any, side: OpenSide) -> Any:
    try:
        names = files.names(leaf)
        if not parameters.has_data(names):
            return None
        return parameters.default(leaf, names, side.encoding)
    except (NotReadable, *FAILURES):
        return MISSING


def _filled(fill: Fill | None, first: Any) -> tuple[str, Any]:
    """What stands for a parameter that a source does not have, in words and as a value."""
    if fill is None:
        return "", MISSING
    if not fill.value:
        return brief(first), first
    return fill.value, literal(fill.value, first)


def literal(written: str, like: Any) -> Any:
    """A value as a person writes it, of the type of another one; `MISSING` when that type has no such value."""
    if isinstance(like, str):
        return written
    try:
        if isinstance(like, (float, np.floating)):
            return type(like)(written)
        value = ast.literal_eval(written)
        turned = np.array(value, like.dtype) if isinstance(like, np.ndarray) else type(like)(value)
    except (TypeError, ValueError, OverflowError, SyntaxError, MemoryError, RecursionError):
        return MISSING
    if isinstance(value, bool) is not isinstance(like, (bool, np.bool_)) and not isinstance(like, np.ndarray):
        return MISSING
    return turned if nested_equal(turned, np.array(value) if isinstance(like, np.ndarray) else value) else MISSING


def _becomes(defaults: Sequence[Any], ranged: Sequence[bool], ignored: bool) -> tuple[bool, str]:
    """Whether a parameter is explored in the merged trajectory, and why."""
    if ignored:
        return False, ""
    if all(ranged):
        return True, "explored in every source"
    if any(ranged):
        return True, "explored in some sources"
    there = [value for value in defaults if value is not MISSING]
    different = any(explain_difference(there[0], value, strict=True, most=1) for value in there[1:])
    return (True, "has another value in each source") if different else (False, "")


def not_kept(parameter: Parameter, sides: Sequence[MergeSide]) -> Iterator[Fact]:
    """What is not taken over of a parameter that several sources have: it is described as in the first of them."""
    there = [number for number, leaf in enumerate(parameter.leaves) if leaf is not None]
    kept = described(parameter.leaves[there[0]])
    for number in there[1:]:
        other = described(parameter.leaves[number])
        pairs = zip(("comment", "annotations"), kept, other, strict=True)
        words = [what for what, left, right in pairs if right and not nested_equal(left, right)]
        own = parameter.defaults[number]
        if parameter.ranged[number] and own is not MISSING and not nested_equal(parameter.default, own):
            words.append("default value")
        if words:
            yield Fact(
                parameter.name, f"it has the {' and '.join(words)} of the first source ({sides[number].file.name})"
            )


def counting(parameter: Parameter) -> Parameter:
    """A parameter that is going to be explored, since it counts trials."""
    return parameter if parameter.explored else parameter._replace(explored=True, why="counts trials")


def values_over(parameter: Parameter, side: OpenSide, number: int) -> list[Any]:
    """The value of a parameter in every run of a source."""
    if parameter.leaves[number] is not None and parameter.ranged[number]:
        return side.values_of(parameter.name)
    return [parameter.defaults[number]] * len(side.names)


def trouble_of(parameter: Parameter, sides: Sequence[MergeSide]) -> str:
    """A sentence when the values of a parameter are not all there."""
    name = text.printable(parameter.name)
    for number, side in enumerate(sides):
        values = values_over(parameter, side, number)
        if any(value is MISSING and run not in side.left_out for run, value in enumerate(values)):
            if number in parameter.filled:
                return f"What was given for {side.file.name} is no value that “{name}” can have."
            return f"“{name}” has not one readable value for every run of {side.file.name}."
    return ""
