"""A trajectory of ours in memory: names, groups, leaves, links and runs, by each sentence that is said of them."""

import multiprocessing
import pickle
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pexgui import (
    ArrayParameter,
    NotUniqueNodeError,
    Parameter,
    Result,
    Trajectory,
    load_trajectory,
    manual_run,
)


def small() -> Any:
    trajectory = Trajectory("sweep", comment="Small")
    trajectory.f_add_parameter("a.x", 1, comment="First")
    trajectory.f_add_parameter("a.deep.y", 2.5)
    trajectory.f_add_parameter("b.name", "text")
    return trajectory


@pytest.fixture
def trajectory() -> Any:
    return small()


@pytest.fixture
def explored(trajectory: Any) -> Any:
    trajectory.f_explore({"x": [10, 20, 30], "y": [0.5, 1.5, 2.5]})
    return trajectory


def refusal(kind: type[Exception], do: Callable[[], Any], *words: str) -> None:
    """Something is refused with a sentence that has all of these words."""
    with pytest.raises(kind) as problem:
        do()
    told = str(problem.value)
    assert all(word in told for word in words), told
    assert told.strip("'").endswith("."), told


# --- finding


def test_what_is_in_a_group_is_its_attribute_and_so_is_what_lies_below(trajectory: Any) -> None:
    assert trajectory.parameters.a.x == trajectory.parameters.x == trajectory.x == trajectory["a.x"] == 1
    assert trajectory.a.deep.y == trajectory.a.y == 2.5
    assert trajectory["parameters"]["b"]["name"] == "text"


def test_short_words_stand_for_branches_runs_and_sets_of_runs(explored: Any) -> None:
    assert explored.par is explored.param is explored.parameters
    explored.f_add_derived_parameter("d", 1)
    explored.f_add_config("c", 2)
    explored.f_add_result("runs.run_00000001.z", 3)
    explored.f_add_result("sets.run_set_00000.s", 4)
    assert explored.dpar is explored.dparam is explored.derived_parameters
    assert (explored.conf.c, explored.res.z) == (2, 3)
    assert explored.res.runs.r_1.z == explored.res.runs.run_1.z == explored.res.runs[1].z == explored.res.r_1.z == 3
    assert explored.res.rs_0.s == explored.res.sets.runset_0.s == 4


def test_wildcards_stand_for_the_run_to_which_it_is_set(explored: Any) -> None:
    explored.f_add_result("$.z", 0)
    explored.f_set_crun(2)
    explored.f_add_result("runs.$.z", 2)
    explored.f_add_result("$set.runs.crun.w", 5)
    assert explored.res.runs.crun.z == explored.res.runs["$"].z == 2
    assert explored.f_get("w").v_full_name == "results.run_set_00000.runs.run_00000002.w"
    assert (explored.f_wildcard(), explored.f_wildcard("$set", 1000)) == ("run_00000002", "run_set_00001")
    explored.f_restore_default()
    assert explored.f_get("results.$.z").v_full_name == "results.run_ALL.z"
    assert (explored.f_wildcard(), explored.f_wildcard("$set")) == ("run_ALL", "run_set_ALL")
    assert explored.f_get_wildcards() == ["$", "$set", "crun", "crunset"]
    assert explored.f_is_wildcard("crun") and not explored.f_is_wildcard("run")


def test_wildcards_of_ones_own_name_runs_and_groups() -> None:
    own = {
        ("$", "crun"): lambda index: f"attempt_{index}" if index >= 0 else "all",
        "$half": lambda i: f"half_{i // 2}",
    }
    trajectory: Any = Trajectory("sweep", wildcard_functions=own)
    trajectory.f_add_parameter("x", 0)
    trajectory.f_explore({"x": [1, 2, 3, 4]})
    assert trajectory.f_get_run_names() == ["attempt_0", "attempt_1", "attempt_2", "attempt_3"]
    trajectory.f_set_crun("attempt_3")
    trajectory.f_add_result("$half.$.z", 9)
    assert trajectory.f_get("z").v_full_name == "results.half_1.attempt_3.z"
    assert trajectory.res[3].z == trajectory.res.r_3.z == 9
    refusal(AttributeError, lambda: trajectory.res.r_9, "“r_9”")
    trajectory.f_restore_default()
    assert trajectory.f_wildcard() == "all" and trajectory.f_add_result("crun.w", 1).v_full_name == "results.all.w"


def test_several_as_near_are_an_error_that_lists_them(trajectory: Any) -> None:
    trajectory.f_add_parameter("b.x", 5)
    refusal(NotUniqueNodeError, lambda: trajectory.x, "“parameters.a.x”", "“parameters.b.x”", "“x”")
    assert trajectory.b.x == 5
    trajectory.f_add_parameter("x", 6)
    assert trajectory.x == 6, "the nearest counts"


def test_data_of_other_runs_are_not_found_in_a_run(explored: Any) -> None:
    for run in range(3):
        explored.f_add_result(f"runs.r_{run}.z" if run > 5 else f"runs.run_{run:08}.z", run)
    refusal(NotUniqueNodeError, lambda: explored.z, "run_00000000.z", "run_00000002.z")
    explored.f_set_crun(1)
    assert explored.z == explored.results.z == 1
    assert explored.results.runs.run_00000002.z == 2


def test_what_there_is_not_is_an_error_that_names_it(trajectory: Any) -> None:
    refusal(AttributeError, lambda: trajectory.nothing, "“sweep”", "“nothing”")
    refusal(AttributeError, lambda: trajectory.parameters.a.nothing, "“parameters.a”", "“nothing”")
    refusal(AttributeError, lambda: trajectory.f_get("x", shortcuts=False), "“x”")
    refusal(AttributeError, lambda: trajectory.f_get("y", max_depth=3), "“y”")
    refusal(ValueError, lambda: trajectory.f_get("a..x"), "“a..x”")
    assert trajectory.f_get_default("nothing", 7) == 7 and trajectory.f_get_default("x", 7) == 1
    assert trajectory.f_get("y", max_depth=4).f_get() == 2.5


def test_f_get_gives_the_leaf_and_with_fast_access_its_value(trajectory: Any) -> None:
    assert isinstance(trajectory.f_get("x"), Parameter)
    assert trajectory.f_get("x", fast_access=True) == 1
    trajectory.v_fast_access = False
    assert trajectory.x is trajectory.f_get("x")


def test_all_of_a_name_can_be_had(trajectory: Any) -> None:
    trajectory.f_add_parameter("b.a.x", 5)
    assert [node.v_full_name for node in trajectory.f_get_all("x")] == ["parameters.a.x", "parameters.b.a.x"]
    assert [node.v_full_name for node in trajectory.f_get_all("b.a.x")] == ["parameters.b.a.x"]
    assert [node.v_full_name for node in trajectory.b.f_get_all("x")] == ["parameters.b.a.x"]
    assert trajectory.f_get_all("x", max_depth=3) == [trajectory.f_get("parameters.a.x")]
    assert trajectory.f_get_all("nothing") == []


def test_contains_takes_names_and_nodes_and_short_names_unless_they_are_not_wanted(trajectory: Any) -> None:
    assert "parameters.a.x" in trajectory and "a.x" in trajectory.parameters and "x" in trajectory
    assert "z" not in trajectory and not trajectory.f_contains("x") and trajectory.f_contains("x", shortcuts=True)
    assert trajectory.f_get("x") in trajectory and trajectory.f_get("x") in trajectory.parameters
    assert trajectory.f_get("x") not in trajectory.parameters.b and small().f_get("x") not in trajectory
    trajectory.f_add_parameter("b.x", 5)
    assert "x" in trajectory, "there are even two"


def test_func_and_vars_leave_the_prefix_out(trajectory: Any) -> None:
    x = trajectory.f_get("x")
    assert x.vars.full_name == x.v_full_name and x.func.get() == 1 and trajectory.func.get("x") is x
    x.vars.comment = "Other"
    assert x.v_comment == "Other"
    with pytest.raises(AttributeError):
        x.func.nothing()
    with pytest.raises(AttributeError):
        x.vars.nothing = 1


def test_dicts_of_all_leaves(trajectory: Any) -> None:
    full = {"parameters.a.x": 1, "parameters.a.deep.y": 2.5, "parameters.b.name": "text"}
    assert trajectory.f_to_dict(fast_access=True) == trajectory.f_get_parameters(fast_access=True) == full
    assert trajectory.f_to_dict()["parameters.a.x"] is trajectory.f_get("x")
    assert trajectory.f_to_dict(fast_access=True, short_names=True) == {"x": 1, "y": 2.5, "name": "text"}
    assert trajectory.parameters.a.f_to_dict(True, nested=True) == {"x": 1, "deep": {"y": 2.5}}
    trajectory.f_add_parameter("b.x", 5)
    refusal(ValueError, lambda: trajectory.f_to_dict(short_names=True), "“x”")
    trajectory.f_add_result("pair", u=1, v=2)
    assert trajectory.f_get_results(fast_access=True) == {"results.pair": trajectory.f_get("pair")}
    assert trajectory.f_get_config() == trajectory.f_get_derived_parameters() == {}


def test_nodes_can_be_gone_through(trajectory: Any) -> None:
    names = [node.v_full_name for node in trajectory.f_iter_nodes()]
    assert names[:4] == ["config", "parameters", "derived_parameters", "results"] and len(names) == 10
    assert names[4:] == [node.v_full_name for node in trajectory.parameters.f_iter_nodes()]
    assert [node.v_name for node in trajectory.parameters.f_iter_nodes(recursive=False)] == ["a", "b"]
    assert [leaf.v_name for leaf in trajectory.f_iter_leaves()] == ["x", "name", "y"]
    assert [node.v_name for node in trajectory.f_iter_nodes(predicate=lambda node: node.v_depth == 4)] == ["y"]
    a = trajectory.a
    assert list(a) == ["x", "deep"] and list(a.f_get_groups()) == ["deep"] and list(a.f_get_leaves()) == ["x"]
    assert (a.f_children(), a.f_has_groups(), a.f_has_leaves(), a.f_has_links()) == (2, True, True, False)
    assert {"x", "deep"} <= set(dir(a))


# --- adding


def test_a_name_says_all_of_a_place(trajectory: Any) -> None:
    y = trajectory.f_get("y")
    assert (y.v_name, y.v_full_name, y.v_location) == ("y", "parameters.a.deep.y", "parameters.a.deep")
    assert (y.v_branch, y.v_depth, y.v_is_leaf, y.v_is_group, y.v_is_root) == ("parameters", 4, True, False, False)
    assert y.v_is_parameter and not trajectory.f_add_result("z", 1).v_is_parameter
    assert (trajectory.v_full_name, trajectory.v_depth, trajectory.v_is_root) == ("", 0, True)
    assert trajectory.v_branch == trajectory.v_name == "sweep"


def test_leaves_can_be_given_with_a_class_or_themselves_or_set(trajectory: Any) -> None:
    assert type(trajectory.f_add_parameter(ArrayParameter, "numbers", np.arange(3))) is ArrayParameter
    own = Parameter("c.z", 5, comment="Mine")
    assert trajectory.f_add_parameter(own) is own and own.v_full_name == "parameters.c.z"
    trajectory.parameters.w = Parameter("w", 6)
    assert trajectory.w == 6
    trajectory.w = 7
    assert trajectory.f_get("w").f_get() == 7
    trajectory.f_add_leaf("free.leaf", 8)
    assert trajectory.free.leaf == 8
    refusal(TypeError, lambda: trajectory.f_add_parameter(Result, "r", 1), "Result")
    refusal(TypeError, lambda: trajectory.f_add_parameter(Result("r", 1)), "Parameter", "Result")
    refusal(TypeError, lambda: small().f_add_parameter(own), "“parameters.c.z”")
    refusal(TypeError, lambda: trajectory.f_add_result(), "name")


def test_groups_go_into_their_branches_and_have_comments(trajectory: Any) -> None:
    added = [
        trajectory.f_add_parameter_group("g", "One"),
        trajectory.f_add_derived_parameter_group("g.h", comment="Two"),
        trajectory.f_add_result_group("g"),
        trajectory.f_add_config_group("g"),
        trajectory.f_add_group("own.g"),
        trajectory.parameters.a.f_add_parameter_group("k"),
    ]
    assert [group.v_full_name for group in added] == [
        *("parameters.g", "derived_parameters.g.h", "results.g", "config.g", "own.g", "parameters.a.k")
    ]
    assert [group.v_comment for group in added[:2]] == ["One", "Two"]
    assert added[0].f_add_parameter("p", 1).v_full_name == "parameters.g.p"
    refusal(TypeError, lambda: trajectory.parameters.f_add_result("r", 1), "“parameters”", "results")


def test_what_is_there_is_not_added_again(trajectory: Any) -> None:
    refusal(AttributeError, lambda: trajectory.f_add_parameter("a.x", 1), "“parameters.a.x”")
    refusal(AttributeError, lambda: trajectory.f_add_parameter("a", 1), "“parameters.a”")
    refusal(AttributeError, lambda: trajectory.f_add_parameter("a.x.z", 1), "“parameters.a.x”")
    refusal(AttributeError, lambda: trajectory.f_add_parameter_group("a"), "“parameters.a”")
    refusal(AttributeError, lambda: setattr(trajectory, "a", 1), "“parameters.a”")
    assert trajectory.x == 1


@pytest.mark.parametrize("name", ["a b", "ä", "_x", "", ".", "a/b", "x" * 128, "x\n"])
def test_impossible_names_are_refused(trajectory: Any, name: str) -> None:
    before = list(trajectory.f_to_dict())
    for add in (trajectory.f_add_parameter, trajectory.f_add_result):
        with pytest.raises(ValueError):
            add(name, 1)
    assert list(trajectory.f_to_dict()) == before
    with pytest.raises(ValueError):
        Trajectory(name)


def test_links_lead_elsewhere(trajectory: Any) -> None:
    trajectory.f_add_link("short", trajectory.f_get("y"))
    trajectory.b.f_add_link("other", "a")
    trajectory.b.f_add_link(trajectory.f_get("x"))
    assert trajectory.short == 2.5 and trajectory.b.other is trajectory.a and trajectory.b.x == 1
    assert list(trajectory.b.f_get_links()) == ["other", "x"] and trajectory.f_has_links()
    refusal(AttributeError, lambda: trajectory.f_get("short", with_links=False), "“short”")
    assert len(list(trajectory.f_iter_nodes())) == 10, "each node once"
    refusal(ValueError, lambda: trajectory.f_add_link("l", small().a), "same trajectory")
    refusal(ValueError, lambda: trajectory.f_add_link("l", trajectory), "same trajectory")
    refusal(AttributeError, lambda: trajectory.f_add_link("short", "x"), "“short”")
    trajectory.f_remove_link("short")
    refusal(AttributeError, lambda: trajectory.short, "“short”")
    refusal(AttributeError, lambda: trajectory.f_remove_link("short"), "“short”")


def test_what_is_taken_away_is_gone_from_memory(trajectory: Any) -> None:
    refusal(TypeError, lambda: trajectory.parameters.f_remove_child("a"), "“parameters.a”", "recursive")
    refusal(AttributeError, lambda: trajectory.parameters.f_remove_child("z"), "“z”")
    trajectory.parameters.a.f_remove_child("x")
    refusal(AttributeError, lambda: trajectory.x, "“x”")
    del trajectory.parameters.b
    trajectory.a.f_remove()
    assert list(trajectory.parameters) == []
    trajectory.f_add_parameter("a.x", 3)
    assert trajectory.x == 3


def test_a_link_to_what_is_taken_away_goes_with_it(trajectory: Any) -> None:
    trajectory.f_add_link("short", "y")
    trajectory.parameters.f_remove_child("a", recursive=True)
    assert "short" not in trajectory


def test_comments_and_annotations(trajectory: Any) -> None:
    x = trajectory.f_get("x")
    assert (trajectory.v_comment, x.v_comment) == ("Small", "First")
    x.v_annotations.author = "somebody"
    x.f_set_annotations(year=2026)
    assert x.v_annotations.author == x.f_get_annotations("author") == "somebody"
    assert x.v_annotations.f_to_dict() == {"author": "somebody", "year": 2026} and "year" in x.v_annotations
    assert x.f_ann_to_str() == "author='somebody', year=2026"
    del x.v_annotations.year
    assert len(x.v_annotations) == 1 and not x.v_annotations.f_is_empty()
    with pytest.raises(AttributeError, match="“year”"):
        _ = x.v_annotations.year
    with pytest.raises(AttributeError, match="“year”"):
        del x.v_annotations.year


# --- leaves


def test_a_parameter_has_a_value_that_can_be_locked(trajectory: Any) -> None:
    x = trajectory.f_get("x")
    assert (x.f_get(), x.data, x.f_get_default(), len(x), x.f_is_empty()) == (1, 1, 1, 1, False)
    assert x.f_supports(5) and not x.f_supports(object()) and x.f_supports_fast_access()
    x.f_lock()
    assert x.v_locked
    refusal(TypeError, lambda: x.f_set(2), "“parameters.a.x”", "locked")
    x.f_unlock()
    x.f_set(2)
    assert trajectory.x == 2 and str(x) == "<Parameter> parameters.a.x: 2 (“First”)"
    refusal(TypeError, lambda: x.f_set(object()), "parameters.a.x", "object")
    refusal(TypeError, x.f_get_range, "“parameters.a.x”", "explored")
    x.f_empty()
    assert x.f_is_empty()
    refusal(TypeError, x.f_get, "“parameters.a.x”")


def test_a_result_has_named_values(trajectory: Any) -> None:
    result = trajectory.f_add_result("pair", 1, 2, third=3, comment="Three")
    assert result.f_to_dict() == {"pair": 1, "pair_1": 2, "third": 3}
    assert (result.pair, result[1], result["third"], result.f_get("pair", "third")) == (1, 2, 3, [1, 3])
    assert trajectory.pair is result and len(result) == 3 and "third" in result and list(result)[:1] == ["pair"]
    result.fourth = 4
    result["pair"] = 5
    result.f_set(6, fifth=7)
    result.f_set_single("sixth", 8)
    del result.third
    assert result.f_to_dict() == {"pair": 6, "pair_1": 2, "fourth": 4, "fifth": 7, "sixth": 8}
    refusal(AttributeError, lambda: result.nothing, "“results.pair”", "“nothing”", "“fourth”")
    refusal(ValueError, result.f_get, "“results.pair”", "“fifth”")
    single = trajectory.f_add_result("deep.one", 5)
    assert trajectory.one == single.f_get() == 5 and single.f_to_dict() == {"one": 5}
    named = trajectory.f_add_result("two", other=5)
    assert trajectory.two is named and named.f_get() == 5


# --- exploring


def test_exploring_makes_one_run_per_value(explored: Any) -> None:
    assert len(explored) == 3 and bool(explored)
    assert explored.f_get("x").f_get_range() == [10, 20, 30] and explored.f_get("x").v_explored
    assert list(explored.f_get_explored_parameters()) == ["parameters.a.x", "parameters.a.deep.y"]
    assert explored.x == 1, "the default value, in no run"
    refusal(TypeError, lambda: explored.f_get("x").f_set(5), "“parameters.a.x”", "explored")
    assert len(small()) == 1


def test_what_cannot_be_explored_is_refused_and_nothing_is_changed(trajectory: Any) -> None:
    refusal(ValueError, lambda: trajectory.f_explore({"x": [1, 2], "y": [1.0]}), "“x” has 2", "“y” has 1")
    refusal(ValueError, lambda: trajectory.f_explore({"x": []}), "“x” has 0")
    refusal(ValueError, lambda: trajectory.f_explore({}), "nothing")
    refusal(TypeError, lambda: trajectory.f_explore({"x": [1, 2.5]}), "“parameters.a.x”", "int", "2.5", "float")
    refusal(TypeError, lambda: trajectory.f_explore({"name": "abc"}), "“name”")
    refusal(TypeError, lambda: trajectory.f_explore({"a": [1, 2]}), "“a”")
    refusal(AttributeError, lambda: trajectory.f_explore({"nothing": [1, 2]}), "“nothing”")
    assert len(trajectory) == 1 and not trajectory.f_get_explored_parameters()
    trajectory.f_explore({"x": iter([1, 2])})
    refusal(TypeError, lambda: trajectory.f_explore({"x": [1, 2]}), "“parameters.a.x”", "f_expand")
    refusal(ValueError, lambda: trajectory.f_explore({"y": [1.0, 2.0, 3.0]}), "3 values", "2 runs")


def test_expanding_adds_runs(explored: Any) -> None:
    explored.f_expand({"x": [40, 50]})
    assert len(explored) == 5
    assert explored.f_get("x").f_get_range() == [10, 20, 30, 40, 50]
    assert explored.f_get("y").f_get_range() == [0.5, 1.5, 2.5, 2.5, 2.5], "its default value where it is not named"
    explored.f_expand({"name": ["other"]})
    assert explored.f_get("name").f_get_range() == ["text"] * 5 + ["other"]
    assert explored.f_get("x").f_get_range()[5] == 1
    refusal(ValueError, lambda: explored.f_expand({"x": [1], "y": [1.0, 2.0]}), "“x” has 1", "“y” has 2")
    explored.f_shrink()
    assert len(explored) == 1 and not explored.f_get("x").v_explored


# --- runs


def test_set_to_a_run_the_parameters_have_its_values(explored: Any) -> None:
    explored.f_set_crun("run_00000001")
    assert (explored.v_idx, explored.v_crun, explored.v_crun_, explored.x, explored.y) == (
        *(1, "run_00000001", "run_00000001"),
        *(20, 1.5),
    )
    explored.v_idx = 2
    assert explored.x == 30
    explored.v_crun = "run_00000000"
    assert explored.x == 10
    for none in (None, -1, "run_ALL"):
        explored.f_set_crun(1)
        explored.f_set_crun(none)
        assert (explored.v_idx, explored.v_crun, explored.v_crun_, explored.x) == (-1, None, "run_ALL", 1)
    refusal(KeyError, lambda: explored.f_set_crun(3), "3")
    refusal(KeyError, lambda: explored.f_set_crun("run_9"), "“run_9”")
    assert explored.f_idx_to_run(1) == "run_00000001" and explored.f_idx_to_run("run_00000001") == 1


def test_the_runs_can_be_gone_through_in_four_ways(explored: Any) -> None:
    assert [(name, explored.x) for name in explored.f_iter_runs()] == [
        *(("run_00000000", 10), ("run_00000001", 20), ("run_00000002", 30))
    ]
    assert explored.v_crun is None
    assert list(explored.f_iter_runs(1, yields="idx")) == [1, 2]
    assert list(explored.f_iter_runs(0, 3, 2, yields="idx")) == [0, 2]
    assert [one.x for one in explored.f_iter_runs(yields="self")] == [10, 20, 30]
    copies = list(explored.f_iter_runs(yields="copy"))
    assert [one.x for one in copies] == [10, 20, 30] and explored not in copies
    refusal(ValueError, lambda: explored.f_iter_runs(yields="all"), "name, idx, self, copy", "'all'")


def test_find_idx_gives_the_runs_for_which_something_is_true(explored: Any) -> None:
    assert list(explored.f_find_idx("x", lambda x: x > 10)) == [1, 2]
    assert list(explored.f_find_idx(["x", "y", "name"], lambda x, y, name: x == 20 and y == 1.5 and name)) == [1]
    refusal(AttributeError, lambda: list(explored.f_find_idx("nothing", bool)), "“nothing”")
    refusal(ValueError, lambda: list(explored.f_find_idx("a", bool)), "“a”")


def test_what_is_known_of_runs(explored: Any) -> None:
    row = explored.f_get_run_information(1)
    times = {"timestamp", "time", "finish_timestamp", "runtime"}
    assert set(row) == {"idx", "name", "parameter_summary", "short_environment_hexsha", "completed", *times}
    assert (row["name"], row["timestamp"], row["finish_timestamp"], row["completed"]) == (
        "run_00000001",
        42.0,
        1.337,
        0,
    )
    row["completed"] = 1
    assert explored.f_is_completed(1) == 0 and explored.f_is_completed() is False
    explored.f_get_run_information("run_00000001", copy=False)["completed"] = 1
    assert explored.f_is_completed("run_00000001") == 1
    assert list(explored.f_get_run_information()) == explored.f_get_run_names()
    refusal(KeyError, lambda: explored.f_get_run_information(7), "7")


def test_in_a_run_only_what_belongs_to_it_can_be_done(explored: Any) -> None:
    explored.f_start_run(1)
    assert explored.v_is_run and explored.v_crun == "run_00000001"
    assert explored.f_start_run() is explored, "it is begun already"
    assert explored.f_add_result("z", 1).v_full_name == "results.runs.run_00000001.z"
    assert explored.f_add_derived_parameter("d", 1).v_full_name == "derived_parameters.runs.run_00000001.d"
    assert explored.results.f_add_result("y", 1).v_full_name == "results.runs.run_00000001.y"
    assert explored.f_add_result("own.$.w", 1).v_full_name == "results.own.run_00000001.w"
    refusal(TypeError, lambda: explored.f_add_parameter("p", 1), "“parameters.p”", "run")
    refusal(TypeError, lambda: explored.f_add_config("c", 1), "“config.c”", "run")
    for do in (
        lambda: explored.f_explore({"name": ["a", "b", "c"]}),
        lambda: explored.f_expand({"x": [1]}),
        lambda: setattr(explored, "v_idx", 0),
        lambda: explored.f_set_crun(0),
        lambda: explored.f_merge(small()),
    ):
        refusal(TypeError, do, "during a run")
    refusal(TypeError, lambda: setattr(explored, "name", "new"), "“parameters.b.name”", "during a run")
    explored.f_finalize_run(store_meta_data=False)
    assert not explored.v_is_run and explored.v_idx == 1
    assert explored.f_get_results() == {} and explored.f_get_derived_parameters() == {}
    assert explored.f_finalize_run(store_meta_data=False) is explored, "there is none to end"
    assert explored.f_is_completed(1) == 1


def test_times_of_a_run_are_those_between_which_it_was_run(explored: Any) -> None:
    before = time.time()
    explored.f_start_run(2)
    explored.f_finalize_run(store_meta_data=False)
    row = explored.f_get_run_information(2)
    assert before <= row["timestamp"] <= row["finish_timestamp"] <= time.time()
    assert row["runtime"].startswith("0:00:00") and row["parameter_summary"] == "x: 30,   y: 2.5"


def test_a_run_that_is_not_turned_into_one_may_do_all(explored: Any) -> None:
    explored.f_start_run(0, turn_into_run=False)
    assert not explored.v_is_run
    assert explored.f_add_result("z", 1).v_full_name == "results.z"
    explored.f_finalize_run(store_meta_data=False)
    assert explored.results.z == 1 and explored.f_is_completed(0)


def test_there_has_to_be_a_run_to_begin(explored: Any) -> None:
    refusal(ValueError, explored.f_start_run, "no run")
    refusal(KeyError, lambda: explored.f_start_run(9), "9")
    assert not explored.v_is_run and not explored._run_started
    refusal(ValueError, lambda: explored.f_start_run(-1), "no run")


def test_what_is_not_cleaned_up_stays(explored: Any) -> None:
    explored.f_start_run(0)
    explored.f_add_result("z", 1)
    explored.f_finalize_run(store_meta_data=False, clean_up=False)
    assert explored.z == 1
    assert explored.f_get_from_runs("z", fast_access=True) == {"run_00000000": 1}


def test_of_runs_what_they_have_can_be_had(explored: Any) -> None:
    for index in (0, 2):
        explored.f_add_result(f"runs.run_{index:08}.deep.z", index)
    explored.f_add_result("runs.run_ALL.deep.z", -1)
    leaf = explored.f_get_from_runs("z")["run_00000002"]
    assert leaf.v_full_name == "results.runs.run_00000002.deep.z"
    assert explored.f_get_from_runs("z", use_indices=True, fast_access=True) == {0: 0, 1: -1, 2: 2}
    assert explored.f_get_from_runs("z", include_default_run=False, fast_access=True) == {
        "run_00000000": 0,
        "run_00000002": 2,
    }
    assert explored.f_get_from_runs("deep.z", shortcuts=False, fast_access=True, use_indices=True)[2] == 2
    assert explored.f_get_from_runs("z", shortcuts=False) == {}
    explored.f_add_derived_parameter("runs.run_00000002.z", 5)
    refusal(NotUniqueNodeError, lambda: explored.f_get_from_runs("z"), "derived_parameters.runs.run_00000002.z", "deep")
    assert explored.f_get_from_runs("deep.z", fast_access=True, use_indices=True) == {0: 0, 1: -1, 2: 2}
    assert explored.v_idx == -1


# --- the trajectory itself


def test_a_trajectory_knows_when_and_by_what_it_was_made() -> None:
    trajectory = Trajectory("sweep", add_time=True)
    assert trajectory.v_name == f"sweep_{trajectory.v_time}"
    assert (trajectory.v_filename, trajectory.v_version, trajectory.v_stored) == ("", trajectory.v_version, False)
    assert abs(trajectory.v_timestamp - time.time()) < 100 and trajectory.v_python.startswith("3.")
    with pytest.raises(TypeError, match="“nonsense”"):
        Trajectory("sweep", nonsense=1)
    with pytest.raises(ValueError, match="no file"):
        trajectory.f_store()
    with pytest.raises(ValueError, match="no file"):
        trajectory.f_load()


@manual_run
def double(trajectory: Any) -> int:
    trajectory.f_add_result("z", trajectory.x * 2)
    trajectory.f_store()
    return int(trajectory.x * 2)


def test_copies_go_to_other_processes_and_store_there(tmp_path: Any) -> None:
    path = str(tmp_path / "sweep.hdf5")
    trajectory: Any = Trajectory("sweep", filename=path)
    trajectory.f_add_parameter("x", 0)
    trajectory.f_explore({"x": [1, 2, 3, 4]})
    trajectory.f_store()
    copies = [pickle.loads(pickle.dumps(one)) for one in trajectory.f_iter_runs(0, 2, yields="copy")]
    assert [one.x for one in copies] == [1, 2]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(double, trajectory.f_iter_runs(yields="copy")) == [2, 4, 6, 8]
    assert not trajectory.f_is_completed(), "what others finish is known after f_load"
    trajectory.f_load()
    assert trajectory.f_is_completed()
    assert load_trajectory(path).f_get_from_runs("z", True, True, fast_access=True) == {0: 2, 1: 4, 2: 6, 3: 8}
