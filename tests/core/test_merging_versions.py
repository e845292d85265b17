"""Files of different versions of pypet and Python, merged with each other: every value is that of its source, and the
real pypet loads the result, expands it and runs it further. pypet itself refuses two patch versions of Python."""

import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui import nested_equal
from pexgui.core import (
    Fill,
    MergePlan,
    MergeRequest,
    MergeSource,
    MergeWork,
    files,
    layout,
    leaves,
    merge,
    plan_merge,
)
from pexgui.core.compare_sides import OpenSide
from pexgui.core.items import is_leaf
from pexgui.core.model_compare import Side
from tests.oracle import ask

OLD = ("pypet_v0_1b_6", "old_0.1b.8", "old_0.1b.10", "old_0.2.0", "old_0.5.2")
VERSIONS = (*(f"older/{name}" for name in OLD), "pypet-0.6.1/01_simple", "pypet-0.7.0/01_simple")
TWICE = (
    "01_simple", "03_parameter_types", "04_links_annotations", "06_unfinished", "08_expanded", "14a_comments_purged",
    "19_wildcards", "25_custom_run_names", "31c_merged_ac",
)  # fmt: skip

ADJACENT = list(itertools.pairwise(VERSIONS))
OTHERS = random.Random(4).sample([pair for pair in itertools.permutations(VERSIONS, 2) if pair not in ADJACENT], 8)
BETWEEN = [(f"pypet-0.6.1/{name}", f"pypet-0.7.0/{name}") for name in TWICE]
PAIRS = [*ADJACENT, *OTHERS, *BETWEEN]


class Merged:
    """Two files merged, each parameter that one lacks filled with the other's default."""

    def __init__(self, shared: Path, pair: tuple[str, str], target: Path) -> None:
        self.paths = [shared / "fixtures" / f"{name}.hdf5" for name in pair]
        self.target = target
        sources = tuple(MergeSource(os.fsencode(path)) for path in self.paths)
        asked = plan_merge(MergeRequest(sources, os.fsencode(target)))
        fills = tuple(Fill(one.name, source) for one in asked.missing for source in one.sources)
        self.plan: MergePlan = plan_merge(MergeRequest(sources, os.fsencode(target), fills=fills))
        assert self.plan.problem == ""
        self.result = merge(MergeWork(self.plan))


@pytest.fixture(scope="module")
def merges(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Merged]:
    folder = tmp_path_factory.mktemp("versions")
    return {pair: Merged(shared, pair, folder / f"{number}.hdf5") for number, pair in enumerate(PAIRS)}


def in_runs(side: OpenSide) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    """The run and the path below the trajectory of every leaf that belongs to one run."""
    for visit in files.walk(side.trajectory.group, enter=lambda visit: not is_leaf(visit.node)):
        parts = layout.components(visit.path)
        runs = [part for part in parts if part in side.numbers]
        if visit.kind is files.VisitKind.GROUP and is_leaf(visit.node) and runs:
            yield runs[0], parts


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_every_value_of_both_is_in_the_result(merges: dict[tuple[str, str], Merged], pair: tuple[str, str]) -> None:
    made = merges[pair]
    checked = points = 0
    with files.reading(made.result.target, whole=True) as out:
        merged = OpenSide(out, Side(made.result.target))
        assert len(merged.names) == made.plan.runs == sum(source.runs for source in made.plan.sources)
        for source, path in zip(made.plan.sources, made.paths, strict=True):
            with files.reading(os.fsencode(path), whole=True) as file:
                side = OpenSide(file, Side(os.fsencode(path)))
                numbers = np.frombuffer(source.numbers, "<i8").tolist()
                new = {name: merged.names[number] for name, number in zip(side.names, numbers, strict=True)}
                assert [merged.finished[number] for number in numbers] == side.finished
                for _, parts in in_runs(side):
                    target = tuple(new.get(part, part) for part in parts)
                    before = leaves.load_leaf(file, b"/".join((side.trajectory.path, *parts)))
                    after = leaves.load_leaf(out, b"/".join((merged.trajectory.path, *target)))
                    assert same(before, after), parts
                    checked += 1
                for parameter in made.plan.parameters:
                    values = merged.values_of(parameter.name)
                    if parameter.name in side.explored:
                        own = side.values_of(parameter.name)
                        assert nested_equal([values[number] for number in numbers], own)
                        points += len(own)
    assert checked or points


def same(before: leaves.Leaf, after: leaves.Leaf) -> bool:
    return (
        nested_equal(before.items, after.items)
        and nested_equal(before.annotations, after.annotations)
        and (nested_equal(before.value, after.value) and before.comment == after.comment)
    )


@pytest.fixture(scope="module")
def answers(merges: dict[tuple[str, str], Merged], oracle: Path, shared: Path) -> dict[tuple[str, str], Any]:
    """What pypet says of the merged files, before it went on with them, of that, and after; but for those made of files
    that pypet itself cannot load: texts of Python 2, matrices in the parts of before 0.6, tuples of one element."""
    (folder,) = {made.target.parent for made in merges.values()}
    paths = list(dict.fromkeys(path for made in merges.values() for path in made.paths))
    answers = ask(oracle, [{"do": "loads", "file": str(path)} for path in paths], folder)
    known = dict(zip(paths, answers, strict=True))
    loadable = {pair: made for pair, made in merges.items() if all(known[path] for path in made.paths)}
    jobs: list[dict[str, Any]] = []
    for made in loadable.values():
        described = {"do": "describe", "file": str(made.target)}
        jobs += [described, {"do": "repeat", "file": str(made.target), "name": made.result.name}, described]
    found = iter(ask(oracle, jobs, folder))
    return {pair: [next(found), next(found), next(found)] for pair in loadable}


def test_the_real_pypet_loads_expands_and_runs_what_was_merged(
    merges: dict[tuple[str, str], Merged], answers: dict[tuple[str, str], Any]
) -> None:
    assert len(answers) == len(BETWEEN) - 1
    for pair, (before, went_on, after) in answers.items():
        plan, name = merges[pair].plan, merges[pair].result.name
        assert sorted(before[name]["explored"]) == sorted(one.name for one in plan.parameters), pair
        assert len(before[name]["runs"]) == plan.runs
        assert went_on == {"before": plan.runs, "after": plan.runs + 2, "ran": plan.runs}
        results = {key: leaf for key, leaf in before[name]["leaves"].items() if key.startswith("results")}
        assert after[name]["leaves"].items() >= results.items()
        assert after[name]["runs"][: plan.runs] == before[name]["runs"]
        assert [run[2] for run in after[name]["runs"][plan.runs :]] == [1, 0]
