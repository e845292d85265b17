"""What runs are called that are added to a trajectory."""

import re
from collections.abc import Sequence

from . import layout

_NUMBER = re.compile(rb"\d+")


def added_names(names: Sequence[bytes], before: int, added: int) -> list[bytes]:
    """The names of ``added`` runs after the first ``before``, which have these names.

    Where all names count the runs in one manner, such as ``trial_0000``, ``trial_0001``, it goes on in that manner;
    else the new runs are called as pypet calls them. No two runs have one name.
    """
    manner = _manner(names)
    used = set(names)
    found = []
    for index in range(before, before + added):
        name = manner(index) if manner is not None else layout.run_name(index)
        while name in used:
            name += b"_"
        used.add(name)
        found.append(name)
    return found


class _Manner:
    """Names that have the number of the run, with zeros up to ``width`` digits, between two texts."""

    def __init__(self, before: bytes, width: int, first: int, after: bytes) -> None:
        self._parts = before, width, first, after

    def __call__(self, index: int) -> bytes:
        before, width, first, after = self._parts
        return b"%s%0*d%s" % (before, width, first + index, after)


def _manner(names: Sequence[bytes]) -> _Manner | None:
    """How the names count the runs from 0 or 1 on; None when they do not."""
    for number in _NUMBER.finditer(names[0]) if names else ():
        first = int(number[0])
        manner = _Manner(names[0][: number.start()], len(number[0]), first, names[0][number.end() :])
        if first in (0, 1) and all(manner(index) == name for index, name in enumerate(names)):
            return manner
    return None
