"""Compressing anew: 1 GB of arrays and tables, written with zlib 1, to zstd, beside h5repack."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from benchmarks.made import FOLDER
from benchmarks.row import Row, peak, spread, timed
from pexgui.core import silent
from pexgui.core.compact_chunks import pipeline_of, recompress
from tests.core.compared import sweep

ROUNDS = 3
LEVEL = 5
ELEMENTS = 64_000_000
ROWS = 12_000_000
PORTION = 1_000_000
ARRAY_CHUNK = 65_536
"""512 kB, and 64 kB for the table: what PyTables chooses for data of this size."""
TABLE_CHUNK = 1638
TABLE = np.dtype(
    [("time", "<f8"), ("neuron", "<i4"), ("voltage", "<f8"), ("kind", "S8"), ("weight", "<f8"), ("n", "<i4")]
)
ZSTD = f"UD=32001,1,7,0,0,0,0,{LEVEL},1,5"


def measure() -> list[Row]:
    source = packed()
    ours, theirs, busy = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            theirs.append(timed(lambda to=folder: h5repack(source, Path(to, "theirs.hdf5"))))
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            spent = time.process_time()
            ours.append(timed(lambda to=folder: compressed_anew(source, Path(to, "ours.hdf5"))))
            busy.append((time.process_time() - spent) / ours[-1])
    gain = f"{median(theirs) / median(ours):.2f} × faster, {median(busy):.1f} cores"
    return [
        Row(
            "1 GB of arrays and tables, zlib 1 → blosc:zstd",
            "≥ 1.6 × faster, both cores busy; ≤ 500 MB",
            f"{spread(ours)}: {gain}; {peak(os.getpid()) / 1e6:.0f} MB",
            f"h5repack {spread(theirs)}",
        )
    ]


def h5repack(source: Path, target: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HDF5_")}
    subprocess.run(
        ["h5repack", "-f", ZSTD, str(source), str(target)],  # noqa: S607
        check=True,
        env=environment | {"HDF5_PLUGIN_PATH": hdf5plugin.PLUGIN_PATH},
    )


def compressed_anew(source: Path, target: Path) -> None:
    """All that is compressed with zlib, compressed with zstd, in another file."""
    with h5py.File(source) as file, h5py.File(target, "w", libver=("earliest", "v110")) as made:

        def copy(name: str, node: Any) -> None:
            pipeline = pipeline_of("blosc:zstd", LEVEL, node.id) if isinstance(node, h5py.Dataset) else None
            if pipeline is None:
                return
            plist = node.id.get_create_plist()
            for code in [plist.get_filter(number)[0] for number in range(plist.get_nfilters())]:
                plist.remove_filter(code)
            for code, flags, values in pipeline.filters:
                plist.set_filter(code, flags, values)
            group = made.require_group(node.parent.name)
            name = name.rpartition("/")[2]
            fresh = h5py.h5d.create(group.id, name.encode(), node.id.get_type(), node.id.get_space(), plist)
            recompress(node.id, fresh, pipeline, silent, "")

        file.visititems(copy)


def packed() -> Path:
    """A trajectory with an array and a table of 0.5 GB each, compressed with zlib 1."""
    path = FOLDER / "zlib_1.hdf5"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished_{path.name}")
    sweep(unfinished, [(1.0, 1)], lambda made: [made.result(name, {}) for name in ("array", "rows")])
    options = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    with h5py.File(unfinished, "r+", libver=("earliest", "v110")) as file:
        results = file["sweep/results"]
        array = results["array"].create_dataset("array", (ELEMENTS,), "f8", chunks=(ARRAY_CHUNK,), **options)
        mark(array, {"CLASS": "CARRAY", "VERSION": "1.1", "TITLE": ""})
        fill(array, voltages)
        table = results["rows"].create_dataset(
            "rows", (ROWS,), TABLE, chunks=(TABLE_CHUNK,), maxshape=(None,), **options
        )
        mark(table, {"CLASS": "TABLE", "VERSION": "2.7", "TITLE": ""})
        mark(table, {f"FIELD_{number}_NAME": name for number, name in enumerate(TABLE.names or ())})
        table.attrs["NROWS"] = np.int64(ROWS)
        fill(table, spikes)
    unfinished.replace(path)
    return path


def mark(dataset: h5py.Dataset, words: dict[str, str]) -> None:
    for key, value in words.items():
        dataset.attrs[key] = np.bytes_(value)


def fill(dataset: h5py.Dataset, made: Callable[[int, int], np.ndarray[Any, Any]]) -> None:
    for start in range(0, len(dataset), PORTION):
        count = min(PORTION, len(dataset) - start)
        dataset[start : start + count] = made(start, count)


def voltages(start: int, count: int) -> np.ndarray[Any, Any]:
    """What a simulation records: something smooth, with noise, to a thousandth."""
    random = np.random.default_rng(start)
    return (np.sin(np.arange(start, start + count) / 500) * 20 + random.normal(size=count)).round(3)


def spikes(start: int, count: int) -> np.ndarray[Any, Any]:
    random = np.random.default_rng(start)
    rows = np.zeros(count, TABLE)
    rows["time"] = np.arange(start, start + count) * 0.1
    rows["neuron"] = random.integers(0, 5000, count)
    rows["voltage"] = voltages(start, count)
    rows["kind"] = np.where(random.random(count) < 0.8, b"excite", b"inhibit")
    rows["weight"] = random.random(count).round(2)
    rows["n"] = random.poisson(3, count)
    return rows
