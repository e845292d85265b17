"""A copy that differs in anything is found out, whichever way it is compared; one that does not is proved the same."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import PexError, files, silent, verify_data, verify_trees
from pexgui.core.verify import Pair, same_objects
from pexgui.core.verify_trees import same_trees
from tests.core.raw_files import made, raw

NUMBERS = ("plain", "pieces", "packed", "growing")


def fill(file: h5py.File) -> None:
    """Something of everything that a copy has to keep."""
    root = file.create_group("T")
    for number in range(4):
        group = root.create_group(f"group_{number}")
        group.attrs["text"] = np.bytes_(f"text {number}")
        group.attrs["number"] = np.arange(number + 1, dtype="<i4")
        group.attrs.create("flag", True)
        group.create_dataset("plain", data=np.arange(50, dtype="<f8") + number)
        group.create_dataset("pieces", data=np.arange(96, dtype="<i4").reshape(8, 12), chunks=(4, 4))
        group.create_dataset("packed", data=np.arange(500, dtype="<i8"), chunks=(100,), compression=4, shuffle=True)
        group.create_dataset("growing", data=np.ones((3, 2)), chunks=(2, 2), maxshape=(None, 2), fillvalue=7.0)
        group.create_dataset("texts", data=np.array([b"ab", b"cde"]))
        group.create_dataset("words", data=["one", "two", "three"], dtype=h5py.string_dtype())
        group.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype("<i4"))[:] = [np.arange(3), np.arange(5)]
        group.create_dataset("table", data=np.zeros(4, [("x", "<f8"), ("y", "S5")]))
        group["words"].attrs["unit"] = "m"
        group["soft"] = h5py.SoftLink("/T/group_0/plain")
        group["outside"] = h5py.ExternalLink("other.hdf5", "/x")
    root["again"] = root["group_0/plain"]
    root["kind"] = np.dtype([("a", "<i4")])
    root.create_dataset("nothing", data=h5py.Empty("<f8"))
    root.create_dataset("leads", data=np.array([root["kind"].ref], h5py.ref_dtype), dtype=h5py.ref_dtype)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("verify") / "source.hdf5", fill)


@contextmanager
def both(source: bytes, target: bytes) -> Iterator[tuple[Any, Any]]:
    with files.reading(source) as one, files.reading(target) as other:
        yield files.open_path(one, b"/T"), files.open_path(other, b"/T")


def compared(source: bytes, target: bytes, proof: bool, **options: Any) -> int:
    kept = verify_trees._proof
    if not proof:
        verify_trees._proof = lambda *_: None
    try:
        with both(source, target) as (one, other):
            return same_trees(one, other, **options)
    finally:
        verify_trees._proof = kept


def copied(source: bytes, target: Path, **options: Any) -> bytes:
    """A copy by HDF5 itself, object by object."""
    with h5py.File(source) as one, h5py.File(target, "w", **options) as other:
        one.copy("T", other, expand_refs=True)
    return raw(target)


# --- the same --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", [True, False])
@pytest.mark.parametrize("bounds", [("earliest", "v110"), ("v110", "v110"), ("latest", "latest")])
def test_a_copy_is_the_same_in_whichever_layout(
    source: bytes, tmp_path: Path, proof: bool, bounds: tuple[str, str]
) -> None:
    target = copied(source, tmp_path / "copy.hdf5", libver=bounds)
    if bounds[0] == "earliest":
        assert compared(source, target, proof) == 40
        return
    assert compared(source, target, proof, storage=False) == 40


def test_most_of_a_file_of_pypet_is_proved_by_its_bytes(source: bytes, tmp_path: Path) -> None:
    target = copied(source, tmp_path / "copy.hdf5", libver=("earliest", "v110"))
    with both(source, target) as (one, other):
        one, other = (files.open_node(node, b"group_1/packed") for node in (one, other))
        assert same_trees(one, other) == 1


def test_data_stored_in_another_way_are_the_same_when_only_they_count(source: bytes, tmp_path: Path) -> None:
    def repack(file: h5py.File) -> None:
        for name in NUMBERS:
            replaced(file["T/group_1"], name, chunks=None if name == "plain" else file["T/group_1"][name].shape)

    target = changed(source, tmp_path / "other.hdf5", repack)
    assert compared(source, target, False, storage=False) == 40
    with pytest.raises(PexError, match=r"is not identical: its (size of pieces|compression) differs"):
        compared(source, target, True)


# --- changed ---------------------------------------------------------------------------------------------------------


def changed(source: bytes, target: Path, change: Callable[[h5py.File], Any]) -> bytes:
    shutil.copy(source, target)
    with h5py.File(target, "r+") as file:
        change(file)
    return raw(target)


def replaced(group: h5py.Group, name: str, **options: Any) -> None:
    """Make a dataset anew with other properties, with the same attributes."""
    old = group[name]
    data, attributes = old[()], dict(old.attrs)
    kept = {"chunks": old.chunks, "maxshape": old.maxshape, "compression": old.compression, "shuffle": old.shuffle}
    kept |= {"fillvalue": old.fillvalue or None, "compression_opts": old.compression_opts, "dtype": old.dtype}
    if not old.chunks:
        kept = {"dtype": old.dtype}
    del group[name]
    made = group.create_dataset(name, data=options.pop("data", data), **(kept | options))
    made.attrs.update(attributes)


def flip(group: h5py.Group, chance: random.Random) -> None:
    dataset = group[chance.choice([*NUMBERS, "texts", "table"])]
    data = dataset[()]
    content = bytearray(data.tobytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    dataset[...] = np.frombuffer(bytes(content), data.dtype).reshape(data.shape)


def vary(group: h5py.Group, chance: random.Random) -> None:
    if chance.random() < 0.5:
        group["words"][chance.randrange(3)] = f"word {chance.random()}"
    else:
        group["ragged"][chance.randrange(2)] = np.arange(chance.randrange(6, 9))


def set_value(group: h5py.Group, chance: random.Random) -> None:
    if chance.random() < 0.5:
        group.attrs.modify("text", np.bytes_(f"word {chance.randrange(10)}"))
    else:
        numbers = group.attrs["number"]
        numbers[chance.randrange(len(numbers))] ^= 1 << chance.randrange(31)
        group.attrs.modify("number", numbers)


def set_type(group: h5py.Group, chance: random.Random) -> None:
    group.attrs.create("number", group.attrs["number"], dtype=chance.choice(["<i8", ">i4", "<u4", "<f4"]))


def point(group: h5py.Group, chance: random.Random) -> None:
    name = chance.choice(["soft", "outside"])
    del group[name]
    new = f"/T/{chance.random()}"
    group[name] = h5py.SoftLink(new) if name == "soft" else h5py.ExternalLink("other.hdf5", new)


def reshape(group: h5py.Group, chance: random.Random) -> None:
    if chance.random() < 0.5:
        replaced(group, "growing", maxshape=chance.choice([(None, None), (3, 2), (9, 2)]))
    else:
        group["growing"].resize((chance.randrange(4, 9), 2))


CHANGES: dict[str, Callable[[h5py.Group, random.Random], Any]] = {
    "a bit of the data": flip,
    "data of any length": vary,
    "the value of an attribute": set_value,
    "the type of an attribute": set_type,
    "one attribute more": lambda group, chance: group.attrs.create(f"more {chance.random()}", 1),
    "one attribute less": lambda group, chance: group.attrs.__delitem__(chance.choice(["text", "number", "flag"])),
    "a name": lambda group, chance: group.move(chance.choice(list(group)), f"other {chance.random()}"),
    "where a link leads": point,
    "the type of the data": lambda group, chance: replaced(
        group, "plain", dtype=chance.choice(["<f4", ">f8", "<i8"]), data=np.arange(50)
    ),
    "a shape": reshape,
    "the size of pieces": lambda group, chance: replaced(
        group, "packed", chunks=(chance.choice([50, 99, 101, 200, 500]),)
    ),
    "compression": lambda group, chance: replaced(
        group, "packed", **chance.choice([{"compression_opts": 5}, {"shuffle": False}, {"fletcher32": True}])
    ),
    "a fill value": lambda group, chance: replaced(group, "growing", fillvalue=chance.random()),
    "one object more": lambda group, chance: group.create_group(f"more {chance.random()}"),
    "one object less": lambda group, chance: group.__delitem__(chance.choice(list(group))),
    "what is shared": lambda group, chance: (group.__delitem__("plain"), group.__setitem__("plain", group["pieces"])),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_single_change_is_found(source: bytes, tmp_path: Path, what: str) -> None:
    for seed in range(14):
        chance = random.Random(f"{what} {seed}")
        name = f"T/group_{chance.randrange(4)}"
        target = changed(source, tmp_path / "changed.hdf5", lambda file: CHANGES[what](file[name], chance))  # noqa: B023
        for proof in (True, False):
            with pytest.raises(PexError) as problem:
                compared(source, target, proof)
            assert "is not identical" in problem.value.title and "nothing was changed" in problem.value.hint


def test_a_title_counts_although_comparisons_do_not_care_for_it(tmp_path: Path) -> None:
    def fill(title: bytes) -> Callable[[h5py.File], None]:
        return lambda file: file.create_group("T/g").attrs.create("TITLE", np.bytes_(title))

    one, other = made(tmp_path / "a.hdf5", fill(b"one")), made(tmp_path / "b.hdf5", fill(b"two"))
    for proof in (True, False):
        with pytest.raises(PexError, match="the value of the attribute “TITLE” differs"):
            compared(one, other, proof)


# --- what was changed on purpose -------------------------------------------------------------------------------------


def test_what_was_changed_on_purpose_has_to_be_as_it_was_meant(source: bytes, tmp_path: Path) -> None:
    def change(file: h5py.File) -> None:
        file["T/group_1"].attrs.modify("text", np.bytes_(b"words"))
        del file["T/group_2"].attrs["flag"]

    target = changed(source, tmp_path / "changed.hdf5", change)
    meant: dict[bytes, dict[bytes, bytes | None]] = {
        b"group_1": {b"text": b"words\0"},
        b"group_2": {b"flag": None},
    }
    assert compared(source, target, True, changes=meant) == 40
    meant[b"group_1"][b"text"] = b"what ???"
    with pytest.raises(PexError, match="is not what it should be"):
        compared(source, target, True, changes=meant)


def test_objects_are_compared_without_what_is_below_them(source: bytes, tmp_path: Path) -> None:
    target = changed(source, tmp_path / "changed.hdf5", lambda file: file["T/group_1"].create_group("more"))
    with both(source, target) as (one, other):
        pairs = [(files.open_node(one, name), files.open_node(other, name)) for name in (b"", b"group_0", b"group_1")]
        assert same_objects((*pair, {}) for pair in pairs[:2]) == 2
        assert same_objects([Pair(*pairs[2], children=False)]) == 1
        with pytest.raises(PexError, match="“more” should not be in it"):
            same_objects([Pair(*pairs[2])])


def test_another_kind_of_object_is_said(source: bytes) -> None:
    with both(source, source) as (one, other), pytest.raises(PexError, match="it is a dataset instead of a group"):
        same_objects([Pair(one, files.open_node(other, b"nothing"))])


def test_what_cannot_be_read_is_not_called_the_same(source: bytes, tmp_path: Path) -> None:
    target = tmp_path / "damaged.hdf5"
    shutil.copy(source, target)
    content = bytearray(target.read_bytes())
    with h5py.File(source) as file:
        place = h5py.h5o.get_info(file["T/group_2"].id).addr
    content[place : place + 40] = b"\xff" * 40
    target.write_bytes(content)
    for proof in (True, False):
        with pytest.raises(PexError):
            compared(source, raw(target), proof)


# --- time and memory -------------------------------------------------------------------------------------------------


def small_objects(file: h5py.File) -> None:
    for number in range(1250):
        group = file.create_group(f"T/run_{number:08}")
        for name in ("z", "y"):
            leaf = group.create_dataset(name, data=np.arange(3) + number)
            leaf.attrs["CLASS"] = np.bytes_(b"ARRAY")
            leaf.attrs["VERSION"] = np.bytes_(b"2.4")
        group.create_group("more").attrs["comment"] = np.bytes_(b"a comment")


def test_five_thousand_small_objects_are_proved_by_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(tmp_path / "many.hdf5", small_objects)
    target = copied(source, tmp_path / "copy.hdf5", libver=("earliest", "v110"))
    monkeypatch.setattr(verify_trees, "compare", pytest.fail)
    assert compared(source, target, True) == 5001


LARGE = """
import resource, sys, time
from pexgui.core import files
from pexgui.core.verify_trees import same_trees
calls = []
with files.reading(sys.argv[1].encode()) as one, files.reading(sys.argv[2].encode()) as other:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    same_trees(one.root, other.root, lambda *_: calls.append(time.monotonic()))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) // 1024, max(b - a for a, b in zip(calls, calls[1:])))
"""


@pytest.mark.parametrize("kind", ["plain", "pieces", "words"])
def test_large_data_need_little_memory_and_report(tmp_path: Path, kind: str) -> None:
    def large(file: h5py.File) -> None:
        if kind == "words":
            file.create_dataset("x", data=[f"a word {number}" for number in range(300_000)])
            return
        file.create_dataset("x", (40, 1000, 1000), "<f8", chunks=(1, 500, 500) if kind == "pieces" else None)
        for number in range(40):
            file["x"][number] = np.full((1000, 1000), number)

    source = made(tmp_path / "large.hdf5", large)
    shutil.copy(source, tmp_path / "copy.hdf5")
    command = [sys.executable, "-c", LARGE, os.fsdecode(source), str(tmp_path / "copy.hdf5")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    memory, pause = done.stdout.split()
    assert int(memory) < 64
    assert float(pause) < 0.5


def test_portions_cover_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_data, "PORTION", 64)
    for shape, chunk in (((7, 9, 5), (2, 4, 3)), ((100,), (1,)), ((), ()), ((3, 0), (1, 1)), ((50, 2), (50, 2))):
        seen = np.zeros(shape, int)
        for start, count in verify_data.portions(shape, chunk, 8):
            seen[tuple(slice(s, s + c) for s, c in zip(start, count, strict=True))] += 1
            assert np.prod(count) * 8 <= max(64, np.prod(chunk) * 8)
        assert (seen == 1).all()


def test_it_can_be_stopped(source: bytes) -> None:
    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with both(source, source) as (one, other), pytest.raises(KeyboardInterrupt):
        same_trees(one, other, stop)
    assert silent("", 0, 0) is None
