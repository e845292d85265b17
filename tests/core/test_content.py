"""Values as bounded records: every kind has a form, and none of them is without an end."""

import datetime
import math
import pickle
from typing import Any

import msgspec
import numpy as np
import pytest

from pexgui.core import (
    ArrayWindow,
    Content,
    Entry,
    Mapping,
    Nothing,
    Numbers,
    Pickled,
    Scalar,
    Selection,
    Sequence,
    TableWindow,
    Text,
    Texts,
    inert,
    values,
)
from pexgui.core.content import content_of
from pexgui.core.sparse import Sparse

ENCODE, DECODE = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Content)
MINUS = "\N{MINUS SIGN}"


def shown(value: Any, **selection: Any) -> Any:
    """The content of a value, after a way between processes."""
    made = content_of(value, Selection(**selection))
    assert DECODE.decode(ENCODE.encode(made)) == made
    return made


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, Scalar("NoneType", "None")),
        (True, Scalar("bool", "True", True)),
        (np.bool_(False), Scalar("bool", "False", False)),
        (-1234567, Scalar("int", f"{MINUS}1,234,567", -1234567)),
        (2**64, Scalar("int", "18,446,744,073,709,551,616")),
        (np.int8(-3), Scalar("int8", f"{MINUS}3", -3)),
        (np.uint64(2**64 - 1), Scalar("uint64", "18,446,744,073,709,551,615")),
        (0.1, Scalar("float", "0.1", 0.1)),
        (math.nan, Scalar("float", "nan")),
        (-math.inf, Scalar("float", f"{MINUS}inf")),
        (1 - 2j, Scalar("complex", f"1{MINUS}2j")),
        (np.complex64(1j), Scalar("complex64", "1j")),
        ("grüße\n", Text("str", "grüße\n", 6)),
        ("\x1b[2J\u202e<b>", Text("str", "\\x1b[2J\\u202e<b>", 8)),
        ("\udcff", Text("str", "\\xff", 1)),
        (b"a\0\xff", Text("bytes", "a\\x00\\xff", 3)),
        (np.datetime64("2020-01-02T03:04:05.600"), Scalar("datetime64[ms]", "2020-01-02 03:04:05.6")),
        (datetime.timedelta(1), Scalar("timedelta", "1 day, 0:00:00")),
        ([], Sequence("list", (), 0)),
        ((1,), Sequence("tuple", (Scalar("int", "1", 1),), 1)),
        ({"a": 1}, Mapping((Entry("a", Scalar("int", "1", 1)),), 1)),
        ({}, Mapping((), 0)),
        (values.Pickle(b"xyz", None, "why"), Pickled(3, None, "It is not decoded: why.")),
        (values.Pickle(b"N.", None), Pickled(2, Scalar("NoneType", "None"))),
    ],
)
def test_single_values_have_their_form(value: Any, wanted: Content) -> None:
    assert shown(value) == wanted


def test_a_float_of_numpy_shows_no_more_digits_than_it_has() -> None:
    assert shown(np.float32(1.1)).text == "1.1"
    assert shown(np.float64(1.1)) == Scalar("float64", "1.1", 1.1)


def test_a_number_of_a_million_digits_is_described() -> None:
    assert shown(1 << 4_000_000).text == "a whole number of 4,000,001 bits"


def test_long_texts_are_cut_and_say_how_long_they_are() -> None:
    found = shown("x" * 250_000)
    assert (len(found.text), found.length) == (100_000, 250_000)
    assert shown(b"x" * 250_000).length == 250_000


def test_long_lists_come_in_pages() -> None:
    found = shown(list(range(5000)))
    assert (len(found.items), found.length) == (1000, 5000)
    found = shown(list(range(5000)), start=(4990,), count=(100,))
    assert [item.number for item in found.items] == list(range(4990, 5000))
    assert len(shown(dict.fromkeys(range(5000))).entries) == 1000


def test_values_in_values_end_at_a_depth() -> None:
    nested: Any = "end"
    for _ in range(50):
        nested = [nested]
    found, depth = shown(nested), 0
    while isinstance(found, Sequence):
        found, depth = found.items[0], depth + 1
    assert isinstance(found, Nothing)
    assert depth == 8


def count(found: Any) -> int:
    inner = getattr(found, "items", ()) or tuple(entry.value for entry in getattr(found, "entries", ()))
    return 1 + sum(count(each) for each in inner)


def test_a_list_that_holds_itself_many_times_has_an_end() -> None:
    bomb: list[Any] = [0]
    for _ in range(11):
        bomb = [bomb] * 10
    assert count(shown(bomb)) < 60_000
    circle: list[Any] = []
    circle.extend([circle] * 100)
    assert count(shown(circle)) < 60_000
    assert count(shown({"a": bomb, "b": circle})) < 60_000


def test_arrays_travel_little_endian_with_their_shape() -> None:
    array = np.arange(6, dtype=">i2").reshape(2, 3)
    found = shown(array)
    assert isinstance(found, ArrayWindow)
    assert (found.type, found.shape, found.axes, found.window) == ("int16", (2, 3), (0, 1), (2, 3))
    assert isinstance(found.cells, Numbers)
    assert found.cells.dtype == "<i2"
    assert np.frombuffer(found.cells.data, "<i2").tolist() == list(range(6))


@pytest.mark.parametrize(
    ("array", "kind", "dtype"),
    [
        (np.array([True, False]), "bool", "|b1"),
        (np.array([1j], "c8"), "complex64", "<c8"),
        (np.array([1.5], "f2"), "float16", "<f2"),
        (np.array([1.5], np.longdouble), np.dtype(np.longdouble).name, "<f8"),
    ],
)
def test_numbers_of_every_kind_travel_as_numbers(array: Any, kind: str, dtype: str) -> None:
    found = shown(array)
    assert (found.type, found.cells.dtype) == (kind, dtype)
    assert np.frombuffer(found.cells.data, dtype).tolist() == array.tolist()


def test_everything_else_in_an_array_is_text() -> None:
    cases = [
        (np.array(["a", "ü\x1b"]), "str", ("a", "ü\\x1b")),
        (np.array([b"a\xff"]), "bytes", ("a\\xff",)),
        (np.array([1, "a", None, [1]], object), "object", ("1", "a", None, "[1]")),
        (np.array(["2020-01-01", "NaT"], "M8[s]"), "datetime64[s]", ("2020-01-01 00:00:00", None)),
        (np.array([b"abc"], "V3"), "void24", ("61 62 63",)),
    ]
    for array, kind, items in cases:
        found = shown(array)
        assert (found.type, found.cells) == (kind, Texts(items))


def test_an_array_inside_a_list_is_smaller_than_one_alone() -> None:
    large = np.zeros((2000, 2000))
    assert len(shown(large).cells.data) == 512 * 512 * 8
    assert len(shown([large]).items[0].cells.data) <= 10_000 * 8


def test_tables_of_objects_have_typed_columns() -> None:
    table = values.ObjectTable({"i": [1, 2], "s": ["a", "ü"], "arr": [np.arange(2), np.arange(2)], "b": [True, False]})
    found = shown(table)
    assert isinstance(found, TableWindow)
    assert (found.type, found.rows, found.columns_total) == ("table", 2, 4)
    columns = {column.name: column for column in found.columns}
    assert columns["i"].cells == Numbers("<i8", np.array([1, 2]).tobytes())
    assert columns["s"].cells == Texts(("a", "ü"))
    assert columns["arr"].cells == Texts(("[0, 1]", "[0, 1]"))
    assert columns["b"].cells.dtype == "|b1"
    wide = values.ObjectTable({f"c{number}": [number] * 3000 for number in range(300)})
    found = shown(wide)
    assert (len(found.columns), found.columns_total, found.rows) == (100, 300, 3000)
    assert len(found.columns[0].cells.data) == 1000 * 8


def test_numbers_too_large_for_a_column_stay_exact() -> None:
    found = shown(values.ObjectTable({"n": [1, 2**70]}))
    assert found.columns[0].cells == Texts(("1", "1,180,591,620,717,411,303,424"))


def test_a_sparse_matrix_shows_what_it_stores() -> None:
    rows, columns = np.array([0, 1]), np.array([2, 0])
    found = shown(Sparse("csr", (2, 3), np.dtype("f8"), rows, columns, np.array([1.5, 2.5])))
    assert (found.type, found.rows, found.index_columns) == ("sparse", 2, 2)
    assert found.note == "csr, 2 × 3, float64, 2 stored elements"
    assert [column.name for column in found.columns] == ["row", "column", "value"]


def test_a_quantity_is_its_value_and_its_unit() -> None:
    found = shown(values.Quantity(5.0, "1. * volt"))
    assert [entry.key for entry in found.entries] == ["value", "unit"]
    assert found.entries[1].value == Text("str", "1. * volt", 9)


def test_objects_that_were_not_made_show_their_parts() -> None:
    stream = pickle.dumps(np.random.default_rng(1), 2)
    found = shown(values.Pickle(stream, inert.decode(stream)))
    assert isinstance(found.content, Mapping)
    assert found.content.type.startswith("numpy.random")
    assert found.note == "Objects of classes are shown as the parts they were stored from."
    evil = b"cos\nsystem\n(S'rm'\ntR."
    found = shown(values.Pickle(evil, inert.decode(evil)))
    assert found.content.type == "os.system"
    assert found.content.entries[0].value.items[0] == Text("str", "rm", 2)
    assert shown(inert.decode(b"cos\nsystem\n.")) == Scalar("name", "os.system")
