"""A file as it is with changes that are only in memory yet: what reads and writes it sees them, the disk does not."""

import errno
import os
import sys
from bisect import bisect_left, bisect_right

_ENOUGH = memoryview(bytes(1 << 20))


def read_at(descriptor: int, offset: int, size: int) -> bytes:
    """``size`` bytes of an open file from ``offset`` on, or as many as there are."""
    found = _read_once(descriptor, offset, size)
    while len(found) < size:
        more = _read_once(descriptor, offset + len(found), size - len(found))
        if not more:
            break
        found += more
    return found


def _read_once(descriptor: int, offset: int, size: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)
    return os.pread(descriptor, size, offset)


def write_at(descriptor: int, offset: int, content: bytes | bytearray | memoryview) -> None:
    """Write all of ``content`` to an open file from ``offset`` on."""
    rest = memoryview(content)
    while rest:
        if sys.platform == "win32":
            os.lseek(descriptor, offset, os.SEEK_SET)
            done = os.write(descriptor, rest)
        else:
            done = os.pwrite(descriptor, rest, offset)
        offset += done
        rest = rest[done:]


class Overlay:
    """A Python file object over an open file of ``size`` bytes, which is only read.

    What is written over its first ``kept`` bytes is held in pieces that neither overlap nor touch, in order; whatever
    comes after these is held in one piece, so that large additions cost no more than their bytes. ``trouble`` is the
    first thing that was raised, if anything was: HDF5 cannot pass it on, and goes on with zeros, so that whoever has
    the overlay must not use it then.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self.before = size
        self.trouble: BaseException | None = None
        self._descriptor = descriptor
        self._kept = size
        self._tail = bytearray()
        self._starts: list[int] = []
        self._pieces: list[bytearray] = []
        self._place = 0

    @property
    def size(self) -> int:
        """How many bytes the changed file has."""
        return self._kept + len(self._tail)

    def changes(self) -> list[tuple[int, memoryview]]:
        """What was written, as (offset, bytes) in order; none begins before the old end of the file and ends after."""
        found = [(start, memoryview(piece)) for start, piece in zip(self._starts, self._pieces, strict=True)]
        tail = memoryview(self._tail)
        split = max(0, self.before - self._kept)
        found += [(start, piece) for start, piece in ((self._kept, tail[:split]), (self._kept + split, tail[split:]))]
        return [(start, piece) for start, piece in found if len(piece)]

    # --- what HDF5 asks of a file object ------------------------------------------------------------------------------

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        self._place = place if whence == os.SEEK_SET else self.size + place
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int) -> bytes:
        """``size`` bytes; zeros for what is beyond the end, as HDF5 expects, and for what cannot be read."""
        try:
            return self._read(size)
        except BaseException as error:
            self.trouble = self.trouble or error
            return bytes(size)

    def write(self, content: bytes | bytearray) -> int:
        try:
            self._write(content)
        except BaseException as error:
            self.trouble = self.trouble or error
        return len(content)

    def truncate(self, size: int) -> int:
        try:
            self._truncate(size)
        except BaseException as error:
            self.trouble = self.trouble or error
        return size

    def flush(self) -> None:
        """There is nothing to do: the changes stay in memory."""

    # --- the same, where anything may be raised -----------------------------------------------------------------------

    def _read(self, size: int) -> bytes:
        start, self._place = self._place, self._place + size
        below = max(0, min(size, self._kept - start))
        found = self._from_file(start, below) if below else b""
        if below < size:
            place = start + below - self._kept
            found = (found + self._tail[place : place + size - below]).ljust(size, b"\0")
        return found

    def _write(self, content: bytes | bytearray) -> None:
        start, size = self._place, len(content)
        self._place += size
        below = max(0, min(size, self._kept - start))
        if below:
            self._over(start, content[:below])
        if below < size:
            place = start + below - self._kept
            self._lengthen(place)
            self._tail[place : place + size - below] = content[below:] if below else content

    def _truncate(self, size: int) -> None:
        if size < self._kept:
            self._kept = size
            self._tail.clear()
            count = bisect_left(self._starts, size)
            del self._starts[count:], self._pieces[count:]
            if count:
                del self._pieces[-1][size - self._starts[-1] :]
        elif size < self.size:
            del self._tail[size - self._kept :]
        else:
            self._lengthen(size - self._kept)

    # --- within the old file ------------------------------------------------------------------------------------------

    def _lengthen(self, size: int) -> None:
        while len(self._tail) < size:
            self._tail += _ENOUGH[: size - len(self._tail)]

    def _from_file(self, start: int, size: int) -> bytes:
        """A part of what is kept of the old file, with what was written over it."""
        end = start + size
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        touching = [
            (place, piece)
            for place, piece in zip(self._starts[first:last], self._pieces[first:last], strict=True)
            if place + len(piece) > start
        ]
        if len(touching) == 1:
            place, piece = touching[0]
            if place <= start and end <= place + len(piece):
                return bytes(piece[start - place : end - place])
        found = self._old(start, size)
        if not touching:
            return found
        patched = bytearray(found)
        for place, piece in touching:
            low, high = max(start, place), min(end, place + len(piece))
            patched[low - start : high - start] = memoryview(piece)[low - place : high - place]
        return bytes(patched)

    def _old(self, start: int, size: int) -> bytes:
        found = read_at(self._descriptor, start, size)
        if len(found) < size:
            raise OSError(errno.EIO, "the file became shorter")
        return found

    def _over(self, start: int, content: bytes | bytearray) -> None:
        """Put ``content`` over the old file; pieces that it overlaps or touches become one with it."""
        end = start + len(content)
        first = bisect_right(self._starts, start)
        if first and self._starts[first - 1] + len(self._pieces[first - 1]) >= start:
            first -= 1
        last = bisect_right(self._starts, end)
        if first == last:
            self._starts.insert(first, start)
            self._pieces.insert(first, bytearray(content))
            return
        place, piece = self._starts[first], self._pieces[first]
        if place > start:
            piece = bytearray(content[: place - start]) + piece
            place = start
        tail = self._pieces[last - 1][end - self._starts[last - 1] :] if last - 1 > first else b""
        piece[start - place : end - place] = content
        if last - 1 > first:
            del piece[end - place :]
            piece += tail
        self._starts[first:last] = [place]
        self._pieces[first:last] = [piece]
