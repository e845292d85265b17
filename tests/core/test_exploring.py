"""Sweeps that are designed, made and extended."""

import os
import random
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from pexgui.core import (
    Cancelled,
    Design,
    DesignedParameter,
    ExplorePlan,
    ExploreRequest,
    ExploreResult,
    ExploreWork,
    Numbers,
    PexError,
    PointState,
    TrajectoryRequest,
    explore,
    files,
    leaves,
    plan_explore,
    read_design,
    writer,
)
from pexgui.core.encode import SparseMatrix
from pexgui.core.equality import nested_equal
from pexgui.core.value_texts import values_text
from pexgui.core.writer import Head
from tests.builders import CREATED, small_trajectory
from tests.core.merges import digest
from tests.core.test_extending import names_of, ranges_of
from tests.oracle import ask


def one(name: str, values: str = "", default: str = "0", kind: str = "int", **more: Any) -> DesignedParameter:
    return DesignedParameter(name, kind, default, values=values, **more)


def planned(*parameters: DesignedParameter, order: Any = (), target: Path | None = None, **more: Any) -> ExplorePlan:
    path = os.fsencode(target or "/tmp/new.hdf5")
    return plan_explore(ExploreRequest(Design(parameters, tuple(map(tuple, order))), path, "sweep", **more))


def of(path: Path, design: Design | None = None, name: str = "sweep", **more: Any) -> ExploreRequest:
    """A request to extend a trajectory, by the design it has or another one."""
    raw, place = os.fsencode(path), f"/{name}".encode()
    found = design or read_design(TrajectoryRequest(raw, place)).design
    return ExploreRequest(found, source=raw, path=place, extend=True, **more)


def changed(path: Path, name: str = "sweep", order: Any = None, **values: str) -> Design:
    """The design of a trajectory with other values."""
    design = read_design(TrajectoryRequest(os.fsencode(path), f"/{name}".encode())).design
    parameters = tuple(
        msgspec.structs.replace(each, values=values.get(each.name, each.values)) for each in design.parameters
    )
    return Design(parameters, design.order if order is None else order)


def done(plan: ExplorePlan, replace: bool = False) -> ExploreResult:
    assert plan.trouble == ""
    result = explore(ExploreWork(plan, replace))
    assert result.added == plan.runs
    return result


def column(plan: ExplorePlan, name: str) -> list[Any]:
    (found,) = [each for each in plan.columns if each.name == name]
    if isinstance(found.cells, Numbers):
        return list(np.frombuffer(found.cells.data, found.cells.dtype).tolist())
    return list(found.cells.items)


# --- the plan


def test_a_million_points_are_counted_and_the_first_and_the_last_are_shown() -> None:
    plan = planned(one("x", "range(1000)"), one("y", "range(1000)"), shown=3)
    assert (plan.points, plan.runs, plan.repeated, plan.existing) == (10**6, 10**6, 0, 0)
    assert (plan.groups, plan.counts) == ((("x",), ("y",)), (1000, 1000))
    assert plan.numbers == (0, 1, 2, 999_999)
    assert (column(plan, "x"), column(plan, "y")) == ([0, 0, 0, 999], [0, 1, 2, 999])
    assert plan.states == (PointState.NEW,) * 4
    assert plan.trouble == ""


@pytest.mark.parametrize("seed", range(25))
def test_points_are_those_of_the_product(seed: int) -> None:
    draw = random.Random(seed)
    names = list("abcde")[: draw.randint(1, 5)]
    draw.shuffle(names)
    groups: list[list[str]] = []
    for name in names:
        if groups and draw.random() < 0.4:
            groups[-1].append(name)
        else:
            groups.append([name])
    counts = [draw.randint(1, 4) for _ in groups]
    values = {
        name: [draw.randint(0, 3) for _ in range(count)]
        for group, count in zip(groups, counts, strict=True)
        for name in group
    }
    plan = planned(*(one(name, values_text(own)) for name, own in values.items()), order=groups, shown=10_000)
    points = [
        {name: values[name][place] for group, place in zip(groups, places, strict=True) for name in group}
        for places in product(*map(range, counts))
    ]
    assert plan.points == plan.runs == len(points)
    assert plan.repeated == len(points) - len({tuple(point.items()) for point in points})
    for name in names:
        assert column(plan, name) == [point[name] for point in points]


@pytest.mark.parametrize("seed", range(20))
def test_missing_points_are_exactly_those_that_no_run_has(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    defaults = {"x": draw.randint(0, 2), "y": draw.randint(0, 2), "z": draw.randint(0, 2)}
    ranged = draw.sample("xyz", draw.randint(0, 3))
    runs = draw.randint(1, 8) if ranged else 1
    ranges = {name: [draw.randint(0, 2) for _ in range(runs)] for name in ranged}
    path = tmp_path / "a.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), runs)
        for name, default in defaults.items():
            made.parameter(name, default, ranges.get(name))
    explored = draw.sample("xyz", draw.randint(1, 3))
    values = {name: [draw.randint(0, 4) for _ in range(draw.randint(1, 4))] for name in explored}
    texts = {name: values_text(values[name]) if name in values else "" for name in "xyz"}
    order = tuple((name,) for name in explored)
    plan = plan_explore(of(path, changed(path, order=order, **texts), shown=1000))
    there = {tuple(ranges.get(name, [defaults[name]] * runs)[run] for name in "xyz") for run in range(runs)}
    points = [
        tuple(dict(zip(explored, point, strict=True)).get(name, defaults[name]) for name in "xyz")
        for point in product(*(values[name] for name in explored))
    ]
    missing = [point for point in dict.fromkeys(points) if point not in there]
    assert plan.points == len(points)
    assert plan.existing == len(set(points) & there)
    assert plan.repeated == len(points) - len(set(points))
    assert plan.runs == len(missing) == plan.points - plan.existing - plan.repeated
    assert [state is PointState.EXISTS for state in plan.states] == [point in there for point in points]
    if not missing:
        assert plan.trouble == "All of these points are runs already."
        return
    assert done(plan).runs == runs + len(missing)
    found = ranges_of(path, "sweep")
    columns = [found.get(f"parameters.{name}", [defaults[name]] * (runs + len(missing))) for name in "xyz"]
    assert list(zip(*columns, strict=True))[runs:] == missing
    again = plan_explore(of(path, changed(path, order=order, **texts)))
    assert (again.runs, again.trouble) == (0, "All of these points are runs already.")


def test_values_that_are_not_numbers_are_found_among_the_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 2)
        made.parameter("array", np.array([1.5]), [np.array([1.5]), np.array([2.0, 3.0])])
        made.parameter("text", "a", ["a", "b"])
        made.parameter("float", 0.5, [0.5, np.nan])
        made.parameter("single", np.float32(1), [np.float32(0.1), np.float32(1)])
    order = (("array", "text", "float", "single"),)
    values = {"array": "[2, 3], [4]", "text": "b, c", "float": "nan, 1", "single": "1, 0.1"}
    plan = plan_explore(of(path, changed(path, order=order, **values)))
    assert (plan.trouble, plan.points, plan.existing, plan.runs) == ("", 2, 1, 1)
    done(plan)
    found = ranges_of(path, "sweep")
    assert nested_equal(found["parameters.array"][2], np.array([4.0]))
    assert type(found["parameters.single"][2]) is np.float32
    assert found["parameters.single"][2] == np.float32(0.1)


@pytest.mark.parametrize(
    ("parameters", "order", "trouble"),
    [
        ([one("x")], [], "No parameter is explored; give at least one of them several values."),
        (
            [one("x", "1,2"), one("y", "1,2,3")],
            [("x", "y")],
            "Linked parameters need equally many values: “x” has 2 values, “y” has 3 values.",
        ),
        ([one("x", "1,2"), one("x", "1")], [], "Two parameters are called “x”."),
        ([one("", "1,2")], [], "A parameter has no name."),
        ([one("x", "1,2"), one("x.y", "1")], [], "“x.y” cannot lie inside of “x”, which is a parameter."),
        (
            [one("a.run_00000001", "1")],
            [],
            "“a.run_00000001” cannot be a name, since “run_00000001” means something else in pypet.",
        ),
        ([one("crun", "1")], [], "“crun” cannot be a name, since “crun” means something else in pypet."),
        ([one("x", "1,2")], [("x", "y")], "“y” is to be combined with others, but there is no such parameter."),
        ([one("x", "1,2")], [("x",), ("x",)], "“x” is named twice in the order of the parameters."),
        ([one("x", "1,2"), one("y")], [("x", "y")], "“y” is linked with “x”, but is not explored."),
        ([one("x", "1,2", kept=True)], [], "“x”: the trajectory has no such parameter."),
    ],
)
def test_what_is_wrong_with_a_design_is_said(parameters: Any, order: Any, trouble: str) -> None:
    assert planned(*parameters, order=order).trouble == trouble


@pytest.mark.parametrize(
    ("values", "default", "kind"),
    [
        ("1, 1.5", "0", "int"),
        ("a b, c", "0", "int"),
        ("1,,", "0", "float"),
        ("linspace(0, 1", "0", "float"),
        ("1", "a", "int"),
        ("1", "", "array"),
        (f"{2**70}", "0", "int"),
        ("[1, [2]]", "[1]", "list"),
    ],
)
def test_wrong_values_are_an_answer_that_names_the_parameter(values: str, default: str, kind: str) -> None:
    plan = planned(one("net.x", values, default, kind), one("y", "1, 2"))
    assert plan.trouble.startswith("“net.x”: ")
    assert [told.problem for told in plan.values] == [plan.trouble, ""]
    assert (plan.points, plan.runs, plan.states) == (0, 0, ())


def test_the_name_and_the_place_are_checked(tmp_path: Path) -> None:
    x = Design((one("x", "1,2"),))
    target = os.fsencode(tmp_path / "new.hdf5")
    assert plan_explore(ExploreRequest(x, b"", "sweep")).trouble == "Choose a file for the new trajectory."
    assert plan_explore(ExploreRequest(x, target)).trouble == "Give the trajectory a name."
    assert "cannot be a name" in plan_explore(ExploreRequest(x, target, "a b")).trouble
    assert "is not there" in plan_explore(ExploreRequest(x, target + b"/x/new.hdf5", "sweep")).trouble
    assert "is a folder" in plan_explore(ExploreRequest(x, os.fsencode(tmp_path), "sweep")).trouble
    assert plan_explore(ExploreRequest(x, extend=True)).trouble == "Choose the trajectory that is to be extended."


def test_what_one_has_to_know_is_noted(tmp_path: Path) -> None:
    target = tmp_path / "new.h"
    target.write_bytes(b"")
    plan = planned(one("x", "1, 1"), one("t", "ü", "a", "text"), one("n", f"{2**40}"), target=target)
    assert plan.trouble == ""
    assert [note.split(",")[0] for note in plan.notes] == [
        "1 point is repeated",
        "“new.h” is there already",
        "pypet opens only files that end in .hdf5 or the like.",
        "“t” has texts with letters beyond ASCII",
        "“n” has whole numbers of more than 32 bits",
    ]
    assert plan.free > 0


def test_an_existing_parameter_keeps_its_type_and_default(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 3)
    for name, values, trouble in (
        ("fixed", "1.5", "“fixed”: 1.5 is a number with decimals, not a whole number."),
        ("group.x", "'a'", "“group.x”: “a” is a text, not a number."),
    ):
        assert plan_explore(of(path, changed(path, "small", **{name: values}), "small")).trouble == trouble
    plan = plan_explore(of(path, changed(path, "small", **{"group.x": "1, 7"}), "small"))
    assert (plan.trouble, plan.points, plan.existing, plan.runs) == ("", 4, 1, 3)
    design = Design((one("fixed", "1", "8"), one("new", "1")))
    assert plan_explore(of(path, design, "small")).trouble == (
        "“fixed”: its default value in the trajectory is 7, and stays so."
    )
    design = Design((one("fixed", "1", "14 / 2"), one("new", "1")))
    assert plan_explore(of(path, design, "small")).trouble == "“new”: the trajectory has no such parameter."


# --- carried out


def test_a_new_sweep_has_what_was_designed(tmp_path: Path) -> None:
    target = tmp_path / "new.hdf5"
    plan = planned(
        one("net.g", "linspace(0, 1, 3)", "0.5", "float", comment="Conductance"),
        one("seed", "1, 2, 2"),
        one("mode", "slow, fast, slow", "fast", "text"),
        one("weights", "[1, 2], [3]", "[]", "list"),
        one("fixed", "", "True", "bool"),
        order=[("seed", "mode"), ("net.g",)],
        target=target,
        comment="A new sweep",
    )
    result = done(plan)
    assert (result.file, result.path, result.runs) == (os.fsencode(target), b"/sweep", 18)
    found = read_design(TrajectoryRequest(result.file, result.path))
    assert (found.runs, found.finished) == (18, 0)
    assert {each.name: (each.default, each.comment) for each in found.design.parameters} == {
        "net.g": ("0.5", "Conductance"),
        "seed": ("0", ""),
        "mode": ('"fast"', ""),
        "weights": ("[]", ""),
        "fixed": ("True", ""),
    }
    ranges = ranges_of(target, "sweep")
    assert list(ranges) == ["parameters.seed", "parameters.mode", "parameters.net.g", "parameters.weights"]
    assert ranges["parameters.seed"] == [seed for seed in (1, 2, 2) for _ in range(6)]
    assert ranges["parameters.weights"] == [[1, 2], [3]] * 9


def test_an_existing_file_is_only_replaced_if_that_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "new.hdf5"
    target.write_bytes(b"something")
    plan = planned(one("x", "1, 2"), target=target)
    with pytest.raises(PexError, match="is there already"):
        explore(ExploreWork(plan))
    assert target.read_bytes() == b"something"
    done(plan, replace=True)
    assert ranges_of(target, "sweep") == {"parameters.x": [1, 2]}
    assert os.listdir(tmp_path) == ["new.hdf5"]


def test_parameters_are_taken_over_as_they_are(tmp_path: Path) -> None:
    def matrix(number: float) -> SparseMatrix:
        return SparseMatrix("csr", (1, 2), np.array([number]), np.array([0]), np.array([0, 1]))

    source, target = tmp_path / "a.hdf5", tmp_path / "new.hdf5"
    arrays = [np.array([1.5]), np.zeros(20_000), np.array([1.5])]
    with writer.create(os.fsencode(source)) as file:
        made = file.trajectory(Head("sweep", CREATED), 3)
        made.parameter("net.array", arrays[0], arrays, "Arrays", {"unit": "mV"})
        made.parameter("net.matrix", matrix(1), [matrix(2), matrix(3), matrix(2)])
        made.parameter("x", 0, [1, 2, 3])
        made.parameter("tuple", (1, 2))
    values = {"x": "", "tuple": "[3, 4], [5]"}
    order = (("net.array", "net.matrix"), ("tuple",))
    request = ExploreRequest(
        changed(source, order=order, **values), os.fsencode(target), "fresh", source=os.fsencode(source), path=b"/sweep"
    )
    plan = plan_explore(request)
    assert (plan.trouble, plan.points) == ("", 4)
    done(plan)
    ranges = ranges_of(target, "fresh")
    assert list(ranges) == ["parameters.net.array", "parameters.net.matrix", "parameters.tuple"]
    assert nested_equal(ranges["parameters.net.array"], [arrays[0], arrays[0], arrays[1], arrays[1]])
    assert [value.values.tolist() for value in ranges["parameters.net.matrix"]] == [[2], [2], [3], [3]]
    assert ranges["parameters.tuple"] == [(3, 4), (5,)] * 2
    with files.reading(os.fsencode(target)) as opened:
        leaf = leaves.load_leaf(opened, b"/fresh/parameters/net/array")
        assert (leaf.comment, leaf.annotations, leaf.class_name) == ("Arrays", {"unit": "mV"}, "ArrayParameter")
        x = leaves.load_leaf(opened, b"/fresh/parameters/x")
        assert (x.value, x.explored) == (0, False)


def test_all_types_that_pypet_wrote_are_taken_over_and_extended(tmp_path: Path, shared: Path) -> None:
    path = Path(shutil.copy(shared / "fixtures" / "pypet-0.6.1" / "03_parameter_types.hdf5", tmp_path))
    before = ranges_of(path, "ptypes")
    source = read_design(TrajectoryRequest(os.fsencode(path), b"/ptypes"))
    counts = {told.name: told.count for told in plan_explore(of(path, name="ptypes")).values}
    names = [name for name, count in counts.items() if count == 3]
    plain = next(each.name for each in source.design.parameters if each.type == "int" and not each.values)
    values = {plain: "-77, -78", **dict.fromkeys(counts.keys() - set(names), "")}
    request = of(path, changed(path, "ptypes", order=(tuple(names), (plain,)), **values), "ptypes")
    target = tmp_path / "new.hdf5"
    new = msgspec.structs.replace(request, extend=False, target=os.fsencode(target), name="new")
    plan = plan_explore(new)
    assert (plan.trouble, plan.counts) == ("", (3, 2))
    done(plan)
    ranges = ranges_of(target, "new")
    assert ranges.pop(f"parameters.{plain}") == [-77, -78] * 3
    assert len(ranges) == len(names) > 12
    for name, found in ranges.items():
        assert nested_equal(found, [before[name][run // 2] for run in range(6)]), name
    plan = plan_explore(request)
    assert (plan.trouble, plan.existing, plan.runs) == ("", 0, 6)
    done(plan)
    longer = ranges_of(path, "ptypes")
    for name in (f"parameters.{name}" for name in names):
        assert nested_equal(longer[name], before[name] + [before[name][run // 2] for run in range(6)]), name


def test_parameters_that_are_explored_elsewhere_count_too(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 2)
        made.parameter("x", 0, [1, 2])
        made.derived_parameter("d", 5, [5, 6])
    assert read_design(TrajectoryRequest(os.fsencode(path), b"/sweep")).warnings == (
        "“derived_parameters.d” is explored, but cannot be part of a design.",
    )
    plan = plan_explore(of(path))
    assert (plan.points, plan.existing, plan.runs) == (2, 1, 1)
    done(plan)
    assert ranges_of(path, "sweep") == {"parameters.x": [1, 2, 2], "derived_parameters.d": [5, 6, 5]}


def test_large_arrays_that_are_there_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    arrays = [np.zeros(20_000), np.ones(20_000)]
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 2)
        made.parameter("array", arrays[0], arrays)
        made.parameter("x", 1)
    plan = plan_explore(of(path, changed(path, x="1, 2")))
    assert (plan.trouble, plan.points, plan.existing, plan.runs) == ("", 4, 2, 2)
    done(plan)
    assert nested_equal(ranges_of(path, "sweep")["parameters.array"], arrays * 2)
    assert ranges_of(path, "sweep")["parameters.x"] == [1, 1, 2, 2]


def test_results_and_old_runs_are_untouched_when_it_is_extended(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 3, finished=2)
    plan = plan_explore(of(path, changed(path, "small", fixed="7, 8", mode=""), "small"))
    assert (plan.existing, plan.runs) == (1, 5)
    assert "1 run of the trajectory is not finished yet." in plan.notes
    assert plan.seconds == 2.5
    done(plan)
    assert len(names_of(path, "small")) == 8
    found = read_design(TrajectoryRequest(os.fsencode(path), b"/small"))
    assert (found.runs, found.finished) == (8, 2)
    with files.reading(os.fsencode(path)) as file:
        assert leaves.load_leaf(file, b"/small/results/runs/run_00000001/y").items == {"y": 1.5}
        assert leaves.load_leaf(file, b"/small/results/note").items == {"note": "grüße ☃"}


def test_a_source_that_changed_since_is_refused(tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 3)
    plan = plan_explore(of(path, changed(path, "small", fixed="7, 8"), "small"))
    small_trajectory(path, 4)
    before = digest(path)
    with pytest.raises(PexError, match="has changed since the plan was made"):
        explore(ExploreWork(plan))
    assert digest(path) == before


def test_a_plan_with_trouble_is_refused(tmp_path: Path) -> None:
    plan = planned(one("x"), target=tmp_path / "new.hdf5")
    with pytest.raises(PexError, match="No parameter is explored"):
        explore(ExploreWork(plan))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("stop", range(1, 9))
@pytest.mark.parametrize("extending", [True, False])
def test_stopping_at_any_moment_leaves_everything_as_it_was(tmp_path: Path, stop: int, extending: bool) -> None:
    path = small_trajectory(tmp_path / "a.hdf5", 3)
    request = of(path, changed(path, "small", fixed="7, 8"), "small")
    if not extending:
        request = msgspec.structs.replace(request, extend=False, target=os.fsencode(tmp_path / "n.hdf5"), name="new")
    plan = plan_explore(request)
    before, heard = digest(path), []

    def progress(what: str, done: int, total: int) -> None:
        heard.append(what)
        if len(heard) == stop:
            raise Cancelled

    try:
        explore(ExploreWork(plan), progress)
    except Cancelled:
        assert (digest(path), sorted(os.listdir(tmp_path))) == (before, ["a.hdf5"])
    else:
        made = path if extending else tmp_path / "n.hdf5"
        assert len(names_of(made, "small" if extending else "new")) == plan.runs + (3 if extending else 0)


# --- pypet


def test_pypet_loads_expands_and_runs_new_and_extended_sweeps(tmp_path: Path, shared: Path, oracle: Path) -> None:
    target = tmp_path / "new.hdf5"
    done(
        planned(
            one("net.g", "linspace(0, 1, 3)", "0.5", "float", comment="Conductance"),
            one("seed", "1, 2"),
            one("mode", "slow, fast", "fast", "text"),
            one("weights", "[1, 2], [3]", "[1]", "list"),
            order=[("seed", "mode"), ("net.g",)],
            target=target,
            comment="A new sweep",
        )
    )
    path = Path(shutil.copy(shared / "fixtures" / "pypet-0.6.1" / "01_simple.hdf5", tmp_path))
    done(plan_explore(of(path, changed(path, "Multiplication", x="1, 4, 5"), "Multiplication")))
    taken = tmp_path / "taken.hdf5"
    design = changed(path, "Multiplication", x="1, 2")
    request = ExploreRequest(design, os.fsencode(taken), "taken", source=os.fsencode(path), path=b"/Multiplication")
    done(plan_explore(request))
    jobs = [
        {"do": "describe", "file": str(target)},
        {"do": "repeat", "file": str(target), "name": "sweep"},
        {"do": "resume", "file": str(target), "name": "sweep"},
        {"do": "describe", "file": str(target)},
        {"do": "resume", "file": str(path), "name": "Multiplication"},
        {"do": "describe", "file": str(path)},
        {"do": "resume", "file": str(taken), "name": "taken"},
        {"do": "describe", "file": str(taken)},
    ]
    fresh, repeated, resumed, after, ran, longer, ran_taken, told = ask(oracle, jobs, tmp_path)
    sweep = fresh["sweep"]
    assert sweep["comment"] == "A new sweep"
    assert [run[2] for run in sweep["runs"]] == [0] * 12
    assert sweep["leaves"]["parameters.net.g"]["comment"] == "Conductance"
    assert [value["v"] for value in sweep["leaves"]["parameters.seed"]["range"]] == [1] * 6 + [2] * 6
    assert (repeated["before"], repeated["after"]) == (12, 14)
    assert resumed == [*range(12), 13]
    assert [run[2] for run in after["sweep"]["runs"]] == [1] * 14
    assert ran == list(range(9, 15))
    assert [run[2] for run in longer["Multiplication"]["runs"]] == [1] * 15
    assert ran_taken == list(range(len(told["taken"]["runs"])))
