"""Trajectories to be merged, merged, and looked into."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pexgui.core import (
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    files,
    leaves,
    merge,
    plan_merge,
    writer,
)
from pexgui.core.writer import Head, TrajectoryWriter
from tests.builders import CREATED

Fill_ = Callable[[TrajectoryWriter], object]


def source(path: Path, trajectory: str = "") -> MergeSource:
    return MergeSource(os.fsencode(path), f"/{trajectory}".encode() if trajectory else b"")


def planned(paths: list[Path], target: Path | None = None, **more: Any) -> MergePlan:
    target_path = b"" if target is None else os.fsencode(target)
    return plan_merge(MergeRequest(tuple(map(source, paths)), target_path, **more))


def merged(paths: list[Path], target: Path | None = None, **more: Any) -> MergeResult:
    plan = planned(paths, target, **more)
    assert plan.problem == ""
    return merge(MergeWork(plan))


def leaf(path: Path, name: str, trajectory: str = "sweep") -> leaves.Leaf:
    with files.reading(os.fsencode(path)) as file:
        return leaves.load_leaf(file, f"/{trajectory}/{name.replace('.', '/')}".encode())


def value(path: Path, name: str, trajectory: str = "sweep") -> Any:
    (found,) = leaf(path, name, trajectory).items.values()
    return found


def ranges(path: Path, name: str, trajectory: str = "sweep") -> list[Any]:
    found = leaf(path, name, trajectory).range
    assert found is not None
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def left_out(plan: MergePlan) -> dict[str, str]:
    return {fact.name: fact.text for fact in plan.left_out}


def explored(path: Path, values: list[Any], name: str = "sweep", more: Fill_ | None = None) -> Path:
    """A trajectory with one explored parameter ``p`` and a result ``z`` per run: the number of the run."""
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head(name, CREATED), len(values))
        made.parameter("p", values[0], values)
        for run in range(len(values)):
            made.result("z", float(run), run=run)
            made.run(run, CREATED, CREATED + 1)
        if more is not None:
            more(made)
    return path


def unexplored(path: Path, value: Any, more: Fill_ | None = None) -> Path:
    """A trajectory of one run with one parameter ``p``."""
    with writer.create(os.fsencode(path)) as file:
        made = file.trajectory(Head("sweep", CREATED), 1)
        made.parameter("p", value)
        made.result("z", 1.0, run=0)
        made.run(0, CREATED, CREATED + 1)
        if more is not None:
            more(made)
    return path
