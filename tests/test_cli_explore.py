"""``pexgui-cli explore``: what a design means, what is made and extended, and what is said when it cannot be."""

import ast
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.core import Numbers, TrajectoryRequest, read_design, read_runs, writer
from pexgui.core.writer import Head
from tests.builders import CREATED, small_trajectory
from tests.test_cli import Answer, cli, problem

__all__ = ["cli"]


def runs(path: Path, name: str) -> dict[str, list[Any]]:
    """The values of the explored parameters."""
    table = read_runs(TrajectoryRequest(os.fsencode(path), f"/{name}".encode()))
    found: dict[str, list[Any]] = {}
    for column in table.parameters:
        cells = column.cells
        numbers = isinstance(cells, Numbers)
        found[column.name] = np.frombuffer(cells.data, cells.dtype).tolist() if numbers else list(cells.items)
    return found


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_trajectory(tmp_path / "small.hdf5", 4, finished=2)


def test_a_trajectory_is_made_from_nothing(cli: Any, tmp_path: Path) -> None:
    out = tmp_path / "sweep.hdf5"
    made = ["new", out, "--param", "x=linspace(0, 1, 3)", "--param", "net.y=1, 2", "--param", "mode=slow, fast"]
    more = ["--link", "net.y,mode", "--order", "y,x", "--default", "z=3", "--comment-of", "x=A voltage"]
    more += ["--comment", "Mine"]
    dry: Answer = cli("explore", *made, *more, "--dry-run")
    assert (dry.status, dry.err) == (0, "")
    assert dry.out.splitlines()[0] == "6 points: 2 net.y + mode × 3 x"
    assert "  x: 0.0, 0.5, 1.0" in dry.out
    assert not out.exists()
    answer: Answer = cli("explore", *made, *more)
    assert (answer.status, answer.err) == (0, "")
    assert f"Made {out} with 6 runs to be run." in answer.out
    found = runs(out, "sweep")
    assert found["parameters.x"] == [0.0, 0.5, 1.0] * 2
    assert found["parameters.net.y"] == [1] * 3 + [2] * 3
    assert found["parameters.mode"] == ["slow"] * 3 + ["fast"] * 3
    design = read_design(TrajectoryRequest(os.fsencode(out), b"/sweep")).design
    assert {one.name: (one.type, one.default, one.comment) for one in design.parameters} == {
        "x": ("float", "0.0", "A voltage"),
        "net.y": ("int", "1", ""),
        "mode": ("text", '"slow"', ""),
        "z": ("int", "3", ""),
    }


def test_a_file_that_is_there_is_only_replaced_when_that_is_said(cli: Any, tmp_path: Path) -> None:
    out = tmp_path / "sweep.hdf5"
    assert cli("explore", "new", out, "--param", "x=1, 2").status == 0
    assert "is there already" in problem(cli("explore", "new", out, "--param", "x=1, 2, 3"))
    answer: Answer = cli("explore", "new", out, "--param", "x=1, 2, 3", "--replace", "--json")
    assert (answer.status, answer.json["result"]["runs"], answer.json["plan"]["counts"]) == (0, 3, [3])


def test_a_trajectory_begins_with_the_parameters_of_another(cli: Any, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.hdf5"
    answer: Answer = cli("explore", "new", out, "--from", f"{small}::small", "--param", "x=5, 6", "--name", "other")
    assert answer.status == 0, answer.err
    assert runs(out, "other") == {
        "parameters.group.x": [5.0, 5.0, 6.0, 6.0],
        "parameters.mode": ["slow", "fast"] * 2,
    }
    again = tmp_path / "again.hdf5"
    made = ["new", again, "--from", small, "--only", "--param", "fixed=range(3)", "--default", "mode=slow"]
    assert cli("explore", *made).status == 0
    assert runs(again, "small") == {"parameters.fixed": [0, 1, 2]}
    design = read_design(TrajectoryRequest(os.fsencode(again), b"/small")).design
    assert {one.name: (one.default, one.comment) for one in design.parameters} == {
        "group.x": ("0.0", "First"),
        "mode": ('"slow"', ""),
        "fixed": ("7", "Not explored"),
    }


def test_what_is_missing_is_listed_and_added(cli: Any, small: Path) -> None:
    asked = [small, "--param", "group.x=0, 1, 10", "--param", "mode=slow, fast", "--order", "mode,x"]
    missing: Answer = cli("explore", "missing", *asked, "--json")
    assert missing.status == 0, missing.err
    assert (missing.json["points"], missing.json["existing"]) == (6, 2)
    expected = [("slow", 1.0), ("slow", 10.0), ("fast", 0.0), ("fast", 10.0)]
    assert [(point["mode"], point["group.x"]) for point in missing.json["missing"]] == expected
    shown = cli("explore", "missing", *asked).out.splitlines()
    assert shown[0] == "4 of 6 points missing"
    assert shown[3].split() == ["slow", "1.0"]
    dry: Answer = cli("explore", "extend", *asked, "--dry-run")
    assert "2 are runs already, 4 runs will be added." in dry.out
    answer: Answer = cli("explore", "extend", *asked, "--json")
    assert (answer.status, answer.json["result"]["added"], answer.json["result"]["runs"]) == (0, 4, 8)
    assert (
        list(zip(runs(small, "small")["parameters.mode"], runs(small, "small")["parameters.group.x"], strict=True))[4:]
        == expected
    )
    assert cli("explore", "missing", *asked).out == "0 of 6 points missing\n"
    assert "All of these points are runs already" in problem(cli("explore", "extend", *asked))


def test_different_points_are_told_with_their_runs(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "twice.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("twice", CREATED), 3)
        made.parameter("x", 0.5, [0.5, float("inf"), 0.5])
        made.parameter("a", np.zeros(2), [np.zeros(2), np.ones(2), np.zeros(2)])
    answer: Answer = cli("explore", "unique", path, "--json")
    assert answer.status == 0
    assert answer.json["runs"] == 3
    assert [point["runs"] for point in answer.json["points"]] == [[0, 2], [1]]
    assert [point["values"]["parameters.x"] for point in answer.json["points"]] == [0.5, "Infinity"]
    shown = cli("explore", "unique", path).out.splitlines()
    assert shown[0] == "2 different points in 3 runs"
    assert shown[3].split()[0] == "0.5" and shown[3].endswith("0, 2")


def test_open_runs_are_told_with_what_runs_them(cli: Any, small: Path, tmp_path: Path) -> None:
    answer: Answer = cli("explore", "open", small)
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0] == "small: 2 of 4 runs open"
    assert lines[3].split() == ["run_00000002", "2.0", "slow"]
    assert "python run_small.py --processes" in lines[-1]
    script = tmp_path / "run_small.py"
    found = cli("explore", "open", small, "--json", "--run-script", script).json
    assert [run["name"] for run in found["open"]] == ["run_00000002", "run_00000003"]
    assert "#SBATCH" in found["array"]
    ast.parse(script.read_text())
    done = small_trajectory(tmp_path / "done.hdf5")
    assert cli("explore", "open", done).out == "small: 0 of 3 runs open\n"


def test_scripts_are_saved_beside(cli: Any, tmp_path: Path) -> None:
    pypet, run = tmp_path / "pypet.py", tmp_path / "run.py"
    asked = ["new", tmp_path / "a.hdf5", "--param", "x=1, 2", "--script", pypet, "--run-script", run, "--dry-run"]
    answer: Answer = cli("explore", *asked)
    assert (answer.status, answer.err) == (0, "")
    assert f"Saved {pypet}" in answer.out
    for script in (pypet, run):
        ast.parse(script.read_text())
    assert not (tmp_path / "a.hdf5").exists()


WRONG = [
    (["--param", "x"], "--param needs a name and what it is to be"),
    (["--param", "x="], "--param needs a name and what it is to be"),
    (["--param", "x=1,,2"], "“x”: After “1,” a number is missing."),
    (["--param", "x=foo(1)"], "“x”: “foo” is not known."),
    (["--param", "x=1", "--param", "x=2"], "“x” is given twice with --param"),
    (["--param", "x=1, 2", "--param", "y=1, 2, 3", "--link", "x,y"], "Linked parameters need equally many values"),
    (["--param", "x=1, 2", "--link", "x,z"], "There is no parameter “z”"),
    (["--param", "x=1, 2", "--order", "y"], "There is no parameter “y”"),
    (["--default", "x=1"], "No parameter is explored"),
    (["--param", "$x=1, 2"], "“$x” cannot be a name"),
    (["--param", "x=1, 2", "--name", "a b"], "“a b” cannot be a name"),
    ([], "No parameter is explored"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG)
def test_what_cannot_be_is_told_and_nothing_is_made(cli: Any, tmp_path: Path, asked: list[str], said: str) -> None:
    out = tmp_path / "out.hdf5"
    assert said in problem(cli("explore", "new", out, *asked))
    assert not out.exists()


def test_what_is_not_there_is_told(cli: Any, small: Path, tmp_path: Path) -> None:
    for command in ("extend", "missing", "unique", "open"):
        problem(cli("explore", command, tmp_path / "nowhere.hdf5"))
        assert "has no trajectory “other”" in problem(cli("explore", command, f"{small}::other"))
    assert "There is no parameter “w”" in problem(cli("explore", "missing", small, "--param", "w=1"))
