"""What the bytes of headers prove to be the same is the same: whatever is changed in a compacted file is found."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest
from h5py import h5a, h5d, h5p, h5s, h5t

from pexgui.core import CompactRequest, CompactWork, Mode, PexError, compact, files, headers, plan_compact, verify_trees
from pexgui.core.verify_headers import Headers
from pexgui.core.verify_trees import same_trees
from tests.builders import small_trajectory
from tests.core.raw_files import made, raw
from tests.core.test_compacting_objects import FEATURES

FLIPS = 200
MANY = 10_000
ALIKE = 6


class Both(NamedTuple):
    """A file and its compacted copy."""

    source: Path
    target: Path


def fill(file: h5py.File) -> None:
    """Objects alike, so that most of them are proved by what was found for others."""
    for number in range(ALIKE):
        group = file.create_group(f"T/group_{number}")
        group.attrs["text"] = np.bytes_(f"text {number}")
        group.attrs["number"] = np.int32(number)
        group.attrs["more"] = np.int32(number)
        group.attrs["flag"] = True
        group.attrs["none"] = h5py.Empty("<f4")
        group.create_dataset("small", data=np.arange(5, dtype="<f4") + number)
        group.create_dataset("large", data=np.arange(600, dtype="<f8") + number)
        group.create_dataset("scalar", data=number)
        group.create_dataset("filled", data=np.arange(3, dtype="<i4") + number, fillvalue=7)
        group.create_dataset("growing", data=np.arange(30.0), chunks=(7,), maxshape=(None,))
        group.create_dataset("table", data=np.zeros(4, [("x", "<f8"), ("y", "S5")]))
        group["small"].attrs["unit"] = np.bytes_(b"mV")
        group["soft"] = h5py.SoftLink("/T/group_0/small")
        for item in range(12):
            group["large"].attrs[f"item {item}"] = np.arange(item)


def compacted(source: Path, target: Path, mode: Mode) -> Both:
    plan = plan_compact(CompactRequest((os.fsencode(source),), mode, target=os.fsencode(target)))
    (done,) = compact(CompactWork(plan)).files
    assert done.problem == ""
    return Both(source, target)


@pytest.fixture(scope="module", params=list(Mode), ids=lambda mode: mode.value)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("headers")
    made(folder / "source.hdf5", fill)
    return compacted(folder / "source.hdf5", folder / "copy.hdf5", request.param)


def compared(source: Path, target: Path, quick: bool) -> int:
    """How many objects are the same; by headers where these prove it, or by HDF5 alone."""
    with (
        files.reading(raw(source)) as one,
        files.reading(raw(target)) as other,
        headers.raw(raw(source), one.id) as old,
        headers.raw(raw(target), other.id) as new,
    ):
        assert old is not None and new is not None
        both = Headers(old, new) if quick else None
        return same_trees(one.root, other.root, storage=False, headers=both)


def test_a_copy_is_proved_the_same(both: Both) -> None:
    assert compared(*both, True) == compared(*both, False) == 2 + 7 * ALIKE


def test_most_of_it_is_proved_by_headers_alone(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    compare, asked = verify_trees.compare, []
    monkeypatch.setattr(verify_trees, "compare", lambda pair, ticker: (asked.append(pair), compare(pair, ticker)))
    compared(*both, True)
    assert len(asked) <= 3 * ALIKE, "what grows and, in the small form, what has many attributes"


# --- one thing changed ------------------------------------------------------------------------------------------------


def modified(group: h5py.Group, name: str, value: Any) -> None:
    group.attrs.modify(name, value)


def replaced(group: h5py.Group, name: str, data: Any = None, **options: Any) -> None:
    """Make a dataset anew with other properties, with the same attributes."""
    old = group[name]
    kept = dict(old.attrs)
    data = old[()] if data is None else data
    del group[name]
    options = {"fillvalue": 7} | options if name == "filled" else options
    new = group.create_dataset(name, data=data, **options)
    for key, value in kept.items():
        new.attrs[key] = value


def set_bit(dataset: h5py.Dataset) -> None:
    values = dataset[()]
    flat = np.atleast_1d(values).view("u1")
    flat[..., -1] ^= 1
    dataset[...] = flat.view(values.dtype).reshape(dataset.shape)


def in_header(group: h5py.Group, name: str, values: Any) -> None:
    """Make a dataset anew with its data in its header."""
    kind, kept = group[name].id.get_type(), dict(group[name].attrs)
    del group[name]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.COMPACT)
    made = h5d.create(group.id, name.encode(), kind, h5s.create_simple(values.shape), plist)
    made.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(values))
    for key, value in kept.items():
        group[name].attrs[key] = value


def attribute(node: Any, name: bytes, kind: Any, space: Any, value: Any) -> None:
    """Make an attribute anew."""
    if h5a.exists(node.id, name):
        h5a.delete(node.id, name)
    found = h5a.create(node.id, name, kind, space)
    if value is not None:
        found.write(np.ascontiguousarray(value))


SCALAR = h5s.create(h5s.SCALAR)
CHANGES: dict[str, Callable[[h5py.Group], Any]] = {
    "a bit of an attribute": lambda group: modified(group, "number", group.attrs["number"] ^ 1),
    "a letter of an attribute": lambda group: modified(group, "text", group.attrs["text"][:-1] + b"x"),
    "a flag": lambda group: modified(group, "flag", False),
    "an attribute with another name": lambda group: h5a.rename(group.id, b"number", b"numbes"),
    "two attributes swapped": lambda group: (
        h5a.rename(group.id, b"number", b"x"),
        h5a.rename(group.id, b"text", b"number"),
        h5a.rename(group.id, b"x", b"text"),
    ),
    "an attribute of another type": lambda group: attribute(
        group, b"number", h5t.STD_U32LE, SCALAR, np.array(group.attrs["number"], "<u4")
    ),
    "an attribute of another order of bytes": lambda group: attribute(
        group, b"number", h5t.STD_I32BE, SCALAR, np.array(group.attrs["number"], "<i4")
    ),
    "an attribute of a float for a number": lambda group: attribute(
        group, b"number", h5t.IEEE_F32LE, SCALAR, np.array(group.attrs["number"], "<i4").view("<f4")
    ),
    "an attribute of another shape": lambda group: attribute(
        group, b"number", h5t.STD_I32LE, h5s.create_simple((1,)), np.array([group.attrs["number"]], "<i4")
    ),
    "an attribute with nothing": lambda group: attribute(group, b"number", h5t.STD_I32LE, h5s.create(h5s.NULL), None),
    "something for nothing": lambda group: attribute(group, b"none", h5t.IEEE_F32LE, SCALAR, np.array(0, "<f4")),
    "a longer text": lambda group: group.attrs.create("text", group.attrs["text"] + b"\0", dtype="S7"),
    "an attribute less": lambda group: group.attrs.__delitem__("flag"),
    "an attribute more": lambda group: group.attrs.create("zz", 1),
    "an attribute of a dataset": lambda group: modified(group["small"], "unit", b"mA"),
    "one of many attributes": lambda group: modified(group["large"], "item 7", np.arange(7) + 1),
    "one of many attributes less": lambda group: group["large"].attrs.__delitem__("item 11"),
    "one of many attributes more": lambda group: group["large"].attrs.create("item 99", 1),
    "a bit of small data": lambda group: set_bit(group["small"]),
    "a bit of a single value": lambda group: set_bit(group["scalar"]),
    "a bit of large data": lambda group: set_bit(group["large"]),
    "a bit of what is filled": lambda group: set_bit(group["filled"]),
    "a bit of a table": lambda group: replaced(group, "table", np.ones(4, [("x", "<f8"), ("y", "S5")])),
    "a bit of what grows": lambda group: set_bit(group["growing"]),
    "a bit of data in the header": lambda group: in_header(group, "small", group["small"][()] + np.float32(1)),
    "whole numbers for floats": lambda group: replaced(group, "small", group["small"][()].view("<i4")),
    "another order of bytes": lambda group: replaced(group, "small", group["small"][()].astype(">f4")),
    "the same bytes in another order": lambda group: replaced(group, "small", group["small"][()].view(">f4")),
    "another shape": lambda group: replaced(group, "large", group["large"][()].reshape(20, 30)),
    "one value less": lambda group: replaced(group, "large", group["large"][:-1]),
    "one value for a single one": lambda group: replaced(group, "scalar", group["scalar"][()].reshape(1)),
    "another fill value": lambda group: replaced(group, "filled", fillvalue=8),
    "no fill value": lambda group: replaced(group, "filled", fillvalue=None),
    "a fill value": lambda group: replaced(group, "scalar", fillvalue=3),
    "another size to which it may grow": lambda group: replaced(group, "growing", chunks=(7,), maxshape=(90,)),
    "a size to which it may grow": lambda group: replaced(group, "small", chunks=(5,), maxshape=(9,)),
    "a member with another name": lambda group: replaced(group, "table", np.zeros(4, [("x", "<f8"), ("z", "S5")])),
    "a member of another size": lambda group: replaced(group, "table", np.zeros(4, [("x", "<f8"), ("y", "S6")])),
    "a name less": lambda group: group.__delitem__("small"),
    "a name more": lambda group: group.create_group("zz"),
    "another name": lambda group: group.move("small", "smalk"),
    "two names swapped": lambda group: (
        group.move("small", "x"),
        group.move("filled", "small"),
        group.move("x", "filled"),
    ),
    "where a link leads": lambda group: (group.__delitem__("soft"), group.__setitem__("soft", h5py.SoftLink("/T/x"))),
    "a link for an object": lambda group: (group.__delitem__("small"), group.__setitem__("small", h5py.SoftLink("x"))),
    "what is shared": lambda group: (group.__delitem__("small"), group.__setitem__("small", group["filled"])),
    "a group for a dataset": lambda group: (group.__delitem__("small"), group.create_group("small")),
}


@pytest.mark.parametrize("number", [0, ALIKE - 2, ALIKE - 1])
@pytest.mark.parametrize("what", CHANGES)
def test_every_single_change_is_found(tmp_path: Path, both: Both, what: str, number: int) -> None:
    """Whether in the first of what is alike or, once it is known, in others."""
    target = tmp_path / "changed.hdf5"
    shutil.copy(both.target, target)
    with h5py.File(target, "r+") as file:
        CHANGES[what](file[f"T/group_{number}"])
    for quick in (True, False):
        with pytest.raises(PexError) as problem:
            compared(both.source, target, quick)
        assert "is not identical" in problem.value.title


# --- any byte changed -------------------------------------------------------------------------------------------------


def sweep(folder: Path) -> Path:
    return small_trajectory(folder / "source.hdf5", 6)


def mixture(folder: Path) -> Path:
    def everything(file: h5py.File) -> None:
        fill(file)
        for feature in ("spaces", "compact layout", "ordered", "types", "leads"):
            FEATURES[feature](file.create_group(feature) if feature != "leads" else file)

    made(folder / "source.hdf5", everything)
    return folder / "source.hdf5"


@pytest.fixture(scope="module", params=[(sweep, mode) for mode in Mode] + [(mixture, mode) for mode in Mode])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    make, mode = request.param
    folder = tmp_path_factory.mktemp("whole")
    return compacted(make(folder), folder / "copy.hdf5", mode)


def is_same(both: Both, target: Path, quick: bool) -> bool:
    try:
        compared(both.source, target, quick)
    except PexError:
        return False
    return True


def test_what_headers_prove_hdf5_finds_the_same(tmp_path: Path, whole: Both, pytestconfig: pytest.Config) -> None:
    """A byte is changed anywhere in the copy; where the proof holds nevertheless, it was of no importance."""
    assert is_same(whole, whole.target, True)
    content, chance = whole.target.read_bytes(), random.Random(os.path.getsize(whole.target))
    used = [place for place in range(len(content)) if content[place]]
    target, proved = tmp_path / "flipped.hdf5", 0
    times = (MANY if pytestconfig.getoption("--everything") else FLIPS) // 4
    for number in range(times):
        place = chance.choice(used) if number % 4 else chance.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] = chance.choice([flipped[place] ^ 1 << chance.randrange(8), chance.randrange(256), 0, 255])
        target.write_bytes(flipped)
        if is_same(whole, target, True):
            proved += 1
            assert is_same(whole, target, False), (place, content[place], flipped[place])
    assert proved < 0.9 * times
