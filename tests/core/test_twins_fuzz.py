"""Files whose bytes are changed anywhere: what is proved to be the same, HDF5 reads as the same."""

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest

from pexgui.core.twins import Twins
from pexgui.core.twins_headers import Unknown
from pexgui.core.twins_image import Image
from pexgui.core.twins_many import FEW, ManyTwins
from tests.core.compared import grid, sweep
from tests.core.test_twins import LIBVER, RUNS

SEEDS = 4
RUN_COUNT = 2 * FEW
DAMAGED = "damaged"
Contents = dict[str, Any]


class File(NamedTuple):
    """A file, what HDF5 reads from its runs, where its objects are and which bytes describe them."""

    content: bytes
    told: Contents
    there: dict[str, int]
    described: list[range]


def chunked(run: Any, number: int) -> None:
    """Data in many pieces, with an index of two levels, compressed data, tables and a group of many names."""
    leaf = run["z"]
    leaf.create_dataset("many", data=np.arange(200.0) + number, chunks=(2,), maxshape=(None,))
    leaf.create_dataset("packed", data=np.arange(60).reshape(6, 10), chunks=(2, 5), compression="gzip", fillvalue=3)
    leaf.create_dataset("table", data=np.zeros(3, [("a", "i4"), ("b", "S5"), ("c", "f8", (2,))]), chunks=(2,))
    leaf.create_dataset("nothing", (0,), "f4", maxshape=(None,))
    leaf.create_dataset("none", (0,), "f4")
    for item in range(12):
        leaf.create_dataset(f"item{item}", data=item)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> File:
    path = sweep(tmp_path_factory.mktemp("fuzz") / "a.hdf5", grid(RUN_COUNT))
    with h5py.File(path, "r+", libver=LIBVER) as opened:
        for number, run in enumerate(opened[RUNS].values()):
            if number % 2:
                chunked(run, number)
    told, there = read(path)
    content = path.read_bytes()
    return File(content, told, there, list(described(Image(content), there)))


def read(path: Path) -> tuple[Contents, dict[str, int]]:
    """All that HDF5 reads from the runs of a file, by its path, and where the objects are; nothing if it reads none."""
    told: Contents = {}
    there: dict[str, int] = {}
    try:
        with h5py.File(path, "r", locking=False) as opened:
            read_group(opened[RUNS], "", told, there)
    except (OSError, KeyError, RuntimeError, ValueError):
        pass
    return told, there


def read_group(group: Any, path: str, told: Contents, there: dict[str, int]) -> None:
    told[path] = attributes_of(group)
    try:
        names = list(group)
    except RuntimeError:
        told[path + "/"] = DAMAGED
        return
    for name in names if len(path) < 200 else []:
        inner = f"{path}/{name}"
        try:
            node = group[name]
            there[inner] = h5py.h5o.get_info(node.id).addr
        except (KeyError, OSError, RuntimeError, ValueError, TypeError):
            told[inner] = DAMAGED
            continue
        if isinstance(node, h5py.Group):
            read_group(node, inner, told, there)
        else:
            told[inner] = value_of(node), attributes_of(node)


def value_of(node: Any) -> Any:
    try:
        return node.id.get_type().encode(), node.shape, node.maxshape, node[()].tobytes() if node.nbytes < 1e7 else None
    except (AttributeError, OSError, RuntimeError, ValueError, TypeError):
        return DAMAGED


def attributes_of(node: Any) -> Any:
    try:
        return {
            name: (attribute.get_type().encode(), attribute.shape, node.attrs[name].tobytes())
            for name in node.attrs
            if name != "TITLE"
            for attribute in [node.attrs.get_id(name)]
        }
    except (AttributeError, KeyError, OSError, RuntimeError, ValueError, TypeError):
        return DAMAGED


def described(image: Image, there: dict[str, int]) -> Iterator[range]:
    """Where the headers, indices, tables and names of objects are."""
    content = image.content
    for place in there.values():
        (size,) = struct.unpack_from("<I", content, place + 8)
        yield range(place, place + 16)
        blocks = [(place + 16, size)]
        for start, length in blocks:
            yield range(start, start + length)
            told = image.block(content[start : start + length])[1]
            blocks += [struct.unpack_from("<QQ", content, start + at) for at in told.continued]
            if told.table >= 0:
                tree, heap = struct.unpack_from("<QQ", content, start + told.table)
                (names,) = struct.unpack_from("<Q", content, heap + 24)
                (node,) = struct.unpack_from("<Q", content, tree + 32)
                yield from (range(tree, tree + 48), range(heap, heap + 32), range(names, names + 88))
                yield range(node, node + 100)
            if told.pieces:
                (tree,) = struct.unpack_from("<Q", content, start + told.data)
                if tree < len(content):
                    yield range(tree, tree + 200)


def damaged(content: bytes, where: list[range], chance: random.Random) -> bytes:
    """The content with some bytes changed, mostly of those that describe what is where."""
    found = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        part = chance.choice(where) if chance.random() < 0.9 else range(8, len(content))
        place = min(chance.choice(part), len(content) - 1)
        found[place] = chance.choice(
            [chance.randrange(256), found[place] ^ (1 << chance.randrange(8)), (found[place] + 8) % 256, 0, 255]
        )
    return bytes(found)


def below(told: Contents, path: str) -> Contents:
    return {name: value for name, value in told.items() if name == path or name.startswith(path + "/")}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_proved_hdf5_reads_as_the_same(
    tmp_path: Path, file: File, seed: int, pytestconfig: pytest.Config
) -> None:
    """Either one side is damaged, or both in the same way and one of them once more."""
    chance = random.Random(seed)
    proved = 0
    for number in range(2_000 if pytestconfig.getoption("--everything") else 9):
        content, told, there = file.content, file.told, file.there
        if chance.random() < 0.3:
            content = damaged(file.content, file.described, chance)
            (tmp_path / "a.hdf5").write_bytes(content)
            told, there = read(tmp_path / "a.hdf5")
        changed = damaged(content, file.described, chance)
        (tmp_path / "b.hdf5").write_bytes(changed)
        told_b, there_b = read(tmp_path / "b.hdf5")
        try:
            alone, many = (kind(Image(content), Image(changed)) for kind in (Twins, ManyTwins))
        except Unknown:
            continue
        both = {path: (there[path], there_b[path]) for path in there if path in there_b}
        many.foresee([pair for path, pair in both.items() if path.count("/") == 1])
        for path, pair in both.items():
            if alone.leaves(*pair) is not None or many.leaves(*pair) is not None:
                proved += 1
                assert below(told, path) == below(told_b, path), (seed, number, path)
    assert proved > 200


def place_of(content: bytes, place: int, what: str) -> int:
    """Where in a file something of the object is whose header is at ``place``."""
    image = Image(content)
    (size,) = struct.unpack_from("<I", content, place + 8)
    blocks = [(place + 16, size)]
    for start, length in blocks:
        told = image.block(content[start : start + length])[1]
        blocks += [struct.unpack_from("<QQ", content, start + at) for at in told.continued]
        if what == "data" and told.data >= 0:
            return start + told.data
        if what in ("tree", "heap") and told.table >= 0:
            return int(struct.unpack_from("<QQ", content, start + told.table)[what == "heap"])
    return place


def of(file: File, path: str, what: str = "header") -> int:
    return place_of(file.content, file.there[path], what)


def index_of(file: File, path: str) -> int:
    return int(struct.unpack_from("<Q", file.content, of(file, path, "data"))[0])


ODD = "/run_00000003"
DAMAGE = {
    "the key before the names": lambda file: of(file, ODD, "tree") + 24,
    "the key after the names": lambda file: of(file, ODD, "tree") + 40,
    "what is beside an index": lambda file: of(file, ODD, "tree") + 9,
    "how many names an index has": lambda file: of(file, ODD, "tree") + 7,
    "the size of the names": lambda file: of(file, ODD, "heap") + 8,
    "the gap in the names": lambda file: of(file, ODD, "heap") + 16,
    "how many messages a header has": lambda file: of(file, ODD) + 2,
    "the size of a header": lambda file: of(file, ODD) + 8,
    "flags of where a header goes on": lambda file: of(file, ODD) + 20,
    "a key above the pieces": lambda file: index_of(file, ODD + "/z/many") + 24 + 24 + 8 + 8,
    "the level of an index": lambda file: index_of(file, ODD + "/z/many") + 5,
    "where the pieces end": lambda file: index_of(file, ODD + "/z/packed") + 24 + 6 * 40 + 8,
    "where no data are": lambda file: of(file, ODD + "/z/none", "data") + 7,
}


@pytest.mark.parametrize("what", DAMAGE)
def test_what_hdf5_would_not_find_any_more_is_not_proved(file: File, what: str) -> None:
    place = DAMAGE[what](file)
    changed = bytearray(file.content)
    changed[place] = 0x10 if changed[place] != 0x10 else 0x48
    alone, many = (kind(Image(file.content), Image(bytes(changed))) for kind in (Twins, ManyTwins))
    runs = [address for path, address in file.there.items() if path.count("/") == 1]
    many.foresee([(address, address) for address in runs])
    for known in (alone, many):
        assert [address for address in runs if known.leaves(address, address) is None] == [file.there[ODD]]
