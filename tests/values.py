"""One value of every kind that pypet stores, and a file that holds them all."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas

from pexgui.core import writer
from pexgui.core.writer import Head, ObjectTable, SparseMatrix, TrajectoryWriter
from tests.builders import CREATED

ANNOTATIONS: dict[str, Any] = {
    "text": "grüße",
    "dot": "ends with a dot.",
    "empty": "",
    "number": 3,
    "real": 2.5,
    "yes": True,
    "imaginary": 1 + 1j,
    "nothing": None,
    "mixed": [1, "a", None],
    "array": np.arange(4),
    "raw": b"raw",
}

_FRAME = {
    "whole": [1, 2],
    "real": [1.5, float("nan")],
    "text": ["x", None],
    "yes": [True, False],
    "when": pandas.to_datetime(["2020-01-01 00:00:00.000", "2021-02-03 04:05:06.789"]),
    "imaginäry": [1j, 2j],
}

CSR = SparseMatrix("csr", (3, 3), np.array([1.0, 2.0]), indices=np.array([0, 2]), indptr=np.array([0, 1, 1, 2]))
CSC = SparseMatrix("csc", (3, 3), np.array([1.0, 2.0]), indices=np.array([0, 2]), indptr=np.array([0, 1, 1, 2]))
BSR = SparseMatrix("bsr", (4, 4), np.ones((1, 2, 2)), indices=np.array([1]), indptr=np.array([0, 1, 1]))
DIA = SparseMatrix("dia", (3, 3), np.array([[1, 2, 3]]), offsets=np.array([1]))

VALUES: dict[str, Any] = {
    "int": 42,
    "int_lowest": -(2**63),
    "int_unsigned": 2**64 - 1,
    "float_nan": float("nan"),
    "complex": 1 + 2j,
    "true": True,
    "text": "grüße ☃\n\ttwo lines",
    "text_empty": "",
    "raw": b"\xff\x80",
    "np_int8": np.int8(-3),
    "np_uint64": np.uint64(2**64 - 1),
    "np_float32": np.float32(1.1),
    "np_complex64": np.complex64(1 + 1j),
    "list_int": [1, 2, 3],
    "list_bool": [True, False],
    "list_float": [1.0, float("inf")],
    "list_text": ["a", "ä☃"],
    "list_numpy": [np.int16(3), np.int16(4)],
    "list_empty": [],
    "tuple_one": (5,),
    "tuple_raw": (b"a", b"bc"),
    "tuple_empty": (),
    "dict_empty": {},
    "dict": {"z": 1, "a": 2.5, "text": "ä☃", "yes": True, "raw": b"xy", "large": 2**40},
    "dict_cells": {
        "array": np.arange(3),
        "texts": np.array(["ä", "b"]),
        "list": [1, 2],
        "tuple": ("a", "bb"),
        "one": (1,),
    },
    "dict_wide": {f"k{number:04d}": number for number in range(1100)},
    "table": ObjectTable({"name": ["a", "ä"], "n": [1, 2**40], "array": [np.arange(2)] * 2, "tuple": [(1, 2), (3, 4)]}),
    "table_wide": ObjectTable({f"k{number:03d}": [number, -number] for number in range(600)}),
    "array_bool": np.array([[True], [False]]),
    "array_uint8_3d": np.arange(60, dtype="u1").reshape(3, 4, 5),
    "array_float16": np.arange(3, dtype="f2"),
    "array_big_endian": np.arange(3, dtype=">i4"),
    "array_complex": np.exp(1j * np.arange(5)),
    "array_text": np.array([["ä", "☃x"], ["", "b"]]),
    "array_raw": np.array([b"a", b"b\xff"]),
    "array_large": np.random.default_rng(1).normal(size=(600, 400)),
    "array_fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "array_empty": np.zeros((0, 3)),
    "array_inner_empty": np.zeros((3, 0)),
    "frame": pandas.DataFrame(_FRAME, index=["p", "q"]),
    "frame_numbers": pandas.DataFrame(np.arange(4).reshape(2, 2)),
    "frame_empty": pandas.DataFrame(),
    "frame_no_rows": pandas.DataFrame({"a": np.zeros(0)}),
    "frame_levels": pandas.DataFrame(
        {"v": [1, 2]}, index=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["p", "q"])
    ),
    "frame_times": pandas.DataFrame({"v": [1.0, 2.0]}, index=pandas.date_range("2020", periods=2, name="when")),
    "series": pandas.Series([1, 2, 3], name="counts"),
    "series_text": pandas.Series(["a", "ä"]),
    "series_mixed": pandas.Series([1, "a", None], index=[1, "b", 2.5], dtype=object),
    "series_durations": pandas.Series(pandas.to_timedelta([1, 2], unit="s")),
    "series_over_durations": pandas.Series([1.0, 2.0], index=pandas.to_timedelta([1, 2], unit="s")),
    "series_bool": pandas.Series([True, False], index=[1.5, 2.5]),
}
"""What `every_value` writes and pypet gives back the same, type for type."""

PARAMETERS: dict[str, tuple[Any, list[Any] | None]] = {
    "float": (1.0, [1.0, 2.0, 3.0]),
    "int": (2**40, [1, 2, 2**50]),
    "text": ("a", ["ä", "bbbbb", ""]),
    "bool": (True, [False, True, True]),
    "complex": (1j, [1j, 2j, 3j]),
    "raw": (b"x", [b"a", b"bb", b""]),
    "np_int8": (np.int8(3), [np.int8(1)] * 3),
    "array": (np.arange(3), [np.arange(3), np.eye(2), np.arange(3)]),
    "tuple": ((1, 2), [(1, 2), (3,), (1, 2)]),
    "tuple_empty": ((), None),
    "tuple_text": (("ä",), None),
    "fixed": ("grün", None),
    "sparse": (CSR, [CSR, CSC, CSR]),
}
"""Default and range of the parameters that `every_value` writes."""


def every_value(path: Path, name: str = "values") -> Path:
    """Write `VALUES`, each as the item ``v`` of ``results.v.<key>``, and `PARAMETERS` as ``parameters.p.<key>``."""
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head(name, CREATED, "ä" * 400), 3, ANNOTATIONS)
        for key, value in VALUES.items():
            trajectory.result(f"v.{key}", {"v": value}, f"Comment of {key}")
        for key, (default, values) in PARAMETERS.items():
            trajectory.parameter(f"p.{key}", default, values, f"Comment of {key}")
        _odd_things(trajectory)
    return path


def _odd_things(trajectory: TrajectoryWriter) -> None:
    trajectory.parameter("p.table_of_tuples", (1, 2), [(1, 2), (3, 4), (5, 6)], kind="Parameter")
    trajectory.parameter(
        "p.table_of_arrays", np.arange(3.0), [np.arange(3.0) + run for run in range(3)], kind="Parameter"
    )
    trajectory.derived_parameter("product", 6.0, [1.0, 2.0, 3.0])
    trajectory.derived_parameter("of_a_run", 6.0, run=1)
    trajectory.group("results.described", "A group", {"unit": "mV", "version": 3})
    trajectory.result("described.nested", {"a.b.c": 1, "a.d": 2, "top": "x", "data": 3})
    trajectory.result("described.empty", {}, "A result without data")
    trajectory.result("described.raw", {"v": b"\x80\x02K\x01.", "__pckl_prtcl__": 2}, kind="PickleResult")
    trajectory.result("y", 1.5, run=1)
    trajectory.result("sets.$set.$.z", 2.5, run=2)
    trajectory.leaf("own.branch.x", "Result", {"x": 1})
    trajectory.link("results.described.to_leaf", "results.runs.run_00000001.y")
    trajectory.link("to_group", "results.described")
    trajectory.run(1, CREATED, CREATED + 3600)
