"""What is encoded decodes to what it was, for values that nobody thought of."""

import math
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pexgui.core import encode, encode_frames, layout, sparse, values
from pexgui.core.stored import Array, Group, Objects, Table
from pexgui.core.values import ObjectTable
from tests.values import BSR, CSC, CSR, DIA

INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not text.endswith("\0"))
RAW = st.binary().filter(lambda raw: not raw.endswith(b"\0"))
NUMBERS = st.floats() | st.complex_numbers()
SCALARS = st.one_of(INTEGERS, st.integers(2**63, 2**64 - 1), NUMBERS, st.booleans(), TEXTS, RAW)
LISTS = st.one_of(*(st.lists(kind, min_size=1, max_size=6) for kind in (INTEGERS, NUMBERS, st.booleans(), TEXTS, RAW)))
COLUMNS = st.text("abcdefghijä é.0", min_size=1, max_size=8).filter(lambda name: not name.startswith("_"))
KINDS = arrays.boolean_dtypes() | arrays.integer_dtypes() | arrays.floating_dtypes() | arrays.complex_number_dtypes()
ARRAYS = arrays.arrays(
    KINDS.filter(lambda kind: kind.name != "complex256"), arrays.array_shapes(max_dims=4, max_side=4)
)


def decoded(stored: object) -> Any:
    """A stored item as the reader decodes it."""
    if isinstance(stored, Array):
        attributes = stored.attributes
        coll = attributes[layout.SRVC_COLL_TYPE]
        return values.decode_array(np.asarray(stored.data), coll, attributes.get(layout.SRVC_SCALAR_TYPE, ""))
    assert isinstance(stored, Table)
    columns = table_columns(stored.rows, stored.attributes)
    if stored.attributes[layout.SRVC_STORE] == layout.DICT:
        return {name: cells[0] for name, cells in columns.items()}
    return columns


def table_columns(rows: Any, types: Mapping[bytes, Any]) -> dict[str, list[Any]]:
    found = {}
    for name in rows.dtype.names:
        coll, kind = layout.column_attributes(name.encode())
        found[name] = values.decode_column(rows[name], types[coll], types.get(kind, ""))
    return found


def same(one: Any, other: Any) -> bool:
    """Equal in value and type, NaN included."""
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    if type(one) is complex:
        return type(other) is complex and same(one.real, other.real) and same(one.imag, other.imag)
    return type(one) is type(other) and (
        one == other or (isinstance(one, float) and math.isnan(one) and other != other)
    )


@given(SCALARS)
def test_a_scalar_decodes_to_itself(value: Any) -> None:
    assert same(value, decoded(encode.item("v", value, "leaf")))


@given(LISTS, st.sampled_from([list, tuple]))
def test_a_list_or_tuple_of_one_type_decodes_to_itself(value: list[Any], container: type) -> None:
    wanted = container(value)
    if len({type(each) for each in value}) == 1:
        assert same(wanted, decoded(encode.item("v", wanted, "leaf")))


@given(st.lists(st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False)), min_size=1))
def test_mixed_numbers_keep_their_values(value: list[Any]) -> None:
    assert decoded(encode.item("v", value, "leaf")) == value


@given(st.dictionaries(COLUMNS, SCALARS, min_size=1, max_size=5))
def test_a_dict_decodes_to_itself(value: dict[str, Any]) -> None:
    assert same(value, decoded(encode.item("v", value, "leaf")))


@given(ARRAYS)
def test_an_array_decodes_to_itself(value: Any) -> None:
    assert same(value, decoded(encode.item("v", value, "leaf")))


@given(st.lists(TEXTS, min_size=1, max_size=5), st.integers(1, 3))
def test_the_columns_of_a_table_decode_to_themselves(texts: list[str], width: int) -> None:
    rows = len(texts)
    columns = {"text": texts, "tuple": [tuple(range(width))] * rows, "array": [np.arange(width)] * rows}
    assert same(columns, decoded(encode.item("v", ObjectTable(columns), "leaf")))


@pytest.mark.parametrize("matrix", [CSR, CSC, BSR, DIA], ids=lambda matrix: matrix.format)
def test_a_sparse_matrix_is_read_again_by_our_own_reader(matrix: encode.SparseMatrix) -> None:
    stored = encode.item("v", matrix, "leaf")
    assert isinstance(stored, Array)
    found = sparse.from_text(stored.data[()])
    assert (found.format, found.shape) == (matrix.format, matrix.shape)
    assert found.values.sum() == {"csr": 3.0, "csc": 3.0, "bsr": 4.0, "dia": 5.0}[matrix.format]


def test_a_table_of_more_than_512_columns_becomes_several() -> None:
    stored = encode.item("v", {f"k{number}": number for number in range(1030)}, "leaf")
    assert isinstance(stored, Group)
    assert list(stored.children) == [b"v", b"v_1", b"v_2", b"v__SRVC_STORE"]
    assert [len(stored.children[name].rows.dtype.names) for name in (b"v", b"v_1", b"v_2")] == [512, 512, 6]  # type: ignore[union-attr]
    assert stored.attributes[layout.SRVC_STORE] == layout.DICT
    assert len(stored.children[b"v__SRVC_STORE"].rows) == 2060  # type: ignore[union-attr]


def test_a_text_block_of_a_frame_names_numpy_as_all_its_versions_know_it() -> None:
    import pandas

    stored = encode_frames.frame(pandas.DataFrame({"a": ["x", "y"]}), "leaf")
    block = stored.children[b"block0_values"]
    assert isinstance(block, Objects)
    assert block.stream.startswith(b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n")
    assert b"numpy._core" not in block.stream


def test_an_item_inside_another_item_is_refused() -> None:
    with pytest.raises(ValueError, match=r"leaf: the item a\.b"):
        encode.items({"a": 1, "a.b": 2}, "leaf")
    with pytest.raises(ValueError, match="leaf: the item a"):
        encode.items({"a.b": 1, "a": 2}, "leaf")


def test_attributes_of_every_kind_come_back_from_disk(tmp_path: Any) -> None:
    from pexgui.core.stored import set_attributes

    with h5py.File(tmp_path / "x.h5", "w") as file:
        made = encode.annotations({"text": "ä", "real": np.float32(1.5), "many": np.arange(3), "none": None}, "leaf")
        set_attributes(file.id, made)
        assert file.attrs["SRVC_AN_text"] == "ä".encode()
        assert file.attrs["SRVC_AN_real"].dtype == np.float32
        assert file.attrs["SRVC_AN_many"].tolist() == [0, 1, 2]
        assert file.attrs["SRVC_AN_none"] == b"N."
