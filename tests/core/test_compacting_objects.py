"""Whatever HDF5 can hold is in the compacted file as it was: read by our own comparison and by h5py alone."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pytest
from h5py import h5a, h5d, h5g, h5o, h5p, h5r, h5s, h5t, h5z

from pexgui.core import (
    CompactRequest,
    CompactWork,
    Mode,
    compact,
    compact_data,
    compact_doing,
    files,
    plan_compact,
    verify_data,
)
from pexgui.core.verify_trees import same_trees
from tests.core.expected import fixture
from tests.core.raw_files import made

Fill = Callable[[h5py.File], Any]
WAYS = ("small", "fast", "at once")
SOURCES = [("earliest", "v110"), ("v110", "v110"), ("v114", "v114"), ("latest", "latest")]


# --- what there is --------------------------------------------------------------------------------------------------


def leads(file: h5py.File) -> None:
    """References of every kind, to groups, datasets, named types, the root and nothing, wherever references may be."""
    data = file.create_dataset("a/data", data=np.arange(100).reshape(10, 10))
    file["kind"] = np.dtype([("x", "<f4")])
    region = data.regionref[2:4, ::3]
    to = [data.ref, file["a"].ref, file["kind"].ref, file["/"].ref, h5py.Reference()]
    file["a"].attrs.create("one", data.ref, dtype=h5py.ref_dtype)
    file["a"].attrs.create("many", np.array(to, object), dtype=h5py.ref_dtype)
    file["a"].attrs.create("table", np.array(to, object).reshape(5, 1), dtype=h5py.ref_dtype)
    file["a"].attrs.create("region", region, dtype=h5py.regionref_dtype)
    file.attrs.create("of the root", file["a"].ref, dtype=h5py.ref_dtype)
    file["kind"].attrs.create("of the type", data.ref, dtype=h5py.ref_dtype)
    file.create_dataset("refs", data=np.array(to, object), dtype=h5py.ref_dtype)
    file.create_dataset("one", data=data.ref, dtype=h5py.ref_dtype)
    file.create_dataset("pieces", (5,), h5py.ref_dtype, chunks=(2,), maxshape=(None,))[:] = np.array(to, object)
    file.create_dataset("packed", (5,), h5py.ref_dtype, chunks=(2,), compression="gzip")[:] = np.array(to, object)
    file.create_dataset("lzf", (5,), h5py.ref_dtype, chunks=(2,), compression="lzf")[:] = np.array(to, object)
    file.create_dataset("never", (5,), h5py.ref_dtype)
    file.create_dataset("never in pieces", (5,), h5py.ref_dtype, chunks=(2,))
    file.create_dataset("none", data=h5py.Empty(h5py.ref_dtype))
    file.create_dataset("regions", data=np.array([region, h5py.RegionReference()], object), dtype=h5py.regionref_dtype)
    every = data.regionref[...]
    file.create_dataset("every", data=np.array([every], object), dtype=h5py.regionref_dtype)
    rows = np.zeros(2, [("to", h5py.ref_dtype), ("at", "<i4"), ("region", h5py.regionref_dtype)])
    rows["to"], rows["at"], rows["region"] = to[:2], [3, 4], [region, every]
    file.create_dataset("rows", data=rows)
    file["a"].attrs.create("REFERENCE_LIST", rows[["to", "at"]])


def sequences_of_references(file: h5py.File) -> None:
    """As scales of dimensions have them, and one with a single value."""
    data = file.create_dataset("data", data=np.zeros((3, 4)))
    for name, length in (("x", 3), ("y", 4)):
        file.create_dataset(name, data=np.arange(length)).make_scale(name)
    data.dims[0].attach_scale(file["x"])
    data.dims[1].attach_scale(file["y"])
    kind = h5py.vlen_dtype(h5py.ref_dtype)
    refs = np.array([data.ref, file["x"].ref], h5py.ref_dtype)
    ragged = file.create_dataset("ragged", (3,), kind)
    ragged[0], ragged[2] = refs, refs[:1]
    single(file, b"two", kind, refs)
    single(file, b"one", kind, refs[:1])


def single(file: h5py.File, name: bytes, kind: Any, value: Any) -> None:
    """An attribute that is one sequence."""
    attribute = h5a.create(file.id, name, h5t.py_create(kind, logical=True), h5s.create(h5s.SCALAR))
    flat = np.empty(1, kind)
    flat[0] = value
    attribute.write(flat.reshape(()))


def names_of_one_object(file: h5py.File) -> None:
    """References to what has several names, in more groups than are listed in the order of their names."""
    for number in range(30):
        file.create_group(f"g{number * 7919 % 30:02}")
    data = file.create_dataset("g15/data", data=np.arange(3))
    for number in range(30):
        file[f"g{number:02}/again"] = data
    file.create_dataset("refs", data=np.array([data.ref], object), dtype=h5py.ref_dtype)


def named_types(file: h5py.File) -> None:
    """Shared by datasets and attributes, with a name, with two, or with none any more."""
    file["t/kind"] = np.dtype([("a", "<i4"), ("b", "S7")])
    file["t/again"] = file["t/kind"]
    file["gone"] = np.dtype("<f8")
    file["unused"] = np.dtype("<u2")
    file["unused"].attrs["unit"] = "m"
    rows = np.zeros(3, file["t/kind"].dtype)
    rows["a"] = [1, 2, 3]
    for name in ("one", "two"):
        file.create_dataset(name, data=rows, dtype=file["t/kind"])
        file.create_dataset(f"{name} float", data=np.arange(4.0), dtype=file["gone"])
        file[name].attrs.create("kind", rows[1], dtype=file["t/kind"])
    file["t"].attrs.create("kind", rows[2], dtype=file["t/kind"])
    file.attrs.create("kind", 2.5, dtype=file["gone"])
    file.create_dataset("pieces", data=rows, dtype=file["t/kind"], chunks=(2,), compression="gzip")
    file.create_dataset("packed", data=rows, dtype=file["t/kind"], chunks=(2,), **hdf5plugin.Blosc())
    del file["gone"]


def named_types_of_any_length(file: h5py.File) -> None:
    """As netCDF has them."""
    file["words"] = h5py.string_dtype()
    file["ragged"] = h5py.vlen_dtype("<i4")
    file["rows"] = np.dtype([("x", "<i4"), ("word", h5py.string_dtype())])
    for number, more in enumerate(({}, {"chunks": (2,)}, {"chunks": (2,), "maxshape": (None,), "compression": "gzip"})):
        file.create_dataset(f"w{number}", data=["one", "", "three"], dtype=file["words"], **more)
        ragged = file.create_dataset(f"r{number}", (3,), file["ragged"], **more)
        ragged[0], ragged[2] = np.arange(3), np.arange(50)
        rows = file.create_dataset(f"t{number}", (3,), file["rows"], **more)
        rows[0] = (7, "seven")
        file.create_dataset(f"never{number}", (3,), file["words"], **more)
    file["r0"].attrs.create("word", "a word", dtype=file["words"])


def hard_links(file: h5py.File) -> None:
    """To datasets and groups, in circles too."""
    group = file.create_group("a/b/c")
    group["data"] = np.arange(4)
    file["a/data"] = group["data"]
    file["z"] = file["a/b"]
    file["0"] = file["a/b/c"]
    group["up"] = file["a/b"]
    group["top"] = file["/"]
    group["self"] = group
    file["root"] = file["/"]


def other_links(file: h5py.File) -> None:
    file["a"] = np.arange(4)
    file["soft"] = h5py.SoftLink("/a")
    file["relative"] = h5py.SoftLink("./a/../a")
    file["dangling"] = h5py.SoftLink("/not/there")
    file["long"] = h5py.SoftLink("/" + "x" * 5000)
    file["external"] = h5py.ExternalLink("other file.hdf5", "/x/y")
    file["umlaut"] = h5py.ExternalLink("größe.hdf5", "/ß")
    file["g/self"] = h5py.SoftLink("self")


def odd_names(file: h5py.File) -> None:
    """Text in any language, bytes that are no text, what looks like ours, and character sets."""
    for name in (b"gr\xc3\xb6\xc3\x9fe", b"\xff\xfe", b" ", b"a b", b"..", b"$", b"\n", b"n" * 3000, b"..."):
        group = h5g.create(file.id, name)
        attribute = h5a.create(group, name, h5t.STD_I32LE, h5s.create(h5s.SCALAR))
        attribute.write(np.array(len(name), "<i4"))
    unicode = h5p.create(h5p.LINK_CREATE)
    unicode.set_char_encoding(h5t.CSET_UTF8)
    file.id.links.create_hard(b"utf8", file.id, b"$", unicode)
    file.id.links.create_soft(b"soft utf8", b"/\xc3\x9f", unicode)
    for name in (".pexgui-copying", ".pexgui-all", ".pexgui-all_"):
        file.create_group(name).attrs["kept"] = 1


def spaces(file: h5py.File) -> None:
    file.create_dataset("null", data=h5py.Empty("<f8"))
    file.create_dataset("null text", data=h5py.Empty("S3"))
    file.create_dataset("scalar", data=3.5)
    file.create_dataset("one", data=[3.5])
    file.create_dataset("empty", (0,), "<f8")
    file.create_dataset("empty 2", (3, 0, 2), "<f8")
    file.create_dataset("empty pieces", (0,), "<f8", chunks=(4,), maxshape=(None,))
    file.create_dataset("empty packed", (0, 3), "<f8", chunks=(4, 3), maxshape=(None, 3), compression="gzip")
    file.create_dataset("bounded", (2, 3), "<f8", chunks=(4, 3), maxshape=(9, None))[:] = 2
    file.create_dataset("ranks", data=np.zeros((1,) * 12 + (2,)))
    for name in ("null", "scalar", "empty"):
        file[name].attrs["null"] = h5py.Empty("<i4")
        file[name].attrs["null text"] = h5py.Empty(h5py.string_dtype())
        file[name].attrs["nothing"] = np.zeros(0)
        file[name].attrs["no words"] = np.zeros(0, "S3")
        file[name].attrs["none"] = np.zeros((2, 0, 3), "<i4")


def compact_layout(file: h5py.File) -> None:
    """Data in headers, up to as many as there is room for; several alike."""
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.COMPACT)
    for number, length in enumerate([0, 1, 2048, 2049, 60_000, 5, 5, 5, 5, 5, 5, 5]):
        dataset = h5d.create(file.id, b"c%d" % number, h5t.STD_U8LE, h5s.create_simple((length,)), plist)
        if length:
            dataset.write(h5s.ALL, h5s.ALL, np.arange(length, dtype="u1") + np.uint8(number))
    for number in range(7):
        h5d.create(file.id, b"null%d" % number, h5t.STD_U8LE, h5s.create(h5s.NULL), plist)


def unwritten(file: h5py.File) -> None:
    """Never, partly or early written; with and without fill values."""
    for number, more in enumerate(({}, {"fillvalue": 3}, {"fillvalue": 0}, {"fill_time": "never"})):
        file.create_dataset(f"c{number}", (10, 10), "<i4", **more)
        file.create_dataset(f"p{number}", (10, 10), "<i4", chunks=(3, 3), **more)
        file.create_dataset(f"part{number}", (10, 10), "<i4", chunks=(3, 3), **more)[2:5, 4] = 7
        file.create_dataset(f"small{number}", (2,), "<i4", **more)
        file.create_dataset(f"packed{number}", (10, 10), "<i4", chunks=(3, 3), compression="gzip", **more)[9] = 1
    file.create_dataset("text", (3,), "S5", fillvalue=b"abc")
    file.create_dataset("rows", (3,), [("a", "<i4"), ("b", "S3")], fillvalue=np.array((5, b"xy"), "i4,S3")[()])
    early = h5p.create(h5p.DATASET_CREATE)
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    early.set_fill_value(np.array(9, "<i4"))
    h5d.create(file.id, b"early", h5t.STD_I32LE, h5s.create_simple((50,)), early)
    early.set_chunk((7,))
    h5d.create(file.id, b"early pieces", h5t.STD_I32LE, h5s.create_simple((50,)), early)
    file.create_dataset("words", (3,), h5py.string_dtype(), fillvalue="abc")
    file.create_dataset("grown", data=np.arange(40), chunks=(8,), maxshape=(None,), fillvalue=5)
    file["grown"].resize((13,))
    file["grown"].resize((33,))


def filters(file: h5py.File) -> None:
    """Every codec there is here; the stored pieces have to be the same."""
    numbers = np.arange(400, dtype="<i4").reshape(20, 20)
    keywords: dict[str, dict[str, Any]] = {
        "gzip": {"compression": 5},
        "gzip 0": {"compression": 0},
        "shuffle": {"compression": 5, "shuffle": True},
        "fletcher": {"fletcher32": True},
        "all": {"compression": 5, "shuffle": True, "fletcher32": True},
        "lzf": {"compression": "lzf", "shuffle": True},
        "scale": {"scaleoffset": 3},
        "blosc": hdf5plugin.Blosc("zstd", 5),
        "blosc2": hdf5plugin.Blosc2(),
        "zstd": hdf5plugin.Zstd(),
        "bzip2": hdf5plugin.BZip2(),
        "lz4": hdf5plugin.LZ4(),
        "bitshuffle": hdf5plugin.Bitshuffle(),
    }
    for name, more in keywords.items():
        dataset = file.create_dataset(name, data=numbers, chunks=(7, 8), **more)
        dataset.attrs["codec"] = name
    nbit = h5p.create(h5p.DATASET_CREATE)
    nbit.set_chunk((7, 8))
    nbit.set_filter(h5z.FILTER_NBIT, h5z.FLAG_OPTIONAL)
    kind = h5t.STD_I32LE.copy()
    kind.set_precision(17)
    dataset = h5d.create(file.id, b"nbit", kind, h5s.create_simple((20, 20)), nbit)
    dataset.write(h5s.ALL, h5s.ALL, numbers)
    file.create_dataset("scale float", data=numbers / 7, chunks=(7, 8), scaleoffset=2)
    with suppress(ValueError):  # it is not everywhere
        file.create_dataset("szip", data=numbers, chunks=(8, 8), compression="szip")
    masked = file.create_dataset("not filtered", (20,), "<i4", chunks=(5,), compression=4)
    masked[:] = np.arange(20)
    masked.id.write_direct_chunk((5,), np.arange(5, dtype="<i4").tobytes(), 1)
    rough = file.create_dataset("grows", data=numbers, chunks=(7, 8), maxshape=(None, None), compression=4)
    rough.resize((3, 50))


def types(file: h5py.File) -> None:
    """Types of every class, both orders of bytes, with holes and paddings."""
    file["big"] = np.arange(5, dtype=">f8")
    file["half"] = np.arange(5, dtype="<f2")
    file["long"] = np.arange(5, dtype=np.longdouble)
    file["complex"] = np.arange(5) * 1j
    file["bool"] = np.array([True, False])
    file.create_dataset("enum", data=[0, 5], dtype=h5py.enum_dtype({"no": 0, "perhaps": 5, "ß": 7}, "<i2"))
    file.create_dataset("opaque", data=np.array([b"abcde", b"\0\0\xff\0"], "V5"))
    file["array"] = np.zeros(3, [("x", "<f4", (2, 3)), ("y", ">i2")])
    holes = np.zeros(4, np.dtype({"names": ["a", "b"], "formats": ["<i2", "<f8"], "offsets": [3, 24], "itemsize": 50}))
    holes["a"] = 7
    file["holes"] = holes
    file.attrs["holes"] = holes
    file["nested"] = np.zeros(2, [("in", [("a", "S3"), ("b", "<i4", (2,))]), ("c", "?")])
    for name, code in (("b8", h5t.STD_B8LE), ("b32", h5t.STD_B32BE)):
        dataset = h5d.create(file.id, name.encode(), code, h5s.create_simple((3,)))
        dataset.write(h5s.ALL, h5s.ALL, np.array([1, 2, 200], f"V{code.get_size()}".replace("V", "u")), code)
        attribute = h5a.create(file.id, name.encode(), code, h5s.create_simple((3,)))
        attribute.write(np.array([1, 2, 200], f"u{code.get_size()}"), code)
    for pad in (h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD):
        for cset in (h5t.CSET_ASCII, h5t.CSET_UTF8):
            kind = h5t.C_S1.copy()
            kind.set_size(8)
            kind.set_strpad(pad)
            kind.set_cset(cset)
            name = b"text %d %d" % (pad, cset)
            values = np.array([b"ab\0cd\0  ", b"        ", b"\0" * 8, b"12345678", b"\xff\xfe\0 x\0\0 "], "V8")
            dataset = h5d.create(file.id, name, kind, h5s.create_simple((5,)))
            dataset.write(h5s.ALL, h5s.ALL, values, kind)
            h5a.create(dataset, name, kind, h5s.create_simple((5,))).write(values, kind)


def any_length(file: h5py.File) -> None:
    """Texts and sequences of any length, nested too."""
    words = ["", "a", "grüße ☃", "x" * 5000, "new\nline", " "]
    for number, more in enumerate(({}, {"chunks": (4,)}, {"chunks": (4,), "maxshape": (None,), "compression": 3})):
        file.create_dataset(f"w{number}", data=words, dtype=h5py.string_dtype(), **more)
        file.create_dataset(
            f"ascii{number}", data=[b"", b"\xff\xfe", b"a", b"b"], dtype=h5py.string_dtype("ascii"), **more
        )
        ragged = file.create_dataset(f"r{number}", (5,), h5py.vlen_dtype(">f4"), **more)
        ragged[0], ragged[3] = np.arange(3), np.arange(3000)
        file.create_dataset(f"t{number}", (4,), [("x", "<i4"), ("w", h5py.string_dtype())], **more)[1] = (4, "four")
    file["scalar"] = "one text"
    file["w0"].attrs["word"] = "ß"
    file["w0"].attrs["empty"] = ""
    file["w0"].attrs.create("words", words, dtype=h5py.string_dtype())
    file["w0"].attrs.create("odd", np.array([b"\xff", b""], object), dtype=h5py.string_dtype("ascii"))
    single(file, b"ragged", h5py.vlen_dtype("<i4"), np.arange(7, dtype="<i4"))
    single(file, b"one", h5py.vlen_dtype("<i4"), np.arange(1, dtype="<i4"))
    rows = np.zeros(2, [("x", "<i4"), ("w", h5py.string_dtype())])
    rows["w"] = ["a", "bc"]
    file.attrs.create("rows", rows)


def ordered(file: h5py.File) -> None:
    """Groups and attributes that remember the order in which they were made; both few and many."""
    for count in (3, 40):
        group = file.create_group(f"g{count}", track_order=True)
        for number in range(count):
            name = f"n{number * 7919 % count:02}"
            group.attrs[name] = number
            group.create_group(name)
        group["soft"] = h5py.SoftLink("n00")
        data = file.create_dataset(f"d{count}", data=np.arange(3), track_order=True)
        for number in range(count):
            data.attrs[f"n{number * 7919 % count:02}"] = number


def many_attributes(file: h5py.File) -> None:
    """More than there is usually room for in the header of an object."""
    for name, node in (("g", file.create_group("g")), ("d", file.create_dataset("d", data=np.arange(3)))):
        for number in range(320):
            node.attrs[f"{name}{number * 7919 % 320:03}"] = f"value {number}"
    for node in (file.create_group("dense"), file.create_dataset("dense data", data=1.5)):
        for number in range(12):
            node.attrs[f"n{number}"] = np.arange(number)
    file.create_dataset("blosc", data=np.arange(99), chunks=(9,), **hdf5plugin.Blosc())
    for number in range(30):
        file["blosc"].attrs[f"n{number}"] = np.arange(number)


def large_attributes(file: h5py.File) -> None:
    """Almost too large for the header of their object."""
    for node in (file, file.create_group("g"), file.create_dataset("d", data=np.arange(3))):
        node.attrs["large"] = np.arange(8000, dtype="<f8")
        node.attrs["words"] = np.array([b"x" * 1000] * 50)
        node.attrs["last"] = 1


def huge_attributes(file: h5py.File) -> None:
    """Too large for any header, which only newer forms have."""
    for node in (file, file.create_group("g"), file.create_dataset("d", data=np.arange(3))):
        node.attrs["huge"] = np.arange(20_000, dtype="<f8")
        node.attrs["small"] = 1
    file["kind"] = np.dtype("<f4")
    file["kind"].attrs["huge"] = np.arange(20_000, dtype="<f8")


def many_names(file: h5py.File) -> None:
    """Groups alike by the hundred, and one with many names."""
    for number in range(300):
        group = file.create_group(f"many/run_{number:08}")
        group.attrs["number"] = number
        group.attrs["name"] = np.bytes_(f"name {number % 3}")
        group["data"] = np.arange(3.0) + number
        group["data"].attrs["unit"] = np.bytes_(b"m")
        group["other"] = number
        group["soft"] = h5py.SoftLink("data")


FEATURES: dict[str, Fill] = {
    each.__name__.replace("_", " "): each
    for each in (
        *(leads, sequences_of_references, names_of_one_object, named_types, named_types_of_any_length, hard_links),
        *(other_links, odd_names, spaces, compact_layout, unwritten, filters, types, any_length, ordered),
        *(many_attributes, large_attributes, huge_attributes, many_names),
    )
}
NEWER = {"huge attributes"}


# --- what h5py alone reads --------------------------------------------------------------------------------------------


class Reading:
    """All that is in a file, told by h5py without anything of ours."""

    def __init__(self, path: Path) -> None:
        with h5py.File(path) as self.file:
            self.places: dict[int, str] = {}
            self.nodes: dict[str, Any] = {}
            self.names: dict[str, Any] = {}
            self._meet("/", self.file.id)
            self.told = {path: self._object(node) for path, node in self.nodes.items()}
            del self.file, self.nodes

    def _meet(self, path: str, node: Any) -> None:
        self.places[h5o.get_info(node).addr] = path
        self.nodes[path] = node
        if not isinstance(node, h5g.GroupID):
            return
        order = bool(node.get_create_plist().get_link_creation_order() & h5p.CRT_ORDER_TRACKED)
        names: list[bytes] = []
        kind = h5py.h5.INDEX_CRT_ORDER if order and path != "/" else h5py.h5.INDEX_NAME
        node.links.iterate(names.append, idx_type=kind)
        self.names[path] = links = []
        below = []
        for name in names:
            info = node.links.get_info(name)
            links.append([name, info.type, info.cset])
            if info.type != h5py.h5l.TYPE_HARD:
                links[-1].append(node.links.get_val(name))
                continue
            child = h5o.open(node, name)
            place = h5o.get_info(child).addr
            if place not in self.places:
                self.places[place] = f"{path.rstrip('/')}/{name!r}"
                below.append((self.places[place], child))
            links[-1].append(self.places[place])
        for where, child in below:
            self._meet(where, child)

    def _object(self, node: Any) -> Any:
        told = [self._attributes(node)]
        if isinstance(node, h5d.DatasetID):
            told += [self._type(node.get_type()), *self._data(node)]
        elif isinstance(node, h5t.TypeID):
            told.append(self._type(node))
        return told

    def _attributes(self, node: Any) -> Any:
        names: list[bytes] = []
        plist = None if isinstance(node, h5t.TypeID) or node == self.file.id else node.get_create_plist()
        order = plist is not None and plist.get_attr_creation_order() & h5p.CRT_ORDER_TRACKED
        h5a.iterate(node, names.append, index_type=h5py.h5.INDEX_CRT_ORDER if order else h5py.h5.INDEX_NAME)
        found = []
        for name in names:
            one = h5a.open(node, name)
            value = None
            if one.shape is not None:
                raw = is_raw(one.get_type())
                value = np.zeros(one.shape, f"V{one.get_type().get_size()}" if raw else one.dtype)
                one.read(value, one.get_type() if raw else None)
            space = one.get_space().get_simple_extent_type()
            found.append((name, self._type(one.get_type()), one.shape, space, self._value(value, node)))
        return found

    def _data(self, node: h5d.DatasetID) -> Iterator[Any]:
        plist, space = node.get_create_plist(), node.get_space()
        yield space.get_simple_extent_type()
        yield plist.fill_value_defined()
        if space.get_simple_extent_type() == h5s.NULL:
            return
        yield space.get_simple_extent_dims(), space.get_simple_extent_dims(True)
        if plist.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED and not node.dtype.hasobject:
            value = np.zeros((), node.dtype)
            plist.get_fill_value(value)
            yield self._value(value, node)
        if plist.get_layout() == h5d.CHUNKED:
            yield plist.get_chunk(), [plist.get_filter(number)[:3] for number in range(plist.get_nfilters())]
            if is_raw(node.get_type()):
                pieces: dict[Any, Any] = {}
                node.chunk_iter(
                    lambda info: pieces.update({info.chunk_offset: node.read_direct_chunk(info.chunk_offset)})
                )
                yield pieces
        raw = is_raw(node.get_type())
        value = np.zeros(node.shape, f"V{node.get_type().get_size()}" if raw else node.dtype)
        node.read(h5s.ALL, h5s.ALL, value, node.get_type() if raw else None)
        yield self._value(value, node)

    def _type(self, kind: h5t.TypeID) -> Any:
        code = kind.get_class()
        told: list[Any] = [code, kind.get_size()]
        if kind.committed():
            told.append(self.places.setdefault(h5o.get_info(kind).addr, f"nameless {len(self.places)}"))
        if code == h5t.COMPOUND:
            for number in range(kind.get_nmembers()):
                name, place = kind.get_member_name(number), kind.get_member_offset(number)
                told.append((name, place, self._type(kind.get_member_type(number))))
        elif code in (h5t.ARRAY, h5t.VLEN):
            told.append(self._type(kind.get_super()))
            told.append(kind.get_array_dims() if code == h5t.ARRAY else None)
        elif code == h5t.ENUM:
            told.append(self._type(kind.get_super()))
            told += [(kind.get_member_name(n), kind.get_member_value(n)) for n in range(kind.get_nmembers())]
        elif code == h5t.STRING:
            told += [kind.is_variable_str(), kind.get_cset(), kind.get_strpad()]
        elif code == h5t.BITFIELD:
            told.append(kind.get_order())
        elif code in (h5t.INTEGER, h5t.FLOAT):
            told += [kind.get_order(), kind.get_precision(), kind.get_offset(), kind.get_pad()]
            told += [kind.get_sign()] if code == h5t.INTEGER else []
            told += [kind.get_fields(), kind.get_ebias(), kind.get_norm()] if code == h5t.FLOAT else []
        elif code == h5t.OPAQUE:
            told.append(kind.get_tag())
        elif code == h5t.REFERENCE:
            told.append(kind.equal(h5t.STD_REF_OBJ))
        return told

    def _value(self, value: Any, node: Any) -> Any:
        if isinstance(value, np.ndarray | np.void) and not value.dtype.hasobject:
            return value.tobytes()
        if isinstance(value, np.ndarray | np.void) and value.dtype.names:
            return [self._value(value[name], node) for name in value.dtype.names]
        if isinstance(value, np.ndarray):
            return value.shape, [self._value(each, node) for each in value.reshape(-1)]
        if isinstance(value, h5r.Reference):
            if not value:
                return "nowhere"
            where = self.places[h5o.get_info(h5r.dereference(value, node)).addr]
            region = isinstance(value, h5r.RegionReference)
            return where, selected(h5r.get_region(value, node)) if region else None
        return value


def selected(space: h5s.SpaceID) -> Any:
    """Which elements are chosen."""
    if not space.get_select_npoints():
        return []
    kind, dims = space.get_select_type(), space.get_simple_extent_dims()
    return kind, dims, space.get_select_hyper_blocklist().tolist() if kind == h5s.SEL_HYPERSLABS else None


def is_raw(kind: h5t.TypeID) -> bool:
    return not (kind.detect_class(h5t.VLEN) or kind.detect_class(h5t.REFERENCE) or is_text_of_any_length(kind))


def is_text_of_any_length(kind: h5t.TypeID) -> bool:
    code = kind.get_class()
    if code == h5t.COMPOUND:
        return any(is_text_of_any_length(kind.get_member_type(number)) for number in range(kind.get_nmembers()))
    if code == h5t.ARRAY:
        return is_text_of_any_length(kind.get_super())
    return bool(code == h5t.STRING and kind.is_variable_str())


# --- the tests --------------------------------------------------------------------------------------------------------


def compacted(source: bytes, target: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file compacted into another: object by object, in either mode, or by HDF5 in one step."""
    monkeypatch.setattr(compact_doing, "MOST", 1 << 60 if way == "at once" else -1)
    mode = Mode.SMALL if way == "small" else Mode.FAST
    plan = plan_compact(CompactRequest((source,), mode, target=os.fsencode(target)))
    assert plan.files[0].problem == "", plan.files[0].hint
    (done,) = compact(CompactWork(plan)).files
    assert done.problem == "", done.hint
    return target


def same(source: bytes, target: Path) -> int:
    with files.reading(source) as one, files.reading(os.fsencode(target)) as other:
        return same_trees(one.root, other.root, storage=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bounds", SOURCES, ids="-".join)
@pytest.mark.parametrize("feature", FEATURES)
def test_everything_is_in_the_copy_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feature: str, bounds: tuple[str, str], way: str
) -> None:
    if feature in NEWER and bounds[0] == "earliest":
        pytest.skip("the oldest form has no room for it")
    source = made(tmp_path / "source.hdf5", FEATURES[feature], libver=bounds)
    before = (tmp_path / "source.hdf5").read_bytes()
    target = compacted(source, tmp_path / "copy.hdf5", way, monkeypatch)
    ours, theirs = Reading(tmp_path / "source.hdf5"), Reading(target)
    assert same(source, target) == len(ours.told)
    assert theirs.names == ours.names
    assert theirs.told == ours.told
    assert (tmp_path / "source.hdf5").read_bytes() == before
    assert sorted(name for name in os.listdir(tmp_path) if not name.endswith(".undo")) == ["copy.hdf5", "source.hdf5"]


@pytest.mark.parametrize("way", WAYS)
def test_a_root_remembers_in_which_order_it_was_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path = tmp_path / "source.hdf5"
    with h5py.File(path, "w", track_order=True) as file:
        for name in "zbyac":
            file.create_dataset(name, data=np.arange(10))
            file.attrs[name] = 1
    with h5py.File(compacted(os.fsencode(path), tmp_path / "copy.hdf5", way, monkeypatch), "r") as copy:
        assert list(copy) == list(copy.attrs) == list("zbyac")


def outside(file: h5py.File) -> None:
    file.create_dataset("g/outside", (10,), "<f8", external=[("values.bin", 0, 80)])


def composed(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "<f8")
    layout[:] = h5py.VirtualSource("other.hdf5", "x", (4,))
    file.create_virtual_dataset("g/composed", layout)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("fill", [outside, composed])
def test_data_in_other_files_are_refused_in_a_sentence(tmp_path: Path, fill: Fill, mode: Mode) -> None:
    source = made(tmp_path / "source.hdf5", fill, libver=("v110", "v110"))
    before = (tmp_path / "source.hdf5").read_bytes()
    plan = plan_compact(CompactRequest((source,), mode))
    (planned,) = plan.files
    assert planned.problem == f"“/g/{fill.__name__}” in “source.hdf5” has its data in other files."
    assert planned.hint.startswith("Nothing was changed.")
    (done,) = compact(CompactWork(plan)).files
    assert (done.problem, done.after) == (planned.problem, planned.size)
    assert (tmp_path / "source.hdf5").read_bytes() == before


@pytest.mark.parametrize("way", WAYS)
def test_a_reference_to_what_was_deleted_is_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def fill(file: h5py.File) -> None:
        gone = file.create_dataset("gone", data=np.arange(100))
        file.create_dataset("refs", data=np.array([gone.ref], object), dtype=h5py.ref_dtype)
        del file["gone"]

    source = made(tmp_path / "source.hdf5", fill)
    monkeypatch.setattr(compact_doing, "MOST", 1 << 60 if way == "at once" else -1)
    mode = Mode.SMALL if way == "small" else Mode.FAST
    (done,) = compact(CompactWork(plan_compact(CompactRequest((source,), mode)))).files
    assert done.problem == "A reference cannot be read: “/refs” in “source.hdf5” is damaged."
    assert os.listdir(tmp_path) == ["source.hdf5"]


def test_many_references_are_copied_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(file: h5py.File) -> None:
        to = [file.create_group(f"g{number}").ref for number in range(7)]
        many = np.array([to[number % 7] for number in range(1000)], h5py.ref_dtype)
        file.create_dataset("plain", data=many.reshape(10, 100))
        file.create_dataset("pieces", data=many.reshape(10, 100), chunks=(3, 40))

    source = made(tmp_path / "source.hdf5", fill)
    monkeypatch.setattr(compact_data, "PORTION", 50 * compact_data.VARIABLE)
    monkeypatch.setattr(verify_data, "PORTION", 50 * compact_data.VARIABLE)
    target = compacted(source, tmp_path / "copy.hdf5", "small", monkeypatch)
    assert Reading(target).told == Reading(tmp_path / "source.hdf5").told


@pytest.mark.parametrize("way", WAYS)
def test_indexes_of_tables_are_kept(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    path = tmp_path / "indexed.hdf5"
    shutil.copyfile(fixture(shared, "18_pandas_table.hdf5"), path)
    indexes = [place for place in Reading(path).told if "'_i_" in place]
    assert indexes
    target = compacted(os.fsencode(path), tmp_path / "copy.hdf5", way, monkeypatch)
    assert Reading(target).told == Reading(path).told
