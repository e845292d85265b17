"""The run table: one row per run, its parameters as they were, and what is missing as missing."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import Cancelled, Column, Numbers, RunStatus, RunTable, Texts, TrajectoryRequest, read_runs
from pexgui.core.writer import Head, create
from tests.builders import CREATED, many_runs, small_trajectory
from tests.core.expected import explored, fixture, fixtures, is_decodable

STATUS = list(RunStatus)


def runs_of(file: Path, path: str) -> RunTable:
    return read_runs(TrajectoryRequest(os.fsencode(file), b"/" + path.encode()))


def status(table: RunTable) -> list[RunStatus]:
    return [STATUS[one] for one in table.status]


def values(cells: Numbers | Texts) -> list[Any]:
    """The cells as Python values, None where there is none."""
    if isinstance(cells, Texts):
        return list(cells.items)
    array = np.frombuffer(cells.data, cells.dtype)
    missing = np.frombuffer(cells.missing, np.uint8) if cells.missing else np.zeros(len(array))
    return [None if gone else value for value, gone in zip(array.tolist(), missing, strict=True)]


def column(table: RunTable, name: str) -> Column:
    (found,) = [one for one in table.parameters if one.name == name]
    return found


def group_of(file: Path, known: dict[str, Any]) -> str:
    return "Renamed" if file.name == "42_renamed_group.hdf5" else str(known["name"])


def whole(shared: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every trajectory whose tables can be read and are described."""
    for file, known in fixtures(shared):
        for trajectory in known["trajectories"]:
            if is_decodable(file) and "length" in trajectory:
                yield file, trajectory


def seconds(runtime: str) -> float:
    hours, minutes, rest = runtime.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_every_run_of_every_fixture_has_the_name_times_and_completion_that_pypet_reads(shared: Path) -> None:
    seen = 0
    for file, known in whole(shared):
        table = runs_of(file, group_of(file, known))
        assert len(table.names) == known["length"], file
        assert len(table.status) == known["length"], file
        assert status(table).count(RunStatus.FINISHED) == known["n_completed"], file
        started, runtime = values(table.started), values(table.runtime)
        for row in known.get("runs") or known["runs_head"] + known["runs_tail"]:
            run = dict(zip(known["run_columns"], row, strict=True))
            index = run["idx"]
            assert table.names[index] == run["name"], file
            assert (status(table)[index] is RunStatus.FINISHED) == bool(run["completed"]), file
            assert started[index] == (None if run["timestamp"] == 42.0 else run["timestamp"]), file
            if run["finish_timestamp"] == 1.337:
                assert runtime[index] is None, file
            else:
                assert runtime[index] == pytest.approx(seconds(run["runtime"]), abs=1e-4), file
            seen += 1
    assert seen > 300


def test_a_run_that_is_not_marked_finished_is_told_apart_by_its_data(shared: Path) -> None:
    undone = 0
    for file, known in whole(shared):
        table = runs_of(file, group_of(file, known))
        leaves = [*known["results"], *known.get("derived_parameters", ())]
        parts = {part for leaf in leaves for part in leaf.split(".")}
        for name, found in zip(table.names, status(table), strict=True):
            if found is not RunStatus.FINISHED:
                undone += 1
                assert (found is RunStatus.HAS_DATA) == (name in parts), (file, name)
    assert undone > 20


def test_the_columns_of_every_fixture_are_its_explored_parameters_with_their_values(shared: Path) -> None:
    compared = 0
    for file, known in whole(shared):
        table = runs_of(file, group_of(file, known))
        assert sorted(one.name for one in table.parameters) == explored(file, known), file
        for one in table.parameters:
            found = values(one.cells)
            assert len(found) == known["length"], (file, one.name)
            leaf = {**known["parameters"], **known.get("derived_parameters", {})}.get(one.name, {})
            plain = [cell for cell in leaf.get("range", ()) if is_plain(cell)]
            if plain and isinstance(one.cells, Numbers):
                wanted = [python_value(cell) for cell in leaf["range"]]
                assert np.array_equal(found[: len(wanted)], wanted, equal_nan=True), (file, one.name)
                compared += len(wanted)
            elif leaf.get("range"):
                assert isinstance(one.cells, Texts), (file, one.name)
                assert all(found[: leaf["range_length"]]) or one.name.endswith("empty"), (file, one.name)
    assert compared > 300


def is_plain(cell: dict[str, Any]) -> bool:
    return cell["t"] in ("int", "float", "bool", "npscalar")


def python_value(cell: dict[str, Any]) -> Any:
    special = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
    return special.get(cell["v"], cell["v"]) if isinstance(cell["v"], str) else cell["v"]


def test_parameters_stand_in_the_order_in_which_they_were_explored(tmp_path: Path) -> None:
    table = runs_of(small_trajectory(tmp_path / "a.hdf5"), "small")
    assert [one.name for one in table.parameters] == ["parameters.group.x", "parameters.mode"]
    assert values(column(table, "parameters.group.x").cells) == [0.0, 1.0, 2.0]
    assert column(table, "parameters.group.x").type == "float64"
    assert values(column(table, "parameters.mode").cells) == ["slow", "fast", "slow"]
    assert column(table, "parameters.mode").type == "text"


def test_every_kind_of_parameter_becomes_a_typed_column(shared: Path) -> None:
    table = runs_of(fixture(shared, "03_parameter_types.hdf5"), "ptypes")
    name = "parameters.t.".__add__
    shown = {one.name.rpartition(".")[2]: (one.type, values(one.cells)) for one in table.parameters}
    assert shown["p_int"] == ("int32", [1, 2, 3])
    assert shown["p_float"][0] == "float64"
    assert shown["p_bool"] == ("bool", [True, False, True])
    assert shown["p_complex"][0] == "complex128"
    assert shown["p_str"] == ("text", ["a", "bbb", "c"])
    assert shown["p_tuple_int"][1][0] == "(1, 2)"
    assert shown["a_arr"][1][1] == "2 × 2"
    assert shown["a_list"][1] == ["[1, 2]", "[3]", "[1, 2]"]
    assert shown["k_int"][1][0] == "5"
    assert "stored" in shown["s_bsr"][1][0]
    assert column(table, name("p_int")).note == ""


def test_a_range_that_is_too_short_leaves_cells_missing_and_the_default_does_not_stand_in(shared: Path) -> None:
    table = runs_of(fixture(shared, "42_short_range.hdf5"), "Small")
    assert values(table.parameters[0].cells) == [1.0, None]
    assert table.warnings == ("“parameters.x” has 1 value for 2 runs.",)


def test_a_parameter_whose_values_were_never_stored_is_a_column_of_nothing(shared: Path) -> None:
    table = runs_of(fixture(shared, "07_crashed.hdf5"), "Crashed")
    assert values(table.parameters[0].cells) == [None] * 5
    assert table.warnings == ("“parameters.x” is explored, but its values are not in the file.",)
    assert status(table) == [RunStatus.HAS_DATA] * 3 + [RunStatus.NOT_RUN] * 2


def test_without_a_table_of_runs_they_are_told_from_ranges_and_results(shared: Path) -> None:
    table = runs_of(fixture(shared, "42_no_runs.hdf5"), "Small")
    assert table.names == ("run_00000000", "run_00000001")
    assert status(table) == [RunStatus.HAS_DATA] * 2
    assert values(table.parameters[0].cells) == [1.0, 2.0]
    assert values(table.started) == [None, None]
    assert "The table of runs of “Small” is missing" in table.warnings[0]


def test_without_any_bookkeeping_runs_of_other_names_are_found_by_their_groups(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w") as made:
        for name in ("trial_10", "trial_9", "run_ALL"):
            made.create_group(f"T/results/runs/{name}/z")
    table = runs_of(file, "T")
    assert table.names == ("trial_9", "trial_10")
    assert status(table) == [RunStatus.HAS_DATA] * 2


def test_a_codec_that_is_missing_leaves_the_runs_countable(shared: Path) -> None:
    table = runs_of(fixture(shared, "17_comp_lzo.hdf5"), "Comp")
    assert table.names == ("run_00000000", "run_00000001")
    assert all("LZO" in warning for warning in table.warnings)


def test_runs_with_names_and_places_of_the_users_own_are_recognised(shared: Path) -> None:
    table = runs_of(fixture(shared, "25_custom_run_names.hdf5"), "CustomRuns")
    assert table.names == tuple(f"trial_{index:04d}" for index in range(5))
    assert status(table) == [RunStatus.FINISHED] * 3 + [RunStatus.NOT_RUN, RunStatus.FINISHED]


def test_unfinished_runs_are_found_wherever_their_results_are(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED), 5)
        trajectory.parameter("x", 0, [0, 1, 2, 3, 4])
        trajectory.run(0, CREATED, CREATED + 1)
        trajectory.result("z", 1, run=0)
        trajectory.result("deep.er.$set.$.z", 1, run=1)
        trajectory.derived_parameter("d", 1, run=2)
        trajectory.group("results.runs.run_00000003")
    assert status(runs_of(file, "T")) == [
        RunStatus.FINISHED,
        RunStatus.HAS_DATA,
        RunStatus.HAS_DATA,
        RunStatus.NOT_RUN,
        RunStatus.NOT_RUN,
    ]


def test_a_link_is_not_taken_for_data_of_a_run(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5", finished=1)
    with h5py.File(file, "r+") as opened:
        opened["small/results/runs/run_00000001"] = h5py.SoftLink("/small/results/runs/run_00000000")
    assert status(runs_of(file, "small")) == [RunStatus.FINISHED, RunStatus.NOT_RUN, RunStatus.NOT_RUN]


def test_columns_missing_from_the_table_of_runs_are_borne(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        rows = np.zeros(3, [("idx", "i8"), ("name", "S9"), ("runtime", "S18")])
        rows["idx"] = [0, 1, 2]
        rows["name"] = [b"a", b"", b"c\xff"]
        rows["runtime"] = [b"0:01:02.500000", b"1 day, 0:00:01.00", b"forever and ever"]
        del opened["small/overview/runs"]
        opened["small/overview/runs"] = rows
    table = runs_of(file, "small")
    assert table.names == ("a", "run_00000001", "c\\xff")
    assert values(table.runtime) == [62.5, 86401.0, None]
    assert values(table.started) == [None] * 3
    assert status(table) == [RunStatus.NOT_RUN, RunStatus.HAS_DATA, RunStatus.NOT_RUN]


def test_a_damaged_range_is_a_column_of_nothing_that_says_why(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        place = opened["small/parameters/group/x/explored_data"].id.get_chunk_info(0).byte_offset
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 8)
    table = runs_of(file, "small")
    found = column(table, "parameters.group.x")
    assert values(found.cells) == [None] * 3
    assert "damaged" in found.note
    assert found.note in table.warnings
    assert values(column(table, "parameters.mode").cells) == ["slow", "fast", "slow"]


def test_large_arrays_of_a_range_are_shown_by_their_shape_and_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED), 2)
        trajectory.parameter("a", np.zeros(3), [np.zeros((100, 50)), np.arange(3.0)], kind="ArrayParameter")
    with h5py.File(file, "r+") as opened:
        large = opened["T/parameters/a/explored__rr__/set_00000/xa_00000000"]
        place = large.id.get_chunk_info(0).byte_offset
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    assert values(runs_of(file, "T").parameters[0].cells) == ["100 × 50", "[0.0, 1.0, 2.0]"]


def test_an_explored_parameter_that_is_not_listed_is_shown_all_the_same(shared: Path) -> None:
    table = runs_of(fixture(shared, "42_no_explorations.hdf5"), "Small")
    assert [one.name for one in table.parameters] == ["parameters.x"]
    assert table.warnings == ("The list of explored parameters is missing; they were found by their ranges.",)


def test_versions_that_kept_no_list_of_explored_parameters_are_no_reason_to_warn(shared: Path) -> None:
    for file, known in fixtures(shared, "*_0?1b?[68]*"):
        (trajectory,) = known["trajectories"]
        assert runs_of(file, trajectory["name"]).warnings == (), file


def test_reading_runs_can_be_stopped(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 30)

    def stop(what: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_runs(TrajectoryRequest(os.fsencode(file), b"/many"), stop)
