"""Small files for tests, made with our own writer."""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from pexgui.core import layout, stored, writer
from pexgui.core.writer import Head

CREATED = 1_700_000_000.0


def small_trajectory(
    path: Path, runs: int = 3, name: str = "small", finished: int | None = None, with_data: int | None = None
) -> Path:
    """``x`` = 0, 1, 2 … and ``mode`` explored; a scalar ``y`` and an array ``trace`` per run.

    The first ``finished`` runs are finished (by default all), the first ``with_data`` have data (by default those).
    """
    done = runs if finished is None else finished
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head(name, CREATED, "A small trajectory"), runs, {"owner": "tests"})
        trajectory.parameter("group.x", 0.0, [float(run) for run in range(runs)], "First", {"unit": "mV"})
        trajectory.parameter("mode", "fast", ["fast" if run % 2 else "slow" for run in range(runs)])
        trajectory.parameter("fixed", 7, comment="Not explored")
        trajectory.config("hdf5.complib", "zlib")
        for run in range(done if with_data is None else with_data):
            trajectory.result("y", run * 1.5, "Half as much again", {"unit": "Hz"}, run=run)
            trajectory.result("trace", np.arange(20.0) + run, "A trace", run=run)
        for run in range(done):
            trajectory.run(run, CREATED + 10 * run, CREATED + 10 * run + 2.5)
        trajectory.result("note", "grüße ☃", "For all runs")
        if done:
            trajectory.link("results.first", "results.runs.run_00000000.trace")
    return path


def many_runs(path: Path, runs: int, results: Sequence[str] = ("rate",), name: str = "many") -> Path:
    """A trajectory of many finished runs with one scalar result for each of the names."""
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head(name, CREATED, "Many runs"), runs)
        trajectory.parameter("x", 0.0, [run / 10 for run in range(runs)])
        trajectory.parameter("seed", 1, [run % 25 for run in range(runs)])
        for run in range(runs):
            for number, result in enumerate(results):
                trajectory.result(result, run * 0.5 + number, run=run)
            trajectory.run(run, CREATED + run, CREATED + run + 0.5)
    return path


def wide_group(path: Path, children: int, leaves: bool = True, name: str = "wide") -> Path:
    """A trajectory in which the group ``results.wide`` has many children: leaves, or empty groups (faster)."""
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head(name, CREATED, "One large group"))
        for child in range(children):
            if leaves:
                trajectory.result(f"wide.child_{child:06d}", child)
            else:
                trajectory.group(f"results.wide.child_{child:06d}")
    return path


def several_trajectories(path: Path, names: Sequence[str] = ("first", "second")) -> Path:
    """A file with several trajectories of two runs each."""
    with writer.create(os.fsencode(path)) as file:
        for number, name in enumerate(names):
            trajectory = file.trajectory(Head(name, CREATED + number), 2)
            trajectory.parameter("x", 0, [1, 2])
            trajectory.result("y", number, run=0)
    return path


def big_array(path: Path, shape: Sequence[int] = (1250, 1000, 1000), name: str = "big") -> Path:
    """``results.cube`` is an array of float64 of any size, of which only the first chunk is on disk: 1, 2, 3 …

    The default shape has 10 GB. What is not on disk is 0.
    """
    with writer.create(os.fsencode(path)) as file:
        file.trajectory(Head(name, CREATED, "A large array")).result("cube", {}, "Mostly zero", {"unit": "mV"})
    chunk = tuple(min(length, limit) for length, limit in zip(shape, _chunk(len(shape)), strict=True))
    with h5py.File(path, "r+", libver=("earliest", "v110")) as opened:
        cube = opened[f"{name}/results/cube"].create_dataset("cube", tuple(shape), "<f8", chunks=chunk)
        first = tuple(slice(length) for length in chunk)
        cube[first] = np.arange(1.0, 1.0 + np.prod(chunk)).reshape(chunk)
        stored.set_attributes(
            cube.id,
            {
                layout.PYTABLES_CLASS: layout.CARRAY,
                layout.PYTABLES_VERSION: "1.1",
                layout.PYTABLES_TITLE: "",
                layout.SRVC_STORE: layout.CARRAY,
                layout.SRVC_COLL_TYPE: layout.COLL_NDARRAY,
            },
        )
    return path


def _chunk(dimensions: int) -> tuple[int, ...]:
    return (65_536,) if dimensions == 1 else (1,) * (dimensions - 2) + (256, 256)


def trap(path: Path, run: int = 1) -> Path:
    """`small_trajectory` in which the result ``trap`` of a run makes every version of HDF5 loop for ever."""
    small_trajectory(path)
    with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
        results = file[f"small/results/runs/run_{run:08d}"]
        leaf = results.create_group("trap")
        for name, value in results["y"].attrs.items():
            leaf.attrs[name] = value
        data = leaf.create_dataset("trap", (1,), h5py.vlen_dtype(np.uint8), maxshape=(None,), chunks=(1,))
        data[0] = np.arange(64, dtype=np.uint8)
    content = bytearray(path.read_bytes())
    heap = content.rfind(b"GCOL")
    struct.pack_into("<HHIQ", content, heap + 16, 0, 0, 0, 0)  # an object of size 0, after which comes itself
    path.write_bytes(content)
    return path
