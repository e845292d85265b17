"""Small files that the real pypet writes, one for each kind of thing a reader meets."""

import os

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from pypet import (
    ArrayParameter,
    Environment,
    ObjectTable,
    PickleResult,
    SparseParameter,
    SparseResult,
    Trajectory,
    cartesian_product,
)


def make_files(folder):
    """Write all files into ``folder``; their names."""
    made = []
    for make in (sweep, values, unfinished, pickles):
        name = f"{make.__name__}.hdf5"
        make(os.path.join(folder, name))
        made.append(name)
    return made


def sweep(path):
    """Six runs through an environment, with everything pypet writes by itself, links and annotations."""
    environment = Environment(
        trajectory="sweep",
        filename=path,
        comment="Product of x and y \N{SNOWMAN}",
        log_config=None,
        add_time=False,
        wildcard_functions={("$", "crun"): _run_name, ("$set", "crunset"): _set_name},
    )
    trajectory = environment.trajectory
    trajectory.f_add_parameter("group.x", 1.0, comment="First factor").f_set_annotations(unit="mV", tries=[1, "a"])
    trajectory.f_add_parameter("group.y", 1, comment="Second factor")
    trajectory.f_add_parameter("mode", "fast")
    trajectory.f_add_parameter(ArrayParameter, "kernel", np.arange(3.0))
    trajectory.f_add_parameter(SparseParameter, "weights", sparse.csr_matrix(np.eye(3)))
    trajectory.f_explore(cartesian_product({"x": [1.0, 2.0, 3.0], "y": [6, 7]}))
    environment.run(_multiply)
    environment.disable_logging()


def _run_name(index):
    return "run_ALL" if index < 0 else f"run_{index:08d}"


def _set_name(index):
    return "run_set_ALL" if index < 0 else f"run_set_{index // 1000:05d}"


def _multiply(trajectory):
    result = trajectory.f_add_result("z", trajectory.x * trajectory.y, comment="Product")
    trajectory.f_add_result("sets.$set.$.trace", np.linspace(0, trajectory.x, 20), comment="Trace")
    trajectory.results.runs.crun.f_add_link("same", result)


def values(path):
    """Everything a result can hold."""
    trajectory = Trajectory("values", filename=path, comment="Values", add_time=False)
    scalars = {
        "number": 42, "large": 2**64 - 1, "real": float("nan"), "imaginary": 1 + 2j, "yes": True,
        "text": "gr\u00fc\u00dfe", "empty": "", "raw": b"\xff\x00a", "short": np.int8(-3), "half": np.float32(1.1),
    }  # fmt: skip
    trajectory.f_add_result("scalars", **scalars)
    trajectory.f_add_result("lists", numbers=[1, 2, 3], texts=("a", "\u00e4"), nothing=[], flags=[True, False])
    arrays = {
        "cube": np.arange(60, dtype="i2").reshape(3, 4, 5), "yes": np.array([[True], [False]]),
        "texts": np.array(["a", "bbb"]), "none": np.zeros((0, 3)), "waves": np.exp(1j * np.arange(5)),
    }  # fmt: skip
    trajectory.f_add_result("arrays", **arrays)
    trajectory.f_add_result("dicts", one={"a": 1, "b": "text", "c": (1, 2)}, none={})
    table = ObjectTable(data={"name": ["a", "b"], "count": [1, 2], "place": [(1, 2), (3, 4)]})
    trajectory.f_add_result("tables", table=table)
    frame = pd.DataFrame({"a": [1, 2], "b": [1.5, 2.5], "c": ["x", "y"]}, index=["p", "q"])
    trajectory.f_add_result("frames", frame=frame, series=pd.Series([1.0, 2.0], name="s"))
    trajectory.f_add_result(SparseResult, "matrices", csr=sparse.csr_matrix(np.diag([1.0, 0.0, 2.0])))
    trajectory.f_add_result("nested.deep", **{"inner.most": 1})
    trajectory.f_store()


def unfinished(path):
    """Four runs: finished, with data but not finished, and two not run; no overview tables."""
    trajectory = Trajectory(
        "unfinished",
        filename=path,
        add_time=False,
        small_overview_tables=False,
        large_overview_tables=False,
        summary_tables=False,
        purge_duplicate_comments=False,
    )
    trajectory.f_add_parameter("x", 0)
    trajectory.f_explore({"x": [1, 2, 3, 4]})
    trajectory.f_store()
    for index in (0, 1):
        trajectory.f_start_run(index)
        trajectory.f_add_result("y", index * 2)
        trajectory.f_store()
        trajectory.f_finalize_run(store_meta_data=index == 0)
        if index:
            trajectory._updated_run_information.clear()
    trajectory.f_restore_default()


def pickles(path):
    """Results that pypet stores as pickles."""
    trajectory = Trajectory("pickles", filename=path, add_time=False)
    trajectory.f_add_result(PickleResult, "kept", mixed={"a": [1, None, "x"]}, array=np.arange(3))
    trajectory.f_store()
