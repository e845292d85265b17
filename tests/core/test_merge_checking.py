"""Whatever is spoilt between writing and verifying is found before the result takes its place."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from pexgui.core import PexError, files, merge_checking, replacing, verify_trees
from pexgui.core.writer import TrajectoryWriter
from tests.core.compared import grid, sweep
from tests.core.merges import merged

RUNS = 20


def outside(made: TrajectoryWriter) -> None:
    made.result("large", np.arange(1000.0))
    made.derived_parameter("derived", 3)
    made.parameter("text", "before", comment="A text")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sources")
    later = [(x + 100, seed) for x, seed in grid(RUNS)]
    return [sweep(folder / "a.hdf5", grid(RUNS), outside), sweep(folder / "b.hdf5", later, outside)]


def refused(
    sources: list[Path], folder: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]
) -> None:
    """The merge is refused when the written file is spoilt, and nothing of it is left."""
    spoilt = []

    def at(name: str) -> None:
        if name == "verify the result":
            (part,) = folder.glob(".*.tmp")
            spoil(part)
            spoilt.append(part)

    monkeypatch.setattr(replacing, "moment", at)
    with pytest.raises(PexError, match=r"is not what it should be|is not identical|cannot be compared"):
        merged(sources, folder / "out.hdf5")
    assert spoilt and not os.listdir(folder)


@pytest.mark.parametrize("most", [0, verify_trees.MOST])
def test_what_is_too_large_for_memory_is_compared_without_reading_a_file_for_every_object(
    sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for name in "abc":
        os.makedirs(tmp_path / name)
    whole = merged(sources, tmp_path / "a" / "out.hdf5")
    monkeypatch.setattr(files, "AT_ONCE", 0)
    monkeypatch.setattr(merge_checking, "MOST", most)
    monkeypatch.setattr(verify_trees, "_proof", pytest.fail)
    assert merged(sources, tmp_path / "b" / "out.hdf5").verified == whole.verified

    def spoil(part: Path) -> None:
        ((place, _),) = places_of_data(part, "sweep/results/large").values()
        flip(part, place)

    refused(sources, tmp_path / "c", monkeypatch, spoil)


def flip(part: Path, place: int) -> None:
    with part.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0x10]))


def places_of_data(part: Path, group: str) -> dict[str, tuple[int, int]]:
    """Where in the file the data of each dataset below a group are, or their first piece, and how many bytes."""
    found: dict[str, tuple[int, int]] = {}
    with h5py.File(part, "r", locking=False) as file:

        def note(name: str, node: h5py.HLObject) -> None:
            if isinstance(node, h5py.Dataset) and node.chunks is None:
                found[name] = node.id.get_offset(), node.id.get_storage_size()
            elif isinstance(node, h5py.Dataset):
                piece = node.id.get_chunk_info(0)
                found[name] = piece.byte_offset, piece.size

        file[group].visititems(note)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_single_bit_in_any_result_of_any_run(
    sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)

    def spoil(part: Path) -> None:
        known = places_of_data(part, "sweep/results/runs")
        assert len(known) == 2 * 2 * RUNS
        place, size = known[chance.choice(sorted(known))]
        flip(part, place + chance.randrange(size))

    refused(sources, tmp_path, monkeypatch, spoil)


@pytest.mark.parametrize(
    "name", ["results/large/large", "derived_parameters/derived/data", "parameters/fixed/data", "parameters/text/data"]
)
def test_a_single_bit_in_what_lies_outside_of_runs(
    sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def spoil(part: Path) -> None:
        with h5py.File(part, "r+", libver=("earliest", "v110"), locking=False) as file:
            values = file[f"sweep/{name}"][()].copy()
            file[f"sweep/{name}"][()] = np.frombuffer(changed(values.tobytes()), values.dtype).reshape(values.shape)

    refused(sources, tmp_path, monkeypatch, spoil)


def changed(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


ATTRIBUTES = {
    "of a run": "results/runs/run_00000025/z",
    "of a run of the first source": "results/runs/run_00000004/z",
    "of a result": "results/large",
    "of a parameter": "parameters/fixed",
}


@pytest.mark.parametrize("where", ATTRIBUTES)
@pytest.mark.parametrize("what", ["another value", "one more", "one less"])
def test_attributes_too(
    sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, what: str
) -> None:
    def spoil(part: Path) -> None:
        with h5py.File(part, "r+", libver=("earliest", "v110"), locking=False) as file:
            leaf = file[f"sweep/{ATTRIBUTES[where]}"]
            if what == "another value":
                leaf.attrs.modify("SRVC_INIT_CLASS_NAME", np.bytes_(b"PickleResult"))
            elif what == "one more":
                leaf.attrs["SRVC_AN_more"] = np.int64(1)
            else:
                del leaf.attrs["SRVC_INIT_CLASS_NAME"]

    refused(sources, tmp_path, monkeypatch, spoil)


def test_a_file_of_another_layout_is_verified_object_by_object(
    tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bytes prove nothing, HDF5 is asked."""
    newer = []
    for number, path in enumerate(sources):
        newer.append(tmp_path / f"newer {number}.hdf5")
        with h5py.File(path, "r", locking=False) as old, h5py.File(newer[-1], "w", libver="v110") as new:
            old.copy("sweep", new)
            for name, value in old.attrs.items():
                new.attrs[name] = value
    folder = tmp_path / "target"
    folder.mkdir()
    assert merged(newer, folder / "out.hdf5").runs == 2 * RUNS
    shutil.rmtree(folder)
    folder.mkdir()

    def spoil(part: Path) -> None:
        place, _ = places_of_data(part, "sweep/results/runs")["run_00000033/trace/trace"]
        flip(part, place)

    refused(newer, folder, monkeypatch, spoil)
