"""``pexgui-cli compact``: what it prints, what it does, and what it says when it does not."""

import hashlib
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.core.compared import grid, sweep
from tests.test_cli import Answer, cli

__all__ = ["cli"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return sweep(tmp_path / "a.hdf5", grid(5))


def kept(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_a_dry_run_says_what_would_be_saved_and_changes_nothing(cli: Any, file: Path, tmp_path: Path) -> None:
    before = kept(tmp_path)
    answer: Answer = cli("compact", file, "--dry-run")
    assert (answer.status, answer.err) == (0, "")
    assert "“a.hdf5”: 85 kB → about " in answer.out
    assert " %" in answer.out
    assert "free: " in answer.out
    assert kept(tmp_path) == before
    plan = cli("compact", file, "--dry-run", "--json").json["plan"]["files"][0]
    assert (plan["size"], plan["gains"], plan["trajectories"]) == (file.stat().st_size, True, ["sweep"])
    assert plan["expected"] < plan["size"]


@pytest.mark.parametrize("mode", ["small", "fast"])
def test_compacted_in_place_and_undone(cli: Any, file: Path, tmp_path: Path, mode: str) -> None:
    before = kept(tmp_path)
    answer: Answer = cli("compact", file, "--mode", mode, "--all", "--json")
    assert answer.status == 0
    (done,) = answer.json["result"]["files"]
    assert done["after"] == file.stat().st_size < done["before"]
    assert done["verified"] > 40
    assert Path(done["backup"]).exists()
    assert kept(tmp_path) != before
    assert "is as it was before" in cli("compact", "--undo", file).out
    assert kept(tmp_path) == before


def test_a_folder_of_files_of_which_one_is_none(cli: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "b.hdf5").write_text("no HDF5")
    answer: Answer = cli("compact", "--folder", tmp_path, "--no-backup")
    assert answer.status == 1
    assert "“b.hdf5”: “b.hdf5” is not an HDF5 file." in answer.out
    assert "objects verified" in answer.out
    assert sorted(kept(tmp_path)) == ["a.hdf5", "b.hdf5"]


def test_what_is_compact_already_is_left_alone(cli: Any, file: Path, tmp_path: Path) -> None:
    cli("compact", file, "--no-backup")
    before = kept(tmp_path)
    answer: Answer = cli("compact", file)
    assert (answer.status, kept(tmp_path)) == (0, before)
    assert "already compact; left as it is" in answer.out


def test_written_to_another_file(cli: Any, file: Path, tmp_path: Path) -> None:
    before = kept(tmp_path)
    answer: Answer = cli("compact", file, "--to", tmp_path / "out.hdf5")
    assert answer.status == 0
    assert before.items() <= kept(tmp_path).items()
    assert set(kept(tmp_path)) - set(before) >= {"out.hdf5"}


def test_another_codec_goes_with_the_settings(cli: Any, tmp_path: Path) -> None:
    file = sweep(tmp_path / "a.hdf5", grid(2), lambda made: made.result("big", {"big": np.zeros(400_000)}))
    with h5py.File(file, "r+") as there:
        del there["sweep/results/big/big"]
        values = np.tile(np.arange(1000), 400).astype("f8")
        there.create_dataset("sweep/results/big/big", data=values, chunks=(50_000,))
    assert cli("compact", file, "--codec", "zlib", "--level", "4", "--no-backup").status == 0
    with h5py.File(file, "r") as there:
        dataset = there["sweep/results/big/big"]
        assert (dataset.compression, dataset.compression_opts) == ("gzip", 4)
        assert np.array_equal(dataset[...], values)
        row = there["sweep/overview/hdf5_settings"][0]
        assert (row["complib"], row["complevel"]) == (b"zlib", 4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say which files to compact."),
        (["a.hdf5", "a.hdf5", "--level", "12"], "There is no level 12."),
        (["a.hdf5", "--mode", "fast", "--codec", "zlib"], "The fast mode compresses nothing anew."),
        (["a.hdf5", "b.hdf5", "--to", "c.hdf5"], "Several files cannot be compacted into one."),
        (["a.hdf5", "--rescue"], "What is rescued needs a file of its own."),
        (["--folder", "empty"], "There is no HDF5 file in “empty”."),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(
    cli: Any, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    answer: Answer = cli("compact", *arguments)
    assert answer.status == 1
    assert words in answer.err
    assert os.listdir(tmp_path / "empty") == []
