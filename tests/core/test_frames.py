"""Frames and series of pandas, in both layouts, read without pandas' own reader as it reads them."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
import tables

from pexgui.core import NotReadable, files, frames

DATES = pandas.date_range("2020-01-01", periods=3)
FRAMES: dict[str, Any] = {
    "plain": pandas.DataFrame({"a": [1, 2, 3], "b": [1.5, np.nan, 2.5], "c": [True, False, True]}),
    "order": pandas.DataFrame({"z": [1, 2], "a": [1.0, 2.0], "m": [3, 4], "b": [True, False]}),
    "texts": pandas.DataFrame({"a": ["x", "ü", ""], "n": [1, 2, 3]}),
    "text index": pandas.DataFrame({"a": [1, 2]}, index=["u", "ß"]),
    "named": pandas.DataFrame({"a": [1, 2]}, index=pandas.Index([5, 6], name="time")),
    "dates": pandas.DataFrame({"a": [1.0, 2.0, 3.0]}, index=DATES),
    "moments": pandas.DataFrame({"t": DATES, "d": DATES - DATES[0], "a": [1, 2, 3]}),
    "complex": pandas.DataFrame({"a": [1 + 1j, 2j]}),
    "small": pandas.DataFrame({"a": np.arange(3, dtype="i1"), "b": np.arange(3, dtype="f4")}),
    "two levels": pandas.DataFrame(
        {"a": [1, 2, 3]}, index=pandas.MultiIndex.from_tuples([("x", 1), ("x", 2), ("y", 1)], names=["p", "q"])
    ),
    "large": pandas.DataFrame(np.arange(3000.0).reshape(1000, 3), columns=["x", "y", "z"]),
    "series": pandas.Series([1.0, 2.0], name="sn"),
    "unnamed": pandas.Series([1, 2, 3]),
    "text series": pandas.Series(["a", "b"], name="t"),
    "dated series": pandas.Series([1, 2, 3], index=DATES, name="n"),
}
FIXED: dict[str, Any] = {
    "empty": pandas.DataFrame(),
    "no rows": pandas.DataFrame({"a": np.array([], "f8")}),
    "missing text": pandas.DataFrame({"a": ["x", None, "nan"]}),
    "objects": pandas.DataFrame({"a": pandas.Series([{"k": 1}, (1, 2), None], dtype=object)}),
    "number labels": pandas.DataFrame({0: [1, 2], 1: [1.0, 2.0]}),
    "level labels": pandas.DataFrame(
        [[1, 2.0], [3, 4.0]], columns=pandas.MultiIndex.from_tuples([("a", "x"), ("b", "y")], names=["p", "q"])
    ),
    "zone": pandas.DataFrame({"a": [1, 2, 3]}, index=DATES.tz_localize("Europe/Berlin")),
}
TABLE: dict[str, Any] = {
    "categories": pandas.DataFrame({"a": pandas.Categorical(["u", "v", None, "u"]), "b": [1, 2, 3, 4]}),
    "missing": pandas.DataFrame({"a": ["x", None, "y"]}),
    "zone column": pandas.DataFrame({"a": DATES.tz_localize("UTC")}),
}
CASES = [
    *[(layout, name, frame) for layout in ("fixed", "table") for name, frame in FRAMES.items()],
    *[("fixed", name, frame) for name, frame in FIXED.items()],
    *[("table", name, frame) for name, frame in TABLE.items()],
]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """pandas warns of pickling objects and of names that are no identifiers; both are meant here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pandas.errors.PerformanceWarning)
        warnings.simplefilter("ignore", tables.NaturalNameWarning)
        yield


def stored(path: Path, value: Any, layout: str = "fixed", **options: Any) -> bytes:
    value.to_hdf(path, key="frame", format=layout, **options)
    return os.fsencode(path)


def same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, pandas.Series):
        pandas.testing.assert_series_equal(found, wanted, check_freq=False)
    else:
        pandas.testing.assert_frame_equal(found, wanted, check_freq=False, check_column_type=False)


@pytest.mark.parametrize(("layout", "value"), [case[::2] for case in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_a_frame_reads_as_pandas_reads_it(tmp_path: Path, layout: str, value: Any) -> None:
    path = stored(tmp_path / "a.h5", value, layout)
    wanted = pandas.read_hdf(tmp_path / "a.h5", "frame")
    with files.reading(path) as file:
        node = files.open_path(file, b"/frame")
        frame = frames.read_frame(node)
        assert frames.frame_shape(node) == wanted.shape
        same(frames.to_pandas(frame), wanted)


@pytest.mark.parametrize("layout", ["fixed", "table"])
def test_only_the_rows_and_columns_asked_for_are_read(tmp_path: Path, layout: str) -> None:
    path = stored(tmp_path / "a.h5", FRAMES["large"], layout)
    with files.reading(path) as file:
        node = files.open_path(file, b"/frame")
        frame = frames.read_frame(node, 990, 100, 2)
        assert (frame.rows, frame.total, frame.start) == (1000, 3, 990)
        assert [column.label for column in frame.columns] == ["x", "y"]
        same(frames.to_pandas(frame), FRAMES["large"].iloc[990:, :2])
        assert len(frames.read_frame(node, 5000, 10).columns[0].values) == 0


@pytest.mark.parametrize("layout", ["fixed", "table"])
def test_columns_that_can_be_searched_change_nothing(tmp_path: Path, layout: str) -> None:
    options = {"data_columns": ["a"]} if layout == "table" else {}
    path = stored(tmp_path / "a.h5", FRAMES["order"], layout, **options)
    with files.reading(path) as file:
        same(frames.to_pandas(frames.read_frame(files.open_path(file, b"/frame"))), FRAMES["order"])


def test_compressed_frames_are_read(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.h5", FRAMES["large"], "fixed", complib="blosc:zstd", complevel=5)
    with files.reading(path) as file:
        same(frames.to_pandas(frames.read_frame(files.open_path(file, b"/frame"))), FRAMES["large"])


def test_frames_of_old_pandas_keep_text_as_objects(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.h5", FRAMES["texts"])
    with tables.open_file(os.fsdecode(path), "a") as file:
        file.root.frame._v_attrs.pandas_version = "0.15.2"
    with files.reading(path) as opened:
        found = frames.to_pandas(frames.read_frame(files.open_path(opened, b"/frame")))
    assert str(found["a"].dtype) == "object"
    assert found["a"].tolist() == ["x", "ü", ""]


@pytest.mark.parametrize(
    "damage",
    [
        lambda group: group.axis0._f_remove(),
        lambda group: group.block0_values._f_remove(),
        lambda group: setattr(group._v_attrs, "nblocks", "many"),
        lambda group: setattr(group._v_attrs, "pandas_type", "wide_panel"),
        lambda group: delattr(group._v_attrs, "pandas_type"),
        lambda group: setattr(group._v_attrs, "nblocks", 9),
        lambda group: setattr(group.axis1._v_attrs, "kind", "date"),
    ],
)
def test_a_damaged_frame_is_a_sentence(tmp_path: Path, damage: Any) -> None:
    path = stored(tmp_path / "a.h5", FRAMES["texts"])
    with tables.open_file(os.fsdecode(path), "a") as file:
        damage(file.root.frame)
    with files.reading(path) as opened:
        node = files.open_path(opened, b"/frame")
        try:
            frames.read_frame(node)
        except NotReadable as problem:
            assert problem.title.endswith(".")


def test_a_frame_full_of_foreign_objects_runs_nothing(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path}/ran",)

    path = stored(tmp_path / "a.h5", FRAMES["texts"])
    with tables.open_file(os.fsdecode(path), "a") as file:
        (name,) = [node.name for node in file.list_nodes("/frame", "VLArray")]
        file.remove_node("/frame", name)
        rows = file.create_vlarray("/frame", name, tables.ObjectAtom())
        rows.append(np.array([[Evil()], [Evil()], [Evil()]], object))
        rows._v_attrs.transposed = True
    with files.reading(path) as opened:
        frame = frames.read_frame(files.open_path(opened, b"/frame"))
        assert [repr(value) for value in frame.columns[0].values] == ["<posix.system>"] * 3
    assert not (tmp_path / "ran").exists()
