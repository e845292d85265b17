"""``pexgui-cli merge``: the plan it prints, what it writes, and what it says when it does not."""

import hashlib
import os
from pathlib import Path
from typing import Any

import h5py
import pytest

from pexgui.core import writer
from pexgui.core.writer import Head, TrajectoryWriter
from tests.builders import CREATED
from tests.core.compared import grid, sweep
from tests.test_cli import Answer, cli

__all__ = ["cli"]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    def note(value: float) -> Any:
        def add(made: TrajectoryWriter) -> None:
            made.result("note", value)

        return add

    return [
        sweep(tmp_path / "a.hdf5", grid(3), note(1.0)),
        sweep(tmp_path / "b.hdf5", [(0.5, 2), (9.0, 1)], note(2.0)),
    ]


def kept(tmp_path: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(tmp_path.iterdir())}


def test_a_dry_run_prints_the_plan_and_changes_nothing(cli: Any, files: list[Path], tmp_path: Path) -> None:
    before = kept(tmp_path)
    answer: Answer = cli("merge", *files, "-o", tmp_path / "out.hdf5", "--remove-duplicates", "--dry-run")
    assert (answer.status, answer.err) == (0, "")
    for words in (
        "sweep: 4 runs from 2 sources",
        "1 point is in more than one run: each is taken once",
        "run_00000000 (x 0.5 · seed 2): run_00000002 of “a.hdf5” has the same point",
        "results.note: 1.0 / 2.0 → keep first",
    ):
        assert words in answer.out
    assert kept(tmp_path) == before
    plan = cli("merge", *files, "-o", tmp_path / "out.hdf5", "--dry-run", "--json").json["plan"]
    assert (plan["runs"], plan["shared_points"], plan["problem"]) == (5, 1, None)
    assert [source["taken"] for source in plan["sources"]] == [3, 2]


def test_merged_into_a_new_file_or_into_the_first(cli: Any, files: list[Path], tmp_path: Path) -> None:
    before = kept(tmp_path)
    answer: Answer = cli("merge", *files, "-o", tmp_path / "out.hdf5", "--json")
    assert (answer.status, answer.json["result"]["runs"], answer.json["result"]["backup"]) == (0, 5, None)
    assert before.items() <= kept(tmp_path).items()
    answer = cli("merge", "--folder", tmp_path, "--in-place", "--put-away")
    assert answer.status == 0
    assert "10 runs" in answer.out
    assert "The file as it was before:" in answer.out
    assert not files[1].exists()
    assert before["a.hdf5"] in kept_below(tmp_path)
    assert before["b.hdf5"] in kept_below(tmp_path)


def kept_below(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_sources_are_deleted_only_when_that_is_said(cli: Any, files: list[Path], tmp_path: Path) -> None:
    assert cli("merge", *files, "--in-place", "--no-backup").status == 0
    assert files[1].exists()
    assert cli("merge", *files, "--in-place", "--no-backup", "--delete-sources").status == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".hdf5"] == ["a.hdf5"]


def test_a_parameter_that_is_missing_is_asked_for(cli: Any, files: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "c.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 1)
        made.parameter("group.x", 5.0)
        made.parameter("seed", 5)
        made.run(0, CREATED, CREATED + 1)
    out = tmp_path / "out.hdf5"
    answer: Answer = cli("merge", files[0], path, "-o", out)
    assert answer.status == 1
    assert "Choose a value of “parameters.fixed” for “c.hdf5”" in answer.err
    assert not out.exists()
    assert cli("merge", files[0], path, "-o", out, "--fill", "parameters.fixed=8").status == 0
    with h5py.File(out) as made_of_both:
        values = made_of_both["sweep/parameters/fixed/explored_data"]
        assert values["data"].reshape(-1).tolist() == [7, 7, 7, 8]


def test_a_damaged_source_is_refused_or_repaired_as_the_plan_says(cli: Any, files: list[Path], tmp_path: Path) -> None:
    with h5py.File(files[0], "r+", libver=("earliest", "v110")) as file:
        file["sweep/parameters/group/x/explored_data"].resize((2,))
    before, out = kept(tmp_path), tmp_path / "out.hdf5"
    damage = "1 run has no readable value of “parameters.group.x”"
    answer: Answer = cli("merge", *files, "-o", out)
    assert answer.status == 1
    assert f"“a.hdf5” is damaged: {damage}. Choose to repair it" in answer.err
    assert f"! Damaged: {damage}. With --repair: 1 run is left out." in cli("merge", *files, "-o", out, "--dry-run").out
    assert kept(tmp_path) == before
    answer = cli("merge", *files, "-o", out, "--repair")
    assert answer.status == 0
    assert f"! Damaged: {damage}. 1 run is left out." in answer.out
    assert "− run_00000002: its point is not known" in answer.out
    source = cli("merge", *files, "-o", tmp_path / "o.hdf5", "--repair", "--json").json["plan"]["sources"][0]
    assert (source["damage"], source["repaired"]) == ([{"what": damage, "repair": "1 run is left out."}], True)
    assert before.items() <= kept(tmp_path).items()


@pytest.mark.parametrize("where", [("-o", "out.hdf5"), ("--in-place",), ("--in-place", "--put-away")])
def test_undo_puts_every_file_back(
    cli: Any, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = kept(tmp_path)
    merged: Answer = cli("merge", *files, *where)
    (command,) = [line for line in merged.out.splitlines() if line.startswith("To put everything back: ")]
    answer: Answer = cli(*command.split()[5:])
    assert (answer.status, answer.err) == (0, "")
    assert kept(tmp_path) == before
    assert "Nothing is known" in cli("merge", "--undo", files[0]).err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "Say where the result goes"),
        (("--in-place", "-o", "x.hdf5"), "Say where the result goes"),
        (("--in-place", "--put-away", "--delete-sources"), "can be put away or deleted, not both"),
        (("-o", "gone/x.hdf5"), "The folder “gone” is not there"),
        (("--in-place", "--on-conflict", "ask-fails"), "Choose what becomes of “results.note”"),
        (("--in-place", "--trial", "seed"), "does not count trials"),
        (("--in-place", "--fill", "nothing=1"), "No source lacks “nothing”"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    cli: Any, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = kept(tmp_path)
    answer: Answer = cli("merge", *files, *more)
    assert answer.status == 1
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert kept(tmp_path) == before


def test_too_few_sources_are_refused(cli: Any, files: list[Path], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "at least two" in cli("merge", files[0], "--in-place").err
    assert "no HDF5 file in" in cli("merge", "--folder", empty, "--in-place").err
