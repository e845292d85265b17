"""Which run of one trajectory belongs to which of another: those with the same point, or the same number."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import text
from .brief import brief
from .compare_sides import MISSING, OpenSide, key_of
from .model import Fact
from .model_compare import Pair, Pairing


class Match(NamedTuple):
    """The numbers of two runs; None where one side has no such run."""

    a: int | None
    b: int | None


class Paired(NamedTuple):
    """The matches, and for each explored parameter its values over the runs of both sides."""

    matches: list[Match]
    values: dict[str, tuple[list[Any], list[Any]]]


def pair_runs(a: OpenSide, b: OpenSide, pairing: Pairing) -> Paired:
    """The runs of A in their order with their partners, then the runs that only B has.

    A run's point are its values of all parameters that are explored on either side. Runs with equal points, such as
    trials, are paired in order. Two single runs are always partners.
    """
    names = [*a.explored, *(name for name in b.explored if name not in a.explored)]
    values = {name: (a.values_of(name), b.values_of(name)) for name in names}
    left, right = list(a.chosen()), list(b.chosen())
    if a.side.run and b.side.run:
        return Paired([Match(left[0], right[0])], values)
    if pairing is Pairing.NUMBER:
        count = max(len(left), len(right))
        numbers = range(count)
        return Paired([Match(_at(left, number), _at(right, number)) for number in numbers], values)
    return Paired(list(_by_point(left, right, values)), values)


def _at(numbers: list[int], place: int) -> int | None:
    return numbers[place] if place < len(numbers) else None


def _by_point(left: list[int], right: list[int], values: dict[str, tuple[list[Any], list[Any]]]) -> Iterator[Match]:
    waiting: dict[Any, list[int]] = defaultdict(list)
    points_a, points_b = (_points(values, side, numbers) for side, numbers in ((0, left), (1, right)))
    for number, point in zip(reversed(right), reversed(points_b), strict=True):
        waiting[point].append(number)
    for number, point in zip(left, points_a, strict=True):
        partners = waiting.get(point)
        yield Match(number, partners.pop() if partners else None)
    rest = {number for numbers in waiting.values() for number in numbers}
    yield from (Match(None, number) for number in right if number in rest)


def _points(values: dict[str, tuple[list[Any], list[Any]]], side: int, numbers: list[int]) -> list[Any]:
    if not values:
        return [()] * len(numbers)
    columns = [[key_of(both[side][number]) for number in numbers] for both in values.values()]
    return list(zip(*columns, strict=True))


def told_pairs(a: OpenSide, b: OpenSide, paired: Paired, by_number: bool = False) -> tuple[Pair, ...]:
    """The pairs with their points in words: that of A, where B's may be another one."""
    labels = labels_of(list(paired.values))
    words: dict[tuple[str, type, Any], Fact] = {}
    two_runs = bool(a.side.run and b.side.run)
    told = []
    for number_a, number_b in paired.matches:
        side, number = (0, number_a) if number_a is not None else (1, number_b)
        assert number is not None
        point = tuple([_fact(labels[name], both[side][number], words) for name, both in paired.values.items()])
        name_a = text.printable(a.names[number_a]) if number_a is not None else ""
        name_b = text.printable(b.names[number_b]) if number_b is not None else ""
        title = " · ".join([f"{fact.name} {fact.text}" for fact in point]) or name_a or name_b
        if two_runs or (by_number and name_a and name_b):
            title = f"{name_a} and {name_b}" if name_a != name_b else name_a
        told.append(Pair(point, title, name_a, name_b, *(-1 if n is None else n for n in (number_a, number_b))))
    return tuple(told)


def _fact(label: str, value: Any, known: dict[tuple[str, type, Any], Fact]) -> Fact:
    """A parameter and its value in words, said the same for the same value."""
    key = (label, type(value), key_of(value))
    fact = known.get(key)
    if fact is None:
        fact = known[key] = Fact(label, "–" if value is MISSING else brief(value, 40))
    return fact


def labels_of(names: list[str]) -> dict[str, str]:
    """For every full name as many of its last components as tell it from the others."""
    parts = {name: name.split(".") for name in names}
    counts = Counter(".".join(part[-n:]) for part in parts.values() for n in range(1, len(part) + 1))
    return {
        name: next((label for n in range(1, len(part) + 1) if counts[label := ".".join(part[-n:])] == 1), name)
        for name, part in parts.items()
    }
