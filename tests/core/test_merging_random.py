"""Small sweeps of every kind, merged: whatever was put into a source is in the result, and nothing else is."""

import math
import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pexgui import nested_equal
from pexgui.core import MergeRequest, MergeSource, MergeWork, TrajectoryRequest, files, leaves, merge, read_runs, writer
from pexgui.core import plan_merge as plan_of
from pexgui.core.writer import Head
from tests.builders import CREATED

X = st.sampled_from([0.0, -0.0, math.nan, 0.5, 1.0, 1e300])
SEED = st.sampled_from([0, 1, 2**40, -1])
MODE = st.sampled_from(["", "a", "ähm", "a b"])
SHAPE = st.sampled_from([(1,), (2,), (2, 2)])
VALUE = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.booleans(),
    st.text("aé€", max_size=4),
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=3),
    st.builds(np.full, SHAPE, st.integers(0, 9), st.sampled_from(["i1", "u2", "f4", "f8", "c16"])),
    st.dictionaries(st.sampled_from(["k", "l"]), st.integers(0, 9), min_size=1),
)
NAME = st.sampled_from(["z", "deep.z", "cmp.$.q", "$set.$.s"])


PARAMETERS = ("x", "seed", "mode", "array")


class Run(NamedTuple):
    point: dict[str, Any]
    finished: bool
    results: dict[str, Any]
    comment: str
    linked: bool


class Source(NamedTuple):
    runs: list[Run]
    explored: list[str]
    outside: dict[str, Any]

    def points(self) -> list[dict[str, Any]]:
        """The points of its runs: a parameter that is not explored has its default value, that of the first run."""
        first = self.runs[0].point
        return [
            {name: (run.point if name in self.explored else first)[name] for name in PARAMETERS} for run in self.runs
        ]


RUN = st.builds(
    Run,
    st.fixed_dictionaries({"x": X, "seed": SEED, "mode": MODE, "array": st.builds(np.full, SHAPE, st.just(2.5))}),
    st.booleans(),
    st.dictionaries(NAME, VALUE, max_size=3),
    st.sampled_from(["", "Said"]),
    st.booleans(),
)
SOURCE = st.builds(
    Source,
    st.lists(RUN, min_size=1, max_size=4),
    st.lists(st.sampled_from(PARAMETERS[1:]), unique=True).map(lambda names: ["x", *names]),
    st.dictionaries(st.sampled_from(["note", "table"]), st.integers(0, 2)),
)


def write(path: Path, source: Source, number: int) -> None:
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED + number), len(source.runs))
        for name in PARAMETERS:
            values = [run.point[name] for run in source.runs]
            made.parameter(f"group.{name}", values[0], values if name in source.explored else None)
        for name, value in source.outside.items():
            made.result(f"summary.{name}", value, f"Of {number}", {"of": number})
        for index, run in enumerate(source.runs):
            for name, value in run.results.items():
                items = value if isinstance(value, dict) else {"value": value}
                made.result(name, items, run.comment, {"of": f"{number}.{index}"}, run=index)
            if run.linked and "z" in run.results:
                name = f"results.runs.run_{index:08d}"
                made.link(f"{name}.short", f"{name}.z")
            if run.finished:
                made.run(index, CREATED + index, CREATED + index + 1)


def key(point: dict[str, Any], names: list[str]) -> tuple[Any, ...]:
    return tuple(
        "nan" if value != value else value + 0.0 if isinstance(value, float) else value
        for value in (point[name].shape if name == "array" else point[name] for name in names)
    )


def taken(sources: list[Source], once: bool, explored: list[str]) -> list[tuple[Run, dict[str, Any], str]]:
    """The runs of the result with their points and their origins, found by comparing all with all."""
    runs = [
        (run, point, f"{number}.{index}")
        for number, source in enumerate(sources)
        for index, (run, point) in enumerate(zip(source.runs, source.points(), strict=True))
    ]
    if not once:
        return runs
    keys = [key(point, explored) for _, point, _ in runs]
    kept = []
    for at, found in enumerate(keys):
        same = [other for other, each in enumerate(keys) if each == found]
        if at == next((other for other in same if runs[other][0].finished), same[0]):
            kept.append(runs[at])
    return kept


def place(name: str, number: int) -> str:
    run = f"run_{number:08d}"
    inner = name.replace("$set", "run_set_00000").replace("$", run)
    return f"results.{inner}" if "$" in name else f"results.runs.{run}.{name}"


def load(path: Path, name: str) -> leaves.Leaf:
    with files.reading(os.fsencode(path)) as file:
        return leaves.load_leaf(file, b"/sweep/" + name.replace(".", "/").encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(SOURCE, min_size=2, max_size=3), st.booleans())
def test_every_value_of_the_sources_is_in_the_result(sources: list[Source], once: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.hdf5") for number in range(len(sources))]
        for number, (path, source) in enumerate(zip(paths, sources, strict=True)):
            write(path, source, number)
        out = Path(folder, "out.hdf5")
        request = MergeRequest(tuple(MergeSource(os.fsencode(path)) for path in paths), os.fsencode(out), once)
        plan = plan_of(request)
        assert plan.problem == ""
        result = merge(MergeWork(plan))
        explored = [one.name.rpartition(".")[2] for one in plan.parameters]
        runs = taken(sources, once, explored)
        table = read_runs(TrajectoryRequest(result.target, b"/sweep"))
        assert (result.runs, plan.runs, len(table.names)) == (len(runs),) * 3
        check_ranges(out, runs, explored)
        check_results(out, runs, comments_of(sources, {origin for _, _, origin in runs}))
        check_outside(out, sources)


def check_ranges(out: Path, runs: list[tuple[Run, dict[str, Any], str]], explored: list[str]) -> None:
    for name in PARAMETERS:
        found = load(out, f"parameters.group.{name}")
        values = [point[name] for _, point, _ in runs]
        if name in explored:
            assert found.range is not None
            assert nested_equal(list(found.range), values)
            assert [str(value) for value in found.range] == [str(value) for value in values]
        else:
            assert found.range is None
            assert all(nested_equal(found.value, value) for value in values)


def comments_of(sources: list[Source], stay: set[str]) -> dict[tuple[str, str], str]:
    """The comments of results by the origin of their run and their name: the first one of a run that is dropped goes on
    to the next run that stays, if that has none."""
    found: dict[tuple[str, str], str] = {}
    for number, source in enumerate(sources):
        left: dict[str, str] = {}
        for index, run in enumerate(source.runs):
            for name in run.results:
                if f"{number}.{index}" in stay:
                    found[f"{number}.{index}", name] = run.comment or left.pop(name, "")
                    left.pop(name, None)
                elif run.comment:
                    left.setdefault(name, run.comment)
    return found


def check_results(out: Path, runs: list[tuple[Run, dict[str, Any], str]], comments: dict[tuple[str, str], str]) -> None:
    expected = set()
    for number, (run, _, origin) in enumerate(runs):
        for name, value in run.results.items():
            expected.add(place(name, number))
            found = load(out, place(name, number))
            assert nested_equal(found.items, value if isinstance(value, dict) else {"value": value})
            assert (found.comment, found.annotations) == (comments[origin, name], {"of": origin})
    with h5py.File(out) as file:
        there: set[str] = set()
        file["sweep"].visititems(lambda path, node: there.add(path) if "SRVC_LEAF" in node.attrs else None)
        names = {path.replace("/", ".") for path in there if path.startswith("results/")}
        assert {name for name in names if not name.startswith("results.summary")} == expected
        for number, (run, _, _) in enumerate(runs):
            home = file.get(f"sweep/results/runs/run_{number:08d}", {})
            assert ("short" in home) is (run.linked and "z" in run.results)
            if "short" in home:
                assert home.get("short", getlink=True).path == f"/sweep/results/runs/run_{number:08d}/z"


def check_outside(out: Path, sources: list[Source]) -> None:
    """What belongs to no run is that of the first source that has it."""
    for name in {name for source in sources for name in source.outside}:
        number, first = next((at, source) for at, source in enumerate(sources) if name in source.outside)
        found = load(out, f"results.summary.{name}")
        assert (found.items, found.comment) == ({name: first.outside[name]}, f"Of {number}")
