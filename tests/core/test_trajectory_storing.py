"""A trajectory of ours in its file: stored, loaded, changed, merged, and run by hand."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui import NotUniqueNodeError, PickleParameter, Trajectory, load_trajectory, manual_run
from pexgui.core import PexError
from tests.core.test_trajectory import refusal

OVERWRITE_DATA = 3


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sweep.hdf5")


def made(path: str, name: str = "sweep", **settings: Any) -> Any:
    trajectory = Trajectory(name, filename=path, comment="Some", **settings)
    trajectory.f_add_parameter("a.x", 1, comment="First")
    trajectory.f_add_parameter("y", 2.5)
    return trajectory


@pytest.fixture
def stored(path: str) -> Any:
    """A trajectory of three runs, stored; none is run."""
    trajectory = made(path)
    trajectory.f_explore({"x": [10, 20, 30]})
    trajectory.f_store()
    return trajectory


@manual_run
def work(trajectory: Any, factor: int = 1, fail: bool = False) -> int:
    """Two results of a run."""
    trajectory.f_add_result("z", trajectory.x * factor, comment="Product")
    trajectory.f_add_result("group.more", array=np.arange(3) * factor, words=["a", "b"])
    trajectory.f_store()
    if fail:
        raise LookupError("not today")
    return int(trajectory.x * factor)


def run_all(trajectory: Any) -> Any:
    for _ in trajectory.f_iter_runs():
        work(trajectory)
    return trajectory


# --- storing


def test_what_is_stored_is_loaded_again(path: str) -> None:
    trajectory = made(path)
    trajectory.f_explore({"x": [1, 2]})
    trajectory.f_add_config("c", "text", comment="A setting")
    trajectory.f_add_derived_parameter("d", np.arange(4))
    trajectory.f_add_result("own.r", 1, other="text", comment="Two")
    trajectory.f_add_result_group("empty", comment="Empty")
    trajectory.f_get("y").v_annotations.author = "somebody"
    trajectory.v_annotations.year = 2026
    trajectory.f_add_link("short", "y")
    trajectory.f_store()
    assert trajectory.v_stored and trajectory.f_get("y").v_stored
    found = load_trajectory(path)
    assert (found.v_name, found.v_comment, len(found), found.v_annotations.year) == ("sweep", "Some", 2, 2026)
    assert (found.v_timestamp, found.v_time) == (trajectory.v_timestamp, trajectory.v_time)
    assert (found.x, found.y, found.c, found.short) == (1, 2.5, "text", 2.5)
    assert found.f_get("x").f_get_range() == [1, 2] and np.array_equal(found.d, np.arange(4))
    assert found.f_get("own.r").f_to_dict() == {"r": 1, "other": "text"}
    assert (found.f_get("r").v_comment, found.results.empty.v_comment) == ("Two", "Empty")
    assert found.f_get("y").v_annotations.author == "somebody"
    assert found.f_get_links()["short"] is found.f_get("y")


def test_storing_twice_stores_only_what_is_new(stored: Any, path: str) -> None:
    before = Path(path).read_bytes()
    stored.f_store()
    assert Path(path).read_bytes() == before
    stored.f_add_result("r", 1)
    stored.f_store()
    stored.f_get("r").f_set(second=2)
    stored.f_store()
    assert load_trajectory(path).f_get("r").f_to_dict() == {"r": 1, "second": 2}


def test_a_value_that_is_stored_stays_unless_it_is_to_be_overwritten(stored: Any, path: str) -> None:
    result = stored.f_add_result("r", 1)
    stored.f_store()
    result.f_set(5)
    stored.f_store()
    assert load_trajectory(path).r == 1
    stored.f_store_item("r", store_data=OVERWRITE_DATA)
    assert load_trajectory(path).r == 5


def test_a_result_of_a_loaded_trajectory_can_be_overwritten(stored: Any, path: str) -> None:
    stored.f_add_result("deep.r", 1, other=2)
    stored.f_store()
    found = load_trajectory(path)
    found.f_get("deep.r").f_set(r=7)
    found.f_store_item("deep.r", OVERWRITE_DATA)
    assert load_trajectory(path).f_get("r").f_to_dict() == {"r": 7, "other": 2}


def test_single_items_are_stored_with_the_groups_above_them(stored: Any, path: str) -> None:
    stored.f_add_result("one.two.r", 1)
    stored.f_add_result("other", 1)
    stored.f_store_item("r")
    found = load_trajectory(path)
    assert found.results.one.two.r == 1 and "results.other" not in found
    stored.f_store()
    assert load_trajectory(path).other == 1


def test_with_only_init_nothing_but_the_trajectory_is_stored(path: str) -> None:
    trajectory = made(path)
    trajectory.f_add_result("r", 1)
    trajectory.f_store(only_init=True)
    assert "results.r" not in load_trajectory(path)
    trajectory.f_store(store_data=0)
    assert "results.r" not in load_trajectory(path)
    trajectory.f_store(max_depth=1)
    assert "results.r" not in load_trajectory(path)
    trajectory.f_store()
    assert load_trajectory(path).r == 1


def test_what_cannot_be_stored_is_named_and_nothing_is(path: str) -> None:
    trajectory = made(path)
    trajectory.f_add_result("good", 1)
    trajectory.f_add_result("bad", value=object())
    refusal(TypeError, trajectory.f_store, "bad", "object")
    assert not os.path.exists(path) and not trajectory.v_stored
    trajectory.results.f_remove_child("bad")
    trajectory.f_store()
    before = Path(path).read_bytes()
    trajectory.f_add_result("better", 1)
    trajectory.f_add_result("worse", {1: object()})
    with pytest.raises(TypeError, match="worse"):
        trajectory.f_store()
    assert Path(path).read_bytes() == before
    refusal(TypeError, lambda: trajectory.f_add_parameter("p", object()), "p", "object")
    assert trajectory.f_add_parameter(PickleParameter, "p", {1: "one"}).f_get() == {1: "one"}


def test_a_folder_as_filename_is_where_the_file_goes(tmp_path: Path) -> None:
    made(str(tmp_path), "own").f_store()
    made(str(tmp_path / "new") + os.sep, "own").f_store()
    made(str(tmp_path / "deep" / "er" / "file.h5"), "own").f_store()
    assert load_trajectory(tmp_path / "own.hdf5").v_name == "own"
    assert load_trajectory(tmp_path / "new" / "own.hdf5").v_filename == str(tmp_path / "new" / "own.hdf5")
    assert load_trajectory(str(tmp_path / "deep" / "er" / "file.h5")).x == 1


def test_several_trajectories_in_a_file_are_told_by_name_or_index(path: str) -> None:
    for name in ("second", "first", "third"):
        made(path, name).f_store()
    assert load_trajectory(path, "first").v_name == load_trajectory(path, index=0).v_name == "first"
    assert load_trajectory(path, index=-1).v_name == "third"
    refusal(ValueError, lambda: load_trajectory(path), "3 trajectories", "“first”", "“second”", "name or index")
    refusal(ValueError, lambda: load_trajectory(path, "fourth"), "“fourth”", "“third”")
    refusal(ValueError, lambda: load_trajectory(path, index=3), "index 3", "“third”")
    refusal(ValueError, lambda: load_trajectory(path, "first", 0), "not both")
    refusal(PexError, made(path, "first").f_store, "“first”", "sweep.hdf5")


def test_overwrite_file_takes_the_place_of_all_that_is_there(path: str) -> None:
    made(path, "first").f_store()
    made(path, "second", overwrite_file=True).f_store()
    again = load_trajectory(path)
    assert again.v_name == "second"
    again.f_add_result("r", 1)
    again.f_store()
    assert load_trajectory(path).r == 1


def test_what_is_no_file_of_a_trajectory_is_refused_and_named(tmp_path: Path, path: str) -> None:
    refusal(PexError, lambda: load_trajectory(path), "sweep.hdf5")
    Path(path).write_bytes(b"no HDF5")
    refusal(PexError, lambda: load_trajectory(path), "sweep.hdf5")
    refusal(PexError, made(path).f_store, "sweep.hdf5")
    assert Path(path).read_bytes() == b"no HDF5"


# --- loading


def test_results_come_when_they_are_asked_for(stored: Any, path: str) -> None:
    run_all(stored)
    found = load_trajectory(path)
    assert not found.f_get("results.runs.run_00000001.z")._loaded
    assert found.results.runs.run_00000001.z == 20
    assert found.f_get("results.runs.run_00000001.z", auto_load=True)._loaded
    everything = load_trajectory(path, load_data=2)
    assert all(leaf._loaded for leaf in everything.f_iter_leaves())
    skeleton = load_trajectory(path, load_parameters=1)
    assert not skeleton.f_get("y")._loaded and skeleton.y == 2.5
    nothing = load_trajectory(path, load_data=0)
    assert nothing.x == 1
    with pytest.raises(TypeError, match="“nonsense”"):
        load_trajectory(path, nonsense=1)


def test_a_full_name_is_found_in_the_file_without_short_ways(stored: Any, path: str) -> None:
    run_all(stored)
    assert "results.runs.run_00000002.group.more" in load_trajectory(path)
    assert load_trajectory(path).f_get("results.runs.run_00000002.z", shortcuts=False).f_get() == 30
    assert "results.runs.run_00000003.z" not in load_trajectory(path)
    assert not load_trajectory(path).f_contains("z") and "z" in load_trajectory(path)


def test_a_name_is_ambiguous_also_when_only_one_of_that_name_was_loaded(stored: Any, path: str) -> None:
    run_all(stored)
    found = load_trajectory(path)
    assert found.f_get("results.runs.run_00000000.z", shortcuts=False).f_get() == 10
    refusal(NotUniqueNodeError, lambda: found.z, "run_00000000.z", "run_00000002.z")
    again = load_trajectory(path)
    again.f_set_crun(1)
    assert again.z == 20
    again.f_restore_default()
    refusal(NotUniqueNodeError, lambda: again.z, "run_00000000.z", "run_00000002.z")


def test_in_every_run_its_own_results_are_found(stored: Any, path: str) -> None:
    run_all(stored)
    found = load_trajectory(path)
    assert [found.z for _ in found.f_iter_runs()] == [found.res.crun.z for _ in found.f_iter_runs()] == [10, 20, 30]
    assert found.f_get_from_runs("z", use_indices=True, fast_access=True) == {0: 10, 1: 20, 2: 30}
    assert list(found.f_get_from_runs("more")["run_00000001"].array) == [0, 1, 2]
    assert len(found.f_get_all("z")) == 3
    assert len(found.f_get_results(fast_access=True)) == 6


def test_loaded_again_it_has_what_others_stored_meanwhile(stored: Any, path: str) -> None:
    other = load_trajectory(path)
    other.f_expand({"x": [40]})
    other.f_add_result("r", 5)
    other.f_store()
    run_all(other)
    assert (len(stored), stored.f_is_completed()) == (3, False)
    stored.f_load()
    assert (len(stored), stored.f_is_completed(), stored.r) == (4, True, 5)
    assert stored.f_get("x").f_get_range() == [10, 20, 30, 40]
    stored.f_load_item("x")
    stored.f_load_items(["y", stored.f_get("r")])
    refusal(TypeError, lambda: stored.f_load_item("results"), "results")


def test_data_are_loaded_anew_or_only_where_there_are_none(stored: Any) -> None:
    result = stored.f_add_result("r", 1)
    stored.f_store()
    result.f_set(2)
    stored.f_load_items(["r"], only_empties=True)
    assert result.f_get() == 2
    stored.f_load_item("r")
    assert result.f_get() == 1
    result.f_empty()
    assert result.f_is_empty() and result.f_get() == 1 and stored.r == 1


# --- taking away


def test_deleted_items_are_not_in_the_file_any_more(stored: Any, path: str) -> None:
    run_all(stored)
    stored.f_add_result("g.r", 1)
    stored.f_store()
    refusal(TypeError, lambda: stored.f_delete_item("results.g"), "“results.g”", "recursive")
    stored.f_delete_item("results.g", recursive=True)
    assert "results.g" not in load_trajectory(path) and stored.results.g.r == 1
    stored.f_store()
    assert load_trajectory(path).results.g.r == 1
    stored.f_delete_items(["results.runs.run_00000000.z", stored.f_get("g.r")], remove_from_trajectory=True)
    refusal(AttributeError, lambda: stored.results.runs.run_00000000.z, "“z”")
    refusal(AttributeError, lambda: stored.results.g.r, "“r”")
    found = load_trajectory(path)
    assert list(found.f_get_from_runs("z")) == ["run_00000001", "run_00000002"]
    refusal(AttributeError, lambda: stored.f_delete_item("nothing"), "“nothing”")


def test_a_cleared_run_is_not_finished_and_has_nothing(stored: Any, path: str) -> None:
    run_all(stored)
    stored.f_add_result("own.run_00000001.r", 1)
    stored.f_add_result("own.run_00000002.r", 2)
    stored.f_store()
    stored.f_clear_run("run_00000001")
    assert [stored.f_is_completed(index) for index in range(3)] == [1, 0, 1]
    found = load_trajectory(path)
    assert [found.f_is_completed(index) for index in range(3)] == [1, 0, 1]
    for one in (stored, found):
        assert [node.v_full_name for node in one.f_iter_nodes() if node.v_name == "run_00000001"] == []
        assert one.results.own.run_00000002.r == 2
    refusal(KeyError, lambda: stored.f_clear_run("run_9"), "“run_9”")


# --- exploring what is stored


def test_expanded_in_the_file_it_has_new_runs_that_are_open(stored: Any, path: str) -> None:
    run_all(stored)
    stored.f_expand({"x": [40, 50], "y": [4.5, 5.5]})
    found = load_trajectory(path)
    assert found.f_get("x").f_get_range() == [10, 20, 30, 40, 50]
    assert found.f_get("y").f_get_range() == [2.5, 2.5, 2.5, 4.5, 5.5]
    assert [found.f_is_completed(index) for index in range(5)] == [1, 1, 1, 0, 0]
    for _ in stored.f_iter_runs(3):
        work(stored)
    assert load_trajectory(path).f_is_completed()
    before = Path(path).read_bytes()
    refusal(TypeError, lambda: stored.f_expand({"x": [1.5]}), "“parameters.a.x”", "float")
    assert Path(path).read_bytes() == before and len(stored) == 5
    refusal(TypeError, stored.f_shrink, "“sweep”")
    refusal(TypeError, lambda: stored.f_get("y").f_set(1.0), "“parameters.y”")


def test_stored_first_and_explored_afterwards(path: str) -> None:
    trajectory = made(path)
    trajectory.f_store()
    trajectory.f_explore({"x": [5, 6]})
    run_all(trajectory)
    found = load_trajectory(path)
    assert found.f_is_completed() and found.f_get("x").f_get_range() == [5, 6]
    assert found.f_get_from_runs("z", use_indices=True, fast_access=True) == {0: 5, 1: 6}


def test_an_unexplored_trajectory_is_made_longer_by_expanding_it(path: str) -> None:
    trajectory = made(path)
    trajectory.f_store()
    trajectory.f_expand({"x": [5, 6]})
    assert load_trajectory(path).f_get("x").f_get_range() == [5, 6]
    run = made(path, "run")
    run.f_store()
    run_all(run)
    run.f_expand({"x": [7]})
    assert load_trajectory(path, "run").f_get("x").f_get_range() == [1, 7]
    assert load_trajectory(path, "run").f_is_completed(0)


def test_runs_with_names_of_ones_own_are_run_expanded_and_loaded(path: str) -> None:
    own = {("$", "crun"): lambda index: f"attempt_{index}" if index >= 0 else "all"}
    trajectory = made(path, wildcard_functions=own)
    trajectory.f_explore({"x": [1, 2]})
    trajectory.f_store()
    run_all(trajectory)
    trajectory.f_expand({"x": [3]})
    assert trajectory.f_get_run_names() == ["attempt_0", "attempt_1", "attempt_2"]
    for _ in trajectory.f_iter_runs(2):
        work(trajectory)
    found = load_trajectory(path)
    assert found.f_get_run_names() == ["attempt_0", "attempt_1", "attempt_2"]
    assert found.f_is_completed() and found.results.runs.attempt_2.z == 3
    assert found.f_get_from_runs("z", fast_access=True) == {"attempt_0": 1, "attempt_1": 2, "attempt_2": 3}


# --- runs by hand


def test_in_a_run_only_what_belongs_to_it_is_stored(stored: Any, path: str) -> None:
    stored.f_add_result("before", 1)
    stored.f_set_crun(0)
    work(stored)
    found = load_trajectory(path)
    assert "results.before" not in found and found.results.runs.run_00000000.z == 10
    assert stored.f_get_from_runs("z", fast_access=True) == {"run_00000000": 10}
    assert "z" not in stored.results._children
    stored.f_restore_default()
    stored.f_store()
    assert load_trajectory(path).before == 1


def test_a_run_that_raises_is_started_and_not_finished_and_can_be_run_again(stored: Any, path: str) -> None:
    stored.f_set_crun(1)
    with pytest.raises(LookupError, match="not today"):
        work(stored, factor=5, fail=True)
    assert (stored.v_crun, stored.v_is_run, stored._run_started) == (None, False, False)
    row = load_trajectory(path).f_get_run_information(1)
    assert row["timestamp"] != 42.0 and row["completed"] == 0 and row["finish_timestamp"] == 1.337
    assert stored.f_get_run_information(1) == row
    stored.f_set_crun(1)
    assert work(stored) == 20
    assert load_trajectory(path).results.runs.run_00000001.z == 20
    assert stored.f_is_completed(1)


def test_a_finished_run_is_only_replaced_when_that_is_asked_for(stored: Any, path: str) -> None:
    run_all(stored)
    first = load_trajectory(path).f_get_run_information(2)
    stored.f_set_crun(2)
    refusal(ValueError, lambda: work(stored), "run_00000002", "overwrite=True")
    assert work(stored, 7, overwrite=True) == 210
    found = load_trajectory(path)
    assert found.f_get_from_runs("z", use_indices=True, fast_access=True) == {0: 10, 1: 20, 2: 210}
    assert list(found.results.runs.run_00000002.group.more.array) == [0, 7, 14]
    assert found.f_get_run_information(2)["timestamp"] > first["finish_timestamp"]
    with pytest.raises(LookupError):
        stored.f_set_crun(2)
        work(stored, fail=True, overwrite=True)
    assert load_trajectory(path).f_is_completed(2) == 0


def test_nested_and_bare_decorators_end_a_run_once(stored: Any, path: str) -> None:
    @manual_run(store_meta_data=True)
    def outer(trajectory: Any) -> Any:
        return work(trajectory), trajectory.v_is_run, trajectory.f_is_completed(0)

    stored.f_set_crun(0)
    assert outer(stored) == (10, True, 0)
    assert load_trajectory(path).f_is_completed(0) == 1


def test_times_that_are_not_stored_come_with_the_next_storing(stored: Any, path: str) -> None:
    @manual_run(store_meta_data=False, clean_up=False)
    def kept(trajectory: Any) -> None:
        trajectory.f_add_result("z", trajectory.x)
        trajectory.f_store()

    stored.f_set_crun(0)
    kept(stored)
    assert stored.f_is_completed(0) and not load_trajectory(path).f_is_completed(0)
    assert stored.results.runs.run_00000000.z == 10
    stored.f_restore_default()
    stored.f_store()
    assert load_trajectory(path).f_is_completed(0)


def test_a_trajectory_that_was_never_stored_is_stored_by_its_first_run(path: str) -> None:
    trajectory = made(path)
    trajectory.f_explore({"x": [1, 2]})
    run_all(trajectory)
    found = load_trajectory(path)
    assert found.f_is_completed() and len(found) == 2
    assert found.f_get_from_runs("z", use_indices=True, fast_access=True) == {0: 1, 1: 2}


def test_whole_arrays_and_links_of_a_run_go_with_it(stored: Any, path: str) -> None:
    @manual_run
    def linking(trajectory: Any) -> None:
        result = trajectory.f_add_result("deep.z", np.arange(5) * trajectory.x)
        trajectory.results.f_add_link(f"short_{trajectory.v_idx}", result)
        trajectory.f_store()

    for _ in stored.f_iter_runs():
        linking(stored)
    found = load_trajectory(path)
    assert np.array_equal(found.results.short_1, np.arange(5) * 20)


# --- merging


def of_points(path: str, name: str, points: list[int]) -> Any:
    trajectory = made(path, name)
    trajectory.f_explore({"x": points})
    return run_all_stored(trajectory)


def run_all_stored(trajectory: Any) -> Any:
    trajectory.f_store()
    return run_all(trajectory)


@pytest.mark.parametrize("beside", [True, False])
def test_a_trajectory_takes_in_another_of_the_same_or_another_file(tmp_path: Path, beside: bool) -> None:
    file, other = str(tmp_path / "one.hdf5"), str(tmp_path / ("one.hdf5" if beside else "two.hdf5"))
    first, second = of_points(file, "first", [1, 2]), of_points(other, "second", [2, 3])
    first.f_merge(second, backup=False)
    assert len(first) == 4 and first.f_is_completed() and first.v_name == "first"
    assert first.f_get("x").f_get_range() == [1, 2, 2, 3]
    assert load_trajectory(file, "first").f_get_from_runs("z", True, True, fast_access=True) == {0: 1, 1: 2, 2: 2, 3: 3}
    assert load_trajectory(other, "second").f_get("x").f_get_range() == [2, 3]
    assert not list(tmp_path.glob("*.bak"))


def test_repeated_points_are_left_out_and_a_backup_is_made_when_that_is_asked_for(tmp_path: Path) -> None:
    first = of_points(str(tmp_path / "one.hdf5"), "first", [1, 2])
    second = of_points(str(tmp_path / "two.hdf5"), "second", [2, 3])
    first.f_merge(second, remove_duplicates=True)
    assert first.f_get("x").f_get_range() == [1, 2, 3]
    assert len(list(tmp_path.glob("*.bak"))) == 1


def test_many_are_merged_at_once_and_told_by_a_trial_parameter(tmp_path: Path) -> None:
    made_ones = [of_points(str(tmp_path / f"{name}.hdf5"), name, [1, 2]) for name in ("first", "second", "third")]
    for one in made_ones:
        one.f_add_parameter("trial", 0)
    made_ones[0].f_merge_many(made_ones[1:], trial_parameter="trial", backup=False)
    assert made_ones[0].f_get("trial").f_get_range() == [0, 0, 1, 1, 2, 2]
    assert made_ones[0].f_get("x").f_get_range() == [1, 2] * 3


def test_what_cannot_be_merged_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    first = of_points(str(tmp_path / "one.hdf5"), "first", [1, 2])
    other: Any = Trajectory("other", filename=str(tmp_path / "two.hdf5"))
    other.f_add_parameter("else", 1)
    other.f_explore({"else": [1, 2]})
    other.f_store()
    before = (tmp_path / "one.hdf5").read_bytes()
    with pytest.raises(PexError):
        first.f_merge(other)
    refusal(TypeError, lambda: first.f_merge("two.hdf5"), "str")
    assert (tmp_path / "one.hdf5").read_bytes() == before and len(first) == 2
