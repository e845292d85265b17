"""Trajectories go to and fro: what one of the real pypet and ours stored, the other loads, expands and runs further."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from pexgui import ObjectTable, PickleParameter, PickleResult, Trajectory, load_trajectory, manual_run
from pexgui.core import PexError
from pexgui.core.equality import nested_equal
from tests.core.expected import trajectories
from tests.core.fixture_digest import fixture_digest, without_numpy_words
from tests.core.test_fixtures import MORE_THAN_PYPET, leaves_of, merged
from tests.core.test_oracle import as_json, tolerant
from tests.oracle import ask
from tests.values import BSR, CSC, CSR, DIA

FIXTURES = ("01_", "02_", "03_", "04_", "05_", "06_", "08_", "10_", "14a_", "18_", "19_", "25_", "31a_")
SPARSE_OF_OLD = ("old_0.1b.10.hdf5", "old_0.2.0.hdf5", "old_0.5.2.hdf5")
"""Their sparse matrices are stored as pypet does not any more; nothing can be added to them before they are merged."""


@manual_run
def run(trajectory: Any) -> None:
    trajectory.f_add_result("by_us", trajectory.v_idx, comment="Index of the run")
    trajectory.f_store()


# --- from us to pypet and back


def unexplored(path: Path) -> None:
    trajectory = Trajectory("sweep", filename=path, comment="Größe ☃")
    trajectory.f_add_parameter("group.x", 1, comment="The first")
    trajectory.f_add_parameter("array", np.arange(3))
    trajectory.f_add_result("early", np.eye(2), text="grün", comment="ü" * 600)
    trajectory.f_store()


def explored(path: Path) -> None:
    trajectory = Trajectory("sweep", filename=path)
    trajectory.f_add_parameter("group.x", 1, comment="The first")
    trajectory.f_add_parameter("array", np.arange(2.0))
    trajectory.f_add_parameter("text", "a")
    trajectory.f_add_parameter("fixed", (1.5,))
    arrays = [np.arange(2.0), np.eye(2), np.arange(2.0)]
    trajectory.f_explore({"x": [3, 2**40, -5], "array": arrays, "text": ["a long text", "b", ""]})
    trajectory.f_store()
    for _ in trajectory.f_iter_runs():
        run(trajectory)


def complete(path: Path) -> None:
    trajectory = Trajectory("sweep", filename=path, comment="Everything that there is")
    trajectory.f_set_annotations(author="a user", numbers=[1, 2])
    trajectory.f_add_parameter("group.x", 1).f_set_annotations(unit="mV")
    trajectory.f_add_derived_parameter("product", 6.5, comment="Derived")
    trajectory.f_add_config("seed", 7)
    trajectory.f_add_parameter(PickleParameter, "any", {"a": [None, (1,)]})
    trajectory.f_add_parameter("sparse", CSR)
    trajectory.f_add_result("matrices", csc=CSC, bsr=BSR, dia=DIA)
    trajectory.f_add_result(PickleResult, "pickled", {"x": None}, more=2**70)
    trajectory.f_add_result("tables", t=ObjectTable({"n": [1, 2], "s": ["a", "b"]}), d={"a": 1, "b": "x"}, empty={})
    frame = pandas.DataFrame({"a": [1, 2], "b": [0.5, float("nan")]}, index=["p", "q"])
    trajectory.f_add_result("frames", frame=frame, series=pandas.Series([1.0, 2.0], name="s"))
    trajectory.f_add_result("nested", **{"a.b": 1, "a.c": [1, 2], "with blank": "x"})
    trajectory.f_add_result_group("described", comment="ä" * 600).f_set_annotations(version=3)
    trajectory.f_add_leaf("own.branch.leaf", 3)
    trajectory.f_explore({"x": [1, 2], "any": [{"a": [None, (1,)]}, {"b": 2**70}], "sparse": [CSR, CSC]})
    trajectory.f_add_link("short", trajectory.f_get("x"))
    trajectory.f_add_link("results.again", trajectory.f_get("tables"))
    trajectory.f_store()

    @manual_run
    def both(running: Any) -> None:
        running.f_add_result("$set.$.trace", np.arange(3) * running.x, comment="In sets")
        running.f_add_derived_parameter("half", running.x / 2)
        result = running.f_add_result("by_us", running.v_idx)
        running.f_add_link("results.runs.$.linked", result)
        running.f_store()

    for _ in trajectory.f_iter_runs():
        both(trajectory)


def half(path: Path) -> None:
    trajectory = Trajectory("sweep", filename=path)
    trajectory.f_add_parameter("group.x", 1)
    trajectory.f_explore({"x": [4, 5, 6, 7]})
    trajectory.f_store()
    for index in (0, 2):
        trajectory.f_set_crun(index)
        run(trajectory)


def named(path: Path) -> None:
    def name(index: int) -> str:
        return "trial_ALL" if index < 0 else f"trial_{index:03d}"

    trajectory = Trajectory("sweep", filename=path, wildcard_functions={("$", "crun"): name})
    trajectory.f_add_parameter("group.x", 1)
    trajectory.f_explore({"x": [4, 5]})
    trajectory.f_store()
    for _ in trajectory.f_iter_runs():
        run(trajectory)
    trajectory.f_expand({"x": [6]})
    trajectory.f_set_crun(2)
    run(trajectory)


SHAPES = {"unexplored": unexplored, "explored": explored, "complete": complete, "half": half, "named": named}
POINTS: dict[str, dict[str, list[Any]]] = {
    "unexplored": {"parameters.group.x": [8, 9]},
    "explored": {
        "parameters.group.x": [8, 9],
        "parameters.array": [[5.0], [0.0, 1.0]],
        "parameters.text": ["a text that is longer than all", "b"],
    },
    "half": {"parameters.group.x": [8, 9]},
    "named": {"parameters.group.x": [8, 9]},
}
"""What pypet adds; to the complete one it adds points that are there already."""


class ToAndFro:
    """What pypet says of each shape before and after it went on with it, and after we went on with that."""

    def __init__(self, oracle: Path, folder: Path) -> None:
        self.files = {name: folder / f"{name}.hdf5" for name in SHAPES}
        jobs: dict[tuple[str, str], dict[str, Any]] = {}
        self.written = {}
        for name, make in SHAPES.items():
            make(self.files[name])
            self.written[name] = folder / f"{name}_as_written.hdf5"
            shutil.copy(self.files[name], self.written[name])
            file = {"file": str(self.files[name])}
            jobs[name, "before"] = {"do": "describe", **file}
            if name == "half":
                jobs[name, "resumed"] = {"do": "resume", "name": "sweep", **file}
            more = {"do": "extend", "points": POINTS[name]} if name in POINTS else {"do": "repeat"}
            jobs[name, "extended"] = {**more, "name": "sweep", **file}
            jobs[name, "after"] = {"do": "describe", **file}
        self.told = dict(zip(jobs, ask(oracle, list(jobs.values()), folder), strict=True))
        self.between = {name: load_trajectory(file) for name, file in self.files.items()}
        for trajectory in self.between.values():
            trajectory.f_load(load_data=2)
        for file in self.files.values():
            go_on(file)
        last = ask(oracle, [{"do": "describe", "file": str(file)} for file in self.files.values()], folder)
        self.told |= {(name, "last"): answer for name, answer in zip(SHAPES, last, strict=True)}

    def leaves(self, name: str, when: str) -> dict[str, Any]:
        found: dict[str, Any] = self.told[name, when]["sweep"]["leaves"]
        return found

    def runs(self, name: str, when: str) -> list[Any]:
        found: list[Any] = self.told[name, when]["sweep"]["runs"]
        return found


def go_on(file: Path, name: str | None = None) -> int:
    """Add two points that are there already, and run all runs that are open. Gives how many runs there were."""
    trajectory = load_trajectory(file, name)
    before = len(trajectory)
    ranges = {key: one.f_get_range() for key, one in trajectory.f_get_explored_parameters().items()}
    trajectory.f_expand({key: [values[0], values[-1]] for key, values in ranges.items()})
    for index in range(len(trajectory)):
        if not trajectory.f_is_completed(index):
            trajectory.f_set_crun(index)
            run(trajectory)
    trajectory.f_restore_default()
    return before


@pytest.fixture(scope="module")
def fro(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> ToAndFro:
    return ToAndFro(oracle, tmp_path_factory.mktemp("fro"))


def differing(trajectory: Trajectory, leaves: dict[str, Any]) -> Iterator[str]:
    """The leaves, described by pypet, that are something else in a trajectory of ours."""
    for full, wanted in leaves.items():
        leaf = trajectory.f_get(full, shortcuts=False)
        found: dict[str, Any] = {"class": leaf.f_get_class_name(), "comment": leaf.v_comment}
        found["annotations"] = {key: as_json(value) for key, value in sorted(leaf.v_annotations.f_to_dict().items())}
        if not leaf.v_is_parameter:
            found["items"] = {key: as_json(value) for key, value in leaf.f_to_dict().items()}
        else:
            found["value"] = as_json(leaf.f_get_default())
            if leaf.f_has_range():
                found["range"] = [as_json(value) for value in leaf.f_get_range()]
        notes = {key: without_numpy_words(value) for key, value in wanted["annotations"].items()}
        if tolerant(found) != tolerant(wanted | {"annotations": notes}):
            yield f"{full}: {found} instead of {wanted}"


@pytest.mark.parametrize("name", SHAPES)
def test_pypet_finds_every_leaf_with_its_value(fro: ToAndFro, name: str) -> None:
    trajectory = load_trajectory(fro.written[name])
    told = fro.told[name, "before"]["sweep"]
    assert list(differing(trajectory, told["leaves"])) == []
    assert {leaf.v_full_name for leaf in trajectory.f_iter_leaves()} == set(told["leaves"])
    assert told["comment"] == trajectory.v_comment
    assert told["explored"] == sorted(trajectory.f_get_explored_parameters())
    assert [run[1] for run in told["runs"]] == trajectory.f_get_run_names()
    assert [run[2] for run in told["runs"]] == [trajectory.f_is_completed(run) for run in range(len(trajectory))]


def test_pypet_finds_links_groups_and_annotations(fro: ToAndFro) -> None:
    told = fro.told["complete", "before"]["sweep"]
    by_runs = {f"results.runs.run_0000000{run}.linked": f"results.runs.run_0000000{run}.by_us" for run in (0, 1)}
    assert told["links"] == {"short": "parameters.group.x", "results.again": "results.tables"} | by_runs
    assert told["groups"]["results.described"]["comment"] == "ä" * 600
    assert told["groups"]["results.described"]["annotations"]["version"]["v"] == 3
    assert told["annotations"]["author"]["v"] == "a user"
    assert {"results.run_set_00000.run_00000001.trace", "derived_parameters.runs.run_00000000.half"} <= set(
        told["leaves"]
    )


@pytest.mark.parametrize("name", SHAPES)
def test_pypet_expands_and_runs_what_we_stored(fro: ToAndFro, name: str) -> None:
    before, extended, after = (fro.told[name, key] for key in ("before", "extended", "after"))
    old = len(before["sweep"]["runs"])
    new = 1 if name == "unexplored" else 2
    assert (extended["before"], extended["after"]) == (old, old + new)
    runs = after["sweep"]["runs"]
    assert [run[2] for run in runs[old:]] == [1, 0][:new]
    assert [run[:2] for run in runs[:old]] == [run[:2] for run in before["sweep"]["runs"]]
    if name == "half":
        assert fro.told[name, "resumed"] == [1, 3]
        assert all(run[2] for run in runs[:old])
    else:
        assert runs[:old] == before["sweep"]["runs"]


@pytest.mark.parametrize("name", SHAPES)
def test_we_find_what_pypet_added(fro: ToAndFro, name: str) -> None:
    trajectory, old = fro.between[name], len(fro.runs(name, "before"))
    assert list(differing(trajectory, fro.leaves(name, "after"))) == []
    assert [run[1] for run in fro.runs(name, "after")] == trajectory.f_get_run_names()
    assert trajectory.f_get_from_runs("added_by_pypet", fast_access=True, use_indices=True) == {old: old}
    if "parameters.group.x" in POINTS.get(name, {}):
        assert trajectory.f_get("parameters.group.x").f_get_range()[-2:] == [8, 9]


@pytest.mark.parametrize("name", SHAPES)
def test_pypet_finds_what_we_added_after_it(fro: ToAndFro, name: str) -> None:
    after, last = fro.told[name, "after"]["sweep"], fro.told[name, "last"]["sweep"]
    assert len(last["runs"]) == len(after["runs"]) + 2
    assert all(run[2] for run in last["runs"])
    for full, leaf in after["leaves"].items():
        wanted = leaf | ({"range": [*leaf["range"], leaf["range"][0], leaf["range"][-1]]} if "range" in leaf else {})
        assert last["leaves"][full] == wanted, full
    added = set(last["leaves"]) - set(after["leaves"])
    opened = [run[1] for run in after["runs"] if not run[2]] + [run[1] for run in last["runs"][-2:]]
    assert added == {f"results.runs.{run}.by_us" for run in opened}


# --- from pypet to us and back


class Theirs:
    """Files of real pypet versions, what pypet says of them, and what it says after we went on with them."""

    def __init__(self, oracle: Path, shared: Path, folder: Path) -> None:
        self.expected: dict[tuple[str, str], dict[str, Any]] = {}
        self.copies: dict[str, Path] = {}
        for file, known in trajectories(shared):
            if file.parent.name == "older" or (file.parent.name == "pypet-0.6.1" and file.name.startswith(FIXTURES)):
                self.expected[file.name, known["name"]] = known
                self.copies.setdefault(file.name, Path(shutil.copy(file, folder)))
        self.refused: dict[tuple[str, str], str] = {}
        self.before = {}
        originals = {name: Path(shutil.copy(file, folder / f"original_{name}")) for name, file in self.copies.items()}
        for file, name in self.expected:
            if not load_trajectory(self.copies[file], name).f_get_explored_parameters():
                continue
            bytes_before = self.copies[file].read_bytes()
            try:
                self.before[file, name] = go_on(self.copies[file], name)
            except PexError as error:
                self.refused[file, name] = str(error)
                assert self.copies[file].read_bytes() == bytes_before
        changed = sorted({file for file, _name in self.before} - set(NOT_FOR_PYPET))
        jobs = [{"do": "describe", "file": str(path[file])} for path in (originals, self.copies) for file in changed]
        answers = ask(oracle, jobs, folder)
        self.told_before = dict(zip(changed, answers[: len(changed)], strict=True))
        self.told_after = dict(zip(changed, answers[len(changed) :], strict=True))


NOT_FOR_PYPET = ("02_result_types.hdf5", "03_parameter_types.hdf5", "pypet_v0_1b_6.hdf5")
"""What pypet 0.6.1 cannot load, neither before nor after: values that it should not have stored, names in bytes."""


@pytest.fixture(scope="module")
def theirs(oracle: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Theirs:
    return Theirs(oracle, shared, tmp_path_factory.mktemp("theirs"))


def wrong(file: Path, known: dict[str, Any]) -> Iterator[str]:
    """The leaves that are something else, by their full names or as attributes, than pypet said."""
    trajectory = load_trajectory(file, known["name"])
    for full, wanted in leaves_of(known):
        if (file.name.removesuffix(".hdf5"), full) in MORE_THAN_PYPET:
            wanted = merged(wanted, MORE_THAN_PYPET[file.name.removesuffix(".hdf5"), full][1])
        leaf, natural = trajectory.f_get(full), trajectory
        for part in full.split("."):
            natural = getattr(natural, part)
        if leaf.v_is_parameter:
            found: dict[str, Any] = {"value": fixture_digest(leaf.f_get_default())}
            if leaf.f_has_range():
                found["range"] = [fixture_digest(value) for value in leaf.f_get_range()]
        else:
            found = {"items": {key: fixture_digest(value) for key, value in leaf.f_to_dict().items()}}
        if any(key in wanted and wanted[key] != value for key, value in found.items()):
            yield f"{full}: {found}"
        if natural is not leaf and not nested_equal(natural, leaf.f_get()):
            yield f"{full}: {natural!r}"


def test_what_pypet_stored_is_given_by_natural_naming(shared: Path) -> None:
    asked = 0
    for file, known in trajectories(shared):
        if file.parent.name == "older" or (file.parent.name == "pypet-0.6.1" and file.name.startswith(FIXTURES)):
            assert list(wrong(file, known)) == [], file.name
            asked += len(list(leaves_of(known)))
    assert asked > 400


def test_what_pypet_stored_is_expanded_and_run_by_us(theirs: Theirs) -> None:
    assert sorted({file for file, _name in theirs.refused}) == sorted(SPARSE_OF_OLD)
    assert all("parameters.sp" in sentence for sentence in theirs.refused.values())
    assert len(theirs.before) > 10
    for (file, name), before in theirs.before.items():
        trajectory = load_trajectory(theirs.copies[file], name)
        assert len(trajectory) == before + 2
        assert trajectory.f_is_completed()
        found = trajectory.f_get_from_runs("by_us", fast_access=True, use_indices=True)
        assert {index: value for index, value in found.items() if index >= before} == {
            before: before,
            before + 1: before + 1,
        }


def test_pypet_loads_its_files_after_we_went_on_with_them(theirs: Theirs) -> None:
    for file, told in theirs.told_before.items():
        for name, before in told.items():
            after = theirs.told_after[file][name]
            if (file, name) not in theirs.before:
                assert after == before
                continue
            assert len(after["runs"]) == len(before["runs"]) + 2
            assert all(run[2] for run in after["runs"])
            assert (after["links"], after["annotations"], after["comment"]) == (
                before["links"],
                before["annotations"],
                before["comment"],
            )
            for full, leaf in before["leaves"].items():
                ends = {"range": [*leaf["range"], leaf["range"][0], leaf["range"][-1]]} if "range" in leaf else {}
                assert after["leaves"][full] == leaf | ends, (file, full)
            added = set(after["leaves"]) - set(before["leaves"])
            ran = [run[1] for run in after["runs"] if f"results.runs.{run[1]}.by_us" in after["leaves"]]
            assert added == {f"results.runs.{run}.by_us" for run in ran}
            assert ran[-2:] == [run[1] for run in after["runs"][-2:]]
