"""Two trajectories beside each other: what is the same, what is not, and what belongs to what."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import (
    Aspect,
    BeingWritten,
    Cancelled,
    CompareRequest,
    NamedTolerance,
    NotReadable,
    Pairing,
    Part,
    PexError,
    Side,
    State,
    Tolerance,
    Wanted,
    compare,
    compare_data,
)
from pexgui.core.compare_data import same_on_disk
from pexgui.core.writer import TrajectoryWriter
from tests.builders import several_trajectories, small_trajectory
from tests.core.compared import compared, difference, grid, names, only, states, sweep
from tests.core.test_twins_fuzz import place_of


@pytest.fixture
def a(tmp_path: Path) -> Path:
    return sweep(tmp_path / "a.hdf5", grid(6))


def test_a_file_is_the_same_as_itself_and_as_its_copy(a: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.hdf5"
    copy.write_bytes(a.read_bytes())
    for other in (a, copy):
        found = compared(a, other)
        assert found.same
        assert found.changed == ()
        assert [(pair.number_a, pair.number_b) for pair in only(found).pairs] == [(n, n) for n in range(6)]
        assert states(only(found), "results.runs.$.z") == [State.EQUAL] * 6
        assert states(only(found), "parameters.fixed") == [State.EQUAL]


def test_shuffled_runs_find_each_other_by_their_points_and_nothing_differs(tmp_path: Path) -> None:
    points = grid(60)
    shuffled = points[:]
    random.Random(7).shuffle(shuffled)
    a, b = sweep(tmp_path / "a.hdf5", points), sweep(tmp_path / "b.hdf5", shuffled)
    found = compared(a, b)
    assert found.same
    assert [points[pair.number_a] for pair in only(found).pairs] == [
        shuffled[pair.number_b] for pair in only(found).pairs
    ]


def test_runs_that_only_one_side_has_are_listed_and_everything_else_is_the_same(tmp_path: Path) -> None:
    points = grid(40)
    fewer = [point for place, point in enumerate(points) if place % 4 != 1]
    random.Random(3).shuffle(fewer)
    a, b = sweep(tmp_path / "a.hdf5", points), sweep(tmp_path / "b.hdf5", [*fewer, (99.0, 5)])
    found = compared(a, b)
    assert not found.same
    assert only(found).differences == ()
    assert [pair.a for pair in only(found).pairs if not pair.b] == [f"run_{run:08d}" for run in range(1, 40, 4)]
    (alone,) = [pair for pair in only(found).pairs if not pair.a]
    assert (alone.b, alone.title) == ("run_00000030", "x 99.0 · seed 5")
    assert [(fact.name, fact.text) for fact in alone.point] == [("x", "99.0"), ("seed", "5")]


def test_trials_with_equal_points_are_paired_in_their_order(tmp_path: Path) -> None:
    a = sweep(tmp_path / "a.hdf5", [(1.0, 0), (2.0, 0), (1.0, 0)])
    b = sweep(tmp_path / "b.hdf5", [(2.0, 0), (1.0, 0), (1.0, 0), (1.0, 0)])
    pairs = only(compared(a, b)).pairs
    assert [(pair.number_a, pair.number_b) for pair in pairs] == [(0, 1), (1, 0), (2, 2), (-1, 3)]


def test_runs_are_paired_by_number_on_request_and_ranges_are_then_compared(tmp_path: Path) -> None:
    a = sweep(tmp_path / "a.hdf5", [(1.0, 0), (2.0, 0)])
    b = sweep(tmp_path / "b.hdf5", [(1.0, 0), (3.0, 0), (4.0, 0)])
    against = only(compared(a, b, Wanted(pairing=Pairing.NUMBER)))
    assert [(pair.number_a, pair.number_b) for pair in against.pairs] == [(0, 0), (1, 1), (-1, 2)]
    found = difference(against, "parameters.group.x")
    assert (found.aspect, found.a, found.b) == (Aspect.RANGE, "2.0", "3.0")
    assert found.verdict.startswith("1 of 2 values")
    assert states(against, "results.runs.$.z") == [State.EQUAL, State.CHANGED, State.ABSENT]


def test_a_parameter_explored_on_one_side_only_takes_part_in_the_points(tmp_path: Path) -> None:
    a = sweep(tmp_path / "a.hdf5", [(0.0, 0), (0.0, 1)])
    b = small_trajectory(tmp_path / "b.hdf5", 1)
    with h5py.File(a, "r+") as file:
        del file["sweep/parameters/group/x/explored_data"]
    against = only(compared(a, sweep(tmp_path / "c.hdf5", [(0.0, 1), (0.5, 1)])))
    assert [(pair.number_a, pair.number_b) for pair in against.pairs] == [(0, -1), (1, 0), (-1, 1)]
    found = difference(against, "parameters.group.x")
    assert (found.aspect, found.a, found.b) == (Aspect.RANGE, "not explored", "explored, 2 values")
    assert only(compared(a, b)).note.startswith("No run of one has the same point")


def test_a_changed_number_is_told_with_how_far_it_is_from_a(a: Path, tmp_path: Path) -> None:
    b = sweep(tmp_path / "b.hdf5", grid(6), result=lambda x, seed: x * 10 + seed + (0.5 if x == 1.0 else 0))
    against = only(compared(a, b))
    (found,) = against.differences
    assert against.subjects[found.subject].name == "results.runs.$.z"
    assert against.pairs[found.pair].title == "x 1.0 · seed 1"
    assert (found.state, found.aspect, found.kind, found.item) == (State.CHANGED, Aspect.VALUE, "number", "z")
    assert (found.a, found.b, found.verdict) == ("11.0", "11.5", "+0.5, +4.55 %")
    assert found.magnitude is not None
    assert (found.magnitude.absolute, found.magnitude.differing) == (0.5, 1)
    assert found.path_a == b"/sweep/results/runs/run_00000004/z" == found.path_b


@pytest.mark.parametrize(
    "tolerance",
    [Tolerance(relative=1e-9), Tolerance(absolute=1e-8), Tolerance(ulp=2)],
    ids=["relative", "absolute", "ulp"],
)
def test_numbers_within_the_tolerance_are_the_same(tmp_path: Path, tolerance: Tolerance) -> None:
    def nearly(x: float, _seed: int) -> float:
        return float(np.nextafter(np.nextafter(x + 1, 9), 9))

    a = sweep(tmp_path / "a.hdf5", grid(4), result=lambda x, _seed: x + 1)
    b = sweep(tmp_path / "b.hdf5", grid(4), result=nearly)
    assert not compared(a, b).same
    assert compared(a, b, Wanted(tolerance=tolerance)).same
    named = Wanted(tolerances=(NamedTolerance("runs.*.z", tolerance),))
    assert compared(a, b, named).same
    assert not compared(a, b, Wanted(tolerances=(NamedTolerance("y", tolerance),))).same


def test_not_a_number_equals_itself_unless_asked_otherwise(tmp_path: Path) -> None:
    def add(trajectory: TrajectoryWriter) -> None:
        trajectory.result("odd", {"list": [1.0, float("nan")], "array": np.array([np.nan, 1.0]), "one": float("nan")})

    a, b = (sweep(tmp_path / f"{name}.hdf5", grid(2), add) for name in "ab")
    assert compared(a, b).same
    strict = only(compared(a, b, Wanted(tolerance=Tolerance(nan_equal=False))))
    assert {one.item for one in strict.differences} == {"list", "array", "one"}


def test_another_type_and_another_shape_are_differences_of_their_own_kind(a: Path, tmp_path: Path) -> None:
    def first(trajectory: TrajectoryWriter) -> None:
        trajectory.result("kinds", {"whole": 1, "shape": np.zeros((2, 3)), "floats": np.zeros(3), "words": "1"})

    def second(trajectory: TrajectoryWriter) -> None:
        items = {"whole": 1.0, "shape": np.zeros((3, 2)), "floats": np.zeros(3, np.float32), "words": 1}
        trajectory.result("kinds", items)

    one, other = sweep(tmp_path / "1.hdf5", grid(1), first), sweep(tmp_path / "2.hdf5", grid(1), second)
    against = only(compared(one, other))
    found = {each.item: each for each in against.differences}
    assert (found["whole"].aspect, found["whole"].verdict) == (Aspect.TYPE, "int / float")
    assert (found["shape"].aspect, found["shape"].a, found["shape"].b) == (
        Aspect.VALUE,
        "float64, 2 × 3",
        "float64, 3 × 2",
    )
    assert (found["floats"].aspect, found["floats"].a) == (Aspect.TYPE, "float64, 3 values")
    assert (found["words"].aspect, found["words"].verdict) == (Aspect.TYPE, "text / number")


def everything(trajectory: TrajectoryWriter, changed: bool) -> None:
    trajectory.result("words", "grüße" if changed else "gruss")
    trajectory.result("table", {"list": [1, 2, 3 + changed], "dict": {"a": 1, "b": 2 + changed}})
    trajectory.result("many", np.arange(900.0) + 0.25 * changed * (np.arange(900) > 450))
    trajectory.derived_parameter("depth", 5 + changed)
    trajectory.group("results.described", "One" if not changed else "Another", {"unit": "mV" if changed else "V"})
    trajectory.result("described.value", 1)
    trajectory.config("git.commit_abcdef0_2021_05_05_05h05m05s.hexsha", "1" if changed else "2")
    trajectory.result("only_here" if changed else "only_there", 1)
    trajectory.link("results.short", f"results.{'words' if changed else 'table'}")


def test_every_part_is_compared_under_its_own_name(tmp_path: Path) -> None:
    a, b = (
        sweep(tmp_path / f"{name}.hdf5", grid(2), lambda made, changed=changed: everything(made, changed))
        for name, changed in (("a", False), ("b", True))
    )
    against = only(compared(a, b))
    found = {(against.subjects[one.subject].name, one.item, one.aspect): one for one in against.differences}
    told = {key: (one.kind, one.state) for key, one in found.items()}
    changed = State.CHANGED
    assert told == {
        ("derived_parameters.depth", "value", Aspect.VALUE): ("number", changed),
        ("results.words", "words", Aspect.VALUE): ("text", changed),
        ("results.table", "list", Aspect.VALUE): ("list", changed),
        ("results.table", "dict", Aspect.VALUE): ("dict", changed),
        ("results.many", "many", Aspect.VALUE): ("array", changed),
        ("results.described", "", Aspect.COMMENT): ("text", changed),
        ("results.described", "unit", Aspect.ANNOTATION): ("text", changed),
        ("results.only_here", "", Aspect.VALUE): ("array", State.ONLY_B),
        ("results.only_there", "", Aspect.VALUE): ("array", State.ONLY_A),
        ("results.short", "", Aspect.TARGET): ("link", changed),
        ("config.git.last.hexsha", "value", Aspect.VALUE): ("text", changed),
    }
    many = found["results.many", "many", Aspect.VALUE]
    assert many.verdict == "449 of 900 differ, largest 0.25"
    assert many.magnitude is not None
    assert many.magnitude.first == (451,)
    git = found["config.git.last.hexsha", "value", Aspect.VALUE]
    assert against.subjects[git.subject].part is Part.PROVENANCE


@pytest.mark.parametrize("part", [part for part in Part if part not in (Part.PARAMETERS, Part.RANGES)])
def test_each_part_can_be_left_out(tmp_path: Path, part: Part) -> None:
    a, b = (
        sweep(
            tmp_path / f"{name}.hdf5",
            grid(2),
            lambda made, changed=changed: (everything(made, changed), made.config("mine", 1 + changed)),
            finished=[True, not changed],
        )
        for name, changed in (("a", False), ("b", True))
    )

    def meets(one: Any, against: Any) -> bool:
        aspects = {Part.COMMENTS: Aspect.COMMENT, Part.ANNOTATIONS: Aspect.ANNOTATION}
        if part in aspects:
            return bool(one.aspect is aspects[part])
        return bool(against.subjects[one.subject].part is part)

    whole = only(compared(a, b))
    assert any(meets(one, whole) for one in whole.differences)
    rest = only(compared(a, b, Wanted(tuple(each for each in Part if each is not part))))
    assert not any(meets(one, rest) for one in rest.differences)
    assert 0 < len(rest.differences) < len(whole.differences)


def test_patterns_leave_names_out_or_choose_them(tmp_path: Path) -> None:
    a, b = (
        sweep(tmp_path / f"{name}.hdf5", grid(2), lambda made, changed=changed: everything(made, changed))
        for name, changed in (("a", False), ("b", True))
    )
    against = only(compared(a, b, Wanted(only=("results.t*", "words"))))
    assert {name for name, _ in names(against)} == {"results.table", "results.words"}
    assert {subject.name for subject in against.subjects} == {"results.table", "results.words"}
    against = only(compared(a, b, Wanted(only=("t*",))))
    assert {subject.name for subject in against.subjects} == {"results.table", "results.runs.$.trace"}
    against = only(compared(a, b, Wanted(ignore=("results", "git"))))
    assert {name for name, _ in names(against)} == {"derived_parameters.depth"}


def test_a_comment_that_is_kept_only_once_counts_for_every_run(tmp_path: Path) -> None:
    once = sweep(tmp_path / "a.hdf5", grid(4))
    always = sweep(tmp_path / "b.hdf5", grid(4), every_comment=True)
    last_first = sweep(tmp_path / "c.hdf5", grid(4)[::-1])
    assert compared(once, always).same
    assert compared(always, last_first).same
    assert compared(once, last_first).same


def test_the_status_of_runs_is_compared(a: Path, tmp_path: Path) -> None:
    b = sweep(tmp_path / "b.hdf5", grid(6), finished=[True] * 5 + [False])
    against = only(compared(a, b))
    (found,) = against.differences
    assert (found.aspect, found.a, found.b, found.pair) == (Aspect.STATUS, "finished", "not finished", 5)


def test_two_runs_of_one_trajectory(a: Path) -> None:
    one, other = (Side(os.fsencode(a), b"/sweep", run) for run in (b"run_00000001", b"run_00000004"))
    found = compared(one, other)
    against = only(found)
    assert [side.what for side in found.sides] == ["run_00000001", "run_00000004"]
    assert against.pairs[0].title == "run_00000001 and run_00000004"
    told = {against.subjects[each.subject].name: (each.a, each.b) for each in against.differences}
    assert told == {
        "parameters.group.x": ("0.25", "1.0"),
        "results.runs.$.z": ("3.5", "11.0"),
        "results.runs.$.trace": ("float64, 20 values", "float64, 20 values"),
    }
    assert states(against, "parameters.seed") == [State.EQUAL]
    assert compared(one, one).same


def test_two_leaves_or_groups(a: Path) -> None:
    runs = b"/sweep/results/runs/run_0000000"
    leaf, other, group = (Side(os.fsencode(a), path=path) for path in (runs + b"1/z", runs + b"2/z", runs + b"2"))
    found = only(compared(leaf, other))
    assert [(one.a, one.b) for one in found.differences] == [("3.5", "7.0")]
    assert {name for name, _ in names(only(compared(Side(os.fsencode(a), path=runs + b"1"), group)))} == {
        "results.runs.run_00000001.z",
        "results.runs.run_00000001.trace",
    }


def test_several_sides_are_each_compared_with_the_baseline(a: Path, tmp_path: Path) -> None:
    same = sweep(tmp_path / "b.hdf5", grid(6))
    other = sweep(tmp_path / "c.hdf5", grid(6), result=lambda x, seed: x)
    sides = tuple(Side(os.fsencode(path)) for path in (other, a, same))
    found = compare(CompareRequest(sides, baseline=1))
    assert [against.side for against in found.against] == [0, 2]
    assert found.against[0].differences
    assert not found.against[1].differences


def test_one_of_several_trajectories_in_a_file_is_chosen(tmp_path: Path) -> None:
    path = os.fsencode(several_trajectories(tmp_path / "several.hdf5", ("first", "second")))
    found = compared(Side(path, b"/first"), Side(path))
    assert [side.name for side in found.sides] == ["first", "second"]
    assert found.sides[1].side.trajectory == b"/second"


def test_next_to_nothing_in_common_is_said(a: Path, tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("else", 1)

    from pexgui.core import writer
    from pexgui.core.writer import Head

    with writer.create(os.fsencode(tmp_path / "b.hdf5")) as file:
        fill(file.trajectory(Head("other", 1.7e9)))
    found = compared(a, tmp_path / "b.hdf5")
    assert "nothing in common" in only(found).note
    assert not found.same


def test_a_leaf_that_cannot_be_read_is_said_and_the_rest_is_compared(a: Path, tmp_path: Path) -> None:
    b = tmp_path / "b.hdf5"
    b.write_bytes(a.read_bytes())
    with h5py.File(b) as file:
        place = h5py.h5o.get_info(file["sweep/results/runs/run_00000002/z/z"].id).addr
    with b.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    against = only(compared(a, b))
    found = difference(against, "results.runs.$.z")
    assert (found.state, found.pair) == (State.UNREADABLE, 2)
    assert "cannot be opened" in found.verdict
    assert states(against, "results.runs.$.z").count(State.EQUAL) == 5
    assert states(against, "results.runs.$.trace") == [State.EQUAL] * 6


def test_a_file_that_changes_meanwhile_is_named(a: Path, tmp_path: Path) -> None:
    b = tmp_path / "b.hdf5"
    b.write_bytes(a.read_bytes())

    def disturb(_what: str, _done: int, _total: int) -> None:
        os.utime(b, ns=(5, 5))

    found = compare(CompareRequest((Side(os.fsencode(a)), Side(os.fsencode(b)))), disturb)
    assert found.changed == ("“b.hdf5”",)
    assert not only(found).differences


def test_a_file_that_vanishes_meanwhile_is_named_too(a: Path, tmp_path: Path) -> None:
    b = tmp_path / "b.hdf5"
    b.write_bytes(a.read_bytes())
    found = compare(CompareRequest((Side(os.fsencode(a)), Side(os.fsencode(b)))), lambda *_: b.unlink(missing_ok=True))
    assert found.changed == ("“b.hdf5”",)


def test_what_cannot_be_compared_is_a_problem_in_a_sentence(a: Path, tmp_path: Path) -> None:
    with pytest.raises(PexError, match="two things"):
        compare(CompareRequest((Side(os.fsencode(a)),)))
    with pytest.raises(NotReadable, match="not there any more"):
        compared(a, tmp_path / "gone.hdf5")
    with pytest.raises(NotReadable, match="has no run “run_00000077”"):
        compared(Side(os.fsencode(a), run=b"run_00000077"), a)
    with h5py.File(tmp_path / "plain.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(NotReadable, match="holds no trajectory"):
        compared(a, tmp_path / "plain.h5")


def test_comparing_can_be_cancelled(a: Path) -> None:
    def stop(_what: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compare(CompareRequest((Side(os.fsencode(a)), Side(os.fsencode(a)))), stop)


def test_a_file_that_is_being_written_all_the_time_says_so(a: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1, 100))

    def disturbed(*_: object) -> Any:
        moment = next(moments)
        os.utime(a, ns=(moment, moment))
        raise NotReadable("half written")

    monkeypatch.setattr("pexgui.core.compare_sides.rows_of_runs", disturbed)
    with pytest.raises(BeingWritten):
        compared(a, a)


def test_links_into_their_own_run_are_the_same_although_the_runs_have_other_numbers(tmp_path: Path) -> None:
    def linked(points: list[Any]) -> Any:
        def add(trajectory: TrajectoryWriter) -> None:
            for run in range(len(points)):
                trajectory.link(f"results.runs.run_{run:08d}.short", f"results.runs.run_{run:08d}.z")

        return add

    points = grid(3)
    a, b = sweep(tmp_path / "a.hdf5", points, linked(points)), sweep(tmp_path / "b.hdf5", points[::-1], linked(points))
    assert compared(a, b).same

    def wrong(trajectory: TrajectoryWriter) -> None:
        for run in range(3):
            trajectory.link(f"results.runs.run_{run:08d}.short", "results.runs.run_00000000.z")

    against = only(compared(a, sweep(tmp_path / "c.hdf5", points, wrong)))
    assert [(one.pair, one.a, one.b) for one in against.differences] == [
        (1, "results.runs.$.z", "results.runs.run_00000000.z"),
        (2, "results.runs.$.z", "results.runs.run_00000000.z"),
    ]


def test_runs_in_sets_and_in_other_places_find_each_other(tmp_path: Path) -> None:
    def add(change: float) -> Any:
        def fill(trajectory: TrajectoryWriter) -> None:
            for run in range(4):
                trajectory.result("$set.$.y", float(run) + change * (run == 2), run=run)
                trajectory.result("elsewhere.$.w", run, run=run)

        return fill

    a, b = sweep(tmp_path / "a.hdf5", grid(4), add(0)), sweep(tmp_path / "b.hdf5", grid(4), add(0.5))
    against = only(compared(a, b))
    assert states(against, "results.elsewhere.$.w") == [State.EQUAL] * 4
    assert names(against) == [("results.$set.$.y", "changed")]


def large(path: Path, change: int, chunks: tuple[int, ...] | None, **filters: Any) -> Path:
    sweep(path, grid(1), lambda made: made.result("big", {}))
    values = np.arange(50_000.0).reshape(250, 200)
    if change >= 0:
        values.flat[change] += 1
    with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
        file["sweep/results/big"].create_dataset("big", data=values, chunks=chunks, **filters)
    return path


@pytest.mark.parametrize("chunks", [None, (50, 40), (7, 9)])
@pytest.mark.parametrize("change", [0, 12_345, 49_999])
def test_one_changed_element_of_a_large_array_is_found_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: tuple[int, ...] | None, change: int
) -> None:
    monkeypatch.setattr(compare_data, "PIECE", 16_000)
    filters = {"compression": "gzip", "shuffle": True} if chunks else {}
    a = large(tmp_path / "a.hdf5", -1, chunks, **filters)
    b = large(tmp_path / "b.hdf5", change, chunks, **filters)
    (found,) = only(compared(a, b)).differences
    assert found.magnitude is not None
    assert found.magnitude.first == (change // 200, change % 200)
    assert (found.magnitude.differing, found.magnitude.compared) == (1, 50_000)
    assert found.verdict == "1 of 50,000 differs, largest 1"
    assert compared(a, large(tmp_path / "c.hdf5", -1, (25, 100), compression="gzip")).same


def test_chunks_that_are_the_same_on_disk_are_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = {"chunks": (50, 40), "compression": "gzip"}
    a, b = large(tmp_path / "a.hdf5", -1, **chunks), large(tmp_path / "b.hdf5", 12_345, **chunks)
    monkeypatch.setattr(compare_data, "PIECE", 16_000)
    read, parts = compare_data.files.read, []

    def counted(dataset: Any, selection: Any = None, **more: Any) -> Any:
        if selection is not None and len(selection) == 2:
            parts.append(selection)
        return read(dataset, selection, **more)

    monkeypatch.setattr(compare_data.files, "read", counted)
    assert len(only(compared(a, b)).differences) == 1
    assert parts == [[slice(50, 100), slice(120, 160)]] * 2 or len(parts) == 2


def test_empty_arrays_of_one_shape_are_the_same(tmp_path: Path) -> None:
    paths = [sweep(tmp_path / f"{name}.hdf5", grid(1), lambda made: made.result("none", {})) for name in "ab"]
    for path, shape in zip(paths, ((0, 3), (0, 3)), strict=True):
        with h5py.File(path, "r+", libver=("earliest", "v110")) as file:
            file["sweep/results/none"].create_dataset("none", shape, "<f8")
    assert compared(*paths).same


LIBVER = ("earliest", "v110")
BESIDE: dict[str, Callable[[Any], object]] = {
    "a leaf": lambda made: made.copy("parameters/fixed", "mine"),
    "a leaf in a group": lambda made: made.copy("parameters/fixed", "mine/fixed"),
    "what is called as a run": lambda made: made.copy("results/runs/run_00000001", "mine/run_00000001"),
    "a link": lambda made: made.__setitem__("mine", h5py.SoftLink("/sweep/results")),
    "data": lambda made: made.create_dataset("mine", data=3),
}


@pytest.mark.parametrize("what", BESIDE)
def test_what_a_trajectory_holds_beside_its_branches_is_compared(tmp_path: Path, what: str) -> None:
    a, b = (sweep(tmp_path / f"{name}.hdf5", grid(2)) for name in "ab")
    with h5py.File(b, "r+", libver=LIBVER) as file:
        BESIDE[what](file["sweep"])
    found = names(only(compared(a, b)))
    assert found
    assert all(name.split(".")[0] == "mine" and state == "only in B" for name, state in found)
    assert compared(b, b).same


def test_a_child_that_is_called_as_a_run_stands_for_another_run_where_the_numbers_differ(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", grid(2)), sweep(tmp_path / "b.hdf5", grid(2)[::-1], every_comment=True)
    for path, run in ((a, 0), (b, 1)):
        with h5py.File(path, "r+", libver=LIBVER) as file:
            group = file[f"sweep/results/runs/run_{run:08d}"]
            group.copy("z", "run_00000000")
    found = {(name, state) for name, state in names(only(compared(a, b)))}
    assert found == {("results.runs.$.$", "only in A"), ("results.runs.$.run_00000000", "only in B")}


def test_pieces_of_another_form_with_the_same_bytes_are_no_same_data(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        tall = file.create_dataset("tall", (4, 2), "i4", maxshape=(None, None), chunks=(4, 2))
        wide = file.create_dataset("wide", (2, 4), "i4", maxshape=(None, None), chunks=(2, 4))
        tall[:] = np.arange(8).reshape(4, 2)
        for each in (tall, wide):
            each.resize((2, 2))
        file.flush()
        mask, raw = tall.id.read_direct_chunk((0, 0))
        wide.id.write_direct_chunk((0, 0), raw, mask)
        assert tall[()].tolist() != wide[()].tolist()
        assert not same_on_disk(tall.id, wide.id)


def test_it_is_told_how_far_the_comparison_of_many_children_is(tmp_path: Path) -> None:
    path, told = sweep(tmp_path / "a.hdf5", grid(2)), []
    with h5py.File(path, "r+", libver=LIBVER) as file:
        for child in range(200):
            file[f"sweep/results/wide/child{child}"] = child
    side = Side(os.fsencode(path))
    compare(CompareRequest((side, side)), lambda what, done, total: told.append(what))
    assert len([what for what in told if "results.wide" in what]) >= 5


def test_a_run_that_is_listed_but_not_found_by_its_name_is_no_equal_one(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", grid(3)), tmp_path / "b.hdf5"
    content = bytearray(a.read_bytes())
    with h5py.File(a, "r") as file:
        place = h5py.h5o.get_info(file["sweep/results/runs"].id).addr
    tree = place_of(bytes(content), place, "tree")
    content[tree + 40 : tree + 48] = bytes(8)  # the name up to which the only entry of the index goes: none
    b.write_bytes(content)
    assert not compared(a, b).same
    assert not compared(b, a).same
