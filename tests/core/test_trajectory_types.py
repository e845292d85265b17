"""What a trajectory of ours stores is read back with the same value and type, and expanded by it once more."""

import datetime
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas
import pytest

from pexgui import PickleParameter, PickleResult, Trajectory, load_trajectory
from pexgui.core import sparse
from pexgui.core.encode import SparseMatrix
from pexgui.core.equality import explain_difference, nested_equal
from pexgui.core.values import Pickle, Quantity
from tests.values import ANNOTATIONS, BSR, CSC, CSR, DIA, PARAMETERS, VALUES


def matrix(rows: list[list[int]]) -> Any:
    """A matrix of numpy, which warns of itself where it is made."""
    return np.array(rows).view(np.matrix)


SINGLE: dict[str, Any] = {
    **{f"np_{name}": np.dtype(name).type(3) for name in ("int8", "int16", "int32", "int64")},
    **{f"np_{name}": np.dtype(name).type(3) for name in ("uint8", "uint16", "uint32", "uint64")},
    **{f"np_{name}": np.dtype(name).type(1.1) for name in ("float32", "float64", "complex64", "complex128")},
    "int_negative": -5,
    "int_largest": 2**63 - 1,
    "int_beyond_63_bit": 2**63,
    "zero_negative": -0.0,
    "infinity": float("inf"),
    "complex_nan": complex(float("nan"), float("-inf")),
    "false": False,
    "text_long": "ä☃" * 50_000,
    "text_with_nul": "a\0b",
    "raw_empty": b"",
    "raw_with_nul": b"a\0b",
    **{f"array_{kind}": np.arange(3).astype(kind) for kind in ("?", "u2", "i1", "f2", "f4", ">f8", "c8", "S2", "U2")},
    "array_no_texts": np.zeros(0, "U3"),
    "array_no_numbers": np.zeros(0, "i2"),
    "array_no_rows": np.zeros((0, 3)),
    "matrix": matrix([[1, 2], [3, 4]]),
    "list_texts": ["a", "äb", ""],
    "list_one": ["a"],
    "list_none": [],
    "list_unsigned": [2**64 - 1, 0],
    "tuple_one": (1.5,),
    "tuple_none": (),
    "tuple_complex": (1j, 2j),
    "tuple_numpy": (np.float32(1.1), np.float32(2)),
}
LEVELS = pandas.MultiIndex.from_tuples([("ä", 1), ("b", 2)], names=["p", "q"])
RESULTS: dict[str, Any] = {
    **VALUES,
    **SINGLE,
    "series_levels": pandas.Series([1.5, 2.5], index=LEVELS, name="ü"),
    "dict_names": {"with blank": 1, "ünï": "x", "1": 2.5},
}
OTHER_KINDS = {"frame", "series_text", "series_durations"}
"""Of texts and durations pandas 3 makes other types than pypet's pandas has and the file keeps."""
RANGES: dict[str, tuple[Any, list[Any]]] = {
    **{f"given_{name}": (default, values) for name, (default, values) in PARAMETERS.items() if values},
    "nan": (1.0, [float("nan"), float("inf"), -0.0]),
    "unsigned": (2**63, [2**63, 2**64 - 1, 0]),
    "widest": (1, [2**63, 1, 2]),
    "negative": (0, [-1, -(2**63), 5]),
    "np_float32": (np.float32(1), [np.float32(0.1), np.float32(0.2), np.float32(0.1)]),
    "np_uint64": (np.uint64(1), [np.uint64(2**64 - 1)] * 3),
    "texts": ("a", ["a\0b", "", "ä" * 300]),
    "lists": ([1], [[1], [2, 3], []]),
    "lists_of_texts": (["a"], [["a"], ["bcd", "ä"], []]),
    "arrays_of_texts": (np.array(["a"]), [np.array(["ä"]), np.array(["abc", ""]), np.array(["ä"])]),
    "arrays_of_kinds": (np.arange(2), [np.arange(2.0), np.arange(3) > 1, np.arange(2, dtype=">i4")]),
    "arrays_empty": (np.zeros((0, 3)), [np.zeros((0, 3)), np.zeros((2, 3)), np.zeros((0, 3))]),
    "matrices": (matrix([[1]]), [matrix([[1, 2]]), matrix([[3]]), matrix([[1]])]),
}
SMALL, SQUARE = [[1, 0, 0], [0, 0, 0], [0, 0, 2]], [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
TURNED = [[1, 0, 0], [0, 0, 0], [0, 0, 2]]
DENSE = {id(CSR): SMALL, id(CSC): TURNED, id(BSR): SQUARE, id(DIA): [[0, 2, 0], [0, 0, 3], [0, 0, 0]]}
MATRICES = {"csr": CSR, "csc": CSC, "bsr": BSR, "dia": DIA}


def same(found: Any, wanted: Any) -> bool:
    """Equal in value and type, and of sparse matrices in the format."""
    if isinstance(wanted, list | tuple):
        return type(found) is type(wanted) and len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, SparseMatrix):
        assert isinstance(found, sparse.Sparse)
        return (found.format, found.shape, dense(found).tolist()) == (wanted.format, wanted.shape, DENSE[id(wanted)])
    return not explain_difference(found, wanted, strict=True)


def dense(found: sparse.Sparse) -> Any:
    full = np.zeros(found.shape, found.dtype)
    np.add.at(full, (found.rows, found.columns), found.values)
    return full


def made(path: Path) -> Trajectory:
    return Trajectory("types", filename=path)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Trajectory:
    """A trajectory with all values as results, read from its file."""
    trajectory = made(tmp_path_factory.mktemp("types") / "results.hdf5")
    for number, (name, value) in enumerate(RESULTS.items()):
        trajectory.f_add_result(f"one.leaf_{number}", value)
        trajectory.f_add_result(f"many.leaf_{number}", f"Text beside {name}", item=value)
    for name, value in MATRICES.items():
        trajectory.f_add_result(f"sparse.{name}", value, number=3)
    trajectory.f_store()
    return load_trajectory(trajectory.v_filename)


@pytest.mark.parametrize("name", RESULTS)
def test_a_value_of_a_result_is_read_back(results: Trajectory, name: str) -> None:
    value, leaf = RESULTS[name], f"leaf_{list(RESULTS).index(name)}"
    equal = nested_equal if name in OTHER_KINDS else same
    many = results.f_get(f"results.many.{leaf}")
    assert equal(many["item"], value)
    assert many[leaf] == f"Text beside {name}"
    assert equal(results.f_get(f"results.one.{leaf}", fast_access=True), value)


@pytest.mark.parametrize("name", MATRICES)
def test_sparse_matrices_are_read_back_in_their_format(results: Trajectory, name: str) -> None:
    leaf = results.f_get(f"results.sparse.{name}")
    assert leaf.f_get_class_name() == "SparseResult"
    assert same(leaf[name], MATRICES[name])
    assert leaf["number"] == 3


@pytest.fixture(scope="module")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> Trajectory:
    """A trajectory with values as parameters, derived parameters and settings, read from its file."""
    trajectory = made(tmp_path_factory.mktemp("types") / "parameters.hdf5")
    for number, value in enumerate(SINGLE.values()):
        trajectory.f_add_parameter(f"p.leaf_{number}", value)
        trajectory.f_add_derived_parameter(f"d.leaf_{number}", value)
        trajectory.f_add_config(f"c.leaf_{number}", value)
    trajectory.f_store()
    return load_trajectory(trajectory.v_filename)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("branch", ["parameters.p", "derived_parameters.d", "config.c"])
def test_a_value_of_a_parameter_is_read_back(parameters: Trajectory, branch: str, name: str) -> None:
    leaf = parameters.f_get(f"{branch}.leaf_{list(SINGLE).index(name)}")
    assert same(leaf.f_get(), SINGLE[name])
    assert not leaf.f_has_range()


@pytest.mark.parametrize("name", RANGES)
def test_a_range_is_read_back_and_expanded_by_what_was_read(tmp_path: Path, name: str) -> None:
    default, values = RANGES[name]
    trajectory = made(tmp_path / "range.hdf5")
    trajectory.f_add_parameter("p", default)
    trajectory.f_explore({"p": values})
    trajectory.f_store()
    again = load_trajectory(tmp_path / "range.hdf5")
    assert same(again.f_get("p").f_get_default(), default)
    assert same(again.f_get("p").f_get_range(), values)
    again.f_expand({"p": values})
    again.f_expand({"p": load_trajectory(tmp_path / "range.hdf5").f_get("p").f_get_range()[:3]})
    found = load_trajectory(tmp_path / "range.hdf5").f_get("p").f_get_range()
    assert len(found) == 9
    assert same(found[:6], values * 2)
    assert all(map(nested_equal, found[6:], found[:3]))


ODD: list[Any] = [{"a": {1, 2}}, None, [[1], [2, [3]]], 2**70, (1, None), datetime.datetime(2020, 1, 2), np.arange(3)]


def test_anything_plain_is_pickled_and_read_back(tmp_path: Path) -> None:
    trajectory = made(tmp_path / "pickles.hdf5")
    trajectory.f_add_parameter(PickleParameter, "p", {"default": None})
    trajectory.f_add_parameter(PickleParameter, "nothing", None)
    trajectory.f_add_result(PickleResult, "r", *ODD, named=[None, {1: 2}])
    trajectory.f_explore({"p": ODD})
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    assert again.f_get("p").f_get_default() == {"default": None}
    assert same(again.f_get("p").f_get_range(), ODD)
    assert again.f_get("nothing").f_get() is None
    assert same(again.f_get("r").f_get(*range(len(ODD))), ODD)
    assert again.f_get("r")["named"] == [None, {1: 2}]
    again.f_expand({"p": [[None], ODD[0]]})
    again.f_get("r").f_set(more={"x": None})
    again.f_store()
    last = load_trajectory(trajectory.v_filename)
    assert same(last.f_get("p").f_get_range(), [*ODD, [None], ODD[0]])
    assert last.f_get("r")["more"] == {"x": None}
    assert same(last.f_get("r").f_get(*range(len(ODD))), ODD)


def test_a_pickle_that_is_only_understood_in_part_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pickles.hdf5"
    trajectory = made(path)
    trajectory.f_add_parameter(PickleParameter, "p", {"known": 1, "unknown": pandas.Series([1])})
    trajectory.f_add_parameter("x", 1)
    trajectory.f_add_result(PickleResult, "r", pandas.Series([1]), known=1)
    trajectory.f_store()
    again = load_trajectory(path)
    assert again.f_get("p").f_get()["known"] == 1
    assert repr(again.f_get("p").f_get()["unknown"]) == "<pandas.Series>"
    assert again.f_get("r")["known"] == 1
    before = default_stream(path)
    again.f_explore({"p": [1, 2], "x": [3, 4]})
    again.f_store()
    again.f_expand({"x": [5]})
    assert default_stream(path) == before
    found = load_trajectory(path).f_get("p").f_get_range()
    assert found[:2] == [1, 2]
    assert found[2]["known"] == 1
    again.f_add_result(PickleResult, "other", again.f_get("r")["r"])
    with pytest.raises(TypeError, match=r"results\.other\.other: .* cannot be pickled"):
        again.f_store()


def default_stream(path: Path) -> bytes:
    with h5py.File(path) as file:
        return bytes(file["types/parameters/p/data"][()])


def test_a_pickle_that_is_not_understood_is_stored_again_as_it_is(tmp_path: Path) -> None:
    trajectory = made(tmp_path / "pickles.hdf5")
    trajectory.f_add_result(PickleResult, "r", np.longdouble(1.5))
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    value = again.f_get("r")["r"]
    assert isinstance(value, Pickle)
    assert value.refusal
    again.f_add_result(PickleResult, "copied", value)
    again.f_store()
    assert load_trajectory(trajectory.v_filename).f_get("copied")["copied"].data == value.data


def test_values_with_a_unit_are_stored_as_brian_has_them(tmp_path: Path) -> None:
    trajectory = made(tmp_path / "quantities.hdf5")
    value, many = Quantity(1.5, "1. * volt"), Quantity(np.arange(3.0), "volt")
    trajectory.f_add_parameter("p", value)
    trajectory.f_add_parameter("q", value)
    trajectory.f_add_result("r", value, many=many, plain=3)
    trajectory.f_explore({"q": [Quantity(float(run), "1. * volt") for run in range(3)]})
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    leaf = again.f_get("r")
    assert again.p == value
    assert again.f_get("q").f_get_range() == [Quantity(float(run), "1. * volt") for run in range(3)]
    assert (again.f_get("p").f_get_class_name(), leaf.f_get_class_name()) == ("Brian2Parameter", "Brian2Result")
    assert leaf["r"] == value
    assert (leaf["many"].value.tolist(), leaf["many"].unit, leaf["plain"]) == ([0, 1, 2], "volt", 3)
    with pytest.raises(TypeError, match=r"parameters\.p: .* does not have the unit 1\. \* volt"):
        again.f_explore({"p": [Quantity(1.0, "amp")]})


NOTES = {
    **ANNOTATIONS,
    "np_int8": np.int8(3),
    "np_float16": np.float16(1.5),
    "np_complex64": np.complex64(1j),
    "np_text": np.str_("ä"),
    "unsigned": 2**64 - 1,
    "negative": -(2**63),
    "nan": float("nan"),
    "raws": np.array([b"a", b"bc"]),
    "array_empty": np.zeros(0),
    "set": {1, 2},
    "tuple": (1, "a"),
    "nested": {"a": [None, {"b": (1,)}]},
}
EXACT = {"text", "np_int8", "np_float16", "np_complex64", "raws", "array_empty", "set", "tuple", "nested", "array"}
"""The others are given as pypet gives them: numbers as those of numpy."""


def test_annotations_comments_and_names_of_items_are_read_back(tmp_path: Path) -> None:
    trajectory = made(tmp_path / "notes.hdf5")
    items = {"a.b.c": 1, "a.d": [1, 2], "with blank": "x", "ünï": 2.5}
    trajectory.f_add_result("r", comment="ä" * 3000, **items)
    trajectory.f_add_parameter("p", 1, comment="☃" * 600)
    trajectory.f_add_result_group("g", comment="ü" * 600)
    names = ("results.r", "parameters.p", "results.g")
    for node in (trajectory, *map(trajectory.f_get, names)):
        node.f_set_annotations(**NOTES)
    trajectory.f_store()
    again = load_trajectory(trajectory.v_filename)
    found = [again, *map(again.f_get, names)]
    assert [node.v_comment for node in found[1:]] == ["ä" * 3000, "☃" * 600, "ü" * 600]
    for node in found:
        notes = node.v_annotations.f_to_dict()
        assert notes.keys() == NOTES.keys()
        assert [name for name, value in NOTES.items() if not nested_equal(notes[name], value)] == []
        assert [name for name in EXACT if not same(notes[name], NOTES[name])] == []
    assert again.f_get("r").f_to_dict() == items
    assert again.f_get("r")["a.b.c"] == 1


def of_scipy(form: str, **parts: Any) -> Any:
    """What looks like a matrix of scipy, which is not needed here."""
    kind = type(f"{form}_matrix", (), {"__module__": f"scipy.sparse._{form}", "tocsr": None})
    made: Any = kind()
    for name, part in {"format": form, **parts}.items():
        setattr(made, name, part)
    return made


def test_matrices_of_scipy_are_stored_as_ours_are(tmp_path: Path) -> None:
    given = {
        name: of_scipy(name, shape=one.shape, data=one.data, indices=one.indices, indptr=one.indptr)
        for name, one in MATRICES.items()
        if name != "dia"
    }
    given["dia"] = of_scipy("dia", shape=DIA.shape, data=DIA.data, offsets=DIA.offsets)
    trajectory = made(tmp_path / "scipy.hdf5")
    trajectory.f_add_result("r", **given)
    trajectory.f_add_parameter("p", given["csr"])
    trajectory.f_explore({"p": [given["csr"], given["csc"]]})
    trajectory.f_store()
    trajectory.f_expand({"p": [given["csc"]]})
    again = load_trajectory(trajectory.v_filename)
    found = again.f_get("r").f_to_dict()
    assert found.keys() == MATRICES.keys()
    assert all(same(found[name], one) for name, one in MATRICES.items())
    assert same(again.f_get("p").f_get_range(), [CSR, CSC, CSC])
    with pytest.raises(TypeError, match=r"q: a sparse matrix in the format coo cannot be stored; take its tocsr\(\)"):
        again.f_add_parameter("q", of_scipy("coo", shape=(1, 1)))
