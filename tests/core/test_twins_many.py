"""What is proved of many groups at once is what would be proved of each of them alone."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core.twins import Twins
from pexgui.core.twins_image import Image
from pexgui.core.twins_many import FEW, ManyTwins, like_the_first
from pexgui.core.writer import TrajectoryWriter
from tests.core.compared import grid, sweep
from tests.core.test_twins import CHANGES, LIBVER, UNKNOWN, places

RUNS = 3 * FEW


def foreseen(a: bytes, b: bytes, left: dict[bytes, int], right: dict[bytes, int]) -> dict[bytes, list[Any]]:
    """The runs that are proved to be the same without being looked at one by one."""
    many = ManyTwins(Image(a), Image(b))
    many.foresee([(left[name], right[name]) for name in left])
    return {name: many._proved[left[name], right[name]] for name in left if (left[name], right[name]) in many._proved}


def with_tables(made: TrajectoryWriter) -> None:
    """Results whose data are in pieces."""
    for run in range(RUNS):
        made.result("table", {"column": np.arange(50) + run, "other": np.arange(50) / 3}, run=run)


@pytest.fixture(scope="module", params=[None, with_tables], ids=["plain", "tables"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sweep(tmp_path_factory.mktemp("many") / "a.hdf5", grid(RUNS), request.param)


def test_all_that_are_laid_out_alike_are_proved_with_the_leaves_that_each_has(path: Path) -> None:
    content, there = path.read_bytes(), places(path)
    found = foreseen(content, content, there, there)
    alone = Twins(Image(content), Image(content))
    assert len(found) > RUNS - FEW
    for name, leaves in found.items():
        assert leaves == alone.leaves(there[name], there[name])


def test_copies_in_other_places_are_proved_too(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.hdf5"
    with h5py.File(path, "r", locking=False) as source, h5py.File(copy, "w", libver=LIBVER) as target:
        runs = target.create_group("sweep/results/runs")
        for name in reversed(source["sweep/results/runs"]):
            source.copy(f"sweep/results/runs/{name}", runs, name)
    assert len(foreseen(path.read_bytes(), copy.read_bytes(), places(path), places(copy))) > RUNS - FEW


@pytest.mark.parametrize("what", [*CHANGES, *UNKNOWN])
def test_a_run_that_was_changed_is_not_proved_with_the_others(path: Path, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "copy.hdf5"
    shutil.copy(path, copy)
    with h5py.File(copy, "r+", libver=LIBVER) as file:
        {**CHANGES, **UNKNOWN}[what](file["sweep/results/runs/run_00000005"])
    found = foreseen(path.read_bytes(), copy.read_bytes(), places(path), places(copy))
    assert b"run_00000005" not in found
    assert b"run_00000006" in found


def test_a_change_on_both_sides_is_no_difference_and_none_in_the_first_run_hides_one(
    path: Path, tmp_path: Path
) -> None:
    both = tmp_path / "both.hdf5"
    shutil.copy(path, both)
    with h5py.File(both, "r+", libver=LIBVER) as file:
        for run in (1, 7):
            CHANGES["a value"](file[f"sweep/results/runs/run_{run:08d}"])
            CHANGES["an annotation"](file[f"sweep/results/runs/run_{run:08d}"])
    found = foreseen(both.read_bytes(), both.read_bytes(), places(both), places(both))
    assert b"run_00000006" in found
    assert (
        foreseen(path.read_bytes(), both.read_bytes(), places(path), places(both))
        .keys()
        .isdisjoint({b"run_00000001", b"run_00000007"})
    )


def regions(content: bytes, there: dict[bytes, int]) -> list[int]:
    """Bytes near to where the runs are: headers, tables, names and data."""
    first, last = min(there.values()), max(there.values())
    return list(range(first, min(len(content), last + 8192)))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_bytes_are_changed_nothing_is_proved_that_would_not_be_proved_alone(path: Path, seed: int) -> None:
    content, there, chance = path.read_bytes(), places(path), random.Random(seed)
    where = regions(content, there)
    for _ in range(40):
        damaged = bytearray(content)
        for place in chance.sample(where, chance.choice([1, 1, 4, 40])):
            damaged[place] = chance.choice([0, 1, 255, damaged[place] ^ 1, chance.randrange(256)])
        for a, b in ((content, bytes(damaged)), (bytes(damaged), content), (bytes(damaged), bytes(damaged))):
            alone = Twins(Image(a), Image(b))
            for name, leaves in foreseen(a, b, there, there).items():
                assert alone.leaves(there[name], there[name]) == leaves, (seed, name)


@pytest.mark.parametrize("place", [0, 2**64 - 1, 2**64 - 8, 2**63])
def test_addresses_beyond_the_file_prove_nothing(path: Path, place: int) -> None:
    content, there = path.read_bytes(), list(places(path).values())
    many = ManyTwins(Image(content), Image(content))
    many.foresee([(each, each) for each in there] + [(place, place), (there[3], place), (place, there[3])])
    assert not [pair for pair in many._proved if place in pair]
    assert like_the_first(Image(content), [there[2], place, there[3]]).tolist() == [True, False, True]


Add = Callable[[h5py.Group], object]
NOT_ALIKE: dict[str, Add] = {
    "a soft link": lambda run: run.__setitem__("link", h5py.SoftLink("/sweep/results")),
    "a soft link in a leaf": lambda run: run["z"].__setitem__("link", h5py.SoftLink("/sweep/results")),
    "an external link": lambda run: run.__setitem__("link", h5py.ExternalLink("elsewhere", "/")),
    "another name": lambda run: run.move("z", "y"),
    "one more": lambda run: run.create_group("run_00000001"),
    "an attribute": lambda run: run.attrs.__setitem__("more", np.int64(1)),
}


@pytest.mark.parametrize("what", NOT_ALIKE)
def test_a_group_with_links_or_other_names_is_not_like_the_others(path: Path, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "copy.hdf5"
    shutil.copy(path, copy)
    with h5py.File(copy, "r+", libver=LIBVER) as file:
        NOT_ALIKE[what](file["sweep/results/runs/run_00000004"])
    there = places(copy)
    names = sorted(there)[1:]
    image = Image(copy.read_bytes())
    alike = dict(zip(names, like_the_first(image, [there[name] for name in names]).tolist(), strict=True))
    assert not alike.pop(b"run_00000004")
    assert sum(alike.values()) > RUNS - FEW
    first = [there[b"run_00000004"], *(there[name] for name in names if name != b"run_00000004")]
    assert like_the_first(image, first).tolist() == [True] + [False] * (RUNS - 2)
    assert os.path.getsize(copy) == len(image.content)
