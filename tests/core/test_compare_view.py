"""One difference in its natural form: the right view, the first difference in it, and never more than a screen."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np
import pandas
import pytest

from pexgui.core import (
    ArrayPair,
    ArrayWindow,
    Aspect,
    Cancelled,
    ContentPair,
    Difference,
    DifferenceRequest,
    DifferenceShown,
    Magnitude,
    NestedPair,
    Nothing,
    NotReadable,
    NumberPair,
    Numbers,
    Pickled,
    Scalar,
    Side,
    State,
    TablePair,
    Text,
    TextPair,
    Texts,
    Tolerance,
    Unreadable,
    compare_array,
    compare_rows,
    compare_table,
    compare_text,
    compare_view,
    files,
    items,
    layout,
    read_difference,
    writer,
)
from pexgui.core.writer import Head, ObjectTable, TrajectoryWriter
from tests import values
from tests.builders import CREATED, big_array

ENCODE, DECODE = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(DifferenceShown)
Two = tuple[Path, Path]


def trajectory(path: Path, fill: Callable[[TrajectoryWriter], Any], runs: int = 3) -> Path:
    with writer.create(os.fsencode(path)) as file:
        fill(file.trajectory(Head("T", CREATED), runs))
    return path


def results(folder: Path, a: Any, b: Any, kind: str = "") -> Two:
    """Two files whose result ``v`` holds a value each."""
    sides = []
    for name, value in (("a", a), ("b", b)):
        items = {"v": value}
        sides.append(trajectory(folder / f"{name}.hdf5", lambda made, items=items: made.result("v", items, kind=kind)))
    return sides[0], sides[1]


def parameters(folder: Path, a: dict[str, Any], b: dict[str, Any]) -> Two:
    """Two files whose parameter ``p`` is written with these arguments."""
    sides = [
        trajectory(folder / f"{name}.hdf5", lambda made, given=given: made.parameter("p", **given))
        for name, given in (("a", a), ("b", b))
    ]
    return sides[0], sides[1]


def shown(two: Two, place: str = "/T/results/v", item: str = "v", **more: Any) -> Any:
    """The view of a difference between two files, after a way between processes."""
    start, progress = more.pop("start", None), more.pop("progress", lambda what, done, total: None)
    tolerance, runs = more.pop("tolerance", Tolerance()), more.pop("runs", (b"", b""))
    found = {
        "subject": 0,
        "pair": -1,
        "state": State.CHANGED,
        "aspect": Aspect.VALUE,
        "item": item,
        "kind": "",
        "a": "",
        "b": "",
        "verdict": "",
        "path_a": place.encode(),
        "path_b": place.encode(),
    } | more
    sides = [Side(os.fsencode(file), b"/T", run) for file, run in zip(two, runs, strict=True)]
    answer = read_difference(DifferenceRequest(*sides, Difference(**found), tolerance, start), progress)
    assert DECODE.decode(ENCODE.encode(answer)) == answer
    return answer.view


def numbers(cells: Any) -> Any:
    assert isinstance(cells, Numbers)
    found = np.frombuffer(cells.data, cells.dtype).tolist()
    return [None if missing else cell for cell, missing in zip(found, cells.missing or bytes(len(found)), strict=True)]


def sides_of(view: TextPair) -> tuple[str, str]:
    return "".join(each.a for each in view.stretches), "".join(each.b for each in view.stretches)


def marked(view: TextPair) -> list[tuple[str, str]]:
    return [(each.a, each.b) for each in view.stretches if each.changed]


# --- texts --------------------------------------------------------------------------------------------------------


def test_a_text_is_shown_in_stretches_that_are_equal_or_changed(tmp_path: Path) -> None:
    two = results(tmp_path, "Step 0.1 ms.\nNoise off. Seed 42.", "Step 0.1 ms.\nNoise on, 2 mV. Seed 47.")
    view = shown(two)
    assert marked(view) == [("off", "on, 2 mV"), ("2", "7")]
    assert sides_of(view) == ("Step 0.1 ms.\nNoise off. Seed 42.", "Step 0.1 ms.\nNoise on, 2 mV. Seed 47.")
    assert not view.cut


def test_what_is_only_added_stands_beside_nothing(tmp_path: Path) -> None:
    assert marked(shown(results(tmp_path, "one three", "one two three"))) == [("", " two")]


def test_bytes_are_texts_too(tmp_path: Path) -> None:
    assert sides_of(shown(results(tmp_path, b"a\xffb", b"a\xfeb"))) == ("a\\xffb", "a\\xfeb")


def test_a_control_character_and_its_escape_are_not_the_same() -> None:
    view = compare_text.text_pair("x\x1b[2Jy", "x\\x1b[2Jy")
    assert [each.changed for each in view.stretches] == [False, True, False]
    assert all("\x1b" not in each.a + each.b for each in view.stretches)


def test_long_texts_are_cut_around_the_first_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_text, "TEXT", 100)
    monkeypatch.setattr(compare_text, "BEFORE", 10)
    view = compare_text.text_pair("x" * 500 + "A" + "y" * 500, "x" * 500 + "B" + "y" * 500)
    assert view.cut
    assert marked(view) == [("A", "B")]
    assert sides_of(view) == ("x" * 10 + "A" + "y" * 89, "x" * 10 + "B" + "y" * 89)
    assert sides_of(compare_text.text_pair("x" * 500, "x" * 499, start=450)) == ("x" * 50, "x" * 49)


@pytest.mark.parametrize("alphabet", ["ab", "a ", "a\n", "0123456789 "])
def test_texts_that_have_little_in_common_take_no_more_steps_than_allowed(
    alphabet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    search = compare_text.SequenceMatcher.find_longest_match

    def counted(matcher: Any, alo: int = 0, ahi: Any = None, blo: int = 0, bhi: Any = None) -> Any:
        taken.append(sum(len(matcher.b2j.get(matcher.a[i], ())) for i in range(alo, ahi)))
        return search(matcher, alo, ahi, blo, bhi)

    monkeypatch.setattr(compare_text.SequenceMatcher, "find_longest_match", counted)
    made = np.random.default_rng(1)
    a, b = ("".join(made.choice(list(alphabet), 50_000)) for _ in range(2))
    view = compare_text.text_pair(a, b)
    assert "".join(each.a for each in view.stretches) == a
    assert "".join(each.b for each in view.stretches) == b
    assert sum(taken) <= compare_text.STEPS


# --- numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (14.22, 13.865, ("14.22", "13.865", "−0.355", "−2.4965 %")),
        (5, 1007, ("5", "1,007", "+1,002", "+20040 %")),
        (0.0, 1.0, ("0.0", "1.0", "+1", "")),
        (1.0, float("nan"), ("1.0", "nan", "", "")),
        (True, False, ("True", "False", "", "")),
        (1 + 2j, 1 + 4j, ("1+2j", "1+4j", "+0+2j", "+89.443 %")),
        (-(2**63), 2**62, (f"−{2**63:,}", f"{2**62:,}", f"+{2**63 + 2**62:,}", "+150 %")),
    ],
)
def test_two_numbers_say_how_far_they_are_apart(tmp_path: Path, a: Any, b: Any, expected: tuple[str, ...]) -> None:
    view = shown(results(tmp_path, a, b))
    assert (view.a, view.b, view.delta, view.relative) == expected
    assert bool(view.ulp) == (isinstance(a, float) and b == b)


def test_neighbouring_floats_are_one_ulp_apart(tmp_path: Path) -> None:
    assert shown(results(tmp_path, 1.0, float(np.nextafter(1.0, 2.0)))).ulp == "1"


def test_the_default_of_a_parameter_is_its_value(tmp_path: Path) -> None:
    two = parameters(tmp_path, {"value": 1.0}, {"value": 1.5})
    assert shown(two, "/T/parameters/p", "value").delta == "+0.5"


def test_in_a_run_an_explored_parameter_has_the_value_of_that_run(tmp_path: Path) -> None:
    two = parameters(tmp_path, {"value": 0, "values": [1, 2, 3]}, {"value": 0, "values": [10, 20, 30]})
    view = shown(two, "/T/parameters/p", "value", runs=(b"run_00000001", b"run_00000002"))
    assert (view.a, view.b) == ("2", "30")


# --- arrays -------------------------------------------------------------------------------------------------------


def test_a_short_array_is_shown_whole(tmp_path: Path) -> None:
    a = np.arange(50.0)
    b = a.copy()
    b[[7, 9]] += 1
    view = shown(results(tmp_path, a, b))
    assert isinstance(view, ArrayPair)
    assert (view.type, view.shape, view.axes, view.start, view.window, view.step) == (
        ("float64", (50,), (0,), (0,), (50,), (1,))
    )
    assert numbers(view.b) == b.tolist()
    assert np.flatnonzero(np.frombuffer(view.differs, np.uint8)).tolist() == [7, 9]


def test_what_is_within_the_tolerance_does_not_differ(tmp_path: Path) -> None:
    two = results(tmp_path, np.array([1.0, 2.0]), np.array([1.0 + 1e-12, 2.1]))
    assert shown(two).differs == b"\1\1"
    assert shown(two, tolerance=Tolerance(relative=1e-9)).differs == b"\0\1"


def test_types_that_can_be_compared_are_laid_over_one_another(tmp_path: Path) -> None:
    view = shown(results(tmp_path, np.array([1, 2]), np.array([1.0, 2.5])))
    assert (view.type, view.differs) == ("int64 / float64", b"\0\1")


def test_a_long_array_is_thinned_to_what_differs_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_array, "LINE", 10)
    monkeypatch.setattr(compare_array, "PIECE", 64)
    a = np.zeros(1003)
    b = a.copy()
    b[[5, 17, 18, 450, 1002]] = [1, 2, 9, float("nan"), -3]
    view = shown(results(tmp_path, a, b))
    assert (view.start, view.window, view.step) == ((0,), (10,), (101,))
    assert [0.0 if cell != cell else cell for cell in numbers(view.b)] == [9, 0, 0, 0, 0, 0, 0, 0, 0, -3]
    assert list(view.differs) == [1, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    near = shown(results(tmp_path, a, b), start=440)
    assert (near.start, near.window, near.step) == ((440,), (10,), (1,))


def test_never_more_than_a_piece_of_a_long_array_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_array, "LINE", 100)
    monkeypatch.setattr(compare_array, "PIECE", 10_000)
    read, sizes = files.read, []

    def counted(*arguments: Any, **more: Any) -> Any:
        found = read(*arguments, **more)
        sizes.append(found.size)
        return found

    monkeypatch.setattr(files, "read", counted)
    two = results(tmp_path, np.zeros(200_000), np.ones(200_000))
    assert shown(two).window == (100,)
    assert 2 * 20 <= len(sizes) <= 2 * 30
    assert max(sizes) <= 10_000


def test_a_very_long_array_is_read_and_can_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = big_array(tmp_path / "a.hdf5", (1 << 27,), "T"), big_array(tmp_path / "b.hdf5", (1 << 27,), "T")
    calls = []

    def stop(what: str, done: int, total: int) -> None:
        calls.append((done, total))
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        shown(two, "/T/results/cube", "cube", progress=stop)
    assert calls[-1] == (3, 129)


def test_of_many_axes_the_plane_with_the_first_difference_is_shown(tmp_path: Path) -> None:
    a = np.zeros((4, 5, 6))
    b = a.copy()
    b[2, 1, 3] = 7
    for first in ((2, 1, 3), ()):
        magnitude = Magnitude(1, 120, first) if first else None
        view = shown(results(tmp_path, a, b), magnitude=magnitude)
        assert (view.axes, view.index[0], view.window, view.step) == ((1, 2), 2, (5, 6), (1, 1))
        assert np.flatnonzero(np.frombuffer(view.differs, np.uint8)).tolist() == [1 * 6 + 3]


def test_a_large_image_is_thinned_along_both_axes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_array, "IMAGE", 100)
    monkeypatch.setattr(compare_array, "PIECE", 500)
    a = np.zeros((95, 33))
    b = a.copy()
    b[94, 32], b[40, 3], b[41, 2] = 5, 1, -6
    view = shown(results(tmp_path, a, b))
    assert (view.window, view.step) == ((10, 9), (10, 4))
    cells = np.array(numbers(view.b)).reshape(view.window)
    assert (cells[9, 8], cells[4, 0], np.count_nonzero(cells)) == (5, -6, 2)
    near = shown(results(tmp_path, a, b), start=90)
    assert (near.start[0], near.step) == (90, (1, 1))
    assert np.prod(near.window) <= 100


def test_a_random_image_is_thinned_as_slowly_as_one_can_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_array, "IMAGE", 60)
    monkeypatch.setattr(compare_array, "PIECE", 100)
    made = np.random.default_rng(3)
    for shape in ((37, 53), (3, 700), (700, 3), (64, 64)):
        a = made.normal(size=shape)
        b = np.where(made.random(shape) < 0.1, a + made.normal(size=shape), a)
        view = shown(results(tmp_path, a, b))
        rows, columns = view.window
        found = np.array(numbers(view.b)).reshape(view.window) - np.array(numbers(view.a)).reshape(view.window)
        for row in range(rows):
            for column in range(columns):
                block = np.s_[
                    row * view.step[0] : (row + 1) * view.step[0], column * view.step[1] : (column + 1) * view.step[1]
                ]
                assert abs(found[row, column]) == np.abs(b[block] - a[block]).max()


def test_arrays_of_different_shapes_stand_each_by_itself(tmp_path: Path) -> None:
    view = shown(results(tmp_path, np.zeros(3), np.zeros(4)))
    assert isinstance(view, ContentPair)
    assert isinstance(view.a, ArrayWindow)
    assert isinstance(view.b, ArrayWindow)


def test_complex_numbers_and_truth_values_are_arrays_too(tmp_path: Path) -> None:
    assert shown(results(tmp_path, np.array([1j, 2j]), np.array([1j, 3j]))).differs == b"\0\1"
    assert shown(results(tmp_path, np.array([True, False]), np.array([True, True]))).differs == b"\0\1"


# --- tables -------------------------------------------------------------------------------------------------------


def test_tables_are_beside_one_another_row_by_row(tmp_path: Path) -> None:
    a = ObjectTable({"name": ["x", "y", "z"], "n": [1, 2, 3], "old": [1.5, 1.5, 1.5]})
    b = ObjectTable({"name": ["x", "Y"], "n": [1, 5], "new": ["p", "q"]})
    view = shown(results(tmp_path, a, b))
    assert isinstance(view, TablePair)
    assert (view.rows, view.start, view.labels, view.note) == (3, 0, ("0", "1", "2"), "")
    by_name = {column.name: column for column in view.columns}
    assert len(by_name) == len(view.columns) == 4
    assert (by_name["name"].a, by_name["name"].b) == (Texts(("x", "y", "z")), Texts(("x", "Y", None)))
    assert (numbers(by_name["n"].a), numbers(by_name["n"].b)) == ([1, 2, 3], [1, 5, None])
    assert (by_name["name"].differs, by_name["n"].differs) == (b"\0\1\1", b"\0\1\1")
    assert by_name["old"].b == Texts((None, None, None))
    assert by_name["new"].a == Texts((None, None, None))


def test_a_table_begins_a_little_before_the_first_row_that_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_table, "BLOCK", 64)
    monkeypatch.setattr(compare_table, "ROWS", 50)
    values_b = [float(row) for row in range(1000)]
    values_b[731] += 0.5
    two = results(tmp_path, ObjectTable({"n": [float(row) for row in range(1000)]}), ObjectTable({"n": values_b}))
    for magnitude in (None, Magnitude(1, 1000, (731,)), Magnitude(1, 1000, (3,))):
        view = shown(two, magnitude=magnitude)
        assert (view.rows, view.start, len(view.labels)) == (1000, 731 - compare_table.BEFORE, 50)
        assert np.flatnonzero(np.frombuffer(view.columns[0].differs, np.uint8)).tolist() == [compare_table.BEFORE]
    assert (shown(two, start=990).start, shown(two, start=990).labels[0]) == (990, "990")


def test_frames_are_aligned_by_their_index(tmp_path: Path) -> None:
    a = pandas.DataFrame({"rate": [1.0, 2.0, 3.0, 4.0]}, index=["p", "q", "r", "s"])
    b = pandas.DataFrame({"rate": [2.0, 9.0, 3.5, 1.0]}, index=["q", "new", "r", "p"])
    view = shown(results(tmp_path, a, b))
    assert view.labels == ("p", "q", "new", "r", "s")
    (rate,) = view.columns
    assert numbers(rate.a) == [1, 2, None, 3, 4]
    assert numbers(rate.b) == [1, 2, 9, 3.5, None]
    assert rate.differs == b"\0\0\1\1\1"


def test_frames_are_aligned_by_position_when_a_label_occurs_twice(tmp_path: Path) -> None:
    a = pandas.DataFrame({"rate": [1.0, 2.0]}, index=["p", "p"])
    b = pandas.DataFrame({"rate": [1.0, 3.0]}, index=["p", "q"])
    view = shown(results(tmp_path, a, b))
    assert (view.labels, view.columns[0].differs) == (("p", "p"), b"\0\1")
    assert "occurs more than once" in view.note


def test_long_frames_with_rows_put_in_find_them_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_table, "BLOCK", 40)
    a = pandas.DataFrame({"x": np.arange(500.0), "y": np.arange(500)})
    b = a.drop(index=[300]).sample(frac=1.0, random_state=1)
    b.loc[77, "x"] = -1.0
    view = shown(results(tmp_path, a, b))
    assert (view.rows, view.start) == (500, 72)
    x = view.columns[0]
    assert [view.labels[place] for place in np.flatnonzero(np.frombuffer(x.differs, np.uint8))] == ["77", "300"]


def test_levels_and_times_are_labels_too(tmp_path: Path) -> None:
    levels = values.VALUES["frame_levels"]
    view = shown(results(tmp_path, levels, levels + 1))
    assert (view.labels, view.columns[0].differs) == (("a, 1", "b, 2"), b"\1\1")
    times = values.VALUES["frame_times"]
    view = shown(results(tmp_path, times, times.iloc[1:]))
    assert view.labels == ("2020-01-01 00:00:00", "2020-01-02 00:00:00")
    assert view.columns[0].differs == b"\1\0"


def test_series_are_tables_of_one_column(tmp_path: Path) -> None:
    view = shown(results(tmp_path, pandas.Series([1, 2], name="n"), pandas.Series([1, 3], name="n")))
    assert [(column.name, column.differs) for column in view.columns] == [("n", b"\0\1")]


def test_a_dict_of_single_values_is_a_table_by_key(tmp_path: Path) -> None:
    view = shown(results(tmp_path, {"a": 1, "b": "x", "c": 2.5}, {"a": 1, "b": "y", "d": 4}))
    (column,) = view.columns
    differs = dict(zip(view.labels, column.differs, strict=True))
    assert differs == {"a": 0, "b": 1, "c": 1, "d": 1}


def test_a_range_is_a_table_by_run(tmp_path: Path) -> None:
    two = parameters(tmp_path, {"value": 0, "values": [1, 2, 3]}, {"value": 0, "values": [1, 5, 3]})
    view = shown(two, "/T/parameters/p", "range", aspect=Aspect.RANGE)
    assert (view.rows, view.labels) == (3, ("0", "1", "2"))
    assert numbers(view.columns[0].b) == [1, 5, 3]
    assert view.columns[0].differs == b"\0\1\0"


def test_a_range_of_arrays_is_compared_value_by_value(tmp_path: Path) -> None:
    a = {"value": np.zeros(2), "values": [np.zeros(2), np.ones(2), np.ones(2)]}
    b = {"value": np.zeros(2), "values": [np.zeros(2), np.ones(2), np.zeros(2)]}
    view = shown(parameters(tmp_path, a, b), "/T/parameters/p", "range", aspect=Aspect.RANGE)
    assert view.columns[0].differs == b"\0\0\1"


def test_explored_on_one_side_only_says_so(tmp_path: Path) -> None:
    two = parameters(tmp_path, {"value": 0, "values": [1, 2, 3]}, {"value": 0})
    view = shown(two, "/T/parameters/p", "range", aspect=Aspect.RANGE)
    assert view.b == Nothing("This parameter is not explored: it has no range.")


def test_of_many_columns_those_that_differ_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_table, "COLUMNS", 3)
    a = pandas.DataFrame(np.zeros((9, 8)), columns=list("abcdefgh"))
    b = a.copy()
    b.loc[4, "g"] = 1.0
    b.loc[8, "c"] = 1.0
    view = shown(results(tmp_path, a, b))
    assert [column.name for column in view.columns] == ["a", "c", "g"]
    assert view.note == "5 more columns of the tables not shown; those that differ come first."


def test_sparse_matrices_are_compared_by_their_stored_elements(tmp_path: Path) -> None:
    other = msgspec.structs.replace(values.CSR, data=np.array([1.0, 5.0]))
    view = shown(results(tmp_path, values.CSR, other))
    assert (view.labels, view.columns[0].differs) == (("0, 0", "2, 2"), b"\0\1")


def test_arrays_of_text_are_tables(tmp_path: Path) -> None:
    view = shown(results(tmp_path, np.array(["a", "b"]), np.array(["a", "c"])))
    assert (view.columns[0].a, view.columns[0].differs) == (Texts(("a", "b")), b"\0\1")


def test_labels_are_read_only_of_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_rows, "MOST_ALIGNED", 3)
    a = pandas.DataFrame({"x": np.arange(5.0)}, index=list("abcde"))
    view = shown(results(tmp_path, a, a.iloc[::-1]))
    assert view.labels == ("0", "1", "2", "3", "4")
    assert "by position" in view.note


# --- nested values, pickles, the rest -----------------------------------------------------------------------------


def test_lists_tell_the_places_that_differ(tmp_path: Path) -> None:
    view = shown(results(tmp_path, [1, 2, 3], [1, 5, 3]))
    assert isinstance(view, NestedPair)
    assert [(inner.place, inner.a, inner.b) for inner in view.inner] == [("[1]", "2", "5")]
    assert view.more == 0


def test_long_lists_of_numbers_are_arrays(tmp_path: Path) -> None:
    a = list(range(compare_view.MANY + 1))
    assert isinstance(shown(results(tmp_path, a, [*a[:-1], -1])), ArrayPair)


def pickled(folder: Path, a: bytes, b: bytes) -> Two:
    return results(folder, a, b, kind="PickleResult")


def test_pickles_are_compared_by_what_they_decode_to(tmp_path: Path) -> None:
    nested = shown(pickled(tmp_path, pickle.dumps({"a": [1, 2]}, 2), pickle.dumps({"a": [1, 3]}, 2)))
    assert isinstance(nested, NestedPair)
    assert len(nested.inner) == 1
    assert isinstance(shown(pickled(tmp_path, pickle.dumps("text", 2), pickle.dumps("next", 2))), TextPair)
    assert isinstance(shown(pickled(tmp_path, pickle.dumps(1.5, 2), pickle.dumps(2.5, 2))), NumberPair)


def test_a_pickle_that_is_not_decoded_is_shown_by_its_size(tmp_path: Path) -> None:
    view = shown(pickled(tmp_path, pickle.dumps(1, 2), b"\x80\x02garbage."))
    assert isinstance(view, ContentPair)
    assert isinstance(view.b, Pickled)
    assert view.b.content is None


def test_values_of_two_kinds_stand_each_by_itself(tmp_path: Path) -> None:
    view = shown(results(tmp_path, "1.5", 1.5))
    assert view == ContentPair(Text("str", "1.5", 3), Scalar("float", "1.5", 1.5))


def test_what_is_large_is_not_decoded_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_view, "BUDGET", 100)
    view = shown(results(tmp_path, "x" * 200, "y" * 200))
    assert isinstance(view, ContentPair)


# --- comments, annotations, words ---------------------------------------------------------------------------------


def test_comments_and_annotations_are_compared(tmp_path: Path) -> None:
    sides = [
        trajectory(tmp_path / f"{name}.hdf5", lambda made, name=name, number=number: fill(made, name, number))
        for number, name in enumerate(("a", "b"))
    ]
    two = sides[0], sides[1]
    assert marked(shown(two, item="", aspect=Aspect.COMMENT)) == [("a", "b")]
    assert shown(two, item="count", aspect=Aspect.ANNOTATION).delta == "+1"
    assert marked(shown(two, "/T/results/g", "", aspect=Aspect.COMMENT)) == [("a", "b")]
    only = shown(two, item="count", aspect=Aspect.ANNOTATION, state=State.ONLY_B, path_a=b"")
    assert (only.a, only.b.text) == (None, "1")


def fill(made: TrajectoryWriter, name: str, number: int) -> None:
    made.group("results.g", f"Group {name}")
    made.result("v", {"v": 1}, f"Comment {name}", {"count": number})


@pytest.mark.parametrize("aspect", [Aspect.STATUS, Aspect.TYPE, Aspect.TARGET])
def test_what_is_told_in_words_needs_no_file(tmp_path: Path, aspect: Aspect) -> None:
    nowhere = tmp_path / "a.hdf5", tmp_path / "b.hdf5"
    view = shown(nowhere, aspect=aspect, a="finished", b="not run")
    assert sides_of(view) == ("finished", "not run")


def test_what_the_trajectory_says_of_itself_is_told_in_words(tmp_path: Path) -> None:
    two = results(tmp_path, 1, 1)
    view = shown(two, "/T", "", a="0.6.1", b="0.7.0")
    assert sides_of(view) == ("0.6.1", "0.7.0")
    assert sides_of(shown(two, "", "range", aspect=Aspect.RANGE, a="1", b="2")) == ("1", "2")


# --- one side -----------------------------------------------------------------------------------------------------


def test_what_only_one_side_has_is_shown_by_itself(tmp_path: Path) -> None:
    file = trajectory(tmp_path / "a.hdf5", lambda made: made.result("v", {"v": 2, "w": 3}))
    two = file, tmp_path / "nowhere.hdf5"
    assert shown(two, item="w", state=State.ONLY_A, path_b=b"") == ContentPair(Scalar("int", "3", 3), None)
    swapped = tmp_path / "nowhere.hdf5", file
    assert shown(swapped, item="v", state=State.ONLY_B, path_a=b"") == ContentPair(None, Scalar("int", "2", 2))
    group = shown(two, "/T/results", "", state=State.ONLY_A, path_b=b"").a
    assert group == Nothing("A group of 1 child holds no value itself.")
    in_run = shown(two, "/T/results", "", state=State.ONLY_A, path_b=b"", runs=(b"run_00000000", b"")).a
    assert in_run == group


def test_a_side_that_is_damaged_says_so_beside_the_other(tmp_path: Path) -> None:
    two = results(tmp_path, np.arange(5000.0), np.arange(5000.0) + 1)
    with h5py.File(two[1], "r+") as file:
        node = file["T/results/v/v"]
        place, size = node.id.get_chunk_info(0)[2:] if node.chunks else (node.id.get_offset(), 0)
    if size:
        content = bytearray(two[1].read_bytes())
        content[place : place + size] = bytes(size)
        two[1].write_bytes(content)
    else:
        with h5py.File(two[1], "r+") as file:
            del file["T/results/v/v"]
            file["T/results/v/v"] = h5py.ExternalLink("elsewhere.hdf5", "/x")
    view = shown(two, state=State.UNREADABLE)
    assert isinstance(view.a, ArrayWindow)
    assert isinstance(view.b, Unreadable)


def test_an_item_that_is_gone_says_so(tmp_path: Path) -> None:
    view = shown(results(tmp_path, 1, 2), item="gone")
    assert view.a == Unreadable("There is no item “gone” any more.")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    two = results(tmp_path, 1, 2)
    with h5py.File(two[1], "r+", libver=("earliest", "v110")) as file:
        file["T/results/w"] = h5py.SoftLink("/T/results/v")
    view = shown(two, path_b=b"/T/results/w")
    assert isinstance(view.b, Unreadable)


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    two = results(tmp_path, 1, 2)
    two[1].unlink()
    with pytest.raises(NotReadable, match=r"“b\.hdf5” is not there any more"):
        shown(two)


def test_a_side_that_is_written_meanwhile_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pexgui.core import BeingWritten

    two = results(tmp_path, "x", "y")

    def write(*arguments: Any) -> Any:
        os.utime(two[1])
        raise ValueError("changed")

    monkeypatch.setattr(compare_text, "text_pair", write)
    with pytest.raises(BeingWritten, match=r"“b\.hdf5” is being written"):
        shown(two)


def test_both_sides_may_be_in_one_file(tmp_path: Path) -> None:
    file = trajectory(tmp_path / "a.hdf5", lambda made: [made.result("y", run * 1.5, run=run) for run in range(3)])
    runs = "/T/results/runs/run_0000000%d/y"
    view = shown((file, file), item="y", path_a=(runs % 0).encode(), path_b=(runs % 2).encode())
    assert (view.a, view.b) == ("0.0", "3.0")
    assert layout.RUNS == b"runs"


@pytest.mark.parametrize("key", list(values.VALUES))
def test_every_kind_of_value_is_shown_beside_itself_and_beside_a_number(tmp_path: Path, key: str) -> None:
    two = results(tmp_path, values.VALUES[key], values.VALUES[key])
    view = shown(two)
    assert not isinstance(view, ContentPair) or key in ("dict_empty", "array_empty", "array_inner_empty") or view.a
    assert shown((two[0], results(tmp_path, 1, 1)[1])) is not None


@pytest.mark.parametrize("name", ["02_result_types", "03_parameter_types", "04_links_annotations"])
def test_what_two_versions_of_pypet_wrote_is_laid_over_one_another(shared: Path, name: str) -> None:
    two = shared / f"fixtures/pypet-0.6.1/{name}.hdf5", shared / f"fixtures/pypet-0.7.0/{name}.hdf5"
    with files.reading(os.fsencode(two[0])) as file:
        visits = files.walk(file.root, max_nodes=10_000)
        leaves = [each.path for each in visits if each.kind is files.VisitKind.GROUP and items.is_leaf(each.node)]
        found = [(leaf, item.name) for leaf in leaves for item in items.items_of(files.open_path(file, leaf))]
    assert found
    for leaf, item in found:
        view = shown(two, os.fsdecode(leaf), "value" if item.startswith(("data", "explored", "x")) else item)
        empty = isinstance(view, ContentPair) and 0 in getattr(view.a, "shape", ())
        assert empty or not isinstance(view, ContentPair) or isinstance(view.b, Unreadable)
