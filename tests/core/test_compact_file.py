"""`compact_hdf5_file`: pypet's name and arguments, without its losses."""

import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from pexgui import compact_hdf5_file
from pexgui.core import PexError, files, verify_trees, writer
from pexgui.core.writer import Filters, Head
from tests.builders import CREATED
from tests.core.compared import grid, sweep
from tests.core.merge_cutting import digests


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return sweep(tmp_path / "a.hdf5", grid(5))


def same(path: Path, other: Path) -> None:
    with files.reading(os.fsencode(path)) as source, files.reading(os.fsencode(other)) as copy:
        verify_trees.same_trees(source.root, copy.root, storage=False)


def test_the_file_becomes_smaller_and_is_kept_as_a_backup(file: Path) -> None:
    (before,) = digests(file.parent).values()
    size = file.stat().st_size
    assert compact_hdf5_file(file) == 0
    assert file.stat().st_size < 0.7 * size
    assert {path.name for path in file.parent.iterdir()} == {"a.hdf5", "a_backup.hdf5"}
    assert digests(file.parent)["a_backup.hdf5"] == before
    same(file.parent / "a_backup.hdf5", file)


def test_an_older_backup_is_never_replaced(file: Path) -> None:
    compact_hdf5_file(str(file))
    kept = digests(file.parent)
    compact_hdf5_file(os.fsencode(file))
    assert kept["a_backup.hdf5"] == digests(file.parent)["a_backup.hdf5"]
    assert kept["a.hdf5"] == digests(file.parent)["a_backup_2.hdf5"]


def test_without_a_backup_there_is_none(file: Path) -> None:
    assert compact_hdf5_file(file, keep_backup=False) == 0
    assert [path.name for path in file.parent.iterdir()] == ["a.hdf5"]


def test_a_trajectory_that_does_not_exist_is_an_error_that_names_those_there_are(file: Path) -> None:
    before = digests(file.parent)
    with pytest.raises(ValueError, match=r"no trajectory “other” in “a\.hdf5”; there are “sweep”"):
        compact_hdf5_file(file, name="other")
    for index in (1, -2):
        with pytest.raises(ValueError, match=f"no trajectory with the index {index} in “a.hdf5”; there are “sweep”"):
            compact_hdf5_file(file, index=index)
    with pytest.raises(ValueError, match="not both"):
        compact_hdf5_file(file, name="sweep", index=0)
    assert digests(file.parent) == before


def test_a_file_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PexError, match=r"“none\.hdf5” is not there"):
        compact_hdf5_file(tmp_path / "none.hdf5")
    other = tmp_path / "other.hdf5"
    other.write_text("no HDF5")
    with pytest.raises(PexError, match="not an HDF5 file"):
        compact_hdf5_file(other)
    assert other.read_text() == "no HDF5"


def settings(path: Path, trajectory: str) -> tuple[bytes, int]:
    with h5py.File(path, "r") as there:
        row = there[f"{trajectory}/overview/hdf5_settings"][0]
        return bytes(row["complib"]), int(row["complevel"])


def test_the_settings_of_the_chosen_trajectory_say_how_large_data_are_compressed(tmp_path: Path) -> None:
    """Without a name those of the last one by name; pypet's own settings of all go with the data."""
    path = tmp_path / "two.hdf5"
    values = np.tile(np.arange(1000.0), 400)
    with writer.create(os.fsencode(path), Filters(9)) as made:
        for name in ("first", "second"):
            made.trajectory(Head(name, CREATED), 1).result("a", values)
    with h5py.File(path, "r+") as there:
        there["second/overview/hdf5_settings"][0] = tuple(
            4 if name == "complevel" else value
            for name, value in zip(*map(list, _row(there["second/overview/hdf5_settings"])), strict=True)
        )
    assert compact_hdf5_file(path, keep_backup=False) == 0
    assert settings(path, "first") == settings(path, "second") == (b"zlib", 4)
    assert compact_hdf5_file(path, name="first", keep_backup=False) == 0


def _row(table: h5py.Dataset) -> tuple[list[str], list[object]]:
    return list(table.dtype.names), list(table[0])
