"""Designs of sweeps: the product of ranges, the number of its points, and which points of a sweep are the same."""

import datetime
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set, Sized
from itertools import chain, repeat
from operator import ne
from typing import Any

import numpy as np

from .equality import nested_equal
from .likeness import likeness

Links = Iterable[str | Iterable[str]] | None

_PLAIN = frozenset({int, bool, str, bytes, float, complex, type(None)})
"""Types whose values are keys themselves, equal for exactly the values that `nested_equal` takes for equal."""

_MAY_BE_NAN = frozenset({float, complex})
_NAN = object()
_TIMES = frozenset({datetime.datetime, datetime.date, datetime.timedelta})
"""Types whose values are keys themselves as long as there are no others among them."""

_SCALARS = _PLAIN | {np.dtype(letter).type for letter in "?bhilqBHILQefdFDSU"}
"""These, and the types of numpy that Python has one of them for."""

_SEQUENCES = frozenset({list, tuple})
_TEXTS = (str, bytes, bytearray)


def cartesian_product(
    parameter_dict: Mapping[str, Iterable[Any]], combined_parameters: Links = ()
) -> dict[str, list[Any]]:
    """All combinations of the values of parameters, as ranges to explore.

    ``parameter_dict`` has for each name the values to explore: a list, an array (of which the rows are values), a
    generator, which is read once. ``combined_parameters`` gives the order: the first varies slowest, the last fastest.
    Names that stand together in a tuple are linked: they take their values side by side and must have equally many.
    Without it all are combined, in the order of the dict.

    Answers a dict with the names of ``parameter_dict`` in their order, and lists that are all as long as there are
    points: of *n* times *m* points for two parameters with *n* and *m* values. The values are the very objects that
    were given.

    Raises `ValueError` that names the parameter if it has no values, if its values are one text, if it is linked to one
    with more or fewer values, named twice, left out or unknown. Raises `TypeError` if its values cannot be iterated
    over.

    >>> cartesian_product({"x": [1, 2, 3], "y": [42.0, 52.5]})
    {'x': [1, 1, 2, 2, 3, 3], 'y': [42.0, 52.5, 42.0, 52.5, 42.0, 52.5]}
    >>> cartesian_product({"x": [1, 2], "y": "ab".split(), "z": ["p", "q"]}, ["z", ("x",)])
    Traceback (most recent call last):
    ValueError: “y” is left out of combined_parameters.
    >>> cartesian_product({"x": [1, 2], "name": ["a", "b"], "z": [7, 8]}, ["z", ("x", "name")])
    {'x': [1, 2, 1, 2], 'name': ['a', 'b', 'a', 'b'], 'z': [7, 7, 8, 8]}
    """
    groups = _groups(parameter_dict, combined_parameters)
    _refuse_shared(parameter_dict)
    values = {name: list(_iterated(name, parameter_dict[name])) for name in parameter_dict}
    lengths = _lengths(groups, {name: len(own) for name, own in values.items()})
    product: dict[str, list[Any]] = {name: [] for name in parameter_dict}
    inner, outer = math.prod(lengths), 1
    for group, length in zip(groups, lengths, strict=True):
        inner //= length
        for name in group:
            product[name] = list(chain.from_iterable(map(repeat, values[name], repeat(inner)))) * outer
        outer *= length
    return product


def count_points(parameter_dict: Mapping[str, Iterable[Any]], combined_parameters: Links = ()) -> int:
    """How many points `cartesian_product` would give, without making them; no parameters have no points.

    Takes the same arguments and raises the same errors; also `ValueError` for a generator, which would be used up.

    >>> count_points({"x": range(1000), "y": range(1000), "z": range(1000)}, [("x", "y"), "z"])
    1000000
    """
    groups = _groups(parameter_dict, combined_parameters)
    counts = {name: _count(name, values) for name, values in parameter_dict.items()}
    lengths = _lengths(groups, counts)
    return math.prod(lengths) if groups else 0


def find_unique_points(explored_parameters: Iterable[Any]) -> list[tuple[tuple[Any, ...], list[int]]]:
    """The different points of a sweep, each with the positions of the runs that have it.

    ``explored_parameters`` are the explored parameters of a trajectory, of pypet or ours, or their ranges as lists or
    arrays, or a dict of either, such as `cartesian_product` makes. All must have equally many values, one per run.

    Answers a list of ``(values, positions)`` in the order in which the points occur first: ``values`` is a tuple with
    one value per parameter, also if there is only one, as the first of the runs has it; ``positions`` counts from 0.
    Values are equal as `nested_equal` says, so 1 and 1.0 are, and so is what is not a number. They need not be
    hashable, and the time grows with the number of runs, not with its square; but for objects of a class that has an
    equality of its own and no hash, of which each is compared with all different ones.

    Raises `ValueError` that names the parameter if it has more or fewer values than the first one, and `TypeError` if
    it is not explored, or is no parameter and no sequence.

    >>> find_unique_points([[1, 2, 1], [[0.5], [0.5, 1.5], [0.5]]])
    [((1, [0.5]), [0, 2]), ((2, [0.5, 1.5]), [1])]
    """
    ranges = _ranges(explored_parameters)
    columns = [_keys(values) for values in ranges.values()]
    found: dict[tuple[Hashable, ...], list[int]] = {}
    for run, point in enumerate(zip(*columns, strict=True)):
        runs = found.get(point)
        if runs is None:
            found[point] = [run]
        else:
            runs.append(run)
    if all(keys is values for keys, values in zip(columns, ranges.values(), strict=True)):
        return list(found.items())
    return [(tuple([values[runs[0]] for values in ranges.values()]), runs) for runs in found.values()]


# --- the arguments of products


def _groups(parameter_dict: Mapping[str, Iterable[Any]], combined_parameters: Links) -> list[tuple[str, ...]]:
    """The names that are linked, slowest first; every name is in one group."""
    if not isinstance(parameter_dict, Mapping):
        raise TypeError(f"parameter_dict must be a dict of names and values, not {_kind(parameter_dict)}.")
    if isinstance(combined_parameters, _TEXTS):
        raise ValueError(f"combined_parameters is one text, {combined_parameters!r}; put it into a list.")
    groups = list(map(_group, combined_parameters or ())) or [(name,) for name in parameter_dict]
    seen: set[str] = set()
    for name in chain.from_iterable(groups):
        if name not in parameter_dict:
            raise ValueError(f"“{name}” is in combined_parameters, but has no values in parameter_dict.")
        if name in seen:
            raise ValueError(f"“{name}” is named twice in combined_parameters.")
        seen.add(name)
    left_out = [f"“{name}”" for name in parameter_dict if name not in seen]
    if left_out:
        verb = "is" if len(left_out) == 1 else "are"
        raise ValueError(f"{', '.join(left_out)} {verb} left out of combined_parameters.")
    return groups


def _group(entry: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(entry, str):
        return (entry,)
    names = tuple(entry) if isinstance(entry, Iterable) and not isinstance(entry, _TEXTS) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"combined_parameters has {entry!r}, which is neither a name nor a tuple of names.")
    return names


def _refuse_shared(parameter_dict: Mapping[str, Iterable[Any]]) -> None:
    """Two names cannot read one generator: what the first takes is gone for the second."""
    readers: dict[int, str] = {}
    for name, values in parameter_dict.items():
        if isinstance(values, Iterator) and readers.setdefault(id(values), name) != name:
            first = readers[id(values)]
            raise ValueError(f"“{first}” and “{name}” have the same generator, which can be read only once.")


def _iterated(name: str, values: Iterable[Any]) -> Iterator[Any]:
    if isinstance(values, _TEXTS):
        raise ValueError(f"The values of “{name}” are one text, {values!r}; put it into a list.")
    try:
        return iter(values)
    except TypeError:
        raise TypeError(f"The values of “{name}” are {_kind(values)}, not a list; put it into one.") from None


def _count(name: str, values: Iterable[Any]) -> int:
    items = _iterated(name, values)
    if items is values:
        raise ValueError(f"The values of “{name}” are a generator, which counting would use up; make a list of it.")
    return len(values) if isinstance(values, Sized) else sum(1 for _ in items)


def _lengths(groups: list[tuple[str, ...]], counts: dict[str, int]) -> list[int]:
    """How many values the parameters of each group have."""
    for name, count in counts.items():
        if not count:
            raise ValueError(f"“{name}” has no values.")
    for first, *others in groups:
        for name in others:
            if counts[name] != counts[first]:
                told = f"“{first}” has {counts[first]:,} values, “{name}” has {counts[name]:,}"
                raise ValueError(f"Linked parameters need equally many values: {told}.")
    return [counts[group[0]] for group in groups]


def _kind(value: Any) -> str:
    return f"of type {type(value).__name__}"


# --- the points of a sweep


def _ranges(explored_parameters: Iterable[Any]) -> dict[str, Sequence[Any]]:
    """The values of each parameter over the runs, by its name, or by its place where it has none."""
    named: Iterable[tuple[str, Any]]
    if isinstance(explored_parameters, Mapping):
        named = [(f"“{name}”", one) for name, one in explored_parameters.items()]
    else:
        named = [(_name(one, place), one) for place, one in enumerate(explored_parameters)]
    ranges: dict[str, Sequence[Any]] = {}
    for name, one in named:
        # Two parameters of one name are two all the same.
        ranges[name if name not in ranges else f"{name} (parameter {len(ranges) + 1})"] = _range(name, one)
    lengths = {name: len(values) for name, values in ranges.items()}
    for name, length in lengths.items():
        first = next(iter(lengths))
        if length != lengths[first]:
            raise ValueError(f"{first} has {lengths[first]:,} values, {name} has {length:,}: one per run is needed.")
    return ranges


def _name(parameter: Any, place: int) -> str:
    name = getattr(parameter, "v_full_name", None) if hasattr(type(parameter), "f_get_range") else None
    return f"“{name}”" if name else f"Parameter {place + 1}"


def _range(name: str, one: Any) -> Sequence[Any]:
    if hasattr(one, "f_get_range"):
        values = one.f_get_range()
    elif getattr(one, "is_parameter", None) is True:
        values = one.range
        if values is None:
            raise TypeError(f"{name} is not explored.")
    elif isinstance(one, (*_TEXTS, Mapping, Set)) or not isinstance(one, Iterable):
        raise TypeError(f"{name} is neither a parameter nor a sequence of values, but {_kind(one)}.")
    else:
        values = one
    return values if type(values) in (list, tuple) else list(values)


def _keys(values: Sequence[Any]) -> Sequence[Hashable]:
    """For each value a key that is the same for equal values; the values themselves if they can be their own keys."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN or (len(kinds) == 1 and kinds <= _TIMES):
        keys = _without_nan(values, kinds)
    elif kinds <= _SCALARS:
        keys = _keys([value.item() if isinstance(value, np.generic) else value for value in values])
    elif kinds <= _SEQUENCES:
        items = list(chain.from_iterable(values))
        own = set(map(type, items))
        plain = own <= _PLAIN and _without_nan(items, own) is items
        keys = (list(map(tuple, values)) if list in kinds else values) if plain else None
    else:
        keys = None
    return _compared(values) if keys is None else keys


def _without_nan(values: Sequence[Any], kinds: set[type]) -> Sequence[Hashable] | None:
    """Plain values, one key for all that are not a number; None if there is a complex one that is none."""
    if not kinds & _MAY_BE_NAN or not any(map(ne, values, values)):
        return values
    return None if complex in kinds else [_NAN if value != value else value for value in values]


def _compared(values: Sequence[Any]) -> Sequence[Hashable]:
    """The numbers of the groups of equal values, of any types."""
    groups = _Groups()
    objects = {id(value): value for value in values}  # a product has the same objects over and over
    numbers = {place: groups.of(value) for place, value in objects.items()}
    return [numbers[id(value)] for value in values]


class _Groups:
    """Values in groups of equal ones: those that may be equal, by their likeness, are compared."""

    def __init__(self) -> None:
        self._count = 0
        self._alike: dict[int, list[tuple[Any, int]]] = {}

    def of(self, value: Any) -> int:
        """The number of the group that a value is in."""
        alike = self._alike.setdefault(likeness(value), [])
        for other, number in alike:
            if nested_equal(other, value):
                return number
        alike.append((value, self._count))
        self._count += 1
        return self._count - 1
