"""Hostile, broken and real files, merged: nothing runs, every merge ends, and either the result has been verified or a
sentence says why there is none."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from pexgui.core import (
    EngineDied,
    MergeRequest,
    MergeSource,
    MergeWork,
    PexError,
    TrajectoryRequest,
    merge,
    plan_merge,
    read_runs,
)
from pexgui.core.host import Engine
from tests.conftest import Corpus
from tests.core.compared import grid, sweep
from tests.core.expected import fixtures
from tests.exploring import listing
from tests.test_hostile import HANGING

LARGE = 10_000_000
SHARE = 25
"""Of so many files one is put into a trajectory: it takes a process each."""
WRAP = """
import sys, h5py
with h5py.File(sys.argv[1], "r", locking=False) as source, h5py.File(sys.argv[2], "r+") as target:
    target.copy(source["/"], target["sweep/results"], "hostile")
"""


def merged(engine: Engine, target: Path, *sources: bytes) -> str:
    """What came of a merge: ``merged``, ``died``, or the sentence that says why not."""
    before = listing(os.fsencode(target.parent))
    try:
        plan = engine.call(plan_merge, MergeRequest(tuple(map(MergeSource, sources)), os.fsencode(target)))
        if plan.problem:
            return plan.problem
        result = engine.call(merge, MergeWork(plan))
        assert len(engine.call(read_runs, TrajectoryRequest(result.target, result.trajectory)).names) == plan.runs
    except EngineDied:
        return "died"
    except PexError as problem:
        assert "mistake" not in problem.title, (sources, problem.details)
        assert problem.title.endswith("."), sources
        assert listing(os.fsencode(target.parent)) == before
        return problem.title
    for path in target.parent.glob(f"*{target.name}*"):
        path.unlink()
    return "merged"


def test_what_holds_no_trajectory_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    good = os.fsencode(sweep(tmp_path / "good.hdf5", grid(2)))
    (tmp_path / "out").mkdir()
    before = listing(os.fsencode(corpus.folder))
    with Engine(deadline=4.0) as engine:
        for file, entry in corpus.files().items():
            for sources in ((good, file), (file, good)):
                answer = merged(engine, tmp_path / "out" / "out.hdf5", *sources)
                assert answer != "merged", entry["file"]
                assert answer != "died" or entry["file"] in HANGING, entry["file"]
    assert listing(os.fsencode(corpus.folder)) == before
    assert not list(corpus.markers.iterdir())


def test_hostile_objects_inside_of_a_trajectory_are_taken_over_or_refused(corpus: Corpus, tmp_path: Path) -> None:
    good = sweep(tmp_path / "good.hdf5", grid(2))
    (tmp_path / "out").mkdir()
    answers: Counter[str] = Counter()
    with Engine() as engine:
        for file, entry in list(corpus.files().items())[::SHARE]:
            wrapped = tmp_path / "wrapped.hdf5"
            shutil.copy(good, wrapped)
            if entry["file"] in HANGING or not os.path.isfile(file) or os.path.getsize(file) > LARGE:
                continue
            if subprocess.run([sys.executable, "-c", WRAP, file, wrapped], capture_output=True).returncode:
                continue
            for sources in ((good, wrapped), (wrapped, good)):
                answers[merged(engine, tmp_path / "out" / "out.hdf5", *map(os.fsencode, sources))] += 1
    assert answers["merged"] > 30
    assert answers["died"] == 0
    assert not list(corpus.markers.iterdir())


def test_every_real_file_is_merged_with_a_copy_of_itself_or_refused(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    answers: dict[str, set[str]] = {}
    with Engine() as engine:
        for path, _ in fixtures(shared):
            copy = shutil.copy(path, tmp_path / path.name)
            answer = merged(engine, tmp_path / "out" / "out.hdf5", os.fsencode(path), os.fsencode(copy))
            answers.setdefault(answer, set()).add(f"{path.parent.name}/{path.name}")
    assert len(answers["merged"]) > 100
    assert not any("is not what it should be" in answer or "is not identical" in answer for answer in answers), answers
    assert "died" not in answers
