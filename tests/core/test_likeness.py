"""Which values are equal, found by a number that is the same for them: `likeness`, and points of a sweep by it."""

import datetime
import json
import math
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from pexgui import find_unique_points, nested_equal
from pexgui.core import designs
from pexgui.core.likeness import likeness
from pexgui.core.values import Pickle
from tests.conftest import ROOT

NAN = float("nan")


class Plain:
    def __init__(self, value: Any) -> None:
        self.value = value


class Odd:
    """Equal by its rest, without a hash."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Odd) and self.value % 2 == other.value % 2

    __hash__ = None  # type: ignore[assignment]


class Raising:
    def __eq__(self, other: object) -> bool:
        raise KeyError("no")

    def __hash__(self) -> int:
        raise KeyError("no")


class Pair(NamedTuple):
    a: Any
    b: Any


def frame(*values: Any, **options: Any) -> pd.DataFrame:
    return pd.DataFrame({"k": list(values)}, **options)


def around(value: Any) -> list[Any]:
    """A list that contains itself."""
    made = [value]
    made.append(made)
    return made


EQUAL: dict[str, list[Any]] = {
    "numbers": [1, 1.0, True, np.int8(1), np.float32(1), 1 + 0j, Decimal(1), np.longdouble(1), np.bool_(True)],
    "not_numbers": [NAN, math.nan, np.float64("nan"), Decimal("nan"), complex(math.nan, 0)],
    "zeros": [0, -0.0, 0.0, np.float32(-0.0)],
    "sequences": [[1, (2, NAN)], (1.0, [2, NAN]), Pair(1, (2, NAN))],
    "ranges": [range(3), [0, 1, 2]],
    "dicts": [{"a": NAN, 1: [1]}, {1.0: [1.0], "a": NAN}],
    "sets": [{1, NAN}, frozenset([1.0, float("nan")])],
    "bytes": [b"ab", bytearray(b"ab"), np.bytes_(b"ab")],
    "texts": ["ab", np.str_("ab")],
    "arrays": [
        np.array([1, 0]),
        np.array([1.0, -0.0]),
        np.array([1, 0], ">i2"),
        np.array([1 + 0j, 0]),
        np.array([1, 0], object),
        np.array([[1, 9], [0, 9]])[:, 0],
    ],
    "arrays_without_numbers": [np.array([NAN, 1], "f4"), np.array([NAN, 1]), np.array([NAN, 1], object)],
    "arrays_of_texts": [np.array(["a", "b"]), np.array(["a", "b"], "U9"), np.array(["a", "b"], object)],
    "empty_arrays": [np.empty((0, 2)), np.empty((0, 2), "S3"), np.empty((0, 2), object)],
    "scalar_arrays": [np.array(1), np.array(1.0)],
    "structured": [np.array([(1, NAN)], "i4,f8"), np.array([(1.0, NAN)], "f4,f4")],
    "masked": [np.ma.array([1, 2], mask=[False, True]), np.ma.array([1, 3], mask=[False, True])],
    "times": [np.datetime64("2020-01-01", unit) for unit in ("D", "ns", "us")],
    "times_of_python": [datetime.datetime(2020, 1, 1), pd.Timestamp("2020-01-01")],
    "durations": [np.timedelta64(1, "s"), np.timedelta64(1000, "ms"), datetime.timedelta(seconds=1)],
    "no_time": [np.datetime64("NaT"), np.datetime64("NaT", "s")],
    "frames": [frame(1, NAN), frame(1.0, NAN), frame(1, None, dtype=object), frame(1, None, dtype="Int64")],
    "frames_of_texts": [frame("a", None), frame("a", NAN, dtype=object)],
    "series": [pd.Series([1, 2]), pd.Series([1.0, 2.0])],
    "indices": [pd.Index([1, 2]), pd.RangeIndex(1, 3)],
    "pickles": [Pickle(b"1", [1]), Pickle(b"2", (1.0,))],
    "objects": [Plain([NAN]), Plain((NAN,))],
    "objects_equal_in_their_way": [Odd(1), Odd(3)],
    "cycles": [around(1), around(1.0)],
}

DIFFERENT: list[Any] = [
    *[None, False, 2, "", b"", "a", b"a", "1", "nan", [], [1], [1, 2], [1, 2, 3], ["ab"], {}, {"a": 1}, set(), {1}],
    *[2**53, 2**53 + 1, 0.1, np.longdouble("0.1"), 1j, -1, -2, complex(math.nan, 1), Decimal("0.1")],
    *[np.zeros(2), np.zeros((1, 2)), np.array([2**53]), np.array([2**53 + 1]), np.array([b"a"]), np.array(["a"])],
    *[
        np.ma.array([0, 0], mask=[False, True]),
        np.array([1j, 0]),
        np.array([(1,)], "i4"),
        np.array([(1,)], [("k", "i4")]),
    ],
    *[frame(1), frame(2), frame(1, index=[7]), frame(1).rename(columns={"k": "l"}), frame("a"), pd.Series([1])],
    *[pd.Series([1], name="n"), pd.Index([1]), pd.Timestamp(5, unit="ns"), pd.Timestamp(6, unit="ns")],
    *[np.timedelta64(7, "Y"), np.datetime64("9999-01-01"), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)],
    *[Plain(1), Plain(2), Odd(1), Odd(2), Raising(), print, int, around(5), around(6), Pickle(b"", None, "refused")],
]


@pytest.mark.parametrize("kind", EQUAL)
def test_values_that_are_equal_are_one_point(kind: str) -> None:
    values = EQUAL[kind]
    assert all(nested_equal(values[0], value) for value in values)
    ((point, runs),) = find_unique_points([values, [7] * len(values)])
    assert point[0] is values[0]
    assert runs == list(range(len(values)))
    assert len({likeness(value) for value in values}) == 1


def test_values_that_are_different_are_different_points() -> None:
    points = find_unique_points([DIFFERENT + DIFFERENT])
    assert [runs for _, runs in points] == [[run, run + len(DIFFERENT)] for run in range(len(DIFFERENT))]


def test_deep_wide_and_endless_values_are_looked_through_in_bounded_time() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    wide: list[Any] = []
    wide.extend([wide] * 1000)
    assert [runs for _, runs in find_unique_points([[deep, wide, [deep]]])] == [[0], [1], [2]]


def test_so_many_arrays_are_hardly_ever_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def counted(a: Any, b: Any) -> bool:
        compared.append((a, b))
        return nested_equal(a, b)

    monkeypatch.setattr(designs, "nested_equal", counted)
    makers: list[Any] = [
        lambda number: np.array([number, 0.5, 2]),
        lambda number: [number, "x"],
        lambda number: {"k": {number}},
        lambda number: frame(number),
        lambda number: np.array([str(number)]),
        lambda number: Plain(number),
        lambda number: np.datetime64(number, "ns"),
        lambda number: np.array([number * 1j]),
    ]
    for make in makers:
        assert len(find_unique_points([[make(number) for number in range(500)]])) == 500
    assert len(compared) < 5


def all_alike(python: Path | str, table: Path, folder: Path) -> int:
    """How many values of the table there are, of which all that are equal are alike."""
    answers, script = folder / "alike.json", ROOT / "tests" / "oracle" / "alike.py"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(part) for part in (python, script, ROOT, table, answers)]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    count, unlike = json.loads(answers.read_text(encoding="utf-8"))
    assert unlike == []
    return int(count)


def test_all_values_of_the_table_that_are_equal_are_alike(shared: Path, tmp_path: Path) -> None:
    assert all_alike(sys.executable, shared / "truth_table.json", tmp_path) > 300


def test_so_they_are_beside_the_libraries_of_pypet(shared: Path, oracle: Path, tmp_path: Path) -> None:
    assert all_alike(oracle, shared / "truth_table.json", tmp_path) > 350
