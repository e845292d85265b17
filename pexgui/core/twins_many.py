"""Proves of many groups at once what `twins` proves of two.

Runs of a sweep are mostly laid out alike. When the headers, names and tables of many of them are those of one run to
the byte, but for where things are in the file, then what was proved of that run holds of all of them, as long as their
data are the same on both sides. Whatever is not like it is left to be proved one by one.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .twins import Twin, Twins
from .twins_headers import Unknown
from .twins_image import Data, Image

Places = NDArray[np.uint64]
"""Where in a file something is, for each of many groups."""
Mask = NDArray[np.bool_]

FEW = 8
"""So few groups are quicker proved one by one."""
_MOST_KINDS = 8
_MOST_STEPS = 2_000
_AT_ONCE = 4 << 20
_NOT_PROVED = (Unknown, struct.error, ValueError, IndexError, OverflowError)


class ManyTwins(Twins):
    """Twins that are asked for in great number."""

    def __init__(self, a: Image, b: Image) -> None:
        super().__init__(a, b)
        self._images = a, b
        self._proved: dict[tuple[int, int], list[Twin]] = {}

    def foresee(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Prove as many of these pairs of groups as can be proved together, before they are asked for."""
        waiting = np.array(pairs, np.uint64).reshape(-1, 2)
        for _ in range(_MOST_KINDS):
            if len(waiting) < FEW:
                return
            leaves = super().leaves(*waiting[0].tolist())
            proved = self._like_the_first(waiting) if leaves is not None else _only_the_first(len(waiting))
            if leaves is not None:
                self._proved.update(((a, b), leaves) for a, b in waiting[proved].tolist())
            waiting = waiting[~proved]

    def leaves(self, place_a: int, place_b: int) -> list[Twin] | None:
        """See `Twins.leaves`."""
        known = self._proved.get((place_a, place_b))
        return known if known is not None else super().leaves(place_a, place_b)

    def _like_the_first(self, pairs: Places) -> Mask:
        """Which pairs are the same on both sides because the first is."""
        try:
            return _same_data(_Layout(self._images[0], pairs[:, 0]), _Layout(self._images[1], pairs[:, 1]))
        except _NOT_PROVED:
            return _only_the_first(len(pairs))


def like_the_first(image: Image, places: Sequence[int]) -> Mask:
    """Which of many groups are laid out as the first: the same names, types, shapes and attributes, and no links."""
    try:
        return _Layout(image, np.array(places, np.uint64)).alike
    except _NOT_PROVED:
        return _only_the_first(len(places))


def _only_the_first(count: int) -> Mask:
    only: Mask = np.arange(count) == 0
    return only


class _Layout:
    """Many groups of a file, held against the first of them: in ``alike`` is which are laid out as it is, in ``data``
    where the data of all are, dataset by dataset. Raises `Unknown` when the first is laid out in an unknown way."""

    def __init__(self, image: Image, places: Places) -> None:
        self.image = image
        self.alike: Mask = np.ones(len(places), np.bool_)
        self.data: list[tuple[Data, Places]] = []
        self._size = len(image.content)
        waiting = [places]
        for _ in range(_MOST_STEPS):
            if not waiting:
                return
            table = self._header(waiting.pop())
            if not self.alike[1:].any():
                break
            if table is not None:
                waiting.extend(reversed(self._children(*table)))
        raise Unknown

    def rows(self, places: Places, size: int) -> NDArray[np.uint8]:
        """The bytes at each place. What is not in the file is not alike."""
        rows, inside = self.gather(places, size)
        if not inside[0]:
            raise Unknown
        self.alike &= inside
        return rows

    def gather(self, places: Places, size: int) -> tuple[NDArray[np.uint8], Mask]:
        """The bytes at each place, and which places are in the file."""
        if not 0 < size <= self._size:
            raise Unknown
        inside = places <= np.uint64(self._size - size)
        windows: NDArray[np.uint8] = np.ndarray((self._size - size + 1, size), np.uint8, self.image.content, 0, (1, 1))
        return windows[np.where(inside, places, np.uint64(0))], inside

    def _expect_same(self, rows: NDArray[np.uint8]) -> None:
        self.alike &= (rows == rows[0]).all(axis=1)

    def _header(self, places: Places) -> tuple[Places, Places] | None:
        """Go through the header of an object of each group; where the tables of its children are, if it has any."""
        head = self.rows(places, 16)
        if head[0, 0] != 1:
            raise Unknown
        self._expect_same(head[:, :4])
        self._expect_same(head[:, 8:12])
        table: tuple[Places, Places] | None = None
        data: tuple[Data, Places] | None = None
        waiting = [(places + np.uint64(16), int(head[0, 8:12].view("<u4")[0]))]
        for start, size in waiting:
            block = self.rows(start, size)
            content = block[0].tobytes()
            told = self.image.block(content)[1]
            if (told.table >= 0 and table is not None) or (told.data >= 0 and data is not None):
                raise Unknown
            if told.table >= 0:
                table = _number(block, told.table), _number(block, told.table + 8)
            if told.data >= 0:
                where = _number(block, told.data)
                length = 0 if told.pieces else struct.unpack_from("<Q", content, told.data + 8)[0]
                data = Data(told.pieces, int(where[0]), length), where
            for at in told.continued:
                self._expect_same(block[:, at + 8 : at + 16])
                waiting.append((_number(block, at), int(_number(block, at + 8)[0])))
            for begin, end in told.places:
                block[:, begin:end] = 0
            self._expect_same(block)
        if data is not None:
            self.data.append(data)
        return table

    def _children(self, tree: Places, heap: Places) -> list[Places]:
        """Where the children of a group are."""
        self.image.children((int(tree[0]), int(heap[0])))  # raises Unknown unless those of the first are known
        level, used = struct.unpack_from("<BH", self.rows(tree, 8)[0].tobytes(), 5)
        if level:
            raise Unknown
        index, names = self.rows(tree, 32 + 16 * used), self.rows(heap, 32)
        self._expect_same(index[:, :24])
        self._expect_same(names[:, :24])
        self._expect_same_at(_number(names, 24), int(_number(names, 8)[0]))
        found: list[Places] = []
        for each in range(used):
            key, node = 24 + 16 * each, 32 + 16 * each
            self._expect_same(index[:, key : key + 8])
            found += self._entries(_number(index, node))
        self._expect_same(index[:, -8:])
        return found

    def _expect_same_at(self, places: Places, size: int) -> None:
        """Expect the same bytes at each of these places, without having all of them in memory at once."""
        (first,), (inside,) = self.gather(places[:1], size)
        if not inside:
            raise Unknown
        step = max(1, _AT_ONCE // size)
        for start in range(0, len(places), step):
            some = slice(start, start + step)
            rows, inside = self.gather(places[some], size)
            self.alike[some] &= inside & (rows == first).all(axis=1)

    def _entries(self, node: Places) -> list[Places]:
        top = self.rows(node, 8)
        self._expect_same(top)
        found: list[Places] = []
        for each in range(int(top[0, 6:8].view("<u2")[0])):
            entry = self.rows(node + np.uint64(8 + 40 * each), 40)
            self.alike &= (entry[:, 16] < 2) & ~entry[:, 17:20].any(axis=1)
            self._expect_same(entry[:, :8])
            found.append(_number(entry, 8))
        return found


def _number(rows: NDArray[np.uint8], at: int) -> Places:
    """The number that stands in each row."""
    if at + 8 > rows.shape[1]:
        raise Unknown
    found: Places = np.ascontiguousarray(rows[:, at : at + 8]).view("<u8")[:, 0].astype(np.uint64)
    return found


def _same_data(a: _Layout, b: _Layout) -> Mask:
    """Which groups are laid out as the first on both sides and have the same data there."""
    same = a.alike & b.alike
    for (ours, places), (theirs, others) in zip(a.data, b.data, strict=True):
        if (ours.pieces, ours.size) != (theirs.pieces, theirs.size):
            raise Unknown
        if ours.pieces:
            for each in np.flatnonzero(same).tolist():
                chunks = Data(ours.pieces, int(places[each]), 0), Data(ours.pieces, int(others[each]), 0)
                same[each] = _same_chunks(a.image, b.image, chunks)
        elif ours.size:
            step = max(1, _AT_ONCE // ours.size)
            for first in range(0, len(same), step):
                some = slice(first, first + step)
                one, inside = a.gather(places[some], ours.size)
                other, inside_other = b.gather(others[some], ours.size)
                same[some] &= inside & inside_other & (one == other).all(axis=1)
        else:
            same &= places == others
    return same


def _same_chunks(a: Image, b: Image, data: tuple[Data, Data]) -> bool:
    try:
        return a.pieces(data[0]) == b.pieces(data[1])
    except _NOT_PROVED:
        return False
