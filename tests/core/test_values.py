"""What is stored becomes the value it was, in every version's words, and what does not fit stays what is stored."""

import io
import math
import zipfile
from typing import Any

import numpy as np
import pytest

from pexgui.core import NotReadable, layout, sparse, values

S, L, T, N, M = (
    layout.COLL_SCALAR,
    layout.COLL_LIST,
    layout.COLL_TUPLE,
    layout.COLL_NDARRAY,
    layout.COLL_MATRIX,
)


@pytest.mark.parametrize(
    ("stored", "coll", "scalar", "wanted"),
    [
        (np.int64(5), S, "int", 5),
        (np.uint64(2**64 - 1), S, "int", 2**64 - 1),
        (np.array([5]), S, "int", 5),
        (np.float64(1.5), S, "float", 1.5),
        (np.complex128(1j), S, "complex", 1j),
        (np.bool_(True), S, "bool", True),
        (np.bytes_("grüße".encode()), S, "str", "grüße"),
        (np.bytes_(b"a\0b"), S, "bytes", b"a\0b"),
        (np.bytes_(b""), S, "str", ""),
        (np.bytes_(b"\xff"), S, "str", "\udcff"),
        (np.int8(-3), S, "int8", np.int8(-3)),
        (np.bool_(True), S, "bool_", np.bool_(True)),
        (np.int64(5), S, "<type 'long'>", 5),
        (np.bytes_(b"old"), S, "<type 'unicode'>", "old"),
        (np.bytes_(b"old"), S, "<type 'str'>", "old"),
        (np.int64(5), S, "", np.int64(5)),
        (np.int64(5), S, "no such type", np.int64(5)),
        (np.array([1, 2]), L, "int", [1, 2]),
        (np.array([1, 2]), T, "int64", (np.int64(1), np.int64(2))),
        (np.array([b"a", b"bc"]), T, "str", ("a", "bc")),
        (np.array([1.0, 2.5]), L, "int", [1, 2.5]),
        (np.array([b"1", b"a"]), L, "int", [1, "a"]),
        (np.array(7), T, "int", (7,)),
        (np.array([]), L, "", []),
        (np.array([]), T, "", ()),
        (np.array([]), layout.COLL_EMPTY_DICT, "", {}),
    ],
)
def test_single_values_and_lists_are_what_they_were(stored: Any, coll: str, scalar: str, wanted: Any) -> None:
    found = values.decode_array(np.asarray(stored), coll, scalar)
    assert found == wanted
    assert type(found) is type(wanted)
    if isinstance(wanted, (list, tuple)):
        assert [type(item) for item in found] == [type(item) for item in wanted]


def test_a_number_that_is_none_stays_a_number() -> None:
    assert math.isnan(values.decode_array(np.array(np.nan), S, "int"))
    assert values.decode_array(np.array(np.inf), S, "int") == math.inf


def test_arrays_keep_type_and_shape() -> None:
    array = np.arange(6, dtype="f4").reshape(2, 3)
    assert values.decode_array(array, N, "") is array
    found = values.decode_array(np.array([[b"a", "ü".encode()]]), N, "str")
    assert found.tolist() == [["a", "ü"]]
    assert found.dtype.kind == "U"
    assert isinstance(values.decode_array(np.array([[1, 2]]), M, ""), np.matrix)
    assert values.decode_array(np.empty((0, 3), "S1"), N, "str").shape == (0, 3)


@pytest.mark.parametrize(
    ("cell", "coll", "scalar", "wanted"),
    [
        (np.int32(3), S, "int", 3),
        (np.int64(7), T, "int", (7,)),
        (np.int64(9), L, "int", [9]),
        (np.array([1, 2]), T, "int", (1, 2)),
        (np.array([b"a", b"b"]), L, "str", ["a", "b"]),
        (np.int64(5), N, "", np.int64(5)),
    ],
)
def test_cells_of_tables_are_what_they_were(cell: Any, coll: str, scalar: str, wanted: Any) -> None:
    found = values.decode_cell(cell, coll, scalar)
    assert (found, type(found)) == (wanted, type(wanted))
    assert values.decode_column(np.array([cell, cell]), coll, scalar) == [wanted, wanted]


def test_only_encodings_of_text_are_taken_from_a_file() -> None:
    assert values.encoding_of("utf8") == "utf-8"
    assert values.encoding_of("latin1") == "iso8859-1"
    for name in ("zlib_codec", "hex", "rot13", "unicode_escape", "no such", "", "\0"):
        assert values.encoding_of(name) == "utf-8"
    assert values.decode_text(b"\xe4", "iso8859-1") == "ä"


# --- sparse matrices ----------------------------------------------------------------------------------------------


DENSE = np.array([[1, 0, 2], [0, 0, 3.0]])
PARTS: dict[str, dict[str, Any]] = {
    "csr": {"data": np.array([1, 2, 3.0]), "indices": np.array([0, 2, 2]), "indptr": np.array([0, 2, 3])},
    "csc": {"data": np.array([1, 2, 3.0]), "indices": np.array([0, 0, 1]), "indptr": np.array([0, 1, 1, 3])},
    "bsr": {
        "data": np.array([[[1.0]], [[2.0]], [[3.0]]]),
        "indices": np.array([0, 2, 2]),
        "indptr": np.array([0, 2, 3]),
    },
    "dia": {"data": np.array([[1, 0, 0], [0, 0, 3], [0, 0, 2.0]]), "offsets": np.array([0, 1, 2])},
    "coo": {"data": np.array([1, 2, 3.0]), "row": np.array([0, 0, 1]), "col": np.array([0, 2, 2])},
}


def archive(parts: dict[str, Any], **options: Any) -> bytes:
    """The hexadecimal text of an archive as pypet stores it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            inner = io.BytesIO()
            np.lib.format.write_array(inner, np.asarray(part), **options)
            file.writestr(f"{name}.npy", inner.getvalue())
    return stream.getvalue().hex().encode()


def dense(found: sparse.Sparse) -> Any:
    made = np.zeros(found.shape, found.dtype)
    np.add.at(made, (found.rows, found.columns), found.values)
    return made


@pytest.mark.parametrize("form", list(PARTS))
def test_a_sparse_matrix_is_read_from_its_archive_and_from_its_parts(form: str) -> None:
    parts = {"format": np.array(form.encode()), "shape": np.array([2, 3]), **PARTS[form]}
    for found in (sparse.from_text(archive(parts)), sparse.from_parts({**parts, "shape": (2, 3)})):
        assert (found.format, found.shape, found.dtype) == (form, (2, 3), np.dtype("f8"))
        assert np.array_equal(dense(found), DENSE)


def test_blocks_of_a_matrix_lie_where_they_belong() -> None:
    parts = {
        "format": b"bsr",
        "shape": (4, 4),
        "data": np.arange(1, 9).reshape(2, 2, 2),
        "indices": np.array([1, 0]),
        "indptr": np.array([0, 1, 2]),
    }
    wanted = [[0, 0, 1, 2], [0, 0, 3, 4], [5, 6, 0, 0], [7, 8, 0, 0]]
    assert dense(sparse.from_parts(parts)).tolist() == wanted


def test_an_empty_matrix_of_old_versions_is_empty() -> None:
    found = sparse.from_parts({"format": b"csr", "shape": (2, 3), "data": np.array(b"__empty__"), "indptr": ()})
    assert (found.shape, len(found.values)) == ((2, 3), 0)


BROKEN = {
    "no hexadecimal": b"xyz",
    "no archive": b"00ff",
    "a pickle inside": archive({"format": np.array([{}], object), **PARTS["csr"]}, allow_pickle=True),
    "shape missing": archive({"format": b"csr", **PARTS["csr"]}),
    "format unknown": archive({"format": b"lil", "shape": [2, 3], **PARTS["csr"]}),
    "three axes": archive({"format": b"csr", "shape": [2, 3, 4], **PARTS["csr"]}),
    "outside": archive({"format": b"csr", "shape": [2, 2], **PARTS["csr"]}),
    "pointers go back": archive({"format": b"csr", "shape": [2, 3], **PARTS["csr"], "indptr": [0, 3, 2]}),
    "pointers too far": archive({"format": b"csr", "shape": [2, 3], **PARTS["csr"], "indptr": [0, 2, 1 << 60]}),
    "negative": archive({"format": b"coo", "shape": [2, 3], **PARTS["coo"], "row": [-1, 0, 1]}),
    "real indices": archive({"format": b"csr", "shape": [2, 3], **PARTS["csr"], "indices": [0.5, 1, 2]}),
    "flat blocks": archive({"format": b"bsr", "shape": [2, 3], **PARTS["csr"]}),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_a_damaged_sparse_matrix_is_a_sentence(text: bytes) -> None:
    with pytest.raises(NotReadable, match=r"^The sparse matrix is damaged: .*\.$"):
        sparse.from_text(text)


def test_a_bomb_in_an_archive_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("data", "indices"):
            file.writestr(f"{name}.npy", bytes(200 << 20))
    with pytest.raises(NotReadable, match="too large"):
        sparse.from_text(stream.getvalue().hex().encode())
