"""Runs that are run by hand: what becomes of pypet's own trajectories and their files, and of a trajectory of ours."""

import functools
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pexgui import manual_run
from pexgui.core import read_runs
from pexgui.core.model import Numbers, RunStatus, RunTable, TrajectoryRequest
from tests.conftest import ROOT
from tests.oracle import ask

DONE = [1, True, True, True]
STARTED = [0, True, False, False]
NOT_RUN = [0, False, False, False]
NO_SUMMARY = "Not yet my friend!"
IN_NO_RUN = [None, False, False]
CASES = [
    "loop",
    "copies",
    "not_turned",
    "not_stored",
    "not_cleaned",
    "failed",
    "failed_not_cleaned",
    "failed_once",
    "failed_not_turned",
    "failed_without_storing",
    "finalized_by_itself",
    "unstorable",
    "again",
    "again_elsewhere",
    "again_and_failed",
    "in_no_run",
    "ways_of_passing",
    "nested",
    "started_by_hand",
    "environment",
    "works_later",
    "example",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("manual")


@pytest.fixture(scope="module")
def pypet(oracle: Path, folder: Path) -> dict[str, Any]:
    """What came of all the cases in `tests.oracle.manual`."""
    job = {"do": "manual", "root": str(ROOT), "folder": str(folder), "cases": CASES}
    answers: dict[str, Any] = ask(oracle, [job], folder)[0]
    return answers


def table_of(folder: Path, case: str) -> RunTable:
    return read_runs(TrajectoryRequest(os.fsencode(folder / f"{case}.hdf5"), b"/sweep"))


def statuses(table: RunTable) -> list[RunStatus]:
    return [list(RunStatus)[status] for status in table.status]


def times(column: Numbers) -> list[bool]:
    """Of each run whether it has a time."""
    missing = column.missing or bytes(len(memoryview(column.data).cast("d")))
    return [not one for one in missing]


# --- with the trajectory of pypet


def test_the_example_in_the_description_is_right(pypet: dict[str, Any]) -> None:
    failed, attempted = pypet["example"]
    assert failed == 0
    assert attempted >= 7


@pytest.mark.parametrize("case", ["loop", "copies"])
def test_a_loop_over_the_runs_runs_and_stores_all_of_them(case: str, pypet: dict[str, Any], folder: Path) -> None:
    found = pypet[case]
    assert found["returned"] == found["values"] == [100, 400, 900, 1600]
    assert found["state"] == [*IN_NO_RUN, [1] * 4]
    assert found["rows"] == [DONE] * 4
    assert found["summaries"] == ["x: 10", "x: 20", "x: 30", "x: 40"]
    table = table_of(folder, case)
    assert statuses(table) == [RunStatus.FINISHED] * 4
    assert times(table.started) == times(table.runtime) == [True] * 4
    assert table.warnings == ()


def test_what_a_run_added_is_cleaned_up_unless_it_is_to_stay(pypet: dict[str, Any]) -> None:
    assert pypet["loop"]["left"] == [None] * 4
    assert pypet["not_cleaned"]["left"] == [100, 400, 900, 1600]


def test_a_trajectory_that_is_not_turned_into_a_run_keeps_all_it_can_do(pypet: dict[str, Any]) -> None:
    found = pypet["not_turned"]
    assert found["seen"] == [False] * 4
    assert found["left"] == found["values"] == [10, 20, 30, 40]
    assert found["rows"] == [DONE] * 4


def test_times_that_are_not_stored_come_with_the_next_storing(pypet: dict[str, Any]) -> None:
    found = pypet["not_stored"]
    assert found["state"] == [*IN_NO_RUN, [1] * 4]
    assert found["before"]["values"] == [100, 400, 900, 1600]
    assert found["before"]["rows"] == [NOT_RUN] * 4
    assert found["after"]["rows"] == [DONE] * 4


@pytest.mark.parametrize("case", ["failed", "failed_not_cleaned"])
def test_a_run_that_raises_is_started_and_not_finished(case: str, pypet: dict[str, Any]) -> None:
    found = pypet[case]
    assert found["told"] == [["returned", 0], ["KeyError", "'second'"], ["returned", 2], ["returned", 3]]
    assert found["rows"] == found["rows_in_memory"] == [DONE, STARTED, DONE, DONE]
    assert found["summaries"] == ["x: 10", NO_SUMMARY, "x: 30", "x: 40"]


@pytest.mark.parametrize("case", ["failed", "failed_not_cleaned"])
def test_after_a_run_that_raised_the_trajectory_is_usable(case: str, pypet: dict[str, Any]) -> None:
    states = pypet[case]["states"]
    assert states[1] == [*IN_NO_RUN, [1, 0, 0, 0]]
    assert states[2] == ["run_00000002", False, False, [1, 0, 1, 0]]


@pytest.mark.parametrize("case", ["failed", "failed_not_cleaned"])
def test_what_a_failed_attempt_stored_is_kept_until_the_next_one_replaces_it(case: str, pypet: dict[str, Any]) -> None:
    found = pypet[case]
    assert found["values"] == [-10, -20, -30, -40]
    assert found["retried"] == ["returned", 1]
    assert found["after"]["values"] == [-10, 20, -30, -40]
    assert found["after"]["rows"] == [DONE] * 4


def test_our_reader_sees_that_a_run_raised(pypet: dict[str, Any], folder: Path) -> None:
    assert pypet["failed_once"]["rows"] == [DONE, STARTED, DONE, DONE]
    table = table_of(folder, "failed_once")
    finished = RunStatus.FINISHED
    assert statuses(table) == [finished, RunStatus.HAS_DATA, finished, finished]
    assert times(table.started) == [True] * 4
    assert times(table.runtime) == [True, False, True, True]
    assert statuses(table_of(folder, "again_and_failed")) == [RunStatus.NOT_RUN, finished, finished, finished]


def test_a_run_that_is_interrupted_far_from_where_it_began_is_left_all_the_same(pypet: dict[str, Any]) -> None:
    found = pypet["failed_not_turned"]
    assert found["told"] == ["KeyboardInterrupt", ""]
    state, stored = found["after"]
    assert state == [*IN_NO_RUN, [0] * 4]
    assert stored["rows"] == [NOT_RUN, NOT_RUN, STARTED, NOT_RUN]
    assert stored["values"] == [None, None, 1, None]
    assert found["state"] == ["run_00000002", False, False, [0, 0, 1, 0]]
    assert found["values"] == [None, None, 2, None]
    assert found["rows"] == [NOT_RUN, NOT_RUN, DONE, NOT_RUN]


def test_an_error_is_told_also_if_that_cannot_be_stored(pypet: dict[str, Any]) -> None:
    found = pypet["failed_without_storing"]
    silent, noted = found["told"]
    assert silent == ["OSError", "no"]
    assert noted[:2] == ["OSError", "no"]
    assert noted[2].startswith("Nor could it be stored that run_00000001 is not finished: AttributeError")
    assert found["rows"] == [STARTED, STARTED, NOT_RUN, NOT_RUN]
    assert found["state"] == [*IN_NO_RUN, [0] * 4]


def test_a_run_that_raises_after_it_ended_itself_is_not_finished(pypet: dict[str, Any]) -> None:
    found = pypet["finalized_by_itself"]
    assert found["told"] == ["ValueError", "after all"]
    assert found["state"] == [*IN_NO_RUN, [0] * 4]
    assert found["rows"] == [STARTED, NOT_RUN, NOT_RUN, NOT_RUN]


def test_a_run_whose_times_cannot_be_stored_is_not_finished(pypet: dict[str, Any]) -> None:
    found = pypet["unstorable"]
    assert found["told"][:2] == ["OSError", "disk full"]
    assert found["state"] == [*IN_NO_RUN, [0] * 4]
    assert found["retried"] == 200
    assert found["values"] == [200, None, None, None]
    assert found["rows"] == [DONE, NOT_RUN, NOT_RUN, NOT_RUN]


def test_a_finished_run_is_not_run_again(pypet: dict[str, Any]) -> None:
    found = pypet["again"]
    told = "run_00000002 is finished. Pass overwrite=True to run it again and to replace its data and times."
    by_default, asked, state = found["refused"]
    assert by_default == asked == ["ValueError", told]
    assert state == ["run_00000002", False, False, [1] * 4]
    assert found["kept"]["values"] == [100, 400, 900, 1600]


def test_overwriting_replaces_data_and_times_together(pypet: dict[str, Any], folder: Path) -> None:
    found = pypet["again"]
    assert found["replaced"] == ["returned", 4500]
    assert found["values"] == [100, 400, 4500, 1600]
    assert found["newer"] == [False, False, True, False]
    assert found["rows"] == [DONE] * 4
    assert statuses(table_of(folder, "again")) == [RunStatus.FINISHED] * 4


def test_overwriting_replaces_what_is_in_memory(pypet: dict[str, Any]) -> None:
    found = pypet["not_cleaned"]
    assert found["again"] == 1200
    assert found["after"] == found["values"] == [100, 1200, 900, 1600]


def test_overwriting_leaves_nothing_of_the_run_that_is_not_loaded(pypet: dict[str, Any]) -> None:
    found = pypet["again_elsewhere"]
    assert found["memory"] == []
    assert found["names"] == ["results.runs.run_00000001.z"]
    assert found["kept"] == [
        "derived_parameters.runs.run_00000002.d",
        "results.other.run_00000002.deep.y",
        "results.runs.run_00000002.more",
        "results.runs.run_00000002.z",
    ]
    assert found["values"] == [100, 2800, 900, 1600]


def test_a_run_that_raises_while_it_is_overwritten_is_not_finished_and_has_no_old_data(pypet: dict[str, Any]) -> None:
    found = pypet["again_and_failed"]
    assert found["told"] == ["ValueError", "no"]
    assert found["state"] == [*IN_NO_RUN, [0, 1, 1, 1]]
    assert found["values"] == [None, 400, 900, 1600]
    assert found["rows"] == [STARTED, DONE, DONE, DONE]


def test_a_trajectory_that_is_in_no_run_is_refused(pypet: dict[str, Any]) -> None:
    told = "The trajectory is set to no run. Iterate over f_iter_runs() or choose one with f_set_crun()."
    assert pypet["in_no_run"] == {"told": ["ValueError", told], "state": [*IN_NO_RUN, [0] * 4]}


def test_arguments_arrive_however_they_are_passed(pypet: dict[str, Any]) -> None:
    assert pypet["ways_of_passing"] == [
        ["returned", [1, [5], 3, {"c": 4}]],
        ["returned", [1, [], 2, {}]],
        ["returned", 200],
        ["returned", True],
        ["returned", True],
        ["returned", 2],
        ["returned", 300],
    ]


def test_of_nested_decorators_the_outermost_ends_the_run(pypet: dict[str, Any]) -> None:
    found = pypet["nested"]
    assert found["returned"] == [100, ["run_00000000", True, True, [0, 0, 0, 0]]]
    assert found["twice"] == 800
    assert found["doc"] == "The square of x, times factor."
    assert found["rows"] == [DONE, DONE, NOT_RUN, NOT_RUN]


def test_who_started_the_run_ends_it(pypet: dict[str, Any]) -> None:
    found = pypet["started_by_hand"]
    assert found == {
        "value": 1600,
        "during": ["run_00000003", True],
        "state": ["run_00000003", False, False, [0, 0, 0, 1]],
    }


def test_in_an_environment_the_function_is_just_called(pypet: dict[str, Any]) -> None:
    assert pypet["environment"] == [[0, 3], [1, 12]]


def test_a_function_that_only_returns_its_work_is_refused(pypet: dict[str, Any]) -> None:
    for kind, (error, told, *state) in pypet["works_later"].items():
        assert error == "TypeError"
        assert f"returned a {kind}: its work would be done after the run." in told.replace("Future", "future")
        assert state == [*IN_NO_RUN, [0] * 4]


# --- with a trajectory that has no more than what is asked of it


class Small:
    """A trajectory of one run, which remembers what it was asked."""

    def __init__(self) -> None:
        self.v_idx = 0
        self.v_crun: str | None = "run_00000000"
        self._run_started = False
        self._info = {"name": "run_00000000", "completed": 0, "timestamp": 42.0}
        self.calls: list[Any] = []

    def f_set_crun(self, name: str) -> None:
        self.v_idx, self.v_crun = 0, name

    def f_restore_default(self) -> None:
        self.v_idx, self.v_crun = -1, None

    def f_is_completed(self, name: str) -> Any:
        return self._info["completed"]

    def f_get_run_information(self, name: str, copy: bool) -> dict[str, Any]:
        return dict(self._info) if copy else self._info

    def f_start_run(self, *, turn_into_run: bool) -> None:
        if not self._run_started:
            self.calls.append(("start", turn_into_run))
            self._run_started = True
            self._info["timestamp"] = 50.0

    def f_finalize_run(self, *, store_meta_data: bool, clean_up: bool) -> None:
        if self._run_started:
            self._run_started = False
            self._info["completed"] = 1
            self.calls.append(("finalize", store_meta_data, clean_up))

    def f_store(self, *, only_init: bool) -> None:
        self.calls.append(("store", only_init))

    def f_clear_run(self, name: str) -> None:
        self.calls.append(("clear", name))
        self._info["completed"] = 0


def answer(trajectory: Small, *, fail: bool = False) -> int:
    """Everything."""
    if fail:
        raise LookupError
    return 42


def test_bare_and_with_brackets_is_the_same() -> None:
    for decorated in (manual_run(answer), manual_run()(answer), manual_run(True, True, True)(answer)):
        trajectory = Small()
        assert decorated(trajectory) == 42
        assert trajectory.calls == [("start", True), ("finalize", True, True)]


def test_the_three_choices_are_passed_on() -> None:
    trajectory = Small()
    assert manual_run(False, store_meta_data=False, clean_up=False)(answer)(trajectory) == 42
    assert trajectory.calls == [("start", False), ("finalize", False, False)]


@pytest.mark.parametrize("decorator", [manual_run, manual_run(False)])
def test_name_description_and_signature_are_kept(decorator: Any) -> None:
    decorated = decorator(answer)
    assert (decorated.__name__, decorated.__doc__, decorated.__wrapped__) == ("answer", "Everything.", answer)
    assert inspect.signature(decorated) == inspect.signature(answer)


def test_the_arguments_are_those_of_pypet() -> None:
    parameters = list(inspect.signature(manual_run).parameters.values())
    assert [(one.name, one.default) for one in parameters] == [
        ("turn_into_run", True),
        ("store_meta_data", True),
        ("clean_up", True),
    ]


def test_another_trajectory_clears_its_run_itself() -> None:
    trajectory = Small()
    run = manual_run(answer)
    run(trajectory)
    with pytest.raises(ValueError, match="run_00000000 is finished"):
        run(trajectory)
    trajectory.calls.clear()
    assert run(trajectory, overwrite=True) == 42
    assert trajectory.calls == [("clear", "run_00000000"), ("start", True), ("finalize", True, True)]


def test_a_failed_attempt_is_cleared_by_the_next_one() -> None:
    trajectory = Small()
    run = manual_run(answer)
    with pytest.raises(LookupError):
        run(trajectory, fail=True)
    assert trajectory.calls == [("start", True), ("finalize", False, True), ("store", True)]
    assert (trajectory.v_crun, trajectory.f_is_completed("run_00000000")) == (None, 0)
    trajectory.f_set_crun("run_00000000")
    trajectory.calls.clear()
    assert run(trajectory) == 42
    assert trajectory.calls[0] == ("clear", "run_00000000")


def test_a_failed_run_is_not_stored_if_its_times_are_not_to_be() -> None:
    trajectory = Small()
    with pytest.raises(LookupError):
        manual_run(store_meta_data=False)(answer)(trajectory, fail=True)
    assert trajectory.calls == [("start", True), ("finalize", False, True)]


def test_a_run_is_left_also_if_cleaning_up_after_it_fails() -> None:
    class Stubborn(Small):
        def f_finalize_run(self, *, store_meta_data: bool, clean_up: bool) -> None:
            if clean_up:
                raise RuntimeError("cannot clean up")
            super().f_finalize_run(store_meta_data=store_meta_data, clean_up=clean_up)

    trajectory = Stubborn()
    with pytest.raises(LookupError) as caught:
        manual_run(answer)(trajectory, fail=True)
    assert "cannot clean up" in caught.value.__notes__[0]
    assert (trajectory._run_started, trajectory.v_crun, trajectory.f_is_completed("")) == (False, None, 0)


def generator(trajectory: Small) -> Iterator[int]:
    yield 1


async def coroutine(trajectory: Small) -> int:
    return 1


async def both(trajectory: Small) -> Any:
    yield 1


@pytest.mark.parametrize("function", [generator, coroutine, both, functools.partial(generator)])
@pytest.mark.parametrize("decorator", [manual_run, manual_run()])
def test_generators_and_coroutines_are_no_runs(decorator: Any, function: Any) -> None:
    with pytest.raises(TypeError, match="is a generator or coroutine: its work would be done after the run"):
        decorator(function)


@pytest.mark.parametrize("function", [lambda: 1, lambda *, trajectory: 1, lambda **more: 1])
def test_a_function_without_a_first_argument_is_no_run(function: Any) -> None:
    with pytest.raises(TypeError, match="has no first argument that could be the trajectory"):
        manual_run(function)


def test_what_is_no_trajectory_is_named() -> None:
    with pytest.raises(TypeError, match=r"The first argument of answer must be a trajectory, not dict\."):
        manual_run(answer)({})
    with pytest.raises(TypeError, match="must be a trajectory, not NoneType"):
        manual_run(answer)()
    with pytest.raises(TypeError, match="must be a trajectory, not str"):
        manual_run(max)("ab")
