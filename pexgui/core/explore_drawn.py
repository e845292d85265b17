"""A design drawn up: its groups, the values of its explored parameters, and what is wrong with it, in sentences."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from . import encode, layout, text, trajectory_names
from .brief import brief
from .design_source import BRANCH, designed_of, text_of_values
from .equality import nested_equal
from .explore_keys import Held
from .explore_source import MISSING, Source, SourceParameter
from .explore_types import as_type, grammar_of, type_of
from .model_explore import DesignedParameter, DesignedValues, ExploreRequest
from .value_texts import value_of, values_of

_TYPES = ("int", "float", "bool", "complex", "text", "list")
_SHOWN = 20
_OF_ANY_VALUE = frozenset({float, bool, complex})
"""Every value of these types can be stored."""


class Drawn(NamedTuple):
    """``values`` are those of explored parameters, ``defaults`` those of parameters that are not taken over. What is
    wrong with the values of one is in ``told``; ``trouble`` is the first of all that is wrong."""

    groups: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]
    values: dict[str, Sequence[Any]]
    defaults: dict[str, Any]
    told: tuple[DesignedValues, ...]
    trouble: str


def draw(request: ExploreRequest, source: Source | None) -> Drawn:
    """What the design means; nothing of it is refused here."""
    design = request.design
    troubles = list(_names(design.parameters))
    values: dict[str, Sequence[Any]] = {}
    defaults: dict[str, Any] = {}
    told = []
    for one in design.parameters:
        own: Sequence[Any] = ()
        try:
            default, own = _kept(one, source) if one.kept or request.extend else _written(one)
            if request.extend and not one.kept:
                _check_default(one, _there(one, source))
            elif not one.kept:
                defaults[one.name] = default
        except (ValueError, TypeError, OverflowError) as error:
            problem = f"“{text.printable(one.name)}”: {text.printable(str(error), 500)}"
            troubles.append(problem)
            if one.values:
                told.append(DesignedValues(one.name, problem=problem))
        else:
            if one.values:
                told.append(DesignedValues(one.name, len(own), tuple(map(_shown, own[:_SHOWN]))))
        if one.values:
            values[one.name] = own
    groups, wrong = _groups(design.order, values, {one.name for one in design.parameters})
    troubles += wrong
    counts = tuple(_count(group, values) for group in groups)
    troubles += filter(None, (_unequal(group, values) for group in groups))
    if not values:
        troubles.append("No parameter is explored; give at least one of them several values.")
    return Drawn(groups, counts, values, defaults, tuple(told), troubles[0] if troubles else "")


# --- names


def _names(parameters: Sequence[DesignedParameter]) -> Iterable[str]:
    """What is wrong with the names."""
    names = [one.name for one in parameters]
    for place, name in enumerate(names):
        shown = text.printable(name)
        if not name:
            yield "A parameter has no name."
        elif name in names[:place]:
            yield f"Two parameters are called “{shown}”."
        else:
            yield from _name(name, shown)
    known = set(names)
    for name in known:
        parts = name.split(".")
        for length in range(1, len(parts)):
            above = ".".join(parts[:length])
            if above in known:
                yield f"“{text.printable(name)}” cannot lie inside of “{text.printable(above)}”, which is a parameter."


def _name(name: str, shown: str) -> Iterable[str]:
    try:
        for part in trajectory_names.split(name):
            trajectory_names.checked(part, name)
            if _means_something_else(part):
                yield f"“{shown}” cannot be a name, since “{part}” means something else in pypet."
    except ValueError as error:
        yield str(error)


def _means_something_else(part: str) -> bool:
    raw = part.encode("utf-8", "surrogateescape")
    is_of_runs = layout.run_index(raw) is not None or raw == layout.RUN_ALL or layout.is_run_set(raw)
    return is_of_runs or trajectory_names.in_short(part) != part or part in trajectory_names.WILDCARDS


# --- values


def _written(one: DesignedParameter) -> tuple[Any, Sequence[Any]]:
    """The default value and the values of a parameter that is written down. Raises `ValueError` and the like."""
    if one.type and one.type not in _TYPES:
        raise ValueError(f"values of the type {one.type} can only be taken over from a trajectory.")
    own = _parsed(one.values, one.type) if one.values else ()
    default = own[0] if own and not one.default.strip() else value_of(one.default, one.type)
    own = _of_type(own, default)
    _check_storable(one.name, (default, *own) if own else (default,))
    return default, own


def _kept(one: DesignedParameter, source: Source | None) -> tuple[Any, Sequence[Any]]:
    """The same of a parameter of a trajectory. Raises `ValueError` and the like."""
    there = _there(one, source)
    if not one.values:
        return there.default, ()
    if not there.kind:
        raise ValueError("values of its kind cannot be explored here.")
    if there.default is MISSING:
        raise ValueError("its default value cannot be read, so that it cannot be explored.")
    if one.values == text_of_values(there):
        return there.default, there.values
    like = there.default.value if isinstance(there.default, Held) else there.default
    kind = grammar_of(like)
    if not kind:
        raise ValueError(f"new values of the type {type_of(like)} cannot be written here; leave them as they are.")
    own = _of_type(_parsed(one.values, kind), like)
    _check_like(own, like, there)
    return there.default, own


def _there(one: DesignedParameter, source: Source | None) -> SourceParameter:
    there = None if source is None else source.parameters.get(BRANCH + one.name)
    if there is None:
        raise ValueError("the trajectory has no such parameter.")
    return there


def _check_default(one: DesignedParameter, there: SourceParameter) -> None:
    """The default value of a parameter of the extended trajectory stays what it is."""
    was = designed_of(there).default
    if not one.default.strip() or one.default == was:
        return
    like = there.default.value if isinstance(there.default, Held) else there.default
    kind = grammar_of(like)
    if not kind or not nested_equal(as_type(value_of(one.default, kind), like), like):
        raise ValueError(f"its default value in the trajectory is {was}, and stays so.")


def _check_like(own: Sequence[Any], like: Any, there: SourceParameter) -> None:
    """Refuse values that cannot stand beside those of the parameter."""
    if there.kind == "values" and isinstance(like, (np.ndarray, list, tuple)):
        wanted = np.shape(like)
        other = next((value for value in own if np.shape(value) != wanted), None)
        if other is not None:
            raise ValueError(f"{brief(other)} has another shape than its values, {text.shape(wanted)}.")
    if isinstance(like, int) and not isinstance(like, bool):
        _check_storable(there.name, own)


@lru_cache(maxsize=64)
def _parsed(written: str, kind: str) -> Sequence[Any]:
    """The values that a text writes; kept, since all texts are read again at every keystroke."""
    return values_of(written, kind)


def _of_type(own: Sequence[Any], like: Any) -> Sequence[Any]:
    """Values, all of one type, as ones of the type of ``like``. Raises `ValueError`."""
    if not own or type(own[0]) is type(like):
        return own
    return [as_type(value, like) for value in own]


def _check_storable(name: str, own: Sequence[Any]) -> None:
    """Refuse what pypet's files have no place for. Raises `ValueError`, `TypeError` or `OverflowError`."""
    kind = type(own[0])
    if kind in _OF_ANY_VALUE:
        return
    if kind is list:
        for value in own:
            encode.item(name, value, "a value")
        return
    encode.column_cells(own, "a value")


def _shown(value: Any) -> str:
    plain = value.value if isinstance(value, Held) else value
    return "…" if plain is None else brief(plain)


# --- groups


def _groups(
    order: Sequence[Sequence[str]], values: dict[str, Sequence[Any]], known: set[str]
) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Groups of explored parameters: as they are ordered, then all others. What is wrong with the order."""
    wrong = []
    seen: set[str] = set()
    groups = []
    for group in order:
        for name in group:
            shown = text.printable(name)
            if name not in known:
                wrong.append(f"“{shown}” is to be combined with others, but there is no such parameter.")
            elif name in seen:
                wrong.append(f"“{shown}” is named twice in the order of the parameters.")
            elif name not in values and len(group) > 1:
                other = text.printable(next(each for each in group if each != name))
                wrong.append(f"“{shown}” is linked with “{other}”, but is not explored.")
        chosen = tuple(name for name in dict.fromkeys(group) if name in values and name not in seen)
        seen.update(group)
        if chosen:
            groups.append(chosen)
    named = set(chain.from_iterable(groups))
    groups += [(name,) for name in values if name not in named]
    return tuple(groups), wrong


def _count(group: Sequence[str], values: dict[str, Sequence[Any]]) -> int:
    """How many values the parameters of a group have; 0 when that cannot be said."""
    counts = {len(values[name]) for name in group}
    return counts.pop() if len(counts) == 1 else 0


def _unequal(group: Sequence[str], values: dict[str, Sequence[Any]]) -> str:
    """A sentence about linked parameters with different numbers of values."""
    first = group[0]
    for name in group[1:]:
        if len(values[name]) != len(values[first]) and values[name] and values[first]:
            one, other = (
                f"“{text.printable(each)}” has {text.count(len(values[each]), 'value')}" for each in (first, name)
            )
            return f"Linked parameters need equally many values: {one}, {other}."
    return ""
