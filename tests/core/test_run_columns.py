"""Result columns: which there are, what they are called, and one cell for every run."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import (
    BeingWritten,
    Cancelled,
    Column,
    ColumnChoice,
    ColumnRequest,
    NotReadable,
    Numbers,
    TrajectoryRequest,
    layout,
    list_columns,
    read_column,
    run_columns,
)
from pexgui.core.run_columns import column_names
from pexgui.core.writer import Head, TrajectoryWriter, create
from tests.builders import CREATED, many_runs, small_trajectory
from tests.core.expected import fixture
from tests.core.test_runs import group_of, is_plain, python_value, runs_of, values, whole


def choices(file: Path, path: str) -> dict[bytes, ColumnChoice]:
    return {one.key: one for one in list_columns(TrajectoryRequest(os.fsencode(file), b"/" + path.encode())).choices}


def column(file: Path, path: str, key: bytes) -> Column:
    return read_column(ColumnRequest(os.fsencode(file), b"/" + path.encode(), key))


def made(file: Path, runs: int, fill: Callable[[TrajectoryWriter], None]) -> Path:
    with create(os.fsencode(file)) as writer:
        trajectory = writer.trajectory(Head("T", CREATED), runs)
        trajectory.parameter("x", 0, list(range(runs)))
        fill(trajectory)
    return file


def test_every_scalar_result_of_every_run_of_every_fixture_can_be_a_column(shared: Path) -> None:
    compared = 0
    for file, known in whole(shared):
        group = group_of(file, known)
        names = runs_of(file, group).names
        wanted = single_values(known, names)
        found = choices(file, group)
        assert set(wanted) <= set(found), file
        for key, cells in wanted.items():
            shown = values(column(file, group, key).cells)
            assert len(shown) == known["length"], (file, key)
            for name, cell in cells.items():
                assert shown[names.index(name)] == cell, (file, key, name)
                compared += 1
            if file.name != "42_item_without_store.hdf5":
                others = [value for name, value in zip(names, shown, strict=True) if name not in cells]
                assert others == [None] * len(others), (file, key)
    assert compared > 300


def single_values(known: dict[str, Any], names: tuple[str, ...]) -> dict[bytes, dict[str, Any]]:
    """The numbers in results of runs that pypet reads: key → run → value."""
    found: dict[bytes, dict[str, Any]] = {}
    sets = {name.rpartition(".")[2] for leaf in known["results"] for name in leaf.split(".") if is_set(name)}
    for leaf, described in known["results"].items():
        parts = leaf.split(".")
        runs = [part for part in parts if part in names]
        for item, cell in described.get("items", {}).items():
            if len(runs) == 1 and is_plain(cell) and cell["t"] != "npscalar":
                shown = ["$" if part in runs else "$set" if part in sets else part for part in (*parts, item)]
                found.setdefault("/".join(shown).encode(), {})[runs[0]] = python_value(cell)
    return found


def is_set(part: str) -> bool:
    return part.startswith(("run_set_0", "batch_"))


def test_a_column_has_the_name_type_and_comment_of_its_result(tmp_path: Path) -> None:
    found = choices(small_trajectory(tmp_path / "a.hdf5"), "small")
    assert list(found) == [b"results/runs/$/y/y"]
    assert found[b"results/runs/$/y/y"] == ColumnChoice(b"results/runs/$/y/y", "y", "float64", "Half as much again")


def test_results_in_places_of_the_users_own_are_found_by_wildcards(shared: Path) -> None:
    assert set(choices(fixture(shared, "19_wildcards.hdf5"), "Wildcards")) == {
        b"results/runs/$/z/z",
        b"results/runs/$/grp/sub/z2/z2",
        b"results/mine/$/z3/z3",
        b"results/sets/$set/$/z4/z4",
        b"results/$/z5/z5",
        b"derived_parameters/runs/$/d/data",
    }
    custom = fixture(shared, "25_custom_run_names.hdf5")
    assert set(choices(custom, "CustomRuns")) == {b"results/runs/$/z/z", b"results/$set/$/w/w"}
    assert values(column(custom, "CustomRuns", b"results/$set/$/w/w").cells) == [10.0, 20.0, 30.0, None, 50.0]


def test_run_sets_of_a_thousand_runs_are_one_column(shared: Path) -> None:
    many = fixture(shared, "10_many_runs.hdf5")
    assert set(choices(many, "Many")) == {b"results/$set/$/z/z"}
    found = values(column(many, "Many", b"results/$set/$/z/z").cells)
    assert len(found) == 2000
    assert found[1100] == 1100 * 2 or found[1100] is not None
    assert found[1] is None


def test_names_are_short_when_they_are_unique_and_longer_when_not() -> None:
    keys = [
        b"results/runs/$/rate/rate",
        b"results/runs/$/left/mean/mean",
        b"results/runs/$/right/mean/mean",
        b"results/runs/$/stats/std",
        b"results/mine/$/z/z",
        b"derived_parameters/runs/$/z/data",
        b"results/$set/$/lone/lone",
    ]
    assert column_names(keys) == ["rate", "left.mean", "right.mean", "std", "mine.z", "derived_parameters.z", "lone"]


def test_names_that_would_be_the_same_fall_back_to_the_whole_path() -> None:
    assert column_names([b"results/runs/$/z/z", b"results/$/z/z"]) == ["results.runs.$.z.z", "results.$.z.z"]


def test_only_single_short_values_are_offered(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("scalars", {"i": 1, "f": 2.5, "b": True, "t": "word", "n": np.int8(3)}, run=0)
        trajectory.result("other", {"list": [1], "array": np.zeros(3), "long": "x" * 500, "dict": {"a": 1}}, run=0)
        trajectory.leaf("results.runs.run_00000000.pickle", "PickleResult", {"p": b"I1\n."})

    found = choices(made(tmp_path / "a.hdf5", 1, fill), "T")
    assert {one.name: one.type for one in found.values()} == {
        "i": "int64",
        "f": "float64",
        "b": "bool",
        "t": "str",
        "n": "int8",
    }


def test_values_that_only_later_runs_have_are_offered_too(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("early", 1, run=1)
        trajectory.result("late", 1, run=3)

    assert {one.name for one in choices(made(tmp_path / "a.hdf5", 6, fill), "T").values()} == {"early", "late"}


@pytest.mark.parametrize(
    ("stored", "dtype", "shown"),
    [
        ([1, 2, 3], "<i8", [1, 2, 3]),
        ([True, False, True], "|b1", [True, False, True]),
        ([1, 2.5, 3], "<f8", [1.0, 2.5, 3.0]),
        ([np.float32(1.5), np.float32(2.5), np.float32(0.1)], "<f4", [1.5, 2.5, np.float32(0.1)]),
        ([np.int8(1), np.int32(70000), 2**40], "<i8", [1, 70000, 2**40]),
        ([2**64 - 1, 1, 2], "<u8", [2**64 - 1, 1, 2]),
        ([2**60, 0.5, 1], "", ["1,152,921,504,606,846,976", "0.5", "1"]),
        ([1, "a", 2], "", ["1", "a", "2"]),
        ([1, True, 2], "", ["1", "True", "2"]),
        (["ä", "b", ""], "", ["ä", "b", ""]),
        ([1j, 2, 3], "", ["1j", "2", "3"]),
        ([2**64 - 1, -1, 0], "", ["18,446,744,073,709,551,615", "−1", "0"]),
    ],
)
def test_values_of_one_kind_are_numbers_and_mixed_ones_texts(
    tmp_path: Path, stored: list[Any], dtype: str, shown: list[Any]
) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run, value in enumerate(stored):
            trajectory.result("z", value, run=run)

    found = column(made(tmp_path / "a.hdf5", 3, fill), "T", b"results/runs/$/z/z")
    assert values(found.cells) == shown
    assert (found.cells.dtype if isinstance(found.cells, Numbers) else "") == dtype
    assert found.note == ""


def test_a_run_without_the_value_is_missing_and_everything_odd_is_said(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run in range(5):
            trajectory.result("z", float(run) if run != 2 else np.arange(5.0), run=run)

    file = made(tmp_path / "a.hdf5", 6, fill)
    with h5py.File(file, "r+") as opened:
        runs = opened["T/results/runs"]
        del runs["run_00000003/z"]
        runs["run_00000003/z"] = h5py.SoftLink("/T/results/runs/run_00000001/z")
        place = h5py.h5o.get_info(runs["run_00000004/z/z"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    found = column(file, "T", b"results/runs/$/z/z")
    assert values(found.cells) == [0.0, 1.0, None, None, None, None]
    assert "1 run has something else than a single value." in found.note
    assert "1 run has a link, which is not followed." in found.note
    assert "1 run has a damaged value." in found.note


def damage(file: Path, path: str) -> None:
    with h5py.File(file, "r") as opened:
        place = h5py.h5o.get_info(opened[path].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)


def test_a_run_set_that_is_damaged_is_named_and_not_just_missing(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for run in (0, 1000):
            trajectory.result("z", float(run), run=run)

    file = made(tmp_path / "a.hdf5", 1001, fill)
    with h5py.File(file, "r+") as opened:
        results = opened["T/results"]
        for number in (0, 1000):
            results.move(f"runs/run_{number:08d}", f"run_set_{number // 1000:05d}/run_{number:08d}")
    key = b"results/$set/$/z/z"
    assert column(file, "T", key).note == ""
    damage(file, "T/results/run_set_00001")
    found = column(file, "T", key)
    assert [value for value in values(found.cells) if value is not None] == [0.0]
    assert "“run_set_00001”" in found.note


def test_columns_are_read_again_when_the_file_was_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_trajectory(tmp_path / "small.hdf5")
    request = TrajectoryRequest(os.fsencode(path), b"/small")
    key, failing, times = b"results/runs/$/y/y", [False], iter(range(1, 10))
    look = run_columns.run_names

    def disturbed(trajectory: Any) -> Any:
        if failing.pop():
            moment = next(times)
            os.utime(path, ns=(moment, moment))
            raise NotReadable("half written")
        return look(trajectory)

    monkeypatch.setattr(run_columns, "run_names", disturbed)
    failing[:] = [False, True]
    assert key in {one.key for one in list_columns(request).choices}
    failing[:] = [False, True]
    assert values(column(path, "small", key).cells) == [0.0, 1.5, 3.0]


def test_a_value_that_cannot_be_read_while_the_file_is_written_is_not_called_damaged(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    damage(file, "small/results/runs/run_00000001/y/y")

    def write_meanwhile(what: str, done: int, total: int) -> None:
        with file.open("ab") as raw:
            raw.write(b"more")

    request = ColumnRequest(os.fsencode(file), b"/small", b"results/runs/$/y/y")
    with pytest.raises(BeingWritten):
        read_column(request, write_meanwhile)


def test_neither_soft_nor_external_links_nor_outside_data_are_ever_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(np.float64(42).tobytes())
    other = small_trajectory(tmp_path / "other.hdf5")
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        runs = opened["small/results/runs"]
        for run in range(3):
            del runs[f"run_0000000{run}/y/y"]
        runs["run_00000000/y/y"] = h5py.ExternalLink(str(other), "/small/results/runs/run_00000000/y/y")
        outside = runs["run_00000001"].create_dataset("y/y", (1,), "f8", external=[(str(secret), 0, 8)])
        outside.attrs[layout.SRVC_COLL_TYPE.decode()] = layout.COLL_SCALAR
        del runs["run_00000002"]
        runs["run_00000002"] = h5py.ExternalLink(str(other), "/small/results/runs/run_00000002")
    found = column(file, "small", b"results/runs/$/y/y")
    assert values(found.cells) == [None] * 3
    assert "1 run has a damaged value." in found.note
    assert "1 run has a link, which is not followed." in found.note


@pytest.mark.parametrize("key", [b"", b"$", b"results/runs/$", b"results/note/note", b"results/gone/$/z/z"])
def test_a_key_that_names_no_result_of_runs_says_so(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(NotReadable) as problem:
        column(small_trajectory(tmp_path / "a.hdf5"), "small", key)
    assert problem.value.title.endswith(".")


def test_reading_a_column_reports_every_few_hundred_runs_and_stops_when_told(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 1000)
    request = ColumnRequest(os.fsencode(file), b"/many", b"results/runs/$/rate/rate")
    reports: list[tuple[int, int]] = []

    def note(what: str, done: int, total: int) -> None:
        reports.append((done, total))

    assert values(read_column(request, note).cells) == [run * 0.5 for run in range(1000)]
    assert len(reports) >= 5
    assert reports[-1][1] == 1000

    def stop(what: str, done: int, total: int) -> None:
        if done > 300:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_column(request, stop)


def test_a_result_of_python_2_is_a_column_too(shared: Path) -> None:
    file = fixture(shared, "pypet_v0_1b_6.hdf5", "older")
    (group,) = [known["name"] for path, known in whole(shared) if path == file]
    assert list(choices(file, group)) == [b"results/runs/$/z/z"]
    assert values(column(file, group, b"results/runs/$/z/z").cells)[:3] == [0, 1, 4]
