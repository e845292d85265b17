"""What runs and run sets of a source are called in the merged trajectory."""

from collections.abc import Mapping, Sequence

from . import layout
from .compare_sides import OpenSide

Names = tuple[bytes, ...]
"""A path below a trajectory."""


def new_names(sides: Sequence[OpenSide], numbers: Sequence[Sequence[int]]) -> list[dict[bytes, bytes]]:
    """Per source the new name of every run that is taken.

    pypet's own names follow the new number. Names that somebody gave stay, unless another run has that name already.
    """
    used: set[bytes] = set()
    found: list[dict[bytes, bytes]] = []
    for side, own in zip(sides, numbers, strict=True):
        names: dict[bytes, bytes] = {}
        for name, number in zip(side.names, own, strict=True):
            if number < 0:
                continue
            new = name if layout.run_index(name) is None and name not in used else layout.run_name(number)
            while new in used:
                new += b"_"
            used.add(new)
            names[name] = new
        found.append(names)
    return found


def meant_names(
    sides: Sequence[OpenSide],
    names: Sequence[dict[bytes, bytes]],
    instead: Mapping[tuple[int, int], tuple[int, int]],
) -> list[dict[bytes, bytes]]:
    """Per source which run of the result stands for each of its runs: for one that is dropped that which is taken
    instead; for one that is left out a name that no run has."""
    taken = {new for own in names for new in own.values()}
    found = []
    for source, (side, own) in enumerate(zip(sides, names, strict=True)):
        meant = dict(own)
        for run, name in enumerate(side.names):
            other = instead.get((source, run))
            if other is not None:
                meant[name] = names[other[0]][sides[other[0]].names[other[1]]]
            elif name not in own:
                meant[name] = name + b"_left_out"
                while meant[name] in taken:
                    meant[name] += b"_"
        found.append(meant)
    return found


def spoken_names(names: Sequence[dict[bytes, bytes]], meant: Sequence[dict[bytes, bytes]]) -> list[dict[bytes, bytes]]:
    """Per source what the names of its runs become wherever something else is called after them: as they are `meant`,
    but different for different runs."""
    found = []
    for own, known in zip(names, meant, strict=True):
        spoken, used = dict(own), set(own.values())
        for name, new in known.items():
            if name not in own:
                while new in used:
                    new += b"_"
                used.add(new)
                spoken[name] = new
        found.append(spoken)
    return found


def new_set(name: bytes, run: bytes) -> bytes:
    """The name of the run set for a run with a new name: pypet's follow its number, others stay."""
    index = layout.run_index(run)
    if not layout.is_run_set(name) or name == layout.SET_ALL or index is None:
        return name
    return layout.run_set_name(index)


def translated(path: Sequence[bytes], names: dict[bytes, bytes]) -> tuple[bytes, ...]:
    """A path with the names of runs, and of run sets before them, as they are in the merged trajectory.

    A run set is that of the first run that comes after it in the path.
    """
    result = [names.get(part, part) for part in path]
    runs = [place for place, part in enumerate(path) if part in names]
    for place, part in enumerate(path):
        if layout.is_run_set(part):
            after = next((run for run in runs if run > place), None)
            if after is not None:
                result[place] = new_set(part, result[after])
    return tuple(result)
