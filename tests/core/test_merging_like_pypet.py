"""What the real pypet merged rightly is merged alike: the shared fixtures, as pypet itself reads both results.

Every difference is listed, with what is wrong in pypet's.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import MergeRequest, MergeSource, MergeWork, merge, plan_merge
from tests.core.expected import fixture
from tests.oracle import ask

MERGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "31a_merged_ab": ("30_merge_a", "30_merge_b", {}),
    "31b_merged_ab_nodup": ("30_merge_a", "30_merge_b", {"once": True}),
    "31c_merged_ac": ("30_merge_a", "30_merge_c", {}),
    "32_trial_merged": ("32_trial_a", "32_trial_b", {"trial": "parameters.trial"}),
}
VERSIONS = ("pypet-0.6.1", "pypet-0.7.0")

MOMENT = {"leaves config.merge.last.timestamp value v"}
LENGTH = "leaves config.merge.last.length_before_merge value v"
DIFFERENCES: dict[str, dict[str, tuple[Any, Any]]] = {
    # pypet notes the length after the merge (SEMANTICS §8, 29)
    "31a_merged_ab": {LENGTH: (7, 4)},
    # and loses the comment when the run that keeps it is dropped (§1.7)
    "31b_merged_ab_nodup": {
        LENGTH: (5, 4),
        "leaves derived_parameters.runs.run_00000004.dx comment": ("", "x plus one"),
        "leaves results.runs.run_00000004.z comment": ("", "Product"),
    },
    # and leaves the summaries of the first trajectory's runs without what is explored since (§8, 31)
    "31c_merged_ac": {
        LENGTH: (6, 4),
        **{
            f"runs {run} 6": (f"x: {x},   y: {y}", f"const: 5,   x: {x},   y: {y}")
            for run, (x, y) in enumerate((x, y) for x in (1.0, 2.0) for y in (1, 2))
        },
    },
    # and the length of the other trajectory for the trial parameter (§8, 29); its empty group comes from loading
    "32_trial_merged": {
        LENGTH: (5, 2),
        "leaves config.merge.last.trial_parameter value t": ("int", "str"),
        "leaves config.merge.last.trial_parameter value v": (3, "parameters.trial"),
        "groups derived_parameters": ({"comment": "", "annotations": {}}, None),
    },
}


@pytest.fixture(scope="module")
def merged(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """The merges done here, by the name of what pypet made of the same sources and its version."""
    folder = tmp_path_factory.mktemp("merged")
    made = {}
    for version in VERSIONS:
        for name, (first, second, more) in MERGES.items():
            paths = [fixture(shared, f"{source}.hdf5", version) for source in (first, second)]
            target = folder / f"{version}_{name}.hdf5"
            sources = tuple(MergeSource(os.fsencode(path)) for path in paths)
            plan = plan_merge(MergeRequest(sources, os.fsencode(target), **more))
            assert plan.problem == ""
            merge(MergeWork(plan))
            made[name, version] = target
    return made


@pytest.fixture(scope="module")
def answers(merged: dict[tuple[str, str], Path], shared: Path, oracle: Path) -> dict[tuple[str, str], list[Any]]:
    """What pypet 0.6.1 reads in its own result and in ours."""
    jobs = [
        {"do": "describe", "file": str(path)}
        for (name, version), ours in merged.items()
        for path in (fixture(shared, f"{name}.hdf5", version), ours)
    ]
    (folder,) = {path.parent for path in merged.values()}
    found = iter(ask(oracle, jobs, folder))
    return {key: [next(found), next(found)] for key in merged}


def differences(a: Any, b: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value that differs in two JSON descriptions, with the way to it."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from differences(a.get(key), b.get(key), f"{place} {key}".strip())
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for at, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from differences(left, right, f"{place} {at}")
    elif a != b:
        yield place, a, b


def described(answer: dict[str, Any]) -> Any:
    """The only trajectory of a file, its last merge called ``last``: its real name has the moment in it."""
    (trajectory,) = answer.values()
    for kind in ("groups", "leaves"):
        trajectory[kind] = {
            re.sub(r"\.merge_\w{7}_\d{4}(_\w+)?", ".last", name): one for name, one in trajectory[kind].items()
        }
    return trajectory


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", MERGES)
def test_pypet_reads_the_same_in_its_own_merge_and_in_ours(
    answers: dict[tuple[str, str], list[Any]], name: str, version: str
) -> None:
    theirs, ours = map(described, answers[name, version])
    found = {place: (a, b) for place, a, b in differences(theirs, ours) if place not in MOMENT}
    assert found == DIFFERENCES[name]
    assert len(ours["runs"]) == len(theirs["runs"]) > 3
    assert any(name.startswith("results.runs.") for name in ours["leaves"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", MERGES)
def test_the_tables_by_which_pypet_finds_its_way_are_the_same(
    merged: dict[tuple[str, str], Path], shared: Path, name: str, version: str
) -> None:
    with h5py.File(merged[name, version]) as ours, h5py.File(fixture(shared, f"{name}.hdf5", version)) as theirs:
        (trajectory,) = ours
        for table in ("info", "runs", "explorations"):
            a, b = theirs[f"{trajectory}/overview/{table}"][:], ours[f"{trajectory}/overview/{table}"][:]
            assert set(a.dtype.names) == set(b.dtype.names)
            for column in set(a.dtype.names) - {"parameter_summary"}:
                if table == "explorations":
                    assert sorted(a[column]) == sorted(b[column])
                else:
                    np.testing.assert_array_equal(a[column], b[column])
