"""``pexgui-cli compare``: what it prints, what it writes, and its exit status, as that of ``diff``."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.cli import main
from pexgui.core.writer import TrajectoryWriter
from tests.builders import several_trajectories
from tests.core.compared import grid, sweep
from tests.test_cli import Answer, cli

__all__ = ["cli"]


@pytest.fixture
def a(tmp_path: Path) -> Path:
    return sweep(tmp_path / "a.hdf5", grid(6), lambda made: made.result("note", "first"))


@pytest.fixture
def b(tmp_path: Path) -> Path:
    def change(trajectory: TrajectoryWriter) -> None:
        trajectory.result("note", "second")
        trajectory.result("odd", np.array([float("inf")]))

    return sweep(tmp_path / "b.hdf5", [*grid(5), (9.0, 1)], change, lambda x, seed: x * 10 + seed + 0.5 * (x == 1.0))


def test_the_same_is_0_different_is_1_and_trouble_is_2(cli: Any, a: Path, b: Path, tmp_path: Path) -> None:
    assert cli("compare", a, a).status == 0
    assert cli("compare", a, b).status == 1
    for trouble in ((a,), (a, tmp_path / "gone.hdf5"), (a, f"{a}::nothing"), (a, f"{a}::sweep::run_77")):
        answer = cli("compare", *trouble)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.count("\n") == 2
        assert "Traceback" not in answer.err


def test_it_says_what_differs_where_and_how_much(cli: Any, a: Path, b: Path) -> None:
    lines = cli("compare", a, b).out.splitlines()
    assert lines[:2] == [f"A  {a} :: sweep (6 runs)", f"B  {b} :: sweep (6 runs)"]
    assert "  ≠ results.note: first → second  (5 characters / 6)" in lines
    assert "  + results.odd: only in B, [inf]" in lines
    assert "Results, x 1.0 · seed 1 (run_00000004 / run_00000004)" in lines
    assert "  ≠ results.runs.$.z: 11.0 → 11.5  (+0.5, +4.55 %)" in lines
    assert lines[lines.index("Runs only in A") + 1] == "  − run_00000005: x 1.25 · seed 2"
    assert lines[lines.index("Runs only in B") + 1] == "  + run_00000005: x 9.0 · seed 1"
    assert lines[-1] == "3 differences, 21 equal, 1 run only in A, 1 run only in B."


def test_what_is_the_same_is_said_in_a_line(cli: Any, a: Path) -> None:
    assert cli("compare", a, a).out.splitlines()[-1] == "No difference, 26 equal."


@pytest.mark.parametrize(
    ("options", "differing"),
    [
        (["--atol", "0.5"], {"results.note", "results.odd"}),
        (["--rtol", "0.1"], {"results.note", "results.odd"}),
        (["--tolerance", "z:atol=1"], {"results.note", "results.odd"}),
        (["--ignore", "note", "odd"], {"results.runs.$.z"}),
        (["--only", "z"], {"results.runs.$.z"}),
        (["--only", "parameters"], set()),
        (["--ignore", "results"], set()),
    ],
    ids=" ".join,
)
def test_tolerances_and_names_choose_what_counts(
    cli: Any, a: Path, b: Path, options: list[str], differing: set[str]
) -> None:
    found = cli("compare", a, b, "--json", *options).json["against"][0]["differences"]
    assert {one["name"] for one in found} == differing


def test_as_json_it_says_all_and_numbers_json_does_not_know_as_text(cli: Any, a: Path, b: Path) -> None:
    answer = cli("compare", a, b, "--json")
    against = answer.json["against"][0]
    assert answer.json["same"] is False
    assert [side["trajectory"] for side in answer.json["sides"]] == ["sweep", "sweep"]
    assert against["runs_only_in_a"] == ["run_00000005"]
    assert (against["paired_runs"], against["counts"]["equal"]) == (5, 21)
    found = next(one for one in against["differences"] if one["name"] == "results.runs.$.z")
    assert found["point"] == {"x": "1.0", "seed": "1"}
    assert (found["a"], found["b"], found["max_absolute"], found["run_b"]) == ("11.0", "11.5", 0.5, "run_00000004")


def test_infinite_differences_are_valid_json(cli: Any, tmp_path: Path) -> None:
    a, b = (
        sweep(tmp_path / f"{number}.hdf5", grid(1), lambda made, number=number: made.result("odd", number))
        for number in (1.0, float("inf"))
    )
    (found,) = cli("compare", a, b, "--json").json["against"][0]["differences"]
    assert (found["b"], found["max_absolute"]) == ("inf", "Infinity")


def test_runs_trajectories_and_several_files(cli: Any, a: Path, b: Path, tmp_path: Path) -> None:
    out = cli("compare", f"{a}::sweep::run_00000001", f"{a}::sweep::run_00000002").out
    assert "run_00000001 and run_00000002" in out
    assert "  ≠ parameters.group.x value: 0.25 → 0.5  (+0.25, +100 %)" in out
    several = several_trajectories(tmp_path / "several.hdf5")
    assert cli("compare", f"{several}::first", f"{several}::second").status == 1
    assert len(cli("compare", a, b, a, "--json").json["against"]) == 2
    odd = tmp_path / "odd::name.hdf5"
    odd.write_bytes(a.read_bytes())
    assert cli("compare", odd, a).status == 0


def test_runs_are_paired_by_number_on_request(cli: Any, a: Path, b: Path) -> None:
    against = cli("compare", a, b, "--by", "number", "--json").json["against"][0]
    assert against["paired_runs"] == 6
    assert {one["aspect"] for one in against["differences"]} == {"value", "range"}


def test_a_report_is_written_beside(cli: Any, a: Path, b: Path, tmp_path: Path) -> None:
    for name in ("out.html", "out.csv"):
        assert cli("compare", a, b, "--report", tmp_path / name).status == 1
    assert "first" in (tmp_path / "out.html").read_text()
    with open(tmp_path / "out.csv", encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) > 3
    assert cli("compare", a, b, "--report", a).status == 2
    assert cli("compare", a, b).status == 1, "a compared file is never written over"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--rtol", "-1"],
        ["--rtol", "nan"],
        ["--ulp", "-2"],
        ["--tolerance", "z"],
        ["--tolerance", "z:more=1"],
        ["--by", "name"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(cli: Any, a: Path, wrong: list[str]) -> None:
    answer: Answer = cli("compare", *([a, a, *wrong] if wrong else []))
    assert answer.status == 2
    assert "usage:" in answer.err


def test_names_from_files_cannot_control_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = sweep(tmp_path / "a\x1b[2J.hdf5", grid(1), lambda made: made.result("note", "one\x1b]0;x\x07"))
    b = sweep(tmp_path / "b.hdf5", grid(1), lambda made: made.result("note", "two"))
    main(["compare", os.fspath(a), os.fspath(b)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert json.dumps(out)
