"""The values of runs that are laid out alike are those that HDF5 gives run by run, whatever and however stored."""

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

from pexgui.core import files, layout
from pexgui.core.bookkeeping import open_trajectory_group
from pexgui.core.runs_alike import Alike, runs_alike
from pexgui.core.runs_chunks import Form, unpacked
from pexgui.core.runs_frame import runs_frame
from pexgui.core.runs_leaves import Troubles, run_homes
from pexgui.core.twins_headers import Unknown
from pexgui.core.twins_image import image_of
from pexgui.core.writer import Filters, Head, TrajectoryWriter, create
from tests.builders import CREATED
from tests.core.expected import fixtures, is_decodable
from tests.core.fixture_digest import fixture_digest
from tests.core.test_runs import group_of
from tests.values import CSR, VALUES

RUNS = 20


def frame(file: Path, name: str = "T", **how: Any) -> pd.DataFrame:
    made: pd.DataFrame = runs_frame(os.fsencode(file), b"/" + name.encode(), **how)
    return made


def made(file: Path, fill: Callable[[TrajectoryWriter, int], None], filters: Filters | None = None) -> Path:
    with create(os.fsencode(file), filters) as writer:
        trajectory = writer.trajectory(Head("T", CREATED), RUNS)
        for run in range(RUNS):
            fill(trajectory, run)
    return file


def in_newer_form(file: Path, copy: Path) -> Path:
    """A copy in a layout of which nothing is read but through HDF5."""
    with h5py.File(file, "r") as source, h5py.File(copy, "w", libver="v110") as target:
        for name in source:
            source.copy(name, target, name)
    with files.reading(os.fsencode(copy), whole=True) as opened:
        assert image_of(opened.image()) is None
    return copy


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert list(found.columns) == list(wanted.columns)
    assert list(found.dtypes) == list(wanted.dtypes)
    for one, other in zip(described(found), described(wanted), strict=True):
        assert one == other


def described(table: pd.DataFrame) -> list[list[Any]]:
    return [[None if cell is pd.NA else fixture_digest(cell) for cell in table[name].astype(object)] for name in table]


def kinds(file: Path, name: str = "T") -> list[Alike]:
    """The runs of which the values can be fetched at once."""
    with files.reading(os.fsencode(file), whole=True) as opened:
        trajectory = open_trajectory_group(opened, b"/" + name.encode())
        names = [layout.run_name(run) for run in range(RUNS)]
        homes = list(run_homes(trajectory, names, (layout.RESULTS,), Troubles()))
        image = image_of(opened.image())
        return [kind for home in homes for kind in runs_alike(image, home, trajectory.path, "utf-8", lambda *_: True)]


def test_every_fixture_gives_the_same_frame_run_by_run_and_at_once(shared: Path, tmp_path: Path) -> None:
    compared = 0
    for number, (file, known) in enumerate(fixtures(shared)):
        if not is_decodable(file) or file.name.startswith("50_") or not known["is_hdf5"] or "open_error" in known:
            continue
        copied = None
        for trajectory in known["trajectories"]:
            if "length" not in trajectory or file.name == "42_corrupt_chunk.hdf5":
                continue
            copied = copied or in_newer_form(file, tmp_path / f"{number}.hdf5")
            name = group_of(file, trajectory)
            found, wanted = frame(file, name), frame(copied, name)
            assert_same(found, wanted)
            assert [each.replace(file.name, copied.name) for each in found.attrs["problems"]] == list(
                wanted.attrs["problems"]
            )
            compared += 1
    assert compared > 80


@pytest.mark.parametrize("key", VALUES)
def test_a_value_of_any_kind_is_the_same_run_by_run_and_at_once(tmp_path: Path, key: str) -> None:
    file = made(
        tmp_path / "a.hdf5", lambda trajectory, run: trajectory.result("r", {"v": VALUES[key], "n": run}, run=run)
    )
    found = frame(file)
    assert found.attrs["problems"] == ()
    assert found["n"].tolist() == list(range(RUNS))
    assert_same(found, frame(in_newer_form(file, tmp_path / "b.hdf5")))
    assert [fixture_digest(cell) for cell in found["v"].astype(object)] == [
        fixture_digest(found["v"].astype(object)[0])
    ] * RUNS


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(9),
        Filters(0),
        Filters(1, shuffle=False),
        Filters(0, shuffle=False),
        Filters(3, fletcher32=True),
    ],
    ids=str,
)
def test_arrays_of_any_shape_are_the_same_however_they_are_stored(tmp_path: Path, filters: Filters) -> None:
    random = np.random.default_rng(1)
    arrays = {
        "short": lambda run: np.arange(100.0) * run,
        "one": lambda run: np.array([run]),
        "flat": lambda run: random.normal(size=(3, 70)),
        "cube": lambda run: random.integers(0, 9, (5, 4, 3)).astype("i2"),
        "full": lambda run: random.normal(size=8192),
        "several_chunks": lambda run: random.normal(size=20_000),
        "bytes": lambda run: random.integers(0, 256, 1000).astype("u1"),
        "flags": lambda run: random.integers(0, 2, (2, 50)).astype(bool),
        "waves": lambda run: random.normal(size=7) + 1j,
        "texts": lambda run: np.array(["a", f"ä{run % 10}"]),
        "nothing": lambda run: np.zeros((0, 3)),
    }

    def fill(trajectory: TrajectoryWriter, run: int) -> None:
        stored = {name: make(run) for name, make in arrays.items()}
        trajectory.result("r", stored, run=run)
        wanted.append(stored)

    wanted: list[dict[str, Any]] = []
    file = made(tmp_path / "a.hdf5", fill, filters)
    found = frame(file)
    assert found.attrs["problems"] == ()
    assert_same(found, frame(in_newer_form(file, tmp_path / "b.hdf5")))
    for run, stored in enumerate(wanted):
        for name, array in stored.items():
            cell = found[name][run]
            assert cell.dtype == array.dtype or array.dtype.kind == "U", name
            assert np.array_equal(cell, array), (name, run)
            assert cell.flags.writeable
            assert cell.base is None or cell.base.nbytes == cell.nbytes, "an array does not keep those of all runs"


def test_most_values_are_fetched_at_once_and_not_run_by_run(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter, run: int) -> None:
        trajectory.result("z", float(run), comment="only the first has it" if not run else "", run=run)
        trajectory.result("group.trace", np.arange(100.0) + run, run=run)
        trajectory.result("text", "a" * (1 + run % 2), run=run)

    found = kinds(made(tmp_path / "a.hdf5", fill))
    assert sum(len(kind.runs) for kind in found) >= RUNS - 3
    assert len(found) == 2
    assert all(kind.complete for kind in found)
    for kind in found:
        runs = [layout.run_index(run) for run in kind.runs]
        assert kind.leaves[b"results/runs/$/z"].items == {"z": [float(run) for run in runs if run is not None]}


def test_what_is_not_a_plain_array_is_left_to_be_read_run_by_run(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter, run: int) -> None:
        trajectory.result("some", {"number": run, "dict": {"a": run}}, run=run)
        trajectory.result("matrix", {"m": CSR}, run=run)

    file = made(tmp_path / "a.hdf5", fill)
    (kind,) = kinds(file)
    assert not kind.complete
    assert kind.leaves[b"results/runs/$/some"].items == {"number": [layout.run_index(run) for run in kind.runs]}
    table = frame(file)
    assert list(table.columns) == ["finished", "m", "dict", "number"]
    assert table["dict"].tolist() == [{"a": run} for run in range(RUNS)]
    assert {cell.format for cell in table["m"]} == {"csr"}


def chunk_of(file: Path, path: str) -> tuple[int, int]:
    """Where the only chunk of a dataset is in the file, and its size."""
    with h5py.File(file, "r") as opened:
        info = opened[path].id.get_chunk_info(0)
        return info.byte_offset, info.size


@pytest.mark.parametrize("at", [0, 5, -5, -1], ids=["head", "stream", "end", "checksum"])
def test_a_damaged_chunk_is_missing_and_told_and_the_others_are_there(tmp_path: Path, at: int) -> None:
    file = made(
        tmp_path / "a.hdf5", lambda trajectory, run: trajectory.result("trace", np.arange(100.0) + run, run=run)
    )
    place, size = chunk_of(file, "T/results/runs/run_00000007/trace/trace")
    content = bytearray(file.read_bytes())
    content[place + at % size] ^= 0x55
    file.write_bytes(content)
    found = frame(file)
    (problem,) = found.attrs["problems"]
    assert "“trace” is missing in run_00000007: " in problem
    assert found["trace"].isna().tolist() == [run == 7 for run in range(RUNS)]
    assert np.array_equal(found["trace"][8], np.arange(100.0) + 8)


def test_a_chunk_that_was_never_written_reads_as_hdf5_reads_it(tmp_path: Path) -> None:
    file = made(tmp_path / "a.hdf5", lambda trajectory, run: trajectory.result("trace", np.arange(10.0), run=run))
    with h5py.File(file, "r+") as opened:
        for run in (0, 5):
            leaf = opened[f"T/results/runs/run_{run:08d}/trace"]
            old = leaf["trace"]
            noted = dict(old.attrs)
            del leaf["trace"]
            new = leaf.create_dataset("trace", (10,), "f8", chunks=(10,), compression=5, shuffle=True)
            new.attrs.update(noted)
    found = frame(file)
    assert found.attrs["problems"] == ()
    assert [cell.sum() for cell in found["trace"]] == [0.0 if run in (0, 5) else 45.0 for run in range(RUNS)]


def test_the_zeros_behind_the_data_of_a_chunk_are_not_taken_for_granted() -> None:
    form = Form((64,), (4,), 8, True, True)
    data = np.zeros(64)
    data[:4] = 1.5, -2.0, 3.25, np.pi
    clean = np.ascontiguousarray(data.view("u1").reshape(64, 8).T).tobytes()
    data[40] = 7
    full = np.ascontiguousarray(data.view("u1").reshape(64, 8).T).tobytes()
    for chunks in ([clean] * 3, [full] * 3, [clean, full, clean]):
        rows = unpacked([zlib.compress(chunk, 6) for chunk in chunks], form)
        assert np.array_equal(rows.reshape(3, -1).view("<f8"), [[1.5, -2.0, 3.25, np.pi]] * 3)
    short, long = zlib.compress(clean[:-1]), zlib.compress(clean + b"\0")
    wrong = zlib.compress(clean)[:-1] + bytes([zlib.compress(clean)[-1] ^ 1])
    for broken in (short, long, wrong, b"", b"x", zlib.compress(clean)[:-4]):
        with pytest.raises((Unknown, zlib.error)):
            unpacked([zlib.compress(clean), broken], form)
