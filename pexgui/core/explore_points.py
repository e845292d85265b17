"""The points of a design by arithmetic: how many there are, which one has which number, which are there already.

The product is never made: a million points cost no more than the values they are made of.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from .explore_keys import firsts, side_by_side

Places = tuple[int, ...]
"""A point: for each group the position of its values."""


class Points:
    """The product of groups of linked parameters; the values of the first group vary slowest.

    ``values`` and ``keys`` have, for each parameter, its values and what is equal for equal ones, equally many for the
    parameters of a group.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[str]],
        values: Mapping[str, Sequence[Any]],
        keys: Mapping[str, Sequence[Hashable]],
    ) -> None:
        self._groups = groups
        self._values = values
        self.counts = tuple(len(values[group[0]]) for group in groups)
        self._columns = [side_by_side([keys[name] for name in group]) for group in groups]
        self._firsts = [firsts(column) for column in self._columns]
        self.total = math.prod(self.counts) if groups else 0
        self.different = math.prod(map(_different, self._firsts)) if groups else 0

    def at(self, number: int) -> Places:
        """The point with a number."""
        places = []
        for count in reversed(self.counts):
            number, place = divmod(number, count)
            places.append(place)
        return tuple(reversed(places))

    def first(self, places: Places) -> Places:
        """The first of the points that are equal to one."""
        return tuple(first[place] for first, place in zip(self._firsts, places, strict=True))

    def there(self, columns: Mapping[str, Sequence[Hashable]], taken: Sequence[bool]) -> set[Places]:
        """The points that are among runs: each by the first that is equal. ``columns`` has the keys of the runs for
        each parameter, ``taken`` says which runs count."""
        found = []
        for group, column, first in zip(self._groups, self._columns, self._firsts, strict=True):
            known = dict(zip(column, first, strict=True))
            found.append(list(map(known.get, side_by_side([columns[name] for name in group]))))
        rows = zip(zip(*found, strict=True), taken, strict=True)
        return {point for point, counts in rows if counts and None not in point}

    def all(self) -> Iterator[Places]:
        """Every point in order, with those that occur again."""
        return product(*map(range, self.counts))

    def missing(self, there: set[Places]) -> Iterator[Places]:
        """Every different point that is not ``there``, once, in order."""
        once = [list(dict.fromkeys(first)) for first in self._firsts]
        return (point for point in product(*once) if point not in there)

    def over(self, points: Sequence[Places]) -> dict[str, list[Any]]:
        """The values of every parameter over points."""
        found = {}
        for position, group in enumerate(self._groups):
            places = [point[position] for point in points]
            for name in group:
                found[name] = list(map(self._values[name].__getitem__, places))
        return found


def _different(first: Sequence[int]) -> int:
    return len(first) if isinstance(first, range) else len(set(first))
