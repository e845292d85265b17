"""Datasets are read raw, in parts, bounded; nothing outside the file is read and nothing is started."""

import os
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tables
from h5py import h5d, h5p, h5s, h5t

from pexgui.core import NotReadable, datasets, files
from tests.core.raw_files import made, raw

ARRAYS: list[Any] = [
    np.arange(24, dtype="i2").reshape(2, 3, 4),
    np.array([1.5, np.nan, -0.0], ">f8"),
    np.array([1 + 2j], "c8"),
    np.array([b"a\0b", b"", b"\xff"]),
    np.array([0, 2**64 - 1], "u8"),
    np.float16(1.5),
    np.zeros((0, 3)),
    np.array([(1, 2.5, b"x"), (3, 4.5, b"yz")], [("a", "<i4"), ("b", "f8"), ("c", "S3")]),
    np.zeros(2, [("a", "u1"), ("inner", [("b", "f8", (2, 2)), ("c", "S2")])]),
    np.array([0, 1, 0], h5py.enum_dtype({"off": 0, "on": 1}, "i1")),
    np.array([b"abc"], "V3"),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_arrays_are_read_with_their_own_type(tmp_path: Path, array: Any) -> None:
    path = made(tmp_path / "a.h5", lambda file: file.create_dataset("x", data=array, dtype=array.dtype))
    with files.reading(path) as opened:
        found = files.read(files.open_path(opened, b"/x"))
        assert found.dtype == array.dtype
        assert found.shape == array.shape
        assert found.tobytes() == np.asarray(array).tobytes()


def test_bit_fields_are_truth_values_even_inside_a_table(tmp_path: Path) -> None:
    rows = np.array([(True, 1, [True, False]), (False, 2, [True, True])], [("b", "?"), ("i", "i4"), ("bb", "?", (2,))])
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        file.create_table("/", "t", rows)
        file.create_array("/", "a", np.array([[True], [False]]))
        file.create_array("/", "s", True)
    with files.reading(raw(tmp_path / "a.h5")) as opened:
        found = files.read(files.open_path(opened, b"/t"))
        assert found.dtype == rows.dtype
        assert found.tolist()[0][0] is True
        assert found["bb"].tolist() == [[True, False], [True, True]]
        assert files.read(files.open_path(opened, b"/a")).tolist() == [[True], [False]]
        assert files.read(files.open_path(opened, b"/s")).tolist() is True
        only = files.read(files.open_path(opened, b"/t"), [slice(1, 2)], columns=("i", "bb"))
        assert only.dtype.names == ("i", "bb")
        assert only.tolist()[0][0] == 2


def test_a_byte_that_is_neither_true_nor_false_is_true(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        made = h5d.create(file.id, b"b", h5t.STD_B8LE, h5s.create_simple((3,)))
        made.write(h5s.ALL, h5s.ALL, np.array([0, 1, 77], "u1"), h5t.STD_B8LE)

    with files.reading(made(tmp_path / "a.h5", fill)) as opened:
        found = files.read(files.open_path(opened, b"/b"))
        assert found.dtype == np.bool_
        assert found.view("u1").tolist() == [0, 1, 1]


def test_a_part_is_read_and_only_that_part_is_counted(tmp_path: Path) -> None:
    whole = np.arange(10_000.0).reshape(100, 100)
    path = made(tmp_path / "a.h5", lambda file: file.create_dataset("x", data=whole, chunks=(10, 10)))
    with files.reading(path) as opened:
        dataset = files.open_path(opened, b"/x")
        part = (slice(3, 50, 5), slice(90, None))
        assert np.array_equal(files.read(dataset, part, budget=1000), whole[part])
        assert files.read(dataset, (slice(5, 5), slice(0, 9)), budget=0).shape == (0, 9)
        with pytest.raises(NotReadable, match=r"is too large to be read at once \(80 kB\)"):
            files.read(dataset, budget=1000)
        assert files.extent_of(dataset).logical == 80_000
        assert files.chunk_of(dataset) == (10, 10)


def test_texts_of_any_length_and_lists_in_lists_are_read(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("s", data=["a", "bü"], dtype=h5py.string_dtype())
        ragged = file.create_dataset("v", (2,), h5py.vlen_dtype("i4"))
        ragged[0], ragged[1] = [1, 2], []

    with files.reading(made(tmp_path / "a.h5", fill)) as opened:
        assert files.read(files.open_path(opened, b"/s")).tolist() == [b"a", "bü".encode()]
        assert [part.tolist() for part in files.read(files.open_path(opened, b"/v"))] == [[1, 2], []]


def test_data_of_other_files_are_named_and_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"TOP SECRET")
    made(tmp_path / "other.h5", lambda file: file.create_dataset("x", data=np.arange(5)))

    def fill(file: h5py.File) -> None:
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_external(raw(secret), 0, 10)
        h5d.create(file.id, b"leak", h5t.STD_U8LE, h5s.create_simple((10,)), plist)
        layout = h5py.VirtualLayout((5,), "i8")
        layout[:] = h5py.VirtualSource(tmp_path / "other.h5", "x", (5,))
        file.create_virtual_dataset("v", layout)

    with files.reading(made(tmp_path / "a.h5", fill, libver="latest")) as opened:
        with pytest.raises(NotReadable, match="stored outside this file"):
            files.read(files.open_path(opened, b"/leak"))
        with pytest.raises(NotReadable, match="put together from other files"):
            files.read(files.open_path(opened, b"/v"))


def test_nothing_is_not_read_as_something(tmp_path: Path) -> None:
    path = made(tmp_path / "a.h5", lambda file: file.create_dataset("x", data=h5py.Empty("f8")))
    with files.reading(path) as opened:
        dataset = files.open_path(opened, b"/x")
        assert files.extent_of(dataset).shape is None
        with pytest.raises(NotReadable, match="holds no value"):
            files.read(dataset)


@pytest.mark.parametrize("shape", [(1 << 40,), (1 << 62,), (1 << 31, 1 << 31)])
def test_a_shape_larger_than_any_memory_costs_nothing(tmp_path: Path, shape: tuple[int, ...]) -> None:
    chunk = (1 << 20,) + (1,) * (len(shape) - 1)
    path = made(tmp_path / "a.h5", lambda file: file.create_dataset("x", shape, "u1", chunks=chunk, fillvalue=7))
    with files.reading(path) as opened:
        dataset = files.open_path(opened, b"/x")
        with pytest.raises(NotReadable, match="too large"):
            files.read(dataset)
        part = files.read(dataset, [slice(length - 2, length) for length in shape])
        assert part.size == 2 ** len(shape)
        assert set(part.reshape(-1).tolist()) == {7}


def test_pieces_too_large_to_be_decompressed_are_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.h5", lambda file: file.create_dataset("x", (1 << 28, 9), "f8", chunks=(1 << 27, 1)))
    with files.reading(path) as opened, pytest.raises(NotReadable, match=r"stored in pieces of 1\.1 GB"):
        files.read(files.open_path(opened, b"/x"), (slice(0, 1), slice(0, 1)))


def test_a_missing_codec_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    made(path, lambda file: file.create_dataset("x", data=np.arange(64), chunks=(16,), compression="gzip"))
    content = bytearray(path.read_bytes())
    where = content.find(b"deflate\0") - 8
    for code, name in ((305, b"LZO"), (60123, b"deflate")):
        content[where : where + 2] = code.to_bytes(2, "little")
        path.write_bytes(content)
        with files.reading(raw(path)) as opened:
            with pytest.raises(NotReadable) as problem:
                files.read(files.open_path(opened, b"/x"))
            assert f"was written with the {name.decode()} codec, which is not available here" in problem.value.title
            assert problem.value.hint


@pytest.mark.parametrize("options", [{"fletcher32": True}, {"compression": "gzip"}], ids=str)
def test_a_damaged_piece_is_an_error_and_the_others_are_read(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.h5"
    places = []

    def fill(file: h5py.File) -> None:
        made = file.create_dataset("x", data=np.arange(2000), chunks=(1000,), **options)
        places.append(made.id.get_chunk_info(1).byte_offset)

    made(path, fill)
    content = bytearray(path.read_bytes())
    content[places[0] + 40] ^= 255
    path.write_bytes(content)
    with files.reading(raw(path)) as opened:
        dataset = files.open_path(opened, b"/x")
        with pytest.raises(NotReadable, match=r"“/x” in “a\.h5” is damaged and cannot be read"):
            files.read(dataset)
        assert files.read(dataset, [slice(0, 1000)]).tolist() == list(range(1000))


def test_codecs_are_described_as_people_write_them(tmp_path: Path) -> None:
    shown = {
        "none": (None, "not compressed"),
        "zlib": (tables.Filters(9, "zlib"), "zlib, level 9, shuffled"),
        "plain": (tables.Filters(1, "zlib", shuffle=False, fletcher32=True), "zlib, level 1, with checksums"),
        "zstd": (tables.Filters(5, "blosc:zstd"), "blosc:zstd, level 5, shuffled"),
        "blosc": (tables.Filters(3, "blosc"), "blosc, level 3, shuffled"),
        "bzip2": (tables.Filters(9, "bzip2", shuffle=False), "bzip2, level 9"),
    }
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        for name, (filters, _) in shown.items():
            if filters is None:
                file.create_array("/", name, np.arange(1000))
            else:
                file.create_carray("/", name, obj=np.arange(1000), filters=filters)
    with files.reading(raw(tmp_path / "a.h5")) as opened:
        for name, (_, words) in shown.items():
            dataset = files.open_path(opened, b"/" + name.encode())
            assert files.codec(dataset) == words
            assert files.read(dataset).tolist() == list(range(1000))
            assert files.stored_size(dataset) <= 8000


def blosc2_file(path: Path, codec: int) -> bytes:
    """A file whose Blosc2 piece says that it needs the plug-in ``codec``."""
    with tables.open_file(os.fspath(path), "w") as file:
        filters = tables.Filters(5, "blosc2", shuffle=False)
        file.create_carray("/", "x", obj=np.arange(4096.0) % 7, chunkshape=(4096,), filters=filters)
    content = bytearray(path.read_bytes())
    place, patched = content.find(b"\x00\x80\x00\x00"), 0
    while place >= 0:
        head = place - 4
        if content[head] in (5, 6) and content[head + 3] == 8:
            content[head + 2] = (content[head + 2] & 0x1F) | (6 << 5)
            content[head + 22] = codec
            patched += 1
        place = content.find(b"\x00\x80\x00\x00", place + 1)
    assert patched
    path.write_bytes(content)
    return raw(path)


@pytest.mark.parametrize(("codec", "module"), [(36, "openhtj2k"), (37, "grok")])
def test_a_piece_that_asks_for_a_plug_in_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: int, module: str
) -> None:
    path = blosc2_file(tmp_path / "a.h5", codec)
    (tmp_path / f"blosc2_{module}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with files.reading(path) as opened, pytest.raises(NotReadable, match="asks for a plug-in codec"):
        files.read(files.open_path(opened, b"/x"))
    assert not (tmp_path / "ran").exists()


def test_the_plug_in_would_not_start_even_if_it_were_not_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blosc2_file(tmp_path / "a.h5", 37)
    (tmp_path / "blosc2_grok.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets, "asks_for_plugin", lambda piece: False)
    search = os.environ["PATH"]
    with files.reading(path) as opened, pytest.raises(NotReadable):
        files.read(files.open_path(opened, b"/x"))
    assert not (tmp_path / "ran").exists()
    assert os.environ["PATH"] == search


def test_honest_blosc2_pieces_are_read(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        for name in ("blosc2", "blosc2:zstd", "blosc2:zlib"):
            filters = tables.Filters(5, name)
            file.create_carray(
                "/", name.replace(":", "_"), obj=np.random.default_rng(1).random(50_000), filters=filters
            )
    with files.reading(raw(tmp_path / "a.h5")) as opened:
        for name in files.names(opened.root):
            assert len(files.read(files.open_child(opened.root, name))) == 50_000


def test_no_folder_of_the_machine_is_searched_for_codecs() -> None:
    from h5py import h5pl

    assert h5pl.size() == 0
    assert "hdf5plugin" in sys.modules


def test_types_nobody_has_are_still_shown_as_bytes(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        odd = h5t.IEEE_F32LE.copy()
        odd.set_fields(23, 15, 8, 0, 15)
        odd.set_precision(24)
        odd.set_size(3)
        bits = h5t.STD_U8LE.copy()
        bits.set_precision(3)
        nested = h5t.STD_I8LE
        for _ in range(40):
            outer = h5t.create(h5t.COMPOUND, 1)
            outer.insert(b"n", 0, nested)
            nested = outer
        for name, kind in ((b"odd", odd), (b"bits", bits), (b"time", h5t.UNIX_D32LE), (b"nested", nested)):
            h5d.create(file.id, name, kind, h5s.create_simple((3,)))

    with files.reading(made(tmp_path / "a.h5", fill)) as opened:
        for name in files.names(opened.root):
            assert files.read(files.open_child(opened.root, name)).shape == (3,)
