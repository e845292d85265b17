"""Which part of something large is read: what was asked for, made possible and kept small."""

import math

from msgspec.structs import replace

from .model import Record, Selection

LINE = 10_000
IMAGE = 512
MOST_CELLS = 1_000_000
TOUCHED = 64 << 20

FIRST_SCREEN = Selection()


class Plan(Record, frozen=True):
    """A window of an array, in the words of `model.ArrayWindow`."""

    shape: tuple[int, ...]
    axes: tuple[int, ...]
    start: tuple[int, ...]
    window: tuple[int, ...]
    index: tuple[int, ...]

    def slices(self) -> tuple[slice, ...]:
        """One slice per axis of the array."""
        found = [slice(place, place + 1) for place in self.index]
        for axis, start, count in zip(self.axes, self.start, self.window, strict=True):
            found[axis] = slice(start, start + count)
        return tuple(found)

    def ordered(self) -> bool:
        """Whether the rows' axis comes before the columns' axis, so that what is read needs no turning."""
        return self.axes == tuple(sorted(self.axes))


def plan(
    shape: tuple[int, ...],
    selection: Selection = FIRST_SCREEN,
    chunk: tuple[int, ...] | None = None,
    size: int = 8,
    most: int | None = None,
) -> Plan:
    """The window to read of an array with elements of ``size`` bytes, stored in pieces of ``chunk`` elements.

    At most ``most`` cells; not so many that more than 64 MB would have to be decompressed, unless one piece is larger.
    """
    axes = _axes(shape, selection)
    limit = min(MOST_CELLS, most or MOST_CELLS)
    usual = (min(LINE, limit),) if len(axes) < 2 else (min(IMAGE, math.isqrt(limit)),) * 2
    start, window = [], []
    for number, axis in enumerate(axes):
        length = shape[axis]
        first = min(_at(selection.start, number, 0), max(length - 1, 0))
        count = _at(selection.count, number, 0) or usual[number]
        start.append(first)
        window.append(min(count, length - first, limit))
    if 0 in shape:
        window = [0] * len(axes)
    while math.prod(window) > limit:
        _halve(window)
    index = tuple(min(_at(selection.index, axis, 0), max(length - 1, 0)) for axis, length in enumerate(shape))
    found = Plan(shape, axes, tuple(start), tuple(window), index)
    return found if chunk is None else _smaller(found, chunk, size)


def _halve(window: list[int]) -> None:
    largest = max(range(len(window)), key=lambda number: window[number])
    window[largest] = max(1, window[largest] // 2)


def _smaller(found: Plan, chunk: tuple[int, ...], size: int) -> Plan:
    """The same window, made smaller as long as it touches too much: along the axis where that saves most."""
    piece = math.prod(chunk) * size
    window = list(found.window)

    def pieces(number: int) -> int:
        axis, start = found.axes[number], found.start[number]
        return (start + window[number] - 1) // chunk[axis] - start // chunk[axis] + 1

    while window and min(window) > 0:
        counts = [pieces(number) for number in range(len(window))]
        if math.prod(counts) * piece <= TOUCHED or max(counts) == 1:
            break
        widest = max(range(len(counts)), key=lambda number: counts[number])
        window[widest] = max(1, window[widest] // 2)
    return replace(found, window=tuple(window))


def _at(numbers: tuple[int, ...], place: int, default: int) -> int:
    return max(0, numbers[place]) if place < len(numbers) else default


def _axes(shape: tuple[int, ...], selection: Selection) -> tuple[int, ...]:
    """The axes asked for, or: the only one that has a length, two neighbours of one length, the last two."""
    rank = len(shape)
    asked = tuple(dict.fromkeys(axis for axis in selection.axes if 0 <= axis < rank))[:2]
    if asked or rank < 2:
        return asked or tuple(range(rank))
    long = [axis for axis, length in enumerate(shape) if length != 1]
    if len(long) == 1:
        return (long[0],)
    for axis in range(rank - 2, -1, -1):
        if shape[axis] == shape[axis + 1] > 1:
            return (axis, axis + 1)
    if len(long) > 1:
        return (long[-2], long[-1])
    return (rank - 2, rank - 1)


def rows(selection: Selection, total: int, usual: int, most: int) -> tuple[int, int]:
    """The first row and how many, of ``total`` rows."""
    start = min(_at(selection.start, 0, 0), max(total - 1, 0))
    count = _at(selection.count, 0, 0) or usual
    return start, max(0, min(count, most, total - start))


def columns(selection: Selection, total: int, most: int) -> tuple[int, int]:
    """The first column and how many, of ``total`` columns."""
    start = min(_at(selection.start, 1, 0), max(total - 1, 0))
    count = _at(selection.count, 1, 0) or most
    return start, max(0, min(count, most, total - start))
