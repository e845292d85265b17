"""Data compressed anew are the same data to the bit, whatever they were and are compressed with; damage is said."""

import bz2
import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pytest
from h5py import h5d, h5s, h5t

from pexgui.core import Cancelled, NotReadable, PexError, compact_chunks, compact_codecs, silent
from pexgui.core.compact_chunks import Pipeline, pipeline_of, recompress, worth
from pexgui.core.compact_codecs import Undecodable, fletcher32, packer, shuffled, unpack, unshuffled
from pexgui.core.compact_source import is_known
from pexgui.core.verify import bytes_of
from tests.core.raw_files import made

CODECS = ("none", "zlib", "bzip2", "blosc", "blosc:lz4", "blosc:lz4hc", "blosc:zlib", "blosc:zstd")
SOURCES: dict[str, dict[str, Any]] = {
    "plain": {},
    "zlib": {"compression": 1, "shuffle": True},
    "unshuffled": {"compression": 6},
    "shuffled": {"shuffle": True},
    "checked": {"compression": 1, "shuffle": True, "fletcher32": True},
    "bzip2": dict(hdf5plugin.BZip2()),
    "blosc": dict(hdf5plugin.Blosc(cname="zstd", clevel=5)),
    "blosc2": dict(hdf5plugin.Blosc2(cname="zstd", clevel=5)),
}
OTHERS: dict[str, dict[str, Any]] = {
    "lzf": {"compression": "lzf"},
    "szip": {"compression": "szip"},
    "zstd": dict(hdf5plugin.Zstd()),
    "lz4": dict(hdf5plugin.LZ4()),
    "bitshuffle": dict(hdf5plugin.Bitshuffle()),
    "rounded": {"scaleoffset": 2},
}
TABLE = np.dtype([("number", "<i4"), ("x", ">f8"), ("name", "S10"), ("matrix", "<f4", (2, 3))])
COLOUR = h5py.enum_dtype({"red": 1, "blue": 7}, "<i2")


def values() -> dict[str, np.ndarray[Any, Any]]:
    """Arrays that end within a chunk."""
    random = np.random.default_rng(1)
    table = np.zeros(700, TABLE)
    table["number"], table["x"], table["name"] = np.arange(700), random.random(700), b"name"
    return {
        "float64": random.random(1030).round(2),
        "big_endian": np.arange(1030, dtype=">i8"),
        "int8": random.integers(-100, 100, 5003).astype("i1"),
        "bool": random.random(1030) > 0.5,
        "complex": np.arange(300) * (1 + 2j),
        "text": np.array([b"word %d" % number for number in range(500)], "S11"),
        "long_text": np.array([b"text %d" % number for number in range(100)], "S300"),
        "table": table,
        "cube": random.integers(0, 9, (13, 17, 11)),
        "noise": random.integers(0, 255, 3001).astype("u1"),
    }


CHUNKS = {"cube": (4, 5, 6), "long_text": (7,), "noise": (1000,)}


def fill(file: h5py.File) -> None:
    for name, options in SOURCES.items():
        group = file.create_group(name)
        for kind, data in values().items():
            chunk = CHUNKS.get(kind, (64,))
            group.create_dataset(kind, data=data, chunks=chunk, maxshape=(None,) * data.ndim, **options)
        group.create_dataset("enum", data=np.tile([1, 7, 1], 50).astype(COLOUR), chunks=(64,), **options)
        group.create_dataset("array", (9,), dtype=np.dtype(("<f8", (3,))), chunks=(4,), **options)[:] = np.ones((9, 3))
        sparse = group.create_dataset("holes", (40, 40), "<f8", chunks=(8, 8), fillvalue=3.25, **options)
        sparse[8:16, 16:24] = np.arange(64.0).reshape(8, 8)
        sparse[39, 39] = 1.0
        group.create_dataset("empty", (0,), "<f8", chunks=(64,), maxshape=(None,), **options)
        group.create_dataset("unwritten", (100,), "<f8", chunks=(64,), **options)
        bits(group, options)


def bits(group: h5py.Group, options: dict[str, Any]) -> None:
    """Bit fields, as PyTables writes booleans."""
    template = group.create_dataset("template", (100,), "u1", chunks=(16,), **options)
    kind = h5t.STD_B8LE
    made = h5d.create(group.id, b"bits", kind, h5s.create_simple((100,)), template.id.get_create_plist())
    made.write(h5s.ALL, h5s.ALL, np.arange(100, dtype="u1") % 2, h5t.NATIVE_B8)
    del group["template"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[h5py.File]:
    path = made(tmp_path_factory.mktemp("chunks") / "source.hdf5", fill)
    with h5py.File(os.fsdecode(path)) as file:
        yield file


def target_of(parent: h5py.Group, name: str, dataset: h5d.DatasetID, pipeline: Pipeline) -> h5d.DatasetID:
    plist = dataset.get_create_plist()
    for code in [plist.get_filter(number)[0] for number in range(plist.get_nfilters())]:
        plist.remove_filter(code)
    for code, flags, numbers in pipeline.filters:
        plist.set_filter(code, flags, numbers)
    return h5d.create(parent.id, name.encode(), dataset.get_type(), dataset.get_space(), plist)


def filters(dataset: h5d.DatasetID) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    plist = dataset.get_create_plist()
    return tuple(plist.get_filter(number)[:3] for number in range(plist.get_nfilters()))


def content(dataset: h5d.DatasetID) -> bytes:
    kind = dataset.get_type()
    found = np.zeros(dataset.shape, bytes_of(kind.get_size()))
    if found.size:
        dataset.read(h5s.ALL, h5s.ALL, found, kind)
    return found.tobytes()


def places(dataset: h5d.DatasetID) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    if dataset.get_storage_size():
        dataset.chunk_iter(lambda info: found.append(info.chunk_offset))
    return found


def new(path: Path) -> h5py.File:
    return h5py.File(path, "w", libver=("earliest", "v110"))


def again(
    parent: h5py.Group, name: str, dataset: h5d.DatasetID, codec: str, level: int = 5, **options: Any
) -> h5d.DatasetID:
    pipeline = pipeline_of(codec, level, dataset, **options)
    assert pipeline is not None
    target = target_of(parent, name, dataset, pipeline)
    assert filters(target) == pipeline.filters
    recompress(dataset, target, pipeline, silent, "")
    assert content(target) == content(dataset)
    return target


# --- the same data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", CODECS)
def test_every_type_from_every_codec_comes_out_the_same(source: h5py.File, tmp_path: Path, codec: str) -> None:
    with new(tmp_path / "target.hdf5") as file:
        for name in SOURCES:
            for kind in source[name]:
                dataset = source[name][kind].id
                target = again(file, f"{name}_{kind}", dataset, codec)
                assert places(target) == places(dataset), (name, kind)


@pytest.mark.parametrize("codec", CODECS)
def test_checksums_and_no_shuffling_can_be_asked_for(source: h5py.File, tmp_path: Path, codec: str) -> None:
    with new(tmp_path / "target.hdf5") as file:
        for kind in source["zlib"]:
            again(file, kind, source["zlib"][kind].id, codec, fletcher32=True)
            again(file, f"{kind}_plain", source["zlib"][kind].id, codec, 1, shuffle=False)
            again(file, f"{kind}_hard", source["blosc"][kind].id, codec, 9)


def test_what_is_not_stored_stays_so(source: h5py.File, tmp_path: Path) -> None:
    with new(tmp_path / "target.hdf5") as file:
        target = again(file, "holes", source["zlib/holes"].id, "blosc:zstd")
        assert places(target) == [(8, 16), (32, 32)]
        assert file["holes"][0, 0] == 3.25
        assert again(file, "unwritten", source["zlib/unwritten"].id, "zlib").get_storage_size() == 0


@pytest.mark.parametrize("name", SOURCES)
def test_a_table_that_grows_afterwards_has_the_fill_value_there(tmp_path: Path, name: str) -> None:
    def rows(file: h5py.File) -> None:
        file.create_dataset("x", data=np.arange(70), chunks=(64,), maxshape=(None,), fillvalue=-9, **SOURCES[name])

    path = made(tmp_path / "source.hdf5", rows)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        again(target, "x", file["x"].id, "blosc:zstd")
        target["x"].resize((80,))
        assert target["x"][68:].tolist() == [68, 69, *[-9] * 10]


@pytest.mark.parametrize("codec", CODECS)
def test_a_filter_that_was_skipped_for_a_chunk_is_not_undone(tmp_path: Path, codec: str) -> None:
    data = np.arange(192, dtype="<i4")

    def masked(file: h5py.File) -> None:
        made = file.create_dataset("x", (192,), "<i4", chunks=(64,), compression=3, shuffle=True).id
        made.write_direct_chunk((0,), data[:64].tobytes(), 0b11)
        made.write_direct_chunk((64,), bytes(shuffled(data[64:128].tobytes(), 4)), 0b10)
        made.write_direct_chunk((128,), zlib.compress(data[128:].tobytes()), 0b01)

    path = made(tmp_path / "source.hdf5", masked)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        assert file["x"][:].tolist() == data.tolist()
        again(target, "x", file["x"].id, codec)


@pytest.mark.parametrize("name", ["blosc", "blosc2"])
def test_a_chunk_that_blosc_left_alone_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    def masked(file: h5py.File) -> None:
        made = file.create_dataset("x", data=np.arange(192), chunks=(64,), fletcher32=True, **SOURCES[name]).id
        piece = np.arange(64).tobytes()
        made.write_direct_chunk((0,), piece, 0b11)
        made.write_direct_chunk((64,), piece + fletcher32(piece).to_bytes(4, "little"), 0b01)

    path = made(tmp_path / "source.hdf5", masked)
    with h5py.File(os.fsdecode(path), "r+") as file, new(tmp_path / "target.hdf5") as target:
        again(target, "x", file["x"].id, "blosc:zstd")
        file["x"].id.write_direct_chunk((0,), bytes(8), 0b11)
        other = target_of(target, "y", file["x"].id, Pipeline(()))
        with pytest.raises(NotReadable):
            recompress(file["x"].id, other, Pipeline(()), silent, "")


@pytest.mark.parametrize("codec", CODECS[1:])
def test_a_chunk_that_no_codec_makes_smaller_is_kept_as_it_is(source: h5py.File, tmp_path: Path, codec: str) -> None:
    with new(tmp_path / "target.hdf5") as file:
        target = again(file, "noise", source["plain/noise"].id, codec)
        mask, piece = target.read_direct_chunk((0,))
        assert (mask, len(piece)) == (1 << len(filters(target)) - 1, 1000)


def test_chunks_of_many_sizes_in_many_threads_keep_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact_chunks, "_cores", lambda: 7)
    monkeypatch.setattr(compact_chunks, "_PORTION", 5000)
    random = np.random.default_rng(3)
    data = np.repeat(random.random(50_000), random.integers(1, 9, 50_000))

    def fill(file: h5py.File) -> None:
        file.create_dataset("x", data=data, chunks=(1000,), compression=1)

    path = made(tmp_path / "source.hdf5", fill)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        again(target, "x", file["x"].id, "blosc:lz4")


def test_where_blosc_cannot_be_called_hdf5_packs(
    source: h5py.File, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact_codecs, "blosc_filter", lambda: None)
    with new(tmp_path / "target.hdf5") as file:
        for kind in source["zlib"]:
            again(file, kind, source["zlib"][kind].id, "blosc:zstd")
        assert file["float64"].id.get_storage_size() < source["plain/float64"].id.get_storage_size()


def test_the_environment_is_afterwards_as_it_was(source: h5py.File, tmp_path: Path) -> None:
    before = dict(os.environ)
    with new(tmp_path / "target.hdf5") as file:
        again(file, "x", source["blosc2/float64"].id, "blosc")
    assert dict(os.environ) == before


# --- which filters ------------------------------------------------------------------------------------------------


def test_there_is_no_pipeline_for_what_cannot_have_one(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("whole", data=np.arange(9))
        file.create_dataset("scalar", data=1.0)
        file.create_dataset("words", data=["one", "two"], dtype=h5py.string_dtype(), chunks=(1,))
        file.create_dataset("leads", (2,), h5py.ref_dtype, chunks=(1,))
        file.create_dataset("huge", (1 << 25,), "<f8", chunks=(1 << 23,))
        file.create_dataset("good", (9,), "<f8", chunks=(3,))

    path = made(tmp_path / "a.hdf5", fill)
    with h5py.File(os.fsdecode(path)) as file:
        with pytest.raises(PexError, match="too large to be compressed anew"):
            worth(file["huge"].id, Pipeline(()), silent)
        for name in ("whole", "scalar", "words", "leads", "huge"):
            assert pipeline_of("zlib", 5, file[name].id) is None, name
        for codec in ("keep", "lzo", "blosc2:zstd", "blosc:snappy", ""):
            assert pipeline_of(codec, 5, file["good"].id) is None, codec
        assert pipeline_of("blosc", 0, file["good"].id) == Pipeline(())
        assert pipeline_of("zlib", 99, file["good"].id) == Pipeline(((2, 1, (8,)), (1, 1, (9,))))


@pytest.mark.parametrize("name", OTHERS)
def test_data_compressed_by_other_programs_are_left_as_they_are(tmp_path: Path, name: str) -> None:
    path = made(
        tmp_path / "a.hdf5", lambda file: file.create_dataset("x", data=np.ones(99), chunks=(9,), **OTHERS[name])
    )
    with h5py.File(os.fsdecode(path)) as file:
        assert pipeline_of("zlib", 5, file["x"].id) is None
        with pytest.raises(PexError, match=r"“/x” in “a\.hdf5” was compressed in a way"):
            worth(file["x"].id, Pipeline(()), silent)


def test_filters_that_are_missing_or_in_a_strange_order_are_not_known() -> None:
    lzo, zlib, shuffle, check, blosc = (305, 1, ()), (1, 1, (5,)), (2, 1, (8,)), (3, 0, ()), (32001, 1, ())
    for usual in ((), (shuffle, zlib, check), (check, shuffle, zlib), (check, blosc), (shuffle, blosc, check)):
        assert is_known(usual)
    for strange in ((lzo,), (blosc, shuffle), (blosc, blosc), (zlib, blosc), (zlib, zlib)):
        assert not is_known(strange)


BY_PYTABLES = """
import sys, tables, numpy
with tables.open_file(sys.argv[1], "w") as file:
    for codec in ("none", "zlib", "bzip2", "blosc", "blosc:lz4", "blosc:lz4hc", "blosc:zlib", "blosc:zstd"):
        for level in (1, 9):
            for shuffle in (0, 1):
                for checks in (0, 1):
                    name = f"{codec.replace(':', '_')}__{level}_{shuffle}_{checks}"
                    some = tables.Filters(level if codec != "none" else 0, codec if codec != "none" else "zlib",
                                          shuffle=bool(shuffle) and codec != "none", fletcher32=bool(checks))
                    group = file.create_group("/", name)
                    file.create_carray(group, "numbers", obj=numpy.arange(1000.0).reshape(10, 100), filters=some)
                    file.create_carray(group, "flags", obj=numpy.arange(100) % 2 > 0, filters=some)
                    file.create_carray(group, "texts", obj=numpy.array([b"ab"] * 10, "S5"), filters=some)
                    file.create_carray(group, "long", obj=numpy.array([b"ab"] * 10, "S300"), filters=some)
                    file.create_carray(group, "complex", obj=numpy.arange(10) * 1j, filters=some)
                    rows = file.create_earray(group, "rows", tables.Float64Atom((3,)), (0,), filters=some)
                    rows.append(numpy.ones((70, 3)))
                    file.create_table(group, "table", obj=numpy.ones(3000, "i4,f8,S10,(2,3)f4"), filters=some)
                    file.create_table(group, "wide", obj=numpy.ones(100, "i4,S300"), filters=some)
"""
READ_BY_PYTABLES = """
import sys, json, hashlib, tables
told = {}
with tables.open_file(sys.argv[1]) as file:
    for node in file.walk_nodes("/", "Leaf"):
        assert type(node).__name__ in ("CArray", "EArray", "Table"), node
        digest = hashlib.sha256(node.read().tobytes()).hexdigest()
        told[node._v_pathname] = [digest, node.filters.complib, node.filters.complevel, bool(node.filters.shuffle)]
print(json.dumps(told))
"""


def by_oracle(oracle: Path, program: str, path: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HDF5_"))}
    run = [str(oracle), "-W", "ignore", "-c", program, str(path)]
    return subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout


@pytest.fixture(scope="module")
def theirs(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pytables") / "theirs.hdf5"
    by_oracle(oracle, BY_PYTABLES, path)
    return path


@pytest.fixture(scope="module")
def read(oracle: Path, theirs: Path) -> dict[str, list[Any]]:
    """What PyTables reads from its own file: a digest and what the data are compressed with, by path."""
    told: dict[str, list[Any]] = json.loads(by_oracle(oracle, READ_BY_PYTABLES, theirs))
    return told


def test_the_filters_are_those_that_pytables_sets(theirs: Path) -> None:
    with h5py.File(theirs) as file:
        for name, group in file.items():
            codec, _, rest = name.partition("__")
            level, shuffle, checks = map(int, rest.split("_"))
            for dataset in group.values():
                pipeline = pipeline_of(codec.replace("_", ":"), level, dataset.id, bool(shuffle), bool(checks))
                assert pipeline is not None
                found = filters(dataset.id)
                if codec == "bzip2":  # PyTables also notes its own versions, which mean nothing to the filter
                    found = tuple((code, flags, v[:1] if code == 307 else v) for code, flags, v in found)
                assert pipeline.filters == found, dataset.name


@pytest.mark.parametrize("codec", CODECS)
def test_pytables_reads_what_was_compressed_anew(
    oracle: Path, theirs: Path, read: dict[str, list[Any]], tmp_path: Path, codec: str
) -> None:
    ours = tmp_path / "ours.hdf5"
    with h5py.File(theirs) as file, new(ours) as target:
        target.attrs.update(file.attrs)
        for name, group in file.items():
            below = target.create_group(name)
            below.attrs.update(group.attrs)
            if "__9_1_" not in name:
                continue  # they are many and take long
            for kind, dataset in group.items():
                again(below, kind, dataset.id, codec, 3)
                below[kind].attrs.update(dataset.attrs)
    after = json.loads(by_oracle(oracle, READ_BY_PYTABLES, ours))
    assert len(after) == 8 * 2 * 8
    assert {path: told[0] for path, told in after.items()} == {path: read[path][0] for path in after}
    level = 0 if codec == "none" else 3
    expected = (None if codec == "none" else codec, level, codec != "none")
    assert {tuple(told[1:]) for told in after.values()} == {expected}


# --- what it would bring ------------------------------------------------------------------------------------------


def test_what_it_would_bring_is_close_to_what_it_brings(tmp_path: Path) -> None:
    random = np.random.default_rng(5)

    def fill(file: h5py.File) -> None:
        walk = random.normal(size=500_000).cumsum().round(2)
        file.create_dataset("many", data=walk, chunks=(4096,), compression=1, shuffle=True)
        file.create_dataset("large", data=np.tile(walk, 3), chunks=(1_500_000,), compression=1, shuffle=True)
        file.create_dataset("few", data=walk[:100], chunks=(30,))
        file.create_dataset("none", (100,), "f8", chunks=(30,))

    path = made(tmp_path / "source.hdf5", fill)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        for codec in ("none", "zlib", "blosc:lz4", "blosc:zstd"):
            for name, slack in (("many", 0.03), ("large", 0.03), ("few", 0.0)):
                dataset = file[name].id
                pipeline = pipeline_of(codec, 5, dataset)
                assert pipeline is not None
                expected = worth(dataset, pipeline, silent)
                real = again(target, f"{name}_{codec}", dataset, codec).get_storage_size()
                assert expected == worth(dataset, pipeline, silent)
                assert expected == pytest.approx(real / dataset.get_storage_size(), rel=slack), (codec, name)
        assert worth(file["none"].id, Pipeline(()), silent) == 1.0


# --- damage -------------------------------------------------------------------------------------------------------


def damaged(path: Path, options: dict[str, Any], change: Callable[[bytes], bytes]) -> bytes:
    """A file of which the second chunk, of 8,000 bytes, is changed."""

    def fill(file: h5py.File) -> None:
        dataset = file.create_dataset("x", data=np.arange(5000.0), chunks=(1000,), **options).id
        mask, piece = dataset.read_direct_chunk((1000,))
        dataset.write_direct_chunk((1000,), change(piece), mask)

    return made(path, fill)


@contextmanager
def memory(most: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def shortened(piece: bytes) -> bytes:
    return piece[: len(piece) // 2]


def garbled(piece: bytes) -> bytes:
    return piece[:20] + bytes(len(piece) - 20)


def bomb(piece: bytes) -> bytes:
    return zlib.compress(bytes(100 << 20))[:150_000]


def blosc(length: int) -> bytes:
    made = compact_codecs.blosc_filter()
    assert made is not None
    return made.compress(bytes(length), (2, 2, 8, length, 5, 1, 5)) or b""


def blosc2(length: int) -> bytes:
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        dataset = file.create_dataset("x", data=np.zeros(length), chunks=(length,), **SOURCES["blosc2"])
        file.flush()
        return bytes(dataset.id.read_direct_chunk((0,))[1])


BLOSC_BOMB = (2).to_bytes() + bytes((1, 0x20 | 1, 8)) + (0x7FFFFFEF).to_bytes(4, "little") * 2 + bytes(64)
PLUGIN = bytes((5, 1, 0xC7, 8)) + bytes(60)
DAMAGES = {
    "zlib, garbled": (SOURCES["zlib"], garbled),
    "zlib, cut off": (SOURCES["zlib"], shortened),
    "zlib, too little": (SOURCES["zlib"], lambda piece: zlib.compress(bytes(7999))),
    "zlib, too much": (SOURCES["zlib"], lambda piece: zlib.compress(bytes(8001))),
    "zlib, a bomb": (SOURCES["zlib"], bomb),
    "bzip2, garbled": (SOURCES["bzip2"], garbled),
    "bzip2, cut off": (SOURCES["bzip2"], shortened),
    "bzip2, a bomb": (SOURCES["bzip2"], lambda piece: bz2.compress(bytes(100 << 20))),
    "a wrong checksum": (SOURCES["checked"], lambda piece: piece[:-1] + bytes((piece[-1] ^ 1,))),
    "blosc, garbled": (SOURCES["blosc"], garbled),
    "blosc, cut off": (SOURCES["blosc"], shortened),
    "blosc, a bomb": (SOURCES["blosc"], lambda piece: BLOSC_BOMB),
    "blosc2, a plug-in": (SOURCES["blosc2"], lambda piece: PLUGIN),
    "blosc, too little": (SOURCES["blosc"], lambda piece: blosc(7992)),
    "blosc, too much": (SOURCES["blosc"], lambda piece: blosc(8008)),
    "blosc, longer than it is": (SOURCES["blosc"], lambda piece: piece[:12] + b"\xff\xff\0\0" + piece[16:]),
    "blosc, nothing": (SOURCES["blosc"], lambda piece: b"blosc"),
    "blosc2, garbled": (SOURCES["blosc2"], garbled),
    "blosc2, cut off": (SOURCES["blosc2"], shortened),
    "blosc2, too little": (SOURCES["blosc2"], lambda piece: blosc2(999)),
    "blosc2, too much": (SOURCES["blosc2"], lambda piece: blosc2(3000)),
    "zlib, too large": (SOURCES["zlib"], lambda piece: bytes(200_000)),
}


@pytest.mark.parametrize("what", DAMAGES)
@pytest.mark.parametrize("codec", ["zlib", "blosc:zstd"])
def test_a_damaged_chunk_is_an_error_that_names_the_dataset(tmp_path: Path, what: str, codec: str) -> None:
    path = damaged(tmp_path / "source.hdf5", *DAMAGES[what])
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        pipeline = pipeline_of(codec, 5, file["x"].id)
        assert pipeline is not None
        other = target_of(target, "x", file["x"].id, pipeline)
        with memory(8 << 20), pytest.raises(NotReadable) as raised:
            recompress(file["x"].id, other, pipeline, silent, "")
        assert raised.value.title == "“/x” in “source.hdf5” has data that cannot be read."
        assert raised.value.details
        with pytest.raises(NotReadable, match=r"“/x” in “source\.hdf5”"):
            worth(file["x"].id, pipeline, silent)


@pytest.mark.parametrize("filters", [((1, 1, (1,)),), ((307, 1, (1,)),), ((2, 1, (8,)),), ((3, 0, ()),)])
def test_any_bytes_are_decoded_to_as_many_as_there_should_be_or_refused(filters: Any) -> None:
    random = np.random.default_rng(11)
    pack = packer(filters)
    assert pack is not None
    for number in range(300):
        piece = bytearray(pack(np.arange(100.0).tobytes())[1])
        for _ in range(number % 4):
            piece[random.integers(len(piece))] ^= 1 << random.integers(8)
        piece = piece[: random.integers(len(piece)) if number % 3 == 0 else len(piece)]
        with suppress(Undecodable):
            assert len(unpack(bytes(piece), int(random.integers(2)), filters, 800)) == 800


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8, 16, 17, 46, 300, 1 << 31])
def test_shuffling_is_undone_and_the_odd_rest_stays_at_the_end(size: int) -> None:
    for length in (0, 1, 7, 64, 300, 1204):
        piece = np.random.default_rng(length).integers(0, 256, length).astype("u1").tobytes()
        assert bytes(unshuffled(shuffled(piece, size), size)) == piece
    assert bytes(shuffled(b"abcdefg", 3)) == b"adbecfg"


def test_checksums_are_those_of_hdf5(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    samples = [bytes(64), b"\xff" * 64, random.integers(0, 256, 100_001).astype("u1").tobytes(), b"\xff" * 200_000]
    with new(tmp_path / "a.hdf5") as file:
        for number, piece in enumerate(samples):
            data = np.frombuffer(piece, "u1")
            made = file.create_dataset(str(number), data=data, chunks=data.shape, fletcher32=True)
            file.flush()
            assert made.id.read_direct_chunk((0,))[1] == piece + fletcher32(piece).to_bytes(4, "little")


# --- stopping and memory ------------------------------------------------------------------------------------------


def large(path: Path, chunks: int, size: int) -> bytes:
    def fill(file: h5py.File) -> None:
        made = file.create_dataset("x", (chunks * size,), "u1", chunks=(size,), compression=1)
        piece = zlib.compress(bytes(size), 1)
        for number in range(chunks):
            made.id.write_direct_chunk((number * size,), piece)

    return made(path, fill)


class Stuck:
    """Packs nothing before it is let go on."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, piece: Any) -> tuple[int, bytes]:
        self.entered.set()
        self.go_on.wait(30)
        return 0, b""


def test_cancel_is_heard_within_a_second_even_in_the_middle_of_a_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck()
    monkeypatch.setattr(compact_chunks, "packer", lambda filters: stuck)
    before = set(threading.enumerate())
    asked: list[float] = []

    def progress(what: str, done: int, total: int) -> None:
        assert what == "Compressing"
        if stuck.entered.is_set():
            asked.append(time.monotonic())
            raise Cancelled

    path = large(tmp_path / "source.hdf5", 50, 1 << 20)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        pipeline = pipeline_of("blosc:zstd", 9, file["x"].id)
        assert pipeline is not None
        other = target_of(target, "x", file["x"].id, pipeline)
        with pytest.raises(Cancelled):
            recompress(file["x"].id, other, pipeline, progress, "Compressing")
        assert time.monotonic() - asked[0] < 1
    stuck.go_on.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) == before


def test_all_threads_have_ended_afterwards_and_progress_was_told(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    told: list[tuple[int, int]] = []
    path = large(tmp_path / "source.hdf5", 50, 1 << 20)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        dataset = file["x"].id
        pipeline = pipeline_of("blosc:lz4", 1, dataset)
        assert pipeline is not None
        other = target_of(target, "x", dataset, pipeline)
        recompress(dataset, other, pipeline, lambda what, done, total: told.append((done, total)), "")
        total = dataset.get_storage_size()
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, total), (total, total))
    assert set(threading.enumerate()) == before


def test_ctrl_c_stays_what_it_is(source: h5py.File, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(piece: Any) -> tuple[int, bytes]:
        raise KeyboardInterrupt

    monkeypatch.setattr(compact_chunks, "packer", lambda filters: interrupted)
    with pytest.raises(KeyboardInterrupt):
        worth(source["zlib/float64"].id, Pipeline(()), silent)


@pytest.mark.parametrize("fault", ["ends", "fails", "has no memory", "is not given"])
def test_a_thread_that_dies_is_an_error_that_names_the_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def broken(piece: Any) -> tuple[int, bytes]:
        raise MemoryError if fault == "has no memory" else SystemExit

    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    if fault == "ends":
        monkeypatch.setattr(compact_chunks._Crew, "_live", lambda crew: None)
    elif fault == "is not given":
        monkeypatch.setattr(threading.Thread, "start", refused)
    else:
        monkeypatch.setattr(compact_chunks, "packer", lambda filters: broken)
    path = large(tmp_path / "source.hdf5", 5, 1 << 20)
    with h5py.File(os.fsdecode(path)) as file, pytest.raises(PexError) as raised:
        worth(file["x"].id, Pipeline(()), silent)
    assert raised.value.title == "“/x” in “source.hdf5” could not be compressed anew."


@pytest.mark.parametrize(("chunks", "size"), [(8, 32 << 20), (300, 2 << 20), (10_000, 4 << 10)])
@pytest.mark.parametrize("codec", ["none", "zlib", "blosc:lz4"])
def test_memory_is_bounded_whatever_the_number_and_size_of_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: int, size: int, codec: str
) -> None:
    monkeypatch.setattr(compact_chunks, "_cores", lambda: 8)
    path = large(tmp_path / "source.hdf5", chunks, size)
    with h5py.File(os.fsdecode(path)) as file, new(tmp_path / "target.hdf5") as target:
        pipeline = pipeline_of(codec, 1, file["x"].id)
        assert pipeline is not None
        other = target_of(target, "x", file["x"].id, pipeline)
        with memory(200 << 20):
            recompress(file["x"].id, other, pipeline, silent, "")


CONFINED = """
import os, sys
from pexgui.core import sandbox
sandbox.prepare()
import h5py, hdf5plugin
folder = os.fsencode(sys.argv[1])
sandbox.confine([folder], [folder])
from pexgui.core.compact_chunks import pipeline_of, recompress
from pexgui.core.progress import silent
os.chdir(folder)
with h5py.File("source.hdf5") as file, h5py.File("target.hdf5", "w") as target:
    dataset = file["x"].id
    for codec in ("zlib", "bzip2", "blosc:zstd"):
        pipeline = pipeline_of(codec, 5, dataset)
        plist = dataset.get_create_plist()
        plist.remove_filter(1)
        for filter in pipeline.filters:
            plist.set_filter(*filter)
        other = h5py.h5d.create(target.id, codec.encode(), dataset.get_type(), dataset.get_space(), plist)
        recompress(dataset, other, pipeline, silent, "")
        print(codec, other.get_storage_size() < 200_000)
"""


def test_it_works_where_an_engine_works(tmp_path: Path) -> None:
    large(tmp_path / "source.hdf5", 50, 1 << 20)
    run = [sys.executable, "-I", "-c", CONFINED, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["zlib", "True", "bzip2", "True", "blosc:zstd", "True"], "")
