"""Scripts for designs: pypet runs the one, the other runs here; and what cannot be written is said."""

import ast
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from pexgui.core import (
    Design,
    DesignedParameter,
    ExploreRequest,
    ExploreWork,
    PexError,
    RunStatus,
    SaveScriptRequest,
    ScriptRequest,
    Scripts,
    TrajectoryRequest,
    explore,
    plan_explore,
    read_design,
    read_runs,
    save_script,
    write_scripts,
    writer,
)
from pexgui.core.script_source import NoSource, listed, literal, wrapped
from pexgui.core.writer import Head
from tests.builders import CREATED, small_trajectory
from tests.conftest import ROOT
from tests.oracle import ask


def one(name: str, values: str = "", default: str = "", kind: str = "int", **more: Any) -> DesignedParameter:
    return DesignedParameter(name, kind, default, values=values, **more)


def scripts(request: ExploreRequest) -> Scripts:
    found = write_scripts(ScriptRequest(request))
    ast.parse(found.pypet)
    ast.parse(found.run)
    return found


def points(file: Path, name: str) -> list[tuple[Any, ...]]:
    """The points of a trajectory, parameters in the order of their names."""
    table = read_runs(TrajectoryRequest(os.fsencode(file), f"/{name}".encode()))
    found = []
    for column in sorted(table.parameters, key=lambda each: each.name):
        cells: Any = column.cells
        found.append(cells.items if hasattr(cells, "items") else np.frombuffer(cells.data, cells.dtype).tolist())
    return list(zip(*found, strict=True))


# --- values as source


VALUES: list[Any] = [
    *(1, -1, True, "a", "it's\n\"“", "\udcff\0", 1.5, -0.0, math.inf, -math.inf, [1, 2], [], (), (1,), ("a", 2.0)),
    *(1 + 2j, complex(-0.0, math.inf), [[1.0], [2.0]], b"x\xff", np.int8(3), np.float32(0.1), np.bool_(True)),
    *(np.str_("ä"), np.complex64(1j), np.float64(math.nan), math.nan),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_written_so_that_python_reads_the_same(value: Any) -> None:
    names = {"numpy": np, "float": float, "complex": complex}
    made = eval(literal(value), names)
    assert (repr(made), type(made)) == (repr(value), type(value))
    assert repr(eval(wrapped(f"[{literal(value)}]", 0), names)) == repr([value])


def test_arrays_are_written_with_their_type_and_others_are_not() -> None:
    for array in (np.arange(6, dtype=np.int16).reshape(2, 3), np.array(["ab", "c"]), np.array([True, False])):
        made = eval(literal(array), {"numpy": np})
        assert made.dtype == array.dtype and made.tolist() == array.tolist()
    for value in (None, object(), np.zeros(100_000), np.array([None]), np.zeros(2, ">f8"), {1: 2}):
        with pytest.raises(NoSource):
            literal(value)


def test_lists_are_short_where_they_are_long_and_evenly_spaced() -> None:
    assert listed(list(range(100))) == "list(range(100))"
    assert listed(list(range(200, 0, -2))) == "list(range(200, 1, -2))"
    assert listed(np.linspace(0, 1, 101).tolist()) == "numpy.linspace(0.0, 1.0, 101).tolist()"
    assert listed([0.0, 0.5, 1.0]) == "[0.0, 0.5, 1.0]"
    texts = [f"it's, “{number}” [(" for number in range(100)]
    lines = wrapped(listed(texts), 8, 4)
    assert eval(lines) == texts
    assert all(len(line) <= 110 for line in lines.splitlines())


# --- with pypet


HARD = 'it\'s "quoted" \\ {FILE} """ \n'


@pytest.fixture(scope="module")
def made(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Files that scripts made or extended over there, each beside the one that was made or extended here."""
    folder = tmp_path_factory.mktemp('it\'s "scripts"')
    requests: dict[str, ExploreRequest] = {}
    everything = (
        one("net.x", "steps(0, 1, 0.25)", "0.5", "float", comment=HARD),
        one("net.y", "1, 2, 3"),
        one("name", '"a", "it\'s", "\\"c\\""', '"x"', "text"),
        one("on", "yes, no", "no", "bool"),
        one("phase", "1+2j, 3", "0", "complex"),
        one("fixed", "", "[1, 2]", "list"),
        one("lists", "[1, 2], [3]", kind="list"),
        one("limit", "", "inf", "float"),
    )
    order = (("on",), ("name", "net.y"), ("net.x",), ("phase",))
    requests["new"] = request("new", folder, Design(everything, order), comment=HARD)
    long = (one("x", "linspace(0, 1, 101)", kind="float"), one("seed", "range(50)"))
    requests["long"] = request("long", folder, Design(long))
    source = source_of(folder)
    design = read_design(TrajectoryRequest(os.fsencode(source), b"/source")).design
    requests["kept"] = request("kept", folder, design, source=os.fsencode(source), path=b"/source")
    jobs = []
    for name, wanted in requests.items():
        jobs.append(script_job(folder, name, wanted))
        ours = folder / f"ours_{name}.hdf5"
        explore(
            ExploreWork(
                plan_explore(
                    ExploreRequest(wanted.design, os.fsencode(ours), name, wanted.comment, wanted.source, wanted.path)
                )
            )
        )
    for name, design in extensions(folder).items():
        theirs = folder / f"{name}.hdf5"
        small_trajectory(theirs, 4, name, finished=3)
        jobs.append(script_job(folder, name, extension(theirs, name, design)))
        ours = small_trajectory(folder / f"ours_{name}.hdf5", 4, name, finished=3)
        explore(ExploreWork(plan_explore(extension(ours, name, design))))
    theirs, ours = source_of(folder, "arrays"), source_of(folder, "ours_arrays")
    jobs.append(script_job(folder, "arrays", arrays(theirs)))
    explore(ExploreWork(plan_explore(arrays(ours))))
    names = [*requests, *extensions(folder), "arrays"]
    described = [{"do": "describe", "file": str(folder / f"{name}.hdf5")} for name in names]
    described += [{"do": "describe", "file": str(folder / f"ours_{name}.hdf5")} for name in names]
    answers = ask(oracle, [*jobs, *described], folder)[len(jobs) :]
    theirs_of = {name: answer[name] for name, answer in zip(names, answers, strict=False)}
    ours_of = {
        name: answer.get(name) or answer[f"ours_{name}"]
        for name, answer in zip(names, answers[len(names) :], strict=True)
    }
    return {"folder": folder, "theirs": theirs_of, "ours": ours_of}


def request(name: str, folder: Path, design: Design, **more: Any) -> ExploreRequest:
    return ExploreRequest(design, os.fsencode(folder / f"{name}.hdf5"), name, **more)


def extension(path: Path, name: str, design: Design) -> ExploreRequest:
    return ExploreRequest(design, source=os.fsencode(path), path=f"/{name}".encode(), extend=True)


def extensions(folder: Path) -> dict[str, Design]:
    """Designs that extend a small trajectory of 4 runs: with more points, and with one more explored parameter."""
    x, mode = one("group.x", "0, 1, 2, 10", kind="float", kept=True), one("mode", "slow, fast", kind="text", kept=True)
    fixed = one("fixed", "7, 8", kept=True)
    return {
        "more": Design((x, mode), (("mode",), ("group.x",))),
        "wider": Design((x, mode, fixed), (("fixed",), ("mode",), ("group.x",))),
        "without": Design((x,)),
    }


def arrays(path: Path) -> ExploreRequest:
    """A request that adds all arrays with other values of a parameter that is not explored yet."""
    design = read_design(TrajectoryRequest(os.fsencode(path), f"/{path.stem}".encode())).design
    parameters = tuple(
        msgspec.structs.replace(each, values="3, 4") if each.name == "plain" else each for each in design.parameters
    )
    return extension(path, path.stem, Design(parameters))


def source_of(folder: Path, name: str = "source") -> Path:
    """Arrays are explored, of which one is too large to be written."""
    path = folder / f"{name}.hdf5"
    arrays = [np.arange(3.0), np.ones(2), np.arange(3.0), np.zeros(20_000)]
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head(name, CREATED), 4)
        made.parameter("array", np.arange(4.0), arrays, "Arrays")
        made.parameter("plain", 3, comment=HARD)
        made.parameter("still", np.eye(2), comment="An array")
    return path


def script_job(folder: Path, name: str, wanted: ExploreRequest) -> dict[str, Any]:
    path = folder / f"make_{name}.py"
    saved = save_script(SaveScriptRequest(os.fsencode(path), scripts(wanted).pypet))
    assert saved.file == os.fsencode(path)
    return {"do": "script", "file": str(path)}


CASES = ["new", "long", "kept", "more", "wider", "without", "arrays"]


@pytest.mark.parametrize("name", CASES)
def test_pypets_script_makes_the_same_exploration(made: dict[str, Any], name: str) -> None:
    theirs, ours = made["theirs"][name], made["ours"][name]
    assert theirs["explored"] == ours["explored"]
    assert len(theirs["runs"]) == len(ours["runs"]) > 0
    for full in (leaf for leaf in ours["leaves"] if leaf.startswith("parameters.")):
        assert theirs["leaves"][full] == ours["leaves"][full], full
    if name in ("new", "long", "kept"):
        assert theirs["comment"] == ours["comment"]


@pytest.mark.parametrize("name", CASES)
def test_the_points_read_here_are_the_same(made: dict[str, Any], name: str) -> None:
    folder = made["folder"]
    ours = f"ours_{name}" if name == "arrays" else name
    assert points(folder / f"{name}.hdf5", name) == points(folder / f"ours_{name}.hdf5", ours)


# --- here


def test_the_script_runs_the_open_runs_in_several_processes(tmp_path: Path) -> None:
    file = tmp_path / "it's.hdf5"
    plan = plan_explore(ExploreRequest(Design((one("x", "range(7)"),)), os.fsencode(file), "sweep"))
    explore(ExploreWork(plan))
    script = scripts(plan.request)
    assert script.run_name == "run_sweep.py"
    path = tmp_path / script.run_name
    path.write_text(script.run, encoding="utf-8")
    unedited = started(path, "--processes", "2")
    assert unedited.returncode == 1
    assert unedited.stderr == ("No run was started: write your model into the function “run” of this script first.\n")
    table = read_runs(TrajectoryRequest(os.fsencode(file), b"/sweep"))
    assert set(table.status) == {list(RunStatus).index(RunStatus.NOT_RUN)}
    body = 'if trajectory.x == 5 and not os.path.exists("mended"):\n        raise ValueError("five")\n    '
    body += 'trajectory.f_add_result("z", trajectory.x**2)'
    path.write_text(script.run.replace("raise NotImplementedError", body), encoding="utf-8")
    first = started(path, "--processes", "2")
    assert (first.returncode, first.stdout) == (1, "6 of 7 open runs are finished now.\n")
    assert "ValueError: five" in first.stderr
    assert first.stderr.endswith("These failed and stay open: run_00000005\n")
    (tmp_path / "mended").touch()
    second = started(path, "--processes", "2")
    assert (second.returncode, second.stdout, second.stderr) == (0, "1 of 1 open runs are finished now.\n", "")
    table = read_runs(TrajectoryRequest(os.fsencode(file), b"/sweep"))
    assert set(table.status) == {list(RunStatus).index(RunStatus.FINISHED)}
    assert started(path).stdout == "0 of 0 open runs are finished now.\n"


def test_the_tasks_of_an_array_job_share_the_runs(tmp_path: Path) -> None:
    file = tmp_path / "sweep.hdf5"
    plan = plan_explore(ExploreRequest(Design((one("x", "range(5)"),)), os.fsencode(file), "sweep"))
    explore(ExploreWork(plan))
    path = tmp_path / "run.py"
    body = 'trajectory.f_add_result("z", trajectory.x**2)'
    path.write_text(scripts(plan.request).run.replace("raise NotImplementedError", body), encoding="utf-8")
    assert started(path, "--task", "0", "--tasks", "2").stdout == "3 of 3 open runs are finished now.\n"
    slurm = {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2"}
    assert started(path, **slurm).stdout == "2 of 2 open runs are finished now.\n"


def started(path: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(path), *arguments],
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


# --- what is refused


def test_a_script_needs_a_design_that_is_right_but_no_file_yet() -> None:
    found = scripts(ExploreRequest(Design((one("x", "1, 2"),))))
    assert (found.pypet_name, found.run_name) == ("explore_trajectory.py", "run_trajectory.py")
    assert "FILE = 'trajectory.hdf5'" in found.pypet
    with pytest.raises(PexError, match="“x”"):
        write_scripts(ScriptRequest(ExploreRequest(Design((one("x", "1, oops"),)))))


def test_nothing_is_added_where_nothing_is_missing(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "small.hdf5")
    design = Design((one("group.x", "0", kind="float", kept=True), one("mode", "slow", kind="text", kept=True)))
    with pytest.raises(PexError, match="All of these points are runs already"):
        write_scripts(ScriptRequest(extension(path, "small", design)))


def test_a_script_is_not_saved_where_it_cannot_be(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "nowhere" / "script.py"):
        with pytest.raises(PexError):
            save_script(SaveScriptRequest(os.fsencode(target), "pass\n"))
    with pytest.raises(PexError, match="not a possible file name"):
        save_script(SaveScriptRequest(b"/tmp/a\0b", "pass\n"))
