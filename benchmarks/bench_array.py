"""The first screen of an array of 10 GB, in the engine as the window asks for it, beside numpy through h5py."""

import os
import tempfile
from pathlib import Path

from benchmarks.row import Row, peak, seconds, timed
from pexgui.core import ArrayWindow, FileRequest, ValueRequest, read_value, summarize_file
from pexgui.core.host import Engine
from tests.builders import big_array


def measure() -> list[Row]:
    rows = []
    for shape in ((1_250_000_000,), (1250, 1000, 1000)):
        with tempfile.TemporaryDirectory() as folder, Engine() as engine:
            path = os.fsencode(big_array(Path(folder) / "big.hdf5", shape))
            engine.call(summarize_file, FileRequest(path))
            assert engine.pid
            before = peak(engine.pid)
            request = ValueRequest(path, b"/big/results/cube", b"/big")
            taken = timed(lambda engine=engine, request=request: engine.call(read_value, request))
            more = peak(engine.pid) - before
            value = engine.call(read_value, request)
            assert isinstance(value.content, ArrayWindow) and value.content.shape == shape
        what = f"10 GB array of rank {len(shape)}: first screen of the value"
        rows.append(Row(what, "≤ 500 ms, + ≤ 100 MB", f"{seconds(taken)}, + {more / 1e6:.0f} MB", "–"))
    return rows
