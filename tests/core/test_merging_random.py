"""Small sweeps of every kind, merged: whatever was put into a source is in the result, and nothing else is.

``pytest --everything`` tries many more of them.
"""

import math
import os
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
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
    """``linked``: it has a link to its own result ``z``, and one to that of the run after it, called as that is."""

    point: dict[str, Any]
    finished: bool
    results: dict[str, Any]
    comment: str
    linked: bool


class Source(NamedTuple):
    """``common`` is meant for all its runs; ``purged``: only the first of equal comments is stored, as pypet does;
    ``named``: its runs have names that somebody gave."""

    runs: list[Run]
    explored: list[str]
    outside: dict[str, Any]
    common: dict[str, Any]
    purged: bool
    named: bool

    def name(self, index: int) -> str:
        return f"trial_{index}" if self.named else f"run_{index:08d}"

    def comments(self) -> list[str]:
        """What is stored as the comment of the results of each run."""
        texts = [run.comment for run in self.runs]
        return [text if not self.purged or text not in texts[:at] else "" for at, text in enumerate(texts)]

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
    st.dictionaries(st.sampled_from(["results.all", "derived_parameters.dp"]), st.integers(0, 1)),
    st.booleans(),
    st.booleans(),
)


def write(path: Path, source: Source, number: int) -> None:
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED + number), len(source.runs))
        for name in PARAMETERS:
            values = [run.point[name] for run in source.runs]
            made.parameter(f"group.{name}", values[0], values if name in source.explored else None)
        for name, value in source.outside.items():
            made.result(f"summary.{name}", value, f"Of {number}", {"of": number})
        for full, value in source.common.items():
            branch, _, name = full.partition(".")
            if branch == "results":
                made.result(f"runs.run_ALL.{name}", value)
            else:
                made.derived_parameter(f"runs.run_ALL.{name}", value)
        for index, (run, comment) in enumerate(zip(source.runs, source.comments(), strict=True)):
            for name, value in run.results.items():
                items = value if isinstance(value, dict) else {"value": value}
                made.result(name, items, comment, {"of": f"{number}.{index}"}, run=index)
            if run.linked and "z" in run.results:
                name, after = (f"run_{one:08d}" for one in (index, (index + 1) % len(source.runs)))
                made.link(f"results.runs.{name}.short", f"results.runs.{name}.z")
                made.link(f"results.runs.{name}.{after}", f"results.runs.{after}.z")
            if run.finished:
                made.run(index, CREATED + index, CREATED + index + 1)
    if source.named:
        rename(path)


def rename(path: Path) -> None:
    """Give all runs other names, wherever they are named."""

    def given(name: str) -> str:
        return re.sub(r"\brun_(\d{8})\b", lambda found: f"trial_{int(found[1])}", name)

    def inside(group: h5py.Group) -> None:
        for name in list(group):
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.SoftLink):
                del group[name]
                group[given(name)] = h5py.SoftLink(given(link.path))
                continue
            if given(name) != name:
                group.move(name, given(name))
            if isinstance(group[given(name)], h5py.Group):
                inside(group[given(name)])

    with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
        rows = file["sweep/overview/runs"][:]
        rows["name"] = [given(name.decode()).encode() for name in rows["name"]]
        file["sweep/overview/runs"][:] = rows
        for branch in ("results", "derived_parameters"):
            if branch in file["sweep"]:
                inside(file["sweep"][branch])


def key(point: dict[str, Any], names: list[str]) -> tuple[Any, ...]:
    return tuple(
        "nan" if value != value else value + 0.0 if isinstance(value, float) else value
        for value in (point[name].shape if name == "array" else point[name] for name in names)
    )


class Taken(NamedTuple):
    """A run of the result: what it was, its point, which of which source it was, and its new name."""

    run: Run
    point: dict[str, Any]
    source: int
    index: int
    name: str

    @property
    def origin(self) -> str:
        return f"{self.source}.{self.index}"


def taken(sources: list[Source], once: bool, explored: list[str]) -> tuple[list[Taken], dict[tuple[int, int], str]]:
    """The runs of the result, found by comparing all points with all, and the name of that which stands for each run
    of each source."""
    runs = [
        Taken(run, point, number, index, "")
        for number, source in enumerate(sources)
        for index, (run, point) in enumerate(zip(source.runs, source.points(), strict=True))
    ]
    keys = [key(one.point, explored) for one in runs]
    chosen = list(range(len(runs)))
    if once:
        for at, found in enumerate(keys):
            same = [other for other, each in enumerate(keys) if each == found]
            chosen[at] = next((other for other in same if runs[other].run.finished), same[0])
    names: dict[int, str] = {}
    for at, one in enumerate(runs):
        if chosen[at] == at:
            given, own = sources[one.source].name(one.index), f"run_{len(names):08d}"
            name = given if sources[one.source].named and given not in names.values() else own
            assert name not in names.values()
            names[at] = name
    kept = [runs[at]._replace(name=name) for at, name in names.items()]
    return kept, {(one.source, one.index): names[chosen[at]] for at, one in enumerate(runs)}


def place(name: str, run: str) -> str:
    inner = name.replace("$set", "run_set_00000").replace("$", run)
    return f"results.{inner}" if "$" in name else f"results.runs.{run}.{name}"


def load(path: Path, name: str) -> leaves.Leaf:
    with files.reading(os.fsencode(path)) as file:
        return leaves.load_leaf(file, b"/sweep/" + name.replace(".", "/").encode())


def check(sources: list[Source], once: bool) -> None:
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
        runs, stands = taken(sources, once, explored)
        table = read_runs(TrajectoryRequest(result.target, b"/sweep"))
        assert (result.runs, plan.runs) == (len(runs),) * 2
        assert table.names == tuple(one.name for one in runs)
        check_ranges(out, runs, explored)
        expected = check_results(out, runs, comments_of(sources, {one.origin for one in runs}))
        check_names(out, expected | check_common(out, sources, runs))
        check_links(out, sources, runs, stands)
        check_outside(out, sources)


@settings(max_examples=60, deadline=None)
@given(st.lists(SOURCE, min_size=2, max_size=3), st.booleans())
def test_every_value_of_the_sources_is_in_the_result(sources: list[Source], once: bool) -> None:
    check(sources, once)


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(st.lists(SOURCE, min_size=2, max_size=4), st.booleans())
def many(sources: list[Source], once: bool) -> None:
    check(sources, once)


def test_so_it_is_with_thousands_of_them(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--everything"):
        pytest.skip("only with --everything")
    many()


def check_ranges(out: Path, runs: list[Taken], explored: list[str]) -> None:
    for name in PARAMETERS:
        found = load(out, f"parameters.group.{name}")
        values = [one.point[name] for one in runs]
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
        for index, (run, comment) in enumerate(zip(source.runs, source.comments(), strict=True)):
            for name in run.results:
                if f"{number}.{index}" in stay:
                    found[f"{number}.{index}", name] = comment or left.pop(name, "")
                    left.pop(name, None)
                elif comment:
                    left.setdefault(name, comment)
    return found


def check_results(out: Path, runs: list[Taken], comments: dict[tuple[str, str], str]) -> set[str]:
    """Every result of every run; their names."""
    expected = set()
    for one in runs:
        for name, value in one.run.results.items():
            expected.add(place(name, one.name))
            found = load(out, place(name, one.name))
            assert nested_equal(found.items, value if isinstance(value, dict) else {"value": value})
            assert (found.comment, found.annotations) == (comments[one.origin, name], {"of": one.origin})
    return expected


def check_common(out: Path, sources: list[Source], runs: list[Taken]) -> set[str]:
    """What is meant for all runs of a source is with the first of them, and in the others by a link, unless the first
    source says the same; the names of what holds it."""
    expected = set()
    for number, source in enumerate(sources):
        for full, value in source.common.items():
            branch, _, name = full.partition(".")
            own = [one.name for one in runs if one.source == number]
            if number == 0:
                where = f"{branch}.runs.run_ALL.{name}"
            elif sources[0].common.get(full) == value or not own:
                continue
            else:
                where = f"{branch}.runs.{own[0]}.{name}"
                with h5py.File(out) as file:
                    for other in own[1:]:
                        link = file[f"sweep/{branch}/runs/{other}"].get(name, getlink=True)
                        assert link.path == "/sweep/" + where.replace(".", "/")
            found = load(out, where)
            assert (found.value if branch != "results" else found.items[name]) == value
            expected.add(where)
    return expected


def check_names(out: Path, expected: set[str]) -> None:
    """No leaf is there that should not be."""
    with h5py.File(out) as file:
        there: set[str] = set()
        file["sweep"].visititems(lambda path, node: there.add(path) if "SRVC_LEAF" in node.attrs else None)
        names = {path.replace("/", ".") for path in there if path.startswith(("results/", "derived_parameters/"))}
        assert {name for name in names if not name.startswith("results.summary")} == expected


def check_links(out: Path, sources: list[Source], runs: list[Taken], stands: dict[tuple[int, int], str]) -> None:
    """Links lead to what stands for the run they led to. One that is called after a run has another name only where
    another one has that already."""
    with h5py.File(out) as file:
        for one in runs:
            home = file.get(f"sweep/results/runs/{one.name}", {})
            links = {
                name: link.path for name in home if isinstance(link := home.get(name, getlink=True), h5py.SoftLink)
            }
            links = {name: path for name, path in links.items() if name not in ("all", "dp")}
            if not (one.run.linked and "z" in one.run.results):
                assert links == {}
                continue
            after = stands[one.source, (one.index + 1) % len(sources[one.source].runs)]
            assert links.pop("short") == f"/sweep/results/runs/{one.name}/z"
            ((name, target),) = links.items()
            assert target == f"/sweep/results/runs/{after}/z"
            assert name.rstrip("_") == after


def check_outside(out: Path, sources: list[Source]) -> None:
    """What belongs to no run is that of the first source that has it."""
    for name in {name for source in sources for name in source.outside}:
        number, first = next((at, source) for at, source in enumerate(sources) if name in source.outside)
        found = load(out, f"results.summary.{name}")
        assert (found.items, found.comment) == ({name: first.outside[name]}, f"Of {number}")
